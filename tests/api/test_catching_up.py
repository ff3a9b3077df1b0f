"""Beside the work of the office: after an upgrade lists and figures are made anew, and `verify` raises no false alarm."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from api.office.catching_up import CatchingUp
from api.office.checkup import checkup
from db import rebuilding
from db import verify as looking
from db.verify import beside
from tests.api.conftest import Desk
from tests.conftest import print_nothing

INTAKE, HANDLER = "intake@gx-zrzy", "handler@gx-zrzy"


def ready(desk: Desk) -> int:
    return int(desk.client.get("/health/ready").status_code)


def test_after_an_upgrade_it_is_not_ready_until_all_is_made_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    office = desk.office
    for _ in range(3):
        desk.register()
    assert ready(desk) == 200 and not office.is_behind
    office.database.write(lambda s: s.execute(text("UPDATE docket SET state = 'archived', due_on = NULL")))
    monkeypatch.setattr(rebuilding, "version", lambda: "the next one")
    assert ready(desk) == 503
    (told,) = [one for one in checkup(office) if one.name == "projections"]
    assert told.level == "fails" and "还有3件" in told.text
    may_go, portions = threading.Event(), list[int]()
    catching_up = CatchingUp(office)

    def look(_done: int) -> None:
        assert may_go.wait(60)
        portions.append(1)

    monkeypatch.setattr(catching_up, "_look", look)
    catching_up.start()
    assert office.is_behind
    assert desk.register()["state"] == "registered", "the office works on meanwhile"
    may_go.set()
    catching_up._thread.join()
    assert not office.is_behind and ready(desk) == 200
    found = desk.call(HANDLER, "GET", "/api/cases?state=registered").json()
    assert found["total"] == 4
    CatchingUp(office).start()
    assert not office.is_behind, "nothing is due a second time"


def test_what_the_end_of_the_program_cuts_short_goes_on_at_the_next_start(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    office = desk.office
    monkeypatch.setattr(rebuilding, "version", lambda: "one more")
    first = CatchingUp(office)
    first._ends.set()
    first.start()
    first.stop()
    assert office.is_behind and ready(desk) == 503
    second = CatchingUp(office)
    second.start()
    second._thread.join()
    assert not office.is_behind and ready(desk) == 200


def test_verify_finds_no_fault_in_what_the_office_does_meanwhile(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """In portions of a few rows. With every file and letter that it looks at, somebody registers, notes, attaches and takes away."""
    office, work = desk.office, list[str]()
    for name in ("AT_ONCE", "ENTRIES_AT_ONCE"):
        monkeypatch.setattr(looking, name, 3)
    print_nothing(office)
    known = [desk.register() for _ in range(4)]
    for case in known:
        for letter in case["letters"]:
            office.pdf(letter["id"])

    def somebody_works(_done: int) -> None:
        if len(work) < 12:
            made = desk.register()
            for letter in made["letters"]:
                office.pdf(letter["id"])
            case = known[len(work) % len(known)]
            known[len(work) % len(known)] = desk.place(HANDLER, case, kind="note", text="样例")
            sent = desk.client.post(
                f"/api/cases/{made['id']}/attachments", headers={"Authorization": f"Bearer {desk.tokens[INTAKE]}"}, files={"file": ("说明.txt", b"x")}
            )
            work.append(sent.json()["id"])

    assert list(beside(office.database.read, office.files, office.rules, office.keys, somebody_works)) == []
    assert len(work) == 12
    assert list(beside(office.database.read, office.files, office.rules, office.keys)) == []
