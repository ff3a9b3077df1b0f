"""From rows to entries: on each sheet the heading is found, and every line under it gets its entry or the reasons why it has none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from db.ledger.rows import BadLedger, Merge, RawSheet, Row
from db.ledger.sheets import sheets_of
from db.ledger.words import (
    DITTO,
    EXTENDED,
    FOR_ALL,
    HEADINGS,
    NOTHING,
    REQUIRED,
    STEPS,
    SUITS,
    TITLES,
    Meanings,
    Vocabulary,
    heading_key,
    likely_column,
    plain_word,
    read_date,
    text_of,
)
from workflow import acts as a
from workflow import statistics as s
from workflow.law import Rules
from workflow.words import say_day

HEADING_WITHIN = 60
"""The heading stands within the first rows; titles and remarks may stand above it."""
MOST_WORDS, MOST_OF_WORD = 60, 60
"""Unknown words of a column that are asked, and characters of a word: more are no words of a ledger."""


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
    noted: tuple[tuple[str, str], ...] = ()
    """(Column, what it says) of steps that the ledger tells of, but not enough to make acts of them."""
    steps: Mapping[str, Any] = field(default_factory=dict)
    """What of them is certain enough to tell when the reply was due: fields of `LedgerResult`."""


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
    headings: tuple[tuple[str, str | None], ...] = ()
    """Each heading with the column that it was taken for; None: it was not read."""
    missing: tuple[str, ...] = ()
    """The required columns that the heading lacks."""
    likely: Mapping[str, str] = field(default_factory=dict)
    """Heading that was not read -> the column that it probably is."""

    @property
    def told(self) -> str:
        """工作表“2025”：读取12行，没有读取的列：备注."""
        name = f"工作表“{self.title}”" if self.title else "台账"
        if self.why is not None:
            return f"{name}没有读取" + (f"，其中有内容的{self.lines}行没有导入" if self.lines else "") + f"：{self.why}"
        return f"{name}：读取{self.lines}行" + (f"，没有读取的列：{'、'.join(self.ignored)}" if self.ignored else "")


@dataclass(slots=True)
class Unknown:
    """A word that is not known, or may mean several things: how it is written, and on how many lines."""

    typed: str
    count: int = 0


class Open:
    """What a ledger has on its sheets, and what it leaves to be asked."""

    def __init__(self, sheets: list[Sheet], unknown: dict[tuple[str, str], Unknown], words: Vocabulary) -> None:
        self.sheets, self.unknown, self.words = sheets, unknown, words

    @property
    def lacking(self) -> tuple[str, ...]:
        """The columns that no heading of a ledger names, and that may be said once for all of its lines."""
        return tuple(name for name in FOR_ALL if any(name in one.missing and name not in one.likely.values() for one in self.sheets if one.headings))

    @property
    def is_asking(self) -> bool:
        """Whether people could say more: a word or a heading that is not known, a column that is not there."""
        lost = any(one.missing for one in self.sheets if one.headings)
        return bool(self.unknown) or lost or any(one.likely for one in self.sheets)


def vocabulary(rules: Rules, today: date, meanings: Meanings | None = None) -> Vocabulary:
    """What the words of a ledger mean that is read today."""
    return replace(Vocabulary.of(rules.on(today), meanings), today=today)


class Reading(Open, Iterator[Line]):
    """The lines of a ledger, sheet by sheet; once they are all taken, `sheets` accounts for every sheet of the file.

    `unknown` then holds the words that are to be asked, by column and word.
    """

    def __init__(self, path: Path, rules: Rules, today: date, meanings: Meanings | None = None) -> None:
        super().__init__([], {}, vocabulary(rules, today, meanings))
        self._lines = self._read(sheets_of(path))

    def __next__(self) -> Line:
        return next(self._lines)

    def _read(self, sheets: Iterator[RawSheet]) -> Iterator[Line]:
        for sheet in sheets:
            if sheet.aside is not None:
                self.sheets.append(Sheet(sheet.title, sum(map(_is_filled, sheet.rows)), sheet.aside))
                continue
            heading, rows = _heading(sheet.rows, self.words)
            if heading.missing:
                filled = self._look_through(heading, rows)
                missing = heading.missing if filled else ()
                why = heading.why if filled else "是空的"
                self.sheets.append(Sheet(sheet.title, filled, why, headings=heading.titles, missing=missing, likely=heading.likely))
                continue
            count = 0
            for line in _lines(rows, heading, self.words, self._ask):
                count += 1
                yield replace(line, sheet=sheet.title)
            self.sheets.append(Sheet(sheet.title, count, ignored=heading.ignored, headings=heading.titles, likely=heading.likely))
        if all(one.why is not None for one in self.sheets):
            raise BadLedger(_nothing(self.sheets))

    def _look_through(self, heading: _Heading, rows: Iterator[Row]) -> int:
        """Count the lines of a sheet that is not read yet; its words are asked together with its headings, as they probably are."""
        columns = {**heading.columns, **{name: at for at, name in heading.likely_at.items()}}
        if {"number", "received_on"} - columns.keys():
            return sum(map(_is_filled, rows))
        return sum(1 for _ in _lines(rows, replace(heading, columns=columns), self.words, self._ask))

    def _ask(self, column: str, value: str) -> None:
        key = (column, plain_word(value))
        if key not in self.unknown and (len(value) > MOST_OF_WORD or sum(name == column for name, _ in self.unknown) >= MOST_WORDS):
            return
        self.unknown.setdefault(key, Unknown(value)).count += 1


def read(path: Path, rules: Rules, today: date, meanings: Meanings | None = None) -> Reading:
    """Every line of the ledger below its headings. Raises BadLedger, here or on the way, when there is no ledger at all."""
    return Reading(path, rules, today, meanings)


def _nothing(sheets: Sequence[Sheet]) -> str:
    """Why no sheet could be read, and what a heading must have."""
    titles = "、".join(TITLES[name] for name in (*REQUIRED, "topic", "outcome", "replied_on"))
    whys = [one.why if one.title is None else f"工作表“{one.title}”{one.why}" for one in sheets]
    return f"{'；'.join(whys[:10])}。表头应当有：{titles}。"  # type: ignore[arg-type]  # each of them has one


def _is_filled(row: Row) -> bool:
    return any(text_of(cell) for at, cell in enumerate(row.cells) if at not in row.carried)


# ------------------------------------------------------------------ the heading


@dataclass(frozen=True, slots=True)
class _Heading:
    """Column -> its place; and how many columns have a heading, known or not."""

    columns: Mapping[str, int]
    width: int = 0
    ignored: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    """The required columns that it lacks; then the sheet is not read."""
    titles: tuple[tuple[str, str | None], ...] = ()
    named: Mapping[int, str] = field(default_factory=dict)
    """Place -> what stands over it."""
    likely_at: Mapping[int, str] = field(default_factory=dict)
    """Place of a heading that is not known -> the column that it probably is."""
    rows: frozenset[tuple[str, ...]] = frozenset()
    """The rows it is written on: where a page begins they may stand again."""

    @property
    def likely(self) -> dict[str, str]:
        return {self.named[at]: name for at, name in self.likely_at.items()}

    @property
    def why(self) -> str:
        return f"没有找到表头：前{HEADING_WITHIN}行里缺少{'、'.join(f'“{TITLES[name]}”' for name in self.missing)}"


def _heading(rows: Iterator[Row], words: Vocabulary) -> tuple[_Heading, Iterator[Row]]:
    """The heading of a sheet, one row or two that complete it, and the rows below it; of a sheet without one, every row."""
    ahead: list[Row] = []
    for row in rows:
        ahead.append(row)
        if len(ahead) > HEADING_WITHIN:
            break
    best, below = _Heading({}, missing=REQUIRED), 0
    most = 0.0
    for at in range(min(len(ahead), HEADING_WITHIN)):
        for first in (at, at - 1):  # one row; then with the row above
            if first < 0 or (first < at and not _may_complete(ahead[at], words)):
                continue
            one, weight = _candidate([ahead[line] for line in range(first, at + 1)], words)
            completes, same = bool(best.missing) and not one.missing, bool(best.missing) == bool(one.missing)
            if completes or (same and weight > most):
                best, below, most = one, at + 1, weight
        if not best.missing and at >= below:
            break
    if best.missing:
        return best, chain(ahead, rows)
    return best, chain(ahead[below:], rows)


def _candidate(lines: Sequence[Row], words: Vocabulary) -> tuple[_Heading, float]:
    """What these rows would be as a heading, and how much it tells: known columns, and half as much what is likely."""
    texts = [[text_of(cell) for cell in row.cells] for row in lines]
    titles = texts[0] if len(texts) == 1 else _paired(texts[0], texts[-1], words)
    columns = _columns(titles, words)
    distinct = {title for title in titles if title}
    likely = _likely(titles, columns, words)
    weight = len(columns) + len(likely) / 2
    has = {*columns, *words.meanings.for_all}
    if {"citizen_name", "organisation_name"} & has:
        has |= {"applicant_name", "applicant_category"}
    missing = tuple(name for name in REQUIRED if name not in has)
    told = weight >= 4 and len(distinct) >= 4 and (len(columns) >= 2 or len(likely) >= 5)
    if missing and (not told or any(_is_day(cell) for row in lines for cell in row.cells)):
        return _Heading({}, missing=missing), weight / 100 if len(columns) >= 2 else 0
    taken = {at: name for name, at in columns.items()}
    width = max((at for row in texts for at, heading in enumerate(row, 1) if heading), default=0)
    named = {at: title for at, title in enumerate(titles) if title}
    pairs = tuple(dict.fromkeys((title, taken.get(at)) for at, title in named.items()))
    ignored = tuple(title for title, name in pairs if name is None)
    return _Heading(columns, width, ignored, missing, pairs, named, likely, frozenset(_written(row) for row in lines)), weight


def _likely(titles: Sequence[str], columns: Mapping[str, int], words: Vocabulary) -> dict[int, str]:
    """Place -> the column that an unknown heading probably is: one that no other names, and that nobody has declined."""
    found: dict[int, str] = {}
    taken = set(columns)
    if {"citizen_name", "organisation_name"} & taken:
        taken |= {"applicant_name", "applicant_category"}
    for at, title in enumerate(titles):
        if not title or at in columns.values() or heading_key(title) in words.meanings.headings or words.column(title) is not None:
            continue
        name = likely_column(title)
        if name is not None and name not in taken:
            found[at] = name
            taken.add(name)
    return found


def _may_complete(row: Row, words: Vocabulary) -> bool:
    """Whether a row can be the second of a heading: it names columns, and holds no day as a line would."""
    named = sum(words.column(text_of(cell)) is not None for cell in row.cells if text_of(cell))
    return named >= 2 and not any(_is_day(cell) for cell in row.cells if text_of(cell))


def _paired(above: Sequence[str], below: Sequence[str], words: Vocabulary) -> list[str]:
    """The headings of two rows; what stands over several columns stands in the first of them where the file knows no merged cells."""
    found, group = [], ""
    for over, under in zip_longest(above, below, fillvalue=""):
        group = over or (group if under else "")
        found.append(_together(group, under, words))
    return found


def _together(over: str, under: str, words: Vocabulary) -> str:
    """The heading of a column on two rows: 答复 over 日期 is 答复日期; 申请人情况 over 姓名 is 姓名."""
    if not under or not over or over == under:
        return under or over
    if words.column(over + under) is not None or words.column(under) is None:
        return over + under if words.column(over + under) is not None or words.column(over) is None else over
    return under


def _columns(titles: Sequence[str], words: Vocabulary) -> dict[str, int]:
    """Column -> its place; of two headings for one column the office's own, the more telling (登记编号 before 序号), then the first."""
    found: dict[str, tuple[int, int]] = {}
    for at, title in enumerate(titles):
        if title and (name := words.column(title)) is not None:
            key = heading_key(title)
            rank = next((place for place, one in enumerate(HEADINGS[name]) if key == heading_key(one)), len(HEADINGS[name]))
            rank = -1 if words.meanings.headings.get(key) == name else rank
            found[name] = min(found.get(name, (rank, at)), (rank, at))
    return {name: at for name, (_rank, at) in found.items()}


def _written(row: Row) -> tuple[str, ...]:
    return tuple(plain_word(text_of(cell)) for cell in row.cells if text_of(cell))


# ------------------------------------------------------------------ the lines

_SUM = re.compile(r"(本[页月年季]度?|年度|全年|累计|总)?(合计|总计|小计|共计|总数)|(以上)?共\d+[件条宗]")
_SIGNED = re.compile(
    r"(填表|制表|填报|审核|审批|复核|经办|负责|统计|联系|报送|单位负责|分管|科室负责|部门负责)(人|单位|日期|时间|电话|机关|者|部门|领导)|(备注|说明|注|附注|填表说明)\d*[.、]?$|单位\(?(盖章|公章)"
)
_SEVERAL_LINES = 200


def _lines(rows: Iterator[Row], heading: _Heading, words: Vocabulary, ask: Any) -> Iterator[Line]:
    """The lines below a heading; blank ones are none."""
    columns = heading.columns
    above: list[Any] | None = None
    for row, split in _requests(rows, columns["number"]):
        if not _is_filled(row):
            continue
        plain = [text_of(cell) for cell in row.cells]
        aside = _aside(row, plain, heading, words)
        if aside is None and split:
            aside = f"编号合并在第{split.first}至{split.last}行，每行各有内容，不能确定是一件还是几件，请每件写成一行"
        if aside is not None:
            yield Line(row.line, None, (aside,), is_fault=False)
            above = None
            continue
        cells = _filled_up(row, plain, columns, above)
        above = cells
        fault = _fault(row, heading)
        if fault is not None:
            yield Line(row.line, None, (fault,))
            continue
        found = _entry(cells, plain, heading, words, ask)
        yield Line(row.line, found.entry, found.problems)


def _requests(rows: Iterator[Row], number: int) -> Iterator[tuple[Row, Merge | None]]:
    """Each row, with the merged cell of its number where several lines under one number have something of their own."""
    rows = iter(rows)
    for row in rows:
        over = next((one for one in row.merges if one.left <= number <= one.right and one.first < one.last and row.line < one.last), None)
        if over is None:
            yield row, None
            continue
        group = [row]
        for following in rows:
            group.append(following)
            if following.line >= over.last or len(group) > _SEVERAL_LINES:
                break
        split = over if sum(map(_is_filled, group)) > 1 else None
        for one in group:
            yield one, split


def _aside(row: Row, plain: Sequence[str], heading: _Heading, words: Vocabulary) -> str | None:
    """Why a row is no request: a heading again, a sum, a signature, a separator. None: it is one, good or bad."""
    own = [cell for at, cell in enumerate(plain) if cell and at not in row.carried]
    first = [plain_word(one) for one in own[:2]]
    known = sum(words.column(cell) is not None for cell in own)
    if known >= len(REQUIRED) - 1 or _written(row) in heading.rows:
        return "这一行又是表头，没有导入"
    received = heading.columns["received_on"]
    if len(plain) > received and _is_day(row.cells[received]):
        return None
    if len(own) > 2 and [*first] == ["1", "2"] and [plain_word(one) for one in own] == [str(n) for n in range(1, len(own) + 1)]:
        return "这一行是栏次，没有导入"
    if any(_SUM.match(one) for one in first):
        return "这一行是合计，没有导入"
    if any(_SIGNED.match(one) for one in first):
        return "这一行是落款或者说明，没有导入"
    if len(own) == 1:
        at = next(at for at, cell in enumerate(plain) if cell and at not in row.carried)
        what = "只有编号，没有填写别的" if at == heading.columns["number"] and not row.merges else "只有一处文字，不是一件申请"
        return f"这一行{what}，没有导入"
    return None


def _is_day(value: Any) -> bool:
    try:
        read_date(value)
    except ValueError:
        return False
    return True


def _filled_up(row: Row, plain: list[str], columns: Mapping[str, int], above: Sequence[Any] | None) -> list[Any]:
    """The cells of a line, where 同上 is what the line above says; `plain` is changed alike. The number is its own."""
    cells = list(row.cells)
    for name, at in columns.items():
        if at < len(cells) and plain[at] in DITTO and name != "number" and above is not None and at < len(above):
            cells[at] = above[at]
            plain[at] = text_of(above[at])
    return cells


def _fault(row: Row, heading: _Heading) -> str | None:
    """What is wrong with the form of a line, where it is read."""
    places = set(heading.columns.values())
    for at, why in sorted(row.faults.items()):
        if at in places:
            return f"第{at + 1}列{why}"
    for one in row.merges:
        if len(places & set(range(one.left, one.right + 1))) > 1:
            return f"第{one.left + 1}至{min(one.right + 1, heading.width)}列合并成了一格，请取消合并并分别填写"
    return None


# ------------------------------------------------------------------ one line


@dataclass
class _Cells:
    """One line under the heading; collects what is wrong with it."""

    cells: Sequence[Any]
    columns: Mapping[str, int]
    words: Vocabulary
    ask: Any
    problems: list[str] = field(default_factory=list)

    def raw(self, name: str) -> Any:
        at = self.columns.get(name)
        return self.cells[at] if at is not None and at < len(self.cells) else None

    def text(self, name: str) -> str:
        """The cell as people see it; without the apostrophe that keeps a spreadsheet from taking it for a formula."""
        value = text_of(self.raw(name))
        return value[1:] if value.startswith("'") and value[1:].lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) else value

    def said(self, name: str) -> str:
        """What a column says that may have nothing to tell: 无, /, 否 are nothing."""
        value = self.text(name)
        return "" if plain_word(value) in NOTHING else value

    def blame(self, name: str, why: str) -> None:
        self.problems.append(f"“{TITLES[name]}”{why}")

    def day(self, name: str) -> date | None:
        if not self.said(name):
            return None
        try:
            day = read_date(self.raw(name))
            if day > self.words.today:
                raise ValueError(f"日期不能晚于今天（{say_day(self.words.today)}）")
            return day
        except ValueError as error:
            self.blame(name, str(error))
            return None

    def word(self, name: str, known: str, value: str | None = None) -> str | None:
        value = self.said(name) if value is None else value
        key = self.words.key(name, value) if value else None
        if value and key is None:
            self.ask(name, value)
            self.blame(name, f"不认识，{known}")
        return key


def _entry(cells: Sequence[Any], plain: Sequence[str], heading: _Heading, words: Vocabulary, ask: Any) -> Line:
    line = _Cells(cells, heading.columns, words, ask)
    name, category = _applicant(line)
    for column in REQUIRED:
        if column in heading.columns and not (line.said if column in ("received_on", "channel", "applicant_category") else line.text)(column):
            line.blame(column, "没有填写")
    if line.text("number").startswith(("=", "#")):
        line.blame("number", "是公式或者错误值，请改为文字")
    elif line.text("number") in DITTO:
        line.blame("number", "没有写明，请逐行填写")
    received = line.day("received_on")
    channel = line.word("channel", f"应当是其中之一：{'、'.join(a.CHANNELS.values())}")
    if "channel" not in heading.columns:
        channel = words.meanings.for_all.get("channel")
    outcome, replied = _ending(line, received)
    remedy = _remedy(line, outcome)
    extra = [at for at in range(heading.width, len(plain)) if plain[at]]
    if extra:
        line.problems.append(f"第{extra[0] + 1}列没有表头，这一行可能串列")
    elif len(line.problems) >= 3:
        line.problems.append("这一行可能串列，请对照表头核对")
    if line.problems or received is None or channel is None or category is None:
        return Line(0, None, tuple(line.problems))
    said = line.text("topic") or None
    topic = words.topics.get(plain_word(said)) if said else None
    suits = SUITS if "remedy_on" in heading.columns else ("remedy", *SUITS)
    noted = tuple((column, value) for column in (*STEPS, *suits) if (value := line.said(column)))
    steps = _steps(line, heading, received, replied) if replied is not None else {}
    entry = Entry(
        line.text("number"), received, channel, category, name, line.text("wanted"), topic,
        said if topic is None else None, line.text("unit") or None, outcome, replied, *remedy, noted, steps,
    )  # fmt: skip
    return Line(0, entry)


def _applicant(line: _Cells) -> tuple[str, str | None]:
    """The applicant's name and category; of two columns, one for citizens and one for organisations, by that which is filled."""
    known = f"应当是其中之一：{'、'.join(a.CATEGORIES.values())}"
    citizen, organisation = line.said("citizen_name"), line.said("organisation_name")
    name = line.text("applicant_name") or citizen or organisation
    if not name and "applicant_name" not in line.columns:
        there = [TITLES[one] for one in ("citizen_name", "organisation_name") if one in line.columns] or [TITLES["applicant_name"]]
        line.problems.append(f"{'和'.join(f'“{one}”' for one in there)}{'都' if len(there) > 1 else ''}没有填写")
    if citizen and organisation:
        line.problems.append(f"“{TITLES['citizen_name']}”和“{TITLES['organisation_name']}”都填写了，请核对申请人是哪一个")
        return name, None
    if "applicant_category" in line.columns:
        return name, line.word("applicant_category", known)
    if citizen:
        return name, "natural_person"
    if organisation:
        return name, line.word("applicant_category", known, "法人或者其他组织")
    return name, line.words.meanings.for_all.get("applicant_category")


def _ending(line: _Cells, received: date | None) -> tuple[str | None, date | None]:
    """办理结果 and 答复日期: both, or neither."""
    replied = line.day("replied_on")
    said = line.text("outcome")
    outcome = line.words.key("outcome", said)
    if outcome == "unfinished":
        if replied is not None:
            line.blame("outcome", "没有填写，有答复日期的应当填写")
        return None, None
    if outcome is None:
        line.ask("outcome", said)
        line.blame("outcome", f"不认识，{line.words.asked_for(said)}")
    if not line.said("replied_on"):
        line.blame("replied_on", "没有填写，有办理结果的应当填写")
    elif received is not None and replied is not None and replied < received:
        line.blame("replied_on", "早于收到日，请核对")
    return outcome, replied


def _remedy(line: _Cells, outcome: str | None) -> tuple[str | None, date | None, str | None, date | None]:
    """复议、诉讼, where the ledger has these columns; one that has no day of them is noted with the file and makes no act."""
    if "remedy_on" not in line.columns:
        return None, None, None, None
    remedy = line.word("remedy", f"应当是其中之一：{'、'.join(s.REMEDIES.values())}")
    result = line.word("remedy_result", f"应当是其中之一：{'、'.join(s.RESULTS.values())}")
    result = None if result == "pending" else result
    on, result_on = line.day("remedy_on"), line.day("remedy_result_on")
    if remedy is not None and not line.said("remedy_on"):
        line.blame("remedy_on", "没有填写")
    if remedy is not None and outcome is None:
        line.blame("outcome", "没有填写，有复议、诉讼的应当先有结果")
    if result is not None and remedy is None:
        line.blame("remedy", "没有填写，有复议、诉讼结果的应当填写")
    elif result is not None and not line.said("remedy_result_on"):
        line.blame("remedy_result_on", "没有填写")
    return remedy, on, result, result_on


# ------------------------------------------------------------------ what moved the due date

_TWO_DAYS = re.compile(r"(\d{4}[^\d]\d{1,2}[^\d]\d{1,2}日?)\s*(?:至|到|-{1,2}|[~—–―～])\s*(\d{4}[^\d]\d{1,2}[^\d]\d{1,2}日?)")
_UNTIL = re.compile(r"(?:至|到)(\d{4}.*)")
_SO_MANY = re.compile(r"(?:已?延长|已?延期)?(?:答复)?(?:期限)?(\d{1,2})(?:个)?(?:工作日|日|天)")
LONGEST = timedelta(366)
"""After the receipt; a later day, to which a ledger says that it was extended, is a slip of the pen."""


def _steps(line: _Cells, heading: _Heading, received: date, replied: date) -> dict[str, Any]:
    """延期、收到补正、征求意见, as far as they are certain: what is not stays a remark and moves nothing."""
    found = _extended(line, heading.named.get(heading.columns.get("extension", -1), ""), line.words.extension_max)
    until = found.get("extended_to")
    if until is not None and not received < until <= received + LONGEST:
        del found["extended_to"]  # a slip of the pen
    corrected = _day_of(line.raw("corrected_on"))
    if corrected is not None and received <= corrected <= replied:
        found["corrected_on"] = corrected
    asked, answered = _day_of(line.raw("suspension")), _day_of(line.raw("resumed_on"))
    if both := _TWO_DAYS.fullmatch(line.text("suspension")):
        asked, answered = _day_of(both[1]), _day_of(both[2])
    if asked is not None and answered is not None and received <= asked <= answered <= replied:
        found |= {"paused_on": asked, "resumed_on": answered}
    return found


def _extended(line: _Cells, title: str, most: int) -> dict[str, Any]:
    """The days of an extension, or the day it goes to: the heading says which a date is (延期至, 延期告知日期)."""
    said = line.said("extension")
    day = _day_of(line.raw("extension"))
    if day is not None:
        return {"extended_to": day} if re.search("至|到|期限", title) else {"extension": most}
    if (until := _UNTIL.search(said)) and (day := _day_of(until[1])) is not None:
        return {"extended_to": day}
    days = _SO_MANY.fullmatch(plain_word(said)) or (re.fullmatch(r"(\d{1,2})", said) if "天数" in title else None)
    if days is not None:
        return {"extension": int(days[1])} if 1 <= int(days[1]) <= most else {}
    return {"extension": most} if plain_word(said) in EXTENDED else {}


def _day_of(value: Any) -> date | None:
    try:
        return read_date(value)
    except ValueError:
        return None
