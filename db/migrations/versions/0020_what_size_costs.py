"""what size costs: lists and counters read what they show, however much is archived

Revision ID: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

from db import sought

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

_OPEN = "state IN ('approving', 'awaiting_correction', 'awaiting_payment', 'consulting', 'handling', 'registered')"
_LIVE = "state NOT IN ('archived', 'void') OR requests > 0 OR to_serve > 0 OR next_step = 'reopening'"
_WAITING = "state = 'approving' OR to_serve > 0 OR {archive_ready} OR requests > 0"
_WIDENED = {
    "docket_received": ("agency", "received_on"),
    "docket_outcome": ("agency", "outcome"),
    "docket_topic": ("agency", "topic"),
    "docket_assignee": ("agency", "assignee"),
    "docket_applicant": ("agency", "applicant_key", "counts_in"),
    "docket_name": ("agency", "name_key"),
    "docket_phone": ("agency", "phone_key"),
}
"""Indexes of before that are made anew with more columns: what they were."""
_NOW = {
    "docket_received": ("agency", "received_on", "serial", "case_id"),
    "docket_day": ("received_on", "serial", "case_id", "agency"),
    "docket_by_due": ("agency", "due_on", "case_id"),
    "docket_all_by_due": ("due_on", "case_id", "agency"),
    "docket_serial": ("agency", "serial", "case_id"),
    "docket_all_by_serial": ("serial", "case_id", "agency"),
    "docket_state": ("agency", "state", "received_on", "serial", "case_id"),
    "docket_outcome": ("agency", "outcome", "received_on", "serial", "case_id"),
    "docket_topic": ("agency", "topic", "received_on", "serial", "case_id"),
    "docket_assignee": ("agency", "assignee", "due_on"),
    "docket_applicant": ("agency", "applicant_key", "counts_in", "received_on", "serial"),
    "docket_name": ("agency", "name_key", "received_on", "serial", "case_id"),
    "docket_phone": ("agency", "phone_key", "received_on"),
}


def _partial() -> tuple[tuple[str, str, tuple[str, ...], str], ...]:
    """(name, table, columns, over what) as the engine says it."""
    sqlite = op.get_bind().dialect.name == "sqlite"

    def yes(column: str) -> str:
        return f"{column} = 1" if sqlite else column

    return (
        ("docket_open", "docket", ("agency", "assignee"), _OPEN),
        ("docket_live", "docket", ("agency",), _LIVE),
        ("docket_owed", "docket", ("agency", "due_on", "case_id"), yes("reply_owed")),
        (
            "docket_waiting", "docket", ("agency", "state", "drafted_by", "to_serve", "archive_ready", "requests"),
            _WAITING.format(archive_ready=yes("archive_ready")),
        ),
        ("docket_to_confirm", "docket", ("agency", "to_confirm"), "to_confirm > 0"),
        ("docket_archived", "docket", ("agency", "archived_on", "serial", "case_id"), "state = 'archived'"),
        ("inbox_open", "inbox", ("agency", "limit_on"), yes("is_open")),
        ("inbox_done", "inbox", ("agency", "limit_on", "case_id", "seq"), "is_open = 0" if sqlite else "is_open = false"),
        ("session_open", "session", ("officer_id",), "ended_at IS NULL"),
        ("act_meeting", "act", ("on", "case_id", "seq"), "kind = 'meeting'"),
        ("log_entry_export", "log_entry", ("agency", "seq"), "what IN ('export', 'unmask')"),
    )  # fmt: skip


_SOUGHT = {
    "sqlite": (
        "CREATE VIRTUAL TABLE case_sought USING fts5(marks, content='case_text', content_rowid='id', detail=none, columnsize=0)",
        "INSERT INTO case_sought (case_sought) VALUES ('rebuild')",
        """CREATE TRIGGER case_sought_added AFTER INSERT ON case_text BEGIN
           INSERT INTO case_sought (rowid, marks) VALUES (new.id, new.marks); END""",
        """CREATE TRIGGER case_sought_taken AFTER DELETE ON case_text BEGIN
           INSERT INTO case_sought (case_sought, rowid, marks) VALUES ('delete', old.id, old.marks); END""",
        """CREATE TRIGGER case_sought_changed AFTER UPDATE ON case_text BEGIN
           INSERT INTO case_sought (case_sought, rowid, marks) VALUES ('delete', old.id, old.marks);
           INSERT INTO case_sought (rowid, marks) VALUES (new.id, new.marks); END""",
    ),
    "postgresql": ("CREATE INDEX case_text_marks ON case_text USING gin (array_to_tsvector(string_to_array(marks, ' ')))",),
}
_AT_ONCE = 1000


def _fill() -> None:
    """What is sought of the files that are there; of those that the start makes anew, it makes this too (`store.renew_keys`)."""
    there = sa.text(
        "SELECT t.id, d.agency, d.number, d.wanted_masked, CASE WHEN d.applicant_category <> 'natural_person' THEN d.applicant_masked END AS name "
        "FROM case_text t JOIN docket d ON d.case_id = t.case_id WHERE t.id > :after AND d.wanted_masked IS NOT NULL ORDER BY t.id LIMIT :most"
    )
    put, after = sa.text("UPDATE case_text SET sought = :sought, marks = :marks WHERE id = :id"), 0
    while rows := op.get_bind().execute(there, {"after": after, "most": _AT_ONCE}).all():
        made = [{"id": one.id, **sought.columns(one.agency, one.number, one.wanted_masked, one.name)} for one in rows]
        op.get_bind().execute(put, made)
        after = rows[-1].id


def upgrade() -> None:
    op.add_column("case_text", sa.Column("sought", sa.Text(), nullable=True))
    op.add_column("case_text", sa.Column("marks", sa.Text(), nullable=True))
    _fill()
    for statement in _SOUGHT[op.get_bind().dialect.name]:
        op.execute(statement)
    for name in (*_WIDENED, "docket_due"):
        op.drop_index(name, "docket")
    op.drop_index("inbox_agency", "inbox")
    for name, columns in _NOW.items():
        op.create_index(name, "docket", list(columns))
    op.create_index("application_settled", "application", ["agency", "settled_at", "serial"])
    for name, table, columns, where in _partial():
        op.create_index(name, table, list(columns), sqlite_where=text(where), postgresql_where=text(where))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("added", "taken", "changed"):
            op.execute(f"DROP TRIGGER case_sought_{name}")
        op.execute("DROP TABLE case_sought")
    else:
        op.drop_index("case_text_marks", "case_text")
    for column in ("marks", "sought"):
        op.drop_column("case_text", column)
    for name, table, _, _ in _partial():
        op.drop_index(name, table)
    op.drop_index("application_settled", "application")
    for name in _NOW:
        op.drop_index(name, "docket")
    op.create_index("inbox_agency", "inbox", ["agency", "limit_on"])
    op.create_index("docket_due", "docket", ["agency", "state", "due_on"])
    for name, columns in _WIDENED.items():
        op.create_index(name, "docket", list(columns))
