"""applicants who agreed to it are told: of what of each file, and of what each was"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.tables import Stamp

revision = '0042'
down_revision = '0039'
branch_labels = None
depends_on = None

_AGREED = sa.text("tellings IS NOT NULL")
_OPEN = sa.text("state IN ('failed', 'sending')")


def upgrade() -> None:
    op.add_column("docket", sa.Column("tellings", sa.Text(), nullable=True))
    op.create_index("docket_told", "docket", ["archived_on"], sqlite_where=_AGREED, postgresql_where=_AGREED)
    op.create_table(
        "telling",
        sa.Column("case_id", sa.String(length=36), sa.ForeignKey("case_file.id"), primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("at", Stamp(), nullable=False),
        sa.Column("why", sa.String(length=100), nullable=False, server_default=""),
    )
    op.create_index("telling_open", "telling", ["at"], sqlite_where=_OPEN, postgresql_where=_OPEN)


def downgrade() -> None:
    op.drop_table("telling")
    op.drop_index("docket_told", "docket")
    op.drop_column("docket", "tellings")
