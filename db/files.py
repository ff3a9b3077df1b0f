"""Bytes that belong to rows: letters and attachments. Sealed, written whole, flushed, renamed; never overwritten but by a new seal."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from db import private
from db.sealing import HEAD, Ring, SealBroken, place


class Damaged(Exception):
    """A file is missing, or its bytes are not those whose digest was kept; `kind` and `name` say which, where one is meant."""

    def __init__(self, told: str = "", *, kind: str = "", name: str = "", is_missing: bool = False) -> None:
        super().__init__(told)
        self.kind, self.name, self.is_missing = kind, name, is_missing


class Files(Protocol):
    """Where bytes are kept: a folder now; an object store may come later."""

    root: Path

    def put(self, kind: str, name: str, data: bytes) -> str: ...
    def get(self, kind: str, name: str, digest: str) -> bytes: ...
    def found(self, kind: str, name: str) -> bytes: ...
    def freshen(self, kind: str, name: str) -> bool: ...
    def drop(self, kind: str, name: str) -> None: ...
    def sealed(self, kind: str, name: str, digest: str) -> bytes: ...
    def put_sealed(self, kind: str, name: str, sealed: bytes) -> None: ...
    def renew(self, tell: Callable[[int], object]) -> tuple[int, int]: ...
    def clear(self) -> None: ...


class LocalFiles:
    """A folder on disk, two levels deep."""

    def __init__(self, root: Path, ring: Ring) -> None:
        self.root, self.ring = root, ring
        root.mkdir(private.FOLDER, parents=True, exist_ok=True)

    def _path(self, kind: str, name: str) -> Path:
        return self.root / kind / name[:2] / name

    def put(self, kind: str, name: str, data: bytes) -> str:
        """Keep `data` durably; returns its SHA-256. The same bytes twice are one file, others under its name refused."""
        self._write(kind, name, self.ring.seal_bytes(data, _place(kind, name)), hashlib.sha256(data).hexdigest())
        return hashlib.sha256(data).hexdigest()

    def put_sealed(self, kind: str, name: str, sealed: bytes) -> None:
        """Keep what `sealed` gave, also that of another folder. Raises Damaged: it was not sealed under this name with a key of here."""
        self._write(kind, name, sealed, hashlib.sha256(self._opened(kind, name, sealed)).hexdigest())

    def _write(self, kind: str, name: str, sealed: bytes, digest: str) -> None:
        path = self._path(kind, name)
        for folder in (path.parent.parent, path.parent):
            folder.mkdir(private.FOLDER, exist_ok=True)
        temporary = _temporary(path, sealed)
        try:
            try:
                os.link(temporary, path)  # unlike a rename, it never overwrites
            except FileExistsError:
                if hashlib.sha256(self._opened(kind, name, path.read_bytes())).hexdigest() != digest:
                    raise Damaged(f"{kind}/{name}: other bytes are already kept under this name", kind=kind, name=name) from None
            private.flush(path.parent)
        finally:
            with suppress(FileNotFoundError):
                temporary.unlink()

    def get(self, kind: str, name: str, digest: str) -> bytes:
        """The bytes, checked against `digest`; Damaged when they are not what was kept."""
        return self._checked(kind, name, digest)[0]

    def found(self, kind: str, name: str) -> bytes:
        """What is kept under a name whose digest nobody has noted yet; Damaged when there is none, or it does not open."""
        try:
            return self._opened(kind, name, self._path(kind, name).read_bytes())
        except FileNotFoundError:
            raise Damaged(f"{kind}/{name} is missing", kind=kind, name=name, is_missing=True) from None

    def sealed(self, kind: str, name: str, digest: str) -> bytes:
        """The file as it lies there, of what `get` gives: for a backup."""
        return self._checked(kind, name, digest)[1]

    def _checked(self, kind: str, name: str, digest: str) -> tuple[bytes, bytes]:
        try:
            sealed = self._path(kind, name).read_bytes()
        except FileNotFoundError:
            raise Damaged(f"{kind}/{name} is missing", kind=kind, name=name, is_missing=True) from None
        data = self._opened(kind, name, sealed)
        if hashlib.sha256(data).hexdigest() != digest:
            raise Damaged(f"{kind}/{name} is not what was kept", kind=kind, name=name)
        return data, sealed

    def _opened(self, kind: str, name: str, sealed: bytes) -> bytes:
        try:
            return self.ring.open_bytes(sealed, _place(kind, name))
        except SealBroken:
            raise Damaged(f"{kind}/{name} is not what was kept", kind=kind, name=name) from None

    def freshen(self, kind: str, name: str) -> bool:
        """Have a file whose row is still on its way count as just written; whether it is there."""
        try:
            os.utime(self._path(kind, name))
        except FileNotFoundError:
            return False
        return True

    def drop(self, kind: str, name: str) -> None:
        """Forget what belonged to no file: an upload of a form that was never sent, or taken away again."""
        with suppress(FileNotFoundError):
            self._path(kind, name).unlink()

    def renew(self, tell: Callable[[int], object] = lambda _done: None) -> tuple[int, int]:
        """Seal with the present key what is not sealed with it; how many files those were, and how many cannot be opened.

        A file is whole at every moment.
        """
        renewed, broken = 0, 0
        for path in sorted(one for one in self.root.glob("*/*/*") if one.is_file() and not one.name.startswith(PART)):
            with suppress(FileNotFoundError):  # taken away meanwhile
                try:
                    renewed += self._renew(path)
                except SealBroken:  # `verify` tells of it
                    broken += 1
                tell(1)
        return renewed, broken

    def clear(self) -> None:
        """Take away what was begun to be written and left, by a round of `renew` that was killed."""
        for path in self.root.glob(f"*/*/{PART}*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < time.time() - ABANDONED:
                    path.unlink()

    def _renew(self, path: Path) -> bool:
        with path.open("rb") as stream:
            known_as = self.ring.sealed_with(stream.read(HEAD))
        if known_as == self.ring.current:
            return False
        at, data = _place(path.parent.parent.name, path.name), path.read_bytes()
        if known_as is not None:
            data = self.ring.open_bytes(data, at)
        temporary = _temporary(path, self.ring.seal_bytes(data, at))
        temporary.replace(path)
        private.flush(path.parent)
        return True


PART = ".part-"
"""How the name of a file begins that is being written."""
ABANDONED = 30.0
"""Seconds after which nobody is writing it any more."""


def _place(kind: str, name: str) -> bytes:
    return place("files", kind, name)


def _temporary(path: Path, data: bytes) -> Path:
    """The bytes, flushed, beside where they are to be."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=PART)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return Path(temporary)
