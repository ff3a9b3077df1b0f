"""Whoever wants to keep others out, by trying their names or by taking all that the program has, keeps out himself alone."""

from __future__ import annotations

import os
import re
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from api.cli.demo import PASSWORD
from api.office import sessions
from api.web import connections
from api.web.hashing import Hashing
from db import applications, people
from tests.conftest import PATIENCE, free_port
from tests.pages.conftest import Site, later, token_of
from tests.pages.test_bodies import promise

WRONG = "Falsch-2026"
ATTACKER, VICTIM = "198.51.100.66", "198.51.100.7"


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is locked out waits a second for his answer; that he does is a test of its own."""
    monkeypatch.setattr(sessions, "PAUSE", 0)


def attempt(site: Site, username: str, password: str = WRONG, address: str = ATTACKER) -> int:
    return site.visitor(address).sign_in(username, password).status_code


# ---------------------------------------------------------------- locks


def test_a_lock_keeps_out_whoever_tried_and_not_whose_name_it_is(site: Site) -> None:
    name = "head@gx-rsj"
    for _ in range(5):
        assert attempt(site, name) == 401
    assert attempt(site, name, PASSWORD) == 401, "whoever guesses is out, also when he guesses right"
    assert attempt(site, name, PASSWORD, VICTIM) == 303
    assert attempt(site, "legal@gx-rsj", PASSWORD) == 303, "and another name is another name"
    later(site, minutes=31)
    assert attempt(site, name, PASSWORD) == 303


def test_a_browser_that_was_signed_in_with_a_name_is_not_kept_out_by_its_neighbour(site: Site) -> None:
    """Behind one address an attacker and his victim are told apart by what the browser knows."""
    name = "intake@gx-rsj"
    mine = site.visitor(ATTACKER)
    assert mine.sign_in(name).status_code == 303
    mine.post("/sign-out")
    for _ in range(6):
        attempt(site, name)
    assert attempt(site, name, PASSWORD) == 401
    assert mine.sign_in(name).status_code == 303
    mine.post("/sign-out")
    for _ in range(5):
        assert mine.sign_in(name, WRONG).status_code == 401
    assert mine.sign_in(name).status_code == 401, "its own failures count"
    foreign = site.visitor(ATTACKER)
    foreign.http.cookies.set("gongkai_session", "invented")
    assert foreign.sign_in(name).status_code == 401
    later(site, minutes=31)


def test_many_addresses_that_try_one_name_are_stopped_together(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "EVERYBODY", 12)
    name = "archivist@gx-rsj"
    mine = site.visitor(VICTIM)
    assert mine.sign_in(name).status_code == 303
    mine.post("/sign-out")
    for n in range(12):
        assert attempt(site, name, address=f"203.0.113.{n}") == 401
    assert attempt(site, name, PASSWORD, "203.0.113.200") == 401
    assert mine.sign_in(name).status_code == 303, "where it is at home the name works on"
    later(site, minutes=31)
    assert attempt(site, name, PASSWORD, "203.0.113.200") == 303


def test_an_administrator_lifts_every_lock_of_a_name(site: Site) -> None:
    name = "analyst@gx-zjj"
    for address in (ATTACKER, VICTIM):
        for _ in range(5):
            attempt(site, name, address=address)
    page = site.as_("admin").post(f"/admin/users/{site.officers[name].id}/password")
    found = re.search(r"<code[^>]*>([\w-]{19})</code>", page.text)
    assert found, page.text
    assert [attempt(site, name, found[1], address) for address in (ATTACKER, VICTIM)] == [303, 303]


def test_who_is_locked_out_costs_no_hash_and_waits(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "nobody@gx-rsj"
    for _ in range(5):
        attempt(site, name)
    monkeypatch.setattr(sessions, "hasher", None)
    monkeypatch.setattr(sessions, "PAUSE", 0.5)
    began = time.monotonic()
    assert attempt(site, name) == 401
    assert time.monotonic() - began >= 0.5


def test_only_a_proxy_that_is_trusted_says_who_comes(site: Site) -> None:
    """The tests come from 127.0.0.1, which is trusted unless the office says otherwise."""
    from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

    trusted = ProxyHeadersMiddleware(None, trusted_hosts="10.0.0.0/8").trusted_hosts  # type: ignore[arg-type]
    assert "10.1.2.3" in trusted
    assert "127.0.0.1" not in trusted
    plain = site.visitor(**{"X-Forwarded-Proto": "https"})
    assert "secure" in plain.http.get("/sign-in").headers["set-cookie"].lower()


# ---------------------------------------------------------------- bodies


def test_a_long_form_of_words_is_refused_before_it_comes(site: Site) -> None:
    site.office.database.write(lambda s: people.set_setting(s, "gx-zrzy", applications.SWITCH, "yes"))
    status, body = promise(site, "/apply/gx-zrzy", "form", 20_000_000)
    assert status == 413
    assert "填写的文字太长" in body


def test_words_in_parts_are_counted_too_and_not_given_back(site: Site) -> None:
    visitor = site.visitor()
    visitor.csrf = token_of(visitor.page("/apply/gx-zrzy"))
    answer = visitor.post("/apply/gx-zrzy", {"wanted": "甲" * 700_000, "name": "乙" * 700_000}, files={"file": ("", b"")})
    assert answer.status_code == 413
    assert len(answer.content) < 20_000


@contextmanager
def begun(site: Site, address: str, cookie: str) -> Iterator[socket.socket]:
    """An upload that has begun and does not go on."""
    where = urlsplit(site.url)
    lines = [
        "POST /apply/gx-zrzy HTTP/1.1", f"Host: {where.netloc}", "Content-Type: multipart/form-data; boundary=x", "Content-Length: 20000000",
        f"X-Forwarded-For: {address}", f"Cookie: {cookie}", "", "--x\r\n",
    ]  # fmt: skip
    with socket.create_connection((where.hostname, where.port), timeout=PATIENCE) as connection:
        connection.sendall("\r\n".join(lines).encode())
        yield connection


def answered(waiting: list[socket.socket], count: int) -> list[bytes]:
    """What the first so many of these are told; the others wait on, and are all that is left of the list."""
    told: list[bytes] = []
    while len(told) < count:
        ready, _, _ = select.select(waiting, [], [], PATIENCE)
        assert ready, "nobody else is answered"
        for one in ready:
            waiting.remove(one)
            told.append(one.recv(65536))
    return told


def test_only_some_large_bodies_of_visitors_are_taken_in_at_once(site: Site) -> None:
    with ExitStack() as stack:
        theirs = [stack.enter_context(begun(site, ATTACKER, "x=y")) for _ in range(5)]
        late = answered(theirs, 3)
        assert [b" 429 " in one for one in late] == [True] * 3, "one client has two places"
        others = [stack.enter_context(begun(site, f"203.0.113.{n}", "x=y")) for n in range(4)]
        late = answered(others, 2)
        assert [b" 429 " in one for one in late] == [True] * 2, "and visitors have four"
        case = site.register()
        handler = site.as_("handler@gx-zrzy")
        kept = handler.post(f"/cases/{case.id}/attachments", files={"file": ("一.pdf", b"%PDF-1.7\n" + bytes(2_000_000))})
        assert kept.status_code in (200, 303), "who works here has places of his own"
        assert select.select([*theirs, *others], [], [], 0)[0] == []


# ---------------------------------------------------------------- hashing


def test_one_client_leaves_places_for_others(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    first = site.visitor(ATTACKER)
    first.csrf = token_of(first.page("/sign-in"))
    real, entered, gate, came = sessions.hasher(), Hashing._entered, threading.Event(), threading.Event()

    class Slow:
        def verify(self, password: str, hashed: str) -> bool:
            assert gate.wait(PATIENCE)
            return real.verify(password, hashed)

    def watched(queue: Hashing, client: str) -> bool:
        has_place = entered(queue, client)
        if VICTIM in client:
            came.set()
        return has_place

    sessions._nobody()
    monkeypatch.setattr(sessions, "hasher", Slow)
    monkeypatch.setattr(Hashing, "_entered", watched)

    theirs_from = {"X-Forwarded-For": ATTACKER}

    def one(n: int) -> int:
        with httpx.Client(base_url=site.url, timeout=PATIENCE, cookies=first.http.cookies, headers=theirs_from, verify=False) as client:
            return client.post("/sign-in", data={"csrf": first.csrf, "username": f"nobody{n}@gx-zjj", "password": WRONG}).status_code

    with ThreadPoolExecutor(41) as pool:
        theirs = [pool.submit(one, n) for n in range(40)]
        refused = next(as_completed(theirs))  # all places of this client are taken
        mine = pool.submit(attempt, site, "handler@gx-rsj", PASSWORD, VICTIM)
        assert came.wait(PATIENCE)
        gate.set()
        assert (refused.result(), mine.result()) == (429, 303)
        statuses = [each.result() for each in theirs]
    assert set(statuses) == {401, 429}


# ---------------------------------------------------------------- connections


def serve(folder: Path, port: int, descriptors: int) -> subprocess.Popen[bytes]:
    """The program by its own command, with so few descriptors."""
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({descriptors}, {descriptors})); from api.cli import main; main()"
    environment = {**os.environ, "DATA_DIR": str(folder), "DATABASE_URL": ""}
    command = [sys.executable, "-c", limited, "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + PATIENCE
    while True:
        assert server.poll() is None
        assert time.monotonic() < until
        try:
            if alive(port) == 200:
                return server
        except OSError:
            time.sleep(0.2)


def alive(port: int) -> int:
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request("GET", "/health/live")
        return connection.getresponse().status


@pytest.mark.slow
def test_connections_that_say_nothing_shut_nobody_out(tmp_path: Path) -> None:
    """600 half-open connections at 400 descriptors: a colleague is answered at once, and they end by themselves."""
    with free_port() as port:
        server = serve(tmp_path, port, 400)
        try:
            with ExitStack() as stack:
                mute = []
                for n in range(600):
                    one = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
                    if n % 2:
                        one.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
                    mute.append(one)
                    if n % 100 == 99:
                        assert alive(port) == 200
                until = time.monotonic() + connections.HEAD + PATIENCE
                process = psutil.Process(server.pid)
                while len(process.net_connections()) > 5:
                    assert time.monotonic() < until, "they are cut off when their time is over"
                    time.sleep(0.5)
        finally:
            server.terminate()
            assert server.wait(PATIENCE) == 0


def test_a_head_and_a_body_must_come(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HEAD", "SILENT"):
        monkeypatch.setattr(connections, name, 1.0)
    where = urlsplit(site.url)
    head = f"POST /sign-in HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 900\r\n"
    said = ["", "GET / HT", "GET / HTTP/1.1\r\nHost: x\r\nX-A: ", f"{head}\r\n", f"{head}\r\ncsrf="]
    with ExitStack() as stack:
        waiting = [stack.enter_context(socket.create_connection((where.hostname, where.port), timeout=PATIENCE)) for _ in said]
        for connection, words in zip(waiting, said, strict=True):
            with suppress(ConnectionError):  # cut off already
                connection.sendall(words.encode())
        for connection in waiting:
            with suppress(ConnectionError):
                assert connection.recv(65536) == b"", "cut off without an answer"


def test_a_body_that_drips_is_cut_off(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PATIENCE", 1.0)
    where = urlsplit(site.url)
    form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 90000"
    with socket.create_connection((where.hostname, where.port), timeout=PATIENCE) as connection:
        connection.sendall(f"POST /sign-in HTTP/1.1\r\nHost: {where.netloc}\r\n{form}\r\n\r\n".encode())
        until, cut = time.monotonic() + connections.HEAD - 2, False
        while not cut and time.monotonic() < until:
            try:
                connection.sendall(b"x")
                time.sleep(0.1)
            except OSError:  # reset, or broken pipe
                cut = True
        assert cut


def test_who_waits_for_his_turn_is_not_cut_off(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that takes its time is the program's affair: the connection waits."""
    for name in ("HEAD", "SILENT", "PATIENCE"):
        monkeypatch.setattr(connections, name, 0.5)
    monkeypatch.setattr(sessions, "PAUSE", 3.0)
    for _ in range(5):
        attempt(site, "nobody@gx-zfb")
    assert attempt(site, "nobody@gx-zfb") == 401
