"""导入原台账: a ledger is read without writing anything, what it calls things is asked where that is not known, every bad line is
told, then the good ones become files.

Reading and loading take a while: each runs in a thread of its own, and its page tells how far it is. What is under way
lives in this process only; an import that was cut short is simply made again, since no line is loaded twice.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock, Thread, Timer
from typing import IO, Any
from uuid import UUID, uuid4

from litestar import Response
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from sqlmodel import Session

from api.office.log import log, where
from api.office.office import Office
from api.office.problems import not_found
from api.office.reports import names_of
from api.pages.reports.import_words import answers_of, questions_of
from api.pages.reports.span_filter import subnav
from api.pages.shared.frame import HttpRequest, action, form_of, go, me, office_of, page, show
from api.web.answers import file_answer
from api.web.problems import request_id
from db import exports, ledger, people
from letters.fontset import unprintable
from workflow.acts import Officer

SHOWN = 200
"""Reasons on the page why lines were not loaded; every line is in the file of them."""
KEPT = timedelta(hours=2)


@dataclass(slots=True)
class Job:
    """One ledger on its way in."""

    officer: Officer
    agency: str
    name: str
    stream: IO[bytes]
    """The ledger: a file in memory, of which nothing is left when it is closed, or when the program ends; no disk has it."""
    at: datetime
    id: str = field(default_factory=lambda: str(uuid4()))
    state: str = "reading"
    """reading -> asking -> reading -> read -> loading -> loaded; or failed, with `problem`."""
    lines: int = 0
    result: ledger.Loaded = field(default_factory=ledger.Loaded)
    sheets: Sequence[ledger.Sheet] = ()
    for_all: Mapping[str, str] = field(default_factory=dict)
    """What was said of all lines of this ledger."""
    reading: ledger.Reading | None = None
    """The reading to be asked about."""
    asked: set[str] = field(default_factory=set)
    """What was asked already: it is not asked again, whether it was answered or not."""
    problem: str = ""

    @property
    def path(self) -> Path:
        """Where the file without a name can be read, from its beginning and as often as one likes."""
        return Path(f"/proc/self/fd/{self.stream.fileno()}")

    @property
    def is_running(self) -> bool:
        return self.state in ("reading", "loading")

    def as_it_stands(self) -> Job:
        """A copy that the thread does not change under the page: the state is read first, as it is written last."""
        state = self.state
        return replace(self, state=state)

    def forget(self) -> None:
        self.stream.close()


_jobs: dict[str, Job] = {}
_jobs_lock, _one_at_a_time = Lock(), Lock()


def _keep(job: Job) -> None:
    """Keep the job; the officer's earlier ones, and those that nobody came back to, are forgotten."""
    with _jobs_lock:
        old = [one for one in _jobs.values() if not one.is_running and (one.officer.id == job.officer.id or one.at < job.at - KEPT)]
        for one in old:
            one.forget()
            del _jobs[one.id]
        _jobs[job.id] = job
    _end_later(job)


def _end_later(job: Job) -> None:
    """A ledger that nobody came back to is forgotten, also when no other one comes."""
    timer = Timer(KEPT.total_seconds(), _end, (job,))
    timer.daemon = True
    timer.start()


def _end(job: Job) -> None:
    with _jobs_lock:
        if not job.is_running:
            job.forget()
            _jobs.pop(job.id, None)
            return
    _end_later(job)


def _job(request: HttpRequest, job_id: UUID) -> Job:
    """The job, if it is one's own. Raises a 404 Problem."""
    job = _jobs.get(str(job_id))
    if job is None or job.officer.id != me(request).id:
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
    stream = os.fdopen(os.memfd_create("ledger"), "w+b")
    stream.write(files[0].data)
    stream.flush()
    job = Job(officer, agency, Path(files[0].name.replace("\\", "/")).name[:100] or "台账", stream, office.clock())
    _keep(job)
    _start(office, job, dry_run=True)
    return go(f"/import/{job.id}")


# ------------------------------------------------------------------ reading and loading


def _start(office: Office, job: Job, *, dry_run: bool, request: str | None = None) -> None:
    Thread(target=_run, args=(office, job, dry_run, request), daemon=True).start()


def _run(office: Office, job: Job, dry_run: bool, request: str | None) -> None:
    unit = office.agencies[job.agency]
    loader = ledger.Loader(
        office.database, office.rules, office.keys, job.agency, unit.name,
        lambda year, serial: unit.number("case", year, serial), office.clock(), office.today(),
        [one.name for one in office.agencies.values() if one.code != job.agency], unprintable,
    )  # fmt: skip

    def progress(lines: int) -> None:
        job.lines = lines

    try:
        with _one_at_a_time:
            with office.database.read() as session:
                said = ledger.meanings_of(session, job.agency)
            reading = ledger.read(job.path, office.rules, office.today(), replace(said, for_all=job.for_all))
            job.reading = reading if dry_run else None
            whole = not dry_run and not (job.result.bad or job.result.left)
            result = loader.load(reading, job.name, dry_run=dry_run, whole=whole, progress=progress)
    except ledger.BadLedger as error:
        job.problem = str(error)
        job.state = "asking" if job.reading is not None and _is_new(job) else "failed"
    except Exception as error:  # a thread has nobody to raise to: the page tells it, the log names the kind
        log.error("import failed", error=type(error).__name__, where=where(error))
        job.problem, job.state = "暂时没有导入，请稍后再试。再次导入不会重复。", "failed"
    else:
        job.result, job.sheets = result, reading.sheets
        job.state = ("asking" if _is_new(job) else "read") if dry_run else "loaded"
        if not dry_run:
            office.database.write(
                lambda s: people.log(
                    s, office.clock(), "import", officer=job.officer, object=f"台账 {job.agency}", reason=f"导入{result.loaded}件",
                    request_id=request,
                )
            )
    if job.state in ("failed", "loaded"):
        job.forget()


def _open_points(reading: ledger.Reading) -> set[str]:
    """What a reading leaves open, each by a name of its own."""
    headings = {f"heading {title}" for sheet in reading.sheets for title in sheet.likely}
    columns = {f"column {name} {sheet.title}" for sheet in reading.sheets if sheet.headings for name in sheet.missing}
    return headings | columns | {f"word {name} {word}" for name, word in reading.unknown}


def _is_new(job: Job) -> bool:
    """Whether there is something to ask that was not asked yet."""
    return job.reading is not None and not _open_points(job.reading) <= job.asked


@page("/import/{job_id:uuid}")
def progress_page(request: HttpRequest, job_id: FromPath[UUID]) -> Response[Any]:
    """导入的进度和结果."""
    job = _job(request, job_id).as_it_stands()
    told = _told(job)
    reasons = _by_reason(told)
    return show(
        request, "import_job.html", job=job, reasons=reasons[:SHOWN], reason_count=len(reasons), told_count=len(told),
        unit_name=names_of(office_of(request))[job.agency], several=len(job.sheets) > 1,
        subnav=subnav(request, "/import"), may_see_cases=me(request).role != "admin",
    )  # fmt: skip


def _told(job: Job) -> list[tuple[str, ledger.Line]]:
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


def _words(request: HttpRequest, job: Job, *, errs: Sequence[tuple[str, str]] = ()) -> Response[Any]:
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
    if not form.get("skip"):
        said, errs = answers_of(job.reading, form)
        if errs:
            return _words(request, job, errs=errs)

        def keep(session: Session) -> None:
            ledger.keep(session, job.agency, said, office.clock())
            people.log(session, office.clock(), "ledger_word", officer=me(request), object=job.agency, request_id=request_id(request))

        office.database.write(keep)
        job.for_all = {**job.for_all, **said.for_all}
    with _jobs_lock:
        if job.state not in ("asking", "read"):
            return go(f"/import/{job.id}")
        job.state, job.lines, job.asked = "reading", 0, job.asked | _open_points(job.reading)
    _start(office, job, dry_run=True)
    return go(f"/import/{job.id}")


@action("/import/{job_id:uuid}")
def load(request: HttpRequest, job_id: FromPath[UUID]) -> Response[Any]:
    """导入: all lines, or the good ones, as the reading before has told."""
    job = _job(request, job_id)
    with _jobs_lock:
        if job.state != "read" or not job.result.loaded:
            return go(f"/import/{job.id}")
        job.state, job.lines = "loading", 0
    _start(office_of(request), job, dry_run=False, request=request_id(request))
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
