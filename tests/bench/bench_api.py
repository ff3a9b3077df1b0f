"""Placing an act through the API (no letter) against a raw loop that does the same inserts as durably, on one connection.

Run: python -m tests.bench.bench_api [seconds] [workers ...]. Without DATABASE_URL it is SQLite, and the floor a loop of sqlite3 (WAL, FULL).
With the address of an empty PostgreSQL it is that, and the floor a loop of psycopg on one connection with statements that the server has
prepared, `synchronous_commit` as the server has it; then `gongkai serve --workers` is asked with each number of workers in turn.

It prints the ratio of the rates, p50 and p99 at 16 connections, and what an act takes of the processor, of all processes of the server
and, on SQLite, of the loop: another machine's load changes the rates more than that. Client, server and database share the machine:
more workers than cores show no more.
"""

from __future__ import annotations

import http.client
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
import psycopg
from sqlalchemy.engine import make_url

from api.office.office import SHANGHAI
from db import tables as t
from db.engine import Database

CONNECTIONS = 16
PORT = 8765
GONGKAI = Path(sys.executable).with_name("gongkai")
GOALS = {"SQLite": 0.12, "PostgreSQL": 0.10}
ONE = {"case_file": t.table_of(t.CaseFile), "docket": t.table_of(t.Docket)}


def raw_rate(url: str, seconds: float) -> tuple[float, float]:
    """Acts a second of one plain loop on the program's own schema, the same inserts and updates, as durably; seconds of this process for one."""
    if url:
        with psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True) as connection:
            connection.prepare_threshold = 0
            return raw_loop(lambda statement, values=(): connection.execute(statement.replace("?", "%s"), values), seconds)  # type: ignore[misc]
    with tempfile.TemporaryDirectory() as folder:
        made = Database(f"sqlite:///{folder}/raw.db")
        made.migrate()
        made.close()
        database = sqlite3.connect(f"{folder}/raw.db", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            database.execute(f"PRAGMA {pragma}")
        rate = raw_loop(lambda statement, values=(): database.execute(statement, values), seconds)  # type: ignore[misc]
        database.close()
        return rate


def raw_loop(run: Callable[..., Any], seconds: float) -> tuple[float, float]:
    case = f"x{time.time_ns()}"
    rows = {name: one_row(name, case) for name in ONE}
    for table, row in rows.items():
        run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
    row = rows["docket"]
    renew = f"UPDATE docket SET {', '.join(f'{name} = ?' for name in row)} WHERE case_id = '{case}'"
    text = json.dumps({"kind": "note", "text": "核对材料" * 10}, ensure_ascii=False)
    count, end, worked = 0, time.perf_counter() + seconds, time.process_time()
    while time.perf_counter() < end:
        count += 1
        run("BEGIN")
        run(f"SELECT agency, number, version FROM case_file WHERE id = '{case}'").fetchone()
        values = (case, count, "note", "2026-11-24", text, None, "handler", "2026-11-24 00:00:00.000000")
        run('INSERT INTO act (case_id, seq, kind, "on", public, private, officer, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)', values)
        run(f"UPDATE case_file SET version = ? WHERE id = '{case}'", (count,))
        run(renew, [count if name == "version" else value for name, value in row.items()])
        run("COMMIT")
    return count / seconds, (time.process_time() - worked) / count


def one_row(table: str, case: str) -> dict[str, object]:
    """A row that the table takes, of a file that nobody has: x for a text, a number for a number, a date for a date."""
    values: dict[type, object] = {int: int(case[1:]) % 2**31, bool: False, str: "x"}
    kinds = {column.name: column.type.python_type for column in ONE[table].columns if not column.nullable}
    its_own = dict.fromkeys(("id", "case_id", "number"), case)
    return {name: its_own.get(name, values.get(kind, "2026-12-01")) for name, kind in kinds.items()}


class Client:
    """One kept-alive connection with a token."""

    def __init__(self, token: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def call(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, dict[str, object]]:
        data = None if body is None else json.dumps(body).encode()
        while True:
            self.connection.request(method, path, data, {**self.headers, **headers})
            answer = self.connection.getresponse()
            text = answer.read()
            if answer.status != 503:
                return answer.status, json.loads(text)
            time.sleep(0.5)  # it asks to come again, and wrote nothing


def act(client: Client, case: str, version: int, **fields: object) -> int:
    """Place an act; returns the new version."""
    status, answer = client.call("POST", f"/api/cases/{case}/acts", fields, **{"If-Match": f'"{version}"'})
    assert status == 201, answer
    return int(str(answer["version"]))


def worker(token: str, today: str, seconds: float, times: list[float], ready: threading.Barrier) -> None:
    """One connection with ten files of its own: notes in turn, every placing timed, until time or files run out."""
    client = Client(token)
    applicant = {"category": "natural_person", "name": "测样例"}
    registration = {
        "channel": "in_person", "submitted_on": today, "received_on": today, "applicant": applicant, "wanted": "测速",
    }  # fmt: skip
    cases = []
    for _ in range(10):
        status, case = client.call("POST", "/api/cases", registration)
        assert status == 201, case
        cases.append((str(case["id"]), act(client, str(case["id"]), 1, kind="acceptance")))
    for case_id, _ in cases:  # the receipts' PDFs are made before the clock starts
        while not Client(token).call("GET", f"/api/cases/{case_id}")[1]["letters"][0]["ready"]:  # type: ignore[index]
            time.sleep(0.3)
    ready.wait()
    client = Client(token)  # the server drops a connection that says nothing for long
    end, turn = time.perf_counter() + seconds, 0
    while time.perf_counter() < end and cases[turn % 10][1] < 40:
        case_id, version = cases[turn % 10]
        begun = time.perf_counter()
        version = act(client, case_id, version, kind="note", text="核对材料" * 10)
        times.append(time.perf_counter() - begun)
        cases[turn % 10] = case_id, version
        turn += 1
    spent.append(time.perf_counter() - end + seconds)


spent: list[float] = []


def processes(server: int) -> float:
    """Seconds of the processor that the server and its workers have taken, without those that make letters."""
    every = [psutil.Process(server), *psutil.Process(server).children(recursive=True)]
    times = [one.cpu_times() for one in every if "letters.worker" not in " ".join(one.cmdline())]
    return sum(one.user + one.system for one in times)


def measured(environment: dict[str, str], token: str, seconds: float, workers: int) -> tuple[float, list[float], float]:
    """Acts a second, the time of each, and seconds of the processor for one."""
    words = ["--workers", str(workers)] if workers > 1 else []
    server = subprocess.Popen([GONGKAI, "serve", "--port", str(PORT), *words], env=environment, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            time.sleep(0.2)
            try:
                if Client(token).call("GET", "/health/ready")[0] == 200:
                    break
            except OSError:
                continue
        today = datetime.now(SHANGHAI).date().isoformat()
        times: list[float] = []
        before = list[float]()
        barrier = threading.Barrier(CONNECTIONS, action=lambda: before.append(processes(server.pid)))
        spent.clear()
        threads = [threading.Thread(target=worker, args=(token, today, seconds, times, barrier)) for _ in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        worked = processes(server.pid) - before[0]
    finally:
        server.terminate()
        server.wait()
    return len(times) / max(spent), times, worked / len(times)


def main() -> None:
    """Raw, API, raw again: the ratio is against the mean of the two raw rates of the same minute."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 8.0
    url = os.environ.get("DATABASE_URL", "")
    kind = "PostgreSQL" if url else "SQLite"
    with tempfile.TemporaryDirectory() as name:
        environment = {**os.environ, "DATA_DIR": str(Path(name) / "data"), "DATABASE_URL": url}
        run = lambda *words: subprocess.run([GONGKAI, *words], env=environment, check=True, capture_output=True, text=True)  # noqa: E731
        run("demo", "--empty")
        token = run("token", "handler@gx-zrzy").stdout.strip()
        for workers in map(int, sys.argv[2:] or ["1"]):
            before, least = raw_rate(url, seconds / 2)
            rate, times, worked = measured(environment, token, seconds, workers)
            after, _ = raw_rate(url, seconds / 2)
            raw, cuts = (before + after) / 2, statistics.quantiles(times, n=100)
            told = f", {least * 1000:.2f} ms of the processor for an act" if not url else ""  # of PostgreSQL the server's share is not known
            print(f"{kind}, raw loop     {raw:8.0f} acts/s ({before:.0f} before, {after:.0f} after){told}")
            print(
                f"{workers} workers, the API  {rate:8.0f} acts/s at {CONNECTIONS} connections, {rate / workers:.0f} for each worker, "
                f"ratio {rate / raw:.3f} (goal {GOALS[kind]:.2f}), {worked * 1000:.2f} ms of the processor for an act"
            )
            told = f"p50 {cuts[49] * 1000:.1f} ms  p99 {cuts[98] * 1000:.1f} ms  p99/p50 {cuts[98] / cuts[49]:.2f} (goal 5)"
            print(told, flush=True)


if __name__ == "__main__":
    main()
