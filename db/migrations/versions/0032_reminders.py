"""reminders: where an officer wants to be told of what presses, and of what he was"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.tables import Stamp

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column("officer_id", sa.String(length=36), sa.ForeignKey("officer.id"), primary_key=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("other", sa.Text(), nullable=True),
    )
    op.create_table(
        "reminder",
        sa.Column("id", sa.String(length=64), primary_key=True),
        sa.Column("officer_id", sa.String(length=36), nullable=False),
        sa.Column("at", Stamp(), nullable=False),
    )
    op.create_index("ix_reminder_officer_id", "reminder", ["officer_id"])


def downgrade() -> None:
    op.drop_table("reminder")
    op.drop_table("contact")
