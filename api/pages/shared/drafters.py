"""承办人 to choose from, where a file is given to one of them (交办)."""

from __future__ import annotations

from sqlmodel import Session

from api.office.office import Office
from api.pages.shared.forms import Option
from db import desks, queries
from workflow.acts import Officer


def drafters(office: Office, session: Session, officer: Officer) -> list[Option]:
    """Who may draft in the officer's unit, whoever has the fewest open files first."""
    able, loads = office.rules.on(office.today()).roles["draft"], desks.loads(session, officer.agency)
    here = [one for one in queries.officers(session) if one.agency == officer.agency and one.active and one.role in able]
    here.sort(key=lambda one: (loads.get(one.username, 0), one.username))
    return [Option(one.username, f"{one.name}（在办{loads.get(one.username, 0)}件）") for one in here]
