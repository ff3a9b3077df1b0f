"""重建: every projection recomputed from the acts, some files at a time, while the office works.

What is there is compared beside the work of others; only what is wrong is written, a few files in one short transaction, as their
acts are at that moment. How far it has come is a row: what was cut short goes on, by whichever process, and what another version
of the program made is known and made anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

import workflow
from db import projection, similarity, simplified, sought, store, tallies
from db import tables as t
from db.engine import Database
from db.sealing import Ring
from workflow.law import Rules, load_rules

CASE, STANDING = t.table_of(t.CaseFile), t.table_of(t.Rebuild)
AT_ONCE = 50
"""Files that are compared before it is noted how far it has come."""
EACH = 4
"""Portions that each of several processes compares before it is noted."""
WRITTEN_AT_ONCE = 10
"""Files that are written in one transaction, for which others wait."""
PATIENCE = 60.0
"""Seconds that it waits for others: it has more time than they."""
_MINE = STANDING.c.name == "projections"


@cache
def version() -> str:
    """The digest of what projections are made by: the law as code and data, their own modules, and OpenCC's tables."""
    made_by = Path(workflow.__file__).parent
    files = [(one.relative_to(made_by).as_posix(), one) for pattern in ("*.py", "*.yaml") for one in made_by.rglob(pattern)]
    files += [(module.__name__, Path(str(module.__file__))) for module in (projection, similarity, simplified, sought, tallies)]
    digest = hashlib.sha256(simplified.version().encode())
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


@dataclass(frozen=True, slots=True)
class Helpers:
    """So many processes that compare beside each other, and by what they open the same office."""

    processes: int
    ring: Path
    """The file of its keys."""
    rules: Path
    """The folder of its own rules."""


def rebuild(
    database: Database, rules: Rules, keys: store.Keys, *, anew: bool = False, tell: Callable[[int], object] = lambda _done: None,
    pause: Callable[[], object] = lambda: None, helpers: Helpers | None = None,
) -> Rebuilt:  # fmt: skip
    """Recompute every projection; go on where the last one was cut short, unless `anew`.

    `tell` is called with 1 for each file (with `helpers`: with the number of some), so that a person sees that it goes on, and `pause`
    between two portions.
    """
    found = Rebuilt()
    after: str | None = database.write(partial(_begun, anew=anew), patience=PATIENCE)
    with _comparing(database, rules, keys, tell, helpers) as (at_once, compare):
        while after is not None:
            with database.read() as session:
                following = select(CASE.c.id).where(CASE.c.id > after).order_by(CASE.c.id).limit(at_once * AT_ONCE)
                ids = list(session.execute(following).scalars())
            for one in compare([ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE)]):
                found.mended += one.mended
                found.damaged += one.damaged
                found.compared += one.compared
            after = database.write(partial(_come, before=after, after=ids[-1] if ids else None), patience=PATIENCE)
            pause()
    return found


@contextmanager
def _comparing(
    database: Database, rules: Rules, keys: store.Keys, tell: Callable[[int], object], helpers: Helpers | None
) -> Iterator[tuple[int, Callable[[Sequence[Sequence[str]]], Iterator[Rebuilt]]]]:
    """How many portions are compared at once, and what compares them: here, or in processes of their own."""
    if helpers is None:
        yield 1, lambda portions: (put_right(database, rules, keys, ids, tell) for ids in portions)
        return
    address = database.engine.url.render_as_string(hide_password=False)
    with ProcessPoolExecutor(helpers.processes, get_context("spawn"), _open, (address, helpers, keys)) as pool:

        def compare(portions: Sequence[Sequence[str]]) -> Iterator[Rebuilt]:
            for one in pool.map(_compare_there, portions):
                tell(one.compared)
                yield one

        yield helpers.processes * EACH, compare


_OFFICE: list[tuple[Database, Rules, store.Keys]] = []
"""Of a process that helps: the one that it opened."""


def _open(address: str, helpers: Helpers, keys: store.Keys) -> None:
    _OFFICE.append((Database(address, Ring.read(helpers.ring), processes=helpers.processes), load_rules(helpers.rules), keys))


def _compare_there(ids: Sequence[str]) -> Rebuilt:
    return put_right(*_OFFICE[0], ids)


def put_right(
    database: Database, rules: Rules, keys: store.Keys, ids: Sequence[str], tell: Callable[[int], object] = lambda _done: None
) -> Rebuilt:
    """Compare a portion with what its acts say, and put right what is not so."""
    found, wrong = Rebuilt(compared=len(ids)), list[str]()
    with database.read() as session:
        stored, cases = store.Projected(session, ids), store.readable_of_many(session, ids, found.damaged)
        for case in cases:
            if not store.is_right(session, case, rules, keys, stored):
                wrong.append(case.id)
            tell(1)
    for some in (wrong[at : at + WRITTEN_AT_ONCE] for at in range(0, len(wrong), WRITTEN_AT_ONCE)):
        found.mended += database.write(partial(_mend, case_ids=some, rules=rules, keys=keys), patience=PATIENCE)
    return found


def _mend(session: Session, case_ids: Iterable[str], rules: Rules, keys: store.Keys) -> list[str]:
    """The numbers of those that had to be put right: a file may have been renewed since."""
    return [case.number for case in store.readable(session, case_ids, for_update=True) if store.mend(session, case, rules, keys)]
