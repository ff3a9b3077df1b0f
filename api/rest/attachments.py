"""附件: one is uploaded to a file; one is given out, never inline."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, MultipartBody, RawBody
from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from api.office import views
from api.office.attachments import examined, keep_in, tie
from api.office.questions import Tie
from api.office.sight import words_of
from api.office.uploads import LARGEST
from api.rest.description import describe
from api.web.answers import stored_answer
from api.web.idempotency_key import write_once
from api.web.requests import HttpRequest, json_body, office_of, officer_of, reason_of, relations_of
from api.web.worker_threads import threaded
from db import queries, store
from workflow import acts as a


class Upload(BaseModel):
    """A file, and what it is (身份证明、信封、回执 ...)."""

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    file: UploadFile
    purpose: str | None = None
    role: str | None = None
    item: int | None = None


@post(
    "/api/cases/{case_id:uuid}/attachments",
    request_max_body_size=LARGEST + 64 * 1024,
    **describe(errors=(400, 401, 403, 404, 409, 413, 422), creates=True, returns="AttachmentView"),
)
@threaded
def attach(
    request: HttpRequest, case_id: FromPath[UUID], data: MultipartBody[Upload]
) -> Response[bytes]:
    """上传附件: one file, at most 20 MiB; twenty a case. `role` and `item` tie it to an item of the request."""
    office, officer = office_of(request), officer_of(request)
    case = office.case(officer, str(case_id), relations=relations_of(request)).case
    sent = replace(examined(data.file.filename, data.file.file.read(LARGEST + 1), data.purpose), role=data.role, item=data.item)

    def work(session: Session) -> store.Answer:
        row = keep_in(session, office, officer, case, sent)
        headers = {"Location": f"/api/attachments/{row.id}"}
        return store.Answer(201, views.attachment_view(row).model_dump_json().encode(), headers)

    tied = f"{sent.role or ''}\0{sent.item or ''}"
    asked = "\0".join((sent.name, sent.purpose or "", tied, hashlib.sha256(sent.content).hexdigest())).encode()
    answer = write_once(office, request, officer.id, asked, work)
    return stored_answer(answer)


@get("/api/attachments/{attachment_id:uuid}", **describe(errors=(400, 401, 403, 404), returns="*/*", looks=True))
@threaded
def get_attachment(request: HttpRequest, attachment_id: FromPath[UUID]) -> Response[bytes]:
    """附件, as it was uploaded; always as a download."""
    office, officer = office_of(request), officer_of(request)
    row, data = office.attachment(officer, str(attachment_id), relations_of(request), reason_of(request))
    return Response(
        data,
        media_type=row.media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(row.name, safe='')}",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


@post("/api/attachments/{attachment_id:uuid}", **describe("Tie", errors=(400, 401, 403, 404, 409, 413, 422), creates=True, returns="AttachmentView"))
@threaded
def tie_attachment(request: HttpRequest, attachment_id: FromPath[UUID], body: RawBody) -> Response[bytes]:
    """附件归类: its role and the item it belongs to. Refused (409) for what a draft gives out that waits for its signature or has it."""
    office, officer = office_of(request), officer_of(request)
    wanted = a.read(Tie, json_body(request, body))
    placed, _row = office.attached(officer, str(attachment_id), relations_of(request))

    def work(session: Session) -> store.Answer:
        row = queries.attachment(session, str(attachment_id))
        tie(session, office, officer, placed.case, row, wanted.role, wanted.item)
        renewed = queries.attachment(session, str(attachment_id))
        words = words_of(placed.case, officer.role, placed.relation)
        return store.Answer(201, views.attachment_view(renewed, words).model_dump_json().encode(), {})

    return stored_answer(write_once(office, request, officer.id, body, work))


ROUTES: tuple[BaseRouteHandler, ...] = (attach, get_attachment, tie_attachment)
