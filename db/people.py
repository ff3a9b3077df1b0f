"""Who works here: sign-in with a password, sessions, settings of a person, drafts, and the log of it all.

Every function works inside the caller's transaction; `now` is an argument. Tokens are kept as SHA-256 only.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Row, Table, delete, func, insert, or_, select, update
from sqlmodel import Session

from db import journal
from db import tables as t
from db.counting import many
from db.sealing import opened, ring_of, sealed
from workflow.acts import Officer
from workflow.staff import Leave

OFFICER, TOKEN, SESSION, PREFERENCE, DRAFT, SETTING, LOG, LEAVE = (
    t.table_of(model)
    for model in (
        t.OfficerRow, t.TokenRow, t.SessionRow, t.Preference, t.FormDraft, t.Setting, t.LogEntry, t.LeaveRow
    )
)  # fmt: skip

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)
"""A session ends after half an hour without use, and after eight hours in any case."""
SAMPLES = "sample_agencies"
"""The setting, of no agency, that says that the sample office is set up here."""
LATELY = timedelta(days=14)
"""So long after it was opened, a session that is over is still known as somebody's."""
DRAFTS_KEPT = timedelta(days=90)
"""So long a half-filled form waits for its officer."""
_SENT = "sent"
"""In the place of the fields, as an earlier version kept it: the form was sent (now `ended_forms`)."""
_SEEN_EVERY = timedelta(minutes=1)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def officer_of(row: Any) -> Officer:
    """The officer of a stored row."""
    return Officer(id=row.id, username=row.username, name=row.name, role=row.role, agency=row.agency)


# ------------------------------------------------------------------ passwords


def officer_row(session: Session, username: str) -> Row[Any] | None:
    """The stored officer of a user name, active or not."""
    return session.execute(select(OFFICER).where(OFFICER.c.username == username)).first()


def names(session: Session, agency: str) -> dict[str, str]:
    """User name -> name of everyone who works or worked at an agency."""
    query = select(OFFICER.c.username, OFFICER.c.name).where(OFFICER.c.agency == agency)
    return {row.username: row.name for row in session.execute(query)}


def names_of(session: Session, usernames: Collection[str]) -> dict[str, str]:
    """User name -> name of these officers."""
    query = select(OFFICER.c.username, OFFICER.c.name).where(OFFICER.c.username.in_(sorted(set(usernames))))
    return {row.username: row.name for row in session.execute(query)} if usernames else {}


def officer_by_id(session: Session, officer_id: str) -> Row[Any] | None:
    return session.execute(select(OFFICER).where(OFFICER.c.id == officer_id)).first()


def set_password(session: Session, officer_id: str, password_hash: str, now: datetime, *, keep: str | None = None) -> None:
    """Set the hash of a new password; every session of the officer but `keep` ends, and every token."""
    session.execute(update(OFFICER).where(OFFICER.c.id == officer_id).values(password_hash=password_hash))
    journal.changed(session, OFFICER, officer_id)
    end_sessions(session, officer_id, now, keep=keep)
    end_tokens(session, officer_id, now)


# ------------------------------------------------------------------ sessions


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person at work: who, in which session, and what he set for himself."""

    officer: Officer
    session_id: str
    preferences: Mapping[str, str]
    lacks_factor: bool = False
    """His office asks of him a second factor, and he has none."""
    is_divided: bool = False
    """He is a system administrator, and no more than that (三员分立)."""


def open_session(session: Session, officer_id: str, browser: str, now: datetime) -> str:
    """A new session; returns the text of its cookie, kept nowhere."""
    cookie = secrets.token_urlsafe(32)
    row = {
        "id": str(uuid4()), "officer_id": officer_id, "digest": _digest(cookie), "browser": browser[:200],
        "created_at": now, "seen_at": now, "expires_at": now + LONGEST,
    }  # fmt: skip
    session.execute(insert(SESSION).values(row))
    journal.added(session, SESSION, row)
    return cookie


def _alive(now: datetime) -> tuple[Any, ...]:
    return (SESSION.c.ended_at.is_(None), SESSION.c.expires_at > now, SESSION.c.seen_at > now - IDLE)


def signed_in(session: Session, cookie: str, now: datetime) -> tuple[SignedIn, bool] | None:
    """Whose session this is, and whether `seen` should be written; None when it is over or never was."""
    query = (
        select(OFFICER, SESSION.c.id.label("session_id"), SESSION.c.seen_at)
        .join(SESSION, SESSION.c.officer_id == OFFICER.c.id)
        .where(SESSION.c.digest == _digest(cookie), OFFICER.c.active, *_alive(now))
    )
    row = session.execute(query).first()
    if row is None:
        return None
    chosen = session.execute(select(PREFERENCE.c.name, PREFERENCE.c.value).where(PREFERENCE.c.officer_id == row.id))
    return SignedIn(officer_of(row), row.session_id, {row.name: row.value for row in chosen}), now - row.seen_at > _SEEN_EVERY


def was_signed_in(session: Session, cookie: str, now: datetime) -> bool:
    """Whether this was the cookie of a session of the last two weeks whose officer still works here."""
    query = (
        select(SESSION.c.id)
        .join(OFFICER, OFFICER.c.id == SESSION.c.officer_id)
        .where(SESSION.c.digest == _digest(cookie), SESSION.c.created_at > now - LATELY, OFFICER.c.active)
    )
    return session.execute(query).first() is not None


def known_browser(session: Session, cookie: str, officer_id: str, now: datetime) -> str | None:
    """The session of the last two weeks that this officer had in the browser with this cookie."""
    mine = (SESSION.c.digest == _digest(cookie), SESSION.c.officer_id == officer_id, SESSION.c.created_at > now - LATELY)
    return session.execute(select(SESSION.c.id).where(*mine)).scalar()


def seen(session: Session, session_id: str, now: datetime) -> None:
    session.execute(update(SESSION).where(SESSION.c.id == session_id).values(seen_at=now))


def sessions_of(session: Session, officer_id: str, now: datetime) -> Sequence[Row[Any]]:
    """The open sessions of an officer, the latest first."""
    query = select(SESSION).where(SESSION.c.officer_id == officer_id, *_alive(now))
    return session.execute(query.order_by(SESSION.c.seen_at.desc())).all()


def leave_browser(session: Session, cookie: str, now: datetime) -> None:
    """End the session that this browser has, whosever it is."""
    _end(session, SESSION, {"ended_at": now}, SESSION.c.digest == _digest(cookie), SESSION.c.ended_at.is_(None))


def end_session(session: Session, officer_id: str, session_id: str, now: datetime) -> bool:
    """End one session of this officer; False when he has none of this id that is open."""
    mine = (SESSION.c.id == session_id, SESSION.c.officer_id == officer_id, SESSION.c.ended_at.is_(None))
    return _end(session, SESSION, {"ended_at": now}, *mine) > 0


def end_sessions(session: Session, officer_id: str, now: datetime, *, keep: str | None = None) -> None:
    """End every session of an officer, but `keep`."""
    mine = [SESSION.c.officer_id == officer_id, SESSION.c.ended_at.is_(None)]
    if keep is not None:
        mine.append(SESSION.c.id != keep)
    _end(session, SESSION, {"ended_at": now}, *mine)


def tokens_of(session: Session, officer_id: str, now: datetime) -> Sequence[Row[Any]]:
    """The API tokens of an officer that are good now."""
    query = select(TOKEN).where(TOKEN.c.officer_id == officer_id, TOKEN.c.revoked_at.is_(None), TOKEN.c.expires_at > now)
    return session.execute(query.order_by(TOKEN.c.created_at.desc())).all()


def revoke_token(session: Session, officer_id: str, token_id: str, now: datetime) -> bool:
    """停用 one token of this officer; False when he has none of this id that is good."""
    mine = (TOKEN.c.id == token_id, TOKEN.c.officer_id == officer_id, TOKEN.c.revoked_at.is_(None))
    return _end(session, TOKEN, {"revoked_at": now}, *mine) > 0


def end_tokens(session: Session, officer_id: str, now: datetime) -> None:
    """停用 every token of an officer."""
    _end(session, TOKEN, {"revoked_at": now}, TOKEN.c.officer_id == officer_id, TOKEN.c.revoked_at.is_(None))


def _end(session: Session, table: Table, values: Mapping[str, Any], *which: Any) -> int:
    """End sessions or tokens; how many."""
    ended = session.execute(update(table).where(*which).values(values).returning(table.c.id)).scalars().all()
    for one in ended:
        journal.changed(session, table, one)
    return len(ended)


def end_all(session: Session, now: datetime) -> int:
    """End every session and token, whosever it is; how many."""
    signed_in = _end(session, SESSION, {"ended_at": now}, SESSION.c.ended_at.is_(None))
    return signed_in + _end(session, TOKEN, {"revoked_at": now}, TOKEN.c.revoked_at.is_(None))


# ------------------------------------------------------------------ settings and drafts


def _put(session: Session, table: Table, keys: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Renew the row with these keys, or make it."""
    if table in journal.LOGGED:
        journal.changed(session, table, *keys.values())
    where = [table.c[name] == value for name, value in keys.items()]
    if session.execute(update(table).where(*where).values(**values).returning(*where[:1])).first() is None:
        session.execute(insert(table).values(**keys, **values))


def prefer(session: Session, officer_id: str, name: str, value: str) -> None:
    """Keep one personal setting."""
    _put(session, PREFERENCE, {"officer_id": officer_id, "name": name}, {"value": value})


def preference(session: Session, officer_id: str, name: str) -> str | None:
    """One personal setting."""
    query = select(PREFERENCE.c.value).where(PREFERENCE.c.officer_id == officer_id, PREFERENCE.c.name == name)
    return session.execute(query).scalar()


def setting(session: Session, agency: str, name: str) -> str | None:
    """One setting of an agency."""
    query = select(SETTING.c.value).where(SETTING.c.agency == agency, SETTING.c.name == name)
    return session.execute(query).scalar()


def set_setting(session: Session, agency: str, name: str, value: str) -> None:
    _put(session, SETTING, {"agency": agency, "name": name}, {"value": value})


def switched_on(session: Session, name: str, agencies: Collection[str]) -> list[str]:
    """Those of the agencies whose setting of this name says yes."""
    query = select(SETTING.c.agency).where(SETTING.c.name == name, SETTING.c.value == "yes")
    return sorted(set(session.execute(query).scalars()) & set(agencies))


def is_sample_office(session: Session, codes: Collection[str]) -> bool:
    """Whether the demo has run here; where it ran before that was written down, its officers in these agencies tell."""
    if setting(session, "", SAMPLES) == "yes":
        return True
    invented = select(OFFICER.c.id).where(OFFICER.c.agency.in_(codes), OFFICER.c.name.endswith("（样例）"))
    return session.execute(invented.limit(1)).first() is not None


def save_draft(session: Session, officer_id: str, form: str, fields: Mapping[str, Any], now: datetime) -> None:
    """Keep what stands in a half-filled form; a later save replaces it, and what nobody came back to is forgotten."""
    forget_drafts(session, now)
    key, text = {"officer_id": officer_id, "form": form}, json.dumps(fields, ensure_ascii=False)
    _put(session, DRAFT, key, sealed(session, DRAFT, {"fields": text, "saved_at": now}, **key))


def forget_drafts(session: Session, now: datetime) -> None:
    """Forget what nobody came back to."""
    session.execute(delete(DRAFT).where(DRAFT.c.saved_at < now - DRAFTS_KEPT))


def draft(session: Session, officer_id: str, form: str) -> tuple[dict[str, Any], datetime] | None:
    """What was kept of a form, and when."""
    row = session.execute(select(DRAFT).where(DRAFT.c.officer_id == officer_id, DRAFT.c.form == form)).first()
    fields = json.loads(opened(ring_of(session), DRAFT, row).fields) if row else {}
    return (fields, row.saved_at) if row and _SENT not in fields else None


def drop_draft(session: Session, officer_id: str, form: str) -> None:
    session.execute(delete(DRAFT).where(DRAFT.c.officer_id == officer_id, DRAFT.c.form == form))


# ------------------------------------------------------------------ 外出


def set_leave(session: Session, username: str, leave: Leave) -> None:
    """Keep from when to when an officer is away, and who stands in; one span for each."""
    ids = {row.username: row.id for row in session.execute(select(OFFICER).where(OFFICER.c.username.in_((username, leave.deputy))))}
    values = {"from_on": leave.from_on, "to_on": leave.to_on, "deputy_id": ids[leave.deputy]}
    _put(session, LEAVE, {"officer_id": ids[username]}, values)


def end_leave(session: Session, username: str, today: date) -> bool:
    """Forget a leave; False when there is none, or it is over."""
    his = select(OFFICER.c.id).where(OFFICER.c.username == username).scalar_subquery()
    ended = delete(LEAVE).where(LEAVE.c.officer_id == his, LEAVE.c.to_on >= today).returning(LEAVE.c.officer_id)
    officer_id = session.execute(ended).scalar()
    if officer_id is not None:
        journal.changed(session, LEAVE, officer_id)
    return officer_id is not None


# ------------------------------------------------------------------ the log


def log(
    session: Session,
    now: datetime,
    what: str,
    *,
    officer: Officer | None = None,
    object: str | None = None,
    reason: str | None = None,
    request_id: str | None = None,
) -> None:
    """One entry of the log (sign_in, sign_in_failed, locked, refused, unmask, export, setting ...), in this transaction."""
    journal.tell(session, now, what, officer=officer, object=object, reason=reason, request_id=request_id)


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which entries are asked for: of whom, about which file (by its number), from when until before when."""

    username: str = ""
    file: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self, session: Session) -> list[Any]:
        found: list[Any] = [LOG.c.username == self.username] if self.username else []
        if self.file:
            found.append(_about(session, self.file))
        if self.since is not None:
            found.append(LOG.c.at >= self.since)
        if self.until is not None:
            found.append(LOG.c.at < self.until)
        return found


EVERY_ENTRY = LogFilter()


def _about(session: Session, number: str) -> ColumnElement[bool]:
    """That an entry is about the file of this number: its object is the number, or begins with it and a blank.

    A stretch of the index, byte by byte; a LIKE would read the whole log on SQLite.
    """
    least, below = (">=", "<") if session.get_bind().dialect.name == "sqlite" else ("~>=~", "~<~")
    begins = LOG.c.object.bool_op(least)(f"{number} ") & LOG.c.object.bool_op(below)(f"{number}!")  # "!" comes after " "
    return or_(LOG.c.object == number, begins)


def log_entries(
    session: Session, *, before: int | None = None, limit: int = 100, wanted: LogFilter = EVERY_ENTRY
) -> Sequence[Row[Any]]:
    """The latest entries that are asked for, newest first."""
    query = select(LOG).where(*wanted.conditions(session)).order_by(LOG.c.seq.desc()).limit(limit)
    return session.execute(query if before is None else query.where(LOG.c.seq < before)).all()


def log_about(session: Session, number: str, until: datetime) -> Sequence[Row[Any]]:
    """The entries that concern the file of this number, until a moment, in order, with every column that the log has.

    That a package of it was taken away is not among them: taking it again would make another package. Nor is what came last of
    all, that the PDF of its last letter was made: the first package may be what it is made for.
    """
    found = list(session.execute(select(LOG).where(_about(session, number), LOG.c.at <= until, LOG.c.what != "package").order_by(LOG.c.seq)))
    while found and found[-1].what == "letter":
        found.pop()
    return found


LOOKS = ("unmask", "package", "attachment")
"""Entries that tell of a look at what a file says of people."""


def looks_at(session: Session, number: str, most: int = 200) -> Sequence[Row[Any]]:
    """Who looked at the file of this number whole, or took something of it along; the latest first."""
    looked = or_(LOG.c.what != "attachment", LOG.c.reason.startswith("下载"), LOG.c.reason.startswith("查看"))
    query = select(LOG).where(_about(session, number), LOG.c.what.in_(LOOKS), looked).order_by(LOG.c.seq.desc())
    return session.execute(query.limit(most)).all()


def last_logged(session: Session) -> datetime | None:
    """The latest time that the last few hundred entries of the log bear; they are in the order in which they were written."""
    latest = select(LOG.c.at).order_by(LOG.c.seq.desc()).limit(500)
    return max(session.execute(latest).scalars(), default=None)


def log_length(session: Session, wanted: LogFilter = EVERY_ENTRY) -> int:
    """How many entries there are, of those that are asked for: of them at most `MANY`. All are numbered without a gap."""
    if wanted == EVERY_ENTRY:
        return int(session.execute(select(func.coalesce(func.max(LOG.c.seq), 0))).scalar_one())
    return many(session, select(LOG.c.seq).where(*wanted.conditions(session)))


# ------------------------------------------------------------------ what an administrator does


def change_officer(session: Session, officer_id: str, *, name: str, role: str, agency: str) -> None:
    """Give an officer another name, post or unit; what he signed before keeps what he was then."""
    session.execute(update(OFFICER).where(OFFICER.c.id == officer_id).values(name=name, role=role, agency=agency))
    journal.changed(session, OFFICER, officer_id)


def set_active(session: Session, officer_id: str, active: bool, now: datetime) -> None:
    """停用 or 启用; who is disabled is signed out everywhere, and his tokens are worth nothing, also when he is enabled again."""
    session.execute(update(OFFICER).where(OFFICER.c.id == officer_id).values(active=active))
    journal.changed(session, OFFICER, officer_id)
    if not active:
        end_sessions(session, officer_id, now)
        end_tokens(session, officer_id, now)


def hold_officers(session: Session, roles: Collection[str]) -> None:
    """Hold the officers of these posts until the transaction ends; who signs in goes on (PostgreSQL; SQLite has one writer)."""
    held = select(OFFICER.c.id).where(OFFICER.c.role.in_(roles)).order_by(OFFICER.c.id)
    session.execute(held.with_for_update(key_share=True)).all()


def settings_of(session: Session, name: str) -> dict[str, str]:
    """Agency -> its value of one setting."""
    return {row.agency: row.value for row in session.execute(select(SETTING.c.agency, SETTING.c.value).where(SETTING.c.name == name))}
