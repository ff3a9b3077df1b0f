"""Letters as .docx, for who must edit one elsewhere (Word, WPS): the same words, set with the measures of GB/T 9704-2012.

The words come from the same HTML as the PDF. A .docx carries no seal and no signature: what is issued is the PDF, and a
file that anybody may change bears nothing that proves it; name and date stand as without a seal. The same context gives
the same bytes. The file (ISO/IEC 29500) is small enough to be written part by part, with nothing in it that is not used.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from lxml import html as parser

from letters.contexts import LETTERS
from letters.contexts.parts import Context
from letters.errors import LetterError
from letters.html import html
from letters.scripts import END_ISOLATE, ISOLATE
from letters.wording import breadth
from workflow.words import say_day

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CHARACTER, LINE = 156 / 28, 225 / 22
"""mm: 28 characters and 22 lines of 3号 (16 pt) fill 156 x 225 mm."""
PITCH = 579
"""A line in twips (1/20 pt): 22 of them are not more than 225 mm."""
CLOSER = -5
"""What a character of 16 pt gives up so that 28 of them fit into 156 mm, in twips."""
RED = "D7000F"
FANG, HEI, KAI, SONG, TITLE = "仿宋", "黑体", "楷体", "宋体", "方正小标宋简体"
"""Faces as Word and WPS call them."""


class Style(NamedTuple):
    """How a paragraph is set: face, size (pt), line (mm); indents in characters."""

    name: str
    face: str = FANG
    size: float = 16
    line: float = LINE
    align: str = "both"
    first: float = 0.0
    before: float = 0.0
    """mm above."""
    next_to: bool = False
    """It stays on the page of what follows."""
    level: int | None = None
    """Of a heading: how the outline has it."""


STYLES: Mapping[str, Style] = MappingProxyType(
    {
        "mark": Style("发文机关标志", TITLE, 41, line=14.5, align="center"),
        "title": Style("公文标题", TITLE, 22, align="center", next_to=True),
        "number": Style("发文字号", align="center"),
        "to": Style("主送机关", before=LINE, next_to=True),
        "text": Style("公文正文", first=2),
        "heading": Style("一级标题", HEI, first=2, next_to=True, level=0),
        "part": Style("二级标题", KAI, first=2, next_to=True, level=1),
        "small": Style("公文正文（小）", size=14, line=7.4, first=2),
        "below": Style("表下说明", size=14, line=7.6, first=2),
        "annex": Style("附件说明", next_to=True),
        "sign": Style("发文机关署名", align="right", next_to=True),
        "date": Style("成文日期", align="right"),
        "cell": Style("表格文字", size=14, line=7.2, align="left"),
        "fine": Style("表格文字（小）", size=12, line=6.4, align="left"),
        "imprint": Style("版记", size=14, line=9.2, align="left"),
        "page": Style("页码", SONG, 14, line=5),
    }
)


# ------------------------------------------------------------------ the words


class Cell(NamedTuple):
    """One cell of a table: its lines, how many columns it spans."""

    lines: tuple[str, ...]
    span: int = 1
    centered: bool = False
    tall: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, or one table (`rows`), as it stands in the letter. A line end in `text` is one in the paragraph."""

    face: str
    text: str = ""
    rows: tuple[tuple[Cell, ...], ...] = ()
    widths: tuple[float, ...] = ()
    head: int = 0
    """Of a table: how many of the first rows head its columns."""
    fine: bool = False
    first: bool = False
    """Of an annex: the one that begins with 附件：."""
    only: bool = False

    @property
    def lines(self) -> list[str]:
        """Its words: one text, or one for each row."""
        return [self.text] if not self.rows else ["　".join("".join(cell.lines) for cell in row) for row in self.rows]


def blocks(kind: str, context: Context) -> list[Block]:
    """The letter from head to slip; raises LetterError as the PDF would."""
    source = html(kind, context, dress="unsealed")
    body = parser.fromstring(source).find("body")
    assert body is not None  # every template has one
    found = [one for element in body for one in _blocks(element)]
    return [one for one in found if one.rows or one.text or one.face == "break"]


def _blocks(element: Any) -> Iterator[Block]:
    """Depth first; what has no block in it is a paragraph."""
    if not isinstance(element.tag, str):
        return
    names = (element.get("class") or "").split()
    if element.tag == "table":
        yield _table(element, "fine" in names)
    elif element.tag == "section" and "slip" in names:
        yield Block("break")
        for child in element:
            yield from _blocks(child)
    elif element.tag == "h1" or "mark" in names:
        yield Block("title" if element.tag == "h1" else "mark", "\n".join(_lines(element)))
    elif "imprint" in names:
        yield Block("imprint", "\t".join(_text(one) for one in element))
    elif any(child.tag in ("p", "div", "table", "h1", "h2", "h3", "section", "header") for child in element):
        for child in element:
            yield from _blocks(child)
    elif element.tag not in ("img", "colgroup"):
        yield _paragraph(element, names)


def _paragraph(element: Any, names: Sequence[str]) -> Block:
    around = {name for one in element.iterancestors() for name in (one.get("class") or "").split()}
    text = _text(element).strip(" ")
    if "annex" in around:
        parent = element.getparent()
        return Block("annex", text, first=element.getprevious() is None, only="one" in (parent.get("class") or "").split())
    if "unstamped" in around:
        return Block("date" if "date" in names else "sign", text)
    by_tag = {"h2": "heading", "h3": "part"}
    for face, holds in (
        ("to", "to" in names or "annex-mark" in names), ("number", "number" in names), ("part", "part" in names),
        (by_tag.get(element.tag, ""), element.tag in by_tag),
        ("below", "below" in around), ("small", "small" in around),
    ):  # fmt: skip
        if holds:
            return Block(face, text)
    return Block("text", text)


_NO_MARKS = str.maketrans("", "", ISOLATE + END_ISOLATE)
"""The program that opens the file sets words from right to left by itself."""


def _text(element: Any) -> str:
    """What stands in an element; <br> is a line end, white space of the source is none."""
    parts = [_squeezed(element.text)]
    for child in element:
        parts.append("\n" if child.tag == "br" else _text(child) if isinstance(child.tag, str) else "")
        parts.append(_squeezed(child.tail))
    return "".join(parts).translate(_NO_MARKS)


def _squeezed(text: str | None) -> str:
    return _BLANKS.sub(" ", text) if text and text.strip(" \n\t") else ""


_BLANKS = re.compile("[ \n\t]+")


def _lines(element: Any) -> list[str]:
    """The lines of a cell or a title: its divs, or the parts between <br>."""
    inside = [child for child in element if child.tag == "div"]
    texts = [_text(one) for one in inside] if inside else _text(element).split("\n")
    return texts if any(one.strip() for one in texts) else []


def _table(element: Any, fine: bool) -> Block:
    rows, head = [], 0
    for row in element.iter("tr"):
        head += row.getparent().tag == "thead"
        cells = []
        for cell in row:
            names = (cell.get("class") or "").split()
            cells.append(Cell(tuple(_lines(cell)), int(cell.get("colspan", "1")), cell.tag == "th" or "center" in names, "tall" in names))
        rows.append(tuple(cells))
    count = max(sum(cell.span for cell in row) for row in rows)
    columns = [float((one.get("style") or "").partition("width:")[2].strip(" %;") or 0) for one in element.iter("col")] or [0.0] * count
    rest = columns.count(0.0)
    shared = (100 - sum(columns)) / rest if rest else 0.0
    return Block("table", rows=tuple(rows), widths=tuple(one or shared for one in columns), head=head, fine=fine)


# ------------------------------------------------------------------ the file

_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_PARTS = {"styles": "styles", "settings": "settings", "odd": "footer", "even": "footer", "empty": "footer", "first": "footer", "head": "header"}
"""Part of the file beside the document -> what it is."""


def docx(kind: str, context: Context) -> bytes:
    """The letter as a .docx; raises LetterError."""
    if kind not in LETTERS:
        raise LetterError(f"没有“{kind}”这一种文书。")
    found, form = blocks(kind, context), LETTERS[kind].format
    marks = [one for one in found if one.face == "mark"]
    parts = {
        "styles": _styles(), "settings": "<w:settings {}><w:evenAndOddHeaders/></w:settings>",
        "odd": _footer(_page_number("right")), "even": _footer(_page_number("left")),
        "empty": _footer(_p("page", "")), "first": _footer(_p("page", "", border=_double("top", "thinThickSmallGap"), ind=_BEYOND)),
        "head": f"<w:hdr {{}}>{''.join(_letter_mark(one.text) for one in marks) or _p('page', '')}</w:hdr>",
    }  # fmt: skip
    document = f"<w:document {{}}><w:body>{''.join(_body(found, form))}</w:body></w:document>"
    return _packed({"document": document, **parts}, _core(LETTERS[kind].title, context))


def _body(found: Sequence[Block], form: str) -> Iterator[str]:
    names = [one.text for one in found if one.face == "sign"]
    across, slip = 156.0, False
    for number, one in enumerate(found):
        before = found[number - 1].face if number else ""
        if one.face == "break":  # the section that ends here is the letter
            yield f"<w:p><w:pPr>{_section(form)}</w:pPr></w:p>"
            across, slip = 160.0, True
        elif one.rows:
            yield _table_of(one, across)
        elif one.face == "mark":
            yield "" if form == "official_letter" else _mark(one.text)
        elif one.face == "imprint":
            yield _imprint(one.text)
        else:
            yield _paragraph_of(one, before, form, names)
    yield _section("slip" if slip else form)


def _paragraph_of(one: Block, before: str, form: str, names: Sequence[str]) -> str:
    style = STYLES[one.face]
    if one.face == "number" and form == "document":  # its red line, and two lines of room below
        return _p("number", one.text, border=_border({"bottom": ("single", 16, 6)}), spacing=_spacing(style, after=2 * LINE - 0.7))
    if one.face == "number" and form == "official_letter":
        return _p("number", one.text, spacing=_spacing(style, after=LINE), jc='<w:jc w:val="right"/>')
    if one.face == "to" and form == "plain":
        return _p("to", one.text, spacing=_spacing(style, before=0))
    if one.face == "annex":
        hang, left = (3, 5) if one.only else (4, 6) if one.first else (1, 6)
        return _p("annex", one.text, spacing=_spacing(style, before=LINE if one.first else 0), ind=_ind(-hang, left))
    if one.face in ("sign", "date"):
        right = _right(names, one)
        ind = f'<w:ind w:rightChars="{round(right * 100)}" w:right="{_twips(right * CHARACTER)}"/>'
        return _p(one.face, one.text, spacing=_spacing(style, before=LINE if one.face == "sign" and before != "sign" else 0), ind=ind)
    return _p(one.face, one.text)


def _right(names: Sequence[str], one: Block) -> float:
    """Characters to the right of name or date without a seal: the date begins two characters to the right of the name,
    and stands two from the edge if it is the longer one (GB/T 9704, 7.3.5.3).
    """
    name = max(map(breadth, names), default=0.0)
    if one.face == "date":
        return max(2.0, name - breadth(one.text))
    return max(2.0, 4.0 + breadth(say_day(date(2026, 11, 24))) - name)


def _mark(text: str) -> str:
    """发文机关标志 of 文件格式: red, its upper edge 35 mm below that of the type area."""
    lines = text.split("\n")
    made = []
    for number, line in enumerate(lines):
        size = min(41.0, 430 / max(breadth(line), 1))
        after = max(2 * LINE - 17.5 * (len(lines) - 1), 0) if number == len(lines) - 1 else 0
        before = _twips(33.3 if number == 0 else 3)
        spacing = f'<w:spacing w:before="{before}" w:after="{_twips(after)}" w:line="{round(size * 20)}" w:lineRule="exact"/>'
        made.append(_p("mark", line, spacing=spacing, run=_red(size)))
    return "".join(made)


def _letter_mark(text: str) -> str:
    """发文机关标志 of 信函格式: at the head of the first page, above a double red line."""
    lines = text.split("\n")
    made = []
    for number, line in enumerate(lines):
        size = min(36.0 if len(lines) == 1 else 26.0, 440 / max(breadth(line), 1))
        last = number == len(lines) - 1
        spacing = f'<w:spacing w:after="0" w:line="{round(size * 24)}" w:lineRule="exact"/>'
        border, ind = (_double("bottom", "thickThinSmallGap"), _BEYOND) if last else ("", "")
        made.append(_p("mark", line, border=border, spacing=spacing, ind=ind, run=_red(size)))
    return "".join(made)


def _red(size: float) -> str:
    return f'<w:color w:val="{RED}"/><w:sz w:val="{round(2 * size)}"/><w:szCs w:val="{round(2 * size)}"/>'


def _imprint(text: str) -> str:
    """版记: at the foot of the last page, between two lines."""
    wide = _twips(156)
    frame = f'<w:framePr w:w="{wide}" w:wrap="around" w:vAnchor="margin" w:hAnchor="margin" w:xAlign="center" w:yAlign="bottom"/>'
    border = _border({"top": ("single", 8, 1), "bottom": ("single", 8, 1)}, "000000")
    tabs = f'<w:tabs><w:tab w:val="right" w:pos="{wide - 280}"/></w:tabs>'
    return _p("imprint", text, frame=frame, border=border, tabs=tabs, ind='<w:ind w:left="280" w:right="280"/>')


def _page_number(side: str) -> str:
    """— 1 —, one character from the outer edge."""
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    facts = f'<w:pStyle w:val="page"/><w:ind w:{side}="280"/><w:jc w:val="{side}"/>'
    return f"<w:p><w:pPr>{facts}</w:pPr>{_r('— ')}{field}{_r(' —')}</w:p>"


def _footer(inside: str) -> str:
    return f"<w:ftr {{}}>{inside}</w:ftr>"


def _section(form: str) -> str:
    """The page of a letter of this format, or of what is sent back (`slip`): no number stands there."""
    top, right, bottom, left = (30, 25, 25, 25) if form == "slip" else (37, 26, 35, 28)
    feet = {"default": "empty", "even": "empty"} if form == "slip" else {"default": "odd", "even": "even"}
    first = form == "official_letter"
    refs = '<w:headerReference w:type="first" r:id="head"/>' if first else ""
    refs += "".join(f'<w:footerReference w:type="{kind}" r:id="{part}"/>' for kind, part in (feet | ({"first": "first"} if first else {})).items())
    margins = " ".join(f'w:{side}="{_twips(mm)}"' for side, mm in (("top", top), ("right", right), ("bottom", bottom), ("left", left)))
    grid = "" if form == "slip" else f'<w:docGrid w:type="lines" w:linePitch="{PITCH}"/>'
    return (
        f'<w:sectPr>{refs}<w:type w:val="nextPage"/><w:pgSz w:w="{_twips(210)}" w:h="{_twips(297)}"/>'
        f'<w:pgMar {margins} w:header="{_twips(28.5)}" w:footer="{_twips(23)}" w:gutter="0"/>{"<w:titlePg/>" if first else ""}{grid}</w:sectPr>'
    )


def _table_of(one: Block, across: float) -> str:
    widths = [_twips(across * part / 100) for part in one.widths]
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in sides)
    room = "".join(f'<w:{side} w:w="{_twips(mm)}" w:type="dxa"/>' for side, mm in zip(sides, (0.9, 1.2, 0.9, 1.2), strict=False))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = "".join(_row(cells, widths, "fine" if one.fine else "cell", heads=number < one.head) for number, cells in enumerate(one.rows))
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{lines}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{room}</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def _row(cells: Sequence[Cell], widths: Sequence[int], face: str, *, heads: bool) -> str:
    facts = "" if any(len(line) > 200 for cell in cells for line in cell.lines) else "<w:cantSplit/>"
    facts += f'<w:trHeight w:val="{_twips(26)}" w:hRule="atLeast"/>' if any(cell.tall for cell in cells) else ""
    facts += "<w:tblHeader/>" if heads else ""
    made, at = [], 0
    for cell in cells:
        span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
        width, at = sum(widths[at : at + cell.span]), at + cell.span
        inside = "".join(_p(face, text, jc='<w:jc w:val="center"/>' if cell.centered else "") for text in cell.lines or ("",))
        place = "top" if cell.tall else "center"
        made.append(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}<w:vAlign w:val="{place}"/></w:tcPr>{inside}</w:tc>')
    return f"<w:tr><w:trPr>{facts}</w:trPr>{''.join(made)}</w:tr>"


# ------------------------------------------------------------------ the parts of the format


def _p(
    face: str, text: str, *, frame: str = "", border: str = "", tabs: str = "", spacing: str = "", ind: str = "", jc: str = "", run: str = ""
) -> str:
    """One paragraph of a style, with what differs from it in the order that the schema wants."""
    return f'<w:p><w:pPr><w:pStyle w:val="{face}"/>{frame}{border}{tabs}{spacing}{ind}{jc}</w:pPr>{_r(text, run) if text else ""}</w:p>'


def _r(text: str, facts: str = "") -> str:
    """A run; the hint has “ ” — … set as Chinese marks. A line end is <w:br/>, a tab <w:tab/>."""
    inside = escape(text).replace("\n", '</w:t><w:br/><w:t xml:space="preserve">').replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
    return f'<w:r><w:rPr><w:rFonts w:hint="eastAsia"/>{facts}</w:rPr><w:t xml:space="preserve">{inside}</w:t></w:r>'


@cache
def _styles() -> str:
    faces = f'{_faces(FANG)}<w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
    made = [
        f"<w:docDefaults><w:rPrDefault><w:rPr>{faces}</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>",
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>',
    ]
    for face, one in STYLES.items():
        # Lines break as in the PDF: no mark hangs, figures stand close to their neighbours,
        # and every line has the height that is said here.
        facts = ("<w:keepNext/>" if one.next_to else "") + '<w:widowControl w:val="0"/>'
        facts += "".join(f'<w:{name} w:val="0"/>' for name in ("overflowPunct", "autoSpaceDE", "autoSpaceDN", "snapToGrid"))
        facts += _spacing(one) + (_ind(one.first, 0, one.size) if one.first else "") + f'<w:jc w:val="{one.align}"/>'
        facts += "" if one.level is None else f'<w:outlineLvl w:val="{one.level}"/>'
        closer = f'<w:spacing w:val="{CLOSER if one.size == 16 else 0}"/>'
        size = f'<w:sz w:val="{round(2 * one.size)}"/><w:szCs w:val="{round(2 * one.size)}"/>'
        made.append(
            f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{face}"><w:name w:val={quoteattr(one.name)}/><w:basedOn w:val="Normal"/>'
            f"<w:qFormat/><w:pPr>{facts}</w:pPr><w:rPr>{_faces(one.face)}{closer}{size}</w:rPr></w:style>"
        )
    return f"<w:styles {{}}>{''.join(made)}</w:styles>"


def _faces(face: str) -> str:
    """One face for all characters."""
    return f'<w:rFonts w:ascii="{face}" w:hAnsi="{face}" w:eastAsia="{face}" w:cs="{face}"/>'


def _spacing(style: Style, before: float | None = None, after: float = 0.0) -> str:
    """Room above and below (mm), and lines of one height: never higher than the grid."""
    line = PITCH if style.line == LINE else _twips(style.line)
    above = style.before if before is None else before
    return f'<w:spacing w:before="{_twips(above)}" w:after="{_twips(after)}" w:line="{line}" w:lineRule="exact"/>'


def _ind(first: float, left: float, size: float = 16) -> str:
    """First line and left, in characters; a first line that stands before the others hangs."""
    width = CHARACTER if size == 16 else size * 25.4 / 72
    name, many = ("firstLine", first) if first >= 0 else ("hanging", -first)
    facts = f'w:leftChars="{round(100 * left)}" w:left="{_twips(left * width)}" ' if left else ""
    return f'<w:ind {facts}w:{name}Chars="{round(100 * many)}" w:{name}="{_twips(many * width)}"/>'


def _border(sides: Mapping[str, tuple[str, int, int]], colour: str = RED) -> str:
    """Lines along a paragraph: side -> kind, width (1/8 pt), distance (pt)."""
    inside = "".join(
        f'<w:{side} w:val="{kind}" w:sz="{width}" w:space="{space}" w:color="{colour}"/>' for side, (kind, width, space) in sides.items()
    )
    return f"<w:pBdr>{inside}</w:pBdr>"


def _double(side: str, kind: str) -> str:
    """A double red line."""
    return _border({side: (kind, 24, 4)})


def _twips(mm: float) -> int:
    return round(mm / 25.4 * 1440)


_BEYOND = f'<w:ind w:left="{_twips(-8)}" w:right="{_twips(-6)}"/>'
"""170 mm: 7 mm beyond the type area on both sides of the middle of the page."""


def _core(title: str, context: Context) -> str:
    """What the file is called, of whom, and its date."""
    at = f'<dcterms:{{0}} xsi:type="dcterms:W3CDTF">{context.on.isoformat()}T00:00:00Z</dcterms:{{0}}>'
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{escape(title)}</dc:title>'
        f'<dc:creator>{escape(context.letterhead.name)}</dc:creator>{at.format("created")}{at.format("modified")}</cp:coreProperties>'
    )


def _packed(parts: Mapping[str, str], core: str) -> bytes:
    """The file, all of one date."""
    known = {"document": "document.main", **_PARTS}
    types = "".join(f'<Override PartName="/word/{name}.xml" ContentType="{_TYPES}{known[name]}+xml"/>' for name in parts)
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>{types}</Types>',
        "_rels/.rels": _relations(
            {
                "document": (f"{_RELATION}officeDocument", "word/document.xml"),
                "core": ("http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "docProps/core.xml"),
            }
        ),
        "word/_rels/document.xml.rels": _relations({name: (f"{_RELATION}{kind}", f"{name}.xml") for name, kind in _PARTS.items()}),
        "docProps/core.xml": core,
        # A brace of the text is no place for the namespaces: only the first one is.
        **{f"word/{name}.xml": text.replace("{}", _NAMESPACES, 1) for name, text in parts.items()},
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in files.items():
            file.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), (_DECLARED + text).encode(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _relations(found: Mapping[str, tuple[str, str]]) -> str:
    inside = "".join(f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>' for name, (kind, target) in found.items())
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'
