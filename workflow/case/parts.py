"""What the questions asked of a file answer with: letters, service, consultations, fee, remedies, endings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from workflow import acts as a


@dataclass(frozen=True, slots=True)
class Letter:
    """文书 made by an act: `n` counts the letters of one act from 0; `to` says who gets it."""

    id: str
    seq: int
    n: int
    kind: str
    to: str
    """applicant, third_party, agency (another one), internal (within the agency) or file (kept only)."""
    consultation: int | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """送达 of one letter, from all its service records (国办公开办函〔2016〕235号)."""

    method: str
    handed_on: date
    received_on: date | None

    @property
    def reference_day(self) -> date:
        """基准日: by post the day of handing over; directly the day of signing (READINGS R-A7)."""
        return self.handed_on if self.method == "post" or self.received_on is None else self.received_on


@dataclass(frozen=True, slots=True)
class Asked:
    """One consultation with what came of it (征求意见、会商)."""

    seq: int
    act: a.Consultation
    received_on: date | None
    opinion: a.Opinion | None = None
    silence: a.Silence | None = None

    @property
    def is_open(self) -> bool:
        return self.opinion is None and self.silence is None

    @property
    def objects(self) -> bool:
        """The consulted party does not agree to the disclosure."""
        return self.opinion is not None and self.opinion.stance in ("object", "partial")

    @property
    def consents(self) -> bool:
        """Said so; or a joint maker that kept silent (条例 34). A third party's silence is no consent (条例 32)."""
        if self.opinion is not None:
            return self.opinion.stance == "consent"
        return self.silence is not None and self.act.type == "joint_agency"

    def concerns(self, item: int) -> bool:
        return not self.act.items or item in self.act.items

    def overruled_by(self, decision: a.ItemDecision) -> bool:
        """A third party objects, and yet what it objects to is given (条例 32).

        Who objects to a part is heard when that item is given in part and the rest withheld for the third party's sake.
        """
        if self.act.type != "third_party" or not self.objects or not self.concerns(decision.item):
            return False
        in_part = self.opinion is not None and self.opinion.stance == "partial"
        heard = in_part and decision.outcome == "partial" and decision.withheld_under == "third_party"
        return decision.outcome in GIVEN and not heard


@dataclass(frozen=True, slots=True)
class Fee:
    """信息处理费 of the file: what was notified, paid and waived, in fen."""

    notice_seq: int
    notice: a.FeeNotice
    paid_fen: int = 0
    paid_on: date | None = None
    waived_fen: int = 0

    @property
    def open_fen(self) -> int:
        return self.notice.amount_fen - self.paid_fen - self.waived_fen


@dataclass(frozen=True, slots=True)
class Challenge:
    """One reconsideration or suit and its result (复议、诉讼)."""

    seq: int
    act: a.Remedy
    result: a.RemedyResult | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """办结: the act that answered or closed the request, the day it counts as done, and the outcome."""

    seq: int
    on: date
    outcome: str


def letter_id(case_id: str, seq: int, n: int = 0) -> str:
    """The id of the n-th letter of the act `seq`: known before anything is stored."""
    return str(uuid5(UUID(case_id), f"{seq}/{n}"))


def overall(outcomes: Iterable[str], principal: str | None = None) -> str | None:
    """The reply's overall outcome (条例 37; READINGS R-overall).

    One outcome: that one. Something given and something not: partial. Public and given together: disclosed.
    Another mixture: the principal outcome named among them; None when none of them is named.
    """
    distinct = set(outcomes)
    given = distinct & GIVEN
    if len(distinct) == 1:
        return next(iter(distinct))
    if given == distinct:
        return "partial" if "partial" in distinct else "disclosed"
    if given:
        return "partial"
    return principal if principal in distinct else None


GIVEN = frozenset({"already_public", "disclosed", "partial"})
"""Outcomes that give the applicant something."""
WITHHELD = frozenset(
    {"state_secret", "forbidden_by_law", "security_stability", "third_party", "internal_affairs", "deliberative", "enforcement_file"}
)
"""不予公开 under arts 14, 15, 16."""
BY_ACT = frozenset({"abandoned_correction", "abandoned_payment", "withdrawn"})
"""Outcomes that an act of its own brings about; no reply is drafted for them."""
