"""提醒: whoever must move a file is told in time, once, by a real mail server, and nothing of people is in it."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import text, update

from api.office import leaves, reminders
from api.office.office import SHANGHAI
from api.settings import Settings
from db import feedback, people, store
from db import reminders as kept
from db import tables as t
from tests.api.conftest import Desk, Post
from tests.conftest import PATIENCE
from workflow.acts import Officer

CONTACT = t.table_of(t.Contact)
INTAKE, HANDLER, HEAD, LEGAL = (f"{role}@gx-zrzy" for role in ("intake", "handler", "head", "legal"))
PEOPLE = ("周文博", "11010519491231002X", "13800000000", "样例路", "征收补偿安置方案", "样例公司")


@pytest.fixture(autouse=True)
def _contacts(desk: Desk) -> None:
    def keep(session: Any) -> None:
        session.execute(text("DELETE FROM reminder"))
        for who in (INTAKE, HANDLER, HEAD, LEGAL, "admin", *(one for one in desk.tokens if one.endswith("@gx-rsj"))):
            row = people.officer_row(session, who)
            assert row is not None
            kept.keep(session, row.id, f"{who.replace('@', '.')}@guanxian.example", "")

    desk.office.database.write(keep)


def sweep(desk: Desk, post: Post, on: date | None = None) -> list[tuple[str, str]]:
    """What was told now, or at noon of this day, of the files of this test."""
    if on is not None:
        desk.clock.set(on)
    reminders.sweep(desk.office, post.settings)
    return post.told()


def about(case: dict[str, Any], told: list[tuple[str, str]]) -> dict[str, str]:
    """The lines about a file, by who got them."""
    found = dict[str, str]()
    for to, said in told:
        for line in said.splitlines():
            if case["number"] in line:
                found[to.partition("@")[0]] = f"{found.get(to.partition('@')[0], '')}{line.partition('：')[2]}"
    return found


def handled(desk: Desk, day: str = "2026-11-03") -> dict[str, Any]:
    case = desk.register(submitted_on=day, received_on=day)
    return desk.place(HANDLER, case, kind="acceptance", on=day)


def test_a_reply_that_is_due_soon_then_overdue_is_told_once_each(desk: Desk, post: Post) -> None:
    case = handled(desk)
    due = date.fromisoformat(desk.call(HANDLER, "GET", f"/api/cases/{case['id']}").json()["due"]["on"])
    assert about(case, sweep(desk, post, date(2026, 11, 10))) == {}, "there is time"
    calendar = desk.office.rules.calendar
    before = calendar.nth(calendar.count(due) - 3)
    told = sweep(desk, post, before)
    assert about(case, told) == {"handler.gx-zrzy": f"答复期限到{due.year}年{due.month}月{due.day}日为止"}
    mail = next(said for to, said in told if to.startswith("handler"))
    assert f"https://gongkai.example/cases/{case['id']}" in mail
    assert not [one for one in PEOPLE if one in mail]
    assert about(case, sweep(desk, post)) == {}, "never twice"
    late = calendar.nth(calendar.count(due) + 1)
    assert "已过，还没有答复" in about(case, sweep(desk, post, late))["handler.gx-zrzy"]
    assert about(case, sweep(desk, post)) == {}
    with desk.office.database.read() as session:
        assert {(one.what, one.object) for one in people.log_entries(session) if one.what == "reminder"} >= {("reminder", HANDLER)}


def test_whoever_is_away_is_not_told_but_who_stands_in(desk: Desk, post: Post) -> None:
    case, day, other = handled(desk, "2026-11-04"), date(2026, 12, 1), "other@gx-zrzy"
    officer, deputy = desk.office.database.write(lambda session: (
        people.officer_of(people.officer_row(session, HANDLER)),
        store.add_officer(session, username=other, name="代办（样例）", role="handler", agency="gx-zrzy", at=desk.clock()),
    ))  # fmt: skip
    desk.office.database.write(lambda session: kept.keep(session, deputy.id, "other@guanxian.example", ""))
    desk.clock.set(day)
    leaves.go_away(desk.office, officer, HANDLER, "gx-zrzy", leaves.Away.model_validate({"from": day, "to": day, "deputy": other}))
    try:
        assert list(about(case, sweep(desk, post, day))) == ["other"]
    finally:
        leaves.come_back(desk.office, officer, HANDLER)
        desk.office.database.write(lambda session: people.set_active(session, deputy.id, False, desk.clock()))


def test_what_was_waited_for_in_vain_and_what_has_not_left_is_told(desk: Desk, post: Post) -> None:
    case = handled(desk, "2026-11-05")
    party = {"name": "样例公司", "address": "样例路2号"}
    case = desk.place(HANDLER, case, kind="consultation", on="2026-11-05", type="third_party", party=party, question="是否同意公开")
    asking = [one["id"] for one in case["letters"] if one["kind"] == "third_party_inquiry"]
    assert asking, [one["kind"] for one in case["letters"]]
    told = about(case, sweep(desk, post, date(2026, 11, 9)))
    assert "有2份文书没有送出" in told["intake.gx-zrzy"], told
    desk.office.pdf(asking[0])
    case = desk.place(INTAKE, case, kind="service", on="2026-11-09", letter=asking[0], method="direct", received_on="2026-11-09")
    told = about(case, sweep(desk, post, date(2026, 12, 3)))
    assert "没有收到意见" in told["handler.gx-zrzy"], told
    assert not [one for said in told.values() for one in PEOPLE if one in said]


def test_a_question_to_another_unit_is_told_there_without_the_file(desk: Desk, post: Post) -> None:
    case = handled(desk, "2026-11-06")
    case = desk.place(
        HANDLER, case, kind="consultation", on="2026-11-06", type="other_agency", agency="gx-rsj",
        party={"name": "冠县人力资源和社会保障局"}, question="是否可以公开？",
    )  # fmt: skip
    (asked,) = [one for one in desk.call("legal@gx-rsj", "GET", "/api/consultations").json()["items"] if one["case_id"] == case["id"]]
    told = [said for to, said in sweep(desk, post, date.fromisoformat(asked["limit_on"])) if to.startswith(asked["assignee"].replace("@", "."))]
    assert len(told) == 1 and "会商收件" in told[0] and case["number"] not in told[0]


def test_it_is_quiet_at_night_and_on_days_off(desk: Desk, post: Post) -> None:
    handled(desk)
    for quiet in (datetime(2026, 12, 7, 22, 0, tzinfo=SHANGHAI), datetime(2026, 12, 6, 12, 0, tzinfo=SHANGHAI)):
        desk.clock.now = quiet
        assert reminders.sweep(desk.office, post.settings) is None
    assert post.told() == []
    desk.clock.now = datetime(2026, 12, 7, 8, 0, tzinfo=SHANGHAI)
    assert reminders.sweep(desk.office, post.settings)


def test_what_did_not_go_out_is_told_later_and_of_many_sweeps_one_tells_it(desk: Desk, post: Post) -> None:
    case = handled(desk)
    post.closed = True
    assert sweep(desk, post, date(2026, 12, 7)) == []
    post.closed = False
    sweeps = [threading.Thread(target=reminders.sweep, args=(desk.office, post.settings)) for _ in range(6)]
    for one in sweeps:
        one.start()
    for one in sweeps:
        one.join()
    told = post.told()
    assert [to for to, said in told if case["number"] in said and to.startswith("handler")] == ["handler.gx-zrzy@guanxian.example"]


@pytest.mark.parametrize("address", ["a@[b.cn", "=?utf-8?q?a=0D=0ABcc=3Ax=40y.cn?=@b.cn", "a@b.cn\0", "a@b..cn"])
def test_an_address_that_takes_nothing_stops_nobody_else_and_what_waits_is_told_once_it_is_put_right(
    desk: Desk, post: Post, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    case = handled(desk)
    with desk.office.database.read() as session:
        row = people.officer_row(session, HANDLER)
        assert row is not None

    def keep(where: str) -> None:
        desk.office.database.write(lambda session: kept.keep(session, row.id, where, ""))

    keep(address)
    told = sweep(desk, post, date(2026, 12, 7))
    assert told and "handler.gx-zrzy" not in about(case, told)
    assert sweep(desk, post) == [], "the others were told once"
    said = caplog.text
    assert "reminder was not sent" in said and address not in said and "b.cn" not in said
    keep("handler.gx-zrzy@guanxian.example")
    assert "handler.gx-zrzy" in about(case, sweep(desk, post))


def test_a_way_that_breaks_in_a_way_that_nobody_foresaw_stops_nobody(desk: Desk, post: Post) -> None:
    case = handled(desk)

    class Broken:
        name = "mail"

        def __init__(self, broken: bool) -> None:
            self.broken, self.told = broken, list[str]()

        def address(self, contact: kept.Contact) -> str:
            return contact.email

        def send(self, contact: kept.Contact, note: reminders.Note) -> None:
            if self.broken and contact.username == HANDLER:
                raise AttributeError(contact.email)
            if case["number"] in note.text:
                self.told.append(contact.username)

    desk.clock.set(date(2026, 12, 7))
    first, later = Broken(True), Broken(False)
    assert reminders.sweep(desk.office, post.settings, [first])
    assert HANDLER not in first.told
    assert reminders.sweep(desk.office, post.settings, [later]) == 1
    assert later.told == [HANDLER]


def test_the_offices_own_command_is_told_on_its_standard_input(desk: Desk, tmp_path: Path) -> None:
    case, command = handled(desk), tmp_path / "tell"
    command.write_text(f'#!/bin/sh\ncat >> "{tmp_path}/told"\n[ ! -e "{tmp_path}/fails" ]\n', encoding="utf-8")
    command.chmod(0o700)
    settings = Settings(remind_command=command)
    with desk.office.database.read() as session:
        row = people.officer_row(session, HANDLER)
        assert row is not None
    desk.office.database.write(lambda session: kept.keep(session, row.id, "", "dd-样例-1"))
    desk.clock.set(date(2026, 12, 7))
    (tmp_path / "fails").touch()
    assert reminders.sweep(desk.office, settings) == 0
    (tmp_path / "fails").unlink()
    (tmp_path / "told").unlink()
    assert reminders.sweep(desk.office, settings) == 1
    said = json.loads((tmp_path / "told").read_text(encoding="utf-8"))
    assert (said["to"], said["username"]) == ("dd-样例-1", HANDLER)
    assert case["number"] in said["text"] and said["items"][0]["link"] is None
    assert reminders.sweep(desk.office, settings) == 0


def test_a_contact_that_cannot_be_opened_stops_nobody_else_and_is_named(desk: Desk, post: Post, caplog: pytest.LogCaptureFixture) -> None:
    case = handled(desk)
    with desk.office.database.read() as session:
        row = people.officer_row(session, INTAKE)
    assert row is not None
    broken = update(CONTACT).where(CONTACT.c.officer_id == row.id).values(email="!damaged")
    desk.office.database.write(lambda session: session.execute(broken))
    assert "handler.gx-zrzy" in about(case, sweep(desk, post, date(2026, 12, 7)))
    assert "contact cannot be opened" in caplog.text and INTAKE in caplog.text
    with desk.office.database.read() as session:
        assert kept.contact(session, row.id).is_broken
        assert [one.username for one in kept.contacts(session) if one.is_broken] == [INTAKE]


def test_an_opinion_that_is_due_soon_or_overdue_is_told_to_whoever_answers_it(desk: Desk, post: Post) -> None:
    """意见建议: five working days, of which the last three are told; nobody has it yet: the intake desk."""
    office, asked = desk.office, date(2026, 11, 3)

    def leave(session: Any) -> Any:
        said = feedback.Told("opinion", "公告贴得太高（样例）", contact="13800000000")
        return feedback.add(session, said, id=str(uuid4()), agency="gx-zrzy", on=asked, key=b"k" * 32, now=office.clock())

    row = office.database.write(leave)
    number = {"number": row.number}
    assert about(number, sweep(desk, post, date(2026, 11, 3))) == {}
    told = sweep(desk, post, date(2026, 11, 6))
    assert about(number, told) == {"intake.gx-zrzy": "答复期限到2026年11月10日为止"}
    assert not [one for _, one in told if "13800000000" in one or "贴得太高" in one]
    assert about(number, sweep(desk, post)) == {}
    who = Officer(id="x", username=INTAKE, name="样例", role="intake", agency="gx-zrzy")
    office.database.write(lambda s: feedback.assign(s, row, who, office.clock(), assignee=HANDLER, topic=None, is_simple=False))
    assert about(number, sweep(desk, post, date(2026, 11, 11))) == {"handler.gx-zrzy": "答复期限2026年11月10日已过，还没有答复"}
    office.database.write(lambda s: feedback.answer(s, row, who, office.clock(), "已改贴"))
    assert about(number, sweep(desk, post, date(2026, 11, 12))) == {}


def test_the_coming_holiday_notice_is_told_to_the_administrator(desk: Desk, post: Post) -> None:
    last = date(max(desk.office.rules.calendar.years), 12, 31)
    calendar = desk.office.rules.calendar
    told = [said for to, said in sweep(desk, post, calendar.nth(calendar.count(last) - 5)) if to.startswith("admin")]
    assert any(f"放假安排只载入到{last.year}年12月31日" in said for said in told)


@pytest.mark.parametrize(
    "wrong",
    [{"smtp_url": "http://x"}, {"smtp_url": "smtp://"}, {"smtp_url": "smtp://mail.example"}, {"mail_from": "x"}, {"remind_hours": "18-8"},
     {"remind_hours": "8-25"}, {"public_url": "https://x.example/path"}],
)  # fmt: skip
def test_settings_that_would_tell_nobody_stop_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "said"),
    [("smtp://nowhere.invalid", "找不到这台主机"), ("smtp://127.0.0.1:1", "没有服务在听"), ("smtps://127.0.0.1:{port}", "不能加密连接"),
     ("smtp://u:geheim@127.0.0.1:{port}", "口令会被看到，没有登录。请改用smtps://")],
)  # fmt: skip
def test_a_test_message_that_does_not_go_out_says_why(post: Post, url: str, said: str) -> None:
    port = post.settings.smtp_url.get_secret_value().rpartition(":")[2]
    settings = Settings(smtp_url=SecretStr(url.format(port=port)), mail_from="gongkai@guanxian.example")
    ((way, taken, answer),) = reminders.try_out(settings, kept.Contact("", "", "admin@guanxian.example", ""))
    assert (way, taken) == ("电子邮件", False) and said in answer and "geheim" not in answer
    assert post.told() == []


@contextmanager
def _saying(*lines: str, again: bool = False) -> Iterator[int]:
    """A server at a port that gives these answers, one to each line it hears, whatever it hears; the last one `again` and again unasked."""

    class Answers(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                for n, line in enumerate(lines):
                    self.wfile.write(f"{line}\r\n".encode())
                    if n + 1 < len(lines):
                        self.rfile.readline()
                while again and not ended.wait(0.1):
                    self.wfile.write(f"{lines[-1]}\r\n".encode())
                ended.wait(PATIENCE) if not lines else self.rfile.read()

    ended = threading.Event()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answers) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        ended.set()
        server.shutdown()


@pytest.mark.parametrize(
    ("lines", "again", "said"),
    [
        ((), False, "1秒内没有回答完"), (("220-so",), True, "1秒内没有回答完"), (("220 so", "250-so"), True, "1秒内没有回答完"),
        (("220 so", "250 so", "530 5.7.0 Authentication required"), False, "服务器要求登录，请在SMTP_URL里写明用户和口令。服务器的回答：530"),
        (("220 so", "250 so", "250 so", "530 5.7.0 Authentication required"), False, "服务器要求登录"),
        (("HTTP/1.1 400 Bad Request",), False, "回答的不是邮件服务器，请核对主机和端口"),
    ],
)  # fmt: skip
def test_a_server_that_never_ends_wants_a_password_or_is_none_is_told_as_that(
    monkeypatch: pytest.MonkeyPatch, lines: tuple[str, ...], again: bool, said: str
) -> None:
    if "秒" in said:
        monkeypatch.setattr(reminders, "TIMEOUT", 1.0)
    with _saying(*lines, again=again) as port:
        settings = Settings(smtp_url=SecretStr(f"smtp://127.0.0.1:{port}"), mail_from="gongkai@guanxian.example")
        ((_, taken, answer),) = reminders.try_out(settings, kept.Contact("", "", "admin@guanxian.example", ""))
    assert not taken and said in answer and "-1" not in answer


def test_a_test_message_says_what_the_server_answered(post: Post) -> None:
    to = kept.Contact("", "", "admin@guanxian.example", "1")
    assert reminders.try_out(post.settings, to) == [("电子邮件", True, "250 OK")]
    assert [(whom, "测试消息" in said) for whom, said in post.told()] == [("admin@guanxian.example", True)]
    post.closed = True
    ((_, taken, answer),) = reminders.try_out(post.settings, to)
    assert not taken and answer.endswith("服务器没有收下。服务器的回答：451 later")


@pytest.mark.parametrize(("script", "said"), [("exit 3", "没有办成，结束状态3"), (None, "不能运行"), ("cat >/dev/null", "以0结束")])
def test_a_test_message_by_the_offices_own_program_says_how_it_ended(tmp_path: Path, script: str | None, said: str) -> None:
    command = tmp_path / "tell"
    if script is not None:
        command.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        command.chmod(0o700)
    ((way, taken, answer),) = reminders.try_out(Settings(remind_command=command), kept.Contact("", "", "", "13800000000"))
    assert way == "本单位的通知程序" and said in answer and taken == ("0结束" in said)
