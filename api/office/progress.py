"""办理进度: the course of a request as its applicant may read it: dated steps in plain words, without names and what is said inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from workflow import acts as a
from workflow.acts import Signed
from workflow.case import Case
from workflow.law import Rules
from workflow.telling import untold
from workflow.words import LETTER_TITLES, say_day, say_yuan

_SENT = {
    "post": "已邮寄", "courier": "已寄出", "email": "已用电子邮件发出", "online": "已在网上发出", "fax": "已用传真发出",
    "public_notice": "已公告送达",
}  # fmt: skip
_ASKED = ("third_party", "joint_agency", "other_agency")
"""Kinds of consultation that reach outside: what is asked inside is nobody's business."""


@dataclass(frozen=True, slots=True)
class Step:
    """What happened on a day, and what it means for the applicant."""

    on: date
    title: str
    text: str = ""


def progress(case: Case, rules: Rules) -> list[Step]:
    """The steps so far, in order; what was taken back is not among them."""
    hidden = untold(case, rules)
    return [step for signed in case.in_force if signed.seq not in hidden and (step := _step(case, signed, rules)) is not None]


def as_told(case: Case, rules: Rules) -> Case:
    """The file as the applicant knows it: up to the first act that was signed and has not been told to him."""
    hidden = untold(case, rules)
    first = min((one.seq for one in case.in_force if hidden.get(one.seq) == "applicant"), default=None)
    return case if first is None else case.upto(first - 1)


def awaited(case: Case, rules: Rules) -> str:
    """What comes next, and until when; empty when the request is done with."""
    case = as_told(case, rules)
    clock = case.reckoning(rules)
    limits = {one.kind: one.on for one in clock.limits}
    match case.state:
        case "awaiting_correction":
            until = limits.get("correction")
            return f"请您{f'在{say_day(until)}以前' if until else '按补正告知书写明的期限'}补正。收到补正以后，答复期限重新计算。"
        case "awaiting_payment":
            until = limits.get("payment")
            return f"请您{f'在{say_day(until)}以前' if until else '按收费通知书写明的期限'}缴费。缴费以后，答复期限重新计算。"
    if case.is_active and clock.due is not None:
        return f"最迟{say_day(clock.due)}答复{'（以后的放假安排公布以前，期限暂定）' if clock.provisional else ''}。"
    if case.decision is not None and (served := case.served(case.decision.seq)) is not None and served.received_on is None:
        return "答复书已经发出，请注意查收。"
    return ""


_PLAIN: Mapping[str, tuple[str, str]] = {
    "acceptance": ("审核受理", "开始办理"),
    "correction_notice": ("告知补正", "请按补正告知书补充申请的内容"),
    "correction": ("收到您的补正", "答复期限从收到补正起重新计算"),
    "reasons_notice": ("请您说明理由", "请按告知书说明申请的理由"),
    "reasons": ("收到您说明的理由", ""),
    "deferral": ("延迟答复", "具体期限见告知书"),
    "payment": ("收到缴费", ""),
    "decision": ("作出答复", ""),
    "abandonment": ("视为放弃申请", "没有在期限内补正或者缴费，不再办理"),
    "withdrawal": ("撤回申请", "按您的要求不再办理"),
    "split": ("拆分", "一件申请包含几项不相关的内容，已分别登记办理"),
    "reopening": ("重新处理", ""),
    "voiding": ("登记作废", "这次登记有误，不再办理"),
}
"""Kind of act -> what it is to the applicant. What is in no table here is the office's own business."""


def _step(case: Case, signed: Signed, rules: Rules) -> Step | None:
    act, on = signed.act, signed.act.on
    if act.kind in _PLAIN:
        return Step(on, *_PLAIN[act.kind])
    match act:
        case a.Registration():
            return Step(act.received_on, "收到申请", f"登记编号{case.number}")
        case a.Consultation(type=kind) if kind in _ASKED:
            return Step(on, "征求有关方面的意见", "从征询书发出到收到意见的时间，不计入答复期限")
        case a.Opinion(consultation=seq) | a.Silence(consultation=seq):
            asked = case.consultation(seq)
            known = asked is not None and asked.act.type in _ASKED and asked.seq not in untold(case, rules)
            return Step(on, "征求意见结束") if known else None
        case a.Extension(days=days):
            return Step(on, "延长答复期限", f"延长{days}个工作日")
        case a.FeeNotice():
            return Step(on, "通知缴费", f"信息处理费{say_yuan(act.amount_fen)}")
        case a.Handover() if act.receiver is not None:
            return Step(on, "移送", f"移送{act.receiver.name}办理，由该单位另行登记")
        case a.Service():
            return _sent(case, act, rules)
    return None


def _sent(case: Case, act: a.Service, rules: Rules) -> Step | None:
    letter = next((one for one in case.letters(rules) if one.id == act.letter and one.to == "applicant"), None)
    if letter is None or letter.kind == "receipt":
        return None
    title = LETTER_TITLES[letter.kind]
    if act.outcome == "returned":
        return Step(act.on, f"{title}被退回", "没有送到您手中，将再次送达；地址有变动的请告诉我们")
    return Step(act.on, title + _SENT.get(act.method or "", "已送达"))
