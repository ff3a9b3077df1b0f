"""What a file waits for (下一步): the act that usually comes next, whom it waits for, and what is left to serve.

Nothing here allows or forbids anything: that is `admission`. These are answers for work desks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workflow import acts as a
from workflow.case import Asked, Case, Letter
from workflow.checks import missing_for_archive
from workflow.law import Rules
from workflow.sending import OUTSIDE, unsent


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody outside whose move it is: who, and until when (None: the limit has not begun)."""

    who: str
    until: date | None


def next_step(case: Case, rules: Rules) -> str | None:
    """The kind of act that usually comes next; None when the file is finished.

    What waits for an answer to a letter waits for nothing as long as the letter has not left: then it is to be served.
    """
    match case.state:
        case "registered":
            return "assignment" if case.assignee is None and case.passed_down is None else "acceptance"
        case "handling":
            if returned(case) or case.all(a.Search) or case.consultations:
                return "draft"
            return "search"
        case "consulting":
            return "opinion" if any(_is_out(one) for one in case.consultations if one.is_open) else "service"
        case "awaiting_correction" | "awaiting_payment":
            wanted = "correction" if case.state == "awaiting_correction" else "payment"
            return wanted if case.excused or _notice_is_out(case) else "service"
        case "approving":
            required = rules.on(case.last_move_on).practice.legal_review_required_for
            return "legal_review" if case.legal_review is None and set(_outcomes(case)) & set(required) else "decision"
        case "handed_over":
            return "service" if to_serve(case, rules) else None
        case "replied" | "closed" | "archived" if case.ordered:
            return "reopening"
        case "replied" | "closed":
            return "service" if to_serve(case, rules) else "archival"
        case _:
            return None


def _is_out(asked: Asked) -> bool:
    """Its letter is with those who are asked, or on its way to them."""
    return asked.sent_on is not None and asked.returned_on is None


def _notice_is_out(case: Case) -> bool:
    """补正告知, 收费通知 that the file waits for: with the applicant, or on its way to him."""
    notice = case.last(a.CorrectionNotice if case.state == "awaiting_correction" else a.FeeNotice)
    served = case.served(notice.seq) if notice else None
    return served is not None and served.returned_on is None


def _outcomes(case: Case) -> list[str]:
    draft = case.draft
    return [item.outcome for item in draft.act.every] if draft and isinstance(draft.act, a.Draft) else []


def returned(case: Case) -> bool:
    """退回: the last draft came back and has not been drafted anew."""
    about = [one.act for one in case.of_kinds("draft", "return", "reopening")]
    drafts = [act for act in about if not (isinstance(act, a.Return) and act.request is not None)]  # a request came back, no draft
    return bool(drafts) and isinstance(drafts[-1], a.Return)


def to_serve(case: Case, rules: Rules) -> tuple[Letter, ...]:
    """The letters that have to go out: never sent, or come back (待送达)."""
    waiting = {one.letter for one in unsent(case, rules)}
    return tuple(one for one in case.letters(rules) if one.id in waiting)


def to_confirm(case: Case, rules: Rules) -> tuple[Letter, ...]:
    """The letters that went out and whose receipt is not recorded yet (等回执); of an archived file none."""
    return () if case.state in ("archived", "void") else slips(case, rules)


def slips(case: Case, rules: Rules) -> tuple[Letter, ...]:
    """The letters that went out and whose slip (回执) is not there, also of an archived file: one may still come."""
    letters = [one for one in case.letters(rules) if one.to in OUTSIDE and one.id in case.services and not one.joint]
    return tuple(one for one in letters if case.services[one.id].received_on is None and case.services[one.id].returned_on is None)


def may_bounce(case: Case, rules: Rules) -> tuple[Letter, ...]:
    """The letters that were sent by e-mail, fax or online, and may still turn out not to have arrived."""
    if case.state == "void":
        return ()
    sent = [(one, case.services[one.id].latest) for one in case.letters(rules) if one.id in case.services and not one.joint]
    return tuple(one for one, latest in sent if latest.received_on is not None and latest.returned_on is None and not latest.signed)


def archive_ready(case: Case, rules: Rules) -> bool:
    """归档: ended, with nothing missing."""
    return case.state in ("replied", "closed") and not missing_for_archive(case, rules)


def waiting(case: Case, rules: Rules) -> Waiting | None:
    """Whose move it is, when it is nobody's in the office; of several consultations the one with the nearest limit.

    Where the applicant's delay was excused, it is the office that takes what came late.
    """
    down = drafts_below(case, rules)
    if down is not None and case.state == "handling":
        return Waiting(f"{down.receiver.name if down.receiver else down.agency}拟稿", down.limit)
    step = next_step(case, rules) if case.state in ("awaiting_correction", "awaiting_payment", "consulting") else None
    if step is None or step == "service" or case.excused:
        return None
    clock = case.reckoning(rules)
    if step != "opinion":
        limits = [limit.on for limit in clock.limits if limit.kind == step]
        return Waiting("申请人补正" if step == "correction" else "申请人缴费", limits[-1] if limits else None)
    until = {limit.ref: limit.on for limit in clock.limits if limit.kind == "opinion"}
    out = [asked for asked in case.consultations if asked.is_open and _is_out(asked)]
    first = min(out, key=lambda asked: until.get(asked.seq) or date.max)
    return Waiting(f"{_named(first)}答复", until.get(first.seq))


def serve_by(case: Case, rules: Rules) -> date | None:
    """The nearest day by which a letter that has not left must leave."""
    return min((one.leave_by for one in unsent(case, rules) if one.leave_by is not None), default=None)


def drafts_below(case: Case, rules: Rules) -> a.Assignment | None:
    """交下级单位拟办: the unit below that still owes the draft, and its limit, which is never later than the due date (READINGS R-passed-down)."""
    down = case.passed_down
    if down is None or down.limit is None or case.state not in ("registered", "handling", "consulting"):
        return None
    due = case.reckoning(rules).due
    return down if due is None or down.limit <= due else down.evolve(limit=due)


def _named(asked: Asked) -> str:
    """A third party is not named in lists; agencies and departments are."""
    return "第三方" if asked.act.type == "third_party" else asked.act.party.name


def supervised_on(case: Case) -> date | None:
    """督办: the day of the latest reminder from the overseeing office, while the file waits for its reply."""
    signed = case.last(a.Supervision)
    return signed.act.on if signed and case.is_active else None
