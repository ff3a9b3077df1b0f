"""requests to correct records: lists tell them from requests for information (条例 41)"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

_ACT = sa.table("act", sa.column("case_id"), sa.column("kind"), sa.column("public"))
_DOCKET = sa.table("docket", sa.column("case_id"), sa.column("purpose"))


def upgrade() -> None:
    op.add_column("docket", sa.Column("purpose", sa.String(length=30), nullable=False, server_default="information"))
    asks = _ACT.c.public.contains('"purpose":"record_correction"')
    of_records = sa.select(_ACT.c.case_id).where(_ACT.c.kind == "registration", asks)
    op.execute(_DOCKET.update().where(_DOCKET.c.case_id.in_(of_records)).values(purpose="record_correction"))


def downgrade() -> None:
    with op.batch_alter_table("docket") as docket:
        docket.drop_column("purpose")
