"""用户: who may sign in, at which post of which unit. A password is made here, shown once, and changed at the first sign-in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from sqlmodel import Session

from api.office import duties, factors, leaves, passwords, sessions
from api.office.office import Office
from api.office.policy import SECURITY, STAFF
from api.office.problems import Problem, not_found
from api.office.sight import reason_given
from api.pages.admin.overview import may, sections
from api.pages.shared import kept_forms, leave
from api.pages.shared.frame import Form, HttpRequest, action, form_of, go, me, office_of, page, show
from api.web.problems import request_id
from db import assignees, desks, people, queries, store
from db import factors as kept
from letters.fontset import unprintable
from workflow import printable

DONE = {
    "changed": "已保存。", "disabled": "已停用，在各处的登录和接口令牌都已结束。", "enabled": "已启用。", "away": "外出已登记，期间由代办人办理。",
    "back": leave.ENDED, "revoked": "令牌已停用。",
    "unfactored": "两步验证已取消，在各处的登录都已结束。",
}  # fmt: skip
PARTS = ("leave", "password", "factor", "tokens", "active")
"""What is done to a user, each at an address of its own."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{2,99}")


@page("/admin/users")
def users(request: HttpRequest) -> Response[Any]:
    """用户, by unit."""
    return _users(request, typed=_left(request))


def may_write(request: HttpRequest, officer_id: UUID) -> None:
    """Raises Problem: there is no such user."""
    _row(request, officer_id)


def _left(request: HttpRequest) -> dict[str, str]:
    """What stood in the form of this page when it was left."""
    form = kept_forms.kept(request)
    return {name: form.get(name) for name in ("username", "name", "role", "agency") if name in form} if form else {}


def _names(office: Office) -> dict[str, str]:
    return {code: one.name for code, one in office.agencies.items()}


def _users(request: HttpRequest, *, status: int = 200, **facts: Any) -> Response[Any]:
    office = office_of(request)
    with office.database.read() as session:
        rows = queries.officers(session)
    came = form_of(request) if request.method == "POST" and "errs" in facts else None
    known: dict[str, Any] = {"saving": kept_forms.saving(request, "/admin/users", came), "errs": [], "typed": {}, "password": None, "made": None}
    groups = {code: [one for one in rows if one.agency == code] for code in dict.fromkeys(one.agency for one in rows)}
    return show(
        request, "admin_users.html", status=status, sections=sections(request), groups=groups, agencies=office.agencies, names=_names(office),
        roles=office.rules.role_titles, may_add=may(request, "POST", "/admin/users"), **known | facts,
    )  # fmt: skip


@action("/admin/users", hashes=True)
def add(request: HttpRequest) -> Response[Any]:
    """新增用户, with a password that is shown once."""
    office, form = office_of(request), form_of(request)
    username, password = form.get("username"), passwords.one_time_password()
    errs = [] if _NAME.fullmatch(username) else [("username", "用户名由3到100个字母、数字和 . _ @ - 组成，请改正")]
    errs += _faults(office, form)
    hashed, now, typed = sessions.hasher().hash(password), office.clock(), {name: form.get(name) for name in ("username", "name", "role", "agency")}

    def make(session: Session) -> bool:
        if people.officer_row(session, username) is not None:
            return False
        made = store.add_officer(session, username=username, name=form.get("name"), role=form.get("role"), agency=form.get("agency"), at=now)
        if duties.is_divided(session):  # the security administrator lets him in, with a password that this one never sees
            people.set_active(session, made.id, False, now)
        else:
            sessions.give_one_time(session, made.id, hashed, now)
        people.log(session, now, "user", officer=me(request), object=username, reason="新增", request_id=request_id(request))
        return True

    if not errs and not office.database.write(make):
        errs = [("username", "已经有这个用户名，请换一个")]
    if errs:
        return _users(request, status=400, errs=errs, typed=typed)
    kept_forms.forget(request, "/admin/users")
    divided = request.scope["state"]["signed_in"].is_divided
    return _users(request, password=None if divided else password, made=username)


def _faults(office: Office, form: Form) -> list[tuple[str, str]]:
    found = []
    if not 1 <= len(form.get("name")) <= 100:
        found.append(("name", "请填写姓名，最多100字"))
    elif (why := printable.fault(form.get("name"), lambda text: unprintable(text, lines=False))) is not None:
        found.append(("name", why))
    if form.get("role") not in office.rules.role_titles:
        found.append(("role", "请选择岗位"))
    if form.get("agency") not in office.agencies:
        found.append(("agency", "请选择单位"))
    return found


def _row(request: HttpRequest, officer_id: UUID) -> Any:
    with office_of(request).database.read() as session:
        row = people.officer_by_id(session, str(officer_id))
    if row is None:
        raise not_found("没有这个用户。")
    return row


@page("/admin/users/{officer_id:uuid}")
def user(request: HttpRequest, officer_id: FromPath[UUID]) -> Response[Any]:
    """One user."""
    row = _row(request, officer_id)
    return _user(request, row, typed={"name": row.name, "role": row.role, "agency": row.agency} | _left(request))


def _user(request: HttpRequest, row: Any, *, status: int = 200, **facts: Any) -> Response[Any]:
    office = office_of(request)
    typed = {"name": row.name, "role": row.role, "agency": row.agency}
    path = f"/admin/users/{row.id}"
    came = form_of(request) if request.method == "POST" and request.scope["path"] == path else None
    known: dict[str, Any] = {"saving": kept_forms.saving(request, path, came)}
    known |= {"errs": [], "typed": typed, "password": None, "done": DONE.get(request.query_params.get("done", ""))}
    with office.database.read() as session:
        seen = max((one.seen_at for one in people.sessions_of(session, row.id, office.clock())), default=None)
        tokens = people.tokens_of(session, row.id, office.clock())
        known["factor"] = bool(kept.confirmed(session, [row.id]))
        known["open_files"] = _open_files(session, row)
    known |= {"absence": leaves.absence(office, row.username, row.agency) if row.active and row.role in STAFF else None, "away": {}}
    known |= {f"may_{part}": may(request, "POST", f"/admin/users/{{officer_id}}/{part}") for part in PARTS} | {"fixed": _fixed(request)}
    return show(
        request, "admin_user.html", status=status, sections=sections(request), row=row, seen=seen, tokens=tokens, scopes=sessions.SCOPES,
        names=_names(office), roles=office.rules.role_titles, **known | facts,
    )  # fmt: skip


@action("/admin/users/{officer_id:uuid}")
def change(request: HttpRequest, officer_id: FromPath[UUID]) -> Response[Any]:
    """改姓名、岗位、单位."""
    office, form, row = office_of(request), form_of(request), _row(request, officer_id)
    errs, role = _faults(office, form), form.get("role")
    errs += [(name, why) for name, why in _fixed(request).items() if form.get(name) != getattr(row, name)]
    if role != row.role and row.id == me(request).id and me(request).role == SECURITY:
        errs.append(("role", "不能改自己的岗位，请由另一名安全保密管理员办理"))

    def keep(session: Session) -> None:
        people.change_officer(session, row.id, name=form.get("name"), role=role, agency=form.get("agency"))

    if not errs:
        what = f"改为{office.rules.role_titles[role]}，{office.agencies[form.get('agency')].name}"
        errs = [("role", why) for why in _logged(request, row.username, what, keep)]
    if errs:
        typed = {name: form.get(name) for name in ("name", "role", "agency")}
        return _user(request, row, status=400, errs=errs, typed=typed)
    kept_forms.forget(request)
    return go(f"/admin/users/{row.id}?done=changed")


def _open_files(session: Session, row: Any) -> int:
    """How many open files stand on this user's list."""
    return len(desks.active(session, [row.agency], assignee=row.username))


@action("/admin/users/{officer_id:uuid}/active")
def activate(request: HttpRequest, officer_id: FromPath[UUID]) -> Response[Any]:
    """停用, 启用."""
    row, now = _row(request, officer_id), office_of(request).clock()
    active = form_of(request).get("active") == "yes"
    if not active and row.active and form_of(request).get("despite") != "yes":
        with office_of(request).database.read() as session:
            left = _open_files(session, row)
        if left:
            told = f"没有停用：{row.name}手中还有{left}件在办的申请，停用以后不在任何人名下，要由负责人、登记岗重新交办。请先交办，或者勾选“仍然停用”"
            return _user(request, row, status=409, errs=[("despite", told)])

    def keep(session: Session) -> None:
        people.set_active(session, row.id, active, now)

    if why := _logged(request, row.username, "启用" if active else "停用", keep):
        return _user(request, row, status=400, errs=[("", one) for one in why])
    return go(f"/admin/users/{row.id}?done={'enabled' if active else 'disabled'}")


@action("/admin/users/{officer_id:uuid}/password", hashes=True)
def reset(request: HttpRequest, officer_id: FromPath[UUID]) -> Response[Any]:
    """重设密码: shown once; whoever is signed in with the old one is signed out."""
    office, row, password = office_of(request), _row(request, officer_id), passwords.one_time_password()
    hashed, now = sessions.hasher().hash(password), office.clock()

    def keep(session: Session) -> None:
        sessions.give_one_time(session, row.id, hashed, now)
        sessions.forgive(office, session, row.username)

    _logged(request, row.username, "重设密码", keep)
    return _user(request, row, password=password)


@action("/admin/users/{officer_id:uuid}/leave")
def go_away(request: HttpRequest, officer_id: FromPath[UUID]) -> Response[Any]:
    """登记外出 of somebody who could not do it himself."""
    row, form = _row(request, officer_id), form_of(request)
    if not row.active or row.role not in STAFF:
        return _user(request, row, status=400, errs=[("", "已经停用的人员、系统管理员不登记外出。停用的，其在办的申请等待重新交办")])
    errs = leave.submitted(office_of(request), me(request), row.username, row.agency, form, request_id(request))
    if errs:
        return _user(request, row, status=400, errs=errs, away=leave.typed(form))
    return go(f"/admin/users/{row.id}?done=away")


@action("/admin/users/{officer_id:uuid}/leave/end")
def come_back(request: HttpRequest, officer_id: FromPath[UUID]) -> Response[Any]:
    """结束外出."""
    row = _row(request, officer_id)
    leaves.come_back(office_of(request), me(request), row.username, request_id(request))
    return go(f"/admin/users/{row.id}?done=back")


@action("/admin/users/{officer_id:uuid}/tokens")
def revoke(request: HttpRequest, officer_id: FromPath[UUID]) -> Response[Any]:
    """停用一个接口令牌, whoever made it."""
    row, now, chosen = _row(request, officer_id), office_of(request).clock(), form_of(request).get("token")

    def keep(session: Session) -> None:
        if not people.revoke_token(session, row.id, chosen, now):
            raise not_found("没有这个令牌，或者已经失效。")

    _logged(request, row.username, "停用接口令牌", keep)
    return go(f"/admin/users/{row.id}?done=revoked")


@action("/admin/users/{officer_id:uuid}/factor")
def remove_factor(request: HttpRequest, officer_id: FromPath[UUID]) -> Response[Any]:
    """取消两步验证 of somebody who has lost his telephone, with a reason; his sessions end, and a lock. One's own takes a code."""
    office, row, now = office_of(request), _row(request, officer_id), office_of(request).clock()
    try:
        reason, why = reason_given(form_of(request).get("reason")), "请写明取消的理由，例如：手机丢失，已当面核实本人"
    except Problem as problem:
        reason, why = None, problem.errors[0][1]
    if row.id == me(request).id:
        return _user(request, row, status=400, errs=[("", "自己的两步验证，请在“我的账号”的“两步验证”中用验证码停用")])
    if reason is None:
        return _user(request, row, status=400, errs=[("reason", why)], typed_reason=form_of(request).get("reason"))

    def keep(session: Session) -> None:
        if not factors.remove(session, row.id, now):
            raise not_found("这个用户没有启用两步验证。")
        sessions.forgive(office, session, row.username)

    _logged(request, row.username, f"取消两步验证：{reason}", keep)
    return go(f"/admin/users/{row.id}?done=unfactored")


def _fixed(request: HttpRequest) -> dict[str, str]:
    """The fields of a user that this administrator does not change, and why."""
    if me(request).role == SECURITY:
        return dict.fromkeys(("name", "agency"), "姓名、单位由系统管理员登记")
    return {"role": "岗位由安全保密管理员核定"} if request.scope["state"]["signed_in"].is_divided else {}


class _Undone(Exception):
    """The change would leave the office without the administrators that it needs; the sentence says which."""


def _logged(request: HttpRequest, username: str, what: str, keep: Callable[[Session], None]) -> list[str]:
    """Make a change and log it in one transaction; why it may not be, when it would leave a task to nobody."""
    office, officer = office_of(request), me(request)

    def work(session: Session) -> None:
        duties.hold(session)
        with assignees.none_lost(session, office.today(), office.rules):
            keep(session)
        if (why := duties.fault(session, office.rules)) is not None:
            raise _Undone(why)
        people.log(session, office.clock(), "user", officer=officer, object=username, reason=what, request_id=request_id(request))

    try:
        office.database.write(work)
    except _Undone as undone:
        return [str(undone)]
    except assignees.Lost:
        return [assignees.LAST]
    return []


ROUTES: tuple[BaseRouteHandler, ...] = (users, add, user, change, activate, reset, revoke, remove_factor, go_away, come_back)
