"""学习主题 in the background: what a unit's people have confirmed teaches what is proposed to them next.

A unit learns when somebody checks topics (主题核对), and once a day whatever was confirmed elsewhere: at registration, by an act, with a ledger.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock, Thread

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from api.office.log import log
from db import learned_topics
from db.engine import Database, DatabaseUnavailable
from db.leases import Leases
from workflow.law import InForce
from workflow.topics import Learned, learned_from, proposed_topic

_DAY = timedelta(days=1)


class Learning:
    """One thread at a time for each unit; what fails is noted, and what was learned before stays."""

    def __init__(self, database: Database, law: Callable[[], InForce], clock: Callable[[], datetime]) -> None:
        self._database, self._law, self._clock = database, law, clock
        self._lock, self._at_work = Lock(), dict[str, Thread]()
        self._hour, self._ends = "", False

    def soon(self, agency: str) -> None:
        """Learn anew from what is confirmed now, unless that is going on."""
        self._begin(agency, lambda: self.now(agency))

    def look(self, leases: Leases) -> None:
        """Once an hour: units that learned more than a day ago, or beside other words, or nothing yet, learn anew, one after the other."""
        hour = f"{self._clock():%Y-%m-%d %H}"
        if hour != self._hour:
            self._hour = hour
            self._begin("", lambda: self._learn_what_is_owed(leases))

    def _begin(self, name: str, work: Callable[[], object]) -> None:
        with self._lock:
            known = self._at_work.get(name)
            if known is None or not known.is_alive():
                self._at_work[name] = Thread(target=self._try, args=(name, work), name="learning")
                self._at_work[name].start()

    def _learn_what_is_owed(self, leases: Leases) -> None:
        with leases.held("topics") as mine:
            if not mine:
                return
            with self._database.read() as session:
                owed = learned_topics.owed(session, self._clock() - _DAY, self._law().topics)
            for agency in owed:
                if self._ends:
                    break
                self.now(agency)

    def now(self, agency: str) -> Learned:
        """Learn anew, for whoever waits for it. Where a file is erased meanwhile, whatever was read of it goes, and it begins again."""
        while True:
            with self._database.read() as session:
                erased, told = learned_topics.erasures(session, agency), learned_topics.confirmed(session, agency)
            model = learned_from(told, self._law().topics)
            if self._kept(agency, model, erased):
                return model

    def _kept(self, agency: str, model: Learned, erased: int) -> bool:
        return self._database.write(lambda session: learned_topics.keep(session, agency, model, self._clock(), erased))

    def _try(self, agency: str, work: Callable[[], object]) -> None:
        try:
            work()
        except (DatabaseUnavailable, SQLAlchemyError) as error:
            log.warning("topics_not_learned", agency=agency, error=type(error).__name__)

    def proposed(self, session: Session, agency: str, text: str) -> str | None:
        """主题建议 for a request of this unit, by what it has taught, else by the words."""
        topics, model = self._law().topics, self.known(session, agency)
        return model.propose(text, topics) if model is not None else proposed_topic(text, topics)

    def known(self, session: Session, agency: str) -> Learned | None:
        """What the unit has taught; None: nothing yet, or beside other words than those in force."""
        model = learned_topics.learned(session, agency)
        return model if model is not None and model.fits(self._law().topics) else None

    def close(self) -> None:
        """Wait for what is going on; units that have not had their turn learn another time."""
        self._ends = True
        self.wait()

    def wait(self) -> None:
        """Until nothing is going on."""
        with self._lock:
            working = list(self._at_work.values())
        for thread in working:
            thread.join()
