"""套打, a letter without a seal, several letters in one print, envelopes."""

from __future__ import annotations

import io
import threading
from dataclasses import replace

import pdfplumber
import pytest

from letters.errors import LetterError
from letters.html import DRESSES, Dress
from letters.pictures import bind
from letters.render import Renderer
from letters.worker import make
from tests.letters.samples import head, sample
from tests.letters.test_papers import of_every_kind

MM = 25.4 / 72
RED = (0.843, 0, 0.059)


def opened(kind: str, dress: Dress) -> pdfplumber.PDF:
    return pdfplumber.open(io.BytesIO(make(kind, sample(kind).to_json(), False, dress)))


def places(pdf: pdfplumber.PDF) -> set[tuple[int, str, int, int]]:
    return {(page.page_number, one["text"], round(one["x0"]), round(one["top"])) for page in pdf.pages for one in page.chars}


@pytest.mark.parametrize("kind", ["disclosed", "third_party_inquiry"])
def test_what_is_printed_on_paper_with_a_head_stands_where_it_always_stands(kind: str) -> None:
    with opened(kind, "full") as full, opened(kind, "overprint") as bare:
        assert len(full.pages) == len(bare.pages)
        gone = places(full) - places(bare)
        assert places(bare) <= places(full)
        assert {text for _, text, _, _ in gone} <= set(head().mark), "only the red name is gone"
        assert not any(page.images for page in bare.pages)
        assert not any(tuple(round(part, 3) for part in one["non_stroking_color"] or ()) == RED for page in bare.pages for one in page.chars)
        assert sum(len(page.rects) + len(page.lines) for page in bare.pages) < sum(len(page.rects) + len(page.lines) for page in full.pages)


def test_without_a_seal_the_date_stands_two_characters_to_the_right_of_the_name() -> None:
    """GB/T 9704: the name two characters from the edge, the date below."""
    with opened("disclosed", "unsealed") as pdf:
        assert not any(page.images for page in pdf.pages)
        chars = [one for one in pdf.pages[-1].chars if abs(one["size"] - 16) < 0.1]
    day = next(n for n in range(len(chars)) if "".join(one["text"] for one in chars[n : n + 11]) == "2026年11月24日")
    name = chars[day - len(head().name) : day]
    assert "".join(one["text"] for one in name) == head().name
    assert chars[day]["x0"] * MM - name[0]["x0"] * MM == pytest.approx(2 * 156 / 28, abs=0.6)
    assert 184 - max(name[-1]["x1"], chars[day + 10]["x1"]) * MM == pytest.approx(2 * 156 / 28, abs=0.8)


def test_several_letters_are_one_print_in_which_each_begins_on_a_right_page() -> None:
    papers = [make(kind, sample(kind).to_json(), False) for kind in ("third_party_inquiry", "receipt", "partial", "receipt")]
    begins, page = [], 0
    for paper in papers:
        with pdfplumber.open(io.BytesIO(paper)) as pdf:
            page += page % 2
            begins.append(page)
            page += len(pdf.pages)
    with pdfplumber.open(io.BytesIO(bind(papers))) as bound:
        assert len(bound.pages) == page
        assert all(number % 2 == 0 for number in begins), "counted from 0"
        texts = [one.extract_text() or "" for one in bound.pages]
    assert [number for number, text in enumerate(texts) if "政府信息公开申请登记回执" in text] == [begins[1], begins[3]]
    for number in set(range(page)) - {begins[n] + k for n, paper in enumerate(papers) for k in range(_pages(paper))}:
        assert texts[number] == ""


def _pages(paper: bytes) -> int:
    with pdfplumber.open(io.BytesIO(paper)) as pdf:
        return len(pdf.pages)


def test_what_is_no_pdf_is_not_bound() -> None:
    with pytest.raises(LetterError, match="不是完整的PDF"):
        bind([b"%PDF-1.7 cut"])


def test_five_hundred_letters_in_one_print_do_not_stop_others() -> None:
    paper = make("receipt", sample("receipt").to_json(), False)
    with Renderer(workers=2) as pool:
        pool.warm_up()
        pool.render("receipt", sample("receipt"))
        done = set[str]()

        def bound() -> None:
            assert len(pool.bind([paper] * 500)) > 1000
            done.add("all")

        print_ = threading.Thread(target=bound)
        print_.start()
        pool.render("withdrawal_notice", sample("withdrawal_notice"))
        done.add("one")
        print_.join()
    assert done == {"all", "one"}


@pytest.mark.parametrize(("size", "width", "height"), [("dl", 220, 110), ("c5", 229, 162)])
def test_an_envelope_is_one_page_of_its_size_with_everything_on_it(size: str, width: int, height: int) -> None:
    context = of_every_kind()[f"envelopes_{size}"]
    long = replace(context.labels[0], name="冠县样例有限责任公司" * 3, address="山东省聊城市冠县样例街道样例路" * 5)
    context = replace(context, labels=(context.labels[0], long))
    with pdfplumber.open(io.BytesIO(make(f"envelopes_{size}", context.to_json(), False))) as pdf:
        assert len(pdf.pages) == 2
        for page in pdf.pages:
            assert (round(float(page.width) * MM), round(float(page.height) * MM)) == (width, height)
            assert all(one["x0"] * MM > 8 and one["x1"] * MM < width - 8 for one in page.chars)
            assert all(one["top"] * MM > 5 and one["bottom"] * MM < height - 4 for one in page.chars)
        text = (pdf.pages[0].extract_text() or "").replace(" ", "")
    for part in ("252500", "冠县样例路1号（样例）", "周立新（样例）", "收", head().name):
        assert part in text


def test_every_way_of_printing_has_its_words() -> None:
    assert set(DRESSES) == {"full", "overprint", "unsealed"}
