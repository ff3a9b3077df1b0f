"""What comes from elsewhere is read within limits: what is no package, or is made to do harm, is told in a sentence."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from db.archive import make_package
from db.unpacking import BadPackage, faults, opened, shown

PARTS = {"案卷.html": b"<p>x</p>", "卷内文件/001_答复书.pdf": b"%PDF-" + bytes(range(256)) * 40}
GOOD = make_package(PARTS, {"External-Identifier": "冠〔2026〕1号"})


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, data in members:
            bundle.writestr(name, data)
    return out.getvalue()


def good() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def with_(name: str | zipfile.ZipInfo, data: bytes = b"x") -> bytes:
    return zipped(*good().items(), (name, data))


def entry(name: str, mode: int) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.external_attr = mode << 16
    return made


def encrypted() -> bytes:
    """One member says that it is encrypted (bit 0 of its flags, in the list at the end)."""
    data = bytearray(GOOD)
    place = data.rfind(b"PK\x01\x02")
    data[place + 8] |= 1
    return bytes(data)


def huge_directory() -> bytes:
    data = bytearray(GOOD)
    struct.pack_into("<L", data, data.rfind(b"PK\x05\x06") + 12, 0x7FFFFFFF)
    return bytes(data)


def says_too_much() -> bytes:
    """A bomb: every member says that it holds a gigabyte."""
    data, place = bytearray(GOOD), 0
    while (place := data.find(b"PK\x01\x02", place)) >= 0:
        struct.pack_into("<L", data, place + 24, 2**30)
        place += 4
    return bytes(data)


def says_too_little() -> bytes:
    """A member holds a megabyte of zeros, and says that it holds ten bytes."""
    data = bytearray(zipped(*good().items(), ("data/多.bin", b"\0" * 1024**2)))
    place = data.rfind(b"PK\x01\x02")
    struct.pack_into("<L", data, place + 24, 10)
    return bytes(data)


BAD: list[tuple[str, Callable[[], bytes], str]] = [
    ("not a zip", lambda: b"%PDF-1.7 nothing of the kind", "不是归档包"),
    ("nothing", lambda: b"", "不是归档包"),
    ("cut off", lambda: GOOD[: len(GOOD) // 2], "不是归档包"),
    ("no bag", lambda: zipped(("a.txt", b"x")), "没有bagit.txt"),
    ("a batch", lambda: zipped(("冠〔2026〕1号.zip", GOOD)), "一批归档包"),
    ("a name that leads out", lambda: with_("../../etc/passwd"), "指到归档包以外"),
    ("a name from the root", lambda: with_("/etc/passwd"), "指到归档包以外"),
    ("a name of another system", lambda: with_("C:/Windows/x"), "指到归档包以外"),
    ("a name with a backslash", lambda: with_("data\\..\\x"), "指到归档包以外"),
    ("a name that turns round", lambda: with_("data/\u202egpj.exe"), "不可见的字符"),
    ("a name that rings the bell", lambda: with_("data/\x1b[2Jx"), "不可见的字符"),
    ("a link", lambda: with_(entry("data/x", stat.S_IFLNK | 0o777), b"/etc/passwd"), "是链接或者特殊文件"),
    ("one name twice", lambda: with_("data/案卷.html"), "同一个名称有两份"),
    ("encrypted", encrypted, "加密"),
    ("a list too long", huge_directory, "文件目录过大"),
    ("a bomb", says_too_much, "解开以后超过2GB"),
    ("too many", lambda: zipped(*((f"data/{n}", b"") for n in range(2001))), "超过2000个"),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(("made", "told"), [pytest.param(made, told, id=name) for name, made, told in BAD])
def test_what_is_no_package_is_told_in_a_sentence(made: Callable[[], bytes], told: str, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(made())
    with pytest.raises(BadPackage, match=told), opened(path) as bag:
        list(faults(bag))
    assert [one.name for one in tmp_path.iterdir()] == ["x.zip"], "nothing is unpacked anywhere"


def test_a_member_that_is_larger_than_it_says_is_read_no_further(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(says_too_little())
    with opened(path) as bag, pytest.raises(BadPackage, match=r"多\.bin"):
        bag.digest("data/多.bin")


def test_a_text_that_is_too_long_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(GOOD)
    with opened(path) as bag:
        with pytest.raises(BadPackage, match="没有读"):
            bag.read("data/案卷.html", most=3)
        with pytest.raises(BadPackage, match="不是UTF-8"):
            bag.text("data/卷内文件/001_答复书.pdf")


def test_damaged_compressed_bytes_are_told(tmp_path: Path) -> None:
    """Whatever the decompressor says of it."""
    data = bytearray(GOOD)
    place = data.find("001_答复书".encode()) + 60
    data[place : place + 40] = bytes(40)
    path = tmp_path / "x.zip"
    path.write_bytes(bytes(data))
    with opened(path) as bag, pytest.raises(BadPackage, match="读不出来"):
        bag.digest("data/卷内文件/001_答复书.pdf")


def test_a_folder_is_read_like_the_zip_and_also_when_the_folder_itself_was_packed(tmp_path: Path) -> None:
    for base in ("", "冠1号/"):
        folder = tmp_path / (base or "x") / "unpacked"
        for name, data in good().items():
            (folder / base / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / base / name).write_bytes(data)
        packed = tmp_path / "again.zip"
        packed.write_bytes(zipped(*((base + name, data) for name, data in good().items())))
        for path in (folder, packed):
            with opened(path) as bag:
                assert list(faults(bag)) == []
    (folder / base / "data" / "更多").symlink_to("/etc/passwd")
    with pytest.raises(BadPackage, match="是链接"), opened(folder):
        pass
    with pytest.raises(BadPackage, match="没有这个文件"), opened(tmp_path / "none"):
        pass


def test_what_is_printed_of_a_name_is_plain_and_short() -> None:
    assert shown("a\x1b[31m\n" + "长" * 500) == "a�[31m�" + "长" * 193 + "…"
