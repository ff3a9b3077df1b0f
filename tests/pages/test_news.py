"""新消息: what others did on one's files since one last looked; nothing of what one did oneself, nor of files that are not one's own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.pages.conftest import (
    NARROW,
    TABLET,
    WIDE,
    Chromium,
    Person,
    Site,
    axe,
    opens,
    resize,
    text_of,
    token_of,
)
from workflow.case import Case

HANDLER, HEAD = "handler@gx-zrzy", "head@gx-zrzy"
GIVEN = {"item": 1, "outcome": "already_public", "where": "冠县人民政府网站"}


def later(site: Site) -> None:
    site.clock.now += timedelta(minutes=5)


def all_seen(site: Site, who: str) -> Person:
    person = site.as_(who)
    later(site)
    page = person.page("/desk/news")
    if 'name="upto"' in page:
        assert person.post("/desk/news", {"upto": page.split('name="upto" value="')[1].split('"')[0]}).status_code == 303
    assert "没有新消息" in person.page("/desk/news")
    later(site)
    return person


def returned(site: Site) -> Case:
    case = site.place(HEAD, site.register(), "assignment", to=HANDLER)
    case = site.place(HANDLER, case, "acceptance")
    case = site.place(HANDLER, case, "draft", items=[GIVEN])
    return site.place(HEAD, case, "return", reason="请写明栏目。")


def test_what_others_did_on_one_s_files_is_told_until_one_has_looked(site: Site) -> None:
    handler = all_seen(site, HANDLER)
    case = returned(site)
    said = text_of(handler.page("/desk/news"))
    assert "2条" in said and said.index("退回") < said.index("交办给您"), "the latest first, and nothing of what one did oneself"
    assert f'href="/cases/{case.id}#act-5"' in handler.page("/desk/news")
    assert 'aria-label="2条"' in handler.page("/desk")
    page = handler.page("/desk/news")
    later(site)
    site.place("head@gx-zfb", case, "supervision", text="请按期答复。")
    upto = page.split('name="upto" value="')[1].split('"')[0]
    assert handler.post("/desk/news", {"upto": upto}).headers["location"] == "/desk/news"
    said = text_of(handler.page("/desk/news"))
    assert "1条" in said and "督办" in said, "what came while one looked stays new"
    assert "督办" in text_of(site.as_(HEAD).page("/desk/news")), "the head is told of it too"


def test_what_was_taken_back_is_no_news(site: Site) -> None:
    handler = all_seen(site, HANDLER)
    case = returned(site)
    case = site.place(HEAD, case, "revocation", of=case.version, reason="退错了")
    said = text_of(handler.page("/desk/news"))
    assert "1条" in said and "交办给您" in said and "退回" not in said
    assert 'aria-label="1条"' in handler.page("/desk")
    case = site.place(HEAD, case, "decision")
    assert "答复已签发" in text_of(handler.page("/desk/news")) and 'aria-label="2条"' in handler.page("/desk")
    case = site.place(HEAD, case, "revocation", of=case.version, reason="签错了")
    assert "答复已签发" not in text_of(handler.page("/desk/news")) and 'aria-label="1条"' in handler.page("/desk")
    site.place(HEAD, case, "return", reason="请写明栏目。")
    assert "退回" in text_of(handler.page("/desk/news")), "what was done anew afterwards is"


def test_files_of_others_are_no_news_and_who_has_no_files_has_no_page(site: Site) -> None:
    handler = all_seen(site, HANDLER)
    other = site.register("intake@gx-rsj")
    site.place("head@gx-rsj", other, "assignment", to="handler@gx-rsj")
    assert "没有新消息" in handler.page("/desk/news")
    assert site.as_("analyst@gx-zrzy").get("/desk/news").status_code == 403
    assert "gk-bell" not in site.as_("analyst@gx-zrzy").page("/desk")


@pytest.mark.parametrize("upto", ["", "x", "2026-13-01", "9999-12-31T23:59:59-23:00", "昨天"])
def test_odd_hours_are_refused_in_words(site: Site, upto: str) -> None:
    answer = site.as_(HANDLER).post("/desk/news", {"upto": upto})
    assert answer.status_code == 400 and "没有记下" in text_of(answer.text)
    assert token_of(site.as_(HANDLER).page("/desk/news"))


def test_one_is_told_of_a_month_at_most(site: Site) -> None:
    all_seen(site, HANDLER)
    returned(site)
    site.clock.now += timedelta(days=29)
    assert "2条" in text_of(site.as_(HANDLER).page("/desk/news"))
    site.clock.now += timedelta(days=2)
    assert "没有新消息" in site.as_(HANDLER).page("/desk/news")


def test_the_bell_counts_and_is_emptied_in_a_browser(browser: Chromium) -> None:
    site = browser.site
    returned(site)
    later(site)
    window = browser.window(HANDLER)
    page = window.go("/desk")
    with opens(page):
        page.click(".gk-bell")
    expect(page.locator("main")).to_contain_text("退回")
    for size in (WIDE, TABLET, NARROW):
        resize(page, size)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    with opens(page):
        page.click("text=都看过了")
    expect(page.locator("main")).to_contain_text("没有新消息")
    expect(page.locator(".gk-bell i")).to_have_count(0)
