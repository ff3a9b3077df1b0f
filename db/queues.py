"""The queues of the desks: drafts to be signed, letters to be served, receipts to be confirmed, files to be archived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, func, literal_column, or_, select
from sqlmodel import Session

from db import tables as t
from db.counting import many
from db.matching import named
from db.sought import holding
from db.sought import words as words_of
from db.standing import LIVE, NONE, WAITING
from workflow.acts import Officer

DOCKET, LETTER = t.table_of(t.Docket), t.table_of(t.LetterRow)
_FAR = date(9999, 12, 31)
_ARCHIVED = DOCKET.c.state == literal_column("'archived'")
_PRESSING = (func.coalesce(DOCKET.c.due_on, _FAR), DOCKET.c.serial, DOCKET.c.case_id)


def approving(session: Session, officer: Officer) -> list[str]:
    """审签: the files of this agency with a draft that somebody else wrote, the most pressing first."""
    query = select(DOCKET.c.case_id).where(
        DOCKET.c.agency == officer.agency, WAITING, DOCKET.c.state == "approving",
        or_(DOCKET.c.drafted_by.is_(None), DOCKET.c.drafted_by != officer.username),
    )  # fmt: skip
    return list(session.execute(query.order_by(*_PRESSING)).scalars())


def requested(session: Session, officer: Officer) -> list[str]:
    """报批: the files of this agency in which something waits for the head's signature, the most pressing first."""
    query = select(DOCKET.c.case_id).where(DOCKET.c.agency == officer.agency, DOCKET.c.requests > NONE)
    return list(session.execute(query.order_by(*_PRESSING)).scalars())


def signing(session: Session, officer: Officer) -> Sequence[Row[Any]]:
    """待签批: files of this agency with a draft of somebody else's (`is_draft`) or `requests` (报批), the most pressing first."""
    is_draft = and_(DOCKET.c.state == "approving", func.coalesce(DOCKET.c.drafted_by, "") != officer.username)
    query = select(DOCKET.c.case_id, is_draft.label("is_draft"), DOCKET.c.requests).where(
        DOCKET.c.agency == officer.agency, WAITING, or_(is_draft, DOCKET.c.requests > NONE)
    )
    return session.execute(query.order_by(*_PRESSING)).all()


def numbers(session: Session, cases: Sequence[str]) -> dict[str, str]:
    """Letter -> its 文号, of all the letters of these files that have one."""
    query = select(LETTER.c.id, LETTER.c.number).where(LETTER.c.case_id.in_(cases), LETTER.c.number.is_not(None))
    return {row.id: row.number for row in session.execute(query)}


def to_serve(session: Session, agency: str, most: int, after: int = 0) -> Sequence[Row[Any]]:
    """待送达: files with letters that have not gone out."""
    query = select(DOCKET).where(DOCKET.c.agency == agency, DOCKET.c.to_serve > NONE)
    return session.execute(query.order_by(*_PRESSING).limit(most).offset(after)).all()


def to_confirm(session: Session, agency: str, most: int, after: int = 0) -> Sequence[Row[Any]]:
    """等回执: files with letters that went out and whose receipt is not recorded."""
    query = select(DOCKET).where(DOCKET.c.agency == agency, DOCKET.c.to_confirm > NONE)
    return session.execute(query.order_by(*_PRESSING).limit(most).offset(after)).all()


def serving(session: Session, agency: str) -> tuple[int, int]:
    """How many letters are to be served, and how many receipts to be confirmed."""
    to_serve, to_confirm = (  # each over its own index
        session.execute(select(func.coalesce(func.sum(column), 0)).where(DOCKET.c.agency == agency, column > NONE)).scalar_one()
        for column in (DOCKET.c.to_serve, DOCKET.c.to_confirm)
    )
    return int(to_serve), int(to_confirm)


def ended(session: Session, agency: str, *, ready: bool, most: int, after: int = 0) -> Sequence[Row[Any]]:
    """归档: ended files that lack nothing (or something), the oldest ending first."""
    ending = func.coalesce(DOCKET.c.replied_on, DOCKET.c.closed_on, _FAR)
    query = select(DOCKET).where(
        DOCKET.c.agency == agency, LIVE, DOCKET.c.state.in_(("replied", "closed")), DOCKET.c.archive_ready == ready
    )
    return session.execute(query.order_by(ending, DOCKET.c.serial, DOCKET.c.case_id).limit(most).offset(after)).all()


def count_ended(session: Session, agency: str) -> tuple[int, int, int]:
    """How many may be archived, lack something, and are archived (at most `MANY`: what is more is not counted)."""
    over = DOCKET.c.state.in_(("replied", "closed"))
    row = session.execute(
        select(
            func.count().filter(over, DOCKET.c.archive_ready),
            func.count().filter(over, ~DOCKET.c.archive_ready),
        ).where(DOCKET.c.agency == agency, LIVE, over)
    ).one()
    return row[0], row[1], many(session, select(DOCKET.c.case_id).where(DOCKET.c.agency == agency, _ARCHIVED))


@dataclass(frozen=True, slots=True)
class Archived:
    """One page of archived files, and how many there are of this search, at most `MANY`."""

    items: Sequence[Row[Any]]
    total: int


def archived(
    session: Session, agency: str, words: str, year: int | None, most: int, after: int = 0, *, key: bytes | None = None
) -> Archived:
    """Archived files by number, by words of the request or the applicant's name, and by the year of archiving; newest first."""
    narrowed: list[Any] = [DOCKET.c.agency == agency, _ARCHIVED]
    for word in words_of(words):
        held = holding(session, [word], [agency])
        narrowed.append(or_(held, named(word, [agency], key)) if key is not None else held)
    if year is not None:
        narrowed.append(DOCKET.c.archived_on.between(date(year, 1, 1), date(year, 12, 31)))
    total = many(session, select(DOCKET.c.case_id).where(*narrowed))
    order = (DOCKET.c.archived_on.desc(), DOCKET.c.serial.desc(), DOCKET.c.case_id.desc())
    rows = session.execute(select(DOCKET).where(*narrowed).order_by(*order).limit(most).offset(after)).all()
    return Archived(rows, total)
