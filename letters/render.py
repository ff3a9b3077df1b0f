"""Letters as PDF, made by a small pool of worker processes that live long: the web process never loads WeasyPrint.

A worker that crashes or takes too long is replaced, and its letter is refused with a sentence.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

from letters.compare import Paragraph
from letters.contexts import PRINTED
from letters.contexts.parts import Context
from letters.errors import Interrupted, LetterError
from letters.filled import Cut
from letters.fontset import missing_libraries
from letters.html import Dress
from letters.marks import Line, Mark, Outline, Searched, Written
from workflow.personal import Veil

__all__ = ["OFD", "Interrupted", "LetterError", "Renderer", "missing_libraries", "render_here"]

TIME_LIMIT = 60.0
"""Seconds for one letter; a usual one takes 0.1."""
DOCUMENT, DOCUMENT_LIMIT = "页面图像", 30.0
"""Documents that came from anywhere: seconds for one page."""
READ_LIMIT = 90.0
"""Seconds to read the words of one page from its picture; a usual one takes 2 to 15."""
COPY_LIMIT = 240.0
"""Seconds for all pages of a copy."""
TOO_HARD = "这份文件太大或者构造异常，请重新扫描、另存为PDF以后再存入。"
OFD = "application/ofd"
"""Media type of a letter in fixed layout by GB/T 33190."""
MOST_PICTURES = 20
"""Pages of one letter that are shown as pictures; a longer one is read as PDF."""

_ROOT = Path(__file__).resolve().parent.parent
_ENVIRONMENT: Mapping[str, str] = {
    # Large blocks come from the heap and stay there: 15% faster, measured.
    "MALLOC_MMAP_THRESHOLD_": "268435456",
    "MALLOC_TRIM_THRESHOLD_": "536870912",
    # Sets iterate in the same order in every worker: the same facts give the same bytes.
    "PYTHONHASHSEED": "0",
}


class _Worker:
    """One process (spawned afresh, no fork) that answers one letter at a time."""

    def __init__(self, agencies_dir: Path | None) -> None:
        here, there = Pipe()
        self.connection: Connection[Any, Any] = here
        environment = {**os.environ, **_ENVIRONMENT}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
        if agencies_dir is not None:
            environment["AGENCIES_DIR"] = str(agencies_dir)
        with there:
            self.process = subprocess.Popen(  # noqa: S603  # this very interpreter, with nothing from outside
                [sys.executable, "-m", "letters.worker", str(there.fileno())],
                env=environment,
                pass_fds=[there.fileno()],
                stdin=subprocess.DEVNULL,
            )

    def stop(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.wait()


@dataclass(slots=True, eq=False)
class _Place:
    """In the line before the workers."""

    hurry: threading.Event | None
    """None: somebody waits for what is to be made; else it is set as soon as somebody does."""
    worker: _Worker | None = None
    """Whose turn it is to work for him, once it has come; None: one that is to be started."""
    come: threading.Event = field(default_factory=threading.Event)

    @property
    def is_awaited(self) -> bool:
        return self.hurry is None or self.hurry.is_set()


class Renderer:
    """The pool. Safe to use from several threads; `workers` letters are made at the same time.

    What somebody waits for comes before what is made ahead for nobody in particular.
    """

    def __init__(self, workers: int = 2, time_limit: float = TIME_LIMIT, agencies_dir: Path | None = None) -> None:
        self._time_limit = time_limit
        self._agencies_dir = agencies_dir
        self._idle: list[_Worker | None] = [None] * workers  # None: a worker to be started when it is needed
        self._line: list[_Place] = []
        self._busy: set[_Worker] = set()
        self._lock = threading.Lock()
        self._closed = False
        self._size = workers

    def render(
        self, kind: str, context: Context | Mapping[str, Any], preview: bool = False, dress: Dress = "full",
        hurry: threading.Event | None = None,
    ) -> bytes:  # fmt: skip
        """The PDF of a letter, from its context or the JSON of it; raises LetterError.

        With `hurry` nobody waits for it until that is set: others go first.
        """
        facts = context.to_json() if isinstance(context, Context) else dict(context)
        return bytes(self._ask("letter", _title(kind), kind, facts, preview, dress, hurry=hurry))

    def bind(self, papers: Sequence[bytes]) -> bytes:
        """One PDF of several, each beginning on a right page, to be printed on both sides; raises LetterError."""
        return bytes(self._ask("bind", "合并打印", list(papers)))

    def ofd(self, pdf: bytes, kind: str, context: Context) -> bytes:
        """The OFD of a letter, from its PDF; raises LetterError."""
        return bytes(self._ask("ofd", "OFD", pdf, kind, context.to_json()))

    def against(self, kind: str, context: Context, data: bytes, media_type: str) -> list[Paragraph]:
        """What a file that came back (.docx, PDF) says otherwise than the letter as issued; raises LetterError."""
        found: list[Paragraph] = self._ask("against", "比较的结果", kind, context.to_json(), data, media_type)
        return found

    def pages(self, pdf: bytes, dpi: int = 96, most: int = MOST_PICTURES) -> list[bytes]:
        """Pictures (PNG) of the first `most` pages of a letter, as the file itself shows them; raises LetterError."""
        pictures: list[bytes] = self._ask("pictures", "页面图像", pdf, dpi, most)
        return pictures

    def written(self, pdf: bytes, most: int = MOST_PICTURES) -> list[list[Written]]:
        """What stands on the first `most` pages of a letter, line by line; raises LetterError."""
        lines: list[list[Written]] = self._ask("written", "页面图像", pdf, most)
        return lines

    def count(self, data: bytes, media_type: str = "application/pdf") -> int | None:
        """How many pages a PDF or a picture has; None for what has no pages. Raises LetterError."""
        found: int | None = self._ask("count", "页数", data, media_type)
        return found

    def outline(self, data: bytes, media_type: str) -> Outline:
        """The pages of a document of the file, and what lies in it that no page shows; raises LetterError."""
        found: Outline = self._ask("outline", DOCUMENT, data, media_type, limit=DOCUMENT_LIMIT)
        return found

    def sheet(self, data: bytes, media_type: str, n: int, dpi: int = 100) -> tuple[str, bytes]:
        """One page of such a document, counted from 0, as a picture: media type and bytes; raises LetterError."""
        picture: tuple[str, bytes] = self._ask("sheet", DOCUMENT, data, media_type, n, dpi, limit=DOCUMENT_LIMIT)
        return picture

    def proposals(self, data: bytes, media_type: str, veil: Veil) -> Searched:
        """What in the text of such a document might have to be covered; raises LetterError."""
        found: Searched = self._ask("proposals", DOCUMENT, data, media_type, veil, limit=DOCUMENT_LIMIT)
        return found

    def read(self, data: bytes, media_type: str, n: int) -> tuple[Line, ...]:
        """The lines of one page of such a document, counted from 0, read from its picture; raises LetterError.

        The worker ends with it: what reads takes up to 1.3 GB, which no letter needs.
        """
        found: tuple[Line, ...] = self._ask("read", DOCUMENT, data, media_type, n, limit=READ_LIMIT, spent=True)
        return found

    def filled(self, data: bytes, media_type: str, n: int) -> tuple[Cut, ...]:
        """What one page of such a document, counted from 0, says of a request; raises LetterError. The worker ends with it, as with `read`."""
        found: tuple[Cut, ...] = self._ask("filled", DOCUMENT, data, media_type, n, limit=READ_LIMIT, spent=True)
        return found

    def redacted(self, data: bytes, media_type: str, marks: Sequence[Mark]) -> bytes:
        """The redacted copy (遮盖件) of such a document: a PDF of pictures with the marks in black; raises LetterError."""
        return bytes(self._ask("redacted", DOCUMENT, data, media_type, tuple(marks), limit=COPY_LIMIT))

    def report(self, kind: str, facts: Mapping[str, Any]) -> bytes:
        """The PDF of a report (`letters.reports`), from its facts; raises LetterError."""
        return bytes(self._ask("report", "报告", kind, dict(facts)))

    def _ask(
        self, task: str, title: str, *arguments: Any, limit: float | None = None, spent: bool = False, hurry: threading.Event | None = None
    ) -> Any:
        worker = self._take(hurry)
        healthy = False
        try:
            worker.connection.send((task, arguments))
            limit = limit or self._time_limit
            if not worker.connection.poll(limit):
                raise Interrupted(f"{title}没有生成：超过{limit:g}秒。" + (TOO_HARD if title == DOCUMENT else "请缩短内容，或者改作附件。"))
            made, answer = worker.connection.recv()
            healthy = not spent
        except (EOFError, OSError):
            why = TOO_HARD if title == DOCUMENT else "请再试一次；仍然不行的，请联系管理员。"
            raise Interrupted(f"{title}没有生成：生成文书的进程中断了。{why}") from None
        finally:
            self._give_back(worker, healthy)
        if not made:
            raise (LetterError if made is False else Interrupted)(str(answer))
        return answer

    def warm_up(self) -> None:
        """Start the workers now, not with the first letter."""
        for worker in [self._take() for _ in range(self._size)]:
            self._give_back(worker, healthy=True)

    def close(self) -> None:
        """End the workers; letters being made are given up."""
        with self._lock:
            self._closed = True
            busy = list(self._busy)
            waiting, self._line[:] = [*self._line], []
            idle, self._idle[:] = [*self._idle], []
        for place in waiting:
            place.come.set()  # he is told that the pool is closed
        for worker in (*busy, *filter(None, idle)):
            worker.stop()

    def __enter__(self) -> Renderer:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _take(self, hurry: threading.Event | None = None) -> _Worker:
        """A worker, in one's turn. One that has died is replaced."""
        place = _Place(hurry)
        with self._lock:
            if self._idle:
                place.worker = self._idle.pop()
                place.come.set()
            elif not self._closed:
                self._line.append(place)
        if not self._closed:
            place.come.wait()
        with self._lock:
            worker = place.worker
            if self._closed:
                if worker is not None:
                    worker.stop()
                raise Interrupted("文书没有生成：系统正在停止。请稍后再试。")
            if worker is None or worker.process.poll() is not None:
                if worker is not None:
                    worker.stop()
                try:
                    worker = _Worker(self._agencies_dir)
                except OSError:
                    self._pass_on(None)
                    raise
            self._busy.add(worker)
        return worker

    def _give_back(self, worker: _Worker, healthy: bool) -> None:
        with self._lock:
            self._busy.discard(worker)
            if healthy and not self._closed:
                self._pass_on(worker)
                return
            with suppress(OSError):
                worker.stop()
            self._pass_on(None)

    def _pass_on(self, worker: _Worker | None) -> None:
        """To the first of those who are waited for, else to the first in the line, else nobody."""
        if not self._line:
            self._idle.append(worker)
            return
        place = next((one for one in self._line if one.is_awaited), self._line[0])
        self._line.remove(place)
        place.worker = worker
        place.come.set()


def _title(kind: str) -> str:
    if kind not in PRINTED:
        raise LetterError(f"没有“{kind}”这一种文书。")
    return PRINTED[kind].title


def render_here(kind: str, context: Context | Mapping[str, Any], preview: bool = False) -> bytes:
    """The PDF of a letter, made in this process (tests, one-off tools)."""
    from letters.worker import make

    return make(kind, context.to_json() if isinstance(context, Context) else context, preview)
