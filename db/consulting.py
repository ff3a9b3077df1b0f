"""What the desk of consultations reads (会商): what one is asked, what one asked others, and the minutes of meetings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, not_, or_, select
from sqlmodel import Session

from db import tables as t
from workflow.acts import Officer
from workflow.procedure import ACTIVE
from workflow.staff import Staff

ACT, DOCKET, INBOX = (t.table_of(model) for model in (t.ActRow, t.Docket, t.Inbox))
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
    here = and_(INBOX.c.agency == staff.by_name[username].agency, INBOX.c.officer.is_(None))
    return or_(here, his(staff, username))


def counts(session: Session, officer: Officer, staff: Staff) -> tuple[int, int, int, int]:
    """How many wait for an answer, are answered, were asked by him in files that still wait, and meetings."""
    inbox = session.execute(
        select(
            func.count().filter(INBOX.c.is_open).label("open"), func.count().filter(~INBOX.c.is_open).label("done")
        ).where(asked_of(staff, officer.username))
    ).one()
    asked = session.execute(select(func.count()).select_from(_asking(officer).subquery())).scalar_one()
    meetings = session.execute(select(func.count()).select_from(_meetings(officer).subquery())).scalar_one()
    return inbox.open, inbox.done, asked, meetings


def inbox(session: Session, staff: Staff, username: str, *, is_open: bool, most: int, after: int = 0) -> Sequence[Row[Any]]:
    """What is asked of this officer: the open ones by their limit, the answered ones newest first."""
    limit = func.coalesce(INBOX.c.limit_on, _FAR)
    order = (limit, INBOX.c.case_id, INBOX.c.seq) if is_open else (limit.desc(), INBOX.c.case_id, INBOX.c.seq)
    query = select(INBOX).where(asked_of(staff, username), INBOX.c.is_open == is_open).order_by(*order)
    return session.execute(query.limit(most).offset(after)).all()


def _asking(officer: Officer) -> Any:
    consulted = select(ACT.c.case_id).where(ACT.c.kind == "consultation")
    return select(DOCKET).where(
        DOCKET.c.agency == officer.agency, DOCKET.c.assignee == officer.username, DOCKET.c.state.in_(ACTIVE),
        DOCKET.c.case_id.in_(consulted),
    )  # fmt: skip


def asking(session: Session, officer: Officer, most: int, after: int = 0) -> Sequence[Row[Any]]:
    """The files of this officer that wait for their reply and in which somebody was asked, the most pressing first."""
    order = (func.coalesce(DOCKET.c.due_on, DOCKET.c.limit_on, _FAR), DOCKET.c.serial)
    return session.execute(_asking(officer).order_by(*order).limit(most).offset(after)).all()


def _meetings(officer: Officer) -> Any:
    columns = (ACT.c.case_id, ACT.c.seq, ACT.c.on, DOCKET.c.number)
    joined = select(*columns).join(DOCKET, DOCKET.c.case_id == ACT.c.case_id)
    return joined.where(ACT.c.kind == "meeting", DOCKET.c.agency == officer.agency)


def meetings(session: Session, officer: Officer, most: int, after: int = 0) -> Sequence[Row[Any]]:
    """The minutes of meetings in the files of this agency, newest first: (case_id, seq, on, number)."""
    order = (ACT.c.on.desc(), ACT.c.case_id, ACT.c.seq)
    return session.execute(_meetings(officer).order_by(*order).limit(most).offset(after)).all()
