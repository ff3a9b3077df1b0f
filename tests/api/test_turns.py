"""However many previews one officer asks for, the letter workers are there for the others too."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from typing import Any

import pytest

from api.office.problems import Problem
from api.office.turns import MOST_WAITING, Turns
from tests.api.conftest import Desk

EXTENSION = {"kind": "extension", "days": 5, "reason": "涉及多个年度的纸质档案"}


def test_one_at_a_time_some_wait_and_the_rest_come_again() -> None:
    turns, gate, at_work, most, said = Turns(), threading.Event(), set[int](), list[int](), list[str]()

    def one(n: int) -> bool:
        try:
            with turns.turn("officer"):
                at_work.add(n)
                most.append(len(at_work))
                gate.wait()
                at_work.remove(n)
                return True
        except Problem as problem:
            said.append(problem.detail)
            return False

    with ThreadPoolExecutor(45) as pool:
        theirs = [pool.submit(one, n) for n in range(45)]
        for _refused in islice(as_completed(theirs), 45 - 1 - MOST_WAITING):
            pass
        with turns.turn("colleague"):
            pass
        gate.set()
        done = [each.result() for each in theirs]
    assert done.count(True) == 1 + MOST_WAITING
    assert max(most) == 1
    assert len({one for one in said if "预览太多" in one}) == 1
    with turns.turn("officer"):
        pass


@pytest.mark.parametrize("count", [45])
def test_previews_of_one_officer_leave_a_worker_to_his_colleague(desk: Desk, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    case = desk.place("handler@gx-zrzy", desk.register(), kind="acceptance")
    drawn, lock = dict[str, int](), threading.Lock()
    real, most = desk.office.printing.render, [0]

    def slow(kind: str, context: Any, *, preview: bool, hurry: Any = None) -> bytes:
        name = threading.current_thread().name
        with lock:
            drawn[name] = 1
            most[0] = max(most[0], len(drawn))
        try:
            time.sleep(0.05)
            return real(kind, context, preview=preview, hurry=hurry)
        finally:
            with lock:
                drawn.pop(name)

    monkeypatch.setattr(desk.office.printing, "render", slow)
    path = f"/api/cases/{case['id']}/letters/preview"
    with ThreadPoolExecutor(count) as pool:
        answers = list(pool.map(lambda _: desk.call("head@gx-zrzy", "POST", path, EXTENSION), range(count)))
    statuses = [one.status_code for one in answers]
    assert set(statuses) <= {200, 429}
    assert statuses.count(200) >= 1 + MOST_WAITING
    assert most[0] == 1
    assert {one.headers["retry-after"] for one in answers if one.status_code == 429} <= {"2"}
