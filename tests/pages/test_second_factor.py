"""两步验证: a password alone signs nobody in who has a second factor; a code is good once; what is lost can be helped."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import expect

from api.cli.demo import PASSWORD
from api.office import factors, sessions, totp
from db import factors as kept
from db import people
from db.verify import verify
from tests.pages.conftest import (
    NARROW,
    TABLET,
    WIDE,
    Chromium,
    Person,
    Site,
    axe,
    later,
    officer,
    opens,
    text_of,
    token_of,
)

RFC = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The secret of the test vectors of RFC 6238: 12345678901234567890."""


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130")],
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    assert totp.code_at(RFC, seconds // 30) == code


def now_code(site: Site, secret: str, steps: int = 0) -> str:
    return totp.code_at(secret, totp.step_at(site.clock()) + steps)


def enrolled(site: Site, username: str) -> tuple[Person, str, list[str]]:
    """Somebody who has enrolled at the pages: at work, his secret, his recovery codes."""
    person = site.visitor()
    assert person.sign_in(username).status_code == 303
    offered = person.post("/account/factor", {"password": PASSWORD})
    assert offered.status_code == 200, text_of(offered.text)
    secret = secret_on(offered.text)
    on = confirmed(person, offered.text, now_code(site, secret))
    assert on.status_code == 200, text_of(on.text)
    codes = codes_on(on.text)
    assert len(codes) == factors.RECOVERY
    later(site, seconds=31)
    return person, secret, codes


def confirmed(person: Person, page: str, code: str) -> Any:
    """The answer to a first code, sent with what the page of the secret carries."""
    found = re.search(r'name="proof" value="([^"]+)"', page)
    assert found, text_of(page)
    return person.post("/account/factor/confirm", {"code": code, "proof": found[1]})


def secret_on(page: str) -> str:
    found = re.search(r'<code class="gk-token">([A-Z2-7 ]{32,})</code>', page)
    assert found, text_of(page)
    return found[1].replace(" ", "")


def codes_on(page: str) -> list[str]:
    return re.findall(r'<code class="gk-token">([a-z2-9]{4}(?:-[a-z2-9]{4}){3})</code>', page)


def halfway(site: Site, username: str, **fields: str) -> tuple[Person, str]:
    """Somebody whose password was right, and the proof of it."""
    person = site.visitor()
    answer = person.sign_in(username, **fields)
    assert answer.status_code == 200, text_of(answer.text)
    assert "gongkai_session" not in person.http.cookies
    found = re.search(r'name="proof" value="([^"]+)"', answer.text)
    assert found, text_of(answer.text)
    return person, found[1]


def with_code(person: Person, proof: str, code: str, **fields: str) -> Any:
    return person.post("/sign-in/code", {"proof": proof, "code": code, **fields})


def let_in(site: Site, username: str, code: str) -> int:
    return int(with_code(*halfway(site, username), code).status_code)


def removed(site: Site, username: str) -> None:
    who = officer(site, username)

    def work(session: Any) -> None:
        factors.remove(session, who.id, site.clock())
        sessions.forgive(site.office, session, username)

    site.office.database.write(work)


def entries(site: Site, what: str) -> list[Any]:
    with site.office.database.read() as session:
        return [one for one in people.log_entries(session, limit=1000) if one.what == what]


def required(site: Site, yes: bool) -> None:
    site.office.database.write(lambda s: people.set_setting(s, "", factors.REQUIRED, "yes" if yes else "no"))


# ---------------------------------------------------------------- a head's story


def test_a_head_enrols_signs_in_loses_the_telephone_and_is_helped(site: Site) -> None:
    head = "head@gx-rsj"
    elsewhere = site.visitor()
    assert elsewhere.sign_in(head).status_code == 303
    person, secret, codes = enrolled(site, head)
    assert elsewhere.get("/account").status_code == 303, "who is signed in elsewhere signs in again"
    assert "已启用" in person.page("/account/factor")
    assert not any(code in person.page("/account/factor") for code in codes), "shown once"
    assert person.get("/desk").status_code == 200

    visitor, proof = halfway(site, head, next="/cases")
    assert visitor.get("/desk").status_code == 303, "a password alone signs nobody in"
    code = now_code(site, secret)
    answer = with_code(visitor, proof, code, next="/cases")
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases")
    assert visitor.get("/desk").status_code == 200

    assert let_in(site, head, code) == 401, "a code is good once"
    assert with_code(visitor, proof, now_code(site, secret, 1)).status_code in (401, 403), "and so is the proof of the password"
    assert let_in(site, head, codes[0].upper().replace("-", " ")) == 303, "without the telephone a recovery code"
    assert let_in(site, head, codes[0]) == 401
    assert "还有9个" in entries(site, "factor")[0].reason

    admin = site.as_("admin")
    path = f"/admin/users/{officer(site, head).id}"
    assert "已启用" in text_of(admin.page(path))
    assert admin.post(f"{path}/factor", {"reason": " "}).status_code == 400
    done = admin.post(f"{path}/factor", {"reason": "手机丢失，已当面核实"})
    assert done.headers["location"] == f"{path}?done=unfactored"
    assert admin.post(f"{path}/factor", {"reason": "手机丢失，已当面核实"}).status_code == 404
    assert entries(site, "user")[0].reason == "取消两步验证：手机丢失，已当面核实"
    assert entries(site, "user")[0].object == head
    assert person.get("/account").status_code == 303, "whoever has the telephone is out"
    assert site.visitor().sign_in(head).status_code == 303
    with site.office.database.read() as session:
        assert list(verify(session, site.office.files, site.office.rules, site.office.keys)) == []
        assert secret not in str(session.execute(kept.FACTOR.select()).all())
        assert not any(secret in str(one) or codes[1] in str(one) for one in people.log_entries(session, limit=1000))


def test_what_stood_in_a_form_is_carried_through_both_steps(site: Site) -> None:
    person, secret, _ = enrolled(site, "head@gx-zjj")
    later(site, minutes=31)
    answer = person.post("/account/phrases", {"place": "return.reason", "text": "请写明依据。"})
    assert answer.status_code == 401
    case = site.register("intake@gx-zjj")
    path = f"/cases/{case.id}/acts/note"
    answer = person.post(path, {"text": "已电话告知", "version": "1"})
    assert answer.status_code == 401 and 'name="kept.text" value="已电话告知"' in answer.text
    person.csrf = token_of(answer.text)
    first = person.post("/sign-in", {"username": "head@gx-zjj", "password": PASSWORD, "next": path, "kept.text": "已电话告知"})
    assert 'name="kept.text" value="已电话告知"' in first.text
    proof = re.search(r'name="proof" value="([^"]+)"', first.text)
    assert proof
    done = with_code(person, proof[1], now_code(site, secret), next=path, **{"kept.text": "已电话告知"})
    assert done.headers["location"] == path
    with site.office.database.read() as session:
        draft = people.draft(session, officer(site, "head@gx-zjj").id, path)
    assert draft is not None and draft[0] == {"text": ["已电话告知"]}
    removed(site, "head@gx-zjj")


# ---------------------------------------------------------------- what does not sign in


def test_before_the_password_is_right_nothing_tells_of_a_second_factor(site: Site) -> None:
    enrolled(site, "legal@gx-rsj")
    answers, visitor = [], site.visitor()
    for name in ("legal@gx-rsj", "handler@gx-rsj", "nobody@gx-rsj"):
        given = visitor.sign_in(name, "Falsch-2026")
        answers.append((given.status_code, given.text.replace(name, "X")))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 401 and "验证码" not in answers[0][1]
    removed(site, "legal@gx-rsj")


@pytest.mark.parametrize("code", ["", "0", "00000", "1234567", "١٢٣٤٥٦", "x" * 5000, "'; --", "<b>1</b>", "\x00"])
def test_nothing_else_is_a_code(site: Site, code: str) -> None:
    enrolled(site, "analyst@gx-rsj")
    answer = with_code(*halfway(site, "analyst@gx-rsj"), code)
    assert answer.status_code == 401
    assert "验证码不对" in text_of(answer.text) and "<b>1</b>" not in answer.text
    removed(site, "analyst@gx-rsj")


def test_a_clock_may_be_one_step_wrong_and_no_more(site: Site) -> None:
    _, secret, _ = enrolled(site, "handler@gx-rsj")
    for steps, expected in ((-2, 401), (2, 401), (-1, 303), (1, 303)):
        later(site, minutes=16)
        assert let_in(site, "handler@gx-rsj", now_code(site, secret, steps)) == expected, steps
    assert let_in(site, "handler@gx-rsj", now_code(site, secret)) == 401, "older than the last one"
    later(site, minutes=-60)
    assert let_in(site, "handler@gx-rsj", now_code(site, secret)) == 303, "a clock that was set back keeps nobody out"
    later(site, minutes=60)
    removed(site, "handler@gx-rsj")


def test_the_same_code_at_the_same_moment_is_used_once(site: Site) -> None:
    _, secret, _ = enrolled(site, "intake@gx-rsj")
    people_there = [halfway(site, "intake@gx-rsj") for _ in range(4)]
    code = now_code(site, secret)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda one: with_code(*one, code).status_code, people_there))
    assert sorted(found) == [303, 401, 401, 401]
    removed(site, "intake@gx-rsj")


def test_wrong_codes_lock_as_wrong_passwords_do_and_a_right_password_forgives_none(site: Site) -> None:
    name = "archivist@gx-rsj"
    _, secret, _ = enrolled(site, name)
    before = len(entries(site, "locked"))
    for _ in range(2):
        assert site.visitor().sign_in(name, "Falsch-2026").status_code == 401
    for _ in range(3):
        assert let_in(site, name, "000000" if now_code(site, secret) != "000000" else "000001") == 401
    assert len(entries(site, "locked")) == before + 1
    assert entries(site, "code_failed")[0].username == name
    answer = site.visitor().sign_in(name)
    assert answer.status_code == 401 and "验证码" not in answer.text, "locked, and told as any failure"
    other = site.visitor("203.0.113.9")
    first = other.sign_in(name)
    assert first.status_code == 200, "another client is not locked out with it"
    proof = re.search(r'name="proof" value="([^"]+)"', first.text)
    assert proof
    assert with_code(other, proof[1], now_code(site, secret)).status_code == 303
    visitor, stale = halfway_after(site, name, minutes=31)
    later(site, minutes=6)
    answer = with_code(visitor, stale, now_code(site, secret))
    assert answer.status_code == 401 and "时间已过" in text_of(answer.text)
    removed(site, name)


def halfway_after(site: Site, username: str, minutes: int) -> tuple[Person, str]:
    later(site, minutes=minutes)
    return halfway(site, username)


@pytest.mark.parametrize("change", ["", "0", "id", "until", "digest", "no dots", "\U0001f600." * 30])
def test_a_proof_is_made_here_or_is_none(site: Site, change: str) -> None:
    name = "legal@gx-zjj"
    _, secret, _ = enrolled(site, name)
    visitor, proof = halfway(site, name)
    officer_id, until, digest = proof.split(".")
    forged = {
        "id": f"{officer(site, 'head@gx-zfb').id}.{until}.{digest}", "until": f"{officer_id}.{int(until) + 60}.{digest}",
        "digest": f"{officer_id}.{until}.{'0' * 64}",
    }.get(change, change)  # fmt: skip
    answer = with_code(visitor, forged, now_code(site, secret))
    assert answer.status_code == 401
    assert visitor.get("/desk").status_code == 303
    removed(site, name)


def test_a_proof_ends_with_the_password_and_with_the_officer(site: Site) -> None:
    name, who = "analyst@gx-zjj", officer(site, "analyst@gx-zjj")
    _, secret, _ = enrolled(site, name)
    visitor, proof = halfway(site, name)
    hashed = sessions.hasher().hash(PASSWORD)
    site.office.database.write(lambda s: people.set_password(s, who.id, hashed, site.clock()))
    assert "时间已过" in text_of(with_code(visitor, proof, now_code(site, secret)).text)
    visitor, proof = halfway(site, name)
    site.office.database.write(lambda s: people.set_active(s, who.id, False, site.clock()))
    assert with_code(visitor, proof, now_code(site, secret)).status_code == 401
    site.office.database.write(lambda s: people.set_active(s, who.id, True, site.clock()))
    removed(site, name)


# ---------------------------------------------------------------- getting and changing it


def test_enrolling_asks_the_password_and_five_wrong_ones_end_the_session(site: Site) -> None:
    person = site.visitor()
    assert person.sign_in("handler@gx-zjj").status_code == 303
    for _ in range(4):
        answer = person.post("/account/factor", {"password": "Falsch-2026"})
        assert answer.status_code == 400 and "密码不对" in text_of(answer.text) and "svg" not in answer.text.partition("gk-qr")[2]
    assert person.post("/account/factor", {"password": "Falsch-2026"}).status_code == 401
    assert person.get("/account").status_code == 303


def test_a_secret_that_nobody_confirmed_asks_for_nothing_and_ends(site: Site) -> None:
    person = site.visitor()
    assert person.sign_in("intake@gx-zjj").status_code == 303
    first = person.post("/account/factor", {"password": PASSWORD}).text
    second = person.post("/account/factor", {"password": PASSWORD}).text
    assert secret_on(first) != secret_on(second)
    assert site.visitor().sign_in("intake@gx-zjj").status_code == 303
    wrong = confirmed(person, second, now_code(site, secret_on(first)))
    assert wrong.status_code == 400 and secret_on(wrong.text) == secret_on(second)
    over = confirmed(person, first, now_code(site, secret_on(second)))
    assert over.status_code == 400 and "gk-qr" not in over.text, "what was shown before is over"
    later(site, minutes=16)
    late = confirmed(person, second, now_code(site, secret_on(second)))
    assert late.status_code == 400 and "没有启用" in text_of(late.text)
    assert person.post("/account/factor/confirm", {"code": ""}).status_code == 400
    assert site.visitor().sign_in("intake@gx-zjj").status_code == 303


def test_a_secret_is_shown_to_and_confirmed_by_the_session_that_gave_the_password_alone(site: Site) -> None:
    name = "analyst@gx-zrzy"
    owner, other = site.visitor(), site.visitor()
    for person in (owner, other):
        assert person.sign_in(name).status_code == 303
    offered = owner.post("/account/factor", {"password": PASSWORD}).text
    secret = secret_on(offered)
    for answer in (
        other.post("/account/factor/confirm", {"code": "x"}),
        other.post("/account/factor/confirm", {"code": now_code(site, secret), "proof": "😀"}),
        confirmed(other, offered, now_code(site, secret)),
        owner.post("/account/factor/confirm", {"code": now_code(site, secret)}),
    ):
        assert answer.status_code == 400 and "gk-qr" not in answer.text and "重新填写密码" in text_of(answer.text)
        assert codes_on(answer.text) == []
    done = confirmed(owner, offered, now_code(site, secret))
    assert done.status_code == 200 and len(codes_on(done.text)) == factors.RECOVERY
    removed(site, name)


def test_wrong_first_codes_end_the_session_as_wrong_passwords_do(site: Site) -> None:
    person = site.visitor()
    assert person.sign_in("legal@gx-zrzy").status_code == 303
    offered = person.post("/account/factor", {"password": PASSWORD}).text
    for _ in range(4):
        answer = confirmed(person, offered, "x")
        assert answer.status_code == 400 and secret_on(answer.text) == secret_on(offered)
    assert confirmed(person, offered, "x").status_code == 401
    assert person.get("/account").status_code == 303
    assert entries(site, "code_failed")[0].username == "legal@gx-zrzy"


def test_recovery_codes_are_changed_and_it_is_taken_away_with_a_code(site: Site) -> None:
    name = "archivist@gx-zjj"
    person, secret, old = enrolled(site, name)
    assert person.post("/account/factor", {"password": PASSWORD}).status_code == 200
    assert site.visitor().sign_in(name).status_code == 200, "to begin again takes nothing away"
    renewed = person.post("/account/factor/recovery", {"code": now_code(site, secret)})
    new = codes_on(renewed.text)
    assert renewed.status_code == 200 and len(new) == factors.RECOVERY and not set(new) & set(old)
    assert let_in(site, name, old[0]) == 401
    for _ in range(4):
        assert person.post("/account/factor/remove", {"code": old[0]}).status_code == 400
    assert person.post("/account/factor/remove", {"code": new[0]}).status_code == 200
    assert site.visitor().sign_in(name).status_code == 303
    told = [one.reason for one in entries(site, "factor") if one.username == name]
    assert told == ["停用", "更换恢复码", "启用"]


# ---------------------------------------------------------------- the office asks for it


def test_whom_the_office_asks_is_led_there_and_can_do_nothing_else(site: Site) -> None:
    name, admin = "head@gx-zfb", site.visitor()
    assert admin.sign_in("admin").status_code == 303
    page = text_of(admin.page("/admin/security"))
    assert "要求负责人和管理员启用两步验证" in page and "head@gx-zfb" in page
    working = site.visitor()
    assert working.sign_in(name).status_code == 303
    token = re.search(r'<code class="gk-token">([^<]+)', working.post("/account/tokens", {"label": "样例", "days": "9", "password": PASSWORD}).text)
    assert token
    assert admin.post("/admin/security/factor", {"required": "yes"}).headers["location"] == "/admin/security?done=asked"
    try:
        assert entries(site, "setting")[0].reason == "要求启用两步验证"
        assert admin.get("/admin").status_code == 403, "also whoever asked for it"
        assert "启用两步验证" in text_of(working.get("/desk").text)
        for path in ("/desk", "/cases", "/api/me", "/approvals"):
            assert working.get(path).status_code == 403, path
        for path in ("/account/tokens", "/account/settings", "/account/sessions"):
            assert working.post(path, {"label": "样例", "days": "9"}).status_code == 403, path
        assert site.visitor().sign_in(name, next="/cases").headers["location"] == "/account/factor"
        bearer = site.visitor(Authorization=f"Bearer {token[1]}")
        assert bearer.get("/api/cases").status_code == 200, "tokens go on working"
        assert site.as_("handler@gx-zfb").get("/desk").status_code == 200, "the others are not asked"
        offered = working.post("/account/factor", {"password": PASSWORD}).text
        secret = secret_on(offered)
        assert confirmed(working, offered, now_code(site, secret)).status_code == 200
        assert working.get("/desk").status_code == 200
        later(site, seconds=31)
        assert working.post("/account/factor/remove", {"code": now_code(site, secret)}).status_code == 200
        assert working.get("/desk").status_code == 403, "who takes it away is asked again"
    finally:
        required(site, False)
    assert admin.get("/admin").status_code == 200
    assert working.get("/desk").status_code == 200


def test_an_administrator_takes_his_own_away_with_a_code_alone(site: Site) -> None:
    person, secret, _ = enrolled(site, "admin")
    own = f"/admin/users/{officer(site, 'admin').id}/factor"
    refused = person.post(own, {"reason": "手机丢失，已当面核实"})
    assert refused.status_code == 400 and "用验证码停用" in text_of(refused.text)
    assert site.visitor().sign_in("admin").status_code == 200, "a code is still asked for"
    assert person.post("/account/factor/remove", {"code": now_code(site, secret)}).status_code == 200


def test_only_an_administrator_asks_and_takes_away(site: Site) -> None:
    who = officer(site, "head@gx-zrzy").id
    for path in (f"/admin/users/{who}/factor", "/admin/security/factor"):
        assert site.as_("head@gx-zfb").post(path, {"reason": "样例理由", "required": "yes"}).status_code == 403


# ---------------------------------------------------------------- at a browser


@pytest.mark.parametrize("size", [WIDE, TABLET, NARROW])
def test_enrolment_and_sign_in_at_a_browser(browser: Chromium, size: tuple[int, int]) -> None:
    site, name = browser.site, "head@gx-zrzy"
    window = browser.window(name, size=size)

    def reads_well() -> None:
        assert axe(window.page) == []
        assert window.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page = window.go("/account")
    with opens(page):
        page.click('a[href="/account/factor"]')
    reads_well()
    page.fill("#f-password", PASSWORD)
    with opens(page):
        page.click("main .btn-primary")
    reads_well()
    box = page.locator(".gk-qr svg").bounding_box()
    assert box and box["width"] >= 200 and abs(box["width"] - box["height"]) < 2
    secret = secret_on(page.content())
    page.fill("#f-code", now_code(site, secret))
    with opens(page):
        page.click("main .btn-primary")
    assert len(codes_on(page.content())) == factors.RECOVERY
    reads_well()
    later(site, seconds=31)
    window.context.clear_cookies()
    page = window.sign_in(name)
    expect(page.locator("#f-code")).to_be_focused()
    reads_well()
    page.fill("#f-code", "000000")
    with opens(page):
        page.press("#f-code", "Enter")
    assert "验证码不对" in page.inner_text("form.r")
    reads_well()
    page.fill("#f-code", now_code(site, secret))
    with opens(page):
        page.press("#f-code", "Enter")
    assert page.url.endswith("/desk")
    removed(site, name)
