"""Bytes that belong to rows: letters and attachments. Sealed, kept whole in a store, never overwritten but by a new seal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from db.sealing import HEAD, Ring, SealBroken, place
from db.stores import PART, Folder, Store, Unreachable


class Damaged(Exception):
    """A file is missing, or its bytes are not those whose digest was kept; `kind` and `name` say which, where one is meant."""

    def __init__(self, told: str = "", *, kind: str = "", name: str = "", is_missing: bool = False) -> None:
        super().__init__(told)
        self.kind, self.name, self.is_missing = kind, name, is_missing


class Files:
    """The bytes of rows in a store, a file called as its row is."""

    def __init__(self, store: Store, ring: Ring) -> None:
        self.store, self.ring = store, ring

    @property
    def root(self) -> Path:
        """The folder, where it is one."""
        assert isinstance(self.store, Folder)
        return self.store.root

    def put(self, kind: str, name: str, data: bytes) -> str:
        """Keep `data` durably; returns its SHA-256. The same bytes twice are one file, others under its name refused."""
        self._write(kind, name, self.ring.seal_bytes(data, _place(kind, name)), hashlib.sha256(data).hexdigest())
        return hashlib.sha256(data).hexdigest()

    def put_sealed(self, kind: str, name: str, sealed: bytes) -> None:
        """Keep what `sealed` gave, also that of another folder. Raises Damaged: it was not sealed under this name with a key of here."""
        self._write(kind, name, sealed, hashlib.sha256(self._opened(kind, name, sealed)).hexdigest())

    def _write(self, kind: str, name: str, sealed: bytes, digest: str) -> None:
        if not self.store.create(named(kind, name), sealed) and hashlib.sha256(self.found(kind, name)).hexdigest() != digest:
            raise Damaged(f"{kind}/{name}: other bytes are already kept under this name", kind=kind, name=name)

    def get(self, kind: str, name: str, digest: str) -> bytes:
        """The bytes, checked against `digest`; Damaged when they are not what was kept."""
        return self._checked(kind, name, digest)[0]

    def found(self, kind: str, name: str) -> bytes:
        """What is kept under a name whose digest nobody has noted yet; Damaged when there is none, or it does not open."""
        return self._opened(kind, name, self._read(kind, name))

    def sealed(self, kind: str, name: str, digest: str) -> bytes:
        """The file as it lies there, of what `get` gives: for a backup."""
        return self._checked(kind, name, digest)[1]

    def _checked(self, kind: str, name: str, digest: str) -> tuple[bytes, bytes]:
        sealed = self._read(kind, name)
        data = self._opened(kind, name, sealed)
        if hashlib.sha256(data).hexdigest() != digest:
            raise Damaged(f"{kind}/{name} is not what was kept", kind=kind, name=name)
        return data, sealed

    def _read(self, kind: str, name: str) -> bytes:
        try:
            return self.store.read(named(kind, name))
        except FileNotFoundError:
            raise Damaged(f"{kind}/{name} is missing", kind=kind, name=name, is_missing=True) from None

    def _opened(self, kind: str, name: str, sealed: bytes) -> bytes:
        try:
            return self.ring.open_bytes(sealed, _place(kind, name))
        except SealBroken:
            raise Damaged(f"{kind}/{name} is not what was kept", kind=kind, name=name) from None

    def freshen(self, kind: str, name: str) -> bool:
        """Have a file whose row is still on its way count as just written; whether it is there."""
        return self.store.freshen(named(kind, name))

    def drop(self, kind: str, name: str) -> bool:
        """Forget what belongs to no row any more; whether that was done. Where the store does not answer it is left, for `tidy`."""
        try:
            self.store.drop(named(kind, name))
        except Unreachable:
            return False
        return True

    def renew(self, tell: Callable[[int], object] = lambda _done: None) -> tuple[int, int]:
        """Seal with the present key what is not sealed with it; how many files those were, and how many cannot be opened.

        A file is whole at every moment.
        """
        renewed, broken = 0, 0
        for at in self.store.names():
            kind, _, name = at.split("/") if at.count("/") == 2 else ("", "", PART)
            if name.startswith(PART):
                continue
            with suppress(FileNotFoundError):  # taken away meanwhile
                try:
                    renewed += self._renew(kind, name, at)
                except SealBroken:  # `verify` tells of it
                    broken += 1
                tell(1)
        return renewed, broken

    def _renew(self, kind: str, name: str, at: str) -> bool:
        if self.ring.sealed_with(self.store.read(at, HEAD)) == self.ring.current:
            return False
        place = _place(kind, name)

        def anew(data: bytes) -> bytes:
            known_as = self.ring.sealed_with(data[:HEAD])
            return self.ring.seal_bytes(data if known_as is None else self.ring.open_bytes(data, place), place)

        self.store.change(at, anew)
        return True


def named(kind: str, name: str) -> str:
    """Under which name a store keeps a file: two levels deep."""
    return f"{kind}/{name[:2]}/{name}"


def _place(kind: str, name: str) -> bytes:
    return place("files", kind, name)
