"""与退回前比较: what was changed in the words of a letter, paragraph by paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby, zip_longest
from typing import Literal, NamedTuple

from lxml import etree
from lxml import html as parser

from letters.contexts.parts import Context
from letters.html import html

Op = Literal["same", "ins", "del"]
Run = tuple[Op, str]
Face = Literal["title", "to", "text", "heading", "subheading", "annex", "row"]

ALIKE = 0.3
"""Two paragraphs that share less of their text than this, clause by clause, are one gone and one new, not one changed."""
_FACES: dict[str, Face] = {"h1": "title", "p": "text", "h2": "heading", "h3": "subheading", "tr": "row"}
_CLAUSE = re.compile("[，。；：、！？]+|[^，。；：、！？]+")


class Paragraph(NamedTuple):
    """One paragraph: the face it is set in, and its text in runs of what stayed, came and went."""

    face: Face
    runs: list[Run]

    @property
    def changed(self) -> bool:
        return any(op != "same" for op, _ in self.runs)


def changes(old: Context, new: Context, kind: str, was: str | None = None) -> list[Paragraph]:
    """The text of `new` from title to attachments, with what differs from `old`, clause by clause; `was`: its kind, if another."""
    before, after = _paragraphs(html(was or kind, old)), _paragraphs(html(kind, new))
    found: list[Paragraph] = []
    for op, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if op == "equal":
            found += [Paragraph(face, [("same", text)]) for face, text in after[j1:j2]]
        else:
            for gone, come in zip_longest(before[i1:i2], after[j1:j2]):
                found += _pair(gone, come)
    return found


def _pair(gone: tuple[Face, str] | None, come: tuple[Face, str] | None) -> Iterator[Paragraph]:
    if gone and come and gone[0] == come[0]:
        old, new = _CLAUSE.findall(gone[1]), _CLAUSE.findall(come[1])
        runs = list(_runs(old, new))
        if 2 * sum(len(text) for op, text in runs if op == "same") > ALIKE * (len(gone[1]) + len(come[1])):
            yield Paragraph(come[0], _joined(runs))
            return
    if gone:
        yield Paragraph(gone[0], [("del", gone[1])])
    if come:
        yield Paragraph(come[0], [("ins", come[1])])


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[Run]:
    for op, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        if op == "equal":
            yield "same", "".join(new[j1:j2])
        else:
            yield "del", "".join(old[i1:i2])
            yield "ins", "".join(new[j1:j2])


def _joined(runs: Iterable[Run]) -> list[Run]:
    filled = (run for run in runs if run[1])
    return [(op, "".join(text for _, text in same)) for op, same in groupby(filled, key=lambda run: run[0])]


def _paragraphs(source: str) -> list[tuple[Face, str]]:
    found: list[tuple[Face, str]] = []
    for element in parser.fromstring(source).iter(*_FACES):
        text = ("　" if element.tag == "tr" else "").join(filter(None, map(str.strip, element.itertext())))
        if text and not any(one.tag in _FACES for one in element.iterancestors()):
            found.append((_face(element), text))
    return found


def _face(element: etree._Element) -> Face:
    if element.get("class") == "to":
        return "to"
    if element.get("class") == "part":
        return "subheading"
    parent = element.getparent()
    return "annex" if parent is not None and "annex" in (parent.get("class") or "").split() else _FACES[element.tag]
