"""救济: what stands against a review or suit, its result, and handling again (条例 51)."""

from __future__ import annotations

from workflow import acts as a
from workflow.acts import Act
from workflow.checks.asking import Asking
from workflow.law import Invalid, Refused


def remedy(asking: Asking, act: a.Remedy) -> Act:
    """READINGS R-inaction, R-instances."""
    case = asking.case
    if act.after_reconsideration and act.type != "litigation":
        raise Invalid("after_reconsideration", "只有诉讼才填写是否经过复议")
    if act.against == "reply" and act.type != "complaint" and not case.endings:
        raise Refused("本件还没有作出答复或者处理。不服逾期没有答复的，“针对什么”请选“逾期没有答复”。", "条例 51")
    if act.continues is not None:
        earlier = next((one for one in case.challenges if one.seq == act.continues), None)
        if earlier is None or earlier.act.type != "litigation":
            raise Invalid("continues", f"本件第{act.continues}项记录不是诉讼")
        if earlier.result is None:
            raise Refused("所接续的那一审还没有登记结果，请先登记。", "条例 51")
        if any(one.act.continues == act.continues and one.act.instance == act.instance for one in case.challenges):
            raise Refused("这一审已经登记过。", "条例 51")
        if act.on < earlier.act.on:
            raise Invalid("on", "二审、再审的日期不能早于所接续的诉讼")
        if act.against != earlier.act.against or act.after_reconsideration != earlier.act.after_reconsideration:
            act = act.evolve(against=earlier.act.against, after_reconsideration=earlier.act.after_reconsideration)
    return act


def remedy_result(asking: Asking, act: a.RemedyResult) -> Act:
    """READINGS R-reopening: what a decision orders, and from when."""
    challenge = next((one for one in asking.case.challenges if one.seq == act.remedy), None)
    if challenge is None:
        raise Invalid("remedy", f"本件第{act.remedy}项记录不是复议、诉讼")
    if challenge.result is not None:
        raise Refused("这件复议、诉讼的结果已经登记。登记有误的，请办理更正。", "条例 51")
    if act.on < challenge.act.on:
        raise Invalid("on", "结果的日期不能早于提起的日期")
    if act.received_on is not None and act.received_on < challenge.act.on:
        raise Invalid("received_on", "收到决定书、判决书的日期不能早于提起的日期")
    if act.orders_rehandling and act.result == "upheld":
        raise Invalid("orders_rehandling", "结果维持的，没有责令重新处理")
    _order(act)
    return act


def _order(act: a.RemedyResult) -> None:
    if act.until is not None and act.within is not None:
        raise Invalid("within", "责令的期限，写日期或者写工作日数，只能选择一种")
    for name in ("until", "within"):
        if getattr(act, name) is not None and not act.orders_rehandling:
            raise Invalid(name, "只有责令答复、重新处理的才填写责令的期限")
    if act.until is not None and act.until < act.arrived_on:
        raise Invalid("until", "责令的期限不能早于收到决定书、判决书的日期")


def may_remedy_result(asking: Asking) -> None:
    if not any(one.result is None for one in asking.case.challenges):
        raise Refused("本件没有尚未审结的复议、诉讼。", "条例 51")


def reopening(asking: Asking, act: a.Reopening) -> Act:
    """READINGS R-reopening, R-own-motion, R-excused."""
    case = asking.case
    if act.basis == "excused_delay":
        if case.ended is None or not isinstance(case.ended.act, a.Abandonment):
            raise Refused("只有因逾期不补正、不缴费而视为放弃的，才以逾期有正当理由恢复办理。其他的请选“本机关自行纠正”。", "条例 30", "办法 6")
        return act
    if act.basis == "own_motion":
        return act
    orders = [one.seq for one in case.ordered]
    if not orders:
        raise Refused(
            "没有责令重新处理的复议决定、判决。请先登记复议、诉讼及其结果；本机关自行纠正的，请选“本机关自行纠正”并写明理由。", "条例 51"
        )
    if act.remedy not in orders:
        raise Invalid("remedy", "这件复议、诉讼没有责令重新处理，或者已经据以重新处理")
    if act.until is not None and act.until < act.on:
        raise Invalid("until", "重新答复的期限不能早于重新处理的日期")
    return act
