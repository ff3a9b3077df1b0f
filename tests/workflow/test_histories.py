"""What holds of every file, whatever an office did to it: over histories drawn at random (`histories`)."""

from __future__ import annotations

from functools import cache

import pytest

from tests.test_stories import TO_COME
from tests.workflow.histories import (
    DRAWN,
    NOT_DRAWN,
    WEIGHTS,
    History,
    drawn,
    prefixes,
    replayed,
    shortest,
    told,
)
from workflow.acts import ACTS
from workflow.case import Case
from workflow.procedure import STATES

pytestmark = pytest.mark.slow
SEEDS = range(200)


@cache
def history(seed: int) -> History:
    return drawn(seed)


@pytest.fixture(scope="module")
def histories() -> list[History]:
    return [history(seed) for seed in SEEDS]


# ---------------------------------------------------------------------------------------------- the histories themselves


def test_every_kind_of_act_is_drawn() -> None:
    """When this fails because a kind of act was added: give it a function and a weight in `histories`."""
    assert set(DRAWN) | NOT_DRAWN == set(ACTS)
    assert set(WEIGHTS) <= set(DRAWN)


def test_the_histories_hold_every_kind_and_every_state(histories: list[History]) -> None:
    cases = [case for one in histories for case in one.files]
    assert {signed.act.kind for case in cases for signed in case.acts} == set(ACTS) - {"ledger_result", "erasure"} - TO_COME
    assert {state for case in cases for state in case.walked} == set(STATES)
    assert any(case.joint_letters and case.services for case in cases), "one reply to several requests, served"


def test_a_history_is_the_same_every_time_and_can_be_taken_step_by_step() -> None:
    for seed in range(5):
        assert drawn(seed).files == history(seed).files == replayed(history(seed).steps, history(seed).name).files
        assert [len(one.steps) for one in prefixes(history(seed))] == list(range(1, len(history(seed).steps) + 1))


def test_a_history_is_cut_down_to_what_matters() -> None:
    def withdrawn(one: History) -> bool:
        return any(case.outcome == "withdrawn" for case in one.files)

    long = next(history(seed) for seed in SEEDS if withdrawn(history(seed)) and len(history(seed).files) == 1)
    short = shortest(long, withdrawn)
    assert [step.kind for step in short.steps] == ["registration", "withdrawal"]
    assert "withdrawal" in told(short)


# ---------------------------------------------------------------------------------------------- what holds of all


def test_what_is_stored_folds_to_the_same_file(histories: list[History]) -> None:
    for one in histories:
        for case in one.files:
            assert Case.of(case.id, case.agency, case.number, case.acts) == case, told(one)
