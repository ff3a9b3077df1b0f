"""The annual report as .docx, to be edited in Word or WPS: A4, the published layout, every table with its borders and widths.

It is made from the same HTML as the page: headings, paragraphs, tables with merged cells, and nothing else.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from lxml import html as reader

from letters.reports import html

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_FILES: Mapping[str, str] = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="document" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
}
_ACROSS = 9185
"""162 mm in twips: A4 without its margins."""
_PAGE = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1701" w:right="1361" w:bottom="1587" w:left="1360" '
    'w:header="851" w:footer="992" w:gutter="0"/></w:sectPr>'
)
_SHARES: Mapping[str, Sequence[float]] = {"t3": (9, 10, 32, 7, 7, 7, 7, 7, 7, 7)}


class _Set(NamedTuple):
    """How a paragraph is set: face, half points, alignment, room of two characters before the first line."""

    face: str = "仿宋"
    size: int = 32
    align: str = "both"
    indent: bool = True
    level: int | None = None


_SETS: Mapping[str, _Set] = {
    "h1": _Set("方正小标宋简体", 44, "center", indent=False, level=0), "h2": _Set("黑体", 32, "left", level=1), "p": _Set(),
    "note": _Set("楷体", 21, "left", indent=False), "cell": _Set("宋体", 20, "center", indent=False),
}  # fmt: skip


def docx(kind: str, facts: Mapping[str, Any]) -> bytes:
    """The report as a .docx; the same facts give the same bytes. Raises LetterError."""
    body = reader.fromstring(html(kind, facts, printed=True)).find("body")
    document = f'<w:document xmlns:w="{_W}"><w:body>{"".join(_blocks(body))}{_PAGE}</w:body></w:document>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in {**_FILES, "word/document.xml": document}.items():
            whole = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{text}'
            file.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), whole.encode(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _blocks(body: Any) -> Iterator[str]:
    for element in body:
        if element.tag == "table":
            yield _table(element)
            yield _paragraph("", _SETS["note"])
        elif element.tag in ("h1", "h2", "p"):
            lines = [line.text_content() for line in element.findall("div")] or [element.text_content()]
            yield from (_paragraph(line, _SETS["note" if "note" in element.get("class", "") else element.tag]) for line in lines)


def _paragraph(text: str, how: _Set) -> str:
    outline = "" if how.level is None else f'<w:keepNext/><w:outlineLvl w:val="{how.level}"/>'
    first = '<w:ind w:firstLineChars="200" w:firstLine="640"/>' if how.indent else ""
    face = quoteattr(how.face)
    run = f"<w:rPr><w:rFonts w:ascii={face} w:hAnsi={face} w:eastAsia={face}/><w:sz w:val=\"{how.size}\"/><w:szCs w:val=\"{how.size}\"/></w:rPr>"
    said = f'<w:r>{run}<w:t xml:space="preserve">{escape(" ".join(text.split()))}</w:t></w:r>' if text.strip() else ""
    keep, _, level = outline.partition("/>")
    return f'<w:p><w:pPr>{keep + "/>" if keep else ""}{first}<w:jc w:val="{how.align}"/>{level}</w:pPr>{said}</w:p>'


def _table(element: Any) -> str:
    """Merged cells as Word has them: across by gridSpan, down by vMerge with an empty cell on every further line."""
    rows = [list(row.iter("td", "th")) for row in element.iter("tr")]
    many = sum(int(cell.get("colspan", "1")) for cell in rows[0])
    shares = next((one for name, one in _SHARES.items() if name in element.get("class", "").split()), [1.0] * many)
    widths = [round(_ACROSS * share / sum(shares)) for share in shares]
    held: dict[int, tuple[int, int]] = {}  # column -> lines still to come, columns across
    lines = "".join(_line(iter(cells), widths, held) for cells in rows)
    drawn = ("top", "left", "bottom", "right", "insideH", "insideV")
    sides = "".join(f'<w:{side} w:val="single" w:sz="6" w:space="0" w:color="000000"/>' for side in drawn)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    facts = f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/>'
    margins = '<w:tblCellMar><w:left w:w="40" w:type="dxa"/><w:right w:w="40" w:type="dxa"/></w:tblCellMar>'
    return f"<w:tbl><w:tblPr>{facts}{margins}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>"


def _line(cells: Iterator[Any], widths: Sequence[int], held: dict[int, tuple[int, int]]) -> str:
    made, at = [], 0
    while at < len(widths):
        left, across = held.get(at, (0, 1))
        if left:
            held[at] = left - 1, across
            merge, text, how = "<w:vMerge/>", "", _SETS["cell"]
        else:
            cell = next(cells, None)
            across = int(cell.get("colspan", "1")) if cell is not None else 1
            down = int(cell.get("rowspan", "1")) if cell is not None else 1
            held[at] = down - 1, across
            merge = '<w:vMerge w:val="restart"/>' if down > 1 else ""
            text = cell.text_content() if cell is not None else ""
            how = _SETS["cell"]._replace(align="left") if cell is not None and "left" in cell.get("class", "") else _SETS["cell"]
        span = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
        width = sum(widths[at : at + across])
        facts = f'<w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}<w:vAlign w:val="center"/>'
        made.append(f"<w:tc><w:tcPr>{facts}</w:tcPr>{_paragraph(text, how)}</w:tc>")
        at += across
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(made)}</w:tr>"
