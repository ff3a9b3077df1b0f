"""What the program is made of is known and the same each time, and when it runs it calls nobody."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from api.office.policy import ROUTES
from tests import sbom
from tests.cli.test_commands import Shell, _served

ROOT = sbom.ROOT

# ---------------------------------------------------------------- the list of what it is made of


@pytest.mark.parametrize("which", sbom.LOCKS)
def test_everything_locked_stands_on_the_list_with_its_digests(which: str) -> None:
    lines = re.findall(r"^([a-z0-9-]+)==([^ ]+)", (ROOT / sbom.LOCKS[which]).read_text(encoding="utf-8"), flags=re.M)
    made = sbom.bill(which)
    known = {one["purl"]: one for one in made["components"]}
    assert {f"pkg:pypi/{name}@{version}" for name, version in lines} == {one for one in known if one.startswith("pkg:pypi/")}
    assert len(known) == len(made["components"])
    for one in known.values():
        length = 128 if one["purl"].startswith("pkg:npm/") else 64
        assert one["hashes"] and all(re.fullmatch(f"[0-9a-f]{{{length}}}", digest["content"]) for digest in one["hashes"]), one["name"]


def test_every_package_that_is_installed_says_its_licence() -> None:
    """Whoever adds a package reads here what he takes in; what has to be given out with its source would stop the program from being given out."""
    silent = [one["name"] for one in sbom.bill("sign")["components"] if "licenses" not in one and "properties" not in one and "pypi" in one["purl"]]
    assert silent == []
    told = json.dumps([one.get("licenses") for one in sbom.bill("run")["components"]])
    assert "AGPL" not in told and "Affero" not in told


def test_the_list_is_the_same_each_time_and_names_no_address() -> None:
    made = subprocess.run([sys.executable, "-m", "tests.sbom"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    assert made == sbom.written()
    assert "://" not in made and str(ROOT) not in made
    assert (top := json.loads(made))["bomFormat"] == "CycloneDX" and top["specVersion"] == "1.5"


# ---------------------------------------------------------------- the wheel


@pytest.mark.slow
def test_two_builds_of_the_wheel_are_the_same_bytes(tmp_path: Path) -> None:
    """From two folders, at two times, without a network. Fonts and the pages' files are left out: they would take minutes to pack."""
    made = []
    for name, age in (("one", 0), ("other", 86_400 * 400)):
        folder = tmp_path / name
        left_out = shutil.ignore_patterns("__pycache__", "vendor", "*.otf", "*.ttf")
        for part in ("workflow", "letters", "db", "api"):
            shutil.copytree(ROOT / part, folder / part, ignore=left_out)
        for part in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / part, folder / part)
        for path in folder.rglob("*"):
            os.utime(path, (1_700_000_000 + age,) * 2)
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")]
        subprocess.run(build, cwd=folder, env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}, check=True, capture_output=True)
        (wheel,) = (folder / "dist").iterdir()
        made.append(wheel.read_bytes())
    assert made[0] == made[1]


# ---------------------------------------------------------------- no network

ALONE = '''
import os, socket

def _outside(address):
    return isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "::")

def _watched(real):
    def call(self, *arguments):
        if arguments and _outside(arguments[-1]):
            with open(os.environ["CALLED"], "a") as told:
                told.write(f"{arguments[-1]}\\\\n")
            raise OSError("no network")
        return real(self, *arguments)
    return call

for _name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, _name, _watched(getattr(socket.socket, _name)))

_found = socket.getaddrinfo

def _getaddrinfo(host, *rest, **more):
    if host not in (None, "", "127.0.0.1", "::1", "localhost", "0.0.0.0", "::"):
        with open(os.environ["CALLED"], "a") as told:
            told.write(f"{host}\\\\n")
        raise socket.gaierror("no network")
    return _found(host, *rest, **more)

socket.getaddrinfo = _getaddrinfo
'''.replace("\\\\", "\\")
"""Put before every Python that the program starts, the makers of letters too: whoever calls out is refused, and it is noted."""


@pytest.mark.slow
def test_the_program_serves_and_makes_letters_without_calling_anybody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "alone").mkdir()
    (tmp_path / "alone" / "sitecustomize.py").write_text(ALONE)
    called = tmp_path / "called"
    called.touch()
    shell = Shell(tmp_path / "data")
    shell.good("demo", "--empty")
    token = shell.good("token", "intake@gx-zrzy").strip()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "alone"))
    monkeypatch.setenv("CALLED", str(called))
    calls = "import socket; socket.create_connection(('192.0.2.1', 9), 1)"
    assert subprocess.run([sys.executable, "-c", calls], capture_output=True, check=False).returncode != 0
    assert "192.0.2.1" in called.read_text(), "the guard is at work"
    called.write_text("")
    monkeypatch.setenv("METRICS_TOKEN", "words of a test only")
    watch = {"/metrics": {"Authorization": "Bearer words of a test only"}}
    with _served(shell) as address:
        public = {path for method, path in ROUTES if method == "GET" and ROUTES[method, path].is_public and "{" not in path}
        for path in sorted(public - {"/counter"}):  # no hall has one here
            with urlopen(Request(address + path, headers=watch.get(path, {})), timeout=60) as answer:
                assert answer.status == 200, path
        case = _asked(f"{address}/api/cases", token, {
            "channel": "in_person", "submitted_on": "2026-11-02", "received_on": "2026-11-02", "wanted": "样例方案",
            "applicant": {"category": "natural_person", "name": "张样例", "address": "样例路1号"},
        })  # fmt: skip
        pdf = _asked(f"{address}/api/letters/{json.loads(case)['letters'][0]['id']}/pdf", token)
        assert pdf.startswith(b"%PDF-")
    assert called.read_text() == ""


def _asked(address: str, token: str, body: object = None) -> bytes:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(address, data, headers), timeout=60) as answer:
        return bytes(answer.read())
