"""填写文字和表二: table 2 and the texts are kept by unit and year, printed in the report, summed for the county."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest

from db import report_parts
from tests.pages.conftest import NARROW, TABLET, WIDE, Chromium, Site, reads_well, resize, text_of
from tests.reports.test_published import as_docx, as_text, as_word, as_xlsx, second
from workflow.annual import TABLE2, Parts

OWN, PAGE = "analyst@gx-zrzy", "/annual/parts"
SIZES = (WIDE, TABLET, NARROW)
FIGURES = {name: str(at) for at, name in enumerate(TABLE2, 1)} | {"charges": "12.5"}


def report(site: Site, query: str, who: str = OWN) -> str:
    return text_of(site.as_(who).get(f"/api/reports/annual?{query}&format=html").text)


def test_what_is_filled_in_is_kept_and_printed(site: Site) -> None:
    before = report(site, "year=2024&agency=gx-zrzy")
    assert before.count("（本部分由编制单位填写。）") == 2
    sent = site.as_(OWN).post(PAGE, {"year": "2024", **FIGURES, "problems": "说理不充分。\r\n更新不及时。", "measures": "开展培训。"})
    assert sent.status_code == 303
    page = site.as_(OWN).page(sent.headers["location"])
    assert "已保存" in page and 'value="12.5"' in page and "说理不充分。" in page
    told = report(site, "year=2024&agency=gx-zrzy")
    assert "（本部分由编制单位填写。）" not in told
    for word in ("行政规范性文件", "12.5", "说理不充分。", "更新不及时。", "开展培训。"):
        assert word in told
    again = site.as_(OWN).post(PAGE, {"year": "2024", **FIGURES, "charges": "0.25", "problems": "说理不充分。"})
    assert again.status_code == 303 and "0.25" in report(site, "year=2024&agency=gx-zrzy")


def test_a_county_is_told_that_it_makes_no_rules_and_may_keep_and_freeze_all_the_same(site: Site) -> None:
    """立法法 91, 93: on the form, where it is frozen, and by name where the county sums up; the figure is printed as it was typed."""
    zeros = dict.fromkeys(TABLE2, "0")
    site.as_(OWN).post(PAGE, {"year": "2018", **zeros, "norms_valid": "7"})
    assert "请核对表二" not in site.as_(OWN).page(f"{PAGE}?year=2018")
    wrong = {**zeros, "rules_valid": "3", "norms_made": "1", "norms_valid": "9"}
    sent = site.as_(OWN).post(PAGE, {"year": "2019", **wrong})
    page = text_of(site.as_(OWN).page(sent.headers["location"]))
    assert "已保存" in page and "县级人民政府和县级的部门、乡镇不能制定" in page and "应当是8件" in page
    assert "立法法" in text_of(site.as_(OWN).page("/annual/freeze?year=2019"))
    county = text_of(site.as_("analyst@gx-zfb").page("/annual/freeze?year=2019&whole=yes"))
    assert f"{site.office.agencies['gx-zrzy'].name}：“规章”不是0" in county
    assert re.search(r"规章\s*0\s*0\s*3\b", report(site, "year=2019&agency=gx-zrzy")), "printed as typed, in the published layout"
    assert re.search(r"规章\s*0\s*0\s*0\b", report(site, "year=2018&agency=gx-zrzy")), "and its noughts too"


def test_last_years_problems_stand_beside_what_became_of_them(site: Site) -> None:
    site.as_(OWN).post(PAGE, {"year": "2021", "problems": "去年的问题。"})
    assert "2021年报告所列的问题" in text_of(site.as_(OWN).page(f"{PAGE}?year=2022"))
    assert "去年的问题。" in site.as_(OWN).page(f"{PAGE}?year=2022")
    assert "报告所列的问题" not in site.as_(OWN).page(f"{PAGE}?year=2021")


def test_the_county_sums_what_its_units_filled_in_and_says_who_did_not(site: Site) -> None:
    for unit, licences in (("gx-zrzy", "7"), ("gx-rsj", "5")):
        site.as_(f"analyst@{unit}").post(PAGE, {"year": "2020", **FIGURES, "licences": licences, "charges": "0.1"})
    told = report(site, "year=2020", "analyst@gx-zfb")
    assert re.search(r"行政许可\s*12\b", told) and re.search(r"行政事业性收费\s*0\.2\b", told)
    assert "冠县住房和城乡建设局" in told.partition("没有填全")[2] or "还没有填全" in told


@pytest.mark.parametrize("form", [as_xlsx, as_docx, None])
def test_table_2_is_read_from_a_file_into_the_fields_and_kept_only_when_it_is_sent(site: Site, form: Any) -> None:
    typed = {"year": "2016", "problems": "写了一半。", "licences": "9", "read": "yes"}
    sent = {"files": {"report": ("表二", form(second()))}} if form else {}
    page = site.as_(OWN).post(PAGE, typed | ({} if form else {"pasted": as_text(second()).decode()}), **sent)
    assert page.status_code == 200 and "已读出表二，还没有保存" in page.text and "改写了已填的“行政许可”的“本年处理决定数量”" in page.text
    assert 'value="1320"' in page.text and 'value="125.36"' in page.text and "写了一半。" in page.text
    assert 'value="1320"' not in site.as_(OWN).page(f"{PAGE}?year=2016"), "nothing is kept yet"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "请选择文件，或者粘贴表二"), (b"\x00\x01", "。"), (as_docx([["别的"]]), "没有找到表二"), (b"%PDF-1.7", "这是PDF文件"),
        (as_word("<w:tbl/>", '<!DOCTYPE x [<!ENTITY a "b">]>'), "不能读取"), (as_word("<w:tbl>" + "<w:tr/>" * 6_000 + "</w:tbl>"), "行太多"),
        (as_xlsx([["2015年政府信息公开工作年度报告"], *second()]), "文件写的是2015年的年度报告，这里填写的是2016年"),
    ],
)  # fmt: skip
def test_a_file_without_table_2_is_refused_in_words_and_what_was_typed_stays(site: Site, data: bytes, told: str) -> None:
    fields = {"year": "2016", "problems": "写了一半。", "licences": "9", "read": "yes"}
    answer = site.as_(OWN).post(PAGE, fields, files={"report": ("表二", data)})
    assert answer.status_code == 400 and told in answer.text and "写了一半。" in answer.text and 'value="9"' in answer.text


def test_a_file_of_200_mb_is_refused_before_it_is_read(site: Site) -> None:
    sent = {"year": "2016", "read": "yes"}
    answer = site.as_(OWN).post(PAGE, sent, files={"report": ("报告.docx", b"PK\x03\x04" + bytes(200 * 1024 * 1024))})
    assert answer.status_code == 413 and "提交的内容太大" in text_of(answer.text)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"licences": "3.5"}, "应当是0或者正整数"), ({"charges": "一万"}, "以万元为单位"),
        ({"licences": "１２"}, "应当是0或者正整数"), ({"charges": "٣"}, "以万元为单位"), ({"measures": "改进\U00012003。"}, "U+12003"),
        ({"problems": "长" * 5001}, "最多5000字"), ({"rules_made": "-1"}, "应当是0或者正整数"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_typed_stays(site: Site, fields: dict[str, str], told: str) -> None:
    answer = site.as_(OWN).post(PAGE, {"year": "2019", "last": "留着的文字。", **fields})
    assert answer.status_code == 400 and told in answer.text and "留着的文字。" in answer.text
    assert next(iter(fields.values()))[:100] in answer.text
    assert "留着的文字。" not in site.as_(OWN).page(f"{PAGE}?year=2019"), "nothing of it was kept"


def test_a_report_that_cannot_be_made_is_told_on_a_page_to_a_browser_and_as_a_problem_to_a_program(site: Site) -> None:
    officer, kept = site.officers[OWN], Parts({}, {"problems": "旧系统留下的\U00012003。"})  # kept before texts were looked at
    site.office.database.write(lambda session: report_parts.keep(session, officer, 2018, kept, site.clock()))
    address, person = "/api/reports/annual?year=2018&agency=gx-zrzy&format=pdf", site.as_(OWN)
    page = person.http.get(address, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.status_code == 409 and page.headers["content-type"].startswith("text/html")
    assert "<h1>没有生成</h1>" in page.text and "U+12003" in page.text and "没有提交" not in page.text
    program = person.http.get(address, headers={"Accept": "application/json"})
    assert program.status_code == 409 and "U+12003" in program.json()["detail"]


def test_a_year_that_cannot_be_reported_and_people_who_may_not(site: Site) -> None:
    assert site.as_(OWN).post(PAGE, {"year": "2199"}).status_code == 400
    assert site.as_(OWN).get(f"{PAGE}?year=2199").status_code == 400
    assert site.as_("handler@gx-zrzy").get(PAGE).status_code == 403


def test_the_page_is_accessible_and_does_not_scroll_sideways(browser: Chromium) -> None:
    page = browser.window(OWN).go(f"{PAGE}?year=2024")
    reads_well(page, *SIZES)
    page.click("text=从文件读入表二")
    for size, letters in product(SIZES, ("", "gk-large")):  # 标准字, 大字
        resize(page, size)
        page.evaluate("letters => document.documentElement.className = letters", letters)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], letters
        ends = page.locator("label").evaluate_all("all => all.map(one => Math.ceil(one.getBoundingClientRect().right))")
        assert ends and max(ends) <= size[0], letters
