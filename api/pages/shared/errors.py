"""Errors as pages: what is so, why, and what to do now, with the request id; never a trace."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from litestar.types import ExceptionHandlersMap

from api.pages.shared.frame import Form, go, show, sign_in_page
from api.web.problems import TITLES, handle, problem_of, request_id

ASKED = "请写明查看的理由"
_PAGES_404 = "没有这件申请，或者您不能查看。"


def wants_page(request: Request[Any, Any, Any]) -> bool:
    """A person at a browser: a page's own route, or asked for as HTML an address outside the API, or one of no route at all."""
    handler: Any = request.scope.get("route_handler")
    if handler is not None and handler.opt.get("page"):
        return True
    path = request.scope["path"]
    elsewhere = handler is None or not path.startswith(("/api", "/health", "/metrics", "/static"))
    return elsewhere and "text/html" in request.headers.get("accept", "")


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Litestar's exception handler: problem details for programs, a page for people."""
    problem = problem_of(error)
    if not wants_page(request) and not (problem.heading and "text/html" in request.headers.get("accept", "")):
        return handle(request, error)
    if problem.status >= 500 or problem.status == 410:
        handle(request, error)  # the log line, without a value
    if problem.status == 401:
        return _to_sign_in(request) if request.scope["method"] == "GET" else sign_in_page(request, status=401)
    return show(  # in the event loop, which asks no database: nothing is counted
        request, "problem.html", status=problem.status, headers=dict(problem.headers), counted=False,
        problem=problem, heading=ASKED if problem.asks_reason else problem.heading or TITLES.get(problem.status, "没有办成"),
        request_id=request_id(request), reason=_reason(request) if problem.errors else "", fragment=request.headers.get("hx-request") == "true",
    )  # fmt: skip


def _reason(request: Request[Any, Any, Any]) -> str:
    """The reason that was typed on this page of a problem, to be mended there."""
    form = request.scope["state"].get("form")
    return form.get("reason") if isinstance(form, Form) else ""


def _to_sign_in(request: Request[Any, Any, Any]) -> Redirect:
    path = request.scope["path"]
    query = request.scope.get("query_string", b"").decode("latin-1")
    target = f"{path}?{query}" if query else path
    return go("/sign-in" if target in ("/", "/desk") else f"/sign-in?{urlencode({'next': target})}")


HANDLERS: ExceptionHandlersMap = {Exception: answer, HTTPException: answer}
