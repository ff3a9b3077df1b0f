"""Whoever wants to take all that the program has: what memory the server takes, and how long a colleague's desk takes meanwhile.

Run: python -m tests.bench.bench_overload [seconds]. The server is a process of its own, as `gongkai serve` starts it, with its letter
workers; each attack lasts so many seconds (20) and stops. Goal: below 400 MiB in all processes more than before, and no desk later than a second.
"""

from __future__ import annotations

import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from uuid import uuid4

import httpx
import psutil

from api.cli.demo import PASSWORD
from tests.conftest import free_port
from tests.pages.conftest import Person, token_of

HANDLER = "handler@gx-zrzy"
Attack = Callable[[str, Callable[[], bool], Counter[str]], None]


# ---------------------------------------------------------------- attacks, each one loop of many


def guessed(url: str, going: Callable[[], bool], told: Counter[str]) -> None:
    """Passwords of names that are there and that are not."""
    with httpx.Client(base_url=url, timeout=120, headers={"X-Forwarded-For": "203.0.113.66"}) as client:
        csrf = token_of(client.get("/sign-in").text)
        while going():
            name = HANDLER if len(told) % 2 else f"nobody{uuid4().hex[:6]}@gx-zjj"
            told[str(client.post("/sign-in", data={"csrf": csrf, "username": name, "password": "Falsch-2026"}).status_code)] += 1


def stuffed(url: str, going: Callable[[], bool], told: Counter[str]) -> None:
    """60 MB of form to pages of visitors and of officers, without a name."""
    body = b"wanted=" + b"x" * (60 * 2**20)
    paths = ("/apply", "/sign-in", "/intake", "/cases/00000000-0000-0000-0000-000000000000/acts")
    with httpx.Client(base_url=url, timeout=120, headers={"Content-Type": "application/x-www-form-urlencoded"}) as client:
        while going():
            for path in paths:
                try:
                    told[str(client.post(path, content=body).status_code)] += 1
                except httpx.TransportError:
                    told["cut off"] += 1


def heaped(url: str, going: Callable[[], bool], told: Counter[str]) -> None:
    """Files of 19 MB for applications that nobody sends, each time as another visitor with another address."""
    data = b"%PDF-1.7\n" + bytes(19 * 2**20)
    while going():
        address = f"198.51.{random.randrange(256)}.{random.randrange(256)}"
        with httpx.Client(base_url=url, timeout=120, headers={"X-Forwarded-For": address}) as client:
            with suppress(httpx.TransportError):
                page = client.get("/apply/gx-zrzy").text
                hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)) | {"step": "2", "to": "3", "wanted": "样例"}
                told[str(client.post("/apply/gx-zrzy", data=hidden, files={"file": ("a.pdf", data)}).status_code)] += 1
                continue
            told["cut off"] += 1


def half_open(url: str, going: Callable[[], bool], told: Counter[str]) -> None:
    """Connections that say nothing, or drip."""
    host, port = url.removeprefix("http://").split(":")
    with ExitStack() as stack:
        while going():
            with suppress(OSError):
                one = stack.enter_context(socket.create_connection((host, int(port)), timeout=5))
                one.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
                told["opened"] += 1


_ENTERING = threading.Lock()


@contextmanager
def signed_in(url: str, name: str) -> Iterator[Person]:
    """One after the other: more passwords at once than there are processors are told to come again."""
    with httpx.Client(base_url=url, timeout=120) as client:
        person = Person(client)
        with _ENTERING:
            while person.sign_in(name, PASSWORD).status_code == 429:
                time.sleep(0.5)
        yield person


def analysed(url: str, going: Callable[[], bool], told: Counter[str]) -> None:
    """Analyses over two centuries."""
    with signed_in(url, "analyst@gx-zrzy") as person:
        while going():
            told[str(person.http.get("/analysis?from=1990-01-01&to=2199-12-31").status_code)] += 1


def marked(url: str, going: Callable[[], bool], told: Counter[str]) -> None:
    """781 KB of combining marks where one asks, as a search and as a registration."""
    marks = "e" + "\u0301" * 390_000
    with signed_in(url, "intake@gx-zrzy") as person:
        csrf = token_of(person.http.get("/intake").text)
        while going():
            told[str(person.http.post("/intake", data={"csrf": csrf, "wanted": marks, "name": "样例"}).status_code)] += 1


def long_winded(url: str, going: Callable[[], bool], told: Counter[str]) -> None:
    """A request of 500,000 letters without a blank, compared with all that are like it."""
    with signed_in(url, "intake@gx-zrzy") as person:
        while going():
            answer = person.post("/intake", {"wanted": "a" * 500_000, "applicant.name": "样例", "once": str(uuid4())})
            told[str(answer.status_code)] += 1


def previewed(url: str, going: Callable[[], bool], told: Counter[str]) -> None:
    """One officer asks for the analysis as PDF, again and again."""
    with signed_in(url, "analyst@gx-zrzy") as person:
        while going():
            told[str(person.http.get("/api/reports/analysis?from=2026-01-01&to=2026-06-30&format=pdf&reason=1").status_code)] += 1


ATTACKS: dict[str, tuple[int, Attack]] = {
    "40 loops of sign-ins": (40, guessed),
    "10 times 60 MB of form": (10, stuffed),
    "10 visitors with files of 19 MB": (10, heaped),
    "half-open connections": (8, half_open),
    "8 analyses of two centuries": (8, analysed),
    "8 times 781 KB of combining marks": (8, marked),
    "8 times half a million letters": (8, long_winded),
    "20 loops of reports as PDF": (20, previewed),
}


# ---------------------------------------------------------------- measuring


def memory(server: psutil.Process) -> float:
    """MiB of the server and its workers."""
    taken = 0
    for one in (server, *server.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            taken += one.memory_info().rss
    return taken / 2**20


def asked(person: Person) -> float:
    before = time.perf_counter()
    assert person.http.get("/desk").status_code == 200
    return time.perf_counter() - before


def under(url: str, name: str, server: psutil.Process, colleague: Person, seconds: float) -> None:
    loops, attack = ATTACKS[name]
    before, ends, told = memory(server), time.monotonic() + seconds, Counter[str]()
    peak, times = before, list[float]()
    threads = [threading.Thread(target=attack, args=(url, lambda: time.monotonic() < ends, told)) for _ in range(loops)]
    for thread in threads:
        thread.start()
    while not times or time.monotonic() < ends:
        times.append(asked(colleague))
        peak = max(peak, memory(server))
        time.sleep(0.05)
    for thread in threads:
        thread.join()
    answers = ", ".join(f"{count} {what}" for what, count in sorted(told.items()))
    print(f"{name}: {before:.0f} MiB before, {peak:.0f} at most; desk {statistics.median(times) * 1000:.0f} ms, slowest "
          f"{max(times) * 1000:.0f} ms of {len(times)}; {answers}", flush=True)  # fmt: skip


def main(seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder, free_port() as port:
        env = {**os.environ, "DATA_DIR": folder, "PORT": str(port), "DATABASE_URL": "", "FORWARDED_ALLOW_IPS": "127.0.0.1"}
        command = [sys.executable, "-c", "from api.cli import main; main()"]
        subprocess.run([*command, "demo", "--empty"], env=env, check=True, capture_output=True)
        server = subprocess.Popen([*command, "serve"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        url = f"http://127.0.0.1:{port}"
        try:
            with httpx.Client(base_url=url, timeout=60) as client:
                while True:
                    with suppress(httpx.TransportError):
                        if client.get("/health/live").status_code == 200:
                            break
                    time.sleep(0.1)
                colleague = Person(client)
                assert colleague.sign_in(HANDLER, PASSWORD).status_code == 303
                calm = [asked(colleague) for _ in range(30)]
                print(f"calm: desk {statistics.median(calm) * 1000:.0f} ms, slowest {max(calm) * 1000:.0f} ms", flush=True)
                for name in ATTACKS:
                    under(url, name, psutil.Process(server.pid), colleague, seconds)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 20)
