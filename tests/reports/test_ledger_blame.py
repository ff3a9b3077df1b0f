"""One bad cell in a good ledger, in each column in turn: the sentence names that column, and no other."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from db.engine import Database
from db.ledger.words import TITLES
from tests.reports.test_ledger import as_csv, lines_of, loader

NEXT = count(1)
RARE = "\U0002a6d7"
"""A character that the fonts of this test do not have."""
GOOD: dict[str, str] = {
    "number": "1", "received_on": "2026-3-2", "channel": "当面提交", "applicant_category": "自然人", "applicant_name": "样例甲",
    "wanted": "征收补偿方案", "topic": "征地拆迁", "outcome": "予以公开", "replied_on": "2026年3月20日",
    "remedy": "行政复议", "remedy_on": "2026-4-2", "remedy_result": "维持",
    "remedy_result_on": "2026-5-8", "extension": "", "correction": "", "corrected_on": "", "suspension": "", "resumed_on": "", "fee": "",
}  # fmt: skip


def blamed(database: Database, folder: Path, columns: list[str] | None = None, **bad: Any) -> tuple[int, str]:
    """How many lines came in, and what was said of the one that did not."""
    names = columns or list(GOOD)
    path = as_csv(folder, [TITLES[name] for name in names], [{**GOOD, **bad}.get(name, "") for name in names])
    one = replace(loader(database, f"blame{next(NEXT)}"), unprintable=lambda text: text.find(RARE) if RARE in text else None)
    done = one.load(lines_of(path), path.name)
    return done.loaded, "；".join(why for line in (*done.bad, *done.left) for why in line.problems)


def test_the_good_ledger_comes_in(database: Database, tmp_path: Path) -> None:
    assert blamed(database, tmp_path) == (1, "")


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        *((name, "") for name in ("number", "received_on", "channel", "applicant_category", "applicant_name", "wanted", "replied_on", "remedy_on",
                                  "remedy_result_on")),
        *((name, "乱码？") for name in ("received_on", "channel", "applicant_category", "outcome", "replied_on", "remedy", "remedy_on",
                                      "remedy_result", "remedy_result_on")),
        *((name, f"写有{RARE}") for name in ("number", "applicant_name", "wanted", "topic", "extension", "correction", "fee", "suspension")),
        ("number", "=A1"), ("number", "9" * 61), ("applicant_name", "名" * 400), ("wanted", "文" * 30_000),
        ("received_on", "2031-3-2"), ("replied_on", "2031-3-2"), ("remedy_on", "2031-3-2"), ("remedy_result_on", "2031-3-2"),
        ("replied_on", "2026-3-1"), ("remedy_result_on", "2026-4-1"), ("received_on", "2026-2-30"),
    ],
)  # fmt: skip
def test_the_sentence_names_the_column_of_the_bad_cell(database: Database, tmp_path: Path, column: str, cell: str) -> None:
    loaded, said = blamed(database, tmp_path, **{column: cell})
    assert loaded == 0
    named = re.findall(r"“(.+?)”", said)
    assert named, said
    assert {one for one in named if one in TITLES.values()} == {TITLES[column]}, said


@pytest.mark.parametrize(("citizen", "organisation"), [("", ""), ("样例甲", "样例公司")])
def test_of_two_columns_of_names_both_are_named(database: Database, tmp_path: Path, citizen: str, organisation: str) -> None:
    columns = [name for name in GOOD if name not in ("applicant_name", "applicant_category")] + ["citizen_name", "organisation_name"]
    loaded, said = blamed(database, tmp_path, columns, citizen_name=citizen, organisation_name=organisation)
    assert loaded == 0 and set(re.findall(r"“(.+?)”", said)) == {"公民姓名", "法人或者其他组织名称"}, said
