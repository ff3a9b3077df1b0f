"""Handlers that wait for the database run in worker threads, so that the event loop never waits.

What only reads and what writes have threads of their own: where writing is stuck, reading goes on. Before each stands a queue,
and whoever would wait in vain is told so at once (503).
"""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from functools import partial, wraps
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, move_on_after, to_thread
from anyio.lowlevel import RunVar

from api.office.problems import Problem
from db.engine import WAITED

P = ParamSpec("P")
T = TypeVar("T")
AT_ONCE = 24
"""Threads of a lane; both lanes together never lack a connection to the database."""
MOST_WAITING = 400
"""How many wait for a thread of a lane."""
LONGEST = 10.0
"""Seconds that one waits for a thread where others come free: many at once are no fault."""
STUCK = 3.0
"""Seconds in which no thread of a lane came free: whoever comes now would wait in vain."""
LANE: ContextVar[str] = ContextVar("lane", default="write")
"""What the request at work does: read, or write."""


class Busy(Problem):
    """No thread is to be had; nothing was done."""

    def __init__(self) -> None:
        super().__init__(503, "现在办理的人太多，或者数据库没有回答，没有办理。请稍后再试，您写的内容没有丢失。", headers={"Retry-After": "5"})


class Lane:
    """Some threads, and the queue before them."""

    def __init__(self, at_once: int = AT_ONCE, clock: Callable[[], float] = time.monotonic) -> None:
        self._places, self._clock = CapacityLimiter(at_once), clock
        self._moved = clock()

    async def run(self, work: Callable[[], T]) -> T:
        """The result of `work`, done in a thread. Raises Busy."""
        if self._places.available_tokens < 1:
            waiting = self._places.statistics().tasks_waiting
            if waiting >= MOST_WAITING or self._clock() - self._moved > STUCK:
                raise Busy
        came, me = self._clock(), object()
        with move_on_after(LONGEST) as waited:
            await self._places.acquire_on_behalf_of(me)
        if waited.cancelled_caught:
            raise Busy
        self._moved = self._clock()
        WAITED.set(self._moved - came)
        try:
            return await to_thread.run_sync(work, limiter=_unlimited())
        finally:
            self._moved = self._clock()
            self._places.release_on_behalf_of(me)


    @property
    def load(self) -> tuple[int, int]:
        """How many of its threads are at work, and how many requests wait for one."""
        return int(self._places.borrowed_tokens), self._places.statistics().tasks_waiting


_LANES: RunVar[dict[str, Lane]] = RunVar("lanes")
_UNLIMITED: RunVar[CapacityLimiter] = RunVar("unlimited")


def _unlimited() -> CapacityLimiter:
    try:
        return _UNLIMITED.get()
    except LookupError:
        made = CapacityLimiter(math.inf)
        _UNLIMITED.set(made)
        return made


def _lane(name: str) -> Lane:
    try:
        lanes = _LANES.get()
    except LookupError:
        lanes = {name: Lane() for name in ("read", "write")}
        _LANES.set(lanes)
    return lanes[name]


def loads() -> dict[str, tuple[int, int]]:
    """Lane -> its threads at work, and those who wait for one."""
    return {name: _lane(name).load for name in ("read", "write")}


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of `work`, in a thread of the lane of this request. Raises Busy."""
    return await _lane(LANE.get()).run(partial(work, *args, **kwargs))


async def reading(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The same for what only reads, whatever the request does afterwards. Raises Busy."""
    return await _lane("read").run(partial(work, *args, **kwargs))


def threaded(handler: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    """An async handler that runs `handler` in a thread.

    Litestar's own `sync_to_thread` wraps a handler again each time it is registered, and a handler is registered again
    when its path gains a second method: the second wrapping is never awaited.
    """

    @wraps(handler)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        return await in_thread(handler, *args, **kwargs)

    return run
