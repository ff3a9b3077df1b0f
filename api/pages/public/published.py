"""转主动公开目录: what was published because several people had asked for it (条例 44), with a search and a feed (RSS 2.0)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

from litestar import Response, get
from litestar.handlers import BaseRouteHandler
from sqlalchemy import Row

from api.office.office import SHANGHAI
from api.office.publication import faults
from api.pages.shared.frame import HttpRequest, office_of, page, show
from api.web.worker_threads import threaded
from db import suggestions

PER, FEED, MOST = 30, 50, 60
"""Titles of a page and of the feed; characters of a search."""
TITLE = "依申请公开转主动公开目录"


@page("/published")
def catalogue(request: HttpRequest) -> Response[Any]:
    """转主动公开目录. In the address: `q` words of a title, `unit`, `page`."""
    office, query = office_of(request), request.query_params
    asked = query.get("q", "").replace("\0", "")
    q = " ".join(asked[:MOST].split())
    unit = query.get("unit", "") if query.get("unit", "") in office.agencies else ""
    text = query.get("page", "")
    number = int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 5 and int(text) else 1
    with office.database.read() as session:
        rows = suggestions.published(session, [unit] if unit else office.agencies, q.split()[:5], most=PER + 1, after=PER * (number - 1))
    kept = [(name, value) for name, value in (("q", q), ("unit", unit)) if value]
    return show(
        request, "published.html", rows=_fit(rows[:PER]), more=len(rows) > PER, number=number, q=q, unit=unit, agency=None, large_button=False,
        most=MOST, is_cut=len(asked) > MOST,
        names={code: one.name for code, one in office.agencies.items()}, at=lambda n: "/published?" + urlencode([*kept, ("page", n)]), title=TITLE,
    )  # fmt: skip


@get("/published/feed", include_in_schema=False, opt={"page": True}, media_type="application/rss+xml")
@threaded
def feed(request: HttpRequest) -> Response[bytes]:
    """The same, the newest first, for whoever follows it with a program."""
    office = office_of(request)
    with office.database.read() as session:
        rows = suggestions.published(session, office.agencies, most=FEED)
    rss = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(rss, "channel")
    about = "多个申请人申请公开、经研究决定主动公开的政府信息"
    _add(channel, title=TITLE, link=f"{_address(request)}/published", description=about, language="zh-CN")
    for row in _fit(rows):
        item = ElementTree.SubElement(channel, "item")
        at = datetime.combine(row.published_on, time(0), SHANGHAI)
        _add(item, title=row.title, link=row.url, author=office.agencies[row.agency].name, pubDate=format_datetime(at))
        ElementTree.SubElement(item, "guid", isPermaLink="false").text = row.id
    data = ElementTree.tostring(rss, encoding="utf-8", xml_declaration=True)
    return Response(data, media_type="application/rss+xml", headers={"Cache-Control": "max-age=600", "Vary": "Host"})


def _address(request: HttpRequest) -> str:
    """Where the public finds this: as the units print it on their letters, or by a host that was checked; else nothing, a link within."""
    printed = next((one.query_url for one in office_of(request).agencies.values() if one.query_url), None)
    if printed is None and not request.app.state.hosts.are_checked:
        return ""
    parts = urlsplit(printed or str(request.base_url))
    return f"{parts.scheme}://{parts.netloc}"


def _fit(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Those that could be published now: some were before titles and addresses were looked at."""
    return [row for row in rows if not faults(row.title, row.url)]


def _add(to: ElementTree.Element, **texts: str) -> None:
    for name, text in texts.items():
        ElementTree.SubElement(to, name).text = text


ROUTES: tuple[BaseRouteHandler, ...] = (catalogue, feed)
