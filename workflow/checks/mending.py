"""事实的更正: what stands against an amendment, a revocation, the voiding of a file (READINGS R-amendment, R-revocation, R-voiding)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from workflow import acts as a
from workflow.acts import Act, Rejected, Signed
from workflow.acts.fields import is_day
from workflow.case import MENDING, Case, letter_id
from workflow.checks import charging, ending, handling, intake, remedies
from workflow.checks.asking import Asking, Must, misdated
from workflow.law import Invalid, Refused
from workflow.words import say_day

_REGISTRATION = frozenset(
    {"received_on", "submitted_on", "channel", "applicant", "wanted", "items", "features", "form", "delivery", "co_applicants",
     "representative", "agent", "evidence", "tell_by"}
)  # fmt: skip
AMENDABLE: Mapping[str, frozenset[str]] = {
    "registration": _REGISTRATION,
    **{
        kind: frozenset(a.ACTS[kind].model_fields) - {"kind", "request", "late_entry", "co_issues"} - a.SET_BY_THE_ENGINE
        for kind in ("service", "opinion", "payment", "remedy", "remedy_result", "search", "correction", "reasons", "meeting")
    },
    "extension": frozenset({"notified_on"}),
}
"""Kind -> the fields that state facts of the world outside; what the agency itself laid down stands as it was issued."""
# What the law asks of each of these acts: asked of its amended values too.
_MUST: Mapping[str, Must] = {
    "registration": intake.registration, "correction": intake.correction, "search": handling.search, "reasons": handling.reasons,
    "opinion": handling.opinion, "meeting": handling.meeting, "extension": handling.told_of_extension, "payment": charging.payment,
    "service": ending.service, "remedy": remedies.remedy, "remedy_result": remedies.remedy_result,
}  # fmt: skip
_SAME_DAY = ("in_person", "oral")
_TAKEN_BACK = "误办而没有送出的请撤销；已经送出的，由负责人以重新处理自行纠正。"
# What to do instead of amending a field that the agency laid down itself: (kind, field); "" for every kind.
_INSTEAD: Mapping[tuple[str, str], str] = {
    ("registration", "topic"): "主题请办理“改定主题”。",
    ("registration", "purpose"): "把公开申请登记成更正申请、或者相反的，由负责人办理“作废”，再重新登记。",
    ("registration", "on"): "登记日期是在系统中登记的那一天；收到日、提交日写错的，请更正“收到日”、“提交或者寄出日期”。",
    ("", "remark"): "请另行添加备注。",
}


def placed(asking: Asking, seq: int) -> Signed:
    """The act that is to be mended, with the values in force."""
    case = asking.case
    if not 0 < seq <= len(case.acts):
        raise Invalid("of", f"本件只有{len(case.acts)}项记录，没有第{seq}项")
    if seq in case.revoked:
        raise Refused(f"第{seq}项记录已经撤销，不必再更正或者撤销。", "条例 45")
    held = case.held(seq) or case.placed(seq)
    assert held is not None
    stated = case.placed(held.act.of) if isinstance(held.act, a.Amendment) else held
    if stated is not None and (number := _told_there(case, stated.act)) is not None:
        raise Refused(f"这一项随登记号{number}的一并答复记载，请在该件上更正或者撤销，本件同时改正。", "条例 45")
    return held


def _told_there(case: Case, act: Act) -> str | None:
    """The number of the file with which this one was answered, where `act` was put on it from there (READINGS R-together)."""
    if isinstance(act, a.Draft | a.Decision):
        return act.answered_with.number if act.answered_with else None
    if not isinstance(act, a.Service) or act.joined_to is None:
        return None
    refs = [one.act.answered_with for one in case.acts if isinstance(one.act, a.Decision) and one.act.answered_with]
    return next((ref.number for ref in refs if ref.letter == act.letter), None)


def amendment(asking: Asking, act: a.Amendment) -> Act:
    """READINGS R-amendment."""
    target = placed(asking, act.of)
    kind, title = target.act.kind, type(target.act).title
    if kind in MENDING:
        raise Refused(f"“{title}”本身不能更正。请更正原来的那一项记录；更正有误的，撤销后重新办理。", "条例 45")
    known = type(target.act).model_fields
    for field in act.changes:
        if field not in known or field == "kind":
            raise Invalid(f"changes.{field}", f"“{title}”没有这一项，请删去")
        if field in a.SET_BY_THE_ENGINE:
            raise Invalid(f"changes.{field}", "这一项由系统填写，不能更正，请删去")
    allowed = AMENDABLE.get(kind, frozenset())
    if issued := [field for field in act.changes if field not in allowed]:
        names = "、".join(f"“{known[field].title}”" for field in issued)
        ways = dict.fromkeys(_INSTEAD.get((kind, field)) or _INSTEAD.get(("", field)) or _NEVER.get(kind) or _TAKEN_BACK for field in issued)
        raise Refused(f"“{title}”的{names}是本机关办理时确定的，以办理、印发的为准，不能更正。{''.join(ways)}", "条例 45")
    mended = _accepted(asking, target, _mended(act, target))
    if isinstance(mended, a.Registration) and (since := _corrected_since(asking.case, mended)) is not None:
        place, seq = since
        who = f"第{place}位共同申请人" if place else "申请人"
        raise Invalid(
            "changes.co_applicants" if place else "changes.applicant",
            f"第{seq}项记录“收到补正”已经写明{who}的信息，以它为准，更正登记不起作用。请更正第{seq}项记录的“补正后的申请人信息”",
            "条例 45",
        )  # fmt: skip
    changed = {field: _plain(mended, field) for field in _with_it(target.act, mended, act.changes)}
    if all(changed[field] == _plain(target.act, field) for field in changed):
        raise Invalid("changes", "填写的与现在的内容相同，没有需要更正的")
    completed = act.evolve(changes=changed, amends=kind)
    after = _after(asking, completed)
    early = misdated(after, act.of)
    stood_so = early == act.of and mended.on == target.act.on and misdated(asking.case, act.of) == early  # too early before, and no date is touched
    if early is not None and not stood_so:
        raise Invalid(_field(act, "received_on"), f"更正以后，第{early}项记录的日期与其他记录的先后不符，请核对日期")
    if isinstance(mended, a.Service):
        _in_order(after, act, mended)
    _not_under_a_draft(asking, after, "更正")
    _not_later(asking, after)
    return completed


def _corrected_since(case: Case, first: a.Registration) -> tuple[int, int] | None:
    """Place and 收到补正 of an applicant whom `first` states otherwise than the registration in force: it would have no effect."""
    was, now = case.registration.applicants, first.applicants
    found = case.corrected_applicants.items()
    return next(((place, signed.seq) for place, signed in found if now[place : place + 1] != was[place : place + 1]), None)


def _with_it(act: Act, mended: Act, changes: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields that the amendment states, and those that follow from them by law."""
    follow = {"registration": ("submitted_on", "received_on", "on"), "service": ("received_on",)}.get(act.kind, ())
    return tuple(dict.fromkeys([*changes, *(field for field in follow if _plain(act, field) != _plain(mended, field))]))


def _plain(act: Act, field: str) -> Any:
    return act.model_dump(mode="json", include={field})[field]


def _mended(act: a.Amendment, target: Signed) -> Act:
    """The act as it will be, read by its class like any other."""
    given = target.act.model_dump(mode="json", exclude_defaults=True) | {"kind": target.act.kind} | dict(act.changes)
    if isinstance(target.act, a.Registration):
        given = _registration(target.act, act.changes, given)
    if given.get("method") == "public_notice" and "received_on" not in act.changes:
        given.pop("received_on", None)  # it follows from the day of the notice
    try:
        return a.read(type(target.act), given)
    except Rejected as rejected:
        raise Rejected([(f"changes.{path}" if path else "changes", why) for path, why in rejected.errors]) from None


def _registration(now: a.Registration, changes: Mapping[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """In person the day of submission is the day of receipt (条例 31(一)); nothing is registered before it is received."""
    if given.get("channel") in _SAME_DAY:
        stated = changes.get("received_on", changes.get("submitted_on"))
        if stated is not None:
            given |= {name: stated for name in ("submitted_on", "received_on") if name not in changes}
    received = given.get("received_on")
    if isinstance(received, str) and is_day(received) and received > now.on.isoformat():
        given["on"] = received
    return given


def _accepted(asking: Asking, target: Signed, mended: Act) -> Act:
    """The act completed by the law's own questions, asked of its new values where it stands on the file."""
    case = asking.case
    before = case.upto(target.seq - 1) if target.seq > 1 else Case(case.id, case.agency, case.number)
    for field in ("received_on", "submitted_on", "notified_on", "on"):
        value = getattr(mended, field, None)
        if isinstance(value, date) and value > asking.today and value != getattr(target.act, field, None):
            raise Invalid(f"changes.{field}", f"已经发生的事情，日期不能晚于今天（{say_day(asking.today)}）")
    then = Asking(before, target.officer, mended.on, asking.rules, asking.facts, asking.today)
    try:
        return _MUST[mended.kind](then, mended)
    except Invalid as invalid:
        raise Invalid(f"changes.{invalid.field}", invalid.message, *invalid.articles) from None


def _after(asking: Asking, act: Act) -> Case:
    """The file with the mending act on it; refused where the course that is left does not hold."""
    case = asking.case
    try:
        return case.with_act(Signed(case.version + 1, act, asking.officer, case.acts[-1].at))
    except (ValueError, KeyError):
        what = "更正" if isinstance(act, a.Amendment) else "撤销"
        seq = getattr(act, "of", 0)
        raise Refused(f"以后的记录以第{seq}项记录为前提，不能单独{what}。请从最后一项起依次撤销后重新办理。", "条例 45") from None


def _in_order(after: Case, act: a.Amendment, mended: a.Service) -> None:
    """READINGS R-returned: each sending is received, or comes back, no earlier than it went out; the next goes out no earlier than that."""
    last, what = date.min, ""
    for attempt in after.services[mended.letter].attempts if mended.letter in after.services else ():
        if attempt.seq == act.of and attempt.returned_on is not None and mended.received_on is not None:
            raise Invalid(_field(act, "received_on"), f"这一次送出已经登记{say_day(attempt.returned_on)}退回，不能同时登记签收", "235号 送达")
        for day, said in ((attempt.on, "送出"), (attempt.received_on, "签收"), (attempt.returned_on, "退回")):
            if day is None:
                continue
            if day < last:
                raise Invalid(_field(act, "on"), f"更正以后，{say_day(day)}{said}早于这份文书{say_day(last)}{what}，请核对日期", "235号 送达")
            last, what = day, said


def _not_under_a_draft(asking: Asking, after: Case, what: str) -> None:
    """A draft decides on the request as it stands; before that changes, it is taken back (READINGS R-amendment)."""
    case = asking.case
    if case.state == "approving" and (after.items, after.wanted) != (case.items, case.wanted):
        raise Refused(
            f"拟稿已经报审签，是对现在写明的申请内容作的决定，申请内容改动以后不能照它答复。请先退回或者撤回拟稿，再{what}，然后重新拟稿。", "条例 36"
        )


def _field(act: a.Amendment, usual: str) -> str:
    return f"changes.{usual if usual in act.changes else next(iter(act.changes))}"


def _not_later(asking: Asking, after: Case) -> None:
    """A later due date is the head's to sign, and so is what was late and becomes timely by it (READINGS R-amendment)."""
    if asking.by_head:
        return
    before, now = asking.clock, after.reckoning(asking.rules)
    if before.due is not None and now.due is not None and now.due > before.due:
        raise Refused(
            f"更正以后答复期限由{say_day(before.due)}推后到{say_day(now.due)}，由负责人签批。请写明理由报批。", "条例 33(2)", "条例 45"
        )
    timely = ("correction_notice_in_time", "extension_in_time", "fee_notice_in_time", "reply_in_time")
    if any(getattr(before, name) is False and getattr(now, name) is True for name in timely):
        raise Refused("更正以后，逾期送出的文书成为按期送出，由负责人签批。请写明理由报批。", "条例 33(2)", "条例 45")


# ------------------------------------------------------------------ 撤销

_NEVER: Mapping[str, str] = {
    "registration": "登记不能撤销。重复登记、误登的，由负责人办理“作废”。",
    "split": "拆分已经另立新案，不能撤销。误拆的各件可以由负责人作废。",
    "handover": "移送已经由接收单位登记，不能撤销。",
    "voiding": "作废不能撤销。需要办理的，请重新登记。",
    "revocation": "撤销记录本身不能撤销。请重新办理被撤销的那一项。",
    "erasure": "已经销毁的内容不能恢复，销毁的记录不能撤销。",
    "ledger_result": "台账所载的结果不能撤销。导入有误的，由负责人办理“作废”。",
}
# What a reply that was sent may rest on: afterwards it is mended by a new reply.
_GROUNDS = frozenset(
    {"correction", "search", "reasons", "consultation", "opinion", "silence", "payment", "waiver", "draft", "legal_review",
     "secrecy_review", "meeting", "acceptance", "extension", "deferral"}
)  # fmt: skip


def may_revoke(asking: Asking) -> None:
    """Whoever placed nothing on the file has nothing to take back."""
    mine = (one for one in asking.case.acts if one.seq not in asking.case.revoked and one.officer.id == asking.officer.id)
    if not asking.by_head and next(mine, None) is None:
        raise Refused("误办的记录由办理的人或者负责人撤销，您不是这一项的办理人：本件没有您办理的记录。", "条例 45")


def revocation(asking: Asking, act: a.Revocation) -> Act:
    """READINGS R-revocation."""
    target = placed(asking, act.of)
    if (why := _NEVER.get(target.act.kind)) is not None:
        raise Refused(why, "条例 45")
    if asking.officer.id != target.officer.id and not asking.by_head:
        raise Refused("误办的记录由办理的人或者负责人撤销，您不是这一项的办理人。", "条例 45")
    _no_effect_outside(asking, target)
    if (on := _built_on(asking.case, target)) is not None:
        raise Refused(f"第{on}项记录以第{act.of}项为前提，不能单独撤销。请先撤销第{on}项。", "条例 45")
    after = _after(asking, act)
    if (since := _corrected_since(asking.case, after.registration)) is not None:
        seq = since[1]
        raise Refused(f"第{seq}项记录“收到补正”写明的，是这一更正所写的申请人，不能单独撤销。请更正或者先撤销第{seq}项记录。", "条例 45")
    _not_under_a_draft(asking, after, "撤销")
    return act


def _no_effect_outside(asking: Asking, target: Signed) -> None:
    case = asking.case
    sent = [letter for letter in case.letters_of(target, asking.rules) if letter.id in case.services]
    if sent or (isinstance(target.act, a.Extension) and target.act.notified_on is not None):
        raise Refused(
            "这一项的文书已经送出，或者已经告知申请人，不能当作没有发生。答复有误的，由负责人以“重新处理”自行纠正；其他的请另行办理。", "条例 45"
        )
    if target.act.kind in _GROUNDS and any(
        signed.seq > target.seq and (served := case.served(signed.seq)) is not None and served.left_on is not None
        for signed in case.all(a.Decision)
    ):
        raise Refused("已经据以作出答复并且送出，不能撤销。答复有误的，由负责人以“重新处理”自行纠正。", "条例 45")


def _built_on(case: Case, target: Signed) -> int | None:
    """The first later act that speaks of this one, or of the letter that it sent."""
    maker = _maker(case, target.act.letter) if isinstance(target.act, a.Service) else None
    for signed in case.in_force:
        act = signed.act
        if signed.seq <= target.seq:
            continue
        if target.seq in {getattr(act, name, None) for name in ("consultation", "remedy", "continues", "request")}:
            return signed.seq
        if maker is not None and _rests_on_service(act, target.act, maker):
            return signed.seq
    return None


def _maker(case: Case, letter: str) -> Signed | None:
    """The act that made a letter."""
    return next((one for one in case.in_force for n in range(len(case.consultations) + 2) if letter_id(case.id, one.seq, n) == letter), None)


def _rests_on_service(act: Act, service: Act, maker: Signed) -> bool:
    """Whether `act` was only possible because the letter of `maker` was served."""
    if isinstance(act, a.Service):
        return isinstance(service, a.Service) and act.letter == service.letter
    if isinstance(act, a.Silence):
        return act.consultation == maker.seq
    return isinstance(act, a.Abandonment) and isinstance(maker.act, a.CorrectionNotice | a.FeeNotice)


# ------------------------------------------------------------------ 作废


def may_void(asking: Asking) -> None:
    """READINGS R-voiding."""
    if asking.case.all(a.Decision):
        raise Refused("本件已经作出过答复，不能作废。答复有误的，由负责人以“重新处理”自行纠正。", "条例 45")
    if remedies := asking.case.challenges:
        one = remedies[0]
        raise Refused(
            f"第{one.seq}项记录的{a.REMEDY_TYPES[one.act.type]}是就本件提起的，年度报告要如实写明，不能作废。请继续办理、答复；"
            "登记错了案卷的，先以“撤销记录”撤销该项记录（有结果的先撤销结果），在应当记载的那一件上登记，再作废本件。",
            "条例 51",
        )
    if asking.case.all(a.Payment):
        raise Refused(
            "本件已经收取信息处理费，年度报告要如实写明，不能作废。没有收到这笔费用、记错了的，先以“撤销”改正缴费记录；"
            "确属重复提出的，请申请人撤回这一件后办结。",
            "条例 42",
        )
