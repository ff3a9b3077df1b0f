"""移送 over HTTP: the receiving unit has the file at once, the old one keeps its number and is counted nowhere."""

from __future__ import annotations

from typing import Any

from tests.api.conftest import Desk
from tests.conftest import rebuilt

TO = {"kind": "handover", "on": "2026-11-24", "to": "gx-zjj", "reason": "由住房和城乡建设部门负责。"}


def of_unit(desk: Desk, agency: str) -> list[dict[str, Any]]:
    return list(desk.call(f"head@{agency}", "GET", f"/api/cases?agency={agency}&limit=100").json()["items"])


def table3_new(desk: Desk, agency: str) -> Any:
    return desk.call(f"head@{agency}", "GET", f"/api/reports/annual?year=2026&agency={agency}").json()["table3"]


def test_the_other_unit_has_it_with_its_own_number_and_that_day(desk: Desk) -> None:
    counted = {agency: table3_new(desk, agency) for agency in ("gx-zrzy", "gx-zjj")}
    before = {one["id"] for one in of_unit(desk, "gx-zjj")}
    case = desk.register(submitted_on="2026-11-20", received_on="2026-11-20")
    after = desk.place("intake@gx-zrzy", case, **TO)
    assert after["state"] == "handed_over"
    assert after["due"]["on"] is None
    assert [one["kind"] for one in after["letters"]] == ["receipt", "handover_notice"]
    (new,) = [one for one in of_unit(desk, "gx-zjj") if one["id"] not in before]
    file = desk.call("handler@gx-zjj", "GET", f"/api/cases/{new['id']}").json()
    assert file["state"] == "registered"
    assert file["received_on"] == "2026-11-24"
    assert file["handed_from"] == {"agency": "冠县自然资源和规划局", "number": case["number"], "received_on": "2026-11-20"}
    assert file["due"]["because"][0]["text"] == "11月24日收到冠县自然资源和规划局移送的申请（该单位11月20日收到），为收到日，不计入。"
    assert file["applicant"]["name"] == case["applicant"]["name"]
    assert file["number"] != case["number"]
    assert desk.call("handler@gx-zjj", "GET", f"/api/cases/{case['id']}").status_code == 404
    letter = desk.call("intake@gx-zrzy", "GET", f"/api/letters/{after['letters'][-1]['id']}/pdf")
    assert letter.status_code == 200
    assert table3_new(desk, "gx-zrzy") == counted["gx-zrzy"], "counted where it is answered"
    assert table3_new(desk, "gx-zjj") != counted["gx-zjj"]
    office = desk.office
    assert rebuilt(office.database, office.rules, office.keys) == []


def test_what_cannot_be_handed_over_is_refused_and_nothing_changes(desk: Desk) -> None:
    case = desk.register()
    for fields, status in (({"to": "gx-zrzy"}, 400), ({"to": "gx-none"}, 400), ({"receiver": {"name": "甲"}}, 400)):
        answer = desk.try_place("intake@gx-zrzy", case, **{**TO, **fields})
        assert answer.status_code == status, answer.text
    case = desk.place("handler@gx-zrzy", case, kind="acceptance", on="2026-11-24")
    assert desk.try_place("intake@gx-zrzy", case, **TO).status_code == 409
    assert desk.call("intake@gx-zrzy", "GET", f"/api/cases/{case['id']}").json()["version"] == case["version"]
