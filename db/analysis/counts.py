"""Measured in the database: four readings of the narrow `tally` give every count of requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlmodel import Session

from db import tables as t
from db.analysis.spans import Span
from db.counting import earliest, of_each
from db.ledger.filing import is_of_an_import
from workflow import acts as a
from workflow.case import BY_ACT
from workflow.procedure import ACTIVE

TALLY, ACT = (t.table_of(model) for model in (t.Tally, t.ActRow))
FLAGS = ("suspended", "extended", "corrected", "charged")
TOPIC = func.coalesce(TALLY.c.topic, TALLY.c.topic_proposed)
"""主题: as confirmed; where nobody has, as proposed."""
NO_TOPIC = "none"
"""未定主题, as a filter asks for it."""


def of_topic(topic: str | None) -> list[Any]:
    """What narrows the requests to a topic; nothing without one."""
    if topic is None:
        return []
    return [TOPIC.is_(None) if topic == NO_TOPIC else topic == TOPIC]


def about(case_id: Any, topic: str | None) -> list[Any]:
    """The same of rows of another table, by their file."""
    return [select(TALLY.c.case_id).where(TALLY.c.case_id == case_id, *of_topic(topic)).exists()] if topic is not None else []


@dataclass(slots=True)
class UnitMeasured:
    """What one unit did with the requests that ended in the span; or what was done with those about one topic."""

    days: Counter[int] = field(default_factory=Counter)
    replies: int = 0
    in_time: int = 0
    late: int = 0
    flags: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Measured:
    """The counts of one span."""

    by_agency: Counter[str]
    ended_by_agency: Counter[str]
    by_month: Counter[str]
    by_channel: Counter[str]
    by_category: Counter[str]
    by_topic: Counter[str | None]
    topics_confirmed: int
    topics_checked: int
    topics_right: int
    ended_by_month: Counter[str]
    by_outcome: Counter[str]
    days: Counter[int]
    in_time: int
    late: int
    flags: Counter[str]
    days_in: Counter[str]
    from_ledger: int
    """Of those that ended: known from an old ledger alone, so without flags, days in states, and often without a due date."""
    units: Mapping[str, UnitMeasured]
    topics: Mapping[str | None, UnitMeasured]
    """What became of the requests about a topic; without days and flags."""

    @property
    def received(self) -> int:
        return self.by_channel.total()

    @property
    def ended(self) -> int:
        return self.by_outcome.total()

    @property
    def followed(self) -> int:
        """Of those that ended: whose way is on the file."""
        return self.ended - self.from_ledger


def _flag(*conditions: Any) -> Any:
    return func.sum(case((and_(*conditions), 1), else_=0))


def measure(session: Session, agencies: Collection[str], span: Span, topic: str | None = None) -> Measured:
    mine = and_(TALLY.c.agency.in_(sorted(agencies)), *of_topic(topic))
    came = (mine, TALLY.c.received_on.between(span.first, span.last), TALLY.c.received_in.between(*_month_ends(span)))
    ended_then = went(agencies, span, topic)
    by_month, by_channel, by_category, by_topic = Counter[str](), Counter[str](), Counter[str](), Counter[str | None]()
    by_agency, ended_by_agency = Counter[str](), Counter[str]()
    confirmed = checked = right = 0
    columns = [TALLY.c[name] for name in ("agency", "received_in", "channel", "applicant_category", "topic", "topic_proposed")]
    for agency, month, channel, category, topic, proposed, count in session.execute(select(*columns, func.count()).where(*came).group_by(*columns)):
        by_agency[agency] += count
        by_month[month] += count
        by_channel[channel] += count
        by_category[category] += count
        by_topic[topic or proposed] += count
        confirmed += count if topic else 0
        checked += count if topic and proposed else 0
        right += count if topic and topic == proposed else 0
    keys = (TALLY.c.agency, TALLY.c.ended_in, TALLY.c.ended_outcome, TALLY.c.reply_days, TALLY.c.in_time)
    sums = [
        _flag(TALLY.c.from_ledger), *(_flag(TALLY.c[name], ~TALLY.c.from_ledger) for name in FLAGS),
        *(func.sum(TALLY.c[f"days_{state}"]) for state in ACTIVE),
    ]  # fmt: skip
    ended, outcomes, days, flags, days_in = Counter[str](), Counter[str](), Counter[int](), Counter[str](), Counter[str]()
    units: dict[str, UnitMeasured] = {}
    late = in_time = from_ledger = 0
    query = select(*keys, func.count(), *sums).where(*ended_then).group_by(*keys)
    for agency, month, outcome, took, timely, count, told, *more in session.execute(query):
        unit = units.setdefault(agency, UnitMeasured())
        ended_by_agency[agency] += count
        ended[month] += count
        outcomes[outcome] += count
        unit.outcomes[outcome] += count
        from_ledger += int(told)
        replies = count if timely is not None else int(told) if outcome not in BY_ACT else 0
        if replies:
            days[took] += replies
            unit.days[took] += replies
            unit.replies += replies
        if timely is True:
            in_time += count
            unit.in_time += count
        elif timely is False:
            late += count
            unit.late += count
        for name, value in zip((*FLAGS, *ACTIVE), more, strict=True):
            (flags if name in FLAGS else days_in)[name] += int(value)
            unit.flags[name] += int(value)
    topics: dict[str | None, UnitMeasured] = {}
    groups = (TOPIC.label("of"), TALLY.c.ended_outcome, TALLY.c.in_time, TALLY.c.from_ledger)
    for of, outcome, timely, told, count in session.execute(select(*groups, func.count()).where(*ended_then).group_by(*groups)):
        one = topics.setdefault(of, UnitMeasured())
        one.outcomes[outcome] += count
        one.replies += count if timely is not None or (told and outcome not in BY_ACT) else 0
        one.in_time += count if timely is True else 0
        one.late += count if timely is False else 0
    return Measured(
        by_agency, ended_by_agency, by_month, by_channel, by_category, by_topic, confirmed, checked, right, ended, outcomes,
        days, in_time, late, flags, days_in, from_ledger, units, topics,
    )  # fmt: skip


def _month_ends(span: Span) -> tuple[str, str]:
    """The months of the two ends: what the indexes begin with."""
    return f"{span.first:%Y-%m}", f"{span.last:%Y-%m}"


def percentile(counts: Mapping[int, int], share: float) -> int | None:
    """The smallest value that at least this share of all values do not exceed; None of nothing."""
    total, passed = sum(counts.values()), 0
    for value in sorted(counts):
        passed += counts[value]
        if passed >= share * total:
            return value
    return None


FEW = 5
"""Of fewer than these no share is told, on no page, in no file and no answer: one more would turn it over (READINGS R-few)."""


def share(part: int, whole: int) -> float | None:
    """Not rounded before it is printed: what is rounded twice may go up or down wrongly (13/701 is 1.9%); None of a few (R-few)."""
    return part / whole if whole >= FEW else None


def half_up(value: float, places: int) -> Decimal:
    """四舍五入 as it is written: 2.675 is 2.68, which the nearest binary fraction falls short of."""
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def mean(total: int, many: int, places: int) -> float | None:
    """On average, rounded once."""
    return float(half_up(total / many, places)) if many else None


def percent(share: float | None) -> str:
    """0.9667 -> 96.7%, by the whole numbers that it was made of."""
    return "—" if share is None else f"{half_up(share, 3) * 100:.1f}%".replace(".0%", "%")


REPLIED = or_(TALLY.c.in_time.is_not(None), and_(TALLY.c.from_ledger, TALLY.c.ended_outcome.not_in(sorted(BY_ACT))))
"""It ended by a reply; of some that a ledger tells it is not known whether in time."""


def came(agencies: Collection[str], span: Span, topic: str | None = None) -> list[Any]:
    return [TALLY.c.agency.in_(sorted(agencies)), TALLY.c.received_on.between(span.first, span.last), *of_topic(topic)]


def went(agencies: Collection[str], span: Span, topic: str | None = None) -> list[Any]:
    within = TALLY.c.ended_on.between(span.first, span.last), TALLY.c.ended_in.between(*_month_ends(span))
    return [TALLY.c.agency.in_(sorted(agencies)), *within, *of_topic(topic)]


def known(session: Session, agencies: Collection[str], span: Span) -> dict[str, bool]:
    """Of what is not on record nobody can say that there was none.

    `has_data`: a request of these units was received by the end of the span. `own`: one that was registered here, so that its
    consultations, returns, fees are on its file; of those that came in by a ledger, they are not.
    """
    there = [TALLY.c.agency.in_(sorted(agencies)), TALLY.c.received_on <= span.last]

    def any_of(*conditions: Any) -> bool:
        return session.execute(select(TALLY.c.case_id).where(*there, *conditions).limit(1)).first() is not None

    # A value, and no EXISTS: PostgreSQL would join that with the whole of the acts, of which one is to be looked at.
    first = select(ACT.c.officer).where(ACT.c.case_id == TALLY.c.case_id, ACT.c.seq == 1).scalar_subquery()
    own = any_of(~TALLY.c.from_ledger, ~is_of_an_import(first))
    return {"has_data": own or any_of(), "own": own}


def again(session: Session, agencies: Collection[str], span: Span, topic: str | None = None) -> int:
    """Replies given again in the span, after a reopening: the annual report counts the first (READINGS R-reopened)."""
    return int(session.execute(select(func.count()).select_from(TALLY).where(*went_again(agencies, span, topic))).scalar_one())


def went_again(agencies: Collection[str], span: Span, topic: str | None = None) -> list[Any]:
    return [TALLY.c.agency.in_(sorted(agencies)), TALLY.c.again_on.between(span.first, span.last), *of_topic(topic)]


def stages_by_channel(session: Session, agencies: Collection[str], span: Span, topic: str | None = None) -> list[dict[str, Any]]:
    """Where the days of the requests that ended in the span were spent, channel by channel: working days a request, on average.

    Of those whose way is on the file; `days` is empty where there is none.
    """
    sums = [func.sum(TALLY.c[f"days_{state}"]) for state in ACTIVE]
    query = select(TALLY.c.channel, func.count(), _flag(~TALLY.c.from_ledger), *sums).where(*went(agencies, span, topic)).group_by(TALLY.c.channel)
    found = {channel: row for channel, *row in session.execute(query)}
    return [
        {"channel": key, "title": title, "count": count, "days": [mean(int(one), int(own), 1) for one in days] if own else []}
        for key, title in a.CHANNELS.items()
        if key in found
        for count, own, *days in [found[key]]
    ]


def days_with_data(session: Session, agencies: Collection[str]) -> Span | None:
    """From the earliest request of these units to the end of their latest; None where there is none."""
    first = earliest(session, agencies)
    if first is None:
        return None
    month = max(of_each(session, func.max(TALLY.c.ended_in), agencies), default=None)
    latest = select(func.max(TALLY.c.ended_on)).where(TALLY.c.agency.in_(sorted(agencies)), TALLY.c.ended_in == month)
    ends = of_each(session, func.max(TALLY.c.received_on), agencies), session.execute(latest).scalars()
    return Span(first, max(one for several in ends for one in several if one is not None))
