"""Forms that save themselves two seconds after something was typed (`data-saves`), and come back saying from when they are.

What was typed is kept on the server, sealed, for its writer alone; the browser keeps nothing of it. It has an end
(`people.DRAFTS_KEPT`). A form whose session ended is carried through the sign-in into the same place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from litestar import MediaType, Response
from litestar.handlers import BaseRouteHandler

from api.office.office import SHANGHAI
from api.office.problems import Problem
from api.pages.shared.frame import Form, HttpRequest, action, form_of, me, office_of
from db import drafts, people
from db.drafts import AFTER, WINDOW

OWN = frozenset({WINDOW, AFTER, "saves", "csrf"})
"""Fields of the saving itself."""
_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_SAVES = re.compile(
    rf"/cases/{_UUID}/acts/[a-z_]{{1,40}}|/approvals/{_UUID}|/consultations/{_UUID}/[0-9]{{1,6}}"
)
"""Addresses of the forms that save themselves here."""


@dataclass(frozen=True, slots=True)
class Saving:
    """What a form that saves itself is drawn with."""

    address: str
    window: str
    after: str = ""
    at: datetime | None = None
    """When the draft was saved that it was filled from."""
    is_back: bool = False
    """It was sent, and comes back with what is wrong: not saved as it stands."""
    colleagues: Sequence[tuple[str, datetime]] = ()
    """Who else has an unfinished draft of this form."""


def saving(request: HttpRequest, address: str, form: Form | None = None) -> Saving:
    """Of a form that is drawn now; `form`: it was sent and is drawn again."""
    office, officer = office_of(request), me(request)
    with office.database.read() as session:
        found = people.draft(session, officer.id, address)
        colleagues = drafts.of_colleagues(session, officer.id, officer.agency, address)
    if form is not None and form.get(WINDOW):
        return Saving(address, form.get(WINDOW)[:36], form.get(AFTER)[:36], None, True, colleagues)
    return Saving(
        address,
        str(uuid4()),
        drafts.window_of(found[0]) if found else "",
        found[1] if found else None,
        False,
        colleagues,
    )


def kept(request: HttpRequest) -> Form | None:
    """What stood in the form of this address when it was left, or when the session ended."""
    with office_of(request).database.read() as session:
        found = people.draft(session, me(request).id, _address(request))
    if found is None:
        return None
    fields = {
        name: [str(one) for one in values] if isinstance(values, list) else [str(values)]
        for name, values in found[0].items()
    }
    return Form({name: values for name, values in fields.items() if name not in OWN})


def forget(request: HttpRequest, address: str = "") -> None:
    """It was placed, or given up."""
    office, officer = office_of(request), me(request)
    window, now = form_of(request).get(WINDOW)[:36], office.clock()
    office.database.write(lambda s: drafts.was_sent(s, officer.id, address or _address(request), window, now))


def _address(request: HttpRequest) -> str:
    return str(request.scope["path"])


@action("/drafts")
def save(request: HttpRequest) -> Response[str]:
    """自动保存: the sentence that says so. 409: another window wrote since, or the form was sent."""
    office, officer, form = office_of(request), me(request), form_of(request)
    address, now = form.get("saves"), office.clock()
    if _SAVES.fullmatch(address) is None:
        raise Problem(400, "没有这一张表，没有保存。")
    fields = {name: values for name, values in form.fields.items() if name != "saves"}
    became, at = office.database.write(lambda s: drafts.keep(s, officer.id, address, fields, now))
    return said(became, f"{at.astimezone(SHANGHAI):%H:%M}")


def said(became: str, clock: str) -> Response[str]:
    """What came of saving, in words."""
    sentences = {
        "kept": f"{clock}已自动保存",
        "sent": f"没有自动保存：这张表{clock}已经提交",
        "elsewhere": f"没有自动保存：您在另一个窗口{clock}写过这张表",
    }  # fmt: skip
    return Response(
        sentences[became],
        status_code=200 if became == "kept" else 409,
        media_type=MediaType.TEXT,
        headers={"Cache-Control": "no-store"},
    )


ROUTES: tuple[BaseRouteHandler, ...] = (save,)
