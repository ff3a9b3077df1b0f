"""A file that is sent while it is made: what it comes from is closed whatever its reader does."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from litestar import Litestar, Response, get

from api.web.answers import file_answer

Message = dict[str, Any]


@pytest.mark.parametrize("gone", [False, True], ids=["reads all", "goes away"])
def test_what_a_file_comes_from_is_closed_with_the_answer(gone: bool) -> None:
    closed: list[bool] = []

    def blocks() -> Iterator[bytes]:
        try:
            yield from (b"block" for _ in range(3))
            if gone:
                yield from iter(lambda: b"block", b"")  # for ever
        finally:
            closed.append(True)

    made = blocks()
    assert next(made) == b"block", "begun, as a package is"

    @get("/file", sync_to_thread=False)
    def handler() -> Response[Any]:
        return file_answer(made, "application/zip", "归档包.zip")

    async def ask() -> list[Message]:
        sent: list[Message] = []
        left = asyncio.Event()
        asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive() -> Message:
            if (first := next(asked, None)) is not None:
                return first
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)
            if len(sent) > 2 if gone else not message.get("more_body", True):
                left.set()

        app = Litestar([handler], openapi_config=None)
        scope = {
            "type": "http", "method": "GET", "path": "/file", "raw_path": b"/file", "query_string": b"", "root_path": "", "headers": [],
            "app": app, "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "server": ("t", 80), "client": ("c", 1),
        }  # fmt: skip
        await app(scope, receive, send)  # type: ignore[arg-type]  # a plain scope
        return sent

    with start_blocking_portal() as portal:  # a thread of its own: a browser may have left a loop in this one
        sent = portal.call(ask)
    assert sent[0]["type"] == "http.response.start"
    assert closed == [True], "not when the collector comes by"
    assert made.gi_frame is None  # type: ignore[attr-defined]  # it is a generator
