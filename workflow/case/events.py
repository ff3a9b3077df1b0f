"""How the acts on a file speak to the clock: what each kind tells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from workflow import acts as a
from workflow import clocks
from workflow.acts import Signed
from workflow.case.parts import BY_ACT
from workflow.case.standing import Standing


def _label(act: a.Consultation) -> str:
    """How the sentences of the clock call the consulted party: agencies by name, people never."""
    if act.type == "third_party":
        return "第三方"
    return "有关人员" if act.party.is_person else act.party.name


def _consulted(case: Standing, signed: Signed) -> clocks.Event:
    asked, act = case.consultation(signed.seq), signed.act
    assert asked is not None and isinstance(act, a.Consultation)
    answered = asked.opinion.on if asked.opinion else None
    return clocks.Consulted(signed.seq, act.type, _label(act), act.on, asked.received_on, answered, act.days)


def _extended(case: Standing, signed: Signed) -> clocks.Event:
    act, served = signed.act, case.served(signed.seq)
    assert isinstance(act, a.Extension)
    return clocks.Extension(act.on, act.notified_on or (served.reference_day if served else None), act.days)


def _replied(case: Standing, signed: Signed) -> clocks.Event:
    served = case.served(signed.seq)
    if served is None:
        return clocks.Reply("unserved", signed.act.on, None)
    return clocks.Reply(served.method, served.handed_on, served.received_on)


def _on(event: Callable[[date], clocks.Event]) -> Callable[[Standing, Signed], clocks.Event]:
    return lambda _case, signed: event(signed.act.on)


# How each kind of act speaks to the clock; kinds that are not here do not touch any period.
EVENTS: Mapping[str, Callable[[Standing, Any], clocks.Event]] = {
    "registration": lambda case, signed: clocks.Receipt(
        signed.act.received_on, signed.act.channel, signed.act.submitted_on
    ),
    "correction_notice": lambda case, signed: clocks.CorrectionNotice(
        signed.act.on, case.received(signed.seq), signed.act.days
    ),
    "correction": _on(clocks.Corrected),
    "reasons_notice": lambda case, signed: clocks.ReasonsAsked(
        signed.act.on, case.received(signed.seq), signed.act.days
    ),
    "consultation": _consulted,
    "extension": _extended,
    "deferral": lambda case, signed: clocks.Deferral(signed.act.on, signed.act.until),
    "fee_notice": lambda case, signed: clocks.FeeNotice(signed.act.on, case.received(signed.seq)),
    "payment": _on(clocks.Paid),
    "waiver": _on(clocks.FeeWaived),
    "reopening": lambda case, signed: clocks.Reopened(signed.act.on, signed.act.until),
    "decision": _replied,
    "abandonment": _on(clocks.Ended),
    "withdrawal": _on(clocks.Ended),
    "ledger_result": lambda _case, signed: (
        clocks.Ended(signed.act.on) if signed.act.outcome in BY_ACT else clocks.Reply("unserved", signed.act.on)
    ),
}
