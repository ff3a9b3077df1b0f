"""主题: how good the proposed topics are, and which nobody has confirmed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from db import tables as t
from db.analysis.counts import came, share
from db.analysis.spans import Span
from db.matching import WANTED

TALLY, DOCKET, CASE = (t.table_of(model) for model in (t.Tally, t.Docket, t.CaseFile))


def topic_accuracy(session: Session, agencies: Collection[str], span: Span) -> list[dict[str, Any]]:
    """主题建议 topic by topic: how often it was proposed, how often somebody has judged it, how often it was right."""
    columns = (TALLY.c.topic_proposed, TALLY.c.topic)
    query = select(*columns, func.count()).where(*came(agencies, span), TALLY.c.topic_proposed.is_not(None)).group_by(*columns)
    proposed, checked, right = Counter[str](), Counter[str](), Counter[str]()
    for guess, topic, count in session.execute(query):
        proposed[guess] += count
        checked[guess] += count if topic else 0
        right[guess] += count if topic == guess else 0
    return [
        {"topic": topic, "proposed": count, "checked": checked[topic], "right": right[topic], "share": share(right[topic], checked[topic])}
        for topic, count in proposed.most_common()
    ]


def unconfirmed(session: Session, agencies: Collection[str], span: Span, most: int) -> tuple[list[Any], int]:
    """The requests whose topic nobody has confirmed, the earliest first, at most so many, with their versions; and how many there are."""
    narrowed = [*came(agencies, span), TALLY.c.topic.is_(None)]
    total = session.execute(select(func.count()).select_from(TALLY).where(*narrowed)).scalar_one()
    query = (
        select(DOCKET.c.case_id, DOCKET.c.number, WANTED, DOCKET.c.received_on, TALLY.c.topic_proposed, CASE.c.version)
        .join(TALLY, TALLY.c.case_id == DOCKET.c.case_id)
        .join(CASE, CASE.c.id == DOCKET.c.case_id)
        .where(*narrowed)
        .order_by(DOCKET.c.received_on, DOCKET.c.case_id)
        .limit(most)
    )
    return list(session.execute(query).all()), total
