"""印章图片: what may be a seal, and how it is laid under the text.

A picture is looked at when its letterhead is loaded or uploaded, never for the first time when a letter is printed that
was signed and numbered.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

MOST_BYTES = 1024 * 1024
FEWEST, MOST, NARROWEST = 200, 3000, 100
"""Dots of the longer side (a seal is printed 42 mm wide: 200 is 120 an inch), and of the shorter side at least."""
MOST_OBLONG = 2.0
"""Times the shorter side: what is longer is a strip of a scan, no seal."""
SHOWN = 600
"""Dots of the longer side in a letter: 360 an inch."""
_PNG = b"\x89PNG\r\n\x1a\n"
_OTHERS = {b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"BM": "BMP", b"II*\0": "TIFF", b"MM\0*": "TIFF", b"RIFF": "WebP", b"%PDF": "PDF"}
_BLANK = 250
"""From this grey on a dot is as white as the paper."""


def fault(data: bytes) -> str | None:
    """What is wrong with the picture of a seal, as the end of a sentence; None if it will do."""
    if len(data) > MOST_BYTES:
        return "超过1MB，请缩小以后再用"
    if not data.startswith(_PNG):
        other = next((name for magic, name in _OTHERS.items() if data.startswith(magic)), None)
        return f"其实是{other}文件，请另存为PNG图片" if other else "不是图片，请换一个PNG文件"
    from PIL import Image  # where there are letterheads to read, not wherever they are spoken of

    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            picture.verify()  # WeasyPrint, where it is loaded, has Pillow read pictures that are cut off
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            return _odd(picture) or _blank(picture)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return "不能读取，文件不完整或者已经损坏，请换一个完整的PNG文件"


def _odd(picture: Any) -> str | None:
    shorter, longer = sorted(picture.size)
    if getattr(picture, "n_frames", 1) > 1:
        return "是动画，请换一个静止的PNG图片"
    if longer < FEWEST or shorter < NARROWEST:
        return f"太小（{picture.width}×{picture.height}像素），印出来会模糊，长边至少{FEWEST}像素，短边至少{NARROWEST}像素"
    if longer > MOST:
        return f"太大（{picture.width}×{picture.height}像素），长边最多{MOST}像素，请缩小以后再用"
    if longer > MOST_OBLONG * shorter:
        return f"太扁长（{picture.width}×{picture.height}像素），请裁去印章以外的部分"
    return None


def _blank(picture: Any) -> str | None:
    darkest, _ = flat(picture).convert("L").getextrema()
    return "是空白的，请换一个有印章的图片" if darkest > _BLANK else None


def flat(picture: Any) -> Any:
    """The picture on white paper, in the three colours that the letter's own profile explains: without transparency."""
    from PIL import Image

    if picture.mode == "RGB" and "transparency" not in picture.info:
        return picture
    seen = picture.convert("RGBA")
    paper = Image.new("RGB", seen.size, (255, 255, 255))
    paper.paste(seen, mask=seen.getchannel("A"))
    return paper


@lru_cache(maxsize=32)
def for_print(data: bytes) -> bytes:
    """The PNG as it goes into a letter: flat (the seal lies under the text), and no finer than a press shows."""
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
        made = flat(picture)
        if made is picture and max(picture.size) <= SHOWN:
            return data
        if max(made.size) > SHOWN:
            made.load()
            made = made.copy()
            made.thumbnail((SHOWN, SHOWN), Image.Resampling.LANCZOS)
        file = io.BytesIO()
        made.save(file, "PNG", optimize=True)
    return file.getvalue()
