"""一并答复: one reply to several requests of one applicant, on as many files (READINGS R-together).

The draft, the letter and its service stand on one file, the main one. What is done there to that letter is put on the other
files too: `concerned` says which files an act touches, `follow` gives them as they are after it. Nobody places these acts by
himself; the checks of the act on the main file speak for the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from workflow import acts as a
from workflow.acts import Act, Officer, Signed
from workflow.case import BESIDE, Case, overall
from workflow.law import Refused, Rules
from workflow.procedure import STATES


def concerned(case: Case, act: Act) -> tuple[str, ...]:
    """The other files that `act` on this one speaks of or is put on: by number what a draft names, else by id."""
    if isinstance(act, a.Draft):
        return act.together
    return answered(case) if isinstance(act, a.Decision | a.Erasure) else tuple(one.case for one in _shared(case, act))


def answered(case: Case) -> tuple[str, ...]:
    """The ids of the files that the draft on this one answers too."""
    draft = case.draft
    return tuple(one.case for one in draft.act.joined) if draft is not None and isinstance(draft.act, a.Draft) else ()


def _shared(case: Case, act: Act) -> tuple[a.Joined, ...]:
    """The requests that share what `act` sends, mends or takes back: the letter, its service, the signature."""
    if isinstance(act, a.Service):
        return case.replied_with(act.letter)
    if not isinstance(act, a.Amendment | a.Revocation):
        return ()
    of = _meant(case, act)
    if of is not None and isinstance(of.act, a.Service):
        return case.replied_with(of.act.letter)
    return case.replied_with(case.letter_id(of.seq)) if of is not None and isinstance(of.act, a.Decision) else ()


def _meant(case: Case, act: a.Amendment | a.Revocation) -> Signed | None:
    """The act that is mended; where an amendment is taken back, the one that it amended."""
    of = case.placed(act.of)
    return case.placed(of.act.of) if of is not None and isinstance(of.act, a.Amendment) else of


def fits(case: Case, other: Case) -> bool:
    """Whether one reply may answer both: the same people ask, for the same kind of thing, and it is not answered yet."""
    return is_of_same(case, other) and other.state == "handling" and other.registration.purpose == case.registration.purpose


def is_of_same(case: Case, other: Case) -> bool:
    """Whether the same people ask (READINGS R-same-person)."""
    return {one.identity for one in other.applicants} == {one.identity for one in case.applicants}


def moved(one: a.Joined, other: Case | None) -> str | None:
    """What has become of a request since the draft decided on it, where that draft does not fit it any more; None: nothing."""
    if other is None:
        return "已经找不到"
    since = [signed for signed in other.in_force if signed.seq > one.version and signed.act.kind not in BESIDE]
    now = f"现在是“{STATES[other.state].title}”"
    if since:
        return f"在拟稿以后又办理了“{type(since[-1].act).title}”，{now}"
    return None if other.state == "handling" else now


def drafted(main: Case, one: a.Joined) -> a.Draft:
    """The draft on the main file, as far as it decides this other request."""
    signed = main.draft
    assert signed is not None and isinstance(signed.act, a.Draft)
    draft = signed.act
    return a.Draft(on=draft.on, items=one.items, principal=draft.principal, remedy=draft.remedy, attachments=draft.attachments)


def joined(main: Case, others: Sequence[Case]) -> Iterator[tuple[a.Joined, Case]]:
    """The other requests that the draft on the main file decides, each with its file, of those that are at hand."""
    signed = main.draft
    if signed is None or not isinstance(signed.act, a.Draft):
        return
    known = {one.id: one for one in others}
    for one in signed.act.joined:
        if one.case in known:
            yield one, known[one.case]


# ------------------------------------------------------------------ what follows on the other files


def follow(after: Case, others: Sequence[Case], rules: Rules) -> list[Case]:
    """The other files after the last act of the main one, one value for each act that is put on them, in order.

    Raises Refused where an act cannot be put on one of them any more.
    """
    signed = after.acts[-1]
    if isinstance(signed.act, a.Decision):
        return [step for one, other in joined(after, others) for step in _answered(after, rules, one, other)]
    before = after.as_of(signed.seq - 1)
    known = {one.id: one for one in others}
    return [step for one in _shared(before, signed.act) if one.case in known for step in _told(before, signed, known[one.case])]


def _answered(main: Case, rules: Rules, one: a.Joined, other: Case) -> Iterator[Case]:
    """拟稿 and 签发 of the other request, by who drafted and who signed."""
    signed, draft = main.acts[-1], main.draft
    assert isinstance(signed.act, a.Decision) and draft is not None
    ref = a.AnsweredWith(case=main.id, number=main.number, letter=main.letter_id(signed.seq), kind=main.reply_letter(rules))
    theirs = drafted(main, one).evolve(answered_with=ref)
    other = _put(other, theirs, draft.officer, signed.at)
    yield other
    outcome = overall((item.outcome for item in theirs.items), theirs.principal)
    decision = signed.act.evolve(outcome=outcome, answered_with=ref, request=None, remark=None)
    yield _put(other, decision, signed.officer, signed.at)


def _told(before: Case, signed: Signed, other: Case) -> Iterator[Case]:
    """The service of the letter, or what mends it, on the other file."""
    act = signed.act
    if isinstance(act, a.Service):
        yield _put(other, act.evolve(joined_to=signed.seq), signed.officer, signed.at)
        return
    assert isinstance(act, a.Amendment | a.Revocation)
    target = _meant(before, act)
    assert target is not None
    if isinstance(target.act, a.Service):
        sent = (one for one in other.acts if isinstance(one.act, a.Service) and one.act.letter == target.act.letter)
        there = next(one.seq for one in sent if isinstance(one.act, a.Service) and one.act.joined_to == target.seq)
        if target.seq != act.of:  # an amendment of it: they stand on both files in the same order
            there = _amendments(other, there)[_amendments(before, target.seq).index(act.of)]
        if there not in other.revoked:
            yield _put(other, act.evolve(of=there, request=None), signed.officer, signed.at)
        return
    letter = before.letter_id(target.seq)
    decision = next(one for one in other.all(a.Decision) if other.letter_id(one.seq) == letter)
    _untouched(other, decision)
    draft = other.upto(decision.seq).draft
    assert draft is not None
    for of in (decision.seq, draft.seq):
        other = _put(other, act.evolve(of=of, request=None), signed.officer, signed.at)
        yield other


def _amendments(case: Case, of: int) -> list[int]:
    """The places of all amendments of an act, those taken back among them."""
    return [one.seq for one in case.acts if isinstance(one.act, a.Amendment) and one.act.of == of]


def _untouched(other: Case, decision: Signed) -> None:
    """A signature is taken back only while nothing was built on it on any of the files, and nothing of it has left."""
    since = [one for one in other.in_force if one.seq > decision.seq and one.act.kind not in BESIDE]
    if since:
        title = type(since[-1].act).title
        raise Refused(f"一并答复的登记号{other.number}以后又办理了“{title}”，不能撤销。答复有误的，由负责人以“重新处理”自行纠正。", "条例 45")
    if any(other.letter_id(decision.seq, n) in other.services for n in range(1, len(other.consultations) + 1)):
        raise Refused(f"一并答复的登记号{other.number}的第三方告知书已经送出，不能撤销。答复有误的，由负责人以“重新处理”自行纠正。", "条例 45")


def _put(other: Case, act: Act, officer: Officer, at: datetime) -> Case:
    try:
        return other.with_act(Signed(other.version + 1, act, officer, at))
    except (ValueError, KeyError):
        now = STATES[other.state].title
        raise Refused(f"一并答复的登记号{other.number}现在是“{now}”，“{type(act).title}”不能在该件上记载。请先核对该件。", "条例 45") from None
