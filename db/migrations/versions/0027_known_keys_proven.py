"""known keys proven: what is noted of the keys is under a seal of its own, so that a change of it is found"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("known_key", sa.Column("proof", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("known_key", "proof")
