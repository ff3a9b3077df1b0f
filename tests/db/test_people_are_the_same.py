"""One person is one person, however the name, the number and the phone are written (READINGS R-same-person)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlmodel import Session

from db import analysis, finding, queries, store
from db.engine import MIGRATIONS, Database
from db.projection import applicant_key
from db.sealing import opened_values, ring_of
from tests.conftest import RING, rebuilt
from tests.db.test_store import KEYS, TODAY, opened
from workflow.law import Rules, load_rules


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules()


SAME: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a blank within the name": (
        {"name": "欧阳 样例", "phone": "13800000001"}, {"name": "欧阳样例", "phone": "13800000001"}),
    "a wide blank and a dashed phone": (
        {"name": "欧阳　样例", "phone": "138-0000-0001"}, {"name": "欧阳样例", "phone": "13800000001"}),
    "the country code": (
        {"name": "欧阳样例", "phone": "+86 138 0000 0001"}, {"name": "欧阳样例", "phone": "13800000001"}),
    "the dot of another keyboard": (
        {"name": "阿卜杜拉·样例", "phone": "13800000001"}, {"name": "阿卜杜拉•样例", "phone": "13800000001"}),
    "a spaced number": (
        {"name": "欧阳样例", "id_number": "110105 19491231 002x"}, {"name": "欧阳样例", "id_number": "11010519491231002X"}),
    "a full-width number": (
        {"name": "欧阳样例", "id_number": "１１０１０５１９４９１２３１００２Ｘ"}, {"name": "欧阳样例", "id_number": "11010519491231002X"}),
    "a dashed passport": (
        {"name": "样例", "id_type": "passport", "id_number": "E-1234 5678"}, {"name": "样例", "id_type": "passport", "id_number": "e12345678"}),
    "a company's code in small letters": (
        {"name": "样例公司", "category": "commercial_enterprise", "id_number": "91990000ma 0000001b"},
        {"name": "样例（冠县）公司", "category": "commercial_enterprise", "id_number": "91990000MA0000001B"}),
}  # fmt: skip


@pytest.mark.parametrize("how", SAME)
def test_written_otherwise_it_is_the_same_person(database: Database, rules: Rules, how: str) -> None:
    """For the month's count (办法 4), the dossier (条例 35), similar requests (条例 36(六)); and for whoever looks for him."""
    agency = f"gx-{uuid4().hex[:8]}"
    first = opened(database, rules, "2026-11-02", agency=agency, applicant=SAME[how][0])
    second = opened(database, rules, "2026-11-03", agency=agency, applicant=SAME[how][1])
    other = opened(database, rules, "2026-11-04", agency=agency, applicant={"name": "别样例", "phone": "13900000009"})
    assert first.applicant.name == SAME[how][0]["name"]
    with database.read() as session:
        assert [queries.already_this_month(session, one.id) for one in (first, second, other)] == [0, 1, 0]
        assert queries.asked_before(session, agency, applicant_key(first.applicant, KEYS.blind), TODAY) == (2, 2)
        assert analysis.dossier(session, rules.eras[-1].sameness, first.id)["requests"] == 2
        assert [one.same_applicant for one in queries.similar(session, rules.eras[-1].sameness, {agency}, other.id)] == [False, False]
        assert [one.same_applicant for one in queries.similar(session, rules.eras[-1].sameness, {agency}, second.id)] == [True]
        for who in SAME[how]:
            number = who.get("id_number") or who["phone"]
            assert {row.case_id for row in finding.by_person(session, {agency}, number, KEYS.blind).rows} == {first.id, second.id}
        if how != "a company's code in small letters":  # found by its number, under either name
            assert {row.case_id for row in finding.by_name(session, {agency}, SAME[how][0]["name"], KEYS.blind).rows} == {first.id, second.id}


def test_another_phone_or_name_is_another_person(database: Database, rules: Rules) -> None:
    people = [("欧阳样例", "13800000001"), ("欧阳样例", "13800000002"), ("欧样例", "13800000001"), ("欧阳样例", "0635-5230001转8"),
              ("欧阳样例", "0635-5230001转9")]  # fmt: skip
    cases = [opened(database, rules, agency="gx-differ", applicant={"name": name, "phone": phone}) for name, phone in people]
    with database.read() as session:
        assert [queries.already_this_month(session, case.id) for case in cases] == [0] * len(people)
        assert {row.case_id for row in finding.by_person(session, {"gx-differ"}, "13800000001", KEYS.blind).rows} == {cases[0].id, cases[2].id}


# ---------------------------------------------------------------------------------------------- rows of an earlier version


def renewed(database: Database) -> int:
    """How many transactions it took."""
    reached: str | None = ""
    count = 0
    while reached is not None:
        reached = database.write(lambda session, after=reached: store.renew_keys(session, KEYS, after))  # type: ignore[misc]
        count += 1
    return count


def rows_of(session: Session) -> list[dict[str, Any]]:
    """The rows of `docket`, opened."""
    rows = session.execute(text("SELECT * FROM docket ORDER BY case_id")).mappings()
    return [opened_values(ring_of(session), store.DOCKET, row) for row in rows]


def schema(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if revision != "head" else command.upgrade)(config, revision)
        connection.commit()


@pytest.mark.slow
def test_an_upgrade_renews_the_keys_of_rows_that_are_there(
    migrated_url_factory: Any, tmp_path: Any, rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows written before 0005 have other keys and lack two; after the upgrade they are found and counted like new ones."""
    monkeypatch.setattr(store, "KEYS_AT_ONCE", 2)
    database = Database(migrated_url_factory(tmp_path), RING)
    who = {"name": "欧阳 样例", "phone": "138-0000-0001"}
    cases = [opened(database, rules, on, agency="gx-old", applicant=who) for on in ("2026-11-02", "2026-11-03", "2026-11-04")]
    with database.read() as session:
        before = rows_of(session)
    schema(database, "0004")

    def spoil(session: Session) -> None:
        session.execute(text("UPDATE docket SET applicant_key = 'old'"))
        session.execute(text("UPDATE tally SET applicant_key = 'old'"))

    database.write(spoil)
    schema(database, "head")
    assert renewed(database) == 3  # two files, one file, and nothing left
    with database.read() as session:
        assert rows_of(session) == before
        assert [queries.already_this_month(session, case.id) for case in cases] == [0, 1, 2]
    assert rebuilt(database, rules, KEYS) == []
    assert renewed(database) == 1
    database.close()


def test_a_damaged_file_does_not_keep_the_office_shut(database: Database, rules: Rules) -> None:
    case, sound = (opened(database, rules, agency="gx-damaged") for _ in range(2))

    def damage(session: Session) -> None:
        session.execute(text("UPDATE docket SET name_key = NULL WHERE agency = 'gx-damaged'"))
        session.execute(text("UPDATE case_file SET version = 2 WHERE id = :id"), {"id": case.id})
        session.execute(
            text("""INSERT INTO act (case_id, seq, kind, "on", public, officer, at) SELECT case_id, 2, kind, "on", public, officer, at
                    FROM act WHERE case_id = :id"""), {"id": case.id},
        )  # fmt: skip

    database.write(damage)
    renewed(database)
    with database.read() as session:
        kept = dict(session.execute(text("SELECT case_id, name_key FROM docket WHERE agency = 'gx-damaged'")).all())  # type: ignore[arg-type]
    assert kept[case.id] is None
    assert kept[sound.id] is not None
    database.write(lambda s: s.execute(text("UPDATE case_file SET version = 1 WHERE id = :id"), {"id": case.id}))
