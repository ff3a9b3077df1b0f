"""Sessions of people: the password, the lock-out, the sign-in itself."""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import cache
from typing import Any

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlmodel import Session

from api.office.office import Office
from db import people
from db.people import SignedIn

TEMPORARY = "temporary_password"
"""The setting of a person whose password was made by an administrator: nothing but changing it is open to him."""
LEAST, CLASSES = 10, 3
"""A password has at least 10 characters of 3 of the 4 classes."""


@cache
def hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _nobody() -> str:
    """A hash to compare with when there is no such user: an unknown name takes as long as a wrong password."""
    return hasher().hash("nobody has this password")


_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
"""Those that are not taken for one another when they are read out."""


def one_time_password() -> str:
    """A password of good strength that can be read out: four groups of four."""
    while True:
        text = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
        if weakness(text) is None:
            return text


def give_one_time(session: Session, officer_id: str, hashed: str, now: datetime) -> None:
    """Set a password that was made for somebody: his sessions end, and he changes it before anything else."""
    people.set_password(session, officer_id, hashed, now)
    people.prefer(session, officer_id, TEMPORARY, "yes")


def weakness(password: str) -> str | None:
    """What is wrong with a new password, in a sentence; None when it is good."""
    classes = [
        any(one.islower() for one in password),
        any(one.isupper() for one in password),
        any(one.isdigit() for one in password),
        any(not one.isalnum() for one in password),
    ]
    if not LEAST <= len(password) <= 128:
        return f"密码应当有{LEAST}到128个字符，请改长一些"
    if sum(classes) < CLASSES:
        return "密码应当含有大写字母、小写字母、数字、符号中的三种，请补上"
    return None


def sign_in(office: Office, username: str, password: str, browser: str, request_id: str) -> str | None:
    """The cookie of a new session; None for every kind of failure, which all look the same from outside.

    Five failures in fifteen minutes lock the name for thirty, counted in the database, across workers.
    """
    now = office.clock()
    with office.database.read() as session:
        row = people.officer_row(session, username)
        barred = people.locked(session, username, now)
    good = hasher().verify(password, row.password_hash if row and row.password_hash else _nobody())
    if barred or row is None or not row.active or not row.password_hash or not good:
        if not barred:
            office.database.write(lambda s: _count(s, username, now, request_id))
        return None

    def open_one(session: Any) -> str | None:
        if people.locked(session, username, now):  # another attempt locked the name meanwhile
            return None
        people.succeeded(session, username)
        officer = people.officer_of(row)
        people.log(session, now, "sign_in", officer=officer, request_id=request_id)
        return people.open_session(session, row.id, browser, now)

    return office.database.write(open_one)


def _count(session: Any, username: str, now: Any, request_id: str) -> None:
    row = people.officer_row(session, username)
    who = people.officer_of(row) if row else None
    locked = people.failed(session, username, now)
    people.log(session, now, "locked" if locked else "sign_in_failed", officer=who, request_id=request_id)


def signed_in(office: Office, key: str) -> SignedIn | None:
    """Whose session this is; None when it is none that is valid now. Use is noted once a minute."""
    now = office.clock()
    with office.database.read() as session:
        found = people.signed_in(session, key, now)
    if found is None:
        return None
    signed, stale = found
    if stale:
        office.database.write(lambda s: people.seen(s, signed.session_id, now))
    return signed
