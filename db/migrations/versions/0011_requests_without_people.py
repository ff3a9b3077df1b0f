"""requests without people: what lists, exports and analyses show outside the unit that handles a file

The texts themselves need the acts: `store.renew_keys` writes them when the program opens the office.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def _renew_index(where: str) -> None:
    old = sa.text(where)
    op.drop_index("docket_old_keys", "docket")
    op.create_index("docket_old_keys", "docket", ["case_id"], sqlite_where=old, postgresql_where=old)


def upgrade() -> None:
    op.add_column("docket", sa.Column("wanted_masked", sa.Text(), nullable=True))
    _renew_index("name_key IS NULL OR wanted_masked IS NULL")


def downgrade() -> None:
    _renew_index("name_key IS NULL")
    op.drop_column("docket", "wanted_masked")
