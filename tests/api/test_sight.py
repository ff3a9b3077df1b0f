"""Who sees what of a person: every role, related to a file in every way, at every door; and every look at the whole is logged."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import Any
from urllib.parse import quote

import pytest

from api.office.policy import OVERSEERS, STAFF
from api.office.sight import HANDLING, UNMASKED, masked, sight
from db import people, store
from tests.api.conftest import Desk
from workflow.case import Case

NAME, NUMBER, PHONE, STREET, CARD = "金丝雀", "11010519491231002X", "13812345678", "冠县金丝雀路1号院2单元", "6222020000000000000"
CANARY = (NAME, NUMBER, PHONE, STREET, CARD)
WANTED = f"本人{NAME}（{NUMBER}，电话138 1234 5678）位于{STREET}的房屋征收补偿方案，补偿款账号{CARD}"
MASKED = "本人金*（110***********002X，电话138****5678）位于冠县金***的房屋征收补偿方案，补偿款账号622************0000"
RELATIONS = {"gx-zrzy": "own", "gx-zfb": "overseen", "gx-rsj": "consulted", "gx-zjj": None}


@pytest.fixture(scope="module")
def file(desk: Desk) -> dict[str, Any]:
    """A file of gx-zrzy whose request, note and attachment tell of its applicant; gx-rsj is asked."""
    applicant = {"name": NAME, "id_type": "resident_id", "id_number": NUMBER, "phone": PHONE, "address": STREET}
    case = desk.place("handler@gx-zrzy", desk.register(wanted=WANTED, applicant=applicant), kind="acceptance", on="2026-11-03")
    case = desk.place("handler@gx-zrzy", case, kind="note", text=f"已与{NAME}（{PHONE}）通话")
    headers = {"Authorization": f"Bearer {desk.tokens['intake@gx-zrzy']}"}
    kept = desk.client.post(f"/api/cases/{case['id']}/attachments", headers=headers, files={"file": (f"{NAME}.txt", NAME.encode())})
    assert kept.status_code == 201, kept.text
    case = desk.place(
        "handler@gx-zrzy", case, kind="consultation", on="2026-11-04", type="other_agency", agency="gx-rsj", party={"name": "样例单位"},
        question=f"{NAME}（{NUMBER}）的补偿方案能否公开？",
    )  # fmt: skip
    desk.office.pdf(case["letters"][0]["id"])
    return {**case, "attachment": kept.json()["id"]}


def told(text: str) -> list[str]:
    """What of the person stands in a text, however it is parted."""
    return [one for one in CANARY if one in re.sub(r"[\s\\]", "", text)]


def relation_of(role: str, agency: str) -> str | None:
    relation = RELATIONS[agency]
    return None if relation == "overseen" and role not in OVERSEERS else relation


def entries(desk: Desk) -> list[Any]:
    with desk.office.database.read() as session:
        return list(people.log_entries(session, limit=1000))


EVERYBODY = [(role, agency) for agency in RELATIONS for role in sorted(STAFF)]


@pytest.mark.parametrize(("role", "agency"), EVERYBODY)
def test_the_file_is_seen_as_the_table_says(desk: Desk, file: dict[str, Any], role: str, agency: str) -> None:
    held = sight(role, relation_of(role, agency), "file")
    handles, reads = agency == "gx-zrzy" and role in HANDLING, relation_of(role, agency) in ("own", "overseen")
    assert held == ("whole" if handles else "masked" if reads else "nothing")
    answer = desk.call(f"{role}@{agency}", "GET", f"/api/cases/{file['id']}")
    assert answer.status_code == (404 if held == "nothing" else 200)
    assert bool(told(answer.text)) is (held == "whole")
    if held == "masked":
        assert "金*" in answer.text
        assert answer.json()["wanted"] == MASKED


@pytest.mark.parametrize(("role", "agency"), EVERYBODY)
@pytest.mark.parametrize("door", ["letter", "attachment"])
def test_what_tells_of_people_is_given_for_a_reason_and_the_look_is_logged(
    desk: Desk, file: dict[str, Any], role: str, agency: str, door: str
) -> None:
    held = sight(role, relation_of(role, agency), "letter" if door == "letter" else "attachment")
    address = f"/api/letters/{file['letters'][0]['id']}/pdf" if door == "letter" else f"/api/attachments/{file['attachment']}"
    who = f"{role}@{agency}"
    plain = desk.call(who, "GET", address)
    assert plain.status_code == {"whole": 200, "reason": 403, "nothing": 404}[held]
    if held == "reason":
        assert "X-Reason" in plain.json()["detail"]
        assert desk.call(who, "GET", address, X_Reason="%20").status_code == 400
        assert desk.call(who, "GET", address, X_Reason="%FF%FE").status_code == 400
    before = len(entries(desk))
    answer = desk.call(who, "GET", address, X_Reason=quote("上级督查"))
    assert answer.status_code == (404 if held == "nothing" else 200)
    looks = [one for one in entries(desk)[: len(entries(desk)) - before] if "上级督查" in (one.reason or "")]
    assert len(looks) == (1 if held == "reason" else 0)
    for one in looks:
        assert (one.username, one.object.split()[0]) == (who, file["number"])
        assert not told(str(tuple(one)))


@pytest.mark.parametrize(("role", "agency"), EVERYBODY)
def test_lists_exports_and_figures_tell_of_nobody(desk: Desk, file: dict[str, Any], role: str, agency: str) -> None:
    who = f"{role}@{agency}"
    handles = role in HANDLING and agency == "gx-zrzy"
    listed = desk.call(who, "GET", "/api/cases?limit=100")
    assert NAME not in re.sub(re.escape(WANTED), "", listed.text) if handles else not told(listed.text)
    for path in ("/api/export/cases", "/api/reports/analysis?from=2026-01-01&to=2026-12-31", f"/api/cases/{file['id']}/similar",
                 f"/api/cases/{file['id']}/dossier"):  # fmt: skip
        assert not told(desk.call(who, "GET", path).text), path
    assert not told(desk.call(who, "POST", "/api/similar", {"wanted": WANTED}).text)


def test_the_ledger_in_full_is_whole_for_the_own_unit_alone(desk: Desk, file: dict[str, Any]) -> None:
    def rows(who: str) -> list[list[str]]:
        answer = desk.call(who, "POST", "/api/export/cases", {"reason": "核对"})
        assert answer.status_code == 200
        return [row for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))) if row[0] == file["number"]]

    assert told(str(rows("handler@gx-zrzy"))) == list(CANARY)
    assert len(rows("head@gx-zfb")) == 1
    assert not told(str(rows("head@gx-zfb")))


@pytest.mark.parametrize("role", sorted(STAFF))
def test_who_may_take_names_away_is_who_handles(desk: Desk, role: str) -> None:
    answer = desk.call(f"{role}@gx-zrzy", "POST", "/api/export/cases", {"reason": "核对"})
    assert (answer.status_code == 200) is (role in UNMASKED) is (role in HANDLING)


@pytest.mark.parametrize("role", sorted(STAFF))
def test_who_is_asked_sees_the_question_and_nobody_in_it(desk: Desk, file: dict[str, Any], role: str) -> None:
    answer = desk.call(f"{role}@gx-rsj", "GET", "/api/consultations")
    (mine,) = [one for one in answer.json()["items"] if one["case_id"] == file["id"]]
    assert mine["question"] == "金*（110***********002X）的补偿方案能否公开？"
    assert mine["items"] == [MASKED]
    assert not told(answer.text)


def test_his_answer_tells_him_no_more(desk: Desk, file: dict[str, Any]) -> None:
    case = desk.call("handler@gx-zrzy", "GET", f"/api/cases/{file['id']}").json()
    asked = case["consultations"][-1]["seq"]
    answer = desk.try_place("legal@gx-rsj", case, kind="opinion", on="2026-11-06", consultation=asked, stance="consent", text="可以公开。")
    assert answer.status_code == 201
    assert not told(answer.text)


# ---------------------------------------------------------------- finding


ORACLE = ["金丝", "丝雀", "1101", "11010519491231", "1381234", "6222", "冠县金丝雀路", "电话138 1234"]


@pytest.mark.parametrize("who", ["analyst@gx-zrzy", "archivist@gx-zrzy", "head@gx-zfb"])
@pytest.mark.parametrize("name", ["applicant", "q"])
def test_no_part_of_what_is_masked_is_ever_found(desk: Desk, file: dict[str, Any], who: str, name: str) -> None:
    for part in ORACLE:
        for path in ("/api/cases", "/api/export/cases"):
            answer = desk.call(who, "GET", f"{path}?{name}={quote(part)}&agency=gx-zrzy")
            assert answer.status_code == 200
            assert file["number"] not in answer.text, part
    if name == "applicant":
        assert file["number"] not in desk.call(who, "GET", f"/api/cases?applicant={quote(NAME[0])}").text
    for whole in (NAME, PHONE, NUMBER, "金 丝 雀", "138-1234-5678"):
        found = desk.call(who, "GET", f"/api/cases?applicant={quote(whole)}").json()["items"]
        assert file["id"] in [one["id"] for one in found], "the whole of it is found"
    found = desk.call(who, "GET", f"/api/cases?q={quote('房屋征收补偿方案')}").json()["items"]
    assert file["id"] in [one["id"] for one in found]


def test_who_handles_finds_a_person_by_the_whole_name_and_a_request_by_its_words(desk: Desk, file: dict[str, Any]) -> None:
    """A part of what is sealed is found by nobody."""
    for name, part in (("applicant", "金丝"), ("q", "丝雀"), ("q", "1101051949")):
        found = desk.call("handler@gx-zrzy", "GET", f"/api/cases?{name}={quote(part)}").json()["items"]
        assert file["id"] not in [one["id"] for one in found]
    for name, whole in (("applicant", NAME), ("q", NAME), ("q", NUMBER), ("q", PHONE), ("q", "征收补偿方案")):
        found = desk.call("handler@gx-zrzy", "GET", f"/api/cases?{name}={quote(whole)}").json()["items"]
        assert file["id"] in [one["id"] for one in found]


# ---------------------------------------------------------------- packages, previews, the masked file


def test_a_package_is_given_to_the_archivist_for_a_reason(desk: Desk) -> None:
    case = desk.register()
    case = desk.place("handler@gx-zrzy", case, kind="acceptance")
    case = desk.place("intake@gx-zrzy", case, kind="withdrawal", by="writing", reason="样例")
    letter = next(one["id"] for one in case["letters"] if one["kind"] != "receipt")
    case = desk.place("intake@gx-zrzy", case, kind="service", letter=letter, method="direct", on="2026-11-24", received_on="2026-11-24")
    index = desk.call("archivist@gx-zrzy", "POST", f"/api/cases/{case['id']}/letters/preview", {"kind": "archival", "retention": "定期30年"})
    assert index.status_code == 200
    case = desk.place("archivist@gx-zrzy", case, kind="archival", retention="定期30年")
    path = f"/api/cases/{case['id']}/archive"
    assert desk.call("archivist@gx-zrzy", "GET", path).status_code == 403
    assert desk.call("handler@gx-zrzy", "GET", path).status_code == 200
    given = desk.call("archivist@gx-zrzy", "GET", path, X_Reason=quote("向县档案馆移交"))
    assert given.status_code == 200
    assert zipfile.ZipFile(io.BytesIO(given.content)).testzip() is None
    last = next(one for one in entries(desk) if one.what == "package")
    assert (last.username, last.object, last.reason.partition("；")[0]) == ("archivist@gx-zrzy", case["number"], "向县档案馆移交")


def test_a_masked_file_answers_as_the_file_does(desk: Desk, file: dict[str, Any]) -> None:
    with desk.office.database.read() as session:
        case = store.load(session, file["id"])
    assert isinstance(case, Case)
    other = masked(case)
    assert (other.state, other.version, other.walked) == (case.state, case.version, case.walked)
    assert other.reckoning(desk.office.rules).due == case.reckoning(desk.office.rules).due
    assert [one.id for one in other.letters(desk.office.rules)] == [one.id for one in case.letters(desk.office.rules)]
    assert not told(str([one.act.model_dump_json() for one in other.acts]))
    assert masked(other) == other, "what is masked stays as it is"
