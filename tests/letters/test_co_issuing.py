"""联合行文 (GB/T 9704-2012, 7.2.4, 7.3.5): several agencies in the head and under the text, each with its seal."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import pairwise

import pdfplumber
import pytest

from letters.agencies import load_agencies
from letters.contexts.parts import CoIssuer
from letters.html import html
from letters.word import blocks
from letters.worker import make
from tests.letters.samples import head, sample

MM = 25.4 / 72
CHARACTER = 156 / 28
AGENCIES = load_agencies()
SHORT = ("冠县自资局", "冠县住建局", "冠县人社局", "冠县样例局")


def others(count: int, names: tuple[str, ...] = ()) -> tuple[CoIssuer, ...]:
    known = [AGENCIES[code] for code in ("gx-zjj", "gx-rsj", "gx-zfb", "gx-zjj", "gx-rsj")][:count]
    return tuple(
        CoIssuer(name=names[n] if names else one.name, mark=names[n] if names else one.mark, seal=one.seal) for n, one in enumerate(known)
    )  # fmt: skip


def letter(co_issuers: tuple[CoIssuer, ...], name: str = "", **changes: object) -> object:
    letterhead = replace(head(), name=name, mark=name) if name else head()
    return sample("disclosed", letterhead=letterhead, co_issuers=co_issuers, **changes)


def shown(context: object, dress: str = "full") -> pdfplumber.PDF:
    return pdfplumber.open(io.BytesIO(make("disclosed", context.to_json(), False, dress)))  # type: ignore[attr-defined, arg-type]


def below(page: pdfplumber.page.Page, words: str) -> dict[str, float]:
    """Where words stand under the text, the last time before the 版记."""
    found: dict[str, float] = page.search(f"{words}(?!办公室|印发)")[-1]
    return found


@pytest.mark.parametrize(
    ("count", "names", "rows"),
    [(1, (), [2]), (2, (), [2, 1]), (5, (), [2, 2, 2]), (2, SHORT[1:3], [3]), (3, SHORT[1:4], [3, 1]), (1, SHORT[1:2], [2])],
)
def test_each_seal_stands_over_the_name_of_its_agency_and_the_last_over_the_date_too(
    count: int, names: tuple[str, ...], rows: list[int]
) -> None:
    context = letter(others(count, names), SHORT[0] if names else "")
    with shown(context) as pdf:
        page = pdf.pages[-1]
        seals = sorted(page.images, key=lambda one: (round(one["top"]), one["x0"]))
        signed = [SHORT[0] if names else head().name, *(one.name for one in others(count, names))]
        assert [sum(abs(one["top"] - top) < 1 for one in seals) for top in sorted({round(one["top"]) for one in seals})] == rows
        words = {word: below(page, word) for word in signed}
        date = below(page, "2026年11月24日")
        for name, seal in zip(signed, seals, strict=True):
            assert (seal["x1"] - seal["x0"]) * MM == pytest.approx(42, abs=0.1)
            assert seal["x0"] * MM > 28 - 0.1, "within the type area"
            assert seal["x1"] * MM < 184 + 0.1
            if signed.count(name) == 1:
                middle = (words[name]["x0"] + words[name]["x1"]) / 2
                assert middle * MM == pytest.approx((seal["x0"] + seal["x1"]) / 2 * MM, abs=0.6), name
                assert seal["top"] < words[name]["top"] < words[name]["bottom"] < seal["bottom"]
        for one, after in pairwise(seals):
            if abs(one["top"] - after["top"]) < 1:
                assert after["x0"] - one["x1"] > 1, "they do not touch"
            else:
                assert after["top"] - one["bottom"] > 1
        last = seals[-1]
        assert (date["x0"] + date["x1"]) / 2 == pytest.approx((last["x0"] + last["x1"]) / 2, abs=1.7)
        assert 184 - date["x1"] * MM == pytest.approx(4 * CHARACTER, abs=1), "four characters from the edge"
        assert last["top"] < date["top"] < date["bottom"] < last["bottom"]


def test_the_head_names_them_all_as_wide_as_the_widest_and_the_number_is_that_of_the_first() -> None:
    with shown(letter(others(2))) as pdf:
        page = pdf.pages[0]
        red = [one for one in page.chars if one["size"] > 23]
        marks = [[one for one in red if one["top"] == top] for top in sorted({one["top"] for one in red})]
        assert ["".join(one["text"] for one in mark) for mark in marks] == [head().mark, AGENCIES["gx-zjj"].mark, AGENCIES["gx-rsj"].mark]
        assert max(mark[0]["x0"] for mark in marks) - min(mark[0]["x0"] for mark in marks) < 3
        assert max(mark[-1]["x1"] for mark in marks) - min(mark[-1]["x1"] for mark in marks) < 3
        assert page.search("冠自然资公复〔2026〕12号")[0]["top"] > marks[-1][0]["bottom"] + 30
    with shown(letter(others(2)), "overprint") as bare:
        assert not any(page.images for page in bare.pages)


def test_without_seals_the_names_stand_one_below_the_other_in_pdf_and_word() -> None:
    context = letter(others(2))
    signed = [head().name, AGENCIES["gx-zjj"].name, AGENCIES["gx-rsj"].name]
    with shown(context, "unsealed") as pdf:
        tops = [below(pdf.pages[-1], name)["top"] for name in signed]
        assert tops == sorted(tops)
        assert not pdf.pages[-1].images
    assert [one.text for one in blocks("disclosed", context) if one.face == "sign"] == signed  # type: ignore[arg-type]


def test_a_letter_of_one_agency_says_nothing_of_others() -> None:
    assert "联合作出" not in html("disclosed", sample("disclosed"))
    assert "本答复书由本机关会同冠县住房和城乡建设局联合作出。" in html("disclosed", letter(others(1)))  # type: ignore[arg-type]
    assert html("disclosed", letter(others(2)), preview=True).count("未用印</div>") == 3  # type: ignore[arg-type]
