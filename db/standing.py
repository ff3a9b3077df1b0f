"""在办 and 超期: which files are open, of which a reply is owed, and which are overdue; asked in one way by desks, lists and reports.

A file that was answered once and reopened is open again: what tells is its state, never whether it ever ended.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_

from db import tables as t
from workflow.procedure import ACTIVE

DOCKET = t.table_of(t.Docket)
OPEN: ColumnElement[bool] = DOCKET.c.state.in_(ACTIVE)
OWED: ColumnElement[bool] = DOCKET.c.reply_owed
"""Open files, and those whose signed reply has not left, or which are ordered to be answered again (READINGS R-A7)."""


def overdue(today: date) -> ColumnElement[bool]:
    """The reply is owed, and the due date has passed."""
    return and_(OWED, DOCKET.c.due_on < today)
