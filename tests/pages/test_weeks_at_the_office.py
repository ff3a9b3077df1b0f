"""Weeks at the office in a real browser: what comes back from the post, from the court, and what three people ask together."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect
from pypdfium2 import PdfDocument

from tests.pages.conftest import Chromium, axe, opens
from tests.pages.test_days_at_the_office import PHOTOGRAPH, choose, do, examined, file_of, printed, send
from workflow.case import Case


@pytest.fixture
def day(browser: Chromium) -> Callable[[date], None]:
    return browser.site.clock.set


def words(pdf: bytes) -> str:
    """What a print says, without its blanks and lines."""
    with PdfDocument(pdf) as opened:
        return "".join("".join(page.get_textpage().get_text_range() for page in opened).split())


def letter_of(browser: Chromium, case_id: str, kind: str) -> str:
    """The id of the last letter of a kind."""
    return [one.id for one in file_of(browser, case_id).letters(browser.site.office.rules) if one.kind == kind][-1]


def posted(browser: Chromium, case_id: str, number: str) -> None:
    """All letters of the file that wait are taken to the post: numbers into the table, one button."""
    printed(browser, case_id)
    page = browser.window("intake@gx-zrzy").go("/service")
    ours = {one.id for one in file_of(browser, case_id).letters(browser.site.office.rules)}
    for field in page.locator("input[name^='number.']").all():
        if (field.get_attribute("name") or "").partition(".")[2] in ours:
            field.fill(number)
    send(page)


def came_back(why: str) -> Callable[[Page], None]:
    def fill(page: Page) -> None:
        choose(page, "outcome", "returned")
        expect(page.locator("[name=received_on]")).to_have_count(0)  # nobody signed for it
        choose(page, "why", why)

    return fill


def test_a_letter_that_came_back_is_served_again_and_at_last_by_public_notice(browser: Chromium, day: Callable[[date], None]) -> None:
    """退回、再次送达、公告送达: the limit of the correction runs from the service that succeeded, thirty days after the notice."""
    day(date(2026, 8, 3))
    site = browser.site
    case = site.register(submitted_on="2026-08-03", received_on="2026-08-03", wanted="老房子的材料（样例）")
    intake = browser.window("intake@gx-zrzy")
    do(intake, case.id, "correction_notice", lambda page: page.fill("#f-matters", "请写明房屋坐落"))
    posted(browser, case.id, "EMS300000001CN")
    notice = letter_of(browser, case.id, "correction_notice")

    day(date(2026, 8, 14))
    page = browser.window("intake@gx-zrzy").go("/service?view=confirm")
    with opens(page):
        page.click(f"tr[id='r-{notice}'] a >> text=退回")
    assert page.locator(f"[name=letter][value='{notice}']:checked, select[name=letter] option[value='{notice}']:checked").count() == 1
    came_back("moved")(page)
    assert axe(page) == []
    send(page)
    assert "补正告知书 退回" in re.sub(r"\s+", " ", page.inner_text("main")) and "迁移新址不明" in page.inner_text("main")
    expect(page.locator(".gk-said[role=status]")).to_contain_text("下一步：送达")

    page = browser.window("intake@gx-zrzy").go("/service")
    row = page.locator(f"tr[id='r-{notice}']")
    expect(row).to_contain_text("8月14日退回")

    def again(page: Page) -> None:
        choose(page, "letter", notice)
        expect(page.locator("[name=outcome][value=returned]")).to_have_count(0)  # it lies here: first it goes out
        choose(page, "method", "post")
        page.fill("[name=address]", "冠县样例路9号（样例）")
        page.fill("[name=post_number]", "EMS300000002CN")

    day(date(2026, 8, 17))
    do(browser.window("intake@gx-zrzy"), case.id, "service", again)
    assert file_of(browser, case.id).services[notice].returned_on is None

    day(date(2026, 8, 27))
    window = browser.window("intake@gx-zrzy")
    page = window.go(f"/cases/{case.id}/acts/service?letter={notice}")
    came_back("unclaimed")(page)
    send(page)
    page = browser.window("handler@gx-zrzy").go(f"/cases/{case.id}/acts/abandonment")
    expect(page.locator("#refusal")).to_contain_text("退回，申请人没有收到，期限无从起算。请再次送达")

    def announced(page: Page) -> None:
        choose(page, "letter", notice)
        choose(page, "method", "public_notice")
        expect(page.locator("[name=received_on]")).to_have_count(0)  # thirty days later, by itself
        expect(page.locator("#after")).to_contain_text("10月")

    page = do(window, case.id, "service", announced)
    served = file_of(browser, case.id).services[notice]
    assert (served.method, served.received_on) == ("public_notice", date(2026, 9, 26))
    until = file_of(browser, case.id).reckoning(site.office.rules).limits[-1].on
    assert until == date(2026, 10, 22), "fifteen working days after the thirtieth day, over Mid-Autumn and National Day"
    assert "10月22日" in page.inner_text("main")
    assert [one.act.kind for one in file_of(browser, case.id).acts].count("service") == 5
    assert axe(page) == []

    day(until)
    page = browser.window("handler@gx-zrzy").go(f"/cases/{case.id}/acts/abandonment")
    expect(page.locator("#refusal")).to_contain_text("还没有届满")
    day(date(2026, 10, 23))
    page = do(browser.window("handler@gx-zrzy"), case.id, "abandonment")
    assert "已终止" in page.inner_text("main") and file_of(browser, case.id).outcome == "abandoned_correction"


def test_a_suit_over_silence_is_answered_under_an_order(browser: Chromium, day: Callable[[date], None]) -> None:
    """逾期没有答复: the suit is put down on the open file, the order gives a new day from its receipt, and the reply keeps it."""
    day(date(2026, 10, 12))
    site = browser.site
    case = site.place("handler@gx-zrzy", site.register(submitted_on="2026-10-12", received_on="2026-10-12"), "acceptance")

    day(date(2026, 11, 24))
    legal = browser.window("legal@gx-zrzy")
    page = legal.go(f"/cases/{case.id}")
    assert "超期" in page.inner_text("main")

    def sued(page: Page) -> None:
        choose(page, "type", "litigation")
        expect(page.locator("[name=against]:checked")).to_have_value("inaction")
        expect(page.locator("[name=body]")).to_have_value(site.office.agencies["gx-zrzy"].court)
        page.fill("[name=case_number]", "（2026）鲁1525行初1号（样例）")
        page.fill("[name=claim]", "请求责令被告限期答复。")

    page = do(legal, case.id, "remedy", sued)
    assert "逾期没有答复" in page.inner_text("main") and file_of(browser, case.id).is_active

    day(date(2026, 12, 4))
    legal = browser.window("legal@gx-zrzy")

    def ordered(page: Page) -> None:
        choose(page, "result", "corrected")
        page.fill("[name=on]", "20261201")
        page.fill("[name=received_on]", "2026年12月4日")
        page.check("[name=orders_rehandling]")
        page.fill("[name=within]", "15")
        expect(page.locator("#after")).to_contain_text("改为12月25日")
        assert axe(page) == []

    page = do(legal, case.id, "remedy_result", ordered)
    clock = file_of(browser, case.id).reckoning(site.office.rules)
    assert clock.due == date(2026, 12, 25), "fifteen working days after the judgment arrived"
    assert "2026年12月25日" in page.inner_text("main") and "剩15" in page.inner_text("main")
    page = browser.window("handler@gx-zrzy").go(f"/cases/{case.id}/why")
    assert "责令" in page.inner_text("#why")

    day(date(2026, 12, 8))
    handler = browser.window("handler@gx-zrzy")

    def searched(page: Page) -> None:
        page.fill("#f-places", "采砂管理档案")
        page.fill("[name=method]", "按河段检索")
        choose(page, "result", "found")

    do(handler, case.id, "search", searched)
    do(handler, case.id, "secrecy_review", examined)

    def drafted(page: Page) -> None:
        choose(page, "items.0.outcome", "disclosed")
        page.fill("[name='items.0.provided.0.title']", "采砂许可证复印件")
        page.fill("[name='items.0.where']", "随本答复书提供纸质复印件")
        expect(page.locator("#preview img").first).to_be_visible()

    do(handler, case.id, "draft", drafted)
    page = browser.window("head@gx-zrzy").go(f"/approvals/{case.id}")
    for reason in page.locator("textarea[name^='override.']").all():
        reason.fill("已由法院责令答复，按责令的期限办理。")
    with opens(page):
        page.click("button[value=sign]")
    printed(browser, case.id)
    posted(browser, case.id, "EMS300000009CN")
    answered = file_of(browser, case.id)
    assert answered.state == "replied" and answered.reckoning(site.office.rules).replied_on == date(2026, 12, 8)
    page = browser.window("handler@gx-zrzy").go(f"/cases/{case.id}")
    assert "已答复" in page.inner_text("main") and "行政诉讼" in page.inner_text("main")
    assert axe(page) == []


def test_three_ask_with_an_agent_from_registration_to_the_archive(browser: Chromium, day: Callable[[date], None]) -> None:
    """共同申请、代理: every letter names all three and goes to the agent; the file is archived under all their names."""
    day(date(2026, 11, 2))
    page = browser.window("intake@gx-zrzy").go("/intake")
    page.click("[name=drop]")
    choose(page, "channel", "in_person")
    page.fill("[name='applicant.name']", "周文博（样例）")
    page.fill("[name='applicant.phone']", "13800000000")
    page.fill("[name='applicant.address']", "冠县样例路1号（样例）")
    page.click("#together > summary")
    page.fill("[name='co_applicants.0.name']", "李桂兰（样例）")
    page.fill("[name='co_applicants.0.phone']", "13800000021")
    page.click("#together >> text=再加一位")
    page.fill("[name='co_applicants.1.name']", "王树林（样例）")
    page.check("#f-representative-1")
    page.click("#agent > summary")
    page.fill("[name='agent.name']", "何代理（样例）")
    page.select_option("[name='agent.relation']", "entrusted")
    page.fill("[name='agent.phone']", "13900000009")
    page.fill("[name='agent.address']", "冠县样例路9号（样例）")
    page.locator("#f-proof").set_input_files({"name": "授权委托书.png", "mimeType": "image/png", "buffer": PHOTOGRAPH})
    expect(page.locator("#proof table")).to_contain_text("授权委托书.png")
    page.fill("[name=wanted]", "某村征收土地公告及补偿方案（样例）")
    send(page)
    expect(page.locator("main")).to_contain_text("何代理（样例）（委托代理人）")
    case_id = page.url.rpartition("/")[2].partition("?")[0]

    day(date(2026, 11, 4))
    handler = browser.window("handler@gx-zrzy")
    do(handler, case_id, "acceptance")

    def searched(page: Page) -> None:
        page.fill("#f-places", "征收档案")
        page.fill("[name=method]", "按村检索")
        choose(page, "result", "found")

    do(handler, case_id, "search", searched)
    do(handler, case_id, "secrecy_review", examined)

    def drafted(page: Page) -> None:
        choose(page, "items.0.outcome", "disclosed")
        page.fill("[name='items.0.provided.0.title']", "征收土地公告复印件")
        page.fill("[name='items.0.where']", "随本答复书提供纸质复印件")
        expect(page.locator("#preview img").first).to_be_visible()

    do(handler, case_id, "draft", drafted)
    page = browser.window("head@gx-zrzy").go(f"/approvals/{case_id}?view=request")
    for told in ("代表人", "李桂兰（样例）", "周文博（样例）", "王树林（样例）", "委托代理人", "何代理（样例）"):
        assert told in page.inner_text("main")
    with opens(page):
        page.click("button[value=sign]")

    printed(browser, case_id)
    office, names = browser.site.office, "周文博（样例）、李桂兰（样例）、王树林（样例）"
    for kind in ("receipt", "disclosed"):
        said = words(office.pdf(letter_of(browser, case_id, kind)))
        assert f"{names}：" in said and "你们" in said
    page = browser.window("intake@gx-zrzy").go("/service")
    reply = letter_of(browser, case_id, "disclosed")
    row = page.locator(f"tr[id='r-{reply}']")
    expect(row).to_contain_text("何*代理人")
    row.locator("input[name=tick]").check()
    for what, told in (("打印信封标签", "冠县样例路9号（样例）"), ("打印送达回证", "何代理（样例）")):
        with page.context.expect_page() as opened:
            page.click(f"text={what}")
        label = words(browser.site.as_("intake@gx-zrzy").post(*_print(page, what)).content)
        assert told in label and "何代理（样例）" in label
        opened.value.close()
    page.locator(f"input[name='number.{reply}']").fill("EMS300000077CN")
    send(page)

    day(date(2026, 11, 12))
    page = browser.window("intake@gx-zrzy").go("/service?view=confirm")
    page.fill(f"[name='received.{reply}']", "20261112")
    page.fill(f"[name='recipient.{reply}']", "何代理（样例）")
    page.locator(f"[name='file.{reply}']").set_input_files({"name": "回执.png", "mimeType": "image/png", "buffer": PHOTOGRAPH})
    send(page)
    page = browser.window("archivist@gx-zrzy").go("/archive")
    page.check(f"input[name=tick][value='{case_id}']")
    send(page)
    case: Case = file_of(browser, case_id)
    assert case.state == "archived"
    assert names in words(office.pdf(letter_of(browser, case_id, "file_index")))
    page = browser.window("handler@gx-zrzy").go(f"/cases/{case_id}")
    assert names in page.inner_text("main") and "文书寄给代理人" in page.inner_text("#applicant")
    assert axe(page) == []


def _print(page: Page, what: str) -> tuple[str, dict[str, str]]:
    """What the button of a print sends: its address, and the rows that are ticked."""
    address = page.locator("button", has_text=what).get_attribute("formaction") or ""
    return address, {"tick": page.locator("input[name=tick]:checked").first.input_value()}
