"""Costs of WeasyPrint that letters need not pay: a third of the time of a letter, measured.

What was tried and did not pay: less compression of large streams (5 % of the time for 3 % of the size), tables of a font that no reader
of a PDF needs left out of its subset (2 % of the size, and nothing that could be told from noise), another collector (nothing either).

Private API of WeasyPrint and pydyf, as in `letters.lines`: the version is pinned.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from functools import lru_cache, partial
from math import inf
from types import SimpleNamespace
from typing import Any

import pydyf
from PIL import Image
from weasyprint import css
from weasyprint.formatting_structure import boxes
from weasyprint.images import RasterImage
from weasyprint.layout import absolute, inline, page, preferred
from weasyprint.layout import float as floating
from weasyprint.pdf import fonts
from weasyprint.text.ffi import ffi, harfbuzz, harfbuzz_subset

LEVEL = 6
"""Of compression: half the time of pydyf's 9, and files one part in two hundred larger."""

_encode = RasterImage._get_png_data


@lru_cache(maxsize=32)
def _seal(picture: bytes) -> bytes:
    encoded: bytes = _encode(Image.open(io.BytesIO(picture)))
    return encoded


def _once(picture: Any) -> bytes:
    """A seal is encoded for its first letter, not for every one."""
    file = getattr(picture, "fp", None)
    if isinstance(file, io.BytesIO):
        return _seal(file.getvalue())
    encoded: bytes = _encode(picture)
    return encoded


_whole = fonts.get_hb_object_data


def _content(font: Any) -> bytes:
    """The file of a font, read only where it is asked for: 10 MB and more, of which a letter takes a subset."""
    content: bytes | Callable[[], bytes] = font.late_content
    if callable(content):
        content = font.late_content = content()
    return content


def _keep(font: Any, content: bytes | Callable[[], bytes]) -> None:
    font.late_content = content


_subset = fonts.Font._harfbuzz_subset
_prepared: dict[tuple[str, int], Any] = {}
_subsets: dict[tuple[Any, ...], bytes] = {}
MOST_SUBSETS = 32
"""Kept, the latest made: a quarter of a MB each at most."""


def _prepared_subset(font: Any, to_unicode: Any, hinting: bool) -> None:
    """A subset of a font that HarfBuzz has looked through once, for all its subsets: they are the same bytes.

    Titles and headings of a kind of letter have the same characters in the next one: their subsets are there already.
    """
    key, own = (font.hash, font.index), font.hb_face
    wanted = (*key, hinting, bool(font.missing), frozenset(to_unicode))
    if (made := _subsets.get(wanted)) is not None:
        font.file_content = made
        return
    if key not in _prepared:
        _prepared[key] = ffi.gc(harfbuzz_subset.hb_subset_preprocess(own), harfbuzz.hb_face_destroy)
    font.hb_face = _prepared[key]
    try:
        _subset(font, to_unicode, hinting)
    finally:
        font.hb_face = own
    if isinstance(font.late_content, bytes):  # else there is no subset: the whole file was not read yet
        _subsets[wanted] = font.late_content
        if len(_subsets) > MOST_SUBSETS:
            del _subsets[next(iter(_subsets))]


@lru_cache(maxsize=MOST_SUBSETS)
def _font_compressed(data: bytes) -> bytes:
    return zlib.compress(data, LEVEL)


class _Compressor:
    """As pydyf asks for it: everything at once, then the rest. What says something of people is not kept, a font's subset is."""

    def compress(self, data: bytes) -> bytes:
        return _font_compressed(data) if data[:4] in (b"OTTO", b"\0\1\0\0") else zlib.compress(data, LEVEL)

    def flush(self) -> bytes:
        return b""


# ---------------------------------------------------------------------------------------------- writing

_KINDS = (pydyf.Stream, pydyf.Dictionary, pydyf.Array)
_write = pydyf.PDF.write
_writing: list[object] = []
"""The file that is being written now: none of its objects changes any more."""


def _written_once(pdf: Any, *arguments: Any, **options: Any) -> None:
    """pydyf puts every object of a file into bytes a second time for the identifier of the file, compressing and all."""
    _writing.append(object())
    try:
        _write(pdf, *arguments, **options)
    finally:
        _writing.pop()


def _known(data: property) -> property:
    put = data.fget
    assert put is not None

    def known(one: Any) -> Any:
        if not _writing:
            return put(one)
        of, made = one.__dict__.get("written", (None, b""))
        if of is not _writing[-1]:
            made = put(one)
            one.written = _writing[-1], made
        return made

    return property(known)


# ---------------------------------------------------------------------------------------------- layout

_fit = preferred.shrink_to_fit


def _width(context: Any, box: Any, room: float) -> float:
    """What needs no more than there is room for takes what it needs: how narrow it could be made nobody needs to know."""
    wanted: float = preferred.max_content_width(context, box, outer=False)
    return wanted if wanted <= room else _fit(context, box, room)


_missing = css.ComputedStyle.__missing__
_ASIDE = {"page", "position", "float", "display"}
_PLAIN = {
    name for name, value in css.INITIAL_VALUES.items()
    if name not in _ASIDE and not name.startswith(("__", "text_decoration_")) and not css.check_math(value)
}  # fmt: skip
_INHERITED = frozenset((_PLAIN & css.INHERITED) - css.PHYSICAL_FUNCTIONS.keys())
_INITIAL = frozenset(_PLAIN - css.INHERITED - css.INITIAL_NOT_COMPUTED)


def _value(style: Any, name: str) -> Any:
    """A property that no rule sets, as most are of most boxes, is that of the box around it, or the initial one: nothing is to be computed."""
    if name not in style.cascaded:
        if name in _INHERITED and style.parent_style is not None:
            value = style[name] = style.parent_style[name]
            return value
        if name in _INITIAL:
            logical = css.PHYSICAL_FUNCTIONS.get(name)
            if logical is None or logical(block="ttb", inline=style["direction"]) not in style.cascaded:
                value = style[name] = css.INITIAL_VALUES[name]
                return value
    return _missing(style, name)


_resolve = page.resolve_percentages
_NOTHING = {"min_width": 0, "max_width": inf, "min_height": 0, "max_height": inf}


def _resolve_what_is_there(box: Any, *around: Any) -> None:
    """Of the sixteen margin boxes of a page one has something in it; of the others nothing is asked but that they are empty."""
    if isinstance(box, boxes.MarginBox) and not box.is_generated:
        box.__dict__.update(_NOTHING)
    else:
        _resolve(box, *around)


def install() -> None:
    """For this process, once."""
    fonts.get_hb_object_data = lambda face: partial(_whole, face)
    fonts.Font.file_content = property(_content, _keep)
    if harfbuzz_subset:
        ffi.cdef("hb_face_t * hb_subset_preprocess (hb_face_t * source);")
        fonts.Font._harfbuzz_subset = _prepared_subset
    RasterImage._get_png_data = staticmethod(_once)
    pydyf.zlib = SimpleNamespace(compress=zlib.compress, compressobj=lambda level: _Compressor())
    pydyf.PDF.write = _written_once
    for kind in _KINDS:
        kind.data = _known(kind.data)
    for module in (absolute, floating, inline):
        module.shrink_to_fit = _width
    css.ComputedStyle.__missing__ = _value
    page.resolve_percentages = _resolve_what_is_there
