"""区分处理 in figures: the sheets of a document, the marks on them, what is proposed. Plain values, that any process may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

HEIF = ("image/heic", "image/heif")
"""Photographs as telephones make them."""
SHEETS = ("application/pdf", "image/jpeg", "image/png", "image/tiff", "image/bmp", "image/gif", *HEIF)
"""Media types of documents whose pages can be shown."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page as it is seen, turned upright: millimetres."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Outline:
    """What a document is: its pages, and how many files and scripts lie in it that no page shows."""

    sheets: tuple[Sheet, ...]
    embedded: int = 0
    scripts: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle on a page (counted from 1), in millimetres from the upper left corner."""

    page: int
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Mark(Place):
    """遮盖: what is covered, and under which article.

    `outcome` and `ground` are keys of `workflow/rules/outcomes.yaml`: third_party, privacy.
    """

    outcome: str
    ground: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal(Place):
    """What was found in the text of a page and might have to be covered: where it stands, and what it is."""

    kind: str
    """id_number, phone, bank_card, or known: somebody of whom the file knows."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was read from a picture of a page (文字识别): its words, and its place in millimetres from the upper left corner."""

    text: str
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Searched:
    """What was proposed for a document; and which of its pages, counted from 1, have no text that could be searched."""

    proposals: tuple[Proposal, ...] = ()
    unread: tuple[int, ...] = ()
    read: tuple[int, ...] = ()
    """Those that were read from their picture."""
    why: str = ""
    """Why nothing was searched this time."""


class Written(NamedTuple):
    """One line of a page as it is printed: its words; top and height; where each character begins, and the last ends. Thousandths of the page."""

    text: str
    top: int
    height: int
    edges: tuple[int, ...]
