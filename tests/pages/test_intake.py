"""登记: every channel asks its own dates, the panel says what the office knows, and a form sent twice makes one file."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from html import unescape
from typing import Any

import pytest
from playwright.sync_api import expect

from api.cli.demo import _person
from api.office import idempotency
from db import queries
from tests.pages.conftest import TABLET, WIDE, Chromium, Person, Site, axe, text_of
from tests.pages.test_acts import form_at

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100
NUMBER = "11010519491231002X"
WHO = {"applicant.name": "周文博（样例）", "applicant.phone": "13800000000", "applicant.address": "冠县样例路1号（样例）"}
TODAY = "2026年11月24日"


def opened(person: Person) -> dict[str, Any]:
    """The fields of an empty form."""
    person.post("/intake", {"drop": "yes"})
    page = person.page("/intake")
    return {**form_at(page.replace('id="intake"', 'id="act"'))}


def filled(person: Person, **fields: Any) -> dict[str, Any]:
    return opened(person) | WHO | {"wanted": "清泉河沿岸2025年采砂许可证"} | {name.replace("__", "."): value for name, value in fields.items()}


def registered(site: Site, answer: Any) -> Any:
    """The file that a sent form opened."""
    assert answer.status_code == 303, text_of(answer.text)[:1500]
    found = re.fullmatch(r"/intake/done/([0-9a-f-]{36})", answer.headers["location"])
    assert found
    return site.office.case(site.officers["intake@gx-zrzy"], found[1]).case


def count(site: Site) -> int:
    with site.office.database.read() as session:
        return queries.count_cases(session)


# ---------------------------------------------------------------- the channels


@pytest.mark.parametrize(
    ("channel", "fields", "received", "remark"),
    [
        ("in_person", {"submitted_on": "20261123"}, date(2026, 11, 23), None),
        ("oral", {"submitted_on": "2026年11月24日"}, date(2026, 11, 24), None),
        ("ems_signed", {"submitted_on": "2026/11/20", "received_on": "2026-11-23"}, date(2026, 11, 23), None),
        ("ordinary_mail", {"submitted_on": "", "arrived": "20261123", "received_on": "20261124", "confirmed_by": "phone"},
         date(2026, 11, 24), "信件2026年11月23日到达，与申请人确认的方式：电话。"),
        ("online", {"submitted_on": "20261121", "received_on": "20261124", "confirmed_by": "message"},
         date(2026, 11, 24), "与申请人确认的方式：短信。"),
        ("fax", {"submitted_on": "20261124", "received_on": "20261124"}, date(2026, 11, 24), None),
    ],
)  # fmt: skip
def test_every_channel_has_its_day_of_receipt(site: Site, channel: str, fields: dict[str, str], received: date, remark: str | None) -> None:
    person = site.as_("intake@gx-zrzy")
    told = text_of(person.post("/intake/aside", filled(person, channel=channel, **fields)).text)
    case = registered(site, person.post("/intake", filled(person, channel=channel, **fields)))
    act: Any = case.acts[0].act
    assert (act.channel, act.received_on, act.on, act.remark) == (channel, received, date(2026, 11, 24), remark)
    due = case.reckoning(site.office.rules).due
    assert due is not None and f"{due.month}月{due.day}日" in told, "the panel said what became so"
    page = person.page(f"/intake/done/{case.id}")
    assert case.number in page and "打印回执" in page
    assert ("打印申请登记表" in page) == (channel == "oral")


def test_a_fault_keeps_all_that_was_typed_and_the_files(site: Site) -> None:
    person = site.as_("intake@gx-zrzy")
    before = count(site)
    sent = filled(person, channel="ems_signed", submitted_on="20261124", received_on="20261120", applicant__id_number="110105194912310021")
    answer = person.post("/intake", sent, files=[("files", ("申请书.png", PNG, "image/png"))])
    assert answer.status_code == 400 and count(site) == before
    said = text_of(answer.text)
    assert "校验位不符" in said and "110105194912310021" in answer.text and "清泉河沿岸2025年采砂许可证" in answer.text
    assert "申请书.png" in said and "已上传" in said
    assert "错误：" in answer.text.split("</title>")[0]
    again = form_at(answer.text.replace('id="intake"', 'id="act"')) | {"submitted_on": "20261119", "applicant.id_number": NUMBER}
    case = registered(site, person.post("/intake", again))
    with site.office.database.read() as session:
        assert [row.name for row in queries.attachments_of(session, case.id)] == ["申请书.png"]


def test_one_date_is_asked_and_its_fault_told_once(site: Site) -> None:
    person = site.as_("intake@gx-zrzy")
    answer = person.post("/intake", filled(person, submitted_on="2026年13月1日"))
    assert answer.status_code == 400 and text_of(answer.text).count("没有13月1日") == 4, "summary, field, the panel at its two places"
    late = person.post("/intake", filled(person, submitted_on="20261125"))
    assert late.status_code == 400 and "不能晚于今天" in late.text and 'href="#f-submitted_on"' in late.text


@pytest.mark.parametrize(("name", "data"), [("病毒.exe", b"MZ"), ("假.png", b"not a picture"), ("空.pdf", b"")])
def test_a_file_of_the_wrong_kind_is_named_and_nothing_is_registered(site: Site, name: str, data: bytes) -> None:
    person, before = site.as_("intake@gx-zrzy"), count(site)
    answer = person.post("/intake", filled(person), files=[("files", (name, data, "image/png")), ("files", ("好.png", PNG, "image/png"))])
    if data:  # browsers send no empty file apart from an untouched field
        assert answer.status_code == 400 and name in text_of(answer.text) and count(site) == before
    else:
        assert answer.status_code in (303, 400)


def test_odd_values_are_told(site: Site) -> None:
    person, before = site.as_("intake@gx-zrzy"), count(site)
    for odd in (
        {"channel": "carrier_pigeon", "wanted": ""}, {"applicant.category": "x"}, {"topic": "x"}, {"form": "x"}, {"wanted": "字" * 30000},
        {"applicant.name": "名" * 400}, {"received_on": "x" * 9000, "channel": "fax"}, {"items": ["项"] * 60},
    ):  # fmt: skip
        assert person.post("/intake", filled(person) | odd).status_code == 400, odd
        assert person.post("/intake/aside", filled(person) | odd).status_code == 200, odd
    assert count(site) == before


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("applicant.name", "张\U00012000", "第2个字（U+12000）"), ("applicant.address", "冠\u200b县", "第2个字是看不见的控制字符（U+200B）"),
        ("wanted", "甲乙\n丙⿰", "第5个字（U+2FF0）"), ("items", ["甲", "乙\ufe00"], "第2个字（U+FE00）"), ("remark", "注😀", "第2个字（U+1F600）"),
        ("features.other", "甲\x07乙", "第2个字是“\ufffd”（U+FFFD），表示原来的字在复制、粘贴时已经丢失"),
    ],
    ids=["no font", "unseen", "describes", "selector", "picture", "control"],
)  # fmt: skip
def test_what_cannot_be_printed_is_told_at_its_field_and_stays_typed(site: Site, field: str, typed: Any, said: str) -> None:
    person, before = site.as_("intake@gx-zrzy"), count(site)
    answer = person.post("/intake", filled(person) | {field: typed})
    assert answer.status_code == 400 and count(site) == before
    assert said in text_of(answer.text)
    for one in typed if isinstance(typed, list) else [typed.replace("\x07", "\ufffd")]:
        assert one in unescape(answer.text)


# ---------------------------------------------------------------- once


def test_a_form_sent_twice_makes_one_file(site: Site) -> None:
    person, before = site.as_("intake@gx-zrzy"), count(site)
    sent = filled(person)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: person.post("/intake", sent), range(4)))
    assert {one.status_code for one in answers} == {303} and count(site) == before + 1, "a second press shows what the first one made"
    first = answers[0].headers["location"]
    assert {one.headers["location"] for one in answers} == {first}
    assert person.post("/intake", sent).headers["location"] == first
    changed = person.post("/intake", sent | {"wanted": "另一件事"})
    assert changed.status_code == 409 and count(site) == before + 1
    number = site.office.case(site.officers["intake@gx-zrzy"], first.rpartition("/")[2]).case.number
    assert f"已经登记，编号{number}" in changed.text and f'href="{first}"' in changed.text
    again = form_at(changed.text.replace('id="intake"', 'id="act"'))
    assert registered(site, person.post("/intake", again)).wanted == "另一件事"


def test_the_draft_is_kept_by_itself_and_dropped_at_the_end(site: Site) -> None:
    person = site.as_("intake@gx-zrzy")
    sent = filled(person, wanted="写到一半的申请内容")
    own = f"/intake?draft={sent['once'][0]}"
    assert "已自动保存" in person.post("/drafts", sent | {"saves": own}).text
    page = person.page("/intake")
    assert "写到一半的申请内容" not in page and "没有登记完的申请" in page, "of another person perhaps: offered, not filled in"
    assert own in page
    page = person.page(own)
    assert "写到一半的申请内容" in page and "取回了您" in page
    registered(site, person.post("/intake", form_at(page.replace('id="intake"', 'id="act"'))))
    late = person.post("/drafts", form_at(page.replace('id="intake"', 'id="act"')) | {"saves": own})  # one that was still on its way
    assert late.status_code == 409 and "已经提交" in late.text
    assert own not in person.page("/intake") and "写到一半的申请内容" not in person.page(own)


# ---------------------------------------------------------------- what the office knows


def test_the_number_is_checked_and_masked(site: Site) -> None:
    person = site.as_("intake@gx-zrzy")
    right = person.post("/intake/aside", filled(person, part="number", applicant__id_number=NUMBER)).text
    assert "号码校验通过" in right and 'value="110***********002X" readonly' in right
    wrong = person.post("/intake/aside", filled(person, part="number", applicant__id_number=NUMBER[:-1] + "1")).text
    assert "校验位不符" in wrong and "readonly" not in wrong
    unborn = person.post("/intake/aside", filled(person, part="number", applicant__id_number="990000204001010010")).text
    assert "出生日期晚于申请的日期" in unborn and "readonly" not in unborn
    spaced = person.post("/intake/aside", filled(person, part="number", applicant__id_number=f"{NUMBER[:6]} {NUMBER[6:14]}-{NUMBER[14:]}")).text
    assert "readonly" in spaced
    again = person.post("/intake/aside", filled(person, part="number", again="yes", applicant__id_number=NUMBER)).text
    assert f'value="{NUMBER}"' in again and "readonly" not in again


def test_the_month_is_counted_and_the_fee_rule_told(site: Site) -> None:
    person, who = site.as_("intake@gx-zrzy"), _person(17)
    for n in range(10):
        site.register(submitted_on="2026-11-20", received_on="2026-11-20", applicant=who, wanted=f"样例道路{n}期竣工图")
    fields = {f"applicant__{name}": value for name, value in who.items()}
    told = text_of(person.post("/intake/aside", filled(person, **fields, wanted="样例道路3期竣工图及附件")).text)
    assert "本月第11件" in told and "每件100元" in told and "是否收费由承办人在办理期限内决定" in told
    assert "可能是重复申请" in told
    other = text_of(person.post("/intake/aside", filled(person, wanted="样例道路3期竣工图及附件")).text)
    assert "不收费" in other and "别人问过的" in other and "竣工图" in other


def test_several_matters_are_noticed(site: Site) -> None:
    person = site.as_("intake@gx-zrzy")
    told = text_of(person.post("/intake/aside", filled(person, wanted="一、补偿标准；二、选房顺序")).text)
    assert "看起来写了2件事" in told
    case = registered(site, person.post("/intake", filled(person, wanted="两件事", items=["补偿标准", "", "选房顺序"])))
    assert case.items == ("补偿标准", "选房顺序")


def test_the_other_desks_do_not_register(site: Site) -> None:
    for who in ("legal@gx-zrzy", "head@gx-zrzy", "analyst@gx-zrzy"):
        assert site.as_(who).get("/intake").status_code == 403
        assert site.as_(who).post("/intake", {"wanted": "x"}).status_code == 403
    case = site.register()
    assert site.as_("intake@gx-rsj").get(f"/intake/done/{case.id}").status_code == 404


def test_a_second_press_waits_while_the_first_is_at_work(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    person = site.as_("intake@gx-zrzy")
    sent = filled(person)
    at_work = (site.officers["intake@gx-zrzy"].id, sent["once"][0])
    site.office.keys_at_work.add(at_work)
    monkeypatch.setattr(idempotency.time, "sleep", lambda _: site.office.keys_at_work.discard(at_work))
    registered(site, person.post("/intake", sent))


# ---------------------------------------------------------------- in a browser


@pytest.mark.parametrize("size", [WIDE, TABLET])
def test_a_letter_is_registered_in_a_browser(browser: Chromium, size: tuple[int, int]) -> None:
    window = browser.window("intake@gx-zrzy", size)
    page = window.go("/intake")
    assert axe(page) == []
    page.check("input[value=ordinary_mail]")
    page.wait_for_selector("#f-arrived")
    expect(page.locator("#f-received_on")).to_have_value(TODAY)
    expect(page.locator("#f-submitted_on")).to_have_value("")
    page.fill("#f-applicant-name", "周文博（样例）")
    page.fill("#f-applicant-id_number", NUMBER)
    page.press("#f-applicant-id_number", "Tab")
    page.wait_for_selector("#f-applicant-id_number[readonly]")
    page.fill("#f-wanted", "一、补偿标准；二、选房顺序")
    page.wait_for_selector("text=看起来写了2件事")
    page.set_input_files("#f-files", [{"name": "信封.png", "mimeType": "image/png", "buffer": PNG}])
    page.wait_for_selector("#files table")
    panel = "#receipt" if size == WIDE else "#receipt-narrow"
    expect(page.locator(panel)).to_contain_text("12月22日")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert NUMBER not in page.url
    page.press("#f-applicant-name", "Control+Enter")
    expect(page.locator("#said")).to_contain_text("请按按钮")
    page.click("text=登记并打印回执")
    page.wait_for_url("**/intake/done/*")
    expect(page.locator("main")).to_contain_text("1个附件")
    assert axe(page) == []
