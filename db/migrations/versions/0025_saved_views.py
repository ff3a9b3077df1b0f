"""saved views (我的查找): filters of the list of files that an officer keeps under a name, sealed; what was published is found by its day"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.tables import Stamp

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.String(length=36), primary_key=True),
        sa.Column("officer_id", sa.String(length=36), sa.ForeignKey("officer.id"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("kept_at", Stamp(), nullable=False),
    )
    op.create_index("saved_view_officer", "saved_view", ["officer_id", "kept_at"])
    where = sa.text("state = 'published'")
    op.create_index("suggestion_published", "suggestion", ["published_on", "id"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("suggestion_published", "suggestion")
    op.drop_index("saved_view_officer", "saved_view")
    op.drop_table("saved_view")
