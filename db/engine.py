"""The database: SQLite by default, PostgreSQL by its URL; one way to write and one way to read.

On SQLite all writes go through one thread with one connection, and those of several processes (a command beside the server)
one after the other, by a lock on a file. It is faster than many writers that wait for each other's locks, and it keeps clear of
the WAL-reset fault of SQLite 3.7.0 to 3.51.2, which needs two connections that write at the same moment. Short writes that wait
behind one another share a commit, each in a savepoint of its own: the disk is asked once for all of them, and none is answered before.

Nobody waits for ever: a write has `PATIENCE` in all, in the queue and for locks; then it is refused, and nothing was written.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import random
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore, Lock, Thread
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from db import capabilities, journal, private, replica
from db.sealing import Ring

T = TypeVar("T")
MIGRATIONS = Path(__file__).parent / "migrations"
PATIENCE = 5.0
"""Seconds that a write waits for those before it and for locks, in all."""
WAITED: ContextVar[float] = ContextVar("waited", default=0.0)
"""Of which so many have passed already, before there was a thread to ask in."""
MOST_WAITING = 1000
"""Writes that may wait; more are refused at once."""
MOST_TOGETHER = 16
"""Short writes that share a commit, at most: the first of them waits for the last."""
_TRIES = 8
_AGAIN = {"40001", "40P01"}
"""PostgreSQL: serialisation failure, deadlock."""
_LOCK_TIMEOUT, _STATEMENT_TIMEOUT = 4_000, 30_000
"""PostgreSQL, in milliseconds: for a lock; for one statement of what somebody waits for."""
_TIMEOUTS = {
    "connect_timeout": 3, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 15_000,
}  # fmt: skip
"""PostgreSQL's client: a server that is gone is noticed; what the address says of these stands."""
_POOLED = "pooled"
"""Whether a connection goes by a pooler, which keeps no session for it."""
_LONG = 600.0
"""Seconds to wait for another process that migrates."""
_MIGRATING = 0x676F6E67
"""The advisory lock under which one process migrates and the others wait."""


class DatabaseUnavailable(Exception):
    """The database is down or busy; nothing was written."""


class DatabaseDamaged(Exception):
    """What the database keeps cannot be read: its file, or pages of it, are damaged."""


class DatabaseFull(DatabaseUnavailable):
    """There is no room left; nothing was written, reading goes on."""


class NewerSchema(Exception):
    """The database was made, or upgraded, by a later version of the program."""


@dataclass(slots=True)
class _Turn:
    """A write that waits for the writer of SQLite."""

    work: Callable[[Session], Any]
    request: str | None = None
    until: float | None = None
    """None: nobody waits for it, and its time begins with its turn."""
    brief: bool = False
    result: Future[Any] = field(default_factory=Future)


class Database:
    """`write` runs a function in one transaction; `read` gives a session that sees one state and changes nothing."""

    def __init__(self, url: str, ring: Ring | None = None, *, processes: int = 1, read_url: str = "", lag: float = 10) -> None:
        """`processes`: so many of one machine share what connections it takes. `read_url`: a copy of it that may be `lag` seconds old."""
        self._ring = ring
        self.is_sqlite = url.startswith("sqlite")
        self.kind = "SQLite" if self.is_sqlite else "PostgreSQL"
        self.journal = journal.Journal()
        """The key of the log; the office gives its own."""
        self.replica: replica.Replica | None = None
        """A copy for lists, statistics and reports, where there is one."""
        self.is_damaged = False
        """Something could not be read since the program began."""
        self.path = path_of(url)
        """Where SQLite keeps it."""
        if self.path is not None:
            with suppress(OSError):  # made before SQLite does it, which asks the umask; what it puts beside it is like it
                self.path.touch(private.FILE, exist_ok=False)
            lock = self.path.with_name(f"{self.path.name}-writing")
            self._lock: int | None = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, private.FILE)
            # More connections than there are threads that ask at once: nobody waits for one.
            sizes: dict[str, Any] = {"pool_size": 16, "max_overflow": 112, "pool_timeout": 3}
            self.engine = create_engine(url, connect_args={"check_same_thread": False}, **sizes)
            _prepare_sqlite(self.engine)
            alone: dict[str, Any] = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 0}
            self._glancer = create_engine(url, connect_args={"check_same_thread": False}, **alone)
            _prepare_sqlite(self._glancer, patience=0, begins=False)
            self._writing = create_engine(url, connect_args={"check_same_thread": False}, **alone)
            """The one connection that writes: what it has read stays true, for nobody else changes it."""
            _prepare_sqlite(self._writing)
            self._writer: ThreadPoolExecutor | None = ThreadPoolExecutor(1, thread_name_prefix="writer")
        else:
            self.engine = _postgresql(url, processes)
            self._glancer, self._writing, self._writer, self._lock = self.engine, self.engine, None, None
            if read_url:
                self.replica = replica.Replica(_postgresql(read_url, processes), lag)
        self._turns = deque[_Turn]()
        self._places = BoundedSemaphore(MOST_WAITING)

    @property
    def ring(self) -> Ring:
        """What seals and opens what is kept of people; every session carries it. It is there when the office is open."""
        assert self._ring is not None
        return self._ring

    @ring.setter
    def ring(self, ring: Ring) -> None:
        self._ring = ring

    def migrate(self) -> None:
        """Bring the schema up to date; of several processes one does it, and the others wait. Raises NewerSchema."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self._translated(), self._alone(time.monotonic() + _LONG), self.engine.connect() as connection:
            if not self.is_sqlite:
                no_limit(connection)
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
            there = MigrationContext.configure(connection).get_current_revision()
            if there is not None and there not in _known():
                raise NewerSchema(there)
            if there != newest():
                if there in ("0001", "0002"):
                    _lengthen(connection)
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
            connection.commit()

    def write(self, work: Callable[[Session], T], *, patience: float = PATIENCE, brief: bool = False) -> T:
        """The result of `work(session)`, committed. Whatever `work` raises rolls everything back.

        What is `brief` (an act, an entry of the log) may share its commit with others. `work` may run twice: what the first run changed
        is rolled back. Raises DatabaseUnavailable: its turn did not come within `patience` seconds.
        """
        patience = min(patience, max(3.0, patience - WAITED.get()))
        request, until = journal.REQUEST.get(), time.monotonic() + patience
        if not self._places.acquire(blocking=False):
            raise DatabaseUnavailable("too many writes are waiting")
        try:
            with self._translated():
                if self._writer is None:
                    return self._again(work, request, until)
                turn = _Turn(work, request, until, brief)
                self._wait_for(turn)
                try:
                    done: T = turn.result.result(patience)
                except TimeoutError:
                    if turn.result.cancel():
                        raise DatabaseUnavailable("others are writing") from None
                    done = turn.result.result()
                return done
        finally:
            self._places.release()

    def _wait_for(self, turn: _Turn) -> None:
        assert self._writer is not None
        self._turns.append(turn)
        self._writer.submit(self._serve)

    def _again(self, work: Callable[[Session], T], request: str | None, until: float) -> T:
        """`_once`, tried again where PostgreSQL asks for it."""
        for attempt in range(_TRIES):
            try:
                return self._once(work, request, until)
            except DBAPIError as error:
                pause = random.uniform(0, 0.01 * 2**attempt)  # noqa: S311 - a pause, no secret
                is_last = attempt == _TRIES - 1 or time.monotonic() + pause > until
                if getattr(error.orig, "sqlstate", None) not in _AGAIN or is_last:
                    raise
                time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def write_later(self, work: Callable[[Session], object]) -> None:
        """`write` for whoever does not wait for it, also from within a transaction."""
        if self._writer is not None:
            self._wait_for(_Turn(work))
        else:
            Thread(target=self._if_it_can, args=(work,), name="later").start()

    def _if_it_can(self, work: Callable[[Session], object]) -> None:
        with suppress(DatabaseUnavailable):
            self.write(work)

    def _serve(self) -> None:
        """In the writer's thread: the turn that is next, and those that may share its commit."""
        if (first := self._next()) is None:  # it was served with one before it
            return
        group = [first]
        try:
            done = self._together(group)
        except BaseException as error:
            if len(group) == 1:
                first.result.set_exception(error)
                return
            for turn in group:  # the database said no to one of them, or to all: each for itself
                try:
                    turn.result.set_result(self._together([turn], alone=True)[0])
                except BaseException as its_own:
                    turn.result.set_exception(its_own)
        else:
            for turn, result in zip(group, done, strict=True):
                turn.result.set_result(result)

    def _next(self, *, brief: bool = False) -> _Turn | None:
        """The next who still waits; where it must be `brief`, none if the next is not."""
        while self._turns and (self._turns[0].brief or not brief):
            turn = self._turns.popleft()
            if turn.result.set_running_or_notify_cancel():
                return turn
        return None

    def _together(self, group: list[_Turn], *, alone: bool = False) -> list[Any]:
        """The results of a turn, and of those that join it in `group`, committed. What a turn refuses is rolled back, and told to it alone."""
        first = group[0]
        until = time.monotonic() + PATIENCE if first.until is None else first.until
        with self._alone(until), self._writing.connect() as connection:
            connection.execution_options(begin="IMMEDIATE", until=until)
            with connection.begin():
                done = [self._within(connection, first)]
                bare: Any = connection.connection.dbapi_connection
                while first.brief and not alone and len(group) < MOST_TOGETHER and (turn := self._next(brief=True)) is not None:
                    group.append(turn)
                    bare.execute("SAVEPOINT turn")  # SQLAlchemy's own bear a number, and each is compiled anew
                    try:
                        done.append(self._within(connection, turn))
                    except DBAPIError:
                        raise
                    except Exception as refused:
                        bare.execute("ROLLBACK TO turn")
                        group.pop()
                        turn.result.set_exception(refused)
                    bare.execute("RELEASE turn")
        return done

    def _within(self, connection: Connection, turn: _Turn) -> Any:
        """What a turn does in a transaction, or a savepoint, that is there already and that others end."""
        info = self._told(turn.request)
        with Session(connection, expire_on_commit=False, info=info, join_transaction_mode="rollback_only") as session:
            result = turn.work(session)
            journal.settle(session)
            session.commit()
            return result

    def _told(self, request: str | None = None) -> dict[str, Any]:
        return {"journal": self.journal, "ring": self._ring, "request_id": request}

    def _once(self, work: Callable[[Session], T], request: str | None, until: float) -> T:
        with Session(self.engine, expire_on_commit=False, info=self._told(request)) as session:
            if WAITED.get() > 1:  # those who have waited for a thread wait the less for a lock
                session.connection().exec_driver_sql(f"SET LOCAL lock_timeout = {max(200, int((until - time.monotonic()) * 1000))}")
            result = work(session)
            journal.settle(session)
            session.commit()
            return result

    @contextmanager
    def _alone(self, until: float) -> Iterator[None]:
        """SQLite: no other process writes meanwhile. Raises DatabaseUnavailable: until then it was not to be had."""
        if self._lock is None:
            yield
            return
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise DatabaseUnavailable("another process is writing") from None
                time.sleep(0.002)
        try:
            yield
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)

    @contextmanager
    def read(self, *, one_state: bool = False) -> Iterator[Session]:
        """A session for reading, which sees nothing that others write meanwhile; it is rolled back at the end.

        With `one_state` a single question in it may take as long as it likes.
        """
        with self._reading(self.engine, one_state=one_state) as session:
            yield session

    @contextmanager
    def survey(self, since: str = "") -> Iterator[tuple[Session, float]]:
        """`read` for lists, statistics and reports, and how many seconds old what it sees may be: from the copy, where one is good enough.

        `since`: a `position` up to which all that was written is seen.
        """
        age = self.replica.age(self.position, since) if self.replica is not None else None
        if self.replica is None or age is None:
            with self.read() as session:
                yield session, 0.0
            return
        try:
            with self._reading(self.replica.engine) as session:
                yield session, age
        except DatabaseUnavailable:
            self.replica.rest()  # the next question goes to the main one
            raise

    def position(self) -> str:
        """How far what is written has come; empty where no copy follows it. Raises DatabaseUnavailable."""
        if self.replica is None:
            return ""
        with self.glance() as connection:
            return replica.position(connection)

    @contextmanager
    def _reading(self, engine: Engine, *, one_state: bool = False) -> Iterator[Session]:
        with self._translated(), Session(engine, autoflush=False, info=self._told()) as session:
            if not self.is_sqlite:  # under WAL a transaction is such a state already
                connection = session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
                if one_state:
                    no_limit(connection)
            yield session
            session.rollback()

    @contextmanager
    def glance(self) -> Iterator[Connection]:
        """A bare connection for one question, where a session costs more than the answer.

        On SQLite it is one of its own, which waits for nothing: for the event loop. Raises DatabaseUnavailable: ask in a thread.
        """
        with self._translated(), self._glancer.connect() as connection:
            yield connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (DatabaseError, InterfaceError, PoolTimeout) as error:
            if is_damage(error):
                self.is_damaged = True
                raise DatabaseDamaged(type(error).__name__) from error
            if isinstance(error, OperationalError | InterfaceError | PoolTimeout):
                raise _unavailable(error) from error
            raise

    def scrub(self, tables: Sequence[str]) -> None:
        """Leave nothing in the database's own files of what its rows said before: they are written anew."""
        with self._translated():
            if not self.is_sqlite:
                with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    if not connection.connection.info.get(_POOLED):
                        connection.exec_driver_sql("SET statement_timeout = 0")
                    for table in tables:
                        connection.exec_driver_sql(f"VACUUM (FULL) {table}")
                    connection.invalidate()  # with its time-out it is of no use to others
                return
            bare = self.engine.raw_connection()
            try:
                with self._alone(time.monotonic() + _LONG):
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
        head = there = newest()
        try:
            there = self.write(lambda s: MigrationContext.configure(s.connection()).get_current_revision(), patience=1)
        except DatabaseUnavailable:
            return "数据库不能写入，或者连接不上"
        except DatabaseDamaged:
            pass
        if self.is_damaged:
            return "数据库损坏，有的内容读不出来。请停止服务，运行gongkai verify看哪里损坏，再用备份恢复"
        return None if there == head else "数据库的结构与程序的版本不一致，请重新启动以升级"

    def close(self) -> None:
        if self._writer is not None:
            self._writer.shutdown(wait=True)
        self.engine.dispose()
        if self.replica is not None:
            self.replica.engine.dispose()
        self._glancer.dispose()
        self._writing.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def one_at_a_time(session: Session, what: str) -> None:
    """Hold off whoever else does the same until the transaction ends (SQLite has one writer)."""
    if session.connection().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(lock_number(what))))


def lock_number(what: str) -> int:
    """The number of an advisory lock (PostgreSQL), from what it is for."""
    return int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], signed=True)


def no_limit(connection: Connection) -> None:
    """What comes in this transaction may take as long as it likes (PostgreSQL): a migration, a restore, the check of all that is there."""
    if connection.dialect.name == "postgresql":
        for name in ("lock_timeout", "statement_timeout"):
            connection.exec_driver_sql(f"SET LOCAL {name} = 0")


_ADDED_TO_0001 = {
    "next_step": "VARCHAR(40)", "waiting_for": "VARCHAR(320)", "to_serve": "INTEGER NOT NULL DEFAULT 0",
    "archive_ready": "BOOLEAN NOT NULL DEFAULT false", "returned": "BOOLEAN NOT NULL DEFAULT false", "drafted_by": "VARCHAR(100)",
    "supervised_on": "DATE",
}  # fmt: skip


def _lengthen(connection: Connection) -> None:
    """Schema 0001 was given more columns for lists after its first day: a database of that day gets them, and the rebuild fills them."""
    there = {column["name"] for column in inspect(connection).get_columns("docket")}
    for name, kind in _ADDED_TO_0001.items():
        if name not in there:
            connection.exec_driver_sql(f"ALTER TABLE docket ADD COLUMN {name} {kind}")


@cache
def _known() -> frozenset[str]:
    """The versions of the schema that this program knows."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return frozenset(one.revision for one in ScriptDirectory.from_config(config).walk_revisions())


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


_CORRUPT = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_DATA_CORRUPTED = {"XX001", "XX002"}


def is_damage(error: Exception) -> bool:
    """Whether the driver says that what is stored cannot be read."""
    origin = getattr(error, "orig", None)
    code = getattr(origin, "sqlite_errorcode", 0) & 0xFF
    return code in _CORRUPT or getattr(origin, "sqlstate", None) in _DATA_CORRUPTED


def _unavailable(error: Exception) -> Exception:
    """What an error of the driver means to the program; errors of the program itself stay what they are."""
    if isinstance(error, PoolTimeout):
        return DatabaseUnavailable("no free connection")
    if not isinstance(error, OperationalError | InterfaceError):
        return error
    full = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL or getattr(error.orig, "sqlstate", None) == "53100"
    return (DatabaseFull if full else DatabaseUnavailable)(type(error.orig).__name__)


def _prepare_sqlite(engine: Engine, patience: int = 5000, *, begins: bool = True) -> None:
    """`begins` False: each question for itself, without a transaction around it."""

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, by name
        # Without recursive triggers INSERT OR REPLACE would pass those that keep acts, letters and the log as they are.
        wanted = (f"busy_timeout={patience}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON")
        for pragma in wanted:
            connection.execute(f"PRAGMA {pragma}")

    if not begins:
        return

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("begin") != "IMMEDIATE":
            connection.exec_driver_sql("BEGIN")
            return
        bare: Any = connection.connection.dbapi_connection
        left = max(0, int((options["until"] - time.monotonic()) * 1000))
        bare.execute(f"PRAGMA busy_timeout={left}")  # somebody else's program may hold it, which knows nothing of our lock
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            bare.execute(f"PRAGMA busy_timeout={patience}")


def _postgresql(url: str, processes: int) -> Engine:
    told = {name: value for name, value in _TIMEOUTS.items() if name not in make_url(url).query}
    engine = create_engine(
        url, pool_size=max(4, 16 // processes), max_overflow=max(8, 32 // processes), pool_timeout=3, pool_pre_ping=True, connect_args=told
    )
    _prepare_postgresql(engine)
    return engine


def _prepare_postgresql(engine: Engine) -> None:
    capabilities.tell_version(engine)
    known: list[capabilities.Capabilities] = []
    asking = Lock()

    def _can(connection: Any) -> capabilities.Capabilities:
        with asking:  # once, before anything else is said
            if not known:
                known.append(capabilities.ask(connection))
                if known[0].missing:
                    capabilities.speak(engine, known[0].missing)
        return known[0]

    def _limits(connection: Any, *, local: str = "") -> list[str]:
        """By statements: a pooler between refuses options of the start that it does not know."""
        limits = {"lock_timeout": _LOCK_TIMEOUT} if _can(connection).lock_timeout else {}
        return [f"SET {local}{name} = {limit}" for name, limit in (limits | {"statement_timeout": _STATEMENT_TIMEOUT}).items()]

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, record: Any) -> None:
        # A pooler (PgBouncer) tells a process number of its own; by transactions it gives the server's sessions to one after the other.
        record.info[_POOLED] = connection.pgconn.backend_pid != connection.execute("SELECT pg_backend_pid()").fetchone()[0]
        if record.info[_POOLED]:
            connection.prepare_threshold = None  # what one session knows by name the next does not
            _can(connection)
        else:
            connection.execute("; ".join(_limits(connection)))
        connection.commit()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        bare: Any = connection.connection.dbapi_connection
        if connection.connection.info.get(_POOLED) and not bare.autocommit:  # nothing that outlives the transaction is ours
            bare.execute("; ".join(_limits(bare, local="LOCAL ")))


__all__ = ["Database", "DatabaseDamaged", "DatabaseFull", "DatabaseUnavailable", "NewerSchema", "text"]
