"""What the desk of consultations reads (会商): what one is asked, what one asked others, and the minutes of meetings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, not_, or_, select
from sqlmodel import Session

from db import tables as t
from db.counting import Aside, many
from db.standing import OPEN
from workflow.acts import Officer
from workflow.staff import Staff

ACT, DOCKET, INBOX, OCCURRENCE = (t.table_of(model) for model in (t.ActRow, t.Docket, t.Inbox, t.OccurrenceRow))
_FAR = date(9999, 12, 31)


def his(staff: Staff, username: str) -> ColumnElement[bool]:
    """The rows of `inbox` that are his to answer, or of somebody whom he stands in for: one active person has each (`movers`)."""
    me = staff.by_name[username]
    able = sorted(one for one in staff.people(me.agency) if staff.answerer(me.agency, one) == one)
    named = func.coalesce(INBOX.c.officer, "")
    mine: ColumnElement[bool] = named.in_(sorted({*able} & {*staff.whose(username)}))
    if staff.answerer(me.agency) in staff.whose(username):
        mine = or_(mine, not_(named.in_(able)))
    return and_(INBOX.c.agency == me.agency, mine)


def asked_of(staff: Staff, username: str) -> ColumnElement[bool]:
    """The rows of `inbox` that he may answer: his own, and what is addressed to nobody in particular of his unit."""
    here = INBOX.c.agency == staff.by_name[username].agency
    return and_(here, or_(INBOX.c.officer.is_(None), his(staff, username)))


def counts(session: Session, officer: Officer, staff: Staff) -> tuple[int, int, int, int]:
    """How many wait for an answer, are answered, were asked by him in files that still wait, and meetings; each at most `MANY`."""
    mine = select(INBOX.c.seq).where(asked_of(staff, officer.username))
    return (
        many(session, mine.where(INBOX.c.is_open)), many(session, mine.where(~INBOX.c.is_open)), many(session, _asking(officer)),
        many(session, _meetings(officer)),
    )  # fmt: skip


def inbox(session: Session, staff: Staff, username: str, *, is_open: bool, most: int, after: int = 0) -> Sequence[Row[Any]]:
    """What is asked of this officer: the open ones by their limit, the answered ones newest first."""
    by_limit = (func.coalesce(INBOX.c.limit_on, _FAR), INBOX.c.case_id, INBOX.c.seq)
    latest = (INBOX.c.limit_on.desc(), INBOX.c.case_id.desc(), INBOX.c.seq.desc())
    query = select(INBOX).where(asked_of(staff, username), INBOX.c.is_open if is_open else ~INBOX.c.is_open)
    query = query.order_by(*(by_limit if is_open else latest))
    return session.execute(query.limit(most).offset(after)).all()


def _asking(officer: Officer) -> Any:
    consulted = exists().where(ACT.c.case_id == DOCKET.c.case_id, ACT.c.kind == "consultation")
    return select(DOCKET).where(DOCKET.c.agency == officer.agency, Aside(DOCKET.c.assignee) == officer.username, OPEN, consulted)


def asking(session: Session, officer: Officer, most: int, after: int = 0) -> Sequence[Row[Any]]:
    """The files of this officer that wait for their reply and in which somebody was asked, the most pressing first."""
    order = (func.coalesce(DOCKET.c.due_on, DOCKET.c.limit_on, _FAR), DOCKET.c.serial)
    return session.execute(_asking(officer).order_by(*order).limit(most).offset(after)).all()


def _meetings(officer: Officer) -> Any:
    columns = (OCCURRENCE.c.case_id, OCCURRENCE.c.seq, OCCURRENCE.c.on)
    return select(*columns).where(OCCURRENCE.c.agency == officer.agency, OCCURRENCE.c.kind == "meeting")


def meetings(session: Session, officer: Officer, most: int, after: int = 0) -> Sequence[Row[Any]]:
    """The minutes of meetings in the files of this agency, newest first: (case_id, seq, on)."""
    order = (OCCURRENCE.c.on.desc(), OCCURRENCE.c.case_id.desc(), OCCURRENCE.c.seq.desc())
    return session.execute(_meetings(officer).order_by(*order).limit(most).offset(after)).all()
