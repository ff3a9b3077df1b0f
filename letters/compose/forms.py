"""送达回证, 卷内目录 and 登记表, filled in from the whole file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from letters.compose.sheet import Sheet
from letters.contexts import LETTERS, forms, parts
from workflow import acts as a
from workflow import case as cases
from workflow.acts import Act


def _delivery_receipt(sheet: Sheet) -> parts.Context:
    act = sheet.act
    letter = next(one for one in sheet.case.letters(sheet.rules) if one.id == act.letter)
    addressee = sheet.case.recipient.name
    if letter.to != "applicant" and letter.consultation is not None:
        asked = sheet.case.consultation(letter.consultation)
        addressee = addressee if asked is None else asked.act.party.name
    served = sheet.case.services.get(act.letter)
    return forms.DeliveryReceipt(
        **sheet.head(),
        case_number=sheet.case.number,
        document=LETTERS[letter.kind].heading,
        document_number=_number_of(sheet, letter),
        addressee=addressee,
        method=a.METHODS[act.method],
        sent_on=served.handed_on if served else act.on,
        post_number=act.post_number,
        place=act.place,
        recipient=act.recipient,
        received_on=act.received_on or (served.received_on if served else None),
        refused=act.refused,
        witness=act.witness,
    )


def _number_of(sheet: Sheet, letter: cases.Letter) -> str | None:
    return sheet.case.number if letter.kind == "receipt" else sheet.numbers.get(letter.id)


# 卷内目录: the result first, then the request and what happened to it, then service and remedies (law of archiving: READINGS).
_PAPERS: Mapping[type[Act], tuple[int, str]] = MappingProxyType(
    {
        a.Draft: (1, "答复审批单"),
        a.Registration: (2, "政府信息公开申请及身份证明"),
        a.Correction: (4, "补正材料"),
        a.Reasons: (5, "申请人说明的理由"),
        a.Opinion: (7, "意见"),
        a.Search: (8, "检索记录"),
        a.Payment: (9, "缴费凭证、财政票据"),
        a.Remedy: (11, "复议、诉讼材料"),
        a.RemedyResult: (11, "复议、诉讼结果"),
    }
)
_LETTER_PLACES: Mapping[str, int] = {
    "receipt": 3, "request_form": 2, "correction_notice": 4, "reasons_notice": 5, "extension_notice": 6, "deferral_notice": 6,
    "third_party_inquiry": 7, "consultation_notice": 7, "third_party_notice": 7, "joint_agency_inquiry": 7,
    "other_agency_inquiry": 7, "internal_consultation": 7, "fee_notice": 9, "delivery_receipt": 10,
    "handover_notice": 0, "abandonment_notice": 0, "withdrawal_notice": 0,
}  # fmt: skip


def _file_index(sheet: Sheet) -> parts.Context:
    case = sheet.case
    found: list[tuple[int, int, forms.IndexRow]] = []
    for letter in case.letters(sheet.rules):
        if letter.kind != "file_index":
            title, on = LETTERS[letter.kind].heading, case.acts[letter.seq - 1].act.on
            row = _row(title, on, sheet.agency.name, _number_of(sheet, letter))
            found.append((_LETTER_PLACES.get(letter.kind, 0), letter.seq, row))
    for signed in case.acts:
        if (paper := _PAPERS.get(type(signed.act))) is not None:
            place, title = paper
            found.append((place, signed.seq, _row(title, _dated(signed.act), _author(sheet, signed.act), None)))
    return forms.FileIndex(
        **sheet.head(),
        case_number=case.number,
        volume=sheet.act.volume,
        title=f"{case.applicants_named}的政府信息公开申请",
        retention=sheet.act.retention or sheet.law.practice.retention_default,
        rows=tuple(row for _place, _seq, row in sorted(found, key=lambda one: one[:2])),
    )


def _row(title: str, on: date, responsible: str, number: str | None) -> forms.IndexRow:
    return forms.IndexRow(number=number, responsible=responsible, title=title, on=on, page=None, remark=None)


def _dated(act: Act) -> date:
    return act.received_on if isinstance(act, a.Registration) else act.on


def _author(sheet: Sheet, act: Act) -> str:
    if isinstance(act, a.Registration | a.Correction | a.Reasons | a.Payment | a.Remedy):
        return sheet.case.applicants_named
    if isinstance(act, a.Opinion):
        asked = sheet.case.consultation(act.consultation)
        assert asked is not None
        return asked.act.party.name
    if isinstance(act, a.RemedyResult):
        return next(one.act.body for one in sheet.case.challenges if one.seq == act.remedy)
    return sheet.agency.name


COMPOSERS: Mapping[str, Callable[[Sheet], parts.Context]] = MappingProxyType(
    {
        "delivery_receipt": _delivery_receipt,
        "file_index": _file_index,
    }
)
