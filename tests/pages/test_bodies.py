"""Who is calling is asked before anything of a body is read: on every route, however the body is written."""

from __future__ import annotations

import re
import socket
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from api.office.policy import ROUTES
from db import store
from tests.conftest import PATIENCE
from tests.pages.conftest import Site, later, text_of, token_of
from tests.pages.test_acts import handled

PROMISED = 5_000_000
POSTS = sorted(path for method, path in ROUTES if method == "POST" and not ROUTES[method, path].is_public)
KINDS = {
    "form": "application/x-www-form-urlencoded",
    "files": "multipart/form-data; boundary=x",
    "json": "application/json",
}


def address(path: str, **known: str) -> str:
    """An address of the route."""
    plain = re.sub(r"{(n|number|seq)}", "1", path)
    for name, value in known.items():
        plain = plain.replace(f"{{{name}}}", value)
    return re.sub(r"{\w+}", str(uuid4()), plain)


def promise(site: Site, path: str, kind: str = "form", length: int = PROMISED, **headers: str) -> tuple[int, str]:
    """The answer to a request whose body never comes."""
    where = urlsplit(site.url)
    lines = [f"POST {path} HTTP/1.1", f"Host: {where.netloc}", f"Content-Type: {KINDS[kind]}", f"Content-Length: {length}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    with socket.create_connection((where.hostname, where.port), timeout=PATIENCE) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        said = b""
        while b"\r\n\r\n" not in said:
            said += connection.recv(65536)
        head, _, body = said.partition(b"\r\n\r\n")
        length = int(re.search(rb"content-length: (\d+)", head.lower())[1])  # type: ignore[index]
        while len(body) < length:
            body += connection.recv(65536)
    return int(head.split(b" ", 2)[1]), body.decode()


def bearer(site: Site, username: str) -> dict[str, str]:
    now = site.clock()
    token = site.office.database.write(
        lambda s: store.new_token(s, site.officers[username].id, label="样例", at=now, expires_at=now + timedelta(days=1))
    )
    return {"Authorization": f"Bearer {token}"}


def cookie(site: Site, username: str) -> dict[str, str]:
    person = site.as_(username)
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in person.http.cookies.items())}


@pytest.mark.parametrize("path", POSTS)
def test_a_stranger_is_told_to_sign_in_before_his_body_comes(site: Site, path: str) -> None:
    for kind in KINDS:
        status, body = promise(site, address(path), kind)
        assert status == 401
        assert ("Bearer" in body) if path.startswith("/api/") else ('action="/sign-in"' in body)
    invented = {"Cookie": "gongkai_session=invented; gongkai_visitor=invented"}
    assert promise(site, address(path), length=100, **invented)[0] == 401


@pytest.mark.parametrize("path", [one for one in POSTS if "archivist" not in ROUTES["POST", one].roles])
def test_who_holds_another_post_is_told_before_his_body_comes(site: Site, path: str) -> None:
    who = "archivist@gx-zrzy"
    known = bearer(site, who) if path.startswith("/api/") else cookie(site, who)
    for kind in KINDS:
        assert promise(site, address(path), kind, **known)[0] == 403


@pytest.mark.parametrize(
    ("path", "who", "expected"),
    [
        ("/api/cases/{case_id}/attachments", "handler@gx-rsj", 404),
        ("/api/cases/{case_id}/attachments", "handler@gx-zfb", 403),
        ("/cases/{case_id}/attachments", "handler@gx-rsj", 404),
        ("/cases/{case_id}/attachments", "handler@gx-zfb", 403),
        ("/consultations/{case_id}/{n}", "handler@gx-rsj", 404),
    ],
)
def test_files_for_a_case_that_is_not_his_are_not_taken_in(site: Site, path: str, who: str, expected: int) -> None:
    case = site.register()
    known = bearer(site, who) if path.startswith("/api/") else cookie(site, who)
    assert promise(site, address(path, case_id=case.id), "files", **known)[0] == expected
    assert promise(site, address(path), "files", **known)[0] == 404, "like a case that does not exist"


NOT_UTF8 = {
    "words": b'--x\r\nContent-Disposition: form-data; name="x"\r\n\r\n\xff\xfe\r\n--x--\r\n',
    "a file without a name": b'--x\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\xff\xfe\x00\r\n--x--\r\n',
}


@pytest.mark.parametrize("body", NOT_UTF8.values(), ids=list(NOT_UTF8))
@pytest.mark.parametrize("path", ["/sign-in", "/apply/gx-zrzy", "/apply/status", "/intake/files", "/import", "/api/cases/{id}/attachments"])
def test_a_part_that_is_no_text_is_refused(site: Site, path: str, body: bytes) -> None:
    who = "admin" if path == "/import" else "intake@gx-zrzy"
    headers = {"Content-Type": KINDS["files"]} | (bearer(site, who) if path.startswith("/api") else {})
    person = site.visitor() if path.startswith(("/sign", "/apply", "/api")) else site.as_(who)
    sent = person.http.post(path.format(id=site.register().id), content=body, headers=headers)
    assert sent.status_code == 400, sent.text
    assert "UTF-8" in sent.text


OTHER_CHARSETS = ["punycode", "foo", "rot13", "base64", "unicode_escape", "idna", "undefined", "utf-16", '"gbk"', "utf-7"]


@pytest.mark.parametrize("charset", OTHER_CHARSETS)
def test_a_part_in_another_charset_is_refused_before_it_is_decoded(site: Site, charset: str) -> None:
    """A browser names none, and sends UTF-8; Python's own codecs take minutes over what a stranger may send."""
    head = f'Content-Disposition: form-data; name="username"\r\nContent-Type: text/plain; charset={charset}'
    part = f"--x\r\n{head}\r\n\r\na-{'9' * 100_000}\r\n--x--\r\n".encode()
    who, headers = "intake@gx-zrzy", {"Content-Type": "multipart/form-data; boundary=x"}
    sent = [site.visitor().http.post(path, content=part, headers=headers) for path in ("/sign-in", "/verify", "/apply/status")]
    sent.append(site.as_(who).http.post("/cases/find", content=part, headers=headers))
    path = f"/api/cases/{site.register().id}/attachments"
    sent.append(site.visitor().http.post(path, content=part, headers=headers | bearer(site, who)))
    assert [one.status_code for one in sent] == [400] * 5


def test_a_part_that_says_that_it_is_in_utf_8_is_taken(site: Site) -> None:
    head = 'Content-Disposition: form-data; name="username"\r\nContent-Type: text/plain; charset=UTF-8'
    part = f"--x\r\n{head}\r\n\r\n张\r\n--x--\r\n".encode()
    answer = site.visitor().http.post("/verify", content=part, headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert answer.status_code == 403, "its form has no token, and was read"


def test_a_form_of_a_quarter_of_a_million_fields_is_not_taken_apart(site: Site) -> None:
    sent = site.visitor().http.post("/sign-in", content=b"a=1&" * 200_000, headers={"Content-Type": KINDS["form"]})
    assert sent.status_code == 413
    assert "太多" in sent.text


@pytest.mark.parametrize("name", ["gongkai.js/x", "%00", "a" * 300, "a/" * 3000, "..%2f..%2fapp.py", "vendor/.complete", ".hidden", ""])
def test_no_other_file_than_those_of_the_pages_is_given(site: Site, name: str) -> None:
    for method in ("GET", "HEAD"):
        assert site.visitor().http.request(method, f"/static/{name}").status_code == 404
    assert site.visitor().get("/static/gongkai.js").status_code == 200


def test_a_large_form_whose_session_is_over_is_not_read(site: Site) -> None:
    """What was typed comes back; files are not carried through a sign-in, and the page says so."""
    case = site.register()
    person = site.visitor()
    person.sign_in("handler@gx-zrzy")
    known = {"Cookie": f"gongkai_session={person.http.cookies['gongkai_session']}"}
    later(site, minutes=31)
    status, body = promise(site, f"/cases/{case.id}/acts/note", **known)
    assert status == 401
    assert "没有收下" in body
    typed = person.post(f"/cases/{case.id}/acts/note", {"text": "写了很久的备注"})
    assert typed.status_code == 401
    assert "写了很久的备注" in typed.text
    later(site, days=15)
    status, body = promise(site, f"/cases/{case.id}/acts/note", length=100, **known)
    assert status == 401
    assert "登录已经结束" not in body


def test_the_words_of_a_form_with_files_whose_session_is_over_are_carried_and_the_files_named(site: Site) -> None:
    case = site.register()
    person = site.visitor()
    person.sign_in("handler@gx-zrzy")
    later(site, minutes=31)
    files = {"papers": ("检索截图.pdf", b"%PDF-1.7\n" + bytes(400 * 1024), "application/pdf")}
    answer = person.post(f"/cases/{case.id}/acts/search", {"remark": "写了很久的备注"}, files=files)
    said = text_of(answer.text)
    assert answer.status_code == 401 and 'name="kept.remark" value="写了很久的备注"' in answer.text
    assert "您写的内容还在，登录以后回到原来的表单。选的“检索截图.pdf”没有收下，请回到表单以后重新选择。" in said and "太大" not in said
    long = person.post(f"/cases/{case.id}/acts/search", {"remark": "长" * 100_000}, files=files)
    assert long.status_code == 401 and "没有收下" in text_of(long.text) and "您写的内容还在" not in text_of(long.text)


@pytest.mark.parametrize(
    ("path", "who", "said", "frame"),
    [("/apply/gx-zrzy", "", "一次上传的文件合计不超过20MB", "gk-pub-main"), ("/intake", "intake@gx-zrzy", "一次上传的文件合计不超过60MB", "gk-nav"),
     ("/cases/{case_id}/attachments", "handler@gx-zrzy", "一次上传的文件合计不超过60MB", "gk-nav")],
)  # fmt: skip
def test_more_than_can_be_taken_in_is_told_in_words_with_a_way_back_to_the_form(site: Site, path: str, who: str, said: str, frame: str) -> None:
    path = address(path, case_id=handled(site).id)
    status, body = promise(site, path, "files", 75_000_000, **(cookie(site, who) if who else {}))
    assert status == 413 and said in body and frame in body and f'href="{path}"' in body and "JSON" not in body


def test_what_another_site_sends_is_not_given_back(site: Site) -> None:
    """A browser sends no cookie of ours with another site's form: its words do not get into anybody's draft."""
    visitor: Any = site.visitor()
    token_of(visitor.page("/sign-in"))
    case = site.register()
    answer = visitor.http.post(f"/cases/{case.id}/acts/note", data={"text": "别处写的话"})
    assert answer.status_code == 401
    assert "别处写的话" not in answer.text


def test_what_a_neighbouring_site_sends_with_an_old_cookie_is_not_given_back(site: Site) -> None:
    """A site of the same domain may send the cookie of a session that is over; the token of a form of ours it cannot know."""
    case = site.register()
    person = site.visitor()
    person.sign_in("handler@gx-zrzy")
    token = person.csrf
    later(site, minutes=31)
    for sent in ({}, {"csrf": ""}, {"csrf": "0" * 64}):
        answer = person.http.post(f"/cases/{case.id}/acts/note", data={"text": "别处写的话", **sent})
        assert answer.status_code == 401
        assert "别处写的话" not in answer.text
        assert f"/cases/{case.id}" not in answer.text, "nor is one led where it wants"
    answer = person.http.post(f"/cases/{case.id}/acts/note", data={"text": "自己写的话", "csrf": token})
    assert "自己写的话" in answer.text
