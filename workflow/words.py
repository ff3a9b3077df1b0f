"""How dates, amounts and kinds are written in sentences, so that all sentences write them alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType


def say_day(day: date) -> str:
    """2026年3月5日: full year, no zero fill (GB/T 9704 成文日期)."""
    return f"{day.year}年{day.month}月{day.day}日"


def say_yuan(fen: int) -> str:
    """An amount of fen as people read it: 2740元, 0.5元."""
    yuan, rest = divmod(fen, 100)
    return f"{yuan}元" if not rest else f"{yuan}.{rest:02d}".rstrip("0") + "元"


LETTER_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "receipt": "登记回执",
        "request_form": "申请登记表",
        "correction_notice": "补正告知书",
        "reasons_notice": "说明理由告知书",
        "handover_notice": "移送告知书",
        "extension_notice": "延期答复告知书",
        "deferral_notice": "延迟答复告知书",
        "third_party_inquiry": "第三方意见征询书",
        "consultation_notice": "征求意见告知书",
        "third_party_notice": "第三方告知书",
        "joint_agency_inquiry": "征求共同制作机关意见函",
        "other_agency_inquiry": "征求意见函",
        "internal_consultation": "会商单",
        "fee_notice": "收费通知书",
        "abandonment_notice": "不再处理告知书",
        "withdrawal_notice": "撤回申请告知书",
        "disclosed": "予以公开答复书",
        "already_public": "已主动公开答复书",
        "partial": "部分公开答复书",
        "withheld_absolute": "不予公开答复书",
        "withheld_third_party": "不予公开答复书",
        "withheld_discretionary": "不予公开答复书",
        "not_existing": "政府信息不存在答复书",
        "not_responsible": "非本机关负责公开答复书",
        "repeated": "不予重复处理答复书",
        "special_inquiry": "按专门规定办理答复书",
        "needs_processing": "需要加工分析答复书",
        "unclear": "无法提供答复书",
        "petition": "信访举报投诉类申请答复书",
        "publication": "公开出版物答复书",
        "excessive": "不予处理答复书",
        "reissue": "不予处理答复书",
        "mixed": "政府信息公开申请答复书",
        "record_corrected": "更正告知书",
        "record_not_corrected": "不予更正告知书",
        "record_transferred": "更正申请转送告知书",
        "record_referred": "更正申请告知书",
        "correction_of_record": "更正申请处理告知书",
        "other_reply": "政府信息公开申请答复书",
        "delivery_receipt": "送达回证",
        "file_index": "卷内目录",
    }
)
"""Letter kind -> its name in lists and sentences (文书名称)."""

ATTACHMENT_ROLES: Mapping[str, str] = MappingProxyType(
    {"received": "来件材料", "original": "信息原件", "given_out": "提供件", "evidence": "证据材料"}
)
"""What an attachment is to the request: what came in, the information as the agency keeps it, what is given out, evidence."""
