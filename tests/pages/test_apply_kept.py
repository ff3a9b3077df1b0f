"""What is typed into the public form is kept for the session of the visitor's browser: back, forward, reload; and for nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from db import application_drafts, applications
from tests.pages.conftest import NARROW, Chromium, Site, axe, later, opens, text_of
from tests.pages.test_apply import UNIT, WHAT, WHO, Applicant, opened

PATH = f"/apply/{UNIT}"


@pytest.fixture(name="site")
def open_site(site: Site) -> Site:
    return opened(site)


def typed_so_far(page: Page) -> None:
    for name in ("name", "id_number", "phone", "address"):
        page.fill(f"#f-{name}", WHO[name])


def test_back_forward_and_reload_bring_back_what_was_typed(browser: Chromium) -> None:
    opened(browser.site)
    page = browser.window(size=NARROW).go(PATH)
    typed_so_far(page)
    with opens(page):
        page.click(".gk-onward .btn-primary")
    page.fill("#f-wanted-0", WHAT)
    with opens(page):
        page.click(".gk-onward .btn-primary")
    expect(page.locator("#f-form")).to_be_attached()
    page.go_back()
    expect(page.locator("#f-wanted-0")).to_have_value(WHAT)
    page.go_back()
    expect(page.locator("#f-name")).to_have_value(WHO["name"])
    page.go_forward()
    expect(page.locator("#f-wanted-0")).to_have_value(WHAT)
    page.go_forward()
    expect(page.locator("#f-form")).to_be_attached()
    page.reload()
    expect(page.locator("#f-form")).to_be_attached()
    assert axe(page) == []
    for button in (".gk-onward .btn-primary", "text=提交申请"):
        with opens(page):
            page.click(button)
    expect(page.locator("h1")).to_contain_text("申请已经提交")
    page.go_back()
    expect(page.locator("main")).to_contain_text("不再保存")
    assert WHO["name"] not in page.content()


def test_it_saves_itself_and_is_offered_and_not_filled_in(browser: Chromium) -> None:
    opened(browser.site)
    window = browser.window()
    page = window.go(PATH)
    page.fill("#f-name", WHO["name"])
    expect(page.locator("#saved")).to_contain_text("已自动保存")
    page.reload()
    expect(page.locator("#f-name")).to_have_value(WHO["name"])
    window.go(PATH)
    expect(page.locator("#f-name")).to_have_value("")
    assert WHO["name"] not in page.content() and axe(page) == []
    page.click("text=接着填")
    expect(page.locator("#f-name")).to_have_value(WHO["name"])
    with opens(page):
        page.click("text=清除已填内容")
    expect(page.locator("#f-name")).to_have_value("")
    assert "没有提交的申请" not in page.inner_text("main")


def test_faults_are_gone_back_to_as_well(browser: Chromium) -> None:
    opened(browser.site)
    page = browser.window().go(PATH)
    page.fill("#f-name", WHO["name"])
    page.click(".gk-onward .btn-primary")
    expect(page.locator("#errors")).to_be_focused()
    page.click("text=查询进度")
    page.go_back()
    expect(page.locator("#f-name")).to_have_value(WHO["name"])


def kept(site: Site) -> list[Any]:
    with site.office.database.read() as session:
        return list(session.execute(select(application_drafts.DRAFT)).all())


def test_each_step_is_a_page_and_another_visitor_sees_nothing_of_it(site: Site) -> None:
    applicant = Applicant(site)
    applicant.go("2", **WHO)
    row = kept(site)[-1]
    assert WHO["name"] not in str(row) and WHO["id_number"] not in str(row), "sealed"
    own = f"{PATH}?form={row.id}&step=1"
    assert WHO["name"] in applicant.person.page(own)
    other = site.visitor()
    assert WHO["name"] not in other.page(own) and "不再保存" in text_of(other.page(own))
    assert "没有提交的申请" not in other.page(PATH)
    far = applicant.person.page(f"{PATH}?form={row.id}&step=4")
    assert "您想要的信息" in far, "no step is passed over"
    for odd in ("step=x", "step=99", "form=", "form=../x&step=2", "step=2&found=yes", f"form={row.id}&step=-1"):
        assert applicant.person.get(f"{PATH}?{odd}").status_code == 200


def test_it_ends_after_two_hours_and_when_it_was_sent(site: Site) -> None:
    applicant = Applicant(site)
    applicant.go("2", **WHO)
    id = kept(site)[-1].id
    later(site, hours=2, seconds=1)
    assert WHO["name"] not in applicant.person.page(f"{PATH}?form={id}&step=1")
    site.office.database.write(lambda s: application_drafts.forget(s, site.clock()))
    assert kept(site) == []
    applicant.to_the_end()
    assert kept(site) == []


def test_a_save_that_comes_after_it_was_sent_keeps_nothing(site: Site) -> None:
    applicant = Applicant(site)
    applicant.go("2", **WHO)
    applicant.go("3", wanted=WHAT)
    applicant.go("4")
    form = applicant.text
    applicant.go("send")
    applicant.text, path = form, applicant.path
    applicant.path = f"{path}/draft"
    applicant.go("")
    assert applicant.status == 409 and kept(site) == []


def test_what_was_sent_or_cleared_does_not_come_back_however_late_or_from_where(site: Site) -> None:
    applicant = Applicant(site)
    applicant.go("2", **WHO)
    applicant.go("3", wanted=WHAT)
    applicant.go("4")
    form, path = applicant.text, applicant.path
    applicant.go("send")

    def back(to: str, where: str) -> None:
        applicant.text, applicant.path = form, where
        applicant.go(to)

    back("send", path)
    back("", f"{path}/draft")
    assert applicant.status == 409 and kept(site) == [], "after the second sending"
    back("3", path)
    assert applicant.status == 200 and "怎样给您" in applicant.text and kept(site) == [], "gone back to, it works and is not kept"
    other = Applicant(site)
    other.go("2", **WHO)
    form, path = other.text, other.path
    other.go("clear")
    for where in (path, f"{path}/draft"):
        other.text, other.path = form, where
        other.go("2")
        assert kept(site) == [], where
    assert "没有提交的申请" not in other.person.page(PATH)


def test_of_one_visitor_and_of_all_only_so_many_are_kept(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def keep(visitor: str, draft: str) -> bool:
        now = site.clock() + timedelta(seconds=len(kept(site)))
        return site.office.database.write(lambda s: application_drafts.keep(s, visitor, UNIT, draft, {"draft": draft}, now))

    assert all(keep("v", f"d{n}") for n in range(8))
    assert len(kept(site)) == application_drafts.MOST_OF_ONE
    assert not keep("w", "d7"), "what another keeps is not written over"
    monkeypatch.setattr(application_drafts, "MOST", len(kept(site)))
    assert not keep("w", "new")
    applicant = Applicant(site)
    applicant.go("2", **WHO)
    assert applicant.status == 200 and "您想要的信息" in applicant.text, "the form works without"


def test_clearing_takes_the_files_too(site: Site) -> None:
    applicant = Applicant(site)
    applicant.go("2", **WHO)
    applicant.go("upload", files={"file": ("说明.txt", "样例".encode(), "text/plain")})
    assert "说明.txt" in applicant.text
    with site.office.database.read() as session:
        before = applications.unsent(session)
    applicant.go("clear")
    with site.office.database.read() as session:
        assert applications.unsent(session) < before
    assert "没有提交的申请" not in applicant.text
