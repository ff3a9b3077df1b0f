"""Whether a package is a whole BagIt bag: asked of a kept library, and of sha256sum as 说明.txt in it tells people to."""

from __future__ import annotations

import io
import subprocess
import tempfile
import zipfile

import bagit


def check_package(data: bytes) -> None:
    """Raises bagit.BagError when the package is not whole, or not what its manifests say."""
    with tempfile.TemporaryDirectory() as name:
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            bundle.extractall(name)
        bag = bagit.Bag(name)
        bag.validate()
        assert bag.version_info == (1, 0)
        check = ["sha256sum", "--check", "--strict", "--quiet", "manifest-sha256.txt", "tagmanifest-sha256.txt"]
        told = subprocess.run(check, cwd=name, capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stderr
