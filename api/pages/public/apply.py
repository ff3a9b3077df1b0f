"""网上申请: the public form in four steps, the number and code at its end, and the answer to whoever asks by them.

Every step is a page of its own, so that one goes back and forward among them: what was typed is kept, sealed, for the session of
the visitor's browser, two hours at most. A form carries the other steps' values in hidden fields too, and does not depend on that.
Files wait two days under the form's own secret.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from litestar import MediaType, Response
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from api.office import authenticity, progress, publication, site_links, telling
from api.office.allowances import ASKED, AUTOSAVED, SENT, STEP, UPLOADED, Limit
from api.office.checkup import has_room
from api.office.office import SHANGHAI, Office
from api.office.problems import Problem, not_found
from api.office.uploads import TOGETHER_OF_VISITOR
from api.pages.shared import application_form, form_files
from api.pages.shared.application_form import STEPS, Typed
from api.pages.shared.frame import (
    MOST_UPLOADS,
    File,
    Form,
    HttpRequest,
    action,
    csrf_token,
    form_of,
    go,
    hall_of,
    large_of,
    office_of,
    page,
    safe_next,
    show,
)
from api.web import cookies
from api.web.bodies import client_of
from db import allowances, application_drafts, applications, feedback, store, suggestions
from db.stores import Unreachable
from letters.agencies import Agency
from workflow import acts as a
from workflow.feedback import KINDS
from workflow.feedback import due as due_of
from workflow.personal import told

_CLOSED = "这个单位没有开通网上申请。您可以邮寄或者当面提交申请。"
_LINK_NOT_GOOD, _LINK_TO_NOBODY = "链接已过期或不完整，可以直接在这里填写。", "链接所指的单位没有开通网上申请，可以直接在这里向开通了的单位申请。"
_UNKNOWN = "没有这个编号，或者查询码不对，请对照提交时记下的编号和查询码重新填写"


def _hold(request: HttpRequest, limit: Limit, amount: int = 1) -> None:
    """Raises Problem 429 when this client, or all together, come too often."""
    office = office_of(request)
    office.allowances.take(limit, office.allowances.client(client_of(request)), office.clock(), amount)


def _agency(request: HttpRequest, code: str) -> Agency:
    office, hall = office_of(request), hall_of(request)
    with office.database.read() as session:
        opened = applications.open_agencies(session, office.agencies)
    if code not in opened and (hall is None or hall.code != code):
        raise not_found(_CLOSED)
    return office.agencies[code]


@page("/apply")
def units(request: HttpRequest) -> Response[Any]:
    """网上申请: the units that take applications here; where there is but one, its form.

    By a signed link of the county's website (`site_links`) it is the form of the unit that the link names.
    """
    office, query = office_of(request), request.query_params
    with office.database.read() as session:
        opened = applications.open_agencies(session, office.agencies)
    if (hall := hall_of(request)) is not None:
        opened = [hall.code, *(one for one in opened if one != hall.code)]
    note = ""
    if any(part in query for part in site_links.PARTS):
        key = _site_key(request)
        link = site_links.opened(key, {part: query.getall(part, []) for part in site_links.PARTS}, office.clock())
        if link is not None and link[0] in opened:
            (code, nonce), form = link, application_form.fresh()
            form.values["via"] = site_links.mark(key, _visitor(request), code, form.draft, nonce)
            return _begun(request, office.agencies[code], form)
        note = _LINK_NOT_GOOD if link is None else _LINK_TO_NOBODY
    if len(opened) == 1:
        return _begun(request, office.agencies[opened[0]], application_form.fresh(), note=note) if note else go(f"/apply/{opened[0]}")
    return show(
        request, "apply_units.html", agencies=[office.agencies[code] for code in opened], agency=None, large_button=False, note=note
    )


def _site_key(request: HttpRequest) -> str:
    key: str = request.app.state.settings.site_key.get_secret_value()
    return key


def _begun(request: HttpRequest, agency: Agency, form: Typed, *, note: str = "") -> Response[Any]:
    """The first step of a new form; what this visitor left half-typed is offered."""
    office = office_of(request)
    with office.database.read() as session:
        half = application_drafts.newest(session, _visitor(request), agency.code, office.clock())
    return _step(request, agency, form, 1, half=half, note=note)


@page("/apply/{code:str}")
def begin(request: HttpRequest, code: FromPath[str]) -> Response[Any]:
    """The first step, empty; or a step of what this visitor is typing (`form`), as far as he has come.

    What he left half-typed is offered and not filled in: the computer may be another's, or everybody's.
    """
    office, agency, query = office_of(request), _agency(request, code), request.query_params
    now, visitor, wanted = office.clock(), _visitor(request), query.get("form", "")
    with office.database.read() as session:
        found = application_drafts.one(session, visitor, code, wanted, now) if wanted else None
        half = None if wanted else application_drafts.newest(session, visitor, code, now)
    if found is None:
        return _step(request, agency, application_form.fresh(), 1, half=half, gone=bool(wanted))
    form = application_form.restored(found[0])
    step = _place(query.get("step") or str(found[0]["step"]))
    step = min(step, application_form.first_fault(form, step, office.today()))
    published = _published(office, form) if step == 2 and "found" in query else ()
    return _step(request, agency, form, step, added="added" in query, published=published, kept_at=found[1])


def _visitor(request: HttpRequest) -> str:
    """Whose session it is: as for the token of his forms, and nothing of it can be read back."""
    return hashlib.sha256(f"visitor {csrf_token(request)}".encode()).hexdigest()


def _keep(request: HttpRequest, agency: Agency, form: Typed, step: int) -> bool:
    """Keep what stands in the form; whether it was kept. What was sent or cleared is not, also when one goes back to it: the form works without."""
    office, visitor = office_of(request), _visitor(request)

    def keep(session: Any) -> bool:
        if applications.one(session, form.draft) is not None:
            return False
        fields = application_form.kept(form, step)
        return application_drafts.keep(session, visitor, agency.code, form.draft, fields, office.clock())

    return office.database.write(keep)


def _onto(request: HttpRequest, agency: Agency, form: Typed, step: int, more: str = "") -> Response[Any]:
    """To a step, as a page that can be gone back to; where nothing can be kept, it is the answer itself."""
    if not _keep(request, agency, form, step):
        return _step(request, agency, form, step, added="added" in more, published=_published(office_of(request), form) if "found" in more else ())
    return go(f"/apply/{agency.code}?form={application_drafts.address_of(form.draft)}&step={step}{more}")


@action("/apply/{code:str}/draft")
def autosave(request: HttpRequest, code: FromPath[str]) -> Response[str]:
    """自动保存 of what is being typed: the sentence that says so."""
    _hold(request, AUTOSAVED)
    agency, sent = _agency(request, code), form_of(request)
    form = application_form.typed(sent)
    if not _keep(request, agency, form, _place(sent.get("step"))):
        return Response("没有自动保存，已填内容还在本页", status_code=409, media_type=MediaType.TEXT)
    return Response(f"{office_of(request).clock().astimezone(SHANGHAI):%H:%M}已自动保存", media_type=MediaType.TEXT)


@action("/apply/{code:str}", most=MOST_UPLOADS, together=TOGETHER_OF_VISITOR)
def go_on(request: HttpRequest, code: FromPath[str]) -> Response[Any]:
    """From one step to another, or to the end. What is at fault comes back with all that was typed."""
    _hold(request, STEP)
    agency, sent = _agency(request, code), form_of(request)
    form, step, to = application_form.typed(sent), _place(sent.get("step")), sent.get("to")
    if to == "clear":
        return _cleared(request, agency, sent.get("half"), form)
    if to == "large":
        return _turned(request, lambda: _onto(request, agency, form, step))
    if step == 1 and _rowed(form, to):
        return _onto(request, agency, form, 1, "&added=yes" if to == "co-add" else "")
    if step == 2:
        if (wrong := _take_files(request, form, sent)) is not None:
            _keep(request, agency, form, 2)
            return _step(request, agency, form, 2, errs=[("file", wrong)], status=400)
        if _edited(office_of(request), form, to):
            return _onto(request, agency, form, 2)
    target, today = min(_place(to), step + 1), office_of(request).today()
    wrong_step = application_form.first_fault(form, target, today)
    if wrong_step < target:
        _keep(request, agency, form, wrong_step)
        return _step(request, agency, form, wrong_step, errs=application_form.faults(form, wrong_step, today), status=400)
    if step == 2 and target == 3 and _unseen(office_of(request), form):
        return _onto(request, agency, form, 2, "&found=yes")
    if to == "send" and step == 4:
        return _send(request, agency, form)
    return _onto(request, agency, form, target)


@action("/large")
def large(request: HttpRequest) -> Response[Any]:
    """大字, 标准字: for the whole visit, on whichever page."""
    return _turned(request, lambda: go(safe_next(form_of(request).get("back")[:2000]) or "/apply"))


def _turned(request: HttpRequest, answer: Callable[[], Response[Any]]) -> Response[Any]:
    """The answer, with the letters of the other size from now on."""
    request.scope["state"]["large"] = "no" if large_of(request) == "yes" else "yes"
    response = answer()
    cookies.set_cookie(request, response, cookies.LARGE, large_of(request))
    return response


def _cleared(request: HttpRequest, agency: Agency, half: str, form: Typed) -> Response[Any]:
    """清除已填内容: nothing of it stays, and its files neither; `half`: the address of another one, which was offered."""
    office, visitor, owner = office_of(request), _visitor(request), applications.visitor_of(form.draft)
    own, now = "" if half else form.draft, office.clock()
    office.database.write(lambda s: application_drafts.drop(s, visitor, now, draft=own, id=half))
    _drop_files(office, owner)
    return go(f"/apply/{agency.code}")


def _drop_files(office: Office, owner: str) -> None:
    with office.database.read() as session:
        files = [row.id for row in applications.uploads_of(session, owner)]
    for one in files:
        if office.database.write(partial(applications.take_back, owner=owner, upload_id=one, now=office.clock())) is not None:
            office.files.drop("uploads", one)


def forget_visitor(request: HttpRequest) -> None:
    """Nothing of what this visitor has not sent stays, and none of its files."""
    office, visitor, now = office_of(request), _visitor(request), office_of(request).clock()
    with office.database.read() as session:
        drafts = application_drafts.of(session, visitor)
    for draft in drafts:
        office.database.write(partial(application_drafts.drop, visitor=visitor, now=now, draft=draft))
        _drop_files(office, applications.visitor_of(draft))


def _place(text: str) -> int:
    """A step by its figure; the last one for "send"."""
    return int(text) if text in ("1", "2", "3", "4") else 4 if text == "send" else 1


def _rowed(form: Typed, to: str) -> bool:
    """再加一位, 移除一位: what changes the rows of the first step without leaving it."""
    if to == "co-add" and len(form.others) < application_form.MOST_OTHERS:
        form.others.append(dict.fromkeys(application_form.OF_OTHERS, ""))
    elif to.startswith("co-less-") and to[8:].isascii() and to[8:].isdigit():
        form.others = [row for place, row in enumerate(form.others) if place != int(to[8:11])]
    return to == "co-add" or to.startswith("co-less-")


def _edited(office: Office, form: Typed, to: str) -> bool:
    """再加一项, 移除一项, 移除材料, 上传: what changes the second step without leaving it."""
    if to == "add" and len(form.items) < application_form.MOST_ITEMS:
        form.items.append(dict.fromkeys(application_form.OF_ITEMS, ""))
    elif to.startswith("less-") and to[5:].isascii() and to[5:].isdigit() and len(form.items) > 1:
        form.items = [item for place, item in enumerate(form.items) if place != int(to[5:9])]
    elif to.startswith("drop-"):
        owner = applications.visitor_of(form.draft)
        dropped = office.database.write(lambda s: applications.take_back(s, owner, to[5:41], office.clock()))
        if dropped is not None:
            office.files.drop("uploads", dropped)
    return to in ("add", "upload") or to.startswith(("less-", "drop-"))


_TOO_MUCH = "您上传的材料太多，暂时不能再传。请先提交申请，材料可以当面或者邮寄补交；或者过一小时再传"
_FULL = "现在等待提交的材料太多，暂时不能上传。请先提交申请，材料可以当面或者邮寄补交；或者过一会儿再传"


def _no_room(request: HttpRequest, files: Sequence[File]) -> str | None:
    """Why these files cannot wait here until the form is sent: this client's, or all of them, are too many."""
    office, size = office_of(request), sum(len(one.data) for one in files)
    try:
        _hold(request, UPLOADED, size // 1024 + len(files))
    except Problem:
        return _TOO_MUCH
    now = office.clock()
    for old in office.database.write(lambda s: applications.drop_forgotten(s, now, more=size)):
        office.files.drop("uploads", old)
    with office.database.read() as session:
        there = applications.unsent(session)
    return _FULL if there + size > applications.MOST_UNSENT or not has_room(office) else None


def _take_files(request: HttpRequest, form: Typed, sent: Form) -> str | None:
    """Keep the files of this step under the form's secret; a sentence that names each that may not be kept."""
    office = office_of(request)
    owner, now = applications.visitor_of(form.draft), office.clock()
    good, refused = form_files.sifted(sent.files.get("file", []))
    with office.database.read() as session:
        room = max(application_form.MOST_FILES - len(applications.uploads_of(session, owner)), 0)
    refused += [(one.name, f"最多{application_form.MOST_FILES}个文件，请合并以后再上传") for one in good[room:]]
    if (good := good[:room]) and (wrong := _no_room(request, good)) is not None:
        return wrong
    is_away = False
    for one in good:
        identity = application_form.new_id()
        try:
            digest = None if is_away else office.files.put("uploads", identity, one.data)
        except Unreachable:  # the form comes back with all that was typed
            digest, is_away = None, True
        if digest is None:
            refused.append((one.name, "存放材料的地方暂时没有回答，请稍后再试，或者先提交申请，材料当面或者邮寄补交"))
            continue
        facts: dict[str, Any] = {"id": identity, "name": one.name, "media_type": one.media_type, "size": len(one.data), "digest": digest}
        office.database.write(partial(applications.add_upload, owner=owner, now=now, **facts))
    return form_files.named(refused) or None


def _published(office: Office, form: Typed) -> list[Any]:
    """What was published and may answer this already."""
    with office.database.read() as session:
        found = suggestions.published_for(session, office.sameness, office.agencies, form.wanted, office.today())
    return [row for row, _ in found if not publication.faults(row.title, row.url)][:5]


def _unseen(office: Office, form: Typed) -> list[Any]:
    """The same, unless the applicant has seen it."""
    found = _published(office, form)
    known = ",".join(sorted(row.id[:8] for row in found))
    if not found or form.get("seen") == known:
        return []
    form.values["seen"] = known
    return found


def _step(
    request: HttpRequest, agency: Agency, form: Typed, step: int, *,
    errs: Sequence[tuple[str, str]] = (), published: Sequence[Any] = (), added: bool = False, status: int = 200,
    half: tuple[str, datetime] | None = None, gone: bool = False, kept_at: datetime | None = None,
    note: str = "",
) -> Response[Any]:  # fmt: skip
    office = office_of(request)
    with office.database.read() as session:
        files = applications.uploads_of(session, applications.visitor_of(form.draft))
    reply = office.rules.on(office.today()).deadlines.reply
    return show(
        request, f"apply_{step}.html", status=status, agency=agency, form=form, step=step, steps=STEPS, errs=list(errs),
        published=published, files=files, reply=reply, large_button=True, CATEGORIES=a.CATEGORIES, TOGETHER=TOGETHER_OF_VISITOR,
        tells=telling.offered(request.app.state.settings), TELL_BY=a.TELL_BY,
        ID_TYPES={key: title for key, title in a.ID_TYPES.items() if key not in ("resident_id", "credit_code")}, RELATIONS=a.RELATIONS,
        added=added, half=half, gone=gone, note=note, kept_at=kept_at, address=application_drafts.address_of(form.draft),
        FORMS=a.FORMS, DELIVERIES=a.DELIVERIES, limits=application_form,
        personal=told(form.wanted) if step == 4 else None,
    )  # fmt: skip


def _send(request: HttpRequest, agency: Agency, form: Typed) -> Response[Any]:
    """提交: once, however often it is sent; the code is shown here and nowhere else."""
    _hold(request, SENT)
    office, today, hall = office_of(request), office_of(request).today(), hall_of(request)
    fields = application_form.application(form, hall=hall.code if hall else None, to=agency.code)
    try:
        application_form.registration(fields, today, today, today)
    except a.Rejected as rejected:
        return _step(request, agency, form, 2, errs=[("wanted-0", why) for _, why in rejected.errors], status=400)
    key, now, asker = office.keys.blind, office.clock(), _visitor(request)
    nonce = site_links.nonce_of(_site_key(request), asker, agency.code, form.draft, form.get("via"))
    site = None if nonce is None else request.app.state.settings.site_name

    def keep(session: Any) -> Any:
        if applications.count_waiting(session, agency.code) >= applications.MOST_WAITING:
            raise Problem(429, "等待确认的网上申请太多，暂时不能再接收。请邮寄或者当面提交，您写的内容可以用浏览器返回上一页查看。")
        visitor, identity = applications.visitor_of(form.draft), form.draft
        known = applications.one(session, identity)
        if known is not None and (known.agency, json.loads(known.fields)) != (agency.code, fields):
            identity = application_form.id_of_changed(form.draft, [agency.code, fields])
        return applications.add(
            session, id=identity, agency=agency.code, on=today, fields=fields, visitor=visitor, key=key, now=now,
            site=site, site_nonce=nonce,
        )  # fmt: skip

    row = office.database.write(keep)
    office.database.write(lambda s: application_drafts.drop(s, asker, now, draft=form.draft))
    return show(
        request, "apply_sent.html", agency=agency, number=row.number, code=applications.code_of(row.id, key),
        large_button=False, on=row.submitted_at.astimezone(SHANGHAI).date(),
        received=application_form.at_counter(fields),
    )  # fmt: skip


# ------------------------------------------------------------------ 查询进度


@page("/apply/status")
def ask(request: HttpRequest) -> Response[Any]:
    """查询进度."""
    return _asked(request)


@action("/apply/status")
def answer(request: HttpRequest) -> Response[Any]:
    """What became of an application, to whoever has its number and code; five wrong codes lock the number for this client for a while."""
    _hold(request, ASKED)
    office, sent = office_of(request), form_of(request)
    number, code = sent.get("number")[:60], "".join(sent.get("code")[:40].replace("-", "").split())
    now, counted = office.clock(), office.allowances
    about, who = counted.digest("application", number.upper()), counted.client(client_of(request))
    errs = [(field, sentence) for field, value, sentence in (("number", number, "请填写申请编号"), ("code", code, "请填写查询码")) if not value]
    if errs:
        return _asked(request, number=number, errs=errs, status=400)
    with office.database.read() as session:
        barred = allowances.locked(session, "query", now, about=about, who=who)
        told = None if barred else feedback.by_number(session, number, code, office.keys.blind)
        row = None if barred else applications.by_number(session, number, code, office.keys.blind)
        try:
            case = store.load(session, row.case_id) if row is not None and row.case_id else None
        except store.Unreadable:
            raise Problem(500, "这件申请的案卷损坏，现在查不到进度；再试也不会好。请向受理的机关查询。") from None
    if barred:
        raise Problem(429, "查询码连续填错，这个编号要过30分钟才能再查。", headers={"Retry-After": "1800"})
    if told is not None:
        limit = due_of(told.submitted_on, is_simple=told.is_simple, rules=office.rules)
        return _asked(request, number=told.number, told=told, kind=KINDS[told.kind], limit=limit, of=office.agencies.get(told.agency))
    if row is None:
        office.database.write(lambda s: allowances.failed(s, "query", now, about=about, who=who))
        return _asked(request, number=number, errs=[("code", _UNKNOWN)], status=400)
    told = progress.as_told(case, office.rules) if case is not None else None
    due = told.reckoning(office.rules) if told is not None and told.is_active else None
    return _asked(
        request, number=row.number, row=row, case=told, due=due, submitted_on=row.submitted_at.astimezone(SHANGHAI).date(),
        of=office.agencies.get(row.agency), received=application_form.at_counter(json.loads(row.fields)),
        course=progress.progress(case, office.rules) if case is not None else (),
        awaited=progress.awaited(case, office.rules) if case is not None else "",
    )  # fmt: skip


def _asked(request: HttpRequest, *, status: int = 200, **facts: Any) -> Response[Any]:
    office = office_of(request)
    with office.database.read() as session:
        checked = authenticity.open_agencies(session, office.agencies)
    known: dict[str, Any] = {"number": "", "errs": [], "row": None, "case": None, "due": None, "submitted_on": None, "of": None, "course": ()}
    known |= {"checked": checked, "awaited": "", "received": False, "told": None}
    return show(request, "apply_status.html", status=status, agency=None, large_button=False, **known | facts)


ROUTES: tuple[BaseRouteHandler, ...] = (units, large, ask, answer, begin, go_on, autosave)
