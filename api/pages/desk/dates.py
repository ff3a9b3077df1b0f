"""期限日历: on which days replies are due, by month or week, with working days and holidays from the rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from litestar import Response
from litestar.handlers import BaseRouteHandler

from api.office.sight import wanted_for
from api.office.views import CaseRow, case_row
from api.pages.shared.frame import HttpRequest, me, office_of, page, show
from db import worklists
from db.worklists import Now, Scope
from workflow.calendar import Calendar

VIEWS = {"month": "按月", "week": "按周"}
EACH = {"month": 3, "week": 30}
"""Files that one day shows; the others are counted."""
FIRST, LAST = date(2019, 1, 7), date(2099, 12, 25)
_WORDS = {"weekend": "周末", "make_up": "补班"}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Cell:
    """One day: whether it is within the month, a working day, what it is called, and what is due."""

    on: date
    within: bool
    working: bool
    word: str
    cases: Sequence[CaseRow]
    total: int


@page("/desk/calendar")
def dates(request: HttpRequest) -> Response[Any]:
    """期限日历. In the address: `view` month or week, `on` a day of it, `whose` mine or unit."""
    office, officer, today = office_of(request), me(request), office_of(request).today()
    asked, calendar = request.query_params, office.rules.calendar
    view = asked.get("view", "") if asked.get("view", "") in VIEWS else "month"
    on = _day(asked.get("on", ""), today)
    personal = officer.role == "handler" and asked.get("whose") != "unit"
    first, last = _span(view, on)
    scope, now = Scope([officer.agency], personal), Now.of(officer, office.staff({officer.agency}), office.rules)
    with office.database.read() as session:
        counts = worklists.due_days(session, scope, now, first, last)
        rows = worklists.due_on(session, scope, now, first, last, EACH[view])
    told, by_day = wanted_for(officer, office.database.ring), dict[date, list[CaseRow]]()
    for row in rows:
        by_day.setdefault(row.due_on, []).append(case_row(row, calendar, today, told))
    days = [first + timedelta(at) for at in range((last - first).days + 1)]
    cells = [_cell(one, calendar, view == "week" or one.month == on.month, by_day.get(one, ()), counts.get(one, 0)) for one in days]
    keep = {"whose": "unit"} if officer.role == "handler" and not personal else {}

    def at(**more: Any) -> str:
        return "/desk/calendar?" + urlencode({"view": view, "on": on.isoformat(), **keep, **more})

    step = timedelta(7) if view == "week" else None
    before = max(FIRST, on - step if step else on.replace(day=1) - timedelta(1))
    after = min(LAST, on + step if step else (on.replace(day=28) + timedelta(4)).replace(day=1))
    within = [one for one in cells if one.within]
    return show(
        request, "calendar.html", view=view, views=VIEWS, on=on, weeks=[cells[n : n + 7] for n in range(0, len(cells), 7)], at=at, before=before,
        after=after, total=sum(one.total for one in within), working=sum(one.working for one in within), personal=personal,
        may_choose=officer.role == "handler", missing=calendar.missing(first - timedelta(1), last), first=first, last=last,
        title=f"{on.year}年{on.month}月" if view == "month" else "",
    )  # fmt: skip


def _day(text: str, today: date) -> date:
    """A day of the calendar; nonsense is today."""
    try:
        return min(max(date.fromisoformat(text), FIRST), LAST) if _DAY.fullmatch(text) else today
    except ValueError:
        return today


def _span(view: str, on: date) -> tuple[date, date]:
    """From the Monday to the Sunday of what is shown."""
    first = on if view == "week" else on.replace(day=1)
    last = on if view == "week" else (on.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)
    return first - timedelta(first.weekday()), last + timedelta(6 - last.weekday())


def _cell(on: date, calendar: Calendar, within: bool, cases: Sequence[CaseRow], total: int) -> Cell:
    kind = calendar.kind(on)
    word = _WORDS.get(kind.kind, "") if kind.kind != "holiday" else kind.name or "放假"
    return Cell(on, within, calendar.is_working(on), word, cases, total)


ROUTES: tuple[BaseRouteHandler, ...] = (dates,)
