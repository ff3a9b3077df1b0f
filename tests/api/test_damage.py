"""Damage is named: which letter, which attachment, which part of the database, and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from db import ledger, rebuilding
from db.engine import Database, DatabaseDamaged
from db.verify import verify
from tests.api.conftest import Desk
from tests.damaging import damage

PAGE = 4096


@pytest.mark.parametrize(("break_it", "status", "why"), [(Path.unlink, 410, "缺失"), (lambda path: path.write_bytes(b"x"), 500, "与登记的摘要不符")])
def test_a_letter_or_an_attachment_that_is_damaged_is_named(desk: Desk, break_it: Callable[[Path], object], status: int, why: str) -> None:
    case = desk.register()
    letter = case["letters"][0]["id"]
    desk.office.pdf(letter)
    who = "intake@gx-zrzy"
    sent = desk.client.post(
        f"/api/cases/{case['id']}/attachments", headers={"Authorization": f"Bearer {desk.tokens[who]}"}, files={"file": ("说明.txt", b"x")}
    )
    attachment = sent.json()["id"]
    for kind, one, address in (("letters", letter, f"/api/letters/{letter}/pdf"), ("attachments", attachment, f"/api/attachments/{attachment}")):
        assert desk.call(who, "GET", address).status_code == 200
        path = desk.office.files.root / kind / one[:2] / one
        whole = path.read_bytes()
        break_it(path)
        told = desk.call(who, "GET", address)
        assert told.status_code == status
        assert why in told.json()["detail"]
        assert f"files/{kind}/{one[:2]}/{one}" in told.json()["detail"], "what to take from the backup"
        assert "再试也不会好" in told.json()["detail"]
        path.write_bytes(whole)
        assert desk.call(who, "GET", address).status_code == 200


def test_what_the_database_cannot_read_is_told_as_damage_and_it_is_not_ready(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("the next test does it to a real file")
    assert database.problem() is None
    with pytest.raises(DatabaseDamaged), database.read() as session:
        session.execute(text("DO $$ BEGIN RAISE EXCEPTION 'invalid page' USING ERRCODE = 'XX001'; END $$"))
    assert "数据库损坏" in str(database.problem())
    database.is_damaged = False


@pytest.mark.parametrize("table", ["act", "log_entry", "letter", "docket", "officer"])
def test_a_damaged_page_is_found_by_verify_and_by_who_reads_it(desk: Desk, tmp_path: Path, table: str) -> None:
    office = desk.office
    if office.database.path is None:
        pytest.skip("PostgreSQL's pages have checksums of their own")
    desk.register()
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(office.database.path)) as there, closing(sqlite3.connect(copy)) as made:
        there.backup(made)
        (root,) = made.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    with copy.open("r+b") as file:
        file.seek((root - 1) * PAGE)
        file.write(b"\xff" * PAGE)
    database = Database(f"sqlite:///{copy}", office.database.ring)
    database.journal = office.database.journal
    with database.read() as session:
        found = list(verify(session, office.files, office.rules, office.keys))
    assert [one for one in found if "数据库文件损坏" in one or "数据库损坏" in one]
    with pytest.raises(DatabaseDamaged), database.read() as session:
        session.execute(text(f"SELECT * FROM {table}")).all()
    assert "数据库损坏" in str(database.problem())
    database.close()


def test_a_ledger_comes_in_and_lists_answer_beside_a_file_that_cannot_be_read(desk: Desk, tmp_path: Path) -> None:
    office = desk.office
    cases = [desk.register() for _ in range(3)]
    ledger_file = tmp_path / "old.csv"
    heading = "number,received_on,channel,applicant_category,applicant_name,wanted,topic,outcome,replied_on"
    rows = [f"样例〔2021〕{n}号,2021-03-0{n},online,natural_person,周文博,样例,,disclosed,2021-03-20" for n in (1, 2)]
    ledger_file.write_text("\n".join([heading, rows[0]]), encoding="utf-8")
    agency = office.agencies["gx-zrzy"]
    loader = ledger.Loader(
        office.database, office.rules, office.keys, "gx-zrzy", agency.name, lambda year, serial: agency.number("case", year, serial), office.clock(),
        office.today(),
    )  # fmt: skip
    assert loader.load(ledger.read(ledger_file, office.rules, office.today()), "old.csv").loaded == 1
    with office.database.read() as session:
        imported = session.execute(text("SELECT id, version FROM case_file WHERE number = '样例〔2021〕1号'")).one()
    damage(office, imported.id, imported.version, "no JSON")
    damage(office, cases[0]["id"], 1, "another seal")
    ledger_file.write_text("\n".join([heading, *rows]), encoding="utf-8")
    assert loader.load(ledger.read(ledger_file, office.rules, office.today()), "old.csv").loaded == 1, "the good row alone, once"
    for path in ("/api/cases", "/api/consultations", "/api/approvals", "/api/reports/annual?year=2026"):
        assert desk.call("head@gx-zrzy", "GET", path).status_code == 200, path
    told = desk.call("head@gx-zrzy", "GET", f"/api/cases/{cases[0]['id']}")
    assert told.status_code == 500 and f"案卷{cases[0]['number']}损坏：它的第1项" in told.json()["detail"]
    damaged = rebuilding.rebuild(office.database, office.rules, office.keys).damaged
    assert sorted(one.number for one in damaged) == sorted(["样例〔2021〕1号", cases[0]["number"]])
    with office.database.read() as session:
        found = [one for one in verify(session, office.files, office.rules, office.keys) if "读不出来" in one]
    assert {one.partition("，")[0] for one in found} == {f"{one}" for one in damaged}
