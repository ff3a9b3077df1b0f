"""类似申请的答复 beside a draft: how it was answered, what a review made of it, and a draft that begins with it."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from api.office.precedents import Answered, Precedent
from db import queries
from tests.pages.conftest import NARROW, TABLET, WIDE, Chromium, Person, Site, axe, site_of, text_of
from workflow.acts import ItemDecision
from workflow.case import Case

HANDLER, HEAD = "handler@gx-zrzy", "head@gx-zrzy"
REASON = "经审查，属于讨论记录。周文博（样例）本人曾来电，电话13800000000。"
WITHHELD = {"item": 1, "outcome": "deliberative", "reason": REASON, "no_rule_requires": True}
NOT_THERE = {"item": 1, "outcome": "not_existing", "reason": "经检索综合档案室和业务系统，没有制作、获取过该信息。"}
ANOTHER = {"category": "natural_person", "name": "何秀兰（样例）", "id_type": "resident_id", "id_number": "110101194912310040",
           "phone": "13800000002", "address": "冠县样例路9号（样例）"}  # fmt: skip


@pytest.fixture(autouse=True)
def today(request: pytest.FixtureRequest) -> None:
    site_of(request).clock.set(date(2026, 11, 10))


def asked(site: Site, wanted: str, **fields: Any) -> Case:
    return site.place(HANDLER, site.register(wanted=wanted, **fields), "acceptance")


def answered(site: Site, wanted: str, *items: dict[str, Any], **fields: Any) -> Case:
    case = site.place(HANDLER, asked(site, wanted, **fields), "search", places=["综合档案室"], method="按名称检索", result="not_found", text="没有")
    case = site.place(HANDLER, case, "draft", items=list(items) or [WITHHELD])
    return site.place(HEAD, case, "decision")


def number_of(site: Site, case: Case) -> str:
    assert case.decision is not None
    reply = case.letter_id(case.decision.seq)
    with site.office.database.read() as session:
        return next(str(row.number) for row in queries.letters_of(session, case) if row.id == reply)


def beside(page: str) -> str:
    """What stands in the panel of the earlier replies."""
    found = re.search(r'<section class="gk-panel" id="precedents"[^>]*>.*?</section>', page, re.S)
    assert found, page[:3000]
    return text_of(found[0])


def stands(page: str) -> dict[str, str]:
    """What stands in the fields of the items."""
    boxes = re.findall(r'<textarea[^>]* name="(items\.[^"]+)"[^>]*>([^<]*)</textarea>', page)
    lines = re.findall(r'<input class="form-control[^>]* name="(items\.[^"]+)" value="([^"]*)"', page)
    chosen = re.findall(r'<select[^>]* name="(items\.[^"]+)"[^>]*>(?:(?!</select>).)*?<option value="([^"]*)" selected', page, re.S)
    return {name: unescape(value) for name, value in (*boxes, *lines, *chosen)}


def began(who: Person, case: Case, on: Case, how: str = "", **fields: str) -> str:
    typed = {"items.0.item": "1", **{f"items.0.{name}": value for name, value in fields.items()}}
    answer = who.post(f"/cases/{case.id}/acts/draft", {**typed, "base": f"{on.id}{how}"})
    assert answer.status_code in (200, 409), answer.text[:2000]
    return answer.text


def test_a_draft_begins_with_how_another_was_answered_and_takes_nobody_along(site: Site) -> None:
    first = answered(site, "第七砖瓦厂2023年排污整改会议讨论记录")
    case = asked(site, "第七砖瓦厂2023年排污整改会议的讨论记录", applicant=ANOTHER)
    form = site.as_(HANDLER).page(f"/cases/{case.id}/acts/draft")
    said = beside(form)
    for words in (number_of(site, first), "其他申请人，同一内容", "以此为底稿", "经审查，属于讨论记录"):
        assert words in said, words
    page = began(site.as_(HANDLER), case, first)
    there = stands(page)
    assert there["items.0.outcome"] == "deliberative"
    assert there["items.0.reason"].startswith("经审查，属于讨论记录。周*")
    for seen in (said, page):
        assert "周文博" not in text_of(seen)
        assert "13800000000" not in seen
    assert "个人信息已遮盖（*），请改写" in page
    assert re.search(r'name="items.0.no_rule_requires" value="yes"[^>]*checked', page) is None, "what he checked is no check of this request"
    assert site.office.case(site.officers[HANDLER], case.id).case.version == case.version, "nothing is placed"


def test_what_is_typed_stays_unless_its_writer_says_so(site: Site) -> None:
    first = answered(site, "第八砖瓦厂2023年排污整改方案", NOT_THERE)
    case = asked(site, "第八砖瓦厂2023年排污的整改方案", applicant=ANOTHER)
    handler = site.as_(HANDLER)
    page = began(handler, case, first, outcome="not_existing", reason="我写的理由。")
    assert stands(page)["items.0.reason"] == "我写的理由。"
    assert "您写的没有改动：认定的事实和理由" in text_of(page)
    page = began(handler, case, first, " replace", outcome="not_existing", reason="我写的理由。")
    assert stands(page)["items.0.reason"] == NOT_THERE["reason"]
    page = began(handler, case, first, outcome="internal_affairs", ground="personnel", reason="")
    assert stands(page)["items.0.outcome"] == "internal_affairs", "the reasons of one outcome do not fit another"
    assert stands(page)["items.0.reason"] == ""
    assert "没有改动：底稿能填的栏目里已经有您写的内容" in text_of(page)
    page = began(handler, case, first, " replace", outcome="internal_affairs", ground="personnel")
    assert stands(page)["items.0.outcome"] == "not_existing"
    assert stands(page)["items.0.reason"] == NOT_THERE["reason"]


def test_each_item_takes_the_nearest_one(site: Site) -> None:
    both = [
        {**NOT_THERE, "item": 1, "name": "会议纪要"},
        {"item": 2, "outcome": "already_public", "name": "应急预案", "where": "冠县人民政府网站“应急管理”栏目"},
    ]
    items = ["第九砖瓦厂爆炸事故的调查会议纪要", "第九砖瓦厂爆炸事故的应急预案"]
    first = answered(site, "；".join(items), *both, items=items)
    case = asked(site, "第九砖瓦厂爆炸事故的应急预案", applicant=ANOTHER)
    there = stands(began(site.as_(HANDLER), case, first))
    assert there["items.0.outcome"] == "already_public"
    assert there["items.0.where"] == "冠县人民政府网站“应急管理”栏目"


def test_a_reply_that_a_review_corrected_is_told_and_begins_nothing(site: Site) -> None:
    first = answered(site, "第十砖瓦厂2022年拆除补偿标准", NOT_THERE)
    first = site.place(HANDLER, first, "remedy", type="reconsideration", body="冠县人民政府（样例）", against="reply")
    case = asked(site, "第十砖瓦厂2022年拆除的补偿标准", applicant=ANOTHER)
    handler, path = site.as_(HANDLER), f"/cases/{case.id}/acts/draft"
    assert "行政复议：还没有结果" in beside(handler.page(path))
    seq = first.version
    first = site.place(HANDLER, first, "remedy_result", remedy=seq, result="corrected", orders_rehandling=True)
    said = beside(handler.page(path))
    assert "行政复议：结果纠正，责令重新处理" in said
    assert "已被纠正，不作底稿" in said
    assert "以此为底稿" not in said
    assert stands(began(handler, case, first)).get("items.0.outcome") is None, "nor by hand"
    first = site.place(HEAD, first, "reopening", basis="ordered", remedy=seq, reason="按复议决定重新处理")
    given = {"item": 1, "outcome": "already_public", "where": "冠县人民政府网站“征地拆迁”栏目"}
    first = site.place(HANDLER, first, "draft", items=[given])
    first = site.place(HEAD, first, "decision")
    said = beside(handler.page(path))
    assert "行政复议责令重新处理以后作出" in said
    assert stands(began(handler, case, first))["items.0.where"] == given["where"]


def test_a_repeated_request_names_the_earlier_reply_by_itself(site: Site) -> None:
    first = answered(site, "第十一砖瓦厂2024年用地批复", NOT_THERE)
    number = number_of(site, first)
    case = asked(site, "第十一砖瓦厂2024年的用地批复")
    handler, path = site.as_(HANDLER), f"/cases/{case.id}/acts/draft"
    form = handler.page(path)
    assert "同一申请人就同一内容已经答复过" in beside(form)
    letter = re.search(rf'<a href="(/letters/[^"]+)"[^>]*>{re.escape(number)}</a>', form)
    assert letter is not None
    assert handler.get(letter[1]).status_code == 200
    kept = dict(re.findall(r'<input type="hidden" name="(items\.0\.earlier[^"]*)" value="([^"]*)"', form))
    assert kept == {"items.0.earlier.number": number, "items.0.earlier.on": "2026-11-10"}
    page = handler.post(path, {"items.0.item": "1", "items.0.outcome": "repeated", **kept, "redraw": "yes"}).text
    assert stands(page)["items.0.earlier.number"] == number
    named = {"item": 1, "outcome": "repeated", "earlier": {"number": number, "on": "2026-11-10"}}
    case = site.place(HANDLER, case, "draft", items=[named])
    signing = site.as_(HEAD).page(f"/approvals/{case.id}")
    assert re.search(rf'此前的答复：<a href="{letter[1]}">{re.escape(number)}</a>', signing), text_of(signing)
    case = site.place(HEAD, case, "return", reason="文号核对")
    case = site.place(HANDLER, case, "draft", items=[named | {"earlier": {"number": "无此文号", "on": "2026-11-10"}}])
    assert "无此文号（本单位没有这一文号的文书）" in site.as_(HEAD).page(f"/approvals/{case.id}")
    other = asked(site, "第十一砖瓦厂2024年的用地批复", applicant=ANOTHER)
    form = handler.page(f"/cases/{other.id}/acts/draft")
    assert "earlier" not in form, "another person repeats nothing"
    assert "同一申请人" not in beside(form)


def test_what_is_no_reply_begins_nothing(site: Site) -> None:
    case = asked(site, "独一无二的翡翠色风车检修记录")
    handler, path = site.as_(HANDLER), f"/cases/{case.id}/acts/draft"
    assert "没有找到已经答复的类似申请" in beside(handler.page(path))
    for chosen in ("", " ", "x replace", case.id, "'; drop"):
        answer = handler.post(path, {"items.0.item": "1", "items.0.reason": "写好的理由", "base": chosen})
        assert answer.status_code == 409
        assert "写好的理由" in answer.text and "现在不能作底稿" in text_of(answer.text)
    elsewhere = site.register("intake@gx-rsj", wanted="独一无二的翡翠色风车检修记录")
    assert elsewhere.agency == "gx-rsj"
    assert "没有找到" in beside(handler.page(path)), "nor what another unit has"


@pytest.mark.parametrize("size", [WIDE, TABLET, NARROW])
def test_the_panel_is_read_and_pressed_at_every_size(browser: Chromium, size: tuple[int, int]) -> None:
    site = browser.site
    wanted = f"第{size[0]}号泵站2023年整改方案"
    first = answered(site, wanted, NOT_THERE)
    site.place(HANDLER, first, "remedy", type="reconsideration", body="冠县人民政府（样例）", against="reply")
    case = asked(site, wanted, applicant=ANOTHER)
    window = browser.window(HANDLER, size)
    page = window.go(f"/cases/{case.id}/acts/draft")
    page.locator("#precedents summary").first.click()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#precedents button").first.click()
    expect(page.locator("#based")).to_be_focused()
    expect(page.locator('[name="items.0.reason"]')).to_have_value(NOT_THERE["reason"])
    assert axe(page) == []


def test_of_several_items_each_begins_with_the_one_that_it_is_like(site: Site) -> None:
    """As many items in another order: what was decided of the one never stands at the other."""
    plan, record = "清泉街道2024年征收补偿方案", "清泉街道2024年竣工验收备案表"
    one = Answered(plan, ItemDecision.model_validate({"item": 1, "outcome": "disclosed"}))
    other = Answered(record, ItemDecision.model_validate({"item": 2, "outcome": "not_existing", "reason": "没有制作备案表"}))
    known = Precedent(SimpleNamespace(), None, None, None, (one, other), (), ())  # type: ignore[arg-type]
    assert known.nearest([record, plan], site.office.sameness) == [other, one]
