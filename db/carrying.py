"""Letters and attachments from one store into another: each is compared with its digest there before it is taken away here."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice

from sqlalchemy import func, select

from db.engine import Database
from db.files import Damaged, Files
from db.tidying import KINDS, kept

AT_ONCE = 500
"""Files of which the rows are looked up together."""
LANES = 8
"""Files that are on their way at the same time: most of it is waiting."""


def carry(
    database: Database, source: Files, target: Files, tell: Callable[[int], object] = lambda _done: None, *, keep: bool = False
) -> tuple[int, list[str]]:
    """How many were carried, and what stands in the way of the others, as sentences; with `keep` nothing is taken away.

    What no row names stays where it is. Cut short, it goes on when it is done again. Raises Unreachable.
    """
    count, faults = 0, list[str]()
    with ThreadPoolExecutor(LANES, thread_name_prefix="carrying") as lanes:
        for kind, table in KINDS:
            names = (name.rpartition("/")[2] for name in source.store.names(kind))
            while some := list(islice(names, AT_ONCE)):
                with database.read() as session:
                    rows = session.execute(kept(table).where(table.c.id.in_(some), table.c.digest.is_not(None))).all()
                for fault in lanes.map(partial(_carried, source, target, kind, keep=keep), [row.id for row in rows], [row.digest for row in rows]):
                    tell(1)
                    count += not fault
                    faults += [fault] if fault else []
    return count, faults


def _carried(source: Files, target: Files, kind: str, name: str, digest: str, *, keep: bool) -> str:
    """Carry one file; empty, or why it was not."""
    try:
        try:
            target.get(kind, name, digest)
        except Damaged as error:
            if not error.is_missing:
                return f"{kind}/{name}：要移去的地方已有同名的文件，内容不符"
            target.put_sealed(kind, name, source.sealed(kind, name, digest))
            target.get(kind, name, digest)
    except Damaged:
        return f"{kind}/{name}：文件缺失，或者与登记的摘要不符"
    if not keep:
        source.drop(kind, name)
    return ""


def size(database: Database) -> int:
    """How many files `carry` will tell of, at most."""
    with database.read() as session:
        return sum(int(session.execute(select(func.count()).select_from(table)).scalar_one()) for _, table in KINDS)
