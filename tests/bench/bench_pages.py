"""The pages over ten thousand files: how long the server takes for each, the middle and the 95th of a hundred askings.

The third figure is the processor's time for one asking, by server and client together: a busy machine does not change it.

Run: python -m tests.bench.bench_pages [files]. The files are made by real acts; asked over HTTP, one after the other.
DATABASE_URL chooses the engine. Goal: p95 below 100 ms.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from api.office.office import SHANGHAI, Office
from api.office.policy import ROUTES
from tests.api.conftest import registration
from tests.bench.bench_reports import wanted
from tests.pages.conftest import Person, Site, running
from workflow.acts import Officer, parse
from workflow.calendar import Calendar

AGENCIES = ("gx-zrzy", "gx-zrzy", "gx-zrzy", "gx-rsj", "gx-zjj", "gx-zfb")
"""Half of the files lie with one unit."""
TODAY = date(2026, 11, 24)
BATCH = 250
TIMES = 100
GOAL = 100.0
"""ms"""


def stories(calendar: Calendar) -> Iterator[tuple[str, list[tuple[str, date, dict[str, Any]]]]]:
    """Endless files: agency, and the acts (role, day, fields); two in five still wait for their reply."""
    here = calendar.count(TODAY)
    n = 0
    while True:
        agency = AGENCIES[n % len(AGENCIES)]
        handler = f"handler@{agency}"
        open_now = n % 5 < 2
        day = calendar.nth(here - (n % 22 if open_now else 30 + n % 200))
        who = {
            "category": "natural_person", "name": f"样例{n % 3000}", "phone": f"1380000{n % 10000:04d}", "address": "冠县样例路1号（样例）",
        }  # fmt: skip
        said = registration(wanted=wanted(n * 7), submitted_on=day.isoformat(), received_on=day.isoformat(), applicant=who)
        acts: list[tuple[str, date, dict[str, Any]]] = [("intake", day, {"kind": "registration", **said})]
        if open_now and n % 7:
            acts += [("head", day, {"kind": "assignment", "to": handler}), ("handler", day, {"kind": "acceptance"})]
            acts.append(("handler", day, {"kind": "search", "places": ["综合档案室"], "method": "按名称检索", "result": "found"}))
            if n % 3 == 0:
                party = {"name": "冠县样例发展局（样例）"}
                acts.append(("handler", day, {"kind": "consultation", "type": "other_agency", "party": party, "question": "是否同意公开"}))
            elif n % 3 == 1:
                acts.append(("handler", day, {"kind": "draft", "items": [{"item": 1, "outcome": "disclosed", "provided": [{"title": "复印件"}]}]}))
        elif not open_now:
            acts += [("head", day, {"kind": "assignment", "to": handler}), ("intake", day, {"kind": "withdrawal"})]
        yield agency, acts
        n += 1


def filled(office: Office, officers: dict[str, Officer], count: int) -> None:
    """`count` files, many to a transaction; their letters are left unprinted."""
    many = stories(office.rules.calendar)

    def some(session: Any) -> None:
        for _ in range(BATCH):
            agency, acts = next(many)
            case_id = ""
            for role, day, fields in acts:
                now = datetime.combine(day, datetime.min.time(), SHANGHAI) + timedelta(hours=9)
                act = parse({"on": day.isoformat(), **fields})
                officer = officers[f"{role}@{agency}"]
                if not case_id:
                    case_id = office.register_in(session, officer, act, now).case.id
                else:
                    office.place_in(session, officer, case_id, act, now=now)

    for _ in range(count // BATCH):
        office.database.write(some)


def timed(person: Person, paths: list[str], post: dict[str, str] | None = None) -> tuple[list[float], float]:
    """Milliseconds of each asking, sorted, and of the processor on average; the first ones warm up."""
    spent, worked = [], 0.0
    for at in range(TIMES + 5):
        path = paths[at % len(paths)]
        if at == 5:
            worked = time.process_time()
        start = time.perf_counter()
        answer = person.post(path, post) if post else person.get(path)
        spent.append(1000 * (time.perf_counter() - start))
        assert answer.status_code == 200, (path, answer.status_code)
    return sorted(spent[5:]), 1000 * (time.process_time() - worked) / TIMES


def show(name: str, measured: tuple[list[float], float]) -> bool:
    spent, worked = measured
    p50, p95 = statistics.median(spent), spent[int(len(spent) * 0.95) - 1]
    print(f"{name:<44}{p50:7.1f} ms{p95:8.1f} ms{worked:8.1f} ms{'' if p95 < GOAL else '   over the goal'}", flush=True)
    return p95 < GOAL


def asked(site: Site) -> bool:
    """Every page, for the roles that use it."""
    with site.office.database.read() as session:
        rows = session.connection().exec_driver_sql("SELECT case_id FROM docket WHERE agency = 'gx-zrzy' ORDER BY serial DESC").fetchall()
    ids = [str(UUID(str(row[0]))) for row in rows]
    some, handler = ids[:: max(1, len(ids) // 150)], site.as_("handler@gx-zrzy")
    print(f"{'page':<44}{'p50':>10}{'p95':>11}{'processor':>11}")
    good = [show(f"/desk ({role})", timed(site.as_(f"{role}@gx-zrzy"), ["/desk"])) for role in ("handler", "intake", "head", "archivist")]
    good.append(show("/desk (the county office, all units)", timed(site.as_("analyst@gx-zfb"), ["/desk", "/desk?show=overdue", "/desk?page=9"])))
    searches = ["/cases", "/cases?q=万善乡&state=handling", "/cases?due=overdue&sort=due", "/cases?page=50", "/cases?q=征收补偿 清泉"]
    good.append(show("/cases", timed(site.as_("analyst@gx-zfb"), searches)))
    good.append(show("/cases/find (a phone)", timed(handler, ["/cases/find"], {"q": "13800000123"})))
    parts = ("", "/why", "/history", "/similar", "/consultations")
    good += [show(f"/cases/{{id}}{part}", timed(handler, [f"/cases/{one}{part}" for one in some])) for part in parts]
    for form, who in (("draft", "handler"), ("consultation", "handler"), ("search", "handler"), ("withdrawal", "intake"), ("decision", "head")):
        person = site.as_(f"{who}@gx-zrzy")
        open_to = [path for one in ids[:300] if person.get(path := f"/cases/{one}/acts/{form}").status_code == 200][:20]
        good.append(show(f"/cases/{{id}}/acts/{form}", timed(person, open_to)))
    head = site.as_("head@gx-zrzy")
    waiting = [path for one in ids[:300] if head.get(path := f"/approvals/{one}").status_code == 200][:20]
    good.append(show("/approvals/{id}", timed(head, waiting)))
    for path, who in (("/consultations", "handler"), ("/approvals", "head"), ("/service", "intake"), ("/archive", "archivist"), ("/intake", "intake"),
                      ("/analysis", "analyst")):  # fmt: skip
        if ("GET", path) in ROUTES:
            good.append(show(path, timed(site.as_(f"{who}@gx-zrzy"), [path])))
    return all(good)


def main(count: int) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running(os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'bench.db'}", folder, ahead=True) as site:
            site.clock.set(TODAY)
            site.visitor().get("/health/live")  # it has begun before others write
            start = time.perf_counter()
            filled(site.office, site.officers, count)
            print(f"{count} files made in {time.perf_counter() - start:.0f} s", flush=True)
            if not site.office.database.is_sqlite:
                with site.office.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    connection.exec_driver_sql("ANALYZE")
            return 0 if asked(site) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
