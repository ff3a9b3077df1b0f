"""告知申请人: who agreed to it is told once of what has left the office, by a real mail server, and what reached nobody waits on the intake desk."""

from __future__ import annotations

import json
import threading
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from api.office import telling
from api.office.office import SHANGHAI
from api.settings import Settings
from db import people
from db import telling as kept
from tests.api.conftest import Desk, Post, registration

INTAKE, HANDLER, HEAD = (f"{role}@gx-zrzy" for role in ("intake", "handler", "head"))
TO = "zhou.sample@example.cn"
PEOPLE = ("周文博", "11010519491231002X", "13800000000", "样例路", "征收补偿安置方案")


def agreed(desk: Desk, day: str = "2026-11-03", how: str = "email", **fields: Any) -> dict[str, Any]:
    applicant = {**registration()["applicant"], "email": TO, **fields}
    return desk.register(submitted_on=day, received_on=day, applicant=applicant, tell_by=how)


@pytest.fixture(autouse=True)
def _nobody_waits(desk: Desk) -> None:
    """Of the files of other tests nobody is to be told."""
    desk.clock.set(date(2026, 11, 24))

    def forget(session: Any) -> None:
        session.execute(text("DELETE FROM telling"))
        session.execute(text("UPDATE docket SET tellings = NULL"))

    desk.office.database.write(forget)


def told(desk: Desk, post: Post, on: str) -> list[tuple[str, str]]:
    """What was told at noon of this day."""
    now = desk.clock.now
    desk.clock.set(date.fromisoformat(on))
    telling.sweep(desk.office, post.settings)
    desk.clock.now = now
    return post.told()


def sent(desk: Desk, case: dict[str, Any], kind: str, on: str) -> dict[str, Any]:
    """The file after its letter of this kind was handed to the applicant."""
    letter = next(one["id"] for one in case["letters"] if one["kind"] == kind)
    desk.office.pdf(letter)
    return desk.place(INTAKE, case, kind="service", on=on, letter=letter, method="direct", received_on=on)


def failures(desk: Desk) -> list[kept.Failure]:
    with desk.office.database.read() as session:
        return list(kept.failures(session, "gx-zrzy", desk.clock(), desk.office.today()))


def test_of_receipt_correction_extension_and_reply_each_is_told_once_and_no_letter_before_it_has_left(desk: Desk, post: Post) -> None:
    case = agreed(desk)
    ((to, said),) = told(desk, post, "2026-11-03")
    agency = desk.office.agencies["gx-zrzy"]
    assert to == TO and case["number"] in said and "2026年11月3日已收到并登记。" in said
    assert "不是送达" in said and agency.name in said and agency.phone in said
    assert not [one for one in PEOPLE if one in said], "nothing of anybody, and nothing of what is asked"
    assert told(desk, post, "2026-11-04") == [], "never twice"
    case = desk.place(HANDLER, case, kind="correction_notice", on="2026-11-04", matters=["请写明所需信息的年份"])
    assert told(desk, post, "2026-11-05") == [], "the notice lies in the office"
    case = sent(desk, case, "correction_notice", "2026-11-05")
    ((_, said),) = told(desk, post, "2026-11-05")
    assert "2026年11月4日已作出补正告知。" in said and "年份" not in said and "登记。" not in said.split("：", 1)[1].split("。")[0]
    case = desk.place(INTAKE, case, kind="correction", on="2026-11-06", wanted="崇文街道2024年第三批次征收补偿安置方案")
    assert told(desk, post, "2026-11-06") == [], "what he sent himself he knows"
    case = desk.place(HANDLER, case, kind="acceptance", on="2026-11-06")
    case = desk.place(HEAD, case, kind="extension", on="2026-11-09", days=5, reason="档案需要调阅")
    case = sent(desk, case, "extension_notice", "2026-11-10")
    ((_, said),) = told(desk, post, "2026-11-10")
    assert "已延长答复期限" in said and "档案" not in said
    with desk.office.database.read() as session:
        entries = [one for one in people.log_entries(session) if one.what == "telling"]
    assert [(one.object, one.reason) for one in entries] == [(case["number"], "1项，发电子邮件")] * 3
    assert failures(desk) == []


def test_the_reply_is_told_when_it_has_left_and_says_nothing_of_its_outcome(desk: Desk, post: Post) -> None:
    case = agreed(desk, "2026-11-03")
    case = desk.place(HANDLER, case, kind="acceptance", on="2026-11-03")
    case = desk.place(HANDLER, case, kind="search", on="2026-11-04", places=["档案室"], method="逐卷查找", result="not_found")
    case = desk.place(HANDLER, case, kind="draft", on="2026-11-05", items=[{"item": 1, "outcome": "not_existing", "reason": "经检索没有"}])
    case = desk.place(HEAD, case, kind="decision", on="2026-11-06")
    ((_, said),) = told(desk, post, "2026-11-06")
    assert "已收到并登记" in said and "答复。" not in said
    reply = next(one["kind"] for one in case["letters"] if one["kind"] not in ("receipt", "approval_sheet"))
    case = sent(desk, case, reply, "2026-11-09")
    ((_, said),) = told(desk, post, "2026-11-09")
    assert "2026年11月6日已作出答复。" in said and "检索" not in said and "不存在" not in said


def test_who_has_not_agreed_or_takes_it_back_is_told_nothing(desk: Desk, post: Post) -> None:
    agreed(desk, how="none")
    assert told(desk, post, "2026-11-03") == []
    case = agreed(desk)
    desk.place(INTAKE, case, kind="amendment", on="2026-11-03", of=1, changes={"tell_by": "none"}, reason="申请人要求停止告知")
    assert told(desk, post, "2026-11-03") == []


def test_what_was_not_taken_waits_on_the_intake_desk_and_is_told_later_by_one_of_many(desk: Desk, post: Post, caplog: Any) -> None:
    case = agreed(desk)
    post.closed = True
    assert told(desk, post, "2026-11-03") == []
    ((case_id, number, why),) = [(one.case_id, one.number, one.why) for one in failures(desk)]
    assert (case_id, number) == (case["id"], case["number"]) and "邮件服务器没有收下" in why
    said = " ".join(str(one.msg) for one in caplog.records if one.name.startswith("gongkai"))  # the mail server of the test has a log too
    assert "applicant was not told" in said and TO not in said
    post.closed = False
    sweeps = [threading.Thread(target=telling.sweep, args=(desk.office, post.settings)) for _ in range(6)]
    for one in sweeps:
        one.start()
    for one in sweeps:
        one.join()
    assert [to for to, _ in post.told()] == [TO]
    assert failures(desk) == []


def test_an_address_that_is_gone_is_told_to_the_desk_until_it_is_put_right_or_the_office_has_told_him(desk: Desk, post: Post) -> None:
    case, other = agreed(desk), agreed(desk, "2026-11-04")
    assert len(told(desk, post, "2026-11-04")) == 2
    for one in (case, other):
        asked = desk.place(HANDLER, one, kind="correction_notice", on="2026-11-04", matters=["请写明所需信息的年份"])
        left = sent(desk, asked, "correction_notice", "2026-11-05")
        corrected = desk.place(INTAKE, left, kind="correction", on="2026-11-05", applicant=registration()["applicant"])
        taken = desk.place(HANDLER, corrected, kind="acceptance", on="2026-11-05")
        extended = desk.place(HEAD, taken, kind="extension", on="2026-11-05", days=5, reason="档案需要调阅")
        sent(desk, extended, "extension_notice", "2026-11-05")
    assert told(desk, post, "2026-11-05") == []
    assert {(one.case_id, one.why) for one in failures(desk)} == {(case["id"], "案卷上没有电子邮箱"), (other["id"], "案卷上没有电子邮箱")}
    desk.office.database.write(lambda session: kept.told_otherwise(session, other["id"], desk.clock()))
    assert [one.case_id for one in failures(desk)] == [case["id"]]
    assert told(desk, post, "2026-11-06") == [], "it is tried again, and is not lost"
    assert [one.case_id for one in failures(desk)] == [case["id"]]


def test_what_was_on_its_way_when_the_program_ended_is_never_sent_twice_and_is_shown_as_unclear(desk: Desk, post: Post) -> None:
    case = agreed(desk)
    desk.clock.set(date(2026, 11, 3))
    assert desk.office.database.write(lambda session: kept.take(session, case["id"], [1], desk.clock())) == [1]
    assert told(desk, post, "2026-11-03") == [] and failures(desk) == []
    desk.clock.now = datetime(2026, 11, 3, 14, 0, tzinfo=SHANGHAI)
    assert [(one.case_id, one.unclear) for one in failures(desk)] == [(case["id"], True)]


def test_a_short_message_goes_by_the_offices_own_program_to_the_mobile_number(desk: Desk, tmp_path: Path) -> None:
    command = tmp_path / "tell"
    command.write_text(f'#!/bin/sh\ncat >> "{tmp_path}/told"\n', encoding="utf-8")
    command.chmod(0o700)
    case = agreed(desk, how="phone", phone="+86 138-0000-0000")
    desk.clock.set(date(2026, 11, 3))
    assert telling.sweep(desk.office, Settings(remind_command=command)) == 0, "the office tells no applicants"
    assert telling.sweep(desk.office, Settings(remind_command=command, tell_applicants="phone")) == 1
    said = json.loads((tmp_path / "told").read_text(encoding="utf-8"))
    assert (said["audience"], said["to"], said["username"]) == ("applicant", "13800000000", "")
    assert case["number"] in said["text"] and said["items"][0]["text"].endswith("已收到并登记")


def test_it_is_quiet_at_night(desk: Desk, post: Post) -> None:
    agreed(desk)
    desk.clock.now = datetime(2026, 11, 3, 22, 0, tzinfo=SHANGHAI)
    assert telling.sweep(desk.office, post.settings) is None
    assert post.told() == []


@pytest.mark.parametrize(
    ("applicant", "how", "why"),
    [({"email": None}, "email", "电子邮箱"), ({"phone": "0635-5231234"}, "phone", "不是手机号码"), ({"phone": None}, "phone", "不是手机号码")],
)  # fmt: skip
def test_who_cannot_be_reached_that_way_is_told_at_the_field(desk: Desk, applicant: dict[str, Any], how: str, why: str) -> None:
    sent_in = registration(applicant={**registration()["applicant"], **applicant}, tell_by=how)
    answer = desk.call(INTAKE, "POST", "/api/cases", sent_in)
    assert answer.status_code == 400 and why in json.dumps(answer.json(), ensure_ascii=False) and "tell_by" in answer.text


@pytest.mark.parametrize("wrong", ["email", "phone", "mail", "email,fax"])
def test_a_way_that_the_office_has_not_set_up_stops_the_start(wrong: str) -> None:
    with pytest.raises(ValidationError):
        Settings(tell_applicants=wrong)


def of_log(desk: Desk, number: str) -> list[str]:
    """What the log says of the messages of this file, the latest first."""
    with desk.office.database.read() as session:
        return [str(one.reason) for one in people.log_entries(session) if one.what == "telling" and one.object == number]


def test_who_withdrew_before_the_message_went_is_told_nothing_of_it_and_the_log_of_the_file_says_so(desk: Desk, post: Post) -> None:
    gone, there = agreed(desk), agreed(desk)
    withdrawn = desk.place(INTAKE, gone, kind="withdrawal", on="2026-11-03", by="phone")
    assert [said for _, said in told(desk, post, "2026-11-03") if gone["number"] in said] == []
    assert of_log(desk, gone["number"]) == ["不再告知1项：已收到并登记（申请人已经撤回申请）"]
    assert of_log(desk, there["number"]) == ["1项，发电子邮件"]
    assert told(desk, post, "2026-11-04") == [] and len(of_log(desk, gone["number"])) == 1, "and says it once"
    desk.place(HEAD, withdrawn, kind="revocation", on="2026-11-04", of=2, reason="误登记，申请人没有撤回")
    ((_, said),) = told(desk, post, "2026-11-04")
    assert gone["number"] in said and "已收到并登记" in said, "it holds again"


def test_what_happens_while_others_are_told_is_seen_before_each_message(desk: Desk) -> None:
    files = {one["number"]: one for one in (agreed(desk), agreed(desk))}
    desk.clock.set(date(2026, 11, 3))

    class Slow:
        name, said = "mail", list[str]()

        def address(self, contact: Any) -> str:
            return str(contact.email)

        def send(self, _contact: Any, note: Any) -> None:
            files.pop(note.number)
            self.said.append(note.number)
            for one in files.values():
                desk.place(INTAKE, one, kind="withdrawal", on="2026-11-03", by="phone")

    way = Slow()
    assert telling.sweep(desk.office, Settings(), {"email": way}) == 1
    (other,) = files
    assert len(way.said) == 1 and "撤回" in of_log(desk, other)[0]


def test_a_message_that_failed_is_not_sent_later_when_the_file_has_gone_on(desk: Desk, post: Post) -> None:
    case = agreed(desk)
    assert len(told(desk, post, "2026-11-03")) == 1
    case = desk.place(HANDLER, case, kind="correction_notice", on="2026-11-04", matters=["请写明所需信息的年份"])
    case = sent(desk, case, "correction_notice", "2026-11-05")
    post.closed = True
    assert told(desk, post, "2026-11-05") == [] and len(failures(desk)) == 1
    desk.place(INTAKE, case, kind="correction", on="2026-11-06", wanted="崇文街道2024年第三批次征收补偿安置方案")
    post.closed = False
    assert told(desk, post, "2026-11-06") == [] and failures(desk) == []
    assert of_log(desk, case["number"])[0] == "不再告知1项：已作出补正告知（已经不等补正）"


def test_a_reply_that_has_left_takes_the_place_of_an_extension_that_was_not_told(desk: Desk, post: Post) -> None:
    case = agreed(desk)
    assert len(told(desk, post, "2026-11-03")) == 1
    case = desk.place(HANDLER, case, kind="acceptance", on="2026-11-03")
    case = desk.place(HEAD, case, kind="extension", on="2026-11-04", days=5, reason="档案需要调阅")
    case = sent(desk, case, "extension_notice", "2026-11-04")
    case = desk.place(HANDLER, case, kind="search", on="2026-11-05", places=["档案室"], method="逐卷查找", result="not_found")
    case = desk.place(HANDLER, case, kind="draft", on="2026-11-05", items=[{"item": 1, "outcome": "not_existing", "reason": "经检索没有"}])
    case = desk.place(HEAD, case, kind="decision", on="2026-11-05")
    reply = next(one["kind"] for one in case["letters"] if one["kind"] not in ("receipt", "approval_sheet", "extension_notice", "delivery_receipt"))
    sent(desk, case, reply, "2026-11-06")
    ((_, said),) = told(desk, post, "2026-11-06")
    assert "已作出答复" in said and "延长" not in said
    assert "不再告知1项：已延长答复期限（已经作出答复）" in of_log(desk, case["number"])


def test_who_was_sent_on_to_another_office_is_told_nothing_more_by_this_one(desk: Desk, post: Post) -> None:
    case = agreed(desk)
    desk.place(INTAKE, case, kind="handover", on="2026-11-03", to="gx-rsj", reason="属于人社部门的职责")
    assert case["number"] not in "".join(said for _, said in told(desk, post, "2026-11-03"))
    assert of_log(desk, case["number"]) == ["不再告知1项：已收到并登记（已经移送）"]
