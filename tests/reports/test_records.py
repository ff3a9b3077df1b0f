"""更正申请 over HTTP, on both engines: counted by itself, in no row of table 3, in no figure of requests for information."""

from __future__ import annotations

from typing import Any

import openpyxl
import pytest

from db import reports
from tests.api.conftest import Desk, desk, desk_factory
from tests.conftest import rebuilt
from tests.reports.test_api import get

__all__ = ["desk", "desk_factory"]
YEAR = "/api/reports/annual?year=2026"
ANALYSIS = "/api/reports/analysis?from=2026-01-01&to=2026-12-31"


def corrected(desk: Desk, item: dict[str, Any] | None, on: str = "2026-11-05") -> dict[str, Any]:
    case = desk.register(purpose="record_correction", wanted="更正本人登记中的姓名用字（样例）", evidence="户口簿复印件")
    assert (case["purpose"], case["evidence"], case["letters"][0]["kind"]) == ("record_correction", "户口簿复印件", "receipt")
    if item is None:
        return case
    case = desk.place("handler@gx-zrzy", case, kind="acceptance", on="2026-11-03")
    case = desk.place("handler@gx-zrzy", case, kind="draft", on="2026-11-04", items=[{"item": 1, **item}])
    case = desk.place("head@gx-zrzy", case, kind="decision", on=on)
    return desk.place("intake@gx-zrzy", case, kind="service", on=on, letter=case["letters"][-1]["id"], method="direct")


@pytest.fixture(scope="module")
def before(desk: Desk) -> dict[str, Any]:
    """The reports with one request for information on record, before any request to correct records."""
    desk.register(wanted="更正本人登记中的姓名用字的规定（样例）")
    return {"annual": get(desk, YEAR).json(), "analysis": get(desk, ANALYSIS).json()}


@pytest.fixture(scope="module")
def cases(desk: Desk, before: dict[str, Any]) -> list[dict[str, Any]]:
    refused = corrected(desk, {"outcome": "record_not_corrected", "reason": "登记与原始材料一致"})
    refused = desk.place("legal@gx-zrzy", refused, kind="remedy", on="2026-11-20", type="litigation", body="冠县人民法院")
    transferred = {"outcome": "record_transferred", "responsible": {"name": "冠县公安局（样例）"}}
    mended = corrected(desk, {"outcome": "record_corrected", "reason": "录入有误，已经更正"})
    return [mended, refused, corrected(desk, transferred), corrected(desk, None)]


def test_the_annual_report_counts_it_nowhere_in_table_3(desk: Desk, before: dict[str, Any], cases: list[dict[str, Any]]) -> None:
    report = get(desk, YEAR).json()
    assert report["table3"] == before["annual"]["table3"]
    assert report["table3"]["一"][-1] == 1
    assert all(check["holds"] for check in report["checks"])
    assert report["record_corrections"] == {
        "new": 4, "carried": 0, "corrected": 1, "not_corrected": 1, "transferred": 1, "referred": 0, "otherwise": 0, "forward": 1,
    }  # fmt: skip
    with desk.office.database.read() as session:
        following = reports.annual(session, ["gx-zrzy"], 2027, desk.office.rules).figures.records
    assert (following.new, following.carried, following.forward) == (0, 1, 1)


def test_table_4_counts_what_was_brought_against_it(desk: Desk, cases: list[dict[str, Any]]) -> None:
    assert get(desk, YEAR).json()["table4"]["未经复议直接起诉"] == [0, 0, 0, 1, 1]


def test_section_six_tells_of_it(desk: Desk, cases: list[dict[str, Any]]) -> None:
    came = "收到和上年结转更正与自身相关的政府信息记录的申请4件（不计入第三部分）"
    said = f"{came}，其中予以更正1件，不予更正1件，转送有权更正的机关1件；结转下年度1件。"
    assert said in get(desk, YEAR + "&format=html").text
    assert "予以更正,1" in get(desk, YEAR + "&format=csv&table=records").content.decode("utf-8-sig")


def test_the_analysis_keeps_it_apart(desk: Desk, before: dict[str, Any], cases: list[dict[str, Any]]) -> None:
    now, then = get(desk, ANALYSIS).json(), before["analysis"]
    for part in ("received", "ended", "volumes", "days_to_reply", "shares", "stages", "consultations", "returns", "fees", "recurring"):
        assert now[part] == then[part], part
    apart = now["record_corrections"]
    assert apart["count"] == 4
    assert {one["title"]: one["count"] for one in apart["by_outcome"]} == {"予以更正": 1, "不予更正": 1, "转送有权更正的机关": 1, "尚未办结": 1}
    assert now["remedies"]["by_ground"] == [
        {"ground": "record_not_corrected", "title": "不予更正", "count": 1, "upheld": 0, "corrected": 0, "other": 0, "pending": 1}
    ]


def test_lists_tell_it_apart_and_the_ledger_leaves_it_out(desk: Desk, cases: list[dict[str, Any]]) -> None:
    numbers = {case["number"] for case in cases}
    listed = {row["number"]: row["purpose"] for row in get(desk, "/api/cases").json()["items"]}
    assert {number for number, purpose in listed.items() if purpose == "record_correction"} == numbers
    assert len(listed) == 5
    assert {row["number"] for row in get(desk, "/api/cases?purpose=record_correction").json()["items"]} == numbers
    ledger = get(desk, "/api/export/cases").content.decode("utf-8-sig")
    assert not [number for number in numbers if number in ledger]
    assert len(ledger.strip().splitlines()) == 2
    own = get(desk, "/api/export/cases?purpose=record_correction").content.decode("utf-8-sig")
    assert all(number in own for number in numbers)
    assert "不予更正" in own


def test_it_is_not_one_of_the_month_and_like_no_request(desk: Desk, cases: list[dict[str, Any]]) -> None:
    with desk.office.database.read() as session:
        from db.queries import already_this_month

        later = desk.register(wanted="更正本人登记中的姓名用字的规定（样例）")
        assert already_this_month(session, later["id"]) == 1
    found = get(desk, f"/api/cases/{later['id']}/similar").json()["items"]
    assert [one["number"] for one in found if one["number"] in {case["number"] for case in cases}] == []
    assert len(found) == 1


def test_everything_rebuilds_to_the_same(desk: Desk, cases: list[dict[str, Any]]) -> None:
    office = desk.office
    assert rebuilt(office.database, office.rules, office.keys) == []


def test_the_workbook_of_the_annual_report_has_its_sheet(desk: Desk, cases: list[dict[str, Any]], tmp_path: Any) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(get(desk, YEAR + "&format=xlsx").content)
    sheet = openpyxl.load_workbook(path)["更正申请"]
    assert {row[0].value: row[1].value for row in sheet.iter_rows(min_row=2)}["不予更正"] == 1
