"""学习主题 in the background: what a unit's people have confirmed teaches what is proposed to them next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Lock, Thread

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from api.office.log import log
from db import learned_topics
from db.engine import Database, DatabaseUnavailable
from workflow.law import InForce
from workflow.topics import Learned, learned_from, proposed_topic


class Learning:
    """One thread at a time for each unit; what fails is noted, and what was learned before stays."""

    def __init__(self, database: Database, law: Callable[[], InForce], clock: Callable[[], datetime]) -> None:
        self._database, self._law, self._clock = database, law, clock
        self._lock, self._at_work = Lock(), dict[str, Thread]()

    def soon(self, agency: str) -> None:
        """Learn anew from what is confirmed now, unless that is going on."""
        with self._lock:
            known = self._at_work.get(agency)
            if known is None or not known.is_alive():
                self._at_work[agency] = Thread(target=self._try, args=(agency,), name="learning")
                self._at_work[agency].start()

    def now(self, agency: str) -> Learned:
        """The same, for whoever waits for it. Where a file is erased meanwhile, whatever was read of it goes, and it begins again."""
        while True:
            with self._database.read() as session:
                erased, told = learned_topics.erasures(session, agency), learned_topics.confirmed(session, agency)
            model = learned_from(told, self._law().topics)
            if self._kept(agency, model, erased):
                return model

    def _kept(self, agency: str, model: Learned, erased: int) -> bool:
        return self._database.write(lambda session: learned_topics.keep(session, agency, model, self._clock(), erased))

    def _try(self, agency: str) -> None:
        try:
            self.now(agency)
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
        """Wait for what is going on."""
        with self._lock:
            working = list(self._at_work.values())
        for thread in working:
            thread.join()
