"""会商: who is asked sees the question and nothing else of the case, and answers it once, with files."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from playwright.sync_api import expect

from db import people, queries
from tests.pages.conftest import TABLET, WIDE, Chromium, Site, axe, site_of, text_of
from workflow.case import Case

WANTED = "工业园区控制性详细规划文本和图则"
QUESTION = "控规图则属于过程性信息，还是应当公开？图则尚未报批。请明确能否按过程性信息不予公开。"
SECRET = "村民代表联名信"
PDF = ("说明.pdf", b"%PDF-1.4 test", "application/pdf")


@pytest.fixture(autouse=True)
def today(request: pytest.FixtureRequest) -> None:
    site_of(request).clock.set(date(2026, 11, 10))


def handled(site: Site, **fields: Any) -> Case:
    case = site.register(wanted=WANTED, **fields)
    case = site.place("head@gx-zrzy", case, "assignment", to="handler@gx-zrzy")
    return site.place("handler@gx-zrzy", case, "acceptance")


def attached(site: Site, case: Case, name: str, data: bytes = b"words of the attachment") -> str:
    """A file in the case; its id."""
    answer = site.as_("handler@gx-zrzy").post(f"/cases/{case.id}/attachments", {"purpose": "材料"}, files={"file": (name, data, "text/plain")})
    assert answer.status_code == 303, answer.text
    with site.office.database.read() as session:
        return str(next(row.id for row in queries.attachments_of(session, case.id) if row.name == name))


def asked(site: Site, case: Case, party: str = "法制岗", **fields: Any) -> Case:
    known = {"type": "internal", "party": {"name": party}, "question": QUESTION, "to": "legal@gx-zrzy"}
    return site.place("handler@gx-zrzy", case, "consultation", **{key: value for key, value in (known | fields).items() if value is not None})


def elsewhere(site: Site, case: Case, agency: str = "gx-rsj", **fields: Any) -> Case:
    return asked(site, case, f"{agency}（被征求的单位）", type="other_agency", agency=agency, to=None, **fields)


def address(case: Case, place: int = -1) -> str:
    return f"/consultations/{case.id}/{case.consultations[place].seq}"


# ---------------------------------------------------------------- what is seen


def test_another_unit_sees_its_question_and_nothing_else_of_the_case(site: Site) -> None:
    case = handled(site)
    shown, hidden = attached(site, case, "会议纪要节选.txt"), attached(site, case, f"{SECRET}.txt")
    case = elsewhere(site, site.office.case(site.officers["handler@gx-zrzy"], case.id).case, materials=[shown])
    page = site.as_("handler@gx-rsj").page(address(case))
    said = text_of(page)
    assert QUESTION in said
    assert WANTED in said
    assert "冠县自然资源和规划局提出" in said
    for word in ("周文博", "13800000000", "11010519491231002X", "样例路", SECRET, case.number, "李文静", "赵思远"):
        assert word not in page, word
    mine = site.as_("handler@gx-rsj")
    assert mine.get(f"{address(case)}/materials/{shown}").content == b"words of the attachment"
    assert "attachment" in mine.get(f"{address(case)}/materials/{shown}").headers["content-disposition"]
    assert mine.get(f"{address(case)}/materials/{hidden}").status_code == 404
    assert mine.get(f"/attachments/{shown}").status_code == 404
    assert mine.get(f"/cases/{case.id}").status_code == 404


def test_a_material_is_given_under_its_own_question_only(site: Site) -> None:
    case = handled(site)
    shown = attached(site, case, "材料.txt")
    case = elsewhere(site, site.office.case(site.officers["handler@gx-zrzy"], case.id).case, materials=[shown])
    case = elsewhere(site, case, "gx-zjj")
    assert site.as_("handler@gx-zjj").get(f"{address(case)}/materials/{shown}").status_code == 404
    assert site.as_("handler@gx-zjj").get(f"{address(case, 0)}/materials/{shown}").status_code == 404
    assert site.as_("handler@gx-zjj").get(address(case, 0)).status_code == 404
    assert site.as_("handler@gx-zjj").get(address(case)).status_code == 200


@pytest.mark.parametrize("path", ["/consultations/{id}/1", "/consultations/{id}/0", "/consultations/{id}/99999999999999999999"])
def test_what_is_no_question_of_ones_own_is_not_there(site: Site, path: str) -> None:
    case = asked(site, handled(site))
    for who in ("handler@gx-zrzy", "handler@gx-zjj"):
        assert site.as_(who).get(path.format(id=case.id)).status_code == 404


def test_the_list_is_of_ones_own_by_limit_and_colleagues_are_not_asked_twice(site: Site) -> None:
    late = asked(site, handled(site), days=9, question="这一件答复日在后。")
    soon = asked(site, handled(site), days=1, question="这一件答复日在前。")
    page = text_of(site.as_("legal@gx-zrzy").page("/consultations"))
    assert page.index("这一件答复日在前") < page.index("这一件答复日在后")
    assert "剩1日" in page
    assert "这一件答复日在前" not in text_of(site.as_("intake@gx-zrzy").page("/consultations"))
    colleague = text_of(site.as_("intake@gx-zrzy").page(address(soon)))
    assert "这一次会商请何清源（样例）答复" in colleague
    assert "提交意见" not in colleague
    assert site.as_("intake@gx-zrzy").post(address(late), {"do": "answer", "stance": "consent", "text": "同意"}).status_code == 404


# ---------------------------------------------------------------- the answer


def test_the_head_of_the_unit_that_is_asked_agrees_to_reply_jointly_and_the_draft_offers_it(site: Site) -> None:
    case = elsewhere(site, handled(site))
    fields = {"do": "answer", "stance": "consent", "text": "同意公开，联合答复。", "co_issues": "yes"}
    assert 'name="co_issues"' not in site.as_("handler@gx-rsj").page(address(case))
    refused = site.as_("handler@gx-rsj").post(address(case), fields)
    assert refused.status_code == 400
    assert "由有权签发答复的人员（负责人）在这里答复同意" in text_of(refused.text)
    draft = f"/cases/{case.id}/acts/draft"
    assert 'name="co_issues"' in site.as_("head@gx-rsj").page(address(case))
    assert site.as_("head@gx-rsj").post(address(case), fields).status_code == 303
    assert "同意联合答复" in text_of(site.as_("head@gx-rsj").page(address(case)))
    handler = site.as_("handler@gx-zrzy")
    assert "同意联合答复" in text_of(handler.page(f"/cases/{case.id}"))
    assert re.search(r'type="checkbox" name="co_issuers" value="gx-rsj"', handler.page(draft))
    now = site.office.case(site.officers["handler@gx-zrzy"], case.id).case
    item = {"items.0.item": "1", "items.0.outcome": "disclosed", "items.0.where": "随本答复书提供", "on": "2026-11-10"}
    sent = handler.post(draft, {**item, "seen": str(now.version), "co_issuers": ["gx-rsj"]})
    assert sent.status_code == 303, text_of(sent.text)
    assert "会同gx-rsj（被征求的单位）联合答复" in text_of(site.as_("head@gx-zrzy").page(f"/cases/{case.id}")), "as it was asked"


def test_an_answer_is_placed_with_its_files_and_the_next_question_is_a_step_away(site: Site) -> None:
    person = site.as_("legal@gx-zrzy")
    first, second = asked(site, handled(site), days=1), asked(site, handled(site), days=2, question="下一件的问题。")
    fields = {"do": "answer", "stance": "partial", "text": "已经公示的部分公开，其余不予公开。"}
    answer = person.post(address(first), fields, files={"file": PDF})
    assert answer.status_code == 303
    assert "done=answered" in answer.headers["location"]
    page = person.page(answer.headers["location"])
    assert "意见已提交，写入案卷，承办人可以看到全文。" in text_of(page)
    assert re.search(r'<a data-next href="/consultations/[^"]+">下一件</a>', page)
    assert "<form class=\"gk-body gk-replying" not in page
    case = site.office.case(site.officers["handler@gx-zrzy"], first.id).case
    opinion = case.consultations[-1].opinion
    assert opinion is not None
    assert (opinion.stance, opinion.text) == ("partial", fields["text"])
    assert case.state == "handling"
    with site.office.database.read() as session:
        rows = queries.attachments_of(session, case.id)
    assert [(row.name, row.purpose) for row in rows] == [("说明.pdf", f"会商意见附件（第{first.consultations[-1].seq}项记录）")]
    assert "已经公示的部分公开" in text_of(person.page(address(case)))
    assert "提交意见" not in text_of(person.page(address(case)))
    assert site.office.case(site.officers["handler@gx-zrzy"], second.id).case.consultations[-1].is_open


def test_what_is_missing_is_said_at_its_field_and_what_was_typed_is_kept(site: Site) -> None:
    case, person = asked(site, handled(site)), site.as_("legal@gx-zrzy")
    answer = person.post(address(case), {"do": "answer", "text": "写了一半的理由<b>"})
    assert answer.status_code == 400
    assert "<title>错误：会商" in answer.text
    assert 'href="#f-stance"' in answer.text
    assert "写了一半的理由&lt;b&gt;" in answer.text
    bad = person.post(address(case), {"do": "answer", "stance": "consent", "text": "同意"}, files={"file": ("a.exe", b"MZ", "application/x")})
    assert bad.status_code == 400
    assert "只接收这些格式" in text_of(bad.text)
    many = [("file", (f"{n}.pdf", b"%PDF-1.4", "application/pdf")) for n in range(6)]
    assert "一次最多上传5个文件" in person.post(address(case), {"do": "answer", "stance": "consent", "text": "同意"}, files=many).text
    assert site.office.case(site.officers["handler@gx-zrzy"], case.id).case.version == case.version
    with site.office.database.read() as session:
        assert queries.attachments_of(session, case.id) == []


@pytest.mark.parametrize("stance", ["declined", "", "consent; drop", "同意"])
def test_only_a_stance_of_the_form_is_taken(site: Site, stance: str) -> None:
    case = asked(site, handled(site))
    assert site.as_("legal@gx-zrzy").post(address(case), {"do": "answer", "stance": stance, "text": "同意"}).status_code == 400


def test_it_is_declined_with_a_reason_only(site: Site) -> None:
    case, person = asked(site, handled(site)), site.as_("legal@gx-zrzy")
    assert "请写明为什么不属于本岗位职责" in person.post(address(case), {"do": "decline", "text": "别的框里的字"}).text
    answer = person.post(address(case), {"do": "decline", "reason": "应当由国土空间规划股答复"})
    assert answer.status_code == 303
    opinion = site.office.case(site.officers["handler@gx-zrzy"], case.id).case.consultations[-1].opinion
    assert opinion is not None
    assert (opinion.stance, opinion.text) == ("declined", "应当由国土空间规划股答复")


def test_a_second_answer_is_refused_and_kept(site: Site) -> None:
    case, person = asked(site, handled(site)), site.as_("legal@gx-zrzy")
    fields = {"do": "answer", "stance": "consent", "text": "可以公开。"}
    assert person.post(address(case), fields).status_code == 303
    again = person.post(address(case), fields | {"text": "又想起来一点。"})
    assert again.status_code == 409
    assert "这一次征求意见已经有了结果" in text_of(again.text)
    assert "又想起来一点。" in again.text
    assert "办理中" not in again.text, "of the case nothing more is told"
    assert len(site.office.case(site.officers["handler@gx-zrzy"], case.id).case.consultations) == 1


def test_an_answer_is_kept_when_the_session_ends_meanwhile(site: Site) -> None:
    case, person = asked(site, handled(site)), site.visitor()
    person.sign_in("legal@gx-zrzy")
    person.post("/sign-out")
    page = person.post(address(case), {"do": "answer", "stance": "object", "text": "写了很久的理由。"})
    assert page.status_code == 401
    kept = {name: unescape(value) for name, value in re.findall(r'name="(kept\.[^"]+)" value="([^"]*)"', page.text)}
    assert kept["kept.text"] == "写了很久的理由。"
    assert person.sign_in("legal@gx-zrzy", next=address(case), **kept).headers["location"] == address(case)
    again = person.page(address(case))
    assert "写了很久的理由。" in again
    assert re.search(r'value="object" checked', again)
    assert person.post(address(case), {"do": "answer", "stance": "object", "text": "写了很久的理由。"}).status_code == 303


def test_what_one_typed_is_not_given_to_whoever_signs_in_next(site: Site) -> None:
    """On a shared computer: the session of one ended, another signs in on the page that came."""
    case, person = asked(site, handled(site)), site.visitor()
    person.sign_in("legal@gx-zrzy")
    person.post("/sign-out")
    page = person.post(address(case), {"do": "answer", "stance": "object", "text": "写了很久的理由。"})
    kept = {name: unescape(value) for name, value in re.findall(r'name="(kept\.[^"]+)" value="([^"]*)"', page.text)}
    assert person.sign_in("head@gx-zrzy", next=address(case), **kept).status_code == 303
    with site.office.database.read() as session:
        assert people.draft(session, site.officers["head@gx-zrzy"].id, address(case)) is None


def test_past_the_limit_the_form_stays_and_says_so(site: Site) -> None:
    case = asked(site, handled(site), days=1)
    site.clock.set(date(2026, 11, 20))
    person = site.as_("legal@gx-zrzy")
    page = text_of(person.page(address(case)))
    assert "已过答复日，承办人可能已经作出决定" in page
    assert "超期" in page
    assert person.post(address(case), {"do": "answer", "stance": "neutral", "text": "补充意见。"}).status_code == 303


def test_an_overseeing_office_that_was_asked_may_answer(site: Site) -> None:
    case = elsewhere(site, handled(site), "gx-zfb")
    answer = site.as_("handler@gx-zfb").post(address(case), {"do": "answer", "stance": "object", "text": "会议纪要不宜公开。"})
    assert answer.status_code == 303, text_of(answer.text)


def test_posts_that_answer_nothing_see_no_form(site: Site) -> None:
    case = elsewhere(site, handled(site))
    page = text_of(site.as_("archivist@gx-rsj").page(address(case)))
    assert "提交意见" not in page
    assert "您的岗位不答复会商" in page
    assert site.as_("archivist@gx-rsj").post(address(case), {"do": "answer", "stance": "consent", "text": "同意"}).status_code == 403


# ---------------------------------------------------------------- who asked, and minutes


def test_the_handler_sees_all_answers_side_by_side_and_the_minutes(site: Site) -> None:
    case = asked(site, asked(site, handled(site)), "国土空间规划股", to="intake@gx-zrzy")
    site.as_("intake@gx-zrzy").post(address(case), {"do": "answer", "stance": "consent", "text": "公示稿可以公开。"})
    case = site.office.case(site.officers["handler@gx-zrzy"], case.id).case
    site.place("handler@gx-zrzy", case, "meeting", attendees=["李文静", "何清源"], text="先分项答复。")
    mine = text_of(site.as_("handler@gx-zrzy").page("/consultations?view=asked"))
    assert "公示稿可以公开。" in mine
    assert "法制岗" in mine
    assert "公示稿可以公开。" in text_of(site.as_("legal@gx-zrzy").page(address(case, 0))), "what others said inside is shown"
    assert "先分项答复。" in text_of(site.as_("legal@gx-zrzy").page("/consultations?view=meetings"))
    assert "先分项答复。" not in text_of(site.as_("legal@gx-rsj").page("/consultations?view=meetings"))


@pytest.mark.parametrize("query", ["view=x", "page=0", "page=99999999999", "page=-1", "page=a&page=b", "done=<b>", "view=meetings&page=9"])
def test_odd_queries_do_no_harm(site: Site, query: str) -> None:
    answer = site.as_("legal@gx-zrzy").get(f"/consultations?{query}")
    assert answer.status_code == 200
    assert "<b>" not in answer.text.split("</header>")[1]


# ---------------------------------------------------------------- in a browser


@pytest.mark.parametrize("size", [WIDE, TABLET])
def test_it_is_answered_by_the_keyboard_and_nothing_is_hard_to_reach(browser: Chromium, size: tuple[int, int]) -> None:
    site = browser.site
    site.clock.set(date(2026, 11, 10))
    case = asked(site, handled(site))
    page = browser.window("legal@gx-zrzy", size).page
    page.goto(site.url + address(case))
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.press("#f-text", "Control+Enter")
    expect(page.locator("#errors")).to_be_focused()
    assert axe(page) == []
    page.check("input[value=consent]")
    page.fill("#f-text", "可以公开。")
    page.press("#f-text", "Control+Enter")
    page.wait_for_url("**done=answered*")
    expect(page.locator("main")).to_contain_text("意见已提交")


@pytest.mark.parametrize(("kind", "who", "fields"), [("voiding", "head@gx-zrzy", {"reason": "重复登记"}), ("withdrawal", "intake@gx-zrzy", {})])
def test_a_file_that_has_ended_asks_nobody_any_more(site: Site, kind: str, who: str, fields: dict[str, str]) -> None:
    case = site.place(who, elsewhere(site, handled(site)), kind, **fields)
    mine = site.as_("handler@gx-rsj")
    assert "不需要答复" in text_of(mine.page(address(case)))
    assert address(case) not in mine.page("/consultations")
    assert address(case) in mine.page("/consultations?view=answered")
    assert mine.post(address(case), {"do": "answer", "stance": "consent", "text": "可以"}).status_code == 409
    own = text_of(site.as_("handler@gx-zrzy").page(f"/cases/{case.id}"))
    assert "等冠县人力资源" not in own
    if kind == "voiding":
        assert "已作废，不再计算期限2026年11月10日" in own
