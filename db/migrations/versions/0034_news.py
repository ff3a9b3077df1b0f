"""news: what others did is found by its hour"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0032'
branch_labels = None
depends_on = None

_NEWS = sa.text(
    "kind IN ('assignment', 'return', 'opinion', 'legal_review', 'decision', 'correction', 'reasons', 'payment', 'remedy', 'remedy_result',"
    " 'supervision')"
)


def upgrade() -> None:
    op.create_index("act_news", "act", ["at", "case_id"], sqlite_where=_NEWS, postgresql_where=_NEWS)


def downgrade() -> None:
    op.drop_index("act_news", table_name="act")
