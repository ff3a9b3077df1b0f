"""Answers that several handlers give: a file to keep, an answer that is stored."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any
from urllib.parse import quote

from litestar import Response
from litestar.background_tasks import BackgroundTask
from litestar.response import Stream

from db import store


def file_answer(data: bytes | Iterator[bytes], media_type: str, name: str) -> Response[Any]:
    """A file to keep, under its Chinese name; never cached.

    What its bytes come from is closed with the answer, also when the reader goes away in the middle.
    """
    headers = {"Cache-Control": "no-store", "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    if isinstance(data, bytes):
        return Response(data, media_type=media_type, headers=headers)
    close = BackgroundTask(data.close) if isinstance(data, Generator) else None
    return Stream(data, media_type=media_type, headers=headers, background=close)


def stored_answer(answer: store.Answer) -> Response[bytes]:
    """The answer that is stored with what it tells of, given again to whoever repeats the submission."""
    return Response(
        answer.body, status_code=answer.status, headers=answer.headers, media_type="application/json; charset=utf-8"
    )
