"""导入中的台账: a ledger on its way in, how far it has come and what is open, for whichever process goes on with it or shows it.

The ledger itself is a sealed file that goes when nobody needs it any more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select, update
from sqlmodel import Session

from db import tables as t
from db.sealing import opened, ring_of, sealed

IMPORT = t.table_of(t.LedgerImport)
RUNNING = ("reading", "loading")


def add(session: Session, row: dict[str, Any]) -> None:
    session.execute(insert(IMPORT).values(sealed(session, IMPORT, row)))


def of(session: Session, id: str) -> Any | None:
    """The import; None when it is forgotten."""
    row = session.execute(select(IMPORT).where(IMPORT.c.id == id)).first()
    return row and opened(ring_of(session), IMPORT, row)


def move(session: Session, id: str, states: Collection[str], values: dict[str, Any]) -> bool:
    """Change it, if it is in one of these states: of two who go on from one state, one does."""
    changed = update(IMPORT).where(IMPORT.c.id == id, IMPORT.c.state.in_(states))
    return session.connection().execute(changed.values(sealed(session, IMPORT, values, id=id))).rowcount == 1


def waiting(session: Session) -> str | None:
    """The oldest one that is to be read or loaded."""
    query = select(IMPORT.c.id).where(IMPORT.c.state.in_(RUNNING)).order_by(IMPORT.c.at, IMPORT.c.id).limit(1)
    return session.execute(query).scalar()


def has_old(session: Session, before: datetime) -> bool:
    """Whether there is one that nobody came back to since."""
    query = select(IMPORT.c.id).where(IMPORT.c.state.not_in(RUNNING), IMPORT.c.at < before).limit(1)
    return session.execute(query).first() is not None


def forget(session: Session, before: datetime, officer_id: str = "") -> Sequence[str]:
    """Forget those of this officer, and of all those that nobody came back to since, unless they are at work; which they were."""
    old = and_(IMPORT.c.state.not_in(RUNNING), or_(IMPORT.c.officer_id == officer_id, IMPORT.c.at < before))
    return list(session.execute(delete(IMPORT).where(old).returning(IMPORT.c.id)).scalars())
