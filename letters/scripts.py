"""文字: which characters belong to which script, and how the letters treat them. Fixed here, so that a letter does not
change with the Unicode tables of the Python that makes it.

A font says in its cmap which characters it has; some say more than is true (Fandol maps the Yi syllables to pieces of Chinese
characters). So a cmap is believed only for the scripts that a font is known for: `letters.fontset` says which.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

Range = tuple[int, int]
"""First and last code point."""

SCRIPTS: Mapping[str, tuple[Range, ...]] = MappingProxyType(
    {
        "signs": (
            (0x2000, 0x200A), (0x2010, 0x2027), (0x202F, 0x205F), (0x2070, 0x209F), (0x20A0, 0x20CF), (0x2100, 0x218F), (0x2190, 0x23FF),
            (0x2440, 0x27BF), (0x2900, 0x2BFF), (0x3000, 0x3020), (0x3030, 0x3037), (0x303C, 0x303D), (0x31C0, 0x31E3), (0x3200, 0x33FF),
            (0xFE10, 0xFE1F), (0xFE30, 0xFE6F), (0xFF01, 0xFF9F), (0xFFE0, 0xFFEE),
        ),
        "Latin": ((0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x2FF), (0x1E00, 0x1EFF)),
        "Greek": ((0x370, 0x3FF), (0x1F00, 0x1FFF)),
        "Cyrillic": ((0x400, 0x482), (0x48A, 0x52F)),
        "Han": (
            (0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3021, 0x3029), (0x3038, 0x303B), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
            (0x20000, 0x2A6DF), (0x2A700, 0x2EE5F), (0x2F800, 0x2FA1F), (0x30000, 0x3347F),
        ),
        "kana": ((0x3041, 0x3096), (0x309B, 0x30FF), (0x31F0, 0x31FF)),
        "bopomofo": ((0x3105, 0x312F), (0x31A0, 0x31BF)),
        "Hangul": ((0x3131, 0x3163), (0x3165, 0x318E), (0xAC00, 0xD7A3)),
        "Yi": ((0xA000, 0xA4CF),),
        "Lisu": ((0xA4D0, 0xA4FF),),
        "Arabic": ((0x606, 0x61B), (0x61E, 0x6DC), (0x6DE, 0x6FF), (0x750, 0x77F), (0x870, 0x88E), (0x8A0, 0x8E1), (0x8E3, 0x8FF),
                   (0xFB50, 0xFDFF), (0xFE70, 0xFEFC)),
        "Tibetan": ((0xF00, 0xFFF),),
        "Mongolian": ((0x1800, 0x18AF),),
    }
)  # fmt: skip
"""In most of them every character is printed by itself; those of `SHAPED` join, stack and change their form."""
CHINESE = frozenset({"signs", "Latin", "Greek", "Cyrillic", "Han", "kana", "bopomofo"})
"""What a typeface made for Chinese is known for."""
_SIMPLE = CHINESE | {"Hangul", "Yi", "Lisu"}

NEVER: tuple[Range, ...] = (
    (0x00, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x600, 0x605), (0x61C, 0x61D), (0x6DD, 0x6DD), (0x70F, 0x70F), (0x8E2, 0x8E2),
    (0x115F, 0x1160), (0x17B4, 0x17B5), (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0x2FF0, 0x2FFF), (0x303E, 0x303F), (0x3164, 0x3164),
    (0x31E4, 0x31EF), (0xD800, 0xF8FF), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFF), (0x1D173, 0x1D17A),
    (0xE0000, 0x10FFFF),
)  # fmt: skip
"""Controls, format marks, selectors of variants, private characters; and what stands for a character that is not there:
the signs that describe one (⿰), the replacement sign (�). No font makes these printable."""
BLANKS = frozenset("\u0020\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000")

MONGOLIAN_FORMS = frozenset("\u180b\u180c\u180d\u180e\u180f")
"""They choose the form of the Mongolian letter before them, and are nothing alone."""
SYLLABLE_ENDS = frozenset("\u0f0b\u0f0d\u0f0e\u0f14")
"""Tibetan: a line may end after one of these, and nowhere else in a word."""
ISOLATE, END_ISOLATE = "\u2067", "\u2069"
"""Put round a name that is read from right to left (never typed, never printed): the text around it keeps its order."""

RIGHT_TO_LEFT: tuple[Range, ...] = ((0x590, 0x8FF), (0xFB1D, 0xFDFF), (0xFE70, 0xFEFC), (0x10800, 0x10FFF), (0x1E800, 0x1EFFF))


def one_of(ranges: Iterable[Range]) -> str:
    """As a regular expression writes it: [a-z]."""
    return "[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges) + "]"


def merged(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """In order, and those that touch as one."""
    made: list[Range] = []
    for first, last in sorted(ranges):
        if made and first <= made[-1][1] + 1:
            made[-1] = made[-1][0], max(last, made[-1][1])
        else:
            made.append((first, last))
    return tuple(made)


def common(some: Iterable[Range], others: Iterable[Range]) -> tuple[Range, ...]:
    """What is in both; each is in order and without overlaps."""
    made: list[Range] = []
    left, right = list(some), list(others)
    i = j = 0
    while i < len(left) and j < len(right):
        first, last = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if first <= last:
            made.append((first, last))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return tuple(made)


def without(some: Iterable[Range], others: Iterable[Range]) -> tuple[Range, ...]:
    """What is in `some` and not in `others`."""
    edges = [-1, *(edge for first, last in merged(others) for edge in (first, last)), 0x110000]
    return common(some, [(edges[n] + 1, edges[n + 1] - 1) for n in range(0, len(edges), 2) if edges[n] + 1 < edges[n + 1]])


def of(scripts: Iterable[str]) -> tuple[Range, ...]:
    """The characters of these scripts."""
    return merged(one for script in scripts for one in SCRIPTS[script])


def _holds(ranges: tuple[Range, ...], code: int) -> bool:
    place = bisect_right(ranges, (code, 0x110000)) - 1
    return place >= 0 and ranges[place][0] <= code <= ranges[place][1]


_ALONE = of(_SIMPLE)


@cache
def is_shaped(character: str) -> bool:
    """Whether it joins its neighbours or changes its form beside them, so that only the word has a width."""
    return character > "\u02ff" and not _holds(_ALONE, ord(character))


@cache
def is_right_to_left(character: str) -> bool:
    """Arabic letters and the like."""
    return character > "\u058f" and _holds(RIGHT_TO_LEFT, ord(character))
