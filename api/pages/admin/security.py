"""安全: what the office asks of those who sign in and administer."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.handlers import BaseRouteHandler
from sqlmodel import Session

from api.office import factors
from api.office.policy import FACTORED
from api.pages.admin.overview import SECTIONS
from api.pages.shared.frame import HttpRequest, action, form_of, go, me, office_of, page, show
from api.web.problems import request_id
from db import factors as kept
from db import people, queries

DONE = {"asked": "已要求启用两步验证，没有启用的下一步就要先启用。", "unasked": "不再要求启用两步验证，已经启用的仍然有效。"}


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
            "factored": "、".join(title for role, title in office.rules.role_titles.items() if role in FACTORED),
            "errs": [], "done": DONE.get(request.query_params.get("done", "")),
        }  # fmt: skip
    return show(request, "admin_security.html", status=status, sections=SECTIONS, **known | facts)


@action("/admin/security/factor")
def require_factor(request: HttpRequest) -> Response[Any]:
    """要求、不再要求 the second factor of those who sign and those who administer."""
    required = form_of(request).get("required") == "yes"
    _set(request, factors.REQUIRED, required, "要求启用两步验证" if required else "不再要求启用两步验证")
    return go(f"/admin/security?done={'asked' if required else 'unasked'}")


def _set(request: HttpRequest, name: str, is_on: bool, what: str) -> None:
    """One setting of the whole installation, and its entry in the log."""
    office = office_of(request)

    def keep(session: Session) -> None:
        people.set_setting(session, "", name, "yes" if is_on else "no")
        people.log(session, office.clock(), "setting", officer=me(request), object=name, reason=what, request_id=request_id(request))

    office.database.write(keep)


ROUTES: tuple[BaseRouteHandler, ...] = (security, require_factor)
