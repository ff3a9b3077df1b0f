"""outside reports: tables of units that do not use the system, kept by who sums them up; and the parts of a report that people write"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.tables import Stamp

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outside_report",
        sa.Column("id", sa.String(length=36), primary_key=True),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("at", Stamp(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
    )
    op.create_index("outside_report_name", "outside_report", ["agency", "year", "name"], unique=True)

    op.create_table(
        "report_part",
        sa.Column("id", sa.String(length=36), primary_key=True),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("at", Stamp(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_index("report_part_year", "report_part", ["agency", "year"], unique=True)


def downgrade() -> None:
    op.drop_table("report_part")
    op.drop_table("outside_report")
