"""动态验证码 (TOTP, RFC 6238): six digits of HMAC-SHA1 over the number of the half minute, as every authenticator makes them."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote, urlencode

DIGITS, STEP = 6, 30
"""Digits of a code; seconds for which it is shown."""
DRIFT = 1
"""Steps that the clock of a telephone may be before or behind."""
ISSUER = "依申请公开"
"""What an authenticator calls the account's system."""


def new_secret() -> str:
    """160 random bits (RFC 4226, 4), in base32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def step_at(now: datetime) -> int:
    """The number of the half minute."""
    return int(now.timestamp()) // STEP


def code_at(secret: str, step: int) -> str:
    """The code of a step (RFC 4226, 5.3)."""
    mac = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    at = mac[-1] & 15
    return f"{(int.from_bytes(mac[at : at + 4]) & 0x7FFFFFFF) % 10**DIGITS:0{DIGITS}}"


def steps_of(secret: str, code: str, now: datetime) -> Iterator[int]:
    """The steps around now whose code this is: one, as a rule, or none."""
    this = step_at(now)
    for step in range(max(0, this - DRIFT), this + DRIFT + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            yield step


def address(secret: str, username: str) -> str:
    """What the QR code says (otpauth, as Google Authenticator has made it usual)."""
    label = quote(f"{ISSUER}:{username}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': ISSUER}, quote_via=quote)}"
