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
    try:
        office.tried(officer, case.id, a.parse({"kind": found.kind, "on": office.today().isoformat(), **found.fields}))
    except (Problem, Refused, Invalid, Forbidden, a.Rejected):
        return None
    return found
