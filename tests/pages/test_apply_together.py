"""几个人共同申请, 由代理人申请 on the public form: folded away, carried through the steps, registered as it was sent."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from api.cli.demo import _person
from db import applications, queries
from tests.pages.conftest import NARROW, TABLET, WIDE, Chromium, Site, axe, opens, text_of
from tests.pages.test_apply import (  # noqa: F401
    PDF,
    UNIT,
    WHAT,
    WHO,
    Applicant,
    _counted_anew,
    number_and_code,
    opened,
    waiting,
)

SECOND, THIRD, PROXY = (_person(n) for n in (31, 32, 33))
OTHERS: dict[str, Any] = {
    "co_name": [SECOND["name"], "", THIRD["name"]], "co_id_number": [SECOND["id_number"], "", THIRD["id_number"]],
    "co_phone": ["13800000031", "", ""], "co_address": ["", "", "冠县样例路32号（样例）"], "co_category": ["", "", ""], "co_id_type": ["", "", ""],
}  # fmt: skip
AGENT = {"agent_name": PROXY["name"], "agent_relation": "guardian", "agent_phone": "13900000033", "agent_id_number": PROXY["id_number"]}


@pytest.fixture(name="site")
def open_site(site: Site) -> Site:
    return opened(site)


def sent(site: Site, wanted: str, **files: Any) -> tuple[Any, Applicant]:
    """An application of three with an agent, that came in."""
    applicant = Applicant(site)
    applicant.go("2", **WHO, **OTHERS, **AGENT)
    assert applicant.status == 200, text_of(applicant.text)[:1500]
    applicant.go("3", wanted=wanted, **files)
    applicant.go("4")
    applicant.go("send")
    number, _code = number_and_code(applicant.text)
    return next(one for one in waiting(site) if one.number == number), applicant


def test_they_are_optional_and_folded(site: Site) -> None:
    applicant = Applicant(site)
    for part in ("together", "agent"):
        assert f'<details class="gk-more gk-f" id="{part}">' in applicant.text
    applicant.to_the_end("没有别人的申请")
    assert "co_applicants" not in waiting(site)[-1].fields and "agent" not in waiting(site)[-1].fields


def test_three_ask_together_and_their_agent_is_sent_the_letters(site: Site) -> None:
    applicant = Applicant(site)
    applicant.go("2", **WHO, **OTHERS, **AGENT)
    applicant.go("3", wanted="三个人要的红线图", files=[("file", ("委托书.pdf", PDF)), ("file", ("图.pdf", PDF))])
    check = applicant.go("4")
    for shown in (SECOND["name"], THIRD["name"], "13800000031", "冠县样例路32号（样例）", PROXY["name"], "法定代理人、监护人", "13900000033"):
        assert shown in check
    back = applicant.go("1")
    assert 'id="together" open' in applicant.text and 'id="agent" open' in applicant.text and back.count("移除共同申请人") == 2
    applicant.go("2")
    applicant.go("3")
    applicant.go("4")
    applicant.go("send")
    row = waiting(site)[-1]
    assert row.number == number_and_code(applicant.text)[0]
    intake = site.as_("intake@gx-zrzy")
    assert f"{WHO['name'][:1]}*等3人" in intake.page("/intake/applications")
    page = intake.page(f"/intake/applications/{row.id}")
    said = text_of(page)
    for shown in (f"代表人{WHO['name']}", f"共同申请人{SECOND['name']}", f"法定代理人、监护人{PROXY['name']}", "13900000033", "13800000031"):
        assert shown in said
    assert SECOND["id_number"] not in page and PROXY["id_number"] not in page
    with site.office.database.read() as session:
        proof = next(one for one in applications.uploads_of(session, applications.owner_of(row.id)) if one.name == "委托书.pdf")
    today = site.office.today().isoformat()
    wrong = intake.post(f"/intake/applications/{row.id}/confirm", {"received": today, "proof": "00000000-0000-0000-0000-000000000000"})
    assert wrong.status_code == 400 and 'href="#f-proof"' in wrong.text and "没有这个文件" in wrong.text
    late = intake.post(f"/intake/applications/{row.id}/confirm", {"received": "2099-01-01", "proof": proof.id})
    assert late.status_code in (400, 409) and f'value="{proof.id}" selected' in late.text, "nothing chosen is lost"
    answer = intake.post(f"/intake/applications/{row.id}/confirm", {"received": today, "proof": proof.id})
    assert answer.status_code == 303, text_of(answer.text)
    case = site.office.case(site.officers["intake@gx-zrzy"], answer.headers["location"].rpartition("/")[2]).case
    assert [one.name for one in case.applicants] == [WHO["name"], SECOND["name"], THIRD["name"]]
    agent = case.registration.agent
    assert agent is not None and (agent.name, agent.relation, case.recipient.name) == (PROXY["name"], "guardian", PROXY["name"])
    with site.office.database.read() as session:
        kept = {one.id: (one.name, one.purpose) for one in queries.attachments_of(session, case.id)}
    assert agent.proof is not None and kept[agent.proof] == ("委托书.pdf", "代理人的授权委托书等证明")
    assert ("图.pdf", "网上申请的材料") in kept.values()


def test_rows_come_and_go_without_scripts_and_nothing_typed_is_lost(site: Site) -> None:
    applicant = Applicant(site)
    applicant.go("co-add", **WHO, co_name="甲样例")
    assert applicant.status == 200 and 'id="together" open' in applicant.text
    assert applicant.text.count('name="co_name"') == 2 and "autofocus" in applicant.text
    assert 'value="甲样例"' in applicant.text and f'value="{WHO["name"]}"' in applicant.text
    applicant.go("co-less-0", co_name=["甲样例", "乙样例"])
    assert 'value="乙样例"' in applicant.text and "甲样例" not in applicant.text
    for _ in range(25):
        applicant.go("co-add")
    assert applicant.text.count('name="co_name"') == 20 and 'value="co-add"' not in applicant.text
    applicant.go("co-less-99")
    applicant.go("co-less-x")
    assert applicant.status == 200


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"co_name": ["", "", THIRD["name"]]}, "co_name-0", "共同申请人1：请填写姓名或者名称"),
        ({"co_id_number": ["", "", ""]}, "co_id_number-2", "共同申请人3：请填写证件号码"),
        ({"co_id_number": [SECOND["id_number"][:-1] + ("1" if SECOND["id_number"][-1] != "1" else "2"), "", THIRD["id_number"]]},
         "co_id_number-0", "校验位不符"),
        ({"co_id_number": [WHO["id_number"], "", THIRD["id_number"]]}, "co_name-0", "同一人"),
        ({"co_id_number": [SECOND["id_number"], "", SECOND["id_number"]]}, "co_name-2", "同一人"),
        ({"co_id_number": ["990000204001010010", "", THIRD["id_number"]]}, "co_id_number-0", "出生日期晚于"),
        ({"co_address": ["冠⿰县", "", ""]}, "co_address-0", "第2个字（U+2FF0）"),
        ({"agent_relation": ""}, "agent_relation", "代理人：请选择与申请人的关系"),
        ({"agent_name": ""}, "agent_name", "代理人：请填写姓名"),
        ({"agent_phone": "打电话"}, "agent_phone", "联系电话只填数字"),
    ],
    ids=["nameless", "no paper", "number", "the applicant", "twice", "unborn", "unprintable", "relation", "agent", "phone"],
)  # fmt: skip
def test_a_fault_stands_at_its_field_and_all_that_was_typed_is_kept(site: Site, typed: dict[str, Any], field: str, said: str) -> None:
    applicant = Applicant(site)
    told = applicant.go("2", **(WHO | OTHERS | AGENT | typed))
    assert applicant.status == 400 and said in told and "<title>错误：" in applicant.text
    assert f'href="#f-{field}"' in applicant.text and f'id="e-{field}"' in applicant.text
    for value in (THIRD["name"], PROXY["id_number"]):
        assert value in applicant.text or value in str(typed)
    assert 'id="together" open' in applicant.text
    assert applicant.go("2", **OTHERS, **AGENT) and applicant.status == 200
    assert applicant.go("4", wanted=WHAT) and applicant.status == 200


def test_odd_values_of_people_are_told_or_left_aside(site: Site) -> None:
    for typed in (
        {"co_name": ["甲"] * 60}, {"co_name": "甲", "co_category": "king"}, {"agent_relation": "king"}, {"co_name": "名" * 9000},
        {"co_phone": ["1", "2", "3"]}, {"agent_id_type": "x"},
    ):  # fmt: skip
        applicant = Applicant(site)
        applicant.go("2", **(WHO | typed))
        assert applicant.status in (200, 400), typed


@pytest.mark.parametrize("size", [WIDE, TABLET, NARROW])
def test_the_folded_parts_read_well_for_everybody(browser: Chromium, size: tuple[int, int]) -> None:
    opened(browser.site)
    page = browser.window(size=size).go(f"/apply/{UNIT}")
    for name in ("name", "id_number", "phone", "address"):
        page.fill(f"#f-{name}", WHO[name])
    onward = page.locator(".gk-onward .btn-primary")
    at = onward.bounding_box()
    page.click("#together > summary")
    page.click("#agent > summary")
    assert onward.bounding_box() == at
    page.fill("#f-co_name-0", SECOND["name"])
    page.fill("#f-co_id_number-0", SECOND["id_number"])
    page.click("text=再加一位")
    expect(page.locator("#f-co_name-1")).to_be_focused()
    page.fill("#f-co_name-1", THIRD["name"])
    page.click("#agent > summary")
    page.fill("#f-agent_name", PROXY["name"])
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    onward.click()
    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator("#errors")).to_contain_text("代理人：请选择与申请人的关系")
    assert axe(page) == []
    page.fill("#f-co_id_number-1", THIRD["id_number"])
    page.select_option("#f-agent_relation", "entrusted")
    page.press("#f-agent_name", "Enter")  # goes on, and removes nobody
    page.fill("#f-wanted-0", WHAT)
    for _ in range(2):
        with opens(page):
            page.click(".gk-onward .btn-primary")
    for shown in (SECOND["name"], THIRD["name"], PROXY["name"], "委托代理人"):
        expect(page.locator("main")).to_contain_text(shown)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("text=提交申请")
    expect(page.locator("h1")).to_have_text("申请已经提交")
    desk = browser.window("intake@gx-zrzy", size).go("/intake/applications")
    desk.click(f"text={WHAT} >> nth=0")
    expect(desk.locator("main")).to_contain_text(PROXY["name"])
    assert axe(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")
