"""会商: what was asked of this officer's agency, and nothing else of the case. The answer is an `opinion` on that case."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.handlers import BaseRouteHandler
from pydantic import Field

from api.office import policy, views
from api.office.sight import seen
from api.rest.description import describe
from api.web.requests import HttpRequest, office_of, officer_of, query_of
from api.web.worker_threads import threaded
from db import queries, store
from db.staff import staff
from workflow.acts import Line, Record
from workflow.law import Invalid


class InboxFilters(Record):
    """Which stretch of `GET /api/consultations`."""

    cursor: Annotated[Line, Field(max_length=500)] | None = None
    limit: Annotated[int, Field(strict=True, ge=1, le=100)] = 50


@get("/api/consultations", **describe(errors=(400, 401, 403), query=InboxFilters))
@threaded
def inbox(request: HttpRequest) -> views.Page:
    """会商收件: what is asked of this agency, the open ones by their limit, then the answered ones; no applicant named, nor any number of people."""
    office, officer = office_of(request), officer_of(request)
    wanted = query_of(request, InboxFilters)
    items = []
    with office.database.read() as session:
        people = staff(session, [officer.agency], office.today(), office.rules)
        try:
            found = queries.inbox(session, officer.agency, wanted.limit, wanted.cursor)
        except queries.BadCursor:
            raise Invalid("cursor", "翻页标记不正确，请从第一页重新开始") from None
        for row in found.items:
            case = next(store.readable(session, [row.case_id]), None)
            relation = policy.relation(officer, case, office.agencies) if case else None
            case = seen(case, officer.role, relation) if case and relation else None
            asked = case.consultation(row.seq) if case else None
            if case is not None and asked is not None:
                items.append(views.inbox_view(case, asked, office.rules, office.agencies[case.agency].name, people))
    return views.Page(items=items, next=found.next, total=found.total)


ROUTES: tuple[BaseRouteHandler, ...] = (inbox,)
