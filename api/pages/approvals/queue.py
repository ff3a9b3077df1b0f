"""审签: the queue of drafts and requests (报批), and the page of one request: what signing it changes, the letter, the two buttons."""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from sqlmodel import Session

from api.office import views
from api.office.acts_in_words import Teller
from api.office.office import Office
from api.office.policy import ROUTES as ADMITS
from api.office.problems import Problem, not_found
from api.pages.approvals.waiting import Entry, following, onward, place_of, waiting
from api.pages.shared import askers, kept_forms, phrases
from api.pages.shared.effects import effects, pictures
from api.pages.shared.frame import HttpRequest, action, file_in_list, form_of, go, me, office_of, page, show
from api.pages.shared.submission import SEEN, Trouble, attempt, seen_of
from api.pages.shared.undoing import undo
from api.web.requests import relations_of
from db import people, queries
from db import phrases as stored
from letters.errors import LetterError
from workflow import acts as a
from workflow.acts import Officer, Signed
from workflow.admission import signed_request
from workflow.case import Case, OpenRequest, overall
from workflow.law import Invalid, Refused
from workflow.words import LETTER_TITLES

ON_A_PAGE = 20


@page("/approvals")
def queue(request: HttpRequest) -> Response[Any]:
    """What waits for a signature, the most pressing first."""
    office = office_of(request)
    text = request.query_params.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text) else 1
    with office.database.read() as session:
        entries = waiting(request, session)
        rows = [_row(request, session, one) for one in entries[ON_A_PAGE * (number - 1) : ON_A_PAGE * number]]
    drafts = sum(one.seq is None for one in entries)
    return show(
        request, "approvals.html", rows=[one for one in rows if one is not None], total=len(entries), drafts=drafts, number=number, per=ON_A_PAGE
    )


def _row(request: HttpRequest, session: Session, entry: Entry) -> dict[str, Any] | None:
    """One line of the queue: which file, what is to be signed and what it changes, who asks, until when."""
    office, placed = office_of(request), file_in_list(request, entry.case_id)
    if placed is None:
        return None
    case, today = placed.case, office.today()
    known: dict[str, Any] = {
        "case": case, "address": entry.address, "applicant": askers.named(case, full=False),
        "due": views.due_view(case.reckoning(office.rules), today, waiting=True), "asked": None,
    }  # fmt: skip
    if entry.seq is not None:
        found = next(((asked, after) for asked, after in office.requests(session, case) if asked.seq == entry.seq), None)
        return None if found is None else known | {"asked": views.request_view(case, *found, office.rules, full=False)}
    if case.draft is None or not isinstance(case.draft.act, a.Draft):
        return None
    outcome = overall((item.outcome for item in case.draft.act.items), case.draft.act.principal)
    review = case.legal_review.act if case.legal_review else None
    return known | {"outcome": outcome_title(office, outcome), "review": review, "risks": office.risks(session, case, today)}


def outcome_title(office: Office, outcome: str | None) -> str:
    """A kind of reply in words."""
    return office.rules.on(office.today()).outcomes[outcome].title if outcome else ""


# ------------------------------------------------------------------ one request


@page("/approvals/{case_id:uuid}/requests/{seq:int}")
def request_page(request: HttpRequest, case_id: FromPath[UUID], seq: FromPath[int]) -> Response[Any]:
    """报批一项; once it is signed or returned, what became of it: no button stands where one was pressed."""
    case = office_of(request).case(me(request), str(case_id), relations=relations_of(request)).case
    asked = next((one for one in case.requests if one.seq == seq), None)
    if asked is None:
        return _answered(request, case, seq)
    form = kept_forms.kept(request)
    return _open(request, case, asked, typed=form.get("text") if form else "")


def _address(case: Case, seq: int) -> str:
    return f"/approvals/{case.id}/requests/{seq}"


def may_write(request: HttpRequest, case_id: UUID, seq: int) -> None:
    """Raises Problem: there is no such request for this officer, or it was answered."""
    relations = ADMITS["POST", "/approvals/{case_id}/requests/{seq}"].relations
    case = office_of(request).case(me(request), str(case_id), relations=relations).case
    if not any(one.seq == seq for one in case.requests):
        raise not_found()


def _open(
    request: HttpRequest, case: Case, asked: OpenRequest, *, status: int = 200, told: Trouble | None = None, err: str = "", typed: str = ""
) -> Response[Any]:
    """`err` is what is wrong with the form, `typed` what stood in it."""
    office, officer, today = office_of(request), me(request), office_of(request).today()
    with office.database.read() as session:
        names = people.names(session, case.agency)
        after = next(after for one, after in office.requests(session, case) if one.seq == asked.seq)
        offered = phrases.offered(stored.offered(session, officer.id, ("return",)), "return.reason")
        entries = waiting(request, session)
    act = signed_request(asked, today)
    teller = Teller(case, office.rules, today, names, full=False)
    late = getattr(act, "late_entry", None)
    effect = effects(case, after, office.rules, today) if isinstance(after, Case) else None
    letter = effect.letters[0] if effect is not None and effect.letters else None
    return show(
        request, "request.html", status=status, case=case, view=views.request_view(case, asked, after, office.rules, full=False),
        moves=views.request_moves(case, after, office.rules) if isinstance(after, Case) else [], effect=effect, letter=letter,
        pictures=_pictures(office, officer, case, act) if letter is not None and officer.role == "head" else None,
        fields=teller.fields(Signed(asked.seq, act.evolve(request=None), asked.by, office.clock())), proof=late.proof if late else None,
        due=views.due_view(case.reckoning(office.rules), today, waiting=True), **place_of(entries, Entry(case.id, asked.seq)),
        seen=SEEN, offered=offered, told=told, err=err, typed=typed, done="",
        saving=kept_forms.saving(request, _address(case, asked.seq), form_of(request) if request.method == "POST" else None),
    )  # fmt: skip


def _pictures(office: Office, officer: Officer, case: Case, act: a.Act) -> list[str]:
    """The letter that signing would make; none where it cannot be made now, which the signature says."""
    try:
        return [b64encode(one).decode() for one in pictures(office, officer, case.id, act, 0)]
    except (Problem, Refused, Invalid, LetterError):
        return []


@action("/approvals/{case_id:uuid}/requests/{seq:int}")
def answer(request: HttpRequest, case_id: FromPath[UUID], seq: FromPath[int]) -> Response[Any]:
    """签批 or 退回 a request, by one button."""
    office, officer, form = office_of(request), me(request), form_of(request)
    case = office.case(officer, str(case_id), relations=relations_of(request)).case
    asked = next((one for one in case.requests if one.seq == seq), None)
    does, text = form.get("do"), form.get("text")
    if asked is None:
        return _too_late(request, case, seq, does, text)
    if does not in ("sign", "return"):
        return _open(request, case, asked, status=400, err="请按下面的一个按钮，说明是签批还是退回", typed=text)
    if does == "return" and not text:
        return _open(request, case, asked, status=400, err="请写明退回的理由，报批人据此修改")
    if does == "sign":
        data = signed_request(asked, office.today()).model_dump(mode="json", exclude_defaults=True) | {"kind": asked.act.act["kind"]}
    else:
        data = {"kind": "return", "on": office.today().isoformat(), "request": seq, "reason": text}
    with office.database.read() as session:
        before = waiting(request, session)
    _placed, told = attempt(request, case.id, data, seen_of(form))
    if told is not None:
        now = office.case(officer, case.id).case
        still = next((one for one in now.requests if one.seq == seq), None)
        if still is None:
            return _too_late(request, now, seq, does, text)
        return _open(request, now, still, status=told.status, told=told, typed=text)
    kept_forms.forget(request)
    after = onward(request, before, Entry(case.id, seq))
    return go(f"/approvals/{case.id}/requests/{seq}" + (f"?next={after.key}" if after else ""))


def _too_late(request: HttpRequest, case: Case, seq: int, does: str, text: str) -> Response[Any]:
    """A second click, or a colleague was first: what became of the request, with a reason that was typed and is not on the file."""
    by = _answer_to(case, seq)
    kept = by is not None and isinstance(by.act, a.Return) and by.act.reason == text
    told = _answered(request, case, seq, typed=text)
    return told if does == "return" and text and not kept else go(f"/approvals/{case.id}/requests/{seq}")


def _answer_to(case: Case, seq: int) -> Signed | None:
    return next((one for one in case.acts[seq:] if getattr(one.act, "request", None) == seq), None)


def _answered(request: HttpRequest, case: Case, seq: int, *, typed: str = "") -> Response[Any]:
    """What was signed or returned, and what is next in the queue: a step away. `typed`: a reason that came too late, told with a 409."""
    office = office_of(request)
    asked = case.acts[seq - 1] if 0 < seq <= len(case.acts) else None
    by = _answer_to(case, seq)
    if asked is None or not isinstance(asked.act, a.Request):
        raise Problem(404, "没有这一项报批。请回到审签列表。")
    with office.database.read() as session:
        left = waiting(request, session)
        numbers = {row.id: row.number for row in queries.letters_of(session, case)}
    after = following(request, left, request.query_params.get("next", ""))
    became = "不需要再签批" if by is None else {"return": "已退回报批", "recall": "已撤回报批"}.get(by.act.kind, "已签批")
    return show(
        request, "request.html", case=case, asked=asked, asked_by=asked.officer.name, title=a.ACTS[asked.act.act["kind"]].title,
        done=became, left_over=len(left), following=after,
        next_due=views.due_view(after["case"].reckoning(office.rules), office.today(), waiting=True) if after else None,
        reason=by.act.reason if by is not None and isinstance(by.act, a.Return) else "", told=None, err="", too_late=typed,
        by=by.officer.name if by is not None else "", undo=undo(office, case, me(request), by.act.kind) if by is not None else None,
        status=409 if typed else 200,
        letters=[(one.id, LETTER_TITLES[one.kind], numbers.get(one.id)) for one in (case.letters_of(by, office.rules) if by is not None else ())],
    )  # fmt: skip


ROUTES: tuple[BaseRouteHandler, ...] = (queue, request_page, answer)
