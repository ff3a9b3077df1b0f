"""Forms that save themselves: nothing typed is lost, nothing comes back that was sent, nobody writes over another."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from playwright.sync_api import Error, Page, expect

from api.office.office import SHANGHAI
from api.pages.acts import acts
from db import drafts, people
from tests.pages.conftest import PASSWORD, Chromium, Site, axe, later, rest, text_of, token_of
from tests.pages.test_acts import fill, form_at, handled
from tests.pages.test_approvals import drafted
from tests.pages.test_consultations import address, asked
from workflow import acts as a
from workflow.case import Case

HANDLER, INTAKE, HEAD, LEGAL = (f"{role}@gx-zrzy" for role in ("handler", "intake", "head", "legal"))


def oclock(site: Site) -> str:
    """What the clock shows: tests of one module share it, in whatever order they run."""
    return f"{site.clock().astimezone(SHANGHAI):%H:%M}"


def saved(page: Page) -> None:
    """One has rested from typing, and the page has said that it saved itself since this was asked for."""
    rest(page)
    expect(page.locator("#saved")).to_contain_text("已自动保存")


@contextmanager
def saving(page: Page, words: str) -> Iterator[None]:
    """What is typed within is saved, with these words in it (a save of the half may go before), and the page says so."""
    with page.expect_response(lambda one: one.url.endswith(("/drafts", "/intake/aside")) and quote(words) in (one.request.post_data or "")):
        yield
        rest(page)
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
        page = browser.window(who).hurry().go(path)
        page.fill(field, "写到一半的话")
        saved(page)
        page.close()
        page = browser.window(who).go(path)
        expect(page.locator(field)).to_have_value("写到一半的话")
        expect(page.locator("#saved")).to_have_text(f"取回了您{oclock(browser.site)}没有提交的内容")
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
    page = browser.window(HANDLER).hurry().go(path_of(case, "search"))
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
    page = browser.window(HANDLER).hurry().go(path_of(case, "note"))
    page.fill("#f-text", "电话联系")
    saved(page)
    page.fill("#f-text", "电话联系，已说明")
    page.click("button.btn-primary")
    page.wait_for_url("**done=note")
    expect(browser.window(HANDLER).go(path_of(case, "note")).locator("#f-text")).to_have_value("")


def test_a_save_that_fails_says_so_and_an_ended_session_too(browser: Chromium) -> None:
    window = browser.window(HEAD).hurry()
    page = window.go(f"/approvals/{drafted(browser.site).id}")
    window.known.append("503")
    page.route("**/drafts", lambda route: route.fulfill(status=503))
    page.fill("#f-text", "一")
    rest(page)
    expect(page.locator("#saved")).to_have_text("没有自动保存，过一会儿再试")
    page.unroute("**/drafts")
    later(browser.site, minutes=31)
    page.fill("#f-text", "一二")
    rest(page, 10)
    expect(page.locator("#saved")).to_contain_text("登录已经结束")


def test_half_typed_registrations_are_offered_each_by_itself_and_never_filled_in(browser: Chromium) -> None:
    window = browser.window(INTAKE).hurry()
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
    saved(page)
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
    window = browser.window(INTAKE).hurry()
    window.known.append("401")
    page = window.go("/intake")
    page.fill("#f-wanted", "登录到期以前写的")
    saved(page)
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
    assert person.post("/drafts", of(path, form)).text == f"{oclock(site)}已自动保存"
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
    assert refused.status_code == 409 and f"另一个窗口{oclock(site)}" in refused.text
    assert drafts_of(site, HANDLER, path)[0]["text"] == ["第一个窗口"]
    third = form_at(person.page(path))
    assert (
        third["text"] == ["第一个窗口"]
        and person.post("/drafts", of(path, third, text="接着写")).status_code == 200
    )
    assert person.post("/drafts", of(path, first, text="旧的窗口")).status_code == 409
    asked = person.post(path, second | {"text": "第二个窗口", "keep": "yes"})
    assert asked.status_code == 409 and f"您在另一个窗口{oclock(site)}写过这张表" in asked.text
    assert "第二个窗口" in form_at(asked.text)["text"] and "接着写" in asked.text, "both texts are at hand"
    assert drafts_of(site, HANDLER, path)[0]["text"] == ["接着写"]
    over = re.search(r'name="keep" value="([^"]+)">用本页的内容替换', asked.text)
    assert over and person.post(path, form_at(asked.text) | {"keep": over[1]}).status_code == 303, "who has seen it may"
    assert "第二个窗口" in person.page(path)
    person.post("/drafts", of(path, form_at(person.page(path)), text="又写了"))
    assert person.post(path, second | {"text": "第二个窗口", "keep": over[1]}).status_code == 409, "seen was another one"


def test_two_people_at_one_form_know_of_each_other_and_keep_what_is_theirs(site: Site) -> None:
    case = handled(site)
    path, handler, head = path_of(case, "note"), site.as_(HANDLER), site.as_(HEAD)
    handler.post("/drafts", of(path, form_at(handler.page(path)), text="承办人写的"))
    page = head.page(path)
    assert f"赵思远（样例）也在填这张表，{oclock(site)}保存，还没有提交" in text_of(page) and "承办人写的" not in page
    head.post("/drafts", of(path, form_at(page), text="负责人写的"))
    assert "承办人写的" in handler.page(path) and "负责人写的" in head.page(path)
    assert fill(site, HANDLER, case, "note").status_code == 303
    assert "也在填" not in head.page(path) and "负责人写的" in head.page(path)


@pytest.mark.parametrize(
    "address",
    ["", "/desk", "/cases/x/acts/note", "/account/password", "/intake", "/intake?draft=x", "/desk?other=x", "x" * 500],
)
def test_other_addresses_keep_nothing(site: Site, address: str) -> None:
    assert site.as_(HANDLER).post("/drafts", {"saves": address, "text": "x"}).status_code == 400
    assert site.visitor().post("/drafts", {"saves": "/approvals/x", "text": "x"}).status_code in (303, 401, 403)


def test_a_window_filled_from_a_draft_does_not_write_over_what_its_writer_wrote_on(site: Site) -> None:
    case, person = handled(site), site.as_(HANDLER)
    path = path_of(case, "note")
    first = form_at(person.page(path))
    person.post("/drafts", of(path, first, text="一", turn="1"))
    second = form_at(person.page(path))
    person.post("/drafts", of(path, first, text="一二", turn="2"))
    assert person.post("/drafts", of(path, second, text="一三", turn="1")).status_code == 409
    assert drafts_of(site, HANDLER, path)[0]["text"] == ["一二"]
    assert person.post("/drafts", of(path, first, text="一", turn="1")).status_code == 200, "overtaken on its way"
    assert drafts_of(site, HANDLER, path)[0]["text"] == ["一二"]


def test_after_the_second_sending_too_nothing_comes_back(site: Site) -> None:
    case, person = handled(site), site.as_(HANDLER)
    path = path_of(case, "note")
    first = form_at(person.page(path)) | {"text": "第一次"}
    assert person.post(path, first).status_code == 303
    second = form_at(person.page(path)) | {"text": "第二次"}
    person.post("/drafts", of(path, second))
    assert person.post(path, second).status_code == 303
    for late in (first, second):
        assert person.post("/drafts", of(path, late)).status_code == 409
        kept = person.post(path, late | {"keep": "yes"})
        assert kept.status_code == 409 and "已经提交" in kept.text
    assert drafts_of(site, HANDLER, path) is None
    assert person.post(path, second | {"text": "回头再写", "keep": "anew"}).status_code == 303, "who means it keeps it"
    assert "回头再写" in person.page(path)


def test_with_a_draft_that_was_taken_over_all_its_windows_end(site: Site) -> None:
    case, person = handled(site), site.as_(HANDLER)
    path, windows = path_of(case, "note"), list[Any]()
    for text in ("一", "一二", "一二三"):
        windows.append(form_at(person.page(path)) | {"text": text})
        assert person.post("/drafts", of(path, windows[-1])).status_code == 200
    assert person.post(path, form_at(person.page(path))).status_code == 303
    assert [person.post("/drafts", of(path, one)).status_code for one in windows] == [409] * 3
    assert drafts_of(site, HANDLER, path) is None


def test_what_another_window_wrote_stays_when_this_one_is_sent(site: Site) -> None:
    case, person = handled(site), site.as_(HANDLER)
    path = path_of(case, "note")
    first, second = (form_at(person.page(path)) for _ in range(2))
    person.post("/drafts", of(path, first, text="没有提交的"))
    assert person.post(path, second | {"text": "提交了的"}).status_code == 303
    assert "没有提交的" in person.page(path)


def test_a_form_carried_through_the_sign_in_does_not_write_over_what_is_newer(site: Site) -> None:
    case, person = handled(site), site.visitor()
    person.sign_in(HANDLER)
    path = path_of(case, "note")
    old = form_at(person.page(path)) | {"text": "到期的窗口写的"}
    new = form_at(person.page(path)) | {"text": "后来写的"}
    assert person.post("/drafts", of(path, new)).status_code == 200
    later(site, minutes=31)
    told = person.post(path, old)
    assert told.status_code == 401
    person.csrf = token_of(told.text)
    carried = {f"kept.{name}": value for name, value in old.items()}
    there = person.post("/sign-in", {"username": HANDLER, "password": PASSWORD, "next": path} | carried).headers["location"]
    assert drafts_of(site, HANDLER, path)[0]["text"] == ["后来写的"]
    person.csrf = token_of(person.page("/account"))
    aside, base = person.page(there), person.page(path)
    assert form_at(aside)["text"] == ["到期的窗口写的"] and form_at(base)["text"] == ["后来写的"]
    assert f'href="{path}"' in aside and f'href="{there}"' in base, "each says that there is the other"
    assert person.post("/drafts", of(there, form_at(aside), text="接着写到期的")).status_code == 200
    assert person.post(path, form_at(person.page(there))).status_code == 303
    assert "另一个窗口" not in person.page(path) and "后来写的" in person.page(path), "what was not sent stays"


# ---------------------------------------------------------------- a half-typed registration


def intake_form(page: str) -> dict[str, Any]:
    return form_at(page.replace('id="intake"', 'id="act"'))


def test_two_windows_on_one_half_typed_registration(site: Site) -> None:
    person = site.as_(INTAKE)
    form = intake_form(person.page("/intake")) | {"wanted": "一"}
    own = f"/intake?draft={form['once'][0]}"
    assert person.post("/drafts", of(own, form)).status_code == 200
    first, second = (intake_form(person.page(own)) for _ in range(2))
    assert person.post("/drafts", of(own, first, wanted="第一个窗口")).status_code == 200
    assert "另一个窗口" in person.post("/drafts", of(own, second, wanted="第二个窗口")).text
    asked = person.post("/intake", second | {"wanted": "第二个窗口", "keep": "yes"})
    assert asked.status_code == 409 and intake_form(asked.text)["wanted"] == ["第二个窗口"] and f'href="{own}"' in asked.text
    assert "第一个窗口" in person.page(own)
    over = re.search(r'name="keep" value="([^"]+)">用本页的内容替换', asked.text)
    assert over and person.post("/intake", intake_form(asked.text) | {"keep": over[1]}).status_code == 200
    assert "第二个窗口" in person.page(own)


def test_a_registration_that_was_deleted_does_not_come_back(site: Site) -> None:
    person = site.as_(INTAKE)
    form = intake_form(person.page("/intake")) | {"wanted": "删了的"}
    own = f"/intake?draft={form['once'][0]}"
    person.post("/drafts", of(own, form))
    assert person.post("/intake", {"once": form["once"][0], "drop": "yes"}).status_code == 303
    for late in (form, form | {"window": str(uuid4())}):
        assert person.post("/drafts", of(own, late)).status_code == 409
        assert person.post("/intake", late | {"keep": "yes"}).status_code == 409
    assert own not in person.page("/intake") and "删了的" not in person.page(own)


@pytest.mark.parametrize("once", [{}, {"once": ""}, {"once": "x" * 36}, {"once": "../&draft=" + "x" * 26}])
def test_what_stands_beside_the_registration_is_told_to_its_own_form_alone(site: Site, once: dict[str, str]) -> None:
    person = site.as_(INTAKE)
    before = person.page("/intake").count("接着填")
    assert person.post("/intake/aside", once | {"wanted": "x"}).status_code == 400
    assert person.page("/intake").count("接着填") == before


# ---------------------------------------------------------------- who may, and how much


def test_a_file_that_he_may_not_see_answers_like_one_that_is_not_there(site: Site) -> None:
    case, stranger = handled(site), site.as_("handler@gx-rsj")
    nowhere = str(uuid4())
    for form in ("/cases/{}/acts/note", "/approvals/{}", "/consultations/{}/3"):
        answers = [stranger.post("/drafts", {"saves": form.format(id), "text": "x"}) for id in (case.id, nowhere)]
        assert [one.status_code for one in answers] == [404, 404], form
        assert len({re.sub(r"[0-9a-f-]{32,64}", "", text_of(one.text)) for one in answers}) == 1
        assert drafts_of(site, "handler@gx-rsj", form.format(case.id)) is None
    own = site.as_(HANDLER)
    assert own.post("/drafts", {"saves": path_of(case, "no_such_act"), "text": "x"}).status_code == 404
    assert site.as_("archivist@gx-zrzy").post("/drafts", {"saves": path_of(case, "decision"), "text": "x"}).status_code == 403
    assert site.as_("legal@gx-zrzy").post("/drafts", {"saves": f"/intake?draft={nowhere}", "text": "x"}).status_code == 404


def test_of_one_officer_only_so_much_is_kept_and_he_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    case, person = handled(site), site.as_(LEGAL)
    path = path_of(case, "note")
    form = form_at(person.page(path))
    monkeypatch.setattr(drafts, "MOST", 0)
    told = person.post("/drafts", of(path, form, text="一"))
    assert told.status_code == 409 and "请先提交或者放弃一些" in told.text
    asked = person.post(path, form | {"text": "一", "keep": "yes"})
    assert asked.status_code == 409 and "请先提交或者放弃一些" in asked.text and form_at(asked.text)["text"] == ["一"]
    monkeypatch.setattr(drafts, "MOST", 300)
    monkeypatch.setattr(drafts, "MOST_LETTERS", 900)
    assert person.post("/drafts", of(path, form, text="一")).status_code == 200
    assert person.post("/drafts", of(path, form, text="字" * 500, turn="2")).status_code == 409
    assert drafts_of(site, LEGAL, path)[0]["text"] == ["一"]


# ---------------------------------------------------------------- the tab is killed


def kill(page: Page) -> None:
    """The tab is gone from one moment to the next: nothing is told that it goes."""
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash")


@pytest.mark.parametrize(("who", "path", "field"), [(HANDLER, "", "#f-text"), (INTAKE, "/intake", "#f-wanted")])
def test_of_a_tab_that_is_killed_nothing_older_than_three_seconds_is_lost(
    browser: Chromium, who: str, path: str, field: str
) -> None:
    chance, typed, now = random.Random(path), "", 0
    page = browser.window(who).page
    page.clock.install()
    page.goto(browser.site.url + (path or path_of(handled(browser.site), "note")))
    begun, marks = list[str](), list[tuple[int, str]]()
    page.on("request", lambda one: begun.append(one.url) if one.url.endswith("/drafts") else None)
    for _ in range(chance.randint(25, 40)):  # written on without a rest
        typed += chance.choice("清泉河沿岸采砂许可证")
        page.fill(field, typed)
        marks.append((now, typed))
        later(browser.site, minutes=1)
        saves, step = len(begun), chance.randint(50, 400)
        page.clock.run_for(step)
        now += step
        if len(begun) > saves:  # what the network takes is not counted here
            expect(page.locator("#saved")).to_have_text(f"{oclock(browser.site)}已自动保存")
    address = page.locator("[name=kept_as]").input_value()
    kill(page)
    older = [text for at, text in marks if at <= now - 3000][-1]
    assert browser.window(who).go(address).input_value(field).startswith(older)
