"""同一信息: whether two requests ask for the same information. One decision for 条例 35 (重复申请) and 条例 44 (多个申请人).

Words may differ and mean the same; a year, a batch, a number of a document, a village or the kind of the document that differs
means another piece of information, however alike the words are. When in doubt they are not the same: nobody is said to repeat (READINGS R-same).
The words stand in rules/sameness.yaml; `rules.on(day).sameness` holds them and answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from workflow.identity import normalized

SAME = 0.41
"""From this likeness on two requests without a conflict ask for the same; chosen on the first half of the pairs of the tests."""
OWN = 0.09
"""So much of what each says the other does not: each then names something else."""
_WITHIN = 0.6
"""What a run of characters inside a word of the trade tells, beside 1 of a run in a name."""
_KEPT = 4096
_TELLING, _NEAREST, _COMPARED, _COMMON = 12, 8, 12, 400
"""Of a request its twelve rarest runs look for groups; the eight nearest are tried, by up to twelve of their members; what more
than 400 requests say leads nowhere."""

_DIGITS = {digit: at for at, digit in enumerate("〇一二三四五六七八九")} | {"○": 0, "零": 0, "两": 2}
_SCALE = {"十": 10, "百": 100, "千": 1000}
_HAN = "〇○零一二两三四五六七八九"
_HAN_YEAR = re.compile(f"(?<![{_HAN}])[二一][{_HAN}]{{3}}(?=年)")
_UNITS = (
    "批次|批|期|届|次|标段|标|段|组|号楼|号|栋|幢|单元|层|季度|月份|月|日|户|人|亩|公里|米|层|班|车间|井|万吨|吨|万元|亿元|元|万|个|室|楼|中|小|年"
)
_HAN_NUMBER = re.compile(f"(?<=第)[{_HAN}十百千]{{1,6}}|(?<![{_HAN}十百千])[{_HAN}十百千]{{1,6}}(?=(?:{_UNITS})(?!经|级以))")
_SHORT_YEAR = re.compile(r"(?<![\d第])([12]\d)年(?![以来内期前限])")
_SPAN = re.compile(r"(?<!\d)((?:19|20)\d{2})年?(?:度)?[至到\-—~～]+((?:19|20)\d{2})(?!\d)(?:年度|年)?")
_MONTHS = re.compile(r"(\d{1,2})月?份?[至到\-—~～]+(\d{1,2})月份?")
_QUARTER = re.compile(r"第?([1-4])季度")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_YEARS_AWAY = re.compile(_YEAR.pattern + "(?:年度|年)?")
_NUMBERED = re.compile(rf"第?((?<![a-z])[a-z]+-?\d+(?:[-.]\d+)*|\d+(?:[-.]\d+)*)({_UNITS})?")
_DOCUMENT = re.compile(r"[\u4e00-\u9fff]{2,6}\[\d{4}\]第?\d+号")
_ONE_UNIT = {"批次": "批", "号楼": "栋", "幢": "栋", "楼": "栋", "标": "标段", "段": "标段", "月份": "月"}
_NEARER = frozenset("大小东西南北前后上下新老中")
"""What sets 小王庄 and 王庄 apart; 大王镇 before 小王庄 does not."""
_GAP = "\0"
_BREAKS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class SameWords:
    """用词: the words of rules/sameness.yaml in force."""

    stock: tuple[str, ...]
    general: tuple[str, ...]
    synonyms: tuple[tuple[str, ...], ...]
    kinds: tuple[tuple[str, ...], ...]
    contrasts: tuple[tuple[str, ...], ...]
    places: tuple[str, ...]
    own: tuple[str, ...]
    form: tuple[str, ...]
    uses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """A request as it is compared."""

    plain: str
    tokens: tuple[str, ...]
    """Words of the trade whole, all else by characters; without numbers, and without what says nothing of what is asked for."""
    raw: tuple[str, ...]
    """The same as they were written."""
    said: str
    """The tokens in one text."""
    grams: Mapping[str, float]
    total: float
    years: frozenset[str]
    numbers: Mapping[str, frozenset[str]]
    places: Mapping[str, frozenset[str]]
    documents: frozenset[str]
    """发文字号."""
    kinds: frozenset[str]
    contrasts: Mapping[int, frozenset[str]]

    @property
    def told(self) -> frozenset[str]:
        """By which of 年, 号 and 地 the request says exactly what it wants."""
        return frozenset(one for one, there in (("年", self.years), ("号", self.numbers), ("地", self.places)) if there)


class Sameness:
    """同一信息: whether two requests ask for the same information, by the words in force."""

    def __init__(self, words: SameWords) -> None:
        self.words = words
        self._one_word = {said: group[0] for group in words.synonyms for said in group}
        kept = {one for groups in (words.kinds, words.contrasts) for group in groups for one in group if len(one) > 1}
        kept |= {place for place in words.places if len(place) > 1}
        silent = {*words.stock, *words.general}
        self._trade = (self._one_word.keys() | kept) - silent
        self._by_letter: dict[str, list[str]] = {}
        for word in sorted(self._trade | silent, key=lambda one: (-len(one), one)):
            self._by_letter.setdefault(word[0], []).append(word)
        self._place = re.compile(f"({_any_of(words.places)})(?!{_any_of(words.places)})")  # 马厂村 is a 村
        self._lead_in = re.compile(f"^(?:{_any_of([one for one in words.stock if len(one) > 1])}|[请特现兹的]|[\\W_])+")
        self._tail = re.compile(rf"(?:[，,；;。](?:{_any_of(words.uses)}).*|{_any_of(words.form)}|[，、。；：,;:.!！?？\s]|的)+$")
        self._asking = re.compile(r"^.{0,60}?(?:申请|要求|请求|恳请|希望|想|请)[^，,。；;]{0,10}?(?:公开|获取|提供|查询|查阅|了解|知道)(?:一下)?")
        self._set_against = lru_cache(maxsize=_KEPT)(self._setting_against)
        self._read = lru_cache(maxsize=_KEPT)(self._reading)

    # ------------------------------------------------------------------ reading one request

    def plain(self, text: str) -> str:
        """A request with its widths, numbers and dates written in one way."""
        text = normalized("NFKC", text).lower().translate(_BRACKETS)
        text = _HAN_YEAR.sub(lambda found: "".join(str(_DIGITS[one]) for one in found[0]), text)
        text = _HAN_NUMBER.sub(lambda found: str(_number(found[0])), text)
        text = _SHORT_YEAR.sub(r"20\1年", text)
        text = text.replace("上半年", "1-6月").replace("下半年", "7-12月")
        text = _QUARTER.sub(lambda found: f"{3 * int(found[1]) - 2}-{3 * int(found[1])}月", text)
        return _MONTHS.sub(r"\1-\2月", text)

    def _reading(self, text: str) -> _Read:
        plain = self.plain(text)
        years = {year for first, last in _SPAN.findall(plain) for year in map(str, range(int(first), min(int(last), int(first) + 30) + 1))}
        years |= set(_YEAR.findall(plain))
        rest = _YEARS_AWAY.sub(_GAP, _SPAN.sub(_GAP, plain))
        numbers: dict[str, set[str]] = {}
        for value, unit in _NUMBERED.findall(rest):
            if unit != "年":
                numbers.setdefault(_ONE_UNIT.get(unit, unit), set()).add(value)
        words = self._parts(_NUMBERED.sub(lambda found: found[0].removeprefix("第") if found[2] in ("中", "小") else _GAP, rest))
        parts = [(part, trade) for part, _, trade in words]
        tokens = tuple(token for part, _, trade in words for token in ((part,) if trade else part))
        raw = tuple(token for _, part, trade in words for token in ((part,) if trade else part))
        grams = self._grams(parts) | {f"#{one}": 2.0 for one in sorted(years)} | {
            f"#{value}{unit}": 2.0 for unit, values in sorted(numbers.items()) for value in sorted(values)
        }
        said = "".join(tokens)
        return _Read(
            plain, tokens, raw, said, grams, sum(grams.values()), frozenset(years),
            {unit: frozenset(values) for unit, values in numbers.items()}, self._places(parts),
            frozenset(_DOCUMENT.findall(self._lead_in.sub("", plain).replace("第", ""))),
            frozenset(group[0] for group in self.words.kinds if any(one in said for one in group)),
            self._contrasts(tokens),
        )  # fmt: skip

    def _parts(self, text: str) -> list[tuple[str, str, bool]]:
        """The text without what says nothing: (a word of the trade in its one form, as written, True), (what stands between, the same, False)."""
        parts, at, begun = list[tuple[str, str, bool]](), 0, 0

        def between(run: str) -> None:
            parts.extend((one, one, False) for one in _BREAKS.split(run) if one)

        while at < len(text):
            word = next((word for word in self._by_letter.get(text[at], ()) if text.startswith(word, at)), None)
            if word is None:
                at += 1
                continue
            between(text[begun:at])
            if word in self._trade:
                parts.append((self._one_word.get(word, word), word, True))
            at = begun = at + len(word)
        between(text[begun:])
        return parts

    def _grams(self, parts: Sequence[tuple[str, bool]]) -> dict[str, float]:
        """The runs of one to three characters of what is really asked for, each with what it tells."""
        whole = "".join(part for part, _ in parts)
        inside = [trade for part, trade in parts for _ in part]
        found: dict[str, float] = {}
        for size in (1, 2, 3):
            for at in range(len(whole) - size + 1):
                weight = size * (_WITHIN if all(inside[at : at + size]) else 1)
                found[whole[at : at + size]] = max(found.get(whole[at : at + size], 0), weight)
        return found

    def _places(self, parts: Sequence[tuple[str, bool]]) -> dict[str, frozenset[str]]:
        places: dict[str, set[str]] = {}
        tail = ""
        for part, trade in parts:
            if trade:
                if part in self.words.places and tail:
                    places.setdefault(part, set()).add(tail)
                tail = ""
                continue
            end = 0
            while (found := self._place.search(part, end + 1)) is not None:  # a name is a character long at least
                places.setdefault(found[1], set()).add(part[end : found.start()])
                end = found.end()
            tail = part[end:]
        return {kind: frozenset(names) for kind, names in places.items()}

    def _contrasts(self, tokens: Sequence[str]) -> dict[int, frozenset[str]]:
        found: dict[int, set[str]] = {}
        for token in tokens:
            for at, word in self._set_against(token):
                found.setdefault(at, set()).add(word)
        return {at: frozenset(words) for at, words in found.items()}

    def _setting_against(self, token: str) -> tuple[tuple[int, str], ...]:
        """Groups of contrasts with what the token says of each: itself, or a longer word of the group within it (方案公告, 补偿安置方案公告)."""
        groups = enumerate(self.words.contrasts)
        return tuple((at, one) for at, group in groups for one in group if one == token or (len(one) > 1 and one in token and token not in group))

    # ------------------------------------------------------------------ two requests

    def runs(self, text: str) -> Mapping[str, float]:
        """The runs of one to three characters of what is asked for, with what each tells by itself."""
        return self._read(text).grams

    def likeness(self, first: str, second: str) -> float:
        """How like two requests are in what they really ask for, 0 to 1; longer runs and names tell more."""
        one, other = self._read(first), self._read(second)
        if not one.total + other.total:
            return 1.0
        few, many = (one.grams, other.grams) if len(one.grams) < len(other.grams) else (other.grams, one.grams)
        shared = sum(weight + many[gram] for gram, weight in few.items() if gram in many)
        return shared / (one.total + other.total)

    def conflict(self, first: str, second: str) -> str | None:
        """What sets two requests apart whatever else they share: 年份, 编号, 地点, 文件种类, 对象; None: nothing."""
        one, other = self._read(first), self._read(second)
        if one.years and other.years and one.years != other.years:
            return "年份"
        for unit in one.numbers.keys() & other.numbers.keys():
            if not (one.numbers[unit] <= other.numbers[unit] or other.numbers[unit] <= one.numbers[unit]):
                return "编号"
        for kind in one.places.keys() & other.places.keys():
            if not any(_agree(here, there) for here in one.places[kind] for there in other.places[kind]):
                return "地点"
        if one.kinds and other.kinds and len(one.kinds & other.kinds) * 2 < len(one.kinds | other.kinds):
            return "文件种类"
        if any(one.contrasts[group].isdisjoint(other.contrasts[group]) for group in one.contrasts.keys() & other.contrasts.keys()):
            return "对象"
        if one.documents & other.documents:
            return None
        return "对象" if _each_has_its_own(one, other) else None

    def is_same(self, first: str, second: str) -> bool:
        """Whether two requests certainly ask for the same information."""
        if first == second:
            return True
        near = self.likeness(first, second) >= SAME or _named_alone(self._read(first), self._read(second))
        return near and self.conflict(first, second) is None and not self._is_wider(first, second)

    def _is_wider(self, first: str, second: str) -> bool:
        """One says which village or number, where the other says nothing of the kind, or only something else."""
        one, other = self._read(first).told, self._read(second).told
        return any(here - there - {"年"} and (not there or there - here) for here, there in ((one, other), (other, one)))

    def subject(self, text: str) -> str:
        """What is asked for, without how it is asked: 依法申请公开贵局关于 before it, 的复印件 after it."""
        text = re.sub(r"\s+", "", text)
        asked = self._asking.sub("", text)
        found = self._tail.sub("", self._lead_in.sub("", asked if len(asked) > 3 else text))
        return found or text

    def title(self, texts: Sequence[str]) -> str:
        """What a person would call what these requests ask for: the shortest of them that says all years, numbers and places that they share."""
        shared = frozenset.intersection(*(self._exactly(text) for text in texts))
        subjects = {text: self.subject(text) for text in texts}
        telling = [text for text in texts if self._exactly(subjects[text]) >= shared] or list(texts)
        near = {text: sum(self.likeness(text, other) for other in texts[:_COMPARED]) for text in telling}
        kept = [text for text in telling if near[text] >= max(near.values()) * 0.9]
        return min((subjects[text] for text in kept), key=lambda one: (len(one), one))

    def _exactly(self, text: str) -> frozenset[str]:
        read = self._read(text)
        return read.years | {f"{value}{unit}" for unit, values in read.numbers.items() for value in values} | {
            f"{place}{kind}" for kind, places in read.places.items() for place in places
        }  # fmt: skip

    def is_own(self, text: str) -> bool:
        """Whether only the applicant's own village or house says which information it is (我村的征地批复): of two people it is not the same."""
        read = self._read(text)
        return not (read.places or read.documents) and any(word in read.plain for word in self.words.own)

    # ------------------------------------------------------------------ many requests

    def groups(self, texts: Sequence[str]) -> list[list[str]]:
        """The requests in groups, each of which asks for the same as all others of its group; in the order of their first."""
        groups: list[list[str]] = []
        leading: dict[str, list[int]] = {}
        held: dict[str, int] = {}
        unique = list(dict.fromkeys(texts))
        for text in unique:
            for gram in self._read(text).grams:
                held[gram] = held.get(gram, 0) + 1
        for text in unique:
            grams = self._read(text).grams
            telling = sorted((gram for gram in grams if held[gram] <= _COMMON), key=lambda gram: (held[gram], gram))[:_TELLING]
            telling += [gram for gram in grams if gram.startswith("#") and gram not in telling]
            met: dict[int, float] = {}
            for gram in telling:
                for at in leading.get(gram, ()):
                    met[at] = met.get(at, 0) + grams[gram]
            for at in sorted(met, key=lambda at: (-met[at], at))[:_NEAREST]:
                if all(self.is_same(text, one) for one in groups[at][:_COMPARED]):
                    groups[at].append(text)
                    break
            else:
                at = len(groups)
                groups.append([text])
            for gram in telling:
                where = leading.setdefault(gram, [])
                if at not in where[-1:]:
                    where.append(at)
        return groups


def _any_of(words: Sequence[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda one: (-len(one), one)))) or "(?!)"


_BRACKETS = str.maketrans("〔〕【】「」『』", "[][][][]")


def _number(text: str) -> int:
    """十二, 二十, 一百零三, 三五 as a number."""
    if not any(one in _SCALE for one in text):
        return int("".join(str(_DIGITS[one]) for one in text))
    total, digit = 0, 0
    for one in text:
        if one in _SCALE:
            total, digit = total + (digit or 1) * _SCALE[one], 0
        else:
            digit = _DIGITS[one]
    return total + digit


def _agree(here: str, there: str) -> bool:
    """大王镇小王庄 and 小王庄 are one place, 小王庄 and 王庄 are not."""
    if here == there:
        return True
    short, long = sorted((here, there), key=len)
    if len(short) >= 2 and short[0] == long[0] and _shortened(short, long):
        return True
    return long.endswith(short) and not long.removesuffix(short).endswith(tuple(_NEARER))


def _named_alone(one: _Read, other: _Read) -> bool:
    """Both name one document by its number, and one of them asks for nothing else."""
    shared = one.documents & other.documents
    if not shared:
        return False
    number = "".join(shared)
    return any(all(token in number or token in "文号" for token in read.tokens) for read in (one, other))


def _shortened(short: str, long: str) -> bool:
    """城投 of 城市投资: its characters in their order."""
    letters = iter(long)
    return all(letter in letters for letter in short)


def _each_has_its_own(one: _Read, other: _Read) -> bool:
    """Whether something of one request stands where the other has something else, or each names what the other does not."""
    here, there = _own(one, other), _own(other, one)
    if min(len("".join(mine)) / max(len(read.said), 1) for mine, read in ((here, one), (there, other))) < OWN:
        return False
    if any(len(piece) >= 2 for piece in here) and any(len(piece) >= 2 for piece in there):
        return True
    for op, start, end, begin, stop in SequenceMatcher(None, one.tokens, other.tokens, autojunk=False).get_opcodes():
        if op == "replace" and not _within(one.tokens[start:end], other.said) and not _within(other.tokens[begin:stop], one.said):
            return True
    return False


def _own(one: _Read, other: _Read) -> list[str]:
    """The pieces of one request that the other does not have, nor a longer or shorter name of the same (市监局, 市场监管局)."""
    pieces, piece = list[str](), ""
    for token, raw in zip((*one.tokens, ""), (*one.raw, ""), strict=True):
        if token and token not in other.said and 2 * sum(letter in other.plain for letter in raw) <= len(raw):
            piece += token
        elif piece:
            pieces.append(piece)
            piece = ""
    return pieces


def _within(tokens: Sequence[str], said: str) -> bool:
    return all(token in said for token in tokens)


@lru_cache(maxsize=8)
def sameness_by(words: SameWords) -> Sameness:
    """One reader for the same words, so that what it has read is kept."""
    return Sameness(words)
