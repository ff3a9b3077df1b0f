"""The walk through the events of a file: what each does to the period, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal

from workflow.answers import Sentence
from workflow.calendar import Due
from workflow.clocks.answer import Limit, Reckoning, Span, counted, merged
from workflow.clocks.events import (
    Consulted,
    Corrected,
    CorrectionNotice,
    Deferral,
    Ended,
    Event,
    Extension,
    FeeNotice,
    FeeWaived,
    Paid,
    ReasonsAsked,
    Receipt,
    Reopened,
    Reply,
)
from workflow.law import Deadlines, Rules

_RECEIVED = {
    "in_person": ("当面提交", "条例 31(一)"),
    "oral": ("口头提出，工作机构当日代为填写申请", "条例 29(2)"),
    "ems_signed": ("邮政签收", "条例 31(二)"),
    "ordinary_mail": ("与申请人确认收到平常信函", "条例 31(二)"),
    "online": ("双方确认收到网上申请", "条例 31(三)"),
    "fax": ("双方确认收到传真", "条例 31(三)"),
}
_ASKING = {
    "third_party": ("发出意见征询书", "条例 32"),
    "joint_agency": ("发出征求意见函", "条例 34"),
    "other_agency": ("发出征求意见函", "条例 33(3)"),
}
_SILENCE = {
    "third_party": "逾期未答复的，由本机关依照条例决定，不视为同意",
    "joint_agency": "逾期未答复的，视为同意公开",
    "other_agency": "逾期未答复的，由本机关决定",
}
_PARTY = {"third_party": "第三方", "joint_agency": "共同制作机关", "other_agency": "其他机关", "internal": "机关内部"}
_ENDING = {"correction": "条例 30", "payment": "办法 6"}


class _Clock:
    """The walk through the events of one file."""

    def __init__(self, receipt: Receipt, events: Sequence[Event], rules: Rules) -> None:
        self.rules, self.calendar, self.receipt = rules, rules.calendar, receipt
        self.sentences: list[Sentence] = []
        self.limits: list[Limit] = []
        self.consulted = {event.ref: event for event in events if isinstance(event, Consulted)}
        self.asked = {ref: self._suspends(event) for ref, event in self.consulted.items()}
        self.spans = tuple(span for span, _limit, _provisional in self.asked.values() if span is not None)
        self.merged = merged(self.spans)
        self.extension_in_time: bool | None = None
        self.waiting: Literal["correction", "payment", "ended"] | None = None
        self.fee_notice_in_time: bool | None = None
        self.due_before_fee: date | None = None
        self.unextended_before_fee: date | None = None
        self.payment_limit: date | None = None
        self.correction_limit: date | None = None
        self.paid_in_time: bool | None = None
        self.abandoned_from: date | None = None
        self.correction_notice_in_time: bool | None = None
        self.replied_on: date | None = None
        self.reply_in_time: bool | None = None
        law = self._law(receipt.on)
        latest = self.calendar.due(receipt.on, law.correction_notice.value)
        self.correction_notice_latest = latest.on
        self._received(receipt)
        self._limit(
            "correction_notice", latest.on, f"需要补正的，最迟{self._say(latest.on)}一次性告知申请人。", law.correction_notice.cite,
            provisional=latest.provisional,
        )  # fmt: skip
        self._begin(receipt.on, law.reply.value, law.reply.cite)

    # ------------------------------------------------------------------ words

    def _law(self, day: date) -> Deadlines:
        return self.rules.on(day).deadlines

    def _say(self, day: date) -> str:
        """11月2日; the year only when it is not the year of receipt."""
        text = f"{day.month}月{day.day}日"
        return text if day.year == self.receipt.on.year else f"{day.year}年{text}"

    def _tell(self, text: str, *articles: str) -> Sentence:
        sentence = Sentence(text, articles)
        self.sentences.append(sentence)
        return sentence

    def _limit(
        self, kind: Any, on: date | None, text: str, *articles: str, ref: int | None = None, provisional: bool = False, tell: bool = False
    ) -> None:
        sentence = self._tell(text, *articles) if tell else Sentence(text, articles)
        self.limits.append(Limit(kind, on, ref, sentence, provisional))

    def _received(self, event: Receipt) -> None:
        words, article = _RECEIVED.get(event.channel, ("收到申请", "条例 31"))
        before = f"（{self._say(event.submitted)}提交）" if event.submitted and event.submitted != event.on else ""
        self._tell(f"{self._say(event.on)}{words}{before}，为收到日，不计入。", article)

    # ------------------------------------------------------------------ runs

    def _begin(self, day0: date, length: int, article: str, until: date | None = None) -> None:
        """A new counting: day 0 is `day0` (READINGS R-A1). With `until` the last day is stated, not counted."""
        self.day0, self.length, self.article, self.until = day0, length, article, until
        self.extension: Extension | None = None
        self.opened = self.closed = False

    def _run(self, length: int) -> date:
        """The `length`-th working day of the run, without the suspended days (READINGS R-A3)."""
        calendar, day0 = self.calendar, self.day0
        count = calendar.count(day0) + length
        for after, to in self.merged:
            if to <= day0:
                continue
            start = max(after, day0)
            if start >= calendar.nth(count):
                break
            count += calendar.between(start, to)
        return calendar.nth(count)

    def _dues(self) -> tuple[date, date]:
        """(without the extension, with it): told on or before the unextended day, or without effect (R-A5)."""
        if self.until is not None:
            return self.until, self.until
        unextended = self._run(self.length)
        if self.extension is None or self.extension.notified is None:
            return unextended, unextended
        if max(self.extension.approved, self.extension.notified) > unextended:
            return unextended, unextended
        return unextended, self._run(self.length + self.extension.days)

    def _stopped(self) -> list[tuple[date, date]]:
        """The suspensions that touch this run."""
        due = self._dues()[1]
        return [] if self.until else [(after, to) for after, to in self.merged if to > self.day0 and after < due]

    def _open(self, cut: date | None = None) -> None:
        """Tell how the run begins, once; `cut` when it is cut short that day (what comes later does not suspend it)."""
        if self.opened:
            return
        self.opened = True
        if self.until is not None:
            return
        first, plain = self.day0 + timedelta(1), self.calendar.due(self.day0, self.length).on
        start = f"自{self._say(first)}起算{self.length}个工作日"
        if not self.calendar.is_working(first):
            start += f"，第1个工作日为{self._say(self.calendar.due(self.day0, 1).on)}"
        if any(cut is None or after < cut for after, _to in self._stopped()):
            self._tell(f"{start}，未暂停时为{self._say(plain)}。", self.article)
        else:
            self._tell(f"{start}，第{self.length}个工作日为{self._say(plain)}。", self.article)

    def _close(self) -> None:
        """Tell how the run ends, once."""
        self._open()
        if self.closed:
            return
        self.closed = True
        unextended, due = self._dues()
        if self.until is not None:
            return
        length = self.length + (self.extension.days if self.extension and due != unextended else 0)
        stopped = self._stopped()
        if stopped:
            again = self._say(stopped[-1][1] + timedelta(1))
            early = any(span.to == stopped[-1][1] and not self._answered(span.ref) for span in self.spans)
            tail = "提前答复的，答复日相应提前。" if early else ""
            self._tell(f"{again}起继续计算，第{length}个工作日为{self._say(due)}，即最迟答复日。{tail}", "条例 33(3)")
        elif length != self.length:
            self._tell(f"连同延长共{length}个工作日，最迟答复日为{self._say(due)}。", "条例 33(2)")
        self._holidays(due)

    def _answered(self, ref: int) -> bool:
        return ref in self.answered

    def _holidays(self, due: date) -> None:
        """放假和调休 within the run, as the notices have them."""
        off, make_up, numbers = self.calendar.changes(self.day0, due)
        parts = [f"{self._range(one.first, one.last)}{one.name}放假" for one in off]
        if make_up:
            parts.append("、".join(self._say(day) for day in make_up) + "调休上班")
        if parts:
            self._tell(f"其间{'，'.join(parts)}。", *numbers)

    def _range(self, first: date, last: date) -> str:
        if first == last:
            return self._say(first)
        end = f"{last.day}日" if (first.year, first.month) == (last.year, last.month) else self._say(last)
        return f"{self._say(first)}至{end}"

    # ------------------------------------------------------------------ consultations

    @property
    def answered(self) -> frozenset[int]:
        """The consultations whose answer has come."""
        return frozenset(event.ref for event in self.consulted.values() if event.replied is not None)

    def _days(self, event: Consulted) -> int:
        """How many working days the consulted have: by law, else as their letter says, else the office's usual."""
        law = self._law(event.sent)
        if event.kind == "third_party":
            return law.third_party_opinion.value
        if event.kind == "joint_agency":
            return law.joint_agency_opinion.value
        return event.days or (law.other_agency_default if event.kind == "other_agency" else law.internal_opinion_default).value

    def _suspends(self, event: Consulted) -> tuple[Span | None, date | None, bool]:
        """(what it suspends, its limit, whether that is provisional); READINGS R-A3, R-O2."""
        limit = self.calendar.due(event.received or event.sent, self._days(event))
        if event.limit is not None:
            limit = Due(event.limit, self.calendar.provisional(event.sent, event.limit))
        if event.kind == "internal":
            return None, limit.on, limit.provisional
        end = limit.on if event.replied is None else min(event.replied, limit.on)
        return Span(event.sent, end, event.ref), limit.on, limit.provisional

    def _consulted(self, event: Consulted) -> None:
        _span, limit, provisional = self.asked[event.ref]
        assert limit is not None
        party = event.party or _PARTY[event.kind]
        if event.kind == "internal":
            text = f"{self._say(event.sent)}送{party}会商，最迟{self._say(limit)}答复；内部会商不暂停计时。"
            self._limit("opinion", limit, text, "条例 33(3)", ref=event.ref, provisional=provisional, tell=True)
            return
        self._open()
        asking, article = _ASKING[event.kind]
        self._tell(f"{self._say(event.sent)}向{party}{asking}，{self._stopping(event)}。", "条例 33(3)")
        if event.received is None:
            text = f"{party}何时收到还没有登记，暂按发出当日收到计算，{self._by(event, limit)}。"
            self._limit("opinion", None, text, article, ref=event.ref, provisional=provisional, tell=event.replied is None)
        else:
            silence = "" if event.replied else f"{_SILENCE[event.kind]}。"
            text = f"{party}{self._say(event.received)}收到，{self._by(event, limit)}。{silence}"
            self._limit("opinion", limit, text, article, ref=event.ref, provisional=provisional, tell=True)
        if event.replied is not None:
            self._tell(f"{self._say(event.replied)}收到{party}的意见{self._going_on(event, limit)}。", "条例 33(3)")

    def _by(self, event: Consulted, limit: date) -> str:
        if event.limit is not None:
            return f"函中写明最迟{self._say(limit)}答复"
        return f"{self._days(event)}个工作日内答复，最迟{self._say(limit)}"

    def _stopping(self, event: Consulted) -> str:
        """What sending it does to the counting."""
        others = [span for span in self.spans if span.ref != event.ref]
        used = max(counted(self.calendar, others, self.day0, event.sent), 0)
        due = self._dues()[1]
        if self.until is not None:
            return "答复日期已经另定，不再暂停"
        if event.sent >= due:
            return f"答复期限{self._say(due)}已经届满，不再暂停"
        if any(span.after < event.sent <= span.to or (span.after == event.sent and span.ref < event.ref) for span in others):
            return f"计时继续暂停，此前已用{used}日"
        return f"次日起暂停计时，此前已用{used}日"

    def _going_on(self, event: Consulted, limit: date) -> str:
        """What its answer does to the counting."""
        assert event.replied is not None
        if event.sent >= self._dues()[1] or self.until is not None:
            return ""
        late = event.replied > limit
        until = "已过期限，" if late else ""
        ended = min(event.replied, limit)
        if any(span.ref != event.ref and span.after <= ended < span.to for span in self.spans):
            return f"，{until}另有征求意见没有结束，计时继续暂停"
        return f"，{until}暂停到{'期限届满' if late else '当日'}为止"

    # ------------------------------------------------------------------ what else happens

    def _correction_notice(self, event: CorrectionNotice) -> None:
        """READINGS R-A4."""
        self.waiting, law = "correction", self._law(event.on)
        self.correction_notice_in_time = event.on <= self.correction_notice_latest
        days = event.days or law.correction_period_default.value
        self._open(event.on)
        late = "" if self.correction_notice_in_time else f"，已过{self._say(self.correction_notice_latest)}"
        self._tell(f"{self._say(event.on)}告知补正{late}，答复期限自收到补正的申请之日重新起算。", "条例 30")
        if event.received is None:
            text = f"申请人何时收到补正告知还没有登记；收到后{days}个工作日内补正。"
            self._limit("correction", None, text, "条例 30", tell=True)
            return
        limit = self.calendar.due(event.received, days)
        self.correction_limit = limit.on
        text = f"申请人{self._say(event.received)}收到补正告知，最迟{self._say(limit.on)}补正；无正当理由逾期不补正的，视为放弃申请。"
        self._limit("correction", limit.on, text, "条例 30", provisional=limit.provisional, tell=True)
        self.abandoned_from = limit.on + timedelta(1)

    def _corrected(self, event: Corrected) -> None:
        """READINGS R-A4, R-O4, R-O5."""
        self.waiting, self.abandoned_from = None, None
        law = self._law(event.on)
        late = "（已过补正期限，按接收计算）" if self.correction_limit and event.on > self.correction_limit else ""
        self._tell(f"{self._say(event.on)}收到补正的申请{late}，为收到日，不计入。", "条例 30")
        self._begin(event.on, law.reply.value, law.reply.cite)

    def _reasons_asked(self, event: ReasonsAsked) -> None:
        days = event.days or self._law(event.on).reasons_default.value
        if event.received is None:
            self._limit("reasons", None, f"申请人何时收到说明理由告知还没有登记；收到后{days}个工作日内说明。", "条例 35")
            return
        limit = self.calendar.due(event.received, days)
        text = f"申请人{self._say(event.received)}收到说明理由告知，最迟{self._say(limit.on)}说明理由。"
        self._limit("reasons", limit.on, text, "条例 35", provisional=limit.provisional)

    def _extended(self, event: Extension) -> None:
        """READINGS R-A5."""
        self._open()
        self.extension = event
        before, after = self._run(self.length), self._run(self.length + event.days)
        approved = f"{self._say(event.approved)}批准延长{event.days}个工作日"
        if event.notified is None:
            text = f"{approved}，最迟{self._say(before)}告知申请人；告知以前不生效，告知后延至{self._say(after)}。"
            self._limit("extension_notice", before, text, "条例 33(2)", tell=True)
        elif max(event.approved, event.notified) <= before:
            self.extension_in_time = True
            self._tell(f"{approved}，{self._say(event.notified)}告知申请人。", "条例 33(2)")
        else:
            self.extension_in_time = False
            text = f"{approved}，{self._say(event.notified)}才告知申请人，已过{self._say(before)}，延期不生效。"
            self._tell(text, "条例 33(2)")

    def _deferred(self, event: Deferral) -> None:
        """READINGS R-O6."""
        self._open()
        self.until = event.until
        self._tell(f"{self._say(event.on)}认定申请理由合理，告知申请人延迟至{self._say(event.until)}答复。", "条例 35")

    def _fee_notice(self, event: FeeNotice) -> None:
        """READINGS R-A6."""
        self._open(event.on)
        unextended, due = self._dues()
        self.waiting, self.due_before_fee, self.unextended_before_fee = "payment", due, unextended
        self.fee_notice_in_time = event.on <= due
        days = self._law(event.on).payment.value
        late = "" if self.fee_notice_in_time else f"，已过答复期限{self._say(due)}，不应再收费"
        self._tell(f"{self._say(event.on)}发出收费通知{late}；缴费完成后，答复期限自次日起重新计算。", "办法 6")
        if event.received is None:
            self._limit("payment", None, f"申请人何时收到收费通知还没有登记；收到次日起{days}个工作日内缴费。", "办法 6", tell=True)
            return
        limit = self.calendar.due(event.received, days)
        self.payment_limit = limit.on
        self.paid_in_time = False
        self.abandoned_from = limit.on + timedelta(1)
        text = f"申请人{self._say(event.received)}收到收费通知，最迟{self._say(limit.on)}缴费；逾期未缴纳的，视为放弃申请。"
        self._limit("payment", limit.on, text, "办法 6", provisional=limit.provisional, tell=True)

    def _paid(self, event: Paid) -> None:
        """READINGS R-A6, R-O5."""
        self.paid_in_time = self.payment_limit is None or event.on <= self.payment_limit
        if self.payment_limit is not None and not self.paid_in_time and not event.accepted:
            limit = self._say(self.payment_limit)
            self._tell(f"{self._say(event.on)}才缴费，已过{limit}，视为放弃申请，收到的款项应当退回。", "办法 6")
            return
        self.waiting, self.abandoned_from = None, None
        law = self._law(event.on)
        self._tell(f"{self._say(event.on)}缴费完成，当日不计入。", "办法 6")
        self._begin(event.on, law.reply_after_payment.value, law.reply_after_payment.cite)

    def _waived(self, event: FeeWaived) -> None:
        if self.waiting == "payment":
            self.waiting, self.abandoned_from = None, None
            self._tell(f"{self._say(event.on)}免收费用，答复期限照原来的计算，不重新起算。", "条例 42")

    def _reopened(self, event: Reopened) -> None:
        self.waiting, self.abandoned_from = None, None
        law = self._law(event.on)
        if event.until is not None:
            self._tell(f"{self._say(event.on)}依复议、诉讼结果重新处理，责令最迟{self._say(event.until)}答复。", "条例 51")
        else:
            self._tell(f"{self._say(event.on)}依复议、诉讼结果重新处理，当日不计入。", "条例 51")
        self._begin(event.on, law.reopening.value, law.reopening.cite, event.until)

    def _replied(self, event: Reply) -> None:
        """READINGS R-A7."""
        self._close()
        by_post = event.method == "post"
        self.replied_on = event.on if by_post or event.signed is None else event.signed
        due = self._dues()[1]
        self.reply_in_time = self.replied_on <= due
        how = "交邮" if by_post else "签发，还没有送达" if event.method == "unserved" else "送达"
        tail = "在期限之内" if self.reply_in_time else f"超过期限{self.calendar.between(due, self.replied_on)}个工作日"
        self._tell(f"答复{self._say(self.replied_on)}{how}，{tail}。", "235号 送达")
        if event.signed is not None:
            self._remedies(event.signed)

    def _remedies(self, known: date) -> None:
        """救济期限 from the day the applicant received the reply (READINGS R-A8); which of them is open, the letter says."""
        law, received = self._law(known), f"申请人{self._say(known)}收到答复"
        review = self.calendar.natural_due(known, law.reconsideration_days.value)
        text = f"{received}，不服的，最迟{self._say(review.on)}申请行政复议。"
        self._limit("reconsideration", review.on, text, law.reconsideration_days.cite, provisional=review.provisional)
        suit = self.calendar.months_due(known, law.litigation_months.value)
        text = f"{received}，依法可以直接起诉的，最迟{self._say(suit.on)}提起行政诉讼。"
        self._limit("litigation", suit.on, text, law.litigation_months.cite, provisional=suit.provisional)

    def _ended(self, event: Ended) -> None:
        article = _ENDING.get(self.waiting or "", "条例 45")
        self.waiting = "ended"
        self._tell(f"{self._say(event.on)}终止办理，不再计算期限。", article)

    # ------------------------------------------------------------------ the answer

    def answer(self) -> Reckoning:
        unextended, last = self._dues()
        due = None if self.waiting else last
        if due is not None:
            self._close()
        missing = () if self.until else self.calendar.missing(self.day0, last)
        provisional = bool(missing)
        if due is not None and provisional:
            years = "、".join(f"{year}年" for year in missing)
            self._tell(f"{years}的放假安排没有载入，这一日期按法定节假日推算，是暂定的，载入后会相应调整。", "放假办法 2")
        return Reckoning(
            receipt=self.receipt.on,
            day0=self.day0,
            due=due,
            due_unextended=self.unextended_before_fee or unextended,
            provisional=provisional if due is not None else any(limit.provisional for limit in self.limits),
            because=tuple(self.sentences),
            limits=tuple(self.limits),
            spans=self.spans,
            correction_notice_latest=self.correction_notice_latest,
            correction_notice_in_time=self.correction_notice_in_time,
            extension_in_time=self.extension_in_time,
            fee_notice_in_time=self.fee_notice_in_time,
            due_before_fee=self.due_before_fee,
            paid_in_time=self.paid_in_time,
            abandoned_from=self.abandoned_from,
            replied_on=self.replied_on,
            reply_in_time=self.reply_in_time,
            calendar=self.calendar,
        )


STEPS: Mapping[type, Callable[[_Clock, Any], None]] = {
    CorrectionNotice: _Clock._correction_notice,
    Corrected: _Clock._corrected,
    ReasonsAsked: _Clock._reasons_asked,
    Consulted: _Clock._consulted,
    Extension: _Clock._extended,
    Deferral: _Clock._deferred,
    FeeNotice: _Clock._fee_notice,
    Paid: _Clock._paid,
    FeeWaived: _Clock._waived,
    Reopened: _Clock._reopened,
    Reply: _Clock._replied,
    Ended: _Clock._ended,
}


def reckon(events: Sequence[Event], rules: Rules) -> Reckoning:
    """The due date of a file, from its events in order; the first is its receipt."""
    first = events[0]
    if not isinstance(first, Receipt):
        raise ValueError("the first event of a file is its receipt")
    clock = _Clock(first, events, rules)
    for event in events[1:]:
        STEPS[type(event)](clock, event)
    return clock.answer()
