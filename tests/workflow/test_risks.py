"""What a careful lawyer would ask before the reply is signed: each risk found, and not found."""

# ruff: noqa: E501 - one row of a table, one line
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.stories.runner import shipped_rules
from tests.workflow.desk import Desk, drafted, handling, in_state
from workflow.answers import page_form
from workflow.checks import CHECKS, Facts
from workflow.law import Refused
from workflow.risks import RISKS, Risk, open_risks

RULES = shipped_rules()
THIRD: dict[str, Any] = {"type": "third_party", "party": {"name": "样例公司", "address": "样例路3号"}, "question": "是否同意公开"}
SEARCH: dict[str, Any] = {"places": ["档案室"], "method": "查阅"}
MAY: dict[str, Any] = {"result": "may_disclose", "reason": "不涉密"}


def risks(desk: Desk, on: str = "2026-03-11") -> dict[str, Risk]:
    return {risk.id: risk for risk in open_risks(desk.case, RULES, date.fromisoformat(on))}


def draft_on(desk: Desk, *items: dict[str, Any], on: str = "2026-03-10", **fields: Any) -> Desk:
    return drafted(*items, desk=desk, on=on, **fields)


def answered(kind: str, stance: str, **opinion: Any) -> Desk:
    desk = handling().place("consultation", "2026-03-03", **{**THIRD, "type": kind})
    return desk.place("opinion", "2026-03-05", consultation=3, stance=stance, text="意见", **opinion)


RECORD_CORRECTED = {"outcome": "record_corrected", "reason": "录入有误，已经更正"}


def of_records(**fields: Any) -> Desk:
    """A request to correct records (条例 41)."""
    return handling(purpose="record_correction", **fields)


def silent() -> Desk:
    return handling().place("consultation", "2026-03-03", **THIRD).serve(3, "2026-03-03").place("silence", "2026-03-25", consultation=3)


def reasons(**fields: Any) -> Desk:
    desk = handling().place("reasons_notice", "2026-03-03", facts="41件", days=3).serve(3, "2026-03-03")
    return desk.place("reasons", "2026-03-04", text="研究", assessment="依据", **fields) if fields else desk


def extended(served: str | None) -> Desk:
    desk = handling().place("extension", "2026-03-09", days=5, reason="查档")
    return desk.serve(3, served) if served else desk


def page_fee_paid() -> Desk:
    return handling().place("fee_notice", "2026-03-03", basis="per_page", pages=31, amount_fen=1000).place("payment", "2026-03-04", amount_fen=1000)


def corrected() -> Desk:
    desk = in_state("awaiting_correction").place("correction", "2026-03-04").place("acceptance", "2026-03-04")
    return draft_on(desk, {"outcome": "unclear_after_correction"})


PROOF = "00000000-0000-4000-8000-0000000000aa"


def entered_late() -> Desk:
    """Extended on Thursday 2026-03-05 on paper, entered on the Monday after."""
    late = {"reason": "系统停机，当时在纸上批准", "proof": PROOF}
    return handling().place("extension", "2026-03-05", days=5, reason="查档", notified_on="2026-03-05", late_entry=late, today="2026-03-09")


Found = tuple[str, Callable[[], Desk], str]
PARTIAL = {
    "outcome": "partial", "withheld": "附表", "withheld_under": "internal_affairs", "reason": "不宜公开",
    "provided": [{"title": "登记表", "attachment": "00000000-0000-4000-8000-000000000001"}],
}  # fmt: skip
FOUND: list[Found] = [
    ("third_party_not_asked", lambda: drafted({"outcome": "third_party", "reason": "秘密"}), "第1项以保护第三方合法权益"),
    ("third_party_not_asked", lambda: drafted({"outcome": "partial", "withheld": "附表", "withheld_under": "third_party"}), "没有征求第三方意见"),
    ("third_party_not_asked", lambda: draft_on(handling(items=["甲", "乙"]).place("consultation", "2026-03-03", **THIRD, items=[1]).place("opinion", "2026-03-04", consultation=3, stance="object", text="不"), {"outcome": "third_party", "reason": "秘密"}, {"outcome": "third_party", "reason": "秘密"}), "第2项"),
    ("third_party_consented", lambda: draft_on(answered("third_party", "consent"), {"outcome": "third_party", "reason": "秘密"}), "都同意公开"),
    ("overruled_without_interest", lambda: draft_on(answered("third_party", "object"), {"outcome": "disclosed"}), "第三方不同意公开第1项（第3项记录）"),
    ("overruled_without_interest", lambda: draft_on(answered("third_party", "object", reasonable=True), {"outcome": "disclosed"}), "公共利益"),
    ("joint_agency_objects", lambda: draft_on(answered("joint_agency", "object"), {"outcome": "disclosed"}), "共同制作机关不同意"),
    ("no_search_record", lambda: drafted({"outcome": "not_existing"}), "没有检索记录"),
    ("no_search_record", lambda: draft_on(handling().place("search", "2026-03-04", **SEARCH, result="found"), {"outcome": "not_existing"}), "已经查到"),
    ("no_search_record", lambda: draft_on(handling(items=["甲", "乙"]).place("search", "2026-03-04", **SEARCH, result="not_found", items=[1]), {"outcome": "not_existing"}, {"outcome": "not_existing"}), "第2项"),
    ("no_earlier_reply", lambda: drafted({"outcome": "repeated"}), "文号和日期"),
    ("wrong_remedy", lambda: drafted({"outcome": "state_secret", "reason": "定密"}, remedy="R2"), "复议前置"),
    ("wrong_remedy", lambda: drafted({"outcome": "internal_affairs", "reason": "内部"}, remedy="none"), "复议前置"),
    ("wrong_remedy", lambda: drafted({"outcome": "partial", "withheld": "附表", "withheld_under": "deliberative", "no_rule_requires": True}, remedy="R2"), "复议前置"),
    ("wrong_remedy", lambda: drafted({"outcome": "disclosed"}, remedy="R1"), "丧失直接起诉"),
    ("wrong_remedy", lambda: drafted({"outcome": "reissue"}, remedy="none"), "应当告知救济途径"),
    ("responsible_not_named", lambda: drafted({"outcome": "not_responsible", "responsible_known": True}), "名称和联系方式"),
    ("responsible_not_named", lambda: drafted({"outcome": "not_responsible", "responsible": {"name": "样例局"}}), "没有写明其联系方式"),
    ("way_missing", lambda: drafted({"outcome": "already_public"}), "网址、栏目、标题"),
    ("secrecy_not_reviewed", lambda: drafted({"outcome": "disclosed"}), "没有保密审查的记录"),
    ("secrecy_not_reviewed", lambda: draft_on(handling(items=["甲", "乙"]).place("secrecy_review", "2026-03-04", items=[1], **MAY), {"outcome": "disclosed"}, {"outcome": "partial"}), "第2项"),
    ("secrecy_review_says_no", lambda: draft_on(handling().place("secrecy_review", "2026-03-04", result="must_not", reason="定密"), {"outcome": "disclosed"}), "不得公开，拟稿仍予公开"),
    ("secrecy_review_says_no", lambda: draft_on(handling().place("secrecy_review", "2026-03-04", result="part", reason="附表"), {"outcome": "disclosed"}), "拟稿却全部公开"),
    ("nothing_provided", lambda: drafted({"outcome": "disclosed"}), "没有写明提供的信息"),
    ("nothing_provided", lambda: drafted({"outcome": "disclosed", "provided": [{"title": "公告"}]}), "提供“公告”，卷内没有这份材料"),
    ("nothing_provided", lambda: drafted({"outcome": "disclosed"}, attachments=["公告"]), "提供“公告”，卷内没有这份材料"),
    ("nothing_provided", lambda: drafted({"outcome": "partial", "withheld": "附表", "withheld_under": "internal_affairs"}), "可以公开的部分没有存入案卷"),
    ("nothing_covered", lambda: drafted(PARTIAL), "“登记表”没有遮盖"),
    ("reason_missing", lambda: drafted({"outcome": "enforcement_file", "no_rule_requires": True}), "事实和理由"),
    ("reason_missing", lambda: drafted({"outcome": "partial", "withheld": "附表"}), "哪些内容不予公开"),
    ("law_missing", lambda: drafted({"outcome": "forbidden_by_law", "reason": "禁止"}), "法律、行政法规"),
    ("law_missing", lambda: drafted({"outcome": "special_inquiry"}), "法律、行政法规"),
    ("law_missing", lambda: drafted({"outcome": "partial", "withheld": "附表", "withheld_under": "forbidden_by_law"}), "法律、行政法规"),
    ("rule_may_require", lambda: drafted({"outcome": "deliberative", "reason": "过程稿"}), "是否规定应当公开"),
    ("no_reasons_asked", lambda: drafted({"outcome": "excessive"}), "没有先要求"),
    ("no_reasons_asked", lambda: draft_on(reasons(), {"outcome": "excessive"}, on="2026-03-05"), "还没有届满"),
    ("no_reasons_asked", lambda: draft_on(reasons(reasonable=True), {"outcome": "excessive"}), "已认定为合理"),
    ("never_corrected", lambda: drafted({"outcome": "unclear_after_correction"}), "没有补正告知"),
    ("record_unproven", lambda: draft_on(of_records(), RECORD_CORRECTED), "没有登记申请人提供的证据"),
    ("charged_for_public", lambda: draft_on(page_fee_paid(), {"outcome": "already_public", "where": "网站"}), "按页收取"),
    ("ids_of_others", lambda: drafted({"outcome": "disclosed", "where": "样例甲990000199612310078；样例乙99000019840229006x"}), "2个他人的居民身份证号码"),
    ("ids_of_others", lambda: drafted({"outcome": "disclosed"}, closing="990000199612310078"), "正文后的说明"),
    ("ids_of_others", lambda: drafted({"outcome": "disclosed"}, attachments=["990000199612310078"]), "附件名称"),
    ("phones_of_others", lambda: drafted({"outcome": "disclosed"}, opening="请致电13900000009"), "1个手机号码"),
    ("late_entry", lambda: draft_on(entered_late()), "第3项记录“延长答复期限”是补录：日期为2026年3月5日，2026年3月9日录入"),
    ("unsplit_matters", lambda: draft_on(handling(wanted="1. 公告；2. 批复"), {"outcome": "disclosed"}), "分列了2项"),
    ("unsplit_matters", lambda: drafted(*[{"outcome": "disclosed"}] * 6), "6项申请事项"),
]  # fmt: skip


@pytest.mark.parametrize(("id", "desk", "says"), FOUND, ids=[f"{row[0]}-{row[2]}" for row in FOUND])
def test_the_risk_is_found(id: str, desk: Callable[[], Desk], says: str) -> None:
    on = "2026-03-05" if says == "还没有届满" else "2026-03-11"
    texts = [risk.text for risk in open_risks(desk().case, RULES, date.fromisoformat(on)) if risk.id == id]
    assert any(says in text for text in texts), texts


ABSENT: list[tuple[str, Callable[[], Desk]]] = [
    ("third_party_consented", lambda: draft_on(answered("third_party", "object"), {"outcome": "third_party", "reason": "秘密"})),
    ("third_party_consented", lambda: draft_on(silent(), {"outcome": "third_party", "reason": "秘密"}, on="2026-03-26")),
    ("third_party_consented", lambda: draft_on(answered("third_party", "consent"), {"outcome": "disclosed"})),
    ("third_party_not_asked", lambda: draft_on(answered("third_party", "object"), {"outcome": "third_party", "reason": "秘密"})),
    ("third_party_not_asked", lambda: draft_on(silent(), {"outcome": "third_party", "reason": "秘密"}, on="2026-03-26")),
    ("overruled_without_interest", lambda: draft_on(answered("third_party", "object"), {"outcome": "disclosed", "public_interest": "安全"})),
    ("overruled_without_interest", lambda: draft_on(answered("third_party", "object", reasonable=False), {"outcome": "disclosed"})),
    ("overruled_without_interest", lambda: draft_on(answered("third_party", "consent"), {"outcome": "disclosed"})),
    ("overruled_without_interest", lambda: draft_on(silent(), {"outcome": "disclosed"}, on="2026-03-26")),
    ("joint_agency_objects", lambda: draft_on(answered("joint_agency", "consent"), {"outcome": "disclosed"})),
    ("joint_agency_objects", lambda: draft_on(answered("joint_agency", "object"), {"outcome": "deliberative", "reason": "稿"})),
    ("no_search_record", lambda: draft_on(handling().place("search", "2026-03-04", **SEARCH, result="not_found"), {"outcome": "not_existing"})),
    ("no_earlier_reply", lambda: drafted({"outcome": "repeated", "earlier": {"number": "1号", "on": "2026-01-05"}})),
    ("wrong_remedy", lambda: drafted({"outcome": "state_secret", "reason": "定密"}, remedy="R1")),
    ("wrong_remedy", lambda: drafted({"outcome": "petition"}, remedy="none")),
    ("wrong_remedy", lambda: drafted({"outcome": "disclosed"}, remedy="R2")),
    ("responsible_not_named", lambda: drafted({"outcome": "not_responsible"})),
    ("rule_may_require", lambda: drafted({"outcome": "deliberative", "reason": "过程稿", "no_rule_requires": True})),
    ("no_reasons_asked", lambda: draft_on(reasons(reasonable=False), {"outcome": "excessive"})),
    ("no_reasons_asked", lambda: draft_on(reasons(), {"outcome": "excessive"})),  # the period ended on 2026-03-06
    ("never_corrected", corrected),
    ("record_unproven", lambda: draft_on(of_records(evidence="户口簿"), RECORD_CORRECTED)),
    ("record_unproven", lambda: draft_on(of_records().place("search", "2026-03-03", **SEARCH, result="found"), RECORD_CORRECTED)),
    ("charged_for_public", lambda: draft_on(page_fee_paid(), {"outcome": "disclosed"})),
    ("ids_of_others", lambda: drafted({"outcome": "disclosed", "where": "凭990000196203110004领取"})),  # the applicant's own
    ("ids_of_others", lambda: drafted({"outcome": "disclosed", "where": "档案号9900001996123100780001"})),
    ("phones_of_others", lambda: drafted({"outcome": "disclosed", "where": "致电13800000001"})),  # the applicant's own
    ("unsplit_matters", lambda: drafted({"outcome": "disclosed"})),
    ("unsplit_matters", lambda: draft_on(handling(wanted="2026年1.5亿元资金的分配文件"), {"outcome": "disclosed"})),
    ("extension_told_late", lambda: draft_on(extended("2026-03-09"), {"outcome": "disclosed"})),
    ("extension_told_late", lambda: draft_on(extended(None), {"outcome": "disclosed"})),  # it can still be told
    ("secrecy_not_reviewed", lambda: draft_on(handling().place("secrecy_review", "2026-03-04", **MAY), {"outcome": "disclosed"})),
    ("secrecy_not_reviewed", lambda: drafted({"outcome": "already_public", "where": "网站"})),
    ("secrecy_review_says_no", lambda: draft_on(handling().place("secrecy_review", "2026-03-04", result="must_not", reason="误").place("secrecy_review", "2026-03-05", **MAY), {"outcome": "disclosed"})),
    ("nothing_provided", lambda: drafted({"outcome": "disclosed", "provided": [{"title": "公告", "attachment": "00000000-0000-4000-8000-000000000001"}]})),
    ("nothing_provided", lambda: drafted({"outcome": "disclosed", "where": "当面领取"})),
    ("nothing_provided", lambda: drafted({"outcome": "partial", "where": "当面领取"})),
    ("nothing_provided", lambda: drafted({"outcome": "already_public", "where": "网站"})),
    ("nothing_covered", lambda: drafted({"outcome": "partial", "where": "当面领取"})),
    ("nothing_covered", lambda: drafted({"outcome": "disclosed", "provided": PARTIAL["provided"]})),
    ("reply_overdue", lambda: draft_on(handling(), {"outcome": "disclosed"}, on="2026-03-30")),
]  # fmt: skip


@pytest.mark.parametrize(("id", "desk"), ABSENT, ids=[row[0] for row in ABSENT])
def test_the_risk_is_not_found(id: str, desk: Callable[[], Desk]) -> None:
    case = desk().case
    found = open_risks(case, RULES, case.last_move_on)
    assert id not in {risk.id for risk in found}, found


@pytest.mark.parametrize("told", ["2026-03-31", None])
def test_an_overdue_reply_and_an_extension_told_late_are_said(told: str | None) -> None:
    desk = draft_on(extended(told), {"outcome": "disclosed"}, on="2026-03-31")
    assert {"extension_told_late", "reply_overdue"} <= set(risks(desk, "2026-03-31"))
    assert "2026年3月30日" in risks(desk, "2026-03-31")["reply_overdue"].text


def test_an_open_consultation_blocks_even_where_the_table_would_not_let_it_come_so_far() -> None:
    desk = handling().place("consultation", "2026-03-03", **THIRD)
    desk.force("draft", "2026-03-10", "approving", items=[{"item": 1, "outcome": "disclosed"}])
    assert "第3项记录" in risks(desk)["consultation_open"].text


@pytest.mark.parametrize("amended", ["main", "other"])
def test_a_joint_reply_is_to_one_applicant_whichever_file_was_amended_since(amended: str) -> None:
    """READINGS R-together."""
    desk, other = handling(), handling()
    other.case = replace(other.case, id="00000000-0000-4000-8000-000000000002", number="样例2号")
    desk.facts = Facts(others=(other.case,))
    desk.place("draft", "2026-03-10", items=[{"item": 1, "outcome": "disclosed"}], together=["样例2号"])

    def found() -> list[Risk]:
        return [risk for risk in open_risks(desk.case, RULES, date(2026, 3, 11), others=(other.case,)) if risk.id == "not_of_same_applicant"]

    assert not found()
    changes = {"applicant": {"name": "许样例", "phone": "13800000009"}}
    (desk if amended == "main" else other).place("amendment", "2026-03-10", by="intake", of=1, changes=changes, reason="登记有误")
    (risk,) = found()
    assert (risk.level, risk.text.partition("：")[0]) == ("blocks", "登记号样例2号")
    desk.facts = Facts(others=(other.case,))
    with pytest.raises(Refused, match="同一申请人"):
        desk.place("decision", "2026-03-11", overrides=dict.fromkeys({"secrecy_not_reviewed", "nothing_provided"}, "样例"))


def test_a_warning_that_one_reason_answers_is_given_once_for_all_files_of_a_joint_reply() -> None:
    desk, other = handling(), handling()
    other.case = replace(other.case, id="00000000-0000-4000-8000-000000000002", number="样例2号")
    desk.facts = Facts(others=(other.case,))
    desk.place("draft", "2026-03-31", items=[{"item": 1, "outcome": "disclosed"}], together=["样例2号"])
    found = open_risks(desk.case, RULES, date(2026, 3, 31), others=(other.case,))
    assert len({risk.id for risk in found}) == len(found)
    (late,) = [risk for risk in found if risk.id == "reply_overdue"]
    assert late.text.count("已经超过期限") == 2
    assert "登记号样例2号：答复期限是2026年3月30日" in late.text


def test_the_table_of_risks_is_sound_and_every_risk_is_tested() -> None:
    assert len({row.id for row in RISKS}) == len(RISKS)
    assert {row.level for row in RISKS} == {"blocks", "warns"}
    tested = {row[0] for row in FOUND} | {"consultation_open", "extension_told_late", "reply_overdue", "not_of_same_applicant"}
    assert {row.id for row in RISKS} == tested
    for row in RISKS:
        assert row.articles
        assert all(page_form(article) for article in row.articles)


def test_what_blocks_comes_first_and_no_draft_has_no_risk() -> None:
    found = open_risks(drafted({"outcome": "deliberative"}).case, RULES, date(2026, 3, 11))
    assert [risk.level for risk in found] == sorted(risk.level for risk in found)
    assert open_risks(handling().case, RULES, date(2026, 3, 11)) == ()
    assert "decision" in CHECKS


def test_the_signature_answers_a_late_entry_by_its_reason_or_with_more_words() -> None:
    """READINGS R-late-entry: signed on paper on 03-11, entered on 03-16; the act on the file holds the reason."""
    late = {"reason": "系统停机", "proof": PROOF}
    desk = drafted({"outcome": "disclosed"}).place("decision", "2026-03-11", late_entry=late, today="2026-03-16")
    assert desk.case.decision is not None
    assert desk.case.decision.act.overrides["late_entry"] == "系统停机"
    assert (desk.case.decision.act.on, desk.case.decision.entered_on) == (date(2026, 3, 11), date(2026, 3, 16))
    more = {"late_entry": "已核对签发稿原件"}
    desk = drafted({"outcome": "disclosed"}).place("decision", "2026-03-11", late_entry=late, overrides=more, today="2026-03-16")
    assert desk.case.decision is not None
    assert desk.case.decision.act.overrides["late_entry"] == "已核对签发稿原件"
    found = open_risks(drafted({"outcome": "disclosed"}).case, RULES, date(2026, 3, 11), entered=date(2026, 3, 16))
    assert [risk.text for risk in found if risk.id == "late_entry"] == ["签发是补录：日期为2026年3月11日，2026年3月16日录入。请对照纸质材料核对。"]


def test_what_was_entered_late_before_the_file_was_reopened_is_answered_already() -> None:
    desk = draft_on(entered_late(), {"outcome": "disclosed"}).place("decision", "2026-03-11")
    desk.place("reopening", "2026-03-16", basis="own_motion", replaces="revoke", reason="漏了一件")
    assert "late_entry" not in risks(draft_on(desk, {"outcome": "disclosed"}, on="2026-03-17"), on="2026-03-17")
