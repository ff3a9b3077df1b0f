"""期限计算、收费计算: the arithmetic of the law for whoever asks, without a case."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from litestar import post
from litestar.handlers import BaseRouteHandler
from litestar.params import RawBody
from pydantic import Field

from api.office import views
from api.rest.description import describe
from api.web.requests import HttpRequest, json_body, office_of
from api.web.worker_threads import threaded
from workflow import acts as a
from workflow import calculator, fees
from workflow.law import Invalid


class FeeQuestion(a.Record):
    """What the fee calculator is asked: items now and already counted this natural month, or pages."""

    basis: Literal["per_item", "per_page"]
    already: Annotated[int, Field(strict=True, ge=0, le=1_000_000)] = 0
    items: a.Count | None = None
    pages: a.Count | None = None
    on: a.Day | None = None


@post("/api/calculators/deadline", status_code=200, **describe("DeadlineQuestion", errors=(400, 409, 413, 415)))
@threaded
def deadline(request: HttpRequest, body: RawBody) -> dict[str, Any]:
    """答复期限计算: the same clock that the cases use (条例 31-36)."""
    data = json_body(request, body)
    for extra in set(data) - {"channel", "events"}:
        raise Invalid(extra, "没有这一项，请删去")
    channel, events = data.get("channel"), data.get("events")
    if not isinstance(channel, str) or channel not in a.CHANNELS:
        raise Invalid("channel", "收到渠道应当是其中之一：" + "、".join(a.CHANNELS))
    if not isinstance(events, dict):
        raise Invalid("events", "没有填写，应当是一个对象")
    return calculator.calculate(channel, events, office_of(request).rules)


@post("/api/calculators/fee", status_code=200, **describe("FeeQuestion", errors=(400, 409, 413, 415)))
@threaded
def fee(request: HttpRequest, body: RawBody) -> views.QuoteView:
    """信息处理费计算, with the working of every bracket (条例 42, 办法 4-5)."""
    office = office_of(request)
    question = a.read(FeeQuestion, json_body(request, body))
    schedule = office.rules.on(question.on or office.today()).fees
    if question.basis == "per_item":
        if question.items is None or question.pages is not None:
            raise Invalid("items" if question.items is None else "pages", "按件计收的，填件数，不填页数", "办法 3")
        return views.quote_view(fees.quote(schedule, "per_item", question.items, question.already))
    if question.pages is None or question.items is not None:
        raise Invalid("pages" if question.pages is None else "items", "按量计收的，填页数，不填件数", "办法 3")
    return views.quote_view(fees.quote(schedule, "per_page", question.pages))


ROUTES: tuple[BaseRouteHandler, ...] = (deadline, fee)
