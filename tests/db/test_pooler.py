"""Behind PgBouncer that gives a server's session to each transaction in turn (pool_mode = transaction) all holds that the store promises.

The tests of `test_store` are run once more through it, on two sessions of the server for all of them. Where no pgbouncer is installed
they are skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, text

from db.engine import Database, no_limit
from tests.conftest import PATIENCE, RING, free_port, fresh_database
from tests.db import test_store
from tests.db.test_store import rules  # noqa: F401 - a fixture

PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
pytestmark = [pytest.mark.postgres, pytest.mark.skipif(PGBOUNCER is None, reason="no pgbouncer here")]

globals().update({name: one for name, one in vars(test_store).items() if name.startswith("test_") and callable(one)})


@pytest.fixture(scope="module")
def engine_kind() -> str:
    return "postgres"


@pytest.fixture(scope="module")
def pooler(postgres_url: str) -> Iterator[int]:
    """The port of a PgBouncer before the test server."""
    server = make_url(postgres_url)
    host, port = server.query.get("host") or server.host or "127.0.0.1", server.port or server.query.get("port") or 5432
    with tempfile.TemporaryDirectory(prefix="gongkai-pgb-", ignore_cleanup_errors=True) as name, free_port() as free:
        folder = Path(name)
        folder.chmod(0o755)
        as_whom = ["-u", Path(str(host)).owner() if str(host).startswith("/") else "nobody"] if os.geteuid() == 0 else []  # never as root
        login = f"user={server.username}" + (f" password={server.password}" if server.password else "")
        (folder / "pgbouncer.ini").write_text(
            f"[databases]\n* = host={host} port={port} {login}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {free}\n"
            "unix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 2\nmax_client_conn = 200\n",
            encoding="utf-8",
        )
        with (folder / "said").open("w") as said:
            assert PGBOUNCER is not None
            process = subprocess.Popen([PGBOUNCER, *as_whom, str(folder / "pgbouncer.ini")], stdout=said, stderr=said)
        try:
            until = time.monotonic() + PATIENCE
            while True:
                try:
                    psycopg.connect(f"host=127.0.0.1 port={free} dbname=postgres user=postgres", connect_timeout=3).close()
                    break
                except psycopg.OperationalError:
                    assert process.poll() is None and time.monotonic() < until, (folder / "said").read_text(encoding="utf-8")
                    time.sleep(0.05)
            yield free
        finally:
            process.terminate()
            process.wait(PATIENCE)


@pytest.fixture(scope="module")
def database_url_factory(postgres_url: str, pooler: int) -> Callable[[Path], str]:
    def through(_folder: Path) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{pooler}/{make_url(fresh_database(postgres_url)).database}"

    return through


def limits(database: Database) -> set[tuple[str, str]]:
    """How long statements and locks may take, in transactions at the same moment: as many as the server has sessions for."""
    found, both = set[tuple[str, str]](), threading.Barrier(2, timeout=PATIENCE)

    def look() -> None:
        with database.read() as session:
            row = session.execute(text("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")).one()
            both.wait()
            found.add((row[0], row[1]))

    looks = [threading.Thread(target=look) for _ in range(2)]
    for one in looks:
        one.start()
    for one in looks:
        one.join()
    return found


def test_a_transaction_has_its_limits_and_leaves_nothing_to_the_next(database: Database) -> None:
    assert limits(database) == {("30s", "4s")}
    with database.engine.connect() as connection:
        no_limit(connection)
        assert connection.execute(text("SELECT current_setting('statement_timeout')")).scalar_one() == "0"
        connection.rollback()
    database.scrub(["allowance"])
    assert limits(database) == {("30s", "4s")}
    url = database.engine.url
    bare = psycopg.connect(host=url.host or str(url.query.get("host", "")), port=url.port, dbname=url.database, user="postgres")
    with bare, bare.cursor() as cursor:
        assert cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')").fetchone() == ("0", "0")
        assert cursor.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)


def test_many_ask_the_same_question_over_few_sessions(database: Database) -> None:
    """More often than the driver takes to prepare a statement by name, from more connections than the server has sessions."""
    wrong = list[Exception]()

    def ask() -> None:
        try:
            for _ in range(20):
                with database.read() as session:
                    session.execute(text("SELECT count(*) FROM docket WHERE agency = :agency"), {"agency": "gx-zrzy"}).scalar_one()
        except Exception as error:
            wrong.append(error)

    asking = [threading.Thread(target=ask) for _ in range(6)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert wrong == []


def test_without_a_pooler_the_limits_are_those_of_the_connection(postgres_url: str) -> None:
    made = Database(fresh_database(postgres_url), RING)
    assert limits(made) == {("30s", "4s")}
    made.close()
