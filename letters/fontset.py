"""字体: the faces of the letters, found by file, never by what happens to be installed.

An office may lay its own licensed fonts into `FONTS_DIR`, named by face (小标宋.ttf, 仿宋.ttf, 黑体.ttf, 楷体.ttf, 宋体.ttf,
or .otf); they go before the free ones. Files named as the free ones take their place. Every other font file there is asked
last, for what all the others lack. Fonts are read when the program starts.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from letters import cmaps
from letters.scripts import CHINESE, MONGOLIAN_FORMS, NEVER, SCRIPTS, Range, common, merged, of, without

FREE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "仿宋": ("FangSong", "FandolFang-Regular.otf"),
        "黑体": ("HeiTi", "FandolHei-Bold.otf"),
        "楷体": ("KaiTi", "FandolKai-Regular.otf"),
        "宋体": ("SongTi", "FandolSong-Regular.otf"),
        "小标宋": ("XiaoBiaoSong", "FandolSong-Bold.otf"),
    }
)
"""Face -> how the PDF calls it, and the free font that stands for it."""
RARE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "LXGWWenKai-Regular.ttf": CHINESE | {"Hangul", "Lisu"},
        "BabelStoneHan.ttf": frozenset({"Han", "signs"}),
        "HanaMinA.ttf": frozenset({"Han", "signs"}),
        "HanaMinB.ttf": frozenset({"Han"}),
        "NotoNaskhArabic-Regular.ttf": frozenset({"Arabic"}),
        "NotoSerifTibetan-Regular.ttf": frozenset({"Tibetan"}),
        "NotoSansMongolian-Regular.ttf": frozenset({"Mongolian"}),
        "NotoSansYi-Regular.ttf": frozenset({"Yi"}),
    }
)
"""Asked in this order for characters that a face lacks: rare names (龑昇堃喆), extension B (𠮷), all of GB 18030, Uyghur,
Tibetan, Mongolian, Yi. With the scripts that each is known for: nothing else is believed of its cmap."""
LIKE: Mapping[str, str] = MappingProxyType({"仿宋": "LXGWWenKai-Light.ttf", "楷体": "LXGWWenKai-Light.ttf"})
"""Face -> what is asked before all those, because it is as light as the face and written with the same brush: 昇喆堃珺玥祎旻垚赟瑀璟,
which Fandol lacks, do not stand out of a name as if they were bold."""
MUCH_HAN = 1000
"""A font of so many Chinese characters is a Chinese typeface, and known for nothing else, whatever its cmap says."""
SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")


@dataclass(frozen=True, slots=True)
class Font:
    """A file in the chain of a face: `family` is its name in the stylesheet, `scripts` what it is known for (None: judge it)."""

    family: str
    path: Path
    scripts: frozenset[str] | None


_PACKAGED = Path(__file__).parent / "fonts"
_path = cache(Path)


def fonts_dir() -> Path:
    """Where the font files lie: asked for with every word that is printed."""
    own = os.environ.get("FONTS_DIR")
    return _path(own) if own else _PACKAGED


def fonts() -> tuple[Font, ...]:
    """Every font with its file: "FangSong-own" before "FangSong", then what is like a face, then "Rare-0" and so on, then "More-0" and so on."""
    return _fonts(fonts_dir())


@cache
def _fonts(folder: Path) -> tuple[Font, ...]:
    made = list[Font]()
    for face, (name, free) in FREE.items():
        own = (folder / f"{face}{suffix}" for suffix in (".ttf", ".otf"))
        made += [Font(f"{name}-own", path, CHINESE) for path in own if cmaps.is_font(path)][:1]
        made.append(Font(name, _found(folder, free), CHINESE))
    made += [Font(_like(file), _found(folder, file), RARE["LXGWWenKai-Regular.ttf"]) for file in sorted(set(LIKE.values()))]
    made += [Font(f"Rare-{n}", _found(folder, file), scripts) for n, (file, scripts) in enumerate(RARE.items())]
    more = (path for path in _others(folder) if cmaps.is_font(path))
    return (*made, *(Font(f"More-{n}", path, None) for n, path in enumerate(more)))


def _like(file: str) -> str:
    return "Like-" + file.partition(".")[0]


def _found(folder: Path, name: str) -> Path:
    own = folder / name
    return own if folder != _PACKAGED and cmaps.is_font(own) else _PACKAGED / name


def _others(folder: Path) -> list[Path]:
    """The font files of the office that no face and no free font is named like."""
    known = {file for _, file in FREE.values()} | set(RARE) | set(LIKE.values())
    if folder == _PACKAGED or not folder.is_dir():
        return []
    files = (path for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES)
    return [path for path in files if path.name not in known and not (path.stem in FREE and path.suffix in (".ttf", ".otf"))]


def faults() -> list[str]:
    """What lies in `FONTS_DIR` as a font and is none, as sentences. It is not used; everything else is."""
    folder = fonts_dir()
    if folder == _PACKAGED:
        return []
    if not folder.is_dir():
        return ["字体目录（FONTS_DIR）不存在"]
    files = (path for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES)
    return [f"字体目录（FONTS_DIR）中的{path.name}不是可用的字体文件，没有使用" for path in files if not cmaps.is_font(path)]


def family(face: str) -> str:
    """The chain of families of a face, as CSS writes it."""
    name, _ = FREE[face]
    own = (f"{name}-own", name, *([_like(LIKE[face])] if face in LIKE else []))
    chain = [one.family for one in fonts() if one.family in own or one.family.startswith(("Rare-", "More-"))]
    return ", ".join(f"'{one}'" for one in chain)


# ---------------------------------------------------------------------------------------------- what they can print


@cache
def covered(font: Font) -> tuple[Range, ...]:
    """The characters for which a font has a glyph that is believed to be theirs."""
    found = cmaps.ranges(font.path)
    if font.scripts is not None:
        return common(found, without(of(font.scripts), NEVER))
    han = sum(last - first + 1 for first, last in common(found, SCRIPTS["Han"]))
    known = common(found, of(CHINESE)) if han >= MUCH_HAN else found
    return without(without(known, NEVER), cmaps.dummies(font.path))


def doubted(font: Font) -> tuple[Range, ...]:
    """The characters that its cmap holds and that are not believed."""
    return without(cmaps.ranges(font.path), covered(font))


@cache
def _printable(folder: Path) -> bytes:
    """A byte for every code point: 1 if every face has a glyph for it, its own or a later one of its chain."""
    fonts_of = _fonts(folder)
    shared = merged(one for font in fonts_of if font.family.startswith(("Rare-", "More-")) for one in covered(font))
    faces = []
    for name, _ in FREE.values():
        own = (one for font in fonts_of if font.family in (name, f"{name}-own") for one in covered(font))
        faces.append(merged((*own, *shared)))
    table = bytearray(0x110000)
    every = faces[0]
    for face in faces[1:]:
        every = common(every, face)
    for first, last in every:
        table[first : last + 1] = b"\1" * (last + 1 - first)
    return bytes(table)


def unprintable(text: str, *, lines: bool = True) -> int | None:
    """The place (from 0) of the first character that cannot be printed as itself; None if there is none. `lines`: \\n may stand."""
    table = _printable(fonts_dir())
    odd = {one for one in set(text) if not table[ord(one)] and not (lines and one == "\n")}
    forms = MONGOLIAN_FORMS.intersection(text)
    if not odd and not forms:
        return None
    for place, one in enumerate(text):
        if one in odd or (one in forms and not _in_mongolian(text, place)):
            return place
    return None


def spelled(text: str) -> str:
    """A text in which what no font prints stands as its number, （U+1F600）: names of files that were kept before they were looked at."""
    while (place := unprintable(text, lines=False)) is not None:
        text = f"{text[:place]}（U+{ord(text[place]):04X}）{text[place + 1 :]}"
    return text


def _in_mongolian(text: str, place: int) -> bool:
    return place > 0 and "\u1820" <= text[place - 1] <= "\u18af"


# ---------------------------------------------------------------------------------------------- is everything there

LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")


def missing_libraries() -> str:
    """What this machine lacks for making letters, as a sentence; empty when nothing is missing.

    Without libharfbuzz-subset WeasyPrint goes on, with a warning, and takes 17 times as long.
    """
    absent = []
    for name in LIBRARIES:
        try:
            ctypes.CDLL(name)
        except OSError:
            absent.append(name)
    absent += [font.path.name for font in fonts() if not font.path.is_file()]
    return f"生成文书缺少：{'、'.join(absent)}。请运行make setup安装。" if absent else ""


def files() -> Iterator[tuple[str, Path]]:
    """Every family of the stylesheet with its file."""
    return ((font.family, font.path) for font in fonts())
