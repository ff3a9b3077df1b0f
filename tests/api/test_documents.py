"""提供件: what is given out lies with the file, tied to the item it answers, and goes out as it was signed."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest
from sqlalchemy import text

from db import queries
from tests import papers
from tests.api.conftest import Desk

pytestmark = pytest.mark.slow

PDF = papers.pdf([(72, 100, "补偿安置方案")])
HANDLER, HEAD = "handler@gx-zrzy", "head@gx-zrzy"


def kept(desk: Desk, case: dict[str, Any], name: str = "方案.pdf", data: bytes = PDF, who: str = HANDLER, **fields: str) -> Any:
    headers = {"Authorization": f"Bearer {desk.tokens[who]}"}
    return desk.client.post(f"/api/cases/{case['id']}/attachments", headers=headers, files={"file": (name, data)}, data=fields)


def handled(desk: Desk, **fields: Any) -> dict[str, Any]:
    return desk.place(HANDLER, desk.register(**fields), kind="acceptance")


def item(*attachments: str, **fields: Any) -> dict[str, Any]:
    return {"item": 1, "outcome": "disclosed", "provided": [{"title": "补偿安置方案", "attachment": one} for one in attachments], **fields}


def drafted(desk: Desk) -> tuple[dict[str, Any], dict[str, Any]]:
    """A draft that gives out one document: the case, the document."""
    case = handled(desk)
    document = kept(desk, case, role="given_out", item="1").json()
    return desk.place(HANDLER, case, kind="draft", items=[item(document["id"])]), document


def test_an_attachment_has_a_role_and_an_item(desk: Desk) -> None:
    case = handled(desk, items=["甲", "乙"])
    one = kept(desk, case, role="original", item="2").json()
    assert (one["role"], one["item"], one["made_from"], one["separated"]) == ("original", 2, None, [])
    plain = kept(desk, case).json()
    assert (plain["role"], plain["item"]) == (None, None)
    tied = desk.call(HANDLER, "POST", f"/api/attachments/{plain['id']}", {"role": "given_out", "item": 1})
    assert tied.status_code == 201, tied.text
    assert (tied.json()["role"], tied.json()["item"]) == ("given_out", 1)
    told = {one["id"]: one["role"] for one in desk.call(HEAD, "GET", f"/api/cases/{case['id']}").json()["attachments"]}
    assert told == {one["id"]: "original", plain["id"]: "given_out"}


@pytest.mark.parametrize(("fields", "at"), [({"role": "secret"}, "role"), ({"item": "3"}, "item"), ({"item": "0"}, "item"), ({"item": "x"}, "item")])
def test_what_an_attachment_cannot_be_is_told_at_its_field(desk: Desk, fields: dict[str, str], at: str) -> None:
    answer = kept(desk, handled(desk), **fields)
    assert answer.status_code == 400, answer.text
    assert [one["field"] for one in answer.json()["errors"]] == [at], answer.text


def test_the_draft_keeps_the_digest_of_what_it_gives_out_and_the_risk_is_gone(desk: Desk) -> None:
    case, document = drafted(desk)
    (provided,) = case["acts"][-1]["act"]["items"][0]["provided"]
    assert provided["as_signed"]["digest"] == hashlib.sha256(PDF).hexdigest() == document["digest"]
    assert "nothing_provided" not in {one["id"] for one in case["risks"]}
    bare = desk.place(HANDLER, handled(desk), kind="draft", items=[item(provided=[{"title": "方案"}])])
    (risk,) = [one for one in bare["risks"] if one["id"] == "nothing_provided"]
    assert "“方案”" in risk["text"]


def test_nobody_says_from_outside_what_was_found(desk: Desk) -> None:
    case = handled(desk)
    document = kept(desk, case).json()
    given = {"title": "方案", "attachment": document["id"], "as_signed": {"digest": "0" * 64}}
    answer = desk.try_place(HANDLER, case, kind="draft", items=[item(provided=[given])])
    assert answer.status_code == 400, answer.text
    assert "由系统填写" in answer.text


def test_what_is_given_out_is_an_attachment_of_this_file(desk: Desk) -> None:
    other = kept(desk, handled(desk)).json()
    answer = desk.try_place(HANDLER, handled(desk), kind="draft", items=[item(other["id"])])
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "items.0.provided.0.attachment"


def test_what_waits_for_its_signature_or_has_it_is_not_tied_anew(desk: Desk) -> None:
    case, document = drafted(desk)
    address = f"/api/attachments/{document['id']}"
    assert desk.call(HANDLER, "POST", address, {"role": "evidence"}).status_code == 409
    back = desk.place(HEAD, case, kind="return", reason="换一份")
    assert desk.call(HANDLER, "POST", address, {"role": "given_out", "item": 1}).status_code == 201, "a returned draft holds nothing"
    case = desk.place(HEAD, desk.place(HANDLER, back, kind="draft", items=[item(document["id"])]), kind="decision")
    answer = desk.call(HANDLER, "POST", address, {"role": "evidence"})
    assert answer.status_code == 409
    assert answer.json()["articles"] == ["条例 36"]


@pytest.mark.parametrize("what", ["digest", "bytes", "row"])
def test_a_document_that_changed_since_the_draft_is_not_signed(desk: Desk, what: str) -> None:
    case, document = drafted(desk)
    root = desk.office.files.root / "attachments"
    path = next(one for one in root.rglob("*") if one.name == document["id"])
    with desk.office.database.engine.begin() as connection:
        if what == "digest":
            connection.execute(text("UPDATE attachment SET digest = :to WHERE id = :of"), {"to": "0" * 64, "of": document["id"]})
        elif what == "row":
            connection.execute(text("DELETE FROM attachment WHERE id = :of"), {"of": document["id"]})
        else:
            path.write_bytes(path.read_bytes() + b"%")
    answer = desk.try_place(HEAD, case, kind="decision")
    assert answer.status_code == 409, answer.text
    assert "不是同一份" in answer.json()["detail"]
    if what == "bytes":
        path.write_bytes(path.read_bytes().removesuffix(b"%"))
        assert desk.try_place(HEAD, case, kind="decision").status_code == 201


def test_the_reply_lists_what_it_gives_out_beside_what_was_typed(desk: Desk) -> None:
    case = handled(desk)
    document = kept(desk, case).json()
    case = desk.place(HANDLER, case, kind="draft", items=[item(document["id"])], attachments=["征收红线图"])
    case = desk.place(HEAD, case, kind="decision")
    letter = case["letters"][-1]
    with desk.office.database.read() as session:
        context = queries.letter_words(desk.office.database.ring, queries.letter(session, letter["id"]))
    assert context["attachments"] == ["征收红线图", "补偿安置方案"]


def test_what_was_given_on_paper_is_told_when_the_file_is_put_away_and_stops_nothing(desk: Desk) -> None:
    case = desk.place(HANDLER, handled(desk), kind="draft", items=[item(provided=[{"title": "方案"}])])
    case = desk.place(HEAD, case, kind="decision")
    assert case["not_filed"] == ["第1项提供的信息没有存入案卷"]
    letter = case["letters"][-1]["id"]
    desk.office.pdf(letter)
    case = desk.place("intake@gx-zrzy", case, kind="service", letter=letter, method="direct", received_on=case["acts"][-1]["on"])
    assert case["missing_for_archive"] == []
    assert kept(desk, case, role="given_out", item="1").status_code == 201
    assert desk.call(HEAD, "GET", f"/api/cases/{case['id']}").json()["not_filed"] == [], "a scan that came afterwards"


def test_the_package_has_what_was_given_out_with_its_item(desk: Desk) -> None:
    case, document = drafted(desk)
    case = desk.place(HEAD, case, kind="decision")
    letter = case["letters"][-1]["id"]
    desk.office.pdf(letter)
    case = desk.place("intake@gx-zrzy", case, kind="service", letter=letter, method="direct", received_on=case["acts"][-1]["on"])
    case = desk.place("archivist@gx-zrzy", case, kind="archival")
    answer = desk.call("archivist@gx-zrzy", "GET", f"/api/cases/{case['id']}/archive", X_Reason="%E5%BD%92%E6%A1%A3")
    bundle = zipfile.ZipFile(io.BytesIO(answer.content))
    record = json.loads(next(bundle.read(one) for one in bundle.namelist() if one.endswith("办理记录.json")))
    (came,) = record["attachments"]
    assert (came["role"], came["item"], came["sha256"]) == ("given_out", 1, document["digest"])
    assert any(one.endswith("方案.pdf") and bundle.read(one) == PDF for one in bundle.namelist())
    assert desk.call(HANDLER, "POST", f"/api/attachments/{document['id']}", {"role": "evidence"}).status_code == 409
