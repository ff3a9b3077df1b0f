"""Nothing is lost from sight: the open files that stand on nobody's list, and the changes of staff that would bring that about."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session

from db import tables as t
from db.lists import unattended
from db.staff import staff
from workflow.law import Rules
from workflow.staff import Staff

DOCKET = t.table_of(t.Docket)


def lost(session: Session, people: Staff, agencies: Collection[str]) -> dict[str, int]:
    """Agency -> how many of its open files are on no active person's list; empty when all is well."""
    query = select(DOCKET.c.agency, func.count()).where(unattended(people, agencies)).group_by(DOCKET.c.agency)
    return {row[0]: int(row[1]) for row in session.execute(query)}


LAST = "本单位还有在办的申请等待交办，此后没有在岗的负责人或者登记岗看得到它们，所以没有改动。请先启用、新增另一名，或者先行交办"


class Lost(Exception):
    """A change would take open files from everybody's list (`LAST` says what to do)."""


@contextmanager
def none_lost(session: Session, today: date, rules: Rules) -> Iterator[None]:
    """Change who works here, so that no open file leaves the last active person's list by it. Raises Lost."""
    people = staff(session, None, today, rules)
    before = lost(session, people, people.agencies)
    yield
    after = staff(session, None, today, rules)
    if any(count > before.get(agency, 0) for agency, count in lost(session, after, people.agencies).items()):
        raise Lost
