"""Letters and attachments go from a folder into an S3 store and back, and outlast a program that is killed."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.cli.demo import open_desks, open_units
from api.office.opening import open_office
from api.settings import Settings
from db import carrying, tidying
from db.files import Files
from db.stores import Folder, Unreachable
from tests.cli.test_commands import Shell, _served
from tests.conftest import PATIENCE
from tests.s3 import KEY, S3, SECRET
from workflow.acts import parse

pytestmark = pytest.mark.slow


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """An office with three files and their letters, in a folder."""
    shell = Shell(tmp_path / "data")
    office = open_office(Settings(data_dir=shell.data, database_url="", letter_workers=1))
    open_units(office)
    applicant = {"category": "natural_person", "name": "张样例", "address": "样例路1号"}
    data = {"kind": "registration", "on": "2026-03-02", "channel": "in_person", "submitted_on": "2026-03-02", "wanted": "样例"}
    officer = open_desks(office)["intake@gx-zrzy"]
    for _ in range(3):
        case = office.register(officer, parse({**data, "applicant": applicant})).case
        for letter in case.letters(office.rules):
            office.pdf(letter.id)
    office.close()
    return shell


def kept(folder: Path) -> list[str]:
    return list(Folder(folder).names())


def test_files_move_into_the_store_and_back(shell: Shell, s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    at_s3, own = s3.settings(), shell.data / "files"
    before = {name: (own / name).read_bytes() for name in kept(own)}
    assert len(before) == 3
    told = shell.run("check", **at_s3)
    assert "move-files" in told.stdout and f"文书和附件保存在{at_s3['FILES_STORE']}" in told.stdout
    assert SECRET not in told.stdout + told.stderr and KEY not in told.stdout + told.stderr
    assert "现在就保存在那里" in shell.run("move-files", str(own)).stderr
    assert "复制3个" in shell.run("move-files", "--keep", str(own), **at_s3).stderr and kept(own) == [*before]
    first = min(before)
    (own / first).write_bytes(b"bad")
    assert "移动3个" in shell.run("move-files", str(own), **at_s3).stderr, "the damaged one is there whole already"
    assert kept(own) == []
    assert shell.run("verify", **at_s3).returncode == 0 and shell.run("verify").returncode == 1
    assert "move-files" not in shell.run("check", **at_s3).stdout

    taken = list[str]()
    drop = Files.drop

    def cut_short(self: Files, kind: str, name: str) -> bool:
        if taken:
            raise Unreachable("样例")
        taken.append(name)
        return drop(self, kind, name)

    with monkeypatch.context() as patch:
        patch.setattr(Files, "drop", cut_short)
        patch.setattr(carrying, "LANES", 1)
        assert shell.run("move-files", at_s3["FILES_STORE"], **{**at_s3, "FILES_STORE": ""}).returncode == 1
    assert "已移动2个" in shell.run("move-files", at_s3["FILES_STORE"], **{**at_s3, "FILES_STORE": ""}).stderr
    assert {name: (own / name).read_bytes() for name in kept(own)} == before
    assert shell.run("verify").returncode == 0


def test_what_is_damaged_is_named_and_stays_where_it_was(shell: Shell, s3: S3) -> None:
    at_s3, own = s3.settings(), shell.data / "files"
    damaged = min(kept(own))
    (own / damaged).write_bytes(b"bad")
    stray = own / "uploads" / "ab" / "abc"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"of no row")
    done = shell.run("move-files", str(own), **at_s3)
    assert done.returncode == 1 and damaged.rpartition("/")[2] in done.stdout and "已移动2个" in done.stderr
    assert kept(own) == [damaged, "uploads/ab/abc"]


@pytest.mark.parametrize(
    ("settings", "named"),
    [({"FILES_STORE": "s3://bucket"}, "S3_SECRET_KEY"),
     ({"S3_ENDPOINT": "http://user:word@host"}, "S3_ENDPOINT"), ({"FILES_STORE": "bucket"}, "FILES_STORE"),
     ({"FILES_STORE": "s3://k:secret@b"}, "FILES_STORE")],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_told_without_what_it_says(tmp_path: Path, settings: dict[str, str], named: str) -> None:
    done = Shell(tmp_path / "data").run("check", **settings)
    assert done.returncode == 1 and f"设置有误，没有启动：{named}：" in done.stderr and "word" not in done.stderr and "secret" not in done.stderr


def test_a_program_that_is_killed_while_it_writes_loses_nothing_that_it_had_acknowledged(
    tmp_path: Path, s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell, settings = Shell(tmp_path / "data"), s3.settings()
    shell.good("demo", "--empty", **settings)
    token = shell.good("token", "intake@gx-zrzy", **settings).strip()
    served = _served(Both(shell, settings))
    address = served.__enter__()
    body = {"channel": "in_person", "submitted_on": time.strftime("%Y-%m-%d"), "wanted": "样例",
            "applicant": {"category": "natural_person", "name": "张样例", "address": "样例路1号"}}
    head = {"Authorization": f"Bearer {token}"}
    case = httpx.post(f"{address}/api/cases", json=body, headers=head, timeout=PATIENCE).json()["id"]
    acknowledged = dict[str, bytes]()

    def send(n: int) -> None:
        data = f"第{n}份".encode() * 20_000
        try:
            answer = httpx.post(f"{address}/api/cases/{case}/attachments", files={"file": ("说明.txt", data)}, headers=head, timeout=PATIENCE)
        except httpx.HTTPError:
            return
        if answer.status_code == 201:
            acknowledged[answer.json()["id"]] = data
            if len(acknowledged) == 4:
                served.server.kill()

    with ThreadPoolExecutor(4) as senders:
        list(senders.map(send, range(16)))
    served.server.communicate()
    served.held.__exit__(None, None, None)
    assert 4 <= len(acknowledged) < 16
    with _served(Both(shell, settings)) as address:
        for one, data in acknowledged.items():
            assert httpx.get(f"{address}/api/attachments/{one}", headers=head, timeout=PATIENCE).content == data
    faults = shell.run("verify", **settings).stdout.splitlines()
    assert [one for one in faults if "没有登记的文件" not in one] == [], json.dumps(faults, ensure_ascii=False)
    office = open_office(Settings(data_dir=shell.data, **{name.lower(): value for name, value in settings.items()}))  # type: ignore[arg-type]
    office.files.put("uploads", "of-no-row", b"x")
    office.close()
    monkeypatch.setattr(tidying, "ON_ITS_WAY", timedelta(seconds=-3600))
    assert "uploads/of/of-no-row" in shell.good("tidy", **settings)
    assert shell.run("verify", **settings).returncode == 0


class Both(Shell):
    """A command line with settings of its own."""

    def __init__(self, shell: Shell, settings: dict[str, str]) -> None:
        super().__init__(shell.data)
        object.__setattr__(self, "settings", settings)

    def start(self, *words: str, **settings: str) -> Any:
        return super().start(*words, **{**self.settings, **settings})  # type: ignore[attr-defined]
