"""What a watch is told: counts of the program and of each unit's desks, to whoever has the password, and nothing of a person."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr, ValidationError

from api.office import checkup
from api.office.office import SHANGHAI
from api.settings import Settings
from tests.api.conftest import Desk
from tests.conftest import writing_held

TOKEN = "words of a test only"
BOARD = Path(__file__).parents[2] / "docker" / "grafana.json"


@pytest.fixture(autouse=True)
def _watched(desk: Desk) -> Iterator[None]:
    before = desk.client.app.state.settings
    desk.client.app.state.settings = Settings(metrics_token=SecretStr(TOKEN))
    yield
    desk.client.app.state.settings = before


def asked(desk: Desk, token: str | None = TOKEN) -> Any:
    return desk.client.get("/metrics", headers={} if token is None else {"Authorization": f"Bearer {token}"})


def told(desk: Desk, name: str, **labels: str) -> float | None:
    """The value of one line; None: there is none."""
    answer = asked(desk)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                return float(sample.value)
    return None


def test_each_units_desk_is_counted_as_the_desk_counts(desk: Desk) -> None:
    here, elsewhere = ({"agency": one} for one in ("gx-zrzy", "gx-qsj"))
    counted = ("gongkai_open", "gongkai_overdue", "gongkai_unattended", "gongkai_unsent")
    before = {name: told(desk, name, **here) or 0 for name in counted}
    there = told(desk, "gongkai_open", **elsewhere)

    desk.register(submitted_on="2026-11-20", received_on="2026-11-20")
    late = desk.register(submitted_on="2026-10-12", received_on="2026-10-12")
    desk.place("handler@gx-zrzy", late, kind="acceptance", on="2026-10-13")
    after = {name: told(desk, name, **here) for name in counted}
    more = {"gongkai_open": 2, "gongkai_overdue": 1}
    assert after == {name: before[name] + more.get(name, 0) for name in counted}
    listed = desk.call("head@gx-zrzy", "GET", "/api/cases?overdue=true&limit=100").json()["items"]
    assert after["gongkai_overdue"] == len([one for one in listed if one["agency"] == "gx-zrzy"])
    assert told(desk, "gongkai_open", **elsewhere) == there


def test_requests_are_counted_by_their_route_whatever_stood_in_the_address(desk: Desk) -> None:
    case = desk.register()
    route = {"method": "GET", "route": "/api/cases/{case_id}", "status": "200"}
    before = told(desk, "gongkai_requests_total", **route) or 0
    for _ in range(3):
        desk.call("handler@gx-zrzy", "GET", f"/api/cases/{case['id']}")
    assert told(desk, "gongkai_requests_total", **route) == before + 3
    desk.client.get("/13800000000-周文博")
    desk.client.request("13800000000", "/13800000000")
    text = asked(desk).text
    assert 'route="",status="404"' in text
    for secret in (case["id"], case["number"], "13800000000", "周文博", "handler@gx-zrzy"):
        assert secret not in text, secret
    assert re.findall(r'method="([^"]*)"', text) and set(re.findall(r'method="([^"]*)"', text)) <= {"GET", "POST", "PUT", "DELETE", "HEAD", "other"}


def test_it_is_given_to_whoever_has_the_password_and_is_not_there_without_one(desk: Desk) -> None:
    for wrong in (None, "", "x", TOKEN + "x", "é中文"):
        answer = desk.client.get("/metrics", headers={"Authorization": f"Bearer {wrong}".encode()} if wrong is not None else {})
        assert answer.status_code == 401 and "METRICS_TOKEN" in answer.json()["detail"], wrong
        assert "gongkai_open" not in answer.text
    assert desk.client.get("/metrics", headers={"Authorization": f"bearer  {TOKEN}"}).status_code == 200, "RFC 9110"
    assert desk.call("admin", "GET", "/metrics").status_code == 401  # an officer's token is another
    desk.client.app.state.settings = Settings()
    assert asked(desk).status_code == 404
    assert asked(desk, "").status_code == 404


def test_a_password_that_can_be_guessed_is_none() -> None:
    with pytest.raises(ValidationError):
        Settings(metrics_token=SecretStr("short"))
    assert TOKEN not in "".join(Settings(metrics_token=SecretStr(TOKEN)).shown.values())


def test_while_nobody_can_write_the_watch_goes_on(desk: Desk) -> None:
    with writing_held(desk.office.database):
        assert told(desk, "gongkai_threads_working", lane="read") is not None


def test_the_age_of_the_last_backup_is_told_once_there_was_one(desk: Desk) -> None:
    mark = desk.office.files.root.parent / "backed-up"
    assert told(desk, "gongkai_backup_age_seconds") is None
    mark.touch()
    try:
        age = told(desk, "gongkai_backup_age_seconds")
        assert age == max(0.0, desk.clock().timestamp() - mark.stat().st_mtime)
    finally:
        mark.unlink()


def test_a_backup_that_was_never_made_or_long_ago_is_told_by_the_check(desk: Desk) -> None:
    def found() -> tuple[str, str]:
        (one,) = [one for one in checkup.checkup(desk.office) if one.name == "backup"]
        return one.level, one.text

    mark, now = desk.office.files.root.parent / "backed-up", desk.clock().timestamp()
    assert found()[0] == "warns" and "还没有" in found()[1]
    mark.touch()
    try:
        os.utime(mark, (now, now))
        assert found() == ("ok", f"最近一次备份在{desk.clock().astimezone(SHANGHAI):%Y-%m-%d %H:%M}"), "by the time in Beijing"
        os.utime(mark, (now - 9 * 86_400,) * 2)
        assert found()[0] == "warns" and "过了一周" in found()[1]
    finally:
        mark.unlink()


def test_what_is_set_and_will_not_do_is_told_before_it_is_wanted(tmp_path: Path) -> None:
    command = tmp_path / "tell"
    weak = Settings(remind_command=command, backup_passphrase=SecretStr("short"))
    assert [one.text.split("所指")[0].split("太短")[0] for one in checkup.of_settings(weak)] == ["REMIND_COMMAND", "BACKUP_PASSPHRASE"]
    command.touch(0o700)
    assert checkup.of_settings(Settings(remind_command=command, backup_passphrase=SecretStr("a passphrase of a test"))) == []


def test_the_board_asks_for_nothing_that_is_not_told(desk: Desk) -> None:
    mark = desk.office.files.root.parent / "backed-up"
    mark.touch()
    desk.call("handler@gx-zrzy", "GET", "/api/cases")  # a request that is counted, whichever tests ran before in this process
    text = asked(desk).text
    mark.unlink()
    wanted = {
        name for panel in json.loads(BOARD.read_text(encoding="utf-8"))["panels"] for target in panel["targets"]
        for name in re.findall(r"\b(?:gongkai|process)_[a-z_]+", target["expr"])
    }  # fmt: skip
    assert len(wanted) > 12
    assert [name for name in sorted(wanted) if not re.search(rf"^{name}[ {{]", text, flags=re.M)] == []
