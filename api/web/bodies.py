"""Large bodies are taken in a few at a time: a form with files lies in memory while it is read and looked at.

Without a place one is told to come again, before anything of the body is read. Visitors have places of their own, and one
client never takes them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from litestar import Request, _multipart

from api.office.problems import Problem

LARGE = 1024 * 1024
"""Larger bodies hold files."""
AGAIN = 5
"""Seconds after which one may come again."""


_framework: Any = _multipart


class _InUtf8(_framework.PushMultipartParser):  # type: ignore[misc]  # the parser has no types
    """The parts of a form in UTF-8 alone, as every browser sends them.

    The framework decodes a field by whatever codec its part names: with some of Python's own that takes minutes (punycode), with
    others it fails in ways that nobody foresaw.
    """

    def parse(self, chunk: bytes) -> Iterable[Any]:
        for part in super().parse(chunk):
            if isinstance(part, _framework.MultipartSegment) and (part.charset or "utf-8").lower() not in ("utf-8", "utf8"):
                raise _framework.ParserError("a part of a form that is not in UTF-8")
            yield part


_framework.PushMultipartParser = _InUtf8


class Room:
    """At most `most` large bodies at once, and `each` of one client."""

    def __init__(self, most: int, each: int) -> None:
        self._most, self._each = most, each
        self._taken = Counter[str]()

    @contextmanager
    def place(self, client: str) -> Iterator[None]:
        """A place for one body, until the block ends. Raises Problem 429. It is asked for in the event loop alone."""
        if self._taken.total() >= self._most or self._taken[client] >= self._each:
            raise Problem(429, f"现在上传的人太多，没有收下。请过{AGAIN}秒再试，您写的内容没有丢失。", headers={"Retry-After": str(AGAIN)})
        self._taken[client] += 1
        try:
            yield
        finally:
            self._taken[client] -= 1
            if not self._taken[client]:
                del self._taken[client]


class Rooms:
    """The places of one program."""

    def __init__(self) -> None:
        self.visitors, self.officers = Room(4, 2), Room(12, 4)

    @contextmanager
    def place(self, request: Request[Any, Any, Any]) -> Iterator[None]:
        """A place for the body of this request, if it may be a large one."""
        if not is_large(request):
            yield
            return
        officer = request.scope["state"].get("officer")
        room, client = (self.visitors, client_of(request)) if officer is None else (self.officers, officer.id)
        with room.place(client):
            yield


def is_large(request: Request[Any, Any, Any]) -> bool:
    """Whether the body is, or does not say that it is not."""
    length = request.headers.get("content-length")
    if length is None:
        return "transfer-encoding" in request.headers
    return not (length.isascii() and length.isdigit() and len(length) < 10 and int(length) <= LARGE)


def client_of(request: Request[Any, Any, Any]) -> str:
    """The address that the request came from; behind a proxy that is trusted, the one it names."""
    return request.client.host if request.client else ""
