"""The procedure (程序): which act may be placed in which state, and where it leads.

One table, `TABLE`, held by the `transitions` library. From it come what is offered to an officer, the refusal of
everything else, and the picture (`diagram`). Article 45 names the stages: 登记, 审核, 办理, 答复, 归档.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

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
    }
)
START = "none"
"""Before the registration there is no file."""

_ALL = tuple(STATES)
ACTIVE = ("registered", "awaiting_correction", "handling", "consulting", "awaiting_payment", "approving")
"""States in which the request still waits for its reply."""
_ENDED = ("replied", "closed", "archived")


def _others_open(event: EventData) -> bool:
    assert isinstance(event.model, Place)
    return event.model.others_open


def _replies(event: EventData) -> bool:
    assert isinstance(event.model, Place)
    return event.model.replies


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: `kind` leads from any of `sources` to `dest` ('=' stays), if `guard` agrees.

    `guard` "others_open" is true while another consultation is still open; "none_open" is its opposite.
    "replies" is true of an imported result that was a reply; "ends" is its opposite.
    """

    kind: str
    sources: tuple[str, ...]
    dest: str
    guard: str | None = None


TABLE: tuple[Row, ...] = (
    Row("registration", (START,), "registered"),
    Row("split", ("registered",), "="),
    Row("assignment", ACTIVE, "="),
    Row("acceptance", ("registered",), "handling"),
    Row("correction_notice", ("registered", "handling"), "awaiting_correction"),
    Row("correction", ("awaiting_correction",), "registered"),
    Row("search", ("handling",), "="),
    Row("reasons_notice", ("handling",), "="),
    Row("reasons", ("handling",), "="),
    Row("consultation", ("handling", "consulting"), "consulting"),
    Row("opinion", ("consulting",), "consulting", "others_open"),
    Row("opinion", ("consulting",), "handling", "none_open"),
    Row("silence", ("consulting",), "consulting", "others_open"),
    Row("silence", ("consulting",), "handling", "none_open"),
    Row("extension", ("handling", "consulting", "approving"), "="),
    Row("deferral", ("handling",), "="),
    Row("fee_notice", ("handling",), "awaiting_payment"),
    Row("payment", ("awaiting_payment",), "handling"),
    Row("waiver", ("handling", "awaiting_payment"), "handling"),
    Row("draft", ("handling",), "approving"),
    Row("legal_review", ("approving",), "="),
    Row("return", ("approving",), "handling"),
    Row("decision", ("approving",), "replied"),
    Row("service", _ALL, "="),
    Row("abandonment", ("awaiting_correction", "awaiting_payment"), "closed"),
    Row("withdrawal", ACTIVE, "closed"),
    Row("remedy", _ENDED, "="),
    Row("remedy_result", _ENDED, "="),
    Row("reopening", _ENDED, "handling"),
    Row("conversion", ("replied", "archived"), "="),
    Row("topic", _ALL, "="),
    Row("ledger_result", ("registered",), "replied", "replies"),
    Row("ledger_result", ("registered",), "closed", "ends"),
    Row("meeting", ("handling", "consulting", "approving"), "="),
    Row("supervision", ACTIVE, "="),
    Row("note", _ALL, "="),
    Row("archival", ("replied", "closed"), "archived"),
)


@dataclass(slots=True)
class Place:
    """What the machine moves: where a file is, whether a consultation other than the act's own is open, and whether
    an imported result was a reply."""

    state: str
    others_open: bool = False
    replies: bool = True


@cache
def machine() -> Machine:
    """The state machine of `TABLE`: flat, without models of its own, shared by all threads (it holds no state)."""
    built = Machine(
        model=None, states=[START, *STATES], initial=START, auto_transitions=False, send_event=True, queued=False
    )
    guards: Mapping[str | None, dict[str, Any]] = {
        None: {},
        "others_open": {"conditions": _others_open},
        "none_open": {"unless": _others_open},
        "replies": {"conditions": _replies},
        "ends": {"unless": _replies},
    }
    for row in TABLE:
        built.add_transition(row.kind, list(row.sources), row.dest, **guards[row.guard])
    return built


@cache
def kinds_from(state: str) -> tuple[str, ...]:
    """The kinds of act that the table allows in `state`, in the table's order."""
    return tuple(dict.fromkeys(row.kind for row in TABLE if state in row.sources))


@cache
def states_for(kind: str) -> tuple[str, ...]:
    """The states in which an act of `kind` may be placed."""
    return tuple(dict.fromkeys(source for row in TABLE if row.kind == kind for source in row.sources))


def move(state: str, kind: str, *, others_open: bool = False, replies: bool = True) -> str | None:
    """Where an act of `kind` leads from `state`; None when the table has no such row."""
    if kind not in kinds_from(state):
        return None
    place = Place(state, others_open, replies)
    machine().events[kind].trigger(place)
    return place.state
