"""Several processes, and several machines, on one PostgreSQL: what one knows the other knows, and when one dies the other goes on."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine, text

from api.cli.demo import PASSWORD
from api.office.office import SHANGHAI
from tests.cli.test_commands import Shell, _signed_in
from tests.conftest import PATIENCE, free_port, fresh_database
from tests.docker_steps import ROOT
from tests.pages.conftest import Person, token_of
from tests.pages.test_exports import GOOD, HEADING

pytestmark = [pytest.mark.slow, pytest.mark.postgres]

INTAKE = "intake@gx-zrzy"
TOKEN = "words of a test only"
REQUEST = {
    "channel": "in_person", "submitted_on": datetime.now(SHANGHAI).date().isoformat(),
    "applicant": {"category": "natural_person", "name": "张样例", "address": "样例路1号"}, "wanted": "崇文街道2024年第三批次征收补偿安置方案",
}  # fmt: skip
SOON = "from db import leases; leases.LASTS, leases.RENEWED = 2, 0.2; from api.cli import main; main()"
"""The program, whose processes are taken for dead sooner."""


@dataclass
class Served:
    """A server that runs as processes of its own."""

    process: subprocess.Popen[str]
    address: str
    told: list[str] = field(default_factory=list)

    def read(self) -> None:
        assert self.process.stderr is not None
        self.told.extend(iter(self.process.stderr.readline, ""))

    @property
    def workers(self) -> list[int]:
        return [int(one) for line in list(self.told) for one in re.findall("公开已启动.*进程([0-9]+)", line)]

    def call(self, token: str, path: str, body: Any = None, **headers: str) -> Any:
        """One question on a connection of its own."""
        headers["Authorization"] = f"Bearer {token}"
        answer = httpx.request("GET" if body is None else "POST", self.address + path, json=body, headers=headers, timeout=PATIENCE)
        assert answer.status_code < 400, answer.text
        return answer.json()


def until(is_so: Callable[[], Any]) -> Any:
    """What comes, as soon as it comes."""
    end = time.monotonic() + PATIENCE
    while not (found := is_so()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


@pytest.fixture(scope="module")
def url(postgres_url: str, migrated_name: str) -> str:
    return fresh_database(postgres_url, migrated_name)


@pytest.fixture(scope="module")
def office(url: str, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    shell = Shell(tmp_path_factory.mktemp("machines") / "data")
    assert shell.run("demo", "--empty", DATABASE_URL=url).returncode == 0
    return shell


@contextmanager
def served(office: Shell, url: str, *words: str) -> Iterator[Served]:
    with ExitStack() as stack:
        port = str(stack.enter_context(free_port()))
        settings = {"DATA_DIR": str(office.data), "DATABASE_URL": url, "METRICS_TOKEN": TOKEN, "LETTER_WORKERS": "1"}
        process = subprocess.Popen(
            [sys.executable, "-c", SOON, "serve", "--port", port, *words], cwd=ROOT, env={**os.environ, **settings}, stderr=subprocess.PIPE, text=True
        )
        one = Served(process, f"http://127.0.0.1:{port}")
        reader = Thread(target=one.read)
        reader.start()
        try:
            until(lambda: process.poll() is not None or "公开已启动" in "".join(one.told))
            until(lambda: process.poll() is not None or _is_ready(one))
            assert process.poll() is None, one.told
            yield one
        finally:
            process.terminate()
            process.wait(PATIENCE)
            reader.join()
            assert process.stderr is not None
            process.stderr.close()


def _is_ready(one: Served) -> bool:
    try:
        return httpx.get(f"{one.address}/health/ready", timeout=PATIENCE).status_code == 200
    except httpx.HTTPError:
        return False


def is_there(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_sqlite_is_served_by_one_process(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "data")
    done = shell.run("serve", "--workers", "2")
    assert done.returncode == 1 and "PostgreSQL" in done.stderr
    assert not shell.data.exists(), "nothing was made"
    assert "WORKERS" in shell.run("serve", "--workers", "0").stderr


def test_several_processes_serve_one_address_and_one_that_dies_is_replaced(office: Shell, url: str) -> None:
    token = office.run("token", INTAKE, DATABASE_URL=url).stdout.strip()
    with served(office, url, "--workers", "2") as both:
        first, second = until(lambda: len(both.workers) == 2 and both.workers)
        for _ in range(20):
            both.call(token, "/api/me")
        answer = httpx.get(f"{both.address}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=PATIENCE)
        assert answer.status_code == 200, answer.text
        counted = [
            one.value for family in text_string_to_metric_families(answer.text) for one in family.samples
            if one.name == "gongkai_requests_total" and one.labels["route"] == "/api/me"
        ]  # fmt: skip
        assert sum(counted) == 20, "all of them, whichever process answered, and whichever tells"

        both.process.send_signal(signal.SIGHUP)
        until(lambda: _asked(url, "SELECT count(*) FROM log_entry WHERE what = 'rules'") == 2)

        os.kill(first, signal.SIGKILL)
        for _ in range(20):
            both.call(token, "/api/me")
        third = until(lambda: len(both.workers) == 3 and both.workers[-1])
        assert is_there(second) and is_there(third) and not is_there(first)
        both.process.terminate()
        assert both.process.wait(PATIENCE) == 0
        assert not any(map(is_there, both.workers))


def _asked(url: str, question: str, **values: Any) -> Any:
    """What the database says now."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return connection.execute(text(question), values).scalar()
    finally:
        engine.dispose()


def test_when_the_process_that_watches_dies_the_others_end(office: Shell, url: str) -> None:
    with served(office, url, "--workers", "2") as both:
        until(lambda: len(both.workers) == 2)
        both.process.kill()
        until(lambda: not any(map(is_there, both.workers)))


def test_what_cannot_start_is_told_once(office: Shell, url: str) -> None:
    with free_port() as port:
        started = office.start("serve", "--workers", "3", "--port", str(port), DATABASE_URL=url, SIGN_KEY=str(office.data / "none"))
        _, told = started.communicate(timeout=PATIENCE)
    assert started.returncode == 1
    assert len(told.splitlines()) == 1 and "电子签名" in told


def test_two_machines_are_one_office(office: Shell, url: str) -> None:
    intake, handler = (office.run("token", one, DATABASE_URL=url).stdout.strip() for one in (INTAKE, "handler@gx-zrzy"))
    with served(office, url) as one, served(office, url) as two:
        case = one.call(intake, "/api/cases", REQUEST)
        case = two.call(handler, f"/api/cases/{case['id']}/acts", {"kind": "acceptance"}, **{"If-Match": '"1"'})
        assert one.call(handler, f"/api/cases/{case['id']}")["state"] == "handling"
        made = until(lambda: [letter["id"] for letter in two.call(handler, f"/api/cases/{case['id']}")["letters"] if letter["digest"]])
        token = {"Authorization": f"Bearer {handler}"}
        papers = [httpx.get(f"{at.address}/api/letters/{made[0]}/pdf", headers=token, timeout=PATIENCE) for at in (one, two)]
        assert papers[0].content.startswith(b"%PDF-") and papers[0].content == papers[1].content

        with (
            _signed_in(one.address, "head@gx-zrzy", PASSWORD) as head,
            httpx.Client(base_url=two.address, cookies=head.http.cookies, timeout=PATIENCE) as client,
        ):
            there = Person(client)
            there.csrf = token_of(there.page("/account"))
            sent = head.post("/import", files={"ledger": ("台账.csv", (HEADING + GOOD).encode(), "text/csv")})
            here = sent.headers["location"]
            checked = until(lambda: "hx-trigger" not in (page := there.page(here)) and page)
            assert "可以导入3件" in checked, checked
            assert there.post(here).status_code == 303
            loaded = until(lambda: "hx-trigger" not in (page := head.page(here)) and page)
            assert "已导入3件" in loaded, loaded
            assert there.post("/sign-out").status_code == 303
            assert head.get("/account").status_code == 303, "signed out on one machine is signed out on both"

        for at, times in ((one, 3), (two, 2)):
            for _ in range(times):
                with _signed_in(at.address, "analyst@gx-zrzy", "wrong", good=False):
                    pass
        for at in (one, two):
            with _signed_in(at.address, "analyst@gx-zrzy", PASSWORD, good=False):
                pass

        stopped = [int(child) for child in Path(f"/proc/{one.process.pid}/task/{one.process.pid}/children").read_text().split()]
        try:
            for maker in stopped:
                os.kill(maker, signal.SIGSTOP)
            letter = one.call(intake, "/api/cases", REQUEST)["letters"][0]["id"]
            until(lambda: _asked(url, "SELECT holder FROM lease WHERE name = :name", name=f"letter {letter}"))
            assert _asked(url, "SELECT digest FROM letter WHERE id = :id", id=letter) is None, "one has it in hand, and nobody else makes it"
            one.process.kill()
            until(lambda: _asked(url, "SELECT digest FROM letter WHERE id = :id", id=letter))
        finally:
            for maker in stopped:
                os.kill(maker, signal.SIGKILL)
        assert two.call(handler, f"/api/letters/{letter}")["digest"]
