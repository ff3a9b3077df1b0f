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

from db import consulting, lists
from db import tables as t
from db.standing import LIVE, NONE, OWED, overdue
from db.standing import OPEN as _OPEN
from workflow.acts import Officer
from workflow.law import Rules
from workflow.staff import Staff

DOCKET, INBOX, APPLICATION = (t.table_of(model) for model in (t.Docket, t.Inbox, t.Application))
PAGE = 50
ENDED = ("replied", "closed")


@dataclass(frozen=True, slots=True)
class Now:
    """What the filters need to know: who asks, the days that are 3 and 7 working days from today, and who works here."""

    officer: Officer
    today: date
    three: date
    seven: date
    staff: Staff

    @classmethod
    def of(cls, officer: Officer, staff: Staff, rules: Rules) -> Now:
        here = rules.calendar.count(staff.today)
        three, seven = (rules.calendar.nth(here + days) for days in (3, 7))
        return cls(officer, staff.today, three, seven, staff)

    @property
    def sees_only_open(self) -> bool:
        """Whether all that can be on his list is open: then it is counted over an index of what is."""
        staff, agency = self.staff, self.officer.agency
        posts = {staff.by_name[one].role for one in staff.whose(self.officer.username)}
        return posts <= {"handler", "legal"} and all(staff.active(agency, (role,)) for role in ("intake", "head"))


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


def _to_do(now: Now) -> ColumnElement[bool]:
    return lists.to_do(now.staff, now.officer.username)


def _unassigned(now: Now) -> ColumnElement[bool]:
    return lists.unassigned(now.staff, now.staff.agencies)


def _to_sign(now: Now) -> ColumnElement[bool]:
    return and_(lists.awaits(("decision",), now.today), func.coalesce(DOCKET.c.drafted_by, "") != now.officer.username)


FILTERS: Mapping[str, Callable[[Now], ColumnElement[bool]]] = {
    "overdue": lambda now: overdue(now.today),
    "3": lambda now: _due(now, now.today, now.three),
    "7": lambda now: and_(_due(now, now.today, now.seven), DOCKET.c.due_on > now.three),
    "suspended": _suspended,
    "provisional": lambda now: and_(_OPEN, DOCKET.c.due_provisional),
    "active": lambda now: _OPEN,
    "todo": _to_do,
    "unassigned": _unassigned,
    "registered": lambda now: DOCKET.c.state == "registered",
    "to_serve": lambda now: DOCKET.c.to_serve > NONE,
    "to_confirm": lambda now: and_(DOCKET.c.to_confirm > NONE, DOCKET.c.state != "archived"),
    "to_review": lambda now: lists.awaits(("legal_review",), now.today),
    "to_sign": _to_sign,
    "approving": lambda now: DOCKET.c.state == "approving",
    "returned": lambda now: and_(_OPEN, DOCKET.c.returned),
    "waiting": lambda now: lists.waits_for_others(now.staff, now.officer.username),
    "supervised": lambda now: and_(_OPEN, DOCKET.c.supervised_on.is_not(None)),
    "urgent": lambda now: and_(_OPEN, or_(DOCKET.c.returned, DOCKET.c.supervised_on.is_not(None))),
    "ready": lambda now: DOCKET.c.archive_ready,
    "incomplete": lambda now: and_(DOCKET.c.state.in_(ENDED), ~DOCKET.c.archive_ready),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose cases: of these agencies; `personal`: in the hands of whoever asks, or of those whom he stands in for."""

    agencies: Collection[str]
    personal: bool = False

    def conditions(self, now: Now, wanted: str) -> list[Any]:
        found: list[Any] = [DOCKET.c.agency.in_(sorted(self.agencies))]
        if self.personal and wanted not in _ON_HIS_LIST:
            found.append(lists.assigned_to(now.staff, now.officer.username))
        return found


_ON_HIS_LIST = ("todo", "waiting")
"""Filters that ask who it is themselves."""
OF_OPEN = frozenset(
    {"3", "7", "suspended", "provisional", "active", "waiting", "supervised", "urgent", "returned", "approving", "to_review",
     "to_sign", "unassigned", "registered"}
)  # fmt: skip
"""Filters that select open files alone: they are counted over an index of those."""


def _among(now: Now, wanted: str) -> ColumnElement[bool]:
    return _OPEN if wanted in OF_OPEN or (wanted == "todo" and now.sees_only_open) else LIVE


def counts(session: Session, scope: Scope, now: Now, wanted: Sequence[str]) -> dict[str, int]:
    """How many cases each filter selects."""
    found: dict[str, int] = {}
    for among in (_OPEN, LIVE):
        keys = [key for key in wanted if _among(now, key) is among]
        if keys:
            columns = [func.count().filter(*scope.conditions(now, key), FILTERS[key](now)).label(f"n{at}") for at, key in enumerate(keys)]
            query = select(*columns).select_from(DOCKET).where(DOCKET.c.agency.in_(sorted(scope.agencies)), among)
            found |= dict(zip(keys, session.execute(query).one(), strict=True))
    return found


def page(session: Session, scope: Scope, now: Now, wanted: str, *, number: int = 1, size: int = PAGE) -> Sequence[Row[Any]]:
    """One page of a filter, the most pressing first; one more row than `size` when there is a next page."""
    order = func.coalesce(DOCKET.c.due_on, DOCKET.c.limit_on, literal(date(9999, 12, 31), Date()))
    query = select(DOCKET).where(*scope.conditions(now, wanted), _among(now, wanted), FILTERS[wanted](now))
    query = query.order_by(order, DOCKET.c.received_on, DOCKET.c.serial, DOCKET.c.case_id)
    return session.execute(query.limit(size + 1).offset((number - 1) * size)).all()


def due_days(session: Session, scope: Scope, now: Now, first: date, last: date) -> dict[date, int]:
    """How many replies are due on each of these days."""
    query = select(DOCKET.c.due_on, func.count()).where(*_due_within(scope, now, first, last)).group_by(DOCKET.c.due_on)
    return {row[0]: int(row[1]) for row in session.execute(query)}


def due_on(session: Session, scope: Scope, now: Now, first: date, last: date, each: int) -> Sequence[Row[Any]]:
    """The replies due on these days, in order; of one day at most `each`."""
    place = func.row_number().over(partition_by=DOCKET.c.due_on, order_by=(DOCKET.c.received_on, DOCKET.c.serial, DOCKET.c.case_id))
    some = select(DOCKET.c.case_id, place.label("place")).where(*_due_within(scope, now, first, last)).subquery()
    query = select(DOCKET).join(some, some.c.case_id == DOCKET.c.case_id).where(some.c.place <= each)
    return session.execute(query.order_by(DOCKET.c.due_on, some.c.place)).all()


def _due_within(scope: Scope, now: Now, first: date, last: date) -> list[Any]:
    return [*scope.conditions(now, "due"), OWED, DOCKET.c.due_on >= first, DOCKET.c.due_on <= last]


def asked(session: Session, now: Now, most: int = 5) -> Sequence[Row[Any]]:
    """Open consultations that are this officer's to answer, the nearest limit first, with who asks."""
    query = (
        select(INBOX.c.case_id, INBOX.c.seq, INBOX.c.limit_on, INBOX.c.officer, DOCKET.c.agency)
        .join(DOCKET, DOCKET.c.case_id == INBOX.c.case_id)
        .where(consulting.his(now.staff, now.officer.username), INBOX.c.is_open)
        .order_by(func.coalesce(INBOX.c.limit_on, literal(date(9999, 12, 31), Date())), INBOX.c.case_id, INBOX.c.seq)
    )
    return session.execute(query.limit(most)).all()


def passed_down(session: Session, agency: str, most: int = 20) -> Sequence[Row[Any]]:
    """交来拟办的: files of the office above whose reply this unit drafts, the nearest limit first."""
    query = select(DOCKET).where(DOCKET.c.passed_to == agency, _OPEN).order_by(DOCKET.c.draft_limit, DOCKET.c.number)
    return session.execute(query.limit(most)).all()


def applications(session: Session, agency: str) -> int:
    """How many requests from the public form wait to be registered."""
    query = select(func.count()).select_from(APPLICATION).where(APPLICATION.c.agency == agency, APPLICATION.c.state == "waiting")
    return int(session.execute(query).scalar_one())


