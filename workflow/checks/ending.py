"""送达、终止、归档: what stands against a service, an abandonment, the archive, and publication for all."""

from __future__ import annotations

from workflow import acts as a
from workflow.acts import Act
from workflow.case import GIVEN, Case
from workflow.checks.asking import Asking, limit_of
from workflow.checks.remedies import ordered
from workflow.law import Invalid, Refused, Rules
from workflow.words import LETTER_TITLES, say_day


def may_serve(asking: Asking) -> None:
    if not any(letter.to != "file" for letter in asking.case.letters(asking.rules)):
        raise Refused("本件还没有需要送达的文书。", "235号 送达")


def service(asking: Asking, act: a.Service) -> Act:
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


def may_close_by_silence(asking: Asking) -> None:
    waiting = asking.case.state == "awaiting_payment"
    limit = limit_of(asking, "payment" if waiting else "correction")
    what, article = ("缴费", "办法 6") if waiting else ("补正", "条例 30")
    if limit is None:
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
    for letter in case.letters(rules):
        if letter.to in ("file", "internal") or letter.kind == "receipt":
            continue
        if letter.id not in case.services:
            missing.append((f"{LETTER_TITLES[letter.kind]}（第{letter.seq}项记录）没有送达记录", "service"))
    for one in [one for one in case.challenges if one.result is None]:
        what = "复议" if one.act.type == "reconsideration" else "诉讼"
        missing.append((f"第{one.seq}项记录的{what}尚未审结", "remedy_result"))
    if ordered(case):
        missing.append(("复议决定或者判决责令重新处理，还没有重新处理", "reopening"))
    if case.fee is not None and case.fee.open_fen and case.ended is None:
        missing.append(("通知收取的费用既没有缴纳，也没有减免", "waiver"))
    return tuple(missing)


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
