"""限次: what people may do without signing in, and how often; counted in the database, so that all workers count together.

A client is an address (of IPv6, its /64), kept as a keyed digest. Whoever was refused is remembered here until he may come
again, so that a flood of refusals writes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from sqlmodel import Session

from api.office.problems import Problem
from db import allowances
from db.engine import Database

MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Limit:
    """How much of something in one window: for one client, and for all together."""

    what: str
    each: int
    all: int
    window: timedelta


STEP = Limit("step", 60, 1200, timedelta(minutes=1))
"""Steps on a form that is open to all."""
AUTOSAVED = Limit("autosaved", 60, 3000, timedelta(minutes=1))
"""Savings of a form that is open to all, while it is typed."""
SENT = Limit("sent", 20, 500, timedelta(hours=1))
"""Requests sent."""
TOLD = Limit("told", 60, 300, timedelta(hours=1))
"""Opinions and difficulties left at the counters of halls; many people come to one terminal."""
ASKED = Limit("asked", 20, 600, timedelta(minutes=1))
"""Questions after what became of one."""
CHECKED = Limit("checked", 20, 600, timedelta(minutes=1))
"""Letters shown to be checked."""
UPLOADED = Limit("uploaded", 200 * 1024, 1024 * 1024, timedelta(hours=1))
"""KiB of files that came with forms not yet sent."""

EVERYBODY = 100
"""Failures of one user name from browsers that never signed in with it, in fifteen minutes, whatever their addresses."""


class Allowances:
    """The limits of one office."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database, self._key = database, key
        self._refused: OrderedDict[tuple[str, str], datetime] = OrderedDict()
        self._lock = Lock()

    def digest(self, kind: str, text: str) -> str:
        """A name or a client as it is counted: nothing of it can be read back without the key."""
        return hmac.new(self._key, f"{kind}\0{text}".encode(), hashlib.sha256).hexdigest()

    def client(self, address: str) -> str:
        """Who comes from this address."""
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return self.digest("client", address)
        if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
            return self.digest("client", str(ipaddress.ip_network((found, 64), strict=False)))
        return self.digest("client", str(getattr(found, "ipv4_mapped", None) or found))

    def take(self, limit: Limit, who: str, now: datetime, amount: int = 1) -> None:
        """Count `amount` for this client and for all together. Raises Problem 429 with the seconds to wait."""
        for one in (who, ""):
            if timedelta(0) < (left := self._remembered(limit.what, one, now) - now) <= limit.window:
                raise _come_again(left)

        def work(session: Session) -> tuple[str, timedelta] | None:
            for one, most in ((who, limit.each), ("", limit.all)):
                wait = allowances.take(session, limit.what, who=one, most=most, window=limit.window, now=now, amount=amount)
                if wait is not None:
                    return one, wait
            return None

        if (refused := self._database.write(work)) is not None:
            one, wait = refused
            self._remember(limit.what, one, now + wait)
            raise _come_again(wait)

    def _remembered(self, what: str, who: str, now: datetime) -> datetime:
        with self._lock:
            return self._refused.get((what, who), now)

    def _remember(self, what: str, who: str, until: datetime) -> None:
        with self._lock:
            self._refused[(what, who)] = until
            self._refused.move_to_end((what, who))
            while len(self._refused) > MOST_REMEMBERED:
                self._refused.popitem(last=False)


def _come_again(wait: timedelta) -> Problem:
    return Problem(429, "请求太多，请过几分钟再试。", headers={"Retry-After": str(int(wait.total_seconds()) + 1)})
