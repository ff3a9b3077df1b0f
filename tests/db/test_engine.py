"""The same tables, the same migrations, the same guards on both engines."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel

from db import store
from db.engine import Database, DatabaseUnavailable


def test_models_and_migrations_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        # The text index is the engine's own (FTS5 with its shadow tables, a GIN index) and no model's.
        ours = {"compare_type": True, "include_name": lambda name, _type, _parents: not str(name).startswith(("case_text_fts", "case_text_grams"))}
        context = MigrationContext.configure(connection, opts=ours)
        assert compare_metadata(context, SQLModel.metadata) == []


def test_migrating_again_changes_nothing(database: Database) -> None:
    database.migrate()
    assert database.problem() is None


def test_what_fails_leaves_nothing(database: Database) -> None:
    def half(session: Session) -> None:
        store.add_officer(session, username="half", name="x", role="head", agency="gx-zfb", at=datetime.now(UTC))
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        database.write(half)
    with database.read() as session:
        assert session.execute(text("SELECT count(*) FROM officer WHERE username = 'half'")).scalar() == 0


def test_an_act_is_never_changed_and_never_taken_away(database: Database) -> None:
    def fill(session: Session) -> None:
        session.execute(text("INSERT INTO case_file (id, agency, year, serial, number, version) VALUES ('c','a',2026,1,'n',1)"))
        session.execute(
            text(
                """INSERT INTO act (case_id, seq, kind, "on", public, officer, at)
                   VALUES ('c', 1, 'note', '2026-11-24', '{}', '{}', '2026-11-24 00:00:00')"""
            )
        )

    database.write(fill)
    for statement in ("UPDATE act SET public = 'x'", "DELETE FROM act"):
        with pytest.raises((DBAPIError, DatabaseUnavailable)):
            database.write(lambda s, sql=statement: s.execute(text(sql)))  # type: ignore[misc]
    with database.read() as session:
        assert session.execute(text("SELECT public FROM act")).scalar() == "{}"


def test_numbers_are_gap_free_under_concurrency_and_rollbacks(database: Database) -> None:
    taken: list[int] = []
    lock = threading.Lock()

    def one(fails: bool) -> None:
        def work(session: Session) -> int:
            number = store.next_number(session, "gx-race", 2026, "case")
            if fails:
                raise RuntimeError("rolled back")
            return number

        try:
            number = database.write(work)
        except RuntimeError:
            return
        with lock:
            taken.append(number)

    threads = [threading.Thread(target=one, args=(n % 3 == 0,)) for n in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 41))


def test_an_address_that_does_not_answer_is_told_as_unavailable() -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(DatabaseUnavailable):
        database.write(lambda s: s.execute(text("SELECT 1")))
    assert database.problem() is not None
    database.close()
