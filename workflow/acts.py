"""The vocabulary: one frozen record per kind of act (行为) that may be placed on a case file (案卷).

An act is at once the form an officer fills, the JSON of the API, the entry in the log and the entry in the archive.
The title of each class is the statutory or customary Chinese term; `articles` are what it stands on.
Adding a kind: a class here, its row in `ACTS`, a row in `procedure.py`, a function in `checks.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from workflow.identity import check_credit_code, check_resident_id, clean_text

# ---------------------------------------------------------------------------------------------- field types


def _as_date(value: object) -> object:
    """Only a date, or its ten characters YYYY-MM-DD: no stamps, no numbers, no February 30."""
    if isinstance(value, datetime):
        raise PydanticCustomError("date_only", "只填日期，不填时刻，写成2026-03-02这样")
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise PydanticCustomError("date_form", "请填日期，写成2026-03-02这样")
    year, month, day = (int(part) for part in value.split("-"))
    if not 1990 <= year <= 2199:
        raise PydanticCustomError("date_range", "年份应当在1990年至2199年之间")
    try:
        return date(year, month, day)
    except ValueError:
        raise PydanticCustomError("no_such_day", "没有{month}月{day}日，请改正", {"month": month, "day": day}) from None


def _cleaned(value: str, *, lines: bool) -> str:
    try:
        text = clean_text(value, lines=lines)
    except ValueError as error:
        raise PydanticCustomError("text", "{why}", {"why": str(error)}) from None
    if not text:
        raise PydanticCustomError("text", "没有填写，请补上")
    return text


def _line(value: str) -> str:
    return _cleaned(value, lines=False)


def _lines(value: str) -> str:
    return _cleaned(value, lines=True)


Day = Annotated[date, BeforeValidator(_as_date)]
"""A legal date in Asia/Shanghai."""
Line = Annotated[str, Field(strict=True, min_length=1, max_length=300), AfterValidator(_line)]
"""One line of text, at most 300 characters, never blank."""
Text = Annotated[str, Field(strict=True, min_length=1, max_length=20000), AfterValidator(_lines)]
"""Several lines of text, at most 20,000 characters, never blank."""
Count = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
Days = Annotated[int, Field(strict=True, ge=1, le=365)]
"""A number of working days (工作日)."""
Fen = Annotated[int, Field(strict=True, ge=0, le=10**12)]
"""Money in fen (分)."""
Seq = Annotated[int, Field(strict=True, ge=1)]
"""The place of an act on its file, counted from 1."""
Ident = Annotated[
    str, Field(strict=True, pattern=r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$")
]


def personal(**options: Any) -> Any:
    """A field that holds personal data: kept apart in the store and masked in lists (个人信息)."""
    return Field(json_schema_extra={"personal": True}, **options)


class Record(BaseModel):
    """A frozen record that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


# ---------------------------------------------------------------------------------------------- who asks for what

Channel = Literal["in_person", "ems_signed", "ordinary_mail", "online", "fax", "oral"]
CHANNELS: Mapping[str, str] = {
    "in_person": "当面提交",
    "ems_signed": "邮寄（签收）",
    "ordinary_mail": "平常信函",
    "online": "网上提交",
    "fax": "传真",
    "oral": "口头提出",
}
Category = Literal[
    "natural_person",
    "commercial_enterprise",
    "research_institution",
    "public_interest_organisation",
    "legal_service_organisation",
    "other_organisation",
]
CATEGORIES: Mapping[str, str] = {
    "natural_person": "自然人",
    "commercial_enterprise": "商业企业",
    "research_institution": "科研机构",
    "public_interest_organisation": "社会公益组织",
    "legal_service_organisation": "法律服务机构",
    "other_organisation": "其他",
}
IdType = Literal["resident_id", "credit_code", "passport", "hk_macao_permit", "taiwan_permit", "foreign_permanent", "other"]
ID_TYPES: Mapping[str, str] = {
    "resident_id": "居民身份证",
    "credit_code": "统一社会信用代码",
    "passport": "护照",
    "hk_macao_permit": "港澳居民证件",
    "taiwan_permit": "台湾居民证件",
    "foreign_permanent": "外国人永久居留身份证",
    "other": "其他证件",
}
# What people and other systems call the two usual papers.
_ID_ALIASES = {
    "id_card": "resident_id",
    "identity_card": "resident_id",
    "resident_identity_card": "resident_id",
    "resident_id_card": "resident_id",
    "national_id": "resident_id",
    "uscc": "credit_code",
    "usci": "credit_code",
    "unified_social_credit_code": "credit_code",
    "social_credit_code": "credit_code",
    "business_licence": "credit_code",
    "business_license": "credit_code",
} | {title: key for key, title in ID_TYPES.items()}

Form = Literal["paper", "email", "disk", "inspect"]
FORMS: Mapping[str, str] = {"paper": "纸质", "email": "电子邮件", "disk": "光盘", "inspect": "阅览、抄录"}
Delivery = Literal["post", "email", "fax", "collect", "online"]
DELIVERIES: Mapping[str, str] = {
    "post": "邮寄",
    "email": "电子邮件",
    "fax": "传真",
    "collect": "当面领取",
    "online": "网上获取",
}


class Applicant(Record):
    """申请人 (条例 27, 29(一)): name, proof of identity, contact. What is missing is asked for by 补正."""

    category: Annotated[Category, Field(title="申请人类别")] = "natural_person"
    name: Annotated[Line, personal(title="姓名或者名称")]
    id_type: Annotated[
        IdType | None,
        BeforeValidator(lambda value: _ID_ALIASES.get(value, value) if isinstance(value, str) else value),
        Field(title="证件类型"),
    ] = None
    id_number: Annotated[Line | None, personal(title="证件号码")] = None
    contact_name: Annotated[Line | None, personal(title="联系人")] = None
    phone: Annotated[Line | None, personal(title="联系电话")] = None
    email: Annotated[Line | None, personal(title="电子邮箱")] = None
    address: Annotated[Line | None, personal(title="通讯地址")] = None
    postcode: Annotated[Line | None, personal(title="邮政编码")] = None

    @model_validator(mode="before")
    @classmethod
    def _blank_is_absent(cls, data: Any) -> Any:
        """A field left empty on a form is a field not given."""
        if isinstance(data, dict):
            return {key: value for key, value in data.items() if not (isinstance(value, str) and not value.strip()) or key == "name"}
        return data

    @model_validator(mode="after")
    def _checked(self) -> Self:
        if self.id_number is not None:
            kind = self.id_type or ("resident_id" if self.category == "natural_person" else "credit_code")
            check = {"resident_id": check_resident_id, "credit_code": check_credit_code}.get(kind)
            try:
                number = check(self.id_number) if check else self.id_number.upper()
            except ValueError as error:
                raise _at("id_number", str(error)) from None
            object.__setattr__(self, "id_type", kind)
            object.__setattr__(self, "id_number", number)
        if self.phone is not None and not re.fullmatch(r"\+?[0-9][0-9 \-（）()转]{4,29}", self.phone):
            raise _at("phone", "联系电话只填数字，区号与号码之间可以用短横")
        if self.email is not None and not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+", self.email):
            raise _at("email", "电子邮箱应当写成name@example.cn这样")
        if self.postcode is not None and not re.fullmatch(r"\d{6}", self.postcode, re.ASCII):
            raise _at("postcode", "邮政编码应当为6位数字")
        return self

    @property
    def is_person(self) -> bool:
        """Whether the letters say 您 (自然人) or 你单位."""
        return self.category == "natural_person"


def _at(field: str, why: str) -> PydanticCustomError:
    """A whole-record check that blames one field (read back by `errors_of`)."""
    return PydanticCustomError("at_field", "{why}", {"field": field, "why": why})


class Features(Record):
    """特征性描述 (条例 29(二)): title, document number, anything else that lets the office find it."""

    title: Annotated[Line | None, Field(title="名称")] = None
    document_number: Annotated[Line | None, Field(title="文号")] = None
    other: Annotated[Text | None, Field(title="其他特征性描述")] = None

    @model_validator(mode="before")
    @classmethod
    def _text_is_other(cls, data: Any) -> Any:
        return {"other": data} if isinstance(data, str) else data


class Item(Record):
    """申请事项: one piece of information asked for; each is decided on its own."""

    wanted: Annotated[Text, Field(title="所申请的信息")]

    @model_validator(mode="before")
    @classmethod
    def _text_is_wanted(cls, data: Any) -> Any:
        return {"wanted": data} if isinstance(data, str) else data


class Imported(Record):
    """导入来源: the row of an office's old ledger (台账) that a file was made from."""

    ledger: Annotated[Line, Field(title="台账")]
    line: Annotated[Count, Field(title="行")]


class Officer(Record):
    """经办人: who signs an act. `agency` is the code of the office he or she signs for."""

    id: str
    username: str
    name: str
    role: str
    agency: str


# ---------------------------------------------------------------------------------------------- acts


class Act(Record):
    """What all acts share: the legal date `on`, and a free remark."""

    title: ClassVar[str]
    articles: ClassVar[tuple[str, ...]] = ()

    kind: str
    on: Annotated[Day, Field(title="日期")]
    remark: Annotated[Text | None, Field(title="备注")] = None

    def evolve(self, **changes: Any) -> Self:
        """A new act with `changes`; the old one stays as it was."""
        return self.model_copy(update=changes)


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
    topic: Annotated[Line | None, Field(title="主题")] = None
    split_from: SkipJsonSchema[Ident | None] = None
    """The file this one was split from (一事一申请); set by the engine, refused from outside."""
    imported: SkipJsonSchema[Imported | None] = None
    """The ledger this file was made from; set by the import, refused from outside. No receipt is printed for it."""

    @model_validator(mode="before")
    @classmethod
    def _receipt_day(cls, data: Any) -> Any:
        """Submitted in person or orally, the day of submission is the day of receipt (条例 31(一))."""
        if isinstance(data, dict):
            data = dict(data)
            if data.get("received_on") is None and data.get("channel") in ("in_person", "oral"):
                data["received_on"] = data.get("submitted_on")
            if data.get("on") is None:
                data["on"] = data.get("received_on")
            if data["on"] is None:  # the missing day of receipt is the error to report, not this copy of it
                data["on"] = date(2000, 1, 1)
            if data.get("received_on") is None:
                data.pop("received_on", None)
        return data

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.submitted_on is not None:
            if self.received_on < self.submitted_on:
                raise _at("received_on", "收到日不能早于提交日，请对照信封、系统记录核对")
            if self.channel in ("in_person", "oral") and self.received_on != self.submitted_on:
                raise _at("received_on", "当面、口头提出的，提交之日就是收到之日（条例31条（一）），两个日期应当相同")
        if self.on < self.received_on:
            raise _at("on", "登记日期不能早于收到日")
        return self


class Split(Act):
    """一事一申请拆分 (办法 4): the file keeps the first part, each other part becomes a sibling file."""

    title: ClassVar[str] = "一事一申请拆分"
    articles: ClassVar[tuple[str, ...]] = ("办法 4",)

    kind: Literal["split"] = "split"
    parts: Annotated[tuple[Item, ...], Field(title="拆分后各件的内容", min_length=2, max_length=50)]
    reason: Annotated[Text, Field(title="拆分的理由")]


class Assignment(Act):
    """交办、转办 (条例 45): who handles the file from now on."""

    title: ClassVar[str] = "交办"
    articles: ClassVar[tuple[str, ...]] = ("条例 45",)

    kind: Literal["assignment"] = "assignment"
    to: Annotated[Line, Field(title="承办人")]


class Acceptance(Act):
    """审核受理 (条例 45): the request is complete and is to be handled."""

    title: ClassVar[str] = "审核受理"
    articles: ClassVar[tuple[str, ...]] = ("条例 45",)

    kind: Literal["acceptance"] = "acceptance"


class CorrectionNotice(Act):
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
    late_reason: Annotated[Text | None, Field(title="逾期仍予接收的理由")] = None


class Search(Act):
    """检索记录 (条例 36(四)): where it was looked for, how, and what was found."""

    title: ClassVar[str] = "检索记录"
    articles: ClassVar[tuple[str, ...]] = ("条例 36(四)",)

    kind: Literal["search"] = "search"
    places: Annotated[tuple[Line, ...], Field(title="检索范围", min_length=1, max_length=50)]
    method: Annotated[Text, Field(title="检索方式、检索词")]
    result: Annotated[Literal["found", "partly_found", "not_found", "already_public"], Field(title="检索结果")]
    items: Annotated[tuple[Seq, ...], Field(title="涉及的申请事项", description="不填的，为全部事项", max_length=50)] = ()
    text: Annotated[Text | None, Field(title="检索情况")] = None


class ReasonsNotice(Act):
    """说明理由告知 (条例 35): number or frequency clearly beyond reasonable; the applicant is asked why."""

    title: ClassVar[str] = "说明理由告知"
    articles: ClassVar[tuple[str, ...]] = ("条例 35",)

    kind: Literal["reasons_notice"] = "reasons_notice"
    facts: Annotated[Text, Field(title="申请数量、频次的事实")]
    days: Annotated[Days | None, Field(title="说明理由的期限（工作日）", description="不填的，按规则中的默认期限")] = None


class Reasons(Act):
    """申请人说明理由 (条例 35): what the applicant says, and whether the office finds it reasonable."""

    title: ClassVar[str] = "申请人说明理由"
    articles: ClassVar[tuple[str, ...]] = ("条例 35",)

    kind: Literal["reasons"] = "reasons"
    text: Annotated[Text, Field(title="申请人的理由")]
    reasonable: Annotated[bool, Field(strict=True, title="理由是否合理")]
    assessment: Annotated[Text | None, Field(title="认定的依据")] = None


class Party(Record):
    """被征求意见的一方: a third party, another agency, or an office of the same agency."""

    name: Annotated[Line, personal(title="名称")]
    contact: Annotated[Line | None, personal(title="联系人、联系电话")] = None
    address: Annotated[Line | None, personal(title="通讯地址")] = None
    is_person: Annotated[bool, Field(strict=True, title="是自然人")] = False


class Consultation(Act):
    """征求意见、会商 (条例 32, 33(3), 34): four kinds, each with its own limit and its own meaning of silence."""

    title: ClassVar[str] = "征求意见、会商"
    articles: ClassVar[tuple[str, ...]] = ("条例 32", "条例 33(3)", "条例 34")

    kind: Literal["consultation"] = "consultation"
    type: Annotated[Literal["third_party", "joint_agency", "other_agency", "internal"], Field(title="种类")]
    party: Annotated[Party, Field(title="征求哪一方的意见")]
    agency: Annotated[Line | None, Field(title="被征求单位代码", description="该单位也使用本系统的，填其代码，由其在系统内答复")] = None
    to: Annotated[Line | None, Field(title="会商的人员", description="内部会商请本单位某位人员答复的，填其用户名，由其在系统内答复")] = None
    question: Annotated[Text, Field(title="征求意见的内容")]
    items: Annotated[tuple[Seq, ...], Field(title="涉及的申请事项", description="不填的，为全部事项", max_length=50)] = ()
    materials: Annotated[
        tuple[Ident, ...],
        Field(title="提供的材料", description="选定的附件，在系统内答复的一方可以查看；其他附件看不到", max_length=20),
    ] = ()
    days: Annotated[
        Days | None,
        Field(title="答复期限（工作日）", description="第三方、共同制作机关的期限由条例规定，不另填"),
    ] = None


CONSULTATION_TYPES: Mapping[str, str] = {
    "third_party": "征求第三方意见",
    "joint_agency": "征求共同制作机关意见",
    "other_agency": "征求其他机关意见",
    "internal": "内部会商",
}


class Opinion(Act):
    """意见 (条例 32, 34): what the consulted party answered, `on` = the day it was received."""

    title: ClassVar[str] = "收到意见"
    articles: ClassVar[tuple[str, ...]] = ("条例 32", "条例 34")

    kind: Literal["opinion"] = "opinion"
    consultation: Annotated[Seq, Field(title="哪一次征求意见")]
    stance: Annotated[Literal["consent", "object", "partial", "neutral", "declined"], Field(title="意见")]
    text: Annotated[Text, Field(title="意见全文")]
    reasonable: Annotated[bool | None, Field(strict=True, title="反对的理由是否合理")] = None


STANCES: Mapping[str, str] = {
    "consent": "同意公开",
    "partial": "部分公开",
    "object": "不同意公开",
    "neutral": "其他意见",
    "declined": "不属于职责，退回",
}


class Silence(Act):
    """逾期未提出意见 (条例 32, 34): for a joint maker it is consent, for a third party it is not."""

    title: ClassVar[str] = "逾期未提出意见"
    articles: ClassVar[tuple[str, ...]] = ("条例 32", "条例 34")

    kind: Literal["silence"] = "silence"
    consultation: Annotated[Seq, Field(title="哪一次征求意见")]


class Extension(Act):
    """延长答复期限 (条例 33(2)): approved by the head of the 工作机构 and told to the applicant before expiry."""

    title: ClassVar[str] = "延长答复期限"
    articles: ClassVar[tuple[str, ...]] = ("条例 33(2)",)

    kind: Literal["extension"] = "extension"
    days: Annotated[Days, Field(title="延长的工作日")]
    reason: Annotated[Text, Field(title="延长的理由")]
    notified_on: Annotated[
        Day | None,
        Field(title="告知申请人的日期", description="已当面、电话或者网上告知的填写；不填的，以告知书送达之日为准"),
    ] = None


class Deferral(Act):
    """延迟答复 (条例 35): the reasons are reasonable but the period cannot be kept; a later date, with reasons."""

    title: ClassVar[str] = "延迟答复"
    articles: ClassVar[tuple[str, ...]] = ("条例 35",)

    kind: Literal["deferral"] = "deferral"
    until: Annotated[Day, Field(title="延迟至")]
    reason: Annotated[Text, Field(title="延迟的理由")]


class FeeNotice(Act):
    """收费通知 (条例 42, 办法 3-6): one basis, and the amount that the schedule in force gives."""

    title: ClassVar[str] = "收费通知"
    articles: ClassVar[tuple[str, ...]] = ("条例 42", "办法 3", "办法 6")

    kind: Literal["fee_notice"] = "fee_notice"
    basis: Annotated[Literal["per_item", "per_page"], Field(title="计费方式")]
    pages: Annotated[Count | None, Field(title="页数", description="按量计收的填写，A4单面为1页")] = None
    amount_fen: Annotated[Fen, Field(title="金额（分）")]
    items: Annotated[tuple[Seq, ...], Field(title="计收的申请事项", description="不填的，为全部事项", max_length=50)] = ()
    already: Annotated[
        int | None,
        Field(strict=True, ge=0, title="本自然月内此前的件数", description="不填的，由系统按台账计算"),
    ] = None


class Payment(Act):
    """缴费 (办法 6): the whole amount, within the limit; the reply period runs anew from the day after."""

    title: ClassVar[str] = "缴费"
    articles: ClassVar[tuple[str, ...]] = ("办法 6",)

    kind: Literal["payment"] = "payment"
    amount_fen: Annotated[Fen, Field(title="实缴金额（分）")]
    bill_number: Annotated[Line | None, Field(title="财政票据号")] = None


class Waiver(Act):
    """减免收费 (条例 42: 可以收取): the office does not charge, or no longer charges, and says why."""

    title: ClassVar[str] = "减免收费"
    articles: ClassVar[tuple[str, ...]] = ("条例 42",)

    kind: Literal["waiver"] = "waiver"
    reason: Annotated[Text, Field(title="减免的理由")]
    amount_fen: Annotated[Fen | None, Field(title="减免金额（分）", description="不填的，由系统计算")] = None


class OtherAgency(Record):
    """负责公开的机关 (条例 36(五))."""

    name: Annotated[Line, Field(title="机关名称")]
    contact: Annotated[Line | None, Field(title="联系方式")] = None


class EarlierReply(Record):
    """此前的答复 (条例 36(六))."""

    number: Annotated[Line, Field(title="文号")]
    on: Annotated[Day, Field(title="日期")]


class Provided(Record):
    """随答复提供的信息 (条例 36(二), 40)."""

    title: Annotated[Line, Field(title="名称")]
    pages: Annotated[Count | None, Field(title="页数")] = None


OUTCOMES = (
    "already_public", "disclosed", "partial", "state_secret", "forbidden_by_law", "security_stability", "third_party",
    "internal_affairs", "deliberative", "enforcement_file", "special_inquiry", "not_existing", "not_responsible",
    "needs_processing", "unclear_after_correction", "petition", "repeated", "publication", "excessive", "reissue",
    "abandoned_correction", "abandoned_payment", "withdrawn", "other",
)  # fmt: skip
OutcomeKey = Literal[
    "already_public", "disclosed", "partial", "state_secret", "forbidden_by_law", "security_stability", "third_party",
    "internal_affairs", "deliberative", "enforcement_file", "special_inquiry", "not_existing", "not_responsible",
    "needs_processing", "unclear_after_correction", "petition", "repeated", "publication", "excessive", "reissue",
    "abandoned_correction", "abandoned_payment", "withdrawn", "other",
]  # fmt: skip


class ItemDecision(Record):
    """逐项决定 (条例 36-39): outcome, ground and text of one item, and what its article wants to be said."""

    item: Annotated[Seq, Field(title="申请事项")]
    outcome: Annotated[OutcomeKey, Field(title="决定")]
    ground: Annotated[Line | None, Field(title="具体情形")] = None
    reason: Annotated[Text | None, Field(title="认定的事实和理由")] = None
    provided: Annotated[tuple[Provided, ...], Field(title="提供的信息", max_length=50)] = ()
    where: Annotated[Text | None, Field(title="获取的方式、途径", description="网址、栏目、标题，或者领取的地点")] = None
    available_on: Annotated[Day | None, Field(title="可以获取的时间")] = None
    withheld: Annotated[Text | None, Field(title="不予公开的部分")] = None
    withheld_under: Annotated[OutcomeKey | None, Field(title="该部分不予公开的依据")] = None
    responsible: Annotated[OtherAgency | None, Field(title="负责公开的机关")] = None
    responsible_known: Annotated[bool, Field(strict=True, title="能够确定负责公开的机关")] = False
    earlier: Annotated[EarlierReply | None, Field(title="此前的答复")] = None
    law: Annotated[Line | None, Field(title="专门规定或者禁止公开的法律、行政法规")] = None
    channel: Annotated[Text | None, Field(title="可以反映或者获取的渠道")] = None
    no_rule_requires: Annotated[bool, Field(strict=True, title="已核对没有法律、法规、规章要求公开")] = False
    public_interest: Annotated[Text | None, Field(title="不公开可能对公共利益造成重大影响的理由")] = None


class Draft(Act):
    """拟稿 (条例 36-39): a decision for every item; the overall outcome is derived from them."""

    title: ClassVar[str] = "拟稿"
    articles: ClassVar[tuple[str, ...]] = ("条例 36", "条例 37")

    kind: Literal["draft"] = "draft"
    items: Annotated[tuple[ItemDecision, ...], Field(title="逐项决定", min_length=1, max_length=50)]
    principal: Annotated[
        OutcomeKey | None,
        Field(title="主要情形", description="各项决定不同、又没有一项公开的，填其中主要的一种，统计时按它计"),
    ] = None
    opening: Annotated[Text | None, Field(title="正文前的说明")] = None
    closing: Annotated[Text | None, Field(title="正文后的说明")] = None
    remedy: Annotated[
        Literal["R1", "R2", "none"] | None,
        Field(title="救济途径", description="不填的，按规则随决定种类确定"),
    ] = None
    attachments: Annotated[tuple[Line, ...], Field(title="附件", max_length=30)] = ()


class LegalReview(Act):
    """合法性审核 (local practice): the legal staff's opinion on a draft."""

    title: ClassVar[str] = "合法性审核"
    articles: ClassVar[tuple[str, ...]] = ()

    kind: Literal["legal_review"] = "legal_review"
    passes: Annotated[bool, Field(strict=True, title="是否通过")]
    text: Annotated[Text, Field(title="审核意见")]


class Return(Act):
    """退回: the draft goes back to the handler, with the reason."""

    title: ClassVar[str] = "退回修改"
    articles: ClassVar[tuple[str, ...]] = ("条例 45",)

    kind: Literal["return"] = "return"
    reason: Annotated[Text, Field(title="退回的理由")]


class Decision(Act):
    """签发答复 (条例 33, 36-39): the head signs the draft as it stands; it is numbered and sealed."""

    title: ClassVar[str] = "签发答复"
    articles: ClassVar[tuple[str, ...]] = ("条例 33", "条例 36")

    kind: Literal["decision"] = "decision"
    outcome: Annotated[
        OutcomeKey | None,
        Field(title="答复种类", description="由拟稿的逐项决定得出；填写的应当与之一致"),
    ] = None
    overrides: Annotated[dict[str, Text], Field(title="对风险提示的说明", description="风险编号: 理由", max_length=50)] = {}


ServiceMethod = Literal["post", "direct", "through_agency", "email", "online", "fax", "courier"]
METHODS: Mapping[str, str] = {
    "post": "邮政企业邮寄",
    "direct": "直接送达",
    "through_agency": "转送送达",
    "email": "电子邮件",
    "online": "网上送达",
    "fax": "传真",
    "courier": "快递企业寄送",
}


class Service(Act):
    """送达 (国办公开办函〔2016〕235号): `on` = handed to the post, or handed over; `received_on` = signed for.

    Posted letters may be recorded twice: at the handover, and again when the slip comes back with the day signed for.
    """

    title: ClassVar[str] = "送达"
    articles: ClassVar[tuple[str, ...]] = ("235号 送达",)

    kind: Literal["service"] = "service"
    letter: Annotated[Ident, Field(title="送达的文书")]
    method: Annotated[ServiceMethod, Field(title="送达方式")]
    received_on: Annotated[Day | None, Field(title="签收日期", description="邮寄的，收到回执后填写")] = None
    post_number: Annotated[Line | None, Field(title="邮件号码")] = None
    recipient: Annotated[Line | None, personal(title="签收人")] = None
    place: Annotated[Line | None, personal(title="送达地点")] = None
    refused: Annotated[bool, Field(strict=True, title="拒绝签收")] = False
    witness: Annotated[Line | None, personal(title="见证人及情况")] = None


class Abandonment(Act):
    """视为放弃申请 (条例 30, 办法 6): the limit for 补正 or payment has passed."""

    title: ClassVar[str] = "视为放弃申请"
    articles: ClassVar[tuple[str, ...]] = ("条例 30", "办法 6")

    kind: Literal["abandonment"] = "abandonment"
    reason: Annotated[Text | None, Field(title="说明")] = None


class Withdrawal(Act):
    """撤回申请: the applicant takes the request back, at any time before the reply."""

    title: ClassVar[str] = "撤回申请"
    articles: ClassVar[tuple[str, ...]] = ()

    kind: Literal["withdrawal"] = "withdrawal"
    by: Annotated[Literal["writing", "phone", "in_person", "online"], Field(title="撤回的方式")] = "writing"
    reason: Annotated[Text | None, Field(title="申请人说明的理由")] = None


class Remedy(Act):
    """行政复议、行政诉讼 (条例 51): the applicant or a third party challenges what was done."""

    title: ClassVar[str] = "复议、诉讼"
    articles: ClassVar[tuple[str, ...]] = ("条例 51",)

    kind: Literal["remedy"] = "remedy"
    type: Annotated[Literal["reconsideration", "litigation"], Field(title="种类")]
    body: Annotated[Line, Field(title="复议机关或者法院")]
    after_reconsideration: Annotated[bool, Field(strict=True, title="经过复议后起诉")] = False
    case_number: Annotated[Line | None, Field(title="案号")] = None
    claim: Annotated[Text | None, Field(title="请求")] = None


class RemedyResult(Act):
    """复议、诉讼结果 (条例 51; annual report, table 4)."""

    title: ClassVar[str] = "复议、诉讼结果"
    articles: ClassVar[tuple[str, ...]] = ("条例 51",)

    kind: Literal["remedy_result"] = "remedy_result"
    remedy: Annotated[Seq, Field(title="哪一件复议、诉讼")]
    result: Annotated[Literal["upheld", "corrected", "other"], Field(title="结果")]
    orders_rehandling: Annotated[bool, Field(strict=True, title="责令重新处理")] = False
    until: Annotated[Day | None, Field(title="责令的期限")] = None
    text: Annotated[Text | None, Field(title="结果摘要")] = None


REMEDY_RESULTS: Mapping[str, str] = {"upheld": "结果维持", "corrected": "结果纠正", "other": "其他结果"}


class Reopening(Act):
    """重新处理: ordered by a remedy; the file is handled again."""

    title: ClassVar[str] = "重新处理"
    articles: ClassVar[tuple[str, ...]] = ("条例 51",)

    kind: Literal["reopening"] = "reopening"
    remedy: Annotated[Seq, Field(title="依据哪一件复议、诉讼")]
    until: Annotated[Day | None, Field(title="重新答复的期限", description="决定书、判决书定有期限的填写")] = None
    reason: Annotated[Text | None, Field(title="说明")] = None


class Conversion(Act):
    """转主动公开 (条例 44): what several people ask for is published for all."""

    title: ClassVar[str] = "转主动公开"
    articles: ClassVar[tuple[str, ...]] = ("条例 44",)

    kind: Literal["conversion"] = "conversion"
    name: Annotated[Line, Field(title="公开的信息名称")]
    url: Annotated[Line, Field(title="公开的网址", pattern=r"^https?://[^\s<>\"']+$")]
    column: Annotated[Line | None, Field(title="公开的栏目")] = None


class Retopic(Act):
    """改定主题: the topic of the file from now on, with a record of who set it (READINGS R-topics)."""

    title: ClassVar[str] = "改定主题"
    articles: ClassVar[tuple[str, ...]] = ()

    kind: Literal["topic"] = "topic"
    topic: Annotated[Line, Field(title="主题")]
    reason: Annotated[Text | None, Field(title="改定的理由")] = None


class LedgerResult(Act):
    """台账所载结果: how an imported request ended, as the office's old ledger says; no letter is made (READINGS R-import)."""

    title: ClassVar[str] = "台账所载结果"
    articles: ClassVar[tuple[str, ...]] = ("条例 45",)

    kind: Literal["ledger_result"] = "ledger_result"
    outcome: Annotated[OutcomeKey, Field(title="办理结果")]


class Supervision(Act):
    """督办 (条例 47): the overseeing office reminds the unit; the reminder stays on the file."""

    title: ClassVar[str] = "督办"
    articles: ClassVar[tuple[str, ...]] = ("条例 47",)

    kind: Literal["supervision"] = "supervision"
    text: Annotated[Text, Field(title="督办的要求")]


class Note(Act):
    """备注: anything worth keeping on the file that changes nothing."""

    title: ClassVar[str] = "备注"
    articles: ClassVar[tuple[str, ...]] = ()

    kind: Literal["note"] = "note"
    text: Annotated[Text, Field(title="内容")]


class Meeting(Act):
    """会商纪要 (条例 17): who met over the file, and what they concluded."""

    title: ClassVar[str] = "会商纪要"
    articles: ClassVar[tuple[str, ...]] = ("条例 17",)

    kind: Literal["meeting"] = "meeting"
    attendees: Annotated[tuple[Line, ...], Field(title="参加会商的人员", min_length=1, max_length=50)]
    text: Annotated[Text, Field(title="会商的意见")]
    items: Annotated[tuple[Seq, ...], Field(title="涉及的申请事项", description="不填的，为全部事项", max_length=50)] = ()


class Archival(Act):
    """归档 (条例 45): the file is complete and closed."""

    title: ClassVar[str] = "归档"
    articles: ClassVar[tuple[str, ...]] = ("条例 45",)

    kind: Literal["archival"] = "archival"
    retention: Annotated[Line | None, Field(title="保管期限", description="不填的，按规则中的默认期限")] = None
    volume: Annotated[Line | None, Field(title="档号")] = None


# ---------------------------------------------------------------------------------------------- the one table

ACTS: Mapping[str, type[Act]] = MappingProxyType(
    {
        "registration": Registration,
        "split": Split,
        "assignment": Assignment,
        "acceptance": Acceptance,
        "correction_notice": CorrectionNotice,
        "correction": Correction,
        "search": Search,
        "reasons_notice": ReasonsNotice,
        "reasons": Reasons,
        "consultation": Consultation,
        "opinion": Opinion,
        "silence": Silence,
        "extension": Extension,
        "deferral": Deferral,
        "fee_notice": FeeNotice,
        "payment": Payment,
        "waiver": Waiver,
        "draft": Draft,
        "legal_review": LegalReview,
        "return": Return,
        "decision": Decision,
        "service": Service,
        "abandonment": Abandonment,
        "withdrawal": Withdrawal,
        "remedy": Remedy,
        "remedy_result": RemedyResult,
        "reopening": Reopening,
        "conversion": Conversion,
        "topic": Retopic,
        "ledger_result": LedgerResult,
        "meeting": Meeting,
        "supervision": Supervision,
        "note": Note,
        "archival": Archival,
    }
)


@dataclass(frozen=True, slots=True)
class Signed:
    """An act as it stands on the file: its place, who signed it, and when (UTC)."""

    seq: int
    act: Act
    officer: Officer
    at: datetime


class Rejected(ValueError):
    """The text of an act could not be read; `errors` are (field path, Chinese sentence)."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__("；".join(f"{field}：{why}" if field else why for field, why in errors))
        self.errors = errors


def parse(data: object) -> Act:
    """Read an act from outside. Raises `Rejected`, with every field at fault, in Chinese, without its value."""
    if not isinstance(data, dict):
        raise Rejected([("", "应当是一个JSON对象")])
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in ACTS:
        raise Rejected([("kind", "没有这一种办理行为，可用的种类见 /api/procedure")])
    for name in ("split_from", "imported"):
        if name in data:
            raise Rejected([(name, "这一项由系统填写，不能提交")])
    return read(ACTS[kind], data)


R = TypeVar("R", bound=Record)


def read(model: type[R], data: object) -> R:
    """Validate `data` as `model`; raises `Rejected`."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise Rejected(errors_of(error)) from None


def errors_of(error: ValidationError) -> list[tuple[str, str]]:
    """The field paths and Chinese sentences of a pydantic error; no value is repeated."""
    found: list[tuple[str, str]] = []
    for one in error.errors(include_url=False, include_input=False):
        path = [str(part) for part in one["loc"]]
        context = one.get("ctx", {})
        if one["type"] == "at_field":
            path.append(str(context["field"]))
        found.append((".".join(path), _SENTENCES.get(one["type"], _plain)(context, one["msg"])))
    return found


def _plain(_context: dict[str, Any], message: str) -> str:
    return message if re.search(r"[\u4e00-\u9fff]", message) else "填写的内容不合要求，请改正"


_SENTENCES: Mapping[str, Any] = {
    "missing": lambda _c, _m: "没有填写，请补上",
    "extra_forbidden": lambda _c, _m: "没有这一项，请删去",
    "string_too_short": lambda _c, _m: "没有填写，请补上",
    "string_too_long": lambda c, _m: f"太长，最多{c.get('max_length')}个字，请缩短或者作为附件",
    "string_type": lambda _c, _m: "应当是文字",
    "string_pattern_mismatch": lambda _c, _m: "写法不合要求，请核对",
    "int_type": lambda _c, _m: "应当是整数",
    "bool_type": lambda _c, _m: "应当是true或者false",
    "literal_error": lambda c, _m: f"应当是其中之一：{c.get('expected')}",
    "greater_than_equal": lambda c, _m: f"不能小于{c.get('ge')}",
    "less_than_equal": lambda c, _m: f"不能大于{c.get('le')}",
    "too_short": lambda c, _m: f"至少要有{c.get('min_length')}项",
    "too_long": lambda c, _m: f"最多{c.get('max_length')}项",
    "tuple_type": lambda _c, _m: "应当是一个列表",
    "dict_type": lambda _c, _m: "应当是一个对象",
    "model_type": lambda _c, _m: "应当是一个对象",
    "model_attributes_type": lambda _c, _m: "应当是一个对象",
}


def divide(act: Act) -> tuple[dict[str, Any], dict[str, Any]]:
    """The act as JSON in two parts: what anyone on the file may read, and its personal data by dotted path.

    `unite` puts them together again. The store keeps the two apart, so that the second can be sealed.
    """
    data = act.model_dump(mode="json", exclude_defaults=True)
    data["kind"] = act.kind
    private: dict[str, Any] = {}
    _take(act, data, "", private)
    return data, private


def _take(record: Record, data: dict[str, Any], prefix: str, private: dict[str, Any]) -> None:
    for name, field in type(record).model_fields.items():
        if name not in data:
            continue
        extra = field.json_schema_extra
        if isinstance(extra, dict) and extra.get("personal"):
            private[prefix + name] = data.pop(name)
        elif isinstance(inner := getattr(record, name), Record):
            _take(inner, data[name], f"{prefix}{name}.", private)


def unite(public: dict[str, Any], private: Mapping[str, Any]) -> Act:
    """The act whose two parts `divide` gave. What stands on a file was checked when it was placed."""
    data = {**public}
    for path, value in private.items():
        *outer, name = path.split(".")
        place = data
        for step in outer:
            place[step] = {**place.get(step, {})}
            place = place[step]
        place[name] = value
    return ACTS[data["kind"]].model_validate(data)
