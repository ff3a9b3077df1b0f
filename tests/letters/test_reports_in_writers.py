"""The annual report as HTML, for word processors and site editors: they read no style sheet, so every table says what it looks like."""

from __future__ import annotations

from lxml import html as reader

from letters.reports import html
from tests.letters.reports import annual


def test_every_table_and_cell_says_its_borders_and_no_table_is_wider_than_the_page() -> None:
    page = reader.fromstring(html("annual", annual()))
    tables = page.findall(".//table")
    assert len(tables) >= 2
    for table in tables:
        assert (table.get("border"), table.get("width")) == ("1", "100%")
        assert all("border: 0.75pt solid" in cell.get("style") for cell in table.iter("td", "th"))
    widths = [int(column.get("width").rstrip("%")) for column in page.find(".//table[@class='one t3']").iter("col")]
    assert len(widths) == 10 and sum(widths) == 100


def test_the_printed_one_keeps_its_style_sheet_alone() -> None:
    assert "bordercolor" not in html("annual", annual(), printed=True)
