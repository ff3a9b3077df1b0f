"""登记、审核: what stands against a registration, a split, a correction notice, a correction (条例 29-31; 办法 4)."""

from __future__ import annotations

from workflow import acts as a
from workflow.acts import Act
from workflow.checks.asking import Asking, limit_of
from workflow.identity import folded
from workflow.law import Invalid, Refused
from workflow.statistics import of_requests
from workflow.words import say_day


def registration(asking: Asking, act: a.Registration) -> Act:
    if asking.case.acts:
        raise Refused("本件已经登记。同一申请人另有申请的，请另行登记。", "条例 29")
    _ = asking.rules.on(act.received_on).deadlines  # refused, where no period can be reckoned (READINGS R-before)
    _different_people(act)
    _agent_of_another(act)
    if act.topic is None:
        return act
    return act.evolve(topic=_topic(asking, act.topic))


def _different_people(act: a.Registration) -> None:
    """READINGS R-co-applicants: each of several applicants is named once."""
    known = {act.applicant.identity}
    for place, one in enumerate(act.co_applicants):
        if one.identity in known:
            raise Invalid(f"co_applicants.{place}", "这一位与申请人或者前面的共同申请人是同一人，请删去", "条例 29")
        known.add(one.identity)


def _agent_of_another(act: a.Registration) -> None:
    """READINGS R-co-applicants: an agent acts for somebody else. A namesake is told by the number of his paper."""
    agent = act.agent
    if agent is None:
        return
    for one in act.applicants:
        same_paper = agent.id_number is not None and (agent.id_type, agent.id_number) == (one.id_type, one.id_number)
        apart = agent.id_number is not None and one.id_number is not None
        if same_paper or (not apart and folded(agent.name) == folded(one.name)):
            raise Invalid(
                "agent", "代理人与申请人是同一人。本人申请的不填代理人；由其中一位申请人代表的，选为代表人；同名的，请填写双方的证件号码", "条例 29"
            )


def _topic(asking: Asking, given: str) -> str:
    topic = next((topic for topic in asking.law.topics if given in (topic.key, topic.title)), None)
    if topic is None:
        raise Invalid("topic", "没有这个主题，可用的主题见现行规则；不能确定的可以不填")
    return topic.key


def retopic(asking: Asking, act: a.Retopic) -> Act:
    return act.evolve(topic=_topic(asking, act.topic))


def may_record(asking: Asking) -> None:
    if asking.case.registration.imported is None:
        raise Refused("只有由原台账导入的申请才记载台账上的结果。本件请按程序办理、答复。", "条例 45")


def recorded(asking: Asking, act: a.LedgerResult) -> Act:
    """READINGS R-import: what the ledger told when it came in; what was done since then is done here, with its letters and signatures."""
    imported_on = asking.case.acts[0].entered_on
    if act.on > imported_on:
        raise Invalid(
            "on", f"台账是{say_day(imported_on)}导入的，以后办结的不能按台账所载记载。请按程序办理、答复；确已以纸质办理的，由负责人补录", "条例 45"
        )
    if act.outcome not in of_requests(asking.law):
        raise Invalid("outcome", "这是更正申请的结果，不是政府信息公开申请的办理结果，请另选", "条例 41")
    return act


def may_split(asking: Asking) -> None:
    if asking.case.all(a.Split):
        raise Refused("本件已经拆分过。拆分后的各件分别办理，仍需再分的，请在拆出的那一件上办理。", "办法 4")


def split(asking: Asking, act: a.Split) -> Act:
    """READINGS R-split-clock: what somebody is being asked about stays on the file, as the first part."""
    case, parts = asking.case, [folded(part.wanted) for part in act.parts]
    for place, part in enumerate(parts):
        if part in parts[:place]:
            raise Invalid(f"parts.{place}", f"与第{parts.index(part) + 1}件相同，请合并，或者写清各件的内容", "办法 4")
    known = [folded(item) for item in case.items]
    if not all(part in known for part in parts):
        return act  # in other words: which part is asked about is the handler's to say, by putting it first
    asked = {item for one in case.consultations if one.is_open for item in one.items}
    first = known.index(parts[0]) + 1
    if asked - {first}:
        named = "、".join(f"第{item}项" for item in sorted(asked - {first}))
        raise Invalid(
            "parts.0" if first not in asked else "parts",
            f"{named}正在征求意见，不能另立一件。请把正在征求意见的一项列为第一件，留在本件继续等待；有几项在征求意见的，等收到意见再拆分",
            "办法 4",
        )  # fmt: skip
    return act


def may_hand_over(asking: Asking) -> None:
    if asking.case.all(a.Acceptance) or asking.case.registration.inherited is not None:
        raise Refused(
            "本件已经受理，不能再移送。不属于本机关负责公开的，请拟稿答复“非本机关负责公开”，告知负责公开的机关。", "条例 36(五)", "条例 10"
        )
    if (due := asking.clock.due) is not None and asking.on > due:
        raise Refused(
            f"答复期限{say_day(due)}已过，逾期没有答复的是本机关，不能再移送。不属于本机关负责公开的，请受理后拟稿答复“非本机关负责公开”。",
            "条例 33(2)", "条例 36(五)",
        )  # fmt: skip


def handover(asking: Asking, act: a.Handover) -> Act:
    if act.to == asking.case.agency:
        raise Invalid("to", "不能移送给本单位，请选择负责公开的单位", "条例 10")
    return act


def may_correct(asking: Asking) -> None:
    handed = asking.case.registration.handed_from
    if asking.case.all(a.CorrectionNotice) or asking.inherited.corrected or (handed is not None and handed.corrected):
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


def assignment(asking: Asking, act: a.Assignment) -> Act:
    """READINGS R-passed-down: to a unit below, with a limit that leaves time for the reply."""
    if act.agency is None or act.limit is None:
        return act
    if act.agency == asking.case.agency:
        raise Invalid("agency", "不能交本单位拟办，交给本单位人员的请填写承办人", "条例 45")
    if act.limit < asking.today:
        raise Invalid("limit", f"拟办的期限不能早于今天（{say_day(asking.today)}）")
    due = asking.clock.due
    if due is not None and act.limit > due:
        raise Invalid("limit", f"拟办的期限不能晚于答复期限{say_day(due)}，并应当留出审签、送达的时间", "条例 33(2)")
    if asking.case.state == "approving":
        raise Refused("本件已经拟稿，正在审签，不能交下级单位拟办。需要重新拟稿的，请先退回。", "条例 45")
    return act


def correction_notice(asking: Asking, act: a.CorrectionNotice) -> Act:
    law = asking.law.deadlines
    if act.days is None:
        return act.evolve(days=law.correction_period_default.value)
    if act.days > law.correction_period_max.value:
        raise Invalid("days", f"补正期限应当合理，最多{law.correction_period_max.value}个工作日", "条例 30")
    return act


def correction(asking: Asking, act: a.Correction) -> Act:
    limit = limit_of(asking, "correction")
    if limit is not None and act.on > limit and act.late_reason is None and not asking.case.excused:
        raise Refused(
            f"补正期限到{say_day(limit)}为止，已经逾期。申请人有正当理由的，请写明逾期仍予接收的理由后提交；没有正当理由的，办理“视为放弃申请”。",
            "条例 30",
        )
    if act.evidence is not None and not asking.case.corrects_records:
        raise Invalid("evidence", "只有要求更正信息记录的才填写证据，请留空", "条例 41")
    notice = asking.case.last(a.CorrectionNotice)
    if notice is not None and act.on < notice.act.on:
        raise Invalid("on", "收到补正的日期不能早于补正告知的日期")
    return act
