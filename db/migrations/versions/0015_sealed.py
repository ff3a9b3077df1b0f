"""sealed: what tells of people is kept encrypted

The keys lie outside the database, so the texts themselves are sealed when the program opens the office (`db.rekeying`), from
the acts as far as they can be: what lists and searches show is emptied here, and comes again without people. An act or a
letter may be sealed anew, and is not changed in any other way. Taken back, what is sealed stays sealed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

_WIDER = (
    ("docket", "applicant_name", 300, False), ("attachment", "name", 300, False), ("attachment", "purpose", 100, True),
    ("upload", "name", 300, False),
)  # fmt: skip
# Sealed anew, and nothing else: a text stays, or comes with the id of another key in front; that it says the same, its seal guards.
_ANEW = """coalesce(NEW.{0} = OLD.{0} OR NEW.{0} LIKE '________________.%' AND substr(NEW.{0}, 1, 17) <> substr(OLD.{0}, 1, 17),
    NEW.{0} IS NULL AND OLD.{0} IS NULL)"""
_AS_IT_WAS = " AND ".join(f'NEW."{name}" = OLD."{name}"' for name in ("case_id", "seq", "kind", "on", "officer", "at"))
_SEALED_ANEW = " AND ".join((_AS_IT_WAS, _ANEW.format("public"), _ANEW.format("private")))


def _final(allowed: str | None) -> None:
    """An act is never changed (but for what is `allowed`) and never taken away."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER act_is_final")
        but = f"WHEN NOT ({allowed}) " if allowed else ""
        op.execute(f"CREATE TRIGGER act_is_final BEFORE UPDATE ON act {but}BEGIN SELECT RAISE(ABORT, 'act is append-only'); END")
        return
    but = f"IF TG_OP = 'UPDATE' THEN IF {allowed} THEN RETURN NEW; END IF; END IF; " if allowed else ""
    op.execute(
        f"""CREATE OR REPLACE FUNCTION act_is_final() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN {but}RAISE EXCEPTION 'act is append-only'; END $$"""
    )


# Of a letter the digest and the size of its PDF are set once.
_OF_LETTER = ("id", "case_id", "seq", "kind", "agency", "year", "series", "serial", "number", "dated", "created_at")


def _letter_final(but_sealed_anew: bool) -> None:
    """A letter is never changed, but for the digest of its PDF, and for its words where they are sealed anew."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    differs = "NEW.{0} IS NOT OLD.{0}" if on_sqlite else "NEW.{0} IS DISTINCT FROM OLD.{0}"
    changed = " OR ".join(differs.format(name) for name in _OF_LETTER)
    finished = " OR ".join(differs.format(name) for name in ("digest", "size"))
    final = f"OLD.digest IS NOT NULL OR {changed} OR {differs.format('context')}"
    if but_sealed_anew:
        final = f"({final}) AND ({changed} OR {finished} OR NOT ({_ANEW.format('context')}))"
    if on_sqlite:
        op.execute("DROP TRIGGER letter_is_final")
        op.execute(f"CREATE TRIGGER letter_is_final BEFORE UPDATE ON letter WHEN {final} BEGIN SELECT RAISE(ABORT, 'letter is append-only'); END")
        return
    op.execute("DROP TRIGGER letter_is_final ON letter")
    op.execute(f"CREATE TRIGGER letter_is_final BEFORE UPDATE ON letter FOR EACH ROW WHEN ({final}) EXECUTE FUNCTION is_final()")


def _widths(wide: bool) -> None:
    """A sealed text is longer than what it says."""
    for table, name, width, nullable in _WIDER:
        with op.batch_alter_table(table) as changed:
            kind = sa.Text() if wide else sa.String(width)
            using = None if wide else f"left({name}, {width})"
            changed.alter_column(name, type_=kind, existing_nullable=nullable, postgresql_using=using)


def _old_keys(where: str) -> None:
    old = sa.text(where)
    op.create_index("docket_old_keys", "docket", ["case_id"], sqlite_where=old, postgresql_where=old)


def _empty_text_index() -> None:
    """Nothing of the words stays in the index; SQLite's own is made anew from what the table says then."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute("UPDATE case_text SET grams = ''")
        return
    changed = op.get_bind().execute(sa.text("SELECT sql FROM sqlite_master WHERE name = 'case_text_changed'")).scalar_one()
    op.execute("DROP TRIGGER case_text_changed")
    op.execute("UPDATE case_text SET grams = ''")
    op.execute("INSERT INTO case_text_fts (case_text_fts) VALUES ('rebuild')")
    op.execute(changed)


def upgrade() -> None:
    op.create_table(
        "known_key",
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("purpose", "id"),
    )
    op.add_column("application", sa.Column("fields_key", sa.String(length=64), nullable=True))
    op.add_column("docket", sa.Column("applicant_masked", sa.String(length=300), nullable=True))
    op.execute("UPDATE docket SET applicant_name = '', wanted = '', wanted_masked = NULL")
    op.drop_index("docket_old_keys", "docket")
    _widths(wide=True)
    _old_keys("name_key IS NULL OR wanted_masked IS NULL OR applicant_masked IS NULL")
    _empty_text_index()
    _final(_SEALED_ANEW)
    _letter_final(but_sealed_anew=True)


def downgrade() -> None:
    _letter_final(but_sealed_anew=False)
    _final(None)
    op.drop_index("docket_old_keys", "docket")
    _widths(wide=False)
    op.drop_column("docket", "applicant_masked")
    op.drop_column("application", "fields_key")
    _old_keys("name_key IS NULL OR wanted_masked IS NULL")
    op.drop_table("known_key")
