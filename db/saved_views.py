"""我的查找: filters of the list of files that an officer keeps under a name of his own; sealed, for a name may tell of somebody."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Table, delete, func, insert, select
from sqlmodel import Session

from db import tables as t
from db.sealing import opened, ring_of, sealed

VIEW: Table = t.SavedView.__table__  # type: ignore[attr-defined]
MOST = 20
"""Of one officer."""
LONGEST = 40


def of(session: Session, officer_id: str) -> list[Any]:
    """His own (`name`, `query`: the filters as an address writes them), in the order in which they were kept."""
    ring = ring_of(session)
    query = select(VIEW).where(VIEW.c.officer_id == officer_id).order_by(VIEW.c.kept_at, VIEW.c.id)
    return [opened(ring, VIEW, row) for row in session.execute(query)]


def keep(session: Session, officer_id: str, name: str, query: str, now: datetime) -> bool:
    """Keep one; of the same name it takes the place of the former. Returns False: they are too many."""
    for one in of(session, officer_id):
        if one.name == name:
            drop(session, officer_id, one.id)
    count = select(func.count()).select_from(VIEW).where(VIEW.c.officer_id == officer_id)
    if session.execute(count).scalar_one() >= MOST:
        return False
    id = str(uuid4())
    session.execute(insert(VIEW).values(id=id, officer_id=officer_id, **sealed(session, VIEW, {"name": name, "query": query, "kept_at": now}, id=id)))
    return True


def drop(session: Session, officer_id: str, view_id: str) -> bool:
    """Delete one of one's own; False: it is not there (any more)."""
    mine = (VIEW.c.officer_id == officer_id, VIEW.c.id == view_id)
    return session.execute(delete(VIEW).where(*mine).returning(VIEW.c.id)).first() is not None
