"""管理: users and their passwords, units and their letters, holidays before and after, rules and log."""

from __future__ import annotations

import re
from typing import Any

import pytest

from api import sessions
from api.demo import PASSWORD
from api.pages.admin import SECTIONS
from db import people
from tests.pages.conftest import TABLET, WIDE, Chromium, Person, Site, axe, officer, text_of

ONCE = re.compile(r"[A-Za-z2-9]{4}(?:-[A-Za-z2-9]{4}){3}")


def admin(site: Site) -> Person:
    return site.as_("admin")


def entries(site: Site, what: str) -> list[Any]:
    with site.office.database.read() as session:
        return [one for one in people.log_entries(session, limit=1000) if one.what == what]


def password_on(page: str) -> str:
    found = re.search(r'<code class="gk-token">([^<]+)</code>', page)
    assert found, text_of(page)
    assert ONCE.fullmatch(found[1])
    assert sessions.weakness(found[1]) is None
    return found[1]


def add(site: Site, username: str, **fields: str) -> Any:
    return admin(site).post(
        "/admin/users", {"username": username, "name": "方新到（样例）", "role": "handler", "agency": "gx-rsj"} | fields
    )


# ---------------------------------------------------------------- users


def test_a_new_user_signs_in_with_the_password_shown_once_and_first_changes_it(site: Site) -> None:
    answer = add(site, "fang@gx-rsj")
    assert answer.status_code == 200
    password = password_on(answer.text)
    assert password not in admin(site).page("/admin/users"), "once"
    fang = site.visitor()
    assert fang.sign_in("fang@gx-rsj", password).headers["location"] == "/account"
    assert "一次性密码" in fang.page("/account")
    barred = fang.get("/account/../cases")
    assert barred.status_code == 403
    assert "换成自己的密码" in barred.text
    changed = fang.post("/account/password", {"old": password, "new": "Geheim-2026!", "again": "Geheim-2026!"})
    assert changed.status_code == 200, text_of(changed.text)
    assert fang.get("/cases").status_code == 200
    assert [one.object for one in entries(site, "user")].count("fang@gx-rsj") == 1
    with site.office.database.read() as session:
        assert password not in str(people.log_entries(session, limit=1000))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"username": "handler@gx-rsj"}, "已经有这个用户名"),
        ({"username": "空 格"}, "用户名由3到100个"),
        ({"username": "ab"}, "用户名由3到100个"),
        ({"username": "x@gx-rsj", "name": ""}, "请填写姓名"),
        ({"username": "x@gx-rsj", "role": "king"}, "请选择岗位"),
        ({"username": "x@gx-rsj", "agency": "nowhere"}, "请选择单位"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(site: Site, fields: dict[str, str], sentence: str) -> None:
    answer = add(site, **({"name": "<i>方</i>"} | fields))
    assert answer.status_code == 400
    assert sentence in text_of(answer.text)
    assert "<i>" not in answer.text
    if "name" not in fields:
        assert 'value="&lt;i&gt;方&lt;/i&gt;"' in answer.text


def test_another_post_counts_at_once_and_a_disabled_user_is_out_at_once(site: Site) -> None:
    someone = site.visitor()
    assert someone.sign_in("analyst@gx-zjj").status_code == 303
    who = officer(site, "analyst@gx-zjj")
    assert someone.get("/intake/applications").status_code == 403
    changed = admin(site).post(f"/admin/users/{who.id}", {"name": "于见微（样例）", "role": "intake", "agency": "gx-zjj"})
    assert changed.headers["location"] == f"/admin/users/{who.id}?done=changed"
    assert someone.get("/intake/applications").status_code == 200
    admin(site).post(f"/admin/users/{who.id}/active", {"active": "no"})
    assert someone.get("/intake/applications").status_code == 303, "to the sign-in"
    assert site.visitor().sign_in("analyst@gx-zjj").status_code == 401
    admin(site).post(f"/admin/users/{who.id}/active", {"active": "yes"})
    assert site.visitor().sign_in("analyst@gx-zjj").status_code == 303


def test_a_reset_password_ends_the_old_one_and_a_lock(site: Site) -> None:
    who = officer(site, "legal@gx-zjj")
    for _ in range(5):
        site.visitor().sign_in("legal@gx-zjj", "Falsch-2026")
    password = password_on(admin(site).post(f"/admin/users/{who.id}/password").text)
    assert site.visitor().sign_in("legal@gx-zjj", PASSWORD).status_code == 401
    assert site.visitor().sign_in("legal@gx-zjj", password).status_code == 303


def test_the_last_administrator_stays(site: Site) -> None:
    me = officer(site, "admin")
    for path, fields in (("", {"name": "管", "role": "head", "agency": "gx-zfb"}), ("/active", {"active": "no"})):
        answer = admin(site).post(f"/admin/users/{me.id}{path}", fields)
        assert answer.status_code == 400
        assert "至少要有一名" in answer.text
    assert officer(site, "admin").role == "admin"


def test_nobody_else_administers(site: Site) -> None:
    who = officer(site, "handler@gx-zrzy")
    for path in ("/admin", *(href for href, _, _ in SECTIONS), f"/admin/users/{who.id}"):
        assert site.as_("head@gx-zfb").get(path).status_code == 403, path
        assert site.visitor().get(path).status_code == 303, path
    assert site.as_("head@gx-zfb").post("/admin/users", {"username": "evil@gx-zfb"}).status_code == 403
    assert admin(site).post("/admin/users", {"csrf": "0" * 64, "username": "evil@gx-zfb"}).status_code == 403
    assert admin(site).get("/admin/users/00000000-0000-0000-0000-000000000000").status_code == 404


# ---------------------------------------------------------------- rules, fees, log


def test_rules_and_fees_stand_there_with_date_and_citation(site: Site) -> None:
    page = text_of(admin(site).page("/admin/rules"))
    assert "答复期限20个工作日2019年5月15日条例33条2款" in page
    assert "延长答复期限负责人" in text_of(admin(site).page("/admin/rules?group=经办岗位"))
    assert "答复期限" in admin(site).page("/admin/rules?group=%3Cb%3E")
    assert "11至30件100元/件2021年1月1日办法4条" in text_of(admin(site).page("/admin/fees"))


def test_the_log_is_read_page_by_page(site: Site) -> None:
    def fill(session: Any) -> None:
        for number in range(120):
            people.log(session, site.clock(), "export", officer=site.officers["head@gx-zrzy"], object=f"第{number}次", reason="<b>核对</b>")

    site.office.database.write(fill)
    page, seen = admin(site).page("/admin/log"), set[str]()
    assert "<b>核对" not in page
    for _ in range(10):
        seen |= set(re.findall(r">第(\d+)次<", page))
        older = re.search(r'href="(/admin/log\?before=\d+)"', page)
        if older is None:
            break
        page = admin(site).page(older[1])
    assert len(seen) == 120
    for odd in ("-1", "x", "9" * 30, "²"):
        assert admin(site).get(f"/admin/log?before={odd}").status_code == 200


# ---------------------------------------------------------------- a real browser


@pytest.mark.parametrize("size", [WIDE, TABLET])
def test_the_pages_read_well(browser: Chromium, size: tuple[int, int]) -> None:
    window = browser.window("admin", size=size)
    who = officer(browser.site, "handler@gx-zrzy")
    for path in ("/admin", *(href for href, _, _ in SECTIONS), f"/admin/users/{who.id}"):
        page = window.go(path)
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
