"""The database: SQLite by default, PostgreSQL by its URL; one way to write and one way to read.

On SQLite all writes go through one thread with one connection. It is faster than many writers that wait for each other's
locks, and it keeps clear of the WAL-reset fault of SQLite 3.7.0 to 3.51.2, which needs two connections that write.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from db import journal, private
from db.sealing import Ring

T = TypeVar("T")
MIGRATIONS = Path(__file__).parent / "migrations"
_TRIES = 8
_AGAIN = {"40001", "40P01"}
"""PostgreSQL: serialisation failure, deadlock."""


class DatabaseUnavailable(Exception):
    """The database is down or busy; nothing was written."""


class DatabaseFull(DatabaseUnavailable):
    """There is no room left; nothing was written, reading goes on."""


class Database:
    """`write` runs a function in one transaction; `read` gives a session that sees one state and changes nothing."""

    def __init__(self, url: str, ring: Ring | None = None) -> None:
        self._ring = ring
        self.is_sqlite = url.startswith("sqlite")
        self.kind = "SQLite" if self.is_sqlite else "PostgreSQL"
        self.journal = journal.Journal()
        """The key of the log; the office gives its own."""
        self.path = path_of(url)
        """Where SQLite keeps it."""
        if self.path is not None:
            with suppress(OSError):  # made before SQLite does it, which asks the umask; what it puts beside it is like it
                self.path.touch(private.FILE, exist_ok=False)
            self.engine = create_engine(url, connect_args={"check_same_thread": False}, pool_size=16, max_overflow=48)
            _prepare_sqlite(self.engine)
            self._writer: ThreadPoolExecutor | None = ThreadPoolExecutor(1, thread_name_prefix="writer")
        else:
            self.engine = create_engine(url, pool_size=16, max_overflow=16, pool_pre_ping=True)
            self._writer = None

    @property
    def ring(self) -> Ring:
        """What seals and opens what is kept of people; every session carries it. It is there when the office is open."""
        assert self._ring is not None
        return self._ring

    @ring.setter
    def ring(self, ring: Ring) -> None:
        self._ring = ring

    def migrate(self) -> None:
        """Bring the schema up to date."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self._translated(), self.engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()

    def write(self, work: Callable[[Session], T]) -> T:
        """The result of `work(session)`, committed. Whatever `work` raises rolls everything back."""
        request = journal.REQUEST.get()
        if self._writer is not None:
            return self._writer.submit(self._once, work, request).result()
        for attempt in range(_TRIES):
            try:
                return self._once(work, request)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _AGAIN or attempt == _TRIES - 1:
                    raise _unavailable(error) from error
                time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - a pause, no secret
        raise AssertionError("the last attempt returns or raises")

    def write_later(self, work: Callable[[Session], object]) -> None:
        """`write` for whoever does not wait for it, also from within a transaction."""
        if self._writer is not None:
            self._writer.submit(self._once, work)
        else:
            Thread(target=self.write, args=(work,), name="later").start()

    def _once(self, work: Callable[[Session], T], request_id: str | None = None) -> T:
        told = {"journal": self.journal, "ring": self._ring, "request_id": request_id}
        with self._translated(), Session(self.engine, expire_on_commit=False, info=told) as session:
            if self.is_sqlite:
                session.connection(execution_options={"begin": "IMMEDIATE"})
            result = work(session)
            journal.settle(session)
            session.commit()
            return result

    @contextmanager
    def read(self, *, one_state: bool = False) -> Iterator[Session]:
        """A session for reading; it is rolled back at the end. With `one_state` it sees nothing that others write meanwhile."""
        keys = {"journal": self.journal, "ring": self._ring}
        with self._translated(), Session(self.engine, autoflush=False, info=keys) as session:
            if one_state and not self.is_sqlite:  # under WAL a transaction is such a state already
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session
            session.rollback()

    @contextmanager
    def glance(self) -> Iterator[Connection]:
        """A bare connection for one question, where a session costs more than the answer."""
        with self._translated(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            raise _unavailable(error) from error

    def scrub(self, tables: Sequence[str]) -> None:
        """Leave nothing in the database's own files of what its rows said before: they are written anew."""
        with self._translated():
            if not self.is_sqlite:
                with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    for table in tables:
                        connection.exec_driver_sql(f"VACUUM (FULL) {table}")
                return
            bare = self.engine.raw_connection()
            try:
                cursor = bare.cursor()
                cursor.execute("VACUUM")
                busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if busy:
                    raise DatabaseUnavailable("somebody else reads")
            except sqlite3.Error as error:
                raise DatabaseUnavailable(type(error).__name__) from error
            finally:
                bare.close()

    def problem(self) -> str | None:
        """A sentence when the database cannot be written to, or its schema is not the program's."""
        head = newest()
        try:
            there = self.write(lambda s: MigrationContext.configure(s.connection()).get_current_revision())
        except DatabaseUnavailable:
            return "数据库不能写入，或者连接不上"
        return None if there == head else "数据库的结构与程序的版本不一致，请重新启动以升级"

    def close(self) -> None:
        if self._writer is not None:
            self._writer.shutdown(wait=True)
        self.engine.dispose()


@cache
def newest() -> str | None:
    """The version of the schema that this program works with."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config).get_current_head()


def path_of(url: str) -> Path | None:
    """The file of a SQLite address; None when it is kept in memory, or on a server."""
    address = make_url(url)
    name = address.database if address.get_backend_name() == "sqlite" else None
    return Path(name) if name and name != ":memory:" and not name.startswith("file:") else None


def _unavailable(error: Exception) -> Exception:
    """What an error of the driver means to the program; errors of the program itself stay what they are."""
    if isinstance(error, PoolTimeout):
        return DatabaseUnavailable("no free connection")
    if not isinstance(error, OperationalError | InterfaceError):
        return error
    full = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL or getattr(error.orig, "sqlstate", None) == "53100"
    return (DatabaseFull if full else DatabaseUnavailable)(type(error.orig).__name__)


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, by name
        # Without recursive triggers INSERT OR REPLACE would pass those that keep acts, letters and the log as they are.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON", "recursive_triggers=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("begin") == "IMMEDIATE"
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


__all__ = ["Database", "DatabaseFull", "DatabaseUnavailable", "text"]
