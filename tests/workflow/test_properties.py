"""What holds of every file, whatever an office did to it: over histories drawn at random, with every kind of act.

(a) somebody who is there can always move an open file, and a way to its end exists; (b) its dates are those of a second count;
(c) a fact that was amended gives the answers of one that was right from the start; (d) revoking the last act gives the file as
it was; (e), that what lists keep is what the acts say, is tests/db/test_histories.py.

HISTORIES says how many are drawn; a history that shows a fault is cut down and told in words.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from random import Random
from typing import Any

import pytest

from tests.workflow.described import described
from tests.workflow.histories import (
    BELOW,
    History,
    Person,
    Step,
    drawn,
    finished,
    officer,
    prefixes,
    replayed,
    shortest,
    told,
)
from tests.workflow.independent import File, Reckoned, reckoned
from workflow import acts as a
from workflow import steps
from workflow.acts import Signed, parse
from workflow.admission import Forbidden, admit, permitted
from workflow.case import MENDING, Case
from workflow.checks import Facts
from workflow.law import Invalid, Refused, Rules
from workflow.movers import standing, who_must_move
from workflow.procedure import ACTIVE
from workflow.sending import unsent
from workflow.staff import Colleague, Leave, Staff

pytestmark = pytest.mark.slow
MANY = int(os.environ.get("HISTORIES", "80"))
SEEDS = range(3000, 3000 + MANY)


@lru_cache(maxsize=150)
def history(seed: int) -> History:
    return drawn(seed, steps=10 + seed % 40)


def each() -> Iterator[History]:
    return (history(seed) for seed in SEEDS)


def fault(one: History, wrong: Callable[[History], str]) -> str:
    """What is wrong with a history, and the history cut down to where it still is; empty when nothing is."""
    what = wrong(one)
    if not what:
        return ""
    short = shortest(one, lambda shorter: bool(wrong(shorter)))
    return f"{wrong(short)}\n{told(short)}"


def after_every_step(wrong: Callable[[History], str]) -> None:
    """`wrong` says what is wrong after the last step of a history: of every history, after each of its steps."""
    for whole in each():
        for one in prefixes(whole):
            if wrong(one):
                raise AssertionError(fault(one, wrong))


# ---------------------------------------------------------------------------------------------- (b) the second count


def counted(one: History, file: int) -> File:
    """A file as the second count hears of it: a part with what had happened to the clock before it was split off (R-split-clock)."""
    lineage: list[Case] = []
    child = file
    while child in one.parents:
        child, version = one.parents[child]
        lineage.insert(0, one.files[child].as_of(version))
    return described(one.files[file], *lineage)


def agrees(case: Case, rules: Rules, found: Reckoned, today: date) -> str:
    """Where the two counts differ."""
    clock = case.reckoning(rules)
    opinions = {str(limit.ref): limit.on for limit in clock.limits if limit.kind == "opinion"}
    correction = [limit.on for limit in clock.limits if limit.kind == "correction"]
    payment = [limit.on for limit in clock.limits if limit.kind == "payment"]
    two: dict[str, tuple[Any, Any]] = {
        "due": (clock.due, found.due),
        "correction notice by": (clock.correction_notice_latest, found.correction_notice_by),
        "opinions by": (opinions, {name: on for name, on in found.opinion_by.items() if name in opinions}),
        "correction by": (correction[-1] if correction else None, found.correction_by if correction else None),
        "payment by": (payment[-1] if payment else None, found.payment_by if payment else None),
    }
    for day in {today, *([clock.due, clock.due + timedelta(1)] if clock.due else ())}:
        two[f"overdue on {day}"] = (case.overdue(rules, day), found.overdue(day))
    return "；".join(f"{name}: {ours}, counted {theirs}" for name, (ours, theirs) in two.items() if ours != theirs)


def test_every_date_is_that_of_the_second_count() -> None:
    """Property (b), after every step. Of a file that is void nothing is due."""

    def wrong(one: History) -> str:
        last = one.steps[-1]
        case, plain = one.files[last.file], counted(one, last.file)
        return "" if case.state == "void" else agrees(case, one.rules, reckoned(plain), last.today)

    after_every_step(wrong)


# ---------------------------------------------------------------------------------------------- (c) amended facts

_OF_THE_RECORD = {"acts", "version", "in_force", "mended", "revoked", "requests"}
"""What tells of the record itself, and not of what it says."""
ANSWERS = sorted(
    name for kind in Case.__mro__ for name, value in vars(kind).items()
    if isinstance(value, property | cached_property) and not name.startswith("_") and name not in _OF_THE_RECORD
)  # fmt: skip


def answers(case: Case, rules: Rules) -> dict[str, Any]:
    """What the file says of itself, all of it but its letters: what was issued stays as issued."""
    return {name: getattr(case, name) for name in ANSWERS} | {
        "clock": case.reckoning(rules), "next": steps.next_step(case, rules), "waits": steps.waiting(case, rules),
    }  # fmt: skip


def differ(one: dict[str, Any], other: dict[str, Any]) -> str:
    return "；".join(f"{name}: {one[name]} / {other[name]}" for name in one if one[name] != other[name])


def right_from_the_start(case: Case) -> Case:
    """The file as if every fact had been placed as it is known now; a note stands where it was amended."""

    def placed(signed: Signed) -> Signed:
        if isinstance(signed.act, a.Amendment):
            return replace(signed, act=a.Note(on=signed.act.on, text="样例"))
        return case.held(signed.seq) or signed

    return Case.of(case.id, case.agency, case.number, [placed(signed) for signed in case.acts])


def test_an_amended_fact_answers_like_one_that_was_right_from_the_start() -> None:
    """Property (c): of the same course, with other facts."""
    compared = 0

    def wrong(one: History) -> str:
        return "；".join(differ(answers(case, one.rules), answers(right_from_the_start(case), one.rules)) for case in amended(one))

    for one in each():
        compared += len(amended(one))
        assert not (found := fault(one, lambda shorter: wrong(shorter).strip("；"))), found
    assert compared > MANY / 4


def amended(one: History) -> list[Case]:
    return [case for case in one.files if any(signed.act.kind == "amendment" for signed in case.acts)]


def rightly_told(one: History) -> History | None:
    """The history in which the facts were entered rightly, one step after another, checked by the law; None: the law would
    not have let it happen so, or it would have gone another way."""
    right: dict[int, dict[str, Any]] = {}
    taken_back = {place for case in one.files for place in [(case.id, seq) for seq in case.revoked]}
    for step in one.steps:
        file, seq = one.places[step.number]
        signed = one.files[file].acts[seq - 1]
        if isinstance(signed.act, a.Amendment):
            of = one.step_at(file, signed.act.of)
            told_to_parts = any(parent == file and signed.act.of < version for parent, version in one.parents.values())
            if of is None or (one.files[file].id, seq) in taken_back or told_to_parts:  # each part is amended by itself
                return None
            right.setdefault(of, {}).update(signed.act.changes)
    kept = [step for step in one.steps if step.kind != "amendment"]
    told_ = [replace(step, **_corrected(step, right[step.number])) if step.number in right else step for step in kept]
    told_ = [replace(step, today=max(step.today, step.on)) for step in told_]
    again = replayed(told_, one.name, one.people)
    return again if len(again.steps) == len(kept) else None


def _corrected(step: Step, changes: dict[str, Any]) -> dict[str, Any]:
    on = date.fromisoformat(changes["on"]) if "on" in changes else step.on
    return {"on": on, "fields": {**step.fields, **{name: value for name, value in changes.items() if name != "on"}}}


def _plainly(case: Case, rules: Rules) -> tuple[Any, ...]:
    """What can be told without the places of the acts."""
    clock = case.reckoning(rules)
    return case.state, clock.due, clock.day0, clock.replied_on, case.outcome, [(one.on, one.outcome) for one in case.endings], case.wanted


def test_an_amended_fact_answers_like_one_that_was_entered_rightly() -> None:
    """Property (c), once more by the law's own questions: what was entered rightly at first goes the same way."""
    compared = 0

    def wrong(one: History) -> str:
        again = rightly_told(one)
        if again is None:
            return ""
        before, after = ([_plainly(case, one.rules) for case in files] for files in (one.files, again.files))
        return "" if before == after else f"{before} / {after}"

    for whole in each():
        for one in prefixes(whole):
            if one.steps[-1].kind == "amendment" and rightly_told(one) is not None:
                compared += 1
                if wrong(one):
                    raise AssertionError(fault(one, wrong))
    assert compared > MANY / 4


# ---------------------------------------------------------------------------------------------- (d) what was taken back


def revoked(case: Case, today: date, rules: Rules) -> Case | None:
    """The file with its last act taken back by the head; None where that is not allowed."""
    act = parse({"kind": "revocation", "on": today.isoformat(), "of": case.version, "reason": "误办"})
    try:
        return admit(case, act, officer("head"), datetime.combine(today, time(2, 0), UTC), rules, today)
    except (Refused, Invalid, Forbidden):
        return None


def test_revoking_the_last_act_gives_the_file_as_it_was() -> None:
    """Property (d), after every step: what the file says, what may be done, what still has to leave, who must move."""
    kinds: set[str] = set()

    def wrong(one: History) -> str:
        step = one.steps[-1]
        case, rules, today = one.files[step.file], one.rules, step.today
        after = revoked(case, today, rules)
        if after is None or case.acts[-1].act.kind in MENDING:
            return ""
        kinds.add(step.kind)
        before = case.as_of(case.version - 1)
        said = [
            {**answers(it, rules), "requests": it.requests, "unsent": unsent(it, rules), "standing": standing(it, rules)} for it in (before, after)
        ]
        for role in ("intake", "handler", "legal", "head", "archivist"):
            for it, told_ in zip((before, after), said, strict=True):
                told_[role] = permitted(it, officer(role), rules, today, Facts(already_this_month=step.already))
        return differ(*said)

    after_every_step(wrong)
    assert len(kinds) >= min(20, MANY / 3), kinds


# ---------------------------------------------------------------------------------------------- (a) a way on, and somebody to go it


def staff_of(people: tuple[Person, ...], today: date, rules: Rules) -> Staff:
    """The people of a history on a day: whoever is dismissed by then, and whoever is away, without a deputy."""
    found = []
    for one in people:
        who = one.officer
        active = one.dismissed_on is None or today < one.dismissed_on
        leave = Leave(*one.leave, "nobody") if one.leave is not None else None
        found.append(Colleague(who.username, who.name, who.role, who.agency, active, leave))
    found += [Colleague(f"handler@{unit}", "样例", "handler", unit) for unit in ("gx-rsj", BELOW)]  # who is asked; who drafts
    return Staff(tuple(found), today, rules.on(today).roles)


MOVES = {"assignment", "reopening", "service", "request"}
"""Acts that the list asks for, and that are no step of the table for the state, or only one of them."""


def lost(one: History, staff: Staff, file: int, today: date) -> str:
    """What is wrong with who must move a file: nobody who is there sees it, or somebody is asked for what he may not do."""
    case = one.files[file]
    found = who_must_move(case, one.rules, today, staff)
    if case.state in ACTIVE:
        seen = {name for move in found.moves for name in move.by} | set(found.keepers)
        there = [name for name in seen if (it := staff.by_name[name]).active and not it.is_away(today)]
        if not there:
            return f"第{file + 1}件 {case.state}：没有在岗的人看到，{found}"
        if not found.moves and found.waits is None:
            return f"第{file + 1}件 {case.state}：没有该办的，也不等谁"
    for move in found.moves:
        kind = "extension" if move.act == "request" else move.act
        able = [name for name in move.by if staff.by_name[name].role in staff.roles[kind]]
        if not able:
            return f"第{file + 1}件 {case.state}：{move.act}列在不能办理的人名下，{move.by}"
        if move.act not in MOVES and not any(_may(case, staff.by_name[name], move.act, one.rules, today) for name in able):
            return f"第{file + 1}件 {case.state}：现在不能办理{move.act}"
    return ""


def _may(case: Case, who: Colleague, act: str, rules: Rules, today: date) -> bool:
    signer = a.Officer(id=who.username, username=who.username, name=who.name, role=who.role, agency=who.agency)
    return act in permitted(case, signer, rules, today)


def test_every_open_file_is_on_the_list_of_somebody_who_is_there() -> None:
    """Property (a), after every step and on days to come, with people dismissed and away: and what is asked of somebody he may do."""

    def wrong(one: History) -> str:
        step = one.steps[-1]
        days = (step.today, step.today + timedelta(20), step.today + timedelta(90))
        return "".join(lost(one, staff_of(one.people, day, one.rules), step.file, day) for day in days)

    after_every_step(wrong)


def test_a_way_to_the_end_exists_from_everywhere() -> None:
    """Property (a): the office alone, with whoever is there, brings every open file to its end."""

    def wrong(one: History) -> str:
        stuck = []
        for file, case in enumerate(one.files):
            if case.state in ACTIVE:
                copy = replayed(one.steps, one.name, one.people)
                if not finished(copy, file, one.people, one.steps[-1].today):
                    stuck.append(f"第{file + 1}件停在{copy.files[file].state}")
        return "；".join(stuck)

    for whole in each():
        cut = Random(whole.name).randint(1, len(whole.steps))
        for one in (whole, replayed(whole.steps[:cut], whole.name, whole.people)):
            found = fault(one, wrong)
            assert not found, found
