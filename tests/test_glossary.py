"""GLOSSARY.md is part of the code: every term of the field that the code uses stands in it, beside its Chinese word."""

from __future__ import annotations

import ast
import re

import pytest

from api.pages.reports.span_filter import PAGES
from api.pages.shared.frame import NAVIGATION
from tests.glossary import GLOSSARY, drawn, tables

TEXT = GLOSSARY.read_text(encoding="utf-8")
WRITTEN = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in TEXT.partition("<!-- tables: begin")[0].splitlines()
    if line.startswith("| ") and not line.startswith(("| ---", "| in the code"))
]
TERMS = {term.strip() for row in WRITTEN for term in row[0].split(",")}
_CHINESE = re.compile(r"[\u4e00-\u9fff]")

OF_THE_PROGRAM = {
    "Record", "Tree", "Cited", "Entry", "Series", "Value", "Row", "Check", "Asking", "Place", "Facts", "Kind", "Identity", "Occurrence",
    "Rejected", "Invalid", "BadRules",
}  # fmt: skip
"""Classes of workflow/ that are tools of the program and no terms of the field."""


def test_the_tables_are_those_of_the_code() -> None:
    assert drawn(TEXT) == TEXT, "run `python -m tests.glossary`"


@pytest.mark.parametrize("heading", tables())
def test_no_term_is_half_translated(heading: str) -> None:
    """English on one side, Chinese on the other, and no two words of the code for one thing of a table."""
    rows = tables()[heading]
    for code, title in rows:
        assert re.fullmatch(r"[a-z0-9_]+", code)
        assert _CHINESE.search(title), code
        assert not re.search(r"[A-Za-z]", title), title
    if not heading.startswith("Letters"):  # several replies bear the same name, as the law has it
        assert len({title for _, title in rows}) == len(rows)


def test_the_written_terms_have_a_chinese_word_and_a_meaning_and_stand_in_order() -> None:
    assert len(WRITTEN) >= 40
    for row in WRITTEN:
        assert len(row) == 3, row
        assert _CHINESE.search(row[1]), row
        assert not re.search(r"[a-z]", row[1]), row
        assert row[2], row
    names = [row[0].lower() for row in WRITTEN if not _CHINESE.search(row[0])]
    assert names == sorted(names)


def test_every_public_class_of_the_law_says_its_term() -> None:
    """In Chinese, in the first line of its docstring, or in the glossary."""
    missing = []
    for path in sorted((GLOSSARY.parent / "workflow").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and node.name not in OF_THE_PROGRAM:
                words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", node.name).lower()
                first = (ast.get_docstring(node) or "").partition("\n\n")[0]
                if words not in TERMS and not _CHINESE.search(first):
                    missing.append(f"{path.name}: {node.name}")
    assert not missing, "write the Chinese term into the docstring, or a line into GLOSSARY.md"


def test_what_the_pages_are_called_stands_in_the_glossary() -> None:
    """The places that one goes to, the headings of the analysis, and the hints that name a notion of the field."""
    places = {title for entries in NAVIGATION.values() for title, _, _ in entries} | {title for title, _, _ in PAGES}
    hints = {"可能是重复申请", "体验区", "意见建议", "勾稽关系", "锁定", "结转下年度", "公开率", "纠错率", "按期答复率", "上年同期", "系统外的单位"}
    plain = {"分析": "情况分析", "管理": "系统管理员", "案件": "案卷", "审签": "审签中"}
    missing = {word for word in places | hints if plain.get(word, word) not in TEXT}
    assert not missing, "write a line into GLOSSARY.md"
