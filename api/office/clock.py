"""The machine's clock may jump: by hand, by a time server, by a machine that was moved. It is told, and refuses nothing.

What runs on while the clock is set is the system's count of seconds since its start, sleep included.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Lock

TOLERATED = 60.0
"""Seconds: a time server that corrects a little is no jump."""
CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def _steady() -> float:
    return time.clock_gettime(CLOCK)


class Watch:
    """Compares the clock with the seconds that have passed since it was last looked at."""

    def __init__(self, now: Callable[[], float] = time.time, steady: Callable[[], float] = _steady) -> None:
        self._now, self._steady, self._lock = now, steady, Lock()
        self._apart = now() - steady()

    def jumped(self) -> timedelta | None:
        """By how much the clock has jumped since the last look, backwards below zero; None: it has not. Told once."""
        apart = self._now() - self._steady()
        if abs(apart - self._apart) <= TOLERATED:
            return None
        with self._lock:
            by, self._apart = apart - self._apart, apart
        return timedelta(seconds=round(by)) if abs(by) > TOLERATED else None


def in_words(by: timedelta) -> str:
    """向前跳了2小时5分钟."""
    seconds = abs(by.total_seconds())
    days, rest = divmod(int(seconds), 86400)
    hours, rest = divmod(rest, 3600)
    parts = [f"{value}{unit}" for value, unit in ((days, "天"), (hours, "小时"), (rest // 60, "分钟")) if value]
    return f"向{'前' if by > timedelta(0) else '后'}跳了{''.join(parts)}"
