"""文书: a letter as it was issued."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, MultipartBody, RawBody
from pydantic import BaseModel, ConfigDict, Field

from api.office import authenticity, views
from api.office.allowances import CHECKED
from api.office.office import Placed
from api.office.problems import Problem, not_found
from api.office.uploads import LARGEST, comparable
from api.rest.description import describe
from api.web.bodies import client_of
from api.web.downloads import disposition, letter_name
from api.web.requests import HttpRequest, json_body, office_of, officer_of, reason_of, relations_of
from api.web.worker_threads import threaded
from letters import word
from letters.html import Dress
from letters.prints import MOST
from letters.render import OFD
from workflow import acts as a
from workflow.case.letters import Fate
from workflow.law import Invalid
from workflow.words import LETTER_TITLES


def _letter(request: HttpRequest, letter_id: UUID) -> tuple[Any, Placed]:
    return office_of(request).letter(officer_of(request), str(letter_id), relations_of(request))


@get("/api/letters/{letter_id:uuid}", **describe(errors=(401, 403, 404)))
@threaded
def get_letter(request: HttpRequest, letter_id: FromPath[UUID]) -> views.LetterView:
    """文书: its kind, number, date, digest, and how it was served."""
    row, placed = _letter(request, letter_id)
    made = next(letter for letter in placed.case.letters(office_of(request).rules) if letter.id == row.id)
    return views.letter_view(placed.case, made, row, office_of(request).signature(placed.case, row.id))


@get(
    "/api/letters/{letter_id:uuid}/pdf",
    **describe(errors=(400, 401, 403, 404), returns="application/pdf", looks=True),
)
@threaded
def get_letter_pdf(request: HttpRequest, letter_id: FromPath[UUID], dress: FromQuery[Dress] = "full") -> Response[bytes]:
    """文书的PDF: as issued; `overprint` (套打) without its red head and seal, `unsealed` without a seal."""
    office, me = office_of(request), officer_of(request)
    row, placed, data = office.issued(me, str(letter_id), relations_of(request), reason_of(request), dress)
    name = letter_name(LETTER_TITLES[row.kind], row.number, placed.case.number)
    return Response(
        data,
        media_type="application/pdf",
        headers={"Cache-Control": "no-store", "Content-Disposition": disposition(name, inline=True)},
    )


@get(
    "/api/letters/{letter_id:uuid}/docx", media_type=word.MEDIA_TYPE,
    **describe(errors=(400, 401, 403, 404, 409), returns=word.MEDIA_TYPE, looks=True),
)  # fmt: skip
@threaded
def get_letter_docx(request: HttpRequest, letter_id: FromPath[UUID]) -> Response[bytes]:
    """文书的.docx: in the words that were issued, to be edited elsewhere; without its seal."""
    row, placed = office_of(request).looked_at(officer_of(request), str(letter_id), relations_of(request), reason_of(request))
    return _download(row, placed, office_of(request).printing.docx(row.id), word.MEDIA_TYPE, ".docx")


@get(
    "/api/letters/{letter_id:uuid}/ofd", media_type=OFD,
    **describe(errors=(400, 401, 403, 404, 409), returns=OFD, looks=True),
)  # fmt: skip
@threaded
def get_letter_ofd(request: HttpRequest, letter_id: FromPath[UUID]) -> Response[bytes]:
    """文书的OFD (GB/T 33190): what the PDF as issued shows, with its text and fonts; its seal is a picture, no electronic one."""
    row, placed = office_of(request).looked_at(officer_of(request), str(letter_id), relations_of(request), reason_of(request))
    return _download(row, placed, office_of(request).printing.ofd(row.id), OFD, ".ofd")


def _download(row: Any, placed: Placed, data: bytes, media_type: str, suffix: str) -> Response[bytes]:
    """A letter in another form, by the name that people call it."""
    name = letter_name(LETTER_TITLES[row.kind], row.number, placed.case.number, suffix)
    return Response(data, media_type=media_type, headers={"Cache-Control": "no-store", "Content-Disposition": disposition(name)})


class CheckQuestion(a.Record):
    """文书核验的问题：文号，和PDF的SHA-256（没有文号的文书，全部64位）."""

    number: Annotated[a.Line | None, Field(title="文号", description="没有文号的文书不填")] = None
    sha256: Annotated[str, Field(max_length=64, title="SHA-256", description="开头至少16位；没有文号的，全部64位")]


class CheckAnswer(a.Record):
    """文书核验的结果：issued已签发且内容一致，changed内容已被改动，replaced已被替换，unknown查无此文书."""

    result: Annotated[authenticity.Result, Field(title="结果")]
    sentence: Annotated[str, Field(title="说明")]
    agency: Annotated[str | None, Field(title="签发单位")] = None
    letter: Annotated[str | None, Field(title="文书种类")] = None
    dated: Annotated[date | None, Field(title="成文日期")] = None
    fate: Annotated[Fate | None, Field(title="怎样被替换", description="void作废，revoked撤销，corrected更正，redone重新处理")] = None


@post("/api/letters/verify", status_code=200, **describe("CheckQuestion", errors=(400, 404, 413, 415, 429), returns="CheckAnswer"))
@threaded
def verify_letter(request: HttpRequest, body: RawBody) -> CheckAnswer:
    """文书核验: whether a letter is as it was issued, and stands; for anybody, without a name. The PDF itself is not sent."""
    office, asked = office_of(request), a.read(CheckQuestion, json_body(request, body))
    office.allowances.take(CHECKED, office.allowances.client(client_of(request)), office.clock())
    with office.database.read() as session:
        if not authenticity.open_agencies(session, office.agencies):
            raise not_found("现在没有单位开通文书核验。")
    number, digest = authenticity.number_of(asked.number or ""), asked.sha256.lower()
    if (wrong := authenticity.fault(number, digest)) is not None:
        raise Invalid(*wrong)
    found = authenticity.check(office, number, digest)
    return CheckAnswer(
        result=found.result, sentence=found.sentence, agency=found.agency, letter=found.letter, dated=found.dated, fate=found.fate
    )


class CameBack(BaseModel):
    """The file that came back: .docx, or a PDF with text."""

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    file: UploadFile


class Compared(a.Record):
    """与退回稿比较的结果: every paragraph of the letter, in runs of what stayed (same), is gone (del) and is new (ins)."""

    same: Annotated[bool, Field(title="文字相同")]
    changed: Annotated[int, Field(title="不同的段落数")]
    paragraphs: Annotated[tuple[dict[str, Any], ...], Field(title="逐段", description="face段落的种类，runs文字：op（same、ins、del）和text")]


@post(
    "/api/letters/{letter_id:uuid}/compare", status_code=200, request_max_body_size=LARGEST + 64 * 1024,
    **describe(errors=(400, 401, 403, 404, 413), returns="Compared", looks=True),
)  # fmt: skip
@threaded
def compare_letter(request: HttpRequest, letter_id: FromPath[UUID], data: MultipartBody[CameBack]) -> Response[dict[str, Any]]:
    """与退回稿比较: the words of a .docx or PDF that came back, against the letter as issued. The file is kept nowhere."""
    row, _placed = office_of(request).looked_at(officer_of(request), str(letter_id), relations_of(request), reason_of(request))
    content = data.file.file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Problem(413, "没有比较：文件超过20MiB。")
    found = office_of(request).printing.against(row.id, content, comparable(data.file.filename, content))
    told = [{"face": one.face, "runs": [{"op": op, "text": text} for op, text in one.runs]} for one in found]
    changed = sum(one.changed for one in found)
    return Response({"same": not changed, "changed": changed, "paragraphs": told}, headers={"Cache-Control": "no-store"})


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


ROUTES: tuple[BaseRouteHandler, ...] = (get_letter, get_letter_pdf, get_letter_docx, get_letter_ofd, compare_letter, print_booklet, verify_letter)
