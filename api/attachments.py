"""附件: scans and photographs that belong to a file. Kept under random names, checked at each read, never served inline."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, MultipartBody
from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from api import views
from api.auth import officer_of, relations_of
from api.office import Office
from api.once import write_once
from api.openapi import describe
from api.problems import Problem
from api.threads import threaded
from api.uploads import LARGEST, MOST_FILES, examine
from db import queries, store
from workflow.acts import Officer
from workflow.case import Case


class Upload(BaseModel):
    """A file, and what it is (身份证明、信封、回执 ...)."""

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    file: UploadFile
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that may be kept."""

    name: str
    media_type: str
    content: bytes
    purpose: str | None


def _examined(name: str, content: bytes, purpose: str | None) -> Sent:
    """The file as it may be kept. Raises Problem, Invalid."""
    if len(content) > LARGEST:
        raise Problem(413, "每个文件不超过20MiB，请压缩或者分开上传。")
    good, media_type = examine(name, content)
    return Sent(good, media_type, content, (purpose or "").strip()[:100] or None)


def _kept(session: Session, office: Office, officer: Officer, case: Case, sent: Sent) -> Any:
    if len(queries.attachments_of(session, case.id)) >= MOST_FILES:
        raise Problem(409, f"每件申请最多{MOST_FILES}个附件，已经满了。")
    identity = str(uuid4())
    return store.add_attachment(
        session, id=identity, case=case, name=sent.name, media_type=sent.media_type, size=len(sent.content),
        digest=office.files.put("attachments", identity, sent.content), purpose=sent.purpose, officer=officer, at=office.clock(),
    )  # fmt: skip


def keep(office: Office, officer: Officer, case: Case, name: str, content: bytes, purpose: str | None) -> Any:
    """Put a file with a case; its row. Raises Problem, Invalid."""
    sent = _examined(name, content, purpose)
    return office.database.write(lambda session: _kept(session, office, officer, case, sent))


@post(
    "/api/cases/{case_id:uuid}/attachments",
    request_max_body_size=LARGEST + 64 * 1024,
    **describe(errors=(400, 401, 403, 404, 409, 413, 422), creates=True, returns="AttachmentView"),
)
@threaded
def attach(
    request: Request[Any, Any, Any], case_id: FromPath[UUID], data: MultipartBody[Upload]
) -> Response[bytes]:
    """上传附件: one file, at most 20 MiB; twenty a case."""
    office, officer = request.app.state.office, officer_of(request.scope["state"])
    case = office.case(officer, str(case_id), relations=relations_of(request.scope["state"])).case
    sent = _examined(data.file.filename, data.file.file.read(LARGEST + 1), data.purpose)

    def work(session: Session) -> store.Answer:
        row = _kept(session, office, officer, case, sent)
        headers = {"Location": f"/api/attachments/{row.id}"}
        return store.Answer(201, views.attachment_view(row).model_dump_json().encode(), headers)

    asked = "\0".join((sent.name, sent.purpose or "", hashlib.sha256(sent.content).hexdigest())).encode()
    answer = write_once(office, request, officer.id, asked, work)
    return Response(
        answer.body, status_code=answer.status, headers=answer.headers, media_type="application/json; charset=utf-8"
    )


@get("/api/attachments/{attachment_id:uuid}", **describe(errors=(401, 403, 404), returns="*/*"))
@threaded
def get_attachment(request: Request[Any, Any, Any], attachment_id: FromPath[UUID]) -> Response[bytes]:
    """附件, as it was uploaded; always as a download."""
    office, officer = request.app.state.office, officer_of(request.scope["state"])
    row, data = office.attachment(officer, str(attachment_id), relations_of(request.scope["state"]))
    return Response(
        data,
        media_type=row.media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(row.name)}",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


ROUTES: tuple[BaseRouteHandler, ...] = (attach, get_attachment)
