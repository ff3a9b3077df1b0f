"""日志: who did what, when; by person, by file, by day; read by the administrator, page by page, or taken along as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from litestar import Response
from litestar.handlers import BaseRouteHandler
from sqlmodel import Session

from api.office.office import SHANGHAI, Office
from api.office.record import record
from api.pages.admin.overview import sections
from api.pages.shared.forms import day_text
from api.pages.shared.frame import HttpRequest, action, form_of, me, office_of, page, show
from api.web.answers import file_answer
from db import exports, people, queries, store
from workflow.acts import ACTS
from workflow.personal import Veil, veil_of

WHAT = {
    "sign_in": "登录", "sign_in_failed": "登录没有成功", "locked": "登录锁定", "refused": "拒绝访问", "password": "修改密码", "token": "接口令牌",
    "password_failed": "现在的密码填错", "code_failed": "验证码填错", "factor": "两步验证",
    "unmask": "显示全文", "reason": "查看理由", "export": "导出", "import": "导入", "freeze": "锁定年度报告",
    "outside_report": "系统外单位的年度报告", "report_part": "年度报告的填写", "suggestion": "转主动公开建议",
    "declined": "网上申请不予登记", "setting": "修改设置", "user": "修改用户", "letterhead": "修改抬头",
    "wording": "修改措辞", "phrase": "修改常用语", "ledger_word": "台账用语", "holidays": "载入放假安排",
    "leave": "外出与代办", "reminder": "发出提醒", "telling": "告知申请人进度",
    "attachment": "附件", "package": "归档包", "backup": "备份", "restore": "从备份恢复", "rebuild": "重建索引", "tidy": "清理文件",
    "rekey": "更换密钥", "keys": "密钥的指纹", "erasure": "到期销毁",
    "demo": "建立样例单位", "move": "移动文书和附件",
    "rules": "规则、抬头文件变动", "clock": "系统时间跳变",
    "act": "办理行为", "letter": "文书生成", "application": "网上提交申请", "feedback": "意见建议", "sign_out": "退出登录", "preference": "个人设置",
    "change": "其他变动", "chain": "日志起链", "log": "导出日志",
}  # fmt: skip
"""Entry of the log -> what a reader calls it."""
LOOKS = frozenset({"unmask", "reason", "package"})
"""Entries whose reason is about one file."""
_NUMBERS = Veil()
A_PAGE = 50
MOST_AT_ONCE = 500
FIELDS = ("user", "file", "from", "to")
HEADING = ("序号", "时间", "用户", "岗位", "单位", "事项", "对象", "说明", "请求编号", "校验值")


def _asked(given: Mapping[str, Any]) -> tuple[people.LogFilter, dict[str, str], list[tuple[str, str]]]:
    """Which entries are asked for, what was typed, and what of it cannot be read."""
    typed = {name: " ".join(str(given.get(name) or "").replace("\0", "").split())[:100] for name in FIELDS}
    days: dict[str, datetime] = {}
    errs = []
    for name in ("from", "to"):
        try:
            if typed[name]:
                days[name] = _midnight(typed[name])
        except ValueError:
            errs.append((name, "没有这一天，请写成20261124或者2026年11月24日"))
    until = days["to"] + timedelta(days=1) if "to" in days else None
    return people.LogFilter(typed["user"], typed["file"], days.get("from"), until), typed, errs


def _midnight(text: str) -> datetime:
    """When a day begins. Raises ValueError: there is none of this name in the time of this program."""
    day = date.fromisoformat(day_text(text))
    if not 1990 <= day.year <= 2200:
        raise ValueError
    return datetime.combine(day, time(), SHANGHAI)


@page("/admin/log")
def log(request: HttpRequest) -> Response[Any]:
    """日志, the newest first, a page at a time."""
    office = office_of(request)
    wanted, typed, errs = _asked(request.query_params)
    before = request.query_params.get("before", "")
    place = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None
    with office.database.read() as session:
        rows = people.log_entries(session, before=place, limit=A_PAGE + 1, wanted=wanted)
        total = people.log_length(session, wanted)
        reasons = _reasons(session, rows)
    parts = [(name, value) for name, value in typed.items() if value]
    older = f"/admin/log?{urlencode([*parts, ('before', rows[A_PAGE - 1].seq)])}" if len(rows) > A_PAGE else None
    newest = f"/admin/log?{urlencode(parts)}" if parts else "/admin/log"
    return show(
        request, "admin_log.html", status=400 if errs else 200, sections=sections(request), rows=rows[:A_PAGE], reasons=reasons, total=total,
        older=older, newest=None if place is None else newest, what=WHAT,
        roles=office.rules.role_titles, said=said, typed=typed, errs=errs, chosen=parts,
    )  # fmt: skip


def said(entry: Any) -> str:
    """The object of an entry as people call it: of an act its file, its place and its name."""
    parts = (entry.object or "").rsplit(" ", 2)
    if entry.what != "act" or len(parts) != 3:
        return entry.object or ""
    number, seq, kind = parts
    return f"{number} 第{seq}项 {ACTS[kind].title if kind in ACTS else kind}"


def _reasons(session: Session, rows: Sequence[Any]) -> list[str]:
    """说明: why somebody looked, as he wrote it, without the people of the file: they are not the business of whoever reads the log."""
    veils: dict[str, Veil] = {}
    for one in rows:
        number = (one.object or "").partition(" ")[0]
        if number and number not in veils and one.reason and (one.what in LOOKS or one.reason.startswith("下载：")):
            case_id = queries.case_id_of(session, number)
            case = next(store.readable(session, [case_id] if case_id is not None else []), None)
            veils[number] = veil_of(case) if case is not None else _NUMBERS
    return [veils.get((one.object or "").partition(" ")[0], _NUMBERS)(one.reason or "") for one in rows]


@action("/admin/log/csv")
def taken(request: HttpRequest) -> Response[Any]:
    """导出日志: the entries that are asked for, the oldest last, as CSV; taking them is an entry itself."""
    office, officer, form = office_of(request), me(request), form_of(request)
    wanted, typed, errs = _asked({name: form.get(name) for name in FIELDS})
    if errs:
        return show(
            request, "admin_log.html", status=400, sections=sections(request), rows=[], reasons=[], total=0, older=None,
            newest="/admin/log", what=WHAT, roles=office.rules.role_titles, said=said, typed=typed, errs=errs, chosen=[],
        )  # fmt: skip
    asked = "，".join(f"{name}{value}" for name, value in zip(("用户", "案件", "从", "到"), typed.values(), strict=True) if value)
    record(office.database, office.clock(), "log", officer, "日志 csv", asked or None)
    return file_answer(exports.csv_stream(_cells(office, wanted)), exports.CSV, "日志.csv")


def _cells(office: Office, wanted: people.LogFilter) -> Iterator[exports.Cells]:
    yield HEADING
    roles, before = office.rules.role_titles, None
    while True:
        with office.database.read() as session:
            rows = people.log_entries(session, before=before, limit=MOST_AT_ONCE, wanted=wanted)
            reasons = _reasons(session, rows)
        for one, reason in zip(rows, reasons, strict=True):
            at = f"{one.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
            yield (
                one.seq, at, one.username or "", roles.get(one.role, ""), one.agency or "", WHAT.get(one.what, one.what), said(one),
                reason, one.request_id or "", one.mac or "",
            )  # fmt: skip
        if len(rows) < MOST_AT_ONCE:
            return
        before = rows[-1].seq


ROUTES: tuple[BaseRouteHandler, ...] = (log, taken)
