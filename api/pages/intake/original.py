"""原件: the papers that wait beside the registration, page by page as pictures, so that the form is filled from them.

What cannot be shown is kept all the same, and said so. Nothing that is wrong with a picture stands against the registration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from api.office.office import Office
from api.office.printing import Unsent
from api.office.problems import Problem, not_found
from api.pages.shared.frame import HttpRequest, me, office_of
from api.web.worker_threads import threaded
from db import applications
from letters.marks import SHEETS

FIELD = "sheet"
"""Which page of which file stands beside the form: its id and the number, as the form carries it."""
NOT_SHOWN = "这种格式不能在这里显示，登记时随件存入，可以下载以后查看"


@dataclass(frozen=True, slots=True)
class Original:
    """What stands beside the form: the files, which of them is shown, and which page of how many; `why` it cannot be shown."""

    files: Sequence[Any] = ()
    chosen: Any = None
    number: int = 1
    pages: int = 0
    why: str = ""

    @property
    def address(self) -> str:
        return f"/intake/files/{self.chosen.id}/pages/{self.number}"


def _row(one: Any) -> Unsent:
    return Unsent(one.id, one.digest, one.media_type)


def beside(office: Office, officer_id: str, files: Sequence[Any], wanted: str) -> Original:
    """The page that is `wanted` ("id number"), or the first one that can be shown."""
    if not files:
        return Original()
    asked, _, page = wanted.partition(" ")
    shown = [one for one in files if one.media_type in SHEETS]
    chosen = next((one for one in files if one.id == asked), (shown or files)[0])
    if chosen.media_type not in SHEETS:
        return Original(files, chosen, why=NOT_SHOWN)
    try:
        found = office.printing.outline(officer_id, _row(chosen))
    except Problem as problem:  # too many of his wait
        return Original(files, chosen, why=problem.detail)
    if isinstance(found, str):
        return Original(files, chosen, why=f"{found}。登记时照样随件存入".replace("。。", "。"))
    count = len(found.sheets)
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 5 else 1
    return Original(files, chosen, min(max(number, 1), count), count)


@get("/intake/files/{upload_id:uuid}/pages/{number:int}", include_in_schema=False, opt={"page": True}, media_type="image/png")
@threaded
def sheet(request: HttpRequest, upload_id: FromPath[UUID], number: FromPath[int]) -> Response[bytes]:
    """One page of a file that waits beside his own form, counted from 1."""
    office, officer = office_of(request), me(request)
    with office.database.read() as session:
        found = applications.upload_of_officer(session, officer.id, str(upload_id))
    if found is None:
        raise not_found("没有这个附件，或者您不能查看。")
    media_type, picture = office.printing.sheet(officer.id, _row(found), number)
    return Response(picture, media_type=media_type, headers={"Cache-Control": "no-store"})


ROUTES: tuple[BaseRouteHandler, ...] = (sheet,)
