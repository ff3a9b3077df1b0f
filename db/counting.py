"""What lists of a million have in common: they are counted as far as it is worth it, and read in their own order.

Of more than a thousand nobody reads them all, and to count a million takes a second.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.visitors import InternalTraversal
from sqlmodel import Session

MANY = 1001
"""So far is counted: this many stand for more than a thousand."""


def many(session: Session, query: Select[Any], most: int = MANY) -> int:
    """The number of rows of `query`, or `most` where there are as many or more."""
    some = query.order_by(None).limit(most).subquery()
    return int(session.execute(select(func.count()).select_from(some)).scalar_one())


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
