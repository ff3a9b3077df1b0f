"""A database of every schema that was released upgrades with what is in it, on either engine, and is whole afterwards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from api.office.opening import open_office
from api.settings import Settings
from db import rebuilding, store
from db.engine import _known
from db.verify import verify
from tests.conftest import print_nothing
from tests.db.released import NAMES, lay_out, read

pytestmark = pytest.mark.slow


def test_there_are_some() -> None:
    assert NAMES[0] == "0001" and len(NAMES) > 15
    assert {*NAMES} <= _known()


@pytest.mark.parametrize("name", NAMES)
def test_an_old_database_upgrades_with_what_is_in_it(name: str, database_url_factory: Callable[[Path], str], tmp_path: Path) -> None:
    old, url, data = read(name), database_url_factory(tmp_path), tmp_path / "data"
    assert old.revision == name and len(old.numbers) == 4 and len(old.acts) >= 8
    lay_out(old, url, data)
    office = open_office(Settings(database_url=url, data_dir=data, letter_workers=1))
    print_nothing(office)
    try:
        assert office.database.problem() is None
        with office.database.read() as session:
            assert rebuilding.is_due(session), "its projections were made by another version"
        found = rebuilding.rebuild(office.database, office.rules, office.keys)
        assert (found.compared, found.damaged) == (4, [])
        with office.database.read() as session:
            assert not rebuilding.is_due(session)
            acts = session.execute(text("SELECT case_id, seq, kind FROM act ORDER BY case_id, seq")).all()
            assert [tuple(one) for one in acts] == old.acts
            cases = [store.load(session, one) for one in dict.fromkeys(case_id for case_id, _, _ in old.acts)]
            assert sorted(one.number for one in cases if one is not None) == old.numbers
            assert {one.applicant.name for one in cases if one is not None} == {f"张样例{n}" for n in range(1, 5)}
            assert {one.state for one in cases if one is not None} >= {"registered", "closed"}
            assert list(verify(session, office.files, office.rules, office.keys)) == []
        assert rebuilding.rebuild(office.database, office.rules, office.keys).mended == []
    finally:
        office.close()
