"""Runs a story: a whole case in YAML, that a law officer could write, through some world that keeps case files.

A story has `title`, `说明` (the legal point), `agency`, `applicant`, `already` (this applicant's earlier requests of the
month, default 0), `rules` (what the office has laid over the shipped rules: file -> content) and `steps`. A step:

    who: head              the role that signs; `as: 副职` makes it another person of that role, `of: gx-zfb` of another agency
    does: decision         the kind of act; `on` is its date, `with` holds its other fields
    file: 2                on the second file, after a split or a second registration (default 1); `new` opens one
    today: 2026-03-05      the day on which it is recorded (default: the latest day on which something in it happened)
    label: 征询甲           a name for later steps; without one the latest act of a kind goes by its kind
    then / refused / invalid / forbidden      what is expected: see `_EXPECTED` and `_turned_down`

In `with`, `letter: decision` or `letter: {of: 征询甲, n: 1}` is a letter of an earlier act, and `consultation: 征询甲`,
`remedy: remedy`, `of: registration`, `continues: 一审`, `request: 报批` its place on the file; `proof` or `attachment: 签发稿.pdf` is a paper that is
attached to the file under this name; `together: [2, 3]` are the numbers of those files. The first step is the registration, with
the story's applicant; `file: new` registers another request.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from workflow import joining
from workflow.acts import Officer, Registration, Rejected, parse
from workflow.admission import Forbidden, admit, handed, permitted, siblings
from workflow.case import Case
from workflow.checks import Facts
from workflow.law import Invalid, Refused, Rules, load_rules
from workflow.procedure import STATES
from workflow.risks import open_risks
from workflow.sending import unsent
from workflow.steps import drafts_below

FOLDER = Path(__file__).parent


# ---------------------------------------------------------------------------------------------- stories

_STORY_KEYS = {"title", "说明", "agency", "applicant", "already", "rules", "steps"}
_STEP_KEYS = {"who", "as", "of", "does", "on", "with", "file", "today", "label", "then", "refused", "invalid", "forbidden"}


@dataclass(frozen=True, slots=True)
class Person:
    """Who signs: a role, which person of that role ("" is the usual one), and of which agency ("" is the story's)."""

    role: str
    which: str = ""
    agency: str = ""


@dataclass(frozen=True)
class Story:
    """One YAML file, as it stands; dates are ISO text, as in JSON."""

    name: str
    title: str
    agency: str
    applicant: Mapping[str, Any]
    already: int
    overlay: Mapping[str, Any]
    steps: tuple[Mapping[str, Any], ...]


def names() -> list[str]:
    """The names of all stories: those of their files, none of which is read for it."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def read(name: str) -> Story:
    """The story of this name, read once for all tests: nobody writes into it. A key that no story has is an error."""
    path = FOLDER / f"{name}.yaml"
    data = _plain(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))
    _only(data, _STORY_KEYS, path.name)
    for number, step in enumerate(data["steps"], 1):
        _only(step, _STEP_KEYS, f"{path.name}, step {number}")
        _only(step.get("then") or {}, set(_EXPECTED), f"{path.name}, step {number}, then")
    assert data["说明"], path.name
    return Story(
        name, data["title"], data["agency"], data["applicant"], data.get("already", 0), data.get("rules", {}), tuple(data["steps"])
    )


def stories() -> tuple[Story, ...]:
    """All stories, by name."""
    return tuple(map(read, names()))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(_plain(key)): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _only(data: Mapping[str, Any], known: set[str], where: str) -> None:
    assert not (unknown := set(data) - known), f"{where}: unknown {unknown}"


# ---------------------------------------------------------------------------------------------- worlds


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an act: 201 placed, 400 a value at fault, 403 another role's, 409 refused by law or procedure."""

    status: int
    text: str = ""
    articles: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


class World(Protocol):
    """Something that keeps case files. Acts and views are plain JSON; files count from 1 in the order of opening."""

    def register(self, who: Person, act: dict[str, Any], today: date) -> Answer:
        """Open the first file with the registration `act`."""

    def place(self, who: Person, act: dict[str, Any], today: date, file: int) -> Answer:
        """Place `act` on a file."""

    def attach(self, who: Person, file: int, name: str) -> str:
        """Attach a paper to a file; its id."""

    def view(self, who: Person, today: date, file: int) -> dict[str, Any]:
        """The file as `who` sees it: the shape of GET /api/cases/{id}."""

    def files(self) -> int:
        """How many files there are: a split opens new ones, a handover one in the other unit."""


@dataclass
class WorkflowWorld:
    """The law alone: no database, no web. Keeps the files, and every risk that was ever open."""

    story: Story
    rules: Rules
    cases: list[Case] = field(default_factory=list)
    risks_seen: set[str] = field(default_factory=set)
    said: list[str] = field(default_factory=list)
    """Every sentence of an answer, for those who look for what must not be in them."""

    def register(self, who: Person, act: dict[str, Any], today: date) -> Answer:
        number = f"样例〔{today.year}〕{len(self.cases) + 1}号"
        case = Case(str(uuid5(NAMESPACE_URL, f"{self.story.name}/{len(self.cases)}")), self.story.agency, number)
        return self._admit(case, who, act, today, self.cases.append)

    def place(self, who: Person, act: dict[str, Any], today: date, file: int) -> Answer:
        def keep(after: Case) -> None:
            self.cases[file - 1] = after
            if act["kind"] == "split":
                for registration in siblings(after, self.rules):
                    self._open(self.story.agency, registration, who, today)
            if act["kind"] == "handover":
                self._open(act["to"], handed(after, after.agency), who, today)

        return self._admit(self.cases[file - 1], who, act, today, keep)

    def attach(self, who: Person, file: int, name: str) -> str:
        return str(uuid5(NAMESPACE_URL, f"{self.story.name}/{file}/{name}"))

    def _open(self, agency: str, registration: Registration, who: Person, today: date) -> None:
        """A part of its own, or the file of the unit to which one was handed over; it becomes the next one."""
        new = Case(str(uuid5(NAMESPACE_URL, f"{self.story.name}/{len(self.cases)}")), agency, f"样例〔{today.year}〕另立{len(self.cases) + 1}号")
        at = datetime.combine(today, time(9, 0), ZoneInfo("Asia/Shanghai")).astimezone(UTC)
        self.cases.append(admit(new, registration, self._officer(who), at, self.rules, today))

    def _admit(
        self, case: Case, who: Person, act: dict[str, Any], today: date, keep: Callable[[Case], None]
    ) -> Answer:
        at = datetime.combine(today, time(9, len(case.acts) % 60), ZoneInfo("Asia/Shanghai")).astimezone(UTC)
        try:
            read = parse(act)
            named = joining.concerned(case, read)
            others = tuple(one for one in self.cases if one.id in named or one.number in named)
            after = admit(case, read, self._officer(who), at, self.rules, today, replace(self._facts, others=others))
            steps = joining.follow(after, others, self.rules)
        except Rejected as rejected:
            return self._say(400, "；".join(why for _, why in rejected.errors), (), [path for path, _ in rejected.errors])
        except Invalid as invalid:
            return self._say(400, invalid.message, invalid.articles, [invalid.field])
        except Forbidden as forbidden:
            return self._say(403, forbidden.message)
        except Refused as refused:
            return self._say(409, refused.message, refused.articles)
        keep(after)
        for step in steps:
            self.cases = [step if one.id == step.id else one for one in self.cases]
        return Answer(201)

    def _say(self, status: int, text: str, articles: tuple[str, ...] = (), fields: list[str] | None = None) -> Answer:
        self.said.append(text)
        return Answer(status, text, articles, tuple(fields or ()))

    def view(self, who: Person, today: date, file: int) -> dict[str, Any]:
        case, rules = self.cases[file - 1], self.rules
        clock = case.reckoning(rules)
        risks = open_risks(case, rules, today, others=self.cases) if case.state == "approving" else ()
        self.risks_seen.update(risk.id for risk in risks)
        self.said += [sentence.text for sentence in clock.because] + [risk.text for risk in risks]
        fee = case.fee
        return {
            "version": case.version,
            "state": case.state,
            "stage": STATES[case.state].stage,
            "assignee": case.assignee,
            "due": {
                "on": clock.due and clock.due.isoformat(),
                "provisional": clock.provisional,
                "suspended": case.is_active and clock.suspended_on(today),
                "overdue": case.overdue(rules, today),
                "because": [{"text": one.text, "articles": list(one.articles)} for one in clock.because],
            },
            "other_dates": [
                {"kind": limit.kind, "on": limit.on and limit.on.isoformat(), "provisional": limit.provisional,
                 "consultation": limit.ref if limit.ref and case.consultation(limit.ref) else None}
                for limit in (*clock.limits, *(clock.silence if case.is_active and case.overdue(rules, today) else ()))
            ] + _draft_limit(case, rules),
            "outcome": case.outcome,
            "items": list(case.items),
            "permitted": list(permitted(case, self._officer(who), rules, today, self._facts)),
            "risks": [{"id": risk.id, "level": risk.level} for risk in risks],
            "number": case.number,
            "letters": [{"id": one.id, "seq": one.seq, "kind": one.kind, "to": one.to} for one in case.letters(rules)],
            "unsent": [
                {"kind": one.kind, "leave_by": one.leave_by and one.leave_by.isoformat(), "since": one.since.isoformat()}
                for one in unsent(case, rules)
            ],
            "acts": [
                {
                    "seq": signed.seq,
                    "amended": case.held(signed.seq) not in (None, signed) or None,
                    "revoked": signed.seq in case.revoked,
                }
                for signed in case.acts
            ],
            "fee": fee and {"notified_fen": fee.notice.amount_fen, "paid_fen": fee.paid_fen, "waived_fen": fee.waived_fen, "open_fen": fee.open_fen},
        }

    def files(self) -> int:
        return len(self.cases)

    @property
    def _facts(self) -> Facts:
        return Facts(already_this_month=self.story.already)

    def _officer(self, who: Person) -> Officer:
        agency = who.agency or self.story.agency
        username = f"{who.role}{who.which}@{agency}"
        return Officer(id=username, username=username, name=f"{who.which or who.role}（样例）", role=who.role, agency=agency)


def _draft_limit(case: Case, rules: Rules) -> list[dict[str, Any]]:
    """Until when the unit below is to draft."""
    down = drafts_below(case, rules)
    if down is None or down.limit is None:
        return []
    return [{"kind": "passed_down", "on": down.limit.isoformat(), "provisional": False, "consultation": None}]


@cache
def shipped_rules() -> Rules:
    """The rules as shipped, read once."""
    return load_rules()


def rules_of(story: Story) -> Rules:
    """The rules in force in the story's office."""
    if not story.overlay:
        return shipped_rules()
    with tempfile.TemporaryDirectory() as folder:
        write_overlay(story, Path(folder))
        return load_rules(Path(folder))


def write_overlay(story: Story, folder: Path) -> None:
    """The story's own rules as a RULES_DIR (JSON is YAML too)."""
    for name, content in story.overlay.items():
        (folder / name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


@cache
def told(name: str) -> WorkflowWorld:
    """The world after the whole story of this name, run by `workflow` alone; once for all tests, which only look at it."""
    story = read(name)
    world = WorkflowWorld(story, rules_of(story))
    run(story, world)
    return world


# ---------------------------------------------------------------------------------------------- running


@dataclass(slots=True)
class _Memory:
    """The places of labelled acts on each file, and the day of the latest step."""

    places: dict[tuple[int, str], int] = field(default_factory=dict)
    today: date = date.min


def run(story: Story, world: World) -> None:
    """Take every step in order; AssertionError with the step and all that differs."""
    memory = _Memory()
    for number, step in enumerate(story.steps, 1):
        wrong = list(_take(story, step, world, memory))
        assert not wrong, f"{story.name}, step {number} ({step['does']} on {step['on']}):\n  " + "\n  ".join(wrong)


def _take(story: Story, step: Mapping[str, Any], world: World, memory: _Memory) -> Iterator[str]:
    who, file = Person(step["who"], step.get("as", ""), step.get("of", "")), step.get("file", 1)
    first = step["does"] == "registration" and (not world.files() or file == "new")
    file = world.files() + 1 if first else file
    before: Mapping[str, Any] = {"version": 0} if first else world.view(who, memory.today, file)
    version = before["version"]
    act = {"kind": step["does"], "on": step["on"], **step.get("with", {})}
    if step["does"] == "registration":
        act.setdefault("applicant", story.applicant)
    else:
        act = _Naming(world, who, file, before, memory).resolved(act)
    today = max(memory.today, date.fromisoformat(step["today"]) if "today" in step else _happened(act))
    if step["does"] == "decision":
        act = _beside_the_point(act, world.view(who, max(memory.today, date.fromisoformat(step["on"])), file))
    answer = world.register(who, act, today) if first else world.place(who, act, today, file)
    expected = _turned_down(step)
    if expected is not None:
        yield from _compare(answer, *expected)
        if not first:
            after = world.view(who, memory.today, file)["version"]
            if after != version:
                yield f"turned down, and yet the file has {after} acts instead of {version}"
        return
    if answer.status != 201:
        yield f"not placed: {answer}"
        return
    memory.today = today
    memory.places[file, step["does"]] = memory.places[file, step.get("label", step["does"])] = version + 1
    view = world.view(who, today, file)
    for key, value in (step.get("then") or {}).items():
        yield from (f"{key}: {wrong}" for wrong in _EXPECTED[key](value, _Now(world, view, version + 1, today, file, memory)))


_SIDE_WARNINGS = {"secrecy_not_reviewed", "nothing_provided"}
"""What nearly every story would have to answer and only few are about: the runner gives a reason where the story names none."""


def _beside_the_point(act: dict[str, Any], view: dict[str, Any]) -> dict[str, Any]:
    found = {risk["id"] for risk in view["risks"] if risk["level"] == "warns"} & _SIDE_WARNINGS
    return {**act, "overrides": dict.fromkeys(sorted(found), "样例：另有记录") | act.get("overrides", {})} if found else act


_PLACES = ("consultation", "remedy", "of", "continues", "request")


@dataclass(frozen=True, slots=True)
class _Naming:
    """What a step calls the acts, letters and papers of its file."""

    world: World
    who: Person
    file: int
    view: Mapping[str, Any]
    memory: _Memory

    def resolved(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The fields with their readable references turned into ids and places, those of a nested act too."""
        return {key: self._one(key, value) for key, value in fields.items()}

    def _one(self, key: str, value: Any) -> Any:
        if key == "letter" and "-" not in str(value):
            named = value if isinstance(value, dict) else {"of": value, "n": 0}
            seq = self.memory.places[self.file, named["of"]]
            return [one["id"] for one in self.view["letters"] if one["seq"] == seq][named["n"]]
        if key == "together":
            return [self.world.view(self.who, self.memory.today, one)["number"] if isinstance(one, int) else one for one in value]
        if key in _PLACES and isinstance(value, str):
            return self.memory.places.get((self.file, value), value)
        if key in ("proof", "attachment") and str(value).count("-") != 4:
            return self.world.attach(self.who, self.file, value)
        if isinstance(value, list):
            return [self.resolved(one) if isinstance(one, dict) else one for one in value]
        return self.resolved(value) if isinstance(value, dict) else value


def _happened(act: Mapping[str, Any]) -> date:
    days = (act.get(name) for name in ("on", "submitted_on", "received_on", "notified_on"))
    return max(date.fromisoformat(day) for day in days if day)


def _turned_down(step: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]] | None:
    """`refused: {articles, says}`, `invalid: {field, says}`, `forbidden: {says}`."""
    for key, status in (("refused", 409), ("invalid", 400), ("forbidden", 403)):
        if key in step:
            return status, step[key] or {}
    return None


def _compare(answer: Answer, status: int, expected: Mapping[str, Any]) -> Iterator[str]:
    if answer.status != status:
        yield f"expected {status}, got {answer}"
        return
    for article in expected.get("articles", ()):
        if article not in answer.articles:
            yield f"article {article} is not among {answer.articles}: {answer.text}"
    if expected.get("says", "") not in answer.text:
        yield f"it does not say {expected['says']!r}: {answer.text}"
    if "field" in expected and expected["field"] not in answer.fields:
        yield f"field {expected['field']} is not among {answer.fields}: {answer.text}"


@dataclass(frozen=True, slots=True)
class _Now:
    world: World
    view: dict[str, Any]
    seq: int
    today: date
    file: int
    memory: _Memory

    def label(self, seq: int) -> str:
        """What the story calls the act at a place."""
        return [label for (file, label), place in self.memory.places.items() if (file, place) == (self.file, seq)][-1]

    def limit(self, kind: str, label: str | None) -> str | None:
        """The latest date of this kind; a third party's own remedies only by its consultation. Provisional: "暂定 2026-06-01"."""
        ref = self.memory.places[self.file, label] if label else None
        found = [one for one in self.view["other_dates"] if one["kind"] == kind and ref in (None, one["consultation"])]
        if ref is None and kind != "opinion":
            found = [one for one in found if one["consultation"] is None]
        return ("暂定 " if found[-1]["provisional"] else "") + found[-1]["on"] if found and found[-1]["on"] else None


def _same(expected: Any, found: Any) -> Iterator[str]:
    if expected != found:
        yield f"expected {expected}, got {found}"


def _permitted(expected: Mapping[str, Any], now: _Now) -> Iterator[str]:
    """{role: {has: [...], lacks: [...]}}."""
    for role, lists in expected.items():
        open_to = set(now.world.view(Person(role), now.today, now.file)["permitted"])
        if missing := set(lists.get("has", ())) - open_to:
            yield f"{role} should be able to do {missing}"
        if extra := set(lists.get("lacks", ())) & open_to:
            yield f"{role} should not be able to do {extra}"


def _limits(expected: Mapping[str, Any], now: _Now) -> Iterator[str]:
    """{correction: day, payment: day, opinion: {征询甲: day}}."""
    for kind, value in expected.items():
        for label, day in value.items() if isinstance(value, dict) else [(None, value)]:
            yield from (f"{kind} {wrong}" for wrong in _same(day, now.limit(kind, label)))


def _leave_by(expected: Mapping[str, str | None], now: _Now) -> Iterator[str]:
    """{correction_notice: day}: by which a letter that has not left must leave."""
    found = {one["kind"]: one["leave_by"] for one in now.view["unsent"]}
    for kind, day in expected.items():
        yield from (f"{kind} {wrong}" for wrong in _same(day, found.get(kind, "no such letter")))


def _because(expected: Any, now: _Now) -> Iterator[str]:
    said = "".join(one["text"] for one in now.view["due"]["because"])
    for part in [expected] if isinstance(expected, str) else expected:
        if part not in said:
            yield f"{part!r} is not said: {said}"


def _fee(expected: Mapping[str, Any], now: _Now) -> Iterator[str]:
    """{notified_fen, paid_fen, waived_fen, open_fen}: those given."""
    for key, value in expected.items():
        yield from (f"{key} {wrong}" for wrong in _same(value, (now.view["fee"] or {}).get(key)))


_EXPECTED: Mapping[str, Callable[[Any, _Now], Iterator[str]]] = {
    "state": lambda value, now: _same(value, now.view["state"]),
    "due": lambda value, now: _same(value, now.view["due"]["on"]),
    "provisional": lambda value, now: _same(value, now.view["due"]["provisional"]),
    "suspended": lambda value, now: _same(value, now.view["due"]["suspended"]),
    "overdue": lambda value, now: _same(value, now.view["due"]["overdue"]),
    "because": _because,
    "limits": _limits,
    "permitted": _permitted,
    "letters": lambda value, now: _same(value, [one["kind"] for one in now.view["letters"] if one["seq"] == now.seq]),
    "unsent": lambda value, now: _same(value, [one["kind"] for one in now.view["unsent"]]),
    "leave_by": _leave_by,
    "amended": lambda value, now: _same(value, [now.label(one["seq"]) for one in now.view["acts"] if one["amended"]]),
    "revoked": lambda value, now: _same(value, [now.label(one["seq"]) for one in now.view["acts"] if one["revoked"]]),
    "outcome": lambda value, now: _same(value, now.view["outcome"]),
    "risks": lambda value, now: _same(sorted(value), sorted({one["id"] for one in now.view["risks"]} - (_SIDE_WARNINGS - set(value)))),
    "fee": _fee,
    "items": lambda value, now: _same(value, len(now.view["items"])),
    "assignee": lambda value, now: _same(value, now.view["assignee"]),
    "files": lambda value, now: _same(value, now.world.files()),
}
