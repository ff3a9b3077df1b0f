"""Errors as RFC 9457 problem details, for programs."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import uuid4

from litestar import Request, Response
from litestar.exceptions import HTTPException, InternalServerException, ValidationException
from litestar.types import ExceptionHandlersMap

from api.office.log import log, where
from api.office.problems import Problem, as_problem

TITLES = {
    400: "填写的内容需要改正",
    401: "请先登录",
    403: "您的岗位不能办理",
    404: "没有找到",
    405: "这个地址不接受这种请求",
    409: "没有提交",
    410: "文件缺失",
    412: "没有提交：别人先办了这件申请",
    413: "内容太大",
    415: "不支持这种格式",
    422: "没有提交",
    428: "请注明所见的版本",
    429: "请求太多",
    500: "系统出现问题",
    503: "暂时不能办理",
    507: "存储空间不足",
}


def request_id(request: Request[Any, Any, Any]) -> str:
    """The id of this request, made at its first use, shown on the page and in the log."""
    known = request.scope["state"].get("request_id")
    if known is None:
        known = request.scope["state"]["request_id"] = uuid4().hex
    return str(known)


def to_response(request: Request[Any, Any, Any], problem: Problem) -> Response[dict[str, Any]]:
    """The problem as `application/problem+json`."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(problem.status, HTTPStatus(problem.status).phrase),
        "status": problem.status,
        "detail": problem.detail,
        "articles": list(problem.articles),
        "permitted": list(problem.permitted or ()),
        "request_id": request_id(request),
    }
    if problem.status == 400 or problem.errors:  # a fault of the whole body or query has no field of its own
        errors = problem.errors or [("", problem.detail)]
        body["errors"] = [{"field": field, "message": message} for field, message in errors]
    return Response(
        body, status_code=problem.status, media_type="application/problem+json; charset=utf-8", headers=problem.headers
    )


def problem_of(error: Exception) -> Problem:
    """`as_problem`, for the errors of the web too."""
    match error:
        case ValidationException():
            return Problem(400, "有几处需要改正，见各项说明。", errors=_named(error.extra))
        case UnicodeDecodeError():  # a part of a form that names no character set
            return Problem(400, "提交的文字不是UTF-8编码，没有收下。请用本系统的表单或者按接口说明提交。")
        case InternalServerException() if "disconnected" in error.detail:
            return Problem(400, "连接在提交完成以前中断，没有收到全部内容。请再提交一次。")  # nobody is there to read it
        case HTTPException():
            detail = _HTTP.get(error.status_code, TITLES.get(error.status_code, "请求不合要求。"))
            return Problem(error.status_code, detail, headers=dict(error.headers or {}))
        case _:
            return as_problem(error)


_HTTP = {
    400: "请求的写法不合要求，请对照接口说明。",
    404: "没有这个地址。",
    405: "这个地址不接受这种请求方法。",
    415: "请用 Content-Type: application/json 提交JSON；文件用 multipart/form-data。",
    413: "提交的内容太大：JSON不超过1MiB，每个文件不超过20MiB。",
}


def _named(extra: Any) -> list[tuple[str, str]]:
    """The parameters that Litestar could not read; its English sentences repeat values and are not passed on."""
    found = extra if isinstance(extra, list) else []
    keys = [str(one.get("key", "")) for one in found if isinstance(one, dict)]
    return [(key, "填写的内容不合要求，请对照接口说明改正") for key in keys]


def handle(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    """Litestar's exception handler: everything becomes a problem; only what nobody foresaw is logged with its trace.

    The log names the kind of error and the request id, never a value: texts of errors may hold personal data.
    """
    problem = problem_of(error)
    if problem.status in (410, 500):
        log.error("request failed", request_id=request_id(request), error=type(error).__name__, where=where(error))
    return to_response(request, problem)


HANDLERS: ExceptionHandlersMap = {Exception: handle, HTTPException: handle}
