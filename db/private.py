"""What the program keeps is readable by its owner alone: made so, and mended where it is not.

Only what is the program's own is touched: a data folder may lie in a place that others use too.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

OTHERS = 0o077
"""The rights of everybody but the owner; also the umask under which every command runs."""
FOLDER, FILE = 0o700, 0o600
OURS = frozenset({"files", "secrets", "rules", "agencies", "exports"})
"""The folders in the data folder."""
DATABASE = "gongkai.db"
_BESIDE = ("", "-wal", "-shm", "-journal", "-writing", "-serving")
"""What SQLite keeps beside a database, and the locks of who writes and who serves."""


def opener(path: str, flags: int) -> int:
    """For `open(path, "wb", opener=opener)`: a new file that its owner alone may read."""
    return os.open(path, flags, FILE)


def database_files(path: Path) -> list[Path]:
    """A SQLite database with what lies beside it."""
    return [path.with_name(path.name + end) for end in _BESIDE]


def in_folder(folder: Path) -> list[Path]:
    """What of the data folder is the program's own; the folder too, where there is nothing else in it."""
    known = OURS | {path.name for path in database_files(folder / DATABASE)}
    with suppress(OSError):
        there = {path.name for path in folder.iterdir()}
        return [*([folder] if there <= known else []), *(folder / name for name in sorted(there & known))]
    return []


def open_to_others(paths: Iterable[Path], *, deep: bool = False) -> Iterator[Path]:
    """What of these others than the owner may read, write or enter, and all that lies in it.

    A folder that is closed is not looked into, unless `deep`: nobody else gets at what is in it. Links are not followed.
    """
    for path in paths:
        try:
            mode = path.lstat().st_mode
        except OSError:
            continue
        is_open = bool(mode & OTHERS)
        if is_open and (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            yield path
        if stat.S_ISDIR(mode) and (is_open or deep):
            with suppress(OSError):
                yield from open_to_others(path.iterdir(), deep=deep)


def close(paths: Iterable[Path], *, deep: bool = False) -> tuple[list[Path], list[Path]]:
    """Take the rights of everybody but the owner away; what was closed, and what could not be (it is somebody else's)."""
    closed, failed = [], []
    for path in list(open_to_others(paths, deep=deep)):
        try:
            path.chmod(FOLDER if path.is_dir() else FILE)
            closed.append(path)
        except FileNotFoundError:
            continue
        except OSError:
            failed.append(path)
    return closed, failed


def flush(folder: Path) -> None:
    """Have the names in a folder outlast a failure of the machine."""
    listing = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(listing)
    finally:
        os.close(listing)
