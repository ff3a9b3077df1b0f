"""`verify` finds every row and file that was changed behind the program's back, and nothing when all is well."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Table, delete, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel

from db import (
    applications,
    factors,
    feedback,
    guards,
    journal,
    ledger,
    people,
    phrases,
    published,
    rekeying,
    report_parts,
    reports,
    store,
    suggestions,
)
from db import tables as t
from db import verify as looking
from db.sealing import sealed
from db.verify import beside, size, verify
from tests.api.conftest import Desk
from workflow.acts import parse
from workflow.annual import Parts
from workflow.published import Published
from workflow.staff import Leave


@pytest.fixture
def in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a few rows, so that there are many of them."""
    for name in ("AT_ONCE", "ENTRIES_AT_ONCE"):
        monkeypatch.setattr(looking, name, 3)


@pytest.fixture
def pages_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL `verify` reads every page of every table, in more than half of its time. A statement that changes a row damages none.

    So the changes that are made by the hundred must be found by the other checks alone; every other test here asks all of them.
    """
    monkeypatch.setattr(looking, "_postgresql", lambda _session: ())


def faults(desk: Desk) -> list[str]:
    office = desk.office
    told: list[int] = []
    with office.database.read() as session:
        found = list(verify(session, office.files, office.rules, office.keys, told.append))
        assert sum(told) == size(session)
    return found


@pytest.fixture(scope="module")
def case(desk: Desk) -> dict[str, Any]:
    case = desk.place("handler@gx-zrzy", desk.register(), kind="acceptance", on="2026-11-03")
    case = desk.place("handler@gx-zrzy", case, kind="fee_notice", on="2026-11-04", basis="per_page", pages=40, amount_fen=10000)
    case = desk.place(
        "handler@gx-zrzy", desk.place("handler@gx-zrzy", case, kind="payment", on="2026-11-05", amount_fen=10000),
        kind="consultation", on="2026-11-06", type="other_agency", agency="gx-rsj", party={"name": "样例单位"}, question="？",
    )  # fmt: skip
    kept = desk.client.post(
        f"/api/cases/{case['id']}/attachments",
        headers={"Authorization": f"Bearer {desk.tokens['intake@gx-zrzy']}"},
        files={"file": ("说明.txt", b"x")},
    )
    assert kept.status_code == 201
    for letter in case["letters"]:
        desk.office.pdf(letter["id"])
    desk.office.database.write(lambda session: a_row_of_everything(desk, session, case))
    return {**case, "attachment": kept.json()["id"]}


def a_row_of_everything(desk: Desk, session: Session, case: Mapping[str, Any]) -> None:
    """What an office keeps beside its files."""
    office, now = desk.office, desk.clock()
    row = people.officer_row(session, "handler@gx-zrzy")
    assert row is not None
    who = people.officer_of(row)
    people.log(session, now, "sign_in", officer=who)
    people.end_session(session, who.id, _session_of(session, people.open_session(session, who.id, "样例", now)), now)
    people.open_session(session, who.id, "样例", now)
    rekeying.know_also(session, ["0" * 16], now)  # a key that was, and is retired
    session.execute(update(rekeying.KNOWN).where(rekeying.KNOWN.c.id == "0" * 16).values(retired_at=now))
    rekeying.prove(session)
    people.prefer(session, who.id, "large", "yes")
    people.set_setting(session, "gx-zrzy", "online", "yes")
    phrases.keep(session, who.id, "extension.reason", "", "需要会商（样例）", now, 10)
    people.set_leave(session, who.username, Leave(date(2026, 12, 1), date(2026, 12, 4), "legal@gx-zrzy"))
    upload = str(uuid4())
    digest = office.files.put("uploads", upload, b"x")
    applications.add_upload(session, "visitor/样例", id=upload, name="说明.txt", media_type="text/plain", size=1, digest=digest, now=now)
    fields = {"wanted": "样例", "name": "样例"}
    made = applications.add(
        session, id=str(uuid4()), agency="gx-zrzy", on=now.date(), fields=fields, visitor="visitor/样例", key=b"k", now=now,
        site="样例县人民政府网站", site_nonce="n" * 16,
    )  # fmt: skip
    assert applications.settle(session, made.id, "declined", now, answer="样例")
    told = feedback.add(
        session, feedback.Told("opinion", "样例", contact="样例"), id=str(uuid4()), agency="gx-zrzy", on=now.date(), key=b"k", now=now
    )
    assert feedback.answer(session, told, who, now, "样例")
    reports.freeze(session, "gx-zrzy", 2026, office.rules, who, "样例", now)
    ledger.keep(session, "gx-zrzy", ledger.Meanings({"样例": "number"}), now)
    factors.begin(session, who.id, "A" * 32, now)
    published.keep(session, who, 2026, "样例镇", Published({}, {}), now)
    report_parts.keep(session, who, 2026, Parts(texts={"active": "样例"}), now)
    suggestions.propose(session, who, now, now.date(), title="样例", sample="样例", cases=[case["id"]], reason="样例")


def _session_of(session: Session, cookie: str) -> str:
    del cookie
    return str(session.execute(select(people.SESSION.c.id)).scalar_one())


def test_nothing_is_found_when_all_is_well(desk: Desk, case: dict[str, Any], in_portions: None) -> None:
    assert faults(desk) == []


def test_changed_missing_and_stray_bytes_are_found(desk: Desk, case: dict[str, Any], in_portions: None) -> None:
    root: Path = desk.office.files.root
    letter = case["letters"][0]["id"]
    path = root / "letters" / letter[:2] / letter
    whole = path.read_bytes()
    for broken in (whole[:-1], whole[:-1] + b"?", None):
        path.unlink()
        if broken is not None:
            path.write_bytes(broken)
        (found,) = faults(desk)
        assert letter in found
        path.write_bytes(whole)
    stray = root / "attachments" / "zz" / "nobody"
    stray.parent.mkdir()
    stray.write_bytes(b"x")
    (found,) = faults(desk)
    assert "nobody" in found
    stray.unlink()
    assert faults(desk) == []




# ------------------------------------------------------------------ behind the program's back


class Undone(Exception):
    """Carries what was found; nothing of what was changed stays."""

    def __init__(self, found: list[str]) -> None:
        super().__init__()
        self.found = found


@contextmanager
def unguarded(session: Session) -> Iterator[None]:
    """As whoever may do everything in the database: no trigger and no foreign key is in the way, and all are there again afterwards."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield
        connection.execute(text("SET LOCAL session_replication_role = origin"))
        return
    connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    tables = ", ".join(f"'{name}'" for name in guards.TRIGGERS["sqlite"])
    made = connection.execute(text(f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ({tables})")).all()
    for name, _ in made:
        connection.execute(text(f"DROP TRIGGER {name}"))
    yield
    for _, sql in made:
        connection.exec_driver_sql(sql)


def found_after(desk: Desk, change: Callable[[Session], object], checkpoints: tuple[Path, ...] = ()) -> list[str]:
    """What `verify` finds after a change that is then undone."""
    office = desk.office

    def work(session: Session) -> None:
        with unguarded(session):
            change(session)
        raise Undone(list(verify(session, office.files, office.rules, office.keys, checkpoints=checkpoints)))

    try:
        office.database.write(work)
    except Undone as undone:
        return undone.found
    raise AssertionError("it is always undone")


def other(value: Any, column: Any) -> Any:
    """Another value that the column takes, as little different as can be; in JSON one word."""
    kind = column.type
    if value is None:
        if isinstance(kind, t.Stamp):
            return datetime.fromisoformat("2026-11-24T01:00:00+00:00")
        return {int: 7, date: date(2026, 11, 24), bool: True}.get(kind.python_type, "x" * min(7, getattr(kind, "length", 7) or 7))
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1000
    if isinstance(value, datetime):
        return value + timedelta(seconds=1)
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, list | dict):
        return [*value, {"x": "x"}] if isinstance(value, list) else {**value, "x": "x"}
    assert isinstance(value, str)
    if value[:1] in "[{" and value:
        return json.dumps(_reworded(json.loads(value)), ensure_ascii=False)
    return value[:-1] + ("x" if value[-1:] != "x" else "y")


def _reworded(data: Any) -> Any:
    """The same with one word more at its end."""
    if isinstance(data, dict) and data:
        last = list(data)[-1]
        return {**data, last: _reworded(data[last])}
    if isinstance(data, list) and data:
        return [*data[:-1], _reworded(data[-1])]
    return f"{data}甲" if isinstance(data, str) else "甲"


def watched() -> list[Table]:
    """Every table in which nothing may change unseen."""
    return [one for one in SQLModel.metadata.sorted_tables if journal.TABLES[one.name].how != "left"]


def rows_of(desk: Desk, table: Table) -> list[dict[str, Any]]:
    """Its rows, the fullest first."""
    with desk.office.database.read() as session:
        rows = [dict(row) for row in session.execute(select(table).order_by(*table.primary_key.columns)).mappings()]
    return sorted(rows, key=lambda row: sum(value is None for value in row.values()))


def this(table: Table, row: Mapping[str, Any]) -> list[Any]:
    return [column == row[column.name] for column in table.primary_key.columns]


def test_every_table_is_watched_or_the_reason_why_not_is_told(desk: Desk) -> None:
    there = set(inspect(desk.office.database.engine).get_table_names())
    known = {name for name in journal.TABLES if desk.office.database.is_sqlite or not name.startswith(("case_text_fts", "case_sought"))}
    assert there == known
    for name, kept in journal.TABLES.items():
        assert kept.how in ("logged", "derived", "checked", "left"), name
        assert kept.how == "logged" or kept.reason, name
        assert all(kept.without.values()), name


@pytest.mark.slow
def test_every_change_of_one_column_is_found(
    desk: Desk, case: dict[str, Any], pages_are_whole: None, capsys: pytest.CaptureFixture[str]
) -> None:
    missed, tried = [], 0
    for table in watched():  # every table of the schema but those of which `journal.TABLES` says why not
        row = rows_of(desk, table)[0]
        for column in table.columns:
            if column.name in journal.TABLES[table.name].without and (table.name, column.name) != ("case_file", "version"):
                continue
            values = [other(row[column.name], column)]
            if column.nullable and row[column.name] is not None:
                values.append(None)
            for value in values:
                tried += 1
                change = update(table).where(*this(table, row)).values({column.name: value})
                if not found_after(desk, lambda session, change=change: session.execute(change)):  # type: ignore[misc]
                    missed.append(f"{table.name}.{column.name} = {value!r}")
    tried += 1
    if not found_after(desk, lambda session: session.execute(text("UPDATE alembic_version SET version_num = '0001'"))):
        missed.append("alembic_version")
    with capsys.disabled():
        print(f"\ncolumns changed: {tried}, missed: {len(missed)}")
    assert missed == []
    assert tried > 200


@pytest.mark.slow
def test_every_row_that_is_taken_away_is_found(
    desk: Desk, case: dict[str, Any], pages_are_whole: None, capsys: pytest.CaptureFixture[str]
) -> None:
    missed, tried, tables = [], 0, watched()
    for table in tables:
        rows = rows_of(desk, table)[:12]
        assert rows, f"{table.name} has no row to try"
        for row in rows:
            tried += 1
            gone = delete(table).where(*this(table, row))
            if not found_after(desk, lambda session, gone=gone: session.execute(gone)):  # type: ignore[misc]
                missed.append(f"{table.name} {list(row.values())[:2]}")
    with capsys.disabled():
        print(f"\nrows taken away: {tried} of {len(tables)} tables, missed: {len(missed)}")
    assert missed == []
    assert tried > 60
    assert faults(desk) == [], "and nothing of it has stayed"


def test_the_first_bad_entry_is_named_and_no_person(desk: Desk, case: dict[str, Any], in_portions: None) -> None:
    last = people.LOG.c.seq
    change = lambda session: session.execute(update(people.LOG).where(last.in_((5, 9))).values(reason="周文博"))  # noqa: E731
    found = found_after(desk, change)
    assert found == ["日志第5条：被改写、删除、调换，或者不是本程序所记（从这一条起不能证明）"]
    assert "周文博" not in str(found)


def test_entries_that_were_swapped_put_in_or_cut_off_are_found(desk: Desk, case: dict[str, Any], in_portions: None) -> None:
    log, head = people.LOG, journal.HEAD
    with desk.office.database.read() as session:
        length = people.log_length(session)
        rows = {row["seq"]: dict(row) for row in session.execute(select(log)).mappings()}

    def swap(session: Session) -> None:
        for seq, to in ((7, -8), (8, -7), (-8, 8), (-7, 7)):
            session.execute(update(log).where(log.c.seq == seq).values(seq=to))

    def swap_words(session: Session) -> None:
        for seq, from_ in ((7, 8), (8, 7)):
            session.execute(update(log).where(log.c.seq == seq).values({**rows[from_], "seq": seq}))

    def put_in(session: Session) -> None:
        session.execute(insert(log).values({**rows[length], "seq": length + 1}))
        session.execute(update(head).values(seq=length + 1))

    def cut(session: Session) -> None:
        session.execute(delete(log).where(log.c.seq > length - 3))

    def cut_with_its_head(session: Session) -> None:
        cut(session)
        session.execute(update(head).values(seq=length - 3, mac=rows[length - 3]["mac"]))

    def rewrite_the_tail(session: Session) -> None:
        forger, before = journal.Journal(b"?" * 32), rows[length - 3]["mac"]
        for seq in range(length - 2, length + 1):
            entry = {**rows[seq], "reason": "改写"}
            before = forger.mac(before, entry)
            session.execute(update(log).where(log.c.seq == seq).values(reason="改写", mac=before))
        session.execute(update(head).values(mac=before, seal=forger.seal(length, before)))

    def all_anew(session: Session) -> None:
        session.execute(delete(log))
        session.execute(update(head).values(seq=0, mac=None, seal=None))

    for change, first in (
        (swap, "日志第7条"), (swap_words, "日志第7条"), (put_in, f"日志第{length + 1}条"), (cut, f"日志第{length - 2}条"),
        (cut_with_its_head, "日志："), (rewrite_the_tail, f"日志第{length - 2}条"), (all_anew, "没有记"),
    ):  # fmt: skip
        found = found_after(desk, change)
        assert any(first in one for one in found), (change, found)


def test_what_whoever_knows_the_program_does_by_hand_is_found(desk: Desk, case: dict[str, Any]) -> None:
    """He renews the projections too, and seals; he has not the key of the log."""
    office, act = desk.office, store.ACT
    with office.database.read() as session:
        file = store.load(session, case["id"])
        assert file is not None
    mine = (act.c.case_id == file.id, act.c.seq == file.version)

    def renewed(session: Session) -> None:
        for one in store.readable(session, session.execute(select(store.CASE.c.id)).scalars().all()):
            store.mend(session, one, office.rules, office.keys)
        session.info.clear()
        session.info |= {"journal": office.database.journal, "ring": office.database.ring}

    def put_in(session: Session) -> None:
        signed = file.acts[-1]
        more = type(signed)(file.version + 1, parse({"kind": "note", "on": "2026-11-06", "text": "样例"}), signed.officer, signed.at)
        session.execute(insert(act), sealed(session, act, store.act_row(file.id, more)))
        session.execute(update(store.CASE).where(store.CASE.c.id == file.id).values(version=more.seq))
        renewed(session)

    def take_away(session: Session) -> None:
        session.execute(delete(store.LETTER).where(store.LETTER.c.case_id == file.id, store.LETTER.c.seq == file.version))
        session.execute(delete(act).where(*mine))
        session.execute(update(store.CASE).where(store.CASE.c.id == file.id).values(version=file.version - 1))
        renewed(session)

    def by_another(session: Session) -> None:
        session.execute(update(act).where(*mine).values(officer=file.acts[0].officer.model_dump_json()))
        renewed(session)

    def at_another_time(session: Session) -> None:
        session.execute(update(act).where(*mine).values(at=file.acts[-1].at - timedelta(minutes=1)))
        renewed(session)

    name = f"act/{file.id}/{file.version}"
    assert found_after(desk, put_in) == [f"act/{file.id}/{file.version + 1}：日志里没有记，不是由本程序写入"]
    assert any(one.startswith(name) and "现在没有了" in one for one in found_after(desk, take_away))
    for change in (by_another, at_another_time):
        assert [one for one in found_after(desk, change) if one.startswith(name)], change
    assert faults(desk) == []


def test_the_database_itself_refuses(desk: Desk, case: dict[str, Any]) -> None:
    """Acts, issued letters and the log: no change, no deletion, no replacing; PostgreSQL no emptying either."""
    tried = ["UPDATE act SET kind = 'x'", "UPDATE letter SET number = 'x'", "UPDATE letter SET digest = 'x'", "UPDATE log_entry SET what = 'x'"]
    for table in ("act", "letter", "log_entry"):
        tried.append(f"DELETE FROM {table}")
        if desk.office.database.is_sqlite:
            tried.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
        else:
            tried.append(f"TRUNCATE {table} CASCADE")
    for words in tried:
        with pytest.raises(DBAPIError, match="append-only"):
            desk.office.database.write(lambda session, words=words: session.execute(text(words)))  # type: ignore[misc]
    assert faults(desk) == []


def test_a_guard_that_was_taken_away_is_missed(desk: Desk, case: dict[str, Any]) -> None:
    office = desk.office
    on_sqlite = office.database.is_sqlite
    for table, names in guards.TRIGGERS["sqlite" if on_sqlite else "postgresql"].items():
        for name in names:
            words = f"DROP TRIGGER {name}" if on_sqlite else f"ALTER TABLE {table} DISABLE TRIGGER {name}"

            def work(session: Session, words: str = words) -> None:
                session.execute(text(words))
                raise Undone(list(verify(session, office.files, office.rules, office.keys)))

            with pytest.raises(Undone) as undone:
                office.database.write(work)
            assert any(name in one for one in undone.value.found)


def test_a_tail_that_was_cut_with_everything_it_told_is_found_by_a_checkpoint(desk: Desk, case: dict[str, Any], tmp_path: Path) -> None:
    """Whoever has a copy of the database as it was puts it back: all fits together, but for what was kept outside."""
    office, log, head = desk.office, people.LOG, journal.HEAD
    with office.database.read() as session:
        before = dict(session.execute(select(head)).mappings().one())
    office.database.write(lambda session: people.log(session, desk.clock(), "refused"))
    with office.database.read() as session:
        made = journal.checkpoint(session, desk.clock())
    assert made is not None
    kept = journal.write_checkpoint(tmp_path, made)

    def put_back(session: Session) -> None:
        session.execute(delete(log).where(log.c.seq > before["seq"]))
        session.execute(update(head).values(before))

    assert found_after(desk, put_back) == []
    assert found_after(desk, put_back, (kept,)) == [f"日志第{made.seq}条：检查点{kept.name}所记的已经没有，日志被截去或者改写"]
    assert found_after(desk, lambda _: None, (kept,)) == []
    kept.write_text(kept.read_text().replace(f'"seq": {made.seq}', f'"seq": {made.seq - 1}'))
    assert "被改动" in found_after(desk, lambda _: None, (kept,))[0]
    (tmp_path / "x.json").write_text("{")
    assert "读不出来" in found_after(desk, lambda _: None, (tmp_path / "x.json",))[0]


def test_no_person_is_in_the_log(desk: Desk, case: dict[str, Any]) -> None:
    with desk.office.database.read() as session:
        told = json.dumps([[str(value) for value in row] for row in session.execute(select(people.LOG))], ensure_ascii=False)
    for word in ("周文博", "11010519491231002X", "13800000000", "样例路", "征收补偿"):
        assert word not in told


def test_what_others_do_while_it_reads_is_no_fault(desk: Desk, case: dict[str, Any], in_portions: None) -> None:
    office, now, (kept, gone) = desk.office, desk.clock(), (str(uuid4()), str(uuid4()))
    drop = applications.visitor_of("a form that is being filled in")

    def add(identity: str) -> None:
        digest = office.files.put("uploads", identity, b"x")
        facts: dict[str, Any] = {"id": identity, "name": "说明.txt", "media_type": "text/plain", "size": 1, "digest": digest, "now": now}
        office.database.write(lambda session: applications.add_upload(session, owner=drop, **facts))

    def take_away(identity: str) -> None:
        office.database.write(lambda session: applications.drop_upload(session, drop, identity))
        office.files.drop("uploads", identity)

    add(gone)
    with office.database.read() as session:
        session.execute(select(t.table_of(t.CaseFile).c.id)).all()
        add(kept)
        take_away(gone)
        blind = list(verify(session, office.files, office.rules, office.keys))
    assert len(blind) == 2 and all(kept in one or gone in one for one in blind), "what is seen in one state alone"
    left = []

    def tell(_done: int) -> None:
        left.pop()
        if not left:  # its row is read, and its bytes come next
            take_away(last)

    last = "f" * 8 + str(uuid4())[8:]
    add(last)
    with office.database.read() as session:
        left = [None] * size(session)
    assert list(beside(office.database.read, office.files, office.rules, office.keys, tell)) == []
    take_away(kept)

    @contextmanager
    def while_a_key_is_put_in_place() -> Iterator[Session]:
        with office.database.read() as session:
            session.execute(select(t.table_of(t.CaseFile).c.id)).all()
            office.database.ring.add()
            office.database.write(lambda s: rekeying.know_also(s, [office.database.ring.current], now))
            yield session

    for anew in (None, office.database.read):
        assert bool(looking._keys_now(while_a_key_is_put_in_place, office.keys, anew)) is (anew is None)
    assert list(beside(office.database.read, office.files, office.rules, office.keys)) == []


def test_a_file_without_a_row_is_a_fault_also_while_others_work(desk: Desk, case: dict[str, Any]) -> None:
    office, identity = desk.office, str(uuid4())
    office.files.put("uploads", identity, b"x")
    path = next(office.files.root.rglob(identity))
    os.utime(path, (0, 0))
    try:
        found = list(beside(office.database.read, office.files, office.rules, office.keys))
        assert len(found) == 1 and identity in found[0]
    finally:
        path.unlink()
