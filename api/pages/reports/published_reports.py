"""公布的报告: a published report compared with what the files say, and the tables of units outside the system, checked and summed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from litestar import Response
from litestar.handlers import BaseRouteHandler
from sqlmodel import Session

from api.office.office import Office
from api.office.questions import Year
from api.office.reports import report_year
from api.pages.shared.frame import HttpRequest, action, form_of, go, me, office_of, page, show
from api.web.problems import request_id
from api.web.requests import query_of
from db import people, published, reports
from letters.fontset import unprintable
from workflow import acts as a
from workflow import printable
from workflow import statistics as s
from workflow.acts import Officer
from workflow.annual import Parts, doubts
from workflow.law import Invalid
from workflow.published import NotPublished, Published

DONE = {"kept": "已保存，计入全部单位的汇总。", "dropped": "已删除，不再计入汇总。"}
MOST_SHOWN, MOST_OF_NAME, MOST_PASTED = 60, 60, 200_000


class View(a.Record):
    """Which year, and what was just done."""

    year: Year | None = None
    done: a.Line | None = None


@page("/annual/published")
def form_page(request: HttpRequest) -> Response[Any]:
    """核对公布的报告，系统外单位."""
    view = query_of(request, View)
    if view.year is not None:
        report_year(office_of(request), view.year)
    return _page(request, view.year or str(office_of(request).today().year - 1), said=DONE.get(view.done or "", ""))


def _page(
    request: HttpRequest, year: str, *, status: int = 200, said: str = "", typed: dict[str, str] | None = None,
    errs: Sequence[tuple[str, str]] = (), compared: dict[str, Any] | None = None,
) -> Response[Any]:  # fmt: skip
    office, officer = office_of(request), me(request)
    unit = office.agencies[officer.agency]
    with office.database.read() as session:
        there = published.kept(session, [officer.agency], int(year)) if unit.oversees else []
        last = {row.name: Parts(told.table2) for row, told in published.kept(session, [officer.agency], int(year) - 1)}
    outside = [
        {
            "id": row.id, "name": row.name, "at": row.at, "by": Officer.model_validate_json(row.officer).name, "broken": told.broken,
            "table2": Parts(told.table2).is_whole, "doubts": doubts(Parts(told.table2), last.get(row.name, Parts())),
            "came": told.table3[s.NEW][-1] + told.table3[s.CARRIED][-1], "ended": told.table3[s.TOTAL][-1], "forward": told.table3[s.FORWARD][-1],
        }
        for row, told in there
    ]  # fmt: skip
    return show(
        request, "published_reports.html", status=status, year=int(year), name=unit.name, sums=bool(unit.oversees), outside=outside, said=said,
        errs=list(errs), typed=typed or {"what": "", "name": "", "pasted": "", "doubt": ""}, compared=compared, most=MOST_SHOWN,
        years=range(office.today().year, office.today().year - 10, -1), most_mb=published.MOST_BYTES // 1024 // 1024,
    )  # fmt: skip


@action("/annual/published", most=published.MOST_BYTES + 1024 * 1024)
def take(request: HttpRequest) -> Response[Any]:
    """核对一份公布的报告; or keep the tables of a unit outside the system, or take them away."""
    office, officer, form = office_of(request), me(request), form_of(request)
    year, what, name = form.get("year"), form.get("what"), form.get("name").strip()
    pasted, files = form.get("pasted"), form.files.get("report", [])
    typed = {"what": what, "name": name[:200], "pasted": pasted[:MOST_PASTED], "doubt": ""}
    try:
        report_year(office, year)
    except Invalid as error:
        return _page(request, str(office.today().year - 1), status=400, typed=typed, errs=[("year", error.message)])
    sums = bool(office.agencies[officer.agency].oversees)
    if what == "drop" and sums:
        return _drop(request, year, form.get("id")[:36])
    errs = [("name", why)] if what == "outside" and sums and (why := _wrong_name(office, name)) else []
    data = files[0].data if files and files[0].data else pasted.encode()
    if not data.strip():
        errs.append(("report", "请选择报告文件，或者粘贴表格"))
    elif len(pasted) > MOST_PASTED:
        errs.append(("report", "粘贴的文字太多，请只粘贴表三和表四"))
    if errs or what not in ("compare", *(("outside",) if sums else ())):
        return _page(request, year, status=400, typed=typed, errs=errs or [("what", "请选择要办理的事项")])
    try:
        file = published.told_by(data)
        told = file.published
    except NotPublished as error:
        return _page(request, year, status=400, typed=typed, errs=[("report", str(error))])
    if doubt := _of_another_year(file, year, form.get("sure")):
        return _page(request, year, status=400, typed=typed | {"doubt": year}, errs=[("year", doubt)])
    if what == "compare":
        return _page(request, year, compared=_compared(request, int(year), told))

    def work(session: Session) -> None:
        published.keep(session, officer, int(year), name, told, office.clock())
        people.log(session, office.clock(), "outside_report", officer=officer, object=f"{year} {name}", request_id=request_id(request))

    office.database.write(work)
    return go(f"/annual/published?{urlencode({'year': year, 'done': 'kept'})}")


def _wrong_name(office: Office, name: str) -> str | None:
    if not 1 <= len(name) <= MOST_OF_NAME:
        return f"名称最多{MOST_OF_NAME}个字" if name else "请填写单位的名称"
    if name in {unit.name for unit in office.agencies.values()}:
        return "这个单位使用本系统，它的数字已经在汇总里，不能重复计入"
    return printable.fault(name, lambda text: unprintable(text, lines=False))


def _of_another_year(file: published.Told, year: str, sure: str) -> str:
    """What the file says of its year, if it is another one, and nobody has said that it is this one all the same."""
    if not file.years or int(year) in file.years or sure == year:
        return ""
    said = "、".join(f"{one}年" for one in sorted(file.years))
    return f"文件写的是{said}的年度报告，选择的是{year}年，没有办理。请改选年度；年度没有选错的，勾选“仍按{year}年”"


def _drop(request: HttpRequest, year: str, known: str) -> Response[Any]:
    office, officer = office_of(request), me(request)

    def work(session: Session) -> None:
        if published.drop(session, officer.agency, known):
            people.log(session, office.clock(), "outside_report", officer=officer, object=f"{year} 删除", request_id=request_id(request))

    office.database.write(work)
    return go(f"/annual/published?{urlencode({'year': year, 'done': 'dropped'})}")


def _compared(request: HttpRequest, year: int, told: Published) -> dict[str, Any]:
    """What the published report says otherwise than the files of one's own unit, as reported where the year is frozen."""
    office, officer = office_of(request), me(request)
    with office.database.read() as session:
        found = reports.annual(session, [officer.agency], year, office.rules)
    figures = reports.Figures(told.table3, told.table4, reports.Fees())
    rows = [
        {"row": s.ROW_LABELS.get(one.row, one.row), "column": one.column, "said": one.frozen, "files": one.now}
        for one in reports.differences(figures, found.figures)
    ]
    return {"rows": rows, "broken": told.broken, "cells": sum(len(cells) for table in (told.table3, told.table4) for cells in table.values())}


ROUTES: tuple[BaseRouteHandler, ...] = (form_page, take)
