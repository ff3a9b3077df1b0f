"""Forty who try passwords without a pause: what memory the server takes, and how long a colleague's desk takes meanwhile.

Run: python -m tests.bench.bench_sign_in [loops] [seconds]. The server is a process of its own, as `gongkai serve` starts it.
Goal: below 400 MiB in all, and the desk below a second.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import httpx
import psutil

from api.cli.demo import PASSWORD
from tests.pages.conftest import Person
from tests.pages.test_hashing import sign_in_loops


def main(loops: int, seconds: int) -> None:
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        env = {**os.environ, "DATA_DIR": folder, "PORT": str(port)}
        command = [sys.executable, "-c", "from api.cli import main; main()"]
        subprocess.run([*command, "demo", "--empty"], env=env, check=True, capture_output=True)
        server = subprocess.Popen([*command, "serve"], env=env, stderr=subprocess.DEVNULL)
        try:
            measure(f"http://127.0.0.1:{port}", psutil.Process(server.pid), loops, seconds)
        finally:
            server.terminate()
            server.wait()


def measure(url: str, server: psutil.Process, loops: int, seconds: int) -> None:
    with httpx.Client(base_url=url, timeout=60) as client:
        for _ in range(300):
            try:
                if client.get("/health/live").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        person = Person(client)
        assert person.sign_in("handler@gx-zrzy", PASSWORD).status_code == 303
        calm = [asked(person) for _ in range(30)]
        before, peak, times = server.memory_info().rss, 0, list[float]()
        with sign_in_loops(url, loops) as answered:
            ends = time.monotonic() + seconds
            while time.monotonic() < ends:
                times.append(asked(person))
                peak = max(peak, server.memory_info().rss)
        print(f"{loops} loops for {seconds} s: {len(answered)} answers, {answered.count(429)} of them 429")
        print(f"memory: {before / 2**20:.0f} MiB before, {peak / 2**20:.0f} MiB at most")
        for name, values in (("calm", calm), ("meanwhile", times)):
            print(f"desk, {name}: middle {statistics.median(values) * 1000:.0f} ms, slowest {max(values) * 1000:.0f} ms of {len(values)}")


def asked(person: Person) -> float:
    began = time.monotonic()
    person.page("/desk")
    return time.monotonic() - began


if __name__ == "__main__":
    main(*(int(one) for one in (*sys.argv[1:], *("40", "10")[len(sys.argv) - 1 :])))
