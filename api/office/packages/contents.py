"""归档包: what an auditor takes to a machine without the program, and can check page by page.

案卷.html for whoever reads, 卷内目录, every paper in its order, 备考表, the acts as JSON and XML; in a BagIt bag whose
manifest holds the SHA-256 of every file. What it says depends on the file alone: the same file gives the same bytes.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from api.office.packages.page import case_page
from api.office.packages.records import (
    ActRecord,
    AttachmentRecord,
    Because,
    CaseRecord,
    DueDate,
    LetterRecord,
    PaperRecord,
)
from api.office.packages.xml import case_xml
from api.office.problems import Problem
from api.office.record import record
from api.office.sight import allow
from db import people, queries
from db.archive import Part, write_package
from letters.agencies import Agency
from letters.compose.papers import Paper, papers, reference_sheet
from letters.contexts import LETTERS
from letters.contexts.forms import FileIndex
from workflow import acts as a
from workflow.acts import Officer, Signed
from workflow.case import Case
from workflow.law import Rules
from workflow.words import LETTER_TITLES

if TYPE_CHECKING:
    from api.office.office import Office

MEDIA_TYPE = "application/zip"
README = Path(__file__).with_name("readme.txt")
IN_MEMORY = 4 * 1024 * 1024
"""Bytes of a package that are kept in memory; a larger one lies on disk, without a name, until it is sent."""
BLOCK = 1 << 16
NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_LONGEST = 150
"""Bytes of a file's name that every file system takes, beside its place in the list."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A package that is made: whose it is, its size and digest, and its bytes, to be read once."""

    case: Case
    size: int
    digest: str
    stream: IO[bytes]

    def blocks(self) -> Iterator[bytes]:
        """Its bytes; the stream is closed with them, also when they are never read."""
        begun = self._blocks()
        next(begun)  # what was never begun would close nothing
        return begun

    def _blocks(self) -> Iterator[bytes]:
        with self.stream:
            yield b""
            while block := self.stream.read(BLOCK):
                yield block


def package(office: Office, case: Case, officer: Officer | None, reason: str | None = None) -> Packed:
    """The package of an archived file of the officer's unit, which is logged with its digest.

    Refused while the file is not archived (409), and without a reason to whoever does not handle it (403). On the command line there is no officer.
    """
    if officer is not None:
        allow(officer, "own", "package", "归档包", reason)
    contents = Contents(office, case)
    out = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - it is closed when it was read
    try:
        write_package(out, contents.parts(), contents.info())
        size, digest = out.tell(), sha256()
        out.seek(0)
        while block := out.read(BLOCK):
            digest.update(block)
        out.seek(0)
    except BaseException:
        out.close()
        raise
    which = f"归档包的SHA-256：{digest.hexdigest()}"
    record(office.database, office.clock(), "package", officer, case.number, f"{reason}；{which}" if reason else which)
    return Packed(case, size, digest.hexdigest(), out)


def archival_of(case: Case) -> tuple[Signed, a.Archival]:
    """The archival that holds. Raises Problem 409: the file is not archived."""
    if case.is_erased:
        raise Problem(409, "本件保管期满，已经依照销毁清册销毁，没有归档包。登记号、日期和结果在案件页上。", articles=["条例 45"])
    signed = next((one for one in reversed(case.acts) if isinstance(one.act, a.Archival)), None)
    if case.state != "archived" or signed is None or not isinstance(signed.act, a.Archival):
        raise Problem(409, "本件还没有归档。请先办理归档，材料不齐的会说明缺什么。", articles=["条例 45"])
    return signed, signed.act


class Contents:
    """What goes into the package of one file."""

    def __init__(self, office: Office, case: Case) -> None:
        self.office, self.case = office, case
        self.signed, self.archival = archival_of(case)
        self.rules: Rules = office.rules
        self.agency: Agency = office.agencies[case.agency]
        with office.database.read() as session:
            self.kept = office.paging.kept(session, case)
            head = queries.case_row(session, case.id)
            self.year, self.serial = head.year, head.serial
            attached = queries.attachments_of(session, case.id)
            last = max([case.acts[-1].at, *(row.at for row in attached)])
            self.log = [dict(row._mapping) for row in people.log_about(session, case.number, last)]
        self.attached = {row.id: row for row in attached}
        self.letters = case.letters(self.rules)
        self.parts_: dict[str, Part] = {}

    def info(self) -> dict[str, str]:
        return {
            "Source-Organization": self.agency.name,
            "External-Identifier": self.case.number,
            "Internal-Sender-Identifier": self.case.id,
            "Bagging-Date": self.case.acts[-1].act.on.isoformat(),
            "Retention": self.archival.retention or "",
        }

    def parts(self) -> Mapping[str, Part]:
        """Path -> bytes, or what reads them from the store when their turn comes."""
        case, parts = self.case, self.parts_
        made = self._record()
        parts["备考表.pdf"] = self.office.printing.render("reference_sheet", reference_sheet(case, self.signed, self.index), preview=False)
        parts["办理记录.json"] = made.model_dump_json(indent=1).encode() + b"\n"
        parts["办理记录.xml"] = case_xml(made)
        parts["案卷.html"] = case_page(case, made, self.rules).encode()
        parts["日志摘录.json"] = json.dumps(self.log, ensure_ascii=False, indent=1, default=_written).encode() + b"\n"
        parts["说明.txt"] = README.read_bytes()
        parts["办理记录.txt"] = _lines(f"{s.seq}. {s.act.on} {type(s.act).title}　{s.officer.name}" for s in case.acts)
        parts["检索记录.txt"] = _lines(_search(s) for s in case.all(a.Search))
        parts["征求意见.txt"] = _lines(_consultations(case))
        parts["送达记录.txt"] = _lines(_services(case, self.letters))
        return parts

    def _record(self) -> CaseRecord:
        """The records of the file; its papers are put in their places on the way."""
        case, rules = self.case, self.rules
        clock = case.reckoning(rules)
        because = tuple(Because(text=one.text, articles=one.articles) for one in clock.because)
        placed = tuple(self._paper(place, paper) for place, paper in enumerate(papers(case, rules, self.agency, self.kept), 1))
        where = {one.id: one for one in placed}
        letters = tuple(self._letters(where))
        pages = [self.index.rows[one.place - 1].page if one.place <= len(self.index.rows) else None for one in placed]
        return CaseRecord(
            id=case.id, number=case.number, agency=case.agency, agency_name=self.agency.name, year=self.year, serial=self.serial,
            version=case.version, state=case.state, outcome=case.outcome, received_on=case.received_on, archived_on=self.archival.on,
            retention=self.index.retention, volume=self.archival.volume, title=self.index.title, pages=self.index.pages,
            due=DueDate(on=clock.due, provisional=clock.provisional, because=because), acts=tuple(map(ActRecord.of, case.acts)),
            letters=letters, attachments=tuple(self._attachment(row, where[row.id]) for row in self.attached.values()),
            papers=tuple(one.model_copy(update={"page": page}) for one, page in zip(placed, pages, strict=True)),
        )  # fmt: skip

    def _paper(self, place: int, paper: Paper) -> PaperRecord:
        """One of the 卷内文件 put in its place: attachments are read when they are written, the rest is small."""
        if paper.source == "attachment":
            row = self.attached[paper.id]
            file, digest, size = f"卷内文件/{_named(place, row.name)}", row.digest, row.size
            self.parts_[file] = partial(self.office.files.get, "attachments", row.id, row.digest)
        else:
            number = f"_{paper.number}" if paper.number else ""
            data = self.office.paging.data(paper, self.case, self.agency, self.rules, self.kept)
            file, digest, size = f"卷内文件/{_named(place, f'{paper.title}{number}.pdf')}", sha256(data).hexdigest(), len(data)
            self.parts_[file] = data
        return PaperRecord(
            place=place, title=paper.title, number=paper.number, responsible=paper.responsible, on=paper.on, page=None, void=paper.void,
            source=paper.source, id=paper.id, file=file, sha256=digest, size=size,
        )  # fmt: skip

    def _letters(self, where: Mapping[str, PaperRecord]) -> Iterator[LetterRecord]:
        """Every letter of the file as the store has it; the 卷内目录 lie beside the papers that they list."""
        indexes = [one.id for one in self.letters if one.kind == "file_index"]
        data = {id: self.office.pdf(id) for id in indexes}
        with self.office.database.read() as session:
            stored = {row.id: row for row in queries.letters_of(session, self.case, with_words=True)}
            others = {row.id: queries.case_row(session, row.case_id).number for row in stored.values() if row.case_id != self.case.id}
        for letter in self.letters:
            row, words = stored[letter.id], queries.letter_words(self.office.database.ring, stored[letter.id])
            if letter.id in data:
                last = letter.id == indexes[-1]
                file = "卷内目录.pdf" if last else f"以前的卷内目录/第{letter.seq}项记录.pdf"
                self.parts_[file] = data[letter.id]
                digest, size = sha256(data[letter.id]).hexdigest(), len(data[letter.id])
                if last:
                    listed = LETTERS["file_index"].context.from_json(words)
                    assert isinstance(listed, FileIndex)
                    self.index = listed
            else:
                file, digest, size = where[letter.id].file, where[letter.id].sha256, where[letter.id].size
            yield LetterRecord(
                id=row.id, seq=row.seq, kind=row.kind, title=LETTER_TITLES[row.kind], agency=row.agency, year=row.year, series=row.series,
                serial=row.serial, number=row.number, dated=row.dated, created_at=row.created_at, void=letter.void, of=others.get(row.id),
                file=file, sha256=digest, size=size, context=words,
            )  # fmt: skip

    def _attachment(self, row: Any, paper: PaperRecord) -> AttachmentRecord:
        officer = Officer.model_validate_json(row.officer)
        return AttachmentRecord(
            id=row.id, name=row.name, media_type=row.media_type, purpose=row.purpose, role=row.role, item=row.item,
            made_from=row.made_from, separated=row.separated, by=officer.name, officer=officer, at=row.at,
            file=paper.file, sha256=row.digest, size=row.size,
        )  # fmt: skip


def _named(place: int, name: str) -> str:
    """A file's name in the package: its place in the 卷内目录, and what it is called as far as every file system takes it."""
    plain = NOT_IN_NAMES.sub("_", name).replace("%", "％").strip(" .") or "文件"
    stem, dot, suffix = plain.rpartition(".")
    if not dot or len(suffix) > 10:
        stem, suffix = plain, ""
    while len(f"{stem}{dot}{suffix}".encode()) > _LONGEST:
        stem = stem[:-1]
    return f"{place:03d}_{stem}{dot if suffix else ''}{suffix}"


def _written(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else value.hex() if isinstance(value, bytes) else str(value)


def _search(signed: Signed) -> str:
    act = signed.act
    assert isinstance(act, a.Search)
    results = {"found": "已查到", "partly_found": "部分查到", "not_found": "未查到", "already_public": "已经主动公开"}
    return f"{act.on} {signed.officer.name}\n范围：{'、'.join(act.places)}\n方式：{act.method}\n结果：{results[act.result]}　{act.text or ''}"


def _consultations(case: Case) -> Iterator[str]:
    for one in case.consultations:
        answer = f"{one.opinion.on} {one.opinion.text}" if one.opinion else "逾期未提出意见" if one.silence else "没有答复"
        shown = f"\n对方看到的：{one.question}" if one.question != one.act.question else ""
        yield f"{one.act.on} {a.CONSULTATION_TYPES[one.act.type]}：{one.act.party.name}\n{one.act.question}{shown}\n答复：{answer}"


def _services(case: Case, letters: Iterable[Any]) -> Iterator[str]:
    for letter in letters:
        if (served := case.services.get(letter.id)) is not None:
            way, received = a.METHODS[served.method], served.received_on or "未登记"
            yield f"{LETTER_TITLES[letter.kind]}　{way}　送出{served.handed_on}　{'视为送达' if served.noticed else '签收'}{received}"


def _lines(lines: Iterable[str]) -> bytes:
    text = "\n\n".join(lines)
    return (text or "无。").encode() + b"\n"


__all__ = ["Contents", "Packed", "archival_of", "package"]
