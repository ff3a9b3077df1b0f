"""Who asks for what, and how it came in: 申请人, 申请事项, 特征性描述 (条例 27, 29, 31)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from workflow.acts.fields import Count, Day, Days, Ident, Line, Record, Text, at_entry, at_field, personal
from workflow.identity import born_on, check_credit_code, check_resident_id, is_email, normalized, person

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
PURPOSES: Mapping[str, str] = {"information": "申请公开", "record_correction": "更正本人信息"}
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


TellBy = Literal["none", "email", "phone"]
TELL_BY: Mapping[str, str] = {"none": "不需要", "email": "发电子邮件", "phone": "发短信"}
"""How an applicant agreed to be told of the course of the request (告知进度, READINGS R-telling)."""


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

    @at_entry
    def _checked(self) -> Self:
        if self.id_number is not None:
            kind = self.id_type or ("resident_id" if self.category == "natural_person" else "credit_code")
            object.__setattr__(self, "id_type", kind)
            object.__setattr__(self, "id_number", _paper(kind, self.id_number))
        _check_phone(self.phone)
        if self.email is not None and not is_email(self.email):
            raise at_field("email", "电子邮箱应当写成name@example.cn这样")
        if self.postcode is not None and not re.fullmatch(r"\d{6}", self.postcode, re.ASCII):
            raise at_field("postcode", "邮政编码应当为6位数字")
        return self

    @property
    def is_person(self) -> bool:
        """Whether the letters say 您 (自然人) or 你单位."""
        return self.category == "natural_person"

    @property
    def identity(self) -> tuple[str, str]:
        """Who this is, to be compared with others (READINGS R-same-person)."""
        return person(self.name, self.phone, self.id_type, self.id_number)

    def is_born(self, by: date) -> bool:
        """Whether the date of birth in the number of a resident is not later than the day `by`."""
        return _is_born(self.id_type, self.id_number, by)


def _is_born(id_type: str | None, id_number: str | None, by: date) -> bool:
    born = born_on(id_number) if id_number and id_type == "resident_id" else None
    return born is None or born <= by


_PHONE = re.compile(r"[+(]?[0-9][0-9 \-‐‑‒–—−()转]{4,29}")
NOT_BORN = "居民身份证号码中的出生日期晚于申请的日期，请对照证件核对"


def _paper(kind: str, number: str) -> str:
    """The number of a paper, checked by the rules of its kind."""
    check = {"resident_id": check_resident_id, "credit_code": check_credit_code}.get(kind)
    try:
        return check(number) if check else number.upper()
    except ValueError as error:
        raise at_field("id_number", str(error)) from None


def mobile(phone: str | None) -> str | None:
    """The eleven digits of a mobile number of the mainland, to which a short message goes; None: it is none."""
    digits = re.sub(r"\D", "", normalized("NFKC", phone or "")).removeprefix("86")
    return digits if re.fullmatch(r"1[3-9]\d{9}", digits, re.ASCII) else None


def _check_phone(phone: str | None) -> None:
    if phone is not None and not _PHONE.fullmatch(normalized("NFKC", phone)):
        raise at_field("phone", "联系电话只填数字，区号与号码之间可以用短横")


Relation = Literal["entrusted", "guardian", "legal_representative", "heir"]
RELATIONS: Mapping[str, str] = {
    "entrusted": "委托代理人",
    "guardian": "法定代理人、监护人",
    "legal_representative": "法定代表人、负责人",
    "heir": "承继申请的近亲属",
}


class Agent(Record):
    """代理人: who acts for the applicant, and to whom letters go. A missing power of attorney is asked for by 补正."""

    name: Annotated[Line, personal(title="姓名")]
    relation: Annotated[Relation, Field(title="与申请人的关系")]
    id_type: Annotated[
        IdType | None,
        BeforeValidator(lambda value: _ID_ALIASES.get(value, value) if isinstance(value, str) else value),
        Field(title="证件类型"),
    ] = None
    id_number: Annotated[Line | None, personal(title="证件号码")] = None
    phone: Annotated[Line | None, personal(title="联系电话")] = None
    address: Annotated[Line | None, personal(title="通讯地址")] = None
    proof: Annotated[Ident | None, Field(title="授权委托书等证明", description="附件")] = None

    @model_validator(mode="before")
    @classmethod
    def _blank_is_absent(cls, data: Any) -> Any:
        """A field left empty on a form is a field not given."""
        if isinstance(data, dict):
            return {key: value for key, value in data.items() if not (isinstance(value, str) and not value.strip()) or key == "name"}
        return data

    @at_entry
    def _checked(self) -> Self:
        if self.id_number is not None:
            kind = self.id_type or "resident_id"
            object.__setattr__(self, "id_type", kind)
            object.__setattr__(self, "id_number", _paper(kind, self.id_number))
        _check_phone(self.phone)
        return self

    def is_born(self, by: date) -> bool:
        """Whether the date of birth in the number of a resident is not later than the day `by`."""
        return _is_born(self.id_type, self.id_number, by)


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


class CarriedEvent(Record):
    """期限经过 of the file a part was split from: one thing that happened to its clock, as it was known at the split."""

    what: Annotated[
        Literal["correction_notice", "corrected", "consulted", "extension", "deferral", "fee_notice", "paid", "ordered", "reopened"],
        Field(title="事项"),
    ]
    on: Annotated[Day, Field(title="日期")]
    left: Annotated[Day | None, Field(title="送出")] = None
    received: Annotated[Day | None, Field(title="收到")] = None
    answered: Annotated[Day | None, Field(title="答复")] = None
    until: Annotated[Day | None, Field(title="截止")] = None
    days: Annotated[Days | None, Field(title="工作日数")] = None
    type: Annotated[Line | None, Field(title="依据")] = None


class Inherited(Record):
    """拆分时带来的经过 (READINGS R-split-clock): how far handling had come when this part became a file of its own."""

    handling: Annotated[bool, Field(title="已经受理")] = False
    """The request had been accepted: the part is handled on, and need not be accepted again."""
    assignee: Annotated[Line | None, Field(title="承办人")] = None
    extended: Annotated[bool, Field(title="已经延长答复期限")] = False
    charged: Annotated[bool, Field(title="已经收费或者减免")] = False
    corrected: Annotated[bool, Field(title="已经告知补正")] = False
    reasons_asked: Annotated[bool, Field(title="已经要求说明理由")] = False
    deferred: Annotated[bool, Field(title="已经延迟答复")] = False
    events: Annotated[tuple[CarriedEvent, ...], Field(title="期限经过")] = ()


class OtherAgency(Record):
    """负责公开的机关 (条例 36(五))."""

    name: Annotated[Line, Field(title="机关名称")]
    contact: Annotated[Line | None, Field(title="联系方式")] = None


class Had(Record):
    """收到过本件的单位: one that had the request before, and the day on which it received it."""

    unit: Annotated[Line, Field(title="单位代码")]
    agency: Annotated[Line, Field(title="单位")]
    received_on: Annotated[Day, Field(title="收到日")]


class HandedFrom(Record):
    """移送来源: the file that another unit had registered before it handed the request over (READINGS R-handover)."""

    case: Annotated[Ident, Field(title="案卷编号")]
    agency: Annotated[Line, Field(title="移送的单位")]
    number: Annotated[Line, Field(title="原登记号")]
    received_on: Annotated[Day, Field(title="原收到日")]
    corrected: Annotated[bool, Field(title="移送以前告知过补正")] = False
    """The applicant was asked there, or before, to correct the request: it is asked only once (条例 30)."""
    had: Annotated[tuple[Had, ...], Field(title="收到过本件的单位")] = ()
    """In their order, the one that handed it over last of all."""

    def received_by(self, unit: str) -> Day | None:
        """The day on which a unit had it first; None: it never had it."""
        return next((one.received_on for one in self.had if one.unit == unit), None)


class Imported(Record):
    """导入来源: the row of an office's old ledger (台账) that a file was made from."""

    ledger: Annotated[Line, Field(title="台账")]
    line: Annotated[Count, Field(title="行")]
