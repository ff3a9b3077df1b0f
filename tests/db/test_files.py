"""Bytes are kept whole, never overwritten, and checked when they are read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import bagit
import pytest

from db.archive import make_package
from db.files import Damaged, Files
from db.stores import Folder
from tests.bags import check_package
from tests.conftest import RING


def test_bytes_come_back_and_damage_is_told(tmp_path: Path) -> None:
    files = Files(Folder(tmp_path), RING)
    digest = files.put("letters", "abcdef", b"one")
    assert files.get("letters", "abcdef", digest) == b"one"
    assert files.put("letters", "abcdef", b"one") == digest
    with pytest.raises(Damaged):
        files.put("letters", "abcdef", b"two")
    assert files.get("letters", "abcdef", digest) == b"one"
    with pytest.raises(Damaged):
        files.get("letters", "nothing", digest)
    (tmp_path / "letters" / "ab" / "abcdef").write_bytes(b"bad")
    with pytest.raises(Damaged):
        files.get("letters", "abcdef", digest)
    assert not list(tmp_path.rglob(".part-*"))


PARTS = {"卷内目录.pdf": b"x", "文书/01_答复书.pdf": b"y", "附件/01_占比 50%　说明.pdf": b"z"}
INFO = {"Source-Organization": "样例县\n自然资源局", "External-Identifier": "冠自然资依申〔2026〕1号", "Bagging-Date": "2026-11-24",
        "Retention": ""}


def read(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        for name, data in files.items():
            bundle.writestr(name, data)
    return out.getvalue()


def test_a_package_is_whole_and_the_same_each_time() -> None:
    package = make_package(PARTS, INFO)
    check_package(package)
    assert package == make_package(dict(reversed(PARTS.items())), INFO)
    files = read(package)
    assert {name for name in files if name.startswith("data/")} == {f"data/{name.replace('%', '％')}" for name in PARTS}
    assert files["bag-info.txt"].decode() == (
        "Bagging-Date: 2026-11-24\nExternal-Identifier: 冠自然资依申〔2026〕1号\nPayload-Oxum: 3.3\nRetention: \n"
        "Source-Organization: 样例县 自然资源局\n"
    )


def test_any_change_in_a_package_is_found() -> None:
    files = read(make_package(PARTS, INFO))
    for name in files.keys() - {"bagit.txt", "tagmanifest-sha256.txt"}:
        with pytest.raises(bagit.BagError):
            check_package(zipped({**files, name: files[name] + b"changed\n"}))
    for name in files.keys() - {"tagmanifest-sha256.txt"}:
        with pytest.raises(bagit.BagError):
            check_package(zipped({other: data for other, data in files.items() if other != name}))
    with pytest.raises(bagit.BagError):
        check_package(zipped({**files, "data/多.txt": b"more"}))


@pytest.mark.parametrize("path", ["../evil", "/etc/passwd", "a/../../b", "", "."])
def test_no_part_lies_outside_the_package(path: str) -> None:
    with pytest.raises(ValueError, match="outside"):
        make_package({path: b"x"}, {})


@pytest.mark.parametrize("paths", [["a%", "a％"], ["a\nb"], ["a\u2028b"]], ids=repr)
def test_no_part_hides_another_or_breaks_the_list(paths: list[str]) -> None:
    with pytest.raises(ValueError, match=r"one name|two lines"):
        make_package(dict.fromkeys(paths, b"x"), {})
