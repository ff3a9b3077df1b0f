"""限次: how often one client, or all together, did something in the present window, counted by all workers in one place.

`what` is done, `about` a name (that is tried), by `who` (a client; empty: all together); names and clients are digests, made by
the caller. Every function works inside the caller's transaction; `now` is an argument. A clock that was set back begins a new
window: it keeps nobody out.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from db import tables as t

ALLOWANCE = t.table_of(t.Allowance)
FAILURES = 5
WINDOW = timedelta(minutes=15)
LOCKED = timedelta(minutes=30)
"""Five failures in fifteen minutes lock for thirty."""
KEPT = timedelta(days=1)
"""No window is longer; what began earlier is forgotten."""


def _key(what: str, about: str, who: str) -> tuple[Any, ...]:
    return (ALLOWANCE.c.what == what, ALLOWANCE.c.about == about, ALLOWANCE.c.who == who)


def _held(session: Session, what: str, about: str, who: str, now: datetime) -> Row[Any]:
    """The row, made if need be, and held until the transaction ends."""
    current = select(ALLOWANCE).where(*_key(what, about, who)).with_for_update()
    row = session.execute(current).first()
    if row is None:
        forgotten = or_(ALLOWANCE.c.until.is_(None), ALLOWANCE.c.until < now)
        session.execute(delete(ALLOWANCE).where(ALLOWANCE.c.since < now - KEPT, forgotten))
        try:
            with session.begin_nested():
                session.execute(insert(ALLOWANCE).values(what=what, about=about, who=who, since=now, used=0, until=None))
        except IntegrityError:  # another worker began to count at the same moment
            pass
        row = session.execute(current).one()
    return row


def _is_fresh(row: Row[Any], window: timedelta, now: datetime) -> bool:
    return not row.since <= now < row.since + window


def take(
    session: Session, what: str, *, most: int, window: timedelta, now: datetime, about: str = "", who: str = "", amount: int = 1
) -> timedelta | None:
    """Use `amount` of what is allowed in a window; None, or how long to wait, when it is used up: then nothing is counted."""
    row = _held(session, what, about, who, now)
    since, used = (now, 0) if _is_fresh(row, window, now) else (row.since, row.used)
    if used + amount > most:
        return max(since + window - now, timedelta(seconds=1))
    session.execute(update(ALLOWANCE).where(*_key(what, about, who)).values(since=since, used=used + amount))
    return None


def locked(session: Session, what: str, now: datetime, *, about: str, who: str = "") -> bool:
    """Whether `failed` has locked this. A lock that would last longer than locks do was set by a clock gone wrong."""
    until = session.execute(select(ALLOWANCE.c.until).where(*_key(what, about, who))).scalar()
    return until is not None and now < until <= now + LOCKED


def failed(session: Session, what: str, now: datetime, *, about: str, who: str = "", most: int = FAILURES) -> bool:
    """Count one failure, atomically; returns whether it is locked from now on."""
    row = _held(session, what, about, who, now)
    if row.until is not None and now < row.until <= now + LOCKED:  # an attempt that began before the lock ends after it
        return False
    since, count = (now, 1) if _is_fresh(row, WINDOW, now) else (row.since, row.used + 1)
    until = now + LOCKED if count >= most else None
    session.execute(
        update(ALLOWANCE).where(*_key(what, about, who)).values(used=0 if until else count, since=since, until=until)
    )
    return until is not None


def forget(session: Session, what: str, *, about: str, who: str | None = None) -> None:
    """Forget the failures of this name by one client, or by all."""
    mine = [ALLOWANCE.c.what == what, ALLOWANCE.c.about == about]
    session.execute(delete(ALLOWANCE).where(*mine, *([] if who is None else [ALLOWANCE.c.who == who])))
