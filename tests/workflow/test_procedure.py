"""The table, the machine made of it, and its diagrams."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from workflow.acts import ACTS
from workflow.diagram import _FULL, _REMARKED, _SMALL, _Drawing, edges, mermaid, svg
from workflow.procedure import (
    ACTIVE,
    GUARDS,
    OUT,
    START,
    STATES,
    TABLE,
    kinds_from,
    machine,
    move,
    states_for,
)

EVERYWHERE = [START, *STATES]


def test_the_table_has_a_row_for_every_kind_of_act_and_no_other() -> None:
    assert {row.kind for row in TABLE} == set(ACTS)


def test_every_state_of_the_table_is_known_and_can_be_reached_and_left() -> None:
    assert {source for row in TABLE for source in row.sources} == {START, *STATES}
    reached = {START}
    while grown := {
        move(state, kind, holds) for state in reached for kind in kinds_from(state) for holds in (frozenset(), *map(only, GUARDS))
    } - {None} - reached:
        reached |= {state for state in grown if state}
    assert reached == {START, *STATES}


def only(guard: str) -> frozenset[str]:
    return frozenset({guard})


# From article 45 and the design: each state, and the acts that may be placed there besides those of `ALWAYS` and `ACTIVE_TOO`.
ALWAYS = {"note", "topic", "service", "remedy", "remedy_result", "amendment", "revocation", "request", "return", "recall"}
ACTIVE_TOO = {"supervision", "voiding"}
ALLOWED = {
    START: {"registration"},
    "registered": {"handover", "split", "assignment", "acceptance", "correction_notice", "withdrawal", "ledger_result"},
    "awaiting_correction": {"assignment", "correction", "abandonment", "withdrawal"},
    "handling": {"split", "assignment", "correction_notice", "search", "reasons_notice", "reasons", "consultation", "extension", "deferral",
                 "fee_notice", "waiver", "secrecy_review", "draft", "meeting", "withdrawal"},
    "consulting": {"split", "assignment", "consultation", "opinion", "silence", "extension", "secrecy_review", "meeting", "withdrawal"},
    "awaiting_payment": {"assignment", "payment", "waiver", "abandonment", "withdrawal"},
    "approving": {"assignment", "extension", "secrecy_review", "legal_review", "decision", "meeting", "withdrawal"},
    "replied": {"reopening", "conversion", "archival", "voiding"},
    "closed": {"reopening", "archival", "voiding"},
    "archived": {"reopening", "conversion", "erasure"},
    "handed_over": {"note", "service"},
    "void": {"note"},
}  # fmt: skip


@pytest.mark.parametrize("state", EVERYWHERE)
def test_what_may_be_placed_in_each_state(state: str) -> None:
    always = set() if state in (START, *OUT) else ALWAYS | (ACTIVE_TOO if state in ACTIVE else set())
    assert set(kinds_from(state)) == ALLOWED[state] | always


def test_every_guard_of_the_table_is_known_and_used() -> None:
    assert {row.guard.removeprefix("not ") for row in TABLE if row.guard} == set(GUARDS)


@pytest.mark.parametrize("state", EVERYWHERE)
@pytest.mark.parametrize("kind", ACTS)
def test_whatever_the_table_does_not_give_leads_nowhere(state: str, kind: str) -> None:
    rows = [row for row in TABLE if row.kind == kind and state in row.sources]
    for holds in (frozenset(), *map(only, GUARDS)):
        leads = move(state, kind, holds)
        if not rows:
            assert leads is None
        else:
            guarded = all(row.guard for row in rows)
            assert leads in {state if row.dest == "=" else row.dest for row in rows} | ({None} if guarded else set())
    assert (state in states_for(kind)) == bool(rows)


@pytest.mark.parametrize("kind", ["opinion", "silence"])
def test_the_last_answer_ends_the_consulting(kind: str) -> None:
    """条例 32, 34: several parties may be asked at once; the file is handled again when none is left open."""
    assert move("consulting", kind, only("others_open")) == "consulting"
    assert move("consulting", kind) == "handling"


def test_a_reply_is_signed_only_from_approving_and_withdrawn_only_before() -> None:
    assert states_for("decision") == ("approving",)
    assert states_for("withdrawal") == ACTIVE


def test_the_machine_holds_no_state_of_its_own() -> None:
    assert machine() is machine()
    assert not machine().models


def test_the_diagram_names_every_state_and_is_well_formed() -> None:
    for picture in (svg(), svg("handling", ("registered", "handling")), svg("handling", words=True), svg(words=False)):
        ET.fromstring(picture)
        for state in STATES.values():
            assert state.title in picture
        for refused in ("style", "<script", "class=", "href"):  # it stands in a page under a strict policy
            assert refused not in picture
    assert "当前" not in svg()
    text = mermaid()
    assert text.startswith("stateDiagram-v2")
    for name, state in STATES.items():
        assert f'state "{state.title}" as {name}' in text
    assert text.count("-->") == len({(source, row.dest) for row in TABLE for source in row.sources if row.dest not in ("=", source)}) + 3


@pytest.mark.parametrize("drawing", [_FULL, _SMALL])
def test_each_drawing_has_the_arrows_of_the_table_and_no_other(drawing: _Drawing) -> None:
    """What it leaves out is said; withdrawal and imported results are remarks, not arrows."""
    arrows = {pair for pair, kinds in edges().items() if set(kinds) - set(_REMARKED)}
    both = {pair[::-1] for pair, way in drawing.ways.items() if way.both}
    assert set(drawing.ways) | both | drawing.left_out == arrows
    assert not (set(drawing.ways) | both) & drawing.left_out


@pytest.mark.parametrize("drawing", [_FULL, _SMALL])
def test_each_state_stands_in_the_lane_of_its_stage(drawing: _Drawing) -> None:
    assert set(drawing.places) == set(STATES)
    for name, (x, y) in drawing.places.items():
        lanes = [title for title, top, height in drawing.lanes if top <= y and y + drawing.box[1] <= top + height]
        assert len(lanes) == 1, name
        assert any(part in lanes[0] for part in STATES[name].stage.split("/")), name
        assert 0 <= x <= drawing.width - drawing.box[0]


@pytest.mark.parametrize("state", STATES)
def test_the_present_place_is_filled_and_named_and_the_way_there_is_tinted(state: str) -> None:
    picture = svg(state, ("registered", state))
    assert picture.count("当前</text>") == 1
    assert f"当前：{STATES[state].title}" in picture
    assert picture.count('fill="#1f5a94" stroke="#1f5a94"') == 1
    assert picture.count('fill="#eaf1f8"') == (0 if state == "registered" else 1)


def test_the_arrows_that_were_walked_are_drawn_over_the_others() -> None:
    walked = ("registered", "awaiting_correction", "registered", "handling", "consulting")
    assert svg("consulting", walked).count('stroke-width="2"') == 3  # there and back is one arrow with two heads
    assert svg("registered", ("registered",)).count('stroke-width="2"') == 0
