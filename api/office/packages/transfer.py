"""移交: the 移交清单 of several archived files, and all their packages in one zip, for the records office.

The zip is written while it is sent, one package after the other: however many there are, no more than one is held.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from api.office.log import log
from api.office.packages.contents import NOT_IN_NAMES, Packed, archival_of, package
from api.office.problems import Problem
from api.office.record import record
from api.office.sight import allow
from db import exports, queries
from db.files import Damaged
from letters.contexts import LETTERS
from letters.contexts.forms import FileIndex, TransferList, Transferred
from letters.prints import MOST
from workflow.acts import Officer
from workflow.case import Case

if TYPE_CHECKING:
    from api.office.office import Office

HEADING = (
    "序号", "档号", "登记号", "案卷题名", "年度", "保管期限", "归档日期", "件数", "页数", "归档包", "字节数", "SHA-256",
)  # fmt: skip
NOTHING, TITLE = "还没有勾选。请勾选要移交的案件。", "移交清单"


@dataclass(frozen=True, slots=True)
class Sent:
    """A file on the list, and its package when that is made."""

    case: Case
    row: Transferred
    name: str
    size: int | None = None
    digest: str | None = None


def files(office: Office, officer: Officer, cases: Sequence[str], relations: frozenset[str], reason: str | None) -> list[Sent]:
    """The files as the list tells them, in the order given. Raises Problem: none, too many, not there, not archived, without a reason."""
    wanted = list(dict.fromkeys(cases))
    if not wanted:
        raise Problem(400, NOTHING)
    if len(wanted) > MOST:
        raise Problem(400, f"选了{len(wanted)}件，一次可以移交1至{MOST}件。")
    found = [office.case(officer, one, relations=relations).case for one in wanted]
    allow(officer, "own", "package", "归档包和移交清单", reason)
    return [_sent(office, case) for case in found]


def _sent(office: Office, case: Case) -> Sent:
    try:
        _signed, act = archival_of(case)
    except Problem as problem:
        raise Problem(409, f"{case.number}：{problem.detail}", articles=problem.articles) from None
    index = [one for one in case.letters(office.rules) if one.kind == "file_index"][-1]
    with office.database.read() as session:
        row = queries.letter(session, index.id)
    assert row is not None
    listed = LETTERS["file_index"].context.from_json(queries.letter_words(office.database.ring, row))
    assert isinstance(listed, FileIndex)
    told = Transferred(
        volume=act.volume, case_number=case.number, title=listed.title, year=act.on.year, retention=listed.retention, archived_on=act.on,
        papers=len(listed.rows), pages=listed.pages,
    )  # fmt: skip
    return Sent(case, told, NOT_IN_NAMES.sub("_", f"{case.number} 归档包.zip"))


def name(office: Office) -> str:
    """How a batch is called: 移交 20261124.zip."""
    return f"移交 {office.today():%Y%m%d}.zip"


def transfer_list(office: Office, officer: Officer, sent: Sequence[Sent]) -> bytes:
    """移交清单 as PDF."""
    agency = office.agencies[officer.agency]
    context = TransferList(letterhead=agency.letterhead, on=office.today(), rows=tuple(one.row for one in sent))
    return office.printing.render("transfer_list", context, preview=False)


def rows(sent: Sequence[Sent]) -> Iterator[exports.Cells]:
    """移交清单 as a table, with its heading; the packages stand in it when they are made."""
    yield HEADING
    for place, one in enumerate(sent, 1):
        row = one.row
        made = (None, None, None) if one.digest is None else (one.name, one.size, one.digest)
        yield place, row.volume, row.case_number, row.title, row.year, row.retention, row.archived_on, row.papers, row.pages, *made


def listed(office: Office, officer: Officer, sent: Sequence[Sent], form: str, reason: str | None) -> tuple[bytes | Iterator[bytes], str]:
    """移交清单 as pdf, xlsx or csv, which is logged: bytes and media type."""
    data: bytes | Iterator[bytes] = transfer_list(office, officer, sent) if form == "pdf" else b""
    record(office.database, office.clock(), "export", officer, f"{TITLE} {len(sent)}件 {form}", reason)
    if form == "pdf":
        return data, "application/pdf"
    if form == "csv":
        return exports.csv_stream(rows(sent), plain=True), exports.CSV
    return exports.xlsx_stream({TITLE: list(rows(sent))}), exports.XLSX


class _Sink(io.RawIOBase):
    """What was written and not yet sent; a zip is written to it that never looks back."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def write(self, data: bytes) -> int:  # type: ignore[override]  # zipfile writes bytes
        self.waiting.append(bytes(data))
        return len(data)

    def tell(self) -> int:
        raise OSError("it never looks back")

    def take(self) -> bytes:
        taken, self.waiting = b"".join(self.waiting), []
        return taken


def batch(office: Office, officer: Officer, sent: Sequence[Sent], reason: str | None) -> Iterator[bytes]:
    """The packages, the 移交清单 as PDF, XLSX and CSV, and manifest-sha256.txt of them all, as one zip.

    A package that cannot be made (a paper is damaged) is left out and named in 没有装入.txt: the others are whole all the same.
    """
    sink, there, missing, digests = _Sink(), list[Sent](), list[str](), dict[str, str]()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as bundle:  # packages are compressed already
        for one in sent:
            try:
                made = package(office, one.case, officer, reason)
            except (Problem, Damaged) as error:
                log.error("package could not be made", case=one.case.id, exc_info=error)
                missing.append(one.case.number)
                continue
            yield from _written(bundle, sink, one.name, made)
            there.append(Sent(one.case, one.row, one.name, made.size, made.digest))
            digests[one.name] = made.digest
        tables = {"csv": b"".join(exports.csv_stream(rows(there), plain=True)), "xlsx": b"".join(exports.xlsx_stream({TITLE: list(rows(there))}))}
        lists = {f"{TITLE}.{form}": data for form, data in tables.items()}
        if there:
            lists[f"{TITLE}.pdf"] = transfer_list(office, officer, there)
        if missing:
            told = "下列案卷的归档包没有生成，不在移交清单中，请联系系统管理员核对数据："
            lists["没有装入.txt"] = "\n".join((told, *missing, "")).encode()
        for name, data in lists.items():
            bundle.writestr(name, data)
            digests[name] = sha256(data).hexdigest()
        bundle.writestr("manifest-sha256.txt", "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items())))
        yield sink.take()
    yield sink.take()


def _written(bundle: zipfile.ZipFile, sink: _Sink, name: str, made: Packed) -> Iterator[bytes]:
    with bundle.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member:
        for block in made.blocks():
            member.write(block)
            yield sink.take()
    yield sink.take()
