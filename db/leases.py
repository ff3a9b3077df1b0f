"""在办的后台工作: which process has in hand what nobody waits for (a letter to be made, an import, a rebuild), so that no other takes it too.

The work itself lies in rows already: a letter without its digest, an import that is under way, a rebuild that has come so far. So there
is no second list of jobs that would have to agree with them, and no queue server: Procrastinate would be one more schema, for PostgreSQL
alone, that says the same again. A row locked with SKIP LOCKED would keep a transaction and a connection for as long as the work takes, a
minute for some letters and an hour for a rebuild, and end with every restart of a pooler between. A lease is one statement, is renewed
while its process lives, and runs out by the database's own clock when that process dies: whoever looks next goes on.

On SQLite one process serves (`gongkai serve` sees to it): what it has not in hand itself, nobody has.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from uuid import uuid4

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from db.engine import Database, DatabaseUnavailable

LASTS = 20
"""Seconds without a sign of life after which a process is taken to have died."""
RENEWED = 5.0
"""Seconds between two signs."""

_LASTS = "clock_timestamp() + :lasts * interval '1 second'"
_OVER = text(f"UPDATE lease SET holder = :me, until = {_LASTS} WHERE name = :name AND until < clock_timestamp()")  # noqa: S608 - our own words
_NEW = text(f"INSERT INTO lease (name, holder, until) VALUES (:name, :me, {_LASTS})")  # noqa: S608
_RENEW = text(f"UPDATE lease SET until = {_LASTS} WHERE holder = :me")  # noqa: S608
_DROP = text("DELETE FROM lease WHERE name = :name AND holder = :me")
_DEAD = text("DELETE FROM lease WHERE until < clock_timestamp() - :lasts * interval '1 second'")


class Leases:
    """What this process has in hand."""

    def __init__(self, database: Database) -> None:
        self._database, self._me = database, str(uuid4())
        self._held, self._lock = set[str](), Lock()

    @contextmanager
    def held(self, name: str) -> Iterator[bool]:
        """Whether this is ours to do now, until the block ends; not when it is in hand already, here or elsewhere. Raises DatabaseUnavailable."""
        with self._lock:
            mine = name not in self._held
            if mine:
                self._held.add(name)
        taken = False
        try:
            taken = mine and self._taken(name)
            yield taken
        finally:
            if taken:
                self._drop(name)
            if mine:
                with self._lock:
                    self._held.discard(name)

    def _taken(self, name: str) -> bool:
        if self._database.is_sqlite:
            return True
        values = {"name": name, "me": self._me, "lasts": LASTS}
        try:
            with self._quick() as connection:
                if connection.execute(_OVER, values).rowcount != 1:
                    connection.execute(_NEW, values)
        except IntegrityError:  # somebody has it
            return False
        return True

    def _drop(self, name: str) -> None:
        if not self._database.is_sqlite:
            with suppress(DatabaseUnavailable), self._quick() as connection:  # else it runs out
                connection.execute(_DROP, {"name": name, "me": self._me})

    def renew(self) -> None:
        """A sign of life. Raises DatabaseUnavailable."""
        if self._held and not self._database.is_sqlite:
            with self._quick() as connection:
                connection.execute(_RENEW, {"me": self._me, "lasts": LASTS})
                connection.execute(_DEAD, {"lasts": LASTS})

    @contextmanager
    def _quick(self) -> Iterator[Connection]:
        """A transaction that waits for no disk: a lease that is lost with the machine was of a process that is lost with it."""
        with self._database.glance() as connection:
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            yield connection
            connection.commit()
