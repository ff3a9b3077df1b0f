"""Passwords are hashed one at a time on each processor, in threads of their own, and only so many wait for their turn.

argon2 takes 64 MiB and a tenth of a second for each password, as it should. In the threads that all pages share, forty
visitors who try passwords would take 2.5 GB, and leave nobody else a thread.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
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
        self._taken, self._lock = 0, Lock()

    async def run(self, work: Callable[[], T]) -> T:
        """The result of `work`, done in its turn. Raises Problem (429) when too many wait."""
        if not self._entered():
            await asyncio.sleep(self._pause)  # whoever tries without a pause gets one, and no thread waits with him
            raise Problem(429, f"现在登录的人太多，没有排上。请过{AGAIN}秒再试，不算输错密码。", headers={"Retry-After": str(AGAIN)})
        future = self._threads.submit(work)
        future.add_done_callback(self._done)  # not after the wait: whoever went away meanwhile holds his place all the same
        return await asyncio.wrap_future(future)

    def _entered(self) -> bool:
        with self._lock:
            if self._taken >= self._most:
                return False
            self._taken += 1
            return True

    def _done(self, _future: Future[Any]) -> None:
        with self._lock:
            self._taken -= 1

    def close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)
