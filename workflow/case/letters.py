"""文书: which letters an act makes, and to whom they go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from workflow import acts as a
from workflow.acts import Signed
from workflow.case.parts import OF_RECORDS, Letter, letter_id, overall
from workflow.case.standing import Standing
from workflow.law import Rules

# Letters of procedure, without a remedy paragraph (READINGS R-procedural-letters); abandonment and withdrawal have one.
_ONE_LETTER = {
    "handover": ("handover_notice", "applicant"),
    "correction_notice": ("correction_notice", "applicant"),
    "reasons_notice": ("reasons_notice", "applicant"),
    "extension": ("extension_notice", "applicant"),
    "deferral": ("deferral_notice", "applicant"),
    "fee_notice": ("fee_notice", "applicant"),
    "abandonment": ("abandonment_notice", "applicant"),
    "withdrawal": ("withdrawal_notice", "applicant"),
    "service": ("delivery_receipt", "file"),
    "archival": ("file_index", "file"),
}
WITHOUT_LETTER = a.ACTS.keys() - _ONE_LETTER.keys() - {"registration", "consultation", "decision"}
"""Kinds of act that make no letter."""
# The applicant is told too, except of what stays in the house (READINGS R-consultation-notice).
_INQUIRIES = {
    "third_party": (("third_party_inquiry", "third_party"), ("consultation_notice", "applicant")),
    "joint_agency": (("joint_agency_inquiry", "agency"), ("consultation_notice", "applicant")),
    "other_agency": (("other_agency_inquiry", "agency"), ("consultation_notice", "applicant")),
    "internal": (("internal_consultation", "internal"),),
}


def letters_of(case: Standing, signed: Signed, rules: Rules) -> tuple[Letter, ...]:
    """The letters that an act on (or just placed on) this file makes, in order."""
    act, made = signed.act, list[tuple[str, str]]()
    if act.kind in WITHOUT_LETTER:  # most acts, asked for again and again
        return ()
    about = signed.seq if isinstance(act, a.Consultation) else None
    inside = isinstance(act, a.Consultation) and act.agency is not None
    void = signed.seq in case.revoked or case.state == "void"
    back = case.taken_back_on(signed) is not None
    told: list[int] = []
    joint: a.AnsweredWith | None = None
    if isinstance(act, a.Registration) and act.imported is not None:
        made = []  # its papers are those of the old ledger
    elif isinstance(act, a.Registration):
        made = [("receipt", "applicant")] + ([("request_form", "file")] if act.channel == "oral" else [])
    elif isinstance(act, a.Consultation):
        made = list(_INQUIRIES[act.type])
    elif isinstance(act, a.Decision):
        # an earlier reply, since reopened; and what was issued stays as issued, whatever was amended since
        then = case if signed == case.decision and not case.mended else case.as_of(signed.seq)
        told = [asked.seq for asked in then.overruled()]
        joint = act.answered_with
        made = [(joint.kind if joint else reply_letter(then, rules), "applicant")] + [("third_party_notice", "third_party")] * len(told)
    elif isinstance(act, a.Service) and (act.outcome == "returned" or act.joined_to is not None):
        made = []  # the receipt is that of the sending which came back, or lies on the file that was answered with this one
    elif act.kind in _ONE_LETTER:
        made = [_ONE_LETTER[act.kind]]
    ids = [joint.letter if joint and n == 0 else letter_id(case.id, signed.seq, n) for n in range(len(made))]
    return tuple(
        Letter(
            ids[n], signed.seq, n, kind, to, told[n - 1] if told and n else about, delivered=inside and n == 0,
            void=void or (back and ids[n] not in case.services), joint=joint is not None and n == 0,
        )
        for n, (kind, to) in enumerate(made)
    )  # fmt: skip


Fate = Literal["void", "revoked", "corrected", "redone"]
FATES: Mapping[Fate, str] = {
    "void": "已经作废", "revoked": "已经由本机关撤销", "corrected": "已经由本机关更正，请以更正后的为准",
    "redone": "已经依决定或者判决重新处理，请以重新作出的为准",
}  # fmt: skip
"""How a letter ended that was issued."""


def fate(case: Standing, letter: Letter) -> Fate | None:
    """已被替换: how a letter of this file has ended; None: it stands as issued, also where a supplement followed (READINGS R-letter-check)."""
    if letter.void:
        return "void"
    if case.acts[letter.seq - 1].act.kind not in ("decision", "abandonment", "withdrawal"):
        return None
    for reopened in case.all(a.Reopening):
        if isinstance(act := reopened.act, a.Reopening) and reopened.seq > letter.seq:
            if act.basis == "ordered":
                return "redone"
            if act.basis == "excused_delay" or act.replaces != "supplement":
                return "corrected" if act.replaces == "correct" else "revoked"
    return None


def reply_letter(case: Standing, rules: Rules) -> str:
    """The kind of letter that the current draft's outcomes call for (条例 36-39; 41: READINGS R-record-correction)."""
    draft = case.draft
    assert draft is not None and isinstance(draft.act, a.Draft)
    outcomes = {item.outcome for item in draft.act.every}
    if case.corrects_records and (len(outcomes) > 1 or not outcomes <= OF_RECORDS):
        return "correction_of_record"
    if len(outcomes) > 1 and draft.act.joined:
        return "mixed"
    if len(outcomes) > 1:
        return "partial" if overall(outcomes, draft.act.principal) == "partial" else "mixed"
    only = next(iter(outcomes))
    if only == "other" and any(item.ground == "record_correction" for item in draft.act.every):
        return "correction_of_record"
    return rules.on(draft.act.on).outcomes[only].letter
