"""The same tables, the same migrations, the same guards on both engines."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel

from db import engine, people, store
from db.engine import Database, DatabaseUnavailable, NewerSchema, newest
from tests.conftest import PATIENCE, RING, writing_held


def test_models_and_migrations_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        # The text indexes are the engine's own (FTS5 with its shadow tables, GIN indexes) and no model's.
        its_own = ("case_text_fts", "case_text_grams", "case_sought", "case_text_marks")
        ours = {"compare_type": True, "include_name": lambda name, _type, _parents: not str(name).startswith(its_own)}
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


# ------------------------------------------------------------------ nobody waits for ever


def add(session: Session) -> None:
    people.log(session, datetime.now(UTC), "test")


def entries(database: Database) -> int:
    with database.read() as session:
        return int(session.execute(text("SELECT count(*) FROM log_entry")).scalar_one())


@pytest.fixture
def another(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The same database from another process, with little patience."""
    monkeypatch.setattr(engine, "_LOCK_TIMEOUT", 50)
    made = Database(database.engine.url.render_as_string(hide_password=False), RING)
    yield made
    made.close()


def test_a_write_whose_turn_does_not_come_is_refused_while_others_read(database: Database, another: Database) -> None:
    before = entries(database)
    writers = [another, database] if database.is_sqlite else [another]
    with writing_held(database):
        for one in writers:
            with pytest.raises(DatabaseUnavailable):
                one.write(add, patience=0.05)
        assert entries(another) == before
    for one in writers:
        one.write(add)
    assert entries(database) == before + len(writers)


def test_those_who_wait_for_one_lock_are_refused_together(migrated_sqlite: Callable[[Path], str], tmp_path: Path) -> None:
    """Each with its own time after its own coming, not one after the other."""
    database = Database(migrated_sqlite(tmp_path), RING)
    assert database.path is not None
    other = sqlite3.connect(database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    ran: list[int] = []

    def one(n: int) -> str:
        try:
            database.write(lambda _session: ran.append(n), patience=0.1)
        except DatabaseUnavailable as error:
            return type(error).__name__
        return "written"

    with ThreadPoolExecutor(20) as pool:
        told = list(pool.map(one, range(20)))
    assert told == ["DatabaseUnavailable"] * 20
    other.execute("ROLLBACK")
    database.write(add)
    assert ran == []
    database.close()


def refused(session: Session) -> None:
    add(session)
    raise LookupError("not allowed")


def broken(session: Session) -> None:
    add(session)
    session.execute(text("INSERT INTO officer (id) VALUES ('x')"))  # the database refuses it


def test_those_who_share_a_commit_are_each_told_their_own(database: Database) -> None:
    """Short writes that waited behind a long one: what one of them may not do, or the database refuses, takes nothing from the others."""
    before, works = entries(database), [add, refused, add, broken, add, add]
    with ThreadPoolExecutor(len(works)) as pool:
        with writing_held(database):
            turns = [pool.submit(database.write, work, patience=PATIENCE, brief=True) for work in works]
            while database.is_sqlite and len(database._turns) < len(works):  # all of them wait
                turns[0].done()
        told = [type(turn.exception()).__name__ for turn in turns]
    assert told == ["NoneType", "LookupError", "NoneType", "IntegrityError", "NoneType", "NoneType"]
    assert entries(database) == before + 4
    with database.read() as session:  # one after the other, without a gap
        assert people.log_length(session) == before + 4


def test_more_than_may_wait_are_refused_at_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MOST_WAITING", 1)
    narrow = Database(database.engine.url.render_as_string(hide_password=False), RING)
    with writing_held(narrow), pytest.raises(DatabaseUnavailable, match="too many"):
        narrow.write(add, patience=600)
    narrow.write(add)
    narrow.close()


def test_what_postgresql_asks_to_try_again_is_tried_again(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer")
    tries: list[str] = []

    def work(session: Session) -> int:
        tries.append("once")
        if len(tries) <= 2:
            code = ("40001", "40P01")[len(tries) - 1]
            session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '{code}'; END $$"))
        add(session)
        return len(tries)

    before = entries(database)
    assert database.write(work) == 3
    assert entries(database) == before + 1


def test_a_reading_session_sees_one_state(database: Database) -> None:
    count = text("SELECT count(*) FROM log_entry")
    with database.read() as session:
        before = session.execute(count).scalar_one()
        database.write(add)
        assert session.execute(count).scalar_one() == before
    assert entries(database) == before + 1


def test_a_schema_of_a_later_version_is_left_alone(database: Database) -> None:
    database.write(lambda s: s.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    try:
        with pytest.raises(NewerSchema):
            database.migrate()
    finally:
        database.write(lambda s: s.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": newest()}))


def test_two_that_start_at_the_same_moment_migrate_once(database_url_factory: Callable[[Path], str], tmp_path: Path) -> None:
    url = database_url_factory(tmp_path)
    both = [Database(url, RING) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(one.migrate) for one in both]:
            done.result()
    assert [one.problem() for one in both] == [None, None]
    for one in both:
        one.close()
