"""Forms that save themselves: nothing typed is lost, nothing comes back that was sent, nobody writes over another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from api.pages.acts import acts
from db import people
from tests.pages.conftest import PASSWORD, Chromium, Site, axe, later, text_of
from tests.pages.test_acts import fill, form_at, handled
from tests.pages.test_approvals import drafted
from tests.pages.test_consultations import address, asked
from workflow import acts as a
from workflow.case import Case

HANDLER, INTAKE, HEAD, LEGAL = (f"{role}@gx-zrzy" for role in ("handler", "intake", "head", "legal"))


def saved(page: Page) -> None:
    """The page has said that it saved itself since this was asked for."""
    expect(page.locator("#saved")).to_contain_text("已自动保存")


@contextmanager
def saving(page: Page, words: str) -> Iterator[None]:
    """What is typed within is saved, with these words in it (a save of the half may go before), and the page says so."""
    with page.expect_response(lambda one: one.url.endswith(("/drafts", "/intake/aside")) and quote(words) in (one.request.post_data or "")):
        yield
    expect(page.locator("#saved")).to_contain_text(re.compile("已(自动)?保存"))


def path_of(case: Case, kind: str) -> str:
    return f"/cases/{case.id}/acts/{kind}"


def drafts_of(site: Site, who: str, form: str) -> Any:
    with site.office.database.read() as session:
        return people.draft(session, site.officers[who].id, form)


# ---------------------------------------------------------------- in a browser


def places(site: Site) -> list[tuple[str, str, str]]:
    """Who writes where in which field."""
    case = handled(site)
    forms = [
        (HANDLER, path_of(case, kind), field)
        for kind, field in (("note", "#f-text"), ("search", "#f-method"), ("draft", "#f-remark"))
    ]
    return [
        *forms,
        (HEAD, f"/approvals/{drafted(site).id}", "#f-text"),
        (LEGAL, address(asked(site, handled(site))), "#f-text"),
    ]


def test_a_form_saves_itself_and_comes_back_saying_from_when_it_is(browser: Chromium) -> None:
    for who, path, field in places(browser.site):
        page = browser.window(who).go(path)
        page.fill(field, "写到一半的话")
        saved(page)
        page.close()
        page = browser.window(who).go(path)
        expect(page.locator(field)).to_have_value("写到一半的话")
        expect(page.locator("#saved")).to_have_text("取回了您09:00没有提交的内容")
        assert axe(page) == []


def test_what_was_typed_last_is_saved_when_one_leaves_the_page(browser: Chromium) -> None:
    case = handled(browser.site)
    page = browser.window(HANDLER).go(path_of(case, "note"))
    page.fill("#f-text", "转身就走")
    page.click("text=返回案件")
    page.wait_for_url(f"**/cases/{case.id}")
    page.wait_for_function("async path => (await (await fetch(path)).text()).includes('转身就走')", arg=path_of(case, "note"))
    page.go_back()
    expect(page.locator("#f-text")).to_have_value("转身就走")


def test_one_goes_back_to_a_form_that_came_back_with_what_is_wrong(browser: Chromium) -> None:
    case = handled(browser.site)
    page = browser.window(HANDLER).go(path_of(case, "search"))
    page.fill("#f-method", "按文号")
    page.click("button.btn-primary")
    expect(page.locator("#errors")).to_be_visible()
    saved(page)
    page.click("text=返回案件")
    page.wait_for_url(f"**/cases/{case.id}")
    page.go_back()
    expect(page.locator("#f-method")).to_have_value("按文号")


def test_what_was_sent_does_not_come_back(browser: Chromium) -> None:
    case = handled(browser.site)
    page = browser.window(HANDLER).go(path_of(case, "note"))
    page.fill("#f-text", "电话联系")
    saved(page)
    page.fill("#f-text", "电话联系，已说明")
    page.click("button.btn-primary")
    page.wait_for_url("**done=note")
    expect(browser.window(HANDLER).go(path_of(case, "note")).locator("#f-text")).to_have_value("")


def test_a_save_that_fails_says_so_and_an_ended_session_too(browser: Chromium) -> None:
    window = browser.window(HEAD)
    page = window.go(f"/approvals/{drafted(browser.site).id}")
    window.known.append("503")
    page.route("**/drafts", lambda route: route.fulfill(status=503))
    page.fill("#f-text", "一")
    expect(page.locator("#saved")).to_have_text("没有自动保存，过一会儿再试")
    page.unroute("**/drafts")
    later(browser.site, minutes=31)
    page.fill("#f-text", "一二")
    expect(page.locator("#saved")).to_contain_text("登录已经结束")


def test_half_typed_registrations_are_offered_each_by_itself_and_never_filled_in(browser: Chromium) -> None:
    window = browser.window(INTAKE)
    page = window.go("/intake")
    with saving(page, "第一位要的"):
        page.fill("#f-applicant-name", "周文博（样例）")
        page.fill("#f-wanted", "第一位要的")
    page.reload()
    expect(page.locator("#f-wanted")).to_have_value("第一位要的")
    window.go("/intake")
    expect(page.locator("#f-wanted")).to_have_value("")
    assert "周*" in page.inner_text("main") and "周文博" not in page.content()
    assert axe(page) == []
    page.fill("#f-wanted", "第二位要的")
    expect(page.locator("#saved")).to_contain_text("已保存")
    window.go("/intake")
    expect(page.locator("text=接着填")).to_have_count(2)
    page.locator("li:has-text('周*') a:has-text('接着填')").click()
    expect(page.locator("#f-wanted")).to_have_value("第一位要的")
    expect(page.locator("#saved")).to_contain_text("取回了您")
    window.go("/intake")
    for left in (1, 0):
        page.locator("button[name=drop]:has-text('删除')").first.click()
        expect(page.locator("text=接着填")).to_have_count(left)


def test_a_registration_cut_short_by_the_end_of_the_session_is_filled_in_again(browser: Chromium) -> None:
    window = browser.window(INTAKE)
    window.known.append("401")
    page = window.go("/intake")
    page.fill("#f-wanted", "登录到期以前写的")
    expect(page.locator("#saved")).to_contain_text("已保存")
    later(browser.site, minutes=31)
    page.fill("#f-applicant-name", "周文博（样例）")
    page.locator(".gk-sticky button.btn-primary").click()
    page.fill("#f-username", INTAKE)
    page.fill("#f-password", PASSWORD)
    page.click("button.btn-primary")
    expect(page.locator("#f-wanted")).to_have_value("登录到期以前写的")
    expect(page.locator("#f-applicant-name")).to_have_value("周文博（样例）")
    page.locator("button[name=drop]").click()
    expect(page.locator("#f-wanted")).to_have_value("")


def test_no_field_of_an_act_is_called_like_one_of_the_page() -> None:
    assert not [kind for kind, model in a.ACTS.items() if acts._FIELDS & set(model.model_fields)]


# ---------------------------------------------------------------- windows, colleagues, latecomers


def of(path: str, form: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return form | {"saves": path} | fields


def test_a_save_that_comes_after_its_form_was_sent_makes_no_draft(site: Site) -> None:
    case, person = handled(site), site.as_(HANDLER)
    path = path_of(case, "note")
    form = form_at(person.page(path)) | {"text": "写到一半"}
    assert person.post("/drafts", of(path, form)).text == "09:00已自动保存"
    assert person.post(path, form | {"text": "写完了"}).status_code == 303
    late = person.post("/drafts", of(path, form))
    assert late.status_code == 409 and "已经提交" in late.text
    assert drafts_of(site, HANDLER, path) is None and "写到一半" not in person.page(path)
    again = form_at(person.page(path)) | {"text": "下一次"}
    assert person.post("/drafts", of(path, again)).status_code == 200, "the next one saves itself as ever"
    assert "下一次" in person.page(path)


def test_of_a_draft_given_up_nothing_comes_back(site: Site) -> None:
    case, person = handled(site), site.as_(HANDLER)
    path = path_of(case, "note")
    form = form_at(person.page(path)) | {"text": "不要了"}
    person.post("/drafts", of(path, form))
    assert "放弃草稿" in person.page(path)
    assert person.post(path, form | {"drop": "yes"}).status_code == 303
    assert person.post("/drafts", of(path, form)).status_code == 409
    assert "不要了" not in person.page(path)


def test_another_window_does_not_write_over_what_was_written_since(site: Site) -> None:
    case, person = handled(site), site.as_(HANDLER)
    path = path_of(case, "note")
    first, second = (form_at(person.page(path)) for _ in range(2))
    person.post("/drafts", of(path, first, text="第一个窗口"))
    refused = person.post("/drafts", of(path, second, text="第二个窗口"))
    assert refused.status_code == 409 and "另一个窗口09:00" in refused.text
    assert drafts_of(site, HANDLER, path)[0]["text"] == ["第一个窗口"]
    third = form_at(person.page(path))
    assert (
        third["text"] == ["第一个窗口"]
        and person.post("/drafts", of(path, third, text="接着写")).status_code == 200
    )
    assert person.post("/drafts", of(path, first, text="旧的窗口")).status_code == 409
    assert person.post(path, second | {"text": "第二个窗口", "keep": "yes"}).status_code == 303, (
        "who asks for it keeps it"
    )
    assert "第二个窗口" in person.page(path)


def test_two_people_at_one_form_know_of_each_other_and_keep_what_is_theirs(site: Site) -> None:
    case = handled(site)
    path, handler, head = path_of(case, "note"), site.as_(HANDLER), site.as_(HEAD)
    handler.post("/drafts", of(path, form_at(handler.page(path)), text="承办人写的"))
    page = head.page(path)
    assert "赵思远（样例）也在填这张表，09:00保存，还没有提交" in text_of(page) and "承办人写的" not in page
    head.post("/drafts", of(path, form_at(page), text="负责人写的"))
    assert "承办人写的" in handler.page(path) and "负责人写的" in head.page(path)
    assert fill(site, HANDLER, case, "note").status_code == 303
    assert "也在填" not in head.page(path) and "负责人写的" in head.page(path)


@pytest.mark.parametrize(
    "address", ["", "/desk", "/cases/x/acts/note", "/account/password", "/intake", "x" * 500]
)
def test_other_addresses_keep_nothing(site: Site, address: str) -> None:
    assert site.as_(HANDLER).post("/drafts", {"saves": address, "text": "x"}).status_code == 400
    assert site.visitor().post("/drafts", {"saves": "/approvals/x", "text": "x"}).status_code in (303, 401, 403)
