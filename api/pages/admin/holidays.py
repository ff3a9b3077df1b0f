"""放假安排: a notice is read and shown with the dates it moves; only then, on 确认载入, is it put in force."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.handlers import BaseRouteHandler

from api.office.office import SHANGHAI
from api.pages.admin import holiday_notices
from api.pages.admin.overview import sections
from api.pages.admin.units import keep_old
from api.pages.shared.frame import HttpRequest, action, form_of, go, me, office_of, page, show
from api.web.problems import request_id
from db import moves, people
from workflow.answers import BadRules

DONE = {"loaded": "放假安排已载入，期限已经按新的安排计算。"}
MOST_SHOWN = 500


@page("/admin/holidays")
def holidays(request: HttpRequest) -> Response[Any]:
    """放假安排: the notices that are loaded, and the form for the next one."""
    return _page(request)


def _page(request: HttpRequest, *, status: int = 200, **facts: Any) -> Response[Any]:
    office = office_of(request)
    loaded = sorted(office.rules.calendar.notices.values(), key=lambda one: -one.year)
    known: dict[str, Any] = {"errs": [], "fault": None, "text": "", "done": DONE.get(request.query_params.get("done", ""))}
    own = {path.stem for path in (office.sources.rules_dir / "calendar").glob("*.yaml")}
    return show(
        request, "admin_holidays.html", status=status, sections=sections(request), notices=loaded, own=own,
        example=holiday_notices.FORMS, **known | facts,
    )  # fmt: skip


@action("/admin/holidays")
def check(request: HttpRequest) -> Response[Any]:
    """看期限变动: nothing is changed by it."""
    office, form = office_of(request), form_of(request)
    sent = next(iter(form.files.get("file", [])), None)
    name, data = (sent.name[:100], sent.data) if sent else ("填写的内容", form.get("text").encode())
    if not data.strip():
        return _page(request, status=400, errs=[("file", "请选择文件，或者把通知的内容填写在下面")])
    try:
        found = holiday_notices.read(office.sources, name, data)
    except BadRules as bad:
        text = form.get("text") if sent is None else ""
        return _page(request, status=400, fault=bad, errs=[("file", f"{name}第{bad.line}行，{bad.key}：{bad.reason}")], text=text)
    return _moves(request, found)


def _moves(request: HttpRequest, found: holiday_notices.Read) -> Response[Any]:
    office = office_of(request)
    with office.database.read() as session:
        changed = moves.moves(session, found.year, office.rules, found.rules)
    moved = [one for one in changed if one.days]
    names = {code: one.name for code, one in office.agencies.items()}
    return show(
        request, "admin_moves.html", sections=sections(request), found=found, notice=found.rules.calendar.notices[found.year],
        moved=moved[:MOST_SHOWN],
        total=len(moved), settled=len(changed) - len(moved), names=names, replaces=found.year in office.rules.calendar.notices,
    )  # fmt: skip


@action("/admin/holidays/confirm")
def confirm(request: HttpRequest) -> Response[Any]:
    """确认载入: read once more, put in force, and every open file's date written anew."""
    office, text = office_of(request), form_of(request).get("text")
    try:
        found = holiday_notices.read(office.sources, "通知", text.encode())
    except BadRules as bad:
        return _page(request, status=400, fault=bad, errs=[("file", f"第{bad.line}行，{bad.key}：{bad.reason}")], text=text)
    path = office.sources.rules_dir / "calendar" / f"{found.year}.yaml"
    now = office.clock()
    keep_old(office.sources, path, f"{now.astimezone(SHANGHAI):%Y%m%d-%H%M%S}")
    office.sources.put(path, found.text.encode())

    count = moves.renew(office.database, found.year, found.rules, office.keys)
    reason = f"{found.rules.calendar.notices[found.year].number}，重新计算{count}件"

    def told(session: Any) -> None:
        people.log(session, now, "holidays", officer=me(request), object=f"{found.year}年", reason=reason, request_id=request_id(request))

    office.database.write(told)
    return go("/admin/holidays?done=loaded")


ROUTES: tuple[BaseRouteHandler, ...] = (holidays, check, confirm)
