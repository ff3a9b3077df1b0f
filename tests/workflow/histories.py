"""Lawful histories of files, drawn at random: whatever an office may do to a file, in any order, over real holidays.

A history is drawn from a seed and is the same every time. Each step offers an act to `admission.admit`; what is refused
is simply not placed, so that a history never leaves the law. The acts are made by one small function a kind (`DRAWN`, at
the bottom): a new kind of act gets a function there and a weight, and nothing else. A history that shows a fault is cut
down to the steps that matter (`shortest`) and told in words (`told`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.stories.runner import shipped_rules
from tests.workflow.described import letter
from tests.workflow.independent import Letter
from workflow import acts as a
from workflow import fees, joining
from workflow.acts import ACTS, Officer, Rejected, parse
from workflow.admission import DATED_BY_THE_AGENCY, Forbidden, admit, siblings
from workflow.case import Case, letter_id
from workflow.checks import Facts
from workflow.law import Invalid, Refused, Rules
from workflow.procedure import ACTIVE, kinds_from
from workflow.risks import open_risks

AGENCY, OVERSEEING, BELOW = "gx-zrzy", "gx-zfb", "gx-xiaji"
FIRST, LAST = date(2019, 5, 15), date(2026, 6, 30)
"""Days on which a request may come in: from the day the 条例 is in force, early enough that most of a file lies before 2027."""
STEPS = 40

# ---------------------------------------------------------------------------------------------- the office


@dataclass(frozen=True)
class Person:
    """Somebody of the office: dismissed from a day on, on leave between two days."""

    officer: Officer
    dismissed_on: date | None = None
    leave: tuple[date, date] | None = None

    def is_there(self, day: date) -> bool:
        dismissed = self.dismissed_on is not None and day >= self.dismissed_on
        return not dismissed and not (self.leave is not None and self.leave[0] <= day <= self.leave[1])


_PEOPLE = (
    ("intake", ""), ("handler", ""), ("handler", "2"), ("legal", ""), ("legal", "2"), ("head", ""), ("head", "2"), ("archivist", ""),
    ("analyst", ""),
)  # fmt: skip


def officer(role: str, which: str = "", agency: str = AGENCY) -> Officer:
    username = f"{role}{which}@{agency}"
    return Officer(id=username, username=username, name="样例", role=role, agency=agency)


def office(random: Random, since: date) -> tuple[Person, ...]:
    """The people of the unit and the head of the overseeing one; of each post that has two people, one may be away or gone."""
    people = [Person(officer(role, which)) for role, which in _PEOPLE] + [Person(officer("head", agency=OVERSEEING))]
    for at, one in enumerate(people):
        if one.officer.username.startswith(("handler@", "head2@", "legal2@")):
            day = since + timedelta(random.randint(0, 90))
            if random.random() < 0.2:
                people[at] = replace(one, dismissed_on=day)
            elif random.random() < 0.3:
                people[at] = replace(one, leave=(day, day + timedelta(random.randint(1, 30))))
    return tuple(people)


# ---------------------------------------------------------------------------------------------- histories


@dataclass(frozen=True)
class At:
    """The act that a step placed: its place on the file."""

    step: int


@dataclass(frozen=True)
class LetterOf:
    """The n-th letter of the act that a step placed."""

    step: int
    n: int = 0


@dataclass(frozen=True)
class Step:
    """One act that was placed: on which file, by whom, recorded on which day, saying what."""

    number: int
    file: int
    kind: str
    on: date
    today: date
    officer: Officer
    already: int
    fields: Mapping[str, Any]


@dataclass
class History:
    """Files with all that was placed on them; the first is the request, others were split from it."""

    name: str
    rules: Rules = field(default_factory=shipped_rules)
    files: list[Case] = field(default_factory=list)
    parents: dict[int, tuple[int, int]] = field(default_factory=dict)
    """File -> (the file it was split from, how many acts that one had after the split)."""
    people: tuple[Person, ...] = ()
    steps: list[Step] = field(default_factory=list)
    places: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Step -> (its file, its place on it)."""

    def place(self, step: Step) -> bool:
        """Offer the act; True when it was placed, alone or with the files that it opens."""
        try:
            act = parse({"kind": step.kind, "on": step.on.isoformat(), **_resolved(step.fields, self)})
            case = self.files[step.file] if step.file < len(self.files) else self._new()
            at = datetime.combine(step.today, time(1, case.version % 60), UTC)
            named = joining.concerned(case, act)
            others = tuple(one for one in self.files if one.id in named or one.number in named)
            after = admit(case, act, step.officer, at, self.rules, step.today, Facts(step.already, others))
            followed = joining.follow(after, others, self.rules)
        except (Refused, Invalid, Forbidden, Rejected, _Gone):
            return False
        self.files[step.file :] = [after, *self.files[step.file + 1 :]]
        for other in followed:
            self.files = [other if one.id == other.id else one for one in self.files]
        self.steps.append(step)
        self.places[step.number] = step.file, after.version
        if isinstance(act, a.Split):
            for registration in siblings(after, self.rules):
                self.parents[len(self.files)] = step.file, after.version
                self.files.append(admit(self._new(), registration, step.officer, at, self.rules, step.today))
        return True

    def _new(self) -> Case:
        number = len(self.files) + 1
        return Case(str(uuid5(NAMESPACE_URL, f"{self.name}/{number}")), AGENCY, f"样例〔{self.name}〕{number}号")

    def step_at(self, file: int, seq: int) -> int | None:
        """The step that placed the act `seq` of a file; None when it came with the file."""
        return next((number for number, place in self.places.items() if place == (file, seq)), None)


class _Gone(Exception):
    """A step refers to an act that is not there (when a history is cut down)."""


def _resolved(value: Any, history: History) -> Any:
    """Fields as JSON: with the places and letters of the acts that they refer to."""
    match value:
        case At(step) | LetterOf(step) if step not in history.places:
            raise _Gone
        case At(step):
            return history.places[step][1]
        case LetterOf(step, n):
            file, seq = history.places[step]
            return letter_id(history.files[file].id, seq, n)
        case Mapping():
            return {key: _resolved(one, history) for key, one in value.items()}
        case list() | tuple():
            return [_resolved(one, history) for one in value]
        case date():
            return value.isoformat()
        case _:
            return value


def replayed(steps: Sequence[Step], name: str, people: tuple[Person, ...] = ()) -> History:
    """The history of these steps alone; a step that is refused now is left out."""
    history = History(name, people=people)
    for step in steps:
        history.place(step)
    return history


def prefixes(history: History) -> Iterator[History]:
    """The history after each of its steps."""
    growing = History(history.name, history.rules, people=history.people)
    for step in history.steps:
        assert growing.place(step), told(history)
        yield growing


def shortest(history: History, fails: Callable[[History], bool]) -> History:
    """The history cut down to what is needed for `fails` to hold."""
    steps, before = list(history.steps), -1
    while before != len(steps):  # what a step hung on may go when the step is gone
        before, at = len(steps), len(steps) - 1
        while at > 0:
            fewer = replayed([*steps[:at], *steps[at + 1 :]], history.name, history.people)
            if fewer.steps and fails(fewer):
                steps = list(fewer.steps)
            at = min(at, len(steps)) - 1
    return replayed(steps, history.name, history.people)


def told(history: History) -> str:
    """The history in words, one line a step."""
    lines = [history.name]
    for step in history.steps:
        recorded = f"（{step.today}记录）" if step.today != step.on else ""
        said = {key: value for key, value in step.fields.items() if key not in _PROSE}
        file = f"第{step.file + 1}件 " if len(history.files) > 1 else ""
        place = history.places[step.number][1]
        lines.append(f"  {file}{place}. {step.on}{recorded} {step.officer.username} {step.kind} {_said(said, history)}")
    return "\n".join(lines)


def _said(value: Any, history: History) -> str:
    match value:
        case At(step):
            return f"第{history.places[step][1]}项"
        case LetterOf(step, n):
            return f"第{history.places[step][1]}项的第{n + 1}份文书"
        case Mapping():
            return "，".join(f"{key}: {_said(one, history)}" for key, one in value.items() if one is not None)
        case list() | tuple():
            return f"[{'；'.join(_said(one, history) for one in value)}]"
        case _:
            return str(value)


_PROSE = {"applicant", "reason", "text", "question", "wanted", "places", "method_text", "facts", "body", "matters"}

# ---------------------------------------------------------------------------------------------- drawing


@dataclass
class Walk:
    """A history in the making."""

    random: Random
    history: History
    people: tuple[Person, ...]
    today: date
    already: int
    number: int = 0
    file: int = 0

    @property
    def case(self) -> Case:
        return self.history.files[self.file]

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def one(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def day(self, first: date) -> date:
        """A day between `first` and today: mostly today."""
        if first >= self.today or self.chance(0.6):
            return self.today
        return first + timedelta(self.random.randint(0, (self.today - first).days))

    def at(self, seq: int) -> At | int:
        """An act to be named in a step: by its step, or as it is (the registration of a file that a split opened)."""
        step = self.history.step_at(self.file, seq)
        return seq if step is None else At(step)

    def letter(self, seq: int, n: int) -> LetterOf | str:
        """A letter to be named in a step, likewise."""
        step = self.history.step_at(self.file, seq)
        return letter_id(self.case.id, seq, n) if step is None else LetterOf(step, n)

    def try_(self, kind: str, fields: Mapping[str, Any], *, on: date | None = None, role: str | None = None) -> bool:
        """Offer an act, signed by somebody who is there."""
        roles = self.history.rules.on(self.today).roles[kind] if role is None else (role,)
        agency = OVERSEEING if kind == "supervision" else AGENCY
        there = [one.officer for one in self.people if one.is_there(self.today) and one.officer.role in roles and one.officer.agency == agency]
        if not there:
            return False
        self.number += 1
        signer = self.random.choice(there)
        return self.history.place(Step(self.number, self.file, kind, on or self.today, self.today, signer, self.already, fields))


GAPS = (0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5, 7, 9, 14, 21, 32, 70)
"""Days from one step to the next."""


def drawn(seed: int, *, steps: int = STEPS, name: str | None = None) -> History:
    """The history of a seed."""
    random = Random(seed)
    received = FIRST + timedelta(random.randint(0, (LAST - FIRST).days))
    history = History(name or f"历史{seed}")
    history.people = office(random, received)
    walk = Walk(random, history, history.people, received + timedelta(random.choice(GAPS)), random.choice((0, 0, 9, 10, 10, 29, 40)))
    while not walk.try_("registration", _registration(walk, received)):
        walk.today += timedelta(1)
    for _ in range(steps):
        walk.today += timedelta(random.choice(GAPS))
        walk.file = random.randrange(len(history.files))
        for kind in _tried(walk):
            fields = _fields(walk, kind)
            if fields is not None and walk.try_(kind, fields, on=fields.pop("on", None), role="head" if "late_entry" in fields else None):
                break
    return history


def _fields(walk: Walk, kind: str) -> dict[str, Any] | None:
    try:
        fields = DRAWN[kind](walk)
    except Refused:  # the rules know no fee then
        return None
    if fields is not None and kind in (*DATED_BY_THE_AGENCY, "service") and walk.chance(0.1):
        return {**fields, **_late(walk, fields)}
    return None if fields is None else dict(fields)


def _late(walk: Walk, fields: Mapping[str, Any]) -> dict[str, Any]:
    """补录: what was done on paper some days ago, entered by the head."""
    on = fields.get("on") or max(walk.case.received_on, walk.today - timedelta(walk.random.randint(1, 12)))
    return {"on": on, "late_entry": {"reason": TEXT, "proof": PROOF}}


def _tried(walk: Walk) -> list[str]:
    """Some kinds to try, one after another: mostly what the state allows, each by its weight; seldom anything at all."""
    if walk.chance(0.03):
        return [walk.random.choice(sorted(DRAWN))]
    kinds = [kind for kind in kinds_from(walk.case.state) if kind in DRAWN]
    weights = [_weight(walk, kind) for kind in kinds]
    return walk.random.choices(kinds, weights, k=4) if any(weights) else []


def _weight(walk: Walk, kind: str) -> float:
    if kind == "service":
        return 6 if _to_serve(walk) else 0.2
    return WEIGHTS.get(kind, 1) / (3 if walk.case.all(ACTS[kind]) else 1)


def _to_serve(walk: Walk) -> list[tuple[int, int, Letter]]:
    """(act, which letter of it, its sendings so far) of the letters that are not yet known to be received."""
    case = walk.case
    outside = [one for one in case.letters(walk.history.rules) if one.to not in ("file", "internal") and not one.joint]
    sent = [(one.seq, one.n, letter(case, one.seq, one.n)) for one in outside]
    return [(seq, n, life) for seq, n, life in sent if life.received is None]


# ---------------------------------------------------------------------------------------------- one function a kind

Fields = Mapping[str, Any] | None
TEXT = "样例说明"
PROOF = str(uuid5(NAMESPACE_URL, "proof"))
APPLICANT = {"name": "周立新（样例）", "id_number": "990000196203110004", "phone": "13800000001", "address": "冠县样例路1号（样例）"}


def _registration(walk: Walk, received: date) -> Fields:
    channel = walk.one("in_person", "ems_signed", "ordinary_mail", "online", "fax", "oral")
    items = [f"第{place}种材料" for place in range(1, walk.one(1, 1, 2, 3) + 1)]
    others: dict[str, Any] = {}
    if walk.chance(0.15):
        others = {"co_applicants": [{**APPLICANT, "name": "李桂兰（样例）", "id_number": None}], "representative": walk.one(0, 1)}
    if walk.chance(0.15):
        others["agent"] = {"name": "何代理（样例）", "relation": walk.one("entrusted", "guardian", "heir")}
    if walk.chance(0.08):
        others["purpose"] = "record_correction"
    return {
        "channel": channel, "received_on": received, "applicant": APPLICANT, "wanted": "某村征收土地公告（样例）",
        "items": items if len(items) > 1 else [], "delivery": walk.one("post", "email", "collect", "online"), **others,
    }  # fmt: skip


def _split(walk: Walk) -> Fields:
    return {"parts": [f"第{place}件" for place in range(1, walk.one(2, 2, 3) + 1)], "reason": TEXT} if len(walk.history.files) < 4 else None


def _assignment(walk: Walk) -> Fields:
    if walk.chance(0.3):
        return {"agency": BELOW, "limit": walk.today + timedelta(walk.one(0, 3, 10, 20))}
    return {"to": walk.one("handler@gx-zrzy", "handler2@gx-zrzy")}


def _nothing(_walk: Walk) -> Fields:
    return {}


def _correction_notice(walk: Walk) -> Fields:
    return {"matters": ["写明年份"], "days": walk.one(None, 5, 10, 15)}


def _correction(walk: Walk) -> Fields:
    return {"wanted": walk.one(None, "某村征收土地公告，2024年（样例）"), "late_reason": walk.one(None, TEXT)}


def _search(walk: Walk) -> Fields:
    return {"places": ["档案室"], "method": TEXT, "result": walk.one("found", "found", "not_found", "already_public")}


def _reasons_notice(walk: Walk) -> Fields:
    return {"facts": TEXT, "days": walk.one(None, 5)}


def _reasons(walk: Walk) -> Fields:
    notice = walk.case.last(a.ReasonsNotice)
    return {"text": TEXT, "reasonable": walk.chance(0.7), "assessment": TEXT, "on": walk.day(notice.act.on)} if notice else None


def _consultation(walk: Walk) -> Fields:
    kind = walk.one("third_party", "third_party", "joint_agency", "other_agency", "internal")
    who = {"name": walk.one("甲", "乙", "丙") + ("（样例）" if kind == "third_party" else "局"), "address": "冠县样例路2号（样例）"}
    inside = {"to": "legal@gx-zrzy"} if kind == "internal" and walk.chance(0.5) else {}
    beside = {"agency": "gx-rsj"} if kind in ("joint_agency", "other_agency") and walk.chance(0.3) else {}
    days = walk.one(None, 5) if kind in ("other_agency", "internal") else None
    return {"type": kind, "party": who, "question": TEXT, "days": days, **inside, **beside}


def _open_consultation(walk: Walk) -> a.Signed | None:
    seqs = sorted(walk.case.open_consultations)
    return walk.case.acts[walk.random.choice(seqs) - 1] if seqs else None


def _opinion(walk: Walk) -> Fields:
    asked = _open_consultation(walk)
    if asked is None:
        return None
    stance = walk.one("consent", "object", "partial", "neutral")
    return {"consultation": walk.at(asked.seq), "stance": stance, "text": TEXT, "reasonable": walk.one(None, False), "on": walk.day(asked.act.on)}


def _silence(walk: Walk) -> Fields:
    asked = _open_consultation(walk)
    if asked is None:
        return None
    lost = letter(walk.case, asked.seq)
    unreachable = {"unreachable": True, "efforts": TEXT} if lost.attempts and lost.under_way is None else {}
    return {"consultation": walk.at(asked.seq), **unreachable}


def _extension(walk: Walk) -> Fields:
    return {"days": walk.one(5, 10, 20, 20), "reason": TEXT, "notified_on": walk.one(None, walk.today)}


def _deferral(walk: Walk) -> Fields:
    due = walk.case.reckoning(walk.history.rules).due or walk.today
    return {"until": due + timedelta(walk.random.randint(1, 40)), "reason": TEXT}


def _fee_notice(walk: Walk) -> Fields:
    if walk.already < 10:
        return None
    amount = fees.quote(walk.history.rules.on(walk.today).fees, "per_item", 1, walk.already).amount_fen
    return {"basis": "per_item", "amount_fen": amount}


def _payment(walk: Walk) -> Fields:
    fee = walk.case.fee
    return {"amount_fen": fee.open_fen, "on": walk.day(fee.notice.on)} if fee else None


def _waiver(walk: Walk) -> Fields:
    part = walk.case.fee.open_fen // 2 if walk.case.fee is not None and walk.chance(0.4) else None
    return {"reason": TEXT, "amount_fen": part or None}


_GIVEN = {"provided": [{"title": "征收土地公告"}]}
_DECISIONS: Mapping[str, Mapping[str, Any]] = {
    "disclosed": _GIVEN, "already_public": {"where": "https://www.example.cn/"}, "not_existing": {}, "state_secret": {"reason": TEXT},
    "third_party": {"reason": TEXT}, "partial": {**_GIVEN, "withheld": "他人信息", "withheld_under": "third_party"},
    "petition": {}, "needs_processing": {}, "deliberative": {"reason": TEXT, "no_rule_requires": True},
}  # fmt: skip


def _draft(walk: Walk) -> Fields:
    if walk.case.corrects_records:
        outcomes = [walk.one("record_corrected", "record_not_corrected", "other") for _ in walk.case.items]
        items: list[dict[str, Any]] = [{"item": place, "outcome": outcome, "reason": TEXT} for place, outcome in enumerate(outcomes, 1)]
        return {"items": items, "principal": outcomes[0] if len(set(outcomes)) > 1 else None}
    outcomes = [walk.one("disclosed", "disclosed", "disclosed", *_DECISIONS) for _ in walk.case.items]
    items = [{"item": place, "outcome": outcome, "public_interest": TEXT, **_DECISIONS[outcome]} for place, outcome in enumerate(outcomes, 1)]
    others = [one.number for one in walk.history.files if one.id != walk.case.id and joining.fits(walk.case, one)]
    together = others if len(set(outcomes)) == 1 and others and walk.chance(0.6) else []
    return {"items": items, "principal": outcomes[0] if len(set(outcomes)) > 1 else None, "together": together}


def _legal_review(walk: Walk) -> Fields:
    return {"passes": walk.chance(0.8), "text": TEXT}


def _reason(_walk: Walk) -> Fields:
    return {"reason": TEXT}


def _decision(walk: Walk) -> Fields:
    risks = open_risks(walk.case, walk.history.rules, walk.today, others=walk.history.files) if walk.case.draft else ()
    return {"overrides": {risk.id: TEXT for risk in risks if risk.level == "warns"}}


def _service(walk: Walk) -> Fields:
    letters = _to_serve(walk)
    if not letters:
        return None
    seq, n, life = walk.random.choice(letters)
    if life.under_way is not None:  # it is on its way: the slip comes back, or the letter does
        on = walk.day(life.under_way.on)
        if walk.chance(0.4):
            return {"letter": walk.letter(seq, n), "outcome": "returned", "why": walk.one("moved", "unclaimed", "unknown_address"), "on": on}
        signed = max(on, walk.day(life.under_way.on))
        return {"letter": walk.letter(seq, n), "method": life.under_way.way, "received_on": signed, "on": life.under_way.on}
    since = max([walk.case.acts[seq - 1].act.on, *(one.returned for one in life.attempts if one.returned)])
    method = walk.one("direct", "direct", "post", "post", "post", "through_agency", "email", "online", "fax")
    if life.attempts and walk.chance(0.3):
        method = "public_notice"
    on = walk.day(since)
    received = walk.one(None, None, walk.day(on), on) if method == "post" else walk.one(None, on)
    return {"letter": walk.letter(seq, n), "method": method, "received_on": received, "on": on}


def _withdrawal(walk: Walk) -> Fields:
    return {"by": walk.one("writing", "phone")}


def _remedy(walk: Walk) -> Fields:
    kind = walk.one("reconsideration", "reconsideration", "litigation", "litigation", "complaint")
    against = "inaction" if walk.case.is_active else walk.one("reply", "reply", "inaction")
    suits = [one.seq for one in walk.case.challenges if one.act.type == "litigation" and one.result is not None]
    if kind == "litigation" and suits and walk.chance(0.5):
        continued = {"instance": walk.one("second", "retrial"), "continues": walk.at(walk.random.choice(suits))}
    else:
        continued = {"after_reconsideration": kind == "litigation" and walk.chance(0.3)}
    return {"type": kind, "body": "样例县人民政府", "against": against, **continued, "on": walk.day(walk.case.received_on)}


def _remedy_result(walk: Walk) -> Fields:
    pending = [one for one in walk.case.challenges if one.result is None]
    if not pending:
        return None
    chosen = walk.random.choice(pending)
    on, result = walk.day(chosen.act.on), walk.one("upheld", "corrected", "corrected", "other")
    orders = result == "corrected" and walk.chance(0.8)
    until = on + timedelta(walk.random.randint(10, 60)) if orders and walk.chance(0.3) else None
    within = walk.one(5, 15, 30) if orders and until is None and walk.chance(0.6) else None
    arrived = {"received_on": walk.one(None, walk.day(on)), "within": within, "until": until}
    return {"remedy": walk.at(chosen.seq), "result": result, "orders_rehandling": orders, **arrived, "on": on}


def _reopening(walk: Walk) -> Fields:
    if walk.chance(0.3):
        return {"basis": "own_motion", "replaces": walk.one("revoke", "supplement", "correct"), "reason": TEXT}
    if walk.case.outcome in ("abandoned_correction", "abandoned_payment"):
        return {"basis": "excused_delay", "reason": TEXT}
    ordered = [one for one in walk.case.challenges if one.result is not None and one.result.orders_rehandling]
    return {"remedy": walk.at(walk.random.choice(ordered).seq)} if ordered else None


def _amendment(walk: Walk) -> Fields:
    chosen = walk.random.choice(walk.case.acts)
    changes = _AMENDED.get(chosen.act.kind, lambda _walk, _act: {})(walk, chosen.act)
    return {"of": walk.at(chosen.seq), "changes": changes, "reason": TEXT} if changes else None


def _near(walk: Walk, on: date) -> date:
    """A day that might have been meant instead."""
    return min(walk.today, on + timedelta(walk.random.choice((-7, -3, -1, 1, 2, 5))))


def _amended_registration(walk: Walk, act: Any) -> dict[str, Any]:
    received = min(_near(walk, act.received_on), act.on)
    if act.channel in ("in_person", "oral"):
        return walk.one({"applicant": {**APPLICANT, "phone": "13800000002"}}, {"delivery": "collect"})
    return walk.one({"received_on": received}, {"received_on": received}, {"delivery": "collect"}, {"wanted": "某村征收土地公告（样例，更正）"})


_AMENDED: Mapping[str, Callable[[Walk, Any], dict[str, Any]]] = {
    "registration": _amended_registration,
    "service": lambda walk, act: {"received_on": max(act.on, _near(walk, act.received_on or act.on))},
    "opinion": lambda walk, act: walk.one({"on": _near(walk, act.on)}, {"stance": "neutral"}),
    "payment": lambda walk, act: {"on": _near(walk, act.on)},
    "remedy": lambda walk, act: {"on": _near(walk, act.on)},
    "remedy_result": lambda walk, act: walk.one({"received_on": _near(walk, act.on)}, {"result": "other", "orders_rehandling": False}),
    "search": lambda walk, _act: {"result": walk.one("found", "not_found")},
}
"""The facts that people get wrong, and what might be right instead."""


def _revocation(walk: Walk) -> Fields:
    last = walk.case.acts[-1]
    return {"of": walk.at((last if walk.chance(0.7) else walk.random.choice(walk.case.acts)).seq), "reason": TEXT}


def _handover(_walk: Walk) -> Fields:
    return {"to": "gx-zjj", "reason": TEXT}


def _secrecy_review(walk: Walk) -> Fields:
    return {"result": walk.one("may_disclose", "part", "must_not"), "reason": TEXT}


def _request(walk: Walk) -> Fields:
    kind = walk.one("extension", "extension", "waiver", "deferral", "reopening")
    fields = DRAWN[kind](walk)
    return {"act": {"kind": kind, "on": walk.today, **fields}, "reason": TEXT} if fields is not None and "on" not in fields else None


def _conversion(_walk: Walk) -> Fields:
    return {"name": "征收土地公告", "url": "https://www.example.cn/1.html"}


def _topic(_walk: Walk) -> Fields:
    return {"topic": "征地拆迁"}


def _text(_walk: Walk) -> Fields:
    return {"text": TEXT}


def _meeting(_walk: Walk) -> Fields:
    return {"attendees": ["法制科（样例）"], "text": TEXT}


DRAWN: Mapping[str, Callable[[Walk], Fields]] = {
    "split": _split,
    "assignment": _assignment,
    "acceptance": _nothing,
    "correction_notice": _correction_notice,
    "correction": _correction,
    "search": _search,
    "reasons_notice": _reasons_notice,
    "reasons": _reasons,
    "consultation": _consultation,
    "opinion": _opinion,
    "silence": _silence,
    "extension": _extension,
    "deferral": _deferral,
    "fee_notice": _fee_notice,
    "payment": _payment,
    "waiver": _waiver,
    "draft": _draft,
    "legal_review": _legal_review,
    "return": _reason,
    "decision": _decision,
    "service": _service,
    "abandonment": _nothing,
    "withdrawal": _withdrawal,
    "remedy": _remedy,
    "remedy_result": _remedy_result,
    "reopening": _reopening,
    "conversion": _conversion,
    "handover": _handover,
    "secrecy_review": _secrecy_review,
    "recall": _nothing,
    "amendment": _amendment,
    "revocation": _revocation,
    "voiding": _reason,
    "request": _request,
    "topic": _topic,
    "meeting": _meeting,
    "supervision": _text,
    "note": _text,
    "archival": _nothing,
}
"""Every kind of act but the registration, which begins a history, what only an import places, and what comes ten years later."""
NOT_DRAWN = {"registration", "ledger_result", "erasure"}

WEIGHTS: Mapping[str, float] = {
    "acceptance": 5, "consultation": 3, "opinion": 4, "silence": 3, "draft": 2.5, "decision": 6, "correction": 4, "payment": 4, "fee_notice": 6,
    "extension": 2, "reasons": 3, "correction_notice": 5, "abandonment": 5, "remedy_result": 3, "reopening": 4, "legal_review": 0.5,
    "withdrawal": 0.15, "note": 0.2, "topic": 0.2, "meeting": 0.2, "supervision": 0.2, "conversion": 0.3, "split": 0.6, "archival": 0.7,
    "handover": 0.2, "secrecy_review": 0.5, "recall": 0.5, "amendment": 1.5, "revocation": 0.7, "voiding": 0.05, "request": 0.5,
}  # fmt: skip
"""How often a kind is tried, beside 1; a third of it once there is one on the file."""

# ---------------------------------------------------------------------------------------------- bringing a file to its end


def finished(history: History, file: int, people: Sequence[Person], today: date) -> bool:
    """Whether the office alone, without the applicant or anybody asked doing anything, brings a file to its end.

    It serves what has not arrived, lets limits run out and says so, drafts and signs; the history gets these steps.
    """
    walk = Walk(Random(0), history, tuple(people), today, 0, max((step.number for step in history.steps), default=0), file)
    for _ in range(30):
        if walk.case.state not in ACTIVE:
            return True
        if not _moved(walk):
            walk.today += timedelta(7)  # a limit is still running
    return walk.case.state not in ACTIVE


def _moved(walk: Walk) -> bool:
    case = walk.case
    match case.state:
        case "registered":
            return walk.try_("acceptance", {})
        case "handling":
            plain = {"outcome": "other", "reason": TEXT} if case.corrects_records else {"outcome": "petition"}
            return walk.try_("draft", {"items": [{"item": place, **plain} for place in range(1, len(case.items) + 1)]})
        case "approving":
            return walk.try_("decision", _decision(walk) or {}) or walk.try_("return", {"reason": TEXT})
        case "consulting":
            return any(_arrived(walk, seq) and walk.try_("silence", {"consultation": walk.at(seq)}) for seq in sorted(case.open_consultations))
        case _:
            notice = case.last(a.CorrectionNotice if case.state == "awaiting_correction" else a.FeeNotice)
            return notice is not None and _arrived(walk, notice.seq) and walk.try_("abandonment", {})


def _arrived(walk: Walk, seq: int) -> bool:
    """The first letter of an act is received, or is handed over now."""
    act, life = walk.case.acts[seq - 1].act, letter(walk.case, seq)
    inside = isinstance(act, a.Consultation) and (act.type == "internal" or act.agency is not None)
    if inside or life.received is not None:
        return True
    if life.under_way is not None:
        slip = {"letter": walk.letter(seq, 0), "method": life.under_way.way, "received_on": walk.today}
        return walk.try_("service", slip, on=life.under_way.on) or walk.try_("service", slip)
    return walk.try_("service", {"letter": walk.letter(seq, 0), "method": "direct"})
