"""the queues: whom an internal consultation asks, letters whose receipt is awaited"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("inbox") as inbox:
        inbox.add_column(sa.Column("officer", sa.String(length=100), nullable=True))
    with op.batch_alter_table("docket") as docket:
        docket.add_column(sa.Column("to_confirm", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("docket") as docket:
        docket.drop_column("to_confirm")
    with op.batch_alter_table("inbox") as inbox:
        inbox.drop_column("officer")
