"""The twelve dated courses of `cases/real_files.json`: each is a story, and the story says the right answers.

Stories run through the law alone and over HTTP (`test_stories`, `test_stories_http`); `test_independent` counts the same courses.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.stories.runner import read

REAL = json.loads((Path(__file__).parent / "cases" / "real_files.json").read_text(encoding="utf-8"))["cases"]
TOLD: Mapping[str, str] = {
    "L1": "a_letter_that_leaves_later_suspends_from_that_day",
    "L2": "a_letter_that_never_left_suspends_nothing",
    "L3": "a_correction_notice_that_leaves_late_is_flagged",
    "L4": "an_extension_by_email_counts_on_the_day_of_sending",
    "L5": "an_order_counts_from_the_receipt_of_the_decision",
    "L6": "silence_is_sued_over_and_answered_under_the_order",
    "L7": "a_reply_that_is_signed_and_lies_about_is_late",
    "L8": "a_third_party_that_cannot_be_reached",
    "L9": "a_wrong_receipt_date_is_amended_and_the_due_date_comes_earlier",
    "L10": "a_request_of_2020_has_its_certain_due_date",
    "L11": "an_extension_on_the_day_of_payment_follows_the_new_period",
    "L12": "a_waiver_after_the_old_due_date_warns",
}


def said(expected: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a step of the story must say, one for each answer of the course (`then`, and the day `on` where one is named)."""
    found: list[dict[str, Any]] = []
    for key, value in expected.items():
        match key:
            case "due" | "state" | "provisional" | "unsent":
                found.append({key: value})
            case "due_before":
                found.append({"due": value})
            case "leave_by":
                found.append({"limits": {"correction_notice": value}})
            case "in_time":
                assert value is False
                found.append({"because": f"已过{_said(expected['leave_by'])}"})
            case "review_until_for_silence":
                found.append({"limits": {"reconsideration": value}})
            case "warned":
                found.append({"overdue": value, "because": "自减免之时起已经逾期"})
            case "overdue_on_due_day":
                found.append({"on": "2026-07-10", "overdue": value})
            case "overdue_on_next_working_day":
                found.append({"on": "2026-07-13", "overdue": value})
            case _:
                found.append({"on": key.removeprefix("overdue_on_"), "overdue": value})
    return found


def _said(day: str) -> str:
    return f"{int(day[5:7])}月{int(day[8:])}日"


def _holds(wanted: Any, given: Any) -> bool:
    """Whether what a step says holds all that is wanted."""
    if isinstance(wanted, dict):
        return isinstance(given, dict) and all(_holds(value, given.get(key)) for key, value in wanted.items())
    return wanted in given if isinstance(given, list) and not isinstance(wanted, list) else bool(wanted == given)


@pytest.mark.parametrize("course", REAL, ids=lambda one: f"{one['id']} {one['title']}")
def test_a_real_course_is_a_story_with_the_right_answers(course: dict[str, Any]) -> None:
    steps = [{**(step.get("then") or {}), "on": step["on"]} for step in read(TOLD[course["id"]]).steps]
    for wanted in said(course["expected"]):
        assert any(_holds(wanted, one) for one in steps), wanted


def test_every_course_is_told() -> None:
    assert set(TOLD) == {one["id"] for one in REAL}
