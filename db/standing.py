"""在办 and 超期: which files are open, and which of them are overdue; asked in one way by desks, lists and reports.

A file that was answered once and reopened is open again: what tells is its state, never whether it ever ended.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_

from db import tables as t
from workflow.procedure import ACTIVE

DOCKET = t.table_of(t.Docket)
OPEN: ColumnElement[bool] = DOCKET.c.state.in_(ACTIVE)


def overdue(today: date) -> ColumnElement[bool]:
    """Open, and the due date has passed."""
    return and_(OPEN, DOCKET.c.due_on < today)
