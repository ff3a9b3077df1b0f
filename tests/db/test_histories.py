"""Whatever happened to a file: what lists and statistics keep of it is what its acts say, act by act and made anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import Session

from db import store
from db.engine import Database
from tests.conftest import RING, rebuilt
from tests.workflow.histories import History, drawn, told
from workflow.case import Case
from workflow.law import Rules

pytestmark = pytest.mark.slow
KEYS = store.Keys(b"k" * 32)
SEEDS = range(1000, 1040)


def keep(session: Session, history: History, rules: Rules) -> None:
    """Write the acts of a history one by one, each with its projection, as the office does."""
    for place, case in enumerate(history.files):
        serial = store.next_number(session, case.agency, 2026, "case")
        growing = Case(case.id, case.agency, case.number)
        for signed in case.acts:
            growing = growing.with_act(signed)
            if signed.seq == 1:
                store.create_case(session, growing, year=2026, serial=serial)
            store.append(session, case.id, signed)
            store.write_docket(session, growing, rules, KEYS)
        assert store.load(session, case.id) == case, (place, told(history))


@pytest.fixture(scope="module")
def histories() -> list[History]:
    return [drawn(seed) for seed in SEEDS]


def test_rebuilding_changes_nothing_whatever_happened(tmp_path: Path, histories: list[History]) -> None:
    """Property (e): the projection written act by act is the one that is made of the acts anew."""
    database = Database(f"sqlite:///{tmp_path / 'gongkai.db'}", RING)
    database.migrate()
    try:
        rules = histories[0].rules
        database.write(lambda session: [keep(session, history, rules) for history in histories])
        wrong = set(rebuilt(database, rules, KEYS))
        assert not wrong, "\n".join(told(one) for one in histories if wrong & {case.number for case in one.files})
    finally:
        database.close()
