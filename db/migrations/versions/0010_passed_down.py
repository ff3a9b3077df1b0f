"""passed down: which unit below drafts the reply of a file, and by when"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # No file of an earlier version was passed down: nothing is right for all of them.
    op.add_column("docket", sa.Column("passed_to", sa.String(length=40), nullable=True))
    op.add_column("docket", sa.Column("draft_limit", sa.Date(), nullable=True))
    op.create_index("docket_passed", "docket", ["passed_to"])


def downgrade() -> None:
    op.drop_index("docket_passed", "docket")
    with op.batch_alter_table("docket") as docket:
        docket.drop_column("draft_limit")
        docket.drop_column("passed_to")
