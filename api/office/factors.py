"""两步验证: after the password a code of one's telephone, or one of the recovery codes; who must have one, and who has not."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from datetime import datetime, timedelta

from sqlmodel import Session

from api.office import totp
from api.office.policy import FACTORED
from db import factors, people
from workflow.acts import Officer

REQUIRED = "factor_required"
"""The setting, of no agency, by which those in `FACTORED` must have one."""
RECOVERY = 10
"""So many recovery codes are made at once."""
SHOWN = timedelta(minutes=15)
"""So long a secret that was shown waits for its first code."""
LACKING = "本单位要求您启用两步验证，您还没有启用。请先在“我的账号”的“两步验证”中启用，再使用其他功能。"
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""Thirty-two that are not taken for one another: sixteen of them are 80 bits, so that a plain digest keeps them."""


def is_required(session: Session) -> bool:
    """Whether the office asks those in `FACTORED` for one."""
    return people.setting(session, "", REQUIRED) == "yes"


def is_lacking(session: Session, officer: Officer) -> bool:
    """Whether he must have one and has none: nothing but getting it is open to him, and he gets no token."""
    return officer.role in FACTORED and is_required(session) and not factors.confirmed(session, [officer.id])


# ------------------------------------------------------------------ using it


def accept(session: Session, officer_id: str, typed: str, now: datetime) -> str | None:
    """Use what was typed: `code`, or `recovery` for one of the recovery codes; None when it is neither, or was used before."""
    row, plain = factors.of(session, officer_id), _plain(typed)
    if row is None or row.confirmed_at is None:
        return None
    if len(plain) == totp.DIGITS:
        steps, latest = totp.steps_of(row.secret, plain, now), totp.step_at(now) + totp.DRIFT
        return "code" if any(factors.use(session, officer_id, step, latest) for step in steps) else None
    left = json.loads(row.recovery)
    if (digest := _digest(plain)) not in left:
        return None
    rest = [one for one in left if one != digest]
    return "recovery" if factors.keep_recovery(session, officer_id, rest, was=row.recovery) else None


def left(session: Session, officer_id: str) -> int:
    """How many recovery codes he has not used."""
    row = factors.of(session, officer_id)
    return len(json.loads(row.recovery)) if row is not None else 0


def _plain(typed: str) -> str:
    """A code without what is typed to read it better."""
    return re.sub(r"[\s-]+", "", typed[:100]).lower()


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


# ------------------------------------------------------------------ getting it


def begin(session: Session, officer_id: str, now: datetime) -> str | None:
    """A new secret that waits for its first code; None where he has a second factor already."""
    secret = totp.new_secret()
    return secret if factors.begin(session, officer_id, secret, now) else None


def waiting(session: Session, officer_id: str, now: datetime) -> str | None:
    """The secret that was shown and waits for its first code."""
    row = factors.of(session, officer_id)
    return row.secret if row is not None and row.confirmed_at is None and row.created_at <= now < row.created_at + SHOWN else None


def confirm(session: Session, officer_id: str, typed: str, now: datetime) -> list[str] | None:
    """The first code: the recovery codes that come with it, or None when it is wrong."""
    secret = waiting(session, officer_id, now)
    step = next(totp.steps_of(secret, _plain(typed), now), None) if secret else None
    if step is None or not factors.confirm(session, officer_id, step, now):
        return None
    return new_recovery(session, officer_id)


def new_recovery(session: Session, officer_id: str) -> list[str]:
    """New recovery codes in the place of those that are left; told once, kept as digests."""
    codes = ["-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4)) for _ in range(RECOVERY)]
    factors.keep_recovery(session, officer_id, [_digest(_plain(one)) for one in codes])
    return codes


def remove(session: Session, officer_id: str, now: datetime, *, keep: str | None = None) -> bool:
    """Forget his second factor; his sessions but `keep` end, for whoever has the telephone may be in one. False: there was none."""
    if not factors.remove(session, officer_id):
        return False
    people.end_sessions(session, officer_id, now, keep=keep)
    return True
