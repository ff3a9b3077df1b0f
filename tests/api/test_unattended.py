"""No open file is lost from sight: whoever accepts has it, what nobody has is 待交办, and 待交办 has somebody who sees it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from api.office.checkup import checkup
from db import assignees, people, worklists
from db.assignees import Lost
from db.worklists import Now, Scope
from tests.api.conftest import Desk, new_token

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def unassigned(desk: Desk) -> set[str]:
    """What the head of the unit sees as 待交办."""
    with desk.office.database.read() as session:
        head = people.officer_of(people.officer_row(session, "head@gx-zrzy"))
        now = Now.of(head, desk.office.staff(), desk.office.rules)
        found = worklists.page(session, Scope(["gx-zrzy"]), now, "unassigned", size=1000)
        assert len(found) == worklists.counts(session, Scope(["gx-zrzy"]), now, ["unassigned"])["unassigned"]
    return {row.case_id for row in found}


def lists_of(desk: Desk, username: str) -> set[str]:
    """Everything on one handler's own desk: what is his to do, and what waits for others."""
    with desk.office.database.read() as session:
        officer = people.officer_of(people.officer_row(session, username))
        now = Now.of(officer, desk.office.staff(), desk.office.rules)
        scope = Scope([officer.agency], personal=True)
        return {row.case_id for key in ("todo", "waiting") for row in worklists.page(session, scope, now, key, size=1000)}


def unattended(desk: Desk, who: str = "head@gx-zrzy") -> list[str]:
    answer = desk.call(who, "GET", "/api/cases?unattended=true")
    assert answer.status_code == 200, answer.text
    assert answer.json()["total"] == len(answer.json()["items"])
    return [one["id"] for one in answer.json()["items"]]


def change(desk: Desk, username: str, work: Callable[[Any, str], None]) -> None:
    """What an administrator does to an officer, with the rule that loses nothing from sight."""

    def write(session: Any) -> None:
        with assignees.none_lost(session, desk.office.today(), desk.office.rules):
            row = people.officer_row(session, username)
            assert row is not None
            work(session, row.id)

    desk.office.database.write(write)


@pytest.fixture(autouse=True)
def _back_at_work(desk: Desk) -> None:
    """Everybody has a token: that of somebody whom a test sent away has ended."""

    def write(session: Any) -> None:
        for username in ("intake@gx-zrzy", "handler@gx-zrzy", "head@gx-zrzy"):
            row = people.officer_row(session, username)
            assert row is not None
            desk.tokens[username] = new_token(session, row.id, NOW)

    desk.office.database.write(write)


def test_whoever_accepts_has_it_on_his_desk(desk: Desk) -> None:
    case = desk.register()
    assert case["id"] in unassigned(desk)
    case = desk.place("handler@gx-zrzy", case, kind="acceptance", on="2026-11-03")
    assert case["assignee"] == "handler@gx-zrzy"
    assert case["id"] in lists_of(desk, "handler@gx-zrzy")
    assert case["id"] not in unassigned(desk)
    listed = desk.call("head@gx-zrzy", "GET", "/api/cases?assignee=handler%40gx-zrzy&limit=100").json()["items"]
    assert case["id"] in {one["id"] for one in listed}


def test_what_the_intake_desk_accepted_waits_to_be_given_to_somebody(desk: Desk) -> None:
    case = desk.place("intake@gx-zrzy", desk.register(), kind="acceptance", on="2026-11-03")
    assert case["assignee"] is None
    assert case["id"] in unassigned(desk)
    case = desk.place("handler@gx-zrzy", case, kind="draft", items=[{"item": 1, "outcome": "disclosed"}])
    assert case["assignee"] == "handler@gx-zrzy"
    assert case["id"] not in unassigned(desk)


def disabled(session: Any, officer_id: str) -> None:
    people.set_active(session, officer_id, False, NOW)




@pytest.mark.parametrize(
    ("gone", "back"),
    [
        (disabled, lambda s, one: people.set_active(s, one, True, NOW)),
        (
            lambda s, one: people.change_officer(s, one, name="赵思远（样例）", role="handler", agency="gx-rsj"),
            lambda s, one: people.change_officer(s, one, name="赵思远（样例）", role="handler", agency="gx-zrzy"),
        ),
        (
            lambda s, one: people.change_officer(s, one, name="赵思远（样例）", role="archivist", agency="gx-zrzy"),
            lambda s, one: people.change_officer(s, one, name="赵思远（样例）", role="handler", agency="gx-zrzy"),
        ),
    ],
    ids=["disabled", "in another unit", "at a post that may not draft"],
)
def test_the_files_of_whoever_cannot_go_on_wait_to_be_given_to_somebody(desk: Desk, gone: Any, back: Any) -> None:
    taken = desk.place("head@gx-zrzy", desk.register(), kind="assignment", to="handler@gx-zrzy")
    taken = desk.place("handler@gx-zrzy", taken, kind="acceptance")
    asked = desk.place(
        "handler@gx-zrzy", desk.place("handler@gx-zrzy", desk.register(), kind="acceptance"), kind="consultation",
        type="internal", party={"name": "法制岗"}, question="是否可以公开？",
    )  # fmt: skip
    ended = desk.place("intake@gx-zrzy", desk.register(), kind="withdrawal")
    change(desk, "handler@gx-zrzy", gone)
    try:
        assert {taken["id"], asked["id"]} <= unassigned(desk)
        assert ended["id"] not in unassigned(desk)
        assert unattended(desk) == []
    finally:
        change(desk, "handler@gx-zrzy", back)
    assert not {taken["id"], asked["id"]} & unassigned(desk)


def test_the_last_who_sees_what_is_to_be_given_out_stays(desk: Desk) -> None:
    desk.register()
    change(desk, "intake@gx-zrzy", disabled)
    with pytest.raises(Lost):
        change(desk, "head@gx-zrzy", disabled)
    assert unattended(desk) == []
    change(desk, "intake@gx-zrzy", lambda s, one: people.set_active(s, one, True, NOW))
    change(desk, "head@gx-zrzy", disabled)
    change(desk, "head@gx-zrzy", lambda s, one: people.set_active(s, one, True, NOW))


def test_what_nobody_sees_is_listed_and_told_by_the_check_up(desk: Desk) -> None:
    """It takes a change behind the program's back."""
    case = desk.register()

    def set_active(active: bool) -> None:
        def write(session: Any) -> None:
            for username in ("head@gx-zrzy", "intake@gx-zrzy"):
                people.set_active(session, people.officer_row(session, username).id, active, NOW)  # type: ignore[union-attr]

        desk.office.database.write(write)

    def told() -> Any:
        return next(one for one in checkup(desk.office) if one.name == "people")

    assert told().level == "ok"
    set_active(False)
    try:
        assert case["id"] in unattended(desk, "analyst@gx-zfb")
        none = desk.call("analyst@gx-zfb", "GET", "/api/cases?unattended=false&limit=100&sort=-number").json()["items"]
        assert case["id"] not in {one["id"] for one in none}
        assert told().level == "warns"
        assert "冠县自然资源和规划局" in told().text
        exported = desk.call("analyst@gx-zfb", "GET", "/api/export/cases?format=csv&unattended=true").text
        assert case["number"] in exported
    finally:
        set_active(True)
    assert unattended(desk, "analyst@gx-zfb") == []


def test_a_filter_that_is_no_answer_is_told(desk: Desk) -> None:
    answer = desk.call("head@gx-zrzy", "GET", "/api/cases?unattended=perhaps")
    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == ["unattended"]


def test_the_desks_that_show_it_are_those_that_are_counted_on() -> None:
    from api.pages.desk.desk import DESKS
    from workflow.staff import DISPATCHERS

    assert {role for role, frame in DESKS.items() if "unassigned" in frame.counters} == set(DISPATCHERS)
