"""The facts that one letter is filled in from, and the letter that comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from letters.agencies import Agency
from letters.contexts import parts
from workflow import case as cases
from workflow.acts import Act, Correction, ItemDecision, Signed
from workflow.case import Asked, Case
from workflow.law import InForce, Refused, Rules

SHANGHAI = ZoneInfo("Asia/Shanghai")

Number = Callable[[str], tuple[int, str]]
"""series -> the next serial and the 文号 made of it."""


_WAYS: Mapping[str, str] = {
    "in_person": "当面提交",
    "ems_signed": "邮寄提交",
    "ordinary_mail": "邮寄提交",
    "online": parts.ONLINE,
    "fax": "通过传真提交",
    "oral": "口头提出",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to be kept: its id and kind, its number if its kind has one, and all its words."""

    id: str
    kind: str
    dated: date
    series: str | None
    serial: int | None
    number: str | None
    context: parts.Context


@dataclass(frozen=True, slots=True)
class Attached:
    """附件 of the file, as its papers name it."""

    id: str
    name: str
    purpose: str | None
    at: datetime
    role: str | None = None
    item: int | None = None


@dataclass(frozen=True)
class Kept:
    """What the store keeps of a file beside its acts: 文号 by letter, attachments, and pages by paper (as far as counted)."""

    numbers: Mapping[str, str] = field(default_factory=dict)
    attached: Sequence[Attached] = ()
    pages: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """The facts one letter is filled in from."""

    case: Case
    signed: Signed
    letter: cases.Letter
    agency: Agency
    rules: Rules
    numbers: Mapping[str, str]
    number: str
    kept: Kept = field(default_factory=Kept)
    others: tuple[Case, ...] = ()
    """The files that a reply answers too (一并答复)."""
    co_issuers: tuple[Agency, ...] = ()
    """Who replies with this agency (联合行文)."""

    @property
    def act(self) -> Any:
        return self.signed.act

    @property
    def law(self) -> InForce:
        return self.rules.on(self.signed.act.on)

    @property
    def asked(self) -> Asked:
        """The consultation that the letter is about."""
        assert self.letter.consultation is not None
        found = self.case.consultation(self.letter.consultation)
        assert found is not None
        return found

    @property
    def applicant(self) -> parts.Addressee:
        everybody = self.case.applicants
        is_person = all(one.is_person for one in everybody)
        return parts.Addressee(name=self.case.applicants_named, is_person=is_person, several=len(everybody) > 1)

    @property
    def called(self) -> parts.Called:
        return called(self.case)

    @property
    def request(self) -> parts.Request:
        others = tuple(parts.OtherRequest(**_request(one)) for one in self.others)
        return parts.Request(**_request(self.case), called=self.called, others=others)

    def number_of(self, seq: int) -> str | None:
        """The 发文字号 of the first letter of an act of this file."""
        return self.numbers.get(self.case.letter_id(seq))

    def head(self) -> dict[str, Any]:
        return {"letterhead": self.agency.letterhead, "on": self.signed.act.on}

    def to_applicant(self) -> dict[str, Any]:
        return self.head() | {"number": self.number, "to": self.applicant, "request": self.request}

    def remedy(self, variant: str) -> parts.Remedy:
        deadlines = self.law.deadlines
        return parts.Remedy(
            variant=variant,  # type: ignore[arg-type]  # the draft's literal, or one of those below
            review_body=self.agency.review_body,
            court=self.agency.court,
            review_days=deadlines.reconsideration_days.value,
            suit_days=deadlines.suit_after_reconsideration_days.value,
            suit_months=deadlines.litigation_months.value,
        )


def _request(case: Case) -> dict[str, Any]:
    corrections = reversed(case.all(Correction))
    return {
        "number": case.number,
        "received_on": case.received_on,
        "way": way_of(case),
        "wanted": case.wanted,
        "corrected_on": next((signed.act.on for signed in corrections if _asks_anew(signed.act)), None),
    }


def called(case: Case) -> parts.Called:
    """What the letters call the application: 政府信息公开申请, or 政府信息更正申请 (条例 41)."""
    return parts.CORRECTION if case.corrects_records else parts.INFORMATION


def way_of(case: Case) -> str:
    """How the request came; what another unit handed over came by way of that unit."""
    way, handed = _WAYS[case.registration.channel], case.registration.handed_from
    if handed is None:
        return way
    first = handed.had[0] if handed.had else None
    if handed.received_by(case.agency) is not None:  # it went round, and counts from the day on which this unit had it first
        from_whom = "" if first is None or first.unit == case.agency else f"向{first.agency}"
        return f"{from_whom}{way}、后由{handed.agency}移送回本机关"
    last = len(handed.had) < 2
    return f"向{handed.agency if first is None else first.agency}{way}、{'由其移送' if last else f'后由{handed.agency}移送'}"


def asked(case: Case, decided: ItemDecision) -> str:
    """What an item of a draft is about. Raises Refused: what is asked for was amended since, and has fewer items."""
    if decided.item > len(case.items):
        raise Refused(f"本件现在没有第{decided.item}项申请事项，拟稿以后申请内容有改动。请退回承办人重新拟稿。", "条例 36")
    return case.items[decided.item - 1]


def _asks_anew(act: Act) -> bool:
    """Whether a correction says in other words what is asked for; it may only complete who asks."""
    return isinstance(act, Correction) and (act.wanted is not None or bool(act.items))
