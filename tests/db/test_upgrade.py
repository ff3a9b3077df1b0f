"""An office that upgrades keeps what it has: its rows are those that a new installation would have made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, select, text

from api.office.opening import open_journal
from db import drafts, factors, guards, journal, ledger, people, store
from db.engine import MIGRATIONS, Database
from db.sought import DOCKET, holding
from db.verify import of_log, standing_still
from tests.conftest import RING, rebuilt
from tests.reports.test_counting import KEYS, RULES, kept
from tests.reports.test_findings import imported, of_year, reopened, said
from tests.reports.test_ledger import HEADING, as_csv, lines_of, loader, row

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)


@pytest.fixture
def older(database_url_factory: Callable[[Path], str], tmp_path: Path) -> Iterator[Database]:
    """A database whose schema may be set back."""
    made = Database(database_url_factory(tmp_path), RING)
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
    assert rebuilt(older, RULES, KEYS) == [], "nothing is left to mend"
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
    assert rebuilt(older, RULES, KEYS) == []


def test_to_0016_attachments_of_an_earlier_version_are_of_the_whole_request(older: Database) -> None:
    kept(older, "gx-old", [reopened("2026-07-20")])
    set_back(older, "0013")
    assert "role" not in {one["name"] for one in inspect(older.engine).get_columns("attachment")}
    with older.engine.begin() as connection:
        connection.execute(text(
            "INSERT INTO attachment (id, case_id, name, media_type, size, digest, officer, at) "
            "SELECT 'a', id, '方案.pdf', 'application/pdf', 1, 'd', '{}', '2026-07-20 00:00:00' FROM case_file LIMIT 1"
        ))  # fmt: skip
    older.migrate()
    assert older.problem() is None
    with older.read() as session:
        (row,) = session.execute(text("SELECT name, role, item, made_from, separated FROM attachment")).all()
    assert tuple(row) == ("方案.pdf", None, None, None, None)


def test_to_0017_an_office_has_said_nothing_of_its_ledgers_yet(older: Database, tmp_path: Path) -> None:
    imported(older, "gx-old", tmp_path, row(number="1"))
    set_back(older, "0016")
    assert "ledger_word" not in inspect(older.engine).get_table_names()
    older.migrate()
    assert older.problem() is None
    with older.read() as session:
        assert ledger.meanings_of(session, "gx-old") == ledger.Meanings()
        assert session.execute(text("SELECT count(*) FROM docket")).scalar_one() == 1


def test_to_0018_nobody_has_a_second_factor_yet(older: Database) -> None:
    kept(older, "gx-old", [reopened("2026-07-20")])
    who = older.write(lambda s: store.add_officer(s, username="x", name="样例", role="head", agency="gx-old", at=NOW)).id
    set_back(older, "0017")
    assert "second_factor" not in inspect(older.engine).get_table_names()
    older.migrate()
    assert older.problem() is None
    with older.read() as session:
        assert factors.confirmed(session, [who]) == set()
        assert people.officer_by_id(session, who) is not None
    assert older.write(lambda s: factors.begin(s, who, "A" * 32, NOW)) and older.write(lambda s: factors.confirm(s, who, 1, NOW))
    with older.read() as session:
        assert factors.confirmed(session, [who]) == {who}


def test_to_0019_letters_and_entries_are_found_by_number(older: Database) -> None:
    kept(older, "gx-old", [reopened("2026-07-20")])
    older.write(lambda session: people.log(session, NOW, "unmask", object="旧〔2026〕1号 文书"))
    set_back(older, "0018")
    assert "letter_number" not in {one["name"] for one in inspect(older.engine).get_indexes("letter")}
    older.migrate()
    assert older.problem() is None
    assert "letter_number" in {one["name"] for one in inspect(older.engine).get_indexes("letter")}
    with older.read() as session:
        assert people.log_length(session, people.LogFilter(file="旧〔2026〕1号")) == 1


def test_every_upgrade_can_be_taken_back_and_made_again(older: Database, tmp_path: Path) -> None:
    kept(older, "gx-old", [reopened(), reopened("2026-07-20")])
    set_back(older, "0004")
    older.migrate()
    assert older.problem() is None
    with older.read() as session:
        found = session.execute(text("SELECT again_on FROM tally WHERE again_on IS NOT NULL")).scalars().all()
    assert [str(one) for one in found] == [str(date(2026, 7, 20))]


def test_to_0014_what_was_there_is_chained_and_watched_from_then_on(older: Database, tmp_path: Path) -> None:
    """Entries of before get their places, without the gaps that PostgreSQL left; what was there is known to the log; once only."""
    kept(older, "gx-old", [reopened("2026-07-20")])
    set_back(older, "0013")
    with older.engine.begin() as connection:
        for seq in (900, 1200, 70000):
            words = "INSERT INTO log_entry (seq, at, what) VALUES (:seq, '2026-11-24 01:00:00+00:00', 'sign_in')"
            connection.execute(text(words), {"seq": seq})
    older.migrate()
    assert older.problem() is None
    secrets = tmp_path / "secrets"
    open_journal(older, secrets, lambda: NOW)
    assert [path.name for path in secrets.iterdir()] == ["log.key"]
    assert log_faults(older) == []
    with older.read() as session:
        entries = people.log_entries(session, limit=1000)
    assert [one.seq for one in entries] == list(range(len(entries), 0, -1))
    assert [one.what for one in entries if one.what != "chain"][:3] == ["sign_in"] * 3
    people_added = older.write(lambda s: store.add_officer(s, username="x", name="样例", role="head", agency="gx-old", at=NOW))
    open_journal(older, secrets, lambda: NOW)
    assert log_faults(older) == []
    with older.engine.begin() as connection:
        connection.execute(text("UPDATE officer SET role = 'admin'"))
    open_journal(older, secrets, lambda: NOW)
    assert log_faults(older) == [f"officer/{people_added.id}：与日志第{len(entries) + 1}条所记的不符"], "a start does not forgive it"


def test_a_log_is_not_begun_anew_because_its_key_or_its_entries_are_gone(older: Database, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    open_journal(older, secrets, lambda: NOW)
    older.write(lambda s: store.add_officer(s, username="x", name="样例", role="head", agency="gx-old", at=NOW))
    (secrets / "log.key").rename(tmp_path / "log.key")
    with pytest.raises(journal.KeyMissing):
        open_journal(older, secrets, lambda: NOW)
    assert list(secrets.iterdir()) == []
    (tmp_path / "log.key").rename(secrets / "log.key")
    for table, names in guards.TRIGGERS["sqlite" if older.is_sqlite else "postgresql"].items():
        for name in names:
            with older.engine.begin() as connection:
                connection.execute(text(f"DROP TRIGGER {name}" if older.is_sqlite else f"DROP TRIGGER {name} ON {table}"))
    with older.engine.begin() as connection:
        connection.execute(text("DELETE FROM log_entry"))
        connection.execute(text("UPDATE log_head SET seq = 0, mac = NULL, seal = NULL"))
    open_journal(older, secrets, lambda: NOW)
    assert len(log_faults(older)) == 1


def log_faults(database: Database) -> list[str]:
    with database.read() as session:
        return list(of_log(standing_still(session)))


def test_to_0020_words_are_found_in_the_files_that_are_there(older: Database) -> None:
    kept(older, "gx-old", [reopened("2026-07-20"), reopened()])
    set_back(older, "0019")
    assert "marks" not in {one["name"] for one in inspect(older.engine).get_columns("case_text")}
    older.migrate()
    assert older.problem() is None
    with older.read() as session:
        assert len(session.execute(select(DOCKET.c.case_id).where(holding(session, ["样例"], ["gx-old"]))).all()) == 2
    assert rebuilt(older, RULES, KEYS) == [], "and they are what a rebuild would write"


def test_to_0024_what_was_half_filled_before_is_there_and_is_not_written_over(older: Database) -> None:
    who = older.write(lambda s: store.add_officer(s, username="x", name="样例", role="head", agency="gx-old", at=NOW)).id
    old = {"text": ["写了一半"], "window": ["w"], "after": [""]}
    older.write(lambda s: people.save_draft(s, who, "/note", old, NOW))
    older.write(lambda s: people.save_draft(s, who, "/sent", {"sent": "w"}, NOW))
    set_back(older, "0021")
    assert "ended_form" not in inspect(older.engine).get_table_names()
    older.migrate()
    assert older.problem() is None
    with older.read() as session:
        assert people.draft(session, who, "/note") == (old, NOW) and people.draft(session, who, "/sent") is None
    own, other = {"window": "w", "turn": "1", "text": "接着写"}, {"window": "v", "text": "别处写的"}
    assert older.write(lambda s: drafts.keep(s, who, "/note", other, NOW)).became == "elsewhere"
    assert older.write(lambda s: drafts.keep(s, who, "/note", own, NOW)).became == "kept"
    older.write(lambda s: drafts.was_sent(s, who, "/note", own, NOW))
    assert older.write(lambda s: drafts.keep(s, who, "/note", own, NOW)).became == "sent"
    assert older.write(lambda s: drafts.keep(s, who, "/sent", other, NOW)).became == "kept"
