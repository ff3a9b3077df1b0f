"""The machine's clock may jump, back too: it is told, and nothing is refused for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from api.office.checkup import checkup
from api.office.clock import Watch, in_words
from db import people
from tests.api.conftest import Desk

HOUR, DAY = 3600.0, 86400.0


class Hands:
    """Two clocks: the one on the wall that may be set, and the one that runs on."""

    def __init__(self) -> None:
        self.wall, self.steady = 1_000_000.0, 50.0

    def pass_(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds

    def watch(self) -> Watch:
        return Watch(lambda: self.wall, lambda: self.steady)


@pytest.mark.parametrize(("by", "told"), [(-2 * HOUR - 300, "向后跳了2小时5分钟"), (40 * DAY, "向前跳了40天"), (-90, "向后跳了1分钟")])
def test_a_jump_is_told_once(by: float, told: str) -> None:
    hands = Hands()
    watch = hands.watch()
    hands.pass_(10 * DAY)
    assert watch.jumped() is None, "time that passes is no jump"
    hands.wall += by
    jump = watch.jumped()
    assert jump is not None
    assert in_words(jump) == told
    hands.pass_(HOUR)
    assert watch.jumped() is None


def test_a_time_server_s_corrections_are_no_jump() -> None:
    hands = Hands()
    watch = hands.watch()
    for by in (5, -50, 50):
        hands.wall += by
        assert watch.jumped() is None


@pytest.mark.parametrize("by", [-timedelta(days=1), -timedelta(hours=3), timedelta(days=2)])
def test_work_goes_on_and_the_log_and_the_check_tell_of_it(desk_factory: Any, by: timedelta) -> None:
    desk: Desk = desk_factory()
    hands = Hands()
    desk.client.app.state.watch = hands.watch()
    first = desk.register()
    desk.clock.now += by
    hands.wall += by.total_seconds()
    ready = desk.client.get("/health/ready")
    assert ready.status_code == 200
    found = {one["name"]: one["level"] for one in ready.json()["checks"]}
    assert desk.call("handler@gx-zrzy", "GET", f"/api/cases/{first['id']}").status_code == 200
    second = desk.register(submitted_on="2026-11-01", received_on="2026-11-01")
    assert second["number"] != first["number"]
    assert desk.try_place("handler@gx-zrzy", first, kind="note", text="样例").status_code == 201
    with desk.office.database.read() as session:
        told = [(one.what, one.reason) for one in people.log_entries(session)]
    assert told.count(("clock", f"系统时间{in_words(by)}")) == 1
    assert found["clock"] == ("ok" if by > timedelta(0) else "warns")


def test_the_check_says_that_it_is_earlier_than_what_was_written_down(desk_factory: Any) -> None:
    desk: Desk = desk_factory()
    (fine,) = [one for one in checkup(desk.office) if one.name == "clock"]
    assert fine.level == "ok"
    desk.office.database.write(lambda s: people.log(s, desk.clock() + timedelta(hours=1), "refused"))
    (odd,) = [one for one in checkup(desk.office) if one.name == "clock"]
    assert odd.level == "warns"
    assert "早于最近一次记录的时间" in odd.text
