"""会商: what came of a consultation, and what those who are asked see of it."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from api.office.masking import mask_name
from api.office.views.view import View
from workflow import acts as a
from workflow.case import Asked, Case
from workflow.clocks import Reckoning
from workflow.law import Rules
from workflow.staff import Staff


class ConsultationView(View):
    """One consultation and what came of it."""

    seq: int
    type: str
    title: str
    party: str
    question: str
    shown: a.Shown | None = Field(description="对方看到的内容，承办人看过的一版；没有的，个人号码等自动遮盖")
    items: list[int]
    sent_on: date
    received_on: date | None
    noticed: bool = Field(description="公告送达：received_on是视为收到之日")
    limit_on: date | None
    open: bool
    stance: str | None
    co_issues: bool
    """同意联合答复."""
    answered_on: date | None
    opinion: str | None


def consultations_view(case: Case, clock: Reckoning, *, full: bool) -> list[ConsultationView]:
    """Every consultation with its limit and its answer; people are named only `full`."""
    limits = {limit.ref: limit.on for limit in clock.limits if limit.kind == "opinion"}
    return [
        ConsultationView(
            seq=asked.seq,
            type=asked.act.type,
            title=a.CONSULTATION_TYPES[asked.act.type],
            party=asked.act.party.name if full else mask_name(asked.act.party.name, is_person=asked.act.party.is_person),
            question=asked.act.question,
            shown=asked.act.shown,
            items=[item for item in asked.items if item],
            sent_on=asked.act.on,
            received_on=asked.received_on,
            noticed=asked.noticed,
            limit_on=limits.get(asked.seq),
            open=case.awaits(asked),
            co_issues=asked.opinion is not None and asked.opinion.co_issues,
            stance=asked.opinion.stance if asked.opinion else ("silent" if asked.silence else None),
            answered_on=asked.opinion.on if asked.opinion else None,
            opinion=asked.opinion.text if asked.opinion else None,
        )
        for asked in case.consultations
    ]


class InboxView(View):
    """A consultation as those who are asked see it: no applicant, nothing else of the case."""

    case_id: str
    version: int
    consultation: int
    agency: str
    type: str
    title: str
    question: str
    items: list[str]
    sent_on: date
    limit_on: date | None
    open: bool
    assignee: str | None = Field(description="本单位由谁答复（用户名）")


def inbox_view(case: Case, asked: Asked, rules: Rules, agency: str, staff: Staff) -> InboxView:
    """What another agency sees of a consultation addressed to it."""
    limits = {limit.ref: limit.on for limit in case.reckoning(rules).limits if limit.kind == "opinion"}
    return InboxView(
        case_id=case.id,
        version=case.version,
        consultation=asked.seq,
        agency=agency,
        type=asked.act.type,
        title=a.CONSULTATION_TYPES[asked.act.type],
        question=asked.question,
        items=list(case.asked_about(asked)),
        sent_on=asked.act.on,
        limit_on=limits.get(asked.seq),
        open=case.awaits(asked),
        assignee=staff.answerer(asked.act.agency, asked.act.to) if asked.act.agency else None,
    )
