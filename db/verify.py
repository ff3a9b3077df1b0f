"""Is what is stored whole: the log's chain, what it says of every object, files, projections, numbers, bytes.

`verify` only reads. Each finding names the row or the file at fault, never a person.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Table, func, select, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, SQLModel

from db import guards, journal, rekeying, tallies, tidying
from db import tables as t
from db.engine import is_damage, newest
from db.files import Damaged, Files
from db.projection import docket_of, inbox_of
from db.sealing import SEALED, SealBroken, fingerprint, opened, opened_values, ring_of
from db.store import PASSED_OVER, Keys, Unreadable, load, passed_over
from workflow.case import Case
from workflow.law import Rules

CASE, ACT, DOCKET, INBOX, LETTER, COUNTER, APPLICATION, FEEDBACK, KNOWN = (
    t.table_of(model) for model in (t.CaseFile, t.ActRow, t.Docket, t.Inbox, t.LetterRow, t.Counter, t.Application, t.Feedback, t.KnownKey)
)


Anew = Callable[[], AbstractContextManager[Session]]
"""A session that sees what is there at this moment: the one that `verify` reads in stays where it began."""


class Tell(Protocol):
    """Told after each unit of work, so that a person sees that it goes on."""

    def __call__(self, done: int, /) -> object: ...


def size(session: Session) -> int:
    """How many units of work `verify` will tell of: files, letters, attachments, uploads."""
    return sum(int(session.execute(select(func.count()).select_from(one)).scalar_one()) for one in (CASE, *(table for _, table in tidying.KINDS)))


def verify(
    session: Session, files: Files, rules: Rules, keys: Keys, tell: Tell = lambda _done: None, checkpoints: Sequence[Path] = (),
    anew: Anew | None = None,
) -> Iterator[str]:
    """Every fault found, as a sentence, in a fixed order, the first bad entry of the log among the first; nothing when all is well.

    `checkpoints` are those that were kept outside. Files and keys are not of one moment with the rows: with `anew`, what others
    did since is no fault.
    """
    known = journal.Known()
    for what, look in (
        ("数据库文件", lambda: _engine(session)),
        ("防改动的触发器", lambda: guards.faults(session)),
        ("日志", lambda: journal.chain(session, known)),
        ("检查点", lambda: journal.against(session, checkpoints)),
        ("编号", lambda: _numbers(session)),
        ("案件", lambda: _cases(session, rules, keys, tell)),
        ("密钥的指纹", lambda: _keys_now(session, keys, anew)),
        ("加密的内容", lambda: _seals(session)),
        ("文书和附件", lambda: _bytes(session, files, tell, anew)),
        ("日志所记的各项", lambda: journal.objects(session, known)),
    ):
        yield from _readable(session, what, look)


def _readable(session: Session, what: str, look: Callable[[], Iterable[str]]) -> Iterator[str]:
    """What a check finds; where damage of the database cuts it short, that it did, and the others go on."""
    try:
        with session.begin_nested():
            yield from look()
    except DatabaseError as error:
        if not is_damage(error):
            raise
        yield f"数据库损坏：核对“{what}”时有读不出来的内容，没有核对完。请先原样复制一份数据目录，再用备份恢复"


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
    used: dict[tuple[str, int, str], list[int]] = {}
    for agency, year, serial in session.execute(select(CASE.c.agency, CASE.c.year, CASE.c.serial).order_by(CASE.c.serial)):
        used.setdefault((agency, year, "case"), []).append(serial)
    online = select(APPLICATION.c.agency, APPLICATION.c.year, APPLICATION.c.serial).order_by(APPLICATION.c.serial)
    for agency, year, serial in session.execute(online):
        used.setdefault((agency, year, "application"), []).append(serial)
    for agency, year, serial in session.execute(select(FEEDBACK.c.agency, FEEDBACK.c.year, FEEDBACK.c.serial).order_by(FEEDBACK.c.serial)):
        used.setdefault((agency, year, "feedback"), []).append(serial)
    letters = select(LETTER.c.agency, LETTER.c.year, LETTER.c.series, LETTER.c.serial).where(LETTER.c.series.is_not(None))
    for agency, year, series, serial in session.execute(letters.order_by(LETTER.c.serial)):
        used.setdefault((agency, year, series), []).append(serial or 0)
    last = {(row.agency, row.year, row.series): row.value for row in session.execute(select(COUNTER))}
    for key in sorted(used.keys() | last.keys()):
        agency, year, series = key
        if series.startswith(PASSED_OVER):
            continue
        passed = last.get((agency, year, passed_over(series)), 0)
        if (wrong := first_wrong(used.get(key, []), passed, last.get(key, 0))) is not None:
            yield f"编号不连续或者重复：{agency} {year}年 {series}" + (f"，第{wrong}号" if wrong > 0 else "")


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


def _cases(session: Session, rules: Rules, keys: Keys, tell: Tell) -> Iterator[str]:
    rows = select(CASE.c.id, CASE.c.number, CASE.c.version, CASE.c.serial, CASE.c.erased_at).order_by(CASE.c.number)
    for case_id, number, version, serial, erased_at in session.execute(rows).all():
        tell(1)
        places = list(session.execute(select(ACT.c.seq).where(ACT.c.case_id == case_id).order_by(ACT.c.seq)).scalars())
        if places != list(range(1, version + 1)) or not places:
            yield f"{number}：版本是{version}，办理行为是{len(places)}项，不相符"
            continue
        try:
            case = load(session, case_id)
            assert case is not None
            if case.is_erased != (erased_at is not None):
                yield f"{number}：是否已经销毁，与办理行为不符"
            yield from _case(session, case, serial, rules, keys)
        except Unreadable as broken:
            yield f"{broken}，请从以前的备份中取回（gongkai restore到另一个目录）"
        except (ValueError, KeyError) as error:
            yield f"{number}：办理行为不合程序（{type(error).__name__}）"


def _case(session: Session, case: Case, serial: int, rules: Rules, keys: Keys) -> Iterator[str]:
    """The projections of a file and its letters are those that its acts give."""
    for seq in case.irregular:
        yield f"{case.number}：第{seq}项办理行为按现在的程序接不上前一项，请核对；案卷照样可以办理"
    row = _opened(session, session.execute(select(DOCKET).where(DOCKET.c.case_id == case.id)).mappings().first())
    right = {"serial": serial, **docket_of(case, rules, keys.blind)}
    wrong = [name for name, value in right.items() if row.get(name) != value]
    if wrong:
        yield f"{case.number}：案件索引的{wrong[0]}与办理行为不符，请运行 gongkai rebuild"
    inbox = session.execute(select(INBOX).where(INBOX.c.case_id == case.id).order_by(INBOX.c.seq)).mappings().all()
    if [dict(one) for one in inbox] != inbox_of(case, rules):
        yield f"{case.number}：会商收件与办理行为不符，请运行 gongkai rebuild"
    for wrong_table in tallies.differing(session, case, right["wanted_masked"], rules, keys.blind):
        yield f"{case.number}：{wrong_table}与办理行为不符，请运行 gongkai rebuild"
    stored = {one.id: (one.seq, one.kind) for one in session.execute(select(LETTER).where(LETTER.c.case_id == case.id))}
    made = {letter.id: (letter.seq, letter.kind) for letter in case.letters(rules) if not letter.joint}
    for identity in sorted(stored.keys() | made.keys()):
        if stored.get(identity) != made.get(identity):
            yield f"{case.number}：文书{identity}与办理行为不符"
    fee = case.fee
    if fee is not None and (fee.open_fen < 0 or fee.paid_fen + fee.waived_fen + fee.open_fen != fee.notice.amount_fen):
        yield f"{case.number}：收费的通知、缴纳、减免金额不平"


def _opened(session: Session, row: Any) -> Mapping[str, Any]:
    """A row of `docket` with its texts opened; without those that cannot be, or nothing where there is no row."""
    if row is None:
        return {}
    try:
        return opened_values(ring_of(session), DOCKET, row)
    except SealBroken:
        return {name: value for name, value in row.items() if name not in SEALED[DOCKET.name]}


def _keys_now(session: Session, keys: Keys, anew: Anew | None) -> list[str]:
    """`_keys`, asked again where a new key was put in place since `verify` began."""
    found = list(_keys(session, keys))
    if found and anew is not None:
        with anew() as now:
            found = list(_keys(now, keys))
    return found


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


def _seals(session: Session) -> Iterator[str]:
    """Every sealed text opens in its place; acts and the index are opened with their files."""
    ring = ring_of(session)
    for name, columns in SEALED.items():
        if name not in (ACT.name, DOCKET.name):
            table = SQLModel.metadata.tables[name]
            key = list(table.primary_key.columns)
            rows = session.execute(select(*key, *(table.c[one] for one in columns)).order_by(*key).execution_options(yield_per=500))
            for at, row in enumerate(rows, 1):
                try:
                    opened(ring, table, row)
                except SealBroken:
                    yield f"{name}第{at}行：密文打不开，被改动过，或者不是用这里的密钥加密的"


def _bytes(session: Session, files: Files, tell: Tell, anew: Anew | None) -> Iterator[str]:
    """Every row has its bytes with its digest, and no bytes lie about without a row."""
    for kind, table in tidying.KINDS:
        known: dict[str, str | None] = {}
        for row in session.execute(tidying.kept(table).order_by(table.c.id)):
            tell(1)
            known[row.id] = row.digest
            if row.digest is None:
                continue  # a letter whose PDF is still to be made
            try:
                if len(files.get(kind, row.id, row.digest)) != row.size:
                    yield f"{kind}/{row.id}：大小与登记的不符"
            except Damaged:
                if anew is not None and _taken_away(anew, table, row):
                    continue
                yield f"{kind}/{row.id}：文件缺失，或者与登记的摘要不符"
        strays = list(tidying.of_kind(files, kind, set(known)))
        if anew is not None:
            strays = _unnamed(anew, files, table, strays)
        yield from (f"{kind}/{name.rpartition('/')[2]}：没有登记的文件，可以用 gongkai tidy 清理" for name in strays)


def _taken_away(anew: Anew, table: Table, row: Any) -> bool:
    """Whether a file is missing because its row, or the bytes of its row, are gone since `verify` began."""
    with anew() as now:
        found = now.execute(tidying.kept(table).where(table.c.id == row.id)).first()
    return found is None or found.digest is None


def _unnamed(anew: Anew, files: Files, table: Table, strays: Collection[str]) -> list[str]:
    """Those of the files that still are there and still no row names; one that was just written may yet get its row."""
    on_its_way = tidying.ON_ITS_WAY.total_seconds()
    until = time.monotonic() + on_its_way
    while strays:
        with anew() as now:
            named = set(now.execute(tidying.kept(table)).scalars())
        strays = [name for name in strays if name.rpartition("/")[2] not in named and files.store.age(name) is not None]
        wait = min(until - time.monotonic(), on_its_way - tidying.youngest(files, strays))
        if wait <= 0:
            break
        time.sleep(min(0.5, wait))
    return list(strays)
