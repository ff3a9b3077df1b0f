"""What the article requires before an act may be placed: one small pair of functions per kind.

`may` asks whether the act is open at all now (it decides what is offered, and is asked first of every act); `must`
examines one act and returns it with what the office left to the rules filled in (a default period, the month's count).
Both raise `Refused` (the law or the procedure forbids it: 409) or `Invalid` (a value is at fault: 400). `today` and the law in force are arguments.
The modules follow the course of a file, like those of the vocabulary; the one table stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from workflow.checks import charging, ending, handling, intake, mending, remedies, reply
from workflow.checks.asking import Asking, Check, Facts, as_is
from workflow.checks.charging import found_public, notice_quote
from workflow.checks.ending import lacking, missing_for_archive, not_filed

__all__ = ["CHECKS", "Asking", "Check", "Facts", "found_public", "lacking", "missing_for_archive", "not_filed", "notice_quote"]

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "registration": Check(intake.registration),
        "handover": Check(intake.handover, intake.may_hand_over),
        "split": Check(intake.split, intake.may_split),
        "assignment": Check(intake.assignment),
        "acceptance": Check(as_is),
        "correction_notice": Check(intake.correction_notice, intake.may_correct),
        "correction": Check(intake.correction),
        "search": Check(handling.search),
        "reasons_notice": Check(handling.reasons_notice, handling.may_ask_reasons),
        "reasons": Check(handling.reasons, handling.may_give_reasons),
        "consultation": Check(handling.consultation),
        "opinion": Check(handling.opinion),
        "silence": Check(handling.silence),
        "extension": Check(handling.extension, handling.may_extend),
        "deferral": Check(handling.deferral, handling.may_defer),
        "fee_notice": Check(charging.fee_notice, charging.may_charge),
        "payment": Check(charging.payment),
        "waiver": Check(charging.waiver),
        "secrecy_review": Check(handling.secrecy_review),
        "draft": Check(reply.draft),
        "recall": Check(reply.recall, reply.may_recall),
        "legal_review": Check(as_is, reply.may_review),
        "return": Check(reply.returned, reply.may_return),
        "decision": Check(reply.decision, reply.may_decide),
        "service": Check(ending.service, ending.may_serve),
        "abandonment": Check(as_is, ending.may_close_by_silence),
        "withdrawal": Check(ending.withdrawal),
        "remedy": Check(remedies.remedy),
        "remedy_result": Check(remedies.remedy_result, remedies.may_remedy_result),
        "reopening": Check(remedies.reopening),
        "conversion": Check(as_is, ending.may_convert),
        "amendment": Check(mending.amendment),
        "revocation": Check(mending.revocation, mending.may_revoke),
        "voiding": Check(as_is, mending.may_void),
        "request": Check(as_is),
        "topic": Check(intake.retopic),
        "ledger_result": Check(intake.recorded, intake.may_record),
        "meeting": Check(handling.meeting),
        "supervision": Check(as_is, handling.may_supervise),
        "note": Check(as_is),
        "archival": Check(ending.archival, ending.may_archive),
        "erasure": Check(ending.erasure, ending.may_erase),
    }
)
