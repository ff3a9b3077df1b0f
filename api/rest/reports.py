"""Reports, exports, similar requests and suggestions: thin handlers over `db.reports`, `db.analysis`, `db.exports`, `db.suggestions`."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, RawBody
from sqlmodel import Session

from api.office import findings, publication, views
from api.office.filters import CaseFilters, read_filters
from api.office.office import Office
from api.office.policy import readable_agencies
from api.office.problems import Problem, not_found
from api.office.questions import (
    AnalysisQuery,
    AnnualQuery,
    CellQuery,
    ExportQuery,
    Freeze,
    FullExport,
    Proposal,
    SimilarQuestion,
    SpanQuery,
    Step,
)
from api.office.record import record
from api.office.reports import (
    analysis_file,
    analysis_of,
    annual_file,
    as_printed,
    fee_tables,
    ledger_name,
    ledger_of,
    log_export,
    names_of,
    report_scope,
    report_year,
    topic_asked,
)
from api.office.reports import (
    freeze_annual as freeze_report,
)
from api.office.sight import UNMASKED
from api.rest.description import describe
from api.web.answers import file_answer, stored_answer
from api.web.idempotency_key import write_once
from api.web.problems import request_id
from api.web.requests import HttpRequest, json_body, office_of, officer_of, query_of, relations_of
from api.web.worker_threads import threaded
from db import analysis, exports, people, queries, reports, store, suggestions, treasury
from db.projection import applicant_key
from letters import word
from workflow import acts as a
from workflow import statistics as s
from workflow.acts import Officer
from workflow.law import Invalid

LEDGER = ", ".join(("text/csv", exports.XLSX))
REPORT = f"application/json, {LEDGER}, text/html, application/pdf"
"""The media types in which a ledger and a report are given out."""

# ------------------------------------------------------------------ the annual report


@get("/api/reports/annual", **describe(errors=(400, 401, 403, 404), query=AnnualQuery, returns=f"{REPORT}, {word.MEDIA_TYPE}"))
@threaded
def annual_report(request: HttpRequest) -> Response[Any]:
    """年度报告: tables 3 and 4, the checks with both sides, fees, and who has not yet reported (国办公开办函〔2021〕30号)."""
    office, me = office_of(request), officer_of(request)
    wanted = query_of(request, AnnualQuery)
    scope, year = report_scope(office, me, wanted.agency), report_year(office, wanted.year)
    with office.database.read() as session:
        try:
            found = reports.annual(session, scope, year, office.rules, wanted.version, by=me.agency)
        except LookupError:
            raise not_found("没有这一次锁定的报告，请从锁定年度的页面进入。") from None
    one = scope[0] if len(scope) == 1 else None
    if wanted.format == "json":
        return Response(findings.annual_json(found, names_of(office), one))
    name = f"{found.year}年政府信息公开工作年度报告"
    log_export(office, me, f"{name} {wanted.format}", wanted.reason)
    if wanted.format == "csv":
        title, rows = list(exports.annual_tables(as_printed(found)).items())[("3", "4", "checks", "fees", "records").index(wanted.table)]
        return file_answer(exports.csv_stream(rows, plain=True), exports.CSV, f"{name} {title}.csv")
    data, media = annual_file(office, found, one, wanted.format, me.agency)
    return file_answer(data, media, f"{name}.{wanted.format}")


@get("/api/reports/annual/cases", **describe(errors=(400, 401, 403, 404), query=CellQuery))
@threaded
def annual_cases(request: HttpRequest) -> views.Page:
    """年度报告一格所含的案件, masked: as many as the cell counts."""
    office, me = office_of(request), officer_of(request)
    wanted = query_of(request, CellQuery)
    scope, year = report_scope(office, me, wanted.agency), report_year(office, wanted.year)
    rows, columns = (s.ROWS, s.COLUMNS) if wanted.table == "3" else (tuple(s.REMEDIES.values()), s.TABLE4_COLUMNS)
    if wanted.row not in rows:
        raise Invalid("row", "没有这一行，应当是其中之一：" + "、".join(rows))
    if wanted.column not in columns:
        raise Invalid("column", "没有这一列，应当是其中之一：" + "、".join(columns))
    with office.database.read() as session:
        found = reports.annual(session, scope, year, office.rules, by=me.agency)
        if wanted.table == "3":
            cases = reports.cases_of(session, found, wanted.row, wanted.column, office.rules)
        else:
            cases = reports.challenged_cases(session, found, wanted.row, wanted.column)
    first = int(wanted.cursor or 0)
    after = first + int(wanted.limit)
    page = [_counted(row) for row in cases[first:after]]
    return views.Page(items=page, next=str(after) if after < len(cases) else None, total=len(cases))


def _counted(row: Any) -> dict[str, Any]:
    return {
        "id": row.case_id, "number": row.number, "agency": row.agency, "received_on": row.received_on, "wanted": row.wanted[:200],
        "applicant": row.applicant_masked or "", "state": row.state,
        "outcome": row.outcome, "ended_on": row.replied_on or row.closed_on, "assignee": row.assignee,
    }  # fmt: skip


@post(
    "/api/reports/annual/freeze",
    **describe("Freeze", errors=(400, 401, 403, 409, 413, 422), creates=True),
)
@threaded
def freeze_annual(request: HttpRequest, body: RawBody) -> Response[bytes]:
    """年度报告定稿: keep this unit's report (`whole`: the one it sums up) as reported; later corrections show beside it. 201."""
    office, me = office_of(request), officer_of(request)
    wanted = a.read(Freeze, json_body(request, body))
    report_year(office, wanted.year)

    def work(session: Session) -> store.Answer:
        freeze_report(office, session, me, wanted.year, wanted.reason, whole=wanted.whole)
        scope = report_scope(office, me, None if wanted.whole else me.agency)
        found = reports.annual(session, scope, wanted.year, office.rules, by=me.agency)
        return _made(findings.annual_json(found, names_of(office), None if wanted.whole else me.agency))

    return stored_answer(write_once(office, request, me.id, body, work))


def _made(data: Any, status: int = 201) -> store.Answer:
    return store.Answer(status, json.dumps(data, ensure_ascii=False, default=str).encode(), {})


# ------------------------------------------------------------------ the analysis, fees


@get("/api/reports/analysis", **describe(errors=(400, 401, 403, 404), query=AnalysisQuery, returns=REPORT))
@threaded
def analysis_report(request: HttpRequest) -> Response[Any]:
    """定期分析: volumes, time, stages, consultations, returns, remedies, load, fees, hot topics, beside the span before.

    Of all requests, or of those about a topic; requests to correct records have none, and are not in the latter.
    """
    office, me = office_of(request), officer_of(request)
    wanted = query_of(request, AnalysisQuery)
    today, scope = office.today(), report_scope(office, me, wanted.agency)
    data = analysis_of(office, scope, wanted.span(today), wanted.against(today), topic_asked(office, wanted.topic), by=me.agency)
    if wanted.format == "json":
        return Response(data)
    name = f"政府信息依申请公开分析报告{data['from']}至{data['to']}{'，' + data['topic']['title'] if data['topic'] else ''}"
    tables = exports.analysis_sheets(data) if wanted.format == "csv" else {}
    if tables and wanted.table not in tables:
        raise Invalid("table", "导出CSV应当写明哪一张表，是其中之一：" + "、".join(tables))
    log_export(office, me, f"{name} {wanted.format}", wanted.reason)
    if wanted.table in tables:
        return file_answer(exports.csv_stream(tables[wanted.table], plain=True), exports.CSV, f"{name} {wanted.table}.csv")
    file, media = analysis_file(office, data, wanted.format)
    return file_answer(file, media, f"{name}.{wanted.format}")


@get("/api/reports/fees", **describe(errors=(400, 401, 403, 404), query=SpanQuery, returns=REPORT))
@threaded
def fee_report(request: HttpRequest) -> Response[Any]:
    """收费统计: totals by unit, and every notice, payment and waiver of the span with its case, for the treasury."""
    office, me = office_of(request), officer_of(request)
    wanted = query_of(request, SpanQuery)
    if wanted.format in ("html", "pdf", "docx"):
        raise Invalid("format", "应当是其中之一：json、csv、xlsx")
    scope, span = report_scope(office, me, wanted.agency), wanted.span(office.today())
    with office.database.read() as session:
        by_unit = reports.fees(session, scope, span.first, span.last)
        owed = treasury.accounts(session, scope, span.first, span.last)
        items = analysis.fee_statement(session, scope, span)
    if wanted.format != "json":
        tables = fee_tables(office, by_unit, owed, items)
        if wanted.table is not None and wanted.table not in tables:
            raise Invalid("table", "没有这张表，应当是其中之一：" + "、".join(tables))
        log_export(office, me, f"收费统计 {wanted.format}", wanted.reason)
        if wanted.format == "csv":
            return file_answer(exports.csv_stream(tables[wanted.table or "明细"], plain=True), exports.CSV, "收费统计.csv")
        return file_answer(exports.xlsx_stream(tables), exports.XLSX, "收费统计.xlsx")
    total = sum(by_unit.values(), reports.Fees())
    return Response(
        {
            "from": span.first, "to": span.last, **analysis.fees_json(total), "account": _account(sum(owed.values(), treasury.Account())),
            "by_agency": [{"agency": code, **analysis.fees_json(one), "account": _account(owed[code])} for code, one in by_unit.items()],
            "items": items,
        }
    )  # fmt: skip


def _account(of: treasury.Account) -> dict[str, Any]:
    """Both sides of 期初应收加本期通知，等于实缴、减免、终止未缴与期末应收之和."""
    return {**{name: getattr(of, name) for name in treasury.Account.__slots__}, "balanced": of.balanced}


# ------------------------------------------------------------------ the ledger


@get("/api/export/cases", **describe(errors=(400, 401, 403), query=ExportQuery, returns=LEDGER))
@threaded
def export_cases(request: HttpRequest) -> Response[Any]:
    """导出台账: the list's cases as CSV or XLSX, masked; every export is logged."""
    me, wanted = officer_of(request), query_of(request, ExportQuery)
    if wanted.unmasked == "true":
        if me.role not in UNMASKED:
            raise Problem(403, "您的岗位只能导出已遮盖的台账。需要完整姓名的，请由登记、承办、法制岗或者负责人导出。")
        raise Invalid("unmasked", "不遮盖的台账请用 POST /api/export/cases，并在 reason 中写明用途")
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name in CaseFilters.model_fields]
    return _ledger(request, pairs, wanted.format, "export", wanted.reason)


@post("/api/export/cases", status_code=200, **describe("FullExport", errors=(400, 401, 403, 413), returns=LEDGER))
@threaded
def export_in_full(request: HttpRequest, body: RawBody) -> Response[Any]:
    """导出不遮盖的台账: with the applicants' names of one's own unit, for a reason that stands in the log."""
    wanted = a.read(FullExport, json_body(request, body))
    return _ledger(request, wanted.pairs(), wanted.format, "unmask", wanted.reason)


def _ledger(request: HttpRequest, pairs: list[tuple[str, str]], form: str, what: str, reason: str | None) -> Response[Any]:
    """The ledger as a file, once its entry of the log is written; names in full with `unmask` alone."""
    office, me = office_of(request), officer_of(request)
    filters, agency = read_filters(pairs, office, me)
    scope = readable_agencies(me, office.agencies) & ({agency} if agency else readable_agencies(me, office.agencies))
    name = ledger_name(filters)
    record(office.database, office.clock(), what, me, f"{name} {form}", reason)
    rows = ledger_of(office, scope, filters, unmasked_for=me.agency if what == "unmask" else None)
    if form == "csv":
        return file_answer(exports.csv_stream(rows, plain=True), exports.CSV, f"{name}.csv")
    return file_answer(exports.xlsx_stream({name: rows}), exports.XLSX, f"{name}.xlsx")


# ------------------------------------------------------------------ similar requests, one applicant


@post("/api/similar", status_code=200, **describe("SimilarQuestion", errors=(400, 401, 403, 413)))
@threaded
def similar_to(request: HttpRequest, body: RawBody) -> dict[str, Any]:
    """查重: earlier requests like one that is being registered, and what was published that answers it."""
    office, me = office_of(request), officer_of(request)
    wanted = a.read(SimilarQuestion, json_body(request, body))
    scope = readable_agencies(me, office.agencies)
    key = applicant_key(wanted.applicant, office.keys.blind) if wanted.applicant else ""
    with office.database.read() as session:
        found = queries.similar_to(session, office.sameness, scope, wanted.wanted, key, office.today())
        public = suggestions.published_for(session, office.sameness, scope, wanted.wanted, office.today())
        topic = office.learning.proposed(session, me.agency, wanted.wanted)
    return {
        **views.similar_view(found),
        "published": [views.PublishedView.of(*one) for one in public],
        "topic_proposed": topic,
    }


@get("/api/cases/{case_id:uuid}/dossier", **describe(errors=(401, 403, 404)))
@threaded
def dossier(request: HttpRequest, case_id: FromPath[UUID]) -> dict[str, Any]:
    """申请人的申请情况: frequency by month, repeats and earlier answers, as facts for article 35."""
    office, me = office_of(request), officer_of(request)
    case = office.case(me, str(case_id), relations=relations_of(request)).case
    with office.database.read() as session:
        return analysis.dossier(session, office.sameness, case.id)


# ------------------------------------------------------------------ suggestions


@get("/api/suggestions", **describe(errors=(401, 403)))
@threaded
def list_suggestions(request: HttpRequest) -> dict[str, Any]:
    """转主动公开建议, those still to be decided first; each with how many later requests it saved."""
    office, me = office_of(request), officer_of(request)
    with office.database.read() as session:
        found = suggestions.listed(session, readable_agencies(me, office.agencies))
        items = [suggestions.view(session, office.sameness, row, office.today()) for row in found]
    return {"items": items, "next": None, "total": len(items), "saved": sum(one["saved"] for one in items)}


@post("/api/suggestions", **describe("Proposal", errors=(400, 401, 403, 409, 413, 422), creates=True))
@threaded
def propose(request: HttpRequest, body: RawBody) -> Response[bytes]:
    """提出转主动公开建议 (条例 44), on the ground of several requests for the same. 201."""
    office, me = office_of(request), officer_of(request)
    wanted = a.read(Proposal, json_body(request, body))

    def work(session: Session) -> store.Answer:
        made = suggestions.propose(
            session, me, office.clock(), office.today(), title=wanted.title, sample=wanted.sample, cases=wanted.cases,
            reason=wanted.reason,
        )  # fmt: skip
        return _suggestion(office, session, made, me, 201)

    return stored_answer(write_once(office, request, me.id, body, work))


@post("/api/suggestions/{suggestion_id:uuid}", **describe("Step", errors=(400, 401, 403, 404, 409, 413, 422), creates=True))
@threaded
def take_step(request: HttpRequest, suggestion_id: FromPath[UUID], body: RawBody) -> Response[bytes]:
    """处理转主动公开建议: accept, decline with a reason, publish with the address, or withdraw. 201 with the suggestion."""
    office, me = office_of(request), officer_of(request)
    wanted = a.read(Step, json_body(request, body))

    def work(session: Session) -> store.Answer:
        row = suggestions.one(session, str(suggestion_id), {me.agency})
        if row is None:
            raise not_found("没有这条建议，或者您不能查看。")
        if wanted.step == "publish" and wanted.url is not None and (wrong := publication.faults(wanted.title or row.title, wanted.url)):
            raise a.Rejected(wrong)
        suggestions.take(session, me, office.today(), row, wanted.step, reason=wanted.reason, url=wanted.url, title=wanted.title)
        people.log(session, office.clock(), "suggestion", officer=me, object=row.id, reason=wanted.step, request_id=request_id(request))
        return _suggestion(office, session, row.id, me, 201)

    return stored_answer(write_once(office, request, me.id, body, work))


def _suggestion(office: Office, session: Session, suggestion_id: str, me: Officer, status: int) -> store.Answer:
    row = suggestions.one(session, suggestion_id, {me.agency})
    assert row is not None
    return _made(suggestions.view(session, office.sameness, row, office.today()), status)


ROUTES: tuple[BaseRouteHandler, ...] = (
    annual_report, annual_cases, freeze_annual, analysis_report, fee_report, export_cases, export_in_full, similar_to, dossier,
    list_suggestions, propose, take_step,
)  # fmt: skip
