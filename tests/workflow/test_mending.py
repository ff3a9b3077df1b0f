"""事实的更正: amendment, revocation, voiding; what they change, what they leave, and what stands against them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.stories.runner import shipped_rules
from tests.workflow.desk import (
    APPLICANT,
    CASE_ID,
    RECEIVED,
    Desk,
    handling,
    in_state,
    officer,
    registered,
    replied,
)
from workflow.acts import Rejected, divide, unite
from workflow.admission import permitted
from workflow.case import Case, letter_id
from workflow.law import Invalid, Refused
from workflow.procedure import ACTIVE

RULES = shipped_rules()


def day(text: str) -> date:
    return date.fromisoformat(text)


def due(desk: Desk) -> date | None:
    return desk.case.reckoning(RULES).due


def amend(desk: Desk, of: int, today: str, *, by: str = "head", **changes: Any) -> Desk:
    return desk.place("amendment", today, by=by, of=of, changes=changes, reason="对照签收记录")


def posted(received: str, on: str) -> Desk:
    """Registered on the day `on` as signed for by the post on the day `received`."""
    return Desk().place("registration", on, channel="ems_signed", received_on=received, applicant=APPLICANT, wanted="甲（样例）")


# ---------------------------------------------------------------------------------------------- 更正


def test_an_earlier_receipt_moves_the_due_date_forward_and_the_clerk_may_say_so() -> None:
    """READINGS R-amendment: registered on Monday 07-06, signed for on Friday 07-03."""
    desk = posted("2026-07-06", "2026-07-06")
    assert due(desk) == day("2026-08-03")
    amend(desk, 1, "2026-07-08", by="intake", received_on="2026-07-03")
    assert due(desk) == day("2026-07-31")
    assert desk.case.received_on == day("2026-07-03")
    assert desk.case.acts[0].act.received_on == day("2026-07-06")  # as placed
    assert desk.case.held(1).act.received_on == day("2026-07-03")
    assert desk.case.as_of(1).received_on == day("2026-07-06")  # as known then


def test_a_later_due_date_is_the_heads_to_sign() -> None:
    desk = posted("2026-07-03", "2026-07-06")
    with pytest.raises(Refused, match="由负责人签批") as caught:
        amend(desk, 1, "2026-07-08", by="intake", received_on="2026-07-06")
    assert "条例 33(2)" in caught.value.articles
    assert due(amend(desk, 1, "2026-07-08", received_on="2026-07-06")) == day("2026-08-03")


def test_in_person_the_day_of_submission_goes_with_the_day_of_receipt() -> None:
    desk = amend(registered(), 1, "2026-03-04", received_on="2026-02-27")
    first = desk.case.registration
    assert (first.submitted_on, first.received_on) == (day("2026-02-27"), day("2026-02-27"))


def test_nothing_is_registered_before_it_was_received() -> None:
    """The date of the registration follows where the right day of receipt is later."""
    desk = amend(registered(), 1, "2026-03-04", received_on="2026-03-03")
    assert desk.case.registration.on == day("2026-03-03")


EARLY: list[tuple[str, dict[str, Any]]] = [
    ("acceptance", {}),
    ("correction_notice", {"matters": ["年份"]}),
    ("split", {"parts": [{"wanted": "甲"}, {"wanted": "乙"}], "reason": "两件事"}),
]


@pytest.mark.parametrize(("kind", "fields"), EARLY)
def test_a_later_receipt_is_amended_though_the_agency_had_acted_before_it(kind: str, fields: dict[str, Any]) -> None:
    """READINGS R-amendment: what was done too early stays as it was done, and the period runs from the right day."""
    desk = registered(channel="online", received_on=RECEIVED).place(kind, "2026-03-03", **fields)
    state = desk.case.state
    with pytest.raises(Refused, match="由负责人签批"):
        amend(desk, 1, "2026-03-06", by="intake", received_on="2026-03-05")
    amend(desk, 1, "2026-03-06", received_on="2026-03-05")
    assert desk.case.received_on == day("2026-03-05")
    assert desk.case.acts[1].act.on == day("2026-03-03")
    assert desk.case.state == state
    assert due(desk) == day("2026-04-02")
    desk.place("note", "2026-03-06", text="与申请人核对").place("amendment", "2026-03-06", by="head", of=1, changes={"wanted": "乙"}, reason="核对")


def test_all_that_was_done_before_a_later_receipt_stays_and_may_be_served() -> None:
    desk = handling(channel="online", received_on=RECEIVED)
    desk.place("search", "2026-03-03", places=["档案室"], method="查阅", result="found")
    desk.place("consultation", "2026-03-03", type="other_agency", party={"name": "样例局"}, question="可否公开")
    amend(desk, 1, "2026-03-10", received_on="2026-03-09")
    assert due(desk) == day("2026-04-07")
    desk.place("service", "2026-03-04", today="2026-03-10", letter=letter_id(CASE_ID, 4), method="post")
    desk.place("opinion", "2026-03-06", today="2026-03-10", consultation=4, stance="consent", text="同意")
    assert due(desk) == day("2026-04-07")  # it stopped nothing that had begun
    desk.place("draft", "2026-03-11", items=[{"item": 1, "outcome": "disclosed"}]).place("decision", "2026-03-11")


@pytest.mark.parametrize(
    ("steps", "seq"),
    [
        (lambda: in_state("awaiting_correction").place("correction", "2026-03-04"), 3),
        (lambda: registered().place("withdrawal", "2026-03-04"), 2),
        (lambda: handling().place("draft", "2026-03-03", items=[{"item": 1, "outcome": "disclosed"}]).place("decision", "2026-03-04"), 4),
    ],
)
def test_what_the_applicant_did_and_the_reply_show_that_it_had_been_received(steps: Any, seq: int) -> None:
    with pytest.raises(Invalid, match=f"第{seq}项记录") as caught:
        amend(steps(), 1, "2026-03-06", received_on="2026-03-05")
    assert caught.value.field == "changes.received_on"


def test_a_correction_that_came_later_is_amended_though_the_request_had_been_accepted() -> None:
    desk = in_state("awaiting_correction").serve(2, "2026-03-03").place("correction", "2026-03-04").place("acceptance", "2026-03-04")
    amend(desk, 4, "2026-03-10", on="2026-03-06")
    assert due(desk) == day("2026-04-03")


def test_no_result_comes_before_its_suit() -> None:
    desk = replied().place("remedy", "2026-03-16", type="reconsideration", body="样例县人民政府")
    desk.place("remedy_result", "2026-03-20", remedy=5, result="upheld")
    with pytest.raises(Invalid, match="第6项记录"):
        amend(desk, 5, "2026-03-25", on="2026-03-23")


def test_the_file_is_as_if_the_facts_had_been_right_from_the_start() -> None:
    def course(received: str) -> Desk:
        desk = Desk().place("registration", "2026-03-03", channel="ems_signed", received_on=received, applicant=APPLICANT, wanted="甲（样例）")
        desk.place("acceptance", "2026-03-03").place("search", "2026-03-05", places=["档案室"], method="查阅", result="found")
        desk.place("consultation", "2026-03-05", type="other_agency", party={"name": "样例局"}, question="是否准确")
        desk.serve(4, "2026-03-06")
        return desk.place("opinion", "2026-03-12", consultation=4, stance="consent", text="同意")

    wrong, right = course("2026-03-03"), course("2026-02-26")
    amend(wrong, 1, "2026-03-13", received_on="2026-02-26")
    clocks = [one.case.reckoning(RULES) for one in (wrong, right)]
    assert clocks[0].due == clocks[1].due
    assert clocks[0].because == clocks[1].because
    assert wrong.case.state == right.case.state
    assert wrong.case.walked == right.case.walked


def test_what_the_applicant_is_called_is_amended_and_both_names_stay() -> None:
    desk = amend(registered(), 1, "2026-03-03", by="intake", applicant={**APPLICANT, "name": "周立信（样例）"})
    assert desk.case.applicant.name == "周立信（样例）"
    assert desk.case.acts[0].act.applicant.name == "周立新（样例）"
    public, private = divide(desk.case.acts[1].act)
    assert "周立信" not in str(public)
    assert unite(public, private) == desk.case.acts[1].act


@pytest.mark.parametrize(
    ("of", "changes", "field"),
    [
        (4, {"on": "2026-03-11"}, "on"),  # left after it came back
        (5, {"on": "2026-03-13"}, "on"),  # came back after it was sent again
        (6, {"on": "2026-03-09"}, "on"),
        (6, {"on": "2026-03-17"}, "on"),  # left after it was signed for
        (7, {"received_on": "2026-03-11"}, "received_on"),
        (4, {"received_on": "2026-03-06"}, "received_on"),  # what came back was signed for by nobody
    ],
)
def test_the_sendings_of_a_letter_stay_in_their_order(of: int, changes: dict[str, str], field: str) -> None:
    """READINGS R-returned: posted on 03-05, back on 03-10, posted again on 03-12, signed for on 03-16."""
    desk = handling().place("consultation", "2026-03-04", type="third_party", party={"name": "甲", "address": "样例路"}, question="可否公开")
    sent = {"letter": letter_id(CASE_ID, 3, 0)}
    desk.place("service", "2026-03-05", **sent, method="post").place("service", "2026-03-10", **sent, outcome="returned", why="moved")
    desk.place("service", "2026-03-12", **sent, method="post")
    desk.place("service", "2026-03-12", **sent, method="post", received_on="2026-03-16", today="2026-03-16")
    with pytest.raises(Invalid) as caught:
        amend(desk, of, "2026-03-18", **changes)
    assert caught.value.field == f"changes.{field}"
    amend(desk, 4, "2026-03-18", on="2026-03-06")
    amend(desk, 5, "2026-03-18", on="2026-03-11")
    assert desk.case.consultation(3).sent_on == day("2026-03-06")


def test_amended_services_and_opinions_move_the_clock() -> None:
    desk = handling().place("consultation", "2026-03-04", type="third_party", party={"name": "甲", "address": "样例路"}, question="可否公开")
    desk.serve(3, "2026-03-05")
    desk.place("opinion", "2026-03-10", consultation=3, stance="consent", text="同意")
    assert due(desk) == day("2026-04-02")
    amend(desk, 5, "2026-03-11", by="handler", on="2026-03-09")
    assert due(desk) == day("2026-04-01")
    amend(desk, 4, "2026-03-11", by="handler", on="2026-03-06", received_on="2026-03-06")
    assert due(desk) == day("2026-03-31")
    assert desk.case.consultations[0].opinion.stance == "consent"


def test_the_latest_amendment_of_a_field_holds() -> None:
    desk = amend(posted("2026-07-06", "2026-07-06"), 1, "2026-07-08", received_on="2026-07-02")
    amend(desk, 1, "2026-07-09", received_on="2026-07-03", channel="online")
    assert (desk.case.received_on, desk.case.registration.channel) == (day("2026-07-03"), "online")


REFUSED_AMENDMENTS: list[tuple[str, int, dict[str, Any], str, str]] = [
    ("a field that no act has", 1, {"due": "2026-05-01"}, "changes.due", "没有这一项"),
    ("a field that another kind has", 1, {"days": 5}, "changes.days", "没有这一项"),
    ("the kind of the act", 1, {"kind": "note"}, "changes.kind", "没有这一项"),
    ("what the program fills in", 1, {"split_from": CASE_ID}, "changes.split_from", "由系统填写"),
    ("a place that is empty", 9, {"wanted": "乙"}, "of", "没有第9项"),
    ("the same again", 1, {"form": "paper"}, "changes", "没有需要更正的"),
    ("a day that is still to come", 1, {"received_on": "2026-03-20", "submitted_on": "2026-03-20"}, "changes.received_on", "不能晚于今天"),
]


@pytest.mark.parametrize(("title", "of", "changes", "field", "says"), REFUSED_AMENDMENTS, ids=[row[0] for row in REFUSED_AMENDMENTS])
def test_what_cannot_be_amended(title: str, of: int, changes: dict[str, Any], field: str, says: str) -> None:
    desk = handling()
    before = desk.case
    with pytest.raises(Invalid, match=says) as caught:
        amend(desk, of, "2026-03-10", **changes)
    assert caught.value.field == field
    assert desk.case is before


def test_a_day_that_is_none_is_told_once() -> None:
    with pytest.raises(Rejected) as caught:
        amend(posted("2026-07-06", "2026-07-06"), 1, "2026-07-08", received_on="2026-99-99")
    assert [field for field, _ in caught.value.errors] == ["changes.received_on"]


def test_an_amended_value_is_read_by_the_class_of_its_act() -> None:
    with pytest.raises(Rejected) as caught:
        amend(registered(), 1, "2026-03-03", applicant={**APPLICANT, "id_number": "990000196203110005"})
    assert caught.value.errors == [("changes.applicant.id_number", "居民身份证号码的校验位不符，可能有一位填错，请对照证件核对")]


@pytest.mark.parametrize("kind", ["correction_notice", "decision"])
def test_what_was_issued_stays_as_issued(kind: str) -> None:
    desk = registered().place("correction_notice", "2026-03-03", matters=["写明年份"]) if kind == "correction_notice" else replied()
    field = {"matters": ["写明月份"]} if kind == "correction_notice" else {"outcome": "partial"}
    with pytest.raises(Refused, match="以办理、印发的为准"):
        amend(desk, desk.case.version, "2026-03-12", **field)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"topic": "land"}, "“主题”.*请办理“改定主题”"),
        ({"purpose": "record_correction"}, "由负责人办理“作废”，再重新登记"),
        ({"on": "2026-03-01"}, "请更正“收到日”"),
        ({"remark": "样例"}, "请另行添加备注"),
        ({"topic": "land", "purpose": "record_correction"}, "改定主题.*作废"),
    ],
)
def test_what_a_registration_laid_down_is_put_right_by_another_way(changes: dict[str, Any], says: str) -> None:
    """A registration is never revoked, and nobody is sent to do that."""
    with pytest.raises(Refused, match=says) as caught:
        amend(handling(), 1, "2026-03-10", **changes)
    assert "误办而没有送出的请撤销" not in caught.value.message


def test_what_is_never_revoked_is_not_said_to_be() -> None:
    desk = registered(items=["甲", "乙"]).place("split", "2026-03-02", parts=["甲", "乙"], reason="两件不同的事")
    with pytest.raises(Refused, match="可以由负责人作废") as caught:
        amend(desk, 2, "2026-03-10", reason="样例")
    assert "请撤销" not in caught.value.message


def test_an_amendment_is_not_amended_but_revoked() -> None:
    desk = amend(posted("2026-07-06", "2026-07-06"), 1, "2026-07-08", received_on="2026-07-02")
    with pytest.raises(Refused, match="本身不能更正"):
        amend(desk, 2, "2026-07-09", changes={"received_on": "2026-07-03"})
    desk.place("revocation", "2026-07-09", by="head", of=2, reason="看错了信封")
    assert desk.case.received_on == day("2026-07-06")


TWO = [{"wanted": "甲地块批文（样例）"}, {"wanted": "乙地块批文（样例）"}]
THREE = [*TWO, {"wanted": "丙地块批文（样例）"}]


def drafted() -> Desk:
    desk = handling(wanted="两个地块的批文（样例）", items=TWO)
    desk.place("search", "2026-03-03", places=["档案室"], method="查阅", result="not_found")
    return desk.place("draft", "2026-03-04", items=[{"item": n, "outcome": "not_existing", "reason": "经检索没有"} for n in (1, 2)])


@pytest.mark.parametrize("changes", [{"items": TWO[:1] + THREE[2:]}, {"items": THREE}, {"wanted": "完全另一件（样例）"}], ids=str)
def test_what_is_asked_for_does_not_change_under_a_draft(changes: dict[str, Any]) -> None:
    """条例 36: the head would sign a reply to something else. Once the draft is taken back it may."""
    desk = drafted()
    with pytest.raises(Refused, match="先退回或者撤回拟稿"):
        amend(desk, 1, "2026-03-05", by="intake", **changes)
    desk.place("return", "2026-03-05", by="head", reason="申请内容登记有误")
    amend(desk, 1, "2026-03-05", by="intake", **changes)


def test_an_amended_request_does_not_change_back_under_a_draft() -> None:
    desk = handling(wanted="两个地块的批文（样例）", items=TWO)
    amend(desk, 1, "2026-03-03", by="intake", items=THREE)
    amended = desk.case.version
    desk.place("search", "2026-03-03", places=["档案室"], method="查阅", result="not_found")
    desk.place("draft", "2026-03-04", items=[{"item": n, "outcome": "not_existing", "reason": "经检索没有"} for n in (1, 2, 3)])
    with pytest.raises(Refused, match="先退回或者撤回拟稿，再撤销"):
        desk.place("revocation", "2026-03-05", by="head", of=amended, reason="误办")


def test_a_draft_that_answers_something_else_is_not_signed() -> None:
    """As an earlier version let it come to pass."""
    desk = drafted().put("amendment", "2026-03-05", of=1, changes={"items": THREE}, reason="漏录一项")
    with pytest.raises(Refused, match="不是现在的申请内容"):
        desk.place("decision", "2026-03-05")


def test_a_false_day_of_telling_is_put_right_and_the_extension_then_has_no_effect() -> None:
    """READINGS R-A5: due 03-30, told as if on 03-27, in truth on Wednesday 04-01."""
    desk = handling().place("extension", "2026-03-26", days=20, reason="查档", notified_on="2026-03-26")
    assert due(desk) == day("2026-04-28")
    amend(desk, desk.case.version, "2026-04-02", by="handler", notified_on="2026-04-01")
    assert due(desk) == day("2026-03-30")
    assert desk.case.reckoning(RULES).extension_in_time is False
    with pytest.raises(Rejected):
        amend(desk, 3, "2026-04-02", notified_on="bad")
    with pytest.raises(Invalid, match="不能早于批准的日期"):
        amend(desk, 3, "2026-04-02", notified_on="2026-03-25")


def test_what_was_done_too_early_may_be_amended_in_all_but_its_date() -> None:
    """Received on 03-02 as it seemed, and asked on 03-03; in truth received on Thursday 03-05."""
    desk = handling().place("consultation", "2026-03-03", type="third_party", party={"name": "样例公司", "address": "样例路"}, question="可否公开")
    asked = desk.case.version
    desk.serve(asked, "2026-03-03")
    amend(desk, 1, "2026-03-09", received_on="2026-03-05")
    amend(desk, asked + 1, "2026-03-09", recipient="样例公司收发室")
    with pytest.raises(Invalid, match="与其他记录的先后不符"):
        amend(desk, asked + 1, "2026-03-09", on="2026-03-04", received_on="2026-03-04")


def test_a_notice_that_came_back_is_told_as_that_and_closes_nothing() -> None:
    """READINGS R-returned, R-A4: posted on Tuesday 03-03, back on 03-10; nobody can be held to what he did not get."""
    desk = registered().place("correction_notice", "2026-03-03", matters=["写明年份"])
    letter = letter_id(CASE_ID, desk.case.version)
    desk.place("service", "2026-03-03", letter=letter, method="post")
    desk.place("service", "2026-03-10", letter=letter, outcome="returned", why="unclaimed")
    said = [one.text for one in desk.case.reckoning(RULES).because]
    assert any(text.startswith("补正告知书3月10日退回，还没有再送出；") for text in said)
    assert not any("何时收到补正告知还没有登记" in text for text in said)
    with pytest.raises(Refused, match="3月10日退回，申请人没有收到"):
        desk.place("abandonment", "2026-05-06", reason="correction")


def test_letters_stay_as_they_were_issued_whatever_is_amended() -> None:
    """A third party objected and was overruled: the letters of the reply are those of that day, also when the opinion was wrong."""
    desk = handling().place("consultation", "2026-03-04", type="third_party", party={"name": "甲", "address": "样例路"}, question="可否公开")
    desk.serve(3, "2026-03-04").place("opinion", "2026-03-09", consultation=3, stance="object", text="不同意", reasonable=False)
    desk.place("draft", "2026-03-10", items=[{"item": 1, "outcome": "disclosed"}]).place("decision", "2026-03-11")
    issued = desk.case.letters_of(desk.case.acts[-1], RULES)
    assert [one.kind for one in issued] == ["disclosed", "third_party_notice"]
    amend(desk, 5, "2026-03-12", stance="consent")
    assert desk.case.letters_of(desk.case.acts[6], RULES) == issued
    assert not desk.case.overruled()


# ---------------------------------------------------------------------------------------------- 撤销


@pytest.mark.parametrize("state", [*ACTIVE, "replied", "closed"])
def test_revoking_the_last_act_gives_the_file_as_it_was(state: str) -> None:
    desk = in_state(state)
    case, last = desk.case, desk.case.acts[-1]
    if last.seq == 1:
        return
    before = case.as_of(last.seq - 1)
    desk.place("revocation", "2026-03-13", by="head", of=last.seq, reason="误办")
    after = desk.case
    assert after.state == before.state
    assert after.walked == before.walked
    assert after.in_force == before.acts
    assert (after.reckoning(RULES).due, after.reckoning(RULES).because) == (before.reckoning(RULES).due, before.reckoning(RULES).because)
    for role in ("intake", "handler", "legal", "head"):
        today = day("2026-03-13")
        assert permitted(after, officer(role), RULES, today, desk.facts) == permitted(before, officer(role), RULES, today, desk.facts)
    assert Case.of(case.id, case.agency, case.number, after.acts) == after


def test_the_letter_of_a_revoked_act_is_void_and_keeps_its_place() -> None:
    desk = registered().place("correction_notice", "2026-03-03", matters=["写明年份"])
    desk.place("revocation", "2026-03-04", by="handler", of=2, reason="材料里已经写明")
    assert desk.case.state == "registered"
    assert [(one.kind, one.void) for one in desk.case.letters(RULES)] == [("receipt", False), ("correction_notice", True)]
    with pytest.raises(Refused, match="已经作废"):
        desk.serve(2, "2026-03-05")
    desk.place("correction_notice", "2026-03-05", matters=["写明年份"])  # once more: the first was taken back
    assert desk.case.state == "awaiting_correction"


REFUSED_REVOCATIONS: list[tuple[str, int, str, str, str]] = [
    ("the registration", 1, "2026-03-04", "head", "作废"),
    ("an act of somebody else", 2, "2026-03-04", "legal", "不是这一项的办理人"),
    ("an act on which others rest", 2, "2026-03-04", "head", "不能单独撤销"),
]


@pytest.mark.parametrize(("title", "of", "on", "by", "says"), REFUSED_REVOCATIONS, ids=[row[0] for row in REFUSED_REVOCATIONS])
def test_what_cannot_be_revoked(title: str, of: int, on: str, by: str, says: str) -> None:
    desk = handling().place("search", "2026-03-03", places=["档案室"], method="查阅", result="found")
    with pytest.raises(Refused, match=says):
        desk.place("revocation", on, by=by, of=of, reason="误办")


def test_what_has_left_is_mended_by_a_new_reply_not_revoked() -> None:
    desk = replied().serve(4, "2026-03-12")
    for seq, says in ((4, "已经送出"), (3, "已经据以作出答复")):
        with pytest.raises(Refused, match=says):
            desk.place("revocation", "2026-03-13", by="head", of=seq, reason="答复有误")
    desk.place("reopening", "2026-03-13", basis="own_motion", replaces="revoke", reason="适用条文有误")
    assert desk.case.state == "handling"
    assert due(desk) == day("2026-04-13")


def test_an_answered_consultation_is_revoked_from_its_end() -> None:
    desk = handling().place("consultation", "2026-03-04", type="internal", party={"name": "法制科"}, question="可否公开")
    desk.place("opinion", "2026-03-05", consultation=3, stance="consent", text="同意")
    with pytest.raises(Refused, match="请先撤销第4项"):
        desk.place("revocation", "2026-03-06", by="handler", of=3, reason="误办")
    desk.place("revocation", "2026-03-06", by="handler", of=4, reason="误登").place("revocation", "2026-03-06", by="handler", of=3, reason="误办")
    assert desk.case.state == "handling"
    with pytest.raises(Refused, match="已经撤销"):
        desk.place("revocation", "2026-03-06", by="handler", of=3, reason="误办")


def test_a_service_on_which_silence_rests_is_not_revoked_alone() -> None:
    desk = handling().place("consultation", "2026-03-04", type="third_party", party={"name": "甲", "address": "样例路"}, question="可否公开")
    desk.serve(3, "2026-03-04").place("silence", "2026-03-26", consultation=3)
    with pytest.raises(Refused, match="请先撤销第5项"):
        desk.place("revocation", "2026-03-26", by="handler", of=4, reason="误登")


def test_a_revocation_is_not_revoked() -> None:
    desk = handling().place("revocation", "2026-03-03", by="handler", of=2, reason="误办")
    with pytest.raises(Refused, match="本身不能撤销"):
        desk.place("revocation", "2026-03-03", by="head", of=3, reason="误办")


# ---------------------------------------------------------------------------------------------- 作废


def test_a_file_registered_twice_is_void_and_keeps_its_number() -> None:
    desk = registered().place("voiding", "2026-03-03", by="head", reason="与样例2号重复登记")
    case = desk.case
    assert (case.state, case.number, case.outcome, case.counted) == ("void", "样例1号", None, None)
    assert all(letter.void for letter in case.letters(RULES))
    assert permitted(case, officer("head"), RULES, day("2026-03-04")) == ("note",)


def test_an_answered_file_is_not_void() -> None:
    with pytest.raises(Refused, match="不能作废"):
        replied().place("voiding", "2026-03-12", by="head", reason="重复")


def test_a_file_on_which_money_came_in_is_not_void() -> None:
    desk = in_state("awaiting_payment").place("payment", "2026-03-05", amount_fen=10000)
    with pytest.raises(Refused, match="已经收取信息处理费"):
        desk.place("voiding", "2026-03-12", by="head", reason="重复")
    paid = desk.case.acts[-1].seq
    desk.place("revocation", "2026-03-12", by="head", of=paid, reason="误记，没有收到").place("voiding", "2026-03-12", by="head", reason="重复")
    assert desk.case.state == "void"


@pytest.mark.parametrize("type", ["reconsideration", "litigation", "complaint"])
@pytest.mark.parametrize("decided", [False, True])
def test_a_file_about_which_somebody_sued_is_not_void(type: str, decided: bool) -> None:
    """READINGS R-voiding: table 4 counts it, pending or decided; what was entered on the wrong file is taken back first."""
    desk = handling().place("remedy", "2026-04-01", type=type, body="样例机关", against="inaction")
    if decided:
        desk.place("remedy_result", "2026-04-20", remedy=3, result="corrected", orders_rehandling=True, within=15)
    with pytest.raises(Refused, match="第3项记录的") as caught:
        desk.place("voiding", "2026-04-21", by="head", reason="重复")
    assert "条例 51" in caught.value.articles
    for seq in (4, 3) if decided else (3,):
        desk.place("revocation", "2026-04-21", by="head", of=seq, reason="登记错了案卷")
    desk.place("voiding", "2026-04-21", by="head", reason="重复")
    assert desk.case.state == "void"


def test_mending_is_part_of_what_is_stored() -> None:
    """The file folded from its acts is the file that grew, at every length."""
    desk = amend(handling(), 1, "2026-03-04", by="intake", wanted="乙（样例）")
    desk.place("correction_notice", "2026-03-04", matters=["写明年份"]).place("revocation", "2026-03-04", by="head", of=4, reason="误办")
    desk.place("search", "2026-03-05", places=["档案室"], method="查阅", result="found")
    case = desk.case
    assert (case.state, case.wanted) == ("handling", "乙（样例）")
    for length in range(1, case.version + 1):
        assert Case.of(CASE_ID, case.agency, case.number, case.acts[:length]) == case.as_of(length)
    assert case.received_on.isoformat() == RECEIVED
    assert letter_id(CASE_ID, 4) in {one.id for one in case.letters(RULES) if one.void}
