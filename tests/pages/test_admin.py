"""管理: users and their passwords, units and their letters, holidays before and after, rules and log."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pdfplumber
import pytest

from api.cli.demo import PASSWORD
from api.office import passwords
from api.office.office import SHANGHAI
from api.pages.admin.log import WHAT
from api.pages.admin.overview import SECTIONS
from api.pages.admin.units import MOST_PAGES
from api.pages.shared import sample_letters
from db import people
from db.verify import verify
from letters import own_wording
from tests.pages.conftest import (
    TABLET,
    WIDE,
    Chromium,
    Person,
    Site,
    axe,
    later,
    officer,
    reads_well,
    text_of,
)

ONCE = re.compile(r"[A-Za-z2-9]{4}(?:-[A-Za-z2-9]{4}){3}")


def admin(site: Site) -> Person:
    return site.as_("admin")


def entries(site: Site, what: str) -> list[Any]:
    with site.office.database.read() as session:
        return [one for one in people.log_entries(session, limit=1000) if one.what == what]


def password_on(page: str) -> str:
    found = re.search(r'<code class="gk-token">([^<]+)</code>', page)
    assert found, text_of(page)
    assert ONCE.fullmatch(found[1])
    assert passwords.weakness(found[1]) is None
    return found[1]


def add(site: Site, username: str, **fields: str) -> Any:
    return admin(site).post(
        "/admin/users", {"username": username, "name": "方新到（样例）", "role": "handler", "agency": "gx-rsj"} | fields
    )


# ---------------------------------------------------------------- users


def test_a_new_user_signs_in_with_the_password_shown_once_and_first_changes_it(site: Site) -> None:
    answer = add(site, "fang@gx-rsj")
    assert answer.status_code == 200
    password = password_on(answer.text)
    assert password not in admin(site).page("/admin/users"), "once"
    fang = site.visitor()
    assert fang.sign_in("fang@gx-rsj", password).headers["location"] == "/account"
    assert "一次性密码" in fang.page("/account")
    barred = fang.get("/account/../cases")
    assert barred.status_code == 403
    assert "换成自己的密码" in barred.text
    changed = fang.post("/account/password", {"old": password, "new": "Geheim-2026!", "again": "Geheim-2026!"})
    assert changed.status_code == 200, text_of(changed.text)
    assert fang.get("/cases").status_code == 200
    assert [one.object for one in entries(site, "user")].count("fang@gx-rsj") == 1
    with site.office.database.read() as session:
        assert password not in str(people.log_entries(session, limit=1000))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"username": "handler@gx-rsj"}, "已经有这个用户名"),
        ({"username": "空 格"}, "用户名由3到100个"),
        ({"username": "ab"}, "用户名由3到100个"),
        ({"username": "x@gx-rsj", "name": ""}, "请填写姓名"),
        ({"username": "x@gx-rsj", "name": "张\U00012000"}, "第2个字（U+12000）没有字体可以印出"),
        ({"username": "x@gx-rsj", "role": "king"}, "请选择岗位"),
        ({"username": "x@gx-rsj", "agency": "nowhere"}, "请选择单位"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(site: Site, fields: dict[str, str], sentence: str) -> None:
    answer = add(site, **({"name": "<i>方</i>"} | fields))
    assert answer.status_code == 400
    assert sentence in text_of(answer.text)
    assert "<i>" not in answer.text
    if "name" not in fields:
        assert 'value="&lt;i&gt;方&lt;/i&gt;"' in answer.text


def test_another_post_counts_at_once_and_a_disabled_user_is_out_at_once(site: Site) -> None:
    someone = site.visitor()
    assert someone.sign_in("analyst@gx-zjj").status_code == 303
    who = officer(site, "analyst@gx-zjj")
    assert someone.get("/intake/applications").status_code == 403
    changed = admin(site).post(f"/admin/users/{who.id}", {"name": "于见微（样例）", "role": "intake", "agency": "gx-zjj"})
    assert changed.headers["location"] == f"/admin/users/{who.id}?done=changed"
    assert someone.get("/intake/applications").status_code == 200
    admin(site).post(f"/admin/users/{who.id}/active", {"active": "no"})
    assert someone.get("/intake/applications").status_code == 303, "to the sign-in"
    assert site.visitor().sign_in("analyst@gx-zjj").status_code == 401
    admin(site).post(f"/admin/users/{who.id}/active", {"active": "yes"})
    assert site.visitor().sign_in("analyst@gx-zjj").status_code == 303


def test_a_reset_password_ends_the_old_one_and_a_lock(site: Site) -> None:
    who = officer(site, "legal@gx-zjj")
    for _ in range(5):
        site.visitor().sign_in("legal@gx-zjj", "Falsch-2026")
    password = password_on(admin(site).post(f"/admin/users/{who.id}/password").text)
    assert site.visitor().sign_in("legal@gx-zjj", PASSWORD).status_code == 401
    assert site.visitor().sign_in("legal@gx-zjj", password).status_code == 303


def test_the_last_administrator_stays(site: Site) -> None:
    me = officer(site, "admin")
    for path, fields in (("", {"name": "管", "role": "head", "agency": "gx-zfb"}), ("/active", {"active": "no"})):
        answer = admin(site).post(f"/admin/users/{me.id}{path}", fields)
        assert answer.status_code == 400
        assert "至少要有一名" in answer.text
    assert officer(site, "admin").role == "admin"


def test_a_handlers_files_are_not_left_where_nobody_sees_them(site: Site) -> None:
    """Who leaves while his unit has nobody to give his files to another stays, and the page says what to do first."""
    site.place("handler@gx-rsj", site.register("intake@gx-rsj"), "acceptance")
    for who in ("intake@gx-rsj", "head@gx-rsj"):
        assert admin(site).post(f"/admin/users/{officer(site, who).id}/active", {"active": "no"}).status_code == 303
    last = officer(site, "handler@gx-rsj")
    for path, fields in (("", {"name": "吴晓明（样例）", "role": "analyst", "agency": "gx-rsj"}), ("/active", {"active": "no", "despite": "yes"})):
        answer = admin(site).post(f"/admin/users/{last.id}{path}", fields)
        assert answer.status_code == 400
        assert "等待交办" in text_of(answer.text)
    assert officer(site, "handler@gx-rsj").role == "handler"
    with site.office.database.read() as session:
        head = people.officer_row(session, "head@gx-rsj")
    assert head is not None
    admin(site).post(f"/admin/users/{head.id}/active", {"active": "yes"})
    assert "手中还有1件在办的申请" in text_of(admin(site).page(f"/admin/users/{last.id}")), "before the button is pressed"
    asked = admin(site).post(f"/admin/users/{last.id}/active", {"active": "no"})
    assert asked.status_code == 409 and "手中还有1件在办的申请" in text_of(asked.text)
    assert admin(site).post(f"/admin/users/{last.id}/active", {"active": "no", "despite": "yes"}).status_code == 303
    assert "手中还有" not in text_of(admin(site).page(f"/admin/users/{head.id}")), "who has none is not asked"
    page = site.as_("head@gx-rsj").page("/desk?show=unassigned")
    assert "原承办人吴晓明（样例）" in text_of(page)


def test_nobody_else_administers(site: Site) -> None:
    who = officer(site, "handler@gx-zrzy")
    for path in ("/admin", "/admin/letterheads/gx-zrzy", "/admin/letterheads/new", *(href for href, _, _ in SECTIONS), f"/admin/users/{who.id}"):
        assert site.as_("head@gx-zfb").get(path).status_code == 403, path
        assert site.visitor().get(path).status_code == 303, path
    assert site.as_("head@gx-zfb").post("/admin/users", {"username": "evil@gx-zfb"}).status_code == 403
    assert admin(site).post("/admin/users", {"csrf": "0" * 64, "username": "evil@gx-zfb"}).status_code == 403
    assert admin(site).get("/admin/users/00000000-0000-0000-0000-000000000000").status_code == 404


# ---------------------------------------------------------------- rules, fees, log


def test_rules_and_fees_stand_there_with_date_and_citation(site: Site) -> None:
    page = text_of(admin(site).page("/admin/rules"))
    assert "答复期限20个工作日2019年5月15日条例33条2款" in page
    assert "延长答复期限负责人" in text_of(admin(site).page("/admin/rules?group=经办岗位"))
    topics = admin(site).page("/admin/rules?group=主题")
    assert "<summary>提示词：征地、" in topics and "；弱提示词：土地、" in topics, "what is long is folded"
    assert "答复期限" in admin(site).page("/admin/rules?group=%3Cb%3E")
    assert "11至30件100元/件2021年1月1日办法4条" in text_of(admin(site).page("/admin/fees"))


def test_the_log_is_read_page_by_page(site: Site) -> None:
    def fill(session: Any) -> None:
        for number in range(120):
            people.log(session, site.clock(), "export", officer=site.officers["head@gx-zrzy"], object=f"第{number}次", reason="<b>核对</b>")

    site.office.database.write(fill)
    page, seen = admin(site).page("/admin/log"), set[str]()
    assert "<b>核对" not in page
    for _ in range(10):
        seen |= set(re.findall(r">第(\d+)次<", page))
        older = re.search(r'href="(/admin/log\?before=\d+)"', page)
        if older is None:
            break
        page = admin(site).page(older[1])
    assert len(seen) == 120
    for odd in ("-1", "x", "9" * 30, "²"):
        assert admin(site).get(f"/admin/log?before={odd}").status_code == 200


def test_the_log_is_asked_by_person_file_and_day_and_taken_along(site: Site) -> None:
    who, day = site.officers["handler@gx-zrzy"], site.clock()

    def fill(session: Any) -> None:
        for object, at in (("样例〔2026〕7号 2 acceptance", day), ("样例〔2026〕7号", day - timedelta(days=3)), ("样例〔2026〕71号", day)):
            people.log(session, at, "act", officer=who, object=object, reason="=1+1")

    site.office.database.write(fill)
    as_admin = admin(site)
    page = text_of(as_admin.page("/admin/log?file=样例〔2026〕7号"))
    assert "查到2条" in page and "样例〔2026〕7号 第2项 审核受理" in page and "71号" not in page
    on = f"{day.astimezone(SHANGHAI):%Y%m%d}"
    assert "查到1条" in text_of(as_admin.page(f"/admin/log?file=样例〔2026〕7号&from={on}&to={on}"))
    assert "查到0条" in text_of(as_admin.page("/admin/log?user=nobody"))
    for odd in ("20261301", "x", "0001-01-01", "9999-12-31"):
        answer = as_admin.get(f"/admin/log?from={odd}")
        assert answer.status_code == 400 and "没有这一天" in answer.text
        assert as_admin.post("/admin/log/csv", {"from": odd}).status_code == 400
    taken = as_admin.post("/admin/log/csv", {"file": "样例〔2026〕7号", "user": who.username})
    lines = taken.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("序号,时间,用户") and len(lines) == 3
    assert "'=1+1" in lines[1] and re.search(r",[0-9a-f]{64}$", lines[1])
    assert [one.reason for one in entries(site, "log")] == [f"用户{who.username}，案件样例〔2026〕7号"]
    assert site.as_("head@gx-zrzy").get("/admin/log").status_code == 403


# ---------------------------------------------------------------- units and letterheads


def form_of(page: str, form: str = "letterhead") -> dict[str, Any]:
    """What stands in a form, that of a letterhead unless told otherwise."""
    part = page.partition(f'<form class="gk-panel" id="{form}"')[2].partition("</form>")[0]
    fields: dict[str, Any] = {
        name: unescape(value) for name, value in re.findall(r'<input[^>]*?name="([a-z_.]+)" value="([^"]*)" autocomplete', part)
    }
    seen = re.search(r'name="seen" value="([^"]*)"', part)
    parent = re.search(r'<option value="([^"]+)" selected>', part)
    return fields | {"seen": seen[1] if seen else "", "parent": parent[1] if parent else ""}


def test_a_letterhead_is_saved_as_the_offices_own_file_and_the_one_before_is_kept(site: Site) -> None:
    page = admin(site).page("/admin/letterheads/gx-rsj")
    assert page.count('<img class="gk-page" src="data:image/png;base64,') >= 1
    fields = form_of(page)
    assert fields["numbers.reply"] == "冠人社公复"
    preview = admin(site).post("/admin/letterheads/gx-rsj/preview", fields | {"address": "山东省聊城市冠县新址路99号", "sample": "fee"})
    assert preview.status_code == 200
    assert "data:image/png;base64," in preview.text
    assert "新址路99号" not in site.office.agencies["gx-rsj"].address, "nothing is kept by a preview"
    for number, address in enumerate(("山东省聊城市冠县新址路99号", "山东省聊城市冠县新址路100号")):
        answer = admin(site).post("/admin/letterheads/gx-rsj", form_of(admin(site).page("/admin/letterheads/gx-rsj")) | {"address": address})
        assert answer.headers.get("location") == "/admin/agencies?done=saved", text_of(answer.text)
        assert site.office.agencies["gx-rsj"].address == address
        later(site, seconds=2)
        folder = site.office.sources.agencies_dir
        assert len(list(folder.glob("gx-rsj.yaml.bak-*"))) == number
    assert site.office.agencies["gx-rsj"].postcode == "252500"
    assert site.office.agencies["gx-rsj"].parent == "gx-zfb"


@pytest.mark.parametrize("sample", ["receipt", "reply"])
def test_the_preview_of_a_letterhead_shows_the_code_of_the_page_for_asking(site: Site, sample: str) -> None:
    fields = form_of(admin(site).page("/admin/letterheads/gx-zjj")) | {"sample": sample}
    path, page = "/admin/letterheads/gx-zjj/preview", "https://gongkai.example/apply/status"
    without, shown = (admin(site).post(path, fields | {"query_url": one}).text.count("data:image/png") for one in ("", page))
    assert shown >= without > 0
    agency = site.office.agencies["gx-zjj"].model_copy(update={"query_url": page})
    for one, there in ((agency, True), (site.office.agencies["gx-zjj"], False)):
        with pdfplumber.open(io.BytesIO(sample_letters.letter_of(site.office, one, sample))) as pdf:
            assert len(pdf.pages) <= MOST_PAGES, "the last page is among those that are shown"
            assert (page in (pdf.pages[-1].extract_text() + pdf.pages[-2 % len(pdf.pages)].extract_text()).replace("\n", "")) == there
            assert any(line["width"] < 3 for line in pdf.pages[-1].lines) == there, "the code is drawn in lines"


def test_the_page_for_asking_is_named_in_the_letterhead_and_may_be_left_out(site: Site) -> None:
    address = "https://gongkai.example/apply/status"
    path = "/admin/letterheads/gx-zjj"
    bad = admin(site).post(path, form_of(admin(site).page(path)) | {"query_url": f"{address}?name=某人"})
    assert bad.status_code == 400
    assert 'aria-describedby="e-query_url"' in bad.text
    assert f'value="{address}?name=某人"' in bad.text
    assert admin(site).post(path, form_of(admin(site).page(path)) | {"query_url": address}).status_code == 303
    assert site.office.agencies["gx-zjj"].letterhead.query_url == address
    later(site, seconds=2)
    assert admin(site).post(path, form_of(admin(site).page(path)) | {"query_url": ""}).status_code == 303
    assert site.office.agencies["gx-zjj"].letterhead.query_url is None


def test_a_letterhead_with_a_fault_changes_nothing(site: Site) -> None:
    fields = form_of(admin(site).page("/admin/letterheads/gx-zjj"))
    before = site.office.agencies["gx-zjj"]
    answer = admin(site).post("/admin/letterheads/gx-zjj", fields | {"postcode": "25", "court": "<u>某院"})
    assert answer.status_code == 400
    assert 'aria-describedby="e-postcode"' in answer.text
    assert 'value="&lt;u&gt;某院"' in answer.text
    answer = admin(site).post("/admin/letterheads/gx-zjj", fields | {"name": ""})
    assert "请填写单位名称" in answer.text
    answer = admin(site).post("/admin/letterheads/gx-zjj", fields | {"seen": "0"})
    assert answer.status_code == 412
    bad = admin(site).post("/admin/letterheads/gx-zjj", fields, files={"seal": ("章.png", b"no picture", "image/png")})
    assert bad.status_code == 400
    assert "印章图片不是图片，请换一个PNG文件" in bad.text
    for hostile in ("key: [", "'\"", "{year}", "- a: &x"):
        answer = admin(site).post("/admin/letterheads/gx-zjj", fields | {"name": hostile, "to": "preview"})
        assert answer.status_code in (200, 400)
    assert site.office.agencies["gx-zjj"] == before


def test_a_unit_is_added_with_its_seal(site: Site) -> None:
    fields = form_of(admin(site).page("/admin/letterheads/gx-rsj")) | {"name": "冠县教育局（样例）"}
    seal = site.office.agencies["gx-zjj"].seal_path.read_bytes()
    none = admin(site).post("/admin/letterheads/new", fields | {"code": "gx-jyj"})
    assert "请选择印章图片" in none.text
    taken = admin(site).post("/admin/letterheads/new", fields | {"code": "gx-rsj"}, files={"seal": ("章.png", seal, "image/png")})
    assert "已经有这个代码的单位" in taken.text
    odd = admin(site).post("/admin/letterheads/new", fields | {"code": "../x"}, files={"seal": ("章.png", seal, "image/png")})
    assert odd.status_code == 400
    made = admin(site).post("/admin/letterheads/new", fields | {"code": "gx-jyj"}, files={"seal": ("章.png", seal, "image/png")})
    assert made.status_code == 303, text_of(made.text)
    assert site.office.agencies["gx-jyj"].name == "冠县教育局（样例）"
    assert "冠县教育局（样例）" in admin(site).page("/admin/agencies")


def test_an_office_words_a_letter_sees_it_and_takes_it_back(site: Site) -> None:
    one = admin(site)
    assert "延期答复告知书" in one.page("/admin/wording")
    page = one.page("/admin/wording/extension_notice")
    assert 'src="data:image/png;base64,' in page
    fields = form_of(page, "wording") | {"text": own_wording.packaged("extension_notice")}
    bad = one.post("/admin/wording/extension_notice", fields | {"text": fields["text"].replace("{{ days }}", "若干"), "to": "save"})
    assert bad.status_code == 400
    assert "必须写明的内容没有写出：{{ days }}" in unescape(bad.text)
    assert "若干个工作日" in bad.text, "nothing typed is lost"
    text = fields["text"].replace("特此告知。", "特此函告。")
    shown = one.post("/admin/wording/extension_notice/preview", {"text": text})
    assert 'src="data:image/png;base64,' in shown.text
    said = one.post("/admin/wording/extension_notice/preview", {"text": text + "{{ nothing }}"})
    assert "没有叫“nothing”的内容" in said.text
    assert one.post("/admin/wording/extension_notice", fields | {"text": text, "to": "save", "seen": "0"}).status_code == 412
    made = one.post("/admin/wording/extension_notice", fields | {"text": text, "to": "save"})
    assert made.status_code == 303, text_of(made.text)
    assert dict(site.office.agencies["gx-zjj"].wording)["extension_notice"].strip() == text.strip()
    fields = form_of(one.page("/admin/wording/extension_notice"), "wording")
    assert one.post("/admin/wording/extension_notice", fields | {"text": text, "to": "remove"}).status_code == 303
    assert site.office.agencies["gx-zjj"].wording == ()
    assert [entry.object for entry in entries(site, "wording")] == ["extension_notice", "extension_notice"]
    assert one.get("/admin/wording/base").status_code == 404
    assert site.as_("head@gx-zrzy").get("/admin/wording").status_code == 403


def test_the_public_form_is_switched_for_one_unit(site: Site) -> None:
    assert site.visitor().get("/apply/gx-zjj").status_code == 404
    admin(site).post("/admin/agencies/gx-zjj/form", {"open": "yes"})
    assert site.visitor().get("/apply/gx-zjj").status_code == 200
    admin(site).post("/admin/agencies/gx-zjj/form", {"open": "no"})
    assert site.visitor().get("/apply/gx-zjj").status_code == 404
    assert [one.reason for one in entries(site, "setting")][:2] == ["关闭网上申请", "开通网上申请"]
    assert admin(site).post("/admin/agencies/nowhere/form", {"open": "yes"}).status_code == 404


# ---------------------------------------------------------------- holidays


def test_every_year_since_the_law_is_in_force_is_shown_with_what_was_changed_later(site: Site) -> None:
    page = text_of(admin(site).page("/admin/holidays"))
    for year in range(2019, 2027):
        assert f"{year}年国办发明电〔{year - 1}〕" in page
    assert "国办发明电〔2018〕15号 2018年12月4日；劳动节按国办发明电〔2019〕3号 2019年3月22日" in page
    assert "国办发明电〔2019〕16号 2019年11月21日；春节按国办发明电〔2020〕1号 2020年1月26日" in page
    assert "元旦2018年12月30日至1月1日" in page, "a day of the year before says its year"
    assert "2018年12月29日 周六、2月2日 周六" in page

NOTICE = """year: 2027
notice: 样例〔2026〕1号
dated: 2026-11-04
holidays:
  元旦: {from: 2027-01-01, to: 2027-01-03}
make_up:
  - 2027-01-10
"""
TABLE = "年份,2027\n文号,样例〔2026〕1号\n日期,20261104\n放假,元旦,2027年1月1日,2027/1/3\n上班,2027-01-10\n"


def send(site: Site, text: str, name: str = "2027.yaml") -> Any:
    return admin(site).post("/admin/holidays", files={"file": (name, text.encode(), "text/plain")})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (NOTICE.replace("2027-01-03", "2027-02-30"), "第5行，holidays.元旦.to：应当是日期"),
        (NOTICE.replace("2027-01-10", "2027-01-11"), "第7行，make_up.0：2027年1月11日是星期一"),
        (NOTICE.replace("holidays", "festivals"), "holidays：缺少这一项"),
        (TABLE.replace("2027-01-10", "2027-01-11"), "第5行，make_up.0：2027年1月11日是星期一"),
        (TABLE.replace("放假,", "休息,"), "第4行，休息：不认识的一行"),
        (TABLE.replace("2027/1/3", "下周"), "第4行，holidays.元旦.to：应当是日期"),
        ("hello", "缺少这一项"),
        ("year: 2027\n\tx", "不是正确的YAML"),
    ],
)
def test_a_bad_notice_is_told_with_line_key_and_reason(site: Site, text: str, told: str) -> None:
    answer = send(site, text)
    assert answer.status_code == 400
    assert told in text_of(answer.text)
    assert 2027 not in site.office.rules.calendar.years


def test_a_notice_shows_what_moves_and_changes_it_only_when_confirmed(site: Site) -> None:
    later(site, days=max(0, (date(2026, 12, 15) - site.office.today()).days))
    case = site.register(submitted_on="2026-12-14", received_on="2026-12-14", on="2026-12-14")
    old = case.reckoning(site.office.rules)
    assert old.provisional
    shown = send(site, TABLE, "通知.csv")
    assert shown.status_code == 200, text_of(shown.text)
    row = next(part for part in shown.text.split("<tr>") if case.number in part)
    moved = re.findall(r"(\d+)年(\d+)月(\d+)日", row)
    assert len(moved) == 2
    assert re.search(r"[早晚]\d+日", row)
    assert 2027 not in site.office.rules.calendar.years, "nothing changes before"
    text = re.search(r'<textarea hidden name="text"[^>]*>\n(.*?)</textarea>', shown.text, flags=re.S)
    assert text
    answer = admin(site).post("/admin/holidays/confirm", {"text": unescape(text[1])})
    assert answer.headers["location"] == "/admin/holidays?done=loaded"
    assert 2027 in site.office.rules.calendar.years
    new = site.office.case(site.officers["intake@gx-zrzy"], case.id).case.reckoning(site.office.rules)
    assert not new.provisional
    assert [str(part) for part in (new.due.year, new.due.month, new.due.day)] == list(moved[1]) if new.due else False
    with site.office.database.read() as session:
        assert list(verify(session, site.office.files, site.office.rules, site.office.keys)) == [], "lists know it too"
    later(site, seconds=2)
    again = send(site, NOTICE)
    assert "没有在办申请的期限变动" in again.text
    admin(site).post("/admin/holidays/confirm", {"text": NOTICE})
    assert len(list((site.office.sources.rules_dir / "calendar").glob("2027.yaml.bak-*"))) == 1
    assert len(entries(site, "holidays")) == 2


# ---------------------------------------------------------------- a real browser


def test_the_letter_follows_the_form(browser: Chromium) -> None:
    page = browser.window("admin").go("/admin/letterheads/gx-zrzy")
    before = page.get_attribute("#preview img", "src")
    page.fill("#f-mark", "冠县自然资源和规划局文件")
    page.press("#f-mark", "Tab")
    page.wait_for_function("before => document.querySelector('#preview img') && document.querySelector('#preview img').src !== before", arg=before)
    assert axe(page) == []


def test_the_form_of_a_new_letterhead_reads_well(browser: Chromium) -> None:
    """That the others do is said for every page of the table (test_matrix)."""
    reads_well(browser.window("admin").go("/admin/letterheads/new"), WIDE, TABLET)


def test_every_kind_of_entry_has_a_name_that_people_read() -> None:
    root = Path(passwords.__file__).parents[2]
    sources = [path.read_text(encoding="utf-8") for folder in ("api", "db") for path in (root / folder).rglob("*.py")]
    calls = r'\b(?:people\.log|journal\.tell|record)\(\s*[\w.]+,\s*[\w.()]+,\s*"([a-z_]+)"'
    told = {kind for source in sources for kind in re.findall(calls, source)}
    assert {"rekey", "tidy", "ledger_word", "act"} <= told
    assert told <= WHAT.keys()
