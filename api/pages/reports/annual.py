"""年度报告: tables 3 and 4 as published, the cases behind every cell, the identities, and 锁定年度 with what changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import zip_longest
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from litestar import Response
from litestar.handlers import BaseRouteHandler
from pydantic import Field
from sqlmodel import Session

from api.office import findings
from api.office.office import SHANGHAI, Office
from api.office.questions import Freeze, Year
from api.office.reports import (
    REPORTERS,
    freeze_annual,
    handing_in,
    key_of,
    names_of,
    report_scope,
    report_year,
    summed_by,
)
from api.pages.shared.frame import HttpRequest, action, form_of, go, me, office_of, page, show, survey
from api.web.requests import query_of
from db import exports, published, report_parts, reports
from workflow import acts as a
from workflow import annual as annual_parts
from workflow import statistics as s
from workflow.acts import Officer
from workflow.annual import Parts
from workflow.law import Invalid
from workflow.words import say_yuan

PARTS: Mapping[str, str] = {"1": "一、总体情况", "3": "三、收到和处理申请", "4": "四、复议诉讼", "6": "六、其他事项"}
"""The parts that the case files can fill; 二 and 五 are written by people (`annual_parts`)."""
FORMS: Mapping[str, str] = {"docx": "Word", "pdf": "PDF", "html": "网页", "xlsx": "表格"}
SHOWN, A_PAGE = 12, 50
"""Cases beside the table, and on a page of their own."""


class View(a.Record):
    """What the page shows: a year, a unit, a part, and the chosen cell or identity."""

    year: Year | None = None
    agency: a.Line | None = None
    part: Literal["1", "3", "4", "6"] = "3"
    row: a.Line | None = None
    column: a.Line = s.COLUMNS[-1]
    check: Literal["balance", "results", "carried", "columns", "remedies"] | None = None
    page: Annotated[str, Field(pattern=r"^[1-9]\d{0,3}$")] = "1"
    done: Literal["frozen"] | None = None
    whole: Literal["yes"] | None = None
    """The report that one's own unit sums up, to be frozen."""

    def href(self, **changes: Any) -> str:
        """The address of the same view with something else chosen."""
        base = {"year": self.year, "agency": self.agency, "part": self.part}
        said = {name: value for name, value in (base | changes).items() if value is not None}
        return f"/annual?{urlencode(said)}"


def _view(request: HttpRequest) -> tuple[View, list[str], int]:
    office, officer = office_of(request), me(request)
    view = query_of(request, View)
    scope = report_scope(office, officer, view.agency)
    year = report_year(office, view.year or office.today().year)
    view = view.model_copy(update={"year": str(year)})
    if view.row is not None:
        rows, columns = (tuple(s.REMEDIES.values()), s.TABLE4_COLUMNS) if view.part == "4" else (s.ROWS, s.COLUMNS)
        if view.row not in rows or view.column not in columns:
            raise Invalid("row", "表中没有这一格，请从表中点选")
    return view, scope, year


# ------------------------------------------------------------------ the report


@page("/annual")
def annual(request: HttpRequest) -> Response[Any]:
    """年度报告."""
    office, officer = office_of(request), me(request)
    view, scope, year = _view(request)
    with survey(request) as session:
        found = reports.annual(session, scope, year, office.rules, by=officer.agency)
        chosen = _chosen(session, office, found, view)
        there = report_parts.parts_of(session, [*scope, reports.whole(officer.agency)], year)
        handing = handing_in(office, session, scope, year, officer.agency)
        earliest = reports.first_year(session, scope, office.today())
    names = names_of(office)
    return show(
        request, "annual.html",
        view=view, year=year, years=sorted({*range(earliest, office.today().year + 1), year}, reverse=True),
        units=[(code, names[code]) for code in report_scope(office, officer, None)],
        parts=PARTS, data=findings.annual_json(found, names, scope[0] if len(scope) == 1 else None), names=names,
        table3=_table3(found, view), table4=_table4(found, view), columns=s.COLUMNS, table4_columns=s.TABLE4_COLUMNS,
        groups=tuple(s.REMEDIES.values()), checks=_checks(found, view), chosen=chosen, shown=SHOWN,
        charging=findings.charging(found, names), corrections=findings.corrections(found), no_data=findings.no_data(found),
        may_check=officer.role in REPORTERS, changes=_changes(found, names, {unit: parts for unit, (_, parts) in there.items()}),
        summed=_summed(found, names, there.get(reports.whole(officer.agency), (None, Parts()))[1]),
        may_freeze=officer.role in REPORTERS and officer.agency in scope, whole="&whole=yes" if len(scope) > 1 else "",
        handing=handing, own=officer.agency,
        own_frozen=found.summed is not None if len(scope) > 1 else any(unit.frozen is not None for unit in found.units),
        all_href=_all_href(view) if chosen else "",
        files={form: f"/api/reports/annual?{_file_query(view, form)}" for form in ("xlsx", "pdf", "html", "docx")},
    )  # fmt: skip


def _file_query(view: View, form: str) -> str:
    return urlencode({name: value for name, value in (("year", view.year), ("agency", view.agency), ("format", form)) if value})


def _table3(found: reports.Annual, view: View) -> list[dict[str, Any]]:
    """The rows as published, each cell with its link and with what it would be now (None: the same)."""
    rows = findings.printed_rows(found.figures.table3)
    now = found.now.table3
    for key, row in zip(found.figures.table3, rows, strict=True):
        row["key"] = key
        values = zip(s.COLUMNS, row["cells"], now[key], strict=True)
        row["cells"] = [_cell(view, "3", key, column, value, current) for column, value, current in values]
    return rows


def _table4(found: reports.Annual, view: View) -> list[dict[str, Any]]:
    now = found.now.table4
    return [
        _cell(view, "4", group, column, value, current)
        for group, values in found.figures.table4.items()
        for column, value, current in zip(s.TABLE4_COLUMNS, values, now[group], strict=True)
    ]


def _cell(view: View, part: str, row: str, column: str, value: int, now: int) -> dict[str, Any]:
    return {
        "value": value,
        "href": view.href(part=part, row=row, column=column) if value else None,
        "on": view.part == part and (view.row, view.column) == (row, column) and view.check is None,
        "now": now if now != value else None,
        "sum": column == s.COLUMNS[-1],
    }


# ------------------------------------------------------------------ the cases of a cell


def _chosen(session: Session, office: Office, found: reports.Annual, view: View) -> dict[str, Any] | None:
    """The chosen cell (or the identity that does not hold) with the cases behind it."""
    if view.check is not None:
        broken = next((one for one in found.checks if one.id == view.check and one.column == view.column and not one.holds), None)
        if broken is None:
            return None
        rows = reports.causing(session, found, broken, office.rules)
        return {"title": f"{broken.text}（{broken.column}）", "about": f"左边{broken.left}，右边{broken.right}，由这些案件引起", "rows": rows}
    if view.row is None:
        return None
    if view.part == "4":
        rows = reports.challenged_cases(session, found, view.row, view.column)
        return {"title": view.row, "about": f"{view.column}，{len(rows)}件", "rows": rows}
    rows = reports.cases_of(session, found, view.row, view.column, office.rules)
    return {"title": s.ROW_LABELS[view.row], "about": f"{view.column}，{len(rows)}件", "rows": rows}


def _all_href(view: View) -> str:
    return view.href(row=view.row, column=view.column, check=view.check).replace("/annual?", "/annual/cases?")


@page("/annual/cases")
def cases(request: HttpRequest) -> Response[Any]:
    """年度报告一格所含的全部案件, as many as the cell counts."""
    office = office_of(request)
    view, scope, year = _view(request)
    with office.database.read() as session:
        found = reports.annual(session, scope, year, office.rules, by=me(request).agency)
        chosen = _chosen(session, office, found, view)
    if chosen is None:
        raise Invalid("row", "请从年度报告的表中点选一格")
    at = (int(view.page) - 1) * A_PAGE
    more = at + A_PAGE < len(chosen["rows"])
    return show(
        request, "annual_cases.html", view=view, year=year, chosen=chosen, rows=chosen["rows"][at : at + A_PAGE], names=names_of(office),
        back=view.href(row=view.row, column=view.column, check=view.check), total=len(chosen["rows"]), at=at,
        before=f"{_all_href(view)}&page={int(view.page) - 1}" if at else None,
        after=f"{_all_href(view)}&page={int(view.page) + 1}" if more else None,
        outcomes={key: one.title for key, one in office.rules.on(office.today()).outcomes.items()},
    )  # fmt: skip


# ------------------------------------------------------------------ what must add up, what has changed


def _checks(found: reports.Annual, view: View) -> dict[str, Any]:
    """勾稽: the identities of the sums with both sides, how many others hold, and every one that does not."""
    table, last, checks = found.figures.table3, found.last_year, found.checks
    total = {one.id: one for one in checks if one.column == s.COLUMNS[-1] and one.id in ("balance", "results", "carried")}
    held = {
        one: (sum(check.holds for check in checks if check.id == one), sum(check.id == one for check in checks))
        for one in ("balance", "results", "carried", "columns", "remedies")
    }
    return {
        "new": table[s.NEW][-1], "carried": table[s.CARRIED][-1], "ended": table[s.TOTAL][-1], "forward": table[s.FORWARD][-1],
        "last": last[-1], "total": total, "held": held,
        "broken": [(one, view.href(check=one.id, column=one.column)) for one in checks if not one.holds],
    }  # fmt: skip


def _place(cell: reports.Cell | None) -> str:
    """Where a request is counted, in words."""
    if cell is None:
        return "不计入"
    intake, ending, category = cell
    ends = "四、结转下年度" if ending == s.FORWARD else s.ROW_LABELS[ending]
    return f"{'新收' if intake == s.NEW else '上年结转'}、{ends}、{a.CATEGORIES[category]}"


_FEES = {"notices": "收费通知件数", "notified_fen": "收费通知金额", "payments": "缴费件数", "paid_fen": "实缴金额",
         "waivers": "减免件数", "waived_fen": "减免金额"}  # fmt: skip


def _changes(found: reports.Annual, names: Mapping[str, str], parts: Mapping[str, Parts]) -> list[dict[str, Any]]:
    """原459，现460 of every unit that has frozen the year, which case moved for what reason, and what was written otherwise since."""
    return [
        {
            "name": names[unit.agency],
            "at": unit.frozen.at, "by": unit.frozen.by, "reason": unit.frozen.reason,
            "differences": _sums(unit.frozen.differences),
            "written": annual_parts.changed(unit.frozen.parts, parts.get(unit.agency, Parts())) if unit.frozen.parts is not None else [],
            "moved": [
                {"id": one.case_id, "number": one.number, "before": _place(one.before), "after": _after(one), "reason": one.reason}
                for one in unit.frozen.moved
            ],
        }
        for unit in found.units
        if unit.frozen is not None
    ]  # fmt: skip


def _summed(found: reports.Annual, names: Mapping[str, str], parts: Parts) -> dict[str, Any] | None:
    """汇总报告锁定以后的变化: what its sum would be now, and the units that it comes from; None: it is not frozen."""
    if found.summed is None:
        return None
    frozen = found.summed.frozen
    return {
        "at": frozen.at, "by": frozen.by, "reason": frozen.reason, "differences": _sums(frozen.differences),
        "written": annual_parts.changed(frozen.parts, parts) if frozen.parts is not None else [],
        "units": [
            {
                "name": f"{one.unit}（系统外）" if one.is_outside else names.get(one.unit, one.unit), "differences": _sums(one.differences),
                "why": _since(one, frozen.at),
            }
            for one in found.summed.changed
        ],
    }  # fmt: skip


def _since(one: reports.Changed, then: datetime) -> str:
    """What a unit did since the sum was frozen."""
    if one.is_outside:
        return "汇总锁定以后录入、修改或者删去"
    if one.handed_in is None:
        return "仍未锁定，案卷有变动"
    at = one.handed_in.at.astimezone(SHANGHAI)
    return f"{at:%Y年}{at.month}月{at.day}日锁定：{one.handed_in.reason}" if one.handed_in.at > then else "汇总的单位有变动"


def _sums(differences: Sequence[reports.Difference]) -> list[dict[str, Any]]:
    """Of each row its sum alone."""
    return [_difference(one) for one in differences if one.column in ("", s.COLUMNS[-1])]


_TOUCHES = {"table4": "表四", "fees": "收费", "records": "更正申请"}


def _after(one: reports.Moved) -> str:
    """Where it is counted now; and what else of the year it changes."""
    more = "、".join(title for key, title in _TOUCHES.items() if key in one.touches)
    where = _place(one.after) if one.before != one.after else "表三不变"
    return f"{where}；{more}有变动" if more else where


def _difference(one: reports.Difference) -> dict[str, Any]:
    if one.table == "fees":
        money = one.row.endswith("_fen")
        return {"what": _FEES[one.row], "frozen": say_yuan(one.frozen) if money else one.frozen, "now": say_yuan(one.now) if money else one.now}
    label = f"更正申请：{exports.RECORDS[one.row]}" if one.table == "records" else s.ROW_LABELS.get(one.row, one.row)
    return {"what": label, "frozen": one.frozen, "now": one.now}


# ------------------------------------------------------------------ freezing


@page("/annual/freeze")
def freeze_form(request: HttpRequest) -> Response[Any]:
    """锁定年度: what will be kept, and the reason."""
    view = query_of(request, View)
    return _freeze_page(request, view.year or str(office_of(request).today().year - 1), whole=view.whole is not None)


def _freeze_page(
    request: HttpRequest, year: str, *, whole: bool, status: int = 200, reason: str = "", errs: Sequence[tuple[str, str]] = ()
) -> Response[Any]:
    """Of one's own unit, or (`whole`) of the report that it sums up."""
    office, officer = office_of(request), me(request)
    report_year(office, year)
    key, names = key_of(officer, whole), names_of(office)
    scope = summed_by(office, officer) if whole else [officer.agency]
    with office.database.read() as session:
        found = reports.annual(session, scope, int(year), office.rules, by=officer.agency)
        earlier = reports.freezes(session, key, int(year))
        written = report_parts.parts_of(session, [key], int(year)).get(key, (None, Parts()))[1]
        handing = handing_in(office, session, scope, int(year), officer.agency)
        doubts = _doubts(office, session, scope, int(year))
    figures = (found.of_units if whole else found.units[0].now).table3
    return show(
        request, "annual_freeze.html", status=status, year=int(year), errs=list(errs), reason=reason, whole=whole,
        summary=s.summary(figures), ended=figures[s.TOTAL][-1], broken=sum(not one.holds for one in replace(found, summed=None).checks),
        versions=_versions(earlier, None if whole else officer.agency), missing=annual_parts.missing(written, summed=whole),
        waiting=[names[one] for one in handing.waiting] if whole else [], outside_waiting=handing.outside_waiting if whole else [],
        doubts=doubts, open_year=int(year) == office.today().year, name="各单位汇总的报告" if whole else names[officer.agency],
    )  # fmt: skip


def _doubts(office: Office, session: Session, scope: list[str], year: int) -> list[str]:
    """What can hardly be so of table 2; of several units, each by its name, those outside the system too."""
    now, then = (report_parts.parts_of(session, scope, one) for one in (year, year - 1))
    named, earlier = [], {unit: parts for unit, (_, parts) in then.items()}
    for unit, (_, parts) in now.items():
        of_unit = annual_parts.doubts(parts, earlier.get(unit, Parts()), reports.paid_fen(session, unit, year))
        named += [(office.agencies[unit].name if unit in office.agencies else unit, one) for one in of_unit]
    if len(scope) < 2:
        return [one for _, one in named]
    last = {row.name: Parts(told.table2) for row, told in published.kept(session, scope, year - 1)}
    for row, told in published.kept(session, scope, year):
        named += [(f"{row.name}（系统外）", one) for one in annual_parts.doubts(Parts(told.table2), last.get(row.name, Parts()))]
    return [f"{name}：{one}" for name, one in named]


def _versions(rows: Sequence[Any], agency: str | None) -> list[dict[str, Any]]:
    """Every freeze of the year, the latest first: who, when, why, what it says otherwise than the one before, and its files."""
    found = []
    for row, before in zip_longest(rows, rows[1:]):
        told: list[str] = []
        if before is not None:
            sums = _sums(reports.all_differences(*(reports.Figures.from_json(one.figures) for one in (before, row))))
            told = [f"{one['what']}：原{one['frozen']}，改为{one['now']}" for one in sums]
            if row.parts is not None and before.parts is not None:
                told += [f"{one}有修改" for one in annual_parts.changed(Parts.from_json(before.parts), Parts.from_json(row.parts))]
            told = told or ["数字和文字都与上一次相同"]
        query = {"year": row.year, **({"agency": agency} if agency else {}), "version": row.id}
        files = [(title, f"/api/reports/annual?{urlencode(query | {'format': form})}") for form, title in FORMS.items()]
        found.append({"at": row.at, "by": Officer.model_validate_json(row.officer).name, "reason": row.reason, "told": told, "files": files})
    return found


@action("/annual/freeze")
def freeze(request: HttpRequest) -> Response[Any]:
    """锁定年度: the report of one's own unit, or the one that it sums up, is kept as reported."""
    office, officer, form = office_of(request), me(request), form_of(request)
    year, reason, whole = form.get("year"), form.get("reason"), form.get("whole") == "yes"
    if strange := form.strange(("year", "reason", "whole")):
        raise a.Rejected(strange)
    if not reason or len(reason) > 2000:
        sentence = "请写明锁定的理由，例如：已报县政府办公室" if not reason else "理由最多2000字，请精简"
        return _freeze_page(request, year, whole=whole, status=400, reason=reason, errs=[("reason", sentence)])
    try:
        wanted = a.read(Freeze, {"year": int(year) if year.isascii() and year.isdigit() and len(year) == 4 else 0, "reason": reason})
    except a.Rejected as rejected:
        wrong = [sentence for field, sentence in rejected.errors if field == "reason"]
        return _freeze_page(request, year, whole=whole, status=400, reason=reason, errs=[("reason", one) for one in wrong])
    report_year(office, wanted.year)

    def work(session: Session) -> None:
        freeze_annual(office, session, officer, wanted.year, wanted.reason, whole=whole)

    office.database.write(work)
    return go(f"/annual?{urlencode({'year': wanted.year, **({} if whole else {'agency': officer.agency}), 'done': 'frozen'})}")


ROUTES: tuple[BaseRouteHandler, ...] = (annual, cases, freeze_form, freeze)
