"""会商: what was asked of this officer's agency, and nothing else of the case. The answer is an `opinion` on that case."""

from __future__ import annotations

from litestar import get
from litestar.handlers import BaseRouteHandler

from api.office import policy, views
from api.office.sight import seen
from api.rest.description import describe
from api.web.requests import HttpRequest, office_of, officer_of
from api.web.worker_threads import threaded
from db import queries, store
from db.staff import staff


@get("/api/consultations", **describe(errors=(401, 403)))
@threaded
def inbox(request: HttpRequest) -> views.Page:
    """会商收件: the consultations addressed to this agency, those with the nearest limit first; no applicant named, nor any number of people."""
    office, officer = office_of(request), officer_of(request)
    items = []
    with office.database.read() as session:
        people = staff(session, [officer.agency], office.today(), office.rules)
        for row in queries.inbox(session, officer.agency):
            case = next(store.readable(session, [row.case_id]), None)
            relation = policy.relation(officer, case, office.agencies) if case else None
            case = seen(case, officer.role, relation) if case and relation else None
            asked = case.consultation(row.seq) if case else None
            if case is not None and asked is not None:
                items.append(views.inbox_view(case, asked, office.rules, office.agencies[case.agency].name, people))
    return views.Page(items=items, next=None, total=len(items))


ROUTES: tuple[BaseRouteHandler, ...] = (inbox,)
