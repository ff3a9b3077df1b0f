"""Letters and attachments of a series of backups, each kept once beside them: by the digest of its sealed bytes.

Under a passphrase each is locked by it as the backups are (AES-256-GCM, scrypt); the salt lies there too, and in each backup.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from db.locked import SALT, key_of
from db.stores import Store

WITHIN = "files"
_SALT = f"{WITHIN}/salt"
_NONCE = 12
_DIGEST = re.compile("[0-9a-f]{64}")


class Lost(Exception):
    """A file is not there, or is not what was kept; as the store calls it."""


class Beside:
    """The files in a place of backups that this passphrase opens; without one, those that have no lock."""

    def __init__(self, place: Store, passphrase: str = "", salt: str = "") -> None:
        """Without a `salt`, that of the place, which is made where there is none."""
        self._place, self._cipher, self.salt, self._at = place, None, "", f"{WITHIN}/open"
        if passphrase:
            self.salt = salt or _salt_of(place)
            key = key_of(passphrase, bytes.fromhex(self.salt))
            self._cipher, self._at = AESGCM(key), f"{WITHIN}/{hashlib.sha256(b'beside' + key).hexdigest()[:16]}"

    def name(self, digest: str) -> str:
        """How the store calls it. Raises ValueError: that is no digest."""
        if not _DIGEST.fullmatch(digest):
            raise ValueError("no digest")
        return f"{self._at}/{digest[:2]}/{digest}"

    def digests(self) -> Iterator[str]:
        """What is there."""
        return (one for name in self._place.names(self._at) if _DIGEST.fullmatch(one := name.rpartition("/")[2]))

    def add(self, digest: str, data: bytes) -> bool:
        """Keep a file, unless it is there; whether it was new."""
        nonce = os.urandom(_NONCE)
        return self._place.create(self.name(digest), data if self._cipher is None else nonce + self._cipher.encrypt(nonce, data, digest.encode()))

    def read(self, digest: str) -> bytes:
        """A file, compared with its digest. Raises Lost."""
        name = self.name(digest)
        try:
            data = self._place.read(name)
            if self._cipher is not None:
                data = self._cipher.decrypt(data[:_NONCE], data[_NONCE:], digest.encode())
        except (FileNotFoundError, InvalidTag, ValueError):
            raise Lost(name) from None
        if hashlib.sha256(data).hexdigest() != digest:
            raise Lost(name)
        return data


def _salt_of(place: Store) -> str:
    place.create(_SALT, os.urandom(SALT).hex().encode())
    return place.read(_SALT).decode()


def left_over(place: Store, named: set[str]) -> Iterator[str]:
    """What lies beside the backups and none of them names."""
    return (name for name in place.names(WITHIN) if name != _SALT and name not in named)
