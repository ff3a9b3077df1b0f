"""ended forms: what arrives of a form after it was sent or given up makes no draft again"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.tables import Stamp

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ended_form",
        sa.Column("id", sa.String(length=64), primary_key=True),
        sa.Column("ended_at", Stamp(), nullable=False),
    )
    op.create_index("ix_ended_form_ended_at", "ended_form", ["ended_at"])
    with op.batch_alter_table("form_draft") as batch:  # the address of a form with its filters
        batch.alter_column("form", existing_type=sa.String(length=120), type_=sa.String(length=300), existing_nullable=False)


def downgrade() -> None:
    op.execute("DELETE FROM form_draft WHERE length(form) > 120")
    with op.batch_alter_table("form_draft") as batch:
        batch.alter_column("form", existing_type=sa.String(length=300), type_=sa.String(length=120), existing_nullable=False)
    op.drop_table("ended_form")
