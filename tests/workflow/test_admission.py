"""Placing acts: who may, when, and on what day; and walks at random that never leave the law."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stories.runner import shipped_rules
from tests.workflow.desk import APPLICANT, CASE_ID, Desk, handling, in_state, officer, registered, replied
from tests.workflow.test_acts import MINIMAL
from workflow.acts import ACTS, Rejected, Signed, parse
from workflow.admission import Forbidden, admit, permitted, reasons
from workflow.case import Case, letter_id
from workflow.checks import CHECKS, Asking, Facts
from workflow.law import Invalid, Refused
from workflow.procedure import ACTIVE, GUARDS, OUT, START, STATES, TABLE, kinds_from, move, states_for

RULES = shipped_rules()
ROLES = tuple(role for role in RULES.role_titles)
DAY = date(2026, 3, 13)  # Friday


def signer(kind: str) -> str:
    return RULES.on(DAY).roles[kind][0]


def test_every_kind_has_its_check_and_its_signers() -> None:
    assert set(CHECKS) == set(ACTS) == set(RULES.on(DAY).roles)


@pytest.mark.parametrize("kind", ACTS)
@pytest.mark.parametrize("role", ROLES)
def test_only_the_roles_of_the_rules_may_sign(kind: str, role: str) -> None:
    state = states_for(kind)[0]
    case = Case(CASE_ID, "gx-zrzy", "样例1号") if state == START else in_state(state).case
    act = parse({"kind": kind, "on": DAY.isoformat(), **MINIMAL[kind]})
    if role in RULES.on(DAY).roles[kind]:
        with suppress(Refused, Invalid):
            admit(case, act, officer(role), datetime(2026, 3, 13, tzinfo=UTC), RULES, DAY)
    else:
        with pytest.raises(Forbidden, match=RULES.role_titles[role]):
            admit(case, act, officer(role), datetime(2026, 3, 13, tzinfo=UTC), RULES, DAY)


@pytest.mark.parametrize("state", [START, *STATES])
@pytest.mark.parametrize("kind", ACTS)
def test_what_the_table_does_not_allow_is_refused_with_an_article_and_a_way_on(state: str, kind: str) -> None:
    if kind in kinds_from(state):
        return
    case = Case(CASE_ID, "gx-zrzy", "样例1号") if state == START else in_state(state).case
    with pytest.raises(Refused) as caught:
        admit(case, parse({"kind": kind, "on": DAY.isoformat(), **MINIMAL[kind]}), officer(signer(kind)), datetime.now(UTC), RULES, DAY)
    assert caught.value.articles
    assert ACTS[kind].title in caught.value.message
    assert "：。" not in caught.value.message  # a list of what may be done with nothing in it
    if state in OUT:
        assert caught.value.message.endswith(("请重新登记。", "请另行登记。"))
    assert "可以" in caught.value.message or "请" in caught.value.message or "只能" in caught.value.message


# ---------------------------------------------------------------------------------------------- dates that lie back

LATE_ENTRY = {"decision", "correction_notice", "reasons_notice", "fee_notice", "extension", "deferral", "abandonment"}
KNOWN_LATER = {"ledger_result", "service", "opinion", "reasons", "remedy", "remedy_result"}
REMARKS = {"note", "meeting"}


def _dated_back(kind: str, on: str) -> str:
    """What is said of the date of an act that is entered on the 20th, on a file whose last step was on the 12th."""
    state = next(one for one in states_for(kind) if one not in ("closed", "archived", *OUT)) if kind != "reopening" else "replied"
    desk = in_state(state)
    last = desk.case.acts[-1]
    desk.case = Case(CASE_ID, "gx-zrzy", "样例1号", (*desk.case.acts[:-1], replace(last, act=last.act.evolve(on=date(2026, 3, 12)))), desk.case.state)
    fields = {"act": {**MINIMAL[kind]["act"], "on": None}, "reason": "样例"} if kind == "request" else MINIMAL[kind]
    act = parse({"kind": kind, "on": on, **fields})
    try:
        admit(desk.case, act, officer(signer(kind)), datetime(2026, 3, 20, tzinfo=UTC), RULES, date(2026, 3, 20), desk.facts)
    except Invalid as invalid:
        return invalid.message if invalid.field == "on" else ""
    except Refused as refused:
        return refused.message
    return ""


@pytest.mark.parametrize("kind", [kind for kind in ACTS if kind not in ("registration", "erasure")])  # an erasure is of the day on which it is done
def test_which_acts_may_be_dated_before_today_and_before_the_last_step(kind: str) -> None:
    """READINGS R-late-entry: a table over all kinds."""
    between, before = _dated_back(kind, "2026-03-13"), _dated_back(kind, "2026-03-11")
    assert ("由负责人补录" in between) == (kind in LATE_ENTRY)
    assert ("由负责人补录" in before) == (kind in LATE_ENTRY)
    assert "上一步的日期" not in between
    assert ("上一步的日期" in before) == (kind not in LATE_ENTRY | KNOWN_LATER | REMARKS)


def test_a_withdrawal_that_would_end_an_overdue_file_in_time_is_entered_by_the_head() -> None:
    """READINGS R-late-entry."""
    assert handling().place("withdrawal", "2026-03-20", today="2026-03-30", by="intake").case.state == "closed"
    with pytest.raises(Refused, match="由负责人补录"):
        handling().place("withdrawal", "2026-03-30", today="2026-03-31", by="intake")
    late = {"reason": "传真当日送到收发室", "proof": CASE_ID}
    with pytest.raises(Refused, match="补录由负责人办理"):
        handling().place("withdrawal", "2026-03-30", today="2026-03-31", by="intake", late_entry=late)
    assert handling().place("withdrawal", "2026-03-30", today="2026-03-31", by="head", late_entry=late).case.state == "closed"
    with pytest.raises(Invalid, match="不需要补录"):
        handling().place("withdrawal", "2026-03-20", today="2026-03-30", by="head", late_entry=late)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ROLES)
def test_what_is_offered_is_exactly_what_may_be_done(state: str, role: str) -> None:
    desk = in_state(state)
    asking = Asking(desk.case, officer(role), DAY, RULES, desk.facts)
    expected = []
    for kind in kinds_from(state):
        if role not in RULES.on(DAY).roles[kind]:
            continue
        try:
            CHECKS[kind].may(asking)
            expected.append(kind)
        except Refused:
            pass
    assert list(permitted(desk.case, officer(role), RULES, DAY, desk.facts)) == expected
    assert set(reasons(desk.case, officer(role), RULES, DAY, desk.facts)) >= set(expected)


# ---------------------------------------------------------------------------------------------- days


def test_nothing_is_dated_tomorrow() -> None:
    with pytest.raises(Invalid, match="不能晚于今天（2026年3月3日）") as caught:
        registered().place("acceptance", "2026-03-04", today="2026-03-03")
    assert caught.value.field == "on"


@pytest.mark.parametrize(
    ("kind", "fields", "field"),
    [
        ("extension", {"days": 5, "reason": "查档", "notified_on": "2026-03-05"}, "notified_on"),
        ("service", {"letter": letter_id(CASE_ID, 1), "method": "post", "received_on": "2026-03-05"}, "received_on"),
    ],
)
def test_what_has_happened_is_not_dated_tomorrow(kind: str, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid, match="已经发生的事情") as caught:
        handling().place(kind, "2026-03-03", **fields)
    assert caught.value.field == field


def test_the_procedure_does_not_run_backwards() -> None:
    desk = handling().place("search", "2026-03-05", places=["档案室"], method="查阅", result="found")
    with pytest.raises(Invalid, match="不能早于上一步的日期2026年3月5日"):
        desk.place("draft", "2026-03-04", today="2026-03-06", items=[{"item": 1, "outcome": "disclosed"}])
    desk.place("note", "2026-03-04", today="2026-03-06", text="补记")  # what is only recorded may lie back
    with pytest.raises(Invalid, match="不能早于收到申请之日"):
        desk.place("note", "2026-03-01", today="2026-03-06", text="补记")


def test_no_withdrawal_after_the_reply() -> None:
    with pytest.raises(Refused, match="答复已经作出"):
        replied().place("withdrawal", "2026-03-12")


def test_the_stamp_and_the_signature_are_kept() -> None:
    signed = registered().case.acts[0]
    assert isinstance(signed, Signed)
    assert (signed.seq, signed.officer.username, signed.at.tzinfo) == (1, "handler@gx-zrzy", UTC)


# ---------------------------------------------------------------------------------------------- walks at random

_TEXT = "周立新（样例）990000196203110004"  # personal data offered in every free text: no refusal may repeat it


def _asked(draw: Callable[[st.SearchStrategy[Any]], Any]) -> dict[str, Any]:
    """An agency is called by its name wherever it is spoken of; a third party and a person never are."""
    kind = draw(st.sampled_from(["third_party", "joint_agency", "other_agency", "internal"]))
    person = kind == "third_party" or (kind == "internal" and draw(st.booleans()))
    name = draw(st.sampled_from(["甲", "乙", "丙", "丁"])) + (_TEXT if person else "局")
    return {"type": kind, "party": {"name": name, "address": "样例路", "is_person": person}, "question": _TEXT}


def _fields(draw: Callable[[st.SearchStrategy[Any]], Any], kind: str, case: Case, on: date) -> dict[str, Any]:
    """The fields of a plausible act: right more often than wrong."""
    seqs = st.integers(1, max(1, len(case.acts)))
    day = st.integers(-3, 40).map(lambda step: (on + timedelta(step)).isoformat())
    if kind == "consultation":
        return _asked(draw)
    if kind in ("opinion", "silence"):
        asked = draw(st.sampled_from(sorted(case.open_consultations)) if case.open_consultations else seqs)
        answer = {"stance": draw(st.sampled_from(["consent", "object", "neutral"])), "text": _TEXT}
        return {"consultation": asked} | (answer if kind == "opinion" else {})
    if kind == "service":
        letters = [letter.id for letter in case.letters(RULES)] if case.acts else []
        chosen = draw(st.sampled_from(letters)) if letters else letter_id(CASE_ID, 1)
        return {"letter": chosen, "method": draw(st.sampled_from(["direct", "post", "courier"])), "recipient": _TEXT,
                "received_on": draw(st.sampled_from([None, on.isoformat()]))}  # fmt: skip
    if kind == "fee_notice":
        return {"basis": "per_item", "amount_fen": draw(st.sampled_from([10000, 10000, 20000]))}
    if kind == "payment":
        return {"amount_fen": draw(st.sampled_from([10000, 10000, 100]))}
    if kind == "draft":
        outcome = draw(st.sampled_from(["disclosed", "disclosed", "state_secret", "not_existing", "third_party", "withdrawn"]))
        return {"items": [{"item": 1, "outcome": outcome, "reason": _TEXT}]}
    if kind == "extension":
        return {"days": draw(st.integers(1, 22)), "reason": _TEXT, "notified_on": draw(st.sampled_from([None, on.isoformat()]))}
    if kind == "deferral":
        return {"until": draw(day), "reason": _TEXT}
    challenges = [challenge.seq for challenge in case.challenges]
    seqs = st.sampled_from(challenges) if challenges else seqs
    if kind == "remedy_result":
        return {"remedy": draw(seqs), "result": "corrected", "orders_rehandling": True}
    if kind == "reopening":
        return {"remedy": draw(seqs)}
    if kind == "decision":
        return {"overrides": draw(st.sampled_from([{}, {"reply_overdue": _TEXT}]))}
    return MINIMAL[kind]


def _try(case: Case, kind: str, fields: dict[str, Any], on: date, facts: Facts) -> tuple[Case, str]:
    """The file after the act, and what was said when it was turned down."""
    try:
        act = parse({"kind": kind, "on": on.isoformat(), **fields})
        return admit(case, act, officer(signer(kind), kind[:1]), datetime.combine(on, time(1), UTC), RULES, on, facts), ""
    except (Refused, Invalid, Forbidden, Rejected) as turned_down:
        return case, str(turned_down)


def _choices(state: str) -> list[list[str]]:
    """What to try: mostly what leads on, sometimes what is possible, seldom anything at all."""
    on = [kind for kind in kinds_from(state) if move(state, kind) != state and kind not in ("withdrawal", "correction_notice", "return")]
    after = ["remedy", "remedy_result", "reopening", "service"] if state not in ACTIVE else on
    return [on or after, on or after, after, list(kinds_from(state)), list(ACTS)]


def _walk(data: st.DataObject, length: int) -> Case:
    facts = Facts(already_this_month=data.draw(st.sampled_from([0, 10])))
    on = date(2026, 3, 2) + timedelta(data.draw(st.integers(0, 60)))
    case = Case(CASE_ID, "gx-zrzy", "样例1号")
    given = {"channel": "online", "received_on": on.isoformat(), "applicant": APPLICANT, "wanted": _TEXT}
    case, said = _try(case, "registration", given, on, facts)
    assert not said
    for _ in range(length):
        on += timedelta(data.draw(st.sampled_from([0, 0, 1, 1, 2, 5, 30])))
        kind = data.draw(st.one_of(*(st.sampled_from(kinds) for kinds in _choices(case.state))))
        before, open_to = case, set(permitted(case, officer(signer(kind), kind[:1]), RULES, on, facts))
        case, said = _try(case, kind, _fields(data.draw, kind, case, on), on, facts)
        for secret in ("周立新", "990000196203110004", "13800000001"):
            assert secret not in said
        if case is before:
            assert said
            continue
        assert kind in open_to  # nothing was placed that was not offered
        rows = [row for row in TABLE if row.kind == kind and before.state in row.sources]
        assert case.state in {before.state if row.dest == "=" else row.dest for row in rows}
        assert case.acts[:-1] == before.acts
        _sound(case, on)
    return case


def _sound(case: Case, today: date) -> None:
    """What holds of every file, whatever happened to it."""
    clock = case.reckoning(RULES)
    waits = case.state in ACTIVE and case.state not in ("awaiting_correction", "awaiting_payment")
    assert (clock.due is not None) or not waits
    if clock.due is not None and not any(signed.act.kind in ("deferral", "reopening") for signed in case.acts):
        assert RULES.calendar.is_working(clock.due)
        assert clock.due > case.received_on
    assert clock.because
    assert all(sentence.text.endswith("。") for sentence in clock.because)
    assert not any(secret in sentence.text for sentence in clock.because for secret in ("周立新", "990000"))
    assert (case.outcome is None) == (case.state in (*ACTIVE, *OUT))
    assert bool(case.open_consultations) <= (case.state in ("consulting", "closed", "archived", "handling", "approving", "replied", "void"))
    clock.suspended_on(today)
    clock.working_days_left(today)


@pytest.mark.slow
@settings(max_examples=150, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.data())
def test_no_walk_at_random_leaves_the_table(data: st.DataObject) -> None:
    """Nobody can reach a state the table does not give; what is stored folds to the same file at every length."""
    case = _walk(data, 22)
    assert Case.of(case.id, case.agency, case.number, case.acts) == case
    states = [START, *(case.as_of(length).state for length in range(1, len(case.acts) + 1))]
    for signed, source, dest in zip(case.acts, states, states[1:], strict=False):
        assert dest in {move(source, signed.act.kind, frozenset({guard})) for guard in ("", *GUARDS)}


@settings(max_examples=80, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    st.integers(0, 200),
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3), st.integers(0, 25)), min_size=1, max_size=4),
)
def test_more_suspension_never_makes_the_due_date_earlier(start: int, spans: list[tuple[int, int, int]]) -> None:
    """条例 33(3): each consultation of another agency can only move the due date later, and it stays a working day."""
    received = date(2026, 1, 4) + timedelta(start)
    desk = Desk()
    desk.place("registration", received.isoformat(), channel="online", received_on=received.isoformat(), applicant=APPLICANT, wanted="甲")
    desk.place("acceptance", received.isoformat())
    calendar, latest = RULES.calendar, desk.case.reckoning(RULES).due
    assert latest == calendar.due(received, 20).on
    on = received
    for place, (wait, delivery, answer) in enumerate(spans):
        on += timedelta(wait)
        desk.place("consultation", on.isoformat(), type="other_agency", party={"name": f"样例{place}局"}, question="是否准确")
        seq = desk.case.version
        got = on + timedelta(delivery)
        desk.serve(seq, got.isoformat())
        asked = desk.case.reckoning(RULES).due
        on = max(on, got) + timedelta(answer)
        desk.place("opinion", on.isoformat(), consultation=seq, stance="consent", text="无意见")
        answered = desk.case.reckoning(RULES).due
        assert latest is not None
        assert asked is not None
        assert answered is not None
        assert latest <= answered
        assert latest <= asked
        assert calendar.is_working(answered)
        latest = answered


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"channel": "in_person", "submitted_on": "2026-03-03"}, "submitted_on"),
        ({"channel": "ems_signed", "received_on": "2026-03-03"}, "received_on"),
        ({"channel": "in_person", "submitted_on": "2026-03-02", "on": "2026-03-03"}, "on"),
    ],
)
def test_a_day_to_come_is_told_at_the_field_that_was_sent(fields: dict[str, Any], field: str) -> None:
    act = parse({"kind": "registration", "applicant": APPLICANT, "wanted": "甲", **fields})
    with pytest.raises(Invalid, match="不能晚于今天") as caught:
        admit(Case(CASE_ID, "gx-zrzy", "样例1号"), act, officer("intake"), datetime.now(UTC), RULES, date(2026, 3, 2))
    assert caught.value.field == field


# ---------------------------------------------------------------------------------------------- the way on


def _refused(desk: Desk, kind: str, role: str, **fields: Any) -> str:
    with pytest.raises(Refused) as caught:
        admit(desk.case, parse({"kind": kind, "on": DAY.isoformat(), **MINIMAL[kind], **fields}), officer(role), datetime.now(UTC), RULES, DAY)
    return caught.value.message


@pytest.mark.parametrize("state", [one for one in STATES if one not in OUT])
@pytest.mark.parametrize("kind", ACTS)
def test_a_refusal_offers_what_this_officer_may_do_and_nothing_else(state: str, kind: str) -> None:
    """The same answer that `permitted` gives beside it."""
    if kind in kinds_from(state):
        return
    desk = in_state(state)
    for role in RULES.on(DAY).roles[kind]:
        message = _refused(desk, kind, role)
        if "现在可以办理的有：" in message:
            offered = message.partition("现在可以办理的有：")[2].strip("。“”").split("”、“")
            may = {ACTS[one].title for one in permitted(desk.case, officer(role), RULES, DAY, desk.facts)}
            assert set(offered) <= may
        assert "督办" not in message.replace("不能办理“督办”", "")


def test_what_was_used_up_is_said_to_be_used_up_in_every_state() -> None:
    """条例 30: no state leads back to a second correction notice."""
    desk = registered().place("correction_notice", "2026-03-03", matters=["写明年份"])
    desk.serve(2, "2026-03-03").place("correction", "2026-03-05", wanted="写明了").place("acceptance", "2026-03-05")
    desk.place("draft", "2026-03-06", items=[{"item": 1, "outcome": "disclosed"}])
    assert "只能作出一次" in _refused(desk, "correction_notice", "handler")


@pytest.mark.parametrize("state", ["handling", "consulting", "awaiting_payment", "approving"])
def test_what_was_accepted_is_answered_and_not_handed_over(state: str) -> None:
    """条例 36(五)."""
    assert "请拟稿答复“非本机关负责公开”" in _refused(in_state(state), "handover", "handler")


def test_an_opinion_that_comes_after_the_silence_is_put_on_file() -> None:
    """条例 32: a late objection is kept, and how it can still be heard is said; that way is open."""
    desk = handling().place("consultation", "2026-03-03", type="third_party", party={"name": "样例公司", "address": "样例路"}, question="是否同意")
    desk.serve(3, "2026-03-03").place("silence", "2026-03-31", consultation=3)
    with pytest.raises(Refused, match="写备注说明收到的日期") as caught:
        desk.place("opinion", "2026-04-01", consultation=3, stance="object", text="不同意")
    assert "撤销“逾期未提出意见”" in caught.value.message
    desk.place("revocation", "2026-04-01", of=5, reason="意见随后寄到").place("opinion", "2026-04-01", consultation=3, stance="object", text="不同意")
    assert desk.case.state == "handling"


def test_another_unit_is_told_whom_to_ask() -> None:
    """What it may do there is its relation's to say, and the law does not know that."""
    other = officer("handler").model_copy(update={"agency": "gx-zfb"})
    with pytest.raises(Refused, match="请与办理本件的单位联系"):
        admit(in_state("replied").case, parse({"kind": "supervision", "on": "2026-03-13", "text": "请尽快"}), other, datetime.now(UTC), RULES, DAY)
