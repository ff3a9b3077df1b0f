"""更正申请 (条例 41): its letters have their own titles and words, and none speaks of a request for information."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

from letters.agencies import load_agencies
from letters.compose import Letter, compose
from letters.html import html
from tests.stories.runner import stories, told
from workflow.case import Case

AGENCIES = load_agencies()


@cache
def written() -> tuple[tuple[Case, Letter], ...]:
    """Every letter of every request to correct records in the stories."""
    return tuple(_written())


def _written() -> Iterator[tuple[Case, Letter]]:
    for story in stories():
        if not any("record_correction" in str(step.get("with")) for step in story.steps):
            continue
        world = told(story.name)
        for case in world.cases:
            if case.corrects_records:
                numbers = {letter.id: f"样例〔2026〕{letter.seq}号" for letter in case.letters(world.rules)}
                for signed in case.acts:
                    then, head = case.as_of(signed.seq), AGENCIES[case.agency]
                    for letter in compose(then, signed, head, world.rules, lambda _: (1, "样例〔2026〕99号"), numbers):
                        yield case, letter


def words(letter: Letter) -> str:
    return re.sub(r"<[^>]+>|\n", "", html(letter.kind, letter.context).split("<body", 1)[1])


def of_kind(kind: str) -> str:
    """The words of the first letter of this kind."""
    return next(words(letter) for _, letter in written() if letter.kind == kind)


def test_the_stories_write_every_letter_of_the_course() -> None:
    assert {letter.kind for _, letter in written()} >= {
        "receipt", "request_form", "correction_notice", "handover_notice", "abandonment_notice", "internal_consultation", "record_corrected",
        "record_not_corrected", "record_transferred", "record_referred", "correction_of_record", "delivery_receipt", "file_index",
    }  # fmt: skip


def test_no_letter_speaks_of_a_request_for_information() -> None:
    """政府信息公开条例 is the name of the law, 政府信息公开工作机构 that of the office."""
    for case, letter in written():
        said = re.sub("政府信息公开条例|政府信息公开工作机构", "", words(letter))
        for wrong in ("公开申请", "申请公开", "答复", "提供方式", "负责公开", "是否公开", "获取该政府信息"):
            assert wrong not in said, (case.number, letter.kind, wrong)


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("receipt", "政府信息更正申请登记回执"), ("request_form", "政府信息更正申请登记表"), ("correction_notice", "政府信息更正申请补正告知书"),
        ("handover_notice", "政府信息更正申请移送告知书"), ("abandonment_notice", "政府信息更正申请不再处理告知书"),
        ("internal_consultation", "政府信息更正申请会商单"), ("record_corrected", "政府信息更正告知书"),
        ("record_not_corrected", "政府信息不予更正告知书"), ("record_transferred", "政府信息更正申请转送告知书"),
        ("record_referred", "政府信息更正申请告知书"), ("correction_of_record", "政府信息更正申请处理告知书"),
    ],
)  # fmt: skip
def test_each_letter_has_its_title(kind: str, title: str) -> None:
    assert title in of_kind(kind)


def test_the_receipt_tells_what_came_with_it_and_until_when() -> None:
    receipts = [words(letter) for _, letter in written() if letter.kind == "receipt"]
    whole = next(one for one in receipts if "不动产权证书" in one)
    assert "身份证明（居民身份证）；（二）证明记录不准确的证据：不动产权证书复印件、户口簿复印件。" in whole
    assert "本机关自收到申请次日起20个工作日内办理并告知您，即2026年8月3日前（含当日）" in whole
    assert "第四十一条" in whole
    bare = next(one for one in receipts if "社会保险" in one)
    assert "尚未收到身份证明、证明记录不准确的证据；需要补正的，本机关另行书面告知。" in bare


def test_what_was_done_is_told_with_its_article_and_its_remedies() -> None:
    corrected, refused = of_kind("record_corrected"), of_kind("record_not_corrected")
    assert "记录不准确的情况属实。登记簿录入有误" in corrected
    assert "第四十一条的规定，本机关已经予以更正" in corrected
    assert "不能认定上述记录不准确。人事档案最早的记载" in refused
    assert "第四十一条的规定，本机关决定不予更正" in refused
    for said in (corrected, refused, of_kind("record_transferred"), of_kind("record_referred")):
        assert "可以自收到本告知书之日起60日内向冠县人民政府申请行政复议，或者自收到本告知书之日起6个月内" in said


def test_who_may_correct_is_named() -> None:
    assert "有权更正的机关是冠县公安局（样例）" in of_kind("record_transferred")
    assert "已将您的申请和所附材料转送冠县公安局（样例）处理" in of_kind("record_transferred")
    assert "请您向样例市人力资源和社会保障局提出更正申请。样例市人力资源和社会保障局的联系方式：样例市样例路1号。" in of_kind("record_referred")


def test_several_records_are_told_one_by_one() -> None:
    said = of_kind("correction_of_record")
    assert "共3项，本机关逐项审查，现告知如下" in said
    assert "已将您的申请和所附材料转送冠县公安局（样例）" in said
    assert "请您向冠县民政局（样例）提出更正申请" in said
    assert "您反映的该项记录不准确的情况属实" in said


def test_the_file_is_indexed_as_what_it_is() -> None:
    said = of_kind("file_index")
    assert "的政府信息更正申请" in said
    assert "政府信息更正申请审批单" in said
