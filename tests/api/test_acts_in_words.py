"""The history of a file is read by people: every field of every act has its Chinese name, and every value its word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from api.office.acts_in_words import CARRIED, Teller, record_of, title_of
from tests.stories.runner import shipped_rules
from tests.workflow.desk import Desk, drafted, handling, officer, registered
from workflow import acts as a
from workflow.case import Case, inherited
from workflow.risks import RISK_TITLES, RISKS

RULES = shipped_rules()
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ENGLISH = re.compile(r"[a-z]{2,}_?[a-z]*")


def fields_of(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, str, Any]]:
    for name, field in model.model_fields.items():
        yield f"{path}{name}", name, field
        inner = record_of(field.annotation)
        if inner is not None:
            yield from fields_of(inner, f"{path}{name}.")


@pytest.mark.parametrize("kind", a.ACTS)
def test_every_field_has_a_name_in_chinese(kind: str) -> None:
    bare = [path for path, name, field in fields_of(a.ACTS[kind]) if name != "kind" and not _CHINESE.search(title_of(name, field))]
    assert [path for path in bare if not path.endswith("as_signed.digest")] == []  # SHA-256


def literals(annotation: Any) -> set[str]:
    if get_origin(annotation) is Literal:
        return {one for one in get_args(annotation) if isinstance(one, str)}
    return {word for one in get_args(annotation) if not isinstance(one, str) for word in literals(one)}


@pytest.mark.parametrize("kind", a.ACTS)
def test_every_value_of_a_list_has_a_word(kind: str) -> None:
    told = teller(registered())
    for path, name, field in fields_of(a.ACTS[kind]):
        if name != "kind":
            assert all(_CHINESE.search(told._say(kind, name, word)) for word in literals(field.annotation)), path


def test_every_risk_that_a_signature_may_answer_has_a_name() -> None:
    assert RISK_TITLES.keys() == {row.id for row in RISKS if row.level == "warns"}
    assert set(get_args(a.CarriedEvent.model_fields["what"].annotation)) == CARRIED.keys()


def teller(desk: Desk) -> Teller:
    return Teller(desk.case, RULES, date(2026, 3, 31), {"handler@gx-zrzy": "王样例", "handler2@gx-zrzy": "李样例"}, full=True)


def told(desk: Desk, seq: int) -> dict[str, str]:
    signed = desk.case.placed(seq)
    assert signed is not None
    found = dict(teller(desk).fields(signed))
    assert not [title for title in found if _ENGLISH.search(title)]
    return found


def test_what_is_asked_for_is_told_in_the_words_of_that_act() -> None:
    desk = handling().place("request", "2026-03-05", act={"kind": "extension", "days": 5, "reason": "需要会商"}, reason="请予批准")
    found = told(desk, 3)
    assert found["报请办理的内容"] == "延长答复期限"
    assert found["报请办理的内容：延长的工作日"] == "5"
    assert not [value for value in found.values() if _ENGLISH.search(value)]


def test_an_amendment_that_is_asked_for_is_told_in_the_words_of_what_it_amends() -> None:
    asked = {"kind": "amendment", "of": 1, "changes": {"received_on": "2026-03-03", "submitted_on": "2026-03-03"}, "reason": "邮戳为3日"}
    desk = handling().place("request", "2026-03-05", act=asked, reason="请予批准")
    assert told(desk, 3)["报请办理的内容：更正的内容：收到日"] == "2026年3月3日"


def test_a_reason_stands_beside_the_name_of_its_risk() -> None:
    desk = drafted().place("decision", "2026-03-31", overrides={"reply_overdue": "承办人生病（样例）"}, today="2026-03-31")
    assert told(desk, 4)["对风险提示的说明：答复逾期"] == "承办人生病（样例）"


def test_what_a_file_brought_along_is_told_too() -> None:
    """移送、拆分: what the engine put there is read by the same people."""
    whole = handling(items=["甲", "乙"]).place("extension", "2026-03-05", days=5, reason="需要会商", notified_on="2026-03-05")
    brought = inherited(whole.case, whole.case.reckoning(RULES), date(2026, 3, 6))
    first = whole.case.registration
    desk = registered()
    handed = a.HandedFrom(case=desk.case.id, agency="样例县住建局", number="样例2号", received_on=date(2026, 2, 27))
    act = first.evolve(inherited=brought, handed_from=handed)
    desk.case = Case.of(desk.case.id, "gx-zrzy", "样例1号", [a.Signed(1, act, officer("intake"), desk.case.acts[0].at)])
    found = told(desk, 1)
    assert found["移送来源：移送的单位"] == "样例县住建局"
    assert found["移送来源：原收到日"] == "2026年2月27日"
    assert found["拆分以前的办理：承办人"] == "王样例"
    assert found["拆分以前的办理：已经延长答复期限"] == "是"
    assert found["拆分以前的办理：期限经过1：事项"] == "延长答复期限"
    assert found["拆分以前的办理：期限经过1：日期"] == "2026年3月5日"
    assert not [title for title in found if "案卷编号" in title]
