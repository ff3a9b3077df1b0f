"""The facts of both reports, with what is hard to set: long names, narrow columns, figures with points and signs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from api.office.findings import printed_rows
from workflow import statistics as s

_PUBLISHED = json.loads((Path(__file__).parent.parent / "cases" / "annual_report_suqian_2023.json").read_text(encoding="utf-8"))["reports"][0]

ANALYSIS: dict[str, Any] = {
    "title": "冠县自然资源和规划局政府信息依申请公开情况分析报告",
    "span": "2026年1月1日至2026年11月24日；上年同期：2025年1月1日至2025年11月24日",
    "agency": "冠县自然资源和规划局",
    "on": "2026年11月24日",
    "sections": [
        {
            "title": title,
            "text": [
                f"本期收到政府信息公开申请{120 + n}件，比上年同期的{111 + n}件增加{9 + n}件，增长{8.1 + n:.1f}%。",
                (
                    f"收到最多的渠道是当面提交{40 + n}件（{33.3 + n:.1f}%），其次是网上{30 + n}件（{25.8 + n:.1f}%）、"
                    f"邮寄{20 + n}件（{16.7 + n:.1f}%），"
                    f"准确率{97.5 - n:.1f}%，按期答复率{88.8 + n:.1f}%，其余情况见下表。"
                ),
                "由原台账导入的有12件，按台账所载不能判断是否按期，因此按期答复率在88.8%与98.8%之间。",
            ],
            "charts": [],
            "unlisted": ["“样例乡”“样例镇”各数都是0，没有列出。", ""],
            "tables": [
                [["单位", "收到", "办结", "按期率", "占比"], ["冠县自然资源和规划局", 120, 110, "96.7%", "10.8%"], ["合计", 120, 110, None, "100%"]],
                [["种类", "次数", "同意", "不同意", "部分同意", "无明确意见", "退回", "逾期未提出", "未答复"], ["征求第三方意见", *range(8)]],
            ],
        }
        for n, title in enumerate(("总体情况", "申请的来源和内容", "办理结果", "办理时效", "需要关注的问题"))
    ],
}


def annual() -> dict[str, Any]:
    """冠县, with the figures of 宿迁市 2023."""
    table4 = dict(zip(("行政复议", "未经复议直接起诉", "复议后起诉"), _PUBLISHED["table4"].values(), strict=True))
    return {
        "title": "冠县人民政府办公室2026年政府信息公开工作年度报告（依申请公开部分）",
        "year": 2026,
        "last_year": [0] * 7,
        "summary": dict.fromkeys(
            ("收到", "自然人", "法人或其他组织", "予以公开", "部分公开", "不予公开", "无法提供", "不予处理", "其他处理", "转下年度"), 108
        ),
        "columns": ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"],
        "rows": printed_rows(_PUBLISHED["table3"]),
        "table4": table4,
        "table4_columns": [*s.RESULTS.values(), "总计"],
        "no_data": "",
        "written": {
            "table2": [
                ("第二十条第（一）项", "规章", [("本年制发件数", "0"), ("本年废止件数", "0"), ("现行有效件数", "0")]),
                ("第二十条第（一）项", "行政规范性文件", [("本年制发件数", "6"), ("本年废止件数", "2"), ("现行有效件数", "41")]),
                ("第二十条第（五）项", "行政许可", [("本年处理决定数量", "1320")]), ("第二十条第（六）项", "行政处罚", [("本年处理决定数量", "86")]),
                ("第二十条第（六）项", "行政强制", [("本年处理决定数量", "3")]),
                ("第二十条第（八）项", "行政事业性收费", [("本年收费金额（单位：万元）", "125.36")]),
            ],
            "table2_missing": ["冠县住房和城乡建设局"],
            "texts": {
                "overall": [], "active": ["主动公开信息1200条。"], "last": ["上年指出的问题已经改进。"], "problems": ["答复的说理还不充分。"],
                "measures": [], "others": [],
            },
        },
        "charging": "本年度发出收费通知25件、2950元，实际收取25件、2950元。",
        "corrections": "本年度收到和上年结转更正与自身相关的政府信息记录的申请4件（不计入第三部分），其中予以更正2件；结转下年度2件。",
        "checks": [],
        "units": [
            {"name": name, "received": 10, "ended": 9, "forward": 1, "reported": True} for name in ("冠县自然资源和规划局", "冠县住房和城乡建设局")
        ],
        "idle": ["样例乡"],
        "not_reported": [],
        "outside_missing": ["样例镇"],
    }
