"""与退回稿比较: a letter that comes back as .docx or as PDF (signed elsewhere), against what was issued.

Only words are compared, clause by clause: not how they are set, nor where a line or a paragraph ends. What is read was made
by others: it is read in a worker, within limits, and nothing of it is executed or fetched.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple, get_args

import pypdfium2
from lxml import etree

from letters import word
from letters.compare import Face, Op, Paragraph
from letters.contexts import LETTERS
from letters.contexts.parts import Context
from letters.errors import LetterError

PDF = "application/pdf"
TYPES: Mapping[str, str] = {word.MEDIA_TYPE: "docx", PDF: "pdf"}
MOST_BYTES = 20_000_000
"""Of the document in a .docx, unpacked."""
MOST_CHARACTERS = 300_000

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_GONE = {f"{_W}del", f"{_W}moveFrom", _FALLBACK}
"""What was taken out while changes were tracked, and what is there a second time for old programs."""
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_BLANK = re.compile(r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_PAGE_NUMBER = re.compile(r"(?m)^\s*—\s*\d+\s*—\s*$")
_CLAUSE = re.compile("[^，。；：、！？]*[，。；：、！？]+|[^，。；：、！？]+")
_FACES: Mapping[str, Face] = {"part": "subheading", **{face: face for face in get_args(Face)}}


class Token(NamedTuple):
    """A clause: its words without blanks, how it is shown, and the paragraph that it stands in."""

    key: str
    shown: str
    paragraph: int
    ends: bool = False
    """It is the last one of its line, paragraph or cell."""


def returned(kind: str, context: Context, data: bytes, media_type: str) -> list[Paragraph]:
    """The letter as issued, with what the file that came back lacks and adds. Raises LetterError: it cannot be read."""
    if TYPES.get(media_type) == "docx":
        came = words_of_docx(data)
    elif TYPES.get(media_type) == "pdf":
        came = words_of_pdf(data)
    else:
        raise LetterError("没有比较：只能与.docx或者PDF比较，请另存为这两种格式。")
    if not any(_key(text) for text in came):
        raise LetterError("没有比较：文件里没有文字，可能是扫描的图像。请用有文字的PDF或者.docx，扫描件请对照原件查看。")
    if sum(map(len, came)) > MOST_CHARACTERS:
        raise LetterError(f"没有比较：文件超过{MOST_CHARACTERS}字，不像是这份文书。请核对文件。")
    in_head = TYPES[media_type] == "docx" and LETTERS[kind].format == "official_letter"
    found = [one for one in word.blocks(kind, context) if not (in_head and one.face == "mark")]
    ours = list(_issued(found))
    ends, known = {one.key for one in ours if one.ends}, {one.key for one in ours}
    theirs = [
        Token(key, key, number)
        for number, text in enumerate(came)
        for clause in _CLAUSE.findall(text)
        for key in _split(_key(clause), ends, known)
    ]
    faces: list[Face] = ["row" if one.rows else _FACES.get(one.face, "text") for one in found for _ in one.rows or (one,)]
    return list(_told(faces, ours, theirs))


def _key(text: str) -> str:
    return _BLANK.sub("", text)


def _issued(found: Sequence[word.Block]) -> Iterator[Token]:
    """The clauses of the letter; a row of a table is one paragraph."""
    paragraphs = [row for one in found for row in (one.rows or ((word.Cell(tuple(one.text.split("\n"))),),))]
    for number, row in enumerate(paragraphs):
        for place, cell in enumerate(row):
            for line, text in enumerate(cell.lines):
                keys = [key for clause in _CLAUSE.findall(text) if (key := _key(clause))]
                for n, key in enumerate(keys):
                    begins = place and not line and not n
                    yield Token(key, "　" + key if begins else key, number, n == len(keys) - 1)


def _split(key: str, ends: set[str], known: set[str]) -> Iterator[str]:
    """A clause of the file; where a PDF does not say that a paragraph ended, what ends one of ours is cut off."""
    while key and key not in known:
        cut = max((end for end in ends if key.startswith(end) and end != key), key=len, default="")
        if not cut:
            break
        yield cut
        key = key[len(cut) :]
    if key:
        yield key


def _told(faces: Sequence[Face], ours: Sequence[Token], theirs: Sequence[Token]) -> Iterator[Paragraph]:
    """Paragraph by paragraph as issued; what is new among what stayed, or as a paragraph of its own."""
    runs: dict[int, list[tuple[Op, str]]] = {}
    new: dict[int, list[tuple[Op, str]]] = {}
    here = 0
    matcher = SequenceMatcher(None, [one.key for one in ours], [one.key for one in theirs], autojunk=False)
    found = matcher.get_opcodes()
    kept = {theirs[n].paragraph for op, _, _, j1, j2 in found if op == "equal" for n in range(j1, j2)}
    for op, i1, i2, j1, j2 in found:
        for token in ours[i1:i2]:
            here = token.paragraph
            runs.setdefault(here, []).append(("same" if op == "equal" else "del", token.shown))
        if op != "equal":
            for token in theirs[j1:j2]:
                (runs if token.paragraph in kept or i2 > i1 else new).setdefault(here, []).append(("ins", token.shown))
    for number, face in enumerate(faces):
        if number in runs:
            yield Paragraph(face, _joined(runs[number]))
        if number in new:
            yield Paragraph("text", _joined(new[number]))


def _joined(runs: Sequence[tuple[Op, str]]) -> list[tuple[Op, str]]:
    made: list[tuple[Op, str]] = []
    for op, text in runs:
        if made and made[-1][0] == op:
            made[-1] = (op, made[-1][1] + text)
        else:
            made.append((op, text))
    return made


# ------------------------------------------------------------------ reading


def words_of_docx(data: bytes) -> list[str]:
    """The paragraphs of a .docx, with tracked changes as if they were accepted. Raises LetterError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file, file.open("word/document.xml") as part:
            source = part.read(MOST_BYTES + 1)
        if len(source) > MOST_BYTES:
            raise LetterError("没有比较：文件展开以后太大。请核对文件。")
        reader = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        root = etree.fromstring(source, reader)
    except (KeyError, ValueError, OSError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError):
        raise LetterError("没有比较：文件不是完整的.docx，或者加了密码。请用Word、WPS另存一份再比较。") from None
    return ["".join(_runs(one)) for one in root.iter(f"{_W}p") if not any(above.tag in _GONE for above in one.iterancestors())]


def _runs(element: Any) -> Iterator[str]:
    """The text of a paragraph, without that of paragraphs within it (text boxes stand for themselves)."""
    for one in element:
        if one.tag in _GONE or one.tag == f"{_W}p":
            continue
        if one.tag == f"{_W}t":
            yield one.text or ""
        elif one.tag in _SIGNS:
            yield _SIGNS[one.tag]
        else:
            yield from _runs(one)


def words_of_pdf(data: bytes) -> list[str]:
    """The text of a PDF, page after page, without page numbers: one text, since a PDF knows no paragraphs. Raises LetterError."""
    try:
        with pypdfium2.PdfDocument(data) as document:
            pages = [page.get_textpage().get_text_range() for page in document]
    except pypdfium2.PdfiumError:
        raise LetterError("没有比较：文件不是完整的PDF，或者加了密码。请核对文件。") from None
    text = "\n".join(pages).replace("\r\n", "\n").replace("\ufffe", "-")
    return [_PAGE_NUMBER.sub("", text)]
