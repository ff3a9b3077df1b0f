"""Who asks to place what, as of which day and under which rules; and what the checks of all stages share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflow import acts as a
from workflow.acts import Act, Officer
from workflow.case import BESIDE, Case
from workflow.clocks import Reckoning
from workflow.law import InForce, Invalid, Rules


@dataclass(frozen=True, slots=True)
class Facts:
    """What the file itself cannot know and the office looks up.

    How many requests this applicant already made; the other files that an act speaks of (`joining.concerned`), of this agency.
    """

    already_this_month: int = 0
    others: tuple[Case, ...] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks to place something on which file, as of which day, under which rules."""

    case: Case
    officer: Officer
    on: date
    rules: Rules
    facts: Facts = Facts()
    now: date | None = None
    """The day on which it is entered, where that is not the day it is dated."""

    @property
    def today(self) -> date:
        return self.now or self.on

    @property
    def by_head(self) -> bool:
        """Whether who asks is the 负责人 of the 工作机构 (条例 33(2)): who may extend the period."""
        return self.officer.role in self.law.roles["extension"]

    @property
    def inherited(self) -> a.Inherited:
        """What the file brought along from the one it was split from (READINGS R-split-clock)."""
        return self.case.registration.inherited or a.Inherited()

    @property
    def law(self) -> InForce:
        return self.rules.on(self.on)

    @property
    def clock(self) -> Reckoning:
        return self.case.reckoning(self.rules)


Must = Callable[[Asking, Any], Act]


@dataclass(frozen=True, slots=True)
class Check:
    must: Must
    may: Callable[[Asking], None] = lambda _asking: None


def as_is(_asking: Asking, act: Act) -> Act:
    return act


def limit_of(asking: Asking, kind: str, ref: int | None = None) -> date | None:
    """The latest limit of `kind` (and of the consultation `ref`) that the clock knows."""
    found = [limit for limit in asking.clock.limits if limit.kind == kind and ref in (None, limit.ref)]
    return found[-1].on if found else None


def known_items(asking: Asking, items: Iterable[int], field: str) -> None:
    for place, item in enumerate(items):
        if item > len(asking.case.items):
            raise Invalid(f"{field}.{place}", f"本件只有{len(asking.case.items)}项申请事项，没有第{item}项")


MAY_LIE_BACK = frozenset({"service", "opinion", "reasons", "remedy", "remedy_result", "note", "meeting", "ledger_result"})
"""Facts that are recorded when they become known, and remarks on what has been: dated also before the last step (READINGS R-late-entry)."""


COMES_LATE = frozenset({"correction", "payment"})
"""What an excused delay lets in: it came before it was excused (READINGS R-excused)."""


SHOWS_RECEIPT = COMES_LATE | {"reasons", "withdrawal", "remedy", "decision", "abandonment", "ledger_result"}
"""What was done on a request that had been received: what the applicant did later, and its ending (READINGS R-amendment)."""


def misdated(case: Case, of: int) -> int | None:
    """The first act that cannot be dated as it is, now that the act `of` was amended.

    The amended act itself keeps its order: not before the receipt, nor, unless it may lie back, before what was done before it.
    What the agency did too early by mistake stays as it was done; what shows the opposite of the amended fact stands against it.
    """
    last, excused = date.min, False
    for signed in case.in_force:
        act = signed.act
        binds = signed.seq == of or act.kind in SHOWS_RECEIPT
        if binds and signed.seq > 1 and act.on < case.received_on:
            return signed.seq
        if act.kind in BESIDE or getattr(act, "late_entry", None) is not None:
            continue
        if isinstance(act, a.Reopening):
            excused = act.basis == "excused_delay"
        if binds and act.on < last and act.kind not in MAY_LIE_BACK and not (excused and act.kind in COMES_LATE):
            return signed.seq
        last = max(last, act.on)
    return _before_what_it_ends(case)


def _before_what_it_ends(case: Case) -> int | None:
    """A result that came before its suit was brought, or a further instance before the result that it goes on from."""
    results = {one.seq: one.result for one in case.challenges}
    for one in case.challenges:
        if one.result is not None and min(one.result.on, one.result.arrived_on) < one.act.on:
            return one.result_seq
        before = results.get(one.act.continues) if one.act.continues is not None else None
        if before is not None and one.act.on < before.on:
            return one.seq
    return None
