"""The other forms that save themselves: 送达, 归档, 网上申请, analysis texts, letterheads, users."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.pages.conftest import NARROW, Chromium, Person, Site, axe, rest, site_of
from tests.pages.test_acts import form_at
from tests.pages.test_apply import Applicant, opened
from tests.pages.test_archive import ticked, withdrawn
from tests.pages.test_service import told

INTAKE, ARCHIVIST, HEAD = "intake@gx-zrzy", "archivist@gx-zrzy", "head@gx-zrzy"


@pytest.fixture(autouse=True)
def today(request: pytest.FixtureRequest) -> None:
    site_of(request).clock.set(date(2026, 11, 10))


def form_of(page: str, id: str) -> dict[str, Any]:
    assert f'id="{id}"' in page, page[:3000]
    return form_at(page.replace(f'id="{id}"', 'id="act"'))


def kept(person: Person, path: str, id: str, **typed: str) -> dict[str, Any]:
    """The form of a page with something typed in it, as it saved itself."""
    form = form_of(person.page(path), id) | {name.replace("__", "."): value for name, value in typed.items()}
    answer = person.post("/drafts", form | {"saves": form["kept_as"][0]})
    assert answer.status_code == 200, answer.text[:2000]
    return form


def late(person: Person, form: dict[str, Any]) -> int:
    return person.post("/drafts", form | {"saves": form["kept_as"][0]}).status_code


def test_numbers_that_were_scanned_come_back_with_their_rows_and_others_are_of_today(site: Site) -> None:
    (_, one), (_, two), person = told(site), told(site), site.as_(INTAKE)
    form = kept(person, "/service", "serving", **{f"number__{one}": "EM900CN", f"on__{one}": "2026年11月10日"})
    site.clock.set(date(2026, 11, 11))
    person = site.as_(INTAKE)
    page = person.page("/service")
    assert 'value="EM900CN"' in page and "取回了您" in page
    back = form_of(page, "serving")
    assert back[f"on.{one}"] == ["2026年11月10日"] and back[f"on.{two}"] == ["2026年11月11日"], "a day that nobody typed is no day of sending"
    assert person.post("/service?page=1", back).status_code == 303
    assert late(person, back) == 409 and late(person, form) == 409
    assert "EM900CN" not in person.page("/service")


def test_a_table_that_was_begun_is_given_up_by_a_button(site: Site) -> None:
    (_, one), person = told(site), site.as_(INTAKE)
    form = kept(person, "/service", "serving", **{f"number__{one}": "EM901CN"})
    assert person.post("/service?page=1", form | {"drop": "yes"}).status_code == 303
    assert late(person, form) == 409 and "EM901CN" not in person.page("/service")


def test_ticks_and_volumes_of_the_archive_come_back(site: Site) -> None:
    case, person = withdrawn(site), site.as_(ARCHIVIST)
    form = kept(person, "/archive", "archiving", tick=case.id, **{f"volume__{case.id}": "J12-2026-7"})
    page = person.page("/archive")
    assert 'value="J12-2026-7"' in page and re.search(rf'value="{case.id}"[^>]* checked', page)
    assert person.post("/archive", form | ticked(case)).status_code == 303
    assert late(person, form) == 409
    assert site.as_("handler@gx-zrzy").post("/drafts", form | {"saves": "/archive?page=1"}).status_code == 404


def test_confirming_and_declining_an_application_save_themselves_apart(site: Site) -> None:
    applicant = Applicant(opened(site))
    applicant.to_the_end("网上申请的红线图")
    person = site.as_(INTAKE)
    path = re.findall(r'href="(/intake/applications/[0-9a-f-]{36})"', person.page("/intake/applications"))[-1]
    confirming = kept(person, path, "confirm", received="2026年11月9日")
    declining = kept(person, path, "decline", note="打过三次电话")
    page = person.page(path)
    assert 'value="2026年11月9日"' in page and "打过三次电话" in page and "取回了您" in page
    assert person.post(f"{path}/decline", declining | {"reason": "duplicate"}).status_code == 303
    assert late(person, confirming) == late(person, declining) == 409
    assert site.as_("intake@gx-rsj").post("/drafts", {"saves": f"{path}/confirm", "received": "x"}).status_code == 404


def test_the_text_of_an_analysis_saves_itself(site: Site) -> None:
    person = site.as_(HEAD)
    path = "/analysis/print?from=2026-01-01&to=2026-11-10"
    first, second = (form_of(person.page(path), "report") for _ in range(2))
    texts = ["改过的第一段", *first["text"][1:]]
    own = first["kept_as"][0].replace("&amp;", "&")
    assert person.post("/drafts", first | {"saves": own, "text": texts}).status_code == 200
    assert "改过的第一段" in person.page(path)
    asked = person.post(path, second)
    assert asked.status_code == 409 and "另一个窗口" in asked.text, "not over what was written since"
    assert person.post(path, first | {"text": texts}).status_code == 303
    assert person.post(path, form_of(person.page(path), "report") | {"again": "yes"}).status_code == 303
    assert "改过的第一段" not in person.page(path)


def test_a_letterhead_saves_itself_and_tells_when_it_was_changed_since(site: Site) -> None:
    person, path = site.as_("admin"), "/admin/letterheads/gx-rsj"
    form = kept(person, path, "letterhead", office_hours="上午8点到12点（改到一半）")
    page = person.page(path)
    assert "改到一半" in page and "取回了您" in page and "由别人改过" not in page
    assert person.post("/drafts", form | {"saves": path, "seen": "another", "turn": "2", "office_hours": "改到一半"}).status_code == 200
    assert "由别人改过" in person.page(path)
    assert person.post(path, form | {"drop": "yes"}).status_code == 303
    assert late(person, form) == 409 and "改到一半" not in person.page(path)
    assert person.post("/drafts", form | {"saves": "/admin/letterheads/no-such"}).status_code == 404
    assert site.as_(HEAD).post("/drafts", form | {"saves": path}).status_code == 404


def test_a_wording_that_is_being_changed_comes_back_and_can_be_given_up(site: Site) -> None:
    person, path = site.as_("admin"), "/admin/wording/extension_notice"
    begun = unescape(form_of(person.page(path), "wording")["text"][0])
    form = kept(person, path, "wording", text=begun + "\n改到一半的一段。")
    page = person.page(path)
    assert "改到一半的一段" in page and "取回了您" in page and "放弃没有保存的修改" in page
    assert person.post(path, form | {"to": "drop"}).status_code == 303
    assert "改到一半的一段" not in person.page(path) and late(person, form) == 409
    form = kept(person, path, "wording", text=begun.replace("特此告知。", "特此告知您。"))
    assert person.post(path, form | {"to": "save"}).status_code == 303
    assert late(person, form) == 409 and "取回了您" not in person.page(path)
    assert person.post(path, form_of(person.page(path), "wording") | {"to": "remove"}).status_code == 303
    assert person.post("/drafts", form | {"saves": "/admin/wording/no.such"}).status_code == 404
    assert site.as_(HEAD).post("/drafts", form | {"saves": path}).status_code == 404


def test_why_a_request_is_returned_saves_itself(site: Site) -> None:
    head, case = site.as_(HEAD), site.place("handler@gx-zrzy", site.register(), "acceptance")
    asked = {"kind": "extension", "on": "2026-11-10", "days": 10, "reason": "共四十卷", "notified_on": "2026-11-10"}
    case = site.place("handler@gx-zrzy", case, "request", act=asked, reason="卷宗量大")
    path = f"/approvals/{case.id}/requests/{case.version}"
    form = kept(head, path, "decide", text="请写明还要几天（写到一半）")
    page = head.page(path)
    assert "写到一半" in page and "取回了您" in page
    assert head.post(path, form | {"do": "return"}).status_code == 303
    assert late(head, form) == 404, "it was answered"
    other = site.register("intake@gx-rsj")
    assert head.post("/drafts", form | {"saves": f"/approvals/{other.id}/requests/3"}).status_code == 404


def test_a_user_who_is_being_added_or_changed_comes_back(site: Site) -> None:
    person = site.as_("admin")
    new = kept(person, "/admin/users", "adding", username="new.one", name="样例新人")
    page = person.page("/admin/users")
    assert 'value="new.one"' in page and "样例新人" in page
    assert person.post("/admin/users", new | {"role": "handler", "agency": "gx-rsj"}).status_code == 200
    assert late(person, new) == 409
    path = f"/admin/users/{site.officers['analyst@gx-rsj'].id}"
    changed = kept(person, path, "changing", name="样例改名")
    assert "样例改名" in person.page(path)
    assert person.post(path, changed).status_code == 303 and late(person, changed) == 409


@pytest.mark.parametrize(
    ("who", "page", "path"), [("handler@gx-zrzy", "/account", "/account/phrases"), ("admin", "/admin/phrases", "/admin/phrases")]
)
def test_a_stock_sentence_that_is_being_written_comes_back(site: Site, who: str, page: str, path: str) -> None:
    person = site.as_(who)
    there = person.page(page)
    assert f'data-saves="{path}"' in there
    typed = {"window": f"w-{who}", "turn": "1", "place": "extension.reason", "about": "", "text": "卷宗数量大，需要逐卷查阅"}
    assert person.post("/drafts", typed | {"saves": path}).status_code == 200
    assert "卷宗数量大，需要逐卷查阅</textarea>" in person.page(page)
    assert person.post(path, typed | {"text": ""}).status_code == 400
    assert person.post(path, typed).status_code == 200
    assert "卷宗数量大，需要逐卷查阅</textarea>" not in person.page(page), "it is kept, and none is begun"


def test_they_save_themselves_in_a_browser_on_a_phone(browser: Chromium) -> None:
    case = withdrawn(browser.site)
    _, letter = told(browser.site)
    for who, path, field in (
        (INTAKE, "/service", f"[name='number.{letter}']"), (ARCHIVIST, "/archive", f"[name='volume.{case.id}']"),
        ("admin", "/admin/letterheads/gx-rsj", "[name=office_hours]"), ("admin", "/admin/users", "[name=username]"),
    ):  # fmt: skip
        page = browser.window(who, NARROW).hurry().go(path)
        page.fill(field, "写到一半")
        rest(page)
        expect(page.locator("#saved")).to_contain_text("已自动保存")
        page.reload()
        expect(page.locator(field)).to_have_value("写到一半")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        assert axe(page) == [], path
