"""办理: what stands against a search, reasons, consultations and their answers, and a later reply (条例 32-36)."""

from __future__ import annotations

from workflow import acts as a
from workflow.acts import Act
from workflow.case import Asked
from workflow.checks.asking import Asking, known_items, limit_of
from workflow.identity import folded
from workflow.law import Invalid, Refused
from workflow.showing import asked_about, leaves, stands_open
from workflow.words import say_day


def search(asking: Asking, act: a.Search) -> Act:
    known_items(asking, act.items, "items")
    return act


def may_ask_reasons(asking: Asking) -> None:
    if asking.case.all(a.ReasonsNotice) or asking.inherited.reasons_asked:
        raise Refused("已经要求申请人说明理由，不必再次要求。", "条例 35")


def reasons_notice(asking: Asking, act: a.ReasonsNotice) -> Act:
    return act if act.days is not None else act.evolve(days=asking.law.deadlines.reasons_default.value)


def may_give_reasons(asking: Asking) -> None:
    if not asking.case.all(a.ReasonsNotice):
        raise Refused("还没有要求申请人说明理由。请先办理“说明理由告知”。", "条例 35")


def reasons(asking: Asking, act: a.Reasons) -> Act:
    notice = asking.case.last(a.ReasonsNotice)
    if notice is not None and act.on < notice.act.on:
        raise Invalid("on", "申请人说明理由的日期不能早于告知的日期")
    if not act.reasonable and act.assessment is None:
        raise Invalid("assessment", "认定理由不合理的，请写明依据，不予处理的决定要用到", "条例 35")
    return act


AFTER_SILENCE = (
    "这一方已经登记“逾期未提出意见”。以后才提出的，请把来件存入附件，写备注说明收到的日期；答复送出以前，需要据以改变决定的，"
    "先撤回拟稿，以“撤销记录”撤销“逾期未提出意见”，再登记收到意见。"
)
"""What is done with an opinion that comes when its limit is over and the silence is on file (条例 32, 34)."""
_STATUTORY_LIMITS = {"third_party": "条例 32", "joint_agency": "条例 34"}


def consultation(asking: Asking, act: a.Consultation) -> Act:
    known_items(asking, act.items, "items")
    if asking.case.corrects_records and act.type != "internal":
        raise Invalid("type", "更正申请只在机关内部会商。由其他机关更正的，请拟稿转送，或者告知申请人向其提出", "条例 41")
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
        if asked.is_open and asked.act.type == act.type and folded(asked.act.party.name) == folded(act.party.name):
            raise Refused(
                f"正在征求这一方的意见（第{asked.seq}项记录），不必重复征求。"
                "可以登记收到意见，或者期满后登记逾期未提出意见。",
                *act.articles,
            )
    if act.shown is not None:
        _fits(asking, act, act.shown)
    return act.evolve(days=days)


def _fits(asking: Asking, act: a.Consultation, shown: a.Shown) -> None:
    """The version for those who are asked says as much as they see, and leaves nothing of people open unless that is meant."""
    if not leaves(act.type):
        raise Invalid("shown", "内部会商的人员看到的是案卷原文，不另写给对方看的内容。请留空")
    for field, given, wanted, what in (
        ("items", shown.items, len(asked_about(asking.case, act.items)) if act.agency else 0, "申请的信息"),
        ("materials", shown.materials, len(act.materials) if act.agency else 0, "材料的名称"),
    ):
        if len(given) != wanted:
            raise Invalid(f"shown.{field}", f"给对方看的{what}应当是{wanted}项，现在是{len(given)}项。不在系统内答复的不填")
    if not shown.meant and (found := stands_open(asking.case, shown)) is not None:
        raise Invalid(
            "shown.meant", f"给对方看的内容里有没有遮盖的{found}。请遮盖；确实需要对方知道的，请勾选确认", "条例 15"
        )


def _asked(asking: Asking, seq: int) -> Asked:
    asked = asking.case.consultation(seq)
    if asked is None:
        raise Invalid("consultation", f"本件第{seq}项记录不是征求意见、会商")
    if asked.silence is not None:
        raise Refused(AFTER_SILENCE, "条例 32", "条例 34")
    if not asked.is_open:
        raise Refused("这一次征求意见已经有了结果。需要补充的，请另行征求意见，或者记入备注。", "条例 32", "条例 34")
    return asked


def opinion(asking: Asking, act: a.Opinion) -> Act:
    asked = _asked(asking, act.consultation)
    if act.on < asked.act.on:
        raise Invalid("on", "收到意见的日期不能早于征求意见的日期")
    if act.stance == "declined" and asked.act.type == "third_party":
        raise Invalid("stance", "第三方没有职责可言。不同意公开、没有明确意见的，请选相应的一种", "条例 32")
    if act.co_issues:
        _may_co_issue(asking, asked, act)
    return act


def _may_co_issue(asking: Asking, asked: Asked, act: a.Opinion) -> None:
    """READINGS R-co-issuing: who may sign the replies of a unit lends its name and seal."""
    if asked.act.type == "internal" or asked.act.agency != asking.officer.agency:
        raise Invalid("co_issues", "是否联合答复、用印，由被征求的单位自己在系统内填写，不能代填。请留空", "条例 34")
    if asking.officer.role not in asking.law.roles["decision"]:
        raise Invalid("co_issues", "联合答复要用本单位的印章，由有权签发答复的人员（负责人）在这里答复同意。请留空，或者请负责人答复", "条例 34")
    if act.stance == "declined":
        raise Invalid("co_issues", "不属于职责而退回的，不能联合答复。请留空", "条例 34")


def silence(asking: Asking, act: a.Silence) -> Act:
    asked = _asked(asking, act.consultation)
    article = _STATUTORY_LIMITS.get(asked.act.type, "条例 33(3)")
    if act.unreachable:
        return _unreachable(asking, asked, act, article)
    if asked.returned_on is not None:
        raise Refused(
            "征询书已经退回，对方没有收到，不能认定逾期。请以其他地址、方式再次送达；各处都无法送达的，选“无法联系”并写明经过。", article
        )
    if asked.received_on is None:
        raise Refused("还没有登记征询书何时送达对方，答复期限无从起算。请先登记该文书的送达和签收日期。", article)
    limit = limit_of(asking, "opinion", asked.seq)
    if limit is None or act.on <= limit:
        until = f"到{say_day(limit)}为止，" if limit else ""
        raise Refused(f"对方的答复期限{until}还没有届满，不能认定逾期未提出意见。", article)
    return act


def meeting(asking: Asking, act: a.Meeting) -> Act:
    known_items(asking, act.items, "items")
    return act


def secrecy_review(asking: Asking, act: a.SecrecyReview) -> Act:
    known_items(asking, act.items, "items")
    return act


def _unreachable(asking: Asking, asked: Asked, act: a.Silence, article: str) -> Act:
    """READINGS R-unreachable: after every recorded attempt has failed, the agency decides itself; it need not wait for a notice."""
    if asked.sent_on is None:
        raise Refused("征询书还没有送出，不能认定无法联系。请先送达，退回的登记退回。", article)
    if asked.noticed:
        until = max(span.to for span in asking.clock.spans if span.ref == asked.seq)
        if act.on <= until:
            raise Refused(f"征询书已经公告送达，到{say_day(until)}为止计时暂停，现在还不能认定无法联系。请等候意见，期满后再认定。", article)
        return act
    if asked.returned_on is None:
        raise Refused("征询书最近一次送出还没有退回，不能认定无法联系。退回的请先登记退回。", article)
    if act.on < asked.returned_on:
        raise Invalid("on", f"认定的日期不能早于退回的日期{say_day(asked.returned_on)}")
    return act


def may_extend(asking: Asking) -> None:
    most = asking.law.deadlines.extension_max.value
    anew = asking.case.handled_anew_since
    if any(signed.seq > anew for signed in asking.case.all(a.Extension)) or (asking.inherited.extended and not anew):
        raise Refused(f"本件已经延长过答复期限。延长合计不超过{most}个工作日，只能一次。", "条例 33(2)")
    if asking.clock.stated:
        raise Refused("答复的日期已经由复议决定、判决或者延迟答复另定，不能再延长。", "条例 33(2)", "条例 51")
    due = asking.clock.due
    if due is not None and asking.on > due:
        raise Refused(
            f"答复期限已过（{say_day(due)}），现在不能延期。延期应当在期限届满前经批准并告知申请人。请尽快拟稿答复。", "条例 33(2)"
        )


def extension(asking: Asking, act: a.Extension) -> Act:
    most = asking.law.deadlines.extension_max.value
    if act.days > most:
        raise Refused(f"延长答复期限最多{most}个工作日。请改为{most}个工作日以内。", "条例 33(2)")
    told_of_extension(asking, act)
    if act.notified_on is not None and asking.clock.due is not None and act.notified_on > asking.clock.due:
        raise Refused(f"延期应当在答复期限届满（{say_day(asking.clock.due)}）前告知申请人，逾期告知的不生效。请尽快拟稿答复。", "条例 33(2)")
    return act


def told_of_extension(_asking: Asking, act: a.Extension) -> Act:
    """What is asked of the day on which the applicant was told, also when it is put right: told too late it has no effect (READINGS R-A5)."""
    if act.notified_on is not None and act.notified_on < act.on:
        raise Invalid("notified_on", "告知申请人的日期不能早于批准的日期")
    return act


def may_defer(asking: Asking) -> None:
    anew = asking.case.handled_anew_since
    if any(signed.seq > anew for signed in asking.case.all(a.Deferral)) or (asking.inherited.deferred and not anew):
        raise Refused("本件已经延迟过答复，只能延迟一次。请在已经告知申请人的日期以前答复。", "条例 35")
    reasons = asking.case.last(a.Reasons)
    if reasons is None or not isinstance(reasons.act, a.Reasons):
        raise Refused("延迟答复以申请人说明了合理理由为前提。请先办理“说明理由告知”，并登记申请人说明的理由。", "条例 35")
    if not reasons.act.reasonable:
        raise Refused("申请人的理由已认定为不合理，不适用延迟答复，应当答复不予处理。", "条例 35")


def deferral(asking: Asking, act: a.Deferral) -> Act:
    """READINGS R-O6."""
    due = asking.clock.due
    if due is None:
        return act
    if act.until <= due:
        raise Invalid("until", f"延迟后的日期应当晚于现在的答复期限{say_day(due)}", "条例 35")
    most = asking.law.practice.deferral_max
    latest = asking.rules.calendar.due(due, most).on
    if act.until > latest:
        raise Invalid("until", f"延迟答复的期限应当合理，最多{most}个工作日，最迟{say_day(latest)}", "条例 35")
    return act


def may_supervise(asking: Asking) -> None:
    if asking.officer.agency == asking.case.agency:
        raise Refused("督办由主管部门对下级单位办理，不能督办本单位的申请。需要提醒承办人的，请写备注或者转办。", "条例 47")
