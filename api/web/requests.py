"""Reading what a request says: who asks, its JSON, its query string."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

from litestar import Request
from litestar.params import RawBody

from api.office.filters import from_query
from api.office.office import Office
from api.office.problems import Problem
from api.office.sight import LEAST, reason_given
from workflow import acts as a
from workflow.acts import Officer

HttpRequest = Request[Any, Any, Any]
MOST_JSON = 1024 * 1024
"""1 MiB: the largest JSON body."""
# Nothing said, JSON, or what curl says of itself when it is not told.
_JSON = re.compile(r"|application/(?:json|[\w.+-]+\+json|x-www-form-urlencoded)(?:\s*;.*)?", re.I)


def office_of(request: HttpRequest) -> Office:
    """The office that the application was made for."""
    office = request.app.state.office
    assert isinstance(office, Office)
    return office


def officer_of(request: HttpRequest) -> Officer:
    """The officer that the guard let in."""
    officer = request.scope["state"]["officer"]
    assert isinstance(officer, Officer)
    return officer


def relations_of(request: HttpRequest) -> frozenset[str]:
    """The relations to a case under which the route answers, from its row of the table of the policy."""
    return frozenset(request.scope["state"]["relations"])


def json_body(request: HttpRequest, body: RawBody) -> dict[str, Any]:
    """The JSON object of a body; refuses what is not one, repeats a key, or nests absurdly deep."""
    if not _JSON.fullmatch(request.headers.get("content-type", "").strip()):
        raise Problem(415, "请用 Content-Type: application/json 提交JSON；文件用 multipart/form-data。")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        if len(set(keys)) != len(keys):
            raise ValueError
        return dict(pairs)

    def never(_text: str) -> Any:
        raise ValueError

    try:
        data = json.loads(body, object_pairs_hook=once, parse_constant=never)
    except (ValueError, RecursionError):
        raise Problem(400, "提交的内容不是正确的JSON：应当是UTF-8编码的一个对象，同一项不能出现两次。") from None
    if not isinstance(data, dict):
        raise Problem(400, "提交的内容应当是一个JSON对象。")
    return data


def reason_of(request: HttpRequest) -> str | None:
    """Why whole personal data is to be seen (`sight`): the header X-Reason, percent-encoded UTF-8. Raises Problem 400: it says nothing."""
    text = request.headers.get("x-reason")
    if text is None:
        return None
    try:
        reason = reason_given(unquote(text, errors="strict"))
    except UnicodeDecodeError:
        reason = None
    except Problem as problem:
        problem.errors = [("X-Reason", why) for _, why in problem.errors]
        raise
    if reason is None:
        raise Problem(400, f"X-Reason 应当写明查看的理由，至少{LEAST}个字，按UTF-8百分号编码。", errors=[("X-Reason", "请写明查看的理由")])
    return reason


def query_of(request: HttpRequest, model: type[a.R]) -> a.R:
    """The query string as `model`. Raises Rejected with every parameter at fault; one may not be said twice."""
    pairs = [(name, value) for name, value in request.query_params.multi_items() if value != ""]
    if len({name for name, _ in pairs}) < len(pairs):
        raise a.Rejected([("", "同一项只能填写一次")])
    return a.read(model, from_query(model, dict(pairs)))
