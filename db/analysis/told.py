"""The whole analysis as JSON: every figure beside that of the span it is compared with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import zip_longest
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from db import feedback
from db import tables as t
from db.analysis.alike import described, recurring, to_publish
from db.analysis.counts import (
    FLAGS,
    NO_TOPIC,
    Measured,
    UnitMeasured,
    about,
    again,
    known,
    mean,
    measure,
    percentile,
    share,
    went,
)
from db.analysis.events import (
    complaints,
    consultations,
    fees,
    happened,
    how_many,
    record_corrections,
    remedies,
    returns,
)
from db.analysis.spans import Span
from db.standing import OPEN, OWED, overdue
from workflow import acts as a
from workflow import statistics as s
from workflow.law import InForce, Rules
from workflow.procedure import ACTIVE, STATES

TALLY, OCCURRENCE, DOCKET = (t.table_of(model) for model in (t.Tally, t.OccurrenceRow, t.Docket))


def analysis(
    session: Session, agencies: Collection[str], span: Span, rules: Rules, today: date, against: Span | None = None, topic: str | None = None
) -> dict[str, Any]:
    """The whole analysis as JSON (see `GET /api/reports/analysis`), beside `against`, by default the span just before.

    `topic` narrows it, and what it is compared with, to the requests about it (`NO_TOPIC`: those that have none). What is on record of
    these units (`records`) is so of all their requests: that there was none about a topic is known of whoever has any.
    """
    law, against = rules.on(today), against or span.before
    now, before = measure(session, agencies, span, topic), measure(session, agencies, against, topic)
    earlier, challenged = consultations(session, agencies, against, topic), remedies(session, agencies, against, law, topic)
    brought = remedies(session, agencies, span, law, topic)
    asked_again = recurring(session, law.sameness, agencies, span, topic)
    publishable = [alike for alike in asked_again if to_publish(alike, law)]
    return {
        "topic": None if topic is None else {"key": topic, "title": topic_titles(law).get(None if topic == NO_TOPIC else topic, topic)},
        "as_of": today.isoformat(),
        "from": span.first.isoformat(),
        "to": span.last.isoformat(),
        "before": {
            "from": against.first.isoformat(), "to": against.last.isoformat(),
            "title": title_of(span, against), "as_long": span.is_as_long_as(against),
            **known(session, agencies, against),
        },
        "records": {**known(session, agencies, span), "from_ledger": now.from_ledger},
        "received": {"count": now.received, "before": before.received},
        "ended": {"count": now.ended, "before": before.ended, "again": again(session, agencies, span, topic)},
        "volumes": _volumes(now, before, law, span, against),
        "rates": {
            "disclosed": {**_disclosed(now.by_outcome, law), "before": _disclosed(before.by_outcome, law)},
            "corrected": {**_corrected(brought), "before": _corrected(challenged)},
        },
        "days_to_reply": {**_pace(now), "before": _pace(before)},
        "shares": {**_flagged(now), "before": _flagged(before)},
        "stages": _stages(now, before),
        "consultations": consultations(session, agencies, span, topic)
        | {"before": earlier["count"], "results_before": earlier["results"]},
        "returns": returns(session, agencies, span, topic) | {"before": how_many(session, agencies, against, "return", topic)},
        "remedies": brought
        | {"before": challenged["count"], "results_before": {result: challenged[result] for result in s.RESULTS}},
        "complaints": complaints(session, agencies, span, topic) | {"before": how_many(session, agencies, against, "complaint", topic)},
        "units": _units(session, agencies, span, now, before, law, topic),
        "by_topic": _by_topic(now, before, law),
        "load": _load(session, agencies, span, against, today, topic),
        "fees": fees(session, agencies, span, against, topic),
        "record_corrections": record_corrections(session, agencies, span, against, law, topic),
        "feedback": _feedback(session, agencies, span, law, topic),
        "topics": {
            "confirmed": now.topics_confirmed,
            "proposed_and_confirmed": now.topics_checked,
            "right": now.topics_right,
            "hit_rate": share(now.topics_right, now.topics_checked),
        },
        "recurring": [described(law.sameness, alike) for alike in asked_again[:MOST_LISTED]],
        "candidates": [described(law.sameness, alike) for alike in publishable[:MOST_LISTED]],
        "candidates_count": len(publishable),
    }


MOST_LISTED = 20
"""So many of what is asked for again and again are listed; all are counted."""


def _feedback(session: Session, agencies: Collection[str], span: Span, law: InForce, topic: str | None) -> dict[str, Any]:
    """意见建议 of the halls, by topic; they are no requests, and counted nowhere else."""
    found, answered = feedback.counted(session, agencies, span.first, span.last, *([] if topic is None else [None if topic == NO_TOPIC else topic]))
    titles = topic_titles(law)
    rows = [{"key": key, "title": titles.get(key, "未定主题"), "count": count} for key, count in found.items()]
    rows.sort(key=lambda row: (-int(str(row["count"])), str(row["title"])))
    return {"count": sum(found.values()), "answered": answered, "by_topic": rows}


def topic_titles(law: InForce) -> dict[str | None, str]:
    """主题 by their key; under None what has none."""
    return {**{topic.key: topic.title for topic in law.topics}, None: "未定主题"}


def title_of(span: Span, against: Span) -> str:
    """What the span is called that another is compared with."""
    return "上年同期" if against == span.year_before else "上期" if against == span.before else "对比期"


def _rows(titles: Mapping[Any, str], now: Counter[Any], before: Counter[Any]) -> list[dict[str, Any]]:
    """One row for each title, and for whatever else was counted; the most frequent first."""
    keys = dict.fromkeys([*titles, *now, *before])
    rows = [
        {"key": key, "title": titles.get(key, key), "count": now[key], "before": before[key], "share": share(now[key], now.total())}
        for key in keys
    ]
    return sorted(rows, key=lambda row: -row["count"])


def _volumes(now: Measured, before: Measured, law: InForce, span: Span, against: Span) -> dict[str, Any]:
    topics = topic_titles(law)
    outcomes = {key: outcome.title for key, outcome in s.of_requests(law).items()}
    by_outcome = _rows(outcomes, now.by_outcome, before.by_outcome)
    for row in by_outcome:
        row["row"] = s.row_of(row["key"], law)
    return {
        "by_month": [
            {
                "month": month, "received": now.by_month[month], "ended": now.ended_by_month[month],
                "before": before.by_month[earlier] if span.aligns_with(against) else None,
            }
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


def _pace(of: Measured) -> dict[str, Any]:
    """Of the replies: how long they took, and which were in time; `unknown` are those of which a ledger does not tell enough."""
    replies = of.days.total()
    return {
        "replies": replies,
        "median": percentile(of.days, 0.5),
        "p90": percentile(of.days, 0.9),
        "in_time": of.in_time,
        "late": of.late,
        "unknown": replies - of.in_time - of.late,
        "in_time_share": _rate(of, replies),
    }


def _rate(of: Measured | UnitMeasured, replies: int) -> float | None:
    """按期答复率. Of a ledger's replies only those in time are known to be so: where some are unknown, the rest says nothing of them."""
    return share(of.in_time, replies) if of.in_time + of.late == replies else None


_GIVEN = ("三(一)", "三(二)")


def _disclosed(outcomes: Counter[str], law: InForce) -> dict[str, Any]:
    """公开率: what was given in full or in part, of all that ended."""
    count = sum(many for outcome, many in outcomes.items() if s.row_of(outcome, law).startswith(_GIVEN))
    return {"count": count, "of": outcomes.total(), "share": share(count, outcomes.total())}


def _corrected(found: Mapping[str, Any]) -> dict[str, Any]:
    """纠错率: the reviews and suits that ended with a correction, of those that were decided."""
    decided = found["count"] - found["pending"]
    return {"count": found["corrected"], "of": decided, "share": share(found["corrected"], decided)}


def _flagged(of: Measured) -> dict[str, Any]:
    """Of those that ended and whose way is on the file (`of`): how many were suspended, extended and so on (`counts`), and their shares."""
    shares = {name: share(of.flags[name], of.followed) for name in FLAGS}
    return {**shares, "counts": {name: of.flags[name] for name in FLAGS}, "of": of.followed}


def _stages(now: Measured, before: Measured) -> list[dict[str, Any]]:
    """Where the days are spent: working days in each state, in all and for each request whose way is on the file."""
    return [
        {
            "state": state,
            "title": STATES[state].title,
            "stage": STATES[state].stage,
            "days": now.days_in[state],
            "mean": mean(now.days_in[state], now.followed, 2),
            "before": mean(before.days_in[state], before.followed, 2),
        }
        for state in ACTIVE
    ]


def _units(
    session: Session, agencies: Collection[str], span: Span, now: Measured, before: Measured, law: InForce, topic: str | None
) -> list[dict[str, Any]]:
    """各单位 side by side, those with the most new requests first."""
    returned = {row.agency: row.count for row in happened(session, agencies, span, "return", OCCURRENCE.c.agency, topic=topic)}
    remedies = happened(session, agencies, span, "remedy", OCCURRENCE.c.agency, OCCURRENCE.c.result, topic=topic)
    lost = {row.agency: row.count for row in remedies if row.result == "corrected"}
    decided = Counter[str]()
    for row in remedies:
        decided[row.agency] += row.count if row.result else 0
    known = now.by_agency.keys() | now.ended_by_agency.keys() | before.by_agency.keys() | returned.keys() | lost.keys()
    rows = []
    for agency in sorted(known, key=lambda one: (-now.by_agency[one], one)):
        unit, then = now.units.get(agency, UnitMeasured()), before.units.get(agency, UnitMeasured())
        rows.append(
            {
                "agency": agency, "received": now.by_agency[agency], "before": before.by_agency[agency],
                "ended": now.ended_by_agency[agency], "replies": unit.days.total(), "median": percentile(unit.days, 0.5),
                "in_time": unit.in_time, "late": unit.late, "in_time_share": _rate(unit, unit.days.total()),
                "extended": unit.flags["extended"], "corrected": unit.flags["corrected"], "returned": returned.get(agency, 0),
                "lost": lost.get(agency, 0), "decided": decided[agency],
                "lost_share": share(lost.get(agency, 0), decided[agency]),
                "disclosed": (given := _disclosed(unit.outcomes, law))["count"], "disclosed_share": given["share"],
                "then": {
                    "disclosed": (earlier := _disclosed(then.outcomes, law))["count"], "ended": earlier["of"],
                    "disclosed_share": earlier["share"], "in_time": then.in_time, "replies": then.days.total(),
                    "in_time_share": _rate(then, then.days.total()),
                },
            }
        )  # fmt: skip
    return rows


def _by_topic(now: Measured, before: Measured, law: InForce) -> list[dict[str, Any]]:
    """各主题 side by side: how many, their share, what was given and in time; the most frequent first."""
    titles, rows = topic_titles(law), []
    for key in dict.fromkeys([*titles, *now.by_topic, *now.topics, *before.by_topic, *before.topics]):
        of, then = now.topics.get(key, UnitMeasured()), before.topics.get(key, UnitMeasured())
        if not (now.by_topic[key] or before.by_topic[key] or of.outcomes or then.outcomes):
            continue
        given, earlier = _disclosed(of.outcomes, law), _disclosed(then.outcomes, law)
        rows.append(
            {
                "key": key, "title": titles.get(key, key), "received": now.by_topic[key], "before": before.by_topic[key],
                "share": share(now.by_topic[key], now.received),
                "share_before": share(before.by_topic[key], before.received),
                "ended": given["of"], "disclosed": given["count"], "disclosed_share": given["share"],
                "replies": of.replies, "in_time": of.in_time, "late": of.late, "in_time_share": _rate(of, of.replies),
                "ended_before": earlier["of"], "disclosed_before": earlier["count"], "disclosed_share_before": earlier["share"],
                "replies_before": then.replies, "in_time_before": then.in_time,
                "in_time_share_before": _rate(then, then.replies),
            }
        )  # fmt: skip
    return sorted(rows, key=lambda row: -row["received"])


def _load(
    session: Session, agencies: Collection[str], span: Span, against: Span, today: date, topic: str | None
) -> list[dict[str, Any]]:
    """Per handler: open and overdue now, as the desks count (signed and not sent is overdue too); ended within the span, and the other one."""
    found: dict[tuple[str, str | None], dict[str, Any]] = {}

    def of(agency: str, handler: str | None) -> dict[str, Any]:
        empty = {"agency": agency, "handler": handler, "open": 0, "overdue": 0, "ended": 0, "before": 0}
        return found.setdefault((agency, handler), empty)

    whose = (DOCKET.c.agency, DOCKET.c.assignee)
    late = func.count().filter(overdue(today))
    now = select(*whose, func.count().filter(OPEN), late).where(DOCKET.c.agency.in_(sorted(agencies)), OWED)
    now = now.where(*about(DOCKET.c.case_id, topic)).group_by(*whose)
    for agency, handler, count, past in session.execute(now):
        of(agency, handler).update(open=count, overdue=past)
    who = (TALLY.c.agency, TALLY.c.assignee)
    for name, when in (("ended", span), ("before", against)):
        ended = select(*who, func.count()).where(*went(agencies, when, topic)).group_by(*who)
        for agency, handler, count in session.execute(ended):
            of(agency, handler)[name] = count
    return sorted(found.values(), key=lambda row: (-row["open"], -row["ended"], row["agency"], row["handler"] or ""))
