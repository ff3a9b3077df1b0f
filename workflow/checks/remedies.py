"""救济: what stands against a review or suit, its result, and handling again (条例 51)."""

from __future__ import annotations

from workflow import acts as a
from workflow.acts import Act
from workflow.case import Case
from workflow.checks.asking import Asking
from workflow.law import Invalid, Refused


def remedy(_asking: Asking, act: a.Remedy) -> Act:
    if act.after_reconsideration and act.type != "litigation":
        raise Invalid("after_reconsideration", "只有诉讼才填写是否经过复议")
    return act


def remedy_result(asking: Asking, act: a.RemedyResult) -> Act:
    challenge = next((one for one in asking.case.challenges if one.seq == act.remedy), None)
    if challenge is None:
        raise Invalid("remedy", f"本件第{act.remedy}项记录不是复议、诉讼")
    if challenge.result is not None:
        raise Refused("这件复议、诉讼的结果已经登记。登记有误的，请用备注说明。", "条例 51")
    if act.on < challenge.act.on:
        raise Invalid("on", "结果的日期不能早于提起的日期")
    if act.orders_rehandling and act.result == "upheld":
        raise Invalid("orders_rehandling", "结果维持的，没有责令重新处理")
    return act


def may_remedy_result(asking: Asking) -> None:
    if not any(one.result is None for one in asking.case.challenges):
        raise Refused("本件没有尚未审结的复议、诉讼。", "条例 51")


def ordered(case: Case) -> list[int]:
    """The remedies that ordered new handling and were not yet followed."""
    done = {signed.act.remedy for signed in case.all(a.Reopening) if isinstance(signed.act, a.Reopening)}
    return [one.seq for one in case.challenges if one.result and one.result.orders_rehandling and one.seq not in done]


def may_reopen(asking: Asking) -> None:
    if not ordered(asking.case):
        raise Refused("重新处理应当有复议决定或者判决责令。请先登记复议、诉讼及其结果。", "条例 51")


def reopening(asking: Asking, act: a.Reopening) -> Act:
    if act.remedy not in ordered(asking.case):
        raise Invalid("remedy", "这件复议、诉讼没有责令重新处理，或者已经据以重新处理")
    result = next(one.result for one in asking.case.challenges if one.seq == act.remedy)
    if result is not None and act.until is None and result.until is not None:
        act = act.evolve(until=result.until)
    if act.until is not None and act.until < act.on:
        raise Invalid("until", "重新答复的期限不能早于重新处理的日期")
    return act
