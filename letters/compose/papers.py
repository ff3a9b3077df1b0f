"""卷内文件: the papers of a file in the order in which they are put away, and those that are made from the file itself.

One list, asked by the 卷内目录 and by the archive package: what the index says lies in the package, in the same order. What is
made of the file (答复审批单, 办理记录, 备考表) is not stored: the same acts give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel

from letters.agencies import Agency
from letters.compose.sheet import SHANGHAI, Attached, Kept, asked, called, way_of
from letters.contexts import LETTERS, forms, heading_of, parts
from letters.fontset import spelled
from workflow import acts as a
from workflow import case as cases
from workflow.acts import Signed
from workflow.answers import page_form
from workflow.case import Case, overall
from workflow.checks import not_filed
from workflow.law import Rules
from workflow.risks import open_risks
from workflow.words import ATTACHMENT_ROLES, say_day, say_yuan


@dataclass(frozen=True, slots=True)
class Paper:
    """One 卷内文件: `id` is that of the letter or attachment, or KIND/SEQ of what is made from the file."""

    id: str
    source: Literal["letter", "attachment", "made"]
    title: str
    number: str | None
    responsible: str
    on: date
    void: bool = False
    """A letter whose act was taken back: it keeps its number and its place."""


# The result first, then the request and what happened to it, then service and remedies (law of archiving: READINGS).
_REPLY, _SHEET, _REQUEST, _RECEIPT, _CORRECTION, _REASONS, _EXTENSION, _OPINIONS, _RECORD, _FEE, _GIVEN, _SERVICE, _REMEDY = range(13)
_PLACES: Mapping[str, int] = MappingProxyType(
    {
        "request_form": _REQUEST, "receipt": _RECEIPT, "correction_notice": _CORRECTION, "reasons_notice": _REASONS,
        "extension_notice": _EXTENSION, "deferral_notice": _EXTENSION, "third_party_inquiry": _OPINIONS,
        "consultation_notice": _OPINIONS, "third_party_notice": _OPINIONS, "joint_agency_inquiry": _OPINIONS,
        "other_agency_inquiry": _OPINIONS, "internal_consultation": _OPINIONS, "fee_notice": _FEE, "delivery_receipt": _SERVICE,
    }
)  # fmt: skip
_PURPOSES: tuple[tuple[int, tuple[str, ...]], ...] = (
    (_REMEDY, ("复议", "诉讼", "判决", "裁定", "投诉")),
    (_SERVICE, ("送达", "签收", "回证", "邮寄", "快递", "EMS")),
    (_CORRECTION, ("补正",)),
    (_FEE, ("缴费", "缴款", "票据", "收费")),
    (_OPINIONS, ("意见", "会商", "第三方", "征求")),
    (_REQUEST, ("申请", "身份", "证件", "委托", "信封", "授权")),
)
"""What an attachment is for, by the words that say so; what none of them says stands with what was given."""
_OF_ROLE: Mapping[str, int] = MappingProxyType({"original": _GIVEN, "given_out": _GIVEN})
"""Where an attachment stands by what it is to the request; the others are told by the words."""


def papers(case: Case, rules: Rules, agency: Agency, kept: Kept) -> list[Paper]:
    """The papers of the file, without 卷内目录 and 备考表, in order. What came after it was archived comes last."""
    archived = next((one for one in reversed(case.acts) if isinstance(one.act, a.Archival)), None)
    found = [*_letters(case, rules, agency, kept.numbers), *_attached(case, agency, kept.attached), *_made(case, agency)]
    late = {one.id for one in _late(case, rules, kept, archived)}
    found.sort(key=lambda one: (one[2].id in late, one[2].on if one[2].id in late else date.min, one[0], one[1]))
    return [paper for _place, _seq, paper in found]


def _late(case: Case, rules: Rules, kept: Kept, archived: Signed | None) -> Iterable[Any]:
    if archived is None or archived.seq == case.version:  # whatever the clocks say, all that lies in it now was put away
        return ()
    return [
        *(one for one in case.letters(rules) if one.seq > archived.seq),
        *(one for one in kept.attached if one.at > archived.at),
    ]


def _letters(case: Case, rules: Rules, agency: Agency, numbers: Mapping[str, str]) -> Iterable[tuple[int, Any, Paper]]:
    for letter in case.letters(rules):
        if letter.kind == "file_index":
            continue
        on, number = case.acts[letter.seq - 1].act.on, numbers.get(letter.id)
        number = case.number if letter.kind == "receipt" else number
        paper = Paper(letter.id, "letter", heading_of(letter.kind, called(case)), number, agency.name, on, void=letter.void)
        yield _PLACES.get(letter.kind, _REPLY), (letter.seq, letter.n), paper


def _attached(case: Case, agency: Agency, attached: Iterable[Attached]) -> Iterable[tuple[int, Any, Paper]]:
    for number, one in enumerate(attached):
        words = f"{one.purpose or ''} {one.name}"
        said = next((place for place, known in _PURPOSES if any(word in words for word in known)), _GIVEN)
        place = said if one.role is None else _OF_ROLE.get(one.role, said)
        theirs = place in (_REQUEST, _CORRECTION, _REASONS)
        title = spelled(_titled(one))
        who = case.applicants_named if theirs else agency.name
        on = one.at.astimezone(SHANGHAI).date()
        yield place, (10**6, number), Paper(one.id, "attachment", title, None, who, on)


def _titled(one: Attached) -> str:
    """第1项提供件：方案.pdf."""
    role = ATTACHMENT_ROLES[one.role] if one.role in ("original", "given_out", "evidence") else ""
    of = f"第{one.item}项{role}" if one.item is not None else role
    return "：".join(part for part in (of, one.purpose, one.name) if part)


def _made(case: Case, agency: Agency) -> Iterable[tuple[int, Any, Paper]]:
    for signed in case.acts:
        if isinstance(signed.act, a.Decision):
            title = heading_of("approval_sheet", called(case))
            yield _SHEET, (signed.seq, 0), Paper(f"approval_sheet/{signed.seq}", "made", title, None, agency.name, signed.act.on)
    last = _record_of(case)[-1]
    yield _RECORD, (0, 0), Paper(f"handling_record/{last.seq}", "made", "办理记录", None, agency.name, last.act.on)


def _record_of(case: Case) -> tuple[Signed, ...]:
    """The acts of 办理记录: until the file was archived, so that what lies in the file does not grow afterwards."""
    archived = [one.seq for one in case.acts if isinstance(one.act, a.Archival)]
    return tuple(one for one in case.acts if not archived or one.seq < archived[-1])


def made(paper: Paper, case: Case, agency: Agency, rules: Rules, kept: Kept) -> tuple[str, parts.Context]:
    """The kind and context of a paper that is made from the file."""
    kind, _, seq = paper.id.partition("/")
    if kind == "approval_sheet":
        return kind, approval_sheet(case, agency, rules, paper.on, seq=int(seq), numbers=kept.numbers)
    return kind, handling_record(case, agency, rules, paper.on)


# ---------------------------------------------------------------------------------------------- 卷内目录, 备考表


def file_index(case: Case, signed: Signed, agency: Agency, rules: Rules, kept: Kept) -> forms.FileIndex:
    """卷内目录 of the archival that stands on the file: the page on which each paper begins, the last one to its end."""
    act = signed.act
    assert isinstance(act, a.Archival)
    found, rows, page = papers(case, rules, agency, kept), list[forms.IndexRow](), 1
    counted = bool(kept.pages)
    last = max((n for n, one in enumerate(found) if kept.pages.get(one.id)), default=-1)
    for n, paper in enumerate(found):
        pages = kept.pages.get(paper.id)
        shown = None if not pages else f"{page}-{page + pages - 1}" if n == last and pages > 1 else str(page)
        page += pages or 0
        remark = "作废" if paper.void else "电子文件" if counted and not pages else None
        rows.append(
            forms.IndexRow(
                number=paper.number, responsible=paper.responsible, title=paper.title, on=paper.on, page=shown, remark=remark
            )
        )
    return forms.FileIndex(
        letterhead=agency.letterhead,
        on=act.on,
        case_number=case.number,
        volume=act.volume,
        title=f"{case.applicants_named}的{called(case)}",
        retention=act.retention or rules.on(act.on).practice.retention_default,
        rows=tuple(rows),
        pages=page - 1 if counted else None,
    )


def reference_sheet(case: Case, signed: Signed, index: forms.FileIndex) -> forms.ReferenceSheet:
    """备考表 to an index as it was made."""
    uncounted = tuple(row.title for row in index.rows if row.page is None) if index.pages is not None else ()
    remarks = ["本卷文件由政府信息公开申请办理系统生成、保存，归档包中的manifest-sha256.txt载有每个文件的SHA-256值。"]
    if any(isinstance(one.act, a.Amendment) for one in case.acts):
        remarks.append("卷内有更正的记录，更正前后的内容见办理记录。")
    remarks += [f"{text}，签发时已经说明，见办理记录。" for _item, text in not_filed(case)]
    if void := [one.seq for one in case.acts if one.seq in case.revoked]:
        remarks.append(f"办理记录第{'、'.join(map(str, void))}项已经撤销，其文书作废，编号保留。")
    return forms.ReferenceSheet(
        letterhead=index.letterhead,
        on=index.on,
        case_number=index.case_number,
        volume=index.volume,
        title=index.title,
        papers=len(index.rows),
        pages=index.pages,
        uncounted=uncounted,
        remarks=tuple(remarks),
        put_away_by=signed.officer.name,
    )


# ---------------------------------------------------------------------------------------------- 答复审批单


def _at(signed: Signed) -> str:
    """The minute in which an act was signed: 2026年3月5日9:07."""
    at = signed.at.astimezone(SHANGHAI)
    return f"{say_day(at.date())}{at.hour}:{at.minute:02d}"


def _document(case: Case, draft: a.Draft, rules: Rules) -> str:
    """What will be sent, and with whom it is issued (联合行文)."""
    title, others = LETTERS[case.reply_letter(rules)].title, [case.named_as(code) for code in draft.co_issuers]
    return f"{title}（会同{'、'.join(others)}联合作出）" if others else title


def approval_sheet(
    case: Case, agency: Agency, rules: Rules, on: date, *, seq: int | None = None, numbers: Mapping[str, str] = MappingProxyType({})
) -> forms.ApprovalSheet:
    """答复审批单 of the decision `seq`, as the file stood when it was signed; without `seq`, of the draft that waits for it."""
    decision = None if seq is None else case.acts[seq - 1]
    before = case if seq is None else case.as_of(seq - 1)
    draft = before.draft
    assert draft is not None and isinstance(draft.act, a.Draft)
    law, reckoning = rules.on(draft.act.on), before.reckoning(rules)
    outcome = overall((item.outcome for item in draft.act.items), draft.act.principal)
    return forms.ApprovalSheet(
        letterhead=agency.letterhead,
        on=on,
        case_number=case.number,
        document=_document(before, draft.act, rules),
        number=None if seq is None else numbers.get(cases.letter_id(case.id, seq)),
        applicant=before.applicants_named,
        category=a.CATEGORIES[before.applicant.category],
        received_on=before.received_on,
        way=way_of(before),
        due=reckoning.due,
        due_is_provisional=reckoning.provisional,
        wanted=before.wanted,
        outcome=law.outcomes[outcome].title if outcome else "",
        items=tuple(_item(before, law, item) for item in sorted(draft.act.items, key=lambda item: item.item)),
        course=tuple(f"{say_day(one.act.on)}，{type(one.act).title}（{one.officer.name}）" for one in before.acts if one.seq <= draft.seq),
        opinions=tuple(_opinions(before)),
        secrecy=tuple(
            forms.Said(who=one.officer.name, at=_at(one), stance=a.SECRECY_RESULTS[one.act.result], text=one.act.reason)
            for one in before.all(a.SecrecyReview)
            if isinstance(one.act, a.SecrecyReview)
        ),
        risks=_doubts(before, rules, on if decision is None else decision.act.on, decision),
        signatures=_signatures(before, draft, decision),
        called=called(case),
    )


def _item(case: Case, law: Any, item: a.ItemDecision) -> forms.ApprovalItem:
    outcome, title = law.outcomes[item.outcome], law.outcomes[item.outcome].title
    if item.withheld_under is not None:
        title += f"（不予公开的部分：{law.outcomes[item.withheld_under].title}）"
    return forms.ApprovalItem(
        item=item.item, wanted=asked(case, item), outcome=title, law="、".join(map(page_form, outcome.articles)), reason=item.reason
    )


def _opinions(case: Case) -> Iterable[forms.Said]:
    for signed in case.in_force:
        match signed.act:
            case a.Opinion() as opinion:
                asked = case.consultation(opinion.consultation)
                who = asked.act.party.name if asked else ""
                yield forms.Said(who=who, at=say_day(opinion.on), stance=a.STANCES[opinion.stance], text=opinion.text)
            case a.Meeting(text=text, attendees=attendees):
                yield forms.Said(who=f"会商（{'、'.join(attendees)}）", at=say_day(signed.act.on), stance=None, text=text)
            case a.Return(reason=text, request=None):
                yield forms.Said(who=f"{signed.officer.name}退回修改", at=_at(signed), stance=None, text=text)
            case a.Supervision(text=text):
                yield forms.Said(who=f"{signed.officer.name}督办", at=_at(signed), stance=None, text=text)
            case _:
                pass


def _doubts(case: Case, rules: Rules, on: date, decision: Signed | None) -> tuple[forms.Doubt, ...]:
    answers = decision.act.overrides if decision is not None and isinstance(decision.act, a.Decision) else {}
    found = [
        forms.Doubt(
            text=risk.text, law="、".join(map(page_form, risk.articles)), blocks=risk.level == "blocks", answer=answers.get(risk.id)
        )
        for risk in open_risks(case, rules, on)
    ]
    told = {risk.id for risk in open_risks(case, rules, on)}
    rest = (text for id, text in answers.items() if id not in told)  # found under the rules of that day, and no more
    return (*found, *(forms.Doubt(text="签发时提示的其他风险。", law="", blocks=False, answer=text) for text in rest))


def _signatures(case: Case, draft: Signed, decision: Signed | None) -> tuple[forms.Signature, ...]:
    review = case.legal_review
    passed = review.act if review is not None and isinstance(review.act, a.LegalReview) else None
    reviewed = None if passed is None else f"{'通过' if passed.passes else '不通过'}。{passed.text}"
    return (
        forms.Signature(post="拟稿", name=draft.officer.name, at=_at(draft), text=draft.act.remark),
        forms.Signature(post="合法性审核", name=review.officer.name if review else None, at=_at(review) if review else None, text=reviewed),
        forms.Signature(
            post="签发", name=decision.officer.name if decision else None, at=_at(decision) if decision else None,
            text=decision.act.remark if decision else None,
        ),
    )  # fmt: skip


# ---------------------------------------------------------------------------------------------- 办理记录

_RESULTS = {"found": "已查到", "partly_found": "部分查到", "not_found": "未查到", "already_public": "已经主动公开"}
_WORDS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("search", "result"): _RESULTS, ("secrecy_review", "result"): a.SECRECY_RESULTS, ("opinion", "stance"): a.STANCES,
    ("service", "method"): a.METHODS, ("service", "outcome"): a.SERVICE_OUTCOMES, ("consultation", "type"): a.CONSULTATION_TYPES,
    ("registration", "purpose"): a.PURPOSES, ("registration", "channel"): a.CHANNELS,
    ("registration", "form"): a.FORMS, ("registration", "delivery"): a.DELIVERIES, ("registration", "tell_by"): a.TELL_BY,
    ("", "category"): a.CATEGORIES, ("", "id_type"): a.ID_TYPES, ("", "relation"): a.RELATIONS,
    ("remedy", "type"): a.REMEDY_TYPES, ("remedy_result", "result"): a.REMEDY_RESULTS, ("reopening", "basis"): a.REOPENING_BASES,
}  # fmt: skip
_SILENT = frozenset({"kind", "on", "letter", "materials", "attachment", "act", "changes"})
"""Not told: what the row says already, ids, and acts within acts."""


def handling_record(case: Case, agency: Agency, rules: Rules, on: date) -> forms.HandlingRecord:
    """办理记录: every act as it was placed."""
    outcomes = {key: one.title for key, one in rules.on(on).outcomes.items()}
    rows = tuple(
        forms.Recorded(
            seq=one.seq, on=one.act.on, title=type(one.act).title, by=one.officer.name, at=_at(one), lines=tuple(_fields(one.act, outcomes))
        )
        for one in _record_of(case)
    )
    return forms.HandlingRecord(letterhead=agency.letterhead, on=on, case_number=case.number, rows=rows)


def _fields(act: a.Act, outcomes: Mapping[str, str]) -> Iterable[str]:
    for name, field_ in type(act).model_fields.items():
        value = getattr(act, name)
        if name in _SILENT or value is None or value == field_.default or not field_.title:
            continue
        words = outcomes if name in _OUTCOMES else _WORDS.get((act.kind, name), {})
        if (said := _said(name, value, words, outcomes)) is not None:
            yield f"{field_.title}：{said}"


_OUTCOMES = ("outcome", "principal", "withheld_under")


def _said(name: str, value: Any, words: Mapping[str, str], outcomes: Mapping[str, str]) -> str | None:
    match value:
        case bool():
            return "是" if value else "否"
        case int():
            return say_yuan(value) if name.endswith("_fen") else str(value)
        case date():
            return say_day(value)
        case str():
            return words.get(value, value if _is_said(value) else None)
        case tuple():
            told = [one for each in value if (one := _said(name, each, words, outcomes)) is not None]
            return "；".join(told) if told else None
        case dict():
            return "；".join(map(str, value.values())) or None
        case BaseModel():
            return "，".join(_inner(value, outcomes)) or None
    return None


def _inner(record: BaseModel, outcomes: Mapping[str, str]) -> Iterable[str]:
    """The fields of a record within an act, each with its title."""
    for name, field_ in type(record).model_fields.items():
        value = getattr(record, name)
        if name in _SILENT or value is None or value == field_.default:
            continue
        words = outcomes if name in _OUTCOMES else _WORDS.get(("", name), {})
        if (said := _said(name, value, words, outcomes)) is not None:
            yield f"{field_.title or ''}{said}"


def _is_said(text: str) -> bool:
    """Words, and no key of a table."""
    return not (text.isascii() and text.replace("_", "").isalpha() and text.islower())
