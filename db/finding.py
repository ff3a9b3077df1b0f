"""Finding cases: by number, by words of what was asked, by filters; and by who asked, matched whole and never shown.

A person is found by the number of a paper, by a phone or by the whole name, each by its blind index (`projection`), so that
it does not matter how it is spaced or written. None of these is part of an address.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlmodel import Session

from db import tables as t
from db.matching import name_has, wanted_has
from db.projection import name_key, paper_key, phone_key
from db.worklists import FILTERS, Now
from workflow import acts as a
from workflow.identity import folded, normalized

DOCKET = t.table_of(t.Docket)
PAGE = 50
MOST_WORDS = 8
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
    """One page of what was found; `more` when another follows."""

    rows: Sequence[Row[Any]]
    total: int
    more: bool


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


def found(session: Session, agencies: Collection[str], wanted: Wanted, now: Now, *, number: int = 1) -> Page:
    """A page of the cases of these agencies that `wanted` narrows down to."""
    return _page(session, [DOCKET.c.agency.in_(sorted(agencies)), *_conditions(wanted, now)], wanted.sort, number)


def by_person(session: Session, agencies: Collection[str], text: str, key: bytes) -> Page:
    """The requests of whoever has this number or phone, newest first."""
    who: ColumnElement[bool] = DOCKET.c.applicant_key.in_([paper_key(kind, text, key) for kind in get_args(a.IdType)])
    if _is_phone(text):
        who = or_(who, DOCKET.c.phone_key == phone_key(text, key))
    return _page(session, [DOCKET.c.agency.in_(sorted(agencies)), who], "received", 1)


def by_name(session: Session, agencies: Collection[str], name: str, key: bytes) -> Page:
    """The requests of whoever bears this whole name, newest first."""
    return _page(session, [DOCKET.c.agency.in_(sorted(agencies)), DOCKET.c.name_key == name_key(name, key)], "received", 1)


def case_of(session: Session, agencies: Collection[str], number: str) -> str | None:
    """The id of the case that bears this whole number."""
    query = select(DOCKET.c.case_id).where(DOCKET.c.agency.in_(sorted(agencies)), DOCKET.c.number == number.strip())
    return session.execute(query).scalar()


def _page(session: Session, conditions: list[Any], sort: str, number: int) -> Page:
    total = int(session.execute(select(func.count()).select_from(DOCKET).where(*conditions)).scalar_one())
    query = select(DOCKET).where(*conditions)
    if sort == "due":
        query = query.order_by(func.coalesce(DOCKET.c.due_on, date(9999, 12, 31)), DOCKET.c.serial, DOCKET.c.case_id)
    else:
        query = query.order_by(DOCKET.c.received_on.desc(), DOCKET.c.serial.desc(), DOCKET.c.case_id)
    rows = session.execute(query.limit(PAGE + 1).offset((number - 1) * PAGE)).all()
    return Page(rows[:PAGE], total, len(rows) > PAGE)


def words(text: str) -> list[str]:
    """The words of a question, parted by white space."""
    return [one for one in text.split() if one][:MOST_WORDS]


def _conditions(wanted: Wanted, now: Now) -> list[Any]:
    held: list[Any] = [_word(one) for one in words(wanted.q)]
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


def _word(word: str) -> Any:
    """The number, or two characters or more of what was asked; organisations are no secret, people are found elsewhere."""
    ways: list[Any] = [DOCKET.c.number.contains(word, autoescape=True)] if "号" in word or "〔" in word else []
    serial = word.removesuffix("号").rpartition("〕")[2]
    if serial.isascii() and serial.isdigit() and len(serial) < 7 and serial == word.removesuffix("号"):
        ways = [DOCKET.c.serial == int(serial)]
    if len(word) >= 2:
        ways += [wanted_has(word), name_has(word)]
    return or_(*ways) if ways else DOCKET.c.number.contains(word, autoescape=True)
