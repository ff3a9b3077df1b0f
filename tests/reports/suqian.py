"""宿迁市 2023, a published annual report, turned into the ledger that it would have been counted from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from workflow.law import load_rules
from workflow.statistics import FORWARD, LEAVES, RESULTS, of_requests, row_of

CASES = Path(__file__).parent.parent / "cases" / "annual_report_suqian_2023.json"
HEADING = (
    "登记编号", "收到日期", "渠道", "申请人类别", "申请人姓名", "申请内容", "主题", "答复结果", "答复日期",
    "复议诉讼", "提起日期", "复议诉讼结果", "审结日期",
)  # fmt: skip
TYPED = ("{0.year}-{0.month}-{0.day}", "{0.year}.{0.month}.{0.day}", "{0.year}年{0.month}月{0.day}日", "{0.year}/{0.month}/{0.day}")


def published() -> dict[str, Any]:
    """The file of published figures."""
    return dict(json.loads(CASES.read_text(encoding="utf-8")))


def ledger_rows() -> Iterator[list[str]]:
    """The lines of a ledger whose report these figures are; dates as different people type them."""
    file = published()
    report, columns = file["reports"][0], file["columns"][:-1]
    law = load_rules().on(date(2023, 12, 31))
    outcome_of = {row_of(key, law): outcome.title for key, outcome in reversed(list(of_requests(law).items()))}
    remedies = _remedies(report["table4"])
    serial = 0
    for at, category in enumerate(columns):
        carried = report["table3"]["二"][at]
        for row in (*LEAVES, FORWARD):
            for _ in range(report["table3"][row][at]):
                serial += 1
                received = date(2022, 12, 1 + serial % 28) if carried > 0 else date(2023, 1, 3) + timedelta(days=serial % 340)
                carried -= 1
                line = [f"宿样例〔2023〕{serial}", _typed(received, serial), "网上提交", category, f"样例申请人{serial}", f"样例事项{serial}"]
                if row == FORWARD:
                    yield [*line, "征地拆迁", "办理中", "", "", "", "", ""]
                    continue
                replied = min(max(received + timedelta(days=20), date(2023, 1, 9)), date(2023, 12, 31))
                yield [*line, "", outcome_of[row], _typed(replied, serial + 1), *next(remedies, ("", "", "", ""))]
    assert next(remedies, None) is None


def _typed(day: date, n: int) -> str:
    return TYPED[n % len(TYPED)].format(day)


def _remedies(table: dict[str, list[int]]) -> Iterator[tuple[str, str, str, str]]:
    for group, cells in table.items():
        for result, count in zip(RESULTS.values(), cells, strict=False):
            for _ in range(count):
                pending = result == RESULTS["pending"]
                yield group, "2023-12-31", "" if pending else result, "" if pending else "2023-12-31"
