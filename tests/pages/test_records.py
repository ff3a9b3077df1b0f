"""更正申请 (条例 41) on the pages: registered by a choice of 事项, called what it is everywhere, ended in its own ways."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.pages.conftest import NARROW, TABLET, WIDE, Chromium, Site, axe, text_of
from tests.pages.test_acts import form_at
from tests.pages.test_intake import filled, registered
from workflow import acts as a

WANTED = "更正本人不动产登记中的姓名用字（样例）"


def asked(site: Site, **fields: Any) -> Any:
    return site.register(purpose="record_correction", wanted=WANTED, evidence="户口簿复印件", **fields)


def handled(site: Site) -> Any:
    case = site.place("intake@gx-zrzy", asked(site), "acceptance")
    return site.place("intake@gx-zrzy", case, "assignment", to="handler@gx-zrzy")


def test_the_choice_of_what_is_asked_for_is_on_the_form(site: Site) -> None:
    person = site.as_("intake@gx-zrzy")
    page = text_of(person.page("/intake"))
    assert "事项" in page and "申请公开" in page and "更正本人信息" in page
    assert "证明记录不准确的证据" not in page
    told = person.post("/intake/aside", filled(person, purpose="record_correction", wanted=WANTED) | {"part": "purpose"}).text
    said = text_of(told)
    assert "要更正什么" in said and "证明记录不准确的证据" in said and "办结截止" in said
    assert "由本机关确定为20个工作日" in said and "不计入本月件数" in said and "别人问过的" not in said


def test_it_is_registered_as_what_it_is(site: Site) -> None:
    person = site.as_("intake@gx-zrzy")
    sent = filled(person, purpose="record_correction", wanted=WANTED, evidence="户口簿复印件")
    case = registered(site, person.post("/intake", sent))
    assert (case.corrects_records, case.evidence) == (True, "户口簿复印件")
    page = text_of(person.page(f"/intake/done/{case.id}"))
    assert f"更正申请已登记，编号{case.number}" in page and "办结截止" in page and "打印回执" in page


def test_what_was_typed_before_another_choice_does_not_stand_in_the_way(site: Site) -> None:
    person = site.as_("intake@gx-zrzy")
    case = registered(site, person.post("/intake", filled(person, purpose="information", evidence="户口簿复印件")))
    assert (case.corrects_records, case.evidence) == (False, None)


def test_lists_and_the_file_call_it_a_request_to_correct_records(site: Site) -> None:
    case = handled(site)
    handler = site.as_("handler@gx-zrzy")
    for path in ("/desk", "/cases", "/cases?purpose=record_correction", f"/cases/{case.id}", f"/cases/{case.id}/acts/draft"):
        assert "更正申请" in text_of(handler.page(path)), path
    other = site.register(wanted="样例小区竣工验收备案表")
    listed = handler.page("/cases?purpose=record_correction")
    assert case.number in listed and other.number not in listed
    assert case.number not in handler.page("/cases?purpose=information")
    page = text_of(handler.page(f"/cases/{case.id}"))
    assert "最迟办结日" in page and "要求更正的记录" in page and "户口簿复印件" in page
    assert "最迟答复日" not in page


def test_what_has_no_place_in_its_course_is_not_offered(site: Site) -> None:
    case = handled(site)
    handler = site.as_("handler@gx-zrzy")
    page = handler.page(f"/cases/{case.id}")
    for kind in ("fee_notice", "split", "secrecy_review", "reasons_notice"):
        assert f"/cases/{case.id}/acts/{kind}" not in page
        answer = handler.get(f"/cases/{case.id}/acts/{kind}")
        assert "不是政府信息公开申请" in text_of(answer.text), kind
    form = handler.page(f"/cases/{case.id}/acts/draft")
    for key in ("record_corrected", "record_not_corrected", "record_transferred", "record_referred", "other"):
        assert f'value="{key}"' in form
    assert 'value="disclosed"' not in form and 'value="petition"' not in form
    information = site.place("intake@gx-zrzy", site.register(wanted="样例小区竣工验收备案表"), "acceptance")
    assert 'value="record_corrected"' not in handler.page(f"/cases/{information.id}/acts/draft")


def test_it_is_drafted_signed_and_ends_on_the_pages(site: Site) -> None:
    case = handled(site)
    handler = site.as_("handler@gx-zrzy")
    form = form_at(handler.page(f"/cases/{case.id}/acts/draft")) | {"items.0.outcome": "record_transferred"}
    drawn = handler.post(f"/cases/{case.id}/acts/draft", form | {"redraw": "yes"}).text
    assert "有权更正的机关" in text_of(drawn)
    form = form_at(drawn) | {"items.0.responsible.name": "冠县公安局（样例）", "items.0.responsible.contact": "冠县样例路8号"}
    assert handler.post(f"/cases/{case.id}/acts/draft", form).status_code == 303
    head = site.as_("head@gx-zrzy")
    assert "转送有权更正的机关" in text_of(head.page("/approvals")) and "更正申请" in text_of(head.page(f"/approvals/{case.id}"))
    case = site.office.case(site.officers["head@gx-zrzy"], case.id).case
    site.place("head@gx-zrzy", case, "decision")
    page = text_of(handler.page(f"/cases/{case.id}"))
    assert "更正申请转送告知书" in page and "转送有权更正的机关" in page


def test_the_ledger_of_the_two_is_chosen(site: Site) -> None:
    case = asked(site)
    head = site.as_("head@gx-zrzy")
    for purpose, there in (("information", False), ("record_correction", True), ("", False)):
        answer = head.post("/exports", {"format": "csv", "names": "masked", "purpose": purpose})
        assert answer.status_code == 200
        assert (case.number in answer.content.decode("utf-8-sig")) == there, purpose
    assert "更正申请台账 csv" in text_of(head.page("/exports"))


def test_the_annual_report_tells_of_it_in_section_six(site: Site) -> None:
    asked(site)
    assert "更正与自身相关的政府信息记录的申请" in text_of(site.as_("head@gx-zrzy").page(f"/annual?year={date(2026, 1, 1).year}&part=6"))


@pytest.mark.parametrize("size", [WIDE, TABLET, NARROW])
def test_it_is_registered_in_a_browser(browser: Chromium, size: tuple[int, int]) -> None:
    page = browser.window("intake@gx-zrzy", size).go("/intake")
    page.check("input[value=record_correction]")
    page.wait_for_selector("#f-evidence")
    expect(page.locator("#form-choice")).to_be_hidden()
    page.fill("#f-applicant-name", "周文博（样例）")
    page.fill("#f-wanted", WANTED)
    page.fill("#f-evidence", "户口簿复印件")
    page.check("input[value=information]")
    page.wait_for_selector("#f-evidence", state="detached")
    page.check("input[value=record_correction]")
    page.wait_for_selector("#f-evidence")
    expect(page.locator("#f-wanted")).to_have_value(WANTED)
    page.fill("#f-evidence", "户口簿复印件")
    page.wait_for_selector(("#receipt" if size == WIDE else "#receipt-narrow") + " >> text=办结截止")
    page.evaluate("window.scrollTo(0, 0)")  # the bar that stays covers a field now and then: it is looked at from the top
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.click("text=登记并打印回执")
    page.wait_for_url("**/intake/done/*")
    expect(page.locator("main")).to_contain_text("更正申请已登记")
    case = page.get_attribute("main a[href^='/cases/']", "href")
    page.goto(browser.site.url + str(case))
    assert "更正申请" in page.inner_text("main")
    assert axe(page) == []


def test_the_two_purposes_have_the_names_of_the_form() -> None:
    assert a.PURPOSES == {"information": "申请公开", "record_correction": "更正本人信息"}
