"""期限日历: on which days replies are due, by month and week, with working days and holidays."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.pages.conftest import NARROW, TABLET, WIDE, Chromium, Site, reads_well, site_of, text_of
from workflow.case import Case

HANDLER, HEAD = "handler@gx-zrzy", "head@gx-zrzy"


@pytest.fixture(autouse=True)
def today(request: pytest.FixtureRequest) -> None:
    site_of(request).clock.set(date(2026, 11, 10))


def assigned(site: Site, to: str = HANDLER) -> Case:
    return site.place(HEAD, site.register(), "assignment", to=to)


def cell(page: str, day: str) -> str:
    """What stands in the cell of a day of the month."""
    found = re.search(rf'<td class="([^"]*)"><p class="d"><b><span class="visually-hidden">11月</span>{day}<.*?</td>', page, re.S)
    assert found, page[:3000]
    return f"{found[1]}: {text_of(found[0])}"


def test_a_file_stands_on_the_day_its_reply_is_due_and_a_month_counts_its_working_days(site: Site) -> None:
    case = assigned(site)
    assert case.reckoning(site.office.rules).due == date(2026, 11, 30)
    page = site.as_(HEAD).page("/desk/calendar?on=2026-11-01")
    assert case.number.rpartition("〕")[2] in cell(page, "30")
    assert re.search(r"\d+件到期，21个工作日", text_of(page))
    assert cell(page, "10").startswith(" today none")
    assert "周末" in cell(page, "8")
    october = text_of(site.as_(HEAD).page("/desk/calendar?on=2026-10-05"))
    assert "国庆节" in october
    assert "补班" in october
    assert "2027年放假安排没有载入" in text_of(site.as_(HEAD).page("/desk/calendar?on=2027-03-01"))


def test_one_sees_what_is_in_one_s_hands_and_the_unit_s_where_one_asks(site: Site) -> None:
    mine, free = assigned(site), site.register()
    elsewhere = site.register("intake@gx-rsj")
    handler = site.as_(HANDLER)
    page = handler.page("/desk/calendar?on=2026-11-30&view=week")
    assert f"/cases/{mine.id}" in page
    assert f"/cases/{free.id}" not in page
    whole = handler.page("/desk/calendar?on=2026-11-30&view=week&whose=unit")
    assert f"/cases/{free.id}" in whole
    assert elsewhere.id not in whole
    site.place(HANDLER, mine, "withdrawal", by="writing")
    assert f"/cases/{mine.id}" not in handler.page("/desk/calendar?on=2026-11-30&view=week"), "what is closed is due no more"


def test_a_day_that_holds_many_counts_the_rest(site: Site) -> None:
    for _ in range(5):
        site.register()
    page = site.as_(HEAD).page("/desk/calendar?on=2026-11-30")
    rest = re.search(r"还有(\d+)件", cell(page, "30"))
    assert rest is not None
    listed = site.as_(HEAD).page("/desk/calendar?view=week&on=2026-11-30")
    assert len(re.findall(r'<li><a href="/cases/', listed)) == int(rest[1]) + 3


@pytest.mark.parametrize(
    "query", ["on=x", "on=0001-01-01", "on=9999-12-31", "on=2026-02-30", "view=year&whose=all", "on=%00", "on=2019-01-01&view=week"]
)
def test_nonsense_in_the_address_shows_a_calendar(site: Site, query: str) -> None:
    page = site.as_(HEAD).page(f"/desk/calendar?{query}")
    assert "期限日历" in page
    for href in re.findall(r'href="(/desk/calendar[^"]*)"', page):
        assert site.as_(HEAD).get(href.replace("&amp;", "&")).status_code == 200


def test_it_reads_at_every_size(browser: Chromium) -> None:
    for _ in range(4):
        assigned(browser.site)
    for view in ("month", "week"):
        reads_well(browser.window(HANDLER).go(f"/desk/calendar?view={view}&on=2026-11-30"), WIDE, TABLET, NARROW)
