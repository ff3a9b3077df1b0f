"""Costs of WeasyPrint that letters need not pay: a quarter of the time of a letter, measured.

What was tried and did not pay: subsets kept by their characters (letters of a kind often share them, and it gained nothing), less compression
of large streams (5 % of the time for 3 % of the size), another collector (nothing that could be told from noise).

Private API of WeasyPrint and pydyf, as in `letters.lines`: the version is pinned.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from functools import lru_cache, partial
from types import SimpleNamespace
from typing import Any

import pydyf
from PIL import Image
from weasyprint.images import RasterImage
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


def _prepared_subset(font: Any, *arguments: Any) -> None:
    """A subset of a font that HarfBuzz has looked through once, for all its subsets: they are the same bytes."""
    key, own = (font.hash, font.index), font.hb_face
    if key not in _prepared:
        _prepared[key] = ffi.gc(harfbuzz_subset.hb_subset_preprocess(own), harfbuzz.hb_face_destroy)
    font.hb_face = _prepared[key]
    try:
        _subset(font, *arguments)
    finally:
        font.hb_face = own


def install() -> None:
    """For this process, once."""
    fonts.get_hb_object_data = lambda face: partial(_whole, face)
    fonts.Font.file_content = property(_content, _keep)
    if harfbuzz_subset:
        ffi.cdef("hb_face_t * hb_subset_preprocess (hb_face_t * source);")
        fonts.Font._harfbuzz_subset = _prepared_subset
    RasterImage._get_png_data = staticmethod(_once)
    pydyf.zlib = SimpleNamespace(compress=zlib.compress, compressobj=lambda level: zlib.compressobj(LEVEL))
