"""日志链: every change is told in the log, in its own transaction, and each entry proves itself and the one before.

An entry holds the digests of the objects that its change left behind, and an HMAC-SHA256 over itself and the HMAC of the
entry before it. The head keeps how many entries there are, under an HMAC of its own. The key lies outside the database:
whoever can write to the database alone can change nothing without `verify` finding it.

Whoever changes a row of a table that is `logged` says so: `added` (a new row, its values at hand) or `changed` (the row is
read again at the end). `tell` says what was done, by whom. All is written by `settle`, just before the commit: the log's head
is the last row that a transaction locks, and the shortest.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping, Table, bindparam, insert, select, update
from sqlmodel import Session, SQLModel

from db import private
from db import tables as t
from db.sealing import SEALED, BadKeys, SealBroken, opened_values, ring_of
from workflow.acts import Officer

ENTRY, HEAD = t.table_of(t.LogEntry), t.table_of(t.LogHead)
REQUEST: ContextVar[str | None] = ContextVar("request", default=None)
"""The id of the request at work, if there is one."""
BEGUN = "chain"
"""An entry that says which objects were there when the chain was begun: what was known before counts no more."""
CHANGE = "change"
"""What a change is called that nobody told of by a name."""
KEY, NEW_KEY = "log.key", "log.key.new"
_KEY_BYTES = 32
_AT_ONCE = 500
"""Objects in one entry when a chain is begun."""


Values = Mapping[str, Any] | RowMapping


class KeyMissing(Exception):
    """The log was chained under another key than the one that is there."""


# ------------------------------------------------------------------ what is checked, and how


@dataclass(frozen=True, slots=True)
class Kept:
    """How changes of a table behind the program's back are found.

    `logged`: its digests stand in the log; `without` are the columns that no digest covers, each with the reason.
    `derived`: `verify` makes it from what is logged and compares. `checked`: by a check of its own. `left`: not at all.
    """

    how: str
    reason: str = ""
    without: Mapping[str, str] = field(default_factory=dict)


def _logged(**without: str) -> Kept:
    return Kept("logged", without=without)


_FROM_ACTS = Kept("derived", "由办理行为得出，逐件重算比较")
_FTS = Kept("left", "SQLite自己的全文索引，只用来找相似的申请，由case_text得出")
_SOUGHT = Kept("left", "SQLite自己的全文索引，只用来查找，由case_text得出")
TABLES: Mapping[str, Kept] = {
    "case_file": _logged(version="等于办理行为的项数，另行核对"),
    "act": _logged(),
    "letter": _logged(),
    "attachment": _logged(),
    "counter": _logged(),
    "officer": _logged(),
    "second_factor": _logged(),
    "leave": _logged(),
    "token": _logged(),
    "session": _logged(seen_at="每分钟记一次，只决定闲置多久以后退出"),
    "preference": _logged(),
    "phrase": _logged(),
    "application": _logged(fields_key="由内容和密钥得出，只用来找相同的申请"),
    "feedback": _logged(),
    "upload": _logged(),
    "setting": _logged(),
    "report_freeze": _logged(),
    "suggestion": _logged(),
    "outside_report": _logged(),
    "report_part": _logged(),
    "ledger_word": _logged(),
    "docket": _FROM_ACTS,
    "inbox": _FROM_ACTS,
    "tally": _FROM_ACTS,
    "occurrence": _FROM_ACTS,
    "case_text": Kept("derived", "由办理行为得出，逐件重算比较", {"id": "全文索引的行号，没有别的意思"}),
    "rebuild": Kept("left", "重建到了哪里，只决定从哪里接着重建"),
    "ledger_import": Kept("left", "导入中的台账，两小时以后忘记；导入的案卷才是办理行为"),
    "contact": Kept("left", "提醒发到哪里，密文绑定在各自的行上，没有密钥改不了"),
    "reminder": Kept("left", "已经提醒过什么，只用来不重复提醒"),
    "telling": Kept("left", "已经告知过申请人什么，只用来不重复告知；告知了的，日志里有"),
    "lease": Kept("left", "后台工作现在由哪个进程办，几秒钟就过期"),
    "known_key": Kept("checked", "密钥的指纹，与密钥文件核对，各行另有校验值"),
    "log_entry": Kept("checked", "日志链"),
    "log_head": Kept("checked", "日志链的末端", {"id": "只有一行，没有别的意思"}),
    "alembic_version": Kept("checked", "等于程序的版本"),
    "once": Kept("left", "重复提交时照样回答的副本，七天以后忘记；它的效果本身在日志里"),
    "allowance": Kept("left", "限次的计数，至多一天"),
    "redaction": Kept("left", "还没有做成遮盖件的标记；做成以后在遮盖件里，遮盖件在日志里"),
    "form_draft": Kept("left", "没有提交的草稿，提交以后才是办理行为"),
    "ended_form": Kept("left", "已经提交或者放弃的表，只用来不让它的草稿再回来"),
    "saved_view": Kept("left", "个人保存的查找条件，只是网址的一部分"),
    "topic_model": Kept("left", "由已确认的主题学到，只用来提示，随时可以重学"),
    "application_draft": Kept("left", "没有提交的网上申请，提交以后才是申请"),
    **dict.fromkeys(("case_sought", "case_sought_config", "case_sought_data", "case_sought_idx"), _SOUGHT),
    "case_text_fts": _FTS,
    "case_text_fts_config": _FTS,
    "case_text_fts_data": _FTS,
    "case_text_fts_docsize": _FTS,
    "case_text_fts_idx": _FTS,
}
"""Every table of the database."""
LOGGED: tuple[Table, ...] = tuple(
    one for one in SQLModel.metadata.sorted_tables if one.name in TABLES and TABLES[one.name].how == "logged"
)


@cache
def _covered(table: Table) -> tuple[str, ...]:
    return tuple(one.name for one in table.columns if one.name not in TABLES[table.name].without)


@cache
def _keys(table: Table) -> tuple[str, ...]:
    return tuple(one.name for one in table.primary_key.columns)


def name_of(table: Table, key: Iterable[Any]) -> str:
    """How an object is called in the log: its table and its key, which name no person."""
    return "/".join((table.name, *map(str, key)))


def plain(row: Values, names: Iterable[str]) -> str:
    """The object as one text, the same on either engine and however it is stored; a column without a value says nothing.

    So a column that comes with a later version, and is empty in the rows of before, leaves their digests as they are.
    """
    return json.dumps({name: row.get(name) for name in names if row.get(name) is not None}, ensure_ascii=False, default=_written)


def _written(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no column holds {type(value).__name__}")


# ------------------------------------------------------------------ the key


def _no_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Journal:
    """The key of the log, and what is computed with it. A digest tells nothing to whoever has not the key."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    """A database that was given none has one of its own, which nobody keeps."""
    clock: Callable[[], datetime] = _no_clock

    def _hmac(self, kind: str, text: str) -> str:
        return hmac.digest(self.key, f"{kind}\0{text}".encode(), "sha256").hex()

    def digest(self, table: Table, row: Values) -> str:
        """The digest of an object."""
        return self._hmac(table.name, plain(row, _covered(table)))

    def mac(self, before: str, entry: Values) -> str:
        """The HMAC of an entry, whose predecessor has the HMAC `before`."""
        return self._hmac("log_entry", before + plain(entry, _CONTENT))

    def seal(self, seq: int, mac: str) -> str:
        """The HMAC of the head, or of a checkpoint: so many entries there are, and the last has this HMAC."""
        return self._hmac("log_head", f"{seq} {mac}")

    def proof(self, manifest: str) -> str:
        """The HMAC of what a backup says that it holds."""
        return self._hmac("backup", manifest)

    def began(self, first: Values) -> bool:
        """Whether the first entry of the chain was written with this key."""
        return bool(first["mac"] == self.mac("", first))

    def holds(self, head: Any) -> bool:
        """Whether the head was written with this key."""
        return head.mac is not None and head.seal == self.seal(head.seq, head.mac)


_CONTENT = ("seq", "at", "officer_id", "username", "role", "agency", "what", "object", "reason", "request_id", "changes")


def secret(path: Path) -> bytes:
    """The key that a file holds; made, readable by its owner only, whole and once, when there is none. Raises BadKeys."""
    if not path.exists():
        path.parent.mkdir(private.FOLDER, parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        with open(part, "wb", opener=private.opener) as stream:
            stream.write(secrets.token_bytes(_KEY_BYTES))
            stream.flush()
            os.fsync(stream.fileno())
        with suppress(FileExistsError):  # somebody else was first: his it is
            os.link(part, path)
        part.unlink()
        private.flush(path.parent)
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise BadKeys(f"没有启动：密钥文件{path}已经损坏（应有{_KEY_BYTES}个字节，现在是{len(key)}个）。请放回保管的那一份。没有新建密钥。")
    return key


# ------------------------------------------------------------------ saying what happens


@dataclass(slots=True)
class _Told:
    """One entry on its way: what was done, and the objects that it left behind."""

    values: dict[str, Any]
    changes: dict[str, tuple[Table, tuple[Any, ...], str | None]] = field(default_factory=dict)


_TOLD, _FIRST = "told", "changed before anything was told"


def journal_of(session: Session) -> Journal:
    """The key of this session's database."""
    found = session.info["journal"]
    assert isinstance(found, Journal)
    return found


def tell(
    session: Session, at: datetime, what: str, *, officer: Officer | None = None, object: str | None = None,
    reason: str | None = None, request_id: str | None = None,
) -> None:  # fmt: skip
    """One entry of the log. What is changed from here to the next one is part of it; the first has what was changed before it, too."""
    entry = _Told(
        {
            "at": at, "officer_id": officer.id if officer else None, "username": officer.username if officer else None,
            "role": officer.role if officer else None, "agency": officer.agency if officer else None, "what": what,
            "object": object, "reason": reason, "request_id": request_id or session.info.get("request_id"),
        }
    )  # fmt: skip
    told: list[_Told] = session.info.setdefault(_TOLD, [])
    if not told:
        entry.changes = session.info.pop(_FIRST, {})
    told.append(entry)


def _changes(session: Session) -> dict[str, tuple[Table, tuple[Any, ...], str | None]]:
    told = session.info.get(_TOLD)
    found: dict[str, tuple[Table, tuple[Any, ...], str | None]] = told[-1].changes if told else session.info.setdefault(_FIRST, {})
    return found


def added(session: Session, table: Table, row: Values) -> None:
    """An object is now as `row` says, with every value that is not empty."""
    key = tuple(row[name] for name in _keys(table))
    _changes(session)[name_of(table, key)] = table, key, journal_of(session).digest(table, row)


def changed(session: Session, table: Table, *key: Any) -> None:
    """An object has changed, or is gone: it is read again before the commit."""
    _changes(session)[name_of(table, key)] = table, key, None


# ------------------------------------------------------------------ writing it


_LAST = select(HEAD).with_for_update()
_ADD = insert(ENTRY)
_RENEW = update(HEAD)


def settle(session: Session) -> None:
    """Write what was told and changed in this transaction, chained to what is there. Nothing happens where nothing did."""
    told: list[_Told] = session.info.pop(_TOLD, [])
    if session.info.get(_FIRST):
        tell(session, journal_of(session).clock(), CHANGE)
        told = session.info.pop(_TOLD)
    if not told:
        return
    session.flush()
    journal, connection = journal_of(session), session.connection()
    head = connection.execute(_LAST).one()
    seq, mac, rows = head.seq, head.mac or "", []
    for entry in told:
        seq += 1
        values = {"seq": seq, **entry.values, "changes": _in_text(session, journal, entry)}
        mac = journal.mac(mac, values)
        rows.append({**values, "mac": mac})
    connection.execute(_ADD, rows)
    connection.execute(_RENEW, {"seq": seq, "mac": mac, "seal": journal.seal(seq, mac)})


def _in_text(session: Session, journal: Journal, entry: _Told) -> str | None:
    """The digests of the objects of an entry as JSON: name -> digest, or null for what is gone."""
    digests = {
        name: digest or _as_it_is(session, journal, table, key) for name, (table, key, digest) in entry.changes.items()
    }
    return json.dumps(digests, separators=(",", ":")) if digests else None


def _as_it_is(session: Session, journal: Journal, table: Table, key: tuple[Any, ...]) -> str | None:
    mine = [table.c[name] == value for name, value in zip(_keys(table), key, strict=True)]
    row = session.connection().execute(select(table).where(*mine)).mappings().first()
    return journal.digest(table, _opened(session, table, row)) if row is not None else None


def _opened(session: Session, table: Table, row: RowMapping) -> Values:
    """A digest is of what a row says, not of how it is sealed. Raises SealBroken."""
    return opened_values(ring_of(session), table, row) if table.name in SEALED else row


# ------------------------------------------------------------------ beginning a chain


def begin(session: Session, reason: str) -> None:
    """Chain the entries that no chain holds yet, and tell which objects are there: from here on they are watched.

    Nothing happens where a chain is begun already. Raises KeyMissing: it was begun under another key.
    """
    journal, connection = journal_of(session), session.connection()
    head = connection.execute(_LAST).one()
    if head.mac is not None:
        if not journal.holds(head):
            raise KeyMissing
        return
    mac, seq, macs = "", 0, []
    for row in connection.execute(select(ENTRY).order_by(ENTRY.c.seq)).mappings().all():
        seq, mac = row["seq"], journal.mac(mac, row)
        macs.append({"of": seq, "new": mac})
    if macs:
        connection.execute(update(ENTRY).where(ENTRY.c.seq == bindparam("of")).values(mac=bindparam("new")), macs)
        connection.execute(_RENEW, {"seq": seq, "mac": mac, "seal": journal.seal(seq, mac)})
    now, count = journal.clock(), 0
    for table in LOGGED:
        for row in connection.execute(select(table)).mappings():
            if count % _AT_ONCE == 0:
                tell(session, now, BEGUN, object="begin" if count == 0 else None, reason=reason)
            added(session, table, _opened(session, table, row))
            count += 1


# ------------------------------------------------------------------ reading it again


class Known:
    """What the log says of the objects, as far as it was read: name -> (digest, or None for what is gone; number of the entry).

    A million files have tens of millions of them: they stand in a database of their own, of which what does not fit into some
    memory lies in a temporary file, and goes with it. It holds names of rows and digests, nothing of people.
    """

    def __init__(self) -> None:
        self._kept = sqlite3.connect("", isolation_level=None)
        for words in ("PRAGMA journal_mode = OFF", "PRAGMA cache_size = -65536", "BEGIN",
                      "CREATE TABLE told (name TEXT PRIMARY KEY, digest TEXT, seq INTEGER NOT NULL) WITHOUT ROWID"):  # fmt: skip
            self._kept.execute(words)
        self.seq: int | None = None
        """The last entry that was read."""
        self.mac = ""
        self.first_bad: int | None = None

    def take(self, row: Any) -> None:
        """The changes of one entry."""
        if row.what == BEGUN and row.object == "begin":
            self._kept.execute("DELETE FROM told")
        changes = json.loads(row.changes) if row.changes else {}
        said = [(name, digest, row.seq) for name, digest in changes.items()]
        self._kept.executemany("INSERT OR REPLACE INTO told VALUES (?, ?, ?)", said)

    def pop(self, name: str) -> tuple[str | None, int]:
        """What it says of an object, which was looked at with this; number 0: nothing."""
        found = self._kept.execute("DELETE FROM told WHERE name = ? RETURNING digest, seq", (name,)).fetchall()
        return found[0] if found else (None, 0)

    def left(self) -> Iterator[tuple[str, str, int]]:
        """What is to be there and was not looked at: name, digest, number of the entry; in the order of the log."""
        yield from self._kept.execute("SELECT name, digest, seq FROM told WHERE digest IS NOT NULL ORDER BY seq, name")


def chain(session: Session, known: Known, most: int | None = None) -> Iterator[str]:
    """Faults of the entries from where the log was read last, `most` of them at most: the first bad one by its number.

    What they say of the objects comes to stand in `known`.
    """
    journal, query = journal_of(session), select(ENTRY).order_by(ENTRY.c.seq)
    if known.seq is not None:
        query = query.where(ENTRY.c.seq > known.seq)
    for row in session.connection().execute(query.limit(most).execution_options(yield_per=_AT_ONCE)):
        last = known.seq or 0
        good = row.seq == last + 1 and row.mac == journal.mac(known.mac, row._mapping)
        if not good and known.first_bad is None:
            known.first_bad = min(row.seq, last + 1)
            yield f"日志第{known.first_bad}条：被改写、删除、调换，或者不是本程序所记（从这一条起不能证明）"
        with suppress(ValueError, AttributeError):  # what is no JSON the chain has told already
            known.take(row)
        known.mac, known.seq = row.mac or "", row.seq


def is_at_end(session: Session, known: Known) -> bool:
    """Whether there are no more entries than were read."""
    return session.connection().execute(select(ENTRY.c.seq).where(ENTRY.c.seq > (known.seq or 0)).limit(1)).first() is None


def ending(session: Session, known: Known) -> Iterator[str]:
    """The fault of the log's end, which was read in this state."""
    journal = journal_of(session)
    last, heads = known.seq or 0, session.connection().execute(select(HEAD)).all()
    if len(heads) != 1 or (heads[0].seq, heads[0].mac or "") != (last, known.mac) or (last and not journal.holds(heads[0])):
        kept = heads[0].seq if len(heads) == 1 else 0
        where = f"日志第{min(kept, last) + 1}条：" if kept != last else "日志："
        yield f"{where}末端与所记的不符（应有{kept}条，现有{last}条），被截去、补写，或者密钥不是原来的"


def objects(session: Session, known: Known, table: Table, rows: Iterable[RowMapping]) -> Iterator[str]:
    """Those of these rows that are not as the log says, which was read to the end of their state."""
    journal = journal_of(session)
    for row in rows:
        name = name_of(table, [row[one] for one in _keys(table)])
        digest, seq = known.pop(name)
        try:
            now = journal.digest(table, _opened(session, table, row))
        except SealBroken:  # `verify` has told of it by its seal
            continue
        if digest is None:
            yield f"{name}：日志里没有记，不是由本程序写入" if not seq else f"{name}：日志第{seq}条记的是已经删除"
        elif digest != now:
            yield f"{name}：与日志第{seq}条所记的不符"


def missing(session: Session, known: Known) -> Iterator[str]:
    """What the log says is there, and no row that was looked at said so: gone, or of a state since then, as which it is looked at now."""
    journal, tables = journal_of(session), {table.name: table for table in LOGGED}
    for name, digest, seq in known.left():
        table = tables.get(name.partition("/")[0])
        row = _called(session, table, name) if table is not None else None
        if table is None or row is None:
            yield f"{name}：日志第{seq}条有记，现在没有了"
            continue
        with suppress(SealBroken):
            if journal.digest(table, _opened(session, table, row)) != digest:
                yield f"{name}：与日志第{seq}条所记的不符"


def _called(session: Session, table: Table, name: str) -> RowMapping | None:
    """The row that is called so (`name_of`)."""
    key = name.split("/", len(_keys(table)))[1:]
    with suppress(ValueError):  # no key of this table, or no number in it
        mine = [table.c[one] == table.c[one].type.python_type(said) for one, said in zip(_keys(table), key, strict=True)]
        return session.connection().execute(select(table).where(*mine)).mappings().first()
    return None


# ------------------------------------------------------------------ checkpoints


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """检查点: so many entries there were, and the last had this HMAC; kept outside, where the database's keeper cannot write."""

    seq: int
    mac: str
    at: str
    seal: str


def checkpoint(session: Session, at: datetime) -> Checkpoint | None:
    """How far the log has come; None: it is empty, or its head is not of this key."""
    journal, head = journal_of(session), session.connection().execute(select(HEAD)).one()
    if not journal.holds(head):
        return None
    return Checkpoint(head.seq, head.mac, at.isoformat(), _signed(journal, head.seq, head.mac, at.isoformat()))


def _signed(journal: Journal, seq: int, mac: str, at: str) -> str:
    return journal._hmac("checkpoint", f"{seq} {mac} {at}")


def write_checkpoint(folder: Path, made: Checkpoint) -> Path:
    """Write it as a file of its own, whole or not at all; a checkpoint that is there is never overwritten."""
    folder.mkdir(private.FOLDER, parents=True, exist_ok=True)
    path = folder / f"checkpoint-{made.seq:09}-{made.seal[:8]}.json"
    part = path.with_suffix(".part")
    with open(part, "wb", opener=private.opener) as stream:
        values = {"seq": made.seq, "mac": made.mac, "at": made.at, "seal": made.seal}
        stream.write(json.dumps(values, indent=1).encode())
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
    return path


def against(session: Session, files: Sequence[Path]) -> Iterator[str]:
    """Faults that these checkpoints show: a tail that was cut or written anew, though the rest fits together."""
    journal = journal_of(session)
    for path in files:
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            made = Checkpoint(int(values["seq"]), str(values["mac"]), str(values["at"]), str(values["seal"]))
        except (ValueError, KeyError, TypeError):
            yield f"检查点{path.name}：读不出来"
            continue
        if made.seal != _signed(journal, made.seq, made.mac, made.at):
            yield f"检查点{path.name}：被改动，或者不是用现在的密钥签署的，没有比较"
            continue
        there = session.connection().execute(select(ENTRY.c.mac).where(ENTRY.c.seq == made.seq)).scalar()
        if there != made.mac:
            what = "已经没有" if there is None else "已经不是原来那一条"
            yield f"日志第{made.seq}条：检查点{path.name}所记的{what}，日志被截去或者改写"


__all__ = ["Journal", "Kept", "added", "changed", "settle", "tell"]
