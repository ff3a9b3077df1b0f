"""信息处理费: every edge of every bracket, the sequence within a month, and the paragraph for the 指南."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stories.runner import shipped_rules
from workflow.fees import guide_paragraph, quote
from workflow.law import Invalid, Refused, load_rules

RULES = shipped_rules()
SCHEDULE = RULES.on(date(2026, 3, 2)).fees


@pytest.mark.parametrize(
    ("items", "total", "last"),
    [
        (1, 0, 0), (10, 0, 0), (11, 100, 100), (12, 200, 100), (29, 1900, 100), (30, 2000, 100),
        (31, 2200, 200), (40, 4000, 200), (41, 4300, 300), (50, 7000, 300), (51, 7400, 400), (60, 11000, 400),
        (61, 11500, 500), (100, 37000, 800), (101, 37900, 900),
    ],
)  # fmt: skip
def test_each_edge_of_the_brackets_by_item(items: int, total: int, last: int) -> None:
    """办法 4, READINGS R-fee-tiers; yuan."""
    found = quote(SCHEDULE, "per_item", items)
    assert found.amount_fen == total * 100
    assert found.working[-1].rate_fen == last * 100


@pytest.mark.parametrize(
    ("pages", "total"),
    [(1, 0), (30, 0), (31, 10), (99, 690), (100, 700), (101, 720), (200, 2700), (201, 2740), (500, 14700), (1000, 34700)],
)
def test_each_edge_of_the_brackets_by_page(pages: int, total: int) -> None:
    """办法 5, READINGS R-fee-pages; yuan."""
    assert quote(SCHEDULE, "per_page", pages).amount_fen == total * 100


@pytest.mark.parametrize(
    ("already", "items", "total"),
    [(0, 10, 0), (9, 1, 0), (10, 1, 100), (8, 4, 200), (28, 5, 800), (29, 1, 100), (30, 1, 200), (39, 2, 500), (100, 1, 900)],
)
def test_what_came_before_in_the_month_is_counted_and_not_charged_again(already: int, items: int, total: int) -> None:
    """办法 4: cumulative within one natural month."""
    assert quote(SCHEDULE, "per_item", items, already).amount_fen == total * 100


def test_the_working_shows_each_bracket() -> None:
    rows = quote(SCHEDULE, "per_item", 45).working
    assert [(row.from_, row.to, row.quantity, row.rate_fen, row.amount_fen) for row in rows] == [
        (1, 10, 10, 0, 0),
        (11, 30, 20, 10000, 200000),
        (31, 40, 10, 20000, 200000),
        (41, 50, 5, 30000, 150000),
    ]
    rows = quote(SCHEDULE, "per_item", 2, 29).working
    assert [(row.from_, row.to, row.quantity, row.rate_fen) for row in rows] == [(11, 30, 1, 10000), (31, 40, 1, 20000)]
    rows = quote(SCHEDULE, "per_page", 250).working
    assert [(row.from_, row.to, row.quantity, row.rate_fen) for row in rows] == [
        (1, 30, 30, 0),
        (31, 100, 70, 1000),
        (101, 200, 100, 2000),
        (201, None, 50, 4000),
    ]


def test_a_quote_names_its_schedule_and_articles() -> None:
    found = quote(SCHEDULE, "per_page", 50)
    assert (found.schedule_name, found.in_force_since) == ("政府信息公开信息处理费", date(2021, 1, 1))
    assert found.articles == ("条例 42", "办法 3", "办法 5")
    assert quote(SCHEDULE, "per_item", 50).articles == ("条例 42", "办法 3", "办法 4")


@pytest.mark.parametrize(
    ("basis", "quantity", "already", "field"),
    [
        ("per_item", 0, 0, "items"),
        ("per_page", -1, 0, "pages"),
        ("per_item", 1, -1, "already"),
        ("per_page", 10, 5, "already"),  # several applications are never added together
        ("per_item", 10_001, 0, "items"),
        ("per_page", 1_000_001, 0, "pages"),
        ("both", 1, 0, "basis"),
    ],
)
def test_a_quantity_at_fault_is_named(basis: str, quantity: int, already: int, field: str) -> None:
    with pytest.raises(Invalid, match=r"[\u4e00-\u9fff]") as caught:
        quote(SCHEDULE, basis, quantity, already)
    assert caught.value.field == field
    assert caught.value.articles or field in ("items", "pages", "already")


def test_no_fee_before_the_measure_was_in_force() -> None:
    """READINGS R-before, R-fee-start."""
    assert RULES.on(date(2021, 1, 1)).fees.name
    with pytest.raises(Refused, match="不得收费") as caught:
        _ = RULES.on(date(2020, 12, 31)).fees
    assert caught.value.articles


BASIS = st.sampled_from(["per_item", "per_page"])


@given(BASIS, st.integers(1, 3000), st.integers(0, 300))
def test_more_never_costs_less_and_the_next_never_less_than_the_one_before(basis: str, quantity: int, more: int) -> None:
    """超额累进: the sum and the rate both only rise."""
    less, greater = quote(SCHEDULE, basis, quantity), quote(SCHEDULE, basis, quantity + more)
    assert less.amount_fen <= greater.amount_fen
    rates = [row.rate_fen for row in greater.working]
    assert rates == sorted(rates)


@given(BASIS, st.integers(1, 3000))
def test_the_working_adds_up(basis: str, quantity: int) -> None:
    found = quote(SCHEDULE, basis, quantity)
    assert sum(row.amount_fen for row in found.working) == found.amount_fen
    assert sum(row.quantity for row in found.working) == quantity
    assert all(row.amount_fen == row.quantity * row.rate_fen for row in found.working)
    assert all(one.to is not None and one.to + 1 == other.from_ for one, other in zip(found.working, found.working[1:], strict=False))


@given(st.integers(0, 500), st.integers(1, 300), st.integers(1, 300))
def test_asking_in_two_parts_costs_as_much_as_at_once(already: int, first: int, second: int) -> None:
    """Splitting a month's requests into notices moves no fen."""
    at_once = quote(SCHEDULE, "per_item", first + second, already).amount_fen
    assert at_once == quote(SCHEDULE, "per_item", first, already).amount_fen + quote(SCHEDULE, "per_item", second, already + first).amount_fen


# ---------------------------------------------------------------------------------------------- 指南


def test_the_paragraph_for_the_guide_says_the_schedule_in_force() -> None:
    """办法 4-6, from the schedule and nothing else."""
    text = guide_paragraph(SCHEDULE)
    for part in (
        "《中华人民共和国政府信息公开条例》第四十二条",
        "国办函〔2020〕109号",
        "（一）按件计收：同一申请人一个自然月内累计申请10件以下（含10件）的，不收费；11至30件（含30件）的部分，100元/件；",
        "31件以上的部分，以10件为一档，31至40件为200元/件，每增加一档，收费标准提高100元/件",
        "（二）按量计收：每件申请提供的信息，30页以下（含30页）的，不收费；31至100页（含100页）的部分，10元/页；",
        "101至200页（含200页）的部分，20元/页；201页以上的部分，40元/页",
        "相关政府信息已经主动公开，告知获取的方式、途径即可的，不收取此项费用。",
        "自收到收费通知次日起20个工作日内缴纳费用",
        "视为放弃申请",
        "全额上缴同级国库",
    ):
        assert part in text, part
    assert "。。" not in text


def test_changing_a_tier_is_one_edit_in_the_rules_file_and_nowhere_else(tmp_path: Path) -> None:
    """The brackets, the amount, its working and the guide follow the file of the office (RULES_DIR)."""
    bracket = {"cite": "样例发〔2026〕1号"}
    cheaper = {
        "name": "本县信息处理费（样例）",
        "document": "《样例收费标准》", "cite": "样例发〔2026〕1号", "articles": ["条例 42"], "treasury": "上缴国库",
        "per_item": {"title": "按件计收", "unit": "件", "window": "natural_month", "at_most": 100, **bracket,
                     "brackets": [{"from": 1, "to": 20, "rate_fen": 0, **bracket}, {"from": 21, "rate_fen": 5050, **bracket}]},
        "per_page": {"title": "按量计收", "unit": "页", "window": "application", "at_most": 100, **bracket,
                     "brackets": [{"from": 1, "rate_fen": 0, **bracket}]},
    }  # fmt: skip
    content = {"information_processing_fee": {"values": {"2026-07-01": cheaper}}}
    (tmp_path / "fees.yaml").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    rules = load_rules(tmp_path)
    assert quote(rules.on(date(2026, 6, 30)).fees, "per_item", 21).amount_fen == 110000
    found = quote(rules.on(date(2026, 7, 1)).fees, "per_item", 21)
    assert (found.amount_fen, found.schedule_name, found.in_force_since) == (5050, "本县信息处理费（样例）", date(2026, 7, 1))
    text = guide_paragraph(rules.on(date(2026, 7, 1)).fees)
    assert "20件以下（含20件）的，不收费；21件以上的部分，50.5元/件" in text
    assert "100元" not in text
