"""second factor (两步验证): the sealed secret of an officer's one-time codes, and his recovery codes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.tables import Stamp

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_factor",
        sa.Column("officer_id", sa.String(length=36), sa.ForeignKey("officer.id"), primary_key=True),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("recovery", sa.Text(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", Stamp(), nullable=False),
        sa.Column("confirmed_at", Stamp(), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("second_factor")
