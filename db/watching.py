"""What a watch over the installation is told of the desks: figures of each unit, no file and no person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from sqlalchemy import and_, func, select
from sqlmodel import Session

from db import tables as t
from db.lists import unattended
from db.standing import NONE, OPEN, WAITING, overdue
from workflow.staff import Staff

DOCKET, APPLICATION, LETTER = (t.table_of(model) for model in (t.Docket, t.Application, t.LetterRow))


def of_units(session: Session, staff: Staff, agencies: frozenset[str], today: date) -> Mapping[str, Mapping[str, int]]:
    """Figure -> agency -> how many; each over an index of what is open. Of no agency is the figure of `letters`."""
    counted = {
        "open": OPEN,
        "overdue": overdue(today),
        "approving": and_(WAITING, DOCKET.c.state == "approving"),
        "unattended": unattended(staff, agencies),
    }
    found: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(sorted(agencies), 0))
    for figure, condition in counted.items():
        query = select(DOCKET.c.agency, func.count()).where(condition, DOCKET.c.agency.in_(sorted(agencies))).group_by(DOCKET.c.agency)
        found[figure].update((agency, int(count)) for agency, count in session.execute(query))
    unsent = select(DOCKET.c.agency, func.sum(DOCKET.c.to_serve)).where(DOCKET.c.to_serve > NONE).group_by(DOCKET.c.agency)
    found["unsent"].update((agency, int(count)) for agency, count in session.execute(unsent))
    online = select(APPLICATION.c.agency, func.count()).where(APPLICATION.c.state == "waiting").group_by(APPLICATION.c.agency)
    found["applications"].update((agency, int(count)) for agency, count in session.execute(online))
    waiting = select(func.count()).select_from(LETTER).where(LETTER.c.digest.is_(None))
    return {**found, "letters": {"": int(session.execute(waiting).scalar_one())}}
