"""保管期限 (READINGS R-erasure): until when an archived file is kept, and what of it stays when it is erased after that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any, Literal, get_args, get_origin

from workflow import acts as a
from workflow.acts import Act, Signed
from workflow.acts.fields import is_day
from workflow.case import Case

ERASED = "（已销毁）"
"""What stands where something was written."""
_MARKER = re.compile(rf"{ERASED}(?:[0-9a-f]{{8}})?")
_YEARS = re.compile(r"(?:定期)?([1-9][0-9]{0,2})年")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PEOPLE = frozenset({"applicant", "co_applicants", "agent", "party"})
_OF_A_PERSON = frozenset({"id_number", "id_type", "contact_name", "phone", "email", "address", "postcode", "contact"})
_STAYS = frozenset(
    {"kind", "amends", "topic", "proposed_topic", "retention", "to", "agency", "unit", "assignee", "type", "ground",
     "together", "co_issuers", "digest", "url"}
)  # fmt: skip
"""Fields of words that tell of no person: units, officers, numbers of files, topics; what was published for all."""


def years_of(retention: str | None) -> int | None:
    """How many years a period of retention has; None: for ever, or it cannot be read."""
    found = _YEARS.fullmatch(retention or "")
    return int(found[1]) if found else None


def kept_until(case: Case) -> date | None:
    """The last day on which an archived file is to be kept; None: for ever (永久), it is not archived, or a period cannot be read.

    The longest period that the file was ever given, from the last entry: neither a new 归档 nor a day that is filled in makes it shorter.
    """
    archived = case.last(a.Archival)
    if case.state != "archived" or archived is None or not isinstance(archived.act, a.Archival):
        return None
    longest = 0
    for one in (archived, *case.acts):
        if isinstance(one.act, a.Archival):
            years = years_of(one.act.retention)
            if years is None:
                return None
            longest = max(longest, years)
    latest = max(max(one.act.on, one.entered_on).year for one in case.in_force if not isinstance(one.act, a.Erasure))
    return date(latest + longest, 12, 31)


def is_erased(text: str) -> bool:
    """Whether a text is what stands in the place of another, whole: `ERASED`, for an applicant with what his file is known as."""
    return _MARKER.fullmatch(text) is not None


def erasure(case: Case) -> Signed | None:
    """销毁 of a file, where it was erased."""
    return case.last(a.Erasure)


def erased(case: Case) -> Case:
    """The file without what tells of people and without its words: who acted, when, what kind, dates, amounts and outcomes stay."""
    return Case.of(case.id, case.agency, case.number, (replace(one, act=without_words(one.act, case.id[:8])) for one in case.acts))


def without_words(act: Act, known_as: str) -> Act:
    """An act of an erased file; `known_as` tells its applicant from those of other erased files."""
    if isinstance(act, a.Erasure):
        return act
    data = {**act.model_dump(mode="json", exclude_defaults=True), "kind": act.kind}
    return a.stored(type(act), blanked(data, known_as))


def blanked(data: Any, known_as: str) -> Any:
    """What was sent as an act, as JSON, in the same way."""
    return _blank(data, "", known_as)


def _blank(value: Any, name: str, known_as: str) -> Any:
    """A value of an act as JSON, without words; an applicant keeps his category, and one name for all that he was called on this file."""
    if isinstance(value, dict):
        if name in _PEOPLE:
            value = {key: f"{ERASED}{known_as}" if key == "name" else one for key, one in value.items() if key not in _OF_A_PERSON}
        kept = "name" if name in _PEOPLE else "number" if name != "earlier" else ""  # 文号 of an earlier reply is typed, a 登记号 is not
        return {key: one if key == kept and isinstance(one, str) else _blank(one, key, known_as) for key, one in value.items()}
    if isinstance(value, list):
        return [_blank(one, name, known_as) for one in value]
    if not isinstance(value, str) or name in _STAYS or value in _choices() or _UUID.fullmatch(value) or is_day(value):
        return value
    return ERASED


@cache
def _choices() -> frozenset[str]:
    """Every word that a field offers for choice: a kind, a result, a category."""
    return frozenset(word for model in a.ACTS.values() for word in _words_of(model))


def _words_of(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from (one for one in get_args(annotation) if isinstance(one, str))
    elif isinstance(annotation, type) and issubclass(annotation, a.Record):
        for field in annotation.model_fields.values():
            yield from _words_of(field.annotation)
    else:
        for one in get_args(annotation):
            yield from _words_of(one)


