"""审签: the letter as it would go out, what speaks against it, and the signature."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from api.office import documents, views
from api.office.masking import mask_name
from api.office.office import Office
from api.office.policy import ROUTES as ADMITS
from api.office.problems import Problem
from api.office.record import record
from api.office.sight import allow, reason_given
from api.pages.approvals import queue
from api.pages.approvals.queue import outcome_title
from api.pages.approvals.waiting import Entry, following, onward, place_of, waiting
from api.pages.shared import askers, phrases
from api.pages.shared.frame import (
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
from api.pages.shared.kept_forms import forget, kept, saving
from api.pages.shared.submission import SEEN, Trouble, attempt, seen_of
from api.pages.shared.undoing import undo
from api.web.downloads import disposition, letter_name
from api.web.requests import relations_of
from api.web.worker_threads import threaded
from db import phrases as stored
from db import queries
from letters import compare
from letters.compose import Letter
from letters.errors import LetterError
from workflow import acts as a
from workflow import steps
from workflow.acts import Officer
from workflow.case import Case, overall
from workflow.joining import joined
from workflow.law import Refused
from workflow.risks import Risk, in_order, late_entries, open_risks
from workflow.words import ATTACHMENT_ROLES, LETTER_TITLES

VIEWS = {"letter": "答复书", "documents": "提供的文件", "compare": "与退回前比较", "request": "申请内容"}
SHOWN = 20
"""Pages of one document that are shown at once; the rest is in the file."""
DOES = {"sign": "decision", "pass": "legal_review", "fail": "legal_review", "return": "return", "note": "note"}
"""The buttons of the bar -> the kind of act they place."""
_FIELDS = {"reason": "text", "remark": "text"}
"""Fields of the acts -> the field of the bar."""
SETTLES = ("decision", "legal_review", "return")
"""After these a page says what was done: the next draft is a step away, and no button stands where one was pressed."""
DONE = {"decision": "已签发", "legal_review": "审核意见已写入案卷", "return": "已退回承办人修改"}


def _settled(request: HttpRequest, case: Case) -> dict[str, Any] | None:
    """What this officer has just done here (the address says which), and the draft that is next; None when it is not so."""
    office, officer, done = office_of(request), me(request), request.query_params.get("done", "")
    signed = next((one for one in reversed(case.acts) if one.act.kind == done and one.officer.id == officer.id), None)
    if done not in SETTLES or signed is None or (case.state == "approving" and signed != case.legal_review):
        return None
    made = case.letters_of(signed, office.rules)
    with office.database.read() as session:
        numbers = {row.id: row.number for row in queries.letters_of(session, case)}
        left = [one for one in waiting(request, session) if one != Entry(case.id)]
    follows = steps.next_step(case, office.rules)
    after = following(request, left, request.query_params.get("next", ""))
    law = office.rules.on(office.today())
    return {
        "title": DONE[done], "undo": undo(office, case, officer, done),
        "number": numbers.get(made[0].id) if made else None, "left": len(left), "following": after,
        "letters": [(one.id, LETTER_TITLES[one.kind], numbers.get(one.id)) for one in made],
        "follows": a.ACTS[follows].title if follows else None,
        "by": "、".join(office.rules.role_titles[role] for role in law.roles[follows]) if follows else "",
        "due": views.due_view(after["case"].reckoning(office.rules), office.today(), waiting=True) if after else None,
    }  # fmt: skip


# ------------------------------------------------------------------ one draft


@page("/approvals/{case_id:uuid}")
def approval(request: HttpRequest, case_id: FromPath[UUID]) -> Response[Any]:
    """审签一件."""
    case = office_of(request).case(me(request), str(case_id), relations=relations_of(request)).case
    return _page(request, case, form=kept(request))


def may_write(request: HttpRequest, case_id: UUID) -> None:
    """Raises Problem: there is no such file for this officer."""
    office_of(request).case(me(request), str(case_id), relations=ADMITS["GET", "/approvals/{case_id}"].relations)


def _page(
    request: HttpRequest, case: Case, *, form: Form | None = None, told: Trouble | None = None,
    errs: Sequence[tuple[str, str]] = (), status: int = 200,
) -> Response[Any]:  # fmt: skip
    office, officer, today = office_of(request), me(request), office_of(request).today()
    typed = {name: form.get(name) for name in form.fields} if form else {}
    if entries := late_entries(case):  # their reasons answer the warning, unless the head says more
        reasons = [one.late_entry.reason for one in entries if one.late_entry is not None]
        typed.setdefault("override.late_entry", "；".join(dict.fromkeys(reasons)))
    known: dict[str, Any] = {
        "case": case, "typed": typed, "errs": list(errs), "told": told, "seen": SEEN, "settled": None,
        "noted": request.query_params.get("done") == "note", "first": errs[0][0] if errs else None, "views": VIEWS,
        "saving": saving(request, f"/approvals/{case.id}", form if request.method == "POST" else None),
        "SHOWN": SHOWN, "people": askers.of_case(case, "names"), "DELIVERIES": a.DELIVERIES, "FORMS": a.FORMS,
    }  # fmt: skip
    if not told and (settled := _settled(request, case)) is not None:
        return show(request, "approval.html", status=status, **known | {"settled": settled}, waits=False)
    if case.state != "approving" or case.draft is None:
        return show(request, "approval.html", status=status, **known, waits=False)
    with office.database.read() as session:
        queued = waiting(request, session)
        stock = stored.offered(session, officer.id, ("decision", "legal_review", "return"))
        may = office.open_to(session, case, officer, "own", today)
        attached = queries.attachments_of(session, case.id)
        others = office.answered_with(session, case)
    risks = open_risks(case, office.rules, today, others=others)
    view = request.query_params.get("view", "")
    if view == "documents" and not any(documents.given_out(case, attached)):
        view = ""
    letter = _letter(office, officer, case, _returned(case), view)
    return show(
        request, "approval.html", status=status, **known, waits=True, **place_of(queued, Entry(case.id)), **_decided(office, case, others),
        due=views.due_view(case.reckoning(office.rules), today, waiting=True), bar=_bar(case, officer, may, risks),
        blocking=[risk for risk in risks if risk.level == "blocks"], warnings=_by_id(risks), fine=in_order(case, office.rules, today, others=others),
        offered=_offered(stock),
        opinions=_opinions(case), attached=attached,
        documents=_documents(office, officer, case, attached, letter["view"]), roles=ATTACHMENT_ROLES, **letter,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """One document that the reply gives out, as it lies before the signer."""

    item: int
    title: str
    row: Any
    separated: tuple[tuple[a.Separated, str], ...]
    """What is covered in a redacted copy, each with its ground in words."""
    pages: int = 0
    why: str = ""
    """Why its pages are not shown."""
    unread: str = ""
    """What the signer is told of a PDF or a picture that cannot be opened here."""


def _documents(office: Office, officer: Officer, case: Case, rows: Sequence[Any], view: str) -> list[Given]:
    """提供件: what goes out with the letter. Its pages are counted where they are looked at."""
    outcomes, found = office.rules.on(office.today()).outcomes, []
    for item, one, row in documents.given_out(case, rows):
        outline = office.outline(officer, row) if view == "documents" else ""
        hidden = one.as_signed.separated if one.as_signed else ()
        covered = tuple((each, _ground(outcomes, each)) for each in hidden)
        unread = documents.unread(one.title, why) if (why := office.printing.unshown(officer.id, row)) else ""
        if isinstance(outline, str):
            found.append(Given(item, one.title, row, covered, why=outline, unread=unread))
        else:
            found.append(Given(item, one.title, row, covered, pages=len(outline.sheets)))
    return found


def _ground(outcomes: Mapping[str, Any], one: a.Separated) -> str:
    outcome = outcomes[one.outcome]
    return str(dict(outcome.grounds).get(one.ground or "", outcome.title))


def _offered(stock: Sequence[Any]) -> dict[str, list[Any]]:
    """常用语 at the reasons for signing all the same, and at the one box for remark, examination and return."""
    of_text = [one for place in ("return.reason", "legal_review.text") for one in phrases.offered(stock, place) or ()]
    return {"override": phrases.offered(stock, "decision.overrides") or [], "text": of_text}


def _decided(office: Office, case: Case, others: Sequence[Case]) -> dict[str, Any]:
    """Every decision of the draft; of the other requests that it answers too, with their numbers."""
    draft = case.draft
    assert draft is not None and isinstance(draft.act, a.Draft)
    outcomes = office.rules.on(draft.act.on).outcomes
    decided = [(case, one) for one in sorted(draft.act.items, key=lambda one: one.item)]
    decided += [(other, item) for one, other in joined(case, others) for item in one.items]
    items = [
        {"item": one, "of": None if of is case else of, "wanted": of.items[one.item - 1], "title": outcomes[one.outcome].title,
         "articles": outcomes[one.outcome].articles, "under": outcomes[one.withheld_under].title if one.withheld_under else None,
         "earlier": _earlier(office, case, one)}
        for of, one in decided
        if one.item <= len(of.items)
    ]  # fmt: skip
    outcome = overall((item.outcome for item in draft.act.items), draft.act.principal)
    return {"items": items, "outcome": outcome_title(office, outcome), "drafter": draft.officer.name, "drafted_on": draft.act.on}


def _earlier(office: Office, case: Case, item: a.ItemDecision) -> tuple[a.EarlierReply, str | None] | None:
    """此前的答复 that a repeated request names, and the letter of this unit that bears its number."""
    if item.outcome != "repeated" or item.earlier is None:
        return None
    with office.database.read() as session:
        found = queries.letters_called(session, [case.agency], item.earlier.number)
    return item.earlier, found[0].id if len(found) == 1 else None


def _by_id(risks: Sequence[Risk]) -> dict[str, list[Risk]]:
    """The warnings by what they warn of: one reason answers all of a kind."""
    found: dict[str, list[Risk]] = {}
    for risk in risks:
        if risk.level == "warns":
            found.setdefault(risk.id, []).append(risk)
    return found


def _opinions(case: Case) -> list[dict[str, Any]]:
    """What was said of this draft and in its preparation, newest first."""
    found = []
    for signed in reversed(case.in_force):
        match signed.act:
            case a.LegalReview(passes=passes, text=text):
                stance = "通过" if passes else "不通过"
                found.append({"who": f"合法性审核　{signed.officer.name}", "on": signed.act.on, "stance": stance, "text": text})
            case a.Return(reason=text):
                found.append({"who": f"退回　{signed.officer.name}", "on": signed.act.on, "stance": "", "text": text})
            case a.Opinion() as opinion:
                asked = case.consultation(opinion.consultation)
                party = asked.act.party if asked else None
                who = mask_name(party.name, is_person=True) if party and party.is_person else party.name if party else ""
                found.append({"who": who, "on": opinion.on, "stance": a.STANCES[opinion.stance], "text": opinion.text})
            case a.Meeting(text=text):
                found.append({"who": "会商纪要", "on": signed.act.on, "stance": "", "text": text})
            case a.Supervision(text=text):
                found.append({"who": f"督办　{signed.officer.name}", "on": signed.act.on, "stance": "", "text": text})
            case _:
                pass
    return found


# ------------------------------------------------------------------ the letter


@dataclass(frozen=True, slots=True)
class Returned:
    """The file as it was when the draft before this one came back, and the place of that act."""

    case: Case
    seq: int


def _returned(case: Case) -> Returned | None:
    back, draft = case.last(a.Return), case.draft
    reopened = case.last(a.Reopening)
    if back is None or draft is None or back.seq > draft.seq or (reopened and reopened.seq > back.seq):
        return None
    return Returned(case.as_of(back.seq - 1), back.seq)


def _letter(office: Office, officer: Officer, case: Case, returned: Returned | None, view: str) -> dict[str, Any]:
    """The chosen view of the letter; compared first where it came back once (与退回前比较)."""
    shown: dict[str, Any] = {"view": view, "pictures": [], "changes": [], "count": 0, "unmade": None, "returned": returned is not None}
    if view not in VIEWS or (view == "compare" and returned is None):
        shown["view"] = "compare" if returned else "letter"
    try:
        letter = office.reply(case, officer, office.today())
        if returned is not None:
            shown["changes"] = _changes(office, officer, returned, letter)
            shown["count"] = sum(one.changed for one in shown["changes"])
        if shown["view"] == "letter":
            shown["pictures"] = [b64encode(one).decode() for one in office.pictures(officer, letter)]
    except (Refused, LetterError, Problem) as why:
        shown["unmade"] = getattr(why, "message", None) or getattr(why, "detail", None) or str(why)
    return shown


def _changes(office: Office, officer: Officer, returned: Returned, letter: Letter) -> list[compare.Paragraph]:
    try:
        before = office.reply(returned.case, officer, office.today())
    except Refused:  # what came back could not have been sent: everything is new
        return []
    return compare.changes(before.context, letter.context, letter.kind, before.kind)


# ------------------------------------------------------------------ the bar


def _bar(case: Case, officer: Officer, may: Mapping[str, Refused | None], risks: Sequence[Risk]) -> dict[str, Any]:
    """Which buttons there are, and in place of the signature the sentence that says why it is not there."""
    blocking = any(risk.level == "blocks" for risk in risks)
    own = case.draft is not None and case.draft.officer.id == officer.id
    open_ = {kind for kind, why in may.items() if why is None}
    why = may.get("decision")
    if own:
        sentence = "拟稿人不能签发本件，由其他有权人员签发。"
    elif blocking and "decision" in may:
        sentence = "有必须先解决的风险，解决以前不能签发。请退回承办人修改。"
    elif why is not None:
        sentence = why.message
    elif "decision" not in open_ and "legal_review" not in open_:
        sentence = "本件由负责人签发。"
    else:
        sentence = ""
    return {
        "sign": "decision" in open_ and not blocking and not own,
        "review": "legal_review" in open_,
        "return": "return" in open_,
        "note": "note" in open_ and bool({"decision", "legal_review", "return"} & open_),
        "sentence": sentence,
    }


@action("/approvals/{case_id:uuid}")
def decide(request: HttpRequest, case_id: FromPath[UUID]) -> Response[Any]:
    """签发答复, 合法性审核, 退回修改 or 备注; then the page that says so."""
    office, officer, form = office_of(request), me(request), form_of(request)
    case = office.case(officer, str(case_id), relations=relations_of(request)).case
    does, text = form.get("do"), form.get("text")
    errs = _faults(office, case, form, does)
    if errs:
        return _page(request, case, form=form, errs=errs, status=400)
    kind = DOES[does]
    with office.database.read() as session:
        before = waiting(request, session)
    data: dict[str, Any] = {"kind": kind, "on": office.today().isoformat()}
    if kind == "decision":
        data |= {"overrides": _reasons(form), "remark": text or None}
    elif kind == "legal_review":
        data |= {"passes": does == "pass", "text": text or "同意"}
    else:
        data |= {"reason" if kind == "return" else "text": text}
    _placed, told = attempt(request, case.id, data, seen_of(form))
    if told is not None:
        now = office.case(officer, case.id).case
        names = [(_FIELDS.get(path, path.replace("overrides", "override")), one) for path, one in told.errors.items()]
        return _page(request, now, form=form, told=told, errs=names, status=told.status)
    forget(request)
    after = onward(request, before, Entry(case.id)) if kind in SETTLES else None
    return go(f"/approvals/{case.id}?done={kind}" + (f"&next={after.key}" if after else ""))


def _reasons(form: Form) -> dict[str, str]:
    fields = {name.removeprefix("override."): form.get(name) for name in form.fields if name.startswith("override.")}
    return {risk: reason for risk, reason in fields.items() if reason}


def _faults(office: Office, case: Case, form: Form, does: str) -> list[tuple[str, str]]:
    if does not in DOES:  # sent by the keyboard, without a button: nothing is signed by accident
        return [("text", "请按下面的一个按钮，说明是签发、退回，还是只写批示")]
    if does == "sign":
        given = _reasons(form)
        with office.database.read() as session:
            open_ = office.risks(session, case, office.today()) if case.state == "approving" else ()
        return [(f"override.{id}", f"请写明仍要签发的理由：{risks[0].text}") for id, risks in _by_id(open_).items() if id not in given]
    needed = {"return": "请写明退回的理由，承办人据此修改", "fail": "请写明审核不通过的理由", "note": "请写明批示的内容"}
    return [("text", needed[does])] if does in needed and not form.get("text") else []


@get("/approvals/{case_id:uuid}/sheet", include_in_schema=False, opt={"page": True}, media_type="application/pdf")
@threaded
def sheet(request: HttpRequest, case_id: FromPath[UUID]) -> Response[bytes]:
    """答复审批单 of the draft that waits, or of the latest decision: to be printed."""
    return _sheet(request, case_id, None)


@action("/approvals/{case_id:uuid}/sheet")
def sheet_for_a_reason(request: HttpRequest, case_id: FromPath[UUID]) -> Response[bytes]:
    """The same, for whoever does not handle the file and says why he looks."""
    return _sheet(request, case_id, reason_given(form_of(request).get("reason")))


def _sheet(request: HttpRequest, case_id: UUID, reason: str | None) -> Response[bytes]:
    office, officer = office_of(request), me(request)
    placed = office.case(officer, str(case_id), relations=relations_of(request))
    case = placed.case
    signed = case.last(a.Decision) if case.state != "approving" else None
    if case.state != "approving" and signed is None:
        raise Problem(404, "本件没有送签的答复，也没有签发过，没有审批单。")
    if allow(officer, placed.relation, "letter", "审批单", reason):
        record(office.database, office.clock(), "unmask", officer, f"{case.number} 答复审批单", reason)
    data = office.approval_sheet(case, None if signed is None else signed.seq)
    headers = {"Cache-Control": "no-store", "Content-Disposition": disposition(letter_name("答复审批单", None, case.number), inline=True)}
    return Response(data, media_type="application/pdf", headers=headers)


ROUTES: tuple[BaseRouteHandler, ...] = (sheet, sheet_for_a_reason, approval, decide, *queue.ROUTES)
