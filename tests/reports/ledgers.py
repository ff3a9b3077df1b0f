"""Ledgers as offices keep them: a form (its columns) and a habit (how it is written) make one. People and matters are invented."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl

from tests.reports.old_workbook import xls

Grid = list[list[Any]]
Merges = list[tuple[int, int, int, int]]
"""First and last row, first and last column, from 0."""


@dataclass(frozen=True)
class Request:
    """What really was: the entry that should come of the row."""

    number: str
    received_on: date
    channel: tuple[str, str]
    """How it is written, and what it means."""
    category: tuple[str, str]
    name: str
    wanted: str
    outcome: tuple[str, str]
    replied_on: date | None


# How offices write it, and what it means. Of those that may mean several things: what a person would answer.


def _pairs(text: str) -> list[tuple[str, str]]:
    """来信=ordinary_mail: as it is written, and what it means."""
    return [(word, key) for word, _, key in (one.partition("=") for one in text.split())]


CHANNELS = _pairs(
    """
    网上申请=online 当面申请=in_person 邮寄=ems_signed 来信=ordinary_mail 电子邮件=online 传真=fax 邮寄（EMS）=ems_signed 窗口=in_person
    门户网站=online 挂号信=ems_signed 平信=ordinary_mail 现场递交=in_person 网络（邮箱）=online EMS=ems_signed 信函=ems_signed
    微信公众号=online 当面提交=in_person 快递=ems_signed 在线平台=online 政务服务大厅=in_person 口头=oral 邮政特快专递=ems_signed
    依申请公开系统=online 网站=online
    """
)
CATEGORIES = _pairs(
    """
    公民=natural_person 自然人=natural_person 法人/其他组织=commercial_enterprise 企业=commercial_enterprise 个人=natural_person
    事业单位=other_organisation 律师事务所=legal_service_organisation 公民=natural_person 商业企业=commercial_enterprise
    个体工商户=natural_person 科研机构=research_institution 公民个人=natural_person 法人=commercial_enterprise
    社会公益组织=public_interest_organisation 其他=other_organisation 村民委员会=other_organisation 律所=legal_service_organisation
    有限公司=commercial_enterprise 社会团体=public_interest_organisation
    """
)
OUTCOMES = _pairs(
    """
    予以公开=disclosed 不予公开（三安全一稳定）=security_stability 撤回申请=withdrawn 信访举报投诉=petition 本机关不掌握=not_existing
    终止办理=withdrawn 部分公开=partial 信息不存在=not_existing 非本机关掌握=not_responsible 主动公开=already_public
    不予公开-个人隐私=third_party 重复申请=repeated 同意公开=disclosed 无法提供（信息不存在）=not_existing
    不予公开：属于过程性信息=deliberative 逾期未补正=abandoned_correction 告知获取途径=already_public 内部事务信息=internal_affairs
    行政执法案卷=enforcement_file 属于行政查询事项，不予处理=special_inquiry 涉密=state_secret 商业秘密不予公开=third_party
    申请人主动撤回=withdrawn 没有现成信息，需要另行制作=needs_processing 不予处理（信访）=petition 大量反复申请=excessive
    公开出版物=publication 补正后仍不明确=unclear_after_correction 其他处理=other 予以公开（电子版）=disclosed
    不属于本机关负责公开=not_responsible 法律法规禁止公开=forbidden_by_law 要求确认或重新出具=reissue 逾期未缴费=abandoned_payment
    已主动公开，告知获取方式=already_public 部分公开（涉及个人隐私的不予公开）=partial 政府信息不存在告知书=not_existing
    依申请公开=disclosed 查无此信息=not_existing 信访事项=petition 撤销申请=withdrawn 公开=disclosed
    涉及第三方合法权益，不予公开=third_party 不予公开（危及社会稳定）=security_stability 未制作或获取=not_existing 不掌握=not_existing
    其他（撤回）=withdrawn 全部公开=disclosed 不属于本机关职责范围=not_responsible 信息不存在，无法提供=not_existing 合并办理=repeated
    咨询=other 无法提供—需加工分析=needs_processing 申请人放弃=withdrawn 属于国家秘密不予公开=state_secret 移送=not_responsible 办理中=
    """
)
PERSON: Mapping[str, str] = {word: key for words in (CHANNELS, CATEGORIES, OUTCOMES) for word, key in words}
"""What a person who knows the ledger answers when a word is asked."""
WANTED = (
    "关于样例{}号地块征收补偿方案", "样例{}街道老旧小区改造项目资金使用明细", "样例{}路道路工程施工许可证", "样例{}村集体土地征收公告及附图",
    "样例{}小学招生划片范围", "样例{}年度低保金发放名单", "样例{}河采砂许可审批材料", "样例{}加油站环境影响评价批复",
)  # fmt: skip


def requests(seed: int, count: int = 10) -> list[Request]:
    """The requests of one ledger, in the order they came in."""
    found = []
    for n in range(count):
        at = seed * count + n
        day = date(2024, 1, 8) + timedelta(days=7 * (n // 2))  # two on the same Monday
        outcome = OUTCOMES[at % len(OUTCOMES)]
        replied = day + timedelta(days=10 + n) if outcome[1] else None
        category = CATEGORIES[at % len(CATEGORIES)]
        name = f"样例{at}" if category[1] == "natural_person" else f"样例{at}有限公司"
        found.append(Request(f"{2024000 + n + 1}", day, CHANNELS[at % len(CHANNELS)], category, name, WANTED[at % 8].format(at), outcome, replied))
    return found


# ------------------------------------------------------------------ forms

Cell = Callable[[Request], Any]
VALUES: Mapping[str, Cell] = {
    "number": lambda one: one.number, "received_on": lambda one: one.received_on, "channel": lambda one: one.channel[0],
    "applicant_category": lambda one: one.category[0], "applicant_name": lambda one: one.name, "wanted": lambda one: one.wanted,
    "outcome": lambda one: one.outcome[0], "replied_on": lambda one: one.replied_on,
    "citizen_name": lambda one: one.name if one.category[1] == "natural_person" else "",
    "organisation_name": lambda one: "" if one.category[1] == "natural_person" else one.name,
}  # fmt: skip


@dataclass(frozen=True)
class Form:
    """The columns of a ledger: heading (or two, one over the other), and the field or the text that stands in it."""

    columns: Sequence[tuple[str, str]]
    for_all: Mapping[str, str] = field(default_factory=dict)
    """What a person says of all lines, where there is no such column."""


def _form(columns: str, for_all: Mapping[str, str] | None = None) -> Form:
    """姓名:applicant_name, 答复|时间:replied_on (on two lines), 备注:=略 (a column that is not read, with its text)."""
    return Form([(title, name) for title, _, name in (one.partition(":") for one in columns.split())], for_all or {})


FORMS: Mapping[str, Form] = {
    "no category": _form(
        """
        序号:number 申请时间:received_on 申请人:applicant_name 申请方式:channel 申请内容:wanted 答复时间:replied_on 答复结果:outcome
        备注:=已电话告知
        """, for_all={"applicant_category": "natural_person"},
    ),
    "a province's": _form(
        """
        登记编号:number 收到申请日期:received_on 申请人类型:applicant_category 姓名/法人名称:applicant_name 提交方式:channel
        所需信息的内容描述:wanted 信息获取方式:=邮寄 办理结果:outcome 答复日期:replied_on
        """,
    ),
    "citizens and organisations apart": _form(
        """
        编号:number 收件日期:received_on 公民:citizen_name 法人/其他组织:organisation_name 联系电话:=00000000000 提交渠道:channel
        申请公开信息内容:wanted 答复种类:outcome 办结日期:replied_on
        """,
    ),
    "two lines of headings": _form(
        """
        序号:number 收到|日期:received_on 收到|方式:channel 申请人情况|姓名或名称:applicant_name 申请人情况|类别:applicant_category
        申请人情况|联系方式:=略 申请内容:wanted 答复|时间:replied_on 答复|结果:outcome
        """,
    ),
    "unknown headings": _form(
        """
        收文编号:number 接到申请的日期:received_on 申请形式:channel 申请主体性质:applicant_category 申请者姓名（单位）:applicant_name
        申请公开的具体事项:wanted 承办科室:=办公室 答复文书日期:replied_on 办理结论意见:outcome
        """,
    ),
    "with the steps": _form(
        """
        受理编号:number 受理日期:received_on 申请途径:channel 申请主体:applicant_category 姓名或名称:applicant_name 申请公开内容:wanted
        是否延期:=否 补正日期:= 征求第三方意见:=无 答复类型:outcome 答复日期:replied_on 收费金额:=0 行政复议:=否 行政诉讼:=否
        """,
    ),
    "due dates and sendings beside": _form(
        """
        序号:=* 登记号:number 收到申请的日期:received_on 法定答复期限:=2024-12-31 应答复时间:=2024-12-31 递交途径:channel
        申请人属性:applicant_category 申请人/单位全称:applicant_name 申请获取的信息描述:wanted
        办结结论:outcome 实际答复日期:replied_on 送达日期:=2024-12-31 EMS单号:=略
        """,
    ),
    "nothing is called as usual": _form(
        """
        收件号:number 来文日期:received_on 申请来件途径:channel 申请人员类别:applicant_category 申请人全称:applicant_name 诉求描述:wanted
        处理结论类型:outcome 反馈申请人日期:replied_on 经办:=略 附件:=无
        """,
    ),
    "a short one": _form(
        """
        序号:number 登记时间:received_on 渠道:channel 类别:applicant_category 名称:applicant_name 信息名称:wanted 处理结果:outcome
        处理时间:replied_on
        """,
    ),
    "a long one": _form(
        """
        序号:=* 受理编号:number 日期:received_on 来源:channel 申请人性质:applicant_category 申请人:applicant_name 身份证号:=略 通讯地址:=略
        信息用途:=生活 申请事项:wanted 答复文号:=略 办结时间:replied_on 办理情况:outcome 是否存档:=是
        """,
    ),
}

# ------------------------------------------------------------------ habits


@dataclass(frozen=True)
class Sheet:
    """A ledger on its way: the rows of the heading and of the requests, what is merged, and the columns by field."""

    form: Form
    heading: Grid
    rows: Grid
    merges: Merges = field(default_factory=list)
    of_rows: Merges = field(default_factory=list)
    """Merged among the rows of requests, from the first of them."""
    above: Grid = field(default_factory=list)
    below: Grid = field(default_factory=list)

    def at(self, name: str) -> int:
        return [one for _, one in self.form.columns].index(name)

    @property
    def grid(self) -> Grid:
        return [*self.above, *self.heading, *self.rows, *self.below]

    @property
    def all_merges(self) -> Merges:
        up, body = len(self.above), len(self.above) + len(self.heading)
        return [(a + up, b + up, c, d) for a, b, c, d in self.merges] + [(a + body, b + body, c, d) for a, b, c, d in self.of_rows]


def sheet_of(form: Form, asked: Sequence[Request]) -> Sheet:
    """The ledger without any habit: headings, of two lines merged where they are one."""
    titles = [title.split("|") for title, _ in form.columns]
    double = any(len(one) > 1 for one in titles)
    heading: Grid = [[one[0] for one in titles]]
    merges: Merges = []
    if double:
        heading.append([one[1] if len(one) > 1 else "" for one in titles])
        starts = [at for at, one in enumerate(titles) if at == 0 or one[0] != titles[at - 1][0]] + [len(titles)]
        for left, after in pairwise(starts):
            merges.append((0, 0 if len(titles[left]) > 1 else 1, left, after - 1))
            heading[0][left + 1 : after] = [""] * (after - left - 1)

    def cell(n: int, name: str) -> Any:
        return VALUES[name](asked[n]) if name in VALUES else str(n + 1) if name == "=*" else name[1:]

    rows = [[cell(n, name) for _, name in form.columns] for n in range(len(asked))]
    return Sheet(form, heading, rows, merges)


def _dates(write: Callable[[date], Any]) -> Callable[[Sheet], Sheet]:
    def apply(sheet: Sheet) -> Sheet:
        return replace(sheet, rows=[[write(cell) if isinstance(cell, date) else cell for cell in row] for row in sheet.rows])

    return apply


def _titles(sheet: Sheet) -> Sheet:
    lines = ["样例县样例局依申请公开政府信息工作台账", "填报单位：样例局", "说明："] + [f"{n}．样例说明{n}" for n in range(1, 12)]
    return replace(sheet, above=[[one] for one in lines])


def _merged_days(sheet: Sheet) -> Sheet:
    """What came on one day has its day written once."""
    at, rows, merges = sheet.at("received_on"), [list(row) for row in sheet.rows], []
    for first in range(0, len(rows) - 1, 2):
        rows[first + 1][at] = None
        merges.append((first, first + 1, at, at))
    return replace(sheet, rows=rows, of_rows=merges)


def _ditto(word: str) -> Callable[[Sheet], Sheet]:
    def apply(sheet: Sheet) -> Sheet:
        rows = [list(row) for row in sheet.rows]
        for above, row in list(pairwise(rows))[::-1]:
            for name in ("received_on", "channel", "applicant_category"):
                place = sheet.at(name) if name in [one for _, one in sheet.form.columns] else None
                if place is not None and row[place] and row[place] == above[place]:
                    row[place] = word
        return replace(sheet, rows=rows)

    return apply


def _signed(sheet: Sheet) -> Sheet:
    width = len(sheet.form.columns)
    total = ["合计", f"{len(sheet.rows)}件", *[""] * (width - 2)]
    return replace(sheet, below=[total, [], ["填表人：样例", "", "审核人：样例", "", "联系电话：略"], ["备注：本表每月5日前报送"]])


def _numbered_ahead(sheet: Sheet) -> Sheet:
    width, at = len(sheet.form.columns), sheet.at("number")
    return replace(sheet, below=[[f"{2024100 + n}" if place == at else "" for place in range(width)] for n in range(5)])


def _months(sheet: Sheet) -> Sheet:
    rows, merges = list[list[Any]](), Merges()
    for n, row in enumerate(sheet.rows):
        if n % 5 == 0:
            merges.append((len(rows), len(rows), 0, len(row) - 1))
            rows.append([f"{n // 5 + 1}月份", *[None] * (len(row) - 1)])
        rows.append(row)
    return replace(sheet, rows=rows, of_rows=merges)


def _again(sheet: Sheet) -> Sheet:
    """The heading stands on every printed page."""
    half, down = len(sheet.rows) // 2, len(sheet.rows) // 2
    merges = [(a + down, b + down, c, d) for a, b, c, d in sheet.merges]
    return replace(sheet, rows=[*sheet.rows[:half], *sheet.heading, *sheet.rows[half:]], of_rows=merges)


def _counted(sheet: Sheet) -> Sheet:
    return replace(sheet, rows=[[str(n) for n in range(1, len(sheet.form.columns) + 1)], *sheet.rows])


def _computed(sheet: Sheet) -> Sheet:
    """A column that nobody reads counts by itself."""
    form = replace(sheet.form, columns=[*sheet.form.columns, ("办理天数", "=days")])
    heading = [[*row, "办理天数" if n == 0 else ""] for n, row in enumerate(sheet.heading)]
    return replace(sheet, form=form, heading=heading, rows=[[*row, f"=ROW()-{n}"] for n, row in enumerate(sheet.rows)])


def _wide(sheet: Sheet) -> Sheet:
    table = str.maketrans("0123456789", "０１２３４５６７８９")
    write = _dates(lambda day: f"{day.year}年{day.month}月{day.day}日".translate(table))
    return write(sheet)


def _spaced(sheet: Sheet) -> Sheet:
    heading = [["　".join(cell) if len(cell) < 4 else f"{cell}\n（必填）" if cell else cell for cell in row] for row in sheet.heading]
    return replace(sheet, heading=heading, rows=[[f" {cell} " if isinstance(cell, str) and cell else cell for cell in row] for row in sheet.rows])


def _slashes(sheet: Sheet) -> Sheet:
    return replace(sheet, rows=[[cell or "/" for cell in row] for row in sheet.rows])


HABITS: Mapping[str, tuple[Callable[[Sheet], Sheet], str]] = {
    "plain": (lambda sheet: sheet, "xlsx"),
    "a heading after row 10": (_titles, "xlsx"),
    "days merged": (_merged_days, "xlsx"),
    "days merged, an old workbook": (_merged_days, "xls"),
    "days merged, a web page": (_merged_days, "html"),
    "同上": (_ditto("同上"), "xlsx"),
    "〃": (_ditto("〃"), "csv"),
    "24.3.2": (_dates(lambda day: f"{day:%y}.{day.month}.{day.day}"), "xlsx"),
    "上午": (_dates(lambda day: f"{day.year}年{day.month}月{day.day}日上午"), "csv"),
    "EMS签收：": (_dates(lambda day: f"EMS签收：{day.year}.{day.month}.{day.day}，"), "xlsx"),
    "two sheets": (lambda sheet: sheet, "sheets"),
    "GBK and tabs": (lambda sheet: sheet, "txt"),
    "（EMS签收）": (_dates(lambda day: f"{day:%Y-%m-%d}（EMS签收）"), "html"),
    "2024.03.02 09:30": (_dates(lambda day: f"{day:%Y.%m.%d} 09:30"), "xls"),
    "sums and signatures": (_signed, "xlsx"),
    "numbered ahead": (_numbered_ahead, "xls"),
    "months apart": (_months, "xlsx"),
    "a heading on every page": (_again, "xlsx"),
    "columns numbered": (_counted, "csv"),
    "a column that counts": (_computed, "xlsx"),
    "full width": (_wide, "html"),
    "blanks everywhere": (_spaced, "xlsx"),
    "slashes for nothing": (_slashes, "xls"),
}

# ------------------------------------------------------------------ files


def _texts(rows: Grid) -> Grid:
    return [[cell.isoformat() if isinstance(cell, date) else "" if cell is None else str(cell) for cell in row] for row in rows]


def as_file(folder: Path, sheet: Sheet, kind: str) -> Path:
    """The ledger as a file; .html is called .xls, as systems do that export it."""
    grid, merges = sheet.grid, sheet.all_merges
    path = folder / f"台账.{'xls' if kind == 'html' else kind}"
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for row in grid:
            book.active.append(row)
        for first, last, left, right in merges:
            book.active.merge_cells(start_row=first + 1, end_row=last + 1, start_column=left + 1, end_column=right + 1)
        book.save(path)
    elif kind == "sheets":  # a month each, and one that is no ledger
        book, half = openpyxl.Workbook(), len(sheet.rows) // 2
        book.active.title = "填表说明"
        book.active.append(["样例说明"])
        for title, part in (("1月", sheet.rows[:half]), ("2月", sheet.rows[half:])):
            month = book.create_sheet(title)
            for row in (*sheet.heading, *part):
                month.append(row)
            for first, last, left, right in sheet.merges:
                month.merge_cells(start_row=first + 1, end_row=last + 1, start_column=left + 1, end_column=right + 1)
        path = path.with_suffix(".xlsx")
        book.save(path)
    elif kind == "xls":
        rows = [[datetime(cell.year, cell.month, cell.day) if isinstance(cell, date) else cell for cell in row] for row in grid]
        path.write_bytes(xls(("Sheet1", rows, merges)))
    elif kind == "html":
        path.write_text(_page(_texts(grid), merges), "gb18030")
    else:
        stream = io.StringIO()
        csv.writer(stream, delimiter="\t" if kind == "txt" else ",").writerows(_texts(grid))
        path.write_bytes(stream.getvalue().encode("gb18030"))
    return path


def _page(grid: Grid, merges: Merges) -> str:
    hidden = {(row, at) for a, b, c, d in merges for row in range(a, b + 1) for at in range(c, d + 1)} - {(a, c) for a, _, c, _ in merges}
    spans = {(a, c): f' rowspan="{b - a + 1}" colspan="{d - c + 1}"' for a, b, c, d in merges}
    rows = "".join(
        "<tr>" + "".join(f"<td{spans.get((n, at), '')}>{html.escape(cell)}</td>" for at, cell in enumerate(row) if (n, at) not in hidden) + "</tr>"
        for n, row in enumerate(grid)
    )
    return f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><body><table>{rows}</table></body></html>'
