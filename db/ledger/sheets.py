"""From a file to sheets of rows: CSV in the usual encodings, XLSX whatever its name is. Nothing is understood here."""

from __future__ import annotations

import csv
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TextIO

MOST_BYTES = 64 * 1024 * 1024
"""64 MiB: more than twenty years of the busiest county; a larger file is not a ledger."""
MOST_UNPACKED = 2 * MOST_BYTES
MOST_SHEETS, MOST_COLUMNS, MOST_BLANK, MOST_MERGED = 200, 256, 100_000, 500_000
"""Sheets of a workbook, columns of a sheet, empty lines between full ones, lines that merged cells take: no ledger has more."""
MOST_PRESSED = 200
"""How many times smaller than itself a part may have been packed: ledgers reach thirty."""
MOST_LINE = 1024 * 1024
"""Characters in one line of a CSV."""
Row = tuple[int, list[Any], Mapping[int, str]]
"""Line, cells, and what is wrong with the form of a cell, by its place in the row."""
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, SyntaxError, ValueError, KeyError, IndexError, TypeError, AttributeError)
"""What the reader of workbooks raises over a broken one; SyntaxError is what both XML parsers raise."""


class BadLedger(Exception):
    """The whole file cannot be read as a ledger: why, and what to do."""


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet of the file. `title` is None where there is only one: then nobody needs its name."""

    title: str | None
    rows: Iterator[Row]
    aside: str | None = None
    """Why it is not read, whatever stands on it; None: it is read."""


def sheets_of(path: Path) -> Iterator[RawSheet]:
    """Every sheet of the file in order, also those that are not read. Raises BadLedger, while rows are taken too."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise BadLedger(
            f"文件有{size / 1024 / 1024:.0f}MB，台账最多{MOST_BYTES // 1024 // 1024}MB，没有读取。请按年份拆成几个文件，或者删去图片和不用的工作表。"
        )
    if size == 0:
        raise BadLedger("文件是空的，请核对是否选对了文件。")
    with path.open("rb") as stream:
        head = stream.read(8)
    if head.startswith(b"PK\x03\x04"):
        return _workbook(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadLedger("这是旧版Excel文件（.xls），不能读取。请用Excel或者WPS另存为.xlsx后再导入。")
    return iter([RawSheet(None, _csv_rows(path))])


def _csv_rows(path: Path) -> Iterator[Row]:
    line = 1
    with path.open(encoding=_encoding(path), newline="") as stream:
        delimiter = max(",\t;", key=stream.read(4000).count)
        stream.seek(0)
        reader = csv.reader(_lines_of(stream), delimiter=delimiter)
        try:
            for cells in reader:
                yield line, [_unquoted(cell) for cell in cells], {}
                line = reader.line_num + 1
        except csv.Error:
            raise BadLedger(
                f"第{line}行起不能读取：引号没有成对，或者一格的内容太长。请用Excel或者WPS打开核对，另存为.xlsx后再导入。"
            ) from None


def _lines_of(stream: TextIO) -> Iterator[str]:
    """The lines of a text. Raises BadLedger when one is longer than any line of a ledger."""
    while text := stream.readline(MOST_LINE + 1):
        if len(text) > MOST_LINE:
            raise BadLedger("有一行太长，不像台账，没有读取。请用Excel或者WPS打开核对，另存为.xlsx后再导入。")
        yield text


def _encoding(path: Path) -> str:
    """The encoding that the whole file is in, read piece by piece."""
    with path.open("rb") as stream:
        wide = stream.read(2) in (b"\xff\xfe", b"\xfe\xff")
        while not wide and (block := stream.read(1 << 20)):
            if b"\x00" in block:
                raise BadLedger("这不是CSV或者XLSX文件。请用Excel或者WPS另存为.xlsx，或者“CSV（逗号分隔）”。")
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding, newline="") as text:
                while text.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise BadLedger("文字编码既不是UTF-8，也不是GBK。请用Excel或者WPS另存为.xlsx后再导入。")


def _unquoted(cell: str) -> str:
    """The text of ="0012", which spreadsheets write to keep a leading zero."""
    found = re.fullmatch(r'="([^"]*)"', cell.strip())
    return found[1] if found else cell


_TOO_LARGE = "文件解开后太大，不像台账，没有读取。请只保留台账的工作表，或者按年份拆成几个文件后再导入。"


def _workbook(path: Path) -> Iterator[RawSheet]:
    import openpyxl
    from openpyxl.chartsheet import Chartsheet

    with path.open("rb") as stream:  # openpyxl refuses a path by its name, whatever the file is
        try:
            with zipfile.ZipFile(stream) as bundle:
                parts = bundle.infolist()
                blown_up = any(one.file_size > 1024 * 1024 and one.file_size > MOST_PRESSED * one.compress_size for one in parts)
                if blown_up or sum(one.file_size for one in parts) > MOST_UNPACKED:
                    raise BadLedger(_TOO_LARGE)
                sizes = {one.filename: one.file_size for one in parts}
            paths = _named(stream)
            if len(paths) > MOST_SHEETS or sum(sizes.get(one, 0) for one in paths) > MOST_UNPACKED:  # one part may be named as many sheets
                raise BadLedger(_TOO_LARGE)
            book = openpyxl.load_workbook(stream, read_only=True, data_only=False, keep_links=False)
        except _BROKEN:
            raise BadLedger("文件损坏，或者不是XLSX工作簿。请用Excel或者WPS打开，另存为.xlsx后再导入。") from None
        try:
            several = len(book.sheetnames) > 1
            for title in book.sheetnames:
                sheet = book[title]
                if isinstance(sheet, Chartsheet):
                    yield RawSheet(title, iter(()), "是图表")
                    continue
                hidden = sheet.sheet_state != "visible"
                yield RawSheet(title if several else None, _sheet_rows(path, sheet), "是隐藏的工作表，需要导入的请先取消隐藏" if hidden else None)
        finally:
            book.close()


def _named(stream: BinaryIO) -> list[str]:
    """The part of each sheet that a workbook names, before any of them is opened: opening looks a sheet through to its end."""
    from openpyxl.reader.excel import ExcelReader

    reader = ExcelReader(stream, read_only=True, keep_links=False)
    reader.read_manifest()
    reader.read_workbook()
    return [part.target.lstrip("/") for _, part in reader.parser.find_sheets()]


def _sheet_rows(path: Path, sheet: Any) -> Iterator[Row]:
    line = 0
    try:
        sheet.reset_dimensions()  # a stray format in the last cell of a sheet is not a million rows
        shape = _shape(path, sheet._worksheet_path)
        if not shape.last:
            return
        for line, cells in enumerate(sheet.iter_rows(max_row=shape.last, max_col=MOST_COLUMNS), 1):
            faults = {at: "是公式，请先“选择性粘贴”为数值" for at, cell in enumerate(cells) if cell.data_type == "f"}
            for first, last in shape.merged.get(line, ()):
                faults |= dict.fromkeys(range(first, last + 1), "有合并单元格，请取消合并并逐行填写")
            yield line, [cell.value for cell in cells], faults
    except _BROKEN:
        raise BadLedger(f"工作表“{sheet.title}”第{line + 1}行起损坏，不能读取。请用Excel或者WPS打开核对，另存为.xlsx后再导入。") from None


@dataclass(slots=True)
class _Shape:
    """What is known of a sheet before its rows are read."""

    last: int = 0
    """The last line with something in it."""
    merged: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """Line -> the places (first, last) that merged ranges take on it."""


def _shape(path: Path, sheet: str) -> _Shape:
    """Look a sheet through, cell by cell and never whole in memory. Raises BadLedger: no ledger looks like this."""
    from lxml import etree

    found, ranges, filled, line = _Shape(), list[tuple[int, int, int, int]](), 0, 0
    with zipfile.ZipFile(path) as bundle, bundle.open(sheet.lstrip("/")) as stream:
        for _event, element in etree.iterparse(stream, tag=("{*}row", "{*}mergeCell"), resolve_entities=False):
            if element.tag.endswith("}row"):
                line = int(element.get("r", line + 1))
                if any(len(cell) for cell in element):
                    found.last, filled = line, filled + 1
                    _narrow(element)
                element.clear()  # and what stood before it, so that a long sheet is never in memory whole
                while (before := element.getprevious()) is not None:
                    element.getparent().remove(before)
                continue
            ends = re.fullmatch(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})", element.get("ref", ""))
            if ends:
                ranges.append((int(ends[2]), int(ends[4]), _place(ends[1]), min(_place(ends[3]), MOST_COLUMNS)))
    if found.last > filled + MOST_BLANK:
        raise BadLedger(f"第{found.last}行以前有{found.last - filled}个空行，不像台账，没有读取。请删去空行后再导入。")
    if sum(max(min(last, found.last) - first + 1, 0) for first, last, *_ in ranges) > MOST_MERGED:
        raise BadLedger("合并单元格太多，不像台账，没有读取。请取消合并并逐行填写后再导入。")
    for first, last, left, right in ranges:
        for at in range(first, min(last, found.last) + 1):
            found.merged.setdefault(at, []).append((left, right))
    return found


def _narrow(row: Any) -> None:
    """Raises BadLedger when something stands far to the right: what is there would be lost."""
    for cell in row:
        ends = re.match(r"[A-Z]{1,3}", cell.get("r", ""))
        if ends and len(cell) and _place(ends[0]) >= MOST_COLUMNS:
            raise BadLedger(f"第{row.get('r', '')}行在{ends[0]}列还有内容，台账最多{MOST_COLUMNS}列，没有读取。请删去不用的列后再导入。")
    if len(row) > MOST_COLUMNS and not row[-1].get("r"):
        raise BadLedger(f"第{row.get('r', '')}行有{len(row)}列，台账最多{MOST_COLUMNS}列，没有读取。请删去不用的列后再导入。")


def _place(letters: str) -> int:
    """A -> 0, Z -> 25, AA -> 26."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1
