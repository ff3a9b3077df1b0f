"""replies still owed: a signed reply that has not left, and an order, are overdue like an open file"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("docket", sa.Column("reply_owed", sa.Boolean(), nullable=False, server_default=sa.false()))
    # Of an open file a reply is owed, and of an answered one of which a letter has not left; orders the acts tell (`gongkai rebuild`).
    docket = sa.table("docket", sa.column("state", sa.String), sa.column("to_serve", sa.Integer), sa.column("reply_owed", sa.Boolean))
    active = ("registered", "awaiting_correction", "handling", "consulting", "awaiting_payment", "approving")
    owed = sa.or_(docket.c.state.in_(active), sa.and_(docket.c.state == "replied", docket.c.to_serve > 0))
    op.execute(docket.update().where(owed).values(reply_owed=sa.true()))


def downgrade() -> None:
    with op.batch_alter_table("docket") as docket:
        docket.drop_column("reply_owed")
