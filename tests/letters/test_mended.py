"""Letters yet to be made follow the facts as they are known now: what was amended, and what was taken back (READINGS R-mending)."""

from __future__ import annotations

import re

from letters.agencies import load_agencies
from letters.compose import compose
from letters.html import html
from tests.letters.test_course import consulted, signed
from tests.workflow.desk import Desk, handling, registered
from workflow.case import letter_id

AGENCY = load_agencies()["gx-zrzy"]


def last_letter(desk: Desk) -> str:
    """The words of the first letter of the last act."""
    numbers = {letter_id(desk.case.id, one.seq): f"样例〔2026〕{one.seq}号" for one in desk.case.acts}
    (letter, *_) = compose(desk.case, desk.case.acts[-1], AGENCY, desk.rules, lambda _: (1, "样例〔2026〕99号"), numbers)
    return re.sub(r"<[^>]+>|\n", "", html(letter.kind, letter.context).split("<body", 1)[1])


def test_a_reply_speaks_of_the_amended_request() -> None:
    changes = {"channel": "ems_signed", "received_on": "2026-03-04", "submitted_on": "2026-02-27", "wanted": "某村2024年征收土地公告（样例）"}
    desk = registered().place("amendment", "2026-03-04", by="head", of=1, changes=changes, reason="照信封改正").place("acceptance", "2026-03-04")
    words = signed(desk, "2026-03-10")
    assert "本机关于2026年3月4日收到您邮寄提交的政府信息公开申请" in words
    assert "某村2024年征收土地公告（样例）" in words


def test_a_correction_notice_goes_to_the_amended_applicant() -> None:
    who = {"name": "周立欣（样例）", "phone": "13800000001", "address": "冠县样例路1号（样例）"}
    desk = registered().place("amendment", "2026-03-03", of=1, changes={"applicant": who}, reason="名字写错")
    assert "周立欣（样例）：" in last_letter(desk.place("correction_notice", "2026-03-03", matters=["写明年份"]))


def test_a_reply_does_not_recite_what_was_taken_back() -> None:
    """An extension and a consultation entered in error, before their letters left."""
    desk = handling().place("extension", "2026-03-03", days=10, reason="核查需要时间")
    desk.place("revocation", "2026-03-04", by="head", of=3, reason="误办")
    desk.place("consultation", "2026-03-04", type="joint_agency", party={"name": "冠县住房和城乡建设局"}, question="可否公开")
    desk.place("revocation", "2026-03-05", of=5, reason="误办")
    words = signed(desk, "2026-03-10")
    assert "决定延长答复期限" not in words
    assert "冠县住房和城乡建设局" not in words


def test_a_reply_tells_the_amended_day_of_an_opinion() -> None:
    desk = consulted().serve(3, "2026-03-05").place("opinion", "2026-03-12", consultation=3, stance="consent", text="同意")
    desk.place("amendment", "2026-03-13", by="head", of=5, changes={"on": "2026-03-11"}, reason="签收簿为11日")
    assert "于2026年3月11日收到其意见" in signed(desk, "2026-03-13")
