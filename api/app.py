"""The composition root: an office and the doors that lead to it, in one application."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path

from anyio import to_thread
from litestar import Litestar
from litestar.datastructures import MutableScopeHeaders
from litestar.static_files import create_static_files_router
from litestar.types import Message, Scope

from api.office import ledger_imports, reminders, telling
from api.office.catching_up import CatchingUp
from api.office.clock import Watch
from api.office.office import Office
from api.office.opening import checkpoint_at_start, forget, note_settings, open_office
from api.office.upkeep import Upkeep
from api.pages import PAGES
from api.pages.shared.errors import HANDLERS
from api.rest import ROUTES
from api.rest.health import Checking
from api.settings import Settings, load_settings
from api.web.bodies import Rooms
from api.web.guard import STATIC_FILES, guard
from api.web.hashing import Hashing
from api.web.hosts import Hosts
from api.web.meter import Meter
from api.web.request_log import Application
from api.web.requests import MOST_JSON

STATIC = Path(__file__).parent / "pages" / "shared" / "static"


def create_app(
    settings: Settings | None = None, clock: Callable[[], datetime] | None = None, office: Office | None = None
) -> Litestar:
    """The application; without `settings`, with those of the environment. `clock` and `office` may be given (tests place
    whole cases on their own days)."""
    settings = settings or load_settings()
    app = _application()
    app.state.settings = settings
    app.state.office = office or open_office(settings, clock)
    app.state.is_own_office = office is None
    app.state.static = frozenset("/static/" + one.relative_to(STATIC).as_posix() for one in STATIC.rglob("[!.]*") if one.is_file())
    app.state.hashing = Hashing()
    app.state.rooms = Rooms()
    app.state.watch = Watch()
    app.state.checking = Checking()
    app.state.meter = Meter()
    app.state.hosts = Hosts(settings.hosts)
    return app


def _application() -> Application:
    """All the routes, and what is done at every request; it serves what its `state` holds."""
    return Application(
        route_handlers=[
            *ROUTES,
            *PAGES,
            create_static_files_router(path="/static", directories=[STATIC], name="static", opt={"access": STATIC_FILES}),
        ],
        guards=[guard],
        exception_handlers=HANDLERS,
        lifespan=[_lifespan],
        before_send=[_headers],
        openapi_config=None,  # ours is /api/openapi.json
        request_max_body_size=MOST_JSON,
        debug=False,
        logging_config=None,  # `office.log` configures it, when the program is served
    )


@asynccontextmanager
async def _lifespan(app: Litestar) -> AsyncIterator[None]:
    office: Office = app.state.office
    await to_thread.run_sync(note_settings, office, app.state.settings)
    await to_thread.run_sync(forget, office)
    await to_thread.run_sync(checkpoint_at_start, office, app.state.settings)
    await to_thread.run_sync(office.finish_all)  # letters whose rendering was interrupted get their PDFs, with the numbers they have
    with suppress(ValueError, RuntimeError, NotImplementedError):  # in a thread of the tests there are no signals
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, partial(loop.run_in_executor, None, office.sources.reload))
    catching_up = CatchingUp(office)
    await to_thread.run_sync(catching_up.start)
    hourly = reminders.Hourly(office, app.state.settings, reminders.sweep, telling.sweep)
    upkeep = Upkeep(office, partial(ledger_imports.take_up, office), hourly, partial(office.learning.look, office.leases))
    await to_thread.run_sync(ledger_imports.take_up, office)
    upkeep.start()
    yield
    await to_thread.run_sync(upkeep.stop)
    await to_thread.run_sync(catching_up.stop)
    app.state.hashing.close()
    app.state.checking.close()
    if app.state.is_own_office:
        office.close()


_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
}


async def _headers(message: Message, scope: Scope) -> None:
    """What every answer carries, errors too; case content is never kept by a cache."""
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
        kind, *more = headers.get("content-type", "").split("; charset=")
        if len(more) > 1:  # Litestar adds one to every text type, also to one that names its own (a stored .txt does)
            headers["content-type"] = f"{kind}; charset={more[0]}"
        if "officer" in scope["state"]:
            headers.setdefault("Cache-Control", "no-store")
