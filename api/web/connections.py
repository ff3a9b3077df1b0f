"""The server's connections, with an end to waiting: uvicorn's own, which waits for a head or a body as long as one likes.

A head must be there in `HEAD` seconds, a body must keep coming, an answer must be taken. When all places are taken, the connection
that has kept us waiting longest gives its place to the new one: so nobody shuts others out by connections that say nothing.
"""

from __future__ import annotations

import asyncio
import resource
from contextlib import suppress
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD = 15.0
"""Seconds until the head of a request must be there, since the connection was made or the last answer given."""
SILENT = 20.0
"""Seconds without a byte of a body that is waited for."""
PATIENCE, RATE = 60.0, 1024
"""After a minute a body must have come at 1 KiB a second on average."""
TAKEN = 60.0
"""Seconds in which nothing of an answer is taken."""
KEPT_BACK, MOST = 200, 8192
"""Descriptors kept for files, the database and the letter workers; most connections in any case."""


def more_descriptors() -> None:
    """Raise what the system lets the process have open, as far as it may: the usual 1,024 are soon used up."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST + KEPT_BACK if hard == resource.RLIM_INFINITY else min(hard, MOST + KEPT_BACK)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def most() -> int:
    """How many connections may be open at once."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if soft == resource.RLIM_INFINITY else max(16, min(MOST, soft - KEPT_BACK))


class Connection(HttpToolsProtocol):
    """One connection, which knows since when it keeps us waiting."""

    stuck: float | None = None
    """Since when nothing of an answer was taken."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.since = self.heard = self.begun = self.loop.time()
        self.got = 0
        if not getattr(self.server_state, "looked_after", False):
            self.server_state.looked_after = True  # type: ignore[attr-defined]
            more_descriptors()
            self.loop.call_later(1.0, _look, self.loop, self.server_state)
        if len(self.connections) > most():
            waiting = [one for one in self.connections if isinstance(one, Connection) and one.waits and one is not self]
            (min(waiting, key=lambda one: one.since if one.waits_for_head else one.heard) if waiting else self).drop()

    @property
    def waits_for_head(self) -> bool:
        cycle: Any = self.cycle  # None before the first request
        return cycle is None or (cycle.response_complete and not self.pipeline)

    @property
    def waits_for_body(self) -> bool:
        return not self.waits_for_head and self.cycle.more_body and not self.flow.read_paused

    @property
    def waits(self) -> bool:
        """Whether it is the other side's turn."""
        return self.waits_for_head or self.waits_for_body

    def data_received(self, data: bytes) -> None:
        self.heard = self.loop.time()
        self.got += len(data)
        super().data_received(data)

    def on_headers_complete(self) -> None:
        self.begun, self.got = self.loop.time(), 0
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        self.since = self.loop.time()
        super().on_response_complete()

    def pause_writing(self) -> None:
        self.stuck = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        self.stuck = None
        super().resume_writing()

    def is_overdue(self, now: float) -> bool:
        """Whether the other side has had its time."""
        if self.stuck is not None and now - self.stuck > TAKEN:
            return True
        if self.waits_for_head:
            return now - self.since > HEAD
        if not self.waits_for_body:
            return False
        took = now - self.begun
        return now - self.heard > SILENT or (took > PATIENCE and self.got < RATE * took)

    def drop(self) -> None:
        self.transport.abort()


def _look(loop: asyncio.AbstractEventLoop, server_state: Any) -> None:
    """Once a second: whoever is overdue is cut off."""
    now = loop.time()
    for one in list(server_state.connections):
        if isinstance(one, Connection) and one.is_overdue(now):
            one.drop()
    loop.call_later(1.0, _look, loop, server_state)
