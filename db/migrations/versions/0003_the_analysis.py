"""the analysis"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tally",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("received_in", sa.String(length=7), nullable=False),
        sa.Column("channel", sa.String(length=30), nullable=False),
        sa.Column("applicant_category", sa.String(length=40), nullable=False),
        sa.Column("applicant_key", sa.String(length=64), nullable=False),
        sa.Column("assignee", sa.String(length=100), nullable=True),
        sa.Column("topic", sa.String(length=40), nullable=True),
        sa.Column("topic_proposed", sa.String(length=40), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_in", sa.String(length=7), nullable=True),
        sa.Column("ended_outcome", sa.String(length=40), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reply_days", sa.Integer(), nullable=True),
        sa.Column("in_time", sa.Boolean(), nullable=True),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("corrected", sa.Boolean(), nullable=False),
        sa.Column("charged", sa.Boolean(), nullable=False),
        sa.Column("days_registered", sa.Integer(), nullable=False),
        sa.Column("days_awaiting_correction", sa.Integer(), nullable=False),
        sa.Column("days_handling", sa.Integer(), nullable=False),
        sa.Column("days_consulting", sa.Integer(), nullable=False),
        sa.Column("days_awaiting_payment", sa.Integer(), nullable=False),
        sa.Column("days_approving", sa.Integer(), nullable=False),
        sa.Column("sketch_1", sa.Integer(), nullable=False),
        sa.Column("sketch_2", sa.Integer(), nullable=False),
        sa.Column("sketch_3", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"]),
        sa.PrimaryKeyConstraint("case_id"),
    )
    came = ["agency", "received_in", "channel", "applicant_category", "topic", "topic_proposed", "received_on"]
    op.create_index("tally_came", "tally", came)
    went = [
        "agency", "ended_in", "ended_outcome", "reply_days", "in_time", "ended_on", "suspended", "extended", "corrected", "charged",
        "days_registered", "days_awaiting_correction", "days_handling", "days_consulting", "days_awaiting_payment", "days_approving",
    ]
    op.create_index("tally_went", "tally", went)
    op.create_index("tally_load", "tally", ["agency", "assignee", "ended_on", "due_on"])
    op.create_index("tally_year", "tally", ["agency", "received_on", "ended_on", "ended_outcome", "applicant_category"])
    op.create_table(
        "occurrence",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("result", sa.String(length=20), nullable=True),
        sa.Column("ground", sa.String(length=100), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"]),
        sa.PrimaryKeyConstraint("case_id", "seq"),
    )
    op.create_index("occurrence_on", "occurrence", ["agency", "kind", "on"])
    op.create_table(
        "case_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("grams", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id"),
    )
    op.create_table(
        "report_freeze",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("report_freeze_year", "report_freeze", ["agency", "year"])
    op.create_table(
        "suggestion",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("sample", sa.Text(), nullable=False),
        sa.Column("cases", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_suggestion_agency", "suggestion", ["agency"])
    for statement in _TEXT_INDEX[op.get_bind().dialect.name]:
        op.execute(statement)


# What finds a text by its pairs of characters: FTS5 follows the table by triggers, PostgreSQL indexes it in place.
_TEXT_INDEX = {
    "sqlite": (
        "CREATE VIRTUAL TABLE case_text_fts USING fts5(grams, content='case_text', content_rowid='id')",
        """CREATE TRIGGER case_text_added AFTER INSERT ON case_text BEGIN
           INSERT INTO case_text_fts (rowid, grams) VALUES (new.id, new.grams); END""",
        """CREATE TRIGGER case_text_taken AFTER DELETE ON case_text BEGIN
           INSERT INTO case_text_fts (case_text_fts, rowid, grams) VALUES ('delete', old.id, old.grams); END""",
        """CREATE TRIGGER case_text_changed AFTER UPDATE ON case_text BEGIN
           INSERT INTO case_text_fts (case_text_fts, rowid, grams) VALUES ('delete', old.id, old.grams);
           INSERT INTO case_text_fts (rowid, grams) VALUES (new.id, new.grams); END""",
    ),
    "postgresql": (
        "CREATE INDEX case_text_grams ON case_text USING gin (array_to_tsvector(string_to_array(grams, ' ')))",
    ),
}


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE case_text_fts")
    for table in ("suggestion", "report_freeze", "case_text", "occurrence", "tally"):
        op.drop_table(table)
