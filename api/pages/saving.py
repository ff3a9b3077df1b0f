"""自动保存: which forms save themselves, who may, and the sentence that says what came of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

from litestar import MediaType, Response
from litestar.handlers import BaseRouteHandler

from api.office.policy import ROUTES as ADMITS
from api.office.problems import Problem, not_found
from api.pages.acts import acts
from api.pages.admin import counter_pages, units, users, wording
from api.pages.approvals import approvals, queue
from api.pages.consultations import consultations
from api.pages.intake import applications, feedback
from api.pages.shared import kept_forms
from api.pages.shared.frame import HttpRequest, action, form_of, me, office_of
from db import drafts

_ID = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"


def _anybody(_request: HttpRequest) -> None:
    """Whoever may use the route: its page is nobody's in particular."""


PLACES: tuple[tuple[re.Pattern[str], str, Callable[..., None]], ...] = tuple(
    (re.compile(rf"{pattern}(?:[?&]{drafts.OTHER}={_ID})?"), route, check)
    for pattern, route, check in (
        (rf"/cases/{_ID}/acts/([a-z_]{{1,40}})", "/cases/{case_id}/acts/{kind}", lambda request, id, kind: acts.may_write(request, UUID(id), kind)),
        (rf"/approvals/{_ID}", "/approvals/{case_id}", lambda request, id: approvals.may_write(request, UUID(id))),
        (rf"/approvals/{_ID}/requests/([0-9]{{1,6}})", "/approvals/{case_id}/requests/{seq}",
         lambda request, id, seq: queue.may_write(request, UUID(id), int(seq))),
        (rf"/consultations/{_ID}/([0-9]{{1,6}})", "/consultations/{case_id}/{n}",
         lambda request, id, n: consultations.may_write(request, UUID(id), int(n))),
        (rf"/intake\?draft={_ID}", "/intake", lambda request, id: _anybody(request)),
        (rf"/intake/applications/{_ID}/confirm", "/intake/applications/{application_id}/confirm",
         lambda request, id: applications.may_write(request, UUID(id))),
        (rf"/intake/applications/{_ID}/decline", "/intake/applications/{application_id}/decline",
         lambda request, id: applications.may_write(request, UUID(id))),
        (rf"/intake/feedback/{_ID}", "/intake/feedback/{feedback_id}", lambda request, id: feedback.may_write(request, UUID(id))),
        (r"/service\?(?:view=confirm&)?page=[0-9]{1,5}", "/service", _anybody),
        (r"/archive\?page=[0-9]{1,5}", "/archive", _anybody),
        (r"/analysis/print\?[A-Za-z0-9_=&.%+-]{1,200}", "/analysis/print", _anybody),
        (r"/admin/letterheads/([a-z0-9-]{1,40})", "/admin/letterheads/{code}", units.may_write),
        (r"/admin/wording/([a-z0-9_.]{1,60})", "/admin/wording/{what}", wording.may_write),
        (r"/admin/agencies/([a-z0-9-]{1,40})/pages", "/admin/agencies/{code}/pages", counter_pages.may_write),
        (r"/account/phrases", "/account/phrases", _anybody),
        (r"/admin/phrases", "/admin/phrases", _anybody),
        (r"/admin/users", "/admin/users", _anybody),
        (rf"/admin/users/{_ID}", "/admin/users/{officer_id}", lambda request, id: users.may_write(request, UUID(id))),
    )
)  # fmt: skip
"""Address of a form, the route that it is sent to, and what more stands against this officer's writing there (raised)."""


def _admit(request: HttpRequest, address: str) -> None:
    """Raises Problem 400: no such form; 404: no such file, or not his."""
    for pattern, route, check in PLACES:
        if (found := pattern.fullmatch(address)) is None:
            continue
        if me(request).role not in ADMITS["POST", route].open_to(request.scope["state"]["signed_in"].is_divided):
            raise not_found()
        check(request, *found.groups()[:-1])
        return
    raise Problem(400, "没有这一张表，没有保存。")


@action("/drafts")
def save(request: HttpRequest) -> Response[str]:
    """自动保存: the sentence that says so. 409: another window wrote since, the form was sent, or he keeps too much."""
    office, officer, form = office_of(request), me(request), form_of(request)
    address, now = form.get("saves"), office.clock()
    _admit(request, address)
    fields = {name: values for name, values in form.fields.items() if name not in ("saves", kept_forms.AS)}
    kept = office.database.write(lambda s: drafts.keep(s, officer.id, address, fields, now))
    return Response(
        kept_forms.said(kept),
        status_code=200 if kept.became == "kept" else 409,
        media_type=MediaType.TEXT,
        headers={"Cache-Control": "no-store"},
    )


ROUTES: tuple[BaseRouteHandler, ...] = (save,)
