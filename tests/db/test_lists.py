"""The lists of the desks are what the law says (`workflow.movers`): compared row by row, over files and people of every kind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Row, and_, select
from sqlmodel import Session

from db import assignees, lists, standing, store
from db.engine import Database
from tests.conftest import RING
from tests.db.test_histories import KEYS
from tests.workflow.histories import AGENCY, LAST, History, drawn, told
from tests.workflow.people import drawn_staff
from workflow.law import Rules
from workflow.movers import Move, is_kept, movers, who_must_move
from workflow.procedure import ACTIVE
from workflow.staff import Staff

SEEDS = range(2000, 2000 + int(os.environ.get("HISTORIES", "40")))
DOCKET = lists.DOCKET


@pytest.fixture(scope="module")
def histories() -> list[History]:
    """Cut short, so that most files are still on their way."""
    return [drawn(seed, steps=4 + seed % 24) for seed in SEEDS]


@pytest.fixture(scope="module")
def rows(
    migrated_url_factory: Any, tmp_path_factory: pytest.TempPathFactory, histories: list[History]
) -> Iterator[tuple[Session, dict[str, Row[Any]]]]:
    folder: Path = tmp_path_factory.mktemp("lists")
    database = Database(migrated_url_factory(folder), RING)
    rules = histories[0].rules
    files = [(case, 2026, serial) for serial, case in enumerate([case for one in histories for case in one.files], 1)]
    database.write(lambda session: store.add_files(session, files, rules, KEYS))
    with database.read() as session:
        yield session, {row.case_id: row for row in session.execute(select(DOCKET))}
    database.close()


def offices(rules: Rules) -> Iterator[Staff]:
    """People and days at random; the files lie in all the years up to then."""
    for seed in range(15):
        random = Random(seed)
        today = LAST - timedelta(random.choice((0, 0, 30, 400, 900, 1500)))
        yield replace(drawn_staff(random, today), roles=rules.on(today).roles)


def chosen(session: Session, condition: Any) -> set[str]:
    return set(session.execute(select(DOCKET.c.case_id).where(condition)).scalars())


@pytest.mark.slow
def test_what_a_list_selects_is_what_the_law_says(rows: Any, histories: list[History]) -> None:
    session, every = rows
    open_ = {id for id, row in every.items() if row.state in ACTIVE}
    for staff in offices(histories[0].rules):
        said = {id: movers(row, staff.today, staff) for id, row in every.items()}
        for name in staff.people(AGENCY):
            mine = {id for id, found in said.items() if found.of(name) is not None}
            assert chosen(session, lists.to_do(staff, name)) == mine, (staff, name)
            his = {id for id in open_ - mine if name in said[id].keepers}
            waiting = chosen(session, lists.waits_for_others(staff, name))
            assert waiting - his == set()
            handed = {id for id in his - waiting if every[id].assignee not in staff.whose(name)}
            assert his - waiting == handed  # a list shows whose the deputy's turn it is, not who is away
        assert chosen(session, lists.unassigned(staff, [AGENCY])) == {id for id in open_ if not is_kept(every[id], staff)}
        lost = {id for id in open_ if not said[id].attended}
        assert chosen(session, lists.unattended(staff, staff.agencies)) == lost
        assert sum(assignees.lost(session, staff, staff.agencies).values()) == len(lost)
        assert chosen(session, standing.LIVE) >= {id for id, found in said.items() if found.moves}


def test_what_a_list_keeps_of_a_file_is_what_the_file_says(rows: Any, histories: list[History]) -> None:
    """Asked of the file or of its row, the answer is the same, but for those who are asked for an opinion or a draft."""
    _, every = rows
    for staff in offices(histories[0].rules):
        for history in histories:
            for case in history.files:
                whole, row = who_must_move(case, history.rules, staff.today, staff), movers(every[case.id], staff.today, staff)
                assert replace(whole, moves=tuple(one for one in whole.moves if not _of_others(one))) == row, told(history)


def test_overdue_is_the_same_of_a_file_in_lists_and_on_desks(rows: Any, histories: list[History]) -> None:
    """A signed reply that has not left is overdue past the due date, wherever it is asked (READINGS R-A7)."""
    session, _ = rows
    files = {case.id: case for history in histories for case in history.files}
    unsent = 0
    for days in (0, 30, 400, 900, 1500):
        today = LAST - timedelta(days)
        late = {id for id, case in files.items() if case.overdue(histories[0].rules, today)}
        assert chosen(session, standing.overdue(today)) == late
        assert chosen(session, and_(standing.overdue(today), standing.LIVE)) == late, "and is on the desks"
        unsent += sum(not files[id].is_active for id in late)
    assert unsent > 0


def _of_others(move: Move) -> bool:
    """What other units are asked for: they have lists of their own."""
    return move.act == "opinion" or move.why.startswith("交来拟办")
