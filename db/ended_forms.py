"""已经提交、已经放弃的表: nothing of them comes back, however late a save arrives, and from whatever page one goes back to.

A form is known by a secret of its own (its window, its address with the officer's, a visitor's draft); only a digest is kept.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Table, delete, func, insert, select
from sqlmodel import Session

from db import tables as t
from db.engine import one_at_a_time

ENDED: Table = t.EndedForm.__table__  # type: ignore[attr-defined]
KEPT = timedelta(days=90)
"""As long as a half-filled form waits for its officer."""


def _digest(secret: str) -> str:
    return hashlib.sha256(f"ended {secret}".encode()).hexdigest()


def alone(session: Session, name: str) -> None:
    """Hold off other savings and sendings of the same form until the transaction ends (SQLite has one writer)."""
    one_at_a_time(session, f"form {name}")


def end(session: Session, now: datetime, *secrets: str) -> None:
    """It was sent, or given up."""
    session.execute(delete(ENDED).where(ENDED.c.ended_at < now - KEPT))
    for id in {_digest(one) for one in secrets if one}:
        if session.execute(select(ENDED.c.id).where(ENDED.c.id == id)).first() is None:
            session.execute(insert(ENDED).values(id=id, ended_at=now))


def ended(session: Session, *secrets: str) -> datetime | None:
    """When it was sent or given up; None: it was not."""
    ids = [_digest(one) for one in secrets if one]
    return session.execute(select(func.min(ENDED.c.ended_at)).where(ENDED.c.id.in_(ids))).scalar()
