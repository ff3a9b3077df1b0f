"""What is asked for again and again (条例 44), and what one applicant asked for (条例 35, 36(六))."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from db import tables as t
from db.analysis.spans import Span
from db.matching import OUTSIDE, WANTED
from db.similarity import shared_words
from workflow.case import GIVEN
from workflow.sameness import is_same, likeness, subject

TALLY, DOCKET = (t.table_of(model) for model in (t.Tally, t.Docket))
SEVERAL = 2
"""多个申请人 (条例 44): from two on."""
_BUCKETS, _SAMPLES, _MOST_READ, _MOST_COUNTED, _MOST_NAMED = 60, 40, 200_000, 500, 200
_IN_A_BUCKET, _COMPARED = 8, 30
"""Clusters that one bucket may hold, and texts of a cluster that another must agree with."""


def clusters(session: Session, agencies: Collection[str], span: Span, most: int = 20) -> list[dict[str, Any]]:
    """热点: requests that ask for the same information, those of the most different applicants first.

    Of the span's last twelve months. Requests that share a min-hash stand in one bucket; of the fullest buckets a sample is
    read, and those alike are one cluster. Each: `title`, `sample`, `requests`, `applicants`, `outcomes` (outcome in force -> count),
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
    for ids in fullest:
        members = [rows[case_id] for case_id in ids[:_SAMPLES]]
        for _ in range(_IN_A_BUCKET):
            if len(members) < SEVERAL:
                break
            lead = Counter(row.wanted for row in members).most_common(1)[0][0]
            alike = _alike(lead, members)
            taken = {row.wanted for row in alike}
            members = [row for row in members if row.wanted not in taken]
            if len(alike) >= SEVERAL and not any(is_same(lead, other) for other, _ in found):
                found.append((lead, alike))
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
    """Those of the rows that ask for the same as `lead` and as each other; the same words are compared once."""
    same = [lead]
    for wanted in dict.fromkeys(row.wanted for row in rows if row.wanted != lead):
        if all(is_same(wanted, one) for one in same[:_COMPARED]):
            same.append(wanted)
    texts = set(same)
    return [row for row in rows if row.wanted in texts]


def _rows_of(session: Session, ids: Collection[str]) -> dict[str, Any]:
    columns = (DOCKET.c.case_id, DOCKET.c.agency, WANTED, DOCKET.c.applicant_key, DOCKET.c.received_on, DOCKET.c.outcome)
    query = select(*columns, TALLY.c.sketch_1, TALLY.c.sketch_2, TALLY.c.sketch_3).join(TALLY, TALLY.c.case_id == DOCKET.c.case_id)
    found, wanted = dict[str, Any](), sorted(ids)
    for at in range(0, len(wanted), 500):
        found |= {row.case_id: row for row in session.execute(query.where(DOCKET.c.case_id.in_(wanted[at : at + 500]))).all()}
    return found


def _cluster(lead: str, alike: Sequence[Any]) -> dict[str, Any]:
    other = next((row.wanted for row in alike if row.wanted != lead), lead)
    return {
        "title": subject((shared_words(lead, other) or (lead,))[0])[:60],
        "sample": lead[:200],
        "requests": len(alike),
        "applicants": len({row.applicant_key for row in alike}),
        "outcomes": dict(Counter(row.outcome for row in alike if row.outcome)),
        "given": sum(row.outcome in GIVEN for row in alike),
        "cases": [row.case_id for row in alike[:_MOST_NAMED]],
        "agencies": dict(Counter(row.agency for row in alike)),
        "first_on": min(row.received_on for row in alike).isoformat(),
        "last_on": max(row.received_on for row in alike).isoformat(),
    }


def dossier(session: Session, case_id: str) -> dict[str, Any]:
    """申请人的申请情况 (条例 35, 36(六)): how often this applicant asked this agency, what for, and what was answered.

    Facts for whoever decides; nothing follows from them by itself. `repeats` are pairs of requests for the same.
    """
    mine = session.execute(select(DOCKET).where(DOCKET.c.case_id == case_id)).one()
    same = (DOCKET.c.agency == mine.agency, DOCKET.c.applicant_key == mine.applicant_key)
    rows = session.execute(select(*OUTSIDE).where(*same).order_by(DOCKET.c.received_on, DOCKET.c.serial).limit(1000)).all()
    repeats = []
    for place, row in enumerate(rows):
        before = [(likeness(one.wanted, row.wanted), one) for one in rows[max(0, place - 200) : place] if is_same(one.wanted, row.wanted)]
        if before:
            score, earlier = max(before, key=lambda found: found[0])
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
