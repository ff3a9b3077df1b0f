"""The program's own log: JSON lines on the error output. No personal data, bodies, query strings, secrets.

An error is told by its kind and place, never by its words, which may repeat a value.
"""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

log = structlog.get_logger("gongkai")
_TRUSTED = ("uvicorn", "alembic", "gongkai")
"""Loggers whose patterns hold no values; of the others' lines only the place is told."""


def _without_words(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """An error's kind and place instead of its text."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"], event["where"] = type(error).__name__, where(error)
    record = event.get("_record")
    if record is not None:  # a library's line: its pattern, without what it would put in
        known = record.name.split(".")[0] in _TRUSTED
        event["event"] = str(record.msg) if known else f"{record.name}, line {record.lineno}"
        record.exc_info = record.exc_text = None
    return event


def where(error: BaseException) -> list[str]:
    """The places an error passed through, outermost first, as file:line function."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename.rsplit('site-packages/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]


_CHAIN: list[Processor] = [structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True), _without_words]
structlog.configure(
    processors=[structlog.stdlib.filter_by_level, *_CHAIN, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)


def configure() -> None:
    """Write JSON lines: what the libraries warn of, what the program tells, and its requests."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_CHAIN,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.getLogger().handlers[:] = [handler]
    logging.getLogger().setLevel(logging.WARNING)
    logging.getLogger("gongkai").setLevel(logging.INFO)
