"""常用语: kept by an officer for himself and by the administrator for all, offered at the fields that they are for."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from playwright.sync_api import Locator, Page, expect

from api.pages.shared import phrases as shared
from db import people
from db import phrases as rows
from tests.pages.conftest import NARROW, WIDE, Chromium, Site, axe, text_of
from tests.pages.test_approvals import drafted
from workflow.case import Case

HANDLER, INTAKE, HEAD = (f"{role}@gx-zrzy" for role in ("handler", "intake", "head"))
NOWHERE = "经查阅档案室目录和办公系统，没有制作、获取过该信息。"
PERSONNEL = "该信息属于人事管理方面的内部事务信息。"


@pytest.fixture(autouse=True)
def today(request: pytest.FixtureRequest) -> None:
    if "site" in request.fixturenames:  # the browser has a program of its own, on one engine
        request.getfixturevalue("site").clock.set(date(2026, 11, 10))


def handled(site: Site) -> Case:
    return site.place(HANDLER, site.register(), "acceptance")


def keep(site: Site, who: str, place: str, text: str, about: str = "") -> None:
    path = "/admin/phrases" if who == "admin" else "/account/phrases"
    answer = site.as_(who).post(path, {"place": place, "text": text, "about": about})
    assert answer.status_code == 200, text_of(answer.text)
    assert "常用语已保存" in answer.text


def test_one_s_own_are_kept_offered_and_deleted(site: Site) -> None:
    keep(site, HANDLER, "draft.items.*.reason", NOWHERE, "not_existing")
    page = site.as_(HANDLER).page("/account")
    assert NOWHERE in page
    assert NOWHERE not in site.as_(INTAKE).page("/account"), "they are one's own"
    with site.office.database.read() as session:
        (kept,) = [one for one in rows.kept(session, site.officers[HANDLER].id) if one.text == NOWHERE]
    assert site.as_(INTAKE).post("/account/phrases", {"drop": kept.id}).status_code == 400
    assert site.as_("admin").post("/admin/phrases", {"drop": kept.id}).status_code == 400
    assert site.as_(HANDLER).post("/account/phrases", {"drop": kept.id}).status_code == 200
    assert NOWHERE not in site.as_(HANDLER).page("/account")
    again = site.as_(HANDLER).post("/account/phrases", {"drop": kept.id})
    assert again.status_code == 400
    assert "已经删除" in text_of(again.text)


def test_a_sentence_stands_at_its_field_and_for_its_outcome_and_ground(site: Site) -> None:
    keep(site, "admin", "draft.items.*.reason", NOWHERE, "not_existing")
    keep(site, "admin", "draft.items.*.reason", PERSONNEL, "internal_affairs/personnel")
    keep(site, "admin", "draft.items.*.reason", "经审查，情况如下：")
    keep(site, "admin", "extension.reason", "需要查阅的案卷数量较多。")
    person, path = site.as_(HANDLER), f"/cases/{handled(site).id}/acts/draft"

    def said(**fields: str) -> str:
        page = person.post(path, {**{f"items.0.{name}": value for name, value in fields.items()}, "items.0.item": "1", "redraw": "yes"})
        assert page.status_code == 200
        return text_of(page.text)

    assert NOWHERE in (none := said(outcome="not_existing"))
    assert PERSONNEL not in none
    assert "经审查，情况如下：" in none
    assert "需要查阅的案卷数量较多" not in none
    assert PERSONNEL in said(outcome="internal_affairs", ground="personnel")
    assert PERSONNEL not in said(outcome="internal_affairs")
    assert NOWHERE not in said(outcome="disclosed")
    assert "需要查阅的案卷数量较多" in site.as_(HEAD).page(f"/cases/{handled(site).id}/acts/extension")
    with site.office.database.read() as session:
        logged = [one for one in people.log_entries(session, limit=500) if one.what == "phrase"]
    assert [one.reason for one in logged] == ["增加"] * 4


def areas(page: str, name: str) -> list[str]:
    """What stands in the boxes of a field."""
    return [unescape(one) for one in re.findall(rf'<textarea[^>]* name="{re.escape(name)}"[^>]*>([^<]*)</textarea>', page)]


def test_without_a_script_a_sentence_is_put_behind_what_stands_in_the_field(site: Site) -> None:
    keep(site, INTAKE, "correction_notice.matters", "请提供身份证明。")
    keep(site, HANDLER, "draft.items.*.reason", NOWHERE, "not_existing")
    case = site.register()
    with site.office.database.read() as session:
        (matter,) = rows.kept(session, site.officers[INTAKE].id)
        reason = next(one for one in rows.kept(session, site.officers[HANDLER].id) if one.text == NOWHERE)
    page = site.as_(INTAKE).post(
        f"/cases/{case.id}/acts/correction_notice", {"matters": ["请写明年份。"], "days": "10", "phrase": f"{matter.id} matters"}
    ).text
    assert [one for one in areas(page, "matters") if one] == ["请写明年份。", "请提供身份证明。"]
    assert site.office.case(site.officers[INTAKE], case.id).case.version == case.version, "nothing is placed"
    path, fields = f"/cases/{handled(site).id}/acts/draft", {"items.0.item": "1", "items.0.outcome": "not_existing"}
    page = site.as_(HANDLER).post(path, {**fields, "items.0.reason": "查过了。\n", "phrase": f"{reason.id} items.0.reason"}).text
    assert areas(page, "items.0.reason") == ["查过了。" + NOWHERE]
    for chosen in ("", "x", f"{reason.id}", f"{reason.id} nothing.here", f"{matter.id} items.0.reason"):
        assert site.as_(HANDLER).post(path, {**fields, "items.0.reason": "查过了。", "phrase": chosen}).status_code == 200


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "请选择用在哪一栏"),
        ({"place": "note.remark", "text": "x"}, "请选择用在哪一栏"),
        ({"place": "extension.reason", "text": " "}, "请填写常用语"),
        ({"place": "extension.reason", "text": "长" * 1001}, "最多1000字，现在有1001字"),
        ({"place": "extension.reason", "text": "张\U0003fffd"}, "U+3FFFD"),
        ({"place": "extension.reason", "about": "not_existing", "text": "理由"}, "请改选不限"),
        ({"place": "draft.items.*.reason", "about": "nothing", "text": "理由"}, "没有这一种决定"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_typed_stays(site: Site, fields: dict[str, str], said: str) -> None:
    for who, path in ((HANDLER, "/account/phrases"), ("admin", "/admin/phrases")):
        answer = site.as_(who).post(path, fields)
        assert answer.status_code == 400
        assert said in text_of(answer.text)
        assert fields.get("text", "").strip() in answer.text


def test_the_same_twice_and_too_many_are_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(site, HEAD, "return.reason", "请写明检索的范围。")
    again = site.as_(HEAD).post("/account/phrases", {"place": "return.reason", "text": "请写明检索的范围。"})
    assert again.status_code == 400
    assert "已经有这一条" in text_of(again.text)
    monkeypatch.setitem(shared.MOST, True, 1)
    more = site.as_(HEAD).post("/account/phrases", {"place": "return.reason", "text": "请核对文号。"})
    assert more.status_code == 400
    assert "最多保存1条" in text_of(more.text)


def test_only_the_administrator_keeps_those_of_the_office(site: Site) -> None:
    assert site.as_(HEAD).get("/admin/phrases").status_code == 403
    assert site.as_(HEAD).post("/admin/phrases", {"place": "return.reason", "text": "x"}).status_code == 403
    assert site.as_("admin").post("/account/phrases", {"place": "return.reason", "text": "x"}).status_code == 403


def test_every_reason_of_an_act_has_its_place_and_no_words_of_others(site: Site) -> None:
    places = shared.places()
    for place in ("extension.reason", "return.reason", "draft.items.*.reason", "correction_notice.matters", "decision.overrides", "late_entry"):
        assert any(one.startswith(place) or place in one for one in places)
    assert not {"opinion.text", "reasons.text", "registration.wanted", "note.remark"} & places.keys()
    assert all(len(place) <= 80 for place in places)


# ---------------------------------------------------------------- in a browser


def menu_of(page: Page, summary: Locator, watched: str, size: tuple[int, int]) -> Locator:
    """The menu of 常用语, opened: it lies within the window and moves nothing of what is watched."""
    places = f"Array.from(document.querySelectorAll('{watched}')).map(one => JSON.stringify(one.getBoundingClientRect()))"
    before = page.evaluate(places)
    summary.click()
    menu = page.locator(".gk-stock[open] .gk-menu")
    box = menu.bounding_box()
    assert box is not None
    assert min(box["x"], box["y"]) >= 0
    assert box["x"] + box["width"] <= size[0]
    assert page.evaluate(places) == before
    return menu


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_choosing_moves_nothing_and_sends_nothing(browser: Chromium, size: tuple[int, int]) -> None:
    site = browser.site
    site.clock.set(date(2026, 11, 10))
    text = f"需要查阅的案卷数量较多，{size[0]}。"
    keep(site, HEAD, "extension.reason", text)
    case = handled(site)
    page = browser.window(HEAD, size).page
    page.goto(f"{site.url}/cases/{case.id}/acts/extension")
    page.fill("[name=reason]", "情况复杂。")
    summary = page.locator("#f-reason").locator("xpath=ancestor::div[contains(@class,'gk-f')][1]").locator("summary")
    menu = menu_of(page, summary, "#act input,#act textarea,.gk-sticky .btn,#act summary", size)
    assert axe(page) == []
    menu.get_by_text(text).click()
    expect(page.locator("[name=reason]")).to_have_value("情况复杂。" + text)
    expect(menu).to_be_hidden()
    expect(page.locator("[name=reason]")).to_be_focused()
    assert page.url.endswith("/acts/extension")
    summary.click()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_at_approval_they_are_offered_above_the_bar(browser: Chromium, size: tuple[int, int]) -> None:
    site = browser.site
    site.clock.set(date(2026, 11, 10))
    text = f"请补充检索的范围，{size[0]}。"
    keep(site, HEAD, "return.reason", text)
    case = drafted(site)
    page = browser.window(HEAD, size).page
    page.goto(f"{site.url}/approvals/{case.id}")
    menu = menu_of(page, page.locator(".gk-sticky .gk-stock summary"), ".gk-sticky .btn[name],.gk-sticky textarea", size)
    menu.get_by_text(text).click()
    expect(page.locator("#f-text")).to_have_value(text)
    assert site.office.case(site.officers[HEAD], case.id).case.version == case.version
    assert axe(page) == []


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_where_a_request_is_returned_they_go_into_its_own_field(browser: Chromium, size: tuple[int, int]) -> None:
    site = browser.site
    site.clock.set(date(2026, 11, 10))
    text = f"请先查清卷数，{size[0]}。"
    keep(site, HEAD, "return.reason", text)
    extension = {"kind": "extension", "on": "2026-11-10", "days": 10, "reason": "卷宗量大", "notified_on": "2026-11-10"}
    case = site.place(HANDLER, handled(site), "request", act=extension, reason="需要逐卷查阅")
    page = browser.window(HEAD, size).page
    page.goto(f"{site.url}/approvals/{case.id}/requests/3")
    menu = menu_of(page, page.locator("#decide .gk-stock summary"), ".gk-sticky .btn[name],.gk-sticky textarea", size)
    menu.get_by_text(text).click()
    expect(page.locator("#decide textarea")).to_have_value(text)
    assert axe(page) == []
