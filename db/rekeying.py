"""换密钥: the keys of an installation are known by their fingerprints, and what is kept is sealed anew, some rows at a time.

The first time it is what an earlier version kept open that is sealed, before the office is used; `rekey` does it again with
a new key while others work on. Both may be cut short at any moment and go on where they were: a text says which key sealed it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Table, bindparam, delete, func, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

from db import applications, journal, store
from db import tables as t
from db.engine import Database
from db.files import Files
from db.sealing import KEY_FILE, SEALED, BadKeys, Ring, SealBroken, fingerprint, place, ring_of
from db.tidying import KINDS

KNOWN = t.table_of(t.KnownKey)
TABLES = tuple(SQLModel.metadata.tables[name] for name in SEALED)
AT_ONCE = 200
"""Rows that are sealed anew in one transaction."""
Tell = Callable[[int], object]


# ------------------------------------------------------------------ the keys at the start


def open_keys(database: Database, folder: Path, now: datetime) -> tuple[store.Keys, Ring]:
    """The keys in `folder`, made at the first start; the ring is the database's too. Raises BadKeys.

    Where something was sealed already, a key that is missing or another one stops the start: a new one would open nothing.
    """
    with database.read() as session:
        known = [row for row in _known(session) if row.purpose != "log"] if _holds_anything(session) else []
    ring_file, blind_file = folder / KEY_FILE, folder / store.BLIND_FILE
    for purpose, file in (("seal", ring_file), ("blind", blind_file)):
        if not file.exists():
            _all_there(file, {row.id for row in known if row.purpose == purpose}, ())
    ring = Ring.read(ring_file) if ring_file.exists() else Ring.make(ring_file)
    keys = store.Keys.load(folder)
    blind = fingerprint(keys.blind)
    _all_there(ring_file, {row.id for row in known if row.purpose == "seal"}, ring.ids)
    _all_there(blind_file, {row.id for row in known if row.purpose == "blind"}, (blind,))
    # A new key that a `rekey` was cut short with is written down now. That of the indexes never changes: where it is not known while others
    # are, somebody took that away, and `verify` says so until the next `rekey`.
    ids = {"seal": ring.current} if known else {"seal": ring.current, "blind": blind}
    database.ring = ring
    if not ids.items() <= {(row.purpose, row.id) for row in known}:
        database.write(partial(_know, known=bool(known), ids=ids, now=now))
    return keys, ring


def _known(session: Session) -> list[Row[Any]]:
    """The keys that are in use."""
    return list(session.execute(select(KNOWN).where(KNOWN.c.retired_at.is_(None))))


def _holds_anything(session: Session) -> bool:
    """Whether anything is sealed here: an office that was only set up may still be given the keys of its backup."""
    return any(session.execute(select(table.primary_key.columns[0]).limit(1)).first() is not None for table in TABLES)


def _all_there(file: Path, wanted: set[str], there: Iterable[str]) -> None:
    if lacking := sorted(wanted - set(there)):
        raise BadKeys(
            f"没有启动：数据库里的个人信息要用指纹为{'、'.join(lacking)}的密钥，{file}里没有这把密钥。"
            "请把保管的密钥文件放回这里，再启动。没有新建密钥：用新的密钥打不开已有的数据。"
        )


def know_log_key(database: Database, file: Path, now: datetime) -> None:
    """The key of the log is the one that the log was begun with. Raises BadKeys: nothing is written under another.

    It is known by its fingerprint; where none is noted yet, by the first entry. A log that is empty may still get another key.
    """
    mine = fingerprint(database.journal.key)
    with database.read() as session:
        rows = session.execute(select(KNOWN)).all()
        known = {row.id for row in rows if row.purpose == "log"}
        if mine in known and any(row.proof for row in rows):
            return
        first = session.execute(select(journal.ENTRY).order_by(journal.ENTRY.c.seq).limit(1)).mappings().first()
    if first is not None and mine not in known and (known or not database.journal.began(first)):
        of = f"指纹为{'、'.join(sorted(known))}的" if known else "另一把"
        raise BadKeys(f"没有启动：日志是用{of}密钥记的，{file}里不是这把密钥。请把保管的log.key放回这里，再启动。没有新建密钥，也没有改动日志。")

    def note(session: Session) -> None:
        if mine not in known:
            session.execute(delete(KNOWN).where(KNOWN.c.purpose == "log"))
            session.execute(insert(KNOWN).values(purpose="log", id=mine, since=now))
        elif first is not None:  # an upgrade, which comes once: should somebody have emptied them, the log says when they were made anew
            journal.tell(session, now, "keys", reason="密钥的指纹没有校验值，已经补记")
        prove(session)

    database.write(note)


def prove(session: Session) -> None:
    """Seal what is noted of the keys, after every change of it."""
    ring, rows = ring_of(session), session.execute(select(KNOWN)).all()
    for row in rows:
        mine = (KNOWN.c.purpose == row.purpose, KNOWN.c.id == row.id)
        session.execute(update(KNOWN).where(*mine).values(proof=ring.seal(_said(rows), _at(row))))


def unproven(session: Session) -> list[tuple[str, str]]:
    """The keys of which something else is noted than the program noted: purpose and fingerprint."""
    ring, rows = ring_of(session), session.execute(select(KNOWN).order_by(KNOWN.c.purpose, KNOWN.c.id)).all()
    return [(row.purpose, row.id) for row in rows if not _proves(ring, row, _said(rows))]


def _proves(ring: Ring, row: Row[Any], said: str) -> bool:
    try:
        return ring.open(row.proof, _at(row)) == said
    except SealBroken:
        return False


def _said(rows: Iterable[Row[Any]]) -> str:
    return json.dumps(sorted([row.purpose, row.id, *(at and at.isoformat() for at in (row.since, row.done_at, row.retired_at))] for row in rows))


def _at(row: Row[Any]) -> bytes:
    return place(KNOWN.name, "proof", row.purpose, row.id)


def _know(session: Session, known: bool, ids: dict[str, str], now: datetime) -> None:
    if not known:
        session.execute(delete(KNOWN).where(KNOWN.c.purpose != "log"))
    there = {(row.purpose, row.id) for row in session.execute(select(KNOWN))}
    for purpose, one in ids.items():
        if (purpose, one) not in there:
            with suppress(IntegrityError), session.begin_nested():  # another process starts at the same moment
                session.execute(insert(KNOWN).values(purpose=purpose, id=one, since=now))
    prove(session)


def know_also(session: Session, ids: Iterable[str], now: datetime) -> None:
    """What came from a backup is sealed with these keys: they are needed until the next `rekey` has sealed it anew."""
    for one in ids:
        _know(session, known=True, ids={"seal": one}, now=now)


# ------------------------------------------------------------------ sealing what is there


def seal_what_is_open(database: Database, files: Files, keys: store.Keys, now: datetime, began: Callable[[], object] = lambda: None) -> None:
    """Once, after the upgrade: seal what an earlier version kept open, and leave nothing of it in the files of the database.

    `began` is called when there is something to be done.
    """
    with database.read() as session:
        if any(row.purpose == "seal" and row.done_at for row in _known(session)):
            return
        if _holds_anything(session):
            began()
    found = sum(_renewed(database, table, from_open=True)[0] for table in TABLES) + files.renew(lambda _done: None)[0]
    renew_projections(database, keys)
    database.write(partial(applications.renew_keys, key=keys.blind))
    if found:
        database.scrub([*(table.name for table in TABLES), "case_text", "occurrence"])
    database.write(partial(_done, known_as=database.ring.current, now=now, retire=False))


def renew_projections(database: Database, keys: store.Keys) -> None:
    """After an upgrade: what people are found by and what lists show, in small transactions, so that others may go on working."""
    reached: str | None = ""
    while reached is not None:
        reached = database.write(partial(store.renew_keys, keys=keys, after=reached))


def rekey(
    database: Database, files: Files, now: datetime, tell: Tell = lambda _done: None, blind: bytes | None = None
) -> tuple[int, int]:
    """Put a new key behind the others and seal everything with it, while others work on; or go on with what was cut short.

    How many rows and files were sealed anew, and how many cannot be opened at all: with any of these no key is retired.
    That the `blind` key is one of here is written down again, should somebody have taken that away.
    """
    ring = database.ring
    with database.read() as session:
        is_done = any(row.purpose == "seal" and row.id == ring.current and row.done_at for row in _known(session))
    if is_done:
        ring.add()
    ids = {"seal": ring.current} | ({} if blind is None else {"blind": fingerprint(blind)})
    database.write(partial(_know, known=True, ids=ids, now=now))
    files.store.clear()
    total, changed, left = 0, 1, 0
    while changed:  # whoever had begun to write before the key was there has done so when a round finds nothing
        changed, left = files.renew(tell)
        for table in TABLES:
            of_table, broken = _renewed(database, table, tell=tell)
            changed, left = changed + of_table, left + broken
        total += changed
        tell = _in_silence
    database.write(partial(_done, known_as=ring.current, now=now, retire=not left))
    return total, left


def _in_silence(_done: int) -> None: ...


def size(database: Database) -> int:
    """How many rows `rekey` will tell of, and files."""
    kept = (table for _, table in KINDS)
    with database.read() as session:
        return sum(int(session.execute(select(func.count()).select_from(one)).scalar_one()) for one in (*TABLES, *kept))


def _done(session: Session, known_as: str, now: datetime, retire: bool) -> None:
    this = KNOWN.c.id == known_as
    session.execute(update(KNOWN).where(KNOWN.c.purpose == "seal", this, KNOWN.c.done_at.is_(None)).values(done_at=now))
    if retire:
        others = (KNOWN.c.purpose == "seal", ~this, KNOWN.c.retired_at.is_(None))
        session.execute(update(KNOWN).where(*others).values(retired_at=now))
    prove(session)


def _renewed(database: Database, table: Table, *, from_open: bool = False, tell: Tell = _in_silence) -> tuple[int, int]:
    """Seal a table anew, portion by portion; how many rows were, and how many cannot be opened."""
    changed, left = 0, 0
    after: tuple[Any, ...] | None = ()
    while after is not None:
        one, broken, seen, after = database.write(partial(_portion, table=table, after=after, from_open=from_open))
        changed, left = changed + one, left + broken
        tell(seen)
    return changed, left


def _portion(session: Session, table: Table, after: tuple[Any, ...], from_open: bool) -> tuple[int, int, int, tuple[Any, ...] | None]:
    ring, key = ring_of(session), list(table.primary_key.columns)
    columns = [table.c[name] for name in SEALED[table.name]]
    query = select(*key, *columns).order_by(*key).limit(AT_ONCE).with_for_update()
    if after:
        query = query.where(tuple_(*key) > after if len(key) > 1 else key[0] > after[0])
    rows = session.execute(query).all()
    made, broken = [], 0
    for row in rows:
        at = row[: len(key)]
        try:
            new = {column.name: _anew(ring, row[len(key) + n], place(table.name, column.name, *at), from_open) for n, column in enumerate(columns)}
        except SealBroken:  # `verify` tells of it
            broken += 1
            continue
        if any(new[column.name] != row[len(key) + n] for n, column in enumerate(columns)):
            made.append({f"new_{name}": value for name, value in new.items()} | {f"of_{n}": value for n, value in enumerate(at)})
    if made:
        mine = [column == bindparam(f"of_{n}") for n, column in enumerate(key)]
        values: dict[str, Any] = {column.name: bindparam(f"new_{column.name}") for column in columns}
        session.connection().execute(update(table).where(*mine).values(values), made)
    return len(made), broken, len(rows), tuple(rows[-1][: len(key)]) if len(rows) == AT_ONCE else None


def _anew(ring: Ring, text: str | None, at: bytes, from_open: bool) -> str | None:
    if ring.is_current(text):
        return text
    assert text is not None
    return ring.seal(text if from_open and not ring.knows(text) else ring.open(text, at), at)
