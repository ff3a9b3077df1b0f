"""清理: bytes that no row names, as a crash leaves them between the writing of a file and the commit that names it."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Select, Table, select
from sqlmodel import Session

from db import tables as t
from db.engine import Database
from db.files import Files

KINDS: tuple[tuple[str, Table], ...] = (
    ("letters", t.table_of(t.LetterRow)), ("attachments", t.table_of(t.AttachmentRow)), ("uploads", t.table_of(t.Upload)),
    ("ledgers", t.table_of(t.LedgerImport)),
)  # fmt: skip
"""Where files of rows are kept, and the table of the rows; a file is called as its row is."""
CASE = t.table_of(t.CaseFile)


def kept(table: Table) -> Select[Any]:
    """The rows of a table of `KINDS` that have bytes: id, digest, size. Of a file that was erased none has."""
    rows = select(table.c.id, table.c.digest, table.c.size)
    return rows.join(CASE, CASE.c.id == table.c.case_id).where(CASE.c.erased_at.is_(None)) if "case_id" in table.c else rows


ON_ITS_WAY = timedelta(seconds=30)
"""So long after its bytes a row may still come: a write that waits longer has been refused."""


_AT_ONCE = 500
"""Names that are asked for in one question."""


def strays(session: Session, files: Files) -> Iterator[str]:
    """The files that no row names, those of one kind after the other, as the store names them."""
    for kind, table in KINDS:
        for names in lying(files, kind):
            yield from unnamed(session, table, names)


def lying(files: Files, kind: str) -> Iterator[list[str]]:
    """The files of one kind, as the store names them, some at a time."""
    names = iter(files.store.names(kind))
    while some := list(islice(names, _AT_ONCE)):
        yield some


def unnamed(session: Session, table: Table, names: Sequence[str]) -> list[str]:
    """Those of these files that no row names."""
    found = []
    for some in (names[at : at + _AT_ONCE] for at in range(0, len(names), _AT_ONCE)):
        named = set(session.execute(kept(table).where(table.c.id.in_([name.rpartition("/")[2] for name in some]))).scalars())
        found += [name for name in some if name.rpartition("/")[2] not in named]
    return found


def youngest(files: Files, names: Collection[str]) -> float:
    """How many seconds ago the youngest of these files was written; endless when there is none."""
    return min((age for name in names if (age := files.store.age(name)) is not None), default=math.inf)


def remove(database: Database, files: Files, names: Collection[str]) -> list[str]:
    """Remove those of `names` that still no row names; which they were. What is younger than `ON_ITS_WAY` by now stays."""
    began, names = time.monotonic(), set(names)
    with database.read() as session:
        gone = [name for name in strays(session, files) if name in names]
    gone = [name for name in gone if youngest(files, [name]) > ON_ITS_WAY.total_seconds() + time.monotonic() - began]
    for name in gone:
        files.store.drop(name)
    return gone
