"""新消息: what others did since an officer last looked, on the files in his hands; of the unit's files, what a head must know.

Computed from the acts by an index over those that are news, without what was taken back since; kept is only the hour to which he looked,
among his settings.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session

from db import people
from db import tables as t
from db.sealing import opened_one, ring_of
from workflow.acts import Officer

ACT, DOCKET, CASE = (t.table_of(model) for model in (t.ActRow, t.Docket, t.CaseFile))
LOOKED = "looked_at"
"""The setting: to which hour he has looked."""
FIRST, LONGEST, MOST = timedelta(days=7), timedelta(days=30), 100
"""What one who never looked is told of; how far back news go; and how many of them."""
OF_A_UNIT = ("supervision", "remedy", "remedy_result")
"""What the head is told of all files of his unit."""


def looked(chosen: dict[str, str], now: datetime) -> datetime:
    """To which hour an officer with these settings has looked."""
    try:
        at = datetime.fromisoformat(chosen[LOOKED]).astimezone(UTC)
    except (KeyError, ValueError):
        return now - FIRST
    return min(max(at, now - LONGEST), now)


def look(session: Session, officer_id: str, upto: datetime) -> None:
    """都看过了: what came until then is news no more."""
    people.prefer(session, officer_id, LOOKED, upto.astimezone(UTC).isoformat())


def _his(officer: Officer) -> Any:
    mine = DOCKET.c.assignee == officer.username
    return or_(mine, ACT.c.kind.in_(OF_A_UNIT)) if officer.role == "head" else mine


def _since(officer: Officer, since: datetime, *columns: Any) -> Any:
    query = select(ACT.c.case_id, *columns).join(DOCKET, DOCKET.c.case_id == ACT.c.case_id)
    by_others = ~ACT.c.officer.contains(officer.id, autoescape=True)
    here = func.coalesce(DOCKET.c.agency, "") == officer.agency  # from the news to their files, not from all files of the unit to their acts
    query = query.where(t.NEWS, ACT.c.at > since, and_(here, _his(officer)), by_others)
    return query.order_by(ACT.c.at.desc()).limit(MOST)


def _standing(session: Session, rows: Sequence[Any]) -> list[Any]:
    """Those of these acts that were not taken back since (撤销): what did not happen is no news."""
    if not rows:
        return []
    revocations = select(ACT.c.case_id, ACT.c.seq, ACT.c.public).where(ACT.c.case_id.in_({row.case_id for row in rows}), ACT.c.kind == "revocation")
    ring = ring_of(session)
    gone = {(one.case_id, json.loads(opened_one(ring, ACT, one, "public"))["of"]) for one in session.execute(revocations)}
    return [row for row in rows if (row.case_id, row.seq) not in gone]


def count(session: Session, officer: Officer, since: datetime) -> int:
    """How many there are, `MOST` at most."""
    return len(_standing(session, session.execute(_since(officer, since, ACT.c.seq)).all()))


def listed(session: Session, officer: Officer, since: datetime) -> Sequence[tuple[Any, str, str]]:
    """The news since then, the latest first: the act's row, the number of its file and what is asked there."""
    columns = (ACT.c.seq, ACT.c.kind, ACT.c.at, ACT.c.officer, DOCKET.c.wanted, CASE.c.number)
    rows = session.execute(_since(officer, since, *columns).join(CASE, CASE.c.id == ACT.c.case_id)).all()
    latest = sorted(_standing(session, rows), key=lambda row: (row.at, row.seq), reverse=True)
    return [(row, row.number, opened_one(ring_of(session), DOCKET, row, "wanted")) for row in latest]
