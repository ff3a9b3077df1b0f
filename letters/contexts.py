"""Everything that each letter (文书) may say: one frozen dataclass per kind, plain values only.

A context is frozen as JSON when the letter is numbered, and the PDF is made from that JSON alone. Adding a letter: a class
here, its template, its row in `LETTERS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import ConfigDict, StringConstraints, TypeAdapter, ValidationError

from letters.errors import LetterError
from workflow.words import LETTER_TITLES


class Plain:
    """A frozen record of plain values; unknown keys are refused when it is read back."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    def values(self) -> dict[str, Any]:
        """The fields by name, as a template sees them."""
        return {one.name: getattr(self, one.name) for one in fields(self)}  # type: ignore[arg-type]  # every subclass is a dataclass


_ADAPTERS: dict[object, TypeAdapter[Any]] = {}


def _adapter(model: type[Any]) -> TypeAdapter[Any]:
    if model not in _ADAPTERS:
        _ADAPTERS[model] = TypeAdapter(model)
    return _ADAPTERS[model]


# ---------------------------------------------------------------------------------------------- shared parts


@dataclass(frozen=True, kw_only=True)
class Letterhead(Plain):
    """发文机关: how it calls itself and where it can be found. `seal` is a file name in the agencies folder."""

    name: str
    mark: str
    seal: Annotated[str, StringConstraints(pattern=r"^[\w-]+\.png$")]
    address: str
    phone: str
    postcode: str
    office_hours: str
    email: str
    website: str
    printed_by: str | None
    """印发机关 of the 版记; None: no 版记."""


@dataclass(frozen=True, kw_only=True)
class Addressee(Plain):
    """主送: a natural person is 您, everyone else 你单位; another agency 贵单位."""

    name: str
    is_person: bool

    @property
    def you(self) -> str:
        return "您" if self.is_person else "你单位"


@dataclass(frozen=True, kw_only=True)
class Request(Plain):
    """The application that the letter is about. `way` completes 收到您…的政府信息公开申请: 通过网络提交."""

    number: str
    received_on: date
    way: str
    wanted: str


@dataclass(frozen=True, kw_only=True)
class Remedy(Plain):
    """救济途径. R1: review first (arts 14, 15, 16); R2: review or suit; both: R1 for what is withheld, R2 for the rest."""

    variant: Literal["R1", "R2", "both", "none"]
    review_body: str
    court: str
    review_days: int
    suit_days: int
    suit_months: int


@dataclass(frozen=True, kw_only=True)
class Context(Plain):
    """What every letter has: who writes, and the date it bears (成文日期)."""

    letterhead: Letterhead
    on: date

    def to_json(self) -> dict[str, Any]:
        """Plain values, as they are stored."""
        data: dict[str, Any] = _adapter(type(self)).dump_python(self, mode="json")
        return data

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """The context that `to_json` gave; raises LetterError when something is missing or unknown."""
        try:
            made: Self = _adapter(cls).validate_python(data)
        except ValidationError as error:
            where = "、".join(".".join(str(step) for step in one["loc"]) for one in error.errors(include_input=False)[:3])
            raise LetterError(f"文书内容不完整或者有误：{where}。") from None
        return made


@dataclass(frozen=True, kw_only=True)
class Numbered(Context):
    """A letter with a 发文字号."""

    number: str


@dataclass(frozen=True, kw_only=True)
class ToApplicant(Numbered):
    """A letter to the applicant about the application."""

    to: Addressee
    request: Request


# ---------------------------------------------------------------------------------------------- items of a reply


@dataclass(frozen=True, kw_only=True)
class Document(Plain):
    """一份信息 that is handed over."""

    title: str
    pages: int | None


@dataclass(frozen=True, kw_only=True)
class Finding(Plain):
    """What is decided on one item: `law` is the citation as a letter writes it, `reason` the officer's own words."""

    words: ClassVar[str]
    """The template that puts it in words: templates/findings/WORDS.html."""

    wanted: str
    law: str
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class AlreadyPublic(Finding):
    """已经主动公开 (条例 36(一))."""

    words = "already_public"

    outcome: Literal["already_public"]
    where: str


@dataclass(frozen=True, kw_only=True)
class Disclosed(Finding):
    """予以公开 (条例 36(二), 40)."""

    words = "disclosed"

    outcome: Literal["disclosed"]
    provided: tuple[Document, ...]
    where: str | None
    available_on: date | None


@dataclass(frozen=True, kw_only=True)
class Partial(Finding):
    """部分公开, by separation (条例 37). `under` says why the rest is withheld, `under_law` by which article."""

    words = "partial"

    outcome: Literal["partial"]
    provided: tuple[Document, ...]
    where: str | None
    available_on: date | None
    withheld: str
    under: str | None
    under_law: str | None


@dataclass(frozen=True, kw_only=True)
class WithheldAbsolute(Finding):
    """不予公开 (条例 14): state secret, forbidden by law, security and stability."""

    words = "withheld_absolute"

    outcome: Literal["state_secret", "forbidden_by_law", "security_stability"]
    ground: str | None
    forbidden_by: str | None


@dataclass(frozen=True, kw_only=True)
class WithheldThirdParty(Finding):
    """不予公开 (条例 15, 32): the third party was asked, and no public interest outweighs."""

    words = "withheld_third_party"

    outcome: Literal["third_party"]
    ground: str | None
    objected: bool | None
    """True: the third party objected; False: it did not answer in time; None: what it said is in the reason."""
    public_interest: str | None


@dataclass(frozen=True, kw_only=True)
class WithheldDiscretionary(Finding):
    """不予公开 (条例 16): internal affairs, deliberative information, enforcement files."""

    words = "withheld_discretionary"

    outcome: Literal["internal_affairs", "deliberative", "enforcement_file"]
    ground: str | None


@dataclass(frozen=True, kw_only=True)
class Searched(Plain):
    """一次检索: where, and how."""

    on: date
    places: tuple[str, ...]
    method: str
    found: str | None


@dataclass(frozen=True, kw_only=True)
class NotExisting(Finding):
    """政府信息不存在 (条例 36(四)): how it was searched for."""

    words = "not_existing"

    outcome: Literal["not_existing"]
    searches: tuple[Searched, ...]


@dataclass(frozen=True, kw_only=True)
class NotResponsible(Finding):
    """不属于本机关负责公开 (条例 36(五)); the responsible agency, if it can be determined."""

    words = "not_responsible"

    outcome: Literal["not_responsible"]
    responsible: str | None
    contact: str | None


@dataclass(frozen=True, kw_only=True)
class Repeated(Finding):
    """重复申请 (条例 36(六))."""

    words = "repeated"

    outcome: Literal["repeated"]
    earlier_number: str
    earlier_on: date


@dataclass(frozen=True, kw_only=True)
class SpecialInquiry(Finding):
    """行政查询 (条例 36(七)): the law that has its own rules, and where to go."""

    words = "special_inquiry"

    outcome: Literal["special_inquiry"]
    ground: str | None
    special_law: str | None
    channel: str | None


@dataclass(frozen=True, kw_only=True)
class NeedsProcessing(Finding):
    """需要加工、分析 (条例 38)."""

    words = "needs_processing"

    outcome: Literal["needs_processing"]


@dataclass(frozen=True, kw_only=True)
class Unclear(Finding):
    """补正后仍不明确 (条例 30)."""

    words = "unclear"

    outcome: Literal["unclear_after_correction"]
    asked_on: date | None
    corrected_on: date | None


@dataclass(frozen=True, kw_only=True)
class Petition(Finding):
    """信访、投诉、举报 (条例 39(1))."""

    words = "petition"

    outcome: Literal["petition"]
    ground: str | None
    channel: str | None


@dataclass(frozen=True, kw_only=True)
class Publication(Finding):
    """公开出版物 (条例 39(2))."""

    words = "publication"

    outcome: Literal["publication"]
    ground: str | None
    channel: str | None


@dataclass(frozen=True, kw_only=True)
class Excessive(Finding):
    """大量、反复申请 (条例 35): reasons were asked for, and why they are not accepted."""

    words = "excessive"

    outcome: Literal["excessive"]
    asked_on: date | None
    said: str | None


@dataclass(frozen=True, kw_only=True)
class Reissue(Finding):
    """要求确认或者重新出具已获取的信息."""

    words = "reissue"

    outcome: Literal["reissue"]


@dataclass(frozen=True, kw_only=True)
class Other(Finding):
    """其他处理: the reason says all."""

    words = "other"

    outcome: Literal["other"]
    channel: str | None


AnyFinding = (
    AlreadyPublic | Disclosed | Partial | WithheldAbsolute | WithheldThirdParty | WithheldDiscretionary | NotExisting
    | NotResponsible | Repeated | SpecialInquiry | NeedsProcessing | Unclear | Petition | Publication | Excessive
    | Reissue | Other
)  # fmt: skip


# ---------------------------------------------------------------------------------------------- replies


@dataclass(frozen=True, kw_only=True)
class Reply(ToApplicant):
    """答复书: item by item; `opening` and `closing` are the officer's own words."""

    opening: str | None
    closing: str | None
    remedy: Remedy
    attachments: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DisclosedReply(Reply):
    items: tuple[Disclosed, ...]


@dataclass(frozen=True, kw_only=True)
class AlreadyPublicReply(Reply):
    items: tuple[AlreadyPublic, ...]


@dataclass(frozen=True, kw_only=True)
class PartialReply(Reply):
    items: tuple[AnyFinding, ...]


@dataclass(frozen=True, kw_only=True)
class MixedReply(Reply):
    items: tuple[AnyFinding, ...]


@dataclass(frozen=True, kw_only=True)
class WithheldAbsoluteReply(Reply):
    items: tuple[WithheldAbsolute, ...]


@dataclass(frozen=True, kw_only=True)
class WithheldThirdPartyReply(Reply):
    items: tuple[WithheldThirdParty, ...]


@dataclass(frozen=True, kw_only=True)
class WithheldDiscretionaryReply(Reply):
    items: tuple[WithheldDiscretionary, ...]


@dataclass(frozen=True, kw_only=True)
class NotExistingReply(Reply):
    items: tuple[NotExisting, ...]


@dataclass(frozen=True, kw_only=True)
class NotResponsibleReply(Reply):
    items: tuple[NotResponsible, ...]


@dataclass(frozen=True, kw_only=True)
class RepeatedReply(Reply):
    items: tuple[Repeated, ...]


@dataclass(frozen=True, kw_only=True)
class SpecialInquiryReply(Reply):
    items: tuple[SpecialInquiry, ...]


@dataclass(frozen=True, kw_only=True)
class NeedsProcessingReply(Reply):
    items: tuple[NeedsProcessing, ...]


@dataclass(frozen=True, kw_only=True)
class UnclearReply(Reply):
    items: tuple[Unclear, ...]


@dataclass(frozen=True, kw_only=True)
class PetitionReply(Reply):
    items: tuple[Petition, ...]


@dataclass(frozen=True, kw_only=True)
class PublicationReply(Reply):
    items: tuple[Publication, ...]


@dataclass(frozen=True, kw_only=True)
class ExcessiveReply(Reply):
    items: tuple[Excessive, ...]


@dataclass(frozen=True, kw_only=True)
class ReissueReply(Reply):
    items: tuple[Reissue, ...]


@dataclass(frozen=True, kw_only=True)
class OtherReply(Reply):
    items: tuple[Other, ...]


@dataclass(frozen=True, kw_only=True)
class CorrectionOfRecord(Reply):
    """更正告知 (条例 41): corrected, transferred, or where to ask."""

    items: tuple[Other, ...]


# ---------------------------------------------------------------------------------------------- on the way


@dataclass(frozen=True, kw_only=True)
class Receipt(Context):
    """登记回执 (条例 31, 45): the registration number is its number."""

    to: Addressee
    request: Request
    items: tuple[str, ...]
    submitted_on: date | None
    form: str
    delivery: str
    due: date
    due_is_provisional: bool
    reply_days: int


@dataclass(frozen=True, kw_only=True)
class CorrectionNotice(ToApplicant):
    """补正告知书 (条例 30): once; what, by when, and what follows if not."""

    matters: tuple[str, ...]
    days: int


@dataclass(frozen=True, kw_only=True)
class ReasonsNotice(ToApplicant):
    """说明理由告知书 (条例 35)."""

    facts: str
    days: int


@dataclass(frozen=True, kw_only=True)
class ExtensionNotice(ToApplicant):
    """延期答复告知书 (条例 33(2)). `due` is None when it cannot be told yet (a consultation is still open)."""

    reason: str
    days: int
    due: date | None
    due_is_provisional: bool


@dataclass(frozen=True, kw_only=True)
class DeferralNotice(ToApplicant):
    """延迟答复告知书 (条例 35)."""

    reason: str
    until: date


@dataclass(frozen=True, kw_only=True)
class ThirdPartyInquiry(Numbered):
    """第三方意见征询书 (条例 32), with its reply slip. The applicant is not named."""

    to: Addressee
    case_number: str
    question: str
    days: int


@dataclass(frozen=True, kw_only=True)
class ConsultationNotice(ToApplicant):
    """征求意见告知书 (条例 33(3)): the time it takes is not counted."""

    asked: str
    """第三方, or the name of the agency that was asked."""
    law: str
    days: int | None


@dataclass(frozen=True, kw_only=True)
class ThirdPartyNotice(Numbered):
    """第三方告知书 (条例 32): what is disclosed against the third party's will, and why."""

    to: Addressee
    inquiry_on: date
    opinion_on: date | None
    information: tuple[str, ...]
    reasons: tuple[str, ...]
    remedy: Remedy


@dataclass(frozen=True, kw_only=True)
class JointAgencyInquiry(Numbered):
    """征求共同制作机关意见函 (条例 34): silence is consent."""

    to: str
    case_number: str
    question: str
    days: int


@dataclass(frozen=True, kw_only=True)
class OtherAgencyInquiry(Numbered):
    """征求意见函 (条例 33(3)): no meaning is given to silence."""

    to: str
    case_number: str
    question: str
    days: int


@dataclass(frozen=True, kw_only=True)
class InternalConsultation(Context):
    """会商单 within the agency: a form; the opinion is written on it."""

    department: str
    request: Request
    question: str
    days: int
    asked_by: str


@dataclass(frozen=True, kw_only=True)
class FeeRow(Plain):
    """One bracket of the working; `span` is 第11至30件."""

    span: str
    quantity: int
    rate_fen: int
    amount_fen: int


@dataclass(frozen=True, kw_only=True)
class Payee(Plain):
    """缴款: how the amount gets to the treasury."""

    account: str
    way: str
    receipt: str


@dataclass(frozen=True, kw_only=True)
class FeeNotice(ToApplicant):
    """收费通知书 (条例 42, 办法 3-6): 依据、标准、数额、缴纳方式. No remedy of its own (办法 7)."""

    unit: str
    quantity: int
    already: int | None
    """How many were counted earlier in the same natural month; None when the basis does not count by month."""
    standard: str
    rows: tuple[FeeRow, ...]
    amount_fen: int
    law: str
    days: int
    payee: Payee


@dataclass(frozen=True, kw_only=True)
class AbandonmentNotice(ToApplicant):
    """不再处理告知书 (条例 30, 办法 6): the notice was served, the period has ended."""

    cause: Literal["correction", "payment"]
    notice_on: date
    received_on: date | None
    limit: date | None
    days: int
    reason: str | None
    law: str
    remedy: Remedy


@dataclass(frozen=True, kw_only=True)
class WithdrawalNotice(ToApplicant):
    """撤回申请告知书."""

    by: str
    reason: str | None


# ---------------------------------------------------------------------------------------------- forms and the file


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


# ---------------------------------------------------------------------------------------------- the one table

Format = Literal["document", "official_letter", "plain"]
"""document: 文件格式; official_letter: 信函格式 (GB/T 9704, 10.1); plain: a form or slip without red head."""


@dataclass(frozen=True, slots=True)
class LetterKind:
    """One kind of letter: its context, its template, the numbering series it takes its 发文字号 from."""

    context: type[Context]
    template: str
    heading: str
    """How the letter calls itself on paper."""
    title: str
    """How lists and messages call it."""
    series: str | None
    format: Format
    remedy: bool
    to: Literal["applicant", "third_party", "agency", "internal", "file"]


def _kind(
    name: str, context: type[Context], heading: str, series: str | None, format: Format, to: Any, remedy: bool = False
) -> LetterKind:
    return LetterKind(context, f"{name}.html", heading, LETTER_TITLES[name], series, format, remedy, to)


_REPLY = "政府信息公开申请答复书"
_REPLIES: Mapping[str, type[Reply]] = {
    "disclosed": DisclosedReply,
    "already_public": AlreadyPublicReply,
    "partial": PartialReply,
    "withheld_absolute": WithheldAbsoluteReply,
    "withheld_third_party": WithheldThirdPartyReply,
    "withheld_discretionary": WithheldDiscretionaryReply,
    "not_existing": NotExistingReply,
    "not_responsible": NotResponsibleReply,
    "repeated": RepeatedReply,
    "special_inquiry": SpecialInquiryReply,
    "needs_processing": NeedsProcessingReply,
    "unclear": UnclearReply,
    "petition": PetitionReply,
    "publication": PublicationReply,
    "excessive": ExcessiveReply,
    "reissue": ReissueReply,
    "mixed": MixedReply,
    "other_reply": OtherReply,
}
_TABLE = {
    "receipt": ("政府信息公开申请登记回执", Receipt, None, "plain", "applicant"),
    "correction_notice": ("政府信息公开申请补正告知书", CorrectionNotice, "correction", "document", "applicant"),
    "reasons_notice": ("政府信息公开申请说明理由告知书", ReasonsNotice, "notice", "document", "applicant"),
    "extension_notice": ("政府信息公开申请延期答复告知书", ExtensionNotice, "extension", "document", "applicant"),
    "deferral_notice": ("政府信息公开申请延迟答复告知书", DeferralNotice, "extension", "document", "applicant"),
    "third_party_inquiry": ("政府信息公开第三方意见征询书", ThirdPartyInquiry, "inquiry", "official_letter", "third_party"),
    "consultation_notice": ("政府信息公开申请征求意见告知书", ConsultationNotice, "notice", "document", "applicant"),
    "joint_agency_inquiry": ("关于征求政府信息公开意见的函", JointAgencyInquiry, "inquiry", "official_letter", "agency"),
    "other_agency_inquiry": ("关于协助办理政府信息公开申请的函", OtherAgencyInquiry, "inquiry", "official_letter", "agency"),
    "internal_consultation": ("政府信息公开申请会商单", InternalConsultation, None, "plain", "internal"),
    "fee_notice": ("政府信息公开信息处理费收费通知书", FeeNotice, "fee", "document", "applicant"),
    "withdrawal_notice": ("政府信息公开申请撤回告知书", WithdrawalNotice, "notice", "document", "applicant"),
    "delivery_receipt": ("送达回证", DeliveryReceipt, None, "plain", "file"),
    "file_index": ("卷内目录", FileIndex, None, "plain", "file"),
    "request_form": ("政府信息公开申请登记表", RequestForm, None, "plain", "file"),
}

LETTERS: Mapping[str, LetterKind] = MappingProxyType(
    {
        name: _kind(name, context, heading, series, format, to)  # type: ignore[arg-type]  # literals of the table
        for name, (heading, context, series, format, to) in _TABLE.items()
    }
    | {
        "third_party_notice": _kind(
            "third_party_notice", ThirdPartyNotice, "政府信息公开告知书", "notice", "document", "third_party", True
        ),
        "abandonment_notice": _kind(
            "abandonment_notice", AbandonmentNotice, "政府信息公开申请不再处理告知书", "notice", "document", "applicant", True
        ),
        "correction_of_record": _kind(
            "correction_of_record", CorrectionOfRecord, "政府信息更正申请告知书", "reply", "document", "applicant", True
        ),
    }
    | {name: _kind(name, context, _REPLY, "reply", "document", "applicant", True) for name, context in _REPLIES.items()}
)
"""Kind -> all there is to know about it."""

PRINTED: Mapping[str, LetterKind] = MappingProxyType(
    {
        **LETTERS,
        "labels": LetterKind(Labels, "labels.html", "信封标签", "信封标签", None, "plain", False, "file"),
        "delivery_receipts": LetterKind(DeliveryReceipts, "delivery_receipts.html", "送达回证", "送达回证", None, "plain", False, "file"),
    }
)
"""Everything that can be printed: the letters, and what is printed for several of them and kept in no file."""
