"""Draws the terms that stand in the tables of the code into GLOSSARY.md, between its marks: `python -m tests.glossary`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

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
from workflow.law import load_rules
from workflow.procedure import STATES
from workflow.words import LETTER_TITLES

GLOSSARY = Path(__file__).resolve().parent.parent / "GLOSSARY.md"
MARKED = re.compile(r"(<!-- tables: begin.*?-->\n).*?(<!-- tables: end -->)", flags=re.S)


def tables() -> dict[str, list[tuple[str, str]]]:
    """Heading -> (word of the code, word of the law), as the tables of the code have them."""
    rules = load_rules()
    outcomes = rules.on(date(2026, 1, 1)).outcomes
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


def _table(heading: str, rows: Iterable[tuple[str, str]]) -> str:
    return f"### {heading}\n\n| in the code | 中文 |\n| --- | --- |\n" + "".join(f"| `{code}` | {title} |\n" for code, title in rows)


def drawn(text: str) -> str:
    """`text` with the tables as they are now."""
    content = "\n".join(_table(heading, rows) for heading, rows in tables().items())
    new, count = MARKED.subn(lambda found: f"{found[1]}\n{content}\n{found[2]}", text)
    assert count == 1, "GLOSSARY.md has lost the marks of its tables"
    return new


if __name__ == "__main__":
    GLOSSARY.write_text(drawn(GLOSSARY.read_text(encoding="utf-8")), encoding="utf-8")
