"""登录、退出、我的账号: one's own password, sessions, API tokens and settings."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from litestar import Response
from litestar.handlers import BaseRouteHandler

from api.office import factors, leaves, passwords, sessions
from api.office.office import Office
from api.office.policy import ADMINISTRATORS, STAFF
from api.office.problems import Problem
from api.office.reminders import WAYS, channels, try_out
from api.office.sight import too_long
from api.pages.account import again
from api.pages.shared import leave, phrases
from api.pages.shared.frame import (
    HOME,
    Form,
    HttpRequest,
    action,
    form_of,
    go,
    me,
    office_of,
    page,
    safe_next,
    show,
    sign_in_page,
)
from api.pages.shared.kept_forms import carried
from api.web import cookies
from api.web.bodies import client_of
from api.web.problems import request_id
from db import factors as kept_factors
from db import people, reminders, store
from db.reminders import Contact
from workflow.acts import Officer
from workflow.identity import is_email
from workflow.printable import LOST

MOST_OTHER = 200
MOST_OF_LABEL = 100


@page("/sign-in")
def sign_in_form(request: HttpRequest) -> Response[Any]:
    """登录."""
    if "officer" in request.scope["state"]:
        return go(HOME.get(me(request).role, "/desk"))
    return sign_in_page(request, next=request.query_params.get("next", ""))


@action("/sign-in", hashes=True)
def sign_in(request: HttpRequest) -> Response[Any]:
    """登录: one answer for every failure. What stood in a form whose session ended is kept as its draft."""
    office, form = office_of(request), form_of(request)
    username, password = form.get("username")[:100], (form.all("password") or [""])[0][:200]
    kept, visitor = _carried(form), _visitor(request)
    try:
        opened = sessions.sign_in(office, username, password, visitor)
    except sessions.Barred:
        opened, request.scope["state"]["pause"] = None, sessions.PAUSE
    if opened is None:
        return sign_in_page(
            request, status=401, next=form.get("next"), kept=kept, username=username, problem="用户名或者密码不对。"
        )
    if isinstance(opened, sessions.Halfway):
        return _code_page(request, opened.proof, form.get("next"), kept)
    with office.database.read() as session:
        row = people.officer_row(session, username)
    return _arrived(request, opened, row, form.get("next"), kept)


@action("/sign-in/code", hashes=True)
def sign_in_with_code(request: HttpRequest) -> Response[Any]:
    """登录的第二步: the code of the telephone, or a recovery code. What was carried through the first step goes on."""
    office, form = office_of(request), form_of(request)
    kept, proof = _carried(form), form.get("proof")[:200]
    try:
        row = sessions.who_is_halfway(office, proof)
        cookie = sessions.with_code(office, proof, form.get("code"), _visitor(request))
    except sessions.Stale:
        return sign_in_page(request, status=401, next=form.get("next"), kept=kept, ended="late")
    except sessions.Barred:
        cookie, request.scope["state"]["pause"] = None, sessions.PAUSE
    if cookie is None:
        return _code_page(request, proof, form.get("next"), kept, status=401, problem="验证码不对，或者已经用过。")
    return _arrived(request, cookie, row, form.get("next"), kept)


def _carried(form: Form) -> dict[str, list[str]]:
    """What stood in a form whose session ended."""
    return {name.removeprefix("kept."): values for name, values in form.fields.items() if name.startswith("kept.")}


def _visitor(request: HttpRequest) -> sessions.Visitor:
    return sessions.Visitor(
        client_of(request), request.headers.get("user-agent", ""), request.cookies.get(cookies.COOKIE, ""), request_id(request)
    )


def _code_page(
    request: HttpRequest, proof: str, next: str, kept: dict[str, list[str]], *, status: int = 200, problem: str | None = None
) -> Response[Any]:
    return show(request, "sign_in_code.html", status=status, proof=proof, next=next, kept=kept, problem=problem)


def _arrived(request: HttpRequest, cookie: str, row: Any, next: str, kept: dict[str, list[str]]) -> Response[Any]:
    """Signed in: where one wanted to go, or first where one's own password, or second factor, is made."""
    office, target = office_of(request), safe_next(next)
    with office.database.read() as session:
        first = "/account" if sessions.must_change(session, row.id) else None
        if first is None and factors.is_lacking(session, people.officer_of(row)):
            first = "/account/factor"
    with office.database.read() as session:  # on a shared computer somebody else may sign in: what another typed is not his
        is_own = people.known_browser(session, request.cookies.get(cookies.COOKIE, ""), row.id, office.clock()) is not None
    if kept and target and is_own:
        target = office.database.write(partial(carried, officer_id=row.id, address=target, fields=kept, now=office.clock()))
    response = go(first or target or HOME.get(row.role, "/desk"))
    cookies.set_cookie(request, response, cookies.COOKIE, cookie)
    return response


@action("/sign-out")
def sign_out(request: HttpRequest) -> Response[Any]:
    """退出登录: the session ends on the server.

    Its cookie opens nothing any more. It stays with the browser, so that a form which is still open in another tab is known
    as its owner's, and comes back when he signs in again.
    """
    office, signed = office_of(request), request.scope["state"].get("signed_in")
    if signed is not None:
        _end(office, signed.officer, signed.session_id)
    return go("/sign-in")


def _end(office: Office, officer: Officer, session_id: str) -> None:
    """退出登录, here or elsewhere; told where there was something to end."""
    now = office.clock()

    def end(session: Any) -> None:
        if people.end_session(session, officer.id, session_id, now):
            people.log(session, now, "sign_out", officer=officer)

    office.database.write(end)


@page("/account")
def account(request: HttpRequest) -> Response[Any]:
    """我的账号."""
    return _account(request)


def _account(request: HttpRequest, *, status: int = 200, phrases_sent: bool = False, **facts: Any) -> Response[Any]:
    office, officer = office_of(request), me(request)
    now = office.clock()
    with office.database.read() as session:
        known: dict[str, Any] = {
            "sessions": people.sessions_of(session, officer.id, now),
            "tokens": people.tokens_of(session, officer.id, now),
            "this": request.scope["state"]["signed_in"].session_id,
            "temporary": sessions.must_change(session, officer.id),
            "factor": bool(kept_factors.confirmed(session, [officer.id])),
            "lacking": factors.is_lacking(session, officer),
            "scopes": sessions.SCOPES,
            "longest": office.longest_token.days,
            "errs": [],
            "token": None,
            "asked": {},
            "done": None,
            "typed": {},
            "contact": reminders.contact(session, officer.id),
            "ways": {way.name for way in channels(request.app.state.settings)},
        }
    absence = leaves.absence(office, officer.username, officer.agency) if officer.role in STAFF else None
    known |= {"absence": absence, "roles": office.rules.role_titles}
    known |= phrases.facts(request, own=True, sent=phrases_sent) if officer.role in STAFF else {}
    return show(request, "account.html", status=status, **known | facts)


@action("/account/password", hashes=True)
def change_password(request: HttpRequest) -> Response[Any]:
    """修改密码: the other sessions end, and the tokens. Five wrong old passwords end this session too."""
    office, officer, form = office_of(request), me(request), form_of(request)
    old, new, repeated = ((form.all(name) or [""])[0][:200] for name in ("old", "new", "again"))
    now, signed = office.clock(), request.scope["state"]["signed_in"]
    errs = _new_password(office, officer, old, new, repeated)
    if not again.is_own_password(request, old):
        if (ended := again.wrong(request)) is not None:
            return ended
        errs = [("old", "现在的密码不对，请重新填写"), *errs]
    if errs:
        return _account(request, status=400, errs=errs)
    hashed = sessions.hasher().hash(new)

    def change(session: Any) -> None:
        people.set_password(session, officer.id, hashed, now, keep=signed.session_id)
        people.prefer(session, officer.id, sessions.TEMPORARY, "no")
        people.log(session, now, "password", officer=officer, request_id=request_id(request))

    office.database.write(change)
    return _account(request, done="密码已修改，其他地方的登录已经结束，接口令牌已经停用。")


def _new_password(office: Office, officer: Officer, old: str, new: str, repeated: str) -> list[tuple[str, str]]:
    """What is wrong with a new password, by its field."""
    if (weak := passwords.weakness(new, (officer.username, officer.agency))) is not None:
        return [("new", weak)]
    if new == old:
        return [("new", "新密码不能与现在的相同，请另定一个")]
    if sessions.was_given(office, officer.id, new):
        return [("new", "新密码不能是管理员给过的一次性密码，请另定一个")]
    return [("again", "两次填写的新密码不一样，请重新填写")] if new != repeated else []


@action("/account/sessions")
def end_session(request: HttpRequest) -> Response[Any]:
    """结束一处登录."""
    office, officer = office_of(request), me(request)
    chosen = form_of(request).get("session")
    _end(office, officer, chosen)
    return _account(request, done="这一处登录已经结束。")


@action("/account/tokens", hashes=True)
def new_token(request: HttpRequest) -> Response[Any]:
    """新的接口令牌, shown this once. It outlives the session: the own password is asked again, for whoever finds a window open."""
    office, officer, form = office_of(request), me(request), form_of(request)
    label, days, scope = form.get("label"), form.get("days", "90"), form.get("scope", "act")
    most = office.longest_token.days
    with office.database.read() as reading:
        if sessions.must_change(reading, officer.id):
            raise Problem(403, "您用的是管理员给的一次性密码，请先换成自己的密码。")
    why = too_long(label, MOST_OF_LABEL) if label else "请写明令牌的用途，例如：对接一网通办"
    errs = [("label", why)] if why is not None else []
    if not (days.isascii() and days.isdigit() and len(days) < 5 and 1 <= int(days) <= most):
        errs.append(("days", f"有效期是1到{most}天，请改正"))
    if scope not in sessions.SCOPES:
        errs.append(("scope", "请选择令牌可以做什么"))
    if not again.is_own_password(request, (form.all("password") or [""])[0][:200]):
        if (ended := again.wrong(request)) is not None:
            return ended
        errs.append(("password", "密码不对，请重新填写"))
    if errs:
        return _account(request, status=400, errs=errs, asked={"label": label, "days": days[:9], "scope": scope})
    now = office.clock()

    def make(session: Any) -> str:
        people.log(session, now, "token", officer=officer, reason=f"{days}天，{sessions.SCOPES[scope]}", request_id=request_id(request))
        return store.new_token(session, officer.id, label=label, at=now, expires_at=now + timedelta(days=int(days)), scope=scope)

    return _account(request, token=office.database.write(make), done="令牌已生成，只显示这一次，请马上保存。")


@action("/account/tokens/revoke")
def revoke_token(request: HttpRequest) -> Response[Any]:
    """停用一个接口令牌."""
    office, officer = office_of(request), me(request)
    chosen, now = form_of(request).get("token"), office.clock()

    def revoke(session: Any) -> None:
        if people.revoke_token(session, officer.id, chosen, now):
            people.log(session, now, "token", officer=officer, reason="停用", request_id=request_id(request))

    office.database.write(revoke)
    return _account(request, done="令牌已停用。")


@action("/account/leave")
def go_away(request: HttpRequest) -> Response[Any]:
    """登记外出."""
    officer, form = me(request), form_of(request)
    errs = leave.submitted(office_of(request), officer, officer.username, officer.agency, form, request_id(request))
    if errs:
        return _account(request, status=400, errs=errs, typed=leave.typed(form))
    return _account(request, done="外出已登记，期间由代办人办理您的事项。")


@action("/account/leave/end")
def come_back(request: HttpRequest) -> Response[Any]:
    """结束外出."""
    office, officer = office_of(request), me(request)
    leaves.come_back(office, officer, officer.username, request_id(request))
    return _account(request, done=leave.ENDED)


@action("/account/settings")
def settings(request: HttpRequest) -> Response[Any]:
    """个人设置: 大字, single-letter keys."""
    office, officer, form = office_of(request), me(request), form_of(request)

    def keep(session: Any) -> None:
        for name in ("large", "keys"):
            people.prefer(session, officer.id, name, "yes" if form.get(name) == "yes" else "no")
        people.log(session, office.clock(), "preference", officer=officer)

    office.database.write(keep)
    return go("/account")


@action("/account/contact")
def contact(request: HttpRequest) -> Response[Any]:
    """提醒: where one wants to be told of what presses, if anywhere."""
    office, officer, form = office_of(request), me(request), form_of(request)
    email, other = form.get("contact_email"), form.get("contact_other")
    errs = [("contact_email", "邮箱地址不对，请写成zhang@example.cn这样，只用半角的字母、数字和符号")] if email and not is_email(email) else []
    if len(other) > MOST_OTHER:
        errs.append(("contact_other", f"号码、账号最多{MOST_OTHER}个字，现在有{len(other)}个，请改短"))
    elif LOST in other:
        errs.append(("contact_other", "号码、账号中有不能识别的字符，请删去重新填写"))
    if form.get("do") == "try" and not (email or other):
        ways = {one.name for one in channels(request.app.state.settings)}
        errs.append(("contact_email" if "mail" in ways else "contact_other", "没有填写地址，没有发测试消息；要停用提醒的，请按“保存提醒”"))
    if errs:
        return _account(request, status=400, errs=errs, contact=Contact(officer.id, officer.username, email, other))

    def keep(session: Any) -> None:
        reminders.keep(session, officer.id, email, other)
        people.log(session, office.clock(), "preference", officer=officer, request_id=request_id(request))

    office.database.write(keep)
    if not (email or other):
        return _account(request, done="已停用提醒。")
    if form.get("do") != "try":
        return _account(request, done="提醒的地址已保存。")
    tried = try_out(request.app.state.settings, Contact(officer.id, officer.username, email, other))
    if errs := [
        ("contact_email" if way == WAYS["mail"] else "contact_other", "地址已保存，但是测试消息没有发出" + _for_whom(officer, answer))
        for way, taken, answer in tried
        if not taken
    ]:
        return _account(request, errs=errs)
    return _account(request, done="提醒的地址已保存，测试消息已经发出，请看是否收到。" if tried else "提醒的地址已保存，没有发测试消息。")


def _for_whom(officer: Officer, answer: str) -> str:
    """What a mail server answered is for whoever keeps the installation."""
    return f"（{answer}）" if officer.role in ADMINISTRATORS else "，请告诉系统管理员"


@action("/account/phrases")
def stock_sentences(request: HttpRequest) -> Response[Any]:
    """常用语 of one's own: keep one, delete one."""
    form = form_of(request)
    if errs := phrases.submitted(request, form, own=True):
        return _account(request, status=400, phrases_sent=True, errs=errs, typed={name: form.get(name) for name in phrases.FIELDS})
    if "give_up" in form:
        return go("/account#phrases")
    return _account(request, done="常用语已删除。" if form.get("drop") else "常用语已保存，填写时在这一栏的“常用语”里选用。")


ROUTES: tuple[BaseRouteHandler, ...] = (
    sign_in_form, sign_in, sign_in_with_code, sign_out, account, change_password, end_session, new_token, revoke_token, go_away, come_back, settings,
    contact, stock_sentences,
)  # fmt: skip
