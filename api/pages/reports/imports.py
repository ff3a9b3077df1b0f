"""导入原台账: a ledger is read without writing anything, what it calls things is asked where that is not known, every bad line is
told, then the good ones become files.

Reading and loading take a while: each page tells how far it is, whichever process is at it (`api.office.ledger_imports`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from sqlmodel import Session

from api.office import ledger_imports
from api.office.problems import not_found
from api.office.reports import names_of
from api.pages.reports.import_words import answers_of, questions_of
from api.pages.reports.span_filter import subnav
from api.pages.shared.frame import HttpRequest, action, form_of, go, me, office_of, page, show
from api.web.answers import file_answer
from api.web.problems import request_id
from db import exports, ledger, people

SHOWN = 200
"""Reasons on the page why lines were not loaded; every line is in the file of them."""


def _job(request: HttpRequest, job_id: UUID) -> ledger_imports.Job:
    """The job, if it is one's own. Raises a 404 Problem."""
    job = ledger_imports.job(office_of(request), me(request), str(job_id))
    if job is None:
        raise not_found("没有这次导入，或者已经过期。请重新上传台账，已经导入的不会重复导入。")
    return job


def _units(request: HttpRequest) -> list[tuple[str, str]]:
    """The units one may import for: one's own; the administrator, any."""
    office, officer = office_of(request), me(request)
    names = names_of(office)
    return sorted(names.items()) if officer.role == "admin" else [(officer.agency, names[officer.agency])]


# ------------------------------------------------------------------ upload


@page("/import")
def upload_form(request: HttpRequest) -> Response[Any]:
    """导入原台账."""
    return _form(request, me(request).agency)


def _form(request: HttpRequest, agency: str, *, status: int = 200, errs: Sequence[tuple[str, str]] = ()) -> Response[Any]:
    return show(
        request, "import.html", status=status, units=_units(request), agency=agency, errs=list(errs), subnav=subnav(request, "/import"),
        titles=_columns(), required=ledger.REQUIRED, most=ledger.MOST_BYTES // 1024 // 1024,
    )  # fmt: skip


def _columns() -> dict[str, str]:
    """The columns of a template."""
    return {name: title for name, title in ledger.TITLES.items() if name not in ledger.DERIVED}


@page("/import/template")
def template(request: HttpRequest) -> Response[Any]:
    """台账的表头, as a file to fill in."""
    return file_answer(exports.csv_stream([tuple(_columns().values())]), exports.CSV, "台账表头.csv")


@action("/import", most=ledger.MOST_BYTES + 1024 * 1024)
def upload(request: HttpRequest) -> Response[Any]:
    """检查台账: read every line, write nothing."""
    office, officer, form = office_of(request), me(request), form_of(request)
    agency, files = form.get("agency") or officer.agency, form.files.get("ledger", [])
    errs = []
    if agency not in dict(_units(request)):
        errs.append(("agency", "请选择导入到哪个单位"))
    if not files or not files[0].data:
        errs.append(("ledger", "请选择台账文件" if not files else "这个文件是空的，请重新选择"))
    elif len(files[0].data) > ledger.MOST_BYTES:
        errs.append(("ledger", f"台账最多{ledger.MOST_BYTES // 1024 // 1024}MB，请按年份拆成几个文件"))
    if errs:
        return _form(request, agency, status=400, errs=errs)
    name = Path(files[0].name.replace("\\", "/")).name[:100] or "台账"
    return go(f"/import/{ledger_imports.begin(office, officer, agency, name, files[0].data)}")


# ------------------------------------------------------------------ reading and loading


@page("/import/{job_id:uuid}")
def progress_page(request: HttpRequest, job_id: FromPath[UUID]) -> Response[Any]:
    """导入的进度和结果."""
    job = _job(request, job_id)
    told = _told(job)
    reasons = _by_reason(told)
    return show(
        request, "import_job.html", job=job, reasons=reasons[:SHOWN], reason_count=len(reasons), told_count=len(told),
        unit_name=names_of(office_of(request))[job.agency], several=len(job.sheets) > 1,
        subnav=subnav(request, "/import"), may_see_cases=me(request).role != "admin",
    )  # fmt: skip


def _told(job: ledger_imports.Job) -> list[tuple[str, ledger.Line]]:
    """What became of every line that was not loaded."""
    result = job.result
    return [(what, line) for what, lines in (("不合要求", result.bad), ("暂不导入", result.left), ("以前已导入", result.seen)) for line in lines]


def _by_reason(told: Sequence[tuple[str, ledger.Line]]) -> list[tuple[str, str, str]]:
    """What became of lines, which, and why: those of one reason together."""
    found: dict[tuple[str, str], dict[str, list[int]]] = {}
    for what, one in told:
        why = "；".join(one.problems).removeprefix(f"{what}，")
        found.setdefault((what, why), {}).setdefault(one.sheet or "", []).append(one.line)
    return [
        (what, "；".join(f"{sheet}：{_ranges(lines)}" if sheet else _ranges(lines) for sheet, lines in sheets.items()), why)
        for (what, why), sheets in found.items()
    ]


def _ranges(lines: Sequence[int], most: int = 20) -> str:
    """2至501、503: lines in order, those that follow each other together."""
    runs: list[tuple[int, int]] = []
    for line in lines:
        if runs and runs[-1][1] == line - 1:
            runs[-1] = (runs[-1][0], line)
        else:
            runs.append((line, line))
    words = [str(first) if first == last else f"{first}至{last}" for first, last in runs]
    return "、".join(words[:most]) + (f"等{len(lines)}行" if len(words) > most else "")


@page("/import/{job_id:uuid}/words")
def words_form(request: HttpRequest, job_id: FromPath[UUID]) -> Response[Any]:
    """对应表头和用语."""
    return _words(request, _job(request, job_id))


def _words(request: HttpRequest, job: ledger_imports.Job, *, errs: Sequence[tuple[str, str]] = ()) -> Response[Any]:
    if job.state not in ("asking", "read") or job.reading is None:
        return go(f"/import/{job.id}")
    office = office_of(request)
    with office.database.read() as session:
        before = ledger.meanings_of(session, job.agency).for_all
    typed = form_of(request) if errs else None
    return show(
        request, "import_words.html", status=400 if errs else 200, job=job, questions=questions_of(job.reading, {**before, **job.for_all}),
        errs=list(errs), typed=typed, unit_name=names_of(office)[job.agency], subnav=subnav(request, "/import"),
    )  # fmt: skip


@action("/import/{job_id:uuid}/words")
def say_words(request: HttpRequest, job_id: FromPath[UUID]) -> Response[Any]:
    """保存并检查: what was said is remembered, and the ledger is read again with it; or it is read as it stands."""
    office, job, form = office_of(request), _job(request, job_id), form_of(request)
    if job.state not in ("asking", "read") or job.reading is None:
        return go(f"/import/{job.id}")
    for_all: Mapping[str, str] = {}
    if not form.get("skip"):
        said, errs = answers_of(job.reading, form)
        if errs:
            return _words(request, job, errs=errs)
        for_all = said.for_all

        def keep(session: Session) -> None:
            ledger.keep(session, job.agency, said, office.clock())
            people.log(session, office.clock(), "ledger_word", officer=me(request), object=job.agency, request_id=request_id(request))

        office.database.write(keep)
    ledger_imports.read_again(office, job, for_all)
    return go(f"/import/{job.id}")


@action("/import/{job_id:uuid}")
def load(request: HttpRequest, job_id: FromPath[UUID]) -> Response[Any]:
    """导入: all lines, or the good ones, as the reading before has told."""
    job = _job(request, job_id)
    ledger_imports.load(office_of(request), job, request_id(request))
    return go(f"/import/{job.id}")


@page("/import/{job_id:uuid}/problems")
def problems(request: HttpRequest, job_id: FromPath[UUID]) -> Response[Any]:
    """没有导入的行, as a table to work through; and the sheets that were not read."""
    job = _job(request, job_id)
    rows: list[exports.Cells] = [("工作表", "行", "处理", "原因")]
    rows += [(one.title, "", "没有读取", one.why) for one in job.sheets if one.why is not None]
    rows += [(one.sheet, one.line, what, "；".join(one.problems).removeprefix(f"{what}，")) for what, one in _told(job)]
    return file_answer(exports.csv_stream(rows), exports.CSV, "没有导入的行.csv")


ROUTES: tuple[BaseRouteHandler, ...] = (upload_form, template, upload, progress_page, words_form, say_words, load, problems)
