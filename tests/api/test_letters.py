"""What a letter needs of the file when it is made over the API."""

from __future__ import annotations

import io

import pdfplumber

from tests.api.conftest import Desk

HANDLER, HEAD = "handler@gx-zrzy", "head@gx-zrzy"


def text_of(pdf: bytes) -> str:
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return "".join(page.extract_text() or "" for page in document.pages).replace("\n", "")


def test_a_reply_and_its_preview_name_the_letter_that_extended_the_period(desk: Desk) -> None:
    case = desk.register(submitted_on="2026-11-20", received_on="2026-11-20")
    case = desk.place(HANDLER, case, kind="acceptance", on="2026-11-24")
    case = desk.place(HEAD, case, kind="extension", on="2026-11-24", days=20, reason="卷宗量大", notified_on="2026-11-24")
    number = case["letters"][-1]["number"]
    draft = {"kind": "draft", "on": "2026-11-24", "items": [{"item": 1, "outcome": "disclosed"}]}
    preview = desk.call(HANDLER, "POST", f"/api/cases/{case['id']}/letters/preview", draft)
    assert f"并书面告知您（{number}）" in text_of(preview.content)
    case = desk.place(HANDLER, case, **draft)
    case = desk.place(HEAD, case, kind="decision", on="2026-11-24")
    pdf = desk.call(HANDLER, "GET", f"/api/letters/{case['letters'][-1]['id']}/pdf")
    assert f"决定延长答复期限20个工作日，并书面告知您（{number}）" in text_of(pdf.content)


def test_letters_are_printed_together_and_for_paper_with_a_head(desk: Desk) -> None:
    case = desk.register(submitted_on="2026-11-20", received_on="2026-11-20")
    case = desk.place("intake@gx-zrzy", case, kind="correction_notice", matters=["请写明年份"], days=10)
    receipt, notice = (one["id"] for one in case["letters"])
    full = desk.call(HANDLER, "GET", f"/api/letters/{notice}/pdf").content
    bare = desk.call(HANDLER, "GET", f"/api/letters/{notice}/pdf?dress=overprint").content
    assert text_of(bare) != text_of(full), "the red name is gone"
    assert desk.call(HANDLER, "GET", f"/api/letters/{notice}/pdf?dress=blue").status_code == 400
    both = desk.call(HANDLER, "POST", "/api/letters/booklet", {"letters": [receipt, notice], "dress": "unsealed"})
    assert both.status_code == 200, both.text
    assert "登记回执" in text_of(both.content)
    assert "补正告知书" in text_of(both.content)
    for letters in ([], ["nonsense"], [notice] * 501, None):
        assert desk.call(HANDLER, "POST", "/api/letters/booklet", {"letters": letters}).status_code == 400
    unknown = "00000000-0000-4000-8000-000000000000"
    assert desk.call(HANDLER, "POST", "/api/letters/booklet", {"letters": [notice, unknown]}).status_code == 404
    assert desk.call("handler@gx-rsj", "POST", "/api/letters/booklet", {"letters": [notice]}).status_code == 404
