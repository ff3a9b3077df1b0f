"""政务公开体验区: a terminal in a hall of the office. Its home leads to the pages that are open to all, drawn large and for hands.

Whoever opens the home of a unit's counter makes his browser one of its terminals, until the browser is closed: its pages are drawn in
the frame of the counter (`frame.hall_of`). After `REST` seconds at which nobody touches it, it forgets the visitor.
"""

from __future__ import annotations

import secrets
from typing import Any

from litestar import Response
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from api.office.problems import not_found
from api.pages.public import apply
from api.pages.shared.frame import HttpRequest, action, go, office_of, page, show, stands_in_hall
from api.web import cookies
from db import applications, hall_pages, people
from letters.agencies import Agency

CLOSED = "没有开通政务公开体验区。"


def agency_of(request: HttpRequest, code: str) -> Agency:
    """The unit of a counter. Raises Problem 404: the office has not switched it on, or this is none of its terminals."""
    if not _is_on(request, code):
        raise not_found(CLOSED)
    return office_of(request).agencies[code]


def _is_on(request: HttpRequest, code: str) -> bool:
    office = office_of(request)
    with office.database.read() as session:
        return stands_in_hall(request) and code in people.switched_on(session, applications.COUNTER, office.agencies)


@page("/counter")
def units(request: HttpRequest) -> Response[Any]:
    """体验区: whose it is, where several units have one."""
    office = office_of(request)
    with office.database.read() as session:
        on = people.switched_on(session, applications.COUNTER, office.agencies)
    if not on or not stands_in_hall(request):
        raise not_found(CLOSED)
    if len(on) == 1:
        return go(f"/counter/{on[0]}")
    return show(request, "counter_units.html", agencies=[office.agencies[one] for one in on], agency=None, large_button=False)


@page("/counter/{code:str}")
def home(request: HttpRequest, code: FromPath[str]) -> Response[Any]:
    """首页 of the counter. With `rest` in the address nobody was there, and no script ran to say so: the next visitor is another one, and
    of this one nothing stays.

    That also where the counter was switched off meanwhile: a terminal stands there, and somebody else comes to it.
    """
    if "rest" in request.query_params:
        apply.forget_visitor(request)  # nobody could come back to it: what it was kept for is another from now on
        if not _is_on(request, code):
            return _as_another(request, "/")
        request.scope["state"]["visitor"] = secrets.token_urlsafe(32)
    agency = agency_of(request, code)
    with office_of(request).database.read() as session:
        pages = [title for title, _ in hall_pages.of(session, code)]
    gone = "gone" in request.query_params
    response = show(request, "counter.html", hall=agency, agency=agency, large_button=False, gone=gone, pages=pages)
    if "officer" not in request.scope["state"]:
        cookies.set_cookie(request, response, cookies.COUNTER, code)
    return response


@page("/counter/{code:str}/pages/{number:int}")
def text(request: HttpRequest, code: FromPath[str], number: FromPath[int]) -> Response[Any]:
    """What the hall shows or explains (公报, 政策解读): plain text, to be read aloud and printed."""
    agency = agency_of(request, code)
    with office_of(request).database.read() as session:
        pages = hall_pages.of(session, code)
    if not 0 < number <= len(pages):
        raise not_found("没有这一页。")
    heading, words = pages[number - 1]
    return show(request, "counter_page.html", hall=agency, agency=agency, large_button=False, heading=heading, text=words)


@action("/counter/{code:str}/end")
def end(request: HttpRequest, code: FromPath[str]) -> Response[Any]:
    """结束使用, or nobody was there: nothing of the visitor stays, and the next one is another; whether the counter is still on or not."""
    apply.forget_visitor(request)
    return _as_another(request, f"/counter/{code}?gone=yes" if _is_on(request, code) else "/")


def _as_another(request: HttpRequest, path: str) -> Response[Any]:
    response = go(path)
    cookies.set_cookie(request, response, cookies.VISITOR, secrets.token_urlsafe(32))
    return response


ROUTES: tuple[BaseRouteHandler, ...] = (units, home, text, end)
