"""What the article requires before an act may be placed: one small pair of functions per kind.

`may` asks whether the act is open at all now (it decides what is offered, and is asked first of every act); `must`
examines one act and returns it with what the office left to the rules filled in (a default period, the month's count).
Both raise `Refused` (the law or the procedure forbids it: 409) or `Invalid` (a value is at fault: 400). `today` and the law in force are arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from workflow import acts as a
from workflow import fees
from workflow.acts import Act, Officer
from workflow.case import BY_ACT, GIVEN, Asked, Case, overall
from workflow.clocks import Reckoning
from workflow.law import InForce, Invalid, Refused, Rules
from workflow.words import LETTER_TITLES, say_day, say_yuan


@dataclass(frozen=True, slots=True)
class Facts:
    """What the file itself cannot know and the office looks up: how many requests this applicant already made."""

    already_this_month: int = 0


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks to place something on which file, as of which day, under which rules."""

    case: Case
    officer: Officer
    on: date
    rules: Rules
    facts: Facts = Facts()

    @property
    def law(self) -> InForce:
        return self.rules.on(self.on)

    @property
    def clock(self) -> Reckoning:
        return self.case.reckoning(self.rules)


Must = Callable[[Asking, Any], Act]


@dataclass(frozen=True, slots=True)
class Check:
    must: Must
    may: Callable[[Asking], None] = lambda _asking: None


def _as_is(_asking: Asking, act: Act) -> Act:
    return act


def _limit(asking: Asking, kind: str, ref: int | None = None) -> date | None:
    """The latest limit of `kind` (and of the consultation `ref`) that the clock knows."""
    found = [limit for limit in asking.clock.limits if limit.kind == kind and ref in (None, limit.ref)]
    return found[-1].on if found else None


def _known_items(asking: Asking, items: Iterable[int], field: str) -> None:
    for place, item in enumerate(items):
        if item > len(asking.case.items):
            raise Invalid(f"{field}.{place}", f"本件只有{len(asking.case.items)}项申请事项，没有第{item}项")


# ------------------------------------------------------------------ 登记、审核


def _registration(asking: Asking, act: a.Registration) -> Act:
    if asking.case.acts:
        raise Refused("本件已经登记。同一申请人另有申请的，请另行登记。", "条例 29")
    _ = asking.rules.on(act.received_on).deadlines  # refused, where no period can be reckoned (READINGS R-before)
    if act.topic is None:
        return act
    return act.evolve(topic=_topic(asking, act.topic))


def _topic(asking: Asking, given: str) -> str:
    topic = next((topic for topic in asking.law.topics if given in (topic.key, topic.title)), None)
    if topic is None:
        raise Invalid("topic", "没有这个主题，可用的主题见现行规则；不能确定的可以不填")
    return topic.key


def _retopic(asking: Asking, act: a.Retopic) -> Act:
    return act.evolve(topic=_topic(asking, act.topic))


def _may_record(asking: Asking) -> None:
    if asking.case.registration.imported is None:
        raise Refused("只有由原台账导入的申请才记载台账上的结果。本件请按程序办理、答复。", "条例 45")


def _may_split(asking: Asking) -> None:
    if asking.case.all(a.Split):
        raise Refused("本件已经拆分过。拆分后的各件分别办理，仍需再分的，请在拆出的那一件上办理。", "办法 4")


def _may_correct(asking: Asking) -> None:
    if asking.case.all(a.CorrectionNotice):
        raise Refused(
            "补正告知只能作出一次，本件已经告知过补正。申请内容仍不明确的，请拟稿答复“补正后申请内容仍不明确”。", "条例 30"
        )
    latest = asking.clock.correction_notice_latest
    if asking.on > latest:
        raise Refused(
            f"补正告知应当在收到申请之日起{asking.law.deadlines.correction_notice.value}个工作日内作出，最迟{say_day(latest)}，现在不能再要求补正。"
            "请审核受理，按申请人已经写明的内容办理；需要了解情况的，可以与申请人联系并记入备注。",
            "条例 30",
        )


def _correction_notice(asking: Asking, act: a.CorrectionNotice) -> Act:
    law = asking.law.deadlines
    if act.days is None:
        return act.evolve(days=law.correction_period_default.value)
    if act.days > law.correction_period_max.value:
        raise Invalid("days", f"补正期限应当合理，最多{law.correction_period_max.value}个工作日", "条例 30")
    return act


def _correction(asking: Asking, act: a.Correction) -> Act:
    limit = _limit(asking, "correction")
    if limit is not None and act.on > limit and act.late_reason is None:
        raise Refused(
            f"补正期限到{say_day(limit)}为止，已经逾期。申请人有正当理由的，请写明逾期仍予接收的理由后提交；没有正当理由的，办理“视为放弃申请”。",
            "条例 30",
        )
    notice = asking.case.last(a.CorrectionNotice)
    if notice is not None and act.on < notice.act.on:
        raise Invalid("on", "收到补正的日期不能早于补正告知的日期")
    return act


def _may_close_by_silence(asking: Asking) -> None:
    waiting = asking.case.state == "awaiting_payment"
    limit = _limit(asking, "payment" if waiting else "correction")
    what, article = ("缴费", "办法 6") if waiting else ("补正", "条例 30")
    if limit is None:
        raise Refused(f"还没有登记{what}通知何时送达申请人，期限无从起算。请先登记该通知的送达和签收日期。", article)
    if asking.on <= limit:
        raise Refused(f"{what}期限到{say_day(limit)}为止，还没有届满，不能视为放弃。", article)


# ------------------------------------------------------------------ 办理


def _search(asking: Asking, act: a.Search) -> Act:
    _known_items(asking, act.items, "items")
    return act


def _may_ask_reasons(asking: Asking) -> None:
    if asking.case.all(a.ReasonsNotice):
        raise Refused("已经要求申请人说明理由，不必再次要求。", "条例 35")


def _reasons_notice(asking: Asking, act: a.ReasonsNotice) -> Act:
    return act if act.days is not None else act.evolve(days=asking.law.deadlines.reasons_default.value)


def _may_give_reasons(asking: Asking) -> None:
    if not asking.case.all(a.ReasonsNotice):
        raise Refused("还没有要求申请人说明理由。请先办理“说明理由告知”。", "条例 35")


def _reasons(asking: Asking, act: a.Reasons) -> Act:
    notice = asking.case.last(a.ReasonsNotice)
    if notice is not None and act.on < notice.act.on:
        raise Invalid("on", "申请人说明理由的日期不能早于告知的日期")
    if not act.reasonable and act.assessment is None:
        raise Invalid("assessment", "认定理由不合理的，请写明依据，不予处理的决定要用到", "条例 35")
    return act


_STATUTORY_LIMITS = {"third_party": "条例 32", "joint_agency": "条例 34"}


def _consultation(asking: Asking, act: a.Consultation) -> Act:
    _known_items(asking, act.items, "items")
    law = asking.law.deadlines
    if act.type in _STATUTORY_LIMITS:
        days = (law.third_party_opinion if act.type == "third_party" else law.joint_agency_opinion).value
        if act.days not in (None, days):
            article = _STATUTORY_LIMITS[act.type]
            raise Invalid("days", f"答复期限由条例规定为{days}个工作日，不能另定，请留空", article)
    else:
        default = law.internal_opinion_default if act.type == "internal" else law.other_agency_default
        days = act.days or default.value
    if act.type == "third_party" and act.party.address is None and act.agency is None:
        raise Invalid("party.address", "请填写第三方的通讯地址，征询书将送到这里", "条例 32")
    if act.agency is not None and act.type == "third_party":
        raise Invalid("agency", "第三方不是使用本系统的单位，请留空")
    if act.to is not None:
        if act.type != "internal":
            raise Invalid("to", "只有内部会商才填会商的人员，请留空")
        act = act.evolve(agency=asking.case.agency)
    for asked in asking.case.consultations:
        if asked.is_open and asked.act.type == act.type and asked.act.party.name == act.party.name:
            raise Refused(
                f"正在征求这一方的意见（第{asked.seq}项记录），不必重复征求。"
                "可以登记收到意见，或者期满后登记逾期未提出意见。",
                *act.articles,
            )
    return act.evolve(days=days)


def _asked(asking: Asking, seq: int) -> Asked:
    asked = asking.case.consultation(seq)
    if asked is None:
        raise Invalid("consultation", f"本件第{seq}项记录不是征求意见、会商")
    if not asked.is_open:
        raise Refused("这一次征求意见已经有了结果。需要补充的，请另行征求意见，或者记入备注。", "条例 32", "条例 34")
    return asked


def _opinion(asking: Asking, act: a.Opinion) -> Act:
    asked = _asked(asking, act.consultation)
    if act.on < asked.act.on:
        raise Invalid("on", "收到意见的日期不能早于征求意见的日期")
    if act.stance == "declined" and asked.act.type == "third_party":
        raise Invalid("stance", "第三方没有职责可言。不同意公开、没有明确意见的，请选相应的一种", "条例 32")
    return act


def _meeting(asking: Asking, act: a.Meeting) -> Act:
    _known_items(asking, act.items, "items")
    return act


def _silence(asking: Asking, act: a.Silence) -> Act:
    asked = _asked(asking, act.consultation)
    article = _STATUTORY_LIMITS.get(asked.act.type, "条例 33(3)")
    if asked.received_on is None:
        raise Refused("还没有登记征询书何时送达对方，答复期限无从起算。请先登记该文书的送达和签收日期。", article)
    limit = _limit(asking, "opinion", asked.seq)
    if limit is None or act.on <= limit:
        until = f"到{say_day(limit)}为止，" if limit else ""
        raise Refused(f"对方的答复期限{until}还没有届满，不能认定逾期未提出意见。", article)
    return act


def _may_extend(asking: Asking) -> None:
    most = asking.law.deadlines.extension_max.value
    since = asking.case.last(a.Reopening)
    used = [signed for signed in asking.case.all(a.Extension) if since is None or signed.seq > since.seq]
    if used:
        raise Refused(f"本件已经延长过答复期限。延长合计不超过{most}个工作日，只能一次。", "条例 33(2)")
    due = asking.clock.due
    if due is not None and asking.on > due:
        raise Refused(
            f"答复期限已过（{say_day(due)}），现在不能延期。延期应当在期限届满前经批准并告知申请人。请尽快拟稿答复。", "条例 33(2)"
        )


def _extension(asking: Asking, act: a.Extension) -> Act:
    most = asking.law.deadlines.extension_max.value
    if act.days > most:
        raise Refused(f"延长答复期限最多{most}个工作日。请改为{most}个工作日以内。", "条例 33(2)")
    if act.notified_on is not None:
        if act.notified_on < act.on:
            raise Invalid("notified_on", "告知申请人的日期不能早于批准的日期")
        if asking.clock.due is not None and act.notified_on > asking.clock.due:
            raise Refused(
                f"延期应当在答复期限届满（{say_day(asking.clock.due)}）前告知申请人，逾期告知的不生效。请尽快拟稿答复。", "条例 33(2)"
            )
    return act


def _may_defer(asking: Asking) -> None:
    reasons = asking.case.last(a.Reasons)
    if reasons is None or not isinstance(reasons.act, a.Reasons):
        raise Refused("延迟答复以申请人说明了合理理由为前提。请先办理“说明理由告知”，并登记申请人说明的理由。", "条例 35")
    if not reasons.act.reasonable:
        raise Refused("申请人的理由已认定为不合理，不适用延迟答复，应当答复不予处理。", "条例 35")


def _deferral(asking: Asking, act: a.Deferral) -> Act:
    due = asking.clock.due
    if due is not None and act.until <= due:
        raise Invalid("until", f"延迟后的日期应当晚于现在的答复期限{say_day(due)}", "条例 35")
    return act


# ------------------------------------------------------------------ 收费


def _may_charge(asking: Asking) -> None:
    if asking.case.all(a.FeeNotice):
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


def _fee_notice(asking: Asking, act: a.FeeNotice) -> Act:
    _known_items(asking, act.items, "items")
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
    searches = [signed.act for signed in case.all(a.Search)]
    covering = [act for act in searches if isinstance(act, a.Search) and (not act.items or item in act.items)]
    return bool(covering) and covering[-1].result == "already_public"


def _payment(asking: Asking, act: a.Payment) -> Act:
    """READINGS R-fee-late."""
    fee = asking.case.fee
    if fee is None:  # the table lets nobody come here without a notice
        raise Refused("本件没有收费通知。", "办法 6")
    if act.on < fee.notice.on:
        raise Invalid("on", "缴费日期不能早于收费通知的日期")
    limit = _limit(asking, "payment")
    if limit is not None and act.on > limit:
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


def _waiver(asking: Asking, act: a.Waiver) -> Act:
    """READINGS R-fee-waiver."""
    fee = asking.case.fee
    if fee is not None and fee.open_fen > 0:
        amount = fee.open_fen
    elif fee is not None:
        raise Refused("费用已经缴纳或者减免，没有可以减免的金额。", "条例 42")
    else:
        amount = fees.quote(asking.law.fees, "per_item", 1, asking.facts.already_this_month).amount_fen
    if act.amount_fen not in (None, amount):
        raise Refused(f"按现行标准可以减免的是{say_yuan(amount)}。请留空由系统计算，或者改为这一金额。", "条例 42", "办法 4")
    return act.evolve(amount_fen=amount)


# ------------------------------------------------------------------ 答复


def _draft(asking: Asking, act: a.Draft) -> Act:
    case = asking.case
    listed = [decision.item for decision in act.items]
    _known_items(asking, listed, "items")
    missing = [str(item) for item in range(1, len(case.items) + 1) if item not in listed]
    if missing:
        raise Invalid("items", f"每一项都要有决定，还缺第{'、'.join(missing)}项", "条例 36")
    if len(set(listed)) != len(listed):
        raise Invalid("items", "同一项不能有两个决定")
    outcomes = asking.law.outcomes
    for place, decision in enumerate(act.items):
        if decision.outcome in BY_ACT:
            raise Refused(
                f"“{outcomes[decision.outcome].title}”不用拟稿答复，由办理“视为放弃申请”或者“撤回申请”直接形成。", "条例 30", "办法 6"
            )
        grounds = outcomes[decision.withheld_under or decision.outcome].grounds
        if decision.ground is not None and decision.ground not in dict(grounds):
            names = "、".join(key for key, _title in grounds)
            raise Invalid(f"items.{place}.ground", f"这种决定的具体情形是：{names}" if names else "这种决定不分具体情形，请留空")
        if decision.withheld_under is not None and decision.outcome != "partial":
            raise Invalid(f"items.{place}.withheld_under", "只有部分公开才填写不予公开部分的依据", "条例 37")
        if decision.withheld_under in GIVEN | BY_ACT:
            raise Invalid(f"items.{place}.withheld_under", "不予公开部分的依据应当是不予公开、无法提供或者不予处理的一种", "条例 37")
    keys = [decision.outcome for decision in act.items]
    if overall(keys, act.principal) is None:
        raise Invalid("principal", "各项决定不同，又没有一项公开，请在其中选定主要情形，答复和统计以它为准", "条例 36")
    return act


def _not_the_drafter(asking: Asking, what: str) -> None:
    draft = asking.case.draft
    if draft is not None and draft.officer.id == asking.officer.id:
        raise Refused(f"拟稿人不能{what}自己拟的稿件，请由其他有权人员办理。", "条例 33(2)")


def _may_review(asking: Asking) -> None:
    _not_the_drafter(asking, "审核")


def _may_decide(asking: Asking) -> None:
    _not_the_drafter(asking, "签发")
    case, needed = asking.case, asking.law.practice.legal_review_required_for
    draft = case.draft
    if draft is None or not isinstance(draft.act, a.Draft):
        return
    if any(item.outcome in needed or item.withheld_under in needed for item in draft.act.items):
        review = case.legal_review
        if review is None or not isinstance(review.act, a.LegalReview) or not review.act.passes:
            raise Refused("按本机关的规定，这类答复应当先经合法性审核通过。请法制人员先办理合法性审核。", "条例 45")


def _decision(asking: Asking, act: a.Decision) -> Act:
    from workflow.risks import open_risks  # risks ask the checks' own questions too

    case = asking.case
    draft = case.draft
    if draft is None or not isinstance(draft.act, a.Draft):
        raise Refused("没有可以签发的拟稿，请承办人先拟稿。", "条例 36")
    derived = overall((item.outcome for item in draft.act.items), draft.act.principal)
    if act.outcome not in (None, derived):
        title = asking.law.outcomes[derived or "other"].title
        raise Invalid("outcome", f"拟稿的各项决定得出的答复种类是“{title}”（{derived}），与填写的不一致，请留空或者改正")
    found = open_risks(case, asking.rules, act.on)
    blocking = [risk for risk in found if risk.level == "blocks"]
    if blocking:
        raise Refused(
            "有必须先解决的法律风险，不能签发：" + "".join(f"{place}. {risk.text}" for place, risk in enumerate(blocking, 1)),
            *dict.fromkeys(article for risk in blocking for article in risk.articles),
        )
    unknown = set(act.overrides) - {risk.id for risk in found}
    if unknown:
        raise Invalid("overrides", "所说明的风险提示现在没有出现，请删去：" + "、".join(sorted(unknown)))
    unanswered = [risk for risk in found if risk.id not in act.overrides]
    if unanswered:
        raise Refused(
            "有风险提示，签发前请逐条写明理由（overrides）："
            + "".join(f"{place}. {risk.text}〔{risk.id}〕" for place, risk in enumerate(unanswered, 1)),
            *dict.fromkeys(article for risk in unanswered for article in risk.articles),
        )
    return act.evolve(outcome=derived)


# ------------------------------------------------------------------ 送达


def _may_serve(asking: Asking) -> None:
    if not any(letter.to != "file" for letter in asking.case.letters(asking.rules)):
        raise Refused("本件还没有需要送达的文书。", "235号 送达")


def _service(asking: Asking, act: a.Service) -> Act:
    letter = next((one for one in asking.case.letters(asking.rules) if one.id == act.letter), None)
    if letter is None:
        raise Invalid("letter", "本件没有这份文书，请从本件的文书中选择")
    if letter.to in ("file", "internal"):
        raise Refused("这份文书只在机关内部使用，不需要送达。", "235号 送达")
    if act.method == "courier":
        raise Refused("答复等文书是国家公文，邮寄送达只能通过邮政企业，不得交其他快递企业寄送。请改用邮政企业邮寄或者直接送达。", "235号 邮寄")
    made = asking.case.acts[letter.seq - 1].act.on
    if act.on < made:
        raise Invalid("on", f"送达日期不能早于文书的日期{say_day(made)}")
    if act.received_on is not None and act.received_on < act.on:
        raise Invalid("received_on", "签收日期不能早于交寄或者送出的日期")
    before = asking.case.services.get(act.letter)
    if before is not None:
        if before.received_on is not None:
            raise Refused("这份文书的送达和签收日期已经登记，不能重复登记。登记有误的，请用备注说明。", "235号 送达")
        if act.received_on is None:
            raise Invalid("received_on", "这份文书已经登记送出，请填写签收日期")
    return act


# ------------------------------------------------------------------ 复议、诉讼、转主动公开、归档


def _remedy(_asking: Asking, act: a.Remedy) -> Act:
    if act.after_reconsideration and act.type != "litigation":
        raise Invalid("after_reconsideration", "只有诉讼才填写是否经过复议")
    return act


def _remedy_result(asking: Asking, act: a.RemedyResult) -> Act:
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


def _may_remedy_result(asking: Asking) -> None:
    if not any(one.result is None for one in asking.case.challenges):
        raise Refused("本件没有尚未审结的复议、诉讼。", "条例 51")


def _ordered(case: Case) -> list[int]:
    """The remedies that ordered new handling and were not yet followed."""
    done = {signed.act.remedy for signed in case.all(a.Reopening) if isinstance(signed.act, a.Reopening)}
    return [one.seq for one in case.challenges if one.result and one.result.orders_rehandling and one.seq not in done]


def _may_reopen(asking: Asking) -> None:
    if not _ordered(asking.case):
        raise Refused("重新处理应当有复议决定或者判决责令。请先登记复议、诉讼及其结果。", "条例 51")


def _reopening(asking: Asking, act: a.Reopening) -> Act:
    if act.remedy not in _ordered(asking.case):
        raise Invalid("remedy", "这件复议、诉讼没有责令重新处理，或者已经据以重新处理")
    result = next(one.result for one in asking.case.challenges if one.seq == act.remedy)
    if result is not None and act.until is None and result.until is not None:
        act = act.evolve(until=result.until)
    if act.until is not None and act.until < act.on:
        raise Invalid("until", "重新答复的期限不能早于重新处理的日期")
    return act


def _may_convert(asking: Asking) -> None:
    if asking.case.outcome not in GIVEN:
        raise Refused("只有可以公开的政府信息才能转为主动公开，本件的答复不是公开。", "条例 44")


def missing_for_archive(case: Case, rules: Rules) -> tuple[str, ...]:
    """What the file still lacks before it can be archived (归档), as sentences; empty when it is complete."""
    return tuple(text for text, _kind in lacking(case, rules))


def lacking(case: Case, rules: Rules) -> tuple[tuple[str, str], ...]:
    """`missing_for_archive`, each with the kind of act that supplies it."""
    missing = []
    for letter in case.letters(rules):
        if letter.to in ("file", "internal") or letter.kind == "receipt":
            continue
        if letter.id not in case.services:
            missing.append((f"{LETTER_TITLES[letter.kind]}（第{letter.seq}项记录）没有送达记录", "service"))
    for one in [one for one in case.challenges if one.result is None]:
        what = "复议" if one.act.type == "reconsideration" else "诉讼"
        missing.append((f"第{one.seq}项记录的{what}尚未审结", "remedy_result"))
    if _ordered(case):
        missing.append(("复议决定或者判决责令重新处理，还没有重新处理", "reopening"))
    if case.fee is not None and case.fee.open_fen and case.ended is None:
        missing.append(("通知收取的费用既没有缴纳，也没有减免", "waiver"))
    return tuple(missing)


def _may_supervise(asking: Asking) -> None:
    if asking.officer.agency == asking.case.agency:
        raise Refused("督办由主管部门对下级单位办理，不能督办本单位的申请。需要提醒承办人的，请写备注或者转办。", "条例 47")


def _may_archive(asking: Asking) -> None:
    missing = missing_for_archive(asking.case, asking.rules)
    if missing:
        raise Refused("材料不齐，还不能归档：" + "；".join(missing) + "。请补齐后再归档。", "条例 45")


def _archival(asking: Asking, act: a.Archival) -> Act:
    practice = asking.law.practice
    if act.retention is None:
        return act.evolve(retention=practice.retention_default)
    if act.retention not in practice.retention_choices:
        raise Invalid("retention", "保管期限应当是其中之一：" + "、".join(practice.retention_choices))
    return act


# ------------------------------------------------------------------ the one table

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "registration": Check(_registration),
        "split": Check(_as_is, _may_split),
        "assignment": Check(_as_is),
        "acceptance": Check(_as_is),
        "correction_notice": Check(_correction_notice, _may_correct),
        "correction": Check(_correction),
        "search": Check(_search),
        "reasons_notice": Check(_reasons_notice, _may_ask_reasons),
        "reasons": Check(_reasons, _may_give_reasons),
        "consultation": Check(_consultation),
        "opinion": Check(_opinion),
        "silence": Check(_silence),
        "extension": Check(_extension, _may_extend),
        "deferral": Check(_deferral, _may_defer),
        "fee_notice": Check(_fee_notice, _may_charge),
        "payment": Check(_payment),
        "waiver": Check(_waiver),
        "draft": Check(_draft),
        "legal_review": Check(_as_is, _may_review),
        "return": Check(_as_is),
        "decision": Check(_decision, _may_decide),
        "service": Check(_service, _may_serve),
        "abandonment": Check(_as_is, _may_close_by_silence),
        "withdrawal": Check(_as_is),
        "remedy": Check(_remedy),
        "remedy_result": Check(_remedy_result, _may_remedy_result),
        "reopening": Check(_reopening, _may_reopen),
        "conversion": Check(_as_is, _may_convert),
        "topic": Check(_retopic),
        "ledger_result": Check(_as_is, _may_record),
        "meeting": Check(_meeting),
        "supervision": Check(_as_is, _may_supervise),
        "note": Check(_as_is),
        "archival": Check(_archival, _may_archive),
    }
)
