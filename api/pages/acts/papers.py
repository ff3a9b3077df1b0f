"""原件: the papers of the file, page by page, beside the form of an act that is filled from them (收到补正, 收到意见, 送达, 缴费)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.office.office import Office, Placed
from api.office.problems import Problem
from api.office.sight import sight
from letters.marks import SHEETS
from workflow.acts import Officer

KINDS = frozenset({"correction", "reasons", "opinion", "service", "payment", "withdrawal", "remedy", "remedy_result", "amendment"})
"""Acts that say what stands on a paper that came."""


@dataclass(frozen=True, slots=True)
class Papers:
    """The papers that can be shown, the latest first; which of them is, and which page of how many, or `why` not."""

    rows: Sequence[Any]
    chosen: Any = None
    number: int = 1
    pages: int = 0
    why: str = ""
    blank: str = ""
    """Why this page has no picture, though the file can be opened."""


def of(office: Office, officer: Officer, placed: Placed, kind: str, attachments: Sequence[Any], wanted: str = "") -> Papers | None:
    """`wanted`: "id number"; without it none is open yet. None: nothing is shown here, or not to him without a reason."""
    if kind not in KINDS or sight(officer.role, placed.relation, "attachment") != "whole":
        return None
    rows = sorted((one for one in attachments if one.media_type in SHEETS), key=lambda one: one.at, reverse=True)
    if not rows:
        return None
    asked, _, page = wanted.partition(" ")
    chosen = next((one for one in rows if one.id == asked), None)
    if chosen is None:
        return Papers(rows)
    try:
        outline = office.outline(officer, chosen)
    except Problem as problem:
        return Papers(rows, chosen, why=problem.detail)
    if isinstance(outline, str):
        return Papers(rows, chosen, why=outline)
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 5 else 1
    number = min(max(number, 1), len(outline.sheets))
    return Papers(rows, chosen, number, len(outline.sheets), blank=office.printing.undrawn(officer.id, chosen, number))
