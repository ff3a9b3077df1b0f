"""A holiday notice (放假通知) as the office has it: YAML like the calendar files, or CSV with one line for each fact."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from api.office.sources import Sources
from workflow.answers import BadRules
from workflow.law import Rules

MOST = 64 * 1024
_YEAR = re.compile(r"^year:\s*(\d{4})\s*(?:#.*)?$", flags=re.M)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
_KINDS = {"年份": "year", "文号": "notice", "日期": "dated", "发布日期": "dated", "放假": "holiday", "上班": "make_up", "调休上班": "make_up"}
FORMS = """年份,2027
文号,国办发明电〔2026〕1号
日期,2026-11-04
放假,元旦,2027-01-01,2027-01-03
上班,2027-01-10"""
"""How a CSV looks."""


@dataclass(frozen=True, slots=True)
class Read:
    """A notice that may be loaded: its year, the text of its file, and the rules as they would be."""

    year: int
    text: str
    rules: Rules


def read(sources: Sources, name: str, data: bytes) -> Read:
    """The notice in `data`. Raises BadRules: line, key, reason."""
    if len(data) > MOST:
        raise BadRules(name, 1, "（文件）", "太大，一份放假通知不会超过64KB")
    text = _decoded(name, data)
    lines: dict[str, int] = {}
    if not _YEAR.search(text) and ("," in text.partition("\n")[0] or "，" in text.partition("\n")[0]):
        text, lines = _from_csv(name, text)
    found = _YEAR.search(text)
    if found is None:
        raise BadRules(name, 1, "year", "缺少这一项，应当写明是哪一年的通知，例如year: 2027")
    try:
        return Read(int(found[1]), text, sources.try_rules(f"calendar/{found[1]}.yaml", text))
    except BadRules as bad:
        line = _line(bad.key, lines) if lines else bad.line
        raise BadRules(name, line, bad.key, bad.reason) from None


def _decoded(name: str, data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise BadRules(name, 1, "（文件）", "不是文字，请另存为UTF-8编码的YAML或者CSV")


def _line(key: str, lines: dict[str, int]) -> int:
    """The line of the CSV that a key of the YAML was made from."""
    while key and key not in lines:
        key = key.rpartition(".")[0]
    return lines.get(key, 1)


def _from_csv(name: str, text: str) -> tuple[str, dict[str, int]]:
    head: dict[str, str] = {}
    holidays: dict[str, tuple[str, str]] = {}
    make_up: list[str] = []
    lines: dict[str, int] = {}
    for number, kind, cells in _rows(name, text):
        match kind:
            case "holiday":
                if len(cells) != 3:
                    raise BadRules(name, number, "放假", "应当写成：放假,名称,开始日期,结束日期")
                if cells[0] in holidays:
                    raise BadRules(name, number, cells[0], "同一个节日写了两次")
                holidays[cells[0]] = _day(cells[1]), _day(cells[2])
                lines[f"holidays.{cells[0]}"] = number
            case "make_up":
                lines[f"make_up.{len(make_up)}"] = number
                make_up += [_day(cell) for cell in cells]
            case _:
                head[kind] = _day(cells[0]) if kind == "dated" and cells else "".join(cells[:1])
                lines[kind] = number
    for key, title in (("year", "年份"), ("notice", "文号"), ("dated", "日期")):
        if not head.get(key):
            raise BadRules(name, 1, title, "缺少这一项")
    made = [f"year: {head['year']}", f"notice: {_quoted(head['notice'])}", f"dated: {head['dated']}", "holidays:"]
    made += [f"  {_quoted(title)}: {{from: {first}, to: {last}}}" for title, (first, last) in holidays.items()]
    made += ["make_up:", *(f"  - {day}" for day in make_up)] if make_up else ["make_up: []"]
    return "\n".join(made) + "\n", lines


def _rows(name: str, text: str) -> Iterator[tuple[int, str, list[str]]]:
    for number, row in enumerate(csv.reader(io.StringIO(text.replace("，", ","))), 1):
        cells = [cell.strip() for cell in row if cell.strip()]
        if not cells or cells[0].startswith("#"):
            continue
        if cells[0] not in _KINDS:
            raise BadRules(name, number, cells[0][:40], "不认识的一行，第一格只能是：" + "、".join(_KINDS))
        yield number, _KINDS[cells[0]], cells[1:]


def _day(text: str) -> str:
    """2027-01-03 from the usual ways of writing it; anything else as it is, for the rules to refuse."""
    found = _DAY.fullmatch(text)
    if found is None:
        return _quoted(text)
    year, month, day = (found[1], found[2], found[3]) if found[1] else (found[4], found[5], found[6])
    return f"{year}-{int(month):02d}-{int(day):02d}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
