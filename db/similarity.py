"""How alike requests are (类似申请): TF-IDF of the runs of one to three characters, dates and synonyms made one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Any

from workflow.sameness import Sameness, in_its_year

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


def rank(same: Sameness, wanted: str, applicant_key: str, others: Sequence[Any], most: int) -> list[Similar]:
    """Those of `others` that ask for the same as `wanted`, then the most similar, best first; one's own before others' of equal score.

    `wanted` says its years (`in_its_year`); what the others mean by 去年 is told by the day on which they came.
    """
    asked = [in_its_year(other.wanted, other.received_on) for other in others]
    read = [same.runs(wanted), *map(same.runs, asked)]
    held = Counter(run for runs in read for run in runs)
    tells = {run: 1 + log((1 + len(read)) / (1 + count)) for run, count in held.items()}
    weighed = [{run: weight * tells[run] for run, weight in runs.items()} for runs in read]
    own, found = weighed[0], []
    for other, text, theirs in zip(others, asked, weighed[1:], strict=True):
        score, one = _cosine(own, theirs), same.is_same(wanted, text)
        if one or score >= LEAST:
            found.append((not one, score, other.applicant_key == applicant_key, other))
    found.sort(key=lambda told: (told[0], -round(told[1], 3), not told[2]))
    return [Similar(other, mine, round(score, 3), shared_words(wanted, other.wanted), not alike) for alike, score, mine, other in found[:most]]


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """1.0 for two texts of which nothing is left once what all say is gone."""
    if not one and not other:
        return 1.0
    long = sqrt(sum(weight * weight for weight in one.values()) * sum(weight * weight for weight in other.values()))
    return sum(weight * other.get(run, 0) for run, weight in one.items()) / long if long else 0.0


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
