"""没有提交的网上申请: what a visitor typed into the public form, kept for his browser's session alone, sealed, for two hours at most."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, func, insert, select, update
from sqlmodel import Session

from db import ended_forms
from db import tables as t
from db.sealing import opened, ring_of, sealed

DRAFT: Table = t.ApplicationDraft.__table__  # type: ignore[attr-defined]
KEPT = timedelta(hours=2)
MOST_OF_ONE = 5
"""Half-typed applications of one visitor; the oldest makes way."""
MOST = 20_000
"""Of all visitors; then nothing more is kept, and the form works without."""


def address_of(draft: str) -> str:
    """By what a half-typed application is asked for: nothing of the form's own secret can be read from it."""
    return hashlib.sha256(f"half-typed {draft}".encode()).hexdigest()[:32]


def keep(session: Session, visitor: str, agency: str, draft: str, fields: Mapping[str, Any], now: datetime) -> bool:
    """Keep what stands in a form; whether there was room, and it was not sent or cleared meanwhile."""
    forget(session, now)
    id = address_of(draft)
    ended_forms.alone(session, id)
    if ended_forms.ended(session, id) is not None:
        return False
    values = sealed(session, DRAFT, {"fields": json.dumps(fields, ensure_ascii=False), "saved_at": now}, id=id)
    own = (DRAFT.c.id == id, DRAFT.c.visitor == visitor)
    if session.execute(update(DRAFT).where(*own).values(**values).returning(DRAFT.c.id)).first() is not None:
        return True
    there = list(session.execute(select(DRAFT.c.id).where(DRAFT.c.visitor == visitor).order_by(DRAFT.c.saved_at.desc())).scalars())
    session.execute(delete(DRAFT).where(DRAFT.c.id.in_(there[MOST_OF_ONE - 1 :])))
    taken = session.execute(select(DRAFT.c.id).where(DRAFT.c.id == id)).first() is not None
    if taken or session.execute(select(func.count()).select_from(DRAFT)).scalar_one() >= MOST:
        return False
    session.execute(insert(DRAFT).values(id=id, visitor=visitor, agency=agency, **values))
    return True


def one(session: Session, visitor: str, agency: str, id: str, now: datetime) -> tuple[dict[str, Any], datetime] | None:
    """What this visitor typed, and when it was kept."""
    query = select(DRAFT).where(DRAFT.c.id == id[:64], DRAFT.c.visitor == visitor, DRAFT.c.agency == agency, DRAFT.c.saved_at > now - KEPT)
    row = session.execute(query).first()
    return (json.loads(opened(ring_of(session), DRAFT, row).fields), row.saved_at) if row else None


def newest(session: Session, visitor: str, agency: str, now: datetime) -> tuple[str, datetime] | None:
    """The last one that this visitor has not sent: its address, when it was kept."""
    query = select(DRAFT.c.id, DRAFT.c.saved_at).where(DRAFT.c.visitor == visitor, DRAFT.c.agency == agency, DRAFT.c.saved_at > now - KEPT)
    row = session.execute(query.order_by(DRAFT.c.saved_at.desc()).limit(1)).first()
    return (row.id, row.saved_at) if row else None


def drop(session: Session, visitor: str, now: datetime, *, draft: str = "", id: str = "") -> None:
    """It was sent, or cleared: nothing of it comes back. It is named by its secret; or by its address, where it lies here as this visitor's."""
    at = address_of(draft) if draft else id[:64]
    ended_forms.alone(session, at)
    gone = session.execute(delete(DRAFT).where(DRAFT.c.id == at, DRAFT.c.visitor == visitor).returning(DRAFT.c.id)).first()
    if draft or gone is not None:
        ended_forms.end(session, now, at)


def of(session: Session, visitor: str) -> list[str]:
    """The secrets of what this visitor has not sent."""
    rows = session.execute(select(DRAFT).where(DRAFT.c.visitor == visitor)).all()
    return [json.loads(opened(ring_of(session), DRAFT, row).fields)["draft"] for row in rows]


def forget(session: Session, now: datetime) -> None:
    """Forget what nobody came back to."""
    session.execute(delete(DRAFT).where(DRAFT.c.saved_at <= now - KEPT))
