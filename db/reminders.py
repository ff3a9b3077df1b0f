"""提醒: where an officer wants to be reminded, sealed, and of what he was: nobody is told the same thing twice."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from db import lists
from db import tables as t
from db.sealing import SealBroken, opened, ring_of, sealed
from db.standing import NONE, OPEN, OWED
from workflow.staff import Staff

CONTACT, REMINDER, OFFICER, DOCKET, INBOX = (
    t.table_of(model) for model in (t.Contact, t.Reminder, t.OfficerRow, t.Docket, t.Inbox)
)
KEPT = timedelta(days=400)
"""So long it is known of what one was reminded; nothing that waits longer is told again as often as this."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Where one officer is told."""

    officer_id: str
    username: str
    email: str = ""
    other: str = ""
    """What the office's own command makes of it: a mobile number, an account."""
    is_broken: bool = False
    """What is kept cannot be opened any more: he is to say it anew."""


def contact(session: Session, officer_id: str) -> Contact:
    """Where this officer wants to be told; empty, as long as he has not said it."""
    row = session.execute(select(CONTACT).where(CONTACT.c.officer_id == officer_id)).first()
    return _contact(session, row, "") if row is not None else Contact(officer_id, "")


def _contact(session: Session, row: Any, username: str) -> Contact:
    try:
        found = opened(ring_of(session), CONTACT, row)
    except SealBroken:  # it stops nobody else from being told
        return Contact(row.officer_id, username, is_broken=True)
    return Contact(row.officer_id, username, found.email or "", found.other or "")


def contacts(session: Session) -> list[Contact]:
    """All active officers who want to be told somewhere."""
    names = {row.id: row.username for row in session.execute(select(OFFICER.c.id, OFFICER.c.username).where(OFFICER.c.active))}
    rows = session.execute(select(CONTACT).order_by(CONTACT.c.officer_id))
    return [_contact(session, row, names[row.officer_id]) for row in rows if row.officer_id in names]


def keep(session: Session, officer_id: str, email: str, other: str) -> None:
    """Where he wants to be told from now on; nowhere, if both are empty."""
    session.execute(delete(CONTACT).where(CONTACT.c.officer_id == officer_id))
    if email or other:
        values = {"officer_id": officer_id, "email": email or None, "other": other or None}
        session.execute(insert(CONTACT).values(sealed(session, CONTACT, values)))


# ------------------------------------------------------------------ of what


def pressing(session: Session, staff: Staff, by: date) -> Sequence[Row[Any]]:
    """The files of which somebody may have to be reminded: due until `by`, waiting in vain, with letters that have not left, in nobody's hands."""
    lost = and_(lists.unassigned(staff, staff.agencies), DOCKET.c.assignee.is_not(None))
    reasons: Sequence[ColumnElement[bool]] = (
        and_(OWED, DOCKET.c.due_on <= by),
        and_(OPEN, DOCKET.c.waiting_for.is_not(None), DOCKET.c.limit_on < staff.today),
        DOCKET.c.to_serve > NONE,
        lost,
        lists.unattended(staff, staff.agencies),
    )
    found = {row.case_id: row for reason in reasons for row in session.execute(select(DOCKET).where(reason))}
    return sorted(found.values(), key=lambda row: (row.due_on or date.max, row.number))


def asked(session: Session, by: date) -> Sequence[Row[Any]]:
    """The consultations that are open and whose limit comes until `by`: case_id, seq, agency, officer, limit_on."""
    return session.execute(select(INBOX).where(INBOX.c.is_open, INBOX.c.limit_on <= by).order_by(INBOX.c.limit_on, INBOX.c.case_id)).all()


# ------------------------------------------------------------------ never twice


def take(session: Session, officer_id: str, keys: Collection[str], now: datetime) -> list[str]:
    """Of these things, those of which he was not told yet: from now on he was. Of several who ask at once each thing is taken by one."""
    session.execute(delete(REMINDER).where(REMINDER.c.officer_id == officer_id, REMINDER.c.at < now - KEPT))
    taken = []
    for key in sorted(keys):  # in one order: nobody waits for who waits for him
        with suppress(IntegrityError), session.begin_nested():  # somebody was first
            session.execute(insert(REMINDER).values(id=_id(officer_id, key), officer_id=officer_id, at=now))
            taken.append(key)
    return taken


def give_back(session: Session, officer_id: str, keys: Collection[str]) -> None:
    """What was taken could not be told: the next one may try."""
    session.execute(delete(REMINDER).where(REMINDER.c.id.in_([_id(officer_id, key) for key in keys])))


def _id(officer_id: str, key: str) -> str:
    return hashlib.sha256(f"{officer_id} {key}".encode()).hexdigest()
