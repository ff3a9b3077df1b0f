"""告知申请人: of what the applicant of each file was told, where he agreed to it, and of what he could not be: never twice, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, insert, or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from db import tables as t
from workflow.procedure import ACTIVE

DOCKET, TELLING = t.table_of(t.Docket), t.table_of(t.Telling)
SINCE = timedelta(days=14)
"""So long after a file was laid away it is still told what was not."""
UNCLEAR = timedelta(hours=1)
"""What is on its way for longer may have been sent or not: the program ended meanwhile."""
_SHOWN = 500
_OPEN = text("state IN ('failed', 'sending')")
"""As the index says it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """没有告知到: a file whose applicant could not be told, and why; `unclear`: nobody knows whether he was."""

    case_id: str
    number: str
    why: str
    at: datetime
    unclear: bool


def _live(today: date) -> ColumnElement[bool]:
    return DOCKET.c.tellings.is_not(None) & or_(DOCKET.c.archived_on.is_(None), DOCKET.c.archived_on >= today - SINCE)


def waiting(session: Session, today: date) -> list[str]:
    """The files whose applicants are to be told of something, or are to be told again of what failed."""
    agreed = session.execute(select(DOCKET.c.case_id, DOCKET.c.tellings).where(_live(today)).order_by(DOCKET.c.case_id)).all()
    gone = select(TELLING.c.case_id, TELLING.c.seq).join(DOCKET, DOCKET.c.case_id == TELLING.c.case_id)
    over = or_(TELLING.c.state != "outdated", DOCKET.c.state.not_in(ACTIVE))  # a withdrawal may be taken back
    done = {(case_id, seq) for case_id, seq in session.execute(gone.where(_live(today), TELLING.c.state != "failed", over))}
    return [row.case_id for row in agreed if any((row.case_id, seq) not in done for seq in json.loads(row.tellings))]


def take(session: Session, case_id: str, seqs: Collection[int], now: datetime) -> list[int]:
    """Of these acts, those of which he was not told yet: from now on he is being told. Of several who ask at once each is taken by one."""
    return _put(session, case_id, seqs, now, "sending", over=("failed", "outdated"))


def drop(session: Session, case_id: str, seqs: Collection[int], now: datetime) -> list[int]:
    """Of these acts, those of which he was not told and is told no more, since the file has left them behind."""
    return _put(session, case_id, seqs, now, "outdated", over=("failed",))


def _put(session: Session, case_id: str, seqs: Collection[int], now: datetime, state: str, over: Collection[str]) -> list[int]:
    put = []
    for seq in sorted(seqs):
        with suppress(IntegrityError), session.begin_nested():  # it is known already
            session.execute(insert(TELLING).values(case_id=case_id, seq=seq, state=state, at=now))
            put.append(seq)
            continue
        again = update(TELLING).where(TELLING.c.case_id == case_id, TELLING.c.seq == seq, TELLING.c.state.in_(over))
        if session.connection().execute(again.values(state=state, at=now, why="")).rowcount:
            put.append(seq)
    return put


def settle(session: Session, case_id: str, seqs: Collection[int], state: str, now: datetime, why: str = "") -> None:
    """What came of it: told, or failed."""
    of = update(TELLING).where(TELLING.c.case_id == case_id, TELLING.c.seq.in_(seqs), TELLING.c.state == "sending")
    session.execute(of.values(state=state, at=now, why=why))


def told_otherwise(session: Session, case_id: str, now: datetime) -> bool:
    """已另行告知: the office has told him itself; whether there was anything of which he had not been told."""
    of = update(TELLING).where(TELLING.c.case_id == case_id, _troubles(now))
    return bool(session.connection().execute(of.values(state="otherwise", at=now, why="")).rowcount)


def _troubles(now: datetime) -> ColumnElement[bool]:
    return or_(TELLING.c.state == "failed", (TELLING.c.state == "sending") & (TELLING.c.at < now - UNCLEAR))


def failures(session: Session, agency: str, now: datetime, today: date) -> Sequence[Failure]:
    """The files of this unit whose applicants could not be told, the oldest first; of the last 500 of the office."""
    query = select(TELLING.c.case_id, TELLING.c.seq, TELLING.c.why, TELLING.c.at, TELLING.c.state).where(_OPEN)
    last = session.execute(query.order_by(TELLING.c.at.desc()).limit(_SHOWN)).all()
    if not (troubles := [row for row in last if row.state == "failed" or row.at < now - UNCLEAR]):
        return ()
    mine = select(DOCKET.c.case_id, DOCKET.c.number, DOCKET.c.tellings).where(DOCKET.c.agency == agency, _live(today))
    files = {row.case_id: row for row in session.execute(mine.where(DOCKET.c.case_id.in_({row.case_id for row in troubles})))}
    found: Mapping[str, Failure] = {
        row.case_id: Failure(row.case_id, files[row.case_id].number, row.why, row.at, row.state == "sending")
        for row in troubles
        if row.case_id in files and row.seq in json.loads(files[row.case_id].tellings)
    }
    return sorted(found.values(), key=lambda one: (one.at, one.number))
