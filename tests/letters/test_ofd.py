"""Every letter as OFD: the form of GB/T 33190, the words and places of its PDF; read back by a reader that knows nothing of ours."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from ctypes import byref, c_double
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import ofdkit
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from lxml import etree
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from letters.contexts import LETTERS
from letters.drawn import _within, drawn
from letters.errors import LetterError
from letters.ofd import ofd
from letters.render import Renderer
from letters.worker import make
from tests.letters.samples import PERSON, head, printed, sample

OFD = "{http://www.ofdspec.org/2016}"
MM = 25.4 / 72
NEAR = 0.05
"""mm by which a character may stand elsewhere than in the PDF; half a millimetre would be seen."""
NAMES = {
    "Uyghur": "ئابدۇرېھىم ئابلا", "Uyghur beside Chinese": "阿卜杜热合曼·ئابلا", "Uyghur with figures": "ئابلا ۱۲۳", "Tibetan": "བསྟན་འཛིན་རྒྱ་མཚོ",
    "vowel signs": "مُحَمَّد",
    "Mongolian": "ᠪᠠᠶᠠᠷ", "Yi": "ꀉꉌꑳ", "extension B": "张𠮷𠀋", "signs of XML": "<&>\"'{}样例", "Latin": "Andrew  O'Neil",
}  # fmt: skip


@cache
def made(kind: str, name: str | None = None) -> tuple[bytes, bytes]:
    """A letter as PDF and as OFD."""
    context = sample(kind) if name is None else sample(kind, to=replace(PERSON, name=name))
    pdf = printed(kind) if name is None else make(kind, context.to_json(), False)
    return pdf, ofd(pdf, kind, context)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def pages(files: dict[str, bytes]) -> list[etree._Element]:
    """The pages in their order, as the document lists them."""
    document = etree.fromstring(files["Doc_0/Document.xml"])
    return [etree.fromstring(files[f"Doc_0/{one.get('BaseLoc')}"]) for one in document.iter(f"{OFD}Page")]


# ---------------------------------------------------------------- the form of the standard

SHAPES: dict[str, tuple[str, str]] = {
    # element: what may stand in it, in this order; its attributes, with ! those that it must have (GB/T 33190-2016, 7, 8, 9, 11)
    "OFD": ("DocBody", "Version! DocType!"), "DocBody": ("DocInfo DocRoot", ""),
    "DocInfo": ("DocID Title Author CreationDate Creator CustomDatas", ""), "CustomDatas": ("CustomData", ""), "CustomData": ("", "Name!"),
    "Document": ("CommonData Pages", ""), "CommonData": ("MaxUnitID PageArea PublicRes DocumentRes", ""), "PageArea": ("PhysicalBox", ""),
    "Pages": ("Page", ""), "Res": ("Fonts MultiMedias", "BaseLoc!"), "Fonts": ("Font", ""), "Font": ("FontFile", "ID! FontName! FamilyName"),
    "MultiMedias": ("MultiMedia", ""), "MultiMedia": ("MediaFile", "ID! Type! Format"),
    "Area": ("PhysicalBox", ""), "Content": ("Layer", ""), "Layer": ("TextObject PathObject ImageObject", "ID! Type"),
    "ImageObject": ("", "ID! Boundary! CTM ResourceID!"),
    "PathObject": ("StrokeColor FillColor AbbreviatedData", "ID! Boundary! LineWidth Stroke Fill Rule"),
    "TextObject": ("FillColor CGTransform TextCode", "ID! Boundary! Font! Size!"), "FillColor": ("", "Value!"), "StrokeColor": ("", "Value!"),
    "CGTransform": ("Glyphs", "CodePosition! CodeCount GlyphCount"), "Glyphs": ("", ""), "TextCode": ("", "X Y DeltaX DeltaY"),
    **dict.fromkeys(("DocID", "Title", "Author", "CreationDate", "Creator", "DocRoot", "MaxUnitID", "PhysicalBox"), ("", "")),
    **dict.fromkeys(("PublicRes", "DocumentRes", "FontFile", "MediaFile", "AbbreviatedData"), ("", "")),
}  # fmt: skip
IN_ANY_ORDER = {"Layer"}


def name_of(element: etree._Element) -> str:
    assert element.tag.startswith(OFD), f"{element.tag} is of another namespace"
    return str(element.tag).removeprefix(OFD)


def check_shape(element: etree._Element) -> None:
    name = name_of(element)
    inside, attributes = SHAPES[name] if name != "Page" else (("", "ID! BaseLoc!") if element.get("ID") else ("Area Content", ""))
    known = {one.rstrip("!") for one in attributes.split()}
    assert {one.rstrip("!") for one in attributes.split() if one.endswith("!")} <= set(element.keys()) <= known, etree.tostring(element)[:200]
    children = [name_of(one) for one in element]
    assert set(children) <= set(inside.split()), f"{children} in {name}"
    if name not in IN_ANY_ORDER:
        assert children == sorted(children, key=inside.split().index), f"the order in {name}"
    for one in element:
        check_shape(one)


@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_every_letter_is_an_ofd_in_the_form_of_the_standard(kind: str) -> None:
    pdf, data = made(kind)
    assert data == ofd(pdf, kind, sample(kind)), "the same letter is the same bytes"
    files = parts(data)
    assert next(iter(files)) == "OFD.xml"
    roots = {name: etree.fromstring(content) for name, content in files.items() if name.endswith(".xml")}
    for root in roots.values():
        check_shape(root)
    # Whatever is named is there, and whatever is there is named.
    named = {"OFD.xml"}
    for name, root in roots.items():
        folder = posixpath.join(posixpath.dirname(name), root.get("BaseLoc", ""))
        for one in root.iter():
            tag = name_of(one)
            if tag in ("DocRoot", "PublicRes", "DocumentRes", "FontFile", "MediaFile"):
                named.add(posixpath.join(folder, one.text or ""))
            elif tag == "Page" and one.get("BaseLoc"):
                named.add(posixpath.join(folder, one.get("BaseLoc", "")))
    assert named == set(files)
    numbers = [int(one.get("ID", "0")) for root in roots.values() for one in root.iter() if one.get("ID")]
    assert len(numbers) == len(set(numbers))
    assert max(numbers) == int(roots["Doc_0/Document.xml"].findtext(f".//{OFD}MaxUnitID") or 0)
    resources = {one.get("ID"): name_of(one) for root in roots.values() for one in root.iter(f"{OFD}Font", f"{OFD}MultiMedia")}
    for root in roots.values():
        assert {resources[one.get("Font", "")] for one in root.iter(f"{OFD}TextObject")} <= {"Font"}
        assert {resources[one.get("ResourceID", "")] for one in root.iter(f"{OFD}ImageObject")} <= {"MultiMedia"}
        for one in root.iter(f"{OFD}PhysicalBox"):
            assert one.text == "0 0 210 297", "A4, in millimetres"
        for one in root.iter(f"{OFD}TextObject"):
            text, glyphs = one.findtext(f"{OFD}TextCode") or "", (one.findtext(f".//{OFD}Glyphs") or "").split()
            counts = one.find(f"{OFD}CGTransform")
            assert counts is not None
            assert (counts.get("CodeCount"), counts.get("GlyphCount")) == (str(len(text)), str(len(glyphs)))
            assert len(glyphs) in (1, len(text)), "one glyph shows them all, or each shows one"
            assert text == text.strip()


@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_each_font_is_whole_and_finds_its_glyphs_by_character_too(kind: str) -> None:
    """Some readers ask the font for a character, and do not look at the glyphs that are named."""
    files = parts(made(kind)[1])
    number_of = {name.split("_")[-1].split(".")[0]: TTFont(io.BytesIO(data)) for name, data in files.items() if "/font_" in name}
    assert number_of
    for page in pages(files):
        for one in page.iter(f"{OFD}TextObject"):
            font = number_of[one.get("Font", "")]
            assert font.sfntVersion in ("OTTO", "\0\1\0\0")
            by_character = [font.getGlyphID(font.getBestCmap()[ord(each)]) for each in one.findtext(f"{OFD}TextCode") or ""]
            assert by_character == [int(each) for each in (one.findtext(f".//{OFD}Glyphs") or "").split()]


# ---------------------------------------------------------------- the same words at the same places


class Set(NamedTuple):
    """A character on a page, where it begins on its baseline, and the box of its ink: left, top, right, bottom. In mm."""

    text: str
    x: float
    y: float
    ink: tuple[float, float, float, float] | None = None


def in_pdf(data: bytes) -> list[list[Set]]:
    """As pdfium has them, without blanks."""
    with pypdfium2.PdfDocument(data) as document:
        return [list(_of_page(page)) for page in document]


def _of_page(page: pypdfium2.PdfPage) -> Iterator[Set]:
    text, height = page.get_textpage(), page.get_height()
    for n in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, n)
        if 0xDC00 <= code < 0xE000:  # the second half of the character before
            continue
        rest = pdfium.FPDFText_GetUnicode(text, n + 1) if 0xD800 <= code < 0xDC00 else 0
        character = chr(0x10000 + ((code - 0xD800) << 10) + rest - 0xDC00) if rest else chr(code)
        if pdfium.FPDFText_IsGenerated(text, n) or character.isspace():
            continue
        x, y = c_double(), c_double()
        assert pdfium.FPDFText_GetCharOrigin(text, n, byref(x), byref(y))
        left, bottom, right, top = text.get_charbox(n)
        yield Set(character, x.value * MM, (height - y.value) * MM, (left * MM, (height - top) * MM, right * MM, (height - bottom) * MM))


def in_ofd(data: bytes, ink: bool = False) -> list[list[Set]]:
    """As the standard says where a character stands: its box, then its offset, then the distances between. Without blanks."""
    files = parts(data)
    fonts = {name.split("_")[-1].split(".")[0]: TTFont(io.BytesIO(content)) for name, content in files.items() if "/font_" in name}
    return [[one for text in page.iter(f"{OFD}TextObject") for one in _of_text(text, fonts, ink)] for page in pages(files)]


def _of_text(element: etree._Element, fonts: dict[str, TTFont], ink: bool) -> Iterator[Set]:
    left, top, width, height = map(float, (element.get("Boundary") or "").split())
    code, size = element.find(f"{OFD}TextCode"), float(element.get("Size", "0"))
    assert code is not None
    x, y = float(code.get("X", "0")), float(code.get("Y", "0"))
    steps = [float(one) for one in (code.get("DeltaX") or "").split()]
    text, glyphs = code.text or "", [int(one) for one in (element.findtext(f".//{OFD}Glyphs") or "").split()]
    shown = list(text) if len(glyphs) == len(text) else [""] * (len(glyphs) - 1) + [text]
    rises = [float(one) for one in (code.get("DeltaY") or "0 " * len(steps)).split()]
    assert len(steps) == len(rises) == len(glyphs) - 1
    for n, (character, glyph) in enumerate(zip(shown, glyphs, strict=True)):
        x, y = (x + steps[n - 1], y + rises[n - 1]) if n else (x, y)
        assert 0 <= x <= width and 0 <= y <= height, "what lies outside of the box would be cut off"
        if not character.isspace():
            yield Set(character, left + x, top + y, _ink(fonts[element.get("Font", "")], glyph, size, left + x, top + y) if ink else None)


def _ink(font: TTFont, glyph: int, size: float, x: float, y: float) -> tuple[float, float, float, float]:
    glyphs, scale = font.getGlyphSet(), size / font["head"].unitsPerEm
    pen = BoundsPen(glyphs)
    glyphs[font.getGlyphName(glyph)].draw(pen)
    left, bottom, right, top = pen.bounds
    return x + left * scale, y - top * scale, x + right * scale, y - bottom * scale


@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_every_character_stands_where_the_pdf_has_it_and_in_its_order(kind: str) -> None:
    pdf, data = made(kind)
    theirs, ours = in_pdf(pdf), in_ofd(data)
    assert len(theirs) == len(ours)
    for their, our in zip(theirs, ours, strict=True):
        assert "".join(one.text for one in their) == "".join(one.text for one in our)
        assert max(max(abs(a.x - b.x), abs(a.y - b.y)) for a, b in zip(their, our, strict=True)) < NEAR


@pytest.mark.parametrize(("kind", "name"), [("mixed", None), ("internal_consultation", None), *(("disclosed", one) for one in NAMES.values())])
def test_the_glyphs_that_are_named_have_their_ink_where_the_pdf_has_it(kind: str, name: str | None) -> None:
    """Glyph by glyph, from the fonts in the OFD, whatever the order of reading; pdfium says a joined glyph's box once for each character."""
    pdf, data = made(kind, name)
    for their, our in zip(in_pdf(pdf), in_ofd(data, ink=True), strict=True):
        assert sum(len(one.text) for one in our) == len(their)
        for one in our:
            mine = one.ink
            assert mine is not None
            same = [each.ink for each in their if each.text in one.text and each.ink is not None]
            assert min(max(abs(a - b) for a, b in zip(mine, ink, strict=True)) for ink in same) < 0.2, one


DOTS = 4
"""To a millimetre: of the pictures in which lines are compared."""


@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_lines_lie_where_the_pdf_draws_them(kind: str) -> None:
    """Everything that the PDF draws beside words and seal, and the boxes of what the OFD draws: all are lines that run straight."""
    pdf, data = made(kind)
    with pypdfium2.PdfDocument(pdf) as document:
        for page, ours in zip(document, pages(parts(data)), strict=True):
            for one in list(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_IMAGE])):
                page.remove_obj(one)
            theirs = page.render(scale=DOTS * MM, grayscale=True).to_pil()
            mine = Image.new("L", theirs.size, 255)
            for one in ours.iter(f"{OFD}PathObject"):
                x, y, width, height = (float(edge) * DOTS for edge in (one.get("Boundary") or "").split())
                ImageDraw.Draw(mine).rectangle((int(x), int(y), int(x + width), int(y + height)), fill=0)
            for here, there in ((mine, theirs), (theirs, mine)):
                far = there.filter(ImageFilter.BoxBlur(DOTS // 2)).point(lambda grey: 255 * (grey > 252))
                lost = ImageChops.multiply(here.point(lambda grey: 255 * (grey < 200)), far)
                assert lost.getbbox() is None, "further than half a millimetre from what the other draws"


def test_the_seal_is_the_picture_of_the_pdf_at_its_place() -> None:
    pdf, data = made("disclosed")
    (name,) = [one for one in parts(data) if one.endswith(".png")]
    with pikepdf.open(io.BytesIO(pdf)) as document:
        (image,) = document.pages[1].obj.Resources.XObject.values()
        theirs = pikepdf.PdfImage(image).as_pil_image().convert("RGB")
    ours = Image.open(io.BytesIO(parts(data)[name]))
    assert (ours.mode, ours.size, ours.tobytes()) == ("RGB", theirs.size, theirs.tobytes())
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[1]
        (seal,) = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE])
        left, bottom, right, top = seal.get_bounds()
        wanted = [left * MM, (page.get_height() - top) * MM, (right - left) * MM, (top - bottom) * MM]
    (found,) = pages(parts(data))[1].iter(f"{OFD}ImageObject")
    assert [float(one) for one in (found.get("Boundary") or "").split()] == pytest.approx(wanted, abs=0.01)
    assert wanted[2:] == pytest.approx([42, 42], abs=0.01)


def test_the_code_of_the_query_page_is_drawn() -> None:
    context = sample("receipt", letterhead=replace(head(), query_url="https://www.guanxian.example/query"))
    (page,) = pages(parts(ofd(make("receipt", context.to_json(), False), "receipt", context)))[-1:]
    lines = [one for one in page.iter(f"{OFD}PathObject") if (one.findtext(f"{OFD}AbbreviatedData") or "").count("M") > 100]
    assert len(lines) == 1
    assert 0.5 < float(lines[0].get("LineWidth", "0")) < 0.7, "mm: one dot of the code"


# ---------------------------------------------------------------- a reader that knows nothing of ours


@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_an_independent_reader_opens_it_and_reads_the_words_of_the_pdf(kind: str) -> None:
    pdf, data = made(kind)
    context = sample(kind)
    with ofdkit.open(io.BytesIO(data)) as document:
        assert [(page.width, page.height) for page in document.pages] == [(210, 297)] * len(in_pdf(pdf))
        for page, theirs in zip(document.pages, in_pdf(pdf), strict=True):
            assert "".join("".join(one.text.split()) for one in page.runs) == "".join(one.text for one in theirs)
            assert sorted("".join(page.text().split())) == sorted(one.text for one in theirs), "nothing is off the page"
        assert document.warnings == []
        assert document.info.author == context.letterhead.name
        assert document.info.creation_date == context.on.isoformat()
        assert document.info.doc_id is not None
        assert len(document.info.doc_id) == 32
        known = document.info.custom_data
        assert known["成文日期"] == context.on.isoformat()
        assert known.get("发文字号") == getattr(context, "number", None)
        assert known["公文标题"] == document.info.title
        title = "".join((document.info.title or "").split())
        assert all(one in "".join(document.text().split()) for one in (title.removeprefix(context.letterhead.name), context.letterhead.name))


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_names_of_every_script_are_found_as_they_are_written(name: str) -> None:
    _, data = made("disclosed", name)
    with ofdkit.open(io.BytesIO(data)) as document:
        words = "".join("".join(one.text.split()) for one in document.pages[0].runs)
    assert "".join(name.split()) + "：" in words


def test_a_character_of_two_glyphs_is_one_object() -> None:
    """U+0F00 is drawn as a letter and its sign; what a PDF says of the first of them is nothing."""
    _, data = made("disclosed", "ཀ\u0f00")
    (found,) = [one for one in pages(parts(data))[0].iter(f"{OFD}TextObject") if one.findtext(f"{OFD}TextCode") == "\u0f00"]
    counts = found.find(f"{OFD}CGTransform")
    assert counts is not None
    assert (counts.get("CodeCount"), counts.get("GlyphCount")) == ("1", "2")
    assert len(list(_of_text(found, {}, ink=False))) == 2


def test_signs_that_are_raised_are_raised_here_too() -> None:
    pdf, data = made("disclosed", NAMES["vowel signs"])
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert b" Ts" in document.pages[0].Contents.read_bytes()
    heights = {round(one.y, 2) for one in in_ofd(data)[0] if one.text in NAMES["vowel signs"]}
    assert len(heights) > 1


def test_a_unit_with_signs_of_xml_in_its_name_is_written_as_it_is() -> None:
    context = sample("disclosed", letterhead=replace(head(), name="冠县<样例>&“局”"))
    data = ofd(make("disclosed", context.to_json(), False), "disclosed", context)
    with ofdkit.open(io.BytesIO(data)) as document:
        assert document.info.author == "冠县<样例>&“局”"


# ---------------------------------------------------------------- what is not understood


def test_what_is_no_letter_is_refused_with_a_sentence() -> None:
    with pytest.raises(LetterError, match="不是完整的PDF"):
        ofd(b"%PDF-1.7", "disclosed", sample("disclosed"))


FOREIGN = (b"0 0 m 9 9 9 9 9 9 c S", b"[3 3] 0 d", b"BT 0 1 -1 0 9 9 Tm ET", b"BI /W 1 /H 1 /BPC 8 /CS /G ID 0 EI", b"/P sh")
"""A curve, a dashed line, text from below, a picture in the page itself, a shading."""


@pytest.mark.parametrize("drawn_too", FOREIGN)
def test_what_letters_do_not_draw_is_never_left_out_in_silence(drawn_too: bytes) -> None:
    with pikepdf.open(io.BytesIO(made("disclosed")[0])) as document:
        page = document.pages[0]
        if b"Tm" in drawn_too:
            drawn_too = drawn_too.replace(b"ET", f"{next(iter(page.resources.Font))} 9 Tf [<0001>] TJ ET".encode())
        page.contents_add(b"\nq " + drawn_too + b"\nQ")
        changed = io.BytesIO()
        document.save(changed)
    with pytest.raises(LetterError, match=r"OFD没有生成：这份PDF的版式不能读取（.+）。请直接使用PDF。"):
        ofd(changed.getvalue(), "disclosed", sample("disclosed"))


def test_an_area_is_cut_to_its_clip() -> None:
    square = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0))
    corner = ((2.0, 2.0), (9.0, 2.0), (9.0, 9.0), (2.0, 9.0))
    for clip in (corner, corner[::-1]):
        assert {(round(x, 6), round(y, 6)) for x, y in _within(square, clip)} == {(2, 2), (4, 2), (4, 4), (2, 4)}
    assert _within(square, ((5.0, 5.0), (6.0, 5.0), (6.0, 6.0))) == ()


def test_the_pool_makes_it(pool: Renderer) -> None:
    pdf, data = made("disclosed")
    assert pool.ofd(pdf, "disclosed", sample("disclosed")) == data
    assert len(drawn(pdf).pages) == 2
    with pytest.raises(LetterError, match="OFD没有生成"):
        pool.ofd(b"", "disclosed", sample("disclosed"))


