"""期限: from what happened to a file to the day on which the reply is due, and the sentences that explain it.

Everything is worked out from the events, in the file's order, each time it is asked (READINGS R-A1 to R-A8, R-O1 to
R-O7). `reckon` walks through them once. A run is one counting of the period: it begins with the receipt and anew
with a correction (条例 30), a payment (办法 6) or a reopening; consultations suspend it, an extension lengthens it.
"""

from __future__ import annotations

from workflow.clocks.answer import Day, Limit, Meter, Reckoning, Span, days_left
from workflow.clocks.events import (
    Consulted,
    Corrected,
    CorrectionNotice,
    Deferral,
    Ended,
    Event,
    Extension,
    FeeNotice,
    FeeWaived,
    Ordered,
    Paid,
    Paused,
    ReasonsAsked,
    Receipt,
    Reopened,
    Reply,
    Reviewed,
    ThirdPartyTold,
)
from workflow.clocks.walk import STEPS, reckon

__all__ = [
    "STEPS",
    "Consulted",
    "Corrected",
    "CorrectionNotice",
    "Day",
    "Deferral",
    "Ended",
    "Event",
    "Extension",
    "FeeNotice",
    "FeeWaived",
    "Limit",
    "Meter",
    "Ordered",
    "Paid",
    "Paused",
    "ReasonsAsked",
    "Receipt",
    "Reckoning",
    "Reopened",
    "Reply",
    "Reviewed",
    "Span",
    "ThirdPartyTold",
    "days_left",
    "reckon",
]
