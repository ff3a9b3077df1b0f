"""新消息: what others did on the files in one's hands since one last looked: returned, assigned, answered, objected, supervised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from litestar import Response
from litestar.handlers import BaseRouteHandler

from api.office.problems import Problem
from api.pages.shared.frame import HttpRequest, action, form_of, go, me, office_of, page, show
from db import news
from workflow.acts import Officer

PATH = "/desk/news"
SAID = {
    "assignment": "交办给您", "return": "退回", "opinion": "征求的意见已反馈", "legal_review": "合法性审核有了意见", "decision": "答复已签发",
    "correction": "申请人已补正", "reasons": "申请人说明了理由", "payment": "申请人已缴费",
    "remedy": "提起了复议、诉讼或者投诉", "remedy_result": "复议、诉讼、投诉有了结果",
    "supervision": "督办",
}  # fmt: skip
"""Kind of act -> what it is to whoever has the file."""
NOT_SO = "没有记下：这一页不完整。请刷新以后再按。"


@dataclass(frozen=True, slots=True)
class News:
    """One line: what happened, on which file, by whom, when."""

    what: str
    case_id: str
    seq: int
    number: str
    wanted: str
    by: str
    at: datetime


@page(PATH)
def listing(request: HttpRequest) -> Response[Any]:
    """What is new, the latest first."""
    office, officer = office_of(request), me(request)
    now = office.clock()
    since = news.looked(dict(request.scope["state"]["signed_in"].preferences), now)
    with office.database.read() as session:
        rows = [
            News(SAID[row.kind], row.case_id, row.seq, number, wanted, Officer.model_validate_json(row.officer).name, row.at)
            for row, number, wanted in news.listed(session, officer, since)
        ]
    upto = max((one.at for one in rows), default=now)
    return show(request, "news.html", rows=rows, since=since, upto=upto.astimezone(UTC).isoformat(), most=news.MOST)


@action(PATH)
def seen(request: HttpRequest) -> Response[Any]:
    """都看过了: until the latest that stood on the page; what came meanwhile stays new."""
    office, officer = office_of(request), me(request)
    try:
        upto = datetime.fromisoformat(form_of(request).get("upto")[:40])
        upto = min(upto.astimezone(UTC), office.clock())
    except (ValueError, OverflowError):
        raise Problem(400, NOT_SO) from None
    office.database.write(lambda s: news.look(s, officer.id, upto))
    return go(PATH)


ROUTES: tuple[BaseRouteHandler, ...] = (listing, seen)
