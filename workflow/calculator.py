"""The deadline calculator (期限计算器): dated events in, the clock's answer out, without a case file.

It translates the events of a question into those of `clocks`, and the reckoning back into the answer's keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from workflow import clocks
from workflow.acts import Day, Days, Record, Rejected, read
from workflow.answers import Invalid
from workflow.clocks import Event, Reckoning
from workflow.law import Rules


class Supplement(Record):
    """补正 (条例 30)."""

    notice_sent: Day
    applicant_received: Day | None = None
    period_workdays: Days | None = None
    received_back: Day | None = None


class Consult(Record):
    """征求意见 (条例 32, 33(3), 34). `limit` or `limit_workdays`: what the letter to another agency says."""

    kind: Literal["third_party", "joint_agency", "other_agency", "internal"]
    sent: Day
    party_received: Day | None = None
    reply_received: Day | None = None
    limit_workdays: Days | None = None
    period_workdays: Days | None = None
    limit: Day | None = None


class ExtensionAsked(Record):
    """延期 (条例 33(2))."""

    approved: Day
    notified: Day | None = None
    workdays: Annotated[int, Field(strict=True, ge=1)]


class FeeAsked(Record):
    """收费 (办法 6)."""

    notice_sent: Day
    applicant_received: Day | None = None
    paid: Day | None = None


class ReplyAsked(Record):
    """答复的送达 (235号)."""

    method: Literal["post", "direct", "through_agency", "email", "online", "fax"] = "direct"
    posted: Day | None = None
    sent: Day | None = None
    signed: Day | None = None


class Events(Record):
    """What happened. Which of the first dates is the day of receipt depends on the channel (条例 31)."""

    submitted: Day | None = None
    posted_by_applicant: Day | None = None
    agency_signed: Day | None = None
    arrived: Day | None = None
    received: Day | None = None
    confirmed: Day | None = None
    supplement: Supplement | None = None
    consults: Annotated[tuple[Consult, ...], Field(max_length=50)] = ()
    extension: ExtensionAsked | None = None
    fee: FeeAsked | None = None
    reply: ReplyAsked | None = None


RECEIPT: Mapping[str, tuple[str, str]] = {
    "in_person": ("submitted", "当面提交的，提交之日为收到日"),
    "oral": ("submitted", "口头提出的，提出之日为收到日"),
    "ems_signed": ("agency_signed", "邮寄的，签收之日为收到日"),
    "ordinary_mail": ("confirmed", "平常信函，与申请人确认之日为收到日"),
    "online": ("confirmed", "网上提交的，双方确认之日为收到日"),
    "fax": ("confirmed", "传真提交的，双方确认之日为收到日"),
}
_BEFORE = ("submitted", "posted_by_applicant", "arrived", "received")


def calculate(channel: str, events: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    """The due date of a request from its events. Raises Invalid with the field's path (`events.fee.paid`)."""
    try:
        given = read(Events, dict(events))
    except Rejected as rejected:
        raise Rejected([(f"events.{path}" if path else "events", why) for path, why in rejected.errors]) from None
    if channel not in RECEIPT:
        raise Invalid("channel", "收到渠道应当是其中之一：" + "、".join(RECEIPT))
    receipt = _receipt(channel, given)
    _check_order(given, receipt, rules)
    _check_consults(given)
    translated = _translate(channel, given, receipt)
    clock = clocks.reckon(translated, rules)
    return _answer(given, receipt, clock)


def _receipt(channel: str, given: Events) -> date:
    field, rule = RECEIPT[channel]
    day: date | None = getattr(given, field)
    if day is None:
        raise Invalid(f"events.{field}", f"没有填写。{rule}", "条例 31")
    for name in _BEFORE:
        earlier = getattr(given, name)
        if earlier is not None and earlier > day:
            raise Invalid(f"events.{name}", "提交、寄出、到达的日期不能晚于收到日", "条例 31")
    return day


def _check_order(given: Events, receipt: date, rules: Rules) -> None:
    """Each event after what it follows from."""
    pairs: list[tuple[str, date | None, date | None, str]] = []
    if (one := given.supplement) is not None:
        pairs += [
            ("supplement.notice_sent", one.notice_sent, receipt, "补正告知不能早于收到申请"),
            ("supplement.applicant_received", one.applicant_received, one.notice_sent, "申请人收到不能早于发出"),
            ("supplement.received_back", one.received_back, one.notice_sent, "收到补正不能早于补正告知"),
        ]
    for place, asked in enumerate(given.consults):
        at = f"consults.{place}"
        pairs += [
            (f"{at}.sent", asked.sent, receipt, "征求意见不能早于收到申请"),
            (f"{at}.party_received", asked.party_received, asked.sent, "对方收到不能早于发出"),
            (f"{at}.reply_received", asked.reply_received, asked.sent, "收到意见不能早于发出"),
            (f"{at}.limit", asked.limit, asked.sent, "答复期限不能早于发出"),
        ]
    if (extended := given.extension) is not None:
        pairs += [
            ("extension.approved", extended.approved, receipt, "批准延期不能早于收到申请"),
            ("extension.notified", extended.notified, extended.approved, "告知延期不能早于批准"),
        ]
        most = rules.on(receipt).deadlines.extension_max
        if extended.workdays > most.value:
            raise Invalid("events.extension.workdays", f"延长答复期限最多{most.value}个工作日", most.cite)
    if (fee := given.fee) is not None:
        pairs += [
            ("fee.notice_sent", fee.notice_sent, receipt, "收费通知不能早于收到申请"),
            ("fee.applicant_received", fee.applicant_received, fee.notice_sent, "申请人收到不能早于发出"),
            ("fee.paid", fee.paid, fee.notice_sent, "缴费不能早于收费通知"),
        ]
    if (reply := given.reply) is not None:
        out = reply.posted or reply.sent
        pairs += [
            ("reply.posted", reply.posted, receipt, "答复不能早于收到申请"),
            ("reply.sent", reply.sent, receipt, "答复不能早于收到申请"),
            ("reply.signed", reply.signed, out or receipt, "签收不能早于交邮或者送出"),
        ]
        if reply.method == "post" and out is None:
            raise Invalid("events.reply.posted", "邮寄送达的，请填写交邮的日期", "235号 送达")
        if reply.method != "post" and (reply.signed or out) is None:
            raise Invalid("events.reply.signed", "请填写签收或者送出的日期", "235号 送达")
    for field, later, earlier, why in pairs:
        if later is not None and earlier is not None and later < earlier:
            raise Invalid(f"events.{field}", f"{why}，请核对日期")


def _check_consults(given: Events) -> None:
    for place, asked in enumerate(given.consults):
        if asked.kind in ("third_party", "joint_agency") and (asked.limit or asked.limit_workdays or asked.period_workdays):
            raise Invalid(f"events.consults.{place}", "第三方、共同制作机关的答复期限由条例规定，不另填", "条例 32", "条例 34")


# On one day: what restarts a period comes before what lengthens it (READINGS R-A5), a notice before what answers it.
_RANK: Mapping[type, int] = {
    clocks.CorrectionNotice: 0, clocks.Corrected: 1, clocks.Consulted: 2, clocks.Extension: 2, clocks.FeeNotice: 3, clocks.Paid: 4,
    clocks.Reply: 5,
}  # fmt: skip


def _translate(channel: str, given: Events, receipt: date) -> Sequence[Event]:
    """The events in the order in which they happened; the receipt first. The day a notice is sent is the day it leaves."""
    found: list[tuple[date, int, Event]] = []

    def add(on: date, event: Event, rank: int | None = None) -> None:
        found.append((on, _RANK[type(event)] if rank is None else rank, event))

    if (one := given.supplement) is not None:
        add(one.notice_sent, clocks.CorrectionNotice(one.notice_sent, one.notice_sent, one.applicant_received, one.period_workdays))
        if one.received_back is not None:
            add(one.received_back, clocks.Corrected(one.received_back))
    for ref, asked in enumerate(given.consults, 1):
        days = asked.limit_workdays or asked.period_workdays
        event = clocks.Consulted(
            ref, asked.kind, "", asked.sent, asked.sent, asked.party_received, asked.reply_received, days, asked.limit
        )
        add(asked.sent, event)
    if (extended := given.extension) is not None:
        anew = extended.approved in (given.fee and given.fee.paid, given.supplement and given.supplement.received_back)
        rank = _RANK[clocks.Reply] if anew else _RANK[clocks.Extension]
        add(extended.approved, clocks.Extension(extended.approved, extended.notified, extended.workdays), rank)
    if (fee := given.fee) is not None:
        add(fee.notice_sent, clocks.FeeNotice(fee.notice_sent, fee.notice_sent, fee.applicant_received))
        if fee.paid is not None:
            add(fee.paid, clocks.Paid(fee.paid, accepted=False))
    if (reply := given.reply) is not None:
        on = reply.posted or reply.sent or reply.signed
        assert on is not None
        signed = reply.signed or (on if reply.method in ("email", "online", "fax") else None)
        counts = signed if reply.method in ("direct", "through_agency") and signed is not None else on
        add(on, clocks.Reply(on, reply.method, counts, signed))
    in_order = [event for _, _, event in sorted(found, key=lambda one: one[:2])]
    return [clocks.Receipt(receipt, channel, given.submitted), *in_order]


def _answer(given: Events, receipt: date, clock: Reckoning) -> dict[str, Any]:
    """The answer's keys; those that do not apply are left out."""
    limits = {(limit.kind, limit.ref): limit.on for limit in clock.limits}
    fee, supplement = given.fee, given.supplement
    corrected = supplement is None or supplement.received_back is not None
    found: dict[str, Any] = {"receipt_date": receipt, "supplement_notice_latest": clock.correction_notice_latest}
    if supplement is not None:
        limit = limits.get(("correction", None))
        found["supplement_deadline"] = limit
        found["supplement_notice_in_time"] = clock.correction_notice_in_time
        if supplement.received_back is not None and limit is not None and supplement.received_back > limit:
            found["supplement_in_time"] = False
    spans = {span.ref: span.to for span in clock.spans}
    for ref in range(1, len(given.consults) + 1):
        found[f"consult_{ref}_reply_deadline"] = limits.get(("opinion", ref))
        found[f"consult_{ref}_suspension_end"] = spans.get(ref)
    if corrected:
        found["period_day0"] = supplement.received_back if supplement else receipt
        found["due_unextended"] = clock.due_unextended
    if given.extension is not None:
        found["extension_in_time"] = clock.extension_in_time
    if fee is not None:
        found["fee_notice_in_time"] = clock.fee_notice_in_time
        found["fee_payment_deadline"] = limits.get(("payment", None))
        found["due_before_fee"] = clock.due_before_fee
        found["fee_paid_in_time"] = clock.paid_in_time
    found["deemed_abandoned_from"] = clock.abandoned_from
    found["due"] = clock.due
    if given.reply is not None:
        found["reply_effective_date"] = clock.replied_on
        found["reply_in_time"] = clock.reply_in_time
    answer = {key: value.isoformat() if isinstance(value, date) else value for key, value in found.items() if value is not None}
    answer["because"] = [{"text": one.text, "articles": list(one.articles)} for one in clock.because]
    answer["provisional"] = clock.provisional
    return answer
