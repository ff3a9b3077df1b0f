"""What each process does beside its answers: it shows that it lives, and takes up what another has left when it died."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Event, Thread

from api.office.log import log
from api.office.office import Office
from db.engine import DatabaseUnavailable
from db.leases import RENEWED

TO_END = 3.0
"""Seconds that it has when the program ends."""
LOOKS = 6
"""After so many signs of life it looks for what was left: each half minute."""


class Upkeep:
    """One thread; what fails is tried again with the next look."""

    def __init__(self, office: Office, *others: Callable[[], object]) -> None:
        """`others`: what else is looked after."""
        self._office, self._ends = office, Event()
        self._looks: Sequence[Callable[[], object]] = (office.finish_all, *others)
        self._thread = Thread(target=self._run, name="upkeep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ends.set()
        self._thread.join(TO_END)  # what it is at may wait for a mail server: the next process goes on

    def _run(self) -> None:
        turn = 0
        while not self._ends.wait(RENEWED):
            turn += 1
            self._try(self._office.leases.renew)
            for look in self._looks if turn % LOOKS == 0 else ():
                self._try(look)

    def _try(self, work: Callable[[], object]) -> None:
        try:
            with suppress(DatabaseUnavailable):
                work()
        except Exception as error:  # a thread has nobody to raise to, and the next look must come
            log.error("upkeep failed", error=type(error).__name__)
