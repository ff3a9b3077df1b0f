"""办理: one form for each kind of act on a file, made from the act's class, with the letter and the effect beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from api.office import documents, policy
from api.office.acts_in_words import Teller
from api.office.attachments import still_open
from api.office.documents import Coming
from api.office.log import log
from api.office.office import NOT_YOURS, Office, Placed
from api.office.precedents import Precedent, precedents
from api.office.problems import Problem, as_problem, not_found
from api.office.sight import seen
from api.office.uploads import KINDS, TOGETHER
from api.pages.acts import basing, enclosing, papers, prefill, unsigned
from api.pages.acts.amending import Amending
from api.pages.acts.prefill import Scene
from api.pages.acts.showing import Showing
from api.pages.shared import forms, kept_forms, phrases, waiting_files
from api.pages.shared.after_act import said
from api.pages.shared.effects import effects, pages
from api.pages.shared.frame import MOST_UPLOADS, HttpRequest, action, form_of, go, me, office_of, page, show
from api.pages.shared.submission import SEEN, Trouble, attempt, seen_of, trouble
from api.pages.shared.undoing import undo
from api.web.problems import request_id
from db import queries
from db.files import Damaged
from db.stores import Unreachable
from letters.marks import Outline
from workflow import acts as a
from workflow import steps
from workflow.admission import DATED_BY_THE_AGENCY, Forbidden, stands_against
from workflow.checks import notice_quote
from workflow.law import Invalid, Refused

OVER = "act_over.html"
"""A short form over the list in which its act stands, the rest of its page left out."""
NO_KIND = "没有这一种办理行为。"
# Kinds whose letter is worth seeing before the act is placed; the others have one column.
WITH_LETTER = frozenset(
    {"correction_notice", "reasons_notice", "consultation", "extension", "deferral", "fee_notice", "draft", "decision",
     "abandonment", "withdrawal", "archival", "service", "handover"}
)  # fmt: skip
_SEND: Mapping[str, str] = {
    "consultation": "提交并生成文书",
    "correction_notice": "作出补正告知并生成文书",
    "reasons_notice": "作出告知并生成文书",
    "extension": "延长期限并生成文书",
    "deferral": "延迟答复并生成文书",
    "fee_notice": "发出收费通知并生成文书",
    "abandonment": "办结并生成文书",
    "withdrawal": "登记撤回并生成文书",
    "draft": "提交审签",
    "decision": "签发答复",
    "return": "退回修改",
    "split": "拆分申请",
    "handover": "移送并生成文书",
    "assignment": "交办",
    "acceptance": "审核受理",
    "archival": "归档",
    "service": "登记送达",
    "waiver": "减免收费",
    "note": "写入备注",
    "supervision": "发出督办",
    "conversion": "登记公开",
    "legal_review": "提交审核意见",
    "topic": "改定主题",
    "reopening": "重新处理",
    "ledger_result": "按台账记载结果",
}
ALONE = frozenset(
    {"correction_notice", "reasons_notice", "consultation", "extension", "deferral", "fee_notice", "decision", "abandonment", "withdrawal",
     "archival", "split", "handover", "ledger_result"}
)  # fmt: skip
"""Kinds that end a file or take a number: the button alone places them, no key."""
ONWARD: Mapping[str, str] = {"acceptance": "draft", "search": "draft", "secrecy_review": "draft"}
"""Kinds after which the same officer mostly goes on with another, whose form is then opened by the button that places the first."""
_FIELDS = frozenset({SEEN, "redraw", "phrase", "base", "keep", "drop", "part", "letter_shown", "asks", "despite", "then"}) | kept_forms.OWN | {
    "unload", enclosing.FIELD, enclosing.FOR_ITEM, "ask", "ask_reason", "ask_late_reason", "ask_late_proof",
}  # fmt: skip
"""Fields of the page itself, which are no part of the act."""


@dataclass(frozen=True)
class Sheet:
    """One form at work: the file, the kind, what was typed, what is wrong with it."""

    placed: Placed
    kind: str
    scene: Scene
    values: Mapping[str, Sequence[str]]
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def model(self) -> type[a.Act]:
        return a.ACTS[self.kind]

    @property
    def hidden(self) -> frozenset[str]:
        return prefill.hidden(self.scene, self.kind, self.values)

    def drawn(self) -> tuple[forms.Field, ...]:
        options = prefill.options(self.scene, self.kind, self.values)
        made = forms.fields_of(self.model, forms.Drawing(self.kind, self.values, self.errors, options, self.hidden, phrases=self.offered))
        if self.kind == "draft":
            return unsigned.marked(made, self.values)
        if self.kind == "consultation":
            return made + self.showing.drawn(self.errors)
        if self.kind != "amendment":
            return made
        return tuple(self.amending.drawn(self.errors) if one.name == "changes" else one for one in made)

    def offered(self, kind: str, pattern: str, at: str) -> Sequence[Any] | None:
        """常用语 at one field; of a draft, for what is decided of the item."""
        row = at.removesuffix(pattern.rpartition(".")[2])
        about = [forms.first(self.values, f"{row}{name}") for name in ("outcome", "withheld_under", "ground")]
        return phrases.offered(self.scene.phrases, f"{kind}.{pattern}", *about)

    @property
    def amending(self) -> Amending:
        return Amending(self.placed.case, self.scene.rules, self.scene.attachments, self.values)

    @property
    def showing(self) -> Showing:
        names = {row.id: row.name for row in (*self.scene.attachments, *self.scene.waiting)}
        return Showing(self.placed.case, names, prefill.without(self.values, self.hidden))

    @property
    def coming(self) -> Sequence[Coming]:
        return enclosing.coming(self.scene.waiting)

    def told(self, stuck: Trouble) -> Sheet:
        """The form with what is wrong at its fields."""
        errors = forms.plain(stuck.errors)
        return replace(self, errors=self.amending.errors_at(errors) if self.kind == "amendment" else errors)

    def kept_back(self, drawn: Sequence[forms.Field]) -> list[tuple[str, str]]:
        """Fields of the form that nobody sees."""
        found = prefill.kept_back(self.values, self.hidden, drawn)
        return [*found, self.amending.marker] if self.kind == "amendment" else found

    def data(self, office: Office) -> dict[str, Any]:
        """What was typed, as the data of the act."""
        data = forms.decode(self.model, prefill.decided(self.scene, self.kind, prefill.without(self.values, self.hidden)))
        if self.kind == "amendment":
            data.pop("changes", None)
            data |= {"changes": changes} if (changes := self.amending.changes()) else {}
        elif self.kind == "consultation":
            data |= self.showing.data()
        return completed(office, self.scene, {"kind": self.kind, **data})


def completed(office: Office, at: Scene, data: dict[str, Any]) -> dict[str, Any]:
    """What the form leaves to the rules and the act wants to be told: the amount of a fee notice."""
    if data["kind"] == "fee_notice" and "amount_fen" not in data:
        notice = a.parse({**data, "amount_fen": 0})
        assert isinstance(notice, a.FeeNotice)
        if notice.basis == "per_item":
            notice = notice.evolve(already=at.facts.already_this_month)
        data["amount_fen"] = notice_quote(notice, office.rules).amount_fen
    if data["kind"] == "correction" and "applicant" in data:
        data |= _changed(at.case.applicant, data.pop("applicant"))
    return data


def _changed(known: a.Applicant, typed: dict[str, Any]) -> dict[str, Any]:
    """The applicant with what was corrected; what is left empty stays as it was."""
    before = known.model_dump(mode="json", exclude_none=True)
    if {"id_number", "category"} & typed.keys() and "id_type" not in typed:
        before.pop("id_type", None)  # told anew from the number or the category
    after = before | typed
    try:
        same = a.read(a.Applicant, after) == known
    except a.Rejected:  # told with the rest of the act, at its field
        same = False
    return {} if same else {"applicant": after}


# ------------------------------------------------------------------ the file and the form


def _opened(request: HttpRequest, case_id: UUID | str, kind: str) -> tuple[Office, Placed]:
    """The file as he sees it: the form is drawn from it, and the act is placed on the file itself."""
    office, officer = office_of(request), me(request)
    placed = office.case(officer, str(case_id), relations=policy.READ)
    placed = replace(placed, case=seen(placed.case, officer.role, placed.relation))
    if kind not in a.ACTS:
        raise not_found(NO_KIND)
    return office, placed


def _values(form_fields: Mapping[str, Sequence[str]], model: type[a.Act]) -> dict[str, list[str]]:
    own = {name: list(given) for name, given in form_fields.items() if name not in _FIELDS}
    return forms.tidy(model, own)


def _against(office: Office, placed: Placed, officer: a.Officer, kind: str, on: date) -> Problem | None:
    """What stands against this kind of act now, whatever is filled in; with what is possible instead."""
    allowed = policy.ACTS_BY_RELATION[placed.relation]
    if allowed is not None and kind not in allowed:
        return Problem(403, NOT_YOURS)
    why = stands_against(placed.case, kind, officer, office.rules, on)
    if why is None:
        return None
    articles = why.articles if isinstance(why, Refused) else ()
    return Problem(409 if isinstance(why, Refused) else 403, why.message, articles=articles, permitted=possible(office, placed, officer))


def _barred(office: Office, placed: Placed, officer: a.Officer, kind: str) -> Problem | None:
    """His post or his agency forbids it: no form of this kind is drawn for him, which would show what he may not read."""
    against = _against(office, placed, officer, kind, office.today())
    return against if against is not None and against.status == 403 else None


def possible(office: Office, placed: Placed, officer: a.Officer) -> list[str]:
    """The kinds of act that this officer may place on this file today."""
    with office.database.read() as session:
        found = office.open_to(session, placed.case, officer, placed.relation, office.today())
    return [kind for kind, why in found.items() if why is None]


def _strip(placed: Placed, office: Office) -> dict[str, Any]:
    """The one line that says which file this is and until when it must be answered."""
    case = placed.case
    clock = case.reckoning(office.rules)
    today = office.today()
    return {
        "case": case,
        "due": clock.due if case.is_active else None,
        "days": clock.working_days_left(today) if case.is_active and clock.due is not None else None,
        "suspended": case.is_active and clock.suspended_on(today),
        "provisional": clock.provisional,
        "below": steps.drafts_below(case, office.rules),
    }


def _draw(
    request: HttpRequest, sheet: Sheet, *, status: int = 200, stuck: Trouble | None = None, stops: Sequence[unsigned.Told] = (),
    precedents_known: Sequence[Precedent] | None = None, template: str = "act.html", **facts: Any,
) -> Response[Any]:
    office, case = office_of(request), sheet.placed.case
    drawn = sheet.drawn()
    errs = forms.summary(drawn, sheet.errors) if stuck is not None and stuck.status == 400 else []
    path = f"/cases/{case.id}/acts/{sheet.kind}"
    known: dict[str, Any] = {
        "kind": sheet.kind,
        "act": sheet.model,
        "fields": drawn,
        "kept_back": sheet.kept_back(drawn),
        "errs": errs,
        "stuck": stuck,
        "path": path,
        "send": _SEND.get(sheet.kind, f"登记{sheet.model.title}"),
        "alone": sheet.kind in ALONE,
        "saving": kept_forms.saving(request, path, form_of(request) if request.method == "POST" else None),
        "kept": False,
        "placed": None,
        "undo": None,
        "onward": _onward(office, me(request), sheet.kind),
        "unkept": None,
        "risks": prefill.open_risks(sheet.scene, sheet.values) if sheet.kind == "decision" else (),
        "overrides": sheet.offered("decision", "overrides", "overrides"),
        "values": sheet.values,
        "before": _before(sheet) if sheet.kind in _LOOKS_BACK else (),
        "items": sheet.scene.texts(sheet.values),
        "redraws": any(one.redraws for one in forms.flat(drawn)),
        "documents": [(row, prefill.tied(row)) for row in sheet.scene.attachments] if sheet.kind == "draft" else None,
        "papers": papers.of(office, me(request), sheet.placed, sheet.kind, sheet.scene.attachments),
        "stops": stops,
        "precedents": _precedents(office, me(request), sheet) if precedents_known is None else precedents_known,
        "outcomes": sheet.scene.law.outcomes,
        "based": None,
        "ask": None,
        "ask_err": "",
        "unfit": "",
    } | _files(request, sheet.placed, sheet.kind)
    known |= _shown(sheet) | _after(request, sheet, "", with_pictures=False)
    known["told_at"] = _told_at(known["told"])
    return show(request, template, status=status, counted=template != OVER, **known | _strip(sheet.placed, office) | facts)


def _onward(office: Office, officer: a.Officer, kind: str) -> str | None:
    """The act whose form the same officer may go on to."""
    onward = ONWARD.get(kind)
    return onward if onward is not None and officer.role in office.rules.on(office.today()).roles[onward] else None


def _files(request: HttpRequest, placed: Placed, kind: str) -> dict[str, Any]:
    """What the place for files is drawn with; `takes` is None: the form takes none."""
    office, officer = office_of(request), me(request)
    if not enclosing.takes(placed, officer, kind, office):
        return {"takes": None, "files": (), "unshown": {}}
    with office.database.read() as session:
        files = enclosing.waiting(session, officer, placed.case.id, kind)
    path = f"/cases/{placed.case.id}/acts/{kind}"
    return {
        "takes": enclosing.TAKES[kind], "files": files, "KINDS": KINDS, "path": path, "kind": kind, "names": kind in enclosing.NAMES,
        "unshown": waiting_files.unshown(office, officer, files),
        "own_items": placed.case.items, "for_item": form_of(request).get(enclosing.FOR_ITEM) if request.method == "POST" else "",
    }  # fmt: skip


def _precedents(office: Office, officer: a.Officer, sheet: Sheet) -> Sequence[Precedent]:
    """类似申请的答复, beside a draft."""
    if sheet.kind != "draft":
        return ()
    with office.database.read() as session:
        return precedents(office, session, officer, sheet.placed.case)


# Acts that are judged by what is on the file already, and which acts those are.
_LOOKS_BACK = frozenset({"draft", "legal_review", "return", "decision"})
_LOOKED_AT = frozenset({"correction", "search", "reasons", "consultation", "opinion", "silence", "meeting", "legal_review", "return"})


def _before(sheet: Sheet) -> list[tuple[a.Signed, str, str]]:
    """What was found out and said so far: the act, what stands beside its title, its sentence."""
    case, at = sheet.placed.case, sheet.scene
    teller = Teller(case, at.rules, at.today, {one.username: one.name for one in at.colleagues}, full=True)
    return [(signed, *teller.remark(signed)) for signed in case.acts if signed.act.kind in _LOOKED_AT]


@page("/cases/{case_id:uuid}/acts/{kind:str}")
def act_form(request: HttpRequest, case_id: FromPath[UUID], kind: FromPath[str]) -> Response[Any]:
    """办理的表单; an act that is not possible now is answered with why, and what is."""
    office, placed = _opened(request, case_id, kind)
    officer, query = me(request), request.query_params
    on = _day_of(query.get("on", ""), office.today())
    against = _against(office, placed, officer, kind, on)
    if against is not None:
        return _refused(request, placed, kind, against)
    path = f"/cases/{placed.case.id}/acts/{kind}"
    with office.database.read() as session:
        at = prefill.scene(office, session, placed.case, officer, kind)
        draft = kept_forms.draft(request, session, path)
    values = prefill.known(at, kind) | ({"on": [on.isoformat()]} if "on" in query else {})
    if draft is not None:
        values = values | {name: [str(one) for one in given] for name, given in draft[0].items() if name not in _FIELDS}
    known: Sequence[Precedent] = ()
    if kind == "draft":
        given = [row for row in at.attachments if row.role == "given_out"]
        pages = {row.id: len(found.sheets) for row in given if not isinstance(found := office.outline(officer, row), str)}
        values = prefill.put_in(at, values, pages, draft[1] if draft else None)
        known = _precedents(office, officer, Sheet(placed, kind, at, {}))
        values = (basing.earlier(placed.case.items, known) if draft is None else {}) | values
    values |= prefill.asked_for(at, kind, dict(query), values)
    values = forms.tidy(a.ACTS[kind], values)
    sheet = Sheet(placed, kind, at, prefill.settled(at, kind, values) if kind == "draft" else values)
    facts: dict[str, Any] = {"kept": query.get("kept") == "yes"}
    before = query.get("done", "")
    if ONWARD.get(before) == kind:
        with office.database.read() as session:
            facts |= {"placed": said(office, session, placed.case, officer, before, onward=False), "undo": undo(office, placed.case, officer, before)}
    return _draw(request, sheet, template=OVER if query.get("part") == "over" else "act.html", precedents_known=known, **facts)


def _day_of(text: str, today: date) -> date:
    """The day that an act is recorded for afterwards; nonsense and the future are today."""
    plain = forms.day_text(text[:20])
    if not re.fullmatch(r"(?:19|20)\d\d-\d\d-\d\d", plain, re.ASCII):
        return today
    try:
        return min(date.fromisoformat(plain), today)
    except ValueError:
        return today


def _refused(request: HttpRequest, placed: Placed, kind: str, problem: Problem) -> Response[Any]:
    office = office_of(request)
    backdated = problem.status == 409 and kind in _may_be_recorded_later(office, placed, me(request))
    return show(
        request, "act_refused.html", status=problem.status, kind=kind, act=a.ACTS[kind], problem=problem,
        backdated=backdated, draft=_kept(request, placed, kind) if problem.status == 409 else (),
        path=f"/cases/{placed.case.id}/acts/{kind}", **_strip(placed, office),
    )  # fmt: skip


def _kept(request: HttpRequest, placed: Placed, kind: str) -> list[tuple[str, str]]:
    """What he once wrote into this form and kept, to be copied elsewhere: (label, text)."""
    office, officer, model = office_of(request), me(request), a.ACTS[kind]
    with office.database.read() as session:
        draft = kept_forms.draft(request, session, f"/cases/{placed.case.id}/acts/{kind}")
        at = prefill.scene(office, session, placed.case, officer, kind)
    if draft is None:
        return []
    values = forms.tidy(model, {name: [str(one) for one in given] for name, given in draft[0].items() if name not in _FIELDS})
    texts = [one for one in forms.flat(Sheet(placed, kind, at, values).drawn()) if one.kind in ("area", "areas", "lines", "text")]
    return [(one.label, "\n".join(one.values)) for one in texts if any(text.strip() for text in one.values)]


def _may_be_recorded_later(office: Office, placed: Placed, officer: a.Officer) -> Sequence[str]:
    """Kinds that only the date of today stands against: they may have been done in time and not yet be recorded.

    What the agency itself dates is not among them: that is a late entry (补录), which is the head's (READINGS R-late-entry).
    """
    with office.database.read() as session:
        found = office.open_to(session, placed.case, officer, placed.relation, placed.case.last_move_on)
        now = office.open_to(session, placed.case, officer, placed.relation, office.today())
    later = [kind for kind, why in found.items() if why is None and now.get(kind) is not None]
    return [kind for kind in later if kind not in DATED_BY_THE_AGENCY]


# ------------------------------------------------------------------ placing


@action("/cases/{case_id:uuid}/acts/{kind:str}", most=MOST_UPLOADS, together=TOGETHER, redraws=True)
def act_send(request: HttpRequest, case_id: FromPath[UUID], kind: FromPath[str]) -> Response[Any]:
    """Place the act; or keep it as a draft, or ask again with other fields."""
    office, placed = _opened(request, case_id, kind)
    form, officer, model = form_of(request), me(request), a.ACTS[kind]
    if (barred := _barred(office, placed, officer, kind)) is not None:
        return _refused(request, placed, kind, barred)
    values = _values(form.fields, model)
    path = f"/cases/{placed.case.id}/acts/{kind}"
    if "drop" in form:
        kept_forms.forget(request, path)
        enclosing.given_up(office, officer, placed.case.id, kind)
        return go(path)
    unfit, values = _enclosed(request, placed, kind, values)
    at = _scene(office, placed, officer, kind)
    sheet = Sheet(placed, kind, at, prefill.settled(at, kind, values))
    if unfit:
        return _draw(request, sheet, status=400, unfit=unfit)
    if (again := _again(request, sheet, values, path)) is not None:
        return again
    try:
        data = sheet.data(office)
    except Exception as error:
        return _stuck(request, sheet, trouble(request, error))
    stops = _stops(office, officer, sheet, data) if kind == "draft" and "asks" in form else []
    if not set(form.get("despite").split()) >= {one.key for one in stops}:  # the tick is for what was told then
        return _draw(request, sheet, status=409, stops=stops)
    asking = "ask" in form and kind != "request"
    if asking and (lacking := _not_asked(form, kind, data, office.today())):
        return _draw(request, sheet, status=400, ask=_ask(office, officer, sheet, form), ask_err=lacking)
    asked = _request_of(data, form, office.today()) if asking else data
    done, stuck = attempt(request, placed.case.id, asked, seen_of(form), enclosing.place)
    if stuck is not None:
        return _stuck(request, sheet, stuck)
    assert done is not None
    kept_forms.forget(request, path)
    onward = ONWARD.get(kind)
    if not asking and onward is not None and form.get("then") == onward and onward in possible(office, done, officer):
        return go(f"/cases/{placed.case.id}/acts/{onward}?done={kind}")
    return go(f"/cases/{placed.case.id}?done={'request' if asking else kind}")


def _enclosed(request: HttpRequest, placed: Placed, kind: str, values: Mapping[str, Sequence[str]]) -> tuple[str, dict[str, list[str]]]:
    """What was chosen beside the form is kept, what is to be removed goes: why not, if it may not; and the fields that name these files."""
    office, officer, form = office_of(request), me(request), form_of(request)
    before = _waiting(office, placed, officer, kind)
    unfit = enclosing.taken(office, officer, placed, kind, form)
    after = _waiting(office, placed, officer, kind)
    new = []
    for row in (one for identity, one in after.items() if identity not in before):
        found: Outline | str = ""
        with suppress(Problem, Damaged, Unreachable):  # too many of his wait, or it is away again: how many pages it has, he says himself
            found = office.printing.outline(officer.id, waiting_files.unsent(row)) if kind == "draft" else ""
        new.append((row, None if isinstance(found, str) else len(found.sheets)))
    named = enclosing.put_in(kind, values, new, form.get(enclosing.FOR_ITEM))
    for gone in before.keys() - after.keys():
        named = enclosing.taken_out(kind, named, gone)
    return unfit, forms.tidy(a.ACTS[kind], named)


def _waiting(office: Office, placed: Placed, officer: a.Officer, kind: str) -> dict[str, Any]:
    if kind not in enclosing.NAMES:
        return {}
    with office.database.read() as session:
        return {row.id: row for row in enclosing.waiting(session, officer, placed.case.id, kind)}


def _again(request: HttpRequest, sheet: Sheet, values: Mapping[str, Sequence[str]], path: str) -> Response[Any] | None:
    """The form once more, or kept, where it was sent by a button that places nothing; None: it is to be placed."""
    form = form_of(request)
    if "keep" in form:
        return _keep(request, sheet, values, path)
    if "phrase" in form:
        return _draw(request, replace(sheet, values=phrases.put_in(sheet.scene.phrases, form.get("phrase"), sheet.values)))
    if "base" in form and sheet.kind == "draft":
        return _based(request, sheet, form.get("base"))
    if form.fields.keys() & {"redraw", "unload"}:
        return _draw(request, replace(sheet, values=sheet.showing.refilled()) if form.get("redraw") == "shown" else sheet)
    return None


# ------------------------------------------------------------------ 报请负责人签批


def _is_late(kind: str, data: Mapping[str, Any], today: date) -> bool:
    """补录: what the agency dates itself, dated before today."""
    return kind in DATED_BY_THE_AGENCY and str(data.get("on", "")) < today.isoformat()


def _request_of(data: Mapping[str, Any], form: Any, today: date, **instead: str) -> dict[str, Any]:
    """The request (报批) for an act as its form has it."""
    given = {name: form.get(name).strip() or instead.get(name, "") for name in ("ask_reason", "ask_late_reason", "ask_late_proof")}
    asked = dict(data)
    if _is_late(str(data["kind"]), data, today):
        asked["late_entry"] = {"reason": given["ask_late_reason"], "proof": given["ask_late_proof"]}
    return {"kind": "request", "on": today.isoformat(), "act": asked, "reason": given["ask_reason"]}


def _not_asked(form: Any, kind: str, data: Mapping[str, Any], today: date) -> str:
    """What a request lacks, in a sentence; empty: nothing."""
    if not form.get("ask_reason").strip():
        return "请写明报批的理由，负责人据此签批"
    if _is_late(kind, data, today) and not (form.get("ask_late_reason").strip() and form.get("ask_late_proof")):
        return "补录的，请写明补录的原因，并选择证明当日已经办理的纸质材料"
    return ""


def _ask(office: Office, officer: a.Officer, sheet: Sheet, form: Any) -> dict[str, Any] | None:
    """What was refused to this officer may be asked of the head: the fields of the request. None: it may not, or lacks more than a signature."""
    if sheet.kind == "request":
        return None
    today = office.today()
    proofs = [(row.id, row.name) for row in sheet.scene.attachments]
    try:
        data = sheet.data(office)
        late = _is_late(sheet.kind, data, today)
        tried = _request_of(data, form, today, ask_reason="报批", ask_late_reason="补录", ask_late_proof=proofs[0][0] if proofs else "")
        office.tried(officer, sheet.placed.case.id, a.parse(tried), coming=sheet.coming)
    except (a.Rejected, Problem, Refused, Invalid, Forbidden):
        return None
    return {"late": late, "proofs": proofs, **{name: form.get(name) for name in ("ask_reason", "ask_late_reason", "ask_late_proof")}}


NO_BASE = "没有填入：这件答复现在不能作底稿，它可能已经更正、收回，或者不是相近的申请。您写的内容还在，请从旁边的列表另选一件，或者直接填写。"


def _based(request: HttpRequest, sheet: Sheet, chosen: str) -> Response[Any]:
    """以此为底稿: the form with what an earlier reply decided, saved as it then stands."""
    office, officer, case = office_of(request), me(request), sheet.placed.case
    known = _precedents(office, officer, sheet)
    case_id, _, how = chosen.partition(" ")
    one = next((one for one in known if one.id == case_id and one.may_begin), None)
    if one is None:
        gone = Trouble(Problem(409, NO_BASE))
        return _draw(request, sheet, status=409, precedents_known=known, stuck=gone)
    done = basing.based(case.items, sheet.values, one, office.sameness, replace=how == basing.REPLACE)
    return _draw(request, replace(sheet, values=done.values), precedents_known=known, based=done)


def _keep(request: HttpRequest, sheet: Sheet, values: Mapping[str, Sequence[str]], path: str) -> Response[Any]:
    """存为草稿; where another window wrote since, both texts are at hand."""
    kept = kept_forms.keep(request, path, values)
    texts = _kept(request, sheet.placed, sheet.kind) if kept.became == "elsewhere" else ()
    if (why := kept_forms.unkept(kept, path, texts)) is not None:
        return _draw(request, sheet, status=409, unkept=why)
    return go(f"{path}?kept=yes")


def may_write(request: HttpRequest, case_id: UUID, kind: str) -> None:
    """Raises Problem: there is no such file or form for this officer."""
    office, placed = _opened(request, case_id, kind)
    if (barred := _barred(office, placed, me(request), kind)) is not None:
        raise barred


def _stops(office: Office, officer: a.Officer, sheet: Sheet, data: Mapping[str, Any]) -> list[unsigned.Told]:
    """What makes it impossible to sign this draft; whoever sends it up all the same says so."""
    try:
        after = office.tried(officer, sheet.placed.case.id, a.parse(dict(data)), coming=sheet.coming)
    except (a.Rejected, Problem, Refused, Invalid):  # what stands against the draft itself is told by placing it
        return []
    return [one for one in unsigned.told(office, after, sheet.drawn()) if one.risk.level == "blocks"]


def _scene(office: Office, placed: Placed, officer: a.Officer, kind: str) -> Scene:
    with office.database.read() as session:
        return prefill.scene(office, session, placed.case, officer, kind)


def _stuck(request: HttpRequest, sheet: Sheet, stuck: Trouble) -> Response[Any]:
    """The form again with what is wrong; after a conflict it is made from the file as it is now."""
    office = office_of(request)
    if stuck.is_conflict:
        _sent_twice(request, sheet, stuck)
        _, placed = _opened(request, sheet.placed.case.id, sheet.kind)
        sheet = Sheet(placed, sheet.kind, _scene(office, placed, me(request), sheet.kind), sheet.values)
    sheet = sheet.told(stuck)
    if stuck.problem.permitted:  # this form is open already
        stuck.problem.permitted = [kind for kind in stuck.problem.permitted if kind != sheet.kind]
    ask = _ask(office, me(request), sheet, form_of(request)) if stuck.is_refusal else None
    return _draw(request, sheet, status=stuck.status, stuck=stuck, ask=ask)


def _sent_twice(request: HttpRequest, sheet: Sheet, stuck: Trouble) -> None:
    """A second press: the files that it brought once more are on the file already, and wait for nothing."""
    office, officer, case_id = office_of(request), me(request), sheet.placed.case.id
    if stuck.first is None or stuck.first.act.kind != sheet.kind or stuck.first.officer.id != officer.id:
        return
    with office.database.read() as session:
        there = [row.digest for row in queries.attachments_of(session, case_id)]
    enclosing.given_up(office, officer, case_id, sheet.kind, which=there)


# ------------------------------------------------------------------ beside the form


@action("/cases/{case_id:uuid}/acts/{kind:str}/preview", most=MOST_UPLOADS, together=TOGETHER)
def act_preview(request: HttpRequest, case_id: FromPath[UUID], kind: FromPath[str]) -> Response[Any]:
    """What would follow, and the letter; or the fields of the form anew (`part=fields`)."""
    office, placed = _opened(request, case_id, kind)
    form, officer, model = form_of(request), me(request), a.ACTS[kind]
    if (barred := _barred(office, placed, officer, kind)) is not None:
        raise barred
    if form.get("part") == "files":
        if not enclosing.takes(placed, officer, kind, office):
            still_open(placed.case, office.today())
            raise not_found()
        unfit, values = _enclosed(request, placed, kind, _values(form.fields, model))
        facts: dict[str, Any] = {"unfit": unfit} | _files(request, placed, kind)
        if kind not in enclosing.NAMES:
            return show(request, "act_files.html", counted=False, **facts)
        at = _scene(office, placed, officer, kind)
        return _fields(request, Sheet(placed, kind, at, prefill.settled(at, kind, values)), template="act_files_named.html", **facts)
    at = _scene(office, placed, officer, kind)
    if form.get("part") == "papers":
        if (known_papers := papers.of(office, officer, placed, kind, at.attachments, form.get("paper")[:60])) is None:
            raise not_found()
        return show(request, "act_papers.html", papers=known_papers, path=f"/cases/{placed.case.id}/acts/{kind}", counted=False)
    sheet = Sheet(placed, kind, at, prefill.settled(at, kind, _values(form.fields, model)))
    if form.get("part") == "fields":
        return _fields(request, sheet)
    known = _after(request, sheet, form.get("letter_shown"), with_pictures=form.get("part") != "after")
    return show(request, "act_after.html", told_at=_told_at(known["told"]), **_shown(sheet), **known)


def _fields(request: HttpRequest, sheet: Sheet, *, template: str = "act_fields_only.html", **facts: Any) -> Response[Any]:
    """The fields anew, as they follow from what was chosen."""
    drawn = sheet.drawn()
    told = _told_at(_after(request, sheet, "", with_pictures=False)["told"])
    known = {"fields": drawn, "kind": sheet.kind, "items": sheet.scene.texts(sheet.values), "values": sheet.values, "told_at": told}
    return show(request, template, counted=False, **facts | known, kept_back=sheet.kept_back(drawn))


def _told_at(told: Sequence[unsigned.Told]) -> dict[str, list[unsigned.Told]]:
    """The risks of a draft by the field at which they stand."""
    found: dict[str, list[unsigned.Told]] = {}
    for one in told:
        found.setdefault(one.field, []).append(one)
    return found


def _shown(sheet: Sheet) -> dict[str, Any]:
    """对方看到的内容, beside the form of a consultation."""
    if sheet.kind != "consultation":
        return {"showing": None}
    return {"showing": sheet.showing, "shown_of": sheet.showing.of(sheet.errors)}


def _after(request: HttpRequest, sheet: Sheet, shown: str, *, with_pictures: bool = True) -> dict[str, Any]:
    """Effects and pictures, or which fields are still missing; the pictures take a while and come after the page."""
    office, officer, case = office_of(request), me(request), sheet.placed.case
    known: dict[str, Any] = {
        "effect": None, "problem": None, "missing": (), "pictures": (), "shown": 0, "broken": False, "told": [], "unread": [],
        "with_letter": sheet.kind in WITH_LETTER and sheet.placed.relation == "own", "kind": sheet.kind,
    }  # fmt: skip
    try:
        act = a.parse(sheet.data(office))
        after = office.tried(officer, case.id, act, coming=sheet.coming)
    except Exception as error:
        stuck = trouble(request, error)
        if stuck.status == 400:
            told = sheet.told(stuck)
            return known | {"missing": [text for _, text in forms.summary(told.drawn(), told.errors)]}
        return known | {"problem": stuck.problem}
    known["effect"] = effects(case, after, office.rules, office.today())
    if sheet.kind == "draft":
        known["told"] = unsigned.told(office, after, sheet.drawn())
        known["unread"] = _unread(office, officer, sheet, act)
    count = len(known["effect"].letters)
    if with_pictures and known["with_letter"] and count:
        n = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 4 and int(shown) < count else 0
        known["shown"] = n
        try:
            known["pictures"] = pages(office, officer, case.id, act, n, sheet.coming)
        except (Problem, Refused, Invalid) as refused:
            known["problem"] = as_problem(refused)
        except Exception as error:  # the form works without the picture
            log.error("preview failed", request_id=request_id(request), error=type(error).__name__)
            known["broken"] = True
    return known


def _unread(office: Office, officer: a.Officer, sheet: Sheet, act: a.Act) -> list[str]:
    """What the draft gives out and cannot be opened here, in sentences: it is told, and stands against nothing."""
    rows = {row.id: row for row in sheet.scene.attachments}
    rows |= {row.id: waiting_files.unsent(row) for row in sheet.scene.waiting}
    given = act.documents if isinstance(act, a.Draft) else ()
    found = ((one.title, office.printing.unshown(officer.id, rows[one.attachment])) for one in given if one.attachment in rows)
    return [documents.unread(title, why) for title, why in found if why]


ROUTES: tuple[BaseRouteHandler, ...] = (act_form, act_send, act_preview)
