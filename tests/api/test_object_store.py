"""An office whose letters and attachments lie in a bucket of a real S3 server works as any other, and says so when the server does not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from api.office import checkup
from db import buckets, erasing, tidying
from db.buckets import Bucket
from db.files import Files, named
from db.stores import Unreachable
from db.verify import verify
from tests.api.conftest import Desk
from tests.s3 import S3, SECRET, answering

WHO = "handler@gx-zrzy"
REFUSED = "存放文书和附件的地方暂时没有回答"


@pytest.fixture
def at_store(desk_factory: Any, s3: S3) -> Desk:
    made = desk_factory(**{name.lower(): value for name, value in s3.settings().items()})
    assert isinstance(made, Desk)
    return made


def send(desk: Desk, case: dict[str, Any], data: bytes = b"x") -> Any:
    headers = {"Authorization": f"Bearer {desk.tokens[WHO]}"}
    return desk.client.post(f"/api/cases/{case['id']}/attachments", headers=headers, files={"file": ("说明.txt", data)})


def faults(desk: Desk) -> list[str]:
    office = desk.office
    with office.database.read() as session:
        return [one for one in verify(session, office.files, office.rules, office.keys) if "密钥" not in one]


def outside_the_loop(call: Callable[..., Any]) -> Callable[..., Any]:
    def asked(*words: Any, **more: Any) -> Any:
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()
        return call(*words, **more)

    return asked


def test_letters_and_attachments_are_kept_read_checked_and_forgotten_there(at_store: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, store = at_store, at_store.office.files.store
    for name in ("create", "read", "drop"):
        monkeypatch.setattr(store, name, outside_the_loop(getattr(store, name)))
    case = desk.register()
    letter, attachment = case["letters"][0]["id"], send(desk, case).json()["id"]
    addresses = {"letters": f"/api/letters/{letter}/pdf", "attachments": f"/api/attachments/{attachment}"}
    assert [desk.call(WHO, "GET", one).status_code for one in addresses.values()] == [200, 200]
    assert {*store.names("letters"), *store.names("attachments")} == {named("letters", letter), named("attachments", attachment)}
    assert not (desk.office.data_dir / "files").exists()
    assert faults(desk) == []
    for kind, one in (("letters", letter), ("attachments", attachment)):
        whole = store.read(named(kind, one))
        assert b"%PDF" not in whole
        for break_it, status in ((lambda name: store.change(name, lambda _: b"bad"), 500), (store.drop, 410)):
            break_it(named(kind, one))
            told = desk.call(WHO, "GET", addresses[kind])
            assert (told.status_code, one in told.json()["detail"]) == (status, True)
            assert [one in fault for fault in faults(desk)] == [True]
        assert store.create(named(kind, one), whole)
    stray = str(uuid4())
    desk.office.files.put("uploads", stray, b"x")
    with desk.office.database.read() as session:
        assert list(tidying.strays(session, desk.office.files)) == [named("uploads", stray)]
    assert tidying.remove(desk.office.database, desk.office.files, [named("uploads", stray)]) == [], "it is young, and may get its row"
    desk.office.files.drop("uploads", stray)
    assert faults(desk) == []


def test_of_a_file_that_was_erased_nothing_stays_there_unless_the_server_is_silent(at_store: Desk, s3: S3) -> None:
    desk, store = at_store, at_store.office.files.store
    case = desk.register()
    attachment = send(desk, case).json()["id"]
    desk.call(WHO, "GET", f"/api/letters/{case['letters'][0]['id']}/pdf")
    with answering(503) as url, desk.office.database.read() as session:
        assert not erasing.drop(session, Files(Bucket(store.where, replace(s3.access, endpoint=url)), desk.office.files.ring), case["id"])
    assert len([*store.names("letters"), *store.names("attachments")]) == 2
    with desk.office.database.read() as session:
        assert erasing.drop(session, desk.office.files, case["id"])
    assert [*store.names("letters"), *store.names("attachments")] == [] and attachment


@pytest.mark.slow
def test_while_the_server_hangs_it_is_told_in_words_and_nothing_is_lost(
    at_store: Desk, s3: S3, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(buckets, "LONGEST", timedelta(seconds=1))
    desk = at_store
    desk.office.files.store = Bucket(desk.office.files.store.where, s3.access)
    case = desk.register()
    first, letter = send(desk, case).json()["id"], case["letters"][0]["id"]
    monkeypatch.setattr(buckets, "PAUSE", 0.0)
    with s3.hanging():
        ready = desk.client.get("/health/ready")
        assert ready.status_code == 503 and SECRET not in ready.text
        assert [one for one in checkup.checkup(desk.office) if one.name == "files" and one.level == "fails" and "S3_ENDPOINT" in one.text]
        refused = send(desk, case, b"second")
        assert (refused.status_code, REFUSED in refused.json()["detail"], "没有丢失" in refused.json()["detail"]) == (503, True, True)
        assert refused.headers["Retry-After"] == "5"
        assert desk.call(WHO, "GET", f"/api/attachments/{first}").status_code == 503
        assert desk.call(WHO, "GET", f"/api/cases/{case['id']}").status_code == 200, "what is in the database is read"
        assert desk.register()["number"] != case["number"], "and written"
        desk.office.printing._quietly(letter)
        assert desk.office.printing._failed == {}, "the letter has no fault"
        queued = list[str]()
        monkeypatch.setattr(desk.office.printing, "soon", queued.extend)
        assert desk.office.printing.unfinished() == 2 and queued == [], "and is not made in vain again and again"
        with pytest.raises(Unreachable):
            faults(desk)
    assert desk.office.printing.unfinished() == 2 and letter in queued
    assert send(desk, case, b"second").status_code == 201
    assert desk.call(WHO, "GET", f"/api/attachments/{first}").content == b"x"
    assert desk.call(WHO, "GET", f"/api/letters/{letter}/pdf").status_code == 200
    assert [one for one in faults(desk) if "没有登记的文件" not in one] == [], "what was refused may have come all the same: tidy finds it"
    assert SECRET not in caplog.text + json.dumps(desk.call(WHO, "GET", "/api/me").json())
