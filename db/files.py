"""Bytes that belong to rows: letters and attachments. Written whole, flushed, renamed; never overwritten."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from db import private


class Damaged(Exception):
    """A file is missing, or its bytes are not those whose digest was kept."""


class Files(Protocol):
    """Where bytes are kept: a folder now; an object store may come later."""

    root: Path

    def put(self, kind: str, name: str, data: bytes) -> str: ...
    def get(self, kind: str, name: str, digest: str) -> bytes: ...
    def drop(self, kind: str, name: str) -> None: ...


class LocalFiles:
    """A folder on disk, two levels deep."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(private.FOLDER, parents=True, exist_ok=True)

    def _path(self, kind: str, name: str) -> Path:
        return self.root / kind / name[:2] / name

    def put(self, kind: str, name: str, data: bytes) -> str:
        """Keep `data` durably; returns its SHA-256. The same bytes twice are one file, others under its name refused."""
        path, digest = self._path(kind, name), hashlib.sha256(data).hexdigest()
        for folder in (path.parent.parent, path.parent):
            folder.mkdir(private.FOLDER, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            try:
                os.link(temporary, path)  # unlike a rename, it never overwrites
            except FileExistsError:
                if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                    raise Damaged(f"{kind}/{name}: other bytes are already kept under this name") from None
            listing = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(listing)
            finally:
                os.close(listing)
        finally:
            with suppress(FileNotFoundError):
                Path(temporary).unlink()
        return digest

    def get(self, kind: str, name: str, digest: str) -> bytes:
        """The bytes, checked against `digest`; Damaged when they are not what was kept."""
        try:
            data = self._path(kind, name).read_bytes()
        except FileNotFoundError:
            raise Damaged(f"{kind}/{name} is missing") from None
        if hashlib.sha256(data).hexdigest() != digest:
            raise Damaged(f"{kind}/{name} is not what was kept")
        return data

    def drop(self, kind: str, name: str) -> None:
        """Forget what belonged to no file: an upload of a form that was never sent, or taken away again."""
        with suppress(FileNotFoundError):
            self._path(kind, name).unlink()
