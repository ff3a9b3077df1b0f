"""Errors as pages: what is so, why, and what to do now, with the request id; never a trace."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from litestar.types import ExceptionHandlersMap

from api.office.policy import ROUTES
from api.office.problems import Problem
from api.pages.shared.frame import MB, SECRETS, Form, go, office_of, show, sign_in_page
from api.web.guard import plain
from api.web.problems import TITLES, handle, problem_of, request_id

ASKED = "请写明查看的理由"
_NOT_LOST = re.compile("，您写的内容没有丢失|您写的内容没有丢失。")
"""True for a program, which has what it sent, and for a part of a page; a page instead of the form says what it knows."""
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
    fragment, typed = request.headers.get("hx-request") == "true", dict[str, Any]()
    if not fragment and request.scope["method"] != "GET" and _NOT_LOST.search(problem.detail):
        typed = _typed(request) | {"detail": _NOT_LOST.sub("", problem.detail)}
    elif problem.status == 413 and isinstance(error, HTTPException):
        typed = {"detail": _too_much(request), "back": _form_of(request)}
    return show(  # in the event loop, which asks no database: nothing is counted
        request, "problem.html", status=problem.status, headers=dict(problem.headers), counted=False,
        problem=problem, heading=ASKED if problem.asks_reason else problem.heading or TITLES.get(problem.status, "没有办成"),
        request_id=request_id(request), faults=_faults(request, problem), reason=_reason(request) if problem.errors else "", fragment=fragment,
        **_door(request) | {"detail": problem.detail, "back": ""} | typed,
    )  # fmt: skip


def _too_much(request: Request[Any, Any, Any]) -> str:
    """What the form would have room for: it was not read."""
    handler: Any = request.scope["route_handler"]
    together, most = handler.opt.get("together"), handler.resolve_request_max_body_size() or 0
    if together:
        return f"提交的内容太大，没有收下：一次上传的文件合计不超过{together}MB，每个不超过20MB。请用浏览器的“后退”回到表单，分几次上传。"
    return f"提交的内容太大，没有收下：一次提交合计不超过{most // MB}MB。请用浏览器的“后退”回到表单，改用小一些的文件。"


def _form_of(request: Request[Any, Any, Any]) -> str:
    """The page of a form that was sent to this address."""
    path, handler = str(request.scope["path"]), request.scope["route_handler"]
    return path if any(("GET", plain(one)) in ROUTES for one in handler.paths) else ""


def _door(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The frame of the pages for everybody, where it is one of them."""
    path = str(request.scope["path"])
    if not path.startswith(("/apply", "/verify", "/feedback")):
        return {"is_public": False}
    agency = office_of(request).agencies.get(request.scope.get("path_params", {}).get("code", ""))
    return {"is_public": True, "agency": agency, "large_button": False, "step": 0}


_NAMED = {
    "year": "年度", "agency": "单位", "from": "起始日期", "to": "截止日期", "topic": "主题", "part": "部分", "table": "表", "row": "行",
    "column": "列", "page": "页码", "format": "格式", "version": "锁定的版本", "state": "状态", "sort": "顺序", "compare": "比较",
    "q": "查找的词", "check": "核对",
}  # fmt: skip
"""Parameters of addresses, as people call them."""


def _faults(request: Request[Any, Any, Any], problem: Problem) -> list[str]:
    """What is wrong, each once; of an address with the name of its parameter, since no field is marked."""
    named = [(_NAMED.get(field.removesuffix("_"), field) if request.scope["method"] == "GET" else "", text) for field, text in problem.errors]
    return [f"{field}：{text}" if field else text for field, text in named if text != problem.detail]


def _typed(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """What was sent and not taken: carried by the page, to be sent once more. Files are not, and nothing is placed without them."""
    form, handler = request.scope["state"].get("form"), request.scope["route_handler"]
    if not isinstance(form, Form) or form.fields.keys() & SECRETS or (form.files and not handler.opt.get("redraws")):
        return {"untaken": True}
    again: dict[str, list[str]] = {"redraw": ["files"]} if form.files else {}
    return {"untaken": True, "typed": {**form.fields, **again}, "csrf": form.csrf, "files": bool(form.files)}


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
