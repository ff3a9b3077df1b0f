"""办理中拆分: what a part keeps of the file it is split from, as it is known on the day of the split (READINGS R-split-clock).

The request was one until then: whatever stopped, lengthened or restarted its period did so for every part of it. What goes on after
the split goes on for the first part alone, which stays on the file: an open consultation stops the others until that day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from workflow import acts as a
from workflow.acts import CarriedEvent, Signed
from workflow.case.events import happened_on
from workflow.case.standing import Standing
from workflow.clocks import Reckoning

Carried = Iterable[CarriedEvent]


def inherited(case: Standing, clock: Reckoning, on: date) -> a.Inherited | None:
    """What the parts of a file that is split on the day `on` bring along; None where nothing had happened yet."""
    before = case.registration.inherited
    handling = case.state in ("handling", "consulting")
    events = tuple(_events(case, clock, on))
    if not handling and not events:
        return None
    anew = case.handled_anew_since
    told = {one.what for one in events}
    return a.Inherited(
        handling=handling,
        assignee=case.assignee,
        extended=("extension" in told and any(one.seq > anew for one in case.all(a.Extension))) or _had(before, "extended"),
        charged=bool(case.all(a.FeeNotice) or case.all(a.Waiver)) or _had(before, "charged"),
        corrected=bool(case.all(a.CorrectionNotice)) or _had(before, "corrected"),
        reasons_asked=bool(case.all(a.ReasonsNotice)) or _had(before, "reasons_asked"),
        deferred=("deferral" in told and any(one.seq > anew for one in case.all(a.Deferral))) or _had(before, "deferred"),
        events=events,
    )


def _had(before: a.Inherited | None, name: str) -> bool:
    return before is not None and bool(getattr(before, name))


def _events(case: Standing, clock: Reckoning, on: date) -> Iterator[CarriedEvent]:
    """What happened to the clock, in the order of its days; what this file had brought along itself comes first."""
    before = case.registration.inherited
    found = [one for one in (before.events if before else ()) if one.what != "consulted"]
    over = False
    for signed in sorted(case.of_kinds(*_CARRIED, *_ENDINGS), key=lambda one: happened_on(one.act)):
        act = signed.act
        if act.kind in _ENDINGS:
            over = True
            continue
        if over and isinstance(act, a.Reopening) and act.basis == "own_motion":
            found.clear()  # it begins anew: what had been answered or closed before counts no more
        carried = [*_CARRIED[act.kind](case, signed)]
        over = over and not any(one.what in ("reopened", "ordered") for one in carried)
        found += carried
    found += [CarriedEvent(what="consulted", on=one.after, until=min(one.to, on)) for one in clock.spans if one.after < on]
    yield from sorted(found, key=lambda one: one.on)


def _correction_notice(case: Standing, signed: Signed) -> Carried:
    """Only one that was answered: without an answer the file could not have come this far."""
    act, served = signed.act, case.served(signed.seq)
    assert isinstance(act, a.CorrectionNotice)
    if served is None or served.left_on is None or not any(one.seq > signed.seq for one in case.all(a.Correction)):
        return []
    return [CarriedEvent(what="correction_notice", on=act.on, left=served.left_on, received=served.received_on, days=act.days)]


def _extension(case: Standing, signed: Signed) -> Carried:
    """Only what was told to the applicant; what was not, each part may still ask for."""
    act, served = signed.act, case.served(signed.seq)
    assert isinstance(act, a.Extension)
    told = act.notified_on or (served.reference_day if served else None)
    return [CarriedEvent(what="extension", on=act.on, received=told, days=act.days)] if told else []


def _deferral(case: Standing, signed: Signed) -> Carried:
    act, served = signed.act, case.served(signed.seq)
    assert isinstance(act, a.Deferral)
    told = served.reference_day if served else None
    return [CarriedEvent(what="deferral", on=act.on, received=told, until=act.until)] if told else []


def _payment(case: Standing, signed: Signed) -> Carried:
    notices = [one for one in case.all(a.FeeNotice) if one.seq < signed.seq]
    for notice in notices[-1:]:
        served = case.served(notice.seq)
        left, received = (served.left_on, served.received_on) if served else (None, None)
        yield CarriedEvent(what="fee_notice", on=notice.act.on, left=left or notice.act.on, received=received)
    yield CarriedEvent(what="paid", on=signed.act.on)


def _ordered(case: Standing, signed: Signed) -> Carried:
    act = signed.act
    assert isinstance(act, a.RemedyResult)
    if not any(one.seq == act.remedy for one in case.orders):
        return []
    return [CarriedEvent(what="ordered", on=act.arrived_on, until=act.until, days=act.within)]


def _reopened(_case: Standing, signed: Signed) -> Carried:
    """An excused delay only let in what is carried by itself."""
    act = signed.act
    assert isinstance(act, a.Reopening)
    if act.basis == "excused_delay":
        return []
    return [CarriedEvent(what="reopened", on=act.on, type=act.basis, until=act.until)]


_ENDINGS = ("decision", "abandonment", "withdrawal")
_CARRIED: Mapping[str, Callable[[Standing, Signed], Any]] = {
    "correction_notice": _correction_notice,
    "correction": lambda _case, signed: [CarriedEvent(what="corrected", on=signed.act.on)],
    "extension": _extension,
    "deferral": _deferral,
    "payment": _payment,
    "remedy_result": _ordered,
    "reopening": _reopened,
}
