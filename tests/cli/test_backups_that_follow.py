"""Backups that follow each other in one place keep each file once, whole and under lock as ever, in a folder and in an S3 store."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from api.cli import commands
from api.cli.demo import open_desks, open_units
from api.office.opening import open_office
from api.settings import Settings
from db import backup as backups
from db.beside import Beside
from db.buckets import Bucket
from db.files import Files
from db.stores import Folder, Store
from tests.cli.test_backups import WORDS, elsewhere
from tests.cli.test_commands import Shell
from tests.conftest import PATIENCE
from tests.s3 import S3
from workflow.acts import parse

pytestmark = pytest.mark.slow


SLOWLY = """
import time
from api.cli import main
from db import backup, beside
add, backup.LANES = beside.Beside.add, 1
def slow(self, digest, data):
    time.sleep(0.2)
    return add(self, digest, data)
beside.Beside.add = slow
main()
"""
"""A program that takes its time over each file of a backup."""


def register(folder: Path, many: int = 1) -> None:
    """New files with their letters."""
    office = open_office(Settings(data_dir=folder, database_url="", letter_workers=1))
    open_units(office)
    applicant = {"category": "natural_person", "name": "张样例", "address": "样例路1号"}
    data = {"kind": "registration", "on": "2026-03-02", "channel": "in_person", "submitted_on": "2026-03-02", "wanted": "样例"}
    officer = open_desks(office)["intake@gx-zrzy"]
    for _ in range(many):
        case = office.register(officer, parse({**data, "applicant": applicant})).case
        for letter in case.letters(office.rules):
            office.pdf(letter.id)
    office.close()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("first") / "data"
    register(folder, 2)
    return folder


@pytest.fixture
def shell(first: Path, tmp_path: Path) -> Shell:
    """An office with two files and their letters."""
    shutil.copytree(first, tmp_path / "data")
    return Shell(tmp_path / "data")


class Place:
    """Where backups lie, and how they are called on the command line."""

    def __init__(self, where: str, store: Store, settings: dict[str, str]) -> None:
        self.where, self.store, self.settings = where, store, settings

    def back_up(self, shell: Shell, n: int, *words: str, **settings: str) -> str:
        """A backup that is called as if it were made on day `n`; what was told."""
        told = shell.good("backup", self.where, *words, **self.settings, **settings)
        made = max(self.store.tops())
        self.store.create(self.name(n), self.store.read(made))
        self.store.drop(made)
        return told

    @staticmethod
    def name(n: int) -> str:
        return f"gongkai-2026010{n}-000000.zip"

    def restore(self, shell: Shell, folder: Path, n: int, **settings: str) -> Any:
        return elsewhere(shell, folder).run("restore", f"{self.where}/{self.name(n)}", **self.settings, **settings)

    @property
    def files(self) -> list[str]:
        return [name for name in self.store.names("files") if not name.endswith("/salt")]


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "folder":
        (tmp_path / "place").mkdir()
        return Place(str(tmp_path / "place"), Folder(tmp_path / "place"), {})
    s3: S3 = request.getfixturevalue("s3")
    store = s3.bucket()
    return Place(store.where, store, {**s3.settings(), "FILES_STORE": ""})


@pytest.mark.parametrize("words", ["", WORDS], ids=["open", "locked"])
def test_a_second_backup_copies_what_is_new_and_each_is_restored_whole(
    shell: Shell, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    locked = {"BACKUP_PASSPHRASE": words}
    assert "新存入文件2个" in place.back_up(shell, 1, **locked)
    register(shell.data)
    read, sealed = list[str](), Files.sealed

    def watched(self: Files, kind: str, name: str, digest: str) -> bytes:
        read.append(name)
        return sealed(self, kind, name, digest)

    monkeypatch.setattr(Files, "sealed", watched)
    assert "新存入文件1个" in place.back_up(shell, 2, **locked)
    assert len(read) == 1, "what an earlier one holds is not read again"
    assert "新存入文件0个" in place.back_up(shell, 3, **locked)
    assert len(place.files) == 3
    own = {path.read_bytes() for path in (shell.data / "files").rglob("*") if path.is_file()}
    assert ({place.store.read(name) for name in place.files} == own) is not bool(words), "under a passphrase they have its lock too"
    for n, cases in ((1, 2), (2, 3), (3, 3)):
        done = place.restore(shell, tmp_path / f"there{n}", n, **locked)
        assert done.returncode == 0 and f"案件{cases}件" in done.stdout and "核对不符0处" in done.stdout, done.stderr
    there = {path.read_bytes() for path in (tmp_path / "there3" / "files").rglob("*") if path.is_file()}
    assert there == own
    if place.settings:  # an office whose files lie in a store too is filled, and a drill leaves them alone
        at_s3 = {**place.settings, "FILES_STORE": f"{place.where}-office", **locked}
        told = elsewhere(shell, tmp_path / "at-s3").good("restore", f"{place.where}/{place.name(3)}", **at_s3)
        assert "核对不符0处" in told and not (tmp_path / "at-s3" / "files").exists()
        shell.good("drill", f"{place.where}/{place.name(3)}", **{**at_s3, "FILES_STORE": f"{place.where}-drilled"})
        assert list(Bucket(f"{place.where}-drilled", place.store._access).names()) == []
    if words:
        assert "口令不对" in place.restore(shell, tmp_path / "other", 3, BACKUP_PASSPHRASE="other words of a test").stderr


def test_what_is_damaged_beside_a_backup_is_named_and_kept_anew(shell: Shell, place: Place, tmp_path: Path) -> None:
    place.back_up(shell, 1, BACKUP_PASSPHRASE=WORDS)
    bad = place.files[0]
    place.store.change(bad, lambda data: data[:-1] + bytes([data[-1] ^ 1]))
    done = place.restore(shell, tmp_path / "there", 1, BACKUP_PASSPHRASE=WORDS)
    assert done.returncode == 1 and f"{bad}缺失，或者与其摘要不符" in done.stderr
    assert sorted(one.name for one in (tmp_path / "there").iterdir()) == ["secrets"]
    place.store.drop(bad)
    drill = shell.run("drill", f"{place.where}/{place.name(1)}", **place.settings, BACKUP_PASSPHRASE=WORDS)
    assert drill.returncode == 1 and bad in drill.stderr
    assert "新存入文件1个" in place.back_up(shell, 2, BACKUP_PASSPHRASE=WORDS)
    assert "演练完成" in shell.good("drill", f"{place.where}/{place.name(1)}", **place.settings, BACKUP_PASSPHRASE=WORDS)


def test_what_is_damaged_in_the_office_is_named_and_left_out_until_it_is_whole_again(shell: Shell, place: Place, tmp_path: Path) -> None:
    damaged = next(path for path in (shell.data / "files").rglob("*") if path.is_file())
    whole = damaged.read_bytes()
    damaged.write_bytes(b"bad")
    done = shell.run("backup", place.where, "--keep", "1", **place.settings)
    assert done.returncode == 1 and f"没有备份进去（损坏或者缺失）：letters/{damaged.name}" in done.stdout and len(place.files) == 1
    (made,) = [name for name in place.store.tops() if name.endswith(".zip")]
    told = elsewhere(shell, tmp_path / "there").run("restore", f"{place.where}/{made}", **place.settings)
    assert told.returncode == 1 and damaged.name in told.stdout and "核对不符1处" in told.stdout
    damaged.write_bytes(whole)
    assert "新存入文件1个" in place.back_up(shell, 1)


def test_the_last_ones_are_kept_with_what_they_name(shell: Shell, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place.back_up(shell, 1)
    place.store.create("files/open/ab/of-nobody", b"x")
    erased = next(path for path in (shell.data / "files").rglob("*") if path.is_file())
    monkeypatch.setattr(backups, "_rows", lambda connection, rows=backups._rows: (one for one in rows(connection) if one[1].id != erased.name))
    place.back_up(shell, 2)
    assert len(place.files) == 3
    place.back_up(shell, 3, "--keep", "2")
    assert len(place.files) == 3, "what is young may belong to a backup that is being made"
    monkeypatch.setattr(commands, "YOUNG", commands.timedelta(seconds=-3600))
    assert "已删除没有备份再要用的文件2个" in place.back_up(shell, 4, "--keep", "2")
    assert [*place.store.tops()] == [place.name(3), place.name(4)] or [*place.store.tops()][-2:] == [place.name(3), place.name(4)]
    assert len(place.files) == 1
    place.store.create("gongkai-20260105-000000.zip", b"no backup")
    place.store.create("files/open/ab/of-nobody", b"x")
    done = shell.run("backup", place.where, "--keep", "5", **place.settings)
    assert done.returncode == 0 and "没有清理" in done.stderr and len(place.files) == 2, "what cannot be read may name it"


def test_another_passphrase_and_another_key_begin_anew_and_the_old_ones_are_restored(shell: Shell, place: Place, tmp_path: Path) -> None:
    other = "other words of a test"
    place.back_up(shell, 1, BACKUP_PASSPHRASE=WORDS)
    assert "新存入文件2个" in place.back_up(shell, 2, BACKUP_PASSPHRASE=other)
    shell.good("rekey")
    assert "新存入文件2个" in place.back_up(shell, 3, BACKUP_PASSPHRASE=other), "no later backup needs the old key"
    for n, words in ((1, WORDS), (2, other), (3, other)):
        assert place.restore(shell, tmp_path / f"there{n}", n, BACKUP_PASSPHRASE=words).returncode == 0


def test_a_single_file_and_its_place_are_as_they_were(shell: Shell, place: Place, tmp_path: Path) -> None:
    """One that holds all, also beside others; one whose files did not come along says so."""
    shell.good("backup", f"{place.where}/all.zip", **place.settings)
    assert place.files == []
    assert "案件2件" in elsewhere(shell, tmp_path / "all").good("restore", f"{place.where}/all.zip", **place.settings)
    assert "已有同名" in shell.run("backup", f"{place.where}/all.zip", **place.settings).stderr
    place.back_up(shell, 1)
    (tmp_path / "alone.zip").write_bytes(place.store.read(place.name(1)))
    told = elsewhere(shell, tmp_path / "alone").run("restore", str(tmp_path / "alone.zip"))
    assert told.returncode == 1 and "旁边的files/open/" in told.stderr
    assert shell.run("restore", f"{place.where}/none.zip", **place.settings).returncode != 0


def test_a_backup_that_is_killed_leaves_no_backup_and_the_next_goes_on(shell: Shell, tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    register(shell.data, 6)
    many = [path for path in (shell.data / "files").rglob("*") if path.is_file()]
    started = shell.start("backup", str(place), code=SLOWLY)
    until = time.monotonic() + PATIENCE
    while not (kept := [path for path in place.rglob("*") if path.is_file() and len(path.name) == 64]):
        assert started.poll() is None and time.monotonic() < until
        time.sleep(0.01)
    started.kill()
    started.communicate()
    assert list(place.glob("gongkai-*.zip")) == [] and len(kept) < len(many)
    there = len([path for path in place.rglob("*") if path.is_file() and len(path.name) == 64])
    assert f"新存入文件{len(many) - there}个" in shell.good("backup", str(place))
    (made,) = place.glob("gongkai-*.zip")
    assert "演练完成" in shell.good("drill", str(made))


@pytest.mark.parametrize(("where", "told"), [("s3://bucket/office", "S3_ACCESS_KEY"), ("s3://", "s3://桶/前缀"), ("s3://key:words@bucket", "s3://桶/前缀")])
def test_a_place_without_keys_or_name_is_told(shell: Shell, where: str, told: str) -> None:
    done = shell.run("backup", where)
    assert done.returncode == 1 and told in done.stderr and "words" not in done.stderr


def test_a_digest_that_is_none_names_no_file(tmp_path: Path) -> None:
    beside = Beside(Folder(tmp_path))
    for name in ("../../secrets/x", "", "A" * 64, "a" * 63):
        with pytest.raises(ValueError, match="no digest"):
            beside.read(name)
    assert list(tmp_path.iterdir()) == []
