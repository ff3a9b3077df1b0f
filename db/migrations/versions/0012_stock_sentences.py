"""stock sentences (常用语): the office's, and each officer's own"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.tables import Stamp

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "phrase",
        sa.Column("id", sa.String(length=36), primary_key=True),
        sa.Column("officer_id", sa.String(length=36), sa.ForeignKey("officer.id"), nullable=True),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kept_at", Stamp(), nullable=False),
    )
    op.create_index("phrase_officer", "phrase", ["officer_id", "place"])


def downgrade() -> None:
    op.drop_index("phrase_officer", "phrase")
    op.drop_table("phrase")
