"""the chained log: each entry proves itself and the one before; letters and the log are final, as acts are

The chain needs the key of the installation: `journal.begin` makes it of what is here when the program opens the office.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("log_entry", sa.Column("changes", sa.Text(), nullable=True))
    op.add_column("log_entry", sa.Column("mac", sa.String(length=64), nullable=True))
    # PostgreSQL has left gaps where a transaction was rolled back: the order is kept, the gaps are closed.
    op.execute(
        "UPDATE log_entry SET seq = -placed.place FROM"
        " (SELECT seq AS was, row_number() OVER (ORDER BY seq) AS place FROM log_entry) AS placed WHERE placed.was = log_entry.seq"
    )
    op.execute("UPDATE log_entry SET seq = -seq")
    op.create_index("log_entry_username", "log_entry", ["username", "seq"])
    op.create_index("log_entry_object", "log_entry", ["object"])
    op.create_index("log_entry_at", "log_entry", ["at"])
    op.create_table(
        "log_head",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=True),
        sa.Column("seal", sa.String(length=64), nullable=True),
    )
    op.execute("INSERT INTO log_head (id, seq) SELECT 1, count(*) FROM log_entry")
    for statement in _TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


# Of a letter the digest and the size of its PDF are set once; of an entry, its place in the chain.
_SAME = ("id", "case_id", "seq", "kind", "agency", "year", "series", "serial", "number", "dated", "context", "created_at")
_CHANGED = {
    "sqlite": " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _SAME),
    "postgresql": " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _SAME),
}
_TRIGGERS = {
    "sqlite": (
        f"""CREATE TRIGGER letter_is_final BEFORE UPDATE ON letter WHEN OLD.digest IS NOT NULL OR {_CHANGED["sqlite"]}
        BEGIN SELECT RAISE(ABORT, 'letter is append-only'); END""",
        "CREATE TRIGGER letter_stays BEFORE DELETE ON letter BEGIN SELECT RAISE(ABORT, 'letter is append-only'); END",
        """CREATE TRIGGER log_is_final BEFORE UPDATE ON log_entry WHEN OLD.mac IS NOT NULL
        BEGIN SELECT RAISE(ABORT, 'log_entry is append-only'); END""",
        "CREATE TRIGGER log_stays BEFORE DELETE ON log_entry BEGIN SELECT RAISE(ABORT, 'log_entry is append-only'); END",
    ),
    "postgresql": (
        """CREATE FUNCTION is_final() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$""",
        f"""CREATE TRIGGER letter_is_final BEFORE UPDATE ON letter FOR EACH ROW
        WHEN (OLD.digest IS NOT NULL OR {_CHANGED["postgresql"]}) EXECUTE FUNCTION is_final()""",
        "CREATE TRIGGER letter_is_kept BEFORE DELETE ON letter FOR EACH ROW EXECUTE FUNCTION is_final()",
        "CREATE TRIGGER letter_stays BEFORE TRUNCATE ON letter EXECUTE FUNCTION is_final()",
        """CREATE TRIGGER log_is_final BEFORE UPDATE ON log_entry FOR EACH ROW
        WHEN (OLD.mac IS NOT NULL) EXECUTE FUNCTION is_final()""",
        "CREATE TRIGGER log_is_kept BEFORE DELETE ON log_entry FOR EACH ROW EXECUTE FUNCTION is_final()",
        "CREATE TRIGGER log_stays BEFORE TRUNCATE ON log_entry EXECUTE FUNCTION is_final()",
    ),
}


def downgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    names = {"letter": ("letter_is_final", "letter_is_kept", "letter_stays"), "log_entry": ("log_is_final", "log_is_kept", "log_stays")}
    for table, triggers in names.items():
        for name in triggers:
            op.execute(f"DROP TRIGGER IF EXISTS {name}" if on_sqlite else f"DROP TRIGGER {name} ON {table}")
    if not on_sqlite:
        op.execute("DROP FUNCTION is_final()")
    op.drop_table("log_head")
    for name in ("log_entry_username", "log_entry_object", "log_entry_at"):
        op.drop_index(name, "log_entry")
    with op.batch_alter_table("log_entry") as log:
        log.drop_column("mac")
        log.drop_column("changes")
