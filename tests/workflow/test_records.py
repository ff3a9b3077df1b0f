"""更正申请 (条例 41; READINGS R-record-correction): its short course, its own outcomes, and what it has no part in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.workflow.desk import Desk, handling, officer, registered
from workflow.admission import permitted, reasons
from workflow.case import OF_RECORDS
from workflow.law import Invalid, Refused
from workflow.procedure import OF_RECORDS as COURSE
from workflow.procedure import TABLE
from workflow.statistics import is_counted, occurrences, row_of


def asked(**fields: Any) -> Desk:
    """A request to correct records, received on 2026-03-02."""
    return registered(purpose="record_correction", wanted="更正本人登记中的姓名（样例）", **fields)


def handled(**fields: Any) -> Desk:
    return asked(**fields).place("acceptance", "2026-03-02")


NOT_OF_ITS_COURSE: list[tuple[str, dict[str, Any]]] = [
    ("split", {"parts": ["甲", "乙"], "reason": "两件事"}),
    ("reasons_notice", {"facts": "申请较多"}),
    ("reasons", {"text": "需要", "reasonable": True}),
    ("extension", {"days": 5, "reason": "核查需要时间"}),
    ("deferral", {"until": "2026-04-30", "reason": "核查需要时间"}),
    ("fee_notice", {"basis": "per_page", "pages": 100, "amount_fen": 70000}),
    ("waiver", {"reason": "困难"}),
    ("secrecy_review", {"result": "may_disclose", "reason": "不涉密"}),
]


@pytest.mark.parametrize(("kind", "fields"), NOT_OF_ITS_COURSE)
def test_what_belongs_to_requests_for_information_is_refused_and_not_offered(kind: str, fields: dict[str, Any]) -> None:
    desk = handled()
    role = {"extension": "head", "deferral": "head", "waiver": "head"}.get(kind, "handler")
    with pytest.raises(Refused, match="不是政府信息公开申请") as refused:
        desk.place(kind, "2026-03-03", **fields)
    assert refused.value.articles == ("条例 41",)
    assert kind not in reasons(desk.case, officer(role), desk.rules, date(2026, 3, 3))
    assert desk.case.version == 2


def test_the_course_is_a_part_of_the_procedure() -> None:
    kinds = {row.kind for row in TABLE}
    assert kinds >= COURSE
    left_out = {"payment", "conversion", "ledger_result"} | {kind for kind, _ in NOT_OF_ITS_COURSE}
    assert kinds - COURSE == left_out


def test_what_is_usual_is_open() -> None:
    found = permitted(handled().case, officer("handler"), handled().rules, date(2026, 3, 3))
    assert {"draft", "search", "consultation", "meeting", "withdrawal"} <= set(found)


@pytest.mark.parametrize("outcome", sorted(OF_RECORDS))
def test_its_outcomes_are_no_reply_to_a_request_for_information(outcome: str) -> None:
    with pytest.raises(Invalid, match="这是更正申请的处理") as invalid:
        handling().place("draft", "2026-03-04", items=[{"item": 1, "outcome": outcome, "reason": "样例"}])
    assert invalid.value.field == "items.0.outcome"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"outcome": "not_existing"}, "outcome"),
        ({"outcome": "partial"}, "outcome"),
        ({"outcome": "record_corrected"}, "reason"),
        ({"outcome": "record_referred"}, "responsible"),
    ],
)
def test_a_draft_says_what_its_letter_needs(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as invalid:
        handled().place("draft", "2026-03-04", items=[{"item": 1, **fields}])
    assert invalid.value.field == f"items.0.{field}"


def test_what_is_neither_is_other_and_has_the_letter_of_its_course() -> None:
    desk = handled().place("draft", "2026-03-04", items=[{"item": 1, "outcome": "other", "reason": "记录已经依法销毁"}])
    desk.place("decision", "2026-03-05")
    assert (desk.case.outcome, desk.case.letters(desk.rules)[-1].kind) == ("other", "correction_of_record")


def test_evidence_is_asked_of_requests_to_correct_records_alone() -> None:
    desk = registered().place("correction_notice", "2026-03-03", matters=["写明年份"]).serve(2, "2026-03-03")
    with pytest.raises(Invalid, match="只有要求更正") as invalid:
        desk.place("correction", "2026-03-04", evidence="户口簿")
    assert invalid.value.field == "evidence"


def test_evidence_is_mended_and_supplemented() -> None:
    desk = asked(evidence="户口薄").place("amendment", "2026-03-03", of=1, changes={"evidence": "户口簿"}, reason="写错")
    assert desk.case.evidence == "户口簿"
    desk.place("correction_notice", "2026-03-03", matters=["补交证据"]).serve(3, "2026-03-03")
    desk.place("correction", "2026-03-04", evidence="户口簿、身份证")
    assert desk.case.evidence == "户口簿、身份证"


def test_no_law_sets_its_period_so_no_date_against_silence_is_told() -> None:
    """The office's own 20 working days pass on 2026-03-30."""
    desk = handled()
    clock = desk.case.reckoning(desk.rules)
    assert (clock.due, clock.silence) == (date(2026, 3, 30), ())
    assert handling().case.reckoning(desk.rules).silence
    assert desk.case.overdue(desk.rules, date(2026, 3, 31))


def test_it_is_counted_by_itself() -> None:
    desk = handled(evidence="户口簿").place("draft", "2026-03-04", items=[{"item": 1, "outcome": "record_corrected", "reason": "属实"}])
    desk.place("decision", "2026-03-05").serve(4, "2026-03-06").place("remedy", "2026-03-20", type="reconsideration", body="冠县人民政府")
    assert not is_counted(desk.case)
    first, second = occurrences(desk.case)
    assert (first.kind, first.on, first.ended_on, first.result) == ("record_correction", date(2026, 3, 2), date(2026, 3, 6), "record_corrected")
    assert (second.kind, second.type, second.ground) == ("remedy", "reconsideration", "record_corrected")


@pytest.mark.parametrize("outcome", sorted(OF_RECORDS))
def test_no_row_of_table_3_counts_it(outcome: str) -> None:
    with pytest.raises(ValueError, match="outside table 3"):
        row_of(outcome, handled().rules.on(date(2026, 3, 2)))
