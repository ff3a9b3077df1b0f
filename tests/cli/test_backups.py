"""Backups from the command line: locked, kept, cut short, damaged, tried out."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.cli.demo import open_desks, open_units
from api.office import checkup, opening
from api.office.office import Office
from api.office.opening import open_office
from api.settings import Settings
from db import backup as backups
from db import rebuilding, store
from tests.cli.test_commands import Shell
from tests.conftest import fresh_database
from tests.damaging import placed_unreadable
from workflow import steps
from workflow.acts import parse

WORDS = "some words of a test"


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """An office with a file and its letter."""
    shell = Shell(tmp_path_factory.mktemp("kept") / "data")
    office = open_office(Settings(data_dir=shell.data, database_url="", letter_workers=1))
    open_units(office)
    applicant = {"category": "natural_person", "name": "张样例", "address": "样例路1号"}
    data = {"kind": "registration", "on": "2026-03-02", "channel": "in_person", "submitted_on": "2026-03-02", "wanted": "样例"}
    case = office.register(open_desks(office)["intake@gx-zrzy"], parse({**data, "applicant": applicant})).case
    for letter in case.letters(office.rules):
        office.pdf(letter.id)
    office.close()
    return shell


def elsewhere(shell: Shell, folder: Path) -> Shell:
    """An empty data folder with the keys."""
    shutil.copytree(shell.data / "secrets", folder / "secrets")
    return Shell(folder)


def test_a_locked_backup_opens_with_its_passphrase_alone(shell: Shell, tmp_path: Path) -> None:
    target = tmp_path / "all.zip"
    assert "太短" in shell.run("backup", str(target), BACKUP_PASSPHRASE="short").stderr
    assert "口令加密" in shell.good("backup", str(target), BACKUP_PASSPHRASE=WORDS)
    assert b"manifest.json" not in target.read_bytes()
    assert target.stat().st_mode & 0o777 == 0o600
    for told, words in (("BACKUP_PASSPHRASE_FILE", ""), ("口令不对", "other words of a test")):
        done = elsewhere(shell, tmp_path / f"other-{told}").run("restore", str(target), BACKUP_PASSPHRASE=words)
        assert done.returncode == 1
        assert told in done.stderr
    cut = tmp_path / "cut.zip"
    cut.write_bytes(target.read_bytes()[:-100])
    assert "没有抄全" in elsewhere(shell, tmp_path / "cut").run("restore", str(cut), BACKUP_PASSPHRASE=WORDS).stderr
    assert "演练完成" in shell.good("drill", str(target), BACKUP_PASSPHRASE=WORDS)
    there = elsewhere(shell, tmp_path / "there")
    assert "案件1件" in there.good("restore", str(target), BACKUP_PASSPHRASE=WORDS)


def test_what_is_not_locked_is_taken_only_if_that_is_said(shell: Shell, tmp_path: Path) -> None:
    shell.good("backup", str(tmp_path / "plain.zip"))
    there = elsewhere(shell, tmp_path / "there")
    for words in ("restore", "drill"):
        done = there.run(words, str(tmp_path / "plain.zip"), BACKUP_PASSPHRASE=WORDS)
        assert done.returncode == 1 and "--unlocked" in done.stderr
    assert sorted(one.name for one in there.data.iterdir()) == ["secrets"]
    assert "案件1件" in there.good("restore", str(tmp_path / "plain.zip"), "--unlocked", BACKUP_PASSPHRASE=WORDS)


@pytest.mark.parametrize("weak", [" " * 12, "short words", "aaaaaaaaaaaaaaaa", "abcabcabcabcabc", "  a b c d e     "])
def test_a_passphrase_that_is_soon_found_locks_nothing(shell: Shell, tmp_path: Path, weak: str) -> None:
    done = shell.run("backup", str(tmp_path / "all.zip"), BACKUP_PASSPHRASE=weak)
    assert done.returncode == 1 and "太短或者太简单" in done.stderr
    assert not (tmp_path / "all.zip").exists()


def test_a_restore_that_is_refused_leaves_nothing(shell: Shell, tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole.zip", tmp_path / "cut.zip"
    shell.good("backup", str(whole))
    nowhere = Shell(tmp_path / "nowhere")
    assert "密钥打开，这里没有" in nowhere.run("restore", str(whole)).stderr
    assert not nowhere.data.exists()
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(cut, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) + (b" " if name == "tables/act.jsonl" else b""))
    there = elsewhere(shell, tmp_path / "there")
    before = sorted(there.data.rglob("*"))
    assert "摘要不符" in there.run("restore", str(cut)).stderr
    assert sorted(there.data.rglob("*")) == before
    forged = tmp_path / "forged.zip"
    with zipfile.ZipFile(forged, "w") as made:
        made.writestr("manifest.json", "[1,2]")
    done = there.run("drill", str(forged))
    assert done.returncode == 1 and "不是本程序的备份" in done.stderr and "系统出现问题" not in done.stderr


@contextmanager
def another_writes(path: Path) -> Iterator[None]:
    """While a command works, the service writes a file."""

    def opens(*words: Any, **more: Any) -> Office:
        office = open_office(*words, **more)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"new")
        return office

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "open_office", opens)
        yield


def test_a_restore_over_a_working_office_reads_nothing_and_removes_nothing(shell: Shell, tmp_path: Path, postgres_url: str) -> None:
    target, there, url = tmp_path / "all.zip", elsewhere(shell, tmp_path / "there"), fresh_database(postgres_url)
    shell.good("backup", str(target))
    there.good("restore", str(target), DATABASE_URL=url)
    before, new = {*there.data.rglob("*")}, there.data / "files" / "letters" / "zz" / "new"

    def digested(*_: object) -> None:
        raise AssertionError("what is refused is not read through first")

    with another_writes(new), pytest.MonkeyPatch.context() as patch:
        patch.setattr(backups, "_checked", digested)
        done = there.run("restore", str(target), DATABASE_URL=url)
    assert done.returncode == 1 and "已经有人员或者案件" in done.stderr
    assert {*there.data.rglob("*")} == {*before, new.parent, new}


def test_where_people_come_while_the_digests_are_compared_nothing_is_removed(
    shell: Shell, tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, there, url = tmp_path / "all.zip", elsewhere(shell, tmp_path / "there"), fresh_database(postgres_url)
    shell.good("backup", str(target))
    new, checked = there.data / "files" / "letters" / "zz" / "new", backups._checked

    def checked_and_begun(archive: zipfile.ZipFile) -> backups.Manifest:
        monkeypatch.setattr(backups, "_checked", checked)
        there.good("init", DATABASE_URL=url)
        return checked(archive)

    monkeypatch.setattr(backups, "_checked", checked_and_begun)
    with another_writes(new):
        done = there.run("restore", str(target), DATABASE_URL=url)
    assert done.returncode == 1 and "已经有人员或者案件" in done.stderr
    assert new.exists() and not (there.data / checkup.RESTORING).exists()


def test_what_is_refused_takes_only_its_own_away(shell: Shell, tmp_path: Path, postgres_url: str) -> None:
    whole, forged, there = tmp_path / "whole.zip", tmp_path / "forged.zip", elsewhere(shell, tmp_path / "there")
    shell.good("backup", str(whole))
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(forged, "w") as new:
        said = json.loads(old.read("manifest.json"))
        said["sha256"]["rules/roles.yaml"] = hashlib.sha256(b"{}").hexdigest()
        for name in old.namelist():
            new.writestr(name, old.read(name) if name != "manifest.json" else json.dumps(said))
        new.writestr("rules/roles.yaml", b"{}")
    before, other = {*there.data.rglob("*")}, there.data / "files" / "letters" / "zz" / "new"
    with another_writes(other):
        done = there.run("restore", str(forged), DATABASE_URL=fresh_database(postgres_url))
    assert done.returncode == 1 and "与所附的证明不符" in done.stderr
    assert {*there.data.rglob("*")} == {*before, other, *(one for one in other.parents if one.is_relative_to(there.data) and one != there.data)}
    assert "与所附的证明不符" in shell.run("drill", str(forged)).stderr


def test_a_restore_that_was_cut_short_goes_on(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, there = tmp_path / "all.zip", elsewhere(shell, tmp_path / "there")
    shell.good("backup", str(target))

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(rebuilding, "rebuild", killed)
        with pytest.raises((KeyboardInterrupt, SystemExit)):
            raise SystemExit(there.run("restore", str(target)).returncode)
    assert (there.data / checkup.RESTORING).exists()
    assert "没有做完" in there.run("check").stdout
    other = tmp_path / "other.zip"
    shell.good("backup", str(other))
    assert "已经有人员或者案件" in there.run("restore", str(other)).stderr, "what was begun is another backup"
    assert "核对不符0处" in there.good("restore", str(target))
    assert "没有做完" not in there.run("check").stdout
    assert "已经有人员或者案件" in there.run("restore", str(target)).stderr


def test_what_is_damaged_is_listed_and_the_rest_is_kept(shell: Shell, tmp_path: Path) -> None:
    (letter,) = [path for path in (shell.data / "files" / "letters").rglob("*") if path.is_file()]
    whole = letter.read_bytes()
    letter.write_bytes(b"x")
    try:
        done = shell.run("backup", str(tmp_path / "all.zip"))
    finally:
        letter.write_bytes(whole)
    assert done.returncode == 1
    assert f"letters/{letter.name}" in done.stdout
    found = elsewhere(shell, tmp_path / "there").run("restore", str(tmp_path / "all.zip"))
    assert f"letters/{letter.name}：文件缺失" in found.stdout
    assert "案件1件" in found.stdout


def test_a_backup_is_named_by_the_time_in_beijing_whatever_the_machine_says(shell: Shell, tmp_path: Path) -> None:
    """One of an older version, named by UTC a moment ago, comes before it."""
    old = tmp_path / f"gongkai-{datetime.now(UTC):%Y%m%d-%H%M%S}.zip"
    old.write_bytes(b"old")
    hours = timedelta(hours=8)
    before = datetime.now(UTC) + hours
    shell.good("backup", str(tmp_path), "--keep", "1", TZ="America/New_York")
    (made,) = tmp_path.glob("gongkai-*.zip")
    assert f"gongkai-{before:%Y%m%d-%H%M%S}.zip" <= made.name <= f"gongkai-{datetime.now(UTC) + hours:%Y%m%d-%H%M%S}.zip"


def test_a_folder_keeps_the_last_ones(shell: Shell, tmp_path: Path) -> None:
    for n in range(3):
        (tmp_path / f"gongkai-2026010{n}-000000.zip").write_bytes(b"old")
    (tmp_path / "mine.zip").write_bytes(b"mine")
    shell.good("backup", str(tmp_path), "--keep", "2")
    left = sorted(path.name for path in tmp_path.glob("*.zip"))
    assert left[0] == "gongkai-20260102-000000.zip"
    assert left[2:] == ["mine.zip"]
    assert "--keep只用于目录" in shell.run("backup", str(tmp_path / "one.zip"), "--keep", "2").stderr


def test_what_was_just_made_stays_beside_what_bears_a_later_date(shell: Shell, tmp_path: Path) -> None:
    """The clock ran ahead once, and was set back."""
    old, ahead = (tmp_path / f"gongkai-{day}-000000.zip" for day in ("20260101", "20991231"))
    for path in (old, ahead):
        path.write_bytes(b"old")
    shell.good("backup", str(tmp_path), "--keep", "1")
    (made,) = {*tmp_path.glob("gongkai-*.zip")} - {ahead}
    assert made != old and ahead.exists()


def test_a_drill_leaves_nothing_and_touches_nothing(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    target = tmp_path / "all.zip"
    shell.good("backup", str(target))
    before = (shell.data / "gongkai.db").read_bytes()
    shell.good("drill", str(target))
    assert (shell.data / "gongkai.db").read_bytes() == before
    assert list((tmp_path / "temporary").iterdir()) == []
    target.write_bytes(target.read_bytes()[:-100])
    assert shell.run("drill", str(target)).returncode == 1
    assert list((tmp_path / "temporary").iterdir()) == []


def test_an_act_that_cannot_be_read_stops_its_file_alone(shell: Shell, tmp_path: Path) -> None:
    """It was written so, and the log tells of it as it is: the backup is whole, and so is what comes of it."""
    there = elsewhere(shell, tmp_path / "there")
    shell.good("backup", str(tmp_path / "before.zip"))
    there.good("restore", str(tmp_path / "before.zip"))
    office = open_office(Settings(data_dir=there.data, database_url="", letter_workers=1))
    with office.database.read() as session:
        (case_id,) = session.execute(select(store.CASE.c.id)).scalars()
    seq = office.database.write(lambda s: placed_unreadable(s, case_id))
    office.close()
    told = f"第{seq}项办理行为读不出来"
    for words in (["rebuild"], ["verify"]):
        done = there.run(*words)
        assert done.returncode == 1 and told in done.stdout, words
        assert "设置" not in done.stderr
    assert "从以前的备份中取回" in there.run("rebuild").stderr
    assert "已备份" in there.good("backup", str(tmp_path / "all.zip"))
    again = elsewhere(shell, tmp_path / "again")
    done = again.run("restore", str(tmp_path / "all.zip"))
    assert done.returncode == 1
    assert "没有重建（损坏）" in done.stdout and told in done.stdout and "已恢复：案件1件" in done.stdout


def test_what_is_kept_no_longer_is_listed_and_erased_and_a_backup_of_before_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of 2020, which this office keeps for five years."""
    shell = Shell(tmp_path / "old" / "data")
    own = shell.data / "rules" / "practice.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(
        "retention_choices:\n  title: 可以选用的保管期限\n  values:\n"
        "    2019-05-15: {value: [定期30年, 定期5年], cite: 样例, reading: R-retention}\n",
        encoding="utf-8",
    )
    office = open_office(Settings(data_dir=shell.data, database_url="", letter_workers=1))
    open_units(office)
    desks = open_desks(office)

    def at(day: str) -> datetime:
        return datetime.fromisoformat(f"{day}T12:00:00+08:00")

    applicant = {"category": "natural_person", "name": "张样例", "address": "样例路1号"}
    data = {"kind": "registration", "on": "2020-03-03", "channel": "in_person", "submitted_on": "2020-03-03", "wanted": "样例的内容"}
    case = office.register(desks["intake@gx-zrzy"], parse({**data, "applicant": applicant}), now=at("2020-03-03")).case
    for who, day, act in (
        ("intake", "2020-03-04", {"kind": "withdrawal"}), ("intake", "2020-03-05", {"kind": "service", "method": "direct"}),
        ("archivist", "2020-03-06", {"kind": "archival", "retention": "定期5年"}),
    ):  # fmt: skip
        if act["kind"] == "service":
            letter = steps.to_serve(case, office.rules)[0].id
            office.pdf(letter)
            act["letter"] = letter
        case = office.place(desks[f"{who}@gx-zrzy"], case.id, parse({**act, "on": day}), now=at(day)).case
    for made in case.letters(office.rules):
        office.pdf(made.id)
    office.close()
    before = tmp_path / "before.zip"
    shell.good("backup", str(before))
    assert f"{case.number}\t2020-03-06归档\t保管到2025-12-31" in shell.good("erase")
    assert "--ground" in shell.run("erase", case.number).stderr
    order = ("--ground", "2026年销毁清册（样例）第1号", "--reason", "没有继续保存的价值")
    by = ("--as", "archivist@gx-zrzy", *order)
    assert shell.run("erase", case.number, "--as", "handler@gx-zrzy", *order).returncode == 1
    assert shell.run("erase", "样例99号", *by).returncode == 1
    done = shell.good("erase", "--all", *by)
    assert f"{case.number}：已销毁" in done and "以前的备份" in done
    assert shell.good("erase") == ""
    assert shell.run("erase", "--sweep", "--all", *by).returncode == 1
    assert "已清除" in shell.good("erase", "--sweep")
    told = shell.good("verify")
    assert f"（说明）{case.number}：" in told and "2026年销毁清册（样例）第1号" in told and "archivist@gx-zrzy" in told
    raw = b"".join(one.read_bytes() for one in shell.data.rglob("*") if one.is_file() and one.parent.name != "secrets")
    assert "张样例".encode() not in raw and "样例的内容".encode() not in raw
    after = tmp_path / "after.zip"
    shell.good("backup", str(after))
    for backup, back in ((before, True), (after, False)):
        there = elsewhere(shell, tmp_path / f"there-{back}")
        restored = there.run("restore", str(backup))
        assert restored.returncode == 0, restored.stderr
        assert ("1件案卷保管期满而没有销毁" in restored.stderr) == back
