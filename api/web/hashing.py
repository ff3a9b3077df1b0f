"""Passwords are hashed one at a time on each processor, in threads of their own, and only so many wait for their turn.

One client takes at most half of the places: whoever comes from elsewhere still finds one.

argon2 takes 64 MiB and a tenth of a second for each password, as it should. In the threads that all pages share, forty
visitors who try passwords would take 2.5 GB, and leave nobody else a thread.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Lock
from typing import Any, TypeVar

from api.office.problems import Problem

T = TypeVar("T")
MOST_WAITING = 24
"""How many wait for their turn: about two seconds on two processors. Whoever comes later is told to come again."""
AGAIN = 3
"""Seconds after which he may."""


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Hashing:
    """The threads in which passwords are hashed and compared, and the queue before them."""

    def __init__(self, at_once: int | None = None, most_waiting: int = MOST_WAITING, pause: float = 1.0) -> None:
        self.at_once = at_once or processors()
        self._most, self._pause = self.at_once + most_waiting, pause
        self._threads = ThreadPoolExecutor(self.at_once, thread_name_prefix="hashing")
        self._each = self.at_once + max(1, most_waiting // 2)
        self._taken, self._lock = Counter[str](), Lock()

    async def run(self, work: Callable[[], T], client: str = "") -> T:
        """The result of `work`, done in its turn. Raises Problem (429) when too many wait, or too many of this client."""
        if not self._entered(client):
            await asyncio.sleep(self._pause)  # whoever tries without a pause gets one, and no thread waits with him
            raise Problem(429, f"现在登录的人太多，没有排上。请过{AGAIN}秒再试，不算输错密码。", headers={"Retry-After": str(AGAIN)})
        future = self._threads.submit(work)
        future.add_done_callback(partial(self._done, client))  # not after the wait: whoever went away meanwhile holds his place all the same
        return await asyncio.wrap_future(future)

    def _entered(self, client: str) -> bool:
        with self._lock:
            if self._taken.total() >= self._most or self._taken[client] >= self._each:
                return False
            self._taken[client] += 1
            return True

    def _done(self, client: str, _future: Future[Any]) -> None:
        with self._lock:
            self._taken[client] -= 1
            if not self._taken[client]:
                del self._taken[client]

    def close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)
