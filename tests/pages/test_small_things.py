"""What a day at the desks stumbled over: each small, each with its line here."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import escape
from typing import Any

import pdfplumber
import pytest
from playwright.sync_api import expect
from pydantic import SecretStr

from api.office import telling
from api.pages.shared.words import browser as said
from api.settings import Settings
from db import applications, factors
from tests.api.conftest import registration
from tests.pages.conftest import NARROW, WIDE, Chromium, Site, axe, later, running, text_of
from tests.pages.test_acts import form_at, handled
from tests.pages.test_apply import UNIT, WHO, Applicant, opened
from tests.pages.test_case import undo_of
from tests.pages.test_intake import PNG, filled, registered
from workflow import acts as a

DAY = "2026-11-23"
INTAKE, HANDLER, HEAD = (f"{role}@gx-zrzy" for role in ("intake", "handler", "head"))


def options(page: str, name: str) -> list[tuple[str, str]]:
    """Value and title of what a select offers."""
    found = re.search(rf'<select[^>]*name="{re.escape(name)}"[^>]*>(.*?)</select>', page, re.S)
    assert found, name
    return re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)', found[1])


def test_a_part_is_withheld_only_for_what_withholds(site: Site) -> None:
    case, person = handled(site), site.as_(HANDLER)
    path = f"/cases/{case.id}/acts/draft"
    page = person.post(path, form_at(person.page(path)) | {"items.0.outcome": "partial", "redraw": "yes"}).text
    offered = {value for value, _ in options(page, "items.0.withheld_under")} - {""}
    assert {"third_party", "state_secret", "internal_affairs"} <= offered
    assert not offered & {"publication", "not_existing", "not_responsible", "petition", "repeated", "excessive", "other"}


def test_an_assignment_proposes_whoever_has_the_least_to_do(site: Site) -> None:
    busy = handled(site)
    assert busy.assignee == HANDLER
    person = site.as_(HEAD)
    page = person.page(f"/cases/{site.register().id}/acts/assignment")
    offered = page.split('id="fields"')[1].partition("</fieldset>")[0]
    assert re.search(r"赵思远（样例） 承办岗 在办[1-9]\d*件", text_of(offered))
    assert re.search(r'name="to" value="[^"]+"[^>]* checked', offered), "somebody is proposed"


def test_the_topic_that_the_words_propose_is_filled_in(site: Site) -> None:
    case = site.register(wanted="清泉街道土地征收补偿标准和安置方案")
    page = site.as_(HANDLER).page(f"/cases/{case.id}/acts/topic")
    assert re.search(r'<option value="[^"]+" selected', page.split('name="topic"')[1].partition("</select>")[0])


def test_a_correction_shows_what_mostly_changes_and_folds_the_rest(site: Site) -> None:
    case = site.place(INTAKE, site.register(submitted_on=DAY, received_on=DAY), "correction_notice", matters=["请写明名称"], days=10)
    page = site.as_(INTAKE).page(f"/cases/{case.id}/acts/correction")
    open_part = re.sub(r"<details.*?</details>", "", page.split('id="fields"')[1].partition('id="after"')[0], flags=re.S)
    assert "补正后的内容描述" in open_part and "补正后的申请人信息" not in open_part and "补正后的申请人信息" in page


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36 Edg/120.0", "Windows 10或者11，Edge 120"),
        ("Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/86.0.4240.198 Safari/537.36", "Windows 7，Chrome 86"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Linux，Firefox 128"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1 Version/17.0 Mobile/15E148 Safari/604.1", "iPhone，Safari 17"),
        ("python-httpx/0.27", "python-httpx"), ("", "未知的浏览器"), ("x" * 5000, "x" * 40),
    ],
)  # fmt: skip
def test_a_browser_is_told_in_words(agent: str, words: str) -> None:
    assert said(agent) == words


def test_the_account_and_the_public_entry_speak_to_people(site: Site) -> None:
    assert "Mozilla" not in site.as_(HEAD).page("/account")
    page = site.visitor().page("/")
    assert "SQLite" not in page and "PostgreSQL" not in page and ">gx-zrzy<" not in page
    assert "冠县自然资源和规划局" in page


def test_files_stand_in_the_course_between_the_acts(site: Site) -> None:
    case, person = handled(site), site.as_(HANDLER)
    person.post(f"/cases/{case.id}/attachments", {"purpose": "信封"}, files={"file": ("信封.png", PNG, "image/png")})
    later(site, minutes=1)
    site.place(HANDLER, case, "note", text="文件以后写的")
    course = person.page(f"/cases/{case.id}").split('class="gk-time"')[1]
    assert "信封.png" in course and course.index("文件以后写的") < course.index("信封.png") < course.index(a.ACTS["registration"].title)


def confirmed(site: Site, **fields: str) -> tuple[Any, Any]:
    Applicant(opened(site)).to_the_end("确认怎样记下的图纸")
    person = site.as_(INTAKE)
    path = re.findall(r'href="(/intake/applications/[0-9a-f-]{36})"', person.page("/intake/applications"))[-1]
    form = form_at(person.page(path).replace('id="confirm"', 'id="act"'))
    return form, person.post(f"{path}/confirm", form | fields)


def test_it_is_asked_how_and_by_whom_an_application_was_confirmed(site: Site) -> None:
    form, wrong = confirmed(site, how="dream", by="")
    assert form["how"] == ["phone"] and form["by"] == ["郭一帆（样例）"]
    assert wrong.status_code == 400 and "请选择怎样确认的" in wrong.text and "请填写由谁确认" in wrong.text
    _, done = confirmed(site, how="visit", by="王树林（样例）")
    assert done.status_code == 303
    case = site.office.case(site.officers[INTAKE], done.headers["location"].rpartition("/")[2]).case
    today = site.office.today()
    assert case.registration.remark == f"网上申请由王树林（样例）于{today.year}年{today.month}月{today.day}日当面与申请人确认。"


# ---------------------------------------------------------------- in a browser


def test_the_receipt_is_printed_by_the_button_that_says_so(browser: Chromium) -> None:
    window = browser.window(INTAKE)
    page = window.page
    page.add_init_script("window.printed = 0; window.print = () => { window.printed += document.body.className.includes('gk-prints') ? 1 : 0; };")
    page = window.go("/intake")
    told = {"applicant-name": "周文博（样例）", "applicant-phone": "13800000001", "applicant-address": "冠县样例路1号（样例）", "wanted": "回执"}
    for name, value in told.items():
        page.fill(f"#f-{name}", value)
    page.click("text=登记并打印回执")
    page.wait_for_url("**/intake/done/**")
    expect(page.locator(".gk-receipt img")).to_have_count(1, timeout=30_000)
    page.wait_for_function("() => window.printed === 1")
    assert page.url.endswith(page.url.rpartition("/")[2]) and "print" not in page.url
    page.reload()
    expect(page.locator("h1")).to_contain_text("已登记")
    assert page.evaluate("window.printed") == 0, "once"
    assert axe(page) == []


@pytest.mark.parametrize("path", ["", "/acts/draft", "/history"])
def test_a_file_prints_upright_and_whole(browser: Chromium, path: str) -> None:
    case = handled(browser.site)
    page = browser.window(HANDLER, WIDE).go(f"/cases/{case.id}{path}")
    with pdfplumber.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as pdf:
        assert all(one.width < one.height for one in pdf.pages)
        assert all(char["x1"] <= one.width for one in pdf.pages for char in one.chars)


def test_a_new_seal_is_seen_before_it_is_saved(browser: Chromium) -> None:
    page = browser.window("admin", NARROW).go("/admin/letterheads/gx-rsj")
    expect(page.locator("#seal-new")).to_be_hidden()
    page.set_input_files("#f-seal", {"name": "章.png", "mimeType": "image/png", "buffer": PNG})
    expect(page.locator("#seal-new img")).to_have_attribute("src", re.compile("^data:image/png"))
    assert axe(page) == []


@pytest.mark.parametrize("path", ["/nowhere", "/api/nowhere"])
def test_an_address_that_does_not_exist_is_told_as_it_was_asked(site: Site, path: str) -> None:
    asked = {accept: site.visitor(accept=accept).get(path) for accept in ("text/html,*/*;q=0.8", "application/json")}
    assert {one.status_code for one in asked.values()} == {404}
    page, problem = (one.headers["content-type"] for one in asked.values())
    assert page.startswith("text/html")
    assert problem.startswith("application/problem+json")


def test_where_one_wants_to_be_reminded_is_said_under_the_own_account(migrated_sqlite: Any, tmp_path: Any) -> None:
    options = {"smtp_url": SecretStr("smtp://127.0.0.1:9"), "mail_from": "gongkai@guanxian.example"}
    with running(migrated_sqlite(tmp_path), tmp_path, **options) as own:
        person = own.as_(HANDLER)
        assert "通知程序" not in person.page("/account"), "there is none here"
        wrong = person.post("/account/contact", {"contact_email": "不是邮箱"})
        assert wrong.status_code == 400 and "邮箱地址不对" in wrong.text and 'value="不是邮箱"' in wrong.text
        for odd in ("a@[b.cn", "=?utf-8?q?a=0D=0ABcc=3Ax=40y.cn?=@b.cn", "a@b.cn\0", f"{'a' * 200}@b.cn"):
            wrong = person.post("/account/contact", {"contact_email": odd})
            assert wrong.status_code == 400 and "邮箱地址不对" in wrong.text and escape(odd.replace("\0", "\ufffd")) in wrong.text, odd
        for odd, why in (("1" * 201, "最多200个字，现在有201个"), ("1\x01", "不能识别")):
            wrong = person.post("/account/contact", {"contact_other": odd})
            assert wrong.status_code == 400 and why in wrong.text
        assert "guanxian.example" not in person.page("/account"), "nothing was kept"
        assert "已保存" in person.post("/account/contact", {"contact_email": "zhang@guanxian.example"}).text
        assert 'value="zhang@guanxian.example"' in person.page("/account")
        assert "zhang@guanxian.example" not in own.as_(HEAD).page("/account")
        raw = b"".join(one.read_bytes() for one in tmp_path.glob("gongkai.db*"))
        assert b"zhang@guanxian" not in raw, "sealed"
        trial = {"contact_email": "zhang@guanxian.example", "do": "try"}
        assert "地址已保存，但是测试消息没有发出，请告诉系统管理员" in person.post("/account/contact", trial).text
        assert "127.0.0.1:9：没有服务在听" in own.as_("admin").post("/account/contact", trial).text
        blank = person.post("/account/contact", {"do": "try"})
        assert blank.status_code == 400 and "没有填写地址，没有发测试消息" in blank.text
        assert 'value="zhang@guanxian.example"' in person.page("/account"), "and the address is still kept"
        assert "已停用提醒" in person.post("/account/contact", {}).text
        assert "zhang@" not in person.page("/account")


def test_without_a_way_to_remind_the_account_offers_none(site: Site) -> None:
    assert "/account/contact" not in site.as_(HANDLER).page("/account")


def test_the_first_administrator_is_told_that_units_come_before_users(migrated_sqlite: Any, tmp_path: Any) -> None:
    with running(migrated_sqlite(tmp_path), tmp_path) as new:
        new.office.sources._agencies = {}  # as an office is after `gongkai init`
        units, users = (new.as_("admin").page(path) for path in ("/admin/agencies", "/admin/users"))
        assert "还没有单位。请先新增单位、写好抬头，再新增这个单位的用户。" in units
        assert '不能新增用户。请先<a href="/admin/letterheads/new">新增单位</a>' in users
        assert "<small>系统管理员</small>" in users, "and no dot after a unit that is none"


def test_what_is_too_long_is_refused_where_it_stands_and_never_cut(site: Site) -> None:
    """Each field with more than it keeps: it is said how many characters it takes, and what was typed is still there."""
    case = handled(site)
    receipt = case.letters(site.office.rules)[0].id
    handler, archivist, admin = site.as_(HANDLER), site.as_("archivist@gx-zrzy"), site.as_("admin")
    other = {one.username: one.id for one in site.officers.values()}["legal@gx-zrzy"]
    assert site.office.database.write(lambda s: factors.begin(s, other, "A" * 32, site.clock()) and factors.confirm(s, other, 1, site.clock()))
    letterhead = {"code": "gx-jyj", "name": "长" * 301, "numbers.reply": "冠" * 61}
    long = "长" * 501
    places: list[tuple[Any, str, dict[str, str], str, int]] = [
        (handler, f"/cases/{case.id}/applicant", {"reason": long}, "reason", 500),
        (archivist, f"/letters/{receipt}", {"reason": long}, "reason", 500),
        (handler, "/exports", {"format": "csv", "names": "full", "reason": long}, "reason", 500),
        (handler, "/account/tokens", {"label": "长" * 101, "days": "9", "scope": "act"}, "label", 100),
        (admin, f"/admin/users/{other}/factor", {"reason": long}, "reason", 500),
        (admin, "/admin/letterheads/new", letterhead, "name", 300),
        (admin, "/admin/letterheads/new", letterhead, "numbers.reply", 60),
    ]
    for person, path, fields, name, most in places:
        answer = person.post(path, fields)
        assert answer.status_code == 400, (path, answer.status_code)
        assert f"最多{most}个字，现在有{len(fields[name])}个字" in text_of(answer.text), (path, name)
        assert fields[name] in answer.text, f"{path}: what was typed is gone"
        field = re.search(rf'<(?:input|textarea)[^>]*name="{re.escape(name)}"[^>]*>', answer.text)
        assert field and "maxlength" not in field[0], f"{path}: the browser would cut it"
    assert "最多100个字" in text_of(handler.get(f"/cases?q={'长' * 101}").text)


def test_an_applicant_who_was_not_reached_waits_on_the_intake_desk_until_somebody_has_told_him(migrated_sqlite: Any, tmp_path: Any) -> None:
    options = {"smtp_url": SecretStr("smtp://127.0.0.1:9"), "mail_from": "gongkai@guanxian.example", "tell_applicants": "email"}
    with running(migrated_sqlite(tmp_path), tmp_path, **options) as own:
        person = own.as_(INTAKE)
        page = person.page("/intake")
        assert 'name="tell_by" value="email"' in page and 'name="tell_by" value="phone"' not in page, "only what the office has"
        case = own.register(tell_by="email", applicant={**registration()["applicant"], "email": "zhou.sample@example.cn"})
        telling.sweep(own.office, Settings(**options))
        shown = person.page("/desk")
        assert "申请人没有告知到" in shown and "邮件服务器没有收下" in shown and "zhou.sample" not in shown
        assert "申请人没有告知到" not in own.as_(HEAD).page("/desk"), "it is the intake desk's"
        assert person.post(f"/cases/{case.id}/told", {}).status_code == 303
        assert "申请人没有告知到" not in person.page("/desk")


def test_who_applies_may_agree_to_be_told_of_the_course_and_is_asked_for_what_it_needs(migrated_sqlite: Any, tmp_path: Any) -> None:
    options = {"smtp_url": SecretStr("smtp://127.0.0.1:9"), "mail_from": "gongkai@guanxian.example", "tell_applicants": "email"}
    with running(migrated_sqlite(tmp_path), tmp_path, **options) as own:
        applicant = Applicant(opened(own))
        applicant.go("2", **WHO)
        assert "这只是告知，不是送达" in applicant.go("3", wanted="清泉河沿岸2025年采砂许可证")
        assert "请填写电子邮箱，办理进度将发送到这里" in applicant.go("4", tell_by="email", email="") and applicant.status == 400
        assert "告知进度发电子邮件" in applicant.go("4", tell_by="email", email="zhang.sample@example.cn")
        applicant.go("send")
        with own.office.database.read() as session:
            (row,) = applications.listed(session, UNIT, waiting=True)
        person = own.as_(INTAKE)
        assert "发电子邮件" in text_of(person.page(f"/intake/applications/{row.id}"))
        answer = person.post(f"/intake/applications/{row.id}/confirm", {"received": own.office.today().isoformat()})
        made = own.office.case(own.officers[INTAKE], answer.headers["location"].rpartition("/")[2].partition("?")[0]).case
        assert made.registration.tell_by == "email"


def test_an_office_that_tells_nobody_asks_nobody_for_it(site: Site) -> None:
    applicant = Applicant(opened(site))
    applicant.go("2", **WHO)
    applicant.go("3", wanted="清泉河沿岸2025年采砂许可证")
    assert applicant.status == 200 and "tell_by" not in applicant.text
    assert "tell_by" not in site.as_(INTAKE).page("/intake")


def test_a_request_is_examined_and_assigned_with_its_registration_or_not_registered(site: Site) -> None:
    intake = site.as_(INTAKE)
    wrong = intake.post("/intake", filled(intake) | {"handed_to": "nobody@gx-zrzy"})
    assert wrong.status_code == 400 and "这位承办人现在不能承办" in text_of(wrong.text)
    assert 'id="f-handed_to" name="handed_to"' in wrong.text and 'aria-invalid="true"' in wrong.text.split('id="f-handed_to"')[1].split(">")[0]
    case = registered(site, intake.post("/intake", filled(intake) | {"handed_to": HANDLER}))
    assert [(one.act.kind, one.officer.username) for one in case.acts] == [(kind, INTAKE) for kind in ("registration", "acceptance", "assignment")]
    assert case.assignee == HANDLER
    assert "已审核受理，交赵思远（样例）" in text_of(intake.page(f"/intake/done/{case.id}"))


def test_what_came_with_a_registration_is_taken_back_by_one_press_and_the_registration_stays(site: Site) -> None:
    intake, now = site.as_(INTAKE), site.clock.now
    case = registered(site, intake.post("/intake", filled(intake) | {"handed_to": HANDLER}))
    path = f"/intake/done/{case.id}"
    assert "撤销审核受理、交办" in text_of(intake.page(path)) and "撤销审核受理" not in site.as_(HANDLER).page(path), "of whoever did it"
    for who, why in ((site.as_(HANDLER), "只有当时办理的人可以当即撤销"), (intake, "没有写明所见的是哪一版")):
        answer = who.post(path, {"seen": "3"} if who is not intake else {})
        assert answer.status_code == 409 and why in text_of(answer.text)
    site.clock.now = now + timedelta(seconds=11)
    assert "撤销审核受理" not in intake.page(path)
    assert intake.post(path, {"seen": "2"}).status_code == 412, "somebody was first"
    undone = intake.post(path, {"seen": "3"})
    assert undone.status_code == 303, text_of(undone.text)[:1000]
    page = text_of(intake.page(path))
    assert "已撤销：审核受理、交办" in page and "登记不变" in page and "交赵思远" not in page and case.number in page
    case = site.office.case(site.officers[INTAKE], case.id).case
    assert (case.state, case.assignee) == ("registered", None)
    assert [(one.act.kind, one.act.of) for one in case.acts[3:]] == [("revocation", 3), ("revocation", 2)]  # type: ignore[union-attr]
    assert intake.post(path, {"seen": "3"}).status_code == 200 and len(site.office.case(site.officers[INTAKE], case.id).case.acts) == 5
    other = registered(site, intake.post("/intake", filled(intake) | {"handed_to": HANDLER}))
    site.place(HANDLER, other, "search", places=["档案室"], method="案卷目录", result="found")
    late = intake.post(f"/intake/done/{other.id}", {"seen": "3"})
    assert late.status_code == 409 and "请到案件页办理撤销" in text_of(late.text)


def test_after_the_acceptance_one_goes_on_to_the_draft_which_says_what_was_done(site: Site) -> None:
    handler, case = site.as_(HANDLER), site.register()
    path = f"/cases/{case.id}/acts/acceptance"
    over = handler.page(f"{path}?part=over")
    assert "<html" not in over and case.wanted in over, "a short form over the desk"
    answer = handler.post(path, form_at(over) | {"then": "draft"})
    assert answer.headers["location"] == f"/cases/{case.id}/acts/draft?done=acceptance"
    assert undo_of(handler.page(answer.headers["location"]))["of"] == "2"
    assert "href=\"/cases/" + case.id + "/acts/draft\"" in handler.page("/desk").split("gk-desktable")[1]
