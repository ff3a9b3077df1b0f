"""Bytes are kept whole, never overwritten, and checked when they are read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import bagit
import pytest

from db.archive import check_package, make_package
from db.files import Damaged, LocalFiles


def test_bytes_come_back_and_damage_is_told(tmp_path: Path) -> None:
    files = LocalFiles(tmp_path)
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


def test_a_package_is_the_same_each_time_and_any_change_is_found() -> None:
    parts = {"卷内目录.pdf": b"x", "文书/01_答复书.pdf": b"y"}
    info = {"External-Identifier": "冠自然资依申〔2026〕1号", "Bagging-Date": "2026-11-24"}
    package = make_package(parts, info)
    assert package == make_package(parts, info)
    check_package(package)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"changed" if name.endswith("答复书.pdf") else old.read(name))
    with pytest.raises(bagit.BagError):
        check_package(out.getvalue())


@pytest.mark.parametrize("path", ["../evil", "/etc/passwd", "a/../../b"])
def test_no_part_lies_outside_the_package(path: str) -> None:
    with pytest.raises(ValueError, match="outside"):
        make_package({path: b"x"}, {})
