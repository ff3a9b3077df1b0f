"""电子签名: what a service that signs letters must be able to do, and how long it is waited for.

A signer is given a letter as it was made and gives back the same bytes with its signature after them. `letters.pades` is one, over a
certificate in a file; an office's own service (国密SM2, 电子签章) is put in its place by writing the three members of `Signer`.
Two signatures over the same letter are not the same bytes: a letter is signed once, when it is made, and the digest that is kept is that
of the signed file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Protocol

LIMIT = 20.0
"""Seconds that a letter waits for its signature."""
MOST_STUCK = 4
"""Signatures that never came, before no further one is asked for until one of them ends."""


class NotSigned(Exception):
    """The letter has no signature: why, in words for an officer."""


class BadSigner(Exception):
    """What was set for signing cannot be used: why, in words for who keeps the installation."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a signer may know of a letter besides its bytes. Nobody is named."""

    title: str
    agency: str
    number: str | None
    dated: date


class Signer(Protocol):
    """签名服务."""

    @property
    def name(self) -> str:
        """Whose certificate it is, as its subject has it."""

    @property
    def certificate(self) -> str:
        """SHA-256 of the certificate (DER), by which it is known again."""

    def sign(self, pdf: bytes, facts: Facts) -> bytes:
        """`pdf` with the signature appended. Raises any exception: it is not signed."""


class Signing:
    """A signer that is waited for so long and no longer, and that changes nothing of what it signs."""

    def __init__(self, signer: Signer, limit: float = LIMIT) -> None:
        self.signer, self._limit = signer, limit
        self._stuck: set[Thread] = set()
        self._lock = Lock()

    @property
    def told(self) -> str:
        """By whom letters are signed, as the log says it."""
        return f"电子签名：{self.signer.name}，证书{self.signer.certificate[:16]}"

    def sign(self, pdf: bytes, facts: Facts) -> bytes:
        """The signed letter. Raises NotSigned."""
        with self._lock:
            self._stuck = {one for one in self._stuck if one.is_alive()}
            if len(self._stuck) >= MOST_STUCK:
                raise NotSigned("签名服务没有响应")
        answer: SimpleQueue[bytes | Exception] = SimpleQueue()
        thread = Thread(target=_sign, args=(self.signer, pdf, facts, answer), name="signing", daemon=True)
        thread.start()
        try:
            made = answer.get(timeout=self._limit)
        except Empty:
            with self._lock:
                self._stuck.add(thread)
            raise NotSigned(f"签名服务超过{self._limit:g}秒没有响应") from None
        if isinstance(made, Exception):
            raise NotSigned(f"签名服务出错（{type(made).__name__}）") from made
        if len(made) <= len(pdf) or not made.startswith(pdf):
            raise NotSigned("签名服务改动了文书的内容")
        return made


def _sign(signer: Signer, pdf: bytes, facts: Facts, answer: SimpleQueue[bytes | Exception]) -> None:
    try:
        answer.put(signer.sign(pdf, facts))
    except Exception as error:
        answer.put(error)
