"""归档 package: a BagIt bag (RFC 8493) made by the kept library, as a zip whose bytes depend on its contents alone."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import bagit

_EPOCH = (1980, 1, 1, 0, 0, 0)


def make_package(parts: Mapping[str, bytes], info: Mapping[str, str]) -> bytes:
    """A bag with `parts` (path -> bytes) as payload, SHA-256 manifests and `info` in bag-info.txt, zipped."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "bag"
        for path, data in parts.items():
            target = root / path
            if root not in target.resolve().parents:
                raise ValueError(f"a part outside the package: {path}")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        bagit.make_bag(str(root), dict(info), checksums=["sha256"])
        return _zip(root)


def _zip(root: Path) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for path in sorted(one for one in root.rglob("*") if one.is_file()):
            entry = zipfile.ZipInfo(str(path.relative_to(root)), _EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(entry, path.read_bytes())
    return out.getvalue()


def check_package(data: bytes) -> None:
    """Raises bagit.BagError or zipfile.BadZipFile when the package is not whole, or not what its manifest says."""
    with tempfile.TemporaryDirectory() as name:
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            bundle.extractall(name)  # zipfile itself keeps members inside the folder
        bagit.Bag(name).validate()
