"""一并答复: what stands against one reply to several requests (READINGS R-together)."""

from __future__ import annotations

from workflow import acts as a
from workflow.case import Case, overall
from workflow.checks.asking import Asking
from workflow.joining import is_of_same, moved
from workflow.law import Invalid, Refused
from workflow.procedure import STATES
from workflow.words import say_day


def named(asking: Asking, act: a.Draft) -> tuple[Case, ...]:
    """The files that the draft is to answer too, in the order in which it names them."""
    known = {one.number: one for one in asking.facts.others}
    found: list[Case] = []
    for place, number in enumerate(act.together):
        field, other = f"together.{place}", known.get(number)
        if number == asking.case.number:
            raise Invalid(field, "这是本件的登记号，本件不必再填")
        if other is None:
            raise Invalid(field, f"本单位没有登记号为{number}的申请，请核对登记号")
        if other in found:
            raise Invalid(field, f"登记号{number}写了两次，请删去一个")
        _fits(asking.case, other, field)
        _is_open(other)
        if act.on < other.last_move_on:
            raise Invalid("on", f"拟稿日期不能早于登记号{number}上一步的日期{say_day(other.last_move_on)}")
        found.append(other)
    return tuple(found)


def _fits(case: Case, other: Case, field: str) -> None:
    """The same people ask, for the same kind of thing."""
    if not is_of_same(case, other):
        raise Invalid(field, f"登记号{other.number}不是同一申请人的申请，不能一并答复", "条例 36")
    if other.registration.purpose != case.registration.purpose:
        raise Invalid(field, f"登记号{other.number}与本件申请的种类不同（公开信息、更正记录），请分别答复", "条例 41")


def _is_open(other: Case) -> None:
    if other.state != "handling":
        raise Refused(
            f"登记号{other.number}现在是“{STATES[other.state].title}”，不能一并答复。只有办理中的可以一并答复；"
            "等待受理、补正、缴费、征求意见的，请先办完，已经答复、终止的，请删去这一件。",
            "条例 36",
        )


def joined(act: a.Draft, own: int, others: tuple[Case, ...]) -> a.Draft:
    """The draft with what is decided of each other request: its own items, or, where none are given, like this one."""
    apart = any(decision.item > own for decision in act.items)
    mine = tuple(decision for decision in act.items if decision.item <= own)
    if not apart and len({decision.outcome for decision in mine}) > 1:
        raise Invalid("items", f"本件各项决定不同，一并答复的各件也要逐项决定，从第{own + 1}项接着编号", "条例 36")
    found, before = [], own
    for place, other in enumerate(others):
        count = len(other.items)
        if apart:
            items = tuple(one.evolve(item=one.item - before) for one in act.items if before < one.item <= before + count)
        else:
            items = tuple(mine[0].evolve(item=item) for item in range(1, count + 1))
        if overall((one.outcome for one in items), act.principal) is None:
            raise Invalid(f"together.{place}", f"登记号{other.number}的各项决定不同，又没有一项公开，请分别答复，或者选定主要情形", "条例 36")
        before += count
        found.append(
            a.Joined(
                case=other.id, number=other.number, version=other.version, received_on=other.received_on, items=items, as_main=not apart
            )
        )
    return act.evolve(items=mine, joined=tuple(found))


def unmoved(asking: Asking, draft: a.Draft) -> None:
    """None of the requests has moved since the draft decided on it."""
    known = {one.id: one for one in asking.facts.others}
    for one in draft.joined:
        if (what := moved(one, known.get(one.case))) is not None:
            raise Refused(f"一并答复的登记号{one.number}{what}，不能照这一稿答复。请退回承办人，除去这一件或者重新拟稿。", "条例 36")
