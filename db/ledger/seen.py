"""以前导入过的: what a line means, so that the same request is not loaded twice, however often and in whatever file it comes.

A number is not unique: every year's ledger may begin with 1. The same line is one that says the same in every column (READINGS
R-import). What was imported before is read from the acts themselves, so it is recognised whichever version imported it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session

from db import store
from db import tables as t
from db.ledger.filing import MOST_ACTS, entry_of, is_of_an_import
from db.ledger.reading import Entry
from db.ledger.words import TITLES
from db.sealing import ring_of
from workflow.acts import Act, Registration
from workflow.identity import normalized

CASE, ACT, DOCKET = (t.table_of(model) for model in (t.CaseFile, t.ActRow, t.Docket))
_COLUMNS = (
    "number", "received_on", "applicant_name", "wanted", "channel", "applicant_category", "topic", "topic_said", "outcome", "replied_on",
    "remedy", "remedy_on", "remedy_result", "remedy_result_on",
)  # fmt: skip
_SIZE = 8
_NAMED = 2 * _SIZE
"""So much of the marks of a line are its number and its day."""


def marks_of(entry: Entry) -> bytes:
    """What a line means: a short digest of each column, whatever its blanks and widths of letters."""
    return b"".join(_mark(getattr(entry, name)) for name in _COLUMNS)


def _mark(value: str | date | None) -> bytes:
    text = value.isoformat() if isinstance(value, date) else re.sub(r"\s", "", normalized("NFKC", value or ""))
    return hashlib.blake2b(text.encode(), digest_size=_SIZE).digest()


def _at(marks: bytes, name: str) -> bytes:
    place = _COLUMNS.index(name) * _SIZE
    return marks[place : place + _SIZE]


def differing(one: bytes, other: bytes) -> str:
    """“办理结果”、“答复日期”: the columns in which two lines differ."""
    titles = (TITLES["topic" if name == "topic_said" else name] for name in _COLUMNS if _at(one, name) != _at(other, name))
    return "、".join(f"“{title}”" for title in dict.fromkeys(titles))


def case_id(key: bytes, agency: str, marks: bytes) -> str:
    """The id of the file that a line becomes: two imports of the same line at once would make the same file, and one of them cannot."""
    digest = hmac.new(key, b"\0".join((b"import", agency.encode(), marks)), hashlib.sha256).digest()
    return str(UUID(bytes=digest[:16], version=5))


@dataclass(frozen=True, slots=True)
class Met:
    """A line that was met before: what it meant, and where it stands."""

    marks: bytes
    where: str


class Register:
    """Lines that were met: found again whole, or by number and day."""

    def __init__(self) -> None:
        self._whole: dict[bytes, str] = {}
        self._named: dict[bytes, list[Met]] = {}

    def add(self, marks: bytes, where: str) -> None:
        self._whole.setdefault(marks, where)
        self._named.setdefault(marks[:_NAMED], []).append(Met(marks, where))

    def same(self, marks: bytes) -> str | None:
        """Where a line that says the same stands."""
        return self._whole.get(marks)

    def like(self, marks: bytes) -> Met | None:
        """A line with the same number and day, and of the same applicant or for the same information: perhaps the same request."""
        name, wanted = _at(marks, "applicant_name"), _at(marks, "wanted")
        named = self._named.get(marks[:_NAMED], ())
        return next((one for one in named if _at(one.marks, "applicant_name") == name or _at(one.marks, "wanted") == wanted), None)


def unnumbered(marks: bytes) -> bytes:
    """What a line means without its number."""
    return marks[_SIZE:]


# ------------------------------------------------------------------ what a unit has


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a unit: those that were imported, as lines; those that were registered here, by number with their day of receipt."""

    imported: Register
    registered: dict[str, date]


def files_of(session: Session, agency: str) -> Files:
    """What this unit has now."""
    imported, known = Register(), set[str]()
    for number, acts in _imported(session, agency):
        entry = entry_of(acts)
        where = f"案卷编号{number}"
        imported.add(marks_of(entry), where)
        if number != entry.number:  # so does what was exported call it
            imported.add(marks_of(replace(entry, number=number)), where)
        known.add(number)
    query = select(DOCKET.c.number, DOCKET.c.received_on).where(DOCKET.c.agency == agency)
    return Files(imported, {row.number: row.received_on for row in session.execute(query) if row.number not in known})


def _imported(session: Session, agency: str) -> Iterator[tuple[str, list[Act]]]:
    """The number of every imported file, with the acts that the import placed on it."""
    query = (
        select(ACT, CASE.c.number)
        .join(CASE, CASE.c.id == ACT.c.case_id)
        .where(CASE.c.agency == agency, ACT.c.seq <= MOST_ACTS, is_of_an_import(ACT.c.officer))
        .order_by(ACT.c.case_id, ACT.c.seq)
    )
    ring = ring_of(session)
    rows: Iterable[Any] = session.execute(query.execution_options(yield_per=1000))
    for (number, _id), of_file in groupby(rows, key=lambda row: (row.number, row.case_id)):
        try:
            acts = [store.signed_of(ring, row).act for row in of_file]
        except store.BROKEN:  # it counts as a file of that number; `verify` tells of it
            continue
        if isinstance(acts[0], Registration):
            yield number, acts
