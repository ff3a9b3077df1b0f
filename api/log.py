"""The program's own log: JSON lines on the error output, one a request. No personal data, bodies, query strings, secrets.

A request is told by its route's template, never by its path; an error by its kind and place, never by its words, which may
repeat a value.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
from typing import Any, cast
from uuid import uuid4

import structlog
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
from structlog.typing import EventDict, Processor

log = structlog.get_logger("gongkai")
_TRUSTED = ("uvicorn", "alembic", "gongkai")
"""Loggers whose patterns hold no values; of the others' lines only the place is told."""


def _without_words(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """An error's kind and place instead of its text."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"], event["where"] = type(error).__name__, where(error)
    record = event.get("_record")
    if record is not None:  # a library's line: its pattern, without what it would put in
        known = record.name.split(".")[0] in _TRUSTED
        event["event"] = str(record.msg) if known else f"{record.name}, line {record.lineno}"
        record.exc_info = record.exc_text = None
    return event


def where(error: BaseException) -> list[str]:
    """The places an error passed through, outermost first, as file:line function."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename.rsplit('site-packages/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]


_CHAIN: list[Processor] = [structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True), _without_words]
structlog.configure(
    processors=[structlog.stdlib.filter_by_level, *_CHAIN, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)


def configure() -> None:
    """Write JSON lines: what the libraries warn of, what the program tells, and its requests."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_CHAIN,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.getLogger().handlers[:] = [handler]
    logging.getLogger().setLevel(logging.WARNING)
    logging.getLogger("gongkai").setLevel(logging.INFO)


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
