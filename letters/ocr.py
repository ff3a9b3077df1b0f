"""文字识别 (OCR): the lines of a page that is a picture, for the proposals of what might have to be covered (区分处理).

The engine is an optional extra (`ocr`): without it nothing is read, and the page says so. It works in the worker processes, page by
page. What it reads may be wrong or lack something: it only proposes, like the text of a PDF.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any
from unicodedata import east_asian_width

from PIL import Image

from letters.errors import LetterError
from letters.filled import Cut, Said, Written, said
from letters.marks import Line, Proposal, Sheet
from letters.sheets import opened
from workflow.personal import Veil

ENGINE = "rapidocr_onnxruntime"
DPI = 150
"""At which a page is read: print of 12 points is told at more than 99 of 100."""
MARGIN = 0.3
"""Millimetres that a proposal reaches beyond the letters, and a whole letter along the line: where each stands is reckoned, not seen."""
MOST_LINES = 2000
AROUND = 1.5
"""Millimetres around what was read that a cut-out shows."""
LEAST_SURE = 0.5
"""What is read with less is no proposal for a form."""
Box = tuple[Sequence[float], str, float]
"""The corners of a line (x and y, in dots, one after the other), its words, and how sure of them is what reads (0 to 1)."""


def is_there() -> bool:
    """Whether an engine is installed; it is not loaded."""
    return find_spec(ENGINE) is not None


@cache
def engine() -> Callable[[bytes], list[Box]] | None:
    """What reads a picture (PNG) as lines; None where none is installed."""
    if not is_there():
        return None
    from rapidocr_onnxruntime import RapidOCR

    reads: Any = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)  # the workers are the threads

    def lines(picture: bytes) -> list[Box]:
        found, _seconds = reads(picture)
        return [([side for corner in box for side in corner], str(text), float(score)) for box, text, score in found or ()]

    return lines


def read(data: bytes, media_type: str, n: int) -> tuple[Line, ...]:
    """The lines of one page, counted from 0; raises LetterError."""
    reads = _engine()
    with opened(data, media_type) as document:
        if not 0 <= n < document.count:
            raise LetterError("文件没有这一页")
        sheet, picture = document.sheet(n), document.draw(n, DPI)
        across, down = sheet.width / picture.width, sheet.height / picture.height
        return tuple(_line(corners, text, across, down) for corners, text, _ in reads(_png(picture))[:MOST_LINES] if text.strip())


def filled(data: bytes, media_type: str, n: int) -> tuple[Cut, ...]:
    """What one page, counted from 0, says of a request, each with its picture cut out of the page; raises LetterError."""
    reads = _engine()
    with opened(data, media_type) as document:
        if not 0 <= n < document.count:
            raise LetterError("文件没有这一页")
        sheet = document.sheet(n)
        picture = document.draw(n, DPI * max(1.0, sheet.width / sheet.height))  # what lies on its side is taken to be as wide as A4
        across, down = sheet.width / picture.width, sheet.height / picture.height
        written = [
            Written(text, tuple((x * across, y * down) for x, y in zip(corners[::2], corners[1::2], strict=True)), sure)
            for corners, text, sure in reads(_png(picture))[:MOST_LINES] if text.strip() and sure >= LEAST_SURE
        ]  # fmt: skip
        return tuple(Cut(one, _cut(picture, one, across, down)) for one in said(written, n + 1))


def _cut(picture: Image.Image, one: Said, across: float, down: float) -> bytes:
    """The part of the page on which it was read, upright: PNG."""
    place, more = one.place, AROUND
    box = ((place.left - more) / across, (place.top - more) / down, (place.left + place.width + more) / across,
           (place.top + place.height + more) / down)  # fmt: skip
    left, top, right, bottom = (round(side) for side in box)
    cut = picture.crop((max(0, left), max(0, top), min(picture.width, right), min(picture.height, bottom)))
    return _png((cut.rotate(-90 * one.turned, expand=True) if one.turned else cut).convert("L"), 6)


def _engine() -> Callable[[bytes], list[Box]]:
    reads = engine()
    if reads is None:
        raise LetterError("没有安装文字识别，不能识别扫描件的文字")
    return reads


def _png(picture: Image.Image, level: int = 1) -> bytes:
    file = io.BytesIO()
    (picture if level > 1 else picture.convert("RGB")).save(file, "PNG", compress_level=level)
    return file.getvalue()


def _line(corners: Sequence[float], text: str, across: float, down: float) -> Line:
    xs, ys = [x * across for x in corners[::2]], [y * down for y in corners[1::2]]
    return Line(text, round(min(xs), 1), round(min(ys), 1), round(max(xs) - min(xs), 1), round(max(ys) - min(ys), 1))


# ------------------------------------------------------------------ what might have to be covered


def proposals(lines: Iterable[Line], page: int, sheet: Sheet, veil: Veil) -> Iterator[Proposal]:
    """Numbers of people, and those of whom the file knows, in the lines of a page (counted from 1), with their places."""
    for line in lines:
        for kind, start, end in veil.found(line.text):
            yield _place(line, start, end, page, sheet, kind)


def _place(line: Line, start: int, end: int, page: int, sheet: Sheet, kind: str) -> Proposal:
    """Where a part of a line stands: letters are as wide as they usually are, down the page where the line is higher than wide."""
    widths = [2 if east_asian_width(one) in "WF" else 1 for one in line.text]
    total, before, upto = sum(widths), sum(widths[:start]), sum(widths[:end])
    first, last = max(0, before - 2) / total, min(total, upto + 2) / total  # one wide letter more at each end
    left, top, right, bottom = line.left, line.top, line.left + line.width, line.top + line.height
    if line.height > 1.5 * line.width and len(line.text) > 1:
        top, bottom = top + first * line.height, top + last * line.height
    else:
        left, right = left + first * line.width, left + last * line.width
    left, top = max(0.0, left - MARGIN), max(0.0, top - MARGIN)
    right, bottom = min(sheet.width, right + MARGIN), min(sheet.height, bottom + MARGIN)
    return Proposal(page, round(left, 1), round(top, 1), round(right - left, 1), round(bottom - top, 1), kind)
