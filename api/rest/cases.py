"""The JSON API: thin handlers over `Office` and the queries. Access is decided by `policy.ROUTES` before they run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import MediaType, Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, RawBody
from pydantic import BaseModel, Field
from sqlmodel import Session

from api.office import packages, views
from api.office.filters import CaseFilters, read_filters
from api.office.office import Office, Placed
from api.office.policy import readable_agencies
from api.office.problems import NOT_FOUND, Problem
from api.office.views import case_row
from api.rest.description import describe
from api.web.answers import stored_answer
from api.web.bodies import json_body
from api.web.guard import officer_of, relations_of
from api.web.idempotency_key import write_once
from api.web.worker_threads import threaded
from db import queries, store, suggestions
from workflow import acts as a
from workflow import calculator, diagram, fees
from workflow.acts import Officer
from workflow.law import Invalid
from workflow.procedure import STATES, TABLE
from workflow.risks import open_risks
from workflow.words import LETTER_TITLES

HttpRequest = Request[Any, Any, Any]


def _office(request: HttpRequest) -> Office:
    office = request.app.state.office
    assert isinstance(office, Office)
    return office


def _case(request: HttpRequest, case_id: UUID | str, missing: str = NOT_FOUND) -> Placed:
    """The case of a route, for who may see it by the route's row in the policy table."""
    state = request.scope["state"]
    return _office(request).case(officer_of(state), str(case_id), missing, relations_of(state))


def _letter(request: HttpRequest, letter_id: UUID) -> tuple[Any, Placed]:
    state = request.scope["state"]
    return _office(request).letter(officer_of(state), str(letter_id), relations_of(state))


def _me(request: HttpRequest) -> Officer:
    return officer_of(request.scope["state"])


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
        raise Problem(400, 'If-Match 应当是案件的版本，例如 If-Match: "3"。')
    return int(plain)


def _placed(
    office: Office, request: HttpRequest, officer: Officer, body: bytes, work: Callable[[Session], Placed]
) -> Response[bytes]:
    """Do `work` in one transaction and answer with the case; with an Idempotency-Key, once."""
    done: list[Placed] = []

    def run(session: Session) -> store.Answer:
        placed = work(session)
        done[:] = [placed]
        return _case_answer(office, session, officer, placed, 201)

    answer = write_once(office, request, officer.id, body, run)
    for placed in done:
        office.announce(placed.case)
    return stored_answer(answer)


def _case_answer(office: Office, session: Session, officer: Officer, placed: Placed, status: int) -> store.Answer:
    view: BaseModel
    if placed.relation == "consulted":  # those who were asked see their question and nothing else of the case
        answered = placed.case.acts[-1].act
        asked = placed.case.consultation(answered.consultation) if isinstance(answered, a.Opinion) else None
        assert asked is not None
        view = views.inbox_view(placed.case, asked, office.rules, office.agencies[placed.case.agency].name)
    else:
        view = _view(office, session, officer, placed)
    headers = {"ETag": f'"{placed.case.version}"'}
    if status == 201:
        headers["Location"] = f"/api/cases/{placed.case.id}"
    return store.Answer(status, view.model_dump_json().encode(), headers)


def _view(office: Office, session: Session, officer: Officer, placed: Placed) -> views.CaseView:
    """The case as this officer sees it now."""
    case, today = placed.case, office.today()
    own = placed.relation == "own"
    return views.case_view(
        case,
        office.rules,
        today,
        open_to=office.open_to(session, case, officer, placed.relation, today),
        risks=open_risks(case, office.rules, today) if case.state == "approving" else (),
        letters=queries.letters_of(session, case.id),
        attachments=queries.attachments_of(session, case.id),
        full=own and officer.role in ("intake", "handler", "legal", "head"),
    )


# ------------------------------------------------------------------ calculators


class FeeQuestion(a.Record):
    """What the fee calculator is asked: items now and already counted this natural month, or pages."""

    basis: Literal["per_item", "per_page"]
    already: Annotated[int, Field(strict=True, ge=0, le=1_000_000)] = 0
    items: a.Count | None = None
    pages: a.Count | None = None
    on: a.Day | None = None


@post("/api/calculators/deadline", status_code=200, **describe("DeadlineQuestion", errors=(400, 413, 415)))
@threaded
def deadline(request: HttpRequest, body: RawBody) -> dict[str, Any]:
    """答复期限计算: the same clock that the cases use (条例 31-36)."""
    data = json_body(request, body)
    for extra in set(data) - {"channel", "events"}:
        raise Invalid(extra, "没有这一项，请删去")
    channel, events = data.get("channel"), data.get("events")
    if not isinstance(channel, str) or channel not in a.CHANNELS:
        raise Invalid("channel", "收到渠道应当是其中之一：" + "、".join(a.CHANNELS))
    if not isinstance(events, dict):
        raise Invalid("events", "没有填写，应当是一个对象")
    return calculator.calculate(channel, events, _office(request).rules)


@post("/api/calculators/fee", status_code=200, **describe("FeeQuestion", errors=(400, 409, 413, 415)))
@threaded
def fee(request: HttpRequest, body: RawBody) -> views.QuoteView:
    """信息处理费计算, with the working of every bracket (条例 42, 办法 4-5)."""
    office = _office(request)
    question = a.read(FeeQuestion, json_body(request, body))
    schedule = office.rules.on(question.on or office.today()).fees
    if question.basis == "per_item":
        if question.items is None or question.pages is not None:
            raise Invalid("items" if question.items is None else "pages", "按件计收的，填件数，不填页数", "办法 3")
        return views.quote_view(fees.quote(schedule, "per_item", question.items, question.already))
    if question.pages is None or question.items is not None:
        raise Invalid("pages" if question.pages is None else "items", "按量计收的，填页数，不填件数", "办法 3")
    return views.quote_view(fees.quote(schedule, "per_page", question.pages))


# ------------------------------------------------------------------ cases


@post("/api/cases", **describe("Registration", errors=(400, 401, 403, 409, 413, 415, 422, 503), creates=True, returns="CaseView"))
@threaded
def register(request: HttpRequest, body: RawBody) -> Response[bytes]:
    """登记: open a file with a registration (条例 29, 31). 201 with the case."""
    office, me = _office(request), _me(request)
    data = json_body(request, body)
    if data.setdefault("kind", "registration") != "registration":
        raise Invalid("kind", "新的案卷只能由登记开始")
    act = a.parse(data)

    def work(session: Session) -> Placed:
        return office.register_in(session, me, act)

    return _placed(office, request, me, body, work)


@get("/api/cases", **describe(errors=(400, 401, 403), query=CaseFilters))
@threaded
def list_cases(request: HttpRequest) -> views.Page:
    """案件列表: the cases of this officer's agency (and, for an overseeing office, of those below it), masked."""
    office, me = _office(request), _me(request)
    today = office.today()
    wanted, agency = read_filters(request.query_params.multi_items(), office.rules.on(today))
    scope = readable_agencies(me, office.agencies)
    if agency is not None:
        scope &= {agency}
    with office.database.read() as session:
        try:
            page = queries.cases(session, scope, wanted, today)
        except queries.BadCursor:
            raise Invalid("cursor", "翻页标记不正确，请从第一页重新开始") from None
    return views.Page(items=[case_row(row, office.rules.calendar, today) for row in page.items], next=page.next, total=page.total)


@get("/api/cases/{case_id:uuid}", **describe(errors=(401, 403, 404), returns="CaseView"))
@threaded
def get_case(request: HttpRequest, case_id: FromPath[UUID]) -> Response[bytes]:
    """一件申请: state, due date and why, acts, letters, what this officer may do now. The ETag is its version."""
    office, me = _office(request), _me(request)
    placed = _case(request, case_id)
    with office.database.read() as session:
        return stored_answer(_case_answer(office, session, me, placed, 200))


@post(
    "/api/cases/{case_id:uuid}/acts",
    **describe(
        "Act", errors=(400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 503), creates=True, changes=True, returns="Placed"
    ),
)
@threaded
def place_act(request: HttpRequest, case_id: FromPath[UUID], body: RawBody) -> Response[bytes]:
    """办理: place one act of any kind on the case. 201 with the case as it is now."""
    office, me = _office(request), _me(request)
    seen = _version(request)
    act = _act(office, json_body(request, body))
    office.prepare(act)

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
    office, me = _office(request), _me(request)
    pdf = office.preview(me, str(case_id), _act(office, json_body(request, body)))
    return Response(pdf, media_type="application/pdf", headers={"Cache-Control": "no-store"})


@get("/api/cases/{case_id:uuid}/days", **describe(errors=(401, 403, 404)))
@threaded
def days(request: HttpRequest, case_id: FromPath[UUID]) -> dict[str, Any]:
    """期限日历: every day from the receipt to the due date, and whether and why it counts."""
    office = _office(request)
    case = _case(request, case_id).case
    return {"items": [views.DayView.of(day) for day in case.reckoning(office.rules).days()]}


@get("/api/cases/{case_id:uuid}/similar", **describe(errors=(401, 403, 404)))
@threaded
def similar(request: HttpRequest, case_id: FromPath[UUID]) -> dict[str, Any]:
    """类似申请: earlier requests of this applicant (条例 36(六)) and of others (条例 44), with a score and the words."""
    office, me = _office(request), _me(request)
    case = _case(request, case_id).case
    with office.database.read() as session:
        scope = readable_agencies(me, office.agencies)
        found = queries.similar(session, scope, case.id)
        public = suggestions.published_for(session, scope, case.wanted)
    return {"items": [views.SimilarView.of(one) for one in found], "published": [views.PublishedView.of(*one) for one in public]}


# ------------------------------------------------------------------ letters, attachments, archive


@get("/api/letters/{letter_id:uuid}", **describe(errors=(401, 403, 404)))
@threaded
def get_letter(request: HttpRequest, letter_id: FromPath[UUID]) -> views.LetterView:
    """文书: its kind, number, date, digest, and how it was served."""
    row, placed = _letter(request, letter_id)
    made = next(letter for letter in placed.case.letters(_office(request).rules) if letter.id == row.id)
    return views.letter_view(placed.case, made, row)


@get(
    "/api/letters/{letter_id:uuid}/pdf",
    **describe(errors=(401, 403, 404), returns="application/pdf"),
)
@threaded
def get_letter_pdf(request: HttpRequest, letter_id: FromPath[UUID]) -> Response[bytes]:
    """文书的PDF, as issued."""
    row, _placed = _letter(request, letter_id)
    return Response(
        _office(request).pdf(row.id),
        media_type="application/pdf",
        headers={"Cache-Control": "no-store", "Content-Disposition": f'inline; filename="{row.id}.pdf"'},
    )


@get(
    "/api/cases/{case_id:uuid}/archive",
    **describe(errors=(401, 403, 404, 409), returns="application/zip"),
)
@threaded
def get_archive(request: HttpRequest, case_id: FromPath[UUID]) -> Response[bytes]:
    """归档包: the archive package (BagIt) of an archived case."""
    office = _office(request)
    case = _case(request, case_id).case
    return Response(
        packages.package(office, case),
        media_type="application/zip",
        headers={"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{case.id}.zip"'},
    )


# ------------------------------------------------------------------ the law, the office


@get("/api/procedure", **describe(errors=(400,)))
@threaded
def procedure(request: HttpRequest, format: FromQuery[Literal["json", "mermaid", "svg"]] = "json") -> Response[Any]:
    """程序: the table of states and acts, or its diagram (format=mermaid, svg)."""
    if format == "mermaid":
        return Response(diagram.mermaid(), media_type="text/plain; charset=utf-8")
    if format == "svg":
        return Response(diagram.svg(), media_type="image/svg+xml")
    office = _office(request)
    roles = office.rules.on(office.today()).roles
    return Response(
        {
            "states": [
                {"state": name, "title": state.title, "stage": state.stage, "mover": state.mover}
                for name, state in STATES.items()
            ],
            "acts": [
                {
                    "kind": row.kind,
                    "title": a.ACTS[row.kind].title,
                    "from": list(row.sources),
                    "to": None if row.dest == "=" else row.dest,
                    "guard": row.guard,
                    "roles": list(roles[row.kind]),
                    "articles": list(a.ACTS[row.kind].articles),
                }
                for row in TABLE
            ],
            "letters": dict(LETTER_TITLES),
        },
        media_type=MediaType.JSON,
    )


@get("/api/rules", **describe(errors=(400,)))
@threaded
def rules_in_force(request: HttpRequest, on: FromQuery[str | None] = None) -> dict[str, Any]:
    """现行规则: what is in force on a day (default today), every value with its citation."""
    office = _office(request)
    day = a.read(_OnDay, {"on": on}).on if on else office.today()
    return office.rules.as_dict(day)


class _OnDay(a.Record):
    on: a.Day


@get("/api/me", **describe(errors=(401,)))
@threaded
def me(request: HttpRequest) -> dict[str, str]:
    """当前用户: whose token this is."""
    officer = _me(request)
    return {"id": officer.id, "username": officer.username, "name": officer.name, "role": officer.role, "agency": officer.agency}


@get("/api/agencies", **describe(errors=(401,)))
@threaded
def agencies(request: HttpRequest) -> dict[str, Any]:
    """本系统中的单位."""
    found = _office(request).agencies.values()
    return {"items": [{"code": one.code, "name": one.name, "oversees": list(one.oversees)} for one in found]}


ROUTES: tuple[BaseRouteHandler, ...] = (
    deadline,
    fee,
    register,
    list_cases,
    get_case,
    place_act,
    preview,
    days,
    similar,
    get_letter,
    get_letter_pdf,
    get_archive,
    procedure,
    rules_in_force,
    me,
    agencies,
)
