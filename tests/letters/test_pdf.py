"""The PDFs as files: PDF/A, rare characters, the same bytes, hostile text, and what is refused."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pdfplumber
import pikepdf
import pytest
from fontTools.ttLib import TTFont

from letters.contexts import LETTERS
from letters.contexts.parts import Addressee
from letters.errors import LetterError
from letters.fontset import missing_libraries
from letters.render import render_here
from tests.letters.samples import FINDINGS, REQUEST, head, printed, sample

ROOT = Path(__file__).resolve().parent.parent.parent
NO_FONT = "\U00012000"  # cuneiform: nobody in China is called so
ODD = f"甲{NO_FONT}乙"
RARE = "龑昇堃喆㛃𬭎䶮𠮷"


def text_of(data: bytes) -> str:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return "".join(page.extract_text() or "" for page in pdf.pages).replace("\n", "")


def test_this_machine_has_all_that_letters_need() -> None:
    assert missing_libraries() == ""


@dataclass(frozen=True)
class Made:
    """A letter as it was made, and what it says."""

    kind: str
    preview: bool
    data: bytes
    text: str


def called(one: tuple[str, bool]) -> str:
    return f"{one[0]}-{'preview' if one[1] else 'print'}"


@pytest.fixture(scope="module", params=[(kind, preview) for kind in LETTERS for preview in (False, True)], ids=called)
def made(request: pytest.FixtureRequest) -> Made:
    """One of every kind, and its preview: made and read once for all that is asked of them."""
    kind, preview = request.param
    data = printed(kind, preview)
    return Made(kind, preview, data, text_of(data))


def test_every_kind_of_letter_is_a_pdf_a_3u(made: Made) -> None:
    with pikepdf.open(io.BytesIO(made.data)) as pdf:
        _is_pdf_a(pdf)
    assert ("预览稿" in made.text) is made.preview
    assert "冠县自然资源和规划局" in made.text


def _is_pdf_a(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata() as metadata:
        assert metadata["pdfaid:part"] == "3"
        assert metadata["pdfaid:conformance"] == "U"
        assert metadata["dc:title"]
        assert metadata["xmp:CreateDate"].startswith("2026-11-24")
    assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
    assert int(pdf.Root.OutputIntents[0].DestOutputProfile.N) == 3
    assert str(pdf.Root.Lang) == "zh-CN"
    assert pdf.Root.MarkInfo.Marked
    assert "/StructTreeRoot" in pdf.Root
    assert pdf.trailer.ID
    assert not pdf.is_encrypted
    for thing in pdf.objects:
        if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            continue
        assert not bool(thing.get("/Interpolate", False)), "PDF/A forbids it"
        assert "/JS" not in thing
        assert "/Launch" not in thing
        if thing.get("/Type") == "/FontDescriptor":
            assert {"/FontFile2", "/FontFile3"} & set(thing.keys()), "every font is embedded"
        if thing.get("/Type") == "/Font" and thing.get("/Subtype") == "/Type0":
            assert "/ToUnicode" in thing
            _widths_agree(thing)
        if thing.get("/Type") == "/ExtGState":
            assert thing.get("/SMask", "/None") == "/None"
            assert thing.get("/BM", "/Normal") == "/Normal"
            assert float(thing.get("/ca", 1)) == float(thing.get("/CA", 1)) == 1, "nothing shines through"
        if thing.get("/Subtype") == "/Image":
            assert "/SMask" not in thing
            assert thing.ColorSpace in ("/DeviceRGB", "/DeviceGray"), "the output intent says what these mean"
        if isinstance(thing, pikepdf.Stream):
            assert thing.get("/Filter") != "/LZWDecode"
            assert "/F" not in thing, "everything is in this file"


def _widths_agree(font: Any) -> None:
    """The widths that the file states are those of the embedded glyphs (ISO 19005-3, 6.2.11.5)."""
    (descendant,) = font.DescendantFonts
    file = next(descendant.FontDescriptor[key] for key in ("/FontFile2", "/FontFile3") if key in descendant.FontDescriptor)
    glyphs = TTFont(io.BytesIO(bytes(file.read_bytes())))
    scale, advances = 1000 / glyphs["head"].unitsPerEm, [glyphs["hmtx"][name][0] for name in glyphs.getGlyphOrder()]
    stated = list(descendant.W)
    assert stated
    while stated:
        first, widths, *stated = stated
        assert isinstance(widths, pikepdf.Array)
        for glyph, width in enumerate(widths, int(first)):
            assert abs(float(width) - advances[glyph] * scale) <= 1


def test_rare_characters_are_printed_as_themselves() -> None:
    """龑 昇 堃 喆 㛃 𬭎 䶮 𠮷: real glyphs, and the text can be read back."""
    data = render_here("disclosed", sample("disclosed", to=Addressee(name=RARE, is_person=True)))
    assert RARE in text_of(data)
    seen = set()
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for one in pdf.pages[0].chars:
            if one["text"] in RARE:
                seen.add(one["text"])
                assert one["width"] > 15
    assert seen == set(RARE)
    from tests.letters.test_geometry import ink

    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for one in pdf.pages[0].chars:
            if one["text"] in RARE:
                mm = 25.4 / 72
                box = (one["x0"] * mm, one["top"] * mm, one["x1"] * mm, one["bottom"] * mm)
                left, top, right, bottom = ink(pdf.pages[0], box)
                assert right - left > 3.5
                assert bottom - top > 3.5


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("disclosed", {"letterhead": replace(head(), name=ODD)}),
        ("needs_processing", {"closing": ODD}),
        ("disclosed", {"letterhead": replace(head(), mark=ODD)}),
        ("disclosed", {"number": ODD}),
        ("disclosed", {"to": Addressee(name=ODD, is_person=True)}),
        ("partial", {"attachments": (ODD,)}),
        ("request_form", {"name": ODD}),
    ],
    ids=["name", "reason", "mark", "number", "addressee", "attachment", "table"],
)
def test_a_character_that_no_font_has_is_an_error_that_names_it(kind: str, facts: dict[str, Any]) -> None:
    with pytest.raises(LetterError, match=r"U\+12000"):
        render_here(kind, sample(kind, **facts))


def test_a_preview_holds_no_picture_and_says_that_it_is_not_sealed(made: Made) -> None:
    """Whoever may preview cannot lift the seal out of it."""
    sealed = LETTERS[made.kind].format != "plain" or made.kind == "receipt"
    with pikepdf.open(io.BytesIO(made.data)) as pdf:
        pictures = [one for one in pdf.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"]
    assert len(pictures) == (sealed and not made.preview)
    assert ("未用印" in made.text.replace("未编号、未用印，不作为", "")) == (sealed and made.preview)


def test_a_missing_seal_is_an_error() -> None:
    with pytest.raises(LetterError, match="印章"):
        render_here("disclosed", sample("disclosed", letterhead=replace(head(), seal="nowhere.png")))


def test_a_seal_cannot_lead_elsewhere() -> None:
    data = sample("disclosed").to_json()
    data["letterhead"]["seal"] = "../../pyproject.toml"
    with pytest.raises(LetterError):
        render_here("disclosed", data)


def test_the_same_facts_give_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    here = render_here("partial", sample("partial"))
    render_here("fee_notice", sample("fee_notice"))
    assert render_here("partial", sample("partial")) == here
    code = (
        "import sys; from letters.render import render_here; from tests.letters.samples import sample;"
        "render_here('receipt', sample('receipt')); open(sys.argv[1], 'wb').write(render_here('partial', sample('partial')))"
    )
    for seed in ("1", "2"):
        there = tmp_path / f"{seed}.pdf"
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "TZ": "America/Lima"}
        subprocess.run([sys.executable, "-W", "ignore", "-c", code, str(there)], check=True, cwd=tmp_path, env=environment)
        assert there.read_bytes() == here


HOSTILE = [
    "{{ 7*7 }}{% raise %}{{ letterhead.__class__.__mro__ }}",
    "<b>粗体</b><script>alert(1)</script>",
    '<img src="http://example.com/a.png"><img src=file:///etc/passwd>',
    "<style>@import url(http://example.com/x.css); p{display:none}</style>",
    "</p></div></body></html>&amp;&#x41;",
    "url(http://example.com/) \" ' ` \\",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_user_text_is_printed_literally(text: str) -> None:
    reply = sample(
        "mixed",
        to=Addressee(name=text, is_person=True),
        request=replace(REQUEST, wanted=text),
        opening=text,
        closing=text,
        attachments=(text,),
        items=(replace(FINDINGS["not_existing"], wanted=text, reason=text), FINDINGS["petition"]),
    )
    found = text_of(render_here("mixed", reply)).replace(" ", "")
    assert found.count(text.replace(" ", "")) >= 6


@pytest.mark.parametrize("odd", ["\x00", "\x1b", "\u202e", "\u200b", "\ufeff", "\x9f", "\ufe00"], ids=lambda odd: f"U+{ord(odd):04X}")
def test_a_letter_with_a_character_that_cannot_be_seen_is_refused_not_changed(odd: str) -> None:
    with pytest.raises(LetterError, match=rf"U\+{ord(odd):04X}"):
        render_here("disclosed", sample("disclosed", closing=f"甲{odd}乙"))


def test_the_preview_has_the_same_body_as_the_print() -> None:
    whole, preview = printed("partial"), printed("partial", preview=True)
    with pdfplumber.open(io.BytesIO(whole)) as one, pdfplumber.open(io.BytesIO(preview)) as other:
        assert len(one.pages) == len(other.pages)
        for before, after in zip(one.pages, other.pages, strict=True):
            at = {(c["text"], round(c["x0"]), round(c["top"])) for c in before.chars}
            assert at <= {(c["text"], round(c["x0"]), round(c["top"])) for c in after.chars}


def test_a_long_text_is_printed_and_a_longer_one_refused() -> None:
    """100,000 characters must not hang: refused with the number of pages."""
    text = "\n".join("信息公开" * 125 for _ in range(40))
    data = render_here("needs_processing", sample("needs_processing", closing=text))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert 30 < len(pdf.pages) < 50
    with pytest.raises(LetterError, match="超过100页"):
        render_here("needs_processing", sample("needs_processing", closing="长" * 200000))


def test_one_hundred_thousand_characters_in_one_paragraph() -> None:
    with pytest.raises(LetterError, match="页"):
        render_here("needs_processing", sample("needs_processing", closing="长" * 100000))


def test_the_file_carries_the_date_of_the_letter_and_no_other() -> None:
    data = render_here("disclosed", sample("disclosed", on=date(2026, 3, 5)))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        info: Any = pdf.docinfo
        assert str(info["/CreationDate"]).startswith("D:20260305")
    assert "2026年3月5日" in text_of(data)


def test_rare_characters_are_printed_in_the_head_the_title_the_text_and_the_tables() -> None:
    data = render_here(
        "partial",
        sample(
            "partial",
            letterhead=replace(head(), name=f"{RARE}局", mark=RARE, printed_by=f"{RARE}办"),
            closing=f"{RARE}文",
            items=(replace(FINDINGS["deliberative"], wanted=f"{RARE}项"), FINDINGS["disclosed"]),
            attachments=(f"{RARE}附",),
        ),
    )
    found = text_of(data)
    for place in "冠局办文项附":
        assert RARE + place in found, "冠 begins the 文号 that follows the mark"
    slip = render_here("request_form", sample("request_form", name=RARE, address=f"{RARE}路"))
    assert RARE + "路" in text_of(slip)
