"""What the program keeps is readable by its owner alone, whoever made the folder and however."""

from __future__ import annotations

import base64
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from api.cli.demo import open_desks, open_units
from api.office.opening import open_office
from api.settings import Settings
from db import private
from tests.cli.test_commands import Shell
from workflow.acts import parse


@pytest.fixture
def careless() -> Iterator[None]:
    """The umask of most machines: what is made without a thought, everybody may read."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def readable(folder: Path) -> list[str]:
    """What others than the owner may read in a folder, the folder too."""
    return [str(path.relative_to(folder)) for path in [folder, *folder.rglob("*")] if path.lstat().st_mode & private.OTHERS]


def test_whatever_the_commands_make_is_for_the_owner_alone(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "data")
    shell.good("demo", "--empty")
    shell.good("backup", str(tmp_path / "all.zip"))
    shell.good("export", "--to", str(tmp_path / "exports"))
    assert readable(shell.data) == readable(tmp_path / "exports") == []
    assert stat.S_IMODE((tmp_path / "all.zip").stat().st_mode) == private.FILE


@pytest.mark.usefixtures("careless")
def test_what_the_program_keeps_does_not_hang_on_the_umask(tmp_path: Path) -> None:
    """A server may start it without the command line."""
    folder, told = tmp_path / "data", list[str]()
    office = open_office(Settings(data_dir=folder, letter_workers=1), tell=told.append)
    try:
        open_units(office)
        office.files.put("letters", "aa-letter", b"words")
        office.files.put("attachments", "bb-attachment", b"bytes")
        office.sources.put(folder / "rules" / "fees.yaml", b"")
        with office.database.read() as session:
            session.connection()
            assert (folder / "gongkai.db-wal").exists()
            assert readable(folder) == []
    finally:
        office.close()
    assert told == []


def test_a_folder_that_others_could_read_is_closed_and_told_once(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "data")
    shell.good("demo", "--empty")
    letter = shell.data / "files" / "letters" / "aa" / "aa-letter"
    letter.parent.mkdir(parents=True)
    letter.write_bytes(b"words")
    for path in [shell.data, *shell.data.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    first, second = shell.run("user", "list"), shell.run("user", "list")
    assert "已改为只有运行本程序的用户能读" in first.stderr
    assert str(shell.data) in first.stderr
    assert second.stderr == ""
    assert readable(shell.data) == []


def test_one_letter_that_was_opened_in_a_closed_folder_is_found_by_check(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "data")
    shell.good("demo", "--empty")
    letter = shell.data / "files" / "aa-letter"
    letter.write_bytes(b"words")
    letter.chmod(0o644)
    assert "aa-letter" in shell.run("check").stderr
    assert readable(shell.data) == []


@pytest.mark.usefixtures("careless")
def test_nothing_else_in_a_shared_place_is_touched(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "others.txt").write_text("theirs")
    (shared / "files").symlink_to(tmp_path)
    mode = (shared / "others.txt").stat().st_mode
    closed, failed = private.close(private.in_folder(shared))
    assert (closed, failed) == ([], [])
    (shared / "gongkai.db").write_bytes(b"")
    closed, failed = private.close(private.in_folder(shared))
    assert (closed, failed) == ([shared / "gongkai.db"], [])
    assert (shared / "others.txt").stat().st_mode == mode
    assert stat.S_IMODE(shared.stat().st_mode) == 0o755


# ------------------------------------------------------------------ keys


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with its keys and a person in it."""
    folder = tmp_path_factory.mktemp("kept") / "data"
    office = open_office(Settings(data_dir=folder, letter_workers=1))
    open_units(office)
    applicant = {"category": "natural_person", "name": "张样例", "address": "样例路1号"}
    data = {"kind": "registration", "on": "2026-03-02", "channel": "in_person", "submitted_on": "2026-03-02", "wanted": "样例"}
    office.register(open_desks(office)["intake@gx-zrzy"], parse({**data, "applicant": applicant}))
    office.close()
    return folder


@pytest.mark.parametrize("how", ["missing", "empty", "short", "other"])
@pytest.mark.parametrize("name", ["sealing.key", "blind-index.key", "log.key"])
def test_a_key_that_is_not_the_one_stops_the_start_with_a_sentence(kept: Path, tmp_path: Path, name: str, how: str) -> None:
    shell = Shell(tmp_path / "data")
    shutil.copytree(kept, shell.data)
    key = shell.data / "secrets" / name
    right = key.read_bytes()
    if how == "missing":
        key.unlink()
    else:
        another = base64.b64encode(b"k" * 32) if name == "sealing.key" else b"k" * 32
        key.write_bytes({"empty": b"", "short": right[:10], "other": another}[how])
    before = (shell.data / "gongkai.db").read_bytes(), sorted((shell.data / "secrets").iterdir())
    for words in (("check",), ("verify",), ("rebuild",), ("serve",)):
        done = shell.run(*words)
        assert done.returncode == 1, words
        assert "没有启动" in done.stderr
        assert name in done.stderr
        assert "Traceback" not in done.stderr
    assert ((shell.data / "gongkai.db").read_bytes(), sorted((shell.data / "secrets").iterdir())) == before
    key.write_bytes(right)
    shell.good("verify")


def test_the_log_s_key_of_an_earlier_version_is_known_by_what_it_wrote(kept: Path, tmp_path: Path) -> None:
    shell = Shell(tmp_path / "data")
    shutil.copytree(kept, shell.data)
    key = shell.data / "secrets" / "log.key"
    right = key.read_bytes()
    with closing(sqlite3.connect(shell.data / "gongkai.db")) as there:
        there.execute("DELETE FROM known_key WHERE purpose = 'log'")
        there.commit()
    key.write_bytes(b"k" * 32)
    assert "log.key" in shell.run("check").stderr
    key.write_bytes(right)
    shell.good("verify")
    key.write_bytes(b"k" * 32)
    assert "指纹为" in shell.run("check").stderr


def test_an_office_without_a_log_may_still_be_given_the_keys_of_its_backup(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "data")
    open_office(Settings(data_dir=shell.data, database_url="", letter_workers=1)).close()  # the keys are made
    (shell.data / "secrets" / "log.key").write_bytes(b"k" * 32)
    shell.good("demo", "--empty")
    shell.good("verify")
