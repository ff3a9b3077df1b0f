"""The worked deadlines and fees, asked over HTTP."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import Desk

CASES = Path(__file__).parents[1] / "cases"
DEADLINES = json.loads((CASES / "deadline_cases.json").read_text(encoding="utf-8"))["cases"]
FEES = json.loads((CASES / "fee_cases.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", DEADLINES, ids=lambda case: f"{case['id']}-{case['title']}")
def test_a_worked_deadline(desk: Desk, case: dict[str, Any]) -> None:
    question = {"channel": case["channel"], "events": case["events"]}
    answer = desk.call(None, "POST", "/api/calculators/deadline", question)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    because, provisional = body.pop("because"), body.pop("provisional")
    assert {key: body.get(key) for key in case["expected"]} == case["expected"]
    assert because
    assert provisional is False


def test_a_range_into_a_year_without_a_notice_is_provisional(desk: Desk) -> None:
    question = {"channel": "in_person", "events": {"submitted": "2026-12-21"}}
    body = desk.call(None, "POST", "/api/calculators/deadline", question).json()
    assert body["provisional"] is True
    assert body["due"].startswith("2027-01")


def _fee(desk: Desk, **question: Any) -> Any:
    return desk.call(None, "POST", "/api/calculators/fee", {"on": "2026-03-02", **question})


@pytest.mark.parametrize("case", [case for case in FEES if case["basis"] != "both"], ids=lambda case: case["id"])
def test_a_worked_fee(desk: Desk, case: dict[str, Any]) -> None:
    if "pages" in case:
        body = _fee(desk, basis="per_page", pages=case["pages"]).json()
        assert body["amount_fen"] == case["expected_fee"] * 100
    elif "sequence" in case:
        now = case["sequence"]
        body = _fee(desk, basis="per_item", already=now["prior_items_in_month"], items=now["new_items"]).json()
        assert body["amount_fen"] == case["expected_fee_for_new"] * 100
    elif "months" in case:
        for month, items in case["months"].items():
            body = _fee(desk, basis="per_item", already=0, items=items, on=f"{month}-02").json()
            assert body["amount_fen"] == case["expected"][month] * 100
    else:
        body = _fee(desk, basis="per_item", already=0, items=case["items_in_month"]).json()
        assert body["amount_fen"] == case["expected_month_total"] * 100
        assert body["working"][-1]["rate_fen"] == case["marginal_rate_of_last"] * 100
    assert sum(row["amount_fen"] for row in body["working"]) == body["amount_fen"]
    assert sum(row["quantity"] for row in body["working"]) > 0
    assert all(set(row) == {"from", "to", "quantity", "rate_fen", "amount_fen"} for row in body["working"])
    assert body["schedule"]["name"]
    assert body["articles"]


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"basis": "per_item", "pages": 3}, "items"),
        ({"basis": "per_item", "items": 3, "pages": 3}, "pages"),
        ({"basis": "per_page", "items": 3}, "pages"),
        ({"basis": "both", "items": 3}, "basis"),
        ({"basis": "per_item", "items": 0}, "items"),
        ({"basis": "per_item", "items": -1}, "items"),
        ({"basis": "per_item", "items": 1.5}, "items"),
        ({"basis": "per_item", "items": "5"}, "items"),
        ({"basis": "per_item", "items": 10**12}, "items"),
        ({"basis": "per_item", "items": 5, "already": -1}, "already"),
        ({"basis": "per_page", "pages": 5, "on": "2026-02-30"}, "on"),
        ({"basis": "per_page", "pages": 5, "extra": 1}, "extra"),
    ],
)
def test_a_fee_question_at_fault(desk: Desk, question: dict[str, Any], field: str) -> None:
    answer = desk.call(None, "POST", "/api/calculators/fee", question)
    assert answer.status_code == 400, answer.text
    assert field in {one["field"] for one in answer.json()["errors"]}


def test_no_fee_before_the_measure_was_in_force(desk: Desk) -> None:
    answer = _fee(desk, basis="per_page", pages=50, on="2020-12-31")
    assert answer.status_code == 409
    assert answer.json()["articles"]


TOO_LONG = {"workdays": 21, "approved": "2026-03-03", "notified": "2026-03-03"}


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"channel": "in_person"},
        {"channel": "in_person", "events": []},
        {"channel": "in_person", "events": {}},
        {"channel": "pigeon", "events": {"submitted": "2026-03-02"}},
        {"channel": "in_person", "events": {"submitted": "2026-02-30"}},
        {"channel": "in_person", "events": {"submitted": "2026-03-02", "surprise": "2026-03-02"}},
        {"channel": "in_person", "events": {"submitted": 20260302}},
        {"channel": "in_person", "events": {"submitted": "2026-03-02", "extension": TOO_LONG}},
        {"channel": "in_person", "events": {"submitted": "2026-03-02", "consults": [{"kind": "nobody"}]}},
        {"channel": "in_person", "events": {"submitted": "2026-03-02", "reply": {"method": "post", "posted": "2026-03-01"}}},
        {"channel": "in_person", "events": {"submitted": "0001-01-01"}},
        {"channel": "in_person", "events": {"submitted": "9999-12-31"}},
    ],
)  # fmt: skip
def test_a_deadline_question_at_fault(desk: Desk, question: dict[str, Any]) -> None:
    answer = desk.call(None, "POST", "/api/calculators/deadline", question)
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"]
