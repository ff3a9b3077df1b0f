"""当前用户: whose token this is, when he is away, and who stands in for him."""

from __future__ import annotations

from typing import Any

from litestar import delete, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import RawBody

from api.office import leaves
from api.office.leaves import Away
from api.office.problems import Problem
from api.rest.description import describe
from api.web.problems import request_id
from api.web.requests import HttpRequest, json_body, office_of, officer_of
from api.web.worker_threads import threaded
from workflow import acts as a


@get("/api/me", **describe(errors=(401,)))
@threaded
def me(request: HttpRequest) -> dict[str, str]:
    """当前用户: whose token this is."""
    officer = officer_of(request)
    return {"id": officer.id, "username": officer.username, "name": officer.name, "role": officer.role, "agency": officer.agency}


@get("/api/me/leave", **describe(errors=(401, 403)))
@threaded
def leave(request: HttpRequest) -> dict[str, Any]:
    """外出与代办: from when to when, and by whom the work is done meanwhile; and for whom this officer does it today."""
    return _told(request)


@post("/api/me/leave", **describe("Away", errors=(400, 401, 403, 413, 415)))
@threaded
def go_away(request: HttpRequest, body: RawBody) -> dict[str, Any]:
    """登记外出: a later one takes the place of an earlier one. The deputy sees this officer's list meanwhile."""
    office, officer = office_of(request), officer_of(request)
    away = a.read(Away, json_body(request, body))
    leaves.go_away(office, officer, officer.username, officer.agency, away, request_id(request))
    return _told(request)


@delete("/api/me/leave", status_code=200, **describe(errors=(401, 403, 404)))
@threaded
def come_back(request: HttpRequest) -> dict[str, Any]:
    """结束外出, before its last day too."""
    office, officer = office_of(request), officer_of(request)
    if not leaves.come_back(office, officer, officer.username, request_id(request)):
        raise Problem(404, "没有登记外出，不需要结束。")
    return _told(request)


def _told(request: HttpRequest) -> dict[str, Any]:
    office, officer = office_of(request), officer_of(request)
    return leaves.as_json(leaves.absence(office, officer.username, officer.agency))


ROUTES: tuple[BaseRouteHandler, ...] = (me, leave, go_away, come_back)
