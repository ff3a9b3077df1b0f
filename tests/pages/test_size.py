"""What a page asks of the database does not read through what is archived: shown by the plan of every statement, on either engine.

A growing table is met by its key, by an index that finds what is asked for, by one that holds only what waits, or in the order of a
list that ends after a page. That a rare filter may lead far along such a list is not seen here: `tests.bench.bench_size` measures it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from db import counting, finding, queries, store
from tests.bench.asked import ANSWERS, HANDLER, PAGES, Heard, addresses, listening
from tests.bench.generate import MODEL, TODAY, Generated, opened
from tests.conftest import print_nothing
from tests.pages.conftest import Site, running

pytestmark = pytest.mark.slow
GROWING = frozenset(
    {"act", "application", "attachment", "case_file", "case_text", "docket", "inbox", "letter", "log_entry", "occurrence", "once", "tally"}
)
"""What has a row more with each file, or with each thing that is done."""
WAITING = frozenset({
    "application_waiting", "docket_live", "docket_open", "docket_owed", "docket_old_keys", "docket_to_confirm", "docket_waiting", "inbox_open",
    "letter_unfinished",
})  # fmt: skip
"""Indexes of what waits: as long as the desks are, however much is archived."""
OF_LIKE = ("/similar", "/analysis/suggestions")
"""What compares a text with all that are like it: the search has a bound of its own (`db.search`)."""
WIDE = frozenset({"agency", "assignee", "kind", "what"})
"""Columns of which one value may stand in most of the rows (an officer's name in those of all his years); of the states, one alone does, and
lists of it end after a page."""


@pytest.fixture
def much(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made here counts as more than is counted: how few are read is another way, and bounded by what few are."""
    for module in (finding, queries):
        monkeypatch.setattr(module, "MANY", 10)
        monkeypatch.setattr(module, "many", lambda session, query, most=10: counting.many(session, query, 10))


def asked(site: Site) -> dict[str, tuple[str, Any]]:
    """Every statement that a page or a list sends -> the first that sends it, and its parameters."""
    site.clock.set(TODAY)
    print_nothing(site.office)
    with site.office.database.read() as session:
        said = f"FROM docket WHERE agency = '{MODEL}' AND state = '{{}}' ORDER BY received_on, case_id LIMIT 1"
        connection = session.connection()
        open_now = connection.exec_driver_sql(f"SELECT case_id {said.format('handling')}").scalar_one()
        archived, number = connection.exec_driver_sql(f"SELECT case_id, number {said.format('archived')}").one()
    about = {"opened": open_now, "archived": archived, "number": number}
    found: dict[str, tuple[str, Any]] = {}

    def note(by: str, heard: Heard) -> None:
        for statement, parameters in heard.parameters.items():
            found.setdefault(statement, (by, parameters))

    token = {who: _token(site, who) for who in {one for row in ANSWERS for one in row[0]}}
    for table in (PAGES, ANSWERS):
        for who, path in addresses(table, **about):
            if not path.endswith(OF_LIKE):
                person = site.as_(who) if table is PAGES else site.visitor(Authorization=f"Bearer {token[who]}")
                with listening(site.office.database, costs=False) as heard:
                    assert person.get(path).status_code == 200, path
                note(f"{who} {path}", heard)
    with listening(site.office.database, costs=False) as heard:
        assert "完整核对" in site.as_(HANDLER).post("/cases/find", {"q": "13800000121"}).text
    note("a phone", heard)
    return found


def _token(site: Site, who: str) -> str:
    now, officer = site.clock(), site.officers[who].id
    return site.office.database.write(lambda s: store.new_token(s, officer, label="样例", at=now, expires_at=now + timedelta(days=1)))


# ------------------------------------------------------------------ what a plan reads through


_STEP = re.compile(r"(SCAN|SEARCH) (\w+)(?: USING (?:AUTOMATIC )?(?:PARTIAL )?(?:COVERING )?(?:INDEX (\w+)|INTEGER PRIMARY KEY))?(?: \((.*)\))?")


def through_sqlite(connection: Connection, statement: str, parameters: Any) -> Iterator[tuple[str, str]]:
    """The steps of a plan that read through a growing table, and which."""
    steps = [str(row[-1]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    ends = " LIMIT " in statement.replace("\n", " ") and not any("TEMP B-TREE FOR ORDER BY" in one for one in steps)
    names = dict(re.findall(r"(\w+) AS (\w+)", statement))
    tables = {alias: table for table, alias in names.items()}
    for step in steps:
        met = _STEP.match(step)
        if met is None or "VIRTUAL TABLE" in step or (table := tables.get(met[2], met[2])) not in GROWING:
            continue
        by = set(re.findall(r"(\w+)[=<>]", met[4] or ""))
        if met[3] not in WAITING and not ends and (met[1] == "SCAN" or (by and by <= WIDE)):
            yield step, table


def test_no_statement_of_a_page_reads_through_a_growing_table(
    migrated_sqlite: Callable[[Path], str], tmp_path: Path, much: None
) -> None:
    """On SQLite, whose plans follow from the statement and its indexes. PostgreSQL chooses by size: of some hundred files it reads all."""
    url = migrated_sqlite(tmp_path)
    office = opened(url, tmp_path)
    made = Generated(office, tmp_path, templates=6, each=9, people=60)
    made.grow(600)
    office.close()
    with running(url, tmp_path) as site:
        found = asked(site)
        assert len(found) > 100
        wrong = []
        with site.office.database.read() as session:
            connection = session.connection()
            for statement, (by, parameters) in found.items():
                if statement.lstrip().startswith(("SELECT", "WITH")):
                    for step, table in through_sqlite(connection, statement, parameters):
                        wrong.append(f"{by}: {step} ({table})\n    {' '.join(statement.split())[-600:]}")
    assert not wrong, "\n\n".join(wrong)
