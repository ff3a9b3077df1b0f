"""What follows from the events: the due date with its working, the other dates, the days one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, NamedTuple

from workflow.answers import Sentence
from workflow.calendar import Calendar
from workflow.law import Rules
from workflow.words import say_day


class Limit(NamedTuple):
    """Another date that matters. `on` is None while the day it runs from is unknown; `ref` names the consultation or review."""

    kind: Literal[
        "correction_notice", "correction", "reasons", "opinion", "payment", "extension_notice", "deferral_notice",
        "reconsideration", "litigation",
    ]
    on: date | None
    ref: int | None
    sentence: Sentence
    provisional: bool = False


class Span(NamedTuple):
    """暂停: the working days in (after, to] are not counted, because of the consultation `ref`."""

    after: date
    to: date
    ref: int


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the little calendar. `number` counts the working days of the period; `name` is the holiday's."""

    on: date
    mark: Literal["receipt", "counted", "weekend", "holiday", "suspended", "due"]
    number: int | None = None
    name: str | None = None
    make_up: bool = False
    refs: tuple[int, ...] = ()


class Meter(NamedTuple):
    """The period as a bar: `used` of `total` counted working days; `used` + what is left = `total`."""

    used: int
    total: int


@dataclass(frozen=True)
class Reckoning:
    """The answer. `due` is None while the applicant must move first, and when the file has ended without a reply."""

    receipt: date
    day0: date
    due: date | None
    due_unextended: date | None
    """The run's end without its extension; a payment does not change it."""
    provisional: bool
    because: tuple[Sentence, ...]
    limits: tuple[Limit, ...]
    spans: tuple[Span, ...]
    correction_notice_latest: date
    correction_notice_in_time: bool | None
    extension_in_time: bool | None
    """None when there is no extension, or its notice is not yet told."""
    fee_notice_in_time: bool | None
    due_before_fee: date | None
    paid_in_time: bool | None
    abandoned_from: date | None
    """The first day on which the request counts as abandoned, unless the applicant moves before (条例 30, 办法 6)."""
    replied_on: date | None
    """The reference day of the reply (235号)."""
    reply_in_time: bool | None
    stated: bool
    """The last day is stated by an order or a deferral: nothing suspends or lengthens it any more."""
    lapsed: date | None
    """A due date that had passed without a reply before an order set another one."""
    left: bool
    """A reply has left, or the file has been closed."""
    by_law: bool
    """The law sets the period; that of a request to correct records is the office's own (READINGS R-record-correction)."""
    rules: Rules = field(compare=False, repr=False)

    @property
    def calendar(self) -> Calendar:
        return self.rules.calendar

    @property
    def silence(self) -> tuple[Limit, ...]:
        """逾期未答复: until when it can be challenged that nothing was answered by the due date (READINGS R-inaction)."""
        if self.due is None or self.left or not self.by_law:
            return ()
        return of_silence(self.rules, self.due, provisional=self.provisional)

    @property
    def suspensions(self) -> tuple[tuple[date, date], ...]:
        """The stretches (after, to] that are not counted, merged, in order."""
        return merged(self.spans)

    def suspended_on(self, day: date) -> bool:
        """Whether counting stands still on `day` (条例 33(3)): not any more once the period is over."""
        due = self.due or date.max
        return self.day0 < day and any(span.after < day <= span.to and span.after < due for span in self.spans)

    def meter(self, today: date) -> Meter:
        """How much of the period is used up to and with `today`: "已用6个工作日，共20个"."""
        if self.due is None:
            return Meter(0, 0)
        total = counted(self.calendar, self.spans, self.day0, self.due)
        return Meter(total - max(self.working_days_left(today), 0), total)

    def working_days_left(self, today: date) -> int:
        """How many days are still to be counted after `today`; negative for each working day past the due date."""
        return 0 if self.due is None else days_left(self.calendar, self.suspensions, self.due, max(today, self.day0))

    def days(self) -> tuple[Day, ...]:
        """Day by day from the receipt that counts to the due date."""
        if self.due is None:
            return ()
        found, number = [Day(self.day0, "receipt", name=self.calendar.kind(self.day0).name)], 0
        for step in range(1, (self.due - self.day0).days + 1):
            on = self.day0 + timedelta(step)
            kind = self.calendar.kind(on)
            make_up = kind.kind == "make_up"
            refs = tuple(dict.fromkeys(span.ref for span in self.spans if span.after < on <= span.to))
            if on == self.due:
                counts = kind.kind in ("working", "make_up")
                found.append(Day(on, "due", number + 1 if counts else None, kind.name, make_up))
            elif kind.kind in ("weekend", "holiday"):
                found.append(Day(on, "holiday" if kind.kind == "holiday" else "weekend", None, kind.name))
            elif refs:
                found.append(Day(on, "suspended", None, None, make_up, refs))
            else:
                number += 1
                found.append(Day(on, "counted", number, None, make_up))
        return tuple(found)


def of_silence(rules: Rules, due: date, *, provisional: bool = False) -> tuple[Limit, Limit]:
    """Until when it can be challenged that nothing was answered by `due` (READINGS R-inaction)."""
    law, calendar = rules.on(due).deadlines, rules.calendar
    review = calendar.natural_due(due, law.reconsideration_days.value)
    suit = calendar.months_due(due, law.litigation_months.value)
    over = f"答复期限{say_day(due)}届满没有答复的，自次日起"
    return (
        Limit(
            "reconsideration", review.on, None,
            Sentence(f"{over}可以申请行政复议，最迟{say_day(review.on)}。", (law.reconsideration_days.cite, "132号 2(一)")),
            provisional or review.provisional,
        ),
        Limit(
            "litigation", suit.on, None,
            Sentence(f"{over}可以提起行政诉讼，最迟{say_day(suit.on)}。", ("行诉解释 66",)), provisional or suit.provisional,
        ),
    )  # fmt: skip


def merged(spans: Sequence[Span]) -> tuple[tuple[date, date], ...]:
    """The union of the spans, in order: what overlaps is counted once (READINGS R-A3)."""
    found: list[tuple[date, date]] = []
    for after, to in sorted([(span.after, span.to) for span in spans if span.to > span.after]):
        if found and after <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], to))
        else:
            found.append((after, to))
    return tuple(found)


def counted(calendar: Calendar, spans: Sequence[Span], after: date, to: date) -> int:
    """The working days in (after, to] that are not suspended."""
    return unstopped(calendar, merged(spans), after, to)


def unstopped(calendar: Calendar, suspensions: Sequence[tuple[date, date]], after: date, to: date) -> int:
    return calendar.between(after, to) - sum([calendar.between(max(start, after), min(end, to)) for start, end in suspensions])


def days_left(calendar: Calendar, suspensions: Sequence[tuple[date, date]], due: date, today: date) -> int:
    """Working days still to be counted until `due`, of a file whose suspensions are kept as a list shows them; negative when overdue."""
    return -calendar.between(due, today) if today > due else unstopped(calendar, suspensions, today, due)
