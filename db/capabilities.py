"""What a server that speaks PostgreSQL's language can do, and what is said instead to one that cannot.

Nothing is asked of a name: what the server itself says of its version, functions and settings decides (openGauss calls itself 9.2, whatever it
can do). Statements are written for PostgreSQL; only where something is missing each is put into older words on its way to the driver.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache, update_wrapper
from typing import Any

from sqlalchemy import Engine, event

_VECTOR = re.compile(r"array_to_tsvector\(string_to_array\((\w+), ' '\)\)")
_COUNT = "count(*) FILTER (WHERE "
_LOCKS = re.compile(r"\s*SET (LOCAL )?lock_timeout = \d+\s*")


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Each a construct that PostgreSQL has not always had; without it the next older words say the same."""

    trigger_functions: bool = True
    """CREATE TRIGGER ... EXECUTE FUNCTION (11); before, EXECUTE PROCEDURE."""
    array_to_tsvector: bool = True
    """Words as they stand into a tsvector (9.6); before, a text of them is cast: they are letters and digits alone."""
    filtered_counts: bool = True
    """count(*) FILTER (WHERE ...) (9.4); before, count(CASE WHEN ... THEN 1 END)."""
    weaker_locks: bool = True
    """SELECT ... FOR NO KEY UPDATE (9.3); without it FOR UPDATE, for which a few more wait."""
    lock_timeout: bool = True
    """A limit for waiting for locks (9.3); without it statement_timeout ends that wait too, later."""

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(one.name for one in fields(self) if not getattr(self, one.name))


def ask(connection: Any) -> Capabilities:
    """What the server at the other end of a driver's connection can do."""
    version = int(connection.execute("SELECT current_setting('server_version_num')").fetchone()[0])
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM pg_proc WHERE proname = 'array_to_tsvector'), EXISTS (SELECT 1 FROM pg_settings WHERE name = 'lock_timeout')"
    ).fetchone()
    return Capabilities(
        trigger_functions=version >= 110000, array_to_tsvector=row[0], filtered_counts=version >= 90400,
        weaker_locks=version >= 90300, lock_timeout=row[1],
    )  # fmt: skip


def _without_filter(words: str) -> str:
    """Every filtered count as a count of cases; the condition ends with the bracket that closes it."""
    before, found, rest = words.partition(_COUNT)
    if not found:
        return words
    open_, end, quoted = 1, 0, False
    while open_:
        char = rest[end]
        quoted ^= char == "'"
        open_ += 0 if quoted else (char == "(") - (char == ")")
        end += 1
    return f"{before}count(CASE WHEN {rest[: end - 1]} THEN 1 END){_without_filter(rest[end:])}"


_INSTEAD: Mapping[str, Callable[[str], str]] = {
    "trigger_functions": lambda words: words.replace("EXECUTE FUNCTION", "EXECUTE PROCEDURE"),
    "array_to_tsvector": lambda words: _VECTOR.sub(r"CAST(\1 AS tsvector)", words),
    "filtered_counts": _without_filter,
    "weaker_locks": lambda words: words.replace("FOR NO KEY UPDATE", "FOR UPDATE"),
    "lock_timeout": lambda words: "SELECT 1" if _LOCKS.fullmatch(words) else words,
}


@lru_cache(maxsize=2000)
def in_older_words(words: str, missing: tuple[str, ...]) -> str:
    """A statement for a server that lacks these."""
    for one in missing:
        words = _INSTEAD[one](words)
    return words


def speak(engine: Engine, missing: tuple[str, ...]) -> None:
    """Say everything to this server in words that it knows."""

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def _older(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> tuple[str, Any]:
        return in_older_words(statement, missing), parameters


_VERSION = re.compile(r"(\d+)(\d\d)(\d\d)")


def tell_version(engine: Engine) -> None:
    """SQLAlchemy reads the version from a sentence that begins with PostgreSQL; others (openGauss, KingbaseES) say it as a number alone."""
    dialect: Any = engine.dialect
    usual = dialect._get_server_version_info

    def version(connection: Any) -> tuple[int, ...]:
        try:
            return tuple(usual(connection))
        except AssertionError:
            number = connection.exec_driver_sql("SELECT current_setting('server_version_num')").scalar()
            found = _VERSION.fullmatch(str(number))
            return tuple(map(int, found.groups())) if found else (9, 2, 4)

    if not hasattr(usual, "__wrapped__"):
        dialect._get_server_version_info = update_wrapper(version, usual)
