"""Draws the procedure into README.md, between its two marks, from the table: `make diagram`."""

from __future__ import annotations

import re
from pathlib import Path

from workflow.diagram import mermaid

README = Path(__file__).resolve().parent.parent / "README.md"
MARKED = re.compile(r"(<!-- procedure: begin.*?-->\n).*?(<!-- procedure: end -->)", flags=re.S)


def drawn(text: str) -> str:
    """`text` with the diagram of the table as it is now."""
    picture = f"```mermaid\n{mermaid().strip()}\n```\n"
    new, count = MARKED.subn(lambda found: found[1] + picture + found[2], text)
    assert count == 1, "README.md has lost the marks of the diagram"
    return new


if __name__ == "__main__":
    README.write_text(drawn(README.read_text(encoding="utf-8")), encoding="utf-8")
