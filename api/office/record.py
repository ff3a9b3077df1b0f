"""日志 for whoever works through a door: one entry with the id of the request, in a transaction of its own."""

from __future__ import annotations

import getpass
import os
from datetime import datetime

from db import people
from db.engine import Database
from workflow.acts import Officer


def record(
    database: Database, now: datetime, what: str, officer: Officer | None = None, object: str | None = None, reason: str | None = None
) -> None:
    """Write an entry of the log; it names no person but the officer."""
    database.write(lambda s: people.log(s, now, what, officer=officer, object=object, reason=reason), brief=True)


def by_command(reason: str = "") -> str:
    """Who did something on the command line: nobody signs in there, but the system knows its user."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        user = str(os.getuid())
    return f"{reason}（命令行，系统用户{user[:40]}）"
