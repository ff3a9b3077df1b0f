"""fewer and smaller indexes: over the rows that say something, and meetings are listed from what is counted by date"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = '0039'
down_revision = '0037'
branch_labels = None
depends_on = None

_GIVEN = {
    "docket_outcome": ("docket", "outcome", ["agency", "outcome", "received_on", "serial", "case_id"]),
    "docket_topic": ("docket", "topic", ["agency", "topic", "received_on", "serial", "case_id"]),
    "docket_assignee": ("docket", "assignee", ["agency", "assignee", "due_on"]),
    "docket_phone": ("docket", "phone_key", ["agency", "phone_key", "received_on"]),
    "docket_passed": ("docket", "passed_to", ["passed_to"]),
    "tally_again": ("tally", "again_on", ["agency", "again_on"]),
}
"""Indexes that leave out the rows in which a column says nothing: their table, that column, what they are over."""


def upgrade() -> None:
    op.drop_index("act_meeting", "act")
    op.drop_index("occurrence_on", "occurrence")
    op.create_index("occurrence_on", "occurrence", ["agency", "kind", "on", "case_id", "seq"])
    for name, (table, given, columns) in _GIVEN.items():
        op.drop_index(name, table)
        where = text(f"{given} IS NOT NULL")
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, (table, _, columns) in _GIVEN.items():
        op.drop_index(name, table)
        op.create_index(name, table, columns)
    op.drop_index("occurrence_on", "occurrence")
    op.create_index("occurrence_on", "occurrence", ["agency", "kind", "on"])
    where = text("kind = 'meeting'")
    op.create_index("act_meeting", "act", ["on", "case_id", "seq"], sqlite_where=where, postgresql_where=where)
