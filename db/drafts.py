"""草稿 that save themselves: which window may save, what comes after its form was sent, and who else writes in the same form.

A form is drawn with a secret of its `window`, counts its saves (`turn`), and names the version of the draft which it was filled
`after`. A draft is renewed by the window that wrote it, or by one that was filled from it as it stands; what another window or
machine of the same officer wrote meanwhile is not written over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func
from sqlmodel import Session, select

from db import ended_forms, people
from db.people import DRAFT, OFFICER

WINDOW, AFTER, TURN = "window", "after", "turn"
BEFORE = "before"
"""Windows from which this draft was taken over, one after the other: they end with it."""
OTHER = "other"
"""In the address of what was set aside: a second draft of the same form."""
MOST, MOST_LETTERS = 300, 20_000_000
"""Half-filled forms of one officer, and what they hold together as it is kept (letters are bytes: sealed text is ASCII)."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of saving, and when the draft that stands was saved.

    `sent`: it was sent or given up meanwhile; `elsewhere`: another window has written since; `full`: he keeps too much. Then nothing changes.
    """

    became: Literal["kept", "sent", "elsewhere", "full"]
    at: datetime
    version: str = ""
    """`elsewhere`: of what stands there."""


def window_of(fields: Mapping[str, Any], name: str = WINDOW) -> str:
    """The window, or version, that these fields name; empty: none."""
    given = fields.get(name) or [""]
    return str(given if isinstance(given, str) else given[0])[:60]


def _turn(fields: Mapping[str, Any]) -> int:
    text = window_of(fields, TURN)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def version_of(draft: tuple[Mapping[str, Any], datetime] | None) -> str:
    """By what a form that is filled from this draft says from which; empty: there is none."""
    if draft is None:
        return ""
    fields, at = draft
    return f"{window_of(fields)}.{_turn(fields)}" if window_of(fields) else at.isoformat()


def keep(
    session: Session, officer_id: str, form: str, fields: Mapping[str, Any], now: datetime, *, over: str = "", limited: bool = True
) -> Kept:
    """Keep what stands in a form. `over`: the version which its writer has seen and means to replace."""
    ended_forms.alone(session, _address(officer_id, form))
    window = window_of(fields)
    if (ended_at := ended_forms.ended(session, window, _address(officer_id, form))) is not None:
        return Kept("sent", ended_at)
    known = people.draft(session, officer_id, form)
    if known is not None:
        was, at = known
        if window and window_of(was) == window:
            if _turn(fields) < _turn(was):  # overtaken on its way: what was typed later stands
                return Kept("kept", at)
        elif version_of(known) not in (window_of(fields, AFTER), over):
            return Kept("elsewhere", at, version_of(known))
    if limited and _is_full(session, officer_id, form, fields):
        return Kept("full", now)
    before = [] if known is None else [one for one in (*known[0].get(BEFORE, ()), window_of(known[0])) if one not in ("", window)]
    people.save_draft(session, officer_id, form, {**fields, BEFORE: before[-50:]} if before else fields, now)
    return Kept("kept", now)


def _address(officer_id: str, form: str) -> str:
    return f"{officer_id} {form}"


def _is_full(session: Session, officer_id: str, form: str, fields: Mapping[str, Any]) -> bool:
    query = select(func.count(), func.coalesce(func.sum(func.length(DRAFT.c.fields)), 0))
    forms, letters = session.execute(query.where(DRAFT.c.officer_id == officer_id, DRAFT.c.form != form)).one()
    more = sum(len(str(value).encode()) for value in fields.values())
    return bool(forms >= MOST or letters + more > MOST_LETTERS)


def set_aside(session: Session, officer_id: str, form: str, fields: Mapping[str, Any], now: datetime, name: str) -> str:
    """Keep what may not be written over a newer draft as another one of the same form; its address."""
    address = f"{form}{'&' if '?' in form else '?'}{OTHER}={name}"
    people.save_draft(session, officer_id, address, fields, now)
    return address


def was_sent(session: Session, officer_id: str, form: str, fields: Mapping[str, Any], now: datetime, *, for_good: bool = False) -> None:
    """The form was sent or given up: its draft is gone, and does not come back. What another window wrote in the same form stays.

    `for_good`: nothing is ever to be kept under this address again.
    """
    ended_forms.alone(session, _address(officer_id, form))
    window, known = window_of(fields), people.draft(session, officer_id, form)
    ends = [window, _address(officer_id, form) if for_good else ""]
    if for_good or not window or known is None or window_of(known[0]) == window or version_of(known) == window_of(fields, AFTER):
        ends += [window_of(known[0]), *known[0].get(BEFORE, ())] if known else [window_of(fields, AFTER).rpartition(".")[0]]
        people.drop_draft(session, officer_id, form)
    ended_forms.end(session, now, *ends)


def half_typed(session: Session, officer_id: str, form: str) -> list[tuple[str, dict[str, Any], datetime]]:
    """The unfinished forms of one kind, each under an address of its own (`form`?draft=...): address, fields, when; the newest first."""
    query = select(DRAFT.c.form).where(DRAFT.c.officer_id == officer_id, DRAFT.c.form.startswith(form, autoescape=True))
    rows = session.execute(query.order_by(DRAFT.c.saved_at.desc(), DRAFT.c.form)).all()
    found = [(row.form, people.draft(session, officer_id, row.form)) for row in rows if row.form.partition("?")[0] == form]
    return [(address, *draft) for address, draft in found if draft is not None]


def others(session: Session, officer_id: str, form: str) -> list[tuple[str, datetime]]:
    """What was set aside of this form: address, when."""
    begin = f"{form}{'&' if '?' in form else '?'}{OTHER}="
    query = select(DRAFT.c.form, DRAFT.c.saved_at).where(DRAFT.c.officer_id == officer_id, DRAFT.c.form.startswith(begin, autoescape=True))
    return [(row.form, row.saved_at) for row in session.execute(query.order_by(DRAFT.c.saved_at.desc())).all()]


def of_colleagues(session: Session, officer_id: str, agency: str, form: str) -> list[tuple[str, datetime]]:
    """Colleagues of the unit who have an unfinished draft of the same form: name, when it was saved."""
    query = select(OFFICER.c.id, OFFICER.c.name, DRAFT.c.saved_at).join(
        DRAFT, DRAFT.c.officer_id == OFFICER.c.id
    )
    query = query.where(
        DRAFT.c.form == form, OFFICER.c.agency == agency, OFFICER.c.id != officer_id
    ).order_by(DRAFT.c.saved_at)
    rows: Sequence[Any] = session.execute(query).all()
    return [(row.name, row.saved_at) for row in rows if people.draft(session, row.id, form) is not None]
