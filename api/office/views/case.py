"""A case as one officer sees it now: the shape of the answer, and how it is made from the file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from pydantic import Field

from api.office.documents import not_kept
from api.office.sight import masked_value
from api.office.views.acts import ActView, act_view
from api.office.views.applicants import ApplicantView, applicant_view
from api.office.views.consultations import ConsultationView, consultations_view
from api.office.views.dates import DueView, LimitView, UnsentView, due_view, limits_view
from api.office.views.fees import FeeView, fee_view
from api.office.views.papers import AttachmentView, LetterView, attachment_view, letter_view
from api.office.views.requests import RequestView, request_view
from api.office.views.view import View
from workflow import acts as a
from workflow import checks, steps
from workflow.acts import Signed
from workflow.case import Case, OpenRequest, overall
from workflow.law import Refused, Rules
from workflow.movers import Move, Movers
from workflow.procedure import STATES
from workflow.risks import Risk
from workflow.sending import unsent
from workflow.topics import proposed_topic


class RiskView(View):
    id: str
    level: str
    text: str
    articles: list[str]

    @classmethod
    def of(cls, risk: Risk, words: Callable[[str], str] = str) -> RiskView:
        return cls(id=risk.id, level=risk.level, text=words(risk.text), articles=list(risk.articles))


class HandedFromView(View):
    """移送来源: the unit that had the request first, its number there, and the day that unit received it."""

    agency: str
    number: str
    received_on: date

    @classmethod
    def of(cls, handed: a.HandedFrom | None) -> HandedFromView | None:
        return None if handed is None else cls(agency=handed.agency, number=handed.number, received_on=handed.received_on)


class PassedDownView(View):
    """交下级单位拟办: the unit that drafts, and until when."""

    agency: str
    name: str
    limit: date
    overdue: bool = Field(description="拟稿没有报送，期限已过")

    @classmethod
    def of(cls, case: Case, rules: Rules, today: date) -> PassedDownView | None:
        owed = steps.drafts_below(case, rules)
        down = owed or case.passed_down
        if down is None or down.agency is None or down.limit is None:
            return None
        name = down.receiver.name if down.receiver else down.agency
        overdue = down.limit < today and owed is not None
        return cls(agency=down.agency, name=name, limit=down.limit, overdue=overdue)


class DraftView(View):
    """The draft being approved, or signed: the decision on each item."""

    seq: int
    drafted_by: str
    outcome: str | None
    items: list[dict[str, Any]]
    joined: list[dict[str, Any]] = Field(description="一并答复的其他申请：登记号、收到日和逐项决定")
    co_issuers: list[str] = Field(description="联合答复的其他机关：单位代码，按署名的顺序")


class MoveView(View):
    """该谁办的一项: which act, on whose lists it stands (user names), by when, and why."""

    act: str
    title: str
    by: list[str]
    until: date | None
    why: str
    articles: list[str]

    @classmethod
    def of(cls, move: Move) -> MoveView:
        title = a.ACTS[move.act].title
        return cls(act=move.act, title=title, by=list(move.by), until=move.until, why=move.why, articles=list(move.articles))


class WaitsView(View):
    """等待的外部一方: whom the file waits for, and until when."""

    who: str
    until: date | None


class CaseView(View):
    """A case as seen by one officer now."""

    id: str
    number: str
    version: int
    agency: str
    state: str
    state_title: str
    stage: str
    mover: str
    assignee: str | None
    must_move: list[MoveView] = Field(description="现在该谁办什么，先列推进办理的，再列其他欠办的")
    waits: WaitsView | None = Field(description="等待外部的哪一方，到哪一天为止")
    channel: str
    purpose: str = Field(description="information：公开申请；record_correction：更正申请")
    evidence: str | None = Field(description="更正申请：证明记录不准确的证据")
    received_on: date
    applicant: ApplicantView = Field(description="多人共同申请的，为代表人")
    applicants: list[ApplicantView] = Field(description="全部申请人，按申请书的顺序")
    agent: dict[str, Any] | None = Field(description="代理人；证件号码已遮盖")
    wanted: str
    items: list[str]
    topic: str | None
    topic_proposed: str | None = Field(description="按申请的用语提出的主题，供确认或者改定")
    due: DueView
    other_dates: list[LimitView]
    outcome: str | None
    outcome_title: str | None
    permitted: list[str]
    not_now: dict[str, str] = Field(description="程序允许、但现在还不能办的：种类 -> 原因")
    risks: list[RiskView]
    consultations: list[ConsultationView]
    draft: DraftView | None
    acts: list[ActView]
    letters: list[LetterView]
    unsent: list[UnsentView] = Field(description="没有送出的文书")
    attachments: list[AttachmentView]
    fee: FeeView | None
    split_from: str | None
    passed_down: PassedDownView | None = Field(description="交下级单位拟办")
    requests: list[RequestView] = Field(description="等待签批的报批")
    answered_with: str | None = Field(description="与哪一件一并答复：该件的登记号")
    handed_from: HandedFromView | None = Field(description="由其他单位移送的：原登记号和原收到日")
    missing_for_archive: list[str]
    not_filed: list[str] = Field(description="答复提供了、案卷里没有的信息；不妨碍归档，补存即可")


def case_view(
    case: Case,
    rules: Rules,
    today: date,
    *,
    open_to: dict[str, Refused | None],
    risks: Sequence[Risk],
    letters: Sequence[Any],
    attachments: Sequence[Any],
    full: bool,
    movers: Movers,
    requests: Sequence[tuple[OpenRequest, Case | str]] = (),
    words: Callable[[str], str] = str,
) -> CaseView:
    """The case for one officer, as he sees it (`sight.seen`): `open_to` is what `admission.reasons` gave for him, `full` whether unmasked.

    `words` is how texts about the file read for him.
    """
    clock, overdue = case.reckoning(rules), case.overdue(rules, today)
    stored = {row.id: row for row in letters}
    state = STATES[case.state]
    outcome = case.outcome
    draft = case.draft
    return CaseView(
        id=case.id,
        number=case.number,
        version=case.version,
        agency=case.agency,
        state=case.state,
        state_title=state.title,
        stage=state.stage,
        mover=state.mover,
        assignee=case.assignee,
        must_move=[MoveView.of(one) for one in movers.moves],
        waits=WaitsView(who=movers.waits.who, until=movers.waits.until) if movers.waits else None,
        channel=case.registration.channel,
        purpose=case.registration.purpose,
        evidence=case.evidence,
        received_on=case.received_on,
        applicant=applicant_view(case.applicant, full=full),
        applicants=[applicant_view(one, full=full) for one in case.applicants],
        agent=_agent(case.registration.agent, full=full),
        wanted=case.wanted,
        items=list(case.items),
        topic=case.topic,
        topic_proposed=proposed_topic(case.wanted, rules.on(today).topics),
        due=due_view(clock, today, waiting=case.is_active, overdue=overdue),
        other_dates=limits_view(case, clock, overdue=overdue and case.is_active),
        outcome=outcome,
        outcome_title=rules.on(today).outcomes[outcome].title if outcome else None,
        permitted=[kind for kind, why in open_to.items() if why is None],
        not_now={kind: words(why.message) for kind, why in open_to.items() if why is not None},
        risks=[RiskView.of(risk, words) for risk in risks],
        consultations=consultations_view(case, clock, full=full),
        draft=_draft(draft) if draft else None,
        acts=[act_view(signed, full=full, held=case.held(signed.seq), revoked=signed.seq in case.revoked) for signed in case.acts],
        letters=[letter_view(case, letter, stored.get(letter.id)) for letter in case.letters(rules)],
        unsent=[UnsentView.of(one) for one in unsent(case, rules)],
        attachments=[attachment_view(row, words) for row in attachments],
        fee=fee_view(case, rules),
        split_from=case.registration.split_from,
        passed_down=PassedDownView.of(case, rules, today),
        requests=[request_view(case, asked, after, rules, full=full) for asked, after in requests],
        answered_with=_answered_with(case),
        handed_from=HandedFromView.of(case.registration.handed_from),
        missing_for_archive=[words(one) for one in checks.missing_for_archive(case, rules)] if case.state in ("replied", "closed") else [],
        not_filed=[words(one) for one in not_kept(case, attachments)],
    )


def _agent(agent: a.Agent | None, *, full: bool) -> dict[str, Any] | None:
    return None if agent is None else dict(masked_value("", agent.model_dump(mode="json"), full))


def _answered_with(case: Case) -> str | None:
    act = case.decision.act if case.decision else None
    return act.answered_with.number if isinstance(act, a.Decision) and act.answered_with else None


def _draft(signed: Signed) -> DraftView:
    act = signed.act
    assert isinstance(act, a.Draft)
    return DraftView(
        seq=signed.seq,
        drafted_by=signed.officer.name,
        outcome=overall((item.outcome for item in act.items), act.principal),
        items=[item.model_dump(mode="json", exclude_defaults=True) for item in act.items],
        joined=[one.model_dump(mode="json", exclude_defaults=True) for one in act.joined],
        co_issuers=list(act.co_issuers),
    )


