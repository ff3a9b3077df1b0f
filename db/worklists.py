"""The lists of the work desks: what a filter of a desk selects, how many it selects, and one page of it.

A filter is a condition on `docket`. All counts of a desk are one query, a page of its list is another.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, and_, func, literal, or_, select
from sqlmodel import Session

from db import tables as t
from db.assignees import unassigned
from db.standing import OPEN as _OPEN
from db.standing import overdue
from workflow.acts import Officer
from workflow.law import Rules

DOCKET, INBOX, ACT, APPLICATION = (t.table_of(model) for model in (t.Docket, t.Inbox, t.ActRow, t.Application))
PAGE = 50
ENDED = ("replied", "closed")
_WAITING = ("consulting", "awaiting_correction", "awaiting_payment")


@dataclass(frozen=True, slots=True)
class Now:
    """What the filters need to know: who asks, the days that are 3 and 7 working days from today, and which roles draft."""

    officer: Officer
    today: date
    three: date
    seven: date
    drafters: tuple[str, ...]

    @classmethod
    def of(cls, officer: Officer, today: date, rules: Rules) -> Now:
        here = rules.calendar.count(today)
        three, seven = (rules.calendar.nth(here + days) for days in (3, 7))
        return cls(officer, today, three, seven, rules.on(today).roles["draft"])


def _suspended(now: Now) -> ColumnElement[bool]:
    """Counting stands still today. Spans are stored in order and none begins later than today, so the last one tells:
    the text ends with `["2026-11-12", "2026-12-07"]]`."""
    length = func.length(DOCKET.c.suspensions)
    after, to = (func.substr(DOCKET.c.suspensions, length - back, 10) for back in (26, 12))
    day = now.today.isoformat()
    return and_(_OPEN, length > 2, after < day, to >= day)


def _due(now: Now, first: date | None, last: date) -> ColumnElement[bool]:
    """The due date lies within these days, and counting goes on today. Whoever is asked today stops the count only from
    tomorrow: the due date is far off already, and the file is not due within these days however few are left to count."""
    found = [_OPEN, DOCKET.c.due_on <= last, ~_suspended(now)]
    return and_(*found, DOCKET.c.due_on >= first) if first is not None else and_(*found)


def _passed(now: Now) -> ColumnElement[bool]:
    """Whoever was to move has let the limit pass: it is the handler's move again."""
    return and_(DOCKET.c.state.in_(_WAITING), DOCKET.c.limit_on < now.today)


def _mine(now: Now) -> ColumnElement[bool]:
    return and_(_OPEN, or_(DOCKET.c.state.in_(("registered", "handling")), _passed(now)))


def _unassigned(now: Now) -> ColumnElement[bool]:
    return unassigned(now.drafters)


def _to_sign(now: Now) -> ColumnElement[bool]:
    return and_(
        DOCKET.c.state == "approving", DOCKET.c.next_step == "decision", func.coalesce(DOCKET.c.drafted_by, "") != now.officer.username
    )


FILTERS: Mapping[str, Callable[[Now], ColumnElement[bool]]] = {
    "overdue": lambda now: overdue(now.today),
    "3": lambda now: _due(now, now.today, now.three),
    "7": lambda now: and_(_due(now, now.today, now.seven), DOCKET.c.due_on > now.three),
    "suspended": _suspended,
    "provisional": lambda now: and_(_OPEN, DOCKET.c.due_provisional),
    "active": lambda now: _OPEN,
    "todo": _mine,
    "unassigned": _unassigned,
    "registered": lambda now: DOCKET.c.state == "registered",
    "to_serve": lambda now: DOCKET.c.to_serve > 0,
    "to_confirm": lambda now: and_(DOCKET.c.to_confirm > 0, DOCKET.c.state != "archived"),
    "to_review": lambda now: and_(DOCKET.c.state == "approving", DOCKET.c.next_step == "legal_review"),
    "to_sign": _to_sign,
    "approving": lambda now: DOCKET.c.state == "approving",
    "returned": lambda now: and_(_OPEN, DOCKET.c.returned),
    "waiting": lambda now: and_(DOCKET.c.state.in_((*_WAITING, "approving")), ~func.coalesce(_passed(now), literal(False))),
    "supervised": lambda now: and_(_OPEN, DOCKET.c.supervised_on.is_not(None)),
    "urgent": lambda now: and_(_OPEN, or_(DOCKET.c.returned, DOCKET.c.supervised_on.is_not(None))),
    "ready": lambda now: DOCKET.c.archive_ready,
    "incomplete": lambda now: and_(DOCKET.c.state.in_(ENDED), ~DOCKET.c.archive_ready),
    "intake_todo": lambda now: or_(DOCKET.c.state == "registered", DOCKET.c.to_serve > 0, _unassigned(now)),
    "legal_todo": lambda now: and_(DOCKET.c.state == "approving", DOCKET.c.next_step == "legal_review"),
    "head_todo": lambda now: or_(_to_sign(now), _unassigned(now)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose cases: of these agencies, and of one person if `assignee` is given."""

    agencies: Collection[str]
    assignee: str | None = None

    def conditions(self) -> list[Any]:
        found: list[Any] = [DOCKET.c.agency.in_(sorted(self.agencies))]
        if self.assignee is not None:
            found.append(DOCKET.c.assignee == self.assignee)
        return found


_LIVE = or_(DOCKET.c.state != "archived", DOCKET.c.to_serve > 0)
"""No desk lists what lies in the archive."""
OF_OPEN = frozenset(
    {"overdue", "3", "7", "suspended", "provisional", "active", "todo", "waiting", "supervised", "urgent", "returned", "approving", "to_review",
     "to_sign", "unassigned", "registered", "head_todo"}
)  # fmt: skip
"""Filters that select open files alone: they are counted over an index of those."""


def counts(session: Session, scope: Scope, now: Now, wanted: Sequence[str]) -> dict[str, int]:
    """How many cases each filter selects."""
    columns = [func.count().filter(FILTERS[key](now)).label(f"n{at}") for at, key in enumerate(wanted)]
    among = _OPEN if OF_OPEN.issuperset(wanted) else _LIVE
    row = session.execute(select(*columns).select_from(DOCKET).where(*scope.conditions(), among)).one()
    return dict(zip(wanted, row, strict=True))


def page(session: Session, scope: Scope, now: Now, wanted: str, *, number: int = 1, size: int = PAGE) -> Sequence[Row[Any]]:
    """One page of a filter, the most pressing first; one more row than `size` when there is a next page.

    Each row says whether it is `unassigned` (待交办).
    """
    order = func.coalesce(DOCKET.c.due_on, DOCKET.c.limit_on, literal(date(9999, 12, 31), Date()))
    among = _OPEN if wanted in OF_OPEN else _LIVE
    query = select(DOCKET, _unassigned(now).label("unassigned")).where(*scope.conditions(), among, FILTERS[wanted](now))
    query = query.order_by(order, DOCKET.c.received_on, DOCKET.c.serial, DOCKET.c.case_id)
    return session.execute(query.limit(size + 1).offset((number - 1) * size)).all()


def asked(session: Session, officer: Officer, most: int = 5) -> Sequence[Row[Any]]:
    """Open consultations that this officer may answer, the nearest limit first, with the question and who asks."""
    query = (
        select(INBOX.c.case_id, INBOX.c.seq, INBOX.c.limit_on, DOCKET.c.agency, ACT.c.public)
        .join(DOCKET, DOCKET.c.case_id == INBOX.c.case_id)
        .join(ACT, and_(ACT.c.case_id == INBOX.c.case_id, ACT.c.seq == INBOX.c.seq))
        .where(INBOX.c.agency == officer.agency, INBOX.c.is_open, or_(INBOX.c.officer.is_(None), INBOX.c.officer == officer.username))
        .order_by(func.coalesce(INBOX.c.limit_on, literal(date(9999, 12, 31), Date())), INBOX.c.case_id, INBOX.c.seq)
    )
    return session.execute(query.limit(most)).all()


def applications(session: Session, agency: str) -> int:
    """How many requests from the public form wait to be registered."""
    query = select(func.count()).select_from(APPLICATION).where(APPLICATION.c.agency == agency, APPLICATION.c.state == "waiting")
    return int(session.execute(query).scalar_one())


