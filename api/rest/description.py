"""What Litestar cannot see of a handler, said beside it for the OpenAPI document.

A handler says `@post(path, **describe("Act", errors=(400, 409), creates=True, changes=True))`: the body's schema by name,
the statuses it may answer besides success, whether it takes an Idempotency-Key and an If-Match, and whether
whoever does not handle the file gives an X-Reason (`looks`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Description:
    """What Litestar cannot see of a handler."""

    body: str | None
    errors: tuple[int, ...]
    creates: bool
    changes: bool
    returns: str | None
    query: type[BaseModel] | None
    looks: bool


def describe(
    body: str | None = None,
    *,
    errors: tuple[int, ...] = (),
    creates: bool = False,
    changes: bool = False,
    returns: str | None = None,
    query: type[BaseModel] | None = None,
    looks: bool = False,
) -> dict[str, Any]:
    """Keyword arguments for a handler's decorator. `returns`: a component's name, or the media types of bytes, after commas."""
    return {"opt": {"api": Description(body, errors, creates, changes, returns, query, looks)}}
