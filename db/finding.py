"""Finding cases: by number, by words of what was asked, by filters; and by who asked, matched whole and never shown.

A person is found by the number of a paper, by a phone or by the whole name, each by its blind index (`projection`), so that
it does not matter how it is spaced or written. None of these is part of an address.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import Row, and_, select, tuple_, union
from sqlmodel import Session

from db import tables as t
from db.counting import MANY, many
from db.matching import of_units
from db.projection import name_key, paper_key, phone_key
from db.sought import are_few, holding, many_holding, words
from db.worklists import FILTERS, Now
from workflow import acts as a
from workflow.identity import folded, normalized

CASE, DOCKET = t.table_of(t.CaseFile), t.table_of(t.Docket)
PAGE = 50
_NUMBER_WITHIN = re.compile(r"(?<![0-9])[0-9](?:[ \t.\-–—]{0,2}[0-9Xx]){10,}(?![0-9A-Za-z])")
_EMAIL_WITHIN = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_PAPER = re.compile(r"[0-9]{14,17}[0-9Xx]|[0-9A-Za-z]{6,18}")
_PHONE = re.compile(r"\+?[0-9][0-9 \-（）()转]{5,29}[0-9]")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed by."""

    q: str = ""
    states: tuple[str, ...] = ()
    purpose: str = ""
    channel: str = ""
    topic: str = ""
    outcome: str = ""
    due: str = ""
    received_from: date | None = None
    received_to: date | None = None
    sort: str = "received"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of what was found; `more` when another follows. `total` is at most `MANY`: more is not counted."""

    rows: Sequence[Row[Any]]
    total: int
    more: bool

    def place(self, at: int, sort: str) -> str:
        """Where the row `at` stands in a list of this order; what is beside it is found from there, however far it is."""
        row = self.rows[at]
        return f"{row.received_on if sort == 'received' else row.due_on or _FAR}.{row.serial}.{row.case_id}"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a list by the day of receipt, or by the due date (`_FAR`: none): the page `after` it, or the one before."""

    row: tuple[date, int, str]
    after: bool = True

    @classmethod
    def read(cls, said: str, *, after: bool) -> Place | None:
        """The place that `Page.place` told; None for anything else."""
        day, _, rest = said.partition(".")
        serial, _, case_id = rest.partition(".")
        try:
            number = int(serial)
            return cls((date.fromisoformat(day), number, str(UUID(case_id))), after) if 0 <= number < 2**31 else None
        except ValueError:
            return None


def is_personal(text: str) -> bool:
    """Whether a text looks like a phone, or the number of a paper: then it is matched whole and kept out of addresses."""
    plain = folded(text)
    digits = sum(one.isdigit() for one in plain)
    if _is_phone(text) and digits >= 7:
        return True
    return bool(_PAPER.fullmatch(plain)) and digits >= 6 and len(plain) >= 7


def personal_part(text: str) -> str | None:
    """What of a text is the number of a person or his e-mail, all of it or among other words; None when there is none."""
    if is_personal(text):
        return text
    found = _NUMBER_WITHIN.search(normalized("NFKC", text)) or _EMAIL_WITHIN.search(text)
    return found[0] if found else None


def _is_phone(text: str) -> bool:
    return bool(_PHONE.fullmatch(normalized("NFKC", text).strip()))


def found(session: Session, agencies: Collection[str], wanted: Wanted, now: Now, *, number: int = 1, place: Place | None = None) -> Page:
    """A page of the cases of these agencies that `wanted` narrows down to: the `number`-th, or the one beside a place."""
    few = bool(asked := words(wanted.q)) and are_few(session, asked, agencies)
    total = None
    if asked and not few and replace(wanted, q="", sort="received") == Wanted():  # what narrows it further leads to fewer files than the words
        others = [of_units(agencies, by_id=True), *_conditions(session, agencies, replace(wanted, q=""), now)]
        total = many_holding(session, asked, agencies, others, MANY)
    return _page(session, agencies, _conditions(session, agencies, wanted, now), wanted.sort, number, by_id=few, place=place, total=total)


def by_person(session: Session, agencies: Collection[str], text: str, key: bytes) -> Page:
    """The requests of whoever has this number or phone, newest first."""
    mine = select(DOCKET.c.case_id).where(of_units(agencies))
    who = mine.where(DOCKET.c.applicant_key.in_([paper_key(kind, text, key) for kind in get_args(a.IdType)]))
    found = union(who, mine.where(DOCKET.c.phone_key == phone_key(text, key))) if _is_phone(text) else who
    return _page(session, agencies, [DOCKET.c.case_id.in_(found)], "received", 1, by_id=True)


def by_name(session: Session, agencies: Collection[str], name: str, key: bytes) -> Page:
    """The requests of whoever bears this whole name, newest first."""
    return _page(session, agencies, [DOCKET.c.name_key == name_key(name, key)], "received", 1)


def case_of(session: Session, agencies: Collection[str], number: str) -> str | None:
    """The id of the case that bears this whole number."""
    query = select(CASE.c.id).where(CASE.c.agency.in_(sorted(agencies)), CASE.c.number == number.strip())
    return session.execute(query).scalar()


_ORDERS: Mapping[str, tuple[Any, ...]] = {
    "due": (DOCKET.c.due_on.asc().nulls_last(), DOCKET.c.serial, DOCKET.c.case_id),
    "received": (DOCKET.c.received_on.desc(), DOCKET.c.serial.desc(), DOCKET.c.case_id.desc()),
}


_RECEIPT = (DOCKET.c.received_on, DOCKET.c.serial, DOCKET.c.case_id)
_DUE = (DOCKET.c.due_on, DOCKET.c.serial, DOCKET.c.case_id)
_receipt = tuple_(*_RECEIPT)
_FAR = date(9999, 12, 31)


def _page(
    session: Session, agencies: Collection[str], conditions: list[Any], sort: str, number: int, *, by_id: bool = False, place: Place | None = None,
    total: int | None = None,
) -> Page:  # fmt: skip
    if total is None:
        total = many(session, select(DOCKET.c.case_id).where(of_units(agencies, by_id=by_id), *conditions))
    query = select(DOCKET).where(of_units(agencies, many=total == MANY, by_id=by_id), *conditions).order_by(*_ORDERS[sort])
    if place is None:
        rows = list(session.execute(query.limit(PAGE + 1).offset((number - 1) * PAGE)))
        return Page(rows[:PAGE], total, len(rows) > PAGE)
    rows = []
    for beyond, order in _beyond(sort, place):
        rows += session.execute(query.where(beyond).order_by(None).order_by(*order).limit(PAGE + 1 - len(rows)))
        if len(rows) > PAGE:
            break
    return Page(rows[:PAGE], total, len(rows) > PAGE) if place.after else Page(rows[:PAGE][::-1], total, more=True)


def _beyond(sort: str, place: Place) -> list[tuple[Any, Sequence[Any]]]:
    """The stretches of the list beyond a place, the nearest first, each in the order that leads away from it.

    What has no due date stands as if it were due last: it is a stretch of its own.
    """
    if sort == "received":
        away = _receipt < place.row if place.after else _receipt > place.row
        return [(away, _ORDERS[sort] if place.after else _RECEIPT)]
    dated, undated, numbered = DOCKET.c.due_on.is_not(None), DOCKET.c.due_on.is_(None), tuple_(*_DUE[1:])
    if place.after and place.row[0] == _FAR:
        return [(and_(undated, numbered > place.row[1:]), _DUE[1:])]
    if place.after:
        return [(and_(dated, tuple_(*_DUE) > place.row), _DUE), (undated, _DUE[1:])]
    down = [column.desc() for column in _DUE]
    if place.row[0] == _FAR:
        return [(and_(undated, numbered < place.row[1:]), down[1:]), (dated, down)]
    return [(and_(dated, tuple_(*_DUE) < place.row), down)]


def _conditions(session: Session, agencies: Collection[str], wanted: Wanted, now: Now) -> list[Any]:
    held: list[Any] = [holding(session, asked, agencies)] if (asked := words(wanted.q)) else []
    exact = {"purpose": wanted.purpose, "channel": wanted.channel, "topic": wanted.topic, "outcome": wanted.outcome}
    held += [DOCKET.c[name] == value for name, value in exact.items() if value]
    if wanted.states:
        held.append(DOCKET.c.state.in_(wanted.states))
    if wanted.due:
        held.append(FILTERS[wanted.due](now))
    if wanted.received_from is not None:
        held.append(DOCKET.c.received_on >= wanted.received_from)
    if wanted.received_to is not None:
        held.append(DOCKET.c.received_on <= wanted.received_to)
    return held
