"""加密保存: what tells of people is sealed (AES-256-GCM) before it is kept, with a key that lies outside the database.

A sealed text names the key that opens it, and opens at its own place alone: table, row and column are its associated data, so
that nothing can be moved to another row. The same for a file: its kind and its name.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock
from types import MappingProxyType, SimpleNamespace
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Table
from sqlmodel import Session

from db import private

SEALED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "act": ("public", "private"),
        "application": ("fields", "answer"),
        "application_draft": ("fields",),
        "attachment": ("name", "purpose"),
        "contact": ("email", "other"),
        "docket": ("applicant_name", "wanted"),
        "feedback": ("body", "contact", "answer"),
        "form_draft": ("fields",),
        "ledger_import": ("stands",),
        "letter": ("context",),
        "once": ("body",),
        "saved_view": ("name", "query"),
        "second_factor": ("secret",),
        "upload": ("name",),
    }
)
"""Table -> its columns that hold sealed texts, or nothing (None, an empty text)."""
KEY_FILE = "sealing.key"
_BYTES, _NONCE, _ID = 32, 12, 16
_MAGIC = b"\0sealed\1"
"""How a sealed file begins; no file that may be attached does."""


class BadKeys(Exception):
    """密钥不对: nothing is opened or written with them; the sentence says which is missing and what to do."""


class SealBroken(ValueError):
    """What is kept was not sealed at this place, or not with a key that is here."""


def fingerprint(key: bytes) -> str:
    """By what a key is known: it tells nothing of the key."""
    return hashlib.sha256(b"gongkai key\0" + key).hexdigest()[:_ID]


def place(table: str, column: str, *row: Any) -> bytes:
    """Where a text stands: the primary key says in which row."""
    return "\0".join((table, column, *map(str, row))).encode()


class Ring:
    """密钥环: the keys of an installation in the order of their making. The last one seals, all of them open."""

    def __init__(self, keys: Sequence[bytes], path: Path | None = None) -> None:
        self._path, self._lock, self._mark = path, Lock(), _mark(path)
        self._take(keys)

    def _take(self, keys: Sequence[bytes]) -> None:
        self._keys = {fingerprint(key): AESGCM(key) for key in keys}
        self._last = fingerprint(keys[-1])

    @classmethod
    def read(cls, path: Path) -> Ring:
        """The ring that a key file holds, one key a line. Raises BadKeys, OSError."""
        return cls(_keys_in(path), path)

    @classmethod
    def make(cls, path: Path) -> Ring:
        """A ring of one new key, in a new file that its owner alone may read; where somebody was first, his."""
        path.parent.mkdir(private.FOLDER, parents=True, exist_ok=True)
        made = _beside(path, _new_key())
        with suppress(FileExistsError):
            os.link(made, path)  # whole, and never over another
        made.unlink()
        private.flush(path.parent)
        return cls.read(path)

    def add(self) -> None:
        """Put a new key behind the others in the file: from now on it seals, wherever the program runs on this file."""
        assert self._path is not None
        _beside(self._path, self._path.read_bytes() + _new_key()).replace(self._path)
        self._look()

    def _look(self) -> None:
        """Another process may have put a key into the file."""
        if self._path is not None and (mark := _mark(self._path)) is not None and mark != self._mark:
            with self._lock:
                self._take(_keys_in(self._path))
                self._mark = mark

    @property
    def ids(self) -> frozenset[str]:
        """The fingerprints of the keys."""
        return frozenset(self._keys)

    @property
    def current(self) -> str:
        """The fingerprint of the key that seals."""
        self._look()
        return self._last

    # ------------------------------------------------------------------ texts

    def seal(self, text: str | None, at: bytes) -> str | None:
        """The text as it is kept at this place."""
        if not text:
            return text
        current, nonce = self.current, os.urandom(_NONCE)
        body = nonce + self._keys[current].encrypt(nonce, text.encode(), at)
        return f"{current}.{binascii.b2a_base64(body, newline=False).decode()}"

    def open(self, sealed: str | None, at: bytes) -> str | None:
        """The text that was sealed at this place. Raises SealBroken."""
        if not sealed:
            return sealed
        try:
            body = binascii.a2b_base64(sealed[_ID + 1 :])
            return self._key(sealed[:_ID]).decrypt(body[:_NONCE], body[_NONCE:], at).decode()
        except (InvalidTag, ValueError) as error:
            raise SealBroken(_where(at)) from error

    def knows(self, sealed: str) -> bool:
        """Whether this is a text that one of the keys sealed."""
        return sealed[:_ID] in self._keys and sealed[_ID : _ID + 1] == "."

    def is_current(self, sealed: str | None) -> bool:
        """Whether this needs no sealing any more: the key that seals now sealed it."""
        return not sealed or sealed.startswith(f"{self.current}.")

    def _key(self, known_as: str) -> AESGCM:
        if known_as not in self._keys:
            self._look()
        try:
            return self._keys[known_as]
        except KeyError:
            raise SealBroken(known_as) from None

    # ------------------------------------------------------------------ files

    def seal_bytes(self, data: bytes, at: bytes) -> bytes:
        """A file as it is kept under its kind and name."""
        current, nonce = self.current, os.urandom(_NONCE)
        return b"".join((_MAGIC, current.encode(), nonce, self._keys[current].encrypt(nonce, data, at)))

    def open_bytes(self, sealed: bytes, at: bytes) -> bytes:
        """The file that was sealed under this kind and name. Raises SealBroken."""
        head = len(_MAGIC) + _ID
        if not sealed.startswith(_MAGIC):
            raise SealBroken(_where(at))
        try:
            key = self._key(sealed[len(_MAGIC) : head].decode("ascii"))
            return key.decrypt(sealed[head : head + _NONCE], sealed[head + _NONCE :], at)
        except (InvalidTag, ValueError) as error:
            raise SealBroken(_where(at)) from error

    def sealed_with(self, beginning: bytes) -> str | None:
        """The fingerprint of the key that sealed a file that begins so; None: it is not sealed."""
        head = len(_MAGIC) + _ID
        return beginning[len(_MAGIC) : head].decode("ascii", "replace") if beginning.startswith(_MAGIC) else None


HEAD = len(_MAGIC) + _ID
"""So many bytes of a file tell whether it is sealed, and with which key."""


def _where(at: bytes) -> str:
    """The table and column, or the kind and name of a file: never a value."""
    return at.decode().replace("\0", "/")


def _keys_in(path: Path) -> list[bytes]:
    try:
        keys = [base64.b64decode(line, validate=True) for line in path.read_bytes().split()]
    except binascii.Error:
        keys = []
    if not keys or any(len(key) != _BYTES for key in keys):
        raise BadKeys(f"密钥文件{path}已经损坏，没有启动。请放回保管的那一份，不要新建。")
    return keys


def _new_key() -> bytes:
    return base64.b64encode(secrets.token_bytes(_BYTES)) + b"\n"


def _beside(path: Path, data: bytes) -> Path:
    """The bytes, flushed, in a file beside the one that they are to become; its owner alone may read it."""
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    return Path(made)


def _mark(path: Path | None) -> tuple[int, int, int] | None:
    """By what a changed key file is known; None where there is none."""
    if path is not None:
        with suppress(OSError):
            known = os.stat(path)  # noqa: PTH116 - asked for with each text, and a third of the cost
            return known.st_ino, known.st_mtime_ns, known.st_size
    return None


# ------------------------------------------------------------------ rows


def ring_of(session: Session) -> Ring:
    """The keys of the office whose database this session reads and writes (`Database.ring`)."""
    ring: Ring = session.info["ring"]
    return ring


@cache
def _key(table: Table) -> tuple[str, ...]:
    """The names of its primary key: asked for with each row."""
    return tuple(column.name for column in table.primary_key)


def sealed(session: Session, table: Table, values: Mapping[str, Any], **row: Any) -> dict[str, Any]:
    """Values on their way into a row, ready to be kept; what of the primary key is not among them is named in `row`."""
    ring, known = ring_of(session), {**values, **row}
    key = [known[name] for name in _key(table)]
    made = dict(values)
    for column in SEALED[table.name]:
        if column in made:
            made[column] = ring.seal(made[column], place(table.name, column, *key))
    return made


def opened(ring: Ring, table: Table, row: Any) -> Any:
    """A row that was read, with its sealed texts opened. Raises SealBroken."""
    return SimpleNamespace(**opened_values(ring, table, row._mapping))


def opened_one(ring: Ring, table: Table, row: Any, column: str) -> str:
    """One sealed text of a row that was read, empty where there is none. Raises SealBroken."""
    key = [getattr(row, name) for name in _key(table)]
    return ring.open(getattr(row, column), place(table.name, column, *key)) or ""


def opened_values(ring: Ring, table: Table, values: Any) -> dict[str, Any]:
    """`opened` for the values of a row by column."""
    key = [values[name] for name in _key(table)]
    made = dict(values)
    for column in SEALED[table.name]:
        if column in made:
            made[column] = ring.open(made[column], place(table.name, column, *key))
    return made
