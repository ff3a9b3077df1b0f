"""政务公开体验区: a terminal in a hall, off until the office says so; its visitors are forgotten, what they apply for was received that day."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete, select

from api.office.allowances import Allowances
from api.settings import Settings
from api.web.cookies import COUNTER
from db import allowances, application_drafts, applications, people
from tests.pages.conftest import (
    NARROW,
    TABLET,
    WIDE,
    Chromium,
    Person,
    Site,
    axe,
    later,
    opens,
    resize,
    site_of,
    text_of,
    token_of,
)
from tests.pages.test_apply import WHAT, WHO, Applicant, number_and_code, status
from tests.pages.test_published import publish

UNIT, OTHER = "gx-zrzy", "gx-rsj"
STANDING = (1080, 1920)
"""A terminal that stands."""


def switch(site: Site, code: str = UNIT, *, on: bool = True) -> None:
    site.office.database.write(lambda s: people.set_setting(s, code, applications.COUNTER, "yes" if on else "no"))


@pytest.fixture(autouse=True)
def begun_anew(request: pytest.FixtureRequest) -> None:
    site = site_of(request)
    site.clock.set(date(2026, 11, 10))
    site.office.database.write(lambda s: s.execute(delete(allowances.ALLOWANCE)))
    site.office.allowances = Allowances(site.office.database, site.office.keys.blind)
    switch(site)


class Visitor(Applicant):
    """Somebody at the counter of a unit, who fills a form without scripts."""

    def __init__(self, site: Site, to: str = UNIT) -> None:
        self.person: Person = site.visitor()
        self.home = self.person.page(f"/counter/{UNIT}")
        self.path = f"/apply/{to}"
        self.text, self.status = self.person.page(self.path), 200


def rows(site: Site, unit: str = UNIT) -> list[Any]:
    with site.office.database.read() as session:
        return list(applications.listed(session, unit, waiting=True))


def test_it_is_off_until_the_office_says_so(site: Site) -> None:
    switch(site, on=False)
    visitor = site.visitor()
    assert [visitor.get(path).status_code for path in ("/counter", f"/counter/{UNIT}", "/counter/nobody")] == [404] * 3
    visitor.csrf = token_of(visitor.page("/apply/status"))
    assert visitor.post(f"/counter/{UNIT}/end").headers["location"] == "/", "whoever was there is forgotten all the same"
    assert site.as_(f"head@{UNIT}").post(f"/admin/agencies/{UNIT}/counter", {"open": "yes"}).status_code == 403
    admin = site.as_("admin")
    assert admin.post(f"/admin/agencies/{UNIT}/counter", {"open": "yes"}).headers["location"] == "/admin/agencies?done=counter-yes"
    assert "已开通体验区。" in admin.page("/admin/agencies?done=counter-yes")
    assert visitor.get("/counter").headers["location"] == f"/counter/{UNIT}"
    switch(site, OTHER)
    assert "请选择这台终端所在的单位" in visitor.page("/counter")
    switch(site, OTHER, on=False)


def test_pages_of_a_terminal_are_drawn_in_its_frame_and_lead_nowhere_else(site: Site) -> None:
    publish(site, "采砂许可证", "https://www.guanxian.example/a")
    visitor = site.visitor()
    assert "gk-hall" not in visitor.page("/published") and 'href="https://www.guanxian.example/a"' in visitor.page("/published")
    visitor.page(f"/counter/{UNIT}")
    for path in ("/counter", f"/counter/{UNIT}", "/apply", f"/apply/{UNIT}", "/apply/status", "/published", "/guide/fees"):
        page = visitor.http.get(path, follow_redirects=True).text
        assert '<html lang="zh-CN" class="gk-hall">' in page and "结束使用" in page, path
        assert re.findall(r'href="(?!/)[^"#]', page) == [] and 'href="/sign-in"' not in page and "target=" not in page, path
        assert re.findall(r'autocomplete="(?!off)', page) == [], f"{path}: the browser of a hall offers nobody's name"
    assert "https://www.guanxian.example/a" in visitor.page("/published"), "the address can be written down"
    missing = visitor.http.get("/nowhere", headers={"accept": "text/html"})
    assert missing.status_code == 404 and f'href="/counter/{UNIT}">返回首页' in missing.text
    officer = site.as_(f"head@{UNIT}")
    assert "gk-hall" in officer.page(f"/counter/{UNIT}"), "whoever is signed in may look at it"
    assert COUNTER not in officer.http.cookies and "gk-hall" not in officer.page("/published")
    visitor.http.cookies.set(COUNTER, "nobody")
    assert "gk-hall" not in visitor.page("/published")


def test_what_is_applied_for_at_the_units_own_counter_was_received_that_day(site: Site) -> None:
    visitor = Visitor(site)
    assert "提交的当天为收到申请的日期" in visitor.go("2", helped="staff", **WHO)
    visitor.go("3", wanted=WHAT)
    assert "提交的当天为收到申请的日期" in visitor.go("4", form="paper", delivery="collect")
    sent = visitor.go("send")
    assert "今天为收到申请的日期" in sent and "打印回执" in sent
    assert "等待登记" in text_of(status(site, *number_and_code(visitor.text)).text)
    row = rows(site)[-1]
    assert json.loads(row.fields)["remark"] == "在政务公开体验区提交，工作人员协助填写。"
    later(site, days=2)
    clerk = site.as_(f"intake@{UNIT}")
    assert "体验区当面提交" in clerk.page("/intake/applications")
    page = clerk.page(f"/intake/applications/{row.id}")
    assert "等待登记" in page and 'name="received"' not in page and 'name="how"' not in page
    answer = clerk.post(f"/intake/applications/{row.id}/confirm", {})
    assert answer.status_code == 303, text_of(answer.text)
    with site.office.database.read() as session:
        case_id = applications.one(session, row.id).case_id  # type: ignore[union-attr]
    case = site.office.case(site.officers[f"intake@{UNIT}"], case_id).case
    act: Any = case.acts[0].act
    assert (act.channel, act.submitted_on, act.received_on) == ("in_person", date(2026, 11, 10), date(2026, 11, 10))
    assert act.remark == "在政务公开体验区提交，工作人员协助填写。"


def test_what_another_unit_is_asked_for_there_is_confirmed_as_online(site: Site) -> None:
    site.office.database.write(lambda s: people.set_setting(s, OTHER, applications.SWITCH, "yes"))
    visitor = Visitor(site, OTHER)
    assert "打电话与您确认" in visitor.to_the_end()
    fields = json.loads(rows(site, OTHER)[-1].fields)
    assert "channel" not in fields and fields["remark"] == "在政务公开体验区提交，本人填写。"
    units = visitor.person.page("/apply")
    assert units.index(f"/apply/{UNIT}") < units.index(f"/apply/{OTHER}"), "the unit of the hall first, whether or not its form is open elsewhere"
    site.office.database.write(lambda s: people.set_setting(s, OTHER, applications.SWITCH, "no"))
    assert visitor.person.get(f"/apply/{OTHER}").status_code == 404 and visitor.person.get(f"/apply/{UNIT}").status_code == 200
    assert site.visitor().get(f"/apply/{UNIT}").status_code == 404, "at home it is not open"


def test_the_hall_shows_what_the_administrator_wrote_and_nothing_leads_out_of_it(site: Site) -> None:
    admin, path = site.as_("admin"), f"/admin/agencies/{UNIT}/pages"
    assert f'href="{path}"' in admin.page("/admin/agencies") and site.as_(f"head@{UNIT}").get(path).status_code == 403
    written = {"heading": ["县政府公报", "", "政策解读"], "content": ["第一期\n<a href='https://x.example'>全文</a>", "", "申请不收费。"]}
    assert admin.post(path, written).headers["location"] == f"{path}?done=yes"
    visitor = site.visitor()
    home = visitor.page(f"/counter/{UNIT}")
    assert [f"/counter/{UNIT}/pages/{n}" in home for n in (1, 2, 3)] == [True, True, False] and "政策解读" in home
    page = visitor.page(f"/counter/{UNIT}/pages/1")
    assert "<h1>县政府公报</h1>" in page and "&lt;a href=" in page and "第一期<br>" in page
    assert [visitor.get(f"/counter/{UNIT}/pages/{n}").status_code for n in ("0", "3", "-1", "x")] == [404] * 4
    for wrong, why in (({"heading": [""], "content": ["只有内容"]}, "请填写标题"), ({"heading": ["长" * 21], "content": ["内容"]}, "最多20字"),
                       ({"heading": ["只有标题"], "content": [""]}, "请填写内容")):  # fmt: skip
        answer = admin.post(path, wrong)
        assert answer.status_code == 400 and why in answer.text and all(one[0] in answer.text for one in wrong.values())
    assert "政策解读" in visitor.page(f"/counter/{UNIT}"), "what stood there stays"


def test_nothing_of_a_visitor_stays(site: Site) -> None:
    visitor = Visitor(site)
    visitor.go("2", **WHO)
    visitor.go("upload", files={"file": ("样例.txt", "样例".encode(), "text/plain")}, wanted=WHAT)
    assert "样例.txt" in visitor.text
    kept = re.search(r'data-home="([^"]+)"', visitor.text)
    assert kept is not None
    home, token = kept[1].replace("&amp;", "&"), token_of(visitor.text)

    def there() -> tuple[int, int]:
        with site.office.database.read() as session:
            drafts = session.execute(select(application_drafts.DRAFT.c.id)).all()
            return len(drafts), applications.unsent(session)

    before = there()
    assert WHAT in visitor.person.page(home)
    gone = visitor.person.http.post(f"/counter/{UNIT}/end", data={"csrf": token}, follow_redirects=True)
    assert "上一位的内容已经清除" in gone.text
    assert there() == (before[0] - 1, before[1] - len("样例".encode()))
    again = visitor.person.page(home)
    assert WHAT not in again and WHO["name"] not in again and "不再保存" in again
    assert "接着填" not in visitor.person.page(f"/apply/{UNIT}")
    stale = visitor.person.http.post(visitor.path, data={"csrf": token, "step": "1", "to": "2"})
    said = text_of(stale.text)
    assert stale.status_code == 403 and "没有提交" in said and "结束使用" in said and "重新打开" in said, "a second tab, which is of no use any more"
    assert "您的岗位" not in said and "内容还在" not in said and f'href="/counter/{UNIT}"' in stale.text

    visitor = Visitor(site)  # without a script the page goes home by itself when its time is over
    assert f'content="90;url=/counter/{UNIT}?rest=yes"' in visitor.text
    before = there()
    visitor.go("2", **WHO)
    visitor.go("upload", files={"file": ("样例.txt", "样例".encode(), "text/plain")}, wanted=WHAT)
    assert "接着填" in visitor.person.page(f"/apply/{UNIT}")
    assert there() == (before[0] + 1, before[1] + len("样例".encode()))
    visitor.person.page(f"/counter/{UNIT}?rest=yes")
    assert "接着填" not in visitor.person.page(f"/apply/{UNIT}")
    assert there() == before, "and it does not lie about where nobody reaches it"


@pytest.mark.parametrize("scripts", [True, False])
def test_nothing_of_a_visitor_stays_where_the_counter_is_switched_off_meanwhile(site: Site, scripts: bool) -> None:
    visitor = Visitor(site)
    visitor.go("2", **WHO)
    token = token_of(visitor.text)
    switch(site, on=False)
    site.office.database.write(lambda s: people.set_setting(s, UNIT, applications.SWITCH, "yes"))
    assert "接着填" in visitor.person.page(f"/apply/{UNIT}")
    end, rest = (f"/counter/{UNIT}/end", {"csrf": token}), f"/counter/{UNIT}?rest=yes"
    gone = visitor.person.post(*end) if scripts else visitor.person.get(rest)
    assert (gone.status_code, gone.headers["location"]) == (303, "/")
    assert "接着填" not in visitor.person.page(f"/apply/{UNIT}")
    switch(site)
    assert "接着填" not in visitor.person.page(f"/apply/{UNIT}")


def test_a_terminal_forgets_whoever_left_it_and_can_be_heard(browser: Chromium) -> None:
    site = browser.site
    window = browser.window(size=STANDING)
    page = window.page
    page.add_init_script("window.heard = []; speechSynthesis.speak = (one) => window.heard.push(one.text);")
    page.clock.install()
    window.go("/counter")
    assert axe(page) == []
    page.click("text=申请公开信息")
    expect(page.locator("#left b")).to_have_text("90")
    page.click("text=朗读本页")
    assert "政府信息公开申请" in page.evaluate("heard")
    page.click("text=停止朗读")
    page.fill("#f-name", WHO["name"])
    page.clock.fast_forward(75_000)
    expect(page.locator("#soon")).to_contain_text("还在使用的，请按“继续使用”")
    assert axe(page) == []
    page.click("#soon button")
    page.clock.fast_forward(2_000)
    expect(page.locator("#soon")).to_be_hidden()
    page.clock.fast_forward(60_000)
    expect(page.locator("#f-name")).to_have_value(WHO["name"])
    with opens(page):
        page.clock.fast_forward(31_000)
    expect(page.locator("main")).to_contain_text("上一位的内容已经清除")
    page.go_back()
    expect(page.locator("#f-name")).to_have_value("")
    with site.office.database.read() as session:
        assert session.execute(select(application_drafts.DRAFT.c.id)).all() == []
    small = """() => [...document.querySelectorAll("a, button, input, select, summary")].filter((one) => {
      const box = one.getBoundingClientRect();
      return box.width > 1 && box.height > 0 && box.height < 44 && one.type !== "radio" && !one.closest(".gk-skip");
    }).map((one) => one.outerHTML)"""
    for path in ("/counter", f"/apply/{UNIT}", "/apply/status", "/published", "/guide/fees"):
        window.go(path)
        for size in (STANDING, WIDE, TABLET, NARROW):
            resize(page, size)
            assert page.evaluate(small) == [], (path, size)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, size)


@pytest.mark.parametrize(
    ("named", "address", "there"),
    [
        ("", "127.0.0.1", True), ("", "10.2.3.4", True), ("", "::ffff:192.168.1.9", True), ("", "1.2.4.8", False), ("", "2400:3200::1", False),
        ("", "nobody", False), ("1.2.4.0/24", "1.2.4.8", True), ("1.2.4.0/24", "10.2.3.4", False), ("10.2.3.4, ::1", "10.2.3.5", False),
        ("*", "1.2.4.8", True),
    ],
)  # fmt: skip
def test_a_terminal_stands_where_the_office_says(named: str, address: str, there: bool) -> None:
    assert Settings(counter_from=named).stands_in_hall(address) is there


def test_from_outside_there_is_no_counter_and_what_is_applied_for_waits_for_its_confirmation(site: Site) -> None:
    at_home = site.visitor("1.2.4.8")
    for path in ("/counter", f"/counter/{UNIT}", f"/counter/{UNIT}/feedback"):
        assert at_home.get(path).status_code == 404
    inside = site.visitor()
    assert COUNTER in inside.http.get(f"/counter/{UNIT}").cookies
    at_home.http.cookies.set(COUNTER, UNIT)
    site.office.database.write(lambda s: people.set_setting(s, UNIT, applications.SWITCH, "yes"))
    page = text_of(at_home.page(f"/apply/{UNIT}"))
    assert "结束使用" not in page and "结束使用" in text_of(inside.page(f"/apply/{UNIT}"))
