"""What happened on the files, each counted by its own day: consultations, returns, remedies, money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from db import reports
from db import tables as t
from db.analysis.counts import about
from db.analysis.spans import Span
from workflow import acts as a
from workflow import statistics as s
from workflow.law import InForce

OCCURRENCE, DOCKET = (t.table_of(model) for model in (t.OccurrenceRow, t.Docket))


def happened(session: Session, agencies: Collection[str], span: Span, kind: str, *columns: Any, topic: str | None = None) -> list[Any]:
    query = select(*columns, func.count().label("count")).where(
        OCCURRENCE.c.agency.in_(sorted(agencies)), OCCURRENCE.c.kind == kind, OCCURRENCE.c.on.between(span.first, span.last),
        *about(OCCURRENCE.c.case_id, topic),
    )
    return list(session.execute(query.group_by(*columns)).all())


def how_many(session: Session, agencies: Collection[str], span: Span, kind: str, topic: str | None = None) -> int:
    return sum(row.count for row in happened(session, agencies, span, kind, topic=topic))


STANCES: Mapping[str, str] = {
    "consent": "同意公开",
    "object": "不同意公开",
    "partial": "部分同意",
    "neutral": "没有明确意见",
    "declined": "不属于职责，退回",
    "silence": "逾期未提出意见",
    "open": "尚未答复",
}


def consultations(session: Session, agencies: Collection[str], span: Span, topic: str | None = None) -> dict[str, Any]:
    """征求意见 sent in the span, by kind, and how they ended."""
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in a.CONSULTATION_TYPES}
    for type, result, count in happened(session, agencies, span, "consultation", OCCURRENCE.c.type, OCCURRENCE.c.result, topic=topic):
        counts[type][result or "open"] += count
    by_type = [
        {"type": kind, "title": a.CONSULTATION_TYPES[kind], "count": found.total(), **{stance: found[stance] for stance in STANCES}}
        for kind, found in counts.items()
    ]
    results: Counter[str] = sum(counts.values(), Counter())
    return {"count": results.total(), "results": {stance: results[stance] for stance in STANCES}, "by_type": by_type}


def returns(session: Session, agencies: Collection[str], span: Span, topic: str | None = None) -> dict[str, Any]:
    """退回 at approval, by reason, the most frequent first."""
    found = Counter({row.ground: row.count for row in happened(session, agencies, span, "return", OCCURRENCE.c.ground, topic=topic)})
    return {"count": found.total(), "by_reason": [{"reason": reason, "count": count} for reason, count in found.most_common(20)]}


def remedies(session: Session, agencies: Collection[str], span: Span, law: InForce, topic: str | None = None) -> dict[str, Any]:
    """复议、诉讼 filed in the span: by kind, by the ground of the reply they challenge, and how they ended."""
    by_type: dict[str, Counter[str]] = {type: Counter() for type in s.REMEDIES}
    by_ground: dict[str | None, Counter[str]] = {}
    columns = (OCCURRENCE.c.type, OCCURRENCE.c.ground, OCCURRENCE.c.result)
    for type, ground, result, count in happened(session, agencies, span, "remedy", *columns, topic=topic):
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


def complaints(session: Session, agencies: Collection[str], span: Span, topic: str | None = None) -> dict[str, int]:
    """投诉、举报 brought in the span, and how they ended: beside reviews and suits, and in no table (条例 47(2), 51; R-remedies)."""
    rows = happened(session, agencies, span, "complaint", OCCURRENCE.c.result, topic=topic)
    found = Counter({row.result or "pending": row.count for row in rows})
    return {"count": found.total(), **{result: found[result] for result in s.RESULTS}}


def record_corrections(
    session: Session, agencies: Collection[str], span: Span, against: Span, law: InForce, topic: str | None = None
) -> dict[str, Any]:
    """更正申请 received in the span, and how they ended: apart from the requests for information (READINGS R-record-correction)."""
    rows = happened(session, agencies, span, "record_correction", OCCURRENCE.c.result, topic=topic)
    found = Counter({row.result: row.count for row in rows})
    return {
        "count": found.total(),
        "before": how_many(session, agencies, against, "record_correction", topic),
        "by_outcome": [
            {"outcome": key, "title": "尚未办结" if key is None else law.outcomes[key].title, "count": count} for key, count in found.most_common()
        ],
    }


def fees(session: Session, agencies: Collection[str], span: Span, against: Span, topic: str | None = None) -> dict[str, Any]:
    """收费统计 of the span, in all and by unit (信息处理费)."""
    whose = about(OCCURRENCE.c.case_id, topic)
    by_unit = reports.fees(session, agencies, span.first, span.last, *whose)
    total = sum(by_unit.values(), reports.Fees())
    before = sum(reports.fees(session, agencies, against.first, against.last, *whose).values(), reports.Fees())
    units = [{"agency": agency, **fees_json(by_unit[agency])} for agency in sorted(by_unit)]
    return {**fees_json(total), "before": fees_json(before), "by_agency": units, "of_earlier": _of_earlier(session, agencies, span, topic)}


def _of_earlier(session: Session, agencies: Collection[str], span: Span, topic: str | None) -> int:
    """The payments of the span on files that were sent no notice within it."""
    notice = OCCURRENCE.alias()
    within = notice.c.on.between(span.first, span.last)
    sent = select(notice.c.seq).where(notice.c.case_id == OCCURRENCE.c.case_id, notice.c.kind == "fee_notice", within)
    query = select(func.count()).select_from(OCCURRENCE).where(
        OCCURRENCE.c.agency.in_(sorted(agencies)), OCCURRENCE.c.kind == "payment", OCCURRENCE.c.on.between(span.first, span.last),
        ~sent.exists(), *about(OCCURRENCE.c.case_id, topic),
    )  # fmt: skip
    return int(session.execute(query).scalar_one())


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
