"""期限: what starts, suspends, restarts, lengthens and ends a period; its sentences, and the view day by day."""

# ruff: noqa: E501 - one row of a table, one line
from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stories.runner import shipped_rules, stories, told
from workflow import clocks
from workflow.answers import LAWS, long_form
from workflow.calendar import Calendar
from workflow.clocks import (
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
    Reckoning,
    Reopened,
    Reply,
    Reviewed,
    ThirdPartyTold,
    reckon,
)
from workflow.law import Refused

RULES = shipped_rules()
CALENDAR = RULES.calendar


def day(text: str) -> date:
    return date.fromisoformat(text)


MONDAY = Receipt(day("2026-03-02"), "in_person")
"""Received on Monday 2026-03-02: the tenth day is Monday 03-16, the reply is due on Monday 03-30."""


def after(*events: Event, receipt: Receipt = MONDAY) -> Reckoning:
    return reckon([receipt, *events], RULES)


def said(clock: Reckoning) -> str:
    return "".join(sentence.text for sentence in clock.because)


def asked(sent: str, received: str | None = None, replied: str | None = None, *, kind: str = "third_party", ref: int = 2, **more: Any) -> Consulted:
    party = {"third_party": "第三方", "joint_agency": "样例甲局", "other_agency": "样例乙局", "internal": "法制科"}[kind]
    return Consulted(ref, kind, party, day(sent), day(sent), received and day(received), replied and day(replied), **more)


# ---------------------------------------------------------------------------------------------- each kind of event

EVENTS: list[tuple[str, tuple[Event, ...], str | None, str]] = [
    # what happens, the events, the due date, a part of what is said
    ("nothing", (), "2026-03-30", "第20个工作日为3月30日"),  # Monday
    ("a correction is asked", (CorrectionNotice(day("2026-03-04"), day("2026-03-04")),), None, "3月4日告知补正"),
    (
        "it comes",  # on Monday 03-16
        (CorrectionNotice(day("2026-03-04"), day("2026-03-04"), day("2026-03-05"), 10), Corrected(day("2026-03-16"))),
        "2026-04-14",  # Tuesday, over 清明节
        "3月16日收到补正的申请，为收到日，不计入",
    ),
    (
        "it comes late and is accepted",  # on Friday 03-20, a day late
        (CorrectionNotice(day("2026-03-04"), day("2026-03-04"), day("2026-03-05"), 10), Corrected(day("2026-03-20"))),
        "2026-04-20",
        "已过补正期限，按接收计算",
    ),
    ("it never comes, and the file is closed", (CorrectionNotice(day("2026-03-04"), day("2026-03-04"), day("2026-03-05"), 10), Ended(day("2026-03-20"))), None,
     "3月20日终止办理"),
    ("reasons are asked", (ReasonsAsked(day("2026-03-04"), day("2026-03-05"), 10),), "2026-03-30", "3月30日"),
    ("a later day is set", (Deferral(day("2026-03-20"), day("2026-03-20"), day("2026-05-15")),), "2026-05-15", "告知申请人延迟至5月15日答复"),
    ("a third party is asked", (asked("2026-03-10", "2026-03-11"),), "2026-04-22", "3月10日向第三方发出意见征询书，次日起暂停计时，此前已用6日"),
    ("and answers", (asked("2026-03-10", "2026-03-11", "2026-03-17"),), "2026-04-07", "3月17日收到第三方的意见，暂停到当日为止"),
    ("a joint maker is asked", (asked("2026-03-10", "2026-03-11", kind="joint_agency"),), "2026-04-22", "逾期未答复的，视为同意公开"),
    ("another agency is asked", (asked("2026-03-10", "2026-03-11", kind="other_agency", days=5),), "2026-04-08", "逾期未答复的，由本机关决定"),
    ("a department is asked", (asked("2026-03-10", "2026-03-10", kind="internal", days=5),), "2026-03-30", "内部会商不暂停计时"),
    ("an extension is approved", (Extension(day("2026-03-20"), None, 10),), "2026-03-30", "告知以前不生效；不迟于3月30日告知申请人的，延至4月14日，届时没有告知的不再延长。"),
    ("and told", (Extension(day("2026-03-20"), day("2026-03-30"), 10),), "2026-04-14", "连同延长共30个工作日"),
    ("and told too late", (Extension(day("2026-03-20"), day("2026-03-31"), 10),), "2026-03-30", "3月31日才告知申请人，已过3月30日，延期不生效"),
    ("a fee is asked", (FeeNotice(day("2026-03-10"), day("2026-03-10"), day("2026-03-11")),), None, "最迟4月9日缴费"),
    ("and paid", (FeeNotice(day("2026-03-10"), day("2026-03-10"), day("2026-03-11")), Paid(day("2026-03-20"))), "2026-04-20", "3月20日缴费完成，当日不计入"),
    ("and waived", (FeeNotice(day("2026-03-10"), day("2026-03-10"), day("2026-03-11")), FeeWaived(day("2026-03-20"))), "2026-03-30", "答复期限照原来的计算"),
    ("a fee is waived that was never asked", (FeeWaived(day("2026-03-20")),), "2026-03-30", "3月30日"),
    ("the reply is posted on the last day", (Reply(day("2026-03-30"), "post", day("2026-03-30"), day("2026-04-02")),), "2026-03-30", "答复3月30日交邮，在期限之内"),
    ("the reply is signed for on the day after", (Reply(day("2026-03-30"), "direct", day("2026-03-31"), day("2026-03-31")),), "2026-03-30",
     "答复3月31日送达，超过期限1个工作日"),
    ("the reply is not served yet", (Reply(day("2026-03-30")),), "2026-03-30", "签发，还没有送达"),
    ("a part of the fee is waived", (FeeNotice(day("2026-03-10"), day("2026-03-10"), day("2026-03-11")), FeeWaived(day("2026-03-20"), fully=False)), None,
     "其余仍应在缴费期限内缴纳"),
    ("a court orders a reply", (Ordered(day("2026-08-11"), within=15),), "2026-09-01", "责令自收到之日起15个工作日内答复，最迟9月1日"),
    ("a part brings a pause along", (Paused(day("2026-03-04"), day("2026-03-09")),), "2026-04-02", "拆分以前征求意见"),
    ("a review was decided", (Reply(day("2026-03-20"), "post", day("2026-03-20"), day("2026-03-23")), Reviewed(4, day("2026-06-01"))), "2026-03-30", "在期限之内"),
    ("a third party is told", (Reply(day("2026-03-20"), "post", day("2026-03-20")), ThirdPartyTold(2, "direct", day("2026-03-23"), day("2026-03-23"))), "2026-03-30", "在期限之内"),
    ("the request is withdrawn", (Ended(day("2026-03-10")),), None, "3月10日终止办理，不再计算期限"),
    ("the file is handled again", (Reply(day("2026-03-20"), "post", day("2026-03-20")), Reopened(day("2026-06-01"), "ordered")), "2026-06-30", "依复议、诉讼结果重新处理"),
    ("and by a day", (Reply(day("2026-03-20"), "post", day("2026-03-20")), Reopened(day("2026-06-01"), "ordered", day("2026-06-12"))), "2026-06-12", "责令最迟6月12日答复"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "events", "due", "says"), EVENTS, ids=[row[0] for row in EVENTS])
def test_what_an_event_does_to_the_period(title: str, events: tuple[Event, ...], due: str | None, says: str) -> None:
    clock = after(*events)
    assert clock.due == (due and day(due))
    assert says in said(clock)


def test_every_kind_of_event_is_in_the_table() -> None:
    kinds = {type(event) for _, events, _, _ in EVENTS for event in events} | {Receipt}
    assert kinds == set(clocks.STEPS) | {Receipt}


def test_the_first_event_is_a_receipt() -> None:
    with pytest.raises(ValueError, match="receipt"):
        reckon([Ended(day("2026-03-10"))], RULES)


def test_nothing_is_reckoned_by_the_law_before_the_revision() -> None:
    """READINGS R-before."""
    assert after(receipt=Receipt(day("2019-05-15"), "in_person")).due == day("2019-06-13")  # Thursday
    with pytest.raises(Refused, match="2019年5月15日以前"):
        after(receipt=Receipt(day("2019-05-14"), "in_person"))


LIMITS: list[tuple[str, Event, str, str | None, int | None]] = [
    ("nothing yet", Paused(day("2026-03-02"), day("2026-03-02")), "correction_notice", "2026-03-11", None),  # Wednesday
    ("correction", CorrectionNotice(day("2026-03-04"), day("2026-03-04"), day("2026-03-05"), 10), "correction", "2026-03-19", None),  # Thursday
    ("correction, usual period", CorrectionNotice(day("2026-03-04"), day("2026-03-04"), day("2026-03-05")), "correction", "2026-03-26", None),  # Thursday
    ("correction, not received", CorrectionNotice(day("2026-03-04"), day("2026-03-04")), "correction", None, None),
    ("reasons", ReasonsAsked(day("2026-03-04"), day("2026-03-05"), 5), "reasons", "2026-03-12", None),
    ("reasons, not received", ReasonsAsked(day("2026-03-04")), "reasons", None, None),
    ("third party", asked("2026-03-10", "2026-03-11"), "opinion", "2026-04-01", 2),  # Wednesday
    ("third party, not received", asked("2026-03-10"), "opinion", None, 2),
    ("joint maker", asked("2026-03-10", "2026-03-11", kind="joint_agency"), "opinion", "2026-04-01", 2),
    ("another agency", asked("2026-03-10", "2026-03-11", kind="other_agency"), "opinion", "2026-03-25", 2),
    ("within the house", asked("2026-03-10", "2026-03-10", kind="internal"), "opinion", "2026-03-17", 2),
    ("payment", FeeNotice(day("2026-03-10"), day("2026-03-10"), day("2026-03-11")), "payment", "2026-04-09", None),  # Thursday
    ("payment, not received", FeeNotice(day("2026-03-10"), day("2026-03-10")), "payment", None, None),
    ("telling the extension", Extension(day("2026-03-20"), None, 5), "extension_notice", "2026-03-30", None),
]


@pytest.mark.parametrize(("title", "event", "kind", "on", "ref"), LIMITS, ids=[row[0] for row in LIMITS])
def test_the_other_dates_that_matter(title: str, event: Event, kind: str, on: str | None, ref: int | None) -> None:
    limit = [one for one in after(event).limits if one.kind == kind][-1]
    assert (limit.on, limit.ref) == (on and day(on), ref)
    assert limit.sentence.articles


def test_a_reply_that_was_received_begins_the_periods_of_the_remedies() -> None:
    """READINGS R-A8: 60 days, and six months, from the day after; a last day that is a holiday moves on."""
    clock = after(Reply(day("2026-03-27"), "post", day("2026-03-27"), day("2026-04-02")))
    assert {one.kind: one.on for one in clock.limits if one.kind in ("reconsideration", "litigation")} == {
        "reconsideration": day("2026-06-01"),  # Monday
        "litigation": day("2026-10-08"),  # Thursday: 10-02 lies in 国庆节
    }
    assert not {"reconsideration", "litigation"} & {one.kind for one in after(Reply(day("2026-03-27"))).limits}


def test_by_post_without_a_slip_the_periods_of_the_remedies_are_provisional() -> None:
    """READINGS R-remedy-dates: from the usual time of delivery on; a mail that came back begins none."""
    clock = after(Reply(day("2026-03-27"), "post", day("2026-03-27")))
    found = {one.kind: (one.on, one.provisional) for one in clock.limits if one.kind in ("reconsideration", "litigation")}
    assert found == {"reconsideration": (day("2026-06-01"), True), "litigation": (day("2026-10-08"), True)}
    back = after(Reply(day("2026-03-27"), "returned", day("2026-03-27")))
    assert not {"reconsideration", "litigation"} & {one.kind for one in back.limits}


def test_where_a_review_comes_first_only_its_period_stands_until_it_is_decided() -> None:
    """复议法 23(1)(四), 行诉法 45."""
    reply = Reply(day("2026-03-27"), "direct", day("2026-03-27"), day("2026-03-27"), frozenset({"R1"}))
    assert {one.kind for one in after(reply).limits} == {"reconsideration"}
    clock = after(reply, Reviewed(5, day("2026-06-12")))
    assert [(one.kind, one.on, one.ref) for one in clock.limits if one.kind == "litigation"] == [("litigation", day("2026-06-29"), 5)]


def test_nothing_answered_can_be_challenged_from_the_day_after_the_due_date() -> None:
    """READINGS R-inaction: 60 days and six months after the period has run out."""
    clock = after(receipt=Receipt(day("2026-03-18"), "in_person"))
    assert (clock.due, [one.on for one in clock.silence]) == (day("2026-04-16"), [day("2026-06-15"), day("2026-10-16")])
    assert not after(Reply(day("2026-03-20"), "direct", day("2026-03-20"), day("2026-03-20"))).silence


@pytest.mark.parametrize(
    ("order", "due"),
    [
        (Ordered(day("2026-08-11"), within=15), "2026-09-01"),  # Tuesday
        (Ordered(day("2026-08-11"), day("2026-08-31")), "2026-08-31"),
        (Ordered(day("2026-08-11")), "2026-09-08"),
    ],
)
def test_an_order_runs_from_its_receipt_whatever_was_before(order: Ordered, due: str) -> None:
    """READINGS R-reopening: what was consulted on since suspends no ordered day, and a payment moves none."""
    assert after(order).due == day(due)
    assert after(Ordered(order.on, order.until, order.within), Reopened(day("2026-08-20"), "ordered")).due == day(due)
    if order.within or order.until:
        assert after(order, asked("2026-08-12", "2026-08-12")).due == day(due)
        assert after(order, FeeNotice(day("2026-08-12"), day("2026-08-12"), day("2026-08-12")), Paid(day("2026-08-14"))).due == day(due)


def test_a_letter_that_has_not_left_moves_nothing() -> None:
    """READINGS R-A3, R-A4, R-A6: periods follow the letter, not the act that made it."""
    for event in (CorrectionNotice(day("2026-03-04"), None), FeeNotice(day("2026-03-04"), None), Deferral(day("2026-03-04"), None, day("2026-04-20")),
                  Consulted(2, "third_party", "第三方", day("2026-03-04"), None)):  # fmt: skip
        assert after(event).due == day("2026-03-30"), event


def test_a_third_party_that_cannot_be_reached_stops_the_clock_until_its_letter_came_back() -> None:
    """READINGS R-unreachable: at the latest until the fifteenth working day after the first sending."""
    back = Consulted(2, "third_party", "第三方", day("2026-06-15"), day("2026-06-15"), returned=day("2026-06-25"))
    assert after(back, receipt=Receipt(day("2026-06-12"), "in_person")).due == day("2026-07-22")
    late = Consulted(2, "third_party", "第三方", day("2026-06-15"), day("2026-06-15"), returned=day("2026-07-30"))
    assert after(late, receipt=Receipt(day("2026-06-12"), "in_person")).suspensions == ((day("2026-06-15"), day("2026-07-07")),)


SENT_AGAIN: list[tuple[str, Consulted, str, list[tuple[str, str]], str]] = [
    ("while it is out", asked("2026-10-20", "2026-10-20", earlier=((day("2026-09-14"), day("2026-09-22")),)), "2026-11-17",
     [("2026-09-14", "2026-09-22"), ("2026-10-20", "2026-11-10")],
     "给第三方的文书9月22日退回，暂停到当日为止。10月20日再次送出，次日起暂停计时，此前已用15日。第三方10月20日收到"),
    ("not yet signed for", asked("2026-10-20", earlier=((day("2026-09-14"), day("2026-09-22")),)), "2026-11-17",
     [("2026-09-14", "2026-09-22"), ("2026-10-20", "2026-11-10")], "第三方何时收到还没有登记，暂按发出当日收到计算"),
    ("until the opinion", asked("2026-10-20", "2026-10-20", "2026-10-22", earlier=((day("2026-09-14"), day("2026-09-22")),)), "2026-10-29",
     [("2026-09-14", "2026-09-22"), ("2026-10-20", "2026-10-22")], "10月22日收到第三方的意见，暂停到当日为止。"),
    ("the day it came back", asked("2026-09-22", "2026-09-23", "2026-09-24", earlier=((day("2026-09-14"), day("2026-09-22")),)), "2026-10-29",
     [("2026-09-14", "2026-09-24")], "9月22日再次送出，计时继续暂停，此前已用0日。"),
    ("after the due date", asked("2026-10-28", "2026-10-28", earlier=((day("2026-09-14"), day("2026-09-22")),)), "2026-10-27",
     [("2026-09-14", "2026-09-22"), ("2026-10-28", "2026-11-18")], "10月28日再次送出，答复期限10月27日已经届满，不再暂停。"),
    ("back for good", asked("2026-09-28", returned=day("2026-10-19"), earlier=((day("2026-09-14"), day("2026-09-22")),)), "2026-11-03",
     [("2026-09-14", "2026-09-22"), ("2026-09-28", "2026-10-10")], "给第三方的文书10月19日退回，没有再送出，已过期限，暂停到期限届满为止。"),
    ("the opinion came without it", asked("2026-09-14", replied="2026-10-08", returned=day("2026-09-18")), "2026-10-22",
     [("2026-09-14", "2026-09-18")], "给第三方的文书9月18日退回，没有再送出，暂停到当日为止。10月8日收到第三方的意见。"),
    ("a public notice", asked("2026-09-21", "2026-10-21", earlier=((day("2026-09-14"), day("2026-09-18")),), noticed=True), "2026-11-04",
     [("2026-09-14", "2026-09-18"), ("2026-09-21", "2026-10-10")],
     "9月21日公告送达，次日起暂停计时，此前已用2日。第三方以其他方式无法送达，暂停最迟到首次送出之日起第15个工作日10月10日为止。"),
    ("a notice too late", asked("2026-10-12", "2026-11-11", earlier=((day("2026-09-14"), day("2026-09-18")),), noticed=True), "2026-10-22",
     [("2026-09-14", "2026-09-18")], "10月12日公告送达，不再暂停。"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "event", "due", "stopped", "says"), SENT_AGAIN, ids=[row[0] for row in SENT_AGAIN])
def test_a_letter_that_is_sent_again_suspends_while_it_is_out(
    title: str, event: Consulted, due: str, stopped: list[tuple[str, str]], says: str
) -> None:
    """READINGS R-sent-again, R-unreachable: received on Monday 2026-09-14."""
    clock = after(event, receipt=Receipt(day("2026-09-14"), "in_person"))
    assert clock.due == day(due)
    assert clock.suspensions == tuple((day(start), day(end)) for start, end in stopped)
    assert says in said(clock)


NOTICED: list[tuple[str, tuple[Event, ...], str]] = [
    ("a third party", (asked("2026-09-21", "2026-10-21", earlier=((day("2026-09-14"), day("2026-09-18")),), noticed=True),), "第三方10月21日视为收到"),
    ("a correction notice", (CorrectionNotice(day("2026-09-15"), day("2026-09-15"), day("2026-10-21"), 10, noticed=True),), "申请人10月21日视为收到补正告知"),
    ("a demand for reasons", (ReasonsAsked(day("2026-09-15"), day("2026-10-21"), 10, noticed=True),), "申请人10月21日视为收到说明理由告知"),
    ("a fee notice", (FeeNotice(day("2026-09-15"), day("2026-09-15"), day("2026-10-21"), noticed=True),), "申请人10月21日视为收到收费通知"),
    ("a reply", (Reply(day("2026-09-15"), "public_notice", day("2026-09-15"), day("2026-10-21")),), "申请人10月21日视为收到答复"),
    ("what a third party is told", (ThirdPartyTold(2, "public_notice", day("2026-09-21"), day("2026-10-21")),), "第三方10月21日视为收到告知"),
    ("the end of a file", (Ended(day("2026-09-15"), "public_notice", day("2026-09-21"), day("2026-10-21")),), "申请人10月21日视为收到告知"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "events", "says"), NOTICED, ids=[row[0] for row in NOTICED])
def test_what_was_served_by_public_notice_is_taken_to_be_received_and_no_more(title: str, events: tuple[Event, ...], says: str) -> None:
    """READINGS R-public-notice: the day lies ahead when it is told."""
    clock = after(*events, receipt=Receipt(day("2026-09-14"), "in_person"))
    assert says in said(clock) + "".join(limit.sentence.text for limit in clock.limits)


@pytest.mark.parametrize(
    ("replied", "says"),
    [
        ("2026-10-09", "10月9日收到第三方的意见，暂停到当日为止。"),
        ("2026-10-12", "10月12日收到第三方的意见，暂停已经到10月10日为止。"),  # within the limit that was said
        ("2026-11-12", "11月12日收到第三方的意见，已过期限，暂停已经到10月10日为止。"),
    ],
)
def test_an_opinion_after_a_public_notice_is_late_by_the_limit_that_was_said(replied: str, says: str) -> None:
    """READINGS R-unreachable: the suspension is over before, and the third party is not late for it."""
    event = asked("2026-09-21", "2026-10-21", replied, earlier=((day("2026-09-14"), day("2026-09-18")),), noticed=True)
    text = said(after(event, receipt=Receipt(day("2026-09-14"), "in_person")))
    assert "最迟11月11日。" in text
    assert says in text


def test_what_a_part_brings_along_suspends_it_too() -> None:
    """READINGS R-split-clock."""
    assert after(Paused(day("2026-03-04"), day("2026-03-09"))).due == day("2026-04-02")


def test_an_extension_lapses_with_the_period_it_lengthened_and_that_is_said() -> None:
    """READINGS R-O5."""
    clock = after(Extension(day("2026-03-04"), day("2026-03-04"), 10), FeeNotice(day("2026-03-05"), day("2026-03-05"), day("2026-03-05")), Paid(day("2026-03-09")))
    assert clock.due == day("2026-04-07")
    assert "此前延长的10个工作日不再适用" in said(clock)


def test_a_waiver_after_the_due_date_says_that_the_file_is_overdue_at_once() -> None:
    """READINGS R-fee-waiver."""
    clock = after(FeeNotice(day("2026-03-30"), day("2026-03-30"), day("2026-03-30")), FeeWaived(day("2026-04-15")))
    assert clock.due == day("2026-03-30")
    assert "自减免之时起已经逾期" in said(clock)


def test_a_request_counts_as_abandoned_from_the_day_after_the_limit() -> None:
    assert after(CorrectionNotice(day("2026-03-04"), day("2026-03-04"), day("2026-03-05"), 10)).abandoned_from == day("2026-03-20")
    assert after(FeeNotice(day("2026-03-10"), day("2026-03-10"), day("2026-03-11"))).abandoned_from == day("2026-04-10")
    assert after(FeeNotice(day("2026-03-10"), day("2026-03-10"), day("2026-03-11")), Paid(day("2026-03-20"))).abandoned_from is None


# ---------------------------------------------------------------------------------------------- the sentences


BACK: list[tuple[str, tuple[Event, ...], str]] = [
    ("a reply", (Reply(day("2026-03-20"), "returned", day("2026-03-20"), way="post", back=day("2026-03-27"), handed=day("2026-03-20")),),
     "答复3月20日交邮，在期限之内；3月27日退回，还没有再送出。"),
    ("and sent again", (Reply(day("2026-03-20"), "direct", day("2026-03-20"), day("2026-04-02"), way="post", back=day("2026-03-27"), handed=day("2026-04-02")),),
     "答复3月20日交邮，在期限之内；3月27日退回，4月2日再次送出。"),
    ("an extension", (Extension(day("2026-03-20"), day("2026-03-20"), 10, day("2026-03-27")),), "3月20日送出告知申请人的文书（3月27日退回，还没有再送出）。"),
    ("a deferral", (Deferral(day("2026-03-20"), day("2026-03-20"), day("2026-05-15"), day("2026-03-27")),),
     "3月20日送出告知申请人的文书（3月27日退回，还没有再送出），延迟至5月15日答复。"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "events", "says"), BACK, ids=[row[0] for row in BACK])
def test_what_came_back_is_not_told_as_delivered(title: str, events: tuple[Event, ...], says: str) -> None:
    """READINGS R-returned: it left in time, and the applicant does not have it."""
    assert says in said(after(*events))


@pytest.mark.parametrize(
    "event",
    [
        CorrectionNotice(day("2026-03-04"), None),
        Extension(day("2026-03-20"), None, 10),
        Deferral(day("2026-03-20"), None, day("2026-05-15")),
        FeeNotice(day("2026-03-10"), None),
        Reply(day("2026-03-20")),
    ],
    ids=lambda event: type(event).__name__,
)
def test_what_has_not_left_is_told_so_that_it_holds_on_any_later_day_too(event: Event) -> None:
    """The clock knows no today: it says by when a letter must leave and what follows, and asks nobody to do what is over."""
    clock = after(event)
    assert "不迟于3月" in said(clock)
    assert not re.search("最迟[^。]*(送出|告知)", said(clock))
    assert not any(re.search("最迟[^。]*(送出|告知)", limit.sentence.text) for limit in clock.limits)


@pytest.mark.parametrize(
    "event",
    [
        CorrectionNotice(day("2026-03-04"), day("2026-03-04")),
        Reply(day("2026-03-20"), "post", day("2026-03-20")),
        Ended(day("2026-03-10")),
    ],
    ids=lambda event: type(event).__name__,
)
def test_nobody_is_told_by_when_to_ask_for_a_correction_once_that_is_over(event: Event) -> None:
    assert "correction_notice" in {limit.kind for limit in after().limits}
    assert "correction_notice" not in {limit.kind for limit in after(event).limits}


def test_what_another_unit_handed_over_came_from_there() -> None:
    """READINGS R-handover: nobody handed it in here."""
    there = Receipt(day("2026-03-10"), "in_person", handed_by="样例县住建局", handed_received=day("2026-03-06"))
    assert "3月10日收到样例县住建局移送的申请（该单位3月6日收到），为收到日，不计入。" in said(reckon([there], RULES))



def test_the_sentences_of_a_suspended_period_read_as_one_explanation() -> None:
    """The working that a case page shows, word for word."""
    clock = reckon([Receipt(day("2026-11-02"), "ems_signed"), asked("2026-11-10", "2026-11-12")], RULES)
    assert [(one.text, one.articles) for one in clock.because] == [
        ("11月2日邮政签收，为收到日，不计入。", ("条例 31(二)",)),
        ("自11月3日起算20个工作日，未暂停时为11月30日。", ("条例 33(2)",)),
        ("11月10日向第三方发出意见征询书，次日起暂停计时，此前已用6日。", ("条例 33(3)",)),
        ("第三方11月12日收到，15个工作日内答复，最迟12月3日。逾期未答复的，由本机关依照条例决定，不视为同意。", ("条例 32",)),
        ("12月4日起继续计算，第20个工作日为12月23日，即最迟答复日。提前答复的，答复日相应提前。", ("条例 33(3)",)),
    ]
    assert clock.due == day("2026-12-23")  # Wednesday


def test_the_sentences_over_a_holiday_name_it_and_its_notice() -> None:
    clock = reckon([Receipt(day("2025-09-30"), "ems_signed")], RULES)
    assert [one.text for one in clock.because] == [
        "9月30日邮政签收，为收到日，不计入。",
        "自10月1日起算20个工作日，第1个工作日为10月9日，第20个工作日为11月4日。",
        "其间10月1日至8日国庆节、中秋节放假，10月11日调休上班。",
    ]
    assert clock.because[-1].articles == ("国办发明电〔2024〕12号",)


def test_a_holiday_that_a_later_notice_changed_cites_that_notice() -> None:
    """春节 2020 was lengthened to 02-02; 元旦 of that year stands on the first notice."""
    clock = reckon([Receipt(day("2020-01-20"), "in_person")], RULES)
    assert clock.because[-1].text == "其间1月24日至2月2日春节放假。"
    assert clock.because[-1].articles == ("国办发明电〔2020〕1号",)
    clock = reckon([Receipt(day("2019-12-31"), "in_person")], RULES)
    assert clock.because[-1].articles == ("国办发明电〔2019〕16号", "国办发明电〔2020〕1号")


def test_consultations_that_overlap_are_told_as_one_pause() -> None:
    clock = after(asked("2026-03-10", "2026-03-11", "2026-03-16"), asked("2026-03-12", "2026-03-13", "2026-03-20", kind="other_agency", ref=4))
    assert "3月12日向样例乙局发出征求意见函，计时继续暂停，此前已用6日。" in said(clock)
    assert "3月16日收到第三方的意见，另有征求意见没有结束，计时继续暂停。" in said(clock)
    assert "3月20日收到样例乙局的意见，暂停到当日为止。" in said(clock)
    assert "3月21日起继续计算，第20个工作日为4月10日，即最迟答复日。" in said(clock)


def test_what_is_sent_after_the_last_day_is_not_said_to_suspend() -> None:
    clock = after(asked("2026-04-01", "2026-04-02", "2026-04-07"))
    assert "答复期限3月30日已经届满，不再暂停。" in said(clock)
    assert clock.due == day("2026-03-30")
    assert not clock.suspended_on(day("2026-04-02"))


def test_a_late_notice_for_correction_says_so() -> None:
    assert "3月12日告知补正，已过3月11日，" in said(after(CorrectionNotice(day("2026-03-12"), day("2026-03-12"))))


def test_the_year_is_named_where_it_is_not_that_of_the_receipt() -> None:
    clock = reckon([Receipt(day("2025-12-08"), "in_person")], RULES)
    assert "第20个工作日为2026年1月6日" in said(clock)
    assert "2026年1月1日至3日元旦放假，2026年1月4日调休上班" in said(clock)


def test_the_years_without_a_notice_are_named() -> None:
    """READINGS R-O7."""
    assert "2027年的放假安排没有载入，这一日期按法定节假日推算，是暂定的" in said(reckon([Receipt(day("2026-12-21"), "in_person")], RULES))


def test_a_past_year_is_not_said_to_be_unpublished() -> None:
    """Whether a notice is published is not known here; that it is not loaded is."""
    kept = [notice for notice in CALENDAR.notices.values() if notice.year != 2023]
    rules = replace(RULES, calendar=Calendar(kept, CALENDAR.statutory))
    for received, year in (("2023-12-20", 2023), ("2026-12-21", 2027)):
        told = said(reckon([Receipt(day(received), "in_person")], rules))
        assert f"{year}年的放假安排没有载入" in told
        assert "公布" not in told


def test_since_the_law_is_in_force_no_past_due_date_is_provisional() -> None:
    """Calendars of 2019 to 2026: from the first day of the 条例 to the end of the last notice."""
    for step in range((day("2026-11-30") - day("2019-05-15")).days):
        assert not reckon([Receipt(day("2019-05-15") + timedelta(step), "in_person")], RULES).provisional


_ARTICLE = re.compile(rf"(?:{'|'.join(LAWS)}) (?:\d+(?:\(\d+\))?(?:\([一二三四五六七八九十]+\))?|送达|邮寄)")
_DOCUMENT = re.compile(r"\S+〔\d{4}〕\d+号")


def parses(article: str) -> bool:
    return bool(_ARTICLE.fullmatch(article) or _DOCUMENT.fullmatch(article))


def test_every_sentence_ends_and_stands_on_an_article_that_can_be_read() -> None:
    clocks_ = [after(*events) for _, events, _, _ in EVENTS]
    for story in stories():
        world = told(story.name)
        clocks_ += [case.reckoning(world.rules) for case in world.cases]
    for clock in clocks_:
        for sentence in (*clock.because, *(limit.sentence for limit in clock.limits)):
            assert sentence.text.endswith("。")
            assert "。。" not in sentence.text
            assert "None" not in sentence.text
            assert sentence.articles, sentence.text
            for article in sentence.articles:
                assert parses(article), article
                assert long_form(article).startswith("《") or "号" in long_form(article)


# ---------------------------------------------------------------------------------------------- day by day


def test_the_days_of_a_suspended_period() -> None:
    """The little calendar: from the receipt to the due date, each day with its mark and number."""
    clock = reckon([Receipt(day("2026-11-02"), "ems_signed"), asked("2026-11-10", "2026-11-12", "2026-11-13", ref=6)], RULES)
    shown = [(f"{one.on:%m-%d}", one.mark, one.number, one.refs) for one in clock.days()]
    assert shown[:13] == [
        ("11-02", "receipt", None, ()),  # Monday
        ("11-03", "counted", 1, ()),
        ("11-04", "counted", 2, ()),
        ("11-05", "counted", 3, ()),
        ("11-06", "counted", 4, ()),  # Friday
        ("11-07", "weekend", None, ()),
        ("11-08", "weekend", None, ()),
        ("11-09", "counted", 5, ()),
        ("11-10", "counted", 6, ()),  # the day of sending counts (R-O1)
        ("11-11", "suspended", None, (6,)),
        ("11-12", "suspended", None, (6,)),
        ("11-13", "suspended", None, (6,)),  # the day of the answer does not
        ("11-14", "weekend", None, ()),
    ]
    assert shown[-1] == ("12-03", "due", 20, ())  # Thursday
    assert len(shown) == (clock.due - clock.day0).days + 1 if clock.due else False


def test_the_days_name_holidays_and_make_up_days() -> None:
    days = {one.on: one for one in reckon([Receipt(day("2026-09-16"), "in_person")], RULES).days()}
    assert days[day("2026-09-20")].make_up
    assert days[day("2026-09-20")].mark == "counted"  # Sunday
    assert (days[day("2026-09-25")].mark, days[day("2026-09-25")].name) == ("holiday", "中秋节")
    assert (days[day("2026-10-03")].mark, days[day("2026-10-03")].name) == ("holiday", "国庆节")  # Saturday within it
    assert days[day("2026-10-10")].make_up
    assert days[day("2026-09-19")].mark == "weekend"


def test_there_are_no_days_while_the_applicant_must_move() -> None:
    assert after(CorrectionNotice(day("2026-03-04"), day("2026-03-04"))).days() == ()


def test_the_meter_and_the_days_left() -> None:
    clock = reckon([Receipt(day("2026-11-02"), "ems_signed"), asked("2026-11-10", "2026-11-12")], RULES)
    rows = {
        "2026-11-02": (0, 20, 20),  # Monday, the receipt
        "2026-11-03": (1, 20, 19),
        "2026-11-08": (4, 20, 16),  # Sunday
        "2026-11-24": (6, 20, 14),  # Tuesday, suspended
        "2026-12-04": (7, 20, 13),
        "2026-12-23": (20, 20, 0),  # Wednesday, the due date
        "2026-12-25": (20, 20, -2),  # two working days past it
    }
    for on, (used, total, left) in rows.items():
        assert clock.meter(day(on)) == (used, total), on
        assert clock.working_days_left(day(on)) == left, on
    assert [clock.suspended_on(day(on)) for on in ("2026-11-10", "2026-11-11", "2026-12-03", "2026-12-04")] == [False, True, True, False]


def test_the_meter_of_an_extended_period_counts_both() -> None:
    clock = after(Extension(day("2026-03-20"), day("2026-03-20"), 10))
    assert clock.meter(day("2026-03-30")) == (20, 30)


def test_the_meter_is_empty_while_nothing_is_due() -> None:
    assert after(CorrectionNotice(day("2026-03-04"), day("2026-03-04"))).meter(day("2026-03-05")) == (0, 0)


# ---------------------------------------------------------------------------------------------- against a count by hand


def by_hand(receipt: date, spans: list[tuple[date, date]], length: int) -> date:
    """The `length`-th day after the receipt that is worked and lies in no (sent, ended]: the words of 条例 33, day by day."""
    counted, on = 0, receipt
    while counted < length:
        on += timedelta(1)
        if CALENDAR.is_working(on) and not any(sent < on <= ended for sent, ended in spans):
            counted += 1
    return on


RECEIVED = st.dates(date(2024, 1, 1), date(2026, 6, 30))
CONSULTED = st.lists(st.tuples(st.integers(0, 45), st.integers(0, 6), st.integers(0, 40), st.booleans()), max_size=5)


def consultations(received: date, drawn: list[tuple[int, int, int, bool]]) -> list[Consulted]:
    found = []
    for ref, (wait, delivery, answer, silent) in enumerate(sorted(drawn), 1):
        sent = received + timedelta(wait)
        got = sent + timedelta(delivery)
        found.append(Consulted(ref, "joint_agency", "样例局", sent, sent, got, None if silent else got + timedelta(answer)))
    return found


def ended(one: Consulted) -> date:
    assert one.received is not None
    limit = CALENDAR.due(one.received, 15).on
    return limit if one.replied is None else min(one.replied, limit)


@settings(max_examples=300)
@given(RECEIVED, CONSULTED)
def test_a_due_date_is_what_counting_day_by_day_gives(received: date, drawn: list[tuple[int, int, int, bool]]) -> None:
    """READINGS R-A1, R-A2, R-A3, R-O1: and it is a working day, and its days number 1 to 20."""
    consulted = consultations(received, drawn)
    clock = reckon([Receipt(received, "online"), *consulted], RULES)
    assert clock.due == by_hand(received, [(one.sent, ended(one)) for one in consulted], 20)
    assert CALENDAR.is_working(clock.due)
    numbers = [one.number for one in clock.days() if one.number is not None]
    assert numbers == list(range(1, 21))


@settings(max_examples=200)
@given(RECEIVED, CONSULTED, CONSULTED, st.integers(1, 20), st.integers(0, 60))
def test_more_suspension_or_extension_never_makes_it_earlier(
    received: date, some: list[tuple[int, int, int, bool]], more: list[tuple[int, int, int, bool]], days: int, told: int
) -> None:
    few, all_ = consultations(received, some), consultations(received, some + more)
    extension = Extension(received + timedelta(told), received + timedelta(told), days)
    plain = reckon([Receipt(received, "online"), *few], RULES).due
    for events in (all_, [*few, extension], [*all_, extension]):
        longer = reckon([Receipt(received, "online"), *events], RULES).due
        assert plain is not None
        assert longer is not None
        assert plain <= longer


@settings(max_examples=200)
@given(RECEIVED, CONSULTED, st.integers(0, 90))
def test_what_is_used_and_what_is_left_make_the_whole(received: date, drawn: list[tuple[int, int, int, bool]], later: int) -> None:
    clock = reckon([Receipt(received, "online"), *consultations(received, drawn)], RULES)
    today = received + timedelta(later)
    used, total = clock.meter(today)
    assert total == 20
    assert used + max(clock.working_days_left(today), 0) == total
    numbered = [one.number for one in clock.days() if one.number is not None and one.on <= today]
    assert used == len(numbered)
