"""What a letter draws: its finished PDF read back as text, lines and pictures, in mm from the upper left corner of the page.

Only what WeasyPrint writes for letters is understood. Whatever else stands in a PDF is an error: nothing is left out in silence.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, NamedTuple

import pikepdf

from letters.errors import LetterError
from letters.scripts import is_right_to_left

MM = 25.4 / 72
"""A point of PDF."""
Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
Colour = tuple[int, int, int]
"""Red, green, blue: 0 to 255."""


class Glyph(NamedTuple):
    """A glyph of a font, what it reads as (one character, or several joined), where it begins on its baseline and where it ends.

    Of several glyphs that show one character the last one has the text.
    """

    number: int
    text: str
    x: float
    y: float
    ends: float


@dataclass(frozen=True, slots=True)
class Words:
    """Glyphs of one font and size (mm) on one line, in the order in which they are read."""

    font: str
    size: float
    colour: Colour
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """Polygons that are filled (even-odd), or lines that are drawn `width` mm wide."""

    rings: tuple[tuple[Point, ...], ...]
    colour: Colour
    width: float | None = None
    """None: filled."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One of the pictures of the letter, and its box: left, top, width, height."""

    name: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Page:
    """Width and height, and what is drawn, in order."""

    width: float
    height: float
    items: tuple[Words | Shape | Picture, ...]


@dataclass(frozen=True, slots=True)
class Font:
    """A font as it is embedded: OpenType, with the glyphs that the letter uses."""

    name: str
    data: bytes
    texts: Mapping[int, str]
    """Glyph -> what it reads as."""
    widths: Mapping[int, float]
    """Glyph -> its advance, in 1/1000 of the size."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The pages; fonts and pictures (PNG) by the names that the pages use."""

    pages: tuple[Page, ...]
    fonts: Mapping[str, Font]
    pictures: Mapping[str, bytes]


def drawn(pdf: bytes) -> Letter:
    """What a letter draws. Raises LetterError: it is no PDF, or not one as letters are."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            return _Reader().letter(document)
    except pikepdf.PdfError:
        raise LetterError("文件不是完整的PDF。请重新生成文书。") from None


def _unknown(what: str) -> LetterError:
    return LetterError(f"这份PDF的版式不能读取（{what}）。请直接使用PDF。")


# ------------------------------------------------------------------ geometry


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    """First `inner`, then `outer`."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _at(matrix: Matrix, x: float, y: float) -> Point:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _area(ring: Sequence[Point]) -> float:
    return sum(x * v - u * y for (x, y), (u, v) in zip(ring, [*ring[1:], *ring[:1]], strict=True)) / 2


def _within(ring: Sequence[Point], clip: Sequence[Point]) -> tuple[Point, ...]:
    """The part of a polygon that lies in a convex one (Sutherland and Hodgman)."""
    side = 1 if _area(clip) > 0 else -1
    for (x, y), (u, v) in zip(clip, [*clip[1:], *clip[:1]], strict=True):
        before, ring = list(ring), []
        depths = [side * ((u - x) * (q - y) - (v - y) * (p - x)) for p, q in before]
        for n, (here, depth) in enumerate(zip(before, depths, strict=True)):
            last, past = before[n - 1], depths[n - 1]
            if (depth < 0) != (past < 0):
                share = past / (past - depth)
                ring.append((last[0] + share * (here[0] - last[0]), last[1] + share * (here[1] - last[1])))
            if depth >= 0:
                ring.append(here)
    return tuple(ring)


_LEAST = 1e-4
"""mm²: what is smaller is not seen."""
_BESIDE = 0.05
"""mm by which what is drawn may reach beyond its clip, where the two are meant to be the same."""


# ------------------------------------------------------------------ reading


@dataclass(frozen=True, slots=True)
class _State:
    """What q keeps and Q brings back."""

    matrix: Matrix
    fill: Colour = (0, 0, 0)
    stroke: Colour = (0, 0, 0)
    width: float = 1.0
    font: str = ""
    size: float = 0.0
    rise: float = 0.0
    clips: tuple[tuple[Point, ...], ...] = ()


class _Set(NamedTuple):
    """A glyph, and how it is set."""

    font: str
    size: float
    colour: Colour
    glyph: Glyph


@dataclass(slots=True)
class _Canvas:
    """A page while it is read."""

    resources: Any
    state: _State
    kept: list[_State] = field(default_factory=list)
    items: list[Words | Shape | Picture] = field(default_factory=list)
    path: list[list[Point]] = field(default_factory=list)
    clip: bool = False
    text: Matrix = (1, 0, 0, 1, 0, 0)
    line: list[_Set] = field(default_factory=list)
    """The glyphs of this BT ... ET, as they stand from left to right."""


class _Reader:
    def __init__(self) -> None:
        self.fonts: dict[str, Font] = {}
        self.pictures: dict[str, bytes] = {}

    def letter(self, document: pikepdf.Pdf) -> Letter:
        pages = tuple(self._page(page) for page in document.pages)
        return Letter(pages, self.fonts, self.pictures)

    def _page(self, page: pikepdf.Page) -> Page:
        left, bottom, right, top = (float(one) for one in page.mediabox)
        canvas = _Canvas(page.obj.Resources, _State((MM, 0, 0, -MM, -left * MM, top * MM)))
        for one in pikepdf.parse_content_stream(page):
            do = _OPERATORS.get(str(one.operator))
            if do is None:
                raise _unknown(str(one.operator))
            do(self, canvas, *one.operands)
        return Page((right - left) * MM, (top - bottom) * MM, tuple(canvas.items))

    # -- state

    def keep(self, canvas: _Canvas) -> None:
        canvas.kept.append(canvas.state)

    def bring_back(self, canvas: _Canvas) -> None:
        canvas.state = canvas.kept.pop()

    def transform(self, canvas: _Canvas, *numbers: Any) -> None:
        a, b, c, d, e, f = map(float, numbers)
        canvas.state = replace(canvas.state, matrix=_times((a, b, c, d, e, f), canvas.state.matrix))

    def fill_colour(self, canvas: _Canvas, *parts: Any) -> None:
        canvas.state = replace(canvas.state, fill=_colour(parts))

    def stroke_colour(self, canvas: _Canvas, *parts: Any) -> None:
        canvas.state = replace(canvas.state, stroke=_colour(parts))

    def line_width(self, canvas: _Canvas, width: Any) -> None:
        canvas.state = replace(canvas.state, width=float(width))

    def dash(self, _canvas: _Canvas, pattern: Any, _phase: Any) -> None:
        if len(pattern):
            raise _unknown("虚线")

    def graphics(self, canvas: _Canvas, name: Any) -> None:
        for key, value in canvas.resources.ExtGState[name].items():
            if key not in ("/ca", "/CA", "/Type") or (key != "/Type" and value != 1):
                raise _unknown("透明")

    def nothing(self, _canvas: _Canvas, *_operands: Any) -> None:
        """Tags, and how lines are joined."""

    # -- lines and areas

    def move(self, canvas: _Canvas, x: Any, y: Any) -> None:
        canvas.path.append([_at(canvas.state.matrix, float(x), float(y))])

    def line_to(self, canvas: _Canvas, x: Any, y: Any) -> None:
        canvas.path[-1].append(_at(canvas.state.matrix, float(x), float(y)))

    def close(self, canvas: _Canvas) -> None:
        canvas.path[-1].append(canvas.path[-1][0])

    def rectangle(self, canvas: _Canvas, *numbers: Any) -> None:
        x, y, width, height = map(float, numbers)
        corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
        canvas.path.append([_at(canvas.state.matrix, *one) for one in corners])

    def to_clip(self, canvas: _Canvas) -> None:
        canvas.clip = True

    def paint(self, canvas: _Canvas, fill: bool = False, stroke: bool = False) -> None:
        state, path = canvas.state, canvas.path
        if fill:
            rings = [tuple(one) for one in path]
            for clip in state.clips:
                rings = [_within(one, clip) for one in rings]
            if shown := tuple(one for one in rings if len(one) > 2 and abs(_area(one)) > _LEAST):
                canvas.items.append(Shape(shown, state.fill))
        if stroke and (lines := tuple(tuple(one) for one in path if len(one) > 1)):
            a, b, c, d, _, _ = state.matrix
            self._inside(canvas, [point for one in lines for point in one])
            canvas.items.append(Shape(lines, state.stroke, state.width * abs(a * d - b * c) ** 0.5))
        if canvas.clip:
            if len(path) != 1:
                raise _unknown("裁剪")
            canvas.state = replace(state, clips=(*state.clips, tuple(path[0])))
        canvas.path, canvas.clip = [], False

    def _inside(self, canvas: _Canvas, points: Sequence[Point]) -> None:
        """What is not cut to its clip when it is read must lie in it."""
        for clip in canvas.state.clips:
            (left, top), (right, bottom) = (tuple(map(edge, zip(*clip, strict=True))) for edge in (min, max))
            if any(not (left - _BESIDE <= x <= right + _BESIDE and top - _BESIDE <= y <= bottom + _BESIDE) for x, y in points):
                raise _unknown("裁剪")

    def draw(self, canvas: _Canvas, name: Any) -> None:
        a, b, c, d, e, f = canvas.state.matrix
        if b or c or a <= 0 or d >= 0:
            raise _unknown("旋转的图片")
        self._inside(canvas, [(e, f), (e + a, f + d)])
        image = canvas.resources.XObject[name]
        if str(name) not in self.pictures:
            self.pictures[str(name)] = _png(image)
        canvas.items.append(Picture(str(name), (e, f + d, a, -d)))

    # -- text

    def begin(self, canvas: _Canvas) -> None:
        canvas.text, canvas.line = (1, 0, 0, 1, 0, 0), []

    def end(self, canvas: _Canvas) -> None:
        canvas.items += _read(canvas.line)

    def place(self, canvas: _Canvas, *numbers: Any) -> None:
        a, b, c, d, e, f = map(float, numbers)
        canvas.text = (a, b, c, d, e, f)

    def face(self, canvas: _Canvas, name: Any, size: Any) -> None:
        font = canvas.resources.Font[name]
        if str(name) not in self.fonts:
            self.fonts[str(name)] = _font(font)
        canvas.state = replace(canvas.state, font=str(name), size=float(size))

    def raise_text(self, canvas: _Canvas, rise: Any) -> None:
        canvas.state = replace(canvas.state, rise=float(rise))

    def show(self, canvas: _Canvas, parts: Any) -> None:
        state, font = canvas.state, self.fonts[canvas.state.font]
        a, b, c, d, e, f = _times((1, 0, 0, 1, 0, state.rise), _times(canvas.text, state.matrix))
        if abs(b) > 1e-9 or abs(c) > 1e-9 or a <= 0 or abs(a + d) > 1e-9:
            raise _unknown("旋转的文字")
        before, x = len(canvas.line), 0.0
        for part in parts:
            if isinstance(part, pikepdf.String | bytes):
                for (number,) in struct.iter_unpack(">H", bytes(part)):
                    text = font.texts.get(number, "")
                    begins = e + a * x
                    x += font.widths.get(number, 1000.0) * state.size / 1000
                    canvas.line.append(_Set(state.font, a * state.size, state.fill, Glyph(number, text, begins, f, e + a * x)))
            else:
                x -= float(part) * state.size / 1000
        self._inside(canvas, [(one.glyph.x, one.glyph.y) for one in canvas.line[before:]])
        canvas.text = _times((1, 0, 0, 1, x, 0), canvas.text)


_OPERATORS: Mapping[str, Callable[..., None]] = {
    "q": _Reader.keep, "Q": _Reader.bring_back, "cm": _Reader.transform, "rg": _Reader.fill_colour, "RG": _Reader.stroke_colour,
    "w": _Reader.line_width, "d": _Reader.dash, "gs": _Reader.graphics, "BMC": _Reader.nothing, "BDC": _Reader.nothing, "EMC": _Reader.nothing,
    "J": _Reader.nothing, "j": _Reader.nothing, "M": _Reader.nothing,
    "m": _Reader.move, "l": _Reader.line_to, "h": _Reader.close, "re": _Reader.rectangle, "W": _Reader.to_clip, "W*": _Reader.to_clip,
    "n": _Reader.paint, "f": lambda reader, canvas: reader.paint(canvas, fill=True), "f*": lambda reader, canvas: reader.paint(canvas, fill=True),
    "S": lambda reader, canvas: reader.paint(canvas, stroke=True), "B": lambda reader, canvas: reader.paint(canvas, fill=True, stroke=True),
    "Do": _Reader.draw, "BT": _Reader.begin, "ET": _Reader.end, "Tm": _Reader.place, "Tf": _Reader.face, "Ts": _Reader.raise_text, "TJ": _Reader.show,
}  # fmt: skip


def _colour(parts: Sequence[Any]) -> Colour:
    red, green, blue = (round(255 * float(one)) for one in parts)
    return red, green, blue


def _read(line: Sequence[_Set]) -> Iterator[Words]:
    """A line as it stands, from left to right, as the words of its fonts, as they are read."""
    for (font, size, colour), run in groupby(_in_reading_order(line), key=lambda one: one[:3]):
        glyphs = tuple(one.glyph for one in run)
        if not glyphs[-1].text:
            raise _unknown("没有文字的字形")
        yield Words(font, size, colour, glyphs)


def _in_reading_order(line: Sequence[_Set]) -> list[_Set]:
    """What is read from right to left is turned round, with the blanks between its words; figures in it are read from the left."""
    made = list(line)
    for marked, wanted in (("x[x ]*x|x", is_right_to_left), ("x+", _FIGURES.__contains__)):
        signs = "".join(" " if one.glyph.text.isspace() else "x" if wanted(one.glyph.text[:1]) else "." for one in made)
        for found in re.finditer(marked, signs):
            made[found.start() : found.end()] = made[found.start() : found.end()][::-1]
    return made


_FIGURES = frozenset("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")


# ------------------------------------------------------------------ fonts and pictures

_MAPPED = re.compile(r"<([0-9a-f]+)> <([0-9a-f]+)>", re.IGNORECASE)
_BLOCK = re.compile(r"beginbfchar(.*?)endbfchar", re.DOTALL)


def _font(font: Any) -> Font:
    descendant = font.DescendantFonts[0]
    descriptor = descendant.FontDescriptor
    if font.Encoding != "/Identity-H" or descendant.get("/CIDToGIDMap", "/Identity") != "/Identity":
        raise _unknown("字体编码")
    file = descriptor.get("/FontFile2") or descriptor.get("/FontFile3")
    if file is None:
        raise _unknown("没有嵌入的字体")
    texts = {
        int(glyph, 16): bytes.fromhex(text).decode("utf-16-be")
        for block in _BLOCK.findall(font.ToUnicode.read_bytes().decode("ascii"))
        for glyph, text in _MAPPED.findall(block)
    }
    name = str(font.BaseFont).removeprefix("/").partition("+")[2] or str(font.BaseFont).removeprefix("/")
    return Font(name, file.read_bytes(), texts, dict(_widths(descendant.get("/W", []))))


def _widths(array: Any) -> Iterator[tuple[int, float]]:
    """PDF writes a run of widths as [first [w w ...]], and equal ones as first last w."""
    parts = list(array)
    while parts:
        first, second = int(parts.pop(0)), parts.pop(0)
        if isinstance(second, pikepdf.Array | list):
            yield from ((first + n, float(width)) for n, width in enumerate(second))
        else:
            width = float(parts.pop(0))
            yield from ((number, width) for number in range(first, int(second) + 1))


def _png(image: Any) -> bytes:
    """A picture as it lies in the PDF: its rows are those of a PNG already."""
    parameters = image.get("/DecodeParms", {})
    colours = int(parameters.get("/Colors", 1))
    if (
        image.get("/Subtype") != "/Image" or image.get("/SMask") is not None or image.get("/Filter") != "/FlateDecode"
        or int(parameters.get("/Predictor", 1)) < 10 or int(image.BitsPerComponent) != 8 or colours not in (1, 3)
    ):  # fmt: skip
        raise _unknown("图片")
    header = struct.pack(">IIBBBBB", int(image.Width), int(image.Height), 8, 2 if colours == 3 else 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", image.read_raw_bytes()), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
