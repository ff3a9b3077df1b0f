"""What a font file says of itself: the characters of its cmap, and those whose glyph is none (.notdef, a blank, one box for all)."""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from letters.scripts import BLANKS, Range, merged

_TABLES = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0))
"""Unicode subtables of a cmap, the fullest first."""
MOST_ALIKE = 16
"""One drawing that serves more characters than this is no drawing of any of them."""


@cache
def is_font(path: Path) -> bool:
    """Whether the file can be opened as a font and has a Unicode cmap."""
    if not path.is_file():
        return False
    from PIL import ImageFont  # only an office's own files are looked at so closely

    try:
        ImageFont.truetype(str(path))
        return bool(ranges(path))
    except (OSError, ValueError, struct.error):
        return False


@cache
def ranges(path: Path) -> tuple[Range, ...]:
    """The characters that the cmap gives a glyph. Raises OSError, ValueError, struct.error.

    Read without fontTools, which takes ten times as long: every process that places acts asks for this.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(16)
        start = struct.unpack_from(">L", head, 12)[0] if head[:4] == b"ttcf" else 0  # of a collection, the first font
        file.seek(start)
        (count,) = struct.unpack(">4xH6x", file.read(12))
        tables = {tag: (place, length) for tag, _, place, length in struct.iter_unpack(">4sLLL", file.read(16 * count))}
        if b"cmap" not in tables or any(place + length > size for place, length in tables.values()):
            raise ValueError("no cmap, or cut off")
        place, length = tables[b"cmap"]
        file.seek(place)
        return merged(_read(file.read(length)))


def _read(cmap: bytes) -> Iterator[Range]:
    (count,) = struct.unpack_from(">H", cmap, 2)
    places = {(platform, encoding): place for platform, encoding, place in struct.iter_unpack(">HHL", cmap[4 : 4 + 8 * count])}
    for key in _TABLES:
        if key in places:
            (form,) = struct.unpack_from(">H", cmap, places[key])
            if form == 12:
                return _segments(cmap[places[key] :])
            if form == 4:
                return _old_segments(cmap[places[key] :])
    raise ValueError("no Unicode cmap")


def _segments(table: bytes) -> Iterator[Range]:
    """Format 12. Glyph 0 is .notdef."""
    (count,) = struct.unpack_from(">L", table, 12)
    for first, last, glyph in struct.iter_unpack(">LLL", table[16 : 16 + 12 * count]):
        if first + (glyph == 0) <= last:
            yield first + (glyph == 0), last


def _old_segments(table: bytes) -> Iterator[Range]:
    """Format 4: the basic plane."""
    (doubled,) = struct.unpack_from(">H", table, 6)
    ends, starts, deltas, offsets = (
        struct.unpack_from(f">{doubled // 2}H", table, 14 + n * doubled + 2 * (n > 0)) for n in range(4)
    )
    for number, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offset:
                (glyph,) = struct.unpack_from(">H", table, 16 + 3 * doubled + 2 * number + offset + 2 * (code - first))
            if (glyph or not offset) and (glyph + delta) & 0xFFFF:
                yield code, code


@cache
def dummies(path: Path) -> tuple[Range, ...]:
    """The characters whose glyph draws .notdef, or nothing, or what it draws for very many others. Slow: every glyph is read.

    A font whose glyphs cannot be read has no others.
    """
    try:
        return _dummies(path)
    except Exception:  # fontTools raises whatever a torn table leads it to
        return ranges(path)


def _dummies(path: Path) -> tuple[Range, ...]:
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True, fontNumber=0) as font:
        codes: dict[int, str] = font.getBestCmap() or {}
        drawing = _drawings(font)
        by_drawing = defaultdict(list)
        for code, glyph in codes.items():
            if chr(code) not in BLANKS:
                by_drawing[drawing(glyph)].append(code)
        none = {b"", drawing(font.getGlyphOrder()[0])}
    found = [alike for bytes_of, alike in by_drawing.items() if bytes_of in none or len(alike) > MOST_ALIKE]
    return merged((code, code) for alike in found for code in alike)


def _drawings(font: Any) -> Any:
    """glyph name -> the bytes of its drawing."""
    if "glyf" in font:
        data, places = font.reader["glyf"], list(font["loca"])
        number = font.getReverseGlyphMap()
        return lambda glyph: bytes(data[places[number[glyph]] : places[number[glyph] + 1]])
    if "CFF " in font:
        drawings = font["CFF "].cff.topDictIndex[0].CharStrings
        return lambda glyph: bytes(drawings[glyph].bytecode or b"").removesuffix(b"\x0e")
    return lambda glyph: glyph.encode()  # colours, pictures: nothing to compare
