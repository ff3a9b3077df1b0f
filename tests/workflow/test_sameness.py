"""The same information, and not: invented pairs as people write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import pytest

from db.similarity import rank
from workflow.law import load_rules
from workflow.sameness import in_its_year, leans_on_its_day

SAME = load_rules().on(date(2026, 11, 1)).sameness
conflict, is_same, likeness, subject = SAME.conflict, SAME.is_same, SAME.likeness, SAME.subject

REWORDED = (
    ("李村2024年征地公告", "请公开2024年李村征地公告"),
    ("李家村2023年第3批次土地征收的补偿安置方案", "依法申请公开贵局关于李家村二〇二三年第三批次征地补偿安置方案的信息"),
    ("幸福路道路改造工程的施工许可证", "请提供幸福路道路改造工程施工证复印件"),
    ("2022年度王庄镇低保发放名单", "申请公开王庄镇2022年最低生活保障发放名册"),
    ("滨河小区老旧小区改造资金使用明细", "滨河小区旧改资金使用清单"),
    ("城东加油站环评批复", "关于城东加油站环境影响评价的批复文件"),
    ("第一小学2024年招生划片范围", "我想了解第一小学2024年学区划片范围"),
    ("张庄村征地公告", "张庄村土地征收公告电子版"),
    ("县医院门诊楼项目中标通知书", "请公开县医院门诊楼项目的中标通知书"),
    ("赵家河采砂许可审批材料", "申请获取赵家河采砂许可的审批材料"),
    ("国有土地上房屋征收决定书", "国有土地上房屋征收决定"),
    ("2021年部门预算公开表", "贵单位2021年度部门预算公开表"),
    ("棚户区改造项目安置协议", "棚改项目安置合同"),
    ("关于前进社区停车收费标准的文件", "前进社区停车收费标准"),
    ("冠政发〔2023〕12号文件全文", "冠政发[2023]12号"),
    ("西关村宅基地审批登记表", "请提供西关村宅基地审批登记表一份"),
    ("城北水库除险加固工程验收报告", "城北水库除险加固工程的验收报告书"),
)
DIFFERENT = (
    ("李村2024年征地公告", "王村2024年征地公告"),
    ("2024年李村征地公告", "请公开王村2024年的征地公告"),
    ("李家村2023年第3批次征地补偿安置方案", "李家村2023年第4批次征地补偿安置方案"),
    ("李家村2023年征地补偿安置方案", "李家村2022年征地补偿安置方案"),
    ("李家村2023年征地补偿安置方案", "王家村2023年征地补偿安置方案"),
    ("张庄村土地征收公告", "张庄村土地征收批复"),
    ("滨河小区老旧小区改造资金使用明细", "滨河小区老旧小区改造施工协议"),
    ("冠政发〔2023〕12号文件", "冠政发〔2023〕13号文件"),
    ("第一小学2024年招生划片范围", "第一小学2023年招生划片范围"),
    ("王庄镇低保发放名单", "刘庄镇低保发放名单"),
    ("2021年部门预算公开表", "2021年部门决算公开表"),
    ("12号地块规划许可证", "15号地块规划许可证"),
    ("城东加油站环境影响评价批复", "城西路加油站安全生产检查记录"),
    ("棚户区改造项目安置协议", "棚户区改造项目安置名单"),
    ("幸福路道路改造工程施工许可证", "光明路道路改造工程施工许可证"),
    ("二期工程验收报告", "一期工程验收报告"),
    ("房屋征收决定书", "房屋征收评估报告"),
    ("张庄村土地征收听证材料", "张庄村土地征收补偿金额"),
)


PLAN = "蒋庄村2022年土地流转费发放明细"
MORE = (
    "蒋庄村近三年土地流转费发放明细", "蒋庄村最近五年土地流转费发放明细", "蒋庄村历年土地流转费发放明细", "蒋庄村2022年以来土地流转费发放明细",
    "蒋庄村2022年土地流转费发放明细、村集体收支账目", "蒋庄村和赵庄村2022年土地流转费发放明细", "蒋庄三村2022年土地流转费发放明细",
    "蒋庄村2022年第二批土地流转费发放明细", "蒋庄村2022年上半年土地流转费发放明细", "蒋庄村2022年王五土地流转费发放明细",
    "蒋庄村2022年土地流转费发放明细和土地流转合同", "蒋庄村2022年土地流转费发放明细以及村干部工资表", "蒋庄村土地流转费发放明细",
)  # fmt: skip
"""Each asks for more than PLAN, or for a part of it."""


def pairs(half: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The pairs of a file: true rewordings, and such as are near and another piece of information."""
    lines = [line for line in (Path(__file__).parent / "pairs" / f"{half}.txt").read_text("utf-8").splitlines() if line[0] in "=≠"]
    told = [(line[0], *line[2:].split(" | ")) for line in lines]
    return [(one, other) for sign, one, other in told if sign == "="], [(one, other) for sign, one, other in told if sign == "≠"]


@pytest.mark.parametrize(
    ("half", "least", "most"),
    [
        ("before", 113, 0), ("after", 18, 0), ("later", 13, 0), ("spoken_1", 30, 1), ("spoken_2", 30, 3), ("spoken_3", 26, 0),
        ("spoken_4", 33, 2), ("spoken_5", 29, 1), ("spoken_6", 31, 1), ("spoken_7", 33, 1), ("spoken_8", 31, 4), ("spoken_9", 31, 2),
        ("spoken_10", 28, 2), ("spoken_11", 25, 7), ("unseen", 30, 1), ("unseen_2", 32, 2), ("unseen_3", 31, 2),
    ],
)  # fmt: skip
def test_what_is_reached_on_pairs(half: str, least: int, most: int, record_property: Callable[[str, object], None]) -> None:
    """How many of the true rewordings, and of what is merely near, are called the same; what was reached unseen stands in the files."""
    true, false = pairs(half)
    right, wrong = sum(SAME.is_same(*one) for one in true), sum(SAME.is_same(*one) for one in false)
    record_property("reached", f"{right} of {len(true)}, {wrong} of {len(false)}")
    assert len(true) >= 15 and len(false) >= 15
    assert right >= least
    assert wrong <= most


@pytest.mark.parametrize(("half", "found"), [("clusters", 160), ("clusters_2", 105)])
def test_groups_of_requests_as_people_write_them_are_pure(half: str, found: int) -> None:
    """At least 95 of a hundred groups hold requests for one piece of information alone; so many pairs of the same are in one group."""
    lines = (Path(__file__).parent / "pairs" / f"{half}.txt").read_text("utf-8").splitlines()[1:]
    piece = {in_its_year(text, date(2024, 9, 2)): one for one, _, text in (line.partition(" ") for line in lines)}
    groups = [group for group in SAME.groups(list(piece)) if len(group) > 1]
    pure = [group for group in groups if len({piece[text] for text in group}) == 1]
    assert len(piece) == 220 and len(groups) >= 40
    assert len(pure) >= 0.95 * len(groups)
    assert sum(piece[one] == piece[other] for group in groups for one, other in combinations(group, 2)) >= found


def test_the_right_one_is_among_the_first_three() -> None:
    """Ranked by TF-IDF among all other requests of the pairs."""
    true = [pair for half in ("before", "after") for pair in pairs(half)[0]]
    every = [SimpleNamespace(wanted=text, applicant_key="", received_on=date(2026, 3, 2)) for pair in true for text in pair]
    found = 0
    for one, other in true:
        best = rank(SAME, one, "", [row for row in every if row.wanted != one], 3)
        found += other in [like.row.wanted for like in best]
    assert found >= 0.95 * len(true)


def test_groups_are_pure_and_called_what_a_person_would_call_them() -> None:
    """Of all requests of all pairs: two of one group are a true pair, or share one; no title asks."""
    every = [text for half in ("before", "after") for pairs_of in pairs(half) for pair in pairs_of for text in pair]
    groups = [group for group in SAME.groups(every) if len(group) > 1]
    together = [pair for group in groups for pair in combinations(group, 2)]
    assert len(groups) >= 100
    assert all(SAME.is_same(*pair) for pair in together)
    for group in groups:
        title = SAME.title(group)
        assert not re.search(r"申请|贵|请公开|请提供|你局|复印件|全文|依法|^关于|的$", title), title
        assert 4 <= len(title) <= 40


def test_no_group_has_two_villages_years_or_kinds_of_document() -> None:
    """Also where names end like other names do (马厂村, 双沟镇, 刘楼村, 小王庄村 and 王庄村)."""
    towns, villages = ("双沟", "店子", "贾"), ("李庄", "王庄", "小王庄", "前店", "后店", "刘楼", "马厂", "下洪")
    kinds = ("征收补偿安置方案", "征地公告", "征地批复", "低保名单", "宅基地审批表", "道路硬化工程中标单位", "环评批复")
    told = [f"{town}镇{village}村{year}年{kind}" for town in towns for village in villages for year in (2023, 2024) for kind in kinds]
    groups = SAME.groups([f"{lead}{one}" for one in told for lead in ("", "申请公开", "请提供贵单位")])
    assert sorted(len(group) for group in groups) == [3] * len(told)


def test_those_of_one_group_are_all_the_same_whatever_the_order() -> None:
    texts = [text for pair in pairs("before")[1] for text in pair]
    for order in (texts, texts[::-1]):
        assert all(SAME.is_same(*pair) for group in SAME.groups(order) for pair in combinations(group, 2))


@pytest.mark.parametrize(
    ("text", "own"),
    [("我村2021年征地批复", True), ("大王镇小王庄村征地批复", False), ("我家房屋征收的鲁政土字〔2020〕5号批复", False), ("县政府工作规则", False)],
)
def test_what_only_the_applicant_s_own_place_tells_is_of_two_people_not_the_same(text: str, own: bool) -> None:
    assert SAME.is_own(text) is own


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("二〇二一年第三批次", "2021年第3批次"), ("２０２１年上半年", "2021年1-6月"), ("21年第一季度", "2021年1-3月"), ("第十二标段", "第12标段"),
        ("一百零三户", "103户"), ("3月至5月份", "3-5月"), ("三公经费", "三公经费"),
        ("鲁政土字〔2020〕578号", "鲁政土字[2020]578号"), ("五星村三组", "五星村3组"),
        ("二O二一年", "2021年"), ("县二中", "县第2中学"), ("第三小学", "第3小学"), ("三中全会", "3中全会"), ("S317线", "s317"), ("省道317", "s317"),
        ("105县道", "x105"), ("A-07地块", "a7地块"), ("2022三年", "2022 3年"), ("征收决定，批复件不要", "征收决定,"),
        ("2023年的名单，2022年的已经拿到了", "2023年的名单,"),
    ],
)  # fmt: skip
def test_numbers_and_dates_are_written_in_one_way(text: str, plain: str) -> None:
    assert SAME.plain(text) == plain


@pytest.mark.parametrize(("first", "second"), REWORDED)
def test_other_words_for_the_same_information_are_the_same(first: str, second: str) -> None:
    assert is_same(first, second) and is_same(second, first), (conflict(first, second), likeness(first, second))


@pytest.mark.parametrize(("first", "second"), [*DIFFERENT, *((PLAN, more) for more in MORE)])
def test_another_year_number_place_or_kind_is_another_piece_of_information(first: str, second: str) -> None:
    assert not is_same(first, second) and not is_same(second, first), likeness(first, second)


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ("2023年方案", "2022年方案", "年份"), ("第三批次", "第4批次", "编号"), ("李家村方案", "王家村方案", "地点"),
        ("征收公告", "征收批复", "文件种类"),
        ("第三批次", "第3批次", None), ("李家村方案", "方案", None),
    ],
)  # fmt: skip
def test_what_sets_two_requests_apart_is_named(first: str, second: str, why: str | None) -> None:
    assert conflict(first, second) == conflict(second, first) == why


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("去年的低保名单", "2023年的低保名单"), ("前年和去年度的预算", "2022年和2023年的预算"), ("上年度决算", "2023年决算"),
        ("今年秋季的划片方案", "2024年秋季的划片方案"),
        ("以前年度的账目", "以前年度的账目"), ("近年来的处罚", "近年来的处罚"), ("2021年的名单", "2021年的名单"),
    ],
)  # fmt: skip
def test_last_year_is_told_by_the_day_on_which_a_request_came(text: str, meant: str) -> None:
    assert in_its_year(text, date(2024, 9, 2)) == meant
    assert leans_on_its_day(text) is (text != meant)


def test_a_document_that_another_thing_is_asked_of_is_not_what_is_asked_for() -> None:
    """By its number alone the batch is asked for; its map, its plan and the list made after it are other information."""
    number = "岚政土〔2023〕118号"
    assert is_same(number, "申请公开省政府的征地批复（岚政土[2023]118号）")
    for other in (f"{number}批准征收的土地的四至范围图", f"对应{number}批复的社会保障对象名册", f"{number}所附的补偿方案"):
        assert not is_same(number, other) and conflict(number, other) == "文件种类"


def test_two_that_meet_in_the_kind_of_document_alone_are_not_the_same() -> None:
    assert not is_same("105县道改造的合同，要盖章的复印件", "2020-11号地块卖给开发商时政府签的出让合同要一份")
    assert not is_same("涉及白鹭街道纺织厂片区的房屋征收决定", "东门片区房屋征收决定")


def test_widths_and_punctuation_say_nothing() -> None:
    assert likeness("ＡＢＣ公司２０２３年许可证", "ABC公司2023年许可证。") == 1
    assert is_same("", "") and not is_same("", "方案")


def test_a_subject_is_what_a_person_would_write() -> None:
    assert subject("依法申请公开贵局关于李家村征地公告") == "李家村征地公告"
    assert subject("关于") == "关于"
