"""待签批: the one queue of what waits for a signature, drafts and requests (报批) together, the most pressing file first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from api.pages.shared.frame import HttpRequest, file_in_list, me, office_of
from db import queues
from workflow import acts as a


@dataclass(frozen=True, slots=True)
class Entry:
    """A draft, or the request `seq` of a file: each has a page of its own."""

    case_id: str
    seq: int | None = None

    @property
    def key(self) -> str:
        """How an address names it."""
        return self.case_id if self.seq is None else f"{self.case_id}.{self.seq}"

    @property
    def address(self) -> str:
        return f"/approvals/{self.case_id}" + (f"/requests/{self.seq}" if self.seq is not None else "")


def waiting(request: HttpRequest, session: Session) -> list[Entry]:
    """The queue of this officer; of a file its requests come before its draft."""
    found = []
    for row in queues.signing(session, me(request)):
        if row.requests and (placed := file_in_list(request, row.case_id)) is not None:
            found += [Entry(row.case_id, one.seq) for one in placed.case.requests]
        if row.is_draft:
            found.append(Entry(row.case_id))
    return found


def place_of(entries: Sequence[Entry], here: Entry) -> dict[str, Any]:
    """Where an entry stands in the queue, and the pages before and after it."""
    at = entries.index(here) if here in entries else None
    return {
        "at": at,
        "total": len(entries),
        "previous": entries[at - 1].address if at else None,
        "following": entries[at + 1].address if at is not None and at + 1 < len(entries) else None,
    }


def onward(request: HttpRequest, before: Sequence[Entry], done: Entry) -> Entry | None:
    """What comes next in the queue as it stood."""
    with office_of(request).database.read() as session:
        left = set(waiting(request, session)) - {done}
    at = before.index(done) if done in before else 0
    return next((one for one in [*before[at + 1 :], *before[:at]] if one in left), None)


def following(request: HttpRequest, left: Sequence[Entry], asked: str) -> dict[str, Any] | None:
    """The next of the queue, as a page tells it that says what was done: the one that the address names, or the first."""
    for entry in sorted(left, key=lambda one: one.key != asked):
        if (placed := file_in_list(request, entry.case_id)) is not None:
            own = next((one for one in placed.case.requests if one.seq == entry.seq), None)
            title = f"报批：{a.ACTS[own.act.act['kind']].title}" if own is not None else ""
            return {"entry": entry, "case": placed.case, "title": title}
    return None
