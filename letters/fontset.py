"""字体: the faces of the letters, found by file, never by what happens to be installed.

An office may lay its own licensed fonts into `FONTS_DIR`, named by face (小标宋.ttf, 仿宋.ttf, 黑体.ttf, 楷体.ttf, 宋体.ttf,
or .otf); they go before the free ones. The files of `FREE` may lie there as well.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

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
RARE = ("LXGWWenKai-Regular.ttf", "BabelStoneHan.ttf", "HanaMinA.ttf", "HanaMinB.ttf")
"""Asked in this order for characters that a face lacks: rare names (龑昇堃喆), extension B (𠮷), all of GB 18030."""


def fonts_dir() -> Path:
    """Where the font files lie."""
    return Path(os.environ.get("FONTS_DIR") or Path(__file__).parent / "fonts")


def files() -> Iterator[tuple[str, Path]]:
    """Every family of the stylesheet with its file: "FangSong-own" before "FangSong", then "Rare-0" and so on."""
    packaged = Path(__file__).parent / "fonts"
    for face, (name, free) in FREE.items():
        for suffix in (".ttf", ".otf"):
            if (own := fonts_dir() / f"{face}{suffix}").is_file():
                yield f"{name}-own", own
        yield name, _found(free, packaged)
    for place, file in enumerate(RARE):
        yield f"Rare-{place}", _found(file, packaged)


def _found(name: str, packaged: Path) -> Path:
    return own if (own := fonts_dir() / name).is_file() else packaged / name


def family(face: str) -> str:
    """The chain of families of a face, as CSS writes it."""
    name, _ = FREE[face]
    chain = [f"{name}-own", name, *(f"Rare-{place}" for place in range(len(RARE)))]
    return ", ".join(f"'{one}'" for one in chain)


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
    absent += [path.name for _, path in files() if not path.is_file()]
    return f"生成文书缺少：{'、'.join(absent)}。请运行make setup安装。" if absent else ""
