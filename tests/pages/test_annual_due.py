"""年度报告的期限 (条例 49): on the desks of whoever hands it in, until it is there; and who has not yet handed in."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from api.office.reports import annual_due
from tests.pages.conftest import Site, text_of
from tests.pages.test_published_reports import PAGE, as_text, lines
from workflow.annual import last_day

UNIT, COUNTY, UNITS = "analyst@gx-zrzy", "analyst@gx-zfb", ("gx-rsj", "gx-zfb", "gx-zjj", "gx-zrzy")


@pytest.mark.parametrize(("after", "day"), [(1, date(2027, 1, 31)), (2, date(2027, 2, 28)), (3, date(2027, 3, 31)), (13, date(2028, 1, 31))])
def test_the_last_day_is_that_of_a_month_after_the_year(after: int, day: date) -> None:
    assert last_day(2026, after) == day


def test_a_report_stands_on_the_desk_until_it_is_frozen_and_the_county_sees_who_is_missing(site: Site) -> None:
    assert "年年度报告" not in text_of(site.as_(UNIT).page("/desk")), "of a year from before there is nothing to hand in here"
    site.register(received_on="2025-06-02", submitted_on="2025-06-02")
    desk = text_of(site.as_(UNIT).page("/desk"))
    assert "2025年年度报告" in desk and "本单位还没有锁定" in desk and "已过1月31日" in desk
    assert "年年度报告" not in text_of(site.as_("handler@gx-zrzy").page("/desk")), "who does not hand it in"
    county = text_of(site.as_(COUNTY).page("/desk"))
    assert "各单位：已锁定0个，还没有锁定4个" in county and "本级政府的报告（汇总）还没有锁定已过3月31日" in county and "系统外" not in county
    pasted = as_text(lines()).decode()
    assert site.as_(COUNTY).post(PAGE, {"what": "outside", "year": "2024", "name": "样例镇", "pasted": pasted}).status_code == 303
    assert "已录入0个上一年录入、这一年还没有录入：样例镇" in text_of(site.as_(COUNTY).page("/desk"))
    for unit in UNITS:
        assert site.as_(f"analyst@{unit}").post("/annual/freeze", {"year": "2025", "reason": "已报"}).status_code == 303
    assert "年年度报告" not in text_of(site.as_(UNIT).page("/desk"))
    assert "已锁定4个，还没有锁定0个" in text_of(site.as_(COUNTY).page("/desk")), "a unit outside the system is missing still"
    page = text_of(site.as_(COUNTY).page("/annual?year=2025"))
    assert "单位2026年1月31日前提交并公布，本级政府的报告2026年3月31日前公布" in page and "超过1月31日" in page and "样例镇" in page
    assert site.as_(COUNTY).post(PAGE, {"what": "outside", "year": "2025", "name": "样例镇", "pasted": pasted}).status_code == 303
    assert "本级政府的报告（汇总）还没有锁定已过3月31日" in text_of(site.as_(COUNTY).page("/desk")), "until the sum is frozen, too"
    assert site.as_(COUNTY).post("/annual/freeze", {"year": "2025", "whole": "yes", "reason": "已报"}).status_code == 303
    assert "年年度报告" not in text_of(site.as_(COUNTY).page("/desk"))


@pytest.mark.parametrize(
    ("day", "unit", "county"),
    [("2024-12-31", False, False), ("2025-01-01", True, True), ("2025-03-31", True, True), ("2025-11-24", True, True)],
)
def test_it_comes_with_the_new_year(site: Site, day: str, unit: bool, county: bool) -> None:
    site.register(received_on="2024-06-03", submitted_on="2024-06-03")
    moved = datetime.fromisoformat(f"{day}T04:00:00").replace(tzinfo=UTC)
    clock, site.office.clock = site.office.clock, lambda: moved
    try:
        with site.office.database.read() as session:
            found = [annual_due(site.office, session, site.officers[who]) for who in (UNIT, COUNTY)]
    finally:
        site.office.clock = clock
    assert [one is not None for one in found] == [unit, county]
    if found[0] is not None:
        assert (found[0].year, found[0].by, found[0].summary_by) == (2024, date(2025, 1, 31), date(2025, 3, 31))
        assert found[0].waiting == ["gx-zrzy"]
