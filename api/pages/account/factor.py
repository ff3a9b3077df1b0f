"""两步验证: one's own second factor: shown as a QR code once the password was asked again, kept from its first code on."""

from __future__ import annotations

import hmac
from typing import Any

import segno
from litestar import Response
from litestar.handlers import BaseRouteHandler
from markupsafe import Markup
from sqlmodel import Session

from api.office import factors, totp
from api.pages.account import again
from api.pages.shared.frame import HttpRequest, action, form_of, me, office_of, page, show
from api.web.problems import request_id
from db import factors as kept
from db import people

WRONG_PASSWORD = ("password", "密码不对，请重新填写")
WRONG_CODE = ("code", "验证码不对，或者已经用过。请等手机上换成下一个，再填写")
NOT_THAT = ("code", "验证码不对。请填写手机上现在显示的6位数字；手机的时间要准")
NOT_WAITING = ("", "这个密钥不再等待验证码：时间已过，或者不是这次登录中填写密码以后显示的，没有启用。请重新填写密码，再扫描新的二维码")


@page("/account/factor")
def factor(request: HttpRequest) -> Response[Any]:
    """两步验证: whether there is one, and what can be done."""
    return _shown(request)


def _shown(request: HttpRequest, *, status: int = 200, **facts: Any) -> Response[Any]:
    office, officer = office_of(request), me(request)
    with office.database.read() as session:
        row = kept.of(session, officer.id)
        known: dict[str, Any] = {
            "since": row.confirmed_at if row is not None else None, "left": factors.left(session, officer.id),
            "lacking": factors.is_lacking(session, officer), "errs": [], "done": None, "codes": [], "secret": None, "picture": None, "proof": "",
        }  # fmt: skip
    return show(request, "factor.html", status=status, **known | facts)


def _offered(request: HttpRequest, secret: str, **facts: Any) -> Response[Any]:
    """The secret, to be photographed or typed, and the field for its first code."""
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    code = segno.make(totp.address(secret, me(request).username), error="m", micro=False)
    drawn = code.svg_inline(scale=5, border=4, light="#fff", title="用手机的验证器扫描的二维码")
    picture = Markup(drawn)  # noqa: S704 - drawn here, from an address
    return _shown(request, secret=groups, picture=picture, proof=_proof(request, secret), **facts)


def _proof(request: HttpRequest, secret: str) -> str:
    """Says that this secret was shown to this session, after the password: no other one sees or confirms it."""
    return office_of(request).allowances.digest("enrolment", f"{request.scope['state']['signed_in'].session_id} {secret}")


@action("/account/factor", hashes=True)
def begin(request: HttpRequest) -> Response[Any]:
    """启用, the first step: the own password is asked again, and a new secret shown."""
    office, now = office_of(request), office_of(request).clock()
    if not again.is_own_password(request, (form_of(request).all("password") or [""])[0][:200]):
        return again.wrong(request) or _shown(request, status=400, errs=[WRONG_PASSWORD])
    secret = office.database.write(lambda s: factors.begin(s, me(request).id, now))
    return _offered(request, secret) if secret else _shown(request)


@action("/account/factor/confirm")
def confirm(request: HttpRequest) -> Response[Any]:
    """启用, the second step: the first code. The recovery codes are shown this once; who is signed in elsewhere signs in again.

    A wrong code counts as a wrong password does.
    """
    office, officer, now = office_of(request), me(request), office_of(request).clock()
    signed, typed, proof = request.scope["state"]["signed_in"], form_of(request).get("code"), form_of(request).get("proof")

    def work(session: Session) -> tuple[str | None, list[str] | None]:
        secret = factors.waiting(session, officer.id, now)
        if secret is None or not hmac.compare_digest(_proof(request, secret).encode(), proof.encode()):
            return None, None
        codes = factors.confirm(session, officer.id, typed, now)
        if codes is not None:
            people.end_sessions(session, officer.id, now, keep=signed.session_id)
            people.log(session, now, "factor", officer=officer, reason="启用", request_id=request_id(request))
        return secret, codes

    secret, codes = office.database.write(work)
    if secret is None:
        return _shown(request, status=400, errs=[NOT_WAITING])
    if codes is None:
        return again.wrong(request, "code_failed") or _offered(request, secret, status=400, errs=[NOT_THAT])
    return _shown(request, codes=codes, done="两步验证已启用，其他地方的登录已经结束。")


@action("/account/factor/recovery")
def renew(request: HttpRequest) -> Response[Any]:
    """换一组恢复码: those of before are worth nothing."""

    def work(session: Session) -> list[str]:
        return factors.new_recovery(session, me(request).id)

    return _with_code(request, "更换恢复码", work, "恢复码已更换，以前的已经失效。")


@action("/account/factor/remove")
def remove(request: HttpRequest) -> Response[Any]:
    """停用: with a code, of the telephone or a recovery code."""
    signed, now = request.scope["state"]["signed_in"], office_of(request).clock()

    def work(session: Session) -> list[str]:
        factors.remove(session, me(request).id, now, keep=signed.session_id)
        return []

    return _with_code(request, "停用", work, "两步验证已停用，其他地方的登录已经结束。换了手机的，请重新启用。")


def _with_code(request: HttpRequest, what: str, work: Any, done: str) -> Response[Any]:
    """What is done once a code was accepted, in the same transaction."""
    office, now, typed = office_of(request), office_of(request).clock(), form_of(request).get("code")

    def change(session: Session) -> list[str] | None:
        if factors.accept(session, me(request).id, typed, now) is None:
            return None
        codes: list[str] = work(session)
        people.log(session, now, "factor", officer=me(request), reason=what, request_id=request_id(request))
        return codes

    if (codes := office.database.write(change)) is None:
        return again.wrong(request, "code_failed") or _shown(request, status=400, errs=[WRONG_CODE])
    return _shown(request, codes=codes, done=done)


ROUTES: tuple[BaseRouteHandler, ...] = (factor, begin, confirm, renew, remove)
