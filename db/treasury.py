"""应收信息处理费: what was owed at the start of a span, what was added, how it was settled, and what is owed at its end.

Opening + notified = paid + waived + lapsed + closing, unit by unit; every figure is a sum over the case files.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from db import tables as t

OCCURRENCE, DOCKET = (t.table_of(model) for model in (t.OccurrenceRow, t.Docket))


@dataclass(slots=True)
class Account:
    """The account of one unit over a span, in fen."""

    opening_fen: int = 0
    notified_fen: int = 0
    paid_fen: int = 0
    waived_fen: int = 0
    """Of what had been notified; a fee waived before any notice was never owed."""
    lapsed_fen: int = 0
    """Unpaid when the file ended: abandoned or withdrawn (办法 6)."""
    closing_fen: int = 0
    owing: int = 0
    """Files that owe at the end."""

    @property
    def balanced(self) -> bool:
        settled = self.paid_fen + self.waived_fen + self.lapsed_fen
        return self.opening_fen + self.notified_fen == settled + self.closing_fen

    def __add__(self, other: Account) -> Account:
        return Account(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


TITLES: Mapping[str, str] = {
    "opening_fen": "期初应收", "notified_fen": "本期通知", "paid_fen": "实际缴纳", "waived_fen": "减免", "lapsed_fen": "终止未缴",
    "closing_fen": "期末应收",
}  # fmt: skip


def accounts(session: Session, agencies: Collection[str], first: date, last: date) -> dict[str, Account]:
    """The account of each unit; a unit without fees has an empty one."""
    found = {agency: Account() for agency in sorted(agencies)}
    query = (
        select(OCCURRENCE, DOCKET.c.closed_on, DOCKET.c.replied_on)
        .join(DOCKET, DOCKET.c.case_id == OCCURRENCE.c.case_id)
        .where(
            OCCURRENCE.c.agency.in_(sorted(agencies)),
            OCCURRENCE.c.kind.in_(("fee_notice", "payment", "waiver")),
            OCCURRENCE.c.on <= last,
        )
        .order_by(OCCURRENCE.c.case_id, OCCURRENCE.c.seq)
    )
    for _case, rows in groupby(session.execute(query), key=lambda row: row.case_id):
        of_file = list(rows)
        _file(found[of_file[0].agency], of_file, first, last)
    return found


def _file(account: Account, rows: Sequence[Any], first: date, last: date) -> None:
    """Add one file to the account: what it owes, step by step."""
    owed = 0
    for on, name, fen in _steps(rows):
        if on > last:
            break  # an end after the span settles nothing within it
        change = fen if name == "notified_fen" else -min(fen, owed)
        owed += change
        if on >= first:
            setattr(account, name, getattr(account, name) + abs(change))
        else:
            account.opening_fen += change
    account.closing_fen += owed
    account.owing += owed > 0


_NAMES = {"fee_notice": "notified_fen", "payment": "paid_fen", "waiver": "waived_fen"}


def _steps(rows: Sequence[Any]) -> Iterator[tuple[date, str, int]]:
    """The movements of one file in order; at its end whatever is still owed lapses."""
    for row in rows:
        yield row.on, _NAMES[row.kind], row.amount_fen
    ended = max((day for day in (rows[-1].closed_on, rows[-1].replied_on) if day), default=None)
    notices = [row.on for row in rows if row.kind == "fee_notice"]
    if ended is not None and notices and ended >= notices[-1]:
        yield ended, "lapsed_fen", sum(row.amount_fen for row in rows if row.kind == "fee_notice")
