"""A real application on a real database, with the officers of the sample office and a clock that tests may set."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from litestar.datastructures import State
from litestar.testing import TestClient
from pydantic import SecretStr
from sqlmodel import Session

from api import app
from api.cli.demo import officers
from api.office.office import SHANGHAI, Office
from api.settings import Settings
from api.web.request_log import Application
from db import store
from tests.conftest import Lent, free_port, office_for_tests

THREE = tuple((role, f"{title}（样例）", role, "gx-zfb") for role, title in (("security_admin", "安全保密管理员"), ("audit_admin", "安全审计员")))
"""Beside the system administrator of the sample office the other two of 三员: user name, name, role, agency."""


@dataclass
class Clock:
    """A clock that stands still until it is set."""

    now: datetime = datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)

    def __call__(self) -> datetime:
        return self.now.astimezone(UTC)

    def set(self, day: date) -> None:
        self.now = datetime.combine(day, time(12, 0), SHANGHAI)


@dataclass
class Desk:
    """What a caller of the API has: a client, and a token for each officer."""

    client: TestClient[Any]
    office: Office
    clock: Clock
    tokens: dict[str, str] = field(default_factory=dict)

    def call(self, who: str | None, method: str, path: str, body: object = None, **headers: str) -> Any:
        if who is not None:
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is None:
            return self.client.request(method, path, headers=names)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.request(method, path, content=content, headers={"Content-Type": "application/json", **names})

    def register(self, who: str = "intake@gx-zrzy", **fields: Any) -> dict[str, Any]:
        answer = self.call(who, "POST", "/api/cases", registration(**fields))
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def place(self, who: str, case: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """The case after an act that is placed on the day it bears: the clock is set back for it."""
        before = self.clock.now
        if "on" in fields:
            known = max(fields[name] for name in ("on", "received_on", "notified_on") if fields.get(name))
            self.clock.now = min(before, datetime.combine(date.fromisoformat(known), time(12, 0), SHANGHAI))
        try:
            answer = self.try_place(who, case, **fields)
        finally:
            self.clock.now = before
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def try_place(self, who: str, case: dict[str, Any], **fields: Any) -> Any:
        if fields.get("kind") == "decision":
            fields = {**fields, "overrides": beside_the_point(one["id"] for one in case.get("risks", ())) | fields.get("overrides", {})}
        return self.call(who, "POST", f"/api/cases/{case['id']}/acts", fields, If_Match=f'"{case["version"]}"')


def beside_the_point(risks: Iterable[str]) -> dict[str, str]:
    """Reasons for the warnings that are open of nearly every draft in these tests, and that few of them are about."""
    return dict.fromkeys(sorted({*risks} & {"secrecy_not_reviewed", "nothing_provided"}), "样例：另有记录")


def registration(**fields: Any) -> dict[str, Any]:
    """A registration as the API takes it; plainly invented."""
    return {
        "channel": "in_person",
        "submitted_on": "2026-11-02",
        "received_on": "2026-11-02",
        "applicant": {
            "category": "natural_person",
            "name": "周文博（样例）",
            "id_type": "resident_id",
            "id_number": "11010519491231002X",
            "phone": "13800000000",
            "address": "冠县样例路1号（样例）",
        },
        "wanted": "崇文街道2024年第三批次征收补偿安置方案",
        "form": "paper",
        "delivery": "post",
        **fields,
    }


class Post:
    """A mail server, and what came; while it is `closed` it takes nothing."""

    def __init__(self) -> None:
        self.came, self.closed, self.settings = list[EmailMessage](), False, Settings()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.closed:
            return "451 later"
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.came.append(message)
        return "250 OK"

    def told(self) -> list[tuple[str, str]]:
        """To whom, and what, since it was asked the last time."""
        found, self.came = [(str(one["To"]), one.get_content()) for one in self.came], []
        return sorted(found)


@pytest.fixture
def post() -> Iterator[Post]:
    made = Post()
    with free_port() as port:
        controller = Controller(made, hostname="127.0.0.1", port=port)
        controller.start()
        made.settings = Settings(
            smtp_url=SecretStr(f"smtp://127.0.0.1:{port}"), mail_from="gongkai@guanxian.example", public_url="https://gongkai.example/",
            tell_applicants="email",
        )
        yield made
        controller.stop()


_together = cache(app._application)


def _copied() -> Application:
    """An application of its own with the routes of all; nothing of it serves the office of another."""
    made = copy(_together())
    made.state = State()
    made.event_emitter = type(made.event_emitter)([])
    made.asgi_router = copy(made.asgi_router)
    made.asgi_router.app = made
    made.asgi_handler = made._create_asgi_handler()
    return made


def application(settings: Settings, office: Office) -> Application:
    """The program for an office. To put its routes together takes as long as thirty requests: that is done once for each test process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "_application", _copied)
        made = app.create_app(settings, office=office)
    assert isinstance(made, Application)
    return made


@pytest.fixture(scope="module")
def desk_factory(migrated_url_factory: Any, letter_maker: Lent, tmp_path_factory: Any) -> Iterator[Any]:
    """Makes a desk on a fresh database; closes all it made."""
    made: list[Desk] = []

    def make(*, ahead: bool = False, **options: Any) -> Desk:
        folder: Path = tmp_path_factory.mktemp("data")
        clock = Clock()
        # Cases are told over years, by the tokens that their people had at the beginning.
        options = {"token_days": 3650, **options}
        settings = Settings(database_url=migrated_url_factory(folder), data_dir=folder, letter_workers=1, **options)
        office = office_for_tests(settings, clock, letter_maker, ahead=ahead)
        client = TestClient(application(settings, office), raise_server_exceptions=False)
        client.__enter__()
        desk = Desk(client, office, clock, office.database.write(lambda s: _tokens(s, clock())))
        made.append(desk)
        return desk

    yield make
    for desk in made:
        desk.client.__exit__(None, None, None)
        desk.office.close()


def _tokens(session: Session, now: datetime) -> dict[str, str]:
    """The officers of the sample office, with a token each."""
    tokens = {}
    for username, name, role, agency in (*officers(), *THREE):
        officer = store.add_officer(session, username=username, name=name, role=role, agency=agency, at=now)
        tokens[username] = new_token(session, officer.id, now)
    return tokens


def new_token(session: Session, officer_id: str, now: datetime) -> str:
    return store.new_token(session, officer_id, label="test", at=now, expires_at=now + timedelta(days=3650))


@pytest.fixture(scope="module")
def desk(desk_factory: Any) -> Desk:
    made = desk_factory()
    assert isinstance(made, Desk)
    return made
