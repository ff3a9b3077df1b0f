"""归档: the package of an archived case, packages and 移交清单 of several."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, RawBody
from pydantic import Field

from api.office import packages
from api.office.packages import transfer
from api.rest.description import describe
from api.web.answers import file_answer
from api.web.requests import HttpRequest, json_body, office_of, officer_of, reason_of, relations_of
from api.web.worker_threads import threaded
from letters.prints import MOST
from workflow import acts as a


class Batch(a.Record):
    """移交: the archived cases that go together."""

    cases: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST, title="案件的id，依次排列")]


class ListWanted(Batch):
    """移交清单 of the cases, and in which form."""

    format: Annotated[Literal["pdf", "xlsx", "csv"], Field(title="格式")] = "pdf"


@get(
    "/api/cases/{case_id:uuid}/archive",
    **describe(errors=(400, 401, 403, 404, 409), returns="application/zip", looks=True),
)
@threaded
def get_archive(request: HttpRequest, case_id: FromPath[UUID]) -> Response[Any]:
    """归档包: the archive package (BagIt) of an archived case."""
    office, me = office_of(request), officer_of(request)
    case = office.case(me, str(case_id), relations=relations_of(request)).case
    made = packages.package(office, case, me, reason_of(request))
    return file_answer(made.blocks(), packages.MEDIA_TYPE, f"{case.number} 归档包.zip")


_DESCRIBED: dict[str, Any] = {"errors": (400, 401, 403, 404, 409, 413, 415), "looks": True}


@post("/api/archive/packages", status_code=200, **describe("Batch", returns="application/zip", **_DESCRIBED))
@threaded
def get_packages(request: HttpRequest, body: RawBody) -> Response[Any]:
    """一批归档包: the packages of several archived cases with their 移交清单, in one zip that is written while it is sent."""
    office, me, reason = office_of(request), officer_of(request), reason_of(request)
    asked = a.read(Batch, json_body(request, body))
    sent = transfer.files(office, me, [str(one) for one in asked.cases], relations_of(request), reason)
    return file_answer(transfer.batch(office, me, sent, reason), packages.MEDIA_TYPE, transfer.name(office))


@post("/api/archive/transfer-list", status_code=200, **describe("ListWanted", returns="application/pdf", **_DESCRIBED))
@threaded
def get_transfer_list(request: HttpRequest, body: RawBody) -> Response[Any]:
    """移交清单: of several archived cases, as PDF to be signed, or as a table."""
    office, me, reason = office_of(request), officer_of(request), reason_of(request)
    asked = a.read(ListWanted, json_body(request, body))
    sent = transfer.files(office, me, [str(one) for one in asked.cases], relations_of(request), reason)
    data, media_type = transfer.listed(office, me, sent, asked.format, reason)
    return file_answer(data, media_type, f"{transfer.TITLE}.{asked.format}")


ROUTES: tuple[BaseRouteHandler, ...] = (get_archive, get_packages, get_transfer_list)
