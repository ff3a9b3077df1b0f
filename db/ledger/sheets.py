"""From a file to sheets of rows, whatever the file is called: CSV in the usual encodings here, workbooks and web pages beside.

Nothing is understood here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from db.ledger import old_workbooks, web_tables, workbooks
from db.ledger.rows import MOST_BYTES, MOST_LINES, TOO_MANY_LINES, BadLedger, RawSheet, Row

MOST_LINE = 1024 * 1024
"""Characters in one line of a CSV."""
_OF_A_PAGE = re.compile(r"<(!doctype html|html|head|meta|body|table|style|div)\b", re.I)


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
        return workbooks.sheets_of(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return old_workbooks.sheets_of(path)
    for mark, kind in _NO_TABLES.items():
        if head.startswith(mark):
            raise BadLedger(f"这是{kind}，里面的表格不能可靠地读出来，没有读取。请用原来的表格文件（.xlsx、.xls、.csv或者网页）再导入。")
    encoding = _encoding(path)
    with path.open(encoding=encoding) as text:
        start = text.read(2000)
    if "urn:schemas-microsoft-com:office:spreadsheet" in start or start.startswith("MIME-Version:"):
        raise BadLedger("这是另存为网页档案或者XML的表格，不能读取。请用Excel或者WPS另存为.xlsx后再导入。")
    if start.lstrip().startswith("<") and _OF_A_PAGE.search(start):
        return web_tables.sheets_of(path, encoding)
    return iter([RawSheet(None, _csv_rows(path, encoding))])


_NO_TABLES = {b"%PDF-": "PDF文件", b"{\\rtf": "RTF文档", b"\x89PNG": "图片", b"\xff\xd8\xff": "图片", b"GIF8": "图片"}
"""By their first bytes: what people have a table in, and no program reads it from."""


def _csv_rows(path: Path, encoding: str) -> Iterator[Row]:
    line = 1
    with path.open(encoding=encoding, newline="") as stream:
        delimiter = max(",\t;", key=stream.read(4000).count)
        stream.seek(0)
        reader = csv.reader(_lines_of(stream), delimiter=delimiter)
        try:
            for cells in reader:
                yield Row(line, [_unquoted(cell) for cell in cells])
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
        wide, lines = stream.read(2) in (b"\xff\xfe", b"\xfe\xff"), 0
        while block := stream.read(1 << 20):
            lines += block.count(b"\n")
            if lines > 2 * MOST_LINES:  # half of them may stand within cells
                raise BadLedger(f"文件{TOO_MANY_LINES}")
            if not wide and b"\x00" in block:
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
