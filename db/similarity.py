"""How alike two requests are: shared runs of two and three characters (类似申请)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import add
from typing import Any

from workflow.sameness import is_same

_NOISE = re.compile(r"[\s，。、；：？！“”‘’（）《》〔〕【】,.;:?!\"'()\[\]<>-]+")
LEAST = 0.35
"""Below this score two requests are not called similar."""


@dataclass(frozen=True, slots=True)
class Similar:
    """An earlier request, how like it is (0 to 1), and the words they share."""

    row: Any
    same_applicant: bool
    score: float
    words: tuple[str, ...]
    same: bool
    """It asks for the same information (`workflow.sameness`); else it is merely alike."""


def grams(text: str) -> frozenset[str]:
    """The runs of two and three characters of a text, without punctuation."""
    plain = _NOISE.sub("", text)
    twos = list(map(add, plain, plain[1:]))
    return frozenset(twos).union(map(add, twos, plain[2:])) or frozenset({plain})


def likeness(first: str, second: str) -> float:
    """How like two texts are, 0 to 1 (Dice, over their runs of two and three characters)."""
    return 1.0 if first == second else dice(grams(first), grams(second))


def dice(own: frozenset[str], theirs: frozenset[str]) -> float:
    """How much two sets share, 0 to 1."""
    return 2 * len(own & theirs) / (len(own) + len(theirs))


def rank(wanted: str, applicant_key: str, others: Sequence[Any], most: int) -> list[Similar]:
    """The most similar of `others` to `wanted`, best first; one's own earlier requests before others' of equal score."""
    own = grams(wanted)
    found = []
    for other in others:
        theirs = grams(other.wanted)
        shared = own & theirs
        score = 2 * len(shared) / (len(own) + len(theirs))
        if score >= LEAST:
            same = other.applicant_key == applicant_key
            found.append((score, same, other))
    found.sort(key=lambda one: (-round(one[0], 3), not one[1]))
    return [
        Similar(other, same, round(score, 3), shared_words(wanted, other.wanted), is_same(wanted, other.wanted))
        for score, same, other in found[:most]
    ]


def shared_words(first: str, second: str) -> tuple[str, ...]:
    """The longest runs of characters that both texts hold, at least two long, at most eight of them."""
    first, second = _NOISE.sub(" ", first), _NOISE.sub(" ", second)
    words, at = [], 0
    while at < len(first) - 1:
        size = 0
        while at + size < len(first) and first[at + size] != " " and first[at : at + size + 1] in second:
            size += 1
        if size >= 2:
            words.append(first[at : at + size])
            at += size
        else:
            at += 1
    return tuple(dict.fromkeys(sorted(words, key=len, reverse=True)))[:8]
