"""The acts on a file, and what stands on it because of them: who asks for what, what was sent, asked, decided and paid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Self

from workflow import acts as a
from workflow.acts import Act, Signed
from workflow.case.mending import MENDING, in_force, revoked
from workflow.case.parts import (
    BY_ACT,
    SENT_AT_ONCE,
    Asked,
    Attempt,
    Challenge,
    Ending,
    Fee,
    OpenRequest,
    Recipient,
    Replaced,
    Served,
    letter_id,
    overall,
)
from workflow.procedure import ACTIVE, OUT, START, STATES, lead, move

_KIND: Mapping[type[a.Act], str] = {model: kind for kind, model in a.ACTS.items()}
BESIDE = frozenset(
    {"service", "note", "meeting", "assignment", "topic", "supervision", "amendment", "revocation", "request", "secrecy_review", "erasure"}
)
"""Acts that stand beside the procedure: they move nothing on."""
_ENDINGS = ("decision", "abandonment", "withdrawal", "ledger_result")
"""Acts that answer or close a request."""
REMARKS = frozenset({"note", "supervision", "meeting"})
"""Acts that are put on record and change no answer of the file but its course."""
ELSEWHERE = 0
"""The number of an item that went to another file with a split."""
MOST_NAMED = 3
"""Of more applicants than these, letters name one and say how many they are."""
_LASTING = (
    "registration", "applicant", "applicants", "wanted", "items", "features", "services", "consultations", "open_consultations", "draft",
    "decision", "legal_review", "ended", "recorded", "outcome", "endings", "challenges", "fee", "orders", "ordered", "requests", "revoked",
    "_letters", "_reckonings",
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
    irregular: tuple[int, ...] = ()
    """The places of acts that the table of an earlier version let in, and this one would not: they stand, and led where their kind leads."""

    # ------------------------------------------------------------------ building

    @classmethod
    def of(cls, id: str, agency: str, number: str, signed: Iterable[Signed]) -> Self:
        """The file with these acts, which were admitted when they were placed. Raises ValueError when they are not all there."""
        placed = tuple(signed)
        for place, one in enumerate(placed, 1):
            if one.seq != place:
                raise ValueError(f"act {one.seq} ({one.act.kind}) does not follow: it stands at place {place}")
        return cls(id, agency, number)._placed(placed)

    def _placed(self, placed: tuple[Signed, ...]) -> Self:
        """This file with the acts as placed, after those of them that are in force."""
        holding = in_force(placed)
        case = self._walked(holding)
        if holding is placed:
            return case
        case = replace(case, acts=placed)
        vars(case)["in_force"] = holding
        return case

    def _walked(self, acts: Iterable[Signed]) -> Self:
        """This file after the acts, which need not stand at places that follow each other."""
        case = self
        for one in acts:
            case = case._followed(one)
        return case

    def _followed(self, signed: Signed) -> Self:
        state, irregular = self.leads_to(signed.act), self.irregular
        if state is None:
            state, irregular = lead(self.state, signed.act.kind, self._holding(signed.act)), (*irregular, signed.seq)
        if state is None:
            raise ValueError(f"act {signed.seq} ({signed.act.kind}) does not follow from {self.state}")
        walked = self.walked if self.walked and self.walked[-1] == state else (*self.walked, state)
        return replace(self, acts=(*self.acts, signed), state=state, walked=walked, irregular=irregular)

    def with_act(self, signed: Signed) -> Self:
        """The file with one more act; only the table is checked here (`admission.admit` checks the law).

        What mends other acts makes the state anew: the acts in force are walked through the table. Raises ValueError where the new act,
        or one that it leaves without what it rested on, does not follow.
        """
        if self.leads_to(signed.act) is None:
            raise ValueError(f"act {signed.seq} ({signed.act.kind}) does not follow from {self.state}")
        following = self.with_stored(signed)
        if lost := set(following.irregular) - set(self.irregular):
            raise ValueError(f"act {min(lost)} does not follow without act {signed.seq}")
        return following

    def with_stored(self, signed: Signed) -> Self:
        """The file with one more act from the store: it was admitted by the rules of its day, and stands."""
        if signed.seq != len(self.acts) + 1:
            raise ValueError(f"act {signed.seq} ({signed.act.kind}) does not follow act {len(self.acts)}")
        if signed.act.kind in MENDING:
            return self.of(self.id, self.agency, self.number, (*self.acts, signed))
        following = self._followed(signed)
        if self.mended:
            vars(following)["in_force"] = (*self.in_force, signed)
        if signed.act.kind in REMARKS:  # what was already worked out holds
            vars(following).update({name: vars(self)[name] for name in _LASTING if name in vars(self)})
        return following

    @cached_property
    def in_force(self) -> tuple[Signed, ...]:
        """The acts that hold, with the values that hold: what every question is answered from (READINGS R-mending)."""
        return in_force(self.acts)

    @property
    def mended(self) -> bool:
        """Whether anything on the file was amended or revoked."""
        return self.in_force is not self.acts

    @cached_property
    def revoked(self) -> frozenset[int]:
        """The places of the acts that were taken back."""
        return revoked(self.acts) if self.mended else frozenset()

    def held(self, seq: int) -> Signed | None:
        """The act at a place with the values in force; None when it was taken back or only mends."""
        return _at(self.in_force, seq)

    def placed(self, seq: int) -> Signed | None:
        """The act at a place as it was placed."""
        return _at(self.acts, seq)

    def as_of(self, seq: int) -> Self:
        """The file as it stood after the act `seq`, as it was known then."""
        return self._anew()._placed(tuple(one for one in self.acts if one.seq <= seq))

    def upto(self, seq: int) -> Self:
        """The course of the file up to the act `seq`, with the facts as they are known now."""
        return self._anew()._walked(one for one in self.in_force if one.seq <= seq)

    def _anew(self) -> Self:
        return type(self)(self.id, self.agency, self.number)

    def leads_to(self, act: Act) -> str | None:
        """The state that `act` leads to; None when the procedure does not allow it now."""
        return move(self.state, act.kind, self._holding(act))

    def _holding(self, act: Act) -> frozenset[str]:
        """The guards of the table that hold of `act` on this file."""
        guard = _GUARD[act.kind](self, act) if act.kind in _GUARD else None
        return frozenset({guard}) if guard else frozenset()

    def course(self) -> Iterator[tuple[Signed, str]]:
        """The acts in force, each with the state it led to."""
        case = self._anew()
        for signed in self.in_force:
            case = case._followed(signed)
            yield signed, case.state

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

    @cached_property
    def _by_kind(self) -> dict[str, list[Signed]]:
        """The acts in force by their kind: most questions are about a few kinds (asking each act for its class takes longer)."""
        found: dict[str, list[Signed]] = {}
        for signed in self.in_force:
            found.setdefault(signed.act.kind, []).append(signed)
        return found

    def of_kinds(self, *kinds: str) -> list[Signed]:
        """The acts in force of these kinds, in order."""
        found = [signed for kind in kinds for signed in self._by_kind.get(kind, ())]
        return found if len(kinds) == 1 else sorted(found, key=lambda signed: signed.seq)

    def all(self, kind: type[a.Act]) -> list[Signed]:
        """The acts in force of one class, in order."""
        return list(self._by_kind.get(_KIND[kind], ()))

    def last(self, kind: type[a.Act]) -> Signed | None:
        """The latest act in force of one class."""
        found = self._by_kind.get(_KIND[kind])
        return found[-1] if found else None

    @cached_property
    def registration(self) -> a.Registration:
        first = self.in_force[0].act
        assert isinstance(first, a.Registration)
        return first

    @property
    def corrects_records(self) -> bool:
        """更正申请 (条例 41): it asks to correct records about oneself, and is no request for information."""
        return self.registration.purpose == "record_correction"

    @property
    def evidence(self) -> str | None:
        """证明记录不准确的证据, as last supplemented (条例 41)."""
        for signed in reversed(self.of_kinds("correction")):
            assert isinstance(signed.act, a.Correction)
            if signed.act.evidence is not None:
                return signed.act.evidence
        return self.registration.evidence

    @property
    def received_on(self) -> date:
        """收到日 of the first receipt (条例 31)."""
        return self.registration.received_on

    @cached_property
    def applicant(self) -> a.Applicant:
        """申请人, as last corrected; of several the 代表人, by whom the request counts (READINGS R-co-applicants)."""
        return self.applicants[self.registration.representative]

    @cached_property
    def applicants(self) -> tuple[a.Applicant, ...]:
        """Everybody who asks, as last corrected: 申请人、共同申请人 in the order of the request."""
        everybody = list(self.registration.applicants)
        for place, signed in self.corrected_applicants.items():
            assert isinstance(signed.act, a.Correction)
            assert signed.act.applicant is not None
            everybody[place] = signed.act.applicant
        return tuple(everybody)

    @cached_property
    def corrected_applicants(self) -> dict[int, Signed]:
        """Place among the applicants -> the last 收到补正 that says who that is: it speaks of who was the 代表人 when it came."""
        found = {}
        for signed in self.of_kinds("correction"):
            assert isinstance(signed.act, a.Correction)
            if signed.act.applicant is not None:
                then = self.as_of(signed.seq).registration if self.mended else self.registration
                found[then.representative] = signed
        return found

    @property
    def applicants_named(self) -> str:
        """How letters name who asks: all up to three, then 张三等N人."""
        everybody = self.applicants
        if len(everybody) <= MOST_NAMED:
            return "、".join(one.name for one in everybody)
        return f"{self.applicant.name}等{len(everybody)}人"

    @property
    def recipient(self) -> Recipient:
        """Who gets what is sent to the applicant: the agent, or the representative (READINGS R-co-applicants)."""
        who, agent = self.applicant, self.registration.agent
        if agent is None:
            return Recipient(who.name, who.is_person, who.address, who.postcode, who.phone)
        if agent.address is None:
            return Recipient(agent.name, True, who.address, who.postcode, agent.phone or who.phone)
        return Recipient(agent.name, True, agent.address, None, agent.phone)

    @cached_property
    def wanted(self) -> str:
        """所需政府信息的内容描述, after splitting and correction."""
        text = self.registration.wanted
        for signed in self.of_kinds("split", "correction"):
            if isinstance(signed.act, a.Split):
                text = signed.act.parts[0].wanted
            elif isinstance(signed.act, a.Correction) and signed.act.wanted is not None:
                text = signed.act.wanted
        return text

    @cached_property
    def items(self) -> tuple[str, ...]:
        """申请事项: what is asked for, piece by piece, counted from 1 elsewhere."""
        found = tuple(item.wanted for item in self.registration.items)
        for signed in self.of_kinds("split", "correction"):
            if isinstance(signed.act, a.Split):
                found = ()
            elif isinstance(signed.act, a.Correction):
                if signed.act.items:
                    found = tuple(item.wanted for item in signed.act.items)
                elif signed.act.wanted is not None:
                    found = ()
        return found or (self.wanted,)

    def about(self, seq: int, items: tuple[int, ...]) -> tuple[int, ...]:
        """The items that the act `seq` names, as they are numbered now: of those before a split only the first part stayed."""
        split = self.last(a.Split) if items else None
        if split is None or seq > split.seq or not isinstance(split.act, a.Split):
            return items
        before, kept = self.upto(split.seq - 1).items, split.act.parts[0].wanted
        return (1,) if kept not in before or before.index(kept) + 1 in items else (ELSEWHERE,)

    def concerning(self, kind: type[a.Act], item: int) -> list[Signed]:
        """The acts in force of one class that are about an item: those that name it, or none."""
        found = [(signed, self.about(signed.seq, getattr(signed.act, "items", ()))) for signed in self.all(kind)]
        return [signed for signed, items in found if not items or item in items]

    @cached_property
    def features(self) -> a.Features | None:
        for signed in reversed(self.of_kinds("correction")):
            assert isinstance(signed.act, a.Correction)
            if signed.act.features is not None:
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
        for signed in reversed(self.of_kinds("assignment")):
            assert isinstance(signed.act, a.Assignment)
            if signed.act.to is not None:
                return signed.act.to
        taken = self.of_kinds("acceptance", "draft")
        by = next((one.officer.username for one in taken if one.officer.role == "handler" and one.officer.agency == self.agency), None)
        inherited = self.registration.inherited
        return by or (inherited.assignee if inherited else None)

    @property
    def passed_down(self) -> a.Assignment | None:
        """交下级单位拟办: the unit that drafts, and its limit, unless the file was assigned anew since (READINGS R-passed-down)."""
        last = self.last(a.Assignment)
        return last.act if last and isinstance(last.act, a.Assignment) and last.act.agency is not None else None

    @cached_property
    def last_move_on(self) -> date:
        """The date of the latest act that carried the procedure on; a later act cannot be dated before it."""
        return max((signed.act.on for signed in self.in_force if signed.act.kind not in BESIDE), default=date.min)

    # ------------------------------------------------------------------ letters and their service

    @cached_property
    def services(self) -> dict[str, Served]:
        """Letter id -> its service so far."""
        found: dict[str, tuple[Attempt, ...]] = {}
        for signed in self.of_kinds("service"):
            act = signed.act
            assert isinstance(act, a.Service)
            before = found.get(act.letter, ())
            latest = before[-1] if before else None
            if latest is None or latest.returned_on is not None:
                if act.outcome == "returned":
                    continue  # nothing that it could end
                by_hand = act.method == "direct" or act.refused
                known = act.received_on is not None or by_hand
                received = act.received_on or (act.on if by_hand or act.method in SENT_AT_ONCE else None)
                found[act.letter] = (*before, Attempt(signed.seq, act.method or "", act.on, received, signed=known and received is not None))
            elif act.outcome == "returned":
                found[act.letter] = (*before[:-1], latest._replace(received_on=None, returned_on=act.on, why=act.why))
            elif act.received_on is not None or act.refused:
                found[act.letter] = (*before[:-1], latest._replace(received_on=act.received_on or act.on, signed=True))
        return {letter: Served(attempts) for letter, attempts in found.items()}

    def served(self, seq: int, n: int = 0) -> Served | None:
        """The service of the n-th letter of the act `seq`, if recorded."""
        return self.services.get(self.letter_id(seq, n)) if self.services else None

    def letter_id(self, seq: int, n: int = 0) -> str:
        """The n-th letter of the act `seq`: its own, or that of the file with which this one is answered."""
        act = by.act if (by := self.placed(seq)) is not None else None
        joint = act.answered_with if n == 0 and act is not None and act.kind == "decision" and isinstance(act, a.Decision) else None
        return letter_id(self.id, seq, n) if joint is None else joint.letter

    @property
    def joint_letters(self) -> tuple[str, ...]:
        """Letters of other files that answer this one too (一并答复)."""
        return tuple(one.act.answered_with.letter for one in self.acts if isinstance(one.act, a.Decision) and one.act.answered_with)

    def replied_with(self, letter: str) -> tuple[a.Joined, ...]:
        """The other requests that a reply letter of this file answers too."""
        by = next((one for one in self.all(a.Decision) if letter_id(self.id, one.seq) == letter), None)
        draft = None if by is None else self.upto(by.seq).draft
        return draft.act.joined if draft is not None and isinstance(draft.act, a.Draft) else ()

    def taken_back_on(self, signed: Signed) -> date | None:
        """The day of the 重新处理 that took back a reply, or a notice of closing, which had not left: it has told nobody.

        None also of a joint reply: it answers other requests too, for which it stands (READINGS R-own-motion, R-excused).
        """
        if not isinstance(signed.act, a.Decision | a.Abandonment | a.Withdrawal):
            return None
        after = next((one.act for one in self.all(a.Reopening) if one.seq > signed.seq), None)
        if not isinstance(after, a.Reopening) or not (after.replaces == "revoke" or after.basis == "excused_delay" or self._over_silence(after)):
            return None
        letter = self.letter_id(signed.seq)
        joint = isinstance(signed.act, a.Decision) and (signed.act.answered_with is not None or self.replied_with(letter))
        return None if letter in self.services or joint else after.on

    def _over_silence(self, reopened: a.Reopening) -> bool:
        """Whether it follows an order that was given because no reply had come (逾期没有答复)."""
        challenge = self.challenge(reopened.remedy) if reopened.remedy is not None else None
        return challenge is not None and challenge.act.against == "inaction"

    def received(self, seq: int) -> date | None:
        """The day the first letter of the act `seq` was signed for, if recorded."""
        served = self.served(seq)
        return served.received_on if served else None

    # ------------------------------------------------------------------ consultations

    @cached_property
    def consultations(self) -> tuple[Asked, ...]:
        """Every consultation with its answer, in order."""
        opinions = {act.consultation: act for one in self.of_kinds("opinion") if isinstance(act := one.act, a.Opinion)}
        silences = {act.consultation: act for one in self.of_kinds("silence") if isinstance(act := one.act, a.Silence)}
        return tuple(
            self._asked(one.seq, one.act, opinions.get(one.seq), silences.get(one.seq))
            for one in self.of_kinds("consultation")
            if isinstance(one.act, a.Consultation)
        )

    def _asked(self, seq: int, act: a.Consultation, opinion: a.Opinion | None, silence: a.Silence | None) -> Asked:
        """A consultation and how its letter fared; within the installation it arrives with the act (READINGS R-delivered)."""
        about = self.about(seq, act.items)
        if act.type == "internal" or act.agency is not None:
            return Asked(seq, act, act.on, act.on, None, (), opinion, silence, about)
        served = self.served(seq)
        if served is None:
            return Asked(seq, act, None, None, None, (), opinion, silence, about)
        attempts = tuple(one for one in served.attempts if one.left) or served.attempts
        return Asked(seq, act, attempts[0].on, served.received_on, served.returned_on, attempts, opinion, silence, about)

    @cached_property
    def co_issuing(self) -> tuple[str, ...]:
        """The units that said themselves, when they were asked last, that they reply jointly (联合行文; READINGS R-co-issuing)."""
        said = dict[str, bool]()
        for signed in self.all(a.Opinion):
            assert isinstance(signed.act, a.Opinion)
            asked = self.consultation(signed.act.consultation)
            if asked is not None and asked.act.agency == signed.officer.agency:
                said[signed.officer.agency] = signed.act.co_issues
        return tuple(code for code, agrees in said.items() if agrees)

    def named_as(self, agency: str) -> str:
        """How a unit of the installation was called when it was asked; its code, if it never was."""
        return next((one.act.party.name for one in reversed(self.consultations) if one.act.agency == agency), agency)

    @cached_property
    def open_consultations(self) -> frozenset[int]:
        """The consultations still waiting for their answer, by the place of their act."""
        return frozenset(asked.seq for asked in self.consultations if asked.is_open)

    def consultation(self, seq: int) -> Asked | None:
        return next((asked for asked in self.consultations if asked.seq == seq), None)

    def asked_about(self, asked: Asked) -> tuple[str, ...]:
        """What the consulted were asked about, as it stood then: a split may have taken a part of it to another file.

        In the version that the handler has looked at, if there is one.
        """
        if asked.act.shown is not None and asked.act.shown.items:
            return asked.act.shown.items
        then = self.as_of(asked.seq).items
        return tuple(then[item - 1] for item in asked.act.items if item <= len(then)) or then

    def awaits(self, asked: Asked) -> bool:
        """Whether its answer is waited for: a file that has ended (撤回、作废 ...) asks nobody, until it is reopened."""
        return asked.is_open and self.state == "consulting"

    def overruled(self) -> list[Asked]:
        """Third parties that objected, while what concerns them is given: they must be told (条例 32; R-third-party-notice)."""
        draft = self.draft
        if draft is None or not isinstance(draft.act, a.Draft):
            return []
        decisions = draft.act.items
        return [asked for asked in self.consultations if any(asked.overruled_by(one) for one in decisions)]

    # ------------------------------------------------------------------ reply, outcome, remedies, fee

    @property
    def _since(self) -> int:
        """The place of the last reopening: what was decided before it is not in force any more."""
        last = self.last(a.Reopening)
        return last.seq if last else 0

    def _latest(self, *kinds: str) -> Signed | None:
        """The latest act of these kinds since the last reopening."""
        found = self.of_kinds(*kinds)
        return found[-1] if found and found[-1].seq > self._since else None

    @cached_property
    def draft(self) -> Signed | None:
        """The draft that is being approved or was signed; None when there is none, or it was returned."""
        since = self._since
        for signed in reversed(self.of_kinds("draft", "return", "recall")):
            if signed.seq < since:
                return None
            if signed.act.kind == "draft":
                return signed
            if getattr(signed.act, "request", None) is None:
                return None
        return None

    @cached_property
    def decision(self) -> Signed | None:
        """签发的答复 now in force."""
        return self._latest("decision")

    @cached_property
    def legal_review(self) -> Signed | None:
        """The latest review of the current draft."""
        draft = self.draft
        review = self.last(a.LegalReview)
        return review if draft and review and review.seq > draft.seq else None

    @cached_property
    def ended(self) -> Signed | None:
        """The abandonment or withdrawal that closed the file without a reply."""
        return self._latest("abandonment", "withdrawal")

    @cached_property
    def recorded(self) -> a.LedgerResult | None:
        """台账所载结果 of an imported file, unless it was reopened since."""
        found = self._latest("ledger_result")
        return found.act if found is not None and isinstance(found.act, a.LedgerResult) else None

    @cached_property
    def outcome(self) -> str | None:
        """The overall outcome (a key of outcomes.yaml); None while the request waits for its reply, or is not ours to answer."""
        if self.state in OUT:
            return None
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
        return "abandoned_payment" if self.upto(self.ended.seq - 1).state == "awaiting_payment" else "abandoned_correction"

    @property
    def replied_on(self) -> date | None:
        """The day the reply counts as given: its service's reference day; its own date until served."""
        if self.decision is None:
            return self.recorded.on if self.recorded and self.recorded.outcome not in BY_ACT else None
        served = self.served(self.decision.seq)
        return (served.reference_day if served else None) or self.decision.act.on

    @property
    def closed_on(self) -> date | None:
        if self.recorded is not None:
            return self.recorded.on if self.recorded.outcome in BY_ACT else None
        return self.ended.act.on if self.ended and self.decision is None else None

    @property
    def out_on(self) -> date | None:
        """The day on which the file was voided or handed over (作废、移送)."""
        last = next(iter(self.of_kinds("voiding", "handover")), None)
        return last.act.on if last and self.state in OUT else None

    @cached_property
    def endings(self) -> tuple[Ending, ...]:
        """Every time the request was answered or closed, in order: more than one after a reopening."""
        found = []
        for signed in self.of_kinds(*_ENDINGS):
            then = self if signed.seq > self._since else self.upto(signed.seq)
            served = self.served(signed.seq) if signed.act.kind == "decision" else None
            if then.outcome is not None:  # of a file that is void, or was handed over, there is none
                day = served.reference_day if served else None
                found.append(Ending(signed.seq, day or signed.act.on, then.outcome))
        return tuple(found)

    @property
    def counted(self) -> Ending | None:
        """本年度办理结果: the ending that the annual report counts (READINGS R-reopened). None while there is none.

        The year is that of the first reply; the outcome is the last one given within that year. What a remedy brings
        in a later year is told in table 4 and counts no second time. What is void or was handed over counts nowhere.
        """
        if not self.endings or self.state in OUT:
            return None
        first = self.endings[0]
        within = [one for one in self.endings if one.on.year == first.on.year]
        return replace(first, outcome=within[-1].outcome)

    @property
    def is_from_ledger(self) -> bool:
        """Whether its first ending is what an old ledger says: the way there is on no file (READINGS R-import)."""
        return "ledger_result" in self._by_kind

    @property
    def is_erased(self) -> bool:
        """Whether its texts were erased after the period of retention (READINGS R-erasure)."""
        return "erasure" in self._by_kind

    @property
    def archived_on(self) -> date | None:
        signed = self.last(a.Archival)
        return signed.act.on if signed and self.state == "archived" else None

    @cached_property
    def challenges(self) -> tuple[Challenge, ...]:
        """复议、诉讼 with their results, in order."""
        found: dict[int, Challenge] = {}
        for signed in self.of_kinds("remedy", "remedy_result"):
            if isinstance(signed.act, a.Remedy):
                found[signed.seq] = Challenge(signed.seq, signed.act)
            elif isinstance(signed.act, a.RemedyResult):
                found[signed.act.remedy] = replace(found[signed.act.remedy], result=signed.act, result_seq=signed.seq)
        return tuple(found.values())

    def challenge(self, seq: int) -> Challenge | None:
        return next((one for one in self.challenges if one.seq == seq), None)

    @property
    def suits(self) -> tuple[tuple[Challenge, ...], ...]:
        """The challenges, the instances of one suit together (一审、二审、再审)."""
        found: dict[int, list[Challenge]] = {}
        root: dict[int, int] = {}
        for one in self.challenges:
            first = root[one.seq] = one.seq if one.act.continues is None else root.get(one.act.continues, one.seq)
            found.setdefault(first, []).append(one)
        return tuple(tuple(suit) for suit in found.values())

    @cached_property
    def orders(self) -> tuple[Challenge, ...]:
        """责令答复、重新处理 in effect, in the order of their results (READINGS R-instances).

        A judgment that is appealed orders nothing yet, and what a later instance decides takes the place of what stood
        before; what the office has followed already it has followed.
        """
        given = [one for one in self.challenges if one.orders]
        if not given:
            return ()
        undone = {one.act.continues for one in self.challenges if one.act.instance == "second" or one.result is not None}
        undone -= {one.act.remedy for one in self.all(a.Reopening) if isinstance(one.act, a.Reopening)}
        return tuple(sorted((one for one in given if one.seq not in undone), key=lambda one: one.result_seq or 0))

    @cached_property
    def ordered(self) -> tuple[Challenge, ...]:
        """Orders that came when the file was answered or closed, and for which it has not been opened again."""
        return tuple(one for one in self.orders if not self._is_followed(one))

    def _is_followed(self, order: Challenge) -> bool:
        """Whether the request waited for its reply on the day the order came, or has been opened again since."""
        assert order.result is not None and order.result_seq is not None
        came, ended = order.result.arrived_on, False
        for signed in self.of_kinds(*_ENDINGS, "reopening"):
            if signed.act.kind == "reopening":
                if signed.seq > order.result_seq or signed.act.on >= came:
                    return True
                ended = False
            elif signed.seq < order.result_seq and signed.act.on <= came:
                ended = True
        return not ended

    @property
    def excused(self) -> bool:
        """逾期有正当理由: the file waits again for a correction or payment whose limit has passed (READINGS R-excused)."""
        last = self.last(a.Reopening)
        waits = self.state in ("awaiting_correction", "awaiting_payment")
        return waits and last is not None and isinstance(last.act, a.Reopening) and last.act.basis == "excused_delay"

    @property
    def handled_anew_since(self) -> int:
        """The place of the last reopening that began a new handling; an excused delay only resumes the old one."""
        anew = [one.seq for one in self.all(a.Reopening) if isinstance(one.act, a.Reopening) and one.act.basis != "excused_delay"]
        return anew[-1] if anew else 0

    @property
    def replaced(self) -> Replaced | None:
        """What the reply now being made replaces, completes or corrects: the ending before the last reopening."""
        reopened = self.last(a.Reopening)
        if reopened is None or not isinstance(reopened.act, a.Reopening):
            return None
        before = [one for one in self.of_kinds(*_ENDINGS) if one.seq < reopened.seq]
        if not before:
            return None
        last, by = before[-1], reopened.act.remedy
        letter = None if last.act.kind == "ledger_result" else self.letter_id(last.seq)
        return Replaced(last.seq, last.act.on, letter, reopened.act, None if by is None else self.challenge(by))

    @property
    def unsent_reply(self) -> bool:
        """签发而没有送出: the reply in force has not left the house."""
        if self.decision is None:
            return False
        served = self.served(self.decision.seq)
        return served is None or served.left_on is None

    @cached_property
    def requests(self) -> tuple[OpenRequest, ...]:
        """报批 that nobody has signed, returned or taken back."""
        found: dict[int, OpenRequest] = {}
        if "request" not in self._by_kind or self.state in OUT:  # nothing can be signed any more
            return ()
        for signed in self.in_force:
            if isinstance(signed.act, a.Request):
                found[signed.seq] = OpenRequest(signed.seq, signed.act, signed.officer)
            elif (answered := getattr(signed.act, "request", None)) is not None:
                found.pop(answered, None)
        if self.mended:  # amendments and revocations may have been asked for too
            for signed in self.acts:
                if isinstance(signed.act, a.Amendment | a.Revocation) and signed.act.request is not None:
                    found.pop(signed.act.request, None)
        return tuple(found.values())

    @cached_property
    def fee(self) -> Fee | None:
        """信息处理费; None when no notice was sent."""
        fee: Fee | None = None
        for signed in self.of_kinds("fee_notice", "payment", "waiver"):
            act = signed.act
            if isinstance(act, a.FeeNotice):
                fee = Fee(signed.seq, act)
            elif isinstance(act, a.Payment) and fee is not None:
                fee = replace(fee, paid_fen=fee.paid_fen + act.amount_fen, paid_on=act.on)
            elif isinstance(act, a.Waiver) and fee is not None and act.amount_fen is not None:
                fee = replace(fee, waived_fen=fee.waived_fen + act.amount_fen)
        return fee


def _at(acts: tuple[Signed, ...], seq: int) -> Signed | None:
    """The act at a place; most often it stands there, but a course without some acts has gaps."""
    if 0 < seq <= len(acts) and acts[seq - 1].seq == seq:
        return acts[seq - 1]
    return next((signed for signed in acts if signed.seq == seq), None)


def _others_open(case: Standing, act: Any) -> str | None:
    return "others_open" if case.open_consultations - {act.consultation} else None


def _of_request(_case: Standing, act: Any) -> str | None:
    return "of_request" if act.request is not None else None


def _fee_remains(case: Standing, act: a.Waiver) -> str | None:
    partly = case.fee is not None and act.amount_fen is not None and act.amount_fen < case.fee.open_fen
    return "fee_remains" if partly else None


def _reopened(case: Standing, act: a.Reopening) -> str | None:
    if act.basis != "excused_delay":
        return "still_asked" if case.open_consultations else None
    return {"abandoned_payment": "late_payment", "abandoned_correction": "late_correction"}.get(case.outcome or "")


# Which guard of the table holds of an act on a file, by its kind.
_GUARD: Mapping[str, Callable[[Standing, Any], str | None]] = {
    "registration": lambda _case, act: "handled_before" if act.inherited is not None and act.inherited.handling else None,
    "opinion": _others_open,
    "silence": _others_open,
    "waiver": _fee_remains,
    "return": _of_request,
    "recall": _of_request,
    "reopening": _reopened,
    "ledger_result": lambda _case, act: "replies" if act.outcome not in BY_ACT else None,
}
