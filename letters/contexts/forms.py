"""What the forms and the papers of the file itself may say: they carry no 发文字号."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from letters.contexts.parts import CORRECTION, INFORMATION, Called, Context, Plain


@dataclass(frozen=True, kw_only=True)
class DeliveryReceipt(Context):
    """送达回证 (民诉法 88-95 by analogy): a form."""

    case_number: str
    document: str
    document_number: str | None
    addressee: str
    method: str | None
    sent_on: date | None
    post_number: str | None
    place: str | None
    recipient: str | None
    received_on: date | None
    refused: bool
    witness: str | None


@dataclass(frozen=True, kw_only=True)
class DeliveryReceipts(Context):
    """送达回证 of several letters, one a page, to be taken along and signed."""

    receipts: tuple[DeliveryReceipt, ...]


@dataclass(frozen=True, kw_only=True)
class Label(Plain):
    """One 信封标签. `reference` (a 文号) tells the officer which letter goes into the envelope."""

    name: str
    address: str
    postcode: str | None
    phone: str | None
    reference: str | None


@dataclass(frozen=True, kw_only=True)
class Labels(Context):
    """信封标签: ten on a page of A4, 105 by 59.4 mm each."""

    labels: tuple[Label, ...]


@dataclass(frozen=True, kw_only=True)
class IndexRow(Plain):
    """One line of the 卷内目录."""

    number: str | None
    responsible: str
    title: str
    on: date
    page: str | None
    remark: str | None


@dataclass(frozen=True, kw_only=True)
class FileIndex(Context):
    """卷内目录 (GB/T 9705)."""

    case_number: str
    volume: str | None
    title: str
    retention: str
    rows: tuple[IndexRow, ...]
    pages: int | None = None
    """Of all papers together; None: they were not counted (before this was done)."""


@dataclass(frozen=True, kw_only=True)
class ReferenceSheet(Context):
    """备考表 (GB/T 9705): how many papers and pages the file has, and who put it away."""

    case_number: str
    volume: str | None
    title: str
    papers: int
    pages: int | None
    uncounted: tuple[str, ...]
    """Papers that have no pages to be counted (tables, recordings)."""
    remarks: tuple[str, ...]
    put_away_by: str


@dataclass(frozen=True, kw_only=True)
class Transferred(Plain):
    """One line of the 移交清单: an archived file."""

    volume: str | None
    case_number: str
    title: str
    year: int
    retention: str
    archived_on: date
    papers: int
    pages: int | None


@dataclass(frozen=True, kw_only=True)
class TransferList(Context):
    """移交清单: the archived files that go to the records office together, to be signed by both sides."""

    rows: tuple[Transferred, ...]


@dataclass(frozen=True, kw_only=True)
class Recorded(Plain):
    """One act as the record tells it: `lines` are its fields in words."""

    seq: int
    on: date
    title: str
    by: str
    at: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HandlingRecord(Context):
    """办理记录: every act of the file in its order, with searches, opinions and examinations."""

    case_number: str
    rows: tuple[Recorded, ...]


@dataclass(frozen=True, kw_only=True)
class ApprovalItem(Plain):
    """What the draft decides on one item."""

    item: int
    wanted: str
    outcome: str
    law: str
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class Said(Plain):
    """An opinion: of whom, when, and what it comes to."""

    who: str
    at: str
    stance: str | None
    text: str


@dataclass(frozen=True, kw_only=True)
class Doubt(Plain):
    """A risk that was pointed out before signing, and the answer to it."""

    text: str
    law: str
    blocks: bool
    answer: str | None


@dataclass(frozen=True, kw_only=True)
class Signature(Plain):
    """One post on the way to the signature; without a name it is still to be signed."""

    post: str
    name: str | None
    at: str | None
    text: str | None


@dataclass(frozen=True, kw_only=True)
class ApprovalSheet(Context):
    """答复审批单 (呈批单), made from the file: what is to be signed, what speaks against it, and who signed when."""

    case_number: str
    document: str
    number: str | None
    applicant: str
    category: str
    received_on: date
    way: str
    due: date | None
    due_is_provisional: bool
    wanted: str
    outcome: str
    items: tuple[ApprovalItem, ...]
    course: tuple[str, ...]
    opinions: tuple[Said, ...]
    secrecy: tuple[Said, ...]
    risks: tuple[Doubt, ...]
    signatures: tuple[Signature, ...]
    called: Called = INFORMATION

    @property
    def corrects_records(self) -> bool:
        return self.called == CORRECTION


@dataclass(frozen=True, kw_only=True)
class RequestForm(Context):
    """政府信息公开申请登记表, filled in by the office for who cannot write (条例 29): to be signed."""

    case_number: str
    category: str
    name: str
    id_type: str | None
    id_number: str | None
    contact_name: str | None
    phone: str | None
    email: str | None
    address: str | None
    postcode: str | None
    wanted: str
    features: tuple[str, ...]
    form: str
    delivery: str
    filled_by: str
    others: tuple[str, ...] = ()
    """共同申请人, each with his paper and contacts in one line."""
    agent: str | None = None
    """代理人, likewise."""
    called: Called = INFORMATION
    evidence: str | None = None
    """证明记录不准确的证据, of a request to correct records."""

    @property
    def corrects_records(self) -> bool:
        return self.called == CORRECTION
