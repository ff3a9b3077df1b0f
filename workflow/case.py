"""The case file (案卷): the acts placed on it, and the questions one may ask of it.

Nothing is stored but the acts. State, letters, consultations, fee, outcome and the due date are computed from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID, uuid5

from workflow import acts as a
from workflow import clocks
from workflow.acts import Act, Signed
from workflow.law import Rules
from workflow.procedure import ACTIVE, START, STATES, move

_BESIDE = (a.Service, a.Note, a.Meeting, a.Assignment, a.Retopic, a.Supervision)
"""Acts that stand beside the procedure: they move nothing on."""


@dataclass(frozen=True, slots=True)
class Letter:
    """文书 made by an act: `n` counts the letters of one act from 0; `to` says who gets it."""

    id: str
    seq: int
    n: int
    kind: str
    to: str
    """applicant, third_party, agency (another one), internal (within the agency) or file (kept only)."""
    consultation: int | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """送达 of one letter, from all its service records (国办公开办函〔2016〕235号)."""

    method: str
    handed_on: date
    received_on: date | None

    @property
    def reference_day(self) -> date:
        """基准日: by post the day of handing over; directly the day of signing (READINGS R-A7)."""
        return self.handed_on if self.method == "post" or self.received_on is None else self.received_on


@dataclass(frozen=True, slots=True)
class Asked:
    """One consultation with what came of it (征求意见、会商)."""

    seq: int
    act: a.Consultation
    received_on: date | None
    opinion: a.Opinion | None = None
    silence: a.Silence | None = None

    @property
    def is_open(self) -> bool:
        return self.opinion is None and self.silence is None

    @property
    def objects(self) -> bool:
        """The consulted party does not agree to the disclosure."""
        return self.opinion is not None and self.opinion.stance in ("object", "partial")

    @property
    def consents(self) -> bool:
        """Said so; or a joint maker that kept silent (条例 34). A third party's silence is no consent (条例 32)."""
        if self.opinion is not None:
            return self.opinion.stance == "consent"
        return self.silence is not None and self.act.type == "joint_agency"

    def concerns(self, item: int) -> bool:
        return not self.act.items or item in self.act.items

    def overruled_by(self, decision: a.ItemDecision) -> bool:
        """A third party objects, and yet what it objects to is given (条例 32).

        Who objects to a part is heard when that item is given in part and the rest withheld for the third party's sake.
        """
        if self.act.type != "third_party" or not self.objects or not self.concerns(decision.item):
            return False
        in_part = self.opinion is not None and self.opinion.stance == "partial"
        heard = in_part and decision.outcome == "partial" and decision.withheld_under == "third_party"
        return decision.outcome in GIVEN and not heard


@dataclass(frozen=True, slots=True)
class Fee:
    """信息处理费 of the file: what was notified, paid and waived, in fen."""

    notice_seq: int
    notice: a.FeeNotice
    paid_fen: int = 0
    paid_on: date | None = None
    waived_fen: int = 0

    @property
    def open_fen(self) -> int:
        return self.notice.amount_fen - self.paid_fen - self.waived_fen


@dataclass(frozen=True, slots=True)
class Challenge:
    """One reconsideration or suit and its result (复议、诉讼)."""

    seq: int
    act: a.Remedy
    result: a.RemedyResult | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """办结: the act that answered or closed the request, the day it counts as done, and the outcome."""

    seq: int
    on: date
    outcome: str


def letter_id(case_id: str, seq: int, n: int = 0) -> str:
    """The id of the n-th letter of the act `seq`: known before anything is stored."""
    return str(uuid5(UUID(case_id), f"{seq}/{n}"))


def overall(outcomes: Iterable[str], principal: str | None = None) -> str | None:
    """The reply's overall outcome (条例 37; READINGS R-overall).

    One outcome: that one. Something given and something not: partial. Public and given together: disclosed.
    Another mixture: the principal outcome named among them; None when none of them is named.
    """
    distinct = set(outcomes)
    given = distinct & GIVEN
    if len(distinct) == 1:
        return next(iter(distinct))
    if given == distinct:
        return "partial" if "partial" in distinct else "disclosed"
    if given:
        return "partial"
    return principal if principal in distinct else None


GIVEN = frozenset({"already_public", "disclosed", "partial"})
"""Outcomes that give the applicant something."""
WITHHELD = frozenset(
    {"state_secret", "forbidden_by_law", "security_stability", "third_party", "internal_affairs", "deliberative", "enforcement_file"}
)
"""不予公开 under arts 14, 15, 16."""
BY_ACT = frozenset({"abandoned_correction", "abandoned_payment", "withdrawn"})
"""Outcomes that an act of its own brings about; no reply is drafted for them."""


@dataclass(frozen=True)
class Case:
    """案卷: frozen; `with_act` returns the next one. `number` is the registration number (登记号)."""

    id: str
    agency: str
    number: str
    acts: tuple[Signed, ...] = ()
    state: str = START
    walked: tuple[str, ...] = ()

    # ------------------------------------------------------------------ building

    @classmethod
    def of(cls, id: str, agency: str, number: str, signed: Iterable[Signed]) -> Case:
        """The file with these acts. Raises ValueError when they do not follow the procedure."""
        case = cls(id, agency, number)
        for one in signed:
            case = case.with_act(one)
        return case

    def with_act(self, signed: Signed) -> Case:
        """The file with one more act; only the table is checked here (`admission.admit` checks the law)."""
        state = self.leads_to(signed.act)
        if state is None or signed.seq != len(self.acts) + 1:
            raise ValueError(f"act {signed.seq} ({signed.act.kind}) does not follow from {self.state}")
        walked = self.walked if self.walked and self.walked[-1] == state else (*self.walked, state)
        following = replace(self, acts=(*self.acts, signed), state=state, walked=walked)
        if signed.act.kind in REMARKS:  # what was already worked out holds
            vars(following).update({name: vars(self)[name] for name in _LASTING if name in vars(self)})
        return following

    def leads_to(self, act: Act) -> str | None:
        """The state that `act` leads to; None when the procedure does not allow it now."""
        answered = act.consultation if isinstance(act, a.Opinion | a.Silence) else None
        replies = not (isinstance(act, a.LedgerResult) and act.outcome in BY_ACT)
        return move(self.state, act.kind, others_open=bool(self.open_consultations - {answered}), replies=replies)

    # ------------------------------------------------------------------ what is on the file

    @property
    def version(self) -> int:
        """The number of acts: what `If-Match` names."""
        return len(self.acts)

    @property
    def stage(self) -> str:
        """登记, 审核, 办理, 答复 or 归档 (条例 45)."""
        return STATES[self.state].stage

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    def all(self, kind: type[a.Act]) -> list[Signed]:
        """The signed acts of one class, in order."""
        return [signed for signed in self.acts if isinstance(signed.act, kind)]

    def last(self, kind: type[a.Act]) -> Signed | None:
        """The latest signed act of one class."""
        return next((signed for signed in reversed(self.acts) if isinstance(signed.act, kind)), None)

    @cached_property
    def registration(self) -> a.Registration:
        first = self.acts[0].act
        assert isinstance(first, a.Registration)
        return first

    @property
    def received_on(self) -> date:
        """收到日 of the first receipt (条例 31)."""
        return self.registration.received_on

    @cached_property
    def applicant(self) -> a.Applicant:
        """申请人, as last corrected."""
        for signed in reversed(self.acts):
            if isinstance(signed.act, a.Correction) and signed.act.applicant is not None:
                return signed.act.applicant
        return self.registration.applicant

    @cached_property
    def wanted(self) -> str:
        """所需政府信息的内容描述, after splitting and correction."""
        text = self.registration.wanted
        for signed in self.acts:
            if isinstance(signed.act, a.Split):
                text = signed.act.parts[0].wanted
            elif isinstance(signed.act, a.Correction) and signed.act.wanted is not None:
                text = signed.act.wanted
        return text

    @cached_property
    def items(self) -> tuple[str, ...]:
        """申请事项: what is asked for, piece by piece, counted from 1 elsewhere."""
        found = tuple(item.wanted for item in self.registration.items)
        for signed in self.acts:
            if isinstance(signed.act, a.Split):
                found = ()
            elif isinstance(signed.act, a.Correction):
                if signed.act.items:
                    found = tuple(item.wanted for item in signed.act.items)
                elif signed.act.wanted is not None:
                    found = ()
        return found or (self.wanted,)

    @cached_property
    def features(self) -> a.Features | None:
        for signed in reversed(self.acts):
            if isinstance(signed.act, a.Correction) and signed.act.features is not None:
                return signed.act.features
        return self.registration.features

    @property
    def topic(self) -> str | None:
        """主题 (a key of topics.yaml), as last set."""
        signed = self.last(a.Retopic)
        return signed.act.topic if signed and isinstance(signed.act, a.Retopic) else self.registration.topic

    @property
    def assignee(self) -> str | None:
        """承办人 (user name): whom the last 交办 names, and without one the handler who first accepted or drafted."""
        last = self.last(a.Assignment)
        if last is not None and isinstance(last.act, a.Assignment):
            return last.act.to
        taken = (one for one in self.acts if isinstance(one.act, a.Acceptance | a.Draft))
        return next((one.officer.username for one in taken if one.officer.role == "handler"), None)

    @cached_property
    def last_move_on(self) -> date:
        """The date of the latest act that carried the procedure on; a later act cannot be dated before it."""
        return max(
            (signed.act.on for signed in self.acts if not isinstance(signed.act, _BESIDE)),
            default=date.min,
        )

    # ------------------------------------------------------------------ letters and their service

    @cached_property
    def services(self) -> dict[str, Served]:
        """Letter id -> its service so far."""
        found: dict[str, Served] = {}
        for signed in self.acts:
            if isinstance(act := signed.act, a.Service):
                before = found.get(act.letter)
                at_once = act.method in ("direct", "email", "online", "fax") or act.refused
                received = act.received_on or (act.on if at_once and before is None else None)
                if before is None:
                    found[act.letter] = Served(act.method, act.on, received)
                elif received is not None:
                    found[act.letter] = replace(before, received_on=received)
        return found

    def served(self, seq: int, n: int = 0) -> Served | None:
        """The service of the n-th letter of the act `seq`, if recorded."""
        return self.services.get(letter_id(self.id, seq, n)) if self.services else None

    def received(self, seq: int) -> date | None:
        """The day the first letter of the act `seq` was signed for, if recorded."""
        served = self.served(seq)
        return served.received_on if served else None

    def letters_of(self, signed: Signed, rules: Rules) -> tuple[Letter, ...]:
        """The letters that an act on (or just placed on) this file makes, in order."""
        act, made = signed.act, list[tuple[str, str]]()
        if act.kind in _NO_LETTER:  # most acts, asked for again and again
            return ()
        about = signed.seq if isinstance(act, a.Consultation) else None
        told: list[int] = []
        if isinstance(act, a.Registration) and act.imported is not None:
            made = []  # its papers are those of the old ledger
        elif isinstance(act, a.Registration):
            made = [("receipt", "applicant")] + ([("request_form", "file")] if act.channel == "oral" else [])
        elif isinstance(act, a.Consultation):
            made = list(_INQUIRIES[act.type])
        elif isinstance(act, a.Decision):
            then = self if signed == self.decision else self.as_of(signed.seq)  # an earlier reply, since reopened
            told = [asked.seq for asked in then.overruled()]
            made = [(then.reply_letter(rules), "applicant")] + [("third_party_notice", "third_party")] * len(told)
        elif act.kind in _ONE_LETTER:
            made = [_ONE_LETTER[act.kind]]
        return tuple(
            Letter(letter_id(self.id, signed.seq, n), signed.seq, n, kind, to, told[n - 1] if told and n else about)
            for n, (kind, to) in enumerate(made)
        )

    @cached_property
    def _letters(self) -> dict[int, tuple[Rules, tuple[Letter, ...]]]:
        """By the identity of the rules, like `_reckonings`."""
        return {}

    def letters(self, rules: Rules) -> tuple[Letter, ...]:
        """Every letter of the file, in the order in which it was made."""
        known = self._letters.get(id(rules))
        if known is None:
            made = tuple(letter for signed in self.acts for letter in self.letters_of(signed, rules))
            known = self._letters[id(rules)] = rules, made
        return known[1]

    def reply_letter(self, rules: Rules) -> str:
        """The kind of letter that the current draft's outcomes call for (条例 36-39; 41 by READINGS R-record-correction)."""
        draft = self.draft
        assert draft is not None and isinstance(draft.act, a.Draft)
        outcomes = {item.outcome for item in draft.act.items}
        if len(outcomes) > 1:
            return "partial" if overall(outcomes, draft.act.principal) == "partial" else "mixed"
        only = next(iter(outcomes))
        if only == "other" and any(item.ground == "record_correction" for item in draft.act.items):
            return "correction_of_record"
        return rules.on(draft.act.on).outcomes[only].letter

    # ------------------------------------------------------------------ consultations

    @cached_property
    def consultations(self) -> tuple[Asked, ...]:
        """Every consultation with its answer, in order."""
        found: dict[int, Asked] = {}
        for signed in self.acts:
            act = signed.act
            if isinstance(act, a.Consultation):
                received = act.on if act.type == "internal" else self.received(signed.seq)
                found[signed.seq] = Asked(signed.seq, act, received)
            elif isinstance(act, a.Opinion):
                found[act.consultation] = replace(found[act.consultation], opinion=act)
            elif isinstance(act, a.Silence):
                found[act.consultation] = replace(found[act.consultation], silence=act)
        return tuple(found.values())

    @cached_property
    def open_consultations(self) -> frozenset[int]:
        """The consultations still waiting for their answer, by the place of their act."""
        return frozenset(asked.seq for asked in self.consultations if asked.is_open)

    def consultation(self, seq: int) -> Asked | None:
        return next((asked for asked in self.consultations if asked.seq == seq), None)

    def overruled(self) -> list[Asked]:
        """Third parties that objected, while what concerns them is given: they must be told (条例 32; R-third-party-notice)."""
        draft = self.draft
        if draft is None or not isinstance(draft.act, a.Draft):
            return []
        decisions = draft.act.items
        return [asked for asked in self.consultations if any(asked.overruled_by(one) for one in decisions)]

    # ------------------------------------------------------------------ reply, outcome, remedies, fee

    @cached_property
    def _current(self) -> tuple[Signed, ...]:
        """The acts since the last reopening."""
        for place in range(len(self.acts) - 1, -1, -1):
            if isinstance(self.acts[place].act, a.Reopening):
                return self.acts[place:]
        return self.acts

    @cached_property
    def draft(self) -> Signed | None:
        """The draft that is being approved or was signed; None when there is none, or it was returned."""
        for signed in reversed(self._current):
            if isinstance(signed.act, a.Return):
                return None
            if isinstance(signed.act, a.Draft):
                return signed
        return None

    @cached_property
    def decision(self) -> Signed | None:
        """签发的答复 now in force."""
        return next((signed for signed in reversed(self._current) if isinstance(signed.act, a.Decision)), None)

    @cached_property
    def legal_review(self) -> Signed | None:
        """The latest review of the current draft."""
        draft = self.draft
        review = self.last(a.LegalReview)
        return review if draft and review and review.seq > draft.seq else None

    @cached_property
    def ended(self) -> Signed | None:
        """The abandonment or withdrawal that closed the file without a reply."""
        kinds = (a.Abandonment, a.Withdrawal)
        return next((signed for signed in reversed(self._current) if isinstance(signed.act, kinds)), None)

    @cached_property
    def recorded(self) -> a.LedgerResult | None:
        """台账所载结果 of an imported file, unless it was reopened since."""
        return next((one.act for one in reversed(self._current) if isinstance(one.act, a.LedgerResult)), None)

    @cached_property
    def outcome(self) -> str | None:
        """The overall outcome (a key of outcomes.yaml); None while the request waits for its reply."""
        if self.recorded is not None:
            return self.recorded.outcome
        if self.decision is not None:
            draft = self.draft
            assert draft is not None and isinstance(draft.act, a.Draft)
            return overall((item.outcome for item in draft.act.items), draft.act.principal)
        if self.ended is None:
            return None
        if isinstance(self.ended.act, a.Withdrawal):
            return "withdrawn"
        return "abandoned_payment" if self.as_of(self.ended.seq - 1).state == "awaiting_payment" else "abandoned_correction"

    def as_of(self, seq: int) -> Case:
        """The file as it stood after the act `seq`."""
        return Case.of(self.id, self.agency, self.number, self.acts[:seq])

    @property
    def replied_on(self) -> date | None:
        """The day the reply counts as given: its service's reference day; its own date until served."""
        if self.decision is None:
            return self.recorded.on if self.recorded and self.recorded.outcome not in BY_ACT else None
        served = self.served(self.decision.seq)
        return served.reference_day if served else self.decision.act.on

    @property
    def closed_on(self) -> date | None:
        if self.recorded is not None:
            return self.recorded.on if self.recorded.outcome in BY_ACT else None
        return self.ended.act.on if self.ended and self.decision is None else None

    @cached_property
    def endings(self) -> tuple[Ending, ...]:
        """Every time the request was answered or closed, in order: more than one after a reopening."""
        kinds = (a.Decision, a.Abandonment, a.Withdrawal, a.LedgerResult)
        found = []
        for signed in self.acts:
            if isinstance(signed.act, kinds):
                then = self if signed in self._current else self.as_of(signed.seq)
                served = self.served(signed.seq) if isinstance(signed.act, a.Decision) else None
                assert then.outcome is not None
                found.append(Ending(signed.seq, served.reference_day if served else signed.act.on, then.outcome))
        return tuple(found)

    @property
    def counted(self) -> Ending | None:
        """本年度办理结果: the ending that the annual report counts (READINGS R-reopened). None while there is none.

        The year is that of the first reply; the outcome is the last one given within that year. What a remedy brings
        in a later year is told in table 4 and counts no second time.
        """
        if not self.endings:
            return None
        first = self.endings[0]
        within = [one for one in self.endings if one.on.year == first.on.year]
        return replace(first, outcome=within[-1].outcome)

    @property
    def archived_on(self) -> date | None:
        signed = self.last(a.Archival)
        return signed.act.on if signed and self.state == "archived" else None

    @cached_property
    def challenges(self) -> tuple[Challenge, ...]:
        """复议、诉讼 with their results, in order."""
        found: dict[int, Challenge] = {}
        for signed in self.acts:
            if isinstance(signed.act, a.Remedy):
                found[signed.seq] = Challenge(signed.seq, signed.act)
            elif isinstance(signed.act, a.RemedyResult):
                found[signed.act.remedy] = replace(found[signed.act.remedy], result=signed.act)
        return tuple(found.values())

    @cached_property
    def fee(self) -> Fee | None:
        """信息处理费; None when no notice was sent."""
        fee: Fee | None = None
        for signed in self.acts:
            act = signed.act
            if isinstance(act, a.FeeNotice):
                fee = Fee(signed.seq, act)
            elif isinstance(act, a.Payment) and fee is not None:
                fee = replace(fee, paid_fen=fee.paid_fen + act.amount_fen, paid_on=act.on)
            elif isinstance(act, a.Waiver) and fee is not None and act.amount_fen is not None:
                fee = replace(fee, waived_fen=fee.waived_fen + act.amount_fen)
        return fee

    # ------------------------------------------------------------------ the clock

    def events(self) -> list[clocks.Event]:
        """What the clock needs to know of the acts, in the file's order (the law stands in `clocks`)."""
        return [_EVENTS[signed.act.kind](self, signed) for signed in self.acts if signed.act.kind in _EVENTS]

    @cached_property
    def _reckonings(self) -> dict[int, tuple[Rules, clocks.Reckoning]]:
        """By the identity of the rules, which are kept beside it so that the identity is not used again."""
        return {}

    def reckoning(self, rules: Rules) -> clocks.Reckoning:
        """The due date (答复期限) with its working; kept for as long as this value of the file lives."""
        known = self._reckonings.get(id(rules))
        if known is None:
            known = self._reckonings[id(rules)] = rules, clocks.reckon(self.events(), rules)
        return known[1]


# Letters of procedure, without a remedy paragraph (READINGS R-procedural-letters); abandonment and withdrawal have one.
_ONE_LETTER = {
    "correction_notice": ("correction_notice", "applicant"),
    "reasons_notice": ("reasons_notice", "applicant"),
    "extension": ("extension_notice", "applicant"),
    "deferral": ("deferral_notice", "applicant"),
    "fee_notice": ("fee_notice", "applicant"),
    "abandonment": ("abandonment_notice", "applicant"),
    "withdrawal": ("withdrawal_notice", "applicant"),
    "service": ("delivery_receipt", "file"),
    "archival": ("file_index", "file"),
}
REMARKS = frozenset({"note", "supervision", "meeting"})
"""Acts that are put on record and change no answer of the file but its course."""
_LASTING = (
    "registration", "applicant", "wanted", "items", "features", "services", "consultations", "open_consultations", "draft",
    "decision", "legal_review", "ended", "recorded", "outcome", "endings", "challenges", "fee", "_letters", "_reckonings",
)  # fmt: skip
_NO_LETTER = a.ACTS.keys() - _ONE_LETTER.keys() - {"registration", "consultation", "decision"}
# The applicant is told too, except of what stays in the house (READINGS R-consultation-notice).
_INQUIRIES = {
    "third_party": (("third_party_inquiry", "third_party"), ("consultation_notice", "applicant")),
    "joint_agency": (("joint_agency_inquiry", "agency"), ("consultation_notice", "applicant")),
    "other_agency": (("other_agency_inquiry", "agency"), ("consultation_notice", "applicant")),
    "internal": (("internal_consultation", "internal"),),
}


def _label(act: a.Consultation) -> str:
    """How the sentences of the clock call the consulted party: agencies by name, people never."""
    if act.type == "third_party":
        return "第三方"
    return "有关人员" if act.party.is_person else act.party.name


def _consulted(case: Case, signed: Signed) -> clocks.Event:
    asked, act = case.consultation(signed.seq), signed.act
    assert asked is not None and isinstance(act, a.Consultation)
    answered = asked.opinion.on if asked.opinion else None
    return clocks.Consulted(signed.seq, act.type, _label(act), act.on, asked.received_on, answered, act.days)


def _extended(case: Case, signed: Signed) -> clocks.Event:
    act, served = signed.act, case.served(signed.seq)
    assert isinstance(act, a.Extension)
    return clocks.Extension(act.on, act.notified_on or (served.reference_day if served else None), act.days)


def _replied(case: Case, signed: Signed) -> clocks.Event:
    served = case.served(signed.seq)
    if served is None:
        return clocks.Reply("unserved", signed.act.on, None)
    return clocks.Reply(served.method, served.handed_on, served.received_on)


def _on(event: Callable[[date], clocks.Event]) -> Callable[[Case, Signed], clocks.Event]:
    return lambda _case, signed: event(signed.act.on)


# How each kind of act speaks to the clock; kinds that are not here do not touch any period.
_EVENTS: Mapping[str, Callable[[Case, Any], clocks.Event]] = {
    "registration": lambda case, signed: clocks.Receipt(
        signed.act.received_on, signed.act.channel, signed.act.submitted_on
    ),
    "correction_notice": lambda case, signed: clocks.CorrectionNotice(
        signed.act.on, case.received(signed.seq), signed.act.days
    ),
    "correction": _on(clocks.Corrected),
    "reasons_notice": lambda case, signed: clocks.ReasonsAsked(
        signed.act.on, case.received(signed.seq), signed.act.days
    ),
    "consultation": _consulted,
    "extension": _extended,
    "deferral": lambda case, signed: clocks.Deferral(signed.act.on, signed.act.until),
    "fee_notice": lambda case, signed: clocks.FeeNotice(signed.act.on, case.received(signed.seq)),
    "payment": _on(clocks.Paid),
    "waiver": _on(clocks.FeeWaived),
    "reopening": lambda case, signed: clocks.Reopened(signed.act.on, signed.act.until),
    "decision": _replied,
    "abandonment": _on(clocks.Ended),
    "withdrawal": _on(clocks.Ended),
    "ledger_result": lambda _case, signed: (
        clocks.Ended(signed.act.on) if signed.act.outcome in BY_ACT else clocks.Reply("unserved", signed.act.on)
    ),
}
