"""网上申请待确认: what came in over the public form; the intake desk confirms it with the applicant and registers it, or declines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from litestar import Response
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from sqlmodel import Session

from api.office.masking import mask_applicant
from api.office.office import SHANGHAI, Placed
from api.office.problems import Problem, as_problem, not_found
from api.office.record import record
from api.office.sight import too_long
from api.pages.shared import application_form, askers, kept_forms
from api.pages.shared.form_files import attach
from api.pages.shared.forms import day_text, day_words
from api.pages.shared.frame import File, HttpRequest, action, form_of, go, me, office_of, page, show
from api.pages.shared.submission import by_field
from api.web.problems import request_id
from db import applications, people, queries, suggestions
from db.projection import applicant_key
from letters.fontset import unprintable
from workflow import acts as a
from workflow import printable
from workflow.words import say_day

NO_APPLICATION = "没有这件网上申请，或者您不能查看。"
NOT_FIRST = "没有提交：这件网上申请刚由别人办理过，请看最新情况。"

REASONS = {
    "duplicate": "与本人已经提交的申请重复",
    "spam": "不是政府信息公开申请（测试、广告或者乱填）",
    "withdrawn": "申请人在确认时表示不再申请",
}
"""Why an application is not registered; the sentence is shown to the applicant."""
MOST_OF_NOTE = 1000
VIEWS = {"waiting": "等待确认", "settled": "已经办理"}
DONE = {"declined": "已写明原因，没有登记。申请人查询进度时可以看到原因。"}


@page("/intake/applications")
def listing(request: HttpRequest) -> Response[Any]:
    """网上申请: those that wait, or those that are settled."""
    office, officer = office_of(request), me(request)
    view = request.query_params.get("view", "waiting")
    view = view if view in VIEWS else "waiting"
    with office.database.read() as session:
        rows = applications.listed(session, officer.agency, waiting=view == "waiting")
        waiting = applications.count_waiting(session, officer.agency)
        opened = officer.agency in applications.open_agencies(session, office.agencies)
    told = [
        {"row": row, "title": _wanted(row), "applicant": _masked(row), "state": applications.STATES[row.state], "here": _came_here(row)}
        for row in rows
    ]
    done = DONE.get(request.query_params.get("done", ""))
    return show(
        request, "applications.html", rows=told, view=view, views=VIEWS, waiting=waiting, opened=opened, done=done
    )


def _came_here(row: Any) -> bool:
    """Whether it was handed in at the unit's own counter: it was received that day, and nobody need confirm it (READINGS R-counter)."""
    return application_form.at_counter(json.loads(row.fields))


def _wanted(row: Any) -> str:
    return str(json.loads(row.fields)["wanted"])


def _masked(row: Any) -> str:
    fields = json.loads(row.fields)
    who, others = fields["applicant"], len(fields.get("co_applicants", ()))
    name = mask_applicant(who["name"], who["category"])
    return f"{name}等{others + 1}人" if others else name


def _people(fields: Mapping[str, Any]) -> list[askers.Somebody]:
    """Who asks and who acts for them, with their telephones: the desk has to ring."""
    everybody = [a.stored(a.Applicant, one) for one in (fields["applicant"], *fields.get("co_applicants", ()))]
    agent = a.stored(a.Agent, fields["agent"]) if "agent" in fields else None
    return askers.everybody(everybody, 0, agent, "contacts")


def _row(request: HttpRequest, application_id: UUID) -> Any:
    office = office_of(request)
    with office.database.read() as session:
        row = applications.one(session, str(application_id))
    if row is None or row.agency != me(request).agency:
        raise not_found(NO_APPLICATION)
    return row


@page("/intake/applications/{application_id:uuid}")
def one(request: HttpRequest, application_id: FromPath[UUID]) -> Response[Any]:
    """One application as it was sent, with what is like it."""
    return _one(request, _row(request, application_id))


HOW = {"phone": "打电话", "visit": "当面", "sms": "发短信", "email": "发电子邮件"}
"""How office and applicant confirmed an application."""


def may_write(request: HttpRequest, application_id: UUID) -> None:
    """Raises Problem: there is no such application for this officer."""
    _row(request, application_id)


def _draft(row: Any, what: str) -> str:
    """Under which address each of the two forms saves itself."""
    return f"/intake/applications/{row.id}/{what}"


def _kept(request: HttpRequest, row: Any) -> dict[str, Any]:
    """The two forms as they save themselves, and what stood in them when they were left."""
    sent = str(request.scope["path"]).rpartition("/")[2] if request.method == "POST" else ""
    found: dict[str, Any] = {what: kept_forms.saving(request, _draft(row, what), form_of(request) if sent == what else None)
                             for what in ("confirm", "decline")}  # fmt: skip
    for what in ("confirm", "decline"):
        form = None if sent == what else kept_forms.kept(request, _draft(row, what))
        found |= {name: form.get(name) for name in form.fields} if form else {}
    return found


def _settled(request: HttpRequest, session: Session, row: Any) -> None:
    """Nothing of the two forms comes back."""
    for what in ("confirm", "decline"):
        kept_forms.gone(request, session, _draft(row, what), for_good=True)


def _one(request: HttpRequest, row: Any, *, status: int = 200, **facts: Any) -> Response[Any]:
    office, officer, fields = office_of(request), me(request), json.loads(row.fields)
    key = applicant_key(a.stored(a.Applicant, fields["applicant"]), office.keys.blind)
    today, submitted = office.today(), row.submitted_at.astimezone(SHANGHAI).date()
    scope, wanted = office.agencies, fields["wanted"]
    with office.database.read() as session:
        known: dict[str, Any] = {
            "files": applications.uploads_of(session, applications.owner_of(row.id)),
            "alike": applications.alike(session, row),
            "published": [found for found, _ in suggestions.published_for(session, office.sameness, scope, wanted, submitted)[:3]],
            "similar": queries.similar_to(
                session, office.sameness, [officer.agency], fields["wanted"], key, today, most=3, without=row.case_id or ""
            ),
            "case_number": applications.case_number(session, row.case_id) if row.case_id else None,
        }
    known |= {"errs": [], "problem": None, "received": day_words(today.isoformat()), "reason": "", "note": "", "proof": ""}
    known |= {"how": "phone", "by": officer.name}
    known |= _kept(request, row)
    items = [item["wanted"] for item in fields.get("items", ())]
    state = "等待登记" if row.state == "waiting" and _came_here(row) else applications.STATES[row.state]
    return show(
        request, "application.html", status=status, row=row, state=state, here=_came_here(row), people=_people(fields),
        items=items, submitted=submitted, reasons=REASONS, HOW=HOW, fields=fields, FORMS=a.FORMS, DELIVERIES=a.DELIVERIES,
        TELL_BY=a.TELL_BY, **known | facts,
    )  # fmt: skip


@page("/intake/applications/{application_id:uuid}/files/{upload_id:uuid}")
def file(request: HttpRequest, application_id: FromPath[UUID], upload_id: FromPath[UUID]) -> Response[Any]:
    """A file that came with it, always as a download."""
    office, row = office_of(request), _row(request, application_id)
    with office.database.read() as session:
        found = applications.upload(session, applications.owner_of(row.id), str(upload_id))
    if found is None:
        raise not_found("没有这个附件，或者您不能查看。")
    record(office.database, office.clock(), "attachment", me(request), f"{row.number} {found.id}", "下载")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name)}", "Cache-Control": "no-store"}
    return Response(office.files.get("uploads", found.id, found.digest), media_type=found.media_type, headers=headers)


@action("/intake/applications/{application_id:uuid}/confirm")
def confirm(request: HttpRequest, application_id: FromPath[UUID]) -> Response[Any]:
    """确认并登记: the day on which office and applicant confirmed it is the day of receipt (条例 31(三))."""
    office, officer, row, form = office_of(request), me(request), _row(request, application_id), form_of(request)
    typed, proof, proved = form.get("received")[:40], form.get("proof")[:36], str(uuid4())
    submitted = row.submitted_at.astimezone(SHANGHAI).date()
    now, today = office.clock(), office.today()
    how, by, is_told = form.get("how", "phone"), form.get("by", officer.name), "how" in form or "by" in form
    is_told = is_told and not _came_here(row)
    if is_told and (faults := _of_confirming(how, by)):
        return _one(request, row, status=400, received=typed, proof=proof, how=how, by=by, errs=faults)
    fields = json.loads(row.fields)
    if proof and "agent" in fields:
        with office.database.read() as session:
            if applications.upload(session, applications.owner_of(row.id), proof) is None:
                return _one(request, row, status=400, received=typed, errs=[("proof", "没有这个文件，请重新选择代理人的证明材料")])
        fields["agent"]["proof"] = proved
    try:
        act = application_form.registration(fields, submitted, day_text(typed), today.isoformat())
        if is_told:
            act = act.evolve(remark=f"网上申请由{by}于{say_day(act.received_on)}{HOW[how]}与申请人确认。")
        office.prepare(officer, None, act, now)

        def register(session: Session) -> Placed:
            placed = office.register_in(session, officer, act, now, papers=[proved])
            if not applications.settle(session, row.id, "confirmed", now, case_id=placed.case.id):
                raise Problem(409, NOT_FIRST)
            _settled(request, session, row)
            sent = applications.uploads_of(session, applications.owner_of(row.id))
            for one in sent:
                file, is_proof = File(one.name, one.media_type, office.files.get("uploads", one.id, one.digest)), one.id == proof
                purpose = "代理人的授权委托书等证明" if is_proof else "网上申请的材料"
                attach(session, office, placed.case, [file], purpose, officer, now, identity=proved if is_proof else None)
            return placed

        placed = office.database.write(register)
    except Exception as error:
        problem = as_problem(error)
        if problem.status not in (400, 409, 422):
            raise
        made = _row(request, application_id).case_id
        if made is not None and office.case(officer, made).case.acts[0].officer.id == officer.id:  # pressed twice
            return go(_after(made))
        sentences = by_field(problem) if problem.status == 400 else {}
        errs = [("received" if name in ("on", "received_on") else "", why) for name, why in sentences.items()]
        return _one(request, row, status=problem.status, received=typed, proof=proof, how=how, by=by, errs=errs, problem=None if errs else problem)
    office.announce(placed.case)
    return go(_after(placed.case.id))


def _of_confirming(how: str, by: str) -> list[tuple[str, str]]:
    found = [] if how in HOW else [("how-phone", "请选择怎样确认的")]
    if not 0 < len(by) <= 50:
        found.append(("by", "请填写由谁确认，最多50字"))
    elif (why := printable.fault(by, lambda text: unprintable(text, lines=False))) is not None:
        found.append(("by", why))
    return found


def _after(case_id: str) -> str:
    from api.office.policy import ROUTES

    return f"/intake/done/{case_id}" if ("GET", "/intake/done/{case_id}") in ROUTES else f"/cases/{case_id}?done=registration"


@action("/intake/applications/{application_id:uuid}/decline")
def decline(request: HttpRequest, application_id: FromPath[UUID]) -> Response[Any]:
    """不予登记: only what is no request of its own, with a reason that the applicant reads."""
    office, officer, row, form = office_of(request), me(request), _row(request, application_id), form_of(request)
    reason, note, now = form.get("reason"), form.get("note"), office.clock()
    if reason not in REASONS:
        errs = [("reason-duplicate", "请选择没有登记的原因")]
        return _one(request, row, status=400, errs=errs, note=note)
    if (why := too_long(note, MOST_OF_NOTE)) is not None:
        return _one(request, row, status=400, errs=[("note", why)], reason=reason, note=note)
    answer = REASONS[reason] + ("。" + note if note else "。")

    def settle(session: Session) -> bool:
        if not applications.settle(session, row.id, "declined", now, answer=answer):
            return False
        _settled(request, session, row)
        people.log(session, now, "declined", officer=officer, object=row.number, reason=REASONS[reason], request_id=request_id(request))
        return True

    if not office.database.write(settle):
        return _one(request, _row(request, application_id), status=409, problem=Problem(409, NOT_FIRST), note=note)
    return go("/intake/applications?done=declined")


ROUTES: tuple[BaseRouteHandler, ...] = (listing, one, file, confirm, decline)
