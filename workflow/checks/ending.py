"""送达、终止、归档: what stands against a service, an abandonment, the archive, and publication for all."""

from __future__ import annotations

from datetime import timedelta

from workflow import acts as a
from workflow.acts import Act
from workflow.case import GIVEN, Attempt, Case, Letter
from workflow.checks.asking import Asking, limit_of
from workflow.law import Invalid, Refused, Rules
from workflow.retention import kept_until
from workflow.risks import lacks_document
from workflow.sending import leave_by, reply_by, unsent
from workflow.statistics import topic_of_words
from workflow.words import LETTER_TITLES, say_day


def may_serve(asking: Asking) -> None:
    if not any(letter.to != "file" for letter in asking.case.letters(asking.rules)):
        raise Refused("本件还没有需要送达的文书。", "235号 送达")


def service(asking: Asking, act: a.Service) -> Act:
    """235号; READINGS R-A7, R-returned, R-public-notice, R-late-entry."""
    letter = next((one for one in asking.case.letters(asking.rules) if one.id == act.letter), None)
    if letter is None:
        raise Invalid("letter", "本件没有这份文书，请从本件的文书中选择")
    if letter.void:
        _left_before(asking.case, letter, act)
    if letter.joint:
        raise Refused(f"本件与登记号{_with(asking.case, letter)}一并答复，一份答复书只送达一次。请在该件登记送达，本件同时记载。", "235号 送达")
    if letter.to in ("file", "internal"):
        raise Refused("这份文书只在机关内部使用，不需要送达。", "235号 送达")
    if act.method == "courier":
        raise Refused("答复等文书是国家公文，邮寄送达只能通过邮政企业，不得交其他快递企业寄送。请改用邮政企业邮寄或者直接送达。", "235号 邮寄")
    by = asking.case.placed(letter.seq)
    if by is not None and act.on < by.act.on:
        raise Invalid("on", f"送达日期不能早于文书的日期{say_day(by.act.on)}")
    latest = served.latest if (served := asking.case.services.get(act.letter)) is not None else None
    if act.outcome == "returned":
        return _came_back(act, latest)
    under_way = latest is not None and latest.returned_on is None
    completed = _confirmed(act, latest) if latest is not None and under_way else _sent(asking, act, latest)
    _timely_or_late_entry(asking, completed, letter, latest if under_way else None)
    return completed


def _left_before(case: Case, letter: Letter, act: a.Service) -> None:
    """A letter that is void is not sent; one that was taken back unsent (重新处理), and had left all the same, is told so."""
    by = case.held(letter.seq)
    day = case.taken_back_on(by) if by is not None else None
    if day is None:
        raise Refused("这份文书已经作废，不能送达。", "条例 45")
    if act.on >= day:
        raise Refused(
            f"这份文书没有送出，{say_day(day)}重新处理以后已经作废，不能再送达。重新处理以前确已送出的，请照实填写送出的日期。", "条例 45"
        )


def _with(case: Case, letter: Letter) -> str:
    """The number of the file with which this one is answered."""
    by = case.placed(letter.seq)
    joint = by.act.answered_with if by is not None and isinstance(by.act, a.Decision) else None
    return joint.number if joint else ""


def _came_back(act: a.Service, latest: Attempt | None) -> Act:
    """READINGS R-returned: it ends the sending that it follows."""
    if latest is None or latest.returned_on is not None:
        raise Invalid("outcome", "这份文书没有登记过送出，或者退回以后没有再送出，不能登记退回。请先登记送出")
    if latest.signed and latest.method != "public_notice":
        raise Refused("这份文书已经登记签收，不能再登记退回。登记有误的，请更正或者撤销原来的送达记录。", "235号 送达")
    if latest.method == "public_notice":
        raise Refused("公告送达没有退回。", "民诉法 95")
    if act.on < latest.on:
        raise Invalid("on", f"退回的日期不能早于送出的日期{say_day(latest.on)}")
    return act.evolve(method=latest.method) if act.method is None else act


def _confirmed(act: a.Service, latest: Attempt) -> a.Service:
    """The slip came back: the second record of one sending."""
    if latest.received_on is not None:
        raise Refused("这份文书的送达和签收日期已经登记，不能重复登记。登记有误的，请更正原来的送达记录。", "235号 送达")
    if act.method == "public_notice":
        raise Refused("这份文书已经送出，还没有退回，不能公告送达。公告只在其他方式都无法送达时采用。", "民诉法 95")
    if act.received_on is None and not act.refused:
        raise Invalid("received_on", "这份文书已经登记送出，请填写签收日期；被退回的，结果选“退回”")
    if act.received_on is not None and act.received_on < latest.on:
        raise Invalid("received_on", "签收日期不能早于交寄或者送出的日期")
    return act


def _sent(asking: Asking, act: a.Service, latest: Attempt | None) -> a.Service:
    """A first sending, or another after the last one came back."""
    if latest is not None and latest.returned_on is not None and act.on < latest.returned_on:
        raise Invalid("on", f"再次送出的日期不能早于退回的日期{say_day(latest.returned_on)}")
    if act.method != "public_notice":
        if act.received_on is not None and act.received_on < act.on:
            raise Invalid(
                "received_on", f"签收日期不能早于交寄或者送出的日期{say_day(act.on)}。日期一栏填交寄、送出之日，请核对"
            )
        return act
    if latest is None:
        raise Refused("公告送达只在其他方式都无法送达时采用。请先以其他方式送达，退回的登记退回。", "民诉法 95")
    notice = asking.law.deadlines.public_notice
    until = act.on + timedelta(notice.value)
    if act.received_on not in (None, until):
        raise Invalid("received_on", f"公告送达自发出公告之日起经过{notice.value}日视为送达，请留空由系统计算", notice.cite)
    return act.evolve(received_on=until)


def _timely_or_late_entry(asking: Asking, act: a.Service, letter: Letter, confirms: Attempt | None) -> None:
    """READINGS R-late-entry: what makes a letter timely after its limit has passed is entered by the head, with its proof."""
    direct = (confirms.method if confirms else act.method) in ("direct", "through_agency")
    counts = act.received_on or act.on if direct else None if confirms else act.on
    limit = leave_by(asking.case, letter, asking.rules) if confirms is None else reply_by(asking.case, letter, asking.rules)
    late = limit is not None and counts is not None and counts <= limit < asking.today
    if late and limit is not None and act.late_entry is None:
        raise Refused(
            f"这份文书最迟{say_day(limit)}送出，现在登记的送达在该日以前，而该日已过。"
            "确已按期送出的，由负责人补录：写明理由，并附上邮寄凭证等材料。",
            "235号 送达",
            "条例 45",
        )
    if not late and act.late_entry is not None:
        raise Invalid("late_entry", "这一送达不需要补录，请留空")


def withdrawal(asking: Asking, act: a.Withdrawal) -> Act:
    """READINGS R-late-entry: what would end an overdue file in time is entered by the head, with its proof."""
    due = asking.clock.due
    late = due is not None and act.on <= due < asking.today
    if late and due is not None and act.late_entry is None:
        raise Refused(
            f"答复期限{say_day(due)}已过，现在登记的撤回在该日以前。申请人确已在期限以内撤回的，由负责人补录：写明理由，并附上撤回的材料。"
            "期限届满以后撤回的，请填写实际的日期。",
            "条例 33(2)",
            "条例 45",
        )
    if not late and act.late_entry is not None:
        raise Invalid("late_entry", "这一撤回不需要补录，请留空")
    return act


def may_close_by_silence(asking: Asking) -> None:
    waiting = asking.case.state == "awaiting_payment"
    limit = limit_of(asking, "payment" if waiting else "correction")
    what, article = ("缴费", "办法 6") if waiting else ("补正", "条例 30")
    if limit is None:
        notice = asking.case.last(a.FeeNotice if waiting else a.CorrectionNotice)
        served = asking.case.served(notice.seq) if notice is not None else None
        if served is not None and served.returned_on is not None:
            back = say_day(served.returned_on)
            raise Refused(
                f"{what}通知{back}退回，申请人没有收到，期限无从起算。请再次送达；其他方式都无法送达的，可以公告送达。", article, "235号 送达"
            )
        raise Refused(f"还没有登记{what}通知何时送达申请人，期限无从起算。请先登记该通知的送达和签收日期。", article)
    if asking.on <= limit:
        raise Refused(f"{what}期限到{say_day(limit)}为止，还没有届满，不能视为放弃。", article)


def may_convert(asking: Asking) -> None:
    if asking.case.outcome not in GIVEN:
        raise Refused("只有可以公开的政府信息才能转为主动公开，本件的答复不是公开。", "条例 44")


def missing_for_archive(case: Case, rules: Rules) -> tuple[str, ...]:
    """What the file still lacks before it can be archived (归档), as sentences; empty when it is complete."""
    return tuple(text for text, _kind in lacking(case, rules))


def lacking(case: Case, rules: Rules) -> tuple[tuple[str, str], ...]:
    """`missing_for_archive`, each with the kind of act that supplies it."""
    missing = []
    for letter in unsent(case, rules):
        lacks = "退回以后没有再送达" if letter.returned else "没有送达记录"
        missing.append((f"{LETTER_TITLES[letter.kind]}（第{letter.seq}项记录）{lacks}", "service"))
    missing += [
        (f"与登记号{_with(case, letter)}一并答复的答复书（第{letter.seq}项记录）没有送达记录，在该件登记送达", "service")
        for letter in case.letters(rules)
        if letter.joint and not letter.void and ((served := case.services.get(letter.id)) is None or served.returned_on is not None)
    ]
    for one in [one for one in case.challenges if one.result is None]:
        what = {"reconsideration": "复议", "litigation": "诉讼", "complaint": "投诉"}[one.act.type]
        missing.append((f"第{one.seq}项记录的{what}尚未审结", "remedy_result"))
    if case.ordered:
        missing.append(("复议、诉讼或者投诉的结果责令重新处理，还没有重新处理", "reopening"))
    if case.fee is not None and case.fee.open_fen and case.ended is None:
        missing.append(("通知收取的费用既没有缴纳，也没有减免", "waiver"))
    return tuple(missing)


def not_filed(case: Case) -> tuple[tuple[int, str], ...]:
    """What the signed reply gave out and the file does not hold: (item, sentence). It stops nothing: the signature gave its reason."""
    draft = case.draft
    if case.decision is None or draft is None or not isinstance(draft.act, a.Draft):
        return ()
    return tuple((item.item, f"第{item.item}项提供的信息没有存入案卷") for item in draft.act.items if lacks_document(item))


def may_archive(asking: Asking) -> None:
    missing = missing_for_archive(asking.case, asking.rules)
    if missing:
        raise Refused("材料不齐，还不能归档：" + "；".join(missing) + "。请补齐后再归档。", "条例 45")


def archival(asking: Asking, act: a.Archival) -> Act:
    practice = asking.law.practice
    if act.retention is None:
        return act.evolve(retention=practice.retention_default)
    if act.retention not in practice.retention_choices:
        raise Invalid("retention", "保管期限应当是其中之一：" + "、".join(practice.retention_choices))
    return act


# ------------------------------------------------------------------ 到期销毁


def may_erase(asking: Asking) -> None:
    """READINGS R-erasure."""
    case = asking.case
    if any(one.result is None for one in case.challenges) or case.ordered:
        raise Refused("本件的复议、诉讼或者投诉还没有了结，不能销毁。请在了结、登记结果以后，再按保管期限处理。", "条例 45")
    until = kept_until(case)
    if until is None:
        raise Refused("本件永久保管（以前归档时定为永久的，仍然永久保管），或者归档时的保管期限看不出年数，不能销毁。", "条例 45")
    if asking.today <= until:
        raise Refused(f"本件保管到{say_day(until)}，期限没有届满，不能销毁。请在期满以后，经鉴定列入销毁清册再办理。", "条例 45")


def erasure(asking: Asking, act: a.Erasure) -> Act:
    """READINGS R-erasure. What the words of the request gave to the analysis stays."""
    for other in asking.facts.others:
        until = kept_until(other)
        if not other.is_erased and (until is None or asking.today <= until):
            raise Refused(f"本件的答复书也答复登记号{other.number}，该件还在保管期限以内，不能销毁本件。请在该件期满以后一并办理。", "条例 45")
    if act.on != asking.today:
        raise Invalid("on", "销毁的日期就是在系统中销毁的这一天，不能另填")
    return act.evolve(proposed_topic=topic_of_words(asking.case, asking.rules))
