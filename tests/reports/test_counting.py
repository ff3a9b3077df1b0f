"""Whatever files there are: every case in exactly one cell, every identity holds, every cell opens what it counts."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import analysis, reports, store, treasury
from db.engine import Database
from workflow import acts as a
from workflow import statistics as s
from workflow.acts import CATEGORIES, Officer, Signed, parse
from workflow.case import BY_ACT, OF_RECORDS, Case
from workflow.law import load_rules

RULES = load_rules()
KEYS = store.Keys(b"k" * 32)
WHO = Officer(id="x", username="x", name="样例", role="head", agency="x")
NEXT = count(1)
DRAFTED = sorted(set(a.OUTCOMES) - BY_ACT - OF_RECORDS)


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, object]]:
    """The acts of a file: received, perhaps ended, perhaps challenged, perhaps reopened and ended again."""
    day = date(2023, 11, 1) + timedelta(draw(st.integers(0, 800)))
    category = draw(st.sampled_from(list(CATEGORIES)))
    acts: list[dict[str, object]] = [
        {"kind": "registration", "channel": "in_person", "received_on": day, "applicant": {"name": "样例", "category": category}, "wanted": "样例"}
    ]

    def later() -> date:
        nonlocal day
        day += timedelta(draw(st.integers(0, 120)))
        return day

    for _ in range(draw(st.integers(0, 2))):
        if len(acts) == 1 and draw(st.booleans()):
            acts.append({"kind": "withdrawal", "on": later()})
        else:
            if acts[-1]["kind"] == "registration":
                acts.append({"kind": "acceptance", "on": later()})
            items = [{"item": 1, "outcome": draw(st.sampled_from(DRAFTED))}]
            acts += [{"kind": "draft", "on": later(), "items": items}, {"kind": "decision", "on": later()}]
        if not draw(st.booleans()):
            break
        suit = draw(st.sampled_from([("reconsideration", False), ("litigation", False), ("litigation", True)]))
        acts.append({"kind": "remedy", "on": later(), "type": suit[0], "after_reconsideration": suit[1], "body": "样例"})
        remedy = len(acts)
        if not draw(st.booleans()):
            break
        result = draw(st.sampled_from(["upheld", "corrected", "other"]))
        acts.append({"kind": "remedy_result", "on": later(), "remedy": remedy, "result": result, "orders_rehandling": True})
        acts.append({"kind": "reopening", "on": later(), "remedy": remedy})
    return acts


def kept(database: Database, agency: str, files: list[list[dict[str, object]]]) -> list[Case]:
    """The files as the store keeps them, unchecked by the law: whatever the acts are, the counting must hold."""
    at = datetime(2026, 11, 24, tzinfo=UTC)
    cases = []
    for acts in files:
        signed = [Signed(seq, parse(act), WHO, at) for seq, act in enumerate(acts, 1)]
        cases.append(Case.of(str(uuid4()), agency, f"样例{next(NEXT)}", signed))
    database.write(lambda session: store.add_files(session, [(case, 2026, n) for n, case in enumerate(cases, 1)], RULES, KEYS))
    return cases


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(files=st.lists(histories(), min_size=1, max_size=12))
def test_every_case_is_in_one_cell_and_every_identity_holds(database: Database, files: list[list[dict[str, object]]]) -> None:
    agency = f"p{next(NEXT)}"
    cases = kept(database, agency, files)
    counted: Counter[str] = Counter()
    for year in range(2023, 2030):
        with database.read() as session:
            annual = reports.annual(session, [agency], year, RULES)
            table = annual.figures.table3
            assert [check for check in annual.checks if not check.holds] == []
            intakes = [reports.cases_of(session, annual, row, "总计", RULES) for row in (s.NEW, s.CARRIED)]
            endings = {row: reports.cases_of(session, annual, row, "总计", RULES) for row in (*s.LEAVES, s.FORWARD)}
        came = sorted(one.case_id for rows in intakes for one in rows)
        went = sorted(one.case_id for rows in endings.values() for one in rows)
        assert came == went
        assert len(set(came)) == len(came)
        assert {row: len(rows) for row, rows in endings.items()} == {row: table[row][-1] for row in endings}
        counted.update(one.case_id for row in s.LEAVES for one in endings[row])
    assert all(counted[case.id] == (1 if case.endings else 0) for case in cases)


@pytest.mark.parametrize(("again", "row"), [("2024-12-30", "三(一)予以公开"), ("2025-01-02", "三(三)5")])
def test_a_reply_given_again_counts_once_by_the_last_of_its_year(database: Database, again: str, row: str) -> None:
    """R-reopened: corrected within the year, the second reply counts; in a later year the first one stands."""
    agency = f"p{next(NEXT)}"
    registration = {"kind": "registration", "channel": "in_person", "received_on": date(2024, 10, 8), "applicant": {"name": "样例"}, "wanted": "样例"}
    acts: list[dict[str, object]] = [
        registration,
        {"kind": "acceptance", "on": date(2024, 10, 9)},
        {"kind": "draft", "on": date(2024, 10, 10), "items": [{"item": 1, "outcome": "internal_affairs"}]},
        {"kind": "decision", "on": date(2024, 10, 11)},
        {"kind": "remedy", "on": date(2024, 11, 1), "type": "reconsideration", "body": "样例"},
        {"kind": "remedy_result", "on": date(2024, 12, 2), "remedy": 5, "result": "corrected", "orders_rehandling": True},
        {"kind": "reopening", "on": date(2024, 12, 3), "remedy": 5},
        {"kind": "draft", "on": date(2024, 12, 4), "items": [{"item": 1, "outcome": "disclosed"}]},
        {"kind": "decision", "on": date.fromisoformat(again)},
    ]
    kept(database, agency, [acts])
    with database.read() as session:
        first, second = (reports.annual(session, [agency], year, RULES).figures for year in (2024, 2025))
    assert first.table3[row][-1] == first.table3[s.TOTAL][-1] == 1
    assert first.table4["行政复议"] == [0, 1, 0, 0, 1]
    assert second.table3[s.TOTAL][-1] == second.table3[s.CARRIED][-1] == 0


def test_a_remedy_pending_at_the_end_of_a_year_is_pending_there_and_decided_in_the_next(database: Database) -> None:
    """R-table4."""
    agency = f"p{next(NEXT)}"
    acts: list[dict[str, object]] = [
        {"kind": "registration", "channel": "in_person", "received_on": date(2024, 11, 1), "applicant": {"name": "样例"}, "wanted": "样例"},
        {"kind": "withdrawal", "on": date(2024, 11, 4)},
        {"kind": "remedy", "on": date(2024, 12, 20), "type": "litigation", "body": "样例"},
        {"kind": "remedy_result", "on": date(2025, 2, 3), "remedy": 3, "result": "upheld"},
    ]
    kept(database, agency, [acts])
    with database.read() as session:
        tables = [reports.annual(session, [agency], year, RULES).figures.table4["未经复议直接起诉"] for year in (2023, 2024, 2025, 2026)]
    assert tables == [[0] * 5, [0, 0, 0, 1, 1], [1, 0, 0, 0, 1], [0] * 5]


def test_a_hot_topic_counts_every_request_for_it_however_many(database: Database) -> None:
    """More than are read to find it; reworded ones too, others not; and by day of the span."""
    agency = f"p{next(NEXT)}"
    texts = ["崇文街道2024年第三批次征收补偿安置方案", "请公开崇文街道2024年第三批次征收补偿安置方案全文", "县政府公务接待费用决算明细"]

    def asked(n: int, wanted: str, day: date) -> list[dict[str, object]]:
        applicant = {"name": f"样例{n}", "phone": f"1380000{n:04d}"}
        return [{"kind": "registration", "channel": "in_person", "received_on": day, "applicant": applicant, "wanted": wanted}]

    files = [asked(n, texts[n % 2], date(2024, 3, 1)) for n in range(90)]
    files += [asked(100, texts[2], date(2024, 3, 1)), asked(101, texts[0], date(2024, 8, 1))]
    kept(database, agency, files)
    with database.read() as session:
        (hot,) = analysis.clusters(session, RULES.on(date(2024, 6, 30)).sameness, [agency], analysis.Span(date(2024, 1, 1), date(2024, 6, 30)))
    assert (hot["requests"], hot["applicants"], len(hot["cases"])) == (90, 90, 90)


@st.composite
def charged(draw: st.DrawFn) -> list[dict[str, object]]:
    """A file that may be charged, paid, let off or abandoned, at any distance of days."""
    day = date(2023, 11, 1) + timedelta(draw(st.integers(0, 500)))
    acts: list[dict[str, object]] = [
        {"kind": "registration", "channel": "in_person", "received_on": day, "applicant": {"name": "样例"}, "wanted": "样例"},
        {"kind": "acceptance", "on": day},
    ]

    def later() -> date:
        nonlocal day
        day += timedelta(draw(st.integers(0, 200)))
        return day

    owed = 0
    if draw(st.booleans()):
        owed = draw(st.integers(1, 500_000))
        acts.append({"kind": "fee_notice", "on": later(), "basis": "per_page", "pages": 1, "amount_fen": owed})
    end = draw(st.sampled_from(["", "waiver", "payment", "abandonment"] if owed else ["", "waiver"]))
    if end in ("waiver", "payment"):
        more = {"reason": "样例"} if end == "waiver" else {}
        acts.append({"kind": end, "on": later(), "amount_fen": owed or draw(st.integers(0, 9_000)), **more})
    elif end:
        acts.append({"kind": end, "on": later()})
    return acts


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(files=st.lists(charged(), min_size=1, max_size=10))
def test_the_fee_statement_adds_up_to_the_case_files(database: Database, files: list[list[dict[str, object]]]) -> None:
    agency = f"p{next(NEXT)}"
    cases = kept(database, agency, files)
    spans = [(date(year, 1, 1), date(year, 12, 31)) for year in range(2023, 2028)]
    with database.read() as session:
        told = [(reports.fees(session, [agency], *span)[agency], treasury.accounts(session, [agency], *span)[agency]) for span in spans]
    assert all(account.balanced for _, account in told)
    assert [account.opening_fen for _, account in told] == [0, *(account.closing_fen for _, account in told[:-1])]
    fees = [case.fee for case in cases if case.fee]
    assert sum(account.notified_fen for _, account in told) == sum(fee.notice.amount_fen for fee in fees)
    assert sum(one.notified_fen for one, _ in told) == sum(fee.notice.amount_fen for fee in fees)
    assert sum(one.paid_fen for one, _ in told) == sum(account.paid_fen for _, account in told) == sum(fee.paid_fen for fee in fees)
    assert sum(account.waived_fen for _, account in told) == sum(fee.waived_fen for fee in fees)
    still = [case for case in cases if case.fee and case.fee.open_fen and not case.endings]
    assert told[-1][1].closing_fen == sum(case.fee.open_fen for case in still if case.fee)
    assert told[-1][1].owing == len(still)


LATE = [
    {"kind": "registration", "channel": "in_person", "received_on": date(2023, 3, 1), "applicant": {"name": "样例"}, "wanted": "样例"},
    {"kind": "acceptance", "on": date(2023, 3, 1)},
]
"""Never answered; due on 2023-03-29."""


def _suit(on: date, ended: date | None, result: str, **fields: object) -> list[dict[str, object]]:
    filed: dict[str, object] = {"kind": "remedy", "on": on, "type": "litigation", "body": "样例", "against": "inaction", **fields}
    return [filed, {"kind": "remedy_result", "on": ended, "remedy": 0, "result": result}] if ended else [filed]


SECOND = {"instance": "second", "continues": 3}
INSTANCES: list[tuple[str, list[list[dict[str, object]]], dict[int, list[int]]]] = [
    # what was brought, and 未经复议直接起诉 of each year
    ("silence", [_suit(date(2023, 5, 4), None, "")], {2023: [0, 0, 0, 1, 1], 2024: [0, 0, 0, 1, 1]}),
    ("a complaint is in no table", [_suit(date(2023, 5, 4), None, "", type="complaint")], {2023: [0] * 5}),
    (
        "both instances in one year",
        [_suit(date(2023, 5, 4), date(2023, 7, 3), "corrected"), _suit(date(2023, 8, 1), date(2023, 11, 1), "upheld", **SECOND)],
        {2023: [1, 0, 0, 0, 1], 2024: [0] * 5},
    ),
    (
        "the second decided in the next year",
        [_suit(date(2023, 5, 4), date(2023, 7, 3), "corrected"), _suit(date(2023, 8, 1), date(2024, 2, 1), "upheld", **SECOND)],
        {2023: [0, 1, 0, 0, 1], 2024: [1, 0, 0, 0, 1], 2025: [0] * 5},
    ),
    (
        "the second still pending in the next year",
        [_suit(date(2023, 5, 4), date(2023, 7, 3), "corrected"), _suit(date(2023, 8, 1), None, "", **SECOND)],
        {2023: [0, 1, 0, 0, 1], 2024: [0, 0, 0, 1, 1]},
    ),
    (
        "a retrial after years",
        [
            _suit(date(2023, 5, 4), date(2023, 7, 3), "corrected"),
            _suit(date(2023, 8, 1), date(2023, 11, 1), "upheld", **SECOND),
            _suit(date(2025, 1, 6), date(2026, 1, 5), "other", instance="retrial", continues=5),
        ],
        {2023: [1, 0, 0, 0, 1], 2024: [0] * 5, 2025: [0, 0, 0, 1, 1], 2026: [0, 0, 1, 0, 1]},
    ),
]


@pytest.mark.parametrize(("title", "suits", "expected"), INSTANCES, ids=[row[0] for row in INSTANCES])
def test_a_suit_counts_once_in_a_year_by_its_last_result(
    database: Database, title: str, suits: list[list[dict[str, object]]], expected: dict[int, list[int]]
) -> None:
    """READINGS R-inaction, R-instances."""
    agency, acts = f"p{next(NEXT)}", list[dict[str, object]](LATE)
    for suit in suits:
        seq = len(acts) + 1
        acts += [suit[0], *({**one, "remedy": seq} for one in suit[1:])]
    kept(database, agency, [acts])
    with database.read() as session:
        for year, row in expected.items():
            figures = reports.annual(session, [agency], year, RULES)
            assert figures.figures.table4["未经复议直接起诉"] == row, year
            column = next((name for name, count in zip(s.TABLE4_COLUMNS, row, strict=True) if count), None)
            if column is not None:
                assert len(reports.challenged_cases(session, figures, "未经复议直接起诉", column)) == 1
