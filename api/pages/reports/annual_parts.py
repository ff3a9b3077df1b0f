"""填写文字和表二: table 2 by hand, the texts of 一, 二, 五 and 六, and last year's problems beside what became of them.

Of the report that a unit sums up the texts alone: its table 2 is the sum of the units'.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal
from urllib.parse import urlencode

from litestar import Response
from litestar.handlers import BaseRouteHandler
from sqlmodel import Session

from api.office.questions import Year
from api.office.reports import key_of, name_of, report_year, summed_by
from api.pages.shared.frame import HttpRequest, action, form_of, go, me, office_of, page, show
from api.web.problems import request_id
from api.web.requests import query_of
from db import people, published, report_parts, reports
from letters.fontset import unprintable
from workflow import acts as a
from workflow import printable
from workflow.acts import Officer
from workflow.annual import GOVERNMENT, MONEY, MOST_TEXT, TABLE2, TEXTS, Parts, doubts, faults
from workflow.published import NotPublished

MOST_PASTED = 200_000


class View(a.Record):
    """Which year, and whether it was just kept."""

    year: Year | None = None
    done: a.Line | None = None
    whole: Literal["yes"] | None = None
    """The texts of the report that one's own unit sums up."""


@page("/annual/parts")
def parts_form(request: HttpRequest) -> Response[Any]:
    """填写文字和表二: of one's own unit, or of the report that it sums up."""
    view = query_of(request, View)
    said = "已保存，下载的报告里已经有。" if view.done == "kept" else ""
    return _page(request, view.year or str(office_of(request).today().year - 1), whole=view.whole is not None, said=said)


def _page(
    request: HttpRequest, year: str, *, whole: bool = False, status: int = 200, said: str = "", typed: Parts | None = None,
    errs: Sequence[tuple[str, str]] = (), pasted: str = "",
) -> Response[Any]:  # fmt: skip
    office, officer = office_of(request), me(request)
    report_year(office_of(request), year)
    key = key_of(officer, whole)
    if whole:
        summed_by(office, officer)
    with office.database.read() as session:
        row, kept = report_parts.parts_of(session, [key], int(year)).get(key, (None, Parts()))
        frozen = reports.freezes(session, key, int(year))
        _, before = report_parts.parts_of(session, [key], int(year) - 1).get(key, (None, Parts()))
        paid = reports.paid_fen(session, officer.agency, int(year))
    if whole and typed is None and GOVERNMENT[0] not in kept.texts and before.texts.get(GOVERNMENT[0]):
        kept = Parts(kept.table2, {**kept.texts, GOVERNMENT[0]: before.texts[GOVERNMENT[0]]})
    return show(
        request, "annual_parts.html", status=status, year=int(year), whole=whole, government=GOVERNMENT,
        name="各单位汇总的报告" if whole else office.agencies[officer.agency].name, parts=typed or kept,
        table2=TABLE2, money=MONEY, texts=TEXTS, most=MOST_TEXT, errs=list(errs), said=said,
        doubts=doubts(typed or kept, before, paid), pasted=pasted, most_mb=published.MOST_BYTES // 1024 // 1024,
        earlier=before.texts.get("problems", ""),
        frozen=frozen[0] if frozen else None, kept_at=row.at if row else None, kept_by=Officer.model_validate_json(row.officer).name if row else "",
    )  # fmt: skip


def _read(request: HttpRequest, year: str, typed: Parts) -> Response[Any]:
    """读入表二: what a published report, or a table in its layout, says is put into the fields, and is not yet kept."""
    form = form_of(request)
    pasted, files = form.get("pasted"), form.files.get("report", [])
    data = files[0].data if files and files[0].data else pasted.encode()
    sentence = "" if data.strip() else "请选择文件，或者粘贴表二"
    if len(pasted) > MOST_PASTED:
        sentence = "粘贴的文字太多，请只粘贴表二"
    try:
        file = published.told_by(data) if not sentence else None
        figures = file.table2 if file is not None else {}
    except NotPublished as error:
        file, figures, sentence = None, {}, str(error)
    if file is not None and file.years and int(year) not in file.years:
        sentence = f"文件写的是{'、'.join(f'{one}年' for one in sorted(file.years))}的年度报告，这里填写的是{year}年，没有读入。请核对文件"
    if sentence:
        return _page(request, year, status=400, typed=typed, pasted=pasted[:MOST_PASTED], errs=[("report", sentence)])
    other = [f"“{TABLE2[name][1]}”的“{TABLE2[name][2]}”" for name, value in typed.table2.items() if value != figures[name]]
    said = "已读出表二，还没有保存，请核对以后保存。" + (f"改写了已填的{'、'.join(other)}。" if other else "")
    return _page(request, year, said=said, typed=Parts(figures, typed.texts))


@action("/annual/parts", most=published.MOST_BYTES + 1024 * 1024)
def keep_parts(request: HttpRequest) -> Response[Any]:
    """保存文字和表二."""
    office, officer, form = office_of(request), me(request), form_of(request)
    year, whole = form.get("year"), form.get("whole") == "yes"
    titles = {**TEXTS, **(dict([GOVERNMENT]) if whole else {})}
    figures = {} if whole else {name: form.get(name).strip()[:30] for name in TABLE2}
    typed = Parts({name: value for name, value in figures.items() if value}, {name: form.get(name).replace("\r\n", "\n").strip() for name in titles})
    if "read" in form and not whole:
        report_year(office_of(request), year)
        return _read(request, year, typed)
    unfit = ((name, printable.fault(text, unprintable)) for name, text in typed.texts.items())
    if wrong := [*faults(typed), *((name, f"“{titles[name]}”{why}") for name, why in unfit if why is not None)]:
        return _page(request, year, whole=whole, status=400, typed=typed, errs=wrong)
    report_year(office_of(request), year)
    key = key_of(officer, whole)
    if whole:
        summed_by(office, officer)

    def work(session: Session) -> None:
        report_parts.keep(session, officer, int(year), typed, office.clock(), key=key)
        people.log(session, office.clock(), "report_part", officer=officer, object=name_of(officer, whole, int(year)), request_id=request_id(request))

    office.database.write(work)
    return go(f"/annual/parts?{urlencode({'year': year, **({'whole': 'yes'} if whole else {}), 'done': 'kept'})}")


ROUTES: tuple[BaseRouteHandler, ...] = (parts_form, keep_parts)
