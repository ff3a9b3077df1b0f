"""many processes: which of them has a piece of background work in hand, and how far the import of a ledger has come"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.tables import Stamp

revision = '0031'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=80), primary_key=True),
        sa.Column("holder", sa.String(length=36), nullable=False),
        sa.Column("until", Stamp(), nullable=False),
    )
    op.create_index("ix_lease_holder", "lease", ["holder"])

    op.create_table(
        "ledger_import",
        sa.Column("id", sa.String(length=36), primary_key=True),
        sa.Column("officer_id", sa.String(length=36), nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("at", Stamp(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("stands", sa.Text(), nullable=False),
    )
    op.create_index("ix_ledger_import_state", "ledger_import", ["state"])


def downgrade() -> None:
    op.drop_table("ledger_import")
    op.drop_table("lease")
