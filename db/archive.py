"""归档 package: a BagIt bag (RFC 8493) as a zip whose bytes depend on its contents alone, written part by part.

A bag is its payload and four small text files, so they are written here; that a kept library finds every bag whole, and
any change in one, is what the tests say (tests/bags.py).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import PurePosixPath
from typing import IO

_EPOCH = (1980, 1, 1, 0, 0, 0)
_DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
Part = bytes | Callable[[], bytes]
"""What a part holds, or what gives it when its turn comes: no more than one large part is in memory."""


def make_package(parts: Mapping[str, Part], info: Mapping[str, str]) -> bytes:
    """A package as `write_package` writes it."""
    out = io.BytesIO()
    write_package(out, parts, info)
    return out.getvalue()


def write_package(out: IO[bytes], parts: Mapping[str, Part], info: Mapping[str, str]) -> None:
    """A bag with `parts` (path -> bytes) as payload, SHA-256 manifests and `info` in bag-info.txt, zipped.

    Raises ValueError: a part lies outside, or two have one name.
    """
    payload: dict[str, Part] = {}
    for path, part in parts.items():
        name = f"data/{_inside(path)}"
        if name in payload:
            raise ValueError(f"two parts of one name: {name}")
        payload[name] = part
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        written: dict[str, str] = {}
        size = 0
        for name in sorted(payload):
            part = payload[name]
            data = part if isinstance(part, bytes) else part()
            _add(bundle, name, data)
            written[name], size = sha256(data).hexdigest(), size + len(data)
        told = {**info, "Payload-Oxum": f"{size}.{len(payload)}"}
        tags = {
            "bag-info.txt": "".join(f"{key}: {' '.join(told[key].splitlines())}\n" for key in sorted(told)).encode(),
            "bagit.txt": _DECLARATION.encode(),
            "manifest-sha256.txt": _manifest(written),
        }
        for name, data in tags.items():
            _add(bundle, name, data)
        _add(bundle, "tagmanifest-sha256.txt", _manifest({name: sha256(data).hexdigest() for name, data in tags.items()}))


def _inside(path: str) -> str:
    """The path as a manifest says it.

    A percent sign would have to be encoded there; validators and sha256sum disagree on that, so its full-width form
    stands for it.
    """
    steps = PurePosixPath(path)
    if steps.is_absolute() or ".." in steps.parts or not steps.parts:
        raise ValueError(f"a part outside the package: {path}")
    if len(path.splitlines()) > 1:
        raise ValueError(f"a part whose name is two lines: {path!r}")
    return str(steps).replace("%", "％")


def _manifest(digests: Mapping[str, str]) -> bytes:
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode()


def _add(bundle: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    bundle.writestr(entry, data)
