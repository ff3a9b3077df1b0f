"""The one table of the vocabulary: every kind of act with its class; and an act as it stands signed on a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from workflow.acts.beside import Conversion, Note, Retopic, Supervision
from workflow.acts.charging import FeeNotice, Payment, Waiver
from workflow.acts.ending import Abandonment, Archival, Erasure, LedgerResult, Service, Withdrawal
from workflow.acts.fields import Act, LateEntry, Officer
from workflow.acts.handling import (
    Consultation,
    Deferral,
    Extension,
    Meeting,
    Opinion,
    Reasons,
    ReasonsNotice,
    Search,
    SecrecyReview,
    Silence,
)
from workflow.acts.intake import (
    Acceptance,
    Assignment,
    Correction,
    CorrectionNotice,
    Handover,
    Registration,
    Split,
)
from workflow.acts.mending import Amendment, Revocation, Voiding
from workflow.acts.remedies import Remedy, RemedyResult, Reopening
from workflow.acts.reply import Decision, Draft, LegalReview, Recall, Request, Return
from workflow.calendar import legal_day

ACTS: Mapping[str, type[Act]] = MappingProxyType(
    {
        "registration": Registration,
        "handover": Handover,
        "split": Split,
        "assignment": Assignment,
        "acceptance": Acceptance,
        "correction_notice": CorrectionNotice,
        "correction": Correction,
        "search": Search,
        "reasons_notice": ReasonsNotice,
        "reasons": Reasons,
        "consultation": Consultation,
        "opinion": Opinion,
        "silence": Silence,
        "extension": Extension,
        "deferral": Deferral,
        "fee_notice": FeeNotice,
        "payment": Payment,
        "waiver": Waiver,
        "secrecy_review": SecrecyReview,
        "draft": Draft,
        "recall": Recall,
        "legal_review": LegalReview,
        "return": Return,
        "decision": Decision,
        "service": Service,
        "abandonment": Abandonment,
        "withdrawal": Withdrawal,
        "remedy": Remedy,
        "remedy_result": RemedyResult,
        "reopening": Reopening,
        "conversion": Conversion,
        "amendment": Amendment,
        "revocation": Revocation,
        "voiding": Voiding,
        "request": Request,
        "topic": Retopic,
        "ledger_result": LedgerResult,
        "meeting": Meeting,
        "supervision": Supervision,
        "note": Note,
        "archival": Archival,
        "erasure": Erasure,
    }
)


@dataclass(frozen=True, slots=True)
class Signed:
    """An act as it stands on the file: its place, who signed it, and when (UTC)."""

    seq: int
    act: Act
    officer: Officer
    at: datetime

    @property
    def entered_on(self) -> date:
        """录入之日: the legal date on which it was stored, which of a late entry is not the day of the act."""
        return legal_day(self.at)

    @property
    def late_entry(self) -> LateEntry | None:
        """补录, where this is one."""
        return getattr(self.act, "late_entry", None)
