"""台账导出: the ledger as CSV or XLSX, masked unless a purpose is written down; and what was exported before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response
from litestar.handlers import BaseRouteHandler

from api.office.filters import read_filters
from api.office.policy import readable_agencies
from api.office.problems import Problem
from api.office.reports import ledger_name, ledger_of, names_of
from api.office.sight import MOST as MOST_OF_REASON
from api.office.sight import UNMASKED, too_long
from api.pages.reports.span_filter import subnav
from api.pages.shared.frame import HttpRequest, action, form_of, me, office_of, page, show
from api.web.answers import file_answer
from api.web.problems import request_id
from db import exports, people
from workflow.acts import Rejected
from workflow.procedure import STATES

FILTERS = ("received_from", "received_to", "agency", "state", "topic", "purpose")
FIELDS = (*FILTERS, "format", "names", "reason")
FORMS: Mapping[str, str] = {"xlsx": "XLSX（Excel、WPS）", "csv": "CSV（文本）"}
WHOLE_UNIT = frozenset({"head", "analyst"})
"""Roles that see what their whole unit exported; the others see their own."""
_SAY = {"received_from": "请填写起始日期，例如2026-01-01", "received_to": "请填写截止日期，例如2026-12-31"}


@page("/exports")
def exports_form(request: HttpRequest) -> Response[Any]:
    """台账导出."""
    return _page(request, {})


def _page(request: HttpRequest, typed: Mapping[str, str], *, status: int = 200, errs: Sequence[tuple[str, str]] = ()) -> Response[Any]:
    office, officer = office_of(request), me(request)
    names = names_of(office)
    with office.database.read() as session:
        before = exports.logged(session, officer.agency, None if officer.role in WHOLE_UNIT else officer.id)
    blank = dict.fromkeys((*FILTERS, "reason"), "") | {"format": "xlsx", "names": "masked"}
    return show(
        request, "exports.html", status=status, typed=blank | dict(typed), errs=list(errs), before=before, forms=FORMS,
        units=[(code, names[code]) for code in sorted(readable_agencies(officer, office.agencies))],
        topics=office.rules.on(office.today()).topics, states=STATES, may_unmask=officer.role in UNMASKED,
        whole_unit=officer.role in WHOLE_UNIT, subnav=subnav(request, "/exports"), own=names[officer.agency],
    )  # fmt: skip


@action("/exports")
def export(request: HttpRequest) -> Response[Any]:
    """导出台账: the file itself; every export is logged, a full one with its purpose."""
    office, officer, form = office_of(request), me(request), form_of(request)
    typed = {name: form.get(name) for name in FIELDS}
    full = typed["names"] == "full"
    if full and officer.role not in UNMASKED:
        raise Problem(403, "您的岗位只能导出已遮盖的台账。需要完整姓名的，请由登记、承办、法制岗或者负责人导出。")
    errs = form.strange(FIELDS)
    if typed["names"] not in ("masked", "full", ""):
        errs.append(("names", "请选择姓名遮盖还是完整"))
    if typed["format"] not in FORMS:
        errs.append(("format", "请选择文件的格式"))
    if full and not typed["reason"]:
        errs.append(("reason", "请写明用途，例如：向县档案馆移交"))
    elif (why := too_long(typed["reason"], MOST_OF_REASON)) is not None:
        errs.append(("reason", why))
    try:
        filters, agency = read_filters([(name, typed[name]) for name in FILTERS], office, officer)
    except Rejected as rejected:
        return _page(request, typed, status=400, errs=[*((name, _SAY.get(name, text)) for name, text in rejected.errors), *errs])
    if errs:
        return _page(request, typed, status=400, errs=errs)
    readable = readable_agencies(officer, office.agencies)
    kind, what = typed["format"], "unmask" if full else "export"
    office.database.write(
        lambda session: people.log(
            session, office.clock(), what, officer=officer, object=f"{ledger_name(filters)} {kind}", reason=typed["reason"] or None,
            request_id=request_id(request),
        )
    )  # fmt: skip
    name = ledger_name(filters)
    rows = ledger_of(office, readable & {agency} if agency else readable, filters, unmasked_for=officer.agency if full else None)
    if kind == "csv":
        return file_answer(exports.csv_stream(rows), exports.CSV, f"{name}.csv")
    return file_answer(exports.xlsx_stream({name: rows}), exports.XLSX, f"{name}.xlsx")


ROUTES: tuple[BaseRouteHandler, ...] = (exports_form, export)
