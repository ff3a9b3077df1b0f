"""二维码 of the query page: only where the office names that page, on receipt and reply of an online request, and nothing in it but the page."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pdfplumber
import pytest
import segno

from letters.agencies import SAMPLES, load_agencies
from letters.contexts import LETTERS
from letters.html import html
from letters.returned import PDF, returned
from letters.worker import make
from tests.letters.samples import REQUEST, head, sample
from workflow.answers import BadRules

PAGE = "https://gongkai.example/apply/status"
HEAD = replace(head(), query_url=PAGE)
REPLIES = sorted(kind for kind, letter in LETTERS.items() if letter.series == "reply")


@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_receipt_and_reply_name_the_page_and_no_other_letter_does(kind: str) -> None:
    assert PAGE not in html(kind, sample(kind))
    with_page = html(kind, sample(kind, letterhead=HEAD))
    assert (f'src="qr:{PAGE}"' in with_page) == (kind == "receipt" or kind in REPLIES)


def test_who_came_to_the_counter_has_no_code_to_ask_with() -> None:
    at_the_counter = replace(REQUEST, way="当面提交")
    assert PAGE not in html("disclosed", sample("disclosed", letterhead=HEAD, request=at_the_counter))


@pytest.mark.parametrize("kind", ["receipt", "disclosed"])
@pytest.mark.parametrize("dress", ["full", "overprint", "unsealed"])
def test_the_code_stands_left_of_the_signature_and_leads_to_the_page_alone(kind: str, dress: str) -> None:
    context = sample(kind, letterhead=HEAD)
    data = make(kind, context.to_json(), False, dress)  # type: ignore[arg-type]
    assert data == make(kind, context.to_json(), False, dress), "the same bytes from the same facts"  # type: ignore[arg-type]
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        page = pdf.pages[-1]
        day = page.search("2026年11月24日")[0]
        assert len(page.images) == (1 if dress == "full" else 0), "the code is lines, no picture"
        runs = [one for one in page.lines if one["x1"] < day["x0"] - 20 and one["bottom"] < 700]
    wanted = [list(map(bool, row)) for row in segno.make(PAGE, error="m", micro=False).matrix]
    left, top, squares = min(one["x0"] for one in runs), min(one["top"] for one in runs), len(wanted)
    side = (max(one["x1"] for one in runs) - left) / squares
    assert 0.5 < side * 25.4 / 72 < 1, "mm: what a telephone reads"
    found = [[False] * squares for _ in range(squares)]
    for one in runs:
        for x in range(round((one["x0"] - left) / side), round((one["x1"] - left) / side)):
            found[round((one["top"] - top) / side)][x] = True
    assert found == wanted


def test_a_preview_holds_no_picture_and_the_comparison_knows_the_sentence() -> None:
    context = sample("disclosed", letterhead=HEAD)
    with pdfplumber.open(io.BytesIO(make("disclosed", context.to_json(), True))) as pdf:
        assert not any(page.images for page in pdf.pages)
    assert not any(one.changed for one in returned("disclosed", context, make("disclosed", context.to_json(), False), PDF))


@pytest.mark.parametrize(
    "address",
    ["gongkai.example/apply", "https://gongkai.example/?name=周文博", "https://a@gongkai.example/", "https://gongkai.example/#1", "javascript:1", ""],
)
def test_an_address_that_is_more_than_a_page_is_refused(address: str, tmp_path: Path) -> None:
    text = (SAMPLES / "gx-zrzy.yaml").read_text(encoding="utf-8")
    (tmp_path / "gx-zrzy.png").write_bytes((SAMPLES / "gx-zrzy.png").read_bytes())
    file = tmp_path / "gx-zrzy.yaml"
    file.write_text(f'{text}query_url: "{address}"\n', encoding="utf-8")
    with pytest.raises(BadRules, match="query_url"):
        load_agencies(tmp_path)
    file.write_text(f"{text}query_url: {PAGE}\n", encoding="utf-8")
    assert load_agencies(tmp_path)["gx-zrzy"].letterhead.query_url == PAGE


def test_what_was_issued_before_has_none() -> None:
    """A stored letter from before knows nothing of the page, and is printed as it was."""
    known = sample("disclosed").to_json()
    del known["letterhead"]["query_url"]
    assert LETTERS["disclosed"].context.from_json(known) == sample("disclosed")
