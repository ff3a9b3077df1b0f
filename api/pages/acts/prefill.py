"""What a form of an act starts from: the choices that this file gives, what is known already, what is not asked now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from api.office.documents import copies
from api.office.office import Office
from api.pages.acts import amending, enclosing
from api.pages.shared import forms
from api.pages.shared.effects import SENT_TO
from api.pages.shared.forms import Option, Values
from db import desks, phrases, queries
from workflow import acts as a
from workflow import risks, steps
from workflow.acts import Officer
from workflow.admission import belongs
from workflow.case import BY_ACT, GIVEN, OF_RECORDS, Case, Challenge
from workflow.checks import Facts
from workflow.law import InForce, Rules
from workflow.procedure import states_for
from workflow.statistics import of_requests
from workflow.topics import proposed_topic
from workflow.words import ATTACHMENT_ROLES, LETTER_TITLES, say_day

_WITHHELD = "不予公开"
"""The heading of the outcomes by which a part of a document is withheld (条例 37); what is not there, or is not handled, is no part of it."""
ASKED_FOR = ("extension", "deferral", "waiver", "reopening")
"""What the head is asked to place (报批)."""


@dataclass(frozen=True)
class Scene:
    """The file before the act, and what is looked up for its form."""

    case: Case
    officer: Officer
    rules: Rules
    today: date
    agencies: Mapping[str, str]
    bodies: Mapping[str, str]
    """Where this agency's acts are challenged: the body of reconsideration, the court."""
    colleagues: Sequence[Any]
    attachments: Sequence[Any]
    """What is on the file."""
    waiting: Sequence[Any]
    """The files that wait beside this form and would come with the act."""
    numbers: Mapping[str, str]
    """Letter id -> its 发文字号."""
    facts: Facts
    below: Sequence[str] = ()
    """The units that this agency oversees."""
    others: Sequence[Case] = ()
    """The applicant's other files that a draft on this one could answer too (一并答复)."""

    busy: Mapping[str, int] = field(default_factory=dict)
    """For an assignment: the open files of each colleague who is there today."""

    phrases: Sequence[Any] = ()
    """常用语 of this officer and of the office for this form."""

    @property
    def law(self) -> InForce:
        return self.rules.on(self.today)

    def asked(self, values: Values) -> list[tuple[Case, int]]:
        """What a draft decides, in order: (file, item), of this file and of those that are ticked."""
        ticked = set(values.get("together", ()))
        files = [self.case, *(one for one in self.others if one.number in ticked)]
        return [(one, item) for one in files for item in range(1, len(one.items) + 1)]

    def texts(self, values: Values) -> list[str]:
        """The headings of the items: of another file with its number."""
        return [
            one.items[item - 1] if one is self.case else f"{one.number}：{one.items[item - 1]}" for one, item in self.asked(values)
        ]


def scene(office: Office, session: Session, case: Case, officer: Officer, kind: str = "") -> Scene:
    """Look up what the forms of this file choose from."""
    return Scene(
        case, officer, office.rules, office.today(),
        {code: agency.name for code, agency in office.agencies.items()},
        {"reconsideration": office.agencies[case.agency].review_body, "litigation": office.agencies[case.agency].court},
        [one for one in queries.officers(session) if one.agency == case.agency and one.active],
        queries.attachments_of(session, case.id), enclosing.waiting(session, officer, case.id, kind) if kind in enclosing.NAMES else (),
        {row.id: row.number for row in queries.letters_of(session, case) if row.number},
        office.facts(session, case), office.agencies[case.agency].oversees, office.others_of_same(session, case) if kind == "draft" else (),
        _busy(office, session, case.agency) if kind == "assignment" else {},
        phrases.offered(session, officer.id, (kind, *ASKED_FOR) if kind == "request" else (kind,)),
    )  # fmt: skip


def _busy(office: Office, session: Session, agency: str) -> dict[str, int]:
    staff, open_files = office.staff([agency]), desks.loads(session, agency)
    return {one.username: open_files.get(one.username, 0) for one in staff.colleagues if one.active and not one.is_away(office.today())}


# ------------------------------------------------------------------ choices


def options(at: Scene, kind: str, values: Values) -> dict[str, Sequence[Option]]:
    """Path -> what there is to choose from on this file."""
    make = _OPTIONS.get(kind)
    found = make(at, values) if make else {}
    if "late_entry" in a.ACTS[kind].model_fields:
        found["late_entry.proof"] = [Option(row.id, row.name) for row in at.attachments]
    if kind in ("search", "consultation", "meeting", "fee_notice") and len(at.case.items) > 1:
        found["items"] = [Option(str(n), f"{n}　{text}") for n, text in enumerate(at.case.items, 1)]
    return found


def _colleague(at: Scene, one: Any) -> Option:
    return Option(one.username, f"{one.name}　{at.rules.role_titles.get(one.role, '')}")


def _handler(at: Scene, one: Any) -> Option:
    load = f"　在办{at.busy[one.username]}件" if one.username in at.busy else "　外出"
    return Option(one.username, f"{one.name}　{at.rules.role_titles.get(one.role, '')}{load}")


def _known_assignment(at: Scene) -> Iterator[tuple[str, list[str]]]:
    """Who has it; else, as a proposal, the one at the handler's desk who is there and has the least to do."""
    able = [one.username for one in at.colleagues if one.role == "handler" and one.username in at.busy]
    if chosen := at.case.assignee or min(able, key=lambda one: (at.busy[one], one), default=""):
        yield "to", [chosen]


def _assignment(at: Scene, _values: Values) -> dict[str, Sequence[Option]]:
    below = [Option(code, at.agencies[code]) for code in at.below if code in at.agencies]
    return {
        "to": [_handler(at, one) for one in at.colleagues if one.role in at.law.roles["draft"]],
        "agency": [Option("", "由本单位办理"), *below],
    }


def _handover(at: Scene, _values: Values) -> dict[str, Sequence[Option]]:
    return {"to": [Option(code, name) for code, name in at.agencies.items() if code != at.case.agency]}


def _consultation(at: Scene, _values: Values) -> dict[str, Sequence[Option]]:
    third, joint = at.law.deadlines.third_party_opinion.value, at.law.deadlines.joint_agency_opinion.value
    others = [Option("", "不使用本系统")]
    others += [Option(code, name) for code, name in at.agencies.items() if code != at.case.agency]
    able = [one for one in at.colleagues if one.role in at.law.roles["opinion"] and one.id != at.officer.id]
    found: dict[str, Sequence[Option]] = {
        "agency": others,
        "to": [Option("", "不指定，由本单位答复后登记"), *(_colleague(at, one) for one in able)],
        "materials": [Option(row.id, row.name) for row in (*at.attachments, *at.waiting)],
        "type": [
            Option("third_party", "第三方", f"公开可能损害其合法权益的，应当书面征求意见。{third}个工作日内未提出意见的，由本机关依照条例决定。"),
            Option("joint_agency", "共同制作机关", f"牵头制作的机关应当征求其意见。{joint}个工作日内未提出意见的，视为同意公开。"),
            Option("other_agency", "其他机关", "由本机关定出答复期限；没有意见不视为同意。"),
            Option("internal", "内部会商", "请本单位的科室或者人员答复。"),
        ],
    }
    return found | {"type": found["type"][-1:]} if at.case.corrects_records else found


def _asked(at: Scene, _values: Values) -> dict[str, Sequence[Option]]:
    return {
        "consultation": [
            Option(str(one.seq), f"{a.CONSULTATION_TYPES[one.act.type]}：{one.act.party.name}")
            for one in at.case.consultations
            if one.is_open
        ]
    }


def _service(at: Scene, _values: Values) -> dict[str, Sequence[Option]]:
    found = []
    groups = {"待送达": steps.to_serve, "等回执": steps.to_confirm, "已发出，没有送到的登记退回": steps.may_bounce}
    for group, letters in ((group, letters(at.case, at.rules)) for group, letters in groups.items()):
        for one in letters:
            number = at.numbers.get(one.id, "")
            before = at.case.services.get(one.id)
            back = "　已退回" if before and before.returned_on else ""
            found.append(Option(one.id, f"{LETTER_TITLES[one.kind]}{number and '　' + number}　{SENT_TO[one.to]}{back}", group=group))
    receipts = [one for one in at.case.letters(at.rules) if one.kind == "receipt" and one.id not in at.case.services]
    found += [Option(one.id, f"{LETTER_TITLES[one.kind]}　给申请人", group="其他") for one in receipts]
    return {"letter": found}


def _challenges(challenges: Iterable[Challenge]) -> list[Option]:
    """Reviews, suits and complaints to choose from."""
    return [
        Option(str(one.seq), f"{a.REMEDY_TYPES[one.act.type]}　{one.act.body}　{say_day(one.act.on)}")
        for one in challenges
    ]


def _remedy(at: Scene, _values: Values) -> dict[str, Sequence[Option]]:
    return {"continues": _challenges(one for one in at.case.challenges if one.act.type == "litigation" and one.result)}


def _remedy_result(at: Scene, _values: Values) -> dict[str, Sequence[Option]]:
    return {"remedy": _challenges(one for one in at.case.challenges if one.result is None)}


def _reopening(at: Scene, _values: Values) -> dict[str, Sequence[Option]]:
    return {"remedy": _challenges(at.case.ordered)}


def _topic(at: Scene, _values: Values) -> dict[str, Sequence[Option]]:
    return {"topic": [Option(topic.key, topic.title) for topic in at.law.topics]}


def _archival(at: Scene, _values: Values) -> dict[str, Sequence[Option]]:
    return {"retention": [Option(one, one) for one in at.law.practice.retention_choices]}


def outcomes(at: Scene, *, given: bool = True) -> list[Option]:
    """The kinds of reply under their headings; without what an act of its own brings about, or another course has."""
    ours = OF_RECORDS | {"other"} if at.case.corrects_records else at.law.outcomes.keys() - OF_RECORDS
    return [
        Option(key, one.title, group=one.group)
        for key, one in at.law.outcomes.items()
        if key in ours - BY_ACT and (given or key not in GIVEN)
    ]


def _draft(at: Scene, values: Values) -> dict[str, Sequence[Option]]:
    chosen = [_first(values, f"items.{n}.outcome") for n in range(len(at.asked(values)))]
    found: dict[str, Sequence[Option]] = {
        "items.*.outcome": outcomes(at),
        "items.*.withheld_under": [one for one in outcomes(at, given=False) if one.group == _WITHHELD],
        "principal": [one for one in outcomes(at) if one.value in chosen],
        "remedy": [
            Option("", "按规则随决定种类确定"), Option("R1", "先申请行政复议，再提起诉讼"),
            Option("R2", "可以复议，也可以直接起诉"), Option("none", "不告知救济途径"),
        ],
        "together": [
            Option(one.number, f"{one.number}　{say_day(one.received_on)}收到　{one.wanted[:40]}{'…' * (len(one.wanted) > 40)}") for one in at.others
        ],
    }  # fmt: skip
    found["co_issuers"] = [Option(code, at.agencies[code]) for code in at.case.co_issuing if code in at.agencies]
    found["items.*.provided.*.attachment"] = [
        Option("", "没有存入案卷"),
        *(Option(row.id, row.name, group="随本表提交") for row in at.waiting),
        *(Option(row.id, row.name, group=tied(row)) for row in sorted(at.attachments, key=lambda row: (row.role != "given_out", row.item or 0))),
    ]
    for n, outcome in enumerate(chosen):
        under = _first(values, f"items.{n}.withheld_under") if outcome == "partial" else ""
        of = at.law.outcomes.get(under or outcome)
        if n >= len(at.case.items):
            found[f"items.{n}.outcome"] = [Option("", "与本件相同"), *outcomes(at)]
        found[f"items.{n}.ground"] = [Option(key, title) for key, title in of.grounds] if of else []
    return found


def tied(row: Any) -> str:
    """第1项提供件: what an attachment is to the request, in words."""
    return f"第{row.item}项" * (row.item is not None) + ATTACHMENT_ROLES.get(row.role or "", "附件")


def put_in(at: Scene, values: Values, pages: Mapping[str, int], since: datetime | None) -> dict[str, list[str]]:
    """The form of a draft with what is given out on each item, as far as it came to the file `since` the form was kept."""
    found = {name: list(given) for name, given in values.items()}
    named = {one for name, given in found.items() if name.endswith(".attachment") for one in given}
    newest = copies(at.attachments)
    for row in at.attachments:
        is_last = newest.get(row.made_from or "", row.id) == row.id
        if row.role == "given_out" and is_last and row.id not in named and (since is None or row.at > since):
            place = f"items.{(row.item or 1) - 1}.provided"
            n = max(forms.row_numbers(found, place), default=-1) + 1
            found |= {f"{place}.{n}.title": [row.name.rpartition(".")[0] or row.name], f"{place}.{n}.attachment": [row.id]}
            if row.id in pages:
                found[f"{place}.{n}.pages"] = [str(pages[row.id])]
    return found


def _ledger(at: Scene, _values: Values) -> dict[str, Sequence[Option]]:
    return {"outcome": [Option(key, one.title, group=one.group) for key, one in of_requests(at.law).items()]}


def _amendment(at: Scene, _values: Values) -> dict[str, Sequence[Option]]:
    """更正: of which act."""
    found = amending.mendable(at.case)
    return {"of": [Option(str(one.seq), f"第{one.seq}项　{type(one.act).title}　{say_day(one.act.on)}") for one in found]}


def _revocation(at: Scene, _values: Values) -> dict[str, Sequence[Option]]:
    """撤销: of which act."""
    open_ones = [one for one in at.case.acts if one.seq > 1 and one.act.kind != "revocation" and one.seq not in at.case.revoked]
    return {"of": [Option(str(one.seq), f"第{one.seq}项　{type(one.act).title}　{say_day(one.act.on)}") for one in reversed(open_ones)]}


def _request(at: Scene, values: Values) -> dict[str, Sequence[Option]]:
    """报批: what only the head may place, and what there is to choose from in it."""
    found: dict[str, Sequence[Option]] = {
        "act.kind": [
            Option(kind, a.ACTS[kind].title)
            for kind in ASKED_FOR
            if at.case.state in states_for(kind) and belongs(at.case, kind) and at.officer.role not in at.law.roles[kind]
        ]
    }
    kind = next(iter(values.get("act.kind", ())), "")
    if kind in a.ACTS and kind != "request":
        found |= {f"act.{path}": chosen for path, chosen in options(at, kind, values).items()}
    return found


_OPTIONS: Mapping[str, Any] = {
    "request": _request,
    "amendment": _amendment,
    "revocation": _revocation,
    "assignment": _assignment,
    "consultation": _consultation,
    "opinion": _asked,
    "silence": _asked,
    "service": _service,
    "remedy": _remedy,
    "remedy_result": _remedy_result,
    "reopening": _reopening,
    "topic": _topic,
    "handover": _handover,
    "archival": _archival,
    "draft": _draft,
    "ledger_result": _ledger,
}


def _first(values: Values, name: str) -> str:
    return (list(values.get(name, ())) or [""])[0]


def settled(at: Scene, kind: str, values: Values) -> dict[str, list[str]]:
    """What follows from a choice and is left empty: the name of the unit or colleague that was chosen, the usual court."""
    found = {name: list(given) for name, given in values.items()}
    if kind == "consultation" and not _first(values, "party.name"):
        people = {one.username: one.name for one in at.colleagues}
        inside = _first(values, "type") == "internal"
        name = people.get(_first(values, "to")) if inside else at.agencies.get(_first(values, "agency"))
        if name and _first(values, "type") != "third_party":
            found["party.name"] = [name]
    elif kind == "remedy" and _first(values, "body") in ("", *at.bodies.values()):
        found["body"] = [at.bodies.get(_first(values, "type"), "")]
    elif kind == "assignment" and _first(values, "agency"):
        found.pop("to", None)  # to the unit below instead
    elif kind == "draft":
        count = len(at.asked(values))
        found = {name: given for name, given in found.items() if _row_of(name) is None or (_row_of(name) or 0) < count}
        for n in range(len(at.case.items), count):
            found.setdefault(f"items.{n}.item", [str(n + 1)])
    return found


def _row_of(name: str) -> int | None:
    """The number of the item that a field of a draft belongs to."""
    first, _, rest = name.partition(".")
    number = rest.partition(".")[0]
    return int(number) if first == "items" and number.isascii() and number.isdigit() and len(number) < 4 else None


def decided(at: Scene, kind: str, values: Values) -> Values:
    """What was typed, without the items of other files when none of them is decided by itself: they are decided like this one."""
    own = len(at.case.items)
    if kind != "draft" or any(_first(values, f"items.{n}.outcome") for n in range(own, len(at.asked(values)))):
        return values
    return {name: given for name, given in values.items() if (_row_of(name) or 0) < own}


# ------------------------------------------------------------------ what is asked now

_WHY = frozenset({"reason"})
# Outcome -> what its article wants to be said beyond the outcome itself.
DEMANDS: Mapping[str, frozenset[str]] = {
    "already_public": _WHY | {"where"},
    "disclosed": _WHY | {"provided", "where", "available_on"},
    "partial": _WHY | {"provided", "withheld", "withheld_under", "where", "available_on"},
    "state_secret": _WHY | {"law"},
    "forbidden_by_law": _WHY | {"law"},
    "security_stability": _WHY | {"law"},
    "third_party": _WHY,
    "internal_affairs": _WHY,
    "deliberative": _WHY | {"no_rule_requires"},
    "enforcement_file": _WHY | {"no_rule_requires"},
    "special_inquiry": _WHY | {"law", "channel"},
    "not_existing": _WHY,
    "not_responsible": _WHY | {"responsible", "responsible_known"},
    "needs_processing": _WHY,
    "unclear_after_correction": _WHY,
    "petition": _WHY | {"channel"},
    "repeated": _WHY | {"earlier"},
    "publication": _WHY | {"where", "channel"},
    "excessive": _WHY,
    "reissue": _WHY | {"law"},
    "other": _WHY | {"where", "channel", "law"},
    "record_corrected": _WHY,
    "record_not_corrected": _WHY,
    "record_transferred": _WHY | {"responsible"},
    "record_referred": _WHY | {"responsible"},
}
_MORE = {"forbidden_by_law": "law", "special_inquiry": "law", "deliberative": "no_rule_requires", "enforcement_file": "no_rule_requires"}
_ITEM = tuple(a.ItemDecision.model_fields)


def hidden(at: Scene, kind: str, values: Values) -> frozenset[str]:
    """The fields that are not asked, given what is chosen already."""
    found = set(_NOT_ASKED.get(kind, ()))
    if at.officer.role not in at.law.roles["extension"]:
        found.add("late_entry")  # the head's alone (READINGS R-late-entry)
    if len(at.case.items) == 1 and kind in ("search", "consultation", "meeting", "fee_notice"):
        found.add("items")
    if kind == "consultation":
        found |= _hidden_of_consultation(at, values)
    elif kind == "fee_notice":
        found.add("already")
        if _first(values, "basis") != "per_page":
            found.add("pages")
    elif kind == "correction" and not at.case.corrects_records:
        found.add("evidence")
    elif kind == "assignment":
        chosen = bool(_first(values, "agency"))
        found |= ({"to"} if chosen else {"limit"}) | (set() if at.below else {"agency"})
    elif kind == "draft":
        found |= _hidden_of_draft(at, values)
    elif kind == "service":
        found |= _hidden_of_service(at, values)
    elif kind == "remedy":
        found |= _hidden_of_remedy(values)
    elif kind == "reopening":
        found |= {"ordered": {"replaces"}, "own_motion": {"remedy", "until"}, "excused_delay": {"remedy", "until", "replaces"}}.get(
            _first(values, "basis"), set()
        )
    return frozenset(found)


_SIGNED_FOR = frozenset({"received_on", "post_number", "recipient", "place", "refused", "witness"})


def _hidden_of_service(at: Scene, values: Values) -> set[str]:
    """Only what went out comes back; what came back was signed for by nobody, and a public notice needs nobody's name."""
    out = {one.id for one in (*steps.to_confirm(at.case, at.rules), *steps.may_bounce(at.case, at.rules))}
    if _first(values, "letter") not in out:
        found = {"outcome", "why"}
    elif _first(values, "outcome") == "returned":
        return {"method", "address", *_SIGNED_FOR}
    else:
        found = {"why", "address"}
    return found | ({"address", *_SIGNED_FOR} if _first(values, "method") == "public_notice" else set())


def _hidden_of_remedy(values: Values) -> set[str]:
    """Only a suit has instances; what a later one is against, and whether a review came before, goes with the suit."""
    if _first(values, "type") != "litigation":
        return {"after_reconsideration", "instance", "continues"}
    later = _first(values, "instance") in ("second", "retrial")
    return {"after_reconsideration", "against"} if later else {"continues"}


_NOT_ASKED: Mapping[str, tuple[str, ...]] = {
    "decision": ("outcome", "overrides"),
    "opinion": ("co_issues",),  # who is asked says so himself, where he answers
}
_DRAWN_APART = "overrides."
"""Not drawn among the fields: each stands beside its risk, and is asked there."""


def _hidden_of_consultation(at: Scene, values: Values) -> set[str]:
    chosen = _first(values, "type")
    found = set() if at.attachments or at.waiting else {"materials"}
    if chosen in ("third_party", "joint_agency"):
        found.add("days")
    if chosen != "internal":
        found.add("to")
    if chosen not in ("joint_agency", "other_agency"):
        found.add("agency")
    if chosen == "internal":
        found |= {"party.address", "party.is_person"}
    if chosen in ("joint_agency", "other_agency"):
        found.add("party.is_person")
    if chosen in ("third_party", ""):
        found.add("materials")
    return found


def _hidden_of_draft(at: Scene, values: Values) -> set[str]:
    found = {"items.*.item"}
    asked_for_all = at.asked(values)
    if not at.others:
        found.add("together")
    if not at.case.co_issuing:
        found.add("co_issuers")
    if not at.attachments and not at.waiting:
        found.add("items.*.provided.*.attachment")
    for n, (case, item) in enumerate(asked_for_all):
        outcome = _first(values, f"items.{n}.outcome")
        under = _first(values, f"items.{n}.withheld_under") if outcome == "partial" else ""
        asked = set(DEMANDS.get(outcome, ()))
        if outcome and len(asked_for_all) > 1:
            asked.add("name")  # one item has no heading of its own
        if under in _MORE:
            asked.add(_MORE[under])
        of = at.law.outcomes.get(under or outcome)
        if of is not None and of.grounds:
            asked.add("ground")
        if outcome in GIVEN and any(one.act.type == "third_party" and one.objects and one.concerns(item) for one in case.consultations):
            asked.add("public_interest")
        found |= {f"items.{n}.{name}" for name in _ITEM if name not in asked and name not in ("item", "outcome")}
    if len(asked_for_all) == 1:
        found.add("principal")
    return found


def kept_back(values: Values, hide: frozenset[str], asked: Sequence[forms.Field]) -> list[tuple[str, str]]:
    """What was typed into fields that are not asked now: kept in the form, unseen, in case the choice is changed back."""
    shown = {one.name for one in forms.flat(asked)}
    found = []
    for name, given in values.items():
        inside = any(name == path or name.startswith(f"{path}.") for path in hide)
        if inside and name not in shown and not name.startswith(_DRAWN_APART):
            found += [(name, one) for one in given if one.strip()]
    return found


def without(values: Values, hide: frozenset[str]) -> dict[str, list[str]]:
    """The fields that are asked: the others are not part of the act."""
    return {
        name: list(given) for name, given in values.items()
        if name == "items" or name.startswith(_DRAWN_APART)
        or not any(name == path or name.startswith(f"{path}.") for path in hide if "*" not in path)
    }  # fmt: skip


# ------------------------------------------------------------------ what is known already


def known(at: Scene, kind: str) -> dict[str, list[str]]:
    """What a new form of this kind starts with."""
    make = _KNOWN.get(kind)
    return {"on": [at.today.isoformat()], **dict(make(at) if make else ())}


def _known_draft(at: Scene) -> Iterator[tuple[str, list[str]]]:
    """The last draft of this round, if it was returned or fetched back; else an item each."""
    last, split = at.case.last(a.Draft), at.case.last(a.Split)
    if last is not None and _is_back(at.case) and not (split and split.seq > last.seq):
        data = last.act.model_dump(mode="json", exclude_defaults=True)
        yield from ((name, given) for name, given in forms.typed(a.Draft, data).items() if name not in ("on", "remark"))
        yield from _known_joined(at, last.act)
    else:
        for n in range(len(at.case.items)):
            yield f"items.{n}.item", [str(n + 1)]


def _is_back(case: Case) -> bool:
    """Whether the last draft was returned (退回) or fetched back (取回), and nothing was drafted since."""
    about = [one.act for one in case.of_kinds("draft", "return", "recall", "reopening")]
    drafts = [act for act in about if not (isinstance(act, a.Return | a.Recall) and act.request is not None)]
    return bool(drafts) and isinstance(drafts[-1], a.Return | a.Recall)


def _known_joined(at: Scene, draft: a.Act) -> Iterator[tuple[str, list[str]]]:
    """What the last draft decided of other files, numbered on."""
    assert isinstance(draft, a.Draft)
    n = len(at.case.items)
    for one in draft.joined:
        for item in () if one.as_main else one.items:
            data = item.evolve(item=n + 1).model_dump(mode="json", exclude_defaults=True)
            yield from forms.typed(a.ItemDecision, data, f"items.{n}.").items()
            n += 1


def _known_service(at: Scene) -> Iterator[tuple[str, list[str]]]:
    way = {"post": "post", "email": "email", "fax": "fax", "collect": "direct", "online": "online"}
    letters = [*steps.to_serve(at.case, at.rules), *steps.to_confirm(at.case, at.rules)]
    if letters:
        yield "letter", [letters[0].id]
        applicants = letters[0].to == "applicant"
        yield "outcome", ["delivered"]
        before = at.case.services.get(letters[0].id)
        yield "method", [before.method if before else way[at.case.registration.delivery] if applicants else "post"]


def _known_asked(at: Scene) -> Iterator[tuple[str, list[str]]]:
    waiting = [one for one in at.case.consultations if one.is_open]
    if len(waiting) == 1:
        yield "consultation", [str(waiting[0].seq)]


def _known_remedy(at: Scene) -> Iterator[tuple[str, list[str]]]:
    pending = [one.seq for one in at.case.challenges if one.result is None]
    if pending:
        yield "remedy", [str(pending[-1])]


def _known_reopening(at: Scene) -> Iterator[tuple[str, list[str]]]:
    orders = at.case.ordered
    if orders:
        yield "basis", ["ordered"]
        yield "remedy", [str(orders[-1].seq)]
    elif at.case.outcome in ("abandoned_correction", "abandoned_payment"):
        yield "basis", ["excused_delay"]
    else:
        yield "basis", ["own_motion"]


def _known_split(at: Scene) -> Iterator[tuple[str, list[str]]]:
    """What somebody is being asked about first: it stays on the file."""
    asked = {item for one in at.case.consultations if one.is_open for item in one.items}
    yield "parts", [text for _, text in sorted(enumerate(at.case.items, 1), key=lambda one: one[0] not in asked)]


_KNOWN: Mapping[str, Any] = {
    "amendment": lambda at: [("of", [str(amending.mendable(at.case)[0].seq)])],
    "draft": _known_draft,
    "service": _known_service,
    "opinion": _known_asked,
    "silence": _known_asked,
    "remedy": lambda at: [("against", ["inaction" if at.case.is_active and at.case.overdue(at.rules, at.today) else "reply"])],
    "remedy_result": _known_remedy,
    "reopening": _known_reopening,
    "split": _known_split,
    "assignment": _known_assignment,
    "consultation": lambda _at: [("type", ["third_party"])],
    "fee_notice": lambda _at: [("basis", ["per_item"])],
    "payment": lambda at: [("amount_fen", [forms.yuan(at.case.fee.open_fen)])] if at.case.fee else [],
    "withdrawal": lambda _at: [("by", ["writing"])],
    "extension": lambda at: [("days", [str(at.law.deadlines.extension_max.value)])],
    "correction_notice": lambda at: [("days", [str(at.law.deadlines.correction_period_default.value)])],
    "reasons_notice": lambda at: [("days", [str(at.law.deadlines.reasons_default.value)])],
    "archival": lambda at: [("retention", [at.law.practice.retention_default])],
    "topic": lambda at: [("topic", [chosen])] if (chosen := at.case.topic or proposed_topic(at.case.wanted, at.law.topics)) else [],
}


def asked_for(at: Scene, kind: str, query: Mapping[str, str], values: Values) -> dict[str, list[str]]:
    """What a link to the form has chosen beforehand (`?letter=…`); anything that is no choice here is ignored."""
    found = {}
    for path, given in options(at, kind, values).items():
        chosen = query.get(path)
        if chosen is not None and any(one.value == chosen for one in given):
            found[path] = [chosen]
    return found


def open_risks(at: Scene, values: Values) -> tuple[risks.Risk, ...]:
    """The risks of the draft that is to be signed, on the day that is typed."""
    try:
        on = min(date.fromisoformat(forms.day_text(_first(values, "on"))), at.today)
    except ValueError:
        on = at.today
    return risks.open_risks(at.case, at.rules, on, entered=at.today if on < at.today else None)
