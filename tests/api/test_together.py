"""一并答复 over HTTP: one letter, one service, as many answered files, each counted by itself."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any
from urllib.parse import quote

import pdfplumber

from db.verify import verify
from tests.api.conftest import Desk
from tests.conftest import rebuilt

HANDLER, HEAD, INTAKE = "handler@gx-zrzy", "head@gx-zrzy", "intake@gx-zrzy"
GIVEN = {"item": 1, "outcome": "disclosed", "where": "随本答复书提供"}


def handled(desk: Desk, wanted: str, on: str) -> dict[str, Any]:
    case = desk.register(wanted=wanted, submitted_on=on, received_on=on)
    return desk.place(HANDLER, case, kind="acceptance", on="2026-11-20")


def now(desk: Desk, case: dict[str, Any]) -> dict[str, Any]:
    answer = desk.call(HEAD, "GET", f"/api/cases/{case['id']}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def drafted(desk: Desk, *others: dict[str, Any], **fields: Any) -> dict[str, Any]:
    case = handled(desk, "崇文街道2023年征收公告", "2026-11-02")
    case = desk.place("legal@gx-zrzy", case, kind="secrecy_review", on="2026-11-20", result="may_disclose", reason="不涉密")
    return desk.place(HANDLER, case, kind="draft", on="2026-11-23", items=[GIVEN], together=[one["number"] for one in others], **fields)


def table3(desk: Desk) -> dict[str, int]:
    report = desk.call(HEAD, "GET", "/api/reports/annual?year=2026&agency=gx-zrzy").json()
    return {key: row[-1] for key, row in report["table3"].items()}


def test_one_letter_answers_them_all_and_each_is_counted(desk: Desk) -> None:
    desk.clock.set(date(2026, 11, 24))
    others = [handled(desk, "崇文街道2024年征收公告", "2026-11-04"), handled(desk, "崇文街道2025年征收公告", "2026-11-05")]
    counted = table3(desk)
    case = drafted(desk, *others)
    assert [one["number"] for one in case["draft"]["joined"]] == [one["number"] for one in others]
    case = desk.place(HEAD, case, kind="decision", on="2026-11-24")
    letter = next(one for one in case["letters"] if one["kind"] == "disclosed")
    for one in others:
        other = now(desk, one)
        assert (other["state"], other["outcome"], other["answered_with"]) == ("replied", "disclosed", case["number"])
        (same,) = [each for each in other["letters"] if each["kind"] == "disclosed"]
        assert (same["id"], same["number"]) == (letter["id"], letter["number"])
        assert (other["unsent"], other["version"]) == ([], one["version"] + 2)
        refused = desk.try_place(INTAKE, other, kind="service", on="2026-11-24", letter=letter["id"], method="direct")
        assert refused.status_code == 409
        assert case["number"] in refused.json()["detail"]
        mended = desk.try_place(HEAD, other, kind="revocation", on="2026-11-24", of=other["version"], reason="误办")
        assert mended.status_code == 409
        assert case["number"] in mended.json()["detail"]
    added = {key: value - counted[key] for key, value in table3(desk).items() if value != counted[key]}
    assert added == {"一": 1, "三(一)予以公开": 3, "三(七)总计": 3, "四": -2}  # the first was registered since
    with pdfplumber.open(io.BytesIO(pdf(desk, letter["id"]))) as pages:
        plain = "".join("".join(page.extract_text().split()) for page in pages.pages)
    for one in (case, *others):
        assert one["number"] in plain
    assert "上述3件申请，本机关一并答复。" in plain
    case = desk.place(INTAKE, case, kind="service", on="2026-11-24", letter=letter["id"], method="direct")
    for one in others:
        other = now(desk, one)
        assert next(each for each in other["letters"] if each["id"] == letter["id"])["received_on"] == "2026-11-24"
        assert {"reconsideration", "litigation"} <= {each["kind"] for each in other["other_dates"]}
    other = desk.place("archivist@gx-zrzy", now(desk, others[0]), kind="archival", on="2026-11-24")
    package = desk.call("archivist@gx-zrzy", "GET", f"/api/cases/{other['id']}/archive", X_Reason=quote("移交"))
    assert package.status_code == 200, package.text
    names = zipfile.ZipFile(io.BytesIO(package.content)).namelist()
    assert any(letter["number"] in name for name in names), names
    office = desk.office
    assert rebuilt(office.database, office.rules, office.keys) == []
    with office.database.read() as session:
        assert list(verify(session, office.files, office.rules, office.keys)) == []


def pdf(desk: Desk, letter: str) -> bytes:
    answer = desk.call(HEAD, "GET", f"/api/letters/{letter}/pdf")
    assert answer.status_code == 200
    return bytes(answer.content)


def test_an_amended_service_is_taken_back_on_all_files_at_once(desk: Desk) -> None:
    """READINGS R-together: on one of the others alone it would be another day there."""
    desk.clock.set(date(2026, 11, 26))
    other = handled(desk, "己街道2024年征收公告", "2026-11-04")
    case = desk.place(HEAD, drafted(desk, other), kind="decision", on="2026-11-24")
    letter = next(one["id"] for one in case["letters"] if one["kind"] == "disclosed")
    case = desk.place(INTAKE, case, kind="service", on="2026-11-24", letter=letter, method="direct", received_on="2026-11-24")
    sent = case["version"]
    for day in ("2026-11-25", "2026-11-26"):
        case = desk.place(HEAD, case, kind="amendment", on="2026-11-26", of=sent, changes={"received_on": day}, reason="照签收单")
    there = now(desk, other)
    for mends in (
        {"kind": "revocation", "of": there["version"], "reason": "误办"},
        {"kind": "revocation", "of": there["version"] - 1, "reason": "误办"},
    ):
        refused = desk.try_place(HEAD, there, on="2026-11-26", **mends)
        assert refused.status_code == 409
        assert case["number"] in refused.json()["detail"]

    def received(one: dict[str, Any]) -> str:
        return str(next(each["received_on"] for each in now(desk, one)["letters"] if each["id"] == letter))

    assert (received(case), received(other)) == ("2026-11-26", "2026-11-26")
    case = desk.place(HEAD, case, kind="revocation", on="2026-11-26", of=sent + 2, reason="看错")
    assert (received(case), received(other)) == ("2026-11-25", "2026-11-25")
    case = desk.place(HEAD, case, kind="revocation", on="2026-11-26", of=sent + 1, reason="看错")
    assert (received(case), received(other)) == ("2026-11-24", "2026-11-24")


def test_a_file_that_moved_meanwhile_is_named_and_nothing_changes(desk: Desk) -> None:
    desk.clock.set(date(2026, 11, 24))
    first, second = handled(desk, "甲街道2024年征收公告", "2026-11-04"), handled(desk, "甲街道2025年征收公告", "2026-11-05")
    case = drafted(desk, first, second)
    desk.place(HANDLER, second, kind="withdrawal", on="2026-11-24", by="phone")
    answer = desk.try_place(HEAD, case, kind="decision", on="2026-11-24")
    assert answer.status_code == 409
    assert second["number"] in answer.json()["detail"]
    assert first["number"] not in answer.json()["detail"]
    assert (now(desk, case)["version"], now(desk, first)["version"]) == (case["version"], first["version"])


def test_what_cannot_be_answered_together_is_refused_at_its_place(desk: Desk) -> None:
    desk.clock.set(date(2026, 11, 24))
    case = handled(desk, "乙街道2023年征收公告", "2026-11-02")
    another = {"applicant": {"name": "许明理（样例）", "phone": "13800000009", "address": "样例路9号"}}
    other = desk.place(HANDLER, desk.register(**another), kind="acceptance", on="2026-11-24")
    elsewhere = desk.register("intake@gx-zjj")
    draft = {"kind": "draft", "on": "2026-11-24", "items": [GIVEN]}
    for numbers in ([other["number"]], [elsewhere["number"]], [case["number"]], ["没有"]):
        answer = desk.try_place(HANDLER, case, **draft, together=numbers)
        assert answer.status_code == 400, answer.text
        assert answer.json()["errors"][0]["field"] == "together.0"
    for inner in ({"joined": []}, {"answered_with": None}):
        assert desk.try_place(HANDLER, case, **draft, **inner).status_code == 400
    waiting = desk.register(wanted="乙街道2024年征收公告")
    assert desk.try_place(HANDLER, case, **draft, together=[waiting["number"]]).status_code == 409
    assert now(desk, case)["version"] == case["version"]
