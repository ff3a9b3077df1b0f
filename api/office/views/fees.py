"""信息处理费: what a file owes, and the working of a quote."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import create_model

from api.office.views.view import View
from workflow import checks
from workflow.case import Case
from workflow.law import Rules

# `from` is a word of Python's own, so this one is not written as a class.
FeeRow = create_model(
    "FeeRow",
    __base__=View,
    __doc__="One bracket: from the `from`-th to the `to`-th, `quantity` of them at `rate_fen`.",
    **{"from": (int, ...), "to": (int | None, ...), "quantity": (int, ...), "rate_fen": (int, ...), "amount_fen": (int, ...)},
)  # type: ignore[call-overload]


class ScheduleView(View):
    name: str
    in_force_since: date


class QuoteView(View):
    """信息处理费 with the working of every bracket."""

    amount_fen: int
    working: list[FeeRow]
    schedule: ScheduleView
    articles: list[str]


class FeeView(View):
    """The fee of a file: notified, paid, waived, in fen."""

    basis: str
    notified_fen: int
    paid_fen: int
    waived_fen: int
    open_fen: int
    notified_on: date
    paid_on: date | None
    quote: QuoteView | None


def quote_view(quote: Any) -> QuoteView:
    """A fee quote with its working."""
    return QuoteView(
        amount_fen=quote.amount_fen,
        working=[
            FeeRow.model_validate(
                {"from": row.from_, "to": row.to, "quantity": row.quantity, "rate_fen": row.rate_fen, "amount_fen": row.amount_fen}
            )
            for row in quote.working
        ],
        schedule=ScheduleView(name=quote.schedule_name, in_force_since=quote.in_force_since),
        articles=list(quote.articles),
    )


def fee_view(case: Case, rules: Rules) -> FeeView | None:
    """The fee of a file; None when no notice was sent."""
    fee = case.fee
    if fee is None:
        return None
    notice = fee.notice
    return FeeView(
        basis=notice.basis,
        notified_fen=notice.amount_fen,
        paid_fen=fee.paid_fen,
        waived_fen=fee.waived_fen,
        open_fen=fee.open_fen,
        notified_on=notice.on,
        paid_on=fee.paid_on,
        quote=quote_view(checks.notice_quote(notice, rules)),
    )
