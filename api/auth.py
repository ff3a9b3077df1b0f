"""Who is calling: bearer tokens for programs. A token is shown once and kept as its SHA-256."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from api.policy import ROUTES, Access
from api.problems import Problem
from db import queries
from workflow.acts import Officer

Connection = ASGIConnection[Any, Any, Any, Any]


def access_of(handler: BaseRouteHandler) -> Access | None:
    """The row of the policy table for a route: what is not in the table is denied."""
    for path in handler.paths:
        for method in getattr(handler, "http_methods", ()):
            if (row := ROUTES.get((str(method), _plain(path)))) is not None:
                return row
    return None


def _plain(path: str) -> str:
    """The path as the table writes it: `{case_id:uuid}` is `{case_id}`."""
    parts = [part.split(":")[0] + "}" if part.startswith("{") and ":" in part else part for part in path.split("/")]
    return "/" + "/".join(part for part in parts if part)


def guard(connection: Connection, handler: BaseRouteHandler) -> None:
    """Litestar guard on every route: sign-in and role, from the table."""
    access = access_of(handler)
    if access is None:
        raise Problem(404, "没有这个地址。")
    if access.is_public:
        return
    officer = signed_in(connection)
    if officer is None:
        raise Problem(
            401,
            "请先登录：程序使用 Authorization: Bearer 令牌；令牌用 gongkai token 命令取得。令牌错误、过期、停用的，也是这个答复。",
            headers={"WWW-Authenticate": "Bearer"},
        )
    if officer.role not in access.roles:
        raise Problem(403, "您的岗位不能使用这项功能。需要办理的，请转交有权的人员。")
    connection.scope["state"] |= {"officer": officer, "relations": access.relations}


def signed_in(connection: Connection) -> Officer | None:
    """The officer whose token the request carries; None when there is none that is valid now."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return None
    office = connection.app.state.office
    with office.database.read() as session:
        return queries.officer_by_token(session, token.strip(), office.clock())


def officer_of(scope_state: Mapping[str, Any]) -> Officer:
    """The officer that the guard let in."""
    officer = scope_state["officer"]
    assert isinstance(officer, Officer)
    return officer


def relations_of(scope_state: Mapping[str, Any]) -> frozenset[str]:
    """The relations to a case under which the route answers, from its row of the table."""
    return frozenset(scope_state["relations"])
