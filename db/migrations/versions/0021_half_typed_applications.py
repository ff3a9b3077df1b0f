"""half-typed applications: what a visitor typed into the public form, sealed, until he sends it or two hours are over"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.tables import Stamp

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "application_draft",
        sa.Column("id", sa.String(length=64), primary_key=True),
        sa.Column("visitor", sa.String(length=64), nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("saved_at", Stamp(), nullable=False),
    )
    op.create_index("application_draft_visitor", "application_draft", ["visitor", "saved_at"])
    op.create_index("ix_application_draft_saved_at", "application_draft", ["saved_at"])


def downgrade() -> None:
    op.drop_table("application_draft")
