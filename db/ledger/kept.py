"""台账用语: what an office has said the headings and words of its ledgers mean, so that it is asked once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Session

from db import journal
from db import tables as t
from db.ledger.words import TITLES, Meanings

WORD = t.table_of(t.LedgerWord)
_HEADING, _ALL = "heading", "*"


def meanings_of(session: Session, agency: str) -> Meanings:
    """What this unit has said. `for_all` is what it said the last time: to be proposed, since another ledger may differ."""
    headings, words, for_all = dict[str, str](), dict[tuple[str, str], str](), dict[str, str]()
    for row in session.execute(select(WORD).where(WORD.c.agency == agency)):
        if row.place == _HEADING:
            headings[row.word] = row.meaning
        elif row.word == _ALL:
            for_all[row.place] = row.meaning
        else:
            words[row.place, row.word] = row.meaning
    return Meanings(headings, words, for_all)


def keep(session: Session, agency: str, said: Meanings, at: datetime) -> None:
    """Remember what was said; what was said of the same word before is replaced."""
    rows = {(_HEADING, word): meaning for word, meaning in said.headings.items()}
    rows |= dict(said.words)
    rows |= {(column, _ALL): meaning for column, meaning in said.for_all.items()}
    for (column, word), meaning in rows.items():
        same = (WORD.c.agency == agency, WORD.c.place == column, WORD.c.word == word)
        session.execute(delete(WORD).where(*same))
        row = {"agency": agency, "place": column, "word": word, "meaning": meaning, "kept_at": at}
        session.execute(insert(WORD).values(row))
        journal.added(session, WORD, row)


def clashes(headings: Collection[tuple[str, str | None]]) -> list[str]:
    """Of the headings of one sheet and their columns: a sentence for each column that several headings claim."""
    claimed: dict[str, list[str]] = {}
    for title, column in headings:
        if column:
            claimed.setdefault(column, []).append(title)
    return [
        f"{'、'.join(f'“{one}”' for one in titles)}都对应到了“{TITLES[column]}”，一栏只能对应一个表头，多余的请选“不读”"
        for column, titles in claimed.items()
        if len(titles) > 1
    ]

