"""成批办理: files ticked on a desk are assigned, accepted or supervised together, printed or exported; an answer for each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from litestar import Response
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from api.office import policy, together, views
from api.office.masking import mask_applicant
from api.office.office import NOT_YOURS, Office
from api.office.policy import readable_agencies
from api.office.problems import NOT_FOUND, Problem
from api.office.reports import ledger_of, log_export
from api.office.sight import seen, words_of
from api.pages.shared import forms, phrases
from api.pages.shared.drafters import drafters
from api.pages.shared.frame import Form, HttpRequest, action, form_of, go, me, office_of, page, show
from api.pages.shared.submission import trouble
from api.web.answers import file_answer
from db import exports, queries
from db import phrases as stored
from workflow import acts as a
from workflow.acts import Officer
from workflow.admission import stands_against

DOES: Mapping[str, str] = {"assignment": "交办", "acceptance": "审核受理", "supervision": "督办"}
"""What is placed together -> its button. None of them makes a letter or ends a file."""
_FIELD: Mapping[str, str] = {"assignment": "to", "supervision": "text"}
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PATH = "/desk/together"
UNSEEN = "送来的勾选与上一页不一致，有的不是申请，一件也没有办理。请核对下面的清单，再按按钮"
GONE = "这一次成批办理的结果没有保存，或者已经过了七天。各案件的办理经过里都有。"


@dataclass(frozen=True, slots=True)
class Ticked:
    """A file that was ticked, as he sees it; `why` it cannot be done now."""

    id: str
    number: str
    wanted: str
    applicant: str
    version: int
    due: Any
    assignee: str
    why: str = ""


def offered(office: Office, officer: Officer, *, own: bool) -> list[tuple[str, str]]:
    """The buttons under a desk's list: what his post may place on his unit's files, or on those of the units that his oversees."""
    roles = office.rules.on(office.today()).roles
    return [(kind, title) for kind, title in DOES.items() if officer.role in roles[kind] and own == (kind != "supervision")]


@action(PATH)
def chosen(request: HttpRequest) -> Response[Any]:
    """What was ticked and what is to be done with it; with `go` it is done."""
    office, form = office_of(request), form_of(request)
    ids = list(dict.fromkeys(one for one in form.all("case") if _ID.fullmatch(one)))
    odd = sum(not _ID.fullmatch(one) for one in form.all("case"))
    if len(ids) > together.MOST:
        raise Problem(400, f"勾选了{len(ids)}件，一次最多办理{together.MOST}件，没有办理。请返回上一页，分几次勾选。")
    does = form.get("do")
    if does == "export":
        unknown = sum(not one.number for one in _ticked(office, me(request), ids, "print"))
        if ids and (odd or unknown):
            raise Problem(400, f"没有导出：勾选的有{odd + unknown}个不是申请，或者您不能查看。请回到工作台，重新勾选。")
        return _export(request, ids) if ids else _page(request, "print", [])
    if does not in (*DOES, "print"):
        raise Problem(400, "请按下面的一个按钮，说明要怎样办理勾选的申请。")
    if "go" in form and does in DOES:
        return _place(request, does, ids, form, odd)
    return _page(request, does, _ticked(office, me(request), ids, does), typed=form.get(_FIELD[does]) if does in _FIELD else "", odd=odd)


def _ticked(office: Office, officer: Officer, ids: Sequence[str], kind: str) -> list[Ticked]:
    """The files that he may see, each with what stands against the act now."""
    found, today = [], office.today()
    with office.database.read() as session:
        names = {one.username: one.name for one in queries.officers(session)}
        for case_id in ids:
            try:
                placed = office.case(officer, case_id)
            except Problem:
                found.append(Ticked(case_id, "", "", "", 0, None, "", NOT_FOUND))
                continue
            case = seen(placed.case, officer.role, placed.relation)
            allowed = policy.ACTS_BY_RELATION[placed.relation]
            why = NOT_YOURS if kind in DOES and allowed is not None and kind not in allowed else ""
            if not why and kind in DOES and (against := stands_against(placed.case, kind, officer, office.rules, today)) is not None:
                why = words_of(placed.case, officer.role, placed.relation)(against.message)
            found.append(
                Ticked(
                    case.id, case.number, case.wanted, mask_applicant(case.applicant.name, case.applicant.category), case.version,
                    views.due_view(case.reckoning(office.rules), today, waiting=case.is_active), names.get(case.assignee or "", ""), why,
                )
            )  # fmt: skip
    return found


def _page(
    request: HttpRequest, does: str, rows: Sequence[Ticked], *, status: int = 200, key: str = "", typed: str = "", err: str = "", odd: int = 0
) -> Response[Any]:
    office, officer = office_of(request), me(request)
    with office.database.read() as session:
        stock = phrases.offered(stored.offered(session, officer.id, ("supervision",)), "supervision.text") if does == "supervision" else None
        people = drafters(office, session, officer) if does == "assignment" else ()
    status = status if rows else 400
    return show(
        request, "together.html", status=status, does=does, title=DOES.get(does, "清单"), rows=rows, able=[one for one in rows if not one.why],
        key=key or str(uuid4()), typed=typed, err=err, people=people, stock=stock, done=None, today_is=office.today(), odd=odd,
    )  # fmt: skip


def _place(request: HttpRequest, kind: str, ids: Sequence[str], form: Form, odd: int) -> Response[Any]:
    office, officer = office_of(request), me(request)
    typed = form.get(_FIELD.get(kind, "")) if kind in _FIELD else ""
    versions = {one: int(text) for one in ids if (text := form.get(f"seen.{one}")).isascii() and text.isdigit() and len(text) < 10}
    if odd or len(versions) < len(ids):  # nobody ticked that on the page before
        rows = _ticked(office, officer, ids, kind)
        return _page(request, kind, rows, status=400, key=form.get("key")[:36], typed=typed, err=UNSEEN, odd=odd)
    data: dict[str, Any] = {"kind": kind, "on": office.today().isoformat()}
    if kind in _FIELD and typed:
        data[_FIELD[kind]] = typed
    try:
        act = a.parse(data)
        key = together.place_each(office, officer, form.get("key")[:36], versions, act, typed)
    except (a.Rejected, Problem) as error:
        stuck = trouble(request, error)
        said = next(iter(forms.plain(stuck.errors).values()), "") or stuck.problem.detail
        rows = _ticked(office, officer, ids, kind)
        return _page(request, kind, rows, status=stuck.status, key=form.get("key")[:36], typed=typed, err=said)
    return go(f"{PATH}/{kind}/{key}")


@page("/desk/together/{kind:str}/{key:str}")
def done(request: HttpRequest, kind: FromPath[str], key: FromPath[str]) -> Response[Any]:
    """What became of each file; those that were refused can be gone on with, with what was typed."""
    found = together.told(office_of(request), me(request), kind, key) if kind in DOES and len(key) <= 36 else None
    if found is None:
        raise Problem(404, GONE)
    lines, typed = found
    left = [one for one in lines if one.why and one.number]
    return show(
        request, "together.html", does=kind, title=DOES[kind], done=lines, rows=(), err="", left_over=left, typed=typed, field=_FIELD.get(kind, "")
    )


def _export(request: HttpRequest, ids: Sequence[str]) -> Response[Any]:
    """台账 of the ticked files, masked."""
    office, officer = office_of(request), me(request)
    today: date = office.today()
    log_export(office, officer, f"勾选的{len(ids)}件 xlsx", None)
    rows = ledger_of(office, readable_agencies(officer, office.agencies), queries.Filters(ids=tuple(ids)))
    return file_answer(exports.xlsx_stream({"勾选的申请": rows}), exports.XLSX, f"勾选的申请{today:%Y%m%d}.xlsx")


ROUTES: tuple[BaseRouteHandler, ...] = (chosen, done)
