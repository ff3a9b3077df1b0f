"""The rules and letterheads in force: read at the start, and again as soon as a file of the office's own has changed.

Every worker looks for itself, at each use, so that a notice or a letterhead put in force by one of them is in force with
all. A file that cannot be read changes nothing: what was in force stays in force, and the log and 管理 say why.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TypeVar

from api.office.log import log
from letters.agencies import WORDING, Agency, load_agencies
from workflow.law import BadRules, Rules, load_rules

_LOOK_EVERY = 1.0
"""Seconds between two looks at every file; a file put in place by `put` shows at once, by the folder's own time."""

SUFFIX = ".txt"
T = TypeVar("T")
Signature = tuple[tuple[str, int, int], ...]


class Sources:
    """RULES_DIR and AGENCIES_DIR of this installation, and what they say now."""

    def __init__(
        self, rules_dir: Path, agencies_dir: Path, clock: Callable[[], float] = time.monotonic, *, samples: bool = False
    ) -> None:
        """With `samples` the sample office lies below the office's own letterheads.

        Raises BadRules: nothing is served on a law that cannot be read.
        """
        self.rules_dir, self.agencies_dir, self.samples = rules_dir, agencies_dir, samples
        self._folders_of_mine = (rules_dir, rules_dir / "calendar", agencies_dir, agencies_dir / WORDING)
        self.problem: BadRules | None = None
        """Why a changed file is not in force."""
        self.changed: Callable[[str, bool], None] = lambda _files, _good: None
        """Told which files have changed, and whether they are in force; it must not wait for the database."""
        self._clock, self._lock = clock, Lock()
        self._looked, self._folders, self._files = clock(), self._times(), self._signature()
        self._rules: Rules = load_rules(rules_dir)
        self._agencies: Mapping[str, Agency] = load_agencies(agencies_dir, samples=samples)

    @property
    def rules(self) -> Rules:
        """The law in force, with the office's own values."""
        self._look()
        return self._rules

    @property
    def agencies(self) -> Mapping[str, Agency]:
        """The agencies by their codes, with the office's own letterheads."""
        self._look()
        return self._agencies

    @property
    def folders(self) -> dict[str, Path]:
        """The office's own folders, by the names they have in a backup."""
        return {"rules": self.rules_dir, "agencies": self.agencies_dir}

    def _times(self) -> tuple[int, ...]:
        return tuple(map(_time_of, self._folders_of_mine))

    def _signature(self) -> Signature:
        found = []
        for folder in self._folders_of_mine:
            for path in sorted([*folder.glob("*.yaml"), *_worded(folder)]):
                with suppress(FileNotFoundError):  # taken away at this very moment
                    known = path.stat()
                    found.append((str(path), known.st_mtime_ns, known.st_size))
        return tuple(found)

    def _look(self) -> None:
        now = self._clock()
        folders = self._times()
        if folders == self._folders and now - self._looked < _LOOK_EVERY:
            return
        with self._lock:
            files = self._signature()
            self._looked, self._folders = now, folders
            if files == self._files:
                return
            names = "、".join(sorted({Path(path).name for path, *_ in set(files) ^ set(self._files)}))
            self._files = files
            try:
                rules, agencies = load_rules(self.rules_dir), load_agencies(self.agencies_dir, samples=self.samples)
            except BadRules as error:
                self.problem = error
                log.error("a changed file is not in force", file=Path(error.file).name, line=error.line)
                self.changed(names, False)
                return
            self._rules, self._agencies, self.problem = rules, agencies, None
            self.changed(names, True)

    def reload(self) -> None:
        """Read all of it again, also what no file's time tells of (a seal)."""
        with self._lock:
            self._files, self._looked = (("全部", 0, 0),), float("-inf")
        self._look()

    def add_samples(self) -> None:
        """Put the letterheads of the sample office in force, below the office's own. Raises BadRules."""
        with self._lock:
            self._agencies, self.samples = load_agencies(self.agencies_dir, samples=True), True

    # ------------------------------------------------------------------ changing them

    def try_rules(self, name: str, text: str) -> Rules:
        """The rules as they would be with the file `name` (calendar/2027.yaml) saying `text`. Raises BadRules."""
        with tempfile.TemporaryDirectory() as folder:
            trial = Path(folder)
            _copy(self.rules_dir, trial)
            _copy(self.rules_dir / "calendar", trial / "calendar")
            (trial / name).write_text(text, encoding="utf-8")
            return _in_words(lambda: load_rules(trial), name)

    def try_agency(self, code: str, text: str, seal: tuple[str, bytes] | None) -> Agency:
        """The agency as its letterhead file would make it. Raises BadRules."""
        with tempfile.TemporaryDirectory() as folder:
            trial = Path(folder)
            _copy(self.agencies_dir, trial)
            self._copy_wording(trial)
            if seal is not None:
                (trial / seal[0]).write_bytes(seal[1])
            (trial / f"{code}.yaml").write_text(text, encoding="utf-8")
            return _in_words(lambda: load_agencies(trial, samples=self.samples), f"{code}.yaml")[code]

    def try_wording(self, name: str, text: str) -> Mapping[str, Agency]:
        """The agencies as they would be with the office's own wording of `name` (extension_notice); without text, with the program's.

        Raises BadRules.
        """
        with tempfile.TemporaryDirectory() as folder:
            trial = Path(folder)
            _copy(self.agencies_dir, trial)
            self._copy_wording(trial)
            path = trial / WORDING / f"{name}{SUFFIX}"
            path.parent.mkdir(parents=True, exist_ok=True)
            if text.strip():
                path.write_text(text, encoding="utf-8")
            else:
                path.unlink(missing_ok=True)
            return _in_words(lambda: load_agencies(trial, samples=self.samples), path.name)

    def _copy_wording(self, trial: Path) -> None:
        for path in _worded(self.agencies_dir):
            copy = trial / path.relative_to(self.agencies_dir)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())

    def remove(self, path: Path) -> None:
        """Take a file of the office's own out of force."""
        path.unlink(missing_ok=True)
        self._looked = float("-inf")

    def put(self, path: Path, data: bytes) -> None:
        """Put a file in force: written whole, then renamed into its place."""
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        self._looked = float("-inf")  # here at once, also where the folder's time is coarse


def _time_of(folder: Path) -> int:
    try:
        return os.stat(folder).st_mtime_ns  # noqa: PTH116 - asked for at each use, and a third of the cost
    except FileNotFoundError:
        return 0


def _worded(folder: Path) -> list[Path]:
    """The files of the office's own wording."""
    return sorted((folder / WORDING).rglob(f"*{SUFFIX}")) if (folder / WORDING).is_dir() else []


def _copy(folder: Path, to: Path) -> None:
    to.mkdir(exist_ok=True)
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_file():
            (to / path.name).write_bytes(path.read_bytes())


def _in_words(load: Callable[[], T], name: str) -> T:
    """The answer of `load`; a fault names the file as the office knows it, not the copy that was tried."""
    try:
        return load()
    except BadRules as error:
        raise BadRules(name, error.line, error.key, error.reason) from None
