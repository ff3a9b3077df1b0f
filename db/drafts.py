"""草稿 that save themselves: which window may save, what comes after its form was sent, and who else writes in the same form.

A form is drawn with a secret of its `window`, and of the window that wrote the draft which it was filled `after`. A draft is
renewed by the window that wrote it or was filled from it; what another window or machine of the same officer wrote meanwhile
is not written over. Of a form that was sent the window stays, so that a save which was still on its way makes no draft again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session, select

from db import people
from db.people import DRAFT, OFFICER

WINDOW, AFTER = "window", "after"


def window_of(fields: Mapping[str, Any], name: str = WINDOW) -> str:
    """The window that these fields name; empty: none."""
    given = fields.get(name) or [""]
    return str(given if isinstance(given, str) else given[0])[:36]


def keep(
    session: Session, officer_id: str, form: str, fields: Mapping[str, Any], now: datetime
) -> tuple[Literal["kept", "sent", "elsewhere"], datetime]:
    """Keep what stands in a form that saves itself, and since when it is kept.

    `sent`: it was sent meanwhile; `elsewhere`: another window has written since. Then nothing changes.
    """
    known = people.kept_fields(session, officer_id, form)
    if known is not None:
        was, at = known
        if people.SENT in was:
            if was[people.SENT] == window_of(fields):
                return "sent", at
        elif window_of(was) not in ("", window_of(fields), window_of(fields, AFTER)):
            return "elsewhere", at
    people.save_draft(session, officer_id, form, fields, now)
    return "kept", now


def was_sent(session: Session, officer_id: str, form: str, window: str, now: datetime) -> None:
    """The form was sent or given up: its draft is gone, and does not come back from this window."""
    if window:
        people.save_draft(session, officer_id, form, {people.SENT: window}, now)
    else:
        people.drop_draft(session, officer_id, form)


def half_typed(session: Session, officer_id: str, form: str) -> list[tuple[str, dict[str, Any], datetime]]:
    """The unfinished forms of one kind, each under an address of its own (`form`?draft=...): address, fields, when; the newest first."""
    query = select(DRAFT.c.form).where(DRAFT.c.officer_id == officer_id, DRAFT.c.form.startswith(form, autoescape=True))
    rows = session.execute(query.order_by(DRAFT.c.saved_at.desc(), DRAFT.c.form)).all()
    found = [(row.form, people.draft(session, officer_id, row.form)) for row in rows if row.form.partition("?")[0] == form]
    return [(address, *draft) for address, draft in found if draft is not None]


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
