"""同一信息: whether two requests ask for the same information. One decision for 条例 35 (重复申请) and 条例 44 (多个申请人).

Words may differ and mean the same; a year, a batch, a number of a document, a village, a person or the kind of the document that is
asked for and differs means another piece of information, however alike the words are. Two that are put alike tell by the words in which
they differ; a line and a letter by what they share (`Sameness.is_same`). When in doubt they are not the same: nobody is said to repeat
(READINGS R-same).
The words stand in rules/sameness.yaml; `rules.on(day).sameness` holds them and answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache

from workflow.identity import normalized

SAME = 0.41
"""From this likeness on two requests that are put alike ask for the same, where nothing sets them apart."""
OWN = 0.15
"""So much of what each says the other does not: each then names something else."""
ALIKE, FRAME = 0.6, 0.5
"""So much of the shorter one stands at the ends of both: they are put alike, and what differs between the ends tells."""
LITTLE, SOME = 0.2, 0.35
"""How much of what the briefer of two says the other may not say: where they share no kind of document, and where they do."""
_WITHIN = 0.6
"""What a run of characters inside a word of the trade tells, beside 1 of a run in a name."""
_KEPT = 4096
_TELLING, _NEAREST, _COMPARED, _COMMON = 24, 12, 12, 400
"""Of a request the 24 rarest runs that others say too look for groups; the twelve nearest are tried, by up to twelve of their members; what more
than 400 requests say leads nowhere."""

_DIGITS = {digit: at for at, digit in enumerate("〇一二三四五六七八九")} | {"○": 0, "零": 0, "0": 0, "两": 2}
_SCALE = {"十": 10, "百": 100, "千": 1000}
_HAN = "〇○零一二两三四五六七八九"
_HAN_YEAR = re.compile(f"(?<![{_HAN}])[二一][{_HAN}0]{{3}}(?=年)")
_UNITS = (
    "批次|批|轮|期|届|次|标段|标|段|组|号楼|号|栋|幢|单元|层|季度|月份|月|日|户|人|亩|公里|米|层|班|车间|井|万吨|吨|万元|亿元|元|万|个|室|楼|中|小|年"
)
_HAN_NUMBER = re.compile(f"(?<=第)[{_HAN}十百千]{{1,6}}|(?<![{_HAN}十百千])[{_HAN}十百千]{{1,6}}(?=(?:{_UNITS})(?!经|级以))")
_SHORT_YEAR = re.compile(r"(?<![\d第])([0-2]\d)年(?![以来内期前限])")
_LAST_CENTURY = re.compile(r"(?<![\d第])([5-9]\d)年(?![以来内期前限级])")
_HAN_SHORT_YEAR = re.compile(f"(?<![{_HAN}0十\\d])[一二][{_HAN}0](?=年(?![级前内来期多以限]))")
_DATED = re.compile(r"(?<!\d)(\d{1,2})月(\d{1,2})日")
_CODED = re.compile(r"(?<![\d-])((?:19|20)\d{2}-\d{1,3})(?=号|地块|宗地)|(?<=宗地)((?:19|20)\d{2}-\d{1,3})(?!\d)")
_NOT = re.compile(
    r"(?<=[，,。；;！!？?(])[^，,。；;！!？?()]{1,12}?(?:不要|不需要|不用(?:提供|公开|给)?)(?=[，,。；;！!？?)]|$)"
    r"|(?<=[，,。；;！!？?(])[^，,。；;！!？?()]{0,20}?(?:(?<![未没])公开过|已经?拿到|不用再给)[^，,。；;！!？?()]*"
    r"|(?:(?<![是要算])不是|而非|并非|不要(?!求)|不需要|不含|不包括)[^，,。；;！!？?)]*"
)
"""What is expressly not asked for: 不要补偿方案, 批复件不要."""
_SCHOOL = re.compile(r"(?<![\d-])第?(\d{1,2})(中|小)(?=[\d初高校的食宿操招违门]|$|[\W_])(?!学生)")
"""县二中, 三小: 第二中学, 第三小学."""
_DAY = re.compile(r"(\d月\d{1,2})号")
_POINTED_DAY = re.compile(r"(?<![\d.])(1[0-2]|[1-9])[.·](3[01]|[12]\d|[1-9])(?=晚|早|上午|下午|日|号|当天|事故|那|[”\"])")
_HOUR = re.compile(r"\d{1,2}[时点](?:\d{1,2}分)?")
_ARTICLE = re.compile(r"第\d+条(?:之\d)?(?:第\d+款)?(?:第?\(?\d+\)?项)?")
_LOT_BEHIND = re.compile(f"标段([{_HAN}十\\d]{{1,3}})(?!标段)")
_UP_TO = re.compile(r"(?<=\d)[至到~～—－](?=\d)")
_DOOR = re.compile(r"(?<![\d-])(\d{1,3})-(\d{1,2})-(\d{3,4})(?![\d-])")
_NUMBER_YEAR = re.compile(r"\(((?:19|20)\d{2})\)")
_SPAN = re.compile(
    r"(?<!\d)((?:19|20)\d{2})年?(?:度)?(?:\d{1,2}月(?:\d{1,2}日)?)?[起始]?[至到\-—~～]+((?:19|20)\d{2})(?!\d)(?:年度|年)?(?:\d{1,2}月(?:\d{1,2}日)?)?"
)
_HAN_O = re.compile(r"(?<=二)[o0](?=[二一]|[二一]?[o0]年)|(?<=[一二])[o0](?=年)")
_LETTER_NUMBER = re.compile(r"(?<=[a-z])-0*(?=\d)|(?<=[a-z])0+(?=\d)")
"""a-07地块 and a7地块 are one."""
_ROADS = {"国道": "g", "省道": "s", "县道": "x", "乡道": "y"}
_ROAD = re.compile(r"(国道|省道|县道|乡道)([gsxy]?)(\d{2,3})(?:线|公路)?|(?<!\d)(\d{3})(国道|省道|县道|乡道)(?:线|公路)?|([gsxy]\d{2,3})(?:线|公路)")
_MONTHS = re.compile(r"(\d{1,2})月?份?[至到\-—~～]+(\d{1,2})月份?")
_QUARTER = re.compile(r"第?([1-4])季度")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_YEARS_AWAY = re.compile(_YEAR.pattern + "(?:年度|年)?")
_NUMBERED = re.compile(rf"第?((?<![a-z])[a-z]+-?\d+(?:[-.]\d+)*|\d+(?:[-.]\d+)*)({_UNITS})?")
_DOCUMENT = re.compile(r"([\u4e00-\u9fff]{2,8})\[(\d{4})\]第?(\d+)号")
_OF_DOCUMENT = re.compile(
    r"(?:文件|批复|公告|决定书?|通知|批文)?[)》]?(?:项下|批准|确定|规定|要求|所附|附|所涉|所列|征收范围|范围|中的|中所|里的|内的)"
)
_BY_DOCUMENT = re.compile(r"对应|根据|依据|按照|依照|落实|执行")
_ASKED_YEARS = {"大前年": 3, "前年": 2, "去年": 1, "上一年度": 1, "上年度": 1, "上年": 1, "今年": 0, "本年度": 0, "本年": 0, "当年度": 0}
_ASKED_YEAR = re.compile(r"(?<![过以])(大前年|前年|去年|上一年度|上年度|上年|今年|本年度|本年|当年度)度?(?![来初]|以前)")
_ONE_UNIT = {"批次": "批", "号楼": "栋", "幢": "栋", "楼": "栋", "标": "标段", "段": "标段", "月份": "月"}
_NUMBERS_OF_PLACES = frozenset("一二三四五六七八九十0123456789东西南北前后上下中")
_NEARER = frozenset("大小东西南北前后上下新中")
"""What sets 小王庄 and 王庄 apart; 大王镇 before 小王庄 does not."""
_BY_LAW = re.compile(r"(?:根据|依据|按照|依照)[^，,。；;:：]{0,40}?(?:之规定|的规定|规定|条例》?)")
_SENTENCES = re.compile(r"[，,。；;！!？?：:\n]|(?<!\d)\d[.、](?!\d)")
_PHRASES = re.compile(r"[、()\"“”《》\[\]]|以及|[和及与]")
_JOINED = re.compile(r"、|以及|[和及与]")
_ASKING = re.compile(r"申请(?![人表书])|公开|获取|提供|查阅|查询|复印|要求|索要|给我|给一份|发我|想要|要|看一下|看看|想知道|了解")
_FORM_INSIDE = re.compile(r"(?:全文|复印件|电子版)(?=[（(])")
_PARTS = frozenset(("批", "期", "轮", "届", "标段", "月"))
"""What counts parts of a whole: who asks for the second batch does not ask for all."""
_SPANS = re.compile(r"近\d{0,2}几?年|历年|历次|往年|各年|逐年|每年|年度?以来|年至今|年起(?!的)")
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
    places: tuple[tuple[str, ...], ...]
    surnames: tuple[str, ...]
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
    asked_places: Mapping[str, frozenset[str]]
    """Those of the sentences that ask; none, where no sentence says that it asks."""
    documents: frozenset[tuple[str, str, str]]
    """发文字号 of what is asked for: 机关代字, year, number."""
    referred: frozenset[tuple[str, str, str]]
    """发文字号 by which or out of which something else is asked for: 某号所附的方案, 对应某号批复的名册."""
    named: frozenset[str]
    """The kinds of document that the request is about, in any sentence of it."""
    asked: frozenset[str]
    """Those of the sentences that ask; all, where none of these names one."""
    contrasts: Mapping[int, frozenset[str]]
    spans: bool
    """近三年, 历年, 2022年以来: years that are not told one by one."""
    people: frozenset[str]
    """Whose the information is, where that is said: 本人某某, 某某户."""
    names: frozenset[str]
    """Four characters in a row that are no words of the trade: names, or parts of them."""
    subjects: frozenset[str]
    """Words of the trade that are no kind of document: what it is about."""

    @property
    def told(self) -> frozenset[str]:
        """By which of 年, 号 and 地 the request says exactly what it wants."""
        return frozenset(one for one, there in (("年", self.years), ("号", self.numbers), ("地", self.places)) if there)


def in_its_year(text: str, received_on: date) -> str:
    """What was asked for with 今年, 去年, 前年 as the year that was meant on the day it came: two requests of different years may both say 去年."""
    return _ASKED_YEAR.sub(lambda found: f"{received_on.year - _ASKED_YEARS[found[1]]}年", text)


def leans_on_its_day(text: str) -> bool:
    """Whether only the day on which it came tells which year was asked for."""
    return _ASKED_YEAR.search(text) is not None


class Sameness:
    """同一信息: whether two requests ask for the same information, by the words in force."""

    def __init__(self, words: SameWords) -> None:
        self.words = words
        self._one_word = {said: group[0] for group in words.synonyms for said in group}
        self._kinds_of: dict[str, set[str]] = {}
        for group in words.kinds:
            for one in group:
                self._kinds_of.setdefault(one, set()).add(group[0])
                self._one_word.setdefault(one, self._one_word.get(group[0], group[0]))
        self._kind = re.compile(_any_of(tuple(self._kinds_of)))
        kept = {one for groups in (words.kinds, words.contrasts) for group in groups for one in group if len(one) > 1}
        self._level = {one: group[0] for group in words.places for one in group}
        kept |= {place for place in self._level if len(place) > 1}
        silent = {*words.stock, *words.general}
        self._trade = (self._one_word.keys() | kept) - silent
        self._by_letter: dict[str, list[str]] = {}
        for word in sorted(self._trade | silent, key=lambda one: (-len(one), one)):
            self._by_letter.setdefault(word[0], []).append(word)
        self._place = re.compile(f"({_any_of(tuple(self._level))})(?!{_any_of(tuple(self._level))})")  # 马厂村 is a 村
        self._lead_in = re.compile(f"^(?:{_any_of([one for one in words.stock if len(one) > 1])}|[请特现兹的]|[\\W_])+")
        self._tail = re.compile(rf"(?:[，,；;。](?:{_any_of(words.uses)}).*|{_any_of(words.form)}|[，、。；：,;:.!！?？\s]|的)+$")
        surname = f"(?:{_any_of(words.surnames)})"
        person, self._name = f"{surname}[\u4e00-\u9fff]{{1,2}}", re.compile(f"{surname}[\u4e00-\u9fff\\d]{{1,2}}")
        self._person = re.compile(
            f"(?:本人|我叫|我是|申请人:?|村民|居民|职工|业主|户主|保障户|我父亲?|我母亲?|我爸|我妈|我丈夫|我妻子?)({person})(?=[\\W\\d的户于在与]|$)"
            f"|({person})(?=[一1]?户(?![籍口])|名下|与[^，,。]{{2,14}}签订)"
        )
        told = {*self._kinds_of, *self._level}
        self._subjects = {self._one_word.get(one, one) for one in self._trade} - {self._one_word.get(one, one) for one in told}
        self._asking = re.compile(r"^.{0,60}?(?:申请|要求|请求|恳请|希望|想|请)[^，,。；;]{0,10}?(?:公开|获取|提供|查询|查阅|了解|知道)(?:一下)?")
        self._set_against = lru_cache(maxsize=_KEPT)(self._setting_against)
        self._read = lru_cache(maxsize=_KEPT)(self._reading)
        self._grouped = lru_cache(maxsize=8)(self._grouping)
        """Whoever looks at the same span again does not wait for the comparison again."""

    # ------------------------------------------------------------------ reading one request

    def plain(self, text: str) -> str:
        """A request with its widths, numbers and dates written in one way."""
        text = normalized("NFKC", text).lower().translate(_BRACKETS)
        text = _LOT_BEHIND.sub(r"第\1标段", text.replace("村民小组", "组").replace("居民小组", "组"))
        text = _ROAD.sub(_road, _LETTER_NUMBER.sub("", _HAN_O.sub("〇", text)))
        text = _HAN_YEAR.sub(lambda found: "".join(str(_DIGITS[one]) for one in found[0]), text)
        text = _HAN_SHORT_YEAR.sub(lambda found: "20" + "".join(str(_DIGITS[one]) for one in found[0]), text)
        text = _HAN_NUMBER.sub(lambda found: f"{' ' * text[found.start() - 1 : found.start()].isdigit()}{_number(found[0])}", text)
        text = _SHORT_YEAR.sub(r"20\1年", text)
        text = text.replace("上半年", "1-6月").replace("下半年", "7-12月")
        text = _QUARTER.sub(lambda found: f"{3 * int(found[1]) - 2}-{3 * int(found[1])}月", text)
        text = _MONTHS.sub(r"\1-\2月", _NUMBER_YEAR.sub(r"[\1]", _LAST_CENTURY.sub(r"19\1年", text)))
        text = _NOT.sub("", text)
        text = _POINTED_DAY.sub(r"\1月\2日", _DAY.sub(r"\1日", text))
        text = _UP_TO.sub("-", text)
        text = _SCHOOL.sub(r"第\1\2学", text)
        return _DOOR.sub(r"\1栋\2单元\3室", _HOUR.sub("", _ARTICLE.sub("", text)))

    def _reading(self, text: str) -> _Read:
        plain = self.plain(text)
        coded = {found[0] for found in _CODED.finditer(plain)}
        plain_of_years = _CODED.sub(_GAP, plain)
        years = {year for first, last in _SPAN.findall(plain_of_years) for year in map(str, range(int(first), min(int(last), int(first) + 30) + 1))}
        years |= set(_YEAR.findall(plain_of_years))
        rest = _YEARS_AWAY.sub(_GAP, _SPAN.sub(_GAP, plain_of_years))
        numbers: dict[str, set[str]] = {"号": coded} if coded else {}
        for month, day in _DATED.findall(rest):
            numbers.setdefault("日", set()).add(f"{month}-{day}")
        rest = _DATED.sub(_GAP, rest)
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
            {unit: frozenset(values) for unit, values in numbers.items()}, self._places(parts), self._asked_places(plain),
            *_documents(plain), *self._kinds(plain), self._contrasts(tokens),
            _SPANS.search(plain) is not None, frozenset(found[1] or found[2] for found in self._person.finditer(plain)),
            frozenset(part[at : at + 4] for part, _, trade in words if not trade for at in range(len(part) - 3)),
            frozenset(part for part, _, trade in words if trade and part in self._subjects),
        )  # fmt: skip

    def _parts(self, text: str) -> list[tuple[str, str, bool]]:
        """The text without what says nothing: (a word of the trade in its one form, as written, True), (what stands between, the same, False).

        Where something was left out stands an empty part: 因开发区 after 赵家庄 is no 赵家庄开发区.
        """
        parts, at, begun = list[tuple[str, str, bool]](), 0, 0

        def between(run: str) -> None:
            parts.extend((one, one, False) for one in _BREAKS.split(run) if one)

        while at < len(text):
            word = next((word for word in self._by_letter.get(text[at], ()) if text.startswith(word, at)), None)
            if word is None:
                at += 1
                continue
            between(text[begun:at])
            parts.append((self._one_word.get(word, word), word, True) if word in self._trade else ("", "", False))
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
        tail, before = "", ""
        for part, trade in parts:
            if trade:
                if part in self._level and (tail or before):  # 纺织厂片区: named by the place within its name
                    places.setdefault(self._level[part], set()).add(tail or before)
                tail = before = ""
                continue
            end = 0
            while (found := self._place.search(part, end + 1)) is not None:  # a name is a character long at least
                before = part[end : found.end()]
                places.setdefault(self._level[found[1]], set()).add(part[end : found.start()])
                end = found.end()
            tail = part[end:]
        return {kind: frozenset(names) for kind, names in places.items()}

    def _asked_places(self, plain: str) -> dict[str, frozenset[str]]:
        """听说下桥村已经贴了，请公开上桥村的方案: what is asked for is of 上桥村."""
        asking = [sentence for sentence in _SENTENCES.split(_BY_LAW.sub("", plain)) if _ASKING.search(sentence)]
        return self._places([(part, trade) for sentence in asking for part, _, trade in self._parts(_NUMBERED.sub(_GAP, sentence))])

    def _kinds(self, plain: str) -> tuple[frozenset[str], frozenset[str]]:
        """The kinds of document a request names, and those of its sentences that ask. 方案的批复 is a 批复: the last of a phrase tells."""
        named, asked = set[str](), set[str]()
        for sentence in _SENTENCES.split(_BY_LAW.sub("", plain)):
            found = [self._kind.findall(phrase) for phrase in _PHRASES.split(sentence)]
            heads = {kind for words in found if words for kind in self._kinds_of[words[-1]]}
            named |= heads
            if _ASKING.search(sentence):
                asked |= heads
        return frozenset(named), frozenset(asked or named)

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
        document = any(_one_document(here, there) for here in one.documents for there in other.documents)
        if not document and any(
            _one_document(here, there)
            for asked, referred in ((one.documents, other.referred), (other.documents, one.referred)) for here in asked for there in referred
        ):  # fmt: skip
            return "文件种类"
        if not document:
            if one.years and other.years and one.years != other.years and (_neither_within(one.years, other.years) or self._put_alike(one, other)):
                return "年份"
            here, there = one.documents | one.referred, other.documents | other.referred
            if here and there and not any(_one_document(this, that) for this in here for that in there):
                return "编号"
            for unit in one.numbers.keys() & other.numbers.keys():
                if _neither_within(one.numbers[unit], other.numbers[unit]):
                    return "编号"
            if _apart(one.places, other.places) or _apart(one.asked_places or one.places, other.asked_places or other.places):
                return "地点"
        if one.asked and other.asked and not (one.asked & other.named and other.asked & one.named):
            return "文件种类"
        if one.people and other.people and one.people.isdisjoint(other.people):
            return "对象"
        if any(one.contrasts[group].isdisjoint(other.contrasts[group]) for group in one.contrasts.keys() & other.contrasts.keys()):
            return "对象"
        return "对象" if not document and self._put_alike(one, other) and _each_has_its_own(one, other) else None

    def is_same(self, first: str, second: str) -> bool:
        """Whether two requests certainly ask for the same information.

        Two that are put alike (王庄2021年低保名单, 王庄2021年高龄津贴名单) tell by the words that differ; of two that are not, a
        line and a letter, say, the briefer one must be found in the other: its village, year, number and kind of document, and most words.
        """
        if first == second:
            return True
        if self.conflict(first, second) is not None:
            return False
        one, other = self._read(first), self._read(second)
        if one.documents and other.documents and not (one.referred or other.referred):  # the same, or they were in conflict
            return True
        own = min(_share(_own(one, other), one), _share(_own(other, one), other))
        near = self.likeness(first, second) >= SAME
        if self._put_alike(one, other):
            return (near or not own) and not self._is_wider(first, second) and not (self._says_more(one, other) or self._says_more(other, one))
        if one.subjects and other.subjects and one.subjects.isdisjoint(other.subjects) and own > OWN:
            return False
        shared = _shared(one, other)
        if shared == (not one.named.isdisjoint(other.named)) and one.told - {"年"} and other.told - {"年"}:
            return False  # each says exactly what it wants, and they meet in nothing but the kind of document
        if shared >= 2 and own <= (LITTLE if one.named.isdisjoint(other.named) else SOME):
            return True
        if shared and own <= SOME and self._covered(one, other) >= SAME:
            return True
        if shared and own < OWN and not one.subjects.isdisjoint(other.subjects):
            return True
        return near and not _each_has_its_own(one, other) and not self._is_wider(first, second)

    def _put_alike(self, one: _Read, other: _Read) -> bool:
        """Whether both are about as long, and begin and end in the same words."""
        short, long = sorted((len(one.said), len(other.said)))
        return short >= ALIKE * long and min(map(len, _middles(one.said, other.said))) <= (1 - FRAME) * short

    def _covered(self, one: _Read, other: _Read) -> float:
        """How much of the briefer one's runs of characters the other has, 0 to 1."""
        brief, long = (one, other) if one.total <= other.total else (other, one)
        return sum(weight for gram, weight in brief.grams.items() if gram in long.grams) / brief.total if brief.total else 1.0

    def _is_wider(self, first: str, second: str) -> bool:
        """One says which village or number, where the other says nothing of the kind, or only something else."""
        one, other = self._read(first).told, self._read(second).told
        return any(here - there - {"年"} and (not there or there - here) for here, there in ((one, other), (other, one)))

    def _says_more(self, one: _Read, other: _Read) -> bool:
        """Whether of two that are put alike this one asks for more, or for a part: another village too, a batch, more years, a second document."""
        if one.spans and not other.spans and len(other.years) < 2:
            return True
        if one.years and not other.years and not any(one.numbers[unit] & other.numbers[unit] for unit in one.numbers.keys() & other.numbers.keys()):
            return True  # a batch that both name is of one year
        if (one.numbers.keys() - other.numbers.keys()) & _PARTS:
            return True
        for kind in one.places.keys() & other.places.keys():
            if not all(any(_agree(here, there) for there in other.places[kind]) for here in one.places[kind]):
                return True
        if any(self._name.fullmatch(piece) and not re.search(f"{piece}[县市区省]", one.plain) for piece in _own(one, other)):
            return True
        sentences = _SENTENCES.split(_BY_LAW.sub("", one.plain))
        return any(self._is_added(phrase, other) for sentence in sentences for phrase in _JOINED.split(sentence)[1:])

    def _is_added(self, phrase: str, other: _Read) -> bool:
        """Whether a phrase names a kind of document that the other request does not, or hardly a word of it stands there: 明细、村集体收支账目."""
        words = self._kind.findall(phrase)
        if words and other.asked and self._kinds_of[words[-1]].isdisjoint(other.asked | other.named):
            return True
        said = "".join(part for part, _, _ in self._parts(_NUMBERED.sub(_GAP, _YEARS_AWAY.sub(_GAP, phrase))))
        return len(said) >= 3 and 2 * sum(letter in other.said for letter in said) < len(said)

    def subject(self, text: str) -> str:
        """What is asked for, without how it is asked: 依法申请公开贵局关于 before it, 的复印件 after it."""
        text = re.sub(r"\s+", "", text)
        asked = self._asking.sub("", text)
        asked = _FORM_INSIDE.sub("", asked if len(asked) > 3 else text)
        found = self._tail.sub("", self._lead_in.sub("", asked))
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
        return not (read.places or read.documents or read.referred) and any(word in read.plain for word in self.words.own)

    # ------------------------------------------------------------------ many requests

    def groups(self, texts: Sequence[str]) -> list[list[str]]:
        """The requests in groups, each of which asks for the same as all others of its group; in the order of their first."""
        return [list(group) for group in self._grouped(tuple(dict.fromkeys(texts)))]

    def _grouping(self, unique: Sequence[str]) -> list[list[str]]:
        groups: list[list[str]] = []
        leading: dict[str, list[int]] = {}
        held: dict[str, int] = {}
        for text in unique:
            for gram in self._read(text).grams:
                held[gram] = held.get(gram, 0) + 1
        for text in unique:
            grams = self._read(text).grams
            telling = sorted((gram for gram in grams if 1 < held[gram] <= _COMMON), key=lambda gram: (held[gram], gram))[:_TELLING]
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


def _road(found: re.Match[str]) -> str:
    """省道317, 317省道 and S317线 in one form."""
    if found[6]:
        return found[6]
    return f"{_ROADS[found[1]]}{found[3]}" if found[1] else f"{_ROADS[found[5]]}{found[4]}"


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


def _neither_within(here: frozenset[str], there: frozenset[str]) -> bool:
    return not (here <= there or there <= here)


def _documents(plain: str) -> tuple[frozenset[tuple[str, str, str]], frozenset[tuple[str, str, str]]]:
    """发文字号 of what is asked for, and of what it is only named by."""
    asked, referred = set[tuple[str, str, str]](), set[tuple[str, str, str]]()
    for found in _DOCUMENT.finditer(plain):
        name, year, number = found.groups()
        by = _BY_DOCUMENT.search(name)
        (referred if by or _OF_DOCUMENT.match(plain, found.end()) else asked).add((name[by.end() :] if by else name, year, number))
    return frozenset(asked), frozenset(referred)


def _one_document(here: tuple[str, str, str], there: tuple[str, str, str]) -> bool:
    """冠政办发〔2023〕12号 and 政办发〔2023〕12号; 青政常纪 is not 青政专纪."""
    return here[1:] == there[1:] and _ends_alike(here[0], there[0]) >= min(2, len(here[0]), len(there[0]))


def _ends_alike(here: str, there: str) -> int:
    """How many characters at the end two names share."""
    least = min(len(here), len(there))
    return next((at for at in range(least) if here[-1 - at] != there[-1 - at]), least)


def _agree(here: str, there: str) -> bool:
    """大王镇小王庄 and 小王庄 are one place, 小王庄 and 王庄 are not."""
    shared = _ends_alike(here, there)
    if shared == min(len(here), len(there)) or shared >= 2:
        return not any(len(name) > shared and name[-1 - shared] in _NEARER for name in (here, there))
    short, long = sorted((here, there), key=len)
    if long.startswith(short) and all(letter in _NUMBERS_OF_PLACES for letter in long[len(short) :]):
        return False  # 蒋庄, 蒋庄三
    return len(short) >= 2 and short[0] == long[0] and _shortened(short, long)


def _apart(ours: Mapping[str, frozenset[str]], theirs: Mapping[str, frozenset[str]]) -> bool:
    """Whether two requests name other places of one level."""
    return any(not any(_agree(here, there) for here in ours[kind] for there in theirs[kind]) for kind in ours.keys() & theirs.keys())


def _shortened(short: str, long: str) -> bool:
    """城投 of 城市投资: its characters in their order."""
    letters = iter(long)
    return all(letter in letters for letter in short)


def _each_has_its_own(one: _Read, other: _Read) -> bool:
    """Whether something of one request stands where the other has something else, or each names what the other does not."""
    middles = _middles(one.said, other.said)
    if all(middles) and not {*middles[0]} & {*middles[1]} and not _within(middles[0], other.plain) and not _within(middles[1], one.plain):
        return True
    here, there = _own(one, other), _own(other, one)
    if min(_share(here, one), _share(there, other)) < OWN:
        return False
    if any(len(piece) >= 2 for piece in here) and any(len(piece) >= 2 for piece in there):
        return True
    for op, start, end, begin, stop in SequenceMatcher(None, one.tokens, other.tokens, autojunk=False).get_opcodes():
        if op == "replace" and not _within(one.tokens[start:end], other.said) and not _within(other.tokens[begin:stop], one.said):
            return True
    return False


def _middles(here: str, there: str) -> tuple[str, str]:
    """What stands between the ends that two texts share."""
    least = min(len(here), len(there))
    before = next((at for at in range(least) if here[at] != there[at]), least)
    after = min(_ends_alike(here, there), least - before)
    return here[before : len(here) - after], there[before : len(there) - after]


def _share(pieces: Sequence[str], read: _Read) -> float:
    return len("".join(pieces)) / max(len(read.said), 1)


def _shared(one: _Read, other: _Read) -> int:
    """How many things that tell information apart two requests without a conflict share: kinds of document, years, numbers, places, names."""
    numbers = sum(len(one.numbers[unit] & other.numbers[unit]) for unit in one.numbers.keys() & other.numbers.keys())
    places = len(one.places.keys() & other.places.keys())
    return sum((not one.named.isdisjoint(other.named), not one.years.isdisjoint(other.years), min(numbers, 3), min(places, 3),
                not one.names.isdisjoint(other.names)))  # fmt: skip


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
