"""What is looked up by a number or a digest is found by an index, however many letters and entries of the log there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlmodel import Session

from db import people, queries
from db.engine import Database
from tests.conftest import RING

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)


@pytest.fixture
def database(migrated_url_factory: Callable[[Path], str], tmp_path: Path) -> Iterator[Database]:
    made = Database(migrated_url_factory(tmp_path), RING)
    yield made
    made.close()


def plans(database: Database, asked: Callable[[Session], Any]) -> str:
    """How the engine goes about what is `asked`, if there are too many rows to read them all."""
    said: list[tuple[str, Any]] = []

    def heard(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        said.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", heard)
    with database.read() as session:
        asked(session)
    event.remove(database.engine, "before_cursor_execute", heard)
    with database.read() as session:
        if not database.is_sqlite:
            session.execute(text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
        connection = session.connection()
        return "\n".join(
            str(row[-1]) for statement, parameters in said if statement.startswith("SELECT")
            for row in connection.exec_driver_sql(explain + statement, parameters)
        )  # fmt: skip


def test_a_letter_is_found_by_its_number_or_its_digest(database: Database) -> None:
    assert "letter_number" in plans(database, lambda s: queries.letters_called(s, ["gx-zrzy"], "冠自然资告〔2026〕1号"))
    assert "letter_unfinished" in plans(database, lambda s: queries.letters_with(s, ["gx-zrzy", "gx-rsj"], "0" * 64))


def test_entries_about_a_file_are_a_stretch_of_the_index(database: Database) -> None:
    numbers = ("冠自然资依申请〔2026〕1号", "冠自然资依申请〔2026〕11号", "冠自然资依申请〔2026〕1号!", "冠自然资依申请〔2026〕1_")
    for number in numbers:
        for rest in ("", " 文书 1", " 2 act"):
            database.write(lambda s, said=f"{number}{rest}": people.log(s, NOW, "unmask", object=said))
    for number in numbers:
        with database.read() as session:
            found = people.log_entries(session, wanted=people.LogFilter(file=number))
            assert [one.object for one in people.log_about(session, number, NOW)] == [f"{number}{rest}" for rest in ("", " 文书 1", " 2 act")]
            assert people.log_length(session, people.LogFilter(file=number)) == 3
        assert [one.object for one in found] == [f"{number}{rest}" for rest in (" 2 act", " 文书 1", "")]
    about = people.LogFilter(file=numbers[0])
    assert "log_entry_object" in plans(database, lambda s: people.log_length(s, about))
    assert "log_entry_object" in plans(database, lambda s: people.log_about(s, numbers[0], NOW))
    told = plans(database, lambda s: people.log_entries(s, wanted=about))
    assert "log_entry_object" in told or "log_entry_pkey" in told, "the latest fifty may be found sooner from the end"
