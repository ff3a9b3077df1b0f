"""办理经过: what happened between the request and its reply, as the reply recites it.

Without it a lawful reply after forty days looks late. Corrections belong to the request and are told whenever they were; of the
rest, what was done since the file was last reopened. What stayed within the agency, what told nobody, and what was taken back, is not
told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from letters.compose.sheet import Sheet
from letters.contexts import replies
from workflow import acts as a
from workflow.acts import Act, Signed
from workflow.case import Challenge


def course(sheet: Sheet, *, with_corrections: bool) -> tuple[replies.AnyStep, ...]:
    """The steps of the file up to the letter. `with_corrections` is false where the finding itself tells of them."""
    reopened = sheet.case.all(a.Reopening)
    since = max((one.seq for one in reopened if _is_new_handling(one.act)), default=0)
    steps = list(_corrections(sheet)) if with_corrections else []
    steps += _before_the_split(sheet, since, with_corrections=with_corrections)
    steps += [step for signed in sheet.case.in_force if signed.seq > since and (step := _step(sheet, signed)) is not None]
    steps += _orders(sheet, since)
    steps += [step for one in reopened if one.seq >= since and (step := _redone(sheet, one)) is not None]
    return tuple(sorted(steps, key=lambda one: one.on))


def courses(sheets: Iterable[Sheet], *, with_corrections: bool) -> tuple[replies.AnyStep, ...]:
    """The steps of all the files that one letter answers; what was done alike on several is told once, and on which, if not on all."""
    every, done = list(sheets), dict[replies.AnyStep, list[str]]()
    for sheet in every:
        for step in dict.fromkeys(course(sheet, with_corrections=with_corrections)):
            done.setdefault(step, []).append(sheet.case.number)
    steps = [step if len(files) == len(every) else replace(step, of="、".join(files)) for step, files in done.items()]
    return tuple(sorted(steps, key=lambda one: one.on))


def _is_new_handling(act: Act) -> bool:
    return isinstance(act, a.Reopening) and act.basis != "excused_delay"


def _corrections(sheet: Sheet) -> Iterator[replies.AnyStep]:
    corrections = sheet.case.all(a.Correction)
    for notice in sheet.case.all(a.CorrectionNotice):
        received = next((one.act.on for one in corrections if one.seq > notice.seq), None)
        yield replies.Corrected(on=notice.act.on, number=sheet.number_of(notice.seq), received_on=received)


def _step(sheet: Sheet, signed: Signed) -> replies.AnyStep | None:
    act, number = signed.act, sheet.number_of(signed.seq)
    if isinstance(act, a.Consultation) and act.type != "internal":
        asked = sheet.case.consultation(signed.seq)
        assert asked is not None
        return replies.Consulted(
            on=act.on,
            asked="第三方" if act.type == "third_party" else act.party.name,
            answered_on=None if asked.opinion is None else asked.opinion.on,
            silent="unreachable" if asked.silence is not None and asked.silence.unreachable else asked.silence is not None,
        )
    if isinstance(act, a.Split):
        return replies.Divided(on=act.on, stays=True)
    if isinstance(act, a.Extension | a.Deferral) and not _told(sheet, signed):
        return None
    if isinstance(act, a.Extension):
        return replies.Extended(on=act.on, number=number, days=act.days)
    if isinstance(act, a.Deferral):
        return replies.Deferred(on=act.on, number=number, until=act.until)
    if isinstance(act, a.FeeNotice):
        fee = sheet.case.fee
        if fee is None or fee.notice_seq != signed.seq:  # a later notice took its place
            return None
        waived = fee.paid_on is None and fee.waived_fen > 0 and fee.open_fen == 0
        return replies.Charged(on=act.on, number=number, paid_on=fee.paid_on, waived=waived, reduced_fen=None if waived else fee.waived_fen or None)
    return None


def _told(sheet: Sheet, signed: Signed) -> bool:
    """Whether the applicant was told of a longer period: what told nobody lengthened nothing (READINGS R-A5)."""
    served = sheet.case.served(signed.seq)
    return (served is not None and served.left_on is not None) or getattr(signed.act, "notified_on", None) is not None


def _redone(sheet: Sheet, reopened: Signed) -> replies.AnyStep | None:
    """The reply, or the closing, before a reopening, and what becomes of it (READINGS R-own-motion).

    What was taken back before it left has told nobody: only the order that came over the silence is told of.
    """
    act, replaced = reopened.act, sheet.case.as_of(reopened.seq).replaced
    assert isinstance(act, a.Reopening) and replaced is not None
    before = sheet.case.held(replaced.seq)
    told = before is None or sheet.case.taken_back_on(before) is None
    if not told and act.basis != "ordered":
        return None
    closed = {a.Abandonment: "不再处理告知书", a.Withdrawal: "撤回申请告知书"}
    return replies.Redone(
        on=replaced.on if told else act.on,
        number=sheet.number_of(replaced.seq) if told else None,
        told=told,
        again_on=act.on,
        how={"ordered": "ordered", "own_motion": act.replaces, "excused_delay": "excused"}[act.basis],
        paper=closed.get(type(sheet.case.acts[replaced.seq - 1].act), "告知书" if sheet.case.corrects_records else "答复"),
        decided=None if replaced.challenge is None else _decided(replaced.challenge),
        reason=act.reason if act.basis == "own_motion" else None,
        returned=(served := sheet.case.served(replaced.seq)) is not None and served.latest.returned_on is not None,
    )


def _before_the_split(sheet: Sheet, since: int, *, with_corrections: bool) -> Iterator[replies.AnyStep]:
    """What a part brought along from the file that it was split from; its letters bear the numbers of that file (READINGS R-split-clock)."""
    registration = sheet.case.registration
    if registration.split_from is None:
        return
    events = () if registration.inherited is None else registration.inherited.events
    if with_corrections:
        for asked in (one for one in events if one.what == "correction_notice"):
            received = next((one.on for one in events if one.what == "corrected" and one.on >= asked.on), None)
            yield replies.Corrected(on=asked.on, number=None, received_on=received)
    if since:
        return
    yield replies.Divided(on=registration.on, stays=False)
    for one in events:
        if one.what == "consulted" and one.until is not None:
            yield replies.Suspended(on=one.on, until=one.until)
        elif one.what == "extension" and one.days is not None:
            yield replies.Extended(on=one.on, number=None, days=one.days)
        elif one.what == "deferral" and one.until is not None:
            yield replies.Deferred(on=one.on, number=None, until=one.until)
        elif one.what == "fee_notice":
            paid = next((later.on for later in events if later.what == "paid" and later.on >= one.on), None)
            yield replies.Charged(on=one.on, number=None, paid_on=paid, waived=False)


def _orders(sheet: Sheet, since: int) -> Iterator[replies.AnyStep]:
    """Orders that came while the reply was owed: nothing had to be opened again for them."""
    opened = {one.act.remedy for one in sheet.case.all(a.Reopening) if isinstance(one.act, a.Reopening)}
    for order in sheet.case.orders:
        if order.seq not in opened and order.result is not None and (order.result_seq or 0) > since:
            yield replies.Ordered(on=order.result.arrived_on, decided=_decided(order))


def _decided(challenge: Challenge) -> str:
    """冠县人民政府的行政复议决定（样例复决〔2026〕1号）; a court number has its own brackets: 冠县人民法院（2026）样例1号判决."""
    by, decision, number = challenge.act.body, a.DECISIONS[challenge.act.type], challenge.act.case_number
    if number is not None and number.startswith(("（", "(", "〔")):
        return f"{by}{number}{decision}"
    return f"{by}的{decision}" + (f"（{number}）" if number else "")
