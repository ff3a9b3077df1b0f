"""文书: the letter as it was issued, page by page, and its PDF; 附件 as downloads."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from api.office import views
from api.office.office import Office, Placed
from api.office.problems import Problem, as_problem, not_found
from api.office.sight import reason_given, seen, sight
from api.office.uploads import LARGEST, comparable
from api.pages.shared.frame import MOST_UPLOAD, HttpRequest, action, form_of, me, office_of, page, show
from api.web.downloads import disposition, letter_name
from api.web.requests import relations_of
from api.web.worker_threads import threaded
from letters import word
from letters.render import OFD
from workflow.law import Invalid
from workflow.words import LETTER_TITLES

_NO_STORE = {"Cache-Control": "no-store"}


def _letter(request: HttpRequest, letter_id: UUID) -> tuple[Any, Placed]:
    """The stored letter and its file, for who may see it."""
    return office_of(request).letter(me(request), str(letter_id), relations_of(request))


@page("/letters/{letter_id:uuid}")
def letter_page(request: HttpRequest, letter_id: FromPath[UUID]) -> Response[Any]:
    """文书页: every page as it is printed."""
    row, placed = _letter(request, letter_id)
    whole = sight(me(request).role, placed.relation, "letter") == "whole"
    return _shown(request, row, placed, pages=page_count(office_of(request), row.id) if whole else 0, pictures=(), whole=whole)


@action("/letters/{letter_id:uuid}")
def letter_for_a_reason(request: HttpRequest, letter_id: FromPath[UUID]) -> Response[Any]:
    """The letter as it is printed, for whoever does not handle the file and says why he looks."""
    office, reason = office_of(request), reason_given(form_of(request).get("reason"))
    row, placed = office.looked_at(me(request), str(letter_id), relations_of(request), reason)
    pictures = [b64encode(one).decode() for one in _pages(office, row.id)]
    return _shown(request, row, placed, pages=len(pictures), pictures=pictures, whole=True)


def _shown(request: HttpRequest, row: Any, placed: Placed, **facts: Any) -> Response[Any]:
    office, facts = office_of(request), {"problem": "", "compared": "", **facts}
    made = next(one for one in placed.case.letters(office.rules) if one.id == row.id)
    case = seen(placed.case, me(request).role, placed.relation)
    letter = views.letter_view(case, made, row, office.signature(placed.case, row.id))
    return show(request, "letter.html", case=case, letter=letter, act=case.acts[row.seq - 1], **facts)


@get("/letters/{letter_id:uuid}/pdf", include_in_schema=False, opt={"page": True}, media_type="application/pdf")
@threaded
def letter_pdf(request: HttpRequest, letter_id: FromPath[UUID]) -> Response[bytes]:
    """文书的PDF, as issued; for 套打 or without its seal, as `dress` says."""
    return _pdf(request, letter_id, None)


@action("/letters/{letter_id:uuid}/pdf")
def letter_pdf_for_a_reason(request: HttpRequest, letter_id: FromPath[UUID]) -> Response[bytes]:
    """The same, for whoever does not handle the file and says why he looks."""
    return _pdf(request, letter_id, reason_given(form_of(request).get("reason")))


def _pdf(request: HttpRequest, letter_id: UUID, reason: str | None) -> Response[bytes]:
    dress = request.query_params.get("dress", "full")
    row, placed, data = office_of(request).issued(me(request), str(letter_id), relations_of(request), reason, dress)
    name = letter_name(LETTER_TITLES[row.kind], row.number, placed.case.number)
    headers = {**_NO_STORE, "Content-Disposition": disposition(name, inline=True)}
    return Response(data, media_type="application/pdf", headers=headers)


@get("/letters/{letter_id:uuid}/docx", include_in_schema=False, opt={"page": True}, media_type=word.MEDIA_TYPE)
@threaded
def letter_docx(request: HttpRequest, letter_id: FromPath[UUID]) -> Response[bytes]:
    """文书的.docx, to be edited elsewhere; without its seal."""
    row, placed = office_of(request).looked_at(me(request), str(letter_id), relations_of(request))
    name = letter_name(LETTER_TITLES[row.kind], row.number, placed.case.number, ".docx")
    headers = {**_NO_STORE, "Content-Disposition": disposition(name)}
    return Response(office_of(request).printing.docx(row.id), media_type=word.MEDIA_TYPE, headers=headers)


@get("/letters/{letter_id:uuid}/ofd", include_in_schema=False, opt={"page": True}, media_type=OFD)
@threaded
def letter_ofd(request: HttpRequest, letter_id: FromPath[UUID]) -> Response[bytes]:
    """文书的OFD: what the PDF as issued shows."""
    row, placed = office_of(request).looked_at(me(request), str(letter_id), relations_of(request))
    name = letter_name(LETTER_TITLES[row.kind], row.number, placed.case.number, ".ofd")
    headers = {**_NO_STORE, "Content-Disposition": disposition(name)}
    return Response(office_of(request).printing.ofd(row.id), media_type=OFD, headers=headers)


@action("/letters/{letter_id:uuid}/compare", most=MOST_UPLOAD)
def compare_letter(request: HttpRequest, letter_id: FromPath[UUID]) -> Response[Any]:
    """与退回稿比较: the letter with what a file that came back says otherwise. The file is kept nowhere."""
    row, placed = office_of(request).looked_at(me(request), str(letter_id), relations_of(request))

    def shown(**told: Any) -> Response[Any]:
        return _shown(request, row, placed, pages=page_count(office_of(request), row.id), pictures=(), whole=True, **told)

    sent = next((one for one in form_of(request).files.get("file", ()) if one.name), None)
    if sent is None:
        return shown(status=400, problem="没有比较：请选择退回来的.docx或者PDF")
    try:
        if len(sent.data) > LARGEST:
            raise Problem(413, "没有比较：文件超过20MiB。")
        found = office_of(request).printing.against(row.id, sent.data, comparable(sent.name, sent.data))
    except (Problem, Invalid) as error:
        problem = as_problem(error)
        return shown(status=problem.status, problem=problem.errors[0][1] if problem.errors else problem.detail)
    return shown(compared=sent.name[-100:], changes=found, count=sum(one.changed for one in found))


@get("/letters/{letter_id:uuid}/pages/{number:int}", include_in_schema=False, opt={"page": True}, media_type="image/png")
@threaded
def letter_page_image(request: HttpRequest, letter_id: FromPath[UUID], number: FromPath[int]) -> Response[bytes]:
    """One page of a letter as a picture, counted from 1."""
    office = office_of(request)
    row, _placed = office.looked_at(me(request), str(letter_id), relations_of(request))
    pages = _pages(office, row.id)
    if not 1 <= number <= len(pages):
        raise not_found("这份文书没有这一页。")
    return Response(pages[number - 1], media_type="image/png", headers=_NO_STORE)


def page_count(office: Office, letter_id: str) -> int:
    """How many pages of a letter are shown as pictures."""
    return len(_pages(office, letter_id))


@lru_cache(maxsize=32)
def _pages(office: Office, letter_id: str) -> tuple[bytes, ...]:
    """The pictures of a letter, which is never changed once it is issued; the latest few are kept."""
    return tuple(office.renderer.pages(office.pdf(letter_id)))


@get("/attachments/{attachment_id:uuid}", include_in_schema=False, opt={"page": True}, media_type="application/octet-stream")
@threaded
def attachment(request: HttpRequest, attachment_id: FromPath[UUID]) -> Response[bytes]:
    """附件, as it was uploaded; always a download."""
    return _attachment(request, attachment_id, None)


@action("/attachments/{attachment_id:uuid}")
def attachment_for_a_reason(request: HttpRequest, attachment_id: FromPath[UUID]) -> Response[bytes]:
    """The same, for whoever does not handle the file and says why he looks."""
    return _attachment(request, attachment_id, reason_given(form_of(request).get("reason")))


@get("/attachments/{attachment_id:uuid}/pages/{number:int}", include_in_schema=False, opt={"page": True}, media_type="image/png")
@threaded
def attachment_page_image(request: HttpRequest, attachment_id: FromPath[UUID], number: FromPath[int]) -> Response[bytes]:
    """One page of an attachment as a picture, counted from 1, for who handles the file."""
    media_type, picture = office_of(request).sheet(me(request), str(attachment_id), number, relations_of(request))
    return Response(picture, media_type=media_type, headers=_NO_STORE)


def _attachment(request: HttpRequest, attachment_id: UUID, reason: str | None) -> Response[bytes]:
    row, data = office_of(request).attachment(me(request), str(attachment_id), relations_of(request), reason)
    headers = {**_NO_STORE, "Content-Disposition": disposition(row.name)}
    return Response(data, media_type=row.media_type, headers=headers)


ROUTES: tuple[BaseRouteHandler, ...] = (
    letter_page, letter_for_a_reason, letter_pdf, letter_pdf_for_a_reason, letter_docx, letter_ofd, compare_letter, letter_page_image,
    attachment, attachment_for_a_reason, attachment_page_image,
)  # fmt: skip
