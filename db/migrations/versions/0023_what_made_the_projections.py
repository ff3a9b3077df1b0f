"""what made the projections: by which version of the program they were made, and how far a rebuild has come"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rebuild",
        sa.Column("name", sa.String(length=20), primary_key=True),
        sa.Column("version", sa.String(length=64), nullable=True),
        sa.Column("target", sa.String(length=64), nullable=True),
        sa.Column("after", sa.String(length=36), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("rebuild")
