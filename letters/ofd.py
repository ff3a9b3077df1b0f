"""Letters as OFD (GB/T 33190-2016), the fixed layout that offices and archives ask for: made of the finished PDF.

What is drawn is what the PDF draws, in its own fonts, at its own places; the words are text, in the order in which they are
read. The seal is a picture, and no electronic signature. What is known of the letter stands in the names of GB/T 33476. The same
PDF gives the same bytes. Written part by part, with nothing in it that letters do not use: no outline, no links, no tags.
"""

from __future__ import annotations

import hashlib
import io
import uuid
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

from letters.contexts import heading_of
from letters.contexts.parts import INFORMATION, Context
from letters.drawn import Colour, Font, Glyph, Letter, Page, Picture, Shape, Words, drawn
from letters.errors import LetterError
from letters.html import issuers

NAMESPACE = "http://www.ofdspec.org/2016"
_DECLARED = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ROOT = "Doc_0"
_ABOVE, _BELOW, _BESIDE = 1.2, 0.8, 0.2
"""Of the size of the text: how far its box goes beyond the baseline and the ends, since what lies outside of it is cut off."""


def ofd(pdf: bytes, kind: str, context: Context) -> bytes:
    """The letter as OFD, from its PDF; raises LetterError."""
    try:
        letter = drawn(pdf)
    except LetterError as error:
        raise LetterError(f"OFD没有生成：{error}") from None
    return _packed(_Writer(letter).parts(_info(pdf, kind, context)))


def _info(pdf: bytes, kind: str, context: Context) -> str:
    """文档元数据: what the letter is, whose, of which day, in the order of the standard."""
    names = [one.name for one in issuers(context)]
    called = str(getattr(getattr(context, "request", context), "called", INFORMATION))
    title = f"{'、'.join(names)}{heading_of(kind, called)}"
    known = {"公文标题": title, "发文字号": getattr(context, "number", None), "发文机关": "、".join(names), "成文日期": context.on.isoformat()}
    data = "".join(f"<ofd:CustomData Name={quoteattr(name)}>{escape(value)}</ofd:CustomData>" for name, value in known.items() if value)
    return (
        f"<ofd:DocInfo><ofd:DocID>{uuid.uuid5(uuid.NAMESPACE_OID, hashlib.sha256(pdf).hexdigest()).hex}</ofd:DocID>"
        f"<ofd:Title>{escape(title)}</ofd:Title><ofd:Author>{escape(names[0])}</ofd:Author>"
        f"<ofd:CreationDate>{context.on.isoformat()}</ofd:CreationDate><ofd:Creator>Gongkai</ofd:Creator>"
        f"<ofd:CustomDatas>{data}</ofd:CustomDatas></ofd:DocInfo>"
    )


class _Writer:
    """The parts of one document: each of its objects has a number of its own."""

    def __init__(self, letter: Letter) -> None:
        self.letter = letter
        self._last = 0
        self._fonts = {name: self._number() for name in letter.fonts}
        self._pictures = {name: self._number() for name in letter.pictures}

    def _number(self) -> int:
        self._last += 1
        return self._last

    def parts(self, info: str) -> dict[str, str | bytes]:
        """Every file of the package, in order."""
        pages = [(self._number(), self._page(page)) for page in self.letter.pages]
        files: dict[str, str | bytes] = {
            "OFD.xml": _element(
                "OFD", f"<ofd:DocBody>{info}<ofd:DocRoot>{_ROOT}/Document.xml</ofd:DocRoot></ofd:DocBody>", Version="1.0", DocType="OFD"
            ),
            f"{_ROOT}/Document.xml": self._document([number for number, _ in pages]),
            f"{_ROOT}/PublicRes.xml": _element("Res", f"<ofd:Fonts>{''.join(self._font_entries())}</ofd:Fonts>", BaseLoc="Res"),
        }
        if self._pictures:
            entries = "".join(
                f'<ofd:MultiMedia ID="{number}" Type="Image" Format="PNG"><ofd:MediaFile>image_{number}.png</ofd:MediaFile></ofd:MultiMedia>'
                for number in self._pictures.values()
            )
            files[f"{_ROOT}/DocumentRes.xml"] = _element("Res", f"<ofd:MultiMedias>{entries}</ofd:MultiMedias>", BaseLoc="Res")
        for n, (_, content) in enumerate(pages):
            files[f"{_ROOT}/Pages/Page_{n}/Content.xml"] = content
        for name, font in self.letter.fonts.items():
            files[f"{_ROOT}/Res/{_font_file(self._fonts[name], font)}"] = _with_cmap(font)
        for name, number in self._pictures.items():
            files[f"{_ROOT}/Res/image_{number}.png"] = self.letter.pictures[name]
        return files

    def _document(self, pages: Sequence[int]) -> str:
        first = self.letter.pages[0]
        resources = "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>" if self._pictures else ""
        entries = "".join(f'<ofd:Page ID="{number}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n, number in enumerate(pages))
        return _element(
            "Document",
            f"<ofd:CommonData><ofd:MaxUnitID>{self._last}</ofd:MaxUnitID><ofd:PageArea>{_physical(first)}</ofd:PageArea>"
            f"<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>{resources}</ofd:CommonData><ofd:Pages>{entries}</ofd:Pages>",
        )

    def _font_entries(self) -> Iterator[str]:
        for name, font in self.letter.fonts.items():
            number = self._fonts[name]
            yield (
                f'<ofd:Font ID="{number}" FontName={quoteattr(font.name)} FamilyName={quoteattr(font.name)}>'
                f"<ofd:FontFile>{_font_file(number, font)}</ofd:FontFile></ofd:Font>"
            )

    def _page(self, page: Page) -> str:
        layer = self._number()
        inside = "".join(one for item in page.items for one in self._object(item))
        content = f'<ofd:Content><ofd:Layer ID="{layer}" Type="Body">{inside}</ofd:Layer></ofd:Content>'
        return _element("Page", f"<ofd:Area>{_physical(page)}</ofd:Area>{content}")

    def _object(self, item: Words | Shape | Picture) -> Iterator[str]:
        if isinstance(item, Picture):
            _, _, width, height = item.box
            yield (
                f'<ofd:ImageObject ID="{self._number()}" Boundary="{_numbers(item.box)}" CTM="{_numbers((width, 0, 0, height, 0, 0))}" '
                f'ResourceID="{self._pictures[item.name]}"/>'
            )
        elif isinstance(item, Shape):
            yield self._shape(item)
        else:
            for glyphs in _pieces(item.glyphs):
                yield self._text(item, glyphs)

    def _shape(self, shape: Shape) -> str:
        """路径对象, in its own box."""
        beyond = (shape.width or 0) / 2
        xs, ys = zip(*(point for ring in shape.rings for point in ring), strict=True)
        left, top = min(xs) - beyond, min(ys) - beyond
        box = (left, top, max(xs) + beyond - left, max(ys) + beyond - top)
        end = " C" if shape.width is None else ""
        path = " ".join(
            " ".join(f"{'L' if n else 'M'} {_numbers((x - left, y - top))}" for n, (x, y) in enumerate(ring)) + end for ring in shape.rings
        )
        if shape.width is None:
            how, colour = 'Stroke="false" Fill="true" Rule="Even-Odd"', f"<ofd:FillColor {_value(shape.colour)}/>"
        else:
            how, colour = f'LineWidth="{_numbers((shape.width,))}"', f"<ofd:StrokeColor {_value(shape.colour)}/>"
        data = f"<ofd:AbbreviatedData>{path}</ofd:AbbreviatedData>"
        return f'<ofd:PathObject ID="{self._number()}" Boundary="{_numbers(box)}" {how}>{colour}{data}</ofd:PathObject>'

    def _text(self, words: Words, glyphs: Sequence[Glyph]) -> str:
        """文字对象: characters and the glyphs that show them. Its distances are counted from rounded places, so that none adds up."""
        text, size = "".join(one.text for one in glyphs), words.size
        left, right = min(one.x for one in glyphs) - _BESIDE * size, max(one.ends for one in glyphs) + _BESIDE * size
        top = glyphs[0].y - _ABOVE * size
        box = (left, top, right - left, (_ABOVE + _BELOW) * size)
        places = [round(one.x - left, 3) for one in glyphs]
        steps = [after - before for before, after in pairwise(places)]
        deltas = f' DeltaX="{_numbers(steps)}"' if steps else ""
        if any(after.y != before.y for before, after in pairwise(glyphs)):
            deltas += f' DeltaY="{_numbers([after.y - before.y for before, after in pairwise(glyphs)])}"'
        return (
            f'<ofd:TextObject ID="{self._number()}" Boundary="{_numbers(box)}" Font="{self._fonts[words.font]}" Size="{_numbers((size,))}">'
            f"<ofd:FillColor {_value(words.colour)}/>"
            f'<ofd:CGTransform CodePosition="0" CodeCount="{len(text)}" GlyphCount="{len(glyphs)}">'
            f"<ofd:Glyphs>{' '.join(str(one.number) for one in glyphs)}</ofd:Glyphs></ofd:CGTransform>"
            f'<ofd:TextCode X="{_numbers(places[:1])}" Y="{_numbers((glyphs[0].y - top,))}"{deltas}>{escape(text)}</ofd:TextCode>'
            "</ofd:TextObject>"
        )


def _pieces(glyphs: Sequence[Glyph]) -> Iterator[Sequence[Glyph]]:
    """Glyphs of one character each go together. One that shows several, several that show one, or a character that readers may
    count as two, stand alone: whether a distance is meant for a character or for a glyph is then hardly a question. Blanks at
    the ends are left out: readers cut them off.
    """
    made: list[Glyph] = []
    parts: list[Glyph] = []  # of the character whose last glyph comes
    for one in glyphs:
        alone = bool(parts) or len(one.text) != 1 or one.text > "\uffff"
        if made and (alone or one.y != made[0].y):
            yield made
            made = []
        if not one.text:
            parts.append(one)
        elif alone:
            yield [*parts, one]
            parts = []
        elif made or not one.text.isspace():
            made.append(one)
    if made:
        yield made


def _physical(page: Page) -> str:
    return f"<ofd:PhysicalBox>{_numbers((0, 0, page.width, page.height))}</ofd:PhysicalBox>"


def _value(colour: Colour) -> str:
    return f'Value="{" ".join(map(str, colour))}"'


def _numbers(values: Sequence[float]) -> str:
    """Millimetres to a thousandth."""
    return " ".join(f"{round(value, 3) + 0.0:.3f}".rstrip("0").rstrip(".") for value in values)


def _element(name: str, inside: str, **attributes: str) -> str:
    given = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<ofd:{name} xmlns:ofd="{NAMESPACE}"{given}>{inside}</ofd:{name}>'


def _font_file(number: int, font: Font) -> str:
    return f"font_{number}.{'otf' if font.data.startswith(b'OTTO') else 'ttf'}"


def _with_cmap(font: Font) -> bytes:
    """A font with a table of characters: PDF needs none, and some of what opens an OFD takes no font without one."""
    file = TTFont(io.BytesIO(font.data), lazy=True)
    if "cmap" in file:
        return font.data
    order = file.getGlyphOrder()
    table = CmapSubtable.newSubtable(4)
    table.platformID, table.platEncID, table.language = 3, 1, 0
    table.cmap = {ord(text): order[glyph] for glyph, text in font.texts.items() if len(text) == 1 and text <= "\uffff"}
    file["cmap"] = newTable("cmap")
    file["cmap"].tableVersion, file["cmap"].tables = 0, [table]
    made = io.BytesIO()
    file.save(made)
    return made.getvalue()


def _packed(files: Mapping[str, str | bytes]) -> bytes:
    """The file, all of one date. Pictures are compressed already."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, data in files.items():
            how = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            content = (_DECLARED + data).encode() if isinstance(data, str) else data
            file.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, how)
    return packed.getvalue()
