"""我的查找: the filters of the list of files, kept under a name; one's own, sealed, and opened from the desk."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pytest

from db import saved_views
from tests.pages.conftest import NARROW, WIDE, Chromium, Person, Site, reads_well, site_of, text_of

HANDLER, HEAD = "handler@gx-zrzy", "head@gx-zrzy"


@pytest.fixture(autouse=True)
def today(request: pytest.FixtureRequest) -> None:
    site_of(request).clock.set(date(2026, 11, 10))


def keep(who: Person, name: str, query: str) -> str:
    answer = who.post("/cases/views", {"name": name, "query": query})
    assert answer.status_code == 303, answer.text
    return str(text_of(who.page(answer.headers["location"])))


def named(page: str) -> dict[str, str]:
    found = re.search(r'<section class="gk-panel[^"]*"[^>]*><header><h2>我的查找</h2>.*?</section>', page, re.S)
    return {name: unescape(href) for href, name in re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', found[0])} if found else {}


def test_filters_are_kept_opened_renamed_and_deleted(site: Site) -> None:
    handler, case = site.as_(HANDLER), site.register(wanted="第二十砖瓦厂整改方案")
    assert named(handler.page("/cases")) == {}
    form = handler.page("/cases?q=%E7%A0%96%E7%93%A6%E5%8E%82&state=registered&page=1")
    query = re.search(r'name="query" value="([^"]*)"', form)
    assert query is not None
    assert "已保存" in keep(handler, "待受理的砖瓦厂", unescape(query[1]))
    address = named(handler.page("/cases"))["待受理的砖瓦厂"]
    assert case.number in handler.page(address)
    assert named(handler.page("/desk")) == {"待受理的砖瓦厂": address}
    assert named(site.as_(HEAD).page("/desk")) == {}, "they are one's own"
    keep(handler, "待受理的砖瓦厂", "due=overdue")
    assert named(handler.page("/cases")) == {"待受理的砖瓦厂": "/cases?due=overdue"}, "of one name there is one"
    kept = re.search(r'name="drop" value="([^"]+)"', handler.page("/cases"))
    assert kept is not None
    assert site.as_(HEAD).post("/cases/views", {"drop": kept[1]}).headers["location"] == "/cases?saved=none"
    assert "已删除" in text_of(handler.page(handler.post("/cases/views", {"drop": kept[1]}).headers["location"]))
    assert named(handler.page("/cases")) == {}


def test_what_is_kept_is_no_person_no_other_address_and_sealed(site: Site) -> None:
    head = site.as_(HEAD)
    keep(head, "王某的", "q=11010519491231002X&state=handling&next=//evil.example&page=7")
    assert named(head.page("/cases")) == {"王某的": "/cases?state=handling"}
    with site.office.database.read() as session:
        row: Any = session.execute(saved_views.VIEW.select()).one()
    assert "王某" not in row.name
    assert "handling" not in row.query


@pytest.mark.parametrize(("name", "query", "said"), [
    ("", "state=handling", "请给这个查找起一个名称"), ("长" * 41, "state=handling", "最多40字"), ("全部", "", "先选几项条件"),
    ("别处", "http://evil.example/?a=b", "先选几项条件"), ("\U0003fffd", "state=handling", "请给这个查找起一个名称"),
    ("多", "&" * 5000, "先选几项条件"),
])  # fmt: skip
def test_what_cannot_be_kept_is_told(site: Site, name: str, query: str, said: str) -> None:
    assert said in keep(site.as_(HANDLER), name, query)


def test_they_are_not_too_many(site: Site) -> None:
    intake = site.as_("intake@gx-zrzy")
    for n in range(saved_views.MOST):
        keep(intake, f"第{n}个", "state=handling")
    assert "最多保存20个" in keep(intake, "再一个", "state=handling")


def test_they_read_at_both_sizes(browser: Chromium) -> None:
    keep(browser.site.as_(HEAD), "超期的", "due=overdue")
    window = browser.window(HEAD)
    for path in ("/cases?due=overdue", "/desk"):
        reads_well(window.go(path), WIDE, NARROW)
