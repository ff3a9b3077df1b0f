"""对方看到的内容: what of a consultation leaves the unit, in the version that the handler has looked at."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflow.desk import APPLICANT, Desk
from workflow import acts as a
from workflow import showing
from workflow.case import Case
from workflow.law import Invalid
from workflow.personal import veil_of

NAME, PHONE = APPLICANT["name"], APPLICANT["phone"]


def handling() -> Desk:
    came = {"channel": "in_person", "submitted_on": "2026-03-02", "received_on": "2026-03-02"}
    applicant, items = {"category": "natural_person", **APPLICANT}, [{"wanted": "甲公告"}, {"wanted": "乙公告"}]
    desk = Desk().place("registration", "2026-03-02", by="intake", **came, applicant=applicant, wanted="两件", items=items)
    return desk.place("acceptance", "2026-03-03")


def asked(**fields: Any) -> Case:
    unit = {"type": "other_agency", "agency": "gx-rsj", "party": {"name": "人社局"}, "question": f"{NAME}，是否公开？"}
    return handling().place("consultation", "2026-03-04", **(unit | fields)).case


def shown(question: str = "是否公开？", items: tuple[str, ...] = ("甲公告", "乙公告"), **more: Any) -> dict[str, Any]:
    return {"question": question, "items": list(items), **more}


def test_who_is_consulted_is_asked_in_the_version_that_was_looked_at() -> None:
    case = asked(shown=shown())
    one = case.consultations[-1]
    assert (one.question, one.act.question) == ("是否公开？", f"{NAME}，是否公开？")
    assert case.asked_about(one) == ("甲公告", "乙公告")
    other = asked(shown=shown("请答复", ("***公告",)), items=[2])
    assert other.asked_about(other.consultations[-1]) == ("***公告",)


def test_without_one_the_act_stays_as_it_was() -> None:
    one = asked().consultations[-1]
    assert one.act.shown is None and one.question == one.act.question


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"shown": shown(items=("甲公告",))}, "shown.items", "应当是2项，现在是1项"),
        ({"shown": shown(materials=["材料"])}, "shown.materials", "应当是0项"),
        ({"shown": shown(items=()), "agency": None, "type": "internal"}, "shown", "案卷原文"),
        ({"shown": shown(f"找{NAME}")}, "shown.meant", "没有遮盖的当事人的姓名"),
        ({"shown": shown(f"电话{PHONE}")}, "shown.meant", "没有遮盖的手机号码"),
        ({"shown": shown(items=("甲公告", f"证号{APPLICANT['address']}"))}, "shown.meant", "没有遮盖的当事人的姓名、地址等"),
        ({"shown": shown(items=()) | {"question": "13800000002"}, "agency": None}, "shown.meant", "没有遮盖的手机号码"),
    ],
)
def test_a_version_that_says_more_or_less_than_is_seen_is_refused(fields: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        asked(**fields)
    assert refused.value.field == field and said in refused.value.message
    assert PHONE not in refused.value.message and NAME not in refused.value.message


def test_what_is_meant_goes_out() -> None:
    assert asked(shown=shown(f"找{NAME}", meant=True)).consultations[-1].question == f"找{NAME}"


def test_the_automatic_version_leaves_nothing_open_also_where_one_thing_hid_another() -> None:
    desk = Desk()
    applicant = {"category": "natural_person", "name": "周立", "phone": PHONE, "address": "周立家园1号楼2单元"}
    desk.place("registration", "2026-03-02", by="intake", channel="in_person", submitted_on="2026-03-02", received_on="2026-03-02",
               applicant=applicant, wanted="甲")  # fmt: skip
    made = showing.automatic(desk.case, "住周立家园1号楼2单元", ["周立家园1号楼2单元"], [f"{PHONE}.pdf"])
    assert isinstance(made, a.Shown)
    assert showing.stands_open(desk.case, made) is None
    assert veil_of(desk.case)(made.question) == made.question
