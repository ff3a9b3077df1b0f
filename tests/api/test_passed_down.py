"""交下级单位拟办 over HTTP: the unit below drafts within its limit, sees no more of the applicant than others, and is on the lists."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from db import assignees, lists, people, queries, worklists
from tests.api.conftest import Desk, new_token
from tests.conftest import rebuilt

HEAD, BELOW, ASIDE = "head@gx-zfb", "handler@gx-zrzy", "handler@gx-rsj"
DOWN = {"kind": "assignment", "on": "2026-11-24", "agency": "gx-zrzy", "limit": "2026-11-30"}


def accepted(desk: Desk) -> dict[str, Any]:
    """Received by the county office on 2026-11-16: due 2026-12-14. Accepted by 登记岗: nobody handles it."""
    desk.clock.set(date(2026, 11, 24))
    case = desk.register("intake@gx-zfb", submitted_on="2026-11-16", received_on="2026-11-16")
    return desk.place("intake@gx-zfb", case, kind="acceptance", on="2026-11-24")


def seen_on(desk: Desk, before: date = date(2026, 11, 30)) -> dict[str, set[str]]:
    """Where somebody sees it: of the county office what is 待交办 and pressing, of the unit below what it is to draft."""
    with desk.office.database.read() as session:
        staff = desk.office.staff()
        assert assignees.lost(session, staff, staff.agencies) == {}
        waiting = session.execute(select(lists.DOCKET.c.case_id).where(lists.unassigned(staff, ["gx-zfb"]))).scalars()
        return {
            "待交办": set(waiting),
            "below": {row.case_id for row in worklists.passed_down(session, "gx-zrzy")},
            "due above": {row.case_id for row in queries.worklist(session, ["gx-zfb"], before)},
            "due below": {row.case_id for row in queries.worklist(session, ["gx-zrzy"], before)},
        }


def test_the_unit_below_drafts_within_its_limit_and_the_office_above_answers(desk: Desk) -> None:
    case = accepted(desk)
    assert desk.call(BELOW, "GET", f"/api/cases/{case['id']}").status_code == 404
    assert case["id"] in seen_on(desk)["待交办"]
    case = desk.place(HEAD, case, **DOWN)
    told = {"agency": "gx-zrzy", "name": "冠县自然资源和规划局", "limit": "2026-11-30", "overdue": False}
    assert case["passed_down"] == told
    (limit,) = [one for one in case["other_dates"] if one["kind"] == "passed_down"]
    assert (limit["on"], limit["text"]) == ("2026-11-30", "交冠县自然资源和规划局拟办，最迟2026年11月30日报送拟稿。")
    found = seen_on(desk)
    assert {name for name, ids in found.items() if case["id"] in ids} == {"below", "due above", "due below"}
    seen = desk.call(BELOW, "GET", f"/api/cases/{case['id']}").json()
    assert seen["applicant"]["name"] == "周*"
    assert set(seen["permitted"]) <= {"search", "secrecy_review", "meeting", "draft", "recall", "note"}
    assert {"search", "draft"} <= set(seen["permitted"])
    assert desk.call(ASIDE, "GET", f"/api/cases/{case['id']}").status_code == 404
    row = desk.call(BELOW, "GET", "/api/cases?passed_to=gx-zrzy").json()["items"]
    assert [(one["id"], one["draft_limit"]) for one in row] == [(case["id"], "2026-11-30")]
    assert desk.call(ASIDE, "GET", "/api/cases?passed_to=gx-zrzy").json()["items"] == []
    above = desk.call(HEAD, "GET", "/api/cases?agency=gx-zfb&passed_to=gx-zrzy").json()["items"]
    assert [one["passed_to"] for one in above] == ["gx-zrzy"]
    refused = desk.try_place(BELOW, seen, kind="extension", on="2026-11-24", days=5, reason="查档")
    assert refused.status_code == 403
    desk.clock.set(date(2026, 12, 1))
    seen = desk.call(BELOW, "GET", f"/api/cases/{case['id']}").json()
    assert seen["passed_down"]["overdue"]
    draft = {"kind": "draft", "on": "2026-12-01", "items": [{"item": 1, "outcome": "disclosed", "where": "随答复书提供"}]}
    drafted = desk.try_place(BELOW, seen, **draft)
    assert drafted.status_code == 201, drafted.text
    assert case["id"] not in seen_on(desk)["below"]
    signed = desk.try_place(HEAD, desk.call(HEAD, "GET", f"/api/cases/{case['id']}").json(), kind="decision", on="2026-12-01")
    assert signed.status_code == 201, signed.text
    office = desk.office
    assert rebuilt(office.database, office.rules, office.keys) == []


def test_what_cannot_be_passed_down_is_refused_at_its_field(desk: Desk) -> None:
    case = accepted(desk)
    wrong = [
        ({"agency": "gx-none"}, "agency", "没有这个单位"), ({"agency": "gx-zfb"}, "agency", "不能交本单位"),
        ({"limit": "2026-11-23"}, "limit", "不能早于今天"), ({"limit": "2026-12-15"}, "limit", "不能晚于答复期限"),
        ({"limit": None}, "limit", "写明期限"), ({"receiver": {"name": "甲"}}, "receiver", "系统填写"),
    ]  # fmt: skip
    for fields, field, says in wrong:
        answer = desk.try_place(HEAD, case, **{**DOWN, **fields})
        assert answer.status_code == 400, answer.text
        assert answer.json()["errors"][0]["field"] == field
        assert says in answer.text
    below = desk.register("intake@gx-rsj")
    answer = desk.try_place("head@gx-rsj", below, **DOWN)
    assert answer.status_code == 400
    assert "不是本单位主管" in answer.text
    assert desk.call(HEAD, "GET", f"/api/cases/{case['id']}").json()["version"] == case["version"]


def test_where_nobody_below_may_draft_it_is_to_be_assigned_again(desk: Desk) -> None:
    """B14: nothing is lost from sight."""
    case = desk.place(HEAD, accepted(desk), **DOWN)
    assert case["id"] not in seen_on(desk)["待交办"]
    drafters = desk.office.rules.on(desk.office.today()).roles["draft"]

    def set_active(*, active: bool) -> None:
        def write(session: Any) -> None:
            for row in queries.officers(session):
                if row.agency == "gx-zrzy" and row.role in drafters:
                    people.set_active(session, row.id, active, desk.clock())
                    if active:  # the token of somebody who was sent away has ended
                        desk.tokens[row.username] = new_token(session, row.id, desk.clock())

        desk.office.database.write(write)

    set_active(active=False)
    assert case["id"] in seen_on(desk)["待交办"]
    set_active(active=True)
    again = desk.place(HEAD, case, kind="assignment", on="2026-11-24", to="handler@gx-zfb")
    assert again["passed_down"] is None
    assert desk.call(BELOW, "GET", f"/api/cases/{case['id']}").status_code == 404
