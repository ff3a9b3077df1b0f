"""主题建议: what a request is about, by the words of topics.yaml and by what people have confirmed.

The words propose: the longest ones count, hints a quarter, and of equals what is written last, where the document asked for usually stands.
What is confirmed teaches which runs of one to three characters stand oftener in a topic's requests than in all (naive Bayes of what is there),
and how much that weighs beside the words. It is tried on each request by what the others taught, and proposes only where it was right as often
as the words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from math import log, sqrt

from workflow.identity import normalized
from workflow.law import Topic

LEAST = 30
"""Of fewer confirmed requests nothing is learned."""
_HINT = 0.25
_WEIGHTS = (32, 16, 8, 4, 2, 1)
"""How much the words may weigh beside what is learned; of equally good ones the heaviest."""
_OFTEN, _SMOOTH, _UNSAID = 2, 0.5, 0.3
"""A run must stand in two requests; a topic that no request has had counts as half a one, what no word speaks for as a third of a character."""
_NOISE = re.compile(r"[\W\d_]+|申请|公开|请|提供|关于|贵|相关|有关|情况|材料|信息|复印件|的|年|本人|我")


# ---------------------------------------------------------------- by the words


def proposed_topic(text: str, topics: Sequence[Topic]) -> str | None:
    """主题建议: the topic that the words of a request speak for most; None when it uses none."""
    return _by_words(_said(text, topics))


@dataclass(frozen=True, slots=True)
class _Spoken:
    """What speaks for a topic: how much, and where the last word of it ends."""

    weight: float = 0.0
    until: int = 0


def _by_words(said: Mapping[str, _Spoken]) -> str | None:
    return max(said, key=lambda topic: (round(said[topic].weight, 6), said[topic].until), default=None)


def _said(text: str, topics: Sequence[Topic]) -> dict[str, _Spoken]:
    """Topic -> what the words say for it, in the order of the rules; each word once, and none that stands within a longer one."""
    lexicon, reach = _lexicon(tuple(topics)), 0
    last: dict[str, int] = {}
    for at, first in enumerate(text):
        found = next((text[at : at + size] for size in lexicon.sizes.get(first, ()) if text[at : at + size] in lexicon.speaks), "")
        if found and at + len(found) > reach:
            reach = last[found] = at + len(found)
    spoken: dict[str, _Spoken] = {}
    for word, until in last.items():
        for topic, weight in lexicon.speaks[word]:
            before = spoken.get(topic, _Spoken())
            spoken[topic] = _Spoken(before.weight + len(word) * weight, max(before.until, until))
    return {topic.key: spoken[topic.key] for topic in topics if topic.key in spoken}


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """The words of all topics, the lengths of those that begin with a character (longest first), and by what the whole is known."""

    speaks: Mapping[str, tuple[tuple[str, float], ...]]
    sizes: Mapping[str, tuple[int, ...]]
    digest: str


@lru_cache(maxsize=8)
def _lexicon(topics: tuple[Topic, ...]) -> _Lexicon:
    speaks: dict[str, dict[str, float]] = {}
    for topic in topics:
        for weight, words in ((_HINT, topic.hints), (1.0, topic.words)):
            for word in words:
                speaks.setdefault(word, {})[topic.key] = weight
    sizes: dict[str, set[int]] = {}
    for word in speaks:
        sizes.setdefault(word[0], set()).add(len(word))
    digest = sha256(repr([(one.key, one.words, one.hints) for one in topics]).encode()).hexdigest()[:16]
    return _Lexicon(
        {word: tuple(told.items()) for word, told in speaks.items()},
        {first: tuple(sorted(found, reverse=True)) for first, found in sizes.items()},
        digest,
    )


# ---------------------------------------------------------------- by what people confirmed


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
    weight: int = _WEIGHTS[0]
    """How much the words weigh beside what is learned: what was right oftenest."""
    beside: str = ""
    """The words that it was tried beside, by their digest: beside others it must be learned anew."""

    @property
    def is_used(self) -> bool:
        """Whether it proposes: it was right as often as the words at least."""
        return self.confirmed >= LEAST and self.model_right >= self.words_right

    def fits(self, topics: Sequence[Topic]) -> bool:
        """Whether it was tried beside the words of these topics."""
        return self.beside == _lexicon(tuple(topics)).digest

    def propose(self, text: str, topics: Sequence[Topic]) -> str | None:
        """The topic of a request; the words' where it is not used, or knows nothing of what the request says."""
        said = _said(text, topics)
        if not self.is_used or not self.fits(topics):
            return _by_words(said)
        told = _told(self.requests, self.runs, _runs(text))
        return _joined(told, said, self.weight, [topic.key for topic in topics])


def learned_from(told: Sequence[tuple[str, str]], topics: Sequence[Topic]) -> Learned:
    """What confirmed requests teach: (request, its topic). Pure: the same requests teach the same, in whatever order."""
    keys = [topic.key for topic in topics]
    read = [(_runs(text), _said(text, topics), topic) for text, topic in told]
    requests, runs = _count((held, topic) for held, _, topic in read)
    right: Counter[int] = Counter()
    for held, said, topic in read if len(read) >= LEAST else ():
        others = _told(requests, runs, held, without=topic)
        right.update(weight for weight in _WEIGHTS if _joined(others, said, weight, keys) == topic)
    weight = max(_WEIGHTS, key=lambda one: right[one])
    by_words = sum(_by_words(said) == topic for _, said, topic in read)
    often = {run: dict(sorted(seen.items())) for run, seen in sorted(runs.items()) if seen.total() >= _OFTEN}
    return Learned(len(read), by_words, right[weight], dict(sorted(requests.items())), often, weight, _lexicon(tuple(topics)).digest)


def _runs(text: str) -> frozenset[str]:
    parts = [part for part in _NOISE.split(normalized("NFKC", text).lower()) if part]
    return frozenset(part[at : at + size] for part in parts for size in (1, 2, 3) for at in range(len(part) - size + 1))


def _count(read: Iterable[tuple[frozenset[str], str]]) -> tuple[Counter[str], dict[str, Counter[str]]]:
    requests: Counter[str] = Counter()
    runs: dict[str, Counter[str]] = {}
    for held, topic in read:
        requests[topic] += 1
        for run in held:
            runs.setdefault(run, Counter())[topic] += 1
    return requests, runs


def _told(
    requests: Mapping[str, int], runs: Mapping[str, Mapping[str, int]], held: Iterable[str], without: str | None = None
) -> dict[str, float] | None:
    """Topic -> how much the runs of a request speak for it; None: nothing of it is known. `without` the request itself, of that topic."""
    own = Counter([without] if without is not None else [])
    total = sum(requests.values()) - own.total()
    share = {topic: (count - own[topic] + _SMOOTH) / (total + _SMOOTH * len(requests)) for topic, count in requests.items()}
    speaks, known = {topic: log(part) for topic, part in share.items()}, 0
    for run in sorted(held):
        seen = runs.get(run, {})
        if sum(seen.values()) - own.total() < _OFTEN:
            continue
        known += 1
        for topic, count in seen.items():
            speaks[topic] += log(1 + (count - own[topic]) / share[topic])
    return {topic: found / sqrt(known) for topic, found in speaks.items()} if known else None


def _joined(told: Mapping[str, float] | None, said: Mapping[str, _Spoken], weight: int, keys: Sequence[str]) -> str | None:
    """The topic that what is learned and the words speak for together; the words' alone where nothing is known."""
    if told is None:
        return _by_words(said)
    total, least = sum(one.weight for one in said.values()) + _UNSAID * len(keys), min(told.values()) - 1
    nothing = _Spoken()

    def speaks(topic: str) -> float:
        return told.get(topic, least) + weight * log((said.get(topic, nothing).weight + _UNSAID) / total)

    return max(keys, key=speaks, default=None)
