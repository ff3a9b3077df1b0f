"""清理: bytes that no row names, as a crash leaves them between the writing of a file and the commit that names it."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
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


def strays(session: Session, files: Files) -> Iterator[Path]:
    """The files that no row names, those of one kind after the other."""
    for kind, table in KINDS:
        yield from of_kind(files, kind, set(session.execute(kept(table)).scalars()))


def of_kind(files: Files, kind: str, known: Collection[str]) -> Iterator[Path]:
    """The files of one kind that are not among those `known`, by name."""
    folder = files.root / kind
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and path.name not in known:
            yield path


def youngest(paths: Collection[Path]) -> float:
    """When the youngest of these files was written, in seconds since 1970; 0 when there is none."""
    found = [0.0]
    for path in paths:
        with suppress(FileNotFoundError):
            found.append(path.stat().st_mtime)
    return max(found)


def remove(database: Database, files: Files, paths: Collection[Path]) -> list[Path]:
    """Remove those of `paths` that still no row names; which they were. What is younger than `ON_ITS_WAY` by now stays."""
    old = time.time() - ON_ITS_WAY.total_seconds()
    with database.read() as session:
        gone = [path for path in strays(session, files) if path in paths]
    gone = [path for path in gone if youngest([path]) <= old]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone
