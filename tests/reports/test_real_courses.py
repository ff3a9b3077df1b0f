"""What real files do, as it is counted: silence, corrections of one's own, several applicants, what is passed on, complaints.

READINGS R-inaction, R-own-motion, R-co-applicants, R-handover, R-passed-down, R-instances, R-table4.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from db import reports, store
from db.analysis import Span, events
from db.engine import Database
from tests.conftest import rebuilt
from tests.reports.test_counting import KEYS, RULES, WHO, kept
from tests.reports.test_findings import said
from workflow import statistics as s
from workflow.acts import Signed, parse
from workflow.admission import handed
from workflow.case import Case

NEXT = count(1)
AT = datetime(2026, 11, 24, tzinfo=UTC)
Acts = list[dict[str, Any]]


@pytest.fixture
def unit() -> str:
    """A unit of the test's own."""
    return f"gx-real{next(NEXT)}"


def received(on: str = "2025-03-03", **more: Any) -> Acts:
    applicant = {"name": "样例", "category": "natural_person"}
    return [
        {"kind": "registration", "channel": "in_person", "received_on": on, "applicant": applicant, "wanted": "样例", **more},
        {"kind": "acceptance", "on": on},
    ]


def answered(on: str, outcome: str = "disclosed", **more: Any) -> Acts:
    return [{"kind": "draft", "on": on, "items": [{"item": 1, "outcome": outcome, **more}]}, {"kind": "decision", "on": on}]


def figures(database: Database, unit: str, year: int) -> reports.Figures:
    """The tables of a year; every identity holds."""
    with database.read() as session:
        annual = reports.annual(session, [unit], year, RULES)
        assert [check for check in annual.checks if not check.holds] == []
        return annual.figures


def rows(database: Database, unit: str, year: int) -> dict[str, int]:
    """The rows of table 3 that are not nought, in all columns together."""
    return {row: cells[-1] for row, cells in figures(database, unit, year).table3.items() if cells[-1]}


def counted(year: str, row: str) -> dict[str, int]:
    return {year: 1, row: 1, s.TOTAL: 1}


GIVEN, WITHHELD = "三(一)予以公开", "三(三)5"


# ---------------------------------------------------------------------------------------------- silence (B4)


def ordered(answered_on: str) -> Acts:
    """Never answered, sued over, ordered: the file was open all the while."""
    suit = {"kind": "remedy", "on": "2025-09-01", "type": "litigation", "body": "样例", "against": "inaction"}
    result = {"kind": "remedy_result", "on": "2025-12-15", "remedy": 3, "result": "corrected", "orders_rehandling": True, "within": 15}
    return [*received(), suit, result, *answered(answered_on)]


def test_silence_that_was_sued_over_is_in_table_4_and_its_answer_once_in_table_3(database: Database, unit: str) -> None:
    kept(database, unit, [ordered("2025-12-29")])
    assert rows(database, unit, 2025) == counted(s.NEW, GIVEN)
    assert figures(database, unit, 2025).table4["未经复议直接起诉"] == [0, 1, 0, 0, 1]
    assert rows(database, unit, 2026) == {}
    assert figures(database, unit, 2026).table4["未经复议直接起诉"] == [0] * 5


def test_what_was_ordered_and_not_answered_yet_is_carried_over(database: Database, unit: str) -> None:
    kept(database, unit, [ordered("2026-01-05")])
    assert rows(database, unit, 2025) == {s.NEW: 1, s.FORWARD: 1}
    assert figures(database, unit, 2025).table4["未经复议直接起诉"] == [0, 1, 0, 0, 1]
    assert rows(database, unit, 2026) == counted(s.CARRIED, GIVEN)


def test_the_analysis_tells_of_silence_by_its_name(database: Database, unit: str) -> None:
    kept(database, unit, [ordered("2025-12-29")])
    with database.read() as session:
        told = events.remedies(session, [unit], Span(date(2025, 1, 1), date(2025, 12, 31)), RULES.on(AT.date()))
    assert [(one["title"], one["count"], one["corrected"]) for one in told["by_ground"]] == [("没有答复", 1, 1)]


# ---------------------------------------------------------------------------------------------- corrected by itself (B6)


@pytest.mark.parametrize("replaces", ["revoke", "supplement", "correct"])
@pytest.mark.parametrize(("again", "row"), [("2025-12-01", GIVEN), ("2026-01-12", WITHHELD)])
def test_a_reply_that_the_agency_itself_corrects_counts_once(database: Database, unit: str, replaces: str, again: str, row: str) -> None:
    """By the last reply of the year of the first; what comes in a later year counts no second time. No remedy was brought."""
    reopening = {"kind": "reopening", "on": "2025-11-17", "basis": "own_motion", "replaces": replaces, "reason": "样例"}
    kept(database, unit, [[*received(), *answered("2025-03-17", "internal_affairs"), reopening, *answered(again)]])
    assert rows(database, unit, 2025) == counted(s.NEW, row)
    assert rows(database, unit, 2026) == {}
    assert not any(cells[-1] for year in (2025, 2026) for cells in figures(database, unit, year).table4.values())


def test_one_that_is_being_corrected_at_the_end_of_the_year_is_not_carried_over(database: Database, unit: str) -> None:
    """Its reply stands until another is given."""
    reopening = {"kind": "reopening", "on": "2025-12-30", "basis": "own_motion", "replaces": "correct", "reason": "样例"}
    kept(database, unit, [[*received(), *answered("2025-03-17", "internal_affairs"), reopening]])
    assert rows(database, unit, 2025) == counted(s.NEW, WITHHELD)
    assert rows(database, unit, 2026) == {}


# ---------------------------------------------------------------------------------------------- several applicants (B7)


@pytest.mark.parametrize(("representative", "column"), [(0, 0), (1, 1), (2, 4)])
def test_several_applicants_are_one_request_in_the_column_of_their_representative(
    database: Database, unit: str, representative: int, column: int
) -> None:
    others = [{"name": "样例公司", "category": "commercial_enterprise"}, {"name": "样例律师事务所", "category": "legal_service_organisation"}]
    agent = {"name": "样例代理人", "relation": "entrusted"}
    kept(database, unit, [[*received(co_applicants=others, representative=representative, agent=agent), *answered("2025-03-17")]])
    for row in counted(s.NEW, GIVEN):
        cells = figures(database, unit, 2025).table3[row]
        assert (cells[column], cells[-1], sum(cells)) == (1, 1, 2), row


# ---------------------------------------------------------------------------------------------- passed on (B10)


def test_a_request_that_was_handed_over_counts_where_it_is_answered(database: Database, unit: str) -> None:
    """In the year in which the right office got it."""
    there = f"{unit}-there"
    handover = {"kind": "handover", "on": "2026-01-05", "to": there, "reason": "样例"}
    (old,) = kept(database, unit, [[received("2025-12-30")[0], handover]])
    acts = [handed(old, "样例局"), *(parse(one) for one in [{"kind": "acceptance", "on": "2026-01-05"}, *answered("2026-01-12")])]
    new = Case.of(str(uuid4()), there, "样例", [Signed(seq, act, WHO, AT) for seq, act in enumerate(acts, 1)])
    database.write(lambda session: store.add_files(session, [(new, 2026, 1)], RULES, KEYS))
    assert rows(database, unit, 2025) == rows(database, unit, 2026) == rows(database, there, 2025) == {}
    assert rows(database, there, 2026) == counted(s.NEW, GIVEN)


def test_a_request_that_was_passed_down_counts_where_it_came_in(database: Database, unit: str) -> None:
    below = f"{unit}-below"
    down = {"kind": "assignment", "on": "2025-03-04", "agency": below, "limit": "2025-03-14"}
    kept(database, unit, [[*received(), down, *answered("2025-03-17")]])
    assert rows(database, unit, 2025) == counted(s.NEW, GIVEN)
    assert rows(database, below, 2025) == {}


# ---------------------------------------------------------------------------------------------- complaints (B12)


def test_a_complaint_is_told_beside_reviews_and_suits_and_in_no_table(database: Database, unit: str) -> None:
    """With its result; the suits of the same file are counted as ever."""
    complaint = {"kind": "remedy", "on": "2025-04-01", "type": "complaint", "body": "样例"}
    upheld = {"kind": "remedy_result", "on": "2025-05-06", "remedy": 5, "result": "upheld"}
    review = {"kind": "remedy", "on": "2025-05-07", "type": "reconsideration", "body": "样例"}
    (case,) = kept(database, unit, [[*received(), *answered("2025-03-17"), complaint, upheld, review]])
    table4 = figures(database, unit, 2025).table4
    assert {group: cells[-1] for group, cells in table4.items() if cells[-1]} == {"行政复议": 1}
    assert [(one.act.type, one.result is not None) for one in case.challenges] == [("complaint", True), ("reconsideration", False)]
    span = Span(date(2025, 1, 1), date(2025, 12, 31))
    with database.read() as session:
        assert events.remedies(session, [unit], span, RULES.on(AT.date()))["count"] == 1
        assert events.complaints(session, [unit], span) == {"count": 1, "upheld": 1, "corrected": 0, "other": 0, "pending": 0}
    told = said(database, unit, span)["退回、复议和诉讼"]
    assert "本期被提起行政复议1件：" in told
    assert "另被投诉、举报1件，不计入年度报告表四：查处后维持1件；" in told


def test_everything_counted_here_rebuilds_to_the_same(database: Database) -> None:
    assert rebuilt(database, RULES, KEYS) == []
