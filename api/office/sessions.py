"""Sessions of people: the password, the lock-out, the sign-in itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlmodel import Session

from api.office.allowances import EVERYBODY
from api.office.office import Office
from db import allowances, people
from db.people import SignedIn

TEMPORARY = "temporary_password"
"""The setting of a person whose password was made by an administrator: nothing but changing it is open to him."""
GIVEN = "given_password"
"""The setting that keeps its hash: one does not go back to it."""
PAUSE = 1.0
"""Seconds that whoever is locked out waits for his answer, while nobody waits with him."""
SCOPES = {"act": "查看和办理", "read": "只能查看"}
"""What a token may be used for."""
SIGN_IN = "sign_in"
"""How failed sign-ins are counted."""


@cache
def hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _nobody() -> str:
    """A hash to compare with when there is no such user: an unknown name takes as long as a wrong password."""
    return hasher().hash("nobody has this password")


def give_one_time(session: Session, officer_id: str, hashed: str, now: datetime) -> None:
    """Set a password that was made for somebody: his sessions and tokens end, and he changes it before anything else."""
    people.set_password(session, officer_id, hashed, now)
    people.prefer(session, officer_id, TEMPORARY, "yes")
    people.prefer(session, officer_id, GIVEN, hashed)


def must_change(session: Session, officer_id: str) -> bool:
    """Whether his password was made by somebody else: nothing but changing it is open to him, and he gets no token."""
    return people.preference(session, officer_id, TEMPORARY) == "yes"


def was_given(office: Office, officer_id: str, password: str) -> bool:
    """Whether this is the last password that was made for him: somebody else has read it."""
    with office.database.read() as session:
        hashed = people.preference(session, officer_id, GIVEN)
    return hashed is not None and hasher().verify(password, hashed)


def wrong_old(office: Office, signed: SignedIn, request_id: str | None) -> bool:
    """Count a wrong old password; whether it was the fifth in this session, which has ended with it."""
    now, about = office.clock(), office.allowances.digest("session", signed.session_id)

    def work(session: Session) -> bool:
        locked = allowances.failed(session, "password", now, about=about)
        people.log(session, now, "locked" if locked else "password_failed", officer=signed.officer, request_id=request_id)
        if locked:
            people.end_session(session, signed.officer.id, signed.session_id, now)
        return locked

    return office.database.write(work)


class Barred(Exception):
    """Locked out: from outside it looks like any other failure."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is at the browser, before he has signed in."""

    address: str
    browser: str = ""
    """What it says of itself."""
    cookie: str = ""
    """The one of the last session in it, if any."""
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Tried:
    """What is counted of one attempt: the name, and by whom."""

    about: str
    who: str
    is_known: bool
    """His browser has been signed in with this name: what others try elsewhere does not keep it out."""

    def is_barred(self, session: Session, now: datetime) -> bool:
        if allowances.locked(session, SIGN_IN, now, about=self.about, who=self.who):
            return True
        return not self.is_known and allowances.locked(session, SIGN_IN, now, about=self.about)

    def failed(self, session: Session, now: datetime) -> bool:
        """Count it; whether he may not try again for a while."""
        if not self.is_known and allowances.failed(session, SIGN_IN, now, about=self.about, most=EVERYBODY):
            return True
        return allowances.failed(session, SIGN_IN, now, about=self.about, who=self.who)


def _tried(office: Office, session: Session, username: str, row: Any, visitor: Visitor, now: datetime) -> _Tried:
    counted, about = office.allowances, office.allowances.digest("name", username)
    if row is not None and (browser := people.known_browser(session, visitor.cookie, row.id, now)) is not None:
        return _Tried(about, counted.digest("browser", browser), True)
    return _Tried(about, counted.client(visitor.address), False)


def forgive(office: Office, session: Session, username: str) -> None:
    """Forget who failed with this user name, wherever."""
    allowances.forget(session, SIGN_IN, about=office.allowances.digest("name", username))


def sign_in(office: Office, username: str, password: str, visitor: Visitor) -> str | None:
    """The cookie of a new session; None for every kind of failure, which all look the same from outside.

    Five failures in fifteen minutes lock the name for thirty for this client alone, and a hundred for every browser in which it was
    never used: counted in the database, across workers. Who is locked out costs no hash (Barred). The session that the browser
    had before ends.
    """
    now = office.clock()
    with office.database.read() as session:
        row = people.officer_row(session, username)
        tried = _tried(office, session, username, row, visitor, now)
        if tried.is_barred(session, now):
            raise Barred
    good = hasher().verify(password, row.password_hash if row and row.password_hash else _nobody())
    if row is None or not row.active or not row.password_hash or not good:
        office.database.write(lambda s: _count(s, tried, row, now, visitor.request_id))
        return None

    def open_one(session: Session) -> str | None:
        if tried.is_barred(session, now):  # another attempt locked it meanwhile
            return None
        allowances.forget(session, SIGN_IN, about=tried.about, who=tried.who)
        if visitor.cookie:
            people.leave_browser(session, visitor.cookie, now)
        people.log(session, now, "sign_in", officer=people.officer_of(row), request_id=visitor.request_id)
        return people.open_session(session, row.id, visitor.browser, now)

    return office.database.write(open_one)


def _count(session: Session, tried: _Tried, row: Any, now: datetime, request_id: str | None) -> None:
    locked = tried.failed(session, now)
    who = people.officer_of(row) if row else None
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
