"""A package that came from somewhere, as a zip or a folder: read within limits, nothing in it trusted.

`opened` raises BadPackage for what is none, or is made to do harm; `faults` tells all that its manifests find wrong.
"""

from __future__ import annotations

import os
import re
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO

MOST_FILES = 2000
MOST_BYTES = 2 * 1024**3
"""Of all files together, unpacked."""
MOST_OF_A_TEXT = 32 * 1024**2
"""Of a file that is read as a whole: manifests, records."""
_DIRECTORY = 4 * 1024**2
"""Bytes of a zip's list of members."""
_BLOCK = 1 << 18
MANIFEST, TAGS = "manifest-sha256.txt", "tagmanifest-sha256.txt"
NEEDED = ("bagit.txt", "bag-info.txt", MANIFEST, TAGS)
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")


class BadPackage(Exception):
    """What was given is no package, or cannot be read safely. The sentence says why, and what to do."""


@dataclass(frozen=True)
class Bag:
    """The files of a package by their names within it; `open` gives the bytes of one."""

    sizes: Mapping[str, int]
    open: Callable[[str], IO[bytes]]

    def blocks(self, name: str) -> Iterator[bytes]:
        """The bytes of a file, never more than its list says. Raises BadPackage: damaged."""
        left = self.sizes[name]
        try:
            with self.open(name) as stream:
                while block := stream.read(min(_BLOCK, left + 1)):
                    left -= len(block)
                    if left < 0:
                        raise BadPackage(f"{shown(name)}：实际比所载的大，读到这里为止。请向移交单位另取一份。")
                    yield block
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
            raise BadPackage(f"{shown(name)}：读不出来（压缩数据损坏、加密或者方法不认识）。请向移交单位另取一份。") from error
        except Exception as error:  # zlib.error and its kin have no common ancestor
            if isinstance(error, BadPackage):
                raise
            raise BadPackage(f"{shown(name)}：读不出来，压缩数据损坏。请向移交单位另取一份。") from error

    def read(self, name: str, most: int = MOST_OF_A_TEXT) -> bytes:
        """A file as a whole. Raises BadPackage: larger than `most`, or damaged."""
        if self.sizes[name] > most:
            raise BadPackage(f"{shown(name)}：有{self.sizes[name]}字节，超过{most // 1024**2}MB，没有读。")
        return b"".join(self.blocks(name))

    def text(self, name: str) -> str:
        """A text file. Raises BadPackage: not UTF-8."""
        try:
            return self.read(name).decode()
        except UnicodeDecodeError:
            raise BadPackage(f"{shown(name)}：不是UTF-8文字，读不出来。") from None

    def digest(self, name: str) -> str:
        made = sha256()
        for block in self.blocks(name):
            made.update(block)
        return made.hexdigest()


def shown(name: str) -> str:
    """A name from a package as it may be printed: no control characters, not endless."""
    plain = "".join(one if one.isprintable() else "�" for one in name)
    return plain if len(plain) <= 200 else f"{plain[:200]}…"


# ------------------------------------------------------------------ opening one


@contextmanager
def opened(path: Path) -> Iterator[Bag]:
    """The package at `path`, a zip or an unpacked folder. Raises BadPackage."""
    if path.is_dir():
        yield _folder(path)
        return
    try:
        if not path.is_file():
            raise BadPackage(f"没有这个文件或者文件夹：{path}")
        if path.stat().st_size > MOST_BYTES:
            raise BadPackage(f"这个文件超过{MOST_BYTES // 1024**3}GB，不是一件案卷的归档包。")
        with path.open("rb") as stream:
            _check_directory(stream)
            with zipfile.ZipFile(stream) as archive:
                yield _zip(archive)
    except zipfile.BadZipFile as error:
        raise BadPackage("这个文件不是归档包（不是zip，或者已经损坏、没有传完）。请向移交单位另取一份。") from error


def _check_directory(stream: IO[bytes]) -> None:
    """A list of members that would fill the memory is not read: its length stands at the end of the file."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - 66_000))
    end = stream.read()
    place = end.rfind(b"PK\x05\x06")
    if place < 0 or len(end) - place < 22:
        raise BadPackage("这个文件不是归档包（不是zip，或者已经损坏、没有传完）。请向移交单位另取一份。")
    (length,) = struct.unpack_from("<L", end, place + 12)
    if length > _DIRECTORY:
        raise BadPackage("这个zip的文件目录过大，不是一件案卷的归档包，没有读。")
    stream.seek(0)


def _zip(archive: zipfile.ZipFile) -> Bag:
    found: dict[str, zipfile.ZipInfo] = {}
    for one in archive.infolist():
        if one.is_dir():
            continue
        kind = stat.S_IFMT(one.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            raise BadPackage(f"{shown(one.filename)}：是链接或者特殊文件，归档包里不应当有，没有读。")
        if one.flag_bits & 0x1:
            raise BadPackage(f"{shown(one.filename)}：是加密的，归档包不加密，没有读。")
        if one.filename in found:
            raise BadPackage(f"{shown(one.filename)}：同一个名称有两份，没有读。")
        found[one.filename] = one
    base = _base(found)
    names = {name.removeprefix(base): one for name, one in found.items()}
    return _limited({name: one.file_size for name, one in names.items()}, lambda name: archive.open(names[name]))


def _folder(path: Path) -> Bag:
    sizes: dict[str, int] = {}
    for folder, folders, names in os.walk(path):
        for name in (*folders, *names):
            one = Path(folder) / name
            about = one.lstat()
            if stat.S_ISDIR(about.st_mode):
                continue
            if not stat.S_ISREG(about.st_mode):
                raise BadPackage(f"{shown(name)}：是链接或者特殊文件，归档包里不应当有，没有读。")
            sizes[one.relative_to(path).as_posix()] = about.st_size
            if len(sizes) > MOST_FILES:
                break
    base = _base(sizes)
    return _limited({name.removeprefix(base): size for name, size in sizes.items()}, lambda name: (path / base / name).open("rb"))


def _base(names: Mapping[str, object]) -> str:
    """The one folder in which all lies, when somebody packed the folder and not what is in it."""
    tops = {name.partition("/")[0] for name in names}
    (top,) = tops if len(tops) == 1 else ("",)
    return f"{top}/" if top and f"{top}/bagit.txt" in names else ""


def _limited(sizes: Mapping[str, int], open_: Callable[[str], IO[bytes]]) -> Bag:
    if len(sizes) > MOST_FILES:
        raise BadPackage(f"里面的文件超过{MOST_FILES}个，不是一件案卷的归档包，没有读。")
    if sum(sizes.values()) > MOST_BYTES:
        raise BadPackage(f"解开以后超过{MOST_BYTES // 1024**3}GB，不是一件案卷的归档包，没有读。")
    for name in sizes:
        steps = PurePosixPath(name)
        if steps.is_absolute() or ".." in steps.parts or "\\" in name or not name.isprintable() or re.match(r"[A-Za-z]:", name):
            raise BadPackage(f"{shown(name)}：名称指到归档包以外，或者有不可见的字符。这不是本系统的归档包，没有读。")
    if "bagit.txt" not in sizes:
        inner = [name for name in sizes if name.lower().endswith(".zip")]
        if inner:
            raise BadPackage("这是一批归档包。请先解开，再逐个核对里面的归档包。")
        raise BadPackage("这不是归档包：没有bagit.txt。")
    return Bag(sizes, open_)


# ------------------------------------------------------------------ what its manifests say


def faults(bag: Bag) -> Iterator[str]:
    """Every file that is missing, changed or too many by the manifests, as a sentence. Raises BadPackage: cannot be read."""
    missing = [name for name in NEEDED if name not in bag.sizes]
    yield from (f"{name}：包里没有，无法据以核对" for name in missing)
    if "bagit.txt" in bag.sizes and "BagIt-Version: 1.0" not in bag.text("bagit.txt"):
        yield "bagit.txt：不是BagIt 1.0"
    known: set[str] = set()
    for manifest, of_data in ((MANIFEST, True), (TAGS, False)):
        if manifest not in bag.sizes:
            continue
        listed: dict[str, str] = {}
        for number, line in enumerate(bag.text(manifest).splitlines(), 1):
            found = _LINE.fullmatch(line)
            if found is None or found[2].startswith("data/") != of_data or found[2] in listed:
                yield f"{manifest}：第{number}行读不出来，或者不应当有"
                continue
            listed[found[2]] = found[1]
        for name, digest in listed.items():
            if name not in bag.sizes:
                yield f"{shown(name)}：{manifest}里有，包里没有"
            elif bag.digest(name) != digest:
                yield f"{shown(name)}：内容与{manifest}所载的摘要不符，已经改动或者损坏"
        known |= listed.keys()
    extra = sorted(bag.sizes.keys() - known - {TAGS})
    yield from (f"{shown(name)}：清单里没有，是多出来的" for name in extra if MANIFEST not in missing or not name.startswith("data/"))
    if "bag-info.txt" in bag.sizes:
        yield from _oxum(bag)


def info(bag: Bag) -> dict[str, str]:
    """bag-info.txt: label -> value. Raises BadPackage."""
    pairs = (line.partition(":") for line in bag.text("bag-info.txt").splitlines())
    return {label.strip(): value.strip() for label, colon, value in pairs if colon}


def _oxum(bag: Bag) -> Iterator[str]:
    payload = [size for name, size in bag.sizes.items() if name.startswith("data/")]
    said, found = info(bag).get("Payload-Oxum"), f"{sum(payload)}.{len(payload)}"
    if said != found:
        yield f"bag-info.txt：所载的总字节数和文件个数是{shown(said or '空的')}，实际是{found}"
