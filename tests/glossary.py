"""Draws the terms that stand in the tables of the code into GLOSSARY.md, between its marks: `python -m tests.glossary`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from workflow import glossary
from workflow.law import load_rules

GLOSSARY = Path(__file__).resolve().parent.parent / "GLOSSARY.md"
MARKED = re.compile(r"(<!-- tables: begin.*?-->\n).*?(<!-- tables: end -->)", flags=re.S)


@cache
def tables() -> dict[str, list[tuple[str, str]]]:
    """Heading -> (word of the code, word of the law), as the tables of the code have them."""
    return glossary.tables(load_rules(), date(2026, 1, 1))


def _table(heading: str, rows: Iterable[tuple[str, str]]) -> str:
    return f"### {heading}\n\n| in the code | 中文 |\n| --- | --- |\n" + "".join(f"| `{code}` | {title} |\n" for code, title in rows)


def drawn(text: str) -> str:
    """`text` with the tables as they are now."""
    content = "\n".join(_table(heading, rows) for heading, rows in tables().items())
    new, count = MARKED.subn(lambda found: f"{found[1]}\n{content}\n{found[2]}", text)
    assert count == 1, "GLOSSARY.md has lost the marks of its tables"
    return new


if __name__ == "__main__":
    GLOSSARY.write_text(drawn(GLOSSARY.read_text(encoding="utf-8")), encoding="utf-8")
