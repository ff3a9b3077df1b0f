"""What tells of people is kept sealed: it opens in its own place alone, with keys that are known again and never replaced in silence."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel

from api.office.opening import open_journal
from db import (
    application_drafts,
    applications,
    factors,
    feedback,
    ledger_imports,
    people,
    queries,
    rekeying,
    reminders,
    saved_views,
    store,
)
from db import verify as verifying
from db.engine import Database, DatabaseUnavailable
from db.files import Damaged, Files
from db.sealing import KEY_FILE, SEALED, BadKeys, Ring, SealBroken, fingerprint, opened, place
from db.stores import Folder
from db.verify import verify
from tests.conftest import RING, rebuilt
from tests.db.test_store import KEYS, NOW, officer
from tests.db.test_store import opened as placed
from tests.db.test_upgrade import set_back
from workflow.law import Rules, load_rules

CANARIES = ("金丝雀", "11010519491231002X", "13900001234", "canary@example.invalid", "鸣禽样例巷七十七号")
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
LATER = NOW + timedelta(days=1)
AT = place("act", "public", "c", 1)


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules()


class Open(Ring):
    """Keys of an earlier version, which had none: everything is kept as it is."""

    def seal(self, text: str | None, at: bytes) -> str | None:
        return text

    def open(self, sealed: str | None, at: bytes) -> str | None:
        return sealed

    def seal_bytes(self, data: bytes, at: bytes) -> bytes:
        return data

    def open_bytes(self, sealed: bytes, at: bytes) -> bytes:
        return sealed


# ------------------------------------------------------------------ one text


def test_a_text_opens_in_its_own_place_alone() -> None:
    sealed = RING.seal("周样例", AT)
    assert sealed is not None and "周样例" not in sealed and sealed.startswith(f"{RING.current}.")
    assert RING.open(sealed, AT) == "周样例"
    assert RING.seal("周样例", AT) != sealed, "nobody sees that two texts are the same"
    for other in (place("act", "public", "c", 2), place("act", "private", "c", 1), place("docket", "public", "c", 1), place("act", "public", "d", 1)):
        with pytest.raises(SealBroken):
            RING.open(sealed, other)
    assert (RING.seal(None, AT), RING.seal("", AT)) == (None, "")


@pytest.mark.parametrize("changed", ["周样例", "x", "0" * 16 + ".AAAA", RING.current + ".", RING.current + ".AAAA", RING.current + ".周"])
def test_what_was_not_sealed_is_not_opened(changed: str) -> None:
    with pytest.raises(SealBroken) as told:
        RING.open(changed, AT)
    assert "周" not in str(told.value)


def test_a_changed_text_is_not_opened() -> None:
    sealed = str(RING.seal("周样例", AT))
    body = bytearray(base64.b64decode(sealed[17:]))
    for at in range(len(body)):
        body[at] ^= 1
        with pytest.raises(SealBroken):
            RING.open(sealed[:17] + base64.b64encode(bytes(body)).decode(), AT)
        body[at] ^= 1


def test_a_file_opens_under_its_own_name_alone(tmp_path: Path) -> None:
    files = Files(Folder(tmp_path), RING)
    digest = files.put("attachments", "abcdef", "周样例的材料".encode())
    path = tmp_path / "attachments" / "ab" / "abcdef"
    assert "周样例".encode() not in path.read_bytes()
    assert files.get("attachments", "abcdef", digest) == "周样例的材料".encode()
    (tmp_path / "attachments" / "ab" / "abcxyz").write_bytes(path.read_bytes())
    with pytest.raises(Damaged):
        files.get("attachments", "abcxyz", digest)
    with pytest.raises(Damaged):
        files.put_sealed("attachments", "zzz", path.read_bytes())
    path.write_bytes("周样例的材料".encode())
    with pytest.raises(Damaged):
        files.get("attachments", "abcdef", digest)


# ------------------------------------------------------------------ the key file


def test_a_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / KEY_FILE
    ring = Ring.make(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert Ring.make(path).current == ring.current, "who comes second takes what is there"
    other = Ring.read(path)
    sealed = ring.seal("周样例", AT)
    other.add()
    assert ring.current == other.current != str(sealed)[:16], "a process at work takes the new key at once"
    assert other.open(sealed, AT) == "周样例"
    assert Ring.read(path).open(ring.seal("后来", AT), AT) == "后来"
    assert [one.name for one in path.parent.iterdir()] == [KEY_FILE]


@pytest.mark.parametrize("kept", [b"", b"x", b"AAAA\n", b"\xff\xfe"])
def test_a_damaged_key_file_is_told(tmp_path: Path, kept: bytes) -> None:
    (tmp_path / KEY_FILE).write_bytes(kept)
    with pytest.raises(BadKeys, match="已经损坏"):
        Ring.read(tmp_path / KEY_FILE)


@pytest.fixture
def fresh(migrated_url_factory: Callable[[Path], str], tmp_path: Path) -> Iterator[Database]:
    made = Database(migrated_url_factory(tmp_path), RING)
    yield made
    made.close()


def known(database: Database) -> list[tuple[str, str, bool, bool]]:
    with database.read() as session:
        rows = session.execute(select(rekeying.KNOWN).order_by(rekeying.KNOWN.c.since, rekeying.KNOWN.c.purpose)).all()
    return [(row.purpose, row.id, row.done_at is not None, row.retired_at is not None) for row in rows]


def filled(database: Database, rules: Rules, files: Files, keys: store.Keys) -> str:
    """One row at least in every table that holds something of people, and files; the id of the case."""
    who = {"category": "natural_person", **dict(zip(("name", "id_number", "phone", "email", "address"), CANARIES, strict=True))}
    case = placed(database, rules, applicant=who, wanted=f"{CANARIES[0]}在{CANARIES[4]}的房屋征收补偿方案，电话{CANARIES[2]}")
    fields = {"wanted": case.wanted, "applicant": who}

    def work(session: Session) -> None:
        made = store.add_officer(session, username=f"o@{case.id}", name="样例", role="intake", agency="gx-zrzy", at=NOW)
        store.add_letter(
            session, case, case.acts[0], id=f"l-{case.id}"[:36], kind="receipt", context=f'{{"a": "{CANARIES[0]}"}}', dated=NOW.date(),
            series=None, serial=None, number=None,
        )  # fmt: skip
        store.finish_letter(session, f"l-{case.id}"[:36], files.put("letters", f"l-{case.id}"[:36], CANARIES[0].encode()), len(CANARIES[0].encode()))
        content = "\n".join(CANARIES).encode()
        for kind in ("attachments", "uploads"):
            digest = files.put(kind, f"{kind[0]}-{case.id}"[:36], content)
        store.add_attachment(
            session, id=f"a-{case.id}"[:36], case=case, name=f"{CANARIES[0]}.txt", media_type="text/plain", size=len(content), digest=digest,
            purpose=CANARIES[0], officer=officer(), at=NOW,
        )  # fmt: skip
        applications.add_upload(
            session, applications.visitor_of("v"), id=f"u-{case.id}"[:36], name=f"{CANARIES[0]}.txt", media_type="text/plain", size=len(content),
            digest=digest, now=NOW,
        )  # fmt: skip
        for n in range(2):
            row = applications.add(
                session, id=f"{n}-{case.id}"[:36], agency="gx-zrzy", on=NOW.date(), fields=fields, visitor="visitor/none", key=keys.blind, now=NOW
            )
        applications.settle(session, row.id, "declined", NOW, answer=f"{CANARIES[0]}已经申请过。")
        told = feedback.Told("difficulty", f"{CANARIES[0]}的房屋没有补偿", contact=CANARIES[2])
        told_row = feedback.add(session, told, id=f"f-{case.id}"[:36], agency="gx-zrzy", on=NOW.date(), key=keys.blind, now=NOW)
        assert feedback.answer(session, told_row, officer(), NOW, f"{CANARIES[0]}：已经办理。")
        people.save_draft(session, made.id, "intake", fields, NOW)
        assert saved_views.keep(session, made.id, CANARIES[0], f"q={CANARIES[1]}", NOW)
        reminders.keep(session, made.id, CANARIES[0], CANARIES[1])
        ledger_imports.add(
            session, {"id": f"l-{case.id}"[:36], "officer_id": made.id, "agency": "gx-zrzy", "at": NOW, "state": "read", "lines": 1, "tries": 1,
                      "size": 1, "digest": None, "stands": CANARIES[0]}
        )  # fmt: skip
        assert application_drafts.keep(session, "visitor/none", "gx-zrzy", f"d-{case.id}", fields, NOW)
        factors.begin(session, made.id, SECRET, NOW)
        once = store.Once("k", made.id, "POST /api/cases", "d")
        assert store.claim(session, once) is None
        store.complete(session, once, store.Answer(201, CANARIES[0].encode(), {}), NOW)
        assert store.first_answer(session, made.id, "k") == store.Answer(201, CANARIES[0].encode(), {})
        assert people.draft(session, made.id, "intake") == (fields, NOW)

    database.write(work)
    return case.id


def all_is_there(database: Database, case_id: str, rules: Rules, files: Files, keys: store.Keys) -> None:
    """Every text says what it said, and everything is whole."""
    with database.read() as session:
        case = store.load(session, case_id)
        assert case is not None and case.applicant.name == CANARIES[0] and CANARIES[2] in case.wanted
        assert [one.name for one in queries.attachments_of(session, case_id)] == [f"{CANARIES[0]}.txt"]
        letter = queries.letters_of(session, case, with_words=True)[0]
        assert queries.letter_words(database.ring, letter) == {"a": CANARIES[0]}
        rows = [*applications.listed(session, "gx-zrzy", waiting=False), *applications.listed(session, "gx-zrzy", waiting=True)]
        assert rows[0].answer == f"{CANARIES[0]}已经申请过。" and CANARIES[1] in rows[1].fields
        assert [one.id for one in applications.alike(session, rows[0])] == [rows[1].id]
        for told in feedback.listed(session, "gx-zrzy", is_open=False):  # an earlier version had none
            assert CANARIES[0] in told.body and told.contact == CANARIES[2] and told.answer == f"{CANARIES[0]}：已经办理。"
        found = queries.cases(session, ["gx-zrzy"], queries.Filters(applicant=CANARIES[0], key=keys.blind), NOW.date())
        assert [row.case_id for row in found.items] == [case_id]
        assert opened(database.ring, store.DOCKET, found.items[0]).wanted == case.wanted
        faults = [one for one in verify(session, files, rules, keys) if "文书" not in one and "密钥：" not in one]
        assert faults == []


def bytes_of(database: Database, files: Files) -> bytes:
    """All that lies in the files of the database (SQLite), or all its rows (PostgreSQL), and in the folder of files."""
    found = [path.read_bytes() for path in files.root.rglob("*") if path.is_file()]
    if database.path is not None:
        return b"\0".join([*found, *(one.read_bytes() for one in database.path.parent.iterdir() if one.is_file())])
    with database.read() as session:
        for table in SQLModel.metadata.sorted_tables:
            found += [repr(tuple(row)).encode() for row in session.execute(select(table))]
    return b"\0".join(found)


def canaries_in(data: bytes) -> list[str]:
    return [one for one in (*CANARIES, SECRET) if one.encode() in data or repr(one).encode() in data]


def test_nothing_of_people_lies_open(fresh: Database, rules: Rules, tmp_path: Path) -> None:
    files = Files(Folder(tmp_path / "files"), RING)
    case_id = filled(fresh, rules, files, KEYS)
    with fresh.read() as session:
        counts = {name: len(session.execute(select(SQLModel.metadata.tables[name])).all()) for name in SEALED}
    assert all(counts.values()), "every table that is sealed has a row"
    assert canaries_in(bytes_of(fresh, files)) == []
    all_is_there(fresh, case_id, rules, files, KEYS)


def test_a_text_that_was_moved_to_another_row_is_found(fresh: Database, rules: Rules, tmp_path: Path) -> None:
    files = Files(Folder(tmp_path / "files"), RING)
    filled(fresh, rules, files, KEYS)
    fresh.write(lambda s: s.execute(text("UPDATE application SET fields = (SELECT fields FROM application WHERE state = 'declined')")))
    with fresh.read() as session:
        found = [one for one in verify(session, files, rules, KEYS) if "application" in one]
    assert len(found) == 1 and "密文打不开" in found[0]
    with fresh.read() as session, pytest.raises(SealBroken):
        applications.listed(session, "gx-zrzy", waiting=True)


# ------------------------------------------------------------------ the keys at the start


def test_a_missing_or_other_key_stops_the_start(fresh: Database, rules: Rules, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    keys, ring = rekeying.open_keys(fresh, secrets, NOW)
    files = Files(Folder(tmp_path / "files"), ring)
    rekeying.seal_what_is_open(fresh, files, keys, NOW)
    filled(fresh, rules, files, keys)
    assert rekeying.open_keys(fresh, secrets, LATER)[1].current == ring.current
    for name in (KEY_FILE, store.BLIND_FILE):
        kept = (secrets / name).read_bytes()
        (secrets / name).unlink()
        with pytest.raises(BadKeys, match="请把保管的密钥文件放回这里"):
            rekeying.open_keys(fresh, secrets, LATER)
        assert not (secrets / name).exists(), "and none is made in its place"
        (secrets / name).write_bytes(base64.b64encode(b"o" * 32) + b"\n")
        with pytest.raises(BadKeys, match="没有新建密钥"):
            rekeying.open_keys(fresh, secrets, LATER)
        (secrets / name).write_bytes(kept)
    assert rekeying.open_keys(fresh, secrets, LATER)[1].current == ring.current
    assert len(known(fresh)) == 2


def test_before_anything_is_sealed_the_keys_of_a_backup_may_be_brought(fresh: Database, tmp_path: Path) -> None:
    _, first = rekeying.open_keys(fresh, tmp_path / "one", NOW)
    _, second = rekeying.open_keys(fresh, tmp_path / "two", LATER)
    assert first.current != second.current
    assert {one[1] for one in known(fresh) if one[0] == "seal"} == {second.current}


# ------------------------------------------------------------------ an upgrade, another key


EARLIER = [pytest.param(f"{n:04}", marks=[] if n == 13 else [pytest.mark.slow]) for n in range(2, 14)]
"""Every schema that kept names open; of them the last one is tried by `make quick` too."""


@pytest.mark.parametrize("revision", EARLIER)
def test_what_an_earlier_version_kept_open_is_sealed_and_gone(
    migrated_url_factory: Callable[[Path], str], tmp_path: Path, rules: Rules, revision: str, engine_kind: str
) -> None:
    if engine_kind != "sqlite" and revision not in ("0002", "0013"):
        pytest.skip("the schemas between are tried on SQLite")
    secrets, plain = tmp_path / "secrets", Open([b"p" * 32])
    older, keys = Database(migrated_url_factory(tmp_path), plain), store.Keys.load(secrets)
    case_id = filled(older, rules, Files(Folder(tmp_path / "files"), plain), keys)
    assert canaries_in(bytes_of(older, Files(Folder(tmp_path / "files"), plain))) == [*CANARIES, SECRET], "so it would be seen"
    set_back(older, revision)
    older.migrate()
    with older.read() as session:
        assert session.execute(text("SELECT wanted, applicant_name FROM docket")).all() == [("", "")]
    keys, ring = rekeying.open_keys(older, secrets, NOW)
    files, told = Files(Folder(tmp_path / "files"), ring), list[int]()
    rekeying.seal_what_is_open(older, files, keys, NOW, lambda: told.append(1))
    assert canaries_in(bytes_of(older, files)) == []
    open_journal(older, secrets, lambda: NOW)
    rebuilt(older, rules, keys)
    all_is_there(older, case_id, rules, files, keys)
    rekeying.seal_what_is_open(older, files, keys, NOW, lambda: told.append(1))
    assert told == [1], "once"
    older.close()


def test_an_upgrade_that_is_cut_short_goes_on(fresh: Database, rules: Rules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rekeying, "AT_ONCE", 2)
    plain = Open([b"p" * 32])
    fresh.ring = plain
    case_id = filled(fresh, rules, Files(Folder(tmp_path / "files"), plain), KEYS)
    ring = Ring([b"n" * 32])
    fresh.ring, files = ring, Files(Folder(tmp_path / "files"), ring)
    fresh.write(partial(rekeying._know, known=True, ids={"seal": ring.current}, now=NOW))
    real, left = rekeying._portion, [3]

    def cut_short(*args: Any, **named: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return real(*args, **named)

    monkeypatch.setattr(rekeying, "_portion", cut_short)
    with pytest.raises(KeyboardInterrupt):
        rekeying.seal_what_is_open(fresh, files, KEYS, NOW)
    monkeypatch.setattr(rekeying, "_portion", real)
    fresh.write(lambda s: s.execute(text("UPDATE docket SET wanted_masked = NULL, wanted = '', applicant_name = ''")))  # as the migration left it
    rekeying.seal_what_is_open(fresh, files, KEYS, NOW)
    all_is_there(fresh, case_id, rules, files, KEYS)
    assert known(fresh) == [("seal", ring.current, True, False)]


def test_another_key_takes_over_while_others_write(fresh: Database, rules: Rules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rekeying, "AT_ONCE", 2)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / store.BLIND_FILE).write_bytes(KEYS.blind)
    keys, ring = rekeying.open_keys(fresh, tmp_path / "secrets", NOW)
    files = Files(Folder(tmp_path / "files"), ring)
    rekeying.seal_what_is_open(fresh, files, keys, NOW)
    first = ring.current
    case_id = filled(fresh, rules, files, keys)
    done = list[int]()

    def meanwhile(count: int) -> None:  # somebody else places an act between two portions
        if not done:
            placed(fresh, rules, agency="gx-other")
        done.append(count)

    changed, left = rekeying.rekey(fresh, files, LATER, meanwhile)
    assert changed > 8 and left == 0
    assert ring.current != first
    assert known(fresh) == [("blind", fingerprint(keys.blind), False, False), ("seal", first, True, True), ("seal", ring.current, True, False)]
    with fresh.read() as session:
        for name, columns in SEALED.items():
            for row in session.execute(select(*(SQLModel.metadata.tables[name].c[one] for one in columns))):
                assert all(ring.is_current(one) for one in row), name
    assert all(ring.sealed_with(one.read_bytes()) == ring.current for one in files.root.rglob("*") if one.is_file())
    all_is_there(fresh, case_id, rules, files, keys)
    # the first key is needed for old backups alone
    kept = (tmp_path / "secrets" / KEY_FILE).read_bytes().splitlines(keepends=True)
    (tmp_path / "secrets" / KEY_FILE).write_bytes(kept[-1])
    fresh.ring = rekeying.open_keys(fresh, tmp_path / "secrets", LATER)[1]
    all_is_there(fresh, case_id, rules, Files(Folder(tmp_path / "files"), fresh.ring), keys)


def test_a_change_of_keys_that_is_cut_short_goes_on_with_the_same_key(fresh: Database, rules: Rules, tmp_path: Path) -> None:
    keys, ring = rekeying.open_keys(fresh, tmp_path / "secrets", NOW)
    files = Files(Folder(tmp_path / "files"), ring)
    rekeying.seal_what_is_open(fresh, files, keys, NOW)
    filled(fresh, rules, files, keys)

    def cut_short(_count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rekeying.rekey(fresh, files, LATER, cut_short)
    second = ring.current
    assert rekeying.rekey(fresh, files, LATER)[1] == 0
    assert ring.current == second
    assert len(ring.ids) == 2


def test_a_row_that_cannot_be_opened_keeps_the_old_key(fresh: Database, rules: Rules, tmp_path: Path) -> None:
    keys, ring = rekeying.open_keys(fresh, tmp_path / "secrets", NOW)
    files = Files(Folder(tmp_path / "files"), ring)
    rekeying.seal_what_is_open(fresh, files, keys, NOW)
    filled(fresh, rules, files, keys)
    first = ring.current
    fresh.write(lambda s: s.execute(text("UPDATE attachment SET name = 'x' || name")))
    assert rekeying.rekey(fresh, files, LATER)[1] == 1
    assert ("seal", first, True, False) in known(fresh)


def test_a_file_that_cannot_be_opened_keeps_the_old_key_too_and_what_was_being_written_is_gone(fresh: Database, rules: Rules, tmp_path: Path) -> None:
    keys, ring = rekeying.open_keys(fresh, tmp_path / "secrets", NOW)
    files = Files(Folder(tmp_path / "files"), ring)
    rekeying.seal_what_is_open(fresh, files, keys, NOW)
    filled(fresh, rules, files, keys)
    first, path = ring.current, min(one for one in files.root.glob("*/*/*") if one.is_file())
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    killed, writing = path.with_name(".part-killed"), path.with_name(".part-writing")
    for part in (killed, writing):
        part.write_bytes(whole[:20])
    os.utime(killed, (1, 1))
    assert rekeying.rekey(fresh, files, LATER)[1] == 1
    assert ("seal", first, True, False) in known(fresh)
    assert not killed.exists() and writing.exists()
    writing.unlink()
    path.write_bytes(whole)
    assert rekeying.rekey(fresh, files, LATER)[1] == 0
    assert ("seal", first, True, True) in known(fresh)


def test_that_the_key_of_the_indexes_is_known_no_more_is_told_until_somebody_sees_to_it(fresh: Database, rules: Rules, tmp_path: Path) -> None:
    keys, ring = rekeying.open_keys(fresh, tmp_path / "secrets", NOW)
    files = Files(Folder(tmp_path / "files"), ring)
    rekeying.seal_what_is_open(fresh, files, keys, NOW)
    filled(fresh, rules, files, keys)
    rekeying.know_log_key(fresh, tmp_path / "secrets" / "log.key", NOW)
    fresh.write(lambda s: s.execute(text("DELETE FROM known_key WHERE purpose = 'blind'")))
    keys, ring = rekeying.open_keys(fresh, tmp_path / "secrets", LATER)
    assert not [one for one in known(fresh) if one[0] == "blind"], "the start does not heal it in silence"
    with fresh.read() as session:
        assert [one for one in verifying._keys(session, keys) if "blind" in one]
    rekeying.rekey(fresh, files, LATER, blind=keys.blind)
    with fresh.read() as session:
        assert list(verifying._keys(session, keys)) == []


def test_an_act_may_be_sealed_anew_and_nothing_else(fresh: Database, rules: Rules) -> None:
    case = placed(fresh, rules)
    with fresh.read() as session:
        public = session.execute(text("SELECT public FROM act")).scalar_one()
    anew = Ring([b"a" * 32]).seal("{}", AT)
    for column, value in (("public", "x"), ("public", public[:-4] + "AAA="), ("private", None), ("officer", "{}"), ("kind", "note"), ("seq", 2)):
        with pytest.raises((DBAPIError, DatabaseUnavailable)):
            fresh.write(lambda s, c=column, v=value: s.execute(text(f"UPDATE act SET {c} = :v"), {"v": v}))  # type: ignore[misc]
    with pytest.raises((DBAPIError, DatabaseUnavailable)):
        fresh.write(lambda s: s.execute(text("UPDATE act SET public = :v, kind = 'note'"), {"v": anew}))
    with pytest.raises((DBAPIError, DatabaseUnavailable)):
        fresh.write(lambda s: s.execute(text("DELETE FROM act")))
    fresh.write(lambda s: s.execute(text("UPDATE act SET public = :v"), {"v": anew}))
    with fresh.read() as session, pytest.raises(store.Unreadable):  # and what is put there says nothing, but for whoever has the key
        store.load(session, case.id)


def test_what_nobody_comes_back_to_is_forgotten(fresh: Database) -> None:
    def work(session: Session) -> Any:
        made = store.add_officer(session, username="drafts@x", name="样例", role="intake", agency="gx-zrzy", at=NOW)
        people.save_draft(session, made.id, "old", {"a": "b"}, NOW)
        people.save_draft(session, made.id, "new", {"a": "b"}, NOW + people.DRAFTS_KEPT + timedelta(days=1))
        return people.draft(session, made.id, "old"), people.draft(session, made.id, "new")

    old, new = fresh.write(work)
    assert old is None and new is not None


def test_the_files_of_a_settled_application_have_an_end(fresh: Database) -> None:
    def work(session: Session) -> list[list[str]]:
        for n, settled in (("a", None), ("b", NOW)):
            applications.add(session, id=n, agency="gx-zrzy", on=NOW.date(), fields={"wanted": n}, visitor="visitor/none", key=b"k", now=NOW)
            applications.add_upload(session, applications.owner_of(n), id=n, name="样例.txt", media_type="text/plain", size=1, digest="", now=NOW)
            if settled is not None:
                applications.settle(session, n, "declined", settled, answer="重复。")
        end = NOW + applications.KEPT_FOR_OFFICERS
        return [applications.drop_forgotten(session, end + timedelta(days=days)) for days in (-1, 1)]

    assert fresh.write(work) == [[], ["b"]], "what waits is kept"


