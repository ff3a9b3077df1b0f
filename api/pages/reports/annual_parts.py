"""填写文字和表二: table 2 by hand, the texts of 一, 二, 五 and 六, and last year's problems beside what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from litestar import Response
from litestar.handlers import BaseRouteHandler
from sqlmodel import Session

from api.office.questions import Year
from api.pages.shared.frame import HttpRequest, action, form_of, go, me, office_of, page, show
from api.web.problems import request_id
from api.web.requests import query_of
from db import people, report_parts, reports
from letters.fontset import unprintable
from workflow import acts as a
from workflow import printable
from workflow.acts import Officer
from workflow.annual import MONEY, MOST_TEXT, TABLE2, TEXTS, Parts, faults
from workflow.law import Invalid


class View(a.Record):
    """Which year, and whether it was just kept."""

    year: Year | None = None
    done: a.Line | None = None


@page("/annual/parts")
def parts_form(request: HttpRequest) -> Response[Any]:
    """填写文字和表二: of one's own unit."""
    view = query_of(request, View)
    return _page(request, view.year or str(office_of(request).today().year - 1), said="已保存，下载的报告里已经有。" if view.done == "kept" else "")


def _page(
    request: HttpRequest, year: str, *, status: int = 200, said: str = "", typed: Parts | None = None, errs: Sequence[tuple[str, str]] = ()
) -> Response[Any]:
    office, officer = office_of(request), me(request)
    if not (year.isascii() and year.isdigit() and len(year) == 4 and 1990 <= int(year) <= office.today().year):
        raise Invalid("year", "这一年还没有到，或者不是年份，请从年度报告的页面进入")
    with office.database.read() as session:
        row, kept = report_parts.parts_of(session, [officer.agency], int(year)).get(officer.agency, (None, Parts()))
        frozen = reports.freezes(session, officer.agency, int(year))
        _, before = report_parts.parts_of(session, [officer.agency], int(year) - 1).get(officer.agency, (None, Parts()))
    return show(
        request, "annual_parts.html", status=status, year=int(year), name=office.agencies[officer.agency].name, parts=typed or kept,
        table2=TABLE2, money=MONEY, texts=TEXTS, most=MOST_TEXT, errs=list(errs), said=said, earlier=before.texts.get("problems", ""),
        frozen=frozen[0] if frozen else None, kept_at=row.at if row else None, kept_by=Officer.model_validate_json(row.officer).name if row else "",
    )  # fmt: skip


@action("/annual/parts")
def keep_parts(request: HttpRequest) -> Response[Any]:
    """保存文字和表二."""
    office, officer, form = office_of(request), me(request), form_of(request)
    year = form.get("year")
    figures = {name: form.get(name).strip()[:30] for name in TABLE2}
    typed = Parts({name: value for name, value in figures.items() if value}, {name: form.get(name).replace("\r\n", "\n").strip() for name in TEXTS})
    unfit = ((name, printable.fault(text, unprintable)) for name, text in typed.texts.items())
    if wrong := [*faults(typed), *((name, f"“{TEXTS[name]}”{why}") for name, why in unfit if why is not None)]:
        return _page(request, year, status=400, typed=typed, errs=wrong)
    _page(request, year)  # the year is one that can be reported

    def work(session: Session) -> None:
        report_parts.keep(session, officer, int(year), typed, office.clock())
        people.log(session, office.clock(), "report_part", officer=officer, object=f"{officer.agency} {year}", request_id=request_id(request))

    office.database.write(work)
    return go(f"/annual/parts?{urlencode({'year': year, 'done': 'kept'})}")


ROUTES: tuple[BaseRouteHandler, ...] = (parts_form, keep_parts)
