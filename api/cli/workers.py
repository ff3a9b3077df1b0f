"""几个进程同时服务: `gongkai serve --workers N` on PostgreSQL, and the one process that watches over them.

The first one starts alone: it brings the schema up to date, and what is wrong is told once. Then the others start on the same
socket, whose queue outlives each of them. One that dies is replaced; SIGHUP goes to all of them, SIGTERM ends them all, and if
the process that watches dies, they end too. What was in the memory of one process only, and where it lives now that there are
several, on one machine or on many with one database:

- Sign-in, sessions, tokens, limits (限次), lock-outs, Idempotency-Keys, half-typed forms, uploads: the database. A process
  remembers only whom it refused a moment ago.
- Letters that wait to be made, a rebuild after an upgrade, an import: rows, taken under a lease (`db.leases`). When a process
  dies, another goes on.
- The progress of an import: a row, which every process shows.
- Rules, letterheads, keys, files: folders (`DATA_DIR`, `RULES_DIR`, `AGENCIES_DIR`). All machines must have the same ones; each
  process looks every second.
- Case files that were read (`Office._known`): each process; the version of the file is asked for at every use.
- Pages of attachments as pictures, counted pages: each process, by attachment, which never changes; whether it was erased is asked first.
- What topics were learned: the database; what is owed is learned under a lease, and two processes that learn at once write the same.
- An officer's turn for previews, places for large bodies and for hashing passwords: each process. They protect its own memory, and
  N processes have N times as many.
- The counts of /metrics: all processes of one machine together (`api.web.meter`); each machine is a target of its own.
- A jump of the clock, damage that was met, a full disk: each process tells what it met.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from threading import Thread

TOLD = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD, signal.SIGUSR1})
"""What the process that watches waits for; SIGUSR1: the first one is open."""
PAUSE = 5.0
"""Seconds until one that died is replaced: what killed it may need them to go away."""
TO_END = 12.0
"""Seconds in which they end after a signal; each sees to it itself that it takes no longer than nine."""


def divide(count: int) -> Callable[[], None]:
    """Become `count` processes. Returns in each of them, with what it calls when it is open; the one that watches ends in it, with its status."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = counts = tempfile.mkdtemp(prefix="gongkai-metrics-")
    watching, crew = os.getpid(), _Crew(count)
    status = crew.ended()
    if crew.is_worker:
        return lambda: os.kill(watching, signal.SIGUSR1)
    shutil.rmtree(counts, ignore_errors=True)
    sys.exit(status)


class _Crew:
    """The processes, by their numbers."""

    def __init__(self, count: int) -> None:
        self._count, self._at_work = count, list[int]()
        self._life, self._held = os.pipe()  # its end tells the workers that nobody watches over them any more
        self._missing = list[float]()
        self.is_worker = False
        signal.pthread_sigmask(signal.SIG_BLOCK, TOLD)
        self._begin()

    def _begin(self) -> None:
        if (number := os.fork()) != 0:
            self._at_work.append(number)
            return
        self.is_worker = True
        os.close(self._held)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, TOLD)
        Thread(target=self._outlive_nobody, daemon=True, name="life").start()

    def _outlive_nobody(self) -> None:
        os.read(self._life, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    def ended(self) -> int:
        """Watch over them until a signal ends them, or the first one could not start; the status to end with. Returns at once in a worker."""
        is_open = False
        while not self.is_worker:
            told = signal.sigtimedwait(TOLD, max(0.0, self._missing[0] - time.monotonic()) if self._missing else 3600.0)
            match told.si_signo if told is not None else None:
                case None if self._missing:
                    del self._missing[0]
                    self._begin()
                case signal.SIGUSR1 if not is_open:
                    is_open = True
                    self._missing += [time.monotonic()] * (self._count - 1)
                case signal.SIGHUP:
                    self._tell(signal.SIGHUP)
                case signal.SIGCHLD:
                    self._bury()
                    if not is_open and not self._at_work:
                        return 1
                    if is_open:
                        self._missing += [time.monotonic() + PAUSE] * (self._count - len(self._at_work) - len(self._missing))
                case signal.SIGTERM | signal.SIGINT:
                    return self._end()
        return 0

    def _tell(self, what: signal.Signals) -> None:
        for number in self._at_work:
            os.kill(number, what)

    def _bury(self) -> None:
        """Take note of those that have ended."""
        for number in list(self._at_work):
            if os.waitpid(number, os.WNOHANG)[0]:
                self._at_work.remove(number)

    def _end(self) -> int:
        self._tell(signal.SIGTERM)
        until = time.monotonic() + TO_END
        while self._at_work and (left := until - time.monotonic()) > 0:
            signal.sigtimedwait({signal.SIGCHLD}, left)
            self._bury()
        self._tell(signal.SIGKILL)
        return 0
