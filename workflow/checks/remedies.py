"""救济: what stands against a review, suit or complaint, its result, and handling again (条例 47, 51)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from workflow import acts as a
from workflow.acts import Act
from workflow.checks.asking import Asking
from workflow.law import Invalid, Refused
from workflow.words import say_day


def remedy(asking: Asking, act: a.Remedy) -> Act:
    """READINGS R-remedies, R-inaction, R-instances."""
    if act.after_reconsideration and act.type != "litigation":
        raise Invalid("after_reconsideration", "只有诉讼才填写是否经过复议")
    if act.continues is not None:
        return _continuing(asking, act, act.continues)
    if act.against == "inaction":
        _silent(asking, act.on)
    return act


def _continuing(asking: Asking, act: a.Remedy, seq: int) -> Act:
    """二审、再审: of the same suit, after its judgment; what it is against goes with the suit."""
    before = asking.case.challenge(seq)
    if before is None or before.act.type != "litigation":
        raise Invalid("continues", f"本件第{seq}项记录不是诉讼")
    if before.result is None:
        raise Refused(f"第{seq}项记录的诉讼还没有结果，不能登记{a.INSTANCES[act.instance]}。请先登记其结果。", "条例 51")
    if (after := next((one for one in asking.case.challenges if one.act.continues == seq), None)) is not None:
        raise Refused(
            f"第{seq}项记录的诉讼已经登记过{a.INSTANCES[after.act.instance]}（第{after.seq}项）。在那以后的，请填写接续第{after.seq}项。", "条例 51"
        )
    if act.on < before.result.on:
        raise Invalid("on", f"提起的日期不能早于{say_day(before.result.on)}，即所接续的诉讼有结果的日期")
    return act.evolve(after_reconsideration=before.act.after_reconsideration, against=before.act.against)


def _silent(asking: Asking, on: date) -> None:
    """逾期没有答复: from the day after the due date, as long as no reply has left."""
    case, clock = asking.case, asking.clock
    if clock.lapsed is not None and on > clock.lapsed:
        return
    ended = case.closed_on or (case.replied_on if clock.left else None)
    if ended is not None and ended <= on:
        raise Refused(f"本件已于{say_day(ended)}答复或者终止，不是逾期没有答复。对答复、处理不服的，请选“{a.AGAINST['reply']}”。", "条例 51")
    due = clock.due if case.ended is None else case.upto(case.ended.seq - 1).reckoning(asking.rules).due
    if due is None:
        raise Refused("现在等待申请人补正或者缴费，答复期限没有届满，不是逾期没有答复。", "条例 30", "办法 6")
    if on <= due:
        raise Refused(
            f"答复期限到{say_day(due)}为止，自{say_day(due + timedelta(1))}起才是逾期没有答复。请核对提起的日期；"
            f"对其他处理不服的，请选“{a.AGAINST['reply']}”。",
            "条例 33(2)",
            "行诉解释 66",
        )


def may_remedy_result(asking: Asking) -> None:
    if not any(one.result is None for one in asking.case.challenges):
        raise Refused("本件没有尚未审结的复议、诉讼。请先登记复议、诉讼；结果登记有误的，请更正原来的记录。", "条例 51")


def remedy_result(asking: Asking, act: a.RemedyResult) -> Act:
    """READINGS R-reopening: what a decision orders, and from when."""
    challenge = asking.case.challenge(act.remedy)
    if challenge is None:
        raise Invalid("remedy", f"本件第{act.remedy}项记录不是复议、诉讼")
    if challenge.result is not None:
        raise Refused("这件复议、诉讼的结果已经登记，不能再登记一个。登记有误的，请更正原来的记录；有二审、再审的，另行登记。", "条例 51")
    if act.on < challenge.act.on:
        raise Invalid("on", "结果的日期不能早于提起的日期")
    if act.arrived_on < challenge.act.on:
        raise Invalid("received_on", "收到决定书、判决书的日期不能早于提起的日期")
    _order(act)
    return act


def _order(act: a.RemedyResult) -> None:
    """What the decision orders, and until when."""
    if act.orders_rehandling and act.result == "upheld":
        raise Invalid("orders_rehandling", "结果维持的，没有责令重新处理；二审维持责令重新处理的判决的，结果是纠正")
    for name in ("until", "within"):
        if getattr(act, name) is not None and not act.orders_rehandling:
            raise Invalid(name, "只有责令答复、重新处理的才填写责令的期限")
    if act.until is not None and act.within is not None:
        raise Invalid("within", "责令的期限，写日期或者写工作日数，只能选择一种")
    if act.until is not None and act.until < act.arrived_on:
        raise Invalid("until", "责令的期限不能早于收到决定书、判决书的日期")


def reopening(asking: Asking, act: a.Reopening) -> Act:
    return _BASES[act.basis](asking, act)


def _ordered(asking: Asking, act: a.Reopening) -> Act:
    """READINGS R-reopening."""
    orders = {one.seq: one.result for one in asking.case.ordered}
    if not orders:
        raise Refused(
            "没有责令重新处理的复议决定、判决。请先登记复议、诉讼及其结果；本机关自行纠正的，请选“本机关自行纠正”并写明理由。", "条例 51"
        )
    order = orders.get(act.remedy or 0)
    if order is None:
        raise Invalid("remedy", "这件复议、诉讼没有责令重新处理，或者已经据以重新处理")
    if act.on < order.arrived_on:
        raise Invalid("on", f"重新处理的日期不能早于{say_day(order.arrived_on)}，即收到决定书、判决书的日期")
    if act.until is not None:
        if order.within is not None or order.until is not None:
            raise Invalid("until", "责令的期限已经随结果登记，请留空；登记有误的，请更正结果的记录")
        if act.until < act.on:
            raise Invalid("until", "重新答复的期限不能早于重新处理的日期")
    return act


def _own_motion(asking: Asking, act: a.Reopening) -> Act:
    """READINGS R-own-motion."""
    case = asking.case
    if case.ordered:
        raise Refused("复议决定或者判决已经责令重新处理，期限自收到之日起算。请选“复议、诉讼责令”，写明依据哪一件。", "条例 51")
    if act.replaces != "revoke" and case.ended is not None:
        raise Invalid("replaces", "本件没有作出答复，没有可以补充、更正的。终止有误的，请选“撤销原答复”")
    return act


def _excused(asking: Asking, act: a.Reopening) -> Act:
    """READINGS R-excused."""
    ended = asking.case.ended
    if ended is None or not isinstance(ended.act, a.Abandonment):
        raise Refused("只有因逾期不补正、不缴费而视为放弃的，才以逾期有正当理由恢复办理。其他的请选“本机关自行纠正”。", "条例 30", "办法 6")
    return act


_BASES: Mapping[str, Callable[[Asking, a.Reopening], Act]] = {"ordered": _ordered, "own_motion": _own_motion, "excused_delay": _excused}
