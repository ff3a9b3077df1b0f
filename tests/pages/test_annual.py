"""年度报告 on the page: every figure opens its cases, a broken identity tells which, a frozen year keeps its figures."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.pages.conftest import TABLET, WIDE, Chromium, Site, reads_well, resize, text_of
from workflow import statistics as s
from workflow.case import Case

ANALYST, HEAD = "analyst@gx-zrzy", "head@gx-zrzy"


def withdraw(site: Site, case: Case, agency: str = "gx-zrzy") -> Case:
    """Withdrawn by the applicant: the shortest lawful ending."""
    return site.place(f"handler@{agency}", case, "withdrawal")


@pytest.fixture(scope="module")
def cases(site: Site) -> list[Case]:
    """Three files of one unit and one of another, none ended."""
    found = [site.register() for _ in range(3)]
    return [*found, site.register("intake@gx-rsj")]


def cell(page: str, row: str, column: str) -> str | None:
    """The address behind a cell of the table, if it is a link."""
    for href in re.findall(r'href="(/annual\?[^"]+)"', page):
        plain = unescape(href)
        asked = parse_qs(urlsplit(plain).query)
        if asked.get("row") == [row] and asked.get("column") == [column]:
            return plain
    return None


def test_a_cell_opens_as_many_cases_as_it_counts_and_a_zero_opens_nothing(site: Site, cases: list[Case]) -> None:
    analyst = site.as_(ANALYST)
    page = analyst.page("/annual?year=2026")
    href = cell(page, s.NEW, "自然人")
    assert href is not None and cell(page, "三(三)1", "总计") is None
    shown = analyst.page(href)
    assert "自然人，3件" in shown
    for case in cases[:3]:
        assert case.number in shown
    assert cases[3].number not in shown, "another unit's"
    assert 'aria-current="true">3</a>' in shown


def test_the_county_adds_its_units_and_tells_who_has_not_reported(site: Site, cases: list[Case]) -> None:
    page = site.as_("analyst@gx-zfb").page("/annual?year=2026&row=%E4%B8%80")
    assert "待锁定4个" in text_of(page) and "总计，4件" in page
    own = site.as_("analyst@gx-zfb").page("/annual?year=2026&agency=gx-rsj&row=%E4%B8%80")
    assert cases[3].number in own and cases[0].number not in own


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("agency=gx-rsj", 404), ("year=abc", 400), ("year=2026&year=2025", 400), ("row=%3Cb%3E", 400), ("part=9", 400),
        ("column=%E8%87%AA%E7%84%B6%E4%BA%BA", 200), ("page=0", 400), ("nonsense=1", 400), ("check=carried", 200),
        ("year=" + "9" * 5000, 400),
    ],
)  # fmt: skip
def test_odd_questions_get_a_plain_answer(site: Site, query: str, status: int) -> None:
    assert site.as_(ANALYST).get(f"/annual?{query}").status_code == status


def test_the_downloads_work_with_the_session_of_the_page(site: Site, cases: list[Case]) -> None:
    analyst = site.as_(ANALYST)
    page = analyst.page("/annual?year=2026")
    hrefs = [unescape(one) for one in re.findall(r'href="(/api/reports/annual[^"]+)"', page)]
    assert len(hrefs) == 4
    starts = [analyst.get(href).content[:4] for href in hrefs]
    assert sorted(starts) == [b"%PDF", b"<!do", b"PK\x03\x04", b"PK\x03\x04"]


def test_only_the_head_and_the_analyst_freeze_and_a_reason_is_asked(site: Site) -> None:
    assert site.as_("handler@gx-zrzy").get("/annual/freeze?year=2026").status_code == 403
    assert "锁定年度" not in site.as_("handler@gx-zrzy").page("/annual?year=2026")
    head = site.as_(HEAD)
    refused = head.post("/annual/freeze", {"year": "2026", "reason": "  "})
    assert refused.status_code == 400 and "请写明锁定的理由" in refused.text
    assert head.post("/annual/freeze", {"year": "2099", "reason": "早"}).status_code == 400
    assert head.post("/annual/freeze", {"year": "x", "reason": "早"}).status_code == 400
    long = head.post("/annual/freeze", {"year": "2026", "reason": "长" * 2001})
    assert long.status_code == 400 and "长" * 2001 in long.text, "nothing typed is lost"


def test_a_frozen_year_keeps_its_figures_and_tells_what_moved_and_why(site: Site, cases: list[Case]) -> None:
    head = site.as_(HEAD)
    answer = head.post("/annual/freeze", {"year": "2026", "reason": "已报县政府办公室"})
    assert answer.status_code == 303
    done = head.page(answer.headers["location"])
    assert "已锁定" in done and "没有变化，锁定的数字与案卷一致" in done
    withdraw(site, cases[0])
    page = text_of(head.page("/annual?year=2026"))
    assert "总计：原0，现1" in page and "结转下年度继续办理：原3，现2" in page
    assert cases[0].number in page and "办理“" in page
    assert "已报县政府办公室" in page
    site.place("legal@gx-zrzy", cases[1], "remedy", type="litigation", body="冠县人民法院")
    page = text_of(head.page("/annual?year=2026"))
    assert cases[1].number in page and "表三不变；表四有变动" in page
    county = text_of(site.as_("analyst@gx-zfb").page("/annual?year=2026"))
    assert "已锁定1个，待锁定3个" in county


def test_a_broken_identity_is_told_and_opens_the_case_that_causes_it(site: Site) -> None:
    head = site.as_("head@gx-zjj")
    assert head.post("/annual/freeze", {"year": "2025", "reason": "已报"}).status_code == 303
    late = site.register("intake@gx-zjj", received_on="2025-12-30", submitted_on="2025-12-30")
    page = head.page("/annual?year=2026")
    assert "处不符" in page and "1≠0" in text_of(page)
    href = next(unescape(one) for one in re.findall(r'href="(/annual\?[^"]+)"', page) if "check=carried" in one)
    assert late.number in head.page(href)


def test_the_page_is_accessible_and_does_not_scroll_sideways(browser: Chromium) -> None:
    browser.site.register()
    window = browser.window("analyst@gx-zfb")
    for path in ("/annual?year=2026&row=%E4%B8%80", "/annual?part=4", "/annual?part=1", "/annual?part=6", "/annual/freeze?year=2026"):
        reads_well(window.go(path), WIDE, TABLET)
    window.go("/annual")
    for size in (WIDE, TABLET):
        resize(window.page, size)
        expect(window.page.locator("text=本年新收政府信息公开申请数量").first).to_be_visible()  # the table itself, in its own frame
