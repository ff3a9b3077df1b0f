"""意见建议: what people tell the office in its hall, and by when it answers them (READINGS R-feedback)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from workflow.calendar import Due
from workflow.law import Rules

KINDS: Mapping[str, str] = {"opinion": "意见建议", "difficulty": "遇到的困难"}


def due(submitted_on: date, *, is_simple: bool, rules: Rules) -> Due:
    """By when it is to be answered: what is simple sooner."""
    practice = rules.on(submitted_on).practice
    return rules.calendar.due(submitted_on, practice.feedback_simple if is_simple else practice.feedback_reply)


def kept_until(answered_on: date, rules: Rules) -> date:
    """The last day on which it is kept: so many whole years after that of its answer (READINGS R-feedback-kept)."""
    return date(answered_on.year + rules.on(answered_on).practice.feedback_kept, 12, 31)
