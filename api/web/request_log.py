"""The log of requests: one line each, told by its route's template, never by its path."""

from __future__ import annotations

import time
from typing import Any, cast
from uuid import uuid4

from litestar import Litestar
from litestar.types import (
    HTTPScope,
    LifeSpanReceive,
    LifeSpanScope,
    LifeSpanSend,
    Message,
    Receive,
    Scope,
    Send,
)

from api.office.log import log


class Application(Litestar):
    """The application that writes one line for each request, and gives every answer its request's id."""

    async def __call__(
        self, scope: Scope | LifeSpanScope, receive: Receive | LifeSpanReceive, send: Send | LifeSpanSend
    ) -> None:
        if str(scope["type"]) != "http":
            await super().__call__(scope, receive, send)
            return
        http = cast("HTTPScope", scope)
        state: dict[str, Any] = http.setdefault("state", {})
        state["request_id"] = uuid4().hex
        begun, status = time.perf_counter(), 0

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", state["request_id"].encode())]
            await cast("Send", send)(message)

        try:
            await super().__call__(http, cast("Receive", receive), told)
        finally:
            officer = state.get("officer")
            log.info(
                "request",
                request_id=state["request_id"],
                method=http["method"],
                route=http.get("path_template"),
                status=status,
                ms=round((time.perf_counter() - begun) * 1000, 1),
                user=officer.id if officer is not None else None,
            )
