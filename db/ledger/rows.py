"""Rows of a sheet as they stand in the file, and what merged cells make of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_BYTES = 64 * 1024 * 1024
"""64 MiB: more than twenty years of the busiest county; a larger file is not a ledger."""
MOST_LINES = 100_000
"""Lines of a sheet with something on them: 3,000 requests a year for thirty years."""
MOST_COLUMNS, MOST_MERGED, MOST_MERGED_CELLS = 256, 500_000, 2_000_000
"""Columns of a sheet, lines that merged cells take, cells that they take: no ledger has more."""
TOO_MANY_MERGED = "合并单元格太多，不像台账，没有读取。请取消合并并逐行填写后再导入。"

TOO_MANY_LINES = f"超过{MOST_LINES}行，不像台账，没有读取。请按年份拆成几个文件后再导入。"


class BadLedger(Exception):
    """The whole file cannot be read as a ledger: why, and what to do."""


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range: its lines and its places in a row, both ends included."""

    first: int
    last: int
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a sheet, counted as the spreadsheet counts."""

    line: int
    cells: list[Any]
    faults: Mapping[int, str] = field(default_factory=dict)
    """What is wrong with the form of a cell, by its place in the row."""
    merges: Sequence[Merge] = ()
    carried: frozenset[int] = frozenset()
    """The places that a merged cell of another place fills: what stands there was written once."""


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet of the file. `title` is None where there is only one: then nobody needs its name."""

    title: str | None
    rows: Iterator[Row]
    aside: str | None = None
    """Why it is not read, whatever stands on it; None: it is read."""


def by_line(merges: Iterable[Merge], last: int) -> dict[int, list[Merge]]:
    """Line -> the merged ranges on it, as far as the sheet goes. Raises BadLedger: no ledger looks like this."""
    kept = [one for one in merges if one.first <= last and one.left < MOST_COLUMNS]
    heights = [min(one.last, last) - one.first + 1 for one in kept]
    cells = sum(height * (min(one.right, MOST_COLUMNS - 1) - one.left + 1) for height, one in zip(heights, kept, strict=True))
    if sum(heights) > MOST_MERGED or cells > MOST_MERGED_CELLS:
        raise BadLedger(TOO_MANY_MERGED)
    found: dict[int, list[Merge]] = {}
    for one in kept:
        for line in range(one.first, min(one.last, last) + 1):
            found.setdefault(line, []).append(one)
    return found


def with_merges(rows: Iterable[Row], merged: Mapping[int, Sequence[Merge]]) -> Iterator[Row]:
    """The same rows, where a merged cell stands in each of the places that it covers."""
    held: dict[Merge, Any] = {}
    for row in rows:
        merges = merged.get(row.line, ())
        if not merges:
            yield row
            continue
        cells, carried, faults = row.cells, set[int](), dict(row.faults)
        for one in merges:
            if row.line == one.first or one not in held:
                held[one] = (cells[one.left] if one.left < len(cells) else None, faults.get(one.left))
            value, fault = held[one]
            right = min(one.right, MOST_COLUMNS - 1)
            cells.extend([None] * (right + 1 - len(cells)))
            for at in range(one.left, right + 1):
                if (row.line, at) != (one.first, one.left):
                    cells[at] = value
                    carried.add(at)
                    if fault:
                        faults[at] = fault
            if row.line == one.last:
                del held[one]
        yield Row(row.line, cells, faults, tuple(merges), frozenset(carried))
