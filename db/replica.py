"""备用库: a copy that follows the main database by itself (PostgreSQL's streaming replication), for lists, statistics and reports.

It is read only while it is known how old what it has may be: measured against the main one, and not for long afterwards. One that lags too
much, cannot be reached or follows nobody is left alone, and the main one is read.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from threading import Lock

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

REST = 10.0
"""Seconds in which one that could not be read is not tried again: nobody waits for it."""
POSITION = re.compile(r"[0-9A-F]{1,8}/[0-9A-F]{1,8}")
"""A place in the log of the main database."""
_MAIN = text("SELECT CAST(pg_current_wal_insert_lsn() AS text)")
_COPY = text(
    "SELECT pg_is_in_recovery(), CAST(pg_last_wal_replay_lsn() AS text),"
    " CAST(EXTRACT(EPOCH FROM clock_timestamp() - pg_last_xact_replay_timestamp()) AS double precision)"
)


def position(connection: Connection) -> str:
    """How far the log of the main database has come: whoever has just written sees what he wrote where it has been followed to here."""
    return str(connection.execute(_MAIN).scalar_one())


def _number(place: str) -> int:
    high, _, low = place.partition("/")
    return (int(high, 16) << 32) + int(low, 16)


class Replica:
    """The copy, and whether it is good enough now."""

    def __init__(self, engine: Engine, most: float) -> None:
        """`most`: seconds that what it has may be old."""
        self.engine, self._most = engine, most
        self._rests, self._lock = 0.0, Lock()

    def age(self, main: Callable[[], str], since: str = "") -> float | None:
        """How many seconds old what a transaction that begins now sees may be; None: the main database is to be read.

        `since`: what was written up to this place has to be seen.
        """
        if time.monotonic() < self._rests:
            return None
        try:
            asked = main()  # first: what is written after this is not missed by whoever asks now
            with self.engine.connect() as connection:
                follows, come, seconds = connection.execute(_COPY).one()
        except (DBAPIError, PoolTimeout):
            self.rest()
            return None
        if not follows or come is None or (POSITION.fullmatch(since) and _number(come) < _number(since)):
            return None
        if _number(come) >= _number(asked):
            return 0.0
        return seconds if seconds is not None and 0 <= seconds <= self._most else None

    def rest(self) -> None:
        """It could not be read: it is left alone for a moment."""
        with self._lock:
            self._rests = time.monotonic() + REST
