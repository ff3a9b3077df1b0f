"""The Idempotency-Key of a request: what was submitted under it is done once (`office.idempotency`)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from litestar import Request
from sqlmodel import Session

from api.office.idempotency import write_claimed
from api.office.problems import Problem
from api.web.requests import officer_of
from db import store

if TYPE_CHECKING:
    from api.office.office import Office

HttpRequest = Request[Any, Any, Any]
Worded = Callable[[], store.Answer]
"""What is known of an answer, to be put into words."""


def write_once(
    office: Office, request: HttpRequest, officer_id: str, payload: bytes, work: Callable[[Session], store.Answer | Worded]
) -> store.Answer:
    """The answer of `work`, done in one transaction; with a key, done once.

    What it leaves to be put into words is so after the commit, for which others wait; with a key before it, for the answer is kept.
    Problem 409 while the first submission is at work, 422 when the key stands for another `payload`.
    """
    once = _once(request, officer_id, payload)
    if once is None:
        return _answer(office.database.write(work, brief=True))
    return write_claimed(office, once, lambda session: _answer(work(session)))


def _answer(done: store.Answer | Worded) -> store.Answer:
    return done if isinstance(done, store.Answer) else done()


def _once(request: HttpRequest, officer_id: str, payload: bytes) -> store.Once | None:
    """The key of the request with the digest of what it asks for."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 1 <= len(key) <= 200 or not key.isascii() or not key.isprintable():
        raise Problem(400, "Idempotency-Key 应当是1到200个可见的ASCII字符。", errors=[("Idempotency-Key", "应当是1到200个可见的ASCII字符")])
    route, me = f"{request.method} {request.scope['path']}", officer_of(request)
    seen = request.headers.get("if-match", "").encode("latin-1", "replace")
    # Whoever has moved to another unit or post since then is not told what was answered there.
    digest = hashlib.sha256(b"\0".join((payload, seen, f"{me.agency} {me.role}".encode()))).hexdigest()
    return store.Once(key=key, officer_id=officer_id, route=route, request_digest=digest)
