"""Behind the figures: the cases that each of them counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from db import standing
from db import tables as t
from db.analysis.alike import recurring
from db.analysis.counts import FLAGS, NO_TOPIC, REPLIED, about, came, of_topic, went, went_again
from db.analysis.events import returns
from db.analysis.spans import Span
from db.matching import OUTSIDE
from workflow import statistics as s
from workflow.law import Rules

TALLY, OCCURRENCE, DOCKET, OFFICER = (t.table_of(model) for model in (t.Tally, t.OccurrenceRow, t.Docket, t.OfficerRow))


def handlers(session: Session, agencies: Collection[str]) -> dict[str, str]:
    """User name -> name of everybody who works in these units."""
    query = select(OFFICER.c.username, OFFICER.c.name).where(OFFICER.c.agency.in_(sorted(agencies)))
    return {row.username: row.name for row in session.execute(query)}


CAME: Mapping[str, Any] = {
    "received": lambda key: [],
    "channel": lambda key: [TALLY.c.channel == key],
    "category": lambda key: [TALLY.c.applicant_category == key],
    "month": lambda key: [TALLY.c.received_in.startswith(key, autoescape=True)],
    "topic": lambda key: of_topic(key or NO_TOPIC),
    "topic_confirmed": lambda key: [TALLY.c.topic.is_not(None)],
    "topic_checked": lambda key: [TALLY.c.topic.is_not(None), TALLY.c.topic_proposed.is_not(None)],
    "topic_right": lambda key: [TALLY.c.topic == TALLY.c.topic_proposed],
}
"""What the requests received in the span can be narrowed to, by a key."""
WENT: Mapping[str, Any] = {
    "ended": lambda key: [],
    "ended_topic": lambda key: of_topic(key or NO_TOPIC),
    "outcome": lambda key: [TALLY.c.ended_outcome == key],
    "ended_month": lambda key: [TALLY.c.ended_in.startswith(key, autoescape=True)],
    "ended_channel": lambda key: [TALLY.c.channel == key],
    "replied": lambda key: [REPLIED],
    "in_time": lambda key: [TALLY.c.in_time.is_(True)],
    "late": lambda key: [TALLY.c.in_time.is_(False)],
    "closed_by": lambda key: [TALLY.c.assignee == key if key else TALLY.c.assignee.is_(None)],
    **{name: lambda key, name=name: [TALLY.c[name].is_(True)] for name in FLAGS},
}
"""The same of the requests that ended in the span; `group` is a group of table 3."""
NOW: Mapping[str, Any] = {"open": lambda today: standing.OPEN, "overdue": standing.overdue}
"""The same of those that are open now, by the handler."""
HAPPENED: Mapping[str, tuple[str, Any]] = {
    "consultation": ("consultation", lambda key: [OCCURRENCE.c.type == key] if key else []),
    "stance": ("consultation", lambda key: [OCCURRENCE.c.result.is_(None) if key == "open" else OCCURRENCE.c.result == key]),
    "opinion": ("consultation", lambda key: _both(key, OCCURRENCE.c.type, OCCURRENCE.c.result, "open")),
    "remedy": ("remedy", lambda key: [OCCURRENCE.c.type == key] if key else []),
    "remedy_of": ("remedy", lambda key: _both(key, OCCURRENCE.c.ground, OCCURRENCE.c.result, "pending")),
    "remedy_result": ("remedy", lambda key: [OCCURRENCE.c.result.is_(None) if key == "pending" else OCCURRENCE.c.result == key]),
    "remedy_ground": ("remedy", lambda key: [OCCURRENCE.c.ground == key if key else OCCURRENCE.c.ground.is_(None)]),
    "complaint": ("complaint", lambda key: []),
    "complaint_result": ("complaint", lambda key: [OCCURRENCE.c.result.is_(None) if key == "pending" else OCCURRENCE.c.result == key]),
    "return": ("return", lambda key: []),
    "record_correction": ("record_correction", lambda key: []),
}
"""The same of what happened on files in the span. `return` with a key is the reason of that place in the list of reasons."""
SETS = (*CAME, *WENT, "again", "group", *NOW, *HAPPENED, "alike")


def _both(key: str, column: Any, result: Any, none: str) -> list[Any]:
    """`third_party:object`: a cell of two columns; an empty first part, and the word for no result, are NULL."""
    first, _, second = key.partition(":")
    return [column == first if first else column.is_(None), result.is_(None) if second == none else result == second]


def behind(
    session: Session, agencies: Collection[str], span: Span, chosen: str, key: str, rules: Rules, today: date, topic: str | None = None
) -> list[Any]:
    """The docket rows of the cases behind a figure of the analysis, each once, by day of receipt, as they may leave their unit.

    `alike` is a cluster by a case.
    """
    if chosen == "alike":
        asked_again = ([row.case_id for row in alike] for alike in recurring(session, rules.on(today).sameness, agencies, span, topic))
        ids: Any = next((cases for cases in asked_again if key in cases), [])
    elif chosen in HAPPENED:
        kind, narrowed = HAPPENED[chosen]
        conditions = [OCCURRENCE.c.kind == kind, OCCURRENCE.c.on.between(span.first, span.last), *narrowed(key)]
        if chosen == "return" and key:
            reasons = returns(session, agencies, span, topic)["by_reason"]
            at = int(key) if key.isascii() and key.isdigit() and len(key) < 4 else len(reasons)
            conditions.append(OCCURRENCE.c.ground == (reasons[at]["reason"] if at < len(reasons) else ""))
        ids = select(OCCURRENCE.c.case_id).where(OCCURRENCE.c.agency.in_(sorted(agencies)), *conditions)
    elif chosen == "group":
        law = rules.on(today)
        outcomes = [one for one in s.of_requests(law) if s.row_of(one, law).startswith(key)]
        ids = select(TALLY.c.case_id).where(*went(agencies, span), TALLY.c.ended_outcome.in_(outcomes))
    elif chosen in NOW:
        whose = [DOCKET.c.assignee == key if key else DOCKET.c.assignee.is_(None)]
        ids = select(DOCKET.c.case_id).where(DOCKET.c.agency.in_(sorted(agencies)), *whose, NOW[chosen](today))
    elif chosen == "again":
        ids = select(TALLY.c.case_id).where(*went_again(agencies, span))
    elif chosen in WENT:
        ids = select(TALLY.c.case_id).where(*went(agencies, span), *WENT[chosen](key))
    else:
        ids = select(TALLY.c.case_id).where(*came(agencies, span), *CAME[chosen](key))
    query = select(*OUTSIDE).where(DOCKET.c.case_id.in_(ids), *about(DOCKET.c.case_id, topic))
    return list(session.execute(query.order_by(DOCKET.c.received_on, DOCKET.c.agency, DOCKET.c.serial)).all())
