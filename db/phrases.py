"""常用语: stock sentences, the office's and each officer's own, and the fields of the forms where they are offered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, func, insert, or_, select
from sqlmodel import Session

from db import journal
from db import tables as t

PHRASE = t.table_of(t.Phrase)


def offered(session: Session, officer_id: str, kinds: Iterable[str]) -> Sequence[Any]:
    """What is offered to an officer in the forms of these kinds of act: his own first, then the office's, the newest first."""
    mine = or_(PHRASE.c.officer_id == officer_id, PHRASE.c.officer_id.is_(None))
    query = select(PHRASE).where(mine, or_(*(PHRASE.c.place.startswith(f"{kind}.", autoescape=True) for kind in kinds)))
    return session.execute(query.order_by(PHRASE.c.officer_id.is_(None), PHRASE.c.kept_at.desc(), PHRASE.c.id)).all()


def kept(session: Session, officer_id: str | None) -> Sequence[Any]:
    """One's own, or the office's (None), by where they are offered."""
    return session.execute(select(PHRASE).where(_whose(officer_id)).order_by(PHRASE.c.place, PHRASE.c.about, PHRASE.c.kept_at)).all()


def keep(session: Session, officer_id: str | None, place: str, about: str, text: str, now: datetime, most: int) -> str | None:
    """Keep one. Returns why not: `same` is there already, or they are too `many`."""
    here = select(func.count()).select_from(PHRASE).where(_whose(officer_id))
    if session.execute(here).scalar_one() >= most:
        return "many"
    same = here.where(PHRASE.c.place == place, PHRASE.c.about == about, PHRASE.c.text == text)
    if session.execute(same).scalar_one():
        return "same"
    values = {"id": str(uuid4()), "officer_id": officer_id, "place": place, "about": about, "text": text, "kept_at": now}
    session.execute(insert(PHRASE).values(values))
    journal.added(session, PHRASE, values)
    return None


def drop(session: Session, officer_id: str | None, phrase_id: str) -> bool:
    """Delete one of one's own, or of the office's; False: it is not there (any more)."""
    found = session.execute(delete(PHRASE).where(_whose(officer_id), PHRASE.c.id == phrase_id).returning(PHRASE.c.id)).first()
    if found is not None:
        journal.changed(session, PHRASE, phrase_id)
    return found is not None


def _whose(officer_id: str | None) -> Any:
    return PHRASE.c.officer_id.is_(None) if officer_id is None else PHRASE.c.officer_id == officer_id
