"""原件: the papers that wait beside the registration, page by page as pictures, so that the form is filled from them.

What cannot be shown is kept all the same, and said so. Nothing that is wrong with a picture stands against the registration.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from api.office.office import Office
from api.office.problems import Problem, not_found
from api.pages.shared.forms import day_text, day_words, first
from api.pages.shared.frame import HttpRequest, me, office_of
from api.pages.shared.waiting_files import unsent
from api.web.worker_threads import threaded
from db import applications
from letters.filled import Cut
from letters.marks import SHEETS

FIELD = "sheet"
"""Which page of which file stands beside the form: its id and the number, as the form carries it."""
NOT_SHOWN = "这种格式不能在这里显示，登记时随件存入，可以下载以后查看"


FIELDS: Mapping[str, tuple[str, str]] = {
    "name": ("applicant.name", "姓名或者名称"),
    "id_number": ("applicant.id_number", "证件号码"),
    "phone": ("applicant.phone", "联系电话"),
    "address": ("applicant.address", "通信地址"),
    "date": ("submitted_on", "日期"),
    "wanted": ("wanted", "所需信息"),
}
"""Where what was read belongs on the form, and what it is called."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was read of one field, as it is proposed."""

    key: str
    name: str
    title: str
    value: str
    sure: int
    """Of a hundred."""
    picture: str
    """The place of the paper that says so (base64 of a PNG)."""
    instead: str = ""
    """What may stand in its field by itself, typed by nobody."""


def proposed(cuts: Sequence[Cut], today: date) -> list[Taken]:
    """What was read, in the words of the form."""
    return [
        Taken(one.said.field, *FIELDS[one.said.field], day_words(one.said.value) if one.said.field == "date" else one.said.value,
              min(99, int(one.said.sure * 100)), b64encode(one.picture).decode(), day_words(today.isoformat()) if one.said.field == "date" else "")
        for one in cuts
    ]  # fmt: skip


def take(values: Mapping[str, Sequence[str]], taken: Iterable[Taken], key: str, today: date) -> dict[str, list[str]]:
    """The form with one proposal taken: nothing that was typed is written over (today's date stood there by itself)."""
    found = {name: list(given) for name, given in values.items()}
    one = next((one for one in taken if one.key == key), None)
    if one is not None and (first(values, one.name) == "" or (one.key == "date" and day_text(first(values, one.name)) == today.isoformat())):
        found[one.name] = [day_text(one.value) if one.key == "date" else one.value]
    return found


@dataclass(frozen=True, slots=True)
class Original:
    """What stands beside the form: the files, which of them is shown, and which page of how many; `why` it cannot be shown."""

    files: Sequence[Any] = ()
    chosen: Any = None
    number: int = 1
    pages: int = 0
    why: str = ""
    blank: str = ""
    """Why this page has no picture, though the file can be opened."""
    can_read: bool = False
    """Whether the words of a picture can be read here (文字识别)."""
    taken: Sequence[Taken] | None = None
    """What was read on this page; None: it was not read yet."""
    unread: str = ""
    """Why it could not be read."""

    @property
    def address(self) -> str:
        return f"/intake/files/{self.chosen.id}/pages/{self.number}"


def beside(office: Office, officer_id: str, files: Sequence[Any], wanted: str, *, read: bool = False) -> Original:
    """The page that is `wanted` ("id number"), or the first one that can be shown; `read`: with what it says."""
    if not files:
        return Original()
    asked, _, page = wanted.partition(" ")
    shown = [one for one in files if one.media_type in SHEETS]
    chosen = next((one for one in files if one.id == asked), (shown or files)[0])
    if chosen.media_type not in SHEETS:
        return Original(files, chosen, why=NOT_SHOWN)
    try:
        found = office.printing.outline(officer_id, unsent(chosen))
    except Problem as problem:  # too many of his wait
        return Original(files, chosen, why=problem.detail)
    if isinstance(found, str):
        return Original(files, chosen, why=f"{found}。登记时照样随件存入".replace("。。", "。"))
    count = len(found.sheets)
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 5 else 1
    number = min(max(number, 1), count)
    if blank := office.printing.undrawn(officer_id, unsent(chosen), number):
        return Original(files, chosen, number, count, blank=blank)
    shown_now = Original(files, chosen, number, count, can_read=office.printing.can_read)
    if not shown_now.can_read:
        return shown_now
    try:
        cuts = office.printing.filled(unsent(chosen), shown_now.number) if read else office.printing.was_filled(unsent(chosen), shown_now.number)
    except Problem as problem:
        return replace(shown_now, unread=problem.detail)
    return replace(shown_now, taken=None if cuts is None else proposed(cuts, office.today()))


@get("/intake/files/{upload_id:uuid}/pages/{number:int}", include_in_schema=False, opt={"page": True}, media_type="image/png")
@threaded
def sheet(request: HttpRequest, upload_id: FromPath[UUID], number: FromPath[int]) -> Response[bytes]:
    """One page of a file that waits beside his own form, counted from 1."""
    office, officer = office_of(request), me(request)
    with office.database.read() as session:
        found = applications.upload_of_officer(session, officer.id, str(upload_id))
    if found is None:
        raise not_found("没有这个附件，或者您不能查看。")
    media_type, picture = office.printing.sheet(officer.id, unsent(found), number)
    return Response(picture, media_type=media_type, headers={"Cache-Control": "no-store"})


ROUTES: tuple[BaseRouteHandler, ...] = (sheet,)
