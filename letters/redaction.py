"""遮盖件 (条例 37): a copy of a document from which what is withheld is gone, not only covered.

Every page is drawn anew as a picture with the marks in black, and the copy is made of these pictures alone: no text, no metadata, no
earlier revision, no attached file of the original can be in it. It is read back and compared before it is given to anybody.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Sequence

import pydyf
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageDraw

from letters.errors import LetterError
from letters.marks import Mark, Proposal, Searched, Sheet
from letters.sheets import MM, POINTS, Document, opened
from workflow.personal import Veil

DPI = 200
"""Of the copy: small print stays legible, as on a fax at its best."""
MARGIN = 0.3
"""Millimetres that a proposal reaches beyond the letters."""
MOST_PROPOSALS = 500
MOST_BYTES = 20 * 1024 * 1024
DARK = 40
"""The lightest dot, of 255, that JPEG may leave within a mark."""


# ------------------------------------------------------------------ the copy


def redacted(data: bytes, media_type: str, marks: Sequence[Mark]) -> bytes:
    """The copy as a PDF of pictures, each as large as its page; raises LetterError."""
    with opened(data, media_type) as document:
        sheets = [document.sheet(n) for n in range(document.count)]
        for mark in marks:
            if not 1 <= mark.page <= document.count:
                raise LetterError(f"文件只有{document.count}页，没有第{mark.page}页")
        made, size = pydyf.PDF(), 0
        for n, sheet in enumerate(sheets):
            picture = document.draw(n, DPI)
            _blacken(picture, sheet, (mark for mark in marks if mark.page == n + 1))
            size += _add(made, picture, sheet)
            if size > MOST_BYTES:
                raise LetterError("遮盖件超过20MiB，不能存入。请把原件分成几份，分别遮盖")
    file = io.BytesIO()
    made.write(file, version=b"1.7", identifier=False, compress=False)
    copy = file.getvalue()
    _compare(copy, sheets, marks)
    return copy


def _blacken(picture: Image.Image, sheet: Sheet, marks: Iterable[Mark]) -> None:
    draw = ImageDraw.Draw(picture)
    for mark in marks:
        draw.rectangle(_dots(mark, sheet, picture.size), fill=0 if picture.mode == "L" else (0, 0, 0))


def _dots(mark: Mark, sheet: Sheet, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The corners of a mark in dots, widened to whole ones."""
    across, down = size[0] / sheet.width, size[1] / sheet.height
    left, top = int(mark.left * across), int(mark.top * down)
    right, bottom = -int(-(mark.left + mark.width) * across // 1), -int(-(mark.top + mark.height) * down // 1)
    return max(0, left), max(0, top), min(size[0] - 1, right), min(size[1] - 1, bottom)


def _add(made: pydyf.PDF, picture: Image.Image, sheet: Sheet) -> int:
    """A page that is this picture and nothing else; how many bytes it takes."""
    extra, packed = _packed(picture)
    image = pydyf.Stream([packed], extra={
        "Type": "/XObject", "Subtype": "/Image", "Width": picture.width, "Height": picture.height, "Interpolate": "true", **extra,
    })  # fmt: skip
    made.add_object(image)
    width, height = (round(side / MM * POINTS, 2) for side in (sheet.width, sheet.height))
    content = pydyf.Stream([f"{width} 0 0 {height} 0 0 cm /P Do".encode()])
    made.add_object(content)
    made.add_page(pydyf.Dictionary({
        "Type": "/Page", "Parent": made.pages.reference, "MediaBox": pydyf.Array([0, 0, width, height]),
        "Resources": pydyf.Dictionary({"XObject": pydyf.Dictionary({"P": image.reference})}), "Contents": content.reference,
    }))  # fmt: skip
    return len(packed)


def _packed(picture: Image.Image) -> tuple[dict[str, object], bytes]:
    """A picture as a PDF holds it: sixteen greys without loss, or JPEG, whichever is smaller."""
    found: list[tuple[dict[str, object], bytes]] = []
    if picture.mode == "L":
        found.append(({"ColorSpace": "/DeviceGray", "BitsPerComponent": 4, "Filter": "/FlateDecode"}, zlib.compress(_nibbles(picture), 6)))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=82)
    space = "/DeviceGray" if picture.mode == "L" else "/DeviceRGB"
    found.append(({"ColorSpace": space, "BitsPerComponent": 8, "Filter": "/DCTDecode"}, file.getvalue()))
    return min(found, key=lambda one: len(one[1]))


def _nibbles(picture: Image.Image) -> bytes:
    """Two dots a byte, each row filled up."""
    sixteen = picture.point([min(15, (shade + 8) // 17) for shade in range(256)])
    return Image.frombytes("P", picture.size, sixteen.tobytes()).tobytes("raw", "P;4")


def _compare(copy: bytes, sheets: Sequence[Sheet], marks: Sequence[Mark]) -> None:
    """What was made, read back: no text, no annotation, one picture a page, and black where a mark is. Raises LetterError."""
    with opened(copy, "application/pdf") as document:
        assert document.pdf is not None
        if document.count != len(sheets) or document.pdf.get_metadata_dict(skip_empty=True) or pdfium.FPDFDoc_GetAttachmentCount(document.pdf.raw):
            raise LetterError("遮盖件核对不符，没有生成。请联系管理员")
        for n, sheet in enumerate(sheets):
            page = document.pdf[n]
            kinds = [one.type for one in page.get_objects()]
            if page.get_textpage().count_chars() or kinds != [pdfium.FPDF_PAGEOBJ_IMAGE] or pdfium.FPDFPage_GetAnnotCount(page.raw):
                raise LetterError("遮盖件核对不符，没有生成。请联系管理员")
            here = [mark for mark in marks if mark.page == n + 1]
            if not here:
                continue
            picture = document.draw(n, DPI).convert("L")
            for mark in here:
                left, top, right, bottom = _dots(mark, sheet, picture.size)
                inner = picture.crop((left + 1, top + 1, max(left + 2, right), max(top + 2, bottom)))
                if any(inner.histogram()[DARK:]):
                    raise LetterError("遮盖件核对不符，没有生成。请联系管理员")


# ------------------------------------------------------------------ what might have to be covered


def proposals(data: bytes, media_type: str, veil: Veil) -> Searched:
    """Numbers of people, and those of whom the file knows, in the text of a PDF, with their places. A scan has no text."""
    with opened(data, media_type) as document:
        found, unread = list[Proposal](), list[int]()
        for n in range(document.count):
            words = document.pdf[n].get_textpage() if document.pdf is not None else None
            text, places = _text(words) if words is not None else ("", [])
            if words is None or not text.strip():
                unread.append(n + 1)
            elif len(found) < MOST_PROPOSALS:
                found += _on_page(document, n, veil, words, text, places)
        return Searched(tuple(found[:MOST_PROPOSALS]), tuple(unread))


def _on_page(
    document: Document, n: int, veil: Veil, words: pypdfium2.PdfTextPage, text: str, places: Sequence[int | None]
) -> Iterable[Proposal]:
    assert document.pdf is not None
    page, sheet = document.pdf[n], document.sheet(n)
    for kind, start, end in veil.found(text):
        for box in _lines(_box(page, words, sheet, at) for at in places[start:end] if at is not None):
            left, top = max(0.0, box[0] - MARGIN), max(0.0, box[1] - MARGIN)
            width, height = min(sheet.width, box[2] + MARGIN) - left, min(sheet.height, box[3] + MARGIN) - top
            if width > 0 and height > 0:
                yield Proposal(n + 1, round(left, 1), round(top, 1), round(width, 1), round(height, 1), kind)


def _text(words: pypdfium2.PdfTextPage) -> tuple[str, list[int | None]]:
    """The text of a page, and for each of its characters which one of the page it is."""
    text, places = list[str](), list[int | None]()
    for at in range(words.count_chars()):
        code = pdfium.FPDFText_GetUnicode(words.raw, at)
        character = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "
        text.append(character)
        places.append(None if character in "\r\n" else at)
    return "".join(text), places


Box = tuple[float, float, float, float]


def _box(page: pypdfium2.PdfPage, words: pypdfium2.PdfTextPage, sheet: Sheet, at: int) -> Box:
    """Where a character stands on the page as it is seen: millimetres from the upper left corner."""
    left, bottom, right, top = words.get_charbox(at, loose=True)
    corners = [_seen(page, sheet, x, y) for x, y in ((left, bottom), (right, top))]
    across, down = sorted(one[0] for one in corners), sorted(one[1] for one in corners)
    return across[0], down[0], across[1], down[1]


def _seen(page: pypdfium2.PdfPage, sheet: Sheet, x: float, y: float) -> tuple[float, float]:
    """A point of the page, turned and cropped as it is seen, in millimetres."""
    fine = 100  # the library counts whole dots
    to_x, to_y = pdfium.c_int(), pdfium.c_int()
    wide, high = int(sheet.width * fine), int(sheet.height * fine)
    pdfium.FPDF_PageToDevice(page.raw, 0, 0, wide, high, 0, x, y, to_x, to_y)
    return to_x.value / fine, to_y.value / fine


def _lines(boxes: Iterable[Box]) -> list[Box]:
    """One box for each line that the characters stand on, across or down the page."""
    found: list[Box] = []
    before: Box | None = None
    for box in boxes:
        if box[2] <= box[0] or box[3] <= box[1]:
            continue
        if before is not None and (_beside(before, box, 1) or _beside(before, box, 0)):
            last = found[-1]
            found[-1] = (min(last[0], box[0]), min(last[1], box[1]), max(last[2], box[2]), max(last[3], box[3]))
        else:
            found.append(box)
        before = box
    return found


def _beside(one: Box, other: Box, axis: int) -> bool:
    """Whether two neighbours share a line: level on one axis (1: across the page), and close on the other."""
    level = min(one[axis + 2], other[axis + 2]) - max(one[axis], other[axis])
    least = min(one[axis + 2] - one[axis], other[axis + 2] - other[axis])
    gap = max(one[1 - axis], other[1 - axis]) - min(one[3 - axis], other[3 - axis])
    return level > 0.6 * least and gap < 2 * max(one[3] - one[1], one[2] - one[0])
