"""A worker process: `python -m letters.worker FD` does the tasks that come over the connection, until it closes."""

from __future__ import annotations

import gc
import os
import resource
import sys
from collections.abc import Callable, Mapping
from functools import cache
from multiprocessing.connection import Connection
from typing import Any

from letters.compare import Paragraph
from letters.contexts import PRINTED
from letters.engine import Engine
from letters.errors import LetterError
from letters.html import Dress
from letters.ocr import filled, read
from letters.ofd import ofd
from letters.pictures import bind, pages_of, pictures, written
from letters.redaction import proposals, redacted
from letters.returned import returned
from letters.sheets import outline, sheet_picture


@cache
def engine() -> Engine:
    """The one engine of this process."""
    return Engine()


def make(kind: str, facts: Mapping[str, Any], preview: bool, dress: Dress = "full") -> bytes:
    """One letter from the JSON of its context."""
    if kind not in PRINTED:
        raise LetterError(f"没有“{kind}”这一种文书。")
    return engine().pdf(kind, PRINTED[kind].context.from_json(facts), preview=preview, dress=dress)


def report(kind: str, facts: Mapping[str, Any]) -> bytes:
    """One report from its facts."""
    return engine().report(kind, facts)


def fixed_layout(pdf: bytes, kind: str, facts: Mapping[str, Any]) -> bytes:
    """The OFD of a letter, from its PDF and the JSON of its context."""
    if kind not in PRINTED:
        raise LetterError(f"没有“{kind}”这一种文书。")
    return ofd(pdf, kind, PRINTED[kind].context.from_json(facts))


def against(kind: str, facts: Mapping[str, Any], data: bytes, media_type: str) -> list[Paragraph]:
    """A letter that came back, against what was issued: its facts, the file."""
    if kind not in PRINTED:
        raise LetterError(f"没有“{kind}”这一种文书。")
    return returned(kind, PRINTED[kind].context.from_json(facts), data, media_type)


TASKS: Mapping[str, Callable[..., Any]] = {
    "letter": make, "pictures": pictures, "written": written,
    "count": pages_of, "bind": bind, "report": report, "against": against, "ofd": fixed_layout,
    "outline": outline, "sheet": sheet_picture, "proposals": proposals, "read": read, "filled": filled, "redacted": redacted,
}  # fmt: skip


def serve(connection: Connection[Any, Any]) -> None:
    """Answer until the other side is gone: whether it was made (None: for no reason that lies in what was asked), and what, or why not."""
    engine()
    gc.freeze()  # fonts, stylesheet and libraries stay: the collector need not look at them for every letter
    while True:
        try:
            task, arguments = connection.recv()
        except (EOFError, OSError):
            return
        if task in ("read", "filled"):  # its models take more, and the worker ends with it
            _bound(resource.RLIMIT_AS, 3 * MEMORY)
        try:
            answer: tuple[bool | None, Any] = (True, TASKS[task](*arguments))
        except LetterError as error:
            answer = (False, str(error))
        except Exception as error:  # whatever it is, the pool must get an answer, and the worker goes on
            answer = (None, f"文书没有生成：程序出错（{type(error).__name__}）。请联系管理员。")
        connection.send(answer)


MEMORY = 4 << 30
"""Bytes of address space: a usual letter takes a tenth."""
LONGEST, MOST_OPEN = 512 << 20, 256
"""Bytes of a file that it writes, and files that it has open."""


def limit() -> None:
    """What a worker may take of the machine; it leaves no core behind, which would hold what a letter says of people."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, LONGEST), (resource.RLIMIT_NOFILE, MOST_OPEN), (resource.RLIMIT_CORE, 0),
    ):  # fmt: skip
        _bound(what, most)


def _bound(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    limit()
    os.setsid()  # Ctrl-C in the terminal is for the parent, which closes the connection
    with Connection(int(sys.argv[1])) as _connection:
        serve(_connection)
