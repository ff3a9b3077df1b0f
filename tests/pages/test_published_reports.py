"""核对公布的报告 on the page: one's own report compared with the files, and units outside the system checked and summed."""

from __future__ import annotations

import re

import pytest

from letters.reports import html
from tests.letters.reports import annual as facts
from tests.pages.conftest import TABLET, WIDE, Chromium, Site, reads_well, text_of
from tests.reports.test_published import TABLE2, TABLE3, as_text, lines, second
from workflow import statistics as s

COUNTY, UNIT, PAGE = "analyst@gx-zfb", "analyst@gx-zrzy", "/annual/published"
PHONE = (390, 844)


def total(page: str, row: str) -> int:
    """收到（含结转） of a unit, as the list of units outside has it."""
    return int(re.search(rf"{row}.*?收到（含结转）(\d+)件", page, re.S)[1])  # type: ignore[index]


def test_ones_own_published_report_is_compared_cell_by_cell(site: Site) -> None:
    page = text_of(site.as_(UNIT).post(PAGE, {"what": "compare", "year": "2023", "pasted": as_text(lines()).decode()}).text)
    assert "本年新收政府信息公开申请数量" in page and "3402" in page and "格不同，0处不符" in page
    assert "系统外的单位" not in page, "who sums nothing up keeps nothing of others"
    empty = [[*line[:3], *[0] * (len(line) - 3)] if len(line) == 10 and isinstance(line[-1], int) else line for line in lines()[:-1]] + [[0] * 15]
    same = text_of(site.as_(UNIT).post(PAGE, {"what": "compare", "year": "2021", "pasted": as_text(empty).decode()}).text)
    assert "全部相符" in same and f"{25 * 7 + 15}格都与案卷相同" in same


def test_a_unit_outside_the_system_is_checked_and_summed_until_it_is_taken_away(site: Site) -> None:
    county, year = site.as_(COUNTY), "2026"  # as the file says
    before = text_of(county.page(f"/annual?year={year}"))
    assert "系统外" not in before
    sent = county.post(PAGE, {"what": "outside", "year": year, "name": "样例镇"}, files={"report": ("报告.html", html("annual", facts()).encode())})
    assert sent.status_code == 303
    page = county.page(sent.headers["location"])
    assert "已保存" in page and "勾稽相符" in page
    assert total(text_of(page), "样例镇") == TABLE3[s.NEW][-1] + TABLE3[s.CARRIED][-1]
    after = text_of(county.page(f"/annual?year={year}"))
    assert "系统外1个" in after and str(TABLE3[s.NEW][-1]) in after
    assert "系统外" not in text_of(site.as_(UNIT).page(f"/annual?year={year}"))
    rows = lines()
    rows[2][-1] = 61
    again = county.post(PAGE, {"what": "outside", "year": year, "name": "样例镇", "pasted": as_text(rows).decode()})
    page = county.page(again.headers["location"])
    assert "勾稽不符" in page and f"61≠{sum(TABLE3['一'][:-1])}" in page and page.count("样例镇") == 2
    assert "处不符" in text_of(county.page(f"/annual?year={year}")), "the sum does not add up either"
    known = re.search(r'name="id" value="([^"]+)"', page)[1]  # type: ignore[index]
    assert county.post(PAGE, {"what": "drop", "year": year, "id": known}).status_code == 303
    assert "系统外" not in text_of(county.page(f"/annual?year={year}"))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"what": "outside", "name": "样例镇"}, "请选择报告文件，或者粘贴表格"), ({"what": "outside", "pasted": "1"}, "请填写单位的名称"),
        ({"what": "outside", "name": "冠县自然资源和规划局", "pasted": "1"}, "不能重复计入"),
        ({"what": "outside", "name": "样例\U00012003镇", "pasted": "1"}, "U+12003"),
        ({"what": "compare", "pasted": "乱写"}, "表四应当有一行15个数字"),
        ({"what": "compare", "pasted": "1", "year": "2199"}, "2199年还没有到"), ({"what": "x", "pasted": "1"}, "请选择要办理的事项"),
        ({"what": "compare", "pasted": "1" * 200_001}, "粘贴的文字太多"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_typed_stays(site: Site, fields: dict[str, str], told: str) -> None:
    answer = site.as_(COUNTY).post(PAGE, {"year": "2023", **fields})
    assert answer.status_code == 400 and told in answer.text
    if len(fields.get("pasted", "")) > 1:
        assert fields["pasted"][:100] in answer.text


def test_a_report_of_another_year_is_not_kept_before_somebody_says_so(site: Site) -> None:
    county, file = site.as_(COUNTY), {"report": ("报告.html", html("annual", facts()).encode())}
    fields = {"what": "outside", "year": "2020", "name": "样例乡"}
    refused = county.post(PAGE, fields, files=file)
    assert refused.status_code == 400 and "文件写的是2026年的年度报告，选择的是2020年" in refused.text
    assert 'value="样例乡"' in refused.text and 'name="sure" value="2020"' in refused.text
    assert "系统外" not in text_of(county.page("/annual?year=2020"))
    assert county.post(PAGE, {**fields, "sure": "2021"}, files=file).status_code == 400, "that was said of another year"
    assert county.post(PAGE, {**fields, "what": "compare"}, files=file).status_code == 400
    assert county.post(PAGE, {**fields, "sure": "2020"}, files=file).status_code == 303
    assert "系统外1个" in text_of(county.page("/annual?year=2020"))


def test_table_2_of_a_unit_outside_is_summed_and_who_lacks_it_is_named(site: Site) -> None:
    county, year = site.as_(COUNTY), "2019"
    for name, rows in (("样例镇", [*second(), *lines()]), ("样例乡", lines())):
        assert county.post(PAGE, {"what": "outside", "year": year, "name": name, "pasted": as_text(rows).decode()}).status_code == 303
    listed = text_of(county.page(f"{PAGE}?year={year}"))
    assert listed.count("有表二") == 1 and listed.count("没有读出表二") == 1
    site.as_(UNIT).post("/annual/parts", {"year": year, **TABLE2, "licences": "7"})
    told = text_of(county.get(f"/api/reports/annual?year={year}&format=html").text)
    assert re.search(rf"行政许可\s*{1320 + 7}\b", told) and re.search(r"行政事业性收费\s*250\.72\b", told)
    assert "样例乡（系统外）" in told.partition("没有填全")[2] and "样例镇（系统外）" not in told.partition("没有填全")[2][:200]


def test_nobody_else_comes_here(site: Site) -> None:
    assert site.as_("handler@gx-zrzy").get(PAGE).status_code == 403
    assert site.as_("handler@gx-zrzy").post(PAGE, {"what": "drop", "year": "2023", "id": "x"}).status_code == 403
    kept = site.as_(UNIT).post(PAGE, {"what": "outside", "year": "2023", "name": "样例镇", "pasted": as_text(lines()).decode()})
    assert kept.status_code == 400, "only who sums up keeps tables of others"


def test_the_page_is_accessible_and_does_not_scroll_sideways(browser: Chromium) -> None:
    browser.site.as_(COUNTY).post(PAGE, {"what": "outside", "year": "2022", "name": "样例镇", "pasted": as_text(lines()).decode()})
    reads_well(browser.window(COUNTY).go(f"{PAGE}?year=2022"), WIDE, TABLET, PHONE)
