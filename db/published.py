"""From a file to lines of cells (.xlsx, .xls, web page, .docx, text), and the tables of units outside the system as they are kept."""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from lxml import etree
from sqlalchemy import Row, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from db import journal
from db import tables as t
from db.ledger.rows import BadLedger
from db.ledger.sheets import sheets_of
from workflow.acts import Officer
from workflow.published import NotPublished, Published, read_table2, years_told
from workflow.published import read as read_lines

OUTSIDE = t.table_of(t.OutsideReport)
MOST_BYTES = 10 * 1024 * 1024
"""10 MiB: a report with pictures; its text is far smaller."""
_MOST_TEXT, _MOST_LINES, _MOST_CELLS = 30 * 1024 * 1024, 5_000, 256
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NOT_READ = "文件不能读取。可以用.xlsx、.xls、.docx、网页（.html），或者把表复制下来粘贴。"


@dataclass(frozen=True, slots=True)
class Told:
    """What a file says: its lines, and of which years it says that it is the report."""

    lines: Sequence[Sequence[str]]
    years: frozenset[int]

    @property
    def published(self) -> Published:
        """Tables 3 and 4, and table 2 where it can be read. Raises NotPublished."""
        found = read_lines(self.lines)
        try:
            return replace(found, table2=read_table2(self.lines))
        except NotPublished:
            return found

    @property
    def table2(self) -> dict[str, str]:
        """Raises NotPublished."""
        return read_table2(self.lines)


def told_by(data: bytes) -> Told:
    """A file, taken apart. Raises NotPublished."""
    if len(data) > MOST_BYTES:
        raise NotPublished(f"文件超过{MOST_BYTES // 1024 // 1024}MB，请删去图片以后再选。")
    lines = _of_word(data) if _is_word(data) else _of_sheets(data)
    heads = "\n".join("".join(line) for line in lines[:_HEAD])
    return Told(lines, frozenset(years_told(heads if data.startswith((b"PK", b"\xd0\xcf")) else heads + _words_of(data))))


def read(data: bytes) -> Published:
    """The tables of a published report. Raises NotPublished."""
    return told_by(data).published


_HEAD = 40
"""So many lines of a file may hold its title."""
_OF_A_PARAGRAPH = 1_000
"""Characters of a paragraph outside of the tables: enough for a title."""
_MARKUP = re.compile(rb"<[^<>]{0,2000}>")


def _words_of(data: bytes) -> str:
    """What a web page says outside of its tables, too: the title stands there."""
    start = data[:100_000]
    return _MARKUP.sub(b"", start).decode("utf-8" if not start.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-16", "ignore")


def _is_word(data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04") and b"word/document.xml" in data


def _of_sheets(data: bytes) -> list[list[str]]:
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        lines: list[list[str]] = []
        try:
            for sheet in sheets_of(Path(file.name)):
                for row in sheet.rows:
                    _not_too_many(len(lines) + 1, len(row.cells))
                    lines.append(["" if cell is None or at in row.carried else str(cell) for at, cell in enumerate(row.cells)])
        except BadLedger as error:
            raise NotPublished(str(error).replace("台账", "年度报告").replace("导入", "选择")) from None
    return lines


def _of_word(data: bytes) -> list[list[str]]:
    """Every line of every table, and every paragraph that stands alone; nothing from outside the file is read, no entity is taken apart."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        try:
            with zipfile.ZipFile(file) as archive:
                part = archive.getinfo("word/document.xml")
                if part.file_size > _MOST_TEXT:
                    raise NotPublished("文件的文字太多，不像年度报告，请只选年度报告。")
                with archive.open(part) as stream:
                    text = stream.read(_MOST_TEXT + 1)
            parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
            root = etree.fromstring(text[:_MOST_TEXT], parser)
        except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, NotImplementedError, RuntimeError, OSError, EOFError):
            raise NotPublished(NOT_READ) from None
    if root.getroottree().docinfo.doctype:
        raise NotPublished(NOT_READ)
    found: list[list[str]] = []
    rows: list[list[list[str]]] = []  # those that are open: a word is of the innermost cell, and is read once however deep it lies
    for event, node in etree.iterwalk(root, events=("start", "end"), tag=(f"{_W}tr", f"{_W}tc", f"{_W}t", f"{_W}p")):
        if node.tag == f"{_W}tr" and event == "start":
            rows.append([])
            _not_too_many(len(found) + len(rows))
        elif node.tag == f"{_W}tr":
            found.append(["".join(cell) for cell in rows.pop()])
        elif node.tag == f"{_W}p":
            if event == "start" and not rows:
                found.append([""])
                _not_too_many(len(found))
        elif node.tag == f"{_W}tc" and event == "start" and rows:
            rows[-1].append([])
            _not_too_many(0, len(rows[-1]))
        elif node.tag == f"{_W}t" and event == "end" and rows and rows[-1]:
            rows[-1][-1].append(node.text or "")
        elif node.tag == f"{_W}t" and event == "end" and not rows and found:
            found[-1][-1] = (found[-1][-1] + (node.text or ""))[:_OF_A_PARAGRAPH] if len(found[-1][-1]) < _OF_A_PARAGRAPH else found[-1][-1]
    return found


def _not_too_many(lines: int, cells: int = 0) -> None:
    if lines > _MOST_LINES or cells > _MOST_CELLS:
        raise NotPublished(f"文件的{'行' if lines > _MOST_LINES else '栏'}太多，不像年度报告，请只选年度报告。")


# ------------------------------------------------------------------ kept


def keep(session: Session, officer: Officer, year: int, name: str, told: Published, at: datetime) -> None:
    """The tables of a unit outside the system, of one year, in the place of those it had before."""
    mine = and_(OUTSIDE.c.agency == officer.agency, OUTSIDE.c.year == year, OUTSIDE.c.name == name)
    values = {"at": at, "officer": officer.model_dump_json(), "figures": json.dumps(asdict(told), ensure_ascii=False)}
    anew = update(OUTSIDE).where(mine).values(values).returning(OUTSIDE.c.id)
    made = session.execute(anew).scalar()
    if made is None:
        made = str(uuid4())
        try:
            with session.begin_nested():
                session.execute(insert(OUTSIDE).values(id=made, agency=officer.agency, year=year, name=name, **values))
        except IntegrityError:  # somebody kept the same at the same moment: the later one counts
            made = session.execute(anew).scalar_one()
    journal.changed(session, OUTSIDE, made)


def drop(session: Session, agency: str, known: str) -> bool:
    """Take one away; False: there is none of this unit."""
    found = session.execute(delete(OUTSIDE).where(OUTSIDE.c.id == known, OUTSIDE.c.agency == agency).returning(OUTSIDE.c.id)).first()
    if found is not None:
        journal.changed(session, OUTSIDE, known)
    return found is not None


def not_again(session: Session, agencies: list[str], year: int) -> list[str]:
    """The units outside the system whose tables are there for the year before, and not for this one, by name."""
    query = select(OUTSIDE.c.name).where(OUTSIDE.c.agency.in_(sorted(agencies))).distinct()
    then, now = (set(session.execute(query.where(OUTSIDE.c.year == one)).scalars()) for one in (year - 1, year))
    return sorted(then - now)


def kept(session: Session, agencies: list[str], year: int) -> list[tuple[Row[Any], Published]]:
    """The tables that these units keep of others, by name."""
    query = select(OUTSIDE).where(OUTSIDE.c.agency.in_(sorted(agencies)), OUTSIDE.c.year == year).order_by(OUTSIDE.c.name, OUTSIDE.c.id)
    return [(row, Published(**json.loads(row.figures))) for row in session.execute(query).all()]

