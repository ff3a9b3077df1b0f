"""Proof by making: whether a letter can be printed is known by making it, before its act is signed and numbered.

Its words are always made (half a thousandth of a second): what lacks a value, or has a character that no font has, is found
there. The pages are laid out beforehand only where that could still fail: with letters that join and stack, of which only the
whole word has a form, and near the limit of pages. That takes the time of a letter.
"""

from __future__ import annotations

import re

from letters.html import html as words
from letters.scripts import is_shaped

__all__ = ["needs_proof", "words"]

_HALF = 50 * 22
"""Lines of half the pages that a letter may have (`letters.engine`)."""
_BLOCK = re.compile(r"<(?:p|div|h[1-3]|tr|br)\b")


def needs_proof(source: str) -> bool:
    """Whether the letter of these words (HTML) is laid out before its act is placed."""
    lines = len(_BLOCK.findall(source)) + len(source) / 28
    return lines > _HALF or any(map(is_shaped, set(source)))
