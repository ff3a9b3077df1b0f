"""Finding cases: by number, words and filters in the address; by person only in what is posted, never shown back."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import quote

import pytest

from db import finding, store
from db.counting import MANY
from db.finding import is_personal
from tests.pages.conftest import TABLET, WIDE, Chromium, Person, Site, axe, text_of
from workflow.case import Case

NUMBER, PHONE = "11010519491231002X", "13911112222"


def found(page: str) -> list[str]:
    return re.findall(r'<a class="t" href="/cases/([\w-]+)"', page)


@pytest.fixture(scope="module")
def two(site: Site) -> tuple[Case, Case]:
    """One of a person with a paper, one of a person with a phone alone; and some of others."""
    site.register(wanted="万善乡道路工程决算", applicant={"category": "natural_person", "name": "样例丁", "phone": "13800009999"})
    site.register("intake@gx-rsj", wanted="崇文街道征收补偿安置方案", applicant={"category": "natural_person", "name": "样例戊", "phone": PHONE})
    first = site.register(wanted="崇文街道2024年征收补偿安置方案")
    who = {"category": "natural_person", "name": "样例丙", "phone": PHONE}
    days = {"submitted_on": "2026-11-05", "received_on": "2026-11-06"}
    second = site.register(wanted="清泉街道棚改项目拆迁补偿明细", applicant=who, channel="online", **days)
    return first, second


def clerk(site: Site) -> Person:
    return site.as_("handler@gx-zrzy")


# ---------------------------------------------------------------- words and filters


def test_more_words_than_are_looked_for_are_told_and_none_is_dropped_in_silence(site: Site) -> None:
    first = site.register(wanted="一 二 三 四 五 六 七 八")
    eight, nine = "一 二 三 四 五 六 七 八", "一 二 三 四 五 六 七 八 九"
    assert clerk(site).get(f"/cases?q={quote(eight)}").status_code == 200
    answer = clerk(site).get(f"/cases?q={quote(nine)}")
    assert answer.status_code == 400
    assert "一次最多查8个词" in text_of(answer.text) and "前8个词" in text_of(answer.text)
    assert first.id in answer.text
    archived = site.as_("archivist@gx-zrzy").get(f"/archive?view=archived&q={quote(nine)}")
    assert archived.status_code == 400 and "一次最多查8个词" in text_of(archived.text)
    token = site.office.database.write(
        lambda s: store.new_token(s, site.officers["handler@gx-zrzy"].id, label="样例", at=site.clock(), expires_at=site.clock() + timedelta(days=1))
    )
    program = site.visitor(Authorization=f"Bearer {token}")
    assert program.get(f"/api/cases?q={quote(eight)}").status_code == 200
    refused = program.get(f"/api/cases?q={quote(nine)}")
    assert refused.status_code == 400
    assert [(one["field"], "一次最多查8个词" in one["message"]) for one in refused.json()["errors"]] == [("q", True)]


def test_of_more_than_a_thousand_it_is_said_that_they_are_more(site: Site, two: tuple[Case, Case], monkeypatch: pytest.MonkeyPatch) -> None:
    assert re.search(r"<p>\d+件</p>", clerk(site).page("/cases"))
    monkeypatch.setattr(finding, "many", lambda _session, _query: MANY)
    monkeypatch.setattr(finding, "PAGE", 1)
    page = clerk(site).page("/cases?page=2")
    assert "<p>超过1000件</p>" in page
    assert "第2页" in page
    assert "页，共" not in page



def test_words_numbers_and_filters_stand_in_the_address(site: Site, two: tuple[Case, Case]) -> None:
    first, second = two
    assert set(found(clerk(site).page("/cases"))) >= {first.id, second.id}
    assert found(clerk(site).page(f"/cases?q={quote('征收 崇文')}")) == [first.id]
    assert found(clerk(site).page(f"/cases?q={quote('征收 清泉')}")) == []
    serial = second.number.rpartition("〕")[2]
    assert second.id in found(clerk(site).page(f"/cases?q={quote(serial)}"))
    assert second.id in found(clerk(site).page(f"/cases?q={serial.removesuffix('号')}"))
    assert found(clerk(site).page("/cases?channel=online")) == [second.id]
    assert found(clerk(site).page("/cases?from=20261106&to=2026年11月6日")) == [second.id]
    page = clerk(site).page(f"/cases?q={quote('街道')}&state=registered&state=handling&channel=online")
    assert found(page) == [second.id]
    assert "<mark>街道</mark>" in page
    chosen = page.split('class="gk-chosen')[1].split("</div>")[0]
    assert chosen.count('class="gk-tag"') == 4
    without = re.findall(r'href="(/cases\?[^"]+)"', chosen)
    assert f"/cases?q={quote('街道')}&amp;state=registered&amp;state=handling" in without, "a tag takes itself away and nothing else"


def test_names_are_masked_and_other_units_are_not_found(site: Site, two: tuple[Case, Case]) -> None:
    page = clerk(site).page("/cases")
    assert "样*" in page
    assert "样例丙" not in page
    assert all("gx-rsj" not in one for one in found(page))
    county = site.as_("analyst@gx-zfb")
    everything = set(found(county.page("/cases")))
    ours = set(found(county.page("/cases?unit=gx-zrzy")))
    assert ours < everything
    assert set(found(clerk(site).page("/cases?unit=gx-rsj"))) == ours, "a unit that is not mine is no filter of mine"


# ---------------------------------------------------------------- people


@pytest.mark.parametrize("typed", [NUMBER, NUMBER.lower(), PHONE, " 139-1111-2222 ", "样例丙"])
def test_a_person_is_found_whole_and_never_shown_back(site: Site, two: tuple[Case, Case], typed: str) -> None:
    answer = clerk(site).post("/cases/find", {"q": typed})
    assert answer.status_code == 200, "answered at once: no address holds it"
    expected = two[0] if typed.upper() == NUMBER else two[1]
    assert expected.id in found(answer.text)
    assert typed.strip() not in text_of(answer.text)
    assert f'value="{typed.strip()}' not in answer.text
    assert "完整核对" in answer.text


@pytest.mark.parametrize("typed", [NUMBER[:-1], PHONE[:-1] + "3", PHONE[:8], "样例"])
def test_a_part_of_a_person_finds_nobody(site: Site, two: tuple[Case, Case], typed: str) -> None:
    answer = clerk(site).post("/cases/find", {"q": typed})
    assert not set(found(answer.text)) & {one.id for one in two}
    if answer.status_code == 303:
        assert is_personal(typed) is False


def test_only_the_units_own_people_are_found(site: Site, two: tuple[Case, Case]) -> None:
    there = site.as_("handler@gx-rsj").post("/cases/find", {"q": PHONE})
    assert two[1].id not in found(there.text)
    assert len(found(there.text)) == 1


def test_the_field_of_every_page_leads_on(site: Site, two: tuple[Case, Case]) -> None:
    exact = clerk(site).post("/cases/find", {"q": two[0].number})
    assert (exact.status_code, exact.headers["location"]) == (303, f"/cases/{two[0].id}")
    words = clerk(site).post("/cases/find", {"q": "  征收   补偿 "})
    assert (words.status_code, words.headers["location"]) == (303, "/cases?q=%E5%BE%81%E6%94%B6+%E8%A1%A5%E5%81%BF")
    assert 'action="/cases/find" method="post"' in clerk(site).page("/desk")
    assert clerk(site).post("/cases/find", {"q": "征收", "csrf": "x"}).status_code == 403


def test_a_number_typed_into_the_address_is_not_used(site: Site, two: tuple[Case, Case]) -> None:
    for typed in (NUMBER, PHONE):
        page = clerk(site).page(f"/cases?q={typed}")
        assert typed not in page
        assert "没有按它查找" in page


# ---------------------------------------------------------------- what is odd


def test_a_day_that_is_none_is_told_at_its_field(site: Site) -> None:
    answer = clerk(site).get("/cases?from=2026-02-30&q=%E5%BE%81%E6%94%B6")
    assert answer.status_code == 400
    assert 'value="2026-02-30"' in answer.text
    assert 'aria-describedby="e-from"' in answer.text
    assert 'value="征收"' in answer.text


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=%25_%25", "q=%27%22%3Cb%3E", "state=x&state=y", "page=99999", "page=-1", "page=x", "sort=x", "due=x", "topic=x", "unit=x",
     "q=" + "x" * 3000, "&".join(["state=handling"] * 50), "q=a&q=b", "from=99999999", "to=0000-00-00", "from=１２３"],
)  # fmt: skip
def test_odd_addresses_do_no_harm(site: Site, query: str) -> None:
    answer = clerk(site).get(f"/cases?{query}")
    assert answer.status_code in (200, 400, 414)
    assert "<b>" not in answer.text.replace("<b>公开</b>", "")
    assert site.as_("admin").get("/cases").status_code == 403


@pytest.mark.parametrize("size", [WIDE, TABLET])
def test_the_search_is_usable_by_everybody(browser: Chromium, size: tuple[int, int]) -> None:
    browser.site.register(wanted="崇文街道征收补偿安置方案")
    window = browser.window("handler@gx-zrzy", size)
    page = window.go("/desk")
    page.fill("#find", "征收")
    page.press("#find", "Enter")
    page.wait_for_url("**/cases?q=*")
    assert axe(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.fill("#find", NUMBER)
    page.press("#find", "Enter")
    page.wait_for_url("**/cases/find")
    assert NUMBER not in page.content()
    assert axe(page) == []


@pytest.mark.parametrize(
    "typed",
    ["110105 19491231 002X", "1101 0519 4912 3100 2x", "１１０１０５１９４９１２３１００２Ｘ", "110105-19491231-002X", "周文博 11010519491231002X",
     "证件号：110105 19491231 002X", "138 0000 0000", "电话13800000000", "someone@example.cn", "6222 0212 3456 7890 123"],
)  # fmt: skip
def test_a_number_of_a_person_never_gets_into_an_address_however_it_is_written(site: Site, typed: str) -> None:
    answer = site.as_("handler@gx-zrzy").post("/cases/find", {"q": typed})
    assert (answer.status_code, answer.headers.get("location")) == (200, None)
    assert typed not in answer.text


def test_a_number_among_words_finds_its_person(site: Site) -> None:
    case = site.register()
    said = site.as_("handler@gx-zrzy").post("/cases/find", {"q": "周某 110105 19491231 002X 的申请"})
    assert case.number in said.text


@pytest.mark.parametrize("typed", ["2026年11月24日规划图", "崇文街道2024年第三批次", "冠政发〔2024〕15号", "G2025-11至12标段"])
def test_dates_and_document_numbers_are_searched_by_an_address(site: Site, typed: str) -> None:
    assert site.as_("handler@gx-zrzy").post("/cases/find", {"q": typed}).status_code == 303


def test_the_next_page_begins_where_this_one_ends_whatever_comes_in_between(site: Site) -> None:
    mine = "清水镇道路照明"
    files = [site.register("intake@gx-rsj", wanted=f"{mine}{n}").id for n in range(2 * finding.PAGE + 5)]
    reader = site.as_("handler@gx-rsj")
    first = reader.page(f"/cases?q={quote(mine)}")
    late = site.register("intake@gx-rsj", wanted=f"{mine}之后").id
    second = reader.page(address(first, "next"))
    third = reader.page(address(second, "next"))
    assert found(first) + found(second) + found(third) == files[::-1], "each once, in order; what came since is on the first page"
    assert late not in first + second + third
    assert "第3页" in text_of(third) and 'rel="next"' not in third
    assert found(reader.page(address(third, "prev"))) == found(second)
    back = reader.page(address(second, "prev"))
    assert found(back)[:1] == [late] and "第1页" in text_of(back)
    for wrong in ("x", "2026-13-01.1.x", f"2026-11-02.{10**30}.{late}", "..", "2026-11-02.1."):
        assert found(reader.page(f"/cases?q={quote(mine)}&after={quote(wrong)}"))[:1] == [late]
        assert found(reader.page(f"/cases?q={quote(mine)}&before={quote(wrong)}"))[:1] == [late]


def address(page: str, rel: str) -> str:
    """Where 下一页 or 上一页 leads."""
    met = re.search(f'<a href="([^"]+)" rel="{rel}"', page)
    assert met
    return unescape(met[1])
