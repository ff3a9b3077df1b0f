"""From rows to entries: on each sheet the heading is found, and every line under it gets its entry or the reasons why it has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import Any

from db.ledger.sheets import BadLedger, RawSheet, Row, sheets_of
from db.ledger.words import (
    BRACKETS,
    HEADINGS,
    REMEDY_WORDS,
    REQUIRED,
    RESULT_WORDS,
    TITLES,
    UNFINISHED,
    Vocabulary,
    heading_word,
    plain_word,
    read_date,
    text_of,
)
from workflow import acts as a
from workflow import statistics as s
from workflow.law import Rules

HEADING_WITHIN = 10
"""The heading stands within the first ten rows; titles may stand above it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One good line: the acts it stands for are made of this."""

    number: str
    received_on: date
    channel: str
    applicant_category: str
    applicant_name: str
    wanted: str
    topic: str | None = None
    """A topic of the rules; another word stands in `topic_said` and goes on the file as a remark."""
    topic_said: str | None = None
    unit: str | None = None
    outcome: str | None = None
    replied_on: date | None = None
    remedy: str | None = None
    remedy_on: date | None = None
    remedy_result: str | None = None
    remedy_result_on: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger, counted as the spreadsheet counts: its entry, or the reasons why it has none."""

    line: int
    entry: Entry | None
    problems: tuple[str, ...] = ()
    sheet: str | None = None
    """The sheet it stands on, where the workbook has several."""
    is_fault: bool = True
    """Whether the reasons are faults of the line, to be mended; else it is left out as it stands."""

    @property
    def where(self) -> str:
        """第5行, 工作表“2025”第5行."""
        return f"工作表“{self.sheet}”第{self.line}行" if self.sheet else f"第{self.line}行"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What came of one sheet."""

    title: str | None
    lines: int
    """Lines with something on them: below the heading; of a sheet that was not read, all."""
    why: str | None = None
    """Why it was not read; None: it was."""
    ignored: tuple[str, ...] = ()
    """Columns that were not read: the office's own (备注), and 序号 beside 登记编号."""

    @property
    def told(self) -> str:
        """工作表“2025”：读取12行，没有读取的列：备注."""
        name = f"工作表“{self.title}”" if self.title else "台账"
        if self.why is not None:
            return f"{name}没有读取" + (f"，其中有内容的{self.lines}行没有导入" if self.lines else "") + f"：{self.why}"
        return f"{name}：读取{self.lines}行" + (f"，没有读取的列：{'、'.join(self.ignored)}" if self.ignored else "")


class Reading(Iterator[Line]):
    """The lines of a ledger, sheet by sheet; once they are all taken, `sheets` accounts for every sheet of the file."""

    def __init__(self, path: Path, rules: Rules, today: date) -> None:
        self.sheets: list[Sheet] = []
        self._lines = self._read(sheets_of(path), Vocabulary.of(rules.on(today)))

    def __next__(self) -> Line:
        return next(self._lines)

    def _read(self, sheets: Iterator[RawSheet], words: Vocabulary) -> Iterator[Line]:
        for sheet in sheets:
            if sheet.aside is not None:
                self.sheets.append(Sheet(sheet.title, sum(map(_is_filled, sheet.rows)), sheet.aside))
                continue
            heading = _heading(sheet.rows)
            if heading.missing:
                filled = heading.passed + sum(map(_is_filled, sheet.rows))
                self.sheets.append(Sheet(sheet.title, filled, heading.why if filled else "是空的"))
                continue
            count = 0
            for line in _lines(sheet.rows, heading, words):
                count += 1
                yield replace(line, sheet=sheet.title)
            self.sheets.append(Sheet(sheet.title, count, ignored=heading.ignored))
        if all(one.why is not None for one in self.sheets):
            raise BadLedger(_nothing(self.sheets))


def read(path: Path, rules: Rules, today: date) -> Reading:
    """Every line of the ledger below its headings. Raises BadLedger, here or on the way, when there is no ledger at all."""
    return Reading(path, rules, today)


def _nothing(sheets: Sequence[Sheet]) -> str:
    """Why no sheet could be read, and what a heading must have."""
    titles = "、".join(TITLES[name] for name in (*REQUIRED, "topic", "outcome", "replied_on"))
    whys = [one.why if one.title is None else f"工作表“{one.title}”{one.why}" for one in sheets]
    return f"{'；'.join(whys[:10])}。表头应当有：{titles}。"  # type: ignore[arg-type]  # each of them has one


def _is_filled(row: Row) -> bool:
    return any(text_of(cell) for cell in row[1])


def _lines(rows: Iterator[Row], heading: _Heading, words: Vocabulary) -> Iterator[Line]:
    """The lines below a heading; blank ones are none."""
    for line, cells, faults in rows:
        plain = [text_of(cell) for cell in cells]
        if not any(plain):
            continue
        if sum(heading_word(cell) is not None for cell in plain if cell) >= len(REQUIRED) - 1:
            yield Line(line, None, ("这一行又是表头，没有导入",), is_fault=False)
            continue
        fault = next((f"第{at + 1}列{why}" for at, why in sorted(faults.items()) if at in heading.columns.values()), None)
        if fault is not None:
            yield Line(line, None, (fault,))
            continue
        found = _entry(cells, plain, heading.columns, heading.width, words)
        yield Line(line, found.entry, found.problems)


# ------------------------------------------------------------------ the heading


@dataclass(frozen=True, slots=True)
class _Heading:
    """Column -> its place; and how many columns have a heading, known or not."""

    columns: Mapping[str, int]
    width: int = 0
    ignored: tuple[str, ...] = ()
    missing: Sequence[str] = ()
    """The required columns that the most telling row lacked; then there is no heading."""
    passed: int = 0
    """Rows with something on them that were looked at in vain."""

    @property
    def why(self) -> str:
        return f"没有找到表头：前{HEADING_WITHIN}行里缺少{'、'.join(f'“{TITLES[name]}”' for name in self.missing)}"


def _heading(rows: Iterator[Row]) -> _Heading:
    """The heading of a sheet: one row, or two that complete it."""
    ahead: list[Row] = []
    best: list[str] = list(REQUIRED)
    for row in rows:
        ahead.append(row)
        names = [text_of(cell) for cell in row[1]]
        above = [text_of(cell) for cell in ahead[-2][1]] if len(ahead) > 1 else []
        both = [below if heading_word(below) else over for below, over in zip_longest(names, above, fillvalue="")]
        for candidate in (names, both):
            columns = _columns(candidate)
            missing = [name for name in REQUIRED if name not in columns]
            if not missing:
                width = max(at for row in (names, above) for at, heading in enumerate(row, 1) if heading)
                ignored = [title for at, title in enumerate(candidate) if title and at not in columns.values()]
                return _Heading(columns, width, tuple(dict.fromkeys(ignored)))
            best = min(best, missing, key=len)
        if len(ahead) == HEADING_WITHIN:
            break
    return _Heading({}, missing=best, passed=sum(map(_is_filled, ahead)))


def _columns(headings: Sequence[str]) -> dict[str, int]:
    """Column -> its place; of two headings for one column the more telling (登记编号 before 序号), then the first."""
    found: dict[str, tuple[int, int]] = {}
    for at, heading in enumerate(headings):
        if name := heading_word(heading):
            rank = next((place for place, title in enumerate(HEADINGS[name]) if plain_word(heading).startswith(title)), 0)
            found[name] = min(found.get(name, (rank, at)), (rank, at))
    return {name: at for name, (_rank, at) in found.items()}


# ------------------------------------------------------------------ one line


@dataclass
class _Cells:
    """One line under the heading; collects what is wrong with it."""

    cells: Sequence[Any]
    columns: Mapping[str, int]
    problems: list[str] = field(default_factory=list)

    def raw(self, name: str) -> Any:
        at = self.columns.get(name)
        return self.cells[at] if at is not None and at < len(self.cells) else None

    def text(self, name: str) -> str:
        """The cell as people see it; without the apostrophe that keeps a spreadsheet from taking it for a formula."""
        value = text_of(self.raw(name))
        return value[1:] if value.startswith("'") and value[1:].lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) else value

    def blame(self, name: str, why: str) -> None:
        self.problems.append(f"“{TITLES[name]}”{why}")

    def day(self, name: str) -> date | None:
        if not self.text(name):
            return None
        try:
            return read_date(self.raw(name))
        except ValueError as error:
            self.blame(name, str(error))
            return None

    def word(self, name: str, among: Mapping[str, str], known: str) -> str | None:
        value = self.text(name)
        plain = plain_word(value)
        key = (among.get(plain) or among.get(BRACKETS.sub("", plain))) if value else None
        if value and key is None:
            self.blame(name, f"不认识，{known}")
        return key


def _entry(cells: Sequence[Any], plain: Sequence[str], columns: Mapping[str, int], width: int, words: Vocabulary) -> Line:
    line = _Cells(cells, columns)
    for name in REQUIRED:
        if not line.text(name):
            line.blame(name, "没有填写")
    if line.text("number").startswith(("=", "#")):
        line.blame("number", "是公式或者错误值，请改为文字")
    received = line.day("received_on")
    channel = line.word("channel", words.channels, f"应当是其中之一：{'、'.join(a.CHANNELS.values())}")
    category = line.word("applicant_category", words.categories, f"应当是其中之一：{'、'.join(a.CATEGORIES.values())}")
    outcome, replied = _ending(line, received, words)
    remedy = _remedy(line, outcome)
    extra = [at for at in range(width, len(plain)) if plain[at]]
    if extra:
        line.problems.append(f"第{extra[0] + 1}列没有表头，这一行可能串列")
    elif len(line.problems) >= 3:
        line.problems.append("这一行可能串列，请对照表头核对")
    if line.problems or received is None or channel is None or category is None:
        return Line(0, None, tuple(line.problems))
    said = line.text("topic") or None
    topic = words.topics.get(plain_word(said)) if said else None
    entry = Entry(
        line.text("number"), received, channel, category, line.text("applicant_name"), line.text("wanted"), topic,
        said if topic is None else None, line.text("unit") or None, outcome, replied, *remedy,
    )  # fmt: skip
    return Line(0, entry)


def _ending(line: _Cells, received: date | None, words: Vocabulary) -> tuple[str | None, date | None]:
    """办理结果 and 答复日期: both, or neither."""
    replied = line.day("replied_on")
    if plain_word(line.text("outcome")) in UNFINISHED:
        if replied is not None:
            line.blame("outcome", "没有填写，有答复日期的应当填写")
        return None, None
    outcome = line.word("outcome", words.outcomes, words.asked_for(line.text("outcome")))
    if not line.text("replied_on"):
        line.blame("replied_on", "没有填写，有办理结果的应当填写")
    elif received is not None and replied is not None and replied < received:
        line.blame("replied_on", "早于收到日，请核对")
    return outcome, replied


def _remedy(line: _Cells, outcome: str | None) -> tuple[str | None, date | None, str | None, date | None]:
    """复议、诉讼, where the ledger has these columns."""
    remedy = line.word("remedy", REMEDY_WORDS, f"应当是其中之一：{'、'.join(s.REMEDIES.values())}")
    result = line.word("remedy_result", RESULT_WORDS, f"应当是其中之一：{'、'.join(s.RESULTS.values())}")
    result = None if result == "pending" else result
    on, result_on = line.day("remedy_on"), line.day("remedy_result_on")
    if remedy is not None and not line.text("remedy_on"):
        line.blame("remedy_on", "没有填写")
    if remedy is not None and outcome is None:
        line.blame("outcome", "没有填写，有复议、诉讼的应当先有结果")
    if result is not None and remedy is None:
        line.blame("remedy", "没有填写，有复议、诉讼结果的应当填写")
    elif result is not None and not line.text("remedy_result_on"):
        line.blame("remedy_result_on", "没有填写")
    return remedy, on, result, result_on
