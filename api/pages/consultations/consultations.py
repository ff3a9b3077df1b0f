"""会商: what one is asked and answers here, with nothing else of the case; what one asked; the minutes of meetings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from sqlmodel import Session

from api.office.masking import mask_name
from api.office.office import NO_FILE, Office
from api.office.policy import ACT, READ
from api.office.policy import ROUTES as ADMITS
from api.office.problems import Problem, not_found
from api.office.record import record
from api.office.sight import seen, words_of
from api.office.uploads import TOGETHER
from api.office.views import AttachmentView, attachment_view
from api.pages.shared import form_files, kept_forms
from api.pages.shared.frame import (
    MOST_UPLOADS,
    Form,
    HttpRequest,
    action,
    file_in_list,
    form_of,
    go,
    me,
    office_of,
    page,
    show,
)
from api.pages.shared.submission import Trouble, trouble
from api.web.answers import file_answer
from api.web.requests import relations_of
from db import consulting, queries
from workflow import acts as a
from workflow.acts import Officer, parse
from workflow.case import Asked, Case
from workflow.clocks import Limit
from workflow.staff import Staff

VIEWS = {"": "待答复", "answered": "已答复", "asked": "我提出的", "meetings": "会商纪要"}
ON_A_PAGE = 20
MOST_SENT = 5
"""Files with one answer."""
HEADING = 34
"""Characters of a question that stand for it in the list."""
SETTLED = "这一次征求意见已经有了结果，或者申请已经终止，不能再写入案卷。您写的内容还在下面，需要补充的，请告诉提出的人。"
DONE = {
    "answered": "意见已提交，写入案卷，承办人可以看到全文。",
    "declined": "已退回，承办人另行处理。",
}


@dataclass(frozen=True, slots=True)
class Question:
    """One consultation as whoever is asked may see it: no applicant, nothing of the case but what it concerns."""

    case: Case
    asked: Asked
    asked_by: str
    """The person within the agency; the agency to everybody else."""
    limit: Limit | None
    left: int | None
    inside: bool

    @property
    def path(self) -> str:
        return f"/consultations/{self.case.id}/{self.asked.seq}"

    @property
    def is_open(self) -> bool:
        return self.case.awaits(self.asked)

    @property
    def heading(self) -> str:
        """The first sentence of the question, cut where it is long."""
        text = self.asked.question.strip().split("\n")[0]
        for mark in "。？！；":
            text = text.split(mark)[0]
        return text if len(text) <= HEADING else f"{text[:HEADING]}…"

    @property
    def items(self) -> tuple[str, ...]:
        return self.case.asked_about(self.asked)

    @property
    def title(self) -> str:
        return a.CONSULTATION_TYPES[self.asked.act.type]


def _question(office: Office, officer: Officer, case: Case, asked: Asked) -> Question:
    inside, today = case.agency == officer.agency, office.today()
    clock = case.reckoning(office.rules)
    limit = next((one for one in clock.limits if one.kind == "opinion" and one.ref == asked.seq), None)
    by = case.acts[asked.seq - 1].officer.name if inside else office.agencies[case.agency].name
    return Question(case, asked, by, limit, _left(office, today, limit), inside)


def _left(office: Office, today: date, limit: Limit | None) -> int | None:
    """Working days to the limit; negative past it."""
    if limit is None or limit.on is None:
        return None
    calendar = office.rules.calendar
    return -max(1, calendar.between(limit.on, today)) if today > limit.on else calendar.between(today, limit.on)


# ------------------------------------------------------------------ the page


@page("/consultations")
def inbox(request: HttpRequest) -> Response[Any]:
    """会商收件: the list, and the first of it."""
    office, officer = office_of(request), me(request)
    view = _view(request)
    if view in ("asked", "meetings"):
        return _page(request, view, None)
    staff = office.staff([officer.agency])
    with office.database.read() as session:
        rows = consulting.inbox(session, staff, officer.username, is_open=view == "", most=1, after=ON_A_PAGE * (_number(request) - 1))
    return _page(request, view, _of_row(request, rows[0]) if rows else None)


@page("/consultations/{case_id:uuid}/{n:int}")
def one(request: HttpRequest, case_id: FromPath[UUID], n: FromPath[int]) -> Response[Any]:
    """One question, with the form of its answer while it is open."""
    question = _found(request, case_id, n)
    return _page(request, "" if question.is_open else "answered", question)


def may_write(request: HttpRequest, case_id: UUID, n: int) -> None:
    """Raises Problem: there is no such question for this officer."""
    office, officer = office_of(request), me(request)
    question = _found(request, case_id, n, ADMITS["GET", "/consultations/{case_id}/{n}"].relations)
    if not _may_answer(office.staff([officer.agency]), officer, question.asked):
        raise not_found()


def _found(request: HttpRequest, case_id: UUID, n: int, relations: frozenset[str] | None = None) -> Question:
    """The question that this officer's agency was asked; 404 for everything else."""
    office, officer = office_of(request), me(request)
    case = _seen(office, officer, str(case_id), relations_of(request) if relations is None else relations)
    asked = case.consultation(n)
    if asked is None or asked.act.agency != officer.agency:
        raise not_found()
    return _question(office, officer, case, asked)


def _seen(office: Office, officer: Officer, case_id: str, relations: frozenset[str] = READ) -> Case:
    """The file as he sees it: whoever of another agency is asked sees nothing of its people."""
    placed = office.case(officer, case_id, relations=relations)
    return seen(placed.case, officer.role, placed.relation)


def _listed(request: HttpRequest, rows: Iterable[Any], relations: frozenset[str] = READ) -> Iterator[tuple[Any, Case]]:
    """The rows of a list, each with its file as he sees it; without those that cannot be read, which the page tells of."""
    for row in rows:
        if (placed := file_in_list(request, row.case_id, relations)) is not None:
            yield row, seen(placed.case, me(request).role, placed.relation)


def _of_row(request: HttpRequest, row: Any) -> Question | None:
    found = next(_listed(request, [row], ACT), None)
    asked = found[1].consultation(row.seq) if found else None
    return _question(office_of(request), me(request), found[1], asked) if found and asked else None


def _view(request: HttpRequest) -> str:
    view = request.query_params.get("view", "")
    return view if view in VIEWS else ""


def _number(request: HttpRequest) -> int:
    text = request.query_params.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text) else 1


def _page(
    request: HttpRequest, view: str, question: Question | None, *, status: int = 200, **facts: Any
) -> Response[Any]:
    office, officer, number = office_of(request), me(request), _number(request)
    after = ON_A_PAGE * (number - 1)
    known: dict[str, Any] = {
        "questions": [], "files": [], "meetings": [], "may": False, "may_co_issue": False, "materials": [], "others": [], "answerer": None,
    }  # fmt: skip
    rows: Sequence[Any] = ()
    staff = office.staff([officer.agency])
    with office.database.read() as session:
        counts = dict(zip(VIEWS, consulting.counts(session, officer, staff), strict=True))
        match view:
            case "asked":
                rows = consulting.asking(session, officer, ON_A_PAGE, after)
            case "meetings":
                rows = consulting.meetings(session, officer, ON_A_PAGE, after)
            case _:
                rows = consulting.inbox(session, staff, officer.username, is_open=view == "", most=ON_A_PAGE, after=after)
        if question is not None:
            known |= _pane(office, officer, session, question, staff)
        kept = kept_forms.draft(request, session, question.path) if question else None
    if view == "asked":
        known["files"] = [_asked_file(office, case) for _row, case in _listed(request, rows)]
    elif view == "meetings":
        known["meetings"] = [_minutes(case, row.seq) for row, case in _listed(request, rows)]
    else:
        known["questions"] = [found for row in rows if (found := _of_row(request, row))]
    typed = {name: (values or [""])[0] for name, values in kept[0].items()} if kept else {}
    done = DONE.get(request.query_params.get("done", "")) if question is None or not question.is_open else None
    base: dict[str, Any] = {
        "view": view, "views": VIEWS, "counts": counts, "question": question, "number": number, "per": ON_A_PAGE, "STANCES": a.STANCES,
        "typed": typed, "errs": [], "problem": None, "done": done, "following": _following(office, officer) if done else None,
        "most_sent": MOST_SENT,
    }  # fmt: skip
    if question is not None:
        base["saving"] = kept_forms.saving(request, question.path, form_of(request) if request.method == "POST" else None)
    return show(request, "consultations.html", status=status, **base | known | facts)


def _pane(office: Office, officer: Officer, session: Session, question: Question, staff: Staff) -> dict[str, Any]:
    """What stands beside the question: who may answer, the material shown to him, what others said already."""
    asked, case = question.asked, question.case
    named = _may_answer(staff, officer, asked)
    person = staff.by_name.get(staff.answerer(officer.agency, asked.act.to) or "")
    placed = office.case(officer, case.id, relations=ACT)
    rows = {row.id: row for row in queries.attachments_of(session, case.id)} if asked.act.materials else {}
    words = words_of(placed.case, officer.role, placed.relation)
    others = [one for one in case.consultations if question.inside and one.seq != asked.seq and one.opinion is not None]
    return {
        "may_co_issue": not question.inside and officer.role in office.rules.on(office.today()).roles["decision"],
        "may": named and officer.role in office.rules.on(office.today()).roles["opinion"],
        "meant": person.name if person and not named else None,
        "answerer": person.name if person and person.username != officer.username else None,
        "materials": [_material(rows[one], asked, words) for one in asked.act.materials if one in rows],
        "others": [(_who(one), one.opinion) for one in others],
        "stances": {key: title for key, title in a.STANCES.items() if key != "declined"},
    }


def _material(row: Any, asked: Asked, words: Callable[[str], str]) -> AttachmentView:
    """A material under the name that is shown to who is asked."""
    shown = dict(zip(asked.act.materials, asked.act.shown.materials, strict=False)) if asked.act.shown else {}
    return attachment_view(row, words).model_copy(update={"name": shown.get(row.id) or words(row.name)})


def _may_answer(staff: Staff, officer: Officer, asked: Asked) -> bool:
    """Whoever is named answers, or stands in for him; of the others whoever of the unit gets to it."""
    return asked.act.to is None or staff.answerer(officer.agency, asked.act.to) in staff.whose(officer.username)


def _who(asked: Asked) -> str:
    party = asked.act.party
    return mask_name(party.name, is_person=True) if party.is_person and asked.act.type == "third_party" else party.name


def _asked_file(office: Office, case: Case) -> dict[str, Any]:
    """A file of one's own with everybody who was asked, side by side."""
    limits = {limit.ref: limit for limit in case.reckoning(office.rules).limits if limit.kind == "opinion"}
    asked = [
        {"asked": one, "who": _who(one), "title": a.CONSULTATION_TYPES[one.act.type], "limit": limits.get(one.seq),
         "left": _left(office, office.today(), limits.get(one.seq))}
        for one in case.consultations
    ]  # fmt: skip
    return {"case": case, "asked": asked}


def _minutes(case: Case, seq: int) -> dict[str, Any]:
    return {"case": case, "signed": case.acts[seq - 1]}


# ------------------------------------------------------------------ the answer


@action("/consultations/{case_id:uuid}/{n:int}", most=MOST_UPLOADS, together=TOGETHER)
def answer(request: HttpRequest, case_id: FromPath[UUID], n: FromPath[int]) -> Response[Any]:
    """提交意见, or 不属于本岗位职责，退回: the files come with the answer or not at all."""
    office, officer, form = office_of(request), me(request), form_of(request)
    question = _found(request, case_id, n)
    if not _may_answer(office.staff([officer.agency]), officer, question.asked):
        raise not_found()
    if not question.is_open:
        return _again(request, question, form, status=409, problem=Problem(409, SETTLED), chosen=False)
    declines = form.get("do") == "decline"
    files, fault = form_files.examined(form.files.get("file", [])[: MOST_SENT + 1] if not declines else [])
    errs = _faults(form, declines, fault, len(files))
    if not errs and files:
        with office.database.read() as session:
            full = form_files.room_for(session, question.case.id, len(files))
        errs = [("file", full)] if full else []
    if errs:
        return _again(request, question, form, status=400, errs=errs, chosen=bool(files or fault))
    told = _place(request, question, form, declines, files)
    if told is not None:
        question = _found(request, case_id, n)
        if told.is_refusal and not question.is_open:  # somebody was quicker: of the case nothing more is told
            return _again(request, question, form, status=409, problem=Problem(409, SETTLED), chosen=False)
        names = {"text": "reason" if declines else "text", "stance": "stance", "co_issues": "co_issues"}
        errs = [(names.get(path, ""), text) for path, text in told.errors.items()]
        refused = None if told.errors else told.problem
        return _again(request, question, form, status=told.status, errs=errs, problem=refused, chosen=bool(files))
    return go(f"{question.path}?done={'declined' if declines else 'answered'}")  # the next one is a step away


def _faults(form: Form, declines: bool, fault: str | None, files: int) -> list[tuple[str, str]]:
    if declines:
        return [] if form.get("reason") else [("reason", "请写明为什么不属于本岗位职责，例如应当由哪个岗位或者单位答复")]
    errs = []
    if form.get("stance") not in a.STANCES or form.get("stance") == "declined":
        errs.append(("stance", "请选择您的意见"))
    if not form.get("text"):
        errs.append(("text", "请写明理由，承办人要据此答复申请人"))
    if fault is not None:
        errs.append(("file", fault))
    elif files > MOST_SENT:
        errs.append(("file", f"一次最多上传{MOST_SENT}个文件，请合并或者挑选"))
    return errs


def _place(request: HttpRequest, question: Question, form: Form, declines: bool, files: list[Any]) -> Trouble | None:
    """The opinion and its files in one transaction; whether it was answered before is asked there."""
    office, officer, case = office_of(request), me(request), question.case
    stance, text = ("declined", form.get("reason")) if declines else (form.get("stance"), form.get("text"))
    purpose = f"会商意见附件（第{question.asked.seq}项记录）"
    try:
        said: dict[str, Any] = {"kind": "opinion", "on": office.today().isoformat(), "consultation": question.asked.seq}
        said |= {"stance": stance, "text": text}
        if form.get("co_issues") == "yes" and not declines:
            said["co_issues"] = True
        act = parse(said)
        office.prepare(officer, case.id, act)

        def work(session: Session) -> Case:
            placed = office.place_in(session, officer, case.id, act)
            form_files.attach(session, office, case, files, purpose, officer, office.clock())
            kept_forms.gone(request, session, question.path)
            return placed.case

        office.announce(office.database.write(work))
        return None
    except Exception as error:
        return trouble(request, error, case.id)


def _again(request: HttpRequest, question: Question, form: Form, *, chosen: bool, **facts: Any) -> Response[Any]:
    """The same question with everything that was typed; files have to be chosen again."""
    if chosen:
        facts["errs"] = [*facts.get("errs", []), ("file", "请重新选择要上传的文件，浏览器不保留选过的文件")]
        facts["errs"] = list(dict(reversed(facts["errs"])).items())[::-1]
    typed = {name: form.get(name) for name in ("stance", "text", "co_issues", "reason")}
    return _page(request, "" if question.is_open else "answered", question, typed=typed, **facts)


def _following(office: Office, officer: Officer) -> str | None:
    """The most pressing question that waits."""
    staff = office.staff([officer.agency])
    with office.database.read() as session:
        rows = consulting.inbox(session, staff, officer.username, is_open=True, most=1)
    return f"/consultations/{rows[0].case_id}/{rows[0].seq}" if rows else None


# ------------------------------------------------------------------ the material


@page("/consultations/{case_id:uuid}/{n:int}/materials/{attachment_id:uuid}")
def material(request: HttpRequest, case_id: FromPath[UUID], n: FromPath[int], attachment_id: FromPath[UUID]) -> Response[Any]:
    """A material of this question, always as a download; no other attachment of the case."""
    office, question = office_of(request), _found(request, case_id, n)
    with office.database.read() as session:
        row = queries.attachment(session, str(attachment_id))
    if row is None or row.case_id != question.case.id or row.id not in question.asked.act.materials:
        raise not_found(NO_FILE)
    placed = office.case(me(request), question.case.id, relations=ACT)
    name = _material(row, question.asked, words_of(placed.case, me(request).role, placed.relation)).name
    record(office.database, office.clock(), "attachment", me(request), f"{question.case.number} {row.id}", "下载")
    return file_answer(office.files.get("attachments", row.id, row.digest), row.media_type, name)


ROUTES: tuple[BaseRouteHandler, ...] = (inbox, one, answer, material)
