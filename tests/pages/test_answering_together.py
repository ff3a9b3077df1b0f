"""一并答复 in a real browser: one draft, one signature and one letter for two requests, and what each of the two files shows of it."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import Page, expect

from tests.pages.conftest import Chromium, axe, opens
from tests.pages.test_acts import several
from tests.pages.test_days_at_the_office import choose, do, file_of
from tests.pages.test_weeks_at_the_office import posted, words


def test_one_reply_answers_two_requests_and_each_file_shows_its_own_outcome(browser: Chromium) -> None:
    site = browser.site
    site.clock.set(date(2026, 11, 24))
    first, second = several(site, "丙村2024年征收公告", "要求处理丙村干部的来信")

    def drafted(page: Page) -> None:
        page.get_by_label(second.number).check()
        expect(page.locator("fieldset.gk-outcome legend", has_text=f"{second.number}：{second.wanted}")).to_be_visible()
        choose(page, "items.0.outcome", "disclosed")
        page.fill("[name='items.0.provided.0.title']", "征收公告复印件")
        page.fill("[name='items.0.where']", "随本答复书提供纸质复印件")
        choose(page, "items.1.outcome", "petition")
        page.fill("[name='items.1.channel']", "冠县信访局")
        expect(page.locator("#after")).to_contain_text(f"一并答复{second.number}")
        assert axe(page) == []

    page = do(browser.window("handler@gx-zrzy"), first.id, "draft", drafted)
    assert file_of(browser, second.id).state == "handling", "until the head has signed, nothing is answered"

    head = browser.window("head@gx-zrzy")
    page = head.go(f"/approvals/{first.id}")
    said = page.inner_text("main")
    assert "一并答复" in said
    assert second.wanted in said
    assert axe(page) == []
    for reason in page.locator("textarea[name^='override.']").all():
        reason.fill("已核对，可以答复。")
    with opens(page):
        page.click("button[value=sign]")

    answered, other = file_of(browser, first.id), file_of(browser, second.id)
    assert [(one.state, one.outcome) for one in (answered, other)] == [("replied", "disclosed"), ("replied", "petition")]
    reply = answered.letter_id(answered.decision.seq) if answered.decision else ""
    print_of_both = words(site.office.pdf(reply))
    assert first.number in print_of_both
    assert second.number in print_of_both

    posted(browser, first.id, "EMS300000055CN")
    assert file_of(browser, second.id).reckoning(site.office.rules).replied_on == date(2026, 11, 24), "one letter left for both"
    handler = browser.window("handler@gx-zrzy")
    page = handler.go(f"/cases/{second.id}")
    assert f"与{first.number}一并答复" in page.inner_text("main")
    assert "已答复" in page.inner_text("main")
    assert axe(page) == []
    page = handler.go(f"/cases/{second.id}/letters")
    expect(page.locator(f"a[href*='{reply}']").first).to_be_visible()
