"""导入原台账: an office's old ledger, as people keep it, becomes case files whose acts say they were imported.

Reading is apart from loading: `read` gives every line with its entry or its reasons, `load` makes files of the good ones.
"""

from __future__ import annotations

import csv
import re
import unicodedata
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlmodel import Session

from db import store
from db import tables as t
from db.engine import Database
from workflow import acts as a
from workflow import statistics as s
from workflow.acts import Act, Officer, Rejected
from workflow.admission import admit
from workflow.case import Case
from workflow.law import InForce, Invalid, Refused, Rules

MOST_BYTES = 64 * 1024 * 1024
"""64 MiB: more than twenty years of the busiest county; a larger file is not a ledger."""
MOST_UNPACKED = 2 * MOST_BYTES
HEADING_WITHIN = 10
"""The heading stands within the first ten rows; titles may stand above it."""
BATCH = 500
"""Files written in one transaction."""


class BadLedger(Exception):
    """The whole file cannot be read as a ledger: why, and what to do."""


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


@dataclass(slots=True)
class Loaded:
    """What came of an import."""

    loaded: int = 0
    already: int = 0
    bad: list[Line] = field(default_factory=list)


# ------------------------------------------------------------------ what the columns are called

_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "number": ("编号", "登记号", "登记编号", "申请编号", "受理编号", "受理号", "序号"),
    "received_on": ("收到日", "收到日期", "收到申请日期", "收件日期", "收到时间", "受理日期", "申请日期", "登记日期"),
    "channel": ("收到渠道", "渠道", "申请渠道", "申请方式", "申请途径", "收到方式"),
    "applicant_category": ("申请人类别", "申请人类型", "类别", "申请人性质"),
    "applicant_name": ("申请人", "申请人姓名", "申请人名称", "姓名", "姓名或者名称", "姓名或名称", "名称"),
    "wanted": ("所申请的信息", "申请内容", "所需政府信息", "所需信息", "申请公开的内容", "内容描述", "申请事项", "申请信息"),
    "topic": ("主题", "类型", "信息主题"),
    "outcome": ("办理结果", "答复结果", "答复种类", "结果", "办理情况", "答复类型", "处理结果"),
    "replied_on": ("答复日期", "答复日", "答复时间", "办结日期", "办结时间", "回复日期"),
    "unit": ("单位", "受理单位", "受理机关", "单位名称"),
    "remedy": ("复议诉讼", "救济", "复议或者诉讼", "复议、诉讼"),
    "remedy_on": ("复议诉讼日期", "提起日期", "复议、诉讼日期"),
    "remedy_result": ("复议诉讼结果", "审理结果", "复议、诉讼结果"),
    "remedy_result_on": ("复议诉讼结果日期", "审结日期", "复议、诉讼结果日期"),
}
TITLES: Mapping[str, str] = {name: titles[0] for name, titles in _HEADINGS.items()}
REQUIRED = ("number", "received_on", "channel", "applicant_category", "applicant_name", "wanted")
_COLUMN_OF = {title: name for name, titles in _HEADINGS.items() for title in (name, *titles)}


def _words(value: str) -> str:
    """A word to look up: without blanks, full-width forms made plain."""
    return re.sub(r"[\s:*]", "", unicodedata.normalize("NFKC", value)).lower()


_BRACKETS = re.compile(r"\(.*?\)")


def _heading_word(value: str) -> str | None:
    """The column that a heading names, without what it says in brackets: 收到日期（年月日）."""
    return _COLUMN_OF.get(_BRACKETS.sub("", _words(value)))


_CHANNEL_WORDS: Mapping[str, str] = {
    "当面": "in_person", "当面申请": "in_person", "网络申请": "online", "政府网站": "online", "门户网站": "online",
    "电子邮箱": "online", "现场": "in_person", "窗口": "in_person", "邮寄": "ems_signed", "ems": "ems_signed", "挂号信": "ems_signed",
    "信件": "ems_signed", "信函": "ems_signed", "快递": "ems_signed", "平信": "ordinary_mail", "平常信函": "ordinary_mail", "网上": "online",
    "网络": "online", "网站": "online", "在线": "online", "互联网": "online", "平台": "online", "电子邮件": "online", "邮件": "online",
    "邮箱": "online", "传真": "fax", "口头": "oral",
}  # fmt: skip
_CATEGORY_WORDS: Mapping[str, str] = {
    "个人": "natural_person", "公民": "natural_person", "企业": "commercial_enterprise", "公司": "commercial_enterprise",
    "公益组织": "public_interest_organisation", "律所": "legal_service_organisation", "律师事务所": "legal_service_organisation",
    "科研院所": "research_institution", "其他组织": "other_organisation",
}  # fmt: skip
_OUTCOME_WORDS: Mapping[str, str] = {
    "全部公开": "disclosed", "依申请公开": "disclosed", "非本机关掌握": "not_responsible",
    "公开": "disclosed", "同意公开": "disclosed", "已公开": "already_public", "已主动公开": "already_public", "主动公开": "already_public",
    "部分公开": "partial", "不存在": "not_existing", "信息不存在": "not_existing", "政府信息不存在": "not_existing",
    "非本机关": "not_responsible", "非本机关公开": "not_responsible", "不属于本机关": "not_responsible", "不掌握": "not_existing",
    "信访": "petition", "重复申请": "repeated", "撤回": "withdrawn", "主动撤回": "withdrawn", "申请人撤回": "withdrawn",
    "逾期未补正": "abandoned_correction", "逾期未缴费": "abandoned_payment", "其他": "other", "其他处理": "other",
}  # fmt: skip
_UNFINISHED = {"", "办理中", "未办结", "在办", "正在办理", "待答复", "未答复"}
_REMEDY_WORDS = {title: key for key, title in s.REMEDIES.items()} | {"复议": "reconsideration", "诉讼": "direct", "直接起诉": "direct"}
_RESULT_WORDS = {title: key for key, title in s.RESULTS.items()} | {"维持": "upheld", "纠正": "corrected", "其他": "other"}


@dataclass(frozen=True)
class Vocabulary:
    """What the words of a ledger mean under the rules in force."""

    channels: Mapping[str, str]
    categories: Mapping[str, str]
    outcomes: Mapping[str, str]
    topics: Mapping[str, str]

    @classmethod
    def of(cls, law: InForce) -> Vocabulary:
        outcomes = {**_OUTCOME_WORDS}
        for key, outcome in reversed(list(law.outcomes.items())):  # of several outcomes of one row, the first is the usual one
            outcomes[outcome.row] = outcomes[s.ROW_LABELS[s.row_of(key, law)]] = key
        outcomes["三(一)"] = outcomes["予以公开"] = "disclosed"
        outcomes["三(六)3"] = outcomes["其他"] = "other"
        outcomes |= {outcome.title: key for key, outcome in law.outcomes.items()} | {key: key for key in law.outcomes}
        return cls(
            channels=_lookup({**_CHANNEL_WORDS, **{title: key for key, title in a.CHANNELS.items()}}, a.CHANNELS),
            categories=_lookup({**_CATEGORY_WORDS, **{title: key for key, title in a.CATEGORIES.items()}}, a.CATEGORIES),
            outcomes=_lookup(outcomes, law.outcomes),
            topics=_lookup({topic.title: topic.key for topic in law.topics}, [topic.key for topic in law.topics]),
        )


    def asked_for(self, outcome: str) -> str:
        """What to write instead of an unknown outcome: the kinds of its group (不予公开 alone does not say which)."""
        group = next((key for key, title in s.GROUPS.items() if title == outcome), None)
        kinds = "、".join(f"“{s.ROW_LABELS[row]}”" for row in s.LEAVES if group and row.startswith(group) and row[-1].isdigit())
        return f"应当写明是哪一种：{kinds}" if kinds else "请写成年度报告表三的情形，例如“予以公开”“重复申请”"


def _lookup(words: Mapping[str, str], keys: Any) -> dict[str, str]:
    return {_words(word): key for word, key in words.items()} | {key: key for key in keys}


# ------------------------------------------------------------------ from a file to rows of cells

Row = tuple[int, list[Any], str | None]
"""Line, cells, and what is wrong with the form of the line (None: nothing)."""


def _rows(path: Path) -> Iterator[Row]:
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
        return _xlsx_rows(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadLedger("这是旧版Excel文件（.xls），不能读取。请用Excel或者WPS另存为.xlsx后再导入。")
    return _csv_rows(path)


def _csv_rows(path: Path) -> Iterator[Row]:
    line = 1
    with path.open(encoding=_encoding(path), newline="") as stream:
        delimiter = max(",\t;", key=stream.read(4000).count)
        stream.seek(0)
        reader = csv.reader(stream, delimiter=delimiter)
        try:
            for cells in reader:
                yield line, [_unquoted(cell) for cell in cells], None
                line = reader.line_num + 1
        except csv.Error:
            raise BadLedger(
                f"第{line}行起不能读取：引号没有成对，或者一格的内容太长。请用Excel或者WPS打开核对，另存为.xlsx后再导入。"
            ) from None


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


def _xlsx_rows(path: Path) -> Iterator[Row]:
    import openpyxl

    with path.open("rb") as stream:  # openpyxl refuses a path by its name, whatever the file is
        try:
            with zipfile.ZipFile(stream) as bundle:
                if sum(one.file_size for one in bundle.infolist()) > MOST_UNPACKED:
                    raise BadLedger("文件解开后太大，不像台账，没有读取。请只保留台账一张工作表后再导入。")
            book = openpyxl.load_workbook(stream, read_only=True, data_only=False)
        except (zipfile.BadZipFile, KeyError, ValueError, OSError):
            raise BadLedger("文件损坏，或者不是XLSX工作簿。请用Excel或者WPS打开，另存为.xlsx后再导入。") from None
        yield from _first_sheet(path, book)


def _first_sheet(path: Path, book: Any) -> Iterator[Row]:
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # a stray format in the last cell of a sheet is not a million rows
        merged = _merged_rows(path, sheet._worksheet_path)
        for line, cells in enumerate(sheet.iter_rows(), 1):
            values = [cell.value for cell in cells]
            formulas = [at for at, cell in enumerate(cells, 1) if cell.data_type == "f"]
            fault = f"第{formulas[0]}列是公式，请先“选择性粘贴”为数值" if formulas else None
            if fault is None and line in merged:
                fault = f"第{merged[line]}列有合并单元格，请取消合并并逐行填写"
            yield line, values, fault
    finally:
        book.close()


def _merged_rows(path: Path, sheet: str) -> dict[int, int]:
    """The lines that a merged range of several cells touches -> its first column."""
    from lxml import etree

    found: dict[int, int] = {}
    with zipfile.ZipFile(path) as bundle, bundle.open(sheet.lstrip("/")) as stream:
        for _event, element in etree.iterparse(stream, tag=("{*}row", "{*}mergeCell"), resolve_entities=False):
            if element.tag.endswith("}row"):
                element.clear()  # and what stood before it, so that a long sheet is never in memory whole
                while (before := element.getprevious()) is not None:
                    element.getparent().remove(before)
                continue
            ends = re.fullmatch(r"([A-Z]+)(\d+):[A-Z]+(\d+)", element.get("ref", ""))
            if ends:
                column = 0
                for letter in ends[1]:
                    column = column * 26 + ord(letter) - 64
                found |= dict.fromkeys(range(int(ends[2]), min(int(ends[3]), int(ends[2]) + 100_000) + 1), column)
    return found


# ------------------------------------------------------------------ from rows to entries


def read(path: Path, rules: Rules, today: date) -> Iterator[Line]:
    """Every line of the ledger below its heading. Raises BadLedger when there is no heading, or no ledger at all."""
    rows = _rows(path)
    columns, width = _heading(rows)
    words = Vocabulary.of(rules.on(today))
    seen: dict[str, int] = {}
    for line, cells, fault in rows:
        plain = [_text(cell) for cell in cells]
        if not any(plain):
            continue
        if fault is not None:
            yield Line(line, None, (fault,))
            continue
        if sum(_heading_word(cell) is not None for cell in plain if cell) >= len(REQUIRED) - 1:
            yield Line(line, None, ("这一行又是表头，没有导入",))
            continue
        found = _entry(cells, plain, columns, width, words)
        if found.entry is not None:
            number = found.entry.number
            if number in seen:
                found = Line(line, None, (f"编号与第{seen[number]}行重复，请核对后改正",))
            else:
                seen[number] = line
        yield Line(line, found.entry, found.problems)


def _heading(rows: Iterator[Row]) -> tuple[dict[str, int], int]:
    """Column -> its place; and how many columns have a heading, known or not. One row, or two that complete it."""
    ahead: list[Row] = []
    best: list[str] = list(REQUIRED)
    for row in rows:
        ahead.append(row)
        names = [_text(cell) for cell in row[1]]
        above = [_text(cell) for cell in ahead[-2][1]] if len(ahead) > 1 else []
        both = [below if _heading_word(below) else over for below, over in zip_longest(names, above, fillvalue="")]
        for candidate in (names, both):
            columns = _columns(candidate)
            missing = [name for name in REQUIRED if name not in columns]
            if not missing:
                return columns, max(at for row in (names, above) for at, heading in enumerate(row, 1) if heading)
            best = min(best, missing, key=len)
        if len(ahead) == HEADING_WITHIN:
            break
    missing_titles = "、".join(f"“{TITLES[name]}”" for name in best)
    titles = "、".join(TITLES[name] for name in (*REQUIRED, "topic", "outcome", "replied_on"))
    raise BadLedger(f"没有找到表头：前{HEADING_WITHIN}行里缺少{missing_titles}。表头应当有：{titles}。")


def _columns(headings: Sequence[str]) -> dict[str, int]:
    """Column -> its place; of two headings for one column the more telling (登记编号 before 序号), then the first."""
    found: dict[str, tuple[int, int]] = {}
    for at, heading in enumerate(headings):
        if name := _heading_word(heading):
            rank = next((place for place, title in enumerate(_HEADINGS[name]) if _words(heading).startswith(title)), 0)
            found[name] = min(found.get(name, (rank, at)), (rank, at))
    return {name: at for name, (_rank, at) in found.items()}


def _text(value: Any) -> str:
    """A cell as people see it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value).strip().strip("\ufeff")


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
        value = _text(self.raw(name))
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
        plain = _words(value)
        key = (among.get(plain) or among.get(_BRACKETS.sub("", plain))) if value else None
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
    topic = words.topics.get(_words(said)) if said else None
    entry = Entry(
        line.text("number"), received, channel, category, line.text("applicant_name"), line.text("wanted"), topic,
        said if topic is None else None, line.text("unit") or None, outcome, replied, *remedy,
    )  # fmt: skip
    return Line(0, entry)


def _ending(line: _Cells, received: date | None, words: Vocabulary) -> tuple[str | None, date | None]:
    """办理结果 and 答复日期: both, or neither."""
    replied = line.day("replied_on")
    if _words(line.text("outcome")) in _UNFINISHED:
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
    remedy = line.word("remedy", _REMEDY_WORDS, f"应当是其中之一：{'、'.join(s.REMEDIES.values())}")
    result = line.word("remedy_result", _RESULT_WORDS, f"应当是其中之一：{'、'.join(s.RESULTS.values())}")
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


_DATE = re.compile(
    r"(\d{4})\s*[-./年、。—–\s]\s*(\d{1,2})\s*[-./月、。—–\s]\s*(\d{1,2})\s*[日号]?[.。]?"
    r"(?:[T\s]+\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?)?"
)
_SERIAL_FROM, _SERIAL_TO = 32874, 73050  # 1990-01-01 to 2099-12-31
_EXCEL_DAY_0 = date(1899, 12, 30)  # Excel counts a 29 February 1900 that never was; from March 1900 on this is its day 0


_HAN_DATE = re.compile(r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]")
_HAN = {"〇": 0, "○": 0, "零": 0, **{digit: at for at, digit in enumerate("一二三四五六七八九", 1)}}


def _arabic(text: str) -> str:
    """二〇二六年三月十二日 in figures; any other text as it is."""
    found = _HAN_DATE.fullmatch(text)
    if not found:
        return text

    def small(part: str) -> int:
        tens, ten, ones = part.rpartition("十")
        return (_HAN.get(tens, 1) * 10 if ten else 0) + _HAN.get(ones, 0)

    return f"{''.join(str(_HAN[digit]) for digit in found[1])}-{small(found[2])}-{small(found[3])}"


def read_date(value: Any) -> date:
    """A date as people type it: 2026-3-2, 2026.3.2, 2026/3/2, 2026年3月2日, 二〇二六年三月二日, 20260302, an Excel date or its serial number.

    Raises ValueError with the reason in Chinese.
    """
    if isinstance(value, datetime):
        found = value.date()
    elif isinstance(value, date):
        found = value
    else:
        text = _arabic(unicodedata.normalize("NFKC", _text(value)))
        if match := _DATE.fullmatch(text) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text):
            try:
                found = date(*(int(part) for part in match.groups()))
            except ValueError:
                raise ValueError("没有这一天，请核对") from None
        elif re.fullmatch(r"\d{1,5}(\.\d+)?", text):
            serial = int(float(text))
            if not _SERIAL_FROM <= serial <= _SERIAL_TO:
                raise ValueError("不是日期，可能是空格子按日期显示成了1900年，请核对")
            found = _EXCEL_DAY_0 + timedelta(days=serial)
        else:
            raise ValueError("不是日期，请写成2026-03-02这样")
    if found.year < 1990:
        raise ValueError(f"是{found.year}年，不可能，可能是空格子按日期显示成了1900年，请核对")
    return found


# ------------------------------------------------------------------ from entries to case files

_SIGNER = "台账导入"


def _acts(entry: Entry, ledger: str, line: int) -> list[Act]:
    """The acts of one entry. Raises Rejected when a text is too long, or blank after cleaning."""
    source = {"ledger": ledger, "line": line}
    applicant = {"category": entry.applicant_category, "name": entry.applicant_name}
    remark = f"由原台账导入，原编号{entry.number}" + (f"，原主题“{entry.topic_said[:100]}”" if entry.topic_said else "")
    registration = a.read(
        a.Registration,
        {
            "channel": entry.channel, "received_on": entry.received_on, "applicant": applicant, "wanted": entry.wanted,
            "topic": entry.topic, "remark": remark, "imported": source,
        },
    )  # fmt: skip
    made: list[Act] = [registration]
    if entry.outcome is not None and entry.replied_on is not None:
        made.append(a.read(a.LedgerResult, {"on": entry.replied_on, "outcome": entry.outcome, "remark": "由原台账导入"}))
    if entry.remedy is not None and entry.remedy_on is not None:
        suit = {"type": "reconsideration" if entry.remedy == "reconsideration" else "litigation", "body": "原台账没有记载"}
        fields = {**suit, "on": entry.remedy_on, "after_reconsideration": entry.remedy == "after", "remark": "由原台账导入"}
        made.append(a.read(a.Remedy, fields))
        if entry.remedy_result is not None:
            fields = {"on": entry.remedy_result_on, "remedy": len(made), "result": entry.remedy_result, "remark": "由原台账导入"}
            made.append(a.read(a.RemedyResult, fields))
    return made


def file_of(entry: Entry, agency: str, number: str, ledger: str, line: int, rules: Rules, at: datetime, today: date) -> Case:
    """The case file of one entry, every act admitted by the same law. Raises Rejected, Invalid, Refused."""
    made = Case(str(uuid4()), agency, number)
    for act in _acts(entry, ledger, line):
        role = rules.on(act.on).roles[act.kind][0]
        signer = Officer(id="import", username="import", name=_SIGNER, role=role, agency=agency)
        made = admit(made, act, signer, at, rules, today)
    return made


@dataclass(frozen=True)
class Loader:
    """Makes files of good lines for one agency. `name` and `number_of(year, serial)` are its letterhead's."""

    database: Database
    rules: Rules
    keys: store.Keys
    agency: str
    name: str
    number_of: Callable[[int, int], str]
    at: datetime
    today: date
    others: Collection[str] = ()
    """The names of the other units: a line that says it is theirs is not loaded here."""

    def load(
        self, lines: Iterator[Line], ledger: str, *, dry_run: bool = False, whole: bool = False,
        progress: Callable[[int], None] = lambda _n: None,
    ) -> Loaded:  # fmt: skip
        """Load the good lines; with `whole` none unless all are good, with `dry_run` none at all. Raises BadLedger."""
        result = Loaded()
        try:
            self._load(lines, ledger, result, dry_run, whole, progress)
        except BadLedger as error:
            if result.loaded and not dry_run:
                raise BadLedger(f"{error}前面的{result.loaded}件已经导入，改正后再次导入不会重复。") from None
            raise
        return result

    def _load(
        self, lines: Iterator[Line], ledger: str, result: Loaded, dry_run: bool, whole: bool, progress: Callable[[int], None]
    ) -> None:
        good, there = list[tuple[Line, Case]](), self._there()
        for count, line in enumerate(lines, 1):
            made = self._file(line, ledger, there, result)
            if made is not None:
                good.append((line, made))
            if len(good) >= BATCH and not whole:
                self._write(good, result, dry_run)
                good = []
            if count % BATCH == 0:
                progress(count)
        if not (whole and result.bad):
            self._write(good, result, dry_run)

    def _there(self) -> dict[str, str]:
        """Number -> agency of every file that exists."""
        table = t.table_of(t.CaseFile)
        with self.database.read() as session:
            return {row.number: row.agency for row in session.execute(select(table.c.number, table.c.agency))}

    def _file(self, line: Line, ledger: str, there: Mapping[str, str], result: Loaded) -> Case | None:
        if line.entry is None:
            result.bad.append(line)
            return None
        if line.entry.unit in self.others:
            result.bad.append(Line(line.line, None, (f"“单位”是{line.entry.unit}，不是导入的{self.name}，请分单位导入",)))
            return None
        own, apart = line.entry.number, f"{line.entry.number}（{self.name}）"
        if there.get(own) == self.agency or there.get(apart) == self.agency:
            result.already += 1
            return None
        number = apart if own in there else own  # another agency's ledger uses the same number
        try:
            return file_of(line.entry, self.agency, number, ledger, line.line, self.rules, self.at, self.today)
        except Rejected as error:
            why = "；".join(f"“{TITLES.get(_FIELD.get(field, field), field)}”{text}" for field, text in error.errors)
        except Invalid as error:
            why = f"“{TITLES.get(_FIELD.get(error.field, error.field), error.field)}”{error.message}"
        except Refused as error:
            why = error.message
        result.bad.append(Line(line.line, None, (why,)))
        return None

    def _write(self, good: Sequence[tuple[Line, Case]], result: Loaded, dry_run: bool) -> None:
        if good and not dry_run:
            self.database.write(lambda session: self._add(session, [case for _, case in good]))
        result.loaded += len(good)

    def _add(self, session: Session, cases: Sequence[Case]) -> None:
        """Serials follow the agency's own; a number that the agency's own pattern would give keeps it from being given again."""
        serials: dict[int, int] = {}
        files: list[tuple[Case, int, int]] = []
        for year in sorted({case.received_on.year for case in cases}):
            of_year = [case for case in cases if case.received_on.year == year]
            own = [n for case in of_year if (n := self._own_serial(case.number, year))]
            first = store.take_numbers(session, self.agency, year, "case", len(of_year), at_least=max(own, default=0))
            serials[year] = first
            files += [(case, year, first + place) for place, case in enumerate(of_year)]
        store.add_files(session, files, self.rules, self.keys)

    def _own_serial(self, number: str, year: int) -> int | None:
        found = re.search(r"(\d{1,9})号?$", number)
        serial = int(found[1]) if found else 0
        return serial if serial and self.number_of(year, serial) == number else None


_FIELD = {"applicant.name": "applicant_name", "on": "replied_on", "text": "wanted"}
