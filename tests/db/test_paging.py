"""A list is read page by page, each found from the row that it lies beside, in both directions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from db import finding
from db.engine import Database
from db.finding import Page, Place, Wanted
from tests.conftest import RING
from tests.reports.test_counting import kept
from tests.reports.test_findings import reopened

NOBODY: Any = None
"""Who asks, where no filter asks who it is."""


@pytest.fixture
def database(migrated_url_factory: Callable[[Path], str], tmp_path: Path) -> Iterator[Database]:
    made = Database(migrated_url_factory(tmp_path), RING)
    yield made
    made.close()


@pytest.mark.parametrize("undated", [0, 5, 11])
@pytest.mark.parametrize("sort", ["due", "received"])
def test_every_file_stands_once_on_the_way_there_and_back(database: Database, monkeypatch: pytest.MonkeyPatch, sort: str, undated: int) -> None:
    """Several are due on one day, and some on none: they stand last."""
    made = [one.id for one in kept(database, "gx-old", [reopened() for _ in range(11)])]
    for at, case_id in enumerate(sorted(made)):
        due = None if at < undated else f"2026-03-0{1 + at % 3}"
        database.write(lambda s, due=due, of=case_id: s.execute(text("UPDATE docket SET due_on = :due WHERE case_id = :of"), {"due": due, "of": of}))

    def page(place: Place | None = None) -> Page:
        with database.read() as session:
            return finding.found(session, ["gx-old"], Wanted(sort=sort), NOBODY, place=place)

    whole = [row.case_id for row in page().rows]
    assert sorted(whole) == sorted(made)
    monkeypatch.setattr(finding, "PAGE", 4)
    there = [page()]
    while there[-1].more:
        there.append(page(Place.read(there[-1].place(-1, sort), after=True)))
    assert [[row.case_id for row in one.rows] for one in there] == [whole[:4], whole[4:8], whole[8:]]
    back = [there[-1]]
    while len(back) < 3:
        back.append(page(Place.read(back[-1].place(0, sort), after=False)))
    assert [row.case_id for one in back[::-1] for row in one.rows] == whole
