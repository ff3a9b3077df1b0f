"""What a watch over the installation reads (Prometheus): figures of the program and of each unit's desks, of no file and no person."""

from __future__ import annotations

import hmac
import shutil
from collections.abc import Iterator

from litestar import Response, get
from litestar.handlers import BaseRouteHandler
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as TEXT
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from api.office.checkup import last_backup
from api.office.office import Office
from api.office.problems import Problem, not_found
from api.rest.description import describe
from api.web.guard import bearer
from api.web.requests import HttpRequest, office_of
from api.web.worker_threads import loads, reading
from db import watching
from db.staff import staff

DESKS = {
    "open": "Open files (在办)",
    "overdue": "Files past their due date (超期)",
    "approving": "Drafts that wait for a signature (审签)",
    "unattended": "Open files on nobody's list (无人办理)",
    "unsent": "Letters that have not gone out (待送达)",
    "applications": "Online applications not looked at (待确认)",
}
"""What is told of each unit."""


@get("/metrics", **describe(errors=(401, 404), returns="text/plain"))
async def metrics(request: HttpRequest) -> Response[bytes]:
    """Counts in the words of Prometheus, to whoever has METRICS_TOKEN; where none is set there is no such address."""
    token = request.app.state.settings.metrics_token.get_secret_value()
    if not token:
        raise not_found("没有这个地址。")
    if not hmac.compare_digest(bearer(request).encode(), token.encode()):
        raise Problem(401, "请用 Authorization: Bearer 写明监控口令（设置METRICS_TOKEN）。", headers={"WWW-Authenticate": "Bearer"})
    found = [*_lanes(), *await reading(figures, office_of(request))]
    return Response(request.app.state.meter.text(found), media_type=TEXT)


def _lanes() -> Iterator[Metric]:
    working = GaugeMetricFamily("gongkai_threads_working", "Threads at work", labels=["lane"])
    waiting = GaugeMetricFamily("gongkai_requests_waiting", "Requests that wait for a thread", labels=["lane"])
    for lane, (at_work, queue) in loads().items():
        working.add_metric([lane], at_work)
        waiting.add_metric([lane], queue)
    yield from (working, waiting)


def figures(office: Office) -> list[Metric]:
    """The desks, letters, space, calendar and backup as they are now."""
    today, rules = office.today(), office.rules
    agencies = frozenset(office.agencies)
    with office.database.read() as session:
        found = watching.of_units(session, staff(session, None, today, rules), agencies, today)
    told: list[Metric] = []
    for figure, words in DESKS.items():
        gauge = GaugeMetricFamily(f"gongkai_{figure}", words, labels=["agency"])
        for agency, count in found[figure].items():
            gauge.add_metric([agency], count)
        told.append(gauge)
    told.append(GaugeMetricFamily("gongkai_letters_waiting", "Letters whose PDF is not made yet", value=found["letters"][""]))
    told.append(GaugeMetricFamily("gongkai_free_bytes", "Free space of the data folder", value=shutil.disk_usage(office.data_dir).free))
    horizon = (rules.calendar.last - today).days
    told.append(GaugeMetricFamily("gongkai_calendar_days", "Natural days for which the holiday notice is loaded", value=horizon))
    if (made := last_backup(office)) is not None:  # none is known: nothing is told, and the board says so
        age = max(0.0, office.clock().timestamp() - made)
        told.append(GaugeMetricFamily("gongkai_backup_age_seconds", "Seconds since the last backup by this program", value=age))
    return told


ROUTES: tuple[BaseRouteHandler, ...] = (metrics,)
"""The routes of this file."""
