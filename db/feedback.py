"""意见建议: what visitors of a hall tell the office, until it is answered; counted by topic in the analysis.

Every function works inside the caller's transaction; `now` is an argument. Number and 查询码 are made as those of an application.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlmodel import Session

from db import applications, journal
from db import tables as t
from db.sealing import opened, ring_of, sealed
from db.store import next_number
from workflow.acts import Officer

FEEDBACK = t.table_of(t.Feedback)
MOST_OPEN = 500
"""Of one unit that may wait for their answers at once."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a visitor told: its kind (`workflow.feedback.KINDS`), topic, words, and how to reach him, if he wants to be."""

    kind: str
    body: str
    topic: str | None = None
    contact: str | None = None


def add(session: Session, told: Told, *, id: str, agency: str, on: date, key: bytes, now: datetime) -> Any:
    """Keep it; sent twice, it is the same one."""
    if (known := one(session, id)) is not None:
        return known
    serial = next_number(session, agency, on.year, "feedback")
    row = {
        "id": id, "agency": agency, "year": on.year, "serial": serial, "number": f"{agency.upper()}-YJ-{on.year}-{serial}",
        "code_digest": applications.digest_of(applications.code_of(id, key), key), "kind": told.kind, "topic": told.topic, "body": told.body,
        "contact": told.contact, "is_simple": False, "state": "open", "assignee": None, "answer": None, "submitted_on": on, "submitted_at": now,
        "answered_at": None,
    }  # fmt: skip
    session.execute(insert(FEEDBACK).values(sealed(session, FEEDBACK, row)))
    journal.tell(session, now, "feedback", object=str(row["number"]), reason="提交")
    journal.added(session, FEEDBACK, row)
    return one(session, id)


def _opened(session: Session, row: Row[Any]) -> Any:
    return opened(ring_of(session), FEEDBACK, row)


def one(session: Session, feedback_id: str) -> Any | None:
    row = session.execute(select(FEEDBACK).where(FEEDBACK.c.id == feedback_id)).first()
    return row and _opened(session, row)


def by_number(session: Session, number: str, code: str, key: bytes) -> Any | None:
    """The one of this number, when the code is its own."""
    row = session.execute(select(FEEDBACK).where(FEEDBACK.c.number == number.upper())).first()
    return _opened(session, row) if applications.is_code(code, row.code_digest if row else None, key) and row else None


def listed(session: Session, agency: str, *, is_open: bool, limit: int = 100) -> Sequence[Any]:
    """Those that wait for their answer, the oldest first; or those that were answered, the latest first."""
    mine = (FEEDBACK.c.agency == agency, FEEDBACK.c.state == ("open" if is_open else "answered"))
    order = FEEDBACK.c.submitted_at.asc() if is_open else FEEDBACK.c.answered_at.desc()
    return [_opened(session, row) for row in session.execute(select(FEEDBACK).where(*mine).order_by(order, FEEDBACK.c.serial).limit(limit))]


def waiting(session: Session, agency: str, usernames: Collection[str] | None = None) -> Sequence[Row[Any]]:
    """Days and simplicity of what waits for its answer in this unit; of what was given to these officers."""
    query = select(FEEDBACK.c.submitted_on, FEEDBACK.c.is_simple).where(FEEDBACK.c.agency == agency, FEEDBACK.c.state == "open")
    return session.execute(query if usernames is None else query.where(FEEDBACK.c.assignee.in_(sorted(usernames)))).all()


def open_everywhere(session: Session) -> Sequence[Row[Any]]:
    """What waits for its answer, without its words: id, unit, number, day, simplicity, and to whom it was given."""
    columns = [FEEDBACK.c[name] for name in ("id", "agency", "number", "submitted_on", "is_simple", "assignee")]
    return session.execute(select(*columns).where(FEEDBACK.c.state == "open").order_by(FEEDBACK.c.submitted_at, FEEDBACK.c.id)).all()


def assign(
    session: Session, row: Any, by: Officer, now: datetime, *, assignee: str | None, topic: str | None, is_simple: bool
) -> bool:
    """交办: who answers it, what it is about, and whether it is simple; False when it was answered meanwhile."""
    return _changed(session, row, by, now, "交办", {"assignee": assignee, "topic": topic, "is_simple": is_simple})


def answer(session: Session, row: Any, by: Officer, now: datetime, text: str) -> bool:
    """答复; False when it was answered meanwhile."""
    return _changed(session, row, by, now, "答复", {"state": "answered", "answer": text, "answered_at": now, "assignee": by.username})


def _changed(session: Session, row: Any, by: Officer, now: datetime, what: str, values: dict[str, Any]) -> bool:
    still = (FEEDBACK.c.id == row.id, FEEDBACK.c.state == "open")
    done = update(FEEDBACK).where(*still).values(sealed(session, FEEDBACK, values, id=row.id)).returning(FEEDBACK.c.id)
    if session.execute(done).first() is None:
        return False
    journal.tell(session, now, "feedback", officer=by, object=row.number, reason=what)
    journal.changed(session, FEEDBACK, row.id)
    return True


def counted(session: Session, agencies: Collection[str], first: date, last: date, *topics: str | None) -> tuple[dict[str | None, int], int]:
    """Topic (of these, if any are named) -> how many came between two days; and how many of them were answered."""
    mine = (FEEDBACK.c.agency.in_(sorted(agencies)), FEEDBACK.c.submitted_on.between(first, last))
    query = select(FEEDBACK.c.topic, func.count(), func.count(FEEDBACK.c.answered_at)).where(*mine).group_by(FEEDBACK.c.topic)
    found = session.execute(query).all()
    rows = [row for row in found if not topics or row[0] in topics]
    return {row[0]: row[1] for row in rows}, sum(row[2] for row in rows)
