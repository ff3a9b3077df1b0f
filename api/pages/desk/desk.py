"""工作台: what is due, what is mine, who waits for me and for whom I wait; one frame for every role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from litestar import Response
from litestar.handlers import BaseRouteHandler

from api.office import training
from api.office.policy import ACT, readable_agencies
from api.office.policy import ROUTES as POLICY
from api.office.reports import annual_due
from api.office.sight import wanted_for, words_of
from api.office.views import CaseRow, case_row
from api.pages.desk import dates, together
from api.pages.shared.counters import COUNTERS
from api.pages.shared.frame import HttpRequest, file_in_list, me, office_of, page, show
from db import feedback, saved_views, telling, worklists
from db.worklists import PAGE, Now, Scope
from workflow import acts as a
from workflow.acts import Officer
from workflow.feedback import due
from workflow.law import InForce
from workflow.movers import is_kept, movers
from workflow.procedure import ACTIVE
from workflow.staff import Staff

_BY_DATE = ("overdue", "3", "7", "suspended", "provisional", "active")
_LISTS = {"todo": "该我办的", "ready": "可以归档"}
NEXT: Mapping[str, str] = {
    "assignment": "交办", "acceptance": "审核受理", "search": "登记检索记录", "draft": "拟写答复", "opinion": "登记收到的意见",
    "silence": "登记逾期未提出意见", "correction": "登记补正", "payment": "登记缴费", "abandonment": "登记视为放弃",
    "legal_review": "合法性审核", "decision": "审核签发", "service": "办理送达", "archival": "归档", "supervision": "督办", "request": "签批报批",
    "reopening": "重新处理",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Desk:
    """The frame of one role: its counters, its own list, for what it waits, and whether it is one person's."""

    counters: tuple[str, ...]
    mine: str
    waits: str
    personal: bool = False


DESKS: Mapping[str, Desk] = {
    "handler": Desk(_BY_DATE, "todo", "waiting", personal=True),
    "intake": Desk(("registered", "unassigned", "to_serve", "to_confirm", "overdue", "3"), "todo", "to_confirm"),
    "legal": Desk(("to_review", "approving", "overdue", "3", "7", "active"), "todo", "returned"),
    "head": Desk(("to_sign", "unassigned", "overdue", "3", "7", "active"), "todo", "returned"),
    "archivist": Desk(("ready", "incomplete", "to_serve", "to_confirm"), "todo", "incomplete"),
    "analyst": Desk(_BY_DATE, "active", "supervised"),
}
ALSO: Mapping[str, str] = {"search": "draft"}
"""What may be done at once where the step that comes next is not needed: what is known to be there is not searched for."""
OVER = frozenset({"assignment", "acceptance", "search", "service", "archival"})
"""Acts for which nothing has to be looked at but what the form itself says."""
OVERSEEING = Desk(_BY_DATE, "active", "supervised")
"""The desk of an office that looks at the units it oversees."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list: the case, and the act that comes next, as a link where this officer may place it."""

    case: CaseRow
    next: str
    href: str | None
    over: bool
    """The form of the act is short, and opens over the desk."""
    also: tuple[str, str] | None
    """Another act that is possible as well: its words, its address."""
    waiting_for: str | None
    limit_on: date | None
    supervised: bool
    assignee: str | None
    returned: bool
    deputy_for: str | None
    """Whose it is, where one does it in his place (代办)."""


@page("/desk")
def desk(request: HttpRequest) -> Response[Any]:
    """工作台. In the address: `show` a counter's cases, `page`, and for an overseeing office the `unit`."""
    office, officer, today = office_of(request), me(request), office_of(request).today()
    asked = request.query_params
    units = sorted(readable_agencies(officer, office.agencies))
    unit = _unit(officer, units, asked.get("unit", ""))
    own = unit == officer.agency and not (officer.role == "analyst" and len(units) > 1)
    frame = DESKS[officer.role] if own else OVERSEEING
    scope = Scope(units if unit == "all" else [unit], frame.personal)
    chosen = asked.get("show", "")
    chosen = chosen if chosen in (*frame.counters, frame.waits) else ""
    staff = office.staff({*scope.agencies, officer.agency})
    number, now = _number(asked.get("page", "")), Now.of(officer, staff, office.rules)
    wanted = (*frame.counters, frame.mine, frame.waits, *(("urgent",) if frame.personal else ()))
    with office.database.read() as session:
        counts = worklists.counts(session, scope, now, list(dict.fromkeys(wanted)))

        def listed(key: str, size: int = PAGE, at: int = 1) -> Sequence[Any]:
            return worklists.page(session, scope, now, key, number=at, size=size) if counts[key] else ()

        rows = listed(chosen or frame.mine, at=number)
        waits = listed(frame.waits, size=8)[:8]
        urgent = listed("urgent", size=10)[:10] if frame.personal else ()
        may_draft = {"head", *office.rules.on(today).roles["draft"]}
        passed = worklists.passed_down(session, officer.agency) if own and officer.role in may_draft else ()
        questions = worklists.asked(session, now) if own else ()
        posts = {staff.by_name[one].role for one in staff.whose(officer.username)}
        views, trains = saved_views.of(session, officer.id), training.is_on(session)
        annual = annual_due(office, session, officer)
        online = worklists.applications(session, officer.agency) if "intake" in posts and own else 0
        untold = telling.failures(session, officer.agency, office.clock(), today) if "intake" in posts and own else ()
        told = feedback.waiting(session, officer.agency, None if "intake" in posts else staff.whose(officer.username)) if own else ()
    first = min((due(one.submitted_on, is_simple=one.is_simple, rules=office.rules).on for one in told), default=None)
    opinions = (len(told), first) if told else None
    law, words = office.rules.on(today), wanted_for(officer, office.database.ring)

    def line(row: Any) -> Line:
        return _line(row, case_row(row, office.rules.calendar, today, words), officer, law, staff)

    keep = {"unit": unit} if len(units) > 1 else {}
    return show(
        request, "desk.html", counters=[(key, *COUNTERS[key], counts[key]) for key in frame.counters], chosen=chosen,
        total=counts[chosen or frame.mine], lines=[line(row) for row in rows[:PAGE]], title=_title(chosen or frame.mine, own=own),
        waits=[line(row) for row in waits], waits_key=frame.waits, waits_total=counts[frame.waits],
        waits_title="我在等别人" if own else "督办以后还没有答复的", returned=[line(row) for row in urgent if row.returned],
        urged=[line(row) for row in urgent if row.supervised_on],
        questions=[one for row in questions if (one := _question(request, row, now)) is not None],
        standing_in=_standing_in(staff, officer), away=_away(staff, officer),
        passed=[(row, case_row(row, office.rules.calendar, today)) for row in passed],
        online=online if ("GET", "/intake/applications") in POLICY else 0,
        opinions=opinions, trains=trains, untold=untold,
        units=[(code, office.agencies[code].name) for code in units], looked_at=unit, keep=keep, several=len(scope.agencies) > 1,
        at=lambda **more: _address({**keep, **more}), number=number, more=len(rows) > PAGE, personal=frame.personal, own=own,
        annual=annual, own_agency=officer.agency, together=together.offered(office, officer, own=own),
        views=views, unit_names={code: one.name for code, one in office.agencies.items()}, weekday="一二三四五六日"[today.weekday()],
    )  # fmt: skip


def _unit(officer: Officer, units: Sequence[str], asked: str) -> str:
    """The unit that is looked at: the analyst of an overseeing office sees all of them first."""
    if asked in units or (asked == "all" and len(units) > 1):
        return asked
    return "all" if officer.role == "analyst" and len(units) > 1 else officer.agency


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 5 and int(text) > 0 else 1


def _address(parts: Mapping[str, Any]) -> str:
    kept = {name: value for name, value in parts.items() if value not in ("", None, 1)}
    return f"/desk?{urlencode(kept)}" if kept else "/desk"


def _title(key: str, *, own: bool) -> str:
    if not own and key == "active":
        return "各单位在办的"
    return _LISTS.get(key) or ("在办的" if key == "active" else COUNTERS[key][0])


@dataclass(frozen=True, slots=True)
class Question:
    """A consultation that waits for an answer: its address, who asks, what, until when, and for whom one answers."""

    href: str
    who: str
    what: str
    until: date | None
    deputy_for: str | None


def _question(request: HttpRequest, row: Any, now: Now) -> Question | None:
    agencies, placed = office_of(request).agencies, file_in_list(request, row.case_id, ACT)
    if placed is None:
        return None
    who = agencies[row.agency].name if row.agency in agencies else row.agency
    staff, me = now.staff, now.officer.username
    his = staff.answerer(now.officer.agency, row.officer)
    asked = placed.case.consultation(row.seq)
    words = str if asked and asked.act.shown else words_of(placed.case, now.officer.role, placed.relation)
    said = words(asked.question if asked else "")
    return Question(f"/consultations/{row.case_id}/{row.seq}", who, said, row.limit_on, _deputy_for((his,) if his else (), staff, me))


def _standing_in(staff: Staff, officer: Officer) -> list[tuple[str, date]]:
    """Whose work one does today besides one's own, and until when."""
    away = [staff.by_name[one] for one in staff.represented(officer.username)]
    return [(one.name, one.leave.to_on) for one in away if one.leave is not None]


def _away(staff: Staff, officer: Officer) -> tuple[str | None, date] | None:
    """Who does one's own work today, and until when; None: one is there."""
    mine = staff.by_name[officer.username]
    if mine.leave is None or not mine.is_away(staff.today):
        return None
    by = staff.by_name.get(staff.stand_in(officer.username) or "")
    return by.name if by else None, mine.leave.to_on


def _deputy_for(whose: Sequence[str], staff: Staff, me: str) -> str | None:
    """The name of whoever it is done for; None: it is one's own."""
    if me in whose:
        return None
    return next((staff.by_name[one].name for one in staff.represented(me) if one in whose), None)


def _line(row: Any, case: CaseRow, officer: Officer, law: InForce, staff: Staff) -> Line:
    found = movers(row, staff.today, staff)
    move, kept = found.of(officer.username), is_kept(row, staff)
    kind = move.act if move is not None else str(row.next_step) if row.next_step else None
    if row.agency != officer.agency:
        move, kind = None, "supervision" if row.state in ACTIVE else None
    href, said, also = None, "", None
    if kind is not None:
        may = officer.role in law.roles["extension" if kind == "request" else kind] and (row.agency == officer.agency or kind == "supervision")
        href = _form(kind, row) if may else None
        if href is not None and (other := ALSO.get(kind)) is not None and officer.role in law.roles[other]:
            also = NEXT[other], _form(other, row)
        said = "修改后重报审签" if kind == "draft" and row.returned else NEXT.get(kind) or a.ACTS[kind].title
    his = staff.by_name.get(row.assignee or "")
    who = his.name if his else row.assignee
    whose = move.whose if move is not None else (row.assignee,) if kept else ()
    return Line(
        case=case, next=said, href=href, over=kind in OVER, also=also, returned=row.returned,
        waiting_for=row.waiting_for if found.waits else None, limit_on=row.limit_on,
        supervised=row.supervised_on is not None and row.state in ACTIVE, deputy_for=_deputy_for(whose, staff, officer.username),
        assignee=f"原承办人{who}" if who and row.state in ACTIVE and not kept else who,
    )  # fmt: skip


def _form(kind: str, row: Any) -> str:
    """Where the act is placed: a draft is read and signed on the page of approvals."""
    if kind == "request":
        return "/approvals"
    if kind in ("decision", "legal_review") and ("GET", "/approvals/{case_id}") in POLICY:
        return f"/approvals/{row.case_id}"
    return f"/cases/{row.case_id}/acts/{kind}"


ROUTES: tuple[BaseRouteHandler, ...] = (desk, *together.ROUTES, *dates.ROUTES)
