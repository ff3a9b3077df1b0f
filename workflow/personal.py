"""个人信息 in what people write: the numbers by which somebody is known, recognised and masked (脱敏).

A number counts as one only where its own rule says so (GB 11643 for 居民身份证号码, Luhn for 银行卡号): numbers of documents,
parcels and projects stay as they are. What a file knows of its people (names, addresses, phones) is masked with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, pairwise
from typing import Any, Literal
from unicodedata import normalize

from workflow import acts as a
from workflow.case import Case
from workflow.identity import check_credit_code, check_resident_id, folded
from workflow.retention import ERASED, is_erased

Kind = Literal["id_number", "phone", "bank_card"]
KINDS: dict[Kind, str] = {"id_number": "居民身份证号码", "phone": "手机号码", "bank_card": "银行卡号"}


def mask_name(name: str, *, is_person: bool) -> str:
    """张*; the names of organisations are no secret, and what was erased is gone."""
    if is_erased(name):
        return ERASED
    return f"{name[:1]}*" if is_person and name else name


def mask_number(number: str | None) -> str | None:
    """110***********1234 (证件号码)."""
    if number is None:
        return None
    return number[:3] + "*" * (len(number) - 7) + number[-4:] if len(number) > 8 else "*" * len(number)


def mask_phone(phone: str | None) -> str | None:
    """138****5678 (联系电话)."""
    if phone is None:
        return None
    return phone[:3] + "****" + phone[-4:] if len(phone) >= 9 else "*" * len(phone)


def mask_text(text: str | None) -> str | None:
    """An address or mailbox: the first three characters only."""
    return None if text is None else text[:3] + "***"


# ------------------------------------------------------------------ numbers

_FULL_WIDTH = str.maketrans("０１２３４５６７８９ｘＸ＋－　，．／＿", "0123456789xX+- ,./_")
"""As long as what it replaces: places stay the same."""
_CHINESE = str.maketrans("〇○零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "0001234567891123456789")
_IN_CHINESE = re.compile("[〇○零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]")
_PARTED = r"[ \t\u00a0.\-‐‑–—,、·•/_]{0,3}"
_RUN = re.compile(rf"[0-9](?:{_PARTED}[0-9])*(?:{_PARTED}[Xx](?![A-Za-z]))?")
"""Digits, however they are parted; an X only at the end."""
_GROUP = re.compile(r"[0-9Xx]+")
_MOBILE = re.compile(r"(?:0{0,2}86)?(1[3-9][0-9]{9})")
_LONGEST = 19
_MOST_GROUPS = 8
"""So many groups may make up one number: nobody parts it more, but by single figures."""
_LISTS = re.compile(r"[,、·•/_]")
"""What also parts the numbers of a list, or the thousands of a sum."""
_COUNTED = re.compile(
    r"\s{0,2}(?:余|多)?(?:[万亿]|[美港欧日]?元|平方|平米|立方|㎡|亩|[（(](?:人民币|[万亿美])?元[）)])|\.[0-9]"
    r"|(?:余|多)?(?:公顷|吨|千米|公里|米|株|块|圆|人民币|美金|人|户|号?地块|号?宗地|[条款项页件])"
)
"""What follows a sum, a measure or the places of a list, and no number of a person."""
_SUM = re.compile(
    r"(?:[¥￥$]|RMB|人民币|合计|总计|共计|总额|金额|投资|预算|造价|资金|面积)(?:[（(][^（）()]{1,4}[）)])?[:： ]{0,2}$", re.I
)
"""What stands before a sum."""
_NAMED = re.compile(r"(?:[字第]|[〔\[(（][12][0-9]{3}[〕\])）]|(?:编|文|案|合同|项目|宗地|图)号|代码)[:： ]{0,2}$")
"""What stands before the number of a document, a parcel or a project."""
_OF_A_PHONE = [3, 4, 4]
"""How people part a telephone number, wherever it stands."""


@dataclass(frozen=True, slots=True)
class Found:
    """个人号码 in a text: what it is, and where it stands."""

    kind: Kind
    start: int
    end: int


def numbers(text: str) -> Iterator[Found]:
    """The numbers of people in a text, in order: 居民身份证号码, 手机号码, 银行卡号; in figures of either width or in Chinese ones."""
    plain = text.translate(_FULL_WIDTH)
    found = list(_in(plain, plain))
    if _IN_CHINESE.search(text) is not None:
        found += [one for one in _in(plain.translate(_CHINESE), plain) if not any(one.start < two.end and two.start < one.end for two in found)]
        found.sort(key=lambda one: one.start)
    yield from found


def _in(plain: str, written: str) -> Iterator[Found]:
    """The numbers in a text of figures; of one that was `written` in Chinese figures, only where there are some."""
    for run in _RUN.finditer(plain):
        if run.end() - run.start() >= 11 and (plain is written or _IN_CHINESE.search(written, run.start(), run.end()) is not None):
            groups = (_apart(plain, run.start() + one.start(), run.start() + one.end()) for one in _GROUP.finditer(run[0]))
            yield from _in_run(plain, list(chain.from_iterable(groups)))


def _apart(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The numbers of a group in which 居民身份证号码 and 手机号码 are run together; the group itself where something else is in it."""
    cuts = [start]
    while cuts[-1] < end:
        size = next((size for size, kind in ((18, "id_number"), (11, "phone")) if kind_of(text[cuts[-1] : min(end, cuts[-1] + size)]) == kind), None)
        if size is None:
            return [(start, end)]
        cuts.append(cuts[-1] + size)
    pieces = list(pairwise(cuts))
    return pieces if any(last - first == 18 for first, last in pieces) else [(start, end)]


def _in_run(text: str, groups: list[tuple[int, int]]) -> Iterator[Found]:
    """The numbers that one or more whole groups make up, the longest first wherever one begins."""
    at = 0
    single = all(len(text[start:end].rstrip("xX")) <= 1 for start, end in groups)
    while at < len(groups):
        best = None
        joined = ""
        for upto in range(at, min(len(groups), at + (_LONGEST + 2 if single else _MOST_GROUPS))):
            start, end = groups[upto]
            joined += text[start:end]
            if len(joined) > _LONGEST + 4:
                break
            short = joined.rstrip("xX")
            for number, last in ((joined, end), (short, end - 1)) if short != joined else ((joined, end),):  # the X may begin what follows
                if (kind := kind_of(number)) is not None and _is_one(text, groups[at : upto + 1], last, kind):
                    best = (kind, last, upto)
                    break
        if best is None:
            at += 1
            continue
        yield Found(best[0], groups[at][0], best[1])
        at = best[2] + 1


def _is_one(text: str, groups: list[tuple[int, int]], end: int, kind: Kind) -> bool:
    """Whether groups are one number and not several, or a sum: 1,380,000元, 地块150、1021号. A number that proves itself is one in any case."""
    parts = {text[before:after].strip() for (_, before), (after, _) in pairwise(groups)}
    sizes = [min(last, end) - first for first, last in groups]
    first = groups[0][0]
    if kind == "phone" and parts and sizes[-3:] != _OF_A_PHONE and _NAMED.search(text, max(0, first - 8), first) is not None:
        return False
    if not any(_LISTS.search(part) for part in parts):
        return True
    if len(parts) > 1 or not (max(sizes) == 1 or (min(sizes[1:]) >= 3 and "、" not in parts)):
        return False
    return kind != "phone" or (_COUNTED.match(text, end) is None and _SUM.search(text, max(0, first - 12), first) is None)


def figures(number: str) -> str:
    """A number as it is found in a text, without what parts it: figures, and an X at the end."""
    return re.sub(r"[^0-9X]", "", number.translate(_FULL_WIDTH).translate(_CHINESE).upper())


def kind_of(number: str) -> Kind | None:
    """What a number without blanks is, by its own rule; None: nobody's that can be told."""
    if len(number) == 18 and _is(check_resident_id, number):
        return "id_number"
    if _MOBILE.fullmatch(number):
        return "phone"
    if number.isdigit() and 16 <= len(number) <= _LONGEST and number[0] in "34569" and luhn(number) and not _is(check_credit_code, number):
        return "bank_card"
    return None


def _is(check: Any, number: str) -> bool:
    try:
        check(number)
    except ValueError:
        return False
    return True


def luhn(number: str) -> bool:
    """Whether the last figure is the check digit that ISO/IEC 7812-1 gives (GB/T 14504)."""
    figures = [int(one) for one in reversed(number)]
    return (sum(figures[::2]) + sum(sum(divmod(2 * one, 10)) for one in figures[1::2])) % 10 == 0


def told(text: str) -> str | None:
    """What kinds of numbers of people stand in a text, in words; None when there are none. No number is repeated."""
    found = {one.kind for one in numbers(text)}
    return "、".join(title for kind, title in KINDS.items() if kind in found) or None


# ------------------------------------------------------------------ texts


class Veil:
    """遮盖: masks numbers in texts, and the names, papers, phones and addresses of those whom it was told of."""

    def __init__(self, names: Iterable[str] = (), numbers: Iterable[str] = (), places: Sequence[str] = ()) -> None:
        self._masked: dict[str, str] = {}
        doors = [part for place in places for part in (place, *_doors(place)) if _FIGURE.search(part) or "@" in part]
        for words, least, mask in ((places, 6, _place), (doors, 4, _place), (numbers, 6, mask_number), (names, 2, _person)):
            for word in words:
                if len(folded(word)) >= least:  # a district alone, or a single letter, tells of nobody
                    self._masked.setdefault(folded(word), mask(word) or "")
        self._signs = [_signs(word) for word in self._masked]

    @cached_property
    def _known(self) -> re.Pattern[str] | None:
        """Finds whom it was told of. To make it takes longer than all else of a file, and most texts name nobody (`_may_name`)."""
        longest_first = sorted(self._masked, key=len, reverse=True)
        return re.compile("|".join(_SPACED.join(map(_either, one)) for one in longest_first), re.I) if longest_first else None

    def _may_name(self, text: str) -> bool:
        """Whether a text has all the signs of one of the words: without them it does not hold the word."""
        there = _signs(text)
        return any(signs <= there for signs in self._signs)

    def __call__(self, text: str) -> str:
        """The text as it may leave the unit."""
        if self._may_name(text) and self._known is not None:
            text = self._known.sub(lambda found: self._masked.get(folded(found[0]), "***"), text)
        out, upto = [], 0
        for one in numbers(text):
            number = figures(text[one.start : one.end])
            out += [text[upto : one.start], (mask_phone(number[-11:]) if one.kind == "phone" else mask_number(number)) or ""]
            upto = one.end
        return "".join((*out, text[upto:]))

    def found(self, text: str) -> list[tuple[str, int, int]]:
        """What it would mask in a text, in order: kind (one of `KINDS`, or known: somebody it was told of), first place, place after the last."""
        places: list[tuple[str, int, int]] = [(one.kind, one.start, one.end) for one in numbers(text)]
        plain = "".join(one if len(one := normalize("NFKC", each)) == 1 else each for each in text)  # places stay the same
        known = [one.span() for one in self._known.finditer(plain)] if self._known is not None else []
        apart = [(start, end) for start, end in known if not any(start < last and first < end for _kind, first, last in places)]
        return sorted([*places, *(("known", start, end) for start, end in apart)], key=lambda one: one[1])

    def over(self, value: Any) -> Any:
        """Every text within a JSON value."""
        if isinstance(value, str):
            return self(value)
        if isinstance(value, dict):
            return {key: self.over(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.over(one) for one in value]
        return value


_NARROW = {place + 0xFEE0: place for place in range(ord("!"), ord("~") + 1)}


def _signs(text: str) -> frozenset[str]:
    """The characters of a text that are the same in either case, in either width."""
    return frozenset(one for one in text.translate(_NARROW) if one.lower() == one.upper())


_DISTRICT = re.compile("省|市(?!场)|县|旗|镇|乡|街道|(?<![小社园])区")
_FIGURE = re.compile("[0-9０-９]")


_HOUSE = re.compile("([0-9０-９]+)(号?)((?:院|楼|栋|幢|座|单元|室|户)?)")


def _doors(place: str) -> Iterator[str]:
    """门牌: what of an address follows its last district, whole, and without flat, stair or house of the yard; people often write no more."""
    door = _DISTRICT.split(place)[-1]
    yield door
    for n, part in enumerate(_HOUSE.finditer(door)):
        for group in (1, 2, 3):
            if part[group] and (n or group > 1):  # 东街8 would be found in 东街80号
                yield door[: part.end(group)]


def _place(place: str) -> str:
    """An address or mailbox: the first three characters at most, and no figure of a house."""
    return re.split(_FIGURE, place, maxsplit=1)[0][:3] + "***"


def _person(name: str) -> str:
    return mask_name(name, is_person=True)


def _either(letter: str) -> str:
    """A character in either width: what is compared folded stands in a text as it was typed."""
    wide = chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else ""
    return f"[{re.escape(letter)}{wide}]" if wide else re.escape(letter)


_SPACED = r"[\s·•.\-]{0,2}"


def veil_of(case: Case) -> Veil:
    """The veil over the people of a file: who asks, as first written and as corrected, who acts for them, who was asked about himself."""
    names, papers, places = list[str](), list[str](), list[str]()
    for one in _everybody(case):
        if one.get("category", "natural_person") == "natural_person":
            names += _texts(one, "name")
        names += _texts(one, "contact_name")
        papers += _texts(one, "id_number", "phone")
        places += _texts(one, "address", "email")
    for asked in case.consultations:
        if asked.act.party.is_person:
            names.append(asked.act.party.name)
            places += [asked.act.party.address] if asked.act.party.address else []
    return _veil(tuple(names), tuple(papers), tuple(places))


@lru_cache(maxsize=512)
def _veil(names: tuple[str, ...], papers: tuple[str, ...], places: tuple[str, ...]) -> Veil:
    """One for all acts of a file: its people seldom change, and to make it takes longer than to use it."""
    return Veil(names, papers, places)


def _everybody(case: Case) -> Iterator[Mapping[str, Any]]:
    """Applicants and agents, as every act of the file names them."""
    for signed in case.acts:
        act = signed.act
        if isinstance(act, a.Registration | a.Correction):
            for one in (act.applicant, *getattr(act, "co_applicants", ()), getattr(act, "agent", None)):
                if one is not None:
                    yield one.model_dump(mode="json")
        if isinstance(act, a.Amendment):
            for name in ("applicant", "co_applicants", "agent"):
                value = act.changes.get(name)
                yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Mapping))


def _texts(one: Mapping[str, Any], *names: str) -> list[str]:
    return [value for name in names if isinstance(value := one.get(name), str)]


def veiled(case: Case) -> str:
    """申请内容 as it may leave the unit that handles the file."""
    return veil_of(case)(case.wanted)
