"""意见建议: left at the counter of a hall, due in five working days or one, assigned and answered at the intake desk, counted beside requests."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from html import unescape
from typing import Any
from uuid import uuid4

import pytest

from api.office import allowances as limits
from api.office.allowances import Limit
from api.pages.public import feedback as form
from db import erasing, feedback, people
from db.verify import verify
from tests.pages.conftest import (
    NARROW,
    TABLET,
    WIDE,
    Chromium,
    Person,
    Site,
    axe,
    later,
    opens,
    resize,
    text_of,
    token_of,
)
from tests.pages.test_apply import status
from tests.pages.test_counter import OTHER, STANDING, UNIT, begun_anew, switch  # noqa: F401 - the fixture is for each test here too
from tests.pages.test_saving_desks import form_of
from workflow.feedback import due

INTAKE, HANDLER = f"intake@{UNIT}", f"handler@{UNIT}"
SAID = "清泉河沿岸的征收公告贴得太高，老人看不清"


def visitor(site: Site) -> Person:
    person = site.visitor()
    person.csrf = token_of(person.page(f"/counter/{UNIT}/feedback"))
    return person


def tell(site: Site, **typed: str) -> Any:
    return visitor(site).post(f"/counter/{UNIT}/feedback", {"draft": str(uuid4()), "sort": "difficulty", "said": SAID, **typed})


def told(site: Site, *, is_open: bool = True) -> list[Any]:
    with site.office.database.read() as session:
        return list(feedback.listed(session, UNIT, is_open=is_open))


def number_and_code(page: str) -> tuple[str, str]:
    found = re.search(r"编号(GX-ZRZY-YJ-\d{4}-\d+)查询码([A-Z0-9]{5}-[A-Z0-9]{5})", text_of(page).replace(" ", ""))
    assert found, text_of(page)
    return found[1], found[2]


def test_what_is_told_is_assigned_answered_and_read_by_number_and_code(site: Site) -> None:
    with site.office.database.read() as session:
        before = len(feedback.waiting(session, UNIT))
    assert f"意见建议，待答复{before + 1}件" not in text_of(site.as_(INTAKE).page("/desk")).replace(" ", "")
    sent = tell(site, about="land", reach="周样例，13800000000")
    assert "2026年11月17日 星期二" in text_of(sent.text) and "有了答复，本单位与您联系" in sent.text
    number, code = number_and_code(sent.text)
    assert "等待答复" in text_of(status(site, number, code).text)
    assert status(site, number, "AAAAA-AAAAA").status_code == 400
    row = told(site)[-1]
    assert (row.kind, row.topic, row.body, row.contact) == ("difficulty", "land", SAID, "周样例，13800000000")
    clerk, handler = site.as_(INTAKE), site.as_(HANDLER)
    assert f"意见建议，待答复{before + 1}件" in text_of(clerk.page("/desk")).replace(" ", "")
    assert "意见建议，待答复" not in handler.page("/desk"), "nothing is his yet"
    address = f"/intake/feedback/{row.id}"
    assert SAID in clerk.page("/intake/feedback") and "13800000000" not in clerk.page("/intake/feedback")
    for wrong in ("head@gx-zrzy", "intake@gx-rsj", "nobody"):
        assert clerk.post(f"{address}/assign", {"to_whom": wrong, "about": "land"}).status_code == 400
    assert clerk.post(f"{address}/assign", {"to_whom": HANDLER, "about": "planning", "simple": "yes"}).status_code == 303
    page = text_of(handler.page(address))
    assert "2026年11月11日 星期三前答复" in page and "规划建设" in page and "13800000000" in page
    assert "意见建议，待答复" in handler.page("/desk")
    later(site, days=2)
    clerk, handler = site.as_(INTAKE), site.as_(HANDLER)
    assert "已经超期" in handler.page("/intake/feedback")
    assert handler.post(address, {"reply": " "}).status_code == 400
    long = handler.post(address, {"reply": "长" * 2001})
    assert long.status_code == 400 and "长" * 2001 in long.text, "what was typed stays"
    assert handler.post(address, {"reply": "已经改贴在一米五处。"}).headers["location"] == "/intake/feedback?done=answered"
    late = clerk.post(address, {"reply": "我也答复"})
    assert late.status_code == 409 and "刚由别人答复" in late.text and "我也答复" in late.text
    assert clerk.post(f"{address}/assign", {"to_whom": "", "about": ""}).status_code == 409
    answered = text_of(status(site, number, code).text)
    assert "已经改贴在一米五处。" in answered and "13800000000" not in answered
    with site.office.database.read() as session:
        entries = [(one.object, one.reason, one.username) for one in people.log_entries(session) if one.what == "feedback"]
        faults = [one for one in verify(session, site.office.files, site.office.rules, site.office.keys) if "feedback" in one]
    assert entries[:3] == [(number, "答复", HANDLER), (number, "交办", INTAKE), (number, "提交", None)] and faults == []


def test_for_another_unit_it_does_not_exist_and_without_a_counter_nobody_is_asked(site: Site) -> None:
    tell(site)
    row = told(site)[-1]
    assert site.as_(f"intake@{OTHER}").get(f"/intake/feedback/{row.id}").status_code == 404
    assert site.as_(f"intake@{OTHER}").post(f"/intake/feedback/{row.id}", {"reply": "x"}).status_code == 404
    switch(site, on=False)
    assert site.visitor().get(f"/counter/{UNIT}/feedback").status_code == 404
    assert "等待答复" in site.as_(INTAKE).page("/intake/feedback"), "what was told before is answered all the same"


def test_bad_input_is_told_at_the_field_and_what_was_typed_stays(site: Site) -> None:
    before = len(told(site))
    for typed, why in (
        ({"said": " "}, "请写明您的意见"), ({"said": "长" * 1001}, "太长，最多1000字"), ({"reach": "长" * 101}, "太长，最多100字"),
        ({"said": "控制\x00符"}, "个字"), ({"said": "没有字体\U00012000"}, "没有字体可以印出"),
    ):  # fmt: skip
        answer = tell(site, **typed)
        assert answer.status_code == 400 and why in answer.text, typed
        assert all(value.replace("\x00", "\ufffd") in answer.text for value in typed.values())
    assert len(told(site)) == before
    odd = tell(site, sort="nobody", about="nowhere", draft="no id")
    assert odd.status_code == 200 and (told(site)[-1].kind, told(site)[-1].topic) == ("opinion", None)
    assert site.visitor().http.post(f"/counter/{UNIT}/feedback", data={"said": SAID}).status_code == 403


def test_sent_twice_it_is_one_and_changed_it_is_another(site: Site) -> None:
    before, draft = len(told(site)), str(uuid4())
    first, again = (number_and_code(tell(site, draft=draft, said=SAID).text) for _ in range(2))
    assert first == again and len(told(site)) == before + 1
    changed = {number_and_code(tell(site, draft=draft, said=SAID + "。").text) for _ in range(2)}
    assert len(changed) == 1 and first not in changed and len(told(site)) == before + 2, "and that one too however often it is sent"
    assert number_and_code(tell(site, draft=draft, said=SAID, sort="opinion").text) not in {first, *changed}


def test_years_after_its_answer_the_archivist_erases_it_and_verify_tells_who_when_and_why(site: Site) -> None:
    """保留期满: words, contact and answer go; number, days, topic and figures stay (READINGS R-feedback-kept)."""
    site.clock.set(date(2026, 11, 10))
    number, code = number_and_code(tell(site, about="land", reach="周样例，13800000000").text)
    row = next(one for one in told(site) if one.number == number)
    assert site.as_(HANDLER).post(f"/intake/feedback/{row.id}", {"reply": "已经改贴。"}).status_code == 303
    open_number, _ = number_and_code(tell(site, about="land").text)
    with site.office.database.read() as session:
        before = feedback.counted(session, [UNIT], date(2026, 11, 10), date(2026, 11, 10))
    reason = {"roll": "2030年销毁清册（样例）", "appraisal": "不需要继续保存"}
    archivist = site.as_(f"archivist@{UNIT}")
    assert number not in archivist.page("/archive?view=over")
    assert archivist.post("/archive/opinions", {"told_in_hall": number, **reason}).status_code == 409, "not yet"
    site.clock.set(date(2029, 12, 31))
    assert number not in site.as_(f"archivist@{UNIT}").page("/archive?view=over")
    site.clock.set(date(2030, 1, 2))
    archivist = site.as_(f"archivist@{UNIT}")
    page = text_of(archivist.page("/archive?view=over"))
    assert number in page and "保留到2029年12月31日" in page and open_number not in page and SAID not in page
    assert "还没有勾选" in archivist.post("/archive/opinions", reason).text
    unsaid = archivist.post("/archive/opinions", {"told_in_hall": number, "roll": "", "appraisal": "留着的文字"})
    assert unsaid.status_code == 400 and "留着的文字" in unsaid.text
    assert site.as_(f"head@{UNIT}").post("/archive/opinions", {"told_in_hall": number, **reason}).status_code == 403
    assert site.as_("archivist@gx-rsj").post("/archive/opinions", {"told_in_hall": number, **reason}).status_code == 409
    done = archivist.post("/archive/opinions", {"told_in_hall": number, **reason})
    assert done.status_code == 303 and "已销毁意见建议1件" in archivist.page(done.headers["location"])
    with site.office.database.read() as session:
        kept = feedback.one(session, row.id)
        faults = [one for one in verify(session, site.office.files, site.office.rules, site.office.keys) if "feedback" in one]
        gone = [one for one in erasing.erasures(session) if one.number == number]
        assert feedback.counted(session, [UNIT], date(2026, 11, 10), date(2026, 11, 10)) == before
    assert (kept.body, kept.contact, kept.answer, kept.topic, faults) == ("（已销毁）", None, "（已销毁）", "land", [])
    assert [(one.on, one.by.username, one.ground) for one in gone] == [(date(2030, 1, 2), f"archivist@{UNIT}", reason["roll"])]
    assert "保留期满，内容和答复已经销毁" in text_of(status(site, number, code).text)
    assert site.as_(HANDLER).get(f"/intake/feedback/{row.id}").status_code == 404
    assert archivist.post("/archive/opinions", {"told_in_hall": number, **reason}).status_code == 409, "once"


def test_only_so_many_are_taken(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "MOST_OPEN", len(told(site)))
    full = tell(site, said=SAID)
    assert full.status_code == 429 and "请当面告诉现场的工作人员" in full.text and SAID in full.text
    monkeypatch.setattr(form, "TOLD", Limit("told", 3, 300, limits.TOLD.window))
    assert [tell(site, said="").status_code for _ in range(4)] == [400] * 4, "what is sent empty is not counted"
    answers = [tell(site, said=SAID) for _ in range(3)]
    assert {one.status_code for one in answers} == {429} and "请求太多" in answers[-1].text and SAID in answers[-1].text


def test_the_analysis_counts_them_by_topic_and_is_silent_of_none(site: Site) -> None:
    site.register()
    site.clock.set(date(2026, 12, 2))
    analyst = site.as_(f"analyst@{UNIT}")
    span = "/analysis?from=2026-12-01&to=2026-12-31&agency=gx-zrzy"
    assert "体验区收到" not in analyst.page(span)
    for about in ("land", "land", ""):
        tell(site, about=about)
    answered = told(site)[-1]
    assert site.as_(INTAKE).post(f"/intake/feedback/{answered.id}", {"reply": "好"}).status_code == 303
    words = "体验区收到意见建议和困难3件（不是申请，另行统计，不计入以上各数），按主题为征地拆迁2件、未定主题1件；其中已答复1件。"
    assert words in text_of(analyst.page(span))
    assert words in text_of(analyst.page(span.replace("/analysis", "/analysis/print")))
    data = analyst.get(span.replace("/analysis", "/api/reports/analysis")).json()
    assert data["feedback"]["count"] == 3 and data["received"]["count"] == 0
    assert "体验区收到" not in analyst.page(span.replace("2026-12", "2026-10").replace("10-31", "10-30"))


def printed(person: Person, here: str) -> str:
    """The text of the report as .docx."""
    answer = person.get(here.replace("/print", "/print/pdf") + "&format=docx")
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
        return parts.read("word/document.xml").decode()


def test_texts_of_the_analysis_stay_with_their_sections_when_the_first_opinion_adds_one(site: Site) -> None:
    site.clock.set(date(2026, 11, 20))
    site.register()
    analyst, here = site.as_(f"analyst@{UNIT}"), "/analysis/print?from=2026-11-20&to=2026-11-20&agency=gx-zrzy"
    sent = form_of(analyst.page(here), "report")
    assert "意见建议" not in sent["heading"] and len(sent["text"]) > 2
    edited = [f"由人改写的{title}。" for title in sent["heading"]]
    assert analyst.post(here, sent | {"heading": [*sent["heading"], "早先的部分"], "text": [*edited, "早先的文字。"]}).status_code == 303
    tell(site, said=SAID)
    page = analyst.page(here)
    assert "这是您" in page and "现在的报告没有这一部分" in page
    again = form_of(page, "report")
    by_title = dict(zip(again["heading"], again["text"], strict=True))
    assert by_title.pop("意见建议").startswith("体验区收到"), "what is new is computed"
    assert by_title == {**dict(zip(sent["heading"], edited, strict=True)), "早先的部分": "早先的文字。"}
    assert again["heading"][-1] == "早先的部分"
    assert analyst.post(here, again).status_code == 303
    assert form_of(analyst.page(here), "report")["text"] == again["text"], "a later save writes over nothing"
    report = printed(analyst, here)
    assert all(text in report for text in edited) and "体验区收到" in report and "早先的文字" not in report
    assert analyst.post(here, again | {"text": [*again["text"][:-1], ""]}).status_code == 303
    assert "早先的部分" not in analyst.page(here), "emptied, it is gone"


def test_texts_that_were_kept_by_their_place_are_read_and_never_lost(site: Site) -> None:
    analyst, here = site.as_(f"analyst@{UNIT}"), "/analysis/print?from=2026-11-01&to=2026-11-19&agency=gx-zrzy"
    headings = form_of(analyst.page(here), "report")["heading"]

    def keep(texts: list[str]) -> dict[str, str]:
        address = unescape(re.findall(r'<form id="report" method="post" action="([^"]+)"', analyst.page(here))[0])

        def work(session: Any) -> None:
            row = people.officer_row(session, f"analyst@{UNIT}")
            assert row is not None
            people.save_draft(session, row.id, address, {"text": texts}, site.office.clock())

        site.office.database.write(work)
        found = form_of(analyst.page(here), "report")
        return dict(zip(found["heading"], found["text"], strict=True))

    texts = [f"第{at}段由人改写。" for at, _ in enumerate(headings)]
    assert keep(texts) == dict(zip(headings, texts, strict=True))
    found = keep(texts[:2])
    assert list(found) == [*headings, "原来的第1部分", "原来的第2部分"] and list(found.values())[-2:] == texts[:2]
    assert texts[0] not in found[headings[0]]


def test_its_days_are_those_of_the_rules_and_working_days(site: Site) -> None:
    rules = site.office.rules
    assert due(date(2026, 11, 13), is_simple=False, rules=rules).on == date(2026, 11, 20)
    assert due(date(2026, 11, 13), is_simple=True, rules=rules).on == date(2026, 11, 16), "on a Friday, Monday"


def test_the_form_and_the_desk_read_well(browser: Chromium) -> None:
    window = browser.window(size=STANDING)
    page = window.go(f"/counter/{UNIT}")
    page.click("text=提意见、说困难")
    for size in (STANDING, WIDE, NARROW):
        resize(page, size)
        assert axe(page) == [], size
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), size
    page.fill("#f-said", SAID)
    with opens(page):
        page.click("text=提交意见")
    assert "已经收到您的意见建议" in page.inner_text("h1")
    desk = browser.window(INTAKE)
    page = desk.go("/intake/feedback")
    with opens(page):
        page.click(f"text={SAID}")
    for size in (WIDE, TABLET, NARROW):
        resize(page, size)
        assert axe(page) == [], size
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), size
    page.fill("#f-reply", "已经改贴。")
    with opens(page):
        page.click("text=提交答复")
    assert "已答复" in page.inner_text("main")
    later(browser.site, days=1)
    tell(browser.site, about="land")
    desk = browser.window(INTAKE)
    for view in ("open", "answered"):
        page = desk.go(f"/intake/feedback?view={view}")
        for size in (WIDE, TABLET, NARROW):
            resize(page, size)
            for letters in ("", "gk-large"):  # 标准字, 大字
                page.evaluate("letters => document.documentElement.className = letters", letters)
                ends = page.locator("main td").evaluate_all("all => all.map(one => Math.ceil(one.getBoundingClientRect().right))")
                assert ends and max(ends) <= size[0], (view, size, letters)
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (view, size, letters)
            assert axe(page) == [], (view, size)
