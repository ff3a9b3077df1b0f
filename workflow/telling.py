"""告知进度: what of a file its applicant may know by now, and of what he is told, where he agreed to it (READINGS R-telling)."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.case import Case
from workflow.law import Rules
from workflow.sending import OUTSIDE

_KNOWN = ("withdrawal", "correction", "reasons", "payment", "registration", "split")
"""What the applicant did himself, or saw: it is told before a letter about it leaves."""
TOLD: Mapping[str, str] = {
    "registration": "已收到并登记", "correction_notice": "已作出补正告知", "extension": "已延长答复期限", "decision": "已作出答复",
}  # fmt: skip
"""Kind of act -> what he is told of it: that it is there, and nothing of what it says."""


def untold(case: Case, rules: Rules) -> Mapping[int, str]:
    """The acts that a letter tells which has not left yet, and to whom it goes: nobody learns of what lies in the office."""
    waiting = dict[int, str]()
    for letter in case.letters(rules):
        served, by = case.services.get(letter.id), case.placed(letter.seq)
        has_left = letter.delivered or letter.joint or (served is not None and served.left_on is not None)
        if letter.to in OUTSIDE and letter.n == 0 and not has_left and by is not None and by.act.kind not in _KNOWN:
            waiting[letter.seq] = letter.to
    return waiting


def tellings(case: Case, rules: Rules) -> tuple[int, ...] | None:
    """The acts of which the applicant is to have been told; None where he has not agreed to it, or the file is void or from a ledger."""
    first = case.registration
    if first.tell_by == "none" or first.imported is not None or case.state == "void":
        return None
    hidden = untold(case, rules)
    return tuple(one.seq for one in case.in_force if one.act.kind in TOLD and one.seq not in hidden)


def outdated(case: Case, rules: Rules) -> Mapping[int, str]:
    """Of what he is to be told, what the file has left behind since, and why in words: no message says what no longer holds."""
    over, anew, decision = _without_reply(case), case.handled_anew_since, case.decision
    has_reply = decision is not None and decision.seq not in untold(case, rules)
    corrections = case.of_kinds("correction")
    found = dict[int, str]()
    for seq in tellings(case, rules) or ():
        kind = case.acts[seq - 1].act.kind
        if over:
            found[seq] = over
        elif kind != "registration" and seq < anew:
            found[seq] = "已经重新处理"
        elif kind == "correction_notice" and (case.state != "awaiting_correction" or any(one.seq > seq for one in corrections)):
            found[seq] = "已经不等补正"
        elif kind == "extension" and has_reply:
            found[seq] = "已经作出答复"
    return found


def _without_reply(case: Case) -> str:
    """How the file ended without a reply, in words; empty where it did not."""
    if case.state == "handed_over":
        return "已经移送"
    if case.ended is None or case.decision is not None:
        return ""
    return "申请人已经撤回申请" if case.ended.act.kind == "withdrawal" else "申请已经终止"
