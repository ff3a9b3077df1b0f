"""外出与代办 over the API: who sees whose list meanwhile, how it ends, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from db import people, store, worklists
from db.worklists import Now, Scope
from tests.api.conftest import Desk

NOW = datetime(2026, 11, 24, tzinfo=UTC)
HANDLER, SECOND, INTAKE = "handler@gx-zrzy", "handler2@gx-zrzy", "intake@gx-zrzy"
LEAVE = {"from": "2026-11-20", "to": "2026-11-30", "deputy": SECOND}


def hire(desk: Desk, username: str, role: str, agency: str = "gx-zrzy") -> None:
    def add(session: Any) -> str:
        officer = store.add_officer(session, username=username, name=f"{username.partition('@')[0]}（样例）", role=role, agency=agency, at=NOW)
        return store.new_token(session, officer.id, label="test", at=NOW, expires_at=NOW + timedelta(days=3650))

    desk.tokens[username] = desk.office.database.write(add)


@pytest.fixture(scope="module")
def desk(desk_factory: Any) -> Desk:
    made: Desk = desk_factory()
    for name in ("handler2", "handler3"):
        hire(made, f"{name}@gx-zrzy", "handler")
    hire(made, "legal2@gx-zrzy", "legal")
    return made


@pytest.fixture(autouse=True)
def everybody_back(desk: Desk) -> Iterator[None]:
    yield
    desk.clock.set(date(2026, 11, 24))
    for name in (HANDLER, SECOND, "handler3@gx-zrzy", INTAKE, "legal@gx-zrzy"):
        desk.call(name, "DELETE", "/api/me/leave")


def away(desk: Desk, who: str = HANDLER, **fields: str) -> Any:
    return desk.call(who, "POST", "/api/me/leave", {**LEAVE, **fields})


def his_list(desk: Desk, username: str) -> set[str]:
    """What stands on one's desk as one's own to do."""
    with desk.office.database.read() as session:
        officer = people.officer_of(people.officer_row(session, username))
        now = Now.of(officer, desk.office.staff(), desk.office.rules)
        return {row.case_id for row in worklists.page(session, Scope([officer.agency], personal=True), now, "todo", size=1000)}


def taken(desk: Desk) -> dict[str, Any]:
    return desk.place(HANDLER, desk.register(), kind="acceptance", on="2026-11-03")


def unassigned(desk: Desk) -> set[str]:
    with desk.office.database.read() as session:
        head = people.officer_of(people.officer_row(session, "head@gx-zrzy"))
        now = Now.of(head, desk.office.staff(), desk.office.rules)
        return {row.case_id for row in worklists.page(session, Scope(["gx-zrzy"]), now, "unassigned", size=1000)}


def test_a_leave_is_kept_told_and_ended(desk: Desk) -> None:
    answer = away(desk)
    assert answer.status_code == 201, answer.text
    assert answer.json() == {"leave": LEAVE, "standing_in_for": []}
    assert desk.call(HANDLER, "GET", "/api/me/leave").json() == answer.json()
    name = desk.call(HANDLER, "GET", "/api/me").json()["name"]
    stands = desk.call(SECOND, "GET", "/api/me/leave").json()
    assert stands == {"leave": None, "standing_in_for": [{"username": HANDLER, "name": name, "until": "2026-11-30"}]}
    ended = desk.call(HANDLER, "DELETE", "/api/me/leave")
    assert (ended.status_code, ended.json()) == (200, {"leave": None, "standing_in_for": []})
    assert desk.call(SECOND, "GET", "/api/me/leave").json()["standing_in_for"] == []
    assert desk.call(HANDLER, "DELETE", "/api/me/leave").status_code == 404


def test_the_deputy_sees_his_list_on_the_days_of_the_leave(desk: Desk) -> None:
    case = taken(desk)
    assert case["id"] not in his_list(desk, SECOND)
    away(desk)
    assert case["id"] in his_list(desk, SECOND) & his_list(desk, HANDLER)
    assert case["id"] not in unassigned(desk)
    (move,) = desk.call(HANDLER, "GET", f"/api/cases/{case['id']}").json()["must_move"]
    assert (move["act"], sorted(move["by"])) == ("search", [SECOND, HANDLER])
    desk.clock.set(date(2026, 12, 1))
    assert case["id"] not in his_list(desk, SECOND)
    desk.clock.set(date(2026, 11, 19))
    assert case["id"] not in his_list(desk, SECOND)


def test_a_chain_ends_at_whoever_is_there(desk: Desk) -> None:
    case = taken(desk)
    away(desk)
    assert away(desk, SECOND, deputy="handler3@gx-zrzy").status_code == 201
    assert case["id"] in his_list(desk, "handler3@gx-zrzy")
    assert case["id"] not in his_list(desk, SECOND)
    circle = away(desk, "handler3@gx-zrzy", deputy=HANDLER)
    assert circle.status_code == 400
    assert circle.json()["errors"][0]["field"] == "deputy"
    assert away(desk, "handler3@gx-zrzy", deputy=HANDLER, **{"from": "2026-12-01", "to": "2026-12-02"}).status_code == 201


def test_a_deputy_who_is_dismissed_leaves_the_files_to_be_given_out(desk: Desk) -> None:
    case = taken(desk)
    away(desk)

    def active(value: bool) -> None:
        desk.office.database.write(lambda s: people.set_active(s, people.officer_row(s, SECOND).id, value, NOW))  # type: ignore[union-attr]

    active(False)
    try:
        assert case["id"] in unassigned(desk)
        assert desk.call("head@gx-zrzy", "GET", "/api/cases?unattended=true").json()["items"] == []
    finally:
        active(True)


def test_the_handler_minds_the_front_desk_too(desk: Desk) -> None:
    case = desk.register()
    assert case["id"] not in his_list(desk, HANDLER)
    assert away(desk, INTAKE, deputy=HANDLER).status_code == 201
    assert case["id"] in his_list(desk, HANDLER)


def test_what_somebody_is_asked_his_deputy_may_answer(desk: Desk) -> None:
    case = desk.place(
        HANDLER, taken(desk), kind="consultation", type="internal", agency="gx-zrzy", to="legal@gx-zrzy", party={"name": "法制岗"},
        question="能否公开？",
    )  # fmt: skip
    with desk.office.database.read() as session:
        deputy = people.officer_of(people.officer_row(session, "legal2@gx-zrzy"))

    def asked() -> set[str]:
        now = Now.of(deputy, desk.office.staff(), desk.office.rules)
        with desk.office.database.read() as session:
            return {row.case_id for row in worklists.asked(session, now, most=100)}

    assert case["id"] not in asked()
    assert away(desk, "legal@gx-zrzy", deputy="legal2@gx-zrzy").status_code == 201
    assert case["id"] in asked()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"deputy": HANDLER}, "deputy"),
        ({"deputy": "archivist@gx-zrzy"}, "deputy"),
        ({"deputy": "handler@gx-rsj"}, "deputy"),
        ({"deputy": "nobody"}, "deputy"),
        ({"deputy": ""}, "deputy"),
        ({"to": "2026-11-19"}, "to"),
        ({"from": "2026-11-01", "to": "2026-11-23"}, "to"),
        ({"from": "2026-02-30"}, "from"),
        ({"from": "bald"}, "from"),
        ({"until": "2026-12-01"}, "until"),
    ],
)
def test_what_is_no_leave_is_refused_at_its_field_and_changes_nothing(desk: Desk, fields: dict[str, str], field: str) -> None:
    answer = away(desk, **fields)
    assert answer.status_code == 400, answer.text
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert desk.call(HANDLER, "GET", "/api/me/leave").json()["leave"] is None


def test_every_part_of_a_leave_is_asked_for(desk: Desk) -> None:
    answer = desk.call(HANDLER, "POST", "/api/me/leave", {})
    assert answer.status_code == 400
    assert {one["field"] for one in answer.json()["errors"]} == {"from", "to", "deputy"}


def test_whoever_has_no_desk_takes_no_leave(desk: Desk) -> None:
    assert away(desk, "admin").status_code == 403
    assert desk.call(None, "POST", "/api/me/leave", LEAVE).status_code == 401


def test_a_leave_stands_in_the_log(desk: Desk) -> None:
    away(desk)
    desk.call(HANDLER, "DELETE", "/api/me/leave")
    with desk.office.database.read() as session:
        last = [(row.what, row.username, row.object, row.reason) for row in people.log_entries(session, limit=2)]
    assert last == [
        ("leave", HANDLER, HANDLER, "结束外出"),
        ("leave", HANDLER, HANDLER, "外出2026年11月20日至2026年11月30日，由handler2@gx-zrzy代办"),
    ]
