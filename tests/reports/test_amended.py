"""Amended facts travel everywhere: lists, the month's count, the annual report and a frozen year with its reason, on both engines."""

from __future__ import annotations

from typing import Any

import pytest

from db import queries
from db.verify import verify
from tests.api.conftest import Desk, desk, desk_factory
from tests.conftest import rebuilt
from tests.reports.test_api import get

__all__ = ["desk", "desk_factory"]
YEAR = "/api/reports/annual?year=2026"
INTAKE, HEAD, LEGAL = "intake@gx-zrzy", "head@gx-zrzy", "legal@gx-zrzy"


def asked(desk: Desk, at: int, on: str = "2026-01-05", **fields: Any) -> dict[str, Any]:
    who = {"name": f"样例{at}", "phone": f"1380000{at:04d}", "address": "冠县样例路1号（样例）"}
    given = {"applicant": who, "submitted_on": on, "received_on": on, "wanted": f"第{at}号地块的出让合同（样例）", **fields}
    return desk.register(**given)


def amended(desk: Desk, case: dict[str, Any], of: int, reason: str = "照签收记录改正", by: str = HEAD, **changes: Any) -> dict[str, Any]:
    return desk.place(by, case, kind="amendment", on="2026-11-24", of=of, changes=changes, reason=reason)


def replied(desk: Desk, case: dict[str, Any]) -> dict[str, Any]:
    case = desk.place("handler@gx-zrzy", case, kind="acceptance", on="2026-01-06")
    case = desk.place("handler@gx-zrzy", case, kind="draft", on="2026-01-07", items=[{"item": 1, "outcome": "disclosed", "where": "随本答复书提供"}])
    case = desk.place(HEAD, case, kind="decision", on="2026-01-08")
    return desk.place(INTAKE, case, kind="service", on="2026-01-08", letter=case["letters"][-1]["id"], method="direct")


@pytest.fixture(scope="module")
def frozen(desk: Desk) -> dict[str, dict[str, Any]]:
    """Six files of 2026, as they stood when the year was frozen."""
    sued = replied(desk, asked(desk, 1))
    sued = desk.place(LEGAL, sued, kind="remedy", on="2026-02-10", type="reconsideration", body="冠县人民政府")
    sued = desk.place(LEGAL, sued, kind="remedy_result", on="2026-05-08", remedy=sued["version"], result="upheld")
    company = {"category": "commercial_enterprise", "name": "样例公司", "phone": "13800000008"}
    made = {
        "sued": sued,
        "early": replied(desk, asked(desk, 2)),
        "twice": asked(desk, 3, on="2026-11-02"),
        "person": asked(desk, 4, on="2026-11-02"),
        "company": asked(desk, 5, on="2026-11-02", applicant=company),
        "untouched": asked(desk, 6, on="2026-11-02"),
    }
    desk.clock.now = desk.clock.now.replace(hour=10)
    for year in (2025, 2026):
        assert desk.call(HEAD, "POST", "/api/reports/annual/freeze", {"year": year, "reason": "报送"}).status_code == 201
    desk.clock.now = desk.clock.now.replace(hour=11)
    return made


def since(desk: Desk, year: int = 2026) -> tuple[dict[tuple[str, str], tuple[int, int]], dict[str, dict[str, Any]], dict[tuple[str, str], list[str]]]:
    """What has changed since the freeze: (row, column) -> numbers; number of the file -> how it moved; (row, column) -> reasons."""
    unit = get(desk, f"/api/reports/annual?year={year}").json()["units"][0]["frozen"]
    differs = {(one["row"], one["column"]): (one["frozen"], one["now"]) for one in unit["differences"]}
    reasons = {(one["row"], one["column"]): one["reasons"] for one in unit["differences"]}
    return differs, {one["number"]: one for one in unit["moved"]}, reasons


def test_a_frozen_year_without_changes_has_none(desk: Desk, frozen: dict[str, Any]) -> None:
    assert since(desk) == ({}, {}, {})


def test_an_amended_receipt_moves_the_request_to_another_year_with_its_reason(desk: Desk, frozen: dict[str, Any]) -> None:
    case = amended(desk, frozen["early"], 1, reason="签收单为2025年12月31日，样例2（13800000002）确认", received_on="2025-12-31")
    frozen["early"] = case
    differs, moved, reasons = since(desk)
    assert differs == {("一", "自然人"): (5, 4), ("一", "总计"): (6, 5), ("二", "自然人"): (0, 1), ("二", "总计"): (0, 1)}
    assert list(moved) == [case["number"]]
    reason = moved[case["number"]]["reason"]
    assert "更正第1项“登记”的" in reason and "“收到日”" in reason
    assert reason.endswith("理由：签收单为2025年12月31日，（略）（（略））确认"), "nobody is named in what leaves the unit"
    assert reasons["二", "总计"] == [reason]
    assert get(desk, YEAR).json()["table3"]["一"][-1] == 6, "as reported"
    assert ("一", "总计") in since(desk, 2025)[0]


def test_an_amended_result_moves_table_4_with_its_reason(desk: Desk, frozen: dict[str, Any]) -> None:
    case = frozen["sued"]
    case = amended(desk, case, case["version"], reason="决定书主文为撤销", by=LEGAL, result="corrected")
    differs, moved, reasons = since(desk)
    assert differs["行政复议", "结果维持"] == (1, 0) and differs["行政复议", "结果纠正"] == (0, 1)
    found = moved[case["number"]]
    assert found["before"] == found["after"] is not None, "it stays in its cell of table 3"
    assert "“结果”" in found["reason"] and "决定书主文为撤销" in found["reason"]
    assert reasons["行政复议", "结果纠正"] == [found["reason"]]


def test_a_voided_file_is_told_with_its_reason(desk: Desk, frozen: dict[str, Any]) -> None:
    case = desk.place(HEAD, frozen["twice"], kind="voiding", on="2026-11-24", reason="与另一件是同一件")
    differs, moved, reasons = since(desk)
    assert differs["四", "总计"] == (4, 3)
    assert moved[case["number"]]["after"] is None and "与另一件是同一件" in moved[case["number"]]["reason"]
    assert reasons["四", "总计"] == [moved[case["number"]]["reason"]]


def test_changes_that_cancel_each_other_out_are_told_all_the_same(desk: Desk, frozen: dict[str, Any]) -> None:
    before = since(desk)[0]
    people = {name: frozen[name]["acts"][0]["act"]["applicant"] for name in ("person", "company")}
    for name, category in (("person", "commercial_enterprise"), ("company", "natural_person")):
        frozen[name] = amended(desk, frozen[name], 1, reason="类别填错", applicant=people[name] | {"category": category})
    differs, moved, _ = since(desk)
    assert differs == before
    assert all("类别填错" in moved[frozen[name]["number"]]["reason"] for name in ("person", "company"))
    assert frozen["untouched"]["number"] not in moved


def test_the_month_counts_the_amended_day(desk: Desk, frozen: dict[str, Any]) -> None:
    """办法 4: of the same applicant in the same natural month, by the day of receipt as it is known now."""
    first, second = (asked(desk, 9, on=on) for on in ("2026-11-03", "2026-11-04"))

    def before(case: dict[str, Any]) -> int:
        with desk.office.database.read() as session:
            return queries.already_this_month(session, case["id"])

    assert before(second) == 1
    first = amended(desk, first, 1, received_on="2026-10-30")
    assert before(second) == 0
    amended(desk, first, 1, received_on="2026-11-03")
    assert before(second) == 1
    other = first["acts"][0]["act"]["applicant"] | {"name": "样例另一人", "phone": "13800000099"}
    amended(desk, get(desk, f"/api/cases/{first['id']}", INTAKE).json(), 1, applicant=other)
    assert before(second) == 0


def test_lists_and_searches_show_what_is_known_now(desk: Desk, frozen: dict[str, Any]) -> None:
    case = asked(desk, 10, on="2026-11-03")
    case = amended(desk, case, 1, received_on="2026-11-02", wanted="样例水库的除险加固方案")
    row = next(one for one in get(desk, "/api/cases?received_to=2026-11-02&q=除险加固").json()["items"])
    assert (row["id"], row["due_on"], row["wanted"]) == (case["id"], case["due"]["on"], "样例水库的除险加固方案")
    assert get(desk, "/api/cases?received_from=2026-11-03&q=除险加固").json()["total"] == 0
    like = desk.call(INTAKE, "POST", "/api/similar", {"wanted": "样例水库除险加固方案"}).json()["items"]
    assert [one["id"] for one in like] == [case["id"]]


def test_what_is_stored_is_what_is_counted_anew(desk: Desk, frozen: dict[str, Any]) -> None:
    office = desk.office
    assert rebuilt(office.database, office.rules, office.keys) == []
    office.finish_all()
    with office.database.read() as session:
        assert [one for one in verify(session, office.files, office.rules, office.keys) if "PDF" not in one] == []
