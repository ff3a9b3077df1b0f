"""救济: reviews, suits and complaints on a file, what they order, and handling again; among them two real courses (L5, L6)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.stories.runner import shipped_rules
from tests.workflow.desk import APPLICANT, CASE_ID, RECEIVED, Desk, in_state, registered, replied
from workflow import steps
from workflow.case import letter_id
from workflow.law import Refused
from workflow.risks import open_risks
from workflow.sending import unsent
from workflow.statistics import pace

RULES = shipped_rules()


def due(desk: Desk) -> str | None:
    on = desk.case.reckoning(RULES).due
    return on and on.isoformat()


def received(on: str) -> Desk:
    """Received and accepted on `on`."""
    desk = Desk().place("registration", on, channel="in_person", submitted_on=on, applicant=APPLICANT, wanted="某村征收土地公告（样例）")
    return desk.place("acceptance", on)


def answered(desk: Desk, on: str, outcome: str = "not_existing") -> Desk:
    """Answered and served on `on`."""
    desk.place("search", on, places=["档案室"], method="查阅", result="not_found")
    desk.place("draft", on, items=[{"item": 1, "outcome": outcome, "reason": "经检索没有"}])
    risks = {risk.id: "已核对" for risk in open_risks(desk.case, RULES, date.fromisoformat(on)) if risk.level == "warns"}
    desk.place("decision", on, overrides=risks)
    return desk.serve(desk.case.version, on)


def sued(desk: Desk, on: str, **fields: Any) -> Desk:
    return desk.place("remedy", on, **{"type": "litigation", "body": "样例县人民法院", **fields})


def decided(desk: Desk, on: str, remedy: int, **fields: Any) -> Desk:
    return desk.place("remedy_result", on, remedy=remedy, **{"result": "corrected", "orders_rehandling": True, **fields})


def signed_unsent(on: str) -> Desk:
    """Received and answered on `on`; the reply lies in the house."""
    desk = received(on)
    desk.place("search", on, places=["档案室"], method="查阅", result="not_found")
    desk.place("draft", on, items=[{"item": 1, "outcome": "not_existing", "reason": "经检索没有"}])
    return desk.place("decision", on)


def closed_unsent(on: str) -> Desk:
    """Closed by silence; the notice lies in the house."""
    desk = Desk().place("registration", "2026-03-02", channel="in_person", submitted_on="2026-03-02", applicant=APPLICANT, wanted="甲")
    desk.place("correction_notice", "2026-03-03", matters=["写明年份"], days=5).serve(2, "2026-03-03")
    return desk.place("abandonment", on)


OWN = {"basis": "own_motion", "replaces": "revoke", "reason": "签发以后发现有误"}


@pytest.mark.parametrize(
    ("file", "basis", "void"),
    [
        (signed_unsent, OWN, True),
        (signed_unsent, {**OWN, "replaces": "supplement"}, False),
        (signed_unsent, {**OWN, "replaces": "correct"}, False),
        (closed_unsent, {"basis": "excused_delay", "reason": "住院"}, True),
        (closed_unsent, OWN, True),
    ],
)
def test_what_was_taken_back_before_it_left_leaves_no_more(file: Any, basis: dict[str, Any], void: bool) -> None:
    """READINGS R-own-motion, R-excused: it is void like what was revoked; the file is not kept open for it."""
    desk = file("2026-03-17")
    made = desk.case.version
    (letter,) = [one for one in desk.case.letters(RULES) if one.seq == made]
    assert not letter.void and letter.id in {one.letter for one in unsent(desk.case, RULES)}
    desk.place("reopening", "2026-03-18", **basis)
    (after,) = [one for one in desk.case.letters(RULES) if one.seq == made]
    assert after.void is void
    assert (letter.id in {one.letter for one in unsent(desk.case, RULES)}) is not void
    if not void:
        return
    with pytest.raises(Refused, match="2026年3月18日重新处理以后已经作废"):
        desk.serve(made, "2026-03-18")
    desk.serve(made, "2026-03-17")  # it had left all the same
    (told,) = [one for one in desk.case.letters(RULES) if one.seq == made]
    assert not told.void and made in {one.seq for one in desk.case.letters(RULES) if one.id in desk.case.services}


def test_what_had_left_before_it_was_taken_back_stays() -> None:
    desk = signed_unsent("2026-03-17")
    made = desk.case.version
    desk.serve(made, "2026-03-17").place("reopening", "2026-03-18", **OWN)
    assert not any(one.void for one in desk.case.letters(RULES))


def test_an_order_runs_from_the_receipt_of_the_decision() -> None:
    """L5: decision received 2026-06-22, fifteen working days; reopened ten days later, which moves nothing."""
    desk = answered(received("2026-03-17"), "2026-03-25")
    sued(desk, "2026-04-28", type="reconsideration", body="样例县人民政府")
    decided(desk, "2026-06-22", desk.case.version, within=15)
    assert due(desk) == "2026-07-13"
    assert [order.seq for order in desk.case.ordered] == [desk.case.version - 1]
    desk.place("reopening", "2026-07-02", remedy=desk.case.version - 1)
    assert (desk.case.state, due(desk)) == ("handling", "2026-07-13")
    assert desk.case.ordered == ()


def test_silence_is_sued_over_and_the_judgment_finds_the_file_open() -> None:
    """L6: due 2026-04-16; sued 05-06; judgment 08-11 orders a reply within fifteen working days. Nothing is reopened."""
    desk = received("2026-03-18")
    assert due(desk) == "2026-04-16"
    sued(desk, "2026-05-06", against="inaction")
    assert {one.kind: one.on for one in desk.case.reckoning(RULES).silence}["reconsideration"] == date(2026, 6, 15)
    decided(desk, "2026-08-11", desk.case.version, within=15)
    assert (desk.case.state, due(desk)) == ("handling", "2026-09-01")
    assert desk.case.ordered == ()
    limits = {one.kind: one.on for one in desk.case.reckoning(RULES).limits}
    assert limits["reconsideration"] == date(2026, 6, 15)  # what had run out has run out
    answered(desk, "2026-08-28")
    assert [one.on for one in desk.case.reckoning(RULES).limits if one.kind == "reconsideration"] == [date(2026, 10, 27)]  # the silence is over
    assert desk.case.reckoning(RULES).reply_in_time
    assert len(desk.case.endings) == 1
    how = pace(desk.case, RULES)
    assert how is not None
    assert how.in_time is False  # the order mends nothing of the silence (R-inaction)


def test_an_order_that_is_put_down_after_the_reply_it_led_to_is_followed() -> None:
    """R-reopening: received 2026-06-01, answered 06-05, put down 06-08."""
    desk = answered(sued(received("2026-03-02"), "2026-04-13", against="inaction"), "2026-06-05")
    decided(desk, "2026-06-08", 3, received_on="2026-06-01", within=15)
    assert desk.case.ordered == ()
    assert desk.case.reckoning(RULES).reply_in_time
    assert due(desk) == "2026-06-23"


def test_a_signed_reply_that_has_not_left_is_no_reply() -> None:
    """R-inaction."""
    desk = received("2026-03-02")
    desk.place("draft", "2026-03-10", items=[{"item": 1, "outcome": "disclosed"}]).place("decision", "2026-03-11")
    sued(desk, "2026-03-31", against="inaction")
    assert desk.case.challenges[0].act.against == "inaction"


def test_a_reply_that_came_after_the_suit_does_not_undo_it() -> None:
    desk = answered(received("2026-03-02"), "2026-04-20")
    sued(desk, "2026-04-13", against="inaction", today="2026-04-28")
    assert len(desk.case.challenges) == 1


def test_an_appeal_takes_the_order_away_and_the_second_judgment_gives_its_own() -> None:
    """R-instances: a judgment under appeal orders nothing; what it is against goes with the suit."""
    desk = sued(answered(received("2026-03-02"), "2026-03-20"), "2026-04-13", after_reconsideration=True)
    first = desk.case.version
    decided(desk, "2026-06-01", first, within=15)
    assert due(desk) == "2026-06-23"
    sued(desk, "2026-06-08", instance="second", continues=first, body="样例市中级人民法院")
    assert desk.case.challenges[-1].act.after_reconsideration
    assert desk.case.ordered == ()
    assert due(desk) == "2026-03-30"
    with pytest.raises(Refused):
        desk.place("reopening", "2026-06-09", remedy=first)
    decided(desk, "2026-08-03", desk.case.version, within=10)
    assert due(desk) == "2026-08-17"
    assert [len(suit) for suit in desk.case.suits] == [2]
    desk.place("reopening", "2026-08-05", remedy=first + 2)
    assert due(desk) == "2026-08-17"


def test_the_agency_corrects_its_own_reply() -> None:
    """B6, R-own-motion: twenty days from the reopening; what becomes of the old reply is asked of the file."""
    desk = answered(received("2026-03-02"), "2026-03-20")
    old = desk.case.decision
    desk.place("reopening", "2026-04-08", basis="own_motion", replaces="correct", reason="文号有误")
    assert (desk.case.state, due(desk)) == ("handling", "2026-05-09")  # a Saturday that is worked
    replaced = desk.case.replaced
    assert replaced is not None
    assert old is not None
    assert (replaced.seq, replaced.on, replaced.letter) == (old.seq, date(2026, 3, 20), letter_id(CASE_ID, old.seq))
    assert (replaced.reopening.replaces, replaced.challenge) == ("correct", None)
    answered(desk, "2026-04-10", "disclosed")
    assert desk.case.counted is not None
    assert (desk.case.counted.on, desk.case.counted.outcome) == (date(2026, 3, 20), "disclosed")


def test_a_withdrawal_by_mistake_is_undone_by_the_agency() -> None:
    desk = in_state("closed").place("reopening", "2026-03-09", basis="own_motion", replaces="revoke", reason="申请人没有撤回，系登记有误")
    assert (desk.case.state, desk.case.outcome, due(desk)) == ("handling", None, "2026-04-07")


@pytest.mark.parametrize("archive", [False, True])
def test_a_late_correction_with_good_reason_is_taken(archive: bool) -> None:
    """B11, R-excused: the file waits again as before; what came before it was excused counts from the day it came."""
    desk = in_state("awaiting_correction").serve(2, "2026-03-03").place("abandonment", "2026-03-25").serve(4, "2026-03-25")
    if archive:
        desk.place("archival", "2026-03-26")
    desk.place("reopening", "2026-04-01", basis="excused_delay", reason="申请人住院，附证明")
    assert (desk.case.state, due(desk), desk.case.excused) == ("awaiting_correction", None, True)
    desk.place("correction", "2026-03-30", wanted="某村征收土地公告，2024年（样例）", today="2026-04-01")
    assert (desk.case.state, due(desk)) == ("registered", "2026-04-28")
    assert not desk.case.excused


def test_a_late_payment_with_good_reason_is_taken() -> None:
    desk = in_state("awaiting_payment").serve(3, "2026-03-04").place("abandonment", "2026-04-02")
    desk.place("reopening", "2026-04-07", basis="excused_delay", reason="缴费系统故障")
    assert (desk.case.state, due(desk)) == ("awaiting_payment", None)
    desk.place("payment", "2026-04-03", amount_fen=10000, today="2026-04-07")
    assert (desk.case.state, due(desk)) == ("handling", "2026-05-07")


def test_an_excused_delay_is_no_new_handling() -> None:
    """R-O5, R-excused: an extension used is used; who still does not correct is held to have abandoned again."""
    desk = registered().place("acceptance", RECEIVED).place("extension", "2026-03-03", days=5, reason="查档", notified_on="2026-03-03")
    desk.place("correction_notice", "2026-03-04", matters=["写明年份"])
    desk.serve(4, "2026-03-04").place("abandonment", "2026-03-26")
    desk.place("reopening", "2026-04-01", basis="excused_delay", reason="住院")
    desk.place("abandonment", "2026-04-15")
    assert desk.case.outcome == "abandoned_correction"
    desk.place("reopening", "2026-04-16", basis="excused_delay", reason="住院").place("correction", "2026-04-16").place("acceptance", "2026-04-16")
    with pytest.raises(Refused, match="只能一次"):
        desk.place("extension", "2026-04-17", days=5, reason="查档")


@pytest.mark.parametrize(("type_", "decision"), [("reconsideration", "行政复议决定"), ("litigation", "判决"), ("complaint", "处理决定")])
def test_an_order_is_called_what_it_is(type_: str, decision: str) -> None:
    desk = sued(answered(received("2026-03-02"), "2026-03-20"), "2026-04-13", type=type_, body="样例县人民政府")
    decided(desk, "2026-05-06", desk.case.version, within=10)
    said = [one.text for one in desk.case.reckoning(RULES).because]
    assert f"5月6日收到{decision}，责令自收到之日起10个工作日内答复，最迟5月19日。" in said  # a Tuesday; 5月9日 is worked


def twice_ordered(first: int, second: int) -> Desk:
    """Nobody answered: a judgment of Wednesday 05-20, and the day after it a complaint's result, each with so many working days."""
    desk = received("2026-03-02")
    for kind, body in (("litigation", "样例县人民法院"), ("complaint", "样例县人民政府")):
        sued(desk, "2026-04-13", type=kind, body=body, against="inaction")
    decided(desk, "2026-05-20", desk.case.version - 1, within=first)
    return decided(desk, "2026-05-21", desk.case.version - 1, within=second)


def test_of_two_orders_the_one_that_ends_first_binds() -> None:
    """READINGS R-reopening: a judgment of 05-20 (five days: 05-27), the day after it a complaint's result with sixty."""
    desk = twice_ordered(5, 60)
    said = [one.text for one in desk.case.reckoning(RULES).because]
    assert due(desk) == "2026-05-27"
    assert any("收到判决" in one for one in said)
    assert said[-1] == "此前责令的期限5月27日在先，仍应当在该日以前答复。"


def test_an_order_that_ends_sooner_than_an_earlier_one_binds() -> None:
    desk = twice_ordered(20, 2)
    assert due(desk) == "2026-05-25"  # a Monday


def test_a_file_closed_by_mistake_when_its_due_date_had_passed_is_still_late() -> None:
    """READINGS R-own-motion, R-inaction: due on 03-30, a withdrawal by mistake on 04-07, taken back the same day."""
    desk = received("2026-03-02").place("withdrawal", "2026-04-07", by="intake")
    desk.place("reopening", "2026-04-07", basis="own_motion", replaces="revoke", reason="申请人没有撤回")
    clock = desk.case.reckoning(RULES)
    assert clock.lapsed == date(2026, 3, 30)
    assert {one.kind for one in clock.limits} >= {"reconsideration", "litigation"}
    assert any("3月30日届满时答复没有送出，仍为逾期" in one.text for one in clock.because)
    sued(desk, "2026-04-08", against="inaction")


def test_a_complaint_may_order_too() -> None:
    desk = sued(answered(received("2026-03-02"), "2026-03-20"), "2026-04-13", type="complaint", body="样例县人民政府")
    decided(desk, "2026-05-06", desk.case.version, within=10)
    desk.place("reopening", "2026-05-07", remedy=desk.case.version - 1)
    assert due(desk) == "2026-05-19"


def test_a_third_party_that_is_told_may_challenge_the_disclosure() -> None:
    """R-remedy-dates."""
    desk = received("2026-03-02").place(
        "consultation", "2026-03-03", type="third_party", party={"name": "样例公司", "address": "样例路3号"}, question="是否同意公开"
    )
    desk.serve(3, "2026-03-03").place("opinion", "2026-03-09", consultation=3, stance="object", text="商业秘密", reasonable=False)
    desk.place("draft", "2026-03-10", items=[{"item": 1, "outcome": "disclosed"}]).place("decision", "2026-03-11")
    desk.serve(desk.case.version, "2026-03-11").serve(desk.case.version - 1, "2026-03-13", n=1)
    limits = [(one.kind, one.on, one.ref) for one in desk.case.reckoning(RULES).limits]
    assert ("reconsideration", date(2026, 5, 12), 3) in limits
    assert ("reconsideration", date(2026, 5, 11), None) in limits  # the tenth is a Sunday


def dates_of(desk: Desk) -> list[tuple[str, str | None, bool]]:
    """The dates until which something may be challenged, and whether they are provisional."""
    found = [one for one in desk.case.reckoning(RULES).limits if one.kind in ("reconsideration", "litigation")]
    return [(one.kind, one.on and one.on.isoformat(), one.provisional) for one in found]


def test_a_reply_that_was_sent_again_is_known_from_the_latest_sending() -> None:
    """R-remedy-dates: posted 03-11, back 03-20, posted again 03-23: five days later, as long as no slip came."""
    desk = received("2026-03-02").place("draft", "2026-03-10", items=[{"item": 1, "outcome": "disclosed"}]).place("decision", "2026-03-11")
    letter = letter_id(CASE_ID, desk.case.version)
    desk.place("service", "2026-03-11", letter=letter, method="post")
    assert dates_of(desk) == [("reconsideration", "2026-05-15", True), ("litigation", "2026-09-16", True)]
    desk.place("service", "2026-03-20", letter=letter, outcome="returned", why="unclaimed")
    assert dates_of(desk) == []
    desk.place("service", "2026-03-23", letter=letter, method="post")
    assert dates_of(desk) == [("reconsideration", "2026-05-27", True), ("litigation", "2026-09-28", True)]


@pytest.mark.parametrize("end", ["voiding", "handover"])
def test_a_file_that_left_the_unit_has_no_dates_at_all(end: str) -> None:
    """R-voiding, R-handover: even where an order arrived on a later day than the end is dated."""
    desk = in_state("void" if end == "voiding" else "handed_over")
    clock = desk.case.reckoning(RULES)
    assert (clock.due, clock.limits, clock.silence) == (None, (), ())
    assert not desk.case.overdue(RULES, date(2026, 12, 1))
    letter = letter_id(CASE_ID, 2)
    if end == "handover":
        desk.place("service", "2026-03-03", letter=letter, method="direct")
        assert dates_of(desk) == []


def test_what_ends_a_file_is_its_end_whatever_arrived_later() -> None:
    desk = received("2026-03-02").put("remedy", "2026-04-07", type="litigation", body="样例县人民法院", against="inaction")
    desk.put("remedy_result", "2026-06-01", remedy=3, result="corrected", orders_rehandling=True, within=15, received_on="2026-06-08")
    desk.put("voiding", "2026-06-02", reason="重复登记")
    assert desk.case.reckoning(RULES).due is None


@pytest.mark.parametrize("sent", [True, False])
def test_who_was_asked_before_a_mistaken_withdrawal_is_still_asked_after_it(sent: bool) -> None:
    """R-own-motion: the file waits for the answer again, and is answered when it has come."""
    asked = {"type": "third_party", "party": {"name": "样例公司", "address": "样例路3号"}, "question": "是否同意公开"}
    desk = received("2026-03-02").place("consultation", "2026-03-03", **asked)
    if sent:
        desk.serve(3, "2026-03-03")
    desk.place("withdrawal", "2026-03-05")
    assert not any(desk.case.awaits(one) for one in desk.case.consultations)
    desk.place("reopening", "2026-03-06", basis="own_motion", replaces="revoke", reason="打电话的不是申请人")
    assert (desk.case.state, steps.next_step(desk.case, RULES)) == ("consulting", "opinion" if sent else "service")
    assert ("third_party_inquiry" in {one.kind for one in unsent(desk.case, RULES)}) is not sent
    if not sent:
        desk.serve(3, "2026-03-06")
    desk.place("opinion", "2026-03-10", consultation=3, stance="consent", text="同意")
    desk.place("draft", "2026-03-10", items=[{"item": 1, "outcome": "disclosed"}]).place("decision", "2026-03-11")
    assert desk.case.outcome == "disclosed"


@pytest.mark.parametrize(("reopened", "in_time"), [("2026-03-30", True), ("2026-03-31", False)])
def test_a_reply_that_never_left_is_not_what_was_in_time(reopened: str, in_time: bool) -> None:
    """READINGS R-own-motion: due on 2026-03-30; what is told later is judged, and a day that passed in silence stays passed."""
    desk = replied().place("reopening", reopened, basis="own_motion", replaces="revoke", reason="漏答一项")
    desk.place("draft", "2026-04-01", items=[{"item": 1, "outcome": "disclosed"}]).place("decision", "2026-04-01").serve(7, "2026-04-01")
    found = pace(desk.case, RULES)
    assert found is not None
    assert found.in_time is in_time
    assert (desk.case.reckoning(RULES).lapsed is None) is in_time
