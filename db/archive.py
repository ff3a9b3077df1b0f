"""归档 package: a BagIt bag (RFC 8493) as a zip whose bytes depend on its contents alone.

A bag is its payload and four small text files, so they are written here; that a kept library finds every bag whole, and
any change in one, is what the tests say (tests/bags.py).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import PurePosixPath

_EPOCH = (1980, 1, 1, 0, 0, 0)
_DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def make_package(parts: Mapping[str, bytes], info: Mapping[str, str]) -> bytes:
    """A bag with `parts` (path -> bytes) as payload, SHA-256 manifests and `info` in bag-info.txt, zipped."""
    payload: dict[str, bytes] = {}
    for path, data in parts.items():
        name = f"data/{_inside(path)}"
        if name in payload:
            raise ValueError(f"two parts of one name: {name}")
        payload[name] = data
    told = {**info, "Payload-Oxum": f"{sum(map(len, payload.values()))}.{len(payload)}"}
    tags = {
        "bagit.txt": _DECLARATION.encode(),
        "bag-info.txt": "".join(f"{key}: {' '.join(told[key].splitlines())}\n" for key in sorted(told)).encode(),
        "manifest-sha256.txt": _manifest(payload),
    }
    return _zip({**payload, **tags, "tagmanifest-sha256.txt": _manifest(tags)})


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


def _manifest(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()


def _zip(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(entry, files[name])
    return out.getvalue()
