"""On a server without one of the younger constructs all is said in older words: what lists, search and the store promise holds there too.

The tests of `test_store`, and the questions of `test_sought`, are asked once more, on a PostgreSQL that was told to lack all of these
at once: the functions are renamed within the database, and whatever is still said in younger words is caught on its way. What cannot
be taken from it (FILTER, lock_timeout) is not used: that no statement says it is asked of every one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlmodel import Session

from db import capabilities, engine
from db.capabilities import Capabilities, in_older_words
from db.engine import Database
from tests.conftest import RING, fresh_database
from tests.db import test_store
from tests.db.test_sought import ASKED, found, session  # noqa: F401 - a fixture
from tests.db.test_store import rules  # noqa: F401 - a fixture

NOTHING = Capabilities(**dict.fromkeys((one.name for one in fields(Capabilities)), False))
YOUNGER = ("EXECUTE FUNCTION", "array_to_tsvector(", "FILTER (WHERE", "NO KEY", "lock_timeout", "hashtextextended")
pytestmark = pytest.mark.postgres

globals().update({name: one for name, one in vars(test_store).items() if name.startswith("test_") and callable(one)})


@pytest.fixture(scope="module")
def engine_kind() -> str:
    return "postgres"


@pytest.fixture(scope="module")
def said() -> Iterator[list[str]]:
    """All that is said to a server that can do nothing of it."""
    heard, made = list[str](), engine.create_engine

    def listened(*words: Any, **options: Any) -> Engine:
        one = made(*words, **options)
        event.listen(one, "after_cursor_execute", lambda _c, _cursor, statement, *_: heard.append(statement))
        return one

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(capabilities, "ask", lambda _connection: NOTHING)
        patch.setattr(engine, "create_engine", listened)
        yield heard


@pytest.fixture(scope="module")
def old_server(postgres_url: str, said: list[str]) -> str:
    """The name of a migrated database in which there is no younger function."""
    url = fresh_database(postgres_url)
    bare = create_engine(url, isolation_level="AUTOCOMMIT")
    with bare.connect() as connection:
        for name in ("array_to_tsvector(text[])", "hashtextextended(text, bigint)"):
            connection.execute(text(f"ALTER FUNCTION pg_catalog.{name} RENAME TO gone_{name.partition('(')[0]}"))
    bare.dispose()
    said.clear()
    made = Database(url, RING)
    made.migrate()
    made.close()
    return str(make_url(url).database)


@pytest.fixture(scope="module")
def migrated_url_factory(postgres_url: str, old_server: str) -> Callable[[Path], str]:
    return lambda _folder: fresh_database(postgres_url, old_server)


@pytest.fixture(scope="module")
def database_url_factory(migrated_url_factory: Callable[[Path], str]) -> Callable[[Path], str]:
    return migrated_url_factory


@pytest.fixture(autouse=True)
def _only_older_words(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "said" in request.fixturenames or "database" in request.fixturenames or "session" in request.fixturenames:
        heard: list[str] = request.getfixturevalue("said")
        assert heard and not [one for one in heard if any(word in one for word in YOUNGER)]


def test_migrated_forwards_and_backwards_its_triggers_keep_what_is_final(migrated_url_factory: Callable[[Path], str], tmp_path: Path) -> None:
    made = Database(migrated_url_factory(tmp_path), RING)
    with made.engine.connect() as connection:
        triggers = connection.execute(text("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal")).scalar_one()
        indexes = "\n".join(connection.execute(text("SELECT indexdef FROM pg_indexes WHERE tablename = 'case_text'")).scalars())
    assert triggers >= 8 and "(grams)::tsvector" in indexes and "(marks)::tsvector" in indexes
    made.close()


def test_words_are_found_as_by_a_younger_server(session: Session) -> None:  # noqa: F811 - the fixture
    assert [(asked, found(session, asked)) for asked, _ in ASKED] == list(ASKED)


def test_this_server_can_do_all_of_it_and_is_asked_so(postgres_url: str) -> None:
    made = Database(fresh_database(postgres_url), RING)
    with made.engine.connect() as connection:
        found = _ask(connection.connection.dbapi_connection)
    made.close()
    assert found == Capabilities() and found.missing == ()


_ask = capabilities.ask


@pytest.mark.parametrize(
    ("words", "older"),
    [
        ("SELECT count(*) FILTER (WHERE a = ')' AND (b OR c)) AS n0, count(*) FILTER (WHERE f(x)) AS n1 FROM t",
         "SELECT count(CASE WHEN a = ')' AND (b OR c) THEN 1 END) AS n0, count(CASE WHEN f(x) THEN 1 END) AS n1 FROM t"),
        ("SET LOCAL lock_timeout = 200", "SELECT 1"), ("SELECT id FROM officer FOR NO KEY UPDATE", "SELECT id FROM officer FOR UPDATE"),
        ("CREATE TRIGGER a BEFORE UPDATE ON t EXECUTE FUNCTION f()", "CREATE TRIGGER a BEFORE UPDATE ON t EXECUTE PROCEDURE f()"),
        ("gin (array_to_tsvector(string_to_array(grams, ' ')))", "gin (CAST(grams AS tsvector))"),
        ("SELECT 'lock_timeout = 5' FROM t", "SELECT 'lock_timeout = 5' FROM t"),
    ],
)  # fmt: skip
def test_the_older_words_say_the_same(words: str, older: str) -> None:
    assert in_older_words(words, NOTHING.missing) == older
    assert in_older_words(words, ()) == words


@pytest.mark.parametrize(("number", "version"), [("90204", (9, 2, 4)), ("120001", (12, 0, 1)), ("unknown", (9, 2, 4))])
def test_a_version_that_is_no_sentence_about_postgresql_is_read_from_its_number(number: str, version: tuple[int, ...]) -> None:
    class Other:
        """As openGauss and KingbaseES answer."""

        class dialect:  # noqa: N801 - SQLAlchemy's name
            @staticmethod
            def _get_server_version_info(_connection: Any) -> tuple[int, ...]:
                raise AssertionError("Could not determine version from string '(openGauss 5.0.0 build a07d57c3) compiled at ...'")

        @staticmethod
        def exec_driver_sql(_words: str) -> Any:
            return Other

        @staticmethod
        def scalar() -> str:
            return number

    capabilities.tell_version(Other)  # type: ignore[arg-type]
    assert Other.dialect._get_server_version_info(Other) == version
