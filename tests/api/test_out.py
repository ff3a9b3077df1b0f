"""A file that was voided, handed over or withdrawn is due no more: no due date, not overdue, on no list of open files."""

from __future__ import annotations

from datetime import date

import pytest

from db import consulting, desks, people, queries, queues, worklists
from db.worklists import Now, Scope
from tests.api.conftest import Desk

LATE = date(2027, 3, 1)
ASKED = {"type": "internal", "party": {"name": "法制科"}, "agency": "gx-zrzy", "question": "可否公开"}
AWAY = {
    "voiding": ("head@gx-zrzy", {"reason": "重复登记"}, "void"),
    "handover": ("intake@gx-zrzy", {"to": "gx-zjj", "reason": "由住房和城乡建设部门负责"}, "handed_over"),
    "withdrawal": ("intake@gx-zrzy", {"by": "phone"}, "closed"),
}


def lists(desk: Desk) -> dict[str, set[str]]:
    """Every list of open files on which somebody of the unit, or who oversees it, may see one."""
    found: dict[str, set[str]] = {}
    with desk.office.database.read() as session:
        head = people.officer_of(people.officer_row(session, "head@gx-zrzy"))
        rules, people_here = desk.office.rules, desk.office.staff()
        now = Now.of(head, people_here, rules)
        for key in sorted(worklists.OF_OPEN | {"todo", "ready"}):
            found[key] = {row.case_id for row in worklists.page(session, Scope(["gx-zrzy"]), now, key, size=1000)}
        found["gongkai due"] = {row.case_id for row in queries.worklist(session, ["gx-zrzy"], LATE)}
        found["active"] = {row.case_id for row in desks.active(session, ["gx-zrzy"])}
        found["approving"] = set(queues.approving(session, head))
        found["requested"] = set(queues.requested(session, head))
        found["asked"] = {row.case_id for row in consulting.inbox(session, people_here, head.username, is_open=True, most=1000)}
        found["on the desk"] = {row.case_id for row in worklists.asked(session, now, most=1000)}
    for name in ("overdue=true", "unattended=true", "due_before=2027-03-01", "state=registered", "state=handling", "state=consulting"):
        answer = desk.call("head@gx-zrzy", "GET", f"/api/cases?agency=gx-zrzy&limit=100&{name}").json()
        found[f"?{name}"] = {one["id"] for one in answer["items"]}
    found["consultations"] = {one["case_id"] for one in desk.call("head@gx-zrzy", "GET", "/api/consultations").json()["items"] if one["open"]}
    return found


@pytest.mark.parametrize("kind", sorted(AWAY))
def test_what_has_left_is_on_no_list_of_open_files(desk: Desk, kind: str) -> None:
    who, fields, state = AWAY[kind]
    desk.clock.set(date(2026, 11, 24))
    case = desk.register()
    if kind != "handover":  # before acceptance nobody is asked
        case = desk.place("handler@gx-zrzy", case, kind="acceptance", on="2026-11-24")
        case = desk.place("handler@gx-zrzy", case, kind="consultation", on="2026-11-24", **ASKED)
        wanted = {"kind": "extension", "on": "2026-11-24", "days": 10, "reason": "查档"}
    else:
        wanted = {"kind": "voiding", "on": "2026-11-24", "reason": "重复登记"}
    case = desk.place("handler@gx-zrzy", case, kind="request", on="2026-11-24", act=wanted, reason="请批准")
    assert any(case["id"] in found for found in lists(desk).values())
    case = desk.place(who, case, kind=kind, on="2026-11-24", **fields)
    desk.clock.set(LATE)
    view = desk.call("head@gx-zrzy", "GET", f"/api/cases/{case['id']}").json()
    assert view["state"] == state
    assert (view["due"]["on"], view["due"]["overdue"], view["due"]["working_days_left"]) == (None, False, None)
    assert not any(one["open"] for one in view["consultations"])
    row = next(one for one in desk.call("head@gx-zrzy", "GET", "/api/cases?agency=gx-zrzy&limit=100").json()["items"] if one["id"] == case["id"])
    assert (row["due_on"], row["overdue"], row["suspended"]) == (None, False, False)
    still = {name for name, found in lists(desk).items() if case["id"] in found}
    assert still <= ({"requested", "todo"} if kind == "withdrawal" else set()), still  # the question of the head stays his to answer
    if kind == "voiding":
        assert still == set()
        assert view["other_dates"] == []
        assert view["requests"] == []
