"""Denied by default: every route is in the table, and each role meets what the table says."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest

from api.office.policy import ACTS_BY_RELATION, ADMINISTRATORS, EVERYONE, OVERSEERS, ROUTES, STAFF
from api.office.sight import Purpose, sight
from tests.api.conftest import Desk

ROLES = sorted(EVERYONE)
GUARDED = [key for key, row in ROUTES.items() if not row.is_public]
API = [(method, path) for method, path in GUARDED if path.startswith("/api/")]
PAGES = [(method, path) for method, path in GUARDED if not path.startswith("/api/")]
"""Pages take a session, never a token: how each role meets them is tested with the pages."""
CLOSED = [key for key, row in ROUTES.items() if not row.is_public and key[1].startswith("/api/")]
"""The routes of the API that ask who is calling; the pages have tests of their own."""


def test_every_route_stands_in_the_table(desk: Desk) -> None:
    """A route that is not in the table fails here, and answers 404 to everybody."""
    found = set()
    for route in desk.client.app.routes:
        for method in getattr(route, "methods", ()):
            if method not in ("OPTIONS", "HEAD"):
                path = re.sub(r":\w+}", "}", str(route.path_format)).rstrip("/") or "/"
                found.add((method, path))
    assert found - set(ROUTES) == set()
    assert set(ROUTES) - found == set()


def address_of(path: str) -> str:
    """An address of the route, of things that are not there."""
    return re.sub(r"{\w+}", str(uuid4()), re.sub(r"{(n|number|seq)}", "1", path))


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_without_a_token_nothing_but_401(desk: Desk, method: str, path: str) -> None:
    address = address_of(path)
    answer = desk.call(None, method, address, {} if method == "POST" else None)
    assert answer.status_code == 401
    assert answer.json()["status"] == 401
    assert "Bearer" in answer.headers["www-authenticate"]


@pytest.mark.parametrize(("method", "path"), PAGES)
def test_without_a_session_a_page_leads_to_the_sign_in(desk: Desk, method: str, path: str) -> None:
    """GET goes there and back again; a form that was sent comes back with the sign-in page, and a token helps nobody."""
    address = re.sub(r"{(n|number|seq)}", "1", path)  # what is counted
    address = re.sub(r"{\w+}", str(uuid4()), address)
    for who in (None, "handler@gx-zrzy"):
        headers = {} if who is None else {"Authorization": f"Bearer {desk.tokens[who]}"}
        answer = desk.client.request(method, address, headers=headers, follow_redirects=False)
        if method == "GET":
            assert answer.status_code == 303
            assert answer.headers["location"].startswith("/sign-in")
        else:
            assert answer.status_code == 401
            assert 'action="/sign-in"' in answer.text


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_each_role_meets_the_table(desk: Desk, role: str, method: str, path: str) -> None:
    """A role outside the row gets 403; one inside gets something else."""
    who = role if role in ADMINISTRATORS else f"{role}@gx-zrzy"
    address = address_of(path)
    answer = desk.call(who, method, address, {} if method == "POST" else None)
    assert (answer.status_code == 403) == (role not in ROUTES[method, path].roles), answer.text
    assert answer.status_code < 500


@pytest.mark.parametrize("token", ["", "x", "a" * 5000, "令牌"])
def test_a_wrong_token_is_401(desk: Desk, token: str) -> None:
    header = f"Bearer {token}".encode()
    answer = desk.client.get("/api/me", headers={b"Authorization": header})
    assert answer.status_code == 401


def test_another_agencys_case_answers_like_one_that_does_not_exist(desk: Desk) -> None:
    case = desk.register()
    letter = case["letters"][0]["id"]
    for path in (f"/api/cases/{case['id']}", f"/api/letters/{letter}", f"/api/letters/{letter}/pdf",
                 f"/api/cases/{case['id']}/days", f"/api/cases/{case['id']}/similar"):  # fmt: skip
        there = desk.call("handler@gx-rsj", "GET", path)
        nowhere = desk.call("handler@gx-rsj", "GET", re.sub(r"[0-9a-f-]{36}", str(uuid4()), path))
        assert there.status_code == nowhere.status_code == 404
        assert _without_id(there) == _without_id(nowhere)
    placed = desk.try_place("handler@gx-rsj", case, kind="note", text="x")
    assert placed.status_code == 404


def _without_id(answer: Any) -> dict[str, Any]:
    return {key: value for key, value in answer.json().items() if key != "request_id"}


def test_a_list_holds_only_what_one_may_see(desk: Desk) -> None:
    desk.register()
    mine = desk.call("handler@gx-rsj", "GET", "/api/cases").json()
    assert all(row["agency"] == "gx-rsj" for row in mine["items"])
    theirs, nobodys = (desk.call("handler@gx-rsj", "GET", f"/api/cases?agency={one}") for one in ("gx-zrzy", "gx-none"))
    assert theirs.status_code == nobodys.status_code == 400
    assert theirs.json()["errors"] == nobodys.json()["errors"], "it is not told which units there are"
    above = desk.call("head@gx-zfb", "GET", "/api/cases").json()
    assert "gx-zrzy" in {row["agency"] for row in above["items"]}


def test_the_overseeing_office_reads_and_notes_but_does_not_handle(desk: Desk) -> None:
    case = desk.register()
    seen = desk.call("head@gx-zfb", "GET", f"/api/cases/{case['id']}")
    assert seen.status_code == 200
    assert seen.json()["applicant"]["name"] == "周*"
    assert desk.try_place("head@gx-zfb", case, kind="note", text="请抓紧办理").status_code == 201
    case["version"] += 1
    refused = desk.try_place("head@gx-zfb", case, kind="withdrawal")
    assert refused.status_code == 403
    assert "note" in desk.call("head@gx-zfb", "GET", f"/api/cases/{case['id']}").json()["permitted"]
    assert set(seen.json()["permitted"]) <= ACTS_BY_RELATION["overseen"]
    assert desk.call("intake@gx-zfb", "GET", f"/api/cases/{case['id']}").status_code == 404


def test_a_consulted_agency_sees_its_question_and_may_only_answer(desk: Desk) -> None:
    case = desk.register()
    case = desk.place("handler@gx-zrzy", case, kind="acceptance", on="2026-11-03")
    case = desk.place(
        "handler@gx-zrzy", case, kind="consultation", on="2026-11-04", type="other_agency", agency="gx-rsj",
        party={"name": "冠县人力资源和社会保障局"}, question="社保补贴部分是否可以公开？",
    )  # fmt: skip
    inbox = desk.call("legal@gx-rsj", "GET", "/api/consultations").json()["items"]
    mine = [one for one in inbox if one["case_id"] == case["id"]]
    assert [one["question"] for one in mine] == ["社保补贴部分是否可以公开？"]
    assert "周文博" not in str(mine)
    assert desk.call("legal@gx-rsj", "GET", f"/api/cases/{case['id']}").status_code == 404
    assert desk.try_place("legal@gx-rsj", case, kind="note", text="x").status_code == 404
    answered = desk.try_place(
        "legal@gx-rsj", case, kind="opinion", on="2026-11-06", consultation=3, stance="consent", text="可以公开。"
    )
    assert answered.status_code == 201, answer_text(answered)
    assert answered.json() == {**mine[0], "version": 4, "open": False}, "the question and nothing else of the case"
    assert answered.headers["etag"] == '"4"'
    after = desk.call("handler@gx-zrzy", "GET", f"/api/cases/{case['id']}").json()
    assert after["state"] == "handling"


def test_a_consulted_agency_cannot_answer_for_another(desk: Desk) -> None:
    case = desk.place("handler@gx-zrzy", desk.register(), kind="acceptance", on="2026-11-03")
    for asked in ("gx-rsj", "gx-zjj"):
        case = desk.place(
            "handler@gx-zrzy", case, kind="consultation", on="2026-11-04", type="other_agency", agency=asked,
            party={"name": f"样例{asked}"}, question="是否可以公开？",
        )  # fmt: skip
    answer = {"kind": "opinion", "on": "2026-11-06", "stance": "object", "text": "不可以。"}
    assert desk.try_place("legal@gx-rsj", case, **answer, consultation=4).status_code == 404
    assert desk.try_place("legal@gx-rsj", case, **answer, consultation=1).status_code == 404
    refused = desk.try_place("analyst@gx-rsj", case, **answer, consultation=3)
    assert refused.status_code == 403
    stale = desk.try_place("legal@gx-rsj", {**case, "version": 1}, **answer, consultation=3)
    assert stale.status_code == 412
    assert "征求意见" not in stale.json()["detail"]
    assert desk.try_place("legal@gx-rsj", case, **answer, consultation=3).status_code == 201
    again = desk.try_place("legal@gx-rsj", {**case, "version": 5}, **answer, consultation=3)
    assert again.status_code == 409
    assert set(again.json()["permitted"]) <= {"opinion"}


TIES = (("POST", "/api/attachments/{attachment_id}"),)
"""What changes something and shows nothing of a paper."""
FOR_A_REASON: dict[str, Purpose] = {
    "/api/letters/{letter_id}/pdf": "letter", "/api/letters/{letter_id}/docx": "letter", "/api/letters/{letter_id}/ofd": "letter",
    "/api/attachments/{attachment_id}": "attachment", "/api/cases/{case_id}/archive": "package",
}  # fmt: skip
RELATIONS = {  # how each agency stands to a case of gx-zrzy on which gx-rsj is consulted
    "gx-zrzy": "own",
    "gx-zfb": "overseen",
    "gx-rsj": "consulted",
    "gx-zjj": None,
}


@pytest.mark.parametrize("agency", RELATIONS)
@pytest.mark.parametrize("role", sorted(STAFF))
def test_each_role_of_each_agency_meets_exactly_what_the_table_says(desk: Desk, consulted: Any, agency: str, role: str) -> None:
    """role x route x relation: 403 outside the role, 404 for who has no relation, 403 where he may only read."""
    case, attachment = consulted
    letter = case["letters"][0]["id"]
    who, relation = f"{role}@{agency}", RELATIONS[agency]
    if relation == "overseen" and role not in OVERSEERS:
        relation = None
    for (method, path), row in ROUTES.items():
        if "_id}" not in path or "{suggestion_id}" in path or path.startswith("/cases") or row.is_public or not path.startswith("/api/"):
            continue
        address = path.format(case_id=case["id"], letter_id=letter, attachment_id=attachment)
        answer = desk.call(who, method, address, b"{}" if method == "POST" else None, If_Match='"0"')
        if role not in row.roles:
            expected = {403}
        elif relation is None or (relation == "consulted" and relation not in row.relations):
            # a body at fault is told before the case is looked for; of the case it says nothing
            expected = {404, 400} if method == "POST" else {404}
        elif relation not in row.relations:
            expected = {403, 400}
        elif path in FOR_A_REASON and (method, path) not in TIES and sight(role, relation, FOR_A_REASON[path]) == "reason":
            expected = {403}
        else:
            expected = {200, 400, 409}
        assert answer.status_code in expected, f"{who} {method} {path}: {answer.text}"


@pytest.mark.parametrize("agency", ["gx-zfb", "gx-rsj", "gx-zjj"])
def test_only_the_own_agency_attaches_and_previews(desk: Desk, consulted: Any, agency: str) -> None:
    case, _ = consulted
    expected = 403 if RELATIONS[agency] == "overseen" else 404
    path = f"/api/cases/{case['id']}"
    token = {"Authorization": f"Bearer {desk.tokens[f'head@{agency}']}"}
    files = {"file": ("说明.txt", b"x")}
    assert desk.client.post(f"{path}/attachments", headers=token, files=files).status_code == expected
    act = {"kind": "extension", "days": 5, "reason": "x"}
    assert desk.call(f"head@{agency}", "POST", f"{path}/letters/preview", act).status_code == expected
    placed = desk.try_place(f"head@{agency}", case, **act)
    assert placed.status_code == expected


@pytest.fixture(scope="module")
def consulted(desk: Desk) -> Any:
    """A case of gx-zrzy with a letter, an attachment, and a consultation of gx-rsj."""
    case = desk.place("handler@gx-zrzy", desk.register(), kind="acceptance", on="2026-11-03")
    kept = desk.client.post(
        f"/api/cases/{case['id']}/attachments",
        headers={"Authorization": f"Bearer {desk.tokens['intake@gx-zrzy']}"},
        files={"file": ("说明.txt", b"x")},
    )
    assert kept.status_code == 201, kept.text
    case = desk.place(
        "handler@gx-zrzy", case, kind="consultation", on="2026-11-04", type="other_agency", agency="gx-rsj",
        party={"name": "样例单位"}, question="是否可以公开？",
    )  # fmt: skip
    return case, kept.json()["id"]


def answer_text(answer: Any) -> str:
    return str(answer.text)


def test_staff_roles_are_those_of_the_rules(desk: Desk) -> None:
    used = {role for roles in desk.office.rules.on(desk.office.today()).roles.values() for role in roles}
    assert used <= STAFF | {"admin"}


def test_the_health_check_answers_whatever_hosts_the_office_names(desk_factory: Any) -> None:
    """A container asks itself, a proxy by its address; everything else answers to the office's hosts alone."""
    desk = desk_factory(allowed_hosts="gongkai.example, www.gongkai.example,*.lan.example,[::1]")

    def asked(host: str, path: str) -> int:
        return int(desk.client.get(path, headers={"Host": host}).status_code)

    for host in ("127.0.0.1:8000", "localhost", "10.0.0.7:8000", "gongkai.example"):
        assert (asked(host, "/health/live"), asked(host, "/health/ready")) == (200, 200), host
    for path in ("/", "/sign-in", "/api/procedure"):
        assert asked("other.example", path) == 400
    for host in ("gongkai.example", "Gongkai.Example:8000", "www.gongkai.example", "a.lan.example:80", "[::1]:8000"):
        assert asked(host, "/") == 200, host
    for host in ("gongkai.example.evil", "xgongkai.example", "lan.example", "[::2]", "", "gongkai.example@evil"):
        assert asked(host, "/") == 400, host
