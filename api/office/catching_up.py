"""升级以后的重新推算: what another version of the program made for lists and figures is made anew beside the work of the office."""

from __future__ import annotations

import time
from threading import Event, Thread

from api.office.log import log
from api.office.office import Office
from db import rebuilding
from db.engine import DatabaseUnavailable

AGAIN = 5.0
"""Seconds until it is tried again, where the database had no time for it."""


class _Stopped(Exception):
    """The program ends: the next start goes on."""


class CatchingUp:
    """A rebuild in the background, where one is due. It works half of the time, so that others come to theirs."""

    def __init__(self, office: Office) -> None:
        self._office, self._ends, self._since = office, Event(), 0.0
        self._thread = Thread(target=self._run, name="catching up", daemon=True)

    def start(self) -> None:
        """Begin, unless everything was made by this version."""
        with self._office.database.read() as session:
            self._office.is_behind = rebuilding.is_due(session)
        if self._office.is_behind:
            self._thread.start()

    def stop(self) -> None:
        """End after the file at hand."""
        self._ends.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while self._office.is_behind and not self._ends.is_set():
            try:
                with self._office.leases.held("rebuild") as mine:
                    found = self._rebuilt() if mine else None
            except _Stopped:
                return
            except DatabaseUnavailable:
                self._ends.wait(AGAIN)
            except Exception as error:  # a thread has nobody to raise to; the office stays behind, and says so
                log.error("the projections were not made anew", error=type(error).__name__)
                return
            else:
                self._office.is_behind = found is None and self._is_due()
                if found is not None:
                    log.info("the projections were made anew", files=found.compared, mended=len(found.mended), damaged=len(found.damaged))
                elif self._office.is_behind:  # another process is at it
                    self._ends.wait(AGAIN)

    def _is_due(self) -> bool:
        try:
            with self._office.database.read() as session:
                return rebuilding.is_due(session)
        except DatabaseUnavailable:
            return True

    def _rebuilt(self) -> rebuilding.Rebuilt | None:
        """What a rebuild found; None where another process has done it meanwhile."""
        if not self._is_due():
            return None
        self._since = time.monotonic()
        office = self._office
        return rebuilding.rebuild(office.database, office.rules, office.keys, tell=self._look, pause=self._pause)

    def _look(self, _done: int) -> None:
        if self._ends.is_set():
            raise _Stopped

    def _pause(self) -> None:
        self._ends.wait(time.monotonic() - self._since)
        self._since = time.monotonic()
