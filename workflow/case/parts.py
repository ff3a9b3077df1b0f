"""What the questions asked of a file answer with: letters, service, consultations, fee, remedies, endings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple
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
    delivered: bool = False
    """It reached a unit or person of this installation with the act: it need not be sent (READINGS R-delivered)."""
    void: bool = False
    """作废: its act was revoked; its number stays."""
    joint: bool = False
    """一并答复: the letter of another file, which answers this one too; it is made, numbered and served there (READINGS R-together)."""


SENT_AT_ONCE = ("email", "online", "fax")
"""Ways by which what is sent arrives at once, unless it bounces (退回): the sending says nothing of who received it."""


class Attempt(NamedTuple):
    """One sending of a letter (送达经过): when it went out, and whether it was signed for or came back."""

    seq: int
    method: str
    on: date
    received_on: date | None = None
    returned_on: date | None = None
    why: str | None = None
    signed: bool = False
    """Somebody is known to have received it; what was sent at once is taken to have arrived, until it bounces."""

    @property
    def left(self) -> bool:
        """It was handed over: what the post brings back has left too, what could not be delivered otherwise has not."""
        return self.returned_on is None or self.method in ("post", "public_notice")

    @property
    def reference_day(self) -> date:
        """基准日: directly the day of signing, in every other way the day of sending (235号; READINGS R-A7)."""
        return self.received_on or self.on if self.method in ("direct", "through_agency") else self.on


@dataclass(frozen=True, slots=True)
class Recipient:
    """收件人 of what goes to the applicant: whom it is sent to, and where."""

    name: str
    is_person: bool
    address: str | None
    postcode: str | None
    phone: str | None


class Served(NamedTuple):
    """送达 of one letter, from all its service records (国办公开办函〔2016〕235号): every attempt, the latest last."""

    attempts: tuple[Attempt, ...]

    @property
    def latest(self) -> Attempt:
        return self.attempts[-1]

    @property
    def method(self) -> str:
        return self.latest.method

    @property
    def noticed(self) -> bool:
        """公告送达: nobody signs for it, it is taken to be received (READINGS R-public-notice)."""
        return self.method == "public_notice"

    @property
    def handed_on(self) -> date:
        """The day of the latest attempt."""
        return self.latest.on

    @property
    def received_on(self) -> date | None:
        return self.latest.received_on

    @property
    def returned_on(self) -> date | None:
        """The day on which it came back, while it has not been tried again."""
        return self.latest.returned_on

    @property
    def out(self) -> Attempt | None:
        """The first attempt that got it out of the house: by it it is in time or late."""
        return next((one for one in self.attempts if one.left), None)

    @property
    def left_on(self) -> date | None:
        """The day on which it first left; None when no attempt got it out of the house."""
        out = self.out
        return out.on if out else None

    @property
    def reference_day(self) -> date | None:
        """基准日 of the first attempt that got it out of the house (READINGS R-A7)."""
        out = self.out
        return out.reference_day if out else None


class Asked(NamedTuple):
    """One consultation with what came of it (征求意见、会商)."""

    seq: int
    act: a.Consultation
    sent_on: date | None
    """The day its letter left; a letter that has not left suspends nothing (READINGS R-A3)."""
    received_on: date | None
    returned_on: date | None = None
    """The day the latest attempt came back, while it has not been tried again."""
    attempts: tuple[Attempt, ...] = ()
    """The sendings that got its letter out of the house; where none did, every attempt. None within the installation."""
    opinion: a.Opinion | None = None
    silence: a.Silence | None = None
    items: tuple[int, ...] = ()
    """The items it is about, as they are numbered now; none: all of them."""

    @property
    def is_open(self) -> bool:
        return self.opinion is None and self.silence is None

    @property
    def question(self) -> str:
        """What they were asked, as they see it: in the version that the handler has looked at, if there is one."""
        return self.act.shown.question if self.act.shown else self.act.question

    @property
    def noticed(self) -> bool:
        """Every other way had failed, and its letter went out by public notice (公告送达)."""
        return bool(self.attempts) and self.attempts[-1].method == "public_notice"

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
        return not self.items or item in self.items

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
    """One reconsideration, suit (each instance by itself) or complaint and its result (复议、诉讼、投诉)."""

    seq: int
    act: a.Remedy
    result: a.RemedyResult | None = None
    result_seq: int | None = None

    @property
    def orders(self) -> bool:
        """责令答复、重新处理."""
        return self.result is not None and self.result.orders_rehandling


@dataclass(frozen=True, slots=True)
class Replaced:
    """原答复 that the reply now being made takes the place of, completes or corrects; or a closing that no longer stands."""

    seq: int
    on: date
    letter: str | None
    """None of a result that an old ledger tells."""
    reopening: a.Reopening
    challenge: Challenge | None
    """The remedy that ordered it."""


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """报批 that waits for the head's signature."""

    seq: int
    act: a.Request
    by: a.Officer


@dataclass(frozen=True, slots=True)
class Ending:
    """办结: the act that answered or closed the request, the day it counts as done, and the outcome."""

    seq: int
    on: date
    outcome: str


@lru_cache(maxsize=100_000)
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
OF_RECORDS = frozenset({"record_corrected", "record_not_corrected", "record_transferred", "record_referred"})
"""更正申请的处理 (条例 41): for a request to correct records alone; no row of table 3 counts them."""
