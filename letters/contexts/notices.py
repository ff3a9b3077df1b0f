"""What the letters on the way to the reply may say: receipt, notices, inquiries, and how a request ends without a reply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from letters.contexts.parts import Addressee, Context, Numbered, Plain, Remedy, Request, ToApplicant


@dataclass(frozen=True, kw_only=True)
class Receipt(Context):
    """登记回执 (条例 31, 45): the registration number is its number."""

    to: Addressee
    request: Request
    items: tuple[str, ...]
    submitted_on: date | None
    form: str
    delivery: str
    due: date
    due_is_provisional: bool
    reply_days: int
    sent_to: str | None = None
    """Who gets the letters, where it is not the one applicant himself: 委托代理人何某, 承继申请的近亲属何某, 代表人李某."""
    papers: tuple[str, ...] = ()
    """What came with a request to correct records: proof of identity and of the inaccuracy (条例 41)."""
    lacking: tuple[str, ...] = ()
    """And which of the two did not."""
    split_on: date | None = None
    """The day on which it became a file of its own (一事一申请; READINGS R-split)."""
    carried: bool = False
    """What happened before the split counts too (READINGS R-split-clock): the last day alone is said, not of how many days it is the last."""


@dataclass(frozen=True, kw_only=True)
class CorrectionNotice(ToApplicant):
    """补正告知书 (条例 30): once; what, by when, and what follows if not."""

    matters: tuple[str, ...]
    days: int


@dataclass(frozen=True, kw_only=True)
class ReasonsNotice(ToApplicant):
    """说明理由告知书 (条例 35)."""

    facts: str
    days: int


@dataclass(frozen=True, kw_only=True)
class ExtensionNotice(ToApplicant):
    """延期答复告知书 (条例 33(2)). `due` is None when it cannot be told yet (a consultation is still open)."""

    reason: str
    days: int
    due: date | None
    due_is_provisional: bool


@dataclass(frozen=True, kw_only=True)
class DeferralNotice(ToApplicant):
    """延迟答复告知书 (条例 35)."""

    reason: str
    until: date


@dataclass(frozen=True, kw_only=True)
class ThirdPartyInquiry(Numbered):
    """第三方意见征询书 (条例 32), with its reply slip. The applicant is not named."""

    to: Addressee
    case_number: str
    question: str
    days: int


@dataclass(frozen=True, kw_only=True)
class HandoverNotice(ToApplicant):
    """移送告知书: which unit answers the request from now on (READINGS R-handover)."""

    receiver: str
    contact: str | None
    reason: str
    first_on: date | None = None
    """The day on which that unit had it first, where it goes back: its period runs from then."""


@dataclass(frozen=True, kw_only=True)
class ConsultationNotice(ToApplicant):
    """征求意见告知书 (条例 33(3)): the time it takes is not counted."""

    asked: str
    """第三方, or the name of the agency that was asked."""
    law: str
    days: int | None


@dataclass(frozen=True, kw_only=True)
class ThirdPartyNotice(Numbered):
    """第三方告知书 (条例 32): what is disclosed against the third party's will, and why."""

    to: Addressee
    inquiry_on: date
    opinion_on: date | None
    information: tuple[str, ...]
    reasons: tuple[str, ...]
    remedy: Remedy


@dataclass(frozen=True, kw_only=True)
class JointAgencyInquiry(Numbered):
    """征求共同制作机关意见函 (条例 34): silence is consent."""

    to: str
    case_number: str
    question: str
    days: int


@dataclass(frozen=True, kw_only=True)
class OtherAgencyInquiry(Numbered):
    """征求意见函 (条例 33(3)): no meaning is given to silence."""

    to: str
    case_number: str
    question: str
    days: int


@dataclass(frozen=True, kw_only=True)
class InternalConsultation(Context):
    """会商单 within the agency: a form; the opinion is written on it."""

    department: str
    request: Request
    question: str
    days: int
    asked_by: str


@dataclass(frozen=True, kw_only=True)
class FeeRow(Plain):
    """One bracket of the working; `span` is 第11至30件."""

    span: str
    quantity: int
    rate_fen: int
    amount_fen: int


@dataclass(frozen=True, kw_only=True)
class Payee(Plain):
    """缴款: how the amount gets to the treasury."""

    account: str
    way: str
    receipt: str


@dataclass(frozen=True, kw_only=True)
class FeeNotice(ToApplicant):
    """收费通知书 (条例 42, 办法 3-6): 依据、标准、数额、缴纳方式. No remedy of its own (办法 7)."""

    unit: str
    quantity: int
    already: int | None
    """How many were counted earlier in the same natural month; None when the basis does not count by month."""
    standard: str
    rows: tuple[FeeRow, ...]
    amount_fen: int
    law: str
    days: int
    payee: Payee
    code: str | None = None
    """缴款码, if the system of the treasury gave one."""


@dataclass(frozen=True, kw_only=True)
class AbandonmentNotice(ToApplicant):
    """不再处理告知书 (条例 30, 办法 6): the notice was served, the period has ended."""

    cause: Literal["correction", "payment"]
    notice_on: date
    received_on: date | None
    limit: date | None
    days: int
    reason: str | None
    law: str
    remedy: Remedy
    noticed: bool = False
    """It was served by public notice: taken to be received, not received (READINGS R-public-notice)."""
    reduced_fen: int | None = None
    """What was waived of the fee; the rest was to be paid (READINGS R-fee-waiver)."""


@dataclass(frozen=True, kw_only=True)
class WithdrawalNotice(ToApplicant):
    """撤回申请告知书."""

    by: str
    reason: str | None
