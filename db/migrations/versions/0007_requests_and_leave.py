"""requests and leave: what waits for the head's signature, and who stands in for whom while somebody is away"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # No file of an earlier version holds a request: 0 is right for all of them.
    op.add_column("docket", sa.Column("requests", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "leave",
        sa.Column("officer_id", sa.String(length=36), sa.ForeignKey("officer.id"), primary_key=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("deputy_id", sa.String(length=36), sa.ForeignKey("officer.id"), nullable=True),
    )
    op.create_index("leave_deputy", "leave", ["deputy_id"])


def downgrade() -> None:
    op.drop_index("leave_deputy", "leave")
    op.drop_table("leave")
    with op.batch_alter_table("docket") as docket:
        docket.drop_column("requests")
