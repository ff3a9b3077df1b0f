"""转主动公开建议, 主题核对, 收费统计: what follows from the analysis, each with its own page (条例 44)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from sqlmodel import Session

from api.office import findings, publication
from api.office.policy import readable_agencies
from api.office.problems import Problem, not_found
from api.office.questions import Proposal, Step
from api.pages.reports.span_filter import View, facts, quick, view_of
from api.pages.shared.frame import HttpRequest, action, form_of, go, me, office_of, page, show
from api.pages.shared.submission import attempt
from api.web.problems import request_id
from db import analysis as measured
from db import people, reports, suggestions, treasury
from db.suggestions import STEPS
from workflow import acts as a
from workflow.law import Refused
from workflow.topics import LEAST
from workflow.words import say_day, say_yuan

DONE: Mapping[str, str] = {
    "proposed": "已提出建议，等负责人决定。", "accepted": "已采纳。公开以后请填写网址。", "declined": "已写明不采纳的理由。",
    "published": "已登记公开的网址，以后有人申请同样的信息，登记时会提示。",
    "withdrawn": "已从公开目录撤下，登记时也不再提示。",
}  # fmt: skip
MOST_ROWS = 30
NO_SUGGESTION = "没有这条建议，或者您不能查看。"


def _head(view: View) -> str:
    return f"{say_day(view.span.first)}至{say_day(view.span.last)}"


# ------------------------------------------------------------------ suggestions


@page("/analysis/suggestions")
def listed(request: HttpRequest) -> Response[Any]:
    """转主动公开建议: what several applicants ask for, and what became of the suggestions."""
    office, officer, view = office_of(request), me(request), view_of(request)
    today = office.today()
    common = facts(request, view, "/analysis/suggestions") | {"quick": quick(today), "span_words": _head(view)}
    if view.errors:
        return show(request, "suggestions.html", status=400, items=[], clusters=[], saved=0, mine=False, **common)
    with office.database.read() as session:
        known = suggestions.listed(session, view.scope)
        items = [suggestions.view(session, office.sameness, row, today) for row in known]
        clusters = measured.clusters(session, office.sameness, view.scope, view.span)
    for one in clusters:
        one["known"] = next((row.id for row in known if set(row.cases) & set(one["cases"])), None)
        one["mine"] = one["agencies"].get(officer.agency, 0)
    return show(
        request, "suggestions.html", items=items, saved=sum(one["saved"] for one in items), mine=officer.role in suggestions.PROPOSERS,
        clusters=[one for one in clusters if one["applicants"] >= measured.SEVERAL],
        outcomes={key: one.title for key, one in office.rules.on(today).outcomes.items()}, **common,
    )  # fmt: skip


def _cluster(request: HttpRequest, view: View, case_id: str) -> dict[str, Any]:
    """The cluster that a case belongs to, narrowed to the cases of one's own unit. Raises a 404 Problem."""
    office, officer = office_of(request), me(request)
    with office.database.read() as session:
        clusters = measured.clusters(session, office.sameness, view.scope, view.span)
        found = next((one for one in clusters if case_id in one["cases"]), None)
        if found is None or not found["agencies"].get(officer.agency):
            raise not_found("这一类申请已经变了，请从转主动公开建议的页面重新进入。")
        rows = _own_rows(session, found["cases"], officer.agency)
        known = next((row.id for row in suggestions.listed(session, [officer.agency]) if set(row.cases) & set(found["cases"])), None)
    return {**found, "rows": rows, "known": known}


def _own_rows(session: Session, ids: Sequence[str], agency: str) -> list[Any]:
    """The docket rows of those of the cases that are of this unit."""
    return [row for row in reports.docket_rows(session, ids) if row.agency == agency]


@page("/analysis/suggestions/new")
def new_form(request: HttpRequest) -> Response[Any]:
    """提出建议."""
    view = view_of(request)
    cluster = _cluster(request, view, view.asked.key)
    typed = {"title": cluster["title"], "sample": cluster["sample"], "reason": ""}
    return _new_page(request, view, cluster, typed)


def _new_page(
    request: HttpRequest, view: View, cluster: Mapping[str, Any], typed: Mapping[str, str], *, status: int = 200,
    errs: Sequence[tuple[str, str]] = (),
) -> Response[Any]:  # fmt: skip
    common = facts(request, view, "/analysis/suggestions") | {"errs": list(errs)}
    here = view.href("/analysis/suggestions/new", key=view.asked.key)
    return show(request, "suggestion_new.html", status=status, cluster=cluster, typed=typed, here=here, **common)


@action("/analysis/suggestions/new")
def propose(request: HttpRequest) -> Response[Any]:
    """提出转主动公开建议, on the ground of the cases of one's own unit."""
    office, officer, form, view = office_of(request), me(request), form_of(request), view_of(request)
    cluster = _cluster(request, view, view.asked.key)
    typed = {name: form.get(name) for name in ("title", "sample", "reason")}
    if cluster["known"] is not None:
        return go(f"/analysis/suggestions/{cluster['known']}")
    try:
        wanted = a.read(Proposal, {**typed, "cases": [row.case_id for row in cluster["rows"]]})
    except a.Rejected as rejected:
        return _new_page(request, view, cluster, typed, status=400, errs=_errs(rejected))

    def work(session: Session) -> str:
        made = suggestions.propose(
            session, officer, office.clock(), office.today(), title=wanted.title, sample=wanted.sample, cases=wanted.cases,
            reason=wanted.reason,
        )  # fmt: skip
        people.log(session, office.clock(), "suggestion", officer=officer, object=made, request_id=request_id(request))
        return made

    return go(f"/analysis/suggestions/{office.database.write(work)}?done=proposed")


_SAY = {
    "title": "请填写建议公开的内容", "sample": "请填写申请的内容", "reason": "请写明理由",
    "url": "请填写公开的网址，以http://或者https://开头，不带用户名和密码",
}  # fmt: skip


def _errs(rejected: a.Rejected) -> list[tuple[str, str]]:
    """One sentence for each field; a field that is empty is asked for."""
    found: dict[str, str] = {}
    for name, sentence in rejected.errors:
        found.setdefault(name, _SAY.get(name, sentence) if name == "url" or "没有填写" in sentence or "空" in sentence else sentence)
    return list(found.items())


@page("/analysis/suggestions/{suggestion_id:uuid}")
def suggestion(request: HttpRequest, suggestion_id: FromPath[UUID]) -> Response[Any]:
    """一条建议: its ground, its course, and what one may do now."""
    return _suggestion_page(request, str(suggestion_id))


def _suggestion_page(
    request: HttpRequest, suggestion_id: str, *, status: int = 200, typed: Mapping[str, str] | None = None,
    errs: Sequence[tuple[str, str]] = (), refused: Problem | None = None,
) -> Response[Any]:  # fmt: skip
    office, officer = office_of(request), me(request)
    with office.database.read() as session:
        row = suggestions.one(session, suggestion_id, readable_agencies(officer, office.agencies))
        if row is None:
            raise not_found(NO_SUGGESTION)
        told = suggestions.view(session, office.sameness, row, office.today()) | {"published_on": row.published_on}
        cases = _own_rows(session, row.cases, row.agency)
    own = row.agency == officer.agency
    steps = [
        (key, title) for key, (sources, _dest, title, roles) in STEPS.items() if own and row.state in sources and officer.role in roles
    ]
    done = DONE.get(request.query_params.get("done", ""), "")
    return show(
        request, "suggestion.html", status=status, one=told, published_on=row.published_on, cases=cases, steps=steps,
        errs=list(errs), refused=refused,
        typed=typed or {"step": "", "reason": "", "url": row.url or "", "title": row.title},
        done=done if request.scope["method"] == "GET" else "", unit_name=office.agencies[row.agency].name,
        outcomes={key: outcome.title for key, outcome in office.rules.on(office.today()).outcomes.items()},
    )  # fmt: skip


@action("/analysis/suggestions/{suggestion_id:uuid}")
def take_step(request: HttpRequest, suggestion_id: FromPath[UUID]) -> Response[Any]:
    """采纳, 不采纳 with a reason, 公开 with the address and the title that the public reads, or 撤下."""
    office, officer, form = office_of(request), me(request), form_of(request)
    here, typed = str(suggestion_id), {name: form.get(name) for name in ("step", "reason", "url", "title")}
    if typed["step"] not in STEPS:
        return _suggestion_page(request, here, status=400, typed=typed, errs=[("step", "请选择怎样办理")])
    body = {"step": typed["step"], "reason": typed["reason"]}
    if typed["step"] == "publish":
        wrong = publication.faults(typed["title"], typed["url"])
        wrong += [(name, _SAY[name]) for name in ("title", "reason") if not typed[name]]
        if wrong:
            return _suggestion_page(request, here, status=400, typed=typed, errs=wrong)
        body |= {"url": typed["url"], "title": typed["title"]}
    try:
        wanted = a.read(Step, body)
    except a.Rejected as rejected:
        return _suggestion_page(request, here, status=400, typed=typed, errs=_errs(rejected))

    def work(session: Session) -> None:
        row = suggestions.one(session, here, {officer.agency})
        if row is None:
            raise not_found(NO_SUGGESTION)
        suggestions.take(session, officer, office.today(), row, wanted.step, reason=wanted.reason, url=wanted.url, title=wanted.title)
        people.log(session, office.clock(), "suggestion", officer=officer, object=here, reason=wanted.step, request_id=request_id(request))

    try:
        office.database.write(work)
    except Refused as refused:
        return _suggestion_page(request, here, status=409, typed=typed, refused=Problem(409, refused.message, articles=refused.articles))
    return go(f"/analysis/suggestions/{here}?done={STEPS[wanted.step][1]}")


# ------------------------------------------------------------------ topics


def _may_judge(request: HttpRequest) -> bool:
    office = office_of(request)
    return me(request).role in office.rules.on(office.today()).roles["topic"]


@page("/analysis/topics")
def topics(request: HttpRequest) -> Response[Any]:
    """主题核对: the proposals to be confirmed or corrected, and how often they were right."""
    return _topics_page(request, view_of(request))


def _topics_page(
    request: HttpRequest, view: View, *, status: int = 200, typed: Mapping[str, str] | None = None, ticked: Sequence[str] = (),
    problems: Sequence[tuple[str, str]] = (), confirmed: int = 0,
) -> Response[Any]:  # fmt: skip
    office, officer = office_of(request), me(request)
    may = _may_judge(request)
    with office.database.read() as session:
        accuracy = measured.topic_accuracy(session, view.scope, view.span)
        rows, total = measured.unconfirmed(session, [officer.agency], view.span, MOST_ROWS) if may else ([], 0)
        model = office.learning.known(session, officer.agency) if may else None
    law = office.rules.on(office.today())
    proposed = {row.case_id: model.propose(row.wanted, law.topics) if model is not None else row.topic_proposed for row in rows}
    said = view.asked.done if view.asked.done and view.asked.done.isascii() and view.asked.done.isdigit() else None
    common = facts(request, view, "/analysis/topics")
    common["errs"] = [*common["errs"], *problems]
    return show(
        request, "topics.html", status=400 if view.errors else status, accuracy=accuracy, rows=rows, total=total, may=may, proposed=proposed,
        learned=model if model is not None and model.confirmed >= LEAST else None,
        topics=law.topics, titles={one.key: one.title for one in law.topics}, typed=typed or {}, ticked=set(ticked),
        done=f"已核对{confirmed or int(said or 0)}件。" if confirmed or said else "", percent=findings.percent, few=findings.FEW,
        quick=quick(office.today()), span_words=_head(view), here=view.href("/analysis/topics"), **common,
    )  # fmt: skip


@action("/analysis/topics")
def judge_topics(request: HttpRequest) -> Response[Any]:
    """确认主题: each ticked file gets its topic by an act of its own; what could not be placed stays, with its reason."""
    office, form, view = office_of(request), form_of(request), view_of(request)
    ticked = list(dict.fromkeys(form.all("case")))[: 2 * MOST_ROWS]
    typed = {name: values[0][:100] for name, values in form.fields.items() if name.startswith("topic.")}
    if not ticked:
        return _topics_page(request, view, status=400, typed=typed, problems=[("", "请先勾选要核对的申请")])
    known, confirmed = {one.key for one in office.rules.on(office.today()).topics}, 0
    problems: list[tuple[str, str]] = []
    for case_id in ticked:
        topic, seen = form.get(f"topic.{case_id}"), form.get(f"seen.{case_id}")
        if topic not in known:
            problems.append((f"topic.{case_id}", "有一件没有选择主题，请选择"))
            continue
        version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0
        placed, wrong = attempt(request, case_id, {"kind": "topic", "topic": topic, "on": office.today().isoformat()}, version)
        if placed is not None:
            confirmed += 1
        elif wrong is not None:
            problems.append((f"topic.{case_id}", wrong.problem.detail))
    if confirmed:
        office.learning.soon(me(request).agency)
    if problems:
        return _topics_page(request, view, status=409, typed=typed, ticked=ticked, problems=problems, confirmed=confirmed)
    return go(view.href("/analysis/topics", done=confirmed))


# ------------------------------------------------------------------ fees


@page("/analysis/fees")
def fees(request: HttpRequest) -> Response[Any]:
    """收费统计: what was notified, paid and waived, by unit, and every item with its case."""
    office, view = office_of(request), view_of(request)
    common = facts(request, view, "/analysis/fees") | {"quick": quick(office.today()), "span_words": _head(view)}
    if view.errors:
        return show(request, "fees.html", status=400, by_unit={}, total=None, items=[], say_yuan=say_yuan, **common)
    with office.database.read() as session:
        by_unit = reports.fees(session, view.scope, view.span.first, view.span.last)
        owed = treasury.accounts(session, view.scope, view.span.first, view.span.last)
        items = [{**one, "day": date.fromisoformat(one["on"])} for one in measured.fee_statement(session, view.scope, view.span)]
    total = sum(by_unit.values(), reports.Fees())
    files = {form: view.href("/api/reports/fees", format=form) for form in ("csv", "xlsx")}
    return show(
        request, "fees.html", by_unit=by_unit, total=total, items=items, files=files, say_yuan=say_yuan,
        owed=owed, owed_total=sum(owed.values(), treasury.Account()), account_titles=treasury.TITLES, **common,
    )  # fmt: skip


ROUTES: tuple[BaseRouteHandler, ...] = (listed, new_form, propose, suggestion, take_step, topics, judge_topics, fees)
