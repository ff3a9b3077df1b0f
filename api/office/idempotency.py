"""A repeated submission gets the first answer again, whose row commits with its effect."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlmodel import Session

from api.office.problems import Problem
from db import store

if TYPE_CHECKING:
    from api.office.office import Office


_BUSY = "相同的提交正在办理，还没有结果。请稍候用同一个键再试，不会重复办理。"
_REUSED = "这个 Idempotency-Key 已经用于另一次内容不同的提交。新的提交请换一个键。"


class _Busy(Problem):
    """The first submission under a key is at work still."""

    def __init__(self) -> None:
        super().__init__(409, _BUSY, headers={"Retry-After": "1"})


def write_awaited(office: Office, once: store.Once, work: Callable[[Session], store.Answer], seconds: float = 20) -> store.Answer:
    """`write_claimed` for a person, who cannot be asked to try again: a second press gets the first one's answer."""
    until = time.monotonic() + seconds
    while True:
        try:
            return write_claimed(office, once, work)
        except _Busy:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def write_claimed(office: Office, once: store.Once, work: Callable[[Session], store.Answer]) -> store.Answer:
    """The answer of `work`, done once under this key. Problem 409 while it is at work, 422 when it stands for another."""

    def run(session: Session) -> store.Answer:
        if (earlier := store.claim(session, once)) is not None:
            return earlier
        answer = work(session)
        store.complete(session, once, answer, office.clock())
        return answer

    with _alone(office, once):
        try:
            return office.database.write(run, brief=True)
        except store.KeyReused:
            raise Problem(422, _REUSED) from None
        except store.KeyBusy:
            raise _Busy from None


@contextmanager
def _alone(office: Office, once: store.Once) -> Iterator[None]:
    """Within this process; between processes the database sees to it (`store.claim`)."""
    mine = (once.officer_id, once.key)
    with office.lock:
        if mine in office.keys_at_work:
            raise _Busy
        office.keys_at_work.add(mine)
    try:
        yield
    finally:
        with office.lock:
            office.keys_at_work.discard(mine)
