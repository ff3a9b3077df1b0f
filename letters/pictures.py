"""The pages of a PDF as pictures for the screen: what is looked at is the very file that is printed."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import pypdfium2
from PIL import Image

from letters.errors import LetterError
from letters.marks import Written

MOST_DPI = 300
RED = (215, 0, 15)
_SHADES = [(step * 17,) * 3 for step in range(16)]
_REDS = [tuple(255 - (255 - part) * step // 12 for part in RED) for step in range(1, 13)]
_DARK_REDS = [tuple(part * step // 5 for part in RED) for step in range(1, 5)]
COLOURS = Image.new("P", (1, 1))
"""A letter is black on white and one red: with 32 shades a picture is a quarter as large, and no eye sees a difference."""
COLOURS.putpalette([part for colour in (*_SHADES, *_REDS, *_DARK_REDS) for part in colour])


def pictures(pdf: bytes, dpi: int, most: int) -> list[bytes]:
    """The first `most` pages, each a PNG of `dpi` dots an inch."""
    try:
        with pypdfium2.PdfDocument(pdf) as document:
            return [_png(document[number], dpi) for number in range(min(len(document), most))]
    except pypdfium2.PdfiumError:
        raise LetterError("页面图像没有生成：文件不是完整的PDF。请重新生成文书。") from None


_FURNITURE = re.compile(r"预览稿.*|—\d+—")
"""What stands on every page, whatever it says: 预览稿, 未编号…; the number of the page."""
_LARGEST = 60
"""Points: what is larger is 预览 across the page, and no line of it."""


def written(pdf: bytes, most: int) -> list[list[Written]]:
    """What stands on the first `most` pages, line by line."""
    try:
        with pypdfium2.PdfDocument(pdf) as document:
            return [_lines(document[number]) for number in range(min(len(document), most))]
    except pypdfium2.PdfiumError:
        raise LetterError("页面图像没有生成：文件不是完整的PDF。请重新生成文书。") from None


def _lines(page: pypdfium2.PdfPage) -> list[Written]:
    (width, height), words, found = page.get_size(), page.get_textpage(), list[list[tuple[str, float, float, float, float]]]()
    for at in range(words.count_chars()):
        left, bottom, right, top = words.get_charbox(at, loose=True)
        character = words.get_text_range(at, 1)
        if not character.strip() or top - bottom > _LARGEST or right <= left:
            continue
        last = found[-1][-1] if found else None
        if last is None or left < last[1] or abs((top + bottom) - (last[3] + last[4])) > top - bottom:
            found.append([])
        found[-1].append((character, left, right, top, bottom))
    return [
        Written(
            "".join(one[0] for one in line), round(1000 * (height - max(one[3] for one in line)) / height),
            round(1000 * (max(one[3] for one in line) - min(one[4] for one in line)) / height),
            tuple(round(1000 * edge / width) for edge in (*(one[1] for one in line), line[-1][2])),
        )
        for line in found
        if not _FURNITURE.fullmatch("".join(one[0] for one in line))
    ]  # fmt: skip


def pages_of(data: bytes, media_type: str) -> int | None:
    """How many pages a paper has that is put away; None for what has none (tables, recordings) or cannot be opened."""
    try:
        if media_type == "application/pdf":
            with pypdfium2.PdfDocument(data) as document:
                return len(document) or None
        if media_type.startswith("image/"):
            with Image.open(io.BytesIO(data)) as picture:
                return int(getattr(picture, "n_frames", 1)) if picture.format in ("TIFF", "MPO", "GIF") else 1
    except (pypdfium2.PdfiumError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        pass
    return None


def bind(papers: Sequence[bytes]) -> bytes:
    """The papers as one PDF: before each that would begin on the back of another lies an empty page."""
    file = io.BytesIO()
    with pypdfium2.PdfDocument.new() as bound:
        for paper in papers:
            try:
                with pypdfium2.PdfDocument(paper) as document:
                    if len(bound) % 2:
                        bound.new_page(*document.get_page_size(0)).close()
                    bound.import_pages(document)
            except pypdfium2.PdfiumError:
                raise LetterError("合并打印没有生成：其中一份不是完整的PDF。请逐份打印。") from None
        bound.save(file)
    return file.getvalue()


def _png(page: pypdfium2.PdfPage, dpi: int) -> bytes:
    picture = page.render(scale=min(dpi, MOST_DPI) / 72, rev_byteorder=True).to_pil().convert("RGB")
    file = io.BytesIO()
    picture.quantize(palette=COLOURS, dither=Image.Dither.NONE).save(file, "PNG", dpi=(dpi, dpi))
    return file.getvalue()
