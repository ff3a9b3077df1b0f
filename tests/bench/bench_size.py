"""What every page and list of the API costs at two sizes of the archive, and how much more the larger one does.

Run: python -m tests.bench.bench_size [small] [large]: how many files, or the folder of an office that `tests.bench.generate` has filled
on SQLite, which it may change (it signs people in). DATABASE_URL chooses the engine (an empty database). Printed is the
processor's time of an asking, server and client together, the middle and the 95th; on PostgreSQL that of the server's own
processes is not in it, and the time by the clock stands beside. Goal: under 50 ms, and at most 1.5 times what the small one takes
(the middle of it: on a machine that others use too, the 95th tells of them); of a report under a second. Each is asked 40 times, or as
often as TIMES says.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update

from db import rebuilding, store
from tests.bench.asked import ANSWERS, HANDLER, PAGES, REPORTS, addresses
from tests.bench.generate import MODEL, TODAY, Generated, opened
from tests.conftest import print_nothing
from tests.pages.conftest import Site, running

TIMES, GOAL, RATIO, OF_A_REPORT = int(os.environ.get("TIMES", "40")), 50.0, 1.5, 1000.0
IS_REPORT = ("/analysis", "/annual", "/api/reports/")


def taken(ask: Callable[[], Any]) -> tuple[float, float, float]:
    """Milliseconds of the processor, the middle and the 95th, and the 95th by the clock; the first ones warm up."""
    busy, waited = [], []
    for at in range(TIMES + 3):
        start, began = time.process_time(), time.perf_counter()
        answer = ask()
        if at >= 3:
            busy.append(1000 * (time.process_time() - start))
            waited.append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 200, answer.url
    return sorted(busy)[TIMES // 2], sorted(busy)[int(TIMES * 0.95) - 1], sorted(waited)[int(TIMES * 0.95) - 1]


def measured(site: Site) -> dict[tuple[str, str], tuple[float, float, float]]:
    site.clock.set(TODAY)
    print_nothing(site.office)
    site.office.learning.close()  # it learns once a day, and would be measured with the pages
    said = f"FROM docket WHERE agency = '{MODEL}' AND state = '{{}}' ORDER BY received_on, case_id LIMIT 1"
    with site.office.database.read() as session:
        connection = session.connection()
        now = connection.exec_driver_sql(f"SELECT case_id {said.format('handling')}").scalar_one()
        archived, number = connection.exec_driver_sql(
            f"SELECT case_id, number {said.format('archived')}"
        ).one()
    about, found = {"opened": now, "archived": archived, "number": number}, {}
    for who, path in addresses(PAGES, **about):
        found[who, path] = taken(partial(site.as_(who).get, path))
    found[HANDLER, "/cases/find (a phone)"] = taken(
        lambda: site.as_(HANDLER).post("/cases/find", {"q": "13800000123"})
    )
    programs = {}
    for who, path in (*addresses(ANSWERS, **about), *addresses(REPORTS)):
        if path.startswith("/api/") and who not in programs:
            programs[who] = site.visitor(Authorization=f"Bearer {token(site, who)}")
        found[who, path] = taken(partial((programs[who] if path.startswith("/api/") else site.as_(who)).get, path))
    told = {now: "(open)", archived: "(archived)", number: "(number)"}  # in another office they are others

    def named(path: str) -> str:
        for one, said in told.items():
            path = path.replace(one, said)
        return path

    return {(who, named(path)): figures for (who, path), figures in found.items()}


def token(site: Site, who: str) -> str:
    now, officer = site.clock(), site.officers[who].id
    return site.office.database.write(
        lambda s: store.new_token(s, officer, label="样例", at=now, expires_at=now + timedelta(days=1))
    )


def filled(wanted: Sequence[str]) -> Iterator[tuple[str, Path]]:
    """The database and the folder of each office that is asked for; what is told as a number grows from one to the next."""
    with tempfile.TemporaryDirectory() as name:
        here, made = Path(name), None
        url = os.environ.get("DATABASE_URL") or f"sqlite:///{here / 'gongkai.db'}"
        for one in wanted:
            if one.isdigit():
                made = made or Generated(opened(url, here), here)
                made.grow(int(one), helpers=os.cpu_count() or 1)
            yield (url, here) if one.isdigit() else (f"sqlite:///{Path(one).resolve() / 'gongkai.db'}", Path(one))
        if made is not None:
            made.office.close()


def main(*wanted: str) -> int:
    sizes, found = [], []
    for url, folder in filled(wanted):
        office = opened(url, folder)
        # By what version of the program the rows were made is of no matter here: nothing is to be made anew meanwhile.
        office.database.write(lambda s: s.execute(update(rebuilding.STANDING).values(version=rebuilding.version(), target=None, after=None)))
        office.close()
        with running(url, folder) as site:
            with site.office.database.read() as session:
                sizes.append(session.execute(select(func.count()).select_from(rebuilding.CASE)).scalar_one())
            print(f"{sizes[-1]} files; load of the machine {os.getloadavg()[0]:.1f}", flush=True)
            found.append(measured(site))
            print(f"asked; load of the machine {os.getloadavg()[0]:.1f}", flush=True)
    worse = 0
    print(f"{'page':<84}{sizes[0]:>10}{sizes[1]:>12}   ratio{'95th':>12}{'by the clock':>16}")
    for (who, path), (middle, busy, waited) in found[1].items():
        before = found[0][who, path][0]
        over = busy >= OF_A_REPORT if path.startswith(IS_REPORT) else busy >= GOAL or middle > RATIO * before
        worse += over
        told = f"{who} {path}".replace("{", "").replace("}", "")
        print(
            f"{told:<84}{before:>7.1f} ms{middle:>9.1f} ms{middle / before:>8.2f}{busy:>9.1f} ms{waited:>13.1f} ms"
            f"{'   over the goal' if over else ''}"
        )
    print(f"{worse} of {len(found[1])} over the goal")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main(*(*sys.argv[1:], *("10000", "100000")[len(sys.argv) - 1 :])[:2]))
