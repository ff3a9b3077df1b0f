"""转主动公开建议 (条例 44): proposed, accepted or declined with a reason, published with its address; what that saves is counted.

The table of the small procedure is `STEPS`; every step is kept on the suggestion with who took it and when.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, func, insert, literal_column, select, update
from sqlmodel import Session

from db import journal, search
from db import tables as t
from db.matching import WANTED
from workflow.acts import Officer
from workflow.law import Invalid, Refused
from workflow.sameness import Sameness, in_its_year, leans_on_its_day

SUGGESTION, DOCKET, TALLY = (t.table_of(model) for model in (t.Suggestion, t.Docket, t.Tally))
STATES: Mapping[str, str] = {"proposed": "已提出", "accepted": "已采纳", "declined": "未采纳", "published": "已公开", "withdrawn": "已撤下"}
STEPS: Mapping[str, tuple[tuple[str, ...], str, str, tuple[str, ...]]] = {
    "accept": (("proposed",), "accepted", "采纳", ("head",)),
    "decline": (("proposed", "accepted"), "declined", "不采纳", ("head",)),
    "publish": (("accepted", "withdrawn"), "published", "公开", ("head", "handler", "analyst")),
    "withdraw": (("published",), "withdrawn", "撤下", ("head",)),
}
"""Step -> (from, to, its name, who may take it)."""
PROPOSERS = ("handler", "head", "analyst")
_MOST_COUNTED = 2_000
_PUBLISHED = SUGGESTION.c.state == literal_column("'published'")


def propose(
    session: Session, officer: Officer, at: datetime, on: date, *, title: str, sample: str, cases: Sequence[str], reason: str
) -> str:
    """A new suggestion of the officer's agency, on the ground of these cases; returns its id."""
    known = select(DOCKET.c.case_id).where(DOCKET.c.case_id.in_(list(cases)), DOCKET.c.agency == officer.agency)
    if set(cases) - set(session.execute(known).scalars()):
        raise Invalid("cases", "有的案件不存在，或者不是本单位的，请核对")
    made = str(uuid4())
    step = _step("proposed", officer, on, reason)
    session.execute(
        insert(SUGGESTION).values(
            id=made, agency=officer.agency, title=title, sample=sample, cases=list(cases), state="proposed", steps=[step], version=1
        )
    )
    journal.changed(session, SUGGESTION, made)
    return made


def take(
    session: Session, officer: Officer, on: date, suggestion: Row[Any], step: str, *, reason: str, url: str | None, title: str | None = None
) -> None:
    """采纳, 不采纳, 公开 (under another `title`, if one is given) or 撤下. Raises Invalid (no address), Refused (not now)."""
    sources, dest, name, roles = STEPS[step]
    if officer.role not in roles:
        raise Refused(f"“{name}”由{'负责人' if roles == ('head',) else '负责人、承办人或者统计分析人员'}办理，请转交有权的人员。", "条例 44")
    if suggestion.state not in sources:
        raise Refused(f"这条建议现在是“{STATES[suggestion.state]}”，不能“{name}”。", "条例 44")
    if step == "publish" and url is None:
        raise Invalid("url", "没有填写，公开的应当填写网址", "条例 44")
    values: dict[str, Any] = {"state": dest, "steps": [*suggestion.steps, _step(dest, officer, on, reason)], "version": suggestion.version + 1}
    if step == "publish":
        values |= {"url": url, "published_on": on, "title": title or suggestion.title}
        if values["title"] != suggestion.title:
            values["steps"][-1]["title_before"] = suggestion.title
    seen = (SUGGESTION.c.id == suggestion.id, SUGGESTION.c.version == suggestion.version)
    if session.execute(update(SUGGESTION).where(*seen).values(values).returning(SUGGESTION.c.id)).first() is None:
        raise Refused("这条建议刚刚由别人办理过，请刷新后再看。", "条例 44")
    journal.changed(session, SUGGESTION, suggestion.id)


def _step(state: str, officer: Officer, on: date, reason: str) -> dict[str, str]:
    return {"state": state, "title": STATES[state], "by": officer.name, "on": on.isoformat(), "reason": reason}


def one(session: Session, suggestion_id: str, agencies: Collection[str]) -> Row[Any] | None:
    """The suggestion, if it is of these agencies."""
    mine = (SUGGESTION.c.id == suggestion_id, SUGGESTION.c.agency.in_(sorted(agencies)))
    return session.execute(select(SUGGESTION).where(*mine)).first()


def listed(session: Session, agencies: Collection[str]) -> list[Row[Any]]:
    """Every suggestion of these agencies, those still to be decided first."""
    order = list(STATES)
    rows = session.execute(select(SUGGESTION).where(SUGGESTION.c.agency.in_(sorted(agencies)))).all()
    return sorted(rows, key=lambda row: (order.index(row.state), row.title))


def published(session: Session, agencies: Collection[str], words: Sequence[str] = (), *, most: int, after: int = 0) -> Sequence[Row[Any]]:
    """What these agencies published on a suggestion and whose title holds every word, the newest first."""
    query = select(SUGGESTION).where(SUGGESTION.c.agency.in_(sorted(agencies)), _PUBLISHED, SUGGESTION.c.url.is_not(None))
    for word in words:
        query = query.where(func.lower(SUGGESTION.c.title).contains(word.lower(), autoescape=True))
    return session.execute(query.order_by(SUGGESTION.c.published_on.desc(), SUGGESTION.c.id).limit(most).offset(after)).all()


def published_for(session: Session, same: Sameness, agencies: Collection[str], wanted: str, on: date) -> list[tuple[Row[Any], float]]:
    """What was published on a suggestion and answers this request by its address (条例 36(一)), the nearest first.

    Only what is the same information by the one decision of it (`workflow.sameness`), for a request of the day `on`. A sample that
    says 去年 tells nobody which year was published.
    """
    wanted = in_its_year(wanted, on)
    rows = [row for row in listed(session, agencies) if row.state == "published" and not leans_on_its_day(row.sample)]
    found = [(row, round(same.likeness(row.sample, wanted), 3)) for row in rows if same.is_same(row.sample, wanted)]
    return sorted(found, key=lambda one: -one[1])


def saved(session: Session, same: Sameness, suggestion: Row[Any], today: date) -> int:
    """How many later requests for the same were answered with the address (已经主动公开) instead of being worked on.

    Counted among those received since the publication, of at most 2,000 that come near.
    """
    if suggestion.published_on is None or leans_on_its_day(suggestion.sample):
        return 0
    ids = search.candidates(session, [suggestion.agency], suggestion.sample, today, _MOST_COUNTED, suggestion.published_on)
    query = select(WANTED, DOCKET.c.received_on).join(TALLY, TALLY.c.case_id == DOCKET.c.case_id).where(
        DOCKET.c.case_id.in_(ids), DOCKET.c.received_on >= suggestion.published_on, TALLY.c.ended_outcome == "already_public"
    )  # fmt: skip
    return sum(same.is_same(suggestion.sample, in_its_year(row.wanted, row.received_on)) for row in session.execute(query))


def view(session: Session, same: Sameness, row: Row[Any], today: date) -> dict[str, Any]:
    """A suggestion as JSON."""
    return {
        "id": row.id, "agency": row.agency, "title": row.title, "sample": row.sample, "cases": row.cases, "requests": len(row.cases),
        "state": row.state, "state_title": STATES[row.state], "url": row.url,
        "published_on": row.published_on.isoformat() if row.published_on else None,
        "steps": row.steps, "version": row.version, "saved": saved(session, same, row, today),
    }  # fmt: skip
