"""What happened to a file, as far as the clock is concerned: one frozen record per kind of event.

Periods follow the letter, not the act that made it (READINGS R-A3 to R-A7): where an event has a letter, the day on
which it left stands beside the day on which it was made, and is None as long as it lies in the house.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Receipt(NamedTuple):
    """收到申请 (条例 31): `on` is the day of receipt for its channel."""

    on: date
    channel: str
    submitted: date | None = None
    corrects_records: bool = False
    """A request to correct records about oneself (条例 41): the law sets no period for it (READINGS R-record-correction)."""
    handed_by: str = ""
    """The unit that handed the request over; `on` is then the day it came from there (READINGS R-handover)."""
    handed_received: date | None = None
    """The day on which that unit had received it."""


class CorrectionNotice(NamedTuple):
    """补正告知 (条例 30): the day it `left`, the day the applicant `received` it, and the working days it gives."""

    on: date
    left: date | None
    received: date | None = None
    days: int | None = None
    noticed: bool = False
    """Taken to be received, by public notice (公告送达), and not signed for."""
    returned: date | None = None
    """The day on which it came back, while it has not been sent again."""


class Corrected(NamedTuple):
    """收到补正 (条例 30)."""

    on: date


class ReasonsAsked(NamedTuple):
    """要求说明理由 (条例 35): it starts the applicant's period for reasons, and touches no other."""

    on: date
    received: date | None = None
    days: int | None = None
    noticed: bool = False
    """Taken to be received, by public notice (公告送达)."""
    returned: date | None = None
    """The day on which it came back, while it has not been sent again."""


class Consulted(NamedTuple):
    """征求意见、会商 (条例 32, 33(3), 34). `party` is how sentences call the consulted; `days` the limit in the letter.

    `sent` and `received` are those of the latest sending that left.
    """

    ref: int
    kind: str
    party: str
    on: date
    sent: date | None
    received: date | None = None
    replied: date | None = None
    days: int | None = None
    limit: date | None = None
    """A limit that the letter to another agency states as a day."""
    returned: date | None = None
    """The day the latest attempt came back, while it has not been tried again (READINGS R-unreachable)."""
    earlier: tuple[tuple[date, date], ...] = ()
    """The sendings before it: the day each left, the day it came back (READINGS R-sent-again)."""
    noticed: bool = False
    """The latest sending is a public notice (公告送达): every other way had failed."""


class Paused(NamedTuple):
    """拆分以前征求意见所需的时间: working days in (after, to] that a part brings along (READINGS R-split-clock)."""

    after: date
    to: date


class Extension(NamedTuple):
    """延长答复期限 (条例 33(2)): `notified` is the day the applicant was told."""

    approved: date
    notified: date | None
    days: int
    back: date | None = None
    """The day on which the notice came back (退回), while it has not been sent again."""


class Deferral(NamedTuple):
    """延迟答复 (条例 35): a later date that the office states, with reasons, and the day the applicant was told."""

    on: date
    notified: date | None
    until: date
    back: date | None = None
    """As of an extension."""


class FeeNotice(NamedTuple):
    """收费通知 (办法 6): the day it `left`, and the day the applicant `received` it."""

    on: date
    left: date | None
    received: date | None = None
    noticed: bool = False
    """Taken to be received, by public notice (公告送达)."""
    returned: date | None = None
    """The day on which it came back, while it has not been sent again."""


class Paid(NamedTuple):
    """缴费 in full (办法 6). Not `accepted`: a payment after its limit restarts nothing, the request stays abandoned."""

    on: date
    accepted: bool = True


class FeeWaived(NamedTuple):
    """减免收费 (条例 42). Not `fully` (减收): the rest is still to be paid, and nothing changes."""

    on: date
    fully: bool = True


class Ordered(NamedTuple):
    """责令答复、重新处理: it runs from the day on which the decision arrived (READINGS R-reopening)."""

    on: date
    until: date | None = None
    within: int | None = None
    by: str = "复议决定或者判决"
    """What orders it."""


class Reopened(NamedTuple):
    """重新处理: following an order, of the agency's own motion, or because a delay is excused (`basis`).

    `keeps`: the earlier reply stands, and is completed or corrected.
    """

    on: date
    basis: str = "own_motion"
    until: date | None = None
    keeps: bool = False


class Reply(NamedTuple):
    """答复, made `on` a day: it left (`sent`), and was signed for by the applicant (`signed`).

    `sent` is the reference day (235号). `remedies` says which way is open: first a review (R1), either (R2), or, of a
    reply with both parts, both.
    """

    on: date
    method: str = "unserved"
    sent: date | None = None
    signed: date | None = None
    remedies: frozenset[str] = frozenset({"R2"})
    handed: date | None = None
    """The day of the latest attempt, where that is another than `sent`: from it the usual delivery time runs."""
    way: str = ""
    """How the attempt went out by which it left, where the latest is another, or came back."""
    back: date | None = None
    """The day on which what had left came back (退回); `handed` after it: it was sent again."""


class ThirdPartyTold(NamedTuple):
    """第三方告知: a third party whose objection was overruled learns of the disclosure (条例 32).

    `sent` is the day of the latest attempt to serve it, `received` the day it was signed for.
    """

    ref: int
    method: str
    sent: date
    received: date | None = None


class Reviewed(NamedTuple):
    """复议决定: the day it arrived, from which the period for a suit runs (行诉法 45)."""

    ref: int
    on: date


class Ended(NamedTuple):
    """视为放弃、撤回, 移送、作废: there is nothing left to reply to; its notice was sent (the latest attempt), and received.

    `remedies` as of a reply; none where nothing was decided (移送、作废).
    """

    on: date
    method: str = "unserved"
    sent: date | None = None
    received: date | None = None
    remedies: frozenset[str] = frozenset({"R2"})


Event = (
    Receipt | CorrectionNotice | Corrected | ReasonsAsked | Consulted | Paused | Extension | Deferral | FeeNotice | Paid
    | FeeWaived | Ordered | Reopened | Reply | ThirdPartyTold | Reviewed | Ended
)  # fmt: skip
