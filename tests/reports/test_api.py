"""Reports, exports, similar requests and suggestions over HTTP, on both engines, with real letters."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any, get_args

import openpyxl
import pdfplumber
import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from api.office.filters import CaseFilters
from api.office.leaves import Away
from api.office.questions import BODIES
from api.rest.calculators import FeeQuestion
from tests.api.conftest import Desk, desk, desk_factory
from tests.conftest import rebuilt
from workflow import statistics as s
from workflow.acts import ACTS

__all__ = ["desk", "desk_factory"]
YEAR = "/api/reports/annual?year=2026"
PEOPLE = [
    {
        "category": "natural_person",
        "name": f"样例{name}",
        "phone": f"1380000{at:04d}",
        "address": "冠县样例路1号（样例）",
    }
    for at, name in enumerate("甲乙丙丁戊己", 1)
]
WANTED = (
    "崇文街道2024年第三批次征收补偿安置方案",
    "请公开崇文街道2024年第三批次征收补偿安置方案全文",
    "申请公开崇文街道2024年第三批次征收补偿安置方案",
)


def answered(desk: Desk, case: dict[str, Any], on: str = "2026-11-05", **item: Any) -> dict[str, Any]:
    """The case replied to, returned once on the way."""
    case = desk.place("handler@gx-zrzy", case, kind="acceptance", on="2026-11-03")
    draft = {
        "kind": "draft",
        "on": "2026-11-04",
        "items": [{"item": 1, **(item or {"outcome": "disclosed", "provided": [{"title": "方案"}]})}],
    }
    case = desk.place("handler@gx-zrzy", case, **draft)
    case = desk.place("head@gx-zrzy", case, kind="return", on="2026-11-04", reason="理由不够具体")
    case = desk.place("handler@gx-zrzy", case, **draft)
    case = desk.place("head@gx-zrzy", case, kind="decision", on=on)
    return desk.place("intake@gx-zrzy", case, kind="service", on=on, letter=case["letters"][-1]["id"], method="direct")


@pytest.fixture(scope="module")
def filled(desk: Desk) -> dict[str, dict[str, Any]]:
    """Six requests to 自然资源和规划局: three for the same, one consulted and overdue, one withdrawn, one just received."""
    made = {
        f"same{at}": desk.register(applicant=PEOPLE[at], wanted=text, topic="征地拆迁")
        for at, text in enumerate(WANTED)
    }
    for at in range(3):
        made[f"same{at}"] = answered(desk, made[f"same{at}"])
    late = desk.register(
        applicant=PEOPLE[3],
        wanted="样例小区竣工验收备案表",
        submitted_on="2026-09-01",
        received_on="2026-09-01",
        channel="in_person",
    )
    late = desk.place("handler@gx-zrzy", late, kind="acceptance", on="2026-09-02")
    made["late"] = desk.place(
        "handler@gx-zrzy",
        late,
        kind="consultation",
        on="2026-09-03",
        type="internal",
        party={"name": "法制科"},
        question="可否公开",
    )
    gone = desk.register(
        applicant={"category": "commercial_enterprise", "name": "样例公司", "phone": "13800000009"},
        wanted="=HYPERLINK(1)",
    )
    made["gone"] = desk.place("intake@gx-zrzy", gone, kind="withdrawal", on="2026-11-03")
    made["open"] = desk.register(applicant=PEOPLE[4], wanted="县政府公务接待费用决算明细")
    return made


def get(desk: Desk, path: str, who: str = "analyst@gx-zrzy") -> Any:
    answer = desk.call(who, "GET", path)
    assert answer.status_code == 200, answer.text
    return answer


def test_the_annual_report_counts_each_case_once_and_its_checks_hold(
    desk: Desk, filled: dict[str, Any]
) -> None:
    report = get(desk, YEAR).json()
    table = report["table3"]
    assert list(table) == list(s.ROWS)
    assert table["一"] == [5, 1, 0, 0, 0, 0, 6]
    assert table["三(一)予以公开"][-1] == 3
    assert table["三(六)3"] == [0, 1, 0, 0, 0, 0, 1]
    assert table["四"] == [2, 0, 0, 0, 0, 0, 2]
    assert list(report["table4"]) == ["行政复议", "未经复议直接起诉", "复议后起诉"]
    assert all(check["left"] == check["right"] and check["holds"] for check in report["checks"])
    assert report["summary"]["收到"] == 6
    assert report["fees"]["notices"] == 0


def test_a_cell_opens_its_cases_masked(desk: Desk, filled: dict[str, Any]) -> None:
    page = get(desk, "/api/reports/annual/cases?year=2026&row=三(一)予以公开&column=自然人").json()
    assert page["total"] == 3
    assert {one["id"] for one in page["items"]} == {filled[f"same{at}"]["id"] for at in range(3)}
    assert {one["applicant"] for one in page["items"]} == {"样*"}
    where = "/api/reports/annual/cases?year=2026&row=三(一)予以公开&column=自然人&limit=2"
    first = get(desk, where).json()
    rest = get(desk, f"{where}&cursor={first['next']}").json()
    assert [one["id"] for one in first["items"] + rest["items"]] == [one["id"] for one in page["items"]]
    assert (page["next"], rest["next"], rest["total"]) == (None, None, 3)
    assert (
        desk.call("analyst@gx-zrzy", "GET", "/api/reports/annual/cases?year=2026&row=七").status_code == 400
    )


def test_the_overseeing_office_sees_the_sum_of_its_units_and_who_has_not_reported(
    desk: Desk, filled: dict[str, Any]
) -> None:
    report = get(desk, YEAR, "analyst@gx-zfb").json()
    assert report["agency"] is None
    assert len(report["units"]) == 4
    assert set(report["not_reported"]) >= {"gx-rsj", "gx-zjj"}
    assert report["table3"]["一"][-1] == sum(
        get(desk, f"{YEAR}&agency={unit['agency']}", "analyst@gx-zfb").json()["table3"]["一"][-1]
        for unit in report["units"]
    )
    assert desk.call("analyst@gx-zrzy", "GET", f"{YEAR}&agency=gx-rsj").status_code == 404
    assert desk.call("admin", "GET", YEAR).status_code == 403


@pytest.mark.parametrize(
    "query",
    ["", "?year=26", "?year=2026&format=doc", "?year=2026&x=1", "?year=2026&year=2025", "?year=二〇二六"],
)
def test_a_wrong_question_is_told(desk: Desk, query: str) -> None:
    answer = desk.call("analyst@gx-zrzy", "GET", f"/api/reports/annual{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_a_year_changed_after_freezing_shows_the_difference_with_its_reason(
    desk: Desk, filled: dict[str, Any]
) -> None:
    where = "/api/reports/annual/freeze"
    assert desk.call("intake@gx-zrzy", "POST", where, {"year": 2026, "reason": "报送"}).status_code == 403
    assert desk.call("head@gx-zrzy", "POST", where, {"year": 2030, "reason": "报送"}).status_code == 400
    frozen = desk.call("head@gx-zrzy", "POST", where, {"year": 2026, "reason": "经核对，报送"})
    assert frozen.status_code == 201, frozen.text
    assert frozen.json()["units"][0]["frozen"]["differences"] == []
    case = desk.register(applicant=PEOPLE[5], wanted="补登记的申请")
    report = get(desk, YEAR).json()
    assert report["table3"]["一"][-1] == 6  # as reported
    unit = report["units"][0]
    found = {
        (one["row"], one["column"]): (one["frozen"], one["now"]) for one in unit["frozen"]["differences"]
    }
    assert found == {
        ("一", "自然人"): (5, 6),
        ("一", "总计"): (6, 7),
        ("四", "自然人"): (2, 3),
        ("四", "总计"): (2, 3),
    }
    assert [(one["id"], one["before"]) for one in unit["frozen"]["moved"]] == [(case["id"], None)]
    assert "登记" in unit["frozen"]["moved"][0]["reason"]
    assert "gx-zrzy" not in get(desk, YEAR, "analyst@gx-zfb").json()["not_reported"]
    desk.clock.now += timedelta(minutes=1)
    again = desk.call("head@gx-zrzy", "POST", where, {"year": 2026, "reason": "补登记一件，重新报送"})
    assert again.json()["table3"]["一"][-1] == 7


def test_the_report_comes_as_workbook_page_and_pdf(desk: Desk, filled: dict[str, Any]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(get(desk, f"{YEAR}&format=xlsx").content))
    sheet = book["表三 申请情况"]
    rows = {
        str(row[0].value)[:1] if row[0].value else None: [cell.value for cell in row[3:10]]
        for row in sheet.iter_rows(min_row=5)
    }
    assert rows["一"] == get(desk, YEAR).json()["table3"]["一"]
    assert "A2:C4" in {str(one) for one in sheet.merged_cells.ranges}
    page = get(desk, f"{YEAR}&format=html").text
    assert "结转下年度继续办理" in page
    assert "勾稽关系不符" not in page
    assert "http" not in page.replace("http-equiv", "")
    with pdfplumber.open(io.BytesIO(get(desk, f"{YEAR}&format=pdf").content)) as document:
        text = "".join(one.extract_text() for one in document.pages)
    assert "总体情况" in text


def test_a_report_over_many_years_tells_them_by_the_year(desk_factory: Any) -> None:
    """A row for each of 2,520 months was 13 seconds of layout, and nothing to read."""
    desk = desk_factory()
    for day in ("2025-11-03", "2026-11-02", "2026-11-03"):
        desk.register(submitted_on=day, received_on=day)
    said = get(desk, "/api/reports/analysis?from=1990-01-01&to=2199-12-31&format=html").text
    first = re.sub(r"<[^>]+>|\s+", " ", re.split("<table[^>]*>", said.partition("</table>")[0])[1])
    assert first.split() == ["年度", "收到", "上期收到", "办结", "2025", "1", "—", "0", "2026", "2", "—", "0"]
    printed = get(desk, "/api/reports/analysis?from=1990-01-01&to=2199-12-31&format=pdf").content
    with pdfplumber.open(io.BytesIO(printed)) as document:
        assert len(document.pages) < 10
    book = openpyxl.load_workbook(io.BytesIO(get(desk, "/api/reports/analysis?from=1990-01-01&to=2199-12-31&format=xlsx").content))
    assert book["每月"].max_row > 1000, "the table to work with has every month"
    short = get(desk, "/api/reports/analysis?from=2026-01-01&to=2026-11-24&format=html").text
    assert "2026-11" in short.partition("</table>")[0]


def test_the_analysis_tells_volumes_time_results_and_hot_topics(desk: Desk, filled: dict[str, Any]) -> None:
    data = get(desk, "/api/reports/analysis?from=2026-11-01&to=2026-11-24").json()
    volumes = {row["key"]: row["count"] for row in data["volumes"]["by_outcome"]}
    assert volumes == {"disclosed": 3, "withdrawn": 1}
    assert data["received"]["before"] == 0
    assert data["days_to_reply"]["median"] == 3  # received on Monday 2026-11-02, answered on Thursday
    assert (data["days_to_reply"]["in_time"], data["days_to_reply"]["in_time_share"]) == (3, None), "of fewer than five"
    assert data["returns"]["by_reason"] == [{"reason": "理由不够具体", "count": 3}]
    assert (data["shares"]["counts"]["charged"], data["shares"]["charged"]) == (0, None)
    assert any(row["overdue"] for row in data["load"])
    assert data["topics"]["right"] == 3
    hot = data["candidates"][0]
    assert (hot["requests"], hot["applicants"], hot["outcomes"]) == (3, 3, {"disclosed": 3})
    assert (
        get(desk, "/api/reports/analysis?from=2026-09-01&to=2026-09-30").json()["consultations"]["results"][
            "open"
        ]
        == 1
    )
    assert (
        desk.call("analyst@gx-zrzy", "GET", "/api/reports/analysis?from=2026-11-01&to=2026-10-01").status_code
        == 400
    )
    said = get(desk, "/api/reports/analysis?from=2026-11-01&to=2026-11-24&format=html").text
    assert "审签中退回修改3次，理由是“理由不够具体”3次；上期没有。" in said
    assert "截至2026年11月" in said and "日在办" in said
    assert re.search(r'<th scope="row" class="left"[^>]*><p[^>]*>当面提交</p></th>', said)
    assert "“邮寄（签收）”“平常信函”“网上提交”“传真”“口头提出”各数都是0，没有列出。" in said
    with pdfplumber.open(io.BytesIO(get(desk, "/api/reports/analysis?format=pdf").content)) as document:
        told = "".join(one.extract_text() for one in document.pages).replace("\n", "")
    assert "按期答复" in told and "按期答复率" not in told, "of fewer than five no shares are told"
    book = openpyxl.load_workbook(io.BytesIO(get(desk, "/api/reports/analysis?format=xlsx").content))
    assert "环节用时" in book.sheetnames


@pytest.mark.parametrize(
    ("address", "status", "at", "says"),
    [
        ("/api/reports/annual?year=2026&agency=gx-none", 404, "agency", "没有这个单位"),
        ("/api/reports/annual?year=2027", 400, "year", "2027年还没有到"),
        ("/api/reports/annual?year=2007", 400, "year", "自2008年5月1日起施行"),
        ("/api/reports/annual?year=２０２６", 400, "year", ""),
        ("/api/reports/annual?year=2026&format=pdf&agency=gx-none", 404, "agency", "没有这个单位"),
        ("/api/reports/annual?year=2199&format=xlsx", 400, "year", "还没有到"),
        ("/api/reports/annual/cases?year=2027&row=一", 400, "year", "还没有到"),
        ("/api/reports/annual/cases?year=2026&row=一&agency=gx-none", 404, "agency", "没有这个单位"),
        ("/api/reports/analysis?agency=gx-none", 404, "agency", "没有这个单位"),
        ("/api/reports/analysis?topic=none-such", 400, "topic", "没有这个主题"),
        ("/api/reports/analysis?from=2026-05-02&to=2026-05-01", 400, "to", "不能早于"),
        ("/api/reports/analysis?from=2027-01-01&to=2027-12-31", 400, "from", "还没有到"),
        ("/api/reports/analysis?from=2001-01-01&to=2007-12-31&format=docx", 400, "to", "自2008年5月1日起施行"),
        ("/api/reports/fees?agency=gx-none&format=csv", 404, "agency", "没有这个单位"),
        ("/api/reports/fees?from=2027-01-01", 400, "from", "还没有到"),
        ("/api/export/cases?agency=gx-none", 400, "agency", "没有这个单位"),
        ("/api/export/cases?agency=gx-rsj&format=xlsx", 400, "agency", "不能查看"),
        ("/api/export/cases?format=csv&topic=zz", 400, "topic", "没有这个主题"),
        ("/api/export/cases?from=2026-01-01", 400, "from", ""),
        ("/api/export/cases?topic=none-such", 400, "topic", "没有这个主题"),
        ("/api/cases?agency=gx-none", 400, "agency", "没有这个单位"),
        ("/api/export/cases?received_from=2026-05-02&received_to=2026-05-01", 400, "received_to", "早于起始日期"),
        ("/api/cases?passed_to=gx-none", 400, "passed_to", "没有这个单位"),
    ],
)
def test_what_names_nothing_is_told_at_its_parameter_and_is_no_empty_answer(desk: Desk, address: str, status: int, at: str, says: str) -> None:
    """An empty 200 would say that there is none."""
    answer = desk.call("analyst@gx-zrzy", "GET", address)
    assert answer.status_code == status
    (wrong,) = (one for one in answer.json()["errors"] if one["field"] == at)
    assert says in wrong["message"]


def test_a_suggestion_is_accepted_published_and_saves_later_requests(
    desk: Desk, filled: dict[str, Any]
) -> None:
    body = {
        "title": "第三批次征收补偿安置方案",
        "sample": WANTED[0],
        "cases": [filled["same0"]["id"]],
        "reason": "三人申请",
    }
    made = desk.call("analyst@gx-zrzy", "POST", "/api/suggestions", body)
    assert made.status_code == 201, made.text
    where = f"/api/suggestions/{made.json()['id']}"
    publish = {"step": "publish", "reason": "已发布", "url": "https://www.example.cn/1.html"}
    assert desk.call("analyst@gx-zrzy", "POST", where, publish).status_code == 409
    assert (
        desk.call("analyst@gx-zrzy", "POST", where, {"step": "accept", "reason": "同意"}).status_code == 409
    )
    assert desk.call("head@gx-rsj", "POST", where, {"step": "accept", "reason": "同意"}).status_code == 404
    assert desk.call("head@gx-zrzy", "POST", where, {"step": "accept", "reason": "同意"}).status_code == 201
    assert (
        desk.call("handler@gx-zrzy", "POST", where, {"step": "publish", "reason": "已发布"}).status_code
        == 400
    )
    for wrong in ({"title": "张样例13800000001的方案"}, {"title": "方案\U00012003"}, {"url": "https://zhang:secret@www.example.cn/1"}):
        refused = desk.call("handler@gx-zrzy", "POST", where, publish | wrong)
        assert refused.status_code == 400, refused.text
        assert "13800000001" not in refused.text and "secret" not in refused.text
    assert desk.call("handler@gx-zrzy", "POST", where, publish).json()["state"] == "published"
    desk.clock.set(desk.office.today())
    later = desk.register(
        applicant=PEOPLE[5], wanted=f"我要{WANTED[0]}", submitted_on="2026-11-24", received_on="2026-11-24"
    )
    found = get(desk, f"/api/cases/{later['id']}/similar", "handler@gx-zrzy").json()
    assert found["published"][0]["url"] == publish["url"]
    assert len(found["items"]) == 3
    later = desk.place("handler@gx-zrzy", later, kind="acceptance", on="2026-11-24")
    item = {"item": 1, "outcome": "already_public", "where": publish["url"]}
    later = desk.place("handler@gx-zrzy", later, kind="draft", on="2026-11-24", items=[item])
    desk.place("head@gx-zrzy", later, kind="decision", on="2026-11-24")
    assert get(desk, "/api/suggestions").json()["saved"] == 1
    for apart in (WANTED[0].replace("第三批", "第四批"), WANTED[0].replace("2024", "2021"), WANTED[0].replace("方案", "协议")):
        body = {"applicant": PEOPLE[5], "wanted": apart, "submitted_on": "2026-11-24", "received_on": "2026-11-24"}
        found = get(desk, f"/api/cases/{desk.register(**body)['id']}/similar", "handler@gx-zrzy").json()
        assert found["published"] == [], "another batch, year or document is not what was published"


def test_a_request_at_the_counter_finds_its_like_and_a_topic(desk: Desk, filled: dict[str, Any]) -> None:
    body = {"wanted": "请公开崇文街道第三批次征收补偿的安置方案", "applicant": PEOPLE[0]}
    found = desk.call("intake@gx-zrzy", "POST", "/api/similar", body).json()
    assert [one["same_applicant"] for one in found["items"]].count(True) == 1
    assert found["topic_proposed"] == "land"
    assert all(one["why"].startswith(("同一申请人", "其他申请人")) for one in found["items"])
    body = {"wanted": "崇文街道1999年第九批次征收补偿安置方案"}
    other = desk.call("intake@gx-zrzy", "POST", "/api/similar", body).json()
    assert other["items"] == []
    assert {"id", "score", "why"} <= other["alike"][0].keys()
    assert "相近的内容：都写到“" in other["alike"][0]["why"]
    told = get(desk, f"/api/cases/{filled['same0']['id']}/dossier", "handler@gx-zrzy").json()
    assert (told["requests"], told["repeats"]) == (1, [])


def test_the_ledger_is_masked_safe_and_logged(desk: Desk, filled: dict[str, Any]) -> None:
    rows = list(
        csv.reader(io.StringIO(get(desk, "/api/export/cases?outcome=withdrawn").content.decode("utf-8-sig")))
    )
    assert rows[0][:6] == ["编号", "收到日", "收到渠道", "申请人类别", "申请人", "所申请的信息"]
    assert [row[5] for row in rows[1:]] == ["'=HYPERLINK(1)"]
    names = {
        row[4] for row in csv.reader(io.StringIO(get(desk, "/api/export/cases").content.decode("utf-8-sig")))
    }
    assert names == {"申请人", "样*", "样例公司"}
    cells_of = desk.call("handler@gx-zrzy", "GET", "/api/export/cases?unmasked=true&reason=核对")
    assert cells_of.status_code == 400, "what takes names away is no address that may be opened twice"
    assert "POST" in cells_of.json()["errors"][0]["message"]
    assert desk.call("analyst@gx-zrzy", "GET", "/api/export/cases?unmasked=true&reason=x").status_code == 403
    assert desk.call("analyst@gx-zrzy", "POST", "/api/export/cases", {"reason": "核对"}).status_code == 403
    for body in ({}, {"reason": " "}, {"reason": "核对", "nonsense": 1}, {"reason": "核对", "filters": {"state": "x"}},
                 {"reason": "核对", "outcome": "withdrawn", "filters": {"outcome": "withdrawn"}}, {"reason": "核对", "unattended": 0},
                 {"reason": "核对", "overdue": "true"}, {"reason": "核对", "limit": True}, {"reason": "核对", "limit": "50"},
                 {"reason": "核对", "limit": 50.0}, {"reason": "核对", "filters": {"overdue": 1}}):  # fmt: skip
        assert desk.call("handler@gx-zrzy", "POST", "/api/export/cases", body).status_code == 400, body
    for body in ({"outcome": "withdrawn"}, {"filters": {"outcome": "withdrawn"}}):
        some = desk.call("handler@gx-zrzy", "POST", "/api/export/cases", {"reason": "核对", **body}).content.decode("utf-8-sig")
        assert [one[5] for one in list(csv.reader(io.StringIO(some)))[1:]] == ["'=HYPERLINK(1)"]
    answer = desk.call("handler@gx-zrzy", "POST", "/api/export/cases", {"reason": "核对", "format": "xlsx"})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    shown = answer.content
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(shown)).active.iter_rows() for cell in row]
    assert "样例甲" in {cell.value for cell in cells}
    assert not [cell for cell in cells if cell.data_type == "f"]
    from db import people

    with desk.office.database.read() as session:
        entries = [(row.what, row.reason) for row in people.log_entries(session)]
    assert ("unmask", "核对") in entries
    assert any(what == "export" for what, _ in entries)


def rows_of(desk: Desk, path: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(get(desk, path).content.decode("utf-8-sig"))))


def test_each_table_comes_as_csv_and_every_file_is_logged_with_its_purpose(desk: Desk, filled: dict[str, Any]) -> None:
    table = get(desk, YEAR).json()["table3"]
    heading, *rows = rows_of(desk, f"{YEAR}&format=csv&reason=报送")
    assert heading == ["行", "内容", *s.COLUMNS]
    assert {row[0]: [int(cell) for cell in row[2:]] for row in rows} == table
    assert rows_of(desk, f"{YEAR}&format=csv&table=4")[1][0] == "行政复议"
    assert {row[4] for row in rows_of(desk, f"{YEAR}&format=csv&table=checks")[1:]} == {"是"}
    where = "/api/reports/analysis?from=2026-11-01&to=2026-11-24&format=csv"
    assert "理由不够具体" in {row[0] for row in rows_of(desk, f"{where}&table=退回理由&reason=分析")}
    assert desk.call("analyst@gx-zrzy", "GET", where).status_code == 400
    assert desk.call("analyst@gx-zrzy", "GET", f"{where}&table=没有").status_code == 400
    from db import people

    with desk.office.database.read() as session:
        entries = {(row.object, row.reason) for row in people.log_entries(session) if row.what == "export"}
    assert ("2026年政府信息公开工作年度报告 csv", "报送") in entries
    assert ("政府信息依申请公开分析报告2026-11-01至2026-11-24 csv", "分析") in entries


def test_the_fee_statement_comes_with_the_account_of_each_unit(desk: Desk, filled: dict[str, Any]) -> None:
    told = get(desk, "/api/reports/fees?from=2026-01-01", "analyst@gx-zfb").json()
    assert told["account"]["balanced"]
    assert {one["agency"] for one in told["by_agency"]} == set(desk.office.agencies)
    book = openpyxl.load_workbook(io.BytesIO(get(desk, "/api/reports/fees?format=xlsx", "analyst@gx-zfb").content))
    assert book.sheetnames == ["汇总", "明细"]
    assert book["汇总"].cell(len(told["by_agency"]) + 2, 1).value == "合计"
    assert rows_of(desk, "/api/reports/fees?format=csv&table=汇总")[0][0] == "单位"
    assert desk.call("analyst@gx-zrzy", "GET", "/api/reports/fees?format=csv&table=无").status_code == 400


def test_everything_counted_rebuilds_to_the_same(desk: Desk, filled: dict[str, Any]) -> None:
    assert rebuilt(desk.office.database, desk.office.rules, desk.office.keys) == []


def test_the_description_names_the_reports(desk: Desk) -> None:
    document = json.loads(desk.call(None, "GET", "/api/openapi.json").text)
    assert {"/api/reports/annual", "/api/reports/analysis", "/api/export/cases"} <= set(document["paths"])
    names = {
        one["name"]: one["required"] for one in document["paths"]["/api/reports/annual"]["get"]["parameters"]
    }
    assert names["year"]


def test_the_description_knows_every_form_of_an_answer(desk: Desk, filled: dict[str, Any]) -> None:
    described = json.loads(desk.call(None, "GET", "/api/openapi.json").text)["paths"]
    asked = [f"/api/procedure?format={form}" for form in ("json", "mermaid", "svg")]
    asked += [f"/api/export/cases?format={form}" for form in ("csv", "xlsx")]
    asked += [f"/api/reports/fees?format={form}" for form in ("json", "csv", "xlsx")]
    asked += [f"/api/reports/annual?year=2026&format={form}" for form in ("json", "xlsx")]
    for address in asked:
        answer = desk.call("analyst@gx-zrzy", "GET", address)
        assert answer.status_code == 200, f"{address}: {answer.text[:300]}"
        told = described[address.partition("?")[0]]["get"]["responses"]["200"]["content"]
        assert answer.headers["content-type"].partition(";")[0] in told, address


@pytest.mark.parametrize("model", [*ACTS.values(), *BODIES, CaseFilters, Away, FeeQuestion], ids=lambda one: one.__name__)
def test_no_body_takes_a_number_for_yes_or_no_or_a_text_for_a_number(model: type[BaseModel]) -> None:
    for field in model.model_fields.values():
        kinds = {field.annotation, *get_args(field.annotation)}
        wrong = [0, 1, "true", 1.0] if bool in kinds else [True, "1", 1.0] if int in kinds else []
        taken = TypeAdapter(field.rebuild_annotation()) if wrong else None
        for value in wrong:
            with pytest.raises(ValidationError, match=r"bool|int"):
                taken.validate_python(value)  # type: ignore[union-attr]
