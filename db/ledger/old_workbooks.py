"""XLS, which older ledgers are. A look at the records of each sheet finds what is made to unpack, and the merged cells."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from os import devnull
from pathlib import Path
from typing import Any

from db.ledger.rows import (
    MOST_COLUMNS,
    MOST_MERGED,
    TOO_MANY_MERGED,
    BadLedger,
    Merge,
    RawSheet,
    Row,
    by_line,
    with_merges,
)

MOST_OLD = 16 * 1024 * 1024
"""Bytes: such a workbook is in memory whole."""
MOST_CELLS = 4_000_000
"""Cells of a sheet, as far as its rows go."""
_BROKEN = (
    AssertionError, AttributeError, EOFError, ImportError, IndexError, KeyError, LookupError, OSError, OverflowError, TypeError, ValueError,
    struct.error,
)  # fmt: skip
_UNREADABLE = "不能读取：不是Excel工作簿，或者加了密码，或者已经损坏。请用Excel或者WPS打开，去掉密码，另存为.xlsx后再导入。"
_CELLS = {0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E}
"""Records that hold a cell: formula, numbers, texts, true and false."""
_MERGED, _END = 0x00E5, 0x000A


def sheets_of(path: Path) -> Iterator[RawSheet]:
    """Every sheet of an XLS workbook in order. Raises BadLedger."""
    import xlrd

    if path.stat().st_size > MOST_OLD:
        raise BadLedger("这个.xls文件太大，没有读取。请用Excel或者WPS另存为.xlsx后再导入。")
    with Path(devnull).open("w") as nowhere:  # it prints what it wonders about
        try:
            book = xlrd.open_workbook(str(path), logfile=nowhere, on_demand=True, ragged_rows=True)
        except (xlrd.XLRDError, xlrd.compdoc.CompDocError, *_BROKEN):
            raise BadLedger(f"这个.xls文件{_UNREADABLE}") from None
        several = book.nsheets > 1
        for number, title in enumerate(book.sheet_names()):
            hidden = book._sheet_visibility[number]
            aside = "是隐藏的工作表，需要导入的请先取消隐藏" if hidden else None
            yield RawSheet(title if several else None, _rows(book, number, title), aside)


def _rows(book: Any, number: int, title: str) -> Iterator[Row]:
    import xlrd

    try:
        merges = _merges(book.mem, book._sh_abs_posn[number])
        sheet = book.sheet_by_index(number)
        yield from with_merges(_cells(book, sheet), by_line(merges, sheet.nrows))
        book.unload_sheet(number)
    except (xlrd.XLRDError, *_BROKEN):
        raise BadLedger(f"工作表“{title}”{_UNREADABLE}") from None


def _cells(book: Any, sheet: Any) -> Iterator[Row]:
    from xlrd import XL_CELL_DATE, XL_CELL_ERROR, error_text_from_code, xldate_as_datetime

    for at in range(sheet.nrows):
        cells, faults = list[Any](), dict[int, str]()
        for place, (kind, value) in enumerate(zip(sheet.row_types(at), sheet.row_values(at), strict=True)):
            said = value
            if kind == XL_CELL_ERROR:
                said = error_text_from_code.get(value, "#N/A")
                faults[place] = f"是错误值{said}，请改正"
            elif kind == XL_CELL_DATE:
                try:
                    said = xldate_as_datetime(value, book.datemode)
                except (ValueError, OverflowError):
                    faults[place] = "不是日期，请改正"
            cells.append(said)
        yield Row(at + 1, cells, faults)


def _merges(stream: Any, at: int) -> list[Merge]:
    """The merged ranges of the sheet whose records begin there. Raises BadLedger, struct.error."""
    found, widths = list[Merge](), dict[int, int]()
    while at + 4 <= len(stream):
        code, length = struct.unpack_from("<HH", stream, at)
        at += 4
        if code in _CELLS:
            row, column = struct.unpack_from("<HH", stream, at)
            last = struct.unpack_from("<H", stream, at + length - 2)[0] if code == 0x00BD else column
            if last >= MOST_COLUMNS:
                raise BadLedger(f"第{row + 1}行超过{MOST_COLUMNS}列，不像台账，没有读取。请删去不用的列后再导入。")
            widths[row] = max(widths.get(row, 0), last + 1)
        elif code == _MERGED:
            (count,) = struct.unpack_from("<H", stream, at)
            for one in range(count):
                first, last, left, right = struct.unpack_from("<4H", stream, at + 2 + 8 * one)
                found.append(Merge(first + 1, last + 1, left, right))
            if len(found) > MOST_MERGED:
                raise BadLedger(TOO_MANY_MERGED)
        elif code == _END:
            break
        at += length
    if sum(widths.values()) > MOST_CELLS:
        raise BadLedger("工作表太大，不像台账，没有读取。请删去不用的行和列后再导入。")
    return found
