"""How alike two requests are: shared runs of two and three characters (类似申请)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import add
from typing import Any

_NOISE = re.compile(r"[\s，。、；：？！“”‘’（）《》〔〕【】,.;:?!\"'()\[\]<>-]+")
LEAST, SAME = 0.35, 0.5
"""Below the first score two requests are not called similar; below the second they do not ask for the same."""


@dataclass(frozen=True, slots=True)
class Similar:
    """An earlier request, how like it is (0 to 1), and the words they share."""

    row: Any
    same_applicant: bool
    score: float
    words: tuple[str, ...]
    same: bool
    """It asks for the same information (同一内容); else it is merely alike."""


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
        Similar(other, same, round(score, 3), shared_words(wanted, other.wanted), score >= SAME and asks_the_same(wanted, other.wanted))
        for score, same, other in found[:most]
    ]


# Words of asking, and small words, that name no information.
_SMALL = re.compile(
    "申请|公开|请求|提供|获取|希望|要求|关于|有关|相关|全部|全文|所有|复印件|扫描件|电子版|文本|信息|贵单位|贵局|本人|以及|年度|[请要的及和与等之其我您份]"
)
_ORDINAL = re.compile("(?<![一二三四五六七八九十百])[一二三四五六七八九](?=[批期号年次届条项])")
_FIGURES = re.compile(r"[0-9]+|[一二三四五六七八九十百零〇]+(?=[批期号年次届条项])")


def asks_the_same(first: str, second: str) -> bool:
    """Whether two texts that are like one another name the same information.

    In whatever order: no figure (year, number, batch) of the one speaks against the other's, and they have not each something of
    their own (another village, another kind of document). One of them may say less.
    """
    if first == second:
        return True
    first, second = (_ORDINAL.sub(lambda found: str("一二三四五六七八九".index(found[0]) + 1), one) for one in (first, second))
    ours, theirs = (set(_FIGURES.findall(one)) for one in (first, second))
    return (ours <= theirs or theirs <= ours) and not (_left(first, second) and _left(second, first))


def _left(text: str, other: str) -> str:
    """What of a text is not in the other, without words that name nothing."""
    text, other = (_NOISE.sub("", _SMALL.sub(" ", one[:1000])) for one in (text, other))
    for word in sorted(shared_words(text, other), key=len, reverse=True):
        text = text.replace(word, "")
    return "".join(sign for sign in text if sign not in other)


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
