"""登记: one form for every channel, what the office knows beside it, files with it; sent twice it makes one file."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from litestar import Response
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from sqlmodel import Session

from api.office import telling
from api.office.idempotency import write_awaited
from api.office.masking import mask_name
from api.office.office import Office, Placed
from api.office.problems import Problem
from api.office.uploads import TOGETHER
from api.pages.intake import askers, lookups, original
from api.pages.shared import forms, kept_forms, waiting_files
from api.pages.shared.drafters import drafters
from api.pages.shared.forms import Option, first
from api.pages.shared.frame import (
    MOST_UPLOADS,
    File,
    Form,
    HttpRequest,
    action,
    form_of,
    go,
    me,
    office_of,
    page,
    show,
)
from api.pages.shared.submission import Trouble, seen_of, trouble
from api.pages.shared.undoing import AWHILE, take_back, undo_with
from api.web.requests import relations_of
from db import applications, drafts, people, queries, store
from workflow import acts as a
from workflow import steps
from workflow.admission import Forbidden
from workflow.case import Case
from workflow.law import Invalid, Refused
from workflow.words import LETTER_TITLES

PATH = "/intake"
_PAGE = frozenset({"csrf", "part", "of", "redraw", "keep", "drop", "unload", "again", original.FIELD}) | kept_forms.OWN
"""Fields of the page itself: neither part of the registration nor of its draft."""
_TWICE = "这张表刚才已经登记，编号{number}，没有重复登记。确要另外登记一件内容不同的，请核对后再按一次“登记”。"


def _typed(request: HttpRequest) -> dict[str, list[str]]:
    """The fields as the page has numbered them, without a row that is taken away now."""
    form = form_of(request)
    own = {name: list(given) for name, given in form.fields.items() if name not in _PAGE}
    does, _, row = form.get("redraw").partition("-")
    return askers.without_row(own, row) if does == "less" else own


def _values(request: HttpRequest) -> dict[str, list[str]]:
    return forms.tidy(a.Registration, askers.placed(_typed(request)))


def _key(values: Mapping[str, Sequence[str]]) -> str:
    """The secret of this form: it makes a second sending of it the same one, and holds its files until then."""
    return _given(values) or str(uuid4())


def _given(values: Mapping[str, Sequence[str]]) -> str:
    """The secret that the form was drawn with; empty: it names none."""
    try:
        return str(UUID(first(values, "once")[:36]))
    except ValueError:
        return ""


def _address(key: str) -> str:
    """Where this half-typed registration stands, and under which its draft is kept: each has its own, so that none is written over."""
    return f"{PATH}?draft={key}"


def _forget(session: Session, request: HttpRequest, key: str) -> None:
    """It was registered, or is to be forgotten: nothing of it comes back."""
    kept_forms.gone(request, session, _address(key), for_good=True)
    for address, fields, _at in drafts.half_typed(session, me(request).id, PATH):
        if first(fields, "once") == key:  # as an earlier version kept it
            people.drop_draft(session, me(request).id, address)


HANDED_TO = "handed_to"
"""The field that says to whom the request is given at once: it is examined and assigned with its registration, each an act of its own."""


def _may_hand_on(office: Office, officer: a.Officer) -> bool:
    roles = office.rules.on(office.today()).roles
    return officer.role in roles["acceptance"] and officer.role in roles["assignment"]


def _handed_on(office: Office, officer: a.Officer, values: Mapping[str, Sequence[str]]) -> list[a.Act]:
    """审核受理 and 交办, if the form asks for them. Raises Problem 400: nobody of that name drafts here."""
    to, on = first(values, HANDED_TO), office.today().isoformat()
    if not to:
        return []
    with office.database.read() as session:
        known = {one.value for one in drafters(office, session, officer)} if _may_hand_on(office, officer) else set[str]()
    if to not in known:
        raise Problem(400, "没有登记：选的承办人现在不能承办，请重新选择。", errors=[(HANDED_TO, "这位承办人现在不能承办，请重新选择")])
    return [a.parse({"kind": "acceptance", "on": on}), a.parse({"kind": "assignment", "on": on, "to": to})]


LISTS = {"files": "照片、扫描件", "proof": "代理人的证明材料"}
"""The two lists of files that wait beside the form: what came with the request, and what proves that the agent may act."""


def _owner(officer: a.Officer, key: str, of: str = "files") -> str:
    return applications.officer_of(officer.id, key if of == "files" else f"{key}/{of}")


def _waiting(session: Session, officer: a.Officer, key: str) -> dict[str, Sequence[Any]]:
    """The files of each list."""
    return {of: applications.uploads_of(session, _owner(officer, key, of)) for of in LISTS}


# ------------------------------------------------------------------ the page


@page("/intake")
def intake(request: HttpRequest) -> Response[Any]:
    """登记申请: empty, beside what was left half-typed of others; or one of these, asked for by its address."""
    office, officer = office_of(request), me(request)
    with office.database.read() as session:
        halves = drafts.half_typed(session, officer.id, PATH)
    wanted = request.query_params.get("draft", "")
    draft = next(((fields, at) for _, fields, at in halves if wanted and first(fields, "once") == wanted), None)
    today = [office.today().isoformat()]
    values: dict[str, list[str]] = {
        "purpose": ["information"], "channel": ["in_person"], "submitted_on": today,
        "applicant.category": ["natural_person"], "form": ["paper"], "delivery": ["post"],
    }  # fmt: skip
    if draft is not None:
        kept = {name: [str(one) for one in given] for name, given in draft[0].items() if name not in _PAGE}
        values = forms.tidy(a.Registration, askers.placed(kept))
    return _draw(request, values, halves=() if draft else [_half(fields, at) for _, fields, at in halves])


def _half(fields: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """A half-typed registration as it is offered: an applicant may be looking on, so that of another one no more is told than this."""
    name = first(fields, "applicant.name")
    is_person = first(fields, "applicant.category") in ("", "natural_person")
    return {"at": at, "once": first(fields, "once"), "who": mask_name(name, is_person=is_person) if name else "还没有填写申请人"}


def _draw(
    request: HttpRequest, values: Mapping[str, Sequence[str]], *, status: int = 200, errors: Mapping[str, str] | None = None,
    stuck: Trouble | None = None, wrong: Mapping[str, str] | None = None, number_open: str = "", more: bool = False, **facts: Any,
) -> Response[Any]:  # fmt: skip
    """`wrong`: what is at fault with a list of files; `number_open`: whose number is filled in anew; `more`: one row of people more."""
    office, officer = office_of(request), me(request)
    key, rows = _key(values), askers.rows_of(values, more=more)
    wrong = {**(wrong or {}), **{name: text for name, text in (errors or {}).items() if name == HANDED_TO}}
    errors = {name: text for name, text in (errors or {}).items() if name != HANDED_TO}
    tells = telling.offered(request.app.state.settings)
    drawn = _drawn(office, values, errors, tells)
    dates = lookups.date_fields(values, errors, drawn)
    with office.database.read() as session:
        beside = lookups.beside(office, session, officer, values)
        files = _waiting(session, officer, key)
        people_here = drafters(office, session, officer) if _may_hand_on(office, officer) else []
    does = form_of(request).get("redraw") if request.method == "POST" else ""
    seen = original.beside(office, officer.id, files["files"], _sheet(request), read=does.startswith("read-"))
    rows_drawn = askers.drawn(values, errors, rows)
    errs = _errs(drawn, dates, rows_drawn[:-1], errors, wrong)
    saving = kept_forms.saving(request, _address(key), form_of(request) if request.method == "POST" else None)
    places = ("applicant", "agent", *(f"{askers.ROWS}.{row}" for row in rows))
    known: dict[str, Any] = {
        "f": drawn, "dates": dates, "papers": {at: askers.paper(values, office.today(), at) for at in places}, "number_open": number_open,
        "files": files, "seen": seen, "once": key, "errs": errs, "stuck": stuck, "saved": None, "halves": (), "unkept": None,
        "saving": saving, "wrong": wrong, "tells": tells,
        "unshown": waiting_files.unshown(office, officer, [one for of in LISTS for one in files[of]]),
        "channel": lookups.channel_of(values), "wanted_length": len(first(values, "wanted")), "LISTS": LISTS,
        "corrects": lookups.corrects_records(values), "drafters": people_here, "handed_to": first(values, HANDED_TO),
        "people": rows_drawn, "rows": rows, "representative": first(values, "representative") or "0",
        "together": more or askers.unfolded(values, errors, askers.ROWS),
        "acted_for": bool(files["proof"]) or "proof" in wrong or askers.unfolded(values, errors, "agent"),
    }  # fmt: skip
    return show(request, "intake.html", status=status, **known | beside | facts)


def _drawn(
    office: Office, values: Mapping[str, Sequence[str]], errors: Mapping[str, str], tells: Mapping[str, str] | None = None
) -> dict[str, forms.Field]:
    """Every field of the registration by its path."""
    topics = [Option(one.key, one.title) for one in office.rules.on(office.today()).topics]
    told_by = [Option(key, title) for key, title in (tells or a.TELL_BY).items()]
    drawing = forms.Drawing("registration", values, errors, {"topic": topics, "tell_by": told_by, **askers.options()})
    made = forms.fields_of(a.Registration, drawing)
    if lookups.corrects_records(values):
        made = tuple(replace(one, label="要更正什么", hint="哪一项记录，现在怎样记载，应当怎样记载") if one.name == "wanted" else one for one in made)
    found = {one.name: one for one in forms.flat(made)}
    return found | {one.name: replace(one, children=()) for one in made if one.kind != "group"}


def _errs(
    drawn: Mapping[str, forms.Field], dates: Sequence[forms.Field], people: Sequence[Mapping[str, forms.Field]],
    errors: Mapping[str, str], wrong: Mapping[str, str],
) -> list[tuple[str, str]]:  # fmt: skip
    """The summary, in the order of the page."""
    asks = [one for name, one in drawn.items() if name.startswith("applicant.")]
    elsewhere = ("applicant.", f"{askers.ROWS}.", "submitted_on", "received_on")
    rest = [one for name, one in drawn.items() if not name.startswith(elsewhere)]
    return [*forms.summary([*dates, *asks, *(one for row in people for one in row.values()), *rest], errors), *wrong.items()]


# ------------------------------------------------------------------ while it is being filled


@action("/intake/aside")
def aside(request: HttpRequest) -> Response[Any]:
    """What the office knows of what is typed so far; or one part of the form anew."""
    office, officer, values, form = office_of(request), me(request), _values(request), form_of(request)
    part, of = form.get("part"), form.get("of") or "applicant"
    if not _given(values):
        raise Problem(400, "这一页不完整，没有更新。请刷新登记页面再填。")
    if part == "dates":
        values = lookups.moved_on(values, office.today())
    drawn = _drawn(office, values, {})
    with office.database.read() as session:
        beside = lookups.beside(office, session, officer, values)
    of = of if askers.PLACES.fullmatch(of) else "applicant"
    return show(
        request, "intake_aside.html", part=part if part in ("dates", "number", "purpose") else "", f=drawn,
        dates=lookups.date_fields(values, {}, drawn), corrects=lookups.corrects_records(values),
        number=askers.number_field(_typed(request), of),
        paper=askers.paper(_typed(request), office.today(), of), number_open=of if "again" in form else "", **beside,
    )  # fmt: skip


def _sheet(request: HttpRequest) -> str:
    """Which page is to stand beside the form: as its button says, or as it was."""
    if request.method != "POST":
        return ""
    form = form_of(request)
    does, _, of = form.get("redraw").partition("-")
    return (of.replace("/", " ") if does in ("sheet", "read") else form.get(original.FIELD))[:60]


@action("/intake/original")
def beside_the_form(request: HttpRequest) -> Response[Any]:
    """原件: another page of the papers that wait beside the form."""
    office, officer, form = office_of(request), me(request), form_of(request)
    with office.database.read() as session:
        there = _waiting(session, officer, _key(form.fields))["files"]
    seen = original.beside(office, officer.id, there, _sheet(request), read="read" in form)
    return show(request, "intake_original.html", seen=seen, only_read="read" in form, counted=False)


@action("/intake/files", most=MOST_UPLOADS, together=TOGETHER)
def files(request: HttpRequest) -> Response[Any]:
    """上传: the files wait beside the form until it is sent; answered with the list."""
    office, officer, form = office_of(request), me(request), form_of(request)
    key, of = _key(form.fields), form.get("of") if form.get("of") in LISTS else "files"
    wrong = dict[str, str]()
    if form.get("unload"):
        _unload(office, officer, key, form.get("unload"))
    else:
        wrong = _taken(office, officer, key, form)
    with office.database.read() as session:
        there = _waiting(session, officer, key)
    seen = original.beside(office, officer.id, there["files"], _sheet(request)) if of == "files" else None
    unshown = waiting_files.unshown(office, officer, there[of])
    return show(request, "intake_files.html", of=of, files=there, wrong=wrong, LISTS=LISTS, seen=seen, unshown=unshown)


def _taken(office: Office, officer: a.Officer, key: str, form: Form) -> dict[str, str]:
    """Keep what was chosen, each in its list; list -> a sentence when one of its files may not be kept."""
    told = {of: _take(office, officer, key, of, form.files.get(of, [])) for of in LISTS}
    return {of: sentence for of, sentence in told.items() if sentence}


def _take(office: Office, officer: a.Officer, key: str, of: str, chosen: Sequence[File]) -> str:
    """Keep the chosen files under the form's key; a sentence when one of them may not be kept."""
    there = lambda session: sum(len(files) for files in _waiting(session, officer, key).values())  # noqa: E731
    return waiting_files.take(office, officer, _owner(officer, key, of), chosen, there)


def _unload(office: Office, officer: a.Officer, key: str, upload: str) -> None:
    for of in LISTS:
        waiting_files.give_back(office, officer, _owner(officer, key, of), upload)


def _give_up(request: HttpRequest, key: str) -> None:
    """清空重填, 删除: nothing of it stays, and its files neither."""
    office, officer = office_of(request), me(request)

    def work(session: Session) -> list[str]:
        _forget(session, request, key)
        files = [(_owner(officer, key, of), one.id) for of, waiting in _waiting(session, officer, key).items() for one in waiting]
        return [id for owner, id in files if applications.take_back(session, owner, id, office.clock(), officer) is not None]

    for dropped in office.database.write(work):
        office.files.drop("uploads", dropped)


# ------------------------------------------------------------------ sending


@action("/intake", most=MOST_UPLOADS, together=TOGETHER, redraws=True)
def register(request: HttpRequest) -> Response[Any]:
    """登记: the file is opened once, with its files; or the form comes back with what is at fault, and all that was typed."""
    office, officer, values, form = office_of(request), me(request), _values(request), form_of(request)
    key = _key(values)
    values["once"] = [key]
    if "drop" in form:
        _give_up(request, key)
        return go(PATH)
    wrong = _taken(office, officer, key, form)
    if form.get("unload"):
        _unload(office, officer, key, form.get("unload"))
    if form.get("keep") == kept_forms.ANEW:
        key = str(uuid4())
        kept_forms.keep(request, _address(key), values | {"once": [key]})
        return go(_address(key))
    unkept = kept_forms.unkept(kept_forms.keep(request, _address(key), values), _address(key)) if "keep" in form else None
    if form.get("redraw").startswith("take-"):
        with office.database.read() as session:
            seen = original.beside(office, officer.id, _waiting(session, officer, key)["files"], _sheet(request), read=True)
        values = original.take(values, seen.taken or (), form.get("redraw").removeprefix("take-"), office.today())
    if form.get("redraw") == "dates":
        values = lookups.moved_on(values, office.today())
    if form.fields.keys() & {"redraw", "unload", "keep"}:
        does, _, of = form.get("redraw").partition("-")
        return _draw(request, values, wrong=wrong, status=400 if wrong else 409 if unkept else 200, number_open=of if does == "number" else "",
                     more=does == "more", unkept=unkept, saved=office.clock() if "keep" in form and not unkept else None)  # fmt: skip
    data = lookups.registration(values, office.today())
    with office.database.read() as session:
        if _waiting(session, officer, key)["proof"]:  # whose proof it is has to be said
            data.setdefault("agent", {})
    try:
        act = a.parse(data)
        if (dated := lookups.receipt(office, values)).problem and dated.field:
            raise Invalid(dated.field, dated.problem)
        if wrong:
            return _draw(request, values, status=400, wrong=wrong)
        return _registered(request, act, values, key, _handed_on(office, officer, values))
    except Exception as error:
        stuck = trouble(request, error)
    if stuck.status == 422:  # the key stands for another content: gone back to and changed
        values["once"] = [str(uuid4())]
        stuck = _twice(office, officer, key)
    else:
        kept_forms.keep(request, _address(key), values)
    errors = lookups.placed_errors(values, forms.plain(stuck.errors))
    return _draw(request, values, status=stuck.status, errors=errors, stuck=stuck, wrong=wrong)


def _twice(office: Office, officer: a.Officer, key: str) -> Trouble:
    """What the form registered before it was changed, and where one sees it."""
    with office.database.read() as session:
        first = store.first_answer(session, officer.id, key)
    assert first is not None
    case = office.case(officer, json.loads(first.body)).case
    return Trouble(Problem(409, _TWICE.format(number=case.number)), link=f"{PATH}/done/{case.id}")


def _registered(
    request: HttpRequest, act: a.Act, values: Mapping[str, Sequence[str]], key: str, onward: Sequence[a.Act] = ()
) -> Response[Any]:  # fmt: skip
    office, officer = office_of(request), me(request)
    office.prepare(officer, None, act)
    done = list[Placed]()
    with office.database.read() as session:
        moved = [(of, one, str(uuid4())) for of, waiting in _waiting(session, officer, key).items() for one in waiting]
    for _of, one, identity in moved:
        office.files.put("attachments", identity, office.files.get("uploads", one.id, one.digest))
    act = _proved(act, [identity for of, _one, identity in moved if of == "proof"])

    def work(session: Session) -> store.Answer:
        now = office.clock()  # of all that is placed here: it came together
        placed = office.register_in(session, officer, act, now, papers=[identity for _of, _one, identity in moved])
        for of, one, identity in moved:
            store.add_attachment(
                session, id=identity, case=placed.case, name=one.name, media_type=one.media_type, size=one.size,
                digest=one.digest, purpose=_PURPOSES[of], officer=officer, at=office.clock(),
            )  # fmt: skip
            applications.drop_upload(session, _owner(officer, key, of), one.id)
        _forget(session, request, key)
        done[:] = [placed, *(office.place_in(session, officer, placed.case.id, one, now=now) for one in onward)]
        return store.Answer(303, json.dumps(placed.case.id).encode(), {})

    asked = json.dumps({name: list(given) for name, given in sorted(values.items())}, ensure_ascii=False)
    once = store.Once(key, officer.id, "POST /intake", hashlib.sha256(f"{officer.agency} {asked}".encode()).hexdigest())
    is_needed = True
    try:
        answer = write_awaited(office, once, work)
        is_needed = bool(done)  # or it was sent a second time: the first answer again
    except (Problem, Forbidden, Invalid, Refused):
        is_needed = False
        raise
    finally:
        if not is_needed:
            for _of, _one, identity in moved:
                office.files.drop("attachments", identity)
    for placed in done:
        office.announce(placed.case)
        for _of, one, _identity in moved:
            office.files.drop("uploads", one.id)
    return go(f"{PATH}/done/{json.loads(answer.body)}")


_PRINT = 200
"""dpi of the receipt as the page prints it by itself."""
_PURPOSES = {"files": "随申请收到", "proof": "代理人的授权委托书等证明"}


def _proved(act: a.Act, proofs: Sequence[str]) -> a.Act:
    """The registration whose agent names the first of the files that prove that he may act."""
    if not isinstance(act, a.Registration) or act.agent is None or not proofs:
        return act
    return act.evolve(agent=act.agent.model_copy(update={"proof": proofs[0]}))


@page("/intake/done/{case_id:uuid}")
def done(request: HttpRequest, case_id: FromPath[UUID]) -> Response[Any]:
    """已登记: the number, until when, the receipt to be printed, and what comes next."""
    return _done(request, case_id)


NOT_HIS = "没有撤销：只有当时办理的人可以当即撤销。要撤销的，请到案件页办理撤销，写明理由。"
NOT_SEEN = "没有撤销：没有写明所见的是哪一版。请在本页核对以后再按一次；已经过了时间的，请到案件页办理撤销，写明理由。"
NOT_UNDONE = "没有撤销：已经过了可以当即撤销的时间，或者本件又办理了别的。要撤销的，请到案件页办理撤销，写明理由。"


@action("/intake/done/{case_id:uuid}")
def undone(request: HttpRequest, case_id: FromPath[UUID]) -> Response[Any]:
    """撤销 of what was placed together with the registration, each by an entry of its own."""
    office, officer = office_of(request), me(request)
    case = office.case(officer, str(case_id), relations=relations_of(request)).case
    undo = undo_with(office, case, officer, AWHILE)
    seen = seen_of(form_of(request))
    if undo is None and _taken_back(case):
        return _done(request, case_id)
    if undo is None or not seen:
        why = NOT_SEEN if undo is not None else NOT_HIS if case.acts[0].officer.id != officer.id else NOT_UNDONE
        return _done(request, case_id, status=409, stuck=Problem(409, why))
    try:
        take_back(office, officer, case.id, undo, seen)
    except Exception as error:
        stuck = trouble(request, error, case.id, seen)
        return _done(request, case_id, status=stuck.status, stuck=stuck.problem)
    return go(f"{PATH}/done/{case_id}")


def _taken_back(case: Case) -> str:
    """What was placed with the registration and is revoked, by name."""
    gone = [one for one in case.acts[1:] if one.seq in case.revoked and one.at == case.acts[0].at]
    return "、".join(type(one.act).title for one in gone)


def _done(request: HttpRequest, case_id: UUID, *, status: int = 200, stuck: Problem | None = None) -> Response[Any]:
    office = office_of(request)
    case = office.case(me(request), str(case_id), relations=relations_of(request)).case
    clock = case.reckoning(office.rules)
    with office.database.read() as session:
        opened = office.open_to(session, case, me(request), "own", office.today())
        attached = queries.attachments_of(session, case.id)
        named = people.names(session, case.agency)
    letters = case.letters_of(case.acts[0], office.rules)
    receipt = next((one.id for one in letters if one.kind == "receipt"), None) if request.query_params.get("print") == "yes" else None
    sheets = office.printing.pictures(me(request).id, office.pdf(receipt), _PRINT) if receipt else []
    following = [steps.next_step(case, office.rules), "assignment", "acceptance", "correction_notice", "split"]
    return show(
        request, "intake_done.html", status=status, stuck=stuck, undo=undo_with(office, case, me(request)), gone=_taken_back(case), case=case,
        clock=clock, attached=attached, RELATIONS=a.RELATIONS,
        letters=[(one, LETTER_TITLES[one.kind]) for one in letters], sheets=[b64encode(one).decode() for one in sheets],
        handler=named.get(case.assignee, case.assignee) if case.assignee else None,
        following=[kind for kind in dict.fromkeys(following) if kind in opened and opened[kind] is None],
    )  # fmt: skip


ROUTES: tuple[BaseRouteHandler, ...] = (intake, aside, beside_the_form, files, register, done, undone, *original.ROUTES)
