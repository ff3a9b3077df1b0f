"""opinions erased: when and by whom the words of an opinion (意见建议) were erased, on what ground"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0045'
down_revision = '0042'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feedback", sa.Column("erased", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("feedback", "erased")
