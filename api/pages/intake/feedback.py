"""意见建议: what visitors of the hall left, who answers it and by when; the answer is read by whoever has its number and code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from sqlmodel import Session

from api.office.problems import Problem, not_found
from api.pages.shared import kept_forms
from api.pages.shared.application_form import unclean
from api.pages.shared.frame import HttpRequest, action, form_of, go, me, office_of, page, show
from db import feedback, people
from workflow.feedback import KINDS, due

MISSING = "没有这件意见建议，或者您不能查看。"
NOT_FIRST = "没有提交：这件意见建议刚由别人答复。您写的内容还在。"
VIEWS = {"open": "等待答复", "answered": "已经答复"}
DONE = {"answered": "已答复，提出的人用编号和查询码可以看到；留有联系方式的，请与他联系。", "assigned": "已交办。"}
LONGEST = 2000
ANSWERING = ("intake", "handler")
"""The posts that answer."""


@page("/intake/feedback")
def listing(request: HttpRequest) -> Response[Any]:
    """意见建议: those that wait for their answer, or those that have it."""
    office, officer = office_of(request), me(request)
    view = request.query_params.get("view", "open")
    view = view if view in VIEWS else "open"
    with office.database.read() as session:
        rows = feedback.listed(session, officer.agency, is_open=view == "open")
        waiting = len(feedback.waiting(session, officer.agency))
        names = people.names(session, officer.agency)
    told = [{"row": row, "kind": KINDS[row.kind], "due": _due(request, row), "by": names.get(row.assignee or "", "")} for row in rows]
    told.sort(key=lambda one: (one["due"].on, one["row"].serial) if view == "open" else (0, 0))
    return show(
        request, "feedback_list.html", rows=told, view=view, views=VIEWS, waiting=waiting, topics=_topics(request),
        done=DONE.get(request.query_params.get("done", "")),
    )  # fmt: skip


def _due(request: HttpRequest, row: Any) -> Any:
    return due(row.submitted_on, is_simple=row.is_simple, rules=office_of(request).rules)


def _topics(request: HttpRequest) -> dict[str, str]:
    return {one.key: one.title for one in office_of(request).rules.on(office_of(request).today()).topics}


def _row(request: HttpRequest, feedback_id: UUID) -> Any:
    with office_of(request).database.read() as session:
        row = feedback.one(session, str(feedback_id))
    if row is None or row.agency != me(request).agency or row.state == "erased":
        raise not_found(MISSING)
    return row


def may_write(request: HttpRequest, feedback_id: UUID) -> None:
    """Raises Problem: there is none such for this officer."""
    _row(request, feedback_id)


def _address(row: Any) -> str:
    return f"/intake/feedback/{row.id}"


@page("/intake/feedback/{feedback_id:uuid}")
def one(request: HttpRequest, feedback_id: FromPath[UUID]) -> Response[Any]:
    """One of them, with the form of its answer."""
    row = _row(request, feedback_id)
    kept = kept_forms.kept(request, _address(row))
    return _one(request, row, text=kept.get("reply") if kept else "")


def _one(
    request: HttpRequest, row: Any, *, text: str = "", errs: Sequence[tuple[str, str]] = (), problem: Problem | None = None, status: int = 200
) -> Response[Any]:
    office, officer = office_of(request), me(request)
    with office.database.read() as session:
        names = people.names(session, officer.agency)
    sent = form_of(request) if request.method == "POST" and "reply" in form_of(request) else None
    who = {one.username: one.name for one in office.staff([officer.agency]).colleagues if one.active and one.role in ANSWERING}
    return show(
        request, "feedback.html", status=status, row=row, kind=KINDS[row.kind], due=_due(request, row), topics=_topics(request), who=who,
        by=names.get(row.assignee or "", ""), text=text, errs=list(errs), problem=problem, LONGEST=LONGEST,
        saving=kept_forms.saving(request, _address(row), sent),
    )  # fmt: skip


@action("/intake/feedback/{feedback_id:uuid}/assign")
def assign(request: HttpRequest, feedback_id: FromPath[UUID]) -> Response[Any]:
    """交办: to whom, about what, and whether it is simple."""
    office, officer, row, form = office_of(request), me(request), _row(request, feedback_id), form_of(request)
    to, topic = form.get("to_whom"), form.get("about")
    staff = office.staff([officer.agency])
    if to and ((his := staff.by_name.get(to)) is None or not his.active or his.role not in ANSWERING):
        return _one(request, row, errs=[("to_whom", "请选择本单位在岗的登记或者承办人员")], status=400)
    about, simple = topic if topic in _topics(request) else None, form.get("simple") == "yes"
    if not office.database.write(lambda s: feedback.assign(s, row, officer, office.clock(), assignee=to or None, topic=about, is_simple=simple)):
        return _one(request, _row(request, feedback_id), problem=Problem(409, NOT_FIRST), status=409)
    return go("/intake/feedback?done=assigned")


@action("/intake/feedback/{feedback_id:uuid}")
def answer(request: HttpRequest, feedback_id: FromPath[UUID]) -> Response[Any]:
    """答复."""
    office, officer, row, form = office_of(request), me(request), _row(request, feedback_id), form_of(request)
    text = form.get("reply")
    why = "请写明答复" if not text else f"太长，最多{LONGEST}字" if len(text) > LONGEST else unclean(text)
    if why is not None:
        return _one(request, row, text=text, errs=[("reply", why)], status=400)

    def keep(session: Session) -> bool:
        if not feedback.answer(session, row, officer, office.clock(), text):
            return False
        kept_forms.gone(request, session, _address(row), for_good=True)
        return True

    if not office.database.write(keep):
        return _one(request, _row(request, feedback_id), text=text, problem=Problem(409, NOT_FIRST), status=409)
    return go("/intake/feedback?done=answered")


ROUTES: tuple[BaseRouteHandler, ...] = (listing, one, assign, answer)
