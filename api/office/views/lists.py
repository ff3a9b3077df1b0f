"""Lists: their pages and rows, masked; requests like one, and what was published that answers it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from pydantic import Field

from api.office.sight import wanted_outside
from api.office.views.view import View
from db.similarity import Similar
from workflow.calendar import Calendar
from workflow.clocks import days_left
from workflow.procedure import ACTIVE, STATES


class CaseRow(View):
    """A case in a list: masked."""

    id: str
    number: str
    version: int
    agency: str
    state: str
    state_title: str
    stage: str
    assignee: str | None
    channel: str
    purpose: str = Field(description="information：公开申请；record_correction：更正申请")
    received_on: date
    applicant: str = Field(description="已遮盖")
    wanted: str
    topic: str | None
    due_on: date | None
    due_provisional: bool
    working_days_left: int | None
    overdue: bool
    suspended: bool
    outcome: str | None
    passed_to: str | None = Field(description="交哪个下级单位拟办")
    draft_limit: date | None = Field(description="下级单位拟办的期限")


def case_row(row: Any, calendar: Calendar, today: date, told: Callable[[Any], str] = wanted_outside) -> CaseRow:
    """The row of a list, for anyone who may see that the case exists; `told` says how 申请内容 reads (`sight.wanted_for`)."""
    waiting = row.state in ACTIVE
    spans = [(date.fromisoformat(after), date.fromisoformat(to)) for after, to in json.loads(row.suspensions)]
    return CaseRow(
        id=row.case_id,
        number=row.number,
        version=row.version,
        agency=row.agency,
        state=row.state,
        state_title=STATES[row.state].title,
        stage=row.stage,
        assignee=row.assignee,
        channel=row.channel,
        purpose=row.purpose,
        received_on=row.received_on,
        applicant=row.applicant_masked or "",
        wanted=told(row)[:200],
        topic=row.topic,
        due_on=row.due_on,
        due_provisional=row.due_provisional,
        working_days_left=days_left(calendar, spans, row.due_on, today) if waiting and row.due_on else None,
        overdue=bool(row.reply_owed and row.due_on and row.due_on < today),
        suspended=waiting and any(after < today <= to for after, to in spans),
        outcome=row.outcome,
        passed_to=row.passed_to,
        draft_limit=row.draft_limit,
    )


class Page(View):
    """One page of a list; `next` is the cursor of the following one. Cases are counted as far as 5,000."""

    items: list[Any]
    next: str | None
    total: int | None


class SimilarView(View):
    """An earlier request that asks for the same or nearly so."""

    id: str
    number: str
    received_on: date
    same_applicant: bool
    score: float = Field(description="0到1")
    why: str = Field(description="为什么列出，一句话")
    words: list[str] = Field(description="相同的词")
    wanted: str
    state: str
    outcome: str | None

    @classmethod
    def of(cls, found: Similar) -> SimilarView:
        row = found.row
        return cls(
            id=row.case_id,
            number=row.number,
            received_on=row.received_on,
            same_applicant=found.same_applicant,
            score=found.score,
            why=_why(found),
            words=list(found.words),
            wanted=row.wanted[:200],
            state=row.state,
            outcome=row.outcome,
        )


def _why(found: Similar) -> str:
    """同一申请人申请的同一内容：都写到“征收补偿安置方案”."""
    who = "同一申请人" if found.same_applicant else "其他申请人"
    what = "同一内容" if found.same else "相近的内容"
    words = "、".join(f"“{word}”" for word in found.words[:3])
    return f"{who}申请的{what}" + (f"：都写到{words}" if words else "")


def similar_view(found: Sequence[Similar]) -> dict[str, list[SimilarView]]:
    """`items` ask for the same information, best first; what is merely alike stands in `alike`."""
    told = [(one.same, SimilarView.of(one)) for one in found]
    return {"items": [one for same, one in told if same], "alike": [one for same, one in told if not same]}


class PublishedView(View):
    """What was published on a suggestion (条例 44): a similar request may be answered with its address (条例 36(一))."""

    title: str
    url: str
    published_on: date
    score: float = Field(description="0到1")

    @classmethod
    def of(cls, row: Any, score: float) -> PublishedView:
        return cls(title=row.title, url=row.url, published_on=row.published_on, score=score)
