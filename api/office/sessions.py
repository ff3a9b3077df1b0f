"""Sessions of people: the password, the lock-out, the sign-in itself."""

from __future__ import annotations

import hmac
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlmodel import Session

from api.office import duties, factors
from api.office.allowances import EVERYBODY
from api.office.office import Office
from db import allowances, people
from db import factors as kept
from db.engine import DatabaseUnavailable
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
"""How failed sign-ins are counted: wrong passwords and wrong codes alike."""
HALFWAY = timedelta(minutes=5)
"""So long after the password the code may come."""


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


def wrong_old(office: Office, signed: SignedIn, request_id: str | None, what: str = "password_failed") -> bool:
    """Count a wrong password, or code, of who is signed in; whether it was the fifth in this session, which has ended with it."""
    now, about = office.clock(), office.allowances.digest("session", signed.session_id)

    def work(session: Session) -> bool:
        locked = allowances.failed(session, "password", now, about=about)
        people.log(session, now, "locked" if locked else what, officer=signed.officer, request_id=request_id)
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


@dataclass(frozen=True, slots=True)
class Halfway:
    """The password was right, and a code is asked for: nobody is signed in yet."""

    proof: str
    """Says so for `HALFWAY`, to this program alone, until a code is used or the password changes."""


class Stale(Exception):
    """The proof of a password is too old, or no proof: it begins anew with the password."""


def sign_in(office: Office, username: str, password: str, visitor: Visitor) -> str | Halfway | None:
    """The cookie of a new session, or what the code must come with; None for every kind of failure, which all look the same from outside.

    Five failures in fifteen minutes lock the name for thirty for this client alone, and a hundred for every browser in which it was
    never used: counted in the database, across workers. Who is locked out costs no hash (Barred). The session that the browser
    had before ends. Whether a code is asked for, only whoever has the password is told.
    """
    now = office.clock()
    with office.database.read() as session:
        row = people.officer_row(session, username)
        tried = _tried(office, session, username, row, visitor, now)
        if tried.is_barred(session, now):
            raise Barred
        factor = kept.of(session, row.id) if row is not None else None
    good = hasher().verify(password, row.password_hash if row and row.password_hash else _nobody())
    if row is None or not row.active or not row.password_hash or not good:
        office.database.write(lambda s: _count(s, tried, row, now, visitor.request_id))
        return None
    if factor is not None and factor.confirmed_at is not None:
        return Halfway(_proof(office, row, factor, int((now + HALFWAY).timestamp())))
    return office.database.write(partial(_open, tried=tried, row=row, visitor=visitor, now=now))


def with_code(office: Office, proof: str, code: str, visitor: Visitor) -> str | None:
    """The second half of a sign-in: the cookie of a new session, or None when the code is wrong.

    A wrong code counts as a wrong password does, of the same name and client. Raises Barred, Stale.
    """
    now = office.clock()
    with office.database.read() as session:
        row = _halfway(office, session, proof, now)
        tried = _tried(office, session, row.username, row, visitor, now)
        if tried.is_barred(session, now):
            raise Barred

    def work(session: Session) -> str | None:
        if tried.is_barred(session, now):
            return None
        if (used := factors.accept(session, row.id, code, now)) is None:
            _count(session, tried, row, now, visitor.request_id, "code_failed")
            return None
        if used == "recovery":
            told = f"用了一个恢复码，还有{factors.left(session, row.id)}个"
            people.log(session, now, "factor", officer=people.officer_of(row), reason=told, request_id=visitor.request_id)
        return _open(session, tried, row, visitor, now)

    return office.database.write(work)


def who_is_halfway(office: Office, proof: str) -> Any:
    """The stored officer whose password this proves. Raises Stale."""
    with office.database.read() as session:
        return _halfway(office, session, proof, office.clock())


def _proof(office: Office, row: Any, factor: Any, until: int) -> str:
    stands_for = f"{row.id} {until} {row.password_hash} {factor.last_step} {factor.recovery}"
    return f"{row.id}.{until}.{office.allowances.digest('halfway', stands_for)}"


def _halfway(office: Office, session: Session, proof: str, now: datetime) -> Any:
    officer_id, _, rest = proof.partition(".")
    until = rest.partition(".")[0]
    row, factor = people.officer_by_id(session, officer_id[:36]), kept.of(session, officer_id[:36])
    if row is None or not row.active or factor is None or not (until.isascii() and until.isdigit() and len(until) < 12):
        raise Stale
    if not hmac.compare_digest(_proof(office, row, factor, int(until)).encode(), proof.encode()):
        raise Stale
    if not now.timestamp() < int(until) <= (now + HALFWAY).timestamp():
        raise Stale
    return row


def _open(session: Session, tried: _Tried, row: Any, visitor: Visitor, now: datetime) -> str | None:
    """A new session in the place of the one that the browser had; what failed before is forgotten."""
    if tried.is_barred(session, now):  # another attempt locked it meanwhile
        return None
    allowances.forget(session, SIGN_IN, about=tried.about, who=tried.who)
    if visitor.cookie:
        people.leave_browser(session, visitor.cookie, now)
    people.log(session, now, "sign_in", officer=people.officer_of(row), request_id=visitor.request_id)
    return people.open_session(session, row.id, visitor.browser, now)


def _count(session: Session, tried: _Tried, row: Any, now: datetime, request_id: str | None, what: str = "sign_in_failed") -> None:
    locked = tried.failed(session, now)
    who = people.officer_of(row) if row else None
    people.log(session, now, "locked" if locked else what, officer=who, request_id=request_id)


def signed_in(office: Office, key: str) -> SignedIn | None:
    """Whose session this is; None when it is none that is valid now. Use is noted once a minute."""
    now = office.clock()
    with office.database.read() as session:
        found = people.signed_in(session, key, now)
        if found is None:
            return None
        signed, stale = found
        lacks, part = factors.is_lacking(session, signed.officer), duties.holds_one_part(session, signed.officer)
        signed = replace(signed, lacks_factor=lacks, is_divided=part)
    if stale:
        with suppress(DatabaseUnavailable):  # looking goes on where nothing can be written
            office.database.write(lambda s: people.seen(s, signed.session_id, now), patience=0.5)
    return signed
