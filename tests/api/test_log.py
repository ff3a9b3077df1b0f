"""The program's own log: one line a request, and never a person in it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from api.office import log
from tests.api.conftest import Desk

NAME, NUMBER, PHONE, WORDS = "金丝雀姓名", "11010519491231002X", "13912345678", "金丝雀内容"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the program writes on the error output."""
    root = logging.getLogger()
    kept, level = root.handlers[:], root.level
    monkeypatch.setattr("sys.stderr", out := io.StringIO())
    log.configure()
    yield out
    root.handlers[:] = kept
    root.setLevel(level)
    logging.getLogger("gongkai").setLevel(logging.NOTSET)


def test_each_request_is_one_line_with_its_id_template_and_officer(desk: Desk, lines: io.StringIO) -> None:
    case = desk.register()
    answer = desk.call("handler@gx-zrzy", "GET", f"/api/cases/{case['id']}?canary={WORDS}")
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [(one["method"], one["route"], one["status"]) for one in told] == [
        ("POST", "/api/cases", 201),
        ("GET", "/api/cases/{case_id}", 200),
    ]
    assert told[1]["request_id"] == answer.headers["x-request-id"]
    assert told[1]["user"] is not None
    assert told[1]["ms"] >= 0
    assert WORDS not in lines.getvalue()


def test_the_id_of_a_problem_is_the_id_in_the_log(desk: Desk, lines: io.StringIO) -> None:
    answer = desk.call(None, "GET", f"/api/{WORDS}")
    (told,) = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert told["request_id"] == answer.json()["request_id"] == answer.headers["x-request-id"]
    assert (told["route"], told["status"], told["user"]) == (None, 404, None)


def test_no_person_and_no_secret_ever_reaches_the_log(desk: Desk, lines: io.StringIO) -> None:
    applicant = {"name": NAME, "id_type": "resident_id", "id_number": NUMBER, "phone": PHONE, "address": WORDS}
    case = desk.register(applicant=applicant, wanted=WORDS)
    desk.call("intake@gx-zrzy", "POST", "/api/cases", {"applicant": {**applicant, "id_number": NUMBER[::-1]}, "wanted": WORDS})
    desk.call("handler@gx-zrzy", "GET", f"/api/cases?applicant={NAME}&q={WORDS}")
    desk.call("handler@gx-zrzy", "GET", f"/api/cases?phone={PHONE}")
    desk.call("handler@gx-zrzy", "GET", f"/api/cases/{NUMBER}")
    desk.call("handler@gx-zrzy", "GET", f"/api/letters/{case['letters'][0]['id']}/pdf")
    logging.getLogger("library").warning("%s lives at %s", NAME, WORDS)
    logging.getLogger("library").warning(f"{NAME} lives at {WORDS}")  # noqa: G004 - as libraries do
    try:
        raise ValueError(NAME)
    except ValueError:
        logging.getLogger("library").exception("failed for %s", NAME)
        log.log.error("failed", exc_info=True)
    written = lines.getvalue()
    assert len(written.splitlines()) == 10
    for secret in (NAME, NUMBER, NUMBER[::-1], PHONE, WORDS, *desk.tokens.values()):
        assert secret not in written
    assert [json.loads(line).get("error") for line in written.splitlines()].count("ValueError") == 2
