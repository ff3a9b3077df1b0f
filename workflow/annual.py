"""年度报告中由人填写的部分: 二（主动公开，第二十条各项）、五（主要问题和改进情况），以及一、六的补充 (国办公开办函〔2021〕30号)."""

from __future__ import annotations

import json
import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal

TABLE2: Mapping[str, tuple[str, str, str]] = {
    "rules_made": ("第二十条第（一）项", "规章", "本年制发件数"),
    "rules_ended": ("第二十条第（一）项", "规章", "本年废止件数"),
    "rules_valid": ("第二十条第（一）项", "规章", "现行有效件数"),
    "norms_made": ("第二十条第（一）项", "行政规范性文件", "本年制发件数"),
    "norms_ended": ("第二十条第（一）项", "行政规范性文件", "本年废止件数"),
    "norms_valid": ("第二十条第（一）项", "行政规范性文件", "现行有效件数"),
    "licences": ("第二十条第（五）项", "行政许可", "本年处理决定数量"),
    "penalties": ("第二十条第（六）项", "行政处罚", "本年处理决定数量"),
    "coercion": ("第二十条第（六）项", "行政强制", "本年处理决定数量"),
    "charges": ("第二十条第（八）项", "行政事业性收费", "本年收费金额（单位：万元）"),
}
"""Figure of table 2 -> the item of 条例 20 it belongs to, its row, its column."""
MONEY = "charges"
"""In 万元, with decimals; the others are counts."""
TEXTS: Mapping[str, str] = {
    "overall": "总体情况的补充", "active": "主动公开情况", "last": "上年问题的改进情况", "problems": "存在的主要问题",
    "measures": "下一步的改进措施", "others": "其他需要报告的事项",
}  # fmt: skip
GOVERNMENT = ("government", "本级政府的名称")
"""Of a report that is summed up from the units': whose it is, as its title says (冠县); with the texts, and with no table 2 of its own."""
MOST_TEXT, MOST_NAME = 5_000, 40
_COUNT, _AMOUNT = re.compile(r"[0-9]{1,9}"), re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Parts:
    """填写的部分 of one unit and year: the figures as they were typed, the texts."""

    table2: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether every figure of table 2 is there."""
        return all(self.table2.get(name) for name in TABLE2)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Parts:
        return cls(**json.loads(text))


IN_FORCE = date(2008, 5, 1)
"""《中华人民共和国政府信息公开条例》 (国务院令第492号) in force: nobody could ask before, and there is no annual report of an earlier year."""
_SINCE = f"《政府信息公开条例》自{IN_FORCE.year}年{IN_FORCE.month}月{IN_FORCE.day}日起施行"


def year_fault(year: int, today: date) -> str | None:
    """Why there is no annual report of a year, as a sentence; None where there may be one."""
    instead = f"请选{IN_FORCE.year}年至{today.year}年"
    if year > today.year:
        return f"{year}年还没有到，没有年度报告，{instead}"
    if year < IN_FORCE.year:
        return f"{_SINCE}，没有{year}年的年度报告，{instead}"
    return None


def span_fault(first: date, last: date, today: date) -> tuple[str, str] | None:
    """What is wrong with a span to be told of, by the end that is at fault; None where there may be something in it."""
    if last < first:
        return "to", "截止日期不能早于起始日期"
    if first > today:
        return "from", "起始日期还没有到，请填今天或者以前的日期"
    if last < IN_FORCE:
        return "to", f"{_SINCE}，在这以前没有依申请公开的申请，请改填截止日期"
    return None


def last_day(year: int, after: int) -> date:
    """The last day on which the report of a year is in time: that of the month so many months after its end (条例 49)."""
    years, month = divmod(11 + after, 12)
    return date(year + years, month + 1, monthrange(year + years, month + 1)[1])


def missing(parts: Parts, *, summed: bool = False) -> list[str]:
    """What a whole report would still need, by its title; `summed`: one summed up from the units', whose table 2 is theirs."""
    figures = [f"“{GOVERNMENT[1]}”"] if summed and not parts.texts.get(GOVERNMENT[0]) else [] if summed or parts.is_whole else ["表二"]
    return [*figures, *(f"“{TEXTS[name]}”" for name in ("problems", "measures") if not parts.texts.get(name))]


def changed(before: Parts, after: Parts) -> list[str]:
    """What is written otherwise than before, by its title."""
    figures = [f"表二“{row}”的“{column}”" for name, (_, row, column) in TABLE2.items() if before.table2.get(name, "") != after.table2.get(name, "")]
    texts = [*TEXTS.items(), GOVERNMENT]
    return [*figures, *(f"“{title}”" for name, title in texts if before.texts.get(name, "") != after.texts.get(name, ""))]


def faults(parts: Parts) -> list[tuple[str, str]]:
    """What is wrong with what was typed: (field, sentence). Figures may wait, but are figures; an end is no more than was valid."""
    wrong = []
    for name, (_, row, column) in TABLE2.items():
        value = parts.table2.get(name, "")
        if value and not (_AMOUNT if name == MONEY else _COUNT).fullmatch(value):
            kind = "数字，以万元为单位，最多6位小数" if name == MONEY else "0或者正整数"
            wrong.append((name, f"“{row}”的“{column}”应当是{kind}"))
    limits = [*((name, title, MOST_TEXT) for name, title in TEXTS.items()), (*GOVERNMENT, MOST_NAME)]
    wrong += [(name, f"“{title}”最多{most}字，请精简") for name, title, most in limits if len(parts.texts.get(name, "")) > most]
    return wrong


def doubts(parts: Parts, before: Parts, paid_fen: int = 0) -> list[str]:
    """What was typed and can hardly be so, each as a sentence: to be looked at again, and never refused (READINGS R-table2).

    `before`: the report of the year before; `paid_fen`: 信息处理费 that came in by the files of the year, which is such a charge too.
    """
    said, told = dict[str, Decimal](), list[str]()
    for name, value in parts.table2.items():
        if name in TABLE2 and (_AMOUNT if name == MONEY else _COUNT).fullmatch(value):
            said[name] = Decimal(value)
    if any(said.get(name) for name in _RULES):
        told.append(
            "“规章”不是0：规章由国务院部门，省、自治区、直辖市和设区的市、自治州的人民政府制定（立法法第九十一条、第九十三条），县级人民政府和"
            "县级的部门、乡镇不能制定。请核对是不是行政规范性文件，没有规章的填0"
        )
    for kind, row in (("rules", "规章"), ("norms", "行政规范性文件")):
        made, ended, valid = (said.get(f"{kind}_{one}") for one in ("made", "ended", "valid"))
        if made is None or ended is None or valid is None:
            continue
        then = before.table2.get(f"{kind}_valid", "")
        if _COUNT.fullmatch(then) and int(then) + made - ended != valid:
            should = f"上年现行有效{then}件，本年制发{made}件，废止{ended}件，应当是{int(then) + made - ended}件"
            told.append(f"“{row}”现行有效{valid}件，与上年报告不相接：{should}")
        elif made - ended > valid:
            told.append(f"“{row}”本年制发{made}件、废止{ended}件，现行有效却只有{valid}件")
    if MONEY in said and said[MONEY] * FEN_OF_10000 < paid_fen:
        collected = Decimal(paid_fen) / FEN_OF_10000
        told.append(f"“行政事业性收费”填的是{parts.table2[MONEY]}万元，案卷里本年收取的信息处理费就有{collected.normalize():f}万元。请核对单位是不是万元")
    return told


_RULES = ("rules_made", "rules_ended", "rules_valid")
FEN_OF_10000 = 1_000_000
"""分 of one 万元."""


def total(several: Sequence[Parts]) -> dict[str, str]:
    """Table 2 of several units: every figure the sum of those that were filled in; empty where none was. One alone stays as it was typed."""
    return {
        name: values[0] if len(values) == 1 else f"{sum((Decimal(value) for value in values), Decimal(0)).normalize():f}"
        for name in TABLE2
        if (values := [one.table2[name] for one in several if one.table2.get(name)])
    }
