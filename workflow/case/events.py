"""How the acts on a file speak to the clock: what each kind tells it (READINGS R-A3 to R-A7: periods follow the letters)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from workflow import acts as a
from workflow import clocks
from workflow.acts import Signed
from workflow.case.parts import BY_ACT, SENT_AT_ONCE, Served
from workflow.case.standing import Standing
from workflow.law import Rules


def events(case: Standing, rules: Rules) -> list[clocks.Event]:
    """What the clock needs to know of the acts in force, in the order of their days; the receipt first.

    Acts stand on a file in the order of their days but for late entries and decisions that arrived before they were
    entered; acts of one day keep their order.
    """
    dated: list[tuple[date, clocks.Event]] = []
    excused = date.min
    for signed in case.in_force:
        act = signed.act
        speak = _EVENTS.get(act.kind)
        if speak is not None:  # its class is asked last: of an act of another class that takes longer than all the rest
            if act.kind == "reopening" and isinstance(act, a.Reopening) and act.basis == "excused_delay":
                excused = act.on
            day = happened_on(act)
            if act.kind in ("correction", "payment"):
                day = max(day, excused)  # what was late is taken when it is excused
            dated += [(day, event) for event in speak(case, signed, rules)]
    first, *rest = dated
    rest.sort(key=lambda one: one[0])
    return [first[1], *(event for _, event in rest)]


def happened_on(act: a.Act) -> date:
    """The day by which an act takes its place among the others for the clock."""
    if act.kind in ("voiding", "handover"):
        return date.max  # whatever arrived later, it is the end
    return act.arrived_on if act.kind == "remedy_result" and isinstance(act, a.RemedyResult) else act.on


def _label(act: a.Consultation) -> str:
    """How the sentences of the clock call the consulted party: agencies by name, people never."""
    if act.type == "third_party":
        return "第三方"
    return "有关人员" if act.party.is_person else act.party.name


Events = Iterable[clocks.Event]


def _left(served: Served | None) -> date | None:
    return served.left_on if served else None


def _received(served: Served | None) -> date | None:
    return served.received_on if served else None


def _back(served: Served | None) -> date | None:
    return served.returned_on if served else None


def _noticed(served: Served | None) -> bool:
    """Whether it was received by public notice (公告送达): so it is taken, nobody signed for it."""
    return served is not None and served.noticed


def _receipt(_case: Standing, signed: Signed, _rules: Rules) -> Events:
    act = signed.act
    assert isinstance(act, a.Registration)
    handed = act.handed_from
    by, there = (handed.agency, handed.received_on) if handed is not None else ("", None)
    yield clocks.Receipt(act.received_on, act.channel, act.submitted_on, act.purpose == "record_correction", by, there)
    if act.inherited is not None:
        for one in act.inherited.events:
            yield _CARRIED[one.what](one)


# What a part brings along of the file it was split from (READINGS R-split-clock).
_CARRIED: Mapping[str, Callable[[Any], clocks.Event]] = {
    "correction_notice": lambda one: clocks.CorrectionNotice(one.on, one.left, one.received, one.days),
    "corrected": lambda one: clocks.Corrected(one.on),
    "consulted": lambda one: clocks.Paused(one.on, one.until),
    "extension": lambda one: clocks.Extension(one.on, one.received, one.days),
    "deferral": lambda one: clocks.Deferral(one.on, one.received, one.until),
    "fee_notice": lambda one: clocks.FeeNotice(one.on, one.left, one.received),
    "paid": lambda one: clocks.Paid(one.on),
    "ordered": lambda one: clocks.Ordered(one.on, one.until, one.days),
    "reopened": lambda one: clocks.Reopened(one.on, one.type or "own_motion", one.until),
}


def _correction_notice(case: Standing, signed: Signed, _rules: Rules) -> Events:
    act, served = signed.act, case.served(signed.seq)
    assert isinstance(act, a.CorrectionNotice)
    return [clocks.CorrectionNotice(act.on, _left(served), _received(served), act.days, _noticed(served), _back(served))]


def _reasons_notice(case: Standing, signed: Signed, _rules: Rules) -> Events:
    act, served = signed.act, case.served(signed.seq)
    assert isinstance(act, a.ReasonsNotice)
    return [clocks.ReasonsAsked(act.on, _received(served), act.days, _noticed(served), _back(served))]


def _consulted(case: Standing, signed: Signed, _rules: Rules) -> Events:
    asked, act = case.consultation(signed.seq), signed.act
    assert asked is not None
    assert isinstance(act, a.Consultation)
    answered = asked.opinion.on if asked.opinion else None
    out = [one for one in asked.attempts if one.left or one.method not in SENT_AT_ONCE]  # what bounced was never out
    latest = out[-1] if out else None
    sent, returned = (latest.on, latest.returned_on) if latest else (None if asked.attempts else asked.sent_on, None)
    earlier = tuple((one.on, one.returned_on) for one in out[:-1] if one.returned_on is not None)
    return [
        clocks.Consulted(
            signed.seq, act.type, _label(act), act.on, sent, asked.received_on, answered, act.days, None, returned, earlier, asked.noticed
        )
    ]


def _extended(case: Standing, signed: Signed, _rules: Rules) -> Events:
    act = signed.act
    assert isinstance(act, a.Extension)
    served = case.served(signed.seq) if act.notified_on is None else None
    return [clocks.Extension(act.on, act.notified_on or (served.reference_day if served else None), act.days, _back(served))]


def _deferred(case: Standing, signed: Signed, _rules: Rules) -> Events:
    act, served = signed.act, case.served(signed.seq)
    assert isinstance(act, a.Deferral)
    return [clocks.Deferral(act.on, served.reference_day if served else None, act.until, _back(served))]


def _fee_notice(case: Standing, signed: Signed, _rules: Rules) -> Events:
    served = case.served(signed.seq)
    return [clocks.FeeNotice(signed.act.on, _left(served), _received(served), _noticed(served), _back(served))]


def _waived(case: Standing, signed: Signed, _rules: Rules) -> Events:
    fee = case.upto(signed.seq).fee
    return [clocks.FeeWaived(signed.act.on, fully=fee is None or fee.open_fen <= 0)]


def _decided(case: Standing, signed: Signed, _rules: Rules) -> Events:
    act = signed.act
    assert isinstance(act, a.RemedyResult)
    challenge = case.challenge(act.remedy)
    if challenge is None:
        return
    if any(one.seq == act.remedy for one in case.orders):
        yield clocks.Ordered(act.arrived_on, act.until, act.within, a.DECISIONS[challenge.act.type])
    elif challenge.act.type == "reconsideration" and not act.orders_rehandling:
        yield clocks.Reviewed(challenge.seq, act.arrived_on)


def _reopened(_case: Standing, signed: Signed, _rules: Rules) -> Events:
    act = signed.act
    assert isinstance(act, a.Reopening)
    return [clocks.Reopened(act.on, act.basis, act.until, act.replaces in ("supplement", "correct"))]


def remedies_of(draft: a.Draft, rules: Rules) -> frozenset[str]:
    """R1 (first a review), R2 (either), or both, as the reply to this draft tells them (READINGS R-partial-remedy)."""
    if draft.remedy in ("R1", "R2"):
        return frozenset({draft.remedy})
    outcomes = rules.on(draft.on).outcomes
    found = {outcomes[item.withheld_under or item.outcome].remedy for item in draft.items}
    if any(item.outcome == "partial" for item in draft.items):
        found.add("R2")
    return frozenset(found)


def _replied(case: Standing, signed: Signed, rules: Rules) -> Events:
    then = case if signed == case.decision else case.upto(signed.seq)
    draft, served = then.draft, case.served(signed.seq)
    remedies = remedies_of(draft.act, rules) if draft is not None and isinstance(draft.act, a.Draft) else frozenset({"R2"})
    if served is None or served.reference_day is None:
        yield clocks.Reply(signed.act.on, remedies=remedies)
    else:
        out, back = served.out, served.returned_on
        if out is not None and back is None and out.seq != served.latest.seq:
            back = out.returned_on
        yield clocks.Reply(
            signed.act.on, _way(served), served.reference_day, served.received_on, remedies, served.handed_on, out.method if out else "", back
        )
    for n, asked in enumerate(then.overruled(), 1):
        told = case.served(signed.seq, n)
        if told is not None:
            yield clocks.ThirdPartyTold(asked.seq, _way(told), told.handed_on, told.received_on)


def _way(served: Served) -> str:
    """How a letter is on its way; what came back and was not sent again is on none."""
    return "returned" if served.returned_on else served.method


def _ended(case: Standing, signed: Signed, _rules: Rules) -> Events:
    served = case.served(signed.seq)
    if served is None:
        return [clocks.Ended(signed.act.on)]
    return [clocks.Ended(signed.act.on, _way(served), served.handed_on, served.received_on)]


def _left_the_unit(_case: Standing, signed: Signed, _rules: Rules) -> Events:
    """移送、作废: this unit decided nothing that could be challenged."""
    return [clocks.Ended(signed.act.on, remedies=frozenset())]


def _recorded(_case: Standing, signed: Signed, _rules: Rules) -> Events:
    act = signed.act
    assert isinstance(act, a.LedgerResult)
    return [clocks.Ended(act.on) if act.outcome in BY_ACT else clocks.Reply(act.on, "ledger", act.on)]


# How each kind of act speaks to the clock; kinds that are not here do not touch any period.
_EVENTS: Mapping[str, Callable[[Standing, Signed, Rules], Events]] = {
    "registration": _receipt,
    "correction_notice": _correction_notice,
    "correction": lambda _case, signed, _rules: [clocks.Corrected(signed.act.on)],
    "reasons_notice": _reasons_notice,
    "consultation": _consulted,
    "extension": _extended,
    "deferral": _deferred,
    "fee_notice": _fee_notice,
    "payment": lambda _case, signed, _rules: [clocks.Paid(signed.act.on)],
    "waiver": _waived,
    "remedy_result": _decided,
    "reopening": _reopened,
    "decision": _replied,
    "handover": _left_the_unit,
    "voiding": _left_the_unit,
    "abandonment": _ended,
    "withdrawal": _ended,
    "ledger_result": _recorded,
}
