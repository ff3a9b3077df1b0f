"""Where the database is busy, silent or gone: who watches and who reads gets an answer, who writes is told at once."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from sqlalchemy import event

from api.office.checkup import checkup
from api.rest import health
from api.web import guard, worker_threads
from api.web.worker_threads import Busy, Lane
from db import engine
from db.engine import Database, DatabaseUnavailable
from tests.api.conftest import Desk
from tests.conftest import PATIENCE, writing_held

REGISTRATION = {
    "channel": "in_person", "submitted_on": "2026-11-02",
    "applicant": {"category": "natural_person", "name": "张样例", "address": "样例路1号"}, "wanted": "样例材料",
}  # fmt: skip


def _told_again(connection: Any, *_: Any) -> None:
    """PostgreSQL is told its patience when a connection is made; here each time that one is used."""
    connection.execute(f"SET lock_timeout = {engine._LOCK_TIMEOUT}")
    connection.commit()


def test_writing_is_refused_with_a_time_and_reading_goes_on(desk_factory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Little patience as long as what is waited for never comes: before and after a slow machine may take its time."""
    desk, defaults = desk_factory(), Database.write.__kwdefaults__
    assert defaults is not None
    case, database = desk.register(), desk.office.database
    if not database.is_sqlite:
        event.listen(database.engine, "checkout", _told_again)
    with writing_held(database), monkeypatch.context() as hurried:
        hurried.setitem(defaults, "patience", 0.05)
        hurried.setattr(engine, "_LOCK_TIMEOUT", 200)
        refused = desk.call("intake@gx-zrzy", "POST", "/api/cases", REGISTRATION)
        assert refused.status_code == 503
        assert refused.headers["Retry-After"] == "5"
        assert "没有丢失" in refused.json()["detail"]
        for path in (f"/api/cases/{case['id']}", "/api/cases", "/health/live"):
            assert desk.call("intake@gx-zrzy", "GET", path).status_code == 200
    made = desk.call("intake@gx-zrzy", "POST", "/api/cases", REGISTRATION)
    assert made.status_code == 201
    first, second = (int(one["number"].rpartition("〕")[2][:-1]) for one in (case, made.json()))
    assert second == first + 1


def test_who_watches_is_not_asked_who_he_is(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: Any) -> None:
        raise DatabaseUnavailable("gone")

    monkeypatch.setattr(guard, "signed_in", gone)
    assert desk.call("intake@gx-zrzy", "GET", "/health/live").status_code == 200
    assert desk.call("intake@gx-zrzy", "GET", "/api/cases").status_code == 503


def test_a_token_is_looked_up_in_a_thread_where_the_file_is_held(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    right, asked = guard.signed_in, list[bool]()

    def held_once(*arguments: Any) -> Any:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            asked.append(False)
            return right(*arguments)
        asked.append(True)
        raise DatabaseUnavailable("held")

    monkeypatch.setattr(guard, "signed_in", held_once)
    assert desk.call("intake@gx-zrzy", "GET", "/api/cases").status_code == 200
    assert asked == ([True, False] if desk.office.database.is_sqlite else [False])


def test_a_database_that_is_silent_is_not_waited_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = threading.Event()
    began: list[int] = []

    def silent(office: Any) -> Any:
        began.append(1)
        assert answers.wait(PATIENCE)
        return checkup(office)

    monkeypatch.setattr(health, "checkup", silent)
    monkeypatch.setattr(health, "WITHIN", 0.05)
    for _ in range(3):
        told = desk.client.get("/health/ready")
        assert told.status_code == 503
        assert told.json()["checks"] == [{"name": "database", "level": "fails", "text": "数据库没有在2秒内回答"}]
    assert len(began) == 1
    answers.set()
    monkeypatch.setattr(health, "WITHIN", 60)
    assert desk.client.get("/health/ready").status_code == 200


def test_the_public_answer_tells_nothing_of_the_machine_or_the_units(desk: Desk) -> None:
    told = desk.client.get("/health/ready")
    assert told.status_code == 200
    assert "MiB" not in told.text
    assert not [one.name for one in desk.office.agencies.values() if one.name in told.text]
    assert "MiB" in "".join(one.text for one in checkup(desk.office)), "who keeps it is told all the same"


# ------------------------------------------------------------------ the queue


def run(story: Any) -> None:
    """In a loop of its own, whatever this thread's is."""
    thread = threading.Thread(target=lambda: done.append(asyncio.run(story())))
    done: list[None] = []
    thread.start()
    thread.join()
    assert done == [None]


def test_whoever_would_wait_in_vain_is_told_at_once() -> None:
    now = [0.0]

    async def story() -> None:
        lane, may_go = Lane(1, lambda: now[0]), threading.Event()
        stuck = asyncio.create_task(lane.run(may_go.wait))
        await asyncio.sleep(0)
        waits = asyncio.create_task(lane.run(lambda: "done"))
        await asyncio.sleep(0)
        now[0] = worker_threads.STUCK + 1
        with pytest.raises(Busy) as busy:
            await lane.run(lambda: "never")
        assert busy.value.headers == {"Retry-After": "5"}
        may_go.set()
        assert await stuck
        assert await waits == "done"
        assert await lane.run(lambda: "again") == "again"

    run(story)


def test_more_than_may_wait_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_threads, "MOST_WAITING", 1)

    async def story() -> None:
        lane, may_go = Lane(1), threading.Event()
        others = [asyncio.create_task(lane.run(may_go.wait)) for _ in range(2)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await lane.run(lambda: "never")
        may_go.set()
        assert all(await asyncio.gather(*others))

    run(story)


def test_whoever_waits_too_long_for_a_thread_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_threads, "LONGEST", 0.01)

    async def story() -> None:
        lane, may_go = Lane(1), threading.Event()
        stuck = asyncio.create_task(lane.run(may_go.wait))
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await lane.run(lambda: "never")
        may_go.set()
        assert await stuck

    run(story)
