"""送达回证, 卷内目录 and 登记表, filled in from the whole file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from letters.compose.papers import file_index
from letters.compose.sheet import Sheet
from letters.contexts import forms, heading_of, parts
from workflow import acts as a
from workflow import case as cases


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
        document=heading_of(letter.kind, sheet.called),
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


def _file_index(sheet: Sheet) -> parts.Context:
    return file_index(sheet.case, sheet.signed, sheet.agency, sheet.rules, sheet.kept)


COMPOSERS: Mapping[str, Callable[[Sheet], parts.Context]] = MappingProxyType(
    {
        "delivery_receipt": _delivery_receipt,
        "file_index": _file_index,
    }
)
