"""The event loop waits for no database: what asks one runs in a thread, in guards and error pages too."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from api.app import create_app
from api.office.policy import ROUTES
from tests.api.conftest import Desk
from tests.api.test_access import address_of

FILES = {"file": ("说明.txt", b"x")}


@contextmanager
def in_the_loop(engine: Any) -> Iterator[list[str]]:
    """The statements that run where an event loop does, while the block lasts."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return
        said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


def of_tokens(statements: list[str], *, is_sqlite: bool) -> list[str]:
    """What must not be there: on SQLite, a local file, a token is looked up at once."""
    return [one for one in statements if not (is_sqlite and (one == "BEGIN" or "FROM officer JOIN token" in one.replace("\n", "")))]


@pytest.mark.slow
def test_no_call_of_the_api_asks_the_database_in_the_event_loop(desk: Desk) -> None:
    case = desk.register()
    with in_the_loop(desk.office.database.engine) as said:
        for method, path in ROUTES:
            if path.startswith("/api/"):
                for who in (None, "handler@gx-zrzy", "admin"):
                    desk.call(who, method, address_of(path), {} if method == "POST" else None)
        desk.call(None, "GET", "/api/me", Authorization="Bearer wrong")
        desk.call("handler@gx-rsj", "GET", f"/api/cases/{case['id']}")
        desk.call("handler@gx-zrzy", "GET", f"/api/cases/{case['id']}")
        for who in ("handler@gx-zrzy", "handler@gx-rsj"):
            token = {"Authorization": f"Bearer {desk.tokens[who]}"}
            desk.client.post(f"/api/cases/{case['id']}/attachments", headers=token, files=FILES)
    assert of_tokens(said, is_sqlite=desk.office.database.is_sqlite) == []


def test_the_start_asks_in_a_thread(desk: Desk) -> None:
    app = create_app(desk.client.app.state.settings, office=desk.office)

    async def start() -> None:
        async with app.lifespan():
            pass

    # In a thread of its own: a browser test before this one leaves its loop in this one.
    with in_the_loop(desk.office.database.engine) as said, ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, start()).result()
    assert said == []
