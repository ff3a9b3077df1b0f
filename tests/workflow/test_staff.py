"""在岗、外出、代办: who does whose work, and which leave is none (READINGS R-leave)."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from tests.workflow.histories import AGENCY
from tests.workflow.people import away, colleague, drawn_staff, office
from workflow.law import Invalid
from workflow.staff import Leave, Staff

HANDLER, SECOND, THIRD = (f"handler{which}@{AGENCY}" for which in ("", "2", "3"))
TWO, THREE = colleague("handler", "2"), colleague("handler", "3")


def leave(deputy: str, first: str = "2026-03-01", last: str = "2026-03-31") -> Leave:
    return Leave(date.fromisoformat(first), date.fromisoformat(last), deputy)


def test_whoever_is_there_does_his_own_work() -> None:
    people = office()
    assert people.stand_in(HANDLER) == HANDLER
    assert people.whose(HANDLER) == (HANDLER,)
    assert people.handlers(AGENCY) == {HANDLER}


def test_while_somebody_is_away_his_deputy_sees_his_list_and_he_still_does() -> None:
    people = office(away("handler", "handler2"), TWO)
    assert people.stand_in(HANDLER) == SECOND
    assert people.whose(SECOND) == (SECOND, HANDLER)
    assert people.on_whose_list((HANDLER,)) == {HANDLER, SECOND}
    assert people.handlers(AGENCY) == {HANDLER, SECOND}


@pytest.mark.parametrize(
    ("first", "last", "by"),
    [
        ("2026-03-10", "2026-03-10", SECOND),  # today alone
        ("2026-03-11", "2026-03-20", HANDLER),  # from tomorrow
        ("2026-03-01", "2026-03-09", HANDLER),  # till yesterday
    ],
)
def test_a_leave_holds_on_its_days_both_included(first: str, last: str, by: str) -> None:
    assert office(away("handler", "handler2", first=first, last=last), TWO).stand_in(HANDLER) == by


def test_a_chain_of_deputies_ends_at_whoever_is_there() -> None:
    people = office(away("handler", "handler2"), away("handler", "handler3", "2"), THREE)
    assert people.stand_in(HANDLER) == people.stand_in(SECOND) == THIRD
    assert set(people.whose(THIRD)) == {THIRD, HANDLER, SECOND}


@pytest.mark.parametrize(
    "end",
    [
        colleague("handler", "2", active=False),
        colleague("handler", "2", agency="gx-rsj"),
        colleague("archivist", "2"),
        away("handler", "handler", "2"),
    ],
    ids=["dismissed", "in another unit", "at a post that may not draft", "away, and back to the first"],
)
def test_without_anybody_at_the_end_his_files_are_in_nobodys_hands(end: object) -> None:
    name = end.username  # type: ignore[attr-defined]
    people = office(colleague("handler", leave=leave(name)), end)  # type: ignore[arg-type]
    assert people.stand_in(HANDLER) is None
    assert HANDLER not in people.handlers(AGENCY)
    assert people.on_whose_list((HANDLER,)) == {HANDLER}


def test_whoever_is_disabled_does_nothing_and_nobody_stands_in_for_him() -> None:
    people = office(colleague("handler", active=False, leave=leave(SECOND)), TWO)
    assert people.stand_in(HANDLER) is None
    assert people.whose(SECOND) == (SECOND,)
    assert people.on_whose_list((HANDLER,)) == frozenset()


def test_the_front_desk_may_be_minded_by_whoever_may_register() -> None:
    people = office(away("intake", "handler"))
    assert people.stand_in(f"intake@{AGENCY}") == HANDLER
    assert [one.username for one in people.deputies(f"intake@{AGENCY}")] == [HANDLER]
    assert people.deputies(f"head@{AGENCY}") == ()


REFUSED = [
    (leave(SECOND, "2026-03-20", "2026-03-10"), "to", "止日不能早于起日"),
    (leave(SECOND, "2026-03-01", "2026-03-09"), "to", "已经在2026年3月9日结束"),
    (leave("nobody"), "deputy", "没有这位在岗的人员"),
    (leave("handler@gx-rsj"), "deputy", "没有这位在岗的人员"),
    (leave(f"handler4@{AGENCY}"), "deputy", "没有这位在岗的人员"),
    (leave(HANDLER), "deputy", "不能是本人"),
    (leave(f"legal@{AGENCY}"), "deputy", "岗位不能办理"),
    (leave(THIRD), "deputy", "又交回给您代办"),
]


@pytest.mark.parametrize(("asked", "field", "says"), REFUSED, ids=[row[2] + row[0].deputy for row in REFUSED])
def test_a_leave_that_would_leave_the_work_to_nobody_is_refused(asked: Leave, field: str, says: str) -> None:
    gone, other, back = colleague("handler", "4", active=False), colleague("handler", agency="gx-rsj"), away("handler", "handler", "3")
    people = office(TWO, back, gone, other)
    with pytest.raises(Invalid, match=says) as caught:
        people.leave(HANDLER, asked)
    assert caught.value.field == field


def test_whoever_chooses_a_deputy_who_may_not_is_told_who_may_and_what_to_do_where_there_is_nobody() -> None:
    """READINGS R-leave; by posts: an error names no person."""
    with pytest.raises(Invalid, match="可以代办的是承办岗，请从本单位这些岗位的人员中选择"):
        office(TWO).leave(HANDLER, leave(f"legal@{AGENCY}"))
    with pytest.raises(Invalid, match="可以代办的是承办岗，本单位现在没有另一名这样的人员。请系统管理员新增、启用一名，"):
        office().leave(HANDLER, leave(f"legal@{AGENCY}"))
    with pytest.raises(Invalid, match="可以代办的是登记岗、承办岗，请从本单位"):
        office().leave(f"intake@{AGENCY}", leave(f"legal@{AGENCY}"))


def test_a_unit_lacks_what_nobody_active_of_it_may_do() -> None:
    assert office().lacking(AGENCY) == ()
    gone = [colleague(role, active=False) for role in ("head", "handler", "intake")]
    assert office(gone[0]).lacking(AGENCY) == ("decision",)
    assert office(gone[2]).lacking(AGENCY) == ()  # the handler registers
    assert office(*gone).lacking(AGENCY) == ("registration", "draft", "decision")


def test_a_circle_is_one_only_on_days_that_all_are_away() -> None:
    people = office(away("handler", "handler", "2", "2026-03-01", "2026-03-12"))
    kept = people.leave(HANDLER, leave(SECOND, "2026-03-13", "2026-03-20"))
    assert kept.by_name[HANDLER].leave == leave(SECOND, "2026-03-13", "2026-03-20")
    with pytest.raises(Invalid, match="又交回给您代办"):
        people.leave(HANDLER, leave(SECOND, "2026-03-12", "2026-03-20"))


def test_a_longer_circle_is_refused_too() -> None:
    people = office(away("handler", "handler3", "2"), away("handler", "handler", "3"))
    with pytest.raises(Invalid, match="又交回给您代办"):
        people.leave(HANDLER, leave(SECOND))


@pytest.mark.parametrize("seed", range(200))
def test_leaves_that_were_accepted_never_run_in_circles(seed: int) -> None:
    """Whoever asks in whatever order, on every day the work of each ends with somebody who is there, as long as nobody is dismissed."""
    random = Random(seed)
    people = office(TWO, THREE, colleague("intake", "2"))
    for _ in range(8):
        name = random.choice([one.username for one in people.colleagues])
        first = date(2026, 3, random.randint(5, 28))
        try:
            people = people.leave(name, Leave(first, date(2026, 3, random.randint(first.day, 30)), random.choice([*people.by_name])))
        except Invalid:
            continue
    for number in range(5, 31):
        then = Staff(people.colleagues, date(2026, 3, number), people.roles)
        for one in then.colleagues:
            assert then.stand_in(one.username) is not None, (number, one.username)


@pytest.mark.parametrize("seed", range(100))
def test_whoever_does_anothers_work_is_there_and_may(seed: int) -> None:
    people = drawn_staff(Random(seed), date(2026, 3, 10))
    for one in people.colleagues:
        by = people.stand_in(one.username)
        if by is not None and by != one.username:
            deputy = people.by_name[by]
            assert deputy.active and not deputy.is_away(people.today) and people.may_stand_in(deputy, one)
            assert one.username in people.represented(by)
