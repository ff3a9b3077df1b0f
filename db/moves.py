"""What a new calendar changes: the open files whose due date moves, and the renewal of what lists show of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlmodel import Session

from db import tables as t
from db.store import Keys, readable, write_docket
from workflow.case import Case
from workflow.clocks import Reckoning
from workflow.law import Rules
from workflow.procedure import ACTIVE

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


def renew(session: Session, year: int, rules: Rules, keys: Keys) -> int:
    """Write anew what lists show of the open files that the notice of `year` can change."""
    count = 0
    for case in _touched(session, year):
        write_docket(session, case, rules, keys)
        count += 1
    return count


def _touched(session: Session, year: int) -> Iterator[Case]:
    """Open files with a date that may lie in `year` (a notice may reach into the December before); without those that cannot be read."""
    since = date(year - 1, 11, 1)
    late = or_(DOCKET.c.due_on >= since, DOCKET.c.limit_on >= since, DOCKET.c.due_provisional)
    query = select(DOCKET.c.case_id).where(DOCKET.c.state.in_(ACTIVE), late).order_by(DOCKET.c.case_id)
    yield from readable(session, session.execute(query).scalars().all())
