"""Plain reading pages from the project's own Markdown: headings, paragraphs, lists and `code`; nothing else is known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markupsafe import Markup, escape

_HEADING = re.compile(r"(#{1,3}) (.+)")
_READING = re.compile(r"R-[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")


@dataclass(slots=True)
class Section:
    """One chapter of a document and its headed parts."""

    title: str
    parts: list[Part] = field(default_factory=list)


@dataclass(slots=True)
class Part:
    """What stands under one heading: paragraphs and lists, in order."""

    title: str
    anchor: str
    blocks: list[tuple[str, list[Markup]]] = field(default_factory=list)
    """("p", one paragraph) or ("ul", its entries)."""


def read(text: str) -> tuple[list[Markup], list[Section]]:
    """(the paragraphs before the first chapter, the chapters)."""
    sections: list[Section] = []
    opening = Part("", "")
    part = opening
    for level, content in _blocks(text):
        if level == "##":
            sections.append(Section(content))
        elif level == "###":
            part = Part(content, content.split(" ")[0])
            sections[-1].parts.append(part)
        elif level == "-":
            if not part.blocks or part.blocks[-1][0] != "ul":
                part.blocks.append(("ul", []))
            part.blocks[-1][1].append(_inline(content))
        elif level == "":
            part.blocks.append(("p", [_inline(content)]))
    return [line for _, lines in opening.blocks for line in lines], sections


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """(what it is, its text): lines that continue a paragraph or an entry are joined, as Chinese is, without a blank."""
    held: tuple[str, str] | None = None
    for line in text.splitlines():
        heading = _HEADING.fullmatch(line)
        if heading is None and line.strip() and not line.startswith("- ") and held is not None:
            held = held[0], held[1] + line.strip()
            continue
        if held is not None:
            yield held
            held = None
        if heading is not None:
            yield heading[1], heading[2]
        elif line.startswith("- "):
            held = "-", line[2:].strip()
        elif line.strip():
            held = "", line.strip()
    if held is not None:
        yield held


def _inline(text: str) -> Markup:
    """`code` marked, and a reading's id leading to it."""
    pieces = (
        f"<code>{escape(piece)}</code>" if place % 2 else _READING.sub(_link, str(escape(piece)))
        for place, piece in enumerate(text.split("`"))
    )
    return Markup("".join(pieces))  # noqa: S704 -- every piece is escaped just above


def _link(found: re.Match[str]) -> str:
    return f'<a href="/guide/readings#{found[0]}">{found[0]}</a>'
