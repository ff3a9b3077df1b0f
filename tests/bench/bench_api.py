"""Placing an act through the API (no letter) against a raw sqlite3 loop that does the same inserts as durably.

Run: python -m tests.bench.bench_api [seconds]. Prints the ratio of the rates, and p50 and p99 at 16 connections.
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
from pathlib import Path

from db.engine import Database

CONNECTIONS = 16
PORT = 8765
GONGKAI = Path(sys.executable).with_name("gongkai")


def raw_rate(folder: Path, seconds: float) -> float:
    """Acts a second of one plain loop on the program's own schema: the same inserts and updates, as durably (FULL)."""
    (folder / "raw.db").unlink(missing_ok=True)
    made = Database(f"sqlite:///{folder / 'raw.db'}")
    made.migrate()
    made.close()
    database = sqlite3.connect(folder / "raw.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        database.execute(f"PRAGMA {pragma}")
    rows = {table: one_row(database, table) for table in ("case_file", "docket")}
    for table, row in rows.items():
        database.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", list(row.values()))
    row = rows["docket"]
    renew = f"UPDATE docket SET {', '.join(f'{name} = ?' for name in row)} WHERE case_id = 'x'"
    text = json.dumps({"kind": "note", "text": "核对材料" * 10}, ensure_ascii=False)
    count, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        count += 1
        database.execute("BEGIN IMMEDIATE")
        database.execute("SELECT agency, number, version FROM case_file WHERE id = 'x'").fetchone()
        values = ("x", count, "note", "2026-11-24", text, None, "handler", "2026-11-24 00:00:00.000000")
        database.execute('INSERT INTO act (case_id, seq, kind, "on", public, private, officer, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)', values)
        database.execute("UPDATE case_file SET version = ? WHERE id = 'x'", (count,))
        database.execute(renew, [count if name == "version" else value for name, value in row.items()])
        database.execute("COMMIT")
    database.close()
    return count / seconds


def one_row(database: sqlite3.Connection, table: str) -> dict[str, object]:
    """A row that the table takes: x for a text, 0 for a number, a date for a date."""
    values = {"DATE": "2026-12-01", "INTEGER": 0, "BOOLEAN": 0}
    columns = database.execute(f"PRAGMA table_info({table})").fetchall()
    return {str(name): values.get(kind, "x") for _, name, kind, *_ in columns}


class Client:
    """One kept-alive connection with a token."""

    def __init__(self, token: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def call(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, dict[str, object]]:
        data = None if body is None else json.dumps(body).encode()
        self.connection.request(method, path, data, {**self.headers, **headers})
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())


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
        while not client.call("GET", f"/api/cases/{case_id}")[1]["letters"][0]["ready"]:  # type: ignore[index]
            time.sleep(0.3)
    ready.wait()
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


def main() -> None:
    """Raw, API, raw again: the ratio is against the mean of the two raw rates of the same minute."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 8.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {**os.environ, "DATA_DIR": str(folder / "data"), "DATABASE_URL": ""}
        run = lambda *words: subprocess.run([GONGKAI, *words], env=environment, check=True, capture_output=True, text=True)  # noqa: E731
        run("demo", "--empty")
        token = run("token", "handler@gx-zrzy").stdout.strip()
        before = raw_rate(folder, seconds / 2)
        server = subprocess.Popen([GONGKAI, "serve", "--port", str(PORT)], env=environment, stderr=subprocess.DEVNULL)
        try:
            client = Client(token)
            for _ in range(100):
                time.sleep(0.2)
                try:
                    client.call("GET", "/api/procedure")
                    break
                except OSError:
                    client = Client(token)
            from datetime import datetime
            from zoneinfo import ZoneInfo

            today = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
            times: list[float] = []
            barrier = threading.Barrier(CONNECTIONS)
            threads = [
                threading.Thread(target=worker, args=(token, today, seconds, times, barrier)) for _ in range(CONNECTIONS)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            server.terminate()
            server.wait()
        after = raw_rate(folder, seconds / 2)
    raw = (before + after) / 2
    rate = len(times) / max(spent)
    cuts = statistics.quantiles(times, n=100)
    print(f"raw sqlite3 loop   {raw:8.0f} acts/s ({before:.0f} before, {after:.0f} after)")
    print(f"through the API    {rate:8.0f} acts/s at {CONNECTIONS} connections, ratio {rate / raw:.3f} (goal 0.08)")
    print(f"p50 {cuts[49] * 1000:.1f} ms  p99 {cuts[98] * 1000:.1f} ms  p99/p50 {cuts[98] / cuts[49]:.2f} (goal 5)")


if __name__ == "__main__":
    main()
