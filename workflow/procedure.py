"""The procedure (程序): which act may be placed in which state, and where it leads.

One table, `TABLE`, held by the `transitions` library. From it come what is offered to an officer, the refusal of
everything else, and the picture (`diagram`). Article 45 names the stages: 登记, 审核, 办理, 答复, 归档.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from transitions import EventData, Machine


@dataclass(frozen=True, slots=True)
class State:
    """A place a file can be in; `mover` is whose move it is."""

    title: str
    stage: str
    mover: str


STATES: Mapping[str, State] = MappingProxyType(
    {
        "registered": State("已登记", "登记", "登记岗或者审核岗"),
        "awaiting_correction": State("待补正", "审核", "申请人"),
        "handling": State("办理中", "办理", "承办人"),
        "consulting": State("会商、征求意见中", "办理", "被征求意见的一方"),
        "awaiting_payment": State("待缴费", "办理", "申请人"),
        "approving": State("审签中", "答复", "法制人员、负责人"),
        "replied": State("已答复", "答复", "登记岗（送达）"),
        "closed": State("已终止", "答复", "无"),
        "archived": State("已归档", "归档", "无"),
        "handed_over": State("已移送", "登记", "无"),
        "void": State("已作废", "归档", "无"),
    }
)
START = "none"
"""Before the registration there is no file."""

_ALL = tuple(STATES)
OUT = ("handed_over", "void")
"""States of a file that this unit does not answer: counted nowhere."""
_OURS = tuple(state for state in STATES if state not in OUT)
ACTIVE = ("registered", "awaiting_correction", "handling", "consulting", "awaiting_payment", "approving")
"""States in which the request still waits for its reply."""
_ENDED = ("replied", "closed", "archived")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: `kind` leads from any of `sources` to `dest` ('=' stays), if `guard` holds.

    A guard is a key of `GUARDS`; "not " before it turns it round.
    """

    kind: str
    sources: tuple[str, ...]
    dest: str
    guard: str | None = None


GUARDS: Mapping[str, str] = MappingProxyType(
    {
        "others_open": "还有其他意见未收到",
        "replies": "所载为答复",
        "handled_before": "由办理中的申请拆出",
        "fee_remains": "仍有应缴的费用",
        "of_request": "针对报批",
        "late_correction": "逾期补正有正当理由",
        "late_payment": "逾期缴费有正当理由",
        "still_asked": "还有征求意见没有结果",
    }
)
"""What may decide where an act leads, besides the state: true or not of the act on its file."""

TABLE: tuple[Row, ...] = (
    Row("registration", (START,), "registered", "not handled_before"),
    Row("registration", (START,), "handling", "handled_before"),
    Row("handover", ("registered",), "handed_over"),
    Row("split", ("registered", "handling", "consulting"), "="),
    Row("assignment", ACTIVE, "="),
    Row("acceptance", ("registered",), "handling"),
    Row("correction_notice", ("registered", "handling"), "awaiting_correction"),
    Row("correction", ("awaiting_correction",), "registered"),
    Row("search", ("handling",), "="),
    Row("reasons_notice", ("handling",), "="),
    Row("reasons", ("handling",), "="),
    Row("consultation", ("handling", "consulting"), "consulting"),
    Row("opinion", ("consulting",), "consulting", "others_open"),
    Row("opinion", ("consulting",), "handling", "not others_open"),
    Row("silence", ("consulting",), "consulting", "others_open"),
    Row("silence", ("consulting",), "handling", "not others_open"),
    Row("extension", ("handling", "consulting", "approving"), "="),
    Row("deferral", ("handling",), "="),
    Row("fee_notice", ("handling",), "awaiting_payment"),
    Row("payment", ("awaiting_payment",), "handling"),
    Row("waiver", ("awaiting_payment",), "awaiting_payment", "fee_remains"),
    Row("waiver", ("handling", "awaiting_payment"), "handling", "not fee_remains"),
    Row("secrecy_review", ("handling", "consulting", "approving"), "="),
    Row("draft", ("handling",), "approving"),
    Row("recall", ("approving",), "handling", "not of_request"),
    Row("recall", _OURS, "=", "of_request"),
    Row("legal_review", ("approving",), "="),
    Row("return", ("approving",), "handling", "not of_request"),
    Row("return", _OURS, "=", "of_request"),
    Row("decision", ("approving",), "replied"),
    Row("service", (*_OURS, "handed_over"), "="),
    Row("abandonment", ("awaiting_correction", "awaiting_payment"), "closed"),
    Row("withdrawal", ACTIVE, "closed"),
    Row("remedy", _OURS, "="),
    Row("remedy_result", _OURS, "="),
    Row("reopening", ("closed", "archived"), "awaiting_correction", "late_correction"),
    Row("reopening", ("closed", "archived"), "awaiting_payment", "late_payment"),
    Row("reopening", ("closed", "archived"), "consulting", "still_asked"),
    Row("reopening", _ENDED, "handling"),
    Row("conversion", ("replied", "archived"), "="),
    Row("amendment", _OURS, "="),
    Row("revocation", _OURS, "="),
    Row("voiding", (*ACTIVE, "replied", "closed"), "void"),
    Row("request", _OURS, "="),
    Row("topic", _OURS, "="),
    Row("ledger_result", ("registered",), "replied", "replies"),
    Row("ledger_result", ("registered",), "closed", "not replies"),
    Row("meeting", ("handling", "consulting", "approving"), "="),
    Row("supervision", ACTIVE, "="),
    Row("note", _ALL, "="),
    Row("archival", ("replied", "closed"), "archived"),
    Row("erasure", ("archived",), "="),
)


OF_RECORDS = frozenset(row.kind for row in TABLE) - {
    "split", "reasons_notice", "reasons", "extension", "deferral", "fee_notice", "payment", "waiver", "secrecy_review", "conversion",
    "ledger_result",
}  # fmt: skip
"""更正申请的短程序 (条例 41): nothing is charged, extended or published in it (READINGS R-record-correction)."""


@dataclass(slots=True)
class Place:
    """What the machine moves: where a file is, and which guards hold of the act that is to be placed."""

    state: str
    holds: frozenset[str] = frozenset()


def _guard(name: str) -> dict[str, Callable[[EventData], bool]]:
    """A guard of the table as `transitions` takes it."""
    negated, key = name.startswith("not "), name.removeprefix("not ")

    def holds(event: EventData) -> bool:
        assert isinstance(event.model, Place)
        return key in event.model.holds

    return {"unless" if negated else "conditions": holds}


@cache
def machine() -> Machine:
    """The state machine of `TABLE`: flat, without models of its own, shared by all threads (it holds no state)."""
    built = Machine(
        model=None, states=[START, *STATES], initial=START, auto_transitions=False, send_event=True, queued=False
    )
    for row in TABLE:
        built.add_transition(row.kind, list(row.sources), row.dest, **(_guard(row.guard) if row.guard else {}))
    return built


@cache
def kinds_from(state: str) -> tuple[str, ...]:
    """The kinds of act that the table allows in `state`, in the table's order."""
    return tuple(dict.fromkeys(row.kind for row in TABLE if state in row.sources))


@cache
def states_for(kind: str) -> tuple[str, ...]:
    """The states in which an act of `kind` may be placed."""
    return tuple(dict.fromkeys(source for row in TABLE if row.kind == kind for source in row.sources))


@cache
def move(state: str, kind: str, holds: frozenset[str] = frozenset()) -> str | None:
    """Where an act of `kind` leads from `state` while the guards in `holds` hold; None when the table has no such row."""
    if kind not in kinds_from(state):
        return None
    place = Place(state, holds)
    return place.state if machine().events[kind].trigger(place) else None


def lead(state: str, kind: str, holds: frozenset[str] = frozenset()) -> str | None:
    """Where an act of `kind` that stands on a file led, when the table that let it in was another; None where no row ever did."""
    if START in (state, *states_for(kind)):  # a file begins with its registration, and with no other
        return None
    rows = (row for row in TABLE if row.kind == kind and _holds(row.guard, holds))
    return next((state if row.dest == "=" else row.dest for row in rows), None)


def _holds(guard: str | None, holds: frozenset[str]) -> bool:
    if guard is None:
        return True
    return (guard.removeprefix("not ") in holds) != guard.startswith("not ")
