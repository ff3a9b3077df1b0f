"""The log of requests: one line each, told by its route's template, never by its path.

Whom the program knows and refuses stands in 日志 too, with the id that he asked for.
"""

from __future__ import annotations

import re
import time
from contextlib import suppress
from datetime import timedelta
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

from api.office.clock import in_words
from api.office.log import log
from api.office.office import Office
from api.office.record import record
from api.web.worker_threads import LANE, Busy, in_thread
from db import people
from db.engine import DatabaseUnavailable
from db.journal import REQUEST
from workflow.acts import Officer

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)


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
        if (jump := self.state.watch.jumped()) is not None:
            _told(self.state.office, jump)
        state["request_id"] = uuid4().hex
        REQUEST.set(state["request_id"])
        LANE.set("read" if http["method"] in ("GET", "HEAD", "OPTIONS") else "write")
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
            if officer is not None and status in (403, 404):
                with suppress(Busy):
                    await in_thread(_refused, self.state.office, http, officer)
            seconds = time.perf_counter() - begun
            self.state.meter.count(str(http["method"]), http.get("path_template") or "", status, seconds)
            log.info(
                "request",
                request_id=state["request_id"],
                method=http["method"],
                route=http.get("path_template"),
                status=status,
                ms=round(seconds * 1000, 1),
                user=officer.id if officer is not None else None,
            )


def _told(office: Office, jump: timedelta) -> None:
    """The clock has jumped: the log says so, and work goes on."""
    log.warning("the clock has jumped", seconds=jump.total_seconds())
    now = office.clock()
    office.database.write_later(lambda s: people.log(s, now, "clock", reason=f"系统时间{in_words(jump)}"))


def _refused(office: Office, scope: HTTPScope, officer: Officer) -> None:
    """An entry of the log: the route, and the ids that were asked for. Other values of an address may be anything, and are not kept."""
    ids = " ".join(text for value in scope.get("path_params", {}).values() if _UUID.fullmatch(text := str(value)))
    where = f"{scope['method']} {scope.get('path_template') or ''} {ids}".strip()
    with suppress(DatabaseUnavailable):  # he has his answer; the line of the request says so too
        record(office.database, office.clock(), "refused", officer, where[:200])
