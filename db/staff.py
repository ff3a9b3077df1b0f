"""Who works in some units today, who is away, and who stands in for whom: the rows as the law asks about them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import bindparam, select
from sqlmodel import Session

from db import tables as t
from workflow.law import Rules
from workflow.staff import Colleague, Leave, Staff

OFFICER, LEAVE = t.table_of(t.OfficerRow), t.table_of(t.LeaveRow)


_DEPUTY = OFFICER.alias()
_PERSON = tuple(OFFICER.c[name] for name in ("username", "name", "role", "agency", "active"))
_ALL = (  # asked with every act: built once
    select(*_PERSON, LEAVE.c.from_on, LEAVE.c.to_on, _DEPUTY.c.username.label("deputy"))
    .outerjoin(LEAVE, LEAVE.c.officer_id == OFFICER.c.id)
    .outerjoin(_DEPUTY, _DEPUTY.c.id == LEAVE.c.deputy_id)
    .order_by(OFFICER.c.username)
)
_OF = _ALL.where(OFFICER.c.agency.in_(bindparam("agencies", expanding=True)))
_OF_ONE = _ALL.where(OFFICER.c.agency == bindparam("agency"))  # the usual question; as many values as there are units are put into words anew


def staff(session: Session, agencies: Collection[str] | None, today: date, rules: Rules) -> Staff:
    """The people of these units (None: of all) on the day `today`."""
    connection = session.connection()
    if agencies is None:
        rows = connection.execute(_ALL)
    elif len(agencies) == 1:
        rows = connection.execute(_OF_ONE, {"agency": next(iter(agencies))})
    else:
        rows = connection.execute(_OF, {"agencies": sorted(agencies)})
    found = tuple(
        Colleague(
            row.username, row.name, row.role, row.agency, row.active,
            Leave(row.from_on, row.to_on, row.deputy or "") if row.from_on is not None else None,
        )
        for row in rows
    )  # fmt: skip
    made, key = Staff(found, today, rules.on(today).roles, rules.role_titles), tuple(sorted(agencies)) if agencies is not None else None
    known = _KNOWN.get(key)
    if known == made:
        return known
    if len(_KNOWN) >= _MOST_KNOWN:
        _KNOWN.clear()
    _KNOWN[key] = made
    return made


_KNOWN: dict[tuple[str, ...] | None, Staff] = {}
"""Of some units the people as they were last: while they are the same, so is what was worked out of them (`lists.remembered`)."""
_MOST_KNOWN = 200
