"""信息处理费 (条例 42, 《政府信息公开信息处理费管理办法》): a quantity and a schedule give an amount, with its working.

Both bases are progressive (超额累进, 办法 3): each bracket's rate applies to what lies in that bracket. All amounts in fen.
The brackets stand in rules/fees.yaml; a basis may be 按件 (per_item, by the natural month) or 按量 (per_page, by the
application), never both for one application.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from workflow.answers import Invalid, chinese_number, long_form
from workflow.rulefiles import Cited, Words
from workflow.words import say_yuan

Basis = Literal["per_item", "per_page"]
Fen = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]


class Bracket(Cited):
    """一档: from the `from`-th to the `to`-th (none: without end) at `rate_fen` each.

    With `each` the bracket is itself cut into tiers of that many, each `step_fen` dearer than the one before.
    """

    from_: Annotated[Positive, Field(alias="from")]
    to: Positive | None = None
    rate_fen: Fen
    each: Positive | None = None
    step_fen: Fen | None = None

    def tiers(self, upto: int) -> Iterator[tuple[int, int | None, int]]:
        """(from, to, rate) of this bracket's tiers that begin at or before `upto`."""
        if self.each is None or self.step_fen is None:
            yield self.from_, self.to, self.rate_fen
            return
        rate = self.rate_fen
        for start in range(self.from_, min(upto, self.to or upto) + 1, self.each):
            end = start + self.each - 1
            yield start, min(end, self.to or end), rate
            rate += self.step_fen


class Tariff(Cited):
    """计费方式: what is counted (`unit`), over what (`window`), up to how many at once, and its brackets."""

    title: Words
    unit: Words
    window: Literal["natural_month", "application"]
    at_most: Positive
    brackets: Annotated[tuple[Bracket, ...], Field(min_length=1)]
    exclusions: Annotated[dict[str, Words], Field(default_factory=dict)]


class Schedule(Cited):
    """收费标准 in force from one date on. `payment_days` (缴费期限) is filled in from deadlines.yaml."""

    name: Words
    document: Words
    articles: tuple[Words, ...]
    per_item: Tariff
    per_page: Tariff
    treasury: Words
    in_force_since: Annotated[date | None, Field(exclude=True)] = None
    payment_days: Annotated[int | None, Field(exclude=True)] = None

    def tariff(self, basis: str) -> Tariff:
        if basis not in ("per_item", "per_page"):
            raise Invalid("basis", "计费方式是按件（per_item）或者按量（per_page）", "办法 3")
        return self.per_item if basis == "per_item" else self.per_page


@dataclass(frozen=True, slots=True)
class Row:
    """One bracket of the working: `quantity` of them fall between the `from_`-th and the `to`-th."""

    from_: int
    to: int | None
    quantity: int
    rate_fen: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Quote:
    """应收金额 with its working (计算过程)."""

    amount_fen: int
    working: tuple[Row, ...]
    schedule_name: str
    in_force_since: date
    articles: tuple[str, ...]


def quote(schedule: Schedule, basis: str, quantity: int, already: int = 0) -> Quote:
    """超额累进 (办法 3-5): what `quantity` more cost after `already` were counted in the same window.

    按件 (办法 4): the same applicant, one natural month, cumulative.
    按量 (办法 5): the pages of one application; several applications are never added together.
    """
    tariff = schedule.tariff(basis)
    if quantity < 1:
        raise Invalid("items" if basis == "per_item" else "pages", f"{tariff.unit}数应当是正整数")
    if already < 0 or (already and tariff.window == "application"):
        raise Invalid("already", "按量计收的，只计本件的页数" if already > 0 else "此前的件数不能是负数", tariff.cite)
    if quantity + already > tariff.at_most:
        raise Invalid("items" if basis == "per_item" else "pages", f"最多计算{tariff.at_most}{tariff.unit}，请核对数量")
    rows = tuple(_rows(tariff, already, already + quantity))
    assert schedule.in_force_since is not None
    return Quote(
        sum(row.amount_fen for row in rows),
        rows,
        schedule.name,
        schedule.in_force_since,
        (*schedule.articles, tariff.cite),
    )


def _rows(tariff: Tariff, already: int, upto: int) -> Iterator[Row]:
    for bracket in tariff.brackets:
        for start, end, rate in bracket.tiers(upto):
            quantity = min(upto, end or upto) - max(already, start - 1)
            if quantity > 0:
                yield Row(start, end, quantity, rate, quantity * rate)


def guide_paragraph(schedule: Schedule) -> str:
    """政府信息公开指南's paragraph on fees (收费事项), from the schedule in force and nothing else."""
    tariffs = (schedule.per_item, schedule.per_page)
    standards = "；".join(f"（{chinese_number(place)}）{_tariff_words(one)}" for place, one in enumerate(tariffs, 1))
    excluded = "".join(f"{text}，不收取此项费用。" for one in tariffs for text in one.exclusions.values())
    return (
        f"本机关依申请提供政府信息，不收取费用。但是，申请人申请公开政府信息的数量、频次明显超过合理范围的，"
        f"依照{long_form(schedule.articles[0])}和{schedule.document}的规定，可以收取信息处理费。"
        f"收费标准：{standards}。以上均按超额累进方式计算。{excluded}"
        f"对每件申请，只选择其中一种方式计收，不重复计收。"
        f"需要收费的，本机关在办理期限内向申请人发出收费通知，写明收费的依据、标准、数额和缴纳方式。"
        f"申请人应当自收到收费通知次日起{schedule.payment_days}个工作日内缴纳费用；逾期未缴纳的，视为放弃申请，"
        f"本机关不再处理该申请。{schedule.treasury}。"
    )


_SCOPES = {"natural_month": "同一申请人一个自然月内累计申请", "application": "每件申请提供的信息，"}


def _tariff_words(tariff: Tariff) -> str:
    return f"{tariff.title}：{_SCOPES[tariff.window]}" + "；".join(_bracket_words(one, tariff.unit) for one in tariff.brackets)


def _bracket_words(bracket: Bracket, unit: str) -> str:
    rate = f"{say_yuan(bracket.rate_fen)}/{unit}" if bracket.rate_fen else "不收费"
    if bracket.each is not None and bracket.step_fen is not None:
        end = bracket.from_ + bracket.each - 1
        return (
            f"{bracket.from_}{unit}以上的部分，以{bracket.each}{unit}为一档，{bracket.from_}至{end}{unit}为{rate}，"
            f"每增加一档，收费标准提高{say_yuan(bracket.step_fen)}/{unit}"
        )
    if bracket.to is None:
        return f"{bracket.from_}{unit}以上的部分，{rate}"
    if bracket.from_ == 1:
        return f"{bracket.to}{unit}以下（含{bracket.to}{unit}）的，{rate}"
    return f"{bracket.from_}至{bracket.to}{unit}（含{bracket.to}{unit}）的部分，{rate}"
