"""reports frozen whole: what people wrote of a report, and the report as it was printed, are kept with the figures"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("report_freeze", sa.Column("parts", sa.Text(), nullable=True))
    op.add_column("report_freeze", sa.Column("printed", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("report_freeze", "printed")
    op.drop_column("report_freeze", "parts")
