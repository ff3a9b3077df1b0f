"""Placing an act: `admit` gives the file with the act on it, or says which article stands against it.

The order of questions: is the act dated possibly, may this role sign it, does the procedure allow it now, and does
the act satisfy its article (`checks`). `permitted` asks the same questions without an act at hand.
"""

from __future__ import annotations

from datetime import date, datetime

from workflow import acts as a
from workflow.acts import ACTS, Act, Officer, Signed
from workflow.case import Case
from workflow.checks import CHECKS, Asking, Facts
from workflow.law import Invalid, Refused, Rules
from workflow.procedure import STATES, kinds_from, states_for
from workflow.words import say_day


class Forbidden(Exception):
    """This officer's role may not sign this kind of act (403)."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def admit(
    case: Case, act: Act, officer: Officer, at: datetime, rules: Rules, today: date, facts: Facts = Facts()
) -> Case:
    """The file with `act` on it, completed and signed by `officer` at the stamp `at` (UTC).

    Raises Forbidden (role), Invalid (a value is at fault), Refused (procedure or law). `today` in Asia/Shanghai.
    """
    _dated(case, act, today)
    if officer.role not in rules.on(act.on).roles[act.kind]:
        raise Forbidden(_who_may(act.kind, officer, rules, act.on))
    if case.state not in (source for source in _sources(case, act)):
        raise Refused(_not_now(case, act.kind), *(type(act).articles or ("条例 45",)))
    asking = Asking(case, officer, act.on, rules, facts)
    check = CHECKS[act.kind]
    check.may(asking)
    completed = check.must(asking, act)
    return case.with_act(Signed(len(case.acts) + 1, completed, officer, at))


def permitted(case: Case, officer: Officer, rules: Rules, today: date, facts: Facts = Facts()) -> tuple[str, ...]:
    """The kinds of act that this officer may place now, in the order of the procedure."""
    return tuple(kind for kind, why in reasons(case, officer, rules, today, facts).items() if why is None)


def reasons(
    case: Case, officer: Officer, rules: Rules, today: date, facts: Facts = Facts()
) -> dict[str, Refused | None]:
    """For every kind the table and the role allow now: None if it may be placed, else what stands against it."""
    asking = Asking(case, officer, today, rules, facts)
    return {kind: _against(asking, kind) for kind in kinds_from(case.state) if officer.role in asking.law.roles[kind]}


def _against(asking: Asking, kind: str) -> Refused | None:
    try:
        CHECKS[kind].may(asking)
    except Refused as refused:
        return refused
    return None


def why_not(case: Case, kind: str, officer: Officer, rules: Rules, today: date) -> str:
    """Why this officer may not place an act of `kind` now; empty when he may."""
    if case.state not in states_for(kind):
        return _not_now(case, kind)
    if officer.role not in rules.on(today).roles[kind]:
        return _who_may(kind, officer, rules, today)
    refused = _against(Asking(case, officer, today, rules), kind)
    return refused.message if refused else ""


def stands_against(case: Case, kind: str, officer: Officer, rules: Rules, on: date) -> Forbidden | Refused | None:
    """What stands against an act of `kind` on the day `on` before any of its fields is filled; None: nothing does."""
    if officer.role not in rules.on(on).roles[kind]:
        return Forbidden(_who_may(kind, officer, rules, on))
    if kind not in kinds_from(case.state):
        return Refused(_not_now(case, kind), *(ACTS[kind].articles or ("条例 45",)))
    return _against(Asking(case, officer, on, rules), kind)


def siblings(case: Case) -> tuple[a.Registration, ...]:
    """The registrations of the files that the split on `case` calls for: every part but the first (办法 4; R-split)."""
    signed = case.last(a.Split)
    if signed is None or not isinstance(signed.act, a.Split):
        return ()
    first = case.registration
    return tuple(
        first.evolve(wanted=part.wanted, items=(), features=None, split_from=case.id, on=signed.act.on, remark=None)
        for part in signed.act.parts[1:]
    )


# Facts that are recorded when they become known, not when they happened.
_MAY_LIE_BACK = ("service", "note", "meeting", "assignment", "topic", "opinion", "reasons", "remedy", "remedy_result")


# Kinds that a hint on what may be done now does not name: they are always open, or are not an officer's to place.
_ASIDE = ("note", "service", "assignment", "topic", "ledger_result")


def _dated(case: Case, act: Act, today: date) -> None:
    if act.on > today:
        raise Invalid("on", f"日期不能晚于今天（{say_day(today)}）")
    for field, value in _dates(act):
        if value > today:
            raise Invalid(field, f"已经发生的事情，日期不能晚于今天（{say_day(today)}）")
    if case.acts and act.kind not in _MAY_LIE_BACK and act.on < case.last_move_on:
        raise Invalid("on", f"日期不能早于上一步的日期{say_day(case.last_move_on)}")
    if case.acts and act.on < case.received_on:
        raise Invalid("on", f"日期不能早于收到申请之日{say_day(case.received_on)}")


def _dates(act: Act) -> list[tuple[str, date]]:
    """The other dates of an act that tell of something that has happened."""
    names = ("submitted_on", "received_on", "notified_on")
    return [(name, value) for name in names if isinstance(value := getattr(act, name, None), date)]


def _sources(case: Case, act: Act) -> tuple[str, ...]:
    return (case.state,) if case.leads_to(act) is not None else ()


def _who_may(kind: str, officer: Officer, rules: Rules, on: date) -> str:
    titles = "、".join(rules.role_titles[role] for role in rules.on(on).roles[kind])
    mine = rules.role_titles.get(officer.role, officer.role)
    return f"“{ACTS[kind].title}”由{titles}办理，您是{mine}，不能办理。请转交有权的人员。"


def _not_now(case: Case, kind: str) -> str:
    title = ACTS[kind].title
    if case.state not in STATES:
        return f"本件还没有登记，不能办理“{title}”。请先登记。"
    state = STATES[case.state]
    sentence = f"本件现在是“{state.title}”，不能办理“{title}”。"
    if case.state == "consulting" and kind == "draft":
        return sentence + "拟写答复须等征求意见结束。请先登记收到的意见，期满未答复的登记“逾期未提出意见”。"
    if case.state in ("replied", "archived") and kind == "withdrawal":
        return sentence + "答复已经作出，申请人撤回只能在答复以前。"
    now = "、".join(f"“{ACTS[one].title}”" for one in kinds_from(case.state) if one not in _ASIDE)
    return sentence + f"现在可以办理的有：{now}。"
