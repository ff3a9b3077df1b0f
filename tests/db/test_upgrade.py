"""An office that upgrades keeps what it has: its rows are those that a new installation would have made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from db import store
from db.engine import MIGRATIONS, Database
from tests.reports.test_counting import KEYS, RULES, kept
from tests.reports.test_findings import imported, of_year, reopened, said
from tests.reports.test_ledger import HEADING, as_csv, lines_of, loader, row


@pytest.fixture
def older(database_url_factory: Callable[[Path], str], tmp_path: Path) -> Iterator[Database]:
    """A database whose schema may be set back."""
    made = Database(database_url_factory(tmp_path))
    made.migrate()
    yield made
    made.close()


def set_back(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()


def test_from_0004_what_a_ledger_told_is_told_apart(older: Database, tmp_path: Path) -> None:
    """0004 took an imported reply for late, its days for days in 已登记, and knew of no reply given again."""
    late = row(number="2", received_on="2025-3-10", replied_on="2025-5-12", wanted="另一事项")
    rows = [row(number="1", received_on="2025-3-3", replied_on="2025-3-20"), late, row(number="3", received_on="2025-4-1", outcome="", replied_on="")]
    imported(older, "gx-old", tmp_path, *rows)
    kept(older, "gx-old", [reopened("2026-07-20"), reopened()])
    set_back(older, "0004")
    assert "from_ledger" not in {one["name"] for one in inspect(older.engine).get_columns("tally")}
    ledger = "case_id IN (SELECT case_id FROM act WHERE kind = 'ledger_result')"
    with older.engine.begin() as connection:
        connection.execute(text(f"UPDATE tally SET in_time = (ended_on < '2025-04-01'), days_registered = reply_days WHERE {ledger}"))
    older.migrate()
    assert older.problem() is None
    older.write(lambda session: store.renew_keys(session, KEYS))  # as the office does when it is opened
    assert older.write(lambda session: store.rebuild(session, RULES, KEYS)) == [], "nothing is left to mend"
    assert "由原台账导入的有1件" in said(older, "gx-old", of_year(2025))["办理时效"]
    assert "另有1件重新处理以后再次答复" in said(older, "gx-old", of_year(2026))["总体情况"]
    again = loader(older, "gx-old").load(lines_of(as_csv(tmp_path, HEADING, *rows)), "台账.csv")
    assert (again.loaded, again.already) == (0, 3), "and no line of the ledger comes a second time"


def test_to_0010_no_file_of_an_earlier_version_was_passed_down(older: Database) -> None:
    kept(older, "gx-old", [reopened("2026-07-20")])
    set_back(older, "0009")
    assert "passed_to" not in {one["name"] for one in inspect(older.engine).get_columns("docket")}
    older.migrate()
    assert older.problem() is None
    with older.read() as session:
        rows = session.execute(text("SELECT passed_to, draft_limit FROM docket")).all()
    assert rows and all(one == (None, None) for one in rows)
    older.write(lambda session: store.renew_keys(session, KEYS))  # as the office does when it is opened
    assert older.write(lambda session: store.rebuild(session, RULES, KEYS)) == []


def test_every_upgrade_can_be_taken_back_and_made_again(older: Database, tmp_path: Path) -> None:
    kept(older, "gx-old", [reopened(), reopened("2026-07-20")])
    set_back(older, "0004")
    older.migrate()
    assert older.problem() is None
    with older.read() as session:
        found = session.execute(text("SELECT again_on FROM tally WHERE again_on IS NOT NULL")).scalars().all()
    assert [str(one) for one in found] == [str(date(2026, 7, 20))]
