"""程序、现行规则，本系统的单位."""

from __future__ import annotations

from typing import Any, Literal

from litestar import MediaType, Response, get
from litestar.handlers import BaseRouteHandler
from litestar.params import FromQuery

from api.rest.description import describe
from api.web.requests import HttpRequest, office_of
from api.web.worker_threads import threaded
from workflow import acts as a
from workflow import diagram
from workflow.procedure import STATES, TABLE
from workflow.words import LETTER_TITLES


@get("/api/procedure", **describe(errors=(400,), returns="application/json, text/plain, image/svg+xml"))
@threaded
def procedure(request: HttpRequest, format: FromQuery[Literal["json", "mermaid", "svg"]] = "json") -> Response[Any]:
    """程序: the table of states and acts, or its diagram (format=mermaid, svg)."""
    if format == "mermaid":
        return Response(diagram.mermaid(), media_type="text/plain")
    if format == "svg":
        return Response(diagram.svg(), media_type="image/svg+xml")
    office = office_of(request)
    roles = office.rules.on(office.today()).roles
    return Response(
        {
            "states": [
                {"state": name, "title": state.title, "stage": state.stage, "mover": state.mover}
                for name, state in STATES.items()
            ],
            "acts": [
                {
                    "kind": row.kind,
                    "title": a.ACTS[row.kind].title,
                    "from": list(row.sources),
                    "to": None if row.dest == "=" else row.dest,
                    "guard": row.guard,
                    "roles": list(roles[row.kind]),
                    "articles": list(a.ACTS[row.kind].articles),
                }
                for row in TABLE
            ],
            "letters": dict(LETTER_TITLES),
        },
        media_type=MediaType.JSON,
    )


@get("/api/rules", **describe(errors=(400,)))
@threaded
def rules_in_force(request: HttpRequest, on: FromQuery[str | None] = None) -> dict[str, Any]:
    """现行规则: what is in force on a day (default today), every value with its citation."""
    office = office_of(request)
    day = a.read(_OnDay, {"on": on}).on if on else office.today()
    return office.rules.as_dict(day)


class _OnDay(a.Record):
    on: a.Day


@get("/api/agencies", **describe(errors=(401,)))
@threaded
def agencies(request: HttpRequest) -> dict[str, Any]:
    """本系统中的单位."""
    found = office_of(request).agencies.values()
    return {"items": [{"code": one.code, "name": one.name, "oversees": list(one.oversees)} for one in found]}


ROUTES: tuple[BaseRouteHandler, ...] = (procedure, rules_in_force, agencies)
