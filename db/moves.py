"""What a new calendar changes: the open files whose due date moves, and the renewal of what lists show of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select
from sqlmodel import Session

from db import rebuilding
from db import tables as t
from db.engine import Database
from db.standing import OPEN
from db.store import Keys, readable_of_many
from workflow.case import Case
from workflow.clocks import Reckoning
from workflow.law import Rules

DOCKET = t.table_of(t.Docket)


@dataclass(frozen=True, slots=True)
class Move:
    """变动: a file whose date is another one, or no longer provisional, under the new rules."""

    case: Case
    old: Reckoning
    new: Reckoning

    @property
    def days(self) -> int:
        """How many days later (earlier: negative)."""
        return (self.new.due - self.old.due).days if self.new.due and self.old.due else 0


def moves(session: Session, year: int, old: Rules, new: Rules) -> list[Move]:
    """The open files that the notice of `year` changes, the soonest first."""
    found = [Move(case, case.reckoning(old), case.reckoning(new)) for case in _touched(session, year)]
    found = [one for one in found if (one.old.due, one.old.provisional) != (one.new.due, one.new.provisional)]
    return sorted(found, key=lambda one: (one.days == 0, one.old.due or date.max, one.case.number))


def renew(database: Database, year: int, rules: Rules, keys: Keys) -> int:
    """Put right what lists show of the open files that the notice of `year` can change, some at a time, so that nobody waits for all.

    How many were worked out again.
    """
    with database.read() as session:
        ids = session.execute(_ids(year)).scalars().all()
    some = (ids[at : at + rebuilding.AT_ONCE] for at in range(0, len(ids), rebuilding.AT_ONCE))
    return sum(rebuilding.put_right(database, rules, keys, portion).compared for portion in some)


def _touched(session: Session, year: int) -> Iterator[Case]:
    """Open files with a date that may lie in `year` (a notice may reach into the December before); without those that cannot be read."""
    ids = session.execute(_ids(year)).scalars().all()
    for at in range(0, len(ids), rebuilding.AT_ONCE):
        yield from readable_of_many(session, ids[at : at + rebuilding.AT_ONCE], [])


def _ids(year: int) -> Select[Any]:
    since = date(year - 1, 11, 1)
    late = or_(DOCKET.c.due_on >= since, DOCKET.c.limit_on >= since, DOCKET.c.due_provisional)
    return select(DOCKET.c.case_id).where(OPEN, late).order_by(DOCKET.c.case_id)
