"""此前的答复: how requests for the same or nearly the same were answered, what a review made of it, and what of it may begin a draft.

What is taken over is what was decided, why, and on what (`TAKEN`): never a person, a document, or that something was checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from api.office.office import Office
from api.office.policy import readable_agencies
from api.office.problems import Problem
from api.office.sight import seen
from db import queries
from db.similarity import Similar
from workflow import acts as a
from workflow.case import BY_ACT, Case
from workflow.case.parts import Challenge
from workflow.personal import Veil, veil_of
from workflow.sameness import Sameness

MOST = 5
"""Earlier replies that stand beside a draft."""
TAKEN = ("outcome", "ground", "reason", "where", "withheld", "withheld_under", "responsible", "responsible_known", "law", "channel")
"""What of a decision may begin another."""
_WRITTEN = ("reason", "where", "withheld", "law", "channel")
"""What was written in one's own words; who is responsible is an agency, and no secret."""
_ANSWERED = ("replied", "archived")


@dataclass(frozen=True, slots=True)
class Answered:
    """One item: what was asked, and what was decided of it; without what tells of people."""

    wanted: str
    decision: a.ItemDecision


@dataclass(frozen=True, slots=True)
class Precedent:
    """An earlier request and its reply. `items` is empty of what an old ledger tells."""

    found: Similar
    on: date | None
    """The date that the reply bears."""
    letter: str | None
    """The reply, with `number` as its 发文字号."""
    number: str | None
    items: tuple[Answered, ...]
    reviews: tuple[Challenge, ...]
    """What was brought against the reply that stands now."""
    before: tuple[Challenge, ...]
    """What was brought before it, and led to it."""

    @property
    def id(self) -> str:
        return str(self.found.row.case_id)

    @property
    def is_corrected(self) -> bool:
        """A review or a court did not let the reply stand: nobody begins with it."""
        return any(one.result is not None and one.result.result == "corrected" for one in self.reviews)

    @property
    def may_begin(self) -> bool:
        return bool(self.items) and not self.is_corrected

    @property
    def repeats(self) -> bool:
        """The same applicant was answered on the same information (条例 36(六))."""
        return self.found.same_applicant and self.found.same and self.number is not None

    def nearest(self, items: Sequence[str], sameness: Sameness) -> list[Answered]:
        """The item of this reply that each of `items` comes nearest to."""
        if len(items) == len(self.items) == 1:
            return list(self.items)
        return [max(self.items, key=lambda one: sameness.likeness(one.wanted, text)) for text in items]


def precedents(office: Office, session: Session, officer: a.Officer, case: Case) -> list[Precedent]:
    """The earlier replies that are nearest to a file, one's own repeated request first."""
    if case.corrects_records:
        return []
    rows = queries.similar(session, office.sameness, readable_agencies(officer, office.agencies), case.id)
    answered = [one for one in rows if one.row.state in _ANSWERED and one.row.outcome not in (None, *BY_ACT)]
    answered.sort(key=lambda one: (not (one.same_applicant and one.same), not one.same))
    return [made for one in answered[:MOST] if (made := _precedent(office, session, officer, one)) is not None]


def _precedent(office: Office, session: Session, officer: a.Officer, found: Similar) -> Precedent | None:
    try:
        placed = office.case(officer, found.row.case_id)
    except Problem:
        return None
    case, veil = seen(placed.case, officer.role, placed.relation), veil_of(placed.case)
    decision, draft = case.decision, case.draft
    since = decision.seq if decision is not None else 0
    letter = case.letter_id(since) if decision is not None else None
    number = next((row.number for row in queries.letters_of(session, placed.case) if row.id == letter), None) if letter else None
    items: tuple[Answered, ...] = ()
    if draft is not None and isinstance(draft.act, a.Draft) and len(draft.act.items) == len(case.items):
        items = tuple(Answered(veil(text), _plain(one, veil)) for text, one in zip(case.items, draft.act.items, strict=True))
    challenges = case.challenges
    return Precedent(
        found, decision.act.on if decision is not None else case.replied_on, letter if number else None, number, items,
        tuple(one for one in challenges if one.seq > since), tuple(one for one in challenges if one.seq < since and one.orders),
    )  # fmt: skip


def _plain(decision: a.ItemDecision, veil: Veil) -> a.ItemDecision:
    """What may be taken over, without what tells of the people of its file."""
    data = decision.model_dump(mode="json", exclude_none=True, include={"item", *TAKEN})
    return a.ItemDecision.model_validate(data | {name: veil(data[name]) for name in _WRITTEN if name in data})
