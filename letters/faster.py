"""Two costs of WeasyPrint that letters need not pay: a fifth of the time of a letter, measured.

Private API of WeasyPrint and pydyf, as in `letters.lines`: the version is pinned.
"""

from __future__ import annotations

import io
import zlib
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import pydyf
from PIL import Image
from weasyprint.images import RasterImage

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


def install() -> None:
    """For this process, once."""
    RasterImage._get_png_data = staticmethod(_once)
    pydyf.zlib = SimpleNamespace(compress=zlib.compress, compressobj=lambda level: zlib.compressobj(LEVEL))
