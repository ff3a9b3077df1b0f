"""One officer has one letter drawn at a time: however many he asks for, the letter workers are there for the others too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from api.office.problems import Problem

MOST_WAITING = 3
"""So many of one officer's wait for their turn; a page that is typed on asks again."""
AGAIN = 2
"""Seconds after which he may ask again."""


class Turns:
    """For each who asks, a line of his own."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._lines: dict[str, tuple[Lock, int]] = {}

    @contextmanager
    def turn(self, who: str) -> Iterator[None]:
        """Wait for one's turn, and have it until the block ends. Raises Problem 429 when too many of his wait."""
        with self._lock:
            line, count = self._lines.get(who, (Lock(), 0))
            if count > MOST_WAITING:
                raise Problem(429, "您要看的预览太多，前面的还没有画完。请稍等再看。", headers={"Retry-After": str(AGAIN)})
            self._lines[who] = (line, count + 1)
        try:
            with line:
                yield
        finally:
            with self._lock:
                line, count = self._lines[who]
                if count > 1:
                    self._lines[who] = (line, count - 1)
                else:
                    del self._lines[who]
