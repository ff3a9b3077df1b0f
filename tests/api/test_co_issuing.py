"""联合答复 over HTTP: several agencies under one reply, each by its own consent, numbered and counted by the one that was asked."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pdfplumber
import pytest

from letters.word import MEDIA_TYPE
from tests.api.conftest import Desk

HANDLER, HEAD = "handler@gx-zrzy", "head@gx-zrzy"
NAMES = {"gx-zrzy": "冠县自然资源和规划局", "gx-zjj": "冠县住房和城乡建设局", "gx-rsj": "冠县人力资源和社会保障局", "gx-zfb": "冠县人民政府办公室"}
GIVEN = {"item": 1, "outcome": "disclosed", "where": "随本答复书提供"}


@pytest.fixture(autouse=True)
def today(desk: Desk) -> None:
    desk.clock.set(date(2026, 11, 24))


def asked(desk: Desk, *units: str, type: str = "joint_agency") -> dict[str, Any]:
    case = desk.register(wanted="联合印发的实施方案（样例）", submitted_on="2026-11-16", received_on="2026-11-16")
    case = desk.place(HANDLER, case, kind="acceptance", on="2026-11-16")
    for unit in units:
        asks = {"type": type, "agency": unit, "party": {"name": NAMES[unit]}, "question": "是否同意公开、联合答复"}
        case = desk.place(HANDLER, case, kind="consultation", on="2026-11-17", **asks)
    return case


def answer(desk: Desk, case: dict[str, Any], who: str, place: int = 0, **fields: Any) -> Any:
    """The refusal or the new state of the file, as the lead agency sees it."""
    said = {"consultation": case["consultations"][place]["seq"], "stance": "consent", "text": "同意", "co_issues": True} | fields
    done = desk.try_place(who, case, kind="opinion", on="2026-11-24", **said)
    return done if done.status_code != 201 else desk.call(HANDLER, "GET", f"/api/cases/{case['id']}").json()


def drafted(desk: Desk, case: dict[str, Any], *units: str) -> Any:
    return desk.try_place(HANDLER, case, kind="draft", items=[GIVEN], co_issuers=list(units))


def examined(desk: Desk, case: dict[str, Any]) -> dict[str, Any]:
    return desk.place("legal@gx-zrzy", case, kind="secrecy_review", result="may_disclose", reason="不涉密")


def test_a_reply_of_three_agencies_bears_their_names_and_seals(desk: Desk) -> None:
    case = asked(desk, "gx-zjj", "gx-rsj")
    case = answer(desk, case, "head@gx-zjj", 0)
    case = answer(desk, case, "head@gx-rsj", 1)
    assert [one["co_issues"] for one in case["consultations"]] == [True, True]
    made = drafted(desk, examined(desk, case), "gx-zjj", "gx-rsj")
    assert made.status_code == 201, made.text
    assert made.json()["draft"]["co_issuers"] == ["gx-zjj", "gx-rsj"]
    case = desk.place(HEAD, made.json(), kind="decision")
    letter = next(one for one in case["letters"] if one["kind"] == "disclosed")
    assert letter["number"].startswith("冠自然资公复〔2026〕"), "of the agency that was asked"
    pdf = desk.call(HEAD, "GET", f"/api/letters/{letter['id']}/pdf").content
    with pdfplumber.open(io.BytesIO(pdf)) as file:
        words = "".join(page.extract_text() or "" for page in file.pages).replace("\n", "")
        assert sum(len(page.images) for page in file.pages) == 3, "three seals"
    assert "本答复书由本机关会同冠县住房和城乡建设局、冠县人力资源和社会保障局联合作出。" in words
    for unit in ("gx-zjj", "gx-rsj"):
        assert words.count(NAMES[unit]) >= 4, "head, title, text, signature"
    word = desk.call(HEAD, "GET", f"/api/letters/{letter['id']}/docx")
    assert (word.status_code, word.headers["content-type"].partition(";")[0]) == (200, MEDIA_TYPE)


def test_nobody_s_name_stands_under_a_reply_without_his_own_consent(desk: Desk) -> None:
    case = asked(desk, "gx-zjj")
    refused = drafted(desk, answer(desk, case, "head@gx-zjj", co_issues=False), "gx-zjj")
    assert refused.status_code == 409, "asked, and has not agreed"
    assert "同意联合答复" in refused.json()["detail"]
    assert refused.json()["articles"] == ["条例 34"]


@pytest.mark.parametrize(
    ("who", "says"), [("handler@gx-zrzy", "不能代填"), ("head@gx-zrzy", "不能代填"), ("handler@gx-zjj", "负责人")]
)
def test_the_consent_is_given_by_the_head_of_the_unit_that_is_asked(desk: Desk, who: str, says: str) -> None:
    case = asked(desk, "gx-zjj")
    refused = answer(desk, case, who)
    assert refused.status_code == 400, refused.text
    (error,) = refused.json()["errors"]
    assert error["field"] == "co_issues"
    assert says in error["message"]


def test_a_consent_is_not_amended_and_the_last_answer_holds(desk: Desk) -> None:
    case = answer(desk, asked(desk, "gx-zjj"), "head@gx-zjj", co_issues=False)
    seq = case["acts"][-1]["seq"]
    amended = desk.try_place(HEAD, case, kind="amendment", of=seq, changes={"co_issues": True}, reason="代填")
    assert amended.status_code == 409, amended.text
    case = desk.place(
        HANDLER, case, kind="consultation", type="joint_agency", agency="gx-zjj", party={"name": NAMES["gx-zjj"]}, question="再问", on="2026-11-24"
    )  # fmt: skip
    case = answer(desk, case, "head@gx-zjj", 1)
    assert drafted(desk, examined(desk, case), "gx-zjj").status_code == 201


@pytest.mark.parametrize(
    ("units", "field", "says"),
    [
        (["gx-zrzy"], "co_issuers.0", "主办机关"),
        (["gx-zjj", "gx-zjj"], "co_issuers.1", "重复"),
        (["nowhere"], "co_issuers.0", "没有这个单位"),
        (["gx-zfb"], "co_issuers.0", "复议机关"),
        (["gx-zjj"] * 6, "co_issuers", "5"),
    ],
)
def test_bad_input_says_what_is_wrong(desk: Desk, units: list[str], field: str, says: str) -> None:
    case = examined(desk, answer(desk, asked(desk, "gx-zjj", type="other_agency"), "head@gx-zjj"))
    refused = drafted(desk, case, *units)
    assert refused.status_code == 400, refused.text
    found = {one["field"]: one["message"] for one in refused.json()["errors"]}
    assert says in found[field]
