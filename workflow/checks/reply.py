"""答复: what stands against a draft, its review and its signature (条例 36-39)."""

from __future__ import annotations

from collections.abc import Iterable

from workflow import acts as a
from workflow.acts import Act, Signed
from workflow.case import BY_ACT, GIVEN, OF_RECORDS, Case, overall
from workflow.checks import together
from workflow.checks.asking import Asking
from workflow.law import Invalid, Refused
from workflow.risks import Risk, late_entries, open_risks


def draft(asking: Asking, act: a.Draft) -> Act:
    """What is answered with it is decided too (条例 36 to 39; READINGS R-together)."""
    others = together.named(asking, act)
    own = len(asking.case.items)
    listed = [decision.item for decision in act.items]
    apart = any(item > own for item in listed) and bool(others)
    count = own + (sum(len(one.items) for one in others) if apart else 0)
    if not others or apart:
        _known(listed, count, own)
    missing = [str(item) for item in range(1, count + 1) if item not in listed]
    if missing:
        raise Invalid("items", f"每一项都要有决定，还缺第{'、'.join(missing)}项", "条例 36")
    if len(set(listed)) != len(listed):
        raise Invalid("items", "同一项不能有两个决定")
    _decisions(asking, act)
    _co_issuers(asking.case, act)
    keys = [decision.outcome for decision in act.items if decision.item <= own]
    if overall(keys, act.principal) is None:
        raise Invalid("principal", "各项决定不同，又没有一项公开，请在其中选定主要情形，答复和统计以它为准", "条例 36")
    return together.joined(act, own, others) if others else act


def _co_issuers(case: Case, act: a.Draft) -> None:
    """READINGS R-co-issuing: nobody's name and seal stand under a reply to which he did not agree himself."""
    for place, code in enumerate(act.co_issuers):
        if code == case.agency or code in act.co_issuers[:place]:
            raise Invalid(f"co_issuers.{place}", "本单位是主办机关，其他机关每个只填一次，请删去重复的")
        if code not in case.co_issuing:
            raise Refused(
                f"联合答复的第{place + 1}个机关没有同意联合署名、用印，不能以其名义答复。请先在系统内征求其意见，由其答复时选“同意联合答复”；"
                "只是听取意见的，不列为联合答复的机关。",
                "条例 34",
            )


def _known(listed: list[int], count: int, own: int) -> None:
    for place, item in enumerate(listed):
        if item > count:
            all_ = f"本件和一并答复的各件共有{count}项" if count > own else f"本件只有{own}项"
            raise Invalid(f"items.{place}", f"{all_}申请事项，没有第{item}项")


def _decisions(asking: Asking, act: a.Draft) -> None:
    """What stands against the decision on each item."""
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
        _of_its_course(asking.case, decision, f"items.{place}")


def _of_its_course(case: Case, decision: a.ItemDecision, path: str) -> None:
    """READINGS R-record-correction: 更正申请 and 政府信息公开申请 end each in their own ways."""
    if not case.corrects_records:
        if {decision.outcome, decision.withheld_under} & OF_RECORDS:
            raise Invalid(f"{path}.outcome", "这是更正申请的处理，本件是政府信息公开申请，请选择公开申请的答复种类", "条例 41", "条例 36")
        return
    if decision.outcome not in OF_RECORDS | {"other"}:
        raise Invalid(
            f"{path}.outcome", "本件是更正申请，请选予以更正、不予更正、转送有权更正的机关、告知向有权更正的机关提出，或者其他处理", "条例 41"
        )
    if decision.outcome in ("record_corrected", "record_not_corrected") and decision.reason is None:
        what = "更正了什么、依据什么" if decision.outcome == "record_corrected" else "不予更正的理由"
        raise Invalid(f"{path}.reason", f"请写明{what}，告知书要写明", "条例 41")
    if decision.outcome in ("record_transferred", "record_referred") and decision.responsible is None:
        raise Invalid(f"{path}.responsible", "请写明有权更正的机关", "条例 41")


def _not_the_drafter(asking: Asking, what: str) -> None:
    draft = asking.case.draft
    if draft is not None and draft.officer.id == asking.officer.id:
        raise Refused(f"拟稿人不能{what}自己拟的稿件，请由其他有权人员办理。", "条例 33(2)")


def may_return(asking: Asking) -> None:
    if asking.case.state != "approving" and not (asking.case.requests and asking.by_head):
        raise Refused("没有可以退回的拟稿、报批。拟稿报审签、报批提出以后才能退回，报批由负责人退回。", "条例 45")


def returned(asking: Asking, act: a.Return) -> Act:
    if act.request is None and asking.case.state != "approving":
        raise Invalid("request", "请填写退回哪一项报批")
    return act


def may_recall(asking: Asking) -> None:
    """READINGS R-requests: one's own draft or request, while nobody has acted on it."""
    mine = any(one.by.id == asking.officer.id for one in asking.case.requests)
    if not mine and not _my_draft(asking):
        raise Refused("没有可以撤回的拟稿、报批：只能撤回本人提出、还没有人审核、处理的。", "条例 45")


def recall(asking: Asking, act: a.Recall) -> Act:
    if act.request is None and not _my_draft(asking):
        raise Refused("只能撤回本人的、还没有人审核的拟稿。撤回报批的，请填写是哪一项。", "条例 45")
    return act


def _my_draft(asking: Asking) -> bool:
    draft = asking.case.draft
    if asking.case.state != "approving" or draft is None or draft.officer.id != asking.officer.id:
        return False
    return not any(signed.seq > draft.seq and isinstance(signed.act, a.LegalReview) for signed in asking.case.in_force)


def may_review(asking: Asking) -> None:
    _not_the_drafter(asking, "审核")


def may_decide(asking: Asking) -> None:
    _not_the_drafter(asking, "签发")
    case, needed = asking.case, asking.law.practice.legal_review_required_for
    draft = case.draft
    if draft is None or not isinstance(draft.act, a.Draft):
        return
    if any(item.outcome in needed or item.withheld_under in needed for item in draft.act.every):
        review = case.legal_review
        if review is None or not isinstance(review.act, a.LegalReview) or not review.act.passes:
            raise Refused("按本机关的规定，这类答复应当先经合法性审核通过。请法制人员先办理合法性审核。", "条例 45")


def blocked(found: Iterable[Risk]) -> Refused | None:
    """What makes it impossible to sign, whatever reason is given; None: nothing does."""
    blocking = [risk for risk in found if risk.level == "blocks"]
    if not blocking:
        return None
    return Refused(
        "有必须先解决的法律风险，不能签发：" + "".join(f"{place}. {risk.text}" for place, risk in enumerate(blocking, 1)),
        *dict.fromkeys(article for risk in blocking for article in risk.articles),
    )


def decision(asking: Asking, act: a.Decision) -> Act:
    case = asking.case
    draft = case.draft
    if draft is None or not isinstance(draft.act, a.Draft):
        raise Refused("没有可以签发的拟稿，请承办人先拟稿。", "条例 36")
    _of_this_request(case, draft)
    together.unmoved(asking, draft.act)
    _co_issuers(case, draft.act)
    derived = overall((item.outcome for item in draft.act.items), draft.act.principal)
    if act.outcome not in (None, derived):
        title = asking.law.outcomes[derived or "other"].title
        raise Invalid("outcome", f"拟稿的各项决定得出的答复种类是“{title}”（{derived}），与填写的不一致，请留空或者改正")
    found = open_risks(
        case, asking.rules, act.on, entered=asking.today if act.late_entry else None, others=asking.facts.others
    )
    if (why := blocked(found)) is not None:
        raise why
    given = {**_told_late(asking, act), **act.overrides}
    unknown = set(given) - {risk.id for risk in found}
    if unknown:
        raise Invalid("overrides", "所说明的风险提示现在没有出现，请删去：" + "、".join(sorted(unknown)))
    unanswered = [risk for risk in found if risk.id not in given]
    if unanswered:
        raise Refused(
            "有风险提示，签发前请逐条写明理由（overrides）："
            + "".join(f"{place}. {risk.text}〔{risk.id}〕" for place, risk in enumerate(unanswered, 1)),
            *dict.fromkeys(article for risk in unanswered for article in risk.articles),
        )
    return act.evolve(outcome=derived, overrides=given)


def _of_this_request(case: Case, draft: Signed) -> None:
    """What is signed answers what is asked for now, every item of it (READINGS R-amendment)."""
    then = case.as_of(draft.seq)
    if (then.items, then.wanted) != (case.items, case.wanted):
        raise Refused("拟稿以后申请内容有改动，这一稿答的不是现在的申请内容，不能签发。请退回承办人重新拟稿。", "条例 36")


def _told_late(asking: Asking, act: a.Decision) -> dict[str, str]:
    """READINGS R-late-entry: every 补录 gave its reason; the signature answers with these, unless it says more."""
    entries = [act.late_entry, *(signed.late_entry for signed in late_entries(asking.case))]
    reasons = [one.reason for one in entries if one is not None]
    return {"late_entry": "；".join(dict.fromkeys(reasons))[:20_000]} if reasons else {}
