"""Is the program alive, and is it fit to serve."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from litestar import Response, get
from litestar.handlers import BaseRouteHandler

from api.office.checkup import Finding, checkup
from api.office.office import Office
from api.rest.description import describe
from api.web.requests import HttpRequest, office_of

WITHIN = 1.8
"""Seconds in which the check is done; a database that does not answer by then is none."""
SILENT = Finding("database", "fails", "数据库没有在2秒内回答")


class Checking:
    """The check, one at a time in a thread of its own: whoever asks meanwhile gets the same answer."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="check")
        self._at_work: Future[list[Finding]] | None = None

    async def findings(self, office: Office) -> list[Finding]:
        if self._at_work is None or self._at_work.done():
            self._at_work = self._thread.submit(checkup, office)
        done, _ = await asyncio.wait({asyncio.wrap_future(self._at_work)}, timeout=WITHIN)
        return done.pop().result() if done else [SILENT]

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)


@get("/health/live", **describe())
async def live() -> dict[str, str]:
    """The process answers; no database is touched."""
    return {"status": "alive"}


@get("/health/ready", **describe(errors=(503,)))
async def ready(request: HttpRequest) -> Response[dict[str, Any]]:
    """Writing, schema version, free space, fonts and the calendar's horizon; 503 when one of them fails, within two seconds."""
    findings = await request.app.state.checking.findings(office_of(request))
    failed = [finding for finding in findings if finding.level == "fails"]
    body = {
        "status": "ready" if not failed else "not ready",
        "checks": [{"name": one.name, "level": one.level, "text": one.in_public} for one in findings],
    }
    return Response(body, status_code=503 if failed else 200, headers={"Retry-After": "5"} if failed else None)


ROUTES: tuple[BaseRouteHandler, ...] = (live, ready)
