"""案件: one file with its date, its course, what may be done now, and where the procedure stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from sqlmodel import Session

from api.office import documents, views
from api.office.acts_in_words import BASES, Teller, cited
from api.office.attachments import is_open, keep, still_open, tie
from api.office.office import NO_FILE, Placed
from api.office.policy import ATTACHING, REDACTING, WORK, readable_agencies
from api.office.problems import Problem, not_found
from api.office.sight import reason_given, seen, sight, words_of
from api.office.uploads import TOGETHER
from api.pages.case import due_calendar
from api.pages.shared import askers
from api.pages.shared.after_act import said
from api.pages.shared.frame import (
    MOST_UPLOADS,
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
from api.pages.shared.submission import trouble
from api.pages.shared.undoing import undo
from api.web.problems import request_id
from api.web.requests import relations_of
from db import people, queries, suggestions, telling
from letters.marks import SHEETS
from workflow import acts as a
from workflow import diagram, steps
from workflow.admission import why_not
from workflow.case import Case
from workflow.law import Rules
from workflow.risks import in_order, open_risks
from workflow.words import ATTACHMENT_ROLES, LETTER_TITLES

TABS = {
    "": "办理经过", "consultations": "会商", "letters": "文书", "attachments": "附件", "fees": "收费", "risks": "风险",
    "similar": "类似申请", "history": "历史",
}  # fmt: skip
DONE = {
    "attached": "附件已经存入本件。",
    "tied": "附件的归类已经改好。",
    "registered": "已登记。",
    "placed": "已经办理。",
}
LAST = ("supervision", "note", "meeting", "topic", "assignment", "service")
"""What is always possible stands last."""


def opened(request: HttpRequest, case_id: UUID) -> Placed:
    """The file of an address, for who may see it."""
    return office_of(request).case(me(request), str(case_id), relations=relations_of(request))


@page(["/cases/{case_id:uuid}", *(f"/cases/{{case_id:uuid}}/{tab}" for tab in (*TABS, "why") if tab)])
def case_page(request: HttpRequest, case_id: FromPath[UUID]) -> Response[Any]:
    """案件页: each tab, and the working of the date, has its own address."""
    last = request.scope["path"].rstrip("/").rpartition("/")[2]
    return _page(request, opened(request, case_id), last if last in TABS or last == "why" else "")


def _page(request: HttpRequest, placed: Placed, part: str, *, status: int = 200, **more: Any) -> Response[Any]:
    office, officer, today = office_of(request), me(request), office_of(request).today()
    tab = "" if part == "why" else part
    with office.database.read() as session:
        facts = _frame_of(request, session, placed, today) | _tab(request, session, placed, tab, today)
        key = request.query_params.get("done", "")
        done = DONE.get(key) or said(office, session, placed.case, officer, key)
    known: dict[str, Any] = {
        "tab": tab,
        "tabs": TABS,
        "why": part == "why",
        "errs": [],
        "done": done,
        "undo": undo(office, placed.case, officer, key) if done and key in a.ACTS else None,
        "done_act": a.ACTS[key].title if done and key in a.ACTS else "",
        "unmasked": False,
        "base": f"/cases/{placed.case.id}",
        "office_name": office.agencies[placed.case.agency].name if placed.case.agency != officer.agency else "",
    }
    if known["why"]:
        known["stops"] = stops(placed.case, office.rules)
        known["months"] = due_calendar.months(placed.case.reckoning(office.rules).days(), today, {one.seq: one.said for one in known["stops"]})
    return show(request, "case.html", status=status, **known | facts | more)


def _frame_of(request: HttpRequest, session: Session, placed: Placed, today: date) -> dict[str, Any]:
    """What every tab shows: the head, what may be done now, the procedure."""
    office, officer, case = office_of(request), me(request), placed.case
    rules, own = office.rules, placed.relation == "own"
    shown, words = seen(case, officer.role, placed.relation), words_of(case, officer.role, placed.relation)
    full = shown is case
    clock = case.reckoning(rules)
    open_now = office.open_to(session, case, officer, placed.relation, today)
    letters, attachments = queries.letters_of(session, case), queries.attachments_of(session, case.id)
    law = rules.on(today)
    draft = case.draft
    known = people.names(session, case.agency)
    return {
        "case": shown,
        "own": own,
        "full": full,
        "may_unmask": full,
        "may_attach": placed.relation in WORK and officer.role in ATTACHING and is_open(case, today),
        "people": askers.of_case(shown, "names" if full else "nothing"),
        "applicant_name": askers.named(shown, full=full),
        "state": case.state,
        "topic": next((one.title for one in law.topics if one.key == case.topic), None),
        "assignee": known.get(case.assignee or "", case.assignee),
        "due": views.due_view(clock, today, waiting=case.is_active),
        "clock": clock,
        "period": clock.meter(today),
        "limits": (*clock.limits, *(clock.silence if case.overdue(rules, today) else ())),
        "outcome": law.outcomes[case.outcome].title if case.outcome else None,
        "supervised_on": steps.supervised_on(case),
        "waiting": steps.waiting(shown, rules),
        "below": steps.drafts_below(shown, office.rules),
        "acts_now": _in_order([kind for kind, why in open_now.items() if why is None], steps.next_step(case, rules)),
        "cited": cited,
        "BASES": BASES,
        "STANCES": a.STANCES,
        "obvious": _obvious(shown, rules, today, open_now, officer, words) if own else None,
        "svg": diagram.svg(case.state, case.walked),
        "counts": {
            "consultations": len(case.consultations),
            "letters": len(letters),
            "attachments": len(attachments),
            "risks": len(office.risks(session, case, today)) if draft else 0,
            "history": len(case.acts),
        },
        "letters": [
            views.letter_view(case, one, {row.id: row for row in letters}.get(one.id)) for one in case.letters(rules)
        ],
        "unsigned": queries.unsigned(session, [(case.number, one.id) for one in letters]),
        "attachments": [views.attachment_view(one, words) for one in attachments],
        "teller": Teller(shown, rules, today, known, full=full),
        "parts": _parts(shown, law.outcomes),
    }


@dataclass(frozen=True, slots=True)
class Stop:
    """暂停的由来: the letter whose leaving began a suspension; the first day that is not counted, and the last."""

    seq: int
    letter: str
    title: str
    left: date
    inside: bool
    first: date
    last: date

    @property
    def said(self) -> str:
        return f"第{self.seq}项{self.title}{self.left.month}月{self.left.day}日{'在系统内送达' if self.inside else '送出'}"


def stops(case: Case, rules: Rules) -> list[Stop]:
    """The suspensions of the period, each with the letter that began it, in order."""
    clock = case.reckoning(rules)
    letters = {one.seq: one for one in case.letters(rules) if one.n == 0}
    return [
        Stop(span.ref, letters[span.ref].id, LETTER_TITLES[letters[span.ref].kind], span.after, letters[span.ref].delivered,
             span.after + timedelta(1), span.to)
        for span in clock.spans
        if span.ref in letters and span.after < span.to and (clock.due is None or span.after < clock.due)
    ]  # fmt: skip


def _in_order(kinds: list[str], first: str | None) -> list[str]:
    """The usual next act first, what is always possible last."""
    return sorted(kinds, key=lambda kind: (kind != first, LAST.index(kind) + 1 if kind in LAST else 0))


def _obvious(
    case: Case, rules: Rules, today: date, open_now: Mapping[str, Any], officer: a.Officer, words: Callable[[str], str]
) -> tuple[str, tuple[str, ...]] | None:
    """Why the act that one looks for is not there: the sentence and its articles."""
    wanted = "draft" if case.state == "consulting" else steps.next_step(case, rules)
    if wanted is None or open_now.get(wanted, 0) is None:
        return None
    if (refused := open_now.get(wanted)) is not None:
        return words(refused.message), refused.articles
    return why_not(case, wanted, officer, rules, today), ()


@dataclass(frozen=True, slots=True)
class Part:
    """One item of the request: who is asked about it, and what is proposed or decided."""

    wanted: str
    asked: str
    is_open: bool
    outcome: str | None


def _parts(case: Case, outcomes: Mapping[str, Any]) -> list[Part]:
    drafted = case.draft.act.items if case.draft and isinstance(case.draft.act, a.Draft) else ()
    decided = {one.item: outcomes[one.outcome].title for one in drafted}
    found = []
    for at, wanted in enumerate(case.items, 1):
        about = [one for one in case.consultations if one.concerns(at)]
        waits = any(case.awaits(one) for one in about)
        asked = "等答复" if waits else "没有答复" if any(one.is_open for one in about) else "已答复" if about else "不涉及"
        found.append(Part(wanted, asked, waits, decided.get(at)))
    return found


# ------------------------------------------------------------------ the tabs


def _tab(request: HttpRequest, session: Session, placed: Placed, tab: str, today: date) -> dict[str, Any]:
    """What one tab needs beyond the frame."""
    office, case, role = office_of(request), placed.case, me(request).role
    shown, words = seen(case, role, placed.relation), words_of(case, role, placed.relation)
    if tab == "consultations":
        return {"consultations": views.consultations_view(shown, case.reckoning(office.rules), full=shown is case)}
    if tab == "attachments":
        papers = queries.attachments_of(session, case.id)
        redacts = placed.relation == "own" and role in REDACTING and is_open(case, today)
        return {
            "redactable": {one.id for one in papers if redacts and one.media_type in SHEETS and one.made_from is None},
            "signed": documents.signed(case), "newest": documents.copies(papers), "roles": ATTACHMENT_ROLES, "typed_tie": (None, None),
            "tying": "", "not_filed": [words(one) for one in documents.not_kept(case, papers)],
            "unshown": _unshown(request, (one for one in papers if one.id in request.query_params.getall("unshown", []))),
        }  # fmt: skip
    if tab == "fees":
        return {"fee": views.fee_view(case, office.rules)}
    if tab == "risks":
        others = office.answered_with(session, case)
        found = open_risks(case, office.rules, today, others=others)
        return {"risks": [replace(one, text=words(one.text)) for one in found], "checked": in_order(case, office.rules, today, others=others)}
    if tab == "similar":
        scope = readable_agencies(me(request), office.agencies)
        return {
            "similar": queries.similar(session, office.sameness, scope, case.id),
            "published": suggestions.published_for(session, office.sameness, scope, case.wanted, case.received_on),
            "outcomes": office.rules.on(today).outcomes,
        }
    if tab == "history":
        looks = people.looks_at(session, case.number) if _oversees_looks(me(request), placed) else None
        course = _course(shown, queries.attachments_of(session, case.id), words)
        return {"roles": office.rules.role_titles, "course": course, "looks": looks, "LOOKED": LOOKED, "agencies": office.agencies}
    if tab == "":
        return {"awaited": _awaited(shown, office.rules), "course": _course(shown, queries.attachments_of(session, case.id), words)}
    return {}


LOOKED = {"unmask": "显示全文", "package": "取走归档包", "attachment": "附件"}


def _oversees_looks(officer: a.Officer, placed: Placed) -> bool:
    """Whether he is told who looked at what the file says of people: the head of its unit, who answers for that."""
    return officer.role == "head" and placed.relation == "own"


def _course(case: Case, attachments: Sequence[Any], words: Callable[[str], str]) -> list[tuple[str, Any]]:
    """The acts, and the attachments as they came in between them, the latest first."""
    came = [views.attachment_view(one, words) for one in attachments]
    found: list[tuple[tuple[int, int, datetime], str, Any]] = [((one.seq, 0, one.at), "act", one) for one in case.acts]
    found += [((max((act.seq for act in case.acts if act.at <= one.at), default=0), 1, one.at), "file", one) for one in came]
    return [(what, one) for _, what, one in sorted(found, key=lambda each: each[0], reverse=True)]


def _awaited(case: Case, rules: Rules) -> list[tuple[date | None, str, str]]:
    """What is still to come: (until, what, its sentence)."""
    clock = case.reckoning(rules)
    found: list[tuple[date | None, str, str]] = []
    limits = {limit.ref: limit for limit in clock.limits if limit.kind == "opinion"}
    for asked in case.consultations:
        if case.awaits(asked):
            limit = limits.get(asked.seq)
            who = "第三方" if asked.act.type == "third_party" else asked.act.party.name
            found.append((limit.on if limit else None, f"等{who}答复", limit.sentence.text if limit else ""))
    if not found and (outside := steps.waiting(case, rules)) is not None:
        kind = {"awaiting_correction": "correction", "awaiting_payment": "payment"}.get(case.state)
        said = [limit.sentence.text for limit in clock.limits if limit.kind == kind]
        found.append((outside.until, f"等{outside.who}", said[-1] if said else ""))
    step = steps.next_step(case, rules)
    moves = None if found or step is None or step == "service" else (clock.due if case.is_active else None, f"下一步：{a.ACTS[step].title}", "")
    if moves is not None and case.is_active:  # what moves the file stands before what else is owed
        found.append(moves)
    out = "、".join(LETTER_TITLES[one.kind] for one in steps.to_serve(case, rules))
    if out:
        found.append((None, f"待送达：{out}", ""))
    back = "、".join(LETTER_TITLES[one.kind] for one in steps.to_confirm(case, rules))
    if back:
        found.append((None, f"等回执：{back}", ""))
    if not found and moves is not None:
        found.append(moves)
    return found


# ------------------------------------------------------------------ attachments, the applicant in full


@action("/cases/{case_id:uuid}/attachments", most=MOST_UPLOADS, together=TOGETHER)
def attach(request: HttpRequest, case_id: FromPath[UUID]) -> Response[Any]:
    """上传附件: one or more files, each examined; those that are good are kept even when another is not."""
    placed, form = opened(request, case_id), form_of(request)
    still_open(placed.case, office_of(request).today())
    files = form.files.get("file", [])
    errs, kept_now = [] if files else [("file", "请选择要上传的文件")], list[Any]()
    for file in files:
        if file.too_much:
            errs.append(("file", f"{file.name[:60]}：{file.too_much}"))
            continue
        try:
            row = keep(office_of(request), me(request), placed.case, file.name, file.data, form.get("purpose"), *_tie_of(form))
            kept_now.append(row)
        except Exception as error:
            told = trouble(request, error)
            errs.append(("file", f"{file.name[:60]}：{'；'.join(told.errors.values()) or told.problem.detail}"))
    unshown = _unshown(request, kept_now)
    if errs:
        facts = {"purpose": form.get("purpose"), "typed_tie": _tie_of(form), "unshown": unshown}
        return _page(request, placed, "attachments", status=400, errs=errs, **facts)
    return go(f"/cases/{placed.case.id}/attachments?" + urlencode([("done", "attached"), *(("unshown", one) for one in unshown)]))


def _unshown(request: HttpRequest, rows: Iterable[Any]) -> dict[str, str]:
    """Of these attachments those that cannot be opened here: id, why."""
    found = ((one.id, office_of(request).printing.unshown(me(request).id, one)) for one in rows)
    return {identity: why for identity, why in found if why}


def _tie_of(form: Form) -> tuple[str | None, int | None]:
    """The chosen role and item of an attachment; nonsense is what cannot be."""
    item = form.get("item")
    return form.get("role") or None, (int(item) if item.isascii() and item.isdigit() and len(item) < 4 else 0) if item else None


@action("/cases/{case_id:uuid}/attachments/{attachment_id:uuid}")
def tie_attachment(request: HttpRequest, case_id: FromPath[UUID], attachment_id: FromPath[UUID]) -> Response[Any]:
    """归类: what an attachment is to the request, and which item it belongs to."""
    office, officer, form = office_of(request), me(request), form_of(request)
    placed, row = office.attached(officer, str(attachment_id), relations_of(request))
    if placed.case.id != str(case_id):
        raise not_found(NO_FILE)
    try:
        office.database.write(lambda session: tie(session, office, officer, placed.case, row, *_tie_of(form)))
    except Exception as error:
        told = trouble(request, error)
        errs = [("tie", "；".join(told.errors.values()) or told.problem.detail)]
        return _page(request, placed, "attachments", status=told.status, errs=errs, tying=str(attachment_id))
    return go(f"/cases/{placed.case.id}/attachments?done=tied")


@action("/cases/{case_id:uuid}/applicant")
def unmask(request: HttpRequest, case_id: FromPath[UUID]) -> Response[Any]:
    """显示全文: whoever handles the file sees the applicant in full, for a reason that stands in the log."""
    office, officer, placed = office_of(request), me(request), opened(request, case_id)
    if sight(officer.role, placed.relation, "file") != "whole":
        raise Problem(403, "您的岗位不能查看申请人的全部信息。需要的，请由承办人提供。")
    typed = form_of(request).get("reason")
    try:
        reason, why = reason_given(typed), "请写明查看的理由，例如：核对邮寄地址"
    except Problem as problem:
        reason, why = None, problem.errors[0][1]
    if reason is None:
        return _page(request, placed, "", status=400, errs=[("reason", why)], typed_reason=typed)
    office.database.write(
        lambda s: people.log(
            s, office.clock(), "unmask", officer=officer, object=placed.case.number, reason=reason, request_id=request_id(request)
        )
    )
    return _page(request, placed, "", unmasked=True, people=askers.of_case(placed.case, "everything"))


@action("/cases/{case_id:uuid}/told")
def told_otherwise(request: HttpRequest, case_id: FromPath[UUID]) -> Response[Any]:
    """已另行告知: the applicant whom no message reached was told by telephone; it waits on the desk no more, and stands in the log."""
    office, officer, placed = office_of(request), me(request), opened(request, case_id)

    def note(session: Session) -> None:
        now = office.clock()
        if telling.told_otherwise(session, placed.case.id, now):
            facts: dict[str, Any] = {"object": placed.case.number, "request_id": request_id(request)}
            people.log(session, now, "telling", officer=officer, reason="没有发到，已另行告知", **facts)

    office.database.write(note)
    return go("/desk")


ROUTES: tuple[BaseRouteHandler, ...] = (case_page, attach, tie_attachment, unmask, told_otherwise)
