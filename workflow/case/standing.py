"""The acts on a file, and what stands on it because of them: who asks for what, what was sent, asked, decided and paid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Self

from workflow import acts as a
from workflow.acts import Act, Signed
from workflow.case.parts import BY_ACT, Asked, Challenge, Ending, Fee, Served, letter_id, overall
from workflow.procedure import ACTIVE, START, STATES, move

_BESIDE = (a.Service, a.Note, a.Meeting, a.Assignment, a.Retopic, a.Supervision)
"""Acts that stand beside the procedure: they move nothing on."""
REMARKS = frozenset({"note", "supervision", "meeting"})
"""Acts that are put on record and change no answer of the file but its course."""
_LASTING = (
    "registration", "applicant", "wanted", "items", "features", "services", "consultations", "open_consultations", "draft",
    "decision", "legal_review", "ended", "recorded", "outcome", "endings", "challenges", "fee", "_letters", "_reckonings",
)  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """案卷, as far as its acts alone tell: how it is built, and what stands on it."""

    id: str
    agency: str
    number: str
    acts: tuple[Signed, ...] = ()
    state: str = START
    walked: tuple[str, ...] = ()

    # ------------------------------------------------------------------ building

    @classmethod
    def of(cls, id: str, agency: str, number: str, signed: Iterable[Signed]) -> Self:
        """The file with these acts. Raises ValueError when they do not follow the procedure."""
        case = cls(id, agency, number)
        for one in signed:
            case = case.with_act(one)
        return case

    def with_act(self, signed: Signed) -> Self:
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
        return move(self.state, act.kind, frozenset(self._holding(act)))

    def _holding(self, act: Act) -> Iterator[str]:
        """The guards of the table that hold of `act` on this file."""
        match act:
            case a.Opinion() | a.Silence():
                if self.open_consultations - {act.consultation}:
                    yield "others_open"
            case a.Registration():
                if act.inherited is not None and act.inherited.handling:
                    yield "handled_before"
            case a.LedgerResult():
                if act.outcome not in BY_ACT:
                    yield "replies"

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
                    found[act.letter] = Served(act.method or "", act.on, received)
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

    def as_of(self, seq: int) -> Self:
        """The file as it stood after the act `seq`."""
        return self.of(self.id, self.agency, self.number, self.acts[:seq])

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
    def is_from_ledger(self) -> bool:
        """Whether its first ending is what an old ledger says: the way there is on no file (READINGS R-import)."""
        return any(isinstance(signed.act, a.LedgerResult) for signed in self.acts)

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
