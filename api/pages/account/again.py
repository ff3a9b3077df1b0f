"""Asked again: whoever is signed in shows once more that it is he, by his password or a code; five wrong ones end the session."""

from __future__ import annotations

from typing import Any

from litestar import Response

from api.office import sessions
from api.pages.shared.frame import HttpRequest, me, office_of, sign_in_page
from api.web.problems import request_id
from db import people

_ENDED = {
    "password_failed": "现在的密码连续填错，登录已经结束。请重新登录。",
    "code_failed": "验证码连续填错，登录已经结束。请重新登录。",
}  # fmt: skip


def is_own_password(request: HttpRequest, typed: str) -> bool:
    """Whether this is the password of who is signed in."""
    with office_of(request).database.read() as session:
        row = people.officer_by_id(session, me(request).id)
    return row is not None and bool(row.password_hash) and sessions.hasher().verify(typed, row.password_hash)


def wrong(request: HttpRequest, what: str = "password_failed") -> Response[Any] | None:
    """Count it; the sign-in page when it was the fifth, and the session has ended with it."""
    state = request.scope["state"]
    if not sessions.wrong_old(office_of(request), state["signed_in"], request_id(request), what):
        return None
    for name in ("officer", "signed_in"):
        del state[name]
    return sign_in_page(request, status=401, next="/account", problem=_ENDED[what])
