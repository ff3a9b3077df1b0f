"""A report as .docx, to be edited in Word or WPS: A4, every table with its borders and widths, the annual one in its published layout.

It is made from the same HTML as the page: headings, paragraphs, tables with merged cells, and charts, which Word draws itself.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from lxml import html as reader

from letters.charts import EDGE, HUE
from letters.reports import html

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_FILES: Mapping[str, str] = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/footer.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>{charts}</Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="document" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
}
_ACROSS = 9185
"""162 mm in twips: A4 without its margins."""
_PAGE = (
    '<w:sectPr><w:footerReference w:type="default" r:id="footer"/>'
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1701" w:right="1361" w:bottom="1587" w:left="1360" '
    'w:header="851" w:footer="992" w:gutter="0"/></w:sectPr>'
)
_OF_CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_A, _C = "http://schemas.openxmlformats.org/drawingml/2006/main", "http://schemas.openxmlformats.org/drawingml/2006/chart"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_TALL, _BAR = 2_340_000, 190_000
"""EMU: 65 mm for bars side by side; 5.3 mm for each bar of those one below the other."""
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
    "center": _Set(align="center", indent=False), "right": _Set(align="right", indent=False),
    "caption": _Set("楷体", 21, "center", indent=False),
    "note": _Set("楷体", 21, "left", indent=False), "cell": _Set("宋体", 20, "center", indent=False),
    "small": _Set("宋体", 18, "center", indent=False),
}  # fmt: skip


def docx(kind: str, facts: Mapping[str, Any]) -> bytes:
    """The report as a .docx; the same facts give the same bytes. Raises LetterError."""
    body = reader.fromstring(html(kind, facts, printed=True)).find("body")
    drawn = {chart["key"]: chart for section in facts.get("sections", ()) for chart in section.get("charts", ())}
    names = f'xmlns:w="{_W}" xmlns:r="{_R}" xmlns:wp="{_WP}" xmlns:a="{_A}" xmlns:c="{_C}"'
    document = f'<w:document {names}><w:body>{"".join(_blocks(body, drawn))}{_PAGE}</w:body></w:document>'
    types = "".join(f'<Override PartName="/word/charts/{key}.xml" ContentType="{_OF_CHART}"/>' for key in drawn)
    files = {name: text.replace("{charts}", types) for name, text in _FILES.items()}
    files |= {"word/document.xml": document, "word/footer.xml": _footer()}
    files |= {f"word/charts/{key}.xml": _chart(chart) for key, chart in drawn.items()}
    to = f'<Relationship Id="footer" Type="{_R}/footer" Target="footer.xml"/>'
    to += "".join(f'<Relationship Id="{key}" Type="{_R}/chart" Target="charts/{key}.xml"/>' for key in drawn)
    of_package = "http://schemas.openxmlformats.org/package/2006/relationships"
    files["word/_rels/document.xml.rels"] = f'<Relationships xmlns="{of_package}">{to}</Relationships>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in files.items():
            whole = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{text}'
            file.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), whole.encode(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _footer() -> str:
    """— 1 —, as the printed report has it."""
    face = f"<w:rPr>{_face('宋体', 28)}</w:rPr>"
    field = f'<w:fldSimple w:instr="PAGE"><w:r>{face}<w:t>1</w:t></w:r></w:fldSimple>'
    dashes = [f'<w:r>{face}<w:t xml:space="preserve">{dash}</w:t></w:r>' for dash in ("— ", " —")]
    return f'<w:ftr xmlns:w="{_W}"><w:p><w:pPr><w:jc w:val="center"/></w:pPr>{dashes[0]}{field}{dashes[1]}</w:p></w:ftr>'


def _face(name: str, size: int) -> str:
    face = quoteattr(name)
    return f'<w:rFonts w:ascii={face} w:hAnsi={face} w:eastAsia={face}/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'


def _blocks(body: Any, drawn: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for number, element in enumerate(body, 1):
        if element.tag == "table":
            yield _table(element)
            yield _paragraph("", _SETS["note"])
        elif element.tag == "figure":
            yield _drawing(number, drawn[element.get("title")])
            yield _paragraph(element.find("figcaption").text.partition("（斜纹")[0].partition("（竖线")[0], _SETS["caption"])
        elif element.tag in ("h1", "h2", "p"):
            classes = element.get("class", "").split()
            how = next((_SETS[one] for one in classes if one in _SETS), _SETS[element.tag])
            lines = _lines(element)
            keeps = {at for at in range(1, len(lines) + 1) if at < len(lines) or "above" in classes}
            yield from (_paragraph(line, how, keep=at in keeps, anew="own" in classes) for at, line in enumerate(lines, 1))


def _lines(element: Any) -> list[str]:
    """Each in a paragraph of its own: the parts of a title, and what stands before and after a break."""
    if parts := element.findall("div"):
        return [part.text_content() for part in parts]
    for line in element.findall("br"):
        line.tail = f"\u2028{line.tail or ''}"
    return str(element.text_content()).split("\u2028")


def _drawing(number: int, chart: Mapping[str, Any]) -> str:
    """A chart in a line of its own, as wide as the page; what it shows is said to whoever does not see it."""
    wide, tall = _ACROSS * 635, _TALL if chart["upright"] else 450_000 + _BAR * len(chart["rows"]) * (2 if chart["before"] else 1)
    said = quoteattr(f"{chart['title']}：" + "，".join(f"{label}{value}" for label, value, _ in chart["rows"]))
    of_chart = f'<a:graphicData uri="{_C}"><c:chart r:id={quoteattr(chart["key"])}/></a:graphicData>'
    inline = (
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{wide}" cy="{tall}"/>'
        f'<wp:docPr id="{number}" name={quoteattr(chart["title"])} descr={said}/><a:graphic>{of_chart}</a:graphic></wp:inline>'
    )
    return f'<w:p><w:pPr><w:keepNext/><w:jc w:val="center"/></w:pPr><w:r><w:drawing>{inline}</w:drawing></w:r></w:p>'


def _chart(chart: Mapping[str, Any]) -> str:
    """Bars of the span, and those of the one before beside them, with their numbers; one hue, no gridlines."""
    rows, upright = chart["rows"], chart["upright"]
    series = [("本期", 1, f'<a:solidFill><a:srgbClr val="{HUE[1:]}"/></a:solidFill>')]
    if chart["before"]:
        edge = f'<a:srgbClr val="{EDGE[1:]}"/>'
        hatch = f'<a:pattFill prst="wdUpDiag"><a:fgClr>{edge}</a:fgClr><a:bgClr><a:srgbClr val="FFFFFF"/></a:bgClr></a:pattFill>'
        series.append((chart["before"], 2, f'{hatch}<a:ln w="6350"><a:solidFill>{edge}</a:solidFill></a:ln>'))

    def points(kind: str, values: Sequence[Any]) -> str:
        told = "".join(f'<c:pt idx="{at}"><c:v>{escape(str(value))}</c:v></c:pt>' for at, value in enumerate(values))
        return f'<c:{kind}Lit><c:ptCount val="{len(values)}"/>{told}</c:{kind}Lit>'

    labels = (
        '<c:dLbls><c:spPr><a:noFill/></c:spPr><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>'
        '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
    )
    bars = "".join(
        f"<c:ser><c:idx val=\"{at}\"/><c:order val=\"{at}\"/><c:tx><c:v>{escape(title)}</c:v></c:tx><c:spPr>{fill}</c:spPr>"
        f"<c:invertIfNegative val=\"0\"/>{labels}<c:cat>{points('str', [row[0] for row in rows])}</c:cat>"
        f"<c:val>{points('num', [row[of] for row in rows])}</c:val></c:ser>"
        for at, (title, of, fill) in enumerate(series)
    )
    order, across, down = ("minMax", "b", "l") if upright else ("maxMin", "l", "t")
    axes = (
        f'<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="{order}"/></c:scaling><c:delete val="0"/><c:axPos val="{across}"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:crossAx val="2"/></c:catAx>'
        f'<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling><c:delete val="1"/>'
        f'<c:axPos val="{down}"/><c:numFmt formatCode="0" sourceLinked="0"/><c:crossAx val="1"/></c:valAx>'
    )
    legend = '<c:legend><c:legendPos val="t"/><c:overlay val="0"/></c:legend>' if chart["before"] else ""
    plot = (
        f'<c:barChart><c:barDir val="{"col" if upright else "bar"}"/><c:grouping val="clustered"/><c:varyColors val="0"/>{bars}'
        '<c:gapWidth val="60"/><c:axId val="1"/><c:axId val="2"/></c:barChart>'
    )
    text = '<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1000"><a:ea typeface="宋体"/></a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    whole = f"<c:autoTitleDeleted val=\"1\"/><c:plotArea><c:layout/>{plot}{axes}</c:plotArea>{legend}<c:plotVisOnly val=\"1\"/>"
    frame = "<c:spPr><a:ln><a:noFill/></a:ln></c:spPr>"
    names = f'xmlns:c="{_C}" xmlns:a="{_A}" xmlns:r="{_R}"'
    return f'<c:chartSpace {names}><c:roundedCorners val="0"/><c:chart>{whole}</c:chart>{frame}{text}</c:chartSpace>'


def _paragraph(text: str, how: _Set, *, keep: bool = False, anew: bool = False) -> str:
    level = "" if how.level is None else f'<w:outlineLvl w:val="{how.level}"/>'
    first = '<w:ind w:firstLineChars="200" w:firstLine="640"/>' if how.indent else ""
    run = f"<w:rPr>{_face(how.face, how.size)}</w:rPr>"
    said = f'<w:r>{run}<w:t xml:space="preserve">{escape(" ".join(text.split()))}</w:t></w:r>' if text.strip() else ""
    before = f'{"<w:keepNext/>" if keep or level else ""}{"<w:pageBreakBefore/>" if anew else ""}'
    return f'<w:p><w:pPr>{before}{first}<w:jc w:val="{how.align}"/>{level}</w:pPr>{said}</w:p>'


def _table(element: Any) -> str:
    """Merged cells as Word has them: across by gridSpan, down by vMerge with an empty cell on every further line."""
    rows = [list(row.iter("td", "th")) for row in element.iter("tr")]
    many = sum(int(cell.get("colspan", "1")) for cell in rows[0])
    classes = element.get("class", "").split()
    told = [float(width.rstrip("%")) for column in element.iter("col") if (width := column.get("width"))]
    shares = next((one for name, one in _SHARES.items() if name in classes), told or [1.0] * many)
    how = _SETS["small" if "small" in classes else "cell"]
    widths = [int(_ACROSS * share / sum(shares)) for share in shares]
    held: dict[int, tuple[int, int]] = {}  # column -> lines still to come, columns across
    heads = len(element.findall("thead/tr"))
    lines = "".join(_line(iter(cells), widths, held, how, head=at < heads) for at, cells in enumerate(rows))
    drawn = ("top", "left", "bottom", "right", "insideH", "insideV")
    sides = "".join(f'<w:{side} w:val="single" w:sz="6" w:space="0" w:color="000000"/>' for side in drawn)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    facts = f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/>'
    margins = '<w:tblCellMar><w:left w:w="40" w:type="dxa"/><w:right w:w="40" w:type="dxa"/></w:tblCellMar>'
    return f"<w:tbl><w:tblPr>{facts}{margins}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>"


def _line(cells: Iterator[Any], widths: Sequence[int], held: dict[int, tuple[int, int]], plain: _Set, *, head: bool = False) -> str:
    made, at = [], 0
    while at < len(widths):
        left, across = held.get(at, (0, 1))
        if left:
            held[at] = left - 1, across
            merge, text, how = "<w:vMerge/>", "", plain
        else:
            cell = next(cells, None)
            across = int(cell.get("colspan", "1")) if cell is not None else 1
            down = int(cell.get("rowspan", "1")) if cell is not None else 1
            held[at] = down - 1, across
            merge = '<w:vMerge w:val="restart"/>' if down > 1 else ""
            text = cell.text_content() if cell is not None else ""
            how = plain._replace(align="left") if cell is not None and "left" in cell.get("class", "") else plain
        span = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
        width = sum(widths[at : at + across])
        facts = f'<w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}<w:vAlign w:val="center"/>'
        made.append(f"<w:tc><w:tcPr>{facts}</w:tcPr>{_paragraph(text, how)}</w:tc>")
        at += across
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{''.join(made)}</w:tr>"
