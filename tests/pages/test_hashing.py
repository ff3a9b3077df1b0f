"""Passwords are hashed a few at a time: many who try leave memory, and the pages of those who work, as they were."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import anyio
import httpx
import psutil
import pytest
from pwdlib import PasswordHash

from api.office import sessions
from api.office.problems import Problem
from api.web.hashing import AGAIN, MOST_WAITING, Hashing, processors
from tests.conftest import PATIENCE
from tests.pages.conftest import PASSWORD, Person, Site, running, text_of, token_of

LOOPS = 40
WRONG = {"password": "Falsch-2026"}


class Counted:
    """In the place of the hasher: how many hash at the same moment, and in which threads."""

    def __init__(self, hasher: Any) -> None:
        self.hasher, self.now, self.most, self.threads, self.lock = hasher, 0, 0, set[str](), threading.Lock()

    def _counted(self, name: str, *words: Any) -> Any:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
            self.threads.add(threading.current_thread().name.rpartition("_")[0])
        try:
            time.sleep(0.05)
            return getattr(self.hasher, name)(*words)
        finally:
            with self.lock:
                self.now -= 1

    def hash(self, password: str) -> Any:
        return self._counted("hash", password)

    def verify(self, password: str, hashed: str) -> Any:
        return self._counted("verify", password, hashed)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    made = Counted(sessions.hasher())
    sessions._nobody()
    monkeypatch.setattr(sessions, "hasher", lambda: made)
    return made


def together(site: Site, times: int, csrf: str, cookies: Any) -> list[httpx.Response]:
    """So many sign-ins at the same moment, each on a connection of its own."""

    def one(n: int) -> httpx.Response:
        with httpx.Client(base_url=site.url, timeout=PATIENCE, cookies=cookies, verify=False) as client:
            return client.post("/sign-in", data={"csrf": csrf, "username": f"nobody{n}@gx-zrzy", **WRONG})

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


@contextmanager
def sign_in_loops(url: str, count: int) -> Iterator[list[int]]:
    """So many who try passwords without a pause, until the end of the block; the statuses of their answers."""
    with httpx.Client(base_url=url, timeout=PATIENCE) as first:
        csrf = token_of(first.get("/sign-in").text)
        cookie = "; ".join(f"{name}={value}" for name, value in first.cookies.items())
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    over, answered = threading.Event(), list[int]()

    def loop(n: int) -> None:
        connection = HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
        body = urlencode({"csrf": csrf, "username": f"nobody{n}", **WRONG})
        while not over.is_set():
            connection.request("POST", "/sign-in", body, headers)
            answer = connection.getresponse()
            answer.read()
            answered.append(answer.status)
        connection.close()

    with ThreadPoolExecutor(count) as pool:
        for n in range(count):
            pool.submit(loop, n)
        try:
            yield answered
        finally:
            over.set()


def visitor(site: Site) -> Person:
    person = site.visitor()
    person.csrf = token_of(person.page("/sign-in"))
    return person


def test_one_hashes_on_each_processor_in_threads_of_its_own_and_the_rest_come_again(site: Site, counted: Counted) -> None:
    first = visitor(site)
    answers = together(site, LOOPS, first.csrf, first.http.cookies)
    assert counted.most <= processors()
    assert counted.threads == {"hashing"}
    statuses = [one.status_code for one in answers]
    assert set(statuses) <= {401, 429}
    assert statuses.count(401) >= MOST_WAITING // 2, "the places of one client"
    for one in answers:
        if one.status_code == 429:
            assert one.headers["retry-after"] == str(AGAIN)
            assert "过3秒再试" in text_of(one.text)
    assert site.visitor().sign_in("handler@gx-zrzy", PASSWORD).status_code == 303, "and then it is anybody's turn again"


def test_every_form_that_hashes_waits_for_its_turn(site: Site, counted: Counted) -> None:
    admin = site.as_("admin")
    fields = {"username": "hash@gx-zrzy", "name": "样例", "role": "handler", "agency": "gx-zrzy"}
    made = admin.post("/admin/users", fields)
    assert made.status_code == 200, text_of(made.text)
    who = site.officers["legal@gx-rsj"].id
    assert admin.post(f"/admin/users/{who}/password").status_code == 200
    assert admin.post("/account/password", {"old": "Falsch-2026", "new": "Neues-2026x", "again": "Neues-2026x"}).status_code == 400
    assert site.visitor().sign_in("handler@gx-zjj", "Falsch-2026").status_code == 401
    assert counted.threads == {"hashing"}


def test_who_comes_when_too_many_wait_is_told_and_who_went_away_holds_his_place() -> None:
    queue, gate = Hashing(at_once=1, most_waiting=1, pause=0), threading.Event()

    async def crowd() -> None:
        async with anyio.create_task_group() as group:
            with anyio.CancelScope() as leaving:
                group.start_soon(queue.run, gate.wait)
                await anyio.wait_all_tasks_blocked()
                leaving.cancel()
            group.start_soon(queue.run, gate.wait)
            await anyio.wait_all_tasks_blocked()
            with pytest.raises(Problem) as caught:
                await queue.run(gate.wait)
            assert caught.value.status == 429
            gate.set()
        assert await queue.run(lambda: 7) == 7

    with ThreadPoolExecutor(1) as apart:  # a browser test before this one leaves its loop in this thread
        apart.submit(anyio.run, crowd).result()
    queue.close()


@pytest.mark.slow
def test_forty_loops_of_sign_ins_take_no_memory_and_do_not_stop_the_desk(
    tmp_path: Path, cheap_passwords: Callable[[], PasswordHash], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In threads that all pages share they took 2.3 GB; a colleague's desk answers all the while."""
    dear = cheap_passwords().hash("nobody has this password")  # a hash carries its own cost
    monkeypatch.setattr(sessions, "_nobody", lambda: dear)
    with running(f"sqlite:///{tmp_path / 'gongkai.db'}", tmp_path) as site:
        colleague = site.as_("handler@gx-zrzy")
        colleague.page("/desk")
        process = psutil.Process()
        before, peak = process.memory_info().rss, 0
        with sign_in_loops(site.url, LOOPS) as answered:
            while len(answered) < 60:
                colleague.page("/desk")
                peak = max(peak, process.memory_info().rss)
                time.sleep(0.02)
        assert set(answered) == {401, 429}
        assert peak - before < 400 * 2**20
