"""文书的送出: which letters have not left, since when, and by which day the law wants them to leave (READINGS R-A4 to R-A7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workflow import acts as a
from workflow.case import Case, Letter
from workflow.law import Rules

OUTSIDE = ("applicant", "third_party", "agency")
"""Whom letters are served on; the others stay in the house."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """没有送出的文书: never sent, or come back and not tried again."""

    kind: str
    letter: str
    seq: int
    to: str
    since: date
    """The day it was made, or the day it came back."""
    leave_by: date | None
    returned: bool = False


def unsent(case: Case, rules: Rules) -> tuple[Unsent, ...]:
    """The letters of a file that still have to leave, in the order in which they were made; of an archived one what came back since."""
    if case.state == "void":
        return ()
    found = []
    for letter in case.letters(rules):
        served = case.services.get(letter.id)
        if letter.to not in OUTSIDE or letter.kind == "receipt" or letter.delivered or letter.void or letter.joint:
            continue
        if (served is not None and served.returned_on is None) or _is_moot(case, letter):
            continue
        if case.state == "archived" and served is None:
            continue
        back = served.returned_on if served else None
        by = case.placed(letter.seq)
        since = back or (by.act.on if by else case.received_on)
        found.append(
            Unsent(letter.kind, letter.id, letter.seq, letter.to, since, leave_by(case, letter, rules), back is not None)
        )
    return tuple(found)


def leave_by(case: Case, letter: Letter, rules: Rules) -> date | None:
    """The day by which a letter must leave, if the law sets one and it has not left yet."""
    served = case.services.get(letter.id)
    if served is not None and served.left_on is not None:
        return None
    clock = case.reckoning(rules)
    if letter.kind == "correction_notice":
        return clock.correction_notice_latest
    if letter.kind in ("extension_notice", "deferral_notice"):
        return next((limit.on for limit in reversed(clock.limits) if limit.kind == letter.kind), None)
    return clock.due if letter.kind == "fee_notice" else reply_by(case, letter, rules)


def reply_by(case: Case, letter: Letter, rules: Rules) -> date | None:
    """The due date, where the letter is the reply in force."""
    replies = case.decision is not None and letter.seq == case.decision.seq and letter.n == 0
    return case.reckoning(rules).due if replies else None


def _is_moot(case: Case, letter: Letter) -> bool:
    """It need not leave any more: what it asks for has come, or the file has ended since and it decided nothing."""
    by = case.held(letter.seq)
    if by is None or letter.kind in ("abandonment_notice", "withdrawal_notice", "third_party_notice", "handover_notice"):
        return by is None
    if isinstance(by.act, a.Decision):
        return False
    if letter.n == 0 and isinstance(by.act, a.Consultation):
        asked = case.consultation(letter.seq)
        if asked is not None and (not asked.is_open or case.awaits(asked)):
            return not asked.is_open
    answer = _ANSWERED_BY.get(letter.kind, ())
    ended = (a.Decision, a.Abandonment, a.Withdrawal, a.LedgerResult, a.Handover)
    return any(one.seq > letter.seq and isinstance(one.act, (*answer, *ended)) for one in case.in_force)


_ANSWERED_BY: dict[str, tuple[type[a.Act], ...]] = {
    "correction_notice": (a.Correction,),
    "reasons_notice": (a.Reasons,),
    "fee_notice": (a.Payment, a.Waiver),
}
