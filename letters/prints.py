"""What a desk prints for the rows it has ticked: envelope labels (信封标签) and 送达回证 to be signed.

    pdf = renderer.render("labels", labels(rows, agency, today))
    pdf = renderer.render("delivery_receipts", delivery_receipts(rows, agency, today))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from letters.agencies import Agency
from letters.contexts.forms import DeliveryReceipt, DeliveryReceipts, Label, Labels
from letters.errors import LetterError
from letters.wording import on_one_line

MOST = 500
"""Labels or receipts in one print."""
LONGEST = 120
"""Characters of name and address that a label has room for, in the small size."""


def labels(rows: Iterable[Mapping[str, Any]], agency: Agency, on: date) -> Labels:
    """Rows of `name`, `address` and, if known, `postcode`, `phone`, `reference` (文号). Raises LetterError: row and reason."""
    made = tuple(_label(number, row) for number, row in enumerate(_some(rows, "信封标签"), 1))
    return Labels(letterhead=agency.letterhead, on=on, labels=made)


def _label(number: int, row: Mapping[str, Any]) -> Label:
    name, address = (on_one_line(row.get(key) or "") for key in ("name", "address"))
    for value, what in ((name, "收件人"), (address, "通信地址")):
        if not value:
            raise LetterError(f"信封标签没有生成：第{number}行没有{what}。请补充后再打印，或者不选这一行。")
    if len(name) + len(address) > LONGEST:
        raise LetterError(f"信封标签没有生成：第{number}行的收件人和地址超过{LONGEST}字，一张标签写不下。请核对地址。")
    return Label(
        name=name,
        address=address,
        postcode=row.get("postcode") or None,
        phone=row.get("phone") or None,
        reference=row.get("reference") or None,
    )


def delivery_receipts(rows: Iterable[Mapping[str, Any]], agency: Agency, on: date) -> DeliveryReceipts:
    """Rows of `case_number`, `document` (heading of the letter), `addressee` and, if known, `document_number`, `method`,
    `place`, `sent_on`, `post_number`; the rest is left to be written by hand. Raises LetterError.
    """
    made = tuple(
        DeliveryReceipt(
            letterhead=agency.letterhead,
            on=on,
            case_number=row["case_number"],
            document=row["document"],
            document_number=row.get("document_number") or None,
            addressee=row["addressee"],
            method=row.get("method") or None,
            sent_on=row.get("sent_on"),
            post_number=row.get("post_number") or None,
            place=row.get("place") or None,
            recipient=None,
            received_on=None,
            refused=False,
            witness=None,
        )
        for row in _some(rows, "送达回证")
    )
    return DeliveryReceipts(letterhead=agency.letterhead, on=on, receipts=made)


def _some(rows: Iterable[Mapping[str, Any]], title: str) -> list[Mapping[str, Any]]:
    ticked = list(rows)
    if not 1 <= len(ticked) <= MOST:
        raise LetterError(f"{title}没有生成：选了{len(ticked)}行，一次可以打印1至{MOST}行。")
    return ticked
