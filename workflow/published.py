"""已公布的年度报告: its tables 3 and 4, read from the published layout (国办公开办函〔2021〕30号), whatever file they stood in.

A table is lines of cells as texts. The rows are known by their order, which the layout fixes, and each is checked by its words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workflow import statistics as s
from workflow.identity import normalized

Line = Sequence[str]
_NUMBER = re.compile(r"\d{1,9}")
_TELLS: tuple[tuple[str, str], ...] = tuple((row, re.sub(r"[\W_]+|（.*）", "", label)) for row, label in s.ROW_LABELS.items())
_WITHIN = 6
"""So many characters of its words tell a row."""


class NotPublished(Exception):
    """不是公布格式的报告: the file does not hold the tables in the published layout; what is missing, and what to do."""


@dataclass(frozen=True, slots=True)
class Published:
    """公布的表三、表四: the figures as they stand in the file, whether they add up or not."""

    table3: s.Table
    table4: s.Table

    @property
    def broken(self) -> list[s.Identity]:
        """The sums that do not hold, with both sides."""
        return [one for one in s.identities(self.table3, self.table4) if not one.holds]


def read(lines: Sequence[Line]) -> Published:
    """Tables 3 and 4 from all lines of a file. Raises NotPublished."""
    told = [_cells(line) for line in lines]
    rows = [(cells, numbers) for cells in told if (numbers := _last(cells, len(s.COLUMNS))) is not None]
    wide = [numbers for cells in told if (numbers := _last(cells, _TABLE4)) is not None]
    if len(wide) != 1:
        raise NotPublished(f"表四应当有一行{_TABLE4}个数字，文件里有{len(wide)}行。请核对是不是公布格式的年度报告，空着的格请填0。")
    rows = [(cells, numbers) for cells, numbers in rows if _last(cells, _TABLE4) is None]
    if len(rows) != len(s.ROWS):
        raise NotPublished(f"表三应当有{len(s.ROWS)}行数字，每行{len(s.COLUMNS)}个，文件里有{len(rows)}行。请核对是不是公布格式的表，空着的格请填0。")
    for (cells, _), (row, words) in zip(rows, _TELLS, strict=True):
        said = re.sub(r"[\W_]+", "", "".join(cells))
        if words[:_WITHIN] not in said:
            raise NotPublished(f"表三的“{row}”应当是“{s.ROW_LABELS[row]}”，文件里这一行不是。请核对各行的顺序和名称。")
    groups = len(s.TABLE4_COLUMNS)
    table4 = {title: wide[0][at * groups : (at + 1) * groups] for at, title in enumerate(s.REMEDIES.values())}
    return Published({row: numbers for row, (_, numbers) in zip(s.ROWS, rows, strict=True)}, table4)


_TABLE4 = len(s.REMEDIES) * len(s.TABLE4_COLUMNS)


def _cells(line: Line) -> list[str]:
    cells = [re.sub(r"[\s,，]+", "", normalized("NFKC", cell)) for cell in line]
    while cells and not cells[-1]:
        cells.pop()
    return [re.sub(r"^(\d+)\.0+$", r"\1", cell) for cell in cells]


def _last(cells: Sequence[str], many: int) -> list[int] | None:
    """The last so many cells, if they are whole numbers and the one before them is none."""
    numbers = cells[-many:]
    if len(numbers) < many or not all(_NUMBER.fullmatch(cell) for cell in numbers):
        return None
    return [int(cell) for cell in numbers]
