"""Damage is named: which letter, which attachment, which part of the database, and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from db.engine import Database, DatabaseDamaged
from db.verify import verify
from tests.api.conftest import Desk

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
