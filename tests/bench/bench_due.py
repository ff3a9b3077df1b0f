"""How long a due date takes: a file of fifteen acts, its reckoning with all sentences, against a bare loop over its days.

Run: python -m tests.bench.bench_due. Prints the times and the ratios; exits 1 above the limits.
The bare loop knows no law: it walks the same days once, asks a set whether each is worked, and whether it is suspended.
The limits are in times of it, for a limit in milliseconds would tell the machine: a due date takes 0.13 ms on one and 0.23 on another.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from tests.workflow.desk import APPLICANT, Desk
from workflow.acts import Consultation
from workflow.case import Case
from workflow.clocks import reckon
from workflow.law import Rules

LIMIT, AMENDED = 8.0, 12.0
ROUNDS = 3000


def fifteen_acts() -> Desk:
    """Received, corrected, searched, two consultations at once with their service and answers, extended, drafted."""
    desk = Desk()
    desk.place("registration", "2026-01-19", channel="in_person", submitted_on="2026-01-19", applicant=APPLICANT, wanted="甲")
    desk.place("correction_notice", "2026-01-26", matters=["写明年份"])
    desk.serve(2, "2026-01-27")
    desk.place("correction", "2026-02-04", wanted="某村2025年的公告（样例）")
    desk.place("acceptance", "2026-02-05")
    desk.place("search", "2026-02-06", places=["档案室"], method="查阅", result="found")
    desk.place("consultation", "2026-02-10", type="third_party", party={"name": "样例公司", "address": "样例路"}, question="可否公开")
    desk.serve(7, "2026-02-11")
    desk.place("consultation", "2026-02-12", type="joint_agency", party={"name": "样例局"}, question="可否公开")
    desk.serve(9, "2026-02-13")
    desk.place("opinion", "2026-03-03", consultation=9, stance="consent", text="同意")
    desk.place("opinion", "2026-03-05", consultation=7, stance="object", text="不同意", reasonable=True)
    desk.place("extension", "2026-03-06", days=20, reason="查档", notified_on="2026-03-06")
    desk.place("assignment", "2026-03-09", to="handler@gx-zrzy")
    desk.place("draft", "2026-03-10", items=[{"item": 1, "outcome": "third_party", "reason": "商业秘密"}])
    assert desk.case.version == 15
    return desk


def three_amendments() -> Desk:
    """The same file, whose receipt, a service and an opinion were put right."""
    desk = fifteen_acts()
    for of, changes in ((1, {"wanted": "乙"}), (8, {"received_on": "2026-02-12"}), (11, {"on": "2026-03-02"})):
        desk.place("amendment", "2026-03-11", by="head", of=of, changes=changes, reason="对照签收记录")
    return desk


def reckoned(case: Case, rules: Rules) -> Callable[[], Callable[[], object]]:
    """Makes the same file with nothing computed yet; gives what works out its due date."""

    def ready() -> Callable[[], object]:
        fresh = replace(case)
        return lambda: fresh.reckoning(rules)

    return ready


def bare_loop(rules: Rules, case: Case) -> Callable[[], date]:
    """The same days, one after the other, and nothing else."""
    clock = case.reckoning(rules)
    assert clock.due is not None
    day0, last = clock.day0, clock.due
    worked = {day0 + timedelta(step) for step in range(400) if rules.calendar.is_working(day0 + timedelta(step))}
    spans, length = clock.suspensions, clock.meter(last).total

    def walk() -> date:
        on, counted, one = day0, 0, timedelta(1)
        while counted < length:
            on += one
            if on in worked and not any(after < on <= to for after, to in spans):
                counted += 1
        return on

    assert walk() == last
    return walk


def milliseconds(ready: Callable[[], Callable[[], object]]) -> float:
    """The least of ROUNDS single runs, each made ready before it: what else the machine does makes a run longer and never shorter."""
    found = []
    for _ in range(ROUNDS):
        work = ready()
        start = time.perf_counter_ns()
        work()
        found.append(time.perf_counter_ns() - start)
    return min(found) / 1e6


def main() -> int:
    desk = fifteen_acts()
    rules, case = desk.rules, desk.case
    assert sum(isinstance(signed.act, Consultation) for signed in case.acts) == 2
    gc.collect()
    gc.disable()
    whole = milliseconds(reckoned(case, rules))
    events, walk = case.events(rules), bare_loop(rules, case)
    amended = three_amendments().case
    mended = milliseconds(reckoned(amended, rules))
    clock = milliseconds(lambda: lambda: reckon(events, rules))
    loop = milliseconds(lambda: walk)
    gc.enable()
    print(f"due date of a file of 15 acts: {whole:.3f} ms from its acts, with all sentences ({clock:.3f} ms from its events)")
    print(f"bare loop over the same days:  {loop:.3f} ms; the due date costs {whole / loop:.1f} times as much")
    print(f"the same with 3 amendments:    {mended:.3f} ms, {mended / loop:.1f} times as much")
    kept = whole <= LIMIT * loop and mended <= AMENDED * loop
    print(f"limits {LIMIT} and {AMENDED} times: {'kept' if kept else 'MISSED'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
