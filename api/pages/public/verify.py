"""文书核验: a page on which whoever holds a letter asks whether it was issued here, and is told without a name."""

from __future__ import annotations

import hashlib
from typing import Any

from litestar import Response
from litestar.handlers import BaseRouteHandler

from api.office import authenticity
from api.office.allowances import CHECKED
from api.office.problems import not_found
from api.pages.shared.frame import HttpRequest, action, form_of, office_of, page, show
from api.web.bodies import client_of

MOST = 10 * 1024 * 1024
"""Bytes of a letter that is shown here; ours have a tenth of it."""
CLOSED = "现在没有单位开通文书核验。请持文书到签发单位核对，或者打电话询问。"


@page("/verify")
def ask(request: HttpRequest) -> Response[Any]:
    """文书核验, with the number that the address may name."""
    return _shown(request, number=request.query_params.get("number", "")[:100])


@action("/verify", most=MOST + 64 * 1024)
def answer(request: HttpRequest) -> Response[Any]:
    """The answer. A file is hashed where it was taken in and kept nowhere."""
    office, sent = office_of(request), form_of(request)
    office.allowances.take(CHECKED, office.allowances.client(client_of(request)), office.clock())
    with office.database.read() as session:
        if not authenticity.open_agencies(session, office.agencies):
            raise not_found(CLOSED)
    number, digest = authenticity.number_of(sent.get("number")[:100]), "".join(sent.get("sha256")[:200].lower().split())
    file = next((one for one in sent.files.get("file", ()) if one.name), None)
    errs: list[tuple[str, str]] = []
    if file is not None and not file.data.startswith(b"%PDF-"):
        errs = [("file", "这不是PDF。只能核验签发的PDF：.docx、图片、扫描件请持原件到签发单位核对")]
    elif file is not None and not digest:
        digest = hashlib.sha256(file.data).hexdigest()
    elif file is not None:
        errs = [("sha256", "PDF和SHA-256只用填一样，请清空一样")]
    elif not digest:
        errs = [("file", "请选择PDF，或者填写它的SHA-256")]
    if not errs and (wrong := authenticity.fault(number, digest)) is not None:
        errs = [wrong]
    shown = "" if file is not None and not errs else digest
    if errs:
        return _shown(request, status=400, errs=errs, number=number, sha256=shown)
    return _shown(request, answer=authenticity.check(office, number, digest), number=number, sha256=shown)


def _shown(request: HttpRequest, *, status: int = 200, **facts: Any) -> Response[Any]:
    office = office_of(request)
    with office.database.read() as session:
        opened = authenticity.open_agencies(session, office.agencies)
    known: dict[str, Any] = {"number": "", "sha256": "", "errs": [], "answer": None}
    return show(
        request, "verify.html", status=status, agency=None, large_button=False, opened=[office.agencies[one].name for one in opened], closed=CLOSED,
        RESULTS=authenticity.RESULTS, LEAST=authenticity.LEAST, **known | facts,
    )  # fmt: skip


ROUTES: tuple[BaseRouteHandler, ...] = (ask, answer)
