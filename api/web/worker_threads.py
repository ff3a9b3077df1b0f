"""Handlers that wait for the database run in worker threads, so that the event loop never waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import ParamSpec, TypeVar

from anyio import to_thread

P = ParamSpec("P")
T = TypeVar("T")


def threaded(handler: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    """An async handler that runs `handler` in a thread.

    Litestar's own `sync_to_thread` wraps a handler again each time it is registered, and a handler is registered again
    when its path gains a second method: the second wrapping is never awaited.
    """

    @wraps(handler)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        return await to_thread.run_sync(partial(handler, *args, **kwargs))

    return run
