"""A canary flies through the whole office: nothing that is kept, told or taken away holds a person in the open."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from pathlib import Path

import pytest

from db.backup import back_up
from tests.api.conftest import Desk
from tests.api.test_log import lines
from tests.db.test_sealing import bytes_of

__all__ = ["lines"]

NAME, NUMBER, PHONE = "金丝雀", "11010519491231002X", "13912345678"
MAIL, ADDRESS, THIRD, FILE = "canary@example.invalid", "鸣禽样例巷七十七号", "百灵鸟", "画眉的身份证"
CANARIES = (NAME, NUMBER, PHONE, MAIL, ADDRESS, THIRD, FILE)
APPLICANT = {
    "category": "natural_person", "name": NAME, "id_type": "resident_id", "id_number": NUMBER, "phone": PHONE, "email": MAIL, "address": ADDRESS,
}  # fmt: skip
WANTED = f"{NAME}（{NUMBER}）位于{ADDRESS}的房屋征收补偿方案，请联系{PHONE}"


def spellings(text: str) -> set[bytes]:
    """How a text may stand in bytes: as it is, escaped in JSON, as one asks for it in an address, in UTF-16."""
    from urllib.parse import quote

    return {text.encode(), json.dumps(text)[1:-1].encode(), quote(text).encode(), text.encode("utf-16-le"), text.encode("gb18030")}


def found_in(data: bytes) -> list[str]:
    return [one for one in CANARIES if any(spelling in data for spelling in spellings(one))]


def unpacked(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        return b"\0".join(bundle.read(name) for name in bundle.namelist())


@pytest.mark.slow
def test_no_canary_is_found_anywhere(desk: Desk, lines: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    body = {"channel": "in_person", "submitted_on": "2026-11-02", "received_on": "2026-11-02", "applicant": APPLICANT, "wanted": WANTED}
    answer = desk.call("intake@gx-zrzy", "POST", "/api/cases", body, Idempotency_Key="canary-1")
    assert answer.status_code == 201 and NAME in answer.text
    assert desk.call("intake@gx-zrzy", "POST", "/api/cases", body, Idempotency_Key="canary-1").text == answer.text, "the kept answer is given again"
    case = answer.json()
    case = desk.place("handler@gx-zrzy", case, kind="acceptance", on="2026-11-03")
    sent = desk.client.post(
        f"/api/cases/{case['id']}/attachments", files={"file": (f"{FILE}.txt", "\n".join(CANARIES).encode() * 50_000, "text/plain")},
        data={"purpose": FILE}, headers={"Authorization": f"Bearer {desk.tokens['handler@gx-zrzy']}"},
    )  # fmt: skip
    assert sent.status_code == 201, sent.text
    case = desk.place("handler@gx-zrzy", case, kind="note", text=f"{NAME}来电，{PHONE}")
    case = desk.place(
        "handler@gx-zrzy", case, kind="consultation", type="third_party", question=f"是否同意向{NAME}公开",
        party={"name": THIRD, "address": ADDRESS, "is_person": True},
    )  # fmt: skip
    for letter in case["letters"]:
        assert desk.call("handler@gx-zrzy", "GET", f"/api/letters/{letter['id']}/pdf").content.startswith(b"%PDF")
    out = [letter["id"] for letter in case["letters"] if letter["kind"] != "receipt"]
    receipt = {"method": "direct", "on": "2026-11-24", "received_on": "2026-11-24", "recipient": THIRD, "place": ADDRESS}
    case = desk.place("intake@gx-zrzy", case, kind="service", letter=out[0], **receipt)
    assert THIRD in json.dumps(case, ensure_ascii=False)
    refused = desk.call("handler@gx-zrzy", "POST", "/api/cases", {**body, "applicant": {**APPLICANT, "id_number": NUMBER[::-1]}})
    assert refused.status_code in (400, 403) and not found_in(refused.content)
    told = desk.call("handler@gx-zrzy", "GET", "/api/cases?q=征收补偿方案").json()["items"]
    assert WANTED in [one["wanted"] for one in told], "who handles the file reads the request as it was written"
    assert [one["applicant"] for one in told if one["id"] == case["id"]] == ["金*"]

    office, found = desk.office, dict[str, list[str]]()
    found["kept"] = found_in(bytes_of(office.database, office.files))
    backup = tmp_path / "office.zip"
    back_up(office.database, office.files, office.sources.folders, backup, office.clock())
    found["backup"] = found_in(unpacked(backup.read_bytes()))
    for form in ("csv", "xlsx"):
        taken = desk.call("handler@gx-zrzy", "GET", f"/api/export/cases?format={form}").content
        found[form] = found_in(unpacked(taken) if form == "xlsx" else taken)
    found["log"] = found_in(lines.getvalue().encode())
    found["temporary"] = [str(one) for one in temporary.rglob("*")]
    assert {where: what for where, what in found.items() if what} == {}
