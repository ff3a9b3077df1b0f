"""The first address and what anyone may look at: what is running, the API's description, the procedure, sample letters."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from api.office import authenticity
from api.office.problems import not_found
from api.pages.shared import sample_letters
from api.pages.shared.frame import HttpRequest, office_of, page, show
from api.web.worker_threads import threaded
from db import applications
from workflow import diagram


@page("/")
def home(request: HttpRequest) -> Response[Any]:
    """首页: what is running, and where it leads."""
    office = office_of(request)
    with office.database.read() as session:
        opened = applications.open_agencies(session, office.agencies)
        checked = authenticity.open_agencies(session, office.agencies)
    titles = sample_letters.TITLES if sample_letters.are_here(office) else {}
    units = office.agencies.values()
    return show(request, "home.html", opened=opened, checked=checked, agencies=units, samples=titles)


@page("/api")
def api_page(request: HttpRequest) -> Response[Any]:
    """接口说明: Swagger UI, from this program's own files."""
    return show(request, "api.html")


@page("/procedure")
def procedure(request: HttpRequest) -> Response[Any]:
    """程序图, drawn from the table."""
    return show(request, "procedure.html", svg=diagram.svg())


@get("/samples/{name:str}", include_in_schema=False, opt={"page": True}, media_type="application/pdf")
@threaded
def sample(request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
    """样例文书, made now, from an invented case, as it would be printed."""
    name = name.removesuffix(".pdf")
    if name not in sample_letters.TITLES or not sample_letters.are_here(office_of(request)):
        raise not_found("没有这份样例文书。")
    return Response(sample_letters.pdf(office_of(request), name), media_type="application/pdf")


ROUTES: tuple[BaseRouteHandler, ...] = (home, api_page, procedure, sample)
