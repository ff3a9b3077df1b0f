"""收费: notice, payment, waiver (条例 42, 办法 3-6)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from workflow.acts.fields import Act, AgencyDated, Count, Fen, Line, Requested, Seq, Text


class FeeNotice(AgencyDated):
    """收费通知 (条例 42, 办法 3-6): one basis, and the amount that the schedule in force gives."""

    title: ClassVar[str] = "收费通知"
    articles: ClassVar[tuple[str, ...]] = ("条例 42", "办法 3", "办法 6")

    kind: Literal["fee_notice"] = "fee_notice"
    basis: Annotated[Literal["per_item", "per_page"], Field(title="计费方式")]
    pages: Annotated[Count | None, Field(title="页数", description="按量计收的填写，A4单面为1页")] = None
    amount_fen: Annotated[Fen, Field(title="金额（分）")]
    items: Annotated[tuple[Seq, ...], Field(title="计收的申请事项", description="不填的，为全部事项", max_length=50)] = ()
    already: Annotated[
        int | None,
        Field(strict=True, ge=0, title="本自然月内此前的件数", description="不填的，由系统按台账计算"),
    ] = None
    code: Annotated[Line | None, Field(title="缴款码", description="非税收入系统生成的缴款码，印在通知书上；没有的不填")] = None


class Payment(Act):
    """缴费 (办法 6): the whole amount, within the limit; the reply period runs anew from the day after."""

    title: ClassVar[str] = "缴费"
    articles: ClassVar[tuple[str, ...]] = ("办法 6",)

    kind: Literal["payment"] = "payment"
    amount_fen: Annotated[Fen, Field(title="实缴金额（分）")]
    bill_number: Annotated[Line | None, Field(title="财政票据号")] = None


class Waiver(Requested):
    """减免收费 (条例 42: 可以收取): the office does not charge, or no longer charges, and says why."""

    title: ClassVar[str] = "减免收费"
    articles: ClassVar[tuple[str, ...]] = ("条例 42",)

    kind: Literal["waiver"] = "waiver"
    reason: Annotated[Text, Field(title="减免的理由")]
    amount_fen: Annotated[
        Fen | None, Field(title="减免金额（分）", description="不填的，为全部；少于应缴金额的，其余仍应缴纳")
    ] = None
