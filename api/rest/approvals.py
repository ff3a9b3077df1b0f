"""审签: what waits for a signature in this officer's unit: drafts, and requests for what only the head may place (报批)."""

from __future__ import annotations

from litestar import get
from litestar.handlers import BaseRouteHandler

from api.office import views
from api.rest.description import describe
from api.web.requests import HttpRequest, office_of, officer_of
from api.web.worker_threads import threaded
from db import queues, store


@get("/api/approvals", **describe(errors=(401, 403)))
@threaded
def approvals(request: HttpRequest) -> views.Page:
    """待审签: the drafts of others and the open requests, the most pressing files first; no applicant named."""
    office, officer = office_of(request), officer_of(request)
    items: list[views.View] = []
    with office.database.read() as session:
        for case in store.readable(session, queues.requested(session, officer)):
            for asked, after in office.requests(session, case):
                told = views.request_view(case, asked, after, office.rules, full=False)
                items.append(views.ApprovalView(case=case.id, number=case.number, version=case.version, what="request", request=told))
        items += [
            views.ApprovalView(case=case.id, number=case.number, version=case.version, what="draft", request=None)
            for case in store.readable(session, queues.approving(session, officer))
        ]
    return views.Page(items=items, next=None, total=len(items))


ROUTES: tuple[BaseRouteHandler, ...] = (approvals,)
