"""日志: who was refused, who took an attachment or a package away, what was set otherwise, and what was done on the command line."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from api.app import create_app
from api.settings import Settings
from db import people
from tests.api.conftest import Desk
from tests.cli.test_commands import Shell

NAME, NUMBER = "金丝雀姓名", "11010519491231002X"


def entries(desk: Desk, what: str | None = None) -> list[Any]:
    """The entries of the log, the latest first."""
    with desk.office.database.read() as session:
        return [one for one in people.log_entries(session, limit=1000) if what in (None, one.what)]


def told(desk: Desk, what: str) -> list[tuple[str | None, str | None, str | None]]:
    return [(one.username, one.object, one.reason) for one in entries(desk, what)]


@pytest.fixture(scope="module")
def case(desk: Desk) -> dict[str, Any]:
    applicant = {"name": NAME, "id_type": "resident_id", "id_number": NUMBER, "phone": "13912345678", "address": "金丝雀路1号"}
    return desk.register(applicant=applicant)


def attached(desk: Desk, case: dict[str, Any]) -> str:
    answer = desk.client.post(
        f"/api/cases/{case['id']}/attachments", headers={"Authorization": f"Bearer {desk.tokens['intake@gx-zrzy']}"},
        files={"file": (f"{NAME}.txt", b"x")},
    )  # fmt: skip
    assert answer.status_code == 201
    return str(answer.json()["id"])


# ---------------------------------------------------------------- refused


def test_who_asks_for_what_is_not_his_stands_in_the_log(desk: Desk, case: dict[str, Any]) -> None:
    letter, file, none = case["letters"][0]["id"], attached(desk, case), str(uuid4())
    asked = {
        f"/api/cases/{case['id']}": "GET /api/cases/{case_id}",
        f"/api/cases/{case['id']}/similar": "GET /api/cases/{case_id}/similar",
        f"/api/letters/{letter}/pdf": "GET /api/letters/{letter_id}/pdf",
        f"/api/attachments/{file}": "GET /api/attachments/{attachment_id}",
        f"/api/cases/{none}": "GET /api/cases/{case_id}",
    }
    for path, route in asked.items():
        before = len(entries(desk, "refused"))
        answer = desk.call("head@gx-rsj", "GET", path)
        assert answer.status_code == 404
        found = entries(desk, "refused")
        assert len(found) == before + 1
        identity = path.split("/")[3]
        assert (found[0].username, found[0].object) == ("head@gx-rsj", f"{route} {identity}")
        assert found[0].request_id == answer.headers["x-request-id"]


def test_who_may_not_act_or_holds_another_post_stands_there_too_once(desk: Desk, case: dict[str, Any]) -> None:
    before = len(entries(desk, "refused"))
    assert desk.try_place("archivist@gx-zrzy", case, kind="acceptance").status_code == 403
    assert desk.try_place("head@gx-rsj", case, kind="note", text="样例").status_code == 404
    assert desk.call("analyst@gx-zrzy", "POST", "/api/cases", {}).status_code == 403
    found = entries(desk, "refused")
    assert [one.username for one in found[: len(found) - before]] == ["analyst@gx-zrzy", "head@gx-rsj", "archivist@gx-zrzy"]


def test_strangers_and_addresses_leave_no_words(desk: Desk) -> None:
    before = len(entries(desk))
    assert desk.call(None, "GET", f"/api/cases/{uuid4()}").status_code == 401
    assert desk.call("head@gx-rsj", "GET", f"/api/{NAME}").status_code == 404
    assert desk.call("head@gx-rsj", "GET", f"/api/cases?applicant={NAME}").status_code == 200
    assert NAME not in "".join(str(tuple(one)) for one in entries(desk)[: len(entries(desk)) - before])


# ---------------------------------------------------------------- attachments, packages


def test_an_attachment_is_logged_when_it_comes_and_when_it_is_taken(desk: Desk, case: dict[str, Any]) -> None:
    file = attached(desk, case)
    assert desk.call("handler@gx-zrzy", "GET", f"/api/attachments/{file}").status_code == 200
    where = f"{case['number']} {file}"
    assert told(desk, "attachment")[:2] == [("handler@gx-zrzy", where, "下载"), ("intake@gx-zrzy", where, "添加")]


def test_a_package_is_logged_when_it_is_taken(desk: Desk) -> None:
    case = desk.register()
    for kind, fields in (("acceptance", {}), ("withdrawal", {"by": "writing", "reason": "样例"})):
        case = desk.place("handler@gx-zrzy" if kind == "acceptance" else "intake@gx-zrzy", case, kind=kind, **fields)
    letter = next(one["id"] for one in case["letters"] if one["kind"] != "receipt")
    case = desk.place("intake@gx-zrzy", case, kind="service", letter=letter, method="direct", on="2026-11-24", received_on="2026-11-24")
    case = desk.place("archivist@gx-zrzy", case, kind="archival", retention="定期30年")
    before = len(entries(desk, "package"))
    path = f"/api/cases/{case['id']}/archive"
    first = desk.call("handler@gx-zrzy", "GET", path)
    second = desk.call("archivist@gx-zrzy", "GET", path, X_Reason=quote("移交"))
    assert (first.status_code, second.status_code) == (200, 200)
    which = [f"归档包的SHA-256：{hashlib.sha256(one.content).hexdigest()}" for one in (first, second)]
    new = told(desk, "package")[: len(entries(desk, "package")) - before]
    assert new == [("archivist@gx-zrzy", case["number"], f"移交；{which[1]}"), ("handler@gx-zrzy", case["number"], which[0])]


def test_no_person_and_no_file_name_stands_in_the_log(desk: Desk, case: dict[str, Any]) -> None:
    attached(desk, case)
    everything = "".join(str(tuple(one)) for one in entries(desk))
    for word in (NAME, NUMBER, "13912345678", "金丝雀"):
        assert word not in everything


# ---------------------------------------------------------------- settings


@pytest.mark.slow
def test_what_was_set_otherwise_than_at_the_last_start_is_logged(desk_factory: Any) -> None:
    from litestar.testing import TestClient

    desk = desk_factory()

    def started(**options: Any) -> list[str]:
        before = len(entries(desk, "setting"))
        settings = Settings(database_url="sqlite:///x?password=geheim", data_dir=Path("/data"), **options)
        with TestClient(create_app(settings, office=desk.office)):
            found = entries(desk, "setting")
        return [one.reason for one in found[: len(found) - before]]

    started()
    assert started() == [], "nothing new is nothing to tell"
    assert started(token_days=90) == ["TOKEN_DAYS=90"]
    assert started(token_days=90, allowed_hosts="gongkai.example") == ["ALLOWED_HOSTS=gongkai.example"]
    told = started(token_days=90, allowed_hosts="gongkai.example", sign_timestamp_url="http://u:geheim@stamps.example/")
    assert told == ["SIGN_TIMESTAMP_URL=http://stamps.example/…"], "without the password"


def test_a_file_of_the_office_s_own_that_changes_is_logged(desk_factory: Any) -> None:
    desk = desk_factory()
    for text, reason in ((b"outcomes: [\n", "有误，没有生效"), (b"", "已经生效")):
        desk.office.sources.put(desk.office.sources.rules_dir / "topics.yaml", text)
        if not text:
            (desk.office.sources.rules_dir / "topics.yaml").unlink()
        assert desk.office.rules
        desk.office.database.write(lambda _s: None)  # what is written later is written by now (SQLite: one after the other)
        if desk.office.database.is_sqlite:
            assert told(desk, "rules")[0] == (None, "topics.yaml", reason)


# ---------------------------------------------------------------- the command line


@pytest.mark.slow
def test_what_is_done_on_the_command_line_leaves_a_trace(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "data")
    shell.good("demo", "--empty")
    shell.good("user", "add", "second@gx-rsj", "--name", NAME, "--role", "handler", "--agency", "gx-rsj")
    shell.good("user", "password", "second@gx-rsj")
    shell.good("token", "handler@gx-rsj", "--days", "365")
    shell.good("user", "disable", "second@gx-rsj")
    shell.good("backup", str(tmp_path / "all.zip"))
    shell.good("rebuild")
    shell.good("report", "--year", "2025", "--out", str(tmp_path / "report.json"))
    shell.good("export", "--to", str(tmp_path / "exports"), "--month", "2026-10")
    elsewhere = Shell(tmp_path / "elsewhere")
    shutil.copytree(shell.data / "secrets", elsewhere.data / "secrets")
    elsewhere.good("restore", str(tmp_path / "all.zip"))
    found = [one for one in _entries(shell.data) if one[0] != "change"]
    assert [what for what, *_ in found] == ["demo", "user", "user", "token", "user", "backup", "rebuild", "export", "export"]
    for _what, _object, reason in found:
        assert re.search(r"（命令行，系统用户.+）$", reason)
    assert [one for _, one, _ in found][1:5] == ["second@gx-rsj", "second@gx-rsj", "handler@gx-rsj", "second@gx-rsj"]
    assert "365天" in found[3][2]
    assert NAME not in str(found)
    assert _entries(elsewhere.data)[-1][0] == "restore"


def _entries(folder: Path) -> list[tuple[str, str | None, str]]:
    import sqlite3

    database = sqlite3.connect(folder / "gongkai.db")
    found = database.execute("SELECT what, object, reason FROM log_entry ORDER BY seq").fetchall()
    database.close()
    return found


def test_who_works_on_the_command_line_is_named_even_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    from api.office import record

    def nobody() -> str:
        raise KeyError

    monkeypatch.setattr(record.getpass, "getuser", nobody)
    assert re.fullmatch(r"备份（命令行，系统用户\d+）", record.by_command("备份"))


def test_an_entry_needs_no_request(desk: Desk) -> None:
    from api.office.record import record

    record(desk.office.database, desk.clock(), "refused", object="样例")
    assert told(desk, "refused")[0] == (None, "样例", None)
