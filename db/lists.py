"""该谁办 as conditions on `docket`: the same tables and the same staff as `workflow.movers`, which decides it.

What these select is what `movers` says of each row; a test compares the two over files and people of every kind.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection
from datetime import date
from functools import wraps
from threading import Lock

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, true

from db import tables as t
from db.counting import Aside
from db.standing import NONE, OPEN
from workflow.acts import ACTS
from workflow.movers import AFTER_LIMIT, FRONT, NOT_BY_THE_DRAFTER, POSTS, front, holders, without_front
from workflow.staff import Staff

DOCKET = t.table_of(t.Docket)
HANDLERS = tuple(kind for kind in ACTS if kind not in (*POSTS, *FRONT, "assignment"))
"""Steps that are the 承办人's alone."""


Build = Callable[[Staff, str], ColumnElement[bool]]
_MOST_REMEMBERED = 500


def remembered(build: Build) -> Build:
    """Conditions about an officer as they were put together last: to do so takes a desk longer than to ask the database."""
    known, lock = OrderedDict[tuple[int, str], tuple[Staff, ColumnElement[bool]]](), Lock()

    @wraps(build)
    def asked(staff: Staff, username: str) -> ColumnElement[bool]:
        key = id(staff), username
        with lock:
            if (found := known.get(key)) is not None:
                known.move_to_end(key)
        if found is None:
            found = staff, build(staff, username)  # while the staff is kept here, nothing else has its id
            with lock:
                known[key] = found
                if len(known) > _MOST_REMEMBERED:
                    known.popitem(last=False)
        return found[1]

    return asked


def passed(today: date) -> ColumnElement[bool]:
    """Whoever outside was to move has let the limit pass."""
    return and_(DOCKET.c.waiting_for.is_not(None), DOCKET.c.limit_on < today)


def awaits(acts: Collection[str], today: date) -> ColumnElement[bool]:
    """The office owes one of these acts now (`movers.awaited`)."""
    here = and_(DOCKET.c.waiting_for.is_(None), DOCKET.c.next_step.in_(sorted(acts)), or_(DOCKET.c.next_step != "archival", DOCKET.c.archive_ready))
    late = sorted({*(act for act in acts if act not in AFTER_LIMIT), *(step for step, after in AFTER_LIMIT.items() if after in acts)})
    return or_(here, and_(passed(today), DOCKET.c.next_step.in_(late)))


def _kept(staff: Staff, agency: str) -> ColumnElement[bool]:
    """In somebody's hands, here or below until the limit (`movers.is_kept`); never NULL."""
    below = [one for one in staff.agencies if staff.handlers(one)]
    drafting = and_(func.coalesce(DOCKET.c.passed_to, "").in_(below), func.coalesce(DOCKET.c.draft_limit, date.min) >= staff.today)
    return or_(func.coalesce(DOCKET.c.assignee, "").in_(sorted(staff.handlers(agency))), drafting)


def unassigned(staff: Staff, agencies: Collection[str]) -> ColumnElement[bool]:
    """待交办: open, and nobody was named, or who was named is disabled, away without a deputy, works elsewhere now or may not draft."""
    return and_(OPEN, or_(false(), *(and_(DOCKET.c.agency == agency, not_(_kept(staff, agency))) for agency in sorted(agencies))))


def assigned_to(staff: Staff, username: str) -> ColumnElement[bool]:
    """In his hands, or in those of somebody whom he stands in for. Asked of what is open: all that ever was in his hands is no help to it."""
    me = staff.by_name[username]
    mine = sorted(staff.handlers(me.agency) & {*staff.whose(username)})
    return and_(DOCKET.c.agency == me.agency, Aside(DOCKET.c.assignee).in_(mine))


@remembered
def to_do(staff: Staff, username: str) -> ColumnElement[bool]:
    """On his list: what he must do, and what those must do whom he stands in for (`movers`: his name is in `by`)."""
    me, whose = staff.by_name[username], {*staff.whose(username)}
    agency, today, kept = me.agency, staff.today, _kept(staff, me.agency)
    mine = func.coalesce(assigned_to(staff, username), false())
    dispatching = bool(whose & {*staff.dispatchers(agency)})
    found = [and_(OPEN, not_(kept)) if dispatching else false(), and_(mine, awaits(HANDLERS, today))]
    for act in FRONT:
        owed = or_(awaits((act,), today), DOCKET.c.to_serve > NONE) if act == "service" else awaits((act,), today)
        found.append(and_(owed, true() if whose & {*front(agency, staff)} else and_(mine, OPEN)))
        if not front(agency, staff) and whose & {*without_front(act, agency, staff)}:
            found.append(and_(owed, not_(and_(kept, OPEN))))
    for act in POSTS:
        owed = DOCKET.c.requests > NONE if act == "request" else awaits((act,), today)
        held, drafter = holders(act, agency, staff), func.coalesce(DOCKET.c.drafted_by, "") if act in NOT_BY_THE_DRAFTER else None
        if whose & {*held}:
            found.append(owed if drafter is None else and_(owed, drafter != username))
        if act != "archival":
            found.append(and_(owed, _nobody(staff, held, drafter), or_(mine, not_(kept) if dispatching else false())))
    return and_(DOCKET.c.agency == agency, or_(*found))


def _nobody(staff: Staff, held: tuple[str, ...], drafter: ColumnElement[str] | None) -> ColumnElement[bool]:
    """Nobody at the post may place it."""
    seen = sorted(staff.on_whose_list(held))
    if not seen:
        return true()
    return drafter == seen[0] if drafter is not None and len(seen) == 1 else false()


@remembered
def waits_for_others(staff: Staff, username: str) -> ColumnElement[bool]:
    """In his hands, and not his move."""
    return and_(OPEN, assigned_to(staff, username), not_(func.coalesce(to_do(staff, username), false())))


def unattended(staff: Staff, agencies: Collection[str]) -> ColumnElement[bool]:
    """Open, and on the list of nobody who is active: only where nobody gives files out can there be any."""
    found = []
    for agency in sorted(agencies):
        if not staff.dispatchers(agency):
            seen = [func.coalesce(to_do(staff, one), false()) for one in staff.people(agency)]
            found.append(and_(DOCKET.c.agency == agency, not_(_kept(staff, agency)), not_(or_(false(), *seen))))
    return and_(OPEN, or_(false(), *found))

