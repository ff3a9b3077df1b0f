"""One file that holds an office: every row, every letter and attachment, its own rules and letterheads, with digests.

A backup is a zip: `tables/NAME.jsonl` (one row a line), `files/KIND/ID`, `rules/…`, `agencies/…`, and `manifest.json` with
the SHA-256 of each. It is read from one state of the database while the office works on, and is the same whatever the
engine: an office moves from SQLite to PostgreSQL by restoring there. What tells of people is in it as it is kept, sealed: it is
restored where the keys are, which stay outside; sessions and tokens have ended.

Backups that follow each other in one place keep the letters and attachments beside them, each once (`db/beside.py`), and name them with
their digests in `files.jsonl`: what an earlier one holds is neither read nor written again.

The chain of the log comes along. Under the key it was made with, it is proven before anything is restored, and goes on; under
another it cannot be, is begun anew of what came, and the log says so. The chain tells of rows alone: the manifest bears an HMAC of the
same key, which proves the digests of the rules, the letterheads and the files too.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from datetime import date, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Annotated, Any, NamedTuple, Self, cast

from alembic.runtime.migration import MigrationContext
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PrivateAttr, model_validator
from sqlalchemy import Column, Connection, Date, Table, delete, func, insert, select, text
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError
from sqlmodel import Session, SQLModel

from db import journal, people, private, rekeying
from db import tables as t
from db.beside import Beside, Lost
from db.beside import left_over as unnamed
from db.engine import Database, no_limit
from db.files import Damaged, Files
from db.locked import BadLock, Locking, Unlocked, is_locked
from db.sealing import Ring
from db.stores import Folder, Store
from db.tidying import KINDS, kept
from db.verify import Tell, of_log, standing_still
from workflow.calendar import SHANGHAI

FORMAT, FORMAT_BESIDE = "gongkai-backup-2", "gongkai-backup-3"
"""One that holds its files, and one that names those beside it."""
LISTED = "files.jsonl"
LANES = 8
"""Files that are read and kept at the same time: most of it is waiting."""
MANIFEST = "manifest.json"
LEFT_OUT = frozenset({t.Allowance.__tablename__, t.KnownKey.__tablename__, t.Rebuild.__tablename__})
"""What counts for a day at most; every installation knows its own keys, and makes its own projections."""
HEAD = t.table_of(t.LogHead)
_BATCH = 500
_FILES = frozenset(kind for kind, _ in KINDS)
_KNOWN = t.table_of(t.KnownKey)
_KEYS_IN_USE = select(_KNOWN.c.id).where(_KNOWN.c.purpose == "seal", _KNOWN.c.retired_at.is_(None))


class Manifest(BaseModel):
    """What a backup says of itself."""

    model_config = ConfigDict(strict=True, frozen=True)

    format: str
    made: AwareDatetime
    schema_: str | None = Field(alias="schema")
    keys: list[str]
    tables: dict[str, Annotated[int, Field(ge=0, lt=2**63)]]
    """Rows of each."""
    sha256: dict[str, str]
    """Member -> its digest."""
    salt: str = ""
    """What the lock of the files beside it was made with."""
    proof: str | None = None
    """The HMAC over all the rest, with the key of the log. Every program of this schema writes it."""
    _rest: str = PrivateAttr("")

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Exactly what was read is what the proof is compared with. Raises one of _FORGED."""
        said = json.loads(data)
        found = cls.model_validate_json(json.dumps(said))
        found._rest = _rest(said)
        return found

    def is_proven(self, log: journal.Journal) -> bool:
        """Whether it was written with this key."""
        return self.proof == log.proof(self._rest)

    @model_validator(mode="after")
    def _counts_what_it_holds(self) -> Self:
        if {f"tables/{name}.jsonl" for name in self.tables} != {one for one in self.sha256 if one.startswith("tables/")}:
            raise ValueError
        return self


def _rest(said: Mapping[str, Any]) -> str:
    """A manifest without its proof, as one text."""
    return json.dumps({name: value for name, value in said.items() if name != "proof"}, sort_keys=True)


class BadBackup(Exception):
    """The file is no backup, is damaged, or does not fit here; nothing was restored. The sentence says which."""


class InUse(BadBackup):
    """An office is here already: nothing of it was touched."""

    def __init__(self) -> None:
        super().__init__("这里已经有人员或者案件，不能恢复到上面去。请恢复到新的数据目录和空的数据库。什么也没有恢复。")


def _tables() -> list[Table]:
    """Every table of the program, those that others refer to first."""
    return [one for one in SQLModel.metadata.sorted_tables if one.name not in LEFT_OUT]


# ------------------------------------------------------------------ making one


def back_up(
    database: Database,
    files: Files,
    folders: Mapping[str, Path],
    target: Path,
    at: datetime,
    tell: Tell = lambda _done: None,
    *,
    passphrase: str = "",
    damaged: list[str] | None = None,
    place: Store | None = None,
    earlier: Iterable[Path] = (),
) -> dict[str, int]:
    """Write the backup to `target`, whole or not at all; how many rows each table gave, and how many files were new in the `place`.

    With a `place` letters and attachments are kept there beside it, but for those that an `earlier` backup of there names and that are there.

    `folders` are the office's own (`rules`, `agencies`). With a passphrase it is locked by it. A letter or an attachment whose bytes are
    not those kept is left out and named in `damaged` (letters/ID), and in the manifest.
    """
    left_out = [] if damaged is None else damaged
    part = target.with_name(target.name + ".part")
    digests: dict[str, str] = {}
    counts: dict[str, int] = {}
    beside = Beside(place, passphrase) if place is not None else None
    try:
        with (
            open(part, "wb", opener=private.opener) as file,
            Locking(file, passphrase) if passphrase else nullcontext(file) as made,
            zipfile.ZipFile(cast(IO[bytes], made), "w", zipfile.ZIP_DEFLATED) as archive,
            _one_state(database) as connection,
        ):
            for table in _tables():
                lines = _lines(connection, table, tell)
                counts[table.name] = _add(archive, digests, f"tables/{table.name}.jsonl", lines)
            keys = {*connection.execute(_KEYS_IN_USE).scalars(), database.ring.current}
            if beside is None:
                for kind, row in _rows(connection):
                    try:
                        data = files.sealed(kind, row.id, row.digest)
                    except Damaged:
                        left_out.append(f"{kind}/{row.id}")
                    else:
                        _add(archive, digests, f"files/{kind}/{row.id}", iter([data]))
                        keys |= {one for one in [database.ring.sealed_with(data)] if one}  # `rekey` may be at work
                    tell(1)
            else:
                again = _again(beside, earlier, passphrase, database)
                found = _into(beside, connection, files, again, left_out, tell)
                _add(archive, digests, LISTED, (_line(one, keys, counts) for one in found))
            for name, folder in folders.items():
                for path in sorted(one for one in folder.rglob("*") if one.is_file()):
                    _add(
                        archive,
                        digests,
                        f"{name}/{path.relative_to(folder).as_posix()}",
                        iter([path.read_bytes()]),
                    )
            manifest = {
                "format": FORMAT if beside is None else FORMAT_BESIDE, "made": at.isoformat(), "schema": _revision(connection), "keys": sorted(keys),
                "tables": {name: count for name, count in counts.items() if name != NEW}, "sha256": digests, "damaged": left_out,
            } | ({} if beside is None else {"salt": beside.salt})  # fmt: skip
            manifest["proof"] = database.journal.proof(_rest(manifest))
            archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return counts


_DIGEST = 32
"""Bytes of a digest."""
NEW = "new files"
"""Among the counts of `back_up`: files that no earlier backup had."""


def _rows(connection: Connection) -> Iterator[tuple[str, Any]]:
    """Every row that has bytes, with their kind."""
    for kind, table in KINDS:
        rows = kept(table).where(table.c.digest.is_not(None)).order_by(table.c.id)
        for row in connection.execution_options(yield_per=_BATCH).execute(rows):
            yield kind, row


def _again(beside: Beside, earlier: Iterable[Path], passphrase: str, database: Database) -> dict[str, bytes]:
    """The files (kind/name) that need not be kept again: the digests of their bytes and of their sealed bytes, one behind the other.

    They may be a million, and so are packed. They are there, sealed with the key of now, and named by the newest of the `earlier` backups that
    is proven.
    """
    there = {bytes.fromhex(one) for one in beside.digests()}
    for source in earlier:
        with suppress(BadBackup, FileNotFoundError), _archive(source, passphrase) as archive:
            manifest = _manifest(archive)
            if LISTED in manifest.sha256 and manifest.is_proven(database.journal) and _is_whole(archive, LISTED, manifest.sha256[LISTED]):
                lines = (one for one in _listed(archive) if one.key == database.ring.current)
                packed = ((f"{one.kind}/{one.name}", bytes.fromhex(one.digest + one.sealed)) for one in lines)
                return {name: digests for name, digests in packed if digests[_DIGEST:] in there}
    return {}


class Listed(NamedTuple):
    """A line of `files.jsonl`: a file beside the backup."""

    kind: str
    name: str
    digest: str
    sealed: str
    """The digest of its sealed bytes, by which it is called there."""
    key: str | None
    """The fingerprint of the key that sealed it."""
    is_new: bool = False


def _listed(archive: zipfile.ZipFile) -> Iterator[Listed]:
    with archive.open(LISTED) as lines:
        for line in lines:
            kind, name, digest, sealed, key = json.loads(line)
            yield Listed(kind, name, digest, sealed, key)


def _line(one: Listed, keys: set[str], counts: dict[str, int]) -> bytes:
    keys |= {one.key} if one.key else set()
    counts[NEW] = counts.get(NEW, 0) + one.is_new
    return json.dumps(one[:5]).encode() + b"\n"


def _into(
    beside: Beside, connection: Connection, files: Files, again: Mapping[str, bytes], left_out: list[str], tell: Tell
) -> Iterator[Listed]:
    """Keep every file beside the backup, unless it is there `again`."""

    def one(which: tuple[str, Any]) -> Listed | str:
        kind, row = which
        known = again.get(f"{kind}/{row.id}", b"")
        if known[:_DIGEST].hex() == row.digest:
            return Listed(kind, row.id, row.digest, known[_DIGEST:].hex(), files.ring.current)
        try:
            data = files.sealed(kind, row.id, row.digest)
        except Damaged:
            return f"{kind}/{row.id}"
        sealed = hashlib.sha256(data).hexdigest()
        return Listed(kind, row.id, row.digest, sealed, files.ring.sealed_with(data), beside.add(sealed, data))

    rows = _rows(connection)
    with ThreadPoolExecutor(LANES, thread_name_prefix="backup") as lanes:
        while some := list(islice(rows, _BATCH)):
            for found in lanes.map(one, some):
                tell(1)
                if isinstance(found, str):
                    left_out.append(found)
                else:
                    yield found


def left_over(place: Store, backups: Iterable[Path], passphrase: str) -> list[str]:
    """What lies beside the `backups`, which are all of a place, and none of them names. Raises BadBackup: one cannot be read."""
    named = set[str]()
    for source in backups:
        with source.open("rb") as file:
            locked = is_locked(file)
        with _archive(source, passphrase, unlocked=True) as archive:
            manifest = _manifest(archive)
            if LISTED in manifest.sha256:
                beside = Beside(place, passphrase if locked else "", manifest.salt)
                named.update(beside.name(one.sealed) for one in _listed(archive))
    return list(unnamed(place, named))


def size(database: Database) -> int:
    """How many units of work `back_up` will tell of."""
    with database.read() as session:
        connection = session.connection()
        return sum(_count(connection, one) for one in (*_tables(), *(table for _, table in KINDS)))


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _one_state(database: Database) -> Any:
    """A connection that sees one state of the whole database, however long it reads."""
    if database.is_sqlite:  # under WAL a transaction is such a state already
        return database.engine.connect()
    connection = database.engine.connect().execution_options(isolation_level="REPEATABLE READ")
    no_limit(connection)
    return connection


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _lines(connection: Connection, table: Table, tell: Tell) -> Iterator[bytes]:
    order = list(table.primary_key.columns)
    rows = connection.execution_options(yield_per=_BATCH).execute(select(table).order_by(*order)).mappings()
    for row in rows:
        tell(1)
        yield json.dumps(dict(row), ensure_ascii=False, default=_written).encode() + b"\n"


def _written(value: Any) -> str:
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    raise TypeError(f"no column holds {type(value).__name__}")


def _add(archive: zipfile.ZipFile, digests: dict[str, str], name: str, chunks: Iterator[bytes]) -> int:
    digest, count = hashlib.sha256(), 0
    with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member:
        for chunk in chunks:
            member.write(chunk)
            digest.update(chunk)
            count += 1
    digests[name] = digest.hexdigest()
    return count


# ------------------------------------------------------------------ restoring one


_FORGED = (zipfile.BadZipFile, zlib.error, LookupError, ValueError, TypeError, AttributeError, ArithmeticError, EOFError, RuntimeError)
"""What reading raises where a backup does not hold what it says: nothing in it is trusted before it was compared."""
_NO_ROWS = (IntegrityError, DataError, InterfaceError)
"""And what the database says of rows that are none."""


@contextmanager
def _archive(source: Path, passphrase: str, *, unlocked: bool = False) -> Iterator[zipfile.ZipFile]:
    """The zip in a backup. One without a lock where a passphrase is set is taken only if that was said (`unlocked`). Raises BadBackup."""
    try:
        with source.open("rb") as file:
            if not is_locked(file):
                if passphrase and not unlocked:
                    raise BadBackup(
                        "设置了BACKUP_PASSPHRASE，这份备份却没有用口令加密，可能被人换过。什么也没有恢复。确认来源可靠的，加上--unlocked再运行。"
                    )
                with zipfile.ZipFile(file) as archive:
                    yield archive
                return
            if not passphrase:
                raise BadBackup("这份备份有口令。请把口令放在一个文件里，用BACKUP_PASSPHRASE_FILE指明，再恢复。什么也没有恢复。")
            with io.BufferedReader(Unlocked(file, passphrase)) as opened, zipfile.ZipFile(opened) as archive:
                yield archive
    except BadLock:
        raise BadBackup("这份备份的口令不对，或者备份已经损坏、没有抄全。什么也没有恢复，请核对口令，或者换一份备份。") from None
    except Lost as lost:
        raise BadBackup(
            f"备份旁边的{lost}缺失，或者与其摘要不符。什么也没有恢复，请换一份备份，或者从备份的另一份副本中取回这个文件。"
            "原件还在的，删除这个损坏的文件再备份一次，就重新存入。"
        ) from None
    except (*_FORGED, *_NO_ROWS):  # what it says may tell of people
        raise BadBackup("这个文件不是本程序的备份，或者已经损坏、没有抄全。什么也没有恢复，请换一份备份。") from None


def contents(source: Path, ring: Ring | None, passphrase: str = "", *, unlocked: bool = False) -> tuple[str, dict[str, int]]:
    """By what a backup is known again, and how many rows it has of each table, when the keys that are here open it. Raises BadBackup."""
    with _archive(source, passphrase, unlocked=unlocked) as archive:
        manifest = _manifest(archive)
        _openable(manifest, ring)
        return hashlib.sha256(archive.read(MANIFEST)).hexdigest(), manifest.tables


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    manifest = Manifest.read(archive.read(MANIFEST))
    if manifest.format not in (FORMAT, FORMAT_BESIDE):
        raise BadBackup("这份备份的格式不是本程序所用的。什么也没有恢复。")
    return manifest


def restore(
    database: Database, files: Files, folders: Mapping[str, Path], source: Path, reason: str | None = None, *, passphrase: str = "",
    unlocked: bool = False, unproven: bool = False, place: Store | None = None,
) -> dict[str, int]:  # fmt: skip
    """Fill an empty office from a backup, in one transaction, after every digest was checked; rows by table.

    Files that it only names are beside it, or in the `place` that is said.

    What should be locked and is not, and what the key of the log that is here cannot prove, is taken only if that was said.
    What it wrote into the folders is gone again where it fails.
    Every session and token has ended: which of them were ended since nobody knows. The log says so, with this `reason`.
    Raises BadBackup. The caller rebuilds what depends on the key of this installation, and verifies.
    """
    with database.read() as session:
        _refuse_in_use(session.connection())
    undo: list[Callable[[], object]] = []
    with _archive(source, passphrase, unlocked=unlocked) as archive:
        manifest = _checked(archive)
        beside = _beside(place or Folder(source.parent), source, manifest, passphrase)
        for one in _named(archive, manifest):
            beside.read(one.sealed)

        def fill(session: Session) -> dict[str, int]:
            no_limit(session.connection())
            counts = _fill(session, archive, manifest, files, folders, database.ring, undo, unproven=unproven)
            _unpack(archive, manifest, files, folders, undo)
            for one in _named(archive, manifest):
                _keep(files, one.kind, one.name, beside.read(one.sealed), undo)
            now = database.journal.clock()
            rekeying.know_also(session, manifest.keys, now)
            because = [*([reason] if reason else []), *(["规则、抬头和文件没有证明"] if _unproven(database.journal, manifest) else [])]
            made = manifest.made.astimezone(SHANGHAI)
            people.log(session, now, "restore", object=f"{made:%Y-%m-%d %H:%M:%S}的备份", reason="；".join(because) or None)
            people.end_all(session, manifest.made)
            return counts

        try:
            return database.write(fill)
        except Exception:
            for take_away in undo:
                take_away()
            raise


def _named(archive: zipfile.ZipFile, manifest: Manifest) -> Iterator[Listed]:
    """The files that lie beside a backup."""
    return (one for one in _listed(archive) if one.kind in _FILES and "/" not in one.name) if LISTED in manifest.sha256 else iter(())


def _beside(place: Store, source: Path, manifest: Manifest, passphrase: str) -> Beside:
    with source.open("rb") as file:
        return Beside(place, passphrase if manifest.salt and is_locked(file) else "", manifest.salt)


def _refuse_in_use(connection: Connection) -> None:
    if any(_count(connection, table) for table in _tables() if table is not HEAD):
        raise InUse


def _checked(archive: zipfile.ZipFile) -> Manifest:
    """The manifest, when every member is there with its digest and there is nothing else."""
    manifest = _manifest(archive)
    if sorted(archive.namelist()) != sorted([*manifest.sha256, MANIFEST]):
        raise BadBackup("备份里的文件与其目录不符。什么也没有恢复，请换一份备份。")
    for name, digest in manifest.sha256.items():
        if not _is_whole(archive, name, digest):
            raise BadBackup(f"备份里的{name}与其摘要不符。什么也没有恢复，请换一份备份。")
    return manifest


def _is_whole(archive: zipfile.ZipFile, name: str, digest: str) -> bool:
    found = hashlib.sha256()
    with archive.open(name) as member:
        while chunk := member.read(1 << 20):
            found.update(chunk)
    return found.hexdigest() == digest


def _fill(
    session: Session,
    archive: zipfile.ZipFile,
    manifest: Manifest,
    files: Files,
    folders: Mapping[str, Path],
    ring: Ring,
    undo: list[Callable[[], object]],
    *,
    unproven: bool,
) -> dict[str, int]:
    connection = session.connection()
    if manifest.schema_ != _revision(connection):
        raise BadBackup("这份备份出自另一个版本的程序。请用那个版本恢复，再升级程序。什么也没有恢复。")
    _openable(manifest, ring)
    _refuse_in_use(connection)
    counts: dict[str, int] = {}
    connection.execute(delete(HEAD))
    is_ours = _is_ours(session, archive)
    if not is_ours and not unproven:
        raise BadBackup(
            "这份备份的日志没有用这里的密钥（secrets中的log.key）起链，不能证明备份没有被改动。什么也没有恢复。请放入原来的log.key；"
            "没有了，而确认备份来源可靠的，加上--unproven再运行，日志重新起链。"
        )
    if not unproven and (why := _unproven(journal.journal_of(session), manifest)):
        raise BadBackup(why)
    for table in _tables():
        anew = {} if is_ours else _UNCHAINED.get(table.name, {})
        with archive.open(f"tables/{table.name}.jsonl") as lines:
            counts[table.name] = _insert(connection, table, lines, anew)
        if counts[table.name] != manifest.tables[table.name]:
            raise BadBackup(f"备份里的{table.name}与其目录不符。什么也没有恢复，请换一份备份。")
    _chain(session, is_ours)
    return counts


def _openable(manifest: Manifest, ring: Ring | None) -> None:
    if lacking := sorted({*manifest.keys} - (ring.ids if ring is not None else frozenset())):
        raise BadBackup(
            f"这份备份要用指纹为{'、'.join(lacking)}的密钥打开，这里没有。请把另行保管的密钥（原来数据目录中的secrets）"
            "放到这里的数据目录，再恢复。什么也没有恢复。"
        )


_UNCHAINED: Mapping[str, Mapping[str, Any]] = {"log_entry": {"mac": None}, "log_head": {"mac": None, "seal": None}}
"""What the log of another installation does not bring along."""


def _is_ours(session: Session, archive: zipfile.ZipFile) -> bool:
    """Whether the log in the backup was chained with the key that is here."""
    head = json.loads(archive.read(f"tables/{HEAD.name}.jsonl"))
    return head["mac"] is not None and journal.journal_of(session).holds(SimpleNamespace(**head))


def _unproven(log: journal.Journal, manifest: Manifest) -> str:
    """Why the key of the log does not prove what no row tells of; empty: it does.

    Backups of before had no proof, but they are of an older schema, which is not restored here: one without it was changed.
    """
    if manifest.is_proven(log):
        return ""
    why = "目录与所附的证明不符，备份被改动过，或者是用别的密钥（secrets中的log.key）作的证明"
    if manifest.proof is None:
        why = "目录没有附证明，备份被改动过"
    return f"这份备份的{why}。什么也没有恢复。请换一份备份；确认备份来源可靠的，加上--unproven再运行，然后逐项核对规则和抬头。"


def _chain(session: Session, is_ours: bool) -> None:
    """The chain as it came is proven under its own key, or begun anew under this one."""
    if not is_ours:
        journal.begin(session, reason="从备份恢复，备份的日志用另一密钥，在这里不能证明，重新起链")
        return
    fault = next(of_log(standing_still(session)), None)
    if fault is not None:
        raise BadBackup(f"备份里的数据与日志不符（{fault}）。什么也没有恢复，请换一份备份。")


def _insert(connection: Connection, table: Table, lines: IO[bytes], anew: Mapping[str, Any]) -> int:
    """Insert the rows of a table, with other values where `anew` has them."""
    count, batch = 0, []
    for line in lines:
        batch.append({name: _read(table.c[name], value) for name, value in (json.loads(line) | anew).items()})
        if len(batch) == _BATCH:
            connection.execute(insert(table), batch)
            count, batch = count + len(batch), []
    if batch:
        connection.execute(insert(table), batch)
    numbered = table.autoincrement_column
    if (
        numbered is not None and connection.dialect.name == "postgresql"
    ):  # its own counter goes on after the last
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:t, :c), GREATEST(:n, 1), :n > 0)"),
            {
                "t": table.name,
                "c": numbered.name,
                "n": connection.execute(select(func.max(numbered))).scalar() or 0,
            },
        )
    return count + len(batch)


def _read(column: Column[Any], value: Any) -> Any:
    if value is not None and isinstance(column.type, t.Stamp):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if value is not None and isinstance(column.type, Date) else value


def _unpack(
    archive: zipfile.ZipFile, manifest: Manifest, files: Files, folders: Mapping[str, Path], undo: list[Callable[[], object]]
) -> None:  # fmt: skip
    """Write what is no row to its place; `undo` gets how each that was not there goes away again."""
    for member in manifest.sha256:
        kind, _, rest = member.partition("/")
        if kind in folders:
            _place(archive, member, folders[kind] / rest, folders[kind], undo)
        elif kind == "files":
            kind, name = rest.split("/")[0], rest.rpartition("/")[2]
            if kind in _FILES:
                _keep(files, kind, name, archive.read(member), undo)


def _keep(files: Files, kind: str, name: str, sealed: bytes, undo: list[Callable[[], object]]) -> None:
    if not files.freshen(kind, name):
        undo.append(partial(files.drop, kind, name))
    files.put_sealed(kind, name, sealed)


def _place(archive: zipfile.ZipFile, member: str, path: Path, folder: Path, undo: list[Callable[[], object]]) -> None:
    if not path.resolve().is_relative_to(folder.resolve()):
        raise BadBackup("备份里有不该有的路径。请换一份备份。")
    if not path.exists():
        undo.append(partial(path.unlink, missing_ok=True))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(archive.read(member))
