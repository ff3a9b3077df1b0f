"""What the work desks read: counts of what waits for a person, and the lists behind them. Scope stands in the SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlmodel import Session

from db import tables as t
from db.consulting import his
from db.counting import Aside
from db.standing import OPEN, WAITING
from workflow.acts import Officer
from workflow.staff import Staff

DOCKET, INBOX, APPLICATION = (t.table_of(model) for model in (t.Docket, t.Inbox, t.Application))


def waiting(session: Session, officer: Officer, staff: Staff) -> Mapping[str, int]:
    """How many cases wait for this officer, and for whom he stands in for: approvals, service, archive, consultations, applications."""
    mine = DOCKET.c.agency == officer.agency
    query = select(
        func.count().filter(and_(DOCKET.c.state == "approving", DOCKET.c.drafted_by != officer.username)).label("approvals"),
        func.coalesce(func.sum(DOCKET.c.requests), 0).label("requests"),
        func.count().filter(DOCKET.c.to_serve > 0).label("service"),
        func.count().filter(DOCKET.c.archive_ready).label("archive"),
    ).where(mine, WAITING)
    row = session.execute(query).one()
    inbox = select(func.count()).select_from(INBOX).where(his(staff, officer.username), INBOX.c.is_open)
    online = select(func.count()).select_from(APPLICATION)
    online = online.where(APPLICATION.c.agency == officer.agency, APPLICATION.c.state == "waiting")
    return {
        "approvals": row.approvals + (row.requests if officer.role == "head" else 0),
        "service": row.service,
        "archive": row.archive,
        "consultations": session.execute(inbox).scalar_one(),
        "applications": session.execute(online).scalar_one() if officer.role == "intake" else 0,
    }


def loads(session: Session, agency: str) -> Mapping[str, int]:
    """User name -> how many open files of this unit are in his hands."""
    query = select(DOCKET.c.assignee, func.count()).where(DOCKET.c.agency == agency, OPEN, Aside(DOCKET.c.assignee).is_not(None))
    return {row[0]: int(row[1]) for row in session.execute(query.group_by(DOCKET.c.assignee))}


def active(session: Session, agencies: Collection[str], *, assignee: str | None = None) -> Sequence[Row[Any]]:
    """The cases that wait for their reply, the most pressing first; of one person (or nobody's) with `assignee`."""
    query = select(DOCKET).where(DOCKET.c.agency.in_(sorted(agencies)), OPEN)
    if assignee is not None:
        query = query.where(Aside(DOCKET.c.assignee) == assignee)
    return session.execute(query.order_by(func.coalesce(DOCKET.c.due_on, DOCKET.c.limit_on), DOCKET.c.serial)).all()
