"""What cannot be printed is refused where it is typed; a letter that cannot be made, before its act is numbered."""

from __future__ import annotations

import io
import re
import threading
from typing import Any

import pdfplumber
import pytest
from sqlmodel import Session

import letters.wording
from api.office import office
from api.office.office import Office
from db import queries, store
from letters.errors import LetterError
from tests.api.conftest import Desk, registration
from tests.conftest import Lent

pytestmark = pytest.mark.slow

NO_FONT = "\U00012000"
INTAKE, HANDLER, HEAD = "intake@gx-zrzy", "handler@gx-zrzy", "head@gx-zrzy"
LATELY = {"submitted_on": "2026-11-20", "received_on": "2026-11-20"}
"""Still in time for a correction notice."""


def applicant(name: str) -> dict[str, Any]:
    return {**registration()["applicant"], "name": name}


def errors(answer: Any) -> dict[str, str]:
    assert answer.status_code == 400, answer.text
    return {one["field"]: one["message"] for one in answer.json()["errors"]}


def serial(case: dict[str, Any]) -> int:
    return int(case["number"].rpartition("〕")[2].rstrip("号"))


def text_of(desk: Desk, letter: str) -> str:
    pdf = desk.call(HANDLER, "GET", f"/api/letters/{letter}/pdf")
    assert pdf.status_code == 200, pdf.text
    with pdfplumber.open(io.BytesIO(pdf.content)) as document:
        return "".join(page.extract_text() or "" for page in document.pages)


@pytest.mark.parametrize("odd", [NO_FONT, "⿰", "\U000e0100", "😀", "\ufffd"], ids=lambda odd: f"U+{ord(odd):04X}")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda odd: {"applicant": applicant(f"张{odd}")}, "applicant.name"),
        (lambda odd: {"applicant": {**applicant("甲"), "address": f"样{odd}路"}}, "applicant.address"),
        (lambda odd: {"wanted": f"甲{odd}"}, "wanted"),
        (lambda odd: {"items": [{"wanted": "甲乙"}, {"wanted": f"丙{odd}"}]}, "items.1.wanted"),
        (lambda odd: {"features": {"document_number": f"样{odd}号"}}, "features.document_number"),
        (lambda odd: {"remark": f"注{odd}"}, "remark"),
    ],
    ids=["name", "address", "wanted", "item", "feature", "remark"],
)
def test_a_registration_is_refused_in_the_field_and_takes_no_number(desk: Desk, change: Any, field: str, odd: str) -> None:
    before = serial(desk.register())
    found = errors(desk.call(INTAKE, "POST", "/api/cases", registration(**change(odd))))
    assert re.match(f"第2个字(是“.”)?（U\\+{ord(odd):04X}）", found[field]), found
    assert serial(desk.register()) == before + 1


@pytest.mark.parametrize("name", ["张𱍐", "ئابدۇللا ئەخمەتجان", "བཀྲ་ཤིས་རྡོ་རྗེ", "ᠪᠠᠶᠠᠷ", "ꆈꌠꉙꄉ", "Sawcuengƅ ƨauɥ"])
def test_a_name_that_is_registered_is_printed(desk: Desk, name: str) -> None:
    case = desk.register(applicant=applicant(name))
    assert case["applicant"]["name"] == name
    printed = text_of(desk, case["letters"][0]["id"])
    for character in set(name) - {" "}:
        assert character in printed


@pytest.mark.parametrize(
    ("kind", "fields", "field"),
    [
        ("note", {"text": f"甲{NO_FONT}"}, "text"),
        ("correction_notice", {"matters": ["甲", f"乙{NO_FONT}"]}, "matters.1"),
        ("search", {"places": [f"室{NO_FONT}"], "method": "查阅", "result": "found"}, "places.0"),
        ("draft", {"items": [{"item": 1, "outcome": "disclosed", "reason": f"甲{NO_FONT}"}]}, "items.0.reason"),
        ("consultation", {"type": "third_party", "party": {"name": f"甲{NO_FONT}"}, "question": "可否公开"}, "party.name"),
        ("note", {"text": "甲\u200b"}, "text"),
    ],
)
def test_an_act_is_refused_in_the_field(desk: Desk, kind: str, fields: dict[str, Any], field: str) -> None:
    case = desk.register()
    case = desk.place(HANDLER, case, kind="acceptance")
    answer = desk.try_place(HANDLER, case, kind=kind, on="2026-11-24", **fields)
    assert "第2个字" in errors(answer)[field]
    assert desk.call(HANDLER, "GET", f"/api/cases/{case['id']}").json()["version"] == case["version"]


def test_a_preview_names_the_field_too(desk: Desk) -> None:
    case = desk.register()
    body = {"kind": "correction_notice", "on": "2026-11-24", "matters": [f"甲{NO_FONT}"]}
    assert "matters.0" in errors(desk.call(HANDLER, "POST", f"/api/cases/{case['id']}/letters/preview", body))


@pytest.fixture
def old_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A file from before: its name has a character that no font has, and nobody asked."""
    with monkeypatch.context() as patch:
        patch.setattr(office, "unprintable", lambda _text, **_options: None)
        patch.setattr(letters.wording, "unprintable", lambda _text, **_options: None)
        patch.setattr(office, "needs_proof", lambda _source: False)
        return desk.register(applicant=applicant(f"张{NO_FONT}"), **LATELY)


def test_a_name_in_the_file_from_before_is_refused_at_the_act_and_not_left_out(desk: Desk, old_file: dict[str, Any]) -> None:
    answer = desk.try_place(HANDLER, old_file, kind="correction_notice", on="2026-11-24", matters=["写明年份"])
    assert answer.status_code == 409
    assert "补正告知书没有生成" in answer.json()["detail"]
    assert "U+12000" in answer.json()["detail"]
    assert "FONTS_DIR" in answer.json()["detail"]
    now = desk.call(HANDLER, "GET", f"/api/cases/{old_file['id']}").json()
    assert now["version"] == old_file["version"]
    good = desk.register(**LATELY)
    made = desk.place(HANDLER, good, kind="correction_notice", on="2026-11-24", matters=["写明年份"])
    assert made["letters"][-1]["number"].endswith("1号"), "the refused letter took no number"
    desk.place(HANDLER, old_file, kind="acceptance", on="2026-11-24")


def test_who_comes_past_the_proof_is_stopped_in_the_transaction(desk: Desk, old_file: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Office, "prepare", lambda *_arguments: None)
    answer = desk.try_place(HANDLER, old_file, kind="correction_notice", on="2026-11-24", matters=["写明年份"])
    assert answer.status_code == 409
    assert "U+12000" in answer.json()["detail"]


LONG = "\n".join(["甲"] * 9_000)
"""Every line a paragraph: far more pages than a letter may have."""


def test_a_letter_of_too_many_pages_is_refused_before_it_is_numbered(desk: Desk) -> None:
    before = serial(desk.register())
    answer = desk.call(INTAKE, "POST", "/api/cases", registration(wanted=LONG))
    assert answer.status_code == 409
    assert "最多100页" in answer.json()["detail"] or "超过100页" in answer.json()["detail"]
    assert serial(desk.register()) == before + 1
    case = desk.place(HANDLER, desk.register(), kind="acceptance", on="2026-11-24")
    answer = desk.try_place(HANDLER, case, kind="extension", on="2026-11-24", days=20, reason=LONG)
    assert answer.status_code in (403, 409)
    answer = desk.try_place(HEAD, case, kind="extension", on="2026-11-24", days=20, reason=LONG)
    assert answer.status_code == 409
    assert "页" in answer.json()["detail"]


def test_one_hundred_thousand_characters_are_refused_where_they_are_typed(desk: Desk) -> None:
    found = errors(desk.call(INTAKE, "POST", "/api/cases", registration(wanted="长" * 100_000)))
    assert "最多20000个字" in found["wanted"]


def test_the_pages_are_laid_out_beforehand_only_where_that_may_fail(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out: list[str] = []
    render = Lent.render

    def watched(self: Lent, kind: str, context: Any, preview: bool = False, **more: Any) -> bytes:
        if not threading.current_thread().name.startswith("letters"):  # those make what was kept before
            laid_out.append(kind)
        return render(self, kind, context, preview, **more)

    monkeypatch.setattr(Lent, "render", watched)
    monkeypatch.setattr(Office, "announce", lambda self, case: self._remember(case))
    case = desk.place(HANDLER, desk.register(), kind="acceptance", on="2026-11-24")
    desk.place(HANDLER, case, kind="note", on="2026-11-24", text="ئابدۇللا")
    assert laid_out == []
    case = desk.register(applicant=applicant("ئابدۇللا"), **LATELY)
    assert laid_out == ["receipt"]
    desk.place(HANDLER, case, kind="correction_notice", on="2026-11-24", matters=["写明年份"])
    assert laid_out == ["receipt", "correction_notice"]


def test_a_worker_that_cannot_lay_it_out_stops_the_act(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = serial(desk.register())

    def failing(*_arguments: Any, **_options: Any) -> bytes:
        raise LetterError("登记回执没有生成：超过60秒。请缩短内容，或者改作附件。")

    with monkeypatch.context() as patch:
        patch.setattr(Lent, "render", failing)
        answer = desk.call(INTAKE, "POST", "/api/cases", registration(applicant=applicant("བཀྲ་ཤིས")))
    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("没有办理：登记回执没有生成")
    assert serial(desk.register()) == before + 1


def test_the_parts_of_a_split_are_proved_too(desk: Desk) -> None:
    answer = desk.try_place(HANDLER, desk.register(), kind="split", on="2026-11-24", parts=["甲", LONG], reason="两件不同的事")
    assert answer.status_code == 409, answer.text
    assert "页" in answer.json()["detail"]


def test_letters_are_where_the_case_says(desk: Desk) -> None:
    """The proof stores nothing: as many letters as acts made."""
    case = desk.register(applicant=applicant("ꆈꌠ"))

    def kinds(session: Session) -> list[str]:
        return [row.kind for row in queries.letters_of(session, store.load(session, case["id"]))]

    with desk.office.database.read() as session:
        assert kinds(session) == ["receipt"]
