"""登记、审核: from the receipt to the acceptance, and 补正 (条例 29-31, 45; 办法 4)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from workflow.acts.fields import (
    Act,
    AgencyDated,
    Day,
    Days,
    Ident,
    Line,
    Text,
    at_entry,
    at_field,
    is_day,
    personal,
)
from workflow.acts.request import (
    CHANNELS,
    NOT_BORN,
    Agent,
    Applicant,
    Channel,
    Delivery,
    Features,
    Form,
    HandedFrom,
    Imported,
    Inherited,
    Item,
    OtherAgency,
    TellBy,
    mobile,
)

_LATER = [one for one in CHANNELS if one not in ("in_person", "oral")]
"""Channels whose day of receipt is another than the day of submission, and must be said."""
_SOME_DAY = date(2000, 1, 1)
"""What stands for a day while the fault in the day that it follows from is told."""


def _copied(day: Any) -> Any:
    return day if day is None or is_day(day) else _SOME_DAY


class Registration(Act):
    """登记 (条例 29, 31): the request as received. `received_on` is the day of receipt for its channel (READINGS R-receipt)."""

    title: ClassVar[str] = "登记"
    articles: ClassVar[tuple[str, ...]] = ("条例 29", "条例 31")

    kind: Literal["registration"] = "registration"
    channel: Annotated[Channel, Field(title="收到渠道")]
    submitted_on: Annotated[Day | None, Field(title="提交或者寄出日期")] = None
    received_on: Annotated[Day, Field(title="收到日", description="邮寄为签收日；网上、传真、平常信函为双方确认日")]
    applicant: Annotated[Applicant, Field(title="申请人")]
    wanted: Annotated[Text, Field(title="所需政府信息的内容描述")]
    items: Annotated[tuple[Item, ...], Field(title="申请事项", description="分几项填写，逐项决定；不分项的不填", max_length=50)] = ()
    features: Annotated[Features | None, Field(title="特征性描述")] = None
    form: Annotated[Form, Field(title="提供方式")] = "paper"
    delivery: Annotated[Delivery, Field(title="获取途径")] = "post"
    tell_by: Annotated[
        TellBy, Field(title="告知进度", description="申请人同意用它的电子邮箱、手机告知收到、补正、延期和答复，只是告知，不是送达")
    ] = "none"
    topic: Annotated[Line | None, Field(title="主题")] = None
    purpose: Annotated[
        Literal["information", "record_correction"],
        Field(title="事项", description="要求更正与自身相关的政府信息记录的（条例41条），不是公开申请"),
    ] = "information"
    evidence: Annotated[
        Text | None,
        Field(title="证明记录不准确的证据", description="要求更正的填写：随申请收到的证据名称，例如不动产权证书复印件"),
    ] = None
    co_applicants: Annotated[tuple[Applicant, ...], personal(title="共同申请人", max_length=50)] = ()
    representative: Annotated[
        int, Field(strict=True, ge=0, le=50, title="代表人", description="0为申请人，共同申请人依次为1、2……")
    ] = 0
    agent: Annotated[Agent | None, Field(title="代理人")] = None
    split_from: SkipJsonSchema[Ident | None] = None
    """The file this one was split from (一事一申请); set by the engine, refused from outside."""
    imported: SkipJsonSchema[Imported | None] = None
    """The ledger this file was made from; set by the import, refused from outside. No receipt is printed for it."""
    inherited: SkipJsonSchema[Inherited | None] = None
    """What a part keeps of the file it was split from during handling; set by the engine, refused from outside."""
    handed_from: SkipJsonSchema[HandedFrom | None] = None
    """The file of the unit that handed this request over; set by the engine, refused from outside."""

    @property
    def applicants(self) -> tuple[Applicant, ...]:
        """申请人、共同申请人, as registered; `representative` is a place among them."""
        return self.applicant, *self.co_applicants

    @model_validator(mode="before")
    @classmethod
    def _receipt_day(cls, data: Any) -> Any:
        """Submitted in person or orally, the day of submission is the day of receipt (条例 31(一))."""
        if isinstance(data, dict):
            data = dict(data)
            # a fault is told at the field that was sent: no copy is made of a day that is none, nor is one missed for want of a channel
            if data.get("received_on") is None and data.get("channel") not in _LATER:
                data["received_on"] = _copied(data.get("submitted_on"))
            if data.get("on") is None:
                data["on"] = _copied(data.get("received_on")) or _SOME_DAY
            if data.get("received_on") is None:
                data.pop("received_on", None)
        return data

    @at_entry
    def _order(self) -> Self:
        if self.submitted_on is not None:
            if self.received_on < self.submitted_on:
                raise at_field("received_on", "收到日不能早于提交日，请对照信封、系统记录核对")
            if self.channel in ("in_person", "oral") and self.received_on != self.submitted_on:
                raise at_field("received_on", "当面、口头提出的，提交之日就是收到之日（条例31条（一）），两个日期应当相同")
        if self.on < self.received_on:
            raise at_field("on", "登记日期不能早于收到日")
        if self.evidence is not None and self.purpose == "information":
            raise at_field("evidence", "只有要求更正信息记录的才填写证据，请留空")
        if self.representative > len(self.co_applicants):
            raise at_field("representative", "没有这一位共同申请人。0为申请人，共同申请人依次为1、2……")
        return self

    @at_entry
    def _reached(self) -> Self:
        """Who agreed to be told can be told (READINGS R-telling)."""
        who = self.applicants[self.representative] if self.representative < len(self.applicants) else self.applicant
        if self.tell_by == "email" and who.email is None:
            raise at_field("tell_by", "没有填写申请人（几人的，代表人）的电子邮箱，请补上，或者选择别的方式")
        if self.tell_by == "phone" and mobile(who.phone) is None:
            raise at_field("tell_by", "短信只能发到手机，申请人（几人的，代表人）的联系电话不是手机号码，请补上，或者选择别的方式")
        return self

    @at_entry
    def _born(self) -> Self:
        people: dict[str, Applicant | Agent] = {"applicant": self.applicant}
        people |= {f"co_applicants.{place}": one for place, one in enumerate(self.co_applicants)}
        if self.agent is not None:
            people["agent"] = self.agent
        for path, one in people.items():
            if not one.is_born(self.received_on):
                raise at_field(f"{path}.id_number", NOT_BORN)
        return self


class Split(Act):
    """一事一申请拆分 (办法 4): the file keeps the first part, each other part becomes a sibling file."""

    title: ClassVar[str] = "一事一申请拆分"
    articles: ClassVar[tuple[str, ...]] = ("办法 4",)

    kind: Literal["split"] = "split"
    parts: Annotated[tuple[Item, ...], Field(title="拆分后各件的内容", min_length=2, max_length=50)]
    reason: Annotated[Text, Field(title="拆分的理由")]


class Assignment(Act):
    """交办、转办 (条例 45): who handles the file from now on; or, passed down, which unit drafts and by when."""

    title: ClassVar[str] = "交办"
    articles: ClassVar[tuple[str, ...]] = ("条例 45",)

    kind: Literal["assignment"] = "assignment"
    to: Annotated[Line | None, Field(title="承办人")] = None
    agency: Annotated[Line | None, Field(title="交下级单位", description="主管部门交下级单位拟办的，填单位代码")] = None
    limit: Annotated[Day | None, Field(title="拟办的期限", description="交下级单位的填写")] = None
    receiver: SkipJsonSchema[OtherAgency | None] = None
    """The unit as pages name it; set by the engine, refused from outside."""

    @at_entry
    def _to_somebody(self) -> Self:
        if self.to is None and self.agency is None:
            raise at_field("to", "没有填写，请补上")
        if self.to is not None and self.agency is not None:
            raise at_field("agency", "交给本单位的人员，或者交下级单位，只能选择一种")
        if self.agency is not None and self.limit is None:
            raise at_field("limit", "交下级单位拟办的，请写明期限")
        if self.agency is None and self.limit is not None:
            raise at_field("limit", "只有交下级单位的才填写期限，请留空")
        return self


class Handover(Act):
    """移送 (条例 10, 36(五)): before acceptance, to the unit of the same government that is responsible (READINGS R-handover)."""

    title: ClassVar[str] = "移送"
    articles: ClassVar[tuple[str, ...]] = ("条例 10", "条例 36(五)")

    kind: Literal["handover"] = "handover"
    to: Annotated[Line, Field(title="移送的单位", description="单位代码")]
    reason: Annotated[Text, Field(title="移送的理由")]
    receiver: SkipJsonSchema[OtherAgency | None] = None
    """The unit as letters name it; set by the engine, refused from outside."""


class Acceptance(Act):
    """审核受理 (条例 45): the request is complete and is to be handled."""

    title: ClassVar[str] = "审核受理"
    articles: ClassVar[tuple[str, ...]] = ("条例 45",)

    kind: Literal["acceptance"] = "acceptance"


class CorrectionNotice(AgencyDated):
    """补正告知 (条例 30): once, within the limit, saying what to supplement and by when."""

    title: ClassVar[str] = "补正告知"
    articles: ClassVar[tuple[str, ...]] = ("条例 30",)

    kind: Literal["correction_notice"] = "correction_notice"
    matters: Annotated[tuple[Text, ...], Field(title="需要补正的事项", min_length=1, max_length=20)]
    days: Annotated[Days | None, Field(title="补正期限（工作日）", description="不填的，按规则中的默认期限")] = None


class Correction(Act):
    """收到补正 (条例 30): the supplemented request; the reply period runs anew from the day it is received."""

    title: ClassVar[str] = "收到补正"
    articles: ClassVar[tuple[str, ...]] = ("条例 30",)

    kind: Literal["correction"] = "correction"
    wanted: Annotated[Text | None, Field(title="补正后的内容描述", description="内容没有变化的不填")] = None
    items: Annotated[tuple[Item, ...], Field(title="补正后的申请事项", max_length=50)] = ()
    features: Annotated[Features | None, Field(title="补正后的特征性描述")] = None
    applicant: Annotated[Applicant | None, Field(title="补正后的申请人信息")] = None
    evidence: Annotated[Text | None, Field(title="补正后的证据", description="要求更正的填写：证明记录不准确的材料")] = None
    late_reason: Annotated[Text | None, Field(title="逾期仍予接收的理由")] = None

    @at_entry
    def _born(self) -> Self:
        if self.applicant is not None and not self.applicant.is_born(self.on):
            raise at_field("applicant.id_number", NOT_BORN)
        return self
