"""Files come back as they were placed; projections equal what the acts say; one winner in every race."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlmodel import Session

from db import people, queries, sealing, store
from db.engine import Database
from db.queries import Filters
from db.verify import first_wrong
from tests.conftest import rebuilt
from workflow.acts import Officer, Signed, parse
from workflow.admission import admit
from workflow.case import Case
from workflow.law import Rules, load_rules

SAME = load_rules().on(date(2026, 11, 1)).sameness

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
TODAY = date(2026, 11, 24)
KEYS = store.Keys(b"k" * 32)


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules()


def officer(role: str = "intake", agency: str = "gx-zrzy") -> Officer:
    return Officer(id=str(uuid4()), username=f"{role}@{agency}", name="样例", role=role, agency=agency)


def opened(database: Database, rules: Rules, on: str = "2026-11-02", agency: str = "gx-zrzy", **fields: Any) -> Case:
    act = parse(
        {
            "kind": "registration", "channel": "in_person", "received_on": on,
            "applicant": {"name": "周样例", "id_number": "11010519491231002X"}, "wanted": "征收补偿方案", **fields,
        }
    )  # fmt: skip

    def work(session: Session) -> Case:
        serial = store.next_number(session, agency, 2026, "case")
        case = admit(Case(str(uuid4()), agency, f"{agency}〔2026〕{serial}号"), act, officer("intake", agency), NOW, rules, TODAY)
        store.create_case(session, case, year=2026, serial=serial)
        store.append(session, case.id, case.acts[-1])
        store.write_docket(session, case, rules, KEYS)
        return case

    return database.write(work)


def test_a_file_comes_back_as_it_was_placed(database: Database, rules: Rules) -> None:
    case = opened(database, rules)
    with database.read() as session:
        assert store.load(session, case.id) == case
        assert store.load(session, str(uuid4())) is None


def test_a_course_that_an_earlier_version_let_in_is_loaded(database: Database, rules: Rules) -> None:
    case = opened(database, rules)
    note = Signed(2, parse({"kind": "draft", "on": "2026-11-02", "items": [{"item": 1, "outcome": "disclosed"}]}), officer("handler"), NOW)

    def work(session: Session) -> None:
        store.append(session, case.id, note)
        store.write_docket(session, case.with_stored(note), rules, KEYS)

    database.write(work)
    with database.read() as session:
        found = store.load(session, case.id)
    assert found is not None
    assert (found.state, found.irregular) == ("approving", (2,))


def test_the_number_of_an_old_ledger_is_not_given_again(database: Database, rules: Rules) -> None:
    """A file of a ledger has a serial of its own, and a number that may read like a later one of the unit."""
    case = replace(opened(database, rules), id=str(uuid4()), number="冠自然资依申〔2031〕9号")
    file = store.FromElsewhere(case, 2031, 4, [], [], (2031, 9))
    database.write(lambda session: store.take_in(session, file, rules, KEYS))
    assert database.write(lambda session: store.next_number(session, "gx-zrzy", 2031, "case")) == 10


def test_personal_data_stands_apart(database: Database, rules: Rules) -> None:
    case = opened(database, rules)
    with database.read() as session:
        kept = session.execute(text("SELECT case_id, seq, public, private FROM act WHERE case_id = :id"), {"id": case.id}).one()
    assert not any("周样例" in one or "征收" in one for one in (kept.public, kept.private))
    row = sealing.opened(database.ring, store.ACT, kept)
    assert "11010519491231002X" not in row.public
    assert "周样例" not in row.public
    assert "周样例" in row.private


def test_racing_appends_have_one_winner(database: Database, rules: Rules) -> None:
    case = opened(database, rules)
    after = admit(case, parse({"kind": "acceptance", "on": "2026-11-03"}), officer("handler"), NOW, rules, TODAY)
    won: list[bool] = []

    def race() -> None:
        def work(session: Session) -> bool:
            seen = store.load(session, case.id, for_update=True)
            assert seen is not None
            if seen.version != case.version:
                return False
            store.append(session, case.id, after.acts[-1])
            store.write_docket(session, after, rules, KEYS)
            return True

        won.append(database.write(work))

    threads = [threading.Thread(target=race) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won.count(True) == 1


def test_rebuilding_finds_what_was_tampered_with_and_mends_it(database: Database, rules: Rules) -> None:
    case = opened(database, rules)
    assert rebuilt(database, rules, KEYS) == []
    database.write(
        lambda s: s.execute(text("UPDATE docket SET due_on = '2030-01-01', state = 'archived' WHERE case_id = :id"), {"id": case.id})
    )
    assert rebuilt(database, rules, KEYS) == [case.number]
    assert rebuilt(database, rules, KEYS) == []


def test_the_month_counts_this_applicant_at_this_agency_before_this_request(database: Database, rules: Rules) -> None:
    who = {"name": "钱样例", "phone": "13800000001"}
    cases = [opened(database, rules, on, applicant=who) for on in ("2026-09-30", "2026-10-09", "2026-10-12", "2026-10-12")]
    opened(database, rules, "2026-10-10", agency="gx-rsj", applicant=who)
    opened(database, rules, "2026-10-10", applicant={"name": "孙样例", "phone": "13800000002"})
    with database.read() as session:
        assert [queries.already_this_month(session, case.id) for case in cases] == [0, 0, 1, 2]


def test_paging_loses_nothing_and_repeats_nothing(database: Database, rules: Rules) -> None:
    made = {opened(database, rules, on, agency="gx-page").id for on in ("2026-11-02", "2026-11-03", "2026-11-03") for _ in range(4)}
    for sort in ("due", "-due", "received", "-received", "number", "-number"):
        found: list[str] = []
        cursor: str | None = None
        while True:
            with database.read() as session:
                page = queries.cases(session, {"gx-page"}, Filters(sort=sort, cursor=cursor, limit=5), TODAY)
            assert page.total == 12
            found += [row.case_id for row in page.items]
            cursor = page.next
            if cursor is None:
                break
        assert len(found) == 12
        assert set(found) == made


@pytest.mark.parametrize("cursor", ["", "x", "e30=", "WyJkdWUiLCAiMjAyNi0xMS0wMiIsIDFd", "é"])
def test_a_forged_cursor_is_refused(database: Database, cursor: str) -> None:
    with database.read() as session, pytest.raises(queries.BadCursor):
        queries.cases(session, {"gx-page"}, Filters(cursor=cursor), TODAY)


def test_filters_narrow_and_scope_stands_in_the_sql(database: Database, rules: Rules) -> None:
    late = opened(database, rules, "2026-03-02", agency="gx-filter", wanted="100%_特殊字符")
    soon = opened(database, rules, "2026-11-02", agency="gx-filter", topic="征地拆迁")

    def ids(**wanted: Any) -> set[str]:
        with database.read() as session:
            return {row.case_id for row in queries.cases(session, {"gx-filter"}, Filters(**wanted), TODAY).items}

    assert ids() == {late.id, soon.id}
    assert ids(overdue=True) == {late.id}
    assert ids(overdue=False) == {soon.id}
    assert ids(state="archived") == set()
    assert ids(received_from=date(2026, 11, 1)) == {soon.id}
    assert ids(due_before=date(2026, 6, 1)) == {late.id}
    assert ids(q="%_特") == {late.id}
    assert ids(q="_") == {late.id}
    with database.read() as session:
        assert queries.cases(session, set(), Filters(), TODAY).items == []


def test_similar_requests_are_ranked_with_their_words(database: Database, rules: Rules) -> None:
    first = opened(database, rules, "2026-05-06", agency="gx-alike", wanted="崇文街道2024年第三批次征收补偿安置方案")
    other = opened(
        database, rules, "2026-05-07", agency="gx-alike", wanted="请公开崇文街道第三批次征收的补偿安置方案全文", applicant={"name": "别样例"}
    )
    opened(database, rules, "2026-05-08", agency="gx-alike", wanted="公务接待费用决算")
    mine = opened(database, rules, "2026-11-02", agency="gx-alike", wanted="崇文街道2024年第三批次征地补偿安置方案")
    with database.read() as session:
        found = queries.similar(session, SAME, {"gx-alike"}, mine.id)
    assert [one.row.case_id for one in found] == [first.id, other.id]
    assert [one.same_applicant for one in found] == [True, False]
    assert any("补偿安置方案" in word for word in found[0].words)


@pytest.mark.parametrize("minutes", [0, -5], ids=["stands still", "was set back"])
def test_attachments_stay_in_the_order_in_which_they_came(database: Database, rules: Rules, minutes: int) -> None:
    case, now, names = opened(database, rules), datetime(2026, 11, 2, 1, tzinfo=UTC), [f"第{n}页.png" for n in range(6)]
    for n, name in enumerate(names):
        facts = {"name": name, "media_type": "image/png", "size": 1, "digest": "0" * 64, "purpose": None, "officer": officer()}
        database.write(lambda s, at=now + timedelta(minutes=minutes * n), f=facts: store.add_attachment(s, id=str(uuid4()), case=case, at=at, **f))
    with database.read() as session:
        assert [row.name for row in queries.attachments_of(session, case.id)] == names


def test_a_token_is_kept_as_its_digest_and_ends(database: Database) -> None:
    who = database.write(
        lambda s: store.add_officer(s, username=f"u{uuid4().hex}", name="样例", role="head", agency="gx-zfb", at=NOW)
    )
    token = database.write(lambda s: store.new_token(s, who.id, label="x", at=NOW, expires_at=NOW + timedelta(days=1)))
    with database.read() as session:
        assert session.execute(text("SELECT count(*) FROM token WHERE digest = :t"), {"t": token}).scalar() == 0
        assert queries.officer_by_token(session.connection(), token, NOW, YEAR) == (who, "act")
        assert queries.officer_by_token(session.connection(), token, NOW + timedelta(days=2), YEAR) is None
        assert queries.officer_by_token(session.connection(), token, NOW + timedelta(hours=2), timedelta(hours=1)) is None
        assert queries.officer_by_token(session.connection(), token + "x", NOW, YEAR) is None
    for active in (False, True):
        database.write(lambda s, active=active: people.set_active(s, who.id, active, NOW))
        with database.read() as session:
            assert queries.officer_by_token(session.connection(), token, NOW, YEAR) is None


def test_a_key_is_used_once(database: Database) -> None:
    who = database.write(
        lambda s: store.add_officer(s, username=f"u{uuid4().hex}", name="样例", role="head", agency="gx-zfb", at=NOW)
    )
    once = store.Once(key="k1", officer_id=who.id, route="POST /x", request_digest="d")
    answer = store.Answer(201, b"{}", {"ETag": '"1"'})

    def first(session: Session) -> object:
        found = store.claim(session, once)
        if found is None:
            store.complete(session, once, answer, NOW)
        return found

    assert database.write(first) is None
    assert database.write(first) == answer
    other = store.Once(key="k1", officer_id=who.id, route="POST /x", request_digest="e")
    with pytest.raises(store.KeyReused):
        database.write(lambda s: store.claim(s, other))


@pytest.mark.parametrize(
    ("used", "passed", "last", "wrong"),
    [
        ([], 0, 0, None), ([1, 2, 3], 0, 3, None), ([1, 3], 0, 3, 2), ([1, 2], 0, 3, 3), ([1, 2, 2, 3], 0, 3, 2), ([1, 2, 3], 0, 2, 3),
        ([2, 5, 6], 4, 6, None), ([6], 4, 6, 5), ([2, 2, 5], 4, 5, 2), ([], 4, 5, 5), ([3], 0, 0, 3), ([0, 1], 0, 1, 0), ([5], 0, 3, 1),
        ([7], 5, 4, 7), ([4], 5, 4, None), ([2**31 - 1], 2**31 - 1, 2**31 - 1, None), ([1], 0, 2**31 - 1, 2),
    ],
)  # fmt: skip
def test_the_first_number_that_is_wrong_is_found_however_high_they_are(used: list[int], passed: int, last: int, wrong: int | None) -> None:
    assert first_wrong(used, passed, last) == wrong
