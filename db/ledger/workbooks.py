"""XLSX: read row by row, after a look at each sheet that finds what is made to unpack."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from db.ledger.rows import (
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_LINES,
    TOO_MANY_LINES,
    BadLedger,
    Merge,
    RawSheet,
    Row,
    by_line,
    with_merges,
)

MOST_UNPACKED = 2 * MOST_BYTES
MOST_SHEETS, MOST_BLANK, MOST_UNKNOWN = 200, 100_000, 500_000
"""Sheets of a workbook, empty lines between full ones, formulas without a result: no ledger has more."""
MOST_STRINGS = 400_000
"""Different texts of a workbook, all of which are in memory: four on each line of the longest ledger."""
MOST_PRESSED = 200
"""How many times smaller than itself a part may have been packed: ledgers reach thirty."""
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, SyntaxError, ValueError, KeyError, IndexError, TypeError, AttributeError)
"""What the reader of workbooks raises over a broken one; SyntaxError is what both XML parsers raise."""
_TOO_LARGE = "文件解开后太大，不像台账，没有读取。请只保留台账的工作表，或者按年份拆成几个文件后再导入。"


def sheets_of(path: Path) -> Iterator[RawSheet]:
    """Every sheet of an XLSX workbook in order. Raises BadLedger."""
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
                if any(_texts(bundle, one) > MOST_STRINGS for one in sizes if one.lower().endswith("sharedstrings.xml")):
                    raise BadLedger(_TOO_LARGE)
            paths = _named(stream)
            if len(paths) > MOST_SHEETS or sum(sizes.get(one, 0) for one in paths) > MOST_UNPACKED:  # one part may be named as many sheets
                raise BadLedger(_TOO_LARGE)
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
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


def _texts(bundle: zipfile.ZipFile, part: str) -> int:
    """How many texts a part holds, counted without reading any of them."""
    count, end = 0, b""
    with bundle.open(part) as stream:
        while block := stream.read(1 << 20):
            count += (end + block).count(b"si>") + (end + block).count(b"si/>")  # whatever the prefix of its names; its beginning and its end
            end = block[-2:]
    return count // 2


def _named(stream: BinaryIO) -> list[str]:
    """The part of each sheet that a workbook names, before any of them is opened: opening looks a sheet through to its end."""
    from openpyxl.reader.excel import ExcelReader

    reader = ExcelReader(stream, read_only=True, keep_links=False)
    reader.read_manifest()
    reader.read_workbook()
    return [part.target.lstrip("/") for _, part in reader.parser.find_sheets()]


def _sheet_rows(path: Path, sheet: Any) -> Iterator[Row]:
    shape = _Shape()
    try:
        _look(path, sheet._worksheet_path, shape)
    except _BROKEN:
        raise _broken(sheet.title, shape.last + 1) from None
    yield from with_merges(_cells(sheet, shape), shape.merged)


def _cells(sheet: Any, shape: _Shape) -> Iterator[Row]:
    line = 0
    try:
        sheet.reset_dimensions()  # a stray format in the last cell of a sheet is not a million rows
        if not shape.last:
            return
        for line, cells in enumerate(sheet.iter_rows(max_row=shape.last, max_col=MOST_COLUMNS), 1):
            faults = {at: f"是错误值{cell.value}，请改正" for at, cell in enumerate(cells) if cell.data_type == "e"}
            faults |= dict.fromkeys(shape.unknown.get(line, ()), "是没有算出结果的公式，请先“选择性粘贴”为数值")
            yield Row(line, [cell.value for cell in cells], faults)
    except _BROKEN:
        raise _broken(sheet.title, line + 1) from None


def _broken(title: str, line: int) -> BadLedger:
    return BadLedger(f"工作表“{title}”第{line}行起损坏，不能读取。请用Excel或者WPS打开核对，另存为.xlsx后再导入。")


@dataclass(slots=True)
class _Shape:
    """What is known of a sheet before its rows are read."""

    last: int = 0
    """The last line with something in it."""
    merged: dict[int, list[Merge]] = field(default_factory=dict)
    """Line -> the merged ranges on it."""
    unknown: dict[int, list[int]] = field(default_factory=dict)
    """Line -> the places of formulas whose results the file does not hold."""


def _look(path: Path, sheet: str, found: _Shape) -> None:
    """Look a sheet through, cell by cell and never whole in memory. Raises BadLedger: no ledger looks like this."""
    from lxml import etree

    ranges, filled, unknown, line = list[Merge](), 0, 0, 0
    with zipfile.ZipFile(path) as bundle, bundle.open(sheet.lstrip("/")) as stream:
        for _event, element in etree.iterparse(stream, tag=("{*}row", "{*}mergeCell"), resolve_entities=False):
            if element.tag.endswith("}row"):
                line = int(element.get("r", line + 1))
                if any(len(cell) for cell in element):
                    found.last, filled = line, filled + 1
                    if filled > MOST_LINES:
                        raise BadLedger(f"工作表{TOO_MANY_LINES}")
                    if places := _narrow(element):
                        found.unknown[line] = places
                        unknown += len(places)
                        if unknown > MOST_UNKNOWN:
                            raise BadLedger("公式太多，又没有算出结果，没有读取。请用Excel或者WPS打开，另存为.xlsx后再导入。")
                element.clear()  # and what stood before it, so that a long sheet is never in memory whole
                while (before := element.getprevious()) is not None:
                    element.getparent().remove(before)
                continue
            ends = re.fullmatch(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})", element.get("ref", ""))
            if ends:
                ranges.append(Merge(int(ends[2]), int(ends[4]), _place(ends[1]), _place(ends[3])))
    if found.last > filled + MOST_BLANK:
        raise BadLedger(f"第{found.last}行以前有{found.last - filled}个空行，不像台账，没有读取。请删去空行后再导入。")
    found.merged = by_line(ranges, found.last)


def _narrow(row: Any) -> list[int]:
    """The places of its formulas without a result. Raises BadLedger when something stands far to the right: it would be lost."""
    unknown = []
    for at, cell in enumerate(row):
        ends = re.match(r"[A-Z]{1,3}", cell.get("r", ""))
        if ends and len(cell) and _place(ends[0]) >= MOST_COLUMNS:
            raise BadLedger(f"第{row.get('r', '')}行在{ends[0]}列还有内容，台账最多{MOST_COLUMNS}列，没有读取。请删去不用的列后再导入。")
        parts = {part.tag.rpartition("}")[2]: part.text for part in cell}
        if "f" in parts and not parts.get("v") and cell.get("t") != "str":  # a text may have come out empty
            unknown.append(_place(ends[0]) if ends else at)
    if len(row) > MOST_COLUMNS and not row[-1].get("r"):
        raise BadLedger(f"第{row.get('r', '')}行有{len(row)}列，台账最多{MOST_COLUMNS}列，没有读取。请删去不用的列后再导入。")
    return unknown


def _place(letters: str) -> int:
    """A -> 0, Z -> 25, AA -> 26."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1
