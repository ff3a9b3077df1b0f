"""How often one client may come: a sliding window in memory, for what visitors may do without signing in."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from threading import Lock

MOST_CLIENTS = 10_000


class Throttle:
    """At most `most` times in `seconds` for each client of this worker."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = Lock()

    def wait(self, client: str) -> int:
        """Count this time; 0, or in how many seconds the client may come again."""
        with self._lock:
            now = self._clock()
            times = self._seen.setdefault(client, deque())
            self._seen.move_to_end(client)
            while len(self._seen) > MOST_CLIENTS:
                self._seen.popitem(last=False)
            while times and now - times[0] >= self._seconds:
                times.popleft()
            if len(times) >= self._most:
                return int(self._seconds - (now - times[0])) + 1
            times.append(now)
            return 0


class Visits:
    """What visitors who have not signed in may do, and how often; each program counts for itself."""

    def __init__(self) -> None:
        self.steps = Throttle(60, 60)
        """Steps on a form that is open to all, a minute."""
        self.sent = Throttle(20, 3600)
        """Requests sent, an hour."""
        self.asked = Throttle(20, 60)
        """Questions after what became of one, a minute."""
