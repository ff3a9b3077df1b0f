"""How values are written in letters: the filters of the templates, and the gate that every printed value passes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import combinations, pairwise
from types import MappingProxyType
from typing import Any

from jinja2 import UndefinedError
from markupsafe import Markup

from letters.errors import LetterError, no_glyph
from letters.fontset import unprintable
from letters.scripts import END_ISOLATE, ISOLATE, RIGHT_TO_LEFT, one_of
from workflow.answers import LAWS, chinese_number, long_form
from workflow.words import say_day, say_yuan

_LINE_ENDS = re.compile(r"\r\n?|[\u0085\u2028\u2029\x0b\x0c]")
_RIGHT_TO_LEFT = re.compile("{0}+(?:[ \u00a00-9·.'’،-]*{0}+)*".format(one_of(RIGHT_TO_LEFT)))
"""Words that are read from right to left, with what stands between them."""


def clean(text: str) -> str:
    """With one kind of line end, and a blank for a tab. Nothing is taken out."""
    return _LINE_ENDS.sub("\n", text).replace("\t", " ")


def gate(text: str, *, printed: bool = True) -> str:
    """The text as it goes to the paper. Raises LetterError at a character that no font has; nothing is ever left out.

    `printed` is false for what other programs show with fonts of their own.
    """
    text = clean(text)
    if printed and (place := unprintable(text)) is not None:
        raise LetterError(no_glyph(text[place]))
    return text if text.isascii() else _RIGHT_TO_LEFT.sub(lambda found: f"{ISOLATE}{found[0]}{END_ISOLATE}", text)


def finalize(value: Any, *, printed: bool = True) -> Any:
    """What `{{ }}` prints. A value that is not there is an error: no letter has a hole in it."""
    if value is None:
        raise UndefinedError("有一项内容没有值")
    if isinstance(value, Markup):
        return value
    if isinstance(value, date):
        return say_day(value)
    return gate(str(value), printed=printed)


def paragraphs(text: str) -> list[str]:
    """自然段: the lines of a text, without the empty ones."""
    return [line.strip() for line in clean(text).split("\n") if line.strip()]


def on_one_line(text: str) -> str:
    """A text of several lines in one, for a label: a blank stands where a line ended."""
    return "　".join(paragraphs(text))


_NO_END = frozenset("%‰％@＠#＃&＆*＊§")
"""Called punctuation by Unicode, but nothing that ends a sentence."""
_NUMBERED = re.compile(
    r"[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,3}、|\d{1,3}(?:[、）)]|[.．](?!\d))|[①-⒇㈠-㈩●○·•]"
)
"""How a line of a list begins: （一） 一、 1. (1) ①."""


_CLOSERS = "）)》〉”’】」』］]〕\""
"""They end what they enclose, not the sentence: （共3柜） is followed by 。 as its last word would be."""


def _is_ended(line: str) -> bool:
    last = line.rstrip(_CLOSERS)[-1:]
    return unicodedata.category(last).startswith("P") and last not in _NO_END if last else True


def _as_paragraphs(lines: Iterable[str]) -> Markup:
    """Every line a paragraph of its own; the first one goes on where it is put."""
    return Markup("</p><p>").join(map(gate, lines))


def sentence(text: str) -> Markup:
    """The text as written, each of its lines a paragraph. 。 is added only if the last one ends in no punctuation of a sentence,
    before or within what closes it, and is a sentence, not an entry of a list.
    """
    *before, last = paragraphs(text)
    is_entry = bool(before) and _NUMBERED.match(last) is not None
    return _as_paragraphs([*before, last if is_entry or _is_ended(last) else last + "。"])


_INWARD = str.maketrans("“”‘’", "‘’“”")
_DOUBLE_INWARD = str.maketrans("“”", "‘’")


def _inner_marks(text: str) -> str:
    """Quotation marks of a text that is quoted itself: ‘ ’ within “ ”, and “ ” again within those (GB/T 15834)."""
    open_marks: list[str] = []
    if not re.search("[“”]", text):
        return text
    for mark in re.findall("[“”‘’]", text):
        if mark in "“‘":
            open_marks.append(mark)
        elif not open_marks or open_marks.pop() != {"”": "“", "’": "‘"}[mark]:
            return text.translate(_DOUBLE_INWARD)  # an apostrophe, or marks that are no pairs
    return text.translate(_DOUBLE_INWARD if open_marks else _INWARD)


def quoted(text: str) -> Markup:
    """In Chinese quotation marks; of its own only the quotation marks give way."""
    return Markup("“{}”").format(_as_paragraphs(map(_inner_marks, paragraphs(text))))


def quoted_sentence(text: str) -> Markup:
    """Quoted at the end of a sentence: “…。” or “…”。"""
    inside = quoted(text)
    return inside if text.rstrip().rstrip("”’》）").endswith(("。", "！", "？")) else inside + "。"


_ASKING = re.compile("申请|请|要求|希望|想|我|本人|本单位|公开|提供|查询|查阅|获取|获得|了解|依法|依据|根据|是否|什么|如何|怎")


def is_request(text: str) -> bool:
    """Whether the applicant's words ask by themselves, so that no 申请公开 goes before them."""
    return _ASKING.match(text.strip()) is not None


def is_name(text: str) -> bool:
    """Whether the applicant's words can stand in a heading: the name of a document, no sentence and no quotation."""
    lines = paragraphs(text)
    return len(lines) == 1 and len(lines[0]) <= 60 and not is_request(text) and not re.search("[。！？；，,;!?“”‘’\"']", lines[0])


_ADDRESS = re.compile(r"(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)|(?:https?://)?(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{2,}(?:/[\w./?=&%#~-]*)?", re.ASCII)


def linked(text: str) -> Markup:
    """The text with its addresses of mail and web as links."""
    made, done = Markup(""), 0
    for found in _ADDRESS.finditer(text):
        address = found[0]
        to = f"mailto:{address}" if found["mail"] else address if "://" in address else f"http://{address}"
        made += gate(text[done : found.start()]) + Markup('<a href="{}">{}</a>').format(to, gate(address))
        done = found.end()
    return made + gate(text[done:])


def capital(fen: int) -> str:
    """An amount in the figures of financial papers (大写): 272050 -> 贰仟柒佰贰拾元伍角."""
    figures, yuan = "零壹贰叁肆伍陆柒捌玖", fen // 100
    text, pending = "", False
    for place in range(len(str(yuan)) - 1, -1, -1):
        figure = yuan // 10**place % 10
        if figure:
            text += ("零" if pending and text else "") + figures[figure] + ("", "拾", "佰", "仟")[place % 4]
        pending = not figure
        if place in (4, 8) and yuan // 10**place % 10**4:
            text += {4: "万", 8: "亿"}[place]
    text = (text or "零") + "元"
    jiao, rest = fen // 10 % 10, fen % 10
    if not jiao and not rest:
        return text + "整"
    return text + (figures[jiao] + "角" if jiao else "零") + (figures[rest] + "分" if rest else "整")


def listed(values: Iterable[str]) -> str:
    """甲、乙、丙."""
    return "、".join(values)


def cite(articles: Iterable[str]) -> str:
    """Articles as a letter cites them, the law named once: 《…条例》第十六条第二款、第三十六条第（三）项."""
    named: dict[str, list[str]] = {}
    for article in articles:
        law = LAWS.get(article.partition(" ")[0], "")
        named.setdefault(law, []).append(long_form(article).removeprefix(law))
    return "和".join(law + "、".join(parts) for law, parts in named.items())


def breadth(text: str) -> float:
    """The width of a text in characters; two figures take the place of one."""
    return sum(0.5 if one.isascii() else 1 for one in text)


_UNIT_ENDS = re.compile(
    "(?:省|市(?![场政容民])|县|区(?!域)|州|旗|盟|镇|乡|街道(?!办)|政府(?!办)|委员会|办事处|管理局|局|厅|院|站|中心|支队|大队|集团|公司)(?=.)"
)
"""A name may be broken after one of these: the name of a whole."""
_JOINTS = re.compile("(?<=.)(?=[和与及暨、])")
"""And before one of these, if need be."""


_COST_OF_A_LINE, _COST_OF_A_JOINT, _COST_OF_A_WORD = 6.0, 8.0, 40.0


@lru_cache(maxsize=256)
def in_lines(name: str, most: float, lines: int = 3, alone: float | None = None) -> tuple[str, ...]:
    """The name of an agency in lines of `most` characters, broken by its sense and of like length.

    One line, if it has no more than `alone` (`most`). More than `lines` are not made: then some are too long, and
    `letters.agencies` refuses such a name.
    """
    if breadth(name) <= (alone or most):
        return (name,)
    cost = dict.fromkeys(range(1, len(name)), _COST_OF_A_WORD)
    cost |= {found.start(): _COST_OF_A_JOINT for found in _JOINTS.finditer(name)}
    cost |= {found.end(): 0.0 for found in _UNIT_ENDS.finditer(name)}
    good = [place for place, price in cost.items() if price < _COST_OF_A_WORD]

    def parts(places: tuple[int, ...]) -> tuple[str, ...]:
        return tuple(name[start:end] for start, end in pairwise((0, *places, len(name))))

    def ugliness(places: tuple[int, ...]) -> float:
        widths = [breadth(part) for part in parts(places)]
        uneven = sum(abs(width - sum(widths) / len(widths)) for width in widths)
        over = sum(max(0.0, width - most) for width in widths)
        return uneven + 1000 * over + sum(cost[place] for place in places) + _COST_OF_A_LINE * len(places)

    tried = [places for count in range(1, lines) for places in combinations(good, count)]
    tried += [places for count in range(1, lines) for places in combinations(cost, count)][:20_000]
    return parts(min(tried, key=ugliness))


_REST = re.compile(r"(?:\d{4}年)?政府信息.*")


def title_lines(title: str, most: float = 20) -> list[str]:
    """The title of a report in lines broken by their sense: whose it is, what it is, and what of it."""
    rest = _REST.search(title)
    if rest is None or not rest.start():
        return [title]
    *before, after = rest[0].rpartition("（") if breadth(rest[0]) > most and "（" in rest[0] else (rest[0], "", "")
    return [*in_lines(title[: rest.start()], most), before[0], *(["（" + after] if after else [])]


def size_of(lines: Sequence[str], most_mm: float, room_mm: float) -> float:
    """发文机关标志: as large (mm) as the standard allows, and as the longest of its lines allows."""
    return round(min(most_mm, room_mm / max(map(breadth, lines))), 2)


FILTERS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "day": say_day,
        "yuan": say_yuan,
        "chinese": chinese_number,
        "paragraphs": paragraphs,
        "quoted": quoted,
        "quoted_sentence": quoted_sentence,
        "sentence": sentence,
        "is_name": is_name,
        "is_request": is_request,
        "one_line": on_one_line,
        "capital": capital,
        "linked": linked,
        "listed": listed,
        "in_lines": in_lines,
        "title_lines": title_lines,
        "breadth": breadth,
        "size_of": size_of,
    }
)
