"""定期分析: what came in and what became of it, for any span and any units, beside the span before.

Three readings of the narrow `tally` and one of `occurrence` give every figure; nothing is counted twice, nothing by hand.
Shares are fractions of 1, rounded to four places; days are working days; money is in fen.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlmodel import Session

from db import reports
from db import tables as t
from db.similarity import dice, grams, likeness, shared_words
from workflow import acts as a
from workflow import statistics as s
from workflow.case import GIVEN
from workflow.law import InForce, Rules
from workflow.procedure import ACTIVE, STATES

TALLY, OCCURRENCE, DOCKET, OFFICER, CASE = (
    t.table_of(model) for model in (t.Tally, t.OccurrenceRow, t.Docket, t.OfficerRow, t.CaseFile)
)
FLAGS = ("suspended", "extended", "corrected", "charged")
SEVERAL = 2
"""多个申请人 (条例 44): from two on."""
_BUCKETS, _SAMPLES, _MOST_READ, _MOST_COUNTED, _MOST_NAMED = 60, 40, 200_000, 500, 200
_SAME_THING = 0.5
"""From this likeness on two requests ask for the same information (likeness of their pairs of characters)."""


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


def _year_before(day: date, *, month_end: bool = False) -> date:
    last = monthrange(day.year - 1, day.month)[1]
    whole = month_end and day.day == monthrange(day.year, day.month)[1]
    return date(day.year - 1, day.month, last if whole else min(day.day, last))


# ------------------------------------------------------------------ measured in the database


@dataclass(slots=True)
class _Unit:
    """What one unit did with the requests that ended in the span."""

    days: Counter[int] = field(default_factory=Counter)
    in_time: int = 0
    flags: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Measured:
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
    due: int
    in_time: int
    flags: Counter[str]
    days_in: Counter[str]
    units: Mapping[str, _Unit]

    @property
    def received(self) -> int:
        return self.by_channel.total()

    @property
    def ended(self) -> int:
        return self.by_outcome.total()


def _flag(column: Any) -> Any:
    return func.sum(case((column, 1), else_=0))


def _measure(session: Session, agencies: Collection[str], span: Span) -> _Measured:
    mine = TALLY.c.agency.in_(sorted(agencies))
    came = (mine, TALLY.c.received_on.between(span.first, span.last), TALLY.c.received_in.between(*_month_ends(span)))
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
    went = (mine, TALLY.c.ended_on.between(span.first, span.last), TALLY.c.ended_in.between(*_month_ends(span)))
    keys = (TALLY.c.agency, TALLY.c.ended_in, TALLY.c.ended_outcome, TALLY.c.reply_days, TALLY.c.in_time)
    sums = [*(_flag(TALLY.c[name]) for name in FLAGS), *(func.sum(TALLY.c[f"days_{state}"]) for state in ACTIVE)]
    ended, outcomes, days, flags, days_in = Counter[str](), Counter[str](), Counter[int](), Counter[str](), Counter[str]()
    units: dict[str, _Unit] = {}
    due = in_time = 0
    query = select(*keys, func.count(), *sums).where(*went).group_by(*keys)
    for agency, month, outcome, took, timely, count, *more in session.execute(query):
        unit = units.setdefault(agency, _Unit())
        ended_by_agency[agency] += count
        ended[month] += count
        outcomes[outcome] += count
        if timely is not None:
            days[took] += count
            due += count
            in_time += count if timely else 0
            unit.days[took] += count
            unit.in_time += count if timely else 0
        for name, value in zip((*FLAGS, *ACTIVE), more, strict=True):
            (flags if name in FLAGS else days_in)[name] += int(value)
            unit.flags[name] += int(value)
    return _Measured(
        by_agency, ended_by_agency, by_month, by_channel, by_category, by_topic, confirmed, checked, right, ended, outcomes,
        days, due, in_time, flags, days_in, units,
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


# ------------------------------------------------------------------ told


def analysis(
    session: Session, agencies: Collection[str], span: Span, rules: Rules, today: date, against: Span | None = None
) -> dict[str, Any]:
    """The whole analysis as JSON (see `GET /api/reports/analysis`), beside `against`, by default the span just before."""
    law, against = rules.on(today), against or span.before
    now, before = _measure(session, agencies, span), _measure(session, agencies, against)
    earlier, challenged = _consultations(session, agencies, against), _remedies(session, agencies, against, law)
    recurring = clusters(session, agencies, span)
    return {
        "from": span.first.isoformat(),
        "to": span.last.isoformat(),
        "before": {
            "from": against.first.isoformat(), "to": against.last.isoformat(),
            "title": "上年同期" if against == span.year_before else "上期",
        },
        "received": {"count": now.received, "before": before.received},
        "ended": {"count": now.ended, "before": before.ended},
        "volumes": _volumes(now, before, law, span, against),
        "days_to_reply": {**_pace(now), "before": _pace(before)},
        "shares": {name: _share(now.flags[name], now.ended) for name in FLAGS}
        | {"before": {name: _share(before.flags[name], before.ended) for name in FLAGS}},
        "stages": _stages(now, before),
        "consultations": _consultations(session, agencies, span)
        | {"before": earlier["count"], "results_before": earlier["results"]},
        "returns": _returns(session, agencies, span) | {"before": _how_many(session, agencies, against, "return")},
        "remedies": _remedies(session, agencies, span, law)
        | {"before": challenged["count"], "results_before": {result: challenged[result] for result in s.RESULTS}},
        "units": _units(session, agencies, span, now, before),
        "load": _load(session, agencies, span, against, today),
        "fees": _fees(session, agencies, span, against),
        "topics": {
            "confirmed": now.topics_confirmed,
            "proposed_and_confirmed": now.topics_checked,
            "right": now.topics_right,
            "hit_rate": _share(now.topics_right, now.topics_checked),
        },
        "recurring": recurring,
        "candidates": [one for one in recurring if one["applicants"] >= SEVERAL and set(one["outcomes"]) & {"disclosed", "partial"}],
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _rows(titles: Mapping[Any, str], now: Counter[Any], before: Counter[Any]) -> list[dict[str, Any]]:
    """One row for each title, and for whatever else was counted; the most frequent first."""
    keys = dict.fromkeys([*titles, *now, *before])
    rows = [
        {"key": key, "title": titles.get(key, key), "count": now[key], "before": before[key], "share": _share(now[key], now.total())}
        for key in keys
    ]
    return sorted(rows, key=lambda row: -row["count"])


def _volumes(now: _Measured, before: _Measured, law: InForce, span: Span, against: Span) -> dict[str, Any]:
    topics: dict[str | None, str] = {topic.key: topic.title for topic in law.topics}
    topics[None] = "未定主题"
    outcomes = {key: outcome.title for key, outcome in law.outcomes.items()}
    by_outcome = _rows(outcomes, now.by_outcome, before.by_outcome)
    for row in by_outcome:
        row["row"] = s.row_of(row["key"], law)
    return {
        "by_month": [
            {"month": month, "received": now.by_month[month], "ended": now.ended_by_month[month], "before": before.by_month[earlier]}
            for month, earlier in zip_longest(_months(span), _months(against)[: len(_months(span))], fillvalue="")
        ],
        "by_agency": [
            {"agency": agency, "received": now.by_agency[agency], "ended": now.ended_by_agency[agency], "before": before.by_agency[agency]}
            for agency in sorted(now.by_agency.keys() | now.ended_by_agency.keys() | before.by_agency.keys())
        ],
        "by_channel": _rows(a.CHANNELS, now.by_channel, before.by_channel),
        "by_topic": [row for row in _rows(topics, now.by_topic, before.by_topic) if row["count"] or row["before"]],
        "by_category": _rows(a.CATEGORIES, now.by_category, before.by_category),
        "by_outcome": [row for row in by_outcome if row["count"] or row["before"]],
        "by_group": _groups(by_outcome),
    }


def _groups(by_outcome: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """予以公开, 部分公开 ...: the outcomes by the groups of table 3."""
    now, before = Counter[str](), Counter[str]()
    for row in by_outcome:
        group = next(key for key in s.GROUPS if row["row"].startswith(key))
        now[group] += row["count"]
        before[group] += row["before"]
    return _rows(s.GROUPS, now, before)


def _months(span: Span) -> list[str]:
    count = (span.last.year - span.first.year) * 12 + span.last.month - span.first.month + 1
    start = span.first.year * 12 + span.first.month - 1
    return [f"{at // 12:04d}-{at % 12 + 1:02d}" for at in range(start, start + min(count, 1200))]


def _pace(of: _Measured) -> dict[str, Any]:
    return {
        "replies": of.due,
        "median": percentile(of.days, 0.5),
        "p90": percentile(of.days, 0.9),
        "in_time": of.in_time,
        "late": of.due - of.in_time,
        "in_time_share": _share(of.in_time, of.due),
    }


def _stages(now: _Measured, before: _Measured) -> list[dict[str, Any]]:
    """Where the days are spent: working days in each state, in all and for each request that ended."""
    return [
        {
            "state": state,
            "title": STATES[state].title,
            "stage": STATES[state].stage,
            "days": now.days_in[state],
            "mean": round(now.days_in[state] / now.ended, 2) if now.ended else None,
            "before": round(before.days_in[state] / before.ended, 2) if before.ended else None,
        }
        for state in ACTIVE
    ]


# ------------------------------------------------------------------ what happened on the files


def _happened(session: Session, agencies: Collection[str], span: Span, kind: str, *columns: Any) -> list[Any]:
    query = select(*columns, func.count().label("count")).where(
        OCCURRENCE.c.agency.in_(sorted(agencies)), OCCURRENCE.c.kind == kind, OCCURRENCE.c.on.between(span.first, span.last)
    )
    return list(session.execute(query.group_by(*columns)).all())


def _how_many(session: Session, agencies: Collection[str], span: Span, kind: str) -> int:
    return sum(row.count for row in _happened(session, agencies, span, kind))


def _units(session: Session, agencies: Collection[str], span: Span, now: _Measured, before: _Measured) -> list[dict[str, Any]]:
    """各单位 side by side, those with the most new requests first."""
    returned = {row.agency: row.count for row in _happened(session, agencies, span, "return", OCCURRENCE.c.agency)}
    remedies = _happened(session, agencies, span, "remedy", OCCURRENCE.c.agency, OCCURRENCE.c.result)
    lost = {row.agency: row.count for row in remedies if row.result == "corrected"}
    known = now.by_agency.keys() | now.ended_by_agency.keys() | before.by_agency.keys() | returned.keys() | lost.keys()
    rows = []
    for agency in sorted(known, key=lambda one: (-now.by_agency[one], one)):
        unit = now.units.get(agency, _Unit())
        rows.append(
            {
                "agency": agency, "received": now.by_agency[agency], "before": before.by_agency[agency],
                "ended": now.ended_by_agency[agency], "replies": unit.days.total(), "median": percentile(unit.days, 0.5),
                "in_time": unit.in_time, "in_time_share": _share(unit.in_time, unit.days.total()),
                "extended": unit.flags["extended"], "corrected": unit.flags["corrected"], "returned": returned.get(agency, 0),
                "lost": lost.get(agency, 0),
            }
        )  # fmt: skip
    return rows


STANCES: Mapping[str, str] = {
    "consent": "同意公开",
    "object": "不同意公开",
    "partial": "部分同意",
    "neutral": "没有明确意见",
    "declined": "不属于职责，退回",
    "silence": "逾期未提出意见",
    "open": "尚未答复",
}


def _consultations(session: Session, agencies: Collection[str], span: Span) -> dict[str, Any]:
    """征求意见 sent in the span, by kind, and how they ended."""
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in a.CONSULTATION_TYPES}
    for type, result, count in _happened(session, agencies, span, "consultation", OCCURRENCE.c.type, OCCURRENCE.c.result):
        counts[type][result or "open"] += count
    by_type = [
        {"type": kind, "title": a.CONSULTATION_TYPES[kind], "count": found.total(), **{stance: found[stance] for stance in STANCES}}
        for kind, found in counts.items()
    ]
    results: Counter[str] = sum(counts.values(), Counter())
    return {"count": results.total(), "results": {stance: results[stance] for stance in STANCES}, "by_type": by_type}


def _returns(session: Session, agencies: Collection[str], span: Span) -> dict[str, Any]:
    """退回 at approval, by reason, the most frequent first."""
    found = Counter({row.ground: row.count for row in _happened(session, agencies, span, "return", OCCURRENCE.c.ground)})
    return {"count": found.total(), "by_reason": [{"reason": reason, "count": count} for reason, count in found.most_common(20)]}


def _remedies(session: Session, agencies: Collection[str], span: Span, law: InForce) -> dict[str, Any]:
    """复议、诉讼 filed in the span: by kind, by the ground of the reply they challenge, and how they ended."""
    by_type: dict[str, Counter[str]] = {type: Counter() for type in s.REMEDIES}
    by_ground: dict[str | None, Counter[str]] = {}
    columns = (OCCURRENCE.c.type, OCCURRENCE.c.ground, OCCURRENCE.c.result)
    for type, ground, result, count in _happened(session, agencies, span, "remedy", *columns):
        by_type[type][result or "pending"] += count
        by_ground.setdefault(ground, Counter())[result or "pending"] += count

    def told(found: Counter[str]) -> dict[str, int]:
        return {"count": found.total(), **{result: found[result] for result in s.RESULTS}}

    grounds = sorted(by_ground.items(), key=lambda one: -one[1].total())
    titles = {key: outcome.title for key, outcome in law.outcomes.items()}
    return {
        **told(sum(by_type.values(), Counter())),
        "by_type": [{"type": type, "title": s.REMEDIES[type], **told(found)} for type, found in by_type.items()],
        "by_ground": [{"ground": ground, "title": titles.get(ground or "", "没有答复"), **told(found)} for ground, found in grounds],
    }


def _load(session: Session, agencies: Collection[str], span: Span, against: Span, today: date) -> list[dict[str, Any]]:
    """Per handler: open now, of them overdue; ended within the span, and within the one it is compared with."""
    mine = TALLY.c.agency.in_(sorted(agencies))
    late = case((TALLY.c.due_on < today, 1), else_=0)
    who = (TALLY.c.agency, TALLY.c.assignee)
    found: dict[tuple[str, str | None], dict[str, Any]] = {}

    def of(agency: str, handler: str | None) -> dict[str, Any]:
        empty = {"agency": agency, "handler": handler, "open": 0, "overdue": 0, "ended": 0, "before": 0}
        return found.setdefault((agency, handler), empty)

    open_query = select(*who, func.count(), func.sum(late)).where(mine, TALLY.c.ended_on.is_(None)).group_by(*who)
    for agency, handler, count, overdue in session.execute(open_query):
        of(agency, handler).update(open=count, overdue=int(overdue))
    for name, when in (("ended", span), ("before", against)):
        ended = select(*who, func.count()).where(mine, TALLY.c.ended_on.between(when.first, when.last)).group_by(*who)
        for agency, handler, count in session.execute(ended):
            of(agency, handler)[name] = count
    return sorted(found.values(), key=lambda row: (-row["open"], -row["ended"], row["agency"], row["handler"] or ""))


def _fees(session: Session, agencies: Collection[str], span: Span, against: Span) -> dict[str, Any]:
    """收费统计 of the span, in all and by unit (信息处理费)."""
    by_unit = reports.fees(session, agencies, span.first, span.last)
    total = sum(by_unit.values(), reports.Fees())
    before = sum(reports.fees(session, agencies, against.first, against.last).values(), reports.Fees())
    units = [{"agency": agency, **fees_json(by_unit[agency])} for agency in sorted(by_unit)]
    return {**fees_json(total), "before": fees_json(before), "by_agency": units}


def fees_json(fees: reports.Fees) -> dict[str, int]:
    """Notices, payments and waivers: how many, and how much in fen. `amount_fen` is what was collected."""
    return {**{name: getattr(fees, name) for name in reports.Fees.__slots__}, "amount_fen": fees.paid_fen}


def fee_statement(session: Session, agencies: Collection[str], span: Span) -> list[dict[str, Any]]:
    """收费明细 for the treasury: every notice, payment and waiver with its case, in the order of its day."""
    query = (
        select(OCCURRENCE, DOCKET.c.number)
        .join(DOCKET, DOCKET.c.case_id == OCCURRENCE.c.case_id)
        .where(
            OCCURRENCE.c.agency.in_(sorted(agencies)),
            OCCURRENCE.c.kind.in_(("fee_notice", "payment", "waiver")),
            OCCURRENCE.c.on.between(span.first, span.last),
        )
        .order_by(OCCURRENCE.c.on, DOCKET.c.number, OCCURRENCE.c.seq)
    )
    return [
        {
            "agency": row.agency, "case_id": row.case_id, "number": row.number, "kind": row.kind,
            "title": a.ACTS[row.kind].title, "on": row.on.isoformat(), "amount_fen": row.amount_fen,
        }
        for row in session.execute(query)
    ]  # fmt: skip


# ------------------------------------------------------------------ topics


def topic_accuracy(session: Session, agencies: Collection[str], span: Span) -> list[dict[str, Any]]:
    """主题建议 topic by topic: how often it was proposed, how often somebody has judged it, how often it was right."""
    columns = (TALLY.c.topic_proposed, TALLY.c.topic)
    query = select(*columns, func.count()).where(*_came(agencies, span), TALLY.c.topic_proposed.is_not(None)).group_by(*columns)
    proposed, checked, right = Counter[str](), Counter[str](), Counter[str]()
    for guess, topic, count in session.execute(query):
        proposed[guess] += count
        checked[guess] += count if topic else 0
        right[guess] += count if topic == guess else 0
    return [
        {"topic": topic, "proposed": count, "checked": checked[topic], "right": right[topic], "share": _share(right[topic], checked[topic])}
        for topic, count in proposed.most_common()
    ]


def unconfirmed(session: Session, agencies: Collection[str], span: Span, most: int) -> tuple[list[Any], int]:
    """The requests whose topic nobody has confirmed, the earliest first, at most so many, with their versions; and how many there are."""
    narrowed = [*_came(agencies, span), TALLY.c.topic.is_(None)]
    total = session.execute(select(func.count()).select_from(TALLY).where(*narrowed)).scalar_one()
    query = (
        select(DOCKET.c.case_id, DOCKET.c.number, DOCKET.c.wanted, DOCKET.c.received_on, TALLY.c.topic_proposed, CASE.c.version)
        .join(TALLY, TALLY.c.case_id == DOCKET.c.case_id)
        .join(CASE, CASE.c.id == DOCKET.c.case_id)
        .where(*narrowed)
        .order_by(DOCKET.c.received_on, DOCKET.c.case_id)
        .limit(most)
    )
    return list(session.execute(query).all()), total


# ------------------------------------------------------------------ behind the figures


def stages_by_channel(session: Session, agencies: Collection[str], span: Span) -> list[dict[str, Any]]:
    """Where the days of the requests that ended in the span were spent, channel by channel: working days a request, on average."""
    sums = [func.sum(TALLY.c[f"days_{state}"]) for state in ACTIVE]
    query = select(TALLY.c.channel, func.count(), *sums).where(*_went(agencies, span)).group_by(TALLY.c.channel)
    found = {channel: (count, days) for channel, count, *days in session.execute(query)}
    return [
        {"channel": key, "title": title, "count": found[key][0], "days": [round(int(one) / found[key][0], 1) for one in found[key][1]]}
        for key, title in a.CHANNELS.items()
        if key in found
    ]


def handlers(session: Session, agencies: Collection[str]) -> dict[str, str]:
    """User name -> name of everybody who works in these units."""
    query = select(OFFICER.c.username, OFFICER.c.name).where(OFFICER.c.agency.in_(sorted(agencies)))
    return {row.username: row.name for row in session.execute(query)}


def days_with_data(session: Session, agencies: Collection[str]) -> Span | None:
    """From the earliest request of these units to their latest; None where there is none."""
    query = select(func.min(TALLY.c.received_on), func.max(func.coalesce(TALLY.c.ended_on, TALLY.c.received_on)))
    first, last = session.execute(query.where(TALLY.c.agency.in_(sorted(agencies)))).one()
    return Span(first, max(first, last)) if first is not None else None


def _came(agencies: Collection[str], span: Span) -> list[Any]:
    return [TALLY.c.agency.in_(sorted(agencies)), TALLY.c.received_on.between(span.first, span.last)]


def _went(agencies: Collection[str], span: Span) -> list[Any]:
    return [TALLY.c.agency.in_(sorted(agencies)), TALLY.c.ended_on.between(span.first, span.last)]


_TOPICLESS = and_(TALLY.c.topic.is_(None), TALLY.c.topic_proposed.is_(None))
CAME: Mapping[str, Any] = {
    "received": lambda key: [],
    "channel": lambda key: [TALLY.c.channel == key],
    "category": lambda key: [TALLY.c.applicant_category == key],
    "month": lambda key: [TALLY.c.received_in.startswith(key, autoescape=True)],
    "topic": lambda key: [func.coalesce(TALLY.c.topic, TALLY.c.topic_proposed) == key] if key else [_TOPICLESS],
    "topic_confirmed": lambda key: [TALLY.c.topic.is_not(None)],
    "topic_checked": lambda key: [TALLY.c.topic.is_not(None), TALLY.c.topic_proposed.is_not(None)],
    "topic_right": lambda key: [TALLY.c.topic == TALLY.c.topic_proposed],
}
"""What the requests received in the span can be narrowed to, by a key."""
WENT: Mapping[str, Any] = {
    "ended": lambda key: [],
    "outcome": lambda key: [TALLY.c.ended_outcome == key],
    "ended_month": lambda key: [TALLY.c.ended_in.startswith(key, autoescape=True)],
    "ended_channel": lambda key: [TALLY.c.channel == key],
    "replied": lambda key: [TALLY.c.in_time.is_not(None)],
    "in_time": lambda key: [TALLY.c.in_time.is_(True)],
    "late": lambda key: [TALLY.c.in_time.is_(False)],
    "closed_by": lambda key: [TALLY.c.assignee == key if key else TALLY.c.assignee.is_(None)],
    **{name: lambda key, name=name: [TALLY.c[name].is_(True)] for name in FLAGS},
}
"""The same of the requests that ended in the span; `group` is a group of table 3."""
OPEN: Mapping[str, Any] = {"open": lambda today: [], "overdue": lambda today: [TALLY.c.due_on < today]}
"""The same of those that are open now, by the handler."""
HAPPENED: Mapping[str, tuple[str, Any]] = {
    "consultation": ("consultation", lambda key: [OCCURRENCE.c.type == key] if key else []),
    "stance": ("consultation", lambda key: [OCCURRENCE.c.result.is_(None) if key == "open" else OCCURRENCE.c.result == key]),
    "opinion": ("consultation", lambda key: _both(key, OCCURRENCE.c.type, OCCURRENCE.c.result, "open")),
    "remedy": ("remedy", lambda key: [OCCURRENCE.c.type == key] if key else []),
    "remedy_of": ("remedy", lambda key: _both(key, OCCURRENCE.c.ground, OCCURRENCE.c.result, "pending")),
    "remedy_result": ("remedy", lambda key: [OCCURRENCE.c.result.is_(None) if key == "pending" else OCCURRENCE.c.result == key]),
    "remedy_ground": ("remedy", lambda key: [OCCURRENCE.c.ground == key if key else OCCURRENCE.c.ground.is_(None)]),
    "return": ("return", lambda key: []),
}
"""The same of what happened on files in the span. `return` with a key is the reason of that place in the list of reasons."""
SETS = (*CAME, *WENT, "group", *OPEN, *HAPPENED, "alike")


def _both(key: str, column: Any, result: Any, none: str) -> list[Any]:
    """`third_party:object`: a cell of two columns; an empty first part, and the word for no result, are NULL."""
    first, _, second = key.partition(":")
    return [column == first if first else column.is_(None), result.is_(None) if second == none else result == second]


def behind(
    session: Session, agencies: Collection[str], span: Span, chosen: str, key: str, rules: Rules, today: date
) -> list[Any]:
    """The docket rows of the cases behind a figure of the analysis, each once, by day of receipt; `alike` is a cluster by a case."""
    if chosen == "alike":
        ids: Any = next((one["cases"] for one in clusters(session, agencies, span) if key in one["cases"]), [])
    elif chosen in HAPPENED:
        kind, narrowed = HAPPENED[chosen]
        conditions = [OCCURRENCE.c.kind == kind, OCCURRENCE.c.on.between(span.first, span.last), *narrowed(key)]
        if chosen == "return" and key:
            reasons = _returns(session, agencies, span)["by_reason"]
            at = int(key) if key.isascii() and key.isdigit() and len(key) < 4 else len(reasons)
            conditions.append(OCCURRENCE.c.ground == (reasons[at]["reason"] if at < len(reasons) else ""))
        ids = select(OCCURRENCE.c.case_id).where(OCCURRENCE.c.agency.in_(sorted(agencies)), *conditions)
    elif chosen == "group":
        law = rules.on(today)
        outcomes = [one for one in law.outcomes if s.row_of(one, law).startswith(key)]
        ids = select(TALLY.c.case_id).where(*_went(agencies, span), TALLY.c.ended_outcome.in_(outcomes))
    elif chosen in OPEN:
        mine = [TALLY.c.agency.in_(sorted(agencies)), TALLY.c.ended_on.is_(None)]
        whose = [TALLY.c.assignee == key] if key else [] if chosen == "overdue" else [TALLY.c.assignee.is_(None)]
        ids = select(TALLY.c.case_id).where(*mine, *whose, *OPEN[chosen](today))
    elif chosen in WENT:
        ids = select(TALLY.c.case_id).where(*_went(agencies, span), *WENT[chosen](key))
    else:
        ids = select(TALLY.c.case_id).where(*_came(agencies, span), *CAME[chosen](key))
    query = select(DOCKET).where(DOCKET.c.case_id.in_(ids))
    return list(session.execute(query.order_by(DOCKET.c.received_on, DOCKET.c.agency, DOCKET.c.serial)).all())


# ------------------------------------------------------------------ what is asked for again and again


def clusters(session: Session, agencies: Collection[str], span: Span, most: int = 20) -> list[dict[str, Any]]:
    """热点: requests that ask for the same information, those of the most different applicants first.

    Of the span's last twelve months. Requests that share a min-hash stand in one bucket; of the fullest buckets a sample is
    read, and those alike are one cluster. Each: `title`, `sample`, `requests`, `applicants`, `outcomes` (outcome -> count),
    `given`, `cases` (ids, at most 40), `agencies` (agency -> count), `first_on`, `last_on`.
    """
    first = max(span.first, span.last - timedelta(days=365))
    query = (
        select(TALLY.c.case_id, TALLY.c.sketch_1, TALLY.c.sketch_2, TALLY.c.sketch_3)
        .where(TALLY.c.agency.in_(sorted(agencies)), TALLY.c.received_on.between(first, span.last))
        .order_by(TALLY.c.received_on.desc())
        .limit(_MOST_READ)
    )
    buckets: dict[tuple[int, int], list[str]] = {}
    for case_id, first_sketch, second_sketch, third_sketch in session.execute(query).all():
        for key in ((0, first_sketch), (1, second_sketch), (2, third_sketch)):
            buckets.setdefault(key, []).append(case_id)
    fullest = sorted((ids for ids in buckets.values() if len(ids) >= SEVERAL), key=len, reverse=True)[:_BUCKETS]
    rows = _rows_of(session, {case_id for ids in fullest for case_id in ids[:_SAMPLES]})
    found: list[tuple[str, list[Any]]] = []
    for members in ([rows[case_id] for case_id in ids[:_SAMPLES]] for ids in fullest):
        lead = Counter(row.wanted for row in members).most_common(1)[0][0]
        if not any(likeness(lead, other) >= _SAME_THING for other, _ in found):
            alike = _alike(lead, members)
            found += [(lead, alike)] if len(alike) >= SEVERAL else []
    found = sorted(found, key=lambda one: (-len({row.applicant_key for row in one[1]}), -len(one[1])))[:most]
    told = []
    for lead, alike in found:
        keys = dict.fromkeys(key for row in alike for key in enumerate((row.sketch_1, row.sketch_2, row.sketch_3)))
        near: dict[str, None] = {}
        for key in keys:
            if len(near) < _MOST_COUNTED:
                near |= dict.fromkeys(buckets.get(key, ()))
        counted = list(near)[:_MOST_COUNTED]
        rows |= _rows_of(session, set(counted) - rows.keys())
        told.append(_cluster(lead, _alike(lead, [rows[case_id] for case_id in counted])))
    return sorted(told, key=lambda one: (-one["applicants"], -one["requests"], one["first_on"]))


def _alike(lead: str, rows: Sequence[Any]) -> list[Any]:
    """Those of the rows that ask for the same as `lead`; the same words are compared once."""
    own = grams(lead)
    same = {wanted: wanted == lead or dice(own, grams(wanted)) >= _SAME_THING for wanted in {row.wanted for row in rows}}
    return [row for row in rows if same[row.wanted]]


def _rows_of(session: Session, ids: Collection[str]) -> dict[str, Any]:
    columns = (DOCKET.c.case_id, DOCKET.c.agency, DOCKET.c.wanted, DOCKET.c.applicant_key, DOCKET.c.received_on, TALLY.c.ended_outcome)
    query = select(*columns, TALLY.c.sketch_1, TALLY.c.sketch_2, TALLY.c.sketch_3).join(TALLY, TALLY.c.case_id == DOCKET.c.case_id)
    found, wanted = dict[str, Any](), sorted(ids)
    for at in range(0, len(wanted), 500):
        found |= {row.case_id: row for row in session.execute(query.where(DOCKET.c.case_id.in_(wanted[at : at + 500]))).all()}
    return found


def _cluster(lead: str, alike: Sequence[Any]) -> dict[str, Any]:
    other = next((row.wanted for row in alike if row.wanted != lead), lead)
    return {
        "title": (shared_words(lead, other) or (lead,))[0][:60],
        "sample": lead[:200],
        "requests": len(alike),
        "applicants": len({row.applicant_key for row in alike}),
        "outcomes": dict(Counter(row.ended_outcome for row in alike if row.ended_outcome)),
        "given": sum(row.ended_outcome in GIVEN for row in alike),
        "cases": [row.case_id for row in alike[:_MOST_NAMED]],
        "agencies": dict(Counter(row.agency for row in alike)),
        "first_on": min(row.received_on for row in alike).isoformat(),
        "last_on": max(row.received_on for row in alike).isoformat(),
    }


# ------------------------------------------------------------------ one applicant


def dossier(session: Session, case_id: str) -> dict[str, Any]:
    """申请人的申请情况 (条例 35, 36(六)): how often this applicant asked this agency, what for, and what was answered.

    Facts for whoever decides; nothing follows from them by itself. `repeats` are pairs of requests for the same.
    """
    mine = session.execute(select(DOCKET).where(DOCKET.c.case_id == case_id)).one()
    same = (DOCKET.c.agency == mine.agency, DOCKET.c.applicant_key == mine.applicant_key)
    rows = session.execute(select(DOCKET).where(*same).order_by(DOCKET.c.received_on, DOCKET.c.serial).limit(1000)).all()
    repeats = []
    for place, row in enumerate(rows):
        earlier = max(rows[max(0, place - 200) : place], key=lambda one, of=row: likeness(one.wanted, of.wanted), default=None)  # type: ignore[misc]
        if earlier is not None and (score := likeness(earlier.wanted, row.wanted)) >= _SAME_THING:
            repeats.append({"id": row.case_id, "number": row.number, "earlier": earlier.number, "score": round(score, 3)})
    return {
        "requests": len(rows),
        "by_month": [{"month": month, "count": count} for month, count in sorted(Counter(row.counts_in for row in rows).items())],
        "items": [
            {
                "id": row.case_id, "number": row.number, "received_on": row.received_on.isoformat(), "wanted": row.wanted[:200],
                "state": row.state, "outcome": row.outcome, "replied_on": row.replied_on and row.replied_on.isoformat(),
            }
            for row in rows
        ],
        "repeats": repeats,
    }  # fmt: skip
