"""The sample office is lawful and looks the same on every day of the year."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from api.cli.demo import AGENCIES, ROLES, load_samples, officers, open_desks
from api.office.office import SHANGHAI
from api.office.opening import open_office
from api.settings import Settings
from db import queries
from workflow.procedure import STATES


class Blank:
    """In the place of the PDF engine: what is tried here is the law of the samples on many days, not their print."""

    def render(self, _kind: str, _context: object, *, preview: bool = False) -> bytes:
        return b"%PDF-1.7"

    def close(self) -> None: ...


DAYS = [
    ("2026-11-25", "Wed", "an ordinary day"),
    ("2026-11-28", "Sat", "a weekend"),
    ("2026-10-04", "Sun", "in the holidays of National Day"),
    ("2026-10-10", "Sat", "a make-up day"),
    ("2026-12-31", "Thu", "the last day with a notice"),
    ("2027-01-01", "Fri", "a year without a notice: dates are provisional"),
    ("2024-07-01", "Mon", "the first year with a calendar"),
    ("2028-02-29", "Tue", "a day that most years lack"),
]


@pytest.mark.parametrize(("on", "weekday", "why"), DAYS, ids=[day[2] for day in DAYS])
def test_sixty_lawful_files_in_every_state_one_overdue_some_due_soon(tmp_path: Path, on: str, weekday: str, why: str) -> None:
    today = date.fromisoformat(on)
    assert f"{today:%a}" == weekday
    office = open_office(Settings(data_dir=tmp_path), lambda: datetime(today.year, today.month, today.day, 10, tzinfo=SHANGHAI))
    office.renderer.close()
    office.printing.renderer = Blank()  # type: ignore[assignment]
    try:
        people = open_desks(office)
        count = load_samples(office, people)
        within_a_week = office.rules.calendar.due(today, 7).on
        with office.database.read() as session:
            states = queries.count_by_state(session)
            worklist = queries.worklist(session, office.agencies, within_a_week)
    finally:
        office.close()
    assert 55 <= count == sum(states.values()) <= 65
    assert set(states) == set(STATES)
    assert [row.due_on < today for row in worklist].count(True) == 1
    assert [row.due_on >= today for row in worklist].count(True) >= 3
    assert {row.agency for row in worklist} <= set(AGENCIES)


def test_the_officers_are_those_of_the_contract() -> None:
    names = {username: (role, agency) for username, _name, role, agency in officers()}
    assert set(AGENCIES) == {"gx-zfb", "gx-zrzy", "gx-rsj", "gx-zjj"}
    assert set(ROLES) == {"intake", "handler", "legal", "head", "archivist", "analyst"}
    assert set(names) == {f"{role}@{agency}" for role in ROLES for agency in AGENCIES} | {"admin"}
    assert all(names[f"{role}@{agency}"] == (role, agency) for role in ROLES for agency in AGENCIES)
    assert names["admin"][0] == "admin"


def test_every_invented_person_is_marked_and_some_have_rare_names() -> None:
    from api.cli.demo import _organisation, _person

    people = [_person(n)["name"] for n in range(61)]
    assert all(name.endswith("（样例）") for name in people)
    assert all("样例" in str(_organisation(n)["name"]) for n in range(61))
    assert set("龑昇堃喆㛃𬭎䶮𠮷") <= set("".join(people))
    assert all("样例" in name for _, name, _, _ in officers())
