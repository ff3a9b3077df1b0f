"""The sample office is lawful and looks the same on every day of the year."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlmodel import select

from api.cli.demo import AGENCIES, ROLES, load_samples, officers, open_desks, open_units
from api.office.checkup import NO_AGENCY, checkup
from api.office.office import SHANGHAI
from api.office.opening import open_office
from api.settings import Settings
from db import lists, people, queries, store
from db import tables as t
from letters.agencies import SAMPLES
from tests.conftest import print_nothing
from workflow.movers import who_must_move
from workflow.procedure import ACTIVE, OUT, STATES
from workflow.staff import Leave, Staff

DOCKET = t.table_of(t.Docket)


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
    print_nothing(office)
    try:
        count = load_samples(office, open_desks(office))
        within_a_week = office.rules.calendar.due(today, 7).on
        with office.database.read() as session:
            states = queries.count_by_state(session)
            worklist = queries.worklist(session, office.agencies, within_a_week)
    finally:
        office.close()
    assert 55 <= count == sum(states.values()) <= 65
    assert set(states) == set(STATES) - set(OUT)
    assert [row.due_on < today for row in worklist].count(True) == 1
    assert [row.due_on >= today for row in worklist].count(True) >= 3
    assert {row.agency for row in worklist} <= set(AGENCIES)


def test_every_open_sample_is_on_the_list_of_somebody_active_whoever_is_gone_or_away(tmp_path: Path) -> None:
    """Sixty offices at random; whoever gives files out is not dismissed altogether, as the program sees to it."""
    today = date(2026, 11, 25)
    office = open_office(Settings(data_dir=tmp_path), lambda: datetime(2026, 11, 25, 10, tzinfo=SHANGHAI))
    print_nothing(office)
    try:
        load_samples(office, open_desks(office))
        everybody = office.staff()
        with office.database.read() as session:
            rows = session.execute(select(DOCKET).where(DOCKET.c.state.in_(ACTIVE))).all()
            cases = [case for row in rows if (case := store.load(session, row.case_id)) is not None]
            assert len(cases) > 20
            for seed in range(60):
                staff = fewer(everybody, Random(seed))
                lost = [case.number for case in cases if not who_must_move(case, office.rules, today, staff).attended]
                assert not lost, (seed, lost)
                assert session.execute(select(DOCKET.c.case_id).where(lists.unattended(staff, staff.agencies))).all() == []
    finally:
        office.close()


def fewer(everybody: Staff, random: Random) -> Staff:
    """The staff with some dismissed, and some away for these days with a deputy chosen blindly."""
    today, found = everybody.today, []
    for one in everybody.colleagues:
        if random.random() < 0.35 and one.role != "head":
            found.append(replace(one, active=False))
        elif random.random() < 0.35:
            deputy = random.choice([other.username for other in everybody.colleagues if other.agency == one.agency])
            found.append(replace(one, leave=Leave(today - timedelta(3), today + timedelta(random.randint(0, 9)), deputy)))
        else:
            found.append(one)
    return Staff(tuple(found), today, everybody.roles)


def test_the_officers_are_those_of_the_contract() -> None:
    names = {username: (role, agency) for username, _name, role, agency in officers()}
    assert set(AGENCIES) == {"gx-zfb", "gx-zrzy", "gx-rsj", "gx-zjj"}
    assert set(ROLES) == {"intake", "handler", "legal", "head", "archivist", "analyst"}
    assert set(names) == {f"{role}@{agency}" for role in ROLES for agency in AGENCIES} | {"admin"}
    assert all(names[f"{role}@{agency}"] == (role, agency) for role in ROLES for agency in AGENCIES)
    assert names["admin"][0] == "admin"


def agencies_of(folder: Path, **settings: Path) -> set[str]:
    """The agencies of the installation in a folder, opened anew."""
    office = open_office(Settings(data_dir=folder, **settings))
    try:
        told = next(one for one in checkup(office) if one.name == "agencies")
        assert (told.level, told.text == NO_AGENCY) == (("ok", False) if office.agencies else ("warns", True))
        return set(office.agencies)
    finally:
        office.close()


def own_letterhead(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    text = (SAMPLES / "gx-zfb.yaml").read_text(encoding="utf-8").replace("oversees: [gx-zrzy, gx-rsj, gx-zjj]\n", "")
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    shutil.copy(SAMPLES / "gx-zfb.png", folder)
    return folder


def test_the_sample_agencies_are_known_only_where_the_demo_ran(tmp_path: Path) -> None:
    assert agencies_of(tmp_path / "real") == set()
    office = open_office(Settings(data_dir=tmp_path / "demo"))
    open_units(office)
    assert set(office.agencies) == set(AGENCIES)
    office.close()
    assert agencies_of(tmp_path / "demo") == set(AGENCIES)
    own = own_letterhead(tmp_path / "own")
    assert agencies_of(tmp_path / "real", agencies_dir=own) == {"own"}
    assert agencies_of(tmp_path / "demo", agencies_dir=own) == {*AGENCIES, "own"}


def test_a_folder_of_an_earlier_demo_is_known_by_its_officers(tmp_path: Path) -> None:
    office = open_office(Settings(data_dir=tmp_path))
    open_desks(office)
    office.database.write(lambda s: people.set_setting(s, "", people.SAMPLES, "no"))  # it was not written down
    office.close()
    assert agencies_of(tmp_path) == set(AGENCIES)
    office = open_office(Settings(data_dir=tmp_path / "real"))
    office.database.write(
        lambda s: store.add_officer(s, username="admin", name="方向明", role="admin", agency="", at=office.clock())
    )
    office.close()
    assert agencies_of(tmp_path / "real") == set(), "a name alone makes nobody a sample officer"


def test_every_invented_person_is_marked_and_some_have_rare_names() -> None:
    from api.cli.demo import _organisation, _person

    people = [_person(n)["name"] for n in range(61)]
    assert all(name.endswith("（样例）") for name in people)
    assert all("样例" in str(_organisation(n)["name"]) for n in range(61))
    assert set("龑昇堃喆㛃𬭎䶮𠮷") <= set("".join(people))
    assert all("样例" in name for _, name, _, _ in officers())
