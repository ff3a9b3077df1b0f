"""Forms that save themselves two seconds after something was typed (`data-saves`), and come back saying from when they are.

What was typed is kept on the server, sealed, for its writer alone; the browser keeps nothing of it. It has an end
(`people.DRAFTS_KEPT`). A form whose session ended is carried through the sign-in into the same place; where something newer
stands there, beside it (`?other=`). Which addresses save themselves stands in `api.pages.saving`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session

from api.office.office import SHANGHAI
from api.pages.shared.frame import Form, HttpRequest, form_of, me, office_of
from db import drafts, ended_forms, people
from db.drafts import AFTER, BEFORE, TURN, WINDOW, Kept

AS = "kept_as"
"""Under which address the form is kept."""
OWN = frozenset({WINDOW, AFTER, TURN, BEFORE, AS, "saves", "csrf"})
"""Fields of the saving itself."""
_OF_WINDOW = (WINDOW, AFTER, TURN)
ANEW = "anew"
"""In the place of the version that is written over: the form was sent, and is to be kept as a new one."""


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
    turn: str = "0"
    others: Sequence[tuple[str, datetime]] = ()
    """Other drafts of one's own of this form: address, when."""


@dataclass(frozen=True, slots=True)
class Unkept:
    """Why 存为草稿 kept nothing, and how it is kept all the same."""

    sentence: str
    over: str = ""
    """The value of the button that keeps it; empty: there is none."""
    address: str = ""
    """Where the other text stands."""
    texts: Sequence[tuple[str, str]] = ()
    """The other text: label, text."""


def saving(request: HttpRequest, address: str, form: Form | None = None) -> Saving:
    """Of a form that is drawn now; `form`: it was sent and is drawn again."""
    office, officer, here = office_of(request), me(request), _here(request, address)
    if form is not None and _is_aside(form.get(AS), address):
        here = form.get(AS)[:300]
    with office.database.read() as session:
        found = people.draft(session, officer.id, here)
        colleagues = drafts.of_colleagues(session, officer.id, officer.agency, address)
        others = drafts.others(session, officer.id, address)
        if here != address and (base := people.draft(session, officer.id, address)) is not None:
            others = [(address, base[1]), *others]
        over = form is not None and ended_forms.ended(session, form.get(WINDOW)[:60]) is not None
    others = [one for one in others if one[0] != here]
    if form is not None and form.get(WINDOW) and over:  # sent once, gone back to and sent again: what is written from now on is new
        return Saving(here, str(uuid4()), "", None, True, colleagues, others=others)
    if form is not None and form.get(WINDOW):
        return Saving(here, form.get(WINDOW)[:36], form.get(AFTER)[:60], None, True, colleagues, form.get(TURN)[:9] or "0", others)
    return Saving(here, str(uuid4()), drafts.version_of(found), found[1] if found else None, False, colleagues, others=others)


def draft(request: HttpRequest, session: Session, address: str) -> tuple[dict[str, Any], datetime] | None:
    """What was kept of the form of this page, or what was set aside of it (`?other=`), and when; without the fields of the saving itself."""
    found = people.draft(session, me(request).id, _here(request, address))
    return None if found is None else ({name: values for name, values in found[0].items() if name not in OWN}, found[1])


def kept(request: HttpRequest, address: str = "") -> Form | None:
    """What stood in the form of this address when it was left, or when the session ended."""
    with office_of(request).database.read() as session:
        found = draft(request, session, address or _path(request))
    if found is None:
        return None
    return Form(
        {name: [str(one) for one in values] if isinstance(values, list) else [str(values)] for name, values in found[0].items()}
    )


def of_pages(request: HttpRequest, path: str, address: str) -> tuple[dict[str, str], set[str]]:
    """What was typed into a table that is several pages long, on whichever page its row stands now; and the ticks of this page's own draft."""
    with office_of(request).database.read() as session:
        found = drafts.half_typed(session, me(request).id, path)
        own = draft(request, session, address)
    typed = {name: str(values[0]) for _, fields, _ in reversed(found) for name, values in fields.items() if name not in OWN and values}
    return typed, {str(one) for one in own[0].get("tick", ())} if own else set()


def forget(request: HttpRequest, address: str = "", *, for_good: bool = False) -> None:
    """It was placed, or given up."""
    office = office_of(request)
    office.database.write(lambda s: gone(request, s, address or _path(request), for_good=for_good))


def gone(request: HttpRequest, session: Session, address: str, *, for_good: bool = False) -> None:
    """The same, in the transaction that places it."""
    form, now, officer = form_of(request), office_of(request).clock(), me(request)
    drafts.was_sent(session, officer.id, address, form.fields, now, for_good=for_good)
    if _is_aside(form.get(AS), address):
        people.drop_draft(session, officer.id, form.get(AS)[:300])


def keep(request: HttpRequest, address: str, fields: Mapping[str, Any]) -> Kept:
    """存为草稿, by its button: never over what another window wrote since, unless its writer has seen that and says so."""
    office, officer, form, now = office_of(request), me(request), form_of(request), office_of(request).clock()
    over = form.get("keep")[:60]
    window = {WINDOW: str(uuid4())} if over == ANEW else {name: form.get(name)[:60] for name in _OF_WINDOW}
    if _is_aside(form.get(AS), address):
        address = form.get(AS)[:300]
    return office.database.write(lambda s: drafts.keep(s, officer.id, address, {**fields, **window}, now, over=over))


def unkept(kept: Kept, address: str, texts: Sequence[tuple[str, str]] = ()) -> Unkept | None:
    """What is said where 存为草稿 kept nothing; None: it was kept."""
    clock = f"{kept.at.astimezone(SHANGHAI):%H:%M}"
    match kept.became:
        case "elsewhere":
            return Unkept(f"您在另一个窗口{clock}写过这张表，没有用本页的内容覆盖。", kept.version, address, texts)
        case "sent":
            return Unkept(f"这张表{clock}已经提交或者放弃。", ANEW)
        case "full":
            return Unkept(_FULL)
        case _:
            return None


_FULL = f"您没有提交的内容已经太多（最多{drafts.MOST}份），请先提交或者放弃一些。"


def said(kept: Kept) -> str:
    """What came of saving, in words."""
    clock = f"{kept.at.astimezone(SHANGHAI):%H:%M}"
    return {
        "kept": f"{clock}已自动保存",
        "sent": f"没有自动保存：这张表{clock}已经提交",
        "elsewhere": f"没有自动保存：您在另一个窗口{clock}写过这张表",
        "full": f"没有自动保存：{_FULL}",
    }[kept.became]


def carried(session: Session, officer_id: str, address: str, fields: Mapping[str, Any], now: datetime) -> str:
    """Keep a form that was carried through the sign-in; where it stands. It is not written over what was written since, and not lost."""
    if drafts.keep(session, officer_id, address, fields, now, limited=False).became == "kept":
        return address
    path, _, query = address.partition("?")
    if path == "/intake" and query:  # each half-typed registration has an address of its own
        key = str(uuid4())
        address = f"{path}?draft={key}"
        drafts.keep(session, officer_id, address, {**fields, "once": [key], WINDOW: str(uuid4())}, now, limited=False)
        return address
    return drafts.set_aside(session, officer_id, address.partition(f"?{drafts.OTHER}=")[0], fields, now, str(uuid4()))


def _path(request: HttpRequest) -> str:
    return str(request.scope["path"])


def _is_aside(given: str, address: str) -> bool:
    """Whether this is where something was set aside of the form of this address."""
    return given.startswith(f"{address}{'&' if '?' in address else '?'}{drafts.OTHER}=")


def _here(request: HttpRequest, address: str) -> str:
    """The address of the draft that this page shows: the form's, or of what was set aside of it."""
    other = request.query_params.get(drafts.OTHER, "")
    try:
        other = str(UUID(other)) if other else ""
    except ValueError:
        other = ""
    return f"{address}{'&' if '?' in address else '?'}{drafts.OTHER}={other}" if other else address
