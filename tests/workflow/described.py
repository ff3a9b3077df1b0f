"""A case file told as the plain records of `independent`: its letters with all their sendings, and what happened, in order.

Nothing is counted here, and nothing is asked of the program but the acts that stand on the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
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


def described(case: Case) -> File:
    """A file; one that was split off keeps the receipt of the file it came from."""
    return File(case.registration.received_on, tuple(_events(case)))


def letter(case: Case, seq: int, n: int = 0) -> Letter:
    """The n-th letter of the act `seq`, from the service records."""
    attempts: list[Attempt] = []
    for signed in case.acts:
        act = signed.act
        if not isinstance(act, a.Service) or act.letter != letter_id(case.id, seq, n):
            continue
        if act.outcome == "returned":
            attempts[-1] = replace(attempts[-1], returned=act.on)
        elif attempts and attempts[-1].returned is None:  # the slip came back
            attempts[-1] = replace(attempts[-1], signed=act.received_on)
        else:
            attempts.append(Attempt(act.on, act.method or "post", act.received_on or (act.on if act.refused else None)))
    return Letter(tuple(attempts))


def _events(case: Case) -> Iterator[Event]:
    for signed in case.acts:
        if (tell := TOLD.get(signed.act.kind)) is not None:
            yield from tell(case, signed)


def _consulted(case: Case, signed: Signed) -> Iterator[Event]:
    act = signed.act
    assert isinstance(act, a.Consultation)
    answers = [one.act for one in case.acts if isinstance(one.act, a.Opinion) and one.act.consultation == signed.seq]
    silent = [one.act for one in case.acts if isinstance(one.act, a.Silence) and one.act.consultation == signed.seq]
    sent = letter(case, signed.seq)
    if act.type == "internal" or act.agency is not None:  # delivered within the installation, with the act
        sent = Letter((Attempt(act.on),))
    unreachable = any(one.unreachable for one in silent)
    yield Consulted(act.type, sent, answers[0].on if answers else None, act.days or 0, unreachable=unreachable, name=str(signed.seq))


def _extended(case: Case, signed: Signed) -> Iterator[Event]:
    act = signed.act
    assert isinstance(act, a.Extension)
    yield Extended(act.on, act.notified_on or letter(case, signed.seq).counts_on, act.days)


def _ordered(case: Case, signed: Signed) -> Iterator[Event]:
    """An order that finds the file open moves its due date at once; otherwise the reopening does."""
    act = signed.act
    assert isinstance(act, a.RemedyResult)
    if act.orders_rehandling and case.as_of(signed.seq - 1).is_active:
        yield Ordered(act.arrived_on, act.within, act.until)


def _reopened(case: Case, signed: Signed) -> Iterator[Event]:
    act = signed.act
    assert isinstance(act, a.Reopening)
    if act.basis == "own_motion":
        yield Reopened(act.on)
    elif act.basis == "excused_delay":
        yield WaitsAgain()
    else:
        result = next(one.act for one in case.acts if isinstance(one.act, a.RemedyResult) and one.act.remedy == act.remedy)
        yield Ordered(result.arrived_on, result.within, act.until or result.until)


def _waived(case: Case, signed: Signed) -> Iterator[Event]:
    """A waiver of a part leaves the rest to be paid."""
    if case.as_of(signed.seq).state != "awaiting_payment":
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
    "deferral": _of(lambda act, _sent: Deferred(act.until)),
    "fee_notice": _of(lambda act, sent: Charged(sent)),
    "payment": _of(lambda act, _sent: Paid(act.on)),
    "waiver": _waived,
    "remedy_result": _ordered,
    "reopening": _reopened,
    "decision": _of(lambda _act, sent: Replied(sent)),
    "abandonment": _of(lambda _act, _sent: Ended()),
    "withdrawal": _of(lambda _act, _sent: Ended()),
}
"""Each kind of act as the count hears of it; kinds that are not here touch no period."""
