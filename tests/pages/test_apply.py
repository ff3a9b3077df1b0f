"""The public form: four steps without scripts, what the law asks for and no more, a number and a code, and their answer."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import expect
from sqlalchemy import delete

from api.cli.demo import _person
from api.office import allowances as limits
from api.office.allowances import Allowances
from api.pages.public import apply
from db import allowances, applications, people, queries, suggestions
from db.verify import verify
from tests import papers
from tests.pages.conftest import (
    TABLET,
    WIDE,
    Chromium,
    Person,
    Site,
    axe,
    later,
    opens,
    site_of,
    text_of,
    token_of,
)

UNIT = "gx-zrzy"
WHO = {**{key: value for key, value in _person(3).items() if key != "id_type"}, "id_type": ""}
WHAT = "清泉河沿岸2025年采砂许可证及附图"


def opened(site: Site) -> Site:
    """The form of one unit is open."""
    site.office.database.write(lambda s: people.set_setting(s, UNIT, applications.SWITCH, "yes"))
    return site


@pytest.fixture(name="site")
def open_site(site: Site) -> Site:
    return opened(site)


@pytest.fixture(autouse=True)
def _counted_anew(request: pytest.FixtureRequest) -> None:
    """Every test here begins as if nobody had come before."""
    site = site_of(request)
    site.office.database.write(lambda s: s.execute(delete(allowances.ALLOWANCE)))
    site.office.allowances = Allowances(site.office.database, site.office.keys.blind)


_FIELD = re.compile(r'<(input|textarea|select)\b([^>]*)>(?:\n?([^<]*)</textarea>|((?:<option.*?)</select>))?', flags=re.S)


def fields_of(page: str) -> list[tuple[str, str]]:
    """What a browser would send of the page's form, without its buttons."""
    found = []
    for kind, attributes, text, options in _FIELD.findall(page.partition('<form id="apply"')[2]):
        known = dict(re.findall(r'([\w-]+)="([^"]*)"', attributes))
        if "name" not in known or known.get("type") == "file" or (known.get("type") == "radio" and " checked" not in attributes):
            continue
        value = text if kind == "textarea" else known.get("value", "")
        if kind == "select":
            chosen = re.search(r'value="([^"]*)" selected', options)
            value = chosen[1] if chosen else ""
        found.append((known["name"], unescape(value)))
    return found


class Applicant:
    """Somebody who fills the form without scripts."""

    def __init__(self, site: Site, address: str = "") -> None:
        self.person: Person = site.visitor(address)
        self.path = f"/apply/{UNIT}"
        self.text = self.person.page(self.path)
        self.status = 200

    def go(self, to: str, files: Any = None, **typed: Any) -> str:
        sent = dict[str, list[str]]()
        for name, value in fields_of(self.text):
            sent.setdefault(name, []).append(value)
        for name, value in typed.items():
            sent[name] = value if isinstance(value, list) else [value]
        answer: httpx.Response = self.person.http.post(self.path, data={**sent, "to": to}, files=files, follow_redirects=True)
        self.text, self.status = answer.text, answer.status_code
        return text_of(self.text)

    def to_the_end(self, wanted: str = WHAT) -> str:
        self.go("2", **WHO)
        self.go("3", wanted=wanted)
        self.go("4", form="paper", delivery="post")
        assert self.status == 200
        return self.go("send")


def number_and_code(page: str) -> tuple[str, str]:
    found = re.search(r"申请编号(GX-ZRZY-\d{4}-\d+)查询码([A-Z0-9]{5}-[A-Z0-9]{5})", text_of(page).replace(" ", ""))
    assert found, text_of(page)
    return found[1], found[2]


def waiting(site: Site) -> list[Any]:
    with site.office.database.read() as session:
        return list(applications.listed(session, UNIT, waiting=True))


def status(site: Site, number: str, code: str, address: str = "") -> httpx.Response:
    person = site.visitor(address)
    person.csrf = token_of(person.page("/apply/status"))
    return person.post("/apply/status", {"number": number, "code": code})


# ---------------------------------------------------------------- who may


def test_only_a_unit_that_switched_it_on_takes_applications(site: Site) -> None:
    visitor = site.visitor()
    assert visitor.get("/apply").headers["location"] == f"/apply/{UNIT}", "one unit: straight to its form"
    assert visitor.get("/apply/gx-rsj").status_code == 404
    assert visitor.get("/apply/nobody").status_code == 404
    site.office.database.write(lambda s: people.set_setting(s, UNIT, applications.SWITCH, "no"))
    assert "现在没有单位开通网上申请" in visitor.page("/apply")
    assert visitor.get(f"/apply/{UNIT}").status_code == 404


def test_a_form_without_its_token_is_not_taken(site: Site) -> None:
    applicant = Applicant(site)
    applicant.go("2", csrf="0" * 64, **WHO)
    assert applicant.status == 403
    assert site.visitor().http.post(f"/apply/{UNIT}", data={"to": "send", "step": "4"}).status_code == 403


# ---------------------------------------------------------------- step by step


def test_four_steps_make_an_application_with_number_and_code(site: Site) -> None:
    before = len(waiting(site))
    applicant = Applicant(site)
    assert "产品" not in applicant.text
    assert "<title>政府信息公开申请 · 冠县自然资源和规划局" in applicant.text
    applicant.go("2", **WHO)
    applicant.go("add", wanted=WHAT)
    assert "第2项" in text_of(applicant.text)
    applicant.go("3", wanted=[WHAT, "监管检查\n记录"], title=["", "检查记录表"], document_number=["", ""])
    check = applicant.go("4", form="email", delivery="email", email="someone@example.cn")
    for shown in (WHO["name"], WHO["id_number"], WHAT, "监管检查", "检查记录表", "电子邮件", "someone@example.cn"):
        assert shown in check
    assert len(waiting(site)) == before, "nothing is kept before it is sent"
    applicant.go("send")
    number, code = number_and_code(applicant.text)
    row = waiting(site)[-1]
    assert row.number == number
    assert code.replace("-", "") not in str(row), "only a digest is kept"
    again = applicant
    assert len(waiting(site)) == before + 1
    assert again.status == 200


def test_sent_twice_it_is_one_application_and_changed_it_is_another(site: Site) -> None:
    applicant = Applicant(site)
    applicant.go("2", **WHO)
    applicant.go("3", wanted="宅基地审批台账")
    applicant.go("4")
    last, before = applicant.text, len(waiting(site))
    applicant.go("send")
    first = number_and_code(applicant.text)
    applicant.text = last
    applicant.go("send")
    assert number_and_code(applicant.text) == first
    assert len(waiting(site)) == before + 1
    changed = set()
    for _ in range(2):
        applicant.text = last
        applicant.go("send", wanted="宅基地审批台账（2024年）")
        changed.add(number_and_code(applicant.text))
    assert len(changed) == 1 and first not in changed and len(waiting(site)) == before + 2, "and that one too however often it is sent"


def test_what_the_law_asks_for_is_asked_for_at_its_field_and_nothing_typed_is_lost(site: Site) -> None:
    applicant = Applicant(site)
    said = applicant.go("2", name="<b>周样例</b>", id_number="372500199001010011", phone="", address="")
    assert applicant.status == 400
    assert "<title>错误：" in applicant.text
    for sentence in ("居民身份证号码的校验位不符", "请填写联系电话", "请填写通讯地址"):
        assert sentence in said
    assert 'value="&lt;b&gt;周样例&lt;/b&gt;"' in applicant.text
    assert 'aria-describedby="e-phone"' in applicant.text
    assert "联系人" not in text_of(applicant.text.partition('id="errors"')[2].partition("</ul>")[0]), "a person needs none"
    unborn = applicant.go("2", name="周样例", id_number="990000204001010010", phone="13800000001", address="冠县样例路1号（样例）")
    assert "居民身份证号码中的出生日期晚于申请的日期" in unborn
    applicant.go("2", **WHO)
    applicant.go("3", wanted=" ")
    assert "请写明您想要的信息" in applicant.text
    applicant.go("3", wanted="字" * 2001)
    assert applicant.status == 400
    assert "字" * 2001 in applicant.text
    applicant.go("3", wanted=WHAT)
    assert "请填写电子邮箱" in applicant.go("4", delivery="email")
    applicant.go("4", delivery="fax")
    assert applicant.status == 200


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "张\U00012000", "第2个字（U+12000）"), ("address", "冠⿰县", "第2个字（U+2FF0）"), ("phone", "1\u200b3800000000", "第2个字"),
        ("wanted", "甲😀", "第2个字（U+1F600）"), ("title", "甲乙\ufe00", "第3个字（U+FE00）"),
        ("document_number", "甲\x07", "第2个字是“\ufffd”（U+FFFD）"),
    ],
)  # fmt: skip
def test_what_cannot_be_printed_is_told_at_its_field_and_stays_typed(site: Site, field: str, typed: str, said: str) -> None:
    applicant = Applicant(site)
    first = field in WHO
    applicant.go("2", **(WHO | ({field: typed} if first else {})))
    if not first:
        applicant.go("3", **({"wanted": WHAT} | {field: typed}))
    assert applicant.status == 400
    assert said in text_of(applicant.text)
    assert typed.replace("\x07", "\ufffd") in unescape(applicant.text)


def test_a_name_in_another_script_is_taken_and_registered(site: Site) -> None:
    applicant = Applicant(site)
    applicant.go("2", **(WHO | {"name": "ئابدۇللا ئەخمەتجان"}))
    assert applicant.status == 200
    applicant.go("3", wanted="关于ꆈꌠ的材料")
    assert applicant.status == 200


def test_no_step_can_be_passed_over(site: Site) -> None:
    before = len(waiting(site))
    for to, step in (("send", "4"), ("4", "3"), ("send", "99"), ("-1", "x"), ("less-0", "2"), ("drop-x", "2"), ("less-²", "2")):
        applicant = Applicant(site)
        applicant.go(to, step=step)
        assert applicant.status in (200, 400)
    assert len(waiting(site)) == before


@pytest.mark.parametrize(
    "typed", [{"wanted": ["甲"] * 60}, {"wanted": "\u202e藏"}, {"category": "king"}, {"draft": "../../etc"}, {"name": ["甲", "乙"]}],
)
def test_odd_values_are_told_or_left_aside(site: Site, typed: dict[str, Any]) -> None:
    applicant = Applicant(site)
    applicant.go("2", **(WHO | {key: value for key, value in typed.items() if key != "wanted"}))
    applicant.go("3", **{key: value for key, value in typed.items() if key == "wanted"})
    assert applicant.status in (200, 400)


# ---------------------------------------------------------------- what is published already


@pytest.fixture
def published(site: Site) -> str:
    title = "冠县清泉河采砂许可公示"
    case = site.register(wanted="冠县清泉河2026年采砂许可公示清单")
    head = site.officers["head@gx-zrzy"]

    def publish(session: Any) -> str:
        made = suggestions.propose(
            session, head, site.clock(), date(2026, 11, 3), title=title, sample="冠县清泉河2026年采砂许可公示清单", cases=[case.id], reason="多次申请"
        )
        for step, url in (("accept", None), ("publish", "https://www.guanxian.example/sand")):
            row = suggestions.one(session, made, [UNIT])
            assert row is not None
            suggestions.take(session, head, date(2026, 11, 3), row, step, reason="公开", url=url)
        return made

    site.office.database.write(publish)
    return title


def test_what_is_published_is_shown_before_one_goes_on(site: Site, published: str) -> None:
    applicant = Applicant(site)
    applicant.go("2", **WHO)
    said = applicant.go("3", wanted="冠县清泉河2026年采砂许可公示清单")
    assert "可能已经公开" in said
    assert published in said
    assert 'href="https://www.guanxian.example/sand"' in applicant.text
    applicant.go("3")
    assert "怎样给您" in text_of(applicant.text.partition("<h2>")[2].partition("</h2>")[0]), "shown once, one may go on"


# ---------------------------------------------------------------- files

PDF = b"%PDF-1.7\n%%EOF"


def test_files_stay_with_the_form_and_go_with_the_application(site: Site) -> None:
    applicant = Applicant(site)
    applicant.go("2", **WHO)
    applicant.go("upload", files=[("file", ("村委会通知.pdf", PDF)), ("file", ("附图.txt", "图".encode()))], wanted=WHAT)
    assert "村委会通知.pdf" in applicant.text
    drop = re.search(r'value="(drop-[0-9a-f-]+)">移除附图', applicant.text)
    assert drop
    applicant.go(drop[1])
    assert "附图.txt" not in applicant.text
    said = applicant.go("3", files=[("file", ("村委会通知.exe", b"xxxx"))])
    assert applicant.status == 400
    assert "只接收这些格式" in said
    applicant.go("3")
    assert "村委会通知.pdf" in applicant.go("4")
    applicant.go("send")
    with site.office.database.read() as session:
        kept = applications.uploads_of(session, applications.owner_of(waiting(site)[-1].id))
    assert [one.name for one in kept] == ["村委会通知.pdf"]
    assert site.office.files.get("uploads", kept[0].id, kept[0].digest) == PDF


def test_files_of_a_form_never_sent_are_forgotten_after_two_days(site: Site) -> None:
    forgotten = Applicant(site)
    forgotten.go("2", **WHO)
    forgotten.go("upload", files=[("file", ("一.pdf", PDF))], wanted=WHAT)
    later(site, days=2, minutes=1)
    other = Applicant(site)
    other.go("2", **WHO)
    other.go("upload", files=[("file", ("二.pdf", PDF))], wanted=WHAT)
    forgotten.go("2")
    assert "一.pdf" not in forgotten.text


# ---------------------------------------------------------------- number and code


def test_the_number_alone_tells_nothing(site: Site) -> None:
    applicant = Applicant(site)
    applicant.to_the_end("有关街道的更新规划")
    number, code = number_and_code(applicant.text)
    assert "等待确认" in text_of(status(site, number.lower(), code.lower()).text)
    wrong, unknown = status(site, number, "AAAAA-AAAAA"), status(site, "GX-ZRZY-2026-99999", code)
    assert wrong.status_code == unknown.status_code == 400
    assert text_of(wrong.text).replace(number, "X") == text_of(unknown.text).replace("GX-ZRZY-2026-99999", "X")
    for _ in range(4):
        status(site, number, "AAAAA-AAAAA")
    assert status(site, number, code).status_code == 429
    assert status(site, number, code, "198.51.100.7").status_code == 200, "whoever guesses elsewhere keeps no applicant out"
    later(site, minutes=31)
    assert status(site, number, code).status_code == 200


def test_who_comes_too_often_is_asked_to_wait(site: Site) -> None:
    applicant = Applicant(site)
    for _ in range(60):
        applicant.go("2", **WHO)
        assert applicant.status == 200
    said = applicant.go("2", **WHO)
    assert applicant.status == 429
    assert "请过几分钟再试" in said
    elsewhere = Applicant(site, address="198.51.100.9")
    elsewhere.go("2", **WHO)
    assert elsewhere.status == 200, "and nobody else"
    later(site, minutes=1)
    again = Applicant(site)
    again.go("2", **WHO)
    assert again.status == 200


def test_a_user_name_that_looks_like_an_application_locks_no_applicant_out(site: Site) -> None:
    applicant = Applicant(site)
    applicant.to_the_end("有关街道的供水规划")
    number, code = number_and_code(applicant.text)
    for _ in range(6):
        assert site.visitor().sign_in(f"application:{number}", "Falsch-2026").status_code == 401
    assert status(site, number, code).status_code == 200


def test_of_files_chosen_together_each_is_looked_at_and_the_good_ones_are_kept(site: Site) -> None:
    applicant = Applicant(site)
    applicant.go("2", **WHO)
    chosen = [("程序.exe", b"MZ\x90"), ("甲.pdf", PDF), ("空.pdf", b""), ("手机.heic", papers.picture("JPEG"))]
    chosen += [(f"附图{n}.txt", b"a") for n in range(10)]
    said = applicant.go("upload", files=[("file", one) for one in chosen], wanted=WHAT)
    assert applicant.status == 400 and "“程序.exe”没有上传：只接收这些格式" in said and "“空.pdf”没有上传：文件是空的" in said
    assert "“手机.heic”没有上传：文件的内容是JPG，不是HEIC。请把文件名的结尾改成.jpg，再上传" in said
    assert "“附图9.txt”没有上传：最多10个文件" in said and "“附图8.txt”" not in said
    assert [name for name in ("甲.pdf", "附图0.txt", "附图8.txt", "附图9.txt") if f"移除{name}" in said] == ["甲.pdf", "附图0.txt", "附图8.txt"]


def test_of_files_that_are_too_much_together_those_beyond_are_named_at_the_field_and_the_form_stays(site: Site) -> None:
    applicant = Applicant(site)
    assert "一次上传合计不超过20MB" in applicant.go("2", **WHO)
    said = applicant.go("3", files=[("file", (f"照片{n}.pdf", PDF + bytes(8 * 1024 * 1024))) for n in range(3)], wanted=WHAT)
    assert applicant.status == 400 and "“照片2.pdf”没有上传：一次上传的文件合计不超过20MB，请再选一次" in said and WHAT in said
    assert [n for n in range(3) if f"移除照片{n}.pdf" in said] == [0, 1]
    said = applicant.go("3", files=[("file", ("照片3.pdf", PDF + bytes(21 * 1024 * 1024)))])
    assert "“照片3.pdf”没有上传：超过20MB，请压缩或者分开上传" in said


# ---------------------------------------------------------------- what nobody has sent yet


def upload(site: Site, address: str, draft: str, size: int) -> str:
    """A file with a form that is never sent, under a draft id that somebody invented."""
    visitor = Applicant(site, address)
    return visitor.go("upload", files=[("file", ("一.pdf", PDF + bytes(size - len(PDF))))], draft=draft, wanted=WHAT, step="2", **WHO)


def kept(site: Site) -> int:
    with site.office.database.read() as session:
        return applications.unsent(session)


def test_one_client_leaves_no_more_than_his_share_under_however_many_draft_ids(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UPLOADED", replace(limits.UPLOADED, each=300))
    monkeypatch.setattr(apply, "UPLOADED", limits.UPLOADED)
    before = kept(site)
    said = [upload(site, "198.51.100.20", str(uuid4()), 100 * 1024) for _ in range(6)]
    assert kept(site) - before == 200 * 1024, "100 KiB and one for the row, twice"
    assert "您上传的材料太多" in said[2]
    assert "请先提交申请" in said[5]
    upload(site, "198.51.100.21", str(uuid4()), 100 * 1024)
    assert kept(site) - before == 300 * 1024, "another one may"
    later(site, hours=1)
    upload(site, "198.51.100.20", str(uuid4()), 100 * 1024)
    assert kept(site) - before == 400 * 1024


def test_all_together_leave_no_more_than_there_is_room_for_and_the_oldest_makes_way(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    later(site, days=3)
    upload(site, "198.51.100.30", str(uuid4()), 1024)
    monkeypatch.setattr(applications, "MOST_UNSENT", kept(site) + 250 * 1024)
    said = [upload(site, f"198.51.100.{n}", str(uuid4()), 100 * 1024) for n in range(31, 35)]
    assert kept(site) <= applications.MOST_UNSENT
    assert "等待提交的材料太多" in said[2]
    later(site, minutes=61)
    assert "等待提交的材料太多" not in upload(site, "198.51.100.35", str(uuid4()), 100 * 1024)
    assert kept(site) <= applications.MOST_UNSENT
    on_disk = sum(path.stat().st_size for path in (site.office.files.root / "uploads").rglob("*") if path.is_file())
    assert on_disk <= applications.MOST_UNSENT, "what made way is gone from the disk too"


def test_a_full_disk_takes_no_files_and_still_takes_applications(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply, "has_room", lambda _office: False)
    before = kept(site)
    assert "暂时不能上传" in upload(site, "198.51.100.40", str(uuid4()), 1024)
    assert kept(site) == before
    assert "申请已经提交" in Applicant(site).to_the_end("有关街道的排水规划")


def test_what_is_stored_of_it_is_whole(site: Site) -> None:
    sent(site, "核对存储", files=[("file", ("一.pdf", PDF))])
    office = site.office
    with office.database.read() as session:
        assert list(verify(session, office.files, office.rules, office.keys)) == []


# ---------------------------------------------------------------- a real browser


@pytest.mark.parametrize("size", [WIDE, TABLET])
def test_the_form_reads_well_for_everybody(browser: Chromium, size: tuple[int, int]) -> None:
    opened(browser.site)
    page = browser.window(size=size).go(f"/apply/{UNIT}")
    assert axe(page) == []
    page.click(".gk-onward .btn-primary")
    expect(page.locator("#errors")).to_be_focused()
    assert axe(page) == []
    for name in ("name", "id_number", "phone", "address"):
        page.fill(f"#f-{name}", WHO[name])
    page.press("#f-address", "Enter")  # goes on, and removes nothing
    page.fill("#f-wanted-0", WHAT)
    page.click("text=再加一项")
    page.fill("#f-wanted-1", "监管检查记录")
    assert axe(page) == []
    with opens(page):
        page.click(".gk-onward .btn-primary")
    with opens(page):
        page.click("text=大字")
    assert page.evaluate("document.documentElement.className") == "gk-large"
    assert axe(page) == []
    with opens(page):
        page.click(".gk-onward .btn-primary")
    assert axe(page) == []
    with opens(page):
        page.click("text=提交申请")
    assert "申请已经提交" in page.inner_text("h1")
    assert axe(page) == []
    for path in ("/apply/status", "/published", "/guide/fees"):
        page.goto(browser.site.url + path)
        assert page.evaluate("document.documentElement.className") == "gk-large", "for the whole visit"
        assert axe(page) == []
    page.goto(browser.site.url + "/published?q=%E5%AE%89%E7%BD%AE")
    with opens(page):
        page.click("text=标准字")
    assert page.evaluate("document.documentElement.className") == "" and page.input_value("#f-q") == "安置"
    page.goto(browser.site.url + "/apply")
    assert axe(page) == []


# ---------------------------------------------------------------- what the intake desk makes of it


def sent(site: Site, wanted: str = WHAT, **files: Any) -> tuple[Any, str]:
    """An application that came in, and its code."""
    applicant = Applicant(site)
    applicant.go("2", **WHO)
    applicant.go("3", wanted=wanted, **files)
    applicant.go("4")
    applicant.go("send")
    return waiting(site)[-1], number_and_code(applicant.text)[1]


def test_confirmed_it_becomes_a_file_whose_day_of_receipt_is_the_day_of_confirming(site: Site) -> None:
    row, code = sent(site, "汶河北路道路红线图", files=[("file", ("红线图.pdf", PDF))])
    intake = site.as_("intake@gx-zrzy")
    assert row.number in intake.page("/intake/applications")
    page = intake.page(f"/intake/applications/{row.id}")
    assert "汶河北路道路红线图" in page
    assert WHO["id_number"] not in page, "masked"
    assert WHO["phone"] in page, "the desk has to ring"
    found = re.search(rf'href="(/intake/applications/{row.id}/files/[^"]+)"', page)
    assert found
    assert intake.get(found[1]).content == PDF
    later(site, days=1)
    intake = site.as_("intake@gx-zrzy")
    answer = intake.post(f"/intake/applications/{row.id}/confirm", {"received": site.office.today().strftime("%Y%m%d")})
    assert answer.status_code == 303, text_of(answer.text)
    assert not any(one.id == row.id for one in waiting(site))
    with site.office.database.read() as session:
        settled = applications.one(session, row.id)
    assert settled is not None
    case = site.office.case(site.officers["intake@gx-zrzy"], settled.case_id).case
    assert case.registration.channel == "online"
    assert case.received_on == site.office.today()
    assert case.registration.submitted_on is not None
    assert case.registration.submitted_on < case.received_on
    assert case.applicant.id_number == WHO["id_number"]
    with site.office.database.read() as session:
        assert [one.name for one in queries.attachments_of(session, case.id)] == ["红线图.pdf"]
    said = text_of(status(site, row.number, code).text)
    assert case.number in said
    assert "收到日" in said
    again = intake.post(f"/intake/applications/{row.id}/confirm", {"received": ""})
    assert again.headers["location"] == answer.headers["location"] == f"/intake/done/{case.id}", "pressed twice, it shows what was made"


def test_two_desks_cannot_register_it_twice(site: Site) -> None:
    row, _ = sent(site, "同一件事两个人办")
    people_at_work = [site.as_("intake@gx-zrzy"), site.as_("handler@gx-zrzy")]
    answers = [one.post(f"/intake/applications/{row.id}/confirm", {"received": site.office.today().isoformat()}) for one in people_at_work]
    assert [one.status_code for one in answers] == [303, 409]
    assert "刚由别人办理过" in answers[1].text


@pytest.mark.parametrize(
    ("received", "sentence"),
    [("2026-02-30", "没有2月30日"), ("", "请填日期"), ("2020-01-01", "收到日不能早于提交日"), ("2099-01-01", "不能")],
)
def test_a_wrong_day_is_told_at_its_field(site: Site, received: str, sentence: str) -> None:
    row, _ = sent(site, f"某项规划{received}")
    answer = site.as_("intake@gx-zrzy").post(f"/intake/applications/{row.id}/confirm", {"received": received})
    assert answer.status_code in (400, 409)
    assert sentence in text_of(answer.text)
    assert f'value="{received}"' in answer.text
    assert any(one.id == row.id for one in waiting(site))


def test_declined_with_a_reason_that_the_applicant_reads(site: Site) -> None:
    row, code = sent(site, "测试测试")
    intake = site.as_("intake@gx-zrzy")
    nothing = intake.post(f"/intake/applications/{row.id}/decline", {"reason": "", "note": "已电话核实"})
    assert nothing.status_code == 400
    assert "已电话核实" in nothing.text
    answer = intake.post(f"/intake/applications/{row.id}/decline", {"reason": "spam", "note": "已电话核实"})
    assert answer.headers["location"] == "/intake/applications?done=declined"
    assert "没有登记" in intake.page("/intake/applications?view=settled&done=declined")
    said = text_of(status(site, row.number, code).text)
    assert "没有登记。不是政府信息公开申请（测试、广告或者乱填）。已电话核实" in said


def test_another_unit_and_other_posts_see_nothing_of_it(site: Site) -> None:
    row, _ = sent(site, "只给本单位看")
    for who, expected in (("intake@gx-rsj", 404), ("head@gx-zrzy", 403), ("admin", 403)):
        person = site.as_(who)
        assert person.get(f"/intake/applications/{row.id}").status_code == expected
        assert person.post(f"/intake/applications/{row.id}/confirm", {"received": "2026-11-03"}).status_code == expected
        assert person.post(f"/intake/applications/{row.id}/decline", {"reason": "spam"}).status_code == expected
    assert site.visitor().get(f"/intake/applications/{row.id}").status_code == 303
    assert site.as_("intake@gx-zrzy").get("/intake/applications/00000000-0000-0000-0000-000000000000").status_code == 404


@pytest.mark.parametrize("size", [WIDE, TABLET])
def test_the_desk_of_applications_reads_well(browser: Chromium, size: tuple[int, int]) -> None:
    sent(opened(browser.site), f"某街道更新规划{size[0]}")
    window = browser.window("intake@gx-zrzy", size=size)
    page = window.go("/intake/applications")
    assert axe(page) == []
    with opens(page):
        page.click(f"text=某街道更新规划{size[0]}")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("text=不予登记")
    expect(page.locator("#errors")).to_be_focused()
    assert axe(page) == []
