"""Who is let in: a program by its token, a person by the cookie of his session, each where the table of the policy says so."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from api.office import factors, sessions
from api.office.office import Office
from api.office.policy import ROUTES, SYSTEM, Access
from api.office.problems import NOT_FOUND, Problem
from api.web import cookies
from api.web.bodies import LARGE
from api.web.hosts import WATCHED
from api.web.worker_threads import Busy, reading
from db import queries
from db.engine import DatabaseUnavailable
from db.people import SignedIn
from workflow.acts import Officer

STATIC_FILES = ("GET", "/static/{file_path}")
"""The row of the policy table for the files of the pages."""

FACTOR = "/account/factor"
"""Where one gets a second factor."""

Connection = ASGIConnection[Any, Any, Any, Any]


def access_of(handler: BaseRouteHandler) -> Access | None:
    """The row of the policy table for a route: what is not in the table is denied."""
    if (named := handler.opt.get("access")) is not None:  # the files of the pages: one row for all of them
        return ROUTES.get(named)
    for path in handler.paths:
        for method in getattr(handler, "http_methods", ()):
            if (row := ROUTES.get((str(method), plain(path)))) is not None:
                return row
    return None


def is_static(handler: BaseRouteHandler) -> bool:
    """Whether it gives the files of the pages: those that were there when the program began, and nothing else."""
    return handler.opt.get("access") == STATIC_FILES


def plain(path: str) -> str:
    """The path as the table writes it: `{case_id:uuid}` is `{case_id}`."""
    parts = [part.split(":")[0] + "}" if part.startswith("{") and ":" in part else part for part in path.split("/")]
    return "/" + "/".join(part for part in parts if part)


async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
    """Litestar guard on every route: `_asked`. Where it cannot be asked now, the target of a form is reached all the same, and refuses
    with what was typed (`frame.action`)."""
    try:
        await _asked(connection, handler)
    except (Busy, DatabaseUnavailable) as unavailable:
        if not (handler.opt.get("page") and handler.opt.get("csrf")):
            raise
        connection.scope["state"]["unavailable"] = unavailable


async def _asked(connection: Connection, handler: BaseRouteHandler) -> None:
    """Sign-in and role, from the table.

    The API takes bearer tokens; pages take the session cookie, which the API takes for reading only (GET changes nothing).
    It is done before anything of the body is read.
    """
    if not connection.app.state.hosts.answers(connection.headers.get("host", ""), connection.scope["path"]):
        raise Problem(400, "本系统不用这个主机名。请用本单位公布的网址；管理员可以在 ALLOWED_HOSTS 中增加。")
    access = access_of(handler)
    if access is None or (is_static(handler) and connection.scope["path"] not in connection.app.state.static):
        raise Problem(404, "没有这个地址。")
    if connection.scope["path"] in WATCHED:  # whoever watches is nobody in particular, and gets his answer whatever the database does
        return
    state, office = connection.scope["state"], connection.app.state.office
    is_page = bool(handler.opt.get("page"))
    officer = None
    if not is_page and (token := bearer(connection)):
        found = await _found(office, token)
        if found is not None:
            officer, state["scope"] = found
    if officer is None and (is_page or str(connection.scope.get("method")) == "GET") and cookies.COOKIE in connection.cookies:
        signed = await reading(cookies.session_of, connection, office)
        if signed is not None:
            state["signed_in"], officer = signed, signed.officer
    if officer is not None:
        state["officer"] = officer
    if access.is_public:
        return
    if officer is None:
        if is_page and handler.opt.get("csrf") and await reading(cookies.was_signed_in, connection, office):
            state["signed_out"] = True  # the action gives the form back with the sign-in page
            return
        raise Problem(401, _PAGE_401 if is_page else _API_401, headers={} if is_page else {"WWW-Authenticate": "Bearer"})
    await _let_in(connection, handler, access, officer)


async def _let_in(connection: Connection, handler: BaseRouteHandler, access: Access, officer: Officer) -> None:
    """Whether this officer may use the route, by his password, unit, role and, where files are sent, the file. Raises Problem."""
    state, office = connection.scope["state"], connection.app.state.office
    signed = state.get("signed_in")
    if signed is not None:
        _own_secrets_first(connection, signed)
    if officer.role not in access.open_to(signed is not None and signed.is_divided):
        raise Problem(403, "您的岗位不能使用这项功能。需要办理的，请转交有权的人员。")
    if state.get("scope") == "read" and connection.scope.get("method") != "GET" and not access.reads:
        raise Problem(403, "这个令牌只能查看，不能办理。需要办理的，请用“查看和办理”的令牌。")
    if officer.agency not in office.agencies and SYSTEM not in access.roles:
        raise Problem(403, "您所在的单位还没有设置，或者已经撤去，不能办理。请联系系统管理员设置单位。")
    state["relations"] = access.relations
    most = getattr(handler, "request_max_body_size", None)
    if isinstance(most, int) and most > LARGE and "case_id" in connection.path_params:
        # Whether he may see the file is asked before something large is taken in for it; elsewhere with what he does to it.
        await reading(office.case, officer, str(connection.path_params["case_id"]), NOT_FOUND, access.relations)


def _own_secrets_first(connection: Connection, signed: SignedIn) -> None:
    """With a password that somebody else made, or without the second factor that is asked of him, one may only mend that."""
    path = connection.scope["path"]
    if path in ("/account", "/account/password", "/sign-out") or path.startswith("/static/"):
        return
    if signed.preferences.get(sessions.TEMPORARY) == "yes":
        raise Problem(403, "您用的是管理员给的一次性密码，请先在“我的账号”中换成自己的密码。")
    if signed.lacks_factor and path != FACTOR and not path.startswith(f"{FACTOR}/"):
        raise Problem(403, factors.LACKING)


_API_401 = "请先登录：程序使用 Authorization: Bearer 令牌；令牌用 gongkai token 命令取得。令牌错误、过期、停用的，也是这个答复。"
_PAGE_401 = "请先登录。"


def bearer(connection: Connection) -> str:
    """The token that the request carries, however it writes the scheme (RFC 9110); empty when there is none."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def _found(office: Office, token: str) -> tuple[Officer, str] | None:
    """`signed_in`: a local file answers sooner than a thread begins; a server, or a file that is held, is not waited for in the event loop."""
    if office.database.is_sqlite:
        with suppress(DatabaseUnavailable):
            return signed_in(office, token)
    return await reading(signed_in, office, token)


def signed_in(office: Office, token: str) -> tuple[Officer, str] | None:
    """The officer whose token this is, and what it may be used for; None when it is not valid now."""
    with office.database.glance() as asked:
        return queries.officer_by_token(asked, token, office.clock(), office.longest_token)
