"""Is what is stored whole: the log's chain, what it says of every object, files, projections, numbers, bytes.

`verify` only reads. Each finding names the row or the file at fault, never a person.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Row, Select, Table, func, literal, select, text, tuple_
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, SQLModel

from db import guards, journal, rekeying, tallies, tidying
from db import tables as t
from db.engine import DatabaseDamaged, is_damage, newest
from db.files import Damaged, Files
from db.projection import docket_of, inbox_of
from db.sealing import SEALED, Ring, SealBroken, fingerprint, opened, opened_values, ring_of
from db.store import (
    BROKEN,
    PASSED_OVER,
    Keys,
    Projected,
    Unreadable,
    acts_of_many,
    load,
    of_rows,
    passed_over,
)
from workflow.case import Case
from workflow.law import Rules

CASE, ACT, DOCKET, INBOX, LETTER, COUNTER, APPLICATION, FEEDBACK, KNOWN = (
    t.table_of(model) for model in (t.CaseFile, t.ActRow, t.Docket, t.Inbox, t.LetterRow, t.Counter, t.Application, t.Feedback, t.KnownKey)
)


Read = Callable[[], AbstractContextManager[Session]]
"""Opens a session that sees what is there at this moment."""
AT_ONCE, ENTRIES_AT_ONCE = 500, 20_000
"""Rows, and entries of the log, that are looked at in one session: so long, some tenths of a second, one state is kept for it."""
FILES_AT_ONCE = 50
"""Files of which all that is stored is read at once."""


def standing_still(session: Session) -> Read:
    """All is read in this session, where nobody else changes anything or it sees nothing of it."""

    @contextmanager
    def read() -> Iterator[Session]:
        with session.begin_nested():  # what cannot be read spoils no more than this
            yield session

    return read


class Tell(Protocol):
    """Told after each unit of work, so that a person sees that it goes on."""

    def __call__(self, done: int, /) -> object: ...


def size(session: Session) -> int:
    """How many units of work `verify` will tell of: files, letters, attachments, uploads."""
    return sum(int(session.execute(select(func.count()).select_from(one)).scalar_one()) for one in (CASE, *(table for _, table in tidying.KINDS)))


def verify(
    session: Session, files: Files, rules: Rules, keys: Keys, tell: Tell = lambda _done: None, checkpoints: Sequence[Path] = ()
) -> Iterator[str]:
    """Every fault found, as a sentence, in a fixed order, the first bad entry of the log among the first; nothing when all is well.

    All of it in one session: where nobody works meanwhile. `checkpoints` are those that were kept outside.
    """
    yield from _verify(standing_still(session), files, rules, keys, tell, checkpoints)


def beside(
    read: Read, files: Files, rules: Rules, keys: Keys, tell: Tell = lambda _done: None, checkpoints: Sequence[Path] = ()
) -> Iterator[str]:
    """`verify` while others work, in portions: each is of one state, with the log as it is then, and holds nothing up.

    What others do in between is no fault.
    """
    yield from _verify(read, files, rules, keys, tell, checkpoints, anew=read)


def _verify(
    read: Read, files: Files, rules: Rules, keys: Keys, tell: Tell, checkpoints: Sequence[Path], anew: Read | None = None
) -> Iterator[str]:
    known = journal.Known()
    for what, look in (
        ("数据库文件", lambda: _in_one(read, _engine)),
        ("防改动的触发器", lambda: _in_one(read, guards.faults)),
        ("日志", lambda: _log(read, known)),
        ("检查点", lambda: _in_one(read, lambda session: journal.against(session, checkpoints))),
        ("编号", lambda: _in_one(read, _numbers)),
        ("案件", lambda: _cases(read, rules, keys, tell)),
        ("密钥的指纹", lambda: _keys_now(read, keys, anew)),
        ("加密的内容", lambda: _seals(read)),
        ("文书和附件", lambda: _bytes(read, files, tell, anew)),
        ("日志所记的各项", lambda: _objects(read, known)),
    ):
        yield from _readable(what, look)


def of_log(read: Read) -> Iterator[str]:
    """What `verify` finds of the log, and of what it tells."""
    known = journal.Known()
    yield from _log(read, known)
    yield from _objects(read, known)


def _readable(what: str, look: Callable[[], Iterable[str]]) -> Iterator[str]:
    """What a check finds; where damage of the database cuts it short, that it did, and the others go on."""
    try:
        yield from look()
    except (DatabaseDamaged, DatabaseError) as error:
        if isinstance(error, DatabaseError) and not is_damage(error):
            raise
        yield f"数据库损坏：核对“{what}”时有读不出来的内容，没有核对完。请先原样复制一份数据目录，再用备份恢复"


def _in_one(read: Read, look: Callable[[Session], Iterable[str]]) -> Iterator[str]:
    with read() as session:
        yield from look(session)


def _portions(read: Read, rows: Select[Any], *key: Column[Any]) -> Iterator[tuple[Session, Sequence[Row[Any]]]]:
    """These rows in the order of a key that they bear, some at a time, each time in a session of its own."""
    after: tuple[Any, ...] | None = None
    while True:
        with read() as session:
            behind = rows if after is None else rows.where(tuple_(*key) > after)
            found = session.execute(behind.order_by(*key).limit(AT_ONCE)).all()
            yield session, found
        if len(found) < AT_ONCE:
            return
        after = tuple(found[-1]._mapping[one.name] for one in key)


def _log(read: Read, known: journal.Known) -> Iterator[str]:
    """Faults of the log itself."""
    while True:
        with read() as session:
            yield from journal.chain(session, known, ENTRIES_AT_ONCE)
            if journal.is_at_end(session, known):
                yield from journal.ending(session, known)
                return


def _objects(read: Read, known: journal.Known) -> Iterator[str]:
    """Objects that are not as the log says, those of one table after the other; what came to the log meanwhile is read with each portion."""
    for table in journal.LOGGED:
        for session, rows in _portions(read, select(table), *table.primary_key.columns):
            yield from journal.chain(session, known)
            yield from journal.objects(session, known, table, (row._mapping for row in rows))
    with read() as session:
        yield from journal.chain(session, known)
        yield from journal.missing(session, known)


_TABLES_OF_OURS = text("SELECT c.oid, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                       "WHERE n.nspname = current_schema() AND c.relkind = :kind ORDER BY c.relname")  # fmt: skip


def _postgresql(session: Session) -> Iterator[str]:
    """Every page of every table is read, and with it its checksum checked; with the extension amcheck, indexes too."""
    for way in ("indexscan", "indexonlyscan", "bitmapscan"):
        session.execute(text(f"SET LOCAL enable_{way} = off"))
    for _, name in session.execute(_TABLES_OF_OURS, {"kind": "r"}).all():
        yield from _readable_in(session, f'SELECT count(*) FROM "{name}"', f"表{name}")  # noqa: S608 - a name of the catalogue
    for way in ("indexscan", "indexonlyscan", "bitmapscan"):
        session.execute(text(f"SET LOCAL enable_{way} = on"))
    if session.execute(text("SELECT 1 FROM pg_extension WHERE extname = 'amcheck'")).first() is not None:
        for oid, name in session.execute(_TABLES_OF_OURS, {"kind": "i"}).all():
            of = "SELECT bt_index_check(:oid) FROM pg_class c JOIN pg_am a ON a.oid = c.relam WHERE c.oid = :oid AND a.amname = 'btree'"
            yield from _readable_in(session, of, f"索引{name}", oid=oid)


def _readable_in(session: Session, question: str, what: str, **values: Any) -> Iterator[str]:
    try:
        with session.begin_nested():
            session.execute(text(question), values).all()
    except DatabaseError as error:
        if not is_damage(error):
            raise
        yield f"数据库文件损坏：{what}有读不出来的内容"


def _engine(session: Session) -> Iterator[str]:
    """The database's own check."""
    if session.get_bind().dialect.name == "postgresql":
        yield from _postgresql(session)
    else:
        for (line,) in session.execute(text("PRAGMA integrity_check")):
            if line != "ok":
                yield f"数据库文件损坏：{line}"
        for row in session.execute(text("PRAGMA foreign_key_check")):
            yield f"数据库：表{row[0]}第{row[1]}行所指的记录不存在"
    if MigrationContext.configure(session.connection()).get_current_heads() != (newest(),):
        yield "数据库：结构的版本不是本程序的"


def _numbers(session: Session) -> Iterator[str]:
    """登记号 and 发文字号 are unique and contiguous per agency, year and series, up to the counter."""
    last = {(row.agency, row.year, row.series): row.value for row in session.execute(select(COUNTER))}
    found, unused = [], set(last)
    for key, serials in _used(session):
        unused.discard(key)
        found.append((key, _wrong_of(key, serials, last)))
    found += [(key, _wrong_of(key, [], last)) for key in unused]
    for (agency, year, series), wrong in sorted((key, one) for key, one in found if one is not None):
        yield f"编号不连续或者重复：{agency} {year}年 {series}" + (f"，第{wrong}号" if wrong > 0 else "")


def _used(session: Session) -> Iterator[tuple[tuple[str, int, str], list[int]]]:
    """Agency, year and series, and the numbers that were given in it."""
    for table, series in ((CASE, literal("case")), (APPLICATION, literal("application")), (FEEDBACK, literal("feedback")), (LETTER, LETTER.c.series)):
        of = (table.c.agency, table.c.year, series)
        rows = select(*of, table.c.serial).where(series.is_not(None)).order_by(*of, table.c.serial).execution_options(yield_per=AT_ONCE)
        for key, several in groupby(session.execute(rows), lambda row: (row[0], row[1], row[2])):
            yield key, [row[3] or 0 for row in several]


def _wrong_of(key: tuple[str, int, str], serials: Sequence[int], last: Mapping[tuple[str, int, str], int]) -> int | None:
    agency, year, series = key
    if series.startswith(PASSED_OVER):
        return None
    return first_wrong(serials, last.get((agency, year, passed_over(series)), 0), last.get(key, 0))


def first_wrong(used: Sequence[int], passed: int, last: int) -> int | None:
    """The first number that is missing, there twice, or beyond `last`; None when all is well.

    `used` is sorted, and up to `passed` numbers may be missing. Looks at what is used alone, however high the numbers are.
    """
    due = 1
    for number in used:
        missing = max(due, passed + 1)
        if number < due:
            return number
        if number > min(missing, last):
            return missing if missing <= last else number
        due = number + 1
    missing = max(due, passed + 1)
    return missing if missing <= last else None


def _cases(read: Read, rules: Rules, keys: Keys, tell: Tell) -> Iterator[str]:
    heads = select(CASE.c.id, CASE.c.agency, CASE.c.number, CASE.c.version, CASE.c.serial, CASE.c.erased_at)
    for session, rows in _portions(read, heads, CASE.c.number):
        for some in (rows[at : at + FILES_AT_ONCE] for at in range(0, len(rows), FILES_AT_ONCE)):
            stored = _stored_of(session, some)
            for head in some:
                tell(1)
                yield from _file(stored, head, rules, keys) if stored else _alone(session, head, rules, keys)


def _stored_of(session: Session, heads: Sequence[Row[Any]]) -> _Stored | None:
    """What is stored of these files; None where some of it is not even of its kind (a date that is none)."""
    try:
        return _Stored(session, [head.id for head in heads])
    except BROKEN:
        return None


def _alone(session: Session, head: Row[Any], rules: Rules, keys: Keys) -> Iterator[str]:
    """A file that was read with one that is damaged, or the damaged one."""
    try:
        load(session, head.id)
        yield from _file(_Stored(session, [head.id]), head, rules, keys)
    except Unreadable as broken:
        yield f"{broken}{_LOST}"
    except BROKEN as error:
        yield f"{head.number}：办理行为不合程序（{type(error).__name__}）"


_LOST = "，请从以前的备份中取回（gongkai restore到另一个目录）"


class _Stored:
    """What is stored of some files, read at once: a question for each of them costs more than the comparison."""

    def __init__(self, session: Session, case_ids: Sequence[str]) -> None:
        self.ring, self.acts, self.projected = ring_of(session), acts_of_many(session, case_ids), Projected(session, case_ids)
        self.letters = defaultdict[str, dict[str, tuple[int, str]]](dict)
        columns = (LETTER.c.case_id, LETTER.c.id, LETTER.c.seq, LETTER.c.kind)
        for one in session.execute(select(*columns).where(LETTER.c.case_id.in_(case_ids))):
            self.letters[one.case_id][one.id] = one.seq, one.kind


def _file(stored: _Stored, head: Row[Any], rules: Rules, keys: Keys) -> Iterator[str]:
    acts = stored.acts.get(head.id, [])
    if [row.seq for row in acts] != list(range(1, head.version + 1)) or not acts:
        yield f"{head.number}：版本是{head.version}，办理行为是{len(acts)}项，不相符"
        return
    try:
        case = of_rows(stored.ring, head, acts)
        if case.is_erased != (head.erased_at is not None):
            yield f"{head.number}：是否已经销毁，与办理行为不符"
        yield from _case(stored, case, head.serial, rules, keys)
    except Unreadable as broken:
        yield f"{broken}{_LOST}"
    except (ValueError, KeyError) as error:
        yield f"{head.number}：办理行为不合程序（{type(error).__name__}）"


def _case(stored: _Stored, case: Case, serial: int, rules: Rules, keys: Keys) -> Iterator[str]:
    """The projections of a file and its letters are those that its acts give."""
    for seq in case.irregular:
        yield f"{case.number}：第{seq}项办理行为按现在的程序接不上前一项，请核对；案卷照样可以办理"
    row = _opened(stored.ring, stored.projected.docket.get(case.id))
    right = {"serial": serial, **docket_of(case, rules, keys.blind)}
    wrong = [name for name, value in right.items() if row.get(name) != value]
    if wrong:
        yield f"{case.number}：案件索引的{wrong[0]}与办理行为不符，请运行 gongkai rebuild"
    if stored.projected.inbox.get(case.id, []) != inbox_of(case, rules):
        yield f"{case.number}：会商收件与办理行为不符，请运行 gongkai rebuild"
    for wrong_table in tallies.differing(case, right["wanted_masked"], rules, keys.blind, stored.projected.counted):
        yield f"{case.number}：{wrong_table}与办理行为不符，请运行 gongkai rebuild"
    letters = stored.letters.get(case.id, {})
    made = {letter.id: (letter.seq, letter.kind) for letter in case.letters(rules) if not letter.joint}
    for identity in sorted(letters.keys() | made.keys()):
        if letters.get(identity) != made.get(identity):
            yield f"{case.number}：文书{identity}与办理行为不符"
    fee = case.fee
    if fee is not None and (fee.open_fen < 0 or fee.paid_fen + fee.waived_fen + fee.open_fen != fee.notice.amount_fen):
        yield f"{case.number}：收费的通知、缴纳、减免金额不平"


def _opened(ring: Ring, row: Any) -> Mapping[str, Any]:
    """A row of `docket` with its texts opened; without those that cannot be, or nothing where there is no row."""
    if row is None:
        return {}
    try:
        return opened_values(ring, DOCKET, row)
    except SealBroken:
        return {name: value for name, value in row.items() if name not in SEALED[DOCKET.name]}


def _keys_now(read: Read, keys: Keys, anew: Read | None) -> list[str]:
    """`_keys`, asked again where a new key may have been put in place between its file and its row."""
    found = list(_in_one(read, lambda session: _keys(session, keys)))
    return list(_in_one(anew, lambda session: _keys(session, keys))) if found and anew is not None else found


def _keys(session: Session, keys: Keys) -> Iterator[str]:
    """The keys that are here are known by their fingerprints, and there are no others."""
    log = ("log", fingerprint(journal.journal_of(session).key))
    here = {("seal", one) for one in ring_of(session).ids} | {("blind", fingerprint(keys.blind)), log}
    known = {(row.purpose, row.id): row.retired_at for row in session.execute(select(KNOWN))}
    missing = {("seal", ring_of(session).current), ("blind", fingerprint(keys.blind)), log} - known.keys()
    unknown = {one for one, retired_at in known.items() if one not in here and retired_at is None}
    for purpose, one in sorted(missing | unknown):
        yield f"密钥：{purpose} {one}与所记的不符，数据库里记的密钥和这里的密钥应当相同"
    for purpose, one in rekeying.unproven(session):
        yield f"密钥：{purpose} {one}的记载有改动，或者所记的密钥有增有减，与校验值不符"


def _seals(read: Read) -> Iterator[str]:
    """Every sealed text opens in its place; acts and the index are opened with their files."""
    for name, columns in SEALED.items():
        if name not in (ACT.name, DOCKET.name):
            table, at = SQLModel.metadata.tables[name], 0
            key = list(table.primary_key.columns)
            for session, rows in _portions(read, select(*key, *(table.c[one] for one in columns)), *key):
                for row in rows:
                    at += 1
                    try:
                        opened(ring_of(session), table, row)
                    except SealBroken:
                        yield f"{name}第{at}行：密文打不开，被改动过，或者不是用这里的密钥加密的"


def _bytes(read: Read, files: Files, tell: Tell, anew: Read | None) -> Iterator[str]:
    """Every row has its bytes with its digest, and no bytes lie about without a row."""
    for kind, table in tidying.KINDS:
        for _, rows in _portions(read, tidying.kept(table), table.c.id):
            for row in rows:
                tell(1)
                if row.digest is None:
                    continue  # a letter whose PDF is still to be made
                try:
                    if len(files.get(kind, row.id, row.digest)) != row.size:
                        yield f"{kind}/{row.id}：大小与登记的不符"
                except Damaged:
                    if anew is not None and _taken_away(anew, table, row):
                        continue
                    yield f"{kind}/{row.id}：文件缺失，或者与登记的摘要不符"
        strays: list[str] = []
        for names in tidying.lying(files, kind):
            with read() as session:
                strays += tidying.unnamed(session, table, names)
        if anew is not None:
            strays = _unnamed(anew, files, table, strays)
        yield from (f"{kind}/{name.rpartition('/')[2]}：没有登记的文件，可以用 gongkai tidy 清理" for name in strays)


def _taken_away(anew: Read, table: Table, row: Any) -> bool:
    """Whether a file is missing because its row, or the bytes of its row, are gone since it was read."""
    with anew() as now:
        found = now.execute(tidying.kept(table).where(table.c.id == row.id)).first()
    return found is None or found.digest is None


def _unnamed(anew: Read, files: Files, table: Table, strays: Sequence[str]) -> list[str]:
    """Those of the files that still are there and still no row names; one that was just written may yet get its row."""
    on_its_way = tidying.ON_ITS_WAY.total_seconds()
    until = time.monotonic() + on_its_way
    while strays:
        with anew() as now:
            strays = [name for name in tidying.unnamed(now, table, strays) if files.store.age(name) is not None]
        wait = min(until - time.monotonic(), on_its_way - tidying.youngest(files, strays))
        if wait <= 0:
            break
        time.sleep(min(0.5, wait))
    return list(strays)
