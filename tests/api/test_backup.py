"""A backup holds the whole office; it is restored elsewhere, on either engine, or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session

import workflow
from api.cli.demo import load_samples, open_desks
from api.office import factors as second
from api.office import totp
from api.office.office import Office
from api.office.opening import open_office
from api.settings import Settings
from db import factors, people, queries, store
from db import tables as t
from db.backup import LEFT_OUT, MANIFEST, BadBackup, back_up, restore, size
from db.rekeying import rekey
from db.sealing import KEY_FILE, BadKeys
from db.verify import verify
from tests.conftest import print_nothing, rebuilt

pytestmark = pytest.mark.slow
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
OWN_RULES = Path(workflow.__file__).parent / "rules"


def opened(url: str, folder: Path, keys_of: Office | None = None) -> Office:
    """An office, with the keys of another one where its backup is to be restored, but for that of the log."""
    if keys_of is not None:
        shutil.copytree(keys_of.files.root.parent / "secrets", folder / "secrets", ignore=shutil.ignore_patterns("log.key"))
    return open_office(Settings(database_url=url, data_dir=folder, letter_workers=1))


def rows(office: Office) -> dict[str, list[dict[str, Any]]]:
    """Everything that is stored, but for what is made anew with each installation's own key."""
    found = {}
    with office.database.read() as session:
        for table in t.SQLModel.metadata.sorted_tables:
            if table.name not in {*LEFT_OUT, "docket", "tally"}:
                found[table.name] = [
                    dict(row)
                    for row in session.execute(select(table).order_by(*table.primary_key.columns)).mappings()
                ]
    return found


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("office")
    office = opened(f"sqlite:///{folder / 'gongkai.db'}", folder)
    print_nothing(office)
    load_samples(office, open_desks(office))
    now = office.clock()

    def two_tokens(session: Session) -> None:
        who = people.officer_row(session, "handler@gx-zrzy").id  # type: ignore[union-attr]
        for _ in range(2):
            store.new_token(session, who, label="样例", at=now, expires_at=now + timedelta(days=9))
        chosen = session.execute(select(people.TOKEN.c.id).order_by(people.TOKEN.c.id.desc())).scalars().first()
        assert people.revoke_token(session, who, str(chosen), now)

    office.database.write(two_tokens)
    who = "handler@gx-zrzy"
    office.database.write(lambda s: people.open_session(s, people.officer_row(s, who).id, "样例", now))  # type: ignore[union-attr]
    head = people.officer_row
    office.database.write(lambda s: factors.begin(s, head(s, "head@gx-zrzy").id, SECRET, now))  # type: ignore[union-attr]
    office.database.write(lambda s: factors.confirm(s, head(s, "head@gx-zrzy").id, 1, now))  # type: ignore[union-attr]
    with office.database.read() as session:
        waiting = queries.unfinished_letters(session)
    for letter in waiting:
        office.pdf(letter)
    (office.sources.rules_dir / "fees.yaml").write_bytes((OWN_RULES / "fees.yaml").read_bytes())
    yield office
    office.close()


@pytest.fixture(scope="module")
def backup(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("backup") / "office.zip"
    counts = back_up(office.database, office.files, office.sources.folders, target, office.clock())
    assert counts["case_file"] > 50 and counts["letter"] > 50
    assert sum(counts.values()) < size(office.database)
    return target


def test_an_office_is_restored_whole_on_either_engine(
    office: Office, backup: Path, database_url_factory: Callable[[Path], str], tmp_path: Path
) -> None:
    there = opened(database_url_factory(tmp_path), tmp_path / "there", office)
    try:
        restore(there.database, there.files, there.sources.folders, backup, unproven=True)
        rebuilt(there.database, there.rules, there.keys)
        found, kept = rows(there), rows(office)
        assert [one.pop("revoked_at") is None for one in kept["token"]] == [True, False]
        assert None not in [one.pop("revoked_at") for one in found["token"]], "what was revoked since then nobody knows"
        assert [one.pop("ended_at") for one in kept["session"]] == [None]
        assert None not in [one.pop("ended_at") for one in found["session"]], "people sign in again"
        log = [one for one in found.pop("log_entry") if one["what"] != "rules"]  # the rules that came along are told
        before = kept.pop("log_entry")
        came, more = log[: len(before)], log[len(before) :]
        assert [one.pop("mac") for one in came] != [one.pop("mac") for one in before], "another key, another chain"
        assert came == before
        assert [one["what"] for one in more] == ["chain"] * (len(more) - 1) + ["restore"]
        assert "另一密钥" in more[0]["reason"]
        assert kept.pop("log_head") and found.pop("log_head")
        assert found == kept
        with there.database.read() as session:
            assert list(verify(session, there.files, there.rules, there.keys)) == []
        assert (there.sources.rules_dir / "fees.yaml").exists()
        head, now = next(one["id"] for one in found["officer"] if one["username"] == "head@gx-zrzy"), there.clock()
        code = totp.code_at(SECRET, totp.step_at(now))
        used = [there.database.write(lambda s: second.accept(s, head, code, now)) for _ in range(2)]
        assert used == ["code", None], "the telephone goes on working"
        # and the office goes on: a further sign-in is logged after the last one that came along
        there.database.write(lambda s: people.log(s, there.clock(), "refused"))
        assert [one["what"] for one in rows(there)["log_entry"]].count("refused") == 1
        with pytest.raises(BadBackup, match="已经有人员或者案件"):
            restore(there.database, there.files, there.sources.folders, backup)
    finally:
        there.close()


def test_under_its_own_key_the_chain_goes_on_and_what_was_changed_in_the_backup_is_found(
    office: Office, backup: Path, tmp_path: Path
) -> None:
    def empty(name: str) -> Office:
        shutil.copytree(office.files.root.parent / "secrets", tmp_path / name / "secrets")
        return opened(f"sqlite:///{tmp_path / name / 'gongkai.db'}", tmp_path / name)

    there = empty("whole")
    try:
        restore(there.database, there.files, there.sources.folders, backup, "样例")
        before, log = rows(office)["log_entry"], rows(there)["log_entry"]
        assert log[: len(before)] == before
        told = [one for one in log[len(before) :] if one["what"] != "rules"]
        assert [(one["what"], one["reason"]) for one in told] == [("restore", "样例")]
        rebuilt(there.database, there.rules, there.keys)
        with there.database.read() as session:
            assert list(verify(session, there.files, there.rules, there.keys)) == []
    finally:
        there.close()

    def head_of_all(name: str, data: bytes) -> bytes:
        return data.replace(b'"role": "handler"', b'"role": "head"', 1) if name == "tables/officer.jsonl" else data

    forged = signed(changed(without_proof(backup, tmp_path), tmp_path / "forged.zip", head_of_all))
    there = empty("forged")
    try:
        with pytest.raises(BadBackup, match=r"officer/.*与日志第.*条所记的不符"):
            restore(there.database, there.files, there.sources.folders, forged, unproven=True)
        assert rows(there)["officer"] == []
    finally:
        there.close()


@pytest.fixture
def beside_its_keys(office: Office, tmp_path: Path) -> Any:
    """An empty office with all the keys of the other."""
    folder = tmp_path / "there"
    shutil.copytree(office.files.root.parent / "secrets", folder / "secrets")
    there = opened(f"sqlite:///{folder / 'gongkai.db'}", folder)
    yield there
    there.close()


def left(there: Office) -> list[Path]:
    """The files of letters, attachments, rules and letterheads."""
    folders = (there.files.root, *there.sources.folders.values())
    return [one for folder in folders for one in folder.rglob("*") if one.is_file()]


ROLES = (OWN_RULES / "roles.yaml").read_bytes()


@pytest.mark.parametrize(
    ("name", "data"), [("rules/roles.yaml", ROLES), ("rules/fees.yaml", b"{}"), ("agencies/x.yaml", b"{}"), ("files/letters/x", b"x")]
)
def test_what_no_row_tells_of_is_proven_by_the_manifest(beside_its_keys: Office, backup: Path, tmp_path: Path, name: str, data: bytes) -> None:
    """Whoever puts his own rules into a backup with their digest has no key to sign it with."""
    there = beside_its_keys
    forged = signed(changed(backup, tmp_path / "forged.zip", lambda _name, data: data, name, data))
    with pytest.raises(BadBackup, match=r"目录与所附的证明不符.*--unproven"):
        restore(there.database, there.files, there.sources.folders, forged)
    assert rows(there)["officer"] == [] and left(there) == []


@pytest.mark.parametrize("value", [{"made": "2036-01-01T00:00:00+08:00"}, {"keys": []}, {"damaged": ["letters/x"]}, {"proof": ""}, {"more": 1}])
def test_the_proof_is_of_all_that_the_manifest_says(beside_its_keys: Office, backup: Path, tmp_path: Path, value: dict[str, Any]) -> None:
    there = beside_its_keys
    with pytest.raises(BadBackup, match="与所附的证明不符"):
        restore(there.database, there.files, there.sources.folders, changed(backup, tmp_path / "forged.zip", _manifest(**value)))
    assert rows(there)["officer"] == [] and left(there) == []


@pytest.mark.parametrize("with_rules", [True, False])
def test_whoever_takes_the_proof_off_has_no_backup_without_proof(beside_its_keys: Office, backup: Path, tmp_path: Path, with_rules: bool) -> None:
    """Those of before are of an older schema, which is refused: also where nothing of rules and letterheads is left in it."""
    there, stripped = beside_its_keys, changed(backup, tmp_path / "stripped.zip", _without("proof"))
    with pytest.raises(BadBackup, match=r"没有附证明.*--unproven"):
        restore(there.database, there.files, there.sources.folders, stripped if with_rules else without_proof(backup, tmp_path))
    assert rows(there)["officer"] == [] and left(there) == []


def test_rules_without_proof_are_taken_if_that_is_said_and_the_chain_goes_on(
    office: Office, beside_its_keys: Office, backup: Path, tmp_path: Path
) -> None:
    there = beside_its_keys
    stripped = changed(backup, tmp_path / "stripped.zip", _without("proof"))
    restore(there.database, there.files, there.sources.folders, stripped, "样例", unproven=True)
    before, log = rows(office)["log_entry"], rows(there)["log_entry"]
    assert log[: len(before)] == before
    assert [one["reason"] for one in log if one["what"] == "restore"] == ["样例；规则、抬头和文件没有证明"]
    assert (there.sources.rules_dir / "fees.yaml").exists()


def test_a_restore_that_fails_takes_away_what_it_wrote(beside_its_keys: Office, backup: Path, tmp_path: Path) -> None:
    there = beside_its_keys
    own = there.sources.rules_dir / "mine.yaml"
    own.write_bytes(b"{}")
    forged = signed(changed(backup, tmp_path / "forged.zip", lambda _name, data: data, "rules/../../evil"))
    with pytest.raises(BadBackup, match="不该有的路径"):
        restore(there.database, there.files, there.sources.folders, forged, unproven=True)
    assert rows(there)["officer"] == [] and left(there) == [own]


def test_without_the_proof_of_its_log_a_backup_is_taken_only_if_that_is_said(office: Office, backup: Path, tmp_path: Path) -> None:
    """Whoever strips the log of its proof would have it begun anew over what he changed."""

    def stripped(name: str, data: bytes) -> bytes:
        if name in ("tables/log_head.jsonl", "tables/log_entry.jsonl"):
            rows = [json.loads(line) | {"mac": None} for line in data.splitlines()]
            return b"".join(json.dumps(row).encode() + b"\n" for row in rows)
        return data.replace(b'"role": "handler"', b'"role": "head"', 1) if name == "tables/officer.jsonl" else data

    forged = changed(backup, tmp_path / "forged.zip", stripped)
    forged = changed(forged, tmp_path / "signed.zip", _manifest(sha256=digests(forged)))
    shutil.copytree(office.files.root.parent / "secrets", tmp_path / "there" / "secrets")
    there = opened(f"sqlite:///{tmp_path / 'there' / 'gongkai.db'}", tmp_path / "there")
    try:
        with pytest.raises(BadBackup, match=r"不能证明备份没有被改动.*--unproven"):
            restore(there.database, there.files, there.sources.folders, forged)
        assert rows(there)["officer"] == []
        restore(there.database, there.files, there.sources.folders, forged, unproven=True)
        assert any("不能证明" in (one["reason"] or "") for one in rows(there)["log_entry"])
    finally:
        there.close()


def digests(backup: Path) -> dict[str, str]:
    """As whoever changed a backup would write them."""
    with zipfile.ZipFile(backup) as archive:
        return {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist() if name != MANIFEST}


def signed(forged: Path) -> Path:
    """With digests as whoever changed a backup would write them."""
    return changed(forged, forged.with_name(f"signed-{forged.name}"), _manifest(sha256=digests(forged)))


def without_proof(backup: Path, folder: Path) -> Path:
    """As an earlier version made it, of an office with no rules or letterheads of its own; or whoever makes one look so."""

    def plain(name: str, data: bytes) -> bytes | None:
        return None if name.startswith(("rules/", "agencies/")) else _without("proof")(name, data)

    return signed(changed(backup, folder / "plain.zip", plain))


def changed(
    backup: Path, target: Path, change: Callable[[str, bytes], bytes | None], extra: str | None = None, data_of_it: bytes = b"x"
) -> Path:
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            if name != extra and (data := change(name, old.read(name))) is not None:
                new.writestr(name, data)
        if extra:
            new.writestr(extra, data_of_it)
    return target


def _manifest(**values: Any) -> Callable[[str, bytes], bytes]:
    return lambda name, data: json.dumps(json.loads(data) | values).encode() if name == MANIFEST else data


def _without(key: str) -> Callable[[str, bytes], bytes]:
    return lambda name, data: json.dumps({k: v for k, v in json.loads(data).items() if k != key}).encode() if name == MANIFEST else data


def _text(said: bytes) -> Callable[[str, bytes], bytes]:
    return lambda name, data: said if name == MANIFEST else data


BAD: dict[str, tuple[Callable[[str, bytes], bytes | None], str | None, str]] = {
    "a changed row": (
        lambda name, data: data.replace(b"gx-zrzy", b"gx-zjjx") if name == "tables/act.jsonl" else data,
        None,
        "摘要不符",
    ),
    "a letter left out": (
        lambda name, data: None if name.startswith("files/letters/") else data,
        None,
        "目录不符",
    ),
    "something put in": (lambda _name, data: data, "rules/../../evil", "目录不符"),
    "another version": (_manifest(schema="9999"), None, "另一个版本"),
    "another format": (_manifest(format="x"), None, "格式"),
    "a manifest of another shape": (_text(b"[1,2]"), None, "不是本程序的备份"),
    "a manifest of nothing": (_text(b"null"), None, "不是本程序的备份"),
    "a manifest that is no JSON": (_text(b"\xff{"), None, "不是本程序的备份"),
    "no digests": (_manifest(sha256=None), None, "不是本程序的备份"),
    "a digest of nothing": (_manifest(sha256={"tables/act.jsonl": None}), None, "不是本程序的备份"),
    "no counts": (_manifest(tables={}), None, "不是本程序的备份"),
    "huge counts": (_manifest(tables={"act": 10**400}), None, "不是本程序的备份"),
    "counts that no number is": (_manifest(tables={"act": float("inf")}), None, "不是本程序的备份"),
    "made on no day": (_manifest(made="20266-01-01T00:00:00Z"), None, "不是本程序的备份"),
    "keys of another kind": (_manifest(keys={"a": 1}), None, "不是本程序的备份"),
    "keys that are missing": (_without("keys"), None, "不是本程序的备份"),
    "no manifest": (lambda name, data: None if name == MANIFEST else data, None, "不是本程序的备份"),
}


def test_after_a_newer_key_the_key_of_the_backup_is_still_needed_until_all_is_sealed_anew(office: Office, backup: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    there = opened(url, tmp_path, keys_of=office)
    keys = tmp_path / "secrets" / KEY_FILE
    there.database.ring.add()
    there.close()
    there = opened(url, tmp_path)  # the newer key is the one that is known
    assert there.database.ring.current not in office.database.ring.ids
    restore(there.database, there.files, there.sources.folders, backup, unproven=True)
    there.close()
    both = keys.read_bytes()
    keys.write_bytes(both.split(b"\n")[1] + b"\n")
    with pytest.raises(BadKeys, match=office.database.ring.current):
        opened(url, tmp_path)
    keys.write_bytes(both)
    there = opened(url, tmp_path)
    assert rekey(there.database, there.files, there.clock())[1] == 0
    back_up(there.database, there.files, there.sources.folders, tmp_path / "later.zip", there.clock())
    with zipfile.ZipFile(tmp_path / "later.zip") as later:
        assert json.loads(later.read(MANIFEST))["keys"] == [there.database.ring.current], "the keys of before are not asked for"
    there.close()
    keys.write_bytes(keys.read_bytes().split(b"\n")[2] + b"\n")
    opened(url, tmp_path).close()


def test_without_its_keys_a_backup_is_closed_until_they_are_brought(office: Office, backup: Path, tmp_path: Path) -> None:
    url, folder = f"sqlite:///{tmp_path / 'gongkai.db'}", tmp_path / "there"
    there = opened(url, folder)
    with pytest.raises(BadBackup, match="密钥打开，这里没有"):
        restore(there.database, there.files, there.sources.folders, backup)
    there.close()
    shutil.rmtree(folder / "secrets")  # nothing is sealed with them yet
    there = opened(url, folder, office)
    try:
        assert restore(there.database, there.files, there.sources.folders, backup, unproven=True)["case_file"] > 50
        rebuilt(there.database, there.rules, there.keys)
        with there.database.read() as session:
            assert list(verify(session, there.files, there.rules, there.keys)) == []
    finally:
        there.close()


def test_rows_that_are_none_are_told_as_a_bad_backup(office: Office, backup: Path, tmp_path: Path) -> None:
    shutil.copytree(office.files.root.parent / "secrets", tmp_path / "secrets")
    there = opened(f"sqlite:///{tmp_path / 'gongkai.db'}", tmp_path)
    try:
        before = without_proof(backup, tmp_path)
        for line in (b"[1,2]", b"null", b'{"id": 1}', b'{"nobody": 1}', b'{"id": %d}' % 10**40, b'{"at": "x"}', b"{"):
            forged = changed(before, tmp_path / "forged.zip", lambda name, data, line=line: line if name == "tables/officer.jsonl" else data)  # type: ignore[misc]
            with pytest.raises(BadBackup, match="不是本程序的备份"):
                restore(there.database, there.files, there.sources.folders, signed(forged), unproven=True)
        assert rows(there)["officer"] == []
    finally:
        there.close()


@pytest.mark.parametrize("name", BAD)
def test_a_backup_that_is_not_whole_restores_nothing(backup: Path, tmp_path: Path, name: str) -> None:
    change, extra, sentence = BAD[name]
    there = opened(f"sqlite:///{tmp_path / 'gongkai.db'}", tmp_path)
    try:
        empty = rows(there)
        with pytest.raises(BadBackup, match=sentence):
            restore(
                there.database,
                there.files,
                there.sources.folders,
                changed(backup, tmp_path / "bad.zip", change, extra),
            )
        assert rows(there) == empty
        assert not any(one.is_file() for one in (tmp_path / "files").rglob("*"))
        assert not (tmp_path.parent / "evil").exists()
    finally:
        there.close()


def test_a_file_that_is_no_zip_is_told(tmp_path: Path) -> None:
    there = opened(f"sqlite:///{tmp_path / 'gongkai.db'}", tmp_path)
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04 cut off")
    try:
        with pytest.raises(BadBackup, match="不是本程序的备份"):
            restore(there.database, there.files, there.sources.folders, tmp_path / "x.zip")
    finally:
        there.close()
