"""管理员 read no file by that post, at any door; and where the administration is divided (三员分立) nobody does two parts of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, get_args
from uuid import uuid4

import pytest

from api.office import duties
from api.office.policy import ADMINISTRATORS, ROUTES, STAFF, readable_agencies, relation
from api.office.sight import Purpose, sight
from db import people, store
from tests.pages.conftest import (
    NARROW,
    TABLET,
    WIDE,
    Chromium,
    Person,
    Site,
    officer,
    reads_well,
    text_of,
)
from tests.pages.test_matrix import PAGES, QUERIES, UNIT, Scene
from workflow.acts import Officer
from workflow.case import Case

NAME, NUMBER, STREET = "金丝雀", "11010519491231002X", "冠县金丝雀路1号院2单元"
WANTED = f"{NAME}（{NUMBER}）位于{STREET}的房屋征收补偿方案"
OF_ALL = {("GET", "/admin"), ("GET", "/api/me"), ("GET", "/api/agencies"), ("GET", "/account"), ("POST", "/account/password"),
          ("POST", "/account/sessions"), ("POST", "/account/tokens"), ("POST", "/account/tokens/revoke"), ("POST", "/account/settings"),
          ("POST", "/account/contact"),
          ("GET", "/account/factor"), ("POST", "/account/factor"), ("POST", "/account/factor/confirm"),
          ("POST", "/account/factor/recovery"), ("POST", "/account/factor/remove")}  # fmt: skip
USERS = {("GET", "/admin/users"), ("GET", "/admin/users/{officer_id}"), ("POST", "/admin/users/{officer_id}"), ("POST", "/drafts")}
SYSTEM = {("POST", "/admin/users"), ("POST", "/admin/users/{officer_id}/leave"), ("POST", "/admin/users/{officer_id}/leave/end"),
          ("GET", "/admin/agencies"), ("POST", "/admin/agencies/{code}/form"), ("POST", "/admin/agencies/{code}/check"),
          ("POST", "/admin/agencies/{code}/counter"), ("GET", "/admin/agencies/{code}/pages"), ("POST", "/admin/agencies/{code}/pages"),
          ("GET", "/admin/letterheads"), ("GET", "/admin/letterheads/{code}"), ("POST", "/admin/letterheads/{code}"),
          ("POST", "/admin/letterheads/{code}/preview"),
          ("GET", "/admin/phrases"), ("POST", "/admin/phrases"), ("GET", "/admin/wording"), ("GET", "/admin/wording/{what}"),
          ("POST", "/admin/wording/{what}"), ("POST", "/admin/wording/{what}/preview"), ("GET", "/admin/holidays"),
          ("POST", "/admin/holidays"), ("POST", "/admin/holidays/confirm"), ("GET", "/admin/fees"), ("GET", "/admin/rules"),
          ("GET", "/import"), ("POST", "/import"), ("GET", "/import/template"), ("GET", "/import/{job_id}"), ("POST", "/import/{job_id}"),
          ("GET", "/import/{job_id}/words"), ("POST", "/import/{job_id}/words"), ("GET", "/import/{job_id}/problems")}  # fmt: skip
SECURITY = {("POST", "/admin/users/{officer_id}/active"), ("POST", "/admin/users/{officer_id}/password"),
            ("POST", "/admin/users/{officer_id}/tokens"), ("POST", "/admin/users/{officer_id}/factor"), ("GET", "/admin/security"),
            ("POST", "/admin/security/factor"), ("POST", "/admin/security/division"), ("POST", "/admin/security/watermark")}  # fmt: skip
AUDIT = {("GET", "/admin/log"), ("POST", "/admin/log/csv")}
MAY = {
    ("admin", False): OF_ALL | USERS | SYSTEM | SECURITY | AUDIT,
    ("admin", True): OF_ALL | USERS | SYSTEM,
    ("security_admin", False): OF_ALL | USERS | SECURITY,
    ("security_admin", True): OF_ALL | USERS | SECURITY,
    ("audit_admin", False): OF_ALL | AUDIT,
    ("audit_admin", True): OF_ALL | AUDIT,
}
"""What each administrator may use, undivided and divided: all of it. Nothing here is about a file."""


# ---------------------------------------------------------------- no file by that post


@pytest.mark.parametrize(("role", "divided"), MAY)
def test_the_table_gives_an_administrator_this_and_nothing_else(role: str, divided: bool) -> None:
    open_to_him = {key for key, row in ROUTES.items() if not row.is_public and role in row.open_to(divided)}
    assert open_to_him == MAY[role, divided]
    assert not any(part in path for _, path in open_to_him for part in ("{case_id}", "{letter_id}", "{attachment_id}", "{application_id}"))


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_no_file_exists_for_an_administrator_and_nothing_is_seen(site: Site, role: str) -> None:
    case = site.register()
    for agency in (case.agency, "gx-zfb"):
        him = Officer(id=str(uuid4()), username="x", name="样例", role=role, agency=agency)
        assert relation(him, case, site.office.agencies) is None
        assert readable_agencies(him, site.office.agencies) == frozenset()
    for related in ("own", "overseen", "passed_down", "consulted", None):
        assert {sight(role, related, purpose) for purpose in get_args(Purpose)} == {"nothing"}


@pytest.fixture(scope="module")
def scene(site: Site) -> Scene:
    return Scene(site)


@pytest.fixture(scope="module")
def told(scene: Scene, site: Site) -> Case:
    """A file whose people the log was told of, by an officer who gave their names for a reason."""
    case = site.register(wanted=WANTED, applicant={"name": NAME, "id_type": "resident_id", "id_number": NUMBER, "address": STREET})
    handler = site.as_(f"handler@{UNIT}")
    assert handler.post(f"/cases/{case.id}/applicant", {"reason": f"{NAME}（{NUMBER}）来电，核对{STREET}"}).status_code == 200
    return case


@pytest.fixture(params=ADMINISTRATORS)
def one_of_the_unit(request: pytest.FixtureRequest, site: Site, told: Case) -> Iterator[Person]:
    """An administrator who belongs to the unit whose files these are."""
    row = officer(site, request.param)
    move = lambda agency: site.office.database.write(  # noqa: E731
        lambda s: people.change_officer(s, row.id, name=row.name, role=row.role, agency=agency)
    )
    move(UNIT)
    yield site.as_(request.param)
    move(row.agency)


def test_every_address_of_a_file_is_closed_to_an_administrator_of_its_own_unit(one_of_the_unit: Person, scene: Scene, site: Site, told: Case) -> None:
    role = next(name for name, person in site.signed.items() if person is one_of_the_unit)
    now, values = site.clock(), {**scene.values, "case_id": told.id, "seq": "3"}
    him = officer(site, role).id
    token = site.office.database.write(lambda s: store.new_token(s, him, label="样例", at=now, expires_at=now + timedelta(days=9)))
    program = site.visitor(Authorization=f"Bearer {token}")
    tried = 0
    for (method, path), row in ROUTES.items():
        if row.is_public or (method, path) in MAY[role, False] or path.startswith("/static"):
            continue
        tried += 1
        address = re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], str(uuid4())), path) + QUERIES.get(path, "")
        if path.startswith("/api/"):
            answer = program.http.request(method, address, json={} if method == "POST" else None, headers={"If-Match": '"1"', "X-Reason": "ok"})
        else:
            answer = one_of_the_unit.get(address) if method == "GET" else one_of_the_unit.post(address, {"reason": "核对材料"})
        assert answer.status_code == 403, f"{method} {path}: {answer.status_code}"
        assert NAME not in answer.text and "房屋征收" not in answer.text
    assert tried > 100


def test_no_page_of_an_administrator_tells_of_a_file(one_of_the_unit: Person, scene: Scene, site: Site) -> None:
    for path in PAGES:
        answer = one_of_the_unit.get(scene.address(path))
        if answer.status_code == 200:
            for word in (NAME, NUMBER, STREET, "房屋征收", "周文博"):
                assert word not in answer.text, path


def test_the_log_tells_why_somebody_looked_without_whom_he_looked_at(site: Site, told: Case) -> None:
    for who in ("admin", "audit_admin"):
        page = text_of(site.as_(who).page(f"/admin/log?file={told.number}"))
        taken = site.as_(who).post("/admin/log/csv", {"file": told.number}).content.decode("utf-8-sig")
        for text in (page, taken):
            assert "金*（110***********002X）来电，核对冠县金***" in text
            assert NAME not in text and NUMBER not in text


# ---------------------------------------------------------------- 三员分立


@pytest.fixture
def divided(site: Site) -> Iterator[Site]:
    set_divided(site, True)
    yield site
    set_divided(site, False)


def set_divided(site: Site, yes: bool) -> None:
    site.office.database.write(lambda s: people.set_setting(s, "", duties.DIVIDED, "yes" if yes else "no"))


def row_of(site: Site, username: str) -> Any:
    """An officer, active or not."""
    with site.office.database.read() as session:
        return people.officer_row(session, username)


def user(site: Site, username: str) -> str:
    return f"/admin/users/{row_of(site, username).id}"


def active(site: Site, username: str, yes: bool) -> None:
    row = row_of(site, username)
    site.office.database.write(lambda s: people.set_active(s, row.id, yes, site.clock()))


def test_it_begins_with_three_people_and_ends_by_another_than_who_gains(site: Site) -> None:
    admin = site.as_("admin")
    assert "还没有" not in text_of(admin.page("/admin/security")).partition("三员分立")[2]
    for missing, title in (("audit_admin", "安全审计员"), ("security_admin", "安全保密管理员")):
        active(site, missing, False)
        refused = admin.post("/admin/security/division", {"divided": "yes"})
        assert refused.status_code == 400 and f"还缺{title}" in text_of(refused.text)
        active(site, missing, True)
    audit = officer(site, "audit_admin")
    same = officer(site, "security_admin").name
    site.office.database.write(lambda s: people.change_officer(s, audit.id, name=same, role=audit.role, agency=audit.agency))
    refused = admin.post("/admin/security/division", {"divided": "yes"})
    assert refused.status_code == 400 and "不能由同一人担任" in text_of(refused.text)
    site.office.database.write(lambda s: people.change_officer(s, audit.id, name=audit.name, role=audit.role, agency=audit.agency))
    assert admin.post("/admin/security/division", {"divided": "yes"}).headers["location"] == "/admin"
    assert admin.get("/admin/security").status_code == admin.get("/admin/log").status_code == 403
    assert admin.post("/admin/security/division", {"divided": "no"}).status_code == 403
    assert site.as_("audit_admin").post("/admin/security/division", {"divided": "no"}).status_code == 403
    with site.office.database.read() as session:
        assert "三员分立" in [one.reason for one in people.log_entries(session, wanted=people.LogFilter(username="admin")) if one.what == "setting"]
    ended = site.as_("security_admin").post("/admin/security/division", {"divided": "no"})
    assert ended.headers["location"] == "/admin/security?done=undivided"
    assert admin.get("/admin/log").status_code == 200


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_divided_each_sees_his_own_part(divided: Site, scene: Scene, role: str) -> None:
    person = divided.as_(role)
    for method, path in sorted(SYSTEM | USERS | SECURITY | AUDIT | {("GET", "/admin")}):
        address = scene.address(path)
        if (method, path) not in MAY[role, True]:
            answer = person.get(address) if method == "GET" else person.post(address)
            assert answer.status_code == 403, f"{method} {path}"
        elif method == "GET" and "{job_id}" not in path:
            assert person.get(address).status_code in (200, 303), path
    listed = set(re.findall(r'<li><a href="(/admin/[a-z]+)"', person.page("/admin")))
    pages = {path for method, path in MAY[role, True] if method == "GET" and re.fullmatch("/admin/[a-z]+", path)}
    assert listed == pages - {"/admin/letterheads"}


def test_divided_a_user_is_entered_by_one_and_let_in_by_another(divided: Site) -> None:
    site, admin, security = divided, divided.as_("admin"), divided.as_("security_admin")
    made = admin.post("/admin/users", {"username": "neu@gx-rsj", "name": "方新到（样例）", "role": "head", "agency": "gx-rsj"})
    assert made.status_code == 200 and "gk-token" not in made.text and "安全保密管理员" in text_of(made.text)
    path = user(site, "neu@gx-rsj")
    for part in ("active", "password", "tokens", "factor"):
        assert admin.post(f"{path}/{part}", {"active": "yes", "reason": "样例理由"}).status_code == 403
    fields = {"name": "方新到（样例）", "role": "head", "agency": "gx-rsj"}
    for who, changed, sentence in (
        (admin, {"role": "handler"}, "岗位由安全保密管理员核定"),
        (security, {"name": "方改名（样例）"}, "姓名、单位由系统管理员登记"), (security, {"agency": "gx-zjj"}, "姓名、单位由系统管理员登记"),
    ):  # fmt: skip
        answer = who.post(path, fields | changed)
        assert answer.status_code == 400 and sentence in text_of(answer.text)
    assert admin.post(path, fields | {"name": "方新来（样例）"}).status_code == 303
    assert security.post(path, fields | {"name": "方新来（样例）", "role": "handler"}).status_code == 303
    assert security.post(f"{path}/active", {"active": "yes"}).status_code == 303
    shown = re.search(r'<code class="gk-token">([^<]+)', security.post(f"{path}/password").text)
    assert shown
    assert site.visitor().sign_in("neu@gx-rsj", shown[1]).status_code == 303
    assert officer(site, "neu@gx-rsj").role == "handler"
    page = security.page(path)
    assert "方新来（样例）" in text_of(page) and 'id="f-name"' not in page and 'id="f-role"' in page
    assert 'id="f-role"' not in admin.page(path)


def test_divided_the_last_of_each_stays_and_nobody_takes_a_second_part(divided: Site) -> None:
    site, security, agency = divided, divided.as_("security_admin"), "gx-zfb"
    for role in ADMINISTRATORS:
        path, name = user(site, role), officer(site, role).name
        answer = security.post(f"{path}/active", {"active": "no"})
        assert answer.status_code == 400 and "各至少一名" in text_of(answer.text), role
        answer = security.post(path, {"name": name, "role": "analyst", "agency": agency})
        assert answer.status_code == 400, role
    mine = {"name": officer(site, "security_admin").name, "role": "admin", "agency": agency}
    answer = security.post(user(site, "security_admin"), mine)
    assert answer.status_code == 400 and "不能改自己的岗位" in text_of(answer.text)
    twin = site.office.database.write(
        lambda s: store.add_officer(s, username="zwei@gx-zfb", name=mine["name"], role="analyst", agency=agency, at=site.clock())
    )
    for role, status in (("admin", 400), ("audit_admin", 400), ("security_admin", 303), ("analyst", 303)):
        answer = security.post(f"/admin/users/{twin.id}", {"name": mine["name"], "role": role, "agency": agency})
        assert answer.status_code == status, role
    again = security.post(f"/admin/users/{twin.id}", {"name": mine["name"], "role": "admin", "agency": agency})
    assert "不能由同一人担任" in text_of(again.text)


@pytest.mark.parametrize("typed", ["系统管理员 （样例）", "系统管理员\u3000（样例）", "系统管理员(样例)", "系 统管理员（样例） "])
def test_a_name_that_is_typed_otherwise_is_the_same_person(site: Site, typed: str) -> None:
    system, audit = officer(site, "admin"), officer(site, "audit_admin")
    named = lambda row, name: site.office.database.write(  # noqa: E731
        lambda s: people.change_officer(s, row.id, name=name, role=row.role, agency=row.agency)
    )
    named(system, "系统管理员（样例）")
    named(audit, typed)
    try:
        with site.office.database.read() as session:
            told = duties.fault(session, site.office.rules, divided=True)
        assert told is not None and "不能由同一人担任" in told
    finally:
        named(system, system.name)
        named(audit, audit.name)


def test_undivided_the_administrator_does_it_all_as_ever(site: Site) -> None:
    admin = site.as_("admin")
    for path in ("/admin/users", "/admin/security", "/admin/log", "/admin/agencies", "/admin/rules"):
        assert admin.get(path).status_code == 200, path
    active(site, "audit_admin", False)
    assert admin.post(f"{user(site, 'security_admin')}/active", {"active": "no"}).status_code == 303, "they may be there or not"
    for who in ("audit_admin", "security_admin"):
        active(site, who, True)


def test_what_each_role_is_called_and_none_is_both() -> None:
    assert not STAFF & set(ADMINISTRATORS)


def test_the_pages_of_the_three_read_well(browser: Chromium) -> None:
    set_divided(browser.site, True)
    who = officer(browser.site, "head@gx-rsj").id
    parts = {
        "admin": ("/admin", f"/admin/users/{who}", "/admin/users"),
        "security_admin": ("/admin", "/admin/security", f"/admin/users/{who}"),
        "audit_admin": ("/admin", "/admin/log"),
    }
    for role, paths in parts.items():
        window = browser.window(role)
        for path in paths:
            reads_well(window.go(path), WIDE, TABLET, NARROW)
    set_divided(browser.site, False)
