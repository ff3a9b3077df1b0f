"""登记: one form for every channel, what the office knows beside it, files with it; sent twice it makes one file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from litestar import Response
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from sqlmodel import Session

from api.office.idempotency import write_awaited
from api.office.office import Office, Placed
from api.office.problems import Problem
from api.office.uploads import ALLOWED, LARGEST, MOST_FILES, examine
from api.pages.intake import lookups
from api.pages.shared import forms
from api.pages.shared.forms import Option
from api.pages.shared.frame import (
    MOST_UPLOAD,
    File,
    HttpRequest,
    action,
    form_of,
    go,
    keep_draft,
    me,
    office_of,
    page,
    show,
)
from api.pages.shared.submission import Trouble, trouble
from api.web.requests import relations_of
from db import applications, people, queries, store
from workflow import acts as a
from workflow import steps
from workflow.law import Invalid
from workflow.words import LETTER_TITLES

PATH = "/intake"
_PAGE = frozenset({"csrf", "part", "redraw", "keep", "drop", "unload", "again"})
"""Fields of the page itself: neither part of the registration nor of its draft."""
_KINDS = "、".join(one[1:] for one in ALLOWED)
_TWICE = "这张表刚才已经登记，编号{number}，没有重复登记。确要另外登记一件内容不同的，请核对后再按一次“登记”。"


def _values(request: HttpRequest) -> dict[str, list[str]]:
    own = {name: list(given) for name, given in form_of(request).fields.items() if name not in _PAGE}
    return forms.tidy(a.Registration, own)


def _key(values: Mapping[str, Sequence[str]]) -> str:
    """The secret of this form: it makes a second sending of it the same one, and holds its files until then."""
    text = lookups.first(values, "once")
    return text if len(text) == 36 and text.isascii() and text.isprintable() else str(uuid4())


def _owner(officer: a.Officer, key: str) -> str:
    return applications.visitor_of(f"{officer.id}/{key}")


# ------------------------------------------------------------------ the page


@page("/intake")
def intake(request: HttpRequest) -> Response[Any]:
    """登记申请: empty, or as it was left."""
    office, officer = office_of(request), me(request)
    with office.database.read() as session:
        draft = people.draft(session, officer.id, PATH)
    today = [office.today().isoformat()]
    values: dict[str, list[str]] = {
        "channel": ["in_person"], "submitted_on": today, "applicant.category": ["natural_person"], "form": ["paper"], "delivery": ["post"],
    }  # fmt: skip
    if draft is not None:
        values = {name: [str(one) for one in given] for name, given in draft[0].items() if name not in _PAGE}
    return _draw(request, values, saved=draft[1] if draft else None)


def _draw(
    request: HttpRequest, values: Mapping[str, Sequence[str]], *, status: int = 200, errors: Mapping[str, str] | None = None,
    stuck: Trouble | None = None, file_error: str = "", number_open: bool = False, **facts: Any,
) -> Response[Any]:  # fmt: skip
    office, officer = office_of(request), me(request)
    key = _key(values)
    drawn = _drawn(office, values, errors or {})
    dates = lookups.date_fields(values, errors or {}, drawn)
    paper = lookups.paper(values, office.today())
    with office.database.read() as session:
        beside = lookups.beside(office, session, officer, values)
        files = applications.uploads_of(session, _owner(officer, key))
    errs = _errs(drawn, dates, errors or {}, file_error)
    known: dict[str, Any] = {
        "f": drawn, "dates": dates, "paper": paper, "number_open": number_open or paper.state != "right", "files": files,
        "once": key, "errs": errs, "stuck": stuck, "saved": None, "file_error": file_error, "kinds": _KINDS,
        "channel": lookups.channel_of(values), "wanted_length": len(lookups.first(values, "wanted")),
    }  # fmt: skip
    return show(request, "intake.html", status=status, **known | beside | facts)


def _drawn(office: Office, values: Mapping[str, Sequence[str]], errors: Mapping[str, str]) -> dict[str, forms.Field]:
    """Every field of the registration by its path."""
    papers = [Option("", "身份证、信用代码"), *(Option(*one) for one in a.ID_TYPES.items() if one[0] not in ("resident_id", "credit_code"))]
    topics = [Option(one.key, one.title) for one in office.rules.on(office.today()).topics]
    drawing = forms.Drawing("registration", values, errors, {"topic": topics, "applicant.id_type": papers})
    made = forms.fields_of(a.Registration, drawing)
    found = {one.name: one for one in forms.flat(made)}
    return found | {one.name: one for one in made if one.kind != "group"}


def _errs(
    drawn: Mapping[str, forms.Field], dates: Sequence[forms.Field], errors: Mapping[str, str], file_error: str
) -> list[tuple[str, str]]:
    """The summary, in the order of the page."""
    shown = [*dates, *(one for name, one in drawn.items() if name not in ("submitted_on", "received_on"))]
    found = forms.summary(shown, errors)
    if file_error:
        found.append(("files", file_error))
    return found


# ------------------------------------------------------------------ while it is being filled


@action("/intake/aside")
def aside(request: HttpRequest) -> Response[Any]:
    """What the office knows of what is typed so far, kept as a draft with it; or one part of the form anew."""
    office, officer, values = office_of(request), me(request), _values(request)
    part = form_of(request).get("part")
    if part == "dates":
        values = lookups.moved_on(values, office.today())
    now = office.clock()

    def keep(session: Session) -> None:  # what arrives after its form was sent is no draft any more
        if store.first_answer(session, officer.id, _key(values)) is None:
            people.save_draft(session, officer.id, PATH, values, now)

    office.database.write(keep)
    drawn = _drawn(office, values, {})
    with office.database.read() as session:
        beside = lookups.beside(office, session, officer, values)
    paper = lookups.paper(values, office.today())
    return show(
        request, "intake_aside.html", part=part if part in ("dates", "number") else "", f=drawn, paper=paper, saved_at=now,
        dates=lookups.date_fields(values, {}, drawn), number_open=paper.state != "right" or "again" in form_of(request), **beside,
    )  # fmt: skip


@action("/intake/files", most=3 * MOST_UPLOAD)
def files(request: HttpRequest) -> Response[Any]:
    """上传: the files wait beside the form until it is sent; answered with the list."""
    office, officer, values = office_of(request), me(request), _values(request)
    key, wrong = _key(values), ""
    form = form_of(request)
    if form.get("unload"):
        _unload(office, officer, key, form.get("unload"))
    else:
        wrong = _take(office, officer, key, form.files.get("files", []))
    with office.database.read() as session:
        there = applications.uploads_of(session, _owner(officer, key))
    return show(request, "intake_files.html", files=there, file_error=wrong, kinds=_KINDS)


def _take(office: Office, officer: a.Officer, key: str, chosen: Sequence[File]) -> str:
    """Keep the chosen files under the form's key; a sentence when one of them may not be kept."""
    owner, now = _owner(officer, key), office.clock()
    with office.database.read() as session:
        there = len(applications.uploads_of(session, owner))
    for one in chosen:
        if there >= MOST_FILES:
            return f"每件申请最多{MOST_FILES}个附件，已经满了，“{one.name[:60]}”没有上传"
        if len(one.data) > LARGEST:
            return f"“{one.name[:60]}”超过20MB，请压缩或者分开上传"
        try:
            name, media_type = examine(one.name, one.data)
        except Invalid as invalid:
            return f"“{one.name[:60]}”没有上传：{invalid.message}"
        identity = str(uuid4())
        digest = office.files.put("uploads", identity, one.data)
        facts: dict[str, Any] = {"id": identity, "name": name, "media_type": media_type, "size": len(one.data), "digest": digest, "now": now}
        office.database.write(partial(applications.add_upload, owner=owner, **facts))
        there += 1
    for old in office.database.write(lambda s: applications.drop_forgotten(s, now)):
        office.files.drop("uploads", old)
    return ""


def _unload(office: Office, officer: a.Officer, key: str, upload: str) -> None:
    dropped = office.database.write(lambda s: applications.drop_upload(s, _owner(officer, key), upload[:36]))
    if dropped is not None:
        office.files.drop("uploads", dropped)


# ------------------------------------------------------------------ sending


@action("/intake", most=3 * MOST_UPLOAD)
def register(request: HttpRequest) -> Response[Any]:
    """登记: the file is opened once, with its files; or the form comes back with what is at fault, and all that was typed."""
    office, officer, values, form = office_of(request), me(request), _values(request), form_of(request)
    key = _key(values)
    values["once"] = [key]
    if "drop" in form:
        office.database.write(lambda s: people.drop_draft(s, officer.id, PATH))
        return go(PATH)
    wrong = _take(office, officer, key, form.files.get("files", []))
    if form.get("unload"):
        _unload(office, officer, key, form.get("unload"))
    if "keep" in form:
        keep_draft(request, PATH, values)
    if form.get("redraw") == "dates":
        values = lookups.moved_on(values, office.today())
    if form.fields.keys() & {"redraw", "unload", "keep"}:
        return _draw(request, values, file_error=wrong, status=400 if wrong else 200, number_open=form.get("redraw") == "number",
                     saved=office.clock() if "keep" in form else None)  # fmt: skip
    data = lookups.registration(values, office.today())
    try:
        act = a.parse(data)
        if (dated := lookups.receipt(office, values)).problem and dated.field:
            raise Invalid(dated.field, dated.problem)
        if wrong:
            return _draw(request, values, status=400, file_error=wrong)
        return _registered(request, act, values, key)
    except Exception as error:
        stuck = trouble(request, error)
    if stuck.status == 422:  # the key stands for another content: gone back to and changed
        values["once"] = [str(uuid4())]
        stuck = _twice(office, officer, key)
    errors = lookups.placed_errors(values, forms.plain(stuck.errors))
    return _draw(request, values, status=stuck.status, errors=errors, stuck=stuck, file_error=wrong)


def _twice(office: Office, officer: a.Officer, key: str) -> Trouble:
    """What the form registered before it was changed, and where one sees it."""
    with office.database.read() as session:
        first = store.first_answer(session, officer.id, key)
    assert first is not None
    case = office.case(officer, json.loads(first.body)).case
    return Trouble(Problem(409, _TWICE.format(number=case.number)), link=f"{PATH}/done/{case.id}")


def _registered(request: HttpRequest, act: a.Act, values: Mapping[str, Sequence[str]], key: str) -> Response[Any]:
    office, officer = office_of(request), me(request)
    office.prepare(officer, None, act)
    owner, done = _owner(officer, key), list[Placed]()
    with office.database.read() as session:
        waiting = applications.uploads_of(session, owner)
    moved = [(one, str(uuid4())) for one in waiting]
    for one, identity in moved:
        office.files.put("attachments", identity, office.files.get("uploads", one.id, one.digest))

    def work(session: Session) -> store.Answer:
        placed = office.register_in(session, officer, act)
        for one, identity in moved:
            store.add_attachment(
                session, id=identity, case=placed.case, name=one.name, media_type=one.media_type, size=one.size,
                digest=one.digest, purpose="随申请收到", officer=officer, at=office.clock(),
            )  # fmt: skip
            applications.drop_upload(session, owner, one.id)
        people.drop_draft(session, officer.id, PATH)
        done[:] = [placed]
        return store.Answer(303, json.dumps(placed.case.id).encode(), {})

    asked = json.dumps({name: list(given) for name, given in sorted(values.items())}, ensure_ascii=False)
    once = store.Once(key, officer.id, "POST /intake", hashlib.sha256(asked.encode()).hexdigest())
    answer = write_awaited(office, once, work)
    if not done:  # sent a second time: the first answer again, and what was copied for it is not needed
        for _one, identity in moved:
            office.files.drop("attachments", identity)
    for placed in done:
        office.announce(placed.case)
        for one, _identity in moved:
            office.files.drop("uploads", one.id)
    return go(f"{PATH}/done/{json.loads(answer.body)}")


@page("/intake/done/{case_id:uuid}")
def done(request: HttpRequest, case_id: FromPath[UUID]) -> Response[Any]:
    """已登记: the number, until when, the receipt to be printed, and what comes next."""
    office = office_of(request)
    case = office.case(me(request), str(case_id), relations=relations_of(request)).case
    clock = case.reckoning(office.rules)
    with office.database.read() as session:
        opened = office.open_to(session, case, me(request), "own", office.today())
        attached = queries.attachments_of(session, case.id)
    letters = case.letters_of(case.acts[0], office.rules)
    following = [steps.next_step(case, office.rules), "assignment", "acceptance", "correction_notice", "split"]
    return show(
        request, "intake_done.html", case=case, clock=clock, attached=attached,
        letters=[(one, LETTER_TITLES[one.kind]) for one in letters],
        following=[kind for kind in dict.fromkeys(following) if kind in opened and opened[kind] is None],
    )  # fmt: skip


ROUTES: tuple[BaseRouteHandler, ...] = (intake, aside, files, register, done)
