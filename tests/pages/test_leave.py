"""外出与代办 on the pages: the form on one's own page and on the administrator's, and the desk of whoever stands in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from db import people, store
from tests.conftest import CHEAP
from tests.pages.conftest import NARROW, PASSWORD, TABLET, WIDE, Chromium, Site, axe, opens, resize, text_of
from tests.pages.test_desk import handled, rows

HANDLER, SECOND, INTAKE = "handler@gx-zrzy", "handler2@gx-zrzy", "intake@gx-zrzy"
LEAVE = {"from": "2026-11-20", "to": "2026-11-30", "deputy": SECOND}
NAME = "王二样（样例）"


def hire(site: Site) -> None:
    """A second handler."""

    def add(session: Any) -> None:
        made = store.add_officer(session, username=SECOND, name=NAME, role="handler", agency="gx-zrzy", at=site.clock())
        people.set_password(session, made.id, CHEAP.hash(PASSWORD), site.clock())
        site.officers[SECOND] = made

    if SECOND not in site.officers:
        site.office.database.write(add)


@pytest.fixture
def staffed(site: Site) -> Iterator[Site]:
    hire(site)
    yield site
    for username in (HANDLER, SECOND, INTAKE):
        site.as_(username).post("/account/leave/end")


def test_a_leave_is_told_on_ones_own_page_and_ended_there(staffed: Site) -> None:
    handler = staffed.as_(HANDLER)
    said = handler.post("/account/leave", LEAVE)
    assert said.status_code == 200
    assert "外出已登记" in said.text
    assert f"2026年11月20日至2026年11月30日外出，由{NAME}代办" in text_of(handler.page("/account"))
    assert f"由{NAME}代办您的事项" in text_of(handler.page("/desk"))
    ended = handler.post("/account/leave/end")
    assert "外出已经结束" in ended.text
    assert "2026年11月30日外出" not in text_of(handler.page("/account"))


def test_the_deputy_finds_it_on_his_desk_with_a_mark(staffed: Site) -> None:
    case, name = handled(staffed), staffed.officers[HANDLER].name
    own = staffed.place(SECOND, staffed.register(), "acceptance")
    deputy = staffed.as_(SECOND)
    assert case.id not in rows(deputy.page("/desk"))
    staffed.as_(HANDLER).post("/account/leave", LEAVE)
    page = deputy.page("/desk")
    assert {case.id, own.id} <= set(rows(page))
    assert f"您正在代办：{name}的事项（到11月30日为止）" in text_of(page)
    line = page.split(f'href="/cases/{case.id}"')[1].partition("</tr>")[0]
    assert f"代{name}办" in line
    assert f"代{name}办" not in page.split(f'href="/cases/{own.id}"')[1].partition("</tr>")[0]
    assert f'href="/cases/{case.id}/acts/draft"' in page
    assert f"正在代办：{name}" in text_of(deputy.page("/account"))


def test_a_handler_who_minds_the_front_desk_registers_what_came_in(staffed: Site) -> None:
    fresh = staffed.place("head@gx-zrzy", staffed.register(), "assignment", to=SECOND)
    assert fresh.id not in rows(staffed.as_(HANDLER).page("/desk"))
    staffed.as_(INTAKE).post("/account/leave", {**LEAVE, "deputy": HANDLER})
    page = staffed.as_(HANDLER).page("/desk")
    assert f"代{staffed.officers[INTAKE].name}办" in page.split(f'href="/cases/{fresh.id}"')[1].partition("</tr>")[0]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"from": ""}, "请填写外出的起日"),
        ({"to": "2026-11-19"}, "止日不能早于起日"),
        ({"deputy": HANDLER}, "代办人不能是本人"),
        ({"deputy": "legal@gx-zrzy"}, "代办人的岗位不能办理您的事项"),
        ({"deputy": "<b>"}, "没有这位在岗的人员"),
        ({"from": "2026-13-01"}, "没有13月1日，请改正"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(staffed: Site, fields: dict[str, str], says: str) -> None:
    said = staffed.as_(HANDLER).post("/account/leave", {**LEAVE, **fields})
    assert said.status_code == 400
    assert says in said.text
    assert "2026年11月30日外出" not in text_of(staffed.as_(HANDLER).page("/account"))
    if "to" not in fields:
        assert 'value="2026-11-30"' in said.text


def test_the_administrator_does_it_for_whoever_is_gone(staffed: Site) -> None:
    admin, address = staffed.as_("admin"), f"/admin/users/{staffed.officers[HANDLER].id}"
    case = handled(staffed, "2026-11-03")
    assert admin.post(f"{address}/leave", {**LEAVE, "deputy": "legal@gx-zrzy"}).status_code == 400
    assert admin.post(f"{address}/leave", LEAVE).headers["location"] == f"{address}?done=away"
    assert f"由{NAME}代办" in text_of(admin.page(f"{address}?done=away"))
    assert case.id in rows(staffed.as_(SECOND).page("/desk"))
    assert admin.post(f"{address}/leave/end").headers["location"] == f"{address}?done=back"
    assert case.id not in rows(staffed.as_(SECOND).page("/desk"))
    assert "外出与代办" in admin.page("/admin/log")
    assert 'id="leave"' not in admin.page(f"/admin/users/{staffed.officers['admin'].id}")
    assert admin.post(f"/admin/users/{staffed.officers['admin'].id}/leave", LEAVE).status_code == 400
    assert staffed.as_(HANDLER).post(f"{address}/leave", LEAVE).status_code == 403


def test_where_nobody_could_stand_in_the_page_says_what_to_do(staffed: Site) -> None:
    page = text_of(staffed.as_("head@gx-zrzy").page("/account"))
    assert "本单位现在没有岗位相同、可以代办的人员" in page
    assert 'id="leave"' not in staffed.as_("admin").page("/account")


def test_in_a_browser_one_leaves_and_comes_back(browser: Chromium) -> None:
    site = browser.site
    hire(site)
    case = handled(site)
    window = browser.window(HANDLER)
    page = window.go("/account")
    page.fill("#f-from", "2026-11-20")
    page.fill("#f-to", "2026-11-30")
    page.select_option("#f-deputy", SECOND)
    with opens(page):
        page.get_by_role("button", name="登记外出").click()
    expect(page.locator("#leave")).to_contain_text(f"由{NAME}代办")
    for size in (WIDE, TABLET, NARROW):
        resize(page, size)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    desk = browser.window(SECOND).go("/desk")
    line = desk.locator("tr", has=desk.locator(f'a[href="/cases/{case.id}"]'))
    expect(line).to_contain_text(f"代{site.officers[HANDLER].name}办")
    assert axe(desk) == []
    with opens(page):
        page.get_by_role("button", name="结束外出").click()
    expect(page.locator("#leave")).not_to_contain_text("代办（")
    desk.reload()
    expect(line).to_have_count(0)
