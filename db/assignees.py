"""待交办: the open files without an active person who may draft, and those that stand on nobody's list at all.

`drafters` are the roles that may draft (roles.yaml): whoever holds another role can take a file no further.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import ColumnElement, and_, exists, select
from sqlmodel import Session

from db import tables as t
from workflow.procedure import ACTIVE

DOCKET, OFFICER = t.table_of(t.Docket), t.table_of(t.OfficerRow)
DISPATCHERS = ("head", "intake")
"""The roles on whose desks 待交办 is counted and listed."""


def unassigned(drafters: Collection[str]) -> ColumnElement[bool]:
    """待交办: open, and nobody was named, or who was named is disabled, works elsewhere now or holds a role that may not draft."""
    his = and_(OFFICER.c.username == DOCKET.c.assignee, OFFICER.c.agency == DOCKET.c.agency)
    able = exists().where(his, OFFICER.c.active, OFFICER.c.role.in_(sorted(drafters)))
    return and_(DOCKET.c.state.in_(ACTIVE), ~able.correlate(DOCKET))


def unattended(drafters: Collection[str]) -> ColumnElement[bool]:
    """On no active person's list: 待交办 in a unit where nobody has a desk that shows it."""
    sees = exists().where(OFFICER.c.agency == DOCKET.c.agency, OFFICER.c.active, OFFICER.c.role.in_(DISPATCHERS))
    return and_(unassigned(drafters), ~sees.correlate(DOCKET))


def unassigned_of(session: Session, agencies: Collection[str], drafters: Collection[str]) -> frozenset[str]:
    """The ids of the files of these agencies that are 待交办."""
    query = select(DOCKET.c.case_id).where(DOCKET.c.agency.in_(sorted(agencies)), unassigned(drafters))
    return frozenset(session.execute(query).scalars())


def lost(session: Session, drafters: Collection[str]) -> dict[str, int]:
    """Agency -> how many of its open files are on no active person's list; empty when all is well."""
    query = select(DOCKET.c.agency, DOCKET.c.case_id).where(unattended(drafters))
    found: dict[str, int] = {}
    for row in session.execute(query):
        found[row.agency] = found.get(row.agency, 0) + 1
    return found


LAST = "本单位还有在办的申请等待交办，此后没有在岗的负责人或者登记岗看得到它们，所以没有改动。请先启用、新增另一名，或者先行交办"


class Lost(Exception):
    """A change would take open files from everybody's list (`LAST` says what to do)."""


@contextmanager
def none_lost(session: Session, drafters: Collection[str]) -> Iterator[None]:
    """Change who works here, so that no open file leaves the last active person's list by it. Raises Lost."""
    before = lost(session, drafters)
    yield
    if any(count > before.get(agency, 0) for agency, count in lost(session, drafters).items()):
        raise Lost
