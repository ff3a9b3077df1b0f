"""送达: the desk's table of letters to be served, and of receipts to be confirmed; labels and 送达回证 of ticked rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.handlers import BaseRouteHandler
from sqlmodel import Session

from api.office.masking import mask_name
from api.office.office import Office
from api.office.problems import Problem
from api.office.sight import too_long
from api.office.uploads import TOGETHER
from api.pages.shared import form_files
from api.pages.shared.forms import day_text, day_words
from api.pages.shared.frame import (
    MOST_UPLOADS,
    File,
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
from api.pages.shared.kept_forms import forget, of_pages, saving
from api.pages.shared.submission import Trouble, attempt, trouble
from api.web.downloads import disposition
from db import queries, queues
from letters import prints
from letters.compose import heading
from letters.errors import LetterError
from letters.html import DRESSES
from workflow import acts as a
from workflow import steps
from workflow.acts import parse
from workflow.case import Case, Letter, Served
from workflow.words import LETTER_TITLES

ON_A_PAGE = 30
"""Files, each with all its letters."""
MOST_OF_NUMBER = 300
METHODS = {key: title for key, title in a.METHODS.items() if key != "courier"}
_BY_DELIVERY = {"post": "post", "email": "email", "fax": "fax", "collect": "direct", "online": "online"}
ENVELOPES = {"dl": "DL（220×110毫米）", "c5": "C5（229×162毫米）"}
_TO = {"applicant": "申请人", "third_party": "第三方", "agency": "机关"}


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row was not placed, and the field of it that is to be mended."""

    text: str
    field: str


@dataclass(frozen=True, slots=True)
class Enclosed:
    """随文书送出的附件: what it is called; its attachment, where it lies with the file."""

    title: str
    attachment: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: a letter, whom it goes to, and how."""

    case: Case
    letter: Letter
    number: str | None
    name: str
    is_person: bool
    address: str | None
    postcode: str | None
    phone: str | None
    served: Served | None
    enclosed: tuple[Enclosed, ...] = ()
    unsigned: bool = False
    """It was to be signed electronically and is not: it is printed and sealed by hand."""

    @property
    def id(self) -> str:
        return self.letter.id

    @property
    def title(self) -> str:
        return LETTER_TITLES[self.letter.kind]

    @property
    def to(self) -> str:
        """In what part the addressee gets it: of the applicants, the agent or the representative (READINGS R-co-applicants)."""
        if self.letter.to == "applicant" and self.case.registration.agent is not None:
            return "代理人"
        return "代表人" if self.letter.to == "applicant" and len(self.case.applicants) > 1 else _TO[self.letter.to]

    @property
    def shown(self) -> str:
        """The addressee as lists show him; agencies are named."""
        return self.name if self.letter.to == "agency" else mask_name(self.name, is_person=self.is_person)

    @property
    def dated(self) -> date:
        return self.case.acts[self.letter.seq - 1].act.on

    @property
    def method(self) -> str:
        """How it will go out as the applicant chose; to others by post."""
        return _BY_DELIVERY[self.case.registration.delivery] if self.letter.to == "applicant" else "post"


def _lines(request: HttpRequest, cases: Sequence[str], *, confirm: bool) -> list[Line]:
    office = office_of(request)
    with office.database.read() as session:
        numbers = queues.numbers(session, cases)
    found: list[Line] = []
    for case_id in cases:
        if (placed := file_in_list(request, case_id)) is None:
            continue
        case = placed.case
        wanted = steps.to_confirm(case, office.rules) if confirm else steps.to_serve(case, office.rules)
        lines = [_line(case, letter, numbers.get(letter.id)) for letter in wanted]
        rows = {row.id: row for row in _attachments(office, case)} if not confirm and lines else {}
        found += [replace(one, enclosed=_enclosed(case, one.letter, rows)) for one in lines] if not confirm else lines
    with office.database.read() as session:
        bare = queries.unsigned(session, [(one.case.number, one.letter.id) for one in found])
    return [replace(one, unsigned=True) if one.letter.id in bare else one for one in found]


def _attachments(office: Office, case: Case) -> Sequence[Any]:
    with office.database.read() as session:
        return queries.attachments_of(session, case.id)


def _enclosed(case: Case, letter: Letter, rows: Mapping[str, Any]) -> tuple[Enclosed, ...]:
    """What the reply gives out with its letter (条例 40), as its draft said; what is asked of another unit goes with its materials."""
    act = case.acts[letter.seq - 1].act
    if isinstance(act, a.Decision) and letter.to == "applicant":
        draft = case.as_of(letter.seq).draft
        given = [one for item in draft.act.every for one in item.enclosed] if draft is not None and isinstance(draft.act, a.Draft) else []
        return tuple(Enclosed(one.title, one.attachment if one.attachment in rows else None) for one in given)
    if isinstance(act, a.Consultation) and letter.to != "applicant":
        names = dict(zip(act.materials, act.shown.materials, strict=False)) if act.shown else {}
        return tuple(Enclosed(names.get(one, rows[one].name), one) for one in act.materials if one in rows)
    return ()


def _line(case: Case, letter: Letter, number: str | None) -> Line:
    served = case.services.get(letter.id)
    asked = case.consultation(letter.consultation) if letter.consultation is not None else None
    if letter.to != "applicant" and asked is not None:
        party = asked.act.party
        return Line(case, letter, number, party.name, party.is_person, party.address, None, None, served)
    who = case.recipient
    return Line(case, letter, number, who.name, who.is_person, who.address, who.postcode, who.phone, served)


# ------------------------------------------------------------------ the table


@page("/service")
def table(request: HttpRequest) -> Response[Any]:
    """待送达 and 等回执."""
    return _page(request)


def _draft(request: HttpRequest) -> str:
    """Under which address this page of the table saves itself."""
    return f"{'/service?view=confirm&' if _confirms(request) else '/service?'}page={_number(request)}"


def _confirms(request: HttpRequest) -> bool:
    return request.query_params.get("view") == "confirm"


def _number(request: HttpRequest) -> int:
    text = request.query_params.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text) else 1


def _found(request: HttpRequest, *, confirm: bool) -> list[Line]:
    office, after = office_of(request), ON_A_PAGE * (_number(request) - 1)
    with office.database.read() as session:
        ask = queues.to_confirm if confirm else queues.to_serve
        rows = ask(session, me(request).agency, ON_A_PAGE, after)
    return _lines(request, [row.case_id for row in rows], confirm=confirm)


def _page(
    request: HttpRequest, *, form: Form | None = None, told: Mapping[str, Fault] | None = None, placed: int = 0,
    status: int = 200, problem: str | None = None,
) -> Response[Any]:  # fmt: skip
    """The table; `told` are the sentences of the rows that were not placed, by the letter's id."""
    office, confirm, number = office_of(request), _confirms(request), _number(request)
    lines = _found(request, confirm=confirm)
    with office.database.read() as session:
        counts = queues.serving(session, me(request).agency)
        more = bool((queues.to_confirm if confirm else queues.to_serve)(session, me(request).agency, 1, ON_A_PAGE * number))
    ids, told = {line.id for line in lines}, dict(told or {})
    elsewhere = sorted({fault.text for id, fault in told.items() if id not in ids})
    typed, ticked = _typed(request, form, lines)
    done = request.query_params.get("done") in ("served", "confirmed")
    count = request.query_params.get("n", "")
    if placed == 0 and done and count.isascii() and count.isdigit() and 0 < len(count) < 5:
        placed = int(count)
    return show(
        request, "service.html", status=status, confirm=confirm, lines=lines, counts=counts, number=number, more=more, told=told,
        typed=typed, ticked=ticked, placed=placed, saving=saving(request, _draft(request), form), elsewhere=elsewhere, problem=problem,
        METHODS=METHODS, ENVELOPES=ENVELOPES, DRESSES=DRESSES, on=day_words(office.today().isoformat()),
    )  # fmt: skip


def _typed(request: HttpRequest, form: Form | None, lines: Sequence[Line]) -> tuple[dict[str, str], set[str]]:
    """What stands in the rows: as it was sent; or as it was kept, of the rows in which something was typed (a day that nobody typed is today's)."""
    if form is not None:
        return {name: (values or [""])[0] for name, values in form.fields.items()}, set(form.all("tick"))
    kept, ticked = of_pages(request, "/service", _draft(request))
    begun = {line.id for line in lines if line.id in ticked or any(kept.get(f"{name}.{line.id}") for name in ("number", "received", "recipient"))}
    return {name: value for name, value in kept.items() if name.partition(".")[2] in begun}, ticked


# ------------------------------------------------------------------ placing


@action("/service", most=MOST_UPLOADS, together=TOGETHER)
def serve(request: HttpRequest) -> Response[Any]:
    """登记送达 of every filled row, or 登记签收; what could not be placed stays in the table as it was typed."""
    form, confirm = form_of(request), _confirms(request)
    if "drop" in form:
        forget(request, _draft(request))
        return go(_draft(request))
    lines = {line.id: line for line in _found(request, confirm=confirm)}
    chosen = _filled(form, lines, confirm=confirm)
    if not chosen:
        sentence = "还没有填写。请填写签收日期，附上回执" if confirm else "还没有填写。请填写邮件号码；不是邮寄的，勾选要登记的行"
        return _page(request, form=form, status=400, problem=sentence)
    told: dict[str, Fault] = {}
    for id in chosen:
        line = lines.get(id)
        if line is None:
            told[id] = Fault("有一份文书刚刚由别人登记过，已经不在表中。", "")
        elif (why := _confirm(request, form, line) if confirm else _serve(request, form, line)) is not None:
            told[id] = why
    placed = len(chosen) - len(told)
    if told:
        return _page(request, form=form, told=told, placed=placed, status=400)
    forget(request, _draft(request))
    view = "view=confirm&" if confirm else ""
    return go(f"/service?{view}done={'confirmed' if confirm else 'served'}&n={placed}")


def _filled(form: Form, lines: Mapping[str, Line], *, confirm: bool) -> list[str]:
    """The letters whose row was filled, in the order of the table; those that have left it meanwhile come last."""
    names = ("received", "recipient") if confirm else ("number",)
    filled = {name.partition(".")[2] for name in form.fields if name.partition(".")[0] in names and form.get(name)}
    filled |= {name.partition(".")[2] for name in form.files} if confirm else set(form.all("tick"))
    there = [id for id in lines if id in filled]
    return there + sorted(id for id in filled - set(there) if _is_id(id))[:ON_A_PAGE]


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _serve(request: HttpRequest, form: Form, line: Line) -> Fault | None:
    """None, or why this letter was not recorded as served."""
    method, number = form.get(f"method.{line.id}", line.method), form.get(f"number.{line.id}")
    if method not in METHODS:
        return Fault("请选择送达方式", "method")
    if method == "post" and not number:
        return Fault("请填写邮件号码；只想打印、不登记送达的，不勾选再登记", "number")
    data = {"kind": "service", "on": day_text(form.get(f"on.{line.id}")), "letter": line.id, "method": method}
    if number:
        data["post_number"] = number
    return _fault(attempt(request, line.case.id, data, None)[1])


_FIELDS = {"post_number": "number", "on": "on", "received_on": "received", "recipient": "recipient", "file": "file", "method": "method"}
"""Fields of the act -> fields of the row."""


def _fault(told: Trouble | None, first: str = "number") -> Fault | None:
    if told is None:
        return None
    fields = [_FIELDS[path] for path in told.errors if path in _FIELDS]
    return Fault("；".join(told.errors.values()) or told.problem.detail, fields[0] if fields else first)


def _confirm(request: HttpRequest, form: Form, line: Line) -> Fault | None:
    """None, or why this receipt was not recorded; its proof is kept with the act or not at all."""
    served = line.served
    files, fault = form_files.examined(form.files.get(f"file.{line.id}", [])[:1])
    if not form.get(f"received.{line.id}"):
        return Fault("请填写签收日期", "received")
    if fault is not None:
        return Fault(fault, "file")
    if not files:
        return Fault("请附上回执的照片或者扫描件；没有回执的，到案件页登记送达，写明情况", "file")
    on = day_text(form.get(f"received.{line.id}"))
    data = {"kind": "service", "on": on, "received_on": on, "letter": line.id, "method": served.method if served else "post"}
    if recipient := form.get(f"recipient.{line.id}"):
        data["recipient"] = recipient
    return _keep(request, line, data, files)


def _keep(request: HttpRequest, line: Line, data: Mapping[str, Any], files: Sequence[File]) -> Fault | None:
    office, officer = office_of(request), me(request)
    try:
        act = parse(dict(data))
        office.prepare(officer, line.case.id, act)

        def work(session: Session) -> Case:
            if (full := form_files.room_for(session, line.case.id, len(files))) is not None:
                raise a.Rejected([("file", full)])
            placed = office.place_in(session, officer, line.case.id, act)
            form_files.attach(session, office, line.case, files, f"送达证明：{line.title}", officer, office.clock())
            return placed.case

        office.announce(office.database.write(work))
        return None
    except Exception as error:
        found = _fault(trouble(request, error, line.case.id), "received")
        return Fault(found.text, "received") if found and found.field == "on" else found


# ------------------------------------------------------------------ prints of ticked rows


@action("/service/labels", most=MOST_UPLOADS, together=TOGETHER)
def labels(request: HttpRequest) -> Response[Any]:
    """信封标签 of the ticked rows, or 信封 themselves (`size`: dl, c5)."""
    form, ticked = form_of(request), _ticked(request)
    rows = [
        {"name": line.name, "address": line.address, "postcode": line.postcode, "phone": line.phone, "reference": line.number or line.case.number}
        for line in ticked
    ]  # fmt: skip
    size = request.query_params.get("size", "")
    kind, title = (f"envelopes_{size}", "信封") if size in ENVELOPES else ("labels", "信封标签")
    return _printed(request, form, kind, title, lambda agency, on: prints.labels(rows, agency, on))


@action("/service/print", most=MOST_UPLOADS, together=TOGETHER)
def booklet(request: HttpRequest) -> Response[Any]:
    """合并打印 of the ticked letters as one PDF, each beginning on a right page."""
    form, ticked = form_of(request), _ticked(request)
    if not ticked:
        return _page(request, form=form, status=400, problem="没有打印文书：还没有勾选。请先勾选要打印的行")
    try:
        pdf = office_of(request).printing.booklet([line.id for line in ticked], request.query_params.get("dress", "full"))
    except Problem as problem:
        return _page(request, form=form, status=problem.status, problem=problem.detail)
    headers = {"Content-Disposition": disposition("文书.pdf", inline=True), "Cache-Control": "no-store"}
    return Response(pdf, media_type="application/pdf", headers=headers)


@action("/service/receipts", most=MOST_UPLOADS, together=TOGETHER)
def receipts(request: HttpRequest) -> Response[Any]:
    """送达回证 of the ticked rows, with what was typed in them."""
    form, ticked = form_of(request), _ticked(request)
    long = {line.id: Fault(f"邮件号码{why}", "number") for line in ticked if (why := too_long(form.get(f"number.{line.id}"), MOST_OF_NUMBER))}
    if long:
        return _page(request, form=form, told=long, status=400, problem="没有打印送达回证：有的邮件号码太长")
    rows = [_receipt(form, line) for line in ticked]
    return _printed(request, form, "delivery_receipts", "送达回证", lambda agency, on: prints.delivery_receipts(rows, agency, on))


def _ticked(request: HttpRequest) -> list[Line]:
    wanted = set(form_of(request).all("tick"))
    return [line for line in _found(request, confirm=_confirms(request)) if line.id in wanted]


def _receipt(form: Form, line: Line) -> dict[str, Any]:
    served = line.served
    method = served.method if served else form.get(f"method.{line.id}", line.method)
    try:
        sent = served.handed_on if served else date.fromisoformat(day_text(form.get(f"on.{line.id}")))
    except ValueError:
        sent = None
    return {
        "case_number": line.case.number, "document": heading(line.letter.kind, line.case), "document_number": line.number,
        "addressee": line.name, "method": METHODS.get(method), "sent_on": sent, "post_number": form.get(f"number.{line.id}") or None,
    }  # fmt: skip


def _printed(request: HttpRequest, form: Form, kind: str, title: str, made: Any) -> Response[Any]:
    office, officer = office_of(request), me(request)
    if not form.all("tick"):
        return _page(request, form=form, status=400, problem=f"没有打印{title}：还没有勾选。请先勾选要打印的行")
    try:
        pdf = office.renderer.render(kind, made(office.agencies[officer.agency], office.today()))
    except LetterError as error:
        return _page(request, form=form, status=409, problem=str(error))
    return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{kind}.pdf"', "Cache-Control": "no-store"})


ROUTES: tuple[BaseRouteHandler, ...] = (table, serve, labels, receipts, booklet)
