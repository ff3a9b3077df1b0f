"""Idempotency-Key: a repeated submission gets the first answer again, whose row commits with its effect."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from litestar import Request
from sqlmodel import Session

from api.problems import Problem
from db import store

if TYPE_CHECKING:
    from api.office import Office

HttpRequest = Request[Any, Any, Any]
_BUSY = "相同的提交正在办理，还没有结果。请稍候用同一个键再试，不会重复办理。"
_REUSED = "这个 Idempotency-Key 已经用于另一次内容不同的提交。新的提交请换一个键。"


def write_once(
    office: Office, request: HttpRequest, officer_id: str, payload: bytes, work: Callable[[Session], store.Answer]
) -> store.Answer:
    """The answer of `work`, done in one transaction; with a key, done once.

    Problem 409 while the first submission is at work, 422 when the key stands for another `payload`.
    """
    once = _once(request, officer_id, payload)
    return office.database.write(work) if once is None else write_claimed(office, once, work)


def write_claimed(office: Office, once: store.Once, work: Callable[[Session], store.Answer]) -> store.Answer:
    """The answer of `work`, done once under this key. Problem 409 while it is at work, 422 when it stands for another."""

    def run(session: Session) -> store.Answer:
        if (earlier := store.claim(session, once)) is not None:
            return earlier
        answer = work(session)
        store.complete(session, once, answer, office.clock())
        return answer

    with _alone(office, once):
        try:
            return office.database.write(run)
        except store.KeyReused:
            raise Problem(422, _REUSED) from None
        except store.KeyBusy:
            raise _busy() from None


def _once(request: HttpRequest, officer_id: str, payload: bytes) -> store.Once | None:
    """The key of the request with the digest of what it asks for."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 1 <= len(key) <= 200 or not key.isascii() or not key.isprintable():
        raise Problem(400, "Idempotency-Key 应当是1到200个可见的ASCII字符。", errors=[("Idempotency-Key", "应当是1到200个可见的ASCII字符")])
    route = f"{request.method} {request.scope['path']}"
    digest = hashlib.sha256(payload + b"\0" + request.headers.get("if-match", "").encode("latin-1", "replace")).hexdigest()
    return store.Once(key=key, officer_id=officer_id, route=route, request_digest=digest)


@contextmanager
def _alone(office: Office, once: store.Once) -> Iterator[None]:
    """Within this process; between processes the database sees to it (`store.claim`)."""
    mine = (once.officer_id, once.key)
    with office.lock:
        if mine in office.keys_at_work:
            raise _busy()
        office.keys_at_work.add(mine)
    try:
        yield
    finally:
        with office.lock:
            office.keys_at_work.discard(mine)


def _busy() -> Problem:
    return Problem(409, _BUSY, headers={"Retry-After": "1"})
