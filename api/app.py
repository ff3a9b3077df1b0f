"""The composition root: settings in, a running application out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from litestar import Litestar
from litestar.config.allowed_hosts import AllowedHostsConfig
from litestar.datastructures import MutableScopeHeaders
from litestar.static_files import create_static_files_router
from litestar.types import Message, Scope

from api.auth import guard
from api.log import Application
from api.office import Office
from api.pages import PAGES
from api.pages.errors import HANDLERS
from api.routes import MOST_JSON, ROUTES
from api.settings import Settings
from api.sources import Sources
from db import store
from db.engine import Database
from db.files import LocalFiles
from letters.render import Renderer

STATIC = Path(__file__).parent / "static"


def open_office(settings: Settings, clock: Callable[[], datetime] | None = None) -> Office:
    """Everything the program works with, from its settings; the schema is brought up to date first.

    Raises BadRules when the rules or the letterheads are at fault: nothing is served on a law that cannot be read.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    for chosen, own in ((settings.rules_dir, settings.own_rules), (settings.agencies_dir, settings.own_agencies)):
        if chosen is None:  # a folder that the office names must be there already
            own.mkdir(exist_ok=True)
    sources = Sources(settings.own_rules, settings.own_agencies)
    database = Database(settings.database_url)
    database.migrate()
    return Office(
        database=database,
        files=LocalFiles(settings.data_dir / "files"),
        sources=sources,
        renderer=Renderer(workers=settings.letter_workers, agencies_dir=settings.own_agencies),
        keys=store.Keys.load(settings.data_dir / "secrets"),
        clock=clock or (lambda: datetime.now(UTC)),
    )


def create_app(settings: Settings, clock: Callable[[], datetime] | None = None, office: Office | None = None) -> Litestar:
    """The application; `clock` and `office` may be given (tests place whole cases on their own days)."""
    at_work = office or open_office(settings, clock)

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        at_work.finish_all()  # letters whose rendering was interrupted get their PDFs, with the numbers they have
        yield
        if office is None:
            at_work.close()

    app = Application(
        route_handlers=[
            *ROUTES,
            *PAGES,
            create_static_files_router(path="/static", directories=[STATIC], name="static", opt={"access": ("GET", "/static/{file_path}")}),
        ],
        guards=[guard],
        exception_handlers=HANDLERS,
        lifespan=[lifespan],
        before_send=[_headers],
        openapi_config=None,  # ours is /api/openapi.json
        request_max_body_size=MOST_JSON,
        allowed_hosts=AllowedHostsConfig(allowed_hosts=settings.allowed_hosts.split(",")),
        debug=False,
        logging_config=None,  # api.log configures it, when the program is served
    )
    app.state.office = at_work
    app.state.settings = settings
    return app


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
        if "officer" in scope["state"]:
            headers.setdefault("Cache-Control", "no-store")

