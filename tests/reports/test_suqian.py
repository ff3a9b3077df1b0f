"""A published year, imported as a ledger and asked back: every cell equal, what is carried over too."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from db import ledger, reports, store
from db.engine import Database
from tests.reports.suqian import HEADING, ledger_rows, published
from workflow import statistics as s
from workflow.law import Rules, load_rules

TODAY = date(2024, 1, 25)
KEYS = store.Keys(b"k" * 32)


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules()


@pytest.fixture(scope="module")
def imported(database: Database, rules: Rules, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ledger.Loaded]:
    path = tmp_path_factory.mktemp("ledger") / "宿迁2023.csv"
    with path.open("w", encoding="gb18030", newline="") as stream:
        csv.writer(stream).writerows([HEADING, *ledger_rows()])
    return path, loader(database, rules).load(ledger.read(path, rules, TODAY), path.name)


def loader(database: Database, rules: Rules) -> ledger.Loader:
    at = datetime(2024, 1, 25, 1, tzinfo=UTC)
    return ledger.Loader(database, rules, KEYS, "gx-zfb", "样例市", "样例依申〔{}〕{}号".format, at, TODAY)


def test_every_cell_of_the_published_report_is_counted_again(database: Database, rules: Rules, imported: tuple[Path, ledger.Loaded]) -> None:
    loaded = imported[1]
    assert (loaded.loaded, loaded.bad) == (3607, [])
    report = published()["reports"][0]
    with database.read() as session:
        annual = reports.annual(session, ["gx-zfb"], 2023, rules)
    assert annual.figures.table3 == report["table3"]
    assert annual.figures.table4 == report["table4"]
    assert all(check.holds for check in annual.checks)
    assert list(annual.figures.table3) == published()["row_keys"]
    assert list(s.COLUMNS) == published()["columns"]


def test_a_second_run_loads_nothing_twice(database: Database, rules: Rules, imported: tuple[Path, ledger.Loaded]) -> None:
    again = loader(database, rules).load(ledger.read(imported[0], rules, TODAY), imported[0].name)
    assert (again.loaded, again.already, again.bad) == (0, 3607, [])


def test_every_cell_opens_as_many_cases_as_it_counts(database: Database, rules: Rules, imported: tuple[Path, ledger.Loaded]) -> None:
    with database.read() as session:
        annual = reports.annual(session, ["gx-zfb"], 2023, rules)
        for row, cells in annual.figures.table3.items():
            for column in (s.COLUMNS[0], s.COLUMNS[1], s.COLUMNS[-1]):
                assert len(reports.cases_of(session, annual, row, column, rules)) == cells[s.COLUMNS.index(column)], (row, column)
        for group, cells in annual.figures.table4.items():
            found = reports.challenged_cases(session, annual, group, "总计")
            assert len(found) == cells[-1]


def test_what_was_imported_says_so_and_rebuilds_to_the_same(database: Database, rules: Rules, imported: tuple[Path, ledger.Loaded]) -> None:
    with database.read() as session:
        annual = reports.annual(session, ["gx-zfb"], 2023, rules)
        row = reports.cases_of(session, annual, "三(六)3", "法律服务机构", rules)[0]
        case = store.load(session, row.case_id)
    assert case is not None
    assert case.registration.imported is not None
    assert case.registration.imported.ledger == "宿迁2023.csv"
    assert "由原台账导入" in (case.registration.remark or "")
    assert case.number.startswith("宿样例〔2023〕")
    assert (case.state, case.outcome, case.letters(rules)) == ("closed", "withdrawn", ())
