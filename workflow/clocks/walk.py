"""The walk through the events of a file: what each does to the period, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal

from workflow.answers import Sentence
from workflow.calendar import Due
from workflow.clocks.answer import Limit, Reckoning, Span, merged, of_silence, unstopped
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
    Ordered,
    Paid,
    Paused,
    ReasonsAsked,
    Receipt,
    Reopened,
    Reply,
    Reviewed,
    ThirdPartyTold,
)
from workflow.law import Deadlines, Rules, Value

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
    "internal": ("会商", "条例 33(3)"),
}
_SILENCE = {
    "third_party": "逾期未答复的，由本机关依照条例决定，不视为同意",
    "joint_agency": "逾期未答复的，视为同意公开",
    "other_agency": "逾期未答复的，由本机关决定",
}
_PARTY = {"third_party": "第三方", "joint_agency": "共同制作机关", "other_agency": "其他机关", "internal": "机关内部"}
_REOPENED = {"ordered": "依复议、诉讼结果重新处理", "own_motion": "自行纠正，重新处理"}
_ENDING = {"correction": "条例 30", "payment": "办法 6"}


class _Clock:
    """The walk through the events of one file."""

    def __init__(self, receipt: Receipt, events: Sequence[Event], rules: Rules) -> None:
        self.rules, self.calendar, self.receipt, self.year = rules, rules.calendar, receipt, receipt.on.year
        self.sentences: list[Sentence] = []
        self.limits: list[Limit] = []
        self.consulted = {event.ref: event for event in events if isinstance(event, Consulted)}
        self.asked = {ref: self._suspends(event) for ref, event in self.consulted.items()}
        paused = [Span(event.after, event.to, 0) for event in events if isinstance(event, Paused)]
        self.spans = (*paused, *[span for spans, _limit, _provisional in self.asked.values() for span in spans])
        self.merged = merged(self.spans)
        self.extension_in_time: bool | None = None
        self.waiting: Literal["correction", "payment", "ended"] | None = None
        self.waited: Literal["correction", "payment", "ended"] | None = None
        """What was waited for when the file was closed: an excused delay restores it."""
        self.ordered = self.over = self.left = False
        """An order has come; the request was answered or closed; its reply has left, or it is closed."""
        self.lapsed: date | None = None
        self.missed: date | None = None
        """The due date that had passed when the request was closed without a reply."""
        self.silences: list[Limit] = []
        """Until when the silence before an order can be challenged: no longer than until a reply comes."""
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
            "correction_notice", latest.on, f"需要补正的，应当不迟于{self._say(latest.on)}一次性告知申请人。", law.correction_notice.cite,
            provisional=latest.provisional,
        )  # fmt: skip
        reply = self._reply(law)
        if receipt.corrects_records:
            self._tell(f"条例没有规定更正申请的办理期限，由本机关确定为{reply.value}个工作日。", reply.cite)
        self._begin(receipt.on, reply.value, reply.cite)

    # ------------------------------------------------------------------ words

    def _law(self, day: date) -> Deadlines:
        return self.rules.on(day).deadlines

    def _reply(self, law: Deadlines) -> Value:
        """The period of a reply; for a request to correct records, the office's own (READINGS R-record-correction)."""
        return law.record_correction if self.receipt.corrects_records else law.reply

    def _say(self, day: date) -> str:
        """11月2日; the year only when it is not the year of receipt."""
        text = f"{day.month}月{day.day}日"
        return text if day.year == self.year else f"{day.year}年{text}"

    def _got(self, day: date, noticed: bool) -> str:
        """11月2日收到; of what was only announced (公告送达) 视为收到 (READINGS R-public-notice)."""
        return f"{self._say(day)}{'视为' if noticed else ''}收到"

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
        if event.handed_by:
            there = f"（该单位{self._say(event.handed_received)}收到）" if event.handed_received else ""
            self._tell(f"{self._say(event.on)}收到{event.handed_by}移送的申请{there}，为收到日，不计入。", "条例 31")
            return
        words, article = _RECEIVED.get(event.channel, ("收到申请", "条例 31"))
        before = f"（{self._say(event.submitted)}提交）" if event.submitted and event.submitted != event.on else ""
        self._tell(f"{self._say(event.on)}{words}{before}，为收到日，不计入。", article)

    # ------------------------------------------------------------------ runs

    def _begin(self, day0: date, length: int, article: str, until: date | None = None) -> None:
        """A new counting: day 0 is `day0` (READINGS R-A1). With `until` the last day is stated, not counted."""
        self.day0, self.length, self.article, self.until = day0, length, article, until
        self.counted = self.by_order = False
        """The stated day was counted from a day: it may need a year whose notice is not loaded."""
        self.extension: Extension | None = None
        self.deferral: Deferral | None = None
        self.known_dues: tuple[date, date] | None = None
        self.opened = self.closed = False
        self.runs: dict[int, date] = {}
        """Length -> its last day in this run: asked for by almost every sentence."""

    def _run(self, length: int) -> date:
        """The `length`-th working day of the run, without the suspended days (READINGS R-A3)."""
        known = self.runs.get(length)
        if known is None:
            known = self.runs[length] = self._counted(length)
        return known

    def _counted(self, length: int) -> date:
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
        """(without the extension, with it and a deferral): told on or before the day they move, or without effect (R-A5)."""
        if self.known_dues is None:
            self.known_dues = (self.until, self.until) if self.until is not None else self._deferred_dues()
        return self.known_dues

    def _deferred_dues(self) -> tuple[date, date]:
        """The same without an order."""
        unextended, due = self._counted_dues()
        if self.deferral is not None and self.deferral.notified is not None and self.deferral.notified <= due:
            due = self.deferral.until
        return unextended, due

    def _counted_dues(self) -> tuple[date, date]:
        """The same without a deferral."""
        unextended = self._run(self.length)
        if self.extension is None or self.extension.notified is None:
            return unextended, unextended
        if max(self.extension.approved, self.extension.notified) > unextended:
            return unextended, unextended
        return unextended, self._run(self.length + self.extension.days)

    @property
    def _stated(self) -> bool:
        """The last day is stated, by an order or a deferral that was told: nothing suspends or lengthens it any more."""
        return self.until is not None or (
            self.deferral is not None and self.deferral.notified is not None and self.deferral.notified <= self._counted_dues()[1]
        )

    def _stopped(self) -> list[tuple[date, date]]:
        """The suspensions that touch this run."""
        if self._stated:
            return []
        due = self._dues()[1]
        return [(after, to) for after, to in self.merged if to > self.day0 and after < due]

    def _open(self, cut: date | None = None) -> None:
        """Tell how the run begins, once; `cut` when it is cut short that day (what comes later does not suspend it)."""
        if self.opened:
            return
        self.opened = True
        if self._stated:
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
        if self._stated:
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
        law = self._law(event.on)
        if event.kind == "third_party":
            return law.third_party_opinion.value
        if event.kind == "joint_agency":
            return law.joint_agency_opinion.value
        return event.days or (law.other_agency_default if event.kind == "other_agency" else law.internal_opinion_default).value

    def _suspends(self, event: Consulted) -> tuple[tuple[Span, ...], date | None, bool]:
        """(what it suspends, its limit, whether that is provisional); READINGS R-A3, R-O2, R-unreachable, R-sent-again."""
        if event.sent is None:
            return (), None, False
        limit = self.calendar.due(event.received or event.sent, self._days(event))
        if event.limit is not None:
            limit = Due(event.limit, self.calendar.provisional(event.sent, event.limit))
        if event.kind == "internal":
            return (), limit.on, limit.provisional
        ends = [(sent, min(back, self._presumed(event, sent))) for sent, back in event.earlier]
        ends.append((event.sent, min(event.returned or limit.on, limit.on)))
        latest = min(event.replied or date.max, self._unreached_until(event) or date.max)
        spans = tuple([Span(sent, max(sent, min(end, latest)), event.ref) for sent, end in ends])
        return spans, limit.on, limit.provisional

    def _presumed(self, event: Consulted, sent: date) -> date:
        """The limit of the consulted, had they received it the day it was sent."""
        return event.limit or self.calendar.due(sent, self._days(event)).on

    def _unreached_until(self, event: Consulted) -> date | None:
        """Whom no sending reached suspends no longer than this, counted from the first one (READINGS R-unreachable)."""
        if event.sent is None or not (event.returned or event.noticed):
            return None
        return self._presumed(event, event.earlier[0][0] if event.earlier else event.sent)

    def _consulted(self, event: Consulted) -> None:
        party = event.party or _PARTY[event.kind]
        asking, article = _ASKING[event.kind]
        spans, limit, provisional = self.asked[event.ref]
        if event.sent is None or limit is None:
            self._open()
            text = f"{self._say(event.on)}向{party}征求意见的文书还没有送出，不暂停计时。"
            self._limit("opinion", None, text, "条例 33(3)", ref=event.ref, tell=True)
            return
        if event.kind == "internal":
            text = f"{self._say(event.sent)}送{party}会商，最迟{self._say(limit)}答复；内部会商不暂停计时。"
            self._limit("opinion", limit, text, "条例 33(3)", ref=event.ref, provisional=provisional, tell=True)
            return
        self._open()
        asking = f"向{party}{asking}"
        latest = self._unreached_until(event)
        for (sent, back), span in zip(event.earlier, spans, strict=False):
            self._tell(f"{self._say(sent)}{asking}，{self._stopping(event, sent)}。", "条例 33(3)")
            how = "" if event.replied and event.replied < back else self._going_on(event, sent, back, span.to, span.to)
            self._tell(f"给{party}的文书{self._say(back)}退回{how}。", article)
            asking = "再次送出"
        if event.noticed:
            asking = "公告送达"
        self._tell(f"{self._say(event.sent)}{asking}，{self._stopping(event, event.sent)}。", "条例 33(3)")
        if latest is not None and event.noticed and not self._stated:
            self._tell(f"{party}以其他方式无法送达，暂停最迟到首次送出之日起第{self._days(event)}个工作日{self._say(latest)}为止。", article)
        if event.returned is not None and (event.replied is None or event.replied > event.returned):
            how = self._going_on(event, event.sent, event.returned, spans[-1].to, spans[-1].to)
            text = f"给{party}的文书{self._say(event.returned)}退回，没有再送出{how}。"
            self._limit("opinion", None, text, article, ref=event.ref, tell=True)
            if event.replied is not None:
                self._tell(f"{self._say(event.replied)}收到{party}的意见。", "条例 33(3)")
            return
        if event.received is None:
            text = f"{party}何时收到还没有登记，暂按发出当日收到计算，{self._by(event, limit)}。"
            self._limit("opinion", None, text, article, ref=event.ref, provisional=provisional, tell=event.replied is None)
        else:
            silence = "" if event.replied else f"{_SILENCE[event.kind]}。"
            text = f"{party}{self._got(event.received, event.noticed)}，{self._by(event, limit)}。{silence}"
            self._limit("opinion", limit, text, article, ref=event.ref, provisional=provisional, tell=True)
        if event.replied is not None:
            how = self._going_on(event, event.sent, event.replied, limit, min(limit, latest or limit))
            self._tell(f"{self._say(event.replied)}收到{party}的意见{how}。", "条例 33(3)")

    def _by(self, event: Consulted, limit: date) -> str:
        if event.limit is not None:
            return f"函中写明最迟{self._say(limit)}答复"
        return f"{self._days(event)}个工作日内答复，最迟{self._say(limit)}"

    def _stopping(self, event: Consulted, sent: date) -> str:
        """What sending it does to the counting."""
        if self._stated:
            return "答复日期已经另定，不再暂停"
        used = max(unstopped(self.calendar, self.merged, self.day0, sent), 0)
        due = self._dues()[1]
        if sent >= due:
            return f"答复期限{self._say(due)}已经届满，不再暂停"
        latest = self._unreached_until(event)
        if (latest is not None and sent >= latest) or (event.replied is not None and event.replied < sent):
            return "不再暂停"
        if any(span.after < sent <= span.to or (span.after == sent and span.ref < event.ref) for span in self.spans):
            return f"计时继续暂停，此前已用{used}日"
        return f"次日起暂停计时，此前已用{used}日"

    def _going_on(self, event: Consulted, sent: date, end: date, limit: date, latest: date) -> str:
        """What its answer, or its coming back, does to the counting, which stands still no longer than `latest`."""
        if self._stated or sent >= self._dues()[1] or end < sent or latest <= sent:
            return ""
        late = end > limit
        until = "已过期限，" if late else ""
        ended = min(end, latest)
        if any(span.ref != event.ref and span.after <= ended < span.to for span in self.spans):
            return f"，{until}另有征求意见没有结束，计时继续暂停"
        if end > latest and latest != limit:
            return f"，{until}暂停已经到{self._say(latest)}为止"
        return f"，{until}暂停到{'期限届满' if late else '当日'}为止"

    def _paused(self, event: Paused) -> None:
        """READINGS R-split-clock."""
        self._open()
        text = f"拆分以前征求意见，{self._say(event.after)}的次日至{self._say(event.to)}暂停计时。"
        self._tell(text, "条例 33(3)")

    # ------------------------------------------------------------------ what else happens

    def _correction_notice(self, event: CorrectionNotice) -> None:
        """READINGS R-A4: the day it leaves must lie within the period; until it has left nobody waits for the applicant."""
        latest = self.correction_notice_latest
        days = event.days or self._law(event.on).correction_period_default.value
        if event.left is None:
            self._open()
            text = f"{self._say(event.on)}的补正告知书还没有送出，应当不迟于{self._say(latest)}送出；送出以前，答复期限照常计算。"
            self._limit("correction", None, text, "条例 30", tell=True)
            return
        self._told_once()
        self.waiting = "correction"
        self.correction_notice_in_time = event.left <= latest
        self._open(event.left)
        late = "" if self.correction_notice_in_time else f"，已过{self._say(latest)}"
        self._tell(f"{self._say(event.left)}告知补正{late}，答复期限自收到补正的申请之日重新起算。", "条例 30")
        if event.received is None:
            missing = f"补正告知书{self._say(event.returned)}退回，还没有再送出" if event.returned else "申请人何时收到补正告知还没有登记"
            text = f"{missing}；收到后{days}个工作日内补正。"
            self._limit("correction", None, text, "条例 30", tell=True)
            return
        limit = self.calendar.due(event.received, days)
        self.correction_limit = limit.on
        text = f"申请人{self._got(event.received, event.noticed)}补正告知，最迟{self._say(limit.on)}补正；无正当理由逾期不补正的，视为放弃申请。"
        self._limit("correction", limit.on, text, "条例 30", provisional=limit.provisional, tell=True)
        self.abandoned_from = limit.on + timedelta(1)

    def _told_once(self) -> None:
        """The notice has left, or the request is answered: by when it had to leave matters no more."""
        self.limits = [limit for limit in self.limits if limit.kind != "correction_notice"]

    def _corrected(self, event: Corrected) -> None:
        """READINGS R-A4, R-O4, R-O5."""
        self.waiting, self.abandoned_from = None, None
        law = self._law(event.on)
        late = "（已过补正期限，按接收计算）" if self.correction_limit and event.on > self.correction_limit else ""
        if self.until is not None:
            self._tell(f"{self._say(event.on)}收到补正的申请{late}；责令的期限{self._say(self.until)}不变。", "条例 51")
            return
        self._tell(f"{self._say(event.on)}收到补正的申请{late}，为收到日，不计入。", "条例 30")
        self._lapse()
        reply = self._reply(law)
        self._begin(event.on, reply.value, reply.cite)

    def _lapse(self) -> None:
        """READINGS R-O5: the period runs anew, and what lengthened the old one is gone with it."""
        if self.extension is not None:
            self._tell(f"期限重新计算，此前延长的{self.extension.days}个工作日不再适用。", "条例 33(2)")
        if self.deferral is not None:
            self._tell(f"期限重新计算，此前延迟至{self._say(self.deferral.until)}不再适用。", "条例 35")

    def _reasons_asked(self, event: ReasonsAsked) -> None:
        days = event.days or self._law(event.on).reasons_default.value
        if event.received is None:
            missing = f"说明理由告知书{self._say(event.returned)}退回，还没有再送出" if event.returned else "申请人何时收到说明理由告知还没有登记"
            self._limit("reasons", None, f"{missing}；收到后{days}个工作日内说明。", "条例 35")
            return
        limit = self.calendar.due(event.received, days)
        text = f"申请人{self._got(event.received, event.noticed)}说明理由告知，最迟{self._say(limit.on)}说明理由。"
        self._limit("reasons", limit.on, text, "条例 35", provisional=limit.provisional)

    def _extended(self, event: Extension) -> None:
        """READINGS R-A5."""
        self._open()
        self.extension, self.known_dues = event, None
        before, after = self._run(self.length), self._run(self.length + event.days)
        approved = f"{self._say(event.approved)}批准延长{event.days}个工作日"
        if event.notified is None:
            text = f"{approved}，告知以前不生效；不迟于{self._say(before)}告知申请人的，延至{self._say(after)}，届时没有告知的不再延长。"
            self._limit("extension_notice", before, text, "条例 33(2)", tell=True)
        elif max(event.approved, event.notified) <= before:
            self.extension_in_time = True
            self._tell(f"{approved}，{self._told(event.notified, event.back)}。", "条例 33(2)")
        else:
            self.extension_in_time = False
            text = f"{approved}，{self._say(event.notified)}才告知申请人，已过{self._say(before)}，延期不生效。"
            self._tell(text, "条例 33(2)")

    def _deferred(self, event: Deferral) -> None:
        """READINGS R-O6."""
        self._open()
        due = self._dues()[1]
        found = f"{self._say(event.on)}认定申请理由合理"
        if event.notified is None:
            text = f"{found}，告知以前不生效；不迟于{self._say(due)}告知申请人的，延迟至{self._say(event.until)}答复，届时没有告知的不再延迟。"
            self._limit("deferral_notice", due, text, "条例 35", tell=True)
        elif event.notified <= due:
            told = "告知申请人" if event.notified == event.on and event.back is None else self._told(event.notified, event.back)
            to = "" if event.back is None else "，"
            self._tell(f"{found}，{told}{to}延迟至{self._say(event.until)}答复。", "条例 35")
        else:
            self._tell(f"{found}，{self._say(event.notified)}才告知申请人，已过{self._say(due)}，延迟不生效。", "条例 35")
        self.deferral, self.known_dues = event, None

    def _fee_notice(self, event: FeeNotice) -> None:
        """READINGS R-A6."""
        unextended, due = self._dues()
        days = self._law(event.on).payment.value
        if event.left is None:
            self._open()
            text = f"{self._say(event.on)}的收费通知书还没有送出，应当不迟于{self._say(due)}送出；送出以前，答复期限照常计算。"
            self._limit("payment", None, text, "办法 6", tell=True)
            return
        self._open(event.left)
        self.waiting, self.due_before_fee, self.unextended_before_fee = "payment", due, unextended
        self.fee_notice_in_time = event.left <= due
        late = "" if self.fee_notice_in_time else f"，已过答复期限{self._say(due)}，不应再收费"
        self._tell(f"{self._say(event.left)}发出收费通知{late}；缴费完成后，答复期限自次日起重新计算。", "办法 6")
        if event.received is None:
            missing = f"收费通知书{self._say(event.returned)}退回，还没有再送出" if event.returned else "申请人何时收到收费通知还没有登记"
            self._limit("payment", None, f"{missing}；收到次日起{days}个工作日内缴费。", "办法 6", tell=True)
            return
        limit = self.calendar.due(event.received, days)
        self.payment_limit = limit.on
        self.paid_in_time = False
        self.abandoned_from = limit.on + timedelta(1)
        text = f"申请人{self._got(event.received, event.noticed)}收费通知，最迟{self._say(limit.on)}缴费；逾期未缴纳的，视为放弃申请。"
        self._limit("payment", limit.on, text, "办法 6", provisional=limit.provisional, tell=True)

    def _paid(self, event: Paid) -> None:
        """READINGS R-A6, R-O5."""
        self.paid_in_time = self.payment_limit is None or event.on <= self.payment_limit
        late = ""
        if self.payment_limit is not None and not self.paid_in_time:
            if not event.accepted:
                limit = self._say(self.payment_limit)
                self._tell(f"{self._say(event.on)}才缴费，已过{limit}，视为放弃申请，收到的款项应当退回。", "办法 6")
                return
            late = "（已过缴费期限，有正当理由，按接收计算）"
        self.waiting, self.abandoned_from = None, None
        law = self._law(event.on)
        if self.until is not None:
            self._tell(f"{self._say(event.on)}缴费完成{late}；责令的期限{self._say(self.until)}不变。", "条例 51")
            return
        self._tell(f"{self._say(event.on)}缴费完成{late}，当日不计入。", "办法 6")
        self._lapse()
        self._begin(event.on, law.reply_after_payment.value, law.reply_after_payment.cite)

    def _waived(self, event: FeeWaived) -> None:
        """READINGS R-fee-waiver."""
        if not event.fully:
            self._tell(f"{self._say(event.on)}减收费用，其余仍应在缴费期限内缴纳。", "条例 42")
            return
        if self.waiting == "payment":
            self.waiting, self.abandoned_from = None, None
            due = self._dues()[1]
            over = f"；该期限{self._say(due)}已过，自减免之时起已经逾期" if event.on > due else ""
            self._tell(f"{self._say(event.on)}免收费用，答复期限照原来的计算，不重新起算{over}。", "条例 42")

    def _order(self, event: Ordered) -> None:
        """READINGS R-reopening: it runs from the day the decision arrived, whoever reopens the file whenever."""
        last = self._dues()[1]
        running = self.by_order and not self.over and self.waiting is None and event.on <= last
        if self.over:
            self._challenged_no_more()
        elif self.waiting is None and last < event.on:
            self._silent_since(last)
        self._resume()
        self.abandoned_from, self.ordered, self.lapsed = None, True, self.lapsed or self.missed
        law = self._law(event.on)
        arrived, until = f"{self._say(event.on)}收到{event.by}", event.until
        if event.within is not None:
            until = self.calendar.due(event.on, event.within).on
            self._tell(f"{arrived}，责令自收到之日起{event.within}个工作日内答复，最迟{self._say(until)}。", "条例 51")
        elif until is not None:
            self._tell(f"{arrived}，责令最迟{self._say(until)}答复。", "条例 51")
        else:
            self._tell(f"{arrived}，责令答复、重新处理，没有写明期限，自收到之日起算，当日不计入。", "条例 51")
        length = event.within or law.reopening.value
        if running and last < (until or self.calendar.due(event.on, length).on):
            self._tell(f"此前责令的期限{self._say(last)}在先，仍应当在该日以前答复。", "条例 51")
            return
        self._begin(event.on, length, law.reopening.cite, until)
        self.counted, self.by_order = event.within is not None, True

    def _reopened(self, event: Reopened) -> None:
        """READINGS R-reopening, R-own-motion, R-excused."""
        law, over, silent = self._law(event.on), self.over, self.over and not self.left
        last = self._dues()[1]
        self._resume()
        if event.basis == "excused_delay":
            self.waiting = self.waited
            what, article = ("缴费", "办法 6") if self.waited == "payment" else ("补正", "条例 30")
            self._tell(f"{self._say(event.on)}认定逾期有正当理由，恢复办理，接收迟到的{what}。", article)
            return
        self.abandoned_from = None
        if event.basis == "ordered" and event.until is not None:
            self._tell(f"{self._say(event.on)}依复议、诉讼结果重新处理，责令最迟{self._say(event.until)}答复。", "条例 51")
            self._begin(event.on, law.reopening.value, law.reopening.cite, event.until)
        elif event.basis == "ordered" and self.ordered:
            self._tell(f"{self._say(event.on)}依复议、诉讼结果重新处理，期限自收到决定书、判决书之日起算。", "条例 51")
        elif self.ordered and not over:  # an order had come before, and was put down later
            self._tell(f"{self._say(event.on)}{_REOPENED[event.basis]}；责令的期限不变。", "条例 51")
        else:
            if not event.keeps:
                self._challenged_no_more()
            late = ""
            missed = last if silent and self.waiting is None and last < event.on else self.missed  # what was signed had told nobody
            if missed is not None:
                self._silent_since(missed)
                late = f"；此前的期限{self._say(missed)}届满时答复没有送出，仍为逾期"
            self.missed = None
            self._tell(f"{self._say(event.on)}{_REOPENED[event.basis]}，当日不计入{late}。", "条例 51")
            self._begin(event.on, law.reopening.value, law.reopening.cite)

    def _silent_since(self, last: date) -> None:
        """The day `last` passed without a reply; what sets another day afterwards does not undo it (READINGS R-inaction)."""
        self.lapsed = self.lapsed or last
        if not self.receipt.corrects_records:
            self.silences += of_silence(self.rules, last)

    def _resume(self) -> None:
        """The file is open again, or still: what was told of an earlier reply holds no more."""
        self.waiting = self.replied_on = self.reply_in_time = None
        self.over = self.left = False

    def _challenged_no_more(self) -> None:
        """The earlier reply is gone, and with it the dates until which it may be challenged (READINGS R-remedy-dates)."""
        self.silences.clear()
        self.limits = [limit for limit in self.limits if limit.kind not in ("reconsideration", "litigation")]

    def _replied(self, event: Reply) -> None:
        """READINGS R-A7."""
        self.over, self.left = True, event.sent is not None
        self._told_once()
        if self.waiting in ("correction", "payment"):
            what, article = ("补正", "条例 30") if self.waiting == "correction" else ("缴费", "办法 6")
            self.replied_on = event.sent or event.on
            self._tell(f"答复{self._say(self.replied_on)}作出时，期限尚待申请人{what}后起算，不能判断是否按期。", article)
            return
        self._close()
        due = self._dues()[1]
        self.replied_on = event.sent or event.on
        if event.sent is None:
            self._tell(f"答复{self._say(event.on)}签发，还没有送达，应当不迟于{self._say(due)}送出；届时没有送出的，自次日起为逾期。", "235号 送达")
            return
        self.reply_in_time = event.sent <= due
        how = {"post": "交邮", "public_notice": "公告", "ledger": "作出（台账所载）"}.get(event.way or event.method, "送达")
        tail = "在期限之内" if self.reply_in_time else f"超过期限{self.calendar.between(due, event.sent)}个工作日"
        self._tell(f"答复{self._say(event.sent)}{how}，{tail}{self._came_back(event)}。", "235号 送达")
        self.silences.clear()
        self._known(event.method, event.handed or event.sent, event.signed, "答复", event.remedies)

    def _came_back(self, event: Reply) -> str:
        """READINGS R-returned: it left in time, and yet the applicant does not have it."""
        if event.back is None:
            return ""
        again = f"{self._say(event.handed)}再次送出" if event.handed and event.method != "returned" else "还没有再送出"
        return f"；{self._say(event.back)}退回，{again}"

    def _told(self, told: date, back: date | None) -> str:
        """告知 the applicant of a later day; of a notice that came back no more than that it went out (READINGS R-returned)."""
        if back is None:
            return f"{self._say(told)}告知申请人"
        return f"{self._say(told)}送出告知申请人的文书（{self._say(back)}退回，还没有再送出）"

    # ------------------------------------------------------------------ remedies

    def _known(
        self, method: str, sent: date | None, signed: date | None, what: str, remedies: frozenset[str], *, who: str = "申请人", ref: int | None = None
    ) -> None:
        """救济期限 from the day `who` learned of it; by post without a slip, provisionally (READINGS R-remedy-dates)."""
        if signed is not None:
            self._remedies(signed, f"{who}{self._got(signed, method == 'public_notice')}{what}", remedies, ref=ref)
        elif sent is not None and method == "post":
            usual = sent + timedelta(self.rules.on(sent).practice.usual_delivery_days)
            known = f"{who}何时收到{what}还没有登记，暂按{self._say(usual)}收到计算"
            self._remedies(usual, known, remedies, ref=ref, provisional=True)

    def _remedies(
        self, known: date, how: str, remedies: frozenset[str], *, ref: int | None = None, provisional: bool = False
    ) -> None:
        law = self._law(known)
        review = self.calendar.natural_due(known, law.reconsideration_days.value)
        first = "应当先申请行政复议" if remedies == {"R1"} else "申请行政复议"
        text = f"{how}，不服的，最迟{self._say(review.on)}{first}。"
        self._limit(
            "reconsideration", review.on, text, law.reconsideration_days.cite, ref=ref, provisional=provisional or review.provisional
        )
        if remedies == {"R1"}:  # the suit comes after the review, from its decision on
            return
        suit = self.calendar.months_due(known, law.litigation_months.value)
        direct = "对依法可以直接起诉的部分，" if "R1" in remedies else "依法可以直接起诉的，"
        text = f"{how}，{direct}最迟{self._say(suit.on)}提起行政诉讼。"
        self._limit("litigation", suit.on, text, law.litigation_months.cite, ref=ref, provisional=provisional or suit.provisional)

    def _third_party_told(self, event: ThirdPartyTold) -> None:
        self._known(event.method, event.sent, event.received, "告知", frozenset({"R2"}), who="第三方", ref=event.ref)

    def _reviewed(self, event: Reviewed) -> None:
        self.limits = [limit for limit in self.limits if limit.kind != "litigation" or limit.ref is not None]
        law = self._law(event.on)
        suit = self.calendar.natural_due(event.on, law.suit_after_reconsideration_days.value)
        text = f"{self._say(event.on)}收到复议决定，对复议决定不服的，最迟{self._say(suit.on)}提起行政诉讼（以申请人收到之日为准）。"
        self._limit("litigation", suit.on, text, law.suit_after_reconsideration_days.cite, ref=event.ref, provisional=suit.provisional)

    def _ended(self, event: Ended) -> None:
        article = _ENDING.get(self.waiting or "", "条例 45")
        if self.waiting is None and not self.left and self._dues()[1] < event.on:
            self.missed = self._dues()[1]
        self.waited, self.waiting, self.over, self.left = self.waiting, "ended", True, True
        self._tell(f"{self._say(event.on)}终止办理，不再计算期限。", article)
        self._challenged_no_more()
        self._told_once()
        if not event.remedies:
            self.limits.clear()
        else:
            self._known(event.method, event.sent, event.received, "告知", event.remedies)

    # ------------------------------------------------------------------ the answer

    def answer(self) -> Reckoning:
        unextended, last = self._dues()
        due = None if self.waiting else last
        if due is not None:
            self._close()
        missing = () if self._stated and not self.counted else self.calendar.missing(self.day0, last)
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
            limits=(*self.limits, *self.silences),
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
            stated=self._stated,
            lapsed=self.lapsed,
            left=self.left,
            by_law=not self.receipt.corrects_records,
            rules=self.rules,
        )


STEPS: Mapping[type, Callable[[_Clock, Any], None]] = {
    CorrectionNotice: _Clock._correction_notice,
    Corrected: _Clock._corrected,
    ReasonsAsked: _Clock._reasons_asked,
    Consulted: _Clock._consulted,
    Extension: _Clock._extended,
    Paused: _Clock._paused,
    Deferral: _Clock._deferred,
    FeeNotice: _Clock._fee_notice,
    Paid: _Clock._paid,
    FeeWaived: _Clock._waived,
    Ordered: _Clock._order,
    Reopened: _Clock._reopened,
    Reply: _Clock._replied,
    ThirdPartyTold: _Clock._third_party_told,
    Reviewed: _Clock._reviewed,
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
