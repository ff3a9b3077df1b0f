"""the keys of people: a name and a phone are found however they are written

The keys themselves need the secret of the installation: `store.renew_keys` writes them when the program opens the office.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("docket") as docket:
        docket.add_column(sa.Column("name_key", sa.String(length=64), nullable=True))
        docket.add_column(sa.Column("phone_key", sa.String(length=64), nullable=True))
        docket.create_index("docket_name", ["agency", "name_key"])
        docket.create_index("docket_phone", ["agency", "phone_key"])
    old = sa.text("name_key IS NULL")  # so that a start without any such row need not look through them all
    op.create_index("docket_old_keys", "docket", ["case_id"], sqlite_where=old, postgresql_where=old)


def downgrade() -> None:
    op.drop_index("docket_old_keys", "docket")
    with op.batch_alter_table("docket") as docket:
        docket.drop_index("docket_phone")
        docket.drop_index("docket_name")
        docket.drop_column("phone_key")
        docket.drop_column("name_key")
