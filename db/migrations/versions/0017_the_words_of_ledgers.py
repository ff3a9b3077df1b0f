"""words of ledgers (台账用语): what an office has said its headings and words mean"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.tables import Stamp

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_word",
        sa.Column("agency", sa.String(length=40), primary_key=True),
        sa.Column("place", sa.String(length=40), primary_key=True),
        sa.Column("word", sa.String(length=200), primary_key=True),
        sa.Column("meaning", sa.String(length=40), nullable=False),
        sa.Column("kept_at", Stamp(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("ledger_word")
