"""The terms that stand in the tables of the code: its own word beside the word of the law (术语)."""

from __future__ import annotations

from datetime import date

from workflow.acts import (
    ACTS,
    CATEGORIES,
    CHANNELS,
    CONSULTATION_TYPES,
    DELIVERIES,
    FORMS,
    METHODS,
    REMEDY_RESULTS,
)
from workflow.law import Rules
from workflow.procedure import STATES
from workflow.words import LETTER_TITLES


def tables(rules: Rules, day: date) -> dict[str, list[tuple[str, str]]]:
    """Heading -> (word of the code, word of the law), as the tables of the code have them on `day`."""
    outcomes = rules.on(day).outcomes
    return {
        "Acts 办理行为": [(kind, act.title) for kind, act in ACTS.items()],
        "States 状态": [(name, f"{state.title}（{state.stage}）") for name, state in STATES.items()],
        "Outcomes 答复种类": [(key, outcome.title) for key, outcome in outcomes.items()],
        "Roles 岗位": list(rules.role_titles.items()),
        "Consultations 征求意见": list(CONSULTATION_TYPES.items()),
        "Channels 收到渠道": list(CHANNELS.items()),
        "Applicants 申请人类别": list(CATEGORIES.items()),
        "Forms 提供方式": list(FORMS.items()),
        "Ways of getting it 获取途径": list(DELIVERIES.items()),
        "Service 送达方式": list(METHODS.items()),
        "Results of a remedy 复议、诉讼结果": list(REMEDY_RESULTS.items()),
        "Letters 文书": list(LETTER_TITLES.items()),
    }
