"""管理: what an administrator sees of the office: the rules and fees in force. Rules are shown, not edited."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.handlers import BaseRouteHandler

from api.office import policy
from api.pages.shared.frame import HttpRequest, office_of, page, show
from db import queries
from workflow import rulebook
from workflow.answers import Refused

SECTIONS: tuple[tuple[str, str, str], ...] = (
    ("/admin/users", "用户", "新增、停用，改岗位和单位，重设密码"),
    ("/admin/security", "安全", "谁登录要两步验证，管理权限是否三员分立，页面是否显示水印"),
    ("/admin/agencies", "单位", "各单位的抬头、文号、复议机关，是否开通网上申请"),
    ("/admin/wording", "措辞", "文书的句子改成本单位的说法，旁边就是文书"),
    ("/admin/phrases", "常用语", "填写理由时可以选用的句子，按栏目、决定和情形"),
    ("/admin/holidays", "放假安排", "载入下一年的放假通知，先看哪些期限会变"),
    ("/admin/fees", "收费标准", "现行标准和依据"),
    ("/admin/rules", "现行规则", "期限、答复种类、岗位、主题和本机关做法，从哪天起，依据什么"),
    ("/admin/log", "日志", "谁在什么时候做了什么：办理、登录、查看、导出、设置；可以按人员、案件、日期查，可以导出"),
)


def may(request: HttpRequest, method: str, path: str) -> bool:
    """Whether this administrator may use a route, as the administration is divided or not."""
    signed = request.scope["state"]["signed_in"]
    return signed.officer.role in policy.ROUTES[method, path].open_to(signed.is_divided)


def sections(request: HttpRequest) -> list[tuple[str, str, str]]:
    """The parts of the administration that are his."""
    return [one for one in SECTIONS if may(request, "GET", one[0])]


@page("/admin")
def contents(request: HttpRequest) -> Response[Any]:
    """管理: its parts, and what is not in order."""
    office = office_of(request)
    with office.database.read() as session:
        officers = sum(1 for one in queries.officers(session) if one.active)
    return show(
        request, "admin.html", sections=sections(request), officers=officers, agencies=len(office.agencies), problem=office.sources.problem
    )


@page("/admin/fees")
def fees(request: HttpRequest) -> Response[Any]:
    """收费标准: the schedule in force, its brackets and what each stands on."""
    office = office_of(request)
    try:
        schedule = office.rules.on(office.today()).fees
    except Refused:
        schedule = None
    return show(request, "admin_fees.html", sections=sections(request), schedule=schedule)


@page("/admin/rules")
def rules(request: HttpRequest) -> Response[Any]:
    """现行规则: every value with its date and citation; one group at a time."""
    office = office_of(request)
    groups = [group for group in rulebook.GROUPS.values() if group != "收费标准"]
    wanted = request.query_params.get("group", "")
    group = wanted if wanted in groups else groups[0]
    found = [one for one in rulebook.values(office.sources.rules_dir) if one.group == group]
    since: dict[str, Any] = {}
    for one in found:
        if one.since <= office.today():
            since[one.key] = max(since.get(one.key, one.since), one.since)
    return show(request, "admin_rules.html", sections=sections(request), groups=groups, group=group, rows=found, since=since)


ROUTES: tuple[BaseRouteHandler, ...] = (contents, fees, rules)
