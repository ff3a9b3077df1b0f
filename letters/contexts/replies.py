"""What a 答复书 may say: a finding on every item, and the reply that holds them (条例 36-39)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from letters.contexts.parts import CoIssuer, Plain, Remedy, ToApplicant


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
    name: str | None = None
    """How the officer calls the item, for its heading."""


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
    overruled: bool | Literal["in_part"] = False
    """A third party does not agree, or to a part only (条例 32): the reply says why it is given nevertheless."""
    public_interest: str | None = None


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
    overruled: bool | Literal["in_part"] = False
    public_interest: str | None = None


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
    objected: bool | Literal["unreachable"] | None
    """True: the third party objected with good reason; False: it did not answer in time, or the inquiry could not be delivered
    (READINGS R-unreachable); None: what it said was examined."""
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
    where: str | None = None


@dataclass(frozen=True, kw_only=True)
class Excessive(Finding):
    """大量、反复申请 (条例 35): reasons were asked for, and why they are not accepted."""

    words = "excessive"

    outcome: Literal["excessive"]
    facts: str | None = None
    """The figures, as the notice stated them that asked for reasons."""
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
    where: str | None = None


@dataclass(frozen=True, kw_only=True)
class RecordCorrected(Finding):
    """予以更正 (条例 41): what was corrected, and on what grounds, stands in the reason."""

    words = "record_corrected"

    outcome: Literal["record_corrected"]


@dataclass(frozen=True, kw_only=True)
class RecordNotCorrected(Finding):
    """不予更正 (条例 41), with the reason."""

    words = "record_not_corrected"

    outcome: Literal["record_not_corrected"]


@dataclass(frozen=True, kw_only=True)
class RecordTransferred(Finding):
    """转送有权更正的机关 (条例 41)."""

    words = "record_transferred"

    outcome: Literal["record_transferred"]
    responsible: str
    contact: str | None


@dataclass(frozen=True, kw_only=True)
class RecordReferred(Finding):
    """告知向有权更正的机关提出 (条例 41)."""

    words = "record_referred"

    outcome: Literal["record_referred"]
    responsible: str
    contact: str | None


AnyOfRecords = RecordCorrected | RecordNotCorrected | RecordTransferred | RecordReferred | Other
AnyFinding = (
    AlreadyPublic | Disclosed | Partial | WithheldAbsolute | WithheldThirdParty | WithheldDiscretionary | NotExisting
    | NotResponsible | Repeated | SpecialInquiry | NeedsProcessing | Unclear | Petition | Publication | Excessive
    | Reissue | Other
)  # fmt: skip


# ---------------------------------------------------------------------------------------------- replies


@dataclass(frozen=True, kw_only=True)
class Step(Plain):
    """One step of the handling (办理经过), and the day on which it began."""

    on: date
    of: str | None = None
    """Of which requests, by number, where a letter answers several and it was done on some of them only (一并答复)."""


@dataclass(frozen=True, kw_only=True)
class Corrected(Step):
    """补正: by which letter it was asked for, and when it came."""

    step: Literal["corrected"] = "corrected"
    number: str | None
    received_on: date | None


@dataclass(frozen=True, kw_only=True)
class Consulted(Step):
    """征求意见: of whom (第三方, or the name of the agency), and what came of it."""

    step: Literal["consulted"] = "consulted"
    asked: str
    answered_on: date | None
    silent: bool | Literal["unreachable"]


@dataclass(frozen=True, kw_only=True)
class Extended(Step):
    """延长答复期限, and the letter that told of it."""

    step: Literal["extended"] = "extended"
    number: str | None
    days: int


@dataclass(frozen=True, kw_only=True)
class Deferred(Step):
    """延迟答复 (条例 35)."""

    step: Literal["deferred"] = "deferred"
    number: str | None
    until: date


@dataclass(frozen=True, kw_only=True)
class Charged(Step):
    """收费: the notice, and that it was paid or waived; `reduced_fen`: what of it was waived, in fen, where the rest was to be paid."""

    step: Literal["charged"] = "charged"
    number: str | None
    paid_on: date | None
    waived: bool
    reduced_fen: int | None = None


@dataclass(frozen=True, kw_only=True)
class Divided(Step):
    """一事一申请拆分 (办法 4; READINGS R-split): this part stays on the file, or became a file of its own."""

    step: Literal["divided"] = "divided"
    stays: bool


@dataclass(frozen=True, kw_only=True)
class Suspended(Step):
    """征求意见 before the split, which stopped the period of every part until that day (READINGS R-split-clock)."""

    step: Literal["suspended"] = "suspended"
    until: date


@dataclass(frozen=True, kw_only=True)
class Ordered(Step):
    """责令答复 over the silence, while the request waited for its reply: by what; `on` is the day that arrived (READINGS R-inaction)."""

    step: Literal["ordered"] = "ordered"
    decided: str


@dataclass(frozen=True, kw_only=True)
class Redone(Step):
    """重新处理: what had been given before (a reply, or a letter of another name), when it was taken up again, and what becomes of it."""

    step: Literal["redone"] = "redone"
    number: str | None
    again_on: date
    how: Literal["ordered", "revoke", "supplement", "correct", "excused"] | None = None
    """None: a letter from before this was said."""
    paper: str = "答复"
    decided: str | None = None
    """By what it was ordered: 样例县人民政府的行政复议决定."""
    reason: str | None = None
    told: bool = True
    """False: what had been signed before never left, and only the order is told of."""
    returned: bool = False
    """It came back, and was not sent again: who asked has not had it (READINGS R-returned)."""


AnyStep = Corrected | Consulted | Extended | Deferred | Charged | Divided | Suspended | Ordered | Redone


@dataclass(frozen=True, kw_only=True)
class SeparatedPart(Plain):
    """区分处理: what is covered on one page of a document that is given out, and under which article."""

    title: str
    page: int
    places: int
    words: str
    law: str


@dataclass(frozen=True, kw_only=True)
class Reply(ToApplicant):
    """答复书: item by item; `opening` and `closing` are the officer's own words."""

    opening: str | None
    closing: str | None
    remedy: Remedy
    attachments: tuple[str, ...]
    course: tuple[AnyStep, ...] = ()
    """What happened between the request and the reply, in order: why it was lawful to take so long."""
    co_issuers: tuple[CoIssuer, ...] = ()
    """Who replies with this agency (联合行文), in the order of the signatures."""
    separations: tuple[SeparatedPart, ...] = ()
    """区分处理说明: the annex that says what is covered in the copies that are given out."""


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
class RecordCorrectedReply(Reply):
    items: tuple[RecordCorrected, ...]


@dataclass(frozen=True, kw_only=True)
class RecordNotCorrectedReply(Reply):
    items: tuple[RecordNotCorrected, ...]


@dataclass(frozen=True, kw_only=True)
class RecordTransferredReply(Reply):
    items: tuple[RecordTransferred, ...]


@dataclass(frozen=True, kw_only=True)
class RecordReferredReply(Reply):
    items: tuple[RecordReferred, ...]


@dataclass(frozen=True, kw_only=True)
class CorrectionOfRecord(Reply):
    """更正申请处理告知 (条例 41): several records that end differently, and what ends otherwise."""

    items: tuple[AnyOfRecords, ...]
