"""What the reports say in words and rows: the facts of their templates, and the JSON of the annual report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from db.analysis import FEW, STANCES, fees_json, half_up, percent
from db.exports import PACE_TITLES, RECORDS, SHARE_TITLES, SHARES, analysis_sheets
from db.reports import Annual, Fees, Figures, Frozen, Unit
from workflow import statistics as s
from workflow.annual import GOVERNMENT, TABLE2, TEXTS, Parts, total
from workflow.words import say_day, say_yuan

# ------------------------------------------------------------------ the annual report


def annual_json(annual: Annual, names: Mapping[str, str], agency: str | None) -> dict[str, Any]:
    """`GET /api/reports/annual`: figures as reported; what has changed since stands under `units[].frozen`."""
    figures = annual.figures
    return {
        "agency": agency,
        "name": _name(annual, names, agency),
        "year": annual.year,
        "columns": list(s.COLUMNS),
        "row_labels": dict(s.ROW_LABELS),
        "table3": figures.table3,
        "table4_columns": list(s.TABLE4_COLUMNS),
        "table4": figures.table4,
        "summary": s.summary(figures.table3),
        "checks": [
            {"id": one.id, "text": one.text, "column": one.column, "left": one.left, "right": one.right, "holds": one.holds}
            for one in annual.checks
        ],
        "fees": fees_json(figures.fees),
        "record_corrections": asdict(figures.records),
        "has_data": annual.has_data,
        "from_ledger": annual.from_ledger,
        "units": [_unit(unit, names) for unit in annual.units],
        "outside": [_outside(name, figures) for name, figures in annual.outside],
        "not_reported": annual.missing,
        "frozen": annual.summed is not None if len(annual.units) > 1 else all(unit.frozen is not None for unit in annual.units),
        "summed": _frozen(annual.summed.frozen) if annual.summed else None,
    }


def _name(annual: Annual, names: Mapping[str, str], agency: str | None) -> str:
    if agency is not None:
        return names[agency]
    if len(annual.units) == 1:
        return names[annual.units[0].agency]
    return f"全部单位（{len(annual.units)}个{f'，系统外{len(annual.outside)}个' if annual.outside else ''}）"


def _outside(name: str, figures: Figures) -> dict[str, Any]:
    """A unit that does not use the system, by the tables that it handed in."""
    table = figures.table3
    came = table[s.NEW][-1] + table[s.CARRIED][-1]
    return {"name": name, "received": came, "ended": table[s.TOTAL][-1], "forward": table[s.FORWARD][-1]}


def _unit(unit: Unit, names: Mapping[str, str]) -> dict[str, Any]:
    table = unit.reported.table3
    return {
        "agency": unit.agency,
        "name": names.get(unit.agency, unit.agency),
        "reported": unit.frozen is not None,
        "received": table[s.NEW][-1] + table[s.CARRIED][-1],
        "ended": table[s.TOTAL][-1],
        "forward": table[s.FORWARD][-1],
        "fees": fees_json(unit.reported.fees),
        "frozen": _frozen(unit.frozen) if unit.frozen else None,
    }


def _frozen(frozen: Frozen) -> dict[str, Any]:
    return {
        "at": frozen.at.isoformat(),
        "by": frozen.by,
        "reason": frozen.reason,
        "differences": [
            {"table": one.table, "row": one.row, "column": one.column, "frozen": one.frozen, "now": one.now, "reasons": list(one.reasons)}
            for one in frozen.differences
        ],
        "moved": [
            {"id": one.case_id, "number": one.number, "before": one.before, "after": one.after, "reason": one.reason}
            for one in frozen.moved
        ],
    }


_NO_PARTS = Parts()


def written(
    parts: Mapping[str, Parts], names: Mapping[str, str], agencies: Sequence[str], outside: Mapping[str, Parts] = MappingProxyType({}),
    own: Parts = _NO_PARTS,
) -> dict[str, Any]:  # fmt: skip
    """二 and 五 as they are printed: table 2 summed over the units that filled it in, who did not, and the texts of one unit.

    `outside`: the tables of units that do not use the system, by name; `own`: the texts of the sum itself.
    """
    sums = total([*(parts[one] for one in agencies if one in parts), *outside.values()])
    rows: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for name, (item, row, column) in TABLE2.items():
        rows.setdefault((item, row), []).append((column, sums.get(name, "")))
    missing = [names.get(one, one) for one in agencies if one not in parts or not parts[one].is_whole]
    missing += [f"{name}（系统外）" for name, one in outside.items() if not one.is_whole]
    mine = parts.get(agencies[0], Parts()) if len(agencies) == 1 else own
    return {
        "table2": [(item, row, cells) for (item, row), cells in rows.items()] if sums else [],
        "table2_missing": missing if sums and len(agencies) > 1 else [],
        "texts": {name: [line.strip() for line in mine.texts.get(name, "").split("\n") if line.strip()] for name in TEXTS},
    }


def annual_facts(
    annual: Annual, names: Mapping[str, str], agency: str | None, parts: Mapping[str, Parts] = MappingProxyType({}),
    outside: Mapping[str, Parts] = MappingProxyType({}), own: Parts = _NO_PARTS, outside_missing: Sequence[str] = (),
) -> dict[str, Any]:  # fmt: skip
    """What `report_annual.html` prints; `parts` is what each unit wrote of 二 and 五, `outside` table 2 of units outside the system.

    Of a sum: `own` is what was written for the sum itself, `outside_missing` who handed in the year before, and not this one.
    """
    data, agencies = annual_json(annual, names, agency), [unit.agency for unit in annual.units]
    told = written(parts, names, agencies, outside, own)
    filled = told["table2"] if len(agencies) > 1 else all(one in parts and parts[one].is_whole for one in agencies)  # a sum names who has not
    rows = [*data["units"], *({**one, "name": f"{one['name']}（系统外）", "reported": True} for one in data["outside"])]
    whole = filled and (told["texts"]["problems"] or told["texts"]["last"])
    return {
        "title": f"{own.texts.get(GOVERNMENT[0]) or data['name']}{annual.year}年政府信息公开工作年度报告{'' if whole else '（依申请公开部分）'}",
        "year": annual.year,
        "last_year": list(annual.last_year),
        "summary": data["summary"],
        "columns": data["columns"],
        "rows": printed_rows(annual.figures.table3),
        "table4": data["table4"],
        "table4_columns": data["table4_columns"],
        "no_data": no_data(annual),
        "written": told,
        "charging": charging(annual, names),
        "corrections": corrections(annual),
        "checks": _checks(annual),
        "units": rows,
        "idle": [one["name"] for one in rows if not any(one[key] for key in ("received", "ended", "forward"))],
        "not_reported": [names[one] for one in annual.missing] if len(annual.units) > 1 else [],
        "outside_missing": list(outside_missing),
    }


def no_data(annual: Annual) -> str:
    """What zeros mean where nothing is on record; empty where something is."""
    return "" if annual.has_data else f"本系统没有{annual.year}年的案件，也没有更早的：各数为零只表示没有数据，不能作为报告。"


def charging(annual: Annual, names: Mapping[str, str]) -> str:
    """第六部分: what was notified, paid and let off in the year, each by its own day; of several units, by each that charged."""
    told = _fees(annual.figures.fees)
    if told:
        by_unit = [f"{names[unit.agency]}{words}" for unit in annual.units if (words := _fees(unit.reported.fees))]
        of = f"，其中：{'；'.join(by_unit)}" if len(by_unit) <= MOST_NAMED else f"，涉及{len(by_unit)}个单位"
        return f"本年度{told}" + (of if len(annual.units) > 1 else "") + "。"
    if not annual.has_data:
        return "没有本年度的数据。"
    if annual.from_ledger:
        none = "在本系统办理的案件中，本年度没有发出收费通知，没有收取信息处理费"
        return f"{none}；由原台账导入的{annual.from_ledger}件，本系统没有收费的记录，请按台账核对。"
    return "本年度没有发出收费通知，没有收取信息处理费。"


def corrections(annual: Annual) -> str:
    """第六部分: 更正申请, which table 3 does not count; empty where there was none (READINGS R-record-correction)."""
    counts = asdict(annual.figures.records)
    came = counts["new"] + counts["carried"]
    if not came:
        return ""
    ended = "，".join(f"{title}{counts[name]}件" for name, title in RECORDS.items() if name not in ("new", "carried", "forward") and counts[name])
    told = f"其中{ended}" if ended else "均未办结"
    forward = f"；结转下年度{counts['forward']}件" if counts["forward"] and ended else ""
    return f"本年度收到和上年结转更正与自身相关的政府信息记录的申请{came}件（不计入第三部分），{told}{forward}。"


def _fees(fees: Fees) -> str:
    """发出收费通知6件、600元，实际收取5件、500元，减免1件、100元; empty when no money moved."""
    if not (fees.notices or fees.payments or fees.waivers):
        return ""
    notified = f"发出收费通知{fees.notices}件、{say_yuan(fees.notified_fen)}" if fees.notices else "没有发出收费通知"
    paid = f"，实际收取{fees.payments}件、{say_yuan(fees.paid_fen)}" if fees.payments else "，没有收取信息处理费"
    return notified + paid + (f"，减免{fees.waivers}件、{say_yuan(fees.waived_fen)}" if fees.waivers else "")


def _checks(annual: Annual) -> list[str]:
    """The identities that do not hold, with both sides; they go with the draft, not with a report that is right."""
    return [f"{one.text}（{one.column}）：左边{one.left}，右边{one.right}" for one in annual.checks if not one.holds]


_SECTIONS = {"三(三)1": ("（三）不予公开", 8), "三(四)1": ("（四）无法提供", 3), "三(五)1": ("（五）不予处理", 5), "三(六)1": ("（六）其他处理", 3)}


def printed_rows(table: s.Table) -> list[dict[str, Any]]:
    """Table 3 row by row with its merged labels, as published."""

    def cell(text: str, across: int = 1, down: int = 1) -> dict[str, Any]:
        return {"text": text, "across": across, "down": down}

    rows = []
    for row, values in table.items():
        label = s.ROW_LABELS[row]
        if row in (s.NEW, s.CARRIED, s.FORWARD):
            labels = [cell(f"{row}、{label}", across=3)]
        elif row == s.TOTAL:
            labels = [cell("（七）总计", across=2)]
        elif row[-1].isdigit():
            section = [cell(_SECTIONS[row][0], down=_SECTIONS[row][1])] if row in _SECTIONS else []
            labels = [*section, cell(f"{row[-1]}.{label}")]
        else:
            labels = [cell(f"（{row[2]}）{label}", across=2)]
        if row == s.LEAVES[0]:
            labels.insert(0, cell("三、本年度办理结果", down=len(s.LEAVES) + 1))
        rows.append({"labels": labels, "cells": values})
    return rows


# ------------------------------------------------------------------ the analysis in words


def analysis_facts(
    data: Mapping[str, Any], name: str, today: date, signed: str | None = None, *, with_tables: bool = True
) -> dict[str, Any]:
    """What `report_analysis.html` prints: findings in plain sentences, each with the table it stands on; `signed` by whom, if not by `name`.

    `with_tables`: whether the sentences have their tables below them; on the page they have not.
    """
    sheets, several = analysis_sheets(data), _are_several(data)
    first, last, before = date.fromisoformat(data["from"]), date.fromisoformat(data["to"]), data["before"]
    return {
        "title": f"{name}{'“' + data['topic']['title'] + '”' if data.get('topic') else ''}政府信息依申请公开情况分析报告",
        "span": f"{say_day(first)}至{say_day(last)}；{before['title']}：{_day(before['from'])}至{_day(before['to'])}",
        "agency": signed or name,
        "on": say_day(today),
        "sections": [
            {
                "title": title, "text": text, "tables": [_printed(rows) for rows, _ in shown], "unlisted": [names for _, names in shown],
                "charts": _charts(data, title),
            }
            for title, text, tables in (
                ("总体情况", [*_summed(data), *_overall(data)], [_by_year(sheets["每月"]), _by_unit(sheets["单位"]) if several else []]),
                ("申请的来源和内容", _sources(data), [sheets["渠道"], sheets["申请人类别"], sheets["主题"]]),
                ("意见建议", _opinions(data), []),
                ("办理结果", _results(data), [sheets["办理结果"], _by_topic(sheets["主题办理"], before["title"])]),
                ("办理时效", _speed(data, today), [sheets["环节用时"], _held(data, today)]),
                ("会商和征求意见", _consulted(data), [sheets["征求意见"]]),
                ("退回、复议和诉讼", _challenged(data, today), [sheets["退回理由"], sheets["复议诉讼"]]),
                ("收费情况", _money(data), [sheets["收费"] if any(data["fees"][key] for key in _MOVED) else []]),
                ("需要关注的问题", _attention(data, today, listed=with_tables), [_topics_table(data)]),
            )
            if text  # of nothing there is no section
            for shown in [[one for one in map(_listed, tables) if len(one[0]) > 1]]
        ],
    }


def _are_several(data: Mapping[str, Any]) -> bool:
    return len(data.get("agencies", data.get("units", ()))) > 1


def _summed(data: Mapping[str, Any]) -> list[str]:
    """Of how many units the figures are, where they are of several."""
    count = len(data.get("agencies", ()))
    return [f"以下是{count}个单位的合计数。"] if count > 1 and data["records"]["has_data"] else []


MOST_BARS = 18


def _charts(data: Mapping[str, Any], section: str) -> list[dict[str, Any]]:
    """图: of a section, where there is something to compare; an earlier span stands beside only where it is as long."""
    volumes, before = data["volumes"], data["before"]
    known = before["title"] if before["has_data"] and before["as_long"] else ""
    several = len({row["month"][:4] for row in volumes["by_month"]}) > 1
    months = [
        (f"{row['month'][2:4]}年{int(row['month'][5:])}月" if several else f"{int(row['month'][5:])}月", row["received"], row["before"])
        for row in volumes["by_month"]
    ]
    titled = {name: [(row["title"], row["count"], row["before"]) for row in volumes[name]] for name in ("by_topic", "by_group")}
    drawn = {
        "总体情况": ("months", "每月新收", months, True), "申请的来源和内容": ("topics", "各主题新收", titled["by_topic"], False),
        "办理结果": ("results", "办理结果", titled["by_group"], False),
    }  # fmt: skip
    if section not in drawn:
        return []
    key, title, rows, upright = drawn[section]
    beside = known and all(then is not None for _, _, then in rows)
    shown = [[label, value, then if beside else None] for label, value, then in rows if upright or value or then][:MOST_BARS]
    if sum(bool(value) for _, value, _ in shown) < 2 or len(rows) > 2 * MOST_BARS or (upright and len(rows) > MOST_BARS):
        return []
    return [{"key": key, "title": f"{title}（件）", "rows": shown, "before": known if beside else "", "upright": upright}]


def _day(said: str) -> str:
    return say_day(date.fromisoformat(said))


_MOVED = ("notices", "payments", "waivers")
"""Ways in which a fee shows: money may come in, or be let off, in a year that sent no notice."""


_ROWS_STAY = ("月份", "年度")
"""What goes on from row to row: a month of nothing is one of them."""


def _listed(rows: Sequence[Sequence[Any]]) -> tuple[Sequence[Sequence[Any]], str]:
    """The rows that tell of something, and a sentence that names those of noughts."""
    if not rows or rows[0][0] in _ROWS_STAY:
        return rows, ""
    counts = [[cell for cell in row if isinstance(cell, int | float)] for row in rows[1:]]
    nothing = [row for row, told in zip(rows[1:], counts, strict=True) if told and not any(told)]
    if not nothing or len(nothing) + 1 == len(rows):
        return rows if not nothing else rows[:1], ""
    named = "".join(f"“{row[0]}”" for row in nothing[:MOST_NAMED])
    whole = f"{named}等{len(nothing)}{'个单位' if rows[0][0] == '单位' else '项'}" if len(nothing) > MOST_NAMED else named
    return [row for row in rows if row not in nothing], f"{whole}各数都是0，没有列出。"


MOST_NAMED = 5
"""So many rows of noughts are named; of more the first, and how many they are."""


def _by_unit(rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """各单位 on paper: without a rate that hardly any unit has enough reviews for, whose numbers stand beside."""
    at = rows[0].index("纠错率")
    return [[*row[:at], *row[at + 1 :]] for row in rows]


def _held(data: Mapping[str, Any], today: date) -> list[Sequence[Any]]:
    """承办人 of one unit, with what each has in hand; of several the units, while that is news: no report of a county lists everybody's staff."""
    day, word = say_day(date.fromisoformat(data["as_of"])), data["before"]["title"]
    if not _are_several(data):
        heading, known = ("承办人", f"在办（截至{day}）", f"超期（截至{day}）", "办结", f"{word}办结"), data["before"]["has_data"]
        rows = [(row["handler_name"], row["open"], row["overdue"], row["ended"], row["before"] if known else None) for row in data["load"]]
        return [heading, *rows]
    if not _is_recent(data, today):
        return []
    units: dict[str, list[int]] = {}
    for row in data["load"]:
        one = units.setdefault(row["name"], [0, 0])
        one[0], one[1] = one[0] + row["open"], one[1] + row["overdue"]
    there = sorted((name for name, counts in units.items() if any(counts)), key=lambda name: (-units[name][1], -units[name][0]))
    return [("单位", f"在办（截至{day}）", f"超期（截至{day}）"), *((name, *units[name]) for name in there)]


def _by_topic(rows: Sequence[Sequence[Any]], before: str) -> Sequence[Sequence[Any]]:
    """各主题 on paper: what the other span had stands in one cell, a rate with the numbers it was made of."""
    kept = ("主题", "收到", f"{before}收到", "占比", "办结", "公开", "公开率", "答复", "按期", "按期率")
    of, heading, wholes = {title: at for at, title in enumerate(rows[0])}, list(kept), {"公开": "办结", "按期": "答复"}
    for what in wholes:
        heading.insert(heading.index(f"{what}率") + 1, f"{before}{what}")

    def told(row: Sequence[Any], title: str) -> Any:
        if title in kept:
            return row[of[title]]
        what = title.removeprefix(before)
        part, many, rate = (row[of[f"{before}{one}"]] for one in (what, wholes[what], f"{what}率"))
        return None if not many else f"{part}/{many}" + (f" {percent(rate)}" if rate is not None else "")

    return [heading, *([told(row, title) for title in heading] for row in rows[1:])]


MOST_MONTHS = 36
"""A report on paper tells of more months than these by the year, and passes over the years in which nothing was."""


def _by_year(months: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    heading, *rows = months
    if len(rows) <= MOST_MONTHS:
        return months
    years: dict[str, list[int | None]] = {}
    for month, *counts in rows:
        known = years.setdefault(month[:4], [0] * len(counts))
        years[month[:4]] = [None if one is None or more is None else one + more for one, more in zip(known, counts, strict=True)]
    return [["年度", *heading[1:]], *([year, *counts] for year, counts in years.items() if any(counts))]


def _printed(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Rows for paper: shares in per cent."""
    if not rows:
        return []
    shares = {at for at, heading in enumerate(rows[0]) if heading.endswith(SHARES)}
    return [list(rows[0]), *([percent(cell) if at in shares else _plain(cell) for at, cell in enumerate(row)] for row in rows[1:])]


def _plain(cell: Any) -> Any:
    """1700.0 as 1700."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


NO_DATA = ["没有数据。"]


# What is not on record nobody can deny: a claim that there was none is made only where there would be a record of it.


def _of_here(data: Mapping[str, Any]) -> str:
    """Of whose files "there was none" is said, where a ledger tells of others."""
    return "在本系统办理的案件中，" if data["records"]["from_ledger"] else ""


def _none(data: Mapping[str, Any], none: str, what: str) -> str:
    """`none` of the requests worked on here; where a ledger is all there is: it does not tell of `what`."""
    if not data["records"]["own"]:
        return f"到本期末，案件都由原台账导入，没有{what}的办理记录。"
    return f"{_of_here(data)}{none}。"


def _earlier(data: Mapping[str, Any], count: int, unit: str, *, also: bool = False) -> str:
    """上年同期3次, that there was none (`also`: as now), or that nobody knows."""
    before = data["before"]
    if not count and before["own"]:
        return f"{before['title']}{'也' if also else ''}没有"
    return f"{before['title']}{count}{unit}" if count else f"没有{before['title']}的记录"


def _change(now: int, before: int, of: Mapping[str, Any]) -> str:
    word = of["title"]
    if not of["has_data"]:
        return f"没有{word}的数据"
    if not of["as_long"]:
        return f"{word}{before}件，两期长短不同，不作增减比较"
    if before == 0:
        return f"{word}没有" if now else f"与{word}相同"
    if now == before:
        return f"与{word}的{before}件持平"
    more, grown = ("增加", "增长") if now > before else ("减少", "下降")
    told = f"比{word}的{before}件{more}{abs(now - before)}件"
    if now >= MANIFOLD * before:
        return told if before < FEW else f"{told}，约为{word}的{half_up(now / before, 0)}倍"
    return told if before < FEW else f"{told}，{grown}{percent(abs(now - before) / before)}"


MANIFOLD = 10
"""From so many times as many on nobody speaks of per cent."""


def _overall(data: Mapping[str, Any]) -> list[str]:
    received, ended, before = data["received"], data["ended"], data["before"]
    if not data["records"]["has_data"]:
        return ["本系统没有这一时期的案件，也没有更早的，没有数据可以分析。"]
    months = [row for row in data["volumes"]["by_month"] if row["received"]]
    about = data.get("topic")
    sentences = [f"以下只分析主题为“{about['title']}”的申请（主题没有经人员确认的，按系统建议的主题计），比较的数字也是。"] if about else []
    sentences += [
        f"本期收到政府信息公开申请{received['count']}件，{_change(received['count'], received['before'], before)}。",
        f"本期办结{ended['count']}件，{_change(ended['count'], ended['before'], before)}。",
    ]
    if ended["again"]:
        sentences.append(f"另有{ended['again']}件重新处理以后再次答复，按统计口径计入首次答复的时期。")
    if data["records"]["from_ledger"]:
        sentences.append(
            f"本期办结的案件中，{data['records']['from_ledger']}件由原台账导入；征求意见、退回修改、暂停、延期、补正和收费没有它们的办理记录，这些事项的数字不含它们。"
        )
    if corrected := data["record_corrections"]["count"]:
        sentences.append(f"另收到更正与自身相关的政府信息记录的申请{corrected}件，单独统计，不计入以上各数。")
    if len(months) > 1:
        most = max(row["received"] for row in months)
        names = [f"{row['month'][:4]}年{int(row['month'][5:])}月" for row in months if row["received"] == most]
        if len(names) <= MOST_TIED and len(names) < len(months):
            sentences.append(f"收到最多的月份是{'、'.join(names)}，{'各' if len(names) > 1 else '共'}{most}件。")
    return sentences


MOST_TIED = 3
"""So many that have the most are named; of more, or of all alike, nothing stands out."""


def _told(what: str, lead: str, rows: Sequence[Mapping[str, Any]], most: int) -> str:
    """What leads among several; where all of them are named, or there is one alone, nothing leads. Empty of none."""
    there = [row for row in rows if row["count"]]
    if len(there) == 1:
        return f"{what}都是{there[0]['title']}，{there[0]['count']}件。"
    least = there[most - 1]["count"] if len(there) > most else 0
    return f"{lead if least and any(row['count'] < least for row in there) else f'{what}为'}{_leading(rows, most)}。" if there else ""


def _leading(rows: Sequence[Mapping[str, Any]], most: int = 3) -> str:
    """The first of the rows, and those that have as much as the last of them."""
    least = rows[most - 1]["count"] if len(rows) >= most else 0
    return "、".join(
        f"{row['title']}{row['count']}件" + ("" if row["share"] is None else f"（{percent(row['share'])}）")
        for row in rows
        if row["count"] >= max(least, 1)
    )


def _first_of(rows: Sequence[Mapping[str, Any]], most: int = 3) -> Sequence[Mapping[str, Any]]:
    """The first rows, and those that have as much as the last of them; none where too many have as much."""
    least = rows[most - 1]["count"] if len(rows) >= most else 0
    found = [row for row in rows if row["count"] >= max(least, 1)]
    return found if len(found) <= most + MOST_TIED else [row for row in found if row["count"] > least]


def _sources(data: Mapping[str, Any]) -> list[str]:
    volumes = data["volumes"]
    if not data["records"]["has_data"]:
        return NO_DATA
    topics = [row for row in volumes["by_topic"] if row["key"] is not None]
    untold = sum(row["count"] for row in volumes["by_topic"] if row["key"] is None)
    told = [
        _told("申请渠道", "主要渠道为", volumes["by_channel"], 3), _told("申请人", "", volumes["by_category"], len(volumes["by_category"])),
        _told("已定主题的申请，内容" if untold else "申请内容", "申请内容集中在", topics, 3),
        f"另有{untold}件还没有定主题。" if untold and untold < data["received"]["count"] else "",
        _proposed(data["received"]["count"] - untold, data["topics"]["confirmed"]) if topics and not data.get("topic") else "",
    ]  # fmt: skip
    return [one for one in told if one] or ["本期没有收到申请。"]


def _proposed(told: int, confirmed: int) -> str:
    """Whose word a topic is, where it is not that of people alone."""
    if confirmed >= told:
        return ""
    return f"其中{told - confirmed}件的主题是系统建议的，还没有经人员确认。" if confirmed else "以上主题是系统建议的，还没有经人员确认。"


def _opinions(data: Mapping[str, Any]) -> list[str]:
    """What the halls were told; of nothing nothing is said, for few offices have one."""
    told = data["feedback"]
    if not told["count"]:
        return []
    topics = "、".join(f"{row['title']}{row['count']}件" for row in told["by_topic"])
    return [f"体验区收到意见建议和困难{told['count']}件（不是申请，另行统计，不计入以上各数），按主题为{topics}；其中已答复{told['answered']}件。"]


def _results(data: Mapping[str, Any]) -> list[str]:
    if not data["records"]["has_data"]:
        return NO_DATA
    words = _leading(data["volumes"]["by_group"], 6)
    return [f"办理结果为：{words}。", *_disclosed(data)] if words else [f"本期没有{_first(data)}办结的申请。"]


def _disclosed(data: Mapping[str, Any]) -> list[str]:
    """公开率, beside that of the other span; of a few there is none."""
    rate = data["rates"]["disclosed"]
    if rate["share"] is None:
        return []
    none = f"办结的{rate['of']}件中没有予以公开、部分公开的"
    what = f"办结的{rate['of']}件中，予以公开和部分公开合计{rate['count']}件，公开率{percent(rate['share'])}" if rate["count"] else none
    return [f"{what}{_rate_before(data, rate['before'])}。"]


def _rate_before(data: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    """The same of the other span, by its numbers; the rate, unless it is one of a few."""
    if not before["of"]:
        return ""
    rate = f"，{percent(before['share'])}" if before["share"] is not None else ""
    return f"；{data['before']['title']}{before['of']}件中{before['count']}件{rate}"


def _first(data: Mapping[str, Any]) -> str:
    """首次, where others were answered again."""
    return "首次" if data["ended"]["again"] else ""


def _speed(data: Mapping[str, Any], today: date) -> list[str]:
    pace, shares = data["days_to_reply"], data["shares"]
    if not data["records"]["has_data"]:
        return [*NO_DATA, *_loaded(data, today)]
    if not pace["replies"]:
        return [f"本期没有{_first(data)}作出答复的申请。", *_loaded(data, today)]
    sentences = [
        f"本期作出答复{pace['replies']}件，{_took(pace)}（不含依法暂停的时间）。",
        (f"按期答复{pace['in_time']}件" if pace["in_time"] else "没有能够确定为按期的答复" if pace["unknown"] else "没有按期的答复")
        + (f"，按期答复率{percent(pace['in_time_share'])}" if pace["in_time_share"] else "")
        + (f"，超期{pace['late']}件" if pace["late"] else "" if pace["unknown"] else "，没有超期")
        + _unanswered(data, today) + "。",
    ]
    if pace["unknown"]:
        sentences.append(f"由原台账导入的有{pace['unknown']}件，按台账所载不能判断是否按期{_between(pace)}。")
    here = shares["of"]
    if did := [f"{_DID[key]}的{shares['counts'][key]}件，占{percent(shares[key])}" for key in SHARE_TITLES if shares[key]]:
        sentences.append(f"{_of_here(data) or '本期'}办结的{here}件中，{'；'.join(did)}。")
    before = pace["before"]
    if before["replies"] >= FEW:
        rate = before["in_time_share"] is not None
        sentences.append(
            f"{data['before']['title']}作出答复{before['replies']}件，用时中位数为{before['median']}个工作日"
            + (f"，按期{before['in_time']}件，按期答复率{percent(before['in_time_share'])}" if rate else "") + "。"
        )  # fmt: skip
    most = max((row["days"] for row in data["stages"]), default=0)
    slow = [row for row in data["stages"] if row["days"] == most]
    if most and len(slow) <= MOST_TIED:
        names = "、".join(f"“{row['title']}”" for row in slow)
        all_of = f"（按本期{'在本系统' if data['records']['from_ledger'] else ''}办结的{here}件平均）"
        sentences.append(f"用时最多的状态是{names}，平均每件{'各' if len(slow) > 1 else ''}{slow[0]['mean']:g}个工作日{all_of}。")
    return sentences + _loaded(data, today)


def _unanswered(data: Mapping[str, Any], today: date) -> str:
    """Overdue, and no reply has left: of the replies nothing tells of them. Of an earlier span nobody says how it stands today."""
    overdue = sum(row["overdue"] for row in data["load"]) if _is_recent(data, today) else 0
    return f"；{_as_of(today)}另有{overdue}件已经超过期限、还没有发出答复，未计入" if overdue else ""


_DID = {"suspended": "曾暂停计时", "extended": "曾延期", "corrected": "曾告知补正", "charged": "曾发收费通知"}


def _between(pace: Mapping[str, Any]) -> str:
    """Between what the share in time lies, of which some replies are unknown."""
    if pace["replies"] < FEW:
        return ""
    least, most = pace["in_time"] / pace["replies"], (pace["in_time"] + pace["unknown"]) / pace["replies"]
    return f"，因此按期答复率在{percent(least)}与{percent(most)}之间"


def _took(pace: Mapping[str, Any]) -> str:
    """How long the replies took; of a few there is no nine in ten."""
    if pace["replies"] == 1:
        return f"用时{pace['median']}个工作日"
    if pace["replies"] < FEW:
        return f"用时最长{pace['p90']}个工作日"  # nine in ten of a few are all of them
    if pace["replies"] < NINE_IN_TEN:
        return f"用时中位数为{pace['median']}个工作日，最长{pace['p90']}个工作日"
    return f"用时中位数为{pace['median']}个工作日，九成在{pace['p90']}个工作日以内"


NINE_IN_TEN = 10
"""Of fewer replies nine in ten are all of them."""


RECENT = timedelta(days=31)
"""So long after its end a report of a span tells what is so now; that of an earlier year does not tell of today's files."""


STANDS_OUT = 1.25
"""So many times the average somebody has who is named as having the most."""


def _is_recent(data: Mapping[str, Any], today: date) -> bool:
    return today - date.fromisoformat(data["to"]) <= RECENT


def _loaded(data: Mapping[str, Any], today: date) -> list[str]:
    """在办 now, and who has most of it, where several have some."""
    at_work = sum(row["open"] for row in data["load"])
    if not at_work or not _is_recent(data, today):
        return []
    holders, several = Counter[str](), _are_several(data)
    for row in data["load"]:
        if several or row["handler"]:
            holders[row["name"] if several else row["handler_name"]] += row["open"]
    holders = +holders
    most = max(holders.values(), default=0)
    names = [name for name, count in holders.items() if count == most]
    stands_out = len(names) < len(holders) and len(names) <= MOST_TIED and most * len(holders) >= STANDS_OUT * holders.total()
    who = f"{'' if several else '承办'}最多的是{'、'.join(names)}（{'各' if len(names) > 1 else ''}{most}件）"
    told = f"，{who}" if stands_out else ""
    return [f"{_as_of(today)}在办{at_work}件{told}。"]


def _as_of(today: date) -> str:
    """What is so now is so of a day: the report is read later."""
    return f"截至{say_day(today)}"


def _counts(titles: Mapping[str, str], found: Mapping[str, int], unit: str) -> str:
    """同意公开2次，逾期未提出意见1次: what was counted at all."""
    return "，".join(f"{title}{found[key]}{unit}" for key, title in titles.items() if found[key])


def _stances(data: Mapping[str, Any]) -> str:
    """How they were answered; what is still open is so of a day."""
    found = data["consultations"]["results"]
    open_yet = f"（截至{say_day(date.fromisoformat(data['as_of']))}）" if found["open"] else ""
    return _counts(STANCES, found, "次") + open_yet


def _consulted(data: Mapping[str, Any]) -> list[str]:
    found = data["consultations"]
    if not data["records"]["has_data"]:
        return NO_DATA
    if not found["count"]:
        return [_none(data, "本期没有征求第三方或者其他机关的意见", "征求意见")]
    inside = sum(row["count"] for row in found["by_type"] if row["type"] == "internal")
    if inside == found["count"]:
        return [f"本期内部会商{inside}次：{_stances(data)}；征求意见和会商合计，{_earlier(data, found['before'], '次')}。"]
    if inside:
        what = f"本期征求意见和会商{found['count']}次（其中内部会商{inside}次），合计结果为"
        return [f"{what}：{_stances(data)}；{_earlier(data, found['before'], '次')}。"]
    return [f"本期征求意见{found['count']}次：{_stances(data)}；{_earlier(data, found['before'], '次')}。"]


def _challenged(data: Mapping[str, Any], today: date) -> list[str]:
    returns, remedies, before = data["returns"], data["remedies"], data["before"]
    if not data["records"]["has_data"]:
        return NO_DATA
    reasons = "、".join(f"“{row['reason']}”{row['count']}次" for row in _first_of(returns["by_reason"]))
    earlier = _earlier(data, returns["before"], "次", also=not returns["count"])
    all_told = len(_first_of(returns["by_reason"])) == len(returns["by_reason"])
    times = f"审签中退回修改{returns['count']}次" + (f"，{'' if all_told else '主要'}理由是{reasons}" if reasons else "") + f"；{earlier}"
    sentences = [f"{times}。" if returns["count"] else _none(data, f"审签中没有退回修改；{earlier}", "审签中的退回修改")]
    then = f"没有{before['title']}的数据"
    if before["has_data"]:
        then = f"{before['title']}{remedies['before']}件" if remedies["before"] else f"{before['title']}{'也' if not remedies['count'] else ''}没有"
    if not remedies["count"]:
        told = "（由原台账导入的，以台账所载为准）" if data["records"]["from_ledger"] else ""
        return [*sentences, f"本期没有被提起行政复议、行政诉讼{told}；{then}。", *_complained(data)]
    kinds = "、".join(f"{row['title']}{row['count']}件" for row in remedies["by_type"] if row["count"])
    several = sum(bool(row["count"]) for row in remedies["by_type"]) > 1
    brought = f"行政复议、行政诉讼{remedies['count']}件（{kinds}）" if several else kinds
    over = [row for row in remedies["by_ground"] if row["ground"]]
    grounds = "、".join(f"“{row['title']}”{row['count']}件" for row in _first_of(over))
    share = "主要是" if len(_first_of(over)) < len(over) else "是"
    unanswered = sum(row["count"] for row in remedies["by_ground"] if not row["ground"])
    about = [f"所涉及的答复{share}{grounds}"] if grounds else []
    about += [f"{'另有' if grounds else '其中'}{unanswered}件不是对答复提起的"] if unanswered else []
    return [
        *sentences,
        f"本期被提起{brought}：{_counts(s.RESULTS, remedies, '件')}；{then}。",
        *([f"{'；'.join(about)}。"] if about else []),
        f"以上结果截至{say_day(today)}。年度报告表四含上年结转，结果截至当年12月31日，因此数字可以不同。",
        *_corrected(data),
        *_complained(data),
    ]


def _corrected(data: Mapping[str, Any]) -> list[str]:
    """纠错率 of the reviews and suits that were decided; of a few there is none."""
    rate = data["rates"]["corrected"]
    if rate["share"] is None:
        return []
    told = f"中被纠正{rate['count']}件，纠错率{percent(rate['share'])}" if rate["count"] else "没有被纠正的"
    return [f"已审结的{rate['of']}件{told}{_rate_before(data, rate['before'])}。"]


_INQUIRED = {"upheld": "查处后维持", "corrected": "查处后纠正", "other": "其他查处结果", "pending": "尚未查处完毕"}
"""How complaints ended: they are looked into (条例 47(2), 51), not heard as suits are."""


def _complained(data: Mapping[str, Any]) -> list[str]:
    found = data["complaints"]
    if not found["count"]:
        return []
    return [f"另被投诉、举报{found['count']}件，不计入年度报告表四：{_counts(_INQUIRED, found, '件')}；{_earlier(data, found['before'], '件')}。"]


def _money(data: Mapping[str, Any]) -> list[str]:
    fees = data["fees"]
    if not data["records"]["has_data"]:
        return NO_DATA
    if not any(fees[key] for key in _MOVED):
        return [_none(data, "本期没有发出收费通知，没有收取信息处理费", "收费")]
    told = (("发出收费通知", "notices", "notified_fen"), ("实际缴纳", "payments", "paid_fen"), ("减免", "waivers", "waived_fen"))
    earlier = f"（其中{fees['of_earlier']}件是本期以前通知的）" if fees["of_earlier"] else ""
    words = [(f"{what}{fees[count]}件，{say_yuan(fees[sum_])}", count) for what, count, sum_ in told if fees[count]]
    return ["本期" + "；".join(text + (earlier if count == "payments" else "") for text, count in words) + "。"]


def _attention(data: Mapping[str, Any], today: date, *, listed: bool = True) -> list[str]:
    """What is overdue now: the question that the desks ask, reopened files among them; of an earlier span nothing. And what to publish."""
    overdue = sum(row["overdue"] for row in data["load"])
    sentences = []
    if _is_recent(data, today):
        of = "这一主题的申请" if data.get("topic") else ""
        none = f"没有超期未办结的{'' if of else '申请'}"
        sentences = [f"{of}{_as_of(today)}{f'有{overdue}件已经超过答复期限，应当尽快办理' if overdue else none}。"]
    if not data["records"]["has_data"]:
        return sentences
    proposed = sum(one.get("suggestion") is not None for one in data["candidates"])
    if data["candidates"]:
        known = f"，{'所列的' if len(data['candidates']) < data['candidates_count'] else '其中'}{proposed}类已经提出建议" if proposed else ""
        count, most = data["candidates_count"], len(_topics_table(data)) - 1
        below = f"（下表列申请人最多的{most}类）" if most < count and listed else ""
        what = f"{_lately(data)}收到的申请中，有{count}类信息各有两个以上申请人申请，至少公开过一次，没有答复过不予公开{below}"
        sentences.append(f"{what}，可以研究转为主动公开（条例第四十四条）{known}。")
    elif data["received"]["count"]:
        sentences.append(f"{_lately(data)}收到的申请中没有发现由两个以上申请人申请、已经公开并且没有答复过不予公开的同类信息。")
    return sentences


def _lately(data: Mapping[str, Any]) -> str:
    """Of what time the requests are that were compared with one another (`db.analysis.recurring`)."""
    is_long = date.fromisoformat(data["to"]) - date.fromisoformat(data["from"]) > timedelta(days=365)
    return "本期最后十二个月" if is_long else "本期"


def _topics_table(data: Mapping[str, Any]) -> list[Sequence[Any]]:
    return [("申请内容", "件数", "申请人数"), *((one["sample"], one["requests"], one["applicants"]) for one in data["candidates"][:10])]


__all__ = ["FEW", "PACE_TITLES", "SHARE_TITLES", "analysis_facts", "annual_facts", "annual_json", "percent"]
