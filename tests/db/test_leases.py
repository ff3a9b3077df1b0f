"""在办的后台工作: of those who would do a thing that nobody waits for, one has it in hand; when its process dies, another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import text

from db.engine import Database
from db.leases import Leases
from tests.conftest import RING


@pytest.fixture
def database(migrated_url_factory: Callable[[Path], str], tmp_path: Path) -> Iterator[Database]:
    made = Database(migrated_url_factory(tmp_path), RING)
    made.migrate()
    yield made
    made.close()


def test_one_process_does_not_do_a_thing_twice_at_once(database: Database) -> None:
    leases = Leases(database)
    with leases.held("import") as mine, leases.held("import") as again, leases.held("rebuild") as other:
        assert (mine, again, other) == (True, False, True)
    with leases.held("import") as mine:
        assert mine


@pytest.mark.parametrize("engine_kind", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_of_many_processes_one_has_it_until_it_gives_it_back_or_dies(database: Database) -> None:
    start, won = Barrier(8), list[Leases]()
    end = Barrier(8)

    def race(one: Leases) -> None:
        start.wait()
        with one.held("letter") as mine:
            if mine:
                won.append(one)
            end.wait()

    threads = [Thread(target=race, args=(Leases(database),)) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(won) == 1
    first, second = Leases(database), Leases(database)
    with first.held("letter") as mine:
        assert mine, "given back by who won"
        assert not _taken(second)
        database.write(lambda session: session.execute(text("UPDATE lease SET until = until - interval '15 seconds'")))
        first.renew()
        assert not _taken(second), "it lives"
        database.write(lambda session: session.execute(text("UPDATE lease SET until = until - interval '25 seconds'")))
        assert _taken(second), "it gave no sign of life"
    assert _taken(first)


def _taken(leases: Leases) -> bool:
    with leases.held("letter") as mine:
        return mine
