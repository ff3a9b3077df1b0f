"""The words of a ledger: what its columns are called, what stands in them, and dates as people type them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from workflow import acts as a
from workflow import statistics as s
from workflow.identity import normalized
from workflow.law import InForce

# ------------------------------------------------------------------ what the columns are called

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "number": ("编号", "登记号", "登记编号", "申请编号", "受理编号", "受理号", "序号"),
    "received_on": ("收到日", "收到日期", "收到申请日期", "收件日期", "收到时间", "受理日期", "申请日期", "登记日期"),
    "channel": ("收到渠道", "渠道", "申请渠道", "申请方式", "申请途径", "收到方式"),
    "applicant_category": ("申请人类别", "申请人类型", "类别", "申请人性质"),
    "applicant_name": ("申请人", "申请人姓名", "申请人名称", "姓名", "姓名或者名称", "姓名或名称", "名称"),
    "wanted": ("所申请的信息", "申请内容", "所需政府信息", "所需信息", "申请公开的内容", "内容描述", "申请事项", "申请信息"),
    "topic": ("主题", "类型", "信息主题"),
    "outcome": ("办理结果", "答复结果", "答复种类", "结果", "办理情况", "答复类型", "处理结果"),
    "replied_on": ("答复日期", "答复日", "答复时间", "办结日期", "办结时间", "回复日期"),
    "unit": ("单位", "受理单位", "受理机关", "单位名称"),
    "remedy": ("复议诉讼", "救济", "复议或者诉讼", "复议、诉讼"),
    "remedy_on": ("复议诉讼日期", "提起日期", "复议、诉讼日期"),
    "remedy_result": ("复议诉讼结果", "审理结果", "复议、诉讼结果"),
    "remedy_result_on": ("复议诉讼结果日期", "审结日期", "复议、诉讼结果日期"),
}
TITLES: Mapping[str, str] = {name: titles[0] for name, titles in HEADINGS.items()}
REQUIRED = ("number", "received_on", "channel", "applicant_category", "applicant_name", "wanted")
_COLUMN_OF = {title: name for name, titles in HEADINGS.items() for title in (name, *titles)}


def plain_word(value: str) -> str:
    """A word to look up: without blanks, full-width forms made plain."""
    return re.sub(r"[\s:*]", "", normalized("NFKC", value)).lower()


BRACKETS = re.compile(r"\(.*?\)")


def heading_word(value: str) -> str | None:
    """The column that a heading names, without what it says in brackets: 收到日期（年月日）."""
    return _COLUMN_OF.get(BRACKETS.sub("", plain_word(value)))


_CHANNEL_WORDS: Mapping[str, str] = {
    "当面": "in_person", "当面申请": "in_person", "网络申请": "online", "政府网站": "online", "门户网站": "online",
    "电子邮箱": "online", "现场": "in_person", "窗口": "in_person", "邮寄": "ems_signed", "ems": "ems_signed", "挂号信": "ems_signed",
    "信件": "ems_signed", "信函": "ems_signed", "快递": "ems_signed", "平信": "ordinary_mail", "平常信函": "ordinary_mail", "网上": "online",
    "网络": "online", "网站": "online", "在线": "online", "互联网": "online", "平台": "online", "电子邮件": "online", "邮件": "online",
    "邮箱": "online", "传真": "fax", "口头": "oral",
}  # fmt: skip
_CATEGORY_WORDS: Mapping[str, str] = {
    "个人": "natural_person", "公民": "natural_person", "企业": "commercial_enterprise", "公司": "commercial_enterprise",
    "公益组织": "public_interest_organisation", "律所": "legal_service_organisation", "律师事务所": "legal_service_organisation",
    "科研院所": "research_institution", "其他组织": "other_organisation",
}  # fmt: skip
_OUTCOME_WORDS: Mapping[str, str] = {
    "全部公开": "disclosed", "依申请公开": "disclosed", "非本机关掌握": "not_responsible",
    "公开": "disclosed", "同意公开": "disclosed", "已公开": "already_public", "已主动公开": "already_public", "主动公开": "already_public",
    "部分公开": "partial", "不存在": "not_existing", "信息不存在": "not_existing", "政府信息不存在": "not_existing",
    "非本机关": "not_responsible", "非本机关公开": "not_responsible", "不属于本机关": "not_responsible", "不掌握": "not_existing",
    "信访": "petition", "重复申请": "repeated", "撤回": "withdrawn", "主动撤回": "withdrawn", "申请人撤回": "withdrawn",
    "逾期未补正": "abandoned_correction", "逾期未缴费": "abandoned_payment", "其他": "other", "其他处理": "other",
}  # fmt: skip
UNFINISHED = {"", "办理中", "未办结", "在办", "正在办理", "待答复", "未答复"}
REMEDY_WORDS = {title: key for key, title in s.REMEDIES.items()} | {"复议": "reconsideration", "诉讼": "direct", "直接起诉": "direct"}
RESULT_WORDS = {title: key for key, title in s.RESULTS.items()} | {"维持": "upheld", "纠正": "corrected", "其他": "other"}


@dataclass(frozen=True)
class Vocabulary:
    """What the words of a ledger mean under the rules in force."""

    channels: Mapping[str, str]
    categories: Mapping[str, str]
    outcomes: Mapping[str, str]
    topics: Mapping[str, str]

    @classmethod
    def of(cls, law: InForce) -> Vocabulary:
        outcomes = {**_OUTCOME_WORDS}
        counted = s.of_requests(law)
        for key, outcome in reversed(list(counted.items())):  # of several outcomes of one row, the first is the usual one
            outcomes[outcome.row or ""] = outcomes[s.ROW_LABELS[s.row_of(key, law)]] = key
        outcomes["三(一)"] = outcomes["予以公开"] = "disclosed"
        outcomes["三(六)3"] = outcomes["其他"] = "other"
        outcomes |= {outcome.title: key for key, outcome in counted.items()} | {key: key for key in counted}
        return cls(
            channels=_lookup({**_CHANNEL_WORDS, **{title: key for key, title in a.CHANNELS.items()}}, a.CHANNELS),
            categories=_lookup({**_CATEGORY_WORDS, **{title: key for key, title in a.CATEGORIES.items()}}, a.CATEGORIES),
            outcomes=_lookup(outcomes, counted),
            topics=_lookup({topic.title: topic.key for topic in law.topics}, [topic.key for topic in law.topics]),
        )


    def asked_for(self, outcome: str) -> str:
        """What to write instead of an unknown outcome: the kinds of its group (不予公开 alone does not say which)."""
        group = next((key for key, title in s.GROUPS.items() if title == outcome), None)
        kinds = "、".join(f"“{s.ROW_LABELS[row]}”" for row in s.LEAVES if group and row.startswith(group) and row[-1].isdigit())
        return f"应当写明是哪一种：{kinds}" if kinds else "请写成年度报告表三的情形，例如“予以公开”“重复申请”"


def _lookup(words: Mapping[str, str], keys: Any) -> dict[str, str]:
    return {plain_word(word): key for word, key in words.items()} | {key: key for key in keys}


def text_of(value: Any) -> str:
    """A cell as people see it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value).strip()


# ------------------------------------------------------------------ dates

_DATE = re.compile(
    r"(\d{4})\s*[-./年、。—–\s]\s*(\d{1,2})\s*[-./月、。—–\s]\s*(\d{1,2})\s*[日号]?[.。]?"
    r"(?:[T\s]+\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?)?"
)
_SERIAL_FROM, _SERIAL_TO = 32874, 73050  # 1990-01-01 to 2099-12-31
_EXCEL_DAY_0 = date(1899, 12, 30)  # Excel counts a 29 February 1900 that never was; from March 1900 on this is its day 0


_HAN_DATE = re.compile(r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]")
_HAN = {"〇": 0, "○": 0, "零": 0, **{digit: at for at, digit in enumerate("一二三四五六七八九", 1)}}


def _arabic(text: str) -> str:
    """二〇二六年三月十二日 in figures; any other text as it is."""
    found = _HAN_DATE.fullmatch(text)
    if not found:
        return text

    def small(part: str) -> int:
        tens, ten, ones = part.rpartition("十")
        return (_HAN.get(tens, 1) * 10 if ten else 0) + _HAN.get(ones, 0)

    return f"{''.join(str(_HAN[digit]) for digit in found[1])}-{small(found[2])}-{small(found[3])}"


def read_date(value: Any) -> date:
    """A date as people type it: 2026-3-2, 2026.3.2, 2026/3/2, 2026年3月2日, 二〇二六年三月二日, 20260302, an Excel date or its serial number.

    Raises ValueError with the reason in Chinese.
    """
    if isinstance(value, datetime):
        found = value.date()
    elif isinstance(value, date):
        found = value
    else:
        text = _arabic(normalized("NFKC", text_of(value)))
        if match := _DATE.fullmatch(text) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text):
            try:
                found = date(*(int(part) for part in match.groups()))
            except ValueError:
                raise ValueError("没有这一天，请核对") from None
        elif re.fullmatch(r"\d{1,5}(\.\d+)?", text):
            serial = int(float(text))
            if not _SERIAL_FROM <= serial <= _SERIAL_TO:
                raise ValueError("不是日期，可能是空格子按日期显示成了1900年，请核对")
            found = _EXCEL_DAY_0 + timedelta(days=serial)
        else:
            raise ValueError("不是日期，请写成2026-03-02这样")
    if found.year < 1990:
        raise ValueError(f"是{found.year}年，不可能，可能是空格子按日期显示成了1900年，请核对")
    return found
