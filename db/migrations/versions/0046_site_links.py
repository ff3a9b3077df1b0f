"""signed links of the county's website: from which site an application came, and the nonce of its link, which counts once"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0046'
down_revision = '0045'
branch_labels = None
depends_on = None

_GIVEN = sa.text("site_nonce IS NOT NULL")


def upgrade() -> None:
    op.add_column("application", sa.Column("site", sa.String(length=100), nullable=True))
    op.add_column("application", sa.Column("site_nonce", sa.String(length=64), nullable=True))
    op.create_index("application_site", "application", ["agency", "site_nonce"], unique=True, sqlite_where=_GIVEN, postgresql_where=_GIVEN)


def downgrade() -> None:
    op.drop_index("application_site", "application")
    op.drop_column("application", "site_nonce")
    op.drop_column("application", "site")
