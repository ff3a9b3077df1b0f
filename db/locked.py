"""A backup under a passphrase: AES-256-GCM in pieces, its key by scrypt; written as it comes, read at any place.

The file begins with a mark, the salt and a random prefix; each piece has a number in its nonce and, in what it is bound to, whether it is
the last: pieces cannot be changed, exchanged, left out or cut off.
"""

from __future__ import annotations

import io
import os
from functools import lru_cache
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MARK = b"gongkai-locked-1"
SALT, _PREFIX, _TAG = 16, 8, 16
_HEAD = len(MARK) + SALT + _PREFIX
PIECE = 1 << 20
"""Bytes of one piece before it is sealed."""
LEAST, KINDS = 12, 6
"""Characters of a passphrase, and how many different ones: whoever has the file may try as long as he likes."""


class BadLock(Exception):
    """The passphrase is another, or the file is damaged or cut."""


def is_weak(passphrase: str) -> bool:
    """Whether a passphrase is soon found: short, blank, or of a few characters over and over."""
    return len(passphrase.strip()) < LEAST or len({*passphrase.strip()}) < KINDS


def is_locked(source: IO[bytes]) -> bool:
    """Whether a file begins as one under a passphrase; it is at its beginning afterwards."""
    found = source.read(len(MARK)) == MARK
    source.seek(0)
    return found


@lru_cache(4)
def key_of(passphrase: str, salt: bytes) -> bytes:
    """The key that a passphrase makes, which takes its time."""
    return Scrypt(salt=salt, length=32, n=1 << 16, r=8, p=1).derive(passphrase.encode())


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(key_of(passphrase, salt))


class Locking(io.RawIOBase):
    """What is written to it goes to `target` under the passphrase; it is whole once it is closed."""

    def __init__(self, target: IO[bytes], passphrase: str) -> None:
        self._target, self._waiting, self._number, self._at = target, bytearray(), 0, 0
        salt, self._prefix = os.urandom(SALT), os.urandom(_PREFIX)
        self._head = MARK + salt + self._prefix
        self._cipher = _cipher(passphrase, salt)
        target.write(self._head)

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def write(self, data: Any) -> int:
        self._waiting += data
        self._at += len(data)
        while len(self._waiting) > PIECE:  # the last piece is never empty, but of an empty file
            self._put(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(data)

    def _put(self, piece: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._prefix, self._number), piece, _bound(self._head, last)))
        self._number += 1

    def close(self) -> None:
        if not self.closed:
            self._put(bytes(self._waiting), last=True)
        super().close()


class Unlocked(io.RawIOBase):
    """What `Locking` was given, to be read at any place. Raises BadLock."""

    def __init__(self, source: IO[bytes], passphrase: str) -> None:
        self._source, self._at = source, 0
        whole = source.seek(0, os.SEEK_END) - _HEAD
        source.seek(0)
        self._head = source.read(_HEAD)
        self._pieces = max(1, -(-whole // (PIECE + _TAG)))
        self._size = whole - self._pieces * _TAG
        if len(self._head) < _HEAD or self._size < 0:
            raise BadLock
        self._cipher, self._prefix = _cipher(passphrase, self._head[len(MARK) : len(MARK) + SALT]), self._head[-_PREFIX:]
        self._number, self._piece = -1, b""
        self._open(self._pieces - 1)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._size:
            return 0
        number, start = divmod(self._at, PIECE)
        self._open(number)
        found = self._piece[start : start + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def _open(self, number: int) -> None:
        if number == self._number:
            return
        self._source.seek(_HEAD + number * (PIECE + _TAG))
        sealed = self._source.read(PIECE + _TAG)
        try:
            self._piece = self._cipher.decrypt(_nonce(self._prefix, number), sealed, _bound(self._head, number == self._pieces - 1))
        except InvalidTag:
            raise BadLock from None
        self._number = number


def _nonce(prefix: bytes, number: int) -> bytes:
    return prefix + number.to_bytes(4, "big")


def _bound(head: bytes, last: bool) -> bytes:
    return head + (b"\1" if last else b"\0")
