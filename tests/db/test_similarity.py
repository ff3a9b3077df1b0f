"""同一内容 and merely alike: which texts ask for the same information."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from db.similarity import Similar, rank
from workflow.law import load_rules

SAME = load_rules().on(date(2026, 11, 1)).sameness
PLAN = "崇文街道2024年第三批次征收补偿安置方案"


def found(wanted: str, earlier: str) -> Similar:
    """What is told of an earlier request beside a new one."""
    (one,) = rank(SAME, wanted, "", [SimpleNamespace(wanted=earlier, applicant_key="another", received_on=date(2026, 3, 2))], 20)
    return one


@pytest.mark.parametrize(
    "other",
    [
        f"请公开{PLAN}全文",
        "2024年崇文街道第三批次的征收补偿安置方案",
        "请公开崇文街道第三批次征收补偿的安置方案",
        "崇文街道2024年第3批次征收安置补偿方案",
    ],
)
def test_the_same_information_in_other_words(other: str) -> None:
    assert found(PLAN, other).same
    assert found(other, PLAN).same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PLAN, "崇文街道2023年第三批次征收补偿安置方案"),
        (PLAN, "崇文街道2024年第四批次征收补偿安置方案"),
        (PLAN, "振兴街道2024年第三批次征收补偿安置方案"),
        ("甲村2024年征地公告", "乙村2024年征地公告"),
        ("某村2024年征地公告", "某村2024年征地批复"),
        ("某村12号宅基地审批表", "某村2号宅基地审批表"),
    ],
)
def test_what_is_merely_alike(one: str, other: str) -> None:
    assert not found(one, other).same
    assert not found(other, one).same
