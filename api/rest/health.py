"""Is the program alive, and is it fit to serve."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.handlers import BaseRouteHandler

from api.office.checkup import checkup
from api.rest.description import describe
from api.web.requests import HttpRequest, office_of
from api.web.worker_threads import threaded


@get("/health/live", **describe())
async def live() -> dict[str, str]:
    """The process answers; no database is touched."""
    return {"status": "alive"}


@get("/health/ready", **describe(errors=(503,)))
@threaded
def ready(request: HttpRequest) -> Response[dict[str, Any]]:
    """Writing, schema version, free space, fonts and the calendar's horizon; 503 when one of them fails."""
    findings = checkup(office_of(request))
    failed = [finding for finding in findings if finding.level == "fails"]
    body = {
        "status": "ready" if not failed else "not ready",
        "checks": [{"name": one.name, "level": one.level, "text": one.text} for one in findings],
    }
    return Response(body, status_code=503 if failed else 200, headers={"Retry-After": "5"} if failed else None)


ROUTES: tuple[BaseRouteHandler, ...] = (live, ready)
