"""Words looked for in lists: in what a reader sees, and nowhere else, so that nothing masked is found out piece by piece."""

from __future__ import annotations

from typing import Any, get_args

from sqlalchemy import ColumnElement, and_, func, or_

from db import tables as t
from db.projection import name_key, paper_key, phone_key
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


def wanted_has(text: str) -> ColumnElement[bool]:
    """申请内容 holds these words, as far as it may leave the unit: the whole text is sealed, and people are found by `name_has`."""
    return DOCKET.c.wanted_masked.contains(text, autoescape=True)


def name_has(text: str, key: bytes | None = None) -> ColumnElement[bool]:
    """The name of an organisation holds this; that of a person, or his phone or the number of his paper, is all of it (with the `key`)."""
    ways: list[Any] = [and_(OF_NO_PERSON, DOCKET.c.applicant_masked.contains(text, autoescape=True))]
    if key is not None:
        ways += [DOCKET.c.name_key == name_key(text, key), DOCKET.c.phone_key == phone_key(text, key)]
        ways.append(DOCKET.c.applicant_key.in_([paper_key(kind, text, key) for kind in get_args(a.IdType)]))
    return or_(*ways)
