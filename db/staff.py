"""Who works in some units today, who is away, and who stands in for whom: the rows as the law asks about them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlmodel import Session

from db import tables as t
from workflow.law import Rules
from workflow.staff import Colleague, Leave, Staff

OFFICER, LEAVE = t.table_of(t.OfficerRow), t.table_of(t.LeaveRow)


def staff(session: Session, agencies: Collection[str] | None, today: date, rules: Rules) -> Staff:
    """The people of these units (None: of all) on the day `today`."""
    deputy = OFFICER.alias()
    query = (
        select(OFFICER, LEAVE.c.from_on, LEAVE.c.to_on, deputy.c.username.label("deputy"))
        .outerjoin(LEAVE, LEAVE.c.officer_id == OFFICER.c.id)
        .outerjoin(deputy, deputy.c.id == LEAVE.c.deputy_id)
        .order_by(OFFICER.c.username)
    )
    rows = session.execute(query if agencies is None else query.where(OFFICER.c.agency.in_(sorted(agencies))))
    found = tuple(
        Colleague(
            row.username, row.name, row.role, row.agency, row.active,
            Leave(row.from_on, row.to_on, row.deputy or "") if row.from_on is not None else None,
        )
        for row in rows
    )  # fmt: skip
    return Staff(found, today, rules.on(today).roles, rules.role_titles)
