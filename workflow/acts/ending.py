"""送达、终止、归档: what sends a letter on its way, and what closes a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from workflow.acts.fields import (
    Act,
    AgencyDated,
    Day,
    Days,
    Ident,
    Line,
    Seq,
    Text,
    at_entry,
    at_field,
    personal,
)
from workflow.acts.reply import OutcomeKey

ServiceMethod = Literal["post", "direct", "through_agency", "email", "online", "fax", "public_notice", "courier"]
METHODS: Mapping[str, str] = {
    "post": "邮政企业邮寄",
    "direct": "直接送达",
    "through_agency": "转送送达",
    "email": "电子邮件",
    "online": "网上送达",
    "fax": "传真",
    "public_notice": "公告送达",
    "courier": "快递企业寄送",
}


SERVICE_OUTCOMES: Mapping[str, str] = {"delivered": "送达", "returned": "退回"}
RETURNED: Mapping[str, str] = {
    "unknown_address": "地址不详",
    "moved": "迁移新址不明",
    "unclaimed": "无人领取",
    "refused_by_post": "邮政退回",
    "other": "其他原因",
}


class Service(AgencyDated):
    """送达 (国办公开办函〔2016〕235号): `on` = handed to the post, or handed over; `received_on` = signed for.

    Posted letters may be recorded twice: at the handover, and again when the slip comes back with the day signed for.
    A letter that comes back is recorded with `outcome` returned, `on` that day; after that it is served anew.
    """

    title: ClassVar[str] = "送达"
    articles: ClassVar[tuple[str, ...]] = ("235号 送达",)

    kind: Literal["service"] = "service"
    letter: Annotated[Ident, Field(title="送达的文书")]
    method: Annotated[ServiceMethod | None, Field(title="送达方式", description="退回的可以不填")] = None
    outcome: Annotated[Literal["delivered", "returned"], Field(title="结果")] = "delivered"
    why: Annotated[
        Literal["unknown_address", "moved", "unclaimed", "refused_by_post", "other"] | None,
        Field(title="退回的原因"),
    ] = None
    address: Annotated[Line | None, personal(title="送往的地址", description="与申请时所留不同的填写")] = None
    received_on: Annotated[Day | None, Field(title="签收日期", description="邮寄的，收到回执后填写")] = None
    post_number: Annotated[Line | None, Field(title="邮件号码")] = None
    recipient: Annotated[Line | None, personal(title="签收人")] = None
    place: Annotated[Line | None, personal(title="送达地点")] = None
    refused: Annotated[bool, Field(strict=True, title="拒绝签收")] = False
    witness: Annotated[Line | None, personal(title="见证人及情况")] = None
    joined_to: SkipJsonSchema[Seq | None] = None
    """The service on the file with which this one was answered: one letter, one service; set by the engine, refused from outside."""

    @at_entry
    def _whole(self) -> Self:
        if self.outcome == "returned":
            if self.why is None:
                raise at_field("why", "文书被退回的，请写明原因")
            if self.received_on is not None:
                raise at_field("received_on", "文书被退回的，没有签收日期，请留空")
        else:
            if self.method is None:
                raise at_field("method", "没有填写，请补上")
            if self.why is not None:
                raise at_field("why", "只有退回的才填写退回的原因")
        return self


class Abandonment(AgencyDated):
    """视为放弃申请 (条例 30, 办法 6): the limit for 补正 or payment has passed."""

    title: ClassVar[str] = "视为放弃申请"
    articles: ClassVar[tuple[str, ...]] = ("条例 30", "办法 6")

    kind: Literal["abandonment"] = "abandonment"
    reason: Annotated[Text | None, Field(title="说明")] = None


class Withdrawal(AgencyDated):
    """撤回申请: the applicant takes the request back, at any time before the reply; `on` is the day on which the agency learned of it."""

    title: ClassVar[str] = "撤回申请"
    articles: ClassVar[tuple[str, ...]] = ()

    kind: Literal["withdrawal"] = "withdrawal"
    by: Annotated[Literal["writing", "phone", "in_person", "online"], Field(title="撤回的方式")] = "writing"
    reason: Annotated[Text | None, Field(title="申请人说明的理由")] = None


class LedgerResult(Act):
    """台账所载结果: how an imported request ended, as the office's old ledger says; no letter is made (READINGS R-import)."""

    title: ClassVar[str] = "台账所载结果"
    articles: ClassVar[tuple[str, ...]] = ("条例 45",)

    kind: Literal["ledger_result"] = "ledger_result"
    outcome: Annotated[OutcomeKey, Field(title="办理结果")]
    extension: Annotated[Days | None, Field(title="延长的工作日", description="台账只写明延期的，为法定的最长天数")] = None
    extended_to: Annotated[Day | None, Field(title="延长到的日期")] = None
    corrected_on: Annotated[Day | None, Field(title="收到补正的日期")] = None
    paused_on: Annotated[Day | None, Field(title="发出征求意见的日期", description="和收到意见的日期一起填写")] = None
    resumed_on: Annotated[Day | None, Field(title="收到意见的日期")] = None

    @at_entry
    def _in_order(self) -> Self:
        for name in ("corrected_on", "resumed_on"):
            day = getattr(self, name)
            if day is not None and day > self.on:
                raise at_field(name, "晚于办结日期，请核对")
        if (self.paused_on is None) != (self.resumed_on is None):
            raise at_field("resumed_on", "发出征求意见和收到意见的日期应当一起填写")
        if self.paused_on and self.resumed_on and self.resumed_on < self.paused_on:
            raise at_field("resumed_on", "早于发出征求意见的日期，请核对")
        return self


class Archival(Act):
    """归档 (条例 45): the file is complete and closed."""

    title: ClassVar[str] = "归档"
    articles: ClassVar[tuple[str, ...]] = ("条例 45",)

    kind: Literal["archival"] = "archival"
    retention: Annotated[Line | None, Field(title="保管期限", description="不填的，按规则中的默认期限")] = None
    volume: Annotated[Line | None, Field(title="档号")] = None


class Erasure(Act):
    """到期销毁 (READINGS R-erasure): the period of retention is over; what tells of people and every text of the file are erased for good."""

    title: ClassVar[str] = "到期销毁"
    articles: ClassVar[tuple[str, ...]] = ("条例 45",)

    kind: Literal["erasure"] = "erasure"
    ground: Annotated[Line, Field(title="销毁的依据", description="经批准的销毁清册的名称、编号，批准人和监销人")]
    reason: Annotated[Text, Field(title="鉴定意见", description="为什么不需要继续保存")]
    proposed_topic: SkipJsonSchema[Line | None] = None
    """The topic that the words of the request gave; set by the engine, refused from outside."""
