"""指南: the standards of the fee, as a unit prints them in its 政府信息公开指南."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.handlers import BaseRouteHandler

from api.pages.frame import HttpRequest, office_of, page, show
from workflow.answers import Refused
from workflow.fees import guide_paragraph


@page("/guide/fees")
def fees(request: HttpRequest) -> Response[Any]:
    """收费标准: the paragraph and the brackets of the schedule in force today."""
    office = office_of(request)
    try:
        schedule = office.rules.on(office.today()).fees
    except Refused as refused:
        return show(request, "guide_fees.html", schedule=None, paragraph=refused.message)
    return show(request, "guide_fees.html", schedule=schedule, paragraph=guide_paragraph(schedule))


ROUTES: tuple[BaseRouteHandler, ...] = (fees,)
