"""A backup under a passphrase opens with it alone, and whole or not at all."""

from __future__ import annotations

import io
import os

import pytest

from db import locked
from db.locked import BadLock, Locking, Unlocked, is_locked

pytestmark = pytest.mark.slow

WORDS = "some words of a test"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locked, "PIECE", 10)


def made(data: bytes) -> bytes:
    target = io.BytesIO()
    with Locking(target, WORDS) as locking:
        for at in range(0, len(data), 7):
            locking.write(data[at : at + 7])
    return target.getvalue()


def read(sealed: bytes, passphrase: str = WORDS) -> bytes:
    with io.BufferedReader(Unlocked(io.BytesIO(sealed), passphrase)) as unlocked:
        return unlocked.read()


@pytest.mark.parametrize("size", [0, 1, 9, 10, 11, 20, 57])
def test_what_was_locked_comes_back_at_any_place(size: int) -> None:
    data = os.urandom(size)
    sealed = made(data)
    assert is_locked(io.BytesIO(sealed))
    assert not is_locked(io.BytesIO(data))
    assert read(sealed) == data
    with io.BufferedReader(Unlocked(io.BytesIO(sealed), WORDS)) as unlocked:
        for at in range(size):
            unlocked.seek(at)
            assert unlocked.read(3) == data[at : at + 3]


def test_another_passphrase_a_change_a_cut_and_an_exchange_are_found() -> None:
    data = os.urandom(35)
    sealed = made(data)
    piece = 10 + 16
    head = len(sealed) - 3 * piece - (5 + 16)
    swapped = sealed[:head] + sealed[head + piece : head + 2 * piece] + sealed[head : head + piece] + sealed[head + 2 * piece :]
    for broken in (sealed[:-1], sealed[: head + 2 * piece], sealed[:20], b"", swapped, sealed[:-30] + b"?" + sealed[-29:], sealed + b"x"):
        with pytest.raises(BadLock):
            read(broken)
    with pytest.raises(BadLock):
        read(sealed, WORDS + "!")
