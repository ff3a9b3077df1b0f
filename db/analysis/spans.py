"""起止: the span of an analysis, and those it is compared with."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days, both ends within."""

    first: date
    last: date

    @property
    def before(self) -> Span:
        """The span of the same length just before: whole months before whole months, else as many days."""
        end = self.first - timedelta(days=1)
        if self.first.day == 1 and self.last.day == monthrange(self.last.year, self.last.month)[1]:
            months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
            start = self.first.year * 12 + self.first.month - 1 - months
            return Span(date(start // 12, start % 12 + 1, 1), end)
        return Span(end - (self.last - self.first), end)

    @property
    def year_before(self) -> Span:
        """上年同期: the same days of the year before."""
        return Span(_year_before(self.first), _year_before(self.last, month_end=self.last.day >= 28))

    @property
    def is_whole_months(self) -> bool:
        return self.first.day == 1 and _ends_month(self.last)

    @property
    def months(self) -> int:
        """The months that it touches."""
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    def aligns_with(self, other: Span) -> bool:
        """Whether each month of the one is as much of a month as that of the other: only then months stand beside each other."""
        ends = self.last.day == other.last.day or (_ends_month(self.last) and _ends_month(other.last))
        return self.months == other.months and self.first.day == other.first.day and ends

    def is_as_long_as(self, other: Span) -> bool:
        """Whether a change from the other to this one says something: as many days, or as many months."""
        return self.last - self.first == other.last - other.first or self.aligns_with(other)


def _ends_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


def _year_before(day: date, *, month_end: bool = False) -> date:
    last = monthrange(day.year - 1, day.month)[1]
    whole = month_end and day.day == monthrange(day.year, day.month)[1]
    return date(day.year - 1, day.month, last if whole else min(day.day, last))
