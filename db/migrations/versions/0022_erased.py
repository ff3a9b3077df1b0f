"""erased: a file whose period of retention is over may lose its words; its acts and letters are final but for that

What is `erased_at` a moment lets an act lose its texts, and a letter its words; nothing else of them may change, and the log tells of it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.tables import Stamp

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

_ANEW = """coalesce(NEW.{0} = OLD.{0} OR NEW.{0} LIKE '________________.%' AND substr(NEW.{0}, 1, 17) <> substr(OLD.{0}, 1, 17),
    NEW.{0} IS NULL AND OLD.{0} IS NULL)"""
_AS_IT_WAS = " AND ".join(f'NEW."{name}" = OLD."{name}"' for name in ("case_id", "seq", "kind", "on", "officer", "at"))
_SEALED_ANEW = f"{_ANEW.format('public')} AND {_ANEW.format('private')}"
_ERASED = "EXISTS (SELECT 1 FROM case_file WHERE case_file.id = OLD.case_id AND case_file.erased_at IS NOT NULL)"
_OF_LETTER = ("id", "case_id", "seq", "kind", "agency", "year", "series", "serial", "number", "dated", "created_at")


def _acts(allowed: str) -> None:
    """An act is never taken away, and never changed but for what is `allowed`."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER act_is_final")
        op.execute(
            f"CREATE TRIGGER act_is_final BEFORE UPDATE ON act WHEN NOT ({allowed}) BEGIN SELECT RAISE(ABORT, 'act is append-only'); END"
        )
        return
    op.execute(
        f"""CREATE OR REPLACE FUNCTION act_is_final() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF TG_OP = 'UPDATE' THEN IF {allowed} THEN RETURN NEW; END IF; END IF; RAISE EXCEPTION 'act is append-only'; END $$"""
    )


def _letters(but_erased: bool) -> None:
    """A letter is never changed, but for the digest of its PDF, its words sealed anew, and its words erased."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    differs = "NEW.{0} IS NOT OLD.{0}" if on_sqlite else "NEW.{0} IS DISTINCT FROM OLD.{0}"
    changed = " OR ".join(differs.format(name) for name in _OF_LETTER)
    finished = " OR ".join(differs.format(name) for name in ("digest", "size"))
    final = f"(OLD.digest IS NOT NULL OR {changed} OR {differs.format('context')})"
    final = f"{final} AND ({changed} OR {finished} OR NOT ({_ANEW.format('context')}))"
    emptied = f"NOT ({changed} OR {finished}) AND NEW.context = '' AND {_ERASED}"
    if on_sqlite:
        but = f" AND NOT ({emptied})" if but_erased else ""
        op.execute("DROP TRIGGER letter_is_final")
        op.execute(
            f"CREATE TRIGGER letter_is_final BEFORE UPDATE ON letter WHEN {final}{but} BEGIN SELECT RAISE(ABORT, 'letter is append-only'); END"
        )
        return
    if but_erased:  # what a trigger asks before it is called may not look into another table
        op.execute(
            f"""CREATE FUNCTION letter_is_final() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN IF {emptied} THEN RETURN NEW; END IF; RAISE EXCEPTION 'letter is append-only'; END $$"""
        )
    op.execute("DROP TRIGGER letter_is_final ON letter")
    asked = "letter_is_final" if but_erased else "is_final"
    op.execute(f"CREATE TRIGGER letter_is_final BEFORE UPDATE ON letter FOR EACH ROW WHEN ({final}) EXECUTE FUNCTION {asked}()")
    if not but_erased:
        op.execute("DROP FUNCTION letter_is_final()")


def upgrade() -> None:
    op.add_column("case_file", sa.Column("erased_at", Stamp(), nullable=True))
    _acts(f"{_AS_IT_WAS} AND ({_SEALED_ANEW} OR {_ERASED})")
    _letters(but_erased=True)


def downgrade() -> None:
    _letters(but_erased=False)
    _acts(f"{_AS_IT_WAS} AND {_SEALED_ANEW}")
    op.drop_column("case_file", "erased_at")
