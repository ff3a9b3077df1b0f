"""Words looked for in lists: in what a reader sees, and nowhere else, so that nothing masked is found out piece by piece."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, get_args

from sqlalchemy import ColumnElement, and_, func, select, union
from sqlmodel import Session

from db import tables as t
from db.counting import Aside
from db.projection import name_key, paper_key, phone_key
from db.sought import holding
from workflow import acts as a

DOCKET = t.table_of(t.Docket)
OF_NO_PERSON: ColumnElement[bool] = DOCKET.c.applicant_category != "natural_person"
"""The names of organisations are no secret."""
WANTED: ColumnElement[str] = func.coalesce(DOCKET.c.wanted_masked, "").label("wanted")
"""申请内容 as it may leave the unit that handles the file."""
OUTSIDE: tuple[ColumnElement[Any], ...] = (
    *(one for one in DOCKET.c if one.name not in ("applicant_name", "wanted", "wanted_masked")),
    WANTED,
)
"""A row of `docket` for whoever counts, compares and reports: 申请内容 as it may leave the unit."""


def of_units(agencies: Collection[str], *, many: bool = False, by_id: bool = False) -> ColumnElement[bool]:
    """The files of these units. Of one unit an index has them in the order of a list; `many` of several are soon met in that of all;
    what else is asked for may have said already which files they are (`by_id`)."""
    codes = sorted(agencies)
    unit = Aside(DOCKET.c.agency) if by_id or (many and len(codes) > 1) else DOCKET.c.agency
    return unit == codes[0] if len(codes) == 1 else unit.in_(codes)


def named(text: str, agencies: Collection[str], key: bytes) -> ColumnElement[bool]:
    """Whoever of these units bears this whole name, has this phone, or the number of whose paper this is: each by its blind index."""
    mine = select(DOCKET.c.case_id).where(of_units(agencies))
    ways = (
        DOCKET.c.name_key == name_key(text, key), DOCKET.c.phone_key == phone_key(text, key),
        DOCKET.c.applicant_key.in_([paper_key(kind, text, key) for kind in get_args(a.IdType)]),
    )  # fmt: skip
    return DOCKET.c.case_id.in_(union(*(mine.where(way) for way in ways)))


def organisation(session: Session, text: str, agencies: Collection[str]) -> ColumnElement[bool]:
    """The name of an organisation holds this."""
    return and_(holding(session, [text], agencies), *bearing(text))


def bearing(text: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What of `organisation` is said by `docket` alone."""
    return OF_NO_PERSON, DOCKET.c.applicant_masked.contains(text, autoescape=True)
