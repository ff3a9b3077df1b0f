"""Placing an act: `admit` gives the file with the act on it, or says which article stands against it.

The order of questions: is the act dated possibly, may this role sign it, does the procedure allow it now, and does
the act satisfy its article (`checks`). `permitted` asks the same questions without an act at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from workflow import acts as a
from workflow.acts import ACTS, Act, Officer, Rejected, Signed, parse
from workflow.case import Case, OpenRequest, inherited
from workflow.checks import CHECKS, Asking, Facts
from workflow.checks.asking import COMES_LATE, MAY_LIE_BACK
from workflow.checks.handling import AFTER_SILENCE
from workflow.law import Invalid, Refused, Rules
from workflow.procedure import ACTIVE, OF_RECORDS, STATES, kinds_from, states_for
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
    asking = Asking(case, officer, act.on, rules, facts, today)
    _signed_by(asking, act)
    if case.leads_to(act) is None:
        raise Refused(_not_now(asking, act.kind), *(type(act).articles or ("条例 45",)))
    _may(asking, act.kind)
    _answers_request(asking, act)
    completed = _requested(asking, act, at) if isinstance(act, a.Request) else CHECKS[act.kind].must(asking, act)
    return case.with_act(Signed(len(case.acts) + 1, completed, officer, at))


def _signed_by(asking: Asking, act: Act) -> None:
    """The role may sign it; a late entry and what was asked for by a request is the head's (READINGS R-late-entry, R-requests)."""
    if getattr(act, "late_entry", None) is not None:
        if not asking.by_head:
            raise Refused("补录由负责人办理。请写明理由、附上纸质材料，报负责人签批。", "条例 45")
        return
    if asking.officer.role not in asking.law.roles[act.kind]:
        raise Forbidden(_who_may(act.kind, asking.officer, asking.rules, act.on))


def _may(asking: Asking, kind: str) -> None:
    """Nothing stands against the kind itself now: it belongs to the course of this file, and its check lets it in."""
    if not belongs(asking.case, kind) and asking.case.corrects_records:
        raise Refused(
            f"本件是更正申请，不是政府信息公开申请，不办理“{ACTS[kind].title}”。"
            "请核查申请人提供的证据，拟稿更正、不予更正，或者转送、告知有权更正的机关。",
            "条例 41",
        )
    if asking.case.is_erased:
        raise Refused("本件保管期满，已经销毁，只留登记号、日期和结果，不能再办理。有新的申请的，请另行登记。", "条例 45")
    CHECKS[kind].may(asking)


def belongs(case: Case, kind: str) -> bool:
    """Whether the kind is one of the file's own course; a request to correct records has a shorter one, a ledger tells of no other's end."""
    if not case.acts:
        return True
    return (not case.corrects_records or kind in OF_RECORDS) and (kind != "ledger_result" or case.registration.imported is not None)


# ------------------------------------------------------------------ 报批


def _requested(asking: Asking, request: a.Request, at: datetime) -> Act:
    """READINGS R-requests: what is asked for must be what the head could place now, and the asker could not."""
    try:
        act = parse({"on": asking.today.isoformat()} | {name: value for name, value in request.act.items() if (name, value) != ("on", None)})
    except Rejected as rejected:
        raise Rejected([(f"act.{path}" if path else "act", why) for path, why in rejected.errors]) from None
    if act.kind in ("request", "return", "recall"):
        raise Invalid("act.kind", "报批、退回、撤回不能作为报批的内容")
    mine = asking.officer.role in asking.law.roles[act.kind] and getattr(act, "late_entry", None) is None
    if mine and act.kind not in ("amendment", "revocation"):
        raise Invalid("act.kind", f"“{ACTS[act.kind].title}”您可以直接办理，不需要报批")
    if any(one.act.act.get("kind") == act.kind for one in asking.case.requests):
        raise Refused(f"“{ACTS[act.kind].title}”已经报批，等待负责人处理。需要修改的，请先撤回原来的报批。", "条例 45")
    if asking.case.leads_to(act) is None:
        raise Refused(_not_now(asking, act.kind), *(type(act).articles or ("条例 45",)))
    try:
        admit(asking.case, act, _signer(asking), at, asking.rules, asking.today, asking.facts)
    except Invalid as invalid:
        raise Invalid(f"act.{invalid.field}", invalid.message, *invalid.articles) from None
    return request.evolve(act=act.model_dump(mode="json", exclude_defaults=True) | {"kind": act.kind})


def _answers_request(asking: Asking, act: Act) -> None:
    """An act that names a request signs it, returns it or takes it back."""
    seq = getattr(act, "request", None)
    if seq is None:
        return
    asked = next((one for one in asking.case.requests if one.seq == seq), None)
    if asked is None:
        raise Invalid("request", f"第{seq}项记录不是等待处理的报批")
    if isinstance(act, a.Recall):
        if asked.by.id != asking.officer.id:
            raise Refused("报批由提出的人撤回，您不是这一项报批的提出人。", "条例 45")
    elif not asking.by_head:
        raise Refused("报批由负责人签批或者退回。", "条例 45")
    elif not isinstance(act, a.Return) and asked.act.act.get("kind") != act.kind:
        title = ACTS[str(asked.act.act.get("kind"))].title
        raise Invalid("request", f"第{seq}项记录报请办理的是“{title}”，与现在办理的不一致")


def granted(case: Case, asked: OpenRequest, at: datetime, rules: Rules, today: date, facts: Facts = Facts()) -> Case:
    """The file as it would be if the head signed the request now, which nobody stores. Raises what `admit` raises."""
    return admit(case, signed_request(asked, today), _signer(Asking(case, asked.by, today, rules, facts)), at, rules, today, facts)


def signed_request(asked: OpenRequest, today: date) -> Act:
    """The act that signing a request places: dated today, unless it is a late entry."""
    late = asked.act.act.get("late_entry") is not None
    return parse({**asked.act.act, "request": asked.seq} | ({} if late else {"on": today.isoformat()}))


def _signer(asking: Asking) -> Officer:
    """A head in place of whoever asks, to see what he could place."""
    return asking.officer.model_copy(update={"id": "", "role": asking.law.roles["extension"][0], "agency": asking.case.agency})


def by_request(case: Case, data: dict[str, Any]) -> dict[str, Any]:
    """An act as it was sent, completed with the fields of the request that it signs: 负责人一次签批."""
    seq = data.get("request")
    asked = next((one for one in case.requests if one.seq == seq), None)
    if asked is None or asked.act.act.get("kind") != data.get("kind"):
        return data
    return {name: value for name, value in asked.act.act.items() if name != "on"} | data


def permitted(case: Case, officer: Officer, rules: Rules, today: date, facts: Facts = Facts()) -> tuple[str, ...]:
    """The kinds of act that this officer may place now, in the order of the procedure."""
    return tuple(kind for kind, why in reasons(case, officer, rules, today, facts).items() if why is None)


def reasons(
    case: Case, officer: Officer, rules: Rules, today: date, facts: Facts = Facts()
) -> dict[str, Refused | None]:
    """For every kind the table and the role allow now: None if it may be placed, else what stands against it."""
    return _reasons(Asking(case, officer, today, rules, facts))


def _reasons(asking: Asking) -> dict[str, Refused | None]:
    kinds = [kind for kind in kinds_from(asking.case.state) if belongs(asking.case, kind)]
    return {kind: _against(asking, kind) for kind in kinds if asking.officer.role in asking.law.roles[kind]}


def _against(asking: Asking, kind: str) -> Refused | None:
    try:
        _may(asking, kind)
    except Refused as refused:
        return refused
    return None


def why_not(case: Case, kind: str, officer: Officer, rules: Rules, today: date) -> str:
    """Why this officer may not place an act of `kind` now; empty when he may."""
    if case.state not in states_for(kind):
        return _not_now(Asking(case, officer, today, rules), kind)
    if officer.role not in rules.on(today).roles[kind]:
        return _who_may(kind, officer, rules, today)
    refused = _against(Asking(case, officer, today, rules), kind)
    return refused.message if refused else ""


def stands_against(case: Case, kind: str, officer: Officer, rules: Rules, on: date) -> Forbidden | Refused | None:
    """What stands against an act of `kind` on the day `on` before any of its fields is filled; None: nothing does."""
    if officer.role not in rules.on(on).roles[kind]:
        return Forbidden(_who_may(kind, officer, rules, on))
    if kind not in kinds_from(case.state):
        return Refused(_not_now(Asking(case, officer, on, rules), kind), *(ACTS[kind].articles or ("条例 45",)))
    return _against(Asking(case, officer, on, rules), kind)


def siblings(case: Case, rules: Rules) -> tuple[a.Registration, ...]:
    """The registrations of the files that the split on `case` calls for: every part but the first (办法 4; R-split, R-split-clock)."""
    signed = case.last(a.Split)
    if signed is None or not isinstance(signed.act, a.Split):
        return ()
    first, on = case.registration, signed.act.on
    return tuple(
        first.evolve(
            wanted=part.wanted, items=(), features=None, split_from=case.id, on=on, remark=None, applicant=case.applicants[0],
            co_applicants=case.applicants[1:], topic=case.topic, inherited=inherited(case, case.reckoning(rules), on),
        )
        for part in signed.act.parts[1:]
    )  # fmt: skip


def handed(case: Case, by: str) -> a.Registration:
    """The registration in the unit that the last act on `case` hands the request over to, which received it that day, or when it first had it.

    `by` is the name of the unit that hands it over (READINGS R-handover).
    """
    first, act = case.registration, case.acts[-1].act
    assert isinstance(act, a.Handover)
    asked = tuple(a.Item(wanted=one) for one in case.items) if len(case.items) > 1 else ()
    before = first.handed_from
    source = a.HandedFrom(
        case=case.id, agency=by, number=case.number, received_on=case.received_on,
        corrected=bool(case.all(a.CorrectionNotice)) or (before is not None and before.corrected),
        had=(*(before.had if before is not None else ()), a.Had(unit=case.agency, agency=by, received_on=case.received_on)),
    )  # fmt: skip
    return first.evolve(
        on=act.on, received_on=source.received_by(act.to) or act.on, submitted_on=None, applicant=case.applicants[0],
        co_applicants=case.applicants[1:], wanted=case.wanted, items=asked, features=case.features, topic=case.topic, split_from=None,
        imported=None, remark=None, handed_from=source, tell_by="none",  # it was agreed with the unit that hands it over
    )  # fmt: skip


# Kinds that a hint on what may be done now does not name: they are always open, or are not an officer's to place.
_ASIDE = (
    "note", "service", "assignment", "topic", "ledger_result", "amendment", "revocation", "voiding", "request", "return", "recall",
    "remedy", "remedy_result",
)  # fmt: skip


def _dated(case: Case, act: Act, today: date) -> None:
    for field, value in _dates(act):  # first: the date of a registration follows from them
        if value > today:
            raise Invalid(field, f"已经发生的事情，日期不能晚于今天（{say_day(today)}）")
    if act.on > today:
        raise Invalid("on", f"日期不能晚于今天（{say_day(today)}）")
    late = getattr(act, "late_entry", None)
    if late is not None and act.on == today:
        raise Invalid("late_entry", "日期是今天的，不是补录，请留空")
    if late is None and act.kind in DATED_BY_THE_AGENCY and act.on < today:
        raise Refused(
            f"“{ACTS[act.kind].title}”的日期由本机关确定，以在系统中办理的今天（{say_day(today)}）为准，不能写成{say_day(act.on)}。"
            "确已在此前以纸质办理的，由负责人补录：写明理由，并附上当时的材料。",
            "条例 45",
        )
    lies_back = act.kind in MAY_LIE_BACK or (act.kind in COMES_LATE and case.excused)
    if case.acts and late is None and not lies_back and act.on < case.last_move_on:
        raise Invalid("on", f"日期不能早于上一步的日期{say_day(case.last_move_on)}")
    if case.acts and act.on < case.received_on and act.kind not in ("service", "opinion", "reasons"):  # not before what they answer
        raise Invalid("on", f"日期不能早于收到申请之日{say_day(case.received_on)}")


DATED_BY_THE_AGENCY = frozenset(
    {"decision", "correction_notice", "reasons_notice", "fee_notice", "extension", "deferral", "abandonment"}
)
"""Kinds whose date the agency itself sets: the day on which they are signed in the system (READINGS R-late-entry)."""


def _dates(act: Act) -> list[tuple[str, date]]:
    """The other dates of an act that tell of something that has happened."""
    names = ("submitted_on", "received_on", "notified_on")
    return [(name, value) for name in names if isinstance(value := getattr(act, name, None), date)]


def _who_may(kind: str, officer: Officer, rules: Rules, on: date) -> str:
    titles = "、".join(rules.role_titles[role] for role in rules.on(on).roles[kind])
    mine = rules.role_titles.get(officer.role, officer.role)
    return f"“{ACTS[kind].title}”由{titles}办理，您是{mine}，不能办理。请转交有权的人员。"


_OVER: Mapping[str, str] = {
    "void": "作废的案卷不再办理，只能添加备注。仍需办理的，请重新登记。",
    "handed_over": "申请已经移送，由接收的单位登记、办理，本件只送达移送告知书、添加备注。申请人另有申请的，请另行登记。",
}
"""What to do about a file that nobody here takes any further."""


def _not_now(asking: Asking, kind: str) -> str:
    """What stands against an act that the table does not give now, and the way to what it is for."""
    case, title = asking.case, ACTS[kind].title
    if case.state not in STATES:
        return f"本件还没有登记，不能办理“{title}”。请先登记。"
    state = STATES[case.state]
    sentence = f"本件现在是“{state.title}”，不能办理“{title}”。"
    if case.state in _OVER:
        return sentence + _OVER[case.state]
    if asking.officer.agency != case.agency:
        return sentence + "请与办理本件的单位联系。"
    if kind in _ONCE and case.is_active and case.state != "registered" and (refused := _against(asking, kind)) is not None:
        return sentence + refused.message
    if (way := _OF_KIND[kind](case) if kind in _OF_KIND else _of_state(case, kind)) is not None:
        return sentence + way
    now = "、".join(f"“{ACTS[one].title}”" for one, why in _reasons(asking).items() if why is None and one not in _ASIDE)
    if now:
        return f"{sentence}您现在可以办理的有：{now}。"
    return sentence + ("" if state.mover == "无" else f"等{state.mover}办理；") + "有情况要说明的，可以添加备注。"


def _of_state(case: Case, kind: str) -> str | None:
    """The way to an act that belongs to another state: what brings the file there."""
    if case.is_active and kind in ("archival", "conversion", "reopening"):
        return "请先答复，或者终止办理。"
    if case.state in _ON_THE_WAY and kind in kinds_from("handling"):
        return _ON_THE_WAY[case.state]
    if not case.is_active and kind in {one for state in ACTIVE for one in kinds_from(state)}:
        return "确需重新办理的，请负责人办理“重新处理”。"
    if case.is_active and kind in ("decision", "legal_review"):
        return _ON_THE_WAY.get(case.state, "") + ("请先拟稿。" if case.state == "handling" else "然后拟稿。")
    return None


_ON_THE_WAY: Mapping[str, str] = {
    "registered": "请先办理“审核受理”。",
    "awaiting_correction": "请等申请人补正，收到后登记“收到补正”；逾期没有补正的，办理“视为放弃申请”。",
    "awaiting_payment": "请等申请人缴费，缴清后登记“缴费”；逾期没有缴纳的，办理“视为放弃申请”。",
    "consulting": "请先登记收到的意见，期满未答复的登记“逾期未提出意见”。",
    "approving": "正在审签。需要补办、重拟的，请承办人撤回拟稿，或者请法制人员、负责人退回。",
}
"""What leads from each state of an open file to 办理中."""


_ONCE = frozenset({"split", "correction_notice", "reasons_notice", "extension", "deferral", "fee_notice"})
"""Kinds to which no state leads any more once they were used, or their time is over: that is what stands against them."""


def _handed_over_no_more(case: Case) -> str | None:
    if case.state == "awaiting_correction" and not case.all(a.Acceptance):
        return "请先登记“收到补正”，在受理以前移送。"
    if not case.is_active:
        return None
    return "受理以后不能移送。不属于本机关负责公开的，请拟稿答复“非本机关负责公开”，告知负责公开的机关。"


def _asked_before(case: Case) -> str:
    """收到意见、逾期未提出意见 when nobody is asked any more: what comes later is put on file all the same."""
    if not case.consultations:
        return "没有征求过意见。需要征求的，请在办理中办理“征求意见、会商”；主动来的意见，请存入附件，写明备注。"
    if case.consultations[-1].silence is None:
        return "征求的意见都已经登记。有补充的，请存入附件，写明备注；需要再问的，在办理中另行征求。"
    return AFTER_SILENCE


def _withdrawn_too_late(case: Case) -> str | None:
    return "答复已经作出，申请人撤回只能在答复以前。" if case.state in ("replied", "archived") else _of_state(case, "withdrawal")


def _drafted_later(case: Case) -> str | None:
    waits = "拟写答复须等征求意见结束。" if case.state == "consulting" else ""
    return waits + way if (way := _of_state(case, "draft")) is not None else None


_OF_KIND: Mapping[str, Callable[[Case], str | None]] = {
    "registration": lambda _case: "本件已经登记；申请人另有申请的，请另行登记。",
    "handover": _handed_over_no_more, "opinion": _asked_before, "silence": _asked_before, "withdrawal": _withdrawn_too_late, "draft": _drafted_later,
}  # fmt: skip
"""Kinds that have a way of their own."""
