"""同一内容 and merely alike: which texts ask for the same information."""

from __future__ import annotations

import pytest

from db.similarity import asks_the_same, likeness

PLAN = "崇文街道2024年第三批次征收补偿安置方案"


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
    assert likeness(PLAN, other) > 0.5
    assert asks_the_same(PLAN, other)
    assert asks_the_same(other, PLAN)


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
    assert likeness(one, other) > 0.5
    assert not asks_the_same(one, other)
