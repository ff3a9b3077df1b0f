"""限次: counted in one place by all workers, on both engines, whatever the clock does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from api.office.allowances import Allowances, Limit
from api.office.problems import Problem
from db import allowances
from db.engine import Database

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def limit(each: int = 5, all: int = 100) -> Limit:
    """A limit that no other test counts in."""
    return Limit(uuid4().hex[:20], each, all, MINUTE)


def workers(database: Database, count: int = 2) -> list[Allowances]:
    """Programs that work with one database."""
    return [Allowances(database, b"key") for _ in range(count)]


def refused(worker: Allowances, of: Limit, who: str, now: datetime = NOW, amount: int = 1) -> int:
    """0, or the seconds to wait."""
    try:
        worker.take(of, worker.client(who), now, amount)
    except Problem as problem:
        return int(problem.headers["Retry-After"])
    return 0


def test_all_workers_count_together_and_each_client_for_himself(database: Database) -> None:
    one, other = workers(database)
    of = limit()
    assert [refused(worker, of, "192.0.2.1") for worker in (one, other, one, other, one)] == [0] * 5
    assert refused(other, of, "192.0.2.1") == refused(one, of, "192.0.2.1", NOW) == 61
    assert refused(one, of, "192.0.2.2") == 0
    assert refused(one, of, "192.0.2.1", NOW + MINUTE) == 0


def test_all_clients_together_have_a_limit_too(database: Database) -> None:
    one, other = workers(database)
    of = limit(each=5, all=12)
    given = [refused(worker, of, f"192.0.2.{n}") for n, worker in enumerate([one, other] * 7)]
    assert [bool(wait) for wait in given] == [False] * 12 + [True] * 2


def test_who_is_refused_writes_nothing_more(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    (one,) = workers(database, 1)
    of = limit(each=1)
    assert not refused(one, of, "192.0.2.1")
    assert refused(one, of, "192.0.2.1")
    monkeypatch.setattr(database, "write", None)
    assert refused(one, of, "192.0.2.1")


def test_amounts_are_counted_and_what_is_refused_is_not(database: Database) -> None:
    one, other = workers(database)
    of = limit(each=10)
    assert not refused(one, of, "192.0.2.1", amount=8)
    assert refused(other, of, "192.0.2.1", amount=3)
    assert not refused(one, of, "192.0.2.1", amount=2)


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(hours=-1), timedelta(days=400)])
def test_a_clock_that_jumps_keeps_nobody_out(database: Database, jump: timedelta) -> None:
    (one,) = workers(database, 1)
    of, name = limit(each=1), uuid4().hex
    assert not refused(one, of, "192.0.2.1")
    assert refused(one, of, "192.0.2.1")
    assert not refused(one, of, "192.0.2.1", NOW + jump)
    for _ in range(allowances.FAILURES):
        database.write(lambda s: allowances.failed(s, "sign_in", NOW, about=name))
    with database.read() as session:
        assert allowances.locked(session, "sign_in", NOW, about=name)
        assert not allowances.locked(session, "sign_in", NOW + jump, about=name)


@pytest.mark.parametrize("racing", [5, 8, 20])
def test_racing_clients_are_counted_one_by_one(database: Database, racing: int) -> None:
    of = limit(each=5)
    with ThreadPoolExecutor(racing) as pool:
        given = list(pool.map(lambda worker: refused(worker, of, "192.0.2.1"), workers(database, racing)))
    assert given.count(0) == 5


def test_a_network_of_ipv6_is_one_client_and_no_address_is_kept(database: Database) -> None:
    (one,) = workers(database, 1)
    assert one.client("2001:db8:1:2::1") == one.client("2001:db8:1:2:ffff::9") != one.client("2001:db8:1:3::1")
    assert one.client("::ffff:192.0.2.1") == one.client("192.0.2.1") != one.client("192.0.2.2")
    of = limit()
    refused(one, of, "192.0.2.77")
    with database.read() as session:
        rows = session.execute(select(allowances.ALLOWANCE).where(allowances.ALLOWANCE.c.what == of.what)).all()
    assert rows
    assert "192.0.2.77" not in str(rows)


def test_what_is_over_is_forgotten(database: Database) -> None:
    (one,) = workers(database, 1)
    of = limit()
    for n in range(20):
        refused(one, of, f"192.0.2.{n}", NOW - timedelta(days=2))
    refused(one, of, "192.0.2.100", NOW)
    with database.read() as session:
        rows = select(func.count()).select_from(allowances.ALLOWANCE).where(allowances.ALLOWANCE.c.what == of.what)
        assert session.execute(rows).scalar() == 2
