"""The questions one may ask of a file."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from api.office.acts_in_words import came
from tests.stories.runner import shipped_rules
from tests.workflow.desk import CASE_ID, Desk, drafted, handling, in_state, officer, registered, replied
from workflow import acts as a
from workflow.acts import ACTS, ItemDecision, Rejected, Signed, parse
from workflow.admission import admit, handed
from workflow.case import BY_ACT, GIVEN, WITHHELD, Asked, Case, letter_id, overall
from workflow.procedure import STATES
from workflow.statistics import occurrences
from workflow.words import LETTER_TITLES

RULES = shipped_rules()


@pytest.mark.parametrize(
    ("outcomes", "principal", "expected"),
    [
        (["disclosed"], None, "disclosed"),
        (["state_secret", "state_secret"], None, "state_secret"),
        (["not_existing"], "not_existing", "not_existing"),
        (["disclosed", "already_public"], None, "disclosed"),
        (["disclosed", "partial"], None, "partial"),
        (["disclosed", "state_secret"], None, "partial"),
        (["already_public", "not_existing"], None, "partial"),
        (["already_public", "not_existing"], "not_existing", "partial"),
        (["state_secret", "not_existing"], None, None),
        (["state_secret", "not_existing"], "not_existing", "not_existing"),
        (["state_secret", "not_existing"], "petition", None),
        (["partial", "petition"], None, "partial"),
    ],
)
def test_the_overall_outcome_is_derived_from_the_items(outcomes: list[str], principal: str | None, expected: str | None) -> None:
    """条例 37, READINGS R-overall."""
    assert overall(outcomes, principal) == expected


def test_the_groups_of_outcomes_are_those_of_the_rules() -> None:
    groups = {key: outcome.group for key, outcome in RULES.on(date(2026, 3, 2)).outcomes.items()}
    assert {groups[key] for key in GIVEN} == {"予以公开", "部分公开"}
    assert {key for key, group in groups.items() if group == "不予公开"} == WITHHELD | {"special_inquiry"}
    assert {groups[key] for key in BY_ACT} == {"其他处理"}


@pytest.mark.parametrize("state", STATES)
def test_each_state_can_be_reached_and_has_a_stage(state: str) -> None:
    case = in_state(state).case
    assert case.state == state
    assert case.walked[-1] == state
    assert case.stage in ("登记", "审核", "办理", "答复", "归档")
    assert Case.of(case.id, case.agency, case.number, case.acts) == case


def test_an_act_that_does_not_follow_cannot_be_folded() -> None:
    acts = replied().case.acts
    for broken in (acts[1:], acts[:2] + acts[3:], (acts[0], acts[0]), acts[:1] + acts[2:]):
        with pytest.raises(ValueError, match="does not follow"):
            Case.of(CASE_ID, "gx-zrzy", "样例1号", broken)


def of_an_earlier_table() -> Desk:
    """Withdrawn by mistake while a third party was asked; an earlier version then went on without its opinion."""
    party = {"name": "样例公司", "address": "样例路3号"}
    desk = handling().place("consultation", "2026-03-04", type="third_party", party=party, question="是否同意公开")
    desk.place("withdrawal", "2026-03-05").place("reopening", "2026-03-06", basis="own_motion", replaces="revoke", reason="登记有误")
    for kind, fields in (("draft", {"items": [{"item": 1, "outcome": "disclosed"}]}), ("decision", {})):
        signed = Signed(desk.case.version + 1, parse({"kind": kind, "on": "2026-03-09", **fields}), officer("head"), datetime(2026, 3, 9, tzinfo=UTC))
        desk.case = desk.case.with_stored(signed)
    return desk


def test_what_was_admitted_is_loaded_though_the_table_has_become_stricter() -> None:
    desk = of_an_earlier_table()
    case = desk.case
    assert (case.state, case.outcome, case.irregular) == ("replied", "disclosed", (6,))
    assert Case.of(case.id, case.agency, case.number, case.acts) == case
    assert [state for _, state in case.course()][-2:] == ["approving", "replied"]
    desk.serve(7, "2026-03-10").place("note", "2026-03-10", text="样例")
    desk.place("amendment", "2026-03-11", by="head", of=1, changes={"wanted": "乙（样例）"}, reason="核对")
    assert (desk.case.state, desk.case.irregular) == ("replied", (6,))


def test_nobody_adds_what_the_table_does_not_allow_and_nothing_is_taken_from_under_the_rest() -> None:
    desk = of_an_earlier_table()
    acceptance = Signed(8, parse({"kind": "acceptance", "on": "2026-03-10"}), officer("intake"), datetime(2026, 3, 10, tzinfo=UTC))
    with pytest.raises(ValueError, match="does not follow"):
        desk.case.with_act(acceptance)
    back = Signed(8, parse({"kind": "revocation", "on": "2026-03-10", "of": 6, "reason": "样例"}), officer("head"), datetime(2026, 3, 10, tzinfo=UTC))
    with pytest.raises(ValueError, match="does not follow"):
        desk.case.with_act(back)


def test_every_check_of_a_whole_record_is_one_of_entry() -> None:
    """A check that has become stricter since must not lose a file."""
    records = {a.Applicant, a.Agent, a.Features, a.Item, a.Party, a.Provided, a.ItemDecision, a.Joined, a.Inherited, *ACTS.values()}
    checks = [one for model in records for one in model.__pydantic_decorators__.model_validators.values() if one.info.mode == "after"]
    assert checks
    assert {one.func.__qualname__.split(".")[0] for one in checks} == {"at_entry"}
    given = {"kind": "service", "on": "2026-03-10", "letter": CASE_ID, "outcome": "returned"}
    with pytest.raises(Rejected):
        parse(given)
    assert a.stored(a.Service, given).outcome == "returned"


def test_the_ids_of_letters_depend_on_the_file_and_the_place_only() -> None:
    ids = {letter_id(CASE_ID, seq, n) for seq in range(1, 20) for n in range(3)}
    assert len(ids) == 57
    assert letter_id(CASE_ID, 3, 1) in ids
    assert letter_id("00000000-0000-4000-8000-000000000002", 3) not in ids


@pytest.mark.parametrize(
    ("items", "letter"),
    [
        ([{"outcome": "disclosed"}], "disclosed"),
        ([{"outcome": "disclosed"}, {"outcome": "disclosed"}], "disclosed"),
        ([{"outcome": "disclosed"}, {"outcome": "already_public", "where": "网站"}], "mixed"),
        ([{"outcome": "disclosed"}, {"outcome": "petition"}], "partial"),
        ([{"outcome": "other", "ground": "record_correction"}], "correction_of_record"),
        ([{"outcome": "other", "ground": "other"}], "other_reply"),
        ([{"outcome": "reissue"}], "reissue"),
    ],
)
def test_the_letter_of_the_reply_follows_the_outcomes(items: list[dict[str, Any]], letter: str) -> None:
    case = replied(*items).case
    assert case.reply_letter(RULES) == letter
    assert case.letters(RULES)[-1].kind == letter


def test_every_letter_has_a_name() -> None:
    for outcome in RULES.on(date(2026, 3, 2)).outcomes.values():
        assert outcome.letter in LETTER_TITLES
    for state in STATES:
        assert all(letter.kind in LETTER_TITLES for letter in in_state(state).case.letters(RULES))


def test_a_correction_replaces_what_was_asked_and_by_whom() -> None:
    desk = registered(items=["甲", "乙"]).place("correction_notice", "2026-03-03", matters=["写明年份"])
    assert desk.case.items == ("甲", "乙")
    desk.place("correction", "2026-03-05", wanted="2025年的公告", applicant={"name": "周立新（样例）", "phone": "13800000002"}, features="二〇二五年")
    case = desk.case
    assert (case.wanted, case.items) == ("2025年的公告", ("2025年的公告",))
    assert case.applicant.phone == "13800000002"
    assert case.features is not None
    assert case.features.other == "二〇二五年"
    assert case.registration.wanted != case.wanted  # the first act stays as it was


def test_a_split_leaves_the_first_part_on_the_file() -> None:
    case = registered(items=["甲", "乙"]).place("split", "2026-03-02", parts=["甲", "乙"], reason="两件不同的事").case
    assert case.items == ("甲",)


def test_posted_letters_are_served_twice_and_count_from_the_handover() -> None:
    """国办公开办函〔2016〕235号: by post the day of handing over is the reference day; directly the day of signing."""
    desk = replied()
    seq = desk.case.version
    letter = letter_id(CASE_ID, seq)
    assert desk.case.replied_on == date(2026, 3, 11)  # its own date until served
    desk.place("service", "2026-03-12", letter=letter, method="post")
    assert desk.case.received(seq) is None
    desk.place("service", "2026-03-12", letter=letter, method="post", received_on="2026-03-16", today="2026-03-17")
    assert desk.case.received(seq) == date(2026, 3, 16)
    assert desk.case.replied_on == date(2026, 3, 12)


def test_a_reply_that_came_back_is_told_by_how_it_left() -> None:
    """READINGS R-returned: posted and come back it is not delivered; what is sent again later stays in time by the first sending."""
    desk = replied()
    letter = letter_id(CASE_ID, desk.case.version)
    desk.place("service", "2026-03-12", letter=letter, method="post")
    assert _said(desk).endswith("答复3月12日交邮，在期限之内。")
    desk.place("service", "2026-03-18", letter=letter, outcome="returned", why="moved")
    assert _said(desk).endswith("答复3月12日交邮，在期限之内；3月18日退回，还没有再送出。")
    desk.place("service", "2026-03-20", letter=letter, method="public_notice")
    assert _said(desk).endswith("答复3月12日交邮，在期限之内；3月18日退回，3月20日再次送出。")


def test_a_notice_that_came_back_has_told_nobody() -> None:
    """READINGS R-returned: it holds by the day it was posted (R-A5), and says no more than that."""
    desk = handling().place("extension", "2026-03-10", days=10, reason="需要会商")
    letter = letter_id(CASE_ID, desk.case.version)
    desk.place("service", "2026-03-10", letter=letter, method="post")
    assert "3月10日告知申请人。" in _said(desk)
    desk.place("service", "2026-03-18", letter=letter, outcome="returned", why="moved")
    assert "3月10日送出告知申请人的文书（3月18日退回，还没有再送出）。" in _said(desk)


def test_a_file_that_was_handed_over_says_who_had_it_first() -> None:
    there = registered().put("handover", "2026-03-10", to="gx-zjj", reason="由该单位负责").case
    desk = Desk()
    desk.case = admit(desk.case, handed(there, "样例县自然资源局"), officer("intake"), datetime(2026, 3, 10, 1, tzinfo=UTC), RULES, date(2026, 3, 10))
    assert _said(desk).startswith("3月10日收到样例县自然资源局移送的申请（该单位3月2日收到），为收到日，不计入。")
    assert came(desk.case.registration) == "由样例县自然资源局移送（2026年3月2日收到，原登记号样例1号）"


def _said(desk: Desk) -> str:
    return "".join(one.text for one in desk.case.reckoning(RULES).because)


def test_served_directly_the_day_of_signing_counts() -> None:
    desk = replied()
    desk.place("service", "2026-03-12", letter=letter_id(CASE_ID, desk.case.version), method="direct", received_on="2026-03-13", today="2026-03-13")
    assert desk.case.replied_on == date(2026, 3, 13)


def _asked(kind: str, answer: str) -> Asked:
    desk = handling().place("consultation", "2026-03-03", type=kind, party={"name": "样例方", "address": "样例路"}, question="是否同意")
    if kind != "internal":
        desk.serve(3, "2026-03-03")
    if answer == "silence":
        desk.place("silence", "2026-03-31", consultation=3)
    else:
        desk.place("opinion", "2026-03-05", consultation=3, stance=answer, text="意见")
    return desk.case.consultations[0]


@pytest.mark.parametrize("kind", ["third_party", "joint_agency", "other_agency", "internal"])
@pytest.mark.parametrize("answer", ["consent", "object", "partial", "neutral", "silence"])
def test_what_each_answer_means(kind: str, answer: str) -> None:
    """条例 32: the silence of a third party is no consent; 条例 34: that of a joint maker is."""
    asked = _asked(kind, answer)
    assert not asked.is_open
    assert asked.objects == (answer in ("object", "partial"))
    assert asked.consents == (answer == "consent" or (kind == "joint_agency" and answer == "silence"))


@pytest.mark.parametrize(
    ("kind", "answer", "decision", "overruled"),
    [
        ("third_party", "object", {"outcome": "disclosed"}, True),
        ("third_party", "object", {"outcome": "third_party"}, False),
        ("third_party", "object", {"outcome": "partial", "withheld_under": "third_party"}, True),
        ("third_party", "partial", {"outcome": "partial", "withheld_under": "third_party"}, False),
        ("third_party", "partial", {"outcome": "partial", "withheld_under": "deliberative"}, True),
        ("third_party", "partial", {"outcome": "disclosed"}, True),
        ("third_party", "consent", {"outcome": "disclosed"}, False),
        ("third_party", "silence", {"outcome": "disclosed"}, False),
        ("joint_agency", "object", {"outcome": "disclosed"}, False),
    ],
)
def test_who_is_overruled(kind: str, answer: str, decision: dict[str, Any], overruled: bool) -> None:
    """条例 32: told in writing when what he objects to is given all the same."""
    assert _asked(kind, answer).overruled_by(ItemDecision(item=1, **decision)) is overruled


def test_who_accepts_or_drafts_handles_the_file_if_nobody_does() -> None:
    desk = registered()
    assert desk.case.assignee is None
    desk.place("acceptance", "2026-03-03", by="intake")
    assert desk.case.assignee is None  # the intake desk may accept, and drafts nothing
    desk.place("draft", "2026-03-04", items=[{"item": 1, "outcome": "disclosed"}])
    assert desk.case.assignee == "handler@gx-zrzy"
    assert handling().case.assignee == "handler@gx-zrzy"


def test_who_was_named_stays_the_one_who_handles_the_file_whoever_accepts() -> None:
    desk = registered().place("assignment", "2026-03-02", to="handler2@gx-zrzy").place("acceptance", "2026-03-03")
    assert desk.case.assignee == "handler2@gx-zrzy"
    assert handling().place("assignment", "2026-03-05", to="handler2@gx-zrzy").case.assignee == "handler2@gx-zrzy"


def test_a_returned_draft_is_no_draft() -> None:
    desk = drafted().place("return", "2026-03-11", reason="重拟")
    assert desk.case.draft is None
    assert desk.case.outcome is None


def test_the_reason_of_a_return_is_counted_without_the_people_of_the_file() -> None:
    desk = drafted().place("return", "2026-03-11", reason="请与周立新（样例）核对，电话13800000001")
    (counted,) = occurrences(desk.case)
    assert counted.ground == "请与周*核对，电话138****0001"


def test_a_meeting_is_told_by_its_day_until_it_is_taken_back() -> None:
    desk = drafted().place("meeting", "2026-03-11", attendees=["承办人（样例）"], text="意见一致。")
    (held,) = occurrences(desk.case)
    assert (held.kind, held.on, held.amount_fen, held.seq) == ("meeting", date(2026, 3, 11), 0, len(desk.case.acts))
    assert occurrences(desk.place("revocation", "2026-03-11", of=held.seq, reason="记错了案卷").case) == []


def test_an_earlier_reply_keeps_its_letters_after_reopening() -> None:
    """The letters of a file never change: those of the first reply are still what they were when it is reopened."""
    desk = replied({"outcome": "petition"})
    before = desk.case.letters(RULES)
    desk.place("remedy", "2026-04-01", type="reconsideration", body="样例县人民政府")
    desk.place("remedy_result", "2026-05-06", remedy=desk.case.version, result="corrected", orders_rehandling=True)
    desk.place("reopening", "2026-05-07", remedy=desk.case.version - 1)
    assert desk.case.outcome is None
    assert desk.case.letters(RULES) == before
    desk.place("draft", "2026-05-08", items=[{"item": 1, "outcome": "disclosed"}]).place("decision", "2026-05-09")
    assert desk.case.letters(RULES)[:-1] == before
    assert [letter.kind for letter in desk.case.letters(RULES)][-2:] == ["petition", "disclosed"]
    assert desk.case.outcome == "disclosed"


def test_the_fee_is_kept_by_what_was_notified_paid_and_waived() -> None:
    assert handling().case.fee is None
    desk = in_state("awaiting_payment")
    assert desk.case.fee is not None
    assert desk.case.fee.open_fen == 10000
    desk.place("payment", "2026-03-05", amount_fen=10000)
    assert desk.case.fee.open_fen == 0
    assert desk.case.fee.paid_on == date(2026, 3, 5)


@pytest.mark.parametrize(("state", "outcome"), [("awaiting_correction", "abandoned_correction"), ("awaiting_payment", "abandoned_payment")])
def test_what_was_awaited_says_what_was_abandoned(state: str, outcome: str) -> None:
    """条例 30, 办法 6."""
    desk = in_state(state)
    desk.serve(desk.case.version, "2026-03-05")
    desk.place("abandonment", "2026-05-06")
    assert desk.case.outcome == outcome
    assert desk.case.closed_on == date(2026, 5, 6)
