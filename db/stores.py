"""Where bytes are kept by their names: a folder, or a bucket of an S3 server (`db/buckets.py`). Files and backups know no more of it than this.

A name is a path with slashes. What is kept is there whole and outlasts the machine's failure before the call returns.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from db import private

BUCKET = "s3://"
"""How the address of a bucket begins."""


class Unreachable(Exception):
    """The store gives no answer, or refuses us: nothing was kept. The sentence says which, and holds no address and no key."""


class Store(Protocol):
    """Bytes by name. Every call may raise Unreachable."""

    where: str
    """As it may be shown."""

    def create(self, name: str, data: bytes) -> bool:
        """Keep `data` unless something is kept under the name already, which is never written over; whether it was kept."""
    def read(self, name: str, first: int | None = None) -> bytes:
        """What is kept, or its `first` bytes. Raises FileNotFoundError."""
    def change(self, name: str, make: Callable[[bytes], bytes]) -> None:
        """Put in the place of what is kept what `make` makes of it; it is whole at every moment. Raises FileNotFoundError."""
    def freshen(self, name: str) -> bool:
        """Have it count as just written; whether it is there."""
    def age(self, name: str) -> float | None:
        """How many seconds ago it was written; None: it is not there."""
    def drop(self, name: str) -> None:
        """Forget it, if it is there."""
    def names(self, within: str = "") -> Iterator[str]:
        """All that is kept, or all `within` a folder."""
    def tops(self) -> Iterator[str]:
        """All that is kept, but for what lies in folders."""
    def clear(self) -> None:
        """Take away what was begun to be written and left."""
    def sent(self, name: str) -> AbstractContextManager[Path]:
        """A path on this machine: what is written there, whole, is kept under the name when the block ends."""
    def lent(self, name: str) -> AbstractContextManager[Path]:
        """What is kept, as a file on this machine. Raises FileNotFoundError."""
    def problem(self) -> str | None:
        """Why nothing can be kept here now, asked within a second or so; None: it can."""


@dataclass(frozen=True, slots=True)
class Access:
    """How an S3 server is reached."""

    endpoint: str = ""
    region: str = ""
    key: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)


PART = ".part-"
"""How the name of a file begins that is being written."""
ABANDONED = 30.0
"""Seconds after which nobody is writing it any more."""


class Folder:
    """A folder on disk."""

    def __init__(self, root: Path) -> None:
        self.root, self.where = root, str(root)
        root.mkdir(private.FOLDER, parents=True, exist_ok=True)

    def create(self, name: str, data: bytes) -> bool:
        path = self.root / name
        self._make(path.parent)
        temporary = _temporary(path, data)
        try:
            os.link(temporary, path)  # unlike a rename, it never overwrites
        except FileExistsError:
            return False
        finally:
            temporary.unlink(missing_ok=True)
            private.flush(path.parent)
        return True

    def _make(self, folder: Path) -> None:
        if folder != self.root and not folder.is_dir():
            self._make(folder.parent)
            with suppress(FileExistsError):
                folder.mkdir(private.FOLDER)
                private.flush(folder.parent)

    def read(self, name: str, first: int | None = None) -> bytes:
        with (self.root / name).open("rb") as stream:
            return stream.read() if first is None else stream.read(first)

    def change(self, name: str, make: Callable[[bytes], bytes]) -> None:
        path = self.root / name
        _temporary(path, make(path.read_bytes())).replace(path)
        private.flush(path.parent)

    def freshen(self, name: str) -> bool:
        try:
            os.utime(self.root / name)
        except FileNotFoundError:
            return False
        return True

    def age(self, name: str) -> float | None:
        try:
            return time.time() - (self.root / name).stat().st_mtime
        except FileNotFoundError:
            return None

    def drop(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)

    def names(self, within: str = "") -> Iterator[str]:
        folders = [self.root / within]
        while folders:
            try:
                there = sorted(os.scandir(folders.pop()), key=lambda one: one.name)
            except FileNotFoundError:
                continue
            folders += [Path(one.path) for one in reversed(there) if one.is_dir(follow_symlinks=False)]
            yield from (Path(one.path).relative_to(self.root).as_posix() for one in there if one.is_file())

    def tops(self) -> Iterator[str]:
        return (path.name for path in sorted(self.root.iterdir()) if path.is_file())

    def clear(self) -> None:
        for name in self.names():
            if name.rpartition("/")[2].startswith(PART) and (self.age(name) or 0) > ABANDONED:
                self.drop(name)

    @contextmanager
    def sent(self, name: str) -> Iterator[Path]:
        yield self.root / name

    @contextmanager
    def lent(self, name: str) -> Iterator[Path]:
        yield self.root / name

    def problem(self) -> str | None:
        return None if self.root.is_dir() else f"没有{self.root}这个目录"


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
