"""在办 and 超期: which files are open, of which a reply is owed, and which are overdue; asked in one way by desks, lists and reports.

They are said with words of SQL and no parameters, so that the engines know them again in the indexes of what is open, which
stay small however much is archived. A file that was answered once and reopened is open again: what tells is its state, never whether it ever ended.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, literal_column, or_

from db import tables as t
from workflow.procedure import ACTIVE

DOCKET = t.table_of(t.Docket)
NONE: ColumnElement[int] = literal_column("0")
OPEN: ColumnElement[bool] = DOCKET.c.state.in_([literal_column(f"'{state}'") for state in sorted(ACTIVE)])
LIVE: ColumnElement[bool] = or_(
    DOCKET.c.state.not_in([literal_column("'archived'"), literal_column("'void'")]), DOCKET.c.requests > NONE, DOCKET.c.to_serve > NONE,
    DOCKET.c.next_step == literal_column("'reopening'"),
)
"""Where anything may be owed: no desk lists what lies in the archive, unless it is to be opened again or a letter came back."""
WAITING: ColumnElement[bool] = or_(
    DOCKET.c.state == literal_column("'approving'"), DOCKET.c.to_serve > NONE, DOCKET.c.archive_ready, DOCKET.c.requests > NONE
)
"""What a counter in the frame may count. These three say what the partial indexes are over, word by word (`db.tables`)."""
OWED: ColumnElement[bool] = DOCKET.c.reply_owed
"""Open files, and those whose signed reply has not left, or which are ordered to be answered again (READINGS R-A7)."""


def overdue(today: date) -> ColumnElement[bool]:
    """The reply is owed, and the due date has passed."""
    return and_(OWED, DOCKET.c.due_on < today)
