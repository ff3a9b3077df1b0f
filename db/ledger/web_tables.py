"""A web page that is called .xls: many systems export their lists so. Every outermost table is a sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
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

MOST_PAGE = 16 * 1024 * 1024
"""Bytes: a page is in memory whole."""
_CELL = re.compile(r"<t[dh]\b", re.I)
MOST_TABLES, MOST_CELLS = 200, 400_000


def sheets_of(path: Path, encoding: str) -> Iterator[RawSheet]:
    """The tables of a page. Raises BadLedger."""
    from lxml import etree

    if path.stat().st_size > MOST_PAGE:
        raise BadLedger("这是网页格式的表格，太大，没有读取。请用Excel或者WPS另存为.xlsx后再导入。")
    page = path.read_text(encoding)
    if len(_CELL.findall(page)) > MOST_CELLS:
        raise BadLedger("这是网页格式的表格，太大，没有读取。请用Excel或者WPS另存为.xlsx后再导入。")
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(page.encode(), parser)
    tables = [] if root is None else [one for one in root.iter("table") if next(one.iterancestors("table"), None) is None]
    if not tables or len(tables) > MOST_TABLES:
        raise BadLedger("这是网页，里面没有可以读取的表格。请用Excel或者WPS打开核对，另存为.xlsx后再导入。")
    for number, table in enumerate(tables, 1):
        yield RawSheet(f"表格{number}" if len(tables) > 1 else None, _rows(table))


def _rows(table: Any) -> Iterator[Row]:
    """The rows of a table, each cell in its column: what spans several lines or columns is a merged cell."""
    rows, merges = list[Row](), list[Merge]()
    until: dict[int, int] = {}
    """Column -> the last line that a cell from above takes."""
    spans = 0
    lines = (one for one in table.iter("tr") if next(one.iterancestors("table")) is table)
    for line, element in enumerate(lines, 1):
        cells, at = list[Any](), 0
        for cell in element.iterchildren("td", "th"):
            while until.get(at, 0) >= line:
                at += 1
            if at >= MOST_COLUMNS:
                raise BadLedger(f"第{line}行超过{MOST_COLUMNS}列，不像台账，没有读取。请删去不用的列后再导入。")
            down, across = _span(cell, "rowspan"), min(_span(cell, "colspan"), MOST_COLUMNS - at)
            cells.extend([None] * (at + across - len(cells)))
            cells[at] = " ".join("".join(cell.itertext()).split())
            if down > 1 or across > 1:
                merges.append(Merge(line, line + down - 1, at, at + across - 1))
                spans += 1
                if spans > MOST_MERGED:
                    raise BadLedger(TOO_MANY_MERGED)
            for column in range(at, at + across):
                until[column] = line + down - 1
            at += across
        rows.append(Row(line, cells))
    yield from with_merges(rows, by_line(merges, len(rows)))


def _span(cell: Any, name: str) -> int:
    said = cell.get(name, "1").strip()
    return max(1, min(int(said), 65_536)) if said.isascii() and said.isdigit() and len(said) < 7 else 1
