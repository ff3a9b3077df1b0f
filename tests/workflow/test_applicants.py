"""Several applicants, their representative and their agent (READINGS R-co-applicants): who is named, who is written to, who counts."""

from __future__ import annotations

from typing import Any

import pytest

from letters.agencies import load_agencies
from letters.compose import compose
from letters.html import html
from tests.workflow.desk import APPLICANT, Desk, registered
from workflow.acts import Rejected, divide, parse, unite
from workflow.law import Invalid, Refused

OTHERS: list[dict[str, Any]] = [
    {"name": f"{name}样例", "phone": f"1380000001{at}", "address": f"样例路{at}号"} for at, name in enumerate("吴郑冯", 2)
]


def words(desk: Desk) -> str:
    (letter, *_) = compose(desk.case, desk.case.acts[-1], load_agencies()["gx-zrzy"], desk.rules, lambda _: (1, "样例1号"), {})
    return html(letter.kind, letter.context)


def test_up_to_three_are_named_and_of_more_the_representative_and_how_many() -> None:
    assert registered().case.applicants_named == "周立新（样例）"
    assert registered(co_applicants=OTHERS[:2]).case.applicants_named == "周立新（样例）、吴样例、郑样例"
    assert registered(co_applicants=OTHERS).case.applicants_named == "周立新（样例）等4人"
    assert registered(co_applicants=OTHERS, representative=2).case.applicants_named == "郑样例等4人"


def test_a_letter_names_them_and_calls_them_together() -> None:
    said = words(registered(co_applicants=OTHERS[:1]).place("correction_notice", "2026-03-03", matters=["写明年份"]))
    assert "周立新（样例）、吴样例" in said
    assert "你们" in said
    assert "您" not in said.split('<div class="text')[1].split("联系")[0]


def test_the_request_counts_by_the_representative_also_when_he_is_corrected() -> None:
    desk = registered(co_applicants=OTHERS, representative=1)
    assert desk.case.applicant.name == "吴样例"
    desk.place("correction_notice", "2026-03-03", matters=["补交证件"])
    desk.place("correction", "2026-03-04", applicant={"name": "吴样例（更名）"})
    assert [one.name for one in desk.case.applicants] == ["周立新（样例）", "吴样例（更名）", "郑样例", "冯样例"]


def amended(desk: Desk, on: str = "2026-03-05", of: int = 1, **changes: Any) -> Desk:
    return desk.place("amendment", on, by="head", of=of, changes=changes, reason="登记有误")


def corrected(name: str, **fields: Any) -> Desk:
    """Registered, asked to correct, and `name` came in for who was the representative."""
    desk = registered(**fields).place("correction_notice", "2026-03-03", matters=["补交证件"])
    return desk.place("correction", "2026-03-04", applicant={"name": name})


def test_a_correction_stays_with_who_was_the_representative_when_it_came() -> None:
    """READINGS R-co-applicants: nobody falls out of the letter when another is chosen."""
    desk = corrected("吴样例（更名）", co_applicants=OTHERS[:1], representative=1)
    amended(desk, representative=0)
    assert desk.case.applicants_named == "周立新（样例）、吴样例（更名）"
    assert (desk.case.applicant.name, desk.case.recipient.name) == ("周立新（样例）", "周立新（样例）")
    chosen = corrected("周立新（更名）", co_applicants=OTHERS[:1])
    amended(chosen, representative=1)
    assert [one.name for one in chosen.case.applicants] == ["周立新（更名）", "吴样例"]
    assert chosen.case.applicant.name == "吴样例"


def test_who_was_chosen_before_the_correction_is_whom_it_corrects() -> None:
    desk = registered(co_applicants=OTHERS[:1]).place("correction_notice", "2026-03-03", matters=["补交证件"])
    amended(desk, "2026-03-03", representative=1).place("correction", "2026-03-04", applicant={"name": "吴样例（更名）"})
    assert [one.name for one in desk.case.applicants] == ["周立新（样例）", "吴样例（更名）"]
    desk.place("revocation", "2026-03-05", by="head", of=3, reason="代表人没有改选")
    assert [one.name for one in desk.case.applicants] == ["周立新（样例）", "吴样例（更名）"]
    assert desk.case.applicant.name == "周立新（样例）"


def test_whom_a_correction_names_is_amended_there() -> None:
    """READINGS R-amendment: an amendment of the registration would have no effect."""
    desk = corrected("周样例", co_applicants=OTHERS[:1])
    with pytest.raises(Invalid, match="请更正第3项记录") as caught:
        amended(desk, applicant={"name": "周立心"})
    assert caught.value.field == "changes.applicant"
    amended(desk, co_applicants=[{**OTHERS[0], "name": "吴样例（更名）"}])  # of the others nothing came in
    amended(desk, of=3, applicant={"name": "周立心"})
    assert [one.name for one in desk.case.applicants] == ["周立心", "吴样例（更名）"]
    other = corrected("吴样例（更名）", co_applicants=OTHERS[:2], representative=1)
    with pytest.raises(Invalid, match="第1位共同申请人") as caught:
        amended(other, representative=0, co_applicants=[OTHERS[1]])
    assert caught.value.field == "changes.co_applicants"
    amended(other, co_applicants=OTHERS)
    assert [one.name for one in other.case.applicants] == ["周立新（样例）", "吴样例（更名）", "郑样例", "冯样例"]


def test_the_amendment_that_made_somebody_an_applicant_stays_while_a_correction_speaks_of_him() -> None:
    desk = registered().place("correction_notice", "2026-03-03", matters=["补交证件"])
    amended(desk, "2026-03-03", co_applicants=OTHERS[:1], representative=1)
    desk.place("correction", "2026-03-04", applicant={"name": "吴样例（更名）"})
    with pytest.raises(Refused, match="先撤销第4项记录"):
        desk.place("revocation", "2026-03-05", by="head", of=3, reason="没有这一位")
    assert desk.case.applicants_named == "周立新（样例）、吴样例（更名）"


@pytest.mark.parametrize(
    ("agent", "name", "address"),
    [
        (None, "周立新（样例）", APPLICANT["address"]),
        ({"name": "何样例", "relation": "entrusted", "address": "样例路9号"}, "何样例", "样例路9号"),
        ({"name": "何样例", "relation": "heir"}, "何样例", APPLICANT["address"]),
    ],
)
def test_what_is_sent_goes_to_the_agent_or_the_representative(agent: Any, name: str, address: str) -> None:
    recipient = registered(co_applicants=OTHERS, agent=agent).case.recipient
    assert (recipient.name, recipient.address) == (name, address)


@pytest.mark.parametrize("same", [{"name": "别名", "id_number": APPLICANT["id_number"]}, {"name": "别名", "id_number": "99000019620311000 4"}])
def test_one_person_is_named_once(same: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        registered(co_applicants=[OTHERS[0], same])
    assert caught.value.field == "co_applicants.1"


@pytest.mark.parametrize(
    "agent",
    [
        {"name": APPLICANT["name"]},
        {"name": "周 立新（样例）", "phone": "13800000017"},
        {"name": "何样例", "id_number": APPLICANT["id_number"]},
        {"name": OTHERS[1]["name"]},
    ],
)
def test_an_agent_is_somebody_else(agent: dict[str, str]) -> None:
    with pytest.raises(Invalid, match="同一人") as caught:
        registered(co_applicants=OTHERS, agent={**agent, "relation": "entrusted"})
    assert caught.value.field == "agent"


def test_a_namesake_with_a_paper_of_his_own_may_act_for_the_applicant() -> None:
    agent = {"name": APPLICANT["name"], "relation": "entrusted", "id_type": "passport", "id_number": "E00000001"}
    assert registered(agent=agent).case.recipient.name == APPLICANT["name"]


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"agent": {"relation": "entrusted"}}, "agent.name"),
        ({"agent": {"name": "何样例"}}, "agent.relation"),
        ({"agent": {"name": "何样例", "relation": "entrusted", "id_number": "990000202903110007"}}, "agent.id_number"),
        ({"co_applicants": [{"name": "吴样例", "id_number": "990000202903110007"}]}, "co_applicants.0.id_number"),
        ({"co_applicants": [OTHERS[0]], "representative": 2}, "representative"),
    ],
)
def test_what_is_missing_or_cannot_be_is_said_at_its_field(fields: dict[str, Any], at: str) -> None:
    with pytest.raises(Rejected) as caught:
        registered(**fields)
    assert at in [path for path, _ in caught.value.errors]


def test_the_store_keeps_them_apart_from_the_rest_and_gives_them_back() -> None:
    act = parse({"kind": "registration", "channel": "in_person", "submitted_on": "2026-03-02", "applicant": APPLICANT, "wanted": "甲",
                 "co_applicants": OTHERS, "agent": {"name": "何样例", "relation": "guardian", "phone": "13800000019"}})  # fmt: skip
    public, private = divide(act)
    assert "样例" not in str(public)
    assert unite(public, private) == act
