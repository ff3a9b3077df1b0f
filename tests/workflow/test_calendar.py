"""Working days (工作日): the notices against two other people's tables, and the arithmetic against a count by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stories.runner import shipped_rules
from workflow.calendar import FIRST, LAST
from workflow.law import Invalid

CALENDAR = shipped_rules().calendar
YEARS = (2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026)


def day(text: str) -> date:
    return date.fromisoformat(text)


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(step) for step in range((date(year + 1, 1, 1) - first).days)]


def test_the_notices_since_the_law_is_in_force_are_loaded() -> None:
    """When this fails because a year was added: add it to YEARS, and its number of working days below."""
    assert CALENDAR.years == YEARS


@pytest.mark.parametrize(("year", "days"), list(zip(YEARS, (250, 249, 250, 249, 249, 251, 248, 248), strict=True)))
def test_a_year_has_the_known_number_of_working_days(year: int, days: int) -> None:
    assert sum(CALENDAR.is_working(one) for one in days_of(year)) == days
    assert CALENDAR.between(date(year - 1, 12, 31), date(year, 12, 31)) == days


@pytest.mark.parametrize("year", YEARS)
def test_every_day_agrees_with_chinesecalendar(year: int) -> None:
    assert [one for one in days_of(year) if CALENDAR.is_working(one) != chinese_calendar.is_workday(one)] == []


@pytest.mark.parametrize("year", YEARS)
def test_every_day_agrees_with_holidays(year: int) -> None:
    china = holidays.country_holidays("CN", years=range(year - 1, year + 2))
    assert [one for one in days_of(year) if CALENDAR.is_working(one) != china.is_working_day(one)] == []


@pytest.mark.parametrize(
    ("on", "kind", "name"),
    [
        ("2026-03-02", "working", None),  # Monday
        ("2026-03-07", "weekend", None),  # Saturday
        ("2026-02-17", "holiday", "春节"),  # Tuesday
        ("2026-02-21", "holiday", "春节"),  # Saturday, within the holiday
        ("2026-02-28", "make_up", None),  # Saturday
        ("2026-09-20", "make_up", None),  # Sunday
        ("2019-05-03", "holiday", "劳动节"),  # Friday, off by the changed notice
        ("2019-05-05", "make_up", None),  # Sunday, by the changed notice
        ("2020-01-31", "holiday", "春节"),  # Friday, off since 春节 was lengthened
        ("2020-02-01", "holiday", "春节"),  # Saturday, a make-up day until then
        ("2020-10-10", "make_up", None),  # Saturday
        ("2022-12-31", "holiday", "元旦"),  # Saturday, by the notice of 2023
        ("2024-02-09", "working", None),  # Friday, 除夕: staff were only encouraged to rest
        ("2025-01-01", "holiday", "元旦"),  # Wednesday
        ("2025-10-06", "holiday", "国庆节、中秋节"),  # Monday
        ("2027-01-01", "holiday", "元旦"),  # Friday, estimated
        ("2027-02-09", "working", None),  # Tuesday, estimated: no make-up day and no bridge is known
        ("2027-10-04", "working", None),  # Monday, estimated
    ],
)
def test_what_a_day_is(on: str, kind: str, name: str | None) -> None:
    assert CALENDAR.kind(day(on)) == (kind, name)
    assert CALENDAR.is_working(day(on)) == (kind in ("working", "make_up"))


@pytest.mark.parametrize(
    ("received", "n", "due"),
    [
        ("2026-03-02", 20, "2026-03-30"),  # Monday -> Monday
        ("2026-03-02", 7, "2026-03-11"),  # Monday -> Wednesday
        ("2026-03-06", 1, "2026-03-09"),  # Friday -> Monday
        ("2026-03-07", 20, "2026-04-03"),  # Saturday, as the Friday before
        ("2026-03-06", 20, "2026-04-03"),  # Friday
        ("2026-09-20", 1, "2026-09-21"),  # a Sunday that is worked -> Monday
        ("2026-09-18", 1, "2026-09-20"),  # Friday -> the Sunday that is worked
        ("2026-02-13", 1, "2026-02-14"),  # Friday -> the Saturday that is worked
        ("2026-02-14", 1, "2026-02-24"),  # Saturday -> Tuesday, after 春节
        ("2025-12-31", 1, "2026-01-04"),  # Wednesday -> the Sunday that is worked, in the next year's notice
        ("2024-04-30", 5, "2024-05-10"),  # Tuesday -> Friday, over 劳动节
        ("2020-10-08", 20, "2020-11-04"),  # Thursday -> Wednesday, 10-10 is worked
        ("2020-01-20", 20, "2020-02-25"),  # Monday -> Tuesday, over the lengthened 春节
        ("2022-12-30", 1, "2023-01-03"),  # Friday -> Tuesday, after 元旦
    ],
)
def test_the_nth_working_day_after_a_day(received: str, n: int, due: str) -> None:
    """READINGS R-A1, R-O3: the day itself does not count, whatever day it is."""
    assert CALENDAR.due(day(received), n) == (day(due), False)


@pytest.mark.parametrize(
    ("received", "days", "last"),
    [
        ("2026-03-02", 60, "2026-05-06"),  # 60 days end on Friday 2026-05-01, a holiday: the next working day, Wednesday
        ("2026-04-10", 15, "2026-04-27"),  # they end on Saturday: Monday
        ("2026-09-05", 15, "2026-09-20"),  # they end on a Sunday that is worked: it stays
        ("2026-04-01", 15, "2026-04-16"),  # Thursday
    ],
)
def test_natural_days_end_on_a_working_day(received: str, days: int, last: str) -> None:
    """READINGS R-A8."""
    assert CALENDAR.natural_due(day(received), days) == (day(last), False)


@pytest.mark.parametrize(
    ("received", "months", "last"),
    [
        ("2026-03-02", 6, "2026-09-02"),  # Wednesday
        ("2025-08-31", 6, "2026-02-28"),  # February has no 31st; the 28th is a Saturday that is worked
        ("2026-04-03", 6, "2026-10-08"),  # 10-03 is a holiday: the Thursday after it
        ("2025-12-30", 2, "2026-02-28"),  # the same last day of February
        ("2026-01-15", 11, "2026-12-15"),  # Tuesday
    ],
)
def test_months_end_on_a_working_day(received: str, months: int, last: str) -> None:
    """READINGS R-A8."""
    assert CALENDAR.months_due(day(received), months) == (day(last), False)


@pytest.mark.parametrize(
    ("received", "n", "due"),
    [
        ("2026-12-30", 1, "2026-12-31"),  # stays in the loaded year
        ("2026-12-31", 1, "2027-01-04"),  # Monday: 01-01 is a holiday in any year
        ("2026-12-21", 20, "2027-01-19"),  # Tuesday
    ],
)
def test_a_day_in_a_year_without_a_notice_is_provisional(received: str, n: int, due: str) -> None:
    """READINGS R-O7: never weekends only, never silently."""
    assert CALENDAR.due(day(received), n) == (day(due), day(due).year == 2027)
    assert CALENDAR.missing(day(received), day(due)) == ((2027,) if day(due).year == 2027 else ())


def test_every_unloaded_year_between_makes_it_provisional() -> None:
    assert CALENDAR.missing(day("2018-12-31"), day("2019-01-02")) == ()
    assert CALENDAR.missing(day("2018-12-30"), day("2019-01-02")) == (2018,)
    assert CALENDAR.missing(day("2017-06-01"), day("2027-06-01")) == (2017, 2018, 2027)


def test_the_changes_within_a_stretch_are_those_that_move_a_working_day() -> None:
    off, make_up, numbers = CALENDAR.changes(day("2026-09-01"), day("2026-10-09"))
    assert [one.name for one in off] == ["中秋节", "国庆节"]
    assert make_up == (day("2026-09-20"),)
    assert len(numbers) == 1
    assert CALENDAR.changes(day("2026-03-02"), day("2026-03-30")) == ((), (), ())
    off, make_up, numbers = CALENDAR.changes(day("2025-12-08"), day("2026-01-06"))  # over the turn of the year
    assert ([one.name for one in off], make_up, len(numbers)) == (["元旦"], (day("2026-01-04"),), 1)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: CALENDAR.due(day("2026-03-02"), 0),
        lambda: CALENDAR.natural_due(day("2026-03-02"), 0),
        lambda: CALENDAR.months_due(day("2026-03-02"), 121),
        lambda: CALENDAR.is_working(FIRST - timedelta(1)),
        lambda: CALENDAR.kind(LAST + timedelta(1)),
        lambda: CALENDAR.due(LAST, 1),
    ],
)
def test_what_cannot_be_counted_is_told_in_chinese(ask: Any) -> None:
    with pytest.raises(Invalid, match=r"[\u4e00-\u9fff]"):
        ask()


DAYS = st.dates(date(2019, 1, 1), date(2030, 12, 31))


@given(DAYS, st.integers(1, 80))
def test_a_due_date_is_a_working_day_and_the_nth(received: date, n: int) -> None:
    due = CALENDAR.due(received, n).on
    assert CALENDAR.is_working(due)
    assert CALENDAR.between(received, due) == n
    assert sum(CALENDAR.is_working(received + timedelta(step)) for step in range(1, (due - received).days + 1)) == n


@given(DAYS, DAYS, st.integers(1, 80), st.integers(0, 20))
def test_later_receipt_or_longer_period_never_ends_earlier(one: date, other: date, n: int, more: int) -> None:
    first, second = sorted((one, other))
    assert CALENDAR.due(first, n).on <= CALENDAR.due(second, n).on
    assert CALENDAR.due(first, n).on <= CALENDAR.due(first, n + more).on


@given(DAYS, st.integers(1, 400), st.integers(1, 24))
def test_a_natural_period_ends_on_the_first_working_day_from_its_last(received: date, days: int, months: int) -> None:
    for last in (CALENDAR.natural_due(received, days).on, CALENDAR.months_due(received, months).on):
        assert CALENDAR.is_working(last)
    assert CALENDAR.natural_due(received, days).on == CALENDAR.next_working(received + timedelta(days)).on
