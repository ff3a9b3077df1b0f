"""Tokens and passwords: what ends with what, who sees what, and what is no password."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from api.cli.demo import PASSWORD
from api.office import sessions
from api.office.passwords import one_time_password, weakness
from db import people, store
from tests.conftest import CHEAP
from tests.pages.conftest import Person, Site, later, text_of
from tests.pages.test_sign_in import attempt, entries, signed_in

GOOD = "Neun-Kraniche-71"


@pytest.fixture(autouse=True)
def _as_before(site: Site) -> Any:
    """Every officer here has the sample password again, when the test is over."""
    yield
    hashed = CHEAP.hash(PASSWORD)

    def put_back(session: Any) -> None:
        for username in ("head@gx-rsj", "legal@gx-rsj", "analyst@gx-rsj"):
            people.set_active(session, site.officers[username].id, True, site.clock())
            people.set_password(session, site.officers[username].id, hashed, site.clock())
            people.prefer(session, site.officers[username].id, sessions.TEMPORARY, "no")
            sessions.forgive(site.office, session, username)

    site.office.database.write(put_back)


def token_for(site: Site, username: str, days: int = 30, scope: str = "act") -> str:
    now = site.clock()
    owner = site.officers[username].id
    return site.office.database.write(
        lambda s: store.new_token(s, owner, label="对接", at=now, expires_at=now + timedelta(days=days), scope=scope)
    )


def called(site: Site, token: str, path: str = "/api/me", method: str = "GET", body: Any = None, **headers: str) -> int:
    """The status of a program's call."""
    person = site.visitor(Authorization=f"Bearer {token}", **headers)
    return person.http.request(method, path, json=body).status_code


# ---------------------------------------------------------------- what a token ends with


def test_a_token_ends_with_the_password_it_was_made_under(site: Site) -> None:
    token = token_for(site, "head@gx-rsj")
    assert called(site, token) == 200
    head = signed_in(site, "head@gx-rsj")
    said = text_of(head.post("/account/password", {"old": PASSWORD, "new": GOOD, "again": GOOD}).text)
    assert "接口令牌已经停用" in said
    assert called(site, token) == 401


def test_a_token_ends_when_the_password_is_reset_or_its_owner_disabled_and_stays_so(site: Site) -> None:
    admin, who = site.as_("admin"), site.officers["legal@gx-rsj"].id
    token = token_for(site, "legal@gx-rsj")
    assert admin.post(f"/admin/users/{who}/password").status_code == 200
    assert called(site, token) == 401
    token = token_for(site, "legal@gx-rsj")
    assert called(site, token) == 200
    for active in ("no", "yes"):
        assert admin.post(f"/admin/users/{who}/active", {"active": active}).status_code == 303
        assert called(site, token) == 401


def test_an_administrator_sees_and_revokes_the_tokens_of_everybody(site: Site) -> None:
    admin, who = site.as_("admin"), site.officers["analyst@gx-rsj"].id
    analyst = signed_in(site, "analyst@gx-rsj")
    made = analyst.post("/account/tokens", {"label": "对接样例平台", "days": "30", "scope": "read", "password": PASSWORD})
    found = re.search(r"gk_[\w-]{43}", made.text)
    assert found
    page = admin.page(f"/admin/users/{who}")
    assert "对接样例平台" in page
    assert "只能查看" in page
    assert found[0] not in page
    chosen = re.search(r'name="token" value="([0-9a-f-]{36})"', page)
    assert chosen
    assert called(site, found[0]) == 200
    foreign = site.officers["legal@gx-rsj"].id
    assert admin.post(f"/admin/users/{foreign}/tokens", {"token": chosen[1]}).status_code == 404
    assert called(site, found[0]) == 200
    assert "令牌已停用" in text_of(admin.page(admin.post(f"/admin/users/{who}/tokens", {"token": chosen[1]}).headers["location"]))
    assert called(site, found[0]) == 401
    assert ("analyst@gx-rsj", "停用接口令牌") in {(one.object, one.reason) for one in entries(site, "user")}
    assert "30天，只能查看" in {one.reason for one in entries(site, "token")}


def test_a_token_that_reads_changes_nothing(site: Site) -> None:
    case = site.register()
    reads, acts = token_for(site, "handler@gx-zrzy", scope="read"), token_for(site, "handler@gx-zrzy")
    path = f"/api/cases/{case.id}"
    assert called(site, reads, path) == called(site, reads, "/api/cases") == 200
    assert called(site, reads, "/api/similar", "POST", {"wanted": "崇文街道补偿安置方案"}) == 200
    note = {"kind": "note", "text": "样例"}
    assert called(site, reads, f"{path}/acts", "POST", note, **{"If-Match": '"1"'}) == 403
    assert called(site, reads, "/api/cases", "POST", {}) == 403
    assert called(site, reads, f"{path}/attachments", "POST", {}) == 403
    assert called(site, acts, f"{path}/acts", "POST", note, **{"If-Match": '"1"'}) == 201


def test_no_token_is_older_than_the_office_allows(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    token = token_for(site, "handler@gx-zrzy", days=300)
    person = signed_in(site, "handler@gx-zrzy")
    assert person.post("/account/tokens", {"label": "样例", "days": "366"}).status_code == 400
    assert "有效期是1到365天" in text_of(person.post("/account/tokens", {"label": "样例", "days": "366"}).text)
    monkeypatch.setattr(site.office, "longest_token", timedelta(days=30))
    later(site, days=29)
    assert called(site, token) == 200
    later(site, days=2)
    assert called(site, token) == 401, "also one that was given for longer"


def test_a_token_is_made_with_the_password_only(site: Site) -> None:
    """Whoever finds a window open could else make himself a key that lasts beyond the session."""
    who = "analyst@gx-zjj"
    person, asked = signed_in(site, who), {"label": "对接样例平台", "days": "30", "scope": "read"}
    for wrong in ({}, {"password": ""}, {"password": GOOD}):
        answer = person.post("/account/tokens", asked | wrong)
        assert answer.status_code == 400
        assert "密码不对" in text_of(answer.text)
        assert 'value="对接样例平台"' in answer.text and '<option value="read" selected>' in answer.text, "nothing typed is lost"
    with site.office.database.read() as session:
        assert people.tokens_of(session, site.officers[who].id, site.clock()) == []
    assert "令牌已生成" in text_of(person.post("/account/tokens", asked | {"password": PASSWORD}).text)
    for _ in range(5):
        last = person.post("/account/tokens", asked | {"password": GOOD})
    assert last.status_code == 401
    assert person.get("/account").status_code in (302, 303, 401), "who guesses is signed out"


def test_who_must_change_his_password_makes_no_token(site: Site) -> None:
    admin, who = site.as_("admin"), site.officers["head@gx-rsj"].id
    shown = re.search(r"<code[^>]*>([\w-]{19})</code>", admin.post(f"/admin/users/{who}/password").text)
    assert shown
    head = site.visitor()
    head.sign_in("head@gx-rsj", shown[1])
    assert head.post("/account/tokens", {"label": "样例", "days": "9"}).status_code == 403
    with site.office.database.read() as session:
        assert people.tokens_of(session, who, site.clock()) == []


# ---------------------------------------------------------------- passwords


def test_one_does_not_keep_or_take_back_a_password_that_somebody_else_made(site: Site) -> None:
    admin, who = site.as_("admin"), site.officers["head@gx-rsj"].id
    shown = re.search(r"<code[^>]*>([\w-]{19})</code>", admin.post(f"/admin/users/{who}/password").text)
    assert shown
    given, head = shown[1], site.visitor()
    head.sign_in("head@gx-rsj", given)
    assert "不能与现在的相同" in text_of(head.post("/account/password", {"old": given, "new": given, "again": given}).text)
    assert head.get("/desk").status_code == 403
    assert head.post("/account/password", {"old": given, "new": GOOD, "again": GOOD}).status_code == 200
    back = head.post("/account/password", {"old": GOOD, "new": given, "again": given})
    assert back.status_code == 400
    assert "不能是管理员给过的一次性密码" in text_of(back.text)


@pytest.mark.parametrize(
    "password",
    ["Password123", "P@ssw0rd2026", "Qwer1234!@#$", "Admin@123456", "Gongkai@2026", "Woaini1314!", "Abcdefg123", "Zhang1990!", "Handler2026!",
     "Ziyuanju@2026", "Yangli-2026", "Aa1!Aa1!Aa1!"],
)  # fmt: skip
def test_what_everybody_would_guess_is_no_password(password: str) -> None:
    why = weakness(password, ("handler@gx-zrzy", "gx-zrzy"))
    assert why is not None
    assert "容易被猜到" in why


@pytest.mark.parametrize("password", [GOOD, "Xin-Mima-2026", "甲乙丙丁戊己庚辛Aa1", "k7#Qm-2xLp9"])
def test_what_nobody_would_guess_is_one(password: str) -> None:
    assert weakness(password, ("handler@gx-zrzy", "gx-zrzy")) is None


def test_one_time_passwords_are_guessed_by_nobody() -> None:
    for _ in range(20):
        assert weakness(one_time_password(), ("handler@gx-zrzy", "gx-zrzy")) is None


def test_password123_does_not_pass_the_form(site: Site) -> None:
    answer = signed_in(site, "head@gx-rsj").post("/account/password", {"old": PASSWORD, "new": "Password123", "again": "Password123"})
    assert answer.status_code == 400
    assert "容易被猜到" in text_of(answer.text)


def test_wrong_old_passwords_are_counted_and_end_the_session_they_are_tried_in(site: Site) -> None:
    here, there = signed_in(site, "legal@gx-rsj"), signed_in(site, "legal@gx-rsj")

    def wrong(person: Person) -> int:
        return person.post("/account/password", {"old": "Falsch-2026", "new": GOOD, "again": GOOD}).status_code

    before = len(entries(site, "password_failed"))
    assert [wrong(here) for _ in range(5)] == [400, 400, 400, 400, 401]
    assert len(entries(site, "password_failed")) == before + 4
    assert here.get("/account").status_code == 303
    assert there.get("/account").status_code == 200, "whose account it is works on"
    assert attempt(site, "legal@gx-rsj", PASSWORD) == 303
    assert attempt(site, "legal@gx-rsj", GOOD) == 401


def test_the_page_that_ends_it_lets_him_sign_in_again(site: Site) -> None:
    person = signed_in(site, "legal@gx-rsj")
    for _ in range(5):
        answer = person.post("/account/password", {"old": "Falsch-2026", "new": GOOD, "again": GOOD})
    assert "登录已经结束" in text_of(answer.text)
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', answer.text)
    assert found
    person.csrf = found[1]
    assert person.post("/sign-in", {"username": "legal@gx-rsj", "password": PASSWORD}).status_code == 303


def test_a_second_sign_in_in_one_browser_ends_the_first(site: Site) -> None:
    browser = signed_in(site, "head@gx-rsj")
    first = browser.http.cookies["gongkai_session"]
    page = browser.page("/account")
    browser.csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', page)[1]  # type: ignore[index]
    assert browser.post("/sign-in", {"username": "legal@gx-rsj", "password": PASSWORD}).status_code == 303
    assert browser.http.cookies["gongkai_session"] != first
    assert site.visitor(Cookie=f"gongkai_session={first}").get("/account").status_code == 303
    elsewhere = signed_in(site, "head@gx-rsj")
    signed_in(site, "head@gx-rsj")
    assert elsewhere.get("/account").status_code == 200, "another browser is another session"
