"""The little calendar of a due date: the months as weeks of cells, each with its mark and what it says aloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from workflow.clocks import Day

MOST_MONTHS = 18
"""A period that a deferral stretches further is told in sentences."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One day: its classes, what stands in it, and the sentence that a screen reader says."""

    day: int
    css: str
    number: int | None
    word: str
    said: str


@dataclass(frozen=True, slots=True)
class Month:
    """One month, Monday first; None where the week belongs to another month."""

    title: str
    weeks: list[list[Cell | None]]


def months(days: Sequence[Day], today: date, stops: Mapping[int, str]) -> list[Month]:
    """The months from the receipt to the due date; `stops` tells of each consultation which letter began the suspension."""
    if not days:
        return []
    known = {one.on: one for one in days}
    first, last = days[0].on, days[-1].on
    count = min((last.year - first.year) * 12 + last.month - first.month + 1, MOST_MONTHS)
    return [_month(*divmod(first.year * 12 + first.month - 1 + at, 12), known, today, stops) for at in range(count)]


def _month(year: int, month0: int, known: dict[date, Day], today: date, stops: Mapping[int, str]) -> Month:
    one = date(year, month0 + 1, 1)
    following = date(year + month0 // 11, (month0 + 1) % 12 + 1, 1)
    cells: list[Cell | None] = [None] * one.weekday()
    cells += [_cell(one + timedelta(at), known.get(one + timedelta(at)), today, stops) for at in range((following - one).days)]
    cells += [None] * (-len(cells) % 7)
    return Month(f"{year}年{month0 + 1}月", [cells[at : at + 7] for at in range(0, len(cells), 7)])


def _cell(on: date, day: Day | None, today: date, stops: Mapping[int, str]) -> Cell:
    css, word, said, number = "", "", "", None
    if day is not None:
        number = day.number
        css, word, said = _marked(day, today, stops)
    if on == today:
        css, word, said = f"{css} today".strip(), word if css in ("due", "d0") else "今天", f"{said}，今天" if said else "今天"
        number = None if number is None or word == "今天" else number
    return Cell(on.day, css, number, word, f"{on.month}月{on.day}日" + (f"，{said}" if said else ""))


def _marked(day: Day, today: date, stops: Mapping[int, str]) -> tuple[str, str, str]:
    make_up = "，调休上班" if day.make_up else ""
    match day.mark:
        case "receipt":
            return "d0", "收到", "收到日，不计入"
        case "due":
            which = f"第{day.number}个工作日，" if day.number else ""
            return "due", "到期", f"{which}到期{make_up}"
        case "suspended":
            why = "、".join(stops[ref] for ref in day.refs if ref in stops)
            return "sus", "暂停", f"暂停，不计入{make_up}{f'，因{why}' if why else ''}"
        case "counted":
            css = "cnt" if day.on <= today else "fut"
            return css, "补班" if day.make_up else "", f"第{day.number}个工作日{make_up}"
        case _:
            return "off", day.name or "", f"{day.name or '周末'}，不计入"
