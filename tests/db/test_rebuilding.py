"""A rebuild goes in portions while the office works, goes on where it was cut short, and knows what another version made."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from db import moves, rebuilding, store
from db.engine import Database
from tests.conftest import RING
from tests.reports.test_counting import KEYS, RULES, kept
from tests.reports.test_findings import reopened
from workflow.case import Case

FILES = 23


@pytest.fixture
def database(migrated_url_factory: Callable[[Path], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setattr(rebuilding, "AT_ONCE", 5)
    monkeypatch.setattr(rebuilding, "WRITTEN_AT_ONCE", 2)
    made = Database(migrated_url_factory(tmp_path), RING)
    yield made
    made.close()


@pytest.fixture
def files(database: Database) -> list[Case]:
    """Files of which every projection is wrong."""
    made = sorted(kept(database, "gx-old", [reopened() for _ in range(FILES)]), key=lambda one: one.id)
    spoil(database)
    return made


def spoil(database: Database) -> None:
    database.write(lambda s: s.execute(text("UPDATE docket SET state = 'registered', due_on = '2030-01-01'")))


def standing(database: Database) -> tuple[str | None, str | None]:
    """Whether all was made by this version, and after which file it is."""
    with database.read() as session:
        row = session.execute(text("SELECT version, after FROM rebuild")).one()
    return row.version, row.after


def most_at_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many files are put right in one transaction, at most."""
    mended, inside, most = store.mend, [0], [0]
    write = database.write

    def counted(work: Callable[[Session], object], **options: float) -> object:
        inside[0] = 0
        try:
            return write(work, **options)
        finally:
            most[0] = max(most[0], inside[0])

    def one_more(session: Session, *about: object) -> bool:
        inside[0] += 1
        return mended(session, *about)  # type: ignore[arg-type]

    monkeypatch.setattr(database, "write", counted)
    monkeypatch.setattr(store, "mend", one_more)
    return most


def test_nobody_waits_for_a_new_notice_to_be_worked_in(database: Database, files: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    """放假通知: what lists show of the open files is put right as a rebuild does it."""
    most = most_at_once(database, monkeypatch)
    assert moves.renew(database, 2030, RULES, KEYS) == FILES
    assert most == [2]
    assert rebuilding.rebuild(database, RULES, KEYS).mended == []


def test_nobody_waits_for_more_than_a_few_files(database: Database, files: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    """Between any two files somebody else writes: he would wait for ever, or be refused, if a transaction were held meanwhile."""
    write, others = database.write, list[int]()
    most = most_at_once(database, monkeypatch)

    def somebody_writes(_done: int) -> None:
        write(lambda s: s.execute(text("UPDATE case_text SET received_on = received_on WHERE case_id = :id"), {"id": files[-1].id}), patience=0.5)
        others.append(1)

    found = rebuilding.rebuild(database, RULES, KEYS, tell=somebody_writes)
    assert sorted(found.mended) == sorted(one.number for one in files)
    assert len(others) == found.compared == FILES
    assert most == [2], "so many files in one transaction, for which others wait"
    assert rebuilding.rebuild(database, RULES, KEYS).mended == []


def test_what_was_killed_goes_on_where_it_was(database: Database, files: list[Case]) -> None:
    told: list[int] = []

    def killed(done: int) -> None:
        told.append(done)
        if len(told) == 13:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuilding.rebuild(database, RULES, KEYS, tell=killed)
    assert standing(database) == (None, files[9].id), "two portions of five are done, and noted"
    with database.read() as session:
        assert rebuilding.is_due(session)
        assert rebuilding.left(session) == FILES - 10
    again = rebuilding.rebuild(database, RULES, KEYS)
    assert sorted(again.mended) == sorted(one.number for one in files[10:])
    assert standing(database) == (rebuilding.version(), None)
    spoil(database)
    assert len(rebuilding.rebuild(database, RULES, KEYS).mended) == FILES, "what came to its end begins anew"


@pytest.mark.slow
def test_several_processes_put_right_what_one_does(database: Database, files: list[Case], tmp_path: Path) -> None:
    keys = tmp_path / "seal.key"
    keys.write_bytes(base64.b64encode(b"r" * 32) + b"\n")
    rules, told = tmp_path / "rules", list[int]()
    rules.mkdir()
    found = rebuilding.rebuild(database, RULES, KEYS, tell=told.append, helpers=rebuilding.Helpers(2, keys, rules))
    assert sorted(found.mended) == sorted(one.number for one in files) and found.damaged == []
    assert sum(told) == found.compared == FILES
    assert standing(database) == (rebuilding.version(), None)
    assert rebuilding.rebuild(database, RULES, KEYS).mended == []


def test_two_at_the_same_work_do_it_once_and_come_to_the_end(database: Database, files: list[Case]) -> None:
    inner: list[rebuilding.Rebuilt] = []

    def the_other(_done: int) -> None:
        if not inner:
            inner.append(rebuilding.Rebuilt())
            inner[0] = rebuilding.rebuild(database, RULES, KEYS)

    outer = rebuilding.rebuild(database, RULES, KEYS, tell=the_other)
    assert sorted([*inner[0].mended, *outer.mended]) == sorted(one.number for one in files)
    assert outer.compared == 5, "the rest was done by the other"
    assert standing(database) == (rebuilding.version(), None)


def test_what_another_version_made_is_known_and_an_office_without_files_is_of_this_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.read() as session:
        assert rebuilding.is_due(session), "nobody has noted anything yet"
    for _ in range(2):
        rebuilding.note_new(database)
    assert standing(database) == (rebuilding.version(), None)
    kept(database, "gx-old", [reopened()])
    with database.read() as session:
        assert not rebuilding.is_due(session)
    monkeypatch.setattr(rebuilding, "version", lambda: "the next one")
    with database.read() as session:
        assert rebuilding.is_due(session) and rebuilding.left(session) == 1
    rebuilding.note_new(database)
    assert rebuilding.rebuild(database, RULES, KEYS).compared == 1
    assert standing(database) == ("the next one", None)


def test_the_version_changes_with_the_law_and_with_what_makes_projections(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rebuilding.version()
    assert rebuilding.version() == before
    for at, name in ((rebuilding.tallies, "tallies.py"), (rebuilding.projection, "projection.py")):
        changed = tmp_path / name
        changed.write_bytes(Path(str(at.__file__)).read_bytes() + b"\n")
        with monkeypatch.context() as patch:
            patch.setattr(at, "__file__", str(changed))
            assert rebuilding.version.__wrapped__() != before
