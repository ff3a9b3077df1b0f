"""归档: which files are complete, what the others still lack, the package of an archived file, and a search among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from api.office import documents, opinions
from api.office.filters import TOO_MANY_WORDS
from api.office.office import Office
from api.office.packages import MEDIA_TYPE, package, transfer
from api.office.problems import Problem
from api.office.sight import reason_given, sight, wanted_for
from api.pages.shared.frame import (
    Form,
    HttpRequest,
    action,
    file_in_list,
    form_of,
    go,
    me,
    office_of,
    page,
    show,
)
from api.pages.shared.kept_forms import AS, forget, of_pages, saving
from api.pages.shared.submission import attempt
from api.web.answers import file_answer
from api.web.requests import relations_of
from api.web.worker_threads import threaded
from db import erasing, queries, queues
from db.sought import MOST_WORDS as MOST
from db.sought import is_too_much
from workflow import acts as a
from workflow.acts import Officer
from workflow.case import Case
from workflow.checks import lacking
from workflow.retention import years_of
from workflow.steps import slips
from workflow.words import LETTER_TITLES, say_day

ON_A_PAGE = 50
VIEWS = {"": "可以归档", "lacking": "还缺材料", "archived": "已归档", "over": "保管期满"}
MOST_WORDS = 100


@page("/archive")
def desk(request: HttpRequest) -> Response[Any]:
    """可以归档, 还缺材料, 已归档."""
    return _page(request)


def _draft(request: HttpRequest) -> str:
    """Under which address this page of the table saves itself: a form that was sent says so."""
    given = form_of(request).get(AS) if request.method == "POST" else ""
    page = _small(given.partition("page=")[2], 99999) if given else _small(request.query_params.get("page", ""), 99999)
    return f"/archive?page={page or 1}"


def _page(request: HttpRequest, *, form: Form | None = None, told: dict[str, str] | None = None, placed: int = 0, status: int = 200,
          problem: str | None = None, view: str = "", errs: Sequence[tuple[str, str]] = ()) -> Response[Any]:  # fmt: skip
    office, officer, today, asked = office_of(request), me(request), office_of(request).today(), request.query_params
    view = view or asked.get("view", "")
    view = view if view in VIEWS else ""
    number, q, year = _small(asked.get("page", ""), 99999) or 1, asked.get("q", "").strip(), _year(asked.get("year", ""))
    after = ON_A_PAGE * (number - 1)
    if len(q) > MOST_WORDS:
        q, status, problem = q[:MOST_WORDS], 400, f"查找的内容最多{MOST_WORDS}个字；下面是按前{MOST_WORDS}个字查找的"
    if is_too_much(q):
        status, problem = 400, f"{TOO_MANY_WORDS}；下面是含有前{MOST}个词的"
    listed: Sequence[Any] = ()
    opinions_over: Sequence[Any] = ()
    with office.database.read() as session:
        counts = dict(zip(VIEWS, queues.count_ended(session, officer.agency), strict=False))
        if view == "archived":
            found = queues.archived(session, officer.agency, q, year, ON_A_PAGE, after, key=office.keys.blind)
            rows, total = [_archived(request, row) for row in found.items], found.total
        elif view == "over":
            shortest = min((years for one in office.rules.on(today).practice.retention_choices if (years := years_of(one))), default=1)
            rows = [_over(case, until) for case, until in erasing.over(session, today, officer.agency, ON_A_PAGE, shortest)]
            total = len(rows)
            opinions_over = erasing.opinions_over(session, today, office.rules, officer.agency)
        else:
            listed, total = queues.ended(session, officer.agency, ready=view == "", most=ON_A_PAGE, after=after), counts[view]
    if view in ("", "lacking"):
        rows = [one for row in listed if (one := _ended(request, row)) is not None]
    practice = office.rules.on(today).practice
    done = _small(asked.get("n", ""), ON_A_PAGE) if asked.get("done") == "archived" else 0
    typed, ticked = of_pages(request, "/archive", _draft(request))
    if form is not None:
        typed, ticked = {name: (values or [""])[0] for name, values in form.fields.items()}, set(form.all("tick"))
    return show(
        request, "archive.html", status=status, view=view, views=VIEWS, counts=counts, rows=rows, total=total, number=number,
        per=ON_A_PAGE, q=q, year=year, years=range(today.year, today.year - 10, -1), choices=practice.retention_choices,
        default=practice.retention_default, mine={kind for kind, roles in office.rules.on(today).roles.items() if officer.role in roles},
        serves=officer.role in office.rules.on(today).roles["service"], may=officer.role in office.rules.on(today).roles["archival"], told=told or {},
        placed=placed or done, typed=typed, ticked=ticked, problem=problem,
        saving=saving(request, _draft(request), form) if view == "" else None,
        reason=form.get("reason") if form else "", needs_reason=sight(officer.role, "own", "package") == "reason",
        opinions_over=opinions_over, errs=list(errs), opinions_gone=_small(asked.get("n", ""), 99999) if asked.get("done") == "opinions" else 0,
        typed_over={name: form.get(name) if form else "" for name in ("roll", "appraisal")},
        search=urlencode({"view": "archived", "q": q, "year": year or ""}),
    )  # fmt: skip


def _small(text: str, most: int) -> int:
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _year(text: str) -> int | None:
    year = _small(text, 9999)
    return year if 1990 <= year <= 2199 else None


def _row(office: Office, officer: Officer, row: Any) -> dict[str, Any]:
    wanted = wanted_for(officer, office.database.ring)(row)
    return {"id": row.case_id, "number": row.number, "wanted": wanted, "outcome": row.outcome, "applicant": row.applicant_masked or ""}


def _outcome(office: Office, row: Any) -> str:
    outcomes = office.rules.on(office.today()).outcomes
    return outcomes[row.outcome].title if row.outcome in outcomes else ""


def _archived(request: HttpRequest, row: Any) -> dict[str, Any]:
    """An archived file; one that cannot be read stays on the list, without its slips."""
    office, placed = office_of(request), file_in_list(request, row.case_id)
    slips_due = _slips(office, placed.case) if placed else ""
    return {**_row(office, me(request), row), "outcome": _outcome(office, row), "on": row.archived_on, "slips": slips_due}


def _over(case: Case, until: date) -> dict[str, Any]:
    """A file that is kept no longer (READINGS R-erasure); its people and words are not for a list of what is to go."""
    return {"id": case.id, "number": case.number, "on": case.archived_on, "until": until}


def _slips(office: Office, case: Case) -> str:
    """The letters whose slip is not there yet: it may still come, also when the file lies in the archive."""
    return "、".join(LETTER_TITLES[one.kind] for one in slips(case, office.rules))


def _ended(request: HttpRequest, row: Any) -> dict[str, Any] | None:
    """An ended file with its version, and what it lacks: (sentence, kind of act that supplies it, its title). None: it cannot be read."""
    office, officer, placed = office_of(request), me(request), file_in_list(request, row.case_id)
    if placed is None:
        return None
    case = placed.case
    ended = case.replied_on or case.closed_on
    missing = [(text, kind, a.ACTS[kind].title) for text, kind in lacking(case, office.rules)]
    with office.database.read() as session:
        not_filed = documents.not_kept(case, queries.attachments_of(session, case.id)) if case.decision else []
    return {**_row(office, officer, row), "outcome": _outcome(office, row), "on": ended, "version": case.version, "missing": missing,
            "not_filed": not_filed, "slips": _slips(office, case), "state": case.state, "who": _who(office, missing)}  # fmt: skip


def _who(office: Office, missing: list[tuple[str, str, str]]) -> dict[str, str]:
    """Kind of act -> the posts that place it."""
    roles = office.rules.on(office.today()).roles
    return {kind: "、".join(office.rules.role_titles[role] for role in roles[kind]) for _text, kind, _title in missing}


# ------------------------------------------------------------------ archiving


@action("/archive")
def archive(request: HttpRequest) -> Response[Any]:
    """归档 of the ticked files; what could not be archived stays with its reason."""
    office, form = office_of(request), form_of(request)
    if "drop" in form:
        forget(request, _draft(request))
        return go(_draft(request))
    chosen = list(dict.fromkeys(one for one in form.all("tick") if _is_id(one)))[:ON_A_PAGE]
    if not chosen:
        return _page(request, form=form, status=400, problem="还没有勾选。请勾选要归档的案件")
    told: dict[str, str] = {}
    for id in chosen:
        data = {"kind": "archival", "on": office.today().isoformat()}
        data |= {name: value for name in ("retention", "volume") if (value := form.get(f"{name}.{id}"))}
        seen = form.get(f"seen.{id}")
        version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0
        _placed, trouble = attempt(request, id, data, version)
        if trouble is not None:
            told[id] = "；".join(trouble.errors.values()) or trouble.problem.detail
    placed = len(chosen) - len(told)
    if told:
        return _page(request, form=form, told=told, placed=placed, status=409 if len(chosen) == 1 else 400)
    forget(request, _draft(request))
    return go(f"/archive?done=archived&n={placed}")


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


@get("/archive/{case_id:uuid}/package", include_in_schema=False, opt={"page": True}, media_type="application/zip")
@threaded
def download(request: HttpRequest, case_id: FromPath[UUID]) -> Response[Any]:
    """归档包 of an archived file."""
    return _package(request, case_id, None)


@action("/archive/{case_id:uuid}/package")
def download_for_a_reason(request: HttpRequest, case_id: FromPath[UUID]) -> Response[Any]:
    """The same, for whoever does not handle the file and says what for."""
    return _package(request, case_id, reason_given(form_of(request).get("reason")))


def _package(request: HttpRequest, case_id: UUID, reason: str | None) -> Response[Any]:
    office = office_of(request)
    case = office.case(me(request), str(case_id), relations=relations_of(request)).case
    made = package(office, case, me(request), reason)
    return file_answer(made.blocks(), MEDIA_TYPE, f"{case.number} 归档包 {say_day(case.archived_on or office.today())}.zip")


# ------------------------------------------------------------------ several at once


@action("/archive/packages")
def download_several(request: HttpRequest) -> Response[Any]:
    """一批归档包 of the ticked files, with their 移交清单."""

    def made(office: Office, sent: list[transfer.Sent], reason: str | None) -> Response[Any]:
        return file_answer(transfer.batch(office, me(request), sent, reason), MEDIA_TYPE, transfer.name(office))

    return _several(request, made)


@action("/archive/transfer-list")
def transfer_list(request: HttpRequest) -> Response[Any]:
    """移交清单 of the ticked files, as PDF or as a table (`format`: xlsx)."""
    form = "xlsx" if request.query_params.get("format") == "xlsx" else "pdf"

    def made(office: Office, sent: list[transfer.Sent], reason: str | None) -> Response[Any]:
        data, media_type = transfer.listed(office, me(request), sent, form, reason)
        return file_answer(data, media_type, f"{transfer.TITLE}.{form}")

    return _several(request, made)


def _several(request: HttpRequest, made: Callable[[Office, list[transfer.Sent], str | None], Response[Any]]) -> Response[Any]:
    """What is made of the ticked files; what stands against it is said above them, and they stay ticked."""
    office, form = office_of(request), form_of(request)
    chosen, reason = [one for one in form.all("tick") if _is_id(one)][:ON_A_PAGE], reason_given(form.get("reason"))
    try:
        return made(office, transfer.files(office, me(request), chosen, relations_of(request), reason), reason)
    except Problem as problem:
        told = "请在页面下方写明移交的用途，记入日志。" if problem.asks_reason else problem.detail
        return _page(request, form=form, status=problem.status, problem=told, view="archived")


@action("/archive/opinions")
def erase_opinions(request: HttpRequest) -> Response[Any]:
    """到期销毁 of the ticked opinions (意见建议), by a list that was approved."""
    form = form_of(request)
    chosen = list(dict.fromkeys(one[:100] for one in form.all("told_in_hall")))
    if not chosen:
        return _page(request, form=form, status=400, view="over", errs=[("told_in_hall", "还没有勾选。请勾选要销毁的意见建议")])
    try:
        opinions.erase(office_of(request), me(request), chosen, form.get("roll"), form.get("appraisal"))
    except a.Rejected as rejected:
        named = {"ground": "roll", "reason": "appraisal"}
        return _page(request, form=form, status=400, view="over", errs=[(named.get(field, "told_in_hall"), why) for field, why in rejected.errors])
    except Problem as problem:
        return _page(request, form=form, status=problem.status, view="over", problem=problem.detail)
    return go(f"/archive?view=over&done=opinions&n={len(chosen)}")


ROUTES: tuple[BaseRouteHandler, ...] = (desk, archive, download, download_for_a_reason, download_several, transfer_list, erase_opinions)
