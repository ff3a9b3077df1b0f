"""两步验证: the row of each officer's second factor, made when he begins, confirmed by his first code, renewed by every use.

Every function works inside the caller's transaction; `now` is an argument.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlmodel import Session

from db import journal
from db import tables as t
from db.sealing import opened, ring_of, sealed

FACTOR = t.table_of(t.SecondFactor)


def of(session: Session, officer_id: str) -> Any | None:
    """His row with its secret open, confirmed or not. Raises SealBroken."""
    row = session.execute(select(FACTOR).where(FACTOR.c.officer_id == officer_id)).first()
    return opened(ring_of(session), FACTOR, row) if row is not None else None


def confirmed(session: Session, officer_ids: Collection[str]) -> set[str]:
    """Which of these officers have a second factor that is asked for."""
    query = select(FACTOR.c.officer_id).where(FACTOR.c.officer_id.in_(officer_ids), FACTOR.c.confirmed_at.is_not(None))
    return set(session.execute(query).scalars())


def begin(session: Session, officer_id: str, secret: str, now: datetime) -> bool:
    """Keep a secret that waits for its first code, in the place of one that waited; False: one is confirmed already."""
    session.execute(delete(FACTOR).where(FACTOR.c.officer_id == officer_id, FACTOR.c.confirmed_at.is_(None)))
    if confirmed(session, [officer_id]):
        return False
    row = {"officer_id": officer_id, "secret": secret, "recovery": "[]", "last_step": 0, "created_at": now, "confirmed_at": None}
    session.execute(insert(FACTOR).values(sealed(session, FACTOR, row)))
    journal.changed(session, FACTOR, officer_id)
    return True


def confirm(session: Session, officer_id: str, step: int, now: datetime) -> bool:
    """The first code has come: from now on one is asked for; False where nothing waited for it."""
    waiting = (FACTOR.c.officer_id == officer_id, FACTOR.c.confirmed_at.is_(None))
    return _renewed(session, officer_id, waiting, confirmed_at=now, last_step=step)


def use(session: Session, officer_id: str, step: int, latest: int) -> bool:
    """Use the code of a step; False: this one, or a later one, was used before.

    What was used after the `latest` step that is good now was used before the clock was set back, and keeps nobody out.
    """
    unused = or_(FACTOR.c.last_step < step, FACTOR.c.last_step > latest)
    return _renewed(session, officer_id, (FACTOR.c.officer_id == officer_id, unused), last_step=step)


def keep_recovery(session: Session, officer_id: str, digests: Sequence[str], was: str | None = None) -> bool:
    """Keep what is left of the recovery codes; False: it is not as it `was` any more."""
    mine = [FACTOR.c.officer_id == officer_id, *([] if was is None else [FACTOR.c.recovery == was])]
    return _renewed(session, officer_id, mine, recovery=json.dumps(digests))


def remove(session: Session, officer_id: str) -> bool:
    """Forget it; False when there is none."""
    gone = session.execute(delete(FACTOR).where(FACTOR.c.officer_id == officer_id).returning(FACTOR.c.officer_id)).first()
    if gone is not None:
        journal.changed(session, FACTOR, officer_id)
    return gone is not None


def _renewed(session: Session, officer_id: str, which: Sequence[Any], **values: Any) -> bool:
    found = session.execute(update(FACTOR).where(*which).values(**values).returning(FACTOR.c.officer_id)).first()
    if found is not None:
        journal.changed(session, FACTOR, officer_id)
    return found is not None
