"""撤销 by a press: what was just placed is taken back from the page that says so, wherever it was placed.

A signed decision too: as long as its letter has not left the law lets whoever signed it take it back, and its number stays, void
(READINGS R-revocation). The button stands beside the words that say what was done, never where one that signs stood.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from api.office.office import Office
from api.office.problems import Problem
from workflow import acts as a
from workflow.acts import Officer
from workflow.admission import Forbidden
from workflow.case import Case
from workflow.law import Invalid, Refused


@dataclass(frozen=True, slots=True)
class Undo:
    """撤销, or 取回 of what waits for a signature: what its button sends, and for how many seconds it stands there."""

    title: str
    kind: str
    fields: Mapping[str, object]
    seconds: int = 0
    """0: as long as it waits."""


@dataclass(frozen=True, slots=True)
class UndoWith:
    """撤销 of what came with a registration, all of it by one press; the registration stays, whose number and receipt are out."""

    acts: tuple[a.Signed, ...]
    """The latest first."""
    seconds: int

    @property
    def titles(self) -> str:
        return "、".join(type(one.act).title for one in reversed(self.acts))


TEN = 10
"""Seconds after which what was placed is taken back by its own form, with a reason of one's own."""
_AT_ONCE = "刚办完就发现办错，当即撤销"


def undo(office: Office, case: Case, officer: Officer, kind: str) -> Undo | None:
    """How the act of `kind` that was just placed is taken back by a press; None: it is not, or not any more.

    The law says whether it can be (`revocation`, `recall`): what has left or reached somebody stays.
    """
    signed = case.acts[-1]
    if signed.act.kind != kind or signed.officer.id != officer.id:
        return None
    if kind in ("draft", "request"):
        found = Undo("取回", "recall", {"request": signed.seq} if kind == "request" else {})
    else:
        left = math.ceil(TEN - (office.clock() - signed.at).total_seconds())
        if not 0 < left <= TEN or any(one.delivered for one in case.letters_of(signed, office.rules)):
            return None
        found = Undo("撤销", "revocation", {"of": signed.seq, "reason": _AT_ONCE}, left)
    return found if _may(office, officer, case, found.kind, found.fields) else None


def _may(office: Office, officer: Officer, case: Case, kind: str, fields: Mapping[str, object]) -> bool:
    try:
        office.tried(officer, case.id, a.parse({"kind": kind, "on": office.today().isoformat(), **fields}))
    except (Problem, Refused, Invalid, Forbidden, a.Rejected):
        return False
    return True


_WITH = frozenset({"acceptance", "assignment"})
AWHILE = 60
"""Seconds in which a press that is on its way arrives."""


def undo_with(office: Office, case: Case, officer: Officer, seconds: int | None = None) -> UndoWith | None:
    """How what was placed together with the registration is taken back; None: nothing was, or not any more, or something followed."""
    acts = tuple(reversed(case.acts[1:]))
    if not acts or any(one.act.kind not in _WITH or one.officer.id != officer.id or one.at != case.acts[0].at for one in acts):
        return None
    left = math.ceil((TEN if seconds is None else seconds) - (office.clock() - acts[0].at).total_seconds())
    if left <= 0 or any(letter.delivered for one in acts for letter in case.letters_of(one, office.rules)):
        return None
    return UndoWith(acts, left) if _may(office, officer, case, "revocation", {"of": acts[0].seq, "reason": _AT_ONCE}) else None


def take_back(office: Office, officer: Officer, case_id: str, undo: UndoWith, seen: int) -> None:
    """Each by an entry of its own, all or none. Raises what `Office.place` raises."""
    acts = [a.parse({"kind": "revocation", "on": office.today().isoformat(), "of": one.seq, "reason": _AT_ONCE}) for one in undo.acts]
    placed = office.database.write(
        lambda session: [office.place_in(session, officer, case_id, act, seen if n == 0 else None) for n, act in enumerate(acts)]
    )
    office.announce(placed[-1].case)
