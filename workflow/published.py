"""已公布的年度报告: its tables 2, 3 and 4, read from the published layout (国办公开办函〔2021〕30号), whatever file they stood in.

A table is lines of cells as texts. The rows are known by their order, which the layout fixes, and each is checked by its words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workflow import statistics as s
from workflow.annual import TABLE2, Parts, faults
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
    """公布的表二、表三、表四: the figures as they stand in the file, whether they add up or not."""

    table3: s.Table
    table4: s.Table
    table2: Mapping[str, str] = field(default_factory=dict)
    """Empty where the file has none that can be read."""

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


_OF_TABLE2: Mapping[str, tuple[str, ...]] = {
    row: tuple(name for name, (_, of, _) in TABLE2.items() if of == row) for row in dict.fromkeys(row for _, row, _ in TABLE2.values())
}
"""Row of table 2 -> its figures, in order."""
_FIGURE = re.compile(r"\d{1,9}(\.\d{1,6})?(万元)?")
_CALLED: Mapping[str, str] = {"规范性文件": "行政规范性文件"}


def read_table2(lines: Sequence[Line]) -> dict[str, str]:
    """Table 2 from all lines of a file: each row is told by its name, and has as many figures as its columns. Raises NotPublished."""
    found: dict[str, str] = {}
    for line in lines:
        cells = [cell for cell in _cells(line) if cell]
        row = _CALLED.get(cells[0], cells[0]) if cells else ""
        names = _OF_TABLE2.get(row)
        if names is None or len(cells) == 1:
            continue
        if found.keys() & set(names):
            raise NotPublished(f"表二的“{row}”有两行，不知道以哪一行为准。请只留一行。")
        if len(cells) != 1 + len(names) or not all(_FIGURE.fullmatch(cell) for cell in cells[1:]):
            raise NotPublished(f"表二的“{row}”应当有{len(names)}个数字，读出的是“{'、'.join(cells[1:])[:40]}”。空着的格请填0，收费金额以万元为单位。")
        found |= dict(zip(names, (cell.removesuffix("万元") for cell in cells[1:]), strict=True))
    lacking = [row for row, names in _OF_TABLE2.items() if names[0] not in found]
    if lacking:
        raise NotPublished(f"没有找到表二的“{'”、“'.join(lacking)}”。请核对是不是公布格式的年度报告，各行的名称写在第一格。")
    if wrong := faults(Parts(found)):
        raise NotPublished(f"{wrong[0][1]}。")
    return {name: found[name] for name in TABLE2}


_YEARS = re.compile(r"(\d{4})年(?:度)?政府信息公开(?:工作)?年度报告")


def years_told(text: str) -> set[int]:
    """The years whose annual report a text says that it is."""
    return {int(one) for one in _YEARS.findall(re.sub(r"\s+", "", normalized("NFKC", text)))}


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
