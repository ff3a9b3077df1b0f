"""文书、归档包: a letter as it was issued, and the package of an archived case."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, RawBody
from pydantic import Field

from api.office import packages, views
from api.office.office import Placed
from api.rest.description import describe
from api.web.downloads import disposition, letter_name
from api.web.requests import HttpRequest, json_body, office_of, officer_of, reason_of, relations_of
from api.web.worker_threads import threaded
from letters.html import Dress
from letters.prints import MOST
from workflow import acts as a
from workflow.words import LETTER_TITLES


def _letter(request: HttpRequest, letter_id: UUID) -> tuple[Any, Placed]:
    return office_of(request).letter(officer_of(request), str(letter_id), relations_of(request))


@get("/api/letters/{letter_id:uuid}", **describe(errors=(401, 403, 404)))
@threaded
def get_letter(request: HttpRequest, letter_id: FromPath[UUID]) -> views.LetterView:
    """文书: its kind, number, date, digest, and how it was served."""
    row, placed = _letter(request, letter_id)
    made = next(letter for letter in placed.case.letters(office_of(request).rules) if letter.id == row.id)
    return views.letter_view(placed.case, made, row)


@get(
    "/api/letters/{letter_id:uuid}/pdf",
    **describe(errors=(400, 401, 403, 404), returns="application/pdf", looks=True),
)
@threaded
def get_letter_pdf(request: HttpRequest, letter_id: FromPath[UUID], dress: FromQuery[Dress] = "full") -> Response[bytes]:
    """文书的PDF, as issued; `overprint` (套打) without its red head and seal, `unsealed` without a seal."""
    office, me = office_of(request), officer_of(request)
    row, placed, data = office.issued(me, str(letter_id), relations_of(request), reason_of(request), dress)
    name = letter_name(LETTER_TITLES[row.kind], row.number, placed.case.number)
    return Response(
        data,
        media_type="application/pdf",
        headers={"Cache-Control": "no-store", "Content-Disposition": disposition(name, inline=True)},
    )


class Booklet(a.Record):
    """Letters to be printed together, in this order."""

    letters: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST, title="文书", description="文书的id，依次打印")]
    dress: Annotated[Dress, Field(title="打印方式", description="full全文，overprint套打（不印红头和印章），unsealed不带印章")] = "full"


@post(
    "/api/letters/booklet", status_code=200,
    **describe("Booklet", errors=(400, 401, 403, 404, 409, 413, 415), returns="application/pdf", looks=True),
)  # fmt: skip
@threaded
def print_booklet(request: HttpRequest, body: RawBody) -> Response[bytes]:
    """合并打印: several letters as one PDF, each beginning on a right page."""
    office, asked = office_of(request), a.read(Booklet, json_body(request, body))
    for letter in asked.letters:
        office.looked_at(officer_of(request), str(letter), relations_of(request), reason_of(request))
    bound = office.printing.booklet([str(letter) for letter in asked.letters], asked.dress)
    headers = {"Cache-Control": "no-store", "Content-Disposition": disposition("文书.pdf", inline=True)}
    return Response(bound, media_type="application/pdf", headers=headers)


@get(
    "/api/cases/{case_id:uuid}/archive",
    **describe(errors=(400, 401, 403, 404, 409), returns="application/zip", looks=True),
)
@threaded
def get_archive(request: HttpRequest, case_id: FromPath[UUID]) -> Response[bytes]:
    """归档包: the archive package (BagIt) of an archived case."""
    office, me = office_of(request), officer_of(request)
    case = office.case(me, str(case_id), relations=relations_of(request)).case
    return Response(
        packages.package(office, case, me, reason_of(request)),
        media_type="application/zip",
        headers={"Cache-Control": "no-store", "Content-Disposition": disposition(f"{case.number} 归档包.zip")},
    )


ROUTES: tuple[BaseRouteHandler, ...] = (get_letter, get_letter_pdf, print_booklet, get_archive)
