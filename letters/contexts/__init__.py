"""Everything that each letter (文书) may say: one frozen dataclass per kind, plain values only.

A context is frozen as JSON when the letter is numbered, and the PDF is made from that JSON alone. Adding a letter: a class
in `notices`, `replies` or `forms`, its template, its row in `LETTERS` here, and what fills it in (`letters.compose`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from letters.contexts import forms, notices, replies
from letters.contexts.parts import CORRECTION, INFORMATION, Context
from workflow.words import LETTER_TITLES

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
_REPLIES: Mapping[str, type[replies.Reply]] = {
    "disclosed": replies.DisclosedReply,
    "already_public": replies.AlreadyPublicReply,
    "partial": replies.PartialReply,
    "withheld_absolute": replies.WithheldAbsoluteReply,
    "withheld_third_party": replies.WithheldThirdPartyReply,
    "withheld_discretionary": replies.WithheldDiscretionaryReply,
    "not_existing": replies.NotExistingReply,
    "not_responsible": replies.NotResponsibleReply,
    "repeated": replies.RepeatedReply,
    "special_inquiry": replies.SpecialInquiryReply,
    "needs_processing": replies.NeedsProcessingReply,
    "unclear": replies.UnclearReply,
    "petition": replies.PetitionReply,
    "publication": replies.PublicationReply,
    "excessive": replies.ExcessiveReply,
    "reissue": replies.ReissueReply,
    "mixed": replies.MixedReply,
    "other_reply": replies.OtherReply,
}
_OF_RECORDS: Mapping[str, tuple[str, type[replies.Reply]]] = {
    "record_corrected": ("政府信息更正告知书", replies.RecordCorrectedReply),
    "record_not_corrected": ("政府信息不予更正告知书", replies.RecordNotCorrectedReply),
    "record_transferred": ("政府信息更正申请转送告知书", replies.RecordTransferredReply),
    "record_referred": ("政府信息更正申请告知书", replies.RecordReferredReply),
    "correction_of_record": ("政府信息更正申请处理告知书", replies.CorrectionOfRecord),
}
_TABLE = {
    "receipt": ("政府信息公开申请登记回执", notices.Receipt, None, "plain", "applicant"),
    "correction_notice": ("政府信息公开申请补正告知书", notices.CorrectionNotice, "correction", "document", "applicant"),
    "handover_notice": ("政府信息公开申请移送告知书", notices.HandoverNotice, "notice", "document", "applicant"),
    "reasons_notice": ("政府信息公开申请说明理由告知书", notices.ReasonsNotice, "notice", "document", "applicant"),
    "extension_notice": ("政府信息公开申请延期答复告知书", notices.ExtensionNotice, "extension", "document", "applicant"),
    "deferral_notice": ("政府信息公开申请延迟答复告知书", notices.DeferralNotice, "extension", "document", "applicant"),
    "third_party_inquiry": ("政府信息公开第三方意见征询书", notices.ThirdPartyInquiry, "inquiry", "official_letter", "third_party"),
    "consultation_notice": ("政府信息公开申请征求意见告知书", notices.ConsultationNotice, "notice", "document", "applicant"),
    "joint_agency_inquiry": ("关于征求政府信息公开意见的函", notices.JointAgencyInquiry, "inquiry", "official_letter", "agency"),
    "other_agency_inquiry": ("关于协助办理政府信息公开申请的函", notices.OtherAgencyInquiry, "inquiry", "official_letter", "agency"),
    "internal_consultation": ("政府信息公开申请会商单", notices.InternalConsultation, None, "plain", "internal"),
    "fee_notice": ("政府信息公开信息处理费收费通知书", notices.FeeNotice, "fee", "document", "applicant"),
    "withdrawal_notice": ("政府信息公开申请撤回告知书", notices.WithdrawalNotice, "notice", "document", "applicant"),
    "delivery_receipt": ("送达回证", forms.DeliveryReceipt, None, "plain", "file"),
    "file_index": ("卷内目录", forms.FileIndex, None, "plain", "file"),
    "request_form": ("政府信息公开申请登记表", forms.RequestForm, None, "plain", "file"),
}


def heading_of(kind: str, called: str) -> str:
    """How a letter of `kind` calls itself on paper, about an application that is `called` so."""
    own = _HEADINGS_OF_RECORDS.get(kind) if called == CORRECTION else None
    return own or PRINTED[kind].heading.replace(INFORMATION, called)


_HEADINGS_OF_RECORDS: Mapping[str, str] = {"approval_sheet": "政府信息更正申请审批单"}


LETTERS: Mapping[str, LetterKind] = MappingProxyType(
    {
        name: _kind(name, context, heading, series, format, to)  # type: ignore[arg-type]  # literals of the table
        for name, (heading, context, series, format, to) in _TABLE.items()
    }
    | {
        "third_party_notice": _kind(
            "third_party_notice", notices.ThirdPartyNotice, "政府信息公开告知书", "notice", "document", "third_party", True
        ),
        "abandonment_notice": _kind(
            "abandonment_notice", notices.AbandonmentNotice, "政府信息公开申请不再处理告知书", "notice", "document", "applicant", True
        ),
    }
    | {
        name: _kind(name, context, heading, "reply", "document", "applicant", True)
        for name, (heading, context) in _OF_RECORDS.items()
    }
    | {name: _kind(name, context, _REPLY, "reply", "document", "applicant", True) for name, context in _REPLIES.items()}
)
"""Kind -> all there is to know about it."""

PRINTED: Mapping[str, LetterKind] = MappingProxyType(
    {
        **LETTERS,
        "labels": LetterKind(forms.Labels, "labels.html", "信封标签", "信封标签", None, "plain", False, "file"),
        **{
            f"envelopes_{size.lower()}": LetterKind(
                forms.Labels, f"envelopes_{size.lower()}.html", "信封", f"信封（{size}）", None, "plain", False, "file"
            )
            for size in ("DL", "C5")
        },
        "approval_sheet": LetterKind(
            forms.ApprovalSheet, "approval_sheet.html", "政府信息公开申请答复审批单", "答复审批单", None, "plain", False, "file"
        ),
        "handling_record": LetterKind(
            forms.HandlingRecord, "handling_record.html", "办理记录", "办理记录", None, "plain", False, "file"
        ),
        "reference_sheet": LetterKind(
            forms.ReferenceSheet, "reference_sheet.html", "备考表", "备考表", None, "plain", False, "file"
        ),
        "transfer_list": LetterKind(forms.TransferList, "transfer_list.html", "移交清单", "移交清单", None, "plain", False, "file"),
        "delivery_receipts": LetterKind(
            forms.DeliveryReceipts, "delivery_receipts.html", "送达回证", "送达回证", None, "plain", False, "file"
        ),
    }
)
"""Everything that can be printed: the letters, and what is printed for several of them and kept in no file."""
