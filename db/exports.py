"""导出: rows as CSV (UTF-8 with a mark, as Excel and WPS expect) or XLSX, written as they come, in constant memory.

No cell is ever a formula that computes: a text that a spreadsheet would take for one gets an apostrophe in CSV, and is a text in
XLSX. What a spreadsheet would take for a number or a date, and write otherwise, stands in CSV as ="0012", but for programs.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import and_, literal_column, or_, select
from sqlmodel import Session

from db import tables as t
from db.analysis import percent
from db.engine import Database
from db.ledger import DERIVED, TITLES
from db.queries import Filters, conditions
from db.reports import Annual, Fees, Records
from db.treasury import TITLES as ACCOUNT_TITLES
from db.treasury import Account
from workflow import acts as a
from workflow import statistics as s
from workflow.annual import TEXTS
from workflow.law import InForce
from workflow.procedure import STATES
from workflow.words import say_day, say_yuan

DOCKET, LOG, OFFICER = (t.table_of(model) for model in (t.Docket, t.LogEntry, t.OfficerRow))
BATCH = 1000
CSV, XLSX = "text/csv; charset=utf-8", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML cannot hold."""
Cells = Sequence[Any]
_REWRITTEN = re.compile(r"0\d+|\d{12,}|\d+[eE]\d+|\d{1,4}[-/]\d{1,2}|\d{1,2}[-/]\d{1,2}[-/]\d{1,4}")
"""Texts that spreadsheets make 12, 3.7E+17 or a day of: nothing in them can be part of a formula."""


def safe(value: Any) -> str:
    """A cell of CSV that no spreadsheet takes for a formula; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text


def for_people(value: Any) -> str:
    """A cell of CSV as `safe`, and as ="0012" where a spreadsheet would write the text otherwise."""
    return f'="{value}"' if isinstance(value, str) and _REWRITTEN.fullmatch(value) else safe(value)


def csv_stream(rows: Iterable[Cells], *, plain: bool = False) -> Iterator[bytes]:
    """The rows as CSV, a few hundred at a time; `plain` for programs, which take every cell as it is."""
    cell_of = safe if plain else for_people
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    for place, row in enumerate(rows):
        writer.writerow([cell_of(cell) for cell in row])
        if place % 200 == 199:
            yield buffer.getvalue().encode("utf-8", "replace")
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode("utf-8", "replace")


def xlsx_file(path: Path, sheets: Mapping[str, Iterable[Cells]]) -> None:
    """A workbook of plain sheets whose first rows are headings; row by row to disk."""
    with _workbook(path) as book:
        heading = book.add_format({"bold": True, "bg_color": "#eaf1f8", "border": 1, "text_wrap": True, "valign": "vcenter"})
        share = book.add_format({"num_format": "0.0%"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name[:31])
            _for_paper(sheet)
            for at, row in enumerate(rows):
                if at == 0:
                    _columns(sheet, row, rows, share)
                _write(sheet, at, row, heading if at == 0 else None)


def _for_paper(sheet: Any) -> None:
    """A4 across, as wide as the page, the heading on every page."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 22)


_WIDE = {"所申请的信息": 60, "申请举例": 60, "编号": 24, "登记编号": 24, "单位": 28, "办理结果": 28, "申请人": 22}
SHARES = ("占比", "率")
"""Headings that end so stand over fractions of 1."""


def _columns(sheet: Any, heading: Cells, rows: Iterable[Cells], share: Any) -> None:
    """Widths by the heading, and by what stands below where it is all there; shares as per cent."""
    below = rows if isinstance(rows, list) else []
    for column, title in enumerate(heading):
        longest = max((_wide(row[column]) for row in [heading, *below]), default=0)
        width = _WIDE.get(title, 12) if not below else min(longest + 3, 60)
        sheet.set_column(column, column, max(width, _wide(title) + 2), share if str(title).endswith(SHARES) else None)


def _wide(value: Any) -> int:
    """Columns that a value takes: a Chinese character as two."""
    return 0 if value is None else sum(1 if one < "\u2e80" else 2 for one in str(value))


def xlsx_stream(sheets: Mapping[str, Iterable[Cells]]) -> Iterator[bytes]:
    """The workbook's bytes, from a file on disk that has no name any more."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "export.xlsx"
        xlsx_file(path, sheets)
        stream = path.open("rb")
    with stream:  # the name is gone already: nothing stays on disk when nobody reads to the end
        while block := stream.read(1 << 16):
            yield block


def _workbook(path: Path) -> Any:
    import xlsxwriter

    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    return xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": "yyyy-mm-dd", **plain})


def _write(sheet: Any, at: int, row: Cells, form: Any = None) -> None:
    for column, value in enumerate(row):
        if isinstance(value, bool):
            sheet.write_string(at, column, safe(value), form)
        elif isinstance(value, int | float):
            sheet.write_number(at, column, value, form)
        elif isinstance(value, date):
            sheet.write_datetime(at, column, value, form)
        elif value is not None:
            sheet.write_string(at, column, _XML.sub("", str(value))[:32767], form)


# ------------------------------------------------------------------ the ledger

_EXPORTED = [name for name in TITLES if name != "unit" and not name.startswith("remedy") and name not in DERIVED]
LEDGER = (*(TITLES[name] for name in _EXPORTED), "单位", "状态", "承办人", "答复期限")
"""The columns of the ledger: those of an import first, so that what was exported can be imported elsewhere."""


def ledger(
    database: Database, agencies: Collection[str], wanted: Filters, today: date, law: InForce, names: Mapping[str, str],
    shown: Callable[[Any], tuple[str, str]],
) -> Iterator[Cells]:  # fmt: skip
    """台账 of the cases that the filters leave, by day of receipt, with its heading. `shown` says how who asks and what for are shown."""
    yield LEDGER
    topics = {topic.key: topic.title for topic in law.topics}
    with database.read() as session:
        people = {row.username: row.name for row in session.execute(select(OFFICER.c.username, OFFICER.c.name))}
    for row in docket_rows(database, agencies, wanted, today):
        yield (
            row.number, row.received_on, a.CHANNELS[row.channel], a.CATEGORIES[row.applicant_category], *shown(row),
            topics.get(row.topic, row.topic), law.outcomes[row.outcome].title if row.outcome else None,
            row.replied_on or row.closed_on, names.get(row.agency, row.agency), STATES[row.state].title,
            people.get(row.assignee, row.assignee), row.due_on,
        )  # fmt: skip


def docket_rows(database: Database, agencies: Collection[str], wanted: Filters, today: date) -> Iterator[Any]:
    """Every case that the filters leave, a thousand at a time: no transaction outlives a batch."""
    with database.read() as session:
        narrowed = [DOCKET.c.agency.in_(sorted(agencies)), *conditions(session, agencies, replace(wanted, cursor=None), today)]
    query = select(DOCKET).order_by(DOCKET.c.received_on, DOCKET.c.case_id).limit(BATCH)
    last: Any = None
    while True:
        place = []
        if last is not None:
            later = and_(DOCKET.c.received_on == last.received_on, DOCKET.c.case_id > last.case_id)
            place = [or_(DOCKET.c.received_on > last.received_on, later)]
        with database.read() as session:
            rows = session.execute(query.where(*narrowed, *place)).all()
        yield from rows
        if len(rows) < BATCH:
            return
        last = rows[-1]


def logged(session: Session, agency: str, officer_id: str | None = None, limit: int = 50) -> list[Any]:
    """What was exported before, newest first: by the whole unit, or by one officer; with who, when, what and what for."""
    taken = LOG.c.what.in_([literal_column("'export'"), literal_column("'unmask'")])  # what its index is over, word by word
    whole = or_(LOG.c.what == "export", and_(LOG.c.what == "unmask", LOG.c.object.contains("台账")))
    query = select(LOG, OFFICER.c.name).outerjoin(OFFICER, OFFICER.c.id == LOG.c.officer_id).where(taken, whole, LOG.c.agency == agency)
    if officer_id is not None:
        query = query.where(LOG.c.officer_id == officer_id)
    return list(session.execute(query.order_by(LOG.c.seq.desc()).limit(limit)).all())


# ------------------------------------------------------------------ the annual report, as published

_SECTIONS = {
    "三(三)": "（三）不予公开",
    "三(四)": "（四）无法提供",
    "三(五)": "（五）不予处理",
    "三(六)": "（六）其他处理",
}


def annual_xlsx(path: Path, annual: Annual, title: str, printed: Mapping[str, Any] = MappingProxyType({})) -> None:
    """Tables 3 and 4 in the published layout, the checks with both sides, and the fees (格式30号).

    Of what is `printed` beside them: table 2 and the texts; of a sum its units, and who has not handed in.
    """
    with _workbook(path) as book:
        book.constant_memory = False  # the published layout merges cells across rows
        _table3_sheet(book, annual.figures.table3, title)
        _table4_sheet(book, annual.figures.table4, title)
        checks = book.add_worksheet("勾稽关系")
        money = book.add_worksheet("收费")
        corrections = book.add_worksheet("更正申请")
        plain = annual_tables(annual)
        more = [(book.add_worksheet(name), rows) for name, rows in _annual_words(printed).items()]
        for sheet, rows in ((checks, plain["勾稽关系"]), (money, plain["收费"]), (corrections, plain["更正申请"]), *more):
            _for_paper(sheet)
            _columns(sheet, rows[0], rows, None)
            for at, row in enumerate(rows):
                _write(sheet, at, row)


def _annual_words(printed: Mapping[str, Any]) -> dict[str, list[Cells]]:
    """What was written of a report, and of a sum the units in it, as sheets; none of what was not written."""
    told = printed.get("written", {"table2": [], "texts": {}})
    found: dict[str, list[Cells]] = {}
    if told["table2"]:
        lines = [(item, row, column, value) for item, row, cells in told["table2"] for column, value in cells]
        found["表二"] = [("条例", "信息内容", "项目", "数字"), *lines]
    texts = [(TEXTS[name], "\n".join(lines)) for name, lines in told["texts"].items() if lines]
    if texts:
        found["文字"] = [("部分", "内容"), *texts]
    if len(printed.get("units", ())) > 1:
        units = [(one["name"], one["received"], one["ended"], one["forward"], "已定稿" if one["reported"] else "未定稿") for one in printed["units"]]
        waiting = [(f"{name}（系统外）", None, None, None, "上年计入，本年没有录入") for name in printed["outside_missing"]]
        found["各单位"] = [("单位", "收到（含结转）", "办结", "结转下年度", "是否定稿"), *units, *waiting]
    return found


def annual_tables(annual: Annual) -> dict[str, list[Cells]]:
    """Tables 3 and 4, the checks and the fees as plain rows, each with its heading."""
    figures = annual.figures
    return {
        "表三": [("行", "内容", *s.COLUMNS), *((row, s.ROW_LABELS[row], *cells) for row, cells in figures.table3.items())],
        "表四": [("类别", *s.TABLE4_COLUMNS), *((group, *cells) for group, cells in figures.table4.items())],
        "勾稽关系": [CHECKS, *((one.text, one.column, one.left, one.right, one.holds) for one in annual.checks)],
        "收费": fee_rows(figures.fees),
        "更正申请": record_rows(figures.records),
    }


RECORDS: Mapping[str, str] = {
    "new": "本年新收更正申请", "carried": "上年结转", "corrected": "予以更正", "not_corrected": "不予更正", "transferred": "转送有权更正的机关",
    "referred": "告知向有权更正的机关提出", "otherwise": "其他处理", "forward": "结转下年度",
}  # fmt: skip
"""更正申请 (条例 41), counted outside table 3."""


def record_rows(records: Records) -> list[Cells]:
    """第六部分: requests to correct records, which stand outside table 3."""
    return [("事项", "件数"), *((title, getattr(records, name)) for name, title in RECORDS.items())]


CHECKS = ("关系", "列", "左边", "右边", "是否相等")


def fee_rows(fees: Fees) -> list[Cells]:
    """第六部分: notices, payments, waivers with their amounts in yuan."""
    return [
        ("事项", "件数", "金额"),
        ("发出收费通知", fees.notices, say_yuan(fees.notified_fen)),
        ("实际缴纳", fees.payments, say_yuan(fees.paid_fen)),
        ("减免", fees.waivers, say_yuan(fees.waived_fen)),
    ]


def _formats(book: Any) -> tuple[Any, Any, Any]:
    base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True, "border": 1}
    title = book.add_format({"font_name": "黑体", "font_size": 14, "align": "center", "valign": "vcenter"})
    return title, book.add_format({**base, "align": "center"}), book.add_format({**base, "align": "left"})


def _table3_sheet(book: Any, table: s.Table, title: str) -> None:
    sheet = book.add_worksheet("表三 申请情况")
    head, middle, left = _formats(book)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 12)
    sheet.set_column(2, 2, 46)
    sheet.set_column(3, 9, 9)
    sheet.merge_range(0, 0, 0, 9, f"{title}　三、收到和处理政府信息公开申请情况", head)
    note = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    sheet.merge_range(1, 0, 3, 2, note, middle)
    sheet.merge_range(1, 3, 1, 9, "申请人情况", middle)
    sheet.merge_range(2, 3, 3, 3, s.COLUMNS[0], middle)
    sheet.merge_range(2, 4, 2, 8, "法人或其他组织", middle)
    sheet.merge_range(2, 9, 3, 9, s.COLUMNS[-1], middle)
    for at, title in enumerate(s.COLUMNS[1:-1], 4):
        sheet.write_string(3, at, title, middle)
    rows = list(table)
    for at, row in enumerate(rows, 4):
        sheet.set_row(at, 28 if len(s.ROW_LABELS[row]) > 20 else 18)
        _row_labels(sheet, at, row, middle, left)
        for column, value in enumerate(table[row], 3):
            sheet.write_number(at, column, value, middle)
    sheet.merge_range(6, 0, 4 + rows.index(s.TOTAL), 0, "三、本年度办理结果", middle)
    for group, label in _SECTIONS.items():
        within = [place for place, row in enumerate(rows, 4) if row.startswith(group)]
        sheet.merge_range(within[0], 1, within[-1], 1, label, middle)


def _row_labels(sheet: Any, at: int, row: str, middle: Any, left: Any) -> None:
    label = s.ROW_LABELS[row]
    if row in (s.NEW, s.CARRIED, s.FORWARD):
        sheet.merge_range(at, 0, at, 2, f"{row}、{label}", left)
    elif row == s.TOTAL:
        sheet.merge_range(at, 1, at, 2, "（七）总计", left)
    elif row[-1].isdigit():
        sheet.write_string(at, 2, f"{row[-1]}.{label}", left)
    else:
        sheet.merge_range(at, 1, at, 2, f"（{row[2]}）{label}", left)


def _table4_sheet(book: Any, table: s.Table, title: str) -> None:
    sheet = book.add_worksheet("表四 复议诉讼")
    head, middle, _left = _formats(book)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 1)
    sheet.set_column(0, 14, 9)
    sheet.merge_range(0, 0, 0, 14, f"{title}　四、政府信息公开行政复议、行政诉讼情况", head)
    sheet.merge_range(1, 0, 2, 4, "行政复议", middle)
    sheet.merge_range(1, 5, 1, 14, "行政诉讼", middle)
    sheet.merge_range(2, 5, 2, 9, "未经复议直接起诉", middle)
    sheet.merge_range(2, 10, 2, 14, "复议后起诉", middle)
    for at, (column, value) in enumerate((c, v) for row in table.values() for c, v in zip(s.TABLE4_COLUMNS, row, strict=True)):
        sheet.write_string(3, at, column, middle)
        sheet.write_number(4, at, value, middle)


# ------------------------------------------------------------------ the analysis

_SHEETS = {
    "by_month": ("每月", {"month": "月份", "received": "收到", "before": "上期收到", "ended": "办结"}),
    "by_channel": ("渠道", {"title": "渠道", "count": "件数", "before": "上期", "share": "占比"}),
    "by_topic": ("主题", {"title": "主题", "count": "件数", "before": "上期", "share": "占比"}),
    "by_category": ("申请人类别", {"title": "申请人类别", "count": "件数", "before": "上期", "share": "占比"}),
    "by_outcome": ("办理结果", {"title": "办理结果", "row": "表三", "count": "件数", "before": "上期", "share": "占比"}),
    "by_group": ("结果分类", {"title": "结果", "count": "件数", "before": "上期", "share": "占比"}),
}
_LISTS = {
    "stages": ("环节用时", {"title": "状态", "stage": "环节", "days": "工作日合计", "mean": "平均", "before": "上期平均"}),
    "units": (
        "单位",
        {"name": "单位", "received": "收到", "before": "上期收到", "ended": "办结", "replies": "答复", "median": "用时中位数", "in_time": "按期",
         "in_time_share": "按期率", "disclosed": "公开", "disclosed_share": "公开率", "extended": "延期", "corrected": "告知补正", "returned": "退回",
         "decided": "复议诉讼已审结", "lost": "被纠正", "lost_share": "纠错率"},
    ),
    "by_topic": (
        "主题办理",
        {"title": "主题", "received": "收到", "before": "上期收到", "share": "占比", "share_before": "上期占比", "ended": "办结",
         "disclosed": "公开", "disclosed_share": "公开率", "ended_before": "上期办结", "disclosed_before": "上期公开",
         "disclosed_share_before": "上期公开率", "replies": "答复", "in_time": "按期", "in_time_share": "按期率",
         "replies_before": "上期答复", "in_time_before": "上期按期", "in_time_share_before": "上期按期率"},
    ),
    "load": (
        "承办人",
        {"name": "单位", "handler_name": "承办人", "open": "在办（截至{day}）", "overdue": "超期（截至{day}）", "ended": "办结",
         "before": "上期办结"},
    ),
    "recurring": (
        "热点",
        {"title": "内容", "sample": "申请举例", "requests": "件数", "applicants": "申请人数",
         "given": "已经公开的件数", "first_on": "最早", "last_on": "最近"},
    ),
}  # fmt: skip


def analysis_sheets(data: Mapping[str, Any]) -> dict[str, list[Cells]]:
    """The analysis as sheets: name -> rows with a heading."""
    pace, before, shares = data["days_to_reply"], data["days_to_reply"]["before"], data["shares"]
    sheets: dict[str, list[Cells]] = {
        "总体": [
            ("指标", "本期", "上期", "本期所据件数", "上期所据件数"),
            ("起止", f"{data['from']}至{data['to']}", f"{data['before']['from']}至{data['before']['to']}", None, None),
            ("收到（件）", data["received"]["count"], data["received"]["before"], None, None),
            ("办结（件）", data["ended"]["count"], data["ended"]["before"], None, None),
            ("其中台账没有记载是否按期（件）", pace["unknown"], before["unknown"], None, None),
            *((title, *_beside(pace, before, key)) for key, title in PACE_TITLES.items()),
            *((title, _percent(rate["share"]), _percent(rate["before"]["share"]), _of(rate), _of(rate["before"])) for title, rate in _rates(data)),
            *(
                (title, _percent(shares[key]), _percent(shares["before"][key]), _flagged(shares, key), _flagged(shares["before"], key))
                for key, title in SHARE_TITLES.items()
            ),
        ]
    }
    for key, (name, columns) in _SHEETS.items():
        sheets[name] = _sheet(data["volumes"][key], columns)
    for key, (name, columns) in _LISTS.items():
        sheets[name] = _sheet(data[key], columns)
    sheets["征求意见"] = _sheet(data["consultations"]["by_type"], {"title": "种类", "count": "次数", "consent": "同意", "object": "不同意",
                          "partial": "部分同意", "neutral": "无明确意见", "declined": "退回", "silence": "逾期未提出", "open": "未答复"})  # fmt: skip
    sheets["退回理由"] = _sheet(data["returns"]["by_reason"], {"reason": "理由", "count": "次数"})
    sheets["复议诉讼"] = _sheet(data["remedies"]["by_ground"], {"title": "被复议、起诉的答复", "count": "件数", **s.RESULTS})
    sheets["复议诉讼种类"] = _sheet(data["remedies"]["by_type"], {"title": "种类", "count": "件数", **s.RESULTS})
    brought = data["complaints"]  # beside reviews and suits, and in no table of the annual report
    sheets["投诉举报"] = [("结果", "件数"), *((title, brought[key]) for key, title in s.RESULTS.items()), ("合计", brought["count"])]
    money = {"notices": "通知件数", "notified_fen": "通知金额（元）", "payments": "缴费件数", "paid_fen": "实缴（元）", "waivers": "减免件数",
             "waived_fen": "减免（元）"}  # fmt: skip
    sheets["收费"] = [
        ("单位", *money.values()),
        *((row["name"], *(row[key] / 100 if key.endswith("_fen") else row[key] for key in money)) for row in data["fees"]["by_agency"]),
    ]
    sheets["更正申请"] = _sheet(data["record_corrections"]["by_outcome"], {"title": "处理", "count": "件数"})
    topics = data["topics"]
    sheets["主题建议"] = [
        ("指标", "数值"), ("已由人员确认主题（件）", topics["confirmed"]), ("其中系统提出过建议（件）", topics["proposed_and_confirmed"]),
        ("建议与确认一致（件）", topics["right"]), ("建议准确率", _percent(topics["hit_rate"])),
    ]  # fmt: skip
    day = say_day(date.fromisoformat(data["as_of"]))
    sheets["承办人"] = [tuple(str(cell).format(day=day) for cell in sheets["承办人"][0]), *sheets["承办人"][1:]]
    return {name: _said(rows, data["before"]) for name, rows in sheets.items()}


PACE_TITLES = {"median": "答复用时中位数（工作日）", "p90": "答复用时九成分位数（工作日）", "in_time_share": "按期答复率"}
SHARE_TITLES = {"suspended": "暂停计时占比", "extended": "延期占比", "corrected": "告知补正占比", "charged": "发收费通知占比"}


def _rates(data: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from (("公开率", data["rates"]["disclosed"]), ("复议诉讼纠错率", data["rates"]["corrected"]))


def _of(rate: Mapping[str, Any]) -> str:
    """13件中4件: what a rate was made of, beside it."""
    return f"{rate['of']}件中{rate['count']}件"


def _flagged(shares: Mapping[str, Any], key: str) -> str:
    return _of({"of": shares["of"], "count": shares["counts"][key]})


def _beside(pace: Mapping[str, Any], before: Mapping[str, Any], key: str) -> Cells:
    """How the replies went in both spans, and of how many replies it is said."""
    if key != "in_time_share":
        return pace[key], before[key], f"{pace['replies']}件", f"{before['replies']}件"
    told = [_of({"of": one["replies"], "count": one["in_time"]}) for one in (pace, before)]
    return _percent(pace[key]), _percent(before[key]), *told


def _percent(share: float | None) -> str | None:
    return None if share is None else percent(share)


def _said(rows: list[Cells], before: Mapping[str, Any]) -> list[Cells]:
    """The rows, whose heading calls what they are compared with by its name (上年同期); of which nothing is said where nothing is known."""
    if not rows:
        return rows
    beside = set() if before["has_data"] else {at for at, cell in enumerate(rows[0]) if "上期" in cell}
    told = [tuple(None if at in beside and row[0] != "起止" else cell for at, cell in enumerate(row)) for row in rows[1:]]
    return [tuple(cell.replace("上期", before["title"]) for cell in rows[0]), *told]


def _sheet(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> list[Cells]:
    return [tuple(columns.values()), *(tuple(row[key] for key in columns) for row in rows)]


def fee_summary_rows(by_unit: Mapping[str, Fees], owed: Mapping[str, Account], names: Mapping[str, str]) -> Iterator[Cells]:
    """收费汇总: each unit and their sum, in yuan; the account's two sides are equal."""
    yield ("单位", "通知件数", "缴费件数", "减免件数", *(f"{title}（元）" for title in ACCOUNT_TITLES.values()), "待缴件数")
    lines = [*((names.get(code, code), one, owed[code]) for code, one in sorted(by_unit.items()))]
    if len(lines) > 1:
        lines.append(("合计", sum(by_unit.values(), Fees()), sum(owed.values(), Account())))
    for name, fees, account in lines:
        amounts = (getattr(account, key) / 100 for key in ACCOUNT_TITLES)
        yield (name, fees.notices, fees.payments, fees.waivers, *amounts, account.owing)


def fee_statement_rows(items: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> Iterator[Cells]:
    """收费明细 with its heading; amounts in yuan."""
    yield ("单位", "登记编号", "事项", "日期", "金额（元）")
    for one in items:
        yield (names.get(one["agency"], one["agency"]), one["number"], one["title"], one["on"], one["amount_fen"] / 100)
