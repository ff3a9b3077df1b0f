"""报批 on the page of approvals: seen beside the drafts, signed by one button, returned with a reason."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.pages.conftest import NARROW, TABLET, WIDE, Chromium, Site, axe, site_of, text_of
from tests.pages.test_acts import form_at
from tests.pages.test_case import undo_of
from workflow.case import Case

EXTENSION = {"kind": "extension", "on": "2026-11-10", "days": 10, "reason": "卷宗量大", "notified_on": "2026-11-10"}


@pytest.fixture(autouse=True)
def today(request: pytest.FixtureRequest) -> None:
    site_of(request).clock.set(date(2026, 11, 10))


def asked(site: Site) -> Case:
    case = site.place("handler@gx-zrzy", site.register(), "acceptance")
    return site.place("handler@gx-zrzy", case, "request", act=EXTENSION, reason="共四十卷，需要逐卷查阅")


def now(site: Site, case: Case) -> Case:
    return site.office.case(site.officers["head@gx-zrzy"], case.id).case


def pressed(site: Site, case: Case, do: str, who: str = "head@gx-zrzy", **fields: str) -> object:
    return site.as_(who).post(f"/approvals/{case.id}/requests/3", {"do": do, "seen": str(case.version), **fields})


def test_a_request_is_told_and_signed_by_one_button(site: Site) -> None:
    case = asked(site)
    queue = site.as_("head@gx-zrzy").page("/approvals")
    for words in ("报批：延长答复期限", "共四十卷，需要逐卷查阅", "答复期限：由2026年11月30日变为2026年12月14日", "赵思远（样例）"):
        assert words in text_of(queue), words
    assert f'href="/approvals/{case.id}/requests/3"' in queue
    assert "<form" not in queue.split("<main")[1], "nothing is signed from the list"
    page = site.as_("head@gx-zrzy").page(f"/approvals/{case.id}/requests/3")
    assert re.search(r"答复期限 ?2026年11月30日 ?2026年12月14日", text_of(page)), text_of(page)
    for words in ("延长答复期限", "共四十卷，需要逐卷查阅", "卷宗量大", "延期答复告知书"):
        assert words in text_of(page), words
    assert 'class="gk-page"' in page, "the letter is seen before it is signed"
    legal = site.as_("legal@gx-zrzy").page(f"/approvals/{case.id}/requests/3")
    assert "报批由负责人签批" in legal
    assert 'value="sign"' not in legal
    answer = pressed(site, case, "sign")
    assert answer.headers["location"] == f"/approvals/{case.id}/requests/3"  # type: ignore[attr-defined]
    after = now(site, case)
    assert after.requests == ()
    assert after.acts[-1].act.kind == "extension"
    assert after.acts[-1].officer.username == "head@gx-zrzy"
    done = site.as_("head@gx-zrzy").page(f"/approvals/{case.id}/requests/3")
    assert "已签批：延长答复期限" in text_of(done)
    assert "<form" not in done.split("<main")[1], "no button stands where one was pressed, and whoever was told is told"


def test_what_was_just_signed_for_somebody_is_taken_back_by_a_press(site: Site) -> None:
    case = site.place("handler@gx-zrzy", site.register(), "acceptance")
    case = site.place("handler@gx-zrzy", case, "request", act={**EXTENSION, "notified_on": None}, reason="共四十卷，需要逐卷查阅")
    assert pressed(site, case, "sign").status_code == 303  # type: ignore[attr-defined]
    head, here = site.as_("head@gx-zrzy"), f"/approvals/{case.id}/requests/3"
    done = head.page(here)
    assert re.findall(r'<form[^>]* action="([^"]+)"', done.split("<main")[1]) == [f"/cases/{case.id}/acts/revocation"], "no button signs"
    assert head.post(f"/cases/{case.id}/acts/revocation", undo_of(done)).status_code == 303
    assert now(site, case).acts[-1].act.kind == "revocation"
    assert 'value="sign"' in head.page(here), "it waits for its signature again"


def test_it_goes_back_only_with_a_reason_and_only_by_the_head(site: Site) -> None:
    case = asked(site)
    assert pressed(site, case, "return").status_code == 400  # type: ignore[attr-defined]
    assert pressed(site, case, "").status_code == 400  # type: ignore[attr-defined]
    assert pressed(site, case, "sign", "legal@gx-zrzy").status_code == 403  # type: ignore[attr-defined]
    assert now(site, case).version == case.version
    assert pressed(site, case, "return", text="先查清卷数").status_code == 303  # type: ignore[attr-defined]
    assert now(site, case).requests == ()
    assert pressed(site, case, "sign").status_code == 303, "what became of it"  # type: ignore[attr-defined]
    done = text_of(site.as_("head@gx-zrzy").page(f"/approvals/{case.id}/requests/3"))
    assert "已退回报批：延长答复期限" in done and "先查清卷数" in done
    assert site.as_("head@gx-zrzy").get(f"/approvals/{case.id}/requests/2").status_code == 404


def test_a_second_click_leads_to_what_was_signed_and_a_reason_that_came_too_late_is_shown(site: Site) -> None:
    head, case = site.as_("head@gx-zrzy"), asked(site)
    here = f"/approvals/{case.id}/requests/3"
    assert pressed(site, case, "sign").status_code == 303  # type: ignore[attr-defined]
    again = pressed(site, case, "sign")
    assert (again.status_code, again.headers["location"]) == (303, here)  # type: ignore[attr-defined]
    assert now(site, case).version == case.version + 1
    late = head.post(here, {"do": "return", "seen": str(case.version), "text": "先查清<卷数>"})
    assert late.status_code == 409
    said = text_of(late.text)
    assert "没有退回" in said and "已签批在先" in said
    assert "先查清&lt;卷数&gt;" in late.text, "what is typed stays"
    other = asked(site)
    for _ in range(2):
        assert pressed(site, other, "return", text="先查清卷数").status_code == 303, "the same twice is no conflict"  # type: ignore[attr-defined]
    assert pressed(site, other, "return", text="另一个理由").status_code == 409  # type: ignore[attr-defined]
    assert pressed(site, other, "sign").status_code == 303  # type: ignore[attr-defined]
    assert head.post(f"/approvals/{case.id}/requests/2", {"do": "sign", "seen": "3"}).status_code == 404
    gone = asked(site)
    site.place("handler@gx-zrzy", gone, "recall", request=3, reason="自己再查")
    late = head.post(f"/approvals/{gone.id}/requests/3", {"do": "return", "seen": str(gone.version), "text": "先查清卷数"})
    assert late.status_code == 409
    assert "赵思远（样例）已撤回报批在先" in text_of(late.text) and "先查清卷数" in late.text


def test_stock_sentences_are_offered_where_a_request_is_returned_and_nothing_typed_is_lost(site: Site) -> None:
    head = site.as_("head@gx-zrzy")
    assert head.post("/account/phrases", {"place": "return.reason", "text": "请补充卷宗的目录。"}).status_code == 200
    case = asked(site)
    page = head.page(f"/approvals/{case.id}/requests/3")
    form = "decide"
    assert f'id="{form}"' in page
    assert re.search(rf'<button[^>]* type="button" form="{form}" data-into="text">请补充卷宗的目录。</button>', page)
    site.place("handler@gx-zrzy", case, "note", text="又来电话")
    late = head.post(f"/approvals/{case.id}/requests/3", {"do": "return", "seen": str(case.version), "text": "先查清卷数"})
    assert late.status_code == 412
    assert ">先查清卷数</textarea>" in late.text
    assert now(site, case).requests


def drafted(site: Site) -> Case:
    case = site.place("handler@gx-zrzy", site.register(), "acceptance")
    item = {"item": 1, "outcome": "already_public", "where": "冠县人民政府网站“征地拆迁”栏目"}
    return site.place("handler@gx-zrzy", case, "draft", items=[item])


def test_drafts_and_requests_are_one_queue_and_each_leads_to_the_next(site: Site) -> None:
    head = site.as_("head@gx-zrzy")
    request, draft = asked(site), drafted(site)
    queue = head.page("/approvals")
    assert queue.index(f"/approvals/{request.id}/requests/3") < queue.index(f'href="/approvals/{draft.id}"')
    first = head.page(f"/approvals/{request.id}/requests/3")
    assert f'data-next href="/approvals/{draft.id}"' in first
    assert f'data-previous href="/approvals/{request.id}/requests/3"' in head.page(f"/approvals/{draft.id}")
    done = head.page(pressed(site, request, "sign").headers["location"])  # type: ignore[attr-defined]
    assert f'data-next href="/approvals/{draft.id}"' in done
    assert "<form" not in done.split("<main")[1]


def test_an_amendment_shows_the_fact_and_the_due_date_before_and_after(site: Site) -> None:
    case = site.place("handler@gx-zrzy", site.register(), "acceptance")
    amended = {"kind": "amendment", "on": "2026-11-10", "of": 1, "changes": {"received_on": "2026-11-03"}, "reason": "回执日期写错"}
    case = site.place("handler@gx-zrzy", case, "request", act=amended, reason="当日签收单上是3日")
    said = text_of(site.as_("head@gx-zrzy").page(f"/approvals/{case.id}/requests/3"))
    assert re.search(r"答复期限 ?2026年11月30日 ?2026年12月1日", said), said
    assert re.search(r"收到日 ?2026年11月2日 ?2026年11月3日", said), said


def test_what_is_refused_for_want_of_the_head_is_asked_for_from_the_same_form(site: Site) -> None:
    handler, case = site.as_("handler@gx-zrzy"), site.place("handler@gx-zrzy", site.register(), "acceptance")
    path = f"/cases/{case.id}/acts/amendment"
    typed = form_at(handler.page(path)) | {"changes.received_on": "2026-11-03", "reason": "回执日期写错"}
    refused = handler.post(path, typed)
    assert refused.status_code == 409
    assert 'name="ask"' in refused.text
    lacking = handler.post(path, typed | {"ask": "yes", "ask_reason": " "})
    assert lacking.status_code == 400
    assert "请写明报批的理由" in text_of(lacking.text)
    assert 'value="2026年11月3日"' in lacking.text, "what is typed stays"
    assert now(site, case).version == case.version
    answer = handler.post(path, typed | {"ask": "yes", "ask_reason": "当日签收单上是3日"})
    assert answer.status_code == 303, text_of(answer.text)
    (asked_for,) = now(site, case).requests
    assert (asked_for.act.act["kind"], asked_for.act.reason) == ("amendment", "当日签收单上是3日")
    page = text_of(site.as_("head@gx-zrzy").page(f"/approvals/{case.id}/requests/{asked_for.seq}"))
    assert re.search(r"答复期限 ?2026年11月30日 ?2026年12月1日", page), page
    anyway = {"seen": str(now(site, case).version), "on": "2026-11-10", "ask": "yes", "ask_reason": "请批准"}
    unlawful = handler.post(f"/cases/{case.id}/acts/correction", anyway)
    assert unlawful.status_code in (400, 409)
    assert 'name="ask"' not in unlawful.text, "what the procedure forbids nobody signs"


def test_what_was_done_on_paper_is_asked_for_as_a_late_entry(site: Site) -> None:
    handler, case = site.as_("handler@gx-zrzy"), site.place("handler@gx-zrzy", site.register(), "acceptance", on="2026-11-03")
    path = f"/cases/{case.id}/acts/correction_notice"
    typed = {"seen": str(case.version), "on": "20261105", "matters": "请写明年份", "days": "10"}
    assert 'name="ask"' not in handler.post(path, typed).text, "without a paper there is nothing to ask with"
    data = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    handler.post(f"/cases/{case.id}/attachments", {"purpose": "材料"}, files={"file": ("告知书.pdf", data, "application/pdf")})
    refused = handler.post(path, typed)
    assert refused.status_code == 409, text_of(refused.text)
    proof = re.search(r'<option value="([^"]+)">告知书.pdf', refused.text.partition('name="ask_late_proof"')[2])
    assert proof is not None
    lacking = handler.post(path, typed | {"ask": "yes", "ask_reason": "请补录", "ask_late_proof": proof[1]})
    assert "请写明补录的原因" in text_of(lacking.text)
    assert ">请补录</textarea>" in lacking.text
    answer = handler.post(path, typed | {"ask": "yes", "ask_reason": "请补录", "ask_late_reason": "系统停机", "ask_late_proof": proof[1]})
    assert answer.status_code == 303, text_of(answer.text)
    page = text_of(site.as_("head@gx-zrzy").page(f"/approvals/{case.id}/requests/{now(site, case).requests[0].seq}"))
    assert "这是补录：日期为2026年11月5日，2026年11月10日录入" in page
    assert "系统停机" in page


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_the_request_in_place_reads_at_both_sizes(browser: Chromium, size: tuple[int, int]) -> None:
    case = browser.site.place("handler@gx-zrzy", browser.site.register(), "acceptance")
    page = browser.window("handler@gx-zrzy", size).go(f"/cases/{case.id}/acts/amendment")
    page.fill("[name='changes.received_on']", "20261103")
    page.fill("[name=reason]", "回执日期写错")
    page.click(".gk-sticky .btn-primary")
    page.wait_for_selector("#ask")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.fill("#f-ask_reason", "当日签收单上是3日")
    page.click("button[name=ask]")
    page.wait_for_url("**done=request*")
    assert len(now(browser.site, case).requests) == 1


@pytest.mark.parametrize("size", [WIDE, TABLET, NARROW])
def test_a_request_is_read_and_signed_at_every_size(browser: Chromium, size: tuple[int, int]) -> None:
    case = asked(browser.site)
    drafted(browser.site)
    page = browser.window("head@gx-zrzy", size).go("/approvals")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.click(f"a[href='/approvals/{case.id}/requests/3']")
    page.wait_for_url(f"**/approvals/{case.id}/requests/3")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.click("button[value=return]")
    page.wait_for_selector("#e-text")
    page.fill("#f-text", "先查清卷数")
    page.click("button[value=return]")
    page.wait_for_url("**/requests/3?next=*")
    assert "已退回报批" in page.inner_text("main")
    assert now(browser.site, case).requests == ()
