"""Sign-in, sessions and lock-out: what a stranger, a colleague and a race must not get."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from pwdlib import PasswordHash

from api.cli.demo import PASSWORD
from db import people
from tests.conftest import CHEAP
from tests.pages.conftest import Person, Site, later, officer, text_of, token_of

WRONG = "Nicht-2026"


def attempt(site: Site, username: str, password: str = WRONG) -> int:
    return site.visitor().sign_in(username, password).status_code


def entries(site: Site, what: str) -> list[Any]:
    with site.office.database.read() as session:
        return [one for one in people.log_entries(session, limit=1000) if one.what == what]


# ---------------------------------------------------------------- one answer for every failure


def test_an_unknown_name_a_wrong_password_and_a_locked_name_get_the_same_answer(site: Site) -> None:
    visitor = site.visitor()

    def answer(username: str, password: str) -> tuple[int, str, tuple[str, ...]]:
        given = visitor.sign_in(username, password)
        return given.status_code, given.text.replace(username, "X"), tuple(sorted(given.headers.keys() - {"date", "content-length"}))

    wrong = answer("analyst@gx-rsj", WRONG)
    for _ in range(4):
        attempt(site, "analyst@gx-rsj")
    assert wrong == answer("nobody@gx-rsj", WRONG) == answer("analyst@gx-rsj", PASSWORD)
    assert wrong[0] == 401
    assert "用户名或者密码不对。" in wrong[1]
    assert "连续错5次，将锁定30分钟" in wrong[1], "the rule is stated, not the count that is left"
    assert "autofocus" in wrong[1].split('id="f-password"')[1].split(">")[0]


def test_a_session_is_never_opened_without_a_password(site: Site) -> None:
    for password in ("", " ", PASSWORD + " ", PASSWORD.lower(), "x" * 5000):
        assert attempt(site, "archivist@gx-zjj", password) == 401
    later(site, minutes=31)


@pytest.mark.parametrize("name", ["'; DROP TABLE officer; --", "\u202ehandler", "用" * 400, "\x00", "<b>x</b>"])
def test_any_name_may_be_tried(site: Site, name: str) -> None:
    answer = site.visitor().sign_in(name, WRONG)
    assert answer.status_code in (400, 401)
    assert "<b>x</b>" not in answer.text


@pytest.mark.parametrize("number", ["000365" + "9" * 20, "9" * 5000, "1e999"])
def test_a_huge_number_is_told_wherever_one_is_typed(site: Site, number: str) -> None:
    case = site.register()
    person = site.as_("handler@gx-zrzy")
    assert person.post("/account/tokens", {"label": "样例", "days": number}).status_code == 400
    assert person.post(f"/cases/{case.id}/acts/correction_notice/preview", {"matters": "写明文号", "shown": number}).status_code in (200, 400)
    assert person.get(f"/consultations/{case.id}/{number[:40]}").status_code == 404
    assert site.as_("analyst@gx-zrzy").post("/annual/freeze", {"year": f"02026{number}"[:40], "reason": ""}).status_code == 400


# ---------------------------------------------------------------- lock-out


def test_five_failures_in_fifteen_minutes_lock_for_thirty(site: Site) -> None:
    for _ in range(5):
        assert attempt(site, "head@gx-zjj") == 401
    assert attempt(site, "head@gx-zjj", PASSWORD) == 401
    later(site, minutes=29, seconds=59)
    assert attempt(site, "head@gx-zjj", PASSWORD) == 401
    later(site, seconds=2)
    assert attempt(site, "head@gx-zjj", PASSWORD) == 303
    assert len(entries(site, "locked")) >= 1


def test_four_failures_do_not_lock_and_are_forgotten_by_a_success(site: Site) -> None:
    for _ in range(2):
        for _ in range(4):
            assert attempt(site, "legal@gx-zjj") == 401
        assert attempt(site, "legal@gx-zjj", PASSWORD) == 303


def test_failures_of_more_than_fifteen_minutes_ago_do_not_count(site: Site) -> None:
    for _ in range(4):
        assert attempt(site, "handler@gx-zjj") == 401
    later(site, minutes=15, seconds=1)
    for _ in range(4):
        assert attempt(site, "handler@gx-zjj") == 401
    assert attempt(site, "handler@gx-zjj", PASSWORD) == 303


def test_a_name_that_does_not_exist_is_locked_like_one_that_does(site: Site) -> None:
    before = len(entries(site, "locked"))
    for _ in range(6):
        assert attempt(site, "nobody@gx-zjj") == 401
    assert len(entries(site, "locked")) == before + 1


@pytest.mark.parametrize("racing", [4, 5, 12])
def test_racing_failures_are_counted_one_by_one(site: Site, racing: int) -> None:
    """At the same moment from many places: four do not lock, five do, and a sixth does not open again."""
    name = "intake@gx-zjj"
    before = len(entries(site, "locked"))
    with ThreadPoolExecutor(racing) as pool:
        assert set(pool.map(lambda _: attempt(site, name), range(racing))) == {401}
    assert len(entries(site, "locked")) - before == (racing >= 5)
    assert attempt(site, name, PASSWORD) == (303 if racing < 5 else 401)
    later(site, minutes=31)
    assert attempt(site, name, PASSWORD) == 303


# ---------------------------------------------------------------- sessions


def test_the_cookie_is_for_this_server_alone_and_new_at_every_sign_in(site: Site) -> None:
    visitor = site.visitor()
    visitor.http.cookies.set("gongkai_session", "chosen-by-somebody-else")
    first = visitor.sign_in("handler@gx-rsj").headers["set-cookie"]
    assert re.match(r"gongkai_session=[\w-]{40,}; ", first)
    assert {part.strip().lower() for part in first.split(";")[1:]} >= {"httponly", "samesite=lax", "path=/"}
    assert "expires" not in first.lower()
    assert "max-age" not in first.lower()
    assert "secure" not in first.lower()
    behind = site.visitor(**{"X-Forwarded-Proto": "https"})
    behind.csrf = token_of(behind.http.get("/sign-in").text)
    # Over plain HTTP the client keeps the visitor's Secure cookie to itself; the server's answer is what counts.
    answer = behind.http.get("/sign-in")
    assert "; secure" in answer.headers["set-cookie"].lower()
    again = site.visitor().sign_in("handler@gx-rsj").headers["set-cookie"]
    assert again.split(";")[0] != first.split(";")[0]


def test_a_session_ends_after_thirty_minutes_without_use(site: Site) -> None:
    person = signed_in(site, "legal@gx-rsj")
    for _ in range(3):
        later(site, minutes=28)
        assert person.get("/account").status_code == 200
    later(site, minutes=31)
    answer = person.get("/account")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Faccount"


def test_a_session_ends_after_eight_hours_however_busy(site: Site) -> None:
    person = signed_in(site, "legal@gx-rsj")
    for _ in range(23):
        later(site, minutes=20)
        assert person.get("/account").status_code == 200
    later(site, minutes=21)
    assert person.get("/account").status_code == 303


def test_signing_out_ends_the_session_on_the_server(site: Site) -> None:
    person = signed_in(site, "handler@gx-rsj")
    cookie = person.http.cookies["gongkai_session"]
    assert person.post("/sign-out").headers["location"] == "/sign-in"
    assert site.visitor(Cookie=f"gongkai_session={cookie}").get("/account").status_code == 303


def test_an_officer_who_is_disabled_is_out_at_once(site: Site) -> None:
    person = signed_in(site, "analyst@gx-zjj")
    disable(site, "analyst@gx-zjj", active=False)
    assert person.get("/account").status_code == 303
    assert attempt(site, "analyst@gx-zjj", PASSWORD) == 401
    disable(site, "analyst@gx-zjj", active=True)


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(site: Site) -> None:
    here, there = signed_in(site, "head@gx-rsj"), signed_in(site, "head@gx-rsj")
    new = "Xin-Mima-2026"
    answer = here.post("/account/password", {"old": PASSWORD, "new": new, "again": new})
    assert "密码已修改" in answer.text
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303
    assert attempt(site, "head@gx-rsj", PASSWORD) == 401
    assert attempt(site, "head@gx-rsj", new) == 303
    assert [one.username for one in entries(site, "password")] == ["head@gx-rsj"]
    with site.office.database.read() as session:
        row = people.officer_row(session, "head@gx-rsj")
    assert row is not None
    assert CHEAP.verify(new, row.password_hash)
    assert new not in row.password_hash


def test_a_password_is_dear_to_guess(cheap_passwords: Callable[[], PasswordHash], tmp_path: Path) -> None:
    """The program's own hashes, here and in a process of its own; those of the other tests are cheap."""
    assert re.match(r"\$argon2id\$v=19\$m=65536,t=3,p=4\$", cheap_passwords().hash(PASSWORD))
    asked = "from api.office.sessions import hasher; print(hasher().hash('x'))"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert re.match(r"\$argon2id\$v=19\$m=65536,t=3,p=4\$", told.stdout)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"old": WRONG, "new": "Xin-Mima-2026", "again": "Xin-Mima-2026"}, "现在的密码不对"),
        ({"old": PASSWORD, "new": "Ab-1", "again": "Ab-1"}, "密码应当有10到128个字符"),
        ({"old": PASSWORD, "new": "abcdefghijkl", "again": "abcdefghijkl"}, "三种"),
        ({"old": PASSWORD, "new": "Xin-Mima-2026", "again": "Xin-Mima-2027"}, "两次填写的新密码不一样"),
        ({}, "现在的密码不对"),
    ],
)
def test_a_bad_change_of_password_says_what_to_do(site: Site, fields: dict[str, str], said: str) -> None:
    person = site.as_("intake@gx-rsj")
    answer = person.post("/account/password", fields)
    assert answer.status_code == 400
    assert said in text_of(answer.text)
    assert not any(value in answer.text for value in fields.values()), "a password is never given back"


def test_one_s_own_sessions_are_listed_and_can_be_ended_and_nobody_else_s(site: Site) -> None:
    mine, other = signed_in(site, "archivist@gx-rsj"), signed_in(site, "analyst@gx-rsj")
    second = signed_in(site, "archivist@gx-rsj")
    with site.office.database.read() as session:
        now = site.clock()
        own = people.sessions_of(session, officer(site, "archivist@gx-rsj").id, now)
        foreign = people.sessions_of(session, officer(site, "analyst@gx-rsj").id, now)[0].id
    mine.post("/account/sessions", {"session": foreign})
    assert other.get("/account").status_code == 200
    this = people._digest(mine.http.cookies["gongkai_session"])
    for one in own:
        if one.digest != this:
            mine.post("/account/sessions", {"session": one.id})
    assert second.get("/account").status_code == 303
    assert mine.get("/account").status_code == 200


# ---------------------------------------------------------------- forged and stale forms


@pytest.mark.parametrize("token", ["", "0" * 64, "x"])
def test_a_form_without_the_session_s_token_changes_nothing(site: Site, token: str) -> None:
    person = site.as_("handler@gx-zrzy")
    answer = person.post("/account/settings", {"large": "yes", "csrf": token})
    assert answer.status_code == 403
    assert "没有提交" in answer.text
    assert 'class="gk-large"' not in person.page("/account")


def test_the_token_of_another_session_is_none(site: Site) -> None:
    mine, other = site.as_("handler@gx-zrzy"), site.as_("legal@gx-zrzy")
    assert mine.csrf != other.csrf
    assert mine.post("/account/settings", {"large": "yes", "csrf": other.csrf}).status_code == 403
    visitor = site.visitor()
    visitor.csrf = token_of(visitor.http.get("/sign-in").text)
    assert site.visitor().post("/sign-in", {"csrf": visitor.csrf, "username": "x", "password": "x"}).status_code == 403


def test_the_token_may_come_as_a_header_as_htmx_sends_it(site: Site) -> None:
    person = site.as_("handler@gx-zrzy")
    answer = person.http.post("/account/settings", data={"keys": "yes"}, headers={"X-CSRF-Token": person.csrf})
    assert answer.status_code == 303


def test_reading_changes_nothing(site: Site) -> None:
    """A page's action answers to POST only."""
    person = site.as_("handler@gx-zrzy")
    for path in ("/sign-out", "/account/settings", "/account/password"):
        assert person.get(path).status_code in (404, 405)
    assert person.get("/account").status_code == 200


# ---------------------------------------------------------------- back to where one was


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/account", "/account"),
        ("/cases?q=%E6%A0%B7", "/cases?q=%E6%A0%B7"),
        ("", "/desk"),
        ("//evil.example/", "/desk"),
        ("/\\evil.example", "/desk"),
        ("https://evil.example/", "/desk"),
        ("javascript:alert(1)", "/desk"),
        ("/\t/evil.example", "/desk"),
        ("account", "/desk"),
    ],
)
def test_a_sign_in_leads_back_inside_and_never_elsewhere(site: Site, wanted: str, led: str) -> None:
    assert site.visitor().sign_in("handler@gx-zrzy", next=wanted).headers["location"] == led


def test_the_administrator_arrives_at_the_administration(site: Site) -> None:
    assert site.visitor().sign_in("admin").headers["location"] == "/admin"


def test_passwords_are_not_carried_through_a_sign_in(site: Site) -> None:
    person = signed_in(site, "handler@gx-zrzy")
    later(site, minutes=31)
    answer = person.post("/account/password", {"old": PASSWORD, "new": "Xin-Mima-2026", "again": "Xin-Mima-2026"})
    assert answer.status_code == 401
    assert PASSWORD not in answer.text
    assert "Xin-Mima-2026" not in answer.text
    assert ("next", "/account") in hidden(answer.text)


# ---------------------------------------------------------------- what is written down


def test_sign_ins_failures_and_locks_stand_in_the_log_without_what_was_typed(site: Site) -> None:
    signed_in(site, "handler@gx-zrzy")
    for _ in range(5):
        attempt(site, "nobody@gx-zfb")
    assert {one.what for one in entries_all(site)} >= {"sign_in", "sign_in_failed", "locked"}
    for one in entries_all(site):
        assert PASSWORD not in str(one)
        assert WRONG not in str(one)
        assert "nobody" not in str(one), "an unknown name may be a password typed in the wrong field"


def signed_in(site: Site, username: str) -> Person:
    person = site.visitor()
    assert person.sign_in(username).status_code == 303
    return person


def disable(site: Site, username: str, *, active: bool) -> None:
    def change(session: Any) -> None:
        row = people.officer_row(session, username)
        assert row is not None
        session.execute(people.OFFICER.update().where(people.OFFICER.c.id == row.id).values(active=active))

    site.office.database.write(change)


def entries_all(site: Site) -> list[Any]:
    with site.office.database.read() as session:
        return list(people.log_entries(session, limit=1000))


def hidden(page: str) -> list[tuple[str, str]]:
    return [(unescape(name), unescape(value)) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)]
