"""与退回前比较: every change of the words is shown, and nothing else."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from letters.compare import Paragraph, changes
from letters.contexts import LETTERS
from tests.letters.samples import FINDINGS, sample


def said(paragraphs: list[Paragraph], *ops: str) -> str:
    return "".join(text for one in paragraphs for op, text in one.runs if op in ops)


def changed(old: Any, new: Any) -> list[list[tuple[str, str]]]:
    return [list(one.runs) for one in changes(old, new, "mixed") if one.changed]


def reason(text: str) -> Any:
    return sample("mixed", items=(replace(FINDINGS["deliberative"], reason=text), FINDINGS["petition"]))


@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_does_not_differ_from_itself(kind: str) -> None:
    paragraphs = changes(sample(kind), sample(kind), kind)
    assert paragraphs
    assert not [one for one in paragraphs if one.changed]


def test_a_clause_that_came_is_marked_and_its_neighbours_are_not() -> None:
    assert changed(reason("该稿未经会议审定。"), reason("该稿未经会议审定，正式文件已经公开。")) == [
        [("same", "该稿未经会议审定"), ("ins", "，正式文件已经公开"), ("same", "。")]
    ]


def test_a_clause_that_was_replaced_shows_both() -> None:
    assert changed(reason("经查阅档案，共有4页，予以保留。"), reason("经查阅档案，共有6页，予以保留。")) == [
        [("same", "经查阅档案，"), ("del", "共有4页"), ("ins", "共有6页"), ("same", "，予以保留。")]
    ]


def test_a_paragraph_that_has_nothing_in_common_with_the_old_one_is_new() -> None:
    assert changed(reason("该稿未经会议审定。"), reason("申请的内容属于另一机关。")) == [
        [("del", "该稿未经会议审定。")],
        [("ins", "申请的内容属于另一机关。")],
    ]


def test_the_faces_of_the_letter_are_told() -> None:
    faces = {one.face: said([one], "same") for one in changes(sample("partial"), sample("partial"), "partial")}
    assert faces["title"] == "冠县自然资源和规划局政府信息公开申请答复书"
    assert faces["to"] == "龑昇堃："
    assert faces["heading"].startswith("四、关于")
    assert faces["subheading"] == "（二）不予公开的部分"
    assert faces["annex"] == "2.建设工程规划许可证"


def test_the_runs_give_back_both_letters_whatever_changed() -> None:
    chance = random.Random(20261124)
    texts = ["".join(chance.choice("甲乙丙丁，。；\n") for _ in range(chance.randrange(60))) + "戊" for _ in range(40)]
    for before, after in zip(texts, reversed(texts), strict=True):
        old, new = sample("mixed", closing=before), sample("mixed", closing=after)
        paragraphs = changes(old, new, "mixed")
        assert said(paragraphs, "same", "del") == said(changes(old, old, "mixed"), "same")
        assert said(paragraphs, "same", "ins") == said(changes(new, new, "mixed"), "same")


def test_a_very_long_text_is_compared_too() -> None:
    old, new = (sample("mixed", closing=f"第{n}条，" * 15000 + "完。") for n in (1, 2))
    assert any(one.changed for one in changes(old, new, "mixed"))
