"""What a letter needs of the file when it is made over the API."""

from __future__ import annotations

import io
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import quote

import ofdkit
import pdfplumber
import pytest

from api.office import printing
from api.office.printing import Printing
from db.leases import Leases
from letters import word
from letters.errors import LetterError
from tests.api.conftest import Desk
from tests.conftest import PATIENCE

pytestmark = pytest.mark.slow

HANDLER, HEAD = "handler@gx-zrzy", "head@gx-zrzy"


def text_of(pdf: bytes) -> str:
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return "".join(page.extract_text() or "" for page in document.pages).replace("\n", "")


def test_a_letter_is_made_before_anybody_asks_for_it(desk_factory: Any) -> None:
    desk = desk_factory(ahead=True)
    letters = [desk.register()["letters"][0]["id"] for _ in range(2)]
    desk.office.printing._background.shutdown(wait=True)
    for letter in letters:
        made = desk.call(HANDLER, "GET", f"/api/letters/{letter}").json()["digest"]
        assert made is not None and desk.call(HANDLER, "GET", f"/api/letters/{letter}/pdf").content.startswith(b"%PDF-")


def test_a_letter_that_cannot_be_made_is_tried_again_but_not_at_every_look(monkeypatch: pytest.MonkeyPatch) -> None:
    files = SimpleNamespace(store=SimpleNamespace(problem=lambda: None))
    works = Printing(cast(Any, None), cast(Any, files), cast(Any, None), None, Leases(cast(Any, SimpleNamespace(is_sqlite=True))))
    tried = list[str]()

    def fails(letter: str, *, patient: bool, hurry: Event) -> bytes:
        tried.append(letter)
        raise LetterError("no words")

    monkeypatch.setattr(works, "_pdf", fails)
    monkeypatch.setattr(works, "_row", lambda _letter: SimpleNamespace(digest=None))
    monkeypatch.setattr(works, "_waiting", lambda: ["letter"])
    assert works.unfinished() == 1
    works._background.shutdown(wait=True)
    works._background = ThreadPoolExecutor(1)
    assert works.unfinished() == 1
    monkeypatch.setattr(printing, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + 60))
    works._background.shutdown(wait=True)
    assert tried == ["letter"], "just now it could not be made"
    works._background = ThreadPoolExecutor(1)
    works.unfinished()
    works._background.shutdown(wait=True)
    assert tried == ["letter", "letter"]


def test_a_letter_that_is_made_for_nobody_is_hurried_by_whoever_comes_for_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    works, begun = desk.office.printing, Event()
    real = works.render

    def waits(kind: str, context: Any, *, preview: bool, hurry: Event) -> bytes:
        begun.set()
        assert hurry.wait(PATIENCE), "somebody has come for it"
        return real(kind, context, preview=preview, hurry=hurry)

    monkeypatch.setattr(works, "render", waits)
    letter = desk.register()["letters"][0]["id"]
    with ThreadPoolExecutor(1) as pool:
        background = pool.submit(works._quietly, letter)
        assert begun.wait(PATIENCE)
        assert works.pdf(letter).startswith(b"%PDF-")
        background.result(PATIENCE)


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


def test_a_letter_as_docx_comes_back_and_is_compared(desk: Desk) -> None:
    case = desk.register(submitted_on="2026-11-20", received_on="2026-11-20")
    case = desk.place("intake@gx-zrzy", case, kind="correction_notice", matters=["请写明年份"], days=10)
    path = f"/api/letters/{case['letters'][-1]['id']}"
    answer = desk.call(HANDLER, "GET", f"{path}/docx")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == word.MEDIA_TYPE
    assert ".docx" in answer.headers["content-disposition"]

    def compared(name: str, content: bytes, who: str = HANDLER) -> Any:
        headers = {"Authorization": f"Bearer {desk.tokens[who]}"}
        return desk.client.post(f"{path}/compare", files={"file": (name, content)}, headers=headers)

    same = compared("稿.docx", answer.content).json()
    assert (same["same"], same["changed"]) == (True, 0)
    assert compared("稿.pdf", desk.call(HANDLER, "GET", f"{path}/pdf").content).json()["same"]
    other = compared("稿.docx", changed(answer.content, "请写明年份", "请写明月份")).json()
    assert (other["same"], other["changed"]) == (False, 1)
    (runs,) = [one["runs"] for one in other["paragraphs"] if len(one["runs"]) > 1 or one["runs"][0]["op"] != "same"]
    assert {"op": "ins", "text": "请写明月份。"} in runs
    for name, content in (("稿.txt", b"text"), ("稿.docx", b"text"), ("稿.pdf", b"%PDF-1.7"), ("", b"")):
        assert compared(name, content).status_code == 400, name
    assert compared("稿.docx", answer.content, "handler@gx-rsj").status_code == 404
    assert desk.call("handler@gx-rsj", "GET", f"{path}/docx").status_code == 404
    assert desk.call("head@gx-zfb", "GET", f"{path}/docx").status_code == 403, "it names a person"
    assert compared("稿.docx", answer.content, "head@gx-zfb").status_code == 403
    assert desk.call("head@gx-zfb", "GET", f"{path}/docx", X_Reason=quote("核对督办的案件")).status_code == 200


def test_a_letter_as_ofd_is_what_its_pdf_shows_and_is_given_out_as_the_pdf_is(desk: Desk) -> None:
    case = desk.register(submitted_on="2026-11-20", received_on="2026-11-20")
    case = desk.place("intake@gx-zrzy", case, kind="correction_notice", matters=["请写明年份<&>"], days=10)
    letter = case["letters"][-1]
    path = f"/api/letters/{letter['id']}"
    answer = desk.call(HANDLER, "GET", f"{path}/ofd")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/ofd")
    assert answer.headers["cache-control"] == "no-store"
    assert quote(".ofd") in answer.headers["content-disposition"]
    with ofdkit.open(io.BytesIO(answer.content)) as document:
        words = "".join(document.text().split())
        assert document.info.custom_data["发文字号"] == letter["number"]
    assert "请写明年份<&>" in words
    assert words == "".join(text_of(desk.call(HANDLER, "GET", f"{path}/pdf").content).split())
    assert desk.call(HANDLER, "GET", f"{path}/ofd").content == answer.content, "the same bytes"
    assert desk.call("handler@gx-rsj", "GET", f"{path}/ofd").status_code == 404
    assert desk.call("head@gx-zfb", "GET", f"{path}/ofd").status_code == 403, "it names a person"
    assert desk.call("head@gx-zfb", "GET", f"{path}/ofd", X_Reason=quote("核对督办的案件")).status_code == 200
    assert desk.call(HANDLER, "GET", "/api/letters/00000000-0000-4000-8000-000000000000/ofd").status_code == 404


def changed(docx: bytes, old: str, new: str) -> bytes:
    """The file with other words in it."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as given, zipfile.ZipFile(made, "w") as file:
        for name in given.namelist():
            file.writestr(name, given.read(name).replace(old.encode(), new.encode()))
    return made.getvalue()
