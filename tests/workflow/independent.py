"""A second count of the periods, day by day, as a law officer would do it with a calendar and a pencil.

It is written from the law and from what this project has settled (READINGS R-A1 to R-A8), and shares no code with
`workflow/clocks`: no tables, no formulas, no merging of stretches; a day is looked at, and counts or does not. What
happened to a file is told in plain records (`File`); `reckoned` answers with the last day for the reply, the limits of
others, and what was late. Working days come from another source than the program's own calendar.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import chinese_calendar

ONE = timedelta(days=1)

# ---------------------------------------------------------------------------------------------- the numbers of the law

REPLY = 20  # 条例 33(2); anew after 补正 (条例 30), payment (办法 6) and for a new handling without a stated period
CORRECTION_NOTICE = 7  # 条例 30
OPINION = 15  # 条例 32, 34
PAYMENT = 20  # 办法 6
REVIEW_DAYS = 60  # 复议法 20(1)
SUIT_MONTHS = 6  # 行诉法 46(1), 行诉解释 66
PUBLIC_NOTICE = 30  # 民诉法 95, by analogy

# ---------------------------------------------------------------------------------------------- which days are worked

_STATUTORY_2027 = [
    (1, 1), (2, 5), (2, 6), (2, 7), (2, 8), (4, 5), (5, 1), (5, 2), (6, 9), (9, 15), (10, 1), (10, 2), (10, 3),
]  # fmt: skip
_STATUTORY = [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)]


def is_worked(day: date) -> bool:
    """By the notice of the year; after 2026 there is none, and only the statutory days are known."""
    if day.year <= 2026:
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5 and (day.month, day.day) not in (_STATUTORY_2027 if day.year == 2027 else _STATUTORY)


def nth_worked_day(after: date, n: int) -> date:
    """The n-th working day after a day; that day itself is not counted (R-A1)."""
    day = after
    while n:
        day += ONE
        if is_worked(day):
            n -= 1
    return day


def natural_days(after: date, n: int) -> date:
    """The last of n natural days, or the next working day when that is none (R-A8)."""
    day = after + n * ONE
    while not is_worked(day):
        day += ONE
    return day


def months(after: date, n: int) -> date:
    """The same day n months later (the month's last, if it has no such day), or the next working day (R-A8)."""
    year, month = after.year, after.month + n
    while month > 12:
        year, month = year + 1, month - 12
    day = date(year, month, 1)
    while day.day < after.day and (day + ONE).month == month:
        day += ONE
    while not is_worked(day):
        day += ONE
    return day


# ---------------------------------------------------------------------------------------------- what happened


@dataclass(frozen=True)
class Attempt:
    """One sending of a letter: the day it left, the day it was signed for, or the day it came back."""

    on: date
    way: str = "direct"
    signed: date | None = None
    returned: date | None = None

    @property
    def received(self) -> date | None:
        """When it was signed for; directly, by e-mail, internet and fax at once, unless something else is known."""
        if self.returned is not None:
            return None
        if self.way == "public_notice":
            return self.on + PUBLIC_NOTICE * ONE
        if self.way in ("direct", "email", "online", "fax"):
            return self.signed or self.on
        return self.signed

    @property
    def counts_on(self) -> date:
        """The day on which what it says is said: directly the day of signing, else the day of sending (235号, R-A7)."""
        return self.signed or self.on if self.way in ("direct", "through_agency") else self.on

    @property
    def got_out(self) -> bool:
        """What the post brings back had left; what could not be handed over had not."""
        return self.returned is None or self.way in ("post", "public_notice")


@dataclass(frozen=True)
class Letter:
    """A letter through all its sendings. One that has not left has none."""

    attempts: tuple[Attempt, ...] = ()

    @property
    def left(self) -> date | None:
        """The day it first left."""
        return next((one.on for one in self.attempts if one.got_out), None)

    @property
    def under_way(self) -> Attempt | None:
        """The latest sending, unless it came back."""
        return self.attempts[-1] if self.attempts and self.attempts[-1].returned is None else None

    @property
    def received(self) -> date | None:
        return self.under_way.received if self.under_way else None

    @property
    def came_back(self) -> date | None:
        """The day the latest sending came back, while it has not been tried again."""
        return self.attempts[-1].returned if self.attempts else None

    @property
    def counts_on(self) -> date | None:
        return next((one.counts_on for one in self.attempts if one.got_out), None)


@dataclass(frozen=True)
class Consulted:
    """Somebody was asked (条例 32, 33(3), 34): `days` or `limit` is what the letter says; the law says 15 days itself."""

    kind: str
    letter: Letter
    opinion: date | None = None
    days: int = OPINION
    limit: date | None = None
    name: str = "1"
    """How the answer calls this consultation."""


@dataclass(frozen=True)
class AskedToCorrect:
    """补正告知 (条例 30)."""

    letter: Letter
    days: int = 15


@dataclass(frozen=True)
class Corrected:
    on: date


@dataclass(frozen=True)
class AskedForReasons:
    """说明理由告知 (条例 35)."""

    letter: Letter
    days: int


@dataclass(frozen=True)
class Extended:
    """延长 (条例 33(2)): `told` is the day on which the applicant was told, if he was."""

    approved: date
    told: date | None
    days: int


@dataclass(frozen=True)
class Deferred:
    """延迟 (条例 35): `told` is the day on which the applicant was told, if he was."""

    told: date | None
    until: date


@dataclass(frozen=True)
class Charged:
    """收费通知 (办法 6)."""

    letter: Letter


@dataclass(frozen=True)
class Paid:
    on: date
    accepted: bool = True


@dataclass(frozen=True)
class Waived:
    """The whole fee is waived: the period goes on as if nothing had been charged."""


@dataclass(frozen=True)
class Ordered:
    """A decision or judgment orders a reply: `within` working days of its receipt, or until a day."""

    received: date
    within: int | None = None
    until: date | None = None
    own: bool = False
    """The office states the day itself, reopening the file under an order that states none."""


@dataclass(frozen=True)
class Reopened:
    """The agency handles it again of itself."""

    on: date


@dataclass(frozen=True)
class HandledAgain:
    """A file that was answered or closed is handled again under an order; the period is the order's."""


@dataclass(frozen=True)
class WaitsAgain:
    """The applicant's delay is excused: the file waits for him as before."""


@dataclass(frozen=True)
class Replied:
    """The reply is signed; it is given when its letter is."""

    letter: Letter = Letter()


@dataclass(frozen=True)
class Ended:
    """Abandoned or withdrawn."""


Event = (
    Consulted | AskedToCorrect | Corrected | AskedForReasons | Extended | Deferred | Charged | Paid | Waived | Ordered | Reopened
    | HandledAgain | WaitsAgain | Replied | Ended
)  # fmt: skip


@dataclass(frozen=True)
class File:
    """A request: the day of its receipt, and what happened to it, in order."""

    received: date
    events: tuple[Event, ...] = ()


# ---------------------------------------------------------------------------------------------- counting


@dataclass
class Period:
    """One counting: from the day after `day0`, `length` working days and `more` by extension; or until a stated day."""

    day0: date
    length: int = REPLY
    more: int = 0
    stated: date | None = None
    ordered: bool = False
    """The day is stated by an order: nothing that the office or the applicant does moves it (R-reopening)."""

    def anew(self, day0: date) -> Period:
        """Twenty days from `day0`, unless an ordered day stands."""
        return self if self.ordered else Period(day0)


@dataclass
class Reckoned:
    """What the count answers."""

    due: date | None
    """None while the applicant must move first, and when there is nothing left to reply to."""
    unextended: date | None
    """Without an extension; None while a correction is awaited."""
    correction_notice_by: date
    day0: date | None = None
    """The day after which the counting that runs, or ran last, begins."""
    stops: list[tuple[date, date]] = field(default_factory=list)
    replied: bool = False
    left: date | None = None
    replied_on: date | None = None
    correction_by: date | None = None
    correction_notice_in_time: bool | None = None
    corrected_in_time: bool | None = None
    reasons_by: date | None = None
    opinion_by: dict[str, date | None] = field(default_factory=dict)
    stopped_until: dict[str, date | None] = field(default_factory=dict)
    payment_by: date | None = None
    due_before_fee: date | None = None
    fee_notice_in_time: bool | None = None
    paid_in_time: bool | None = None
    extension_in_time: bool | None = None
    abandoned_from: date | None = None

    def overdue(self, today: date) -> bool:
        """A reply is owed and has not left: neither unsigned, nor signed and lying about (R-A7)."""
        return self.due is not None and today > self.due and self.left is None

    @property
    def reply_in_time(self) -> bool | None:
        """Whether the reply was given on or before the last day."""
        return None if self.replied_on is None or self.due is None else self.replied_on <= self.due

    @property
    def review_of_silence_by(self) -> date | None:
        """60 days from the day after the last day for the reply (复议法 20, B4)."""
        return natural_days(self.due, REVIEW_DAYS) if self.due else None

    @property
    def suit_over_silence_by(self) -> date | None:
        """Six months after the period has run out (行诉解释 66, B4)."""
        return months(self.due, SUIT_MONTHS) if self.due else None


def opinion_by(asked: Consulted, begins: date | None) -> date | None:
    """The limit of the consulted, from the day they received the letter; None while it has not begun."""
    if asked.limit is not None:
        return asked.limit
    days = OPINION if asked.kind in ("third_party", "joint_agency") else asked.days
    return nth_worked_day(begins, days) if begins else None


def stopped(asked: Consulted) -> list[tuple[date, date]]:
    """The stretches (the day after which, the day up to and with which) for which this consultation stops the counting (R-A3).

    What is asked within the agency stops nothing. Each sending is looked at by itself: it stops the counting while it is
    out, and no longer than the limit of who was asked, who is taken to have received it when it left unless another day is
    known (R-sent-again). The opinion ends everything. Where nobody was reached, because the letter lies here again or hangs
    on a wall, all is over with the limit counted from the very first sending (R-unreachable).
    """
    if asked.kind == "internal" or not asked.letter.attempts:
        return []
    out = [one for one in asked.letter.attempts if one.got_out]
    out = out or [one for one in asked.letter.attempts if one.way not in ("email", "online", "fax")]  # what bounced was never out
    if not out:
        return []
    over = [asked.opinion] if asked.opinion else []
    if out[-1].returned or out[-1].way == "public_notice":
        over += [first] if (first := opinion_by(asked, out[0].on)) else []
    found = []
    for one in out:
        ends = [day for day in (one.returned, opinion_by(asked, one.received or one.on), *over) if day is not None]
        if min(ends) >= one.on:
            found.append((one.on, min(ends)))
        else:
            found.append((one.on, one.on))
    return found


def last_day(period: Period, stops: list[tuple[date, date]]) -> date:
    """Day by day: a day that is worked and not stopped counts, until there are enough."""
    if period.stated is not None:
        return period.stated
    day, wanted = period.day0, period.length + period.more
    while wanted:
        day += ONE
        if is_worked(day) and not any(after < day <= to for after, to in stops):
            wanted -= 1
    return day


def reckoned(file: File) -> Reckoned:  # noqa: C901 - one article after another, as they are read
    """The whole count."""
    asked = [event for event in file.events if isinstance(event, Consulted)]
    stops = [stop for one in asked for stop in stopped(one)]
    period = Period(file.received)
    notice_by = nth_worked_day(file.received, CORRECTION_NOTICE)
    found = Reckoned(None, None, notice_by)
    found.opinion_by = {one.name: opinion_by(one, one.letter.received) for one in asked}
    found.stopped_until = {one.name: stop[-1][1] if (stop := stopped(one)) else None for one in asked}
    unextended_before_fee: date | None = None
    owed = True  # whether a reply is owed now: not while the applicant must move, nor when all is over
    correcting = owed_before = unfollowed = False
    for event in file.events:
        match event:
            case AskedToCorrect(letter, days):
                found.correction_notice_in_time = letter.left <= notice_by if letter.left else None
                found.correction_by = nth_worked_day(letter.received, days) if letter.received else None
                found.abandoned_from = found.correction_by + ONE if found.correction_by else None
                owed, correcting = letter.left is None, letter.left is not None  # nobody was told: the period runs on
            case Corrected(on):
                found.corrected_in_time = found.correction_by is None or on <= found.correction_by
                period, owed, correcting, found.abandoned_from = period.anew(on), True, False, None
            case AskedForReasons(letter, days):
                found.reasons_by = nth_worked_day(letter.received, days) if letter.received else None
            case Extended(approved, told, days):
                before = last_day(Period(period.day0, period.length, 0, period.stated), stops)
                found.extension_in_time = max(approved, told) <= before if told is not None else None
                if found.extension_in_time and period.stated is None:
                    period.more = days
            case Deferred(told, until):
                if told is not None and told <= last_day(period, stops) and not period.ordered:
                    period.stated = until
            case Charged(letter):
                found.due_before_fee = last_day(period, stops)
                unextended_before_fee = last_day(Period(period.day0, period.length, 0, period.stated), stops)
                found.fee_notice_in_time = letter.left <= found.due_before_fee if letter.left else None
                found.payment_by = nth_worked_day(letter.received, PAYMENT) if letter.received else None
                found.paid_in_time = False if found.payment_by else None
                found.abandoned_from = found.payment_by + ONE if found.payment_by else None
                owed = letter.left is None
            case Paid(on, accepted):
                found.paid_in_time = found.payment_by is None or on <= found.payment_by
                if accepted or found.paid_in_time:
                    period, owed, found.abandoned_from = period.anew(on), True, None
            case Waived():
                owed, found.abandoned_from = True, None
            case Ordered(received, within, until, own):  # a day that is ordered is not moved by what the office does
                ordered = nth_worked_day(received, within) if within else until
                first = unfollowed and owed and not own and received <= last_day(period, stops) < (ordered or nth_worked_day(received, REPLY))
                if not first:  # the earlier of two orders binds for as long as it runs
                    period, owed, found.abandoned_from = Period(received, REPLY, 0, ordered, ordered is not None), True, None
                found.replied, found.left, found.replied_on, unfollowed = False, None, None, True
            case Reopened(on):  # what is ordered and not yet answered is not put off by it (R-own-motion)
                period, owed, found.abandoned_from = period if unfollowed else Period(on), True, None
                found.replied, found.left, found.replied_on = False, None, None
            case HandledAgain():
                owed, found.replied, found.left, found.replied_on = True, False, None, None
            case WaitsAgain():
                owed = owed_before
            case Replied(letter):
                found.replied, found.left, found.replied_on, unfollowed = True, letter.left, letter.counts_on, False
            case Ended():
                owed, owed_before, unfollowed = False, owed, False
    if not correcting:
        found.unextended = unextended_before_fee or last_day(Period(period.day0, period.length, 0, period.stated), stops)
    found.due = last_day(period, stops) if owed else None
    found.day0, found.stops = period.day0, stops
    return found


def worked_days(after: date, to: date, stops: list[tuple[date, date]] | None = None) -> int:
    """How many days between the two, the last of them with it, are worked and not stopped."""
    days = (after + n * ONE for n in range(1, (to - after).days + 1))
    return sum(is_worked(day) and not any(first < day <= last for first, last in stops or ()) for day in days)
