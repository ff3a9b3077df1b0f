"""A case file told as the plain records of `independent`: its letters with all their sendings, and what happened, in order.

Nothing is counted here, and nothing is asked of the program but the acts that stand on the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

from tests.workflow.independent import (
    AskedForReasons,
    AskedToCorrect,
    Attempt,
    Charged,
    Consulted,
    Corrected,
    Deferred,
    Ended,
    Event,
    Extended,
    File,
    HandledAgain,
    Letter,
    Ordered,
    Paid,
    Reopened,
    Replied,
    WaitsAgain,
    Waived,
)
from workflow import acts as a
from workflow.acts import Signed
from workflow.case import Case, letter_id


def described(case: Case, *split_from: Case) -> File:
    """A file; one that was split from others (the oldest first, each as it stood right after the split) keeps what had happened."""
    first = in_force(case)[0].act
    assert isinstance(first, a.Registration)
    before: list[Event] = []
    for one, part in pairwise((*split_from, case)):
        before = [_until(in_force(part)[0].act.on, event) for event in (*before, *_events(one))]
    return File(first.received_on, (*before, *_events(case)))


def _until(day: date, event: Event) -> Event:
    """What goes on after a split goes on for the file that was split alone: for the others somebody answered that day."""
    if isinstance(event, Consulted) and event.letter.came_back is None and (event.opinion is None or event.opinion > day):
        return replace(event, opinion=day)
    return event


def in_force(case: Case) -> list[Signed]:
    """The acts that hold: without what was revoked, with the facts as they were amended (READINGS R-mending)."""
    held = {signed.seq: signed for signed in case.acts}
    for signed in reversed(case.acts):
        if isinstance(signed.act, a.Revocation) and signed.seq in held:
            held.pop(signed.act.of, None)
    for amendment in case.acts:
        act = amendment.act
        if isinstance(act, a.Amendment) and amendment.seq in held and act.of in held:
            signed = held[act.of]
            right = a.stored(type(signed.act), {**signed.act.model_dump(exclude_unset=True), "kind": signed.act.kind, **act.changes})
            held[act.of] = replace(signed, act=right)
    return [signed for signed in held.values() if not isinstance(signed.act, a.Amendment | a.Revocation)]


def letter(case: Case, seq: int, n: int = 0) -> Letter:
    """The n-th letter of the act `seq`, from the service records; of a joint reply that of the file which it stands on."""
    by = next((one.act for one in case.acts if one.seq == seq), None)
    joint = by.answered_with if n == 0 and isinstance(by, a.Decision) else None
    wanted = letter_id(case.id, seq, n) if joint is None else joint.letter
    attempts: list[Attempt] = []
    for signed in in_force(case):
        act = signed.act
        if not isinstance(act, a.Service) or act.letter != wanted:
            continue
        if act.outcome == "returned":
            attempts[-1] = replace(attempts[-1], returned=act.on)
        elif attempts and attempts[-1].returned is None:  # the slip came back
            attempts[-1] = replace(attempts[-1], signed=act.received_on)
        else:
            attempts.append(Attempt(act.on, act.method or "post", act.received_on or (act.on if act.refused else None)))
    return Letter(tuple(attempts))


def _events(case: Case) -> Iterator[Event]:
    """What happened, in the order of its days: late entries and decisions that arrived earlier stand where they belong."""
    held = [signed for signed in in_force(case) if signed.act.kind in TOLD]
    found = [(_day(case, signed), event) for signed in held for event in TOLD[signed.act.kind](case, signed)]
    return (event for _, event in sorted(found, key=lambda one: one[0]))


def _day(case: Case, signed: Signed) -> date:
    """A late correction or payment that was excused often came before it was: it is taken when it is."""
    if isinstance(signed.act, a.RemedyResult):
        return signed.act.arrived_on
    before = [one.act for one in in_force(case) if one.seq < signed.seq and isinstance(one.act, a.Reopening) and one.act.basis == "excused_delay"]
    late = isinstance(signed.act, a.Correction | a.Payment)
    return max([signed.act.on, *(one.on for one in before)]) if late else signed.act.on


def _consulted(case: Case, signed: Signed) -> Iterator[Event]:
    act = signed.act
    assert isinstance(act, a.Consultation)
    answers = [one.act for one in in_force(case) if isinstance(one.act, a.Opinion) and one.act.consultation == signed.seq]
    sent = letter(case, signed.seq)
    if act.type == "internal" or act.agency is not None:  # delivered within the installation, with the act
        sent = Letter((Attempt(act.on),))
    yield Consulted(act.type, sent, answers[0].on if answers else None, act.days or 0, name=str(signed.seq))


def _extended(case: Case, signed: Signed) -> Iterator[Event]:
    act = signed.act
    assert isinstance(act, a.Extension)
    yield Extended(act.on, act.notified_on or letter(case, signed.seq).counts_on, act.days)


def _ordered(case: Case, signed: Signed) -> Iterator[Event]:
    """Unless the judgment was appealed, or a later instance has decided, before the office followed it (R-instances)."""
    act = signed.act
    assert isinstance(act, a.RemedyResult)
    acts = [one.act for one in in_force(case)]
    results = {one.remedy for one in acts if isinstance(one, a.RemedyResult)}
    later = [(one.seq, one.act) for one in in_force(case) if isinstance(one.act, a.Remedy) and one.act.continues == act.remedy]
    undone = any(seq in results or one.instance == "second" for seq, one in later)
    followed = any(isinstance(one, a.Reopening) and one.remedy == act.remedy for one in acts)
    if act.orders_rehandling and (followed or not undone):
        yield Ordered(act.arrived_on, act.within, act.until)


def _reopened(_case: Case, signed: Signed) -> Iterator[Event]:
    """An order counts from its receipt, whenever the file is reopened; unless the reopening states another day."""
    act = signed.act
    assert isinstance(act, a.Reopening)
    if act.basis == "own_motion":
        yield Reopened(act.on)
    elif act.basis == "excused_delay":
        yield WaitsAgain()
    else:
        yield Ordered(act.on, None, act.until, own=True) if act.until is not None else HandledAgain()


def _waived(case: Case, signed: Signed) -> Iterator[Event]:
    """A waiver of a part leaves the rest to be paid."""
    before = [one.act for one in in_force(case) if one.seq <= signed.seq]
    asked = [act.amount_fen for act in before if isinstance(act, a.FeeNotice)]
    waived = sum(act.amount_fen or 0 for act in before if isinstance(act, a.Waiver))
    if not asked or waived >= asked[-1]:
        yield Waived()


def _of(event: Callable[[Any, Letter], Event]) -> Callable[[Case, Signed], Iterator[Event]]:
    def tell(case: Case, signed: Signed) -> Iterator[Event]:
        yield event(signed.act, letter(case, signed.seq))

    return tell


TOLD: Mapping[str, Callable[[Case, Signed], Iterator[Event]]] = {
    "correction_notice": _of(lambda act, sent: AskedToCorrect(sent, act.days)),
    "correction": _of(lambda act, _sent: Corrected(act.on)),
    "reasons_notice": _of(lambda act, sent: AskedForReasons(sent, act.days)),
    "consultation": _consulted,
    "extension": _extended,
    "deferral": _of(lambda act, sent: Deferred(sent.counts_on, act.until)),
    "fee_notice": _of(lambda act, sent: Charged(sent)),
    "payment": _of(lambda act, _sent: Paid(act.on)),
    "waiver": _waived,
    "remedy_result": _ordered,
    "reopening": _reopened,
    "decision": _of(lambda _act, sent: Replied(sent)),
    "handover": _of(lambda _act, _sent: Ended()),
    "abandonment": _of(lambda _act, _sent: Ended()),
    "withdrawal": _of(lambda _act, _sent: Ended()),
}
"""Each kind of act as the count hears of it; kinds that are not here touch no period."""
