"""安全: what the office asks of those who sign in and administer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from litestar import Response
from litestar.handlers import BaseRouteHandler
from sqlmodel import Session

from api.office import duties, factors
from api.office.office import Office
from api.office.policy import ADMINISTRATORS, FACTORED
from api.pages.admin.overview import sections
from api.pages.shared import watermark
from api.pages.shared.frame import HttpRequest, action, form_of, go, me, office_of, page, show
from api.web.problems import request_id
from db import factors as kept
from db import people, queries

DONE = {
    "undivided": "不再三员分立，系统管理员办理全部管理事项。",
    "asked": "已要求启用两步验证，没有启用的下一步就要先启用。",
    "marked": "载有个人信息的页面已显示水印。",
    "unmarked": "不再显示水印。",
    "unasked": "不再要求启用两步验证，已经启用的仍然有效。",
}


@page("/admin/security")
def security(request: HttpRequest) -> Response[Any]:
    """安全."""
    return _security(request)


def _security(request: HttpRequest, *, status: int = 200, **facts: Any) -> Response[Any]:
    office = office_of(request)
    with office.database.read() as session:
        asked = [one for one in queries.officers(session) if one.active and one.role in FACTORED]
        having = kept.confirmed(session, [one.id for one in asked])
        known: dict[str, Any] = {
            "factor": factors.is_required(session), "without": [one.username for one in asked if one.id not in having],
            "watermark_on": people.setting(session, "", watermark.SETTING) == "yes",
            "divided": duties.is_divided(session), "admins": _administrators(office, queries.officers(session)),
            "errs": [], "done": DONE.get(request.query_params.get("done", "")),
        }  # fmt: skip
    return show(request, "admin_security.html", status=status, sections=sections(request), **known | facts)


@action("/admin/security/factor")
def require_factor(request: HttpRequest) -> Response[Any]:
    """要求、不再要求 the second factor of those who sign and those who administer."""
    required = form_of(request).get("required") == "yes"
    _set(request, factors.REQUIRED, required, "要求启用两步验证" if required else "不再要求启用两步验证")
    return go(f"/admin/security?done={'asked' if required else 'unasked'}")


def _administrators(office: Office, officers: Sequence[Any]) -> list[tuple[str, str]]:
    """三员: each post, and who holds it and can sign in."""
    titles = office.rules.role_titles
    return [
        (titles.get(role, role), "、".join(f"{one.name}（{one.username}）" for one in officers if one.active and one.role == role))
        for role in ADMINISTRATORS
    ]


@action("/admin/security/division")
def divide(request: HttpRequest) -> Response[Any]:
    """三员分立, or no more: it begins only with the three who are needed, and its end is not for him who would gain by it."""
    office, divided = office_of(request), form_of(request).get("divided") == "yes"

    def check(session: Session) -> str | None:
        duties.hold(session)
        return duties.fault(session, office.rules, divided=divided)

    if (why := _set(request, duties.DIVIDED, divided, "三员分立" if divided else "不再三员分立", check)) is not None:
        return _security(request, status=400, errs=[("", why)])
    return go("/admin" if divided else "/admin/security?done=undivided")


@action("/admin/security/watermark")
def mark_pages(request: HttpRequest) -> Response[Any]:
    """水印 on every page on which people of a file stand whole, or on none."""
    is_on = form_of(request).get("watermark") == "yes"
    _set(request, watermark.SETTING, is_on, "显示水印" if is_on else "不再显示水印")
    return go(f"/admin/security?done={'marked' if is_on else 'unmarked'}")


def _set(request: HttpRequest, name: str, is_on: bool, what: str, check: Callable[[Session], str | None] = lambda _: None) -> str | None:
    """One setting of the whole installation, and its entry in the log; why it may not be, as `check` says."""
    office = office_of(request)

    def keep(session: Session) -> str | None:
        if (why := check(session)) is not None:
            return why
        people.set_setting(session, "", name, "yes" if is_on else "no")
        people.log(session, office.clock(), "setting", officer=me(request), object=name, reason=what, request_id=request_id(request))
        return None

    return office.database.write(keep)


ROUTES: tuple[BaseRouteHandler, ...] = (security, require_factor, divide, mark_pages)
