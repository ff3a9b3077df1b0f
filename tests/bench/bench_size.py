"""What every page and list of the API costs at two sizes of the archive, and how much more the larger one does.

Run: python -m tests.bench.bench_size [small] [large]. DATABASE_URL chooses the engine (an empty database). Printed is the
processor's time of an asking, server and client together, the middle and the 95th of a hundred; on PostgreSQL that of the server's own
processes is not in it, and the time by the clock stands beside. Goal: under 50 ms, and at most 1.5 times what the small one takes
(the middle of it: on a machine that others use too, the 95th tells of them).
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from db import store
from tests.bench.asked import ANSWERS, HANDLER, PAGES, addresses
from tests.bench.generate import MODEL, TODAY, Generated, opened
from tests.conftest import print_nothing
from tests.pages.conftest import Site, running

TIMES, GOAL, RATIO = 40, 50.0, 1.5


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
    for who, path in addresses(ANSWERS, **about):
        if who not in programs:
            programs[who] = site.visitor(Authorization=f"Bearer {token(site, who)}")
        found[who, path] = taken(partial(programs[who].get, path))
    return found


def token(site: Site, who: str) -> str:
    now, officer = site.clock(), site.officers[who].id
    return site.office.database.write(
        lambda s: store.new_token(s, officer, label="样例", at=now, expires_at=now + timedelta(days=1))
    )


def main(small: int, large: int) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url, found, started = (
            os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'gongkai.db'}",
            [],
            time.perf_counter(),
        )
        office = opened(url, folder)
        made = Generated(office, folder)
        for size in (small, large):
            made.grow(size)
            print(f"{size} files, {time.perf_counter() - started:.0f} s", flush=True)
            with running(url, folder) as site:
                found.append(measured(site))
        office.close()
    worse = 0
    print(f"{'page':<84}{small:>10}{large:>12}   ratio{'95th':>12}{'by the clock':>16}")
    for (who, path), (middle, busy, waited) in found[1].items():
        before = found[0][who, path][0]
        over = busy >= GOAL or middle > RATIO * before
        worse += over
        told = f"{who} {path}".replace("{", "").replace("}", "")
        print(
            f"{told:<84}{before:>7.1f} ms{middle:>9.1f} ms{middle / before:>8.2f}{busy:>9.1f} ms{waited:>13.1f} ms"
            f"{'   over the goal' if over else ''}"
        )
    print(f"{worse} of {len(found[1])} over the goal")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main(*(int(one) for one in (*sys.argv[1:], *("10000", "100000")[len(sys.argv) - 1 :])[:2])))
