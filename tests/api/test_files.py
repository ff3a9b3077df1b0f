"""Attachments, letters, and the archive package: what is kept is what was issued, and can be checked."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pikepdf
import pytest
from PIL import Image

from api.office.problems import Problem
from db import queries
from tests.api.conftest import Desk

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 60
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def _upload(desk: Desk, case: dict[str, Any], name: str, data: bytes, **fields: str) -> Any:
    return _upload_as(desk, "intake@gx-zrzy", case, name, data, **fields)


def _upload_as(desk: Desk, who: str, case: dict[str, Any], name: str, data: bytes, **fields: str) -> Any:
    return desk.client.post(
        f"/api/cases/{case['id']}/attachments",
        headers={"Authorization": f"Bearer {desk.tokens[who]}"},
        files={"file": (name, data)},
        data=fields,
    )


def _zip(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        for name in names:
            bundle.writestr(name, "x")
    return out.getvalue()


def _picture(kind: str) -> bytes:
    """A picture as programs write one."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("申请表.pdf", PDF), ("身份证.PNG", PNG), ("说明.txt", "情况说明".encode()), ("gbk.txt", "情况说明".encode("gb18030")),
        ("信.docx", _zip("word/document.xml")), ("表.xlsx", _zip("xl/workbook.xml")), ("文.ofd", _zip("OFD.xml")),
        ("先有一行.pdf", b"scanned by example\r\n" + PDF), ("片.pptx", _zip("ppt/presentation.xml")), ("包.zip", _zip("甲/说明.txt", "病毒.exe")),
        ("照片.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), ("图.bmp", _picture("BMP")), ("图.gif", _picture("GIF")),
        ("图.png", _picture("PNG")), ("图.jpg", _picture("JPEG")), ("图.jpeg", _picture("JPEG")),
        ("图.tif", _picture("TIFF")), ("图.tiff", _picture("TIFF")),
        ("文.wps", OLE), ("表.et", OLE), ("录音.mp3", b"ID3\x03" + b"\0" * 20), ("录音2.mp3", b"\xff\xfb\x90\x44"),
        ("录像.mp4", b"\0\0\0\x18ftypisom"), ("信.eml", b"X-Sent: yes\r\n folded\r\nSubject: x\r\n\r\n" + "申请".encode("gb18030")),
        ("存.eml", b"\xef\xbb\xbfFrom: a@example.cn\r\n\r\nx"),
        ("箱.eml", b"From a@example.cn Mon Nov  2 09:00:00 2026\nX-Sent: yes\nSubject: x\n\nx"),
    ],
)  # fmt: skip
def test_what_may_be_attached_comes_back_as_it_was(desk: Desk, name: str, data: bytes) -> None:
    case = desk.register()
    kept = _upload(desk, case, name, data, purpose="申请材料")
    assert kept.status_code == 201, kept.text
    assert kept.json()["digest"] == hashlib.sha256(data).hexdigest()
    again = desk.call("handler@gx-zrzy", "GET", f"/api/attachments/{kept.json()['id']}")
    assert again.content == data
    assert again.headers["content-disposition"].startswith("attachment")
    assert again.headers["x-content-type-options"] == "nosniff"
    assert desk.call("handler@gx-rsj", "GET", f"/api/attachments/{kept.json()['id']}").status_code == 404


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("病毒.exe", b"MZ"), ("page.html", b"<script>"), ("fake.pdf", b"MZ\x90"), ("fake.docx", _zip("xl/workbook.xml")),
        ("slip.docx", _zip("word/document.xml", "../../evil")), ("empty.pdf", b""), ("no-extension", PDF),
        ("fake.txt", PNG), ("broken.xlsx", b"PK\x03\x04rubbish"), ("图\u202e.png", PNG),
        ("five.pdf", b"%PDF-"), ("far.pdf", b" " * 2000 + PDF), ("run.pdf", b"MZ\0\0" + PDF), ("slip.zip", _zip("..\\..\\evil")),
        ("drive.zip", _zip("C:\\evil")), ("back.docx", _zip("word/document.xml", "..\\evil")), ("fake.eml", b"<html>\nFrom: x"),
        ("fake.heic", PNG), ("fake.mp4", b"ftyp"), ("fake.wps", _zip("word/document.xml")),
        ("fake.bmp", b"BM" + b"\0" * 60), ("letters.bmp", b"BM " + b"x" * 60), ("box.eml", b"From a@example.cn\n<html>"),
    ],
)  # fmt: skip
def test_what_may_not_be_attached_is_told_why(desk: Desk, name: str, data: bytes) -> None:
    case = desk.register()
    answer = _upload(desk, case, name, data)
    assert answer.status_code == 400, answer.text
    assert desk.call("handler@gx-zrzy", "GET", f"/api/cases/{case['id']}").json()["attachments"] == []


def test_a_document_with_macros_is_refused_and_told_why(desk: Desk) -> None:
    answer = _upload(desk, desk.register(), "表.xlsx", _zip("xl/workbook.xml", "xl/vbaProject.bin"))
    assert answer.status_code == 400 and "带有宏" in answer.text and "另存为" in answer.text


def _put_away(desk: Desk) -> dict[str, Any]:
    case = desk.place("intake@gx-zrzy", desk.register(), kind="withdrawal", on="2026-11-03")
    case = desk.place("intake@gx-zrzy", case, kind="service", on="2026-11-04", letter=case["letters"][-1]["id"], method="direct")
    return desk.place("archivist@gx-zrzy", case, kind="archival", on="2026-11-05")


@pytest.mark.parametrize("name", ["图😀.png", "图\u0e44.png", "图⿰.png", "图\u202e.png"])
def test_a_name_that_no_font_prints_is_refused_where_it_is_given(desk: Desk, name: str) -> None:
    """The 卷内目录 names every file: without this it could never be archived."""
    refused = _upload(desk, desk.register(), name, PNG)
    assert refused.status_code == 400
    assert f"U+{ord(name[1]):04X}" in refused.text
    assert _upload(desk, desk.register(), "图.png", PNG, purpose=f"说明{name[1]}").status_code == 400
    assert _upload(desk, desk.register(), "图.png", PNG, purpose="长" * 101).status_code == 400


@pytest.fixture(scope="module")
def put_away(desk: Desk) -> dict[str, Any]:
    return _put_away(desk)


@pytest.mark.parametrize("role", ["intake", "handler", "legal", "head", "archivist"])
def test_an_archived_file_takes_no_attachment(desk: Desk, put_away: dict[str, Any], role: str) -> None:
    """One file, asked by all of them: what is refused changes nothing."""
    case = put_away
    kept = sorted((desk.office.files.root / "attachments").rglob("*"))  # type: ignore[attr-defined]
    answer = _upload_as(desk, f"{role}@gx-zrzy", case, "补充.pdf", PDF)
    assert answer.status_code == 409, answer.text
    assert "已经归档" in answer.json()["detail"]
    after = desk.call("handler@gx-zrzy", "GET", f"/api/cases/{case['id']}").json()
    assert after["attachments"] == []
    assert sorted((desk.office.files.root / "attachments").rglob("*")) == kept, "nothing lies around without a row"  # type: ignore[attr-defined]


def test_a_file_that_is_archived_while_something_is_uploaded_takes_it_no_more(desk: Desk) -> None:
    """The state is asked in the transaction that would keep the attachment, not where the request began."""
    from api.office import attachments
    from db import queries

    before = desk.register()
    with desk.office.database.read() as session:
        officer = queries.officer_by_username(session, "intake@gx-zrzy")
    assert officer is not None
    case = desk.office.case(officer, before["id"]).case
    desk.place("intake@gx-zrzy", before, kind="withdrawal", on="2026-11-03")
    after = desk.call("intake@gx-zrzy", "GET", f"/api/cases/{before['id']}").json()
    after = desk.place("intake@gx-zrzy", after, kind="service", on="2026-11-04", letter=after["letters"][-1]["id"], method="direct")
    desk.place("archivist@gx-zrzy", after, kind="archival", on="2026-11-05")
    with pytest.raises(Problem, match="已经归档"):
        attachments.keep(desk.office, officer, case, "补充.pdf", PDF, None)


def test_who_counts_attaches_nothing(desk: Desk, put_away: dict[str, Any]) -> None:
    for case in (desk.register(), put_away):
        assert _upload_as(desk, "analyst@gx-zrzy", case, "补充.pdf", PDF).status_code == 403


def _posted_and_put_away(desk: Desk) -> dict[str, Any]:
    """Withdrawn, told by post, archived before the slip came back."""
    case = desk.place("intake@gx-zrzy", desk.register(), kind="withdrawal", on="2026-11-03")
    letter = case["letters"][-1]["id"]
    case = desk.place("intake@gx-zrzy", case, kind="service", on="2026-11-04", letter=letter, method="post", post_number="EMS300000009CN")
    return desk.place("archivist@gx-zrzy", case, kind="archival", on="2026-11-05")


def test_a_slip_that_comes_after_the_archive_is_recorded_and_kept_that_day(desk: Desk) -> None:
    case = _posted_and_put_away(desk)
    letter = next(one["id"] for one in case["letters"] if one["kind"] == "withdrawal_notice")
    assert _upload(desk, case, "回执.pdf", PDF, purpose="送达回执").status_code == 409
    entered = desk.try_place("intake@gx-zrzy", case, kind="service", on="2026-11-09", received_on="2026-11-09", letter=letter, method="post")
    case = entered.json()
    assert (entered.status_code, case["state"]) == (201, "archived"), entered.text
    missing = _upload(desk, case, "回执.pdf", PDF)
    assert missing.status_code == 400, missing.text
    kept = _upload(desk, case, "回执.pdf", PDF, purpose="送达回执")
    assert kept.status_code == 201
    after = desk.call("handler@gx-zrzy", "GET", f"/api/cases/{case['id']}").json()
    (file,) = after["attachments"]
    assert after["version"] == case["version"], "an attachment is no act"
    assert (file["purpose"], file["by"]) == ("送达回执", desk.call("intake@gx-zrzy", "GET", "/api/me").json()["name"])
    before = desk.clock.now
    desk.clock.now += timedelta(days=1)
    try:
        assert _upload(desk, case, "又一张.pdf", PDF, purpose="送达回执").status_code == 409
    finally:
        desk.clock.now = before


@pytest.mark.slow
def test_mail_that_comes_back_after_the_archive_is_recorded_and_sent_again(desk: Desk) -> None:
    case = _posted_and_put_away(desk)
    letter = next(one["id"] for one in case["letters"] if one["kind"] == "withdrawal_notice")
    case = desk.place("intake@gx-zrzy", case, kind="service", on="2026-11-09", letter=letter, outcome="returned", why="moved")
    assert case["state"] == "archived"
    assert [one["letter"] for one in case["unsent"]] == [letter]
    case = desk.place("intake@gx-zrzy", case, kind="service", on="2026-11-10", received_on="2026-11-10", letter=letter, method="direct")
    assert case["unsent"] == []
    case = desk.place("legal@gx-zrzy", case, kind="remedy", on="2026-11-12", type="reconsideration", body="样例县人民政府")
    case = desk.place("legal@gx-zrzy", case, kind="remedy_result", on="2026-11-20", remedy=case["version"], result="upheld")
    assert case["state"] == "archived"
    package = desk.call("handler@gx-zrzy", "GET", f"/api/cases/{case['id']}/archive")
    assert package.status_code == 200


def test_a_file_over_twenty_mebibytes_is_413(desk: Desk) -> None:
    case = desk.register()
    assert _upload(desk, case, "大.pdf", PDF + b"\0" * (20 * 1024 * 1024)).status_code == 413


def test_a_letter_is_kept_as_issued_with_its_digest(desk: Desk) -> None:
    case = desk.register()
    letter = case["letters"][0]
    first = desk.call("intake@gx-zrzy", "GET", f"/api/letters/{letter['id']}/pdf").content
    facts = desk.call("intake@gx-zrzy", "GET", f"/api/letters/{letter['id']}").json()
    assert facts["digest"] == hashlib.sha256(first).hexdigest()
    assert facts["ready"]
    assert desk.call("intake@gx-zrzy", "GET", f"/api/letters/{letter['id']}/pdf").content == first


def test_a_preview_is_marked_and_stores_nothing(desk: Desk) -> None:
    case = desk.place("handler@gx-zrzy", desk.register(), kind="acceptance", on="2026-11-03")
    act = {"kind": "draft", "on": "2026-11-04", "items": [{"item": 1, "outcome": "disclosed", "provided": [{"title": "方案"}]}]}
    answer = desk.call("handler@gx-zrzy", "POST", f"/api/cases/{case['id']}/letters/preview", act)
    assert answer.status_code == 200, answer.text
    import pdfplumber

    with pdfplumber.open(io.BytesIO(answer.content)) as document:
        assert "预览" in "".join(page.extract_text() for page in document.pages).replace("\n", "")
    after = desk.call("handler@gx-zrzy", "GET", f"/api/cases/{case['id']}").json()
    assert after["version"] == case["version"]
    assert len(after["letters"]) == len(case["letters"])
    bad = desk.call("handler@gx-zrzy", "POST", f"/api/cases/{case['id']}/letters/preview", {"kind": "note", "text": "x"})
    assert bad.status_code == 409
    assert bad.json()["articles"]
    assert "请核对后直接办理" in bad.json()["detail"]


def _archived(desk: Desk) -> dict[str, Any]:
    case = desk.register()
    _upload(desk, case, "申请表.pdf", PDF, purpose="申请表")
    case = desk.place("handler@gx-zrzy", case, kind="acceptance", on="2026-11-03")
    case = desk.place(
        "handler@gx-zrzy", case, kind="search", on="2026-11-04", places=["档案室"], method="按名称检索", result="found"
    )
    case = desk.place(
        "handler@gx-zrzy", case, kind="draft", on="2026-11-05",
        items=[{"item": 1, "outcome": "disclosed", "provided": [{"title": "方案", "pages": 3}]}],
    )  # fmt: skip
    case = desk.place("head@gx-zrzy", case, kind="decision", on="2026-11-06")
    refused = desk.try_place("archivist@gx-zrzy", case, kind="archival", on="2026-11-10")
    assert refused.status_code == 409
    assert "送达" in refused.json()["detail"]
    assert desk.call("archivist@gx-zrzy", "GET", f"/api/cases/{case['id']}/archive", X_Reason=quote("移交")).status_code == 409
    reply = next(letter for letter in case["letters"] if letter["kind"] == "disclosed")
    case = desk.place(
        "intake@gx-zrzy", case, kind="service", on="2026-11-06", letter=reply["id"], method="direct", recipient="周文博（样例）"
    )
    return desk.place("archivist@gx-zrzy", case, kind="archival", on="2026-11-10")


@pytest.mark.slow
def test_an_archive_package_can_be_checked_without_the_program(desk: Desk) -> None:
    case = _archived(desk)
    assert case["state"] == "archived"
    answer = desk.call("archivist@gx-zrzy", "GET", f"/api/cases/{case['id']}/archive", X_Reason=quote("移交"))
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        names = bundle.namelist()
        manifest = next(name for name in names if name.endswith("/manifest-sha256.txt") or name == "manifest-sha256.txt")
        base = manifest.removesuffix("manifest-sha256.txt")
        listed = dict(reversed(line.split("  ", 1)) for line in bundle.read(manifest).decode().splitlines())
        for path, digest in listed.items():
            assert hashlib.sha256(bundle.read(base + path)).hexdigest() == digest
        payload = {name.removeprefix(base) for name in names if "/data/" in f"/{name}" and not name.endswith("/")}
        assert payload == set(listed)
        acts = json.loads(bundle.read(f"{base}data/办理记录.json"))
        assert [act["kind"] for act in acts["acts"]] == [act["kind"] for act in case["acts"]]
        assert any(path.endswith("卷内目录.pdf") for path in listed)
        assert any("答复书" in path for path in listed)
        assert any("送达回证" in path for path in listed)
        assert any("申请表.pdf" in path for path in listed)


@pytest.mark.slow
def test_the_index_of_the_package_names_its_papers_in_order_with_the_pages_they_have(desk: Desk) -> None:
    case = _archived(desk)
    index = next(one for one in case["letters"] if one["kind"] == "file_index")
    with desk.office.database.read() as session:
        row = queries.letter(session, index["id"])
    assert row is not None
    words = queries.letter_words(desk.office.database.ring, row)
    rows = words["rows"]
    data = desk.call("archivist@gx-zrzy", "GET", f"/api/cases/{case['id']}/archive", X_Reason=quote("移交")).content
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        kept = sorted(name for name in bundle.namelist() if name.startswith("data/卷内文件/"))
        page = 1
        for row_, name in zip(rows, kept, strict=True):
            assert row_["title"].split("：")[-1] in name
            if name.endswith(".pdf") and "申请表" not in name:
                with pikepdf.open(io.BytesIO(bundle.read(name))) as pdf:
                    assert row_["page"].split("-")[0] == str(page), name
                    page += len(pdf.pages)
            else:
                assert row_["page"] is None, "no PDF that can be opened: it has no pages"
        assert words["pages"] == page - 1
        titles = [row_["title"] for row_ in rows]
        assert titles[:4] == ["政府信息公开申请答复书", "政府信息公开申请答复审批单", "申请表：申请表.pdf", "政府信息公开申请登记回执"]
        for name in ("卷内目录.pdf", "备考表.pdf"):
            assert bundle.read(f"data/{name}").startswith(b"%PDF")


@pytest.mark.slow
def test_letters_and_packages_are_called_as_people_call_them(desk: Desk) -> None:
    case = _archived(desk)
    reply = next(one for one in case["letters"] if one["kind"] == "disclosed")
    receipt = case["letters"][0]
    for letter, name in ((reply, f"{reply['number']} 予以公开答复书.pdf"), (receipt, f"{case['number']} 登记回执.pdf")):
        said = desk.call("handler@gx-zrzy", "GET", f"/api/letters/{letter['id']}/pdf").headers["content-disposition"]
        assert said == f"inline; filename=\"file.pdf\"; filename*=UTF-8''{quote(name, safe='')}"
    said = desk.call("archivist@gx-zrzy", "GET", f"/api/cases/{case['id']}/archive", X_Reason=quote("移交")).headers["content-disposition"]
    assert quote(f"{case['number']} 归档包.zip", safe="") in said


@pytest.mark.slow
def test_the_same_archive_gives_the_same_bytes(desk: Desk) -> None:
    case = _archived(desk)
    first, second = (desk.call("archivist@gx-zrzy", "GET", f"/api/cases/{case['id']}/archive", X_Reason=quote("移交")).content for _ in range(2))
    assert first == second
