"""Each check's refusals, one by one, with the article. The stories show them in their cases; here is the whole list."""

# ruff: noqa: E501 - one row of a table, one line
from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.stories.runner import rules_of, shipped_rules, stories
from tests.workflow.desk import APPLICANT, CASE_ID, Desk, drafted, handling, in_state, registered, replied
from workflow.case import letter_id
from workflow.checks import missing_for_archive
from workflow.law import Invalid, Refused

Steps = Callable[[], Desk]
THIRD: dict[str, Any] = {"type": "third_party", "party": {"name": "样例公司", "address": "样例路3号"}, "question": "是否同意公开"}
ITEM = {"item": 1, "outcome": "disclosed"}


def consulting(**fields: Any) -> Desk:
    return handling().place("consultation", "2026-03-04", **{**THIRD, **fields})


def asked_reasons() -> Desk:
    return handling().place("reasons_notice", "2026-03-03", facts="41件")


def challenged() -> Desk:
    """A reply (act 4) and a reconsideration of it (act 5)."""
    return replied().place("remedy", "2026-04-01", type="reconsideration", body="样例县人民政府")


def ordered() -> Desk:
    return challenged().place("remedy_result", "2026-05-06", remedy=5, result="corrected", orders_rehandling=True)


def silent() -> Desk:
    """Accepted and never answered (due 2026-03-30); sued for it (act 3)."""
    return handling().place("remedy", "2026-04-13", type="litigation", body="样例县人民法院", against="inaction")


def judged(**fields: Any) -> Desk:
    """The suit of `silent` with its judgment (act 4)."""
    order = {"result": "corrected", "orders_rehandling": True, "within": 15, **fields}
    return silent().place("remedy_result", "2026-06-01", remedy=3, **order)


def abandoned() -> Desk:
    """No correction came (limit 2026-03-24): closed (act 4)."""
    return in_state("awaiting_correction").serve(2, "2026-03-03").place("abandonment", "2026-03-25")


SUIT = {"type": "litigation", "body": "样例中院"}
OWN = {"basis": "own_motion", "replaces": "revoke", "reason": "适用依据有误"}


def paid() -> Desk:
    return in_state("awaiting_payment").place("payment", "2026-03-05", amount_fen=10000)


# What stands on the file; the act; the article; what is said.
REFUSED: list[tuple[Steps, str, str, dict[str, Any], str, str]] = [
    (lambda: registered().place("split", "2026-03-02", parts=["甲", "乙"], reason="两件"), "split", "2026-03-02", {"parts": ["甲", "乙"], "reason": "再分"}, "办法 4", "已经拆分过"),
    (registered, "correction_notice", "2026-03-12", {"matters": ["年份"]}, "条例 30", "最迟2026年3月11日"),
    (lambda: in_state("awaiting_correction").place("correction", "2026-03-04"), "correction_notice", "2026-03-05", {"matters": ["年份"]}, "条例 30", "只能作出一次"),
    (lambda: in_state("awaiting_correction").serve(2, "2026-03-03"), "correction", "2026-03-25", {}, "条例 30", "3月24日为止"),
    (lambda: in_state("awaiting_correction"), "abandonment", "2026-04-30", {}, "条例 30", "请先登记该通知的送达"),
    (lambda: in_state("awaiting_correction").serve(2, "2026-03-03"), "abandonment", "2026-03-24", {}, "条例 30", "还没有届满"),
    (lambda: in_state("awaiting_payment"), "abandonment", "2026-04-30", {}, "办法 6", "请先登记该通知的送达"),
    (lambda: in_state("awaiting_payment").serve(3, "2026-03-04"), "abandonment", "2026-04-01", {}, "办法 6", "还没有届满"),
    (handling, "reasons", "2026-03-03", {"text": "研究", "reasonable": True}, "条例 35", "还没有要求"),
    (asked_reasons, "reasons_notice", "2026-03-04", {"facts": "41件"}, "条例 35", "不必再次"),
    (handling, "deferral", "2026-03-04", {"until": "2026-06-30", "reason": "数量大"}, "条例 35", "合理理由为前提"),
    (lambda: asked_reasons().place("reasons", "2026-03-04", text="兴趣", reasonable=False, assessment="重复"), "deferral", "2026-03-05", {"until": "2026-06-30", "reason": "数量大"}, "条例 35", "不合理"),
    (consulting, "consultation", "2026-03-05", THIRD, "条例 32", "不必重复征求"),
    (consulting, "consultation", "2026-03-05", {**THIRD, "party": {**THIRD["party"], "name": f" {' '.join(THIRD['party']['name'])}"}}, "条例 32", "不必重复征求"),
    (lambda: consulting().place("consultation", "2026-03-05", **{**THIRD, "party": {"name": "乙", "address": "乙"}}).place("opinion", "2026-03-06", consultation=3, stance="consent", text="同意"), "opinion", "2026-03-06", {"consultation": 3, "stance": "object", "text": "不"}, "条例 32", "已经有了结果"),
    (consulting, "silence", "2026-04-30", {"consultation": 3}, "条例 32", "请先登记该文书的送达"),
    (lambda: consulting().serve(3, "2026-03-04"), "silence", "2026-03-25", {"consultation": 3}, "条例 32", "还没有届满"),
    (lambda: consulting(type="joint_agency").serve(3, "2026-03-04"), "silence", "2026-03-25", {"consultation": 3}, "条例 34", "还没有届满"),
    (lambda: consulting(type="other_agency").serve(3, "2026-03-04"), "silence", "2026-03-18", {"consultation": 3}, "条例 33(3)", "还没有届满"),
    (handling, "extension", "2026-03-20", {"days": 21, "reason": "查档"}, "条例 33(2)", "最多20个工作日"),
    (handling, "extension", "2026-03-31", {"days": 5, "reason": "查档"}, "条例 33(2)", "期限已过"),
    (lambda: handling().place("extension", "2026-03-05", days=5, reason="查档"), "extension", "2026-03-06", {"days": 5, "reason": "查档"}, "条例 33(2)", "只能一次"),
    (lambda: handling(already=10), "fee_notice", "2026-03-31", {"basis": "per_item", "amount_fen": 10000}, "办法 6", "办理期限内"),
    (lambda: handling(already=10), "fee_notice", "2026-03-04", {"basis": "per_item", "amount_fen": 9999}, "办法 4", "按标准为100元，通知写的是99.99元"),
    (lambda: handling(already=9), "fee_notice", "2026-03-04", {"basis": "per_item", "amount_fen": 10000}, "办法 4", "不应收费"),
    (handling, "fee_notice", "2026-03-04", {"basis": "per_page", "pages": 30, "amount_fen": 1}, "办法 5", "不应收费"),
    (handling, "fee_notice", "2026-03-04", {"basis": "per_page", "pages": 31, "amount_fen": 2000}, "办法 5", "按标准为10元"),
    (lambda: handling(already=10), "fee_notice", "2026-03-04", {"basis": "per_item", "pages": 50, "amount_fen": 10000}, "办法 3", "只能选择一种"),
    (lambda: handling(already=10), "fee_notice", "2026-03-04", {"basis": "per_page", "pages": 50, "already": 10, "amount_fen": 20000}, "办法 3", "只能选择一种"),
    (paid, "fee_notice", "2026-03-06", {"basis": "per_item", "amount_fen": 10000}, "办法 3", "只能收费一次"),
    (lambda: handling(already=10).place("waiver", "2026-03-03", reason="困难"), "fee_notice", "2026-03-06", {"basis": "per_item", "amount_fen": 10000}, "条例 42", "已经减免"),
    (lambda: handling().place("search", "2026-03-03", places=["网站"], method="检索", result="already_public"), "fee_notice", "2026-03-04", {"basis": "per_page", "pages": 50, "amount_fen": 20000}, "办法 5", "已经主动公开"),
    (lambda: in_state("awaiting_payment"), "payment", "2026-03-05", {"amount_fen": 9999}, "办法 6", "部分缴纳"),
    (lambda: in_state("awaiting_payment"), "payment", "2026-03-05", {"amount_fen": 10001}, "办法 6", "应当退回"),
    (lambda: in_state("awaiting_payment").serve(3, "2026-03-04"), "payment", "2026-04-02", {"amount_fen": 10000}, "办法 6", "视为放弃"),
    (paid, "waiver", "2026-03-06", {"reason": "困难"}, "条例 42", "没有可以减免的金额"),
    (lambda: handling(already=10), "waiver", "2026-03-06", {"reason": "困难", "amount_fen": 1}, "条例 42", "可以减免的是100元"),
    (handling, "draft", "2026-03-06", {"items": [{"item": 1, "outcome": "withdrawn"}]}, "条例 30", "直接形成"),
    (lambda: drafted({"outcome": "not_existing"}), "decision", "2026-03-11", {}, "条例 36(四)", "没有检索记录"),
    (lambda: drafted({"outcome": "disclosed", "where": "13900000009"}), "decision", "2026-03-11", {}, "条例 15", "phones_of_others"),
    (replied, "service", "2026-03-12", {"letter": letter_id(CASE_ID, 4), "method": "courier"}, "235号 邮寄", "邮政企业"),
    (lambda: replied().serve(4, "2026-03-11"), "service", "2026-03-12", {"letter": letter_id(CASE_ID, 4), "method": "post"}, "235号 送达", "不能重复登记"),
    (lambda: replied().serve(4, "2026-03-11"), "service", "2026-03-12", {"letter": letter_id(CASE_ID, 5), "method": "post"}, "235号 送达", "内部使用"),
    (replied, "remedy_result", "2026-05-06", {"remedy": 3, "result": "upheld"}, "条例 51", "没有尚未审结"),
    (replied, "reopening", "2026-05-06", {"remedy": 3}, "条例 51", "责令"),
    (challenged, "reopening", "2026-05-06", {"remedy": 5}, "条例 51", "责令"),
    (replied, "reopening", "2026-05-06", {"remedy": 3}, "条例 51", "自行纠正"),
    (ordered, "reopening", "2026-05-06", OWN, "条例 51", "已经责令重新处理"),
    (replied, "reopening", "2026-05-06", {"basis": "excused_delay", "reason": "住院"}, "条例 30", "只有因逾期不补正"),
    (lambda: in_state("closed"), "reopening", "2026-05-06", {"basis": "excused_delay", "reason": "住院"}, "办法 6", "只有因逾期不补正"),
    (handling, "remedy", "2026-03-30", {**SUIT, "against": "inaction"}, "行诉解释 66", "自2026年3月31日起才是逾期没有答复"),
    (lambda: in_state("awaiting_payment").serve(3, "2026-03-04"), "remedy", "2026-05-06", {**SUIT, "against": "inaction"}, "条例 30", "等待申请人"),
    (lambda: replied().serve(4, "2026-03-12"), "remedy", "2026-03-31", {**SUIT, "against": "inaction"}, "条例 51", "已于2026年3月12日答复"),
    (lambda: in_state("closed"), "remedy", "2026-03-31", {**SUIT, "against": "inaction"}, "条例 51", "已于2026年3月3日"),
    (lambda: judged().place("remedy", "2026-06-02", type="complaint", body="样例县人民政府"), "remedy_result", "2026-06-02", {"remedy": 3, "result": "upheld"}, "条例 51", "不能再登记一个"),
    (silent, "remedy", "2026-06-02", {**SUIT, "instance": "second", "continues": 3}, "条例 51", "还没有结果，不能登记二审"),
    (lambda: judged().place("remedy", "2026-06-08", **SUIT, instance="second", continues=3), "remedy", "2026-06-09", {**SUIT, "instance": "second", "continues": 3}, "条例 51", "已经登记过二审"),
    (lambda: judged().place("remedy", "2026-06-08", **SUIT, instance="second", continues=3), "remedy", "2026-06-09", {**SUIT, "instance": "retrial", "continues": 3}, "条例 51", "已经登记过二审"),
    (judged, "extension", "2026-06-02", {"days": 5, "reason": "查档"}, "条例 51", "另定，不能再延长"),
    (lambda: replied({"outcome": "petition"}), "conversion", "2026-05-06", {"name": "甲", "url": "https://example.cn/"}, "条例 44", "不是公开"),
    (replied, "archival", "2026-05-06", {}, "条例 45", "没有送达记录"),
    (lambda: challenged().serve(4, "2026-04-01"), "archival", "2026-05-06", {}, "条例 45", "尚未审结"),
    (lambda: ordered().serve(4, "2026-05-06"), "archival", "2026-05-07", {}, "条例 45", "还没有重新处理"),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "kind", "on", "fields", "article", "says"), REFUSED, ids=[f"{row[1]}-{row[5]}" for row in REFUSED])
def test_the_law_refuses(steps: Steps, kind: str, on: str, fields: dict[str, Any], article: str, says: str) -> None:
    desk = steps()
    with pytest.raises(Refused) as caught:
        desk.place(kind, on, **fields)
    assert article in caught.value.articles
    assert says in caught.value.message
    assert caught.value.message.endswith(("。", "〕"))


INVALID: list[tuple[Steps, str, str, dict[str, Any], str, str]] = [
    (registered, "correction_notice", "2026-03-03", {"matters": ["年份"], "days": 16}, "days", "最多15个工作日"),
    (lambda: handling(items=["甲", "乙"]), "search", "2026-03-03", {"places": ["档案室"], "method": "查阅", "result": "found", "items": [1, 3]}, "items.1", "只有2项"),
    (asked_reasons, "reasons", "2026-03-02", {"text": "课题", "reasonable": True}, "on", "不能早于告知"),
    (consulting, "opinion", "2026-03-03", {"consultation": 3, "stance": "consent", "text": "同意"}, "on", "不能早于征求意见"),
    (challenged, "remedy_result", "2026-03-31", {"remedy": 5, "result": "upheld"}, "on", "不能早于提起"),
    (asked_reasons, "reasons", "2026-03-04", {"text": "兴趣", "reasonable": False}, "assessment", "请写明依据"),
    (handling, "consultation", "2026-03-04", {**THIRD, "days": 20}, "days", "由条例规定为15个工作日"),
    (handling, "consultation", "2026-03-04", {**THIRD, "type": "joint_agency", "days": 5}, "days", "由条例规定为15个工作日"),
    (handling, "consultation", "2026-03-04", {**THIRD, "items": [2]}, "items.0", "没有第2项"),
    (handling, "consultation", "2026-03-04", {**THIRD, "party": {"name": "甲"}}, "party.address", "通讯地址"),
    (handling, "consultation", "2026-03-04", {**THIRD, "agency": "gx-rsj"}, "agency", "请留空"),
    (consulting, "opinion", "2026-03-05", {"consultation": 1, "stance": "consent", "text": "同意"}, "consultation", "不是征求意见"),
    (consulting, "silence", "2026-03-05", {"consultation": 77}, "consultation", "不是征求意见"),
    (handling, "extension", "2026-03-05", {"days": 5, "reason": "查档", "notified_on": "2026-03-04"}, "notified_on", "不能早于批准"),
    (lambda: asked_reasons().place("reasons", "2026-03-04", text="课题", reasonable=True), "deferral", "2026-03-05", {"until": "2026-03-30", "reason": "数量大"}, "until", "晚于"),
    (handling, "fee_notice", "2026-03-05", {"basis": "per_page", "amount_fen": 100}, "pages", "页数"),
    (handling, "fee_notice", "2026-03-05", {"basis": "per_item", "already": 3, "amount_fen": 100}, "already", "此前有0件"),
    (handling, "fee_notice", "2026-03-05", {"basis": "per_page", "pages": 31, "items": [2], "amount_fen": 1000}, "items.0", "没有第2项"),
    (lambda: handling(items=["甲", "乙"]), "draft", "2026-03-05", {"items": [ITEM]}, "items", "还缺第2项"),
    (handling, "draft", "2026-03-05", {"items": [ITEM, ITEM]}, "items", "两个决定"),
    (handling, "draft", "2026-03-05", {"items": [{"item": 2, "outcome": "disclosed"}]}, "items.0", "没有第2项"),
    (handling, "draft", "2026-03-05", {"items": [{**ITEM, "ground": "privacy"}]}, "items.0.ground", "请留空"),
    (handling, "draft", "2026-03-05", {"items": [{"item": 1, "outcome": "third_party", "ground": "x"}]}, "items.0.ground", "trade_secret、privacy"),
    (handling, "draft", "2026-03-05", {"items": [{**ITEM, "withheld_under": "deliberative"}]}, "items.0.withheld_under", "只有部分公开"),
    (handling, "draft", "2026-03-05", {"items": [{"item": 1, "outcome": "partial", "withheld_under": "disclosed"}]}, "items.0.withheld_under", "应当是不予公开"),
    (handling, "draft", "2026-03-05", {"items": [{"item": 1, "outcome": "partial", "withheld_under": "deliberative", "ground": "privacy"}]}, "items.0.ground", "discussion"),
    (lambda: handling(items=["甲", "乙"]), "draft", "2026-03-05", {"items": [{"item": 1, "outcome": "petition"}, {"item": 2, "outcome": "repeated"}]}, "principal", "主要情形"),
    (drafted, "decision", "2026-03-11", {"outcome": "already_public"}, "outcome", "disclosed"),
    (drafted, "decision", "2026-03-11", {"overrides": {"reply_overdue": "没有"}}, "overrides", "reply_overdue"),
    (replied, "service", "2026-03-12", {"letter": CASE_ID, "method": "direct"}, "letter", "没有这份文书"),
    (replied, "service", "2026-03-10", {"letter": letter_id(CASE_ID, 4), "method": "direct", "today": "2026-03-12"}, "on", "不能早于文书的日期2026年3月11日"),
    (replied, "service", "2026-03-12", {"letter": letter_id(CASE_ID, 4), "method": "direct", "received_on": "2026-03-11"}, "received_on", "不能早于交寄"),
    (replied, "remedy", "2026-04-01", {"type": "reconsideration", "body": "县政府", "after_reconsideration": True}, "after_reconsideration", "只有诉讼"),
    (challenged, "remedy_result", "2026-05-06", {"remedy": 4, "result": "upheld"}, "remedy", "不是复议、诉讼"),
    (challenged, "remedy_result", "2026-05-06", {"remedy": 5, "result": "upheld", "orders_rehandling": True}, "orders_rehandling", "结果维持"),
    (challenged, "remedy_result", "2026-05-06", {"remedy": 5, "result": "corrected", "orders_rehandling": True, "received_on": "2026-03-31"}, "received_on", "不能早于提起"),
    (challenged, "remedy_result", "2026-05-06", {"remedy": 5, "result": "corrected", "orders_rehandling": True, "within": 15, "until": "2026-05-20"}, "within", "只能选择一种"),
    (challenged, "remedy_result", "2026-05-06", {"remedy": 5, "result": "corrected", "orders_rehandling": True, "until": "2026-05-05"}, "until", "不能早于收到"),
    (challenged, "remedy_result", "2026-05-06", {"remedy": 5, "result": "corrected", "within": 15}, "within", "只有责令"),
    (challenged, "remedy_result", "2026-05-06", {"remedy": 5, "result": "other", "until": "2026-05-20"}, "until", "只有责令"),
    (silent, "remedy", "2026-06-02", {**SUIT, "instance": "second", "continues": 2}, "continues", "第2项记录不是诉讼"),
    (challenged, "remedy", "2026-06-02", {**SUIT, "instance": "second", "continues": 5}, "continues", "第5项记录不是诉讼"),
    (judged, "remedy", "2026-05-29", {**SUIT, "instance": "second", "continues": 3}, "on", "不能早于2026年6月1日"),
    (lambda: ordered().serve(4, "2026-05-06"), "reopening", "2026-05-07", {"remedy": 5, "until": "2026-05-06"}, "until", "不能早于重新处理"),
    (lambda: challenged().place("remedy_result", "2026-05-06", remedy=5, result="corrected", orders_rehandling=True, within=15), "reopening", "2026-05-07", {"remedy": 5, "until": "2026-05-30"}, "until", "已经随结果登记"),
    (abandoned, "reopening", "2026-03-26", {**OWN, "replaces": "correct"}, "replaces", "没有作出答复"),
    (ordered, "reopening", "2026-05-07", {"remedy": 4}, "remedy", "没有责令"),
    (ordered, "reopening", "2026-05-07", {"remedy": 5, "until": "2026-05-01"}, "until", "不能早于"),
    (lambda: replied().serve(4, "2026-03-11"), "archival", "2026-03-12", {"retention": "一百年"}, "retention", "永久、定期30年、定期10年"),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "kind", "on", "fields", "field", "says"), INVALID, ids=[f"{row[1]}-{row[4]}-{row[5]}" for row in INVALID])
def test_a_value_is_at_fault(steps: Steps, kind: str, on: str, fields: dict[str, Any], field: str, says: str) -> None:
    desk = steps()
    with pytest.raises(Invalid) as caught:
        desk.place(kind, on, **fields)
    assert caught.value.field == field
    assert says in caught.value.message


# ---------------------------------------------------------------------------------------------- the last day is in time


@pytest.mark.parametrize(
    ("steps", "kind", "on", "fields"),
    [
        (registered, "correction_notice", "2026-03-11", {"matters": ["年份"]}),
        (lambda: in_state("awaiting_correction").serve(2, "2026-03-03"), "correction", "2026-03-24", {}),
        (lambda: in_state("awaiting_correction").serve(2, "2026-03-03"), "abandonment", "2026-03-25", {}),
        (lambda: in_state("awaiting_payment").serve(3, "2026-03-04"), "payment", "2026-04-01", {"amount_fen": 10000}),
        (lambda: in_state("awaiting_payment").serve(3, "2026-03-04"), "abandonment", "2026-04-02", {}),
        (lambda: consulting().serve(3, "2026-03-04"), "silence", "2026-03-26", {"consultation": 3}),
        (handling, "extension", "2026-03-30", {"days": 20, "reason": "查档", "notified_on": "2026-03-30"}),
        (lambda: handling(already=10), "fee_notice", "2026-03-30", {"basis": "per_item", "amount_fen": 10000}),
    ],
)
def test_the_last_day_is_in_time_and_the_next_is_over(steps: Steps, kind: str, on: str, fields: dict[str, Any]) -> None:
    steps().place(kind, on, **fields)


# ---------------------------------------------------------------------------------------------- what the rules fill in


def test_the_slip_of_a_letter_may_be_recorded_today_with_an_earlier_day_of_signing() -> None:
    desk, letter = replied(), letter_id(CASE_ID, 4)
    desk.place("service", "2026-03-11", letter=letter, method="post")
    desk.place("service", "2026-03-18", letter=letter, method="post", received_on="2026-03-13")
    assert desk.case.services[letter].received_on == date(2026, 3, 13)
    with pytest.raises(Invalid, match="签收日期不能早于") as caught:
        replied().place("service", "2026-03-11", letter=letter, method="post").place(
            "service", "2026-03-18", letter=letter, method="post", received_on="2026-03-10"
        )
    assert caught.value.field == "received_on"


def test_the_periods_left_to_the_rules_are_filled_in() -> None:
    assert in_state("awaiting_correction").case.acts[-1].act.days == 15  # type: ignore[attr-defined]
    assert asked_reasons().case.acts[-1].act.days == 10  # type: ignore[attr-defined]
    for kind, days in (("third_party", 15), ("joint_agency", 15), ("other_agency", 10), ("internal", 5)):
        assert consulting(type=kind).case.acts[-1].act.days == days  # type: ignore[attr-defined]
    assert consulting(type="other_agency", days=3).case.acts[-1].act.days == 3  # type: ignore[attr-defined]


def test_the_month_s_count_the_waived_amount_and_the_outcome_are_filled_in() -> None:
    assert in_state("awaiting_payment").case.acts[-1].act.already == 10  # type: ignore[attr-defined]
    assert handling(already=30).place("waiver", "2026-03-04", reason="困难").case.acts[-1].act.amount_fen == 20000  # type: ignore[attr-defined]
    assert replied().case.acts[-1].act.outcome == "disclosed"  # type: ignore[attr-defined]
    assert in_state("archived").case.acts[-1].act.retention == "定期30年"  # type: ignore[attr-defined]


def test_a_topic_is_named_by_its_key_or_its_title() -> None:
    for topic in ("land", "征地拆迁"):
        assert registered(topic=topic).case.registration.topic == "land"


def test_what_the_archive_still_lacks_is_said() -> None:
    rules = shipped_rules()
    assert missing_for_archive(replied().case, rules) == ("予以公开答复书（第4项记录）没有送达记录",)
    assert missing_for_archive(in_state("archived").case, rules) == ()


def test_what_is_withheld_in_part_needs_the_review_too() -> None:
    """条例 37: a part withheld as a state secret is reviewed like a whole one, where the office says so."""
    story = next(story for story in stories() if story.overlay.get("practice.yaml"))
    rules = rules_of(story)
    needed = rules.on(date(2026, 3, 2)).practice.legal_review_required_for[0]
    desk = Desk(rules)
    desk.place("registration", "2026-03-02", channel="in_person", submitted_on="2026-03-02", applicant={"name": "周立新（样例）"}, wanted="甲")
    desk.place("acceptance", "2026-03-02")
    desk.place("draft", "2026-03-03", items=[{"item": 1, "outcome": "partial", "withheld": "附表", "withheld_under": needed, "law": "《某法》"}])
    with pytest.raises(Refused, match="合法性审核"):
        desk.place("decision", "2026-03-04")
    desk.place("legal_review", "2026-03-04", passes=True, text="同意").place("decision", "2026-03-04")
    assert desk.case.outcome == "partial"


def test_the_ground_of_a_part_that_is_withheld_is_one_of_its_own() -> None:
    desk = handling().place("draft", "2026-03-05", items=[
        {"item": 1, "outcome": "partial", "withheld": "附表", "withheld_under": "third_party", "ground": "trade_secret"},
    ])  # fmt: skip
    assert desk.case.state == "approving"


def test_a_request_under_the_law_before_the_revision_is_not_registered() -> None:
    """READINGS R-before."""
    with pytest.raises(Refused, match="在原来的案卷、台账中办理") as caught:
        Desk().place("registration", "2019-05-14", channel="in_person", submitted_on="2019-05-14", applicant=APPLICANT, wanted="甲")
    assert "备注" not in caught.value.message  # there is no file to put one on
