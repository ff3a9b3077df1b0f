"""What the API says of a case: shapes of the answers, and how they are made from the file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from api.office.masking import mask_name, mask_number, mask_phone, mask_text
from db.similarity import Similar
from workflow import acts as a
from workflow import checks
from workflow.acts import Signed
from workflow.case import Asked, Case, Letter, overall
from workflow.clocks import Day, Reckoning
from workflow.law import Refused, Rules, Sentence
from workflow.procedure import STATES
from workflow.risks import Risk
from workflow.statistics import proposed_topic
from workflow.words import LETTER_TITLES


class View(BaseModel):
    """An answer of the API."""

    model_config = ConfigDict(frozen=True)


class SentenceView(View):
    """One sentence of an explanation, with the articles it stands on."""

    text: str
    articles: list[str]

    @classmethod
    def of(cls, sentence: Sentence) -> SentenceView:
        return cls(text=sentence.text, articles=list(sentence.articles))


class DueView(View):
    """答复期限: until when, and why. `on` is null while the request waits for the applicant, or is closed."""

    on: date | None
    provisional: bool = Field(description="所在年份的放假安排没有载入，日期暂定")
    working_days_left: int | None = Field(description="剩余工作日，负数为超期；已答复、已终止的为null")
    overdue: bool
    suspended: bool = Field(description="今天暂停计时")
    because: list[SentenceView]


class LimitView(View):
    """Another date that matters: 补正, 征求意见, 缴费 ..."""

    kind: str
    on: date | None
    consultation: int | None
    text: str


class RiskView(View):
    id: str
    level: str
    text: str
    articles: list[str]

    @classmethod
    def of(cls, risk: Risk) -> RiskView:
        return cls(id=risk.id, level=risk.level, text=risk.text, articles=list(risk.articles))


class ActView(View):
    """One act on the file: what was done, by whom, when; `act` holds the fields of its kind."""

    seq: int
    kind: str
    title: str
    on: date
    signed_by: str
    role: str
    at: datetime
    articles: list[str]
    act: dict[str, Any]


class LetterView(View):
    """文书, as made by an act."""

    id: str
    seq: int
    kind: str
    title: str
    to: str
    number: str | None
    dated: date | None
    ready: bool = Field(description="PDF已经生成")
    digest: str | None = Field(None, description="PDF的SHA-256")
    handed_on: date | None
    received_on: date | None


class AttachmentView(View):
    id: str
    name: str
    media_type: str
    size: int
    digest: str
    purpose: str | None
    at: datetime


class ConsultationView(View):
    """One consultation and what came of it."""

    seq: int
    type: str
    title: str
    party: str
    question: str
    items: list[int]
    sent_on: date
    received_on: date | None
    limit_on: date | None
    open: bool
    stance: str | None
    answered_on: date | None
    opinion: str | None


# `from` is a word of Python's own, so this one is not written as a class.
FeeRow = create_model(
    "FeeRow",
    __base__=View,
    __doc__="One bracket: from the `from`-th to the `to`-th, `quantity` of them at `rate_fen`.",
    **{"from": (int, ...), "to": (int | None, ...), "quantity": (int, ...), "rate_fen": (int, ...), "amount_fen": (int, ...)},
)  # type: ignore[call-overload]


class ScheduleView(View):
    name: str
    in_force_since: date


class QuoteView(View):
    """信息处理费 with the working of every bracket."""

    amount_fen: int
    working: list[FeeRow]
    schedule: ScheduleView
    articles: list[str]


class FeeView(View):
    """The fee of a file: notified, paid, waived, in fen."""

    basis: str
    notified_fen: int
    paid_fen: int
    waived_fen: int
    open_fen: int
    notified_on: date
    paid_on: date | None
    quote: QuoteView | None


class ApplicantView(View):
    category: str
    name: str
    id_type: str | None
    id_number: str | None = Field(description="已遮盖")
    contact_name: str | None
    phone: str | None
    email: str | None
    address: str | None
    postcode: str | None


class DraftView(View):
    """The draft being approved, or signed: the decision on each item."""

    seq: int
    drafted_by: str
    outcome: str | None
    items: list[dict[str, Any]]


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
    channel: str
    received_on: date
    applicant: ApplicantView
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
    attachments: list[AttachmentView]
    fee: FeeView | None
    split_from: str | None
    missing_for_archive: list[str]


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


class Page(View):
    """One page of a list; `next` is the cursor of the following one."""

    items: list[Any]
    next: str | None
    total: int | None


def due_view(clock: Reckoning, today: date, *, waiting: bool) -> DueView:
    """The due date as of `today`; `waiting` while the file waits for its reply."""
    left = clock.working_days_left(today) if waiting and clock.due is not None else None
    return DueView(
        on=clock.due,
        provisional=clock.provisional,
        working_days_left=left,
        overdue=bool(waiting and clock.due is not None and today > clock.due),
        suspended=waiting and clock.suspended_on(today),
        because=[SentenceView.of(sentence) for sentence in clock.because],
    )


def _limits(clock: Reckoning) -> list[LimitView]:
    return [
        LimitView(kind=limit.kind, on=limit.on, consultation=limit.ref, text=limit.sentence.text) for limit in clock.limits
    ]


def quote_view(quote: Any) -> QuoteView:
    """A fee quote with its working."""
    return QuoteView(
        amount_fen=quote.amount_fen,
        working=[
            FeeRow.model_validate(
                {"from": row.from_, "to": row.to, "quantity": row.quantity, "rate_fen": row.rate_fen, "amount_fen": row.amount_fen}
            )
            for row in quote.working
        ],
        schedule=ScheduleView(name=quote.schedule_name, in_force_since=quote.in_force_since),
        articles=list(quote.articles),
    )


def fee_view(case: Case, rules: Rules) -> FeeView | None:
    """The fee of a file; None when no notice was sent."""
    fee = case.fee
    if fee is None:
        return None
    notice = fee.notice
    return FeeView(
        basis=notice.basis,
        notified_fen=notice.amount_fen,
        paid_fen=fee.paid_fen,
        waived_fen=fee.waived_fen,
        open_fen=fee.open_fen,
        notified_on=notice.on,
        paid_on=fee.paid_on,
        quote=quote_view(checks.notice_quote(notice, rules)),
    )


def applicant_view(applicant: a.Applicant, *, full: bool) -> ApplicantView:
    """The applicant: the number of the paper is always masked; name and contacts only `full` for who handles the file."""
    data = applicant.model_dump()
    data["id_number"] = mask_number(applicant.id_number)
    if not full:
        data |= {
            "name": mask_name(applicant.name, is_person=applicant.is_person),
            "contact_name": mask_text(applicant.contact_name) and mask_name(applicant.contact_name or "", is_person=True),
            "phone": mask_phone(applicant.phone),
            "email": mask_text(applicant.email),
            "address": mask_text(applicant.address),
        }
    return ApplicantView(**data)


_MASKS = {"id_number": mask_number, "phone": mask_phone, "email": mask_text, "address": mask_text, "contact": mask_text, "place": mask_text}


class _Same:
    """A signed act as a key: acts are never changed, so the same object is the same act."""

    __slots__ = ("signed",)

    def __init__(self, signed: Signed) -> None:
        self.signed = signed

    def __hash__(self) -> int:
        return id(self.signed)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.signed is self.signed


def act_view(signed: Signed, *, full: bool) -> ActView:
    """One act, its personal data masked like the applicant's."""
    return _act_view(_Same(signed), full)


@lru_cache(maxsize=20_000)
def _act_view(same: _Same, full: bool) -> ActView:
    signed = same.signed
    public = signed.act.model_dump(mode="json", exclude_none=True, exclude={"kind", "on"})
    for path, value in a.divide(signed.act)[1].items():
        *outer, name = path.split(".")
        place = public
        for step in outer:
            place = place[step]
        if name == "id_number" or not full:
            mask = _MASKS.get(name, lambda text: mask_name(text, is_person=True))
            place[name] = mask(value)
        else:
            place[name] = value
    return ActView(
        seq=signed.seq,
        kind=signed.act.kind,
        title=type(signed.act).title,
        on=signed.act.on,
        signed_by=signed.officer.name,
        role=signed.officer.role,
        at=signed.at,
        articles=list(type(signed.act).articles),
        act=public,
    )


def letter_view(case: Case, letter: Letter, stored: Any | None) -> LetterView:
    """A letter with what is stored of it (number, digest) and how it was served."""
    served = case.services.get(letter.id)
    return LetterView(
        id=letter.id,
        seq=letter.seq,
        kind=letter.kind,
        title=LETTER_TITLES[letter.kind],
        to=letter.to,
        number=stored.number if stored else None,
        dated=stored.dated if stored else None,
        ready=bool(stored and stored.digest),
        digest=stored.digest if stored else None,
        handed_on=served.handed_on if served else None,
        received_on=served.received_on if served else None,
    )


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
            items=list(asked.act.items),
            sent_on=asked.act.on,
            received_on=asked.received_on,
            limit_on=limits.get(asked.seq),
            open=asked.is_open,
            stance=asked.opinion.stance if asked.opinion else ("silent" if asked.silence else None),
            answered_on=asked.opinion.on if asked.opinion else None,
            opinion=asked.opinion.text if asked.opinion else None,
        )
        for asked in case.consultations
    ]


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
) -> CaseView:
    """The whole case for one officer: `open_to` is what `admission.reasons` gave for him, `full` whether unmasked."""
    clock = case.reckoning(rules)
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
        channel=case.registration.channel,
        received_on=case.received_on,
        applicant=applicant_view(case.applicant, full=full),
        wanted=case.wanted,
        items=list(case.items),
        topic=case.topic,
        topic_proposed=proposed_topic(case.wanted, rules.on(today).topics),
        due=due_view(clock, today, waiting=case.is_active),
        other_dates=_limits(clock),
        outcome=outcome,
        outcome_title=rules.on(today).outcomes[outcome].title if outcome else None,
        permitted=[kind for kind, why in open_to.items() if why is None],
        not_now={kind: why.message for kind, why in open_to.items() if why is not None},
        risks=[RiskView.of(risk) for risk in risks],
        consultations=consultations_view(case, clock, full=full),
        draft=_draft(draft) if draft else None,
        acts=[act_view(signed, full=full) for signed in case.acts],
        letters=[letter_view(case, letter, stored.get(letter.id)) for letter in case.letters(rules)],
        attachments=[attachment_view(row) for row in attachments],
        fee=fee_view(case, rules),
        split_from=case.registration.split_from,
        missing_for_archive=list(checks.missing_for_archive(case, rules)) if case.state in ("replied", "closed") else [],
    )


def _draft(signed: Signed) -> DraftView:
    act = signed.act
    assert isinstance(act, a.Draft)
    return DraftView(
        seq=signed.seq,
        drafted_by=signed.officer.name,
        outcome=overall((item.outcome for item in act.items), act.principal),
        items=[item.model_dump(mode="json", exclude_defaults=True) for item in act.items],
    )


def attachment_view(row: Any) -> AttachmentView:
    """A stored attachment."""
    return AttachmentView(
        id=row.id, name=row.name, media_type=row.media_type, size=row.size, digest=row.digest, purpose=row.purpose, at=row.at
    )


class DayView(View):
    """One day of the calendar of a due date."""

    on: date
    mark: str = Field(description="receipt, counted, weekend, holiday, suspended, due")
    number: int | None = Field(description="第几个工作日")
    name: str | None = Field(description="节日名称")
    make_up: bool = Field(description="调休上班")
    consultations: list[int] = Field(description="因哪几次征求意见而暂停")

    @classmethod
    def of(cls, day: Day) -> DayView:
        return cls(
            on=day.on, mark=day.mark, number=day.number, name=day.name, make_up=day.make_up, consultations=list(day.refs)
        )


class SimilarView(View):
    """An earlier request that asks for the same or nearly so."""

    id: str
    number: str
    received_on: date
    same_applicant: bool
    score: float = Field(description="0到1")
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
            words=list(found.words),
            wanted=row.wanted[:200],
            state=row.state,
            outcome=row.outcome,
        )


class PublishedView(View):
    """What was published on a suggestion (条例 44): a similar request may be answered with its address (条例 36(一))."""

    title: str
    url: str
    published_on: date
    score: float = Field(description="0到1")

    @classmethod
    def of(cls, row: Any, score: float) -> PublishedView:
        return cls(title=row.title, url=row.url, published_on=row.published_on, score=score)


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


def inbox_view(case: Case, asked: Asked, rules: Rules, agency: str) -> InboxView:
    """What another agency sees of a consultation addressed to it."""
    limits = {limit.ref: limit.on for limit in case.reckoning(rules).limits if limit.kind == "opinion"}
    chosen = asked.act.items or tuple(range(1, len(case.items) + 1))
    return InboxView(
        case_id=case.id,
        version=case.version,
        consultation=asked.seq,
        agency=agency,
        type=asked.act.type,
        title=a.CONSULTATION_TYPES[asked.act.type],
        question=asked.act.question,
        items=[case.items[item - 1] for item in chosen],
        sent_on=asked.act.on,
        limit_on=limits.get(asked.seq),
        open=asked.is_open,
    )
