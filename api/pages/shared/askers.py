"""申请人、共同申请人、代理人 as pages show them: in what part each asks, and as much of each as the reader may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from api.office.masking import mask_name, mask_number, mask_phone, mask_text
from workflow import acts as a
from workflow.case import Case

Seen = Literal["nothing", "names", "contacts", "everything"]
"""How much is shown: masked; with names; with all but the numbers of papers; all."""
_ORDER: tuple[Seen, ...] = ("nothing", "names", "contacts", "everything")


@dataclass(frozen=True, slots=True)
class Somebody:
    """One of those who ask, or who acts for them: the part, the name, what else is known of him."""

    part: str
    name: str
    category: str
    facts: tuple[tuple[str, str], ...]
    proof: str | None = None
    """The attachment that proves that he may act."""


def everybody(applicants: Sequence[a.Applicant], representative: int, agent: a.Agent | None, seen: Seen) -> list[Somebody]:
    """Those who ask in the order of the request, then the agent."""
    several = len(applicants) > 1
    found = [
        _shown(one, (("代表人" if place == representative else "共同申请人") if several else "申请人"), seen)
        for place, one in enumerate(applicants)
    ]
    if agent is not None:
        found.append(_shown(agent, a.RELATIONS[agent.relation], seen))
    return found


def of_case(case: Case, seen: Seen) -> list[Somebody]:
    """Everybody of a file, as last corrected."""
    first = case.registration
    return everybody(case.applicants, first.representative, first.agent, seen)


def _shown(one: a.Applicant | a.Agent, part: str, seen: Seen) -> Somebody:
    level = _ORDER.index(seen)
    is_person = isinstance(one, a.Agent) or one.is_person
    name = one.name if level >= 1 else mask_name(one.name, is_person=is_person)
    mail = one.email if isinstance(one, a.Applicant) else None
    contact = one.contact_name if isinstance(one, a.Applicant) else None
    postcode = one.postcode if isinstance(one, a.Applicant) else None
    open_ = level >= 2
    facts = (
        ("证件号码", one.id_number if level == 3 else mask_number(one.id_number)),
        ("联系人", contact if open_ or contact is None else mask_name(contact, is_person=True)),
        ("联系电话", one.phone if open_ else mask_phone(one.phone)),
        ("电子邮箱", mail if open_ else mask_text(mail)),
        ("通讯地址", one.address if open_ else mask_text(one.address)),
        ("邮政编码", postcode),
    )
    return Somebody(
        part, name, a.CATEGORIES[one.category] if isinstance(one, a.Applicant) else "", tuple((title, text) for title, text in facts if text),
        one.proof if isinstance(one, a.Agent) else None,
    )  # fmt: skip


def named(case: Case, *, full: bool) -> str:
    """Who asks, as letters name them; masked, by whom the request counts and how many they are."""
    if full:
        return case.applicants_named
    who, several = case.applicant, len(case.applicants)
    name = mask_name(who.name, is_person=who.is_person)
    return name if several == 1 else f"{name}等{several}人"
