"""allowances and tokens: how often one client did something, failed sign-ins among it; what a token may do; keys that end"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.tables import Stamp

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "allowance",
        sa.Column("what", sa.String(length=20), primary_key=True),
        sa.Column("about", sa.String(length=64), primary_key=True),
        sa.Column("who", sa.String(length=64), primary_key=True),
        sa.Column("since", Stamp(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("until", Stamp(), nullable=True),
    )
    op.create_index("allowance_since", "allowance", ["since"])
    op.drop_table("sign_in_failure")  # a lock of half an hour is over by the time of an upgrade, or begins again
    # What was made before could act: it goes on as it was.
    op.add_column("token", sa.Column("scope", sa.String(length=10), nullable=False, server_default="act"))
    op.create_index("once_at", "once", ["at"])
    # What officers have sent with forms not yet sent is told from what visitors have.
    op.execute("UPDATE upload SET owner = 'officer/' || substr(owner, 9) WHERE owner LIKE 'visitor/%/%'")


def downgrade() -> None:
    op.execute("UPDATE upload SET owner = 'visitor/' || substr(owner, 9) WHERE owner LIKE 'officer/%/%'")
    op.drop_index("once_at", "once")
    with op.batch_alter_table("token") as token:
        token.drop_column("scope")
    op.create_table(
        "sign_in_failure",
        sa.Column("who", sa.String(length=64), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", Stamp(), nullable=False),
        sa.Column("locked_until", Stamp(), nullable=True),
    )
    op.drop_index("allowance_since", "allowance")
    op.drop_table("allowance")
