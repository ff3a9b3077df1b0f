"""收费: what stands against a fee notice, a payment, a waiver (条例 42; 办法)."""

from __future__ import annotations

from workflow import acts as a
from workflow import fees
from workflow.acts import Act
from workflow.case import Case
from workflow.checks.asking import Asking, known_items, limit_of
from workflow.law import Invalid, Refused, Rules
from workflow.words import say_day, say_yuan


def may_charge(asking: Asking) -> None:
    if asking.case.all(a.FeeNotice) or asking.inherited.charged:
        raise Refused("本件已经发过收费通知。一件申请只能收费一次，按件、按量只能选择一种。", "办法 3")
    if asking.case.all(a.Waiver):
        raise Refused("本件已经减免收费，不能再收费。请继续办理。", "条例 42")
    due = asking.clock.due
    if due is not None and asking.on > due:
        raise Refused(f"收费通知应当在办理期限内发出，答复期限{say_day(due)}已过，不能再收费。请直接办理答复。", "办法 6")


def notice_quote(notice: a.FeeNotice, rules: Rules) -> fees.Quote:
    """What the schedule in force on its day gives for this notice, with the working (办法 4, 5; READINGS R-fee-item)."""
    schedule = rules.on(notice.on).fees
    if notice.basis == "per_item":
        return fees.quote(schedule, "per_item", 1, notice.already or 0)
    if notice.pages is None:
        raise Invalid("pages", "按量计收的，请填写页数", "办法 5")
    return fees.quote(schedule, "per_page", notice.pages)


def fee_notice(asking: Asking, act: a.FeeNotice) -> Act:
    known_items(asking, act.items, "items")
    if act.basis == "per_item":
        if act.pages is not None:
            raise Refused("按件、按量只能选择一种，不能同时计收。按件计收的，不填页数。", "办法 3")
        known = asking.facts.already_this_month
        if act.already not in (None, known):
            raise Invalid("already", f"台账上该申请人本自然月内此前有{known}件，与填写的不一致，请留空由系统计算", "办法 4")
        act = act.evolve(already=known)
    else:
        if act.already is not None:
            raise Refused("按件、按量只能选择一种。按量计收的，不填本月件数。", "办法 3")
        charged = act.items or tuple(range(1, len(asking.case.items) + 1))
        public = [item for item in charged if found_public(asking.case, item)]
        if public:
            named = "、".join(f"第{item}项" for item in public)
            raise Refused(f"{named}已经主动公开，告知获取的方式、途径即可，不得按量收费。请从计收的事项中除去。", "办法 5")
    quote = notice_quote(act, asking.rules)
    if quote.amount_fen == 0:
        raise Refused("按现行标准本件不应收费，不得发收费通知。请继续办理。", *quote.articles)
    if act.amount_fen != quote.amount_fen:
        raise Refused(
            f"收费通知的金额应当与现行标准一致：按标准为{say_yuan(quote.amount_fen)}，通知写的是{say_yuan(act.amount_fen)}。请改为按标准计算的金额；确需少收的，办理减免收费。",
            *quote.articles,
        )
    return act


def found_public(case: Case, item: int) -> bool:
    """The latest search that covers `item` found it already public (条例 36(一))."""
    searches = [signed.act for signed in case.concerning(a.Search, item) if isinstance(signed.act, a.Search)]
    return bool(searches) and searches[-1].result == "already_public"


def payment(asking: Asking, act: a.Payment) -> Act:
    """READINGS R-fee-late."""
    fee = asking.case.fee
    if fee is None:  # the table lets nobody come here without a notice
        raise Refused("本件没有收费通知。", "办法 6")
    if act.on < fee.notice.on:
        raise Invalid("on", "缴费日期不能早于收费通知的日期")
    limit = limit_of(asking, "payment")
    if limit is not None and act.on > limit and not asking.case.excused:
        raise Refused(
            f"缴费期限到{say_day(limit)}为止，逾期未缴纳的视为放弃申请，不能再登记缴费。已经收到的款项应当退回，请办理“视为放弃申请”。", "办法 6"
        )
    if act.amount_fen != fee.open_fen:
        less = act.amount_fen < fee.open_fen
        raise Refused(
            f"应缴{say_yuan(fee.open_fen)}，登记的是{say_yuan(act.amount_fen)}。"
            + ("费用应当一次足额缴纳，部分缴纳不能登记，请通知申请人补足后一并登记。" if less else "多收的部分应当退回，请核对后按应缴金额登记。"),
            "办法 6",
        )
    return act


def waiver(asking: Asking, act: a.Waiver) -> Act:
    """READINGS R-fee-waiver."""
    fee = asking.case.fee
    if fee is not None and fee.open_fen > 0:
        amount = fee.open_fen
        if act.amount_fen is not None and 0 < act.amount_fen < amount:
            return act  # 减收: the rest stays to be paid
    elif fee is not None:
        raise Refused("费用已经缴纳或者减免，没有可以减免的金额。", "条例 42")
    else:
        amount = fees.quote(asking.law.fees, "per_item", 1, asking.facts.already_this_month).amount_fen
    if act.amount_fen not in (None, amount):
        raise Refused(f"按现行标准可以减免的是{say_yuan(amount)}。请留空由系统计算，或者改为这一金额。", "条例 42", "办法 4")
    return act.evolve(amount_fen=amount)
