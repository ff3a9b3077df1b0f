"""what is given out: the role and item of an attachment, redacted copies and the marks they are made from"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.tables import Stamp

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attachment", sa.Column("role", sa.String(length=20), nullable=True))
    op.add_column("attachment", sa.Column("item", sa.Integer(), nullable=True))
    op.add_column("attachment", sa.Column("made_from", sa.String(length=36), nullable=True))
    op.add_column("attachment", sa.Column("separated", sa.Text(), nullable=True))
    op.create_table(
        "redaction",
        sa.Column("attachment_id", sa.String(length=36), sa.ForeignKey("attachment.id"), primary_key=True),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("at", Stamp(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("redaction")
    with op.batch_alter_table("attachment") as attachment:
        for name in ("separated", "made_from", "item", "role"):
            attachment.drop_column(name)
