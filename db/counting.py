"""What lists of a million have in common: they are counted as far as it is worth it, and read in their own order.

Of more than a thousand nobody reads them all, and to count a million takes a second.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union_all
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.visitors import InternalTraversal
from sqlmodel import Session

from db import tables as t

TALLY = t.table_of(t.Tally)
MANY = 1001
"""So far is counted: this many stand for more than a thousand."""


def many(session: Session, query: Select[Any], most: int = MANY) -> int:
    """The number of rows of `query`, or `most` where there are as many or more."""
    some = query.order_by(None).limit(most).subquery()
    return int(session.execute(select(func.count()).select_from(some)).scalar_one())


def of_each(session: Session, end: Any, agencies: Collection[str]) -> list[Any]:
    """The least or the greatest of a column of `tally`, unit by unit: of one an index knows it, of several together every row would be read."""
    each = [select(end.label("of")).where(TALLY.c.agency == agency) for agency in sorted(agencies)]
    return [one for one in session.execute(union_all(*each)).scalars() if one is not None] if each else []


def earliest(session: Session, agencies: Collection[str]) -> date | None:
    """When the first request of these units was received; None where there is none."""
    return min(of_each(session, func.min(TALLY.c.received_on), agencies), default=None)


class Aside(ColumnElement[Any]):
    """A column by which SQLite looks nothing up: it knows the average of what an index finds, and one unit may have most of it all.

    PostgreSQL knows how often each value is there, and decides for itself.
    """

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column
        self.type = column.type

    _traverse_internals = [("column", InternalTraversal.dp_clauseelement)]  # noqa: RUF012 - what makes two of them the same statement


@compiles(Aside)
def _as_it_is(element: Aside, compiler: Any, **more: Any) -> str:
    return str(compiler.process(element.column, **more))


@compiles(Aside, "sqlite")
def _not_looked_up(element: Aside, compiler: Any, **more: Any) -> str:
    return f"+{compiler.process(element.column, **more)}"
