"""重建: every projection recomputed from the acts, some files at a time, while the office works.

What is there is compared beside the work of others; only what is wrong is written, a few files in one short transaction, as their
acts are at that moment. How far it has come is a row: what was cut short goes on, by whichever process, and what another version
of the program made is known and made anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

import workflow
from db import projection, similarity, sought, store, tallies
from db import tables as t
from db.engine import Database
from workflow.law import Rules

CASE, STANDING = t.table_of(t.CaseFile), t.table_of(t.Rebuild)
AT_ONCE = 50
"""Files that are compared before it is noted how far it has come."""
WRITTEN_AT_ONCE = 10
"""Files that are written in one transaction, for which others wait."""
PATIENCE = 60.0
"""Seconds that it waits for others: it has more time than they."""
_MINE = STANDING.c.name == "projections"


@cache
def version() -> str:
    """The digest of what projections are made by: the law as code and data, and their own modules."""
    made_by = Path(workflow.__file__).parent
    files = [(one.relative_to(made_by).as_posix(), one) for pattern in ("*.py", "*.yaml") for one in made_by.rglob(pattern)]
    files += [(module.__name__, Path(str(module.__file__))) for module in (projection, similarity, sought, tallies)]
    digest = hashlib.sha256()
    for name, path in sorted(files):
        digest.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


@dataclass(slots=True)
class Rebuilt:
    """What a rebuild found: the numbers of the files whose projections it put right, and the acts that cannot be read."""

    mended: list[str] = field(default_factory=list)
    damaged: list[store.Unreadable] = field(default_factory=list)
    compared: int = 0


def _standing(session: Session, *, for_update: bool = False) -> Row[Any] | None:
    query = select(STANDING).where(_MINE)
    return session.execute(query.with_for_update() if for_update else query).first()


def note_new(database: Database) -> None:
    """An office without files has nothing to make anew: what comes will be made by this version."""
    with database.read() as session:
        if _standing(session) is not None or _left(session, "") > 0:
            return

    def note(session: Session) -> None:
        with suppress(IntegrityError), session.begin_nested():  # another process starts at the same moment
            session.execute(insert(STANDING).values(name="projections", version=version()))

    database.write(note)


def is_due(session: Session) -> bool:
    """Whether projections may be those of another version of the program: counters and lists are not to be trusted."""
    row = _standing(session)
    return row is None or row.version != version()


def left(session: Session) -> int:
    """How many files the rebuild that was begun, or is due, has still to look at."""
    row = _standing(session)
    return _left(session, (row.after or "") if row is not None and row.target == version() else "")


def _left(session: Session, after: str) -> int:
    return int(session.execute(select(func.count()).select_from(CASE).where(CASE.c.id > after)).scalar_one())


def _begun(session: Session, *, anew: bool) -> str:
    """After which file to go on; the beginning where nothing was cut short."""
    row = _standing(session, for_update=True)
    if row is None:
        session.execute(insert(STANDING).values(name="projections", target=version(), after=""))
        return ""
    if row.after is not None and row.target == version() and not anew:
        return str(row.after)
    session.execute(update(STANDING).where(_MINE).values(target=version(), after=""))
    return ""


def _come(session: Session, before: str, after: str | None) -> str | None:
    """Note how far it has come (None: to the end); where another process is further, how far that one is."""
    row = _standing(session, for_update=True)
    if row is None or row.target != version() or row.after is None:
        return None
    if row.after != before:
        return str(row.after)
    done = {"after": None, "version": version()} if after is None else {"after": after}
    session.execute(update(STANDING).where(_MINE).values(done))
    return after


def rebuild(
    database: Database, rules: Rules, keys: store.Keys, *, anew: bool = False, tell: Callable[[int], object] = lambda _done: None,
    pause: Callable[[], object] = lambda: None,
) -> Rebuilt:  # fmt: skip
    """Recompute every projection; go on where the last one was cut short, unless `anew`.

    `tell` is called with 1 for each file, so that a person sees that it goes on, and `pause` between two portions.
    """
    found = Rebuilt()
    after: str | None = database.write(partial(_begun, anew=anew), patience=PATIENCE)
    while after is not None:
        ids = _compare(database, rules, keys, after, found, tell)
        after = database.write(partial(_come, before=after, after=ids[-1] if ids else None), patience=PATIENCE)
        pause()
    return found


def _compare(database: Database, rules: Rules, keys: store.Keys, after: str, found: Rebuilt, tell: Callable[[int], object]) -> list[str]:
    """Compare a portion with what its acts say, and put right what is not so; the ids of its files, none at the end."""
    with database.read() as session:
        ids = list(session.execute(select(CASE.c.id).where(CASE.c.id > after).order_by(CASE.c.id).limit(AT_ONCE)).scalars())
        wrong = []
        for case_id in ids:
            wrong += [case.id for case in store.readable(session, [case_id], found.damaged) if not store.is_right(session, case, rules, keys)]
            tell(1)
    found.compared += len(ids)
    for some in (wrong[at : at + WRITTEN_AT_ONCE] for at in range(0, len(wrong), WRITTEN_AT_ONCE)):
        found.mended += database.write(partial(_mend, case_ids=some, rules=rules, keys=keys), patience=PATIENCE)
    return ids


def _mend(session: Session, case_ids: Iterable[str], rules: Rules, keys: store.Keys) -> list[str]:
    """The numbers of those that had to be put right: a file may have been renewed since."""
    return [case.number for case in store.readable(session, case_ids, for_update=True) if store.mend(session, case, rules, keys)]
