"""报批 over HTTP: the handler asks with all fields, the head sees what it changes and signs or returns it."""

from __future__ import annotations

from typing import Any

from tests.api.conftest import Desk

HANDLER, HEAD = "handler@gx-zrzy", "head@gx-zrzy"
EXTENSION = {"kind": "extension", "on": "2026-11-24", "days": 20, "reason": "卷宗量大", "notified_on": "2026-11-24"}


def asked(desk: Desk) -> dict[str, Any]:
    case = desk.register(submitted_on="2026-11-20", received_on="2026-11-20")
    case = desk.place(HANDLER, case, kind="acceptance", on="2026-11-24")
    return desk.place(HANDLER, case, kind="request", on="2026-11-24", act=EXTENSION, reason="共四十卷")


def waiting(desk: Desk, case: dict[str, Any], who: str = HEAD) -> list[dict[str, Any]]:
    answer = desk.call(who, "GET", "/api/approvals")
    assert answer.status_code == 200, answer.text
    return [one for one in answer.json()["items"] if one["case"] == case["id"]]


def test_the_head_sees_what_is_asked_by_whom_why_and_what_it_changes_and_signs_it(desk: Desk) -> None:
    case = asked(desk)
    (one,) = waiting(desk, case)
    told = one["request"]
    assert (one["what"], told["kind"], told["seq"], told["reason"]) == ("request", "extension", 3, "共四十卷")
    assert told["act"]["days"] == 20
    assert told["changes"] == ["答复期限：由2026年12月18日变为2027年1月18日"]
    assert told["refused"] is None
    assert [each["seq"] for each in case["requests"]] == [3]
    signed = desk.place(HEAD, case, kind="extension", on="2026-11-24", request=3)
    assert signed["due"]["on"] == "2027-01-18"
    assert signed["requests"] == []
    assert waiting(desk, case) == []


def test_what_is_asked_for_is_dated_today_unless_it_says_another_day(desk: Desk) -> None:
    case = desk.place(HANDLER, desk.register(submitted_on="2026-11-20", received_on="2026-11-20"), kind="acceptance", on="2026-11-24")
    act = {name: value for name, value in EXTENSION.items() if name != "on"}
    case = desk.place(HANDLER, case, kind="request", act=act, reason="共四十卷")
    assert case["acts"][-1]["act"]["act"]["on"] == "2026-11-24"
    assert desk.place(HEAD, case, kind="extension", request=3)["due"]["on"] == "2027-01-18"


def test_it_is_returned_with_a_reason_or_taken_back_by_who_asked(desk: Desk) -> None:
    case = asked(desk)
    case = desk.place(HEAD, case, kind="return", on="2026-11-24", request=3, reason="先查清卷数")
    assert case["state"] == "handling"
    assert waiting(desk, case) == []
    case = desk.place(HANDLER, case, kind="request", on="2026-11-24", act=EXTENSION, reason="核实为三十卷")
    case = desk.place(HANDLER, case, kind="recall", on="2026-11-24", request=5)
    assert case["requests"] == []


def test_what_the_asker_may_place_himself_and_what_the_law_forbids_is_refused(desk: Desk) -> None:
    case = desk.place(HANDLER, desk.register(), kind="acceptance", on="2026-11-24")
    wrong = [
        ({"kind": "search", "on": "2026-11-24", "places": ["档案室"], "method": "查阅", "result": "found"}, 400),
        ({**EXTENSION, "days": 21}, 409),
        ({"kind": "extension", "on": "2026-11-24"}, 400),
        ({"kind": "nothing"}, 400),
        ({"kind": "request", "on": "2026-11-24", "act": EXTENSION, "reason": "报批"}, 400),
    ]
    for act, status in wrong:
        answer = desk.try_place(HANDLER, case, kind="request", on="2026-11-24", act=act, reason="请批")
        assert answer.status_code == status, answer.text
    assert desk.call(HANDLER, "GET", f"/api/cases/{case['id']}").json()["version"] == case["version"]


def test_the_queue_is_the_head_s_and_the_legal_staff_s(desk: Desk) -> None:
    case = asked(desk)
    assert waiting(desk, case, "legal@gx-zrzy")
    assert waiting(desk, case, "head@gx-zjj") == []
    assert desk.call(HANDLER, "GET", "/api/approvals").status_code == 403
