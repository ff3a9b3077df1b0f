"""The annual report as HTML, for word processors and site editors: they read no style sheet, so every table says what it looks like."""

from __future__ import annotations

from lxml import html as reader

from letters.reports import fitted, html
from tests.letters.reports import annual


def test_every_table_and_cell_says_its_borders_and_no_table_is_wider_than_the_page() -> None:
    page = reader.fromstring(html("annual", annual()))
    tables = page.findall(".//table")
    assert len(tables) >= 2
    for table in tables:
        assert (table.get("border"), table.get("width")) == ("1", "100%")
        assert all("border: 0.75pt solid" in cell.get("style") for cell in table.iter("td", "th"))
        assert all((one.get("align"), "margin-bottom: 0cm" in one.get("style")) in (("left", True), ("center", True)) for one in table.iter("p"))
    widths = [int(column.get("width")) for column in page.find(".//table[@class='one t3']").iter("col")]
    assert len(widths) == 10 and abs(sum(widths) - 612) < 5, "in pixels, which writers take"
    assert [one.tail for one in page.find(".//h1").iter("br")] == ["2026年政府信息公开工作年度报告", "（依申请公开部分）"]


def test_no_figure_of_a_table_breaks_and_every_column_has_its_share_of_the_page() -> None:
    """However many columns: the names next to what they would like, nothing narrower than what stands in it."""
    names = ["冠县自然资源和规划局", "冠县人力资源和社会保障局"]
    for many in (1, 3, 8, 14):
        fits = fitted([["单位", *["用时中位数"] * many], *([name, *["97.1%"] * many] for name in names)])
        assert len(fits.shares) == many + 1 and 99 < sum(fits.shares) < 101
        room = 102 if fits.small else 87
        assert all(share / 100 * room >= 5 * 1.25 for share in fits.shares[1:]), many
        assert fits.shares[0] == max(fits.shares)
    assert not fitted([["单位", "收到"], ["甲", 1]]).small and fitted([["单位", *["上年同期收到"] * 14], ["冠县自然资源和规划局", *[100] * 14]]).small


def test_the_printed_one_keeps_its_style_sheet_alone() -> None:
    assert "bordercolor" not in html("annual", annual(), printed=True)
