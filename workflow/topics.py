"""主题建议: what a request is about, by the words of topics.yaml and by what people have confirmed.

The learner is naive Bayes over runs of two and three characters, with what the words propose as one more thing that speaks.
It is tried on requests that it has not seen (five parts in turn), and proposes only where it was right as often as the words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from workflow.identity import normalized
from workflow.law import Topic
from workflow.statistics import proposed_topic

LEAST = 30
"""Of fewer confirmed requests nothing is learned."""
PARTS, _SMOOTH, _OFTEN, _WORDS = 5, 0.3, 2, 6
"""A run must stand in two requests; what the words propose speaks as six runs."""
_NOISE = re.compile(r"[\W\d_]+|申请|公开|请|提供|关于|贵|相关|有关|情况|材料|信息|复印件|的|年|本人|我")


@dataclass(frozen=True, slots=True)
class Learned:
    """学到的主题: how often each run stood in the confirmed requests of each topic, and how often it was right when tried."""

    confirmed: int
    words_right: int
    """Of the confirmed, how many the words alone propose rightly."""
    model_right: int
    """The same of what is learned, each tried by what the others taught."""
    requests: Mapping[str, int]
    runs: Mapping[str, Mapping[str, int]]

    @property
    def is_used(self) -> bool:
        """Whether it proposes: it was right as often as the words at least."""
        return self.confirmed >= LEAST and self.model_right >= self.words_right

    def propose(self, text: str, topics: Sequence[Topic]) -> str | None:
        """The topic of a request; the words' where it is not used, or knows nothing of what the request says."""
        by_words = proposed_topic(text, topics)
        if not self.is_used:
            return by_words
        known = {topic.key for topic in topics}
        best = _best(_Table(self.requests, self.runs), text, by_words)
        return best if best in known else by_words


def learned_from(told: Sequence[tuple[str, str]], topics: Sequence[Topic]) -> Learned:
    """What confirmed requests teach: (request, its topic). Pure and in order: the same requests teach the same."""
    read = [(_runs(text), proposed_topic(text, topics), topic) for text, topic in told]
    whole = _count(read)
    right = 0
    for part in range(PARTS if len(read) >= LEAST else 0):
        table = _count([one for at, one in enumerate(read) if at % PARTS != part])
        right += sum(_best_of(table, runs, by_words) == topic for runs, by_words, topic in read[part::PARTS])
    return Learned(len(read), sum(by_words == topic for _, by_words, topic in read), right, whole.requests, whole.runs)


@dataclass(frozen=True, slots=True)
class _Table:
    requests: Mapping[str, int]
    runs: Mapping[str, Mapping[str, int]]


def _runs(text: str) -> frozenset[str]:
    parts = [part for part in _NOISE.split(normalized("NFKC", text).lower()) if part]
    return frozenset(part[at : at + size] for part in parts for size in (2, 3) for at in range(len(part) - size + 1))


def _count(read: Iterable[tuple[frozenset[str], str | None, str]]) -> _Table:
    requests: Counter[str] = Counter()
    runs: dict[str, Counter[str]] = {}
    for held, by_words, topic in read:
        requests[topic] += 1
        for run in (*sorted(held), f"#{by_words}"):
            runs.setdefault(run, Counter())[topic] += 1
    return _Table(dict(requests), {run: dict(held) for run, held in runs.items() if sum(held.values()) >= _OFTEN})


def _best(table: _Table, text: str, by_words: str | None) -> str | None:
    return _best_of(table, _runs(text), by_words)


def _best_of(table: _Table, runs: frozenset[str], by_words: str | None) -> str | None:
    """The topic that what the request says speaks for; what the words propose where nothing of it is known."""
    known = sorted(run for run in runs if run in table.runs)
    if not known:
        return by_words
    total = sum(table.requests.values())
    speaks = {
        topic: log((count + 1) / (total + len(table.requests)))
        + sum(_told(table, run, topic, count) for run in known)
        + (_WORDS * _told(table, f"#{by_words}", topic, count) if by_words else 0)
        for topic, count in table.requests.items()
    }
    return max(sorted(speaks), key=lambda topic: speaks[topic])


def _told(table: _Table, run: str, topic: str, count: int) -> float:
    return log((table.runs.get(run, {}).get(topic, 0) + _SMOOTH) / (count + 2 * _SMOOTH))
