"""拟稿中的风险: what would stand against signing a draft, told at its field while it is written, before it goes up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from api.office.office import Office
from api.pages.shared import forms
from workflow.case import WITHHELD, Case
from workflow.risks import Risk, each_risk

_AT: Mapping[str, str] = {
    "third_party_not_asked": "outcome", "third_party_consented": "outcome", "overruled_without_interest": "public_interest",
    "joint_agency_objects": "outcome", "secrecy_not_reviewed": "outcome", "secrecy_review_says_no": "outcome", "nothing_provided": "where",
    "nothing_covered": "outcome", "no_search_record": "outcome", "no_earlier_reply": "earlier", "responsible_not_named": "responsible",
    "way_missing": "where", "reason_missing": "reason", "law_missing": "law", "rule_may_require": "no_rule_requires",
    "no_reasons_asked": "outcome", "never_corrected": "outcome", "record_unproven": "outcome", "charged_for_public": "outcome",
    "ids_of_others": "reason", "phones_of_others": "reason",
}  # fmt: skip
"""Risk -> the field of the item at which it is mended, or from which it comes."""
_OF_ALL: Mapping[str, str] = {"wrong_remedy": "remedy", "not_of_same_applicant": "together"}
_NEEDED: Mapping[str, frozenset[str]] = {
    "partial": frozenset({"withheld", "withheld_under"}), "already_public": frozenset({"where"}), "repeated": frozenset({"earlier"}),
    "forbidden_by_law": frozenset({"law"}), "special_inquiry": frozenset({"law"}),
}  # fmt: skip
"""Outcome -> what a reply with it cannot be signed without, beside the reason of a refusal."""
_OF_ITEM = re.compile(r"(items\.[0-9]+)\.([a-z_]+)")
_ITEM = re.compile(r"第([0-9]{1,3})项")


@dataclass(frozen=True, slots=True)
class Told:
    """A risk and the path of its field; empty: it concerns the file, not a field."""

    risk: Risk
    field: str

    @property
    def key(self) -> str:
        """By what a tick names it."""
        return f"{self.risk.id}@{self.field}"


def told(office: Office, after: Case, fields: Sequence[forms.Field]) -> list[Told]:
    """What would stand against signing the draft that is the last act of `after`, with the fields of the form as they are drawn."""
    with office.database.read() as session:
        others = office.answered_with(session, after)
    known = {one.name for one in every(fields)}
    return [Told(risk, _field(risk, known)) for risk in each_risk(after, office.rules, office.today(), others=others)]


def every(fields: Sequence[forms.Field]) -> Iterator[forms.Field]:
    """All fields, those that hold others too."""
    for one in fields:
        yield one
        yield from every(one.children)


def marked(fields: Sequence[forms.Field], values: Mapping[str, Sequence[str]]) -> tuple[forms.Field, ...]:
    """Without 可不填 where the signature needs the field for what is decided of its item."""
    return tuple(
        replace(one, optional=one.optional and not _is_needed(one.name, values), children=marked(one.children, values)) for one in fields
    )


def _is_needed(name: str, values: Mapping[str, Sequence[str]]) -> bool:
    found = _OF_ITEM.fullmatch(name)
    if found is None:
        return False
    outcomes = {forms.first(values, f"{found[1]}.{one}") for one in ("outcome", "withheld_under")}
    return (found[2] == "reason" and bool(outcomes & WITHHELD)) or found[2] in {one for key in outcomes for one in _NEEDED.get(key, ())}


def _field(risk: Risk, known: set[str]) -> str:
    if risk.id in _OF_ALL:
        return _OF_ALL[risk.id] if _OF_ALL[risk.id] in known else ""
    found = _ITEM.match(risk.text)
    if found is None or risk.id not in _AT:
        return ""
    item = f"items.{int(found[1]) - 1}"
    wanted = "withheld" if risk.id == "reason_missing" and "部分公开" in risk.text else _AT[risk.id]
    return next((name for name in (f"{item}.{wanted}", f"{item}.outcome") if name in known), "")
