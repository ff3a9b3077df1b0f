"""What is asked for again and again (条例 44), and what one applicant asked for (条例 35, 36(六))."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from db import tables as t
from db.analysis.counts import of_topic
from db.analysis.spans import Span
from db.matching import OUTSIDE, WANTED
from workflow.case import GIVEN
from workflow.law import InForce
from workflow.sameness import Sameness, in_its_year

TALLY, DOCKET, CASE = (t.table_of(model) for model in (t.Tally, t.Docket, t.CaseFile))
SEVERAL = 2
"""多个申请人 (条例 44): from two on."""
_MOST_LOOKED_AT, _MOST_READ, _MOST_TEXTS, _MOST_NAMED = 200_000, 20_000, 4_000, 200


def clusters(
    session: Session, same: Sameness, agencies: Collection[str], span: Span, most: int = 20, topic: str | None = None
) -> list[dict[str, Any]]:
    """热点: requests that ask for the same information, those of the most different applicants first.

    Of the span's last twelve months. Every request of a group is the same information as the others by the one decision of it
    (`Sameness.is_same`). Beyond 20,000 requests, or 4,000 different ones, those are read that share a min-hash with the most others.
    Each: `title`, `sample`, `requests`, `applicants`, `outcomes` (outcome in force -> count), `given`, `cases` (ids, at most 200),
    `agencies` (agency -> count), `first_on`, `last_on`.
    """
    return [described(same, alike) for alike in recurring(session, same, agencies, span, topic)[:most]]


def recurring(session: Session, same: Sameness, agencies: Collection[str], span: Span, topic: str | None = None) -> list[list[Any]]:
    """The requests of each cluster, of all there are: what is counted is not counted of the first twenty."""
    rows = _rows(session, agencies, span, topic)
    texts = list(dict.fromkeys(map(_asked, rows)))[:_MOST_TEXTS]
    group_of = {text: at for at, group in enumerate(same.groups(texts)) for text in group}
    found: dict[tuple[int, str], list[Any]] = {}
    for row in rows:
        if (asked := _asked(row)) in group_of:
            whose = row.applicant_key if same.is_own(asked) else ""
            found.setdefault((group_of[asked], whose), []).append(row)
    hot = [alike for alike in found.values() if len(alike) >= SEVERAL]
    hot.sort(key=lambda alike: (-len({row.applicant_key for row in alike}), -len(alike), min(row.received_on for row in alike)))
    return hot


def _asked(row: Any) -> str:
    """What was asked for as it is compared: 去年 is another year in a request of another year."""
    return in_its_year(row.wanted, row.received_on)


def to_publish(alike: Sequence[Any], law: InForce) -> bool:
    """Several applicants asked for it, and it may be given (条例 44)."""
    return len({row.applicant_key for row in alike}) >= SEVERAL and may_be_given(_outcomes(alike), law)


def _outcomes(alike: Sequence[Any]) -> dict[str, int]:
    return dict(Counter(row.outcome for row in alike if row.outcome))


def may_be_given(outcomes: Mapping[str, int], law: InForce) -> bool:
    """Whether the replies say that the information can be published (条例 44): given at least once, and never withheld."""
    return bool(outcomes.keys() & {"disclosed", "partial"}) and not any(law.outcomes[one].group == "不予公开" for one in outcomes)


def _rows(session: Session, agencies: Collection[str], span: Span, topic: str | None) -> list[Any]:
    """The requests that are compared, the latest first."""
    first = max(span.first, span.last - timedelta(days=365))
    came = (TALLY.c.agency.in_(sorted(agencies)), TALLY.c.received_on.between(first, span.last), *of_topic(topic))
    columns = (DOCKET.c.case_id, DOCKET.c.agency, WANTED, DOCKET.c.applicant_key, DOCKET.c.received_on, DOCKET.c.outcome)
    query = select(*columns).join(TALLY, TALLY.c.case_id == DOCKET.c.case_id).join(CASE, CASE.c.id == DOCKET.c.case_id)
    query = query.where(CASE.c.erased_at.is_(None))
    latest = (DOCKET.c.received_on.desc(), DOCKET.c.serial.desc(), DOCKET.c.case_id)
    rows = list(session.execute(query.where(*came).order_by(*latest).limit(_MOST_READ + 1)).all())
    if len(rows) <= _MOST_READ and len({row.wanted for row in rows}) <= _MOST_TEXTS:
        return rows
    ids = _meeting(session, came)
    rows = [row for at in range(0, len(ids), 500) for row in session.execute(query.where(DOCKET.c.case_id.in_(ids[at : at + 500]))).all()]
    place = {case_id: at for at, case_id in enumerate(ids)}
    return sorted(rows, key=lambda row: place[row.case_id])


def _meeting(session: Session, came: Sequence[Any]) -> list[str]:
    """Of more requests than can be read those that share a min-hash with the most others."""
    sketches = (TALLY.c.sketch_1, TALLY.c.sketch_2, TALLY.c.sketch_3)
    query = select(TALLY.c.case_id, *sketches).where(*came).order_by(TALLY.c.received_on.desc()).limit(_MOST_LOOKED_AT)
    buckets: dict[tuple[int, int], list[str]] = {}
    for case_id, *values in session.execute(query).all():
        for key in enumerate(values):
            buckets.setdefault(key, []).append(case_id)
    chosen: dict[str, None] = {}
    for ids in sorted(buckets.values(), key=len, reverse=True):
        if len(ids) < SEVERAL or len(chosen) >= _MOST_READ:
            break
        chosen |= dict.fromkeys(ids)
    return list(chosen)[:_MOST_READ]


def described(same: Sameness, alike: Sequence[Any]) -> dict[str, Any]:
    """A cluster as JSON."""
    texts = [text for text, _ in Counter(row.wanted for row in alike).most_common()]
    return {
        "title": same.title([text for text, _ in Counter(map(_asked, alike)).most_common()])[:60],
        "sample": texts[0][:200],
        "requests": len(alike),
        "applicants": len({row.applicant_key for row in alike}),
        "outcomes": _outcomes(alike),
        "given": sum(row.outcome in GIVEN for row in alike),
        "cases": [row.case_id for row in alike[:_MOST_NAMED]],
        "agencies": dict(Counter(row.agency for row in alike)),
        "first_on": min(row.received_on for row in alike).isoformat(),
        "last_on": max(row.received_on for row in alike).isoformat(),
    }


def dossier(session: Session, same: Sameness, case_id: str) -> dict[str, Any]:
    """申请人的申请情况 (条例 35, 36(六)): how often this applicant asked this agency, what for, and what was answered.

    Facts for whoever decides; nothing follows from them by itself. `repeats` are pairs of requests for the same.
    """
    mine = session.execute(select(DOCKET).where(DOCKET.c.case_id == case_id)).one()
    his = (DOCKET.c.agency == mine.agency, DOCKET.c.applicant_key == mine.applicant_key)
    rows = session.execute(select(*OUTSIDE).where(*his).order_by(DOCKET.c.received_on, DOCKET.c.serial).limit(1000)).all()
    repeats = []
    texts = list(map(_asked, rows))
    group_of = {text: at for at, group in enumerate(same.groups(texts)) for text in group}
    last: dict[int, tuple[Any, str]] = {}
    for row, asked in zip(rows, texts, strict=True):
        if group_of[asked] in last:
            earlier, before = last[group_of[asked]]
            score = same.likeness(before, asked)
            repeats.append({"id": row.case_id, "number": row.number, "earlier": earlier.number, "score": round(score, 3)})
        last[group_of[asked]] = row, asked
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
