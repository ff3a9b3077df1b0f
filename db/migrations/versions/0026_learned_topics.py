"""learned topics: what each unit's confirmed topics teach, with how often it was right when tried"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.tables import Stamp

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "topic_model",
        sa.Column("agency", sa.String(length=40), primary_key=True),
        sa.Column("at", Stamp(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("words_right", sa.Integer(), nullable=False),
        sa.Column("model_right", sa.Integer(), nullable=False),
        sa.Column("taught", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("topic_model")
