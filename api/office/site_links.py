"""Signed links to the public form from the county's own website: by them the office knows that an application came through its site.

Nothing of a link is kept until an application is sent. Until then a mark stands in the form and in what is kept of it: it is signed
for this browser's session, this unit and this form, so that nobody can write one, or carry it to another form.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

LONGEST_AHEAD = timedelta(hours=24)
PARTS = ("unit", "until", "nonce", "sign")
_SHAPES: Mapping[str, str] = {"unit": r"[A-Za-z0-9_.-]{1,40}", "until": r"[0-9]{1,12}", "nonce": r"[A-Za-z0-9_-]{16,64}", "sign": r"[0-9A-Fa-f]{64}"}


def _sign(key: str, *said: str) -> str:
    return hmac.new(key.encode(), "\n".join(said).encode(), hashlib.sha256).hexdigest()


def opened(key: str, given: Mapping[str, Sequence[str]], now: datetime) -> tuple[str, str] | None:
    """The unit and the nonce of a link that the site signed and that has not expired; None for every other, and where no key is set."""
    if not key or any(len(given.get(part, ())) != 1 or not re.fullmatch(_SHAPES[part], given[part][0]) for part in PARTS):
        return None
    unit, until, nonce, sign = (given[part][0] for part in PARTS)
    if not hmac.compare_digest(_sign(key, "apply", unit, until, nonce), sign.lower()):
        return None
    return (unit, nonce) if now.timestamp() < int(until) <= (now + LONGEST_AHEAD).timestamp() else None


def mark(key: str, visitor: str, unit: str, draft: str, nonce: str) -> str:
    """What a form carries that was opened by a link."""
    return f"{nonce}.{_sign(key, 'form', visitor, unit, draft, nonce)}"


def nonce_of(key: str, visitor: str, unit: str, draft: str, marked: str) -> str | None:
    """The nonce of the link by which this form was opened; None when it was opened by none."""
    nonce = marked.partition(".")[0]
    known = bool(key) and hmac.compare_digest(mark(key, visitor, unit, draft, nonce).encode(), marked.encode())
    return nonce if known else None
