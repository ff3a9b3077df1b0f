"""学到的主题, kept for each unit: what its confirmed topics teach, and how often that was right when it was tried."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlmodel import Session

from db import tables as t
from db.engine import one_at_a_time
from db.matching import WANTED
from workflow.law import Topic
from workflow.topics import Learned

MODEL, TALLY, DOCKET, CASE = (t.table_of(model) for model in (t.TopicModel, t.Tally, t.Docket, t.CaseFile))
_MOST = 3_000
"""So many of the latest confirmed requests teach."""


def confirmed(session: Session, agency: str) -> list[tuple[str, str]]:
    """The unit's requests with the topics that people gave them, the latest first; without people, as they may leave the unit; no erased ones."""
    mine = (TALLY.c.agency == agency, TALLY.c.topic.is_not(None), CASE.c.erased_at.is_(None))
    query = select(WANTED, TALLY.c.topic).join(TALLY, TALLY.c.case_id == DOCKET.c.case_id).where(*mine)
    query = query.join(CASE, CASE.c.id == DOCKET.c.case_id)
    return [(wanted, topic) for wanted, topic in session.execute(query.order_by(TALLY.c.received_on.desc(), TALLY.c.case_id).limit(_MOST))]


def erasures(session: Session, agency: str) -> int:
    """How many files of the unit have been erased: what was learned from fewer may hold words of one that is gone."""
    query = select(func.count()).select_from(CASE).where(CASE.c.agency == agency, CASE.c.erased_at.is_not(None))
    return int(session.execute(query).scalar_one())


def learned(session: Session, agency: str) -> Learned | None:
    """What was learned last; None: nothing yet."""
    row = session.execute(select(MODEL).where(MODEL.c.agency == agency)).first()
    if row is None:
        return None
    taught = json.loads(row.taught)
    beside = {name: taught[name] for name in ("weight", "beside") if name in taught}
    return Learned(row.confirmed, row.words_right, row.model_right, taught["requests"], taught["runs"], **beside)


def owed(session: Session, since: datetime, topics: Sequence[Topic]) -> list[str]:
    """Units with confirmed topics that have learned nothing since then, or beside other words than those of these topics."""
    at = {row.agency: row.at for row in session.execute(select(MODEL.c.agency, MODEL.c.at))}
    taught = session.execute(select(TALLY.c.agency).where(TALLY.c.topic.is_not(None)).distinct().order_by(TALLY.c.agency)).scalars()
    fresh = {agency for agency, on in at.items() if on > since and (model := learned(session, agency)) and model.fits(topics)}
    return [agency for agency in taught if agency not in fresh]


def forget(session: Session, agency: str) -> None:
    """What one of the unit's requests taught cannot be taken out of the rest: the unit learns anew."""
    one_at_a_time(session, f"topics {agency}")
    session.execute(delete(MODEL).where(MODEL.c.agency == agency))


def keep(session: Session, agency: str, model: Learned, at: datetime, erased: int) -> bool:
    """In the place of what was learned before; not kept (False) where a file was erased since there were `erased`: learn anew."""
    one_at_a_time(session, f"topics {agency}")
    if erasures(session, agency) != erased:
        return False
    taught = json.dumps(
        {"requests": model.requests, "runs": model.runs, "weight": model.weight, "beside": model.beside}, ensure_ascii=False, separators=(",", ":")
    )
    session.execute(delete(MODEL).where(MODEL.c.agency == agency))
    session.execute(
        insert(MODEL).values(
            agency=agency, at=at, confirmed=model.confirmed, words_right=model.words_right, model_right=model.model_right, taught=taught
        )
    )
    return True
