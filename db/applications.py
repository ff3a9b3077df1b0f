"""网上提交的申请 (条例 31(三)): what visitors sent, until the office and the applicant have both confirmed it, or it is declined.

Every function works inside the caller's transaction; `now` is an argument. The 查询码 follows from the application's
id and the key that lies outside the database; kept is only its keyed digest.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, delete, func, insert, literal, or_, select, update
from sqlmodel import Session

from db import journal, people
from db import tables as t
from db.sealing import opened, ring_of, sealed
from db.store import next_number
from workflow.acts import Officer

APPLICATION, UPLOAD, SETTING, CASE = (t.table_of(model) for model in (t.Application, t.Upload, t.Setting, t.CaseFile))
APPLICATION_OWNER = literal("application/") + APPLICATION.c.id
"""`owner_of`, for a query."""
STATES: Mapping[str, str] = {"waiting": "等待确认", "confirmed": "已确认登记", "declined": "没有登记"}
SWITCH = "public_form"
"""The setting of an agency that opens its form."""
COUNTER = "counter"
"""The setting of an agency that has a counter in its hall (体验区), where its form is open too."""
MOST_WAITING = 500
"""Applications of one agency that may wait at once; beyond it the form asks to come by another way."""
KEPT, KEPT_FOR_OFFICERS = timedelta(days=2), timedelta(days=30)
"""How long files of a form that was never sent are kept: a visitor's, an officer's; those of a settled application as long as the latter."""
AT_HAND = timedelta(hours=1)
"""So long whoever chose a file may be expected to be still at the form."""
MOST_UNSENT, MOST_OF_AN_OFFICER = 2 * 1024**3, 1024**3
"""Bytes of files whose form nobody has sent yet: of all visitors together, and of one officer."""
VISITOR, OFFICER = "visitor/", "officer/"
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def open_agencies(session: Session, agencies: Collection[str]) -> list[str]:
    """The agencies whose public form is switched on."""
    return people.switched_on(session, SWITCH, agencies)


# ------------------------------------------------------------------ number and code


def code_of(application_id: str, key: bytes) -> str:
    """查询码: ten characters that nobody mistakes for one another."""
    digest = hmac.new(key, f"application code\0{application_id}".encode(), hashlib.sha256).digest()
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:10])


def digest_of(code: str, key: bytes) -> str:
    """Of the code alone this is kept."""
    return hmac.new(key, f"application digest\0{code}".encode(), hashlib.sha256).hexdigest()


def add(
    session: Session, *, id: str, agency: str, on: date, fields: Mapping[str, Any], visitor: str, key: bytes, now: datetime,
    site: str | None = None, site_nonce: str | None = None,
) -> Any:  # fmt: skip
    """Keep an application and the files of its visitor; sent twice, it is the same one.

    `site` led here by a link with this nonce; of a link that has led to an application already it is not kept.
    """
    if (known := one(session, id)) is not None:
        return known
    serial, text = next_number(session, agency, on.year, "application"), json.dumps(fields, ensure_ascii=False)
    if site_nonce is not None:  # the counter above lets one at a time come here
        used = select(APPLICATION.c.id).where(APPLICATION.c.agency == agency, APPLICATION.c.site_nonce == site_nonce)
        site, site_nonce = (None, None) if session.execute(used).first() is not None else (site, site_nonce)
    row = {
        "id": id, "agency": agency, "year": on.year, "serial": serial, "number": f"{agency.upper()}-{on.year}-{serial}",
        "code_digest": digest_of(code_of(id, key), key), "fields": text, "fields_key": _fields_key(text, key), "state": "waiting",
        "submitted_at": now, "site": site, "site_nonce": site_nonce,
    }  # fmt: skip
    session.execute(insert(APPLICATION).values(sealed(session, APPLICATION, row)))
    theirs = update(UPLOAD).where(UPLOAD.c.owner == visitor).values(owner=owner_of(id)).returning(UPLOAD.c.id)
    for upload_id in session.execute(theirs).scalars().all():
        journal.changed(session, UPLOAD, upload_id)
    made = one(session, id)
    assert made is not None
    journal.tell(session, now, "application", object=made.number)
    journal.added(session, APPLICATION, row)
    return made


def _fields_key(fields: str, key: bytes) -> str:
    """A blind index of what an application says."""
    return hmac.new(key, f"application fields\0{fields}".encode(), hashlib.sha256).hexdigest()


def renew_keys(session: Session, key: bytes) -> None:
    """Write the `fields_key` of applications that an earlier version kept without."""
    for row in session.execute(select(APPLICATION).where(APPLICATION.c.fields_key.is_(None))).all():
        value = _fields_key(_opened(session, row).fields, key)
        session.execute(update(APPLICATION).where(APPLICATION.c.id == row.id).values(fields_key=value))


def _opened(session: Session, row: Row[Any]) -> Any:
    return opened(ring_of(session), APPLICATION, row)


def by_number(session: Session, number: str, code: str, key: bytes) -> Any | None:
    """The application of this number, when the code is its own."""
    row = session.execute(select(APPLICATION).where(APPLICATION.c.number == number.upper())).first()
    return _opened(session, row) if is_code(code, row.code_digest if row else None, key) and row else None


def is_code(code: str, known: str | None, key: bytes) -> bool:
    """Whether this is the code whose digest is `known`; it takes as long where there is none."""
    return hmac.compare_digest(known or digest_of("", key), digest_of(code.upper(), key))


# ------------------------------------------------------------------ what the intake desk reads and settles


def one(session: Session, application_id: str) -> Any | None:
    row = session.execute(select(APPLICATION).where(APPLICATION.c.id == application_id)).first()
    return row and _opened(session, row)


def listed(session: Session, agency: str, *, waiting: bool, limit: int = 100) -> Sequence[Any]:
    """Those that wait, the oldest first; or those that are settled, the latest first."""
    mine = and_(APPLICATION.c.agency == agency, APPLICATION.c.state == "waiting" if waiting else APPLICATION.c.state != "waiting")
    order = APPLICATION.c.submitted_at.asc() if waiting else APPLICATION.c.settled_at.desc()
    serial = APPLICATION.c.serial.asc() if waiting else APPLICATION.c.serial.desc()
    rows = session.execute(select(APPLICATION).where(mine).order_by(order, serial).limit(limit))
    return [_opened(session, row) for row in rows]


def count_waiting(session: Session, agency: str) -> int:
    mine = and_(APPLICATION.c.agency == agency, APPLICATION.c.state == "waiting")
    return int(session.execute(select(func.count()).select_from(APPLICATION).where(mine)).scalar_one())


def settle(
    session: Session, application_id: str, state: str, now: datetime, *, answer: str | None = None, case_id: str | None = None
) -> bool:
    """Confirm or decline an application that still waits; False when somebody was first."""
    mine = (APPLICATION.c.id == application_id, APPLICATION.c.state == "waiting")
    values = {"state": state, "answer": answer, "case_id": case_id, "settled_at": now}
    settled = update(APPLICATION).where(*mine).values(sealed(session, APPLICATION, values, id=application_id))
    if session.execute(settled.returning(APPLICATION.c.id)).first() is None:
        return False
    journal.changed(session, APPLICATION, application_id)
    return True


def alike(session: Session, row: Any) -> Sequence[Row[Any]]:
    """Other applications to the same agency with the very same content (重复提交), the latest first."""
    same = and_(APPLICATION.c.agency == row.agency, APPLICATION.c.fields_key == row.fields_key, APPLICATION.c.id != row.id)
    return session.execute(select(APPLICATION).where(same).order_by(APPLICATION.c.submitted_at.desc()).limit(20)).all()


def case_number(session: Session, case_id: str) -> str | None:
    """The number of the file that an application became."""
    return session.execute(select(CASE.c.number).where(CASE.c.id == case_id)).scalar()


# ------------------------------------------------------------------ files


def owner_of(application_id: str) -> str:
    return f"application/{application_id}"


def visitor_of(draft: str) -> str:
    """Whose files they are before the form is sent; `draft` is the secret of that form."""
    return f"{VISITOR}{draft}"


def officer_of(officer_id: str, key: str = "") -> str:
    """Whose files they are before an officer's form is sent; without the `key` of a form, how all of his begin."""
    return f"{OFFICER}{officer_id}/{key}"


def add_upload(
    session: Session, owner: str, *, id: str, name: str, media_type: str, size: int, digest: str, now: datetime, by: Officer | None = None
) -> None:
    """Keep a file beside a form not yet sent; the log says who did, or that a visitor did."""
    journal.tell(session, now, journal.CHANGE, officer=by, object=id, reason="上传附件" if by else "网上申请人上传材料")
    at = t.in_order(session, UPLOAD.c.at, UPLOAD.c.owner == owner, now)
    row = {"id": id, "owner": owner, "name": name, "media_type": media_type, "size": size, "digest": digest, "at": at}
    session.execute(insert(UPLOAD).values(sealed(session, UPLOAD, row)))
    journal.added(session, UPLOAD, row)


def uploads_of(session: Session, owner: str) -> Sequence[Any]:
    rows = session.execute(select(UPLOAD).where(UPLOAD.c.owner == owner).order_by(UPLOAD.c.at, UPLOAD.c.id))
    return [opened(ring_of(session), UPLOAD, row) for row in rows]


def upload(session: Session, owner: str, upload_id: str) -> Any | None:
    row = session.execute(select(UPLOAD).where(UPLOAD.c.owner == owner, UPLOAD.c.id == upload_id)).first()
    return row and opened(ring_of(session), UPLOAD, row)


def upload_of_officer(session: Session, officer_id: str, upload_id: str) -> Any | None:
    """A file that this officer put beside one of his forms not yet sent."""
    mine = UPLOAD.c.owner.startswith(officer_of(officer_id), autoescape=True)
    row = session.execute(select(UPLOAD).where(mine, UPLOAD.c.id == upload_id)).first()
    return row and opened(ring_of(session), UPLOAD, row)


def drop_upload(session: Session, owner: str, upload_id: str) -> str | None:
    """Forget a file of a form not yet sent; its id, for whoever keeps the bytes."""
    dropped = _drop(session, and_(UPLOAD.c.owner == owner, UPLOAD.c.id == upload_id))
    return dropped[0] if dropped else None


def take_back(session: Session, owner: str, upload_id: str, now: datetime, by: Officer | None = None) -> str | None:
    """`drop_upload` by whoever had chosen the file: the log says who did, or that a visitor did."""
    dropped = drop_upload(session, owner, upload_id)
    if dropped is not None:
        journal.tell(session, now, journal.CHANGE, officer=by, object=dropped, reason="移除附件" if by else "网上申请人移除材料")
    return dropped


def _drop(session: Session, which: Any) -> list[str]:
    dropped = list(session.execute(delete(UPLOAD).where(which).returning(UPLOAD.c.id)).scalars())
    for one_id in dropped:
        journal.changed(session, UPLOAD, one_id)
    return dropped


def unsent(session: Session, owner: str = VISITOR) -> int:
    """Bytes of files whose form was not sent yet: of all visitors, or of those whose owner begins so."""
    query = select(func.coalesce(func.sum(UPLOAD.c.size), 0)).where(UPLOAD.c.owner.startswith(owner))
    return int(session.execute(query).scalar_one())


def drop_forgotten(session: Session, now: datetime, more: int = 0) -> list[str]:
    """Forget the files of forms that were begun and never sent, and of applications that were settled (the case has its own); their ids.

    Where there is no room for so many bytes `more`, the oldest that are no longer at hand are forgotten sooner.
    """
    theirs = UPLOAD.c.owner.startswith(VISITOR)
    officers = and_(UPLOAD.c.owner.startswith(OFFICER), UPLOAD.c.at < now - KEPT_FOR_OFFICERS)
    settled = select(APPLICATION_OWNER).where(APPLICATION.c.settled_at < now - KEPT_FOR_OFFICERS)
    old = or_(and_(theirs, UPLOAD.c.at < now - KEPT), officers, UPLOAD.c.owner.in_(settled))
    dropped = _drop(session, old)
    over = unsent(session) + more - MOST_UNSENT
    if over > 0:
        query = select(UPLOAD.c.id, UPLOAD.c.size).where(theirs, UPLOAD.c.at < now - AT_HAND).order_by(UPLOAD.c.at)
        for row in session.execute(query).all():
            if over <= 0:
                break
            dropped += _drop(session, UPLOAD.c.id == row.id)
            over -= row.size
    if dropped:
        journal.tell(session, now, journal.CHANGE, reason="清理没有提交的材料")
    return dropped
