"""An office opened from its settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from api.office.office import Office
from api.office.sources import Sources
from api.settings import Settings
from db import people, store
from db.engine import Database
from db.files import LocalFiles
from letters.agencies import sample_codes
from letters.render import Renderer


def open_office(settings: Settings, clock: Callable[[], datetime] | None = None) -> Office:
    """Everything the program works with, from its settings; the schema is brought up to date first.

    Raises BadRules when the rules or the letterheads are at fault: nothing is served on a law that cannot be read.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    for chosen, own in ((settings.rules_dir, settings.own_rules), (settings.agencies_dir, settings.own_agencies)):
        if chosen is None:  # a folder that the office names must be there already
            own.mkdir(exist_ok=True)
    database = Database(settings.database_url)
    try:
        database.migrate()
        sources = Sources(settings.own_rules, settings.own_agencies, samples=_has_samples(database))
    except BaseException:
        database.close()
        raise
    keys = store.Keys.load(settings.data_dir / "secrets")
    _renew_keys(database, keys)
    return Office(
        database=database,
        files=LocalFiles(settings.data_dir / "files"),
        sources=sources,
        renderer=Renderer(workers=settings.letter_workers, agencies_dir=settings.own_agencies),
        keys=keys,
        clock=clock or (lambda: datetime.now(UTC)),
    )


def _has_samples(database: Database) -> bool:
    """Whether `gongkai demo` has run here: nowhere else are the agencies of the sample office known."""
    with database.read() as session:
        return people.is_sample_office(session, sample_codes())


def _renew_keys(database: Database, keys: store.Keys) -> None:
    """After an upgrade: the keys by which people are found, in small transactions, so that others may go on working."""
    reached: str | None = ""
    while reached is not None:
        reached = database.write(partial(store.renew_keys, keys=keys, after=reached))
