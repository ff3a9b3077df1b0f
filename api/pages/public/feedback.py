"""意见建议: what a visitor of a hall leaves at its counter; the intake desk has it answered, he reads the answer by number and code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from sqlmodel import Session

from api.office.allowances import TOLD
from api.office.problems import Problem
from api.pages.public.counter import agency_of
from api.pages.shared.application_form import id_of_changed, new_id, unclean
from api.pages.shared.frame import Form, HttpRequest, action, form_of, office_of, page, show
from api.web.bodies import client_of
from db import applications, feedback
from letters.agencies import Agency
from workflow.feedback import KINDS, due

LONGEST, REACH = 1000, 100
"""Characters of what is said, and of how to reach who says it."""
FULL = "等待答复的意见建议太多，暂时不能再接收。请当面告诉现场的工作人员。"


@page("/counter/{code:str}/feedback")
def form(request: HttpRequest, code: FromPath[str]) -> Response[Any]:
    """提意见、说困难."""
    return _form(request, agency_of(request, code), {"draft": new_id(), "sort": "opinion"})


@action("/counter/{code:str}/feedback")
def send(request: HttpRequest, code: FromPath[str]) -> Response[Any]:
    """提交, once however often it is sent: number, code, and by when it is answered."""
    office, agency, sent = office_of(request), agency_of(request, code), form_of(request)
    typed, today = _typed(sent), office.today()
    topics = {one.key for one in office.rules.on(today).topics}
    if errs := list(_faults(typed)):
        return _form(request, agency, typed, errs=errs, status=400)
    told = feedback.Told(typed["sort"], typed["said"], typed["about"] if typed["about"] in topics else None, typed["reach"] or None)

    def keep(session: Session) -> Any:
        if len(feedback.waiting(session, code)) >= feedback.MOST_OPEN:
            raise Problem(429, FULL)
        known, said = feedback.one(session, typed["draft"]), (code, told.kind, told.body, told.contact)
        same = known is None or (known.agency, known.kind, known.body, known.contact) == said
        identity = typed["draft"] if same else id_of_changed(typed["draft"], said)
        return feedback.add(session, told, id=identity, agency=code, on=today, key=office.keys.blind, now=office.clock())

    try:
        office.allowances.take(TOLD, office.allowances.client(client_of(request)), office.clock())
        row = office.database.write(keep)
    except Problem as problem:  # what was typed stays
        return _form(request, agency, typed, errs=[("said", problem.detail)], status=problem.status)
    return show(
        request, "feedback_sent.html", hall=agency, agency=agency, large_button=False, number=row.number,
        code=applications.code_of(row.id, office.keys.blind), kind=KINDS[row.kind], on=row.submitted_on, reached=bool(row.contact),
        due=due(row.submitted_on, is_simple=row.is_simple, rules=office.rules),
    )  # fmt: skip


def _typed(sent: Form) -> dict[str, str]:
    draft = sent.get("draft")[:36]
    try:
        draft = str(UUID(draft))
    except ValueError:
        draft = new_id()
    kept = {"said": sent.get("said")[: LONGEST * 2], "reach": sent.get("reach")[: REACH * 2], "about": sent.get("about")[:40]}
    return {"draft": draft, "sort": sent.get("sort") if sent.get("sort") in KINDS else "opinion", **kept}


def _faults(typed: dict[str, str]) -> Sequence[tuple[str, str]]:
    found = [] if typed["said"] else [("said", "请写明您的意见、建议或者遇到的困难")]
    for name, most in (("said", LONGEST), ("reach", REACH)):
        if len(typed[name]) > most:
            found.append((name, f"太长，最多{most}字，请缩短"))
        elif typed[name] and (why := unclean(typed[name])) is not None:
            found.append((name, why))
    return found


def _form(request: HttpRequest, agency: Agency, typed: dict[str, str], *, errs: Sequence[tuple[str, str]] = (), status: int = 200) -> Response[Any]:
    law = office_of(request).rules.on(office_of(request).today())
    return show(
        request, "feedback_form.html", status=status, hall=agency, agency=agency, large_button=False, typed=typed, errs=list(errs), KINDS=KINDS,
        topics={one.key: one.title for one in law.topics}, days=law.practice.feedback_reply, simple=law.practice.feedback_simple, LONGEST=LONGEST,
        REACH=REACH,
    )  # fmt: skip


ROUTES: tuple[BaseRouteHandler, ...] = (form, send)
