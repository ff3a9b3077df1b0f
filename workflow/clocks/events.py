"""What happened to a file, as far as the clock is concerned: one frozen record per kind of event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Receipt:
    """收到申请 (条例 31): `on` is the day of receipt for its channel."""

    on: date
    channel: str
    submitted: date | None = None


@dataclass(frozen=True, slots=True)
class CorrectionNotice:
    """补正告知 (条例 30), the day the applicant `received` it, and the working days it gives."""

    on: date
    received: date | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """收到补正 (条例 30)."""

    on: date


@dataclass(frozen=True, slots=True)
class ReasonsAsked:
    """要求说明理由 (条例 35): it starts the applicant's period for reasons, and touches no other."""

    on: date
    received: date | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Consulted:
    """征求意见、会商 (条例 32, 33(3), 34). `party` is how sentences call the consulted; `days` the limit in the letter."""

    ref: int
    kind: str
    party: str
    sent: date
    received: date | None = None
    replied: date | None = None
    days: int | None = None
    limit: date | None = None
    """A limit that the letter to another agency states as a day."""


@dataclass(frozen=True, slots=True)
class Extension:
    """延长答复期限 (条例 33(2)): `notified` is the day the applicant was told."""

    approved: date
    notified: date | None
    days: int


@dataclass(frozen=True, slots=True)
class Deferral:
    """延迟答复 (条例 35): a later date that the office states, with reasons."""

    on: date
    until: date


@dataclass(frozen=True, slots=True)
class FeeNotice:
    """收费通知 (办法 6) and the day the applicant `received` it."""

    on: date
    received: date | None = None


@dataclass(frozen=True, slots=True)
class Paid:
    """缴费 in full (办法 6). Not `accepted`: a payment after its limit restarts nothing, the request stays abandoned."""

    on: date
    accepted: bool = True


@dataclass(frozen=True, slots=True)
class FeeWaived:
    """减免收费 (条例 42)."""

    on: date


@dataclass(frozen=True, slots=True)
class Reopened:
    """重新处理 after a remedy; `until` when the deciding body set a date."""

    on: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """答复: handed to the post, served, or sent `on`; `signed` for by the applicant."""

    method: str
    on: date
    signed: date | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """视为放弃 or 撤回: there is nothing left to reply to."""

    on: date


Event = (
    Receipt | CorrectionNotice | Corrected | ReasonsAsked | Consulted | Extension | Deferral | FeeNotice | Paid
    | FeeWaived | Reopened | Reply | Ended
)  # fmt: skip
