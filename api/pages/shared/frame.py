"""What every page shares: how a handler is declared, its form with the CSRF check, and the frame it is drawn in.

`@page("/desk")` makes a GET handler that returns `show(request, "desk.html", ...)`; `@action("/desk")` makes a POST
handler whose fields are `form_of(request)`. Both run in a worker thread. A POST without a good token changes nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial, wraps
from math import ceil
from os import SEEK_END
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from litestar import MediaType, Response, get, post
from litestar.datastructures import UploadFile
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect
from sqlmodel import Session

from api.office.office import Office, Placed
from api.office.policy import ADMINISTRATORS, READ, ROUTES, STAFF
from api.office.problems import Problem
from api.office.uploads import LARGEST, TOO_LARGE
from api.pages.shared import watermark, words
from api.web import cookies, requests
from api.web.bodies import LARGE, client_of, is_large
from api.web.worker_threads import in_thread, threaded
from db import applications, people
from db.store import Unreadable
from letters.agencies import Agency
from workflow.acts import Officer

HttpRequest = requests.HttpRequest
PAGES = Path(__file__).parent.parent
TEMPLATES = sorted({path.parent for path in PAGES.rglob("*.html")})
"""Each desk keeps its templates beside its handlers. A template goes by its file's name, which is said once."""
MB = 1024 * 1024
MOST_UPLOAD = 21 * MB
"""One file of 20 MiB and the fields beside it."""
MOST_UPLOADS = 3 * MOST_UPLOAD
"""Several files and the fields beside them: what goes through the nginx of the README."""
REST = 90
"""Seconds at which nobody touches a counter (体验区): then it forgets its visitor."""


STALE = "这一页已经过时，没有提交，写的内容没有收下。请用浏览器的“后退”回到表单，先把写的内容复制出来，刷新以后再提交。"
STALE_OF_VISITOR = "这一页已经过时，没有提交：可能在另一页按过“结束使用”，也可能是浏览器没有保存Cookie。请返回首页，重新打开这一页再填。"
"""Of who is not signed in nothing is kept: where the visit ended, what he wrote went with it."""


# ------------------------------------------------------------------ declaring a handler


def page(path: str | list[str]) -> Callable[[Callable[..., Any]], HTTPRouteHandler]:
    """A page: GET, changes nothing, not part of the API's description."""

    def declare(handler: Callable[..., Any]) -> HTTPRouteHandler:
        return get(path, include_in_schema=False, opt={"page": True})(threaded(handler))  # the answer says its type

    return declare


def action(
    path: str, *, most: int = MB, hashes: bool = False, redraws: bool = False, together: int = 0
) -> Callable[[Callable[..., Any]], HTTPRouteHandler]:
    """A form's target: POST, with the CSRF token of the session, fields in `form_of(request)`.

    What hashes or compares passwords says so, waits for its turn (`hashing`), and may ask for a `pause` before its answer. What
    `redraws` gives the form back, and places nothing, where a field of that name is sent. What takes several files says how many MiB
    `together`: of those that are too much it gets the names alone (`File.too_much`).
    """

    def declare(handler: Callable[..., Any]) -> HTTPRouteHandler:
        @wraps(handler)
        async def run(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.scope["state"].get("signed_out"):
                typed = await _read_words(request)
                return await in_thread(sign_in_again, request, typed, typed is not None and not _is_his(request, typed))
            if (unavailable := request.scope["state"].get("unavailable")) is not None:
                if _is_small(request) and _is_his(request, typed := await _read(request)):
                    request.scope["state"]["form"] = typed
                raise unavailable
            with request.app.state.rooms.place(request):
                form = request.scope["state"]["form"] = await _read(request, together)
                sent = form.csrf or str(request.headers.get("x-csrf-token", ""))
                if not hmac.compare_digest(sent.encode(), csrf_token(request).encode()):
                    raise Problem(403, STALE if "officer" in request.scope["state"] else STALE_OF_VISITOR, heading="没有提交")
                work = partial(handler, request, *args, **kwargs)
                if not hashes:
                    return await in_thread(_followed, request, work)
                answer = await request.app.state.hashing.run(work, client_of(request))
                await asyncio.sleep(request.scope["state"].get("pause", 0))
                return answer

        return post(
            path, status_code=200, include_in_schema=False, opt={"page": True, "csrf": True, "redraws": redraws, "together": together},
            request_max_body_size=most,
        )(run)  # fmt: skip

    return declare


@dataclass(frozen=True, slots=True)
class File:
    """A file sent with a form."""

    name: str
    media_type: str
    data: bytes
    too_much: str = ""
    """Why it was not taken in: there is its name alone."""


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form as they were typed; every field may come several times."""

    fields: Mapping[str, list[str]]
    files: Mapping[str, list[File]] = field(default_factory=dict)
    csrf: str | None = None

    def get(self, name: str, default: str = "") -> str:
        """The first value of a field, without surrounding white space."""
        return (self.fields.get(name) or [default])[0].strip()

    def all(self, name: str) -> list[str]:
        return self.fields.get(name, [])

    def __contains__(self, name: object) -> bool:
        return name in self.fields

    def strange(self, known: Collection[str]) -> list[tuple[str, str]]:
        """The fields that are none of these: where each of them narrows what is given out, one that is not understood would give out more."""
        named = "、".join(known)
        return [(name[:40], f"没有“{name[:40]}”这一项，可以填的是：{named}") for name in (*self.fields, *self.files) if name not in known]


_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
"""What no keyboard types and no database keeps. It is not taken out unseen: � stands where it stood, and no act takes that."""


TOO_LONG = "填写的文字太长，没有收下。长的材料请作为附件上传。"
MOST_FIELDS, TOO_MANY = 5000, "提交的项目太多，没有收下。请用本系统的表单提交。"
"""More than any form has; to take them apart holds up everybody."""
MOST_CARRIED = 256 * 1024
"""What is carried through a sign-in: long texts, and no files."""


def _is_small(request: HttpRequest) -> bool:
    length = request.headers.get("content-length", "")
    return length.isascii() and length.isdigit() and len(length) < 10 and int(length) <= MOST_CARRIED


async def _read_words(request: HttpRequest) -> Form | None:
    """The words of a form whose session is over, and the names of its files; None where it is more than is read for that."""
    if _is_small(request):
        return await _read(request)
    length = request.headers.get("content-length", "")
    most = request.route_handler.resolve_request_max_body_size() or 0
    if not (_has_parts(request) and length.isascii() and length.isdigit() and len(length) < 10 and int(length) <= most):
        return None
    with request.app.state.rooms.place(request):
        form = await _read(request, 0, words=True)
    is_long = sum(len(one.encode()) for values in form.fields.values() for one in values) > MOST_CARRIED
    return None if is_long else form


def _has_parts(request: HttpRequest) -> bool:
    return request.headers.get("content-type", "").lower().startswith("multipart/")


def _too_much(size: int, before: int, together: int, *, words: bool) -> str:
    """Why a file of this size is not taken in, after so many bytes of others; empty: it is."""
    if words:
        return "登录已经结束"
    if together and size > LARGEST:
        return TOO_LARGE
    if together and before + size > together * MB:
        return f"一次上传的文件合计不超过{together}MB，请再选一次"
    return ""


async def _read(request: HttpRequest, together: int = 0, *, words: bool = False) -> Form:
    """The form of a request, with so many MiB of files `together` (0: all), or its `words` alone.

    Raises Problem 413: its words alone are more than any form has room for.
    """
    if not _has_parts(request):
        if is_large(request):
            raise Problem(413, TOO_LONG)
        if (await request.body()).count(b"&") > MOST_FIELDS:
            raise Problem(413, TOO_MANY)
    sent = await request.form()
    fields: dict[str, list[str]] = {}
    files: dict[str, list[File]] = {}
    taken = 0
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            if value.filename:
                size = value.file.seek(0, SEEK_END)
                value.file.seek(0)
                too_much = _too_much(size, taken, together, words=words)
                data = b"" if too_much else await value.read()
                taken += len(data)
                files.setdefault(name, []).append(File(value.filename, value.content_type, data, too_much))
            await value.close()
        else:
            fields.setdefault(name, []).append(_CONTROLS.sub("\ufffd", str(value).replace("\r\n", "\n")))
    if sum(len(name) + sum(map(len, values)) for name, values in fields.items()) > LARGE:
        raise Problem(413, TOO_LONG)
    token = fields.pop("csrf", [None])[0]
    return Form(fields, files, token)


def _is_his(request: HttpRequest, form: Form) -> bool:
    """Whether a form whose session is over was drawn for the browser that sends it: another site knows its cookie no more than the token."""
    sent, cookie = form.csrf or str(request.headers.get("x-csrf-token", "")), request.cookies.get(cookies.COOKIE, "")
    return bool(cookie) and hmac.compare_digest(sent.encode(), _token(cookie).encode())


def form_of(request: HttpRequest) -> Form:
    """The form that an action was sent."""
    form = request.scope["state"]["form"]
    assert isinstance(form, Form)
    return form


# ------------------------------------------------------------------ who, where


office_of, me = requests.office_of, requests.officer_of


def csrf_token(request: HttpRequest) -> str:
    """Bound to the session's cookie, or to the visitor's where nobody is signed in; stored nowhere."""
    cookie = request.cookies.get(cookies.COOKIE) if "officer" in request.scope["state"] else None
    base = cookie or request.scope["state"].get("visitor") or request.cookies.get(cookies.VISITOR)
    if base is None:
        base = request.scope["state"]["visitor"] = secrets.token_urlsafe(32)
    return _token(base)


def _token(base: str) -> str:
    return hashlib.sha256(f"csrf:{base}".encode()).hexdigest()


# ------------------------------------------------------------------ drawing


@cache
def environment() -> Environment:
    """Jinja2 with autoescape and strict names; stored text is data here, never a template."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(default=True), undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"],
    )  # fmt: skip
    made.filters |= words.FILTERS
    made.globals |= words.GLOBALS
    return made


def _followed(request: HttpRequest, work: Callable[[], Any]) -> Any:
    """What an action answers; from now on this browser reads a copy of the database only where it has what was written by now."""
    answer = work()
    if isinstance(answer, Response) and (position := office_of(request).database.position()):
        cookies.set_cookie(request, answer, cookies.WROTE, position)
    return answer


@contextmanager
def survey(request: HttpRequest) -> Iterator[Session]:
    """A session for lists, statistics and reports; the page says how old what they show may be, where it is a copy that was read."""
    with office_of(request).database.survey(request.cookies.get(cookies.WROTE, "")) as (session, age):
        state = request.scope["state"]
        state["age"] = max(state.get("age", 0), ceil(age))
        yield session


def show(
    request: HttpRequest, template: str, *, status: int = 200, headers: dict[str, str] | None = None, counted: bool = True, **facts: Any
) -> Response[str]:
    """The page drawn from its template in the frame of whoever is signed in, with what waits for him `counted` beside the entries."""
    known = frame(request, counted=counted)
    known["watermark"] = watermark.of_page(office_of(request), known["officer"], known["request_path"], facts) if counted else None
    known["is_behind"] = office_of(request).is_behind
    known["age"] = request.scope["state"].get("age", 0)
    known["unreadable"] = request.scope["state"].get("unreadable", {})
    body = environment().get_template(template).render(known | facts)
    response = Response(body, status_code=status, media_type=MediaType.HTML, headers=headers)
    response.headers.setdefault("Cache-Control", "no-store")
    visitor = request.scope["state"].get("visitor")
    if visitor is not None:
        cookies.set_cookie(request, response, cookies.VISITOR, visitor)
    return response


def file_in_list(request: HttpRequest, case_id: str, relations: frozenset[str] = READ) -> Placed | None:
    """A file of a list. None where what is kept of it cannot be read: the head of the page says so, and the others are shown."""
    try:
        return office_of(request).case(me(request), case_id, relations=relations)
    except Unreadable as broken:
        request.scope["state"].setdefault("unreadable", {})[broken.number] = broken.seq
        return None


def go(path: str) -> Redirect:
    """See another page after an action (303)."""
    return Redirect(path, status_code=303)


def frame(request: HttpRequest, *, counted: bool = True) -> dict[str, Any]:
    """What the base template needs: the person, the navigation, the date, the CSRF token."""
    office = office_of(request)
    signed = request.scope["state"].get("signed_in")
    officer = signed.officer if signed else None
    chosen = signed.preferences if signed else {}
    return {
        "hall": hall_of(request, asked=counted),
        "REST": REST,
        "request_path": request.scope["path"],
        "csrf": csrf_token(request),
        "officer": officer,
        "is_staff": officer is not None and officer.role in STAFF,
        "unit": office.agencies[officer.agency] if officer and officer.agency in office.agencies else None,
        "role_title": office.rules.role_titles.get(officer.role, "") if officer else "",
        "news": unseen(request, office, signed, counted=counted) if signed else None,
        "nav": navigation(request, office, officer, counted=counted) if officer else (),
        "today": office.today(),
        "calendar_until": max(office.rules.calendar.years),
        "large": chosen.get("large") == "yes" if signed else large_of(request) == "yes",
        "is_answer": request.method != "GET",
        "request_address": request.scope["path"] + (f"?{query.decode('latin-1')}" if (query := request.scope.get("query_string", b"")) else ""),
        "keys": chosen.get("keys", "yes") == "yes",
    }


def large_of(request: HttpRequest) -> str:
    """大字, as a visitor has chosen just now or before: yes, no, or nothing."""
    return str(request.scope["state"].get("large") or request.cookies.get(cookies.LARGE, ""))


def stands_in_hall(request: HttpRequest) -> bool:
    """Whether it comes from where the terminals of the office's counters stand (COUNTER_FROM)."""
    return bool(request.app.state.settings.stands_in_hall(client_of(request)))


def hall_of(request: HttpRequest, *, asked: bool = True) -> Agency | None:
    """体验区: the unit at whose counter this browser stands; None at every other, and for whoever is signed in.

    Unless it is `asked` whether the office still has the counter, the browser is believed: an error is drawn without the database.
    """
    office, code = office_of(request), request.cookies.get(cookies.COUNTER, "")
    if "officer" in request.scope["state"] or code not in office.agencies or not stands_in_hall(request):
        return None
    if asked:
        with office.database.read() as session:
            if people.setting(session, code, applications.COUNTER) != "yes":
                return None
    return office.agencies[code]


# (title, address, the count beside it) of each role's navigation, at most seven.
NAVIGATION: Mapping[str, tuple[tuple[str, str, str | None], ...]] = {
    "intake": (("工作台", "/desk", None), ("登记", "/intake", "applications"), ("案件", "/cases", None),
               ("会商", "/consultations", "consultations"), ("送达", "/service", "service"), ("指南", "/guide", None)),
    "handler": (("工作台", "/desk", None), ("登记", "/intake", None), ("案件", "/cases", None),
                ("会商", "/consultations", "consultations"), ("送达", "/service", None), ("分析", "/analysis", None),
                ("指南", "/guide", None)),
    "legal": (("工作台", "/desk", None), ("会商", "/consultations", "consultations"), ("审签", "/approvals", "approvals"),
              ("案件", "/cases", None), ("分析", "/analysis", None), ("指南", "/guide", None)),
    "head": (("工作台", "/desk", None), ("审签", "/approvals", "approvals"), ("案件", "/cases", None),
             ("会商", "/consultations", "consultations"), ("分析", "/analysis", None), ("指南", "/guide", None)),
    "archivist": (("工作台", "/desk", None), ("归档", "/archive", "archive"), ("案件", "/cases", None), ("指南", "/guide", None)),
    "analyst": (("工作台", "/desk", None), ("案件", "/cases", None), ("分析", "/analysis", None),
                ("年度报告", "/annual", None), ("台账", "/exports", None), ("指南", "/guide", None)),
    "admin": (("管理", "/admin", None), ("导入", "/import", None), ("指南", "/guide", None)),
    "security_admin": (("管理", "/admin", None), ("指南", "/guide", None)),
    "audit_admin": (("管理", "/admin", None), ("指南", "/guide", None)),
}  # fmt: skip
HOME = dict.fromkeys(ADMINISTRATORS, "/admin")
"""Where one arrives after signing in; everyone else at the desk."""


def navigation(request: HttpRequest, office: Office, officer: Officer, *, counted: bool) -> list[dict[str, Any]]:
    """The entries of this role; an entry is shown only while its page is there."""
    from db import desks
    from db.staff import staff

    path, counts = request.scope["path"], dict[str, int]()
    if counted:
        with office.database.read() as session:
            counts |= desks.waiting(session, officer, staff(session, [officer.agency], office.today(), office.rules))
    return [
        {"title": title, "href": href, "count": counts.get(count or "", 0), "here": path == href or path.startswith(f"{href}/")}
        for title, href, count in NAVIGATION[officer.role]
        if ("GET", href) in ROUTES and officer.role in ROUTES["GET", href].roles | ({officer.role} if ROUTES["GET", href].is_public else set())
    ]


def unseen(request: HttpRequest, office: Office, signed: Any, *, counted: bool) -> int | None:
    """新消息: how many; None for whoever has none."""
    from db import news

    if ("GET", "/desk/news") not in ROUTES or signed.officer.role not in ROUTES["GET", "/desk/news"].roles:
        return None
    if not counted:
        return 0
    with office.database.read() as session:
        return news.count(session, signed.officer, news.looked(dict(signed.preferences), office.clock()))


# ------------------------------------------------------------------ signing in again, in place

SECRETS = frozenset({"password", "old", "new", "again"})
"""Fields that are kept nowhere."""


def sign_in_page(request: HttpRequest, *, status: int = 200, **facts: Any) -> Response[str]:
    """The sign-in page; `kept` are the fields of a form whose session ended, carried through the sign-in."""
    known = {"next": "", "kept": {}, "username": "", "problem": None, "ended": "", "unsent": ()} | facts
    return show(request, "sign_in.html", status=status, **known)


def sign_in_again(request: HttpRequest, form: Form | None, foreign: bool = False) -> Response[str]:
    """The session ended while a form was being filled: nothing typed is lost. `form` is None when it was too large to be read.

    A `foreign` one was sent by another site: its words stay out of this one's forms.

    A form that has a page of its own comes back there; of the others, and of passwords, nothing is carried through.
    """
    from api.web.guard import plain

    path, handler = str(request.scope["path"]), request.scope["route_handler"]
    if foreign:
        return sign_in_page(request, status=401)
    if not any(("GET", plain(one)) in ROUTES for one in handler.paths):
        return sign_in_page(request, status=401, next=path.rpartition("/")[0], ended="gone")
    if form is None:
        return sign_in_page(request, status=401, next=path, ended="lost")
    kept = {name: values for name, values in form.fields.items() if name not in SECRETS}
    own = form.get("kept_as")[:300]  # of several forms at one address
    unsent = [one.name[:60] for files in form.files.values() for one in files]
    return sign_in_page(request, status=401, next=own if own.partition("?")[0] == path else path, kept=kept, ended="kept", unsent=unsent)


def safe_next(path: str) -> str | None:
    """An address inside this program, or None: a sign-in never sends anybody elsewhere."""
    if not path.startswith("/") or path.startswith(("//", "/\\")) or any(ord(one) < 32 for one in path):
        return None
    return quote(path, safe="/?&=%-._~:")
