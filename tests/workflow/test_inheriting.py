"""办理中拆分: the parts keep the clock of the request they were one with (READINGS R-split-clock), against the second count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from tests.stories.runner import shipped_rules
from tests.workflow.described import described
from tests.workflow.desk import Desk, handling, officer, registered
from tests.workflow.histories import History, drawn, told
from tests.workflow.independent import reckoned
from workflow.admission import admit, siblings
from workflow.case import Case, letter_id
from workflow.law import Invalid, Refused
from workflow.risks import open_risks

RULES = shipped_rules()
SECOND = "00000000-0000-4000-8000-000000000002"
THIRD: dict[str, Any] = {"type": "third_party", "party": {"name": "样例公司", "address": "样例路3号"}, "question": "可否公开"}
TWO = {"items": ["公告（样例）", "报告（样例）"]}


def asked(desk: Desk, on: str, **fields: Any) -> Desk:
    return desk.place("consultation", on, **(THIRD | fields)).serve(desk.case.version, on)


def corrected() -> Desk:
    return told_to_correct().place("correction", "2026-03-09").place("acceptance", "2026-03-09")


def paid() -> Desk:
    return charged().place("payment", "2026-03-10", amount_fen=10000)


def sent_back() -> Desk:
    desk = handling(**TWO).place("consultation", "2026-03-03", **THIRD)
    letter = letter_id(desk.case.id, 3)
    desk.place("service", "2026-03-03", letter=letter, method="post")
    return desk.place("service", "2026-03-09", letter=letter, outcome="returned", why="moved")


def ordered() -> Desk:
    """Silence was sued over; the judgment orders a reply within fifteen working days."""
    desk = handling(**TWO).place("remedy", "2026-04-07", type="litigation", body="样例县人民法院", against="inaction")
    return desk.place("remedy_result", "2026-06-01", remedy=3, result="corrected", orders_rehandling=True, within=15)


def answered(desk: Desk, consultation: int = 3) -> Desk:
    return desk.place("opinion", "2026-03-09", consultation=consultation, stance="consent", text="同意")


def told_to_correct() -> Desk:
    return registered(**TWO).place("correction_notice", "2026-03-03", matters=["写明年份"]).serve(2, "2026-03-04")


def charged() -> Desk:
    return handling(already=10, **TWO).place("fee_notice", "2026-03-04", basis="per_item", amount_fen=10000).serve(3, "2026-03-05")


def extended(*, told: bool) -> Desk:
    return handling(**TWO).place("extension", "2026-03-04", days=10, reason="查档", notified_on="2026-03-04" if told else None)


def answered_and_taken_up_again() -> Desk:
    """An order was followed, and later the office corrects itself: the period of the order holds no more."""
    desk = ordered().place("draft", "2026-06-04", items=[{"item": one, "outcome": "disclosed"} for one in (1, 2)])
    desk.place("decision", "2026-06-05")
    return desk.place("reopening", "2026-07-01", by="head", basis="own_motion", replaces="revoke", reason="有误")


def taken_up_again_and_the_order_entered_late() -> Desk:
    """The complaint was decided before the reply, and its result put down after the office had corrected itself."""
    desk = handling(**TWO).place("remedy", "2026-03-04", type="complaint", body="样例县人民政府")
    desk.place("draft", "2026-03-10", items=[{"item": one, "outcome": "disclosed"} for one in (1, 2)]).place("decision", "2026-03-11")
    desk.place("reopening", "2026-04-01", by="head", basis="own_motion", replaces="revoke", reason="有误")
    return desk.place("remedy_result", "2026-03-06", today="2026-04-02", remedy=3, result="corrected", orders_rehandling=True, within=10)


OTHER = {"party": {"name": "另一样例公司", "address": "样例路4号"}}
COURSES: dict[str, tuple[Callable[[], Desk], str]] = {
    "nothing but the receipt": (lambda: handling(**TWO), "2026-03-10"),
    "somebody is being asked": (lambda: asked(handling(**TWO), "2026-03-04"), "2026-03-10"),
    "somebody was asked and has answered": (lambda: answered(asked(handling(**TWO), "2026-03-04")), "2026-03-10"),
    "two were asked, one has answered": (lambda: answered(asked(asked(handling(**TWO), "2026-03-03"), "2026-03-05", **OTHER)), "2026-03-12"),
    "a question that never left": (lambda: handling(**TWO).place("consultation", "2026-03-04", **THIRD), "2026-03-10"),
    "a question that came back": (sent_back, "2026-03-12"),
    "corrected": (corrected, "2026-03-12"),
    "corrected, and split before it is accepted again": (lambda: told_to_correct().place("correction", "2026-03-09"), "2026-03-09"),
    "paid": (paid, "2026-03-12"),
    "charged and waived": (lambda: charged().place("waiver", "2026-03-06", reason="困难"), "2026-03-10"),
    "extended": (lambda: extended(told=True), "2026-03-10"),
    "extended, and not told yet": (lambda: extended(told=False), "2026-03-10"),
    "extended before a consultation": (lambda: asked(extended(told=True), "2026-03-05"), "2026-03-11"),
    "ordered": (ordered, "2026-06-03"),
    "taken up again, and an earlier order entered late": (taken_up_again_and_the_order_entered_late, "2026-04-03"),
    "ordered, answered and taken up again": (answered_and_taken_up_again, "2026-07-03"),
}


def split(desk: Desk, on: str, *parts: str) -> Case:
    """The second part, as a file of its own."""
    desk.place("split", on, parts=list(parts or desk.case.items), reason="两件事")
    registration = siblings(desk.case, RULES)[0]
    at = datetime.combine(date.fromisoformat(on), time(1, 0), UTC)
    return admit(Case(SECOND, desk.case.agency, "样例2号"), registration, officer("handler"), at, RULES, date.fromisoformat(on))


@pytest.mark.parametrize("course", COURSES)
def test_a_part_keeps_the_clock_of_the_request(course: str) -> None:
    make, on = COURSES[course]
    desk = make()
    state, due = desk.case.state, desk.case.reckoning(RULES).due
    part = split(desk, on)
    assert (desk.case.state, desk.case.reckoning(RULES).due) == (state, due), "the file that stays goes on as before"
    assert part.reckoning(RULES).due == reckoned(described(part, desk.case)).due
    assert part.state == ("registered" if state == "registered" else "handling")
    assert part.received_on == desk.case.received_on
    assert Case.of(part.id, part.agency, part.number, part.acts) == part


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30))
def test_parts_drawn_at_random_keep_the_clock(seed: int) -> None:
    history = drawn(seed)
    for place in history.parents:
        part = history.files[place].as_of(1)
        assert part.reckoning(history.rules).due == reckoned(described(part, *split_from(history, place))).due, told(history)


def split_from(history: History, place: int) -> tuple[Case, ...]:
    """The files that a part was split from, the oldest first, each as it stood right after the split."""
    if place not in history.parents:
        return ()
    of, version = history.parents[place]
    return (*split_from(history, of), history.files[of].as_of(version))


def test_what_may_be_done_once_is_not_done_again_by_a_part() -> None:
    """R-O5, 办法 3, 条例 30: what was told or paid holds of every part; what was not told, a part may still do."""
    untold = split(extended(told=False), "2026-03-10")
    for part, kind, fields, again in [
        (split(extended(told=True), "2026-03-10"), "extension", {"days": 5, "reason": "再延"}, "已经延长过"),
        (split(corrected(), "2026-03-12"), "correction_notice", {"matters": ["再补"]}, "只能作出一次"),
        (split(paid(), "2026-03-12"), "fee_notice", {"basis": "per_item", "amount_fen": 10000}, "一件申请只能收费一次"),
    ]:
        desk = Desk(case=part)
        with pytest.raises(Refused, match=again):
            desk.place(kind, "2026-03-13", **fields)
    assert Desk(case=untold).place("extension", "2026-03-13", days=5, reason="查档").case.version == 2


def test_what_was_asked_and_found_of_the_first_part_is_its_own_whatever_its_number_was() -> None:
    desk = asked(handling(**TWO), "2026-03-04", items=[2])
    desk.place("opinion", "2026-03-09", consultation=3, stance="object", text="不同意", reasonable=True)
    desk.place("search", "2026-03-09", places=["档案室"], method="查阅", result="not_found", items=[1])
    split(desk, "2026-03-10", TWO["items"][1], TWO["items"][0])
    desk.place("draft", "2026-03-11", items=[{"item": 1, "outcome": "third_party", "reason": "秘密"}])
    assert [risk.id for risk in open_risks(desk.case, RULES, date(2026, 3, 11))] == []
    desk.place("return", "2026-03-11", reason="改").place("draft", "2026-03-11", items=[{"item": 1, "outcome": "not_existing", "reason": "无"}])
    assert [risk.id for risk in open_risks(desk.case, RULES, date(2026, 3, 11))] == ["no_search_record"]


@pytest.mark.parametrize(
    ("items", "parts", "field"),
    [
        ([2], TWO["items"], "parts.0"), ([1], [*TWO["items"], TWO["items"][0]], "parts.2"), ([1, 2], TWO["items"], "parts"),
    ],
)  # fmt: skip
def test_a_split_that_would_take_the_asked_part_away_is_refused_at_its_place(items: list[int], parts: list[str], field: str) -> None:
    desk = asked(handling(**TWO), "2026-03-04", items=items)
    with pytest.raises(Invalid) as refused:
        desk.place("split", "2026-03-10", parts=parts, reason="两件")
    assert refused.value.field == field
