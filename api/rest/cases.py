"""案件: registered, listed, looked at; an act placed on one, and what its letter would be."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, RawBody
from pydantic import BaseModel
from sqlmodel import Session

from api.office import views
from api.office.filters import CaseFilters, read_filters
from api.office.office import Office, Placed
from api.office.policy import readable_agencies
from api.office.problems import Problem
from api.office.sight import seen, wanted_for, words_of
from api.office.views import case_row
from api.rest.description import describe
from api.web.answers import stored_answer
from api.web.idempotency_key import Worded, write_once
from api.web.requests import HttpRequest, json_body, office_of, officer_of, relations_of
from api.web.worker_threads import threaded
from db import queries, store, suggestions
from db.staff import staff
from workflow import acts as a
from workflow.acts import Officer
from workflow.law import Invalid
from workflow.movers import who_must_move


def _case(request: HttpRequest, case_id: UUID) -> Placed:
    """The case of a route, for who may see it by the route's row in the policy table."""
    return office_of(request).case(officer_of(request), str(case_id), relations=relations_of(request))


def _act(office: Office, data: dict[str, Any]) -> a.Act:
    """The act of a body; without a date it is dated today."""
    if data.get("kind") != "registration" and data.get("on") is None:
        data = {**data, "on": office.today().isoformat()}
    return a.parse(data)


# ------------------------------------------------------------------ writing once, seeing versions


def _version(request: HttpRequest) -> int:
    """The version that `If-Match` names (428 without it)."""
    text = request.headers.get("if-match")
    if text is None:
        raise Problem(428, '请在 If-Match 中注明所见的版本，例如 If-Match: "3"。版本见案件的 version 或者 ETag。')
    plain = text.strip().removeprefix("W/").strip('"')
    if not plain.isascii() or not plain.isdigit() or len(plain) > 9:
        wrong = 'If-Match 应当是案件的版本，例如 If-Match: "3"。'
        raise Problem(400, wrong, errors=[("If-Match", wrong)])
    return int(plain)


def _placed(
    office: Office, request: HttpRequest, officer: Officer, body: bytes, work: Callable[[Session], Placed]
) -> Response[bytes]:
    """Do `work` in one transaction and answer with the case; with an Idempotency-Key, once."""
    done: list[Placed] = []

    def run(session: Session) -> Worded:
        placed = work(session)
        done[:] = [placed]
        return _case_answer(office, session, officer, placed, 201)

    answer = write_once(office, request, officer.id, body, run)
    for placed in done:
        office.announce(placed.case)
    return stored_answer(answer)


def _case_answer(office: Office, session: Session, officer: Officer, placed: Placed, status: int) -> Worded:
    """The answer with the case: what the database says is read now, and put into words when it is called, for which nobody waits."""
    view = (_question if placed.relation == "consulted" else _view)(office, session, officer, placed)
    headers = {"ETag": f'"{placed.case.version}"'}
    if status == 201:
        headers["Location"] = f"/api/cases/{placed.case.id}"
    return lambda: store.Answer(status, view().model_dump_json().encode(), headers)


def _question(office: Office, session: Session, officer: Officer, placed: Placed) -> Callable[[], BaseModel]:
    """Those who were asked see their question and nothing else of the case."""
    case = seen(placed.case, officer.role, placed.relation)
    answered = case.acts[-1].act
    asked = case.consultation(answered.consultation) if isinstance(answered, a.Opinion) else None
    assert asked is not None
    people = staff(session, [officer.agency], office.today(), office.rules)
    return partial(views.inbox_view, case, asked, office.rules, office.agencies[placed.case.agency].name, people)


def _view(office: Office, session: Session, officer: Officer, placed: Placed) -> Callable[[], BaseModel]:
    """The case as this officer sees it now."""
    case, today = placed.case, office.today()
    asked = {one.act.agency for one in case.consultations if one.act.agency}
    below = {case.passed_down.agency} if case.passed_down is not None and case.passed_down.agency else set()
    people = staff(session, {case.agency, *asked, *below}, today, office.rules)
    shown, words = seen(case, officer.role, placed.relation), words_of(case, officer.role, placed.relation)
    requests = list(zip(shown.requests, (after for _, after in office.requests(session, case)), strict=True))
    return partial(
        views.case_view,
        shown,
        office.rules,
        today,
        open_to=office.open_to(session, case, officer, placed.relation, today),
        risks=office.risks(session, case, today) if case.state == "approving" else (),
        letters=queries.letters_of(session, case),
        attachments=queries.attachments_of(session, case.id),
        full=shown is case,
        requests=[(asked, words(after) if isinstance(after, str) else after) for asked, after in requests],
        words=words,
        movers=who_must_move(case, office.rules, today, people),
    )


# ------------------------------------------------------------------ cases


@post("/api/cases", **describe("Registration", errors=(400, 401, 403, 409, 413, 415, 422, 503), creates=True, returns="CaseView"))
@threaded
def register(request: HttpRequest, body: RawBody) -> Response[bytes]:
    """登记: open a file with a registration (条例 29, 31). 201 with the case."""
    office, me = office_of(request), officer_of(request)
    data = json_body(request, body)
    if data.setdefault("kind", "registration") != "registration":
        raise Invalid("kind", "新的案卷只能由登记开始")
    act = a.parse(data)
    office.prepare(me, None, act)

    def work(session: Session) -> Placed:
        return office.register_in(session, me, act)

    return _placed(office, request, me, body, work)


@get("/api/cases", **describe(errors=(400, 401, 403), query=CaseFilters))
@threaded
def list_cases(request: HttpRequest) -> views.Page:
    """案件列表: the cases of this officer's agency (and, for an overseeing office, of those below it), masked."""
    office, me = office_of(request), officer_of(request)
    today = office.today()
    wanted, agency = read_filters(request.query_params.multi_items(), office, me)
    scope, told = readable_agencies(me, office.agencies), wanted_for(me, office.database.ring)
    if agency is not None:
        scope &= {agency}
    with office.database.read() as session:
        try:
            page = queries.cases(session, scope, wanted, today)
        except queries.BadCursor:
            raise Invalid("cursor", "翻页标记不正确，请从第一页重新开始") from None
    return views.Page(items=[case_row(row, office.rules.calendar, today, told) for row in page.items], next=page.next, total=page.total)


@get("/api/cases/{case_id:uuid}", **describe(errors=(401, 403, 404), returns="CaseView"))
@threaded
def get_case(request: HttpRequest, case_id: FromPath[UUID]) -> Response[bytes]:
    """一件申请: state, due date and why, acts, letters, what this officer may do now. The ETag is its version."""
    office, me = office_of(request), officer_of(request)
    placed = _case(request, case_id)
    with office.database.read() as session:
        answer = _case_answer(office, session, me, placed, 200)
    return stored_answer(answer())


@post(
    "/api/cases/{case_id:uuid}/acts",
    **describe(
        "Act", errors=(400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 503), creates=True, changes=True, returns="Placed"
    ),
)
@threaded
def place_act(request: HttpRequest, case_id: FromPath[UUID], body: RawBody) -> Response[bytes]:
    """办理: place one act of any kind on the case. 201 with the case as it is now."""
    office, me = office_of(request), officer_of(request)
    seen = _version(request)
    act = _act(office, office.completed(me, str(case_id), json_body(request, body)))
    office.prepare(me, str(case_id), act)

    def work(session: Session) -> Placed:
        return office.place_in(session, me, str(case_id), act, seen)

    return _placed(office, request, me, body, work)


@post(
    "/api/cases/{case_id:uuid}/letters/preview",
    status_code=200,
    **describe("Act", errors=(400, 401, 403, 404, 409, 413, 415), returns="application/pdf"),
)
@threaded
def preview(request: HttpRequest, case_id: FromPath[UUID], body: RawBody) -> Response[bytes]:
    """文书预览: the letter an act would make, as PDF marked 预览; nothing is stored and no number is taken."""
    office, me = office_of(request), officer_of(request)
    pdf = office.preview(me, str(case_id), _act(office, json_body(request, body)))
    return Response(pdf, media_type="application/pdf", headers={"Cache-Control": "no-store"})


@get("/api/cases/{case_id:uuid}/days", **describe(errors=(401, 403, 404)))
@threaded
def days(request: HttpRequest, case_id: FromPath[UUID]) -> dict[str, Any]:
    """期限日历: every day from the receipt to the due date, and whether and why it counts."""
    office = office_of(request)
    case = _case(request, case_id).case
    return {"items": [views.DayView.of(day) for day in case.reckoning(office.rules).days()]}


@get("/api/cases/{case_id:uuid}/similar", **describe(errors=(401, 403, 404)))
@threaded
def similar(request: HttpRequest, case_id: FromPath[UUID]) -> dict[str, Any]:
    """类似申请: earlier requests of this applicant (条例 36(六)) and of others (条例 44), each with a score and why; `alike`: the merely alike."""
    office, me = office_of(request), officer_of(request)
    case = _case(request, case_id).case
    with office.database.read() as session:
        scope = readable_agencies(me, office.agencies)
        found = queries.similar(session, office.sameness, scope, case.id)
        public = suggestions.published_for(session, office.sameness, scope, case.wanted, case.received_on)
    return {**views.similar_view(found), "published": [views.PublishedView.of(*one) for one in public]}


ROUTES: tuple[BaseRouteHandler, ...] = (register, list_cases, get_case, place_act, preview, days, similar)
