"""found by number: letters by theirs, entries of the log by that of their file"""

from __future__ import annotations

from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("letter_number", "letter", ["number"])
    op.drop_index("log_entry_object", "log_entry")
    op.create_index("log_entry_object", "log_entry", ["object"], postgresql_ops={"object": "varchar_pattern_ops"})


def downgrade() -> None:
    op.drop_index("log_entry_object", "log_entry")
    op.create_index("log_entry_object", "log_entry", ["object"])
    op.drop_index("letter_number", "letter")
