"""The reports as .docx: A4, borders, merged cells as Word has them, no table wider than the page; and it is read again."""

from __future__ import annotations

import io
import zipfile

import pytest
from lxml import etree

from db import published
from letters.report_word import docx
from tests.letters.reports import ANALYSIS, annual

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def body() -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(docx("annual", annual()))) as file:
        return etree.fromstring(file.read("word/document.xml"))[0]


def test_every_line_of_a_table_is_as_wide_as_the_table_and_no_wider_than_the_page(body: etree._Element) -> None:
    size, margins = body.find(f"{W}sectPr/{W}pgSz"), body.find(f"{W}sectPr/{W}pgMar")
    across = int(size.get(f"{W}w")) - int(margins.get(f"{W}left")) - int(margins.get(f"{W}right"))
    tables = body.findall(f"{W}tbl")
    assert len(tables) == 4
    for table in tables:
        grid = [int(column.get(f"{W}w")) for column in table.iter(f"{W}gridCol")]
        assert sum(grid) <= across
        assert {side.get(f"{W}val") for side in table.find(f"{W}tblPr/{W}tblBorders")} == {"single"}
        for row in table.iter(f"{W}tr"):
            spans = [int(span.get(f"{W}val")) if (span := cell.find(f"{W}tcPr/{W}gridSpan")) is not None else 1 for cell in row.findall(f"{W}tc")]
            assert sum(spans) == len(grid)
            assert sum(int(cell.find(f"{W}tcPr/{W}tcW").get(f"{W}w")) for cell in row.findall(f"{W}tc")) == sum(grid)


def test_a_cell_that_goes_on_below_is_empty_there(body: etree._Element) -> None:
    merged = [cell for cell in body.iter(f"{W}tc") if (one := cell.find(f"{W}tcPr/{W}vMerge")) is not None and one.get(f"{W}val") is None]
    assert len(merged) >= 20
    assert not any("".join(cell.itertext()).strip() for cell in merged)


def test_what_is_written_is_there_and_is_read_again_as_published() -> None:
    data = docx("annual", annual())
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        text = "".join(etree.fromstring(file.read("word/document.xml")).itertext())
    for word in ("一、总体情况", "行政规范性文件", "上年指出的问题已经改进。", "六、其他需要报告的事项"):
        assert word in text
    assert data == docx("annual", annual()), "the same facts give the same bytes"
    assert published.read(data).table3["一"][-1] == 3511


# ------------------------------------------------------------------ the analysis

C, A = "{http://schemas.openxmlformats.org/drawingml/2006/chart}", "{http://schemas.openxmlformats.org/drawingml/2006/main}"
BARS = [["征地<补偿>", 7, 5], ["社保", 0, 2]]
CHARTED = {
    **ANALYSIS,
    "sections": [
        {**section, "charts": [{"key": f"c{n}", "title": "各主题新收（件）", "rows": BARS, "before": before, "upright": not n}]}
        for n, (section, before) in enumerate(zip(ANALYSIS["sections"][:2], ("上年同期", ""), strict=True))
    ],
}


def test_the_analysis_has_its_sentences_tables_and_charts_and_says_what_a_chart_shows() -> None:
    data = docx("analysis", CHARTED)
    assert data == docx("analysis", CHARTED)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        names = set(file.namelist())
        parts = {name: etree.fromstring(file.read(name)) for name in names}
    whole = parts["word/document.xml"]
    text = "".join(whole.itertext())
    assert "按期答复率88.8%" in text and "冠县自然资源和规划局" in text and "斜纹" not in text
    assert text.count("2026年11月24日") == 2, "of the span and of the signature, each in a line of its own"
    drawn = list(whole.iter(f"{C}chart"))
    assert len(drawn) == 2 and names >= {"word/charts/c0.xml", "word/charts/c1.xml"}
    targets = {one.get("Target") for one in parts["word/_rels/document.xml.rels"]}
    typed = {one.get("PartName") for one in parts["[Content_Types].xml"]}
    assert targets == {"charts/c0.xml", "charts/c1.xml", "footer.xml"} and {f"/word/{one}" for one in targets} <= typed
    described = [one.get("descr") for one in whole.iter() if one.tag.endswith("}docPr")]
    assert described == ["各主题新收（件）：征地<补偿>7，社保0"] * 2
    for name, series in (("c0", 2), ("c1", 1)):
        told = parts[f"word/charts/{name}.xml"]
        assert len(list(told.iter(f"{C}ser"))) == series
        assert [one.text for one in told.iter(f"{C}v")][:4] == ["本期", "征地<补偿>", "社保", "7"]
    rows = list(whole.iter(f"{W}tr"))
    assert sum(row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows) == 4, "the heading of each table stands on each of its pages"


def test_a_report_without_charts_names_none() -> None:
    with zipfile.ZipFile(io.BytesIO(docx("annual", annual()))) as file:
        names = ["[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/footer.xml", "word/_rels/document.xml.rels"]
        assert file.namelist() == names
        assert "PAGE" in file.read("word/footer.xml").decode(), "each page has its number"
