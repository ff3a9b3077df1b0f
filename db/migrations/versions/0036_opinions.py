"""opinions and difficulties that visitors of a hall leave (意见建议), sealed, answered within a few working days"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.tables import Stamp

revision = '0036'
down_revision = '0034'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.String(length=36), primary_key=True),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False, unique=True),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("is_simple", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("assignee", sa.String(length=100), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("submitted_at", Stamp(), nullable=False),
        sa.Column("answered_at", Stamp(), nullable=True),
    )
    op.create_index("feedback_state", "feedback", ["agency", "state", "submitted_at"])
    op.create_index("feedback_day", "feedback", ["agency", "submitted_on"])


def downgrade() -> None:
    op.drop_table("feedback")
    op.execute("DELETE FROM counter WHERE series = 'feedback'")
