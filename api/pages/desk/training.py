"""培训: the day's tasks of a training office, each with why it is not done yet."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.handlers import BaseRouteHandler

from api.office import training
from api.office.policy import ROUTES as POLICY
from api.office.problems import not_found
from api.pages.shared.frame import HttpRequest, me, office_of, page, show

NOT_HERE = "这里不是培训单位。要培训的，请在空的数据目录运行gongkai demo --training。"


@page("/training")
def tasks(request: HttpRequest) -> Response[Any]:
    """培训任务: what is done, and what is not and why; the files are asked each time."""
    office, officer = office_of(request), me(request)
    with office.database.read() as session:
        found = training.checked(session, office.rules)
    if found is None:
        raise not_found(NOT_HERE)
    on, rows = found
    may_register = officer.role in POLICY["GET", "/intake"].roles
    mine = officer.agency == training.AGENCY
    return show(
        request, "training.html", rows=rows, on=on, done=sum(one.is_done for one in rows), unit_code=training.AGENCY, mine=mine,
        agency=office.agencies[training.AGENCY], titles=office.rules.role_titles, may_register=may_register,
    )  # fmt: skip


ROUTES: tuple[BaseRouteHandler, ...] = (tasks,)
