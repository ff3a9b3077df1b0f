"""What sealing costs: lists, a file's page and an act, with texts sealed, and with a seal that does nothing, by turns in the same minutes.

Run: python -m tests.bench.bench_sealing [files] [rounds]. Processor's time; goal: at most 1.15 times for each.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

from db.sealing import Ring
from tests.bench.bench_pages import TODAY, filled
from tests.pages.conftest import Site, running
from workflow.acts import parse

HANDLER = "handler@gx-zrzy"
GOAL = 1.15


@contextmanager
def unsealed() -> Iterator[None]:
    """Texts lie open, under the name of the key, where the seal would stand."""

    def seal(ring: Ring, text: str | None, at: bytes) -> str | None:
        return text and f"{ring.current}.{text}"

    def read(ring: Ring, sealed: str | None, at: bytes) -> str | None:
        return sealed and sealed.partition(".")[2]

    with patch.object(Ring, "seal", seal), patch.object(Ring, "open", read):
        yield


@contextmanager
def as_it_is() -> Iterator[None]:
    yield


WAYS = {"sealed": as_it_is, "open": unsealed}


def work(site: Site) -> dict[str, Callable[[], object]]:
    """What is measured: name -> one turn of it."""
    person, officer, office = site.as_(HANDLER), site.officers[HANDLER], site.office
    with office.database.read() as session:
        said = "SELECT case_id FROM docket WHERE agency = 'gx-zrzy' AND state = 'handling' ORDER BY serial LIMIT 40"
        ids = [str(row[0]) for row in session.connection().exec_driver_sql(said)]
    note = parse({"kind": "note", "on": TODAY.isoformat(), "text": "核对材料（样例）" * 10})
    return {
        "the list of files": lambda: [person.page(f"/cases?page={n}") for n in (1, 2, 3)],
        "the desk": lambda: [person.page("/desk") for _ in range(3)],
        "a file's page": lambda: [person.page(f"/cases/{one}") for one in ids[:5]],
        "an act": lambda: [office.place(officer, one, note) for one in ids],
    }


def main(files: int, rounds: int) -> int:
    spent: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        todo = {}
        for way, held in WAYS.items():
            folder = Path(name) / way
            folder.mkdir()
            with held():
                site = stack.enter_context(running(f"sqlite:///{folder / 'bench.db'}", folder, ahead=True))
                site.clock.set(TODAY)
                filled(site.office, site.officers, files)
                todo[way] = work(site)
        for _ in range(rounds):
            for way, held in WAYS.items():
                with held():
                    for what, turn in todo[way].items():
                        before = time.process_time()
                        turn()
                        spent.setdefault((what, way), []).append(time.process_time() - before)
    good = True
    for what in todo["open"]:
        middle = {way: statistics.median(spent[what, way]) for way in WAYS}
        ratio = middle["sealed"] / middle["open"]
        good &= ratio <= GOAL
        print(f"{what}: {middle['sealed'] * 1000:.1f} ms sealed, {middle['open'] * 1000:.1f} ms open, {ratio:.2f} times")
    return 0 if good else 1


if __name__ == "__main__":
    numbers = [int(one) for one in sys.argv[1:]]
    sys.exit(main(*(numbers + [1_000, 15][len(numbers) :])))
