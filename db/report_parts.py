"""The parts of an annual report that people write (二, 五), kept by unit and year."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, and_, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from db import journal
from db import tables as t
from workflow.acts import Officer
from workflow.annual import Parts

PART = t.table_of(t.ReportPart)


def parts_of(session: Session, agencies: Collection[str], year: int) -> dict[str, tuple[Row[Any], Parts]]:
    """Unit -> what it wrote for the year, with the row that says who and when."""
    rows = session.execute(select(PART).where(PART.c.agency.in_(sorted(agencies)), PART.c.year == year)).all()
    return {row.agency: (row, Parts.from_json(row.body)) for row in rows}


def keep(session: Session, officer: Officer, year: int, parts: Parts, at: datetime, *, key: str | None = None) -> None:
    """What one's own unit writes for the year (under another `key`: for the report that it sums up), in the place of what it wrote before.

    The log keeps that it was changed.
    """
    agency = key or officer.agency
    mine = and_(PART.c.agency == agency, PART.c.year == year)
    values = {"at": at, "officer": officer.model_dump_json(), "body": parts.to_json()}
    known = session.execute(update(PART).where(mine).values(values).returning(PART.c.id)).scalar()
    if known is None:
        known = str(uuid4())
        try:
            with session.begin_nested():
                session.execute(insert(PART).values(id=known, agency=agency, year=year, **values))
        except IntegrityError:  # a colleague kept his first at the same moment: the later one counts
            known = session.execute(update(PART).where(mine).values(values).returning(PART.c.id)).scalar_one()
    journal.changed(session, PART, known)
