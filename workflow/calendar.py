"""Working days (工作日), from the State Council's yearly notices on holidays (国务院办公厅关于部分节假日安排的通知).

A working day is Monday to Friday that is no holiday, or a make-up day (调休上班) — READINGS R-A2. A year without a
notice is estimated from the statutory holidays alone, and whatever needs it is provisional (READINGS R-O7).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from workflow.answers import Invalid

FIRST, LAST = date(1900, 1, 1), date(2210, 12, 31)
"""The days one may ask about."""
SHANGHAI = ZoneInfo("Asia/Shanghai")
_BASE = FIRST.toordinal()
_DAYS = LAST.toordinal() - _BASE + 1


def legal_day(at: datetime) -> date:
    """The day of a moment as the law counts it: in China, whatever the machine's clock."""
    return at.astimezone(SHANGHAI).date()


class Due(NamedTuple):
    """A day worked out, and whether it needs a year whose notice is not loaded (暂定)."""

    on: date
    provisional: bool


class Kind(NamedTuple):
    """What a day is: `name` is the holiday's, or the one that a make-up day makes up for, where known."""

    kind: Literal["working", "weekend", "holiday", "make_up"]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Holiday:
    """One run of days off (放假)."""

    name: str
    first: date
    last: date

    def days(self) -> Iterator[date]:
        return (self.first + timedelta(step) for step in range((self.last - self.first).days + 1))


@dataclass(frozen=True, slots=True)
class Change:
    """A later notice that changed some days of a year (调整放假安排): its 文号, its date, and the days that stand on it."""

    number: str
    dated: date
    holidays: tuple[str, ...]
    make_up: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """One year's notice: its 文号, its date, the days off and the make-up days (调休上班), as they are after its changes."""

    year: int
    number: str
    dated: date
    holidays: tuple[Holiday, ...]
    make_up: tuple[date, ...]
    changed: tuple[Change, ...] = ()

    def numbers(self, off: Iterable[Holiday], make_up: Iterable[date]) -> tuple[str, ...]:
        """The 文号 that these of its days stand on."""
        if not self.changed:
            return (self.number,)
        by_change: dict[str | date, str] = {}
        for change in self.changed:
            by_change.update(dict.fromkeys((*change.holidays, *change.make_up), change.number))
        days: list[str | date] = [*(one.name for one in off), *make_up]
        found = {by_change.get(one, self.number) for one in days}
        return tuple(number for number in (self.number, *(change.number for change in self.changed)) if number in found)


@dataclass(frozen=True, slots=True)
class Statutory:
    """法定节假日 alone, for the estimate: fixed (month, day) holidays, and those of certain years."""

    cite: str
    fixed: Mapping[str, tuple[tuple[int, int], ...]]
    years: Mapping[int, tuple[Holiday, ...]]


class Calendar:
    """All loaded notices as one calendar. Every question is answered from two tables made once."""

    def __init__(self, notices: Iterable[Notice], statutory: Statutory) -> None:
        self.notices = {notice.year: notice for notice in sorted(notices, key=lambda one: one.year)}
        self.statutory = statutory
        self._special = self._special_days()
        self._working = array("l")
        """The ordinals of all working days, in order."""
        self._count = array("l")
        """For each day since FIRST: how many working days there are up to and with it."""
        self._fill()

    # ------------------------------------------------------------------ asking

    @property
    def last(self) -> date:
        """The last day whose holidays are known."""
        return date(max(self.years), 12, 31)

    @property
    def years(self) -> tuple[int, ...]:
        """The years whose notice is loaded."""
        return tuple(self.notices)

    def is_working(self, day: date) -> bool:
        """Whether `day` is a working day (工作日)."""
        at = _at(day)
        return self._count[at] > (self._count[at - 1] if at else 0)

    def kind(self, day: date) -> Kind:
        """What `day` is, and the holiday's name."""
        _at(day)
        return self._special.get(day) or _ordinary(day)

    def count(self, day: date) -> int:
        """How many working days there are from the calendar's first day up to and with `day`."""
        at = day.toordinal() - _BASE  # every due date asks some thirty times: no further call for a day that is there
        return self._count[at if 0 <= at < _DAYS else _at(day)]

    def nth(self, count: int) -> date:
        """The day that is the `count`-th working day of the calendar."""
        try:
            return date.fromordinal(self._working[count - 1])
        except IndexError:
            raise Invalid("days", f"期限太长，超出了{LAST.year}年") from None

    def due(self, day: date, n: int) -> Due:
        """The n-th working day strictly after `day` (自次日起算; READINGS R-A1, R-O3)."""
        if n < 1:
            raise Invalid("days", "工作日数应当是正整数")
        on = self.nth(self.count(day) + n)
        return Due(on, self.provisional(day, on))

    def between(self, after: date, to: date) -> int:
        """The number of working days in (after, to]; none when `to` is not later."""
        return max(0, self.count(to) - self.count(after))

    def next_working(self, day: date) -> Due:
        """`day` itself when it is a working day, else the first one after it (期间届满的最后一日; READINGS R-A8)."""
        on = day if self.is_working(day) else self.nth(self.count(day) + 1)
        return Due(on, self.provisional(day - timedelta(1), on))

    def natural_due(self, day: date, days: int) -> Due:
        """The last of `days` natural days from the day after `day` (复议法 88, 民诉法 85; READINGS R-A8)."""
        if not 1 <= days <= 3660:
            raise Invalid("days", "天数应当在1至3660之间")
        _at(day)
        return self.next_working(day + timedelta(days))

    def months_due(self, day: date, months: int) -> Due:
        """The last day of `months` months from the day after `day`; a day the month lacks is its last (R-A8)."""
        if not 1 <= months <= 120:
            raise Invalid("months", "月数应当在1至120之间")
        _at(day)
        year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
        following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
        last = (following - timedelta(1)).day
        return self.next_working(date(year, month + 1, min(day.day, last)))

    def provisional(self, after: date, to: date) -> bool:
        """Whether (after, to] needs a year whose notice is not loaded."""
        if after.year == to.year:
            return to.year not in self.notices
        return bool(self.missing(after, to))

    def missing(self, after: date, to: date) -> tuple[int, ...]:
        """The years that (after, to] touches and whose notice is not loaded."""
        first = (after + timedelta(1)).year
        return tuple([year for year in range(first, to.year + 1) if year not in self.notices])

    def changes(self, after: date, to: date) -> tuple[tuple[Holiday, ...], tuple[date, ...], tuple[str, ...]]:
        """In (after, to]: the holidays that take working days away, the make-up days, and their notices' 文号."""
        off: list[Holiday] = []
        make_up: list[date] = []
        numbers: list[str] = []
        for year in range(after.year, to.year + 1 + (to.month == 12)):  # a notice may reach into the December before
            notice = self.notices.get(year)
            if notice is None:
                continue
            mine = [one for one in notice.holidays if after < one.last and one.first <= to and _takes(one, after, to)]
            back = [day for day in notice.make_up if after < day <= to]
            if mine or back:
                off, make_up, numbers = off + mine, make_up + back, [*numbers, *notice.numbers(mine, back)]
        return tuple(off), tuple(make_up), tuple(numbers)

    # ------------------------------------------------------------------ making the tables

    def _special_days(self) -> dict[date, Kind]:
        """The days that are not what their weekday says, and the weekends within a holiday."""
        found: dict[date, Kind] = {}
        for year in range(FIRST.year, LAST.year + 1):
            if year not in self.notices:
                found.update(self._estimated(year))
        for notice in self.notices.values():
            for holiday in notice.holidays:
                found.update((day, Kind("holiday", holiday.name)) for day in holiday.days())
            found.update((day, Kind("make_up")) for day in notice.make_up)
        return found

    def _estimated(self, year: int) -> Iterator[tuple[date, Kind]]:
        for name, days in self.statutory.fixed.items():
            yield from ((date(year, month, day), Kind("holiday", name)) for month, day in days)
        for holiday in self.statutory.years.get(year, ()):
            yield from ((day, Kind("holiday", holiday.name)) for day in holiday.days())

    def _fill(self) -> None:
        special = {day.toordinal(): kind.kind == "make_up" for day, kind in self._special.items()}
        total = 0
        for ordinal in range(_BASE, LAST.toordinal() + 1):
            # ordinal 1 is a Monday
            if special.get(ordinal, (ordinal - 1) % 7 < 5):
                total += 1
                self._working.append(ordinal)
            self._count.append(total)


def _at(day: date) -> int:
    """The place of a day in the tables. Raises Invalid: there is none."""
    at = day.toordinal() - _BASE
    if not 0 <= at < _DAYS:
        raise Invalid("on", f"日期应当在{FIRST.year}年至{LAST.year}年之间")
    return at


def _ordinary(day: date) -> Kind:
    return Kind("weekend") if day.weekday() >= 5 else Kind("working")


def _takes(holiday: Holiday, after: date, to: date) -> bool:
    """Whether a day from Monday to Friday lies in it and in (after, to]: of three days in a row one always does."""
    first, last = holiday.first, holiday.last
    if first <= after or last > to:  # only a part of it
        first, last = max(first, after + timedelta(1)), min(last, to)
    return first <= last and (first.weekday() < 5 or last.weekday() < 5 or (last - first).days >= 2)
